"""The newest readings of one quantity, one of each source, and which of them to believe."""

from collections.abc import Sequence

from coach.signals.readings import NEVER_STALE_S, Reading, Source, is_stale


class ReadingStore:
    """Readings of one quantity; they are preferred in the order given, others come after as they appear."""

    __slots__ = ("_order", "_readings")

    def __init__(self, preferred: Sequence[Source]) -> None:
        """Start without a reading."""
        self._order = list(preferred)
        self._readings: dict[Source, Reading] = {}

    def put(self, reading: Reading) -> None:
        """Keep the newest reading of its source."""
        source = reading.source
        if source not in self._readings:
            if source not in self._order:
                self._order.append(source)
            self._readings[source] = reading
            ordered = sorted(self._readings, key=self._order.index)
            self._readings = {each: self._readings[each] for each in ordered}
        else:
            self._readings[source] = reading

    def of(self, source: Source) -> Reading | None:
        """The newest reading of one source, however old; None where it never said any."""
        return self._readings.get(source)

    def prefer(self, source: Source) -> None:
        """Ask this source first from now on."""
        if source in self._order:
            self._order.remove(source)
        self._order.insert(0, source)
        ordered = sorted(self._readings, key=self._order.index)
        self._readings = {each: self._readings[each] for each in ordered}

    def best(self, now: float) -> Reading | None:
        """The reading of the most preferred source that is not stale at `now`; else the newest of all."""
        newest: Reading | None = None
        for reading in self._readings.values():
            age_s = now - reading.at
            if age_s <= NEVER_STALE_S or not is_stale(age_s, reading.period_s):
                return reading
            if newest is None or reading.at > newest.at:
                newest = reading
        return newest
