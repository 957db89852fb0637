"""The workout inside a FIT file, as a `coach-workout/1` document.

A FIT workout is a flat row of steps; a repeat is a step that says how far back to jump and how many times
in all (FIT profile, `workout_step`), so it is folded back into nested repeats here. What our documents
cannot say, or the file leaves to a watch's own settings (zones), is told in `problems` and left out: never
guessed.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Any, Final

from coach.interchange.common import printable
from coach.problems import WorkoutProblem
from coach.quantities import format_clock, pace_s_per_km
from coach.workout.document import document_from

Json = dict[str, Any]

_KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "rest": "recovery",
    "recovery": "recovery",
}
"""Intensities that are not work; `active`, `interval` and `other` are."""

MOST_REPEATS: Final = 200
"""A count above this is damage."""

SLOWEST_PACED_MPS: Final = 0.5
"""Below this a speed is no pace (33 min per km)."""


def workout_from(
    steps: Sequence[Mapping[str, Any]], head: Mapping[str, Any], problems: list[str]
) -> Json | None:
    """Make a document from the workout steps of a FIT file, in its order; None if nothing is left."""
    placed: list[tuple[int, Json]] = []
    for index, step in enumerate(steps[:1000]):
        name = f"step {index + 1}"
        if str(step.get("duration_type", "")).startswith("repeat_"):
            _fold_repeat(placed, step, name, problems)
        else:
            placed.append((index, _step(step, name, problems)))
    if not any(_is_paced_or_plain(item) for _, item in placed):
        return None
    title = printable(head.get("wkt_name"))
    document: Json = {
        "format": "coach-workout/1",
        "name": title or "Workout from the recording",
        "sections": [{"name": "Workout", "steps": [item for _, item in placed]}],
    }
    try:
        document_from(document, name="the embedded workout")
    except WorkoutProblem as problem:
        problems.append(f"The embedded workout cannot be used: {problem.message}")
        return None
    return document


def _is_paced_or_plain(item: Json) -> bool:
    return "kind" in item or bool(item.get("steps"))


def _fold_repeat(
    placed: list[tuple[int, Json]], step: Mapping[str, Any], name: str, problems: list[str]
) -> None:
    back = step.get("duration_step")
    how = str(step.get("duration_type"))
    count = step.get("repeat_steps")
    if not isinstance(back, int) or not placed or back > placed[-1][0]:
        problems.append(f"The repeat at {name} of the embedded workout points nowhere and was left out.")
        return
    if how != "repeat_until_steps_cmplt" or not isinstance(count, int) or not 1 <= count <= MOST_REPEATS:
        problems.append(
            f"The repeat at {name} of the embedded workout ends in a way that is not supported "
            f"({how.replace('_', ' ')}); its steps are run once."
        )
        return
    first = next(place for place, (start, _) in enumerate(placed) if start >= back)
    inner = [item for _, item in placed[first:]]
    placed[first:] = [(placed[first][0], {"repeat": count, "steps": inner})]


def _step(step: Mapping[str, Any], name: str, problems: list[str]) -> Json:
    intensity = str(step.get("intensity", "active"))
    item: Json = {"kind": _KINDS.get(intensity, "work")}
    title = printable(step.get("wkt_step_name"))
    if title:
        item["name"] = title
    if intensity == "rest":
        item["move"] = "walk"
    item["until"] = _until(step, name, problems)
    target = _target(step, name, problems)
    if target is not None:
        item["target"] = target
    return item


def _until(step: Mapping[str, Any], name: str, problems: list[str]) -> Json:
    how = step.get("duration_type")
    seconds, metres, beats = (
        _positive(step.get(key)) for key in ("duration_time", "duration_distance", "duration_hr")
    )
    if how == "time" and seconds is not None:
        return {"time": _clock(seconds)}
    if how == "distance" and metres is not None:
        return {"distance": f"{metres:g} m"}
    if how in {"hr_less_than", "hr_greater_than"} and beats is not None:
        key = "heart_rate_below" if how == "hr_less_than" else "heart_rate_above"
        return {key: _heart_rate(beats)}
    if how != "open":
        words = str(how).replace("_", " ")
        problems.append(
            f"The end of {name} of the embedded workout is not supported ({words}); it ends by a mark."
        )
    return {"mark": True}


def _target(step: Mapping[str, Any], name: str, problems: list[str]) -> Json | None:
    how = str(step.get("target_type", "open"))
    if how == "open":
        return None
    told: Json | None = None
    if how == "speed":
        told = _speed(*_range(step, "custom_target_speed"))
    elif how == "heart_rate":
        told = _pulse(*_range(step, "custom_target_heart_rate"))
    elif how == "power":
        told = _power(*_range(step, "custom_target_power"))
    elif how == "cadence":
        told = _steps(*_range(step, "custom_target_cadence"))
    if told is None:
        zone = next((step[key] for key in _ZONES if isinstance(step.get(key), int) and step[key]), None)
        what = f"{how.replace('_', ' ')} zone {zone}" if zone else how.replace("_", " ")
        problems.append(
            f"The target of {name} of the embedded workout ({what}) rests on the watch's own settings "
            "or is not supported; the step is run without a target."
        )
    return told


_ZONES: Final = (
    "target_hr_zone",
    "target_power_zone",
    "target_speed_zone",
    "target_cadence_zone",
    "target_value",
)


def _range(step: Mapping[str, Any], key: str) -> tuple[float | None, float | None]:
    """The custom range, low side first whatever the file's order."""
    low, high = _positive(step.get(f"{key}_low")), _positive(step.get(f"{key}_high"))
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def _speed(low: float | None, high: float | None) -> Json | None:
    """A pace range in whole seconds per km, opened outward: never stricter than the file."""
    if low is None or high is None or low < SLOWEST_PACED_MPS or high > 12.5:
        return None
    fast, slow = floor(pace_s_per_km(high) + 1e-6), ceil(pace_s_per_km(low) - 1e-6)
    text = format_clock(fast) if fast == slow else f"{format_clock(fast)}-{format_clock(slow)}"
    return {"pace": f"{text}/km"}


def _pulse(low: float | None, high: float | None) -> Json | None:
    if low is None or high is None or (low <= 100 < high):
        return None
    return {"heart_rate": {"min": _heart_rate(low), "max": _heart_rate(high)}}


def _power(low: float | None, high: float | None) -> Json | None:
    """Watts are written with 1000 added; below that they are percent of a threshold we do not know."""
    if low is None or high is None or low <= 1000:
        return None
    return {"power": {"min": f"{low - 1000:g} W", "max": f"{high - 1000:g} W"}}


def _steps(low: float | None, high: float | None) -> Json | None:
    """Cadence counts one foot."""
    if low is None or high is None:
        return None
    return {"cadence": {"min": f"{low * 2:g} spm", "max": f"{high * 2:g} spm"}}


def _heart_rate(raw: float) -> str:
    """Up to 100 it is % of the maximum, above it is beats per minute plus 100 (FIT profile, `workout_hr`)."""
    return f"{raw:g} %max" if raw <= 100 else f"{raw - 100:g} bpm"


def _clock(seconds: float) -> str:
    return format_clock(seconds, tenths=seconds != round(seconds))


def _positive(value: object) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6
    return float(value) if usable else None  # type: ignore[arg-type]
