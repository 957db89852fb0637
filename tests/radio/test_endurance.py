"""A long evening of lost links costs nothing that is not given back."""

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.patience import wait_until
from tests.radio.bluez import FakeBlueZ
from tests.radio.device import AirTimings
from tests.radio.fixtures import serving
from tests.radio.peripherals import pod, strap
from tests.radio.track import on_track

LOSSES = 500
_WARM = 20
"""So many losses first, after which everything that is made once has been made."""


def _held() -> tuple[int, int, int]:
    """Open descriptors, tasks, and objects alive."""
    gc.collect()
    return (
        len(list(Path(f"/proc/{os.getpid()}/fd").iterdir())),
        len(asyncio.all_tasks()),
        len(gc.get_objects()),
    )


@pytest.fixture
def _no_log() -> Iterator[None]:
    """Nothing is logged: what pytest keeps of every line of it would be counted as ours."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest_asyncio.fixture
async def busy_bluez(system_bus: str) -> AsyncIterator[FakeBlueZ]:
    """A BlueZ whose sensors advertise without pause, so that 500 searches take no time."""
    async with serving(system_bus, AirTimings(advertise_every_s=0.001)) as fake:
        yield fake


@pytest.mark.asyncio
@pytest.mark.usefixtures("_no_log")
async def test_five_hundred_losses_leave_nothing_behind(busy_bluez):
    """After 500 lost links of one run no descriptor, no task and no object is held that was not held before."""
    bluez, belt, foot = busy_bluez, strap(), pod()
    async with on_track(bluez, belt, foot) as track:

        async def lose(times: int) -> None:
            for _ in range(times):
                await track.hears(belt)
                bluez.calls.clear()
                bluez.lose(belt)
                await wait_until(lambda: not bluez.is_heard(belt))
            await track.hears(belt)
            # The beats are subscribed to, and last of all the charge.
            await wait_until(lambda: bluez.calls.count(f"StartNotify {belt.name}") >= 2)
            await track.hears(belt)
            track.inputs.clear()
            bluez.calls.clear()

        await lose(_WARM)
        before = _held()
        await lose(LOSSES)
        await wait_until(lambda: _held()[0] <= before[0] and _held()[1] <= before[1])  # the last link's end
        after = _held()
        await track.hears(foot)
    assert after[2] - before[2] < LOSSES  # a leak is at least one object a loss
