"""Removes from a recording who ran, when and where; everything a replay needs for the same outputs stays.

A text stays only if it cannot come from a person: a measure, a word of the format, or a text that occurs in the library
of workouts. Every other text is left out, or replaced where the format requires one. All dates are moved by the same
number of days. Of raw bytes only those stay that the decoder uses.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from coach.gatt import Malformed
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.gatt.services import BatteryLevel
from coach.live.inputs import Input, RecorderTrouble, Resumed
from coach.session.buttons import Pressed
from coach.signals.config import METRIC_LIMITS
from coach.signals.readings import Characteristic, LinkChanged, Notified, Relayed, Reported
from coach.signals.signals import decode

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
_LEFT_OUT: Final = frozenset({"tags"})
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


# --- Documents


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
        if key in _LEFT_OUT or (key in FREE - NEEDED and value not in library and value not in UNITS):
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


# --- Inputs


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
