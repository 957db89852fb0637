"""Sensors of the air, made of software: bleak's own scanner and client with backends that hold no radio.

Every sensor, fault and loss is set by the test. No time passes but what the test's clock lets pass.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError

_BASE = "-0000-1000-8000-00805f9b34fb"


def sig(number: int) -> str:
    """A 16-bit number as a UUID."""
    return f"0000{number:04x}{_BASE}"


HEART_RATE, RUNNING, BATTERY, INFORMATION = sig(0x180D), sig(0x1814), sig(0x180F), sig(0x180A)
BEAT, STEP, LEVEL, SERIAL = sig(0x2A37), sig(0x2A53), sig(0x2A19), sig(0x2A25)


@dataclass
class FakeSensor:
    """One sensor in the air."""

    address: str
    name: str = "Strap"
    services: dict[str, dict[str, bytes]] = field(
        default_factory=lambda: {HEART_RATE: {BEAT: b""}, BATTERY: {LEVEL: b"\x5a"}}
    )
    rssi: int = -60
    in_range: bool = True
    held_by_system: bool = False
    says: dict[str, bytes] = field(default_factory=dict)
    """Service data of its advertisement."""
    faults: list[Exception | None] = field(default_factory=list)
    """What the next connections meet; None: they hang for ever."""
    refuses: dict[str, Exception] = field(default_factory=dict)
    """What subscribing to, reading or writing a characteristic meets."""
    never_leaves: bool = False
    """Does disconnecting from it never end?"""
    client: "Client | None" = None
    """The client that is connected."""
    connections: int = 0

    def send(self, payload: bytes, uuid: str = BEAT) -> None:
        """Notify."""
        if self.client is not None and uuid in self.client.notifying:
            self.client.notifying[uuid](bytearray(payload))

    def hang_up(self) -> None:
        """End the link from the sensor's side."""
        if self.client is not None:
            self.client.went()


class FakeBluetooth:
    """Everything on the air around one radio."""

    def __init__(self, *things: FakeSensor) -> None:
        self.things = list(things)
        self.scanners: list[Scanner] = []
        self.clients: list[Client] = []
        self.scan_faults: list[Exception] = []
        """What the next scans meet."""
        self.may_start = asyncio.Event()
        """Until it is set, starting a scan takes for ever."""
        self.may_start.set()
        self.adapter_fault: Exception | None = None
        """What the system answers when it is asked whom it holds."""
        self.starts = 0
        self.asked: list[list[str] | None] = []
        self.connecting = 0
        self.most_connecting = 0
        self.scanned_while_connecting = False
        self.open = 0
        """Connections that have not been disconnected by their client."""
        bluetooth = self

        class ThisScanner(Scanner):
            air = bluetooth

        class ThisClient(Client):
            air = bluetooth

        class ThisAdapter(Adapter):
            air = bluetooth

        self.backends: dict[str, Any] = {
            "scanner_backend": ThisScanner,
            "client_backend": ThisClient,
            "adapter_backend": ThisAdapter,
        }

    def advertise(self, *things: FakeSensor) -> None:
        """Let each sensor that is free and in range (or just these) advertise once."""
        for scanner in tuple(self.scanners):
            for thing in things or self.things:
                if thing.in_range and thing.client is None and not thing.held_by_system:
                    scanner.hear(thing)


class Scanner(BaseBleakScanner):
    """A scanner of the ether."""

    air: FakeBluetooth

    def __init__(self, callback: Any, uuids: list[str] | None, mode: str, **kwargs: Any) -> None:
        super().__init__(callback, uuids)

    async def start(self) -> None:
        """Start, or raise the next fault."""
        self.air.starts += 1
        self.air.asked.append(self._service_uuids)
        if self.air.scan_faults:
            raise self.air.scan_faults.pop(0)
        self.air.scanners.append(self)  # as with bluetoothd: whoever breaks off a start leaves it scanning
        await self.air.may_start.wait()

    async def stop(self) -> None:
        """Stop."""
        if self in self.air.scanners:
            self.air.scanners.remove(self)

    def hear(self, thing: FakeSensor) -> None:
        """Report an advertisement that passes the filter."""
        uuids = list(thing.services)
        if not self.is_allowed_uuid(uuids):
            return
        said = AdvertisementData(thing.name, {}, thing.says, uuids, None, thing.rssi, ())
        device = self.create_or_update_device(thing.address, thing.address, thing.name, thing, said)
        self.call_detection_callbacks(device, said)


