"""What every test stands on: an empty home, a fixed zone and language, and the folder of real recordings."""

import gc
import os
import sys
import time
from collections.abc import Iterator
from functools import wraps
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from coach.edge.store import Store, StoredWorkout
    from coach.workout.describe import CatalogueEntry
    from tests.review.chromium import Browser

ROOT = Path(__file__).parent.parent

# What Python compiles is kept in one folder, of the tests and of every program they start, also where the machine
# forbids to write it beside the source. Else each worker rewrites each test file, and each program compiles what it
# imports.
sys.pycache_prefix = str(ROOT / "build" / "pycache")
sys.dont_write_bytecode = False
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A sync returns at once: what a disk keeps when the power goes no test can see, and tests sync thousands of times. What
# the program syncs, and when, is tested with disks that lose the rest.
for name in {"fsync", "fdatasync"} & set(dir(os)):
    setattr(os, name, wraps(getattr(os, name))(lambda _: None))

pytest_plugins = ["tests.radio.fixtures"]

_NUMBERS = count(1)

_NEW_OBJECTS = 20_000
"""So many new objects are there before garbage is sought: some MB. Python's own number is 700."""

# How fast a machine is today says nothing of the code: no deadline for an example, none for making one.
settings.register_profile("coach", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("coach")


def pytest_configure() -> None:
    """Refuse to test a compiled core that is older than its source: it would say what it said once."""
    if any(ROOT.glob("coach_core*")):
        from tools.compiled import is_stale

        if (changed := is_stale()) is not None:
            name = changed.relative_to(ROOT)
            raise pytest.UsageError(f"the compiled core is older than {name}: make compiled, or make pure")


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: there is none, and looking takes a third of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what collecting has made out of every later search for garbage: the tests are there to stay."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Look for garbage once at the end; pytest looks five times more, at all that the tests have kept."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's athletes, settings and runs live: a folder of its own that nobody has made yet."""
    folder = tmp_path_factory.getbasetemp() / "homes" / str(next(_NUMBERS))
    for name in [name for name in os.environ if name.startswith("COACH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COACH_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True, scope="session")
def _one_zone_and_language() -> Iterator[None]:
    """UTC, the C locale and a colour terminal, whatever the machine prefers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.delenv("LANGUAGE", raising=False)
        patch.delenv("NO_COLOR", raising=False)
        patch.delenv("FORCE_COLOR", raising=False)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True, scope="session")
def _garbage_sought_seldom() -> Iterator[None]:
    """Garbage is sought rarely: what tests keep grows to millions of objects, and a search goes through all of them.

    A run in this process sets a number of its own for the program; that would be for all tests after it.
    """
    with pytest.MonkeyPatch.context() as patch:
        usual = gc.get_threshold()
        gc.set_threshold(_NEW_OBJECTS, 10, 10)
        set_threshold = gc.set_threshold
        patch.setattr(gc, "set_threshold", lambda *_: None)
        yield
    set_threshold(*usual)


@pytest.fixture(autouse=True, scope="session")
def _entries_computed_once() -> Iterator[None]:
    """An entry of the catalogue is computed once for all homes: each test has an empty one, and the same library."""
    from coach.app import workouts

    compute, entries = workouts._new_entry, {}

    @wraps(compute)
    def new_entry(
        workout: "StoredWorkout", data: bytes, store: "Store", athlete: str | None, race: str | None
    ) -> "CatalogueEntry":
        document = workouts._athlete_document(store, athlete)
        key = workout.name, data, None if document is None else document.data, race
        if key not in entries:
            entries[key] = compute(workout, data, store, athlete, race)
        return entries[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workouts, "_new_entry", new_entry)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Other people's recordings and workouts: beside the repository, and never part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        missing = "the recordings are not there: put the folder `shared` beside the repository"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return folder


@pytest.fixture(scope="session")
def recordings(shared_data: Path) -> Path:
    """Real runs: FIT, TCX, GPX, CSV and R-R."""
    return shared_data / "recordings"


@pytest.fixture
def at_rest(recordings: Path) -> list[float]:
    """The intervals between beats of somebody at rest, in ms: a quarter of an hour."""
    return [float(each) for each in (recordings / "rr_rest.txt").read_text().split()]


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A real Chromium without a window, one for all pages."""
    from tests.review.chromium import browser, needed

    needed()
    with browser() as opened:
        yield opened
