"""`coach plan`: the season, and the race at its end."""

from typing import Final

import click

from coach.cli.group import CommandEntry, LazyGroup

TABLE: Final = {
    "race": CommandEntry("coach.cli.race", "Plan a race: splits, heat, fuel, checklist, wristband."),
}


@click.group(cls=LazyGroup, table=TABLE)
def command() -> None:
    """Your season and your races, planned."""
