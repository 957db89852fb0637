"""Scans for sensors: chooses the adapters, keeps a registry of what was found, and explains errors of the radio.

bleak takes one of several adapters by the order of a set, which is another in every process. So with several of them
each scan names its adapter: the selected one, else all that are switched on. A link is made over the adapter that
received the sensor best, because the device that bleak connects belongs to an adapter.
"""

import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final

from bleak import BleakAdapter, BleakScanner
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError, BleakGATTProtocolError

from coach.edge.clock import Clock, wait_until
from coach.edge.files import plain
from coach.edge.paired_sensors import LONGEST_NAME, DiscoveredSensor, RadioTimings
from coach.gatt import Malformed
from coach.gatt.services import SOUGHT, BatteryLevel, measures_of, uuid_text
from coach.problems import SensorProblem, SensorTrouble

# --- the adapters of this machine

_LOG = logging.getLogger(__name__)
_BLUEZ: Final = "org.bluez"
_ADAPTER: Final = "org.bluez.Adapter1"
_NAME: Final = re.compile(r"hci\d+", re.IGNORECASE)
"""A name of BlueZ, as opposed to an address."""
_ANSWER_S: Final = 5.0
"""Timeout for an answer of the system (judged: it answers within milliseconds); then bleak reports what is wrong."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One Bluetooth adapter of this machine."""

    name: str
    """The system's name, such as `hci0`; it may change at the next start."""
    address: str
    """Its own Bluetooth address, which never changes."""
    is_on: bool
    """True if it is switched on."""
    is_central: bool = True
    """True if it can connect to sensors."""

    @property
    def is_usable(self) -> bool:
        """True if it can scan now."""
        return self.is_on and self.is_central

    @property
    def state(self) -> str:
        """Its state in words."""
        if not self.is_central:
            return "no Low Energy"
        return "on" if self.is_on else "off"

    def is_called(self, word: str) -> bool:
        """Return whether `word` is its name or its address."""
        return word.casefold() in {self.name.casefold(), self.address.casefold()}


async def list_adapters() -> tuple[Adapter, ...] | None:
    """List the adapters by name; empty if the system names none (macOS, Windows), None if it does not answer."""
    if sys.platform != "linux":
        return ()
    try:
        async with asyncio.timeout(_ANSWER_S):
            objects = await _managed_objects()
    except Exception as error:  # noqa: BLE001 - bleak meets the same error and its problem names the cause
        _LOG.info("the adapters cannot be listed: %r", error)
        return None
    adapters = [
        _adapter(path, interfaces[_ADAPTER]) for path, interfaces in objects.items() if _ADAPTER in interfaces
    ]
    return tuple(sorted(adapters, key=lambda adapter: (len(adapter.name), adapter.name)))


async def _managed_objects() -> dict[str, dict[str, dict[str, Any]]]:
    """Every object of BlueZ, with its interfaces and their properties.

    Raises:
        Exception: the bus or BlueZ cannot be asked.
    """
    from dbus_fast import BusType, Message, MessageType
    from dbus_fast.aio import MessageBus

    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        manager = "org.freedesktop.DBus.ObjectManager"
        answer = await bus.call(Message(_BLUEZ, "/", manager, "GetManagedObjects"))
        if answer is None or answer.message_type is not MessageType.METHOD_RETURN:
            raise OSError(f"BlueZ does not list its objects: {answer and answer.error_name}")
        objects: dict[str, dict[str, dict[str, Any]]] = answer.body[0]
        return objects
    finally:
        bus.disconnect()


def _adapter(path: str, values: dict[str, Any]) -> Adapter:
    def value(name: str, default: Any) -> Any:
        return values[name].value if name in values else default

    return Adapter(
        path.rpartition("/")[2],
        str(value("Address", "")),
        bool(value("Powered", False)),
        "central" in value("Roles", ["central"]),
    )


