"""The commands about this machine and the program: `doctor`, `config`, `completion`, `broker`.

A shell completes by running the program, in click's own protocol; the completion of arguments is in
`coach.cli.shared`.
"""

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

import click

from coach.cli.group import CoachCommand, CoachGroup, root
from coach.cli.shared import (
    CONSOLE,
    ClockType,
    adapter_option,
    exit_with,
    narrate,
    out,
    out_document,
    out_json,
    safe_line,
)
from coach.edge.files import library_path, runner_paths
from coach.problems import FAILURE, CoachProblem

if TYPE_CHECKING:  # they load when a check is made, so that help is quick
    from collections.abc import AsyncGenerator

    from coach.edge.diagnostics import CheckResult, TerminalInfo
    from coach.edge.paired_sensors import PairedSensor
    from coach.edge.store import Store


# --- coach doctor: every check in its order, each printed as soon as it is made --------------------------------------


@click.command("doctor", cls=CoachCommand)
@click.option(
    "--seconds", type=ClockType(0.1, 600), default=8.0, show_default=True, help="How long to search."
)
@adapter_option()
@click.option("--sound", is_flag=True, help="Check only the sound, by listening to three words.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def doctor(seconds: float, adapter: str | None, sound: bool, as_json: bool) -> None:
    """Check this machine: terminal, Bluetooth, sensors, disk.

    It also checks sound, settings, athletes, and whether the machine can be kept awake. Each check is a line with ok,
    warn or FAIL, and the fix below it. Exits with code 1 if a check failed. Wear your paired sensors, so that they wake
    up: the search ends when all are found.

    With --sound only the sound is checked: three words are played, and you say which you heard first, because sleeping
    earphones swallow the first words. Your answer sets the delays.
    """
    if sound:
        check_hearing(as_json=as_json)
        return
    check_up(seconds, adapter, as_json=as_json)


def check_up(seconds: float, adapter: str | None, *, as_json: bool) -> None:
    """Make and print every check; paired sensors are searched for at most `seconds`.

    Without an `adapter` the one of the settings is used.

    Raises:
        click.exceptions.Exit: with 1, if a check failed.
    """
    import asyncio

    if asyncio.run(_has_failure(seconds, adapter, as_json=as_json)):
        exit_with(FAILURE)


def check_hearing(*, as_json: bool) -> None:
    """Check the sound alone: device, volume, voice, and by ear the words that earphones swallow; the answer is saved.

    Raises:
        click.exceptions.Exit: with 1, if nothing can be heard.
    """
    from coach.app.sound import QUESTION, answer_settings, hearing_samples, play_through
    from coach.edge import diagnostics
    from coach.edge.audio import DeviceError, DevicePlayer, has_output, output_level
    from coach.edge.settings import set_in_file
    from coach.edge.voices import ClipBank

    def show(finding: "CheckResult") -> None:
        _print(finding, as_json=as_json)

    show(diagnostics.check_sound())
    show(diagnostics.check_level(output_level()))
    try:
        bank = ClipBank.load()
        show(diagnostics.ok("voice", f"{len(bank)} recorded words and phrases"))
        if has_output() is False:
            raise DeviceError("there is no sound device")
        CONSOLE.say("Put your earphones in and play nothing for six seconds; then listen.")
        if CONSOLE.can_ask():
            CONSOLE.ask("Enter when you are ready")
        play_through(DevicePlayer(), hearing_samples(bank))
    except (ValueError, DeviceError) as error:
        show(
            diagnostics.fail(
                "heard", f"nothing can be heard: {error}", "Connect a speaker or earphones, and try again."
            )
        )
        exit_with(FAILURE)
    if not CONSOLE.can_ask():
        show(
            diagnostics.warn(
                "heard", "one, two, three was played, and nobody can answer", "Try it on a terminal."
            )
        )
        return
    settings = answer_settings(CONSOLE.ask(QUESTION))
    if settings is None:
        show(
            diagnostics.warn(
                "heard", "none of the words", "Turn the volume up, choose the right output, and try again."
            )
        )
        return
    for key, value in settings.items():
        set_in_file(runner_paths().settings, key, f"{value:g}")
    changes = ", ".join(f"{key} = {value:g}" for key, value in settings.items())
    show(diagnostics.ok("heard", f"set {changes}"))


async def _has_failure(seconds: float, adapter: str | None, *, as_json: bool) -> bool:
    from coach.edge import diagnostics

    has_failed = False
    async for finding in _findings(seconds, adapter):
        _print(finding, as_json=as_json)
        has_failed = has_failed or finding.verdict is diagnostics.CheckVerdict.FAIL
    return has_failed


async def _findings(seconds: float, adapter: str | None) -> "AsyncGenerator[CheckResult]":
    from coach.cli.sensors import open_radio
    from coach.edge import diagnostics
    from coach.edge.machine import SleepInhibitor
    from coach.edge.paired_sensors import PairedSensors, load_sensors
    from coach.edge.store import Store

    store = Store()
    here = [
        diagnostics.check_python(),
        *diagnostics.check_terminal(_terminal_here()),
        diagnostics.check_settings(store),
        *diagnostics.check_athletes(store),
        diagnostics.check_disk(store.paths.runs),
        _check_runs(store),
    ]
    for finding in [*here, diagnostics.check_sound(), diagnostics.check_sleep_inhibitor(SleepInhibitor())]:
        yield finding
    sensors: tuple[PairedSensor, ...] = ()
    remembered_sensors = PairedSensors(store.paths.sensors)
    try:
        remembered_sensors = load_sensors(store.paths.sensors)
        sensors = remembered_sensors.distinct()
        yield diagnostics.check_paired_file(remembered_sensors)
    except CoachProblem as problem:
        yield diagnostics.fail("remembered", problem.message, problem.hint)
    try:
        radio_of_doctor = open_radio("doctor", adapter)
    except CoachProblem:  # the settings cannot be read; the check above says so
        radio_of_doctor = open_radio("doctor", "")
    async with radio_of_doctor as radio:
        async for finding in diagnostics.check_bluetooth(radio, sensors, seconds, remembered_sensors.move):
            yield finding


def _check_runs(store: "Store") -> "CheckResult":
    """Warn of a run that was cut off and can still be resumed."""
    from coach.app.resume import interrupted_run  # reads documents, which no other check does
    from coach.edge import diagnostics
    from coach.edge.clock import MachineClock
    from coach.edge.store import folders_of_runs

    runs = (interrupted_run(folder, MachineClock()) for folder in folders_of_runs(store.paths))
    run = next((run for run in runs if run is not None), None)
    if run is None:
        return diagnostics.ok("runs", "none was cut off in the last 30 minutes")
    return diagnostics.warn("runs", f"{run.since}: {run.title}", f"Resume it: coach runs resume {run.name}")


def _terminal_here() -> "TerminalInfo":
    from coach.app.terminal import letters_here
    from coach.edge import diagnostics

    size = shutil.get_terminal_size()
    is_terminal = sys.stdout.isatty()
    letters = letters_here(size.columns, size.lines) if is_terminal else ("", "")
    encoding = sys.stdout.encoding or ""
    return diagnostics.TerminalInfo(is_terminal, size.columns, size.lines, encoding, os.environ, letters)


def _print(finding: "CheckResult", *, as_json: bool) -> None:
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


# --- coach config ----------------------------------------------------------------------------------------------------


@click.group("config", cls=CoachGroup)
def config() -> None:
    """Show and change settings, and print where they are kept."""


@config.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def path(as_json: bool) -> None:
    """Print where settings, athletes and runs are kept.

    The folders are created when they are needed; COACH_HOME sets one folder for all of them.
    """
    where = runner_paths()
    locations = {
        "settings": where.settings,
        "athletes": where.athletes,
        "workouts": where.workouts,
        "library": library_path(),
        "runs": where.runs,
        "mornings": where.mornings,
        "log": where.log,
    }
    if as_json:
        out_json({name: str(location) for name, location in locations.items()})
        return
    for name, location in locations.items():
        out(f"{name:10}{location}")


@config.command("show")
@click.option("--all", "is_whole", is_flag=True, help="Show every setting, including defaults.")
@click.option("--json", "as_json", is_flag=True, help="Print all of them as one JSON object.")
def show(is_whole: bool, as_json: bool) -> None:
    """Show the settings in force.

    Without --all only the most used settings, and those that differ from the default. A COACH_... variable takes
    precedence over the settings file, and the file over the default. The output has the format of the file.
    """
    from coach.edge.settings import (
        FORMAT,
        VERSION,
        Settings,
        as_tree,
        differences,
        leaves,
        load_settings,
        toml_lines,
    )

    tree, usual = as_tree(load_settings(runner_paths().settings, os.environ)), as_tree(Settings())
    head = {"format": f"{FORMAT}/{VERSION}"}
    if as_json:
        out_document(head | tree)
        return
    changed = differences(tree, usual)
    tables = tree if is_whole else {key: tree[key] for key in _USED_MOST} | changed
    defaults = dict(leaves(usual))
    comments = {key: _origin(key, defaults.get(key)) for key, _ in leaves(changed)}
    for line in toml_lines(head | tables, comments=comments):
        out(line)
    if not is_whole:
        narrate("")
        narrate("Everything else is at its default: coach config show --all")
        narrate("Change one: coach config set KEY VALUE")


@config.command("set", context_settings={"ignore_unknown_options": True})  # -5 is a value
@click.argument("key")
@click.argument("value", required=False)
@click.option(
    "--default", "is_default", is_flag=True, help="Remove KEY from the file, which restores its default."
)
def set_(key: str, value: str | None, is_default: bool) -> None:
    """Change a setting in the settings file.

    The rest of the file stays as it is, including comments. KEY is a name of coach config show --all, with its table in
    front: theme, units, cues.hold_s, keymap.space. VALUE is in the setting's own unit, or has another: 10, 90s, 1:30,
    400m, 4:10/km, 3%; separate several values by commas.
    """
    from coach.edge.settings import set_in_file
    from coach.edge.store import Store

    if value is not None and value.startswith("--"):
        raise click.NoSuchOption(value, ctx=click.get_current_context())
    if (value is None) is not is_default:
        raise click.UsageError("Give a VALUE, or --default to remove the setting from the file.")
    path = runner_paths().settings
    reading = set_in_file(path, key, value)
    set_to = f"Set {key} = {json.dumps(reading, default=str, ensure_ascii=False)} in {path}"
    narrate(f"{key} is at its default again." if value is None else set_to)
    if key == "athlete" and value and value not in Store().athletes():
        narrate(f"Note: no athlete is saved as {safe_line(value)} yet.")
    variable = variable_of(key)
    if variable in os.environ:
        narrate(f"Note: {variable} is set, and takes precedence over the file.")


_USED_MOST: Final = ("units", "theme", "mute", "athlete")
"""The settings that are always shown."""


def variable_of(key: str) -> str:
    """Return the environment variable of a setting."""
    return f"COACH_{key.replace('.', '_').upper()}"


def _origin(key: str, default: object) -> str:
    """Describe a changed value: its default, and the environment variable it comes from."""
    parts = [f"default {json.dumps(default)}"] if default is not None else []
    return ", ".join([*parts, *([f"from {variable_of(key)}"] if variable_of(key) in os.environ else [])])


# --- coach completion ------------------------------------------------------------------------------------------------


_INSTALL: Final = {
    "bash": "coach completion bash >> ~/.bashrc",
    "zsh": "coach completion zsh >> ~/.zshrc",
    "fish": "coach completion fish > ~/.config/fish/completions/coach.fish",
}
"""The command that installs the script for good, by shell."""


@click.command("completion", cls=CoachCommand)
@click.argument("shell", type=click.Choice(list(_INSTALL)))
def completion(shell: str) -> None:
    """Print the script that lets your shell complete what you type.

    TAB then completes commands and options, and the names of workouts, athletes, runs, sensors and settings. Save the
    script where your shell reads it, and open a new terminal: bash (4.4 or newer) in ~/.bashrc, zsh in ~/.zshrc after
    compinit, fish in ~/.config/fish/completions/coach.fish.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # click knows all three
    complete = kind(root, {}, "coach", "_COACH_COMPLETE")
    # Not `source()`, which starts bash to ask for its version.
    click.echo(complete.source_template % complete.source_vars())
    if sys.stdout.isatty():
        narrate(f"Install it: {_INSTALL[shell]}")


# --- coach broker ----------------------------------------------------------------------------------------------------


@click.command("broker", cls=CoachCommand)
@click.option("--port", type=click.IntRange(1, 65535), default=1883, show_default=True, help="The TCP port.")
@click.option("--json", "as_json", is_flag=True, help="Print its address as JSON.")
def broker(*, port: int, as_json: bool) -> None:
    """Start an MQTT broker on this machine, for tests.

    It prints its address. Publish a run to it with coach run ... --mqtt ADDRESS, and watch with any MQTT client, such
    as mosquitto_sub -v -t '#'. It accepts connections from this machine only, without a password, speaks MQTT 3.1.1,
    and stores nothing. Ctrl-C stops it. It needs the extra broker: pip install "trackside-coach[broker]".
    """
    import asyncio

    from coach.edge.telemetry.address import HOST, serve_broker

    url = f"mqtt://{HOST}:{port}"

    def announce() -> None:
        out(json.dumps({"v": 1, "url": url, "protocol": "3.1.1"}) if as_json else url)
        narrate("The broker runs, for this machine only. Ctrl-C stops it.")

    asyncio.run(serve_broker(port, announce))
