"""A race on paper: heat, hills, fuel and what to do when it goes otherwise, and the workout it becomes.

A race becomes an ordinary workout with a step a kilometre: nothing that runs or coaches a workout knows races. What
differs on race day is one word of that document: only its own words are spoken (`spoken`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

from coach.documents.spelling import Misspelt, race_name, read_distance, read_race
from coach.physiology import surroundings
from coach.physiology.surroundings import CAUTION_SUM_F, Course, HeatAdjustment
from coach.plan.pacing import Pacing, RaceProblem, even_pacing, places, read_split
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    Metres,
    MetresPerSecond,
    Seconds,
    format_clock,
    parse_pace,
    read_duration,
)

GOVERNOR: Final = 0.02
"""The first 400 m and the first kilometre are not run faster than the plan by more than this share."""
GOVERNED_M: Final = 400.0
SHORTEST_M: Final = 800.0
LONGEST_M: Final = 100_000.0
"""What lies between is planned here: shorter races have no splits to speak of, longer ones another fuel. Judged."""
_MORE_SLOW: Final = 3.0
"""Per cent that plans B and C are slower where no heat says another number. Judged."""
_BAD_THIRD: Final = 2.0
"""Per cent behind at the first third that make it a bad one. Judged: 20 s of a 10 km in 50 minutes."""


# --- Fuel and drink


@dataclass(frozen=True, slots=True)
class Fuel:
    """What is eaten on the way: so much, from a place on, again and again."""

    grams: float = 29.0
    """Carbohydrate of one; the middle of the 28 to 30 g of the example that the coach began with."""
    sodium_mg: float = 180.0
    every_s: float = 1500.0
    from_m: float = 10_000.0
    """Zero begins an interval after the start: nothing is eaten at the gun."""
    is_example: bool = True
    """Whether nobody said another."""


@dataclass(frozen=True, slots=True)
class Drink:
    """What is drunk on the way."""

    millilitres: float
    every_m: float


class FuelStop(NamedTuple):
    """One moment at which something is eaten, and what it comes to by then."""

    at_s: float
    at_m: float
    grams: float
    """In all."""
    sodium_mg: float


FUEL_FROM_S: Final = 3600.0
"""Carbohydrate on the way is advised for what lasts over an hour (GSSI review 2022)."""
FUEL_ADVISED: Final = (30.0, 60.0)
"""Grams an hour; beyond, glucose and fructose together (same review, up to 90)."""
FUEL_MOST: Final = 90.0
_TOO_LATE_S: Final = 300.0
"""Nothing that is eaten in the last five minutes arrives. Judged."""

_FUEL_FIX: Final = 'Write it as "29g 180mg every 25min from 10km", "60g/h", or none.'


def read_fuel(text: str) -> Fuel | None:
    """Read what is eaten: `29g+180mg/25min from 10km`, `28-30g`, `60g/h`; None for `none`.

    What is said by the hour is eaten from the start on unless a place is said, as only then it is so much an hour.

    Raises:
        RaceProblem: it is neither.
    """
    plain = text.casefold().strip()
    if plain in {"none", "no", "nothing", "off"}:
        return None
    number = r"(\d{1,4}(?:\.\d)?)"
    left = plain
    values: dict[str, list[float]] = {}
    for name, pattern in (
        ("hourly", rf"{number}\s*g\s*(?:/|per|an)\s*h(?:our)?"),
        ("sodium", rf"{number}\s*mg(?:\s*(?:sodium|na|salt))?"),
        ("grams", rf"{number}(?:\s*(?:-|to)\s*{number})?\s*g(?:rams?)?(?:\s*(?:carbs?|carbohydrate))?\b"),
        ("every", rf"(?:every|each|/)?\s*{number}(?:\s*(?:-|to)\s*{number})?\s*min(?:utes)?"),
        ("miles", rf"(?:from|after)\s*(?:mile\s*{number}\b|{number}\s*(?:miles?|mi)\b)"),
        ("from", rf"(?:from|after)\s*(?:km\s*)?{number}\s*(?:km|k)?"),
    ):
        found = re.search(pattern, left)
        if found is not None:
            values[name] = [float(each) for each in found.groups() if each is not None]
            left = left[: found.start()] + " " + left[found.end() :]
    if re.sub(r"[\s,+/]|and|of|\bat\b", "", left) or not values.keys() & {"hourly", "grams"}:
        raise RaceProblem(f"{text[:60]!r} is no plan for fuel", _FUEL_FIX)
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
    """Read what is drunk: `150ml every 5km`; None for `none`.

    Raises:
        RaceProblem: it is neither.
    """
    plain = text.casefold().strip()
    if plain in {"none", "no", "nothing", "off"}:
        return None
    found = re.fullmatch(
        r"(\d{2,4})\s*ml(?:\s*(?:every|each|/)\s*|\s*)(\d{1,2}(?:\.\d)?)\s*(km|k|miles?|mi)", plain
    )
    every_m = float(found[2]) * (METRES_PER_KM if found[3][0] == "k" else METRES_PER_MILE) if found else 0.0
    if found is None or every_m < 500:
        raise RaceProblem(f"{text[:60]!r} is no plan for drinking", 'Write it as "150ml every 5km", or none.')
    return Drink(float(found[1]), every_m)


# --- The request and the plan


class Phrase(NamedTuple):
    """Words of the runner's own, and where they are spoken."""

    words: str
    at_m: float


