"""Inputs as plain JSON objects and back: every kind, without loss.

Each object has `in`, the kind, and `at`, seconds since the first input as they were stamped; what is
unknown or at its default is left out. Raw bytes are hex.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final

from coach.gatt.services import uuid_text
from coach.live.inputs import Closed, Input, Opened, RecorderTrouble, Reopened
from coach.quantities import Seconds
from coach.recording.records import CorruptRecord
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
