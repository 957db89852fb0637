"""A whole evening on the air, and a hostile one: `python -m tests.benchmarks.air laps|hostile`.

Both run the radio with its own timings in front of the fake BlueZ, and print figures; neither asserts any.

`laps`: 6 x 800 m with 400 m of jogging, out of range once a lap, then ten minutes away. The world goes twenty times
as fast as the clock, and what was heard is folded with the world's times. Reconnections are measured by the clock.

`hostile`: rounds of misfortunes of every kind in any order, then all is well again: how long it takes until strap and
pod are heard, and what the runner was told.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any, Final

from coach.edge.clock import MachineClock
from coach.edge.paired_sensors import RadioTimings
from coach.edge.radio import Radio
from coach.edge.radio_source import RadioSource
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import Seconds
from coach.signals.readings import Characteristic
from coach.workout.document import compile_workout, document_from
from coach.workout.timeline import Timeline
from tests.benchmarks.table import drawn
from tests.patience import wait_until
from tests.radio.bluez import FakeBlueZ
from tests.radio.daemon import VARIABLE, PrivateBus, why_not
from tests.radio.device import AirTimings
from tests.radio.fixtures import serving
from tests.radio.misfortunes import make_well, misfortune
from tests.radio.peripherals import Pod, Strap, pod, stranger, strap
from tests.radio.track import Track, remembered
from tests.recording.journals import encode_lines

_AS_USUAL: Final = AirTimings(advertise_every_s=0.1, supervision_s=0.1)
SCALE: Final = 20.0
"""Seconds of the world in one of the clock."""
_TICK_S: Final = 1.0 / SCALE
REPS, REP_M, JOG_M, LAP_M = 6, 800.0, 400.0, 400.0
WORK_MPS, JOG_MPS = 5.0, 2.5
_AWAY_S: Final = (20.0, 40.0)
"""How long a runner is out of range each lap, in the world."""
_LONG_S: Final = 600.0
ROUNDS, MISFORTUNES = 25, 12


def workout() -> Timeline:
    """6 x 800 m, jogged rests, then a cool-down in which nobody hears the runner for ten minutes."""
    rep = {
        "kind": "work",
        "until": {"distance": f"{REP_M:g} m"},
        "target": {"pace": "3:15-3:25/km"},
    }
    jog = {"kind": "recovery", "move": "jog", "until": {"distance": f"{JOG_M:g} m"}}
    tree: dict[str, object] = {
        "format": "coach-workout/1",
        "name": "6 x 800",
        "context": {"surface": "track"},
        "sections": [
            {"name": "Main", "steps": [{"repeat": REPS, "steps": [rep, jog]}]},
            {"name": "Cool-down", "steps": [{"kind": "cool_down", "until": {"open": True}}]},
        ],
    }
    return compile_workout(document_from(tree, name="laps"), None)


class _Evening:
    """A runner with strap and pod, in a world that goes `SCALE` times as fast as the clock."""

    def __init__(self, bluez: FakeBlueZ) -> None:
        self.belt, self.foot = strap(), pod()
        self.reconnects_s: list[float] = []
        self._bluez = bluez
        self._rng = Random(19)

    def speed(self) -> float:
        """What the runner runs at now: by the metres they have run."""
        return WORK_MPS if self.foot.metres % (REP_M + JOG_M) < REP_M else JOG_MPS

    async def run(self, track: Track) -> None:
        """Run it all; lose both sensors once a lap."""
        running = asyncio.create_task(self._run())
        await wait_until(lambda: track.packets() and track.packets(Characteristic.RSC_MEASUREMENT))
        for lap in range(1, round(REPS * (REP_M + JOG_M) / LAP_M)):
            await wait_until(lambda: self.foot.metres > lap * LAP_M + 150)  # noqa: B023  # at once
            await self._be_away(track, self._rng.uniform(*_AWAY_S))
        await wait_until(lambda: self.foot.metres > REPS * (REP_M + JOG_M) + 100)
        await self._be_away(track, _LONG_S)
        await asyncio.sleep(20 * _TICK_S)
        running.cancel()

    async def _run(self) -> None:
        ran_at = time.perf_counter()
        while True:
            await asyncio.sleep(_TICK_S)
            now = time.perf_counter()
            speed = self.speed()
            self.foot.run((now - ran_at) * SCALE * speed, speed)
            self.belt.beat(160)
            ran_at = now

    async def _be_away(self, track: Track, seconds: float) -> None:
        """Be out of range for so long, in the world, and measure until both are heard again."""
        self._bluez.leave(self.belt)
        self._bluez.leave(self.foot)
        await asyncio.sleep(seconds / SCALE)
        beats, steps = len(track.packets()), len(track.packets(Characteristic.RSC_MEASUREMENT))
        back_at = time.perf_counter()
        self._bluez.come_back(self.belt)
        self._bluez.come_back(self.foot)
        await wait_until(lambda: len(track.packets(Characteristic.RSC_MEASUREMENT)) > steps)
        self.reconnects_s.append(time.perf_counter() - back_at)
        await wait_until(lambda: len(track.packets()) > beats)
        self.reconnects_s.append(time.perf_counter() - back_at)


async def laps(address: str) -> list[list[str]]:
    """An evening with a loss each lap, as rows of a table."""
    async with serving(address, _AS_USUAL) as bluez:
        evening = _Evening(bluez)
        async with _radio(bluez, evening.belt, evening.foot) as (track, _):
            await evening.run(track)
        events = _folded(track.inputs)
    ended = [event for event in events if event["event"] == "step_ended"]
    reps = [event["distance_m"] for event in ended if event["step"] % 2 == 0 and event["step"] < 2 * REPS]
    total = next(event["distance_m"] for event in events if event["event"] == "run_ended")
    counted_m = int.from_bytes(track.packets(Characteristic.RSC_MEASUREMENT)[-1][-4:], "little") / 10
    cues = [event for event in events if event["event"] == "cue"]
    lost = [cue for cue in cues if cue["kind"] in {"sensor_gone", "sensor_back"}]
    return [
        ["links lost", str(len(evening.reconnects_s)), ""],
        *_times("back in range to heard again", evening.reconnects_s, "0.45 s"),
        ["reps that ended, of their 800 m", f"{len(reps)}: {min(reps):.1f} to {max(reps):.1f} m", f"{REPS}"],
        ["the run's metres less the pod's own", f"{total - counted_m:+.1f} m", "1 m"],
        ["cues, of them lost or back", f"{len(cues)}, {len(lost)}", "3 spoken"],
    ]


def _folded(inputs: list[Input]) -> list[dict[str, Any]]:
    """What a run says of these inputs at the world's times."""
    told = [replace(event, at=Seconds(event.at * SCALE)) for event in inputs]
    run = LiveRun(RunSetup("laps", workout()))
    return [
        json.loads(line)
        for line in encode_lines(refold(run, [Opened(Seconds(0.0)), *told, Closed(told[-1].at)]))
    ]


