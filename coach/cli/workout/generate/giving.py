"""How the makers of workouts give away what they made: printed, or written to a new file."""

from collections.abc import Callable
from typing import Any

import click

Tree = dict[str, Any]

out_option = click.option("--out", metavar="FILE", help="Write it there; what is there already is kept.")
name_option = click.option("--name", metavar="TEXT", help="What the workout is called.")


def give(make: Callable[[], Tree], *, name: str | None, out: str | None) -> None:
    """Make a workout, check it as any other, and print or write it.

    Raises:
        click.UsageError: the numbers make no workout.
        CoachProblem: it cannot be written.
    """
    from coach.cli.errors import narrate
    from coach.cli.outlines import sentence_of
    from coach.documents.faults import Misspelt
    from coach.workout.document import load_document
    from coach.workout.writing import written

    try:
        tree = make()
    except Misspelt as wrong:
        raise click.UsageError(" ".join(part for part in (f"{wrong.reason}.", wrong.fix) if part)) from None
    if name is not None:
        tree["name"] = name
    data = written(tree)
    document = load_document(data, name="the new workout")  # the name may not fit
    if out is None:
        click.echo(data.decode(), nl=False)
        return
    from pathlib import Path

    from coach.cli.files import write_new_file
    from coach.edge.files import plain

    write_new_file(Path(out).expanduser(), data, what="workout")
    narrate(sentence_of(document))
    narrate(f"Wrote {plain(out)}. Next: coach workout show {plain(out)}")
