"""Pairs a sensor: listens for advertisements, finds it by id or name, reads its details, and stores it."""

from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, Literal

from coach.edge.files import plain
from coach.edge.paired_sensors import PairedSensor, PairedSensors, SensorKind, likely_kind
from coach.edge.radio.discovery import Ambiguous, DiscoveredSensor, SensorDetails, identifies, nearest
from coach.edge.radio.radio import Radio
from coach.problems import SensorProblem, SensorTrouble

MAX_ADVERTISEMENTS: Final = 60
"""Advertisements kept per sensor: a minute at one a second, the width of a sparkline."""
MAX_SENSORS: Final = 500
"""Sensors kept at most: more than any start line has; it bounds memory when addresses are random."""


class ScanHistory:
    """The recent advertisements of every sensor nearby."""

    def __init__(self, radio: Radio) -> None:
        """Scan with this radio."""
        self._radio = radio
        self._history: dict[str, deque[DiscoveredSensor]] = {}

    async def scan(self, seconds: float, *, has_unknown: bool = False) -> AsyncGenerator[DiscoveredSensor]:
        """Yield sensors as `Radio.scan` does, and record every advertisement.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        with self._radio.scanner.subscribe(self._record):
            async with aclosing(self._radio.scan(seconds, has_unknown=has_unknown)) as sensors:
                async for sensor in sensors:
                    if sensor.id not in self._history:
                        self._record(sensor)
                    yield sensor

    @property
    def others(self) -> int:
        """How many devices were heard that advertise nothing a run can use."""
        return self._radio.registry.others

    def all(self) -> list[DiscoveredSensor]:
        """The last advertisement of every sensor, in the order of discovery."""
        return [history[-1] for history in self._history.values()]

    def advertisements(self, name: str | None = None) -> Mapping[str, Sequence[DiscoveredSensor]]:
        """The advertisements of every sensor, or of those with a name, by id."""
        return {
            id_: tuple(history)
            for id_, history in self._history.items()
            if name is None or history[-1].name == name
        }

    def signals(self, id_: str) -> tuple[int, ...]:
        """The recent signals of a sensor in dBm, the newest last."""
        return tuple(sensor.rssi_dbm for sensor in self._history.get(id_, ()) if sensor.rssi_dbm is not None)

    def _record(self, sensor: DiscoveredSensor) -> None:
        if sensor.is_sensor and (sensor.id in self._history or len(self._history) < MAX_SENSORS):
            self._history.setdefault(sensor.id, deque(maxlen=MAX_ADVERTISEMENTS)).append(sensor)


@dataclass(frozen=True, slots=True)
class PairingOptions:
    """What the runner states about a sensor; None keeps the stored value, or the one the sensor reports."""

    label: str | None = None
    shoe: str | None = None
    location: str | None = None
    kind: SensorKind | None = None
    cadence_count: Literal[1, 2] | None = None
    athlete: str | None = None
    """The slug of the athlete who wears it; empty for anybody."""
    first_athlete: str = ""
    """Whose a sensor becomes that was nobody's before."""


@dataclass(frozen=True, slots=True)
class PairingResult:
    """A sensor that has just been paired."""

    sensor: PairedSensor
    details: SensorDetails | None
    """The details it reported; None if they could not be read."""
    trouble: SensorProblem | None = None
    """Why they could not be read; the sensor is paired anyway, by its id."""


async def find_sensor(
    radio: Radio, history: ScanHistory, id_or_name: str, seconds: float
) -> DiscoveredSensor | Ambiguous | None:
    """Find a sensor by its id, or the nearest one with a name; None if there is none within `seconds`.

    An id is returned as soon as it is seen, also that of a device that does not advertise what it measures.
    Sensors that share a name are compared for `RadioTimings.rank_s`,
    and only one that is clearly the nearest is returned.

    Raises:
        SensorProblem: there is no Bluetooth to scan with.
    """
    name = None
    async with aclosing(history.scan(seconds, has_unknown=True)) as sensors:
        async for candidate in sensors:
            if candidate.id.casefold() == id_or_name.casefold():
                return candidate
            if candidate.is_sensor and candidate.name and candidate.name.casefold() == id_or_name.casefold():
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
    """Read the details of a sensor and store it, updating an earlier entry.

    Raises:
        SensorProblem: it does not advertise what it measures, and cannot be asked or measures nothing a run uses.
        CoachProblem: the file of sensors cannot be written.
    """
    details, trouble = None, None
    try:
        details = await radio.read_details(candidate, tries_to_subscribe=True)
    except SensorProblem as problem:
        trouble = problem
    if trouble is not None and not candidate.is_sensor and options.kind is None:
        raise trouble
    previous = sensors.find(candidate.id)
    if previous is None and details is not None and identifies(details.serial):
        previous = _under_old_id(radio, sensors, details.serial, candidate)
    sensor = paired_sensor(candidate, details, previous, options)
    sensors.add(sensor)
    return PairingResult(sensor, details, trouble)


def _under_old_id(
    radio: Radio, sensors: PairedSensors, serial: str, candidate: DiscoveredSensor
) -> PairedSensor | None:
    """The entry of the same sensor under an id that is heard no more, moved to its new id; None without one."""
    entries = [entry for entry in sensors.all() if entry.serial == serial and entry.name == candidate.name]
    if len(entries) != 1 or radio.registry.device(entries[0].id) is not None:
        return None
    sensors.move(entries[0], candidate.id)
    return sensors.find(candidate.id)


def paired_sensor(
    candidate: DiscoveredSensor,
    details: SensorDetails | None,
    previous: PairedSensor | None,
    options: PairingOptions,
) -> PairedSensor:
    """Combine what is stored about a sensor: the runner's options first, then the earlier entry."""
    base = previous or PairedSensor(
        candidate.id,
        candidate.name,
        options.kind or _likely_kind(candidate, details),
        athlete=options.first_athlete,
    )
    info = details or SensorDetails(candidate.id, candidate.name)
    return replace(
        base,
        name=candidate.name or base.name,
        hides_services=base.hides_services or not candidate.is_sensor,
        kind=options.kind or base.kind,
        label=base.label if options.label is None else options.label,
        serial=info.serial or base.serial,
        location=(base.location or info.location) if options.location is None else options.location,
        shoe=base.shoe if options.shoe is None else options.shoe,
        athlete=base.athlete if options.athlete is None else options.athlete,
        cadence_count=options.cadence_count or base.cadence_count,
    )


def _likely_kind(candidate: DiscoveredSensor, details: SensorDetails | None) -> SensorKind:
    """Guess the kind of a sensor from what it measures.

    Raises:
        SensorProblem: it measures nothing a run uses, as a bike's power meter or earphones.
    """
    measures = {*candidate.measures, *(details.measures if details is not None else ())}
    kind = likely_kind(measures)
    if kind is None:
        words = ", ".join(sorted(word.replace("_", " ") for word in measures))
        raise SensorProblem(
            f"{plain(candidate.name) or candidate.id} was not paired: it measures nothing a run can use"
            + (f" ({words} alone)" if words else ""),
            "A run uses heart rate, running speed, a treadmill, core temperature or muscle oxygen. A pod that only "
            f"shows its power: wake it up and try again. See all it has: coach sensors log {plain(candidate.id)} --all",
            reason=SensorTrouble.NOT_SUPPORTED,
        )
    return kind
