"""The machine's Bluetooth: scans, reads a sensor's details, and logs its raw notifications.

The links of a run are kept by `coach.edge.radio.source`.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from types import TracebackType
from typing import Self

from bleak import BleakClient
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner

from coach.edge.clock import Clock, wait_until
from coach.edge.radio.adapters import AdapterChoice
from coach.edge.radio.connection import Connector, find_characteristic, read_details
from coach.edge.radio.discovery import DiscoveredSensor, SensorDetails
from coach.edge.radio.link_state import RadioTimings
from coach.edge.radio.scanner import CallbackErrors, DeviceRegistry, Scanner, sensor_not_heard, sensor_problem
from coach.edge.radio.sensor_lock import SensorLocks
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Characteristic

_LOG = logging.getLogger(__name__)


class Radio:
    """The machine's Bluetooth: one scanner, one new connection at a time; everything is stopped on exit.

    A program has one at a time: the system allows one scan per process.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        timings: RadioTimings | None = None,
        locks: SensorLocks | None = None,
        adapter: str = "",
        scanner_backend: type[BaseBleakScanner] | None = None,
        client_backend: type[BaseBleakClient] | None = None,
        adapter_backend: type[BaseBleakAdapter] | None = None,
    ) -> None:
        """Use the platform's Bluetooth unless backends are passed.

        Args:
            clock: measures every wait.
            timings: the timeouts and intervals.
            locks: keep other instances of the program away from a sensor; None: no locking.
            adapter: the name or address of the adapter to use; empty: all that are switched on.
            scanner_backend: replaces bleak's scanner for the platform.
            client_backend: replaces bleak's client for the platform.
            adapter_backend: replaces bleak's adapter, which lists the sensors the system holds; if only the
                scanner is replaced, the system is not asked.
        """
        self.timings = timings or RadioTimings()
        self.clock = clock
        self.trouble: SensorProblem | None = None
        """The problem of the radio when it was last used; None: it worked."""
        self._locks = locks
        self._trouble_callbacks: list[Callable[[SensorProblem | None], None]] = []
        self.adapters = AdapterChoice(adapter, asks_system=scanner_backend is None)
        self.registry = DeviceRegistry(
            adapter=adapter_backend,
            asks_system=scanner_backend is None or adapter_backend is not None,
            adapters=self.adapters,
        )
        self.callback_errors = CallbackErrors()
        """The errors of callbacks since the radio was made."""
        self.scanner = Scanner(
            self.timings,
            clock,
            self.registry,
            adapters=self.adapters,
            backend=scanner_backend,
            report_trouble=self._report_trouble,
            callback_errors=self.callback_errors,
        )
        self.connector = Connector(self.timings, self.scanner, backend=client_backend)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Get ready; scanning starts when it is requested."""
        self._scanning = self.start(self.scanner.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop scanning and disconnect every link, within the guard time for disconnecting."""
        began_at = self.clock.monotonic()
        guard_s = self.timings.disconnect_guard_s
        self.scanner.close()
        for task in self._tasks - {self._scanning}:
            task.cancel()
        await asyncio.wait({*self._tasks, self._scanning}, timeout=guard_s)
        self._scanning.cancel()
        await self.connector.close(max(0.0, guard_s - (self.clock.monotonic() - began_at)))

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run a coroutine as a task until it ends or the radio is closed."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @contextmanager
    def subscribe_trouble(self, callback: Callable[[SensorProblem | None], None]) -> Iterator[None]:
        """Call `callback` on each change of `trouble`, during the block."""
        self._trouble_callbacks.append(callback)
        try:
            yield
        finally:
            self._trouble_callbacks.remove(callback)

    @contextmanager
    def locked(self, id_: str, name: str) -> Iterator[None]:
        """Lock a sensor for the length of the block, so that no other instance of the program uses it.

        Raises:
            SensorProblem: another instance holds it.
        """
        if self._locks is None:
            yield
            return
        with self._locks.lock(id_) as other:
            if other is not None:
                raise other.problem(name)
            yield

    async def check(self) -> None:
        """Check that Bluetooth is present, switched on and permitted.

        Raises:
            SensorProblem: it is not; the problem says why.
        """
        await self.held_sensors()

    async def scan(self, seconds: float) -> AsyncGenerator[DiscoveredSensor]:
        """Yield the sensors nearby as they are found or noticeably change; those the system holds come first.

        A caller that leaves the loop early must close the generator (`contextlib.aclosing`) to end the scan.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        reported: dict[str, DiscoveredSensor] = {}
        async with aclosing(self._advertisements(seconds)) as advertisements:
            async for sensor in advertisements:
                if sensor.measures and sensor.differs_from(reported.get(sensor.id)):
                    reported[sensor.id] = sensor
                    yield sensor

    async def read_details(self, sensor: DiscoveredSensor) -> SensorDetails:
        """Connect, read what the sensor reports about itself, and disconnect.

        Raises:
            SensorProblem: it is not found, does not connect, or another instance of the program holds it.
        """
        async with self._connected_once(sensor) as client:
            return await read_details(client, self.connector, sensor)

    @asynccontextmanager
    async def _connected_once(self, sensor: DiscoveredSensor) -> AsyncIterator[BleakClient]:
        """Keep a short connection to a sensor, after a search if it has not been seen yet."""
        with self.locked(sensor.id, sensor.name):
            device = self.registry.device(sensor.id)
            if device is None:
                async with aclosing(self._advertisements(self.timings.connect_s)) as advertisements:
                    async for candidate in advertisements:
                        if candidate.id == sensor.id:
                            break
                device = self.registry.device(sensor.id)
            if device is None:
                raise sensor_not_heard()
            try:
                async with self.connector.connected(device) as client:
                    yield client
            except Exception as error:  # noqa: BLE001 - translated into a problem
                _LOG.info("a visit failed: %r", error)
                raise sensor_problem(error) from None

    async def _advertisements(self, seconds: float) -> AsyncGenerator[DiscoveredSensor]:
        """Yield the sensors the system holds, then every advertisement for `seconds`."""
        events: asyncio.Queue[DiscoveredSensor | SensorProblem | None] = asyncio.Queue()

        async def end() -> None:
            await self.clock.sleep_until(self.clock.monotonic() + seconds)
            events.put_nowait(None)

        def stop(trouble: SensorProblem | None) -> None:
            if trouble is not None:
                events.put_nowait(trouble)

        for sensor in await self.held_sensors():
            yield sensor
        self.trouble = None  # a new scan reports trouble again
        ending = self.start(end())
        try:
            with self.subscribe_trouble(stop), self.scanner.subscribe(events.put_nowait):
                while (event := await events.get()) is not None:
                    if isinstance(event, SensorProblem):
                        raise event
                    yield event
        finally:
            ending.cancel()

    async def held_sensors(self) -> list[DiscoveredSensor]:
        """List the sensors the system holds a connection to; a bus that does not answer is a problem.

        Raises:
            SensorProblem: there is no Bluetooth to ask.
        """
        try:
            async with asyncio.timeout(self.timings.read_s):
                return await self.registry.held_sensors()
        except Exception as error:  # noqa: BLE001 - translated into a problem
            raise sensor_problem(error) from None

    def _report_trouble(self, trouble: SensorProblem | None) -> None:
        """Report trouble once, and once that it is over."""
        previous, self.trouble = self.trouble, trouble
        if str(previous or "") != str(trouble or ""):
            for callback in tuple(self._trouble_callbacks):
                with self.callback_errors:
                    callback(trouble)


OnPacket = Callable[[Characteristic, bytes], None]


async def log_raw(radio: Radio, sensor: DiscoveredSensor, seconds: float, on_packet: OnPacket) -> bool:
    """Pass every packet of a sensor to `on_packet` for `seconds`; returns False if the link was lost before.

    Raises:
        SensorProblem: it does not connect, has no known measurement, or another instance of the program holds it.
    """
    device = radio.registry.device(sensor.id)
    link_lost = asyncio.Event()
    with radio.locked(sensor.id, sensor.name):
        try:
            assert device is not None  # it was discovered by this radio
            async with radio.connector.connected(device, link_lost.set) as client:
                subscriptions = 0
                for characteristic in Characteristic:
                    attribute = find_characteristic(client, characteristic)
                    if attribute is not None and {"notify", "indicate"} & {*attribute.properties}:
                        await client.start_notify(attribute, _packet_handler(characteristic, on_packet))
                        subscriptions += 1
                if not subscriptions:
                    raise SensorProblem(
                        "it has nothing to send that we know", reason=SensorTrouble.NOT_SUPPORTED
                    )
                return not await wait_until(link_lost, radio.clock, radio.clock.monotonic() + seconds)
        except Exception as error:  # noqa: BLE001 - translated into a problem
            raise sensor_problem(error) from None


def _packet_handler(
    characteristic: Characteristic, on_packet: OnPacket
) -> Callable[[object, bytearray], None]:
    return lambda _, payload: on_packet(characteristic, bytes(payload))
