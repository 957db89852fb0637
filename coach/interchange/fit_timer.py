"""The timer of a FIT recording: its starts and stops as presses, those that are missing as well.

The events of a whole file take turns, beginning with a start. Where one is missing, or the first start stands in the
middle, what the device counted decides: its distance grows while its timer runs, and no longer.
"""

from bisect import bisect_left, bisect_right
from math import inf
from typing import Final

from coach.interchange.common import Findings, Press
from coach.interchange.fit_file import File
from coach.interchange.fit_legs import begun
from coach.quantities import format_clock
from coach.session.buttons import Button

COUNTED_M: Final = 20.0
"""A distance that grows by no more is not counted: the last samples behind a stop may have it. No measurement."""
STANDS_M: Final = 1.0
"""A distance that grows by no more stands. No measurement."""
GAP_S: Final = 10.0
"""Samples further apart are no ordinary spacing: watches that store changes write one every 9 s at the latest."""
SLACK_S: Final = 5.0
"""What lies before the timer's first start by no more is not worth a word."""

Event = tuple[float, bool]
"""A moment of the file's clock, and whether the timer starts then."""


def add_timers(findings: Findings, file: File) -> None:
    """Turn the timer's events into the start of the run, its pauses and its end; the last stop is no pause."""
    samples = _Samples(file)
    events = sorted(file.timers, key=lambda event: event[0])
    while events and not events[0][1] and events[0][0] <= samples.first:
        del events[0]  # what had run before the first sample is not there
    if events and events[0][1]:
        _begin(findings, samples, file, events[0][0])
    for at, starts in _completed(events, samples, findings.problems):
        findings.presses.append(Press(at, Button.RESUME if starts else Button.PAUSE))
    if (
        findings.presses
        and findings.presses[-1].button is Button.PAUSE
        and findings.presses[-1].at >= samples.last
    ):
        findings.ended_at = findings.presses.pop().at


class _Samples:
    """When there are samples, and how far the device had counted."""

    def __init__(self, file: File) -> None:
        pairs = [
            (float(message.values["timestamp"]), message.number("distance")) for message, _ in file.records
        ]
        self._times = sorted(at for at, _ in pairs)
        counted = sorted((at, metres) for at, metres in pairs if metres is not None)
        self._counted_at = [at for at, _ in counted]
        self._metres = [metres for _, metres in counted]
        self.first = self._times[0]
        self.last = self._times[-1]

    def before(self, at: float) -> float:
        """The last sample before a moment; the first of all if there is none."""
        return self._times[max(0, bisect_left(self._times, at) - 1)]

    def resumed(self, after: float, until: float = inf) -> float | None:
        """When the device began to count again between two moments; None if it did not.

        A file without any distance does not say: its first sample is taken.
        """
        if not self._metres:
            index = bisect_right(self._times, after)
            return self._times[index] if index < len(self._times) and self._times[index] <= until else None
        start, stop = bisect_right(self._counted_at, after), bisect_right(self._counted_at, until)
        if stop <= start or self._metres[stop - 1] - self._metres[start] <= COUNTED_M:
            return None
        stands = self._metres[start] + STANDS_M
        return self._counted_at[next(i for i in range(start, stop) if self._metres[i] > stands) - 1]


def _begin(findings: Findings, samples: _Samples, file: File, at: float) -> None:
    """The timer's first start begins the run, unless the device had counted before it."""
    before = at - samples.first
    began = [start for each in file.sessions if (start := begun(each)) is not None]
    ran = min(began) < at - SLACK_S if began else samples.resumed(-inf, at) is not None
    if before > SLACK_S and ran:
        findings.problems.append(
            f"The timer's first start is written {format_clock(before)} after the first sample, and the device "
            "counted before it: the run begins with the first sample."
        )
        return
    findings.started_at = at
    if before > SLACK_S:
        findings.problems.append(
            f"What was recorded before the timer's first start, {format_clock(before)}, was left out."
        )


def _completed(events: list[Event], samples: _Samples, problems: list[str]) -> list[Event]:
    """The events that change something, in turns, with those that are missing."""
    turns: list[Event] = []
    runs = True
    since = -inf
    missing: list[Event] = []
    for at, starts in events:
        if starts and runs and -inf < since <= samples.before(at) < at - GAP_S:
            missing.append((samples.before(at), False))
            turns += [missing[-1], (at, True)]
        elif not starts and not runs:
            resumed = samples.resumed(since, at)
            if resumed is not None:
                missing.append((resumed, True))
                turns += [missing[-1], (at, False)]
        elif starts != runs:
            turns.append((at, starts))
        runs, since = starts, at
    resumed = None if runs else samples.resumed(since)
    if resumed is not None:
        missing.append((resumed, True))
        turns.append(missing[-1])
    for at, starts in missing:
        place = format_clock(at - samples.first)
        problems.append(
            f"A {'start' if starts else 'stop'} of the timer is missing at {place}; the samples show it."
        )
    return turns