MOST_PHRASES: Final = 3
"""More are not remembered in a race."""
_PHRASE_PLACES: Final = (0.1, 0.5, 0.8)
"""Where phrases without a place are spoken, in shares of the race: settling, the middle, before the end. Judged."""
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
                f"{text[:70]!r} is no phrase for a race",
                f"One to {_LONGEST_PHRASE} letters, such as 2km=Shoulders down.",
            )
        at_m = _place(place, metres) if has_place else round(metres * next(free) / 100) * 100.0
        phrases.append(Phrase(words, max(50.0, at_m)))
    return tuple(sorted(phrases, key=lambda phrase: phrase.at_m))


def _place(text: str, metres: float) -> float:
    plain = text.strip().casefold()
    named = {"start": 50.0, "half": metres / 2, "halfway": metres / 2, "third": metres / 3}
    if plain in named:
        return named[plain]
    spelt = re.sub(r"(?<=\d)(?=[a-z])", " ", re.sub(r"^km\s*(\d.*)$", r"\1 km", plain))
    try:
        at_m = float(read_distance(spelt))
    except Misspelt as wrong:
        raise RaceProblem(f"the place of a phrase: {wrong.reason}", "Such as 2km=Shoulders down.") from None
    if at_m >= metres:
        raise RaceProblem(f"the phrase at {plain} lies behind the finish", "Name an earlier place.")
    return at_m


@dataclass(frozen=True, slots=True)
class Weather:
    """What the forecast says for the race, in Celsius."""

    temperature: float
    dew_point: float


@dataclass(frozen=True, slots=True)
class RaceRequest:
    """A race as it is to be planned."""

    metres: Metres
    goal_s: Seconds | None
    split: str = "even"
    name: str = ""
    """What the race is called; empty where it has no name."""
    unit: str = "km"
    """What splits are told per, `km` or `mile`."""
    weather: Weather | None = None
    course: Course | None = None
    spreads_effort: bool = False
    """Whether the time is spread over the course by what its slopes cost."""
    fuel: Fuel | None = Fuel()
    drink: Drink | None = None
    phrases: tuple[Phrase, ...] = ()
    lap_m: Metres = Metres(400.0)
    """A lap in the lane the race is run in."""
    surface: str = ""
    """`track`, `road` or `treadmill`; empty where nobody said."""


class RaceSplit(NamedTuple):
    """A stretch between two splits."""

    number: int
    start_m: float
    end_m: float
    time_s: float
    """Of this stretch."""
    passed_s: float
    """From the start to its end."""
    climb_m: float | None = None
    descent_m: float | None = None
    metabolic_s: float | None = None
    """What it would take at even effort by the metabolic cost of its slope: an equivalent, not a target."""

    @property
    def pace(self) -> float:
        """Seconds a kilometre."""
        return METRES_PER_KM * self.time_s / (self.end_m - self.start_m)


class Alternative(NamedTuple):
    """Another plan for when the day is another."""

    name: str
    """`B`, `C`."""
    when: str
    """What has to be seen, a sentence."""
    do: str
    """What is run then, a sentence."""
    pace_s: float
    """Seconds a kilometre from then on, on average."""
    finish_s: float
    """What it comes to, about."""


