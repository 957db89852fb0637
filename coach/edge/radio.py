"""The machine's Bluetooth: connects sensors one at a time, reads their details, and scans and samples for commands.

`coach.edge.radio_scanner` scans; the links of a run are kept by `coach.edge.radio_source`.
"""

import asyncio
import logging
import re
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
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from weakref import WeakSet

from bleak import BleakClient
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError

from coach.edge.clock import Clock, loop_s, wait_until
from coach.edge.files import plain
from coach.edge.paired_sensors import (
    LONGEST_NAME,
    DiscoveredSensor,
    PairedSensor,
    RadioTimings,
    SensorDetails,
    SensorIdentity,
    SensorLocks,
)
from coach.edge.radio_scanner import (
    AdapterChoice,
    CallbackErrors,
    DeviceRegistry,
    Scanner,
    error_text,
    link_lost_problem,
    sensor_not_heard,
    sensor_problem,
)
from coach.gatt import Malformed, running_speed_cadence, services
from coach.gatt.running_speed_cadence import RunningFeatures
from coach.gatt.services import OURS, BatteryLevel, advice_for, measures_of, uuid_text
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Characteristic

PATIENT_TRIES: Final = 2
"""After this many failed tries a connection gets the longest timeout: the sensor may be slow."""
_SPARE: Final = 1.5
"""A connection gets this many times the time it took last. Judged."""
_LOG = logging.getLogger(__name__)
_Result = TypeVar("_Result")
OnPacket = Callable[[Characteristic, bytes], None]


# --- a sensor that refuses to send


class _Refusal(Enum):
    """Why a connected sensor sends nothing, as far as its answers show."""

    BONDING = "bonding"
    """It sends only to a bonded computer, or one that its app allows."""
    STALE = "stale"
    """The system has cached services from before a firmware update."""
    UNSUPPORTED = "unsupported"
    """It reports that it does not support this."""
    UNKNOWN = "unknown"


_BY_CODE: Final = {
    **dict.fromkeys((0x05, 0x08, 0x0C, 0x0F), _Refusal.BONDING),
    **dict.fromkeys((0x01, 0x0A, 0x12), _Refusal.STALE),
    0x06: _Refusal.UNSUPPORTED,
}
"""Errors of the attribute protocol (Core Specification, Vol 3 Part F, table 3.4)."""
_BY_WORDS: Final = (
    (
        re.compile(r"\b(not ?permitted|not ?authori[sz]ed|not ?paired|authenticat|authori[sz]ation|encrypt)"),
        _Refusal.BONDING,
    ),
    (re.compile(r"\b(invalid handle|does ?not ?exist|unknown ?object)"), _Refusal.STALE),
    (re.compile(r"\bnot ?supported\b"), _Refusal.UNSUPPORTED),
)
"""Names and texts of errors, by platform; the first that matches counts."""
_CODE: Final = re.compile(r"\b(?:error|code)\W{1,3}(0x[0-9a-f]{1,2}|[0-9]{1,3})\b")
"""An error code as BlueZ, Apple and Windows write it; a handle such as 0x0128 does not match."""


def _refusal_of(error: BaseException) -> _Refusal:
    """Classify the answer of a sensor or its system to a subscription."""
    text = error_text(error).lower()
    if "acquired" in text:  # another program of this computer uses it
        return _Refusal.UNKNOWN
    if isinstance(error, BleakGATTProtocolError):
        return _BY_CODE.get(int(error.code), _Refusal.UNKNOWN)
    code = _CODE.search(text)
    if code is not None and (refusal := _BY_CODE.get(int(code[1], 0 if code[1][1:2] == "x" else 10))):
        return refusal
    return next((refusal for words, refusal in _BY_WORDS if words.search(text)), _Refusal.UNKNOWN)


class SubscriptionRefused(BleakError):
    """Raised when a connected sensor refuses to send its measurements, or does not answer."""

    def __init__(self, error: BaseException) -> None:
        """Keep the answer."""
        super().__init__(error_text(error))
        self.error = error

    @property
    def is_lasting(self) -> bool:
        """Whether waiting will not help, as far as the answers show."""
        return _refusal_of(self.error) is not _Refusal.UNKNOWN


