"""`coach sensors`: straps and pods, nearby and paired.

The module loads for help and lists; bleak, the loop and the application load with a command that needs them.
"""

import re
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

import coach
from coach.cli.group import CoachGroup
from coach.cli.shared import (
    CONSOLE,
    ClockType,
    adapter_option,
    can_ask,
    narrate,
    out,
    out_json,
    safe_line,
    table,
)
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import (
    Ambiguous,
    DiscoveredSensor,
    LockHolder,
    PairedSensor,
    PairedSensors,
    SensorDetails,
    SensorKind,
    SensorLocks,
    nearest,
)
from coach.gatt.services import advice_for, quirks_of, uuid_text
from coach.problems import SensorProblem, SensorTrouble
from coach.signals.readings import Characteristic

if TYPE_CHECKING:
    from coach.edge.radio import InspectedValue, Radio
    from coach.edge.radio_source import PairingOptions, PairingResult, ScanHistory

LOCATIONS = ("chest", "wrist", "arm", "left", "right", "in-shoe", "top-of-shoe", "hip", "other")
"""Where a sensor can be worn; `left` and `right` tell two pods apart."""
FEET = {"both": 1, "one": 2}
"""The factor from a pod's cadence to steps of both feet."""
_SEARCH_S: Final = 10.0
"""How long to search for a sensor, in seconds."""
_NAME: Final = 24
"""Columns for a name; a longer one is cut."""
_ROW: Final = "{name:<24}  {measures:<20}  {signal:>8}  {battery:>7}  {id:<17}  {note}"


@click.group(cls=CoachGroup)
def command() -> None:
    """Your straps and pods: scan, pair, list, forget, log."""


# --- coach sensors scan


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
    import asyncio

    from coach.app.sensors import my_sensors

    asyncio.run(_Scan(my_sensors(CONSOLE), as_json=as_json).run(seconds, adapter))


class _Scan:
    """One scan; each sensor is printed once, as soon as it is found and its name is known."""

    def __init__(self, sensors: PairedSensors, *, as_json: bool) -> None:
        self._sensors = sensors
        self._as_json = as_json
        self._printed: dict[str, DiscoveredSensor] = {}
        self._nameless: dict[str, DiscoveredSensor] = {}
        self._holds = SensorLocks(runner_paths().sensor_locks)

    async def run(self, seconds: float, adapter: str | None) -> None:
        async with open_radio("sensors scan", adapter) as radio:
            async with aclosing(radio.scan(seconds)) as discovered:
                async for sensor in discovered:
                    if sensor.name or sensor.is_held:
                        self._print(sensor)
                    else:  # its name may come a moment later, in the scan response
                        self._nameless[sensor.id] = sensor
            for sensor in self._nameless.values():
                self._print(sensor)
            if not self._printed:
                raise _none_found(seconds, radio.registry.others)
            narrate(_others_text(radio.registry.others))
            for sensor in list(self._printed.values()):
                await self._ask_battery(radio, sensor)

    def _print(self, sensor: DiscoveredSensor) -> None:
        if sensor.id in self._printed:
            return
        if not self._printed and not self._as_json:
            out(
                _ROW.format(
                    name="name", measures="measures", signal="signal", battery="battery", id="id", note=""
                ).rstrip()
            )
        self._printed[sensor.id] = sensor
        own = self._sensors.find(sensor.id)
        if self._as_json:
            out_json(_scanned_tree(sensor, own))
        else:
            out(_row(sensor, own, self._holds.holder(sensor.id) if sensor.is_held else None))

    async def _ask_battery(self, radio: "Radio", sensor: DiscoveredSensor) -> None:
        """Read the battery of a paired sensor; strangers' sensors are never connected to."""
        from coach.app.sensors import title

        own = self._sensors.find(sensor.id)
        if own is None or sensor.is_held or sensor.battery_percent is not None:
            return
        try:
            details = await radio.read_details(sensor)
        except SensorProblem as problem:
            narrate(f"{title(own)}: its battery could not be read: {problem.message}")
            return
        if details.battery_percent is None:
            narrate(f"{title(own)} does not report its battery.")
        elif self._as_json:
            out_json(_scanned_tree(sensor, own) | {"battery_percent": details.battery_percent})
        else:
            out(f"{title(own)}: battery {details.battery_percent} %")


