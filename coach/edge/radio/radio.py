"""The machine's Bluetooth: scans, reads a sensor's details, and logs its raw notifications.

The links of a run are kept by `coach.edge.radio.source`.
"""

import asyncio
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from bleak import BleakClient
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakError

from coach.edge.clock import Clock, wait_until
from coach.edge.paired_sensors import DiscoveredSensor, PairedSensor, SensorDetails, SensorIdentity
from coach.edge.radio.connection import (
    Connector,
    SubscriptionRefused,
    find_characteristic,
    read_details,
    subscription_problem,
)
from coach.edge.radio.link_state import RadioTimings, SensorLocks
from coach.edge.radio.scanner import (
    AdapterChoice,
    CallbackErrors,
    DeviceRegistry,
    Scanner,
    link_lost_problem,
    sensor_not_heard,
    sensor_problem,
)
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Characteristic

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SensorSample:
    """The details of a sensor, and what it sent in a few seconds."""

    details: SensorDetails
    packets: Mapping[Characteristic, bytes]
    """The last packet with a value of each characteristic that sent one."""
    refusal: SensorProblem | None = None
    """Why no subscription succeeded; None if one did, or packets arrived anyway."""
    packet_count: int = 0
    """The number of packets of these characteristics, with or without a value."""


@dataclass(frozen=True, slots=True)
class InspectedValue:
    """One characteristic of a sensor, of any service."""

    service: str
    """The UUID of its service."""
    characteristic: str
    """Its own UUID."""
    properties: tuple[str, ...]
    """`read`, `write`, `notify`, `indicate`, ..."""
    value: bytes | None = None
    """The result of a read; None if it cannot be read, or was refused."""


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
        hears_all: bool = False,
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
            hears_all: hear devices whatever services they advertise: some sensors hide theirs.
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
            hears_all=hears_all,
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

    async def scan(self, seconds: float, *, has_unknown: bool = False) -> AsyncGenerator[DiscoveredSensor]:
        """Yield the sensors nearby as they are found or noticeably change; those the system holds come first.

        With `has_unknown` also devices that advertise nothing a run can use, if the radio receives them.

        A caller that leaves the loop early must close the generator (`contextlib.aclosing`) to end the scan.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        reported: dict[str, DiscoveredSensor] = {}
        async with aclosing(self._advertisements(seconds)) as advertisements:
            async for sensor in advertisements:
                if (sensor.is_sensor or has_unknown) and sensor.differs_from(reported.get(sensor.id)):
                    reported[sensor.id] = sensor
                    yield sensor

    async def read_details(
        self, sensor: DiscoveredSensor, *, tries_to_subscribe: bool = False
    ) -> SensorDetails:
        """Connect, read what the sensor reports about itself, optionally try to subscribe, and disconnect.

        Raises:
            SensorProblem: it is not found, does not connect, or another instance of the program holds it.
        """
        link_lost = asyncio.Event()
        async with self._connected_once(sensor, link_lost.set) as client:
            details = await read_details(client, self.connector, sensor)
            if not tries_to_subscribe:
                return details
            return replace(details, refusal=await subscribe_all(client, self.connector, sensor, link_lost))

    async def sample(
        self,
        sensor: DiscoveredSensor,
        characteristics: Sequence[Characteristic],
        seconds: float,
        has_value: Callable[[Characteristic, bytes], object],
        *,
        longest_s: float = 0.0,
    ) -> SensorSample:
        """Connect, read the details, and subscribe for `seconds`, until a packet `has_value`, or the link is lost.

        If nothing arrives in that time it waits until `longest_s`, because some sensors send rarely.

        Raises:
            SensorProblem: it is not found, does not connect, or another instance of the program holds it.
        """
        packets: dict[Characteristic, bytes] = {}
        is_over, link_lost = asyncio.Event(), asyncio.Event()
        refusal: SensorProblem | None = None

        packet_count, is_sending, may_send = 0, False, False

        def on_packet(characteristic: Characteristic, payload: bytes) -> None:
            nonlocal packet_count
            packet_count += 1
            with self.callback_errors:
                if has_value(characteristic, payload):
                    packets[characteristic] = payload
                    is_over.set()

        def on_lost() -> None:
            link_lost.set()
            is_over.set()

        async with self._connected_once(sensor, on_lost) as client:
            details = await read_details(client, self.connector, sensor)
            try:
                for characteristic in characteristics:
                    attribute = find_characteristic(client, characteristic)
                    if attribute is None:
                        continue
                    handler = _packet_handler(characteristic, on_packet)
                    try:
                        await self.connector.subscribe(client, attribute, handler, link_lost)
                        is_sending = True
                    except SubscriptionRefused as error:  # it is reported; another characteristic may succeed
                        refusal = subscription_problem(sensor.name, sensor.id, error)
                        may_send = may_send or isinstance(error.error, TimeoutError)
                began_at = self.clock.monotonic()
                if is_sending or may_send:
                    await wait_until(is_over, self.clock, began_at + seconds)
                if is_sending and not packet_count:
                    await wait_until(is_over, self.clock, began_at + max(seconds, longest_s))
            except BleakError:  # packets before the link was lost count
                if not link_lost.is_set():
                    raise
        if link_lost.is_set():
            refusal = link_lost_problem()
        return SensorSample(details, packets, None if packets else refusal, packet_count)

    async def inspect(self, sensor: DiscoveredSensor, shunned: Collection[str] = ()) -> list[InspectedValue]:
        """Connect, list every characteristic of every service, and read those that can be read.

        Services in `shunned` (UUIDs) are listed and not read: that stops the data of some sensors.

        Raises:
            SensorProblem: it is not found, does not connect, or another instance of the program holds it.
        """
        values: list[InspectedValue] = []
        link_lost = asyncio.Event()
        async with self._connected_once(sensor, link_lost.set, has_all_services=True) as client:
            for service in client.services:
                for characteristic in service.characteristics:
                    value: bytes | None = None
                    if "read" in characteristic.properties and service.uuid not in shunned:
                        value = await self.connector.read_attribute(client, characteristic)
                    properties = tuple(characteristic.properties)
                    values.append(InspectedValue(service.uuid, characteristic.uuid, properties, value))
            if link_lost.is_set():
                raise link_lost_problem()
        return values

    async def recognise(
        self, sensors: Sequence[PairedSensor], seconds: float
    ) -> AsyncGenerator[tuple[PairedSensor, DiscoveredSensor]]:
        """Yield each paired sensor that is received, once: by its id, else by the serial number of a namesake.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        if not sensors:
            return
        identities = {sensor.id: SensorIdentity(sensor) for sensor in sensors}
        missing = {sensor.id: sensor for sensor in sensors}
        namesakes: dict[str, DiscoveredSensor] = {}
        own_ids_until = self.clock.monotonic() + min(self.timings.namesake_s, seconds / 2)
        ends_at = self.clock.monotonic() + seconds
        async with aclosing(self._advertisements(seconds)) as advertisements:
            async for candidate in advertisements:
                for id_, sensor in list(missing.items()):
                    if identities[id_].may_match(candidate, asks_serial=True):
                        if identities[id_].is_known(candidate):
                            del missing[id_]
                            yield sensor, candidate
                        else:
                            namesakes[candidate.id] = candidate
                if not missing or (namesakes and self.clock.monotonic() >= own_ids_until):
                    break
        async for pair in self._recognise_by_serial(missing, identities, namesakes.values()):
            yield pair
        if missing and (rest_s := ends_at - self.clock.monotonic()) > 0 and namesakes:
            async with aclosing(self._advertisements(rest_s)) as advertisements:
                async for candidate in advertisements:
                    if candidate.id in missing:
                        yield missing.pop(candidate.id), candidate
                    if not missing:
                        break

    async def _recognise_by_serial(
        self,
        missing: dict[str, PairedSensor],
        identities: Mapping[str, SensorIdentity],
        namesakes: Iterable[DiscoveredSensor],
    ) -> AsyncGenerator[tuple[PairedSensor, DiscoveredSensor]]:
        """Read the serial number of each namesake; recognised sensors are removed from the missing ones."""
        for candidate in namesakes:
            askers = [id_ for id_ in missing if identities[id_].may_match(candidate, asks_serial=True)]
            if not askers:
                continue
            try:
                serial = (await self.read_details(candidate)).serial
            except SensorProblem as problem:
                _LOG.info("a namesake could not be asked: %s", problem.message)
                continue
            for id_ in askers:
                if identities[id_].confirm_serial(candidate, serial):
                    yield missing.pop(id_), candidate

    @asynccontextmanager
    async def _connected_once(
        self,
        sensor: DiscoveredSensor,
        on_lost: Callable[[], None] = lambda: None,
        *,
        has_all_services: bool = False,
    ) -> AsyncIterator[BleakClient]:
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
            link_lost = asyncio.Event()

            def note_loss() -> None:
                link_lost.set()
                on_lost()

            try:
                async with self.connector.connected(
                    device, note_loss, has_all_services=has_all_services
                ) as client:
                    yield client
            except Exception as error:  # noqa: BLE001 - translated into a problem
                _LOG.info("a visit failed: %r", error)
                raise (link_lost_problem() if link_lost.is_set() else sensor_problem(error)) from None

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
    link_lost, has_come = asyncio.Event(), False

    def keep(characteristic: Characteristic, payload: bytes) -> None:
        nonlocal has_come
        has_come = True
        on_packet(characteristic, payload)

    with radio.locked(sensor.id, sensor.name):
        try:
            assert device is not None  # it was discovered by this radio
            async with radio.connector.connected(device, link_lost.set) as client:
                refusal = await subscribe_all(client, radio.connector, sensor, link_lost, keep)
                if refusal is not None:
                    raise refusal
                return not await wait_until(link_lost, radio.clock, radio.clock.monotonic() + seconds)
        except Exception as error:  # noqa: BLE001 - translated into a problem
            if has_come and link_lost.is_set():  # it ended during the next subscription
                return False
            raise (link_lost_problem() if link_lost.is_set() else sensor_problem(error)) from None


