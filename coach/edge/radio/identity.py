"""Is a sensor that was met the runner's own? The platform's id or the serial number decides, never the name."""

import sys
from collections import Counter
from typing import Final

from coach.edge.paired_sensors import PairedSensor
from coach.edge.radio.found import DiscoveredSensor

_ASKED: Final = 3
"""How often a sensor that does not say its serial number is asked in a run."""


class SensorIdentity:
    """How one remembered sensor is known again."""

    def __init__(self, sensor: PairedSensor) -> None:
        """Know `sensor` by its id so far."""
        self._serial = sensor.serial
        self._name = sensor.name
        self._ids = {sensor.id.casefold()}
        self._is_from_here = sensor.platform == sys.platform
        self._asked: Counter[str] = Counter()
        """How often those of the same name were asked; a stranger as often as anybody is."""
        self._was_met = False

    def is_known(self, found: DiscoveredSensor) -> bool:
        """Is it ours beyond doubt?"""
        return found.id.casefold() in self._ids

    def may_be(self, found: DiscoveredSensor, *, asks_serial: bool) -> bool:
        """Is it worth connecting to: ours, or one of the same name whose serial number was never asked for?

        Every host of Apple's gives a sensor an id of its own, and some sensors change their address with the
        battery. So a namesake is asked: at once where the id is another platform's, else when `asks_serial`.
        Once our own turned up, nobody else's is touched.
        """
        if self.is_known(found):
            self._was_met = True
            return True
        is_namesake = bool(self._serial) and bool(found.name) and found.name == self._name
        asks = asks_serial or not self._is_from_here
        return is_namesake and asks and not self._was_met and self._asked[found.id] < _ASKED

    def recognises(self, found: DiscoveredSensor, serial: str) -> bool:
        """Is it ours by its serial number? From then on its id is known, and so is a stranger's.

        An empty number was not said, or lost with the link: it may be asked again a few times.
        """
        if serial != self._serial:
            self._asked[found.id] += 1 if not serial else _ASKED
            return False
        self._ids.add(found.id.casefold())
        self._was_met = True
        return True
