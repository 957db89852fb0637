"""Decides which paired sensor is which source of a run, and of several of a kind which is used: the one that is worn.

Of several that are heard it is the one that was used last, then the strongest. It is decided once, and again only
when the one in use has been gone for `RadioTimings.gone_s`: two straps in range would else take turns.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Final

from coach.edge.clock import sleep_for, wait_until
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.radio.discovery import DiscoveredSensor, SensorIdentity
from coach.problems import SensorProblem
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
    """Assign each source the sensor that is the likeliest to be used: of several of a kind the last used."""
    return [
        pair
        for kind, sources in SOURCES.items()
        for pair in zip(sensors_of(sensors, kind), sources, strict=False)
    ]


def numbered(sensors: Sequence[PairedSensor]) -> dict[int, PairedSensor]:
    """Number the sensors of each kind of which more are remembered than a run uses: any of them may be worn."""
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
    """What is called when something is found out about a paired sensor during a run."""

    on_used: Callable[[PairedSensor], None] = field(default=lambda _: None)
    """It has sent its first measurement."""
    on_moved: Callable[[PairedSensor, str], None] = field(default=lambda _sensor, _id: None)
    """It was recognised by its serial number under a new id."""
    on_changed: Callable[[PairedSensor | None, PairedSensor], None] = field(default=lambda _old, _new: None)
    """The first is gone, and the second is used in its place; None if it is the first of several that is used."""


@dataclass(frozen=True, slots=True)
class SelectedSensor:
    """The sensor that is used."""

    sensor: PairedSensor
    identity: SensorIdentity
    """By which it is recognised; it remembers whose serial number was read."""


class SensorPool:
    """The paired sensors of one kind, where a run uses fewer of them."""

    def __init__(self, radio: "Radio", sensors: Sequence[PairedSensor], others: Collection[str] = ()) -> None:
        """Choose among `sensors`; `others` are the ids of somebody else's."""
        self._radio = radio
        self._clock = radio.clock
        self._timings = radio.timings
        self._sensors = likely_order(sensors)
        self._identities = {sensor.id: SensorIdentity(sensor, others) for sensor in sensors}
        self._in_use: set[str] = set()

    @property
    def likeliest(self) -> PairedSensor:
        """The one that is named until one is heard."""
        return self._sensors[0]

    async def choose(self, gone: PairedSensor | None = None) -> SelectedSensor:
        """Wait until one is heard, compare those that are, and choose; `gone` comes last.

        What was chosen is in use until it is released.
        """
        heard: dict[str, float] = {}
        is_heard = asyncio.Event()
        asks_serial_from = self._clock.monotonic() + self._timings.namesake_s

        def consider(candidate: DiscoveredSensor) -> None:
            asks_serial = self._clock.monotonic() >= asks_serial_from
            for sensor in self._sensors:
                identity = self._identities[sensor.id]
                if sensor.id not in self._in_use and identity.may_match(candidate, asks_serial=asks_serial):
                    signal = -inf if candidate.rssi_dbm is None else candidate.rssi_dbm
                    heard[sensor.id] = max(signal, heard.get(sensor.id, -inf))
                    is_heard.set()

        with self._radio.scanner.subscribe(consider):
            while not is_heard.is_set():
                await self._consider_held(consider)
                await wait_until(is_heard, self._clock, self._clock.monotonic() + self._timings.adopt_s)
            await sleep_for(self._clock, self._timings.rank_s)
            await self._consider_held(consider)
        candidates = [each for each in self._sensors if each.id in heard and each.id not in self._in_use]
        if not candidates:  # another source of the pool has taken it meanwhile
            return await self.choose(gone)
        sensor = max(candidates, key=lambda each: (each != gone, each.last_used, heard[each.id]))
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
