"""The athlete: heart rates, paces, results and pod factors, all dated; data only.

The document (`coach-athlete/1`) keeps a history, so that an old run is judged by the values of its day. An entry has
only what changed; `Athlete.now` merges all entries, `Athlete.as_of` those up to a date. Under `learnt` it has one
lesson for each run that taught something.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator

from coach.documents import (
    Day,
    DistanceText,
    Faulty,
    Name,
    PaceRangeText,
    PaceText,
    Slug,
    Strict,
    TimeText,
    check_format,
    check_tree,
    faults_of,
    read_tree,
)
from coach.problems import AthleteProblem
from coach.spelling import Misspelt

RECENT_DAYS: Final = 56
"""Days before the newest race within which earlier races still count for today's fitness."""
TRIAL_DAYS: Final = 42
"""Days within which the trials of one critical-speed test lie: over longer times fitness changes."""

PaceName = Literal["easy", "marathon", "half", "threshold", "10k", "5k", "3k", "mile", "goal"]
"""The reference paces a workout may name, slowest first."""
PACE_NAMES: Final[tuple[PaceName, ...]] = get_args(PaceName)


# --- the lessons of recorded runs
#
# Each names the run it comes from, so that it can be removed again. Together they give the newest factor of a pod in a
# shoe, the newest kinetics (each rests on the ones before), and one line through the cadences of all runs
# (`coach.physiology.performance`).


class PodLesson(Strict):
    """The factor of one pod on one pair of shoes at the end of a run."""

    pod: Name
    """The sensor's ID."""
    shoe: str = ""
    """The slug of the pair; empty if unknown."""
    factor: float = Field(ge=0.9, le=1.1)
    """True metres per metre of the pod."""
    sd: float = Field(gt=0, le=0.1)
    """Standard deviation of the factor."""


class CountLesson(Strict):
    """The counting of cadence by a sensor: both feet or one."""

    sensor: Name
    """The sensor's ID."""
    factor: Literal[1, 2]
    """Steps of both feet per step of the sensor: 2 if it counts one foot."""


class HeartLesson(Strict):
    """The delay of the heart rate, from this run and those before it (`coach.physiology.heart_rate`)."""

    delay_up_s: float = Field(ge=0, le=40)
    tau_up_s: float = Field(ge=8, le=160)
    delay_down_s: float = Field(ge=0, le=40)
    tau_down_s: float = Field(ge=8, le=160)
    ups: int = Field(ge=0, le=100)
    downs: int = Field(ge=0, le=100)


class CadenceLesson(Strict):
    """The cadences of one run against its speeds: sums over even stretches of twenty seconds."""

    stretches: int = Field(ge=1, le=10_000)
    speed_mps: float = Field(ge=2, le=8)
    """Their mean speed."""
    cadence_spm: float = Field(ge=120, le=260)
    """Their mean cadence, both feet."""
    speed_variance: float = Field(ge=0, le=9)
    cadence_variance: float = Field(ge=0, le=2000)
    covariance: float = Field(ge=-150, le=150)
    """Means of the squares and of the product, about the means above."""


class Lesson(Strict):
    """The lessons of one run; missing ones stay as they were."""

    run: Name
    """The run's ID."""
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day of the run, `2026-05-31`."""
    pods: Annotated[tuple[PodLesson, ...], Field(max_length=4)] = ()
    counts: Annotated[tuple[CountLesson, ...], Field(max_length=8)] = ()
    heart: HeartLesson | None = None
    cadence: CadenceLesson | None = None

    @property
    def is_empty(self) -> bool:
        """True if the run taught nothing."""
        return not self.pods and not self.counts and self.heart is None and self.cadence is None


def pod_factor(lessons: Iterable[Lesson], pod: str, shoe: str) -> PodLesson | None:
    """Return the newest factor of a pod on a pair of shoes; None without one."""
    factors = [each for lesson in lessons for each in lesson.pods if (each.pod, each.shoe) == (pod, shoe)]
    return factors[-1] if factors else None


def cadence_count(lessons: Iterable[Lesson], sensor: str) -> Literal[1, 2] | None:
    """Return the newest factor from a sensor's cadence to steps of both feet; None without one."""
    counts = [each.factor for lesson in lessons for each in lesson.counts if each.sensor == sensor]
    return counts[-1] if counts else None


