"""Decodes the rarer characteristics into numbers, in the form of those from a file."""

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
    """Decode the bytes of a power meter, a treadmill or an external metric; None if they are none of these."""
    decoder = _DECODERS.get(event.characteristic)
    return None if decoder is None else decoder(event)


def _power(event: Notified) -> Reported | Malformed:
    measurement = RunningPowerMeasurement.from_bytes(event.payload)
    if isinstance(measurement, Malformed):
        return measurement
    return Reported(event.at, event.source, event.period_s, power=measurement.power)


def _treadmill(event: Notified) -> Reported | Malformed:
    """Decode speed, distance and incline of a belt; its counter may be a lifetime's, and a heart rate of 0 is none."""
    data = TreadmillData.from_bytes(event.payload)
    if isinstance(data, Malformed):
        return data
    return Reported(
        event.at,
        event.source,
        event.period_s,
        speed=None if data.speed_kmh is None else MetresPerSecond(data.speed_kmh / _KMH_PER_MPS),
        distance=None if data.distance_m is None else Metres(data.distance_m),
        heart_rate=None if data.heart_rate_bpm is None else BeatsPerMinute(data.heart_rate_bpm),
        metrics=_present((INCLINE, data.incline_percent)),
    )


def _core(event: Notified) -> Reported | Malformed:
    """Decode temperatures; a core temperature of invalid or poor quality is left out."""
    data = CoreBodyTemperature.from_bytes(event.payload)
    if isinstance(data, Malformed):
        return data
    core_c = None if data.quality in {Quality.INVALID, Quality.POOR} else data.core_c
    return Reported(
        event.at,
        event.source,
        event.period_s,
        metrics=_present((CORE_TEMPERATURE, core_c), (SKIN_TEMPERATURE, data.skin_c)),
    )


def _muscle(event: Notified) -> Reported | Malformed:
    data = MuscleOxygen.from_bytes(event.payload)
    if isinstance(data, Malformed):
        return data
    return Reported(event.at, event.source, event.period_s, metrics=((SMO2, data.smo2_percent),))


_DECODERS: Final[dict[Characteristic, Callable[[Notified], Reported | Malformed]]] = {
    Characteristic.RUNNING_POWER: _power,
    Characteristic.TREADMILL_DATA: _treadmill,
    Characteristic.CORE_BODY_TEMPERATURE: _core,
    Characteristic.MUSCLE_OXYGEN: _muscle,
}


def _present(*values: tuple[str, float | None]) -> tuple[tuple[str, float], ...]:
    return tuple((name, value) for name, value in values if value is not None)
