"""The traits of each kind of step, and the defaults of a workout.

There is one row for each kind, and the sets of kinds that the rest of the program uses. A new kind is a member of
`Kind`,
a row of `KINDS` and, where it is run, a word of `RunKind`. No other module lists kinds: it reads a trait of one kind
(`KINDS[step.kind].label`) or uses a set (`step.kind in HARD`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Kind(StrEnum):
    """What a step is for."""

    WARM_UP = "warm_up"
    WORK = "work"
    FLOAT = "float"
    RECOVERY = "recovery"
    STRIDE = "stride"
    HILL = "hill"
    COOL_DOWN = "cool_down"
    OPEN = "open"
    FARTLEK = "fartlek"
    CHECKLIST = "checklist"
    PROMPT = "prompt"


CROSS: Final = "cross"
"""The kinds of other training in tags: a swim, a bike ride or a walk adds load but no kilometres."""

RunKind = Literal[
    "warm_up", "work", "float", "recovery", "stride", "hill", "cool_down", "open", "fartlek"
]  # fmt: skip
"""The kinds a running step of a document may have, as a type: those in `RUN`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTraits:
    """The traits of a kind of step."""

    name: str
    """Its name in a sentence."""
    label: str
    """Its label on the screen, in capitals."""
    phase: Literal["work", "float", "recovery", "checklist", "prompt"] = "work"
    """The phase of the session it is run in, which selects the columns of the button table."""
    height: float
    """Height of its block in the profile of a workout, 0 to 1. Chosen by eye."""
    threshold_share: float = 0.0
    """Speed of a simulated runner in it without a target, as a share of threshold speed. Not measured."""
    elsewhere: Literal["warmup", "cooldown", "interval", "active", "recovery", "rest"] = "active"
    """The names of such a step on watches and sites: the words that FIT, Garmin Connect and intervals.icu share."""
    rep_word: str = ""
    """The name of one of several, as in `8 hills` and `Rep two of five`; empty if they are not counted aloud."""
    is_named_aloud: bool = False
    """True if its kind is spoken at its start and it is not counted; otherwise its own name is spoken."""
    is_run: bool = True
    """True if it is part of the run; a list of exercises and a question are not."""
    is_hard: bool = False
    """True if it is run hard."""
    is_rep: bool = False
    """True for one hard piece of a set: it starts from a line, and the offsets and changes of a set apply to it."""
    is_float: bool = False
    """True for the quick running between reps, which is no rest."""
    is_rest: bool = False
    """True if it is a recovery, which the runner jogs, walks or stands."""
    is_easy: bool = False
    """True if it is the easy running before or after the hard part."""
    is_brief: bool = False
    """True if it is over before a sensor can measure it."""
    is_uphill: bool = False
    """True if it is run up a slope, where pace and distance say little and a mark ends it."""
    eases_off: bool = False
    """True if the runner slows down into it."""
    may_be_endless: bool = False
    """True if a document may leave its end out, so that it ends on a press."""
    is_plain: bool = False
    """True if the kind adds nothing to its length and target."""
    short: str = ""
    """What coaches write before its length, as in `WU 15'`; empty if they write nothing."""
    noun: str = ""
    """Its noun in a sentence; empty if that is its label."""

    @property
    def is_quick(self) -> bool:
        """True for running that is no recovery, and that may be too slow."""
        return self.is_hard or self.is_float

    @property
    def has_limits(self) -> bool:
        """True if limits of heart rate and external metrics apply in it."""
        return self.is_run and not self.is_brief

    @property
    def is_judged(self) -> bool:
        """True if its pace, cadence and power are judged."""
        return self.has_limits and not self.is_uphill

    @property
    def is_timed(self) -> bool:
        """True if its time is announced as a result."""
        return self.is_rep and not self.is_brief

    @property
    def is_counted(self) -> bool:
        """True if it is shown with its number in the set: `REP 4/8`."""
        return self.is_rep or self.is_float

    @property
    def is_paced_rep(self) -> bool:
        """True if it is a rep that is judged by its pace."""
        return self.is_rep and self.is_judged

    @property
    def is_pause(self) -> bool:
        """True if it separates one rep from the next."""
        return self.is_rest or self.is_float

    @property
    def stands_alone(self) -> bool:
        """True if it is a part of a workout by itself, without a rest of its own."""
        return self.is_easy or self.may_be_endless

    @property
    def is_on_lane(self) -> bool:
        """True if it is run along the lane from mark to mark, so that the next step begins at speed."""
        return self.is_counted and self.is_judged


