"""A live run, from its name on a command line to its first moment."""

import json
import os
from pathlib import Path

from coach.cli.live import Company, run_here, stage_here
from coach.cli.plan import Plan, plan_embedded, plan_named
from coach.cli.setup import header_of, live_setup
from coach.edge.clock import Clock, MachineClock
from coach.edge.debug_log import start_log
from coach.edge.places import library, places
from coach.edge.recorder import Recorder
from coach.edge.recordings import start_recording
from coach.edge.settings import load_settings
from coach.edge.sources.simulated import SimulatedRunner
from coach.edge.ulid import new_ulid
from coach.live.inputs import Input
from coach.live.run import LiveRun
from coach.live.setup import RunSetup
from coach.quantities import Seconds
from coach.simulate.runner import VirtualRunner


def run_workout(
    workout: str,
    athlete: str | None,
    *,
    simulated: bool,
    marks: bool,
    record: str | None,
    is_recorded: bool,
    as_json: bool,
) -> None:
    """Run a workout live, recorded unless asked otherwise.

    Raises:
        CoachProblem: the workout or athlete cannot be found or read, or nothing can be recorded.
    """
    where = places()
    settings = load_settings(where.settings, os.environ)
    plan = plan_named(workout, athlete or settings.athlete)
    start_log(where.log)
    clock = MachineClock()
    stage = stage_here(as_json=as_json)
    run = new_ulid(clock.wall().epoch_s)
    setup = live_setup(plan, settings, run, stage, marks=marks, simulated=simulated)
    runs = where.runs if record is None else Path(record).expanduser()
    recorder = _recorder(setup, plan, clock, runs) if is_recorded else None
    company = _simulated(setup, clock) if simulated else Company()
    run_here(LiveRun(setup), clock, settings, stage, company, recorder=recorder, as_json=as_json)


def _recorder(setup: RunSetup, plan: Plan, clock: Clock, runs: Path) -> Recorder:
    return start_recording(
        runs,
        header_of(setup, plan, clock),
        clock,
        workout=setup.timeline.name,
        athlete=setup.athlete,
        steps=len(setup.timeline.steps),
    )


def run_demo(speed: float, *, as_json: bool) -> None:
    """Let a simulated runner run the library's demonstration; nothing is recorded, and the home is left alone."""
    settings = load_settings(places().settings, os.environ)
    machine = MachineClock()
    clock: Clock = machine
    if speed != 1.0:
        from coach.cli.fast_clock import FastClock

        clock = FastClock(machine, speed)
    found = library() / "demo.json"
    plan = plan_embedded(json.loads(found.read_bytes()), None, name=str(found))
    stage = stage_here(as_json=as_json)
    setup = live_setup(plan, settings, new_ulid(machine.wall().epoch_s), stage, marks=False, simulated=True)
    run_here(LiveRun(setup), clock, settings, stage, _simulated(setup, clock), as_json=as_json)


def _simulated(setup: RunSetup, clock: Clock) -> Company:
    """A simulated runner: what measures him measures the run, and he hears what it says."""
    runner = SimulatedRunner(_Stepping(timeline=setup.timeline), clock)
    return Company(sources=[runner], listeners=[runner])


class _Stepping(VirtualRunner):
    """A virtual runner by the name the edge calls his running on."""

    def step(self, at: Seconds) -> list[Input]:
        """Run on to a time."""
        return self.advance(at)
