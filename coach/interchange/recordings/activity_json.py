"""Writes a run as one JSON object: what was said, the laps, and what was known at each second.

The events have the keys of `coach replay --json`. A value that was not known at a second is null there, because the
columns of the trace are as long as each other; everywhere else an unknown key is absent.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from coach.interchange.recordings.activity import Activity, ActivityLap
from coach.live.outputs import encode_event, put_measure
from coach.quantities import rounded
from coach.review.trace import RunTrace

FORMAT: Final = "coach-activity/1"
_DIGITS: Final = {
    "at_s": 0,
    "run_s": 2,
    "distance_m": 2,
    "speed_mps": 3,
    "heart_rate_bpm": 0,
    "cadence_spm": 1,
    "power_w": 0,
}
"""The columns of the trace, with their decimals."""


def write(activity: Activity) -> bytes:
    """Write JSON, one event a line."""
    trace, began = activity.trace, activity.trace.began
    head: dict[str, Any] = {"format": FORMAT, "run": activity.run, "unit": trace.unit}
    if began is not None:
        head["began_epoch_s"] = round(began.epoch_s, 3)
        if began.utc_offset_s is not None:
            head["utc_offset_s"] = began.utc_offset_s
    put_measure(head, "time_s", activity.time_s)
    put_measure(head, "distance_m", activity.metres)
    if trace.distance_source is not None:
        head["distance_source"] = trace.distance_source.value
    if activity.document is not None:
        head["workout"] = dict(activity.document)
    head["laps"] = [_lap_tree(lap) for lap in activity.laps]
    head["pauses"] = [{"from_s": round(since, 3), "to_s": round(until, 3)} for since, until in trace.pauses]
    head["rr"] = [{"at_s": round(at, 3), "rr_s": round(beat, 4)} for at, beat in trace.beats]
    head["trace"] = _trace_tree(trace)
    events = ",\n".join(_dumped(encode_event(timed.output, timed.run_s)) for timed in trace.outputs)
    return f'{_dumped(head)[:-1]},"events":[\n{events}\n]}}\n'.encode()


def _dumped(tree: Mapping[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _lap_tree(lap: ActivityLap) -> dict[str, Any]:
    tree: dict[str, Any] = {"from_s": round(lap.from_s, 3), "to_s": round(lap.to_s, 3)}
    put_measure(tree, "time_s", lap.time_s)
    put_measure(tree, "distance_m", lap.metres)
    if lap.step is not None:
        tree |= {"step_id": lap.step.step_id, "path": lap.step.path, "kind": lap.step.kind.value}
    if lap.line_metres is not None:
        tree["line_distance_m"] = round(lap.line_metres, 2)
    return tree | {"trigger": lap.trigger.value}


def _trace_tree(trace: RunTrace) -> dict[str, list[Any]]:
    """The seconds of the run as columns."""
    rows = trace.run_rows
    columns: dict[str, list[Any]] = {
        name: [rounded(getattr(row, name), digits) for row in rows] for name, digits in _DIGITS.items()
    }
    columns["step_id"] = [row.step_id for row in rows]
    columns["is_paused"] = [row.is_paused for row in rows]
    columns["has_gap"] = [row.has_gap for row in rows]
    return columns
