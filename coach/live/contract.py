"""What a run depends on, what it receives and what it returns, and each output as an event for other programs.

An input is stamped once: by the conductor, or in the log it is played from. The outputs are the beginning and the end
of the run, the events of the session and the signals, and the cues.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final, assert_never

from coach.cues.config import CueSettings
from coach.cues.cue import Cue, Sound, Why
from coach.physiology.heart_rate import HeartRateKinetics
from coach.physiology.performance import CadenceLine
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.config import SessionSettings, StartPolicy
from coach.session.events import (
    Answered,
    Asked,
    BoundaryMoved,
    PhaseChanged,
    ResumeChoice,
    RunResumed,
    SessionEvent,
    Split,
    StepEnded,
    StepStarted,
    StepUnderWay,
    Stopped,
    Undone,
    Waiting,
    WorkoutChanged,
)
from coach.session.phases import Pressed, items_of
from coach.signals.config import SignalSettings
from coach.signals.readings import (
    Calibrated,
    Learnt,
    LinkChanged,
    Notified,
    Rejected,
    Reported,
    SensorChanged,
)
from coach.signals.sensors import RelayMerger
from coach.workout.describe import step_label
from coach.workout.edits import OptIn, is_run_by_effort
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    End,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    OpenEnd,
    Quantity,
    SlotEnd,
    StepTarget,
    TimeEnd,
    Timeline,
)

# --- the setup, and the inputs


@dataclass(frozen=True, slots=True)
class RunSetup:
    """Everything a run depends on besides its inputs; the header of its journal holds all of it."""

    run: str
    """Its id: a ULID, or `file-` and 16 hex digits for a foreign file."""
    timeline: Timeline
    """The compiled workout."""
    athlete: str = ""
    """The athlete's slug; empty without an athlete."""
    starts: StartPolicy = field(default_factory=StartPolicy)
    """How steps start where the document leaves it open."""
    by_hand: bool = False
    """Whether the run is timed by marks: `--marks`, or a file that holds marks."""
    ends_after_s: Seconds | None = None
    """How long after the last step the run closes by itself: 60 s on a terminal, 0 without one, None for never."""
    signals: SignalSettings = field(default_factory=SignalSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    cues: CueSettings = field(default_factory=CueSettings)
    gates: OptIn = field(default_factory=OptIn)
    """The rules that the runner switched on; their gates are already in the timeline."""
    ceiling_bpm: BeatsPerMinute | None = None
    """The athlete's own heart-rate ceiling; None without one."""
    threshold_bpm: BeatsPerMinute | None = None
    """The athlete's measured threshold heart rate; None where it is unknown or estimated."""
    cadence_line: CadenceLine | None = None
    """The athlete's cadence by speed; None until it is learned from three runs."""
    unit: str = "km"
    """The unit paces are shown per: `km` or `mile`."""
    critical: tuple[MetresPerSecond, Metres] | None = None
    """The athlete's critical speed and the distance above it (D'); None without trials."""
    heart_rate_kinetics: HeartRateKinetics = field(default_factory=HeartRateKinetics)
    """How fast the athlete's heart rate follows their effort; the medians of many runners until it is learned."""
    light: Mapping[str, MetresPerSecond] = field(default_factory=dict)
    """Speeds of an earlier run by step id, which the pacing light runs; the timeline already has them as targets."""
    planned: Mapping[str, MetresPerSecond] = field(default_factory=dict)
    """The speeds that the workout itself has for those steps."""
    counts_from: Seconds | None = None
    """The distance at which a foreign file begins; None for our own runs, whose pods count from their start."""
    recorded_until: Seconds | None = None
    """When the recording of these inputs ends; None in a live run."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The run begins; always the first input, at 0."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class Resumed:
    """An interrupted run is resumed; the time between `alive_until` and now is a gap, like a pause."""

    at: Seconds
    alive_until: Seconds | None = None
    """The time of its last input or output; None: that of its last input."""
    choice: ResumeChoice | None = None
    """How it is resumed; None in a journal of version 0.1.0, which always continued."""
    under_way: StepUnderWay | None = None
    """The state of the run as it was last shown; None if the fold has it, as the program never ended."""


@dataclass(frozen=True, slots=True)
class LoopBlocked:
    """The program was blocked for some seconds; outputs that were due in between were not spoken."""

    at: Seconds
    since: Seconds
    """When the block began."""


@dataclass(frozen=True, slots=True)
class WorkoutSwitched:
    """The runner goes over to another workout: the step under way is run to its end, and its steps follow.

    They are resolved already, so that a replay runs the same whatever has become of the workout and the athlete.
    """

    at: Seconds
    timeline: Timeline
    """The steps that follow, the first of which waits for a start, and what they are steps of."""


@dataclass(frozen=True, slots=True)
class Alive:
    """The program was running and nothing arrived; so the end of a run that is cut off is known."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class RecorderTrouble:
    """The recorder cannot keep up or cannot write. It is an input so that a replay has it too."""

    at: Seconds
    message: str
    lasts: bool = False
    """Whether its end will be reported; in journals of 0.1.0 it was not."""


@dataclass(frozen=True, slots=True)
class RecorderRecovered:
    """The recorder works again, and the trouble lost nothing."""

    at: Seconds


@dataclass(frozen=True, slots=True)
class Closed:
    """The run is closed: by finish, by quitting, or at the end of a recording."""

    at: Seconds


Input = (
    Opened
    | Resumed
    | WorkoutSwitched
    | Alive
    | Notified
    | Reported
    | LinkChanged
    | Pressed
    | LoopBlocked
    | RecorderTrouble
    | RecorderRecovered
    | Closed
)


def without_repeats(inputs: Iterable[Input]) -> Iterator[Input]:
    """The inputs of a run without forwarded repeats: one sensor may arrive by several ways."""
    merger: RelayMerger | None = None
    for event in inputs:
        if not isinstance(event, Notified | Reported) or (merger is None and event.relayed is None):
            yield event
            continue
        merger = merger or RelayMerger()
        if event.relayed is None:
            merger.note_radio(event, event.at)
            yield event
        elif (merged := merger.merge(event, event.relayed, event.at)) is not None:
            yield merged.event


# --- the outputs


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run began."""

    at: Seconds
    run: str
    """Its id: a ULID, or `file-` and 16 hex digits of the SHA-256 of a foreign file."""
    workout: str
    """The workout's name."""
    athlete: str
    """The athlete's slug; empty without an athlete."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run ended; always the last output."""

    at: Seconds
    completed: bool
    """Whether every step ended before the run did."""
    steps_done: int
    time_s: Seconds | None
    """Running time, pauses excluded; None if it never started."""
    distance: Metres | None
    """Metres of all measured steps; None if there were none."""
    unused_s: Seconds = Seconds(0.0)
    """Seconds of the recording after its end."""
    was_open: bool = False
    """Whether the last step was still running and only ends on request: then the workout is complete."""


Output = RunStarted | RunEnded | SessionEvent | Cue | SensorChanged | Calibrated | Learnt | Rejected


# --- outputs as events
#
# An event is one flat JSON object. The table `ROUNDING` says with how many decimals each key is written. Only here
# are numbers of events rounded, so that logs can be compared byte for byte. A key whose value is not known is absent:
# never 0, never null. `docs/reference/events.md` is checked against `ROUNDING` and `EVENTS`.

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
    "unused_s": 2,
    "light_s": 2,
    "hard_s": 2,
    "easy_s": 2,
    "light_m": 1,
    "projected_s": 2,
    "needed_mps": 3,
    "gap_s": 2,
    "age_s": 2,
    "delay_s": 1,
    "sample_age_s": 2,
    "window_s": 2,
    "ttl_s": 1,
    "distance_m": 1,
    "measured_m": 1,
    "metres": 1,
    "mean_speed_mps": 3,
    "moving_time_s": 2,
    "moving_speed_mps": 3,
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
"""Decimals of each measured key; 0 gives a whole number. Keys that count or name are not listed."""


def put_measure(event: Event, key: str, value: float | None) -> None:
    """Put a measured value under a key, rounded by the table; the key is absent if the value is None or not finite."""
    if value is None or not isfinite(value):
        return
    digits = ROUNDING[key]
    event[key] = round(value, digits) + 0.0 if digits else round(value)  # turns -0.0 into 0.0


def put_band(part: Event, band: Band, unit: str) -> Event:
    """Put the known sides of a band into an event, the unit at the end of their keys, and return the event."""
    put_measure(part, f"low{unit}", band.low)
    put_measure(part, f"aim{unit}", band.aim)
    put_measure(part, f"high{unit}", band.high)
    return part


def put_result(event: Event, result: StepEnded) -> None:
    """Put the measurements of a step into an event."""
    put_measure(event, "mean_speed_mps", result.mean_speed)
    put_measure(event, "moving_speed_mps", result.moving_speed if result.stopped_s > 0 else None)
    put_measure(event, "mean_heart_rate_bpm", result.mean_heart_rate)
    put_measure(event, "max_heart_rate_bpm", result.max_heart_rate)
    put_measure(event, "cadence_spm", result.cadence)
    put_measure(event, "in_band_fraction", result.in_band_fraction)
    put_measure(event, "light_s", result.light_s)
    put_measure(event, "hard_s", result.hard_s)
    put_measure(event, "easy_s", result.easy_s)


def encode_until(until: EndConditions) -> Event:
    """Encode when a step ends: the key of its only end, or `any` of several, with floor and cap beside it."""
    ends = [_encode_end(end) for end in until.ends]
    part: Event = ends[0] if len(ends) == 1 else {"any": ends}
    put_measure(part, "not_before_s", until.not_before_s)
    put_measure(part, "cap_s", until.cap_s)
    return part


def _encode_end(end: End) -> Event:
    part: Event = {}
    match end:
        case TimeEnd(seconds):
            put_measure(part, "time_s", seconds)
        case DistanceEnd(metres):
            put_measure(part, "distance_m", metres)
        case MarkEnd():
            part["mark"] = True
        case OpenEnd():
            part["open"] = True
        case HeartRateEnd(bpm, below):
            put_measure(part, "heart_rate_below_bpm" if below else "heart_rate_above_bpm", bpm)
        case SlotEnd(every_s):
            put_measure(part, "slot_s", every_s)
        case _:
            assert_never(end)
    return part


_UNIT_OF: Final = {
    Quantity.SPEED: "_mps",
    Quantity.HEART_RATE: "_bpm",
    Quantity.CADENCE: "_spm",
    Quantity.POWER: "_w",
    Quantity.METRIC: "",
    Quantity.EFFORT: "",
}


def encode_target(target: StepTarget) -> Event:
    """Encode a target: its words, its quantity and the known sides of its band, with units in the keys."""
    part: Event = {"text": target.label, "quantity": target.quantity.value}
    if target.metric:
        part["metric"] = target.metric
    put_band(part, target.band, _UNIT_OF[target.quantity])
    if target.ramp is not None:
        part["ramp_to"] = put_band({}, target.ramp, _UNIT_OF[target.quantity])
    return part


def encode_why(why: Why) -> Event:
    """Encode the evidence behind a cue; keys that do not apply are absent."""
    part: Event = {"rule": why.rule}
    put_measure(part, "value", why.value)
    if why.quantity:
        part["quantity"] = why.quantity
    band = put_band({}, Band(low=why.low, high=why.high), "")
    if band:
        part["band"] = band
    put_measure(part, "window_s", why.window_s)
    put_measure(part, "sample_age_s", why.sample_age_s)
    put_measure(part, "noise", why.noise)
    return part


VERSION: Final = 1
"""The version of the event format, written as `v`."""

EVENTS: Final[dict[type[Any], str]] = {
    RunStarted: "run_started",
    StepStarted: "step_started",
    StepEnded: "step_ended",
    BoundaryMoved: "boundary_moved",
    Undone: "undone",
    RunResumed: "resumed",
    WorkoutChanged: "workout_changed",
    Split: "split",
    Cue: "cue",
    SensorChanged: "sensor",
    Calibrated: "calibration",
    Learnt: "learnt",
    PhaseChanged: "phase",
    Waiting: "waiting",
    Stopped: "stop",
    Asked: "offer",
    Answered: "answer",
    Rejected: "rejected",
    RunEnded: "run_ended",
}
"""The name of each output, written as `event`."""


def encode_event(output: Output, run_s: Seconds | None = None) -> Event:
    """Encode one output as an event.

    Args:
        output: an output of the run.
        run_s: running time at the output's `at`, pauses excluded; None before the start, then the key is absent.
    """
    kind = type(output)
    event: Event = {"v": VERSION}
    put_measure(event, "at_s", output.at)
    put_measure(event, "run_s", run_s)
    event["event"] = EVENTS[kind]
    _WRITERS[kind](event, output)
    return event


_ENCODE: Final[Callable[[object], str]] = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


def encode_line(event: Event) -> str:
    """Encode one event as a line of JSON without a line break: compact, keys in order, not limited to ASCII.

    Half a surrogate pair (a name from a file may hold one) is written as `?`, because UTF-8 cannot encode it.
    """
    line = _ENCODE(event)
    return line if line.isascii() else line.encode("utf-8", "replace").decode("utf-8")


def _run_started(event: Event, output: RunStarted) -> None:
    event["run"] = output.run
    event["workout"] = output.workout
    if output.athlete:
        event["athlete"] = output.athlete


def _step_started(event: Event, output: StepStarted) -> None:
    step = output.step
    event["step"] = output.index
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
    put_measure(event, "effective_at_s", output.effective_at)


def _step_ended(event: Event, output: StepEnded) -> None:
    event["step"] = output.index
    event["step_id"] = output.step.step_id
    event["reason"] = output.reason.value
    if output.broken:
        event["broken"] = True
    if output.cut:
        event["cut"] = True
    put_measure(event, "ended_at_s", output.ended_at)
    put_measure(event, "time_s", output.time_s)
    put_measure(event, "moving_time_s", output.moving_time_s)
    put_measure(event, "distance_m", output.distance)
    event["estimated"] = output.estimated
    put_result(event, output)
    if output.distance_source is not None:
        event["distance_source"] = output.distance_source.value
    put_measure(event, "measured_m", output.measured)
    if is_run_by_effort(output.step):
        event["by_effort"] = True
    if output.items_done is not None:
        event["items_done"] = output.items_done
        event["items"] = items_of(output.step.items)


def _boundary_moved(event: Event, output: BoundaryMoved) -> None:
    event["step_id"] = output.step_id
    put_measure(event, "from_s", output.from_s)
    put_measure(event, "to_s", output.to_s)
    event["by"] = output.by.value
    put_measure(event, "distance_m", output.distance)
    put_measure(event, "measured_m", output.measured)


def _undone(event: Event, output: Undone) -> None:
    if output.button is not None:
        event["button"] = output.button.value
    event["step_id"] = output.step_id


def _resumed(event: Event, output: RunResumed) -> None:
    put_measure(event, "from_s", output.since)
    put_measure(event, "gap_s", output.at - output.since)
    event["choice"] = output.choice.value
    if output.step_id:
        event["step_id"] = output.step_id


def _workout_changed(event: Event, output: WorkoutChanged) -> None:
    if output.button is not None:
        event["button"] = output.button.value
    event["revision"] = output.revision
    event["steps_left"] = output.steps_left
    if output.day is not None:
        put_measure(event, "slower_percent", output.day.percent)
        put_measure(event, "reps_slower_percent", output.day.reps_percent)
    if output.is_by_effort is not None:
        event["by_effort"] = output.is_by_effort
    if output.workout:
        event["workout"] = output.workout


def _split(event: Event, output: Split) -> None:
    put_measure(event, "metres", output.metres)
    put_measure(event, "time_s", output.time_s)
    if output.light is not None:
        put_measure(event, "light_s", output.light.behind_s)
        put_measure(event, "light_m", output.light.behind_m)
        put_measure(event, "projected_s", output.light.projected_s)
        put_measure(event, "needed_mps", output.light.needed)
    event["role"] = output.role.value
    event["pressed"] = output.pressed
    put_measure(event, "effective_at_s", output.effective_at)
    if output.step_id:
        event["step_id"] = output.step_id
    if output.gate:
        event["gate"] = output.gate


def _cue(event: Event, output: Cue) -> None:
    event["kind"] = output.kind.value
    event["class"] = output.cue_class.value
    event["text"] = output.text
    if output.why.state:
        event["state"] = output.why.state
    event["why"] = encode_why(output.why)
    put_measure(event, "ttl_s", output.ttl_s)
    event["spoken"] = output.spoken
    if output.speech:
        event["speech"] = output.speech
    if output.sound is not Sound.NONE:
        event["sound"] = output.sound.value


def _sensor(event: Event, output: SensorChanged) -> None:
    event["sensor"] = output.sensor.value
    event["state"] = output.state.value
    put_measure(event, "age_s", output.age_s)
    if output.battery_percent is not None:
        event["battery_percent"] = output.battery_percent
    if output.by:
        event["by"] = output.by
        put_measure(event, "delay_s", output.delay_s)


def _calibration(event: Event, output: Calibrated) -> None:
    put_measure(event, "factor", output.factor)
    put_measure(event, "sd", output.sd)
    event["from"] = output.origin
    event["sensor"] = output.sensor.value


def _learnt(event: Event, output: Learnt) -> None:
    event["sensor"] = output.sensor.value
    event["what"] = output.what
    put_measure(event, "value", output.value)
    put_measure(event, "sd", output.sd)


def _phase(event: Event, output: PhaseChanged) -> None:
    event["phase"] = output.phase.value
    if output.button is not None:
        event["button"] = output.button.value


def _waiting(event: Event, output: Waiting) -> None:
    event["step_id"] = output.step_id


def _stop(event: Event, output: Stopped) -> None:
    event["step_id"] = output.step_id
    put_measure(event, "from_s", output.from_s)
    put_measure(event, "to_s", output.to_s)
    put_measure(event, "time_s", output.time_s)


def _offer(event: Event, output: Asked) -> None:
    event["offer"] = output.offer
    event["step_id"] = output.step_id


def _answer(event: Event, output: Answered) -> None:
    event["step_id"] = output.step_id
    event["question"] = output.question
    event["answer"] = output.answer


def _rejected(event: Event, output: Rejected) -> None:
    event["what"] = output.what
    event["reason"] = output.reason


def _run_ended(event: Event, output: RunEnded) -> None:
    event["completed"] = output.completed
    event["steps_done"] = output.steps_done
    put_measure(event, "time_s", output.time_s)
    put_measure(event, "distance_m", output.distance)
    if output.unused_s > 0:
        put_measure(event, "unused_s", output.unused_s)


_WRITERS: Final[dict[type[Any], Callable[[Event, Any], None]]] = {
    RunStarted: _run_started,
    StepStarted: _step_started,
    StepEnded: _step_ended,
    BoundaryMoved: _boundary_moved,
    Undone: _undone,
    RunResumed: _resumed,
    WorkoutChanged: _workout_changed,
    Split: _split,
    Cue: _cue,
    SensorChanged: _sensor,
    Calibrated: _calibration,
    Learnt: _learnt,
    PhaseChanged: _phase,
    Waiting: _waiting,
    Stopped: _stop,
    Asked: _offer,
    Answered: _answer,
    Rejected: _rejected,
    RunEnded: _run_ended,
}
