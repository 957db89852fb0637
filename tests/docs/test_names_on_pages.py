"""What a page names exists: modules, classes, files, commands. Decisions and the changelog are history."""

import ast
import re
from functools import cache
from pathlib import Path

import click

from coach.cli.group import CoachGroup, root
from tests.architecture.source import modules, project
from tests.cases import case
from tests.docs.test_docs import ROOT, named

HISTORY = {ROOT / "CHANGELOG.md", *(ROOT / "docs" / "decisions").glob("00*.md")}
"""Pages that say how things were; a name on them may be an old one."""
PAGES = sorted(
    page
    for page in [
        *ROOT.glob("*.md"),
        *(
            page
            for folder in ("changelog.d", "docs", "tests", "workouts")
            for page in (ROOT / folder).rglob("*.md")
        ),
    ]
    if page not in HISTORY
)
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
ROOMS = {path.name for path in (ROOT / "coach").iterdir() if path.is_dir()}
TOP = {"changelog.d", "coach", "docs", "tests", "tools", "workouts"}
A_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
A_MODULE = re.compile(r"\w+\.py")
ON_A_DEVICE = {"main.py"}
"""What a reader names so on a board of their own."""
A_DOTTED_NAME = re.compile(r"(?:coach|tests|tools)(?:\.\w+)+")
A_CLASS = re.compile(r"(?:[A-Z][a-z]+){2,}")
"""Two words or more, as our classes are called."""
FLOORS = re.compile(r"^```\n(cli\n.*?)^```$", re.MULTILINE | re.DOTALL)
TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@cache
def words_in_code() -> tuple[tuple[str, str], ...]:
    """What stands in backticks within the text of every page, each with the name of its page."""
    return tuple(
        (named(page), word)
        for page in PAGES
        for word in CODE.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    )


def path_exists(word: str) -> bool:
    """Whether a path is there, from the root or from `coach/`; a module may be named without its `.py`."""
    name = word.rstrip("/")
    return any((base / each).exists() for base in (ROOT, ROOT / "coach") for each in (name, f"{name}.py"))


def dotted_name_exists(word: str) -> bool:
    """Whether a module is there, or a module with that name in it."""
    path = ROOT.joinpath(*word.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module = path.parent.with_suffix(".py")
    return module.is_file() and path.name in names_defined(module)


@cache
def names_defined(module: Path) -> set[str]:
    """The names a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


MQTT_ROOT = "coach/v1"


@cache
def classes() -> frozenset[str]:
    """The name of every class of the program."""
    return frozenset(
        node.name for module in modules() for node in module.nodes if isinstance(node, ast.ClassDef)
    )


def is_path_of_ours(word: str) -> bool:
    """Whether a word begins with a folder of the repository, or with a room and a slash."""
    first, slash, _ = word.partition("/")
    if word.startswith(MQTT_ROOT):
        return False  # a topic, which looks like a path
    return bool(slash and A_PATH.fullmatch(word) and first in TOP | ROOMS)


def test_paths_on_a_page_exist() -> None:
    """`coach/...`, `tests/...` and `room/module` are files or folders of the tree."""
    paths = [(page, word) for page, word in words_in_code() if is_path_of_ours(word)]

    assert len(paths) > 100
    assert [(page, word) for page, word in paths if not path_exists(word)] == []


def test_modules_on_a_page_exist() -> None:
    """`module.py` without its folder is the name of a file somewhere in the tree."""
    files = {path.name for folder in TOP for path in (ROOT / folder).rglob("*.py")}
    names = [(page, word) for page, word in words_in_code() if A_MODULE.fullmatch(word)]

    assert [(page, word) for page, word in names if word not in files | ON_A_DEVICE] == []


def test_dotted_names_on_a_page_exist() -> None:
    """`coach.room.module` is a module, or a name in one."""
    names = [(page, word) for page, word in words_in_code() if A_DOTTED_NAME.fullmatch(word)]

    assert [(page, word) for page, word in names if not dotted_name_exists(word)] == []


def test_the_floors_for_contributors_are_those_that_are_checked() -> None:
    """The drawing in CONTRIBUTING has the floors of import-linter, without the rooms that are not there yet."""
    drawing = FLOORS.search((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    (floors,) = (each for each in project()["tool"]["importlinter"]["contracts"] if each["id"] == "floors")

    assert drawing is not None
    assert drawing[1].splitlines() == [floor for floor in floors["layers"] if not floor.startswith("(")]


def test_classes_on_a_page_exist() -> None:
    """A word in code that is written as our classes are is one of them."""
    names = [(page, word) for page, word in words_in_code() if A_CLASS.fullmatch(word)]

    assert [(page, word) for page, word in names if word not in classes()] == []


def test_commands_in_the_text_of_a_page_exist() -> None:
    """What begins with `coach` or `make` in the text is a command with these options, or a target."""
    for page, text in words_in_code():
        program, _, rest = text.partition(" ")
        words = rest.split()
        with case(page, text):
            if program == "make":
                assert {word for word in words if "=" not in word} <= TARGETS
            elif program == "coach":
                command, words = command_of(words)
                options = {option for parameter in command.params for option in parameter.opts}
                assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words after `coach` name, and the words behind its name."""
    command: click.Command = root
    context = root.make_context("coach", [], resilient_parsing=True)
    while isinstance(command, CoachGroup) and words and not words[0].startswith("-"):
        child = command.get_command(context, words[0])
        assert child is not None, words
        command, words = child, words[1:]
    return command, words


def test_dotted_names_and_pages_in_docstrings_exist() -> None:
    """What a docstring of the program names as `coach.room.module` or `docs/page.md` is there."""
    missing = [
        f"{module.path}:{node.lineno}: {word}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for word in [*CODE.findall(node.value.value), *re.findall(r"[\w/-]+\.md", node.value.value)]
        if (A_DOTTED_NAME.fullmatch(word) and not dotted_name_exists(word))
        or (word.endswith(".md") and not (ROOT / word).is_file())
    ]

    assert missing == []
