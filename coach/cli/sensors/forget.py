"""`coach sensors forget`: a sensor that is not the runner's any more."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("sensor", metavar="NAME|ID")
def command(sensor: str) -> None:
    """Forget a sensor.

    NAME is its label or its own name, where only one is called so.
    """
    from coach.cli.errors import narrate
    from coach.cli.sensors.keeping import called, my_sensors

    mine = my_sensors()
    gone = called(mine, sensor)
    mine.forget(gone.id)
    narrate(f"Forgotten: {gone.label or gone.name or gone.id}")
