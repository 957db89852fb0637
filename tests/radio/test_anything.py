"""Everything goes wrong at once, in any order; then the world is well again, and so is the run."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from coach.quantities import Seconds
from coach.signals.readings import Characteristic
from tests.patience import wait_until
from tests.radio.misfortunes import make_well, misfortune
from tests.radio.peripherals import Pod, Strap, pod, stranger, strap
from tests.radio.track import QUICK, on_track

PAUSES_S = (0.0, 0.0, 0.002, 0.02)
MISFORTUNES = 60


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happened_both_sensors_are_heard_afterwards(bluez, seed):
    """After sixty misfortunes of every kind in a random order, strap and pod are heard again by themselves."""
    rng, belt, foot = Random(seed), strap(), pod()
    bluez.add(strap(serial="THEIRS"), stranger())
    timings = replace(QUICK, connect_s=Seconds(0.5), silent_s=Seconds(1.0), subscribe_s=Seconds(0.3))
    async with on_track(bluez, belt, foot, timings=timings) as track:
        streaming = asyncio.create_task(stream(belt, foot))
        for _ in range(MISFORTUNES):
            await misfortune(rng, bluez, rng.choice((belt, foot)))
            await asyncio.sleep(rng.choice(PAUSES_S))
        for each in (belt, foot):
            make_well(each)
            bluez.come_back(each)
        track.inputs.clear()
        await wait_until(lambda: track.packets() and track.packets(Characteristic.RSC_MEASUREMENT))
        streaming.cancel()


async def stream(belt: Strap, foot: Pod) -> None:
    """Send what both measure, for ever."""
    while True:
        belt.beat(150)
        foot.run(0.04)
        await asyncio.sleep(0.01)
