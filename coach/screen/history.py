"""The history screen: past runs to search, sort, review, annotate, export or delete."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from coach.problems import CoachProblem
from coach.screen import base
from coach.screen.app import ChoiceDialog, PageHelp
from coach.screen.base import Keys, WheelScreen
from coach.screen.history_page import HistoryPage, HistoryView, is_wide, list_lines, page_length, weekly
from coach.screen.library_page import clock_words
from coach.screen.paint import sanitise
from coach.screen.protocols import LONGEST_NOTE, HistoryRow, PastRuns

if TYPE_CHECKING:
    from coach.review.journaled import JournaledRep

COLUMNS: Final[dict[str, Callable[[HistoryRow], float | None]]] = {
    "day": lambda row: -row.number,
    "time": lambda row: row.time_s,
    "km": lambda row: row.distance_m,
    "hard": lambda row: row.hard_m,
    "+/- s": lambda row: row.light_s,
    "RPE": lambda row: row.effort,
}
"""The columns to sort by, in the order of the sort key; each starts descending."""
_EMPTY: Final = (
    "Your first run will stand here as soon as it ends.\n"
    "Try one without hardware:\n  coach run 6x800 @ 5k / 400 jog --sensors sim"
)


# --- search and order


def matching_runs(rows: Sequence[HistoryRow], line: str) -> tuple[HistoryRow, ...]:
    """The runs that have every word of a line: in workout, kind, athlete, note or day.

    `since:2026-04-01`, `until:2026-05-31` and `kind:threshold` are no words of a run; a day that is not written to its
    end yet is passed over.
    """
    words = line.casefold().replace("×", "x").split()
    if not words:
        return tuple(rows)
    since, until, kind = (_behind(words, name) for name in ("since:", "until:", "kind:"))
    begin, end = _day(since), _day(until)
    plain = [word for word in words if not word.startswith(("since:", "until:", "kind:"))]
    return tuple(
        row
        for row in rows
        if (begin is None or (row.day is not None and row.day >= begin))
        and (end is None or (row.day is not None and row.day <= end))
        and row.kind.casefold().startswith(kind)
        and _has(row, plain)
    )


def _behind(words: Sequence[str], name: str) -> str:
    return next((word.removeprefix(name) for word in words if word.startswith(name)), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _has(row: HistoryRow, words: Sequence[str]) -> bool:
    if not words:
        return True
    day = "" if row.day is None else f"{row.day:%A %d %B %Y} {row.day.day} {row.day.isoformat()}"
    state = f"{'cut off' if row.is_cut_off else ''} {'simulated' if row.is_simulated else ''}"
    text = f"{row.workout} {row.kind} {row.athlete} {row.note} {day} {state}".casefold().replace("×", "x")
    return all(word in text for word in words)


def sorted_runs(rows: Sequence[HistoryRow], column: str, *, is_falling: bool) -> tuple[HistoryRow, ...]:
    """Sort the runs by a column; unknown values come last either way."""
    value = COLUMNS[column]
    with_value = [row for row in rows if value(row) is not None]
    with_value.sort(key=lambda row: value(row) or 0.0, reverse=is_falling)
    return (*with_value, *(row for row in rows if value(row) is None))


# --- the screen

_FEW: Final = 50
"""Number of runs that are read too quickly for progress to be seen."""
_EVERY: Final = 25


class _Cancelled(Exception):
    """The screen was left; raised on the thread that reads to stop it."""


class DeleteDialog(ChoiceDialog[bool]):
    """Asks whether a run is to be deleted."""

    BINDINGS = [
        Binding("escape,n", "choose('keep')", show=False),
        Binding("y,d", "choose('delete')", show=False),
    ]

    def __init__(self, row: HistoryRow) -> None:
        day = "" if row.day is None else f", {row.day:%a} {row.day.day} {row.day:%b %Y}"
        choices = (
            ("keep", "esc  Keep it"),
            ("delete", "d    Delete it. u undoes that until you leave this page"),
        )
        super().__init__(f"Delete {sanitise(row.workout, 60) or row.run}{day}?", choices)

    def action_choose(self, choice: str) -> None:
        """Take a choice."""
        self.dismiss(choice == "delete")


class HistoryScreen(WheelScreen):
    """The list of past runs."""

    BINDINGS = [
        Binding("escape", "back", show=False, priority=True),
        Binding("q", "leave", show=False),
        Binding("enter", "review", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("slash", "search", show=False),
        Binding("s", "sort", show=False),
        Binding("S", "turn_order", show=False),
        Binding("e,n", "note", show=False),
        Binding("space", "pick", show=False),
        Binding("c", "compare", show=False),
        Binding("x", "export", show=False),
        Binding("d,delete", "delete", show=False),
        Binding("u", "undo", show=False),
        Binding("y", "season", show=False),
        Binding("question_mark", "keys", show=False),
        Binding("f1", "keys", show=False, priority=True),
        Binding("t", "app.switch_theme", show=False),
        Binding("f2", "app.switch_theme", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    def __init__(self, runs: PastRuns, *, is_only: bool = False) -> None:
        """Show the runs; `is_only` if nothing is below this screen, so that leaving it leaves the program."""
        super().__init__()
        self._runs = runs
        self._is_only = is_only
        self._rows: tuple[HistoryRow, ...] = ()
        """Every run, the newest first."""
        self._matches: tuple[HistoryRow, ...] = ()
        self._at = 0
        self._column = "day"
        self._is_falling = True
        self._picked: tuple[str, ...] = ()
        """Up to two runs picked for a comparison, in the order they were picked."""
        self._reps: dict[str, tuple[JournaledRep, ...]] = {}
        self._is_read = False
        self._is_away = False
        """True while a review that can change a run's notes is open."""
        self._is_busy = False
        """True while a run is folded for its review, or the season added up."""
        self._message = "Reading the runs ..."
        self._deleted = 0
        """Number of deleted runs that can be restored."""
        self._is_left = False
        """True once the screen is left, so that reading can stop."""
        self._edits = ""
        """The purpose of the field: `search`, `note`, or empty while it is closed."""
        self._line = ""

    def compose(self) -> ComposeResult:
        """Set out the page and the field."""
        yield HistoryPage(id="page")
        yield Input(id="field", max_length=LONGEST_NOTE, select_on_focus=False)

    def on_mount(self) -> None:
        """Read the runs off the loop."""
        self._field.cursor_blink = False
        self._show()
        self._read()

    def on_unmount(self) -> None:
        """Stop reading, and delete for good the runs that were deleted here."""
        self._is_left = True
        self._runs.close()

    def on_resize(self) -> None:
        """Show the number of rows that fit."""
        self._show()

    def on_screen_resume(self) -> None:
        """Show the notes that a review may have changed."""
        if self._is_away:
            self._is_away = False
            self._read()

    # --- search and order

    def action_search(self) -> None:
        """Focus the search field."""
        self._open_field("search", self._line, "800, threshold, May, since:2026-04-01, kind:easy")

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Keep the runs that have every word."""
        if self._edits == "search":
            self._line, self._at = event.value, 0
            self._find()

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
        """Store the note; after a search go back to the list."""
        event.stop()
        edits, text = self._edits, sanitise(event.value, LONGEST_NOTE)
        self._close_field()
        if edits == "note":
            self._keep_note(text)

    def action_sort(self) -> None:
        """Sort by the next column."""
        columns = list(COLUMNS)
        self._sort_by(columns[(columns.index(self._column) + 1) % len(columns)], is_falling=True)

    def action_turn_order(self) -> None:
        """Reverse the order."""
        self._sort_by(self._column, is_falling=not self._is_falling)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self._matches:
            self._at = min(len(self._matches) - 1, max(0, self._at + by))
            self._message = ""
            self._show()

    def action_page(self, by: int) -> None:
        """Move the cursor by the number of rows shown."""
        self.action_move(by * page_length(*self.size))

    def on_click(self, event: events.Click) -> None:
        """Choose the run; a second click reviews it."""
        place = self.query_one(HistoryPage).place(event.x, event.y)
        if place is not None and not self._edits:
            self._at = place
            self._show()
            if event.chain > 1:
                self.action_review()

    def turn_wheel(self, by: int) -> None:
        """Move the cursor by three rows."""
        self.action_move(3 * by)

    # --- the chosen run

    def action_review(self) -> None:
        """Show the review of the chosen run."""
        row = self._chosen()
        if row is None or self._is_busy:
            return

        async def review(run: str) -> None:
            from coach.screen.review import SummaryScreen  # the list does not need it

            feed, notes = await asyncio.to_thread(self._runs.open, run)
            self._message, self._is_away = "", True
            self.app.push_screen(SummaryScreen(feed, notes, is_live=False))

        self._work("Reading the run ...", review(row.run))

    def action_pick(self) -> None:
        """Pick the chosen run for a comparison, or unpick it; a third pick drops the first."""
        row = self._chosen()
        if row is None:
            return
        if row.run in self._picked:
            self._picked = tuple(run for run in self._picked if run != row.run)
        else:
            self._picked = (*self._picked, row.run)[-2:]
        count = len(self._picked)
        one, two = "One run picked: space picks another, c compares.", "Two runs picked: c compares."
        self._message = ("", one, two)[count]
        self._show()

    def action_compare(self) -> None:
        """Compare the picked runs, or the chosen one with the previous run of its workout."""
        row = self._chosen()
        if row is None or self._is_busy:
            return
        from coach.screen.review import ReviewScreen  # the list does not need it

        runs = set(self._picked) | ({row.run} if len(self._picked) < 2 else set())
        newest = max(runs)  # ids sort by the start of their runs
        actions = self._runs.actions(newest, against=min(runs - {newest}, default=""))
        self._message = ""
        self.app.push_screen(ReviewScreen(actions, then="compare"))

    def action_export(self) -> None:
        """Export the chosen run to a file for other programs."""
        row = self._chosen()
        if row is None or self._is_busy:
            return

        async def export(run: str) -> None:
            self._message = await asyncio.to_thread(self._runs.actions(run).export)

        self._work("Writing the run ...", export(row.run))

    def action_season(self) -> None:
        """Show the season."""
        if not self._is_read or self._is_busy:
            return

        async def add_up() -> None:
            from coach.screen.review import SeasonScreen  # as above

            season = await asyncio.to_thread(self._runs.season, self._progress("Adding up the weeks"))
            self._message = ""
            self.app.push_screen(SeasonScreen(season, self._runs))

        self._work("Adding up the weeks ...", add_up())

    def action_note(self) -> None:
        """Open the field for a note."""
        row = self._chosen()
        if row is not None:
            self._open_field("note", row.note, "a note on the run; enter saves it")

    def action_delete(self) -> None:
        """Ask whether the chosen run is to be deleted."""
        row = self._chosen()
        if row is None:
            return

        def delete() -> str:
            self._runs.delete(row.run)
            self._deleted += 1
            return "Deleted. u undoes it until you leave this page."

        def act_on(is_confirmed: bool | None) -> None:
            if is_confirmed:
                self._change(delete)

        self.app.push_screen(DeleteDialog(row), act_on)

    def action_undo(self) -> None:
        """Restore the run that was deleted last."""
        if not self._deleted:
            return

        def undo() -> str:
            is_back = bool(self._runs.undo())
            self._deleted -= 1
            return "Restored." if is_back else ""

        self._change(undo)

    def action_keys(self) -> None:
        """Show the keys."""
        self.app.push_screen(PageHelp(base.HISTORY))

    def action_back(self) -> None:
        """Go back: from the field, then from a search, then out."""
        if self._edits == "note":
            self._close_field()
        elif self._edits or self._line:
            self._line = ""
            self._close_field()
            self._find()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave the page."""
        if self._is_only:
            self.app.exit()
        else:
            self.dismiss()

    # --- the field, the list and its state

    @property
    def _field(self) -> Input:
        return self.query_one("#field", Input)

    def _chosen(self) -> HistoryRow | None:
        return self._matches[self._at] if self._at < len(self._matches) else None

    def _open_field(self, edits: str, text: str, placeholder: str) -> None:
        self._edits = edits
        field = self._field
        field.placeholder = placeholder
        field.set_class(edits == "note", "-note")
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        field.display = True
        field.focus()
        self._show()

    def _close_field(self) -> None:
        self._edits = ""
        self._field.display = False
        self.set_focus(None)
        self._show()

    def _keep_note(self, text: str) -> None:
        row = self._chosen()
        if row is not None:

            def note() -> str:
                self._runs.note(row.run, text)
                return "Kept." if text else "Taken back."

            self._change(note)

    def _change(self, work: Callable[[], str]) -> None:
        """Change a run off the loop, then read the list again and show the result."""

        async def change() -> None:
            done = await asyncio.to_thread(work)
            await self._read_rows()
            self._message = done

        self._work("", change())

    def _work(self, message: str, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine that takes a while; errors are shown in the message row."""
        self._message, self._is_busy = message, True
        self._show()

        async def run() -> None:
            try:
                await work
            except _Cancelled:
                return
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
            finally:
                self._is_busy = False
            self._show()

        self.run_worker(run(), group="history")

    def _read(self) -> None:
        """Read the list."""

        async def read() -> None:
            await self._read_rows()
            self._message = ""

        self._work(self._message, read())

    async def _read_rows(self) -> None:
        chosen = self._chosen()
        self._rows = tuple(await asyncio.to_thread(self._runs.rows, self._progress("Reading the runs")))
        self._is_read = True
        self._reps = {}
        self._find()
        if chosen is not None:
            places = {row.run: place for place, row in enumerate(self._matches)}
            self._at = places.get(chosen.run, min(self._at, max(0, len(self._matches) - 1)))
        self._show()

    def _progress(self, words: str) -> Callable[[int, int], None]:
        """Return a callback that shows progress in the message row; it is called on another thread."""

        def report(done: int, count: int) -> None:
            if self._is_left:
                raise _Cancelled
            if count > _FEW and done % _EVERY == 0:
                self.app.call_from_thread(self._tell, f"{words}: {done} of {count}")

        return report

    def _tell(self, message: str) -> None:
        self._message = message
        self._show()

    def _sort_by(self, column: str, *, is_falling: bool) -> None:
        self._column, self._is_falling, self._at = column, is_falling, 0
        self._find()

    def _find(self) -> None:
        hits = matching_runs(self._rows, self._line)
        is_by_day = self._column == "day" and self._is_falling
        self._matches = hits if is_by_day else sorted_runs(hits, self._column, is_falling=self._is_falling)
        self._at = min(self._at, max(0, len(self._matches) - 1))
        self._show()

    def _show(self) -> None:
        """Paint the chosen run, and then read its reps."""
        if not self.is_mounted:
            return
        row = self._chosen()
        self.query_one(HistoryPage).put(self._view(row))
        if row is not None and row.run not in self._reps:
            self.call_after_refresh(self._describe, row)

    def _describe(self, row: HistoryRow) -> None:
        """Read the reps of the chosen run, unless another one was chosen meanwhile."""
        if row is self._chosen() and row.run not in self._reps:
            self._reps[row.run] = tuple(self._runs.reps(row.run))
            self._show()

    def _view(self, row: HistoryRow | None) -> HistoryView:
        now = self._runs.now()
        today, unit = now.date(), self._runs.unit
        is_grouped = is_wide(self.size.width) and self._column == "day"
        return HistoryView(
            rows=self._matches,
            at=self._at,
            picked=frozenset(self._picked),
            title=self._title(),
            who=clock_words(self._runs.who, now),
            today=today,
            unit=unit,
            keys=self._keys(row),
            lines=list_lines(self._matches, today, unit, is_grouped=is_grouped),
            order=self._column,
            is_falling=self._is_falling,
            message=self._message,
            is_searching=self._edits == "search",
            line="" if self._edits == "search" else self._line,
            reps=None if row is None else self._reps.get(row.run),
            before=() if row is None else self._before(row),
            spark=weekly(self._rows, today),
            empty=_EMPTY if self._is_read and not self._rows else "",
        )

    def _title(self) -> str:
        if not self._is_read:
            return ""
        if not self._rows:
            return "no runs yet"
        runs = "1 run" if len(self._rows) == 1 else f"{len(self._rows)} runs"
        if len(self._matches) < len(self._rows):
            return f"{len(self._matches)} of {runs}"
        days = [row.day for row in self._rows if row.day is not None]
        return f"{runs} since {min(days):%B %Y}" if days else runs

    def _before(self, row: HistoryRow) -> tuple[HistoryRow, ...]:
        """The earlier runs of the same workout, the newest first."""
        name = row.workout.casefold()
        alike = (
            each
            for each in self._rows
            if each.number > row.number
            and each.workout.casefold() == name
            and each.is_simulated is row.is_simulated
        )
        return tuple(each for each, _ in zip(alike, range(4), strict=False)) if name else ()

    def _keys(self, row: HistoryRow | None) -> Keys:
        """The keys that do something now, the way out last."""
        if self._edits == "note":
            return (("enter", "keep it"), ("esc", "leave it"))
        if self._edits == "search":
            return (("↑ ↓", "choose"), ("enter", "to the list"), ("esc", "clear"))
        out = "clear" if self._line else "leave" if self._is_only else "back"
        if not self._rows:
            undo = [("u", "undo")] if self._deleted else []
            return (*undo, ("esc", out))
        chosen = (
            [("enter", "review"), ("c", "compare"), ("x", "export"), ("e", "note")] if row is not None else []
        )
        undo = [("u", "undo")] if self._deleted else []
        return (
            *chosen[:3],
            ("/", "search"),
            *undo,
            ("?", "keys"),  # the others are listed there, if they do not fit
            ("y", "season"),
            ("s", "sort"),
            *chosen[3:],
            ("esc", out),
        )
