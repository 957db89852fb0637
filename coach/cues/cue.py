"""Cues, the evidence behind them, and the reasons why none was emitted."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.quantities import Seconds


class CueKind(StrEnum):
    """Every kind of cue."""

    TOO_FAST = "too_fast"
    TOO_SLOW = "too_slow"
    BACK_ON_TARGET = "back_on_target"
    BEHIND_LIGHT = "behind_light"
    AHEAD_OF_LIGHT = "ahead_of_light"
    HEART_RATE_HIGH = "heart_rate_high"
    HEART_RATE_LOW = "heart_rate_low"
    HEART_RATE_CEILING = "heart_rate_ceiling"
    CADENCE_LOW = "cadence_low"
    CADENCE_HIGH = "cadence_high"
    POWER_HIGH = "power_high"
    POWER_LOW = "power_low"
    START_TOO_FAST = "start_too_fast"
    FLOAT_TOO_FAST = "float_too_fast"
    FLOAT_TOO_SLOW = "float_too_slow"
    FADE = "fade"
    STEP = "step"
    COUNTDOWN = "countdown"
    SPLIT = "split"
    SENSOR_GONE = "sensor_gone"
    SENSOR_BACK = "sensor_back"
    SENSOR_LOW_BATTERY = "sensor_low_battery"
    FUEL = "fuel"
    FORM = "form"
    PROMPT = "prompt"
    GATE = "gate"
    METRIC_HIGH = "metric_high"
    METRIC_LOW = "metric_low"
    WAITING = "waiting"
    HEAT = "heat"
    RECORDING_FAILING = "recording_failing"
    RECORDING_BACK = "recording_back"
    CALIBRATION = "calibration"
    ADVICE = "advice"
    NEW_LIGHT = "new_light"
    PAUSED = "paused"


VERDICTS: Final = frozenset(
    {
        CueKind.TOO_FAST,
        CueKind.TOO_SLOW,
        CueKind.BACK_ON_TARGET,
        CueKind.BEHIND_LIGHT,
        CueKind.AHEAD_OF_LIGHT,
        CueKind.HEART_RATE_HIGH,
        CueKind.HEART_RATE_LOW,
        CueKind.HEART_RATE_CEILING,
        CueKind.CADENCE_LOW,
        CueKind.CADENCE_HIGH,
        CueKind.POWER_HIGH,
        CueKind.POWER_LOW,
        CueKind.START_TOO_FAST,
        CueKind.FLOAT_TOO_FAST,
        CueKind.FLOAT_TOO_SLOW,
        CueKind.FADE,
        CueKind.METRIC_HIGH,
        CueKind.METRIC_LOW,
    }
)
"""The kinds that judge the runner; they need fresh data and carry a full `Why`."""


class CueClass(StrEnum):
    """How a sink treats a cue; earlier classes pre-empt later ones."""

    SAFETY = "safety"
    COUNTDOWN = "countdown"
    STEP = "step"
    COACH = "coach"
    INFO = "info"


class Sound(StrEnum):
    """The tone of a cue; three of them mean an action without words."""

    NONE = "none"
    """No tone."""
    FASTER = "faster"
    """Two tones that rise."""
    EASE = "ease"
    """Two tones that fall."""
    ON = "on"
    """One tone: it is right."""
    GO = "go"
    """One long tone: the step begins now."""
    BEEP = "beep"
    """One short tone: a second of a countdown, or a hundred metres of the pacing light."""
    LOW = "low"
    """One low tone: something is missing or refused."""


@dataclass(frozen=True, slots=True)
class Why:
    """The evidence behind a cue; what does not apply is None."""

    rule: str
    """The rule that fired, such as `pace_band` or `too_fast_at_200`."""
    value: float | None = None
    """The value judged, in the unit of `quantity`."""
    quantity: str = ""
    """What the value is: `speed_mps`, `heart_rate_bpm`, `light_s`, `cadence_spm`, ..."""
    low: float | None = None
    """The low side of the band it was compared with."""
    high: float | None = None
    """The high side of the band."""
    window_s: Seconds | None = None
    """How long the value was averaged or held."""
    sample_age_s: Seconds | None = None
    """The age of the newest sample behind it."""
    noise: float | None = None
    """The relative noise of the source, where known (0.02 = 2 %)."""
    state: str = ""
    """The state of a sensor that has never been heard: `searching`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to say or show now."""

    at: Seconds
    kind: CueKind
    cue_class: CueClass
    text: str
    """The words on the screen."""
    why: Why
    ttl_s: Seconds
    """Seconds for which the cue is valid; a sink that is later drops it."""
    spoken: bool = True
    """True if it is for the runner's ears, False for the screen alone; `speech` and `sound` say what is heard of it."""
    speech: str = ""
    """The words to speak; empty for a tone alone."""
    sound: Sound = Sound.NONE
    """The tone before the words, or in their place."""

    @property
    def is_heard(self) -> bool:
        """Return True if a runner with a voice or tones in their ears hears anything of it."""
        return bool(self.speech) or self.sound is not Sound.NONE


