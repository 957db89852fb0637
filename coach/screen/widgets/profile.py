"""The workout as a row of blocks, as wide as its time and as high as its effort, with a cursor where the run is."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
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


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A workout and the place in it, in 1/1000 of its width; equal by the timeline's identity, which is cheap."""

    timeline: Timeline
    at: int | None

    def __eq__(self, other: object) -> bool:
        """Compare by the same timeline object and the same place."""
        return isinstance(other, Course) and self.timeline is other.timeline and self.at == other.at

    def __hash__(self) -> int:
        """Hash like equality."""
        return hash((id(self.timeline), self.at))


class Profile(Painted[Course]):
    """The profile of a workout with a cursor."""

    def look(self, snapshot: Snapshot) -> Course:
        """Take the workout and how far the run is in it."""
        return Course(snapshot.timeline, place(snapshot, max(1, self.size.width)))

    def show_plan(self, timeline: Timeline) -> None:
        """Show a workout on paper, without a cursor."""
        value = Course(timeline, None)
        if value != self._value:
            self._value = value
            self._painted_for = None
            self.refresh()

    def paint(self, value: Course, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the columns in half rows, and the cursor over them."""
        columns = profile_columns(value.timeline.steps, width)
        return [_row(columns, row, height, value.at, colours) for row in range(height)]


def seconds_of(step: Step) -> float:
    """Guess how long a step takes, for the width of its block."""
    seconds = step.until.time()
    if seconds is not None:
        return max(1.0, seconds)
    metres = step.until.distance()
    if metres is not None:
        target = step.target
        paced = target is not None and target.quantity is Quantity.SPEED
        aim = target.band.aim or target.band.low or target.band.high if target is not None and paced else None
        return max(1.0, metres / (aim or _USUAL_SPEED))
    return step.until.cap_s or step.until.not_before_s or (10.0 if step.kind is Kind.PROMPT else _OPEN_S)


def place(snapshot: Snapshot, width: int) -> int:
    """Give the column the run is in: the steps done and the share of the present one."""
    lengths = _lengths(snapshot.timeline.steps)
    total = sum(lengths) or 1.0
    done = sum(lengths[: snapshot.index])
    if snapshot.step is not None and snapshot.index < len(lengths):
        own = lengths[snapshot.index]
        metres = snapshot.step.until.distance()
        if metres is not None and snapshot.step_m is not None:
            done += own * min(1.0, snapshot.step_m / metres)
        elif snapshot.step_time_s is not None:
            done += min(own, snapshot.step_time_s)
    return min(width - 1, int(width * done / total))


@lru_cache(maxsize=16)
def profile_columns(steps: tuple[Step, ...], width: int) -> tuple[tuple[float, str], ...]:
    """Give every column's height (0 to 1) and part (`work`, `easy`, `rest`).

    A column shows the step at its middle; where it holds three steps or more it shows the highest, so that short
    strides do not vanish.
    """
    ends = list(accumulate(_lengths(steps)))
    if not ends:
        return ()
    unit, last = ends[-1] / width, len(steps) - 1
    columns = []
    for column in range(width):
        first, middle, final = (
            min(last, bisect_right(ends, unit * (column + part))) for part in (0, 0.5, 0.999)
        )
        chosen = (
            max(range(first, final + 1), key=lambda at: _HEIGHTS[steps[at].kind])
            if final - first > 1
            else middle
        )
        columns.append(_column(steps[chosen]))
    return tuple(columns)


@lru_cache(maxsize=16)
def _lengths(steps: tuple[Step, ...]) -> tuple[float, ...]:
    return tuple(seconds_of(step) for step in steps)


def _column(step: Step) -> tuple[float, str]:
    part = "work" if step.kind in _HARD else "rest" if step.kind in _RESTS else "easy"
    return _HEIGHTS[step.kind], part


def _row(
    columns: tuple[tuple[float, str], ...], row: int, height: int, at: int | None, colours: Palette
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
    return Strip(segments, len(columns)).simplify() if columns else blank(0, colours.plain)
