"""`coach workout show`: every step of a workout."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("workout")
@click.option("--json", "as_json", is_flag=True, help="Print the document itself.")
def command(workout: str, as_json: bool) -> None:
    """Show every step of a workout.

    WORKOUT is a file or the name of a library workout. Paces are shown for the athlete who is saved, by their
    names for nobody.
    """
    from coach.cli.outlines import outline_of
    from coach.cli.text import out, out_document, table
    from coach.workout.describe import step_label

    found = outline_of(workout)
    if as_json:
        out_document(found.document.source)
        return
    out(found.sentence)
    about = found.document.workout
    for text in (about.purpose, about.description, about.caution):
        if text:
            out(text)
    out("")
    rows = [(str(place), step.path, step_label(step)) for place, step in enumerate(found.timeline.steps, 1)]
    for line in table(("", "where", "what"), rows):
        out(line)
