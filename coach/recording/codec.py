"""The records of a journal, their form as bytes (`docs/reference/journal.md`), and what a redacted one keeps.

A journal is one header, then the inputs as received and the outputs as returned; `lines` has the form of a line. A
damaged or invalid line is left out, and the journal says so. Every other line is read.

An input is an object with `in`, its kind, and `at`, seconds since the first input. What is unknown or at its default is
left out. Raw bytes are hex. Every kind is written without loss.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from math import isfinite
from typing import Any, Final

from coach.gatt import Malformed
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.gatt.services import BatteryLevel, uuid_text
from coach.live.contract import (
    Alive,
    Closed,
    Input,
    LoopBlocked,
    Opened,
    RecorderRecovered,
    RecorderTrouble,
    Resumed,
    WorkoutSwitched,
)
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
from coach.recording.lines import (
    MARK,
    SEGMENT,
    TAIL,
    CorruptRecord,
    encode_record,
    is_journal,
    load_record,
    load_records,
    read_lines,
)
from coach.session.events import ResumeChoice, StepUnderWay
from coach.session.phases import Button, Origin, Pressed, TimingGate
from coach.signals.config import METRIC_LIMITS
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Relayed,
    Reported,
    Source,
)
from coach.signals.signals import decode
from coach.workout.timeline import timeline_from, timeline_tree

FORMAT: Final = "coach-journal/1"
"""The format this program writes, and the newest it reads."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a journal: everything a run depends on besides its inputs, frozen at its start."""

    run: str
    """The run's id, a ULID."""
    version: str
    """The version of the program that wrote it."""
    workout: Mapping[str, Any] | None
    """The workout document; None for a free run."""
    athlete: Mapping[str, Any] | None
    """The athlete document; None without an athlete."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings in force, by room."""
    learnt: tuple[Mapping[str, Any], ...] = ()
    """Values learned from earlier runs: pod factors with their sd, one object each."""
    wall_epoch: float = 0.0
    """Unix time at the first input, in seconds."""
    monotonic_epoch: float = 0.0
    """The monotonic clock at the first input, in seconds."""
    zone: str = "UTC"
    """Name of the time zone."""
    utc_offset_s: int = 0
    """How far local time was ahead of UTC, in seconds."""
    devices: tuple[Mapping[str, Any], ...] = ()
    """The paired sensors."""
    sensors: str = ""
    """The sensors of the run in the words of `--sensors`: `ble`, `sim` or `none`, several with commas; empty if the
    header lacks it.
    """
    format: str = FORMAT


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal, as far as it is readable."""

    header: Header
    inputs: tuple[Input, ...]
    outputs: tuple[Mapping[str, Any], ...]
    """The outputs of the run, as events."""
    set_aside_bytes: int = 0
    """How many bytes were not read, from the first damaged line on."""
    problem: str = ""
    """What is wrong with the journal, in one sentence; empty if nothing is."""
    answered: int = 0
    """How many inputs precede the last output."""

    @property
    def is_closed(self) -> bool:
        """Whether the run was closed."""
        return bool(self.inputs) and isinstance(self.inputs[-1], Closed)


# --- inputs as JSON

Json = dict[str, Any]

PERIOD_S: Final = 1.0
"""The period of the radio, which is not written."""


def input_to_json(event: Input) -> Json:
    """Return an input as a JSON object."""
    return _WRITERS[type(event)](event)


def _bare(kind: str) -> Callable[[Any], Json]:
    return lambda event: {"in": kind, "at": event.at}


def _write_resumed(event: Resumed) -> Json:
    record: Json = {"in": "reopened" if event.choice is None else "resumed", "at": event.at}
    if event.alive_until is not None:
        record["alive_until"] = event.alive_until
    if event.choice is not None:
        record["choice"] = event.choice.value
    if event.under_way is not None:
        record["step"], record["step_id"] = event.under_way.index, event.under_way.step_id
        if event.under_way.started_at is not None:
            record["started_at"] = event.under_way.started_at
    return record


def _write_notified(event: Notified) -> Json:
    record: Json = {
        "in": "notified",
        "at": event.at,
        "source": event.source.value,
        "uuid": UUIDS[event.characteristic],
        "hex": event.payload.hex(),
    }
    if event.period_s != PERIOD_S:
        record["period_s"] = event.period_s
    if event.heard_at is not None:
        record["heard_at"] = event.heard_at
    if event.relayed is not None:
        _write_relayed(record, event.relayed)
    return record


_RELAYED: Final = ("heard_at", "sent_s", "age_s", "rssi_dbm", "device")
"""Fields of `Relayed` and their keys; `by` and `sensor` stand beside them."""


def _write_relayed(record: Json, relayed: Relayed) -> None:
    """Write how an input arrived: its source is then the relay, and `of` the sensor it stands for."""
    if record["source"] != Source.RELAY.value:
        record["source"], record["of"] = Source.RELAY.value, record["source"]
    record["by"] = relayed.by
    if relayed.sensor:
        record["sensor"] = relayed.sensor
    for name in _RELAYED:
        value = getattr(relayed, name)
        if value is not None:
            record[name] = value


_REPORTED: Final = (
    ("speed", "speed_mps"),
    ("distance", "distance_m"),
    ("cadence", "cadence_spm"),
    ("heart_rate", "heart_rate_bpm"),
    ("power", "power_w"),
)
"""Fields of `Reported` and their keys."""


def _write_reported(event: Reported) -> Json:
    record: Json = {
        "in": "reported",
        "at": event.at,
        "source": event.source.value,
        "period_s": event.period_s,
    }
    for name, key in _REPORTED:
        value = getattr(event, name)
        if value is not None:
            record[key] = value
    if event.rr_s:
        record["rr_s"] = list(event.rr_s)
    if event.metrics:
        record["metrics"] = dict(event.metrics)
    if event.place is not None:
        record["east_m"], record["north_m"] = event.place
    if event.relayed is not None:
        _write_relayed(record, event.relayed)
    return record


def _write_link(event: LinkChanged) -> Json:
    record: Json = {"in": "link", "at": event.at, "source": event.source.value, "state": event.state.value}
    if event.name:
        record["name"] = event.name
    if event.battery_percent is not None:
        record["battery_percent"] = event.battery_percent
    if event.rssi_dbm is not None:
        record["rssi_dbm"] = event.rssi_dbm
    if event.device is not None:
        record["device"] = event.device
    return record


def _write_pressed(event: Pressed) -> Json:
    record: Json = {
        "in": "pressed",
        "at": event.at,
        "button": event.button.value,
        "origin": event.origin.value,
    }
    if event.answer is not None:
        record["answer"] = event.answer
    if event.pressed_at is not None:
        record["pressed_at"] = event.pressed_at
    if event.expected_step is not None:
        record["expected_step"] = event.expected_step
    if event.gate is not None:
        record["gate"], record["place_m"] = event.gate.name, event.gate.place
    return record


def _write_blocked(event: LoopBlocked) -> Json:
    return {"in": "loop_blocked", "at": event.at, "since": event.since}


def _write_switched(event: WorkoutSwitched) -> Json:
    return {"in": "switched", "at": event.at, "workout": timeline_tree(event.timeline)}


def _write_trouble(event: RecorderTrouble) -> Json:
    record: Json = {"in": "recorder_trouble", "at": event.at, "message": event.message}
    if event.lasts:
        record["lasts"] = True
    return record


_WRITERS: Final[dict[type[Any], Callable[[Any], Json]]] = {
    Opened: _bare("opened"),
    Resumed: _write_resumed,
    Alive: _bare("alive"),
    WorkoutSwitched: _write_switched,
    Closed: _bare("closed"),
    Notified: _write_notified,
    Reported: _write_reported,
    LinkChanged: _write_link,
    Pressed: _write_pressed,
    LoopBlocked: _write_blocked,
    RecorderTrouble: _write_trouble,
    RecorderRecovered: _bare("recorder_recovered"),
}

UUIDS: Final = {
    characteristic: f"{characteristic:04x}" if characteristic < 1 << 16 else uuid_text(characteristic)
    for characteristic in Characteristic
}
"""The name of each characteristic in a line: four hex digits, or a whole UUID."""
_BY_UUID: Final = {uuid: characteristic for characteristic, uuid in UUIDS.items()}
_SOURCES: Final = {source.value: source for source in Source}
_NUMBERS: Final = frozenset({int, float})

# --- inputs from JSON


def _number(value: Any) -> Any:
    """A finite number (typed `Any`, because it becomes the quantity of its field)."""
    if type(value) not in _NUMBERS or not isfinite(value):
        raise CorruptRecord(f"{value!r} is not a number")
    return value


def _optional(value: Any) -> Any:
    return None if value is None else _number(value)


def _whole(value: Any) -> int | None:
    if value is not None and type(value) is not int:
        raise CorruptRecord(f"{value!r} is not a whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CorruptRecord(f"{value!r} is not text")
    return value


def _read_notified(record: Mapping[str, Any]) -> Notified:
    get = record.get
    relayed = _read_relayed(record) if "by" in record else None
    heard_at = get("heard_at") if relayed is None else None
    return Notified(
        _number(record["at"]),
        _SOURCES[get("of") or record["source"]],
        _BY_UUID[record["uuid"]],
        bytes.fromhex(record["hex"]),
        _number(get("period_s", PERIOD_S)),
        None if heard_at is None else _number(heard_at),
        relayed,
    )


def _read_relayed(record: Mapping[str, Any]) -> Relayed:
    get = record.get
    return Relayed(
        _text(record["by"]),
        _text(get("sensor", "")),
        _optional(get("heard_at")),
        _optional(get("sent_s")),
        _optional(get("age_s")),
        _whole(get("rssi_dbm")),
        _whole(get("device")),
    )


def _read_reported(record: Mapping[str, Any]) -> Reported:
    get = record.get
    return Reported(
        _number(record["at"]),
        _SOURCES[get("of") or record["source"]],
        _number(record["period_s"]),
        _optional(get("speed_mps")),
        _optional(get("distance_m")),
        _optional(get("cadence_spm")),
        _optional(get("heart_rate_bpm")),
        tuple(_number(beat) for beat in get("rr_s", ())),
        _optional(get("power_w")),
        tuple((_text(name), _number(value)) for name, value in get("metrics", {}).items()),
        (_number(record["east_m"]), _number(record["north_m"])) if "east_m" in record else None,
        _read_relayed(record) if "by" in record else None,
    )


def _read_link(record: Mapping[str, Any]) -> LinkChanged:
    return LinkChanged(
        _number(record["at"]),
        _SOURCES[record["source"]],
        LinkState(record["state"]),
        _text(record.get("name", "")),
        _whole(record.get("battery_percent")),
        _whole(record.get("rssi_dbm")),
        _whole(record.get("device")),
    )


def _read_pressed(record: Mapping[str, Any]) -> Pressed:
    return Pressed(
        _number(record["at"]),
        Button(record["button"]),
        Origin(record["origin"]),
        _whole(record.get("answer")),
        _optional(record.get("pressed_at")),
        _text(record["expected_step"]) if "expected_step" in record else None,
        TimingGate(_text(record["gate"]), Metres(_number(record["place_m"]))) if "gate" in record else None,
    )


def _read_resumed(record: Mapping[str, Any]) -> Resumed:
    under_way = None
    if "step_id" in record:
        index = _whole(record["step"])
        if index is None or index < 0:
            raise CorruptRecord(f"{record['step']!r} is not the place of a step")
        under_way = StepUnderWay(_text(record["step_id"]), index, _optional(record.get("started_at")))
    return Resumed(
        _number(record["at"]),
        _optional(record.get("alive_until")),
        ResumeChoice(record["choice"]),
        under_way,
    )


READERS: Final[dict[str, Callable[[Mapping[str, Any]], Input]]] = {
    "opened": lambda record: Opened(_number(record["at"])),
    "reopened": lambda record: Resumed(_number(record["at"]), _optional(record.get("alive_until"))),
    "resumed": _read_resumed,
    "switched": lambda record: WorkoutSwitched(_number(record["at"]), timeline_from(record["workout"])),
    "alive": lambda record: Alive(_number(record["at"])),
    "closed": lambda record: Closed(_number(record["at"])),
    "notified": _read_notified,
    "reported": _read_reported,
    "link": _read_link,
    "pressed": _read_pressed,
    "loop_blocked": lambda record: LoopBlocked(_number(record["at"]), _number(record["since"])),
    "recorder_trouble": lambda record: RecorderTrouble(
        _number(record["at"]), _text(record["message"]), record.get("lasts") is True
    ),
    "recorder_recovered": lambda record: RecorderRecovered(_number(record["at"])),
}
"""The reader of each kind of input."""


def input_from_json(record: Mapping[str, Any]) -> Input:
    """Return the input a JSON object holds.

    Raises:
        CorruptRecord: the object is no input of this program.
    """
    try:
        return READERS[record["in"]](record)
    except CorruptRecord:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as problem:
        raise CorruptRecord(f"not an input: {problem!r}") from None


# --- the lines of a journal


def encode_header(header: Header) -> bytes:
    """Return the first line of a journal."""
    record = {"format": header.format}
    names = (field.name for field in fields(header) if field.name != "format")
    record.update((name, getattr(header, name)) for name in names)
    return encode_record(record)


def encode_input(event: Input) -> bytes:
    """Return the line of an input as it was received."""
    return encode_record(input_to_json(event))


def encode_output(event: Mapping[str, Any]) -> bytes:
    """Return the line of an output, from the event `coach.live.contract.encode_event` made of it."""
    return encode_record({"out": event})


def read_journal(data: bytes, *, name: str = "the journal") -> Journal:
    """Read every undamaged line of a journal.

    Raises:
        RecordingProblem: it is no journal, a newer program wrote it, or its header is damaged.
    """
    lines = read_lines(data)
    payloads = lines.payloads
    header = _read_header(data, payloads, name)
    inputs: dict[int, Input] = {}
    outputs: list[dict[str, Any]] = []
    left_out = [(place, len(rest), "") for place, rest in lines.damaged]
    now, is_in_order, last_output = Seconds(0.0), True, 0
    for place, record in enumerate(load_records(payloads)):
        try:
            if "in" in record:
                event = inputs[place] = input_from_json(record)
                is_in_order = is_in_order and event.at >= now
                now = event.at
            elif "out" in record:
                outputs.append(_event(record))
                last_output = place
            elif not ("format" in record or SEGMENT in record):
                raise CorruptRecord(record.get("", "neither an input nor an output"))
        except CorruptRecord as problem:
            left_out.append((place, len(payloads[place]) + TAIL, str(problem)))
    for place in () if is_in_order else _out_of_order(inputs):
        left_out.append((place, len(payloads[place]) + TAIL, "time runs back"))
        del inputs[place]
    set_aside = sum(size for _, size, _ in left_out)
    return Journal(
        header,
        tuple(inputs.values()),
        tuple(outputs),
        set_aside,
        _problem(sorted(left_out), len(payloads), set_aside),
        sum(place < last_output for place in inputs),
    )


def _out_of_order(inputs: Mapping[int, Input]) -> list[int]:
    """The places of the fewest inputs that must be left out so that time never decreases."""
    ends: list[float] = []
    last_of: list[int] = []
    before: dict[int, int | None] = {}
    for place, event in inputs.items():
        length = bisect_right(ends, event.at)
        before[place] = last_of[length - 1] if length else None
        ends[length : length + 1] = [event.at]
        last_of[length : length + 1] = [place]
    in_order: set[int] = set()
    step: int | None = last_of[-1]
    while step is not None:
        in_order.add(step)
        step = before[step]
    return [place for place in inputs if place not in in_order]


def _read_header(data: bytes, payloads: Sequence[bytes], name: str) -> Header:
    """Read the header, which is the first line and is repeated in each segment."""
    if not is_journal(data):
        raise RecordingProblem(
            f"{name} is not a Trackside Coach journal.", "A journal begins with its format, coach-journal/1."
        )
    for start in (data, *(payload for payload in payloads if payload.startswith(MARK))):
        version = start[len(MARK) : len(MARK) + 12].partition(b'"')[0]
        if start.startswith(MARK) and version.isdigit() and int(version) > int(FORMAT.rpartition("/")[2]):
            raise RecordingProblem(
                f"A newer program wrote {name} (coach-journal/{version.decode()}); this one reads {FORMAT}.",
                "Upgrade Trackside Coach; the file was left as it is.",
            )
    for payload in payloads:
        if payload.startswith(MARK):
            try:
                return _header(load_record(payload))
            except CorruptRecord:
                break
    raise RecordingProblem(
        f"The first line of {name} is damaged; without it nothing can be replayed.",
        "If there is a copy of the folder, use that.",
    )


def _event(record: Mapping[str, Any]) -> dict[str, Any]:
    event = record.get("out")
    if not isinstance(event, dict):
        raise CorruptRecord("neither an input nor an output")
    return event


def _header(record: Mapping[str, Any]) -> Header:
    """Read the header: an absent key has the default of its field, an unknown one is ignored.

    Raises:
        CorruptRecord: a key without a default is missing, or a key holds something else.
    """
    if record.get("format") != FORMAT:
        raise CorruptRecord("not a header of this format")
    try:
        return Header(**{key: kind(record[key]) for key, kind in _HEADER.items() if key in record})
    except (TypeError, ValueError, OverflowError):
        raise CorruptRecord("not a header") from None


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _object_or_none(value: Any) -> Mapping[str, Any] | None:
    return None if value is None else _object(value)


def _objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(_object(item) for item in value)


_HEADER: Final[dict[str, Any]] = {
    "format": _text,
    "run": _text,
    "version": _text,
    "workout": _object_or_none,
    "athlete": _object_or_none,
    "settings": _object,
    "learnt": _objects,
    "wall_epoch": float,
    "monotonic_epoch": float,
    "zone": _text,
    "utc_offset_s": int,
    "devices": _objects,
    "sensors": _text,
}
"""The keys of the header and the reader of each."""


def _problem(left_out: Sequence[tuple[int, int, str]], lines: int, set_aside: int) -> str:
    """Describe what was left out of a journal: the position, the size, and the reason if known."""
    if not left_out:
        return ""
    place, _, reason = left_out[0]
    because = f" ({reason})" if reason else ""
    amount = "1 byte" if set_aside == 1 else f"{set_aside:,} bytes"
    if place >= lines:
        return f"The journal is cut short at line {place + 1}: {amount} were set aside, all before was read."
    where = f"at line {place + 1}{because}"
    if len(left_out) > 1:
        where = f"in {len(left_out)} places, first {where}"
    return f"The journal is damaged {where}: {amount} could not be read, all the rest was."


# --- redaction: without who ran, when and where
#
# Everything a replay needs for the same outputs stays. A text stays only if it cannot come from a person: a measure,
# a word of the format, or a text that occurs in the library of workouts. Every other text is left out, or replaced
# where the format requires one. All dates are moved by the same number of days. Of raw bytes only those stay that the
# decoder uses.

LEFT_OUT: Final = "left out"
"""The replacement where the format requires a text."""
NOBODY: Final = ("runner", "Runner")
"""The slug and the name of every redacted athlete."""
TROUBLE: Final = "the recording cannot be written"
"""The replacement for the reason of a recorder's trouble, which may name a folder."""

