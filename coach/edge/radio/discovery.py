"""Describes discovered sensors, picks the nearest one, and recognises paired ones.

Among several sensors the nearest is taken only if it is clearly the nearest; otherwise the runner chooses. A paired
sensor is recognised by the platform's id or by its serial number, never by its name.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median
from typing import Final

from coach.edge.paired_sensors import PairedSensor
from coach.gatt.running_speed_cadence import RunningFeatures
from coach.problems import SensorProblem

LONGEST_NAME: Final = 248
"""The longest Device Name in octets (Core Specification, vol 3, part C, 12.1)."""
NOTICEABLE_DB: Final = 6
"""Smallest change of signal strength that is reported: it varies by less while nothing moves."""


@dataclass(frozen=True, slots=True)
class DiscoveredSensor:
    """One sensor seen by a scan."""

    id: str
    """The platform's id: its address on Linux and Windows, a UUID private to this host on macOS."""
    name: str
    """As advertised, at most 248 characters, untrusted: it may hold any characters. Empty: not known yet."""
    address: str
    """The address if the platform tells it, else the id."""
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
    """Why it sends none of its measurements; None if subscriptions succeed."""


MARGIN_DB: Final = 10.0
"""Smallest difference that shows a difference in distance: a body in the way costs 5 to 10 dB."""


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
    (
        "none",
        "null",
        "na",
        "unknown",
        "undefined",
        "default",
        "test",
        "string",
        "nosn",
    )
)
"""Placeholders for a serial number, without spaces and punctuation."""


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


_PREFIX: Final = re.compile(r"^(serialnumber|serialno|serial|sn)")
_COUNTING: Final = (
    "01234567890123456789",
    "0123456789abcdef",
    "1234567890abcdef",
    "abcdefghijklmnopqrstuvwxyz",
)


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

        An empty number means that it was not given, or the link was lost: a few more attempts are allowed.
        """
        if serial != self._serial or not identifies(serial):
            self._attempts[sensor.id] += 1 if not serial else _MAX_ATTEMPTS
            return False
        self._ids.add(sensor.id.casefold())
        self._namesakes.discard(sensor.id)
        return True
