"""The summary screen: it opens after the last step, asks for the effort, and can undo an accidental end.

The run is not kept open by it: it ends by itself a minute after its last step, or when the page is left.
"""

import asyncio
import textwrap
from collections.abc import Callable, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from coach.problems import CoachProblem
from coach.quantities import Seconds
from coach.review.formulas import FORMULAS
from coach.review.lessons import PaceOffer, pace_offer
from coach.screen import keys
from coach.screen.app import Leaving
from coach.screen.overlays import Overlay
from coach.screen.paint import sanitise
from coach.screen.protocols import LiveFeed, RunNotes
from coach.screen.widgets.base import WheelScreen
from coach.screen.widgets.review_page import (
    CurvePage,
    CurveView,
    ReviewPage,
    ReviewView,
    rows_in_sight,
    table_length,
)
from coach.session.buttons import Button
from coach.session.phases import Phase

SLIP_S: Final = Seconds(600.0)
"""Time after its end in which a recorded run can go on; a later end is taken as meant."""
LONGEST_NOTE: Final = 400
_TICK_S: Final = 1.0


class SummaryScreen(WheelScreen):
    """The summary of a run, with its effort and note."""

    BINDINGS = [
        keys.MARK.binding(),
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
    AUTO_FOCUS = ""

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
        self._top = 0
        self._offer: PaceOffer | None = None
        """A pace run by effort that can be stored; None without one, or once it is stored."""
        self._is_pace_kept = False
        self._has_shoes = notes is not None and bool(notes.shoes())
        self._message = ""
        self._is_written = False

    def compose(self) -> ComposeResult:
        """Lay out the page and the field of the note."""
        yield ReviewPage(id="page")
        yield Input(id="field", max_length=LONGEST_NOTE, placeholder="a note on the run; enter saves it")

    def on_mount(self) -> None:
        """Show the run, and watch whether it goes on."""
        self._feed.subscribe(self._changed)
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

        self._write(keep)

    def action_next_shoe(self) -> None:
        """Store the next pair of shoes as that of the run; each press takes the next pair."""
        notes = self._notes
        if notes is not None and self._has_shoes and not self._field.display:
            self._write(lambda: f"Shoe: {_keep_next_shoe(notes)}")

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
        self.app.push_screen(FormulaOverlay())

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
        from coach.screen.review import ReviewScreen  # a run in progress does not need it

        self.app.push_screen(ReviewScreen(self._notes.actions(), then=then))

    def action_scroll_rows(self, by: int) -> None:
        """Move the table by some rows."""
        view = self._view()
        most = max(0, table_length(view) - rows_in_sight(view, self.size.height))
        self._top = max(0, min(most, self._top + by))
        self._look()

    def turn_wheel(self, by: int) -> None:
        """Move the table by a row."""
        self.action_scroll_rows(by)

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

        self._write(keep)

    def _write(self, work: Callable[[], str]) -> None:
        """Store something off the loop, and show the returned message or the error."""

        async def write() -> None:
            try:
                self._message = await asyncio.to_thread(work)
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
            self._look()

        self.run_worker(write(), group="notes")

    def _changed(self) -> None:
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

    def _keys(self) -> tuple[tuple[str, str], ...]:
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


_EXPLAINED: Final = (
    "rep_pace", "against_plan", "seconds_a_rep", "within_2s", "evenness", "step_heart_rate", "drop", "split_time",
)  # fmt: skip
"""The numbers of the page after a run."""
_FORMULA_WIDTH: Final = 54


class FormulaOverlay(Overlay):
    """The formulas of a review."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "How the numbers are made"
    footing = "Escape closes"

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return each number with its formula."""
        rows: list[tuple[str, str]] = []
        for name in _EXPLAINED:
            label, *others = FORMULAS[name].label, *textwrap.wrap(FORMULAS[name].formula, _FORMULA_WIDTH)
            rows += [(label if not place else "", line) for place, line in enumerate(others)]
        return rows


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
