"""Compiles the pure core with mypyc: into the tree, beside it, or into a wheel.

The core is `mypy --strict` and touches nothing outside itself, so mypyc compiles it as it stands; what it needs beside
mypy is a C compiler and Python's headers. Nothing of the program needs it: the source stands beside every compiled
module, and is what runs where none was built.

    python -m tools.compiled           build, and put the modules into the tree
    python -m tools.compiled pure      take them out again
    python -m tools.compiled possible  exit with 1, and say why, where nothing can be compiled here
    python -m tools.compiled apart     two copies of the package under `build/cores`, one pure and one compiled
"""

import hashlib
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parent.parent
CORES: Final = ROOT / "build" / "cores"
PURE: Final = CORES / "pure"
"""A copy of the package without a compiled module."""
COMPILED: Final = CORES / "compiled"
"""A copy of the package with the compiled core."""

ROOMS: Final = ("gatt", "signals", "session", "cues", "live")
MODULES: Final = ("quantities.py", "workout/timeline.py")
"""What the rooms of the core stand on and is pure as well; documents are pydantic's, which is compiled already."""
ABOVE: Final = frozenset(
    {
        "cli",
        "app",
        "screen",
        "edge",
        "plan",
        "squad",
        "interchange",
        "review",
        "recording",
        "simulate",
        "__main__.py",
    }
)
"""What stands on the core, so that the core knows nothing of it."""
INTERPRETED: Final = frozenset({"config.py"})
"""Modules of the rooms that stay as they are: settings are read by the types of their fields, and mypyc keeps no
`float | None` and no `tuple[int, ...]` to ask for. It costs 8 % more instructions an input (measured)."""
_GROUP: Final = "coach_core"
_OPTIMISATION: Final = "2"
"""As gcc's -O. Judged, not measured: 3 takes longer to build."""


def sources(package: Path = ROOT / "coach") -> list[Path]:
    """Every module that is compiled, in order of path."""
    rooms = [path for room in ROOMS for path in sorted((package / room).glob("*.py"))]
    return [
        *(package / name for name in MODULES),
        *(path for path in rooms if path.name not in INTERPRETED),
    ]


def leaned_on(package: Path = ROOT / "coach") -> list[Path]:
    """Every module whose text is part of what is compiled: mypyc writes constants of others into the core."""
    return sorted(path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in ABOVE)


def is_stale(root: Path = ROOT) -> Path | None:
    """The module that has changed since what lies compiled in a tree was built; None if none has, or nothing is."""
    times = [path.stat().st_mtime for path in built(root)]
    if not times:
        return None
    return next((path for path in leaned_on(root / "coach") if path.stat().st_mtime > min(times)), None)


def built(root: Path = ROOT) -> list[Path]:
    """The compiled modules that lie in a tree, and the library they share."""
    suffix = _suffix()
    return [*sorted(root.glob(f"{_GROUP}*{suffix}")), *sorted((root / "coach").rglob(f"*{suffix}"))]


def why_not() -> str | None:
    """Say what is missing to compile here; None if nothing is."""
    compiler = _compiler()
    if shutil.which(compiler) is None:
        return f"there is no C compiler ({compiler}): make system-deps"
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return f"Python {sys.version_info.major}.{sys.version_info.minor} came without Python.h: make system-deps"
    return None