NEEDED: Final = frozenset({"text", "rule", "do", "question", "effort", "answers"})
"""Texts of a workout that the format requires and a person writes."""
FREE: Final = frozenset({*NEEDED, "name", "purpose", "notes", "description", "source", "caution", "unit"})
"""All texts of a workout that a person writes."""
UNITS: Final = frozenset({"g", "mg", "ml", "l", "kcal", "%", "C"})
"""Units of amounts and metrics that reveal nothing about a person."""
_UNNEEDED: Final = frozenset({"tags"})
"""Parts of a workout that no run needs."""

_ATHLETE: Final = frozenset({"format", "units", "ceiling_bpm", "gear_border_percent", "history"})
_ENTRY: Final = frozenset(
    {"from", "heart_rate", "threshold_pace", "top_speed_mps", "races", "trials", "goal", "paces", "cadence"}
)
"""Entries that cues are made from; weight, shoes and the name of the goal are not among them."""
_GOAL: Final = frozenset({"distance", "time", "pace", "date"})
_DATES: Final = frozenset({"from", "date"})
_NEWEST: Final = date(2000, 1, 1)
"""The day that the newest date of an athlete becomes."""
_STEP_ID: Final = re.compile(r"(?:[0-9./+]|between|rest)*")
_RENAMED: Final = re.compile("metric_[0-9a-f]{8}")
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The letters of a ULID."""


def redacted_workout(document: Mapping[str, Any], library: Collection[str]) -> dict[str, Any]:
    """Return a workout document without texts written by a person; it runs as before.

    Args:
        document: as written.
        library: texts that may stay: those of the library.
    """
    names = {name: f"block {number}" for number, name in enumerate(document.get("blocks") or {}, 1)}
    tree = _part(document, library, names)
    tree["name"] = _kept(document.get("name"), library)
    if names:
        tree["blocks"] = {
            names[name]: _value(steps, library, names) for name, steps in document["blocks"].items()
        }
    tree["sections"] = [
        {**_part(section, library, names), "name": _kept(section.get("name"), library)}
        for section in document["sections"]
    ]
    return tree


def _part(tree: Mapping[str, Any], library: Collection[str], names: Mapping[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for key, value in tree.items():
        if key in _UNNEEDED or (key in FREE - NEEDED and value not in library and value not in UNITS):
            continue
        if key == "use":
            part[key] = names.get(value, LEFT_OUT)
        elif key == "answers":
            part[key] = [_kept(answer, library, f"answer {place}") for place, answer in enumerate(value, 1)]
        elif key in NEEDED:
            part[key] = _kept(value, library)
        elif key == "metric" and isinstance(value, Mapping):
            part[key] = _metric(value)
        else:
            part[key] = _value(value, library, names)
    return part


def _value(value: Any, library: Collection[str], names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return _part(value, library, names)
    return [_value(each, library, names) for each in value] if isinstance(value, list | tuple) else value


def _metric(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Bounds of an external metric; a metric of an unknown sensor has a name that a person chose."""
    part = {key: value for key, value in tree.items() if key != "unit" or value in UNITS}
    return {**part, "name": _metric_name(str(tree.get("name")))}


