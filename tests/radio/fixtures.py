"""A bus for the session, a BlueZ for each test. Every test may ask for them: `bluez`, `system_bus`.

Only here is bleak's manager closed, which takes a private name of bleak's: that is why its releases are pinned
to 3.x.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.radio.daemon import VARIABLE, PrivateBus, why_not

if TYPE_CHECKING:
    from tests.radio.bluez import FakeBlueZ
    from tests.radio.device import AirTimings


@pytest.fixture(scope="session")
def private_bus() -> Iterator[PrivateBus]:
    """One dbus-daemon for everything this worker tests."""
    needed()
    bus = PrivateBus()
    yield bus
    bus.close()


@pytest.fixture
def system_bus(private_bus: PrivateBus, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the bus that this test's bleak takes for the system's."""
    monkeypatch.setenv(VARIABLE, private_bus.address)
    return private_bus.address


@pytest.fixture
def mortal_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """A bus for this test alone, which may kill it."""
    needed()
    bus = PrivateBus()
    monkeypatch.setenv(VARIABLE, bus.address)
    yield bus
    bus.close()


@pytest_asyncio.fixture
async def bluez(system_bus: str) -> "AsyncIterator[FakeBlueZ]":
    """A BlueZ with one adapter, on and with nothing in the air; bleak's own manager is closed afterwards."""
    async with serving(system_bus) as fake:
        yield fake


@asynccontextmanager
async def serving(address: str, timings: "AirTimings | None" = None) -> "AsyncIterator[FakeBlueZ]":
    """Have a BlueZ on the bus at an address; at the end bleak's manager is closed and it goes."""
    from tests.radio.bluez import FakeBlueZ

    fake = FakeBlueZ(address, timings)
    await fake.start()
    try:
        yield fake
    finally:
        await close_bleak()
        await fake.stop()


async def close_bleak() -> None:
    """Close the connection to the bus that bleak keeps for this event loop."""
    from bleak.backends.bluezdbus import manager

    ours = manager._global_instances.pop(asyncio.get_running_loop(), None)
    if ours is not None and ours._bus is not None and ours._bus_watcher_task is not None:
        ours._bus.disconnect()
        await ours._bus_watcher_task


def needed() -> None:
    """Skip with the reason where there can be no bus; on the project's own machine that is a failure."""
    if (missing := why_not()) is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
