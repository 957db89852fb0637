"""`coach sensors pair`: a sensor becomes the runner's own."""

import click

from coach.cli.group import CoachCommand

LOCATIONS = ("chest", "wrist", "arm", "left", "right", "in-shoe", "top-of-shoe", "hip", "other")
"""Where a sensor may be worn; `left` and `right` tell two pods apart."""
KINDS = ("strap", "pod", "treadmill", "core", "muscle")
FEET = {"both": 1, "one": 2}
"""What a pod's cadence is to be multiplied by."""


@click.command(cls=CoachCommand)
@click.argument("sensor", metavar="[ID|NAME]", required=False)
@click.option("--label", metavar="TEXT", help="What you call it, such as 'my strap'.")
@click.option("--shoe", metavar="SLUG", help="The shoe a pod sits on (coach athlete set --shoe).")
@click.option("--location", type=click.Choice(LOCATIONS), help="Where it is worn.")
@click.option("--kind", type=click.Choice(KINDS), help="What it is to you, where it measures several things.")
@click.option(
    "--feet", type=click.Choice([*FEET]), help="Whose steps a pod counts; found out by itself otherwise."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 600), default=8.0, show_default=True, help="How long to look."
)
def command(
    sensor: str | None,
    *,
    label: str | None,
    shoe: str | None,
    location: str | None,
    kind: str | None,
    feet: str | None,
    seconds: float,
) -> None:
    """Remember a sensor as yours.

    With its ID (coach sensors scan shows it) nothing is asked. Without one, a terminal lists what is near and
    asks. By NAME the nearest of that name is taken if it is nearer beyond doubt, by 10 dB; else you are asked.
    Pairing a sensor again changes what is said of it and keeps the rest.
    """
    from coach.cli.sensors.pairing import pair_sensor
    from coach.edge.paired_sensors import SensorKind
    from coach.edge.pairing import PairingOptions

    wishes = PairingOptions(
        label=label,
        shoe=shoe,
        location=None if location is None else location.replace("-", " "),
        kind=None if kind is None else SensorKind(kind),
        cadence_count=None if feet is None else (1 if feet == "both" else 2),
    )
    pair_sensor(sensor, wishes, seconds)
