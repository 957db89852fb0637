"""The screens of a finished run, its summary, sections and curves; and the weeks of a season.

A section is a page of its own, reached by its number or by the arrows. It shows the sections of `coach.review`, so that
a number reads here as it does in the terminal and in the report.
"""

import asyncio
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from coach.problems import CoachProblem
from coach.quantities import Seconds
from coach.review import tables
from coach.review.formulas import FORMULAS
from coach.review.lessons import PaceOffer, pace_offer
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
from coach.screen import base
from coach.screen.app import Leaving, Overlay
from coach.screen.base import MARGIN, Keys, WheelScreen
from coach.screen.history_page import PARTS, SeasonPage, SeasonView
from coach.screen.library_page import clock_words
from coach.screen.paint import sanitise
from coach.screen.protocols import LONGEST_NOTE, LiveFeed, PastRuns, ReviewActions, RunNotes
from coach.screen.review_page import (
    BODY_AT,
    CurvePage,
    CurveView,
    ReviewPage,
    ReviewView,
    SectionsPage,
    SectionsView,
    rows_in_sight,
    table_length,
)
from coach.session.phases import Button, Phase

if TYPE_CHECKING:
    from coach.review.comparison import Comparison
    from coach.review.review import Review

# --- what the screens share

_EXPLAINED: Final = (
    "rep_pace", "against_plan", "seconds_a_rep", "within_2s", "evenness", "step_heart_rate", "drop", "split_time",
)  # fmt: skip
"""The numbers of the page after a run."""
_FORMULA_WIDTH: Final = 54
"""Columns of a formula of a run, so that the box fits 80."""
_SEASON_LABEL, _SEASON_FORMULA = 16, 50
"""Columns of a label and of a formula of a season, for the same reason."""


class FormulaOverlay(Overlay):
    """The formulas of a page's numbers."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "How the numbers are made"
    footing = "Escape closes"

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """Show rows of a label and a line of its formula."""
        super().__init__()
        self._rows = tuple(rows)

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return each number with its formula."""
        return self._rows


def _run_formulas() -> Iterator[tuple[str, str]]:
    """The formulas of the numbers after a run."""
    for name in _EXPLAINED:
        formula = FORMULAS[name]
        yield from zip_longest((formula.label,), wrap(formula.formula, _FORMULA_WIDTH), fillvalue="")


def _season_formulas() -> Iterator[tuple[str, str]]:
    """The formulas of a season with their conditions, a blank row between two."""
    for place, formula in enumerate(SEASON.values()):
        if place:
            yield "", ""
        lines = (
            *wrap(formula.formula, _SEASON_FORMULA),
            *wrap(f"Holds for: {formula.valid}", _SEASON_FORMULA),
        )
        yield from zip_longest(wrap(formula.label, _SEASON_LABEL), lines, fillvalue="")


