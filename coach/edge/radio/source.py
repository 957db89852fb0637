"""How is the link to one sensor kept for a whole run? Searched, connected, watched, and built again for ever.

The table of `coach.signals.links` says what follows what; this module carries it out.

What do the remembered sensors send into a run? Raw bytes, and what became of their links.

How do the runner's own sensors reach a run? A radio that is opened with the run and closed with it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

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


class SensorFeed:
    """Hands one sensor's bytes and link changes to a run."""

    def __init__(self, inbox: Inbox, source: Source) -> None:
        """Speak as `source`."""
        self._inbox = inbox
        self._source = source
        self._state: LinkState | None = None

    def on_notification(self, characteristic: Characteristic, payload: bytes) -> None:
        """Hand in bytes."""
        heard_at = self._inbox.now()
        self._inbox.put(Notified(_UNSTAMPED, self._source, characteristic, payload, heard_at=heard_at))

    def on_link_change(self, link: Link, candidate: DiscoveredSensor) -> None:
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
        rssi_dbm = candidate.rssi_dbm if state is LinkState.CONNECTED else None  # of a sensor not there: none
        self._inbox.put(
            LinkChanged(_UNSTAMPED, self._source, state, candidate.name, candidate.battery_percent, rssi_dbm)
        )


class LinkSupervisor:
    """Keeps the link to one remembered sensor."""

    def __init__(self, radio: Radio, sensor: PairedSensor, feed: SensorFeed) -> None:
        """Keep `sensor` in touch and tell `listener`."""
        self._radio = radio
        self._clock = radio.clock
        self._timings = radio.timings
        self._feed = feed
        self._measurements = sensor.kind.characteristics
        self._identity = SensorIdentity(sensor)
        self._candidate = DiscoveredSensor(sensor.id, sensor.name, sensor.id, ())
        self._candidate_at = 0.0
        self._measured_at = 0.0
        self._namesakes_from = self._clock.monotonic() + self._timings.namesake_s
        self.link = Link()

    async def run(self) -> None:
        """Keep the link until cancelled."""
        self._feed.on_link_change(self.link, self._candidate)
        try:
            while True:
                device = await self._wait_for_sensor()
                self._apply(LinkEvent.HEARD)
                self._apply(await self._connect_and_watch(device))
                await sleep_for(self._clock, self.link.rest_s(self._timings.backoff_s))
                self._apply(LinkEvent.RESTED)
        finally:
            self._apply(LinkEvent.STOPPED)

    async def _wait_for_sensor(self) -> BLEDevice:
        """Wait until the sensor is heard, or turns out to be held by the system."""
        is_found = asyncio.Event()

        def consider(candidate: DiscoveredSensor) -> None:
            asks_serial = self._clock.monotonic() >= self._namesakes_from
            if not is_found.is_set() and self._identity.may_match(candidate, asks_serial=asks_serial):
                self._candidate = candidate
                self._candidate_at = self._clock.monotonic()
                is_found.set()

        with self._radio.scanner.subscribe(consider):
            while True:
                for candidate in await self._held_sensors():
                    consider(candidate)
                if await wait_until(is_found, self._clock, self._clock.monotonic() + self._timings.adopt_s):
                    device = self._radio.registry.device(self._candidate.id)
                    assert device is not None, "whoever was met can be connected"
                    return device

    async def _held_sensors(self) -> list[DiscoveredSensor]:
        """What the system holds; nothing while there is no Bluetooth, which the scan tells."""
        try:
            return await self._radio.held_sensors()
        except SensorProblem as error:  # the scan meets the same error and tells it
            _LOG.debug("the system could not be asked: %r", error)
            return []

    async def _connect_and_watch(self, device: BLEDevice) -> LinkEvent:
        """Connect and listen until the link ends; returns how it did."""
        link_lost = asyncio.Event()
        try:
            async with self._radio.connector.connected(
                device, link_lost.set, is_due=self._is_due, tries=self.link.fruitless
            ) as client:
                await self._confirm_identity(client)
                await self._subscribe(client)
                self._apply(LinkEvent.UP)
                battery = asyncio.create_task(self._subscribe_battery(client))
                try:
                    return await self._watch(link_lost)
                finally:
                    battery.cancel()
        except Exception as error:  # noqa: BLE001 - whatever it is, the sensor is searched again
            _LOG.info("no link to %r: %r", self._candidate.id, error)
            return LinkEvent.FAILED if self.link.phase is LinkPhase.CONNECTING else LinkEvent.LOST

    def _is_due(self) -> bool:
        """Was the sensor heard just now?"""
        return self._clock.monotonic() <= self._candidate_at + self._timings.heard_s

    async def _confirm_identity(self, client: BleakClient) -> None:
        """Make sure that a sensor under another id is ours.

        Raises:
            BleakError: it is a stranger's.
        """
        if not self._identity.is_known(self._candidate):
            serial = await self._radio.connector.read(client, device_information.SERIAL)
            if not self._identity.confirm_serial(self._candidate, device_information.text_of(serial or b"")):
                raise BleakError("a stranger's sensor of the same name")

    async def _subscribe(self, client: BleakClient) -> None:
        """Ask for every measurement the sensor has.

        Raises:
            BleakError: it has none, or will not send them.
        """
        attributes = [
            (characteristic, find_characteristic(client, characteristic))
            for characteristic in self._measurements
        ]
        if not any(attribute for _, attribute in attributes):
            raise BleakError("it measures nothing we know")
        self._measured_at = self._clock.monotonic()
        for characteristic, attribute in attributes:
            if attribute is not None:
                await client.start_notify(attribute, self._notification_handler(characteristic))

    async def _subscribe_battery(self, client: BleakClient) -> None:
        """Ask for the charge, now and whenever it changes; a sensor may refuse."""
        level = await self._radio.connector.read(client, Characteristic.BATTERY_LEVEL)
        if level is not None:
            self._feed.on_notification(Characteristic.BATTERY_LEVEL, level)
        attribute = find_characteristic(client, Characteristic.BATTERY_LEVEL)
        if attribute is not None and "notify" in attribute.properties:
            try:
                await client.start_notify(attribute, self._notification_handler(Characteristic.BATTERY_LEVEL))
            except Exception as error:  # noqa: BLE001 - as for a value that cannot be read
                _LOG.info("the battery will not be told: %r", error)

    def _notification_handler(self, characteristic: Characteristic) -> Callable[[object, bytearray], None]:
        """What bleak calls with the bytes of a characteristic."""
        is_measurement = characteristic is not Characteristic.BATTERY_LEVEL

        def on_notification(_: object, payload: bytearray) -> None:
            with self._radio.callback_errors:
                if is_measurement:
                    self._measured_at = self._clock.monotonic()
                self._feed.on_notification(characteristic, bytes(payload))
                if is_measurement and self.link.phase is LinkPhase.CONNECTED:
                    self._apply(LinkEvent.MEASURED)

        return on_notification

    async def _watch(self, link_lost: asyncio.Event) -> LinkEvent:
        """Wait until the link is lost or falls silent."""
        silent_s = self._timings.silent_s
        while not await wait_until(link_lost, self._clock, self._measured_at + silent_s):
            if self._clock.monotonic() >= self._measured_at + silent_s:
                return LinkEvent.SILENT
        return LinkEvent.LOST

    def _apply(self, event: LinkEvent) -> None:
        """Take the link to where an event leads, and tell."""
        before, self.link = self.link, self.link.after(event)
        if self.link.phase is not before.phase:
            self._feed.on_link_change(self.link, self._candidate)


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
    available = {kind: list(sources) for kind, sources in _SOURCES.items()}
    return [(each, available[each.kind].pop(0)) for each in sensors if available.get(each.kind)]


