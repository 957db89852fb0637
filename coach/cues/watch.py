"""A value watched against a band: a hold before it counts as out, a margin before it counts as back."""

from enum import StrEnum


class Side(StrEnum):
    """Where the value is, once it counts."""

    LOW = "low"
    HIGH = "high"
    BACK = "back"


class Watch:
    """Remembers since when a value is out of its band; asks nobody and says nothing."""

    __slots__ = ("_since", "_was", "told")

    def __init__(self) -> None:
        """Begin inside."""
        self._since = 0.0
        self._was: Side | None = None
        self.told: Side | None = None
        """The side the runner was told of and is not back from."""

    def forget(self) -> None:
        """Begin anew, with nothing told."""
        self._was = None
        self.told = None

    def interrupt(self) -> None:
        """Let every hold begin anew: there was nothing to judge for a while."""
        self._was = None

    def take(
        self, now: float, value: float, low: float | None, high: float | None, inner: float
    ) -> Side | None:
        """Say which side the value is on; after a side was told, `inner` of the edge counts as back."""
        side: Side | None = None
        if high is not None and value > high:
            side = Side.HIGH
        elif low is not None and value < low:
            side = Side.LOW
        elif (self.told is Side.HIGH and high is not None and value <= high - inner) or (
            self.told is Side.LOW and low is not None and value >= low + inner
        ):
            side = Side.BACK
        if side is not self._was:
            self._was = side
            self._since = now
        return side

    def held_s(self, now: float) -> float:
        """Seconds the value has been on the side it is on."""
        return now - self._since
