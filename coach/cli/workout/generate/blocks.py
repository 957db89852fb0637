"""`coach workout generate blocks`: race pace and easy running in turn."""

import click

from coach.cli.group import CoachCommand
from coach.cli.workout.generate.giving import give, name_option, out_option


@click.command(cls=CoachCommand)
@click.argument("count", type=int)
@click.argument("length")
@click.option("--pace", metavar="PACE", default="10k", show_default=True, help="Of the blocks.")
@click.option(
    "--ratio", type=float, default=1.0, show_default=True, help="Easy running for each part of hard, 1 to 5."
)
@name_option
@out_option
def command(*, count: int, length: str, pace: str, ratio: float, name: str | None, out: str | None) -> None:
    """Make blocks of 2 to 5 minutes near race pace.

    COUNT blocks of LENGTH, such as 6 3:00, with as much easy running between, or more.
    """

    def make() -> dict[str, object]:
        from coach.workout.generate import blocks

        return blocks(count, length, pace=pace, ratio=ratio)

    give(make, name=name, out=out)
