"""What do the remembered sensors send into a run? Raw bytes, and what became of their links."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.radio.found import DiscoveredSensor
from coach.edge.radio.keeper import LinkSupervisor
from coach.edge.radio.radio import Radio
from coach.edge.radio.waiting import sleep_for
from coach.edge.sources import Inbox
from coach.problems import SensorProblem
from coach.quantities import Seconds
from coach.signals.links import Link, LinkPhase
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source

OnProblem = Callable[[SensorProblem], None]

_LOG = logging.getLogger(__name__)
_UNSTAMPED: Final = Seconds(0.0)
_SOURCES: Final[dict[SensorKind, tuple[Source, ...]]] = {
    SensorKind.STRAP: (Source.STRAP,),
    SensorKind.POD: (Source.POD, Source.POD_2),
    SensorKind.TREADMILL: (Source.TREADMILL,),
    SensorKind.CORE: (Source.CORE,),
    SensorKind.MUSCLE: (Source.MUSCLE,),
}
"""Which source a sensor is to a run, in the order they were paired."""


def assign_sources(sensors: Sequence[PairedSensor]) -> list[tuple[PairedSensor, Source]]:
    """Give each sensor its part in a run; whoever finds no part left is not used."""
    left = {kind: list(parts) for kind, parts in _SOURCES.items()}
    return [(each, left[each.kind].pop(0)) for each in sensors if left.get(each.kind)]


class RadioSource:
    """The remembered sensors as a source of a run: begins with what is there, looks for the rest for ever."""

    def __init__(
        self,
        radio: Radio,
        sensors: Sequence[PairedSensor],
        *,
        note: OnProblem = lambda _: None,
    ) -> None:
        """Listen to `sensors`; `note` is told of trouble with the radio, and of who holds a sensor instead."""
        self._radio = radio
        self._parts = assign_sources(sensors)
        self._note = note

    async def listen(self, inbox: Inbox) -> None:
        """Put what is heard into the inbox until cancelled; the links are let go when the radio is left."""

        def tell(trouble: SensorProblem | None) -> None:
            if trouble is not None:
                self._note(trouble)

        with self._radio.telling(tell):
            tasks = [
                self._radio.start(self._keep(sensor, SensorFeed(inbox, source)))
                for sensor, source in self._parts
            ]
            try:
                await asyncio.Event().wait()
            finally:
                for task in tasks:
                    task.cancel()

    async def _keep(self, sensor: PairedSensor, wire: "SensorFeed") -> None:
        """Keep one sensor's link, once no other coach holds it; a mistake of ours starts it again."""
        noted = ""
        while True:
            try:
                with self._radio.claimed(sensor.id, sensor.label or sensor.name):
                    await LinkSupervisor(self._radio, sensor, wire).keep()
            except SensorProblem as taken:
                if noted != taken.message:
                    noted = taken.message
                    with self._radio.faults:
                        self._note(taken)
            except Exception:  # noqa: BLE001 - the other sensors go on, and this one begins again
                _LOG.exception("the link to a sensor broke")
            await sleep_for(self._radio.clock, self._radio.timings.taken_s)


class SensorFeed:
    """Hands one sensor's bytes and link changes to a run."""

    def __init__(self, inbox: Inbox, source: Source) -> None:
        """Speak as `source`."""
        self._inbox = inbox
        self._source = source
        self._state: LinkState | None = None

    def notified(self, characteristic: Characteristic, payload: bytes) -> None:
        """Hand in bytes."""
        heard_at = self._inbox.now()
        self._inbox.put(Notified(_UNSTAMPED, self._source, characteristic, payload, heard_at=heard_at))

    def changed(self, link: Link, found: DiscoveredSensor) -> None:
        """Hand in what became of the link, where it is news to a run."""
        if link.phase is LinkPhase.CLOSED:
            return
        if link.phase in {LinkPhase.CONNECTED, LinkPhase.STREAMING}:
            state = LinkState.CONNECTED
        elif self._state in {None, LinkState.SEARCHING}:
            state = LinkState.SEARCHING
        else:
            state = LinkState.LOST
        if state is self._state:
            return
        self._state = state
        rssi_dbm = found.rssi_dbm if state is LinkState.CONNECTED else None  # of a sensor not there: none
        self._inbox.put(
            LinkChanged(_UNSTAMPED, self._source, state, found.name, found.battery_percent, rssi_dbm)
        )
