"""The condensed signals of the fake, for a session that the real `bluetoothd` is taken through as well."""

import pytest

from tests.radio.bluez import FakeBlueZ
from tests.radio.peripherals import strap
from tests.radio.session import LOST, halves, session

pytestmark = pytest.mark.asyncio


class OurAir:
    """A strap in front of the fake."""

    def __init__(self, bluez: FakeBlueZ) -> None:
        self._strap = strap()
        self._bluez = bluez
        self.address = self._strap.address
        bluez.add(self._strap)

    async def beat(self) -> None:
        """Send a heart rate."""
        self._strap.beat(150)

    async def lose(self) -> None:
        """Lose the link."""
        self._bluez.lose(self._strap)


async def test_a_session_reads_as_bluetoothd_writes_it(bluez):
    """Scan, connect, listen, lose, reconnect, let go: the signals are those bluetoothd was seen to send."""
    first, again = halves(await session(OurAir(bluez)))
    assert first == [
        "strap +Device1",
        "strap -RSSI",
        "strap Connected=true",
        "strap +Battery1",
        "strap +GattService1 180d",
        "strap +GattCharacteristic1 2a37",
        "strap +GattDescriptor1 2902",
        "strap +GattCharacteristic1 2a38",
        "strap +GattCharacteristic1 2a39",
        "strap +GattService1 180f",
        "strap +GattCharacteristic1 2a19",
        "strap +GattDescriptor1 2902",
        "strap +GattService1 180a",
        *(f"strap +GattCharacteristic1 {short}" for short in ("2a29", "2a24", "2a25", "2a26")),
        "strap ServicesResolved=true",
        "strap 2a37 Notifying=true",
        "strap 2a37 Value",
        LOST,
    ]
    assert again == [
        "strap -Battery1",
        "strap 2a37 Notifying=false",
        "strap Connected=true",
        "strap +Battery1",
        "strap ServicesResolved=true",
        "strap 2a37 Notifying=true",
        "strap 2a37 Value",
        "strap -Battery1",
        "strap ServicesResolved=false",
        "strap Connected=false",
        "strap 2a37 Notifying=false",
    ]