class RadioSource:
    """The remembered sensors as a source of a run: begins with what is there, looks for the rest for ever."""

    def __init__(
        self,
        radio: Radio,
        sensors: Sequence[PairedSensor],
        *,
        on_problem: OnProblem = lambda _: None,
    ) -> None:
        """Listen to `sensors`; `note` is told of trouble with the radio, and of who holds a sensor instead."""
        self._radio = radio
        self._assignments = assign_sources(sensors)
        self._on_problem = on_problem

    async def listen(self, inbox: Inbox) -> None:
        """Put what is heard into the inbox until cancelled; the links are let go when the radio is left."""

        def on_trouble(trouble: SensorProblem | None) -> None:
            if trouble is not None:
                self._on_problem(trouble)

        with self._radio.subscribe_trouble(on_trouble):
            tasks = [
                self._radio.start(self._supervise(sensor, SensorFeed(inbox, source)))
                for sensor, source in self._assignments
            ]
            try:
                await asyncio.Event().wait()
            finally:
                for task in tasks:
                    task.cancel()

    async def _supervise(self, sensor: PairedSensor, feed: SensorFeed) -> None:
        """Keep one sensor's link, once no other coach holds it; a mistake of ours starts it again."""
        last_message = ""
        while True:
            try:
                with self._radio.locked(sensor.id, sensor.label or sensor.name):
                    await LinkSupervisor(self._radio, sensor, feed).run()
            except SensorProblem as problem:
                if last_message != problem.message:
                    last_message = problem.message
                    with self._radio.callback_errors:
                        self._on_problem(problem)
            except Exception:  # noqa: BLE001 - the other sensors go on, and this one begins again
                _LOG.exception("the link to a sensor broke")
            await sleep_for(self._radio.clock, self._radio.timings.taken_s)


class BleSource:
    """A source that hears remembered sensors for as long as the run goes on."""

    def __init__(
        self,
        sensors: Sequence[PairedSensor],
        clock: Clock,
        locks: SensorLocks,
        print_line: Callable[[str], None],
    ) -> None:
        """Open nothing yet; `say` hears of trouble, in words for the runner, and that it is over."""
        self._sensors = sensors
        self._clock = clock
        self._locks = locks
        self._print_line = print_line

    async def listen(self, inbox: Inbox) -> None:
        """Listen until cancelled; whatever happens to Bluetooth, it is tried again."""
        async with Radio(clock=self._clock, locks=self._locks) as radio:
            source = RadioSource(radio, self._sensors, on_problem=self._on_problem)
            with radio.subscribe_trouble(self._on_trouble):
                await source.listen(inbox)

    def _on_problem(self, problem: SensorProblem) -> None:
        self._print_line(f"{problem.message}. {problem.hint}".strip())

    def _on_trouble(self, trouble: SensorProblem | None) -> None:
        if trouble is None:
            self._print_line("Bluetooth works again.")
