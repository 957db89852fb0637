"""`coach demo`: see it work, with nothing but a terminal."""

import click

from coach.cli.errors import exit_with_run
from coach.cli.group import CoachCommand
from coach.cli.parameters import SpeedType, voice_option
from coach.cli.text import CONSOLE


@click.command(cls=CoachCommand)
@click.option(
    "--speed", type=SpeedType(has_max=False), default=1.0, metavar="X", help="Run so many times faster."
)
@voice_option("default: the setting sound.voice on the live screen, else off")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def command(speed: float, voice: str | None, as_json: bool) -> None:
    """See it work: a simulated runner, no hardware needed.

    A two-minute workout on the live screen, with every key working; nothing is recorded. Where stdout is no
    terminal, lines are printed, and button names are read from a piped stdin.
    """
    if voice not in {None, "off"} and speed != 1.0:
        raise click.UsageError("--voice speaks at real speed; leave --speed out.")
    from coach.app.demonstration import run_demo

    exit_with_run(run_demo(speed, CONSOLE, as_json=as_json, voice=voice))