async def hostile(address: str) -> list[list[str]]:
    """Rounds of misfortunes, as rows of a table."""
    rng, took_s = Random(19), []
    async with serving(address, _AS_USUAL) as bluez:
        belt, foot = strap(), pod()
        bluez.add(strap(serial="THEIRS"), stranger())
        async with _radio(bluez, belt, foot) as (track, radio):
            streaming = asyncio.create_task(_stream(belt, foot))
            before = (0, 0)
            for number in range(ROUNDS):
                for _ in range(MISFORTUNES):
                    await misfortune(rng, bluez, rng.choice((belt, foot)))
                    await asyncio.sleep(rng.choice((0.0, 0.05, 0.3)))
                for each in (belt, foot):
                    make_well(each)
                    bluez.come_back(each)
                well_at = time.perf_counter()
                await _both_heard(track)
                took_s.append(time.perf_counter() - well_at)
                track.inputs.clear()
                before = _held() if number == ROUNDS // 2 else before
            after = _held()
            streaming.cancel()
            errors = radio.callback_errors.count
    return [
        ["rounds of misfortunes", f"{ROUNDS} of {MISFORTUNES}", ""],
        *_times("all well to both heard", took_s, ""),
        ["told to the runner", str(len(track.notes)), ""],
        ["errors of our own", str(errors), "0"],
        [
            "descriptors and tasks more than at half-time",
            f"{after[0] - before[0]}, {after[1] - before[1]}",
            "0",
        ],
    ]


async def _both_heard(track: Track) -> None:
    """Wait until a packet of each sensor has come that was sent from now on."""
    track.inputs.clear()
    await wait_until(lambda: track.packets() and track.packets(Characteristic.RSC_MEASUREMENT))


def _held() -> tuple[int, int]:
    """Open descriptors and living tasks."""
    gc.collect()
    return sum(1 for _ in Path("/proc/self/fd").iterdir()), len(asyncio.all_tasks())


async def _stream(belt: Strap, foot: Pod) -> None:
    while True:
        belt.beat(150)
        foot.run(0.2)
        await asyncio.sleep(0.05)


class _radio:  # noqa: N801 - a context
    """The radio of a run with its own timings, and what it hears."""

    def __init__(self, bluez: FakeBlueZ, belt: Strap, foot: Pod) -> None:
        bluez.add(belt, foot)
        self._track = Track(bluez)
        self._radio = Radio(clock=MachineClock(), timings=RadioTimings())
        self._sensors = [remembered(belt), remembered(foot)]

    async def __aenter__(self) -> tuple[Track, Radio]:
        await self._radio.__aenter__()
        source = RadioSource(self._radio, self._sensors, on_problem=self._track.notes.append)
        self._radio.start(source.listen(self._track))
        return self._track, self._radio

    async def __aexit__(self, *_: object) -> None:
        await self._radio.__aexit__(None, None, None)


def _times(name: str, took_s: list[float], budget: str) -> Iterator[list[str]]:
    yield [f"{name}, median", f"{median(took_s):.2f} s", budget]
    yield [f"{name}, 95 %", f"{quantiles(took_s, n=20)[-1]:.2f} s", ""]
    yield [f"{name}, longest", f"{max(took_s):.2f} s", ""]


@contextmanager
def _a_bus() -> Iterator[str]:
    """A bus of our own in the place of the system's."""
    bus = PrivateBus()
    os.environ[VARIABLE] = bus.address
    try:
        yield bus.address
    finally:
        del os.environ[VARIABLE]
        bus.close()


SCENARIOS: Final[dict[str, Callable[[str], Awaitable[list[list[str]]]]]] = {"laps": laps, "hostile": hostile}


def main(names: list[str]) -> None:
    """Run the scenarios that are named, or both, and print a table for each."""
    if (missing := why_not()) is not None:
        sys.exit(missing)
    for name in names or SCENARIOS:
        with _a_bus() as address:
            rows = asyncio.run(_rows(name, address))
        print(
            drawn(name.capitalize(), [f"{name}, fake BlueZ", "measured", "aim"], rows), end="\n\n", flush=True
        )


async def _rows(name: str, address: str) -> list[list[str]]:
    return await SCENARIOS[name](address)


if __name__ == "__main__":
    main(sys.argv[1:])
