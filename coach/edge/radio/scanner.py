"""Scans for sensors, and keeps a registry of those that were found.

There is one scan for all subscribers. It runs while there is a subscriber. A scan dies without notice when the
adapter loses power, or bluetoothd or the bus go away. So it is restarted every few seconds, and errors are reported
and tried again.

Starting a scan is never cancelled: the system would keep scanning and refuse every later scan of this program.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Final

from bleak import BleakAdapter, BleakScanner
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from coach.edge.clock import Clock, wait_until
from coach.edge.radio.discovery import LONGEST_NAME, DiscoveredSensor
from coach.edge.radio.errors import CallbackErrors, sensor_problem
from coach.edge.radio.link_state import RadioTimings
from coach.gatt.services import SOUGHT, measures_of, uuid_text
from coach.problems import SensorProblem

_STRONGEST_DBM: Final = 20
"""The strongest signal Bluetooth defines; Apple reports 127 for an unknown one."""
_BATTERY: Final = uuid_text(0x180F)
_FITNESS_MACHINE: Final = uuid_text(0x1826)
_IS_TREADMILL: Final = 0x01
"""Fitness Machine Service 1.0, clause 3.1: flags u8, then machine types u16, bit 0 of which is a treadmill."""


class DeviceRegistry:
    """The sensors near this machine, with the devices bleak connects to."""

    def __init__(self, *, adapter: type[BaseBleakAdapter] | None, asks_system: bool) -> None:
        """Start empty; `asks_system` is False if the radio is not the system's."""
        self._adapter = adapter
        self._asks_system = asks_system
        self._devices: dict[str, BLEDevice] = {}
        self._sensors: dict[str, DiscoveredSensor] = {}

    def device(self, id_: str) -> BLEDevice | None:
        """The device bleak connects to, for a sensor that has been seen."""
        return self._devices.get(id_)

    def update(self, device: BLEDevice, advertisement: AdvertisementData) -> DiscoveredSensor:
        """Store an advertisement; a name from an earlier one is kept."""
        previous = self._sensors.get(device.address)
        name = (advertisement.local_name or device.name or "")[:LONGEST_NAME]
        battery = advertisement.service_data.get(_BATTERY, b"")[:1]
        sensor = DiscoveredSensor(
            device.address,
            name or (previous.name if previous else ""),
            device.address,
            _measures(advertisement),
            advertisement.rssi if advertisement.rssi <= _STRONGEST_DBM else None,
            battery[0] if battery and battery[0] <= 100 else None,
        )
        self._devices[sensor.id] = device
        self._sensors[sensor.id] = sensor
        return sensor

    async def held_sensors(self) -> list[DiscoveredSensor]:
        """List the sensors the system holds a connection to; those do not advertise.

        Raises:
            Exception: there is no Bluetooth to ask; bleak's own errors and those of the bus beneath it.
        """
        if not self._asks_system:
            return []
        sensors: dict[str, DiscoveredSensor] = {}
        try:
            adapter = await BleakAdapter.get(backend=self._adapter)
            for uuid in SOUGHT:
                for device in await adapter.get_connected_devices([uuid]):
                    self._devices[device.address] = device
                    sensor = sensors.setdefault(device.address, _held_sensor(device))
                    sensors[sensor.id] = replace(sensor, measures=sensor.measures + measures_of([uuid]))
        except NotImplementedError:  # the platform cannot list them
            return []
        self._sensors.update(sensors)
        return list(sensors.values())


def _held_sensor(device: BLEDevice) -> DiscoveredSensor:
    name = (device.name or "")[:LONGEST_NAME]
    return DiscoveredSensor(device.address, name, device.address, (), is_held=True)


def _measures(advertisement: AdvertisementData) -> tuple[str, ...]:
    """The measurements in an advertisement; a fitness machine that is not a treadmill is ignored."""
    words = measures_of(advertisement.service_uuids)
    machine = advertisement.service_data.get(_FITNESS_MACHINE, b"")
    if len(machine) >= 3 and not machine[1] & _IS_TREADMILL:
        return tuple(word for word in words if word != "treadmill")
    return words


OnDiscovered = Callable[[DiscoveredSensor], None]

