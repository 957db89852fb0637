"""Pacing of a race, and how people write it: splits, goal, fuel, drink, phrases.

Paces are seconds a metre in here, because a plan adds times over stretches, and change evenly with the distance.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from coach.physiology.surroundings import Course
from coach.problems import UsageProblem
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    Metres,
    Seconds,
    format_clock,
    parse_pace,
    read_duration,
)
from coach.spelling import Misspelt, race_name, read_distance, read_race

_SHORTEST_SPLIT_M: Final = 10.0
"""A shorter remainder behind the last whole kilometre of a race is part of that kilometre. Judged."""
STEEPEST_RAMP: Final = 10.0
"""Largest difference of two halves, in per cent. Judged."""
_ADDS_UP_S: Final = 1.0
"""Largest error of own splits against the goal: they are written in whole seconds."""
_OWN_STEPS: Final = 200
"""Most own splits."""


class RaceProblem(UsageProblem):
    """A race cannot be planned as requested."""


class PacedStretch(NamedTuple):
    """A stretch of a race whose pace changes evenly from its start to its end."""

    start_m: float
    end_m: float
    start_pace: float
    """Seconds a metre."""
    end_pace: float

    def time_to(self, metres: float) -> float:
        """Seconds from its start to a place in it."""
        run_m = metres - self.start_m
        return run_m * (self.start_pace + self.pace_at(metres)) / 2

    def pace_at(self, metres: float) -> float:
        """The pace at a place in it."""
        share = (metres - self.start_m) / (self.end_m - self.start_m)
        return self.start_pace + share * (self.end_pace - self.start_pace)


@dataclass(frozen=True)
class Pacing:
    """The pace of a race from its start to its finish."""

    stretches: tuple[PacedStretch, ...]
    words: str
    """The kind of split: `even`, `the second half 1.5 % faster`, `your own splits`."""

    @property
    def metres(self) -> float:
        """The length of the race."""
        return self.stretches[-1].end_m

    @cached_property
    def total_s(self) -> float:
        """The time at the finish."""
        return sum(each.time_to(each.end_m) for each in self.stretches)

    @property
    def mean_pace(self) -> float:
        """Its mean pace, seconds a kilometre."""
        return METRES_PER_KM * self.total_s / self.metres

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

    def slow_by(self, percent: float) -> "Pacing":
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
    """A pace that changes evenly, so that the second half takes `percent` less than the first; below 0 more."""
    first_half = goal_s / (2 - percent / 100)
    mean, half = goal_s / metres, first_half / (metres / 2)
    rise = 2 * (half - mean)
    words = f"the second half {abs(percent):g} % {'faster' if percent >= 0 else 'slower'} than the first"
    return Pacing((PacedStretch(0.0, metres, mean + rise, mean - rise),), words)


# --- as people write it

_SPLIT_FIX: Final = (
    "Write even, negative:1.5%, own:5:05-4:55 (a pace that changes evenly), own:5:05,5:00x8,4:50 (one for each "
    "kilometre) or own:5km=25:20,10km=50:00 (times at places)."
)


def read_split(text: str, metres: float, goal_s: float | None, unit: str = "km") -> Pacing:
    """Read the split of a race; own splits need no goal, and must match it if there is one.

    Args:
        text: `even`, `negative:1.5%`, `positive:1%`, `own:...`.
        metres: the length of the race.
        goal_s: its time; None where the splits are to say it.
        unit: unit of own paces, `km` or `mile`.

    Raises:
        RaceProblem: it is none of these, or own splits do not add up.
    """
    match = re.fullmatch(r"\s*([a-z]+)\s*[:= ]?\s*(.*?)\s*", text.casefold(), re.DOTALL)
    kind, rest = (match[1], match[2]) if match else ("", "")
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
    raise RaceProblem(f"{text[:60]!r} is not a valid split", _SPLIT_FIX)


def _percent(text: str) -> float | None:
    """A percentage from 0 to `STEEPEST_RAMP`; None for another text."""
    match = re.fullmatch(r"\s*-?(\d{1,2}(?:[.,]\d{1,2})?)\s*%?\s*", text)
    percent = float(match[1].replace(",", ".")) if match else None
    if percent is not None and percent > STEEPEST_RAMP:
        raise RaceProblem(
            f"{percent:g} % is too large a difference between the halves", f"At most {STEEPEST_RAMP:g} %."
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
        return Pacing(tuple(_between_anchors(parts, metres, goal_s)), words)
    times = [seconds for part in parts for seconds in _repeat(part)]
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


def _between_anchors(parts: Sequence[str], metres: float, goal_s: float | None) -> Iterator[PacedStretch]:
    """Stretches between times at places, the finish last; its time is the goal if it is not given."""
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
            raise RaceProblem(f"the own split at {place / 1000:g} km {what}", "Correct that split.")
        end = min(place, metres)
        pace = (anchors[place] - passed) / (end - at)
        yield _possible(PacedStretch(at, end, pace, pace))
        at, passed = end, anchors[place]
    if at < metres - 1:
        raise RaceProblem("the own splits end before the finish", "Add the finish, or name --goal.")


def _repeat(part: str) -> list[float]:
    match = re.fullmatch(r"(?:(\d{1,3})\s*x\s*)?([\d:.]+)(?:\s*x\s*(\d{1,3}))?", part)
    if match is None:
        raise RaceProblem(f"{part[:40]!r} is not a split", _SPLIT_FIX)
    return [_clock(match[2])] * min(_OWN_STEPS, int(match[1] or match[3] or 1))


def _clock(text: str) -> float:
    try:
        seconds = read_duration(text)
    except ValueError:
        raise RaceProblem(f"{text[:40]!r} is not a time", _SPLIT_FIX) from None
    if seconds <= 0:
        raise RaceProblem(f"{text[:40]!r} is not a time", _SPLIT_FIX)
    return float(seconds)


def _possible(stretch: PacedStretch) -> PacedStretch:
    """Return the stretch, if its pace is possible for a runner."""
    for pace in (stretch.start_pace, stretch.end_pace):
        if not 0.13 <= pace <= 1.2:
            raise RaceProblem(
                f"a split at {format_clock(pace * 1000)}/km is not possible",
                "Paces lie from 2:10 to 20:00/km.",
            )
    return stretch


def places(metres: float, every_m: float) -> list[float]:
    """The places of splits: the start, every `every_m` metres, and the finish; a last few metres are no split."""
    count = int((metres - _SHORTEST_SPLIT_M) // every_m)
    return [0.0, *(every_m * (each + 1) for each in range(count)), metres]


# --- how far and in which time

SHORTEST_M: Final = 800.0
"""Shorter races have no useful splits. Judged."""
LONGEST_M: Final = 500_000.0
"""As far as a step of a workout may be."""
LONG_M: Final = 100_500.0
"""Over more than 100 km a split each kilometre says too much: there is one each five. Judged."""


def distance_name(metres: float) -> str:
    """The name of a distance: `10 km`, `half`, `marathon`, `mile`, `10 miles`."""
    for spelling in ("21.0975 km", "42.195 km", "1 mile"):
        if abs(metres - read_distance(spelling)) < 1:
            return race_name(spelling)
    miles = round(metres / METRES_PER_MILE)
    if miles > 1 and abs(metres - miles * METRES_PER_MILE) < 1 and metres % 100 > 1:
        return f"{miles} miles"
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def read_goal(distance: str, goal: str) -> tuple[Metres, Seconds]:
    """Read a distance and a time or a pace, `10k` and `50:00`, `half` and `1:40`, `marathon` and `5:00/km`.

    Raises:
        RaceProblem: one of them cannot be read, or is out of range.
    """
    metres, seconds = _read_goal(distance, goal)
    return check_length(metres), _check_time(metres, seconds)


def _read_goal(distance: str, goal: str) -> tuple[Metres, Seconds]:
    try:
        if "/" in goal:
            metres = read_length(distance)
            seconds = Seconds(metres / parse_pace(goal))
        else:
            race = read_race(f"{distance}={goal}")
            metres, seconds = read_distance(race.distance), read_duration(race.time)
    except Misspelt as wrong:
        raise RaceProblem(wrong.reason, "Write --distance 10k --goal 50:00.") from None
    except ValueError as wrong:
        raise RaceProblem(str(wrong), "Write --goal 50:00, or a pace, --goal 5:00/km.") from None
    return metres, seconds


def length_for(goal: str) -> Metres | None:
    """The only race that a runner finishes in such a time: 10 km in 50:00; None if ambiguous, or for a pace.

    Raises:
        RaceProblem: it is no time.
    """
    if "/" in goal:
        return None
    lengths = []
    for distance in _COMMON:
        metres, seconds = _read_goal(distance, goal)
        if _COMMON_PACES[0] <= METRES_PER_KM * seconds / metres <= _COMMON_PACES[1]:
            lengths.append(metres)
    return lengths[0] if len(lengths) == 1 else None


_COMMON: Final = ("5k", "10k", "half", "marathon")


_COMMON_PACES: Final = (195.0, 450.0)
"""Range of paces for which a time names its race, 3:15 to 7:30 a kilometre; beyond, the distance is needed. Judged."""


def read_length(distance: str) -> Metres:
    """Read the distance of a race: `10k`, `half`, `3000m`.

    Raises:
        RaceProblem: it is none, or too short or too long.
    """
    try:
        return check_length(read_distance(read_race(f"{distance}=99:00").distance))
    except Misspelt:
        raise RaceProblem(
            f"{distance[:40]!r} is not a race distance", "For example: 5k, 10k, half, marathon or 3000m."
        ) from None


def check_length(metres: float) -> Metres:
    """Return a distance that can be planned.

    Raises:
        RaceProblem: it is too short or too long.
    """
    if not SHORTEST_M <= metres <= LONGEST_M:
        raise RaceProblem(
            f"a race over {metres / 1000:g} km is not planned here",
            "Races from 800 m to 500 km are; of a race by time, such as 24 hours, name the distance you expect.",
        )
    return Metres(metres)


def _check_time(metres: float, seconds: float) -> Seconds:
    pace = METRES_PER_KM * seconds / metres
    if not 130 <= pace <= 1200:
        raise RaceProblem(
            f"{distance_name(metres)} in {format_clock(seconds)} is {format_clock(pace)}/km",
            "Is the time right?",
        )
    return Seconds(seconds)


# --- fuel, drink and phrases


@dataclass(frozen=True, slots=True)
class Fuel:
    """Food during the race: an amount, from a place on, at intervals."""

    grams: float = 29.0
    """Carbohydrate of one; the middle of the example of 28 to 30 g in the seed article."""
    sodium_mg: float = 180.0
    every_s: float = 1500.0
    from_m: float = 10_000.0
    """Zero starts an interval after the start: nothing is eaten at the start."""
    is_example: bool = True
    """True if it is the example, not the runner's own."""