def heart_lesson(lessons: Iterable[Lesson]) -> HeartLesson | None:
    """Return the newest kinetics; None without any."""
    hearts = [lesson.heart for lesson in lessons if lesson.heart is not None]
    return hearts[-1] if hearts else None


# --- the document


class HeartRateValue(Strict):
    """A heart rate of the athlete, and whether it is measured."""

    bpm: float = Field(ge=25, le=240)
    """Beats per minute."""
    source: Literal["measured", "estimated"]
    """`measured` in a test or race, or `estimated` from age; an estimate never triggers a cue."""


class HeartRates(Strict):
    """The heart rates that targets refer to."""

    max: HeartRateValue | None = None
    rest: HeartRateValue | None = None
    threshold: HeartRateValue | None = None
    """Mean of the last 20 minutes of a 30-minute solo time trial (LTHR)."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Refuse a resting or threshold rate that is not below the rates above it."""
        reason = _out_of_order(self.max, self.rest, self.threshold)
        if reason:
            raise Misspelt(reason, "One of the two is wrong.")
        return self


def _out_of_order(
    top: HeartRateValue | None, rest: HeartRateValue | None, threshold: HeartRateValue | None
) -> str:
    """Name the two heart rates that contradict each other; empty if none do."""
    if top and rest and top.bpm - rest.bpm < 30:
        return "the maximum heart rate lies less than 30 above the resting one"
    if top and threshold and threshold.bpm >= top.bpm:
        return "the threshold heart rate is not below the maximum"
    if rest and threshold and threshold.bpm - rest.bpm < 20:
        return "the threshold heart rate lies less than 20 above the resting one"
    return ""


class Race(Strict):
    """A race result."""

    date: Day
    distance: DistanceText
    time: TimeText


class Trial(Race):
    """A maximal run of a critical-speed test, about 2 to 25 minutes."""


class Goal(Strict):
    """The athlete's goal: a time for a distance, or a pace."""

    distance: DistanceText | None = None
    time: TimeText | None = None
    pace: PaceText | None = None
    date: Day | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _has_a_pace(self) -> Self:
        """Refuse a goal without a pace, or with two."""
        both = self.distance is not None and self.time is not None
        if both == (self.pace is not None) or (self.distance is None) != (self.time is None):
            raise Misspelt(
                "a goal is a distance with a time, or a pace", 'For example: "10 km" with "42:00".'
            )
        return self


class CadenceHabit(Strict):
    """The runner's natural cadence, in steps per minute."""

    easy: float | None = Field(default=None, ge=100, le=260)
    fast: float | None = Field(default=None, ge=100, le=260)


class SimpleTest(StrEnum):
    """A test of one leg or one side that needs only a step and a wall."""

    CALF_RAISES = "calf-raises"
    """Most calf raises on one leg."""
    SIDE_PLANK = "side-plank"
    """Seconds on one forearm until the hips sink."""
    HOP = "hop"
    """Centimetres of the best of three hops on one leg."""
    LUNGE = "lunge"
    """Centimetres between toes and a wall that the knee still touches with the heel down."""


class Sides(Strict):
    """The results of a simple test on each side."""

    left: float = Field(ge=0, le=1000)
    right: float = Field(ge=0, le=1000)


