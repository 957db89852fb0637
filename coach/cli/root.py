"""`coach` itself: the list of commands, and three examples for whoever types nothing else."""

from typing import Any

import click

from coach import __version__
from coach.cli.errors import answered_for, exit_with_run
from coach.cli.group import CommandEntry, LazyGroup
from coach.cli.text import CONSOLE, out

TABLE = {
    "demo": CommandEntry("coach.cli.demo", "See it work: a simulated runner, no hardware needed."),
    "run": CommandEntry("coach.cli.run", "Run a workout, coached live."),
    "replay": CommandEntry("coach.cli.replay", "Coach a recorded run again."),
    "explain": CommandEntry("coach.cli.explain", "Tell the story of one moment of a recording."),
    "simulate": CommandEntry("coach.cli.simulate", "Make up a run of a workout: to a file, or over the air."),
    "workout": CommandEntry("coach.cli.workout", "The workout library: list, show, check, write your own."),
    "athlete": CommandEntry("coach.cli.athlete", "Who runs: heart rates and paces."),
    "runs": CommandEntry("coach.cli.runs", "The runs recorded so far: list, show, resume, repair, delete."),
    "sensors": CommandEntry("coach.cli.sensors", "Your straps and pods: scan, pair, list, forget, log."),
    "doctor": CommandEntry("coach.cli.doctor", "Check this machine: terminal, Bluetooth, sensors, disk."),
    "config": CommandEntry("coach.cli.config", "The settings in force, and where they are kept."),
}

EXAMPLES = """\
Trackside Coach: a live workout pacing coach for runners.

  coach demo                           watch a simulated runner, no hardware needed
  coach workout list                   see the workouts that come with it
  coach run 5x1000-5k --sensors none   run one by the clock, the line and your keys

Try next: coach demo
All commands: coach --help"""


class Root(LazyGroup):
    """The top group: whatever ends a command becomes words and an exit code here."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named; problems become words on stderr and an exit code."""
        with answered_for(ctx):
            return super().invoke(ctx)


@click.group(cls=Root, table=TABLE, invoke_without_command=True, no_args_is_help=False)
@click.version_option(__version__, prog_name="coach")
@click.pass_context
def root(context: click.Context) -> None:
    """Coach a workout live: from sensors, by hand, from a recording or with a simulated runner.

    Results go to stdout, everything said about them to stderr. Type `coach` alone for three examples.
    """
    if context.invoked_subcommand is None:
        _offer_interrupted_run()
        for line in EXAMPLES.splitlines():
            out(line)


def _offer_interrupted_run() -> None:
    """Offer the run that was cut off a short while ago; one that goes on is all this command does.

    Raises:
        click.exceptions.Exit: with the exit code of that run.
    """
    from coach.edge.paths import runner_paths

    runs = runner_paths().runs
    if not runs.is_dir():
        return
    from coach.edge.store import has_interrupted_run

    if not has_interrupted_run(runs):
        return
    from coach.app.resume import ask_here, close_old_runs
    from coach.edge.clock import MachineClock

    code = ask_here(runs, MachineClock(), CONSOLE)
    close_old_runs(runs, MachineClock())
    if code is not None:
        exit_with_run(code)
        raise click.exceptions.Exit(0)
