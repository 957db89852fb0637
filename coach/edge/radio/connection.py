"""Connects sensors one at a time, each time with a new client, and reads the details of a connected sensor.

A client that connects twice leaks a bus connection for each lost link, and its subscriptions do not come back. So
every connection has a new client, and every client is disconnected, whatever happened.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from coach.edge.radio.discovery import LONGEST_NAME, DiscoveredSensor, SensorDetails
from coach.edge.radio.link_state import RadioTimings
from coach.edge.radio.scanner import Scanner
from coach.gatt import device_information, running_speed_cadence
from coach.gatt.device_information import BatteryLevel
from coach.gatt.malformed import Malformed
from coach.gatt.running_speed_cadence import RunningFeatures
from coach.gatt.services import OURS, measures_of, uuid_text

PATIENT_TRIES: Final = 2
"""After this many failed tries a connection gets the longest timeout: the sensor may be slow."""
_LOG = logging.getLogger(__name__)


class Connector:
    """Connects sensors one after the other, and disconnects every link."""

    def __init__(
        self, timings: RadioTimings, scanner: Scanner, *, backend: type[BaseBleakClient] | None
    ) -> None:
        """Connect while `scanner` is paused."""
        self._timings = timings
        self._scanner = scanner
        self._backend = backend
        self._lock = asyncio.Lock()
        self._disconnects: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def connected(
        self,
        device: BLEDevice,
        on_lost: Callable[[], None] = lambda: None,
        *,
        is_due: Callable[[], bool] = lambda: True,
        tries: int = PATIENT_TRIES,
        has_all_services: bool = False,
    ) -> AsyncIterator[BleakClient]:
        """Keep a connection for the length of the block; `on_lost` is called if the link is lost.

        The number of failed `tries` before this one decides the timeout (`RadioTimings.connect_s`). Other
        connections may come first. When it is this one's turn, `is_due` tells whether it is still worth a try: a
        sensor that has gone out of range would delay all others. The client offers our services, or all of them.

        Raises:
            Exception: the connection failed; bleak's own errors and those of the bus beneath it.
        """
        timeout_s = self._timings.connect_s * (1 + min(tries, PATIENT_TRIES))
        client = BleakClient(
            device,
            lambda _: on_lost(),
            None if has_all_services else OURS,
            timeout=timeout_s,
            pair=False,
            backend=self._backend,
        )
        try:
            async with self._lock, self._scanner.paused():
                if not is_due():
                    raise BleakError("it was heard too long ago")
                # bleak's own timeout covers the link, this one also a bus that does not answer
                async with asyncio.timeout(timeout_s + self._timings.disconnect_guard_s):
                    await client.connect()
            yield client
        finally:
            await self._release(client)

    async def read(self, client: BleakClient, number: int) -> bytes | None:
        """Read a characteristic by its number; None if the sensor does not have it or refuses."""
        characteristic = find_characteristic(client, number)
        if characteristic is None or "read" not in characteristic.properties:
            return None
        return await self.read_attribute(client, characteristic)

    async def read_attribute(
        self, client: BleakClient, characteristic: BleakGATTCharacteristic
    ) -> bytes | None:
        """Read a characteristic that was found; None if the sensor refuses."""
        try:
            async with asyncio.timeout(self._timings.read_s):
                return bytes(await client.read_gatt_char(characteristic))
        except Exception as error:  # noqa: BLE001 - a refusal, a lost link, a lost bus: there is no value in any case
            _LOG.info("%s cannot be read: %r", characteristic.uuid, error)
            return None

    async def close(self, timeout_s: float) -> None:
        """Wait for the last disconnects for at most `timeout_s`, then cancel them."""
        if self._disconnects:
            await asyncio.wait(self._disconnects, timeout=timeout_s)
        stuck = tuple(self._disconnects)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)

    async def _release(self, client: BleakClient) -> None:
        """Disconnect, and wait for it no longer than the guard; it continues in the background."""
        task = asyncio.create_task(_disconnect(client))
        self._disconnects.add(task)
        task.add_done_callback(self._disconnects.discard)
        await asyncio.wait({task}, timeout=self._timings.disconnect_guard_s)


async def _disconnect(client: BleakClient) -> None:
    try:
        await client.disconnect()
    except Exception as error:  # noqa: BLE001 - the link is gone in any case, and the client is not used again
        _LOG.info("the link was not let go in order: %r", error)


def find_characteristic(client: BleakClient, number: int) -> BleakGATTCharacteristic | None:
    """Find the first characteristic with a number; some sensors have one twice."""
    uuid = uuid_text(number)
    for service in client.services:
        characteristic = service.get_characteristic(uuid)
        if characteristic is not None:
            return characteristic
    return None


async def read_details(client: BleakClient, connector: Connector, sensor: DiscoveredSensor) -> SensorDetails:
    """Read a sensor's details; what it does not have, or encodes wrongly, stays unknown."""

    async def text(number: int) -> str:
        return device_information.text_of(await connector.read(client, number) or b"")[:LONGEST_NAME]

    charge = BatteryLevel.from_bytes(await connector.read(client, device_information.BATTERY_UUID) or b"")
    features = RunningFeatures.from_payload(
        await connector.read(client, running_speed_cadence.FEATURE_UUID) or b""
    )
    return SensorDetails(
        sensor.id,
        sensor.name,
        measures_of(service.uuid for service in client.services) or sensor.measures,
        maker=await text(device_information.MANUFACTURER),
        model=await text(device_information.MODEL),
        serial=await text(device_information.SERIAL),
        firmware=await text(device_information.FIRMWARE),
        battery_percent=None if isinstance(charge, Malformed) else charge.percent,
        location=await _location(client, connector),
        features=None if isinstance(features, Malformed) else features,
    )


async def _location(client: BleakClient, connector: Connector) -> str:
    """Read where a sensor is worn, in words; empty if it does not say."""
    location = device_information.sensor_location(
        await connector.read(client, device_information.SENSOR_UUID) or b""
    )
    if isinstance(location, Malformed):
        body_location = device_information.body_location(
            await connector.read(client, device_information.BODY_UUID) or b""
        )
        return (
            "" if isinstance(body_location, Malformed) else device_information.location_words(body_location)
        )
    return device_information.location_words(location)
