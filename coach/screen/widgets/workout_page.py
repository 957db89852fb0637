"""The profile of a workout, and the page of a workout that is being typed: message, totals and steps.

The profile is a row of blocks, as wide as a step's time and as high as its effort, with a cursor where the run is.
Every row of the page has its place whether there is something to say or not, so that nothing jumps during typing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from coach.quantities import format_clock, long_distance
from coach.screen.paint import (
    Pair,
    Palette,
    beside,
    blank,
    block_rows,
    ends_row,
    first_that_fits,
    fit,
    pieces_row,
    sanitise,
    stack,
    text_row,
)
from coach.screen.protocols import TypedWorkout
from coach.screen.widgets.base import MARGIN, LiveWidget, StripWidget
from coach.workout.describe import (
    MOVE_WORDS,
    Estimate,
    estimate,
    likely_seconds,
    step_seconds,
    target_text,
    until_text,
)
from coach.workout.kinds import EASY, HARD, KINDS, PLAIN, RESTS, RUN, Kind
from coach.workout.timeline import Band, Quantity, Step, Timeline

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot


_EASY: Final = RUN - RESTS - HARD
"""Kinds that are run, but not hard."""
_USUAL_SPEED: Final = 3.5
"""Metres per second assumed for a distance without a pace: 4:46 per km; only the width of a block depends on it."""
_OPEN_S: Final = 180.0
"""The width of a step of unknown length, in seconds."""


class ProfilePlan:
    """A workout as lengths of time, computed once; equal only to itself, which is cheap to compare."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        """The workout."""
        self._lengths = [seconds_of(step) for step in timeline.steps]
        self._ends = list(accumulate(self._lengths))
        self._edges: dict[int, list[int] | None] = {}

    def place(self, snapshot: "Snapshot", width: int) -> int:
        """Return the column of the run: the steps done and the share of the current one."""
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
        """Return every column's height (0 to 1) and part (`work`, `easy`, `rest`).

        Steps that are as long have as many columns; columns left over go to warm-up and cool-down. Where there are too
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
        """The number of columns up to the end of each step; None if equal lengths cannot have equal columns."""
        if width not in self._edges:
            self._edges[width] = self._rounded(width)
        return self._edges[width]

    def _rounded(self, width: int) -> list[int] | None:
        unit = width / self._ends[-1]
        columns = [max(1, round(length * unit)) for length in self._lengths]
        # Columns left over by rounding go to the warm-up and the cool-down.
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
    """A workout and the column of the run; None for a workout on paper."""

    plan: ProfilePlan
    at: int | None


class Profile(LiveWidget[ProfileCourse]):
    """The profile of a workout with a cursor."""

    _plan: ProfilePlan | None = None

    def look(self, snapshot: "Snapshot") -> ProfileCourse:
        """Read the workout and the run's place in it."""
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
    """Estimate the seconds of a step, for the width of its block."""
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
    inks = {"work": colours.work.paper, "easy": colours.easy.paper, "rest": colours.rest.paper}
    whole = {part: Segment(" ", Pair(ink, ink).style(bold=False)) for part, ink in inks.items()}
    half = {
        part: Segment("▄", Pair(ink, colours.plain.paper).style(bold=False)) for part, ink in inks.items()
    }
    none = Segment(" ", colours.plain.style())
    segments: list[Segment] = []
    from_foot = 2 * (height - row - 1)
    for column, (high, part) in enumerate(columns):
        if column == at:
            segments.append(Segment(" ", colours.plain.block()))
            continue
        dots = max(1, round(high * 2 * height)) - from_foot
        segments.append(whole[part] if dots >= 2 else half[part] if dots == 1 else none)
    return Strip(segments, len(columns)).simplify()


# --- workout page


_FIGURE_ROWS: Final = 4
_FIGURE_WIDE: Final = 34
"""Most columns of a total: three of them are read at a glance on a wide screen."""
_TABLE: Final = 84
"""Most columns of the table of steps, for the same reason."""
_TIMES_WIDE, _MEANS_WIDE, _TIME_WIDE = 9, 14, 9
_MOST: Final = 400
"""Most characters of a sentence that are processed; a row shows fewer."""
_TURN: Final = re.compile(r"(\d+) of (\d+)")
_EXAMPLES: Final = (
    ("lengths", "800   800m   1km   1mile   3min   90s   1'30\""),
    ("targets", "@ 5k   @ threshold   @ 4:30/km   <75%max"),
    ("rests", "/ 400 jog   / 90s stand   / 200 float   on 1:15"),
    ("sets", "3x(4x400 @ mile / 60s) / 3:00"),
)
"""Examples for each part of a line."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The state of the page: the workout as typed, and the place of its line on the screen."""

    typed: TypedWorkout
    column: int
    """The column under the first character of the line; less than 0 once the line is scrolled."""


