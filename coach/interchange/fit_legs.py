"""The legs of a FIT recording by sport: of a ride and a run in one file, only the run is a run.

Each session is a leg, from its start to the start of the next (FIT profile, `session`). A file that was cut before
its sessions were written has legs by the messages that name a sport, in the order of the file.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from typing import Final

from coach.interchange.fit_file import File
from coach.interchange.fit_frames import Message
from coach.quantities import format_clock

_ON_FOOT: Final = frozenset(
    {"", "running", "walking", "hiking", "training", "fitness_equipment", "generic", "all", "multisport"}
)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a recording in one sport, on the file's clock."""

    start: float
    end: float
    finished: float
    """When its session ended, no later than `end`."""
    sport: str
    sub_sport: str

    @property
    def is_on_foot(self) -> bool:
        """Can it be a run?"""
        return self.sport in _ON_FOOT


def legs_of(file: File) -> list[Leg]:
    """One leg or more in order of time, the first from before the first sample, the last to beyond the last."""
    starts = [each for each in file.sessions if _word(each, "sport") != "multisport"] or file.sessions
    placed = sorted(
        ((at, each) for each in starts if (at := begun(each)) is not None), key=lambda pair: pair[0]
    )
    changes = [
        (float(file.records[index][0].values["timestamp"]), each)
        for index, each in file.sports
        if index < len(file.records)
    ]
    if placed:
        placed += [change for change in changes if change[0] >= _finished(*placed[-1])]
    else:
        unplaced = [(-inf, each) for each in (*starts[:1], *(each for _, each in file.sports[:1]))]
        placed = unplaced[:1] if starts or not changes else changes
    if not placed:
        return [Leg(-inf, inf, inf, "", "")]
    bounds = [-inf, *(at for at, _ in placed[1:]), inf]
    return [
        Leg(start, end, min(end, _finished(at, each)), _word(each, "sport"), _word(each, "sub_sport"))
        for (start, end), (at, each) in zip(pairwise(bounds), placed, strict=True)
    ]


def begun(session: Message) -> float | None:
    """When a session began, on the file's clock."""
    start, end, elapsed = (session.number(key) for key in ("start_time", "timestamp", "total_elapsed_time"))
    if start is None and end is not None and elapsed is not None:
        return end - elapsed
    return start


def _finished(start: float, session: Message) -> float:
    elapsed = session.number("total_elapsed_time")
    return inf if elapsed is None else start + elapsed


def _word(message: Message, key: str) -> str:
    return str(message.values.get(key, ""))


def keep_run(file: File, legs: list[Leg], problems: list[str]) -> list[Leg]:
    """Leave the legs of other sports out of a file that has one on foot as well; the legs that stay.

    What lies between two runs is a pause and no distance: the distance goes on where the run before it ended, also
    where a device counts each leg anew.
    """
    kept = [leg for leg in legs if leg.is_on_foot]
    others = [leg for leg in legs if not leg.is_on_foot]
    if len(legs) == 1 and kept:
        return legs
    if not kept:
        sports = " and ".join(dict.fromkeys(leg.sport for leg in others))
        problems.append(f"The file calls itself {sports}, not running; its cadence is left as it is.")
        return legs
    spans = [f"{leg.sport.replace('_', ' ')} ({format_clock(_length(file, leg))})" for leg in others]
    if spans:
        problems.append(f"Only the run in the file was read; left out: {', '.join(spans)}.")
    _drop_records(file, kept)
    starts, ends = {leg.start for leg in kept}, {leg.end for leg in kept}
    file.timers = [event for event in file.timers if _leg_at(event[0], kept)]
    file.timers += [
        (_stopped(file, leg), False) for leg in kept if isfinite(leg.end) and leg.end not in starts
    ]
    file.timers += [(at, True) for at in starts - ends if isfinite(at)]
    file.laps = [lap for lap in file.laps if (at := begun(lap)) is None or _leg_at(at, kept)]
    file.sessions = [each for each in file.sessions if (at := begun(each)) is not None and _leg_at(at, kept)]
    return kept


def _stopped(file: File, leg: Leg) -> float:
    """When the run of a leg stopped: the change of sports before the next leg is no part of it."""
    times = [at for message, _ in file.records if _leg_at(at := float(message.values["timestamp"]), [leg])]
    return max(leg.finished, *times, -inf)


def _drop_records(file: File, kept: list[Leg]) -> None:
    """Drop the records outside the legs that stay, and let the distance go on across what is left out."""
    records = []
    metres = shift = 0.0
    before: Leg | None = None
    is_after_gap = False
    for message, beats in file.records:
        leg = _leg_at(float(message.values["timestamp"]), kept)
        if leg is None:
            is_after_gap = True
            continue
        records.append((message, beats))
        distance = message.number("distance")
        if distance is None:
            continue
        if is_after_gap or (leg is not before and distance + shift < metres):
            shift = metres - distance
        before, is_after_gap = leg, False
        metres = message.values["distance"] = distance + shift
    file.records = records


def _leg_at(at: float, legs: list[Leg]) -> Leg | None:
    return next((leg for leg in legs if leg.start <= at < leg.end), None)


def _length(file: File, leg: Leg) -> float:
    times = [at for message, _ in file.records if _leg_at(at := float(message.values["timestamp"]), [leg])]
    return max(times) - min(times) if times else 0.0
