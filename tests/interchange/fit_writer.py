"""Writes small FIT files for tests: only what they need, after the FIT protocol (definition and data messages)."""

from collections.abc import Mapping
from struct import pack
from typing import Any

from fitdecode.utils import compute_crc

START = 1_000_000_000
"""The second at which the files of the tests begin, counted from 1989-12-31."""

_ENUM, _U8, _U16, _U32, _S32, _TEXT = 0x00, 0x02, 0x84, 0x86, 0x85, 0x07
_FORMS = {_ENUM: "B", _U8: "B", _U16: "H", _U32: "I", _S32: "i"}

_MESSAGES: dict[str, tuple[int, dict[str, tuple[int, int, float]]]] = {
    "file_id": (0, {"type": (0, _ENUM, 1), "manufacturer": (1, _U16, 1)}),
    "sport": (12, {"sport": (0, _ENUM, 1)}),
    "session": (
        18,
        {
            "at": (253, _U32, 1),
            "start": (2, _U32, 1),
            "sport": (5, _ENUM, 1),
            "sub_sport": (6, _ENUM, 1),
            "elapsed": (7, _U32, 1000),
        },
    ),
    "lap": (
        19,
        {
            "at": (253, _U32, 1),
            "start": (2, _U32, 1),
            "elapsed": (7, _U32, 1000),
            "metres": (9, _U32, 100),
            "trigger": (24, _ENUM, 1),
        },
    ),
    "record": (
        20,
        {
            "at": (253, _U32, 1),
            "latitude": (0, _S32, 2**31 / 180),
            "longitude": (1, _S32, 2**31 / 180),
            "heart_rate": (3, _U8, 1),
            "cadence": (4, _U8, 1),
            "distance": (5, _U32, 100),
            "speed": (6, _U16, 1000),
            "power": (7, _U16, 1),
        },
    ),
    "event": (21, {"at": (253, _U32, 1), "event": (0, _ENUM, 1), "how": (1, _ENUM, 1)}),
    "device_info": (
        23,
        {"device_type": (1, _U8, 1), "manufacturer": (2, _U16, 1), "source_type": (25, _ENUM, 1)},
    ),
    "hrv": (78, {"time": (0, _U16, 1000)}),
    "developer_data_id": (207, {"index": (3, _U8, 1)}),
    "field_description": (
        206,
        {
            "index": (0, _U8, 1),
            "number": (1, _U8, 1),
            "base": (2, _U8, 1),
            "name": (3, _TEXT, 0),
            "units": (8, _TEXT, 0),
        },
    ),
}


def fit(*told: tuple[str, Mapping[str, Any]], developer: tuple[str, str] | None = None) -> bytes:
    """Make a file of messages; times named `at` and `start` count from `START`.

    Args:
        told: message names and values, in order.
        developer: name and unit of one developer field of a byte, given in records as `developer`.
    """
    body = b""
    if developer is not None:
        body += _message("developer_data_id", {"index": 0})
        name, units = developer
        body += _message(
            "field_description", {"index": 0, "number": 0, "base": 2, "name": name, "units": units}
        )
    body += b"".join(_message(name, values) for name, values in told)
    return framed(body)


def framed(body: bytes, *, header: int = 14, says: int | None = None, size: int | None = None) -> bytes:
    """A file of these messages.

    Args:
        body: the messages.
        header: how many bytes the header has, 12 or more.
        says: how many the header says it has; the truth unless given.
        size: how many bytes of messages the header tells of; the truth unless given.
    """
    told = len(body) if size is None else size
    head = pack("<BBHI4s", header if says is None else says, 0x20, 2132, told, b".FIT") + bytes(header - 12)
    return head + body + pack("<H", compute_crc(head + body))


def body_of(data: bytes) -> bytes:
    """The messages of a file made by `fit`."""
    return data[14:-2]


def _message(name: str, values: Mapping[str, Any]) -> bytes:
    """A definition and one data message of it."""
    number, fields = _MESSAGES[name]
    own = {key: value for key, value in values.items() if key != "developer"}
    definition, data = b"", b""
    for key, value in own.items():
        place, base, scale = fields[key]
        content = _content(value + START if key in {"at", "start"} else value, base, scale)
        definition += pack("BBB", place, len(content), base)
        data += content
    head = pack("<BBBHB", 0x40, 0, 0, number, len(own)) + definition
    if "developer" in values:
        head = b"\x60" + head[1:] + pack("BBBB", 1, 0, 1, 0)
        data += pack("B", values["developer"])
    return head + b"\0" + data


def _content(value: Any, base: int, scale: float) -> bytes:
    if base == _TEXT:
        return str(value).encode() + b"\0"
    return pack("<" + _FORMS[base], round(value * scale))