class AdapterChoice:
    """The adapters a radio scans with."""

    def __init__(self, name: str = "", *, asks_system: bool = True) -> None:
        """Scan with the adapter called `name`, by name or address; empty: with all that are on.

        `asks_system` is False if the radio is not the system's; it has one adapter without a name.
        """
        self.name = name
        self._asks_system = asks_system
        self._names: tuple[str | None, ...] | None = None
        self._left_out: set[str] = set()

    async def names(self) -> tuple[str | None, ...]:
        """The names of the adapters to scan with; None alone stands for the only adapter, whatever its name.

        Raises:
            SensorProblem: the one that was chosen is not there.
        """
        if not self._asks_system:
            return (None,)
        if self._names is not None:
            return self._names
        adapters = await list_adapters()
        if adapters is None:  # not cached: it may answer the next time, and then the selection counts
            return (self._unlisted_name(),)
        self._names = self._decide(adapters)
        return self._names

    async def listed(self) -> tuple[Adapter, ...]:
        """Every adapter of the machine, used or not; empty if they cannot be listed."""
        return await list_adapters() or () if self._asks_system else ()

    def refresh(self) -> None:
        """List again the next time: one may have been plugged in, removed or switched on."""
        self._names = None

    def leave_out(self, name: str | None) -> None:
        """Use only the others from now on, because this one does not answer."""
        _LOG.warning("%s is left out: it does not answer", name)
        self._left_out |= {name} if name is not None else set()
        self.refresh()

    def _decide(self, adapters: Sequence[Adapter]) -> tuple[str | None, ...]:
        if self.name:
            return (self._wanted_name(adapters),)
        self._left_out &= {
            adapter.name for adapter in adapters
        }  # one that is plugged in again gets another chance
        usable = [
            adapter.name for adapter in adapters if adapter.is_usable and adapter.name not in self._left_out
        ]
        if not usable:
            return (None,)  # bleak reports what is wrong with the existing ones
        return tuple(usable)  # by name, even if it is the only one: another may be plugged in

    def _unlisted_name(self) -> str | None:
        """The name of the adapter to use while none can be listed; None for any, if none was selected."""
        if not self.name or _NAME.fullmatch(self.name):
            return self.name.casefold() or None
        raise SensorProblem(
            f"the Bluetooth service does not list its adapters, so {plain(self.name)} is not found by its address",
            "Start it with: sudo systemctl start bluetooth",
            reason=SensorTrouble.NOT_SUPPORTED,
        )

    def _wanted_name(self, adapters: Sequence[Adapter]) -> str:
        if sys.platform != "linux":
            raise SensorProblem(
                "on this system the Bluetooth adapter cannot be chosen",
                "Leave out --adapter, and clear the setting: coach config set adapter ''",
                reason=SensorTrouble.NOT_SUPPORTED,
            )
        name = next((adapter.name for adapter in adapters if adapter.is_called(self.name)), None)
        if name is None:
            present = ", ".join(f"{adapter.name} ({adapter.address})" for adapter in adapters)
            there_are = f"There are: {present}." if present else "There is none at all: plug it in."
            raise SensorProblem(
                f"there is no Bluetooth adapter {plain(self.name)}",
                f"{there_are} Name one with --adapter or the setting adapter.",
                reason=SensorTrouble.NOT_SUPPORTED,
            )
        return name


def bluez_arguments(name: str | None) -> Any:
    """The argument `bluez` of bleak for an adapter's name."""
    return {} if name is None else {"adapter": name}


def adapter_of(details: Any) -> str:
    """The adapter that received a device, from bleak's details of it; empty if the platform does not say."""
    path = details.get("path", "") if isinstance(details, dict) else ""
    parts = str(path).split("/")
    return parts[3] if len(parts) > 4 else ""


# --- errors of the radio as problems with a hint, and errors of callbacks

_OFF: Final = "Switch Bluetooth on; the coach then continues."
_DENIED: Final = (
    "Allow this terminal to use Bluetooth: on a Mac in Privacy & Security, on Linux by the group `bluetooth`."
)
_NONE: Final = "Plug in a Bluetooth adapter, or use --sensors none with --marks."
_SERVICE: Final = "Start it with: sudo systemctl start bluetooth"
_UNREACHABLE: Final = ("ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected", "Spawn")


class CallbackErrors:
    """Counts and logs exceptions of callbacks, instead of raising them into bleak."""

    def __init__(self) -> None:
        """Start without errors."""
        self.count = 0

    def __enter__(self) -> None:
        """Enter a callback."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Log and suppress an `Exception`; anything else is raised."""
        if not isinstance(error, Exception):
            return False
        self.count += 1
        _LOG.error("a callback of the radio broke", exc_info=error)
        return True