def _scanned_tree(sensor: DiscoveredSensor, own: PairedSensor | None) -> dict[str, Any]:
    """Return a sensor for `--json`; unknown values are absent."""
    tree = {
        "v": 1,
        "id": sensor.id,
        "name": sensor.name or None,
        "address": sensor.address,
        "measures": list(sensor.measures),
        "rssi_dbm": sensor.rssi_dbm,
        "battery_percent": sensor.battery_percent,
        "remembered": own is not None,
        "label": own.label or None if own is not None else None,
        "held": sensor.is_held,
    }
    return {key: value for key, value in tree.items() if value is not None}


# --- coach sensors pair


@command.command("pair")
@click.argument("sensors", metavar="[ID|NAME]", nargs=-1)
@click.option("--athlete", metavar="SLUG", help="The athlete who wears it; everyone for a shared sensor.")
@click.option("--label", metavar="TEXT", help="Your name for it, such as 'my strap'.")
@click.option("--shoe", metavar="SLUG", help="The shoe of a pod (coach athlete set --shoe).")
@click.option("--location", type=click.Choice(LOCATIONS), help="Where you wear it.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in SensorKind]),
    help="Its use, if it measures several things.",
)
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
    import asyncio

    from coach.app.athletes import athlete_called, usual_athlete
    from coach.app.sensors import my_sensors
    from coach.edge.radio_source import PairingOptions

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
    is_terminal = can_ask()
    if not sensors and not is_terminal:
        raise click.UsageError("Not interactive: give the ID of the sensor (coach sensors scan --json).")
    pairing = _Pairing(my_sensors(CONSOLE), wishes, seconds, is_terminal=is_terminal)
    asyncio.run(pairing.run(sensors, adapter, takes_several=not is_about_one))


class _Pairing:
    """Pairs sensors one after the other, and prints how each went."""

    def __init__(
        self, sensors: PairedSensors, wishes: "PairingOptions", seconds: float, *, is_terminal: bool
    ) -> None:
        self._sensors = sensors
        self._wishes = wishes
        self._seconds = seconds
        self._is_terminal = is_terminal

    async def run(self, names: Sequence[str], adapter: str | None, *, takes_several: bool) -> None:
        from coach.edge.radio_source import ScanHistory

        async with open_radio("sensors pair", adapter) as radio:
            history = ScanHistory(radio)
            if not names:
                choices = await _choose(history, self._sensors, self._seconds, takes_several=takes_several)
                for sensor in choices:
                    await self._pair(radio, sensor)
            else:
                await self._pair_named(radio, history, names)
        narrate("  Run with it: coach run WORKOUT")

    async def _pair_named(self, radio: "Radio", history: "ScanHistory", names: Sequence[str]) -> None:
        missing: list[SensorProblem] = []
        for word in names:
            narrate(f"Looking for {word} ...")
            try:
                sensor = await _find(
                    radio, history, self._sensors, word, self._seconds, is_terminal=self._is_terminal
                )
            except SensorProblem as problem:
                if problem.reason is not SensorTrouble.NOT_FOUND:
                    raise
                missing.append(problem)
                continue
            await self._pair(radio, sensor)
        for other in missing[1:]:
            narrate(f"{other.message}. {other.hint}")
        if missing:
            raise missing[0]

    async def _pair(self, radio: "Radio", sensor: DiscoveredSensor) -> None:
        from coach.edge.radio_source import pair as pair_over_radio

        _say_paired(await pair_over_radio(radio, self._sensors, sensor, self._wishes))


