"""The workouts that can be run by name: their cards, from a cache, and those the runner keeps under names of their own.

The key of a card is a digest of the workout's bytes, the athlete's bytes and the program that made it. So a card in the
cache is always right, whatever was copied, renamed or edited, and the cache is never cleared. A cache that cannot be
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
"""The rooms whose code makes a card: after a change of their code the cards are made again."""


def cards(
    store: Store | None = None, athlete: str | None = None, race: str | None = None
) -> Iterator[CatalogueEntry | WorkoutProblem]:
    """The card of every workout, in order of names, for an athlete and a race as `coach.app.workouts.shown_athlete`.

    A workout that cannot be read is a problem in its place.

    Raises:
        CoachProblem: who is named cannot be found or read, or the race is none.
    """
    store = store or Store()
    path = store.paths.state / "catalogue.json"
    cache = _read(path)
    salt = _program() + _athlete(store, athlete) + (race or "").encode()
    salted = hashlib.blake2b(salt, digest_size=16)
    kept_cards: dict[str, Any] = {}
    for workout in store.workouts():
        try:
            data = read_file(
                workout.path,
                limit=WORKOUT_LIMIT,
                what="workout",
                problem=WorkoutProblem,
                hint="Is it a file?",
            )
            digest = salted.copy()
            digest.update(workout.name.encode() + b"\0" + data)
            key = digest.hexdigest()
            kept = cache.get(key)
            card = _from_cache(kept)
            if card is None:
                card = _made(workout, data, store, athlete, race)
                kept = card.kept()
        except WorkoutProblem as problem:
            yield problem
            continue
        kept_cards[key] = kept
        yield card
    if kept_cards != cache:
        _write(path, kept_cards)


# --- the runner's own


def is_own(slug: str) -> bool:
    """Tell whether a workout is the runner's own, and does not stand in for one of the library."""
    store = Store()
    return slug in store.own_names() and slug not in store.library_names()


def name_use(name: str, store: Store | None = None) -> NameUse:
    """Tell whose a name is: the library's by its title as well as by what it is run by."""
    store = store or Store()
    slug, library = workout_slug(name), store.library_names()
    title = name.strip().casefold()
    titles = {
        card.title.casefold()
        for card in cards(store)
        if isinstance(card, CatalogueEntry) and card.name in library
    }
    if slug in library or title in titles:
        return NameUse.LIBRARY
    return NameUse.OWN if slug in store.own_names() else NameUse.FREE


def save_workout(document: "WorkoutDocument", store: Store | None = None) -> str:
    """Keep a workout among the runner's own, in place of one of that name; gives what it is run by.

    Raises:
        CoachProblem: no name is left of what it is called, it is the library's, or it cannot be written.
    """
    store = store or Store()
    slug = workout_slug(document.name)
    if not slug:
        raise WorkoutProblem("The name has no letter from a to z and no digit.", "Such as Tuesday 6x800.")
    if slug in WITHOUT_PLAN:
        raise WorkoutProblem(f"{slug} is a run without a plan.", "Save it under another name.")
    if name_use(document.name, store) is NameUse.LIBRARY:
        raise WorkoutProblem(f"{document.name} is a workout of the library.", "Save it under another name.")
    from coach.workout.document import written

    store.save_workout(slug, written(dict(document.source)))
    return slug


# --- the cache


def _from_cache(entry: object) -> CatalogueEntry | None:
    """A card of the cache; None if it is none."""
    try:
        return CatalogueEntry.from_kept(entry) if isinstance(entry, dict) else None
    except TypeError:
        return None


def _made(
    workout: StoredWorkout, data: bytes, store: Store, athlete: str | None, race: str | None
) -> CatalogueEntry:
    """Make a card from the document.

    Raises:
        WorkoutProblem: the document is wrong.
    """
    from coach.app.workouts import (  # they load the reader of documents, which a card in the cache does not need
        outline_document,
        shown_athlete,
    )
    from coach.workout.document import load_document

    document = load_document(data, name=str(workout.path))
    return outline_document(workout.name, document, shown_athlete(store, athlete, race)).card


def _program() -> bytes:
    """The program that makes cards: its version, and the times of its files."""
    package = Path(coach.__file__).parent
    files = [file for room in _ROOMS for file in sorted(package.glob(f"{room}*/**/*.py"))]
    files += [file for room in _ROOMS for file in package.glob(f"{room}.py")]
    times = [(str(file.relative_to(package)), file.stat().st_mtime_ns) for file in files]
    return f"{coach.__version__}{times}".encode()


def _athlete(store: Store, name: str | None) -> bytes:
    """The document of an athlete, without a name of the chosen or only one; empty if there is none, or several."""
    try:
        document = store.athlete(name)
    except AthleteProblem:
        if name:
            raise
        return b""
    return b"" if document is None else document.data


def shown_unit(name: str | None) -> str:
    """What distances in lists are told in, `km` or `mile`: that of an athlete, without a name of who is shown."""
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


def _write(path: Path, cards_by_key: dict[str, Any]) -> None:
    """Write the cache; if it cannot be written, the next list takes longer."""
    try:
        write_document(path, json.dumps(cards_by_key).encode())
    except CoachProblem:
        return
