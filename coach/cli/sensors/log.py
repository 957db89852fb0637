"""`coach sensors log`: what a sensor really sends."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("sensor", metavar="NAME|ID")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True, help="How long to listen."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(sensor: str, seconds: float, as_json: bool) -> None:
    """Print what a sensor sends, byte for byte.

    For a report about a real sensor (docs/tested_sensors.md). Neither its address nor its serial number is
    printed. NAME is a label of yours or the sensor's own name.
    """
    from coach.cli.sensors.logging import log_sensor

    log_sensor(sensor, seconds, as_json=as_json)
