"""What a document says is said on the way, and which rules of the athlete's own are watched."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coach.documents.faults import Misspelt, Strict
from coach.documents.spelling import DistanceText, Name, PaceText, TimeText
from coach.workout.measures import CadenceText, HeartRateText, PointText, PowerText, SpeedText

Few = Field(max_length=50)


class Reminder(Strict):
    """A word at a point, or after one and again and again, with an amount that is added up.

    After a distance it may come every so much time, and the other way round.
    """

    text: Name
    at: PointText | None = None
    after: PointText | None = None
    every: PointText | None = None
    amount: float | None = Field(default=None, gt=0)
    unit: Annotated[str, Field(max_length=20)] = ""
    of: Literal["step", "run"] = "step"
    """From where it counts."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse a reminder that never comes or counts in two ways."""
        if (self.at is None) == (self.every is None):
            raise Misspelt(
                'a reminder needs "at", or "every" with "after"', 'Write "at" for once, "every" for more.'
            )
        if self.after is not None and self.every is None:
            raise Misspelt('"after" stands without "every"', 'Write "at" for a reminder that comes once.')
        if self.unit and self.amount is None:
            raise Misspelt('there is a "unit" without an "amount"', "Add the amount.")
        return self


class Says(Strict):
    """A text said at a point of the step."""

    text: Name
    at: PointText


class HeartRateGate(Strict):
    """A heart rate that trips a gate."""

    above: HeartRateText | None = None
    below: HeartRateText | None = None


class PaceGate(Strict):
    """A pace that trips a gate."""

    faster: PaceText | None = None
    slower: PaceText | None = None


class SpeedGate(Strict):
    """A speed that trips a gate."""

    above: SpeedText | None = None
    below: SpeedText | None = None


class CadenceGate(Strict):
    """A cadence that trips a gate."""

    above: CadenceText | None = None
    below: CadenceText | None = None


class PowerGate(Strict):
    """A power that trips a gate."""

    above: PowerText | None = None
    below: PowerText | None = None


class MetricGate(Strict):
    """An external metric that trips a gate."""

    name: Name
    above: float | None = None
    below: float | None = None


GATED = ("pace", "speed", "heart_rate", "cadence", "power", "metric")
"""The keys of what a gate may watch, exactly one of them."""


class Gate(Strict):
    """A rule of the athlete's own: asked before the start, or watched during the run."""

    rule: Name
    """Its name: it says it when it fires."""
    when: Literal["before", "during"]
    text: Name
    """What is asked, or said when it fires."""
    pace: PaceGate | None = None
    speed: SpeedGate | None = None
    heart_rate: HeartRateGate | None = None
    cadence: CadenceGate | None = None
    power: PowerGate | None = None
    metric: MetricGate | None = None
    for_time: TimeText | None = Field(default=None, alias="for")
    """How long in a row, or in total over the stretch of `per`."""
    per: DistanceText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse a gate that watches nothing, or several things."""
        watched = [name for name in GATED if getattr(self, name) is not None]
        if self.when == "before" and (watched or self.for_time or self.per):
            raise Misspelt(
                "a gate before the start is a question and watches nothing", 'Use "when": "during".'
            )
        if self.when == "during" and len(watched) != 1:
            raise Misspelt(
                "a gate during the run watches one thing", "Write one of " + ", ".join(GATED) + "."
            )
        for name in watched:
            sides = [value for key, value in getattr(self, name) if key != "name" and value is not None]
            if len(sides) != 1:
                raise Misspelt(
                    "a gate has one side", "Write one of above and below (pace: faster, slower).", key=name
                )
        if self.per is not None and self.for_time is None:
            raise Misspelt('"per" needs "for"', 'Such as "for": "3:00", "per": "1 km".')
        return self
