"""The lines of a journal, and the inputs in them, as bytes and back (`docs/reference/journal.md`).

A line is compact ASCII JSON, a tab, the CRC-32 of the JSON as eight lower-case hex digits, and a line feed. It is
whole if all four are there and agree. A journal is read up to its first line that is not whole, because a run that
is folded without one of its inputs is another run.

An input is an object with `in`, its kind, and `at`, seconds since the first input. What is unknown or at its
default is left out. Raw bytes are hex. Every kind is written without loss.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from math import isfinite
from typing import Any, Final
from zlib import crc32

from coach.gatt.services import uuid_text
from coach.live.inputs import Closed, Input, Opened, RecorderTrouble, Reopened
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.records import FORMAT, CorruptRecord, Header, Journal
from coach.session.buttons import Button, Origin, Pressed
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Reported, Source

Json = dict[str, Any]

PERIOD_S: Final = 1.0
"""The period of the radio, which is not written."""


def input_to_json(event: Input) -> Json:
    """Write an input as an object."""
    return _WRITERS[type(event)](event)


def input_from_json(told: Mapping[str, Any]) -> Input:
    """Read an input back.

    Raises:
        CorruptRecord: it is no input of ours.
    """
    try:
        return READERS[told["in"]](told)
    except CorruptRecord:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as problem:
        raise CorruptRecord(f"not an input: {problem!r}") from None


def _bare(kind: str) -> Callable[[Any], Json]:
    return lambda event: {"in": kind, "at": event.at}


def _write_reopened(event: Reopened) -> Json:
    told: Json = {"in": "reopened", "at": event.at}
    if event.alive_until is not None:
        told["alive_until"] = event.alive_until
    return told


def _write_notified(event: Notified) -> Json:
    told: Json = {
        "in": "notified",
        "at": event.at,
        "source": event.source.value,
        "uuid": UUIDS[event.characteristic],
        "hex": event.payload.hex(),
    }
    if event.period_s != PERIOD_S:
        told["period_s"] = event.period_s
    if event.heard_at is not None:
        told["heard_at"] = event.heard_at
    return told


_REPORTED: Final = (
    ("speed", "speed_mps"),
    ("distance", "distance_m"),
    ("cadence", "cadence_spm"),
    ("heart_rate", "heart_rate_bpm"),
    ("power", "power_w"),
)
"""Fields of `Reported` and their keys."""


def _write_reported(event: Reported) -> Json:
    told: Json = {"in": "reported", "at": event.at, "source": event.source.value, "period_s": event.period_s}
    for name, key in _REPORTED:
        value = getattr(event, name)
        if value is not None:
            told[key] = value
    if event.rr_s:
        told["rr_s"] = list(event.rr_s)
    if event.metrics:
        told["metrics"] = dict(event.metrics)
    return told


def _write_link(event: LinkChanged) -> Json:
    told: Json = {"in": "link", "at": event.at, "source": event.source.value, "state": event.state.value}
    if event.name:
        told["name"] = event.name
    if event.battery_percent is not None:
        told["battery_percent"] = event.battery_percent
    if event.rssi_dbm is not None:
        told["rssi_dbm"] = event.rssi_dbm
    return told


def _write_pressed(event: Pressed) -> Json:
    told: Json = {"in": "pressed", "at": event.at, "button": event.button.value, "origin": event.origin.value}
    if event.answer is not None:
        told["answer"] = event.answer
    return told


def _write_trouble(event: RecorderTrouble) -> Json:
    return {"in": "recorder_trouble", "at": event.at, "message": event.message}


_WRITERS: Final[dict[type[Any], Callable[[Any], Json]]] = {
    Opened: _bare("opened"),
    Reopened: _write_reopened,
    Closed: _bare("closed"),
    Notified: _write_notified,
    Reported: _write_reported,
    LinkChanged: _write_link,
    Pressed: _write_pressed,
    RecorderTrouble: _write_trouble,
}

UUIDS: Final = {
    one: f"{one.value:04x}" if one.value < 1 << 16 else uuid_text(one.value) for one in Characteristic
}
"""How a line names each characteristic: four hex digits, or a whole UUID."""
_BY_UUID: Final = {uuid: characteristic for characteristic, uuid in UUIDS.items()}
_SOURCES: Final = {source.value: source for source in Source}


def _read_notified(told: Mapping[str, Any]) -> Notified:
    get = told.get
    heard = get("heard_at")
    return Notified(
        _number(told["at"]),
        _SOURCES[told["source"]],
        _BY_UUID[told["uuid"]],
        bytes.fromhex(told["hex"]),
        _number(get("period_s", PERIOD_S)),
        None if heard is None else _number(heard),
    )


def _read_reported(told: Mapping[str, Any]) -> Reported:
    get = told.get
    return Reported(
        _number(told["at"]),
        _SOURCES[told["source"]],
        _number(told["period_s"]),
        _known(get("speed_mps")),
        _known(get("distance_m")),
        _known(get("cadence_spm")),
        _known(get("heart_rate_bpm")),
        tuple(_number(beat) for beat in get("rr_s", ())),
        _known(get("power_w")),
        tuple((_text(name), _number(value)) for name, value in get("metrics", {}).items()),
    )


def _read_link(told: Mapping[str, Any]) -> LinkChanged:
    return LinkChanged(
        _number(told["at"]),
        _SOURCES[told["source"]],
        LinkState(told["state"]),
        _text(told.get("name", "")),
        _whole(told.get("battery_percent")),
        _whole(told.get("rssi_dbm")),
    )


def _read_pressed(told: Mapping[str, Any]) -> Pressed:
    return Pressed(
        _number(told["at"]), Button(told["button"]), Origin(told["origin"]), _whole(told.get("answer"))
    )


READERS: Final[dict[str, Callable[[Mapping[str, Any]], Input]]] = {
    "opened": lambda told: Opened(_number(told["at"])),
    "reopened": lambda told: Reopened(_number(told["at"]), _known(told.get("alive_until"))),
    "closed": lambda told: Closed(_number(told["at"])),
    "notified": _read_notified,
    "reported": _read_reported,
    "link": _read_link,
    "pressed": _read_pressed,
    "recorder_trouble": lambda told: RecorderTrouble(_number(told["at"]), _text(told["message"])),
}
"""How each kind of input is read; the keys are the kinds."""


def _number(value: Any) -> Any:
    """A finite number as it stands (typed `Any`: it becomes whichever quantity the field is)."""
    if type(value) not in _NUMBERS or not isfinite(value):
        raise CorruptRecord(f"{value!r} is no number")
    return value


_NUMBERS: Final = frozenset({int, float})


def _known(value: Any) -> Any:
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
    """The time of an input, which may not lie before the one in front of it.

    Raises:
        CorruptRecord: it does.
    """
    if event.at < before:
        raise CorruptRecord(f"time runs back from {before} to {event.at}")
    return event.at


TAIL: Final = 10
"""Bytes after the JSON of a line: tab, eight hex digits, line feed."""

AT_ONCE: Final = 256
"""Lines loaded together: enough to be quick, few enough to be forgotten before memory is tidied up."""

_MARK: Final = b'{"format":"coach-journal/'
_encode = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


def encode_header(header: Header) -> bytes:
    """Write the first line of a journal."""
    told = {"format": header.format}
    told.update((one.name, getattr(header, one.name)) for one in fields(header) if one.name != "format")
    return _line(_encode(told))


def encode_input(event: Input) -> bytes:
    """Write an input as eaten."""
    return _line(_encode(input_to_json(event)))


def encode_output(event: Mapping[str, Any]) -> bytes:
    """Write an output as said: the event `coach.live.encoding.encode_event` made of it."""
    return _line(_encode({"out": event}))


def is_journal(data: bytes) -> bool:
    """Do the bytes begin as a journal does?"""
    return data.startswith(_MARK)


def read_journal(data: bytes, *, name: str = "the journal") -> Journal:
    """Read a journal up to its last good line.

    Raises:
        RecordingProblem: it is no journal, a newer program wrote it, or its first line is damaged.
    """
    payloads, good = whole_lines(data)
    header = _first(data, payloads, name)
    inputs: list[Input] = []
    outputs: list[dict[str, Any]] = []
    now, fault, lines = Seconds(0.0), "", 1
    try:
        for record in _records(payloads[1:]):
            if "in" in record:
                event = input_from_json(record)
                now = checked_time(now, event)
                inputs.append(event)
            else:
                outputs.append(_event(record))
            lines += 1
    except CorruptRecord as damage:
        fault = str(damage)
        good = sum(len(one) + TAIL for one in payloads[:lines])
    aside = len(data) - good
    return Journal(header, tuple(inputs), tuple(outputs), aside, _said(aside, lines + 1, fault))


def whole_lines(data: bytes) -> tuple[list[bytes], int]:
    """The JSON of every line up to the first that is not whole, and how many bytes these lines take."""
    payloads: list[bytes] = []
    good = 0
    for line in data.split(b"\n")[:-1]:
        text = line[: 1 - TAIL]
        if line[1 - TAIL :] != b"\t%08x" % crc32(text):
            break
        payloads.append(text)
        good += len(line) + 1
    return payloads, good


def _line(text: str) -> bytes:
    told = text.encode("ascii")
    return b"%b\t%08x\n" % (told, crc32(told))


def _first(data: bytes, payloads: Sequence[bytes], name: str) -> Header:
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
        return _header(_loaded(payloads[0]))
    except (CorruptRecord, IndexError):
        raise RecordingProblem(
            f"The first line of {name} is damaged; without it nothing can be replayed.",
            "If there is a copy of the folder, use that.",
        ) from None


def _loaded(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise CorruptRecord("it is no JSON") from None
    if not isinstance(told, dict):
        raise CorruptRecord("it is no object")
    return told


def _records(payloads: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    """Every object, loaded many at a time, which is far quicker than one by one.

    Raises:
        CorruptRecord: at the first that is none, after all before it.
    """
    for start in range(0, len(payloads), AT_ONCE):
        some = payloads[start : start + AT_ONCE]
        try:
            told = json.loads(b"[%b]" % b",".join(some), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            told = []
        if len(told) == len(some) and all(type(one) is dict for one in told):
            yield from told
        else:
            yield from map(_loaded, some)


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _event(told: Mapping[str, Any]) -> dict[str, Any]:
    event = told.get("out")
    if not isinstance(event, dict):
        raise CorruptRecord("neither an input nor an output")
    return event


def _header(told: Mapping[str, Any]) -> Header:
    """Read the header; keys of later versions of this format are passed over.

    Raises:
        CorruptRecord: a key is missing or holds something else.
    """
    try:
        known = {key: kind(told[key]) for key, kind in _HEADER.items()}
    except (KeyError, TypeError, ValueError):
        raise CorruptRecord("not a header") from None
    if known["format"] != FORMAT:
        raise CorruptRecord("not a header of this format")
    return Header(**known)


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _object_or_none(value: Any) -> Mapping[str, Any] | None:
    return None if value is None else _object(value)


def _objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(_object(one) for one in value)


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
}
"""The keys of the header and what makes a value of each."""


def _said(aside: int, line: int, fault: str) -> str:
    if not aside:
        return ""
    why = f" ({fault})" if fault else ""
    many = "1 byte was" if aside == 1 else f"{aside:,} bytes were"
    return f"The journal is damaged or cut short at line {line}{why}: {many} set aside, all before was read."
