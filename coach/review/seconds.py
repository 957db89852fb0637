"""A run as rows, one for each second of running time: what measures, charts and reports are made from.

A value that was not known in a second is None. Pauses, gaps and the time after the end have no rows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.review.trace import TraceRow
from coach.session.events import StepEnded

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class RunSeconds:
    """A row for each second of running time; pauses, and time after the end, have none."""

    at: tuple[float, ...] = ()
    """On the run's own clock."""
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


def run_seconds(rows: Iterable[TraceRow], slopes: Sequence[tuple[float, float]] = ()) -> RunSeconds:
    """The seconds of a trace in which the run's time ran.

    Args:
        rows: the rows between the start and the end.
        slopes: rise over run with its time, oldest first; one holds until the next.
    """
    kept = [row for row in rows if row.run_s is not None and not row.is_paused]
    times = [at for at, _ in slopes]
    places = [bisect_right(times, row.at_s) for row in kept]
    return RunSeconds(
        tuple(row.at_s for row in kept),
        tuple(row.speed_mps for row in kept),
        tuple(row.heart_rate_bpm for row in kept),
        tuple(row.cadence_spm for row in kept),
        tuple(row.power_w for row in kept),
        tuple(slopes[place - 1][1] if place else None for place in places),
    )


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


def step_rows(seconds: RunSeconds, row: StepEnded) -> slice:
    """The rows of a step: from its end back by its running time, so that a pause in it has none."""
    end = bisect_right(seconds.at, row.ended_at)
    return slice(max(0, end - round(row.time_s)), end)
