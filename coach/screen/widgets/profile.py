"""The workout as a row of blocks, as wide as its time and as high as its effort, with a cursor where the run is."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.strip import Strip

from coach.screen.paint import blank
from coach.screen.palette import Pair, Palette
from coach.screen.widgets.strip_widget import StripWidget
from coach.workout.kinds import EASY, HARD, KINDS, RESTS, RUN, Kind
from coach.workout.timeline import Quantity, Step, Timeline

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

_EASY: Final = RUN - RESTS - HARD
"""Kinds that are run, but not hard."""
_USUAL_SPEED: Final = 3.5
"""Metres per second taken for a distance without a pace: 4:46 per km; only the width of a block hangs on it."""
_OPEN_S: Final = 180.0
"""The width of a step nobody knows the length of."""


class ProfilePlan:
    """A workout as lengths of time, measured once; equal only to itself, which is cheap to compare."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        """The workout."""
        self._lengths = [seconds_of(step) for step in timeline.steps]
        self._ends = list(accumulate(self._lengths))
        self._edges: dict[int, list[int] | None] = {}

    def place(self, snapshot: "Snapshot", width: int) -> int:
        """Give the column the run is in: the steps done and the share of the present one."""
        if not self._ends:
            return 0
        if snapshot.step is None or snapshot.index >= len(self._ends):
            return width - 1
        own = self._lengths[snapshot.index]
        metres = snapshot.step.until.distance()
        share = 0.0
        if metres is not None and snapshot.step_m is not None:
            share = min(1.0, max(0.0, snapshot.step_m) / metres)
        elif snapshot.step_time_s is not None:
            share = min(own, snapshot.step_time_s) / own
        edges = self._columns_up_to(width)
        if edges is None:
            begin = self._ends[snapshot.index] - own + own * share
            return min(width - 1, int(width * begin / self._ends[-1]))
        begin = edges[snapshot.index - 1] if snapshot.index else 0
        return min(width - 1, begin + int(share * (edges[snapshot.index] - begin)))

    def columns(self, width: int) -> list[tuple[float, str]]:
        """Give every column's height (0 to 1) and part (`work`, `easy`, `rest`).

        Steps that are as long have as many columns; what is over goes to warm-up and cool-down. Where there are too
        many steps for that, a column shows the step at its middle, and where it holds three steps or more the highest,
        so that short strides do not vanish.
        """
        steps, ends = self.timeline.steps, self._ends
        if not ends:
            return []
        edges = self._columns_up_to(width)
        if edges is not None:
            begins = [0, *edges]
            return [
                _column(step) for place, step in enumerate(steps) for _ in range(edges[place] - begins[place])
            ]
        unit, last = ends[-1] / width, len(steps) - 1
        columns = []
        for column in range(width):
            first, middle, final = (
                min(last, bisect_right(ends, unit * (column + part))) for part in (0, 0.5, 0.999)
            )
            inside = range(first, final + 1)
            chosen = max(inside, key=lambda at: KINDS[steps[at].kind].height) if len(inside) > 2 else middle
            columns.append(_column(steps[chosen]))
        return columns

    def _columns_up_to(self, width: int) -> list[int] | None:
        """How many columns there are up to the end of each step; None where lengths cannot be rounded alike."""
        if width not in self._edges:
            self._edges[width] = self._rounded(width)
        return self._edges[width]

    def _rounded(self, width: int) -> list[int] | None:
        unit = width / self._ends[-1]
        columns = [max(1, round(length * unit)) for length in self._lengths]
        # What rounding leaves over goes to the warm-up and the cool-down.
        loose = [place for place, step in enumerate(self.timeline.steps) if step.kind in EASY]
        over = width - sum(columns)
        for turn in range(abs(over)):
            free = [place for place in loose if over > 0 or columns[place] > 1]
            if not free:
                return None
            columns[free[turn % len(free)]] += 1 if over > 0 else -1
        return list(accumulate(columns))


@dataclass(frozen=True, slots=True)
class ProfileCourse:
    """A workout and the column the run is in; None for a workout on paper."""

    plan: ProfilePlan
    at: int | None


class Profile(StripWidget[ProfileCourse]):
    """The profile of a workout with a cursor."""

    _plan: ProfilePlan | None = None

    def look(self, snapshot: "Snapshot") -> ProfileCourse:
        """Take the workout and how far the run is in it."""
        plan = self._planned(snapshot.timeline)
        return ProfileCourse(plan, plan.place(snapshot, max(1, self.size.width)))

    def show_plan(self, timeline: Timeline) -> None:
        """Show a workout on paper, without a cursor."""
        self.put(ProfileCourse(self._planned(timeline), None))

    def paint(self, value: ProfileCourse, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the columns in half rows, and the cursor over them."""
        return profile_rows(value.plan, width, height, colours, at=value.at)

    def _planned(self, timeline: Timeline) -> ProfilePlan:
        if self._plan is None or self._plan.timeline is not timeline:
            self._plan = ProfilePlan(timeline)
        return self._plan


def profile_rows(
    plan: ProfilePlan, width: int, height: int, colours: Palette, *, at: int | None = None
) -> list[Strip]:
    """Paint a workout as a row of blocks, with a cursor in a column or without one."""
    columns = plan.columns(width)
    if not columns:
        return [blank(width, colours.plain)] * height
    return [_row(columns, row, height, at, colours) for row in range(height)]


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


def _column(step: Step) -> tuple[float, str]:
    part = "work" if step.kind in HARD else "easy" if step.kind in _EASY else "rest"
    return KINDS[step.kind].height, part


def _row(columns: list[tuple[float, str]], row: int, height: int, at: int | None, colours: Palette) -> Strip:
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
