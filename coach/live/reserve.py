"""How much of the reserve above critical speed (D') is left along a run: an estimate for a colour, never for a stop.

Each reading of speed stands for the time since the reading before. After a silence longer than the bridge (30 s)
nobody knows what was spent or won back in it, and the share stays unknown for the rest of the run. The model and
its errors: `coach.physiology.critical_speed`.
"""

from coach.physiology.critical_speed import Balance
from coach.quantities import Seconds
from coach.signals.readings import Reading


class DPrimeBalance:
    """The reserve of one run, fresh at its start; only readings change it, so the number of wakes cannot."""

    __slots__ = ("_balance", "_bridge_s", "_is_lost", "_last")

    def __init__(self, critical: float, metres: float, bridge_s: Seconds) -> None:
        """Begin fresh, with a critical speed in m/s, a D' in metres, and the longest silence that is bridged.

        Raises:
            ValueError: numbers nobody has, see `Balance`.
        """
        self._balance = Balance(critical, metres)
        self._bridge_s = bridge_s
        self._is_lost = False
        self._last: Seconds | None = None

    def take(self, reading: Reading | None) -> None:
        """Reckon with the newest speed; one taken already, or older than that, changes nothing."""
        if reading is None or self._is_lost:
            return
        last, at = self._last, reading.at
        if last is None:
            self._last = at
        elif at > last:
            self._last = at
            if at - last > self._bridge_s:
                self._is_lost = True
            else:
                self._balance.run(reading.value, at - last)

    def share(self, now: Seconds) -> float | None:
        """What is left, 0 to 1; None before the first speed, and from 30 s of silence on.

        A reserve below nothing, where the runner had more than the model thought, is 0.
        """
        if self._is_lost or self._last is None or now - self._last > self._bridge_s:
            return None
        return max(0.0, self._balance.fraction)
