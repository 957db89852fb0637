"""Records recent advertisements per sensor, for choosing a sensor."""

from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Final

from coach.edge.radio.discovery import DiscoveredSensor
from coach.edge.radio.radio import Radio

MAX_ADVERTISEMENTS: Final = 60
"""Advertisements kept per sensor: a minute at one a second, the width of a sparkline."""
MAX_SENSORS: Final = 500
"""Sensors kept at most: more than any start line has; it bounds memory when addresses are random."""


class ScanHistory:
    """The recent advertisements of every sensor nearby."""

    def __init__(self, radio: Radio) -> None:
        """Scan with this radio."""
        self._radio = radio
        self._history: dict[str, deque[DiscoveredSensor]] = {}

    async def scan(self, seconds: float) -> AsyncGenerator[DiscoveredSensor]:
        """Yield sensors as `Radio.scan` does, and record every advertisement.

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
        """The last advertisement of every sensor, in the order of discovery."""
        return [history[-1] for history in self._history.values()]

    def advertisements(self, name: str | None = None) -> Mapping[str, Sequence[DiscoveredSensor]]:
        """The advertisements of every sensor, or of those with a name, by id."""
        return {
            id_: tuple(history)
            for id_, history in self._history.items()
            if name is None or history[-1].name == name
        }

    def signals(self, id_: str) -> tuple[int, ...]:
        """The recent signals of a sensor in dBm, the newest last."""
        return tuple(sensor.rssi_dbm for sensor in self._history.get(id_, ()) if sensor.rssi_dbm is not None)

    def _record(self, sensor: DiscoveredSensor) -> None:
        if sensor.measures and (sensor.id in self._history or len(self._history) < MAX_SENSORS):
            self._history.setdefault(sensor.id, deque(maxlen=MAX_ADVERTISEMENTS)).append(sensor)