class Entry(Strict):
    """The changes of one day; missing values stay as they were."""

    from_day: Day = Field(alias="from")
    heart_rate: HeartRates | None = None
    threshold_pace: PaceText | None = None
    top_speed_mps: float | None = Field(default=None, ge=2.0, le=12.5)
    """Best speed over 60 to 100 m in metres per second."""
    weight_kg: float | None = Field(default=None, ge=25, le=250)
    """Body weight in kg; optional."""
    races: Annotated[tuple[Race, ...], Field(max_length=100)] = ()
    trials: Annotated[tuple[Trial, ...], Field(max_length=20)] = ()
    """Maximal runs for critical speed; races do not count as trials."""
    goal: Goal | None = None
    paces: dict[PaceName, PaceRangeText] = Field(default_factory=dict)
    """Paces set by hand; they replace derived ones."""
    cadence: CadenceHabit | None = None
    tests: dict[SimpleTest, Sides] = Field(default_factory=dict)
    """Simple tests, left and right: repeats, seconds or centimetres."""


class PodFactor(Strict):
    """The learnt factor of one pod on one pair of shoes."""

    pod: Name
    factor: float = Field(ge=0.9, le=1.1)
    """True metres per metre of the pod."""
    sd: float = Field(gt=0, le=0.1)
    """Standard deviation of the factor."""
    speed_class: Literal["any", "easy", "threshold", "fast"] = "any"
    surface: Literal["track", "road", "treadmill"] = "track"


class Shoe(Strict):
    """A pair of shoes."""

    slug: Slug
    name: Name
    surface: Literal["road", "track", "trail", "treadmill"] | None = None
    """The surface it is made for."""
    purpose: Name | None = None
    """`easy`, `race`, ... in the runner's own words."""
    race_ready: bool = False
    """True if the runner says that it is broken in; otherwise its runs decide."""
    retired: Day | None = None
    """The day it was retired."""
    limit_km: float | None = Field(default=None, gt=0, le=10_000)
    """The distance after which it should be replaced, in km."""
    already_km: float | None = Field(default=None, ge=0, le=10_000)
    """Its distance before its first recorded run, in km."""
    factors: Annotated[tuple[PodFactor, ...], Field(max_length=50)] = ()


class Now(Strict):
    """The values of an athlete at one moment; every part may be missing."""

    heart_rate: HeartRates = HeartRates()
    threshold_pace: PaceText | None = None
    top_speed_mps: float | None = None
    weight_kg: float | None = None
    races: tuple[Race, ...] = ()
    """The newest race and those up to `RECENT_DAYS` before it, oldest first."""
    trials: tuple[Trial, ...] = ()
    """The newest trial and those up to `TRIAL_DAYS` before it, oldest first."""
    goal: Goal | None = None
    paces: dict[PaceName, PaceRangeText] = Field(default_factory=dict)
    cadence: CadenceHabit = CadenceHabit()