async def _find(
    radio: "Radio",
    history: "ScanHistory",
    sensors: PairedSensors,
    name: str,
    seconds: float,
    *,
    is_terminal: bool,
) -> DiscoveredSensor:
    from coach.edge.radio_source import find_sensor

    sensor = await find_sensor(radio, history, name, seconds)
    if isinstance(sensor, Ambiguous) and is_terminal:
        return await _ask_among(sensor.candidates, sensors)
    return _the_one(sensor, name, seconds)


async def _choose(
    history: "ScanHistory", sensors: PairedSensors, seconds: float, *, takes_several: bool
) -> Sequence[DiscoveredSensor]:
    """List the sensors as they are found, and ask which to pair; the default is one that is clearly the nearest."""
    narrate(f"Searching for sensors for {seconds:g} s. Wear yours close to the laptop.")
    listed: list[DiscoveredSensor] = []

    def list_(sensor: DiscoveredSensor) -> None:
        listed.append(sensor)
        narrate(f"{len(listed):>3}  {_row(sensor, sensors.find(sensor.id))}")

    async with aclosing(history.scan(seconds)) as discovered:
        async for sensor in discovered:
            if (sensor.name or sensor.is_held) and sensor.id not in {each.id for each in listed}:
                list_(sensor)
    for sensor in history.all():
        if sensor.id not in {each.id for each in listed}:
            list_(sensor)
    if not listed:
        raise _none_found(seconds, history.others)
    likely = nearest(history.advertisements().values())
    ids = [each.id for each in listed]
    default = ids.index(likely.id) + 1 if isinstance(likely, DiscoveredSensor) else None
    numbers = await _ask_numbers(len(listed), default, takes_several=takes_several and len(listed) > 1)
    return [listed[number - 1] for number in numbers]


async def _ask_among(candidates: Sequence[DiscoveredSensor], sensors: PairedSensors) -> DiscoveredSensor:
    """Ask which of several about equally near sensors to pair; Enter alone takes none."""
    for number, sensor in enumerate(candidates, 1):
        narrate(f"{number:>3}  {_row(sensor, sensors.find(sensor.id))}")
    (number,) = await _ask_numbers(len(candidates), None, takes_several=False)
    return candidates[number - 1]


async def _ask_numbers(highest: int, default: int | None, *, takes_several: bool) -> Sequence[int]:
    """Ask for numbers of the list until the answer is valid; Enter alone takes the default, if there is one.

    Raises:
        click.Abort: there is no more input.
    """
    question = "Which ones are yours?" if takes_several else "Which one is yours?"
    example = ", several as 1 2" if takes_several else ""
    offered = "" if default is None else f" [{default}]"
    while True:
        click.echo(f"{question} (1-{highest}{example}){offered}: ", nl=False, err=True)
        line = await _line()
        if not line:
            raise click.Abort
        if not line.strip() and default is not None:
            return [default]
        numbers = numbers_in(line, highest)
        if len(numbers) == 1 or (takes_several and numbers):
            return numbers
        if len(numbers) > 1:
            narrate("Choose one sensor: the options are for one sensor.")


_NUMBERS: Final = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
"""A number of the list, or a range."""


def numbers_in(answer: str, highest: int) -> Sequence[int]:
    """Read the numbers from 1 to `highest` in an answer, each once: `1 2`, `1,2`, `1 and 3`, `2-4`; none if unclear."""
    numbers: list[int] = []
    words = re.sub(r"\s*[-–]\s*", "-", answer.casefold()).replace("and", " ")
    for word in re.split(r"[\s,;+&]+", words.strip()):
        match = _NUMBERS.fullmatch(word)
        if match is None:
            return []
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= highest:
            return []
        numbers += [number for number in range(first, last + 1) if number not in numbers]
    return numbers


async def _line() -> str:
    """Read a line without blocking the loop; a thread would see Ctrl-C only after Enter."""
    import asyncio

    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()
    terminal = sys.stdin.fileno()

    def readable() -> None:
        loop.remove_reader(terminal)
        line.set_result(sys.stdin.readline())

    try:
        loop.add_reader(terminal, readable)
    except NotImplementedError:  # Windows: there the loop waits too
        return sys.stdin.readline()
    try:
        return await line
    finally:
        loop.remove_reader(terminal)


