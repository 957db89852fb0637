"""`coach workout check`: what a workout is, or what is wrong with it."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("workout", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(workout: str, as_json: bool) -> None:
    """Say what a workout is, or what is wrong with it.

    One sentence: what it is, how long, how far, how hard. What is wrong is told with its place in the file, the
    reason and the fix, and leaves with 3; what is allowed but probably not meant is told on stderr.
    """
    from coach.cli.errors import narrate
    from coach.cli.outlines import outline_of
    from coach.cli.text import out, out_json

    found = outline_of(workout)
    if as_json:
        out_json(found.as_json() | {"warnings": list(found.document.warnings)})
    else:
        out(found.sentence)
    for warning in found.document.warnings:
        narrate(f"Note: {warning}")
