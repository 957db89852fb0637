"""Keeps the sensors the runner has paired, in a small file in the data folder: `sensors.json`.

    {"format": "coach-sensors/1",
     "sensors": [{"id": "D4:22:1A:00:00:01", "platform": "linux", "name": "Polar H10 A1B2C3D4", "kind": "strap"}]}

A damaged file is never fatal: it is moved aside and reported, and the list starts empty.
"""

import json
import sys
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal

from coach.edge.files import SMALL_LIMIT, plain, read_file, write_document
from coach.gatt.services import SERVICES
from coach.problems import SensorProblem, SensorTrouble, SettingsProblem, UsageProblem
from coach.signals.readings import Characteristic

NAME: Final = "coach-sensors"
VERSION: Final = 1
_HINT: Final = "Pair your sensors again: coach sensors pair"


class SensorMode(StrEnum):
    """The values of `--sensors`."""

    BLE = "ble"
    SIM = "sim"
    NONE = "none"
    RELAY = "relay"
    """The values of phones and gateways; alone, or beside one of the others."""


def sensor_modes(text: str) -> tuple[SensorMode, ...]:
    """Read the value of `--sensors`, with commas between its words: `ble,relay`.

    Raises:
        UsageProblem: a word is unknown, or two exclude each other.
    """
    try:
        modes = tuple(dict.fromkeys(SensorMode(word.strip()) for word in text.casefold().split(",")))
    except ValueError:
        known = ", ".join(SensorMode)
        raise UsageProblem(f"{plain(text)} is not what measures a run", f"Known are {known}.") from None
    own = [mode for mode in modes if mode is not SensorMode.RELAY]
    if len(own) > 1 or (SensorMode.NONE in own and len(modes) > 1):
        raise UsageProblem(
            f"{' and '.join(own or modes)} exclude each other",
            "Beside ble or sim there may be relay: ble,relay.",
        )
    return modes


class SensorKind(StrEnum):
    """The kinds of sensor a runner pairs."""

    STRAP = "strap"
    """Heart rate."""
    POD = "pod"
    """Speed, distance and cadence at the foot; a second pod is for the other foot."""
    TREADMILL = "treadmill"
    CORE = "core"
    """Body temperature."""
    MUSCLE = "muscle"
    """Oxygen in a muscle."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measurements a run uses, in the words of `coach.gatt.services`; the first decides the kind."""
        return _MEASURES[self]

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        """The characteristics a run subscribes to."""
        services = [service for service in SERVICES if service.measures in self.measures]
        return tuple(Characteristic(number) for service in services for number in service.notifies)


_MEASURES: Final[dict[SensorKind, tuple[str, ...]]] = {
    SensorKind.POD: ("running", "power"),
    SensorKind.STRAP: ("heart_rate",),
    SensorKind.TREADMILL: (
        "treadmill",
        "running",
    ),  # a treadmill reports no cadence; some have a running service too
    SensorKind.CORE: ("core_temperature",),
    SensorKind.MUSCLE: ("smo2",),
}


def likely_kind(measures: Collection[str]) -> SensorKind | None:
    """Guess the kind of a sensor from what it measures; None if it measures nothing a run uses.

    A treadmill may also have a running service, and a strap may count steps.
    """
    likely = (SensorKind.TREADMILL, SensorKind.STRAP, SensorKind.POD, SensorKind.CORE, SensorKind.MUSCLE)
    return next((kind for kind in likely if kind.measures[0] in measures), None)


@dataclass(frozen=True, slots=True)
class PairedSensor:
    """One paired sensor."""

    id: str
    """The platform's id when it was paired; on macOS it is different on every machine."""
    name: str
    """Its advertised name; untrusted."""
    kind: SensorKind
    platform: str = sys.platform
    """The platform the id belongs to: `linux`, `darwin`, `win32`."""
    label: str = ""
    """The runner's name for it, such as `my strap`."""
    serial: str = ""
    """Its serial number from Device Information; empty if it has none."""
    location: str = ""
    """Where it is worn: `chest`, `left`, `right`, `in_shoe`, ..."""
    shoe: str = ""
    """The slug of the shoe the pod is on."""
    athlete: str = ""
    """The slug of the athlete who wears it; empty for any athlete."""
    hides_services: bool = False
    """True if it does not advertise what it measures; a run then hears every device nearby."""
    last_used: str = ""
    """When it last measured a run, in UTC: `2026-11-30T06:15:00Z`; empty if it never has."""
    cadence_count: Literal[1, 2] | None = None
    """1 if its cadence counts both feet, 2 if it counts one; None: detected during a run."""

    def may_measure(self, athlete: str) -> bool:
        """Return whether it may measure a run of this athlete (a slug); without an athlete any sensor may."""
        return not athlete or self.athlete in {"", athlete}

    def is_called(self, word: str) -> bool:
        """Return whether `word` is its id or its label."""
        return word.casefold() in {self.id.casefold(), self.label.casefold() or self.id.casefold()}


