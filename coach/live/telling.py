"""How measured values, ends and targets are told: rounded by one table, absent when they are not known."""

from math import isfinite
from typing import Any, Final, assert_never

from coach.workout.timeline import (
    Band,
    DistanceEnd,
    End,
    HeartRateEnd,
    MarkEnd,
    OpenEnd,
    Quantity,
    SlotEnd,
    Target,
    TimeEnd,
    Until,
)

Event = dict[str, Any]
"""One event, or a part of it: its keys in the order in which they are written."""

ROUNDING: Final[dict[str, int]] = {
    "at_s": 3,
    "run_s": 3,
    "effective_at_s": 3,
    "ended_at_s": 3,
    "from_s": 3,
    "to_s": 3,
    "time_s": 2,
    "not_before_s": 2,
    "cap_s": 2,
    "slot_s": 2,
    "light_s": 2,
    "light_m": 1,
    "projected_s": 2,
    "needed_mps": 3,
    "age_s": 2,
    "sample_age_s": 2,
    "window_s": 2,
    "ttl_s": 1,
    "distance_m": 1,
    "metres": 1,
    "mean_speed_mps": 3,
    "low_mps": 3,
    "aim_mps": 3,
    "high_mps": 3,
    "low_bpm": 1,
    "aim_bpm": 1,
    "high_bpm": 1,
    "heart_rate_below_bpm": 1,
    "heart_rate_above_bpm": 1,
    "mean_heart_rate_bpm": 1,
    "max_heart_rate_bpm": 0,
    "cadence_spm": 1,
    "low_spm": 1,
    "aim_spm": 1,
    "high_spm": 1,
    "low_w": 0,
    "aim_w": 0,
    "high_w": 0,
    "in_band_fraction": 3,
    "factor": 4,
    "sd": 4,
    "noise": 4,
    "slower_percent": 2,
    "reps_slower_percent": 2,
    "value": 3,
    "low": 3,
    "aim": 3,
    "high": 3,
}
"""Decimals of each measured key; 0 makes a whole number. Keys that count or name are not listed."""

_UNIT_OF: Final = {
    Quantity.SPEED: "_mps",
    Quantity.HEART_RATE: "_bpm",
    Quantity.CADENCE: "_spm",
    Quantity.POWER: "_w",
    Quantity.METRIC: "",
    Quantity.EFFORT: "",
}


def put_measure(event: Event, key: str, value: float | None) -> None:
    """Put a measured value under a key, rounded by the table; absent if it is unknown or no number."""
    if value is None or not isfinite(value):
        return
    digits = ROUNDING[key]
    event[key] = round(value, digits) + 0.0 if digits else round(value)  # + 0.0 turns -0.0 into 0.0


def encode_until(until: Until) -> Event:
    """Tell when a step ends: the key of its one end, or `any` of several, and floor and cap beside it."""
    ends = [_end(end) for end in until.ends]
    told: Event = ends[0] if len(ends) == 1 else {"any": ends}
    put_measure(told, "not_before_s", until.not_before_s)
    put_measure(told, "cap_s", until.cap_s)
    return told


def encode_target(target: Target) -> Event:
    """Tell a target: its words, its quantity and the known sides of its band, units in the keys."""
    told: Event = {"text": target.label, "quantity": target.quantity.value}
    if target.metric:
        told["metric"] = target.metric
    put_band(told, target.band, _UNIT_OF[target.quantity])
    if target.ramp is not None:
        told["ramp_to"] = put_band({}, target.ramp, _UNIT_OF[target.quantity])
    return told


def _end(end: End) -> Event:
    told: Event = {}
    match end:
        case TimeEnd(seconds):
            put_measure(told, "time_s", seconds)
        case DistanceEnd(metres):
            put_measure(told, "distance_m", metres)
        case MarkEnd():
            told["mark"] = True
        case OpenEnd():
            told["open"] = True
        case HeartRateEnd(bpm, below):
            put_measure(told, "heart_rate_below_bpm" if below else "heart_rate_above_bpm", bpm)
        case SlotEnd(every_s):
            put_measure(told, "slot_s", every_s)
        case _:
            assert_never(end)
    return told


def put_band(told: Event, band: Band, unit: str) -> Event:
    """Put the known sides of a band into an event, with the unit at the end of their keys, and give it back."""
    put_measure(told, f"low{unit}", band.low)
    put_measure(told, f"aim{unit}", band.aim)
    put_measure(told, f"high{unit}", band.high)
    return told