EXAMPLE_FUEL: Final = Fuel()
"""The fuel of a plan until its runner gives their own."""


@dataclass(frozen=True, slots=True)
class Drink:
    """Drink during the race."""

    millilitres: float
    every_m: float


_FUEL_FIX: Final = 'Write it as "29g 180mg every 25min from 10km", "60g/h", or none.'


def read_fuel(text: str) -> Fuel | None:
    """Read food: `29g+180mg/25min from 10km`, `28-30g`, `60g/h`; None for `none`.

    An amount by the hour starts at the start unless a place is given, as only then its rate is right.

    Raises:
        RaceProblem: it is neither.
    """
    plain = text.casefold().strip()
    if plain in {"none", "no", "nothing", "off"}:
        return None
    number = r"(\d{1,4}(?:\.\d)?)"
    rest = plain
    values: dict[str, list[float]] = {}
    for name, pattern in (
        ("hourly", rf"{number}\s*g\s*(?:/|per|an)\s*h(?:our)?"),
        ("sodium", rf"{number}\s*mg(?:\s*(?:sodium|na|salt))?"),
        ("grams", rf"{number}(?:\s*(?:-|to)\s*{number})?\s*g(?:rams?)?(?:\s*(?:carbs?|carbohydrate))?\b"),
        ("every", rf"(?:every|each|/)?\s*{number}(?:\s*(?:-|to)\s*{number})?\s*min(?:utes)?"),
        ("miles", rf"(?:from|after)\s*(?:mile\s*{number}\b|{number}\s*(?:miles?|mi)\b)"),
        ("from", rf"(?:from|after)\s*(?:km\s*)?{number}\s*(?:km|k)?"),
    ):
        match = re.search(pattern, rest)
        if match is not None:
            values[name] = [float(each) for each in match.groups() if each is not None]
            rest = rest[: match.start()] + " " + rest[match.end() :]
    if re.sub(r"[\s,+/]|and|of|\bat\b", "", rest) or not values.keys() & {"hourly", "grams"}:
        raise RaceProblem(f"{text[:60]!r} is not a valid fuel plan", _FUEL_FIX)
    minutes = values.get("every", [25.0])
    every_s = 60 * sum(minutes) / len(minutes)
    if not 300 <= every_s <= 7200:
        raise RaceProblem("fuel comes every 5 to 120 minutes", _FUEL_FIX)
    grams = values.get("grams", [0.0])
    each = sum(grams) / len(grams) if "grams" in values else values["hourly"][0] * every_s / 3600
    if not 0 < each <= 200:
        raise RaceProblem(f"{each:g} g at once is not possible", _FUEL_FIX)
    sodium = values.get("sodium", [180.0 if "grams" not in values and "hourly" not in values else 0.0])[0]
    if "miles" in values:
        from_m = METRES_PER_MILE * values["miles"][0]
    else:
        from_m = METRES_PER_KM * values.get("from", [10.0 if "grams" in values else 0.0])[0]
    return Fuel(each, sodium, every_s, from_m, is_example=False)


