"""The newest believed values of a run, one quantity a method, and how old they are."""

from math import inf
from sys import float_info
from typing import Final

from coach.quantities import Seconds
from coach.signals.artefacts import HeartRateValidator
from coach.signals.config import METRIC_LIMITS
from coach.signals.freshness import NEVER_STALE_S, freshness, is_stale
from coach.signals.readings import DISTANCE_PRIORITY, DisplayValue, Freshness, Reading, Source
from coach.signals.store import ReadingStore

_ANY: Final = (-float_info.max, float_info.max)
_HEART_RATE_SOURCES: Final = (Source.STRAP, Source.SIM, Source.WATCH)


class Values:
    """What may be asked of the signals; who fills it in is `coach.signals.signals`."""

    def __init__(self) -> None:
        """Start with no value at all."""
        self._now = Seconds(0.0)
        self._heart_rate = ReadingStore(_HEART_RATE_SOURCES)
        self._speed = ReadingStore(DISTANCE_PRIORITY)
        self._cadence = ReadingStore(DISTANCE_PRIORITY)
        self._power = ReadingStore(DISTANCE_PRIORITY)
        self._metrics: dict[str, ReadingStore] = {}
        self._hearts: dict[Source, HeartRateValidator] = {}

    def heart_rate(self) -> Reading | None:
        """The newest believed heart rate, however old; ask `freshness` before using it.

        A strap is believed before a wrist, as long as it is not stale.
        """
        return self._heart_rate.best(self._now)

    def speed(self) -> Reading | None:
        """The newest speed of the best source on the ladder that is not stale, by the pod's factor in force.

        When all are stale: the newest of all; ask `freshness` before using it.
        """
        return self._speed.best(self._now)

    def speed_of(self, source: Source) -> Reading | None:
        """The newest speed of one source, however old; None where it never said any."""
        return self._speed.of(source)

    def cadence(self) -> Reading | None:
        """The newest cadence, both feet, of the best source that is not stale; else the newest of all."""
        return self._cadence.best(self._now)

    def power(self) -> Reading | None:
        """The newest running power, sources as for speed."""
        return self._power.best(self._now)

    def metric(self, name: str) -> Reading | None:
        """The newest value of an external metric, such as `smo2_percent`, in the unit its name ends with."""
        channel = self._metrics.get(name)
        return None if channel is None else channel.best(self._now)

    def heart_rate_clean_since(self) -> Seconds | None:
        """Since when has the heart rate been free of artefacts, of gaps, and not following the cadence?

        None without a heart rate, and while it is doubted.
        """
        reading = self._heart_rate.best(self._now)
        if reading is None:
            return None
        watch = self._hearts[reading.source]
        return None if watch.clean_since == inf else Seconds(watch.clean_since)

    def shown(self, reading: Reading | None, now: Seconds) -> DisplayValue | None:
        """The reading with its age at `now`; None when there is none or it is gone."""
        if reading is None:
            return None
        age = max(0.0, now - reading.at)
        fresh = freshness(age, reading.period_s)
        if fresh is Freshness.GONE:
            return None
        return DisplayValue(reading.value, Seconds(age), fresh, reading.source)

    def _cadence_now(self) -> float | None:
        """Steps per minute, unless they are stale."""
        steps = self._cadence.best(self._now)
        if steps is None:
            return None
        age_s = self._now - steps.at
        return steps.value if age_s <= NEVER_STALE_S or not is_stale(age_s, steps.period_s) else None

    def _put_metric(self, name: str, reading: Reading) -> bool:
        """Keep the newest value of an external metric, if it can be one."""
        lowest, highest = METRIC_LIMITS.get(name, _ANY)
        if not lowest <= reading.value <= highest:
            return False
        channel = self._metrics.get(name)
        if channel is None:
            channel = self._metrics[name] = ReadingStore(())
        channel.put(reading)
        return True
