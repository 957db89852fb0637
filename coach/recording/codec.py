"""The lines of a journal, and the inputs in them, as bytes and back (`docs/reference/journal.md`).

A line is compact ASCII JSON, a tab, the CRC-32 of the JSON as eight lower-case hex digits, and a line feed. It is
whole if all four are there and agree. A journal is read up to its first line that is not whole, because a run that
is folded without one of its inputs is another run.

An input is an object with `in`, its kind, and `at`, seconds since the first input. What is unknown or at its
default is left out. Raw bytes are hex. Every kind is written without loss.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from math import isfinite
from typing import Any, Final
from zlib import crc32

from coach.gatt.services import uuid_text
from coach.live.inputs import Alive, Closed, Input, LoopBlocked, Opened, RecorderTrouble, Resumed
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.records import FORMAT, CorruptRecord, Header, Journal
from coach.session.buttons import Button, Origin, Pressed
from coach.session.events import ResumeChoice, StepUnderWay
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Reported, Source

Json = dict[str, Any]

PERIOD_S: Final = 1.0
"""The period of the radio, which is not written."""


def input_to_json(event: Input) -> Json:
    """Return an input as a JSON object."""
    return _WRITERS[type(event)](event)


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
    return record


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
    return record


def _write_link(event: LinkChanged) -> Json:
    record: Json = {"in": "link", "at": event.at, "source": event.source.value, "state": event.state.value}
    if event.name:
        record["name"] = event.name
    if event.battery_percent is not None:
        record["battery_percent"] = event.battery_percent
    if event.rssi_dbm is not None:
        record["rssi_dbm"] = event.rssi_dbm
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
    return record


def _write_blocked(event: LoopBlocked) -> Json:
    return {"in": "loop_blocked", "at": event.at, "since": event.since}


def _write_trouble(event: RecorderTrouble) -> Json:
    return {"in": "recorder_trouble", "at": event.at, "message": event.message}


_WRITERS: Final[dict[type[Any], Callable[[Any], Json]]] = {
    Opened: _bare("opened"),
    Resumed: _write_resumed,
    Alive: _bare("alive"),
    Closed: _bare("closed"),
    Notified: _write_notified,
    Reported: _write_reported,
    LinkChanged: _write_link,
    Pressed: _write_pressed,
    LoopBlocked: _write_blocked,
    RecorderTrouble: _write_trouble,
}

UUIDS: Final = {
    characteristic: f"{characteristic:04x}" if characteristic < 1 << 16 else uuid_text(characteristic)
    for characteristic in Characteristic
}
"""The name of each characteristic in a line: four hex digits, or a whole UUID."""
_BY_UUID: Final = {uuid: characteristic for characteristic, uuid in UUIDS.items()}
_SOURCES: Final = {source.value: source for source in Source}


def _read_notified(record: Mapping[str, Any]) -> Notified:
    get = record.get
    heard_at = get("heard_at")
    return Notified(
        _number(record["at"]),
        _SOURCES[record["source"]],
        _BY_UUID[record["uuid"]],
        bytes.fromhex(record["hex"]),
        _number(get("period_s", PERIOD_S)),
        None if heard_at is None else _number(heard_at),
    )


def _read_reported(record: Mapping[str, Any]) -> Reported:
    get = record.get
    return Reported(
        _number(record["at"]),
        _SOURCES[record["source"]],
        _number(record["period_s"]),
        _optional(get("speed_mps")),
        _optional(get("distance_m")),
        _optional(get("cadence_spm")),
        _optional(get("heart_rate_bpm")),
        tuple(_number(beat) for beat in get("rr_s", ())),
        _optional(get("power_w")),
        tuple((_text(name), _number(value)) for name, value in get("metrics", {}).items()),
        (_number(record["east_m"]), _number(record["north_m"])) if "east_m" in record else None,
    )


def _read_link(record: Mapping[str, Any]) -> LinkChanged:
    return LinkChanged(
        _number(record["at"]),
        _SOURCES[record["source"]],
        LinkState(record["state"]),
        _text(record.get("name", "")),
        _whole(record.get("battery_percent")),
        _whole(record.get("rssi_dbm")),
    )


def _read_pressed(record: Mapping[str, Any]) -> Pressed:
    return Pressed(
        _number(record["at"]),
        Button(record["button"]),
        Origin(record["origin"]),
        _whole(record.get("answer")),
    )


def _read_resumed(record: Mapping[str, Any]) -> Resumed:
    under_way = None
    if "step_id" in record:
        index = _whole(record["step"])
        if index is None or index < 0:
            raise CorruptRecord(f"{record['step']!r} is no place of a step")
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
    "alive": lambda record: Alive(_number(record["at"])),
    "closed": lambda record: Closed(_number(record["at"])),
    "notified": _read_notified,
    "reported": _read_reported,
    "link": _read_link,
    "pressed": _read_pressed,
    "loop_blocked": lambda record: LoopBlocked(_number(record["at"]), _number(record["since"])),
    "recorder_trouble": lambda record: RecorderTrouble(_number(record["at"]), _text(record["message"])),
}
"""The reader of each kind of input."""


def _number(value: Any) -> Any:
    """A finite number (typed `Any`, because it becomes the quantity of its field)."""
    if type(value) not in _NUMBERS or not isfinite(value):
        raise CorruptRecord(f"{value!r} is no number")
    return value


_NUMBERS: Final = frozenset({int, float})


def _optional(value: Any) -> Any:
    return None if value is None else _number(value)


def _whole(value: Any) -> int | None:
    if value is not None and type(value) is not int:
        raise CorruptRecord(f"{value!r} is no whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CorruptRecord(f"{value!r} is no text")
    return value


def checked_time(before: Seconds, event: Input) -> Seconds:
    """Return the time of an input, after one at `before`.

    Raises:
        CorruptRecord: it lies before the input in front of it.
    """
    if event.at < before:
        raise CorruptRecord(f"time runs back from {before} to {event.at}")
    return event.at


_TAIL: Final = 10
"""Bytes after the JSON of a line: tab, eight hex digits, line feed."""

_BATCH: Final = 256
"""Lines loaded together: enough to be quick, few enough to be freed before the garbage collector runs."""

_MARK: Final = b'{"format":"coach-journal/'
_encode = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


def encode_header(header: Header) -> bytes:
    """Return the first line of a journal."""
    record = {"format": header.format}
    names = (field.name for field in fields(header) if field.name != "format")
    record.update((name, getattr(header, name)) for name in names)
    return _line(_encode(record))


def encode_input(event: Input) -> bytes:
    """Return the line of an input as it was received."""
    return _line(_encode(input_to_json(event)))


def encode_output(event: Mapping[str, Any]) -> bytes:
    """Return the line of an output, from the event `coach.live.encoding.encode_event` made of it."""
    return _line(_encode({"out": event}))


def encode_record(record: Mapping[str, Any]) -> bytes:
    """Return an object as a line of its own, as the files beside a journal hold them."""
    return _line(_encode(record))


def read_records(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield every object of such a file; a line that is damaged is passed over."""
    for line in data.split(b"\n"):
        text = line[: 1 - _TAIL]
        if text and line[1 - _TAIL :] == b"\t%08x" % crc32(text):
            with suppress(CorruptRecord):
                yield _load(text)


