"""What can be asked about recorded runs?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "list": Entry("coach.cli.runs.list", "List the recorded runs, newest first."),
    "show": Entry("coach.cli.runs.show", "Show what a run came to, step by step."),
    "resume": Entry("coach.cli.runs.resume", "Go on with a run that was cut off."),
    "repair": Entry("coach.cli.runs.repair", "Cut a damaged recording back to its last good line."),
    "delete": Entry("coach.cli.runs.delete", "Delete a recorded run."),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """The runs recorded so far: list, show, resume, repair, delete."""
