"""Outputs of a run as events for other programs: one flat JSON object each.

The table `ROUNDING` says with how many decimals each key is written. It is the only place where a number of an
event is rounded, so that logs can be compared byte for byte. A key whose value is not known is absent: never 0,
never null. `docs/reference/events.md` is checked against both tables of this file.
"""

import json
from collections.abc import Callable
from math import isfinite
from typing import Any, Final, assert_never

from coach.cues.cue import Cue, Why
from coach.live.outputs import Output, RunEnded, RunStarted
from coach.quantities import Seconds
from coach.session.facts import (
    Answered,
    Asked,
    BoundaryMoved,
    PhaseChanged,
    Split,
    StepEnded,
    StepStarted,
    Undone,
    Waiting,
    WorkoutChanged,
)
from coach.signals.readings import Calibrated, Learnt, Rejected, SensorChanged
from coach.workout.describe import step_label
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


VERSION: Final = 1
"""The version of the event format, told as `v`."""

EVENTS: Final[dict[type[Any], str]] = {
    RunStarted: "run_started",
    StepStarted: "step_started",
    StepEnded: "step_ended",
    BoundaryMoved: "boundary_moved",
    Undone: "undone",
    WorkoutChanged: "workout_changed",
    Split: "split",
    Cue: "cue",
    SensorChanged: "sensor",
    Calibrated: "calibration",
    Learnt: "learnt",
    PhaseChanged: "phase",
    Waiting: "waiting",
    Asked: "offer",
    Answered: "answer",
    Rejected: "rejected",
    RunEnded: "run_ended",
}
"""The name of each output, told as `event`."""


def encode_event(output: Output, run_s: Seconds | None = None) -> Event:
    """Tell one output as an event.

    Args: output: what the run said. run_s: running time at the output's `at`, pauses excluded; None before
        the start, then the key is absent.
    """
    kind = type(output)
    event: Event = {"v": VERSION}
    put_measure(event, "at_s", output.at)
    put_measure(event, "run_s", run_s)
    event["event"] = EVENTS[kind]
    _WRITERS[kind](event, output)
    return event


def encode_line(event: Event) -> str:
    """Write one event as a line of JSON without its line break: compact, keys in order, any script as it is.

    Half a surrogate pair (a name from a file may hold one) is written as `?`, because no UTF-8 exists for it.
    """
    line = _ENCODE(event)
    return line if line.isascii() else line.encode("utf-8", "replace").decode("utf-8")


_ENCODE: Final[Callable[[object], str]] = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


def _run_started(event: Event, said: RunStarted) -> None:
    event["run"] = said.run
    event["workout"] = said.workout
    if said.athlete:
        event["athlete"] = said.athlete


def _step_started(event: Event, said: StepStarted) -> None:
    step = said.step
    event["step"] = said.index
    event["step_id"] = step.step_id
    event["path"] = step.path
    event["kind"] = step.kind.value
    if step.rep is not None:
        event["rep"] = step.rep
    if step.of is not None:
        event["of"] = step.of
    event["until"] = encode_until(step.until)
    if step.target is not None:
        event["target"] = encode_target(step.target)
    event["label"] = step_label(step)
    put_measure(event, "effective_at_s", said.effective_at)


def _step_ended(event: Event, said: StepEnded) -> None:
    event["step"] = said.index
    event["step_id"] = said.step.step_id
    event["reason"] = said.reason.value
    if said.broken:
        event["broken"] = True
    if said.cut:
        event["cut"] = True
    put_measure(event, "ended_at_s", said.ended_at)
    put_measure(event, "time_s", said.time_s)
    put_measure(event, "distance_m", said.distance)
    event["estimated"] = said.estimated
    put_measure(event, "mean_speed_mps", said.mean_speed)
    put_measure(event, "mean_heart_rate_bpm", said.mean_heart_rate)
    put_measure(event, "max_heart_rate_bpm", said.max_heart_rate)
    put_measure(event, "cadence_spm", said.cadence)
    put_measure(event, "in_band_fraction", said.in_band_fraction)
    put_measure(event, "light_s", said.light_s)
    if said.distance_source is not None:
        event["distance_source"] = said.distance_source.value


