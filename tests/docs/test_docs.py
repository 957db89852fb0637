"""What the pages tell a reader to type works, and prints what they say.

In a `console` block a line after `$ ` is typed, in a folder of the page's own, one block after the other; the
lines below it are its output, where a line `...` stands for any lines and `…` for anything within one. A
`json` block is a document; with a file name beside it (`json mine.json`) it is saved for what follows.
Blocks of `sh` are for people only: they set up a machine or need a terminal.
"""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from coach.cli.group import CoachGroup, root
from coach.workout.document import load_document

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(*found) for found in FENCE.findall(page.read_text(encoding="utf-8"))]


def named(page: Path) -> str:
    """How a page is called in a list of tests."""
    return str(page.relative_to(ROOT))


def expected(lines: list[str]) -> re.Pattern[str]:
    """Output lines as a pattern: `...` alone is any lines, `…` is anything within a line."""
    patterns = [
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace("…", ".*?") + "\n" for line in lines
    ]
    return re.compile("".join(patterns))


def typed(block: Block) -> list[tuple[str, list[str]]]:
    """The commands of a console block, each with the output lines below it."""
    commands: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        else:
            commands[-1][1].append(line)
    return commands


def try_out(command: str, output: list[str]) -> None:
    """Type one command and hold what it prints against the page."""
    program, *arguments = shlex.split(command, comments=True)
    assert program == "coach", command
    shown = CliRunner().invoke(root, arguments)
    printed = "".join(f"{line.rstrip()}\n" for line in shown.output.splitlines())
    if output:
        assert expected(output).fullmatch(printed), f"$ {command}\n{printed}"
    else:
        assert shown.exit_code == 0, f"$ {command}\n{printed}"


@pytest.mark.parametrize("page", [page for page in PAGES if "```console" in page.read_text()], ids=named)
def test_what_a_page_says_to_type_works(page, tmp_path, monkeypatch):
    """Every command of the page, typed in order in an empty folder, prints what stands below it."""
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if block.language == "console":
            for command, output in typed(block):
                try_out(command, output)


@pytest.mark.parametrize("page", [page for page in PAGES if "```json" in page.read_text()], ids=named)
def test_the_documents_on_a_page_are_good(page):
    """Every JSON block is JSON, and those that are workouts load."""
    for block in blocks(page):
        if block.language == "json":
            document = json.loads(block.text)
            if isinstance(document, dict) and document.get("format") == "coach-workout/1":
                load_document(block.text.encode(), name=named(page))


def test_the_first_thing_in_the_readme_is_how_to_install():
    """Nothing stands before the installation but the name and what it is; how to try it without is told too."""
    page = (ROOT / "README.md").read_text()
    first = blocks(ROOT / "README.md")[0]

    assert [line.split("  ")[0] for line in first.text.splitlines()] == ["pipx install .", "coach"]
    assert "`make run`" in page
    assert "`make test`" in page


def test_the_readme_tells_of_the_athlete_before_the_first_paced_run():
    """Who follows it from above has told a race before a workout asks for a pace."""
    page = (ROOT / "README.md").read_text()

    assert 0 < page.index("coach athlete set --race") < page.index("coach run")


def test_commands_in_sh_blocks_exist():
    """The commands shown for people to type at a terminal parse: their names and options exist."""
    for page in PAGES:
        for block in blocks(page):
            lines = block.text.splitlines() if block.language == "sh" else []
            for line in lines:
                words = shlex.split(re.split("[|<>]", line)[0], comments=True)
                if words[:1] == ["coach"]:
                    assert_parses(words[1:])


def assert_parses(words: list[str]) -> None:
    """Hold the words of a command line against the commands there are, without running any."""
    command: click.Command = root
    context = root.make_context("coach", [], resilient_parsing=True)
    while isinstance(command, CoachGroup) and words:
        child = command.get_command(context, words[0])
        assert child is not None, words
        command, words = child, words[1:]
    command.make_context("coach", list(words), resilient_parsing=isinstance(command, CoachGroup))
