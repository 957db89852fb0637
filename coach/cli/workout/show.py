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
    from coach.cli.errors import narrate
    from coach.cli.outlines import outline_of, whoever
    from coach.cli.text import out, out_document, table
    from coach.edge.store import Store
    from coach.workout.advice import advice
    from coach.workout.ambition import too_ambitious
    from coach.workout.describe import item_text, step_label

    found = outline_of(workout)
    if as_json:
        out_document(found.document.source)
        return
    out(found.sentence)
    about = found.document.workout
    for text in (about.purpose, about.description, about.caution, about.notes, *advice(about.tags)):
        if text:
            out(text)
    if about.source:
        out(f"Source: {about.source}")
    out("")
    rows = []
    for place, step in enumerate(found.timeline.steps, 1):
        rows.append((str(place), step.path, step_label(step)))
        rows += [("", "", f"  {item_text(item)}") for item in step.items]
    for line in table(("", "where", "what"), rows):
        out(line)
    question = too_ambitious(found.timeline, whoever(Store()))
    if question:
        narrate(f"Note: {question}")