def _boundary_moved(event: Event, said: BoundaryMoved) -> None:
    event["step_id"] = said.step_id
    put_measure(event, "from_s", said.from_s)
    put_measure(event, "to_s", said.to_s)
    event["by"] = said.by.value
    put_measure(event, "distance_m", said.distance)


def _undone(event: Event, said: Undone) -> None:
    if said.button is not None:
        event["button"] = said.button.value
    event["step_id"] = said.step_id


def _workout_changed(event: Event, said: WorkoutChanged) -> None:
    event["button"] = said.button.value
    event["revision"] = said.revision
    event["steps_left"] = said.steps_left
    if said.day is not None:
        put_measure(event, "slower_percent", said.day.percent)
        put_measure(event, "reps_slower_percent", said.day.reps_percent)


def _split(event: Event, said: Split) -> None:
    put_measure(event, "metres", said.metres)
    put_measure(event, "time_s", said.time_s)
    if said.light is not None:
        put_measure(event, "light_s", said.light.behind_s)
        put_measure(event, "light_m", said.light.behind_m)
        put_measure(event, "projected_s", said.light.projected_s)
        put_measure(event, "needed_mps", said.light.needed)
    event["role"] = said.role.value
    event["pressed"] = said.pressed


def _cue(event: Event, said: Cue) -> None:
    event["kind"] = said.kind.value
    event["class"] = said.cue_class.value
    event["text"] = said.text
    event["why"] = encode_why(said.why)
    put_measure(event, "ttl_s", said.ttl_s)
    event["spoken"] = said.spoken


def encode_why(why: Why) -> Event:
    """Tell the evidence behind a cue; what does not apply is absent."""
    told: Event = {"rule": why.rule}
    put_measure(told, "value", why.value)
    if why.quantity:
        told["quantity"] = why.quantity
    band = put_band({}, Band(low=why.low, high=why.high), "")
    if band:
        told["band"] = band
    put_measure(told, "window_s", why.window_s)
    put_measure(told, "sample_age_s", why.sample_age_s)
    put_measure(told, "noise", why.noise)
    return told


def _sensor(event: Event, said: SensorChanged) -> None:
    event["sensor"] = said.sensor.value
    event["state"] = said.state.value
    put_measure(event, "age_s", said.age_s)
    if said.battery_percent is not None:
        event["battery_percent"] = said.battery_percent


def _calibration(event: Event, said: Calibrated) -> None:
    put_measure(event, "factor", said.factor)
    put_measure(event, "sd", said.sd)
    event["from"] = said.origin
    event["sensor"] = said.sensor.value


def _learnt(event: Event, said: Learnt) -> None:
    event["sensor"] = said.sensor.value
    event["what"] = said.what
    put_measure(event, "value", said.value)
    put_measure(event, "sd", said.sd)


def _phase(event: Event, said: PhaseChanged) -> None:
    event["phase"] = said.phase.value
    if said.button is not None:
        event["button"] = said.button.value


def _waiting(event: Event, said: Waiting) -> None:
    event["step_id"] = said.step_id


def _offer(event: Event, said: Asked) -> None:
    event["offer"] = said.offer
    event["step_id"] = said.step_id


def _answer(event: Event, said: Answered) -> None:
    event["step_id"] = said.step_id
    event["question"] = said.question
    event["answer"] = said.answer


def _rejected(event: Event, said: Rejected) -> None:
    event["what"] = said.what
    event["reason"] = said.reason


def _run_ended(event: Event, said: RunEnded) -> None:
    event["completed"] = said.completed
    event["steps_done"] = said.steps_done
    put_measure(event, "time_s", said.time_s)
    put_measure(event, "distance_m", said.distance)


_WRITERS: Final[dict[type[Any], Callable[[Event, Any], None]]] = {
    RunStarted: _run_started,
    StepStarted: _step_started,
    StepEnded: _step_ended,
    BoundaryMoved: _boundary_moved,
    Undone: _undone,
    WorkoutChanged: _workout_changed,
    Split: _split,
    Cue: _cue,
    SensorChanged: _sensor,
    Calibrated: _calibration,
    Learnt: _learnt,
    PhaseChanged: _phase,
    Waiting: _waiting,
    Asked: _offer,
    Answered: _answer,
    Rejected: _rejected,
    RunEnded: _run_ended,
}