class PairedSensors:
    """The paired sensors, as stored in the file."""

    def __init__(self, path: Path, sensors: tuple[PairedSensor, ...] = (), trouble: str = "") -> None:
        """Hold the sensors read from the file at `path`."""
        self._path = path
        self._sensors = sensors
        self.trouble = trouble
        """One sentence about a damaged file that was moved aside; empty if the file was fine."""

    def all(self) -> tuple[PairedSensor, ...]:
        """Every sensor, in the order they were paired."""
        return self._sensors

    def of(self, athlete: str) -> tuple[PairedSensor, ...]:
        """The sensors that may measure a run of this athlete (a slug), in the order they were paired."""
        return tuple(sensor for sensor in self.distinct() if sensor.may_measure(athlete))

    def find(self, word: str) -> PairedSensor | None:
        """The sensor with this id or label."""
        return next((sensor for sensor in self._sensors if sensor.is_called(word)), None)

    def with_serial(self, sensor: PairedSensor) -> PairedSensor | None:
        """The entry of the same sensor under another id, by its kind and serial number."""
        return next(
            (
                entry
                for entry in self._sensors
                if sensor.serial and entry.serial == sensor.serial and entry.kind is sensor.kind
            ),
            None,
        )

    def distinct(self) -> tuple[PairedSensor, ...]:
        """Every sensor except those of a kind that share a serial number, which then identifies none of them."""
        counts = Counter((sensor.kind, sensor.serial) for sensor in self._sensors)
        return tuple(
            replace(sensor, serial="") if counts[sensor.kind, sensor.serial] > 1 else sensor
            for sensor in self._sensors
        )

    def add(self, sensor: PairedSensor) -> None:
        """Store a sensor, replacing the entry with the same id.

        Raises:
            CoachProblem: the file cannot be written.
        """
        others = tuple(other for other in self._sensors if other.id != sensor.id)
        self._write((*others, sensor))

    def change(self, id_: str, **changes: Any) -> None:
        """Change fields of the sensor with this id, such as `label="my strap"`.

        Raises:
            CoachProblem: the file cannot be written.
        """
        self._write(
            tuple(replace(sensor, **changes) if sensor.id == id_ else sensor for sensor in self._sensors)
        )

    def move(self, sensor: PairedSensor, id_: str) -> None:
        """Store the new id of a sensor that was recognised by its serial number; an entry of that id stays.

        Raises:
            CoachProblem: the file cannot be written.
        """
        if self.find(id_) is None:
            self.change(sensor.id, id=id_, platform=sys.platform)

    def forget(self, word: str) -> PairedSensor | None:
        """Remove the sensor with this id or label; returns it, or None if there is none.

        Raises:
            CoachProblem: the file cannot be written.
        """
        sensor = self.find(word)
        if sensor is not None:
            self._write(tuple(other for other in self._sensors if other is not sensor))
        return sensor

    def _write(self, sensors: tuple[PairedSensor, ...]) -> None:
        document = {"format": f"{NAME}/{VERSION}", "sensors": [_to_json(sensor) for sensor in sensors]}
        write_document(
            self._path, json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
        )
        self._sensors = sensors


def load_sensors(path: Path) -> PairedSensors:
    """Read the file; a missing file holds no sensors, a damaged one is moved aside.

    Raises:
        SettingsProblem: it is newer than this program, or cannot be read; it is not changed.
    """
    if not path.exists():
        return PairedSensors(path)
    if path.is_file() and not 0 < (size := path.stat().st_size) <= SMALL_LIMIT:
        return PairedSensors(path, trouble=_set_aside(path, f"it has {size} bytes"))
    try:
        data = read_file(path, limit=SMALL_LIMIT, what="file of sensors", problem=SettingsProblem, hint=_HINT)
        return PairedSensors(path, _read_sensors(json.loads(data), path))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        return PairedSensors(path, trouble=_set_aside(path, f"{type(error).__name__}: {error}"))


def _to_json(sensor: PairedSensor) -> dict[str, object]:
    """Encode a sensor for the file; unknown fields are left out."""
    return {
        key: value for key, value in asdict(sensor).items() if value not in ("", None, False) or key == "name"
    }


def _read_sensors(document: Any, path: Path) -> tuple[PairedSensor, ...]:
    """Decode the document; raises ValueError, TypeError or KeyError if it does not fit."""
    name, _, version = str(document["format"]).partition("/")
    if name != NAME:
        raise ValueError(f"format {document['format']!r} is none of ours")
    if int(version) > VERSION:
        raise SettingsProblem(
            f"{plain(path)}: format: {document['format']!r} is newer than this program, which knows "
            f"{NAME}/{VERSION}",
            "Update the program; the file was not changed.",
        )
    return tuple(_read_sensor(entry) for entry in document["sensors"])


def _read_sensor(entry: Any) -> PairedSensor:
    field_names = {field.name for field in fields(PairedSensor)}
    values = {key: value for key, value in dict(entry).items() if key in field_names}
    cadence_count = values.pop("cadence_count", None)
    hides_services = values.pop("hides_services", False)
    if not isinstance(hides_services, bool):
        raise TypeError("hides_services is neither true nor false")
    if not all(isinstance(value, str) for value in values.values()):
        raise TypeError("a field that should be text is none")
    if cadence_count not in (None, 1, 2):
        raise ValueError(f"cadence_count is {cadence_count!r}, not 1 or 2")
    kind = SensorKind(values.pop("kind"))
    return PairedSensor(**values, kind=kind, cadence_count=cadence_count, hides_services=hides_services)


def _set_aside(path: Path, error: str) -> str:
    """Rename a damaged file to a free name; returns a sentence about it."""
    places = (path.with_name(f"{path.stem}.damaged{n or ''}{path.suffix}") for n in count())
    new_path = next(place for place in places if not place.exists())
    try:
        path.replace(new_path)
    except OSError:
        return f"{plain(path)} is damaged ({plain(error)}) and cannot be moved. {_HINT}"
    return f"{plain(path)} is damaged ({plain(error)}); it was set aside as {new_path.name}. {_HINT}"


def no_such_sensor(word: str) -> SensorProblem:
    """The problem raised for the name of a sensor that is not paired."""
    return SensorProblem(
        f"no sensor called {plain(word)!r} is remembered",
        "See coach sensors list.",
        reason=SensorTrouble.NOT_FOUND,
    )
