"""Who is near? Every sensor that was heard or that the system holds, as bleak knows it and as we tell it."""

from dataclasses import replace
from typing import Final

from bleak import BleakAdapter
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from coach.edge.radio.found import LONGEST_NAME, DiscoveredSensor
from coach.gatt.services import SOUGHT, measures_of, uuid_text

_STRONGEST_DBM: Final = 20
"""The largest signal Bluetooth knows; Apple says 127 where it knows none."""
_BATTERY: Final = uuid_text(0x180F)
_FITNESS_MACHINE: Final = uuid_text(0x1826)
_IS_TREADMILL: Final = 0x01
"""Fitness Machine Service 1.0, clause 3.1: flags u8, then machine types u16, bit 0 of which is a treadmill."""


class DeviceRegistry:
    """The sensors near this machine."""

    def __init__(self, *, adapter: type[BaseBleakAdapter] | None, asks_system: bool) -> None:
        """Know nobody yet; `asks_system` is False where the radio is not the system's own."""
        self._adapter = adapter
        self._asks_system = asks_system
        self._devices: dict[str, BLEDevice] = {}
        self._found: dict[str, DiscoveredSensor] = {}

    def device(self, id_: str) -> BLEDevice | None:
        """What bleak connects to, for a sensor that was met."""
        return self._devices.get(id_)

    def hear(self, device: BLEDevice, said: AdvertisementData) -> DiscoveredSensor:
        """Take an advertisement; a name that came before stays known."""
        before = self._found.get(device.address)
        name = (said.local_name or device.name or "")[:LONGEST_NAME]
        battery = said.service_data.get(_BATTERY, b"")[:1]
        found = DiscoveredSensor(
            device.address,
            name or (before.name if before else ""),
            device.address,
            _measures(said),
            said.rssi if said.rssi <= _STRONGEST_DBM else None,
            battery[0] if battery and battery[0] <= 100 else None,
        )
        self._devices[found.id] = device
        self._found[found.id] = found
        return found

    async def held(self) -> list[DiscoveredSensor]:
        """The sensors the system holds a connection to; those do not advertise.

        Raises:
            Exception: there is no Bluetooth to ask; bleak's own errors and those of the bus beneath it.
        """
        if not self._asks_system:
            return []
        held: dict[str, DiscoveredSensor] = {}
        try:
            adapter = await BleakAdapter.get(backend=self._adapter)
            for uuid in SOUGHT:
                for device in await adapter.get_connected_devices([uuid]):
                    self._devices[device.address] = device
                    found = held.setdefault(device.address, _held(device))
                    held[found.id] = replace(found, measures=found.measures + measures_of([uuid]))
        except NotImplementedError:  # a platform that does not tell
            return []
        self._found.update(held)
        return list(held.values())


def _held(device: BLEDevice) -> DiscoveredSensor:
    name = (device.name or "")[:LONGEST_NAME]
    return DiscoveredSensor(device.address, name, device.address, (), is_held=True)


def _measures(said: AdvertisementData) -> tuple[str, ...]:
    """What an advertisement says is measured; a fitness machine that is no treadmill is none of ours."""
    words = measures_of(said.service_uuids)
    machine = said.service_data.get(_FITNESS_MACHINE, b"")
    if len(machine) >= 3 and not machine[1] & _IS_TREADMILL:
        return tuple(word for word in words if word != "treadmill")
    return words
