"""Virtual sensors: GATT peripherals over bumble, on any controller it supports.

Only this module imports bumble, the optional extra `radio`. It is imported where it is needed, and the importer
explains what to do if bumble is missing.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData, PhysicalTransport
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic as Attribute
from bumble.gatt import Service
from bumble.hci import Address, LeFeatureMask
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink, Transport, TransportSink, TransportSource

from coach.edge.sources import Inbox, SensorSource
from coach.live.contract import Input
from coach.problems import SensorProblem, SensorTrouble
from coach.quantities import Seconds
from coach.session.phases import Button, Origin
from coach.signals.readings import Characteristic, Notified

_HEART_RATE: Final = 0x180D
_RUNNING: Final = 0x1814
_BATTERY: Final = 0x180F
_DEVICE_INFORMATION: Final = 0x180A
_MEASURED_BY: Final = {
    Characteristic.HEART_RATE_MEASUREMENT: _HEART_RATE,
    Characteristic.RSC_MEASUREMENT: _RUNNING,
}
_READABLE: Final[Mapping[int, tuple[tuple[int, bytes], ...]]] = {
    _HEART_RATE: ((0x2A38, b"\x01"),),  # Body Sensor Location: chest
    _RUNNING: ((0x2A54, b"\x06\x00"), (0x2A5D, b"\x02")),  # distance, walking or running; in the shoe
}
"""The characteristics of each service that can be read, with their values."""
_ADVERTISED_EVERY_MS: Final = 100.0
"""Heart Rate Profile 1.0, clause 4.1.1, recommends 20 to 30 ms for the first half minute, then 1 s and more; a
laptop that scans half of the time finds the sensor at once."""
_MAKER: Final = "Trackside Coach"


@dataclass(frozen=True, slots=True)
class PeripheralProfile:
    """The name, address and abilities of a virtual sensor."""

    name: str
    """As advertised, at most 18 bytes: flags and services need the rest of the advertisement."""
    address: str
    """A static random address, such as `F0:F1:F2:F3:F4:F5` (Core Specification, vol 6, part B, 1.3.2.1)."""
    measures: tuple[Characteristic, ...]
    """What it notifies: heart rate, running, or both."""
    serial: str = "0001"
    battery_percent: int = 90


class VirtualSensor:
    """A peripheral that advertises while no client is connected, and notifies the packets it is given."""

    def __init__(self, profile: PeripheralProfile, source: TransportSource, sink: TransportSink) -> None:
        """Make a sensor on the host side of a controller, switched off."""
        self.profile = profile
        self.subscribed = asyncio.Event()
        """Set when a client subscribes to a measurement."""
        self._attributes: dict[Characteristic, Attribute[bytes]] = {}
        services = list(self._services())
        address = Address(profile.address, Address.RANDOM_DEVICE_ADDRESS)
        advertisement = AdvertisingData(
            [
                (AdvertisingData.FLAGS, b"\x06"),  # generally discoverable, no classic Bluetooth
                (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, self._advertised()),
                (AdvertisingData.COMPLETE_LOCAL_NAME, profile.name.encode()),
            ]
        )
        config = DeviceConfiguration(
            name=profile.name,
            address=address,
            advertising_data=bytes(advertisement),
            advertising_interval_min=_ADVERTISED_EVERY_MS,
            advertising_interval_max=_ADVERTISED_EVERY_MS,
        )
        self.device = Device.from_config_with_hci(config, source, sink)
        self.device.add_services(services)
        self.device.on(Device.EVENT_CONNECTION, self._on_connection)
        self._is_advertising = False
        self._restart: asyncio.Future[None] | None = None

    async def switch_on(self) -> None:
        """Wake the controller and advertise."""
        await self.device.power_on()
        await self.start_advertising()

    async def switch_off(self) -> None:
        """Stop advertising, disconnect, and power off."""
        await self.stop_advertising()
        await self.disconnect_all()
        await self.device.power_off()

    async def start_advertising(self) -> None:
        """Advertise, now and after each connection."""
        self._is_advertising = True
        await self.device.start_advertising()

    async def stop_advertising(self) -> None:
        """Stop advertising; connections stay."""
        self._is_advertising = False
        if self._restart is not None:
            await self._restart
        await self.device.stop_advertising()

    async def disconnect_all(self) -> None:
        """Disconnect every client."""
        for connection in list(self.device.connections.values()):
            await connection.disconnect()

    async def notify(self, characteristic: Characteristic, payload: bytes) -> None:
        """Send bytes to the subscribers; a characteristic this sensor does not have is ignored."""
        if attribute := self._attributes.get(characteristic):
            await self.device.notify_subscribers(attribute, payload)

    def _services(self) -> list[Service]:
        services = []
        for measurement in self.profile.measures:
            service = _MEASURED_BY[measurement]
            attribute = self._notifying(measurement, b"")
            attribute.on(Attribute.EVENT_SUBSCRIPTION, self._on_subscription)
            readable = [_readable(number, value) for number, value in _READABLE[service]]
            services.append(Service(_uuid(service), [attribute, *readable]))
        battery = self._notifying(Characteristic.BATTERY_LEVEL, bytes((self.profile.battery_percent,)))
        services.append(Service(_uuid(_BATTERY), [battery]))
        information_texts = {0x2A29: _MAKER, 0x2A24: self.profile.name, 0x2A25: self.profile.serial}
        information = [_readable(number, text.encode()) for number, text in information_texts.items()]
        services.append(Service(_uuid(_DEVICE_INFORMATION), information))
        return services

    def _notifying(self, characteristic: Characteristic, value: bytes) -> Attribute[bytes]:
        """Make a characteristic that notifies, and can be read if it has an initial value."""
        properties = Attribute.Properties.NOTIFY
        if value:
            properties |= Attribute.Properties.READ
        attribute = Attribute(_uuid(characteristic), properties, Attribute.READABLE, value)
        self._attributes[characteristic] = attribute
        return attribute

    def _advertised(self) -> bytes:
        numbers = (_MEASURED_BY[measurement] for measurement in self.profile.measures)
        return b"".join(number.to_bytes(2, "little") for number in numbers)

    def _on_connection(self, connection: Connection) -> None:
        connection.once(connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        """Advertise again; bumble's own restart cannot be cancelled."""
        if self._is_advertising:
            self._restart = asyncio.ensure_future(self.device.start_advertising())

    def _on_subscription(self, _connection: object, notifies: bool, _indicates: bool) -> None:
        if notifies:
            self.subscribed.set()


