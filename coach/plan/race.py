"""A race on paper: shoes, heat, hills, fuel, alternatives, and the workout it becomes.

A race becomes an ordinary workout with a step a kilometre: running and coaching have no special case for it. What
differs on race day is one word of that document: only its own words are spoken (`spoken`).

The data of a pair of shoes (name, surface, purpose, limit) is in the athlete's document beside the factors of the pods
that sat on it, so a factor stays with its shoe. Its distance is added up from the runs and not stored, so deleting a
run also removes its kilometres.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

from coach.athlete import Shoe
from coach.physiology import surroundings
from coach.physiology.surroundings import CAUTION_SUM_F, Course, HeatAdjustment
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

# --- shoes

SLOW_DAYS: Final = 3
RACE_DAYS: Final = 2
"""Days of slow running and days at race pace or faster before a pair is used in a race. Coaching practice; no trial of
it was found (`docs/explanation/claims.md`)."""
HARD_FROM_M: Final = 1000.0
"""Metres of hard steps that make a day one at race pace. Judged."""
SLOW_FROM_M: Final = 2000.0
"""Metres without hard steps that make it a slow one. Judged."""


@dataclass(frozen=True, slots=True)
class ShoeRun:
    """One run, with the data for shoes; unknown values are None."""

    run: str
    day: date
    shoe: str
    """The slug of the pair; empty if unknown."""
    metres: float | None = None
    hard_m: float | None = None


@dataclass(frozen=True, slots=True)
class ShoeWear:
    """A pair of shoes and its use."""

    slug: str
    name: str
    surface: str = ""
    """`road`, `track`, `trail`, `treadmill`; empty if not given."""
    purpose: str = ""
    """`easy`, `race`, ...; empty if not given."""
    is_retired: bool = False
    limit_m: float | None = None
    """Its planned distance, by its runner; None without a limit."""
    metres: float = 0.0
    runs: int = 0
    unmeasured: int = 0
    """Runs in it of unknown distance, which add nothing."""
    first_day: date | None = None
    last_day: date | None = None
    slow_days: int = 0
    race_days: int = 0
    is_known_race_ready: bool = False
    """True if its runner says that it is broken in."""

    @property
    def is_race_ready(self) -> bool:
        """True if it is broken in and not retired."""
        is_broken_in = self.slow_days >= SLOW_DAYS and self.race_days >= RACE_DAYS
        return not self.is_retired and (self.is_known_race_ready or is_broken_in)

    @property
    def known_metres(self) -> float | None:
        """Its distance so far; None if it has runs, all of unknown distance."""
        return None if not self.metres and self.unmeasured else self.metres

    @property
    def is_worn_out(self) -> bool:
        """True if it has reached its limit."""
        return self.limit_m is not None and self.metres >= self.limit_m

    @property
    def ready_words(self) -> str:
        """Whether it is broken in for a race, in words."""
        if self.is_retired:
            return "retired"
        if self.is_race_ready:
            return "race-ready"
        slow, quick = max(0, SLOW_DAYS - self.slow_days), max(0, RACE_DAYS - self.race_days)
        parts = [f"{slow} slow {_days(slow)}"] if slow else []
        parts += [f"{quick} {_days(quick)} at race pace"] if quick else []
        return f"not broken in: {' and '.join(parts)} to go"

    def as_json(self) -> dict[str, Any]:
        """The pair for other programs; unknown values are absent."""
        tree: dict[str, Any] = {
            "slug": self.slug,
            "name": self.name,
            "runs": self.runs,
            "slow_days": self.slow_days,
            "race_pace_days": self.race_days,
            "race_ready": self.is_race_ready,
            "retired": self.is_retired,
        }
        values = {
            "km": None if self.known_metres is None else round(self.known_metres / METRES_PER_KM, 1),
            "surface": self.surface or None,
            "purpose": self.purpose or None,
            "limit_km": None if self.limit_m is None else round(self.limit_m / METRES_PER_KM, 1),
            "first_use": None if self.first_day is None else self.first_day.isoformat(),
            "last_use": None if self.last_day is None else self.last_day.isoformat(),
            "runs_without_distance": self.unmeasured or None,
        }
        return tree | {name: value for name, value in values.items() if value is not None}


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


@dataclass(frozen=True, slots=True)
class Gear:
    """All pairs of an athlete, and the runs without one."""

    shoes: tuple[ShoeWear, ...]
    unknown: tuple[str, ...] = ()
    """Slugs in runs that the athlete does not have."""
    runs_without: int = 0
    """Runs without a known shoe."""
    metres_without: float = 0.0

    def shoe(self, slug: str) -> ShoeWear | None:
        """The pair of a slug; None where there is none."""
        return next((shoe for shoe in self.shoes if shoe.slug == slug), None)

    def race_shoe(self) -> ShoeWear | None:
        """The pair for races, of several the one that is ready, then the one worn last; None without one."""
        pairs = [shoe for shoe in self.shoes if shoe.purpose == "race" and not shoe.is_retired]
        return max(pairs, key=lambda shoe: (shoe.is_race_ready, shoe.last_day or date.min), default=None)


def gear_of(shoes: Sequence[Shoe], runs: Iterable[ShoeRun]) -> Gear:
    """Add up the use of each pair; the pairs keep the athlete's order, the retired last."""
    by_shoe: dict[str, list[ShoeRun]] = {}
    for run in runs:
        by_shoe.setdefault(run.shoe, []).append(run)
    wear = [_wear(shoe, by_shoe.get(shoe.slug, ())) for shoe in shoes]
    nobody = by_shoe.pop("", [])
    slugs = {shoe.slug for shoe in shoes}
    return Gear(
        tuple(sorted(wear, key=lambda shoe: shoe.is_retired)),
        tuple(sorted(by_shoe.keys() - slugs)),
        len(nobody),
        sum(run.metres or 0.0 for run in nobody),
    )


