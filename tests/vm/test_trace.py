"""The fake BlueZ held against the real one: the same session, and what either said of the strap."""

import pytest
import pytest_asyncio

from tests.radio.bluez import FakeBlueZ
from tests.radio.peripherals import Characteristic, Service, Strap, uuid
from tests.radio.session import session

pytestmark = [pytest.mark.vm, pytest.mark.timeout(900)]  # the first test waits for the whole machine

SCENARIO = "trace"
BATTERY_COMES = "strap +Battery1"
"""bluetoothd adds it when it has read the level: before the services, between them or after them."""


class FakeAir:
    """In front of the fake: a strap with the very services of the made-up one in the machine."""

    def __init__(self, bluez: FakeBlueZ) -> None:
        self._strap = Strap("Strap A1B2", SERVICES)
        self._bluez = bluez
        self.address = self._strap.address
        bluez.add(self._strap)

    async def beat(self) -> None:
        """Send a heart rate."""
        self._strap.beat(150)

    async def lose(self) -> None:
        """Lose the link."""
        self._bluez.lose(self._strap)


def read(*numbers: int) -> tuple[Characteristic, ...]:
    """Characteristics that are only read."""
    return tuple(Characteristic(uuid(number), ("read",), b"x") for number in numbers)


SERVICES = (
    Service(uuid(0x1801), (Characteristic(uuid(0x2A05), ("indicate",)), *read(0x2B29, 0x2B2A))),
    Service(uuid(0x180D), (Characteristic(uuid(0x2A37), ("notify",)), *read(0x2A38))),
    Service(uuid(0x180F), (Characteristic(uuid(0x2A19), ("read", "notify"), bytes((80,))),)),
    Service(uuid(0x180A), read(0x2A29, 0x2A24, 0x2A25)),
)


@pytest.fixture(scope="module")
def real(report) -> list[str]:
    """What the real BlueZ said."""
    return list(report.fact("traced", SCENARIO)["lines"])


@pytest_asyncio.fixture
async def fake(bluez: FakeBlueZ) -> list[str]:
    """What the fake says."""
    return await session(FakeAir(bluez))


@pytest.mark.asyncio
async def test_the_fake_says_what_the_real_one_says(real, fake):
    """Of the strap both say the same in the same order, but for the moment the battery comes."""
    assert without(BATTERY_COMES, fake) == without(BATTERY_COMES, real)


@pytest.mark.asyncio
async def test_the_battery_comes_with_each_link_and_goes_with_it(real, fake):
    """In both it is added once after each connection, and removed before the next."""
    steps = {"strap Connected=true", BATTERY_COMES, "strap -Battery1"}
    expected = ["strap Connected=true", BATTERY_COMES, "strap -Battery1"] * 2
    assert [line for line in real if line in steps] == expected
    assert [line for line in fake if line in steps] == expected


def without(one: str, lines: list[str]) -> list[str]:
    """All lines but one."""
    return [line for line in lines if line != one]