def _readable(number: int, value: bytes) -> Attribute[bytes]:
    return Attribute(_uuid(number), Attribute.Properties.READ, Attribute.READABLE, value)


def _uuid(number: int) -> UUID:
    return UUID.from_16_bits(number)


# --- the link: virtual sensors on a real controller, or on virtual ones
#
# Through `/dev/vhci` the system's Bluetooth uses a virtual controller as its own, and finds the virtual sensors on the
# same link: a complete radio without hardware.

_VHCI: Final = "vhci"
_ANSWERS_S: Final = 5.0
"""Timeout for opening a controller; one answers a reset within milliseconds."""
_LAPTOP: Final = "F0:0D:00:00:00:01"
"""The public address of the virtual controller that the system uses."""
_EXAMPLES: Final = "Name one as bumble does: usb:0, serial:/dev/ttyACM0,1000000, hci-socket:0, or vhci."


class VirtualLink:
    """The medium that virtual controllers share; needs a running event loop."""

    def __init__(self) -> None:
        """Start without controllers."""
        self.link = _FixedLink()

    def controller(self, name: str, transport: Transport | None = None) -> Controller:
        """Add a controller; with a transport it serves the host at its other end."""
        controller = Controller(
            name,
            host_source=transport.source if transport else None,
            host_sink=transport.sink if transport else None,
            link=self.link,
            public_address=_LAPTOP if transport else None,
        )
        # Linux would wait for events of these two features that bumble does not send (bumble issue 841).
        controller.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
        return controller

    def sensor(self, profile: PeripheralProfile) -> VirtualSensor:
        """Add a sensor, switched off."""
        controller = self.controller(profile.name)
        return VirtualSensor(profile, controller, AsyncPipeSink(controller))

    def drop(self, sensor: VirtualSensor, reason: int = 0x08) -> None:
        """Break a sensor's links on both ends without a message; reason 0x08 is a supervision timeout."""
        for controller in list(self.link.controllers):
            for connection in list(controller.le_connections.values()):
                ends = (str(connection.self_address), str(connection.peer_address))
                if any(end.startswith(sensor.profile.address) for end in ends):
                    controller.on_le_disconnected(connection, reason)


