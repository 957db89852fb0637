"""How does a value of a settings file get into a frozen dataclass? By the field's own type, strictly."""

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from coach.edge.suggestions import suggestion

Filled = TypeVar("Filled")


class InvalidSetting(ValueError):
    """A key there is none of, or a value that does not fit; the sentence begins with the key."""


def dataclass_from_dict(settings: Filled, values: Mapping[str, object], prefix: str = "") -> Filled:
    """Make a copy of a settings dataclass with these values; a table fills a dataclass within.

    Raises:
        Unfit: an unknown key or a value of the wrong kind, named with its whole key.
    """
    kinds = get_type_hints(type(settings))
    changes: dict[str, object] = {}
    for key, value in values.items():
        whole = f"{prefix}{key}"
        if key not in kinds:
            raise InvalidSetting(f"{whole}: there is no such setting{suggestion(key, kinds)}")
        current = getattr(settings, key)
        if is_dataclass(current):
            if not isinstance(value, Mapping):
                raise InvalidSetting(f"{whole}: is a table of settings, not {value!r}")
            changes[key] = dataclass_from_dict(current, value, f"{whole}.")
        else:
            fitted = _fit(kinds[key], value, whole)
            changes[key] = {**current, **fitted} if isinstance(fitted, dict) else fitted
    try:
        return replace(settings, **changes)  # type: ignore[type-var]
    except ValueError as wrong:  # the dataclass's own check
        raise InvalidSetting(f"{prefix}{', '.join(changes)}: {wrong}") from None


def value_from_text(kind: type, key: str, text: str) -> object:
    """Read a text (of an environment variable) as the kind a field has; the value is checked by `fill`.

    Raises:
        Unfit: there is no such field, or the text is none of its kind.
    """
    kinds = get_type_hints(kind)
    if key not in {each.name for each in fields(kind)}:
        raise InvalidSetting(f"there is no such setting{suggestion(key, kinds)}")
    wanted = _plain_type(kinds[key])
    if wanted is bool:
        if text.lower() not in _WORDS:
            raise InvalidSetting(f"{text!r} is neither true nor false")
        return _WORDS[text.lower()]
    if wanted in {int, float}:
        try:
            return wanted(text)
        except ValueError:
            raise InvalidSetting(f"{text!r} is no number") from None
    return text


_WORDS = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


def _plain_type(kind: Any) -> Any:
    """The type a NewType, or an optional one, stands for."""
    if get_origin(kind) in {Union, types.UnionType}:
        kind = next(each for each in get_args(kind) if each is not type(None))
    return getattr(kind, "__supertype__", kind)


def _fit(kind: Any, value: object, key: str) -> object:
    """Check one value against a type; whole numbers do where any number does."""
    kind = _plain_type(kind)
    origin = get_origin(kind) or kind
    if origin is bool or origin is str:
        return _exactly(origin, value, key)
    if origin is int:
        return value if type(value) is int else _exactly(int, value, key)
    if origin is float:
        return _number(value, key)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return _choice(origin, value, key)
    if origin is tuple and isinstance(value, list):
        return tuple(_fit(get_args(kind)[0], each, f"{key}[{place}]") for place, each in enumerate(value))
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        of_key, of_value = get_args(kind)
        return {
            _fit(of_key, name, key): _fit(of_value, each, f"{key}.{name}") for name, each in value.items()
        }
    raise InvalidSetting(f"{key}: cannot be set to {value!r}")


def _exactly(kind: type, value: object, key: str) -> object:
    if type(value) is kind:
        return value
    names = {bool: "true or false", str: "a text in quotes", int: "a whole number"}
    raise InvalidSetting(f"{key}: must be {names[kind]}, not {value!r}")


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidSetting(f"{key}: must be a number, not {value!r}")
    return float(value)


def _choice(kind: type[Enum], value: object, key: str) -> Enum:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(each.value) for each in kind)
        raise InvalidSetting(f"{key}: {value!r} is none of {choices}") from None
