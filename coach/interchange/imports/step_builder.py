"""Builds the ends and targets of our steps from those of other tools; what cannot be expressed is reported."""

from dataclasses import dataclass
from typing import Final

from coach.interchange.imports import writing
from coach.interchange.imports.sport import Sport
from coach.interchange.imports.writing import Json
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem

ONE_FOOT_SPM: Final = 110.0
"""A cadence up to this counts one foot: nobody runs at 110 steps per minute, both feet counted."""

MARK: Final[Json] = {"mark": True}
NO_LENGTH: Final[Json] = {}
"""The end of a step of length zero, which is left out."""


@dataclass(frozen=True, slots=True)
class StepBuilder:
    """Makes ends and targets for one workout."""

    report: Reporter
    sport: Sport = Sport.RUN

    # --- ends

    def after_seconds(self, where: str, seconds: float | None) -> Json:
        """An end by time; `NO_LENGTH` for zero, a mark for what is no time."""
        if seconds == 0:
            return self._no_length(where)
        made = writing.time_end(seconds) if seconds is not None else None
        return made or self.no_end(where, "no usable time")

    def after_metres(self, where: str, metres: float | None) -> Json:
        """An end by distance; `NO_LENGTH` for zero, a mark for what is no distance.

        Raises:
            WorkoutProblem: the workout is for another sport, whose distances mean nothing to a runner.
        """
        if self.sport is not Sport.RUN:
            raise WorkoutProblem(
                "a distance of another sport cannot be run instead",
                "Write the workout for running and export it again.",
                where=where,
            )
        if metres == 0:
            return self._no_length(where)
        made = writing.distance_end(metres) if metres is not None else None
        return made or self.no_end(where, "no usable distance")

    def at_heart_rate(self, where: str, value: float | None, unit: str, *, below: bool) -> Json:
        """An end by heart rate in `bpm` or `%max`."""
        made = writing.heart_rate(value, value, unit)
        if made is None:
            return self.no_end(where, "no usable heart rate")
        return {"heart_rate_below" if below else "heart_rate_above": made["heart_rate"]}

    def no_end(self, where: str, what: str) -> Json:
        """A mark in place of an end we do not know, which is told."""
        self.report.dropped(where, f"the end of the step ({what}); it ends when you press mark")
        return dict(MARK)

    def _no_length(self, where: str) -> Json:
        self.report.dropped(where, "a step of length zero was left out")
        return NO_LENGTH

    # --- targets

    def speed(self, where: str, low: float | None, high: float | None) -> Json | None:
        """A pace between two speeds in m/s, in either order; seconds per metre are recognised."""
        if self._is_foreign(where, "a speed"):
            return None
        low, high = low if low is not None else high, high if high is not None else low
        if low is None or high is None:
            return self.no_target(where, "a pace without a number")
        if 0.08 <= min(low, high) <= max(low, high) <= 0.6:  # 1:20 to 10:00 per km, written upside down
            text = f"{low:g} and {high:g} are no speeds in m/s; they were read as seconds per metre"
            self.report.approximated(where, text)
            low, high = 1 / high, 1 / low
        made = writing.pace_target(low, high)
        return made or self.no_target(where, f"a speed of {low:g} to {high:g} m/s, which nobody runs")

    def threshold_share(self, where: str, low: float | None, high: float | None) -> Json | None:
        """Per cent of threshold speed."""
        if self._is_foreign(where, "a speed"):
            return None
        made = writing.speed_share(low, high)
        return made or self._share_in_words(where, low, high, "threshold speed")

    def pace_zone(self, where: str, low: int, high: int) -> Json | None:
        """Zones of threshold pace, counted from 1 to 7, as Friel's."""
        if self._is_foreign(where, "a pace zone"):
            return None
        if not 1 <= low <= high <= 7:
            return self.no_target(where, f"pace zone {low}-{high}")
        bottom, top = writing.FRIEL_PACE_ZONES[low][0], writing.FRIEL_PACE_ZONES[high][1]
        text = f"pace zone {_span(low, high)} was read as Friel's, a share of your threshold speed"
        self.report.approximated(where, text)
        return writing.speed_share(bottom, top)

    def heart_rate(self, where: str, low: float | None, high: float | None, unit: str = "bpm") -> Json | None:
        """A heart rate in `bpm`, `%max` or `%lthr`."""
        made = writing.heart_rate(low, high, unit)
        shown = " to ".join(f"{side:g}" for side in (low, high) if side is not None)
        return made or self.no_target(where, f"a heart rate of {shown or 'no number'} {unit}")

    def garmin_heart_zone(self, where: str, zone: int) -> Json | None:
        """A heart-rate zone of a watch: its own settings are not in the file, so Garmin's defaults."""
        if zone not in writing.GARMIN_HEART_ZONES:
            return self.no_target(where, f"heart-rate zone {zone}")
        low, high = writing.GARMIN_HEART_ZONES[zone]
        text = f"heart-rate zone {zone} rests on the watch's settings; its default is {low}-{high} % of the maximum"
        self.report.approximated(where, text)
        return writing.heart_rate(low, high, "%max")

    def friel_heart_zone(self, where: str, low: int, high: int) -> Json | None:
        """Heart-rate zones counted from 1 to 7, as Friel's."""
        made = writing.friel_heart_rate(low, high)
        if made is None:
            return self.no_target(where, f"heart-rate zone {_span(low, high)}")
        text = f"heart-rate zone {_span(low, high)} was read as Friel's, a share of your threshold heart rate"
        self.report.approximated(where, text)
        return made

    def power(self, where: str, low: float | None, high: float | None) -> Json | None:
        """A power in watts."""
        if self._is_foreign(where, "a power"):
            return None
        return writing.power(low, high) or self.no_target(where, "a power without usable numbers")

    def cadence(
        self, where: str, low: float | None, high: float | None, *, one_foot: bool = False
    ) -> Json | None:
        """A cadence; `one_foot` if the format counts one foot, which every value up to 110 does."""
        if self._is_foreign(where, "a cadence"):
            return None
        if one_foot and low is not None and low < (high or 0.0) == ONE_FOOT_SPM:
            high = None  # the most a one-footed range can say: it has no upper side
        top = max((side for side in (low, high) if side is not None), default=0.0)
        if top <= ONE_FOOT_SPM:
            if not one_foot:
                self.report.approximated(where, f"a cadence of {top:g} counts one foot; it was doubled")
            low, high = low and low * 2, high and high * 2
        elif one_foot:
            self.report.approximated(where, f"a cadence of {top:g} already counts both feet; it was kept")
        return writing.cadence(low, high) or self.no_target(where, "a cadence without usable numbers")

    def in_words(self, where: str, what: str) -> Json:
        """A target whose numbers are not in the file, kept as words; nothing is measured against it."""
        self.report.approximated(
            where, f"{what} rests on numbers that are not in the file; it is kept as words"
        )
        return {"effort": what[:120]}

    def no_target(self, where: str, what: str) -> Json | None:
        """Tell of a target that our document does not say; always None."""
        self.report.dropped(where, f"the target: {what}")
        return None

    def _share_in_words(self, where: str, low: float | None, high: float | None, of: str) -> Json | None:
        said = [f"{side:g}" for side in (low, high) if side is not None and 0 < side < 1000]
        if not said:
            return self.no_target(where, f"a share of {of} without usable numbers")
        text = f"{'-'.join(dict.fromkeys(said))} % of {of}"
        self.report.approximated(where, f"{text} is beyond what a target may say; it is kept as words")
        return {"effort": text}

    def _is_foreign(self, where: str, what: str) -> bool:
        if self.sport is Sport.RUN:
            return False
        self.report.dropped(where, f"{what} of another sport")
        return True


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"
