"""`coach workout generate ladder`: reps that change their length."""

from typing import TYPE_CHECKING, cast

import click

from coach.cli.group import CoachCommand
from coach.cli.workout.generate.giving import give, name_option, out_option

if TYPE_CHECKING:
    from coach.workout.generate import Shape

SHAPES = ("given", "up", "down", "pyramid")


@click.command(cls=CoachCommand)
@click.argument("rungs", nargs=-1, required=True)
@click.option(
    "--shape", type=click.Choice(SHAPES), default="given", help="Their order; a pyramid goes up and down."
)
@click.option("--pace", metavar="PACE", help="Of every rung; else mile to 10k pace by its length.")
@click.option("--rest", metavar="LENGTH", help="Jogged after each rung; else half the rung.")
@name_option
@out_option
def command(
    *,
    rungs: tuple[str, ...],
    shape: str,
    pace: str | None,
    rest: str | None,
    name: str | None,
    out: str | None,
) -> None:
    """Make a ladder or pyramid.

    RUNGS are its lengths, such as 1600m 1200m 800m 400m.
    """

    def make() -> dict[str, object]:
        from coach.workout.generate import ladder

        return ladder(rungs, shape=cast("Shape", shape), pace=pace, rest=rest)

    give(make, name=name, out=out)
