"""What did a scan find, and what does a sensor say of itself when it is asked?"""

from dataclasses import dataclass, replace
from typing import Final

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

    def is_news_after(self, before: "DiscoveredSensor | None") -> bool:
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
