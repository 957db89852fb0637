"""Every check of `coach doctor` in its order, each printed as soon as it is made."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator

from coach.cli.errors import exit_with
from coach.cli.radio import opened_radio
from coach.cli.text import out, out_json
from coach.edge.awake import Awake
from coach.edge.checkup import Finding, Verdict, fail
from coach.edge.checkup.bluetooth import bluetooth, remembered
from coach.edge.checkup.keeping import athletes, settings
from coach.edge.checkup.machine import disk, keep_awake, python, sound
from coach.edge.checkup.terminal import Terminal, terminal
from coach.edge.remembered import RememberedSensor, load_sensors
from coach.edge.shelf import Shelf
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


async def _findings(seconds: float) -> AsyncGenerator[Finding]:
    shelf = Shelf()
    here = [python(), *terminal(_terminal_here()), settings(shelf), *athletes(shelf), disk(shelf.places.runs)]
    for finding in [*here, sound(), keep_awake(Awake())]:
        yield finding
    sensors: tuple[RememberedSensor, ...] = ()
    try:
        remembered_sensors = load_sensors(shelf.places.sensors)
        sensors = remembered_sensors.all()
        yield remembered(remembered_sensors)
    except CoachProblem as problem:
        yield fail("remembered", problem.message, problem.hint)
    async with opened_radio("doctor") as radio:
        async for finding in bluetooth(radio, sensors, seconds):
            yield finding


def _terminal_here() -> Terminal:
    size = shutil.get_terminal_size()
    return Terminal(sys.stdout.isatty(), size.columns, size.lines, sys.stdout.encoding or "", os.environ)


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        tree = {
            "v": 1,
            "check": finding.check,
            "verdict": finding.verdict.value,
            "said": finding.said,
            "fix": finding.fix or None,
            "battery_percent": finding.battery_percent,
            "rssi_dbm": finding.rssi_dbm,
        }
        out_json({key: value for key, value in tree.items() if value is not None})
        return
    out(f"{finding.verdict.value:<4}  {finding.check:<11}  {finding.said}")
    if finding.fix:
        out(f"{'':<19}{finding.fix}")