class DurabilityLine(NamedTuple):
    """How much slower a runner's threshold was after so long a run, and what that makes of the plan."""

    after_s: float
    loss: float
    """Per cent of the speed at threshold."""
    at_m: float
    """Where in the race that is."""
    share: float | None
    """The planned speed there as a share of what is left of the threshold; None where that is not known."""


DURABILITY: Final = ((5400.0, 3.6), (7200.0, 7.1))
"""Seconds run, and the per cent that the speed at the lactate threshold had lost: 14.0 to 13.5 to 13.0 km/h in 14
well-trained men (Zanini and others, Scand J Med Sci Sports 2025;35:e70076). One study; others lost less or more."""


@dataclass(frozen=True)
class RacePlan:
    """A race, planned."""

    request: RaceRequest
    cool: Pacing
    """As the goal says, on a cool day on the level."""
    pacing: Pacing
    """What is to be run: slowed for the heat, spread over the hills where that was asked for."""
    heat: HeatAdjustment | None
    heat_sum_f: float | None
    threshold: MetresPerSecond | None
    """The runner's speed at threshold, where it is known."""

    @property
    def metres(self) -> float:
        """The length of the race."""
        return self.pacing.metres

    @property
    def title(self) -> str:
        """What is raced, and in which time: `10 km in 50:00`, in heat with the goal: `10 km in 51:30 for 50:00`."""
        length = distance_name(self.metres)
        named = f"{self.request.name}, {length}" if self.request.name else length
        time, goal = (format_clock(each.total_s) for each in (self.pacing, self.cool))
        return f"{named} in {time}" if time == goal else f"{named} in {time}, in the heat, for {goal}"

    def splits(self, every_m: float = METRES_PER_KM) -> list[RaceSplit]:
        """The splits every so many metres, the finish last."""
        course, rows = self.request.course, []
        for number, (start, end) in enumerate(pairwise(places(self.metres, every_m)), 1):
            passed = self.pacing.time_at(end)
            rows.append(RaceSplit(number, start, end, passed - self.pacing.time_at(start), passed))
        if course is None:
            return rows
        level = self.cool if self.request.spreads_effort else self.pacing
        known = [(course.between(row.start_m, row.end_m), row) for row in rows]
        costs = [
            cost * (level.time_at(row.end_m) - level.time_at(row.start_m)) for (_, _, cost), row in known
        ]
        times = self.pacing.total_s / sum(costs)
        return [
            row._replace(climb_m=climb, descent_m=descent, metabolic_s=each * times)
            for ((climb, descent, _), row), each in zip(known, costs, strict=True)
        ]

    @property
    def halves(self) -> tuple[float, float]:
        """The times of the two halves."""
        first = self.pacing.time_at(self.metres / 2)
        return first, self.pacing.total_s - first

    @property
    def governor(self) -> tuple[float, float]:
        """The least times of the first 400 m and of the first kilometre."""
        first_km = self.pacing.time_at(min(METRES_PER_KM, self.metres))
        return self.pacing.time_at(GOVERNED_M) * (1 - GOVERNOR), first_km * (1 - GOVERNOR)

    @cached_property
    def fuel_stops(self) -> tuple[FuelStop, ...]:
        """When something is eaten; none in a race of up to an hour unless the runner said what."""
        fuel = self.request.fuel
        if fuel is None or (fuel.is_example and self.pacing.total_s <= FUEL_FROM_S):
            return ()
        stops: list[FuelStop] = []
        at_s = self.pacing.time_at(fuel.from_m) if fuel.from_m < self.metres else self.pacing.total_s
        at_s = at_s or fuel.every_s
        while at_s <= self.pacing.total_s - _TOO_LATE_S:
            count = len(stops) + 1
            stops.append(
                FuelStop(at_s, self.pacing.place_at(at_s), count * fuel.grams, count * fuel.sodium_mg)
            )
            at_s += fuel.every_s
        return tuple(stops)

    @property
    def grams_an_hour(self) -> float:
        """Carbohydrate an hour of the race."""
        return self.fuel_stops[-1].grams / (self.pacing.total_s / 3600) if self.fuel_stops else 0.0

    @property
    def drinks(self) -> list[float]:
        """The places at which something is drunk."""
        drink = self.request.drink
        return places(self.metres, drink.every_m)[1:-1] if drink is not None else []

    @property
    def alternatives(self) -> tuple[Alternative, Alternative]:
        """Plan B for the weather, plan C for a bad first third."""
        total, third_m = self.pacing.total_s, self.metres / 3
        third_s = self.pacing.time_at(third_m)
        is_metric = self.request.unit == "km"
        word = "kilometre" if is_metric else "mile"
        third = f"{third_m / METRES_PER_KM:.1f} km" if is_metric else f"{third_m / METRES_PER_MILE:.1f} miles"
        more = _MORE_SLOW
        when = "It is warmer, windier or wetter than the forecast, and you see it before the start."
        if self.heat is not None and self.heat.most > self.heat.least and not self.heat.caution:
            more = 100 * ((100 + self.heat.most) / (100 + self.heat.least) - 1)
            when = "The heat feels as bad as the table says at its worst, or there is wind with it."
        slower = self.pacing.slowed(more)
        pace_b = METRES_PER_KM * slower.total_s / self.metres
        rest_s = (total - third_s) * (1 + _MORE_SLOW / 100)
        pace_c = METRES_PER_KM * rest_s / (self.metres - third_m)
        late_s = third_s * _BAD_THIRD / 100
        return (
            Alternative(
                "B",
                when,
                f"Run every {word} {more:.1f} % slower, from the first one on.",
                pace_b,
                slower.total_s,
            ),
            Alternative(
                "C",
                f"At {third} you are {late_s:.0f} s or more behind {format_clock(third_s)}, or it is "
                "already harder than it should be.",
                f"Do not chase: run the rest {_MORE_SLOW:g} % slower than planned.",
                pace_c,
                third_s * (1 + _BAD_THIRD / 100) + rest_s,
            ),
        )

    @property
    def durability(self) -> list[DurabilityLine]:
        """What is known of a threshold late in a long race; nothing for one of up to 90 minutes."""
        lines = []
        for after_s, loss in DURABILITY:
            if after_s >= self.pacing.total_s:
                continue
            at_m = self.pacing.place_at(after_s)
            share = None
            if self.threshold is not None:
                speed = self.metres / self.pacing.total_s
                share = speed / (self.threshold * (1 - loss / 100))
            lines.append(DurabilityLine(after_s, loss, at_m, share))
        return lines


