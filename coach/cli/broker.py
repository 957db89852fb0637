"""`coach broker`: a broker on this machine, for trying."""

import click

from coach.cli.group import CoachCommand
from coach.cli.text import narrate, out


@click.command(cls=CoachCommand)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=1883, show_default=True, help="Where it listens."
)
@click.option("--json", "as_json", is_flag=True, help="Print its address as JSON.")
def command(*, port: int, as_json: bool) -> None:
    """Start an MQTT broker on this machine, for trying.

    Its address is printed; run against it with coach run ... --mqtt ADDRESS, and look on with any MQTT program, such as
    mosquitto_sub -v -t '#'. It listens to this machine only, asks nobody who they are, speaks MQTT 3.1.1 and
    forgets everything when it ends, with Ctrl-C. It comes with the extra broker:
    pip install "trackside-coach[broker]".
    """
    import asyncio
    import json

    from coach.edge.telemetry.address import HOST, serve_broker

    url = f"mqtt://{HOST}:{port}"

    def tell() -> None:
        out(json.dumps({"v": 1, "url": url, "protocol": "3.1.1"}) if as_json else url)
        narrate("The broker is there, for this machine only. It ends with Ctrl-C.")

    asyncio.run(serve_broker(port, tell))
