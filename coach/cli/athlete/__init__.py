"""What can be asked about athletes?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "show": Entry("coach.cli.athlete.show", "Show what is known of an athlete."),
    "set": Entry("coach.cli.athlete.set", "Save an athlete's heart rates and paces."),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """Who runs: heart rates and paces."""
