"""How does a value of a settings file get into a frozen dataclass? By the field's own type, strictly.

What did the runner set? Flags over `COACH_*` over the settings file over the defaults, checked strictly.

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
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from coach.cues.defaults import CueSettings
from coach.edge.files import SMALL_LIMIT, plain, read_file
from coach.edge.suggestions import suggestion
from coach.problems import SettingsProblem
from coach.session.buttons import Button
from coach.session.defaults import SessionSettings
from coach.signals.defaults import SignalSettings
from coach.workout.opt_in import OptIn

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


FORMAT: Final = "coach-settings"
VERSION: Final = 1
"""The newest version of the settings file this program knows."""

_TABLES: Final = ("signals", "session", "cues", "gates")
_HINT: Final = (
    "coach config show lists every setting with its value; coach config path says where the file is."
)
_TYPO: Final = 0.75
"""A variable this like one of ours is a slip of the pen: `theem` is, `version` is not."""
_APART: Final = frozenset({"COACH_HOME", "COACH_DEBUG"})
"""Environment variables that are no settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    units: str = "km"
    """Paces per `km` or `mile`."""
    theme: str = "night"
    """`night` or `sun`."""
    mute: bool = False
    """Does the program start silent?"""
    athlete: str = ""
    """The slug of the athlete, when nobody is named; empty: the only one there is."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys that differ from the usual ones: key to button, or to mute, theme, why, help, quit."""
    signals: SignalSettings = field(default_factory=SignalSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    cues: CueSettings = field(default_factory=CueSettings)
    gates: OptIn = field(default_factory=OptIn)
    """Rules no evidence carries, each off until it is set."""


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"units": ("km", "mile"), "theme": ("night", "sun")}
_NAMES: Final = tuple(each.name for each in fields(Settings))
SCREEN_ACTIONS: Final = ("mute", "theme", "why", "help", "quit")
"""What a key may do besides pressing a button."""


def load_settings(
    path: Path, environment: Mapping[str, str], flags: Mapping[str, object] | None = None
) -> Settings:
    """Read the settings; a file that does not exist sets nothing. `flags` that are None were not given.

    Raises:
        SettingsProblem: a file that cannot be read or is newer than this program, or a value that does not
            fit; it names the file, variable or flag, the key, the reason and the fix.
    """
    settings = settings_over(Settings(), path) if path.exists() else Settings()
    settings = _from_environment(settings, environment)
    for key, value in (flags or {}).items():
        if value is not None:
            settings = _set(settings, {key: value}, f"--{key}")
    return settings


def settings_over(settings: Settings, path: Path) -> Settings:
    """Lay a settings file over settings that are in force: what it does not name stays.

    Raises:
        SettingsProblem: as `load_settings`, and where there is no such file.
    """
    data = read_file(path, limit=SMALL_LIMIT, what="settings file", problem=SettingsProblem, hint=_HINT)
    where = plain(path)
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise SettingsProblem(
            f"{where} is not TOML: {wrong}", "Mend that line, or move the file away."
        ) from None
    _check_format(document.pop("format", f"{FORMAT}/{VERSION}"), where)
    return _set(settings, document, where)


def _check_format(found: object, where: str) -> None:
    name, _, version = str(found).partition("/")
    if name != FORMAT or not version.isdecimal() or version == "0":
        raise SettingsProblem(
            f"{where}: format: {found!r} is none of ours", f'Write format = "{FORMAT}/{VERSION}"'
        )
    if int(version) > VERSION:
        raise SettingsProblem(
            f"{where}: format: {found!r} is newer than this program, which knows {FORMAT}/{VERSION}",
            "Update the program; the file was not changed.",
        )


def _from_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    for name in sorted(environment):
        if not name.startswith("COACH_") or name in _APART:
            continue
        first, _, rest = name.removeprefix("COACH_").lower().partition("_")
        if first in _TABLES and rest:
            value = {first: {rest: _value(settings, (first, rest), environment[name], name)}}
        else:
            key = name.removeprefix("COACH_").lower()
            if key not in _NAMES and not get_close_matches(key, _NAMES, n=1, cutoff=_TYPO):
                continue  # somebody else's variable
            value = {key: _value(settings, (key,), environment[name], name)}
        settings = _set(settings, value, name)
    return settings


def _value(settings: Settings, keys: tuple[str, ...], text: str, name: str) -> Any:
    """Read the text of a variable as the kind its setting has."""
    owner: Any = settings if len(keys) == 1 else getattr(settings, keys[0])
    try:
        return value_from_text(type(owner), keys[-1], text)
    except InvalidSetting as wrong:
        raise SettingsProblem(f"{name}: {wrong}", _HINT) from None


def _set(settings: Settings, values: Mapping[str, object], where: str) -> Settings:
    """Fill values in, checked."""
    try:
        filled = dataclass_from_dict(settings, values)
    except InvalidSetting as wrong:
        raise SettingsProblem(f"{where}: {wrong}", _HINT) from None
    for key, choices in _CHOICES.items():
        if getattr(filled, key) not in choices:
            raise SettingsProblem(
                f"{where}: {key}: {getattr(filled, key)!r} is none of {', '.join(choices)}", _HINT
            )
    for key, action in filled.keymap.items():
        known = [*(button.value for button in Button), *SCREEN_ACTIONS]
        if action not in known:
            raise SettingsProblem(
                f"{where}: keymap.{key}: {action!r} is nothing a key does{suggestion(action, known)}", _HINT
            )
    return filled