class _FixedLink(LocalLink):
    """bumble's link with one bug fixed: data are sent under the address of the connection."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # bumble's own is not typed

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Send data; bumble uses the sender's random address, which Linux changes with every scan."""
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection is not None and receiver is not None:
            loop = asyncio.get_running_loop()
            loop.call_soon(receiver.on_link_acl_data, connection.self_address, transport, data)


@asynccontextmanager
async def on_air(
    profiles_by_controller: Sequence[tuple[str, Sequence[PeripheralProfile]]],
) -> AsyncIterator[list[VirtualSensor]]:
    """Keep sensors on the air, each over the controller named beside it; `vhci` may carry several.

    Raises:
        SensorProblem: a controller cannot be opened, does not answer, or goes away during the block.
    """
    async with AsyncExitStack() as stack:
        sensors: list[VirtualSensor] = []
        for name, profiles in profiles_by_controller:
            transport = await _open(name)
            stack.push_async_callback(transport.close)
            for sensor in _sensors_behind(name, transport, profiles):
                await _switch_on(name, sensor)
                stack.push_async_callback(_switch_off, sensor, transport)
                sensors.append(sensor)
            stack.enter_context(_ending_with(name, transport))
        yield sensors


def is_virtual(name: str) -> bool:
    """Return whether a controller is virtual, so that it can carry several sensors."""
    return name.split(":", maxsplit=1)[0] == _VHCI


def _sensors_behind(
    name: str, transport: Transport, profiles: Sequence[PeripheralProfile]
) -> Iterator[VirtualSensor]:
    """Make the sensors for an open transport."""
    if is_virtual(name):
        link = VirtualLink()
        link.controller("laptop", transport)
        yield from map(link.sensor, profiles)
    else:
        [profile] = profiles
        yield VirtualSensor(profile, transport.source, transport.sink)


async def _switch_on(name: str, sensor: VirtualSensor) -> None:
    try:
        await asyncio.wait_for(sensor.switch_on(), _ANSWERS_S)
    except Exception as error:  # controllers fail in many ways
        raise _no_controller(name, str(error) or "it does not answer") from error


async def _switch_off(sensor: VirtualSensor, transport: Transport) -> None:
    """Switch a sensor off, unless its controller is gone and would never answer."""
    if not transport.source.terminated.done():
        with suppress(TimeoutError):
            await asyncio.wait_for(sensor.switch_off(), _ANSWERS_S)


@contextmanager
def _ending_with(name: str, transport: Transport) -> Iterator[None]:
    """Cancel the block when the controller goes away, such as a pulled dongle."""
    task = asyncio.current_task()
    assert task is not None  # an async generator runs in one
    is_gone = False

    def end(_: object) -> None:
        nonlocal is_gone
        is_gone = True
        task.cancel()

    transport.source.terminated.add_done_callback(end)
    try:
        yield
    except asyncio.CancelledError:
        if not is_gone:
            raise
        task.uncancel()
        raise _no_controller(name, "it went away") from None
    finally:
        transport.source.terminated.remove_done_callback(end)


