"""Reads the settings: flags over `COACH_*` variables over the settings file over the defaults, checked strictly.

    format = "coach-settings/1"
    units = "km"
    [cues]
    hold_s = 10

The tables `[signals]`, `[session]` and `[cues]` take the names of the fields of those rooms' settings, and
`[gates]` those of the rules that can be switched on (`coach.workout.opt_in`); in the environment `hold_s` of
`[cues]` is `COACH_CUES_HOLD_S`.
"""

import math
import tomllib
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from coach.cues.config import CueSettings
from coach.edge.files import SMALL_LIMIT, plain, read_file
from coach.edge.suggestions import suggestion
from coach.problems import SettingsProblem
from coach.session.buttons import Button
from coach.session.config import SessionSettings
from coach.signals.config import SignalSettings
from coach.themes import SCREEN_THEMES
from coach.workout.opt_in import OptIn

Filled = TypeVar("Filled")


class InvalidSetting(ValueError):
    """An unknown key, or a value of the wrong type; the message begins with the key."""


def dataclass_from_dict(settings: Filled, values: Mapping[str, object], prefix: str = "") -> Filled:
    """Copy a settings dataclass with these values, strictly typed; a table fills a nested dataclass.

    Raises:
        InvalidSetting: an unknown key or a value of the wrong type, named by its full key.
    """
    types_by_name = get_type_hints(type(settings))
    changes: dict[str, object] = {}
    for key, value in values.items():
        full_key = f"{prefix}{key}"
        if key not in types_by_name:
            raise InvalidSetting(f"{full_key}: there is no such setting{suggestion(key, types_by_name)}")
        current = getattr(settings, key)
        if is_dataclass(current):
            if not isinstance(value, Mapping):
                raise InvalidSetting(f"{full_key}: is a table of settings, not {value!r}")
            changes[key] = dataclass_from_dict(current, value, f"{full_key}.")
        else:
            converted = _convert(types_by_name[key], value, full_key)
            changes[key] = {**current, **converted} if isinstance(converted, dict) else converted
    try:
        return replace(settings, **changes)  # type: ignore[type-var]
    except ValueError as error:  # the dataclass's own check
        raise InvalidSetting(f"{prefix}{', '.join(changes)}: {error}") from None


def value_from_text(type_: type, key: str, text: str) -> object:
    """Convert a text (of an environment variable) to a field's type; `dataclass_from_dict` checks the value.

    Raises:
        InvalidSetting: there is no such field, or the text does not fit its type.
    """
    types_by_name = get_type_hints(type_)
    if key not in {each.name for each in fields(type_)}:
        raise InvalidSetting(f"there is no such setting{suggestion(key, types_by_name)}")
    field_type = _plain_type(types_by_name[key])
    if field_type is bool:
        if text.lower() not in _WORDS:
            raise InvalidSetting(f"{text!r} is neither true nor false")
        return _WORDS[text.lower()]
    if field_type in {int, float}:
        try:
            return field_type(text)
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


def _plain_type(type_: Any) -> Any:
    """The type behind a NewType or an optional type."""
    if get_origin(type_) in {Union, types.UnionType}:
        type_ = next(each for each in get_args(type_) if each is not type(None))
    return getattr(type_, "__supertype__", type_)


def _convert(type_: Any, value: object, key: str) -> object:
    """Check and convert one value; a whole number is accepted where any number is."""
    type_ = _plain_type(type_)
    origin = get_origin(type_) or type_
    if origin is bool or origin is str:
        return _require_type(origin, value, key)
    if origin is int:
        return value if type(value) is int else _require_type(int, value, key)
    if origin is float:
        return _require_number(value, key)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return _require_choice(origin, value, key)
    if origin is tuple and isinstance(value, list):
        return tuple(
            _convert(get_args(type_)[0], each, f"{key}[{place}]") for place, each in enumerate(value)
        )
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        of_key, of_value = get_args(type_)
        return {
            _convert(of_key, name, key): _convert(of_value, each, f"{key}.{name}")
            for name, each in value.items()
        }
    raise InvalidSetting(f"{key}: cannot be set to {value!r}")


def _require_type(type_: type, value: object, key: str) -> object:
    if type(value) is type_:
        return value
    names = {bool: "true or false", str: "a text in quotes", int: "a whole number"}
    raise InvalidSetting(f"{key}: must be {names[type_]}, not {value!r}")


def _require_number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidSetting(f"{key}: must be a number, not {value!r}")
    return float(value)


def _require_choice(type_: type[Enum], value: object, key: str) -> Enum:
    try:
        return type_(value)
    except ValueError:
        choices = ", ".join(str(each.value) for each in type_)
        raise InvalidSetting(f"{key}: {value!r} is none of {choices}") from None


FORMAT: Final = "coach-settings"
VERSION: Final = 1
"""The newest version of the settings file this program knows."""

