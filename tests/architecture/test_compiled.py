"""The core keeps to what mypyc compiles faithfully: docs/decisions/0059."""

import ast
import os
import shutil
import sysconfig
from dataclasses import fields
from pathlib import Path

import pytest

from coach.edge.settings import Settings
from tools.compiled import (
    ABOVE,
    INTERPRETED,
    MODULES,
    ROOMS,
    ROOT,
    is_stale,
    leaned_on,
    sources,
    why_not,
    without_others,
)


def test_nothing_is_written_that_compiles_to_something_else():
    """No sum of a generator, nothing divided by a sum, and no constant that is a tuple of floats."""
    faults = {path: _unfaithful(path.read_text(encoding="utf-8")) for path in sources()}

    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("TOTAL = sum(each for each in ())", "1: sum() of a generator"),
        ("RANGE: Final = (0.0, 1.0)", "1: a tuple of floats"),
        ("RANGE: Final = (-LEAST.max, +1.5)", "1: a tuple of floats"),
        ("SHARE = sum([1.5]) / sum([2.5])", "1: divided by sum()"),
        ("SHARE = 1.5 / sum([2.5], 0.0)", None),
        ("TOTAL = sum([each for each in ()])", None),
        ("LOW, HIGH = 0.0, 1.0", None),
        ("NAMES: Final = ('a', 'b')", None),
    ],
)
def test_what_compiles_to_something_else_is_seen(source, fault):
    """Every fault is found where they are, and their replacements are not."""
    assert _unfaithful(source) == ([fault] if fault else [])


def test_every_room_of_the_core_is_compiled_whole():
    """The list of sources has every module of its rooms, and the two they stand on."""
    names = {path.parent.name for path in sources()}

    assert set(ROOMS) <= names
    assert not {path.name for path in sources()} & INTERPRETED
    assert all(path.is_file() for path in sources())
    assert len(sources()) > len(ROOMS) + len(MODULES)


def test_a_missing_compiler_is_named(monkeypatch):
    """Without a C compiler nothing is tried, and the sentence says how to get one."""
    monkeypatch.setitem(os.environ, "CC", "no-such-compiler")
    assert shutil.which("no-such-compiler") is None

    assert why_not() == "there is no C compiler (no-such-compiler): make system-deps"


@pytest.mark.parametrize("word", ["", "  "])
def test_an_empty_name_of_the_compiler_is_none(word, monkeypatch):
    """With CC set to nothing it is Python's own compiler that counts."""
    monkeypatch.delenv("CC", raising=False)
    expected = why_not()
    monkeypatch.setitem(os.environ, "CC", word)

    assert why_not() == expected


def test_settings_are_not_compiled():
    """Settings are read by the types of their fields, so every class of them is in a module that stays as it is."""
    places = {type(getattr(Settings(), field.name)).__module__ for field in fields(Settings)}
    files = {place.replace(".", "/") + ".py" for place in places}
    compiled = {path.relative_to(ROOT).as_posix() for path in sources()}

    assert any(Path(name).name in INTERPRETED for name in files)
    assert files & compiled == set()


def test_what_is_compiled_imports_nothing_from_above():
    """Every module that the core imports counts when it is asked whether the core must be built again."""
    rooms = {
        name.split(".")[1]
        for path in leaned_on()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (name := node.module or "").startswith("coach.")
    }

    assert {"workout", "physiology", "quantities"} <= rooms
    assert rooms & ABOVE == set()


def test_a_compiled_core_is_stale_once_a_module_below_changes(tmp_path):
    """A module below the core counts, one above does not, and a tree without a compiled module is never stale."""
    package, suffix = tmp_path / "coach", sysconfig.get_config_var("EXT_SUFFIX")
    for name in ("workout/kinds.py", "screen/app.py"):
        (package / name).parent.mkdir(parents=True)
        (package / name).write_text("")
    assert is_stale(tmp_path) is None
    built = package / f"quantities{suffix}"
    built.write_bytes(b"")
    for name, seconds in (("workout/kinds.py", 100), (built.name, 200), ("screen/app.py", 300)):
        os.utime(package / name, (seconds, seconds))

    assert is_stale(tmp_path) is None
    os.utime(package / "workout/kinds.py", (250, 250))
    assert is_stale(tmp_path) == package / "workout/kinds.py"


def test_a_copy_loses_what_the_tree_has_lost(tmp_path):
    """A module that was deleted leaves the copy too; what was compiled stays."""
    package, suffix = tmp_path / "coach", sysconfig.get_config_var("EXT_SUFFIX")
    package.mkdir()
    for name in ("quantities.py", f"quantities{suffix}", "gone.py"):
        (package / name).write_text("")

    without_others(tmp_path)

    assert [path.name for path in package.iterdir()] == [f"quantities{suffix}"]


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
    divisors = [
        f"{node.lineno}: divided by sum()"
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.right, ast.Call)
        and isinstance(node.right.func, ast.Name)
        and node.right.func.id == "sum"
        and len(node.right.args) == 1
    ]
    constants = [node for node in tree.body if isinstance(node, ast.AnnAssign)]
    return (
        sums
        + divisors
        + [
            f"{node.lineno}: a tuple of floats"
            for node in constants
            if isinstance(node.value, ast.Tuple) and node.value.elts and all(map(_is_float, node.value.elts))
        ]
    )


def _is_float(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) or (isinstance(node, ast.Constant) and isinstance(node.value, float))
