"""What does a footpod say of the legs, and of when? Its cadence, a speed of 0 that is none, and late packets."""

from math import inf

from coach.signals.cadence import CadenceCount
from coach.signals.config import SignalSettings
from coach.signals.freshness import NEVER_STALE_S, stale_after
from coach.signals.readings import Source


class FootpodDecoder:
    """One footpod, or whatever else speaks as one."""

    __slots__ = (
        "_changed",
        "_counter",
        "_heard_at",
        "_measured_at",
        "_settings",
        "_still_cadence",
        "_still_since",
        "count",
    )

    def __init__(self, settings: SignalSettings, source: Source) -> None:
        """Start with what is known of the sensor."""
        self._settings = settings
        self.count = CadenceCount(settings, source)
        """How it counts."""
        self._still_since: float | None = None
        self._still_cadence = 0.0
        self._changed = False
        self._heard_at = -inf
        self._measured_at = -inf
        self._counter: float | None = None

    def measured_at(self, now: float, period_s: float, distance: float | None, speed: float) -> float:
        """When was this measured? Mostly now; after a stall a radio hands over all at once what it held back.

        The first packet after a stall is late if its counter has only gone on for a part of it; those that come
        right behind a late one are a period apart. Where nothing can be told, it was now.
        """
        if speed > 0.0:
            self._still_since = None
        since, self._heard_at = now - self._heard_at, now
        at = now
        if since > NEVER_STALE_S and stale_after(period_s) < since <= self._settings.most_held_s:
            ran = -1.0 if self._counter is None or distance is None else distance - self._counter
            if ran >= 0.0 and speed >= self._settings.running_speed:
                late = self._measured_at + max(period_s, ran / speed)
                at = late if now - late >= self._settings.late_s else now
        elif self._measured_at < now - since and since < 0.5 * period_s:
            at = min(now, self._measured_at + period_s)
        self._measured_at = at
        self._counter = distance
        return at

    def stands(self, at: float, steps: float) -> bool:
        """Can its speed of 0 be one? Not while the legs go on: that is a pod that has lost it, not a stop.

        Just after a stop pods hold the cadence they had for up to 5 s (8 s seen at a walk); that one does not
        change.
        """
        if steps < self._settings.moving_cadence:
            self._still_since = None
            return True
        if self._still_since is None:
            self._still_since, self._still_cadence, self._changed = at, steps, False
        self._changed = self._changed or steps != self._still_cadence
        return not self._changed or at - self._still_since < self._settings.cadence_held_s