def _metric_name(name: str) -> str:
    """A neutral name for a metric, the same one for the same metric."""
    if name in METRIC_LIMITS or _RENAMED.fullmatch(name):
        return name
    return f"metric_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _kept(text: object, library: Collection[str], otherwise: str = LEFT_OUT) -> str:
    return text if isinstance(text, str) and text in library else otherwise


def redacted_athlete(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an anonymous athlete document, with the numbers that cues are made from."""
    entries = {key: value for key, value in document.items() if key in _ATHLETE}
    history = [
        {key: value for key, value in entry.items() if key in _ENTRY} for entry in entries.get("history", ())
    ]
    for entry in history:
        if isinstance(entry.get("goal"), Mapping):
            entry["goal"] = {key: value for key, value in entry["goal"].items() if key in _GOAL}
    days = sorted(_days(history))
    shift = _NEWEST - date.fromisoformat(days[-1]) if days else None
    slug, name = NOBODY
    moved = history if shift is None else [_moved(entry, shift.days) for entry in history]
    return {**entries, "slug": slug, "name": name, "history": moved}


def _days(tree: Any) -> Iterator[str]:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key in _DATES and isinstance(value, str):
                yield value
            else:
                yield from _days(value)
    elif isinstance(tree, list | tuple):
        for each in tree:
            yield from _days(each)


def _moved(tree: Any, days: int) -> Any:
    """Return the tree with every date moved by so many days; one before the calendar becomes its first day."""
    if isinstance(tree, list | tuple):
        return [_moved(each, days) for each in tree]
    if not isinstance(tree, Mapping):
        return tree
    return {
        key: date.fromordinal(max(1, date.fromisoformat(value).toordinal() + days)).isoformat()
        if key in _DATES and isinstance(value, str)
        else _moved(value, days)
        for key, value in tree.items()
    }


def redacted_inputs(inputs: Iterable[Input]) -> Iterator[Input]:
    """Return the inputs without names, places, and bytes that the decoder does not use."""
    aliases = _Aliases()
    for event in inputs:
        match event:
            case Notified():
                yield replace(
                    event, payload=_bytes_that_count(event), relayed=aliases.redacted(event.relayed)
                )
            case Reported():
                metrics = tuple((_metric_name(name), value) for name, value in event.metrics)
                yield replace(event, place=None, metrics=metrics, relayed=aliases.redacted(event.relayed))
            case LinkChanged():
                yield replace(event, name="")
            case RecorderTrouble():
                yield replace(event, message=TROUBLE)
            case Pressed(gate=gate, expected_step=expected):
                is_told = expected is None or _STEP_ID.fullmatch(expected.removeprefix("#")) is not None
                yield replace(
                    event,
                    expected_step=expected if is_told else "",
                    gate=None if gate is None else replace(gate, name="gate"),
                )
            case Resumed(under_way=under_way) if under_way is not None:
                step_id = under_way.step_id if _STEP_ID.fullmatch(under_way.step_id) else ""
                yield replace(event, under_way=replace(under_way, step_id=step_id))
            case _:
                yield event


class _Aliases:
    """Numbers phones, gateways and the sensors they name, and removes the date from their times."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._zeros: dict[str, float] = {}

    def redacted(self, relayed: Relayed | None) -> Relayed | None:
        """Return how a value arrived, without names; times of one sender keep their distances."""
        if relayed is None:
            return None
        sent_s = relayed.sent_s
        if sent_s is not None:
            sent_s = round(sent_s - self._zeros.setdefault(relayed.by, sent_s), 3)
        by, sensor = self._number("by", relayed.by), self._number("sensor", relayed.sensor)
        return replace(relayed, by=by, sensor=sensor if relayed.sensor else "", sent_s=sent_s)

    def _number(self, word: str, name: str) -> str:
        return f"{word}{self._numbers.setdefault(f'{word} {name}', len(self._numbers) + 1)}"


def _bytes_that_count(event: Notified) -> bytes:
    """The shortest beginning of the bytes with the same meaning; for unreadable bytes, with the same fault."""
    payload, value = event.payload, _decoded(event, event.payload)
    if isinstance(value, Malformed) or value is None:
        size = len(payload)
        shells = (payload[:length] + bytes(size - length) for length in range(size))
        return next((each for each in shells if _decoded(event, each) == value), payload)
    if isinstance(value, HeartRateMeasurement | RunningSpeedCadenceMeasurement):
        return payload[: len(payload) - len(value.trailing)]
    beginnings = (payload[:size] for size in range(len(payload)))
    return next((each for each in beginnings if _decoded(event, each) == value), payload)


def _decoded(event: Notified, payload: bytes) -> object:
    match event.characteristic:
        case Characteristic.HEART_RATE_MEASUREMENT:
            return HeartRateMeasurement.from_bytes(payload)
        case Characteristic.RSC_MEASUREMENT:
            return RunningSpeedCadenceMeasurement.from_bytes(payload)
        case Characteristic.BATTERY_LEVEL:
            return BatteryLevel.from_bytes(payload)
    return decode(replace(event, payload=payload))


def run_id_of(inputs: Iterable[bytes]) -> str:
    """A run id without a date: a ULID of time zero, its letters derived from the recording."""
    digest = hashlib.sha256(b"".join(inputs)).digest()
    number = int.from_bytes(digest[:10], "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))
