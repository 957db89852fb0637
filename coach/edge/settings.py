"""The settings: `COACH_*` variables over a file over the defaults, all checked; changing one; and settings as TOML.

    format = "coach-settings/1"
    units = "km"
    [cues]
    hold_s = 10

The tables `[signals]`, `[session]` and `[cues]` take the names of the fields of those rooms' settings, `[gates]`
those of rules that can be switched (`coach.workout.edits`), `[readiness]` and `[plan]` those of `coach.plan.config`.
`[sound]`, `[mqtt]` and `[lamp]` are `SoundSettings`, `MqttSettings` and `LampSettings`. `[keymap]` says what each
changed key does, and `[timing_gates]` where each gate stands. In the environment `hold_s` of `[cues]` is
`COACH_CUES_HOLD_S`.
"""

import json
import math
import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from coach.cues.config import CueSettings
from coach.edge.files import NO_SETTINGS, SMALL_LIMIT, plain, read_file, write_document
from coach.plan.config import PlanSettings, ReadinessSettings
from coach.problems import SettingsProblem, suggestion
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    BeatsPerMinute,
    Metres,
    MetresPerSecond,
    Seconds,
    StepsPerMinute,
    parse_pace,
    read_duration,
)
from coach.session.config import SessionSettings
from coach.session.phases import BUTTON_NAMES, spelt_as_name
from coach.signals.config import SignalSettings
from coach.themes import SCREEN_THEMES
from coach.workout.edits import OptIn

# --- the settings

MOST_LATENCY_MS: Final = 450.0
"""With a longer lead a countdown would be heard as the next number."""
MOST_WAKE_MS: Final = 2000.0
GATE_NAME: Final = r"[a-z0-9_-]{1,32}"
"""The allowed names of timing gates."""
MOST_LAP_M: Final = 1000.0
"""The longest possible lap."""


class VoiceMode(StrEnum):
    """The voice of the cues."""

    CLIPS = "clips"
    """Recorded words, which come with the program."""
    NEURAL = "neural"
    """The neural voice of the extra `voice`."""
    SYSTEM = "system"
    """The system's own voice."""
    OFF = "off"
    """No voice."""


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """The sound of the cues. The settings of the cues decide what is spoken."""

    voice: VoiceMode = VoiceMode.CLIPS
    """The voice on the live screen: `clips`, `neural`, `system` or `off`."""
    latency_ms: float = 0.0
    """How much earlier a countdown starts, because the device plays late; `coach doctor --sound` sets it."""
    wake_ms: float = 400.0
    """Duration of a quiet noise that wakes earphones before the first word after silence; they swallow some 300 ms."""
    metronome: bool = False
    """Tick at the target in steps with a cadence target."""
    speak_along: bool = False
    """Tick at 170 on easy runs, with a phrase to speak along every 16 steps; who cannot speak it runs too fast."""
    bell: bool = False
    """Ring the terminal's bell for a cue while there is no sound device."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0.0 <= self.latency_ms <= MOST_LATENCY_MS:
            raise ValueError(f"a latency is 0 to {MOST_LATENCY_MS:g} ms")
        if not 0.0 <= self.wake_ms <= MOST_WAKE_MS:
            raise ValueError(f"earphones are woken for 0 to {MOST_WAKE_MS:g} ms")


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The broker of every run, and the names of its topics. The password is in a file of its own."""

    url: str = ""
    """The broker, such as `mqtts://coach@broker.example`; empty: none, unless `--mqtt` names one."""
    root: str = "coach/v1"
    """The first level of all topics."""
    site: str = "track"
    """The second level: a club, or a place."""
    athlete: str = ""
    """The athlete's name in the topics; empty: their slug."""
    client_id: str = ""
    """For a broker that requires one; empty: a new one at every start."""
    username: str = ""
    """The user, if the address does not name one."""
    password_file: str = ""
    """A file with the password, which only its owner may read."""
    ca_file: str = ""
    """The trusted certificates; empty: those the system trusts."""
    cert_file: str = ""
    """The certificate of this client; empty: none."""
    key_file: str = ""
    """Its key, if that is not in the same file."""
    retain_summary: bool = False
    """Have the broker keep the summary of the last run."""
    home_assistant: bool = False
    """Offer Home Assistant the sensors and events of a run and, with `--mqtt-control`, its buttons."""
    light_group: str = ""
    """The group of pace lights for this run; empty: the one named like the athlete."""


