"""The pages of past runs: their list by weeks with the details of the chosen run, and the weeks of a season.

Of the list only the visible rows are painted, however many runs there are. The season shows load, fitness, how easy the
easy running is, best efforts and heart rate at one pace; what adds it up is loaded with the first season.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    format_clock,
    format_hours,
    format_pace,
    long_distance,
    signed,
    unit_word,
)
from coach.review.tables import lap_text, off_text
from coach.screen.base import MARGIN, Keys, PageWidget, paint_deviation, paint_keys, paint_title
from coach.screen.paint import Canvas, Palette, fit, sanitise
from coach.screen.protocols import HistoryRow

if TYPE_CHECKING:
    from coach.review.journaled import JournaledRep
    from coach.review.season import Season, SeasonWeek


_UNKNOWN, _NONE = "--", "–"
_WIDE: Final = 116
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
    is_searching: bool = False
    """True while the field is over the search line."""
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
    rows: Sequence[HistoryRow], today: date, unit: str, *, is_grouped: bool
) -> tuple[HistoryLine, ...]:
    """The lines of a list; grouped by the weeks of the runs, which must then be sorted by day."""
    if not is_grouped:
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
    return width >= _WIDE


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
        """Paint the search line with a rule below it; during a search the field is over it."""
        canvas, view, colours = self.canvas, self.view, self.colours
        canvas.put(MARGIN, 2, "/ ", colours.stale)
        if view.line:
            canvas.put(
                MARGIN + 2, 2, fit(sanitise(view.line, 200), width - 2 * MARGIN - 2), colours.plain, bold=True
            )
        elif not view.is_searching:
            words = "type to search: 800, threshold, May, since:2026-04-01"
            canvas.put(MARGIN + 2, 2, fit(words, width - 2 * MARGIN - 2), colours.stale)
        canvas.put(MARGIN, 3, "─" * (width - 2 * MARGIN), colours.line)

    def _paint_list(self, width: int) -> None:
        canvas, view, colours = self.canvas, self.view, self.colours
        ends = _columns(width)
        heads = {"day": MARGIN, "run": 14}
        mark = "▼" if view.is_falling else "▲"
        for word in (*heads, *ends):
            is_sorted = word == view.order
            text = "miles" if word == "km" and view.unit == "mile" else word
            text = f"{text} {mark}" if is_sorted and word in heads else f"{text}{mark}" if is_sorted else text
            pair = colours.plain if is_sorted else colours.stale
            if word in heads:
                canvas.put(heads[word], 4, text, pair, bold=is_sorted)
            else:
                canvas.put_right(ends[word], 4, text, pair, bold=is_sorted)
        first = first_line(view, canvas.width, canvas.height)
        visible = view.lines[first : first + page_length(canvas.width, canvas.height)]
        for down, line in enumerate(visible):
            if line.place is not None:
                self._paint_run(view.rows[line.place], line.place == view.at, _TOP + down, width)
            elif line.head:
                canvas.put(MARGIN, _TOP + down, line.head, colours.stale)
                canvas.put_right(ends["time"], _TOP + down, line.runs, colours.stale)
                canvas.put_right(ends["km"], _TOP + down, line.distance, colours.stale)

    def _paint_run(self, row: HistoryRow, is_chosen: bool, y: int, width: int) -> None:
        canvas, view, colours = self.canvas, self.view, self.colours
        pair = colours.choice if is_chosen else colours.plain
        if is_chosen:
            canvas.put(MARGIN - 1, y, " " * (width - 2 * MARGIN + 2), pair)
        if row.run in view.picked:
            canvas.put(MARGIN - 1, y, _PICKED, pair, bold=True)
        ends = _columns(width)
        canvas.put(MARGIN, y, run_day(row.day, view.today), pair)
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
        after = canvas.put(14, y, name, pair, bold=row.kind == "test")
        if state:
            canvas.put(after + 2, y, state, pair if is_chosen else colours.stale)
        for word, text in _figures(row, view.unit).items():
            canvas.put_right(ends[word], y, text, pair)

    def _paint_foot(self, width: int) -> None:
        """The row of the cursor, the kilometres of the weeks, and the message."""
        canvas, view, colours = self.canvas, self.view, self.colours
        y = canvas.height - 3
        row = f"row {view.at + 1} of {len(view.rows)}" if view.rows else "no run matches"
        canvas.put(MARGIN, y, row, colours.stale)
        if view.spark:
            metres = view.spark[-1]
            figure = _UNKNOWN if metres is None else long_distance(metres, view.unit)[0]
            now = f" {figure} {unit_word(view.unit)} this week"
            bars = sparkline(view.spark)
            left = width - MARGIN - cell_len(now) - len(bars)
            canvas.put(left, y, bars, colours.plain)
            canvas.put(left + len(bars), y, now, colours.stale)
        canvas.put(
            MARGIN,
            y + 1,
            fit(sanitise(view.message, 240), canvas.width - 2 * MARGIN),
            colours.plain,
            bold=True,
        )

    def _paint_beside(self) -> None:
        canvas, view, colours = self.canvas, self.view, self.colours
        if not view.rows:
            return
        row, x, y = view.rows[view.at], _LIST + 4, 2
        width = min(_DETAIL * 2, canvas.width - x - MARGIN)
        canvas.put(x, y, fit(sanitise(row.workout, 120) or _UNKNOWN, width), colours.plain, bold=True)
        where = [
            each for each in (run_day(row.day, view.today), row.clock, _distance(row, view.unit)) if each
        ]
        number = f"run {row.number}"
        where += [number] if cell_len("   ".join([*where, number])) <= width else []
        canvas.put(x, y + 1, fit("   ".join(where), width), colours.stale)
        y = self._paint_reps(x, y + 4, width)
        y = self._paint_note(row, x, y + 1, width)
        self._paint_before(x, y + 1)

    def _paint_reps(self, x: int, y: int, width: int) -> int:
        """The reps with their deviation bars, and their mean; returns the row after them."""
        canvas, view, colours = self.canvas, self.view, self.colours
        reps = [rep for rep in view.reps or () if rep.is_timed]
        if not reps:
            words = "" if view.reps is None else "no reps in it"
            canvas.put(x, y, words, colours.stale)
            return y + 1
        has_light = any(rep.light_s is not None for rep in reps)
        canvas.put(x, y, "seconds against the plan" if has_light else "reps", colours.stale)
        most = max(3, canvas.height - y - 14)
        visible = reps if len(reps) <= most else reps[: most - 1]
        for down, rep in enumerate(visible, 1):
            canvas.put_right(x + 2, y + down, str(down), colours.plain)
            canvas.put_right(x + 12, y + down, lap_text(rep.time_s), colours.plain, bold=True)
            canvas.put_right(x + 19, y + down, off_text(rep.light_s) or _NONE, colours.plain)
            if has_light and width >= 32:
                paint_deviation(canvas, (x + 22, y + down), _HALF, rep.light_s, colours)
        y += len(visible) + 1
        if len(visible) < len(reps):
            canvas.put(x, y, f"and {len(reps) - len(visible)} more", colours.stale)
            y += 1
        lengths = {rep.length_m for rep in reps}
        mean = lap_text(fmean(rep.time_s for rep in reps)) if len(lengths) == 1 and len(reps) > 1 else ""
        if mean:
            canvas.put(x, y + 1, "mean", colours.stale)
            canvas.put_right(x + 12, y + 1, mean, colours.plain, bold=True)
            canvas.put_right(x + 19, y + 1, off_text(view.rows[view.at].light_s), colours.plain, bold=True)
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
        canvas, view, colours = self.canvas, self.view, self.colours
        if not view.before or y + 1 + len(view.before[:_BEFORE]) > canvas.height - 4:
            return
        canvas.put(x, y, "the same workout before", colours.stale)
        for down, row in enumerate(view.before[:_BEFORE], 1):
            canvas.put(x, y + down, run_day(row.day, view.today), colours.plain)
            figures = _figures(row, view.unit)
            canvas.put_right(x + 18, y + down, figures["time"], colours.plain, bold=True)
            canvas.put_right(x + 26, y + down, figures["km"], colours.plain)
            canvas.put_right(x + 34, y + down, figures["+/- s"], colours.plain)

    def _paint_below(self) -> None:
        """The chosen run in one row under a rule."""
        canvas, view, colours = self.canvas, self.view, self.colours
        if not view.rows:
            return
        y, row = canvas.height - 5, view.rows[view.at]
        canvas.put(MARGIN, y, "─" * (canvas.width - 2 * MARGIN), colours.line)
        canvas.put(
            MARGIN, y + 1, fit(one_line(row, view.reps or ()), canvas.width - 2 * MARGIN), colours.plain
        )


# --- words


def run_day(day: date | None, today: date) -> str:
    """`Tue 26 May`, or `26 May ’25` in another year; `--` if unknown."""
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


# --- the weeks of a season

_TALL: Final = 34
"""From this height on, on a wide screen, all parts are shown at once; on a smaller one, one at a time."""
PARTS: Final = ("load", "easy", "best")
_WEEK: Final = 3
"""Columns of a week, the gap after it included."""


@dataclass(frozen=True, slots=True)
class SeasonView:
    """The state of the page."""

    season: "Season"
    who: str
    part: int = 0
    """The part that is shown if not all fit, as a place in `PARTS`."""


@dataclass(frozen=True, slots=True)
class BigFigure:
    """A number in block letters, its label, and its source."""

    text: str
    label: str
    about: str


def big_figures(season: "Season") -> Iterator[BigFigure]:
    """Kilometres a week, the share of easy running, and the pace of the best 5 km, or fitness without one."""
    from coach.review.season import WARM_UP_DAYS  # the list of runs does not need it

    yield _weekly_figure(season)
    recent = season.distributions[0] if season.distributions else None
    share = None if recent is None or recent.time is None else recent.time[0]
    window = "" if recent is None else f"{recent.window}, {recent.measured} of {recent.runs} runs"
    unit = season.unit
    yield BigFigure(_UNKNOWN if share is None else f"{100 * share:.0f}%", "easy, by time", window)
    best = next((best for best in season.bests if best.distance == "5k"), None)
    if best is not None:
        pace = format_pace(best.metres / best.time_s, unit=unit, with_unit=False)
        about = f"from {format_clock(best.time_s)} on {best.day.day} {best.day:%b}"
        yield BigFigure(pace, f"best 5 km, /{unit}", about)
    elif season.fitness:
        is_warm = season.warm_until is not None and season.until >= season.warm_until
        about = "42 days" if is_warm else f"warming up: {WARM_UP_DAYS} days are needed"
        yield BigFigure(f"{season.fitness[-1].ctl:.0f}", "fitness (CTL)", about)


def _weekly_figure(season: "Season") -> BigFigure:
    word = unit_word(season.unit)
    each = METRES_PER_MILE if season.unit == "mile" else METRES_PER_KM
    now, before = season.weekly
    if now is None:
        return BigFigure(_UNKNOWN, f"{word} a week", "not measured, or no whole week")
    about = "last week" if now.weeks == 1 else f"last {now.weeks} weeks"
    about += f", {now.unmeasured} runs not measured" if now.unmeasured else ""
    about += "" if before is None else f"; {before.metres / each:.0f} before"
    return BigFigure(f"{now.metres / each:.0f}", f"{word} a week", about)


class SeasonPage(PageWidget[SeasonView]):
    """The page, painted whole."""

    def draw(self, canvas: Canvas, view: SeasonView, colours: Palette) -> None:
        """Paint the page."""
        _SeasonPainter(canvas, view, colours).paint()


class _SeasonPainter:
    """The page during painting."""

    def __init__(self, canvas: Canvas, view: SeasonView, colours: Palette) -> None:
        self.canvas = canvas
        self.view = view
        self.season = view.season
        self.colours = colours

    def paint(self) -> None:
        """Paint the parts that fit."""
        canvas, view, season, colours = self.canvas, self.view, self.season, self.colours
        span = f"{season.since.day} {season.since:%b} to {season.until.day} {season.until:%b %Y}"
        paint_title(canvas, "Season", span, view.who, colours)
        if not season.runs:
            canvas.put(MARGIN, 4, "Nothing was run in these weeks.", colours.plain, bold=True)
            for down, note in enumerate(season.notes, 6):
                canvas.put(MARGIN, down, fit(note, canvas.width - 2 * MARGIN), colours.stale)
            self._paint_keys(is_whole=True)
            return
        is_whole = is_wide(canvas.width) and canvas.height >= _TALL
        if is_whole:
            self._figures(3)
            tall = min(12, canvas.height - 32)
            self._load(9, tall)
            self._easy(tall + 12)
            self._best(tall + 18)
            self._heart(40, tall + 18)
            self._says(76, tall + 18)
        else:
            self._figures(3 if canvas.width >= 72 else 2)
            part = PARTS[view.part % len(PARTS)]
            if part == "load":
                self._load(9, max(3, canvas.height - 14))
            elif part == "easy":
                self._easy(9)
                self._says(MARGIN, 14)
            else:
                self._best(9)
                self._heart(40, 9)
        self._paint_keys(is_whole=is_whole)

    def _paint_keys(self, *, is_whole: bool) -> None:
        walk = () if is_whole else (("tab", "load, easy, best"),)
        paint_keys(self.canvas, (*walk, ("w", "why"), ("t", "sun/night"), ("esc", "back")), self.colours)

    def _figures(self, most: int) -> None:
        canvas, colours = self.canvas, self.colours
        apart = (canvas.width - MARGIN) // most
        for place, figure in enumerate([*big_figures(self.season)][:most]):
            x = MARGIN + place * apart
            canvas.put_block(x, 2, figure.text, colours.plain)
            canvas.put(x, 6, fit(figure.label, apart - 2), colours.plain, bold=True)
            canvas.put(x, 7, fit(figure.about, apart - 2), colours.stale)

    def _load(self, y: int, tall: int) -> None:
        """A column for each week, its easy part on its hard one, with months below and the change above the last."""
        from coach.review.season import KIND_WORDS  # as above

        canvas, season, colours = self.canvas, self.season, self.colours
        if season.load is None:
            for down, note in enumerate(wrap(" ".join(season.notes), canvas.width - 2 * MARGIN)[:3]):
                canvas.put(MARGIN, y + down, note, colours.stale)
            return
        fitting = max(1, (canvas.width - 2 * MARGIN - 7) // _WEEK)
        weeks = season.weeks[-fitting:]
        canvas.put(MARGIN, y, f"load a week, {KIND_WORDS[season.load]}", colours.stale)
        most = max((week.load or 0.0 for week in weeks), default=0.0)
        if any(week.easy_s is not None for week in weeks):
            self._legend(y)
        canvas.put_right(MARGIN + 5, y + 1, f"{most:.0f}", colours.stale)
        month, free = "", 0
        for place, week in enumerate(weeks):
            x = MARGIN + 7 + place * _WEEK
            self._column(x, y, tall, week, most)
            name = f"{week.monday:%b}"
            if name != month and free <= x <= canvas.width - 3:
                free = canvas.put(x, y + tall + 1, name, colours.stale) + 1
                month = name
        self._fitness(y)

    def _legend(self, y: int) -> None:
        canvas, colours = self.canvas, self.colours
        x = canvas.width - MARGIN - 20
        if x > 40:
            canvas.put(x, y, "  ", colours.work)
            canvas.put(x + 3, y, "hard", colours.stale)
            canvas.put(x + 10, y, "  ", colours.easy)
            canvas.put(x + 13, y, "easy", colours.stale)

    def _column(self, x: int, y: int, tall: int, week: "SeasonWeek", most: float) -> None:
        canvas, colours = self.canvas, self.colours
        if week.load is None:
            canvas.put(x, y + tall, "?", colours.stale)
            return
        cells = round(tall * week.load / most) if most > 0 else 0
        zones = (week.easy_s or 0.0) + (week.hard_s or 0.0)
        hard = round(cells * (week.hard_s or 0.0) / zones) if zones > 0 else 0
        rest = colours.easy if zones > 0 else colours.rest
        for up in range(cells):
            pair = colours.work if up < hard else rest
            canvas.put(x, y + tall - up, "  ", pair)
        more = "+" if week.loaded_runs < week.runs else ""
        if week.is_now:
            canvas.put(x - 1, y + tall - cells, f"now{more}", colours.stale)
        elif more:
            canvas.put(x, y + tall - cells, more, colours.stale)

    def _fitness(self, y: int) -> None:
        """Fitness, fatigue and form of the day, in the row of the head."""
        canvas, season = self.canvas, self.season
        day = season.fitness[-1] if season.fitness else None
        x = 30
        if day is None or canvas.width < 100:
            return
        is_warm = season.warm_until is not None and season.until >= season.warm_until
        words = f"fitness {day.ctl:.0f}   fatigue {day.atl:.0f}   form {signed(day.tsb)}"
        canvas.put(x, y, words if is_warm else f"{words}   warming up", self.colours.plain)

    def _easy(self, y: int) -> None:
        """A bar for 4 weeks, 12 weeks and the season, with its words beside it."""
        canvas, colours = self.canvas, self.colours
        canvas.put(MARGIN, y, "time in zones", colours.stale)
        room = min(56, canvas.width - 2 * MARGIN - 12 - 26)
        for down, each in enumerate(self.season.distributions, 1):
            canvas.put(MARGIN, y + down, each.window, colours.plain)
            x = MARGIN + 12
            if each.time is None:
                canvas.put(x, y + down, "not known: no heart rate, or no threshold", colours.stale)
                continue
            easy = round(room * each.time[0])
            hard = round(room * each.time[2])
            canvas.put(x, y + down, " " * room, colours.track)
            canvas.put(x, y + down, fit(f" easy {100 * each.time[0]:.0f} %", easy).ljust(easy), colours.easy)
            canvas.put(x + room - hard, y + down, " " * hard, colours.work)
            words = f"steady {100 * each.time[1]:.0f} %   hard {100 * each.time[2]:.0f} %"
            canvas.put(x + room + 2, y + down, words, colours.plain)

    def _best(self, y: int) -> None:
        canvas, season, colours = self.canvas, self.season, self.colours
        canvas.put(MARGIN, y, "best of these weeks", colours.stale)
        if not season.bests:
            canvas.put(MARGIN, y + 1, "none measured", colours.stale)
        for down, best in enumerate(season.bests[: max(0, canvas.height - y - 4)], 1):
            canvas.put(MARGIN, y + down, best.name, colours.plain)
            canvas.put_right(MARGIN + 19, y + down, best.time_text, colours.plain, bold=True)
            canvas.put(MARGIN + 22, y + down, f"{best.day.day} {best.day:%b}", colours.stale)

    def _heart(self, x: int, y: int) -> None:
        """Paint heart rates as dots on a band, with its limits below."""
        canvas, season, colours = self.canvas, self.season, self.colours
        if season.pace_s_per_km is None:
            return
        canvas.put(x, y, f"heart rate at {season.pace_text}", colours.stale)
        weeks = season.heart[-max(1, canvas.height - y - 5) :]
        low = 2 * (int(min(each.bpm for each in weeks)) // 2) - 2
        high = max(low + 8, 2 * (int(max(each.bpm for each in weeks)) // 2) + 4)
        wide = min(20, canvas.width - x - 17 - MARGIN)
        for down, each in enumerate(weeks, 1):
            canvas.put(x, y + down, f"{each.monday.day:>2} {each.monday:%b}", colours.plain)
            canvas.put_right(x + 11, y + down, f"{each.bpm:.0f}", colours.plain, bold=True)
            canvas.put(x + 13, y + down, " " * wide, colours.zebra)
            at = round((each.bpm - low) / (high - low) * (wide - 1))
            canvas.put(x + 13 + at, y + down, " ", colours.work)
        canvas.put(x + 13, y + len(weeks) + 1, str(low), colours.stale)
        canvas.put_right(x + 13 + wide, y + len(weeks) + 1, str(high), colours.stale)

    def _says(self, x: int, y: int) -> None:
        canvas, season, colours = self.canvas, self.season, self.colours
        width = min(64, canvas.width - x - MARGIN)
        canvas.put(x, y, "what this says", colours.stale)
        lines = [line for words in season.sentences for line in wrap(words, width)]
        notes = [line for words in season.notes for line in wrap(words, width)]
        room = max(0, canvas.height - y - 3)
        for down, line in enumerate([*lines, *notes][:room]):
            canvas.put(x, y + 1 + down, line, colours.plain if down < len(lines) else colours.stale)
