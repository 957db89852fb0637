"""The ledger of a rep: seconds won and lost against its target, for errors too small for any alarm.

Two numbers. What the runner is told is the plain sum of seconds behind (minus: ahead) since the ledger was
opened. When he is told is decided by what remains of each second's error beyond a dead band, summed and never
below nothing: noise comes and goes in it, an error stays.
"""

from coach.cues.watch import Side


class Ledger:
    """Adds up one segment of a step; asks nobody and says nothing."""

    __slots__ = ("_fast", "_slow", "behind_s", "said", "seconds")

    def __init__(self) -> None:
        """Open it."""
        self.open()

    def open(self) -> None:
        """Begin a new segment, with nothing said."""
        self.said = False
        self.seconds = 0.0
        """How much running it has added up."""
        self.behind_s = 0.0
        """Seconds behind the target over them; minus is ahead."""
        self.settle()

    def settle(self) -> None:
        """Let the error so far be dealt with: it was told."""
        self._fast = 0.0
        self._slow = 0.0

    def add(self, error: float, seconds: float, dead: float) -> None:
        """Add `seconds` run at `error` (share of the target, plus is fast), `dead` of which do not count."""
        self.seconds += seconds
        self.behind_s -= error * seconds
        self._fast = max(0.0, self._fast + (error - dead) * seconds)
        self._slow = max(0.0, self._slow - (error + dead) * seconds)

    def owes(self, due_s: float) -> Side | None:
        """Say on which side more than `due_s` have come together: HIGH is too fast."""
        if self._fast >= due_s and self.behind_s < 0.0:
            return Side.HIGH
        if self._slow >= due_s and self.behind_s > 0.0:
            return Side.LOW
        return None
