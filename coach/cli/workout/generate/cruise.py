"""`coach workout generate cruise`: threshold in pieces with short rests."""

import click

from coach.cli.group import CoachCommand
from coach.cli.workout.generate.giving import give, name_option, out_option


@click.command(cls=CoachCommand)
@click.argument("count", type=int)
@click.argument("length")
@click.option("--pace", metavar="PACE", default="threshold", show_default=True, help="Of the intervals.")
@click.option("--rest", metavar="LENGTH", help="Jogged between; else a fifth of the work, a minute at least.")
@name_option
@out_option
def command(
    *, count: int, length: str, pace: str, rest: str | None, name: str | None, out: str | None
) -> None:
    """Make cruise intervals at threshold.

    COUNT times LENGTH, such as 4 5:00 or 3 1mile.
    """

    def make() -> dict[str, object]:
        from coach.workout.generate import cruise

        return cruise(count, length, pace=pace, rest=rest)

    give(make, name=name, out=out)
