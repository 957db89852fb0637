"""The cards of every workout that can be run by name, from a cache.

A card is kept under a digest of the workout's bytes, the athlete's bytes and the program that made it. A kept card is
always right, whatever was copied, renamed or edited in between, and the cache is never cleared; a cache that cannot
be read or written costs time and nothing else.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coach
from coach.edge.files import WORKOUT_LIMIT, read_file, write_document
from coach.edge.store import Store, StoredWorkout
from coach.problems import AthleteProblem, CoachProblem, WorkoutProblem
from coach.workout.card import Card

_ROOMS = ("athlete", "documents", "physiology", "workout")
"""The rooms a card is made by: a change of their code makes new cards."""


def cards(shelf: Store | None = None) -> Iterator[Card | WorkoutProblem]:
    """The card of every workout, in order of names; a problem for one that cannot be read."""
    shelf = shelf or Store()
    place = shelf.paths.state / "catalogue.json"
    cache = _read(place)
    salt = _program() + _athlete(shelf)
    kept: dict[str, Any] = {}
    for workout in shelf.workouts():
        try:
            data = read_file(
                workout.path,
                limit=WORKOUT_LIMIT,
                what="workout",
                problem=WorkoutProblem,
                hint="Is it a file?",
            )
            key = hashlib.blake2b(salt + workout.name.encode() + b"\0" + data, digest_size=16).hexdigest()
            card = _from_cache(cache.get(key)) or _made(workout, data, shelf)
        except WorkoutProblem as problem:
            yield problem
            continue
        kept[key] = card.kept()
        yield card
    if kept != cache:
        _write(place, kept)


def _from_cache(kept: object) -> Card | None:
    """A card of the cache; None if it is none."""
    try:
        return Card.from_kept(kept) if isinstance(kept, dict) else None
    except TypeError:
        return None


def _made(workout: StoredWorkout, data: bytes, shelf: Store) -> Card:
    """Make a card from the document.

    Raises:
        WorkoutProblem: the document is wrong.
    """
    from coach.app.workouts import only_athlete, outlined  # they read documents, which a kept card saves
    from coach.workout.document import load_document

    document = load_document(data, name=str(workout.path))
    return outlined(workout.name, document, only_athlete(shelf)).card


def _program() -> bytes:
    """The program that makes cards: its version, and the times of its files."""
    package = Path(coach.__file__).parent
    files = [file for room in _ROOMS for file in sorted(package.glob(f"{room}*/**/*.py"))]
    files += [file for room in _ROOMS for file in package.glob(f"{room}.py")]
    times = [(str(file.relative_to(package)), file.stat().st_mtime_ns) for file in files]
    return f"{coach.__version__}{times}".encode()


def _athlete(shelf: Store) -> bytes:
    """The document of the only athlete there is; empty if there is none, or several."""
    try:
        document = shelf.athlete()
    except AthleteProblem:
        return b""
    return b"" if document is None else document.data


def _read(place: Path) -> dict[str, Any]:
    """Read the cache; empty if it cannot be read."""
    try:
        cache = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    return cache if isinstance(cache, dict) else {}


def _write(place: Path, kept: dict[str, Any]) -> None:
    """Write the cache; if it cannot be written, the next list takes longer."""
    try:
        write_document(place, json.dumps(kept).encode())
    except CoachProblem:
        return