@dataclass(frozen=True, slots=True)
class Settling:
    """The wait before a step may be judged."""

    left_s: Seconds
    """Seconds of it that are left; 0 if it is over and the value is still changing."""
    of_s: Seconds
    """Its whole length."""


class SuppressionReason(StrEnum):
    """Why the coach says nothing about pace."""

    NO_TARGET = "no_target"
    """The step has no target pace, or only an estimated one."""
    UNJUDGED = "unjudged"
    """Strides, hills and lists get no verdicts."""
    NOT_RUNNING = "not_running"
    """No step with a running clock is under way."""
    NOT_FRESH = "not_fresh"
    """No speed is fresh enough to judge."""
    WALKING = "walking"
    """The cadence says that the runner walks or stands."""
    STOPPED = "stopped"
    """The runner stands, or is getting going again."""
    SETTLING = "settling"
    """The speed is still changing towards the target, or the settle time is not over."""
    SHORT = "short"
    """The rep is so short that only a much too fast start is called."""
    SPENT = "spent"
    """The budget of the step is used up."""
    SAID_TWICE = "said_twice"
    """More speed was asked for twice without an answer, so it is not asked for again."""
    QUIET = "quiet"
    """The last cue is too recent."""
    SPARED = "spared"
    """Rest was advised in this set, or the heart rate is over its cap, so more speed is not asked for."""
    AWAITS_LAP = "awaits_lap"
    """Positions on a track may read short, so no runner is called slow before a lap of it has shown their factor."""
    UNHURRIED = "unhurried"
    """More speed is not asked for outside work or on a belt."""
    EFFORT = "effort"
    """The heart rate is what the target usually costs, so more speed is not asked for: a hill, wind, tired legs."""
    WIND = "wind"
    """The runner was as slow or fast at this place a lap before, so it is the wind."""
    FIRST_LAP = "first_lap"
    """The runner may be slow by the wind: no lap was run here yet, and that has not lasted for half of one."""
    OUT_OF_EARSHOT = "out_of_earshot"
    """Cues come from a speaker, and the runner is not near it."""
    BOUNDARY = "boundary"
    """The last seconds of a step belong to the countdown."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One reason why nothing is said."""

    reason: SuppressionReason
    for_s: Seconds | None = None
    """How much longer it holds, where known."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the coach thinks of the step under way, said or not; the screen shows it."""

    is_judging: bool = False
    """True if a rule judges the quantity of the step's target in this step."""
    settling: Settling | None = None
    """The wait before it may be judged; None when it is over."""
    open_verdict: Cue | None = None
    """The last verdict of the step that the runner has not answered yet."""
    suppressions: tuple[Suppression, ...] = ()
    """The reasons why nothing would be said now; of a pace that is judged all, of other quantities the common ones."""
