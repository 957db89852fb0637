"""`coach workout generate alternation`: two paces in turn without a stop."""

import click

from coach.cli.group import CoachCommand
from coach.cli.workout.generate.giving import give, name_option, out_option


@click.command(cls=CoachCommand)
@click.argument("count", type=int)
@click.argument("fast")
@click.argument("steady")
@click.option("--pace", metavar="PACE", default="5k", show_default=True, help="Of the fast part.")
@click.option(
    "--float",
    "steady_pace",
    metavar="PACE",
    default="marathon",
    show_default=True,
    help="Of the steady part.",
)
@name_option
@out_option
def command(
    *, count: int, fast: str, steady: str, pace: str, steady_pace: str, name: str | None, out: str | None
) -> None:
    """Make two paces in turn without a stop.

    COUNT times FAST and STEADY, such as 8 400m 200m.
    """

    def make() -> dict[str, object]:
        from coach.workout.generate import alternation

        return alternation(count, fast, steady, fast_pace=pace, steady_pace=steady_pace)

    give(make, name=name, out=out)
