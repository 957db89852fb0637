"""The objects org.bluez shows on the bus: `ObjectManager` and `Properties`, and the signals of both.

Signals go out as bluetoothd sends them: `InterfacesAdded` and `InterfacesRemoved` from the path `/`, several
changed properties of one interface in one `PropertiesChanged`.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from dbus_fast import Message, Variant

BLUEZ: Final = "org.bluez"
ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
BATTERY: Final = "org.bluez.Battery1"
SERVICE: Final = "org.bluez.GattService1"
CHARACTERISTIC: Final = "org.bluez.GattCharacteristic1"
DESCRIPTOR: Final = "org.bluez.GattDescriptor1"
MANAGER: Final = "org.freedesktop.DBus.ObjectManager"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"

Values = dict[str, Variant]


class ObjectTree:
    """Paths, their interfaces and their properties; every change is told to the bus."""

    def __init__(self, send: Callable[[Message], object]) -> None:
        """Tell changes through `send`."""
        self._send = send
        self._objects: dict[str, dict[str, Values]] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._objects

    def has(self, path: str, interface: str) -> bool:
        """Does an object have this interface?"""
        return interface in self._objects.get(path, {})

    def read(self, path: str, interface: str, name: str) -> Any:
        """Read a property's value; None where there is none."""
        value = self._objects.get(path, {}).get(interface, {}).get(name)
        return None if value is None else value.value

    def add(self, path: str, interface: str, values: Values) -> None:
        """Add an interface, and with its first one the object."""
        self._objects.setdefault(path, {})[interface] = values
        self._send(
            Message.new_signal("/", MANAGER, "InterfacesAdded", "oa{sa{sv}}", [path, {interface: values}])
        )

    def change(self, path: str, interface: str, changed: Values, gone: Iterable[str] = ()) -> None:
        """Change properties and withdraw those `gone`, all in one signal."""
        values = self._objects[path][interface]
        values.update(changed)
        withdrawn = list(gone)
        for name in withdrawn:
            values.pop(name, None)
        body = [interface, changed, withdrawn]
        self._send(Message.new_signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body))

    def remove(self, path: str, interface: str) -> None:
        """Remove an interface, and with its last one the object; nothing where it is not there."""
        interfaces = self._objects.get(path, {})
        if interfaces.pop(interface, None) is None:
            return
        if not interfaces:
            del self._objects[path]
        self._send(Message.new_signal("/", MANAGER, "InterfacesRemoved", "oas", [path, [interface]]))

    def remove_below(self, path: str) -> None:
        """Remove an object and all below it, the deepest first."""
        below = [each for each in self._objects if each == path or each.startswith(f"{path}/")]
        for each in sorted(below, key=len, reverse=True):
            for interface in list(self._objects[each]):
                self.remove(each, interface)

    def forget_silently(self) -> None:
        """Lose every object without a signal, as a crash does."""
        self._objects.clear()

    def answer(self, call: Message) -> Message | None:
        """Answer a call of `ObjectManager`, or one that reads `Properties`; None for any other."""
        if call.interface == MANAGER and call.member == "GetManagedObjects":
            return Message.new_method_return(call, "a{oa{sa{sv}}}", [self._objects])
        if call.interface != PROPERTIES or call.path not in self._objects:
            return None
        values = self._objects[call.path].get(call.body[0], {})
        if call.member == "GetAll":
            return Message.new_method_return(call, "a{sv}", [values])
        if call.member == "Get" and call.body[1] in values:
            return Message.new_method_return(call, "v", [values[call.body[1]]])
        return None
