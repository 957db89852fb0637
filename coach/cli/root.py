"""`coach` itself: the list of commands, and three examples for whoever types nothing else."""

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from coach import __version__, core_build
from coach.cli.cut_off import close_old_runs, offer_interrupted_run
from coach.cli.errors import answered_for, exit_code_of
from coach.cli.group import CoachGroup, CommandEntry, LazyGroup
from coach.cli.text import out

TABLE = {
    "demo": CommandEntry("coach.cli.demo", "See it work: a simulated runner, no hardware needed."),
    "run": CommandEntry("coach.cli.run", "Run a workout, coached live."),
    "replay": CommandEntry("coach.cli.replay", "Coach a recorded run again."),
    "review": CommandEntry("coach.cli.review", "Say how a run went."),
    "explain": CommandEntry("coach.cli.explain", "Explain one moment of a recording."),
    "simulate": CommandEntry(
        "coach.cli.simulate", "Simulate a run of a workout: to a file, or over the air."
    ),
    "squad": CommandEntry(
        "coach.cli.squad", "Coach several runners at once: a board, one voice, splits by hand."
    ),
    "workout": CommandEntry("coach.cli.workout", "The workout library: list, show, check, write your own."),
    "athlete": CommandEntry("coach.cli.athlete", "Athletes: heart rates, paces and results."),
    "gear": CommandEntry("coach.cli.gear", "Your shoes: kilometres, what they are for, ready to race."),
    "runs": CommandEntry(
        "coach.cli.runs", "The recorded runs: find, show, compare, note, resume, repair, delete."
    ),
    "plan": CommandEntry("coach.cli.plan", "The season: plan it, show it, move sessions, take days off."),
    "readiness": CommandEntry(
        "coach.cli.readiness", "Measure the morning, answer ten questions, see what today can take."
    ),
    "debrief": CommandEntry("coach.cli.debrief", "Say what last week changes in this one."),
    "export": CommandEntry("coach.cli.export", "Write a run for another program: fit, tcx, csv, json."),
    "redact": CommandEntry("coach.cli.export", "Write a run without who, when and where.", "redact"),
    "sensors": CommandEntry("coach.cli.sensors", "Your straps and pods: scan, pair, list, forget, log."),
    "doctor": CommandEntry("coach.cli.doctor", "Check this machine: terminal, Bluetooth, sensors, disk."),
    "broker": CommandEntry("coach.cli.broker", "Start an MQTT broker on this machine, for trying."),
    "config": CommandEntry(
        "coach.cli.config", "The settings: show and change them, and where they are kept."
    ),
    "completion": CommandEntry(
        "coach.cli.completion", "Print the script that lets your shell complete what you type."
    ),
}

EXAMPLES = """\
Trackside Coach: a live workout pacing coach for runners.

  coach demo                       watch a simulated runner, no hardware needed
  coach run 6x800 @ 5k / 400 jog   run a workout as you write it on a board
  coach workout list               see the workouts that come with it

Try next: coach demo
All commands: coach --help"""


class Root(LazyGroup):
    """The top group: whatever ends a command becomes words and an exit code here."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command line, and exit; what ends it before a command has begun becomes words too."""
        extra.setdefault("color", _wants_colour())
        run: Callable[..., Any] = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        sys.exit(exit_code_of(lambda: run(*args, standalone_mode=False, **extra)))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named; problems become words on stderr and an exit code."""
        with answered_for(ctx):
            return super().invoke(ctx)

    def meant_by(self, ctx: click.Context, words: list[str]) -> list[str]:
        """The command of that name in another group, else as in every group, else the run of that workout."""
        if words[0].casefold() == "help":
            return [f"'{' '.join(['coach', *words[1:], '--help'])}'"]
        return _commands_called(ctx, words[0]) or super().meant_by(ctx, words) or _run_of(words)


def _commands_called(context: click.Context, name: str) -> list[str]:
    """The commands of the groups that are called so, such as `coach athlete zones` for `zones`."""
    groups = {word: root.get_command(context, word) for word in TABLE}
    return [
        f"'coach {word} {name}'"
        for word, group in groups.items()
        if isinstance(group, CoachGroup) and name in group.list_commands(context)
    ]


def _run_of(words: list[str]) -> list[str]:
    """The run of a workout that was named without its command: `coach 6x800-5k`."""
    from coach.edge.store import Store

    is_name = words[0] in {workout.name for workout in Store().workouts()}
    return [f"'coach run {' '.join(words)}'"] if is_name or words[0][:1].isdigit() else []


def _wants_colour() -> bool | None:
    """Whether colours are asked for or refused; None where each stream decides, which is colour on a terminal."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def _show_version(context: click.Context) -> None:
    out(f"coach, version {__version__} ({core_build()} core)")
    context.exit()


@click.group("coach", cls=Root, table=TABLE, invoke_without_command=True, no_args_is_help=False)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda context, _, is_asked: _show_version(context) if is_asked else None,
    help="Show the version and exit.",
)
@click.pass_context
def root(context: click.Context) -> None:
    """Coach a workout live: from sensors, by hand, from a recording or with a simulated runner.

    Results go to stdout, everything said about them to stderr. Type `coach` alone for three examples.
    """
    if context.invoked_subcommand is None:
        from coach.edge.files import runner_paths

        runs = runner_paths().runs
        offer_interrupted_run(runs)
        for line in EXAMPLES.splitlines():
            out(line)
        close_old_runs(runs)
