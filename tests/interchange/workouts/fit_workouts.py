"""Writes FIT workout files for tests, raw values as they stand in a file (FIT profile, `workout_step`)."""

from collections.abc import Mapping
from struct import pack
from typing import Any

from tests.interchange.fit_writer import framed

_ENUM, _U16, _U32, _TEXT = 0x00, 0x84, 0x86, 0x07
_FORMS = {_ENUM: "B", _U16: "H", _U32: "I"}

_FIELDS: dict[int, dict[str, tuple[int, int]]] = {
    0: {"type": (0, _ENUM)},
    18: {"sport": (5, _ENUM)},
    20: {"timestamp": (253, _U32), "heart_rate": (3, _ENUM)},
    26: {
        "sport": (4, _ENUM),
        "steps": (6, _U16),
        "name": (8, _TEXT),
        "sub_sport": (11, _ENUM),
        "description": (17, _TEXT),
    },
    27: {
        "name": (0, _TEXT),
        "duration": (1, _ENUM),
        "duration_value": (2, _U32),
        "target": (3, _ENUM),
        "target_value": (4, _U32),
        "low": (5, _U32),
        "high": (6, _U32),
        "intensity": (7, _ENUM),
        "notes": (8, _TEXT),
        "index": (254, _U16),
        "second": (19, _ENUM),
        "second_value": (20, _U32),
        "second_low": (21, _U32),
        "second_high": (22, _U32),
    },
}

STEP: Mapping[str, Any] = {"duration": 0, "duration_value": 60_000, "target": 2, "intensity": 0}
"""A minute of work without a target."""
RUNNING, CYCLING, TRAINING = 1, 2, 10


def fit_file(*messages: tuple[int, Mapping[str, Any]], kind: int = 5) -> bytes:
    """A file of messages by their global numbers; kind 5 is a workout, 4 an activity."""
    body = b"".join(_message(number, values) for number, values in ((0, {"type": kind}), *messages))
    return framed(body)


def workout(*steps: Mapping[str, Any], sport: int | None = RUNNING, **head: Any) -> bytes:
    """A workout file of steps, each `STEP` with changes."""
    about = {"sport": sport} | head if sport is not None else head
    return fit_file((26, about), *((27, {**STEP, **step}) for step in steps))


def _message(number: int, values: Mapping[str, Any]) -> bytes:
    definition, data = b"", b""
    for key, value in values.items():
        place, base = _FIELDS[number][key]
        content = str(value).encode() + b"\0" if base == _TEXT else pack("<" + _FORMS[base], value)
        definition += pack("BBB", place, len(content), base)
        data += content
    return pack("<BBBHB", 0x40, 0, 0, number, len(values)) + definition + b"\0" + data
