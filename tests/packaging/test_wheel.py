"""What people install is whole: the command, the rooms and the workout library."""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

import coach

ROOT = Path(__file__).parent.parent.parent

_SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")

pytestmark = pytest.mark.packaging


def _run(*command: object, cwd: Path) -> str:
    """Run a command away from the repository, so that nothing is found by accident."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of this work tree, pure, but for one module that a compiler left behind in it, and its library."""
    folder = tmp_path_factory.mktemp("tree") / "coach"
    left = ("__pycache__", "*.so", "*.pyd", ".*", "build", "dist")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*left))
    for name in (f"coach_core__mypyc{_SUFFIX}", f"coach/quantities{_SUFFIX}"):
        (folder / name).write_bytes(b"compiled")
    return folder


@pytest.fixture(scope="module")
def wheel(tree, tmp_path_factory):
    """The wheel of this work tree, built with the pinned build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    _run(
        *pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, tree, cwd=folder
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def sdist(tree, tmp_path_factory):
    """The source distribution of this work tree."""
    folder = tmp_path_factory.mktemp("sdist")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=tree)
    (built,) = folder.glob("*.tar.gz")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The programs of a fresh environment that holds the wheel, and our dependencies by reference."""
    folder = tmp_path_factory.mktemp("installed")
    _run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    _run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    site = Path(
        _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    )
    # A path file is not read a second time through another one, so the editable install stays out of sight.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def _library() -> set[str]:
    return {path.name for path in (ROOT / "workouts").glob("*.json")}


def test_the_wheel_carries_every_module_and_the_library(wheel):
    """A wheel holds all of `coach`, its data files, and the workouts under `coach/_workouts`."""
    names = set(ZipFile(wheel).namelist())
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "coach").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".so", ".pyd"}
    }

    assert source <= names
    assert {name.rpartition("/")[2] for name in names if name.startswith("coach/_workouts/")} >= _library()
    assert {name.partition("/")[0] for name in names} == {
        "coach",
        f"trackside_coach-{coach.__version__}.dist-info",
    }


def test_a_plain_wheel_is_pure(wheel, sdist):
    """What a compiler left in the tree travels neither in a wheel nor in a source distribution."""
    with tarfile.open(sdist) as archive:
        names = [*archive.getnames(), *ZipFile(wheel).namelist()]

    assert wheel.name.endswith("-py3-none-any.whl")
    assert [name for name in names if name.endswith(_SUFFIX)] == []


def test_the_wheel_says_who_it_is(wheel):
    """The metadata has the name, the licence, the oldest Python, and the package's own version."""
    archive = ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    headers = HeaderParser().parsestr(archive.read(metadata).decode())

    assert headers["Name"] == "trackside-coach"
    assert headers["Version"] == coach.__version__
    assert headers["License-Expression"] == "MIT"
    assert headers["Requires-Python"] == ">=3.11"


def test_the_source_distribution_can_be_worked_on(sdist):
    """The sdist holds code, workouts, tests, docs and the pins, so a packager can run the suite."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {f"workouts/{name}" for name in _library()} <= names
    assert {
        "pyproject.toml",
        "constraints.txt",
        "Makefile",
        "LICENSE",
        "README.md",
        "tests/conftest.py",
    } <= names


def test_an_installed_coach_is_the_wheel(installed):
    """In a fresh environment the package is the installed one, and the command knows its version."""
    place = _run(installed / "python", "-c", "import coach; print(coach.__file__)", cwd=installed)

    assert Path(place.strip()).is_relative_to(installed.parent)
    assert coach.__version__ in _run(installed / "coach", "--version", cwd=installed)


def test_an_installed_coach_finds_its_library(installed):
    """`coach workout list` far from the repository shows every workout of the library."""
    listed = _run(installed / "coach", "workout", "list", cwd=installed)

    assert _library()
    assert [name for name in sorted(_library()) if name.removesuffix(".json") not in listed] == []