class Athlete(Strict):
    """An athlete document."""

    format: Literal["coach-athlete/1"] = "coach-athlete/1"
    slug: Slug
    name: Name
    units: Literal["km", "mile"] = "km"
    """The unit of paces."""
    ceiling_bpm: float | None = Field(default=None, ge=100, le=240)
    """A heart rate never to exceed; always watched when set."""
    gear_border_percent: float | None = Field(default=None, ge=72, le=88)
    """Per cent of the maximum heart rate at which gear 3 becomes gear 4; coaches' values are between 70 and 90."""
    running_since: Day | None = None
    """The day since when they have run regularly; the basis for counting seasons."""
    injuries: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Old injuries that rule out some sessions: `hamstring`, `Achilles`, `foot`."""
    history: Annotated[tuple[Entry, ...], Field(max_length=1000)] = ()
    """The entries, oldest first."""
    shoes: Annotated[tuple[Shoe, ...], Field(max_length=100)] = ()
    learnt: Annotated[tuple[Lesson, ...], Field(max_length=1000)] = ()
    """The lessons of runs, oldest first."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Refuse entries out of order, and shoes of the same name."""
        days = [entry.from_day for entry in self.history]
        if days != sorted(days):
            raise Misspelt("the history is not in order of its dates", "Put the oldest first.", key="history")
        if len({shoe.slug for shoe in self.shoes}) < len(self.shoes):
            raise Misspelt("two pairs of shoes have one slug", "Rename one of them.", key="shoes")
        self._check_rates()
        return self

    def _check_rates(self) -> None:
        """Refuse heart rates of different days that contradict each other."""
        rates: dict[str, HeartRateValue] = {}
        for place, entry in enumerate(self.history):
            if entry.heart_rate is None:
                continue
            rates |= {name: value for name, value in entry.heart_rate if value is not None}
            reason = _out_of_order(rates.get("max"), rates.get("rest"), rates.get("threshold"))
            if reason:
                raise Misspelt(reason, "One of the two is wrong.", key=f"history[{place}].heart_rate")

    def as_of(self, day: str) -> "Athlete":
        """Return the athlete as of a date, `2026-05-31`, without later entries and lessons."""
        return self.model_copy(
            update={
                "history": tuple(entry for entry in self.history if entry.from_day <= day),
                "learnt": tuple(lesson for lesson in self.learnt if lesson.day <= day),
            }
        )

    @property
    def now(self) -> Now:
        """Return the values of the whole history, with newer entries over older ones."""
        values: dict[str, object] = {}
        rates: dict[str, object] = {}
        paces: dict[PaceName, str] = {}
        for entry in self.history:
            values |= {
                name: value
                for name in ("threshold_pace", "top_speed_mps", "weight_kg", "goal", "cadence")
                if (value := getattr(entry, name)) is not None
            }
            if entry.heart_rate is not None:
                rates |= {name: value for name, value in entry.heart_rate if value is not None}
            paces |= entry.paces
        values["races"] = _recent([race for entry in self.history for race in entry.races], RECENT_DAYS)
        values["trials"] = _recent([trial for entry in self.history for trial in entry.trials], TRIAL_DAYS)
        return Now.model_construct(heart_rate=HeartRates.model_construct(**rates), paces=paces, **values)  # type: ignore[arg-type]


def _recent(results: Sequence[Race], days: int) -> tuple[Race, ...]:
    """Return the newest result and those up to `days` before it, oldest first."""
    days_of = [(date.fromisoformat(result.date).toordinal(), result) for result in results]
    newest = max((day for day, _ in days_of), default=0)
    recent = [dated for dated in days_of if dated[0] >= newest - days]
    return tuple(result for _, result in sorted(recent, key=lambda dated: dated[0]))


def load_athlete(data: bytes, *, name: str) -> Athlete:
    """Read an athlete document from the bytes of a file called `name`.

    Raises:
        AthleteProblem: with the place in the document, the reason and the fix.
    """
    try:
        return checked_athlete(read_tree(data, what="athlete document"))
    except Faulty as faulty:
        first = faulty.faults[0]
        place = f"{name}, {first.where}" if first.where else name
        raise AthleteProblem(f"{place}: {first.reason}", faulty.hint) from None


def dump_athlete(athlete: Athlete) -> bytes:
    """Return an athlete document: UTF-8 JSON that `load_athlete` reads back equal."""
    plain = athlete.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    tree = {"format": athlete.format, "slug": athlete.slug, "name": athlete.name, "units": athlete.units}
    return (json.dumps(tree | plain, indent=1, ensure_ascii=False) + "\n").encode()


def athlete_from(tree: dict[str, object], *, name: str) -> Athlete:
    """Read an athlete from JSON values, such as those in a recording's header.

    Raises:
        AthleteProblem: with the place in the document, the reason and the fix.
    """
    return load_athlete(json.dumps(tree).encode(), name=name)


def checked_athlete(tree: dict[str, object]) -> Athlete:
    """Validate JSON values and return the athlete.

    Raises:
        Faulty: with every fault and its place in the document.
    """
    check_format(tree, family="coach-athlete", version=1, what="athlete document")
    check_tree(tree)
    try:
        return Athlete.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise Faulty(faults_of(error, tree)) from None