_TABLES: Final = ("signals", "session", "cues", "gates")
_HINT: Final = (
    "coach config show lists every setting with its value; coach config path says where the file is."
)
_TYPO: Final = 0.75
"""A variable at least this similar to a setting is a typo: `theem` is, `version` is not."""
_NO_SETTINGS: Final = frozenset({"COACH_HOME", "COACH_DEBUG"})
"""Environment variables that are not settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    units: str = "km"
    """Paces per `km` or `mile`."""
    theme: str = "night"
    """A name of `coach.themes.SCREEN_THEMES`."""
    mute: bool = False
    """Start silent. It changes nothing yet: there is no voice."""
    athlete: str = ""
    """The slug of the athlete if none is named; empty: the only one there is."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys that differ from the defaults: key to button, or to mute, theme, why, help, quit."""
    signals: SignalSettings = field(default_factory=SignalSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    cues: CueSettings = field(default_factory=CueSettings)
    gates: OptIn = field(default_factory=OptIn)
    """Rules that no evidence supports; each is off until it is set."""


_CHOICES: Final[Mapping[str, Sequence[str]]] = {"units": ("km", "mile"), "theme": sorted(SCREEN_THEMES)}
_NAMES: Final = tuple(each.name for each in fields(Settings))
SCREEN_ACTIONS: Final = ("mute", "theme", "why", "help", "quit")
"""What a key can do besides pressing a button."""


def load_settings(
    path: Path, environment: Mapping[str, str], flags: Mapping[str, object] | None = None
) -> Settings:
    """Read the settings; a missing file sets nothing. A flag that is None was not given.

    Raises:
        SettingsProblem: a file that cannot be read or is newer than this program, or a value that does not
            fit; it names the file, variable or flag, the key, the reason and the fix.
    """
    settings = settings_over(Settings(), path) if path.exists() else Settings()
    settings = _from_environment(settings, environment)
    for key, value in (flags or {}).items():
        if value is not None:
            settings = _apply_values(settings, {key: value}, f"--{key}")
    return settings


def settings_over(settings: Settings, path: Path) -> Settings:
    """Apply a settings file over other settings: what it does not name stays.

    Raises:
        SettingsProblem: as `load_settings`, and where there is no such file.
    """
    data = read_file(path, limit=SMALL_LIMIT, what="settings file", problem=SettingsProblem, hint=_HINT)
    where = plain(path)
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsProblem(
            f"{where} is not TOML: {error}", "Mend that line, or move the file away."
        ) from None
    _check_format(document.pop("format", f"{FORMAT}/{VERSION}"), where)
    return _apply_values(settings, document, where)


def _check_format(value: object, where: str) -> None:
    name, _, version = str(value).partition("/")
    if name != FORMAT or not version.isdecimal() or version == "0":
        raise SettingsProblem(
            f"{where}: format: {value!r} is none of ours", f'Write format = "{FORMAT}/{VERSION}"'
        )
    if int(version) > VERSION:
        raise SettingsProblem(
            f"{where}: format: {value!r} is newer than this program, which knows {FORMAT}/{VERSION}",
            "Update the program; the file was not changed.",
        )


def _from_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    for name in sorted(environment):
        if not name.startswith("COACH_") or name in _NO_SETTINGS:
            continue
        first, _, rest = name.removeprefix("COACH_").lower().partition("_")
        if first in _TABLES and rest:
            value = {first: {rest: _value(settings, (first, rest), environment[name], name)}}
        else:
            key = name.removeprefix("COACH_").lower()
            if key not in _NAMES and not get_close_matches(key, _NAMES, n=1, cutoff=_TYPO):
                continue  # another program's variable
            value = {key: _value(settings, (key,), environment[name], name)}
        settings = _apply_values(settings, value, name)
    return settings


def _value(settings: Settings, keys: tuple[str, ...], text: str, name: str) -> Any:
    """Convert the text of a variable to the type of its setting."""
    owner: Any = settings if len(keys) == 1 else getattr(settings, keys[0])
    try:
        return value_from_text(type(owner), keys[-1], text)
    except InvalidSetting as error:
        raise SettingsProblem(f"{name}: {error}", _HINT) from None


def _apply_values(settings: Settings, values: Mapping[str, object], where: str) -> Settings:
    """Apply values to the settings, checked."""
    try:
        updated = dataclass_from_dict(settings, values)
    except InvalidSetting as error:
        raise SettingsProblem(f"{where}: {error}", _HINT) from None
    for key, choices in _CHOICES.items():
        if getattr(updated, key) not in choices:
            raise SettingsProblem(
                f"{where}: {key}: {getattr(updated, key)!r} is none of {', '.join(choices)}", _HINT
            )
    for key, action in updated.keymap.items():
        actions = [*(button.value for button in Button), *SCREEN_ACTIONS]
        if action not in actions:
            raise SettingsProblem(
                f"{where}: keymap.{key}: {action!r} is nothing a key does{suggestion(action, actions)}", _HINT
            )
    return updated
