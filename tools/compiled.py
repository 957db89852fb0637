"""Compiles the pure core with mypyc: into the tree, beside it, or into a wheel.

The core is `mypy --strict` and uses nothing outside itself, so mypyc compiles it unchanged; mypyc needs mypy, a C
compiler and Python's headers. The program runs without it: each source stays beside its compiled module, and runs
where none was built.

    python -m tools.compiled           build, and put the modules into the tree
    python -m tools.compiled pure      remove them again
    python -m tools.compiled possible  exit with 1, and print the reason, if nothing can be compiled here
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
"""Pure modules below the rooms of the core; documents use pydantic, which is compiled already."""
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
"""The rooms above the core, which it never imports."""
INTERPRETED: Final = frozenset({"config.py"})
"""Modules of the core that stay interpreted: settings are read by the types of their fields, and mypyc does not keep
annotations such as `float | None`. Measured: it costs 8 % more instructions an input.
"""
_GROUP: Final = "coach_core"
_OPTIMISATION: Final = "2"
"""The optimisation level of the C compiler. Judged: 3 takes longer to build."""


def sources(package: Path = ROOT / "coach") -> list[Path]:
    """Return every module that is compiled, in order of path."""
    rooms = [path for room in ROOMS for path in sorted((package / room).glob("*.py"))]
    return [
        *(package / name for name in MODULES),
        *(path for path in rooms if path.name not in INTERPRETED),
    ]


def leaned_on(package: Path = ROOT / "coach") -> list[Path]:
    """Return every module whose text is part of the compiled code: mypyc copies constants of others into the core."""
    return sorted(path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in ABOVE)


def is_stale(root: Path = ROOT) -> Path | None:
    """Return a module newer than the compiled ones of a tree; None if there is none, or nothing is compiled."""
    times = [path.stat().st_mtime for path in built(root)]
    if not times:
        return None
    return next((path for path in leaned_on(root / "coach") if path.stat().st_mtime > min(times)), None)


def built(root: Path = ROOT) -> list[Path]:
    """Return the compiled modules in a tree, and the library they share."""
    suffix = _suffix()
    return [*sorted(root.glob(f"{_GROUP}*{suffix}")), *sorted((root / "coach").rglob(f"*{suffix}"))]


def why_not() -> str | None:
    """Return what is missing to compile on this machine; None if nothing is."""
    compiler = _compiler()
    if shutil.which(compiler) is None:
        return f"there is no C compiler ({compiler}): make system-deps"
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return f"Python {sys.version_info.major}.{sys.version_info.minor} came without Python.h: make system-deps"
    return None


def compile_core(into: Path) -> None:
    """Compile the sources of this tree into a folder with the layout of the tree.

    Raises:
        SystemExit: mypyc or the C compiler found a fault, which they have printed.
    """
    from mypyc.build import mypycify  # noqa: PLC0415 - heavy, and not there in a plain build
    from setuptools.dist import Distribution  # noqa: PLC0415 - as above

    files = [path.relative_to(ROOT).as_posix() for path in sources()]
    if not os.environ.get("CC", "").strip():
        os.environ.pop("CC", None)  # setuptools would execute an empty word
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
    """Bring the two copies up to date; they are kept while no source, Python or mypy has changed."""
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
    """Remove everything but the compiled modules from a copy, and with it modules that were deleted or renamed."""
    modules = set(built(copy))
    for path in copy.rglob("*"):
        if path.is_file() and path not in modules and "__pycache__" not in path.parts:
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
    """The build hook that puts the compiled core into a wheel, if HATCH_BUILD_HOOK_ENABLE_CUSTOM=true."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile and add the modules to a wheel; an editable install stays pure, `make compiled` is for it."""
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
    """Return the compiler that setuptools calls: the first word of CC, else the one that built this Python."""
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
    """Run the command that the first word names."""
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
