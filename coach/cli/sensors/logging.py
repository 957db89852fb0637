"""`coach sensors log`, carried out."""

import asyncio
import sys
from collections.abc import Callable

import coach
from coach.cli.errors import narrate
from coach.cli.live import keep_log_off_the_terminal
from coach.cli.sensors.keeping import my_sensors
from coach.cli.sensors.scanning import not_found
from coach.cli.text import out, out_json
from coach.edge.clock import MachineClock
from coach.edge.debug_log import start_log
from coach.edge.pairing import Wishes, seek, told
from coach.edge.places import places
from coach.edge.radio.choosing import Ambiguous
from coach.edge.radio.found import Details, Found
from coach.edge.radio.keeper import Keeper
from coach.edge.radio.radio import Radio
from coach.edge.vicinity import Vicinity
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.links import Link
from coach.signals.readings import Characteristic

_SEARCH_S = 10.0
"""How long a sensor is looked for before it is given up."""


def log_sensor(wanted: str, seconds: float, *, as_json: bool) -> None:
    """Print what one sensor sends for so many seconds.

    Raises:
        SensorProblem: it is not there, or several share its name.
    """
    start_log(places().log)
    keep_log_off_the_terminal()
    mine = my_sensors().named(wanted)
    asyncio.run(_log(wanted if mine is None else mine.id, seconds, as_json=as_json))


async def _log(wanted: str, seconds: float, *, as_json: bool) -> None:
    clock = MachineClock()
    async with Radio(clock=clock) as radio:
        narrate(f"Looking for {wanted} ...")
        found = await seek(radio, Vicinity(radio), wanted, _SEARCH_S)
        if found is None:
            raise not_found(_SEARCH_S)
        if isinstance(found, Ambiguous):
            raise SensorProblem(
                f"{len(found.candidates)} sensors called {wanted} are about as near",
                "Say which by its id: " + ", ".join(each.id for each in found.candidates),
                reason=SensorTrouble.NOT_FOUND,
            )
        details = await radio.look(found)
        if not as_json:
            _print_head(details)
        printer = _Printer(clock.monotonic, as_json=as_json)
        keeping = radio.start(Keeper(radio, told(found, details, None, Wishes()), printer).keep())
        await clock.sleep_until(clock.monotonic() + seconds)
        keeping.cancel()
    narrate(f"{printer.lines} notifications in {seconds:g} s.")


def _print_head(details: Details) -> None:
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

    def changed(self, link: Link, found: Found) -> None:
        """Say on stderr what becomes of the link."""
        del found
        narrate(f"{self._now() - self._zero:9.3f}  {link.phase.value}")

    def notified(self, characteristic: Characteristic, payload: bytes) -> None:
        """Print the bytes."""
        self.lines += 1
        at_s, name = self._now() - self._zero, characteristic.name.lower()
        if self._as_json:
            out_json({"v": 1, "at_s": round(at_s, 3), "characteristic": name, "bytes": payload.hex(" ")})
        else:
            out(f"{at_s:9.3f}  {name}  {payload.hex(' ')}")
