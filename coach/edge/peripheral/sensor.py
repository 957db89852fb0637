"""A virtual sensor: its advertisement, its services and its subscribers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic as Attribute
from bumble.gatt import Service
from bumble.hci import Address
from bumble.transport.common import TransportSink, TransportSource

from coach.signals.readings import Characteristic

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
    """A peripheral that advertises while nothing is connected, and notifies the packets it is given."""

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
