"""Sensors: the paired ones and their file, what a scan discovers, and the state of the link to one.

The paired sensors are in a file (`sensors.json`) in the data folder:

    {"format": "coach-sensors/1",
     "sensors": [{"id": "D4:22:1A:00:00:01", "platform": "linux", "name": "Polar H10 A1B2C3D4", "kind": "strap"}]}

A damaged file is never fatal: it is moved aside and reported, and the list starts empty. Nothing here needs a radio.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from hashlib import sha256
from itertools import count
from math import inf
from pathlib import Path
from statistics import median
from typing import Any, Final, Literal

from coach.edge.files import SMALL_LIMIT, lock_file, make_private_folder, plain, read_file, write_document
from coach.gatt.running_speed_cadence import RunningFeatures
from coach.gatt.services import SERVICES
from coach.problems import SensorProblem, SensorTrouble, SettingsProblem, UsageProblem
from coach.quantities import Seconds
from coach.signals.readings import PODS, Characteristic, Source

# --- what measures a run


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
        words = ", ".join(SensorMode)
        raise UsageProblem(f"{plain(text)} is not what measures a run", f"Known are {words}.") from None
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
    SensorKind.STRAP: ("heart_rate",),
    SensorKind.POD: ("running", "power"),
    SensorKind.TREADMILL: ("treadmill", "running"),  # it reports no cadence; some have a running service too
    SensorKind.CORE: ("core_temperature",),
    SensorKind.MUSCLE: ("smo2",),
}


def likely_kind(measures: Collection[str]) -> SensorKind | None:
    """Guess the kind of a sensor from what it measures; None if it measures nothing a run uses.

    A treadmill may also have a running service, and a strap may count steps.
    """
    likely = (SensorKind.TREADMILL, SensorKind.STRAP, SensorKind.POD, SensorKind.CORE, SensorKind.MUSCLE)
    return next((kind for kind in likely if kind.measures[0] in measures), None)


# --- paired sensors, and their file

NAME: Final = "coach-sensors"
VERSION: Final = 1
_HINT: Final = "Pair your sensors again: coach sensors pair"


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


def _read_sensors(document: Any, path: Path) -> tuple[PairedSensor, ...]:
    """Decode the document; raises ValueError, TypeError or KeyError if it does not fit."""
    name, _, version = str(document["format"]).partition("/")
    if name != NAME:
        raise ValueError(f"format {document['format']!r} is not known")
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


def _to_json(sensor: PairedSensor) -> dict[str, object]:
    """Encode a sensor for the file; unknown fields are left out."""
    return {
        key: value for key, value in asdict(sensor).items() if value not in ("", None, False) or key == "name"
    }


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


# --- the source that each paired sensor is

SOURCES: Final[dict[SensorKind, tuple[Source, ...]]] = {
    SensorKind.STRAP: (Source.STRAP,),
    SensorKind.POD: PODS,
    SensorKind.TREADMILL: (Source.TREADMILL,),
    SensorKind.CORE: (Source.CORE,),
    SensorKind.MUSCLE: (Source.MUSCLE,),
}
"""The sources for each kind of sensor, in the order of pairing."""


def likely_order(sensors: Iterable[PairedSensor]) -> list[PairedSensor]:
    """Paired sensors in the order they are used if all are heard alike: the last used first, then as paired."""
    return sorted(sensors, key=lambda sensor: sensor.last_used, reverse=True)


def sensors_of(sensors: Sequence[PairedSensor], kind: SensorKind) -> list[PairedSensor]:
    """The sensors of a kind as they were paired; the last used first where there are more than sources."""
    those = [sensor for sensor in sensors if sensor.kind is kind]
    return likely_order(those) if len(those) > len(SOURCES[kind]) else those


def assign_sources(sensors: Sequence[PairedSensor]) -> list[tuple[PairedSensor, Source]]:
    """Assign each source the most likely sensor: of several of a kind the last used."""
    return [
        pair
        for kind, sources in SOURCES.items()
        for pair in zip(sensors_of(sensors, kind), sources, strict=False)
    ]


def numbered(sensors: Sequence[PairedSensor]) -> dict[int, PairedSensor]:
    """Number the sensors of each kind of which more are paired than a run uses: any of them may be worn."""
    return {
        number: sensor
        for number, sensor in enumerate(sensors, 1)
        if len(sensors_of(sensors, sensor.kind)) > len(SOURCES[sensor.kind])
    }


# --- discovered sensors
#
# Among several sensors the nearest is used only if it is clearly the nearest; otherwise the runner chooses. A paired
# sensor is recognised by the platform's id or by its serial number, never by its name.

LONGEST_NAME: Final = 248
"""The longest Device Name in octets (Core Specification, vol 3, part C, 12.1)."""
NOTICEABLE_DB: Final = 6
"""Smallest change of signal strength that is reported: it varies by less while nothing moves."""
MARGIN_DB: Final = 10.0
"""Smallest difference that shows a difference in distance: a body in the way costs 5 to 10 dB."""


@dataclass(frozen=True, slots=True)
class DiscoveredSensor:
    """One sensor seen by a scan."""

    id: str
    """The platform's id: its address on Linux and Windows, a UUID private to this host on macOS."""
    name: str
    """As advertised, at most 248 characters, untrusted: it may hold any characters. Empty: not known yet."""
    address: str
    """The address if the platform reports it, else the id."""
    measures: tuple[str, ...]
    """What it measures, in the words of `coach.gatt.services`."""
    rssi_dbm: int | None = None
    """Signal strength in dBm; None if unknown, as for sensors the system holds."""
    battery_percent: int | None = None
    """Charge in per cent, if advertised."""
    is_held: bool = False
    """True if the system already holds a connection to it, so that it does not advertise."""

    @property
    def is_sensor(self) -> bool:
        """True if it advertises something a run uses; a battery alone does not make a sensor."""
        return any(word != "battery" for word in self.measures)

    def differs_from(self, previous: "DiscoveredSensor | None") -> bool:
        """Return whether it is new, or noticeably different from the last report of the same sensor."""
        if previous is None or replace(self, rssi_dbm=None) != replace(previous, rssi_dbm=None):
            return True
        if self.rssi_dbm is None or previous.rssi_dbm is None:
            return self.rssi_dbm != previous.rssi_dbm
        return abs(self.rssi_dbm - previous.rssi_dbm) >= NOTICEABLE_DB


