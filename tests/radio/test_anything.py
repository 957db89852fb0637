"""Everything goes wrong at once, in any order; then the world is well again, and so is the run."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from coach.quantities import Seconds
from coach.signals.readings import Characteristic
from tests.radio import peripherals as air
from tests.radio.bluez import FakeBlueZ
from tests.radio.patience import wait_until
from tests.radio.peripherals import Pod, Strap, pod, stranger, strap
from tests.radio.track import QUICK, on_track

FAULTS = (air.BUSY, air.ABORTED, air.ABORTED_BY_LOCAL, air.IN_PROGRESS, air.NOT_READY)
PAUSES_S = (0.0, 0.0, 0.002, 0.02)
MISFORTUNES = 60


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happened_both_sensors_are_heard_afterwards(bluez, seed):
    """After sixty misfortunes of every kind in a random order, strap and pod are heard again by themselves."""
    rng, belt, foot = Random(seed), strap(), pod()
    bluez.add(strap(serial="THEIRS"), stranger())
    timings = replace(QUICK, connect_s=Seconds(0.5), silent_s=Seconds(1.0))
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


async def misfortune(rng: Random, bluez: FakeBlueZ, sensor: Strap | Pod) -> None:
    """One thing that goes wrong, or right again."""

    def set_to(name: str, value: object) -> Callable[[], None]:
        return lambda: setattr(sensor, name, value)

    def power_cycle() -> None:
        bluez.power(False)
        bluez.power(True)

    acts: tuple[Callable[[], None], ...] = (
        lambda: bluez.lose(sensor),
        lambda: bluez.leave(sensor),
        lambda: bluez.hang_up(sensor),
        lambda: bluez.come_back(sensor),
        lambda: bluez.forget(sensor),
        power_cycle,
        set_to("stalled", not sensor.stalled),
        set_to("is_taken", not sensor.is_taken),
        set_to("connect_faults", [rng.choice(FAULTS)]),
        set_to("resolves_after_s", rng.choice((0.0, 0.01, None))),
        set_to("connects_after_s", rng.choice((0.0, 0.02))),
    )
    act = rng.choice((*acts, None))
    if act is not None:
        act()
        return
    await rng.choice((bluez.stop, bluez.crash))()
    await bluez.start()


def make_well(sensor: Strap | Pod) -> None:
    """Let nothing be wrong with a sensor any more."""
    sensor.stalled = sensor.is_taken = False
    sensor.connect_faults = []
    sensor.connects_after_s = sensor.resolves_after_s = 0.0
