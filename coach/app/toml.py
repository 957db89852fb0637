"""Converts settings to plain values, and those to the TOML of a settings file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

_LEARNT: Final = ("learnt", "learnt_of_pool")
"""Fields for learnt values, which are part of settings classes but not of settings files."""


def as_tree(settings: Any) -> dict[str, Any]:
    """Return a settings dataclass as tables, lists and plain values, without None."""
    values = {field.name: _plain(getattr(settings, field.name)) for field in fields(settings)}
    return {name: value for name, value in values.items() if value is not None and name not in _LEARNT}


def toml_lines(
    tree: Mapping[str, Any], prefix: str = "", comments: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yield the lines of TOML: values first, then each table under its heading; `comments` are by full key."""
    for name, value in tree.items():
        if not isinstance(value, Mapping):
            comment = (comments or {}).get(f"{prefix}{name}", "")
            yield f"{_key(name)} = {_value(value)}" + (f"  # {comment}" if comment else "")
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield ""
            yield f"[{prefix}{_key(name)}]"
            yield from toml_lines(value, f"{prefix}{_key(name)}.", comments)


def differences(tree: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that differ from another tree's; tables without differences are left out."""
    different: dict[str, Any] = {}
    for name, value in tree.items():
        counterpart = other.get(name)
        if isinstance(value, Mapping) and isinstance(counterpart, Mapping):
            value = differences(value, counterpart)  # noqa: PLW2901 - the part of it that counts
            if not value:
                continue
        elif value == counterpart:
            continue
        different[name] = value
    return different


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value with its full key."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return as_tree(value)
    if isinstance(value, Mapping):
        return {str(_plain(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _key(name: str) -> str:
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else json.dumps(name)


def _value(value: Any) -> str:
    """Return a value in TOML."""
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {_value(item)}' for name, item in value.items())} }}"
    return json.dumps(value)  # texts, numbers and booleans are the same in TOML and JSON