class OwnWorkout(StripWidget[OwnPage]):
    """The page under the line."""

    def paint(self, value: OwnPage, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the caret, the message, the profile, the totals and the steps."""
        typed, inner = value.typed, max(1, width - 2 * MARGIN)
        side = [blank(MARGIN, colours.plain)] * height
        if typed.is_name:
            rows = _no_such_name(typed, inner, colours)
            return beside([side, stack(rows, inner, height, colours.plain, top=0), side])
        rows = [_rule(value, inner, colours), *_fault_rows(typed, inner, colours)]
        timeline = typed.timeline
        if timeline is None or not timeline.steps:
            rows += [blank(inner, colours.plain), *_examples(inner, colours)]
        else:
            size = 3 if height < 17 else 5 if height < 30 else 8
            rows += profile_rows(ProfilePlan(timeline), inner, size, colours)
            rows.append(blank(inner, colours.plain))
            rows += _totals(estimate(timeline), typed.unit, inner, colours)
            rows.append(blank(inner, colours.plain))
            room = height - len(rows) - (len(_EXAMPLES) + 1 if typed.problem and height > 24 else 0)
            rows += _steps(timeline, inner, max(1, room), colours)
            if typed.problem and height > 24:
                rows += [blank(inner, colours.plain), *_examples(inner, colours)]
        return beside([side, stack(rows, inner, height, colours.plain, top=0), side])


def _no_such_name(typed: TypedWorkout, width: int, colours: Palette) -> list[Strip]:
    """Names near one that no workout has, and examples of written workouts."""
    gap = blank(width, colours.plain)
    near = [text_row(sanitise(typed.fix, _MOST), width, colours.plain, bold=False), gap] if typed.fix else []
    return [
        text_row("─" * width, width, colours.line, bold=False),
        gap,
        gap,
        text_row(_sentence(sanitise(typed.problem, _MOST)), width, colours.plain),
        gap,
        *near,
        text_row(
            "A line that begins with a number is a workout of your own:", width, colours.plain, bold=False
        ),
        gap,
        *(text_row(f"  {line}", width, colours.plain) for line in _LINES),
    ]


_LINES: Final = ("4x1000 @ threshold / 90s stand", "20min @ easy <75%max + 6x20s stride / walk 1:00")
"""Workouts as they are typed; a test reads them."""


def _rule(value: OwnPage, width: int, colours: Palette) -> Strip:
    """The rule under the line, with a caret under the character that is wrong."""
    at = value.typed.place
    if at is None:
        return text_row("─" * width, width, colours.line, bold=False)
    column = value.column - MARGIN + cell_len(value.typed.line[:at])
    column = min(max(0, column), width - 1)
    pieces = [
        ("─" * column, colours.line),
        ("▲", colours.plain),
        ("─" * (width - column - 1), colours.line),
    ]
    return pieces_row(pieces, width, colours.plain)


def _fault_rows(typed: TypedWorkout, width: int, colours: Palette) -> list[Strip]:
    """Three rows: the name or the fault, then the fix or the assumptions."""
    if typed.problem:
        tab = f"tab writes {sanitise(typed.corrected, _MOST)}" if typed.corrected else ""
        texts = [sanitise(typed.fix, _MOST), tab]
        first = text_row(_sentence(sanitise(typed.problem, _MOST)), width, colours.plain)
    else:
        guesses = [f"guessed: {sanitise(guess, _MOST)}" for guess in typed.guesses]
        texts = [*guesses[:1], "; ".join(guesses[1:])]
        first = ends_row(sanitise(typed.title, _MOST), "understood", width, colours.plain)
    rest = [text_row(text, width, colours.stale, bold=False) for text in [*texts, "", ""][:2]]
    return [first, *rest]


def _sentence(text: str) -> str:
    """A reason as a sentence."""
    ended = text if text.endswith((".", "!")) else f"{text}."
    return f"{ended[:1].upper()}{ended[1:]}"


def _totals(size: Estimate, unit: str, width: int, colours: Palette) -> list[Strip]:
    """Time, distance and hard distance, in `km` or miles, in block letters over their words."""
    minutes = round(size.seconds / 60)
    unknown = f", {size.open_steps} open" if size.open_steps else ""
    about = "about " if size.guessed_steps else ""
    distance, word = long_distance(size.metres, unit)
    hard = (
        long_distance(size.hard_metres, unit)[0] if size.hard_metres >= 1 else f"{size.hard_seconds / 60:.0f}"
    )
    figures = (
        (f"{minutes // 60}:{minutes % 60:02d}", f"{about}time h{unknown}"),
        (distance, f"{about}distance {word}"),
        (hard, f"hard {word}" if size.hard_metres >= 1 else "hard min"),
    )
    third = min(width // 3, _FIGURE_WIDE)
    columns = []
    for place, (text, label) in enumerate(figures):
        own = width - 2 * third if place == len(figures) - 1 else third
        letters = first_that_fits((text,), own - 2, _FIGURE_ROWS)
        rows = [text_row(text, own, colours.plain)] if letters is None else []
        rows += block_rows(letters, own, colours.plain, align="left") if letters is not None else []
        field = stack(rows, own, _FIGURE_ROWS, colours.plain, top=0)
        columns.append([*field, text_row(label, own, colours.stale, bold=False)])
    return beside(columns)


def _steps(timeline: Timeline, width: int, room: int, colours: Palette) -> list[Strip]:
    """The steps, each once with its number of repeats; steps that do not fit are counted."""
    lines = list(step_lines(timeline))
    over = len(lines) - room
    shown = lines if over <= 0 else lines[: room - 1]
    end = min(width, _TABLE)
    rows = []
    for line in shown:
        room_for_what = end - _TIMES_WIDE - _TIME_WIDE - max(_MEANS_WIDE, cell_len(line.means)) - 2
        what = fit(line.what, max(1, room_for_what))
        gap = end - _TIMES_WIDE - cell_len(what) - cell_len(line.means) - _TIME_WIDE
        pieces = [
            (f"{line.times:>{_TIMES_WIDE - 1}} ", colours.plain),
            (what, colours.plain if line.is_hard else colours.stale),
            (" " * max(1, gap) + line.means, colours.stale),
            (f"{line.time:>{_TIME_WIDE}}", colours.plain),
        ]
        rows.append(pieces_row(pieces, width, colours.plain))
    if over > 0:
        rows.append(text_row(f"      and {over + 1} more", width, colours.stale, bold=False))
    return rows


def _examples(width: int, colours: Palette) -> list[Strip]:
    """Examples of the parts of a line."""
    return [
        pieces_row([(f"{name:<10}", colours.stale), (text, colours.plain)], width, colours.plain)
        for name, text in _EXAMPLES
    ]


@dataclass(frozen=True, slots=True)
class PaperStep:
    """A step of a workout on paper."""

    times: str
    """Its number of repeats: `6 ×`, empty for once, and for further steps of the same repeat."""
    what: str
    means: str
    """Its target today."""
    time: str
    """Its duration; with a `~` if it has no pace, `--` if unknown."""
    is_hard: bool


def step_lines(timeline: Timeline) -> Iterator[PaperStep]:
    """Each step of a workout once, those of repeats with their number."""
    counted: set[str] = set()
    for step in timeline.steps:
        turns = _TURN.findall(step.path)
        if any(turn != "1" for turn, _ in turns):
            continue
        inside = " / ".join(step.path.split(" / ")[:-1])
        counts = [int(count) for _, count in turns]
        if step.step_id.endswith(".between"):
            counts[-1] -= 1
        is_first = inside not in counted or step.step_id.endswith(".between")
        counted.add(inside)
        times = " × ".join(str(count) for count in counts)
        yield PaperStep(
            f"{times} ×" if is_first and turns and times != "1" else "",
            _what(step),
            step_means(step),
            step_time(step),
            step.kind in HARD,
        )


def _what(step: Step) -> str:
    """A step without the value of its target: `800 m at 5k`, `400 m jog`, `2 km warm-up`."""
    length = until_text(step.until)
    if step.kind in RESTS:
        return f"{length} {MOVE_WORDS[step.move]}"
    word = "" if step.kind in PLAIN else f" {KINDS[step.kind].name}"
    target = step.target
    if target is None:
        return f"{length}{word}"
    has_numbers = target.band != Band()
    at = f" at {target.ref}" if target.ref and has_numbers else "" if has_numbers else f", {target.label}"
    return f"{length}{word}{at}"


def step_time(step: Step) -> str:
    """The duration of a step: `3:12`; `~2:40` if it has no pace of its own, `--` if unknown."""
    seconds, likely = step_seconds(step), likely_seconds(step)
    if seconds is not None:
        return format_clock(seconds)
    return "--" if likely is None else f"~{format_clock(likely)}"


def step_means(step: Step) -> str:
    """The value of a step's target today; empty if unknown, or if it is in words."""
    target = step.target
    if target is None or target.band == Band():
        return ""
    return target.label if target.ref else target_text(target)
