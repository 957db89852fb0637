"""Our own BlueZ: `org.bluez` on a private bus, so that bleak's real backend runs without any Bluetooth.

bleak is not changed and not told. What a real bluetoothd does is kept as far as bleak can see it; the job that
runs the real one compares the signals of both for the same script (`trace`).
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

from dbus_fast import DBusError, ErrorType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from tests.radio import objects
from tests.radio.device import AirTimings, Device
from tests.radio.discovery import Discovery
from tests.radio.objects import ADAPTER, BLUEZ, ObjectTree
from tests.radio.peripherals import NOT_READY, Fault, Peripheral

HCI0: Final = "/org/bluez/hci0"

_DBUS: Final = "org.freedesktop.DBus"
_LEAVING: Final = f"type='signal',sender='{_DBUS}',member='NameOwnerChanged'"


class _WaitingSocket:
    """A socket to a bus that is too busy to read: what finds no room is sent once there is.

    dbus-fast 5 closes the connection instead, because `send` raises BlockingIOError.
    """

    def __init__(self, sock: socket.socket) -> None:
        """Send over `sock`, which does not block."""
        self._sock = sock

    def send(self, data: memoryview) -> int:
        """Send what there is room for; nothing is 0 bytes, after which dbus-fast waits for room."""
        try:
            return self._sock.send(data)
        except BlockingIOError:
            return 0


class FakeBlueZ:
    """A bluetoothd with one adapter, or more once they are plugged in, and the air in front of it."""

    def __init__(self, address: str, timings: AirTimings | None = None) -> None:
        """Be ready to appear on the bus at `address`."""
        self._address = address
        self._timings = timings or AirTimings()
        self._bus: MessageBus | None = None
        self._devices: dict[tuple[str, str], Device] = {}
        """By adapter and address."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._tree = ObjectTree(self._send)
        self._discoveries = {HCI0: self._discovery_of(HCI0)}
        self.never_starts: set[str] = set()
        """The adapters, such as `hci1`, whose scan is asked for and never answered."""
        self._unanswered: list[Message] = []
        self.is_mute = False
        """What is there is never told to a program that asks from now on."""
        self.calls: list[str] = []
        """Each method called on the adapter, a device or a characteristic, such as `Connect Stryd`."""
        self.most_connecting = 0
        """The most attempts that were ever on at once; a real adapter makes trouble above one."""

    async def start(
        self, *, has_adapter: bool = True, is_powered: bool = True, is_central: bool = True
    ) -> None:
        """Come up with an adapter, or without one, and take the name `org.bluez`."""
        self._bus = await MessageBus(bus_address=self._address).connect()
        writer: Any = self._bus._writer
        writer.sock = _WaitingSocket(writer.sock)
        self._bus.add_message_handler(self._take)
        await self._bus.call(
            Message(_DBUS, "/org/freedesktop/DBus", _DBUS, "AddMatch", signature="s", body=[_LEAVING])
        )
        await self._bus.request_name(BLUEZ)
        if has_adapter:
            self._tree.add(HCI0, ADAPTER, _adapter_values(is_powered, is_central))
            for adapter in self._discoveries.keys() - {HCI0}:
                self._tree.add(adapter, ADAPTER, _adapter_values(True, True, adapter))

    def plug(self, name: str, *, is_powered: bool = True) -> None:
        """Plug in another adapter, such as `hci1`; what is in the air is in front of it too."""
        path = f"/org/bluez/{name}"
        self._discoveries[path] = self._discovery_of(path)
        for peripheral in {device.peripheral.address: device.peripheral for device in self._all()}.values():
            self._devices[path, peripheral.address] = Device(self._tree, peripheral, path, self._timings)
        self._tree.add(path, ADAPTER, _adapter_values(is_powered, True, path))

    def unplug(self, name: str) -> None:
        """Pull an adapter out: its links and its scans end, and all that was seen through it is gone."""
        path = f"/org/bluez/{name}"
        self._discoveries.pop(path).silence()
        for key, device in list(self._devices.items()):
            if key[0] == path:
                device.stop()
                device.go_down()
                del self._devices[key]
        self._tree.remove_below(path)

    def answer_starts(self) -> None:
        """Start the scans that were asked for and not answered."""
        for call in self._unanswered:
            self._discoveries[str(call.path)].start(str(call.sender))
            self._send(Message.new_method_return(call))
        self._unanswered.clear()

    def _discovery_of(self, adapter: str) -> Discovery:
        def devices() -> list[Device]:
            return [device for (path, _), device in self._devices.items() if path == adapter]

        return Discovery(self._tree, adapter, devices, self._timings.advertise_every_s)

    async def stop(self) -> None:
        """Go down as on a service restart: links end, objects are removed, the name is given back."""
        self.power(False)
        for adapter in self._discoveries:
            self._tree.remove_below(adapter)
        await self._go()

    async def crash(self) -> None:
        """Go down without a word."""
        await self._go()

    async def _go(self) -> None:
        bus, self._bus = self._bus, None  # from here on nothing is told
        for device in self._all():
            device.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for discovery in self._discoveries.values():
            discovery.silence()
        self._tree.forget_silently()
        self.add(*(device.peripheral for device in self._all()))
        if bus is not None and bus.connected:
            bus.disconnect()
            await bus.wait_for_disconnect()

    # --- the air ---------------------------------------------------------------------------------------------

    def add(self, *peripherals: Peripheral) -> None:
        """Put peripherals into the air."""
        for each in peripherals:
            for adapter in self._discoveries:
                self._devices[adapter, each.address] = Device(self._tree, each, adapter, self._timings)
            each.notify = self._notifier(each)

    def _notifier(self, peripheral: Peripheral) -> Callable[[str, bytes], bool]:
        return lambda characteristic, value: self._of(peripheral).notify(characteristic, value)

    def lose(self, peripheral: Peripheral) -> None:
        """End a link as a supervision timeout does; the peripheral is in range and advertises."""
        self._of(peripheral).go_down()

    def hang_up(self, peripheral: Peripheral) -> None:
        """Let the peripheral say goodbye, as a strap taken off does, and sleep; bluetoothd tells it like a loss."""
        peripheral.in_range = False
        self._of(peripheral).go_down()

    def leave(self, peripheral: Peripheral) -> None:
        """Take a peripheral out of range: silence at once, the link's end when the supervision time is over."""
        peripheral.in_range = False
        self._of(peripheral).fall_silent()

    def come_back(self, peripheral: Peripheral) -> None:
        """Bring a peripheral back into range, or back from sleep; it advertises again."""
        peripheral.in_range = True

    def hold(self, peripheral: Peripheral) -> None:
        """Let another program of this laptop be connected to it: known, listed, and not advertising."""
        self._of(peripheral).come_up()

    def forget(self, peripheral: Peripheral) -> None:
        """Drop a device from bluetoothd's memory, as happens to one not heard for 30 s."""
        self._of(peripheral).forget()

    def power(self, on: bool) -> None:
        """Switch the adapter, as the airplane key does: off ends every link and every scan."""
        if not on:
            for discovery in self._discoveries.values():
                discovery.silence()
            for device in self._all():
                device.stop()
                device.go_down()
        for adapter in self._discoveries:
            if adapter in self._tree:
                self._tree.change(adapter, ADAPTER, {"Powered": Variant("b", on)})

    def is_connected(self, peripheral: Peripheral) -> bool:
        """Is there a link to it?"""
        return self._of(peripheral).is_connected

    def is_heard(self, peripheral: Peripheral) -> bool:
        """Is anybody subscribed to anything of it over a link?"""
        return self._of(peripheral).is_heard

    @property
    def is_scanning(self) -> bool:
        """Does anybody scan?"""
        return any(discovery.is_on for discovery in self._discoveries.values())

    def called(self, member: str) -> int:
        """How often a method was called."""
        return sum(each.split(" ", 1)[0] == member for each in self.calls)

    def _all(self) -> list[Device]:
        return list(self._devices.values())

    def _of(self, peripheral: Peripheral) -> Device:
        """Its device at the adapter that has the link, else at the first."""
        return self._devices[peripheral.linked_to or next(iter(self._discoveries)), peripheral.address]

    # --- the bus ---------------------------------------------------------------------------------------------

    def _send(self, message: Message) -> None:
        if self._bus is not None and self._bus.connected:
            self._bus.send(message).add_done_callback(_looked_at)

    def _take(self, message: Message) -> Message | bool | None:
        """Take what the bus brings; a call is answered now or by a task."""
        if message.member == "NameOwnerChanged" and message.sender == _DBUS:
            name, _, owner = message.body
            if not owner:
                self._left(name)
            return None
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        if self.is_mute and message.member == "GetManagedObjects":
            return True
        if answer := self._tree.answer(message):
            return answer
        outcome = self._carry_out(message)
        if isinstance(outcome, Fault):
            return Message.new_error(message, outcome.name, outcome.text)
        return outcome

    def _left(self, client: str) -> None:
        for discovery in self._discoveries.values():
            discovery.leave(client)
        for device in self._all():
            device.gatt.leave(client)

    def _carry_out(self, call: Message) -> Message | Fault | bool:
        if call.path not in self._tree:
            raise DBusError(ErrorType.UNKNOWN_OBJECT, f"Method {call.member!r} doesn't exist")
        device = next((each for each in self._all() if f"{call.path}/".startswith(f"{each.path}/")), None)
        self.calls.append(f"{call.member} {device.peripheral.name}" if device else f"{call.member}")
        match call.interface, call.member:
            case objects.DEVICE, "Connect" if device:
                return self._connect(device, call)
            case objects.DEVICE, "Disconnect" if device:
                return device.disconnect() or Message.new_method_return(call)
            case objects.CHARACTERISTIC, _ if device:
                return device.take(call)
            case objects.ADAPTER, _:
                return self._of_the_adapter(call)
            case objects.PROPERTIES, "Set" if call.body[:2] == [ADAPTER, "Powered"]:
                self.power(call.body[2].value)
                return Message.new_method_return(call)
        raise DBusError(ErrorType.UNKNOWN_METHOD, f"Method {call.member!r} doesn't exist")

    def _of_the_adapter(self, call: Message) -> Message | Fault | bool:
        client = str(call.sender)
        fault: Fault | None = None
        if not self._tree.read(str(call.path), ADAPTER, "Powered"):
            return NOT_READY
        discovery = self._discoveries[str(call.path)]
        match call.member:
            case "SetDiscoveryFilter":
                discovery.set_filter(client, call.body[0])
            case "StartDiscovery" if str(call.path).rpartition("/")[2] in self.never_starts:
                self._unanswered.append(call)
                return True
            case "StartDiscovery":
                fault = discovery.start(client)
            case "StopDiscovery":
                fault = discovery.stop(client)
            case "RemoveDevice":
                found = next((each for each in self._all() if each.path == call.body[0]), None)
                if found is None or not found.is_known:
                    return Fault("Does Not Exist", "org.bluez.Error.DoesNotExist")
                found.forget()
            case _:
                raise DBusError(ErrorType.UNKNOWN_METHOD, f"Method {call.member!r} doesn't exist")
        return fault or Message.new_method_return(call)

    def _connect(self, device: Device, call: Message) -> Message | Fault | bool:
        if not self._tree.read(device.path.rpartition("/")[0], ADAPTER, "Powered"):
            return NOT_READY

        async def connect() -> None:
            fault = await device.connect()
            if fault is None:
                self._send(Message.new_method_return(call))
            else:
                self._send(Message.new_error(call, fault.name, fault.text))

        task = asyncio.get_running_loop().create_task(connect())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.most_connecting = max(self.most_connecting, len(self._tasks))
        return True


def _looked_at(sending: "asyncio.Future[None]") -> None:
    """Whether it went out is not asked: the bus may have died meanwhile."""
    if not sending.cancelled():
        sending.exception()


def address_of(adapter: str) -> str:
    """The address of an adapter by its path or name: `hci1` has one that ends in 43."""
    return f"00:AA:01:00:00:{42 + int(adapter.rpartition('hci')[2])}"


def _adapter_values(is_powered: bool, is_central: bool, adapter: str = HCI0) -> dict[str, Variant]:
    return {
        "Address": Variant("s", address_of(adapter)),
        "AddressType": Variant("s", "public"),
        "Name": Variant("s", "laptop"),
        "Alias": Variant("s", "laptop"),
        "Powered": Variant("b", is_powered),
        "Discoverable": Variant("b", False),
        "Pairable": Variant("b", True),
        "Discovering": Variant("b", False),
        "UUIDs": Variant("as", []),
        "Roles": Variant("as", ["central", "peripheral"] if is_central else ["peripheral"]),
    }
