"""The workout as a row of blocks, as wide as its time and as high as its effort, with a cursor where the run is."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from rich.segment import Segment
from textual.strip import Strip

from coach.live.snapshot import Snapshot
from coach.screen.paint import blank
from coach.screen.palette import Pair, Palette
from coach.screen.widgets.painted import Painted
from coach.workout.timeline import Kind, Quantity, Step, Timeline

_HEIGHTS: Final = {
    Kind.WARM_UP: 0.35,
    Kind.WORK: 1.0,
    Kind.FLOAT: 0.5,
    Kind.RECOVERY: 0.2,
    Kind.STRIDE: 0.9,
    Kind.HILL: 1.0,
    Kind.COOL_DOWN: 0.35,
    Kind.OPEN: 0.4,
    Kind.FARTLEK: 0.75,
    Kind.CHECKLIST: 0.25,
    Kind.PROMPT: 0.1,
}
_HARD: Final = frozenset({Kind.WORK, Kind.STRIDE, Kind.HILL, Kind.FARTLEK})
_RESTS: Final = frozenset({Kind.RECOVERY, Kind.CHECKLIST, Kind.PROMPT})
_USUAL_SPEED: Final = 3.5
"""Metres per second taken for a distance without a pace: 4:46 per km; only the width of a block hangs on it."""
_OPEN_S: Final = 180.0
"""The width of a step nobody knows the length of."""


class Plan:
    """A workout as lengths of time, measured once; equal only to itself, which is cheap to compare."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        """The workout."""
        self._ends = list(accumulate(seconds_of(step) for step in timeline.steps))

    def _column(step: Step) -> tuple[float, str]:
    part = "work" if step.kind in _HARD else "rest" if step.kind in _RESTS else "easy"
    return _HEIGHTS[step.kind], part


def _row(
    columns: list[tuple[float, str]], row: int, height: int, at: int | None, colours: Palette
) -> Strip:
    inks = {"work": colours.work, "easy": colours.easy, "rest": colours.rest}
    segments: list[Segment] = []
    from_foot = 2 * (height - row - 1)
    for column, (high, part) in enumerate(columns):
        if column == at:
            segments.append(Segment(" ", colours.plain.block()))
            continue
        dots = max(1, round(high * 2 * height)) - from_foot
        ink = inks[part].paper
        if dots >= 2:
            segments.append(Segment(" ", Pair(ink, ink).style(bold=False)))
        elif dots == 1:
            segments.append(Segment("▄", Pair(ink, colours.plain.paper).style(bold=False)))
        else:
            segments.append(Segment(" ", colours.plain.style()))
    return Strip(segments, len(columns)).simplify()