async def _open(name: str) -> Transport:
    try:
        return await asyncio.wait_for(open_transport(name), _ANSWERS_S)
    except PermissionError as error:
        raise SensorProblem(
            f"may not open the Bluetooth controller {name}: {error.strerror}",
            "Give yourself the right to the device (on Linux often the group dialout or plugdev), or use another.",
            reason=SensorTrouble.DENIED,
        ) from error
    except FileNotFoundError as error:
        hint = "On Linux: sudo modprobe hci_vhci" if is_virtual(name) else _EXAMPLES
        raise _no_controller(name, f"{error.filename} is not there", hint) from error
    except Exception as error:  # each kind of transport fails in its own way
        raise _no_controller(name, str(error) or type(error).__name__) from error


def _no_controller(name: str, why: str, hint: str = _EXAMPLES) -> SensorProblem:
    return SensorProblem(f"no Bluetooth controller at {name}: {why}", hint, reason=SensorTrouble.NOT_FOUND)


RUNNER: Final = PeripheralProfile(
    "Virtual runner",
    "F0:C0:AC:40:00:01",
    (Characteristic.HEART_RATE_MEASUREMENT, Characteristic.RSC_MEASUREMENT),
    serial="VIRTUAL-1",
)
"""Strap and footpod in one, like some straps."""
STRAP: Final = PeripheralProfile(
    "Virtual strap", "F0:C0:AC:40:00:02", (Characteristic.HEART_RATE_MEASUREMENT,), serial="VIRTUAL-2"
)
POD: Final = PeripheralProfile(
    "Virtual footpod", "F0:C0:AC:40:00:03", (Characteristic.RSC_MEASUREMENT,), serial="VIRTUAL-3"
)
_MOST_WAITING: Final = 64
"""Packets queued for the controller; when it stalls for longer, the oldest are dropped."""


def sensors_by_controller(controllers: Sequence[str]) -> list[tuple[str, tuple[PeripheralProfile, ...]]]:
    """Assign sensors to one or two controllers: a real one carries one sensor, a virtual one two."""
    match controllers:
        case [controller] if is_virtual(controller):
            return [(controller, (STRAP, POD))]
        case [controller]:
            return [(controller, (RUNNER,))]
        case _:
            return [(name, (profile,)) for name, profile in zip(controllers, (STRAP, POD), strict=True)]


class Broadcast:
    """A source that also sends its notifications over the air."""

    def __init__(self, source: SensorSource, sensors: Sequence[VirtualSensor]) -> None:
        """Send the notifications of `source` through `sensors`; each sends what it measures."""
        self._source = source
        self._sensors = sensors

    async def listen(self, inbox: Inbox) -> None:
        """Listen until cancelled; a stalled radio does not delay the run."""
        packets: asyncio.Queue[Notified] = asyncio.Queue(_MOST_WAITING)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send(packets))
            group.create_task(self._source.listen(_Tee(inbox, packets)))

    async def _send(self, packets: "asyncio.Queue[Notified]") -> None:
        while True:
            packet = await packets.get()
            for sensor in self._sensors:
                await sensor.notify(packet.characteristic, packet.payload)


class _Tee:
    """An inbox that queues a copy of every notification."""

    def __init__(self, inbox: Inbox, packets: "asyncio.Queue[Notified]") -> None:
        self._inbox = inbox
        self._packets = packets

    def now(self) -> Seconds:
        return self._inbox.now()

    def put(self, event: Input) -> None:
        if isinstance(event, Notified):
            if self._packets.full():
                self._packets.get_nowait()
            self._packets.put_nowait(event)
        self._inbox.put(event)

    def put_from_thread(self, event: Input) -> None:
        self._inbox.put_from_thread(event)

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        self._inbox.press(button, answer, origin)
