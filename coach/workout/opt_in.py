"""Rules a runner may switch on for every run, though no evidence carries them; all are off by default.

They become gates of the timeline, so a cue that fires names its rule (docs/explanation/refusals.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from coach.problems import AthleteProblem
from coach.quantities import Metres, Seconds
from coach.workout.kinds import RESTS, RUN
from coach.workout.timeline import Band, Move, Quantity, Step, StepGate, StepTarget, Timeline

RED_MINUTES: Final = "red minutes per km"
"""The name of the rule of red minutes, as its cue tells it."""

_MOST_MINUTES: Final = 30.0
_MOST_PERCENT: Final = 100.0
_BEATS: Final = (25.0, 240.0)
"""Heart rates an athlete document takes."""
_LIMITS: Final = {
    "smo2_percent_below": ("smo2_percent", "muscle oxygen", "%", 1.0, 100.0),
    "core_temperature_c_above": ("core_temperature_c", "core temperature", "C", 36.0, 42.0),
    "skin_temperature_c_above": ("skin_temperature_c", "skin temperature", "C", 20.0, 42.0),
}
"""Limits of the runner's own on external metrics: the metric, its words and unit, and what may be set."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """Which of the rules are on; 0 is off."""

    red_minutes_per_km: float = 0.0
    """Minutes over threshold heart rate in one kilometre of a set before the coach speaks, at most 30.

    From the claim "three red minutes over threshold per km, anything else is junk" (science, Z17). The
    evidence does not carry it: three minutes are another share of a kilometre at every pace.
    """
    hrv_within_percent: float = 0.0
    """Per cent of the 30-day mean that this morning's HRV is asked to lie within, at most 100.

    From the claim "within 3 per cent before every workout" (science, H1). The evidence does not carry it: an
    ordinary day-to-day spread of 10 per cent passes on 24 per cent of days, and good mornings fail too.
    """
    fallback_bpm: float = 0.0
    """Heart rate to run at on a day that question says no to, 25 to 240; without the question it says nothing.

    From the claim "if not ready, run at 130 today" (science, Z20). The evidence does not carry one number for
    everybody: 130 is 65 per cent of a maximum of 200 and 76 of 170.
    """

    smo2_percent_below: float = 0.0
    """Muscle oxygen (SmO2) in per cent, 1 to 100, under which the coach says so, in every step that is run.

    No number is right for two people, or two places on one leg: take one from your own runs.
    """
    core_temperature_c_above: float = 0.0
    """Core temperature in Celsius, 36 to 42, over which the coach says so; a sensor's estimate, no medical reading."""
    skin_temperature_c_above: float = 0.0
    """Skin temperature in Celsius, 20 to 42, over which the coach says so."""

    def __post_init__(self) -> None:
        """Refuse numbers that no run can have."""
        if not 0.0 <= self.red_minutes_per_km <= _MOST_MINUTES:
            raise ValueError(f"red minutes must be 0 (off) to {_MOST_MINUTES:g}")
        if not 0.0 <= self.hrv_within_percent <= _MOST_PERCENT:
            raise ValueError(f"HRV must be within 0 (off) to {_MOST_PERCENT:g} %")
        low, high = _BEATS
        if self.fallback_bpm and not low <= self.fallback_bpm <= high:
            raise ValueError(f"the fallback must be 0 (off) or {low:g} to {high:g} bpm")
        for name, (_, words, unit, least, most) in _LIMITS.items():
            limit = getattr(self, name)
            if limit and not least <= limit <= most:
                raise ValueError(f"a limit of {words} must be 0 (off) or {least:g} to {most:g} {unit}")


def with_opt_in(timeline: Timeline, opt_in: OptIn, *, threshold_bpm: float | None) -> Timeline:
    """Give a timeline the gates and caps of the rules that are on; the same timeline where none is.

    Args:
        timeline: as compiled; its own gates stay, before those added.
        opt_in: the rules.
        threshold_bpm: the athlete's measured threshold heart rate; None where it is unknown or estimated.

    Raises:
        AthleteProblem: red minutes are on and the threshold heart rate is not measured.
    """
    steps = timeline.steps
    if opt_in.red_minutes_per_km:
        gate = _red_minutes(opt_in.red_minutes_per_km, threshold_bpm)
        steps = tuple(_gated(step, gate) if _is_run(step) else step for step in steps)
    if caps := tuple(_caps(opt_in)):
        steps = tuple(replace(step, caps=(*step.caps, *caps)) if _is_run(step) else step for step in steps)
    if opt_in.hrv_within_percent and steps:
        question = _hrv(opt_in.hrv_within_percent, opt_in.fallback_bpm)
        steps = (_gated(steps[0], question), *steps[1:])
    return timeline if steps is timeline.steps else replace(timeline, steps=steps)


def _red_minutes(minutes: float, threshold_bpm: float | None) -> StepGate:
    if threshold_bpm is None:
        raise AthleteProblem(
            "the rule of red minutes per km is on, but no measured threshold heart rate is known",
            "Set it: coach athlete set --threshold-heart-rate 170. Or switch the rule off: "
            "gates.red_minutes_per_km = 0 in the settings.",
        )
    unit = "minute" if minutes == 1.0 else "minutes"
    return StepGate(
        RED_MINUTES,
        "during",
        f"{minutes:g} {unit} over threshold heart rate in this kilometre: your rule says ease off",
        Quantity.HEART_RATE,
        above=threshold_bpm,
        for_s=Seconds(minutes * 60.0),
        per_m=Metres(1000.0),
    )


def _caps(opt_in: OptIn) -> Iterator[StepTarget]:
    """The limits that are set, as caps of a step."""
    for name, (metric, words, unit, _, _) in _LIMITS.items():
        limit = getattr(opt_in, name)
        if limit:
            over = name.endswith("above")
            band = Band(high=limit) if over else Band(low=limit)
            label = f"{words} {'under' if over else 'over'} {limit:g} {unit}"
            yield StepTarget(Quantity.METRIC, band, label, metric=metric)


def _hrv(percent: float, fallback_bpm: float) -> StepGate:
    text = f"Is this morning's HRV within {percent:g} % of your 30-day mean?"
    if fallback_bpm:
        text += f" If not, run at {fallback_bpm:g} bpm today."
    return StepGate(f"HRV within {percent:g} % of the 30-day mean", "before", text)


def _is_run(step: Step) -> bool:
    """Tell whether a step is run, or walked, rather than stood or worked through."""
    stood = step.kind in RESTS and step.move is Move.STAND
    return not stood and step.kind in RUN


def _gated(step: Step, gate: StepGate) -> Step:
    return replace(step, gates=(*step.gates, gate))
