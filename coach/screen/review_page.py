"""The pages of a finished run: its summary, the whole run as curves, and its sections.

The summary has figures, sentences, the table of reps, planned and done, and the effort. One widget paints the whole
page, because its parts compete for room: on a small terminal they are left out in a fixed order, and nothing moves when
an answer is given. The curves are pace, with hard and easy parts in different colours, and heart rate, over time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

from rich.cells import cell_len

from coach.quantities import format_clock, format_metres, format_pace
from coach.review import tables
from coach.review.summary import RepRow, RepTable, RunCurves, Summary
from coach.screen.base import MARGIN, Keys, PageWidget, paint_bar, paint_deviation, paint_keys, paint_title
from coach.screen.paint import Canvas, Pair, Palette, fit, has_picture, sanitise, width_of
from coach.session.events import StepEnded
from coach.workout.kinds import HARD, RESTS, RUN, Kind

EFFORT_WORDS: Final = (
    "very easy", "easy", "moderate", "somewhat hard", "hard", "hard", "very hard", "very hard", "very hard", "maximal",
)  # fmt: skip
"""The words of the ten steps of effort, after Foster's scale."""
_BETWEEN: Final = 3
"""Least columns between two figures in block letters."""
_TALLEST: Final = 14
"""Most rows of the chart: more show no more detail."""
_OFF_S: Final = 1.0
"""Smallest deviation of a split from its plan that its column marks."""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The state of the page."""

    summary: Summary
    unit: str
    title: str
    """The workout, sanitised."""
    when: str
    """Athlete and time, as far as known."""
    keys: Keys
    effort: int | None = None
    note: str = ""
    asks: bool = False
    """True if effort and note can be stored."""
    top: int = 0
    """The first visible row of the table."""
    message: str = ""


def rows_in_sight(view: ReviewView, height: int) -> int:
    """The number of rows of the table that fit."""
    return max(1, _table_foot(view, height) - _table_top(height) - 1)


def table_length(view: ReviewView) -> int:
    """The number of rows of the table."""
    return len(view.summary.reps.rows) or len(view.summary.laps) or len(view.summary.rows)


class ReviewPage(PageWidget[ReviewView]):
    """The page, painted whole."""

    def draw(self, canvas: Canvas, view: ReviewView, colours: Palette) -> None:
        """Paint figures, sentences, table and chart, and the questions below them."""
        right = fit(view.when, max(0, canvas.width - 24))
        paint_title(canvas, "Review", view.title, right, colours, edge=MARGIN, gap=3)
        _paint_figures(canvas, view, colours)
        is_wide, width = canvas.height >= 36, canvas.width - 2 * MARGIN
        top, most = (10, 3) if is_wide else (8, 2)
        for place, sentence in enumerate(tables.sentences(view.summary)[:most]):
            canvas.put(MARGIN, top + place, fit(sentence, width), colours.plain, bold=not place)
        _paint_table(canvas, view, colours)
        if is_wide and view.summary.reps.rows:
            _paint_chart(canvas, view, colours)
        if view.asks:
            _paint_effort(canvas, view, colours)
        if view.message:
            canvas.put(MARGIN, canvas.height - 2, fit(view.message, width), colours.offer)
        paint_keys(canvas, view.keys, colours)


def _paint_figures(canvas: Canvas, view: ReviewView, colours: Palette) -> None:
    most = 4 if canvas.width >= 110 else 3
    figures = tables.figures(view.summary, view.unit)[:most]
    apart = (canvas.width - MARGIN) // most
    for place, figure in enumerate(figures):
        x = MARGIN + place * apart
        text = figure.text
        if width_of(text) > apart - _BETWEEN:
            text = text.partition(".")[0]  # it loses its decimal rather than touch its neighbour
        if has_picture(text) and width_of(text) <= apart - _BETWEEN:
            canvas.put_block(x, 2, text, colours.plain)
        else:
            canvas.put(x, 4, figure.text, colours.plain, bold=True)
        is_tall = canvas.height >= 36
        has_plan = not is_tall and figure.more.startswith("plan")
        label = f"{figure.label}, {figure.more}" if has_plan else figure.label
        canvas.put(x, 6, fit(label, apart - 1), colours.plain if is_tall else colours.stale, bold=is_tall)
        if is_tall:
            canvas.put(x, 7, fit(figure.more, apart - 1), colours.stale)


def _table_top(height: int) -> int:
    """The row of the heads."""
    return 14 if height >= 36 else 11


def _table_foot(view: ReviewView, height: int) -> int:
    """The row of the rule below the table."""
    has_mean = len(view.summary.reps.rows) > 1
    lowest = height - 6 if has_mean else height - 5
    if height >= 36 and has_mean:
        lowest = height - 17  # planned and done is below
    return min(lowest, _table_top(height) + 1 + table_length(view))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its head, its right edge, and the writer of its cells."""

    head: str
    right: int
    cells: tuple[str, ...]
    foot: str = ""
    is_bold: bool = False


