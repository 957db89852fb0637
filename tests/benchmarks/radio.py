"""How soon a sensor is found, heard and back, and its bytes are in the run: bleak in front of the fake BlueZ."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from statistics import median, quantiles
from typing import Final

from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.paired_sensors import RadioTimings
from coach.edge.radio import Radio
from coach.edge.radio_source import RadioSource
from coach.live.contract import Input, Output, RunSetup
from coach.live.run import LiveRun
from coach.signals.readings import Notified
from coach.workout.kinds import Kind
from coach.workout.timeline import EndConditions, OpenEnd, Step, Timeline
from tests.benchmarks.table import drawn
from tests.patience import wait_until
from tests.radio.daemon import VARIABLE, PrivateBus
from tests.radio.device import AirTimings
from tests.radio.fixtures import serving
from tests.radio.peripherals import pod, strap
from tests.radio.track import on_track, remembered

_AS_USUAL: Final = AirTimings(advertise_every_s=0.1, supervision_s=0.1)
"""A strap's usual advertising."""
_ALWAYS_ON_AIR: Final = AirTimings(advertise_every_s=0.001)
"""The first advertisement comes at once, so that what is measured begins with it."""
_FINDS, _STARTS, _RETURNS, _BEATS = 20, 10, 30, 300


def table(unit: float) -> str:
    """The waits a runner notices, with the radio's own timings."""
    del unit
    head = ["radio, fake BlueZ", "median", "95 %", "budget"]
    with _a_bus() as address:
        rows = [
            _row("first advertisement to found", asyncio.run(_finds(address)), "0.2 s"),
            _row("start of a run to both sensors heard", asyncio.run(_starts(address)), ""),
            _row("sensor back in range to heard again", asyncio.run(_returns(address)), "0.3 s, 95 % 1 s"),
            _row("notification to LiveRun.receive", asyncio.run(_beats(address)), "1 ms"),
        ]
    return drawn("Radio", head, rows)


def _row(name: str, took_s: Sequence[float], budget: str) -> list[str]:
    return [name, _said(median(took_s)), _said(quantiles(took_s, n=20)[-1]), budget]


def _said(seconds: float) -> str:
    return f"{seconds:.3f} s" if seconds >= 0.01 else f"{seconds * 1e3:.2f} ms"


@contextmanager
def _a_bus() -> Iterator[str]:
    """A bus of our own in the place of the system's."""
    before, bus = os.environ.get(VARIABLE), PrivateBus()
    os.environ[VARIABLE] = bus.address
    try:
        yield bus.address
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before
        bus.close()


async def _finds(address: str) -> list[float]:
    """A strap appears while a scan is on."""
    took = []
    async with (
        serving(address, _ALWAYS_ON_AIR) as bluez,
        Radio(clock=MachineClock()) as radio,
        aclosing(radio.scan(60.0)) as near,
    ):
        waiting = asyncio.ensure_future(anext(near))
        await wait_until(lambda: bluez.is_scanning)
        for _ in range(_FINDS):
            start = time.perf_counter()
            bluez.add(strap())
            await waiting
            took.append(time.perf_counter() - start)
            waiting = asyncio.ensure_future(anext(near))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    return took


async def _starts(address: str) -> list[float]:
    """A strap and a pod are there when the run starts."""
    took = []
    for _ in range(_STARTS):
        async with serving(address, _AS_USUAL) as bluez:
            belt, foot = strap(), pod()
            start = time.perf_counter()
            async with on_track(bluez, belt, foot, timings=RadioTimings()) as track:
                await track.hears(belt)
                await track.hears(foot)
                took.append(time.perf_counter() - start)
    return took


async def _returns(address: str) -> list[float]:
    """A pod is out of range for a while, and comes back."""
    took = []
    async with serving(address, _AS_USUAL) as bluez:
        foot = pod()
        async with on_track(bluez, foot, timings=RadioTimings()) as track:
            for number in range(_RETURNS):
                await track.hears(foot)
                bluez.leave(foot)
                await asyncio.sleep(0.15 + number * 0.37 % 1.0)  # never in step with the advertising
                start = time.perf_counter()
                bluez.come_back(foot)
                await track.hears(foot)
                took.append(time.perf_counter() - start)
    return took


class _Watched(LiveRun):
    """A run that remembers when it was handed each notification."""

    def __init__(self) -> None:
        step = Step("0", "Run", "Run", Kind.WORK, "run", EndConditions((OpenEnd(),)))
        super().__init__(RunSetup("bench", Timeline("Open run", (step,))))
        self.taken: dict[bytes, float] = {}

    def receive(self, event: Input) -> list[Output]:
        """Remember, and run."""
        if isinstance(event, Notified):
            self.taken.setdefault(event.payload, time.perf_counter())
        return super().receive(event)


async def _beats(address: str) -> list[float]:
    """From the fake's side of the bus to the fold, with a breath between two beats."""
    run, belt, sent = _Watched(), strap(), {}
    async with serving(address) as bluez, Radio(clock=MachineClock()) as radio:
        bluez.add(belt)
        conductor = Conductor(run, MachineClock())
        conducting = asyncio.ensure_future(conductor.conduct())
        radio.start(RadioSource(radio, [remembered(belt)]).listen(conductor))
        await wait_until(lambda: bluez.is_heard(belt))
        for number in range(_BEATS):
            start = time.perf_counter()
            sent[belt.beat(150, (0.4 + number / 1024,))] = start
            await asyncio.sleep(0.005)
        conductor.close()
        await conducting
    return [run.taken[payload] - start for payload, start in sent.items() if payload in run.taken]