def distance_name(metres: float) -> str:
    """What a distance is called: `10 km`, `half`, `marathon`, `mile`, `10 miles`."""
    for written in ("21.0975 km", "42.195 km", "1 mile"):
        if abs(metres - read_distance(written)) < 1:
            return race_name(written)
    miles = round(metres / METRES_PER_MILE)
    if miles > 1 and abs(metres - miles * METRES_PER_MILE) < 1 and metres % 100 > 1:
        return f"{miles} miles"
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def read_goal(distance: str, goal: str) -> tuple[Metres, Seconds]:
    """Read a distance and a time or a pace, `10k` and `50:00`, `half` and `1:40`, `marathon` and `5:00/km`.

    Raises:
        RaceProblem: one of them cannot be read, or nobody runs so fast, so slow, so short or so long.
    """
    metres, seconds = _read_goal(distance, goal)
    return checked(metres), _checked_time(metres, seconds)


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
    """The one race that somebody runs in such a time: 10 km in 50:00; None where it may be another, or is a pace.

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
"""Seconds a kilometre that a time is taken to mean, 3:15 to 7:30; beyond, somebody says how far. Judged."""


def read_length(distance: str) -> Metres:
    """Read the distance of a race: `10k`, `half`, `3000m`.

    Raises:
        RaceProblem: it is none, or too short or too long.
    """
    try:
        return checked(read_distance(read_race(f"{distance}=99:00").distance))
    except Misspelt:
        raise RaceProblem(
            f"{distance[:40]!r} is no distance of a race", "Such as 5k, 10k, half, marathon or 3000m."
        ) from None


def checked(metres: float) -> Metres:
    """A distance that is planned here.

    Raises:
        RaceProblem: it is too short or too long.
    """
    if not SHORTEST_M <= metres <= LONGEST_M:
        raise RaceProblem(
            f"a race over {metres / 1000:g} km is not planned here", "Races from 800 m to 100 km are."
        )
    return Metres(metres)


def _checked_time(metres: float, seconds: float) -> Seconds:
    pace = METRES_PER_KM * seconds / metres
    if not 130 <= pace <= 1200:
        raise RaceProblem(
            f"{distance_name(metres)} in {format_clock(seconds)} is {format_clock(pace)}/km",
            "Is the time right?",
        )
    return Seconds(seconds)


def plan_race(request: RaceRequest, threshold: MetresPerSecond | None = None) -> RacePlan:
    """Plan a race; `threshold` is the runner's speed at threshold, where it is known.

    In heat every pace is slower by the least that the table asks for; at a sum that it warns of no pace is faster than
    another, not even downhill, and all are slower by the most.

    Raises:
        RaceProblem: the split cannot be read, or the course is no course of this race.
    """
    cool = read_split(request.split, request.metres, request.goal_s, request.unit)
    request = _on_course(request)
    pacing, heat, sum_f = cool, None, None
    if request.weather is not None:
        sum_f = surroundings.heat_sum(request.weather.temperature, request.weather.dew_point)
        heat = surroundings.adjustment(sum_f)
        base = even_pacing(cool.metres, cool.total_s) if heat.caution else cool
        pacing = base.slowed(heat.most if heat.caution else heat.least)
    if request.spreads_effort and request.course is not None and not (heat is not None and heat.caution):
        pacing = pacing.over(request.course)
    return RacePlan(request, cool, pacing, heat, sum_f, threshold)


_COURSE_OFF: Final = 0.05
"""A course whose length is off by more is another course. Judged: positions of a watch are off by 1 to 2 %."""


def _on_course(request: RaceRequest) -> RaceRequest:
    course = request.course
    if course is None:
        if request.spreads_effort:
            raise RaceProblem("effort is spread over a course, and there is none", "Add --course FILE.gpx.")
        return request
    if abs(course.length / request.metres - 1) > _COURSE_OFF:
        raise RaceProblem(
            f"the course is {course.length / 1000:.2f} km long, the race {request.metres / 1000:g} km",
            "Give the course of the whole race.",
        )
    return replace(request, course=course.scaled(request.metres))


# --- The workout a race becomes


class RaceDocument(StrEnum):
    """The documents that a plan is compiled to."""

    RACE = "race"
    """Race day: only its own words are spoken."""
    REHEARSAL = "race-practice"
    """The same with the whole coach."""
    WATCH = "watch"
    """A step a kilometre and nothing else, for another program."""


MADE_BY: Final = "coach plan race"
"""How the source of such a document begins, which tells it from a workout of the runner's own of that name."""


