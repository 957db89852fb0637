"""The page of past runs: grouped by week, details of the chosen run, and the kilometres of the weeks.

Drawn from a value: a key costs the rows that are seen, however many runs there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from coach.quantities import format_hours, long_distance
from coach.review.tables import lap_text, off_text
from coach.screen.paint import Canvas, Palette, fit, sanitise
from coach.screen.protocols import HistoryRow
from coach.screen.widgets.base import (
    MARGIN,
    Keys,
    PageWidget,
    paint_deviation,
    paint_keys,
    paint_title,
)

if TYPE_CHECKING:
    from coach.review.journaled import JournaledRep

_UNKNOWN, _NONE = "--", "–"
WIDE: Final = 116
"""From this width on the chosen run is beside the list."""
_LIST: Final = 80
"""Columns of the list beside the details; without details it takes the full width."""
_DETAIL: Final = 44
_TOP: Final = 5
"""The first row of the list, below the line, a rule and the heads."""
SPARK_WEEKS: Final = 24
_BARS: Final = "▁▂▃▄▅▆▇█"
_HALF: Final = 5
"""Columns of each half of a deviation bar."""
_PICKED: Final = "●"
_BEFORE: Final = 4
"""Most runs of the same workout that are named."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the list: a run, the head of a week, or nothing."""

    place: int | None = None
    """The run, as a place in the list."""
    head: str = ""
    runs: str = ""
    distance: str = ""


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The state of the page."""

    rows: tuple[HistoryRow, ...]
    """The runs that match, in their order."""
    at: int
    """The row with the cursor, from 0."""
    title: str
    who: str
    today: date
    unit: str
    keys: Keys
    lines: tuple[HistoryLine, ...]
    """The list with its heads, as `list_lines` returns it."""
    picked: frozenset[str] = frozenset()
    """The runs that are picked to be compared."""
    order: str = "day"
    """The column it is sorted by."""
    is_falling: bool = True
    message: str = ""
    searches: bool = False
    """True while the field lies over the search line."""
    line: str = ""
    reps: "tuple[JournaledRep, ...] | None" = None
    """The hard steps of the chosen run; None until they are read."""
    before: tuple[HistoryRow, ...] = ()
    """The runs of the same workout before the chosen one, the newest first."""
    spark: tuple[float | None, ...] = ()
    """Metres of the last weeks, the current one last."""
    empty: str = ""
    """Text for an empty history; empty if there is a run."""


def list_lines(
    rows: Sequence[HistoryRow], today: date, unit: str, *, grouped: bool
) -> tuple[HistoryLine, ...]:
    """The lines of a list; grouped by the weeks of the runs, which must then be sorted by day."""
    if not grouped:
        return tuple(HistoryLine(place) for place in range(len(rows)))
    lines: list[HistoryLine] = []
    start = 0
    for place in range(1, len(rows) + 1):
        if place < len(rows) and _monday(rows[place].day) == _monday(rows[start].day):
            continue
        week = rows[start:place]
        lines += [HistoryLine()] if lines else []
        count = "1 run" if len(week) == 1 else f"{len(week)} runs"
        real = [row for row in week if not row.is_simulated]
        metres = [row.distance_m for row in real if row.distance_m is not None]
        total = long_distance(sum(metres), unit)[0] if metres else _UNKNOWN if real else _NONE
        total += "+" if 0 < len(metres) < len(real) else ""
        lines.append(HistoryLine(head=_week_text(_monday(week[0].day), today), runs=count, distance=total))
        lines += [HistoryLine(each) for each in range(start, place)]
        start = place
    return tuple(lines)


def weekly(rows: Sequence[HistoryRow], today: date) -> tuple[float | None, ...]:
    """Metres of each of the last weeks, the one under way last; nothing where none were measured.

    A week whose runs were not measured is None; simulated runs are left out.
    """
    first = today - timedelta(days=today.weekday(), weeks=SPARK_WEEKS - 1)
    runs: list[list[float | None]] = [[] for _ in range(SPARK_WEEKS)]
    for row in rows:
        if row.day is not None and first <= row.day <= today and not row.is_simulated:
            runs[(row.day - first).days // 7].append(row.distance_m)
    metres = [
        None if week and set(week) == {None} else sum(each for each in week if each is not None)
        for week in runs
    ]
    return tuple(metres) if any(metres) else ()


def sparkline(values: Sequence[float | None]) -> str:
    """A bar for each value, as a share of the largest; a blank for 0, a question mark for None."""
    most = max((value for value in values if value is not None), default=0.0)
    return "".join(
        "?"
        if value is None
        else " "
        if value <= 0
        else _BARS[min(len(_BARS) - 1, int(value / most * len(_BARS)))]
        for value in values
    )


def page_length(width: int, height: int) -> int:
    """The number of lines of the list that fit."""
    return max(1, height - _TOP - (4 if is_wide(width) else 6))


def is_wide(width: int) -> bool:
    """Return whether the chosen run is beside the list, and the list is grouped by weeks."""
    return width >= WIDE


def place_at(view: HistoryView, width: int, height: int, x: int, y: int) -> int | None:
    """The run that is painted at a cell; None without one."""
    line = first_line(view, width, height) + y - _TOP
    inside = 0 <= y - _TOP < page_length(width, height) and x < (_LIST if is_wide(width) else width)
    return view.lines[line].place if inside and line < len(view.lines) else None


def first_line(view: HistoryView, width: int, height: int) -> int:
    """The first visible line of the list; the cursor stays in the middle if the list is longer than the page."""
    page = page_length(width, height)
    at = next((number for number, line in enumerate(view.lines) if line.place == view.at), 0)
    return max(0, min(at - page // 2, len(view.lines) - page))


class HistoryPage(PageWidget[HistoryView]):
    """The page, painted whole."""

    def draw(self, canvas: Canvas, view: HistoryView, colours: Palette) -> None:
        """Paint the page."""
        _HistoryPainter(canvas, view, colours).paint()

    def place(self, x: int, y: int) -> int | None:
        """The run that is painted at a cell."""
        return None if self._value is None else place_at(self._value, *self.size, x, y)


def _columns(width: int) -> dict[str, int]:
    """The right edges of the columns of figures."""
    return {"time": width - 30, "km": width - 23, "hard": width - 16, "+/- s": width - 8, "RPE": width - 3}


def _figures(row: HistoryRow, unit: str) -> dict[str, str]:
    return {
        "time": _UNKNOWN if row.time_s is None else format_hours(row.time_s),
        "km": _UNKNOWN if row.distance_m is None else long_distance(row.distance_m, unit)[0],
        "hard": _NONE if row.hard_m is None else long_distance(row.hard_m, unit)[0],
        "+/- s": _NONE if row.light_s is None else off_text(row.light_s),
        "RPE": _NONE if row.effort is None else str(row.effort),
    }


def one_line(row: HistoryRow, reps: "Sequence[JournaledRep]") -> str:
    """The result of a run in a row: its reps with their mean, the effort and the note."""

    def parts() -> Iterator[str]:
        timed = [rep for rep in reps if rep.is_timed]
        if len(timed) > 1 and len({rep.length_m for rep in timed}) == 1:
            yield f"{len(timed)} reps, mean {lap_text(fmean(rep.time_s for rep in timed))}"
        elif timed:
            yield "1 rep" if len(timed) == 1 else f"{len(timed)} reps"
        if row.light_s is not None:
            yield f"{off_text(row.light_s)} s a rep"
        if row.effort is not None:
            yield f"RPE {row.effort}"
        if row.note:
            yield f"“{sanitise(row.note, 200)}”"

    return ", ".join(parts()) or f"run {row.number}"


class _HistoryPainter:
    """The page during painting."""

    def __init__(self, canvas: Canvas, view: HistoryView, colours: Palette) -> None:
        self.canvas = canvas
        self.view = view
        self.colours = colours

    def paint(self) -> None:
        """Paint every part in its place."""
        canvas, view, colours = self.canvas, self.view, self.colours
        paint_title(canvas, "History", view.title, view.who, colours)
        if view.empty:
            for place, words in enumerate(view.empty.split("\n")):
                text = fit(words, canvas.width - 2 * MARGIN)
                canvas.put(MARGIN, 4 + 2 * place, text, colours.plain, bold=place == 0)
            paint_keys(canvas, view.keys, colours)
            return
        width = _LIST if is_wide(canvas.width) else canvas.width
        self._paint_line(width)
        self._paint_list(width)
        if is_wide(canvas.width):
            self._paint_beside()
        else:
            self._paint_below()
        self._paint_foot(width)
        paint_keys(canvas, view.keys, colours)

    def _paint_line(self, width: int) -> None:
        """The search line, with a rule below it; during a search the field lies over it."""
        self.canvas.put(MARGIN, 2, "/ ", self.colours.stale)
        if self.view.line:
            self.canvas.put(
                MARGIN + 2,
                2,
                fit(sanitise(self.view.line, 200), width - 2 * MARGIN - 2),
                self.colours.plain,
                bold=True,
            )
        elif not self.view.searches:
            words = "type to search: 800, threshold, May, since:2026-04-01"
            self.canvas.put(MARGIN + 2, 2, fit(words, width - 2 * MARGIN - 2), self.colours.stale)
        self.canvas.put(MARGIN, 3, "─" * (width - 2 * MARGIN), self.colours.line)

    def _paint_list(self, width: int) -> None:
        ends = _columns(width)
        heads = {"day": MARGIN, "run": 14}
        mark = "▼" if self.view.is_falling else "▲"
        for word in (*heads, *ends):
            is_sorted = word == self.view.order
            text = "miles" if word == "km" and self.view.unit == "mile" else word
            text = f"{text} {mark}" if is_sorted and word in heads else f"{text}{mark}" if is_sorted else text
            pair = self.colours.plain if is_sorted else self.colours.stale
            if word in heads:
                self.canvas.put(heads[word], 4, text, pair, bold=is_sorted)
            else:
                self.canvas.put_right(ends[word], 4, text, pair, bold=is_sorted)
        first = first_line(self.view, self.canvas.width, self.canvas.height)
        visible = self.view.lines[first : first + page_length(self.canvas.width, self.canvas.height)]
        for down, line in enumerate(visible):
            if line.place is not None:
                self._paint_run(self.view.rows[line.place], line.place == self.view.at, _TOP + down, width)
            elif line.head:
                self.canvas.put(MARGIN, _TOP + down, line.head, self.colours.stale)
                self.canvas.put_right(ends["time"], _TOP + down, line.runs, self.colours.stale)
                self.canvas.put_right(ends["km"], _TOP + down, line.distance, self.colours.stale)

    def _paint_run(self, row: HistoryRow, is_chosen: bool, y: int, width: int) -> None:
        pair = self.colours.choice if is_chosen else self.colours.plain
        if is_chosen:
            self.canvas.put(MARGIN - 1, y, " " * (width - 2 * MARGIN + 2), pair)
        if row.run in self.view.picked:
            self.canvas.put(MARGIN - 1, y, _PICKED, pair, bold=True)
        ends = _columns(width)
        self.canvas.put(MARGIN, y, day_text(row.day, self.view.today), pair)
        room = ends["time"] - 14 - 8
        state = ", ".join(
            word
            for word, holds in (
                ("recording", row.is_under_way),
                ("cut off", row.is_cut_off),
                ("simulated", row.is_simulated),
            )
            if holds
        )
        name = fit(sanitise(row.workout, 120) or _UNKNOWN, room - (len(state) + 2 if state else 0))
        after = self.canvas.put(14, y, name, pair, bold=row.kind == "test")
        if state:
            self.canvas.put(after + 2, y, state, pair if is_chosen else self.colours.stale)
        for word, text in _figures(row, self.view.unit).items():
            self.canvas.put_right(ends[word], y, text, pair)

    def _paint_foot(self, width: int) -> None:
        """The row of the cursor, the kilometres of the weeks, and the message."""
        y = self.canvas.height - 3
        row = f"row {self.view.at + 1} of {len(self.view.rows)}" if self.view.rows else "no run matches"
        self.canvas.put(MARGIN, y, row, self.colours.stale)
        if self.view.spark:
            unit = "miles" if self.view.unit == "mile" else "km"
            metres = self.view.spark[-1]
            figure = _UNKNOWN if metres is None else long_distance(metres, self.view.unit)[0]
            now = f" {figure} {unit} this week"
            bars = sparkline(self.view.spark)
            left = width - MARGIN - cell_len(now) - len(bars)
            self.canvas.put(left, y, bars, self.colours.plain)
            self.canvas.put(left + len(bars), y, now, self.colours.stale)
        self.canvas.put(
            MARGIN,
            y + 1,
            fit(sanitise(self.view.message, 240), self.canvas.width - 2 * MARGIN),
            self.colours.plain,
            bold=True,
        )

    def _paint_beside(self) -> None:
        if not self.view.rows:
            return
        row, x, y = self.view.rows[self.view.at], _LIST + 4, 2
        width = min(_DETAIL * 2, self.canvas.width - x - MARGIN)
        self.canvas.put(
            x, y, fit(sanitise(row.workout, 120) or _UNKNOWN, width), self.colours.plain, bold=True
        )
        where = [
            each
            for each in (day_text(row.day, self.view.today), row.clock, _distance(row, self.view.unit))
            if each
        ]
        number = f"run {row.number}"
        where += [number] if cell_len("   ".join([*where, number])) <= width else []
        self.canvas.put(x, y + 1, fit("   ".join(where), width), self.colours.stale)
        y = self._paint_reps(x, y + 4, width)
        y = self._paint_note(row, x, y + 1, width)
        self._paint_before(x, y + 1)

    def _paint_reps(self, x: int, y: int, width: int) -> int:
        """The reps with their deviation bars, and their mean; returns the row after them."""
        reps = [rep for rep in self.view.reps or () if rep.is_timed]
        if not reps:
            words = "" if self.view.reps is None else "no reps in it"
            self.canvas.put(x, y, words, self.colours.stale)
            return y + 1
        has_light = any(rep.light_s is not None for rep in reps)
        self.canvas.put(x, y, "seconds against the plan" if has_light else "reps", self.colours.stale)
        most = max(3, self.canvas.height - y - 14)
        visible = reps if len(reps) <= most else reps[: most - 1]
        for down, rep in enumerate(visible, 1):
            self.canvas.put_right(x + 2, y + down, str(down), self.colours.plain)
            self.canvas.put_right(x + 12, y + down, lap_text(rep.time_s), self.colours.plain, bold=True)
            self.canvas.put_right(x + 19, y + down, off_text(rep.light_s) or _NONE, self.colours.plain)
            if has_light and width >= 32:
                paint_deviation(self.canvas, (x + 22, y + down), _HALF, rep.light_s, self.colours)
        y += len(visible) + 1
        if len(visible) < len(reps):
            self.canvas.put(x, y, f"and {len(reps) - len(visible)} more", self.colours.stale)
            y += 1
        lengths = {rep.length_m for rep in reps}
        mean = lap_text(fmean(rep.time_s for rep in reps)) if len(lengths) == 1 and len(reps) > 1 else ""
        if mean:
            self.canvas.put(x, y + 1, "mean", self.colours.stale)
            self.canvas.put_right(x + 12, y + 1, mean, self.colours.plain, bold=True)
            self.canvas.put_right(
                x + 19, y + 1, off_text(self.view.rows[self.view.at].light_s), self.colours.plain, bold=True
            )
            y += 2
        return y

    def _paint_note(self, row: HistoryRow, x: int, y: int, width: int) -> int:
        """The runner's note; returns the row after it."""
        effort = "" if row.effort is None else f"RPE {row.effort}"
        note = f"“{sanitise(row.note, 400)}”" if row.note else ""
        lines = wrap("   ".join(each for each in (effort, note) if each), width)
        for down, words in enumerate(lines[:3]):
            self.canvas.put(x, y + down, words, self.colours.plain)
        return y + min(3, len(lines)) + (1 if lines else 0)

    def _paint_before(self, x: int, y: int) -> None:
        if not self.view.before or y + 1 + len(self.view.before[:_BEFORE]) > self.canvas.height - 4:
            return
        self.canvas.put(x, y, "the same workout before", self.colours.stale)
        for down, row in enumerate(self.view.before[:_BEFORE], 1):
            self.canvas.put(x, y + down, day_text(row.day, self.view.today), self.colours.plain)
            figures = _figures(row, self.view.unit)
            self.canvas.put_right(x + 18, y + down, figures["time"], self.colours.plain, bold=True)
            self.canvas.put_right(x + 26, y + down, figures["km"], self.colours.plain)
            self.canvas.put_right(x + 34, y + down, figures["+/- s"], self.colours.plain)

    def _paint_below(self) -> None:
        """The chosen run in one row under a rule."""
        if not self.view.rows:
            return
        y, row = self.canvas.height - 5, self.view.rows[self.view.at]
        self.canvas.put(MARGIN, y, "─" * (self.canvas.width - 2 * MARGIN), self.colours.line)
        self.canvas.put(
            MARGIN,
            y + 1,
            fit(one_line(row, self.view.reps or ()), self.canvas.width - 2 * MARGIN),
            self.colours.plain,
        )


# --- written


def day_text(day: date | None, today: date) -> str:
    """`Tue 26 May`, or `26 May ’25` in another year; `--` where it is not known."""
    if day is None:
        return _UNKNOWN
    return f"{day:%a} {day.day:>2} {day:%b}" if day.year == today.year else f"{day.day:>2} {day:%b ’%y}"


def _distance(row: HistoryRow, unit: str) -> str:
    return "" if row.distance_m is None else f"{long_distance(row.distance_m, unit)[0]} {unit}"


def _monday(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=day.weekday())


def _week_text(monday: date | None, today: date) -> str:
    """`this week`, `18 to 24 May`, `27 Apr to 3 May`."""
    if monday is None:
        return "no day known"
    if monday == _monday(today):
        return "this week"
    sunday = monday + timedelta(days=6)
    begin = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%b}"
    year = "" if sunday.year == today.year else f" {sunday.year}"
    return f"{begin} to {sunday.day} {sunday:%b}{year}"
