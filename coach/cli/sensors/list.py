"""`coach sensors list`: whose they are."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(as_json: bool) -> None:
    """List the sensors that are remembered.

    Whether they are near, and how full their batteries are, is seen by coach doctor.
    """
    from coach.cli.errors import narrate
    from coach.cli.sensors.keeping import as_json_object, my_sensors
    from coach.cli.text import out, out_json, table

    sensors = my_sensors().all()
    if as_json:
        for each in sensors:
            out_json(as_json_object(each))
    elif sensors:
        rows = [
            (each.label or "-", each.name, each.kind.value, each.location or "-", each.shoe or "-", each.id)
            for each in sensors
        ]
        for line in table(("label", "name", "kind", "worn", "shoe", "id"), rows):
            out(line)
    else:
        narrate("No sensor is remembered. Remember yours: coach sensors pair")
