"""Who is advertising? One scan for everybody who asks, started when somebody does and healed when it dies.

A scan does not say that it died: with the adapter's power, with bluetoothd, with the bus. So it is started
afresh every few seconds, and whatever goes wrong then is told and tried again.

A start is never broken off: the system would go on scanning for us, and refuse every later scan of this program.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from coach.edge.clock import Clock
from coach.edge.radio.errors import CallbackErrors, sensor_problem
from coach.edge.radio.found import DiscoveredSensor
from coach.edge.radio.neighbours import DeviceRegistry
from coach.edge.radio.timings import RadioTimings
from coach.edge.radio.waiting import wait_until
from coach.gatt.services import SOUGHT
from coach.problems import SensorProblem

Hear = Callable[[DiscoveredSensor], None]

_LOG = logging.getLogger(__name__)
_NO_SIGNAL_DBM: Final = -127
"""What bleak says where the system names no signal: something of the sensor changed, nothing was advertised."""


class Scanner:
    """The one scan of a radio."""

    def __init__(
        self,
        timings: RadioTimings,
        clock: Clock,
        neighbours: DeviceRegistry,
        *,
        backend: type[BaseBleakScanner] | None,
        tell: Callable[[SensorProblem | None], None],
        faults: CallbackErrors,
    ) -> None:
        """Scan when listened to; `tell` hears of each trouble, and None when a scan runs."""
        self._timings = timings
        self._clock = clock
        self._neighbours = neighbours
        self._backend = backend
        self._tell = tell
        self._faults = faults
        self._listeners: list[Hear] = []
        self._pauses = 0
        self._closed = asyncio.Event()
        self._wanted = asyncio.Event()
        self._unwanted = asyncio.Event()
        self._standing = asyncio.Event()
        self._weigh()
        self._standing.set()

    @contextmanager
    def heard_by(self, hear: Hear) -> Iterator[None]:
        """Let `hear` be told of every advertisement of a sensor of ours."""
        self._listeners.append(hear)
        self._weigh()
        try:
            yield
        finally:
            self._listeners.remove(hear)
            self._weigh()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Stand still for a while: adapters connect badly while they scan."""
        self._pauses += 1
        self._weigh()
        try:
            await self._standing.wait()
            yield
        finally:
            self._pauses -= 1
            self._weigh()

    def close(self) -> None:
        """Scan no more: `run` comes to its end by itself."""
        self._closed.set()
        self._weigh()

    async def run(self) -> None:
        """Scan whenever it is wanted, until closed."""
        while True:
            await self._wanted.wait()
            if self._closed.is_set():
                return
            self._standing.clear()
            try:
                has_scanned = await self._scan()
            finally:
                self._standing.set()
            if not has_scanned:
                await wait_until(self._closed, self._clock, self._clock.monotonic() + self._timings.adopt_s)

    async def _scan(self) -> bool:
        """Scan until it is unwanted or old; did it start?"""
        try:
            scanner = BleakScanner(self._hear, list(SOUGHT), backend=self._backend)
            await self._start(scanner)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is told and tried again
            _LOG.info("the scan did not start: %r", wrong)
            self._tell(sensor_problem(wrong))
            return False
        try:
            self._tell(None)
            await wait_until(self._unwanted, self._clock, self._clock.monotonic() + self._timings.rescan_s)
        finally:
            await self._stop(scanner)
        return True

    async def _start(self, scanner: BleakScanner) -> None:
        """Start, however long it takes; one that takes long is told."""
        starting = asyncio.create_task(scanner.start())
        while not starting.done():
            await asyncio.wait({starting}, timeout=self._timings.connect_s)
            if not starting.done():
                self._tell(sensor_problem(TimeoutError()))
        starting.result()

    async def _stop(self, scanner: BleakScanner) -> None:
        try:
            async with asyncio.timeout(self._timings.disconnect_guard_s):
                await scanner.stop()
        except Exception as wrong:  # noqa: BLE001 - a scan that cannot be stopped has died
            _LOG.info("the scan did not stop: %r", wrong)

    def _hear(self, device: BLEDevice, said: AdvertisementData) -> None:
        """Pass an advertisement on; what one listener breaks hinders no other."""
        if said.rssi <= _NO_SIGNAL_DBM:
            return
        found = self._neighbours.hear(device, said)
        for hear in tuple(self._listeners):
            with self._faults:
                hear(found)

    def _weigh(self) -> None:
        """Is a scan wanted now? A closed scanner is woken up to end."""
        is_wanted = bool(self._listeners) and not self._pauses and not self._closed.is_set()
        if is_wanted or self._closed.is_set():
            self._wanted.set()
        else:
            self._wanted.clear()
        if is_wanted:
            self._unwanted.clear()
        else:
            self._unwanted.set()