def read_drink(text: str) -> Drink | None:
    """Read drink: `150ml every 5km`; None for `none`.

    Raises:
        RaceProblem: it is neither.
    """
    plain = text.casefold().strip()
    if plain in {"none", "no", "nothing", "off"}:
        return None
    match = re.fullmatch(
        r"(\d{2,4})\s*ml(?:\s*(?:every|each|/)\s*|\s*)(\d{1,2}(?:\.\d)?)\s*(km|k|miles?|mi)", plain
    )
    every_m = float(match[2]) * (METRES_PER_KM if match[3][0] == "k" else METRES_PER_MILE) if match else 0.0
    if match is None or every_m < 500:
        raise RaceProblem(
            f"{text[:60]!r} is not a valid drinking plan", 'Write it as "150ml every 5km", or none.'
        )
    return Drink(float(match[1]), every_m)


class Phrase(NamedTuple):
    """Words of the runner's own, and their place."""

    words: str
    at_m: float


MOST_PHRASES: Final = 3
"""More are not remembered in a race. Judged."""


_PHRASE_PLACES: Final = (0.1, 0.5, 0.8)
"""Places of phrases without one, in shares of the race: settling, the middle, before the end. Judged."""


_LONGEST_PHRASE: Final = 60


def read_phrases(texts: Sequence[str], metres: float) -> tuple[Phrase, ...]:
    """Read up to three phrases, `2km=Shoulders down` or without a place; they come back in order of their places.

    Raises:
        RaceProblem: there are more, one is too long, or its place is not in the race.
    """
    if len(texts) > MOST_PHRASES:
        raise RaceProblem(f"{len(texts)} phrases are too many for a race", "Choose three.")
    free = iter(_PHRASE_PLACES)
    phrases = []
    for text in texts:
        place, has_place, words = text.partition("=")
        if not has_place:
            place, words = "", text
        words = " ".join(words.split())
        if not words or len(words) > _LONGEST_PHRASE or not words.isprintable():
            raise RaceProblem(
                f"{text[:70]!r} is not a race phrase",
                f"One to {_LONGEST_PHRASE} letters, such as 2km=Shoulders down.",
            )
        at_m = _place(place, metres) if has_place else round(metres * next(free) / 100) * 100.0
        phrases.append(Phrase(words, max(50.0, at_m)))
    return tuple(sorted(phrases, key=lambda phrase: phrase.at_m))


def _place(text: str, metres: float) -> float:
    plain = text.strip().casefold()
    marks = {"start": 50.0, "half": metres / 2, "halfway": metres / 2, "third": metres / 3}
    if plain in marks:
        return marks[plain]
    spelt = re.sub(r"(?<=\d)(?=[a-z])", " ", re.sub(r"^km\s*(\d.*)$", r"\1 km", plain))
    try:
        at_m = float(read_distance(spelt))
    except Misspelt as wrong:
        raise RaceProblem(
            f"the place of a phrase: {wrong.reason}", "For example: 2km=Shoulders down."
        ) from None
    if at_m >= metres:
        raise RaceProblem(f"the phrase at {plain} lies behind the finish", "Name an earlier place.")
    return at_m
