"""What is meant to be easy stays easy: a heart-rate cap for easy steps whose author wrote none."""

from dataclasses import replace
from typing import Final

from coach.athlete import Now
from coach.physiology import zones
from coach.workout.kinds import EASY, JUDGED, RESTS
from coach.workout.timeline import Band, Quantity, Step, StepTarget, Timeline

_MAYBE_EASY: Final = JUDGED - RESTS
"""Kinds that may be easy. A recovery begins with the heart of the rep before; a stride or hill is not easy."""


def easy_cap(now: Now) -> float | None:
    """Heart rate in bpm that an easy run stays under: 85 % of threshold, else 75 % of a measured maximum.

    None where neither was measured: a number guessed from age never makes a cue.
    """
    threshold, top = now.heart_rate.threshold, now.heart_rate.max
    return zones.heart_rate_cap(
        threshold.bpm if threshold is not None and threshold.source == "measured" else None,
        top.bpm if top is not None and top.source == "measured" else None,
    )


def with_easy_cap(timeline: Timeline, bpm: float | None) -> Timeline:
    """Cap the easy steps of a timeline at `bpm`; the same timeline where nothing is capped.

    Easy are steps at easy pace, and warm-ups and cool-downs without a number to run by. Whoever wrote a heart rate
    into a step, as its target or its cap, has said already what they mean.
    """
    if bpm is None:
        return timeline
    cap = StepTarget(Quantity.HEART_RATE, Band(high=bpm), f"under {bpm:.0f} bpm")
    steps = tuple(
        replace(step, caps=(*step.caps, cap)) if _is_easy(step) else step for step in timeline.steps
    )
    return timeline if steps == timeline.steps else replace(timeline, steps=steps)


def _is_easy(step: Step) -> bool:
    if step.kind not in _MAYBE_EASY or any(cap.quantity is Quantity.HEART_RATE for cap in step.caps):
        return False
    target = step.target
    if target is None or target.quantity is Quantity.EFFORT:
        return step.kind in EASY
    return target.ref == "easy"
