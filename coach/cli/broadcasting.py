"""A made-up run over the air: the simulated runner as a Bluetooth sensor that any coach can connect to."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coach.cli.errors import narrate
from coach.cli.live import keep_log_off_the_terminal, leave_with
from coach.cli.plan import plan_named
from coach.cli.setup import live_setup
from coach.cli.simulating import profile_named
from coach.cli.stage import Stage
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor, run_live
from coach.edge.paths import runner_paths
from coach.edge.settings import load_settings
from coach.edge.sinks import plain_lines
from coach.edge.sources.simulated import SimulatedRunner
from coach.live.inputs import RunSetup
from coach.live.run import LiveRun
from coach.problems import SensorProblem, SensorTrouble
from coach.simulate.runner import VirtualRunner

if TYPE_CHECKING:
    from coach.edge.peripheral.sensor import VirtualSensor  # bumble may not be there


def broadcast_workout(
    workout: str, controllers: Sequence[str], *, seed: int, athlete: str | None, profile: str | None
) -> None:
    """Let a simulated runner run a workout in real time, once somebody listens to him over the air.

    Raises:
        CoachProblem: something cannot be found or read, or there is no controller to send with.
    """
    settings = load_settings(runner_paths().settings, os.environ)
    plan = plan_named(workout, athlete or settings.athlete)
    setup = live_setup(plan, settings, f"radio-{seed}", Stage.UNATTENDED, simulated=True)
    runner = VirtualRunner(profile_named(profile), seed, timeline=setup.timeline, presses=True)
    keep_log_off_the_terminal()
    leave_with(asyncio.run(_broadcast(setup, runner, controllers)))


async def _broadcast(setup: RunSetup, runner: VirtualRunner, controllers: Sequence[str]) -> int:
    """Run on the air from the first listener to the end; the exit code."""
    try:
        from coach.edge.peripheral.broadcast import Broadcast, sensors_by_controller
        from coach.edge.peripheral.link import on_air
    except ImportError as error:
        raise SensorProblem(
            f"--radio needs {error.name}, which is not installed",
            "Install it with: python -m pip install 'trackside-coach[radio]'",
            reason=SensorTrouble.NOT_SUPPORTED,
        ) from error
    clock = MachineClock()
    simulated = SimulatedRunner(runner, clock)
    async with on_air(sensors_by_controller(controllers)) as sensors:
        names = " and ".join(sensor.profile.name for sensor in sensors)
        narrate(f"On the air: {names}. He starts when somebody connects and listens; Ctrl-C ends it.")
        await _anybody(sensors)
        narrate("Somebody listens: off he goes.")
        lines = plain_lines(sys.stdout.buffer, unit=setup.unit)
        conductor = Conductor(LiveRun(setup), clock, sinks=[simulated, lines])
        _, code = await run_live(conductor, sources=[Broadcast(simulated, sensors)])
        return code


async def _anybody(sensors: "Sequence[VirtualSensor]") -> None:
    """Wait until one of them is listened to."""
    waiting = [asyncio.ensure_future(sensor.subscribed.wait()) for sensor in sensors]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
