"""The cards of every workout on the shelf, quickly: what was worked out once is kept for the next time.

A card is kept under a digest of the workout's bytes, the athlete's bytes and the program that made it. So a card
that is found is always right, whatever was copied, renamed or edited in between, and nobody has to clear anything;
a file that cannot be read or written costs time and nothing else.
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
"""What a card depends on, beside the workout: whoever changes the code sees new cards at once."""


def cards(shelf: Store | None = None) -> Iterator[Card | WorkoutProblem]:
    """Every workout of the shelf in order of their names; the problem of one that cannot be read."""
    shelf = shelf or Store()
    place = shelf.paths.state / "catalogue.json"
    known = _read(place)
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
            card = _found(known.get(key)) or _made(workout, data, shelf)
        except WorkoutProblem as problem:
            yield problem
            continue
        kept[key] = card.kept()
        yield card
    if kept != known:
        _write(place, kept)


def _found(kept: object) -> Card | None:
    """A card as kept; None if it is none."""
    try:
        return Card.from_kept(kept) if isinstance(kept, dict) else None
    except TypeError:
        return None


def _made(workout: StoredWorkout, data: bytes, shelf: Store) -> Card:
    """Work a card out from the document.

    Raises:
        WorkoutProblem: the document is wrong.
    """
    from coach.cli.outlines import outlined, whoever
    from coach.workout.document import load_document

    document = load_document(data, name=str(workout.path))
    return outlined(workout.name, document, whoever(shelf)).card


def _program() -> bytes:
    """What makes cards: the version and, for who changes the code, the times of its files."""
    package = Path(coach.__file__).parent
    files = [file for room in _ROOMS for file in sorted(package.glob(f"{room}*/**/*.py"))]
    files += [file for room in _ROOMS for file in package.glob(f"{room}.py")]
    times = [(str(file.relative_to(package)), file.stat().st_mtime_ns) for file in files]
    return f"{coach.__version__}{times}".encode()


def _athlete(shelf: Store) -> bytes:
    """The only athlete there is; nothing where nobody is, or several."""
    try:
        found = shelf.athlete()
    except AthleteProblem:
        return b""
    return b"" if found is None else found.data


def _read(place: Path) -> dict[str, Any]:
    """What was kept; nothing where it cannot be read."""
    try:
        found = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(place: Path, kept: dict[str, Any]) -> None:
    """Keep the cards; where that cannot be, the next list takes longer."""
    try:
        write_document(place, json.dumps(kept).encode())
    except CoachProblem:
        return
