"""The services we know, what they measure, and which of their characteristics are subscribed to.

The table is behind a scan's filter, the services asked of a connected sensor, and the subscriptions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from coach.gatt import (
    device_information,
    external,
    heart_rate,
    running_speed_cadence,
    treadmill,
)

_BASE: Final = "-0000-1000-8000-00805f9b34fb"
"""The Bluetooth Base UUID, which every number of 16 bits stands for (Core Specification, Vol 3 Part B, 2.5.1)."""


def uuid_text(number: int) -> str:
    """Write the number of a service or characteristic as a whole UUID, lower case, as platforms report it."""
    if number < 1 << 32:
        return f"{number:08x}{_BASE}"
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def uuid_number(text: str) -> int | None:
    """Read a UUID of 4, 8 or 32 hex digits as the number of our tables; None if it is none. Never raises."""
    digits = text.strip().lower().removesuffix(_BASE).replace("-", "")
    if len(digits) not in {4, 8, 32} or not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, 16)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Service:
    """One service we know."""

    number: int
    """Its UUID, 16 or 128 bits."""
    measures: str
    """What it measures, as `coach sensors` prints it; empty if it only describes the sensor."""
    notifies: tuple[int, ...] = ()
    """Characteristics to subscribe to; what they send enters the run."""
    reads: tuple[int, ...] = ()
    """Characteristics to read when the sensor is inspected."""
    is_sought: bool = True
    """Whether a scan looks for it; a battery alone makes no sensor."""

    @property
    def uuid(self) -> str:
        """Its UUID in full, lower case."""
        return uuid_text(self.number)


SERVICES: Final = (
    Service(0x180D, "heart_rate", (heart_rate.UUID,), (device_information.BODY_UUID,)),
    Service(
        0x1814,
        "running",
        (running_speed_cadence.UUID,),
        (running_speed_cadence.FEATURE_UUID, device_information.SENSOR_UUID),
    ),
    Service(0x1818, "power", (running_speed_cadence.POWER_UUID,)),
    Service(0x1826, "treadmill", (treadmill.UUID,)),
    Service(0x00002100_5B1E_4347_B07C_97B514DAE121, "core_temperature", (external.CORE_UUID,)),
    Service(0x6404D801_4CB9_11E8_B566_0800200C9A66, "smo2", (external.MUSCLE_UUID,)),
    Service(
        0x180F,
        "battery",
        (device_information.BATTERY_UUID,),
        (device_information.BATTERY_UUID,),
        is_sought=False,
    ),
    Service(
        0x180A,
        "",
        reads=(
            device_information.MANUFACTURER,
            device_information.MODEL,
            device_information.SERIAL,
            device_information.FIRMWARE,
        ),
        is_sought=False,
    ),
)
"""Best first: a strap and a pod, then power and treadmill, then the rest."""

SOUGHT: Final = tuple(service.uuid for service in SERVICES if service.is_sought)
"""What a scan filters for, and what a sensor that the system already holds is asked for."""

OURS: Final = tuple(service.uuid for service in SERVICES)
"""What is discovered on a connected sensor; every other service is left alone, because some break the discovery."""


def measures_of(uuids: Iterable[str]) -> tuple[str, ...]:
    """What a sensor with these services measures, in the order of the table, each word once.

    Beside the running service, power is a runner's, and never that of a bike.
    """
    numbers = {uuid_number(text) for text in uuids}
    return tuple(service.measures for service in SERVICES if service.measures and service.number in numbers)
