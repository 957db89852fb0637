"""What did a scan find, and what does a sensor say of itself when it is asked?

Which of several sensors is the runner's? The nearest, if it is clearly the nearest; else the runner says.

Is a sensor that was met the runner's own? The platform's id or the serial number decides, never the name.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median
from typing import Final

from coach.edge.paired_sensors import PairedSensor
from coach.gatt.running_features import RunningFeatures

LONGEST_NAME: Final = 248
"""The Device Name has at most 248 octets (Core Specification, vol 3, part C, 12.1); what is longer lies."""
NOTICEABLE_DB: Final = 6
"""A signal that changed by less is the same signal: it flutters by as much while nobody moves."""


@dataclass(frozen=True, slots=True)
class DiscoveredSensor:
    """One sensor seen by a scan."""

    id: str
    """The platform's id: its address on Linux and Windows, a UUID of this host's own on macOS."""
    name: str
    """As advertised, at most 248 characters, not to be trusted: it may hold any characters. Empty: none yet."""
    address: str
    """The address where the platform tells it, else the id."""
    measures: tuple[str, ...]
    """What it measures: words of `coach.gatt.services`."""
    rssi_dbm: int | None = None
    """Signal strength in dBm; None where the system does not say, as for sensors it holds."""
    battery_percent: int | None = None
    """Charge in per cent, where it is advertised."""
    is_held: bool = False
    """Does the system hold a connection to it already? Then it does not advertise."""

    def differs_from(self, before: "DiscoveredSensor | None") -> bool:
        """Is it new, or noticeably different from what was last known of the same sensor?"""
        if before is None or replace(self, rssi_dbm=None) != replace(before, rssi_dbm=None):
            return True
        if self.rssi_dbm is None or before.rssi_dbm is None:
            return self.rssi_dbm != before.rssi_dbm
        return abs(self.rssi_dbm - before.rssi_dbm) >= NOTICEABLE_DB


@dataclass(frozen=True, slots=True)
class SensorDetails:
    """What a sensor says of itself when it is connected; all of it as sent, not to be trusted."""

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
    """Where it is worn, as people say it: `chest`, `top of shoe`; empty where it does not say."""
    features: RunningFeatures | None = None
    """What a footpod can do; None where it does not say."""


MARGIN_DB: Final = 10.0
"""A body between strap and laptop costs 5 to 10 dB, so less than this is no difference in distance."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one sensor may be meant: the runner has to say which."""

    candidates: tuple[DiscoveredSensor, ...]
    """The strongest signal first; those without a signal last."""


def nearest(history: Iterable[Sequence[DiscoveredSensor]]) -> DiscoveredSensor | Ambiguous | None:
    """Name the sensor that is nearest beyond doubt; None when there is none at all.

    Each sequence is what was heard of one sensor over two seconds or more, never empty: one advertisement alone
    may be 10 dB off. A sensor without a signal (the system holds it) may be anywhere, so beside others it leaves
    the choice to the runner.
    """
    ranked = sorted(
        ((_median_rssi_dbm(each), each[-1]) for each in history), key=lambda entry: (-entry[0], entry[1].id)
    )
    if len(ranked) <= 1:
        return ranked[0][1] if ranked else None
    if ranked[-1][0] > -inf and ranked[0][0] - ranked[1][0] >= MARGIN_DB:
        return ranked[0][1]
    return Ambiguous(tuple(sensor for _, sensor in ranked))


def _median_rssi_dbm(history: Sequence[DiscoveredSensor]) -> float:
    """The usual signal of a sensor in dBm; minus infinity where it has none."""
    signals = [sensor.rssi_dbm for sensor in history if sensor.rssi_dbm is not None]
    return median(signals) if signals else -inf


_MAX_ATTEMPTS: Final = 3
"""How often a sensor that does not say its serial number is asked in a run."""


class SensorIdentity:
    """How one remembered sensor is known again."""

    def __init__(self, sensor: PairedSensor) -> None:
        """Know `sensor` by its id so far."""
        self._serial = sensor.serial
        self._name = sensor.name
        self._ids = {sensor.id.casefold()}
        self._is_this_platform = sensor.platform == sys.platform
        self._attempts: Counter[str] = Counter()
        """How often those of the same name were asked; a stranger as often as anybody is."""
        self._was_seen = False

    def is_known(self, sensor: DiscoveredSensor) -> bool:
        """Is it ours beyond doubt?"""
        return sensor.id.casefold() in self._ids

    def may_match(self, sensor: DiscoveredSensor, *, asks_serial: bool) -> bool:
        """Is it worth connecting to: ours, or one of the same name whose serial number was never asked for?

        Every host of Apple's gives a sensor an id of its own, and some sensors change their address with the
        battery. So a namesake is asked: at once where the id is another platform's, else when `asks_serial`.
        Once our own turned up, nobody else's is touched.
        """
        if self.is_known(sensor):
            self._was_seen = True
            return True
        is_namesake = bool(self._serial) and bool(sensor.name) and sensor.name == self._name
        asks = asks_serial or not self._is_this_platform
        return is_namesake and asks and not self._was_seen and self._attempts[sensor.id] < _MAX_ATTEMPTS

    def confirm_serial(self, sensor: DiscoveredSensor, serial: str) -> bool:
        """Is it ours by its serial number? From then on its id is known, and so is a stranger's.

        An empty number was not said, or lost with the link: it may be asked again a few times.
        """
        if serial != self._serial:
            self._attempts[sensor.id] += 1 if not serial else _MAX_ATTEMPTS
            return False
        self._ids.add(sensor.id.casefold())
        self._was_seen = True
        return True