def error_text(error: BaseException) -> str:
    """The text of an error; its type if it has no text, or raises."""
    if isinstance(error, BleakGATTProtocolError):
        return str(error.args[-1])
    try:
        return str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 - bleak reads numbers out of the texts of the system, which may hold anything
        return ": ".join(str(part) for part in error.args) or type(error).__name__


def sensor_problem(error: BaseException) -> SensorProblem:
    """Translate any error of the radio into a problem."""
    if isinstance(error, SensorProblem):
        return error
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _unavailable(error.reason.name)
    if isinstance(error, BleakDBusError):
        return _of_bus(error.dbus_error, error_text(error))
    if isinstance(error, TimeoutError):
        return _failed("it does not answer in time")
    if isinstance(error, OSError | EOFError):
        return SensorProblem(
            "the Bluetooth service cannot be reached", _SERVICE, reason=SensorTrouble.NOT_SUPPORTED
        )
    return _failed(error_text(error))


def sensor_not_heard() -> SensorProblem:
    """The problem of a sensor that does not advertise."""
    return SensorProblem(
        "the sensor was not found",
        "Wet the strap or shake the pod, and check that no watch or phone is connected to it.",
        reason=SensorTrouble.NOT_FOUND,
    )


def link_lost_problem() -> SensorProblem:
    """The problem of a sensor whose link ends before it was asked for everything."""
    return SensorProblem(
        "the connection was lost",
        "Bring the sensor nearer, and check that no watch or phone is connected to it.",
        reason=SensorTrouble.FAILED,
    )


def _unavailable(reason: str) -> SensorProblem:
    """Explain why Bluetooth is unavailable, by the name of bleak's reason."""
    if reason == "POWERED_OFF":
        return _switched_off()
    if reason.startswith("DENIED"):
        return SensorProblem("Bluetooth may not be used", _DENIED, reason=SensorTrouble.DENIED)
    if reason == "NO_BLE_CENTRAL_ROLE":
        return SensorProblem(
            "the Bluetooth adapter cannot connect to sensors (no Low Energy central)",
            _NONE,
            reason=SensorTrouble.NOT_SUPPORTED,
        )
    if reason == "NO_BLUETOOTH":
        return SensorProblem("there is no Bluetooth adapter", _NONE, reason=SensorTrouble.NOT_SUPPORTED)
    return SensorProblem("Bluetooth is not available", _OFF, reason=SensorTrouble.NOT_SUPPORTED)


def _switched_off() -> SensorProblem:
    return SensorProblem("Bluetooth is switched off", _OFF, reason=SensorTrouble.POWERED_OFF)


def _of_bus(name: str, text: str) -> SensorProblem:
    """Explain an error of D-Bus."""
    if name.endswith(("AccessDenied", "AuthFailed")):
        return SensorProblem(
            "Bluetooth may not be used",
            _DENIED,
            reason=SensorTrouble.DENIED,
        )
    # bluetoothd answers so before it reports that the adapter was switched off
    if name.endswith(".NotReady"):
        return _switched_off()
    if any(word in name for word in _UNREACHABLE):
        return SensorProblem(
            "the Bluetooth service is not running", _SERVICE, reason=SensorTrouble.NOT_SUPPORTED
        )
    return _failed(text)


def _failed(text: str) -> SensorProblem:
    """Report any other error; its text may hold the name of a sensor."""
    return SensorProblem(
        f"the radio failed: {plain(text)}",
        "A run retries by itself; if that does not help, switch Bluetooth off and on.",
        reason=SensorTrouble.FAILED,
    )


# --- the scan
#
# There is one scan for all subscribers. It runs while there is a subscriber. A scan dies without notice when the
# adapter loses power, or bluetoothd or the bus go away. So it is restarted every few seconds, and errors are reported
# and tried again.
#
# Starting a scan is never cancelled: the system would keep scanning and refuse every later scan of this program.

