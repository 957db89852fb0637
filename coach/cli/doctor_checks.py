"""Every check of `coach doctor` in its order, each printed as soon as it is made."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator

from coach.app.terminal import letters_here
from coach.cli.errors import exit_with
from coach.cli.radio import opened_radio
from coach.cli.text import CONSOLE, out, out_json
from coach.edge.clock import MachineClock
from coach.edge.diagnostics import (
    CheckResult,
    CheckVerdict,
    TerminalInfo,
    check_athletes,
    check_bluetooth,
    check_disk,
    check_level,
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
from coach.edge.machine import SleepInhibitor
from coach.edge.paired_sensors import PairedSensor, PairedSensors, load_sensors
from coach.edge.store import Store, folders_of_runs
from coach.problems import FAILURE, CoachProblem


def check_up(seconds: float, adapter: str | None, *, as_json: bool) -> None:
    """Make and print every check; remembered sensors are looked for at most so many seconds.

    Without an `adapter` it is that of the settings.

    Raises:
        click.exceptions.Exit: with 1, if one failed.
    """
    if asyncio.run(_has_failure(seconds, adapter, as_json=as_json)):
        exit_with(FAILURE)


def check_hearing(*, as_json: bool) -> None:
    """Check the sound alone: device, volume, voice, and by ear what earphones swallow; the answer is kept.

    Raises:
        click.exceptions.Exit: with 1, if nothing can be heard.
    """
    from coach.app.sound import QUESTION, answer_settings, hearing_samples, play_through
    from coach.edge.files import runner_paths
    from coach.edge.settings import set_in_file
    from coach.edge.sound.player import DeviceError, DevicePlayer, has_output, output_level
    from coach.edge.sound.voices import ClipBank

    def show(finding: CheckResult) -> None:
        _print(finding, as_json=as_json)

    show(check_sound())
    show(check_level(output_level()))
    try:
        bank = ClipBank.load()
        show(ok("voice", f"{len(bank)} recorded words and phrases"))
        if has_output() is False:
            raise DeviceError("there is no sound device")
        CONSOLE.say("Put your earphones in and play nothing for six seconds; then listen.")
        if CONSOLE.can_ask():
            CONSOLE.ask("Enter when you are ready")
        play_through(DevicePlayer(), hearing_samples(bank))
    except (ValueError, DeviceError) as error:
        show(
            fail("heard", f"nothing can be heard: {error}", "Connect a speaker or earphones, and try again.")
        )
        exit_with(FAILURE)
    if not CONSOLE.can_ask():
        show(warn("heard", "one, two, three was played, and nobody can be asked", "Try it on a terminal."))
        return
    chosen = answer_settings(CONSOLE.ask(QUESTION))
    if chosen is None:
        show(
            warn("heard", "none of the words", "Turn the volume up, choose the right output, and try again.")
        )
        return
    for key, value in chosen.items():
        set_in_file(runner_paths().settings, key, f"{value:g}")
    kept = ", ".join(f"{key} = {value:g}" for key, value in chosen.items())
    show(ok("heard", f"set {kept}"))


async def _has_failure(seconds: float, adapter: str | None, *, as_json: bool) -> bool:
    has_failed = False
    async for finding in _findings(seconds, adapter):
        _print(finding, as_json=as_json)
        has_failed = has_failed or finding.verdict is CheckVerdict.FAIL
    return has_failed


async def _findings(seconds: float, adapter: str | None) -> AsyncGenerator[CheckResult]:
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
    remembered_sensors = PairedSensors(store.paths.sensors)
    try:
        remembered_sensors = load_sensors(store.paths.sensors)
        sensors = remembered_sensors.distinct()
        yield check_paired_file(remembered_sensors)
    except CoachProblem as problem:
        yield fail("remembered", problem.message, problem.hint)
    try:
        radio_of_doctor = opened_radio("doctor", adapter)
    except CoachProblem:  # the settings cannot be read, which is said above
        radio_of_doctor = opened_radio("doctor", "")
    async with radio_of_doctor as radio:
        async for finding in check_bluetooth(radio, sensors, seconds, remembered_sensors.move):
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