@dataclass(frozen=True, slots=True)
class SensorDetails:
    """What a connected sensor reports about itself; all of it untrusted."""

    id: str
    """The platform's id."""
    name: str
    measures: tuple[str, ...] = ()
    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    battery_percent: int | None = None
    location: str = ""
    """Where it is worn, in words: `chest`, `top of shoe`; empty if it does not say."""
    features: RunningFeatures | None = None
    """The features of a footpod; None if it does not say."""
    refusal: SensorProblem | None = None
    """Why it refuses its measurements; None if subscriptions succeed."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several candidates; the runner has to choose."""

    candidates: tuple[DiscoveredSensor, ...]
    """Sorted by signal strength, strongest first; sensors without a signal last."""


def nearest(history: Iterable[Sequence[DiscoveredSensor]]) -> DiscoveredSensor | Ambiguous | None:
    """Return the sensor that is clearly the nearest, `Ambiguous` if none is, or None if there are no sensors.

    Each sequence holds the advertisements of one sensor over two seconds or more and is never empty: a single
    advertisement may be 10 dB off. A sensor without a signal (the system holds it) may be anywhere, so the
    result is ambiguous if there is another one.
    """
    ranked = sorted(
        ((_median_rssi_dbm(advertisements), advertisements[-1]) for advertisements in history),
        key=lambda entry: (-entry[0], entry[1].id),
    )
    if len(ranked) <= 1:
        return ranked[0][1] if ranked else None
    if ranked[-1][0] > -inf and ranked[0][0] - ranked[1][0] >= MARGIN_DB:
        return ranked[0][1]
    return Ambiguous(tuple(sensor for _, sensor in ranked))


def _median_rssi_dbm(history: Sequence[DiscoveredSensor]) -> float:
    """The median signal of a sensor in dBm; minus infinity if it has none."""
    signals = [sensor.rssi_dbm for sensor in history if sensor.rssi_dbm is not None]
    return median(signals) if signals else -inf


_EMPTY_WORDS: Final = frozenset(
    ("none", "null", "na", "unknown", "undefined", "default", "test", "string", "nosn")
)
"""Placeholders for a serial number, without spaces and punctuation."""
_PREFIX: Final = re.compile(r"^(serialnumber|serialno|serial|sn)")
_COUNTING: Final = (
    "01234567890123456789",
    "0123456789abcdef",
    "1234567890abcdef",
    "abcdefghijklmnopqrstuvwxyz",
)