def compile_core(into: Path) -> None:
    """Compile the sources of this tree, and write the modules into a folder laid out as the tree is.

    Raises:
        SystemExit: mypyc or the C compiler found a fault; they have said which.
    """
    from mypyc.build import mypycify  # noqa: PLC0415 - heavy, and not there in a plain build
    from setuptools.dist import Distribution  # noqa: PLC0415 - as above

    files = [path.relative_to(ROOT).as_posix() for path in sources()]
    if not os.environ.get("CC", "").strip():
        os.environ.pop("CC", None)  # setuptools would start the empty word
    work = ROOT / "build" / "mypyc"
    with _inside(ROOT):
        extensions = mypycify(
            [
                "--no-warn-return-any",
                *files,
            ],  # it takes the result of `type[T](...)` for Any; mypy itself does not
            opt_level=_OPTIMISATION,
            debug_level="0",
            multi_file=True,
            group_name=_GROUP,
            target_dir=str(work),
        )
        command = Distribution({"name": _GROUP, "ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp, command.parallel = str(into), str(work), os.cpu_count()
        command.ensure_finalized()
        command.run()


def cores() -> tuple[Path, Path]:
    """Bring the two copies up to date; what is there is kept as long as no source, Python or mypy has changed."""
    digest = _digest()
    stamp = CORES / "digest"
    if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == digest):
        shutil.rmtree(CORES, ignore_errors=True)
        compile_core(COMPILED)
        stamp.write_text(digest, encoding="utf-8")
    leave_out = shutil.ignore_patterns("__pycache__", f"*{_suffix()}")
    for copy in (PURE, COMPILED):
        without_others(copy)
        shutil.copytree(ROOT / "coach", copy / "coach", ignore=leave_out, dirs_exist_ok=True)
        shutil.copytree(ROOT / "workouts", copy / "workouts", dirs_exist_ok=True)
    return PURE, COMPILED


def without_others(copy: Path) -> None:
    """Remove all of a copy but what was compiled, so that a module that was deleted or renamed is gone from it too."""
    kept = set(built(copy))
    for path in copy.rglob("*"):
        if path.is_file() and path not in kept and "__pycache__" not in path.parts:
            path.unlink()


def put_in() -> list[Path]:
    """Put the compiled modules into the tree, newer than every source."""
    take_out()
    _, compiled = cores()
    return [Path(shutil.copyfile(path, ROOT / path.relative_to(compiled))) for path in built(compiled)]


def take_out() -> None:
    """Remove the compiled modules from the tree, those of other Pythons too."""
    for pattern in ("*.so", "*.pyd"):
        for path in (*ROOT.glob(f"{_GROUP}*{pattern[1:]}"), *(ROOT / "coach").rglob(pattern)):
            path.unlink()


class CompiledCore(BuildHookInterface[Any]):
    """Puts the compiled core into a wheel that is built with HATCH_BUILD_HOOK_ENABLE_CUSTOM=true."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and hand the modules over; an editable install is left pure, `make compiled` is for it."""
        if version == "editable":
            return
        folder = Path(self.root) / "build" / "wheel"
        shutil.rmtree(folder, ignore_errors=True)
        compile_core(folder)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for path in built(folder):
            build_data["force_include"][str(path)] = path.relative_to(folder).as_posix()


def _compiler() -> str:
    """The program that setuptools calls: the first word of CC if it has any, else of what built this Python."""
    words = os.environ.get("CC", "").split() or str(sysconfig.get_config_var("CC") or "cc").split()
    return words[0]


def _suffix() -> str:
    return str(sysconfig.get_config_var("EXT_SUFFIX"))


def _digest() -> str:
    whole = hashlib.sha256(f"{sys.version} {version('mypy')} {_OPTIMISATION}".encode())
    for path in (*leaned_on(), Path(__file__)):
        whole.update(path.read_bytes())
    return whole.hexdigest()


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main(words: list[str]) -> None:
    """Do what the first word says."""
    word = words[0] if words else "compiled"
    if word == "pure":
        take_out()
        return
    if (missing := why_not()) is not None:
        sys.exit(f"The core cannot be compiled: {missing}")
    if word == "compiled":
        print(f"{len(put_in())} compiled modules are in the tree; make pure takes them out again.")
    elif word == "apart":
        print(*cores(), sep="\n")
    elif word != "possible":
        sys.exit(f"{word}: one of compiled, pure, possible, apart")


if __name__ == "__main__":
    main(sys.argv[1:])
