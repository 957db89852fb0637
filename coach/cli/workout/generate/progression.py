"""`coach workout generate progression`: a run that ends faster than it begins."""

import click

from coach.cli.group import CoachCommand
from coach.cli.workout.generate.giving import give, name_option, out_option


@click.command(cls=CoachCommand)
@click.argument("length")
@click.option("--from", "start", metavar="PACE", default="easy", show_default=True, help="Where it begins.")
@click.option("--to", "finish", metavar="PACE", default="threshold", show_default=True, help="Where it ends.")
@click.option("--last", metavar="LENGTH", help="The part that gets faster; else a third.")
@name_option
@out_option
def command(
    *, length: str, start: str, finish: str, last: str | None, name: str | None, out: str | None
) -> None:
    """Make a run that ends faster than it begins.

    LENGTH is all of it, such as 30:00 or 10km.
    """

    def make() -> dict[str, object]:
        from coach.workout.generate import progression

        return progression(length, start=start, finish=finish, last=last)

    give(make, name=name, out=out)