def identifies(serial: str) -> bool:
    """Return whether a serial number tells two sensors apart: `0000000`, `123456789` and `N/A` do not.

    Cheap sensors all have the same one. Zeros, x and f, one or two characters repeated for six or more, and four
    characters or more that count up or down count as such, with or without `SN` before them (judged: no maker is known
    to number so).
    """
    digits = "".join(character for character in serial.casefold() if character.isalnum())
    digits = _PREFIX.sub("", digits)
    if len(digits) < 2 or digits in _EMPTY_WORDS:
        return False
    if len(set(digits)) == 1 and (digits[0] in "0xf" or len(digits) >= 6):
        return False
    if len(digits) >= 6 and digits == (digits[:2] * len(digits))[: len(digits)]:
        return False
    return len(digits) < 4 or not any(digits in row or digits in row[::-1] for row in _COUNTING)


_MAX_ATTEMPTS: Final = 3
"""Attempts in a run to read the serial number of a sensor that does not give it."""


class SensorIdentity:
    """Recognises one paired sensor."""

    def __init__(self, sensor: PairedSensor, others: Collection[str] = ()) -> None:
        """Start with the id of `sensor` alone; `others` are the ids of other people's sensors."""
        self._serial = sensor.serial
        self._name = sensor.name
        self._measures = sensor.kind.measures[0]
        self._ids = {sensor.id.casefold()}
        self._is_this_platform = sensor.platform == sys.platform
        self._attempts: Counter[str] = Counter(dict.fromkeys(others, _MAX_ATTEMPTS))
        """Attempts by id; the id of a different sensor gets the maximum."""
        self._namesakes: set[str] = set()
        """The ids of sensors of the same name, heard since the paired one was."""

    def is_known(self, sensor: DiscoveredSensor) -> bool:
        """Return whether the id is known to be that of the paired sensor."""
        return sensor.id.casefold() in self._ids

    def may_match(self, sensor: DiscoveredSensor, *, asks_serial: bool) -> bool:
        """Return whether a sensor is worth connecting to: the paired one, or one of the same name to be checked.

        Every Apple host gives a sensor a different id, and some sensors change their address with the battery. So the
        serial number of a namesake is read: immediately if the stored id is from another platform, else if
        `asks_serial`. A namesake that was heard before the paired sensor was heard under its own id is another sensor,
        whatever its serial number: it is never connected. A serial number that identifies no sensor is not read.
        """
        if self.is_known(sensor):
            for id_ in self._namesakes:
                self._attempts[id_] = _MAX_ATTEMPTS
            self._namesakes.clear()
            return True
        is_namesake = identifies(self._serial) and sensor.name == self._name
        if not sensor.name:  # among those without a name it is one that measures the same
            is_namesake = is_namesake and self._measures in sensor.measures
        if is_namesake:
            self._namesakes.add(sensor.id)
        may_ask = asks_serial or not self._is_this_platform
        return is_namesake and may_ask and self._attempts[sensor.id] < _MAX_ATTEMPTS

    def may_be_mistaken(self, sensor: DiscoveredSensor) -> bool:
        """Return whether a sensor cannot be told apart from the paired one: the same name, and no serial number.

        It is never connected. The runner can pair it.
        """
        is_alike = bool(sensor.name) and sensor.name == self._name and self._measures in sensor.measures
        return is_alike and not identifies(self._serial) and not self.is_known(sensor)

    def confirm_serial(self, sensor: DiscoveredSensor, serial: str) -> bool:
        """Return whether the serial number is that of the paired sensor, and remember the result for its id.

        An empty number means that the sensor sent none, or the link was lost: a few more attempts are allowed.
        """
        if serial != self._serial or not identifies(serial):
            self._attempts[sensor.id] += 1 if not serial else _MAX_ATTEMPTS
            return False
        self._ids.add(sensor.id.casefold())
        self._namesakes.discard(sensor.id)
        return True


# --- the link to a sensor
#
# Rule 1: `TRANSITIONS` alone decides the effect of an event; the radio carries it out.
#
# Rule 2: the table needs no run: `coach sensors` uses it too. Only its results enter the fold.
#
# Rule 3: a link never gives up. It ends only when the program closes it.