_RELIST: Final = 6
"""After this many scans the adapters are listed again, so a new one is used within half a minute."""
_STRONGEST_DBM: Final = 20
"""The strongest signal Bluetooth defines; Apple reports 127 for an unknown one."""
_BATTERY: Final = uuid_text(0x180F)
_FITNESS_MACHINE: Final = uuid_text(0x1826)
_IS_TREADMILL: Final = 0x01
"""Fitness Machine Service 1.0, clause 3.1: flags u8, then machine types u16, bit 0 of which is a treadmill."""


class DeviceRegistry:
    """The sensors near this machine, with the devices bleak connects to."""

    def __init__(
        self, *, adapter: type[BaseBleakAdapter] | None, asks_system: bool, adapters: AdapterChoice
    ) -> None:
        """Start empty; `asks_system` is False if the radio is not the system's, `adapters` are those that scan."""
        self._adapter = adapter
        self._adapters = adapters
        self._asks_system = asks_system
        self._devices: dict[str, BLEDevice] = {}
        self._sensors: dict[str, DiscoveredSensor] = {}
        self._advertisements: dict[str, AdvertisementData] = {}
        self._heard: dict[str, dict[str, tuple[int, BLEDevice]]] = {}
        """By id and adapter, the signal of the last advertisement in this scan and the device of that adapter."""

    def begin_scan(self) -> None:
        """Forget which adapter received what: in the next scan the runner is elsewhere."""
        self._heard.clear()

    @property
    def has_heard(self) -> bool:
        """True if any device was received."""
        return bool(self._sensors)

    @property
    def others(self) -> int:
        """How many devices were received that advertise nothing a run can use."""
        return sum(not sensor.is_sensor for sensor in self._sensors.values())

    def device(self, id_: str) -> BLEDevice | None:
        """The device bleak connects to, for a sensor that has been seen."""
        return self._devices.get(id_)

    def advertisement(self, id_: str) -> AdvertisementData | None:
        """The last advertisement of a sensor; None if it has not been received."""
        return self._advertisements.get(id_)

    def update(self, device: BLEDevice, advertisement: AdvertisementData) -> DiscoveredSensor:
        """Store an advertisement; a name from an earlier one is kept.

        Of several adapters the one that received it best in this scan gives the signal, and the link.
        """
        previous = self._sensors.get(device.address)
        devices = self._heard.setdefault(device.address, {})
        devices[adapter_of(device.details)] = (_signal(advertisement.rssi), device)
        rssi, best = max(devices.values(), key=lambda entry: entry[0])
        name = (advertisement.local_name or device.name or "")[:LONGEST_NAME]
        battery = BatteryLevel.from_bytes(advertisement.service_data.get(_BATTERY, b""))
        sensor = DiscoveredSensor(
            device.address,
            name or (previous.name if previous else ""),
            device.address,
            _measures(advertisement),
            rssi if rssi > _NO_SIGNAL_DBM else None,
            None if isinstance(battery, Malformed) else battery.percent,
        )
        self._advertisements[sensor.id] = advertisement
        self._devices[sensor.id] = best
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
        names = await self._adapters.names()
        errors: list[Exception] = []
        for name in names:
            try:
                await self._list_held(name, sensors)
            except NotImplementedError:  # the platform cannot list them
                return []
            except Exception as error:  # noqa: BLE001 - one that was pulled out does not silence the others
                _LOG.info("%s does not tell what it holds: %r", name or "the adapter", error)
                self._adapters.refresh()
                errors.append(error)
        if len(errors) == len(names):
            raise errors[0]
        self._sensors.update(sensors)
        return list(sensors.values())

    async def _list_held(self, name: str | None, sensors: dict[str, DiscoveredSensor]) -> None:
        """Add the sensors that the system holds over one adapter."""
        adapter = await BleakAdapter.get(bluez=bluez_arguments(name), backend=self._adapter)
        for uuid in SOUGHT:
            for device in await adapter.get_connected_devices([uuid]):
                self._devices[device.address] = device
                sensor = sensors.setdefault(device.address, _held_sensor(device))
                measures = dict.fromkeys((*sensor.measures, *measures_of([uuid])))
                sensors[sensor.id] = replace(sensor, measures=tuple(measures))


