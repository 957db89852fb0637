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
    """One parsed file."""

    path: Path
    """Relative to the repository."""
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name, such as `coach.gatt.device_information`; a package goes by its folder."""
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
    """Parse every Python file below a folder of the repository, in order of path."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple(
        Module(path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in paths
    )


def core() -> tuple[Module, ...]:
    """Every module below `edge | screen`."""
    return tuple(module for module in modules() if module.is_core)


@cache
def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
