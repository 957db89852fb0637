"""How is a sensor connected and let go again? One at a time, with a client of its own for each connection.

A client that connects twice leaks a bus connection for each link it lost, and its subscriptions do not come
back: so every connection has a fresh one, and every one is disconnected, whatever happened.

What does a connected sensor say of itself? Its Device Information, battery and place on the body.
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
from coach.edge.radio.scanner import Scanner
from coach.edge.radio.timings import RadioTimings
from coach.gatt import battery, device_information, locations, running_features
from coach.gatt.battery import BatteryLevel
from coach.gatt.malformed import Malformed
from coach.gatt.running_features import RunningFeatures
from coach.gatt.services import OURS, measures_of, uuid_text

PATIENT_TRIES: Final = 2
"""From so many failed tries on a connection may take as long as any: nobody waits, or the sensor is slow."""
_LOG = logging.getLogger(__name__)


class Connector:
    """Connects sensors, one after the other, and sees that every link is let go."""

    def __init__(
        self, timings: RadioTimings, scanner: Scanner, *, backend: type[BaseBleakClient] | None
    ) -> None:
        """Connect while `scanner` stands still."""
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
    ) -> AsyncIterator[BleakClient]:
        """Hold a link for as long as the block goes on; `lost` is called when it goes away by itself.

        After how many failed `tries` this is decides how long it may take (`RadioTimings.connect_s`).
        Others may be connecting. Once it is our turn, `is_due` says whether it is still worth a try: a sensor
        that went by meanwhile would hold up everybody else.

        Raises:
            Exception: it would not connect; bleak's own and those of the bus beneath it.
        """
        timeout_s = self._timings.connect_s * (1 + min(tries, PATIENT_TRIES))
        client = BleakClient(
            device,
            lambda _: on_lost(),
            OURS,
            timeout=timeout_s,
            pair=False,
            backend=self._backend,
        )
        try:
            async with self._lock, self._scanner.paused():
                if not is_due():
                    raise BleakError("it was heard too long ago")
                # bleak's own limit covers the link, ours also a bus that does not answer
                async with asyncio.timeout(timeout_s + self._timings.disconnect_guard_s):
                    await client.connect()
            yield client
        finally:
            await self._release(client)

    async def read(self, client: BleakClient, number: int) -> bytes | None:
        """Read a characteristic by its number; None where the sensor has none or will not say."""
        characteristic = find_characteristic(client, number)
        if characteristic is None or "read" not in characteristic.properties:
            return None
        try:
            async with asyncio.timeout(self._timings.read_s):
                return bytes(await client.read_gatt_char(characteristic))
        except Exception as error:  # noqa: BLE001 - a refusal, a lost link, a dying bus: no value in any case
            _LOG.info("%x cannot be read: %r", number, error)
            return None

    async def close(self, timeout_s: float) -> None:
        """Wait so long until the last links are let go; what is not by then is called off."""
        if self._disconnects:
            await asyncio.wait(self._disconnects, timeout=timeout_s)
        stuck = tuple(self._disconnects)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)

    async def _release(self, client: BleakClient) -> None:
        """Disconnect, but wait for it no longer than the guard; it goes on by itself."""
        task = asyncio.create_task(_disconnect(client))
        self._disconnects.add(task)
        task.add_done_callback(self._disconnects.discard)
        await asyncio.wait({task}, timeout=self._timings.disconnect_guard_s)


async def _disconnect(client: BleakClient) -> None:
    try:
        await client.disconnect()
    except Exception as error:  # noqa: BLE001 - the link is gone either way, and the client is not used again
        _LOG.info("the link was not let go in order: %r", error)


def find_characteristic(client: BleakClient, number: int) -> BleakGATTCharacteristic | None:
    """The first characteristic of a kind: some sensors offer one twice."""
    uuid = uuid_text(number)
    for service in client.services:
        characteristic = service.get_characteristic(uuid)
        if characteristic is not None:
            return characteristic
    return None


async def read_details(client: BleakClient, connector: Connector, sensor: DiscoveredSensor) -> SensorDetails:
    """Read what there is to read; what the sensor does not say, or says wrongly, stays unknown."""

    async def text(number: int) -> str:
        return device_information.text_of(await connector.read(client, number) or b"")[:LONGEST_NAME]

    charge = BatteryLevel.from_bytes(await connector.read(client, battery.UUID) or b"")
    features = RunningFeatures.from_payload(await connector.read(client, running_features.UUID) or b"")
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
    """Where it is worn, as people say it; empty where it does not say."""
    location = locations.sensor_location(await connector.read(client, locations.UUID) or b"")
    if isinstance(location, Malformed):
        body_location = locations.body_location(await connector.read(client, locations.BODY_UUID) or b"")
        return "" if isinstance(body_location, Malformed) else locations.location_words(body_location)
    return locations.location_words(location)
