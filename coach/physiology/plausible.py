"""Can this be true of anybody? An athlete's numbers against what people have run.

Source: the men's world records as of 2024, read off between two distances along a power law; 2 % faster than that is
taken for a mistake of typing. Threshold: the world record for an hour, 21,330 m.
"""

from bisect import bisect_left
from collections.abc import Iterator
from math import log
from typing import Final

from coach.athlete import Athlete, Race
from coach.documents.spelling import read_distance, read_pace, read_time
from coach.problems import AthleteProblem
from coach.quantities import Seconds, format_clock, format_pace

RECORDS: Final = (
    (100.0, 9.58),
    (200.0, 19.19),
    (400.0, 43.03),
    (800.0, 100.91),
    (1500.0, 206.0),
    (3000.0, 437.55),
    (5000.0, 755.36),
    (10_000.0, 1571.0),
    (21_097.5, 3450.0),
    (42_195.0, 7235.0),
    (100_000.0, 21_935.0),
)
"""Metres and seconds."""
ROOM: Final = 0.98
"""Share of a record time below which a result is a mistake."""
HOUR_RECORD_MPS: Final = 21_330 / 3600


def record_time(metres: float) -> Seconds:
    """About the best time in seconds anybody has run over `metres` (above 0)."""
    place = min(max(1, bisect_left(RECORDS, (metres,))), len(RECORDS) - 1)
    (short, quick), (far, slow) = RECORDS[place - 1], RECORDS[place]
    return Seconds(quick * (metres / short) ** (log(slow / quick) / log(far / short)))


def implausible(athlete: Athlete) -> Iterator[str]:
    """Name what cannot be true of an athlete, a sentence each."""
    for entry in athlete.history:
        for race in (*entry.races, *entry.trials):
            yield from _too_fast(race)
        pace = entry.threshold_pace
        if pace is not None and read_pace(pace) > HOUR_RECORD_MPS / ROOM:
            record = format_pace(HOUR_RECORD_MPS)
            yield f"a threshold pace of {pace} is faster than anyone has run for an hour ({record})"
    now = athlete.now
    for race in now.races:
        speed = read_distance(race.distance) / read_time(race.time)
        if now.top_speed_mps is not None and speed > now.top_speed_mps:
            yield f"a top speed of {now.top_speed_mps:g} m/s is slower than the race of {race.distance} in {race.time}"


def check_athlete(athlete: Athlete, *, name: str = "") -> Athlete:
    """Give an athlete back whose numbers can be true.

    Raises:
        AthleteProblem: with what cannot be true and why; `name` says whose document it is, where it is one.
    """
    for reason in implausible(athlete):
        message = f"{name}: {reason}" if name else reason
        raise AthleteProblem(message, "Is the distance, the time or the unit right?")
    return athlete


def _too_fast(race: Race) -> Iterator[str]:
    seconds, record = read_time(race.time), record_time(read_distance(race.distance))
    if seconds < ROOM * record:
        yield f"{race.distance} in {race.time} is faster than anyone has run (about {format_clock(record)})"
