"""`coach sensors log`, carried out."""

import asyncio
import sys
from collections.abc import Callable
from typing import Final

import coach
from coach.cli.errors import narrate
from coach.cli.sensors.keeping import my_sensors
from coach.cli.sensors.opening import opened_radio, the_one
from coach.cli.text import out, out_json
from coach.edge.pairing import find_sensor
from coach.edge.radio.discovery import SensorDetails
from coach.edge.radio.radio import log_raw
from coach.edge.radio.scan_history import ScanHistory
from coach.signals.readings import Characteristic

_SEARCH_S: Final = 10.0
"""How long a sensor is looked for before it is given up."""


def log_sensor(wanted: str, seconds: float, *, as_json: bool) -> None:
    """Print what one sensor sends for so many seconds.

    Raises:
        SensorProblem: it is not there, or several share its name.
    """
    mine = my_sensors().find(wanted)
    asyncio.run(_log(wanted if mine is None else mine.id, seconds, as_json=as_json))


async def _log(wanted: str, seconds: float, *, as_json: bool) -> None:
    async with opened_radio("sensors log") as radio:
        narrate(f"Looking for {wanted} ...")
        found = the_one(await find_sensor(radio, ScanHistory(radio), wanted, _SEARCH_S), wanted, _SEARCH_S)
        if not as_json:
            _print_head(await radio.read_details(found))
        printer = _Printer(radio.clock.monotonic, as_json=as_json)
        is_whole = await log_raw(radio, found, seconds, printer.notified)
    if not is_whole:
        narrate("The link was lost.")
    narrate(f"{printer.lines} notifications.")


def _print_head(details: SensorDetails) -> None:
    out(f"# coach {coach.__version__} on {sys.platform}")
    out(f"# {details.name}: {details.maker} {details.model}, firmware {details.firmware or 'not told'}")
    out(f"# measures {', '.join(details.measures)}")
    out("# seconds  characteristic  bytes")


class _Printer:
    """Prints every notification as it comes."""

    def __init__(self, now: Callable[[], float], *, as_json: bool) -> None:
        self._now = now
        self._zero = now()
        self._as_json = as_json
        self.lines = 0

    def notified(self, characteristic: Characteristic, payload: bytes) -> None:
        """Print the bytes."""
        self.lines += 1
        at_s, name = self._now() - self._zero, characteristic.name.lower()
        if self._as_json:
            out_json({"v": 1, "at_s": round(at_s, 3), "characteristic": name, "bytes": payload.hex(" ")})
        else:
            out(f"{at_s:9.3f}  {name}  {payload.hex(' ')}")
