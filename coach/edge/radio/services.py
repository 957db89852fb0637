"""Which services and characteristics does the radio ask for? UUIDs as bleak writes them: 128 bits, lower case."""

from collections.abc import Iterable
from typing import Final

from coach.signals.readings import Characteristic

_BASE: Final = "-0000-1000-8000-00805f9b34fb"


def _sig(number: int) -> str:
    """A 16-bit number of the Bluetooth SIG as a full UUID (Core Specification, vol 3, part B, 2.5.1)."""
    return f"0000{number:04x}{_BASE}"


BATTERY: Final = _sig(0x180F)
DEVICE_INFORMATION: Final = _sig(0x180A)
FITNESS_MACHINE: Final = _sig(0x1826)

MEASURES: Final[dict[str, str]] = {
    _sig(0x180D): "heart_rate",
    _sig(0x1814): "running",
    _sig(0x1818): "power",
    FITNESS_MACHINE: "treadmill",
    "00002100-5b1e-4347-b07c-97b514dae121": "core_temperature",
    "6404d801-4cb9-11e8-b566-0800200c9a66": "smo2",
}
"""What a sensor that offers a service measures; these are the services a scan asks for."""

SERVICES: Final = (*MEASURES, BATTERY, DEVICE_INFORMATION)
"""The services a connection asks for."""

MEASUREMENTS: Final[dict[str, Characteristic]] = {
    _sig(number): number for number in (Characteristic.HEART_RATE_MEASUREMENT, Characteristic.RSC_MEASUREMENT)
}
"""What is listened to while a run goes on."""

BATTERY_LEVEL: Final = _sig(Characteristic.BATTERY_LEVEL)
SERIAL: Final = _sig(0x2A25)
MAKER: Final = _sig(0x2A29)
MODEL: Final = _sig(0x2A24)
FIRMWARE: Final = _sig(0x2A26)
BODY_LOCATION: Final = _sig(0x2A38)
SENSOR_LOCATION: Final = _sig(0x2A5D)
RSC_FEATURE: Final = _sig(0x2A54)


def measures_of(uuids: Iterable[str]) -> tuple[str, ...]:
    """What a sensor with these services measures, in the order of `MEASURES`."""
    offered = {uuid.lower() for uuid in uuids}
    return tuple(word for uuid, word in MEASURES.items() if uuid in offered)
