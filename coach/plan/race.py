"""A race on paper: heat, hills, fuel, alternatives, and the workout it becomes.

A race becomes an ordinary workout with a step a kilometre: running and coaching have no special case for it. What
differs on race day is one word of that document: only its own words are spoken (`spoken`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

from coach.physiology import surroundings
from coach.physiology.surroundings import CAUTION_SUM_F, FLATTERS_BELOW, Course, HeatAdjustment
from coach.plan.gear import ShoeWear
from coach.plan.pacing import (
    EXAMPLE_FUEL,
    LONG_M,
    Drink,
    Fuel,
    Pacing,
    Phrase,
    RaceProblem,
    distance_name,
    even_pacing,
    places,
    read_split,
)
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    Metres,
    MetresPerSecond,
    Seconds,
    format_clock,
)

GOVERNOR: Final = 0.02
"""Largest share by which the first 400 m and the first kilometre may be faster than the plan."""
GOVERNED_M: Final = 400.0
_MORE_SLOW: Final = 3.0
"""Slowdown of plans B and C in per cent, if heat gives no other number. Judged."""
_BAD_THIRD: Final = 2.0
"""Per cent behind at a third of the race that make plan C. Judged: 20 s of a 10 km in 50 minutes."""


# --- Fuel and drink


class FuelStop(NamedTuple):
    """One moment of eating, and the total by then."""

    at_s: float
    at_m: float
    grams: float
    """In all."""
    sodium_mg: float


FUEL_FROM_S: Final = 3600.0
"""Carbohydrate is advised for efforts of over an hour (GSSI review 2022)."""
FUEL_ADVISED: Final = (30.0, 60.0)
"""Grams an hour; beyond, glucose and fructose together (same review, up to 90)."""
FUEL_MOST: Final = 90.0
_TOO_LATE_S: Final = 300.0
"""Food of the last five minutes has no effect. Judged."""


# --- The request and the plan


@dataclass(frozen=True, slots=True)
class Weather:
    """The forecast for the race, in Celsius."""

    temperature: float
    dew_point: float


@dataclass(frozen=True, slots=True)
class RaceRequest:
    """The input of a race plan."""

    metres: Metres
    goal_s: Seconds | None
    split: str = "even"
    name: str = ""
    """The name of the race; may be empty."""
    unit: str = "km"
    """Unit of splits, `km` or `mile`."""
    weather: Weather | None = None
    course: Course | None = None
    spreads_effort: bool = False
    """True if the time is spread over the course by the cost of its slopes."""
    fuel: Fuel | None = EXAMPLE_FUEL
    drink: Drink | None = None
    phrases: tuple[Phrase, ...] = ()
    lap_m: Metres = Metres(400.0)
    """Length of a lap in the lane of the race."""
    surface: str = ""
    """`track`, `road` or `treadmill`; empty if not given."""


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
    """Its time at even effort by the metabolic cost of its slope: an equivalent, not a target."""

    @property
    def pace(self) -> float:
        """Seconds a kilometre."""
        return METRES_PER_KM * self.time_s / (self.end_m - self.start_m)


class Alternative(NamedTuple):
    """A plan for other conditions."""

    name: str
    """`B`, `C`."""
    when: str
    """Its condition, a sentence."""
    do: str
    """Its instruction, a sentence."""
    pace_s: float
    """Seconds a kilometre from then on, on average."""
    finish_s: float
    """The finish time, roughly."""


class DurabilityLine(NamedTuple):
    """The loss of threshold speed after a time of running, and its effect on the plan."""

    after_s: float
    loss: float
    """Per cent of the speed at threshold."""
    at_m: float
    """The place in the race."""
    share: float | None
    """The planned speed there as a share of the reduced threshold; None if unknown."""


DURABILITY: Final = ((5400.0, 3.6), (7200.0, 7.1))
"""Seconds run, and the per cent that the speed at the lactate threshold had lost: 14.0 to 13.5 to 13.0 km/h in 14
well-trained men (Zanini and others, Scand J Med Sci Sports 2025;35:e70076). One study; others lost less or more."""


@dataclass(frozen=True)
class RacePlan:
    """A race, planned."""

    request: RaceRequest
    cool: Pacing
    """The pacing of the goal, on a cool day on the level."""
    pacing: Pacing
    """The pacing to run: slowed for the heat, spread over the hills if requested."""
    heat: HeatAdjustment | None
    heat_sum_f: float | None
    threshold: MetresPerSecond | None
    """The runner's speed at threshold, if known."""

    @property
    def metres(self) -> float:
        """The length of the race."""
        return self.pacing.metres

    @property
    def title(self) -> str:
        """Race and time: `10 km in 50:00`, in heat with the goal: `10 km in 51:30 for 50:00`."""
        length = distance_name(self.metres)
        name = f"{self.request.name}, {length}" if self.request.name else length
        time, goal = (format_clock(each.total_s) for each in (self.pacing, self.cool))
        return f"{name} in {time}" if time == goal else f"{name} in {time}, in the heat, for {goal}"

    def splits(self, every_m: float = METRES_PER_KM) -> list[RaceSplit]:
        """The splits at intervals of `every_m` metres, the finish last."""
        course, rows = self.request.course, []
        for number, (start, end) in enumerate(pairwise(places(self.metres, every_m)), 1):
            passed = self.pacing.time_at(end)
            rows.append(RaceSplit(number, start, end, passed - self.pacing.time_at(start), passed))
        if course is None:
            return rows
        level = self.cool if self.request.spreads_effort else self.pacing
        stretches = [(course.between(row.start_m, row.end_m), row) for row in rows]
        costs = [
            cost * (level.time_at(row.end_m) - level.time_at(row.start_m)) for (_, _, cost), row in stretches
        ]
        times = self.pacing.total_s / sum(costs)
        return [
            row._replace(climb_m=climb, descent_m=descent, metabolic_s=each * times)
            for ((climb, descent, _), row), each in zip(stretches, costs, strict=True)
        ]

    @property
    def step_m(self) -> float:
        """Default distance of splits: a kilometre or a mile, five in a race over 100 km."""
        unit_m = METRES_PER_KM if self.request.unit == "km" else METRES_PER_MILE
        return unit_m * (5 if self.metres > LONG_M else 1)

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
        """The moments of eating; none in a race of up to an hour unless the runner chose them."""
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
        """The places of drinking."""
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
        """The threshold late in a long race; empty for one of up to 90 minutes."""
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