def _paint_table(canvas: Canvas, view: ReviewView, colours: Palette) -> None:
    top, foot = _table_top(canvas.height), _table_foot(view, canvas.height)
    count, length = foot - top - 1, table_length(view)
    first = max(0, min(view.top, length - count))
    table = view.summary.reps
    columns, bar_at = _columns(view, canvas.width)
    for column in columns:
        canvas.put_right(column.right, top, column.head, colours.stale)
        for place, cell in enumerate(column.cells[first : first + count]):
            canvas.put_right(column.right, top + 1 + place, cell, colours.plain, bold=column.is_bold)
    if bar_at is not None:
        left, half = bar_at
        canvas.put(left, top, "fast", colours.stale)
        canvas.put_right(left + 2 * half + 1, top, "slow", colours.stale)
        for place, row in enumerate(table.rows[first : first + count]):
            paint_deviation(canvas, (left, top + 1 + place), half, row.off_s, colours)
    edge = max([column.right for column in columns], default=canvas.width - MARGIN)
    if bar_at is not None:
        edge = max(edge, bar_at[0] + 2 * bar_at[1] + 1)
    hidden = length - count
    if len(table.rows) > 1 or hidden > 0:
        canvas.put(MARGIN, foot, "─" * (edge - MARGIN), colours.line)
    if hidden > 0:
        words = f" {first + 1} to {min(length, first + count)} of {length}   ↑ ↓ "
        canvas.put_right(edge, foot, words, colours.stale)
    if len(table.rows) > 1:
        for column in columns:
            pair = colours.stale if column is columns[0] else colours.plain
            canvas.put_right(column.right, foot + 1, column.foot, pair, bold=column.is_bold)


def _columns(view: ReviewView, width: int) -> tuple[list[Column], tuple[int, int] | None]:
    """The columns of the table, and the place of the deviation bar with half its width."""
    if view.summary.reps.rows:
        return _rep_columns(view.summary.reps, view.unit, width)
    laps, unit = view.summary.laps, view.unit
    if laps:
        texts: list[tuple[str, list[str]]] = [
            ("lap", [str(lap.number) for lap in laps]),
            ("time", [tables.lap_text(lap.time_s) for lap in laps]),
            ("total", [format_clock(lap.total_s, tenths=True) for lap in laps]),
            ("distance", [_metres(lap.metres, unit) for lap in laps]),
            ("pace", [_pace(lap.metres, lap.time_s, unit) for lap in laps]),
        ]
    else:
        rows = view.summary.rows
        wide = max(12, min(44, width - 52))
        texts = [
            ("step", [fit(sanitise(row.step.path), wide).ljust(wide) for row in rows]),
            ("time", [format_clock(row.time_s, tenths=True) if row.step.kind in RUN else "" for row in rows]),
            ("distance", [tables.metres_text(row, unit) for row in rows]),
            ("pace", [_pace(row.distance, row.time_s, unit) if row.distance else "" for row in rows]),
            ("HR", ["" if row.mean_heart_rate is None else f"{row.mean_heart_rate:.0f}" for row in rows]),
        ]
    columns, right = [], MARGIN
    for place, (head, cells) in enumerate(texts):
        right += max(cell_len(text) for text in [head, *cells]) + (3 if place else 0)
        columns.append(Column(head, right, tuple(cells), is_bold=head == "time"))
    return columns, None


