"""Every check of `coach doctor` in its order, each printed as soon as it is made."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator

from coach.app.terminal import letters_here
from coach.cli.errors import exit_with
from coach.cli.radio import opened_radio
from coach.cli.text import out, out_json
from coach.edge.clock import MachineClock
from coach.edge.diagnostics import (
    CheckResult,
    TerminalInfo,
    Verdict,
    check_athletes,
    check_bluetooth,
    check_disk,
    check_paired_file,
    check_python,
    check_settings,
    check_sleep_inhibitor,
    check_sound,
    check_terminal,
    fail,
    ok,
    warn,
)
from coach.edge.paired_sensors import PairedSensor, load_sensors
from coach.edge.sleep_inhibitor import SleepInhibitor
from coach.edge.store import Store, folders_of_runs
from coach.problems import FAILURE, CoachProblem


def check_up(seconds: float, *, as_json: bool) -> None:
    """Make and print every check; remembered sensors are looked for at most so many seconds.

    Raises:
        click.exceptions.Exit: with 1, if one failed.
    """
    if asyncio.run(_has_failure(seconds, as_json=as_json)):
        exit_with(FAILURE)


async def _has_failure(seconds: float, *, as_json: bool) -> bool:
    has_failed = False
    async for finding in _findings(seconds):
        _print(finding, as_json=as_json)
        has_failed = has_failed or finding.verdict is Verdict.FAIL
    return has_failed


async def _findings(seconds: float) -> AsyncGenerator[CheckResult]:
    store = Store()
    here = [
        check_python(),
        *check_terminal(_terminal_here()),
        check_settings(store),
        *check_athletes(store),
        check_disk(store.paths.runs),
        _check_runs(store),
    ]
    for finding in [*here, check_sound(), check_sleep_inhibitor(SleepInhibitor())]:
        yield finding
    sensors: tuple[PairedSensor, ...] = ()
    try:
        remembered_sensors = load_sensors(store.paths.sensors)
        sensors = remembered_sensors.all()
        yield check_paired_file(remembered_sensors)
    except CoachProblem as problem:
        yield fail("remembered", problem.message, problem.hint)
    async with opened_radio("doctor") as radio:
        async for finding in check_bluetooth(radio, sensors, seconds):
            yield finding


def _check_runs(store: Store) -> CheckResult:
    """Check whether a run was cut off that can still be gone on with."""
    from coach.app.interrupted import interrupted_run  # reads documents, which no other check does

    runs = (interrupted_run(folder, MachineClock()) for folder in folders_of_runs(store.paths))
    run = next((run for run in runs if run is not None), None)
    if run is None:
        return ok("runs", "none was cut off in the last 30 minutes")
    return warn("runs", f"{run.since}: {run.title}", f"Go on with it: coach runs resume {run.name}")


def _terminal_here() -> TerminalInfo:
    size = shutil.get_terminal_size()
    is_terminal = sys.stdout.isatty()
    letters = letters_here(size.columns, size.lines) if is_terminal else ("", "")
    encoding = sys.stdout.encoding or ""
    return TerminalInfo(is_terminal, size.columns, size.lines, encoding, os.environ, letters)


def _print(finding: CheckResult, *, as_json: bool) -> None:
    if as_json:
        tree = {
            "v": 1,
            "check": finding.check,
            "verdict": finding.verdict.value,
            "said": finding.text,
            "fix": finding.fix or None,
            "battery_percent": finding.battery_percent,
            "rssi_dbm": finding.rssi_dbm,
        }
        out_json({key: value for key, value in tree.items() if value is not None})
        return
    out(f"{finding.verdict.value:<4}  {finding.check:<11}  {finding.text}")
    if finding.fix:
        out(f"{'':<19}{finding.fix}")