_NO_SIGNAL_DBM: Final = -127
"""bleak's value for no signal: a property of the sensor changed, there was no advertisement."""


def _signal(rssi_dbm: int) -> int:
    """A signal in dBm; no signal for bleak's placeholder."""
    return rssi_dbm if rssi_dbm <= _STRONGEST_DBM else _NO_SIGNAL_DBM


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


class Scanner:
    """The scan of a radio, shared by its subscribers."""

    def __init__(
        self,
        timings: RadioTimings,
        clock: Clock,
        registry: DeviceRegistry,
        *,
        adapters: AdapterChoice,
        hears_all: bool,
        backend: type[BaseBleakScanner] | None,
        report_trouble: Callable[[SensorProblem | None], None],
        callback_errors: CallbackErrors,
    ) -> None:
        """Scan while there are subscribers; `report_trouble` is called with each problem, and None once a scan runs.

        With `hears_all` devices are heard whatever services they advertise.
        """
        self._timings = timings
        self._clock = clock
        self._registry = registry
        self._adapters = adapters
        self._services = None if hears_all else list(SOUGHT)
        self._backend = backend
        self._report_trouble = report_trouble
        self._callback_errors = callback_errors
        self._callbacks: list[OnDiscovered] = []
        self._pauses = 0
        self._has_heard = False
        self._scans = 0
        self._stopping: set[asyncio.Task[None]] = set()
        self.adapters = 0
        """How many adapters scan now, or are about to."""
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
            async with asyncio.timeout(self._timings.connect_s + self._timings.disconnect_guard_s):
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
        self._registry.begin_scan()
        self._has_heard = False
        scanners: list[BleakScanner] = []
        try:
            await self._start_scanners(scanners)
            if not scanners:
                return False
            self._report_trouble(None)
            await wait_until(self._unwanted, self._clock, self._clock.monotonic() + self._timings.rescan_s)
        finally:
            self.adapters = 0
            await asyncio.gather(*(self._stop(scanner) for scanner in scanners))
        self._scans += 1
        if not self._has_heard or self._scans % _RELIST == 0:
            self._adapters.refresh()
        return True

    async def _start_scanners(self, scanners: list[BleakScanner]) -> None:
        """Start a scan on each adapter, and add those that started; trouble is reported if none did.

        They start one after the other, as bleak requests one at a time. One of several that does not answer would block
        all of them, so it is given up and left out from then on.
        """
        trouble: SensorProblem | None = None
        try:
            names = await self._adapters.names()
            self.adapters = len(names)
            for name in names:
                try:
                    scanners.append(await self._started(name, may_give_up=len(names) > 1))
                except Exception as error:  # noqa: BLE001 - every error is reported and tried again
                    _LOG.info("the scan did not start on %s: %r", name or "the adapter", error)
                    self._adapters.refresh()
                    trouble = sensor_problem(error)
            if not scanners:
                await self._adapters.names()  # for a removed adapter this is clearer than the system's error
        except SensorProblem as problem:  # the selected adapter is missing
            trouble = problem
            self._adapters.refresh()
        if not scanners and trouble is not None:
            self._report_trouble(trouble)

    async def _started(self, name: str | None, *, may_give_up: bool) -> BleakScanner:
        """Start a scan on an adapter, however long it takes unless it may be given up; a long start is reported."""
        scanner = BleakScanner(
            self._on_advertisement, self._services, bluez=bluez_arguments(name), backend=self._backend
        )
        starting = asyncio.create_task(scanner.start())
        try:
            while not starting.done():
                await asyncio.wait({starting}, timeout=self._timings.connect_s)
                if not starting.done() and may_give_up:
                    starting.cancel()
                    self._adapters.leave_out(name)
                    raise TimeoutError
                if not starting.done():
                    self._report_trouble(sensor_problem(TimeoutError()))
        except asyncio.CancelledError:  # a start continues all the same, and its scan would never end
            starting.add_done_callback(lambda _: self._stop_later(scanner))
            raise
        starting.result()
        return scanner

    def _stop_later(self, scanner: BleakScanner) -> None:
        """Stop a scan that started after its start was given up."""
        stopping = asyncio.create_task(self._stop(scanner))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)

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
        self._has_heard = True
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
