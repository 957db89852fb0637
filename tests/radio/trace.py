"""The signals of a BlueZ, ours or the real one, condensed to lines that can be compared.

`Trace` listens on a connection of its own to everything `org.bluez` says and writes one line a signal, such as
`strap Connected=true`, `strap +Battery1`, `strap 2a37 Notifying=true`. What depends on the weather is left out:
signal strengths (only their withdrawal is told, `strap -RSSI`), values (only that there were some, `strap 2a37
Value`), what was advertised, and what bluetoothd adds of its own.
"""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Final, Self

from dbus_fast import BusType, Message, MessageType, unpack_variants
from dbus_fast.aio import MessageBus

BLUEZ: Final = "org.bluez"
_DBUS: Final = "org.freedesktop.DBus"
_RULES: Final = (
    f"type='signal',sender='{BLUEZ}',interface='{_DBUS}.ObjectManager'",
    f"type='signal',sender='{BLUEZ}',interface='{_DBUS}.Properties'",
)
_TOLD: Final = {
    "Adapter1": ("Powered", "Discovering"),
    "Device1": ("ServicesResolved", "Connected"),
    "GattCharacteristic1": ("Notifying",),
}
"""The properties whose changes are told with their values."""
_INTERFACES: Final = (
    "Adapter1",
    "Device1",
    "Battery1",
    "GattService1",
    "GattCharacteristic1",
    "GattDescriptor1",
)


class Trace:
    """Writes down what `org.bluez` says from entering to leaving.

    Use as `async with Trace({"C0:AC:00:00:00:01": "strap"}) as trace`, then read `trace.lines`.
    """

    def __init__(self, names: Mapping[str, str], address: str | None = None) -> None:
        """Call devices by `names`, by their address; others are left out. `address` is the bus's, else the system's."""
        self.lines: list[str] = []
        self._names = {f"dev_{key.upper().replace(':', '_')}": name for key, name in names.items()}
        self._address = address
        self._uuids: dict[str, str] = {}
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        """Start listening; what is already there is known by its UUIDs."""
        self._bus = await MessageBus(bus_address=self._address, bus_type=BusType.SYSTEM).connect()
        self._bus.add_message_handler(self._take)
        for rule in _RULES:
            path = f"/{_DBUS.replace('.', '/')}"
            await self._call(Message(_DBUS, path, _DBUS, "AddMatch", signature="s", body=[rule]))
        objects = await self._objects()
        for path, interfaces in objects.items():
            self._learn(path, interfaces)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop listening."""
        assert self._bus is not None
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    async def catch_up(self) -> None:
        """Wait until everything said so far is written down."""
        await self._objects()

    async def _objects(self) -> dict[str, dict[str, dict[str, Any]]]:
        message = Message(BLUEZ, "/", f"{_DBUS}.ObjectManager", "GetManagedObjects")
        return dict(await self._call(message))

    async def _call(self, message: Message) -> Any:
        assert self._bus is not None
        reply = await self._bus.call(message)
        assert reply is not None
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
        return unpack_variants(reply.body[0]) if reply.body else None

    def _take(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        body = unpack_variants(message.body)
        match message.member:
            case "InterfacesAdded":
                path, interfaces = body
                self._learn(path, interfaces)
                for interface in _short(interfaces):
                    self._write(path, f"+{self._what(path, interface)}")
            case "InterfacesRemoved":
                path, interfaces = body
                for interface in _short(interfaces):
                    self._write(path, f"-{self._what(path, interface)}")
            case "PropertiesChanged":
                self._changed(str(message.path), *body)

    def _changed(self, path: str, interface: str, changed: dict[str, Any], gone: list[str]) -> None:
        short = interface.rpartition(".")[2]
        uuid = f"{self._uuids[path]} " if path in self._uuids else ""
        told = [f"{name}={str(changed[name]).lower()}" for name in _TOLD.get(short, ()) if name in changed]
        if short == "GattCharacteristic1" and "Value" in changed:
            told.append("Value")
        if "RSSI" in gone:
            told.append("-RSSI")
        if told:
            self._write(path, uuid + " ".join(told))

    def _learn(self, path: str, interfaces: Mapping[str, Mapping[str, Any]]) -> None:
        """Remember the UUID of a service, a characteristic or a descriptor, in its short form where it has one."""
        for interface, values in interfaces.items():
            if interface.startswith(f"{BLUEZ}.Gatt") and "UUID" in values:
                uuid = str(values["UUID"])
                self._uuids[path] = uuid[4:8] if uuid.endswith("-0000-1000-8000-00805f9b34fb") else uuid

    def _what(self, path: str, interface: str) -> str:
        return f"{interface} {self._uuids[path]}" if path in self._uuids else interface

    def _write(self, path: str, what: str) -> None:
        """Write a line under the device's name; the same one twice in a row stands once."""
        parts = path.split("/")
        if len(parts) < 4:
            return
        name = "adapter" if len(parts) == 4 else self._names.get(parts[4])
        line = f"{name} {what}"
        if name is not None and self.lines[-1:] != [line]:
            self.lines.append(line)


def of_device(lines: Iterable[str], name: str) -> list[str]:
    """Keep what was said of one device: the order between two of them is the weather's."""
    return [line for line in lines if line.startswith(f"{name} ")]


def _short(interfaces: Iterable[str]) -> list[str]:
    """The interfaces told of, without `org.bluez.`."""
    return [
        short
        for interface in interfaces
        if interface.startswith(BLUEZ) and (short := interface.rpartition(".")[2]) in _INTERFACES
    ]
