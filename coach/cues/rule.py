"""What a rule is: it hears facts, judges samples, and has at most one deadline of its own."""

from enum import StrEnum
from math import inf
from typing import Final

from coach.cues.cue import Why
from coach.cues.manners import Manners
from coach.cues.scene import Scene
from coach.quantities import Metres, Seconds
from coach.session.facts import Fact
from coach.signals.readings import Calibrated, Reading, SensorChanged

Heard = Fact | SensorChanged | Calibrated
NEVER: Final = inf


class Channel(StrEnum):
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

    __slots__ = ("due", "manners", "scene")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Look at the scene, speak through manners."""
        self.scene = scene
        self.manners = manners
        self.due: float = NEVER

    def begin(self, now: Seconds) -> None:
        """Forget the step before: another one is under way (or the same one, after an undo)."""

    def hear(self, event: Heard, now: Seconds) -> None:
        """Hear a fact."""

    def listens(self) -> tuple[Channel, ...]:
        """Name the samples this rule wants in this step and phase; empty when it has nothing to judge."""
        return ()

    def metrics(self) -> tuple[str, ...]:
        """Name the external metrics this rule wants, where it listens for any."""
        return ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Judge a sample that just came and is fresh."""

    def travel(self, metres: Metres, now: Seconds) -> None:
        """Take in how far the step has come, where that was just measured."""

    def evidence(self, now: Seconds) -> Why | None:  # noqa: ARG002  (for those who have some)
        """What this rule holds against what just now, spoken or not; None where it judges nothing."""
        return None

    def look(self, now: Seconds) -> None:
        """Look at the session: something may have changed without a fact."""

    def plan(self, now: Seconds) -> None:
        """Set `due` to the next deadline after `now`, from the session alone."""

    def settle(self, now: Seconds) -> None:
        """Say what is due at exactly `now`."""


def deadline(now: Seconds, in_s: float) -> float:
    """Give a deadline free of rounding dust, so that planning it twice gives the same."""
    return round(now + in_s, 6)


def because(rule: str) -> Why:
    """Give the reason of a cue that judges nobody."""
    return Why(rule)