def race_workout(plan: RacePlan, kind: RaceDocument, checklist: Sequence[str] = ()) -> dict[str, Any]:
    """The plan as a workout document, with a step a kilometre (or mile)."""
    request = plan.request
    every_m = METRES_PER_KM if request.unit == "km" else METRES_PER_MILE
    steps = [_step(plan, split, kind) for split in plan.splits(every_m)]
    if kind is not RaceDocument.WATCH:
        steps[0]["start"] = "press"
        steps[0]["gates"] = _governors(plan)
    sections: list[dict[str, Any]] = [{"name": "Race", "steps": steps}]
    if checklist and kind is not RaceDocument.WATCH:
        items = [{"do": line[:80]} for line in checklist]
        before = {"kind": "checklist", "name": "Before the start", "items": items}
        sections.insert(0, {"name": "Before", "steps": [before]})
    document: dict[str, Any] = {
        "format": "coach-workout/1",
        "name": plan.title,
        "purpose": f"Race: {plan.pacing.words}",
        "source": f"{MADE_BY}, goal {format_clock(plan.cool.total_s)}",
        "tags": {"phase": "race", "focus": [distance_name(plan.metres)]},
        "sections": sections,
    }
    if plan.heat is not None and plan.heat.caution:
        document["caution"] = CAUTION
    if request.surface:
        document["context"] = {"surface": request.surface}
    if kind is RaceDocument.RACE:
        document["spoken"] = "own"
    return document