class Adapter(BaseBleakAdapter):
    """An adapter that knows which sensors the system holds."""

    air: FakeBluetooth

    @classmethod
    async def get(cls, **kwargs: Any) -> "Adapter":
        """The only one, or the fault."""
        if cls.air.adapter_fault is not None:
            raise cls.air.adapter_fault
        return cls()

    async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
        """Those held that offer a service."""
        return [
            BLEDevice(thing.address, thing.name, thing)
            for thing in self.air.things
            if thing.held_by_system and service_uuids & set(thing.services)
        ]


class Client(BaseBleakClient):
    """A connection through the ether."""

    air: FakeBluetooth

    def __init__(self, device: BLEDevice | str, services: set[str] | None = None, **kwargs: Any) -> None:
        assert isinstance(device, BLEDevice), "a bare address starts a hidden scan"
        super().__init__(
            device, disconnected_callback=kwargs["disconnected_callback"], timeout=kwargs["timeout"]
        )
        self.thing: FakeSensor = device.details
        self.asked = services
        self.notifying: dict[str, Callable[[bytearray], None]] = {}
        self.used = False
        self.is_open = False
        self.air.clients.append(self)

    @property
    def mtu_size(self) -> int:
        """The least there is."""
        return 23

    @property
    def is_connected(self) -> bool:
        """Is this the client the sensor speaks to?"""
        return self.thing.client is self

    def went(self) -> None:
        """The link is gone, by whoever."""
        self.thing.client = None
        self.notifying.clear()
        self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        """Connect, or meet the next fault."""
        assert not pair
        assert not self.used, "a client that connects twice leaks"
        self.used = True
        self.air.connecting += 1
        self.air.most_connecting = max(self.air.most_connecting, self.air.connecting)
        self.air.scanned_while_connecting |= bool(self.air.scanners)
        try:
            await asyncio.sleep(0)
            if not self.thing.in_range:
                raise BleakError("device 'dev_' not found")
            if self.thing.faults:
                fault = self.thing.faults.pop(0)
                if fault is not None:
                    raise fault
                await asyncio.Event().wait()
        finally:
            self.air.connecting -= 1
        self.air.open += 1
        self.is_open = True
        self.thing.client = self
        self.thing.connections += 1
        self.services = self._offered()

    def _offered(self) -> BleakGATTServiceCollection:
        collection = BleakGATTServiceCollection()
        handle = 1
        for uuid, characteristics in self.thing.services.items():
            if self.asked is not None and uuid not in self.asked:
                continue
            service = BleakGATTService(None, handle, uuid)
            collection.add_service(service)
            for each, value in characteristics.items():
                handle += 1
                properties: list[Any] = ["read"] if value else ["notify"]
                found = BleakGATTCharacteristic(value, handle, each, properties, lambda: 20, service)
                collection.add_characteristic(found)
            handle += 1
        return collection

    async def disconnect(self) -> None:
        """Hang up, if there is anything to hang up."""
        if self.is_connected:
            self.went()
        if self.thing.never_leaves:
            await asyncio.Event().wait()
        if self.is_open:
            self.is_open = False
            self.air.open -= 1

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Nobody pairs."""
        raise NotImplementedError

    async def unpair(self) -> None:
        """Nobody unpairs."""
        raise NotImplementedError

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read what the sensor holds."""
        await asyncio.sleep(0)
        if characteristic.uuid in self.thing.refuses:
            raise self.thing.refuses[characteristic.uuid]
        return bytearray(characteristic.obj)

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: Callable[[bytearray], None], **kwargs: Any
    ) -> None:
        """Subscribe."""
        await asyncio.sleep(0)
        if not self.is_connected:
            raise BleakError("Not connected")
        if characteristic.uuid in self.thing.refuses:
            raise self.thing.refuses[characteristic.uuid]
        self.notifying[characteristic.uuid] = callback

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        self.notifying.pop(characteristic.uuid)

    async def write_gatt_char(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is written to a sensor."""
        raise NotImplementedError

    async def read_gatt_descriptor(self, *args: Any, **kwargs: Any) -> bytearray:
        """There are none."""
        raise NotImplementedError

    async def write_gatt_descriptor(self, *args: Any, **kwargs: Any) -> None:
        """There are none."""
        raise NotImplementedError
