"""A clock that runs faster than the machine's, for a demonstration in a hurry."""

from coach.edge.clock import Clock, WallTime


class FastClock:
    """A clock that runs so many times faster than another."""

    def __init__(self, clock: Clock, speed: float) -> None:
        """Run `speed` times faster than `clock`, above 0."""
        self._clock = clock
        self._speed = speed
        self._zero = clock.monotonic()

    def monotonic(self) -> float:
        """Seconds, so many times faster."""
        return self._zero + (self._clock.monotonic() - self._zero) * self._speed

    def wall(self) -> WallTime:
        """The moment by the calendar, which does not hurry."""
        return self._clock.wall()

    async def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`."""
        await self._clock.sleep_until(self._zero + (moment - self._zero) / self._speed)
