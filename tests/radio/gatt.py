"""One peripheral's services as objects on the bus, and who has subscribed to what.

bluetoothd keeps these objects through link losses, and keeps a subscription for as long as the program that
asked for it stays on the bus: after a reconnect it is renewed by itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from dbus_fast import Message, Variant

from tests.radio.objects import CHARACTERISTIC, DESCRIPTOR, SERVICE, ObjectTree
from tests.radio.peripherals import Characteristic, Fault, Peripheral, uuid

_FIRST_HANDLE: Final = 0x000A
_CLIENT_CONFIGURATION: Final = uuid(0x2902)
_MTU: Final = 23

NOT_CONNECTED: Final = Fault("Not connected", "org.bluez.Error.Failed")
NOT_SUPPORTED: Final = Fault("Operation is not supported", "org.bluez.Error.NotSupported")
NOT_NOTIFYING: Final = Fault("No notify session started")
NO_INDICATION: Final = Fault.att(0x81)
"""Client Characteristic Configuration improperly configured: a control point wants its indication first."""


class GattTable:
    """The services of one peripheral below its device's path."""

    def __init__(self, tree: ObjectTree, peripheral: Peripheral, device: str) -> None:
        """Lay out the handles as the peripheral would."""
        self._tree = tree
        self._device = device
        self._peripheral = peripheral
        self._characteristics = dict(self._laid_out())
        self._subscribers: defaultdict[str, set[str]] = defaultdict(set)
        self._is_shown = False
        self.subscriptions = 0
        """How often a program has subscribed to anything."""

    def __contains__(self, path: str) -> bool:
        return path in self._characteristics

    @property
    def is_subscribed(self) -> bool:
        """Does any program want any of its values?"""
        return any(self._subscribers.values())

    def show(self) -> bool:
        """Export every object that is not there yet; True if there was anything to export."""
        if self._is_shown:
            return False
        self._is_shown = True
        shown: set[str] = set()
        for path, characteristic in self._characteristics.items():
            service = path.rpartition("/")[0]
            if service not in shown:
                shown.add(service)
                self._tree.add(service, SERVICE, self._service_values(service))
            self._tree.add(path, CHARACTERISTIC, _values(service, characteristic))
            if characteristic.notifies:
                values = {"UUID": Variant("s", _CLIENT_CONFIGURATION), "Characteristic": Variant("o", path)}
                handle = int(path[-4:], 16) + 2
                self._tree.add(f"{path}/desc{handle:04x}", DESCRIPTOR, values)
        return True

    def notify(self, short_or_full: str, value: bytes) -> bool:
        """Send a value to the subscribers of a characteristic; False if there are none."""
        for path, characteristic in self._characteristics.items():
            if characteristic.uuid == short_or_full and self._subscribers[path]:
                self._tree.change(path, CHARACTERISTIC, {"Value": Variant("ay", value)})
                return True
        return False

    def leave(self, client: str) -> None:
        """A program has left the bus: its subscriptions end."""
        for path, clients in self._subscribers.items():
            if client in clients:
                self._unsubscribe(path, client)

    def take(self, call: Message) -> Message | Fault | bool:
        """Carry out a method of a characteristic; True: it is never answered."""
        path, client = str(call.path), str(call.sender)
        characteristic = self._characteristics[path]
        if characteristic.fault is not None:
            return characteristic.fault
        match call.member:
            case "ReadValue" if characteristic.never_reads:
                return True
            case "ReadValue" if "read" in characteristic.flags:
                return Message.new_method_return(call, "ay", [characteristic.value])
            case "WriteValue" if "write" in characteristic.flags:
                fault = self._write(path, characteristic, bytes(call.body[0]))
            case "StartNotify" if characteristic.never_answers:
                return True
            case "StartNotify" if characteristic.notify_fault is not None:
                return characteristic.notify_fault
            case "StartNotify" if characteristic.notifies:
                fault = self._subscribe(path, client)
            case "StopNotify":
                fault = self._unsubscribe(path, client)
            case _:
                return NOT_SUPPORTED
        return fault or Message.new_method_return(call)

    def _write(self, path: str, characteristic: Characteristic, value: bytes) -> Fault | None:
        if "indicate" in characteristic.flags and not self._subscribers[path]:
            return NO_INDICATION
        outcome = characteristic.on_write(value) if characteristic.on_write else None
        if isinstance(outcome, bytes):
            self.notify(characteristic.uuid, outcome)
            return None
        return outcome

    def _subscribe(self, path: str, client: str) -> Fault | None:
        clients = self._subscribers[path]
        if client in clients:
            return Fault("Operation already in progress", "org.bluez.Error.InProgress")
        clients.add(client)
        self.subscriptions += 1
        if len(clients) == 1:
            self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", True)})
        return None

    def _unsubscribe(self, path: str, client: str) -> Fault | None:
        clients = self._subscribers[path]
        if client not in clients:
            return NOT_NOTIFYING
        clients.remove(client)
        if not clients and path in self._tree:
            self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", False)})
        return None

    def _laid_out(self) -> Iterator[tuple[str, Characteristic]]:
        """Every characteristic under its path: a service, then a declaration, a value, a configuration."""
        handle = _FIRST_HANDLE
        for service in self._peripheral.services:
            path = f"{self._device}/service{handle:04x}"
            handle += 1
            for characteristic in service.characteristics:
                yield f"{path}/char{handle:04x}", characteristic
                handle += 3 if characteristic.notifies else 2

    def _service_values(self, path: str) -> dict[str, Variant]:
        first = next(each for at, each in self._characteristics.items() if at.startswith(f"{path}/"))
        found = next(each for each in self._peripheral.services if first in each.characteristics)
        return {
            "UUID": Variant("s", found.uuid),
            "Device": Variant("o", self._device),
            "Primary": Variant("b", True),
            "Includes": Variant("ao", []),
        }


def _values(service: str, characteristic: Characteristic) -> dict[str, Variant]:
    values = {
        "UUID": Variant("s", characteristic.uuid),
        "Service": Variant("o", service),
        "Value": Variant("ay", b""),
        "Flags": Variant("as", list(characteristic.flags)),
        "MTU": Variant("q", _MTU),
    }
    return values | ({"Notifying": Variant("b", False)} if characteristic.notifies else {})
