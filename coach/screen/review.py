"""The review screens: one run, section by section, and the weeks of a season. Both are opened from history.

A section is a page of its own, reached by its number or by the arrows. It shows the sections of
`coach.review`, so that a number reads here as it does in the terminal and in the report.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from coach.problems import CoachProblem
from coach.review import tables
from coach.review.formulas import FORMULAS
from coach.review.season import SEASON, Season
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
from coach.screen.paint import sanitise
from coach.screen.protocols import PastRuns, ReviewActions
from coach.screen.widgets.base import MARGIN, Keys, WheelScreen
from coach.screen.widgets.history_page import PARTS, SeasonPage, SeasonView
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


class ReviewScreen(WheelScreen):
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

    def turn_wheel(self, by: int) -> None:
        """Move the body by a row."""
        self.action_scroll_rows(by)

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
                self._message = " ".join(str(problem).split())
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
