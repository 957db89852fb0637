"""The services that sensors offer, and how a sensor describes itself: its texts, its place on the body, its battery.

The table `SERVICES` decides what a scan filters for, which services a connected sensor is asked for, and the
subscriptions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

from coach.gatt import (
    Malformed,
    PayloadFault,
    external,
    heart_rate,
    running_speed_cadence,
    too_short,
)

# --- Texts of the Device Information Service 1.1, 0x180A
#
# The texts are UTF-8 without an end marker, yet some sensors pad them with zero bytes or use another encoding. They may
# hold any characters, so the code that displays them sanitises them.

MANUFACTURER: Final = 0x2A29
MODEL: Final = 0x2A24
SERIAL: Final = 0x2A25
FIRMWARE: Final = 0x2A26

LONGEST: Final = 512
"""Bytes an attribute can hold (Core Specification, Vol 3 Part F, clause 3.2.9)."""


def text_of(payload: bytes) -> str:
    """Read any bytes of one of these characteristics as text; empty if there is none. Never raises."""
    return payload[:LONGEST].partition(b"\0")[0].decode("utf-8", "replace").strip()


# --- Where on the body a sensor sits
#
# Body Sensor Location, 0x2A38 (Heart Rate Service 1.0, clause 3.2) and Sensor Location, 0x2A5D (Running Speed and
# Cadence Service 1.0, clause 3.3): one byte each, and two different lists.

BODY_NAME: Final = "body_sensor_location"
BODY_UUID: Final = 0x2A38
SENSOR_NAME: Final = "sensor_location"
SENSOR_UUID: Final = 0x2A5D


class BodyLocation(IntEnum):
    """Where a heart-rate sensor sits."""

    OTHER = 0
    CHEST = 1
    WRIST = 2
    FINGER = 3
    HAND = 4
    EAR_LOBE = 5
    FOOT = 6


class SensorLocation(IntEnum):
    """Where a footpod (or a bike's sensor, which shares the list) sits."""

    OTHER = 0
    TOP_OF_SHOE = 1
    IN_SHOE = 2
    HIP = 3
    FRONT_WHEEL = 4
    LEFT_CRANK = 5
    RIGHT_CRANK = 6
    LEFT_PEDAL = 7
    RIGHT_PEDAL = 8
    FRONT_HUB = 9
    REAR_DROPOUT = 10
    CHAINSTAY = 11
    REAR_WHEEL = 12
    REAR_HUB = 13
    CHEST = 14
    SPIDER = 15
    CHAIN_RING = 16


Location = TypeVar("Location", BodyLocation, SensorLocation)


def body_location(payload: bytes) -> BodyLocation | Malformed:
    """Read any bytes of a Body Sensor Location. Never raises."""
    return _read(BodyLocation, BODY_NAME, payload)


def sensor_location(payload: bytes) -> SensorLocation | Malformed:
    """Read any bytes of a Sensor Location. Never raises."""
    return _read(SensorLocation, SENSOR_NAME, payload)


def location_words(location: BodyLocation | SensorLocation) -> str:
    """A location in words: `top of shoe`."""
    return location.name.lower().replace("_", " ")


def _read(kind: type[Location], name: str, payload: bytes) -> Location | Malformed:
    if not payload:
        return too_short(name, payload, 1)
    try:
        return kind(payload[0])
    except ValueError:
        return Malformed(name, PayloadFault.OUT_OF_RANGE, f"location {payload[0]} is on no list")


# --- Battery Level, 0x2A19 (Battery Service 1.0, clause 3.1): one byte, 0 to 100 per cent

BATTERY_NAME: Final = "battery_level"
BATTERY_UUID: Final = 0x2A19


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """The charge of a sensor's battery."""

    percent: int
    """0 to 100."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "BatteryLevel | Malformed":
        """Read any bytes: a level, or what is wrong with them. Never raises."""
        if not payload:
            return too_short(BATTERY_NAME, payload, 1)
        if payload[0] > 100:
            return Malformed(BATTERY_NAME, PayloadFault.OUT_OF_RANGE, f"a charge of {payload[0]} %")
        if len(payload) > 1:  # it is unknown which of them is the level; a wrong 100 % can cost a run
            return Malformed(BATTERY_NAME, PayloadFault.TOO_LONG, f"{len(payload)} bytes, and one is a level")
        return cls(payload[0])

    def __bytes__(self) -> bytes:
        """Write the level as one byte.

        Raises:
            ValueError: the level does not fit a byte.
        """
        return bytes((self.percent,))


# --- The table of services

_BASE: Final = "-0000-1000-8000-00805f9b34fb"
"""The Bluetooth Base UUID, which every number of 16 bits abbreviates (Core Specification, Vol 3 Part B, 2.5.1)."""


def uuid_text(number: int) -> str:
    """Write the number of a service or characteristic as a whole UUID, lower case, as platforms report it."""
    if number < 1 << 32:
        return f"{number:08x}{_BASE}"
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def uuid_number(text: str) -> int | None:
    """Read a UUID of 4, 8 or 32 hex digits as a number; None if it is not one. Never raises."""
    digits = text.strip().lower().removesuffix(_BASE).replace("-", "")
    if len(digits) not in {4, 8, 32} or not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, 16)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Service:
    """A known service."""

    number: int
    """Its UUID, 16 or 128 bits."""
    measures: str
    """What it measures, as `coach sensors` prints it; empty if it only describes the sensor."""
    notifies: tuple[int, ...] = ()
    """Characteristics to subscribe to; what they send enters the run."""
    reads: tuple[int, ...] = ()
    """Characteristics to read when the sensor is inspected."""
    is_sought: bool = True
    """Whether a scan looks for it; a battery alone does not make a sensor."""

    @property
    def uuid(self) -> str:
        """Its UUID in full, lower case."""
        return uuid_text(self.number)


SERVICES: Final = (
    Service(0x180D, "heart_rate", (heart_rate.UUID,), (BODY_UUID,)),
    Service(
        0x1814,
        "running",
        (running_speed_cadence.UUID,),
        (running_speed_cadence.FEATURE_UUID, SENSOR_UUID),
    ),
    Service(0x1818, "power", (running_speed_cadence.POWER_UUID,)),
    Service(0x1826, "treadmill", (running_speed_cadence.TREADMILL_UUID,)),
    Service(0x00002100_5B1E_4347_B07C_97B514DAE121, "core_temperature", (external.CORE_UUID,)),
    Service(0x6404D801_4CB9_11E8_B566_0800200C9A66, "smo2", (external.MUSCLE_UUID,)),
    Service(
        0x180F,
        "battery",
        (BATTERY_UUID,),
        (BATTERY_UUID,),
        is_sought=False,
    ),
    Service(
        0x180A,
        "",
        reads=(
            MANUFACTURER,
            MODEL,
            SERIAL,
            FIRMWARE,
        ),
        is_sought=False,
    ),
)
"""Most useful first: a strap and a pod, then power and treadmill, then the rest."""

SOUGHT: Final = tuple(service.uuid for service in SERVICES if service.is_sought)
"""The services a scan filters for, and which the system is asked for sensors that it already holds."""

OURS: Final = tuple(service.uuid for service in SERVICES)
"""The services discovered on a connected sensor; the others are left alone, because some break the discovery."""


def measures_of(uuids: Iterable[str]) -> tuple[str, ...]:
    """What a sensor with these services measures, in the order of the table, each word once.

    Power beside the running service is a runner's, never a bike's.
    """
    numbers = {uuid_number(text) for text in uuids}
    return tuple(service.measures for service in SERVICES if service.measures and service.number in numbers)
