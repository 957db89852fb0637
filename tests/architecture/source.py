"""The product's own source, parsed, for tests that read it."""

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent

OUTSIDE = ("cli", "app", "screen", "edge")
"""The rooms that may touch the world. Everything else is the core."""


@dataclass(frozen=True, slots=True)
class Module:
    """One file."""

    path: Path
    """Relative to the repository."""

    @property
    def tree(self) -> ast.Module:
        """The file, parsed; trees of `coach` are kept, because several tests read them."""
        return _kept(self.path) if self.path.parts[0] == "coach" else _parsed(self.path)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its tree."""
        return _kept_nodes(self.path) if self.path.parts[0] == "coach" else tuple(ast.walk(self.tree))

    @property
    def name(self) -> str:
        """The dotted name, such as `coach.gatt.services`; a package goes by its folder."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def room(self) -> str:
        """The folder or file directly below `coach`, such as `gatt` or `quantities`."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""

    @property
    def is_core(self) -> bool:
        """Whether it stands below the rooms that touch the world."""
        return self.room not in {*OUTSIDE, "", "__main__"}


@cache
def modules(folder: str = "coach") -> tuple[Module, ...]:
    """Every Python file below a folder of the repository, in order of path."""
    return tuple(Module(path.relative_to(ROOT)) for path in sorted((ROOT / folder).rglob("*.py")))


def _parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


_kept = cache(_parsed)


@cache
def _kept_nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_kept(path)))


def core() -> tuple[Module, ...]:
    """Every module below `edge | screen`."""
    return tuple(module for module in modules() if module.is_core)


@cache
def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