def _rep_columns(table: RepTable, unit: str, width: int) -> tuple[list[Column], tuple[int, int] | None]:
    """The columns for reps; if they do not fit, heart rate, its fall and the pace go, then splits, then the bar."""
    rows = table.rows
    has = tables.RepColumns(table)
    apart, lap_apart, bar = (2, 2, 5) if width < 100 else (3, 4, 9)
    bar = bar if has.off else 0
    tail: list[tuple[str, list[str], str, bool]] = [
        ("time", [("~" if row.result.estimated else "") + tables.lap_text(row.result.time_s) for row in rows],
         "" if table.mean_time_s is None else tables.lap_text(table.mean_time_s), True)
    ]  # fmt: skip
    if has.pace:
        head = "pace" if unit == "km" else "/mile"
        cells = [_pace_of(row.result.mean_speed, unit) for row in rows]
        tail.append((head, cells, _pace_of(table.mean_speed, unit), False))
    if has.off:
        offs = [tables.off_text(row.off_s) or tables.NO_USE for row in rows]
        tail.append(("+/- s", offs, tables.off_text(table.mean_off_s), True))
    ends: list[tuple[str, list[str], str, bool]] = []
    if has.heart:
        beats = [tables.beats_text(row.result.mean_heart_rate) for row in rows]
        ends.append(("HR", beats, tables.beats_text(table.mean_heart_rate), False))
    if has.drop:
        ends.append(
            ("drop", [tables.drop_text(row) for row in rows], tables.beats_text(table.mean_drop), False)
        )
    number_width = 4 if not has.lengths else 10
    fixed = (
        MARGIN
        + number_width
        + sum(_breadth(cells, head, foot) + apart for head, cells, foot, _ in (*tail, *ends))
    )
    fixed += (2 * bar + 1 + apart) if bar else 0
    room = width - MARGIN - fixed
    columns = _columns_in(table, room, lap_apart)
    while ends and len(columns) < min(len(table.columns), 4):  # the fall goes first, then the heart rate
        head, cells, foot_text, _ = ends.pop()
        room += _breadth(cells, head, foot_text) + apart
        columns = _columns_in(table, room, lap_apart)
    names = [str(row.number) for row in rows]
    if has.lengths:
        names = [f"{row.number:>2} {tables.length_text(row.result.step):>7}" for row in rows]
    right = MARGIN + number_width
    result = [Column("rep", right, tuple(names), "mean", is_bold=True)]
    result += _lap_columns(table, columns, right, lap_apart)
    right = result[-1].right
    for head, cells, foot_text, is_bold in tail:
        right += _breadth(cells, head, foot_text) + apart
        result.append(Column(head, right, tuple(cells), foot_text, is_bold))
    at = None
    if bar:
        at = (right + apart, bar)
        right += 2 * bar + 1 + apart
    for head, cells, foot_text, is_bold in ends:
        right += _breadth(cells, head, foot_text) + apart
        result.append(Column(head, right, tuple(cells), foot_text, is_bold))
    return result, at


def _lap_columns(table: RepTable, columns: Sequence[float], left: int, apart: int) -> Iterator[Column]:
    """A column for each split; a rep that does not reach one has an empty cell."""
    width = _lap_breadth(table, columns) + apart if columns else 0
    laps, means = [row.laps(columns) for row in table.rows], table.mean_laps(columns)
    for place, column in enumerate(columns):
        texts = [
            tables.lap_text(own[place]) if column in row.times else ""
            for row, own in zip(table.rows, laps, strict=True)
        ]
        foot = "" if means[place] is None else tables.lap_text(means[place])
        yield Column(tables.column_head(table, column), left + (place + 1) * width, tuple(texts), foot)


def _columns_in(table: RepTable, room: int, apart: int) -> tuple[float, ...]:
    """The columns of splits that fit: the fewer they are, the longer each split is."""
    for most in range(len(table.columns), 0, -1):
        columns = table.thinned(most)
        if len(columns) * (_lap_breadth(table, columns) + apart) <= room:
            return columns
    return ()


