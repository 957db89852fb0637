"""A journal line by line (`docs/reference/journal.md`).

A line is compact ASCII JSON, a tab, the CRC-32 of the JSON as eight lower-case hex digits, and a line feed.
It is whole if all four are there and agree; a journal is believed up to its first line that is not, because
a run folded without one of its inputs is another run.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final
from zlib import crc32

from coach.live.inputs import Input
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.inputs import from_json, later, to_json
from coach.recording.records import FORMAT, Damage, Header, Journal

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
    return _line(_encode(to_json(event)))


def encode_output(event: Mapping[str, Any]) -> bytes:
    """Write an output as said: the event `coach.live.events.event_of` made of it."""
    return _line(_encode({"out": event}))


def decode_line(line: bytes) -> Header | Input | dict[str, Any]:
    """Read one line, line feed included: the header, an input, or the event of an output.

    Raises:
        Damage: the line is not whole, or not one of these.
    """
    told = _loaded(payload(line))
    if "out" in told:
        return _event(told)
    return _header(told) if "format" in told else from_json(told)


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
                event = from_json(record)
                now = later(now, event)
                inputs.append(event)
            else:
                outputs.append(_event(record))
            lines += 1
    except Damage as damage:
        fault = str(damage)
        good = sum(len(one) + TAIL for one in payloads[:lines])
    aside = len(data) - good
    return Journal(header, tuple(inputs), tuple(outputs), aside, _said(aside, lines + 1, fault))


def payload(line: bytes) -> bytes:
    """The JSON of a line whose sum agrees.

    Raises:
        Damage: it does not, or the line is cut.
    """
    text = line[:-TAIL]
    if line[-TAIL:] != b"\t%08x\n" % crc32(text):
        raise Damage("its sum does not agree")
    return text


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
    except (Damage, IndexError):
        raise RecordingProblem(
            f"The first line of {name} is damaged; without it nothing can be replayed.",
            "If there is a copy of the folder, use that.",
        ) from None


def _loaded(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Damage("it is no JSON") from None
    if not isinstance(told, dict):
        raise Damage("it is no object")
    return told


def _records(payloads: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    """Every object, loaded many at a time, which is far quicker than one by one.

    Raises:
        Damage: at the first that is none, after all before it.
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
        raise Damage("neither an input nor an output")
    return event


def _header(told: Mapping[str, Any]) -> Header:
    """Read the header: an absent key has the default of its field, an unknown one is passed over.

    Raises:
        Damage: a key without a default is missing, or a key holds something else.
    """
    if told.get("format") != FORMAT:
        raise Damage("not a header of this format")
    try:
        return Header(**{key: kind(told[key]) for key, kind in _HEADER.items() if key in told})
    except (TypeError, ValueError):
        raise Damage("not a header") from None


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