def _say_paired(paired: "PairingResult") -> None:
    from coach.app.sensors import title

    sensor, details = paired.sensor, paired.details
    whose = f", worn by {sensor.athlete}" if sensor.athlete else ""
    narrate(f"Paired: {title(sensor)}, a {sensor.kind.value}{whose}.")
    refusal = None if details is None else details.refusal
    if refusal is not None:
        narrate(f"  But {refusal.message}. {refusal.hint}".rstrip())
    elif paired.trouble is not None:
        narrate(f"  Its details could not be read: {paired.trouble.message}. Only its ID is known.")
    if details is not None:
        facts = (
            f"{details.maker} {details.model}".strip(),
            f"firmware {details.firmware}" if details.firmware else "",
            f"battery {details.battery_percent} %" if details.battery_percent is not None else "",
        )
        narrate("  " + ", ".join(part for part in facts if part))
    advice = advice_for(sensor.name)
    if advice and (refusal is None or advice not in refusal.hint):
        narrate(f"  About sensors of this name: {advice}")


# --- coach sensors list and forget


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
            out_json(_paired_tree(each) | {"use": uses(sensors)[each.id]})
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


def _paired_tree(sensor: PairedSensor) -> dict[str, Any]:
    """Return a paired sensor for `--json`; unknown values are absent."""
    values = {key: value for key, value in asdict(sensor).items() if value not in ("", None, False)}
    return {"v": 1, **values, "kind": sensor.kind.value}


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


# --- coach sensors log


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
    import asyncio

    from coach.app.sensors import my_sensors

    own = my_sensors(CONSOLE).find(sensor)
    name = sensor if own is None else own.id
    asyncio.run(_log(name, seconds, adapter, has_all=has_all, as_json=as_json))


async def _log(name: str, seconds: float, adapter: str | None, *, has_all: bool, as_json: bool) -> None:
    from coach.edge.radio_source import ScanHistory, find_sensor

    async with open_radio("sensors log", adapter) as radio:
        narrate(f"Looking for {name} ...")
        sensor = _the_one(await find_sensor(radio, ScanHistory(radio), name, _SEARCH_S), name, _SEARCH_S)
        needs_details = has_all or not as_json
        details = await radio.read_details(sensor) if needs_details else SensorDetails(sensor.id, sensor.name)
        secrets = _Secrets(sensor, details)
        if not as_json:
            _print_head(details, secrets)
        if has_all:
            _print_advertisement(radio, sensor, secrets, as_json=as_json)
            shunned = [uuid_text(number) for quirk in quirks_of(sensor.name) for number in quirk.shunned]
            for each in await radio.inspect(sensor, shunned):
                _print_value(each, secrets, as_json=as_json)
        printer = _Printer(radio.clock.monotonic, as_json=as_json)
        is_whole = await radio.log_raw(sensor, seconds, printer.print)
    if not is_whole:
        narrate("The connection was lost.")
    narrate(f"{printer.lines} notifications.")


_WORD: Final = re.compile(r"[^\W_]+")
_TELLING: Final = 4
"""Fewest letters and digits of a name's part that may be a serial number; model numbers have fewer. Judged."""
_LONG: Final = 20
"""Digits of a number too large for 8 bytes."""
_HEX: Final = re.compile(r"([0-9a-f]{2}){4,}")
"""Four bytes or more in hexadecimal."""


