"""The settings of mornings and plans. They are apart from the rules: every run reads the settings and no rule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.physiology import check_ranges


class Posture(StrEnum):
    """The runner's posture during a measurement; values of different postures are never compared."""

    LYING = "lying"
    SITTING = "sitting"


@dataclass(frozen=True, slots=True)
class ReadinessSettings:
    """The rules of the morning that are on, and the runner's own numbers."""

    off: tuple[str, ...] = ()
    """Rules that are switched off, by their ids (`coach readiness rules`)."""
    on: tuple[str, ...] = ()
    """Rules that are switched on although the evidence for them is weak."""
    posture: Posture = Posture.LYING
    """Posture during the measurement."""
    settle_s: float = 60.0
    """Seconds to settle before a measurement."""
    measure_s: float = 180.0
    """Seconds that are measured, 60 to 300."""
    resting_percent: float = 10.0
    """Rise of the resting heart rate over the mean of 28 days from which its rule fires, in per cent."""
    within_percent: float = 3.0
    """Per cent of the 30-day mean that the opt-in rule `hrv_within` allows."""
    fallback_bpm: float = 130.0
    """Heart rate that the opt-in rule `fallback` names on a day when `hrv_within` says no."""
    walk_percent: float = 52.0
    """Per cent of the maximum heart rate that the opt-in rule `walk` names for recovery."""
    ratio_days: int = 5
    """Days whose mean RMSSD is above the line in the opt-in rule `ratio`."""
    ratio_by_days: int = 1
    """Days whose mean RMSSD is below the line; 1 is today."""
    ratio_above: float = 1.2
    """The rule `ratio` fires above this; 0 is never."""
    ratio_below: float = 0.0
    """The rule `ratio` fires below this; 0 is never."""

    def __post_init__(self) -> None:
        """Refuse unknown ids, and numbers out of range.

        Raises:
            ValueError: with the setting and its range.
        """
        if self.off or self.on:
            from coach.plan.readiness import check_switches  # noqa: PLC0415 - only where one is switched

            check_switches(self.off, self.on)
        check_ranges(self, _RANGES)


_RANGES: Final = {
    "settle_s": (0.0, 600.0),
    "measure_s": (60.0, 300.0),
    "resting_percent": (1.0, 50.0),
    "within_percent": (0.1, 100.0),
    "fallback_bpm": (25.0, 240.0),
    "walk_percent": (20.0, 100.0),
    "ratio_days": (1.0, 90.0),
    "ratio_by_days": (1.0, 90.0),
    "ratio_above": (0.0, 100.0),
    "ratio_below": (0.0, 100.0),
}


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Texts of the plan besides the sessions, in the runner's own words."""

    meals: bool = True
    """Remind of food and drink on the evening before a hard or a long day, and an hour before it."""
    evening_before: str = "Eat well tonight, drink, and go to bed in time."
    """Text for the evening before."""
    hour_before: str = "Eat something light and drink a glass an hour before."
    """Text for the hour before."""
