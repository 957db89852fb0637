"""`coach sensors scan`: who is near."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 600), default=8.0, show_default=True, help="How long to listen."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(seconds: float, as_json: bool) -> None:
    """List the sensors nearby, each as soon as it is found.

    Straps wake up on wet skin, pods when they are shaken. A sensor that a watch or a phone holds does not show.
    At the end your own sensors are asked for their battery. Leaves with 4 if there is none.
    """
    from coach.cli.sensors.scanning import scan

    scan(seconds, as_json=as_json)
