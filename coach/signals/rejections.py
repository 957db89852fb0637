"""Telling what could not be used without flooding: the first of a kind at once, then a count now and then.

A sensor that speaks nonsense does so every second for an hour; its bytes are in the journal, every one.
"""

from coach.quantities import Seconds
from coach.signals.readings import Rejected


class RejectionThrottle:
    """What was rejected, by what it was."""

    __slots__ = ("_apart_s", "_told_at", "_untold")

    def __init__(self, apart_s: float) -> None:
        """Tell of one kind at most every `apart_s` seconds."""
        self._apart_s = apart_s
        self._told_at: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def tell(self, at: Seconds, what: str, reason: str) -> Rejected | None:
        """Tell of one more, with how many were passed over since the last; None if it is passed over too."""
        told_at = self._told_at.get(what)
        if told_at is not None and at - told_at < self._apart_s:
            self._untold[what] = self._untold.get(what, 0) + 1
            return None
        self._told_at[what] = at
        untold = self._untold.pop(what, 0)
        return Rejected(at, what, f"{reason}, after {untold} more that were rejected" if untold else reason)
