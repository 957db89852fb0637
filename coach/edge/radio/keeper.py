"""How is a link to one sensor kept for a whole run? Searched, connected, watched, and built again for ever.

The table of `coach.signals.links` says what follows what; this module carries it out.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from coach.edge.radio.connection import characteristic_of
from coach.edge.radio.found import Found
from coach.edge.radio.radio import Radio
from coach.edge.radio.services import BATTERY_LEVEL, MEASUREMENTS, SERIAL
from coach.edge.radio.waiting import happens, pause
from coach.edge.remembered import RememberedSensor
from coach.signals.links import Link, LinkEvent, LinkPhase
from coach.signals.readings import Characteristic

_LOG = logging.getLogger(__name__)


class Listener(Protocol):
    """Who hears what becomes of a link and what comes over it."""

    def changed(self, link: Link, found: Found) -> None:
        """The link came to another phase."""
        ...

    def notified(self, characteristic: Characteristic, payload: bytes) -> None:
        """Bytes came."""
        ...


class Keeper:
    """Keeps the link to one remembered sensor."""

    def __init__(self, radio: Radio, sensor: RememberedSensor, listener: Listener) -> None:
        """Keep `sensor` in touch and tell `listener`."""
        self._radio = radio
        self._sensor = sensor
        self._listener = listener
        self._clock = radio.clock
        self._found = Found(sensor.id, sensor.name, sensor.id, ())
        self._strangers: set[str] = set()
        self._heard_at = 0.0
        self.link = Link()
        self.faults = 0
        """Exceptions in callbacks: what they were about to hand in is lost, and logged."""

    async def keep(self) -> None:
        """Keep the link until cancelled."""
        self._listener.changed(self.link, self._found)
        while True:
            device = await self._search()
            self._step(LinkEvent.HEARD)
            self._step(await self._hold(device))
            await pause(self._clock, self.link.rest_s(self._radio.timings.backoff_s))
            self._step(LinkEvent.RESTED)

    async def _search(self) -> BLEDevice:
        """Wait until the sensor is heard, or turns out to be held by the system."""
        heard: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()
        came = asyncio.Event()

        def hear(device: BLEDevice, said: AdvertisementData) -> None:
            found = self._radio.neighbours.hear(device, said)
            if not heard.done() and self._is_ours(found):
                self._found = found
                heard.set_result(device)
                came.set()

        with self._radio.scanner.heard_by(hear):
            while True:
                await self._adopt(heard)
                if heard.done() or await happens(came, self._clock, self._next_look()):
                    return heard.result()

    def _next_look(self) -> float:
        return self._clock.monotonic() + self._radio.timings.adopt_s

    async def _adopt(self, heard: asyncio.Future[BLEDevice]) -> None:
        """Take the sensor if the system holds it already."""
        try:
            held = await self._radio.neighbours.held()
        except Exception as wrong:  # noqa: BLE001 - no Bluetooth just now; the scan tells it
            _LOG.debug("the system could not be asked: %r", wrong)
            return
        for found in held:
            device = self._radio.neighbours.device(found.id)
            if device is not None and not heard.done() and self._is_ours(found):
                self._found = found
                heard.set_result(device)

    def _is_ours(self, found: Found) -> bool:
        """May it be ours? The id decides; a name only says whose serial number is worth reading."""
        if found.id == self._sensor.id:
            return True
        return (
            bool(self._sensor.serial) and found.name == self._sensor.name and found.id not in self._strangers
        )

    async def _hold(self, device: BLEDevice) -> LinkEvent:
        """Connect and listen until the link ends; returns how it did."""
        lost = asyncio.Event()
        try:
            async with self._radio.connector.connected(device, lost.set) as client:
                await self._recognise(client)
                await self._subscribe(client)
                self._step(LinkEvent.UP)
                await self._battery(client)
                return await self._watch(lost)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, the sensor is searched again
            _LOG.info("the link to %r failed: %r", self._sensor.id, wrong)
            return LinkEvent.FAILED if self.link.phase is LinkPhase.CONNECTING else LinkEvent.LOST

    async def _recognise(self, client: BleakClient) -> None:
        """Make sure that a sensor under another id is ours.

        Raises:
            BleakError: it is a stranger's.
        """
        if self._found.id == self._sensor.id:
            return
        serial = await self._radio.connector.read(client, SERIAL) or b""
        if serial.decode("utf-8", "replace").rstrip("\0") != self._sensor.serial:
            self._strangers.add(self._found.id)
            raise BleakError("a stranger's sensor of the same name")

    async def _subscribe(self, client: BleakClient) -> None:
        """Ask for every measurement the sensor has.

        Raises:
            BleakError: it has none, or will not send them.
        """
        asked = 0
        self._heard_at = self._clock.monotonic()
        for uuid, what in MEASUREMENTS.items():
            found = characteristic_of(client, uuid)
            if found is not None:
                await client.start_notify(found, self._hearing(what))
                asked += 1
        if not asked:
            raise BleakError("it measures nothing we know")

    async def _battery(self, client: BleakClient) -> None:
        """Ask for the charge, now and whenever it changes; a sensor may refuse."""
        level = await self._radio.connector.read(client, BATTERY_LEVEL)
        if level is not None:
            self._listener.notified(Characteristic.BATTERY_LEVEL, level)
        found = characteristic_of(client, BATTERY_LEVEL)
        if found is not None and "notify" in found.properties:
            try:
                await client.start_notify(found, self._hearing(Characteristic.BATTERY_LEVEL))
            except BleakError as wrong:
                _LOG.info("the battery will not be told: %r", wrong)

    def _hearing(self, what: Characteristic) -> Callable[[object, bytearray], None]:
        """What bleak calls with the bytes of a characteristic."""
        is_measurement = what is not Characteristic.BATTERY_LEVEL

        def hear(_: object, payload: bytearray) -> None:
            try:
                if is_measurement:
                    self._heard_at = self._clock.monotonic()
                    if self.link.phase is not LinkPhase.STREAMING:
                        self._step(LinkEvent.MEASURED)
                self._listener.notified(what, bytes(payload))
            except Exception:  # noqa: BLE001 - counted and logged; the next packet is another one
                self.faults += 1
                _LOG.exception("bytes of a sensor were lost")

        return hear

    async def _watch(self, lost: asyncio.Event) -> LinkEvent:
        """Wait until the link is lost or falls silent."""
        silent_s = self._radio.timings.silent_s
        while not await happens(lost, self._clock, self._heard_at + silent_s):
            if self._clock.monotonic() >= self._heard_at + silent_s:
                return LinkEvent.SILENT
        return LinkEvent.LOST

    def _step(self, event: LinkEvent) -> None:
        """Take the link to where an event leads, and tell."""
        before, self.link = self.link, self.link.after(event)
        if self.link.phase is not before.phase:
            self._listener.changed(self.link, self._found)
