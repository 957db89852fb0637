"""What can be done with straps and pods?"""

import click

from coach.cli.group import CoachGroup, Entry

TABLE = {
    "scan": Entry("coach.cli.sensors.scan", "List the sensors nearby, each as soon as it is found."),
    "pair": Entry("coach.cli.sensors.pair", "Remember a sensor as yours."),
    "list": Entry("coach.cli.sensors.list", "List the sensors that are remembered."),
    "forget": Entry("coach.cli.sensors.forget", "Forget a sensor."),
    "log": Entry("coach.cli.sensors.log", "Print what a sensor sends, byte for byte."),
}


@click.group(cls=CoachGroup, table=TABLE)
def command() -> None:
    """Your straps and pods: scan, pair, list, forget, log."""
