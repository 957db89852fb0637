"""Measure the shape of the code: how long modules and functions are, by room.

A module holds one subject whole (docs/decisions/0084). `LONGEST_MODULE` and `LONGEST_FUNCTION` are the limits that
`tests/architecture` keeps. A function counts from its `def` line to its last, its docstring included.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

LONGEST_MODULE = 1000
LONGEST_FUNCTION = 60

PACKAGE = Path(__file__).parent.parent / "coach"


@dataclass(frozen=True, slots=True)
class ModuleSize:
    """A module with its functions."""

    name: str
    """Path below the package, such as `gatt/heart_rate.py`."""
    lines: int
    """Lines of the file, including blank ones and docstrings."""
    functions: tuple[tuple[str, int], ...]
    """Dotted names and lines, in the order of the file."""

    @property
    def room(self) -> str:
        """The folder of the module; modules beside the rooms share the name `coach`."""
        return self.name.split("/", maxsplit=1)[0] if "/" in self.name else "coach"


def module_sizes(package: Path = PACKAGE) -> list[ModuleSize]:
    """Return the size of every module of a package, in order of path."""
    return [_size_of(path, package) for path in sorted(package.rglob("*.py"))]


def _size_of(path: Path, package: Path) -> ModuleSize:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(package).as_posix()
    return ModuleSize(name, len(text.splitlines()), tuple(_functions(ast.parse(text))))


def _functions(node: ast.AST, inside: str = "") -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield name, (child.end_lineno or child.lineno) - child.lineno + 1
            yield from _functions(child, f"{name}.")
        elif not isinstance(child, ast.expr):
            yield from _functions(child, inside)


def _table(modules: list[ModuleSize]) -> Iterator[str]:
    sizes = f"{'median':>8}{'longest':>9}"
    yield f"{'':<14}{'modules':>8}{'lines':>8}{sizes}{'functions':>11}{sizes}"
    rooms = sorted({module.room for module in modules})
    for room in rooms:
        yield _row(room, [module for module in modules if module.room == room])
    yield _row("in all", modules)


def _row(room: str, modules: list[ModuleSize]) -> str:
    sizes = [module.lines for module in modules]
    lengths = [lines for module in modules for _, lines in module.functions] or [0]
    return (
        f"{room:<14}{len(sizes):>8}{sum(sizes):>8}{median(sizes):>8.0f}{max(sizes):>9}"
        f"{sum(len(module.functions) for module in modules):>11}{median(lengths):>8.0f}{max(lengths):>9}"
    )


def _longest(modules: list[ModuleSize], count: int = 12) -> Iterator[str]:
    yield "Longest modules"
    for module in sorted(modules, key=lambda module: -module.lines)[:count]:
        yield f"{module.lines:>6}  {module.name}"
    yield "Longest functions"
    functions = [(lines, f"{module.name}:{name}") for module in modules for name, lines in module.functions]
    for lines, name in sorted(functions, reverse=True)[:count]:
        yield f"{lines:>6}  {name}"


def main() -> int:
    """Print the sizes of rooms, then the longest modules and functions."""
    modules = module_sizes()
    print(*_table(modules), "", *_longest(modules), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
