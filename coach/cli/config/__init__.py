"""What can be asked about settings?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "path": Entry("coach.cli.config.path", "Print where settings, athletes and runs are kept."),
    "show": Entry("coach.cli.config.show", "Show the settings in force."),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """The settings in force, and where they are kept."""