KINDS: Final[dict[Kind, KindTraits]] = {
    Kind.WARM_UP: KindTraits(
        name="warm-up",
        label="WARM-UP",
        height=0.35,
        elsewhere="warmup",
        short="WU",
        threshold_share=0.75,
        is_named_aloud=True,
        is_easy=True,
    ),
    Kind.WORK: KindTraits(
        name="work",
        label="REP",
        height=1.0,
        elsewhere="interval",
        threshold_share=1.05,
        rep_word="rep",
        is_hard=True,
        is_rep=True,
        is_plain=True,
    ),
    Kind.FLOAT: KindTraits(
        name="float",
        label="FLOAT",
        phase="float",
        height=0.5,
        elsewhere="recovery",
        threshold_share=0.85,
        is_named_aloud=True,
        is_float=True,
        eases_off=True,
    ),
    Kind.RECOVERY: KindTraits(
        name="recovery",
        label="REST",
        phase="recovery",
        height=0.2,
        elsewhere="recovery",
        is_rest=True,
        eases_off=True,
        noun="recovery",
    ),
    Kind.STRIDE: KindTraits(
        name="stride",
        label="STRIDE",
        height=0.9,
        elsewhere="interval",
        threshold_share=1.25,
        rep_word="stride",
        is_named_aloud=True,
        is_hard=True,
        is_rep=True,
        is_brief=True,
    ),
    Kind.HILL: KindTraits(
        name="hill",
        label="HILL",
        height=1.0,
        elsewhere="interval",
        threshold_share=0.95,
        rep_word="hill",
        is_named_aloud=True,
        is_hard=True,
        is_rep=True,
        is_uphill=True,
    ),
    Kind.COOL_DOWN: KindTraits(
        name="cool-down",
        label="COOL-DOWN",
        height=0.35,
        elsewhere="cooldown",
        short="CD",
        threshold_share=0.75,
        is_named_aloud=True,
        is_easy=True,
        eases_off=True,
        may_be_endless=True,
    ),
    Kind.OPEN: KindTraits(
        name="open",
        label="RUN",
        height=0.4,
        threshold_share=0.75,
        may_be_endless=True,
        is_plain=True,
    ),
    Kind.FARTLEK: KindTraits(
        name="fartlek",
        label="FARTLEK",
        height=0.75,
        elsewhere="interval",
        threshold_share=1.0,
        rep_word="rep",
        is_hard=True,
        may_be_endless=True,
    ),
    Kind.CHECKLIST: KindTraits(
        name="checklist",
        label="LIST",
        phase="checklist",
        height=0.25,
        elsewhere="rest",
        is_run=False,
    ),
    Kind.PROMPT: KindTraits(
        name="prompt",
        label="ASK",
        phase="prompt",
        height=0.1,
        is_run=False,
        noun="question",
    ),
}
"""The traits of every kind."""


def kinds_that(is_meant: Callable[[KindTraits], bool]) -> frozenset[Kind]:
    """Return the kinds whose traits satisfy a condition; for sets that are made once, at import."""
    return frozenset(kind for kind, traits in KINDS.items() if is_meant(traits))


