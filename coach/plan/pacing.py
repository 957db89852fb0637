"""Splits: how fast a race is run from its start to its finish, and how people write that.

Paces are seconds a metre in here, because a plan adds times over stretches, and change evenly with the distance.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from coach.documents.spelling import Misspelt, read_distance, read_race
from coach.physiology.surroundings import Course
from coach.problems import UsageProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, read_duration

STEEPEST_RAMP: Final = 10.0
"""Per cent that two halves may differ by: more is no plan. Judged."""
_ADDS_UP_S: Final = 1.0
"""Own splits may miss the goal by so much: they are written in whole seconds."""
_OWN_STEPS: Final = 200
"""Own splits at most."""


class RaceProblem(UsageProblem):
    """A race cannot be planned as it was asked for."""


class PacedStretch(NamedTuple):
    """A stretch of a race whose pace changes evenly from its start to its end."""

    start_m: float
    end_m: float
    start_pace: float
    """Seconds a metre."""
    end_pace: float

    def time_to(self, metres: float) -> float:
        """Seconds from its start to a place in it."""
        done = metres - self.start_m
        return done * (self.start_pace + self.pace_at(metres)) / 2

    def pace_at(self, metres: float) -> float:
        """The pace at a place in it."""
        share = (metres - self.start_m) / (self.end_m - self.start_m)
        return self.start_pace + share * (self.end_pace - self.start_pace)


@dataclass(frozen=True)
class Pacing:
    """How fast a race is run, from its start to its finish."""

    stretches: tuple[PacedStretch, ...]
    words: str
    """How it is split: `even`, `the second half 1.5 % faster`, `your own splits`."""

    @property
    def metres(self) -> float:
        """The length of the race."""
        return self.stretches[-1].end_m

    @cached_property
    def total_s(self) -> float:
        """The time at the finish."""
        return sum(each.time_to(each.end_m) for each in self.stretches)

    def time_at(self, metres: float) -> float:
        """The time at a place; that of the finish beyond it."""
        passed = 0.0
        for each in self.stretches:
            if metres <= each.end_m:
                return passed + each.time_to(max(metres, each.start_m))
            passed += each.time_to(each.end_m)
        return passed

    def place_at(self, seconds: float) -> float:
        """The metres run at a time."""
        low, high = 0.0, self.metres
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.time_at(middle) < seconds else (low, middle)
        return high

    def slowed(self, percent: float) -> "Pacing":
        """The same with every pace slower by a percentage."""
        times = 1 + percent / 100
        stretches = tuple(
            each._replace(start_pace=each.start_pace * times, end_pace=each.end_pace * times)
            for each in self.stretches
        )
        return replace(self, stretches=stretches)

    def over(self, course: Course) -> "Pacing":
        """The same time, spread over the kilometres of a course by their metabolic cost."""
        spread: list[PacedStretch] = []
        for start, end in pairwise(places(self.metres, METRES_PER_KM)):
            _, _, cost = course.between(start, end)
            pace = cost * (self.time_at(end) - self.time_at(start)) / (end - start)
            spread.append(PacedStretch(start, end, pace, pace))
        times = self.total_s / sum(each.time_to(each.end_m) for each in spread)
        return Pacing(
            tuple(
                each._replace(start_pace=each.start_pace * times, end_pace=each.end_pace * times)
                for each in spread
            ),
            f"{self.words}, by the metabolic cost of the hills",
        )


def even_pacing(metres: float, goal_s: float) -> Pacing:
    """The same pace all the way."""
    return Pacing((PacedStretch(0.0, metres, goal_s / metres, goal_s / metres),), "even")


def negative_pacing(metres: float, goal_s: float, percent: float) -> Pacing:
    """A pace that changes evenly, so that the second half takes a percentage less than the first; minus for more."""
    first_half = goal_s / (2 - percent / 100)
    mean, half = goal_s / metres, first_half / (metres / 2)
    rise = 2 * (half - mean)
    words = f"the second half {abs(percent):g} % {'faster' if percent >= 0 else 'slower'} than the first"
    return Pacing((PacedStretch(0.0, metres, mean + rise, mean - rise),), words)


# --- As people write it

_SPLIT_FIX: Final = (
    "Write even, negative:1.5%, own:5:05-4:55 (a pace that changes evenly), own:5:05,5:00x8,4:50 (one for each "
    "kilometre) or own:5km=25:20,10km=50:00 (times at places)."
)


def read_split(text: str, metres: float, goal_s: float | None, unit: str = "km") -> Pacing:
    """Read how a race is split; own splits need no goal, and must come to it where there is one.

    Args:
        text: `even`, `negative:1.5%`, `positive:1%`, `own:...`.
        metres: the length of the race.
        goal_s: its time; None where the splits are to say it.
        unit: what own paces are per, `km` or `mile`.

    Raises:
        RaceProblem: it is none of these, or own splits do not add up.
    """
    told = re.fullmatch(r"\s*([a-z]+)\s*[:= ]?\s*(.*?)\s*", text.casefold(), re.DOTALL)
    kind, rest = (told[1], told[2]) if told else ("", "")
    if kind in {"even", "negative", "positive"}:
        if goal_s is None:
            raise RaceProblem(f"a race split {kind} needs its time", "Name it with --goal 50:00.")
        if kind == "even" and not rest:
            return even_pacing(metres, goal_s)
        percent = _percent(rest) if kind != "even" else None
        if percent is not None:
            return negative_pacing(metres, goal_s, percent if kind == "negative" else -percent)
    elif kind == "own" and rest:
        pacing = _own(rest, metres, METRES_PER_KM if unit == "km" else METRES_PER_MILE, goal_s)
        if goal_s is not None and abs(pacing.total_s - goal_s) > _ADDS_UP_S:
            raise RaceProblem(
                f"your own splits add up to {format_clock(pacing.total_s)}, the goal is {format_clock(goal_s)}",
                "Change one of them, or leave out --goal.",
            )
        return pacing
    raise RaceProblem(f"{text[:60]!r} is no way to split a race", _SPLIT_FIX)


def _percent(text: str) -> float | None:
    """A percentage from 0 to `STEEPEST_RAMP`; None for another text."""
    found = re.fullmatch(r"\s*-?(\d{1,2}(?:[.,]\d{1,2})?)\s*%?\s*", text)
    percent = float(found[1].replace(",", ".")) if found else None
    if percent is not None and percent > STEEPEST_RAMP:
        raise RaceProblem(
            f"two halves that differ by {percent:g} % are no plan", f"At most {STEEPEST_RAMP:g} %."
        )
    return percent


def _own(text: str, metres: float, unit_m: float, goal_s: float | None) -> Pacing:
    words = "your own splits"
    ramp = re.fullmatch(r"\s*([\d:.]+)\s*(?:-|–|\.\.)\s*([\d:.]+)\s*", text)
    if ramp is not None:
        start, end = (_clock(each) / unit_m for each in ramp.groups())
        return Pacing(
            (_possible(PacedStretch(0.0, metres, start, end)),), "your own, a pace that changes evenly"
        )
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if any("=" in part for part in parts):
        return Pacing(tuple(_anchored(parts, metres, goal_s)), words)
    times = [seconds for part in parts for seconds in _repeated(part)]
    if len(times) == 1:
        return Pacing((_possible(PacedStretch(0.0, metres, times[0] / unit_m, times[0] / unit_m)),), words)
    ends = places(metres, unit_m)[1:]
    if len(times) != len(ends):
        raise RaceProblem(
            f"{len(times)} own splits do not cover {len(ends)} {'km' if unit_m == METRES_PER_KM else 'miles'}",
            "Give a pace for each, the broken one at the end included: own:5:05,5:00x8,4:50.",
        )
    starts = [0.0, *ends[:-1]]
    return Pacing(
        tuple(
            _possible(PacedStretch(start, end, each / unit_m, each / unit_m))
            for start, end, each in zip(starts, ends, times, strict=True)
        ),
        words,
    )


def _anchored(parts: Sequence[str], metres: float, goal_s: float | None) -> Iterator[PacedStretch]:
    """Stretches between times at places, which the finish ends; its time is the goal where it is not said."""
    anchors: dict[float, float] = {}
    for part in parts:
        try:
            race = read_race(part)
        except Misspelt as wrong:
            raise RaceProblem(f"own splits: {wrong.reason}", _SPLIT_FIX) from None
        anchors[float(read_distance(race.distance))] = _clock(race.time)
    if goal_s is not None:
        anchors.setdefault(metres, goal_s)
    at, passed = 0.0, 0.0
    for place in sorted(anchors):
        if place > metres + 1 or anchors[place] <= passed:
            what = "lies behind the finish" if place > metres + 1 else "comes before the one before it"
            raise RaceProblem(f"the own split at {place / 1000:g} km {what}", "Mend that split.")
        end = min(place, metres)
        pace = (anchors[place] - passed) / (end - at)
        yield _possible(PacedStretch(at, end, pace, pace))
        at, passed = end, anchors[place]
    if at < metres - 1:
        raise RaceProblem("the own splits end before the finish", "Add the finish, or name --goal.")


def _repeated(part: str) -> list[float]:
    found = re.fullmatch(r"(?:(\d{1,3})\s*x\s*)?([\d:.]+)(?:\s*x\s*(\d{1,3}))?", part)
    if found is None:
        raise RaceProblem(f"{part[:40]!r} is no split", _SPLIT_FIX)
    return [_clock(found[2])] * min(_OWN_STEPS, int(found[1] or found[3] or 1))


def _clock(text: str) -> float:
    try:
        seconds = read_duration(text)
    except ValueError:
        raise RaceProblem(f"{text[:40]!r} is no time", _SPLIT_FIX) from None
    if seconds <= 0:
        raise RaceProblem(f"{text[:40]!r} is no time", _SPLIT_FIX)
    return float(seconds)


def _possible(stretch: PacedStretch) -> PacedStretch:
    """The stretch, if somebody could run it."""
    for pace in (stretch.start_pace, stretch.end_pace):
        if not 0.13 <= pace <= 1.2:
            raise RaceProblem(
                f"a split at {format_clock(pace * 1000)}/km is not possible",
                "Paces lie from 2:10 to 20:00/km.",
            )
    return stretch


def places(metres: float, every_m: float) -> list[float]:
    """Where splits are taken: the start, every so many metres, and the finish."""
    count = int((metres - 0.5) // every_m)
    return [0.0, *(every_m * (each + 1) for each in range(count)), metres]
