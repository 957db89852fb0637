"""`coach workout schema`: what a workout document may hold, for machines."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
def command() -> None:
    """Print the JSON Schema of workout documents.

    Editors complete and check with it while one types: save it beside your workouts, and name it in the
    editor's settings for *.json there.
    """
    from coach.cli.text import out_document
    from coach.workout.document import workout_schema

    out_document(workout_schema())
