"""A live run, from its name on a command line to its first moment."""

import os
from pathlib import Path

from coach.cli.company import Company, simulated_company
from coach.cli.live import run_here, stage_here
from coach.cli.plan import Plan, plan_named
from coach.cli.setup import header_of, live_setup
from coach.cli.wakeful import held_awake
from coach.edge.clock import Clock, MachineClock
from coach.edge.debug_log import start_log
from coach.edge.places import places
from coach.edge.recorder import Recorder
from coach.edge.recordings import start_recording
from coach.edge.settings import load_settings
from coach.edge.ulid import new_ulid
from coach.live.run import LiveRun
from coach.live.setup import RunSetup


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
    recorder = recorder_of(setup, plan, clock, runs) if is_recorded else None
    company = simulated_company(setup, clock) if simulated else Company()
    with held_awake() as warning:
        run_here(
            LiveRun(setup),
            clock,
            settings,
            stage,
            company,
            recorder=recorder,
            as_json=as_json,
            warning=warning,
        )


def recorder_of(setup: RunSetup, plan: Plan, clock: Clock, runs: Path) -> Recorder:
    """Begin the recording of a run that is about to start.

    Raises:
        RecordingProblem: nothing can be recorded there.
    """
    return start_recording(
        runs,
        header_of(setup, plan, clock),
        clock,
        workout=setup.timeline.name,
        athlete=setup.athlete,
        steps=len(setup.timeline.steps),
    )