def _lap_breadth(table: RepTable, columns: Sequence[float]) -> int:
    laps = [tables.lap_text(lap) for row in table.rows for lap in row.laps(columns)]
    return _breadth(laps, *(tables.column_head(table, column) for column in columns))


def _breadth(cells: Sequence[str], *more: str) -> int:
    return max(cell_len(text) for text in [*cells, *more])


def _metres(metres: float | None, unit: str) -> str:
    return tables.UNKNOWN if metres is None else format_metres(metres, unit)


def _pace(metres: float | None, time_s: float, unit: str) -> str:
    return _pace_of(metres / time_s if metres and time_s > 0 else None, unit)


def _pace_of(speed: float | None, unit: str) -> str:
    return tables.UNKNOWN if speed is None else format_pace(speed, unit=unit, with_unit=False)


# --- planned and done


def _paint_chart(canvas: Canvas, view: ReviewView, colours: Palette) -> None:
    """Paint a column for each split, higher for faster, with the plan as a dashed line."""
    table = view.summary.reps
    top = _table_foot(view, canvas.height) + (3 if len(table.rows) > 1 else 2)
    high = min(_TALLEST, canvas.height - 6 - top)
    bottom = top + high + 1
    paces = [_paces(row, table) for row in table.rows]
    measured = [speed for speeds, _ in paces for speed in speeds if speed is not None]
    if high < 5 or not measured:
        return
    middle = table.plan_speed or table.mean_speed
    if middle is None:
        return
    spread = max(0.02, *(abs(speed / middle - 1.0) for speed in measured))
    left = MARGIN + 12
    room = canvas.width - left - MARGIN
    wide = max(1, min(6, (room // len(paces) - 2) // max(len(speeds) for speeds, _ in paces)))
    pitch = max(len(speeds) for speeds, _ in paces) * wide
    gap = max(1, min(6, (room - pitch * len(paces)) // max(1, len(paces))))
    visible = paces[: max(1, room // (pitch + gap))]
    dots = 2 * high
    line_y = top + 1 + high // 2
    word = "plan" if table.plan_speed is not None else "mean"
    canvas.put(MARGIN, top, "planned and done" if word == "plan" else "rep by rep", colours.stale)
    canvas.put(MARGIN, top + 1, "faster", colours.stale)
    canvas.put(MARGIN, line_y, f"{word} {_pace_of(middle, view.unit)}", colours.plain, bold=True)
    canvas.put(MARGIN, top + high, _pace_of(middle * (1.0 - spread), view.unit), colours.stale)
    canvas.put(left - 1, line_y, "╌" * (min(room, len(visible) * (pitch + gap)) + 1), colours.line)
    for place, (speeds, offs) in enumerate(visible):
        x = left + place * (pitch + gap)
        for column, (speed, off) in enumerate(zip(speeds, offs, strict=True)):
            pair = colours.work
            if off is not None and abs(off) > _OFF_S:
                pair = colours.slow if off > 0 else colours.fast
            if speed is not None:
                share = (speed / middle - 1.0) / spread
                tall = max(1, round(dots / 2 * (1 + 0.95 * share)))
                paint_bar(canvas, (x + column * wide, top + high), (wide, tall), pair, colours)
        if pitch + gap > cell_len(f"rep {place + 1}"):
            canvas.put(x, bottom, f"rep {place + 1}", colours.stale)


def _paces(row: RepRow, table: RepTable) -> tuple[list[float | None], list[float | None]]:
    """Speed and seconds against the plan of each stretch of a rep; of a rep without splits, of the whole."""
    columns = [column for column in table.columns if column in row.times]
    if len(columns) < 2 or not table.is_by_metres:
        return [row.result.mean_speed], [row.off_s]
    laps, plans = row.laps(columns), row.plan_laps(columns)
    starts = [0.0, *columns[:-1]]
    speeds = [
        (column - start) / lap if lap else None
        for column, start, lap in zip(columns, starts, laps, strict=True)
    ]
    offs = [
        lap - plan if lap is not None and plan is not None else None
        for lap, plan in zip(laps, plans, strict=True)
    ]
    return speeds, offs


# --- the foot


def _paint_effort(canvas: Canvas, view: ReviewView, colours: Palette) -> None:
    y = canvas.height - 3
    words = "how hard was it?" if canvas.width >= 100 else "how hard?"
    x = canvas.put(MARGIN, y, words, colours.plain, bold=True) + 2
    for number in range(1, 11):
        is_chosen = number == view.effort
        pair = colours.choice if is_chosen else colours.track
        x = canvas.put(x, y, f" {number} ", pair, bold=is_chosen) + 1
    if canvas.width >= 100:
        word = "" if view.effort is None else EFFORT_WORDS[view.effort - 1]
        canvas.put(x + 1, y, word, colours.plain, bold=True)
        x += 18
        if view.note:
            x = canvas.put(x, y, "note", colours.stale) + 2
    else:
        x += 2
    canvas.put(x, y, fit(sanitise(view.note), max(0, canvas.width - x - MARGIN)), colours.plain)


# --- the whole run as curves

_LEFT: Final = 10
"""Left edge of the curves, right of the numbers."""
_WALK_MPS: Final = 0.5
"""Lower speeds are not drawn as a pace."""
_TICKS_S: Final = (60.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0)


@dataclass(frozen=True, slots=True)
class CurveView:
    """The state of the page."""

    curves: RunCurves
    summary: Summary
    unit: str
    title: str


class CurvePage(PageWidget[CurveView]):
    """Pace and heart rate over the whole run."""

    def draw(self, canvas: Canvas, view: CurveView, colours: Palette) -> None:
        """Paint pace above, heart rate below, and one time axis for both."""
        paint_title(canvas, "Whole run", view.title, "", colours, gap=0)
        times = [at for curve in view.curves for at, _ in curve]
        if times:
            span = (min(times), max(times))
            has = [bool(curve) for curve in view.curves]
            share = (canvas.height - 6) // max(1, sum(has))
            top = 2
            if has[0]:
                _paint_pace(canvas, view, span, (top, top + share - 2), colours)
                top += share
            if has[1]:
                _paint_heart(canvas, view, span, (top, top + share - 2), colours)
            _paint_times(canvas, span, canvas.height - 3, colours)
        paint_keys(canvas, (("v", "back"), ("t", "sun/night"), ("q", "back")), colours)


def _paint_pace(
    canvas: Canvas, view: CurveView, span: tuple[float, float], rows: tuple[int, int], colours: Palette
) -> None:
    values = _column_means(view.curves.speed, span, canvas.width - _LEFT - MARGIN)
    measured = [value for value in values if value is not None and value > _WALK_MPS]
    if not measured:
        return
    low, high = min(measured) * 0.9, max(measured)
    canvas.put(MARGIN, rows[0], format_pace(high, unit=view.unit, with_unit=False), colours.plain, bold=True)
    canvas.put(MARGIN, rows[0] + 1, f"/{view.unit}", colours.stale)
    canvas.put(MARGIN, rows[1], format_pace(low, unit=view.unit, with_unit=False), colours.stale)
    parts = list(stretches(view.summary.rows))
    for column, value in enumerate(values):
        at = span[0] + (span[1] - span[0]) * (column + 0.5) / len(values)
        kind = next((kind for since, until, kind in parts if since <= at < until), None)
        pair = colours.work if kind in HARD else colours.rest if kind in RESTS else colours.easy
        if value is not None:
            dots = _bar_height(rows, (value - low) / (high - low or 1.0))
            paint_bar(canvas, (_LEFT + column, rows[1]), (1, dots), pair, colours)


def stretches(rows: Sequence[StepEnded]) -> Iterator[tuple[float, float, Kind]]:
    """Start, end and kind of each step; one with a pause in it starts where the one before it ended."""
    before = 0.0
    for row in rows:
        since = row.ended_at - row.time_s
        yield (min(since, before) if row.broken else since), row.ended_at, row.step.kind
        before = row.ended_at


def _paint_heart(
    canvas: Canvas, view: CurveView, span: tuple[float, float], rows: tuple[int, int], colours: Palette
) -> None:
    values = _column_means(view.curves.heart_rate, span, canvas.width - _LEFT - MARGIN)
    measured = [value for value in values if value is not None]
    low, high = min(measured) - 5.0, max(measured)
    canvas.put(MARGIN, rows[0], f"{high:.0f}", colours.plain, bold=True)
    canvas.put(MARGIN, rows[0] + 1, "bpm", colours.stale)
    canvas.put(MARGIN, rows[1], f"{low:.0f}", colours.stale)
    ink = Pair(colours.stale.paper, colours.stale.ink)
    for column, value in enumerate(values):
        if value is not None:
            dots = _bar_height(rows, (value - low) / (high - low or 1.0))
            paint_bar(canvas, (_LEFT + column, rows[1]), (1, dots), ink, colours)


def _bar_height(rows: tuple[int, int], share: float) -> int:
    """The height of a bar in half rows."""
    return max(1, round(2 * (rows[1] - rows[0] + 1) * min(1.0, max(0.0, share))))


def _paint_times(canvas: Canvas, span: tuple[float, float], y: int, colours: Palette) -> None:
    wide, length = canvas.width - _LEFT - MARGIN, span[1] - span[0]
    every = next((tick for tick in _TICKS_S if length <= 0 or wide * tick / length >= 10), _TICKS_S[-1])
    at = 0.0
    while at <= length:
        x = _LEFT + round(wide * at / length) if length else _LEFT
        canvas.put(x, y, format_clock(at), colours.stale)
        at += every


def _column_means(
    curve: Sequence[tuple[float, float]], span: tuple[float, float], wide: int
) -> list[float | None]:
    """The mean of the values in each column; None without a value, which stays a gap."""
    start, length = span[0], max(span[1] - span[0], 1e-9)
    columns: list[list[float]] = [[] for _ in range(max(1, wide))]
    for at, value in curve:
        columns[min(len(columns) - 1, int((at - start) / length * len(columns)))].append(value)
    means = [fmean(values) if values else None for values in columns]
    if len(curve) < len(columns):  # fewer values than columns: each holds until the next, if that is not far
        return _with_held_values(curve, means, start, length)
    return means


def _with_held_values(
    curve: Sequence[tuple[float, float]], means: list[float | None], start: float, length: float
) -> list[float | None]:
    values = list(means)
    for (at, value), (later, _) in pairwise(curve):
        if later - at > max(10.0, 3 * length / max(1, len(curve))):
            continue
        first, last = (int((moment - start) / length * len(values)) for moment in (at, later))
        for column in range(first, min(last, len(values))):
            values[column] = value if values[column] is None else values[column]
    return values


# --- a run section by section

_TABS_AT, BODY_AT = 2, 4
"""Rows of the tabs and of the first line of the section."""


@dataclass(frozen=True, slots=True)
class SectionsView:
    """The state of the screen."""

    title: str
    when: str
    tabs: tuple[str, ...]
    """The words of the sections, in order."""
    chosen: int
    lines: tuple[tuple[str, bool], ...]
    """The visible rows of the body, and whether each is a head."""
    more: str
    """The number of rows below, in words."""
    message: str
    keys: Keys


class SectionsPage(PageWidget[SectionsView]):
    """The screen, painted whole."""

    def draw(self, canvas: Canvas, view: SectionsView, colours: Palette) -> None:
        """Paint title, tabs, the chosen section, the message, and the keys."""
        width = canvas.width - 2 * MARGIN
        paint_title(canvas, "Review", view.title, view.when, colours)
        x = MARGIN
        for place, word in enumerate(view.tabs):
            is_chosen = place == view.chosen
            pair = colours.choice if is_chosen else colours.plain
            x = canvas.put(x, _TABS_AT, f" {place + 1} {word} ", pair, bold=is_chosen)
        for down, (line, is_head) in enumerate(view.lines):
            canvas.put(MARGIN, BODY_AT + down, fit(line, width), colours.plain, bold=is_head)
        canvas.put(MARGIN, canvas.height - 2, fit(view.message or view.more, width), colours.stale)
        paint_keys(canvas, view.keys, colours)
