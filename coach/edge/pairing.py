"""How does a sensor become the runner's own? Sought by its id or name, asked who it is, and remembered."""

from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from coach.edge.paired_sensors import PairedSensor, PairedSensors, SensorKind, likely_kind
from coach.edge.radio.discovery import Ambiguous, DiscoveredSensor, SensorDetails, nearest
from coach.edge.radio.radio import Radio
from coach.edge.radio.scan_history import ScanHistory
from coach.problems import SensorProblem


@dataclass(frozen=True, slots=True)
class PairingOptions:
    """What the runner says of a sensor; None leaves what was known, or what the sensor says itself."""

    label: str | None = None
    shoe: str | None = None
    location: str | None = None
    kind: SensorKind | None = None
    cadence_count: Literal[1, 2] | None = None


@dataclass(frozen=True, slots=True)
class PairingResult:
    """A sensor that was remembered just now."""

    sensor: PairedSensor
    details: SensorDetails | None
    """What it said of itself; None if it would not be asked."""
    trouble: SensorProblem | None = None
    """Why it would not; it is remembered all the same, by its id alone."""


async def find_sensor(
    radio: Radio, history: ScanHistory, wanted: str, seconds: float
) -> DiscoveredSensor | Ambiguous | None:
    """Look for a sensor by its id, or for the nearest one of a name; None if there is none within `seconds`.

    An id is found at once. Whoever shares a name is listened to for a while (`RadioTimings.rank_s`), and only
    one that is clearly the nearest is named.

    Raises:
        SensorProblem: there is no Bluetooth to scan with.
    """
    name = None
    async with aclosing(history.scan(seconds)) as sensors:
        async for candidate in sensors:
            if candidate.id.casefold() == wanted.casefold():
                return candidate
            if candidate.name and candidate.name.casefold() == wanted.casefold():
                name = candidate.name
                break
    if name is None:
        return None
    async with aclosing(history.scan(radio.timings.rank_s)) as sensors:
        async for _ in sensors:
            continue
    return nearest(history.advertisements(name).values())


async def pair(
    radio: Radio, sensors: PairedSensors, candidate: DiscoveredSensor, options: PairingOptions
) -> PairingResult:
    """Ask a sensor who it is and remember it, over what was known of it.

    Raises:
        CoachProblem: the file of sensors cannot be written.
    """
    details, trouble = None, None
    try:
        details = await radio.read_details(candidate)
    except SensorProblem as problem:
        trouble = problem
    sensor = paired_sensor(candidate, details, sensors.find(candidate.id), options)
    sensors.add(sensor)
    return PairingResult(sensor, details, trouble)


def paired_sensor(
    candidate: DiscoveredSensor,
    details: SensorDetails | None,
    previous: PairedSensor | None,
    options: PairingOptions,
) -> PairedSensor:
    """Put together what is to be remembered of a sensor: the runner's word first, then what was known."""
    base = previous or PairedSensor(candidate.id, candidate.name, _likely_kind(candidate, details))
    info = details or SensorDetails(candidate.id, candidate.name)
    return replace(
        base,
        name=candidate.name or base.name,
        kind=options.kind or base.kind,
        label=base.label if options.label is None else options.label,
        serial=info.serial or base.serial,
        location=(base.location or info.location) if options.location is None else options.location,
        shoe=base.shoe if options.shoe is None else options.shoe,
        cadence_count=options.cadence_count or base.cadence_count,
    )


def _likely_kind(candidate: DiscoveredSensor, details: SensorDetails | None) -> SensorKind:
    """What a sensor is likely to be by what it measures."""
    measures = {*candidate.measures, *(details.measures if details is not None else ())}
    return likely_kind(measures) or SensorKind.STRAP
