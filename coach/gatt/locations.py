"""Where on the body a sensor sits.

Body Sensor Location, 0x2A38 (Heart Rate Service 1.0, clause 3.2) and Sensor Location, 0x2A5D (Running Speed and
Cadence Service 1.0, clause 3.3): one byte each, and two different lists.
"""

from enum import IntEnum
from typing import Final, TypeVar

from coach.gatt.malformed import Malformed, PayloadFault, too_short

BODY_NAME: Final = "body_sensor_location"
BODY_UUID: Final = 0x2A38
NAME: Final = "sensor_location"
UUID: Final = 0x2A5D


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
    return _read(SensorLocation, NAME, payload)


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
