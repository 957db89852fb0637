"""What can be done with Bluetooth? Scan, look at a sensor, name the nearest, and keep links for a run."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager, suppress
from types import TracebackType
from typing import Self

from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from coach.edge.clock import Clock
from coach.edge.radio.connection import Connector
from coach.edge.radio.details import details_of
from coach.edge.radio.found import Details, Found
from coach.edge.radio.neighbours import Neighbours
from coach.edge.radio.scanner import Scanner
from coach.edge.radio.timings import RadioTimings
from coach.edge.radio.trouble import problem_of
from coach.problems import SensorProblem, SensorTrouble

_LOG = logging.getLogger(__name__)
_NOTICEABLE_DB = 6
"""A signal that changed by less is the same signal: it flutters by as much while nobody moves."""


class Radio:
    """The machine's Bluetooth: one scanner, one connection at a time, everything stopped on leaving."""

    def __init__(
        self,
        *,
        clock: Clock,
        timings: RadioTimings | None = None,
        scanner_backend: type[BaseBleakScanner] | None = None,
        client_backend: type[BaseBleakClient] | None = None,
        adapter_backend: type[BaseBleakAdapter] | None = None,
    ) -> None:
        """Use the platform's own Bluetooth unless backends are handed in."""
        self.timings = timings or RadioTimings()
        self.clock = clock
        self.trouble: SensorProblem | None = None
        """What is wrong with the radio now; None while it works or nobody uses it."""
        self._told: list[Callable[[SensorProblem | None], None]] = []
        self.scanner = Scanner(self.timings, clock, backend=scanner_backend, tell=self._tell)
        self.connector = Connector(self.timings, self.scanner, backend=client_backend)
        self.neighbours = Neighbours(
            adapter=adapter_backend, asks_system=scanner_backend is None or adapter_backend is not None
        )
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Be ready; nothing is scanned before it is asked for."""
        self.start(self.scanner.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let every link go and stop scanning; takes no longer than the guard around disconnecting."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connector.close()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Let something go on until it ends or the radio is left."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @contextmanager
    def telling(self, told: Callable[[SensorProblem | None], None]) -> Iterator[None]:
        """Let `told` hear of each change of `trouble`."""
        self._told.append(told)
        try:
            yield
        finally:
            self._told.remove(told)

    async def scan(self, seconds: float) -> AsyncGenerator[Found]:
        """Name the sensors nearby as they are found or noticeably change; those the system holds come first.

        Whoever leaves the loop early closes it (`contextlib.aclosing`), else the scan goes on until then.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        arrivals: asyncio.Queue[Found | SensorProblem | None] = asyncio.Queue()
        shown: dict[str, Found] = {}

        def hear(device: BLEDevice, said: AdvertisementData) -> None:
            found = self.neighbours.hear(device, said)
            if found.measures and _is_news(found, shown.get(found.id)):
                shown[found.id] = found
                arrivals.put_nowait(found)

        def stop(trouble: SensorProblem | None) -> None:
            if trouble is not None:
                arrivals.put_nowait(trouble)

        async def end() -> None:
            await self.clock.sleep_until(self.clock.monotonic() + seconds)
            arrivals.put_nowait(None)

        for found in await self._held():
            shown[found.id] = found
            yield found
        self.trouble = None
        ending = self.start(end())
        try:
            with self.telling(stop), self.scanner.heard_by(hear):
                while (arrival := await arrivals.get()) is not None:
                    if isinstance(arrival, SensorProblem):
                        raise arrival
                    yield arrival
        finally:
            ending.cancel()

    async def look(self, found: Found) -> Details:
        """Connect once, read what the sensor says of itself, and let it go.

        Raises:
            SensorProblem: it is not there, or would not connect.
        """
        device = self.neighbours.device(found.id)
        if device is None:
            async with aclosing(self.scan(self.timings.connect_s)) as near:
                async for each in near:
                    if each.id == found.id:
                        break
            device = self.neighbours.device(found.id)
        if device is None:
            raise SensorProblem(
                "the sensor is not there any more",
                "Wake it up: wet the strap, shake the pod.",
                reason=SensorTrouble.NOT_FOUND,
            )
        try:
            async with self.connector.connected(device) as client:
                return await details_of(client, self.connector, found)
        except Exception as wrong:  # noqa: BLE001 - told as what it means
            _LOG.info("a sensor could not be looked at: %r", wrong)
            raise problem_of(wrong) from None

    async def check(self) -> None:
        """Is there Bluetooth, switched on, and may we use it?

        Raises:
            SensorProblem: no, and why.
        """
        async with aclosing(self.scan(self.timings.rank_s)) as near:
            async for _ in near:
                break

    async def _held(self) -> list[Found]:
        try:
            return await self.neighbours.held()
        except Exception as wrong:  # noqa: BLE001 - as above
            raise problem_of(wrong) from None

    def _tell(self, trouble: SensorProblem | None) -> None:
        """Tell a trouble once, and that it is over."""
        before, self.trouble = self.trouble, trouble
        if str(before or "") == str(trouble or ""):
            return
        for told in tuple(self._told):
            with suppress(Exception):
                told(trouble)


def _is_news(found: Found, before: Found | None) -> bool:
    """Is a sensor new, or noticeably different?"""
    if before is None or before.is_held:
        return True
    if (found.name, found.measures, found.battery_percent) != (
        before.name,
        before.measures,
        before.battery_percent,
    ):
        return True
    if found.rssi_dbm is None or before.rssi_dbm is None:
        return found.rssi_dbm != before.rssi_dbm
    return abs(found.rssi_dbm - before.rssi_dbm) >= _NOTICEABLE_DB
