"""`coach workout generate reverse`: the hard part of a workout the other way round."""

import click

from coach.cli.group import CoachCommand
from coach.cli.workout.generate.giving import give, name_option, out_option


@click.command(cls=CoachCommand)
@click.argument("workout")
@name_option
@out_option
def command(workout: str, name: str | None, out: str | None) -> None:
    """Turn the hard part of a workout round.

    WORKOUT is a file or the name of a library workout. Its parts are taken last first; repeats keep their own
    order.
    """
    from coach.cli.outlines import outline_of

    source = outline_of(workout).document.source

    def make() -> dict[str, object]:
        from coach.workout.generate import reverse

        return reverse(source)

    give(make, name=name, out=out)
