"""The core keeps to what mypyc compiles faithfully: docs/decisions/0059."""

import ast
import os
import shutil

import pytest

from tools.compiled import MODULES, ROOMS, sources, why_not


@pytest.mark.parametrize("path", sources(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_written_that_compiles_to_something_else(path):
    """No sum of a generator, and no constant that is a tuple of floats."""
    assert _unfaithful(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("TOTAL = sum(each for each in ())", "1: sum() of a generator"),
        ("RANGE: Final = (0.0, 1.0)", "1: a tuple of floats"),
        ("RANGE: Final = (-LEAST.max, +1.5)", "1: a tuple of floats"),
        ("TOTAL = sum([each for each in ()])", None),
        ("LOW, HIGH = 0.0, 1.0", None),
        ("NAMES: Final = ('a', 'b')", None),
    ],
)
def test_what_compiles_to_something_else_is_seen(source, fault):
    """Both faults are found where they are, and their replacements are not."""
    assert _unfaithful(source) == ([fault] if fault else [])


def test_every_room_of_the_core_is_compiled_whole():
    """The list of sources has every module of its rooms, and the two they stand on."""
    names = {path.parent.name for path in sources()}

    assert set(ROOMS) <= names
    assert all(path.is_file() for path in sources())
    assert len(sources()) > len(ROOMS) + len(MODULES)


def test_a_missing_compiler_is_named(monkeypatch):
    """Without a C compiler nothing is tried, and the sentence says how to get one."""
    monkeypatch.setitem(os.environ, "CC", "no-such-compiler")
    assert shutil.which("no-such-compiler") is None

    assert why_not() == "there is no C compiler (no-such-compiler): make system-deps"


def _unfaithful(source: str) -> list[str]:
    tree = ast.parse(source)
    sums = [
        f"{node.lineno}: sum() of a generator"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "sum"
        and isinstance(node.args[0], ast.GeneratorExp)
    ]
    constants = [node for node in tree.body if isinstance(node, ast.AnnAssign)]
    return sums + [
        f"{node.lineno}: a tuple of floats"
        for node in constants
        if isinstance(node.value, ast.Tuple) and node.value.elts and all(map(_is_float, node.value.elts))
    ]


def _is_float(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) or (isinstance(node, ast.Constant) and isinstance(node.value, float))
