"""What numbers do the rarer characteristics hold? They go the way of numbers from a file from here on."""

from collections.abc import Callable
from typing import Final

from coach.gatt.body_temperature import CoreBodyTemperature, Quality
from coach.gatt.cycling_power import RunningPowerMeasurement
from coach.gatt.malformed import Malformed
from coach.gatt.muscle_oxygen import MuscleOxygen
from coach.gatt.treadmill import TreadmillData
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond
from coach.signals.readings import (
    CORE_TEMPERATURE,
    INCLINE,
    SKIN_TEMPERATURE,
    SMO2,
    Characteristic,
    Notified,
    Reported,
)

_KMH_PER_MPS: Final = 3.6


def decode(event: Notified) -> Reported | Malformed | None:
    """Read the bytes of a power meter, a treadmill or an external metric; None if they are none of these."""
    reader = _READERS.get(event.characteristic)
    return None if reader is None else reader(event)


def _power(event: Notified) -> Reported | Malformed:
    read = RunningPowerMeasurement.from_bytes(event.payload)
    if isinstance(read, Malformed):
        return read
    return Reported(event.at, event.source, event.period_s, power=read.power)


def _treadmill(event: Notified) -> Reported | Malformed:
    """A belt's speed, distance and incline; its counter may be a lifetime's, and a heart rate of 0 is none."""
    read = TreadmillData.from_bytes(event.payload)
    if isinstance(read, Malformed):
        return read
    return Reported(
        event.at,
        event.source,
        event.period_s,
        speed=None if read.speed_kmh is None else MetresPerSecond(read.speed_kmh / _KMH_PER_MPS),
        distance=None if read.distance_m is None else Metres(read.distance_m),
        heart_rate=None if read.heart_rate_bpm is None else BeatsPerMinute(read.heart_rate_bpm),
        metrics=_known((INCLINE, read.incline_percent)),
    )


def _core(event: Notified) -> Reported | Malformed:
    """Temperatures, unless the sensor itself calls them invalid or poor: it is settling, or off the skin."""
    read = CoreBodyTemperature.from_bytes(event.payload)
    if isinstance(read, Malformed):
        return read
    core_c = None if read.quality in {Quality.INVALID, Quality.POOR} else read.core_c
    return Reported(
        event.at,
        event.source,
        event.period_s,
        metrics=_known((CORE_TEMPERATURE, core_c), (SKIN_TEMPERATURE, read.skin_c)),
    )


def _muscle(event: Notified) -> Reported | Malformed:
    read = MuscleOxygen.from_bytes(event.payload)
    if isinstance(read, Malformed):
        return read
    return Reported(event.at, event.source, event.period_s, metrics=((SMO2, read.smo2_percent),))


_READERS: Final[dict[Characteristic, Callable[[Notified], Reported | Malformed]]] = {
    Characteristic.RUNNING_POWER: _power,
    Characteristic.TREADMILL_DATA: _treadmill,
    Characteristic.CORE_BODY_TEMPERATURE: _core,
    Characteristic.MUSCLE_OXYGEN: _muscle,
}


def _known(*values: tuple[str, float | None]) -> tuple[tuple[str, float], ...]:
    return tuple((name, value) for name, value in values if value is not None)
