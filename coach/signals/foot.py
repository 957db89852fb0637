"""What does a footpod say of the legs? Its cadence as steps, and whether a speed of 0 is one."""

from coach.signals.cadence import CadenceCount
from coach.signals.defaults import SignalSettings
from coach.signals.readings import Source


class Foot:
    """One footpod, or whatever else speaks as one."""

    __slots__ = ("_changed", "_settings", "_still_cadence", "_still_since", "count")

    def __init__(self, settings: SignalSettings, source: Source) -> None:
        """Start with what is known of the sensor."""
        self._settings = settings
        self.count = CadenceCount(settings, source)
        """How it counts."""
        self._still_since: float | None = None
        self._still_cadence = 0.0
        self._changed = False

    def has_speed(self, at: float, speed: float, steps: float) -> bool:
        """Can its speed be one? Not if it says 0 while the legs go on: a pod that has lost it, not a stop.

        Just after a stop pods hold the cadence they had for up to 5 s (8 s seen at a walk); that one does not
        change.
        """
        if speed > 0.0 or steps < self._settings.moving_cadence:
            self._still_since = None
            return True
        if self._still_since is None:
            self._still_since, self._still_cadence, self._changed = at, steps, False
        self._changed = self._changed or steps != self._still_cadence
        return not self._changed or at - self._still_since < self._settings.cadence_held_s