def _wear(shoe: Shoe, runs: Iterable[ShoeRun]) -> ShoeWear:
    runs = sorted(runs, key=lambda run: (run.day, run.run))
    days: dict[date, list[ShoeRun]] = {}
    for run in runs:
        days.setdefault(run.day, []).append(run)
    return ShoeWear(
        slug=shoe.slug,
        name=shoe.name,
        surface=shoe.surface or "",
        purpose=shoe.purpose or "",
        is_retired=shoe.retired is not None,
        limit_m=None if shoe.limit_km is None else shoe.limit_km * METRES_PER_KM,
        metres=(shoe.already_km or 0.0) * METRES_PER_KM + sum(run.metres or 0.0 for run in runs),
        runs=len(runs),
        unmeasured=sum(run.metres is None for run in runs),
        first_day=runs[0].day if runs else None,
        last_day=runs[-1].day if runs else None,
        slow_days=sum(_is_slow(each) for each in days.values()),
        race_days=sum(_is_hard(each) for each in days.values()),
        is_known_race_ready=shoe.race_ready,
    )


def _is_hard(runs: Iterable[ShoeRun]) -> bool:
    return sum(run.hard_m or 0.0 for run in runs) >= HARD_FROM_M


def _is_slow(runs: Sequence[ShoeRun]) -> bool:
    is_known = all(run.hard_m is not None for run in runs)
    return is_known and not _is_hard(runs) and sum(run.metres or 0.0 for run in runs) >= SLOW_FROM_M


# --- the request

UNITS: Final[Mapping[str, float]] = {"km": METRES_PER_KM, "mile": METRES_PER_MILE}


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


# --- the plan

GOVERNOR: Final = 0.02
"""Largest share by which the first 400 m and the first kilometre may be faster than the plan."""
GOVERNED_M: Final = 400.0
_MORE_SLOW: Final = 3.0
"""Slowdown of plans B and C in per cent, if heat gives no other number. Judged."""
_BAD_THIRD: Final = 2.0
"""Per cent behind at a third of the race that make plan C. Judged: 20 s of a 10 km in 50 minutes."""
FUEL_FROM_S: Final = 3600.0
"""Carbohydrate is advised for efforts of over an hour (GSSI review 2022)."""
_TOO_LATE_S: Final = 300.0
"""Food of the last five minutes has no effect. Judged."""
DURABILITY: Final = ((5400.0, 3.6), (7200.0, 7.1))
"""Seconds run, and the per cent that the speed at the lactate threshold had lost: 14.0 to 13.5 to 13.0 km/h in 14
well-trained men (Zanini and others, Scand J Med Sci Sports 2025;35:e70076). One study; others lost less or more."""


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


class FuelStop(NamedTuple):
    """One moment of eating, and the total by then."""

    at_s: float
    at_m: float
    grams: float
    """In all."""
    sodium_mg: float


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
        return self.split_length(self.request.unit)

    def split_length(self, by: str) -> float:
        """The length of a split by `km`, `mile` or `lap`; five kilometres or miles in a race over 100 km."""
        return float(self.request.lap_m) if by == "lap" else UNITS[by] * (5 if self.metres > LONG_M else 1)

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
        third = f"{third_m / UNITS[self.request.unit]:.1f} {'km' if is_metric else 'miles'}"
        more = _MORE_SLOW
        when = "It is warmer, windier or wetter than the forecast, and you see it before the start."
        if self.heat is not None and self.heat.most > self.heat.least and not self.heat.caution:
            more = 100 * ((100 + self.heat.most) / (100 + self.heat.least) - 1)
            when = "The heat feels as bad as the table says at its worst, or there is wind with it."
        slower = self.pacing.slow_by(more)
        rest_s = (total - third_s) * (1 + _MORE_SLOW / 100)
        pace_c = METRES_PER_KM * rest_s / (self.metres - third_m)
        late_s = third_s * _BAD_THIRD / 100
        return (
            Alternative(
                "B",
                when,
                f"Run every {word} {more:.1f} % slower, from the first one on.",
                slower.mean_pace,
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
        pacing = base.slow_by(heat.most if heat.caution else heat.least)
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


# --- the workout it becomes

MADE_BY: Final = "coach plan race"
"""The source of such a document begins with it, in contrast to a workout of the runner's own of that name."""
CAUTION: Final = (
    f"Temperature and dew point come to over {CAUTION_SUM_F:.0f} °F: hard running is not recommended at all."
)
_AFTER_STEP_S: Final = 8.0
"""After the words for a new step, which are over by then. Judged."""


class RaceDocument(StrEnum):
    """The documents made from a plan."""

    RACE = "race"
    """Race day: only its own words are spoken."""
    REHEARSAL = "race-practice"
    """The same with all cues."""
    WATCH = "watch"
    """A step for each kilometre and nothing else, for another program."""


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


def _step(plan: RacePlan, split: RaceSplit, kind: RaceDocument) -> dict[str, Any]:
    word = "Kilometre" if plan.request.unit == "km" else "Mile"
    is_whole = split.number == 1 or split.end_m < plan.metres - 0.5
    last = f"Last {split.end_m - split.start_m:.0f} m"
    unit_m = UNITS[plan.request.unit]
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
