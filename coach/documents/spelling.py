"""How times, distances and paces are spelt in documents; a misspelt one says how it should be written."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from coach.documents.faults import Misspelt
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    Metres,
    MetresPerSecond,
    Seconds,
    format_clock,
    parse_clock,
    parse_pace,
)

FASTEST_S_PER_KM: Final = 80.0
"""1:20/km, faster than anyone has run 100 m (96 s/km)."""
SLOWEST_S_PER_KM: Final = 3600.0
"""60:00/km, slower than a stroll."""
LONGEST_S: Final = 24 * 3600.0
"""One step is at most a day."""
LONGEST_M: Final = 500_000.0
"""One step is at most 500 km."""
METRES_PER_YARD: Final = 0.9144

_DISTANCE = re.compile(r"(\d{1,7}(?:\.\d{1,4})?)\s*(m|km|miles?|mi|yd)")
_UNIT_M: Final = {
    "m": 1.0,
    "km": METRES_PER_KM,
    "mile": METRES_PER_MILE,
    "miles": METRES_PER_MILE,
    "mi": METRES_PER_MILE,
    "yd": METRES_PER_YARD,
}
_BARE_SECONDS = re.compile(r"(\d{1,5})\s*(?:s|sec|seconds?|)")
_MINUTES = re.compile(r"(\d{1,4})\s*(?:min|minutes?|m)")


def read_time(text: str) -> Seconds:
    """Read a duration above 0 and up to a day, `1:30` or `1:02:03`.

    Raises:
        Misspelt: with the right spelling where it can be guessed.
    """
    try:
        seconds = parse_clock(text)
    except ValueError:
        raise Misspelt(f'"{text[:40]}" is not a time', f"Write it as {_guess_time(text)}.") from None
    if seconds <= 0:
        raise Misspelt("a time of zero", 'Write how long, such as "1:30", or leave it out.')
    if seconds > LONGEST_S:
        raise Misspelt(
            f'"{text}" is longer than a day', "Times are minutes:seconds or hours:minutes:seconds."
        )
    return seconds


def read_distance(text: str) -> Metres:
    """Read a distance above 0 and up to 500 km: `400 m`, `5 km`, `1 mile`, `220 yd`.

    Raises:
        Misspelt: not a distance, zero, or too long.
    """
    found = _DISTANCE.fullmatch(text.strip())
    if found is None:
        raise Misspelt(f'"{text[:40]}" is not a distance', 'Write it as "400 m", "5 km" or "1 mile".')
    metres = float(found[1]) * _UNIT_M[found[2]]
    if metres < 1:
        raise Misspelt(f'"{text}" is a distance of zero', 'Write how far, such as "400 m".')
    if metres > LONGEST_M:
        raise Misspelt(f'"{text}" is longer than 500 km', "Is the unit right?")
    return Metres(metres)


def read_pace(text: str) -> MetresPerSecond:
    """Read one pace, `4:00/km` or `6:30/mile`, between 1:20 and 60:00 per km.

    Raises:
        Misspelt: not a pace, or one nobody runs.
    """
    try:
        speed = parse_pace(text)
    except ValueError:
        raise Misspelt(f'"{text[:40]}" is not a pace', 'Write it as "4:00/km" or "6:30/mile".') from None
    return possible_speed(speed, f'"{text}"')


def read_pace_range(text: str) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Read a pace or a range of paces, `3:55-4:05/km`, as (slowest, fastest) speed; equal for one pace.

    Raises:
        Misspelt: not such paces, or ones nobody runs.
    """
    first, dash, second = text.replace("–", "-").partition("-")
    if not dash:
        speed = read_pace(text)
        return speed, speed
    unit = second.partition("/")[2]
    both = (read_pace(first if "/" in first else f"{first.strip()}/{unit}"), read_pace(second))
    return min(both), max(both)


def possible_speed(speed: float, shown: str) -> MetresPerSecond:
    """Give the speed back if somebody could run it.

    Raises:
        Misspelt: faster than 1:20/km or slower than 60:00/km.
    """
    pace = METRES_PER_KM / speed if speed > 0 else float("inf")
    if not FASTEST_S_PER_KM <= pace <= SLOWEST_S_PER_KM:
        why = "nobody runs so fast" if pace < FASTEST_S_PER_KM else "that is slower than a stroll"
        raise Misspelt(f"{shown} is not possible: {why}", "Paces lie between 1:20/km and 60:00/km.")
    return MetresPerSecond(speed)


def _guess_time(text: str) -> str:
    """Guess what a misspelt time meant: `90 s` is `1:30`."""
    bare, minutes = _BARE_SECONDS.fullmatch(text.strip()), _MINUTES.fullmatch(text.strip())
    seconds = int(bare[1]) if bare else int(minutes[1]) * 60 if minutes else 0
    return f'"{format_clock(seconds)}"' if seconds else '"1:30" or "1:02:03"'


def _checks_time(text: str) -> str:
    read_time(text)
    return text


def _checks_distance(text: str) -> str:
    read_distance(text)
    return text


def _checks_pace(text: str) -> str:
    read_pace(text)
    return text


def _checks_pace_range(text: str) -> str:
    read_pace_range(text)
    return text


TimeText = Annotated[str, Field(examples=["1:30", "1:02:03"]), AfterValidator(_checks_time)]
"""A duration as written."""
DistanceText = Annotated[str, Field(examples=["400 m", "5 km", "1 mile"]), AfterValidator(_checks_distance)]
"""A distance as written."""
PaceText = Annotated[str, Field(examples=["4:00/km", "6:30/mile"]), AfterValidator(_checks_pace)]
"""One pace as written."""
PaceRangeText = Annotated[str, Field(examples=["3:55-4:05/km"]), AfterValidator(_checks_pace_range)]
"""A pace or a range of paces as written."""
Name = Annotated[str, Field(min_length=1, max_length=120)]
"""A short text that is shown in one line."""
Prose = Annotated[str, Field(min_length=1, max_length=4000)]
"""A longer text."""