class _Secrets:
    """The texts that identify a sensor's owner and are left out of a log: its address and serial number."""

    def __init__(self, sensor: DiscoveredSensor, details: SensorDetails) -> None:
        """Collect the address and the serial number of this sensor."""
        self._numbers = {_digits(each) for each in (sensor.address, sensor.id, details.serial)} - {""}
        words = [word for word in _WORD.findall(sensor.name) if self._may_number(word)]
        self._bytes = [text.encode() for text in (details.serial, *words) if len(text) >= _TELLING]
        self._bytes += [bytes.fromhex(number) for number in self._numbers if _HEX.fullmatch(number)]
        if details.serial.isdecimal() and _TELLING <= len(details.serial) < _LONG:
            number = int(details.serial)
            self._bytes += [number.to_bytes(size, "little") for size in (2, 4, 8) if number < 1 << 8 * size]

    def name(self, name: str) -> str:
        """Return a name without serial number or address: `Polar H10 (left out)`."""
        return _WORD.sub(lambda word: "(left out)" if self._may_number(word[0]) else word[0], safe_line(name))

    def text(self, text: str) -> str:
        """Return a text without the sensor's own numbers; others stay, such as the model's."""
        return _WORD.sub(lambda word: "(left out)" if self._is_number(word[0]) else word[0], safe_line(text))

    def bytes_text(self, value: bytes) -> str:
        """Return bytes in hexadecimal; those that hold an identifying number, in either byte order, are left out."""
        if any(each in value or each[::-1] in value for each in self._bytes):
            return "(left out)"
        return value.hex(" ")

    def _is_number(self, word: str) -> bool:
        """Return True if a word is one of the sensor's numbers, or the end of one."""
        digits = _digits(word)
        return len(digits) > 1 and any(
            number.endswith(digits) or (len(digits) >= _TELLING and digits in number)
            for number in self._numbers
        )

    def _may_number(self, word: str) -> bool:
        """Return True if a word of a name may be a serial number rather than a model."""
        has_digit = any(character.isdigit() for character in word)
        return self._is_number(word) or (has_digit and len(word) >= _TELLING)


