"""How is the link to one sensor kept for a whole run? Searched, connected, watched, and built again for ever.

The table of `coach.signals.links` says what follows what; this module carries it out.

What do the remembered sensors send into a run? Raw bytes, and what became of their links.

How do the runner's own sensors reach a run? A radio that is opened with the run and closed with it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from coach.edge.clock import Clock, sleep_for, wait_until
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.radio.connection import find_characteristic
from coach.edge.radio.discovery import DiscoveredSensor, SensorIdentity
from coach.edge.radio.radio import Radio
from coach.edge.radio.sensor_lock import SensorLocks
from coach.edge.sources import Inbox
from coach.gatt import device_information
from coach.problems import SensorProblem
from coach.quantities import Seconds
from coach.signals.links import Link, LinkEvent, LinkPhase
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source

_LOG = logging.getLogger(__name__)


class LinkListener(Protocol):
    """Who hears what becomes of a link and what comes over it."""

    def changed(self, link: Link, found: DiscoveredSensor) -> None:
        """The link came to another phase."""
        ...

    def notified(self, characteristic: Characteristic, payload: bytes) -> None:
        """Bytes came."""
        ...


class LinkSupervisor:
    """Keeps the link to one remembered sensor."""

    def __init__(self, radio: Radio, sensor: PairedSensor, listener: LinkListener) -> None:
        """Keep `sensor` in touch and tell `listener`."""
        self._radio = radio
        self._clock = radio.clock
        self._timings = radio.timings
        self._listener = listener
        self._measurements = sensor.kind.characteristics
        self._identity = SensorIdentity(sensor)
        self._found = DiscoveredSensor(sensor.id, sensor.name, sensor.id, ())
        self._found_at = 0.0
        self._measured_at = 0.0
        self._namesakes_from = self._clock.monotonic() + self._timings.namesake_s
        self.link = Link()

    async def keep(self) -> None:
        """Keep the link until cancelled."""
        self._listener.changed(self.link, self._found)
        try:
            while True:
                device = await self._search()
                self._step(LinkEvent.HEARD)
                self._step(await self._hold(device))
                await sleep_for(self._clock, self.link.rest_s(self._timings.backoff_s))
                self._step(LinkEvent.RESTED)
        finally:
            self._step(LinkEvent.STOPPED)

    async def _search(self) -> BLEDevice:
        """Wait until the sensor is heard, or turns out to be held by the system."""
        came = asyncio.Event()

        def meet(found: DiscoveredSensor) -> None:
            asks_serial = self._clock.monotonic() >= self._namesakes_from
            if not came.is_set() and self._identity.may_be(found, asks_serial=asks_serial):
                self._found = found
                self._found_at = self._clock.monotonic()
                came.set()

        with self._radio.scanner.subscribe(meet):
            while True:
                for held in await self._held():
                    meet(held)
                if await wait_until(came, self._clock, self._clock.monotonic() + self._timings.adopt_s):
                    device = self._radio.registry.device(self._found.id)
                    assert device is not None, "whoever was met can be connected"
                    return device

    async def _held(self) -> list[DiscoveredSensor]:
        """What the system holds; nothing while there is no Bluetooth, which the scan tells."""
        try:
            return await self._radio.held_sensors()
        except SensorProblem as wrong:  # the scan meets the same error and tells it
            _LOG.debug("the system could not be asked: %r", wrong)
            return []

    async def _hold(self, device: BLEDevice) -> LinkEvent:
        """Connect and listen until the link ends; returns how it did."""
        lost = asyncio.Event()
        try:
            async with self._radio.connector.connected(
                device, lost.set, is_due=self._is_due, tries=self.link.fruitless
            ) as client:
                await self._recognise(client)
                await self._subscribe(client)
                self._step(LinkEvent.UP)
                battery = asyncio.create_task(self._battery(client))
                try:
                    return await self._watch(lost)
                finally:
                    battery.cancel()
        except Exception as wrong:  # noqa: BLE001 - whatever it is, the sensor is searched again
            _LOG.info("no link to %r: %r", self._found.id, wrong)
            return LinkEvent.FAILED if self.link.phase is LinkPhase.CONNECTING else LinkEvent.LOST

    def _is_due(self) -> bool:
        """Was the sensor heard just now?"""
        return self._clock.monotonic() <= self._found_at + self._timings.heard_s

    async def _recognise(self, client: BleakClient) -> None:
        """Make sure that a sensor under another id is ours.

        Raises:
            BleakError: it is a stranger's.
        """
        if not self._identity.is_known(self._found):
            serial = await self._radio.connector.read(client, device_information.SERIAL)
            if not self._identity.recognises(self._found, device_information.text_of(serial or b"")):
                raise BleakError("a stranger's sensor of the same name")

    async def _subscribe(self, client: BleakClient) -> None:
        """Ask for every measurement the sensor has.

        Raises:
            BleakError: it has none, or will not send them.
        """
        offered = [(what, find_characteristic(client, what)) for what in self._measurements]
        if not any(found for _, found in offered):
            raise BleakError("it measures nothing we know")
        self._measured_at = self._clock.monotonic()
        for what, found in offered:
            if found is not None:
                await client.start_notify(found, self._hearing(what))

    async def _battery(self, client: BleakClient) -> None:
        """Ask for the charge, now and whenever it changes; a sensor may refuse."""
        level = await self._radio.connector.read(client, Characteristic.BATTERY_LEVEL)
        if level is not None:
            self._listener.notified(Characteristic.BATTERY_LEVEL, level)
        found = find_characteristic(client, Characteristic.BATTERY_LEVEL)
        if found is not None and "notify" in found.properties:
            try:
                await client.start_notify(found, self._hearing(Characteristic.BATTERY_LEVEL))
            except Exception as wrong:  # noqa: BLE001 - as for a value that cannot be read
                _LOG.info("the battery will not be told: %r", wrong)

    def _hearing(self, what: Characteristic) -> Callable[[object, bytearray], None]:
        """What bleak calls with the bytes of a characteristic."""
        is_measurement = what is not Characteristic.BATTERY_LEVEL

        def hear(_: object, payload: bytearray) -> None:
            with self._radio.callback_errors:
                if is_measurement:
                    self._measured_at = self._clock.monotonic()
                self._listener.notified(what, bytes(payload))
                if is_measurement and self.link.phase is LinkPhase.CONNECTED:
                    self._step(LinkEvent.MEASURED)

        return hear

    async def _watch(self, lost: asyncio.Event) -> LinkEvent:
        """Wait until the link is lost or falls silent."""
        silent_s = self._timings.silent_s
        while not await wait_until(lost, self._clock, self._measured_at + silent_s):
            if self._clock.monotonic() >= self._measured_at + silent_s:
                return LinkEvent.SILENT
        return LinkEvent.LOST

    def _step(self, event: LinkEvent) -> None:
        """Take the link to where an event leads, and tell."""
        before, self.link = self.link, self.link.after(event)
        if self.link.phase is not before.phase:
            self._listener.changed(self.link, self._found)


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

        with self._radio.subscribe_trouble(tell):
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
                with self._radio.locked(sensor.id, sensor.label or sensor.name):
                    await LinkSupervisor(self._radio, sensor, wire).keep()
            except SensorProblem as taken:
                if noted != taken.message:
                    noted = taken.message
                    with self._radio.callback_errors:
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


class BleSource:
    """A source that hears remembered sensors for as long as the run goes on."""

    def __init__(
        self, sensors: Sequence[PairedSensor], clock: Clock, holds: SensorLocks, say: Callable[[str], None]
    ) -> None:
        """Open nothing yet; `say` hears of trouble, in words for the runner, and that it is over."""
        self._sensors = sensors
        self._clock = clock
        self._holds = holds
        self._say = say

    async def listen(self, inbox: Inbox) -> None:
        """Listen until cancelled; whatever happens to Bluetooth, it is tried again."""
        async with Radio(clock=self._clock, holds=self._holds) as radio:
            source = RadioSource(radio, self._sensors, note=self._note)
            with radio.subscribe_trouble(self._told):
                await source.listen(inbox)

    def _note(self, problem: SensorProblem) -> None:
        self._say(f"{problem.message}. {problem.hint}".strip())

    def _told(self, trouble: SensorProblem | None) -> None:
        if trouble is None:
            self._say("Bluetooth works again.")