def subscription_problem(
    name: str, id_: str, error: BaseException, what: str = "", *, label: str = ""
) -> SensorProblem:
    """The problem of a sensor that is received and sends nothing, or no `what`, and its fix.

    It is named by its `label` if it has one; the advice for its make depends on its own name.
    """
    refuses = f"refuses to send {what}".rstrip()
    called = plain(label or name) or "the sensor"
    cause = error.error if isinstance(error, SubscriptionRefused) else error
    advice = advice_for(name)
    if isinstance(cause, TimeoutError):
        message = f"{called} was found but does not answer" + (f" when asked for {what}" if what else "")
        hint = "Take it off for ten seconds, or switch it off and on. Check that no watch or phone is connected to it."
    elif not isinstance(error, SubscriptionRefused):
        message = f"{called} was found but cannot be connected: {plain(error_text(cause))}"
        hint = f"Switch it off and on; if it stays so: bluetoothctl remove {plain(id_)}"
    else:
        message, hint = _refusal_words(f"{called} {refuses}", cause, id_)
    return SensorProblem(message, f"{hint} {advice}".strip(), reason=SensorTrouble.FAILED)


def _refusal_words(refuses: str, cause: BaseException, id_: str) -> tuple[str, str]:
    """What was refused, why, and the fix, by the answer of the sensor."""
    forget = f"bluetoothctl remove {plain(id_)}"
    match _refusal_of(cause):
        case _Refusal.BONDING:
            return (
                f"{refuses}: it wants to be bonded with this computer",
                f"Bond it in the system's Bluetooth settings (bluetoothctl pair {plain(id_)}), or let its app share.",
            )
        case _Refusal.STALE:
            return (
                f"{refuses}: the system remembers services it no longer has",
                f"Let the system forget it: {forget} (as after a firmware update).",
            )
        case _Refusal.UNSUPPORTED:
            return (
                f"{refuses}: it reports that it cannot",
                f"See in its app that it shares its values; after a firmware update: {forget}",
            )
        case _Refusal.UNKNOWN:
            return (
                f"{refuses}: {plain(error_text(cause))}",
                f"Let the system forget it: {forget}. Switch it off and on; see in its app that it shares its values.",
            )


def silent_problem(name: str, *, label: str = "") -> SensorProblem:
    """The problem of a sensor that connects again and again and sends nothing."""
    return SensorProblem(
        f"{plain(label or name) or 'the sensor'} connects again and again but sends nothing",
        "Wear the strap with wet electrodes, or walk with the pod. Check that no watch or phone is connected to it, "
        f"and that its battery is not flat. {advice_for(name)}".rstrip(),
        reason=SensorTrouble.FAILED,
    )


def lookalike_problem(sensor: PairedSensor, candidate: DiscoveredSensor) -> SensorProblem:
    """The problem of a sensor that is missing while an indistinguishable one is received."""
    return SensorProblem(
        f"{plain(sensor.label or sensor.name)} was not found. A sensor called {plain(candidate.name)} was, and no "
        "serial number tells the two apart",
        f"If it is yours with a new address, pair it: coach sensors pair {plain(candidate.id)}",
        reason=SensorTrouble.NOT_FOUND,
    )


# --- connections
#
# A client that connects twice leaks a bus connection for each lost link, and its subscriptions do not come back. So
# every connection has a new client, and every client is disconnected in any case.


