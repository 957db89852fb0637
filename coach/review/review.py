"""The data a review is made from, and the review itself.

Each number is a `ReviewValue` under the name of its formula (`coach.review.formulas`): measured, estimated, or not
measured at all, which then says why. The terminal, the screens, the report and the history read a `Review` and compute
nothing of their own. `coach.review.reviewer` makes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from coach.cues.cue import Cue
from coach.physiology.zones import Zone
from coach.quantities import Metres, Seconds
from coach.review import measures
from coach.review.lessons import GuidedFinding
from coach.review.measures import RedKilometre, RunThirds
from coach.review.summary import RepSplit, Summary
from coach.review.trace import RunSeconds, RunTrace
from coach.session.events import StepEnded
from coach.signals.config import LearntFactor
from coach.signals.readings import Source


class Standing(StrEnum):
    """Reliability of a number."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    """An input was guessed: an end across a gap, a maximum from age."""
    NOT_MEASURED = "not_measured"
    """There is no number."""


@dataclass(frozen=True, slots=True)
class ReviewValue:
    """One number of a review, or the reason why it is missing."""

    name: str
    """Its row in `FORMULAS`."""
    value: float | None
    standing: Standing
    reason: str = ""
    """The reason why it is missing, or a remark on it."""
    applies: bool = True
    """False if the number has no meaning for the run: the fade of reps in a run without reps."""


class KnownRate(NamedTuple):
    """A heart rate of an athlete."""

    bpm: float
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Runner:
    """The athlete as known on the day of the run."""

    threshold: KnownRate | None = None
    maximum: KnownRate | None = None
    rest: KnownRate | None = None
    threshold_speed: float | None = None
    easy_speed: float | None = None
    """The middle of the easy pace."""


@dataclass(frozen=True, slots=True)
class RunnerNotes:
    """The runner's notes on the run, made afterwards."""

    rpe: int | None = None
    text: str = ""
    worked: str = ""
    """Their answer to `What worked?`."""
    failed: str = ""
    """Their answer to `What did not?`."""
    shoe: str = ""
    answered_at: str = ""
    """Local time of the last answer; empty where it is not known."""
    after_s: float | None = None
    """Seconds from the end of the run to the rating of effort; None if unknown."""
    can_answer: bool = False
    """True if answers can be stored, as for a run recorded by this program."""


@dataclass(frozen=True, slots=True)
class EarlierFactor:
    """The factor of a pod as an earlier run left it."""

    source: Source
    day: str
    factor: float
    sd: float


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run after its fold, and its circumstances."""

    trace: RunTrace
    summary: Summary
    slopes: Sequence[tuple[float, float]] = ()
    """Rise over run as reported by a treadmill, with its time."""
    learnt: Sequence[LearntFactor] = ()
    """The pod factors at the start of the run."""
    heat_sum_f: float | None = None
    """Sum of air temperature and dew point, in degrees Fahrenheit; None if the weather is unknown."""
    day: str = ""
    """The day it was run, `2026-05-31`; empty where it is not known."""
    earlier: Sequence[EarlierFactor] = ()
    """Factors of its pods learnt in earlier runs, oldest first."""


@dataclass(frozen=True, slots=True)
class StepReview:
    """One step: its plan, and results that are not in `result`."""

    place: int
    """From 1."""
    result: StepEnded
    rep: int | None
    """Its number among the reps; None for other steps."""
    plan_time_s: Seconds | None
    plan_distance: Metres | None
    plan_speed: float | None
    power: float | None
    """Mean in watts."""
    fade: float | None
    """Speed of the first third over that of the last, less 1; + is a slower end."""
    standing: Standing
    """Of its distance."""
    splits: tuple[RepSplit, ...] = ()
    laps: tuple[Seconds | None, ...] = ()
    """The time from each split to the one before; None for a split that does not count."""
    answer: str = ""
    """Question and answer, in words."""

    @property
    def drop(self) -> float | None:
        """Fall of the heart rate in the first 60 s of a rest."""
        return self.result.heart_rate_drop


class Came(StrEnum):
    """Outcome of a cue that judged the runner."""

    ANSWERED = "answered"
    NOT_ANSWERED = "not answered"
    STEP_OVER = "step was over"
    """The step ended before the time for an answer was over."""
    UNKNOWN = "not known"
    """There were no readings after it."""


@dataclass(frozen=True, slots=True)
class CueReview:
    """A cue and its outcome."""

    cue: Cue
    run_s: Seconds | None
    """Running time when it was said."""
    step_id: str
    came: Came | None = None
    """None where the cue asked for nothing."""
    after_s: float | None = None
    """Seconds to the answer."""


@dataclass(frozen=True, slots=True)
class SensorReview:
    """Reception of a sensor."""

    source: Source
    live: float
    """Share of the time from its first value to the end."""
    gaps: int
    longest_gap_s: float | None
    """None without a gap."""


@dataclass(frozen=True, slots=True)
class ZoneTime:
    """The time in one zone."""

    zone: Zone
    seconds: float
    share: float
    """Of the time with a heart rate."""


@dataclass(frozen=True, slots=True)
class CalibrationReview:
    """A factor of a pod, known at the start or learnt during the run."""

    sensor: Source
    at: Seconds | None
    """Time in this run when it was learnt; None for a factor from before."""
    day: str
    factor: float
    sd: float
    origin: str
    """`mark`, `stretch`, `line`, `lap`; `earlier` and `start` for what was known before."""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of a run."""

    summary: Summary
    title: str
    """The workout."""
    day: str
    unit: str
    """`km` or `mile`."""
    surface: str
    steps: tuple[StepReview, ...]
    values: Mapping[str, ReviewValue]
    """Every number that occurs once in a run, in the order of `FORMULAS`."""
    seconds: RunSeconds
    zones: tuple[ZoneTime, ...] = ()
    zone_model: str = ""
    """The basis of the zones, in words; empty without zones."""
    splits: tuple[measures.RunSplit, ...] = ()
    """The kilometres or miles of the whole run."""
    cues: tuple[CueReview, ...] = ()
    sensors: tuple[SensorReview, ...] = ()
    calibrations: tuple[CalibrationReview, ...] = ()
    red: tuple[RedKilometre, ...] = ()
    gates: Mapping[str, int] = field(default_factory=dict)
    """The count of cues by each of the runner's own rules."""
    findings: tuple[GuidedFinding, ...] = ()
    notes: RunnerNotes = RunnerNotes()
    verdict: tuple[str, ...] = ()
    """At most three plain sentences: facts, without praise and without a cause."""
    thirds: RunThirds | None = None
    """The easy, steady and hard parts; None without zones, or without a heart rate for half of the time."""

    def value(self, name: str) -> float | None:
        """The number of a formula; None where it is missing."""
        return self.values[name].value