def _digits(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _print_head(details: SensorDetails, secrets: _Secrets) -> None:
    out(f"# coach {coach.__version__} on {sys.platform}")
    what = f"{details.maker} {details.model}, firmware {details.firmware or 'unknown'}"
    out(f"# {secrets.name(details.name)}: {secrets.text(what)}")
    out(f"# measures {', '.join(details.measures)}")
    out("# seconds  characteristic  bytes")


_NAMELESS: Final = frozenset(uuid_text(number) for number in (0x2A25, 0x2A23, 0x2A00))
"""Characteristics that identify the owner and are left out: serial number, system ID (which holds the address), name.
"""


def _print_advertisement(
    radio: "Radio", sensor: DiscoveredSensor, secrets: _Secrets, *, as_json: bool
) -> None:
    """Print what the sensor advertises, without identifying numbers."""
    advertisement = radio.registry.advertisement(sensor.id)
    if advertisement is None:
        narrate("It is held by the system, so it does not advertise.")
        return
    services = sorted(advertisement.service_uuids)
    makers = {
        f"{maker:04x}": secrets.bytes_text(data) for maker, data in advertisement.manufacturer_data.items()
    }
    datas = {uuid: secrets.bytes_text(data) for uuid, data in advertisement.service_data.items()}
    if as_json:
        tree = {"services": services, "manufacturer_data": makers, "service_data": datas}
        out_json({"v": 1, "advertisement": tree, "rssi_dbm": sensor.rssi_dbm})
        return
    out(f"# advertises services {', '.join(services) or 'none'}")
    for key, data in {**makers, **datas}.items():
        out(f"# advertises data of {key}: {data}")


def _print_value(value: "InspectedValue", secrets: _Secrets, *, as_json: bool) -> None:
    """Print a characteristic of a sensor and its value, unless that identifies the sensor."""
    is_named = value.characteristic in _NAMELESS
    text = None if value.value is None else "(left out)" if is_named else secrets.bytes_text(value.value)
    if as_json:
        tree = {
            "v": 1,
            "service": value.service,
            "characteristic": value.characteristic,
            "properties": list(value.properties),
            "bytes": text,
        }
        out_json({key: each for key, each in tree.items() if each is not None})
        return
    out(f"# {value.service}  {value.characteristic}  {','.join(value.properties)}  {text or ''}".rstrip())


class _Printer:
    """Prints every notification as it arrives."""

    def __init__(self, now: Callable[[], float], *, as_json: bool) -> None:
        self._now = now
        self._zero = now()
        self._as_json = as_json
        self.lines = 0

    def print(self, characteristic: Characteristic, payload: bytes) -> None:
        """Print the bytes."""
        self.lines += 1
        at_s, name = self._now() - self._zero, characteristic.name.lower()
        if self._as_json:
            out_json({"v": 1, "at_s": round(at_s, 3), "characteristic": name, "bytes": payload.hex(" ")})
        else:
            out(f"{at_s:9.3f}  {name}  {payload.hex(' ')}")


# --- the radio, and what it found


def open_radio(doing: str, adapter: str | None) -> "Radio":
    """Create the radio of a command, with its log in the usual file; `doing` tells other coach programs its use.

    Without an `adapter` the one of the settings is used.
    """
    from coach.app.sensors import chosen_adapter, radio_for
    from coach.edge.machine import start_log

    start_log(runner_paths().log)
    return radio_for(doing, chosen_adapter(adapter), hears_all=True)


def _row(sensor: DiscoveredSensor, own: PairedSensor | None, holder: LockHolder | None = None) -> str:
    """Format a sensor as a line of the list; `holder` is another coach program that is connected to it."""
    name = safe_line(sensor.name) or "(no name)"
    return _ROW.format(
        name=name if len(name) <= _NAME else f"{name[: _NAME - 1]}…",
        measures=", ".join(word.replace("_", " ") for word in sensor.measures if word != "battery"),
        signal="" if sensor.rssi_dbm is None else f"{sensor.rssi_dbm} dBm",
        battery="" if sensor.battery_percent is None else f"{sensor.battery_percent} %",
        id=sensor.id,
        note=", ".join(_notes(sensor, own, holder)),
    ).rstrip()


def _notes(sensor: DiscoveredSensor, own: PairedSensor | None, holder: LockHolder | None) -> Sequence[str]:
    notes = [] if own is None else [f"yours: {own.label}" if own.label else "yours"]
    if holder is not None:
        return [*notes, f"held by another coach, process {holder.process}"]
    return [*notes, *(["held by the system"] if sensor.is_held else [])]


def _the_one(sensor: DiscoveredSensor | Ambiguous | None, name: str, seconds: float) -> DiscoveredSensor:
    """Return the sensor that was searched for by ID or name.

    Raises:
        SensorProblem: none was found, or several are about equally near.
    """
    if sensor is None:
        raise SensorProblem(
            f"{name} was not found in {seconds:g} s",
            "List the sensors nearby: coach sensors scan",
            reason=SensorTrouble.NOT_FOUND,
        )
    if isinstance(sensor, Ambiguous):
        raise SensorProblem(
            f"{len(sensor.candidates)} sensors called {name} are about equally near",
            "Give its ID: " + ", ".join(each.id for each in sensor.candidates),
            reason=SensorTrouble.NOT_FOUND,
        )
    return sensor


def _others_text(others: int) -> str:
    """Say how many other devices were found."""
    if others == 1:
        return "One other device was found that does not advertise a sensor."
    return f"{others} other devices were found that do not advertise a sensor."


def _none_found(seconds: float, others: int) -> SensorProblem:
    """Return the problem of a scan without a sensor; other devices show that the adapter works."""
    if not others:
        return SensorProblem(
            f"no sensor was found in {seconds:g} s, and no other device either",
            "Wear the strap (wet its electrodes) and shake the pod, so that they wake up.\n"
            "If a phone with Bluetooth on is nearby, the adapter receives nothing: coach doctor lists the adapters.",
            reason=SensorTrouble.NOT_FOUND,
        )
    return SensorProblem(
        f"no sensor was found in {seconds:g} s. {_others_text(others)[:-1]}",
        "The adapter works. Wear the strap (wet its electrodes) and shake the pod, so that they wake up.\n"
        "Close the watch or phone app that may be connected to them: a connected sensor is not found.\n"
        "One that hides its service can be paired by its ID: coach sensors pair ID",
        reason=SensorTrouble.NOT_FOUND,
    )
