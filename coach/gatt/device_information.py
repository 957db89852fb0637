"""What a sensor tells of itself: who made it (Device Information Service 1.1, 0x180A), where it sits, its battery.

The texts are UTF-8 without an end, yet sensors pad them with zero bytes or send another encoding; they may
hold any characters, so the code that shows them makes them safe.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

from coach.gatt.malformed import Malformed, PayloadFault, too_short

MANUFACTURER: Final = 0x2A29
MODEL: Final = 0x2A24
SERIAL: Final = 0x2A25
FIRMWARE: Final = 0x2A26

LONGEST: Final = 512
"""Bytes an attribute can hold (Core Specification, Vol 3 Part F, clause 3.2.9)."""


def text_of(payload: bytes) -> str:
    """Read any bytes of one of these characteristics: its text, empty where there is none. Never raises."""
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
    """How much charge a sensor has left."""

    percent: int
    """0 to 100."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "BatteryLevel | Malformed":
        """Read any bytes: a level, or what is wrong with them. Never raises."""
        if not payload:
            return too_short(BATTERY_NAME, payload, 1)
        if payload[0] > 100:
            return Malformed(BATTERY_NAME, PayloadFault.OUT_OF_RANGE, f"a charge of {payload[0]} %")
        if len(payload) > 1:  # which of them is the level, nobody knows; a wrong 100 % costs a run
            return Malformed(BATTERY_NAME, PayloadFault.TOO_LONG, f"{len(payload)} bytes, and one is a level")
        return cls(payload[0])

    def __bytes__(self) -> bytes:
        """Write the level as one byte.

        Raises:
            ValueError: the level does not fit a byte.
        """
        return bytes((self.percent,))