_LOG = logging.getLogger(__name__)
_NO_SIGNAL_DBM: Final = -127
"""bleak's value for no signal: a property of the sensor changed, there was no advertisement."""


class Scanner:
    """The scan of a radio, shared by its subscribers."""

    def __init__(
        self,
        timings: RadioTimings,
        clock: Clock,
        registry: DeviceRegistry,
        *,
        backend: type[BaseBleakScanner] | None,
        report_trouble: Callable[[SensorProblem | None], None],
        callback_errors: CallbackErrors,
    ) -> None:
        """Scan while there are subscribers; `report_trouble` is called with each problem, and None once a scan runs."""
        self._timings = timings
        self._clock = clock
        self._registry = registry
        self._backend = backend
        self._report_trouble = report_trouble
        self._callback_errors = callback_errors
        self._callbacks: list[OnDiscovered] = []
        self._pauses = 0
        self._closed = asyncio.Event()
        self._wanted = asyncio.Event()
        self._unwanted = asyncio.Event()
        self._idle = asyncio.Event()
        self._update_wanted()
        self._idle.set()

    @contextmanager
    def subscribe(self, callback: OnDiscovered) -> Iterator[None]:
        """Call `callback` for every advertisement of a supported sensor, during the block."""
        self._callbacks.append(callback)
        self._update_wanted()
        try:
            yield
        finally:
            self._callbacks.remove(callback)
            self._update_wanted()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Pause the scan during the block: adapters connect badly while they scan."""
        self._pauses += 1
        self._update_wanted()
        try:
            await self._idle.wait()
            yield
        finally:
            self._pauses -= 1
            self._update_wanted()

    def close(self) -> None:
        """Stop scanning; `run` returns."""
        self._closed.set()
        self._update_wanted()

    async def run(self) -> None:
        """Scan whenever there is a subscriber, until closed."""
        while True:
            await self._wanted.wait()
            if self._closed.is_set():
                return
            self._idle.clear()
            try:
                has_scanned = await self._scan()
            finally:
                self._idle.set()
            if not has_scanned:
                await wait_until(self._closed, self._clock, self._clock.monotonic() + self._timings.adopt_s)

    async def _scan(self) -> bool:
        """Scan until there is no subscriber or the scan is due for a restart; returns False if it did not start."""
        try:
            scanner = BleakScanner(self._on_advertisement, list(SOUGHT), backend=self._backend)
            await self._start(scanner)
        except Exception as error:  # noqa: BLE001 - every error is reported and tried again
            _LOG.info("the scan did not start: %r", error)
            self._report_trouble(sensor_problem(error))
            return False
        try:
            self._report_trouble(None)
            await wait_until(self._unwanted, self._clock, self._clock.monotonic() + self._timings.rescan_s)
        finally:
            await self._stop(scanner)
        return True

    async def _start(self, scanner: BleakScanner) -> None:
        """Start a scan, however long it takes; a long start is reported."""
        starting = asyncio.create_task(scanner.start())
        while not starting.done():
            await asyncio.wait({starting}, timeout=self._timings.connect_s)
            if not starting.done():
                self._report_trouble(sensor_problem(TimeoutError()))
        starting.result()

    async def _stop(self, scanner: BleakScanner) -> None:
        try:
            async with asyncio.timeout(self._timings.disconnect_guard_s):
                await scanner.stop()
        except Exception as error:  # noqa: BLE001 - a scan that cannot be stopped is already gone
            _LOG.info("the scan did not stop: %r", error)

    def _on_advertisement(self, device: BLEDevice, advertisement: AdvertisementData) -> None:
        """Pass an advertisement to the subscribers; an error of one does not affect the others."""
        if advertisement.rssi <= _NO_SIGNAL_DBM:
            return
        sensor = self._registry.update(device, advertisement)
        for callback in tuple(self._callbacks):
            with self._callback_errors:
                callback(sensor)

    def _update_wanted(self) -> None:
        """Update whether a scan is wanted; a closed scanner is woken up to return."""
        is_wanted = bool(self._callbacks) and not self._pauses and not self._closed.is_set()
        if is_wanted or self._closed.is_set():
            self._wanted.set()
        else:
            self._wanted.clear()
        if is_wanted:
            self._unwanted.clear()
        else:
            self._unwanted.set()