RUN: Final = kinds_that(lambda kind: kind.is_run)
HARD: Final = kinds_that(lambda kind: kind.is_hard)
REPS: Final = kinds_that(lambda kind: kind.is_rep)
FLOATS: Final = kinds_that(lambda kind: kind.is_float)
RESTS: Final = kinds_that(lambda kind: kind.is_rest)
EASY: Final = kinds_that(lambda kind: kind.is_easy)
BRIEF: Final = kinds_that(lambda kind: kind.is_brief)
UPHILL: Final = kinds_that(lambda kind: kind.is_uphill)
EASING_OFF: Final = kinds_that(lambda kind: kind.eases_off)
ENDLESS: Final = kinds_that(lambda kind: kind.may_be_endless)
QUICK: Final = kinds_that(lambda kind: kind.is_quick)
LIMITED: Final = kinds_that(lambda kind: kind.has_limits)
JUDGED: Final = kinds_that(lambda kind: kind.is_judged)
TIMED: Final = kinds_that(lambda kind: kind.is_timed)
COUNTED: Final = kinds_that(lambda kind: kind.is_counted)
PACED_REPS: Final = kinds_that(lambda kind: kind.is_paced_rep)
ON_LANE: Final = kinds_that(lambda kind: kind.is_on_lane)
PLAIN: Final = kinds_that(lambda kind: kind.is_plain)
PAUSES: Final = kinds_that(lambda kind: kind.is_pause)
ALONE: Final = kinds_that(lambda kind: kind.stands_alone)

# --- defaults: bands, typical speeds and sizes, each with its reason

MAX_STEPS: Final = 10_000
"""A day of 10-second reps is 8,640 steps; more is a mistake in a count."""
MAX_NESTING: Final = 8
"""Deepest nesting of repeats and blocks; coaches write at most three."""

THRESHOLD_BAND: Final = (2.0, 3.0)
"""Per cent of pace (faster, slower): running over threshold costs more than running under it."""
RACE_BAND: Final = (2.0, 2.0)
"""5k pace and faster, where both sides matter equally."""
FLOAT_BAND: Final = (8.0, 8.0)
"""A float is a recovery on the move: only gross errors matter."""
OTHER_BAND: Final = (2.5, 2.5)
"""Any other single value; below 1.5 to 2 % a footpod's noise would be judged."""
OLD_RACE_DAYS: Final = 122
"""A race over four months ago shows today's fitness less surely. Judged."""
OLD_RACE_WIDER: Final = 0.02
"""How much wider the bands then are on each side, as a share of the speed: a point and a half of VDOT, half a year's
rise or loss. Judged; as much as for a pod that is not calibrated.
"""
RACE_REFS: Final = frozenset({"5k", "3k", "mile"})
"""References coached as race pace: in seconds against the light."""
TIME_STEER_M: Final = 1600.0
"""Without a reference, work steps up to this length are coached in time, longer ones by rate."""

HEART_RATE_HALF_BAND: Final = 5.0
"""Beats either side of a single heart rate: its own variation over a minute."""
CADENCE_HALF_BAND: Final = 4.0
"""Steps per minute either side of a single cadence, about 2 %."""
POWER_HALF_BAND: Final = 0.04
"""Share either side of a single power, above a pod's noise."""

TYPICAL_EASY_MPS: Final = 2.8
"""About 6:00/km; only for estimating the length of an unpaced stretch, never for coaching."""
TYPICAL_HARD_MPS: Final = 3.8
"""About 4:23/km; the same for work without a pace."""
TYPICAL_JOG_MPS: Final = 200 / 90
"""A jogged recovery: 90 s per 200 m."""
TYPICAL_WALK_MPS: Final = 1.5
TYPICAL_HEART_RATE_REST_S: Final = 90.0
"""Typical duration of a recovery that ends at a heart rate."""

SHORTEST_SEND_OFF_REST_S: Final = 20.0
SHORTEST_SEND_OFF_SHARE: Final = 0.25
"""A send-off leaves at least 20 s, or a quarter of its slot, of rest; otherwise `check` warns."""
