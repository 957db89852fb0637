"""What can be asked about athletes?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "show": Entry("coach.cli.athlete.show", "Show what is known of an athlete."),
    "set": Entry("coach.cli.athlete.set", "Save an athlete's heart rates, paces and results."),
    "learnt": Entry("coach.cli.athlete.learnt", "Show what runs have taught, or take it back."),
    "zones": Entry("coach.cli.athlete.zones", "Show an athlete's paces and zones, each with its source."),
    "predict": Entry(
        "coach.cli.athlete.predict", "Predict race times: VDOT and Riegel side by side, with their spread."
    ),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """Who runs: heart rates and paces."""
