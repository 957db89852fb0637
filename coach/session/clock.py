"""Running time: the clock of the run without its pauses.

The time, the end and the send-off slot of a step are in running time. So a pause shifts all of them, and an undo does
not have to know of it.
"""

from coach.quantities import Seconds


class RunningClock:
    """Turns the run's own time into running time and back."""

    def __init__(self) -> None:
        """Start with no pause."""
        self._pauses: list[tuple[Seconds, Seconds | None]] = []
        self._gaps: set[Seconds] = set()
        self.has_paused = False
        """Whether there was a pause at all."""
        self.paused_at: Seconds | None = None
        """When the pause under way began; None when none is."""

    def pause(self, at: Seconds) -> None:
        """Stop the clock; a second pause changes nothing."""
        if self.paused_at is None:
            self._pauses.append((at, None))
            self.has_paused, self.paused_at = True, at

    def resume(self, at: Seconds) -> None:
        """Let the clock go on; without a pause it changes nothing."""
        since = self.paused_at
        if since is not None:
            self._pauses[-1] = (since, at)
            self.paused_at = None

    def skip(self, since: Seconds, until: Seconds) -> None:
        """Leave out a stretch in which the program did not run; in a pause it changes nothing."""
        if self.paused_at is None:
            self.pause(since)
            self.resume(until)
            self._gaps.add(since)

    def is_gap(self, since: Seconds) -> bool:
        """Whether the pause that began at `since` is a stretch in which the program did not run."""
        return since in self._gaps

    def running(self, at: Seconds) -> Seconds:
        """Running time at a moment, in seconds since the first input."""
        paused_s = 0.0
        for since, until in self._pauses:
            if since >= at:
                break
            paused_s += (at if until is None or until > at else until) - since
        return Seconds(at - paused_s)

    def between(self, start: Seconds, end: Seconds) -> Seconds:
        """Running time from one moment to another."""
        if not self._pauses:
            return Seconds(end - start)
        return Seconds(self.running(end) - self.running(start))

    def moment(self, running: Seconds) -> Seconds | None:
        """When running time first read `running`; None when a pause under way comes before it."""
        at = float(running)
        for since, until in self._pauses:
            if at <= since:
                break
            if until is None:
                return None
            at += until - since
        return Seconds(at)

    def pauses(self, start: Seconds, end: Seconds) -> list[tuple[Seconds, Seconds]]:
        """The pauses that touch `start` to `end`, clipped to it."""
        return [
            (max(since, start), end if until is None else min(until, end))
            for since, until in self._pauses
            if since < end and (until is None or until > start)
        ]
