"""Who is near, and how strongly, over time? What somebody looks at who chooses a sensor."""

from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Final

from coach.edge.radio.discovery import DiscoveredSensor
from coach.edge.radio.radio import Radio

MAX_ADVERTISEMENTS: Final = 60
"""Advertisements kept of each sensor: a minute of signal at one a second, as wide as a sparkline need be."""
MAX_SENSORS: Final = 500
"""Sensors kept at most: more than any start line has, and an air full of made-up addresses fills no memory."""


class ScanHistory:
    """The sensors that were heard since it was made."""

    def __init__(self, radio: Radio) -> None:
        """Hear through this radio."""
        self._radio = radio
        self._history: dict[str, deque[DiscoveredSensor]] = {}

    async def scan(self, seconds: float) -> AsyncGenerator[DiscoveredSensor]:
        """Name the sensors as they are found or noticeably change, those the system holds first; close it early.

        Raises:
            SensorProblem: there is no Bluetooth to scan with.
        """
        with self._radio.scanner.subscribe(self._record):
            async with aclosing(self._radio.scan(seconds)) as sensors:
                async for sensor in sensors:
                    if sensor.id not in self._history:
                        self._record(sensor)
                    yield sensor

    def all(self) -> list[DiscoveredSensor]:
        """Every sensor as it was heard last, in the order they were met."""
        return [history[-1] for history in self._history.values()]

    def advertisements(self, name: str | None = None) -> Mapping[str, Sequence[DiscoveredSensor]]:
        """What was heard of every sensor, or of those of a name, by id, in order."""
        return {
            id_: tuple(history)
            for id_, history in self._history.items()
            if name is None or history[-1].name == name
        }

    def signals(self, id_: str) -> tuple[int, ...]:
        """The last signals of a sensor in dBm, the newest last."""
        return tuple(each.rssi_dbm for each in self._history.get(id_, ()) if each.rssi_dbm is not None)

    def _record(self, sensor: DiscoveredSensor) -> None:
        if sensor.measures and (sensor.id in self._history or len(self._history) < MAX_SENSORS):
            self._history.setdefault(sensor.id, deque(maxlen=MAX_ADVERTISEMENTS)).append(sensor)
