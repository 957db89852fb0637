"""Every room, module, class, function and test says what it is for."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import modules

QUESTIONS = {
    "gatt": "What does this byte mean?",
    "physiology": "Where does this number come from?",
    "signals": "Do I believe it?",
    "workout": "What is the session on paper?",
    "session": "What is happening now?",
    "cues": "What should the runner hear, and when?",
    "recording": "What is in the file?",
    "simulate": "Who runs when nobody runs?",
    "review": "How did it go?",
    "interchange": "How do others write it?",
    "plan": "What comes next?",
    "squad": "How is everybody?",
    "edge": "Where does the world touch us?",
}
"""The rooms whose question is part of the design; the others ask one in their own words."""

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

PACKAGES = [module for module in modules() if module.path.name == "__init__.py" and module.room]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_room_asks_its_question(package):
    """The first line of a room's docstring is the question the room answers."""
    question = (ast.get_docstring(package.tree) or "").partition("\n")[0]

    assert question.endswith("?") or package.name.count(".") > 1
    assert question == QUESTIONS.get(package.name.removeprefix("coach."), question)


def test_everything_public_has_a_docstring():
    """No module, public class or public function is left without a word."""
    found = [
        f"{module.path}:{getattr(node, 'lineno', 1)}: {getattr(node, 'name', 'the module')}"
        for module in modules()
        for node in (module.tree, *_public(module.tree))
        if not ast.get_docstring(node)
    ]

    assert found == []


def test_every_test_is_a_sentence():
    """The docstring of a test says what is true when it passes, as a whole sentence."""
    found = [
        f"{module.path}:{node.lineno}: {node.name}"
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").endswith((".", "!", "?", ")", "`"))
    ]

    assert found == []


def _public(node: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """What another module may use: nothing nested in a function or a private class."""
    for child in node.body:
        if isinstance(child, Documented) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)
