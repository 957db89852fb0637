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
    radio: Radio, vicinity: ScanHistory, wanted: str, seconds: float
) -> DiscoveredSensor | Ambiguous | None:
    """Look for a sensor by its id, or for the nearest one of a name; None if there is none within `seconds`.

    An id is found at once. Whoever shares a name is listened to for a while (`RadioTimings.rank_s`), and only
    one that is clearly the nearest is named.

    Raises:
        SensorProblem: there is no Bluetooth to scan with.
    """
    name = None
    async with aclosing(vicinity.scan(seconds)) as near:
        async for found in near:
            if found.id.casefold() == wanted.casefold():
                return found
            if found.name and found.name.casefold() == wanted.casefold():
                name = found.name
                break
    if name is None:
        return None
    async with aclosing(vicinity.scan(radio.timings.rank_s)) as near:
        async for _ in near:
            continue
    return nearest(vicinity.advertisements(name).values())


async def pair(
    radio: Radio, sensors: PairedSensors, found: DiscoveredSensor, wishes: PairingOptions
) -> PairingResult:
    """Ask a sensor who it is and remember it, over what was known of it.

    Raises:
        CoachProblem: the file of sensors cannot be written.
    """
    details, trouble = None, None
    try:
        details = await radio.read_details(found)
    except SensorProblem as problem:
        trouble = problem
    sensor = paired_sensor(found, details, sensors.find(found.id), wishes)
    sensors.add(sensor)
    return PairingResult(sensor, details, trouble)


def paired_sensor(
    found: DiscoveredSensor,
    details: SensorDetails | None,
    before: PairedSensor | None,
    wishes: PairingOptions,
) -> PairedSensor:
    """Put together what is to be remembered of a sensor: the runner's word first, then what was known."""
    known = before or PairedSensor(found.id, found.name, _kind(found, details))
    said = details or SensorDetails(found.id, found.name)
    return replace(
        known,
        name=found.name or known.name,
        kind=wishes.kind or known.kind,
        label=known.label if wishes.label is None else wishes.label,
        serial=said.serial or known.serial,
        location=(known.location or said.location) if wishes.location is None else wishes.location,
        shoe=known.shoe if wishes.shoe is None else wishes.shoe,
        cadence_count=wishes.cadence_count or known.cadence_count,
    )


def _kind(found: DiscoveredSensor, details: SensorDetails | None) -> SensorKind:
    """What a sensor is likely to be by what it measures."""
    measures = {*found.measures, *(details.measures if details is not None else ())}
    return likely_kind(measures) or SensorKind.STRAP
