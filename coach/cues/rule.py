"""A value watched against a band: a hold before it counts as out, a margin before it counts as back.

What a rule is: it hears facts, judges samples, and has at most one deadline of its own.
"""

from enum import StrEnum
from math import inf
from typing import Final

from coach.cues.arbiter import CueArbiter, SaidRecord
from coach.cues.context import StepContext
from coach.cues.cue import Why
from coach.quantities import Metres, Seconds
from coach.session.facts import Fact
from coach.signals.readings import Calibrated, Reading, SensorChanged


class Side(StrEnum):
    """Where the value is, once it counts."""

    LOW = "low"
    HIGH = "high"
    BACK = "back"


class BandMonitor:
    """Follows on which side of its band a value is and for how long; a side that was called has a hysteresis."""

    __slots__ = ("_side", "_since", "said")

    def __init__(self, said: SaidRecord | None = None) -> None:
        """Start inside the band. The scope of `said` is the side that was called and is not over yet."""
        self._since = 0.0
        self._side: Side | None = None
        self.said = said or SaidRecord()

    def reset(self) -> None:
        """Start inside the band, with nothing called."""
        self._side = None
        self.said.forget()

    def interrupt(self) -> None:
        """Start every hold anew: for a while there was nothing to judge."""
        self._side = None

    def update(
        self, now: float, value: float, low: float | None, high: float | None, inner: float
    ) -> Side | None:
        """Return the side the value is on; BACK if it is inside the called side's edge by `inner`, None if inside."""
        side: Side | None = None
        if high is not None and value > high:
            side = Side.HIGH
        elif low is not None and value < low:
            side = Side.LOW
        elif (self.said.scope is Side.HIGH and high is not None and value <= high - inner) or (
            self.said.scope is Side.LOW and low is not None and value >= low + inner
        ):
            side = Side.BACK
        if side is not self._side:
            self._side = side
            self._since = now
        return side

    def held_s(self, now: float) -> float:
        """Seconds the value has been on the side it is on."""
        return now - self._since


RuleEvent = Fact | SensorChanged | Calibrated
NEVER: Final = inf
DUST_S: Final = 1e-3
"""What is due within so many seconds is due now."""


class Subscription(StrEnum):
    """What a rule may be woken by, beside facts and deadlines."""

    SPEED = "speed"
    HEART_RATE = "heart_rate"
    CADENCE = "cadence"
    POWER = "power"
    METRIC = "metric"
    """External metrics, those the rule names with `metrics`."""
    DISTANCE = "distance"
    STATE = "state"
    """Whatever the session knows: looked at with every input."""


class Rule:
    """The base of all rules: it does nothing, and each of them does a little of it."""

    __slots__ = ("arbiter", "context", "due")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Look at the scene, speak through arbiter."""
        self.context = context
        self.arbiter = arbiter
        self.due: float = NEVER

    def on_step(self, now: Seconds) -> None:
        """Forget the step before: another one is under way (or the same one, after an undo)."""

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Hear a fact."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Name the samples this rule wants in this step and phase; empty when it has nothing to judge."""
        return ()

    def metrics(self) -> tuple[str, ...]:
        """Name the external metrics this rule wants, where it subscriptions for any."""
        return ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge a sample that just came and is fresh."""

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Take in how far the step has come, where that was just measured."""

    def evidence(self, now: Seconds) -> Why | None:  # noqa: ARG002  (for those who have some)
        """What this rule holds against what just now, spoken or not; None where it judges nothing."""
        return None

    def on_change(self, now: Seconds) -> None:
        """Look at the session: something may have changed without a fact."""

    def schedule(self, now: Seconds) -> None:
        """Set `due` to the next deadline after `now`, from the session alone."""

    def fire(self, now: Seconds) -> None:
        """Say what is due at exactly `now`."""


def deadline(now: Seconds, in_s: float) -> float:
    """Give a deadline free of rounding dust, so that planning it twice gives the same."""
    return round(now + in_s, 6)