def plan_race(request: RaceRequest, threshold: MetresPerSecond | None = None) -> RacePlan:
    """Plan a race; `threshold` is the runner's speed at threshold, if known.

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
"""A course with a larger error of length is another course. Judged: positions of a watch err by 1 to 2 %."""


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
    """The documents made from a plan."""

    RACE = "race"
    """Race day: only its own words are spoken."""
    REHEARSAL = "race-practice"
    """The same with all cues."""
    WATCH = "watch"
    """A step for each kilometre and nothing else, for another program."""


MADE_BY: Final = "coach plan race"
"""The source of such a document begins with it, in contrast to a workout of the runner's own of that name."""


def race_workout(plan: RacePlan, kind: RaceDocument, checklist: Sequence[str] = ()) -> dict[str, Any]:
    """The plan as a workout document, with a step a kilometre (or mile)."""
    request = plan.request
    steps = [_step(plan, split, kind) for split in plan.splits(plan.step_m)]
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
    is_whole = is_whole or abs(split.end_m - split.start_m - plan.step_m) < 1
    step: dict[str, Any] = {
        "kind": "work",
        "name": f"{word} {split.end_m / unit_m:.0f}" if is_whole else last,
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
    """Write the sodium in the gels of a stretch, and the total by then."""
    began_s = split.passed_s - split.time_s
    for stop in plan.fuel_stops if plan.request.fuel is not None and plan.request.fuel.sodium_mg else ():
        if began_s <= stop.at_s < split.passed_s and plan.request.fuel is not None:
            yield f"Gel: {plan.request.fuel.sodium_mg:g} mg sodium, {stop.sodium_mg:.0f} mg in all"


def _paces(pace: float, kind: RaceDocument) -> str:
    """The pace of a step; for a watch, which has no governor, a range."""
    paces = [format_clock(each, tenths=True) for each in (pace * (1 - GOVERNOR), pace, pace * (1 + GOVERNOR))]
    return f"{paces[0]}-{paces[2]}/km" if kind is RaceDocument.WATCH else f"{paces[1]}/km"


def _moment(split: RaceSplit, at_s: float) -> str:
    """The time in its step of a reminder planned for a time: a little after the step has begun.

    By time and not by distance: a step that ends in a gap of the sensor begins some metres in.
    """
    since_s = at_s - (split.passed_s - split.time_s)
    return format_clock(max(1.0, min(max(_AFTER_STEP_S, since_s), split.time_s - 1.0)))


_AFTER_STEP_S: Final = 8.0
"""After the words for a new step, which are over by then. Judged."""


def _reminders(plan: RacePlan, split: RaceSplit) -> Iterator[dict[str, Any]]:
    """Food and drink on a stretch; amounts of one text and unit add up over the run."""
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


# --- Splits, and actions during the race


@dataclass(frozen=True, slots=True)
class RaceFacts:
    """The facts of runs, shoes and the calendar for the checklist."""

    shoe: ShoeWear | None = None
    """The pair for the race; None without one."""
    has_runs: bool = False
    """True if there are runs to judge by."""
    fuel_practised: date | None = None
    """The last long run with a cue to eat; None without one."""
    start_minute: int | None = None
    """The start of the race, in minutes after midnight; None if not given."""


LONG_RUN_S: Final = 75 * 60.0
"""A run of this length is one to practise fuel in. Judged."""


UNITS: Final[Mapping[str, float]] = {"km": METRES_PER_KM, "mile": METRES_PER_MILE}


SPLIT_UNITS: Final = ("km", "mile", "lap")
"""The units of splits."""


def split_length(plan: RacePlan, by: str) -> float:
    """The length of a split by `km`, `mile` or `lap`; five kilometres or miles in a race over 100 km."""
    return float(plan.request.lap_m) if by == "lap" else UNITS[by] * (5 if plan.metres > LONG_M else 1)


def on_the_way(plan: RacePlan, row: RaceSplit) -> tuple[list[FuelStop], list[float], list[str]]:
    """Food, drink and phrases up to the end of a split; those planned for a mark are beside that mark."""
    began_s = row.passed_s - row.time_s
    stops = [stop for stop in plan.fuel_stops if began_s + _AT_MARK < stop.at_s <= row.passed_s + _AT_MARK]
    drinks = [place for place in plan.drinks if row.start_m + _AT_MARK < place <= row.end_m + _AT_MARK]
    phrases = [each.words for each in plan.request.phrases if row.start_m < each.at_m <= row.end_m]
    return stops, drinks, phrases


_AT_MARK: Final = 0.1
"""Largest distance in metres and seconds between a mark and its plan by rounding of fractions."""


def pace_words(plan: RacePlan, seconds_per_km: float, *, tenths: bool = True) -> str:
    """A pace in the runner's unit, without the unit."""
    return format_clock(seconds_per_km * UNITS[plan.request.unit] / METRES_PER_KM, tenths=tenths)


def split_name(split: RaceSplit, by: str, length: float) -> str:
    """The name of a split by its end: `7`, or the distance of a broken one."""
    is_whole = by == "lap" and abs(split.end_m - split.start_m - length) < 1
    unit = length if by == "lap" else UNITS[by]
    return str(split.number) if is_whole else f"{split.end_m / unit:.2f}".rstrip("0").rstrip(".")


def mean_pace(plan: RacePlan) -> float:
    """The mean pace of a plan, seconds a kilometre."""
    return METRES_PER_KM * plan.pacing.total_s / plan.metres


def mean_cool_pace(plan: RacePlan) -> float:
    """The mean pace of a plan on a cool day, seconds a kilometre."""
    return METRES_PER_KM * plan.cool.total_s / plan.metres


def is_steep(plan: RacePlan) -> bool:
    """Return whether a slope of the course is so steep that the metabolic cost flatters it."""
    course = plan.request.course
    return course is not None and any(
        course.slope(place) < FLATTERS_BELOW for place in range(0, int(plan.metres), 25)
    )


# --- As data


def split_tree(row: RaceSplit) -> dict[str, Any]:
    """A split for other programs; unknown values are absent."""
    tree: dict[str, Any] = {
        "number": row.number,
        "at_m": round(row.end_m, 1),
        "pace_s_per_km": round(row.pace, 1),
        "time_s": round(row.time_s, 1),
        "passed_s": round(row.passed_s, 1),
    }
    if row.climb_m is not None and row.descent_m is not None and row.metabolic_s is not None:
        tree |= {
            "climb_m": round(row.climb_m, 1),
            "descent_m": round(row.descent_m, 1),
            "metabolic_equivalent_s": round(row.metabolic_s, 1),
        }
    return tree


def stop_tree(stop: FuelStop) -> dict[str, Any]:
    """A moment at which something is eaten, for other programs."""
    return {
        "at_s": round(stop.at_s, 1),
        "at_m": round(stop.at_m),
        "total_g": round(stop.grams, 1),
        "total_sodium_mg": round(stop.sodium_mg),
    }
