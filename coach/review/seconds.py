"""A run as rows, one for each second of running time: what measures, charts and reports are made from.

A value that was not known in a second is None. Pauses, gaps and the time after the end have no rows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from coach.signals.readings import stale_after

Values = Sequence[float | None]
Series = tuple[Sequence[float], Sequence[float]]
"""Times and values, oldest first."""
_NO_SERIES: Final[Series] = ((), ())
LONGEST_PERIOD_S: Final = 10.0
"""Sources slower than this are not held from one value to the next, as in the table of freshness."""


@dataclass(frozen=True, slots=True)
class RunSeconds:
    """A row for each second of running time; pauses, and time after the end, have none."""

    at: tuple[float, ...] = ()
    """The middle of the second on the run's own clock."""
    speed: tuple[float | None, ...] = ()
    """m/s."""
    heart_rate: tuple[float | None, ...] = ()
    """bpm."""
    cadence: tuple[float | None, ...] = ()
    """Steps per minute."""
    power: tuple[float | None, ...] = ()
    """W."""
    slope: tuple[float | None, ...] = ()
    """Rise over run; known on a treadmill only."""

    def between(self, start: float, end: float) -> slice:
        """The rows of a stretch of the run's own clock."""
        return slice(bisect_left(self.at, start), bisect_left(self.at, end))


def run_seconds(spans: Iterable[tuple[float, float]], series: Mapping[str, Series]) -> RunSeconds:
    """Lay series of readings on the seconds of running time; a value holds until it is stale.

    Args:
        spans: the stretches of the run's own clock in which its time ran.
        series: under `speed`, `heart_rate`, `cadence`, `power`, `slope`, those there are.
    """
    at = tuple(start + second + 0.5 for start, end in spans for second in range(int(end - start + 1e-6)))
    return RunSeconds(
        at,
        *(
            _held(at, series.get(name, _NO_SERIES))
            for name in ("speed", "heart_rate", "cadence", "power", "slope")
        ),
    )


def _held(at: Sequence[float], series: Series) -> tuple[float | None, ...]:
    times, values = series
    if not times:
        return (None,) * len(at)
    spacing = sorted(after - before for before, after in pairwise(times))
    period = min(LONGEST_PERIOD_S, spacing[len(spacing) // 2]) if spacing else 1.0
    limit_s = stale_after(max(1.0, period)) + 0.5  # the value may lie anywhere in its second
    held: list[float | None] = []
    place, count = 0, len(times)
    for moment in at:
        until = moment + 0.5
        while place < count and times[place] <= until:
            place += 1
        is_fresh = place > 0 and until - times[place - 1] <= limit_s
        held.append(values[place - 1] if is_fresh else None)
    return tuple(held)


def known(values: Iterable[float | None]) -> list[float]:
    """The values that are known."""
    return [value for value in values if value is not None]


def share_known(values: Values) -> float:
    """The share of the seconds in which a value is known, 0 to 1."""
    return len(known(values)) / len(values) if values else 0.0


def running_spans(
    start: float, end: float, pauses: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """The stretches from start to end without the pauses, which may touch or overlap."""
    spans: list[tuple[float, float]] = []
    at = start
    for since, until in sorted(pauses):
        if since > at:
            spans.append((at, min(since, end)))
        at = max(at, until)
    if at < end:
        spans.append((at, end))
    return tuple(span for span in spans if span[1] > span[0])


def step_rows(seconds: RunSeconds, started: float, ended: float) -> slice:
    """The rows of a step, from its start to its end on the run's own clock."""
    return slice(bisect_left(seconds.at, started), bisect_right(seconds.at, ended))