async def while_linked(
    work: Coroutine[Any, Any, _Result], link_lost: asyncio.Event, limit_s: float
) -> _Result:
    """Await an answer of a sensor, no longer than `limit_s` and no longer than its link lasts.

    Raises:
        BleakError: the link was lost first.
        TimeoutError: the time was over first.
    """
    asking = asyncio.create_task(work)
    losing = asyncio.create_task(link_lost.wait())
    asking.add_done_callback(lambda task: task.cancelled() or task.exception())
    try:
        await asyncio.wait({asking, losing}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return asking.result()
        if link_lost.is_set():
            raise BleakError("the connection was lost")
        raise TimeoutError
    finally:
        asking.cancel()
        losing.cancel()


class ConnectionPutOff(BleakError):
    """Raised for a connection that was put off, or given up, in favour of another sensor."""


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
        self._waiting = 0
        """Number of sensors that wait for their turn and are not known to be slow."""
        self._is_awaited = asyncio.Event()
        self._needed_s: dict[str, float] = {}
        """How long each sensor took to connect when it was last tried, or at least took."""
        self._disconnects: set[asyncio.Task[None]] = set()
        self._mute: WeakSet[BleakClient] = WeakSet()
        """The clients whose sensor has not answered a read: no further reads are made over that link."""

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

        The number of failed `tries` before this one decides the timeout (`RadioTimings.connect_s`). Other connections
        may come first. At its turn, `is_due` decides whether it is still worth a try: a sensor that has gone out of
        range would delay all others. The client offers our services, or all of them.

        Raises:
            Exception: the connection failed; bleak's own errors and those of the bus beneath it.
        """
        timeout_s, is_leaving = self.timeout_s(device.address, tries), False
        client = BleakClient(
            device,
            lambda _: None if is_leaving else on_lost(),
            None if has_all_services else OURS,
            timeout=timeout_s,
            pair=False,
            backend=self._backend,
        )
        is_slow = self._needed_s.get(device.address, 0.0) > self._timings.prompt_s
        try:
            async with self._turn(is_slow=is_slow), AsyncExitStack() as pause:
                await pause.enter_async_context(self._scanner.paused())
                if not is_due():
                    raise ConnectionPutOff("it was heard too long ago")
                await self._connect(client, timeout_s, pause, is_slow=is_slow)
            yield client
        finally:
            is_leaving = True
            await self._release(client)

    def timeout_s(self, address: str, tries: int) -> float:
        """Timeout of a connection: by the failed tries before it, and by what the sensor took before."""
        connect_s = self._timings.connect_s
        longest_s = connect_s * (1 + PATIENT_TRIES)
        needed_s = self._needed_s.get(address, 0.0)
        return max(connect_s * (1 + min(tries, PATIENT_TRIES)), min(needed_s * _SPARE, longest_s))

    @asynccontextmanager
    async def _turn(self, *, is_slow: bool) -> AsyncIterator[None]:
        """Wait for the turn to connect; a slow sensor that connects gives way to one that is not known to be slow."""
        if not is_slow:
            self._waiting += 1
            self._is_awaited.set()
        try:
            await self._lock.acquire()
        finally:
            if not is_slow:
                self._waiting -= 1
                if not self._waiting:
                    self._is_awaited.clear()
        try:
            yield
        finally:
            self._lock.release()

    async def _connect(
        self, client: BleakClient, timeout_s: float, pause: AsyncExitStack, *, is_slow: bool
    ) -> None:
        """Connect, and remember how long it took; a slow connection no longer keeps the scan from receiving others.

        Raises:
            Exception: it failed; a slow sensor also fails when another one waits for its turn.
        """
        connecting = asyncio.create_task(client.connect())
        awaiting = asyncio.create_task(self._is_awaited.wait())
        connecting.add_done_callback(lambda task: task.cancelled() or task.exception())
        began_s, was_cut = loop_s(), True
        try:
            # bleak's own timeout covers the link, this one also a bus that does not answer
            async with asyncio.timeout(timeout_s + self._timings.disconnect_guard_s):
                ends = {connecting, awaiting} if is_slow else {connecting}
                prompt_s = self._timings.prompt_s
                await asyncio.wait(ends, timeout=prompt_s, return_when=asyncio.FIRST_COMPLETED)
                if not connecting.done():
                    await pause.aclose()
                    await asyncio.wait({connecting, awaiting}, return_when=asyncio.FIRST_COMPLETED)
                if not connecting.done():
                    raise ConnectionPutOff("it is slow, and another sensor waits")
                connecting.result()
                was_cut = False
        except BleakError:
            was_cut = not connecting.done()
            raise
        finally:
            if was_cut:
                needed_s = self._needed_s.get(client.address, 0.0)
                self._needed_s[client.address] = max(loop_s() - began_s, needed_s)
            elif connecting.done() and not connecting.cancelled() and connecting.exception() is None:
                self._needed_s[client.address] = loop_s() - began_s
            awaiting.cancel()
            connecting.cancel()
            await asyncio.wait({connecting}, timeout=self._timings.disconnect_guard_s)

    async def subscribe(
        self,
        client: BleakClient,
        attribute: BleakGATTCharacteristic,
        on_packet: Callable[[object, bytearray], None],
        link_lost: asyncio.Event,
    ) -> None:
        """Subscribe to a characteristic; one that never answers is given up, and so is a link that ends.

        Raises:
            SubscriptionRefused: the sensor refuses, or does not answer.
            BleakError: the link was lost.
        """
        try:
            starting = client.start_notify(attribute, on_packet)
            await while_linked(starting, link_lost, self._timings.subscribe_s)
        except Exception as error:
            if link_lost.is_set() or not client.is_connected:
                raise BleakError("the connection was lost") from error
            raise SubscriptionRefused(error) from error

    async def read(self, client: BleakClient, number: int) -> bytes | None:
        """Read a characteristic by its number; None if the sensor does not have it or refuses."""
        characteristic = find_characteristic(client, number)
        if characteristic is None or "read" not in characteristic.properties:
            return None
        return await self.read_attribute(client, characteristic)

    async def read_attribute(
        self, client: BleakClient, characteristic: BleakGATTCharacteristic
    ) -> bytes | None:
        """Read a characteristic that was found; None if the sensor refuses, or has once not answered over this link.

        Requests are answered in order: those behind an unanswered one are not answered either.
        """
        if client in self._mute or not client.is_connected:
            return None
        try:
            async with asyncio.timeout(self._timings.read_s):
                return bytes(await client.read_gatt_char(characteristic))
        except Exception as error:  # noqa: BLE001 - a refusal, a lost link, a lost bus: there is no value in any case
            if isinstance(error, TimeoutError):
                self._mute.add(client)
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


# --- a connected sensor


def find_characteristic(client: BleakClient, number: int) -> BleakGATTCharacteristic | None:
    """The first characteristic with a number; some sensors have one twice."""
    uuid = uuid_text(number)
    for service in client.services:
        characteristic = service.get_characteristic(uuid)
        if characteristic is not None:
            return characteristic
    return None


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


async def read_details(client: BleakClient, connector: Connector, sensor: DiscoveredSensor) -> SensorDetails:
    """Read a sensor's details; missing or wrongly encoded ones stay unknown."""

    async def text(number: int) -> str:
        return services.text_of(await connector.read(client, number) or b"")[:LONGEST_NAME]

    serial = await text(services.SERIAL)  # first: it identifies the sensor, and later reads may be refused
    charge = BatteryLevel.from_bytes(await connector.read(client, services.BATTERY_UUID) or b"")
    features = RunningFeatures.from_payload(
        await connector.read(client, running_speed_cadence.FEATURE_UUID) or b""
    )
    return SensorDetails(
        sensor.id,
        sensor.name,
        measures_of(service.uuid for service in client.services) or sensor.measures,
        maker=await text(services.MANUFACTURER),
        model=await text(services.MODEL),
        serial=serial,
        firmware=await text(services.FIRMWARE),
        battery_percent=None if isinstance(charge, Malformed) else charge.percent,
        location=await _location(client, connector),
        features=None if isinstance(features, Malformed) else features,
    )


async def _location(client: BleakClient, connector: Connector) -> str:
    """Read where a sensor is worn, in words; empty if it does not say."""
    location = services.sensor_location(await connector.read(client, services.SENSOR_UUID) or b"")
    if isinstance(location, Malformed):
        body_location = services.body_location(await connector.read(client, services.BODY_UUID) or b"")
        return "" if isinstance(body_location, Malformed) else services.location_words(body_location)
    return services.location_words(location)


# --- the radio


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

    async def log_raw(self, sensor: DiscoveredSensor, seconds: float, on_packet: OnPacket) -> bool:
        """Pass every packet of a sensor to `on_packet` for `seconds`; returns False if the link was lost before.

        Raises:
            SensorProblem: it does not connect, has no known measurement, or another instance of the program holds it.
        """
        link_lost, has_come = asyncio.Event(), False

        def keep(characteristic: Characteristic, payload: bytes) -> None:
            nonlocal has_come
            has_come = True
            on_packet(characteristic, payload)

        try:
            async with self._connected_once(sensor, link_lost.set) as client:
                refusal = await subscribe_all(client, self.connector, sensor, link_lost, keep)
                if refusal is not None:
                    raise refusal
                return not await wait_until(link_lost, self.clock, self.clock.monotonic() + seconds)
        except SensorProblem:
            if has_come and link_lost.is_set():  # it ended during the next subscription
                return False
            raise

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
