"""The fastest anybody has run: what is faster is a slip of whoever wrote the line."""

from typing import Final

from coach.documents.faults import Misspelt
from coach.documents.spelling import read_pace_range
from coach.quantities import METRES_PER_KM, format_metres
from coach.workout.measures import read_speed
from coach.workout.notation.lexer import NotationFault
from coach.workout.notation.syntax import Aim, Length, Tree, pace_text

_RECORDS: Final = (
    (100.0, 9.58),
    (200.0, 19.19),
    (400.0, 43.03),
    (800.0, 100.91),
    (1000.0, 131.96),
    (1500.0, 206.0),
    (3000.0, 437.55),
    (5000.0, 755.36),
    (10_000.0, 1571.0),
)
"""The fastest anybody has run, metres and seconds (men's world records, outdoors, 2024)."""


def refuse_records(aim: Aim, tree: Tree, length: Length | None) -> None:
    """Refuse a pace or speed in figures that nobody has held for so long.

    Raises:
        NotationFault: at the target.
    """
    written = tree.get("pace", tree.get("speed"))
    if not isinstance(written, str) or length is None or "%" in written:
        return
    try:
        speed = read_pace_range(written)[1] if "pace" in tree else read_speed(written).high
    except Misspelt:
        return  # the document says what is wrong with it
    metres = length.metres or (length.seconds or 0.0) * speed
    fastest = fastest_time(metres)
    if metres and metres / speed < fastest:
        pace = fastest / metres * METRES_PER_KM
        limit = pace_text(pace, pace, "km", aim.start, aim.end)
        raise NotationFault(
            f"nobody has run {format_metres(metres)} so fast",
            aim.start,
            aim.end,
            f"The fastest ever is near {limit}. Write a slower pace, or /lap or /mi behind the time.",
        )


def fastest_time(metres: float) -> float:
    """A time under what anybody has needed, at the speed of the record over the next shorter distance."""
    distance, seconds = max((row for row in _RECORDS if row[0] <= metres), default=_RECORDS[0])
    return seconds * metres / distance if metres >= distance else 0.0


def record(metres: float) -> float:
    """The shortest time anybody has needed, at the speed of the record over the next longer distance."""
    for distance, seconds in _RECORDS:
        if metres <= distance:
            return seconds * metres / distance
    distance, seconds = _RECORDS[-1]
    return seconds * metres / distance