class _RunPageScreen(WheelScreen):
    """A screen of a run whose rows can be moved, and which shows the results of work on the disk."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._top = 0
        """The first visible row."""
        self._message = ""

    @abstractmethod
    def action_scroll_rows(self, by: int) -> None:
        """Move the body by some rows."""

    def turn_wheel(self, by: int) -> None:
        """Move the body by a row."""
        self.action_scroll_rows(by)

    def _work(self, work: Callable[[], str], *, group: str, is_exclusive: bool = False) -> None:
        """Run a function that waits for the disk, off the loop, then show its message or its error."""

        async def run() -> None:
            try:
                self._message = await asyncio.to_thread(work)
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
            self._look()

        self.run_worker(run(), group=group, exclusive=is_exclusive)

    @abstractmethod
    def _look(self) -> None:
        """Show the current state."""


# --- a run section by section

_WORDS: Final = re.compile(r" +|[^ ]+")
_TALLEST, _BELOW_CHART = 16, 16
"""Most rows of the chart, and the rows below it."""
_FOOT: Final = 3
"""Rows below the body: a blank one, the message, the keys."""


class ReviewScreen(_RunPageScreen):
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

    def __init__(self, actions: ReviewActions, *, then: str = "") -> None:
        """Show one run; `then` is `compare` or `export`, carried out once the run is read."""
        super().__init__()
        self._actions = actions
        self._section = ""
        self._then = then
        self._review: Review | None = None
        self._comparison: Comparison | None = None
        self._has_formulas = False
        self._message = "reading the run ..."

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield SectionsPage(id="page")

    def on_mount(self) -> None:
        """Read the run off the loop."""
        self._look()
        self._work(self._read, group="review", is_exclusive=True)

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
        self._work(self._compare, group="review", is_exclusive=True)

    def action_export(self) -> None:
        """Export the run to a file for other programs."""
        if self._review is not None:
            self._work(self._actions.export, group="review", is_exclusive=True)

    # --- actions on the disk

    def _read(self) -> str:
        self._review = self._actions.review()
        if self._then == "compare":
            return self._compare()
        return self._actions.export() if self._then == "export" else ""

    def _compare(self) -> str:
        self._comparison = self._actions.compare()
        self._top = 0
        return "" if self._comparison is not None else "This workout was not run before."

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


# --- the summary
#
# It opens after the last step, asks for the effort, and can undo an accidental end. The run is not kept open by it: it
# ends by itself a minute after its last step, or when the page is left.

SLIP_S: Final = Seconds(600.0)
"""Time after its end in which a recorded run can go on; a later end is taken as meant."""
_TICK_S: Final = 1.0


class SummaryScreen(_RunPageScreen):
    """The summary of a run, with its effort and note."""

    BINDINGS = [
        base.MARK.binding(),
        Binding("enter,q,ctrl+q", "leave", show=False, priority=False),
        Binding("escape", "back", show=False),
        *(Binding(str(number % 10), f"effort({number})", show=False) for number in range(1, 11)),
        Binding("n", "note", show=False),
        Binding("y", "keep_pace", show=False),
        Binding("h", "next_shoe", show=False),
        Binding("w", "formulas", show=False),
        Binding("v", "curves", show=False),
        Binding("s", "sections", show=False),
        Binding("c", "compare", show=False),
        Binding("x", "export", show=False),
        Binding("r", "go_on", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
        Binding("down,j", "scroll_rows(1)", show=False),
        Binding("up,k", "scroll_rows(-1)", show=False),
        Binding("pageup", "scroll_rows(-8)", show=False),
    ]

    class WentOn(Message):
        """The run goes on."""

        def __init__(self, screen: "SummaryScreen") -> None:
            super().__init__()
            self.screen = screen

    class Left(Message):
        """The page is left."""

        def __init__(self, leaving: Leaving) -> None:
            super().__init__()
            self.leaving = leaving

    def __init__(self, feed: LiveFeed, notes: RunNotes | None = None, *, is_live: bool = True) -> None:
        """Show the summary of a run; `notes` stores effort and note, a run that is not live cannot go on."""
        super().__init__()
        self._feed = feed
        self._notes = notes
        self._is_live = is_live
        self._effort, self._text = (None, "") if notes is None else notes.effort_and_note()
        self._over_at = feed.now()
        self._offer: PaceOffer | None = None
        """A pace run by effort that can be stored; None without one, or once it is stored."""
        self._is_pace_kept = False
        self._has_shoes = notes is not None and bool(notes.shoes())
        self._is_written = False

    def compose(self) -> ComposeResult:
        """Lay out the page and the field of the note."""
        yield ReviewPage(id="page")
        yield Input(id="field", max_length=LONGEST_NOTE, placeholder="a note on the run; enter saves it")

    def on_mount(self) -> None:
        """Show the run, and watch whether it goes on."""
        self._feed.subscribe(self._request_look)
        self.set_interval(_TICK_S, self._look)
        self._look()

    def on_resize(self) -> None:
        """Show the number of rows that fit."""
        self._look()

    @property
    def can_go_on(self) -> bool:
        """True while `r` can undo the end."""
        if not self._is_live or not self._feed.has_ended():
            return self._is_live
        return self._notes is not None and self._feed.now() - self._over_at <= SLIP_S

    def action_effort(self, number: int) -> None:
        """Store the effort; another key corrects it."""
        if self._notes is None or self._field.display:
            return
        self._effort = number
        self._keep(effort=number)

    def action_note(self) -> None:
        """Open the field for a note."""
        if self._notes is None:
            return
        self._field.value = self._text
        self._field.display = True
        self._field.focus()

    def action_keep_pace(self) -> None:
        """Store a pace that was run by effort."""
        notes, offer = self._notes, self._offer
        if notes is None or offer is None:
            return
        self._is_pace_kept, self._offer = True, None

        def keep() -> str:
            notes.keep_pace(offer)
            return f"Kept: {offer.ref} pace {offer.pace}."

        self._work(keep, group="notes")

    def action_next_shoe(self) -> None:
        """Store the next pair of shoes as that of the run; each press takes the next pair."""
        notes = self._notes
        if notes is not None and self._has_shoes and not self._field.display:
            self._work(lambda: f"Shoe: {_keep_next_shoe(notes)}", group="notes")

    @on(Input.Submitted)
    def keep_note(self, event: Input.Submitted) -> None:
        """Store the note."""
        event.stop()
        self._text = sanitise(event.value, LONGEST_NOTE)
        self._close_field()
        self._keep(text=self._text)

    def action_back(self) -> None:
        """Close the field without storing its text; without a field, leave."""
        if self._field.display:
            self._close_field()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave the page, and with it the run."""
        self.post_message(self.Left(Leaving.FINISHED))

    def action_go_on(self) -> None:
        """Undo the end of the run."""
        if not self.can_go_on:
            return
        if self._feed.has_ended():
            self.post_message(self.Left(Leaving.GO_ON))
        else:
            self._feed.press(Button.UNDO)

    def action_formulas(self) -> None:
        """Show the formulas."""
        self.app.push_screen(FormulaOverlay(_run_formulas()))

    def action_curves(self) -> None:
        """Show the whole run."""
        if self._has_curves():
            self.app.push_screen(CurveScreen(self._feed))

    def action_sections(self) -> None:
        """Show the run section by section."""
        self._open_review()

    def action_compare(self) -> None:
        """Compare the run with the previous run of its workout."""
        self._open_review(then="compare")

    def action_export(self) -> None:
        """Export the run to a file for other programs."""
        self._open_review(then="export")

    def _open_review(self, then: str = "") -> None:
        """Show the sections of a run that is recorded and over, and carry out an action there."""
        if self._notes is None or self._field.display or not self._feed.has_ended():
            return
        self.app.push_screen(ReviewScreen(self._notes.actions(), then=then))

    def action_scroll_rows(self, by: int) -> None:
        """Move the table by some rows."""
        view = self._view()
        most = max(0, table_length(view) - rows_in_sight(view, self.size.height))
        self._top = max(0, min(most, self._top + by))
        self._look()

    @property
    def _field(self) -> Input:
        return self.query_one("#field", Input)

    def _close_field(self) -> None:
        self._field.display = False
        self.set_focus(None)
        self._look()

    def _keep(self, *, effort: int | None = None, text: str | None = None) -> None:
        """Store an answer."""
        self._look()
        notes = self._notes
        if notes is None:
            return

        def keep() -> str:
            notes.keep(effort, text)
            return ""

        self._work(keep, group="notes")

    def _request_look(self) -> None:
        self.call_later(self._look)

    def _look(self) -> None:
        if not self.is_mounted:
            return
        snapshot = self._feed.snapshot(self._feed.now())
        is_over = self._feed.has_ended() or (self._is_live and snapshot.phase is Phase.FINISHED)
        if not is_over:
            if not self._is_written:
                self._is_written = True
                self.post_message(self.WentOn(self))
            return
        self.query_one(ReviewPage).put(self._view())

    def _view(self) -> ReviewView:
        summary = self._feed.summary()
        snapshot = self._feed.snapshot(self._feed.now())
        effort = self._effort if self._effort is not None else summary.effort
        if self._notes is not None and not self._is_pace_kept and not self._notes.is_simulated:
            self._offer = pace_offer(summary.rows, unit=snapshot.unit)
        offer_text = "" if self._offer is None else f"{self._offer.question} y saves it."
        when = "" if self._notes is None else self._notes.when()
        return ReviewView(
            summary=summary,
            unit=snapshot.unit,
            title=sanitise(snapshot.timeline.name, 80) or "Free run",
            when="   ".join(part for part in (sanitise(snapshot.athlete, 20), when) if part),
            keys=self._keys(),
            effort=effort,
            note=self._text,
            asks=self._notes is not None,
            top=self._top,
            message=self._message or offer_text,
        )

    def _keys(self) -> Keys:
        note_keys = [("1-9 0", "effort"), ("n", "note")] if self._notes is not None else []
        curves = [("v", "whole run")] if self._has_curves() else []
        shoe = [("h", "shoe")] if self._has_shoes else []
        slip = [("r", "go on")] if self.can_go_on else []
        is_over = self._notes is not None and self._feed.has_ended()
        more, compare = ([("s", "sections")], [("c", "compare")]) if is_over else ([], [])
        pace = [("y", "keep pace")] if self._offer is not None else []
        return (
            *pace,
            *note_keys,
            *shoe,
            *more,
            *slip,
            ("w", "why"),
            *curves,
            *compare,
            ("t", "sun/night"),
            ("q", "done"),
        )

    def _has_curves(self) -> bool:
        curves = self._feed.curves()
        return max(len(curves.speed), len(curves.heart_rate)) > 1


