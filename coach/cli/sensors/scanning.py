"""`coach sensors scan`, carried out."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any, Final

from coach.cli.errors import narrate
from coach.cli.sensors.keeping import my_sensors, title
from coach.cli.sensors.opening import nobody, opened_radio
from coach.cli.text import out, out_json, plain
from coach.edge.paired_sensors import PairedSensor, PairedSensors
from coach.edge.paths import runner_paths
from coach.edge.radio.discovery import DiscoveredSensor
from coach.edge.radio.radio import Radio
from coach.edge.radio.sensor_lock import LockHolder, SensorLocks
from coach.problems import SensorProblem

_NAME: Final = 24
"""Cells for a name; a longer one is cut."""
_ROW: Final = "{name:<24}  {measures:<20}  {signal:>8}  {battery:>7}  {id:<17}  {note}"


def scan(seconds: float, *, as_json: bool) -> None:
    """Print the sensors nearby as they are found.

    Raises:
        SensorProblem: there is no Bluetooth, or no sensor.
    """
    asyncio.run(_Scan(my_sensors(), as_json=as_json).run(seconds))


def row(found: DiscoveredSensor, own: PairedSensor | None, holder: LockHolder | None = None) -> str:
    """One sensor as a line of the list; `holder` is another coach that has it."""
    name = plain(found.name) or "(no name)"
    return _ROW.format(
        name=name if len(name) <= _NAME else f"{name[: _NAME - 1]}…",
        measures=", ".join(word.replace("_", " ") for word in found.measures if word != "battery"),
        signal="" if found.rssi_dbm is None else f"{found.rssi_dbm} dBm",
        battery="" if found.battery_percent is None else f"{found.battery_percent} %",
        id=found.id,
        note=", ".join(_notes(found, own, holder)),
    ).rstrip()


def _notes(found: DiscoveredSensor, own: PairedSensor | None, holder: LockHolder | None) -> Sequence[str]:
    mine = [] if own is None else [f"yours: {own.label}" if own.label else "yours"]
    if holder is not None:
        return [*mine, f"held by another coach, process {holder.process}"]
    return [*mine, *(["held by the system"] if found.is_held else [])]


class _Scan:
    """One scan; each sensor is printed once, when it is found and has told its name."""

    def __init__(self, sensors: PairedSensors, *, as_json: bool) -> None:
        self._sensors = sensors
        self._as_json = as_json
        self._printed: dict[str, DiscoveredSensor] = {}
        self._nameless: dict[str, DiscoveredSensor] = {}
        self._holds = SensorLocks(runner_paths().sensor_locks)

    async def run(self, seconds: float) -> None:
        async with opened_radio("sensors scan") as radio:
            async with aclosing(radio.scan(seconds)) as near:
                async for found in near:
                    if found.name or found.is_held:
                        self._print(found)
                    else:  # its name may come a moment later, in the answer to the scan
                        self._nameless[found.id] = found
            for found in self._nameless.values():
                self._print(found)
            if not self._printed:
                raise nobody(seconds)
            for found in list(self._printed.values()):
                await self._ask_battery(radio, found)

    def _print(self, found: DiscoveredSensor) -> None:
        if found.id in self._printed:
            return
        if not self._printed and not self._as_json:
            out(
                _ROW.format(
                    name="name", measures="measures", signal="signal", battery="battery", id="id", note=""
                ).rstrip()
            )
        self._printed[found.id] = found
        own = self._sensors.find(found.id)
        if self._as_json:
            out_json(_object(found, own))
        else:
            out(row(found, own, self._holds.holder(found.id) if found.is_held else None))

    async def _ask_battery(self, radio: Radio, found: DiscoveredSensor) -> None:
        """Ask one of our own how full it is; nobody connects to a stranger's."""
        own = self._sensors.find(found.id)
        if own is None or found.is_held or found.battery_percent is not None:
            return
        try:
            details = await radio.read_details(found)
        except SensorProblem as problem:
            narrate(f"{title(own)} could not be asked for its battery: {problem.message}")
            return
        if details.battery_percent is None:
            narrate(f"{title(own)} does not say how full its battery is.")
        elif self._as_json:
            out_json(_object(found, own) | {"battery_percent": details.battery_percent})
        else:
            out(f"{title(own)}: battery {details.battery_percent} %")


def _object(found: DiscoveredSensor, own: PairedSensor | None) -> dict[str, Any]:
    """A sensor for `--json`; what is not known is absent."""
    told = {
        "v": 1,
        "id": found.id,
        "name": found.name or None,
        "address": found.address,
        "measures": list(found.measures),
        "rssi_dbm": found.rssi_dbm,
        "battery_percent": found.battery_percent,
        "remembered": own is not None,
        "label": own.label or None if own is not None else None,
        "held": found.is_held,
    }
    return {key: value for key, value in told.items() if value is not None}
