"""The workouts that can be run by name, as catalogue entries from a cache, and the workouts that the runner saves.

The key of an entry is a digest of the workout's bytes, the athlete's bytes and the program's files. So a cached entry
is always valid, even after files were copied, renamed or edited, and the cache is never cleared. A cache that cannot be
read or written only costs time.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coach
from coach.edge.files import WORKOUT_LIMIT, read_file, write_document
from coach.edge.store import Store, StoredWorkout, workout_slug
from coach.problems import AthleteProblem, CoachProblem, WorkoutProblem
from coach.screen.protocols import NameUse
from coach.workout.catalogue_entry import CatalogueEntry
from coach.workout.timeline import WITHOUT_PLAN

if TYPE_CHECKING:
    from coach.workout.document import WorkoutDocument

_ROOMS = ("athlete", "documents", "physiology", "plan", "workout")
"""The rooms whose code determines an entry: after a change of their files, entries are computed anew."""


def catalogue_entries(
    store: Store | None = None, athlete: str | None = None, race: str | None = None
) -> Iterator[CatalogueEntry | WorkoutProblem]:
    """Yield the entry of every workout in order of names, with the paces of `coach.app.workouts.shown_athlete`.

    A workout that cannot be read yields its problem instead.

    Raises:
        CoachProblem: the athlete cannot be found or read, or the race cannot be read.
    """
    store = store or Store()
    path = store.paths.state / "catalogue.json"
    cache = _read(path)
    salt = _program() + _athlete(store, athlete) + (race or "").encode()
    salted = hashlib.blake2b(salt, digest_size=16)
    entries: dict[str, Any] = {}
    for workout in store.workouts():
        try:
            data = read_file(
                workout.path,
                limit=WORKOUT_LIMIT,
                what="workout",
                problem=WorkoutProblem,
                hint="Check the file.",
            )
            digest = salted.copy()
            digest.update(workout.name.encode() + b"\0" + data)
            key = digest.hexdigest()
            cached = cache.get(key)
            entry = _from_cache(cached)
            if entry is None:
                entry = _new_entry(workout, data, store, athlete, race)
                cached = entry.tree()
        except WorkoutProblem as problem:
            yield problem
            continue
        entries[key] = cached
        yield entry
    if entries != cache:
        _write(path, entries)


# --- the runner's own


def is_own(slug: str) -> bool:
    """Return True if a workout is saved by the runner and does not replace one of the library."""
    store = Store()
    return slug in store.own_names() and slug not in store.library_names()


def name_use(name: str, store: Store | None = None) -> NameUse:
    """Return the owner of a name; the library owns the titles of its workouts as well as their names."""
    store = store or Store()
    slug, library = workout_slug(name), store.library_names()
    title = name.strip().casefold()
    titles = {
        entry.title.casefold()
        for entry in catalogue_entries(store)
        if isinstance(entry, CatalogueEntry) and entry.name in library
    }
    if slug in library or title in titles:
        return NameUse.LIBRARY
    return NameUse.OWN if slug in store.own_names() else NameUse.FREE


def save_workout(document: "WorkoutDocument", store: Store | None = None) -> str:
    """Save a workout among the runner's own, replacing one of that name; return the name to run it by.

    Raises:
        CoachProblem: the name has no usable letter or belongs to the library, or the file cannot be written.
    """
    store = store or Store()
    slug = workout_slug(document.name)
    if not slug:
        raise WorkoutProblem(
            "The name has no letter from a to z and no digit.", "For example: Tuesday 6x800."
        )
    if slug in WITHOUT_PLAN:
        raise WorkoutProblem(f"{slug} is a run without a plan.", "Save it under another name.")
    if name_use(document.name, store) is NameUse.LIBRARY:
        raise WorkoutProblem(f"{document.name} is a workout of the library.", "Save it under another name.")
    from coach.workout.document import written

    store.save_workout(slug, written(dict(document.source)))
    return slug


# --- the cache


def _from_cache(entry: object) -> CatalogueEntry | None:
    """Read an entry of the cache; None if it is invalid."""
    try:
        return CatalogueEntry.from_tree(entry) if isinstance(entry, dict) else None
    except TypeError:
        return None


def _new_entry(
    workout: StoredWorkout, data: bytes, store: Store, athlete: str | None, race: str | None
) -> CatalogueEntry:
    """Compute an entry from the document.

    Raises:
        WorkoutProblem: the document is wrong.
    """
    from coach.app.workouts import (  # they load the reader of documents, which a cached entry does not need
        outline_document,
        shown_athlete,
    )
    from coach.workout.document import load_document

    document = load_document(data, name=str(workout.path))
    return outline_document(workout.name, document, shown_athlete(store, athlete, race)).entry


def _program() -> bytes:
    """Return the version of the program and the times of the files that determine entries."""
    package = Path(coach.__file__).parent
    files = [file for room in _ROOMS for file in sorted(package.glob(f"{room}*/**/*.py"))]
    files += [file for room in _ROOMS for file in package.glob(f"{room}.py")]
    times = [(str(file.relative_to(package)), file.stat().st_mtime_ns) for file in files]
    return f"{coach.__version__}{times}".encode()


def _athlete(store: Store, name: str | None) -> bytes:
    """Return the document of an athlete, by default the chosen or only one; empty if there is none, or several."""
    try:
        document = store.athlete(name)
    except AthleteProblem:
        if name:
            raise
        return b""
    return b"" if document is None else document.data


def shown_unit(name: str | None) -> str:
    """Return the unit of distances in lists, `km` or `mile`: that of an athlete, by default of the chosen one."""
    data = _athlete(Store(), name)
    try:
        document = json.loads(data) if data else {}
    except (ValueError, RecursionError):
        return "km"
    return "mile" if isinstance(document, dict) and document.get("units") == "mile" else "km"


def _read(path: Path) -> dict[str, Any]:
    """Read the cache; empty if it cannot be read."""
    try:
        cache = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cache if isinstance(cache, dict) else {}


def _write(path: Path, entries: dict[str, Any]) -> None:
    """Write the cache; if it cannot be written, the next list takes longer."""
    try:
        write_document(path, json.dumps(entries).encode())
    except CoachProblem:
        return