def _keep_next_shoe(notes: RunNotes) -> str:
    """Store the pair of shoes after the current one, and return its name."""
    shoes, worn = notes.shoes(), notes.worn()
    slugs = [slug for slug, _ in shoes]
    place = (slugs.index(worn) + 1) % len(slugs) if worn in slugs else 0
    notes.keep_shoe(slugs[place])
    return sanitise(shoes[place][1], 40)


class CurveScreen(Screen[None]):
    """The whole run, over the summary."""

    BINDINGS = [
        Binding("v,q,escape,enter", "dismiss", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]

    def __init__(self, feed: LiveFeed) -> None:
        super().__init__()
        self._feed = feed

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield CurvePage(id="page")

    def on_mount(self) -> None:
        """Show the run once: it is over."""
        snapshot = self._feed.snapshot(self._feed.now())
        view = CurveView(
            self._feed.curves(), self._feed.summary(), snapshot.unit, sanitise(snapshot.timeline.name, 80)
        )
        self.query_one(CurvePage).put(view)


# --- the season


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
        self.app.push_screen(FormulaOverlay(_season_formulas()))

    def _show(self) -> None:
        who = clock_words(self._runs.who, self._runs.now())
        self.query_one(SeasonPage).put(SeasonView(self._season, who, self._part))
