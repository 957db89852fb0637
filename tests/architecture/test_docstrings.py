"""Every room, module, class, function and test has a docstring, and docstrings state rather than ask."""

import ast
from collections.abc import Iterator

from tests.architecture.source import modules

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

PACKAGES = [module for module in modules() if module.path.name == "__init__.py" and module.room]


def test_a_room_says_what_it_is_for():
    """The first line of a room's docstring is one sentence that ends with a full stop."""
    first_lines = {
        package.name: (ast.get_docstring(package.tree) or "").partition("\n")[0] for package in PACKAGES
    }

    assert {name: line for name, line in first_lines.items() if not line.endswith(".")} == {}


def test_docstrings_ask_nothing():
    """No docstring, of a module, a class, a function or a field, is a question."""
    asking = [
        f"{module.path}:{node.lineno}: {node.value.value}"
        for module in modules()
        for node in _statements(module.tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and node.value.value.partition("\n")[0].endswith("?")
    ]

    assert asking == []


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
        for node in _functions(module.tree)
        if node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").endswith((".", "!", "?", ")", "`"))
    ]

    assert found == []


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement, however deep; what they are made of is not gone through."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child
            yield from _statements(child)


def _functions(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module and of its classes, where pytest looks for tests."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child)


def _public(node: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """What another module may use: nothing nested in a function or a private class."""
    for child in node.body:
        if isinstance(child, Documented) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)