class LinkPhase(StrEnum):
    """The phase of the link to one sensor."""

    SEARCHING = "searching"
    """The scan is running; the sensor has not been discovered since."""
    CONNECTING = "connecting"
    """The sensor was discovered; it is being connected, and its measurements are subscribed to."""
    CONNECTED = "connected"
    """The link is up; no measurement has arrived over it."""
    STREAMING = "streaming"
    """Measurements arrive."""
    RESTING = "resting"
    """The link was lost, or could not be made; the next try waits."""
    CLOSED = "closed"
    """The program has closed the link."""


class LinkEvent(StrEnum):
    """What can happen to a link."""

    HEARD = "heard"
    """The sensor advertised, or the system already holds it."""
    UP = "up"
    """It is connected and its measurements are subscribed to."""
    MEASURED = "measured"
    """A measurement arrived."""
    FAILED = "failed"
    """It did not connect, is another sensor of that name, or measures nothing a run uses."""
    LOST = "lost"
    """The link was lost."""
    SILENT = "silent"
    """The link is up and nothing has arrived over it for 8 s."""
    RESTED = "rested"
    """The rest is over."""
    STOPPED = "stopped"
    """The program closes the link."""


TRANSITIONS: Final[Mapping[LinkPhase, Mapping[LinkEvent, LinkPhase]]] = {
    LinkPhase.SEARCHING: {
        LinkEvent.HEARD: LinkPhase.CONNECTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.CONNECTING: {
        LinkEvent.UP: LinkPhase.CONNECTED,
        LinkEvent.FAILED: LinkPhase.RESTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.CONNECTED: {
        LinkEvent.MEASURED: LinkPhase.STREAMING,
        LinkEvent.LOST: LinkPhase.RESTING,
        LinkEvent.SILENT: LinkPhase.RESTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.STREAMING: {
        LinkEvent.LOST: LinkPhase.RESTING,
        LinkEvent.SILENT: LinkPhase.RESTING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.RESTING: {
        LinkEvent.RESTED: LinkPhase.SEARCHING,
        LinkEvent.STOPPED: LinkPhase.CLOSED,
    },
    LinkPhase.CLOSED: {},
}
"""The phase after each event; an event that is not in the table of a phase does not change it."""
BACKOFF_S: Final[tuple[Seconds, ...]] = (
    Seconds(0.0),
    Seconds(0.25),
    Seconds(0.5),
    Seconds(1.0),
    Seconds(2.0),
    Seconds(5.0),
)
"""How long to rest after that many failed tries in a row; after more of them, the last one.

The first is 0: a link that was lost on the far side of the track is retried at once. In 5 s a runner covers 20 m: a
longer rest would lose more of the time in range than it saves the radio.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """The state of a link: its phase, and the number of failed tries."""

    phase: LinkPhase = LinkPhase.SEARCHING
    fruitless: int = 0
    """Number of tries since the last measurement."""

    def after(self, event: LinkEvent) -> "Link":
        """The link after an event; itself if the table has no entry for it."""
        phase = TRANSITIONS[self.phase].get(event)
        if phase is None:
            return self
        if phase is LinkPhase.STREAMING:
            return Link(phase)
        if phase is LinkPhase.RESTING and self.phase is not LinkPhase.STREAMING:
            return Link(phase, self.fruitless + 1)
        return Link(phase, self.fruitless)

    def rest_s(self, backoff_s: Sequence[Seconds] = BACKOFF_S) -> Seconds:
        """How long to rest before the next try."""
        return backoff_s[min(self.fruitless, len(backoff_s) - 1)]


@dataclass(frozen=True, slots=True)
class RadioTimings:
    """The timeouts and intervals of the radio, in seconds."""

    connect_s: Seconds = Seconds(5.0)
    """Timeout of the first try to connect. A sensor in range connects within a second, at the edge of range in a few.

    A sensor that failed may be slow: the second try gets twice as long, every later one three times. What it needed
    is remembered. While another sensor waits, a slow one is put off after `prompt_s`, or at once if it was slow before.
    """
    prompt_s: Seconds = Seconds(1.5)
    """A connection that takes longer gives way to another sensor that waits; in range it takes well under a second."""
    subscribe_s: Seconds = Seconds(5.0)
    """Timeout of a subscription; an answer takes two connection intervals, with bonding a few seconds."""
    report_s: Seconds = Seconds(14.0)
    """A sensor that is received but not connected for this long is reported. Judged: it is not the edge of range.

    Two tries of a sensor that does not answer take 15 s, a third one would make it 30.
    """
    again_s: Seconds = Seconds(15.0)
    """Interval for requesting a refused measurement again while others arrive over the link. Judged."""
    disconnect_guard_s: Seconds = Seconds(5.0)
    """Timeout of a disconnect; bluetoothd holds a link for 2 s after the request."""
    read_s: Seconds = Seconds(5.0)
    """Timeout of a read, and of listing the sensors the system holds; an answer takes two connection intervals."""
    silent_s: Seconds = Seconds(8.0)
    """Silence after which a link counts as lost; straps and pods send every second (docs/reference/events.md)."""
    backoff_s: tuple[Seconds, ...] = BACKOFF_S
    """Pauses between tries."""
    adopt_s: Seconds = Seconds(1.0)
    """Interval for asking the system for sensors it holds, and for a scan it refused."""
    rescan_s: Seconds = Seconds(5.0)
    """Length of a scan before it is restarted.

    A scan dies without notice when the adapter loses power or bluetoothd ends, and controllers report a sensor only
    once per scan.
    """
    heard_s: Seconds = Seconds(3.0)
    """Age of the last advertisement up to which a sensor is still connected; it may be out of range after."""
    compare_s: Seconds = Seconds(0.3)
    """Time for another adapter, if several scan, to receive a sensor better; straps advertise each 0.1 to 1 s."""
    namesake_s: Seconds = Seconds(5.0)
    """Time to wait for the stored id before the serial numbers of sensors of the same name are read."""
    rank_s: Seconds = Seconds(2.0)
    """Time to compare sensors before the nearest is picked."""
    gone_s: Seconds = Seconds(30.0)
    """After this silence another sensor of its kind is used in place of one in use (judged).

    A runner is behind the far bend for less, and changing a strap takes about as long.
    """
    taken_s: Seconds = Seconds(2.0)
    """Interval for trying to lock a sensor that another instance holds."""


# --- locks between instances of the program, which would break each other's links
#
# Each sensor in use has a small locked file in the data folder, with the process and the run in it. The lock ends with
# the process, so a crashed one holds nothing.


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The instance of the program that holds a sensor."""

    process: int
    """Its process id; 0 if it could not be read."""
    run: str = ""
    """Its activity: the id of its run, or a command such as `sensors pair`."""

    def problem(self, name: str) -> SensorProblem:
        """The problem of using the sensor called `name` while it is held."""
        who = "this coach" if self.process == os.getpid() else f"another coach, process {self.process}"
        purpose = f" ({plain(self.run)})" if self.run else ""
        return SensorProblem(
            f"{plain(name)} is held by {who}{purpose}",
            "Quit that one first; a run takes the sensor as soon as it is free.",
            reason=SensorTrouble.HELD,
        )


class SensorLocks:
    """The locks of all sensors on this machine."""

    def __init__(self, folder: Path, run: str = "") -> None:
        """Use the lock files in `folder`; `run` is what other instances are told that this one does."""
        self._folder = folder
        self._purpose = run

    @contextmanager
    def lock(self, id_: str) -> Iterator[LockHolder | None]:
        """Lock a sensor for the length of the block; yields None, or the holder if another instance has it.

        If files cannot be locked or written, the sensor counts as free: the run is more important.
        """
        descriptor = self._open(id_)
        if descriptor is None:
            yield None
            return
        try:
            if not _try_lock(descriptor):
                yield _read_holder(descriptor)
                return
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, json.dumps({"process": os.getpid(), "run": self._purpose}).encode(), 0)
            yield None
        finally:
            os.close(descriptor)

    def holder(self, id_: str) -> LockHolder | None:
        """The other instance that holds a sensor now; None if there is none."""
        if not self._file(id_).exists():
            return None
        with self.lock(id_) as holder:
            return holder if holder is not None and holder.process != os.getpid() else None

    def _file(self, id_: str) -> Path:
        return self._folder / f"{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:16]}.json"

    def _open(self, id_: str) -> int | None:
        if sys.platform == "win32":
            return None
        try:
            make_private_folder(self._folder)
            return os.open(self._file(id_), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None


def _try_lock(descriptor: int) -> bool:
    try:
        lock_file(descriptor)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _read_holder(descriptor: int) -> LockHolder:
    try:
        document = json.loads(os.pread(descriptor, 4096, 0))
        return LockHolder(int(document["process"]), str(document["run"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return LockHolder(0)