def is_journal(data: bytes) -> bool:
    """Whether the bytes begin as a journal does."""
    return data.startswith(_MARK)


def read_journal(data: bytes, *, name: str = "the journal") -> Journal:
    """Read a journal up to its last whole line.

    Raises:
        RecordingProblem: it is no journal, a newer program wrote it, or its first line is damaged.
    """
    payloads, good_bytes = _whole_lines(data)
    header = _read_first(data, payloads, name)
    inputs: list[Input] = []
    outputs: list[dict[str, Any]] = []
    now, reason, line_count, answered = Seconds(0.0), "", 1, 0
    try:
        for record in _records(payloads[1:]):
            if "in" in record:
                event = input_from_json(record)
                now = checked_time(now, event)
                inputs.append(event)
            else:
                outputs.append(_event(record))
                answered = len(inputs)
            line_count += 1
    except CorruptRecord as problem:
        reason = str(problem)
        good_bytes = sum(len(payload) + _TAIL for payload in payloads[:line_count])
    set_aside = len(data) - good_bytes
    damage = _problem(set_aside, line_count + 1, reason)
    return Journal(header, tuple(inputs), tuple(outputs), set_aside, damage, answered)


def _whole_lines(data: bytes) -> tuple[list[bytes], int]:
    """The JSON of every line up to the first that is not whole, and how many bytes these lines take."""
    payloads: list[bytes] = []
    good_bytes = 0
    for line in data.split(b"\n")[:-1]:
        text = line[: 1 - _TAIL]
        if line[1 - _TAIL :] != b"\t%08x" % crc32(text):
            break
        payloads.append(text)
        good_bytes += len(line) + 1
    return payloads, good_bytes


