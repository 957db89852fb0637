"""What a workout's references come to for one athlete: paces by name, shares of heart rates and speeds.

Paces by hand win, then the goal (for `goal`) and the threshold pace (for `threshold`); the rest is derived
from the best of the latest races or, without one, from the threshold pace, then from a race pace by hand.
"""

from dataclasses import dataclass, field
from typing import Final

from coach.athlete import Athlete, Goal, HeartRateValue, Now, PaceName
from coach.documents.spelling import read_distance, read_pace, read_pace_range, read_time
from coach.physiology import performance, zones
from coach.physiology.predictions import best_race, fitness
from coach.problems import AthleteProblem
from coach.quantities import MetresPerSecond
from coach.workout.errors import MissingNumber, Number
from coach.workout.targets import Measure

NOBODY: Final = Now()
"""The athlete of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Beats:
    """A heart rate or range in bpm; `estimated` if any number behind it was guessed."""

    low: float | None
    high: float | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """Answers what a reference means; raises `MissingNumber` where the athlete does not say."""

    now: Now = field(default_factory=lambda: NOBODY)
    unit: str = ""
    """`km` or `mile` as the athlete reads paces; empty without an athlete."""

    @classmethod
    def of(cls, athlete: Athlete | None) -> "Numbers":
        """The numbers of an athlete, or of nobody."""
        return cls() if athlete is None else cls(athlete.now, athlete.units)

    def pace(self, ref: PaceName) -> tuple[MetresPerSecond, MetresPerSecond]:
        """Slowest and fastest speed of a reference pace; equal where it is one pace.

        Raises:
            MissingNumber: nothing is known that it could be made from.
        """
        by_hand = self.now.paces.get(ref)
        if by_hand is not None:
            return read_pace_range(by_hand)
        if ref == "goal":
            speed = self._goal()
        elif ref == "threshold" and self.now.threshold_pace is not None:
            speed = read_pace(self.now.threshold_pace)
        else:
            found = self._vdot(ref)
            if ref == "easy":
                return performance.easy_speeds(found)
            speed = (
                performance.threshold_speed(found)
                if ref == "threshold"
                else performance.race_speed(found, ref)
            )
        return speed, speed

    def is_derived(self, ref: str) -> bool:
        """Tell whether a reference pace is made from a race by a formula."""
        is_told = ref in self.now.paces or (ref == "threshold" and self.now.threshold_pace is not None)
        return ref not in {"", "goal"} and not is_told and best_race(self.now) is not None

    def speed(self, measure: Measure) -> tuple[float, float]:
        """Low and high speed in m/s of a speed or of a share of the athlete's own.

        Raises:
            MissingNumber: the threshold pace or top speed is not known.
        """
        if measure.unit == "%threshold":
            own: float = self.pace("threshold")[0]
        elif measure.unit == "%top":
            if self.now.top_speed_mps is None:
                raise MissingNumber(Number.TOP_SPEED, "for a share of top speed")
            own = self.now.top_speed_mps
        else:
            return measure.low, measure.high
        return own * measure.low / 100, own * measure.high / 100

    def beats(self, measure: Measure) -> Beats:
        """The heart rates a measure comes to.

        Raises:
            MissingNumber: the maximum, resting or threshold heart rate is not known.
        """
        if measure.unit == "bpm":
            return Beats(measure.low, measure.high, estimated=False)
        wanted = f"for {measure.unit.replace('zone', 'zone ')}"
        if measure.unit.startswith("zone"):
            own = self._rate("threshold", Number.THRESHOLD_HEART_RATE, wanted)
            return Beats(*zones.friel_zone(measure.unit[4:], own.bpm), own.source == "estimated")
        low, high = measure.low / 100, measure.high / 100
        if measure.unit == "%lthr":
            own = self._rate("threshold", Number.THRESHOLD_HEART_RATE, wanted)
            return Beats(low * own.bpm, high * own.bpm, own.source == "estimated")
        top = self._rate("max", Number.MAX_HEART_RATE, wanted)
        if measure.unit == "%max":
            return Beats(low * top.bpm, high * top.bpm, top.source == "estimated")
        rest = self._rate("rest", Number.REST_HEART_RATE, wanted)
        guessed = "estimated" in {top.source, rest.source}
        span = top.bpm - rest.bpm
        return Beats(rest.bpm + low * span, rest.bpm + high * span, guessed)

    def _goal(self) -> MetresPerSecond:
        """Speed of the athlete's goal."""
        goal: Goal | None = self.now.goal
        if goal is None:
            raise MissingNumber(Number.GOAL_PACE, "for goal pace")
        if goal.pace is not None:
            return read_pace(goal.pace)
        assert goal.distance is not None
        assert goal.time is not None
        return MetresPerSecond(read_distance(goal.distance) / read_time(goal.time))

    def _vdot(self, ref: str) -> float:
        """VDOT of what the paces are made from: a race, the threshold pace, a race pace by hand."""
        known = fitness(self.now)
        if known is not None:
            return known.vdot
        if self.now.threshold_pace is None:
            raise MissingNumber(Number.THRESHOLD_PACE, f"for {ref} pace")
        try:
            return performance.vdot_of_threshold(read_pace(self.now.threshold_pace))
        except ValueError as error:
            reason = f"No {ref} pace can be derived from your threshold pace: {error}."
            raise AthleteProblem(reason, f"Set it by hand: coach athlete set --pace {ref}=5:00/km") from None

    def _rate(self, name: str, number: Number, wanted: str) -> HeartRateValue:
        """One heart rate of the athlete."""
        value: HeartRateValue | None = getattr(self.now.heart_rate, name)
        if value is None:
            raise MissingNumber(number, wanted)
        return value
