"""The base class of the rules, and the band monitor they share."""

from enum import StrEnum
from math import inf
from typing import Final

from coach.cues.arbiter import CueArbiter, CueRecord
from coach.cues.context import StepContext
from coach.cues.cue import Why
from coach.quantities import Metres, Seconds
from coach.session.events import SessionEvent
from coach.signals.readings import Calibrated, Reading, SensorChanged

RuleEvent = SessionEvent | SensorChanged | Calibrated
NEVER: Final = inf
DUST_S: Final = 1e-3
"""Two times closer than this are the same; judged: far more than rounding errs by, far less than is heard."""


class Side(StrEnum):
    """The side of a band a value is on."""

    LOW = "low"
    HIGH = "high"
    BACK = "back"


class BandMonitor:
    """Watches on which side of its band a value is, and for how long; there is a hysteresis after a side was called."""

    __slots__ = ("_side", "_since", "record")

    def __init__(self, record: CueRecord | None = None) -> None:
        """Start inside the band; the scope of the record is the side that was called and is not over yet."""
        self._since = 0.0
        self._side: Side | None = None
        self.record = record or CueRecord()

    def reset(self) -> None:
        """Start inside the band, with nothing called."""
        self._side = None
        self.record.reset()

    def interrupt(self) -> None:
        """Start every hold anew, because there was nothing to judge for a while."""
        self._side = None

    def update(
        self, now: float, value: float, low: float | None, high: float | None, inner: float
    ) -> Side | None:
        """Return the side the value is on, or None inside the band.

        BACK means that a side was called and the value is inside its edge by `inner`.
        """
        side: Side | None = None
        if high is not None and value > high:
            side = Side.HIGH
        elif low is not None and value < low:
            side = Side.LOW
        elif (self.record.scope is Side.HIGH and high is not None and value <= high - inner) or (
            self.record.scope is Side.LOW and low is not None and value >= low + inner
        ):
            side = Side.BACK
        if side is not self._side:
            self._side = side
            self._since = now
        return side

    def held_s(self, now: float) -> float:
        """Return how long the value has been on its side, in seconds."""
        return now - self._since


class Subscription(StrEnum):
    """What a rule can subscribe to besides events and deadlines."""

    SPEED = "speed"
    HEART_RATE = "heart_rate"
    CADENCE = "cadence"
    POWER = "power"
    METRIC = "metric"
    """External metrics, those that `metrics` names."""
    DISTANCE = "distance"
    STATE = "state"
    """Changes of the session without an event; checked with every input."""


class Rule:
    """Base class of the rules; override the hooks a rule needs."""

    __slots__ = ("arbiter", "context", "due", "phrases")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Read the context, propose cues to the arbiter."""
        self.context = context
        self.phrases = context.phrases
        self.arbiter = arbiter
        self.due: float = NEVER

    def on_step(self, now: Seconds) -> None:
        """Start a step, or go back to one after an undo."""

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Handle an event of the session or the signals."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return what the rule subscribes to in this step and phase."""
        return ()

    def metrics(self) -> tuple[str, ...]:
        """Return the external metrics the rule subscribes to."""
        return ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge a new sample that is fresh."""

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Handle a new distance into the step."""

    def evidence(self, now: Seconds) -> Why | None:  # noqa: ARG002 - a rule may override it
        """Return the present evidence of this rule, said or not; None if it judges nothing."""
        return None

    def on_change(self, now: Seconds) -> None:
        """Check the session for changes without an event."""

    def schedule(self, now: Seconds) -> None:
        """Set `due` to the next deadline after `now`, from the session alone."""

    def fire(self, now: Seconds) -> None:
        """Say what is due at exactly `now`."""


def deadline(now: Seconds, in_s: float) -> float:
    """Return a deadline free of rounding errors, so that scheduling it twice gives the same."""
    return round(now + in_s, 6)
