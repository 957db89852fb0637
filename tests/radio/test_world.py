"""The world in a process of its own: it does what its lines say, in front of any program."""

import asyncio
from collections.abc import Iterator

import pytest
from bleak import BleakClient, BleakScanner

from tests.patience import LIMIT_S, disconnected, wait_until
from tests.radio.daemon import VARIABLE
from tests.radio.fixtures import close_bleak, needed
from tests.radio.outside import Outside
from tests.radio.peripherals import uuid


@pytest.fixture
def outside(monkeypatch) -> Iterator[Outside]:
    """A world in another process; this one's bleak sees it."""
    needed()
    with Outside() as world:
        monkeypatch.setenv(VARIABLE, world.address)
        yield world


@pytest.mark.asyncio
async def test_a_program_meets_the_world_of_another_process(outside):
    """A pod enters, streams, is lost and comes back, all by lines; its metres go on meanwhile."""
    outside.do("pod foot name=Stryd address=C0:FF:EE:00:00:01", "crowd 3", "speed foot 5", "stream foot 50")
    heard: list[bytes] = []
    device = await BleakScanner.find_device_by_name("Stryd", timeout=LIMIT_S)
    assert device is not None
    for _ in range(2):
        heard.clear()
        async with BleakClient(device, timeout=LIMIT_S) as client:
            await client.start_notify(uuid(0x2A53), lambda _, value: heard.append(bytes(value)))
            await wait_until(lambda: heard)
            assert await asyncio.to_thread(outside.do, "heard foot") == {}
            outside.do("lose foot")
            await disconnected(client)
    state = outside.do("lost foot", "state")
    await close_bleak()
    assert state["connected"] == []
    assert state["metres"]["foot"] + 0.05 >= int.from_bytes(heard[-1][-4:], "little") / 10 > 0
    assert state["calls"]["Connect"] == 2


def test_a_line_that_means_nothing_is_answered_so(outside):
    """A mistake in a script is named, and the world goes on."""
    with pytest.raises(AssertionError, match="what is 'dance'"):
        outside.do("dance")
    with pytest.raises(AssertionError, match="lose nobody"):
        outside.do("lose nobody")
    assert outside.do("state")["connected"] == []
