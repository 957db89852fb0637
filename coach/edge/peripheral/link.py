"""Connects virtual sensors to controllers: a real one, or virtual ones that share one virtual link.

Through `/dev/vhci` the system's Bluetooth uses a virtual controller as its own, and finds the virtual sensors on
the same link: a whole radio without any hardware.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Final

from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.hci import Address, LeFeatureMask
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink, Transport

from coach.edge.peripheral.sensor import PeripheralProfile, VirtualSensor
from coach.edge.sources import Inbox, SensorSource
from coach.live.inputs import Input
from coach.problems import SensorProblem, SensorTrouble
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin
from coach.signals.readings import Characteristic, Notified

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
    """Tell whether a controller is virtual, so that it can carry several sensors."""
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
"""Strap and footpod in one, as some straps are."""
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
