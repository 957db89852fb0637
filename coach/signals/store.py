"""The newest readings of one quantity, one of each source, and the choice among them."""

from collections.abc import Sequence

from coach.signals.readings import NEVER_STALE_S, Reading, Source, is_stale


class ReadingStore:
    """Readings of one quantity by source priority: first the sources given, then others as they appear."""

    __slots__ = ("_first", "_priority", "_readings")

    def __init__(self, priority: Sequence[Source]) -> None:
        """Start without a reading."""
        self._priority = list(priority)
        self._readings: dict[Source, Reading] = {}
        self._first: Reading | None = None
        """The reading of the first source by priority, which is asked for far more often than it changes."""

    def put(self, reading: Reading) -> None:
        """Keep the newest reading of its source."""
        source = reading.source
        if source not in self._readings:
            if source not in self._priority:
                self._priority.append(source)
            self._readings[source] = reading
            self._sort()
        else:
            self._readings[source] = reading
            if self._first is not None and source is self._first.source:
                self._first = reading

    def of(self, source: Source) -> Reading | None:
        """The newest reading of one source, however old; None if it never sent one."""
        return self._readings.get(source)

    def prefer(self, source: Source) -> None:
        """Put this source first from now on."""
        if source in self._priority:
            self._priority.remove(source)
        self._priority.insert(0, source)
        self._sort()

    def best(self, now: float) -> Reading | None:
        """The reading of the first source that is not stale at `now`; else the newest of all."""
        first = self._first
        if first is None or now - first.at <= NEVER_STALE_S:
            return first
        newest: Reading | None = None
        for reading in self._readings.values():
            if not is_stale(now - reading.at, reading.period_s):
                return reading
            if newest is None or reading.at > newest.at:
                newest = reading
        return newest

    def _sort(self) -> None:
        sources = sorted(self._readings, key=self._priority.index)
        self._readings = {source: self._readings[source] for source in sources}
        self._first = next(iter(self._readings.values()), None)
