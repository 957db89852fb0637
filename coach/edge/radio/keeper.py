"""How is the link to one sensor kept for a whole run? Searched, connected, watched, and built again for ever.

The table of `coach.signals.links` says what follows what; this module carries it out.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from coach.edge.paired_sensors import PairedSensor
from coach.edge.radio.connection import find_characteristic
from coach.edge.radio.found import DiscoveredSensor
from coach.edge.radio.identity import SensorIdentity
from coach.edge.radio.radio import Radio
from coach.edge.radio.waiting import sleep_for, wait_until
from coach.gatt import device_information
from coach.problems import SensorProblem
from coach.signals.links import Link, LinkEvent, LinkPhase
from coach.signals.readings import Characteristic

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

        with self._radio.scanner.heard_by(meet):
            while True:
                for held in await self._held():
                    meet(held)
                if await wait_until(came, self._clock, self._clock.monotonic() + self._timings.adopt_s):
                    device = self._radio.neighbours.device(self._found.id)
                    assert device is not None, "whoever was met can be connected"
                    return device

    async def _held(self) -> list[DiscoveredSensor]:
        """What the system holds; nothing while there is no Bluetooth, which the scan tells."""
        try:
            return await self._radio.held()
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
            with self._radio.faults:
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
