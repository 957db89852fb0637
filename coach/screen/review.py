"""The review screens: one run, section by section, and the weeks of a season. Both are opened from history.

A section is a page of its own, reached by its number or by the arrows. It shows the sections of
`coach.review`, so that a number reads here as it does in the terminal and in the report. The season shows load,
fitness, how easy the easy running is, best efforts and heart rate at one pace.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import MouseScrollDown, MouseScrollUp
from textual.screen import Screen

from coach.problems import CoachProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, format_pace, signed
from coach.review import tables
from coach.review.formulas import FORMULAS
from coach.review.season import KIND_WORDS, SEASON, WARM_UP_DAYS, Season, SeasonWeek
from coach.review.sections import (
    HIGH,
    ReviewSection,
    SectionRow,
    profile_lines,
    section_lines,
    sections,
    wrapped,
)
from coach.screen.overlays import Overlay
from coach.screen.paint import Canvas, Palette, fit, sanitise
from coach.screen.protocols import PastRuns, ReviewActions
from coach.screen.widgets.base import MARGIN, Keys, PageWidget, paint_keys, paint_title
from coach.screen.widgets.library import clock_words
from coach.screen.widgets.review_page import BODY_AT, SectionsPage, SectionsView

if TYPE_CHECKING:
    from coach.review.comparison import Comparison
    from coach.review.review import Review


_WORDS: Final = re.compile(r" +|[^ ]+")
_TALLEST, _BELOW_CHART = 16, 16
"""Most rows of the chart, and the rows below it."""
_FOOT: Final = 3
"""Rows below the body: a blank one, the message, the keys."""


class ReviewScreen(Screen[None]):
    """The review of a run, section by section."""

    BINDINGS: ClassVar = [
        Binding("escape,q,ctrl+q", "leave", show=False, priority=False),
        *(Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)),
        Binding("right,tab,l", "turn(1)", show=False),
        Binding("left,shift+tab,h", "turn(-1)", show=False),
        Binding("down,j", "scroll_rows(1)", show=False),
        Binding("up,k", "scroll_rows(-1)", show=False),
        Binding("pagedown,space", "scroll_page(1)", show=False),
        Binding("pageup", "scroll_page(-1)", show=False),
        Binding("w", "formulas", show=False),
        Binding("c", "compare", show=False),
        Binding("x", "export", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, actions: ReviewActions, *, then: str = "") -> None:
        """Show one run; `then` is `compare` or `export`, carried out once the run is read."""
        super().__init__()
        self._actions = actions
        self._section = ""
        self._then = then
        self._review: Review | None = None
        self._comparison: Comparison | None = None
        self._top = 0
        self._has_formulas = False
        self._message = "reading the run ..."

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield SectionsPage(id="page")

    def on_mount(self) -> None:
        """Read the run off the loop."""
        self._look()
        self._in_thread(self._read)

    def on_resize(self) -> None:
        """Lay out the tables for another width."""
        self._look()

    def action_leave(self) -> None:
        """Go back, from the comparison to the sections first."""
        if self._comparison is not None:
            self._comparison, self._top = None, 0
            self._look()
        else:
            self.dismiss()

    def action_choose(self, number: int) -> None:
        """Show a section by its number."""
        keys = self._keys_of_sections()
        if number <= len(keys):
            self._show(keys[number - 1])

    def action_turn(self, by: int) -> None:
        """Show the next section, or the one before."""
        keys = self._keys_of_sections()
        if keys:
            self._show(keys[(keys.index(self._section) + by) % len(keys)])

    def action_scroll_rows(self, by: int) -> None:
        """Move the body by some rows."""
        self._top = max(0, min(len(self._body()) - self._room(), self._top + by))
        self._look()

    def action_scroll_page(self, pages: int) -> None:
        """Move the body by a page."""
        self.action_scroll_rows(pages * max(1, self._room() - 2))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move the body down."""
        event.stop()
        self.action_scroll_rows(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move the body up."""
        event.stop()
        self.action_scroll_rows(-1)

    def action_formulas(self) -> None:
        """Show the formulas of the section's numbers, or the numbers again."""
        self._has_formulas, self._top = not self._has_formulas, 0
        self._look()

    def action_compare(self) -> None:
        """Compare the run with the previous run of its workout."""
        if self._review is None:
            return
        self._message = "looking for the last run of this workout ..."
        self._look()
        self._in_thread(self._compare)

    def action_export(self) -> None:
        """Export the run to a file for other programs."""
        if self._review is not None:
            self._in_thread(self._export)

    # --- actions on the disk

    def _in_thread(self, work: Callable[[], None]) -> None:
        """Run a function that waits for the disk, then show the result."""

        async def run() -> None:
            try:
                await asyncio.to_thread(work)
            except CoachProblem as problem:
                self._message = " ".join(f"{problem.message} {problem.hint}".split())
            self._look()

        self.run_worker(run(), group="review", exclusive=True)

    def _read(self) -> None:
        self._review = self._actions.review()
        self._message = ""
        if self._then:
            {"compare": self._compare, "export": self._export}[self._then]()

    def _compare(self) -> None:
        self._comparison = self._actions.compare()
        self._top = 0
        self._message = "" if self._comparison is not None else "This workout was not run before."

    def _export(self) -> None:
        self._message = self._actions.export()

    # --- painting

    def _show(self, key: str) -> None:
        self._section, self._top, self._comparison, self._message = key, 0, None, ""
        self._look()

    def _sections(self) -> Sequence[ReviewSection]:
        return () if self._review is None else sections(self._review, self.size.width - 2 * MARGIN)

    def _keys_of_sections(self) -> list[str]:
        keys = [section.key for section in self._sections()]
        if keys and self._section not in keys:
            self._section = keys[0]
        return keys

    def _room(self) -> int:
        return max(1, self.size.height - BODY_AT - _FOOT)

    def _chart_rows(self) -> int:
        """The height of the chart: the rows that the figures leave, within its limits."""
        return max(HIGH, min(_TALLEST, self._room() - _BELOW_CHART))

    def _body(self) -> list[tuple[str, bool]]:
        """The rows of the body, and whether each is a head."""
        review, width = self._review, self.size.width - 2 * MARGIN
        if review is None:
            return []
        if self._comparison is not None:
            from coach.review.comparison import comparison_lines

            return [
                (line, not place)
                for place, line in enumerate(comparison_lines(self._comparison, review.unit))
            ]
        section = next(each for each in self._sections() if each.key == self._section)
        if self._has_formulas:
            return list(_formulas(section, width))
        lines: list[tuple[str, bool]] = [
            (line, not place) for place, line in enumerate(section_lines(section, width))
        ]
        if section.key == "reps":
            table = tables.rep_lines(review.summary.reps, review.unit, width=width)
            return [*lines, *((line, False) for line in table)]
        if section.key == "run":
            above = [(line, False) for line in profile_lines(review, width, self._chart_rows())]
            verdict = [
                (line, False) for each in review.verdict for line in wrapped("", each, width, indent=0)
            ]
            return [*above, ("", False), *verdict, ("", False), *lines]
        return lines

    def _look(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        keys, review = self._keys_of_sections(), self._review
        body, room = self._body(), self._room()
        self._top = max(0, min(self._top, len(body) - room))
        below = len(body) - room - self._top
        view = SectionsView(
            title="" if review is None else sanitise(review.title, 80),
            when="" if review is None else sanitise(review.day, 20),
            tabs=tuple(keys),
            chosen=-1 if self._comparison is not None else keys.index(self._section) if keys else -1,
            lines=tuple((_harmless(line), is_head) for line, is_head in body[self._top : self._top + room]),
            more=f"{below} more below" if below > 0 else "",
            message=sanitise(self._message),
            keys=self._keys(len(body) > room),
        )
        self.query_one(SectionsPage).put(view)

    def _keys(self, can_scroll: bool) -> Keys:
        scroll = [("↑↓", "scroll")] if can_scroll else []
        why = "numbers" if self._has_formulas else "why"
        return (
            ("1-9 ←→", "section"),
            *scroll,
            ("w", why),
            ("c", "compare"),
            ("x", "export"),
            ("t", "sun/night"),
            ("esc", "back"),
        )


def _harmless(line: str) -> str:
    """A line without control characters, its blanks unchanged."""
    return "".join(part if part.isspace() else sanitise(part) for part in _WORDS.findall(line))


def _formulas(section: ReviewSection, width: int) -> Iterator[tuple[str, bool]]:
    """The formulas of a section's numbers, with their inputs, source and conditions."""
    rows: Sequence[SectionRow] = section.rows
    if not rows:
        yield "The columns of this table: coach review --explain list", False
    for row in rows:
        formula = FORMULAS[row.name]
        yield f"{formula.label}  {row.text}", True
        for head, text in (
            ("formula", formula.formula),
            ("inputs", formula.inputs),
            ("source", formula.source),
            ("valid", formula.valid),
        ):
            yield from ((line, False) for line in wrapped(f"  {head:<8}", text, width))


# --- the weeks of a season

_WIDE: Final = 116
_TALL: Final = 34
"""From this size on all parts are shown at once; below it, one at a time."""
PARTS: Final = ("load", "easy", "best")
_WEEK: Final = 3
"""Columns of a week, the gap after it included."""
_UNKNOWN: Final = "--"


@dataclass(frozen=True, slots=True)
class SeasonView:
    """The state of the page."""

    season: Season
    who: str
    part: int = 0
    """The part that is shown if not all fit, as a place in `PARTS`."""


@dataclass(frozen=True, slots=True)
class BigFigure:
    """A number in block letters, its label, and its source."""

    text: str
    label: str
    about: str


def big_figures(season: Season) -> Iterator[BigFigure]:
    """Kilometres a week, the share of easy running, and the pace of the best 5 km, or fitness without one."""
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


def _weekly_figure(season: Season) -> BigFigure:
    each, word = (METRES_PER_MILE, "miles") if season.unit == "mile" else (METRES_PER_KM, "km")
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
        canvas, season, colours = self.canvas, self.season, self.colours
        span = f"{season.since.day} {season.since:%b} to {season.until.day} {season.until:%b %Y}"
        paint_title(canvas, "Season", span, self.view.who, colours)
        if not season.runs:
            canvas.put(MARGIN, 4, "Nothing was run in these weeks.", colours.plain, bold=True)
            for down, note in enumerate(season.notes, 6):
                canvas.put(MARGIN, down, fit(note, canvas.width - 2 * MARGIN), colours.stale)
            self._paint_keys(is_whole=True)
            return
        is_whole = canvas.width >= _WIDE and canvas.height >= _TALL
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
            part = PARTS[self.view.part % len(PARTS)]
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
        apart = (self.canvas.width - MARGIN) // most
        for place, figure in enumerate([*big_figures(self.season)][:most]):
            x = MARGIN + place * apart
            self.canvas.put_block(x, 2, figure.text, self.colours.plain)
            self.canvas.put(x, 6, fit(figure.label, apart - 2), self.colours.plain, bold=True)
            self.canvas.put(x, 7, fit(figure.about, apart - 2), self.colours.stale)

    def _load(self, y: int, tall: int) -> None:
        """A column for each week, its easy part on its hard one, with months below and the change above the last."""
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
        x = self.canvas.width - MARGIN - 20
        if x > 40:
            self.canvas.put(x, y, "  ", self.colours.work)
            self.canvas.put(x + 3, y, "hard", self.colours.stale)
            self.canvas.put(x + 10, y, "  ", self.colours.easy)
            self.canvas.put(x + 13, y, "easy", self.colours.stale)

    def _column(self, x: int, y: int, tall: int, week: SeasonWeek, most: float) -> None:
        if week.load is None:
            self.canvas.put(x, y + tall, "?", self.colours.stale)
            return
        cells = round(tall * week.load / most) if most > 0 else 0
        zones = (week.easy_s or 0.0) + (week.hard_s or 0.0)
        hard = round(cells * (week.hard_s or 0.0) / zones) if zones > 0 else 0
        rest = self.colours.easy if zones > 0 else self.colours.rest
        for up in range(cells):
            pair = self.colours.work if up < hard else rest
            self.canvas.put(x, y + tall - up, "  ", pair)
        more = "+" if week.loaded_runs < week.runs else ""
        if week.is_now:
            self.canvas.put(x - 1, y + tall - cells, f"now{more}", self.colours.stale)
        elif more:
            self.canvas.put(x, y + tall - cells, more, self.colours.stale)

    def _fitness(self, y: int) -> None:
        """Fitness, fatigue and form of the day, in the row of the head."""
        day = self.season.fitness[-1] if self.season.fitness else None
        x = 30
        if day is None or self.canvas.width < 100:
            return
        is_warm = self.season.warm_until is not None and self.season.until >= self.season.warm_until
        words = f"fitness {day.ctl:.0f}   fatigue {day.atl:.0f}   form {signed(day.tsb)}"
        self.canvas.put(x, y, words if is_warm else f"{words}   warming up", self.colours.plain)

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
        canvas, colours = self.canvas, self.colours
        canvas.put(MARGIN, y, "best of these weeks", colours.stale)
        if not self.season.bests:
            canvas.put(MARGIN, y + 1, "none measured", colours.stale)
        for down, best in enumerate(self.season.bests[: max(0, canvas.height - y - 4)], 1):
            canvas.put(MARGIN, y + down, best.name, colours.plain)
            canvas.put_right(MARGIN + 19, y + down, best.time_text, colours.plain, bold=True)
            canvas.put(MARGIN + 22, y + down, f"{best.day.day} {best.day:%b}", colours.stale)

    def _heart(self, x: int, y: int) -> None:
        """Dots on a band, whose limits are printed below it."""
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
        canvas = self.canvas
        width = min(64, canvas.width - x - MARGIN)
        canvas.put(x, y, "what this says", self.colours.stale)
        lines = [line for words in self.season.sentences for line in wrap(words, width)]
        notes = [line for words in self.season.notes for line in wrap(words, width)]
        room = max(0, canvas.height - y - 3)
        for down, line in enumerate([*lines, *notes][:room]):
            canvas.put(x, y + 1 + down, line, self.colours.plain if down < len(lines) else self.colours.stale)


_LABEL, _FORMULA = 16, 50
"""Columns of a label and of a formula, so that the box fits 80."""


class SeasonFormulas(Overlay):
    """The formulas of a season."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "How the numbers are made"
    footing = "Escape closes"

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return each number with its formula and its conditions."""
        rows: list[tuple[str, str]] = []
        for formula in SEASON.values():
            words = (*wrap(formula.formula, _FORMULA), *wrap(f"Holds for: {formula.valid}", _FORMULA))
            rows += zip_longest(wrap(formula.label, _LABEL), words, fillvalue="")
            rows.append(("", ""))
        return rows[:-1]


class SeasonScreen(Screen[None]):
    """The screen of a season."""

    BINDINGS = [
        Binding("escape,q,y", "dismiss", show=False),
        Binding("tab,right", "walk(1)", show=False, priority=True),
        Binding("shift+tab,left", "walk(-1)", show=False, priority=True),
        Binding("w", "formulas", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, season: Season, runs: PastRuns) -> None:
        """Show a season."""
        super().__init__()
        self._season = season
        self._runs = runs
        self._part = 0

    def compose(self) -> ComposeResult:
        """Set out the page."""
        yield SeasonPage(id="page")

    def on_mount(self) -> None:
        """Show the weeks."""
        self._show()

    def action_walk(self, by: int) -> None:
        """Show the next part."""
        self._part = (self._part + by) % len(PARTS)
        self._show()

    def action_formulas(self) -> None:
        """Show the formulas."""
        self.app.push_screen(SeasonFormulas())

    def _show(self) -> None:
        who = clock_words(self._runs.who, self._runs.now())
        self.query_one(SeasonPage).put(SeasonView(self._season, who, self._part))