CAUTION: Final = (
    f"Temperature and dew point come to over {CAUTION_SUM_F:.0f} °F: hard running is not recommended at all."
)


def _step(plan: RacePlan, split: RaceSplit, kind: RaceDocument) -> dict[str, Any]:
    word = "Kilometre" if plan.request.unit == "km" else "Mile"
    is_whole = split.number == 1 or split.end_m < plan.metres - 0.5
    last = f"Last {split.end_m - split.start_m:.0f} m"
    unit_m = METRES_PER_KM if plan.request.unit == "km" else METRES_PER_MILE
    is_whole = is_whole or abs(split.end_m - split.start_m - unit_m) < 1
    step: dict[str, Any] = {
        "kind": "work",
        "name": f"{word} {split.number}" if is_whole else last,
        "until": {"distance": f"{split.end_m - split.start_m:.4f}".rstrip("0").rstrip(".") + " m"},
        "target": {"pace": _paces(split.pace, kind)},
        "notes": ". ".join((f"{format_clock(split.passed_s)} at its end", *_salts(plan, split))) + ".",
    }
    if kind is not RaceDocument.WATCH:
        step["steer"] = "rate"
    reminders = list(_reminders(plan, split))
    if reminders:
        step["reminders"] = reminders
    says = [
        {"text": phrase.words, "at": _moment(split, plan.pacing.time_at(phrase.at_m))}
        for phrase in plan.request.phrases
        if split.start_m <= phrase.at_m < split.end_m
    ]
    if says and kind is not RaceDocument.WATCH:
        step["says"] = says
    return step


def _salts(plan: RacePlan, split: RaceSplit) -> Iterator[str]:
    """What the gels of a stretch bring of sodium, and how much it is by then."""
    began_s = split.passed_s - split.time_s
    for stop in plan.fuel_stops if plan.request.fuel is not None and plan.request.fuel.sodium_mg else ():
        if began_s <= stop.at_s < split.passed_s and plan.request.fuel is not None:
            yield f"Gel: {plan.request.fuel.sodium_mg:g} mg sodium, {stop.sodium_mg:.0f} mg in all"


def _paces(pace: float, kind: RaceDocument) -> str:
    """The pace of a step; for a watch, which has no governor, the range in which it is kept."""
    written = [
        format_clock(each, tenths=True) for each in (pace * (1 - GOVERNOR), pace, pace * (1 + GOVERNOR))
    ]
    return f"{written[0]}-{written[2]}/km" if kind is RaceDocument.WATCH else f"{written[1]}/km"


def _moment(split: RaceSplit, at_s: float) -> str:
    """When in its step something is said that is planned for a time: a little after the step has begun.

    By time and not by distance: a step that ends in a gap of the sensor begins some metres in.
    """
    since_s = at_s - (split.passed_s - split.time_s)
    return format_clock(max(1.0, min(max(_AFTER_STEP_S, since_s), split.time_s - 1.0)))


_AFTER_STEP_S: Final = 8.0
"""After the words for a new step, which are over by then. Judged."""


def _reminders(plan: RacePlan, split: RaceSplit) -> Iterator[dict[str, Any]]:
    """What is eaten and drunk on a stretch; amounts of one text and unit add up over the run."""
    fuel, drink, began_s = plan.request.fuel, plan.request.drink, split.passed_s - split.time_s
    for stop in plan.fuel_stops:
        if fuel is not None and began_s <= stop.at_s < split.passed_s:
            yield {"text": "Gel", "at": _moment(split, stop.at_s), "amount": fuel.grams, "unit": "g"}
    for place in plan.drinks:
        if drink is not None and split.start_m <= place < split.end_m:
            at = _moment(split, plan.pacing.time_at(place))
            yield {"text": "Drink", "at": at, "amount": drink.millilitres, "unit": "ml"}


def _governors(plan: RacePlan) -> list[dict[str, Any]]:
    """The rule that holds the first kilometre back."""
    _, first_km = plan.governor
    least = format_clock(first_km * METRES_PER_KM / min(METRES_PER_KM, plan.metres), tenths=True)
    return [
        {
            "rule": "start governor",
            "when": "during",
            "text": "Too fast for the first kilometre. Hold back",
            "pace": {"faster": f"{least}/km"},
            "for": "0:10",
        }
    ]
