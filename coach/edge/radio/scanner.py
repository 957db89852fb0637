"""Who is advertising? One scan for everybody who asks, started when somebody does and healed when it dies.

A scan does not say that it died: with the adapter's power, with bluetoothd, with the bus. So it is started
afresh every few seconds, and whatever goes wrong then is told and tried again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from coach.edge.clock import Clock
from coach.edge.radio.services import MEASURES
from coach.edge.radio.timings import RadioTimings
from coach.edge.radio.trouble import problem_of
from coach.edge.radio.waiting import happens, pause
from coach.problems import SensorProblem

Hear = Callable[[BLEDevice, AdvertisementData], None]

_LOG = logging.getLogger(__name__)
_NO_SIGNAL = -127
"""What bleak says where the system gives no signal strength: then nothing was advertised just now."""


class Scanner:
    """The one scan of a radio."""

    def __init__(
        self,
        timings: RadioTimings,
        clock: Clock,
        *,
        backend: type[BaseBleakScanner] | None,
        tell: Callable[[SensorProblem | None], None],
    ) -> None:
        """Scan when listened to; `tell` hears of each trouble, and None when a scan runs again."""
        self._timings = timings
        self._clock = clock
        self._backend = backend
        self._tell = tell
        self._listeners: list[Hear] = []
        self._pauses = 0
        self._wanted = asyncio.Event()
        self._unwanted = asyncio.Event()
        self._unwanted.set()
        self._silent = asyncio.Event()
        self._silent.set()
        self.faults = 0
        """Exceptions of listeners."""

    @contextmanager
    def heard_by(self, hear: Hear) -> Iterator[None]:
        """Let `hear` be told of every advertisement with a signal."""
        self._listeners.append(hear)
        self._weigh()
        try:
            yield
        finally:
            self._listeners.remove(hear)
            self._weigh()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Stand still: adapters connect badly while they scan."""
        self._pauses += 1
        self._weigh()
        try:
            await self._silent.wait()
            yield
        finally:
            self._pauses -= 1
            self._weigh()

    async def run(self) -> None:
        """Scan whenever it is wanted, until cancelled."""
        fruitless = 0
        while True:
            await self._wanted.wait()
            self._silent.clear()
            try:
                fruitless = 0 if await self._scan() else fruitless + 1
            finally:
                self._silent.set()
            if fruitless:
                rests = self._timings.backoff_s
                await pause(self._clock, rests[min(fruitless, len(rests) - 1)])

    async def _scan(self) -> bool:
        """Scan until it is unwanted or old; did it start?"""
        scanner = BleakScanner(self._hear, [*MEASURES], backend=self._backend)
        try:
            async with asyncio.timeout(self._timings.connect_s):
                await scanner.start()
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is told and tried again
            _LOG.info("the scan did not start: %r", wrong)
            self._tell(problem_of(wrong))
            return False
        try:
            self._tell(None)
            await happens(self._unwanted, self._clock, self._clock.monotonic() + self._timings.rescan_s)
        finally:
            await self._stop(scanner)
        return True

    async def _stop(self, scanner: BleakScanner) -> None:
        try:
            async with asyncio.timeout(self._timings.disconnect_guard_s):
                await scanner.stop()
        except Exception as wrong:  # noqa: BLE001 - a scan that cannot be stopped has died
            _LOG.info("the scan did not stop: %r", wrong)

    def _hear(self, device: BLEDevice, said: AdvertisementData) -> None:
        """Pass an advertisement on; what a listener breaks is counted and hinders nobody else."""
        if said.rssi <= _NO_SIGNAL:
            return
        for hear in tuple(self._listeners):
            try:
                hear(device, said)
            except Exception:  # noqa: BLE001 - one listener hinders no other
                self.faults += 1
                _LOG.exception("an advertisement was lost")

    def _weigh(self) -> None:
        """Is a scan wanted now?"""
        if self._listeners and not self._pauses:
            self._wanted.set()
            self._unwanted.clear()
        else:
            self._wanted.clear()
            self._unwanted.set()
