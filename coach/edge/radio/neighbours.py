"""Who is near? Every sensor that was heard or that the system holds, as bleak knows it and as we tell it."""

from dataclasses import replace
from typing import Final

from bleak import BleakAdapter
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from coach.edge.radio.found import LONGEST_NAME, Found
from coach.edge.radio.services import BATTERY, FITNESS_MACHINE, MEASURES, measures_of

_STRONGEST: Final = 20
"""Bluetooth's largest value in dBm; Apple says 127 where it knows none."""
_TREADMILL: Final = 0x01
"""Fitness Machine Service 1.0, clause 3.1.1: flags u8, then machine types, bit 0 of which is a treadmill."""


class Neighbours:
    """The sensors near this machine."""

    def __init__(self, *, adapter: type[BaseBleakAdapter] | None, asks_system: bool) -> None:
        """Know nobody yet; `asks_system` False for a radio of a test's own, whose system knows nothing."""
        self._adapter = adapter
        self._asks_system = asks_system
        self._devices: dict[str, BLEDevice] = {}
        self._found: dict[str, Found] = {}

    def device(self, id_: str) -> BLEDevice | None:
        """What bleak connects to, for a sensor that was met."""
        return self._devices.get(id_)

    def met(self, id_: str) -> Found | None:
        """What is known of a sensor that was met."""
        return self._found.get(id_)

    def hear(self, device: BLEDevice, said: AdvertisementData) -> Found:
        """Take an advertisement."""
        before = self._found.get(device.address)
        name = (said.local_name or device.name or "")[:LONGEST_NAME]
        battery = said.service_data.get(BATTERY, b"")[:1]
        found = Found(
            device.address,
            name or (before.name if before else ""),
            device.address,
            _measures(said),
            said.rssi if said.rssi <= _STRONGEST else None,
            battery[0] if battery and battery[0] <= 100 else None,
        )
        self._devices[found.id] = device
        self._found[found.id] = found
        return found

    async def held(self) -> list[Found]:
        """The sensors the system holds a connection to; those do not advertise.

        Raises:
            BleakError: there is no Bluetooth to ask.
        """
        if not self._asks_system:
            return []
        try:
            adapter = await BleakAdapter.get(backend=self._adapter)
            held: list[Found] = []
            for uuid, word in MEASURES.items():
                for device in await adapter.get_connected_devices([uuid]):
                    self._devices[device.address] = device
                    held.append(_held(device, word))
        except NotImplementedError:
            return []
        merged: dict[str, Found] = {}
        for one in held:
            known = merged.get(one.id)
            merged[one.id] = one if known is None else replace(known, measures=known.measures + one.measures)
        self._found.update(merged)
        return list(merged.values())


def _held(device: BLEDevice, word: str) -> Found:
    name = (device.name or "")[:LONGEST_NAME]
    return Found(device.address, name, device.address, (word,), is_held=True)


def _measures(said: AdvertisementData) -> tuple[str, ...]:
    """What an advertisement says is measured; a fitness machine that is no treadmill is none of ours."""
    words = measures_of(said.service_uuids)
    machine = said.service_data.get(FITNESS_MACHINE, b"")
    if len(machine) >= 3 and not machine[1] & _TREADMILL:
        return tuple(word for word in words if word != "treadmill")
    return words
