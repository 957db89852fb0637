"""`coach runs repair`: a damaged recording, whole again as far as it goes."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("run")
def command(run: str) -> None:
    """Cut a damaged recording back to its last good line.

    What is cut off is kept beside it as recording.jsonl.torn; nothing is deleted.
    """
    from coach.cli.errors import narrate
    from coach.cli.resuming import repair_run

    narrate(repair_run(run))
