"""`coach sensors`: straps and pods, nearby and paired. The commands that open the radio are in `coach.cli.radio`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from coach.cli.group import CoachGroup
from coach.cli.parameters import ClockType, adapter_option
from coach.cli.text import CONSOLE, narrate, out, out_json, table

if TYPE_CHECKING:
    from coach.edge.paired_sensors import PairedSensor

LOCATIONS = ("chest", "wrist", "arm", "left", "right", "in-shoe", "top-of-shoe", "hip", "other")
"""Where a sensor can be worn; `left` and `right` tell two pods apart."""
KINDS = ("strap", "pod", "treadmill", "core", "muscle")
FEET = {"both": 1, "one": 2}
"""The factor from a pod's cadence to steps of both feet."""


@click.group(cls=CoachGroup)
def command() -> None:
    """Your straps and pods: scan, pair, list, forget, log."""


@command.command("scan")
@click.option(
    "--seconds", type=ClockType(0.1, 600), default=8.0, show_default=True, help="How long to listen."
)
@adapter_option()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def scan(seconds: float, adapter: str | None, as_json: bool) -> None:
    """List the sensors nearby, each as soon as it is found.

    Straps wake up on wet skin, pods when they are shaken. A sensor that is connected to a watch or a phone is not
    found. At the end the batteries of your own sensors are read. Exits with code 4 if no sensor was found.
    """
    from coach.cli.radio import scan_sensors

    scan_sensors(seconds, adapter, as_json=as_json)


@command.command("pair")
@click.argument("sensors", metavar="[ID|NAME]", nargs=-1)
@click.option("--athlete", metavar="SLUG", help="The athlete who wears it; everyone for a shared sensor.")
@click.option("--label", metavar="TEXT", help="Your name for it, such as 'my strap'.")
@click.option("--shoe", metavar="SLUG", help="The shoe of a pod (coach athlete set --shoe).")
@click.option("--location", type=click.Choice(LOCATIONS), help="Where you wear it.")
@click.option("--kind", type=click.Choice(KINDS), help="Its use, if it measures several things.")
@click.option(
    "--feet",
    type=click.Choice([*FEET]),
    help="Whether a pod counts the steps of both feet or one (default: learnt from runs).",
)
@click.option(
    "--seconds", type=ClockType(0.1, 600), default=8.0, show_default=True, help="How long to search."
)
@adapter_option()
def pair(
    sensors: tuple[str, ...],
    *,
    athlete: str | None,
    label: str | None,
    shoe: str | None,
    location: str | None,
    kind: str | None,
    feet: str | None,
    seconds: float,
    adapter: str | None,
) -> None:
    """Pair sensors: save them as yours.

    With an ID (see coach sensors scan) nothing is asked; a device that does not advertise what it measures is connected
    to and read. With a NAME the sensor of that name is taken if it is clearly the strongest (10 dB); otherwise you are
    asked. Without either, a terminal lists the sensors nearby and asks; answer 1 2 to pair two. Pairing a sensor again
    changes the given options and keeps the others.

    A sensor measures the runs of the athlete who wears it: the one of --athlete, else of the settings, else the only
    one.
    """
    from coach.app.athletes import athlete_called, usual_athlete
    from coach.cli.radio import pair_sensors
    from coach.edge.paired_sensors import SensorKind
    from coach.edge.radio.selection import PairingOptions

    is_about_one = any(option is not None for option in (label, shoe, location, kind, feet))
    if is_about_one and len(sensors) > 1:
        raise click.UsageError("--label, --shoe, --location, --kind and --feet are for one sensor.")
    wishes = PairingOptions(
        label=label,
        shoe=shoe,
        location=None if location is None else location.replace("-", " "),
        kind=None if kind is None else SensorKind(kind),
        cadence_count=None if feet is None else (1 if feet == "both" else 2),
        athlete=None if athlete is None else athlete_called(athlete),
        first_athlete=usual_athlete(),
    )
    pair_sensors(sensors, wishes, seconds, adapter, takes_several=not is_about_one)


@command.command("list")
@click.option("--athlete", metavar="SLUG", help="Only sensors that may measure this athlete's runs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(*, athlete: str | None, as_json: bool) -> None:
    """List your paired sensors.

    Of several sensors of a kind a run uses the one that is found; if several are, the last used, then the strongest.
    The last column shows which that is. coach doctor shows which are nearby, and their batteries.
    """
    from coach.app.athletes import EVERYONE, athlete_called
    from coach.app.sensors import my_sensors, uses

    sensors = my_sensors(CONSOLE).of("" if athlete is None else athlete_called(athlete))
    if as_json:
        for each in sensors:
            out_json(_tree(each) | {"use": uses(sensors)[each.id]})
    elif sensors:
        rows = [
            (
                each.athlete or EVERYONE,
                each.label or "-",
                each.name,
                each.kind.value,
                each.location or "-",
                each.shoe or "-",
                each.id,
                uses(sensors)[each.id],
            )
            for each in sensors
        ]
        for line in table(("athlete", "label", "name", "kind", "worn", "shoe", "id", "used"), rows):
            out(line)
    else:
        whose = "" if athlete is None else f" of {athlete}"
        narrate(f"No sensor{whose} is paired. Pair yours: coach sensors pair")


@command.command("forget")
@click.argument("sensor", metavar="NAME|ID")
def forget(sensor: str) -> None:
    """Forget a sensor.

    NAME is its label, or its own name if that is unique.
    """
    from coach.app.sensors import my_sensors, sensor_called

    sensors = my_sensors(CONSOLE)
    paired = sensor_called(sensors, sensor)
    sensors.forget(paired.id)
    narrate(f"Forgotten: {paired.label or paired.name or paired.id}")


@command.command("log")
@click.argument("sensor", metavar="NAME|ID")
@click.option(
    "--seconds", type=ClockType(0.1, 3600), default=60.0, show_default=True, help="How long to listen."
)
@adapter_option()
@click.option("--all", "has_all", is_flag=True, help="List every service and readable value first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def log(sensor: str, *, seconds: float, adapter: str | None, has_all: bool, as_json: bool) -> None:
    """Print what a sensor sends, byte for byte.

    Use it for a report about a sensor (docs/tested_sensors.md). Neither the address nor the serial number is printed.
    NAME is your label or the sensor's own name. With --all the advertisement, every service and every readable value
    are listed first.
    """
    from coach.cli.radio import log_sensor

    log_sensor(sensor, seconds, adapter, has_all=has_all, as_json=as_json)


def _tree(sensor: "PairedSensor") -> dict[str, Any]:
    """Return a paired sensor for `--json`; unknown values are absent."""
    values = {key: value for key, value in asdict(sensor).items() if value not in ("", None, False)}
    return {"v": 1, **values, "kind": sensor.kind.value}
