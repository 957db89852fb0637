"""`coach squad`: several runners at once, on one laptop."""

import click

from coach.cli.errors import exit_with_run
from coach.cli.group import CoachCommand, CommandEntry, LazyGroup
from coach.cli.parameters import SpeedType
from coach.cli.text import CONSOLE

TABLE = {
    "demo": CommandEntry(
        "coach.cli.squad", "See it work: simulated runners side by side, no hardware needed.", "demo"
    ),
}


@click.group("squad", cls=LazyGroup, table=TABLE)
def command() -> None:
    """Coach several runners at once: a board, one voice, splits by hand."""


@click.command("demo", cls=CoachCommand)
@click.option(
    "--runners", type=click.IntRange(1, 8), default=8, show_default=True, help="How many run, 1 to 8."
)
@click.option(
    "--speed", type=SpeedType(has_max=False), default=1.0, metavar="X", help="Run so many times faster."
)
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def demo(runners: int, speed: float, *, as_json: bool) -> None:
    """See it work: simulated runners side by side, no hardware needed.

    Two reps in two groups on the board, with every key working; nothing is recorded. Where stdout is no terminal,
    lines are printed: the events of each runner, with their name.
    """
    from coach.app.squad import run_squad_demo

    exit_with_run(run_squad_demo(runners, speed, CONSOLE, as_json=as_json))