async def subscribe_all(
    client: BleakClient,
    connector: Connector,
    sensor: DiscoveredSensor,
    link_lost: asyncio.Event,
    on_packet: OnPacket = lambda _characteristic, _payload: None,
) -> SensorProblem | None:
    """Subscribe to everything a run could use; returns why nothing is sent, None if something is.

    Raises:
        BleakError: the link was lost.
    """
    refusals: list[SubscriptionRefused] = []
    is_sending = False
    for characteristic in Characteristic:
        attribute = find_characteristic(client, characteristic)
        if attribute is None or not {"notify", "indicate"} & {*attribute.properties}:
            continue
        try:
            await connector.subscribe(
                client, attribute, _packet_handler(characteristic, on_packet), link_lost
            )
            is_sending = is_sending or characteristic is not Characteristic.BATTERY_LEVEL
        except SubscriptionRefused as refusal:
            refusals.append(refusal)
    if is_sending:
        return None
    if refusals:
        return subscription_problem(sensor.name, sensor.id, refusals[0])
    return SensorProblem("it has no known measurement", reason=SensorTrouble.NOT_SUPPORTED)


def _packet_handler(
    characteristic: Characteristic, on_packet: OnPacket
) -> Callable[[object, bytearray], None]:
    return lambda _, payload: on_packet(characteristic, bytes(payload))
