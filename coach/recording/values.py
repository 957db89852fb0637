"""The JSON values of a journal's records, checked as they are read, and resolved steps as such values."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from math import isfinite
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from coach.workout.timeline import End, Start


class CorruptRecord(ValueError):
    """Raised for a line of a journal that is not what was written; its text says how."""


def read_number(value: Any) -> Any:
    """Return a finite number (typed `Any`, because it becomes the quantity of its field)."""
    if type(value) not in _NUMBERS or not isfinite(value):
        raise CorruptRecord(f"{value!r} is no number")
    return value


_NUMBERS: Final = frozenset({int, float})


def read_optional(value: Any) -> Any:
    """Return a finite number, or None where there is none."""
    return None if value is None else read_number(value)


def read_whole(value: Any) -> int | None:
    """Return a whole number, or None where there is none."""
    if value is not None and type(value) is not int:
        raise CorruptRecord(f"{value!r} is no whole number")
    return value


def read_text(value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise CorruptRecord(f"{value!r} is no text")
    return value


def read_object(value: Any) -> Mapping[str, Any]:
    """Return an object; raise TypeError for anything else."""
    if not isinstance(value, dict):
        raise TypeError
    return value


def read_object_or_none(value: Any) -> Mapping[str, Any] | None:
    """Return an object, or None where there is none."""
    return None if value is None else read_object(value)


def read_objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the objects of a list."""
    return tuple(read_object(item) for item in value)


# --- steps of a workout, resolved

_TAGGED: Final = {kind.__name__: kind for kind in (*get_args(End), *get_args(Start))}
"""Ends and starts: which one it is stands in the key `is`."""


def resolved_to_json(value: Any) -> Any:
    """Return steps, and what they are made of, as JSON; what is at its default is left out."""
    if isinstance(value, tuple):
        return [resolved_to_json(item) for item in value]
    if not is_dataclass(value):
        return value
    record: dict[str, Any] = {"is": type(value).__name__} if type(value).__name__ in _TAGGED else {}
    for each in fields(value):
        content = getattr(value, each.name)
        if each.default is MISSING or content != each.default:
            record[each.name] = resolved_to_json(content)
    return record


def resolved_from_json(kind: Any, value: Any) -> Any:
    """Return the value of a type that a JSON value holds.

    Raises:
        CorruptRecord: it holds none.
    """
    if get_origin(kind) in {Union, UnionType}:
        kinds = [each for each in get_args(kind) if each is not type(None)]
        if value is None and len(kinds) < len(get_args(kind)):
            return None
        return resolved_from_json(kinds[0] if len(kinds) == 1 else _TAGGED[value["is"]], value)
    if get_origin(kind) is tuple:
        return tuple(resolved_from_json(get_args(kind)[0], item) for item in value)
    kind = getattr(kind, "__supertype__", kind)
    if hasattr(kind, "__dataclass_fields__"):
        hints = _hints(kind)
        return kind(**{key: resolved_from_json(hints[key], value[key]) for key in hints if key in value})
    if kind is float:
        return read_number(value)
    if kind is int:
        return read_whole(value)
    if kind is bool:
        return value is True
    return kind(read_text(value)) if issubclass(kind, StrEnum) else read_text(value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