@dataclass(frozen=True, slots=True)
class LampSettings:
    """The look of a run on lamps and strips."""

    brightness_percent: float = 50.0
    """Largest brightness, 1 to 100."""
    target_colour: str = "#00FF00"
    """The pace light of the workout, red, green and blue."""
    ghost_colour: str = "#FF00FF"
    """The pace light of an earlier run: `--light last`, `--light best`."""
    light_m: Metres = Metres(2.0)
    """Length of a pace light, in metres of the strip."""

    def __post_init__(self) -> None:
        """Check ranges and colours."""
        if not 1.0 <= self.brightness_percent <= 100.0:
            raise ValueError("a lamp is 1 to 100 % bright")
        if not 0.1 <= self.light_m <= 50.0:
            raise ValueError("a pace light is 0.1 to 50 m long")
        for colour in (self.target_colour, self.ghost_colour):
            if re.fullmatch("#[0-9A-Fa-f]{6}", colour) is None:
                raise ValueError(f"{colour!r} is not a colour; write it as #00FF00")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    units: str = "km"
    """Paces per `km` or `mile`."""
    theme: str = "night"
    """A name of `coach.themes.SCREEN_THEMES`."""
    mute: bool = False
    """Start silent; key m switches the voice on."""
    athlete: str = ""
    """The slug of the default athlete; empty: the only one."""
    adapter: str = ""
    """The Bluetooth adapter, by its name (`hci1`) or its permanent address; empty: all that are on."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys that differ from the defaults: key to button, or to mute, theme, why, help, quit."""
    signals: SignalSettings = field(default_factory=SignalSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    cues: CueSettings = field(default_factory=CueSettings)
    gates: OptIn = field(default_factory=OptIn)
    """Rules without evidence; each is off until it is set."""
    sound: SoundSettings = field(default_factory=SoundSettings)
    mqtt: MqttSettings = field(default_factory=MqttSettings)
    lamp: LampSettings = field(default_factory=LampSettings)
    readiness: ReadinessSettings = field(default_factory=ReadinessSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    timing_gates: Mapping[str, Metres] = field(default_factory=dict)
    """The places of timing gates: each name with its metres after the finish line; without any, all stand at it."""

    def __post_init__(self) -> None:
        """Check the names and places of the gates."""
        for name, place in self.timing_gates.items():
            if re.fullmatch(GATE_NAME, name) is None:
                raise ValueError(f"{name!r}: a gate is called by 1 to 32 small letters, digits, _ and -")
            if not 0 <= place < MOST_LAP_M:
                raise ValueError(f"{name}: a gate stands 0 to {MOST_LAP_M:g} m after the finish line")


_CHOICES: Final[Mapping[str, Sequence[str]]] = {"units": ("km", "mile"), "theme": sorted(SCREEN_THEMES)}
_SYNONYMS: Final = {"units": {"miles": "mile", "mi": "mile", "kms": "km", "kilometres": "km"}}
"""Other words for a choice."""
_SETTING_NAMES: Final = tuple(setting.name for setting in fields(Settings))
_ALWAYS_LEAVES: Final = frozenset({"ctrl+c", "ctrl+q"})
"""Keys with one meaning everywhere, which no setting changes."""
SCREEN_ACTIONS: Final = ("mute", "theme", "why", "help", "quit")
"""What a key can do besides pressing a button."""
_LEARNT: Final = "learnt"
"""The beginning of the names of learnt values, which are part of some settings, but which no user sets."""


# --- loading

FORMAT: Final = "coach-settings"
VERSION: Final = 1
"""The newest version of the settings file this program knows."""
_TABLES: Final = ("signals", "session", "cues", "gates", "sound", "mqtt", "lamp", "readiness", "plan")
_HINT: Final = "coach config show --all lists every setting; coach config path says where the file is."
_TYPO: Final = 0.75
"""A variable at least this similar to a setting is a typo: `theem` is, `version` is not."""


def load_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings; a missing file sets nothing.

    Raises:
        SettingsProblem: a file that cannot be read or is newer than this program, or a value that does not
            fit; it names the file or variable, the key, the reason and the fix.
    """
    settings = settings_over(Settings(), path) if path.exists() else Settings()
    return _from_environment(settings, environment)


def settings_over(settings: Settings, path: Path) -> Settings:
    """Apply a settings file over other settings: what it does not name stays.

    Raises:
        SettingsProblem: as `load_settings`, and if there is no such file.
    """
    return _apply_document(settings, _read(path), plain(path))


def _read(path: Path) -> bytes:
    return read_file(path, limit=SMALL_LIMIT, what="settings file", problem=SettingsProblem, hint=_HINT)


def _apply_document(settings: Settings, data: bytes, where: str) -> Settings:
    """Apply the bytes of a settings file."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, or more digits than Python reads
        raise _no_toml(where, error) from None
    _check_format(document.pop("format", f"{FORMAT}/{VERSION}"), where)
    return _apply_values(settings, document, where)


def _no_toml(where: str, error: Exception) -> SettingsProblem:
    return SettingsProblem(f"{where} is not TOML: {error}", "Fix that line, or move the file away.")


def _check_format(value: object, where: str) -> None:
    name, _, version = str(value).partition("/")
    if name != FORMAT or not version.isdecimal() or version == "0":
        raise SettingsProblem(
            f"{where}: format: {value!r} is not known", f'Write format = "{FORMAT}/{VERSION}"'
        )
    if int(version) > VERSION:
        raise SettingsProblem(
            f"{where}: format: {value!r} is newer than this program, which knows {FORMAT}/{VERSION}",
            "Update the program; the file was not changed.",
        )


def _from_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    for name in sorted(environment):
        if not name.startswith("COACH_") or name in NO_SETTINGS:
            continue
        first, _, rest = name.removeprefix("COACH_").lower().partition("_")
        if first in _TABLES and rest:
            value = {first: {rest: _from_variable(settings, (first, rest), environment[name], name)}}
        else:
            key = name.removeprefix("COACH_").lower()
            if key not in _SETTING_NAMES and not get_close_matches(key, _SETTING_NAMES, n=1, cutoff=_TYPO):
                continue  # another program's variable
            value = {key: _from_variable(settings, (key,), environment[name], name)}
        settings = _apply_values(settings, value, name)
    return settings


def _from_variable(settings: Settings, keys: tuple[str, ...], text: str, name: str) -> Any:
    """Convert the text of a variable to the type of its setting."""
    owner: Any = settings if len(keys) == 1 else getattr(settings, keys[0])
    try:
        return value_from_text(type(owner), keys[-1], text)
    except InvalidSetting as error:
        raise SettingsProblem(f"{name}: {error}", _HINT) from None


def _apply_values(settings: Settings, values: Mapping[str, object], where: str) -> Settings:
    """Apply values to the settings, checked; `where` names their source, or is empty."""
    place = f"{where}: " if where else ""
    try:
        updated = dataclass_from_dict(settings, values)
    except InvalidSetting as error:
        raise SettingsProblem(f"{place}{error}", _HINT) from None
    for key, others in _SYNONYMS.items():
        updated = replace(updated, **{key: others.get(getattr(updated, key), getattr(updated, key))})
    for key, choices in _CHOICES.items():
        if getattr(updated, key) not in choices:
            value = getattr(updated, key)
            near = suggestion(value, choices)
            raise SettingsProblem(f"{place}{key}: {value!r} is none of {', '.join(choices)}{near}", _HINT)
    return replace(updated, keymap={key: _action(key, name, place) for key, name in updated.keymap.items()})


def _action(key: str, name: str, place: str) -> str:
    """The action of a key, by its own name or as the screen prints it: `longer` is `extend`."""
    if key in _ALWAYS_LEAVES:
        raise SettingsProblem(f"{place}keymap.{key}: that key always quits and cannot be reassigned", _HINT)
    button = BUTTON_NAMES.get(spelt_as_name(name))
    if button is not None:
        return button.value
    if name not in SCREEN_ACTIONS:
        near = suggestion(name, [*BUTTON_NAMES, *SCREEN_ACTIONS])
        raise SettingsProblem(f"{place}keymap.{key}: {name!r} is not an action of a key{near}", _HINT)
    return name


# --- values, strictly typed

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
            _convert(get_args(type_)[0], item, f"{key}[{index}]") for index, item in enumerate(value)
        )
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        of_key, of_value = get_args(type_)
        return {
            _convert(of_key, name, key): _convert(of_value, item, f"{key}.{name}")
            for name, item in value.items()
        }
    raise InvalidSetting(f"{key}: cannot be set to {value!r}")


def _require_type(type_: type, value: object, key: str) -> object:
    if type(value) is type_:
        return value
    names = {bool: "true or false", str: "a text in quotes", int: "a whole number"}
    raise InvalidSetting(f"{key}: must be {names[type_]}, not {_shown(value)}")


def _require_number(value: object, key: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        with suppress(OverflowError):  # a whole number beyond all floats
            if math.isfinite(value):
                return float(value)
    raise InvalidSetting(f"{key}: must be a number, not {_shown(value)}")


def _require_choice(type_: type[Enum], value: object, key: str) -> Enum:
    try:
        return type_(value)
    except ValueError:
        choices = [str(member.value) for member in type_]
        near = suggestion(str(value), choices)
        raise InvalidSetting(f"{key}: {value!r} is none of {', '.join(choices)}{near}") from None


def _shown(value: object) -> str:
    """A value in a message, shortened if long."""
    try:
        text = repr(value)
    except ValueError:  # more digits than Python writes
        text = "a number without end"
    return text if len(text) <= 80 else f"{text[:80]}…"


# --- values as they are typed


def value_from_text(type_: type, key: str, text: str) -> object:
    """Convert a text (of an environment variable) to a field's type; `dataclass_from_dict` checks the value.

    Raises:
        InvalidSetting: there is no such field, or the text does not fit its type.
    """
    types_by_name = get_type_hints(type_)
    if key not in {setting.name for setting in fields(type_)}:
        raise InvalidSetting(f"there is no such setting{suggestion(key, types_by_name)}")
    return _from_text(types_by_name[key], key, text.strip())


def _from_text(type_: Any, key: str, text: str) -> object:
    """Convert a text to a type; a tuple is written with commas, a quantity may have a unit of its own.

    Raises:
        InvalidSetting: it does not fit.
    """
    unit = _unit_of(type_, key)
    type_ = _plain_type(type_)
    if type_ is bool:
        if text.lower() not in _TRUTHS:
            raise InvalidSetting(f"{text!r} is neither true nor false")
        return _TRUTHS[text.lower()]
    if type_ is int:
        try:
            return int(text.removesuffix("s") if unit == "s" else text)
        except ValueError:
            raise InvalidSetting(f"{text!r} is not a whole number") from None
    if type_ is float:
        return _number(unit, text)
    if get_origin(type_) is tuple:
        item_type = get_args(type_)[0]
        items = [item.strip() for item in text.strip("[]").split(",")]
        return [_from_text(item_type, key, item) for item in items if item]
    return text


def _number(unit: str, text: str) -> float:
    """Read a number of a unit, or with a unit of its own: `90s`, `4:10/km`.

    Raises:
        InvalidSetting: it is none.
    """
    try:
        return float(text)
    except ValueError:
        pass
    reads, example = _UNITS.get(unit, (None, ""))
    if reads is None:
        raise InvalidSetting(f"{text!r} is not a number")
    try:
        return reads(text)
    except ValueError:
        raise InvalidSetting(f"{text!r} is not a number: write it as {example}") from None


def _metres(text: str) -> float:
    """Read metres with their unit: `400m`, `1.5 km`, `1 mile`.

    Raises:
        ValueError: the text is no distance.
    """
    match = re.fullmatch(r"([\d.]+)\s*(m|km|mi|mile)s?", text.casefold())
    if match is None:
        raise ValueError(text)
    return float(match[1]) * _METRES[match[2]]


_METRES: Final = {"m": 1.0, "km": METRES_PER_KM, "mi": METRES_PER_MILE, "mile": METRES_PER_MILE}
_UNITS: Final[Mapping[str, tuple[Callable[[str], float], str]]] = {
    "s": (read_duration, "10, 90s or 1:30"),
    "m": (_metres, "400, 400m or 1km"),
    "mps": (parse_pace, "4 or 4:10/km"),
    "percent": (lambda text: float(text.removesuffix("%")), "3 or 3%"),
    "bpm": (lambda text: float(text.casefold().removesuffix("bpm")), "150"),
    "spm": (lambda text: float(text.casefold().removesuffix("spm")), "180"),
}
"""The readers of numbers with units, and the spellings they accept."""
_PER_MINUTE: Final = {BeatsPerMinute: "bpm", StepsPerMinute: "spm"}
_QUANTITIES: Final[Mapping[Any, str]] = {Seconds: "s", Metres: "m", MetresPerSecond: "mps"} | _PER_MINUTE
"""The units of the quantities."""
_TRUTHS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def _unit_of(type_: Any, key: str) -> str:
    """The unit of a setting: that of its quantity, or of the end of its name."""
    if get_origin(type_) in {Union, types.UnionType}:
        type_ = next(argument for argument in get_args(type_) if argument is not type(None))
    return _QUANTITIES.get(type_, key.rpartition("_")[2])


def _plain_type(type_: Any) -> Any:
    """The type behind a NewType or an optional type."""
    if get_origin(type_) in {Union, types.UnionType}:
        type_ = next(argument for argument in get_args(type_) if argument is not type(None))
    return getattr(type_, "__supertype__", type_)


# --- changing one setting in the file

_KEYMAP: Final = "keymap."


def setting_keys() -> list[str]:
    """The full name of every setting that has one value, such as `cues.hold_s`, in the order of the settings."""
    return list(_keys_of(Settings()))


def _keys_of(settings: Any, prefix: str = "") -> Iterator[str]:
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        if is_dataclass(value):
            yield from _keys_of(value, f"{prefix}{setting.name}.")
        elif isinstance(value, Mapping):
            yield from (f"{prefix}{setting.name}.{name}" for name in value)
        elif not setting.name.startswith(_LEARNT):
            yield f"{prefix}{setting.name}"


def choices_of(key: str) -> Sequence[str]:
    """The values a setting is chosen from; none for a number or a text, or for an unknown setting."""
    if key.startswith(_KEYMAP):
        return [*BUTTON_NAMES, *SCREEN_ACTIONS]
    if key in _CHOICES:
        return _CHOICES[key]
    try:
        type_ = _plain_type(_type_of(key))
    except SettingsProblem:
        return ()
    if isinstance(type_, type) and issubclass(type_, Enum):
        return [str(member.value) for member in type_]
    return ("true", "false") if type_ is bool else ()


def set_in_file(path: Path, key: str, text: str | None) -> object:
    """Write one setting into the settings file, or remove it if `text` is None; the rest of the file stays.

    `text` is as typed: `sun`, `90s`, `4:10/km`, `10,3,1`. A missing file is created. Returns the value as it was read.

    Raises:
        SettingsProblem: there is no such setting, the value does not fit it, or the file cannot be read or would not
            fit together; nothing was changed.
        CoachProblem: the file cannot be written.
    """
    place = _behind_links(path)
    data = _read(path) if path.exists() else f'format = "{FORMAT}/{VERSION}"\n'.encode()
    where = plain(path)
    value: object = None
    if text is None:
        changed = _without(data, key.split("."), where)
    else:
        value = _typed(key, text)
        checked = _apply_values(
            Settings(), _nested(key.split("."), value), ""
        )  # the message says what is wrong
        value = getattr(checked, key) if key in _SYNONYMS else value
        changed = _with(data, key.split("."), value, where)
    _apply_document(Settings(), changed, where)
    write_document(place, changed)
    return value


def _behind_links(path: Path) -> Path:
    """The file itself, if the path is a link.

    Raises:
        SettingsProblem: the link leads back to itself.
    """
    try:
        place = path.resolve()
        is_loop = place.is_symlink()  # from Python 3.13 on nothing is raised
    except (OSError, RuntimeError):
        is_loop = True
    if is_loop:
        raise SettingsProblem(f"{plain(path)} is a link that leads back to itself", "Delete it.")
    return place


def _typed(key: str, text: str) -> object:
    """The value of a setting typed as a text.

    Raises:
        SettingsProblem: there is no such setting, or the text does not fit it.
    """
    try:
        return _from_text(_type_of(key), key, text.strip())
    except InvalidSetting as error:
        raise SettingsProblem(f"{key}: {error}", _HINT) from None


def _type_of(key: str) -> Any:
    """The type of a setting.

    Raises:
        SettingsProblem: there is no such setting.
    """
    owner: Any = Settings()
    *tables, name = key.split(".")
    for table in tables:
        value = getattr(owner, table, None)
        if isinstance(value, Mapping) and table == tables[-1]:
            return get_args(get_type_hints(type(owner))[table])[1]
        if not is_dataclass(value):
            raise _no_such_setting(key)
        owner = value
    types_by_name = get_type_hints(type(owner))
    if name not in types_by_name or is_dataclass(getattr(owner, name)) or name.startswith(_LEARNT):
        raise _no_such_setting(key)
    return types_by_name[name]


def _no_such_setting(key: str) -> SettingsProblem:
    """The problem of an unknown setting, with the probable ones: by their whole names, or the last part."""
    keys, name = setting_keys(), key.rpartition(".")[2]
    of_that_name = [full for full in keys if full.rpartition(".")[2] == name]
    by_name = {full.rpartition(".")[2]: full for full in keys}
    likely = [
        *of_that_name,
        *get_close_matches(key, keys, n=2),
        *(by_name[near] for near in get_close_matches(name, by_name, n=2)),
    ]
    candidates = list(dict.fromkeys(likely))[:3]
    end = f"; did you mean {' or '.join(candidates)}?" if candidates else ""
    return SettingsProblem(f"there is no setting {plain(key)!r}{end}", _HINT)


def _nested(keys: Sequence[str], value: object) -> dict[str, Any]:
    return {keys[0]: value if len(keys) == 1 else _nested(keys[1:], value)}


def _with(data: bytes, keys: Sequence[str], value: object, where: str) -> bytes:
    """The bytes of a settings file with one value set; missing tables are added."""
    import tomlkit

    document = _parsed(data, where)
    table: Any = document
    for name in keys[:-1]:
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
        if not isinstance(table, MutableMapping):
            raise SettingsProblem(f"{where}: {name}: is a table of settings, not {table!r}", _HINT)
    table[keys[-1]] = value
    return tomlkit.dumps(document).encode("utf-8")


def _without(data: bytes, keys: Sequence[str], where: str) -> bytes:
    """The bytes of a settings file without a value.

    Raises:
        SettingsProblem: the file does not set it.
    """
    import tomlkit

    document = _parsed(data, where)
    table: Any = document
    for name in keys[:-1]:
        table = table.get(name, {}) if isinstance(table, MutableMapping) else {}
    if not isinstance(table, MutableMapping) or keys[-1] not in table:
        raise SettingsProblem(
            f"{where} does not set {plain('.'.join(keys))}", "coach config show lists what it sets."
        )
    del table[keys[-1]]
    return tomlkit.dumps(document).encode("utf-8")


def _parsed(data: bytes, where: str) -> Any:
    """Parse a settings file so that its comments and its order are kept.

    Raises:
        SettingsProblem: it is not TOML, or newer than this program.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(data.decode("utf-8"))
    except (ValueError, TOMLKitError, RecursionError) as error:
        raise _no_toml(where, error) from None
    _check_format(document.get("format", f"{FORMAT}/{VERSION}"), where)
    return document


# --- settings as plain values, and as TOML


_NOT_IN_FILES: Final = ("learnt", "learnt_of_pool")
"""Learnt values that are in no file of settings, and in no header of a recording."""


def as_tree(settings: Any) -> dict[str, Any]:
    """Return a settings dataclass as tables, lists and plain values, without None."""
    values = {field.name: _tree_value(getattr(settings, field.name)) for field in fields(settings)}
    return {name: value for name, value in values.items() if value is not None and name not in _NOT_IN_FILES}


def _tree_value(value: Any) -> Any:
    if is_dataclass(value):
        return as_tree(value)
    if isinstance(value, Mapping):
        return {str(_tree_value(name)): _tree_value(item) for name, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_tree_value(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def toml_lines(
    tree: Mapping[str, Any], prefix: str = "", comments: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yield the lines of TOML: values first, then each table under its heading; `comments` are by full key."""
    for name, value in tree.items():
        if not isinstance(value, Mapping):
            comment = (comments or {}).get(f"{prefix}{name}", "")
            yield f"{_toml_key(name)} = {_toml(value)}" + (f"  # {comment}" if comment else "")
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield ""
            yield f"[{prefix}{_toml_key(name)}]"
            yield from toml_lines(value, f"{prefix}{_toml_key(name)}.", comments)


def _toml_key(name: str) -> str:
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else json.dumps(name)


def _toml(value: Any) -> str:
    """Return a value in TOML."""
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_toml_key(name)} = {_toml(item)}' for name, item in value.items())} }}"
    return json.dumps(value)  # texts, numbers and booleans are the same in TOML and JSON


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