def _line(text: str) -> bytes:
    payload = text.encode("ascii")
    return b"%b\t%08x\n" % (payload, crc32(payload))


def _read_first(data: bytes, payloads: Sequence[bytes], name: str) -> Header:
    if not is_journal(data):
        raise RecordingProblem(
            f"{name} is no journal of ours.", "A journal begins with its format, coach-journal/1."
        )
    version = data[len(_MARK) : len(_MARK) + 12].partition(b'"')[0]
    if version.isdigit() and int(version) > int(FORMAT.rpartition("/")[2]):
        raise RecordingProblem(
            f"A newer program wrote {name} (coach-journal/{version.decode()}); this one reads {FORMAT}.",
            "Upgrade Trackside Coach; the file was left as it is.",
        )
    try:
        return _header(_load(payloads[0]))
    except (CorruptRecord, IndexError):
        raise RecordingProblem(
            f"The first line of {name} is damaged; without it nothing can be replayed.",
            "If there is a copy of the folder, use that.",
        ) from None


def _load(text: bytes) -> dict[str, Any]:
    try:
        record = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise CorruptRecord("it is no JSON") from None
    if not isinstance(record, dict):
        raise CorruptRecord("it is no object")
    return record


def _records(payloads: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    """Yield every object, loaded many at a time, which is far quicker than one by one.

    Raises:
        CorruptRecord: at the first line that is no object, after all before it.
    """
    for start in range(0, len(payloads), _BATCH):
        batch = payloads[start : start + _BATCH]
        try:
            records = json.loads(b"[%b]" % b",".join(batch), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            records = []
        if len(records) == len(batch) and all(type(record) is dict for record in records):
            yield from records
        else:
            yield from map(_load, batch)


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _event(record: Mapping[str, Any]) -> dict[str, Any]:
    event = record.get("out")
    if not isinstance(event, dict):
        raise CorruptRecord("neither an input nor an output")
    return event


def _header(record: Mapping[str, Any]) -> Header:
    """Read the header: an absent key has the default of its field, an unknown one is passed over.

    Raises:
        CorruptRecord: a key without a default is missing, or a key holds something else.
    """
    if record.get("format") != FORMAT:
        raise CorruptRecord("not a header of this format")
    try:
        return Header(**{key: kind(record[key]) for key, kind in _HEADER.items() if key in record})
    except (TypeError, ValueError):
        raise CorruptRecord("not a header") from None


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _object_or_none(value: Any) -> Mapping[str, Any] | None:
    return None if value is None else _object(value)


def _objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(_object(item) for item in value)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_HEADER: Final[dict[str, Any]] = {
    "format": _words,
    "run": _words,
    "version": _words,
    "workout": _object_or_none,
    "athlete": _object_or_none,
    "settings": _object,
    "learnt": _objects,
    "wall_epoch": float,
    "monotonic_epoch": float,
    "zone": _words,
    "utc_offset_s": int,
    "devices": _objects,
    "sensors": _words,
}
"""The keys of the header and the reader of each."""


def _problem(set_aside: int, line: int, reason: str) -> str:
    if not set_aside:
        return ""
    because = f" ({reason})" if reason else ""
    amount = "1 byte was" if set_aside == 1 else f"{set_aside:,} bytes were"
    return f"The journal is damaged or cut short at line {line}{because}: {amount} set aside, all before was read."
