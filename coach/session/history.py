"""What the sensors said during the run, kept so that a step can be summed up again after its ends were moved."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from coach.quantities import Seconds
from coach.signals.readings import Reading


class Series:
    """Values of one kind with their times, in the order they came."""

    def __init__(self) -> None:
        """Start empty."""
        self.times: list[float] = []
        self.values: list[float] = []

    def add(self, reading: Reading | None) -> bool:
        """Keep a reading unless it is None or already kept; answer whether it was new."""
        if reading is None or (self.times and reading.at <= self.times[-1]):
            return False
        self.times.append(reading.at)
        self.values.append(reading.value)
        return True

    def between(
        self, start: Seconds, end: Seconds, without: Sequence[tuple[float, float]] = ()
    ) -> list[float]:
        """Values after `start` and up to `end`, without those in some stretches."""
        pairs = self.pairs(start, end)
        return [value for at, value in pairs if not any(since < at <= until for since, until in without)]

    def pairs(self, start: Seconds, end: Seconds) -> Iterator[tuple[float, float]]:
        """Times and values after `start` and up to `end`."""
        first, last = bisect_right(self.times, start), bisect_right(self.times, end)
        return zip(self.times[first:last], self.values[first:last], strict=True)


def mean(values: list[float]) -> float | None:
    """The mean, or None of nothing."""
    return sum(values) / len(values) if values else None


class History:
    """The series a step is summed up from."""

    def __init__(self) -> None:
        """Start empty."""
        self.heart_rate = Series()
        self.cadence = Series()
        self.speed = Series()
        self.power = Series()
