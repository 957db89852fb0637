"""`coach sensors pair`, carried out: found by id or name, or chosen from a list."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing

import click

from coach.cli.errors import narrate
from coach.cli.sensors.asking import ask_number
from coach.cli.sensors.keeping import my_sensors, title
from coach.cli.sensors.opening import nobody, opened_radio, the_one
from coach.cli.sensors.scanning import row
from coach.edge.paired_sensors import PairedSensors
from coach.edge.pairing import PairingOptions, PairingResult, find_sensor, pair
from coach.edge.radio.discovery import Ambiguous, DiscoveredSensor, nearest
from coach.edge.radio.radio import Radio
from coach.edge.radio.scan_history import ScanHistory


def pair_sensor(wanted: str | None, wishes: PairingOptions, seconds: float) -> None:
    """Find the sensor, ask it who it is, remember it.

    Raises:
        SensorProblem: it is not there, or nobody can be asked which of several it is.
        click.UsageError: no sensor was named and nobody can be asked.
    """
    can_ask = sys.stdin.isatty() and sys.stderr.isatty()
    if wanted is None and not can_ask:
        raise click.UsageError(
            "Nobody can be asked here: say which sensor by its ID (coach sensors scan --json)."
        )
    sensors = my_sensors()
    paired = asyncio.run(_pair(sensors, wanted, wishes, seconds, can_ask=can_ask))
    _say(paired)


async def _pair(
    sensors: PairedSensors, wanted: str | None, wishes: PairingOptions, seconds: float, *, can_ask: bool
) -> PairingResult:
    async with opened_radio("sensors pair") as radio:
        vicinity = ScanHistory(radio)
        if wanted is None:
            found = await _chosen(vicinity, sensors, seconds)
        else:
            narrate(f"Looking for {wanted} ...")
            found = await _sought(radio, vicinity, sensors, wanted, seconds, can_ask=can_ask)
        return await pair(radio, sensors, found, wishes)


async def _sought(
    radio: Radio,
    vicinity: ScanHistory,
    sensors: PairedSensors,
    wanted: str,
    seconds: float,
    *,
    can_ask: bool,
) -> DiscoveredSensor:
    found = await find_sensor(radio, vicinity, wanted, seconds)
    if isinstance(found, Ambiguous) and can_ask:
        return await _ask_among(found.candidates, sensors)
    return the_one(found, wanted, seconds)


async def _chosen(vicinity: ScanHistory, sensors: PairedSensors, seconds: float) -> DiscoveredSensor:
    """List what is near as it is found, and ask; the nearest beyond doubt is offered."""
    narrate(f"Looking for sensors for {seconds:g} s. Wear yours, and hold it close to the laptop.")
    listed: list[DiscoveredSensor] = []

    def list_(found: DiscoveredSensor) -> None:
        listed.append(found)
        narrate(f"{len(listed):>3}  {row(found, sensors.find(found.id))}")

    async with aclosing(vicinity.scan(seconds)) as near:
        async for found in near:
            if (found.name or found.is_held) and found.id not in {each.id for each in listed}:
                list_(found)
    for found in vicinity.all():
        if found.id not in {each.id for each in listed}:
            list_(found)
    if not listed:
        raise nobody(seconds)
    likely = nearest(vicinity.advertisements().values())
    ids = [each.id for each in listed]
    default = ids.index(likely.id) + 1 if isinstance(likely, DiscoveredSensor) else None
    return listed[await ask_number("Which one is yours?", len(listed), default) - 1]


async def _ask_among(candidates: Sequence[DiscoveredSensor], sensors: PairedSensors) -> DiscoveredSensor:
    """Ask which of several about as near it is; none of them is taken by Enter alone."""
    for number, found in enumerate(candidates, 1):
        narrate(f"{number:>3}  {row(found, sensors.find(found.id))}")
    return candidates[await ask_number("Which one is yours?", len(candidates), None) - 1]


def _say(paired: PairingResult) -> None:
    sensor, details = paired.sensor, paired.details
    narrate(f"Remembered: {title(sensor)}, a {sensor.kind.value}.")
    if paired.trouble is not None:
        narrate(f"  It could not be asked for more: {paired.trouble.message}. It is known by its id alone.")
    if details is not None:
        known = (
            f"{details.maker} {details.model}".strip(),
            f"firmware {details.firmware}" if details.firmware else "",
            f"battery {details.battery_percent} %" if details.battery_percent is not None else "",
        )
        narrate("  " + ", ".join(part for part in known if part))
    narrate("  Run with it: coach run WORKOUT")
