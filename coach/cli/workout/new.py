"""`coach workout new`: a workout to start from."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("file")
@click.option("--name", metavar="TEXT", default="My workout", help="What the workout is called.")
def command(file: str, name: str) -> None:
    """Write a workout to start from.

    FILE gets a warm-up, four reps with a jog between, and a cool-down, each with a note that says how it can
    be changed. What is there already is never overwritten.
    """
    from pathlib import Path

    from coach.cli.errors import narrate
    from coach.cli.files import write_new_file
    from coach.cli.starter import starter
    from coach.edge.files import plain
    from coach.workout.document import load_document

    written = starter(name)
    load_document(written, name="the new workout")  # the name may not fit
    write_new_file(Path(file).expanduser(), written, what="workout")
    narrate(f"Wrote {plain(file)}. Next: coach workout check {plain(file)}")
