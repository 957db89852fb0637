"""Pairs sensors, and decides which paired sensor is which source of a run.

Of several sensors of a kind the one that is worn is used: of those that are heard the one that was used last, then the
strongest. That is decided once, and again only when the one in use has been gone for `RadioTimings.gone_s`; otherwise
two straps in range would take turns.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING, Final, Literal

from coach.edge.clock import sleep_for, wait_until
from coach.edge.files import plain
from coach.edge.paired_sensors import (
    Ambiguous,
    DiscoveredSensor,
    PairedSensor,
    PairedSensors,
    SensorDetails,
    SensorIdentity,
    SensorKind,
    identifies,
    likely_kind,
    nearest,
)
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import PODS, Source

if TYPE_CHECKING:
    from coach.edge.radio.radio import Radio  # bleak loads with it


def likely_order(sensors: Iterable[PairedSensor]) -> list[PairedSensor]:
    """Paired sensors in the order they are used if all are heard alike: the last used first, then as paired."""
    return sorted(sensors, key=lambda sensor: sensor.last_used, reverse=True)


SOURCES: Final[dict[SensorKind, tuple[Source, ...]]] = {
    SensorKind.STRAP: (Source.STRAP,),
    SensorKind.POD: PODS,
    SensorKind.TREADMILL: (Source.TREADMILL,),
    SensorKind.CORE: (Source.CORE,),
    SensorKind.MUSCLE: (Source.MUSCLE,),
}
"""The sources for each kind of sensor, in the order of pairing."""


def assign_sources(sensors: Sequence[PairedSensor]) -> list[tuple[PairedSensor, Source]]:
    """Assign each source the most likely sensor: of several of a kind the last used."""
    return [
        pair
        for kind, sources in SOURCES.items()
        for pair in zip(sensors_of(sensors, kind), sources, strict=False)
    ]


def numbered(sensors: Sequence[PairedSensor]) -> dict[int, PairedSensor]:
    """Number the sensors of each kind of which more are paired than a run uses: any of them may be worn."""
    return {
        number: sensor
        for number, sensor in enumerate(sensors, 1)
        if len(sensors_of(sensors, sensor.kind)) > len(SOURCES[sensor.kind])
    }


def sensors_of(sensors: Sequence[PairedSensor], kind: SensorKind) -> list[PairedSensor]:
    """The sensors of a kind as they were paired; the last used first where there are more than sources."""
    those = [sensor for sensor in sensors if sensor.kind is kind]
    return likely_order(those) if len(those) > len(SOURCES[kind]) else those


@dataclass(frozen=True, slots=True)
class SensorCallbacks:
    """Callbacks for news of a paired sensor during a run."""

    on_used: Callable[[PairedSensor], None] = field(default=lambda _: None)
    """It has sent its first measurement."""
    on_moved: Callable[[PairedSensor, str], None] = field(default=lambda _sensor, _id: None)
    """It was recognised by its serial number under a new id."""
    on_changed: Callable[[PairedSensor | None, PairedSensor], None] = field(default=lambda _old, _new: None)
    """The first is gone, and the second is used instead; None if it is the first of several that is used."""


@dataclass(frozen=True, slots=True)
class SelectedSensor:
    """The sensor that is used."""

    sensor: PairedSensor
    identity: SensorIdentity
    """Recognises it; remembers which serial numbers were read."""


class SensorPool:
    """The paired sensors of one kind, if a run uses fewer of them."""

    def __init__(self, radio: "Radio", sensors: Sequence[PairedSensor], others: Collection[str] = ()) -> None:
        """Choose among `sensors`; `others` are the ids of other people's sensors."""
        self._radio = radio
        self._clock = radio.clock
        self._timings = radio.timings
        self._sensors = likely_order(sensors)
        self._identities = {sensor.id: SensorIdentity(sensor, others) for sensor in sensors}
        self._in_use: set[str] = set()

    @property
    def likeliest(self) -> PairedSensor:
        """The one that is named until one is received."""
        return self._sensors[0]

    async def choose(self, lost_sensor: PairedSensor | None = None) -> SelectedSensor:
        """Wait until one is received, compare those that are, and choose; `lost_sensor` comes last.

        The chosen sensor is in use until it is released.
        """
        signals: dict[str, float] = {}
        is_heard = asyncio.Event()
        asks_serial_from = self._clock.monotonic() + self._timings.namesake_s

        def consider(candidate: DiscoveredSensor) -> None:
            asks_serial = self._clock.monotonic() >= asks_serial_from
            for sensor in self._sensors:
                identity = self._identities[sensor.id]
                if sensor.id not in self._in_use and identity.may_match(candidate, asks_serial=asks_serial):
                    signal = -inf if candidate.rssi_dbm is None else candidate.rssi_dbm
                    signals[sensor.id] = max(signal, signals.get(sensor.id, -inf))
                    is_heard.set()

        with self._radio.scanner.subscribe(consider):
            while not is_heard.is_set():
                await self._consider_held(consider)
                await wait_until(is_heard, self._clock, self._clock.monotonic() + self._timings.adopt_s)
            await sleep_for(self._clock, self._timings.rank_s)
            await self._consider_held(consider)
        candidates = [each for each in self._sensors if each.id in signals and each.id not in self._in_use]
        if not candidates:  # another source of the pool has taken it meanwhile
            return await self.choose(lost_sensor)
        sensor = max(candidates, key=lambda each: (each != lost_sensor, each.last_used, signals[each.id]))
        self._in_use.add(sensor.id)
        return SelectedSensor(sensor, self._identities[sensor.id])

    def release(self, selected: SelectedSensor) -> None:
        """Let a sensor be chosen again."""
        self._in_use.discard(selected.sensor.id)

    async def _consider_held(self, consider: Callable[[DiscoveredSensor], None]) -> None:
        """Consider the sensors the system holds: they do not advertise."""
        try:
            for candidate in await self._radio.held_sensors():
                consider(candidate)
        except SensorProblem:  # the scan has the same error and reports it
            return


# --- Pairing: listen to advertisements, find a sensor by id or name, read its details, and store it

MAX_ADVERTISEMENTS: Final = 60
"""Advertisements kept per sensor: a minute at one a second, the width of a sparkline."""
MAX_SENSORS: Final = 500
"""Sensors kept at most: more than any start line has; it bounds memory when addresses are random."""


class ScanHistory:
    """The recent advertisements of every sensor nearby."""

    def __init__(self, radio: "Radio") -> None:
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
    """The slug of the athlete who wears it; empty for any athlete."""
    first_athlete: str = ""
    """The slug of the athlete to whom a sensor without an athlete is assigned."""


@dataclass(frozen=True, slots=True)
class PairingResult:
    """A sensor that has just been paired."""

    sensor: PairedSensor
    details: SensorDetails | None
    """The details it reported; None if they could not be read."""
    trouble: SensorProblem | None = None
    """Why they could not be read; the sensor is paired anyway, by its id."""


async def find_sensor(
    radio: "Radio", history: ScanHistory, id_or_name: str, seconds: float
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
    radio: "Radio", sensors: PairedSensors, candidate: DiscoveredSensor, options: PairingOptions
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
    radio: "Radio", sensors: PairedSensors, serial: str, candidate: DiscoveredSensor
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
