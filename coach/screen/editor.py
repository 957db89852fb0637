"""The editor screen: the steps of a workout in a list, whose cells are typed as in a line, with profile and totals."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from textwrap import wrap
from typing import Final

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input, Static

from coach.athlete import Athlete
from coach.documents import path_of
from coach.problems import CoachProblem, WorkoutProblem
from coach.quantities import long_distance
from coach.screen.app import PageHelp
from coach.screen.base import EDITOR, MARGIN, ProfilePlan, StripWidget, profile_rows
from coach.screen.library_page import step_means, step_time
from coach.screen.paint import (
    Pair,
    Palette,
    beside,
    blank,
    fit,
    pieces_row,
    placed_row,
    sanitise,
    stack,
    text_row,
)
from coach.screen.protocols import EditActions, NameUse
from coach.spelling import LONGEST_NAME
from coach.workout import editing, notation
from coach.workout.describe import MOVE_WORDS, Estimate, estimate, sentence, until_text
from coach.workout.document import outline
from coach.workout.editing import Cell, CellProblem, Draft, Edited, Form, Path, StepRow
from coach.workout.model import WorkoutDocument
from coach.workout.timeline import Step, Timeline

# --- the page
#
# Every row has a fixed place, also while it is empty. The screen lays the field that a value is typed into over the
# page, at `field_place`.

_WIDE, _HIGH = 104, 32
"""From this size on it has its help column, today's paces and the rows with the workout in words."""
_HELP: Final = {
    Cell.TIMES: ("6", "8-12"),
    Cell.LENGTH: ("800", "1km", "1mile", "3min", "90s", "until <120bpm", "until mark"),
    Cell.TARGET: ("5k", "threshold", "mile-2s/km", "3:45/km", "<75%max", "Z2", "easy->5k", "hard"),
    Cell.REST: ("400 jog", "2:00 walk", "90s stand", "200 float", "on 1:45", "none"),
}
"""Examples of values for each column."""
_MOST: Final = 400
"""Most characters of a text that are processed; a row shows fewer."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the list; numbers end at theirs."""

    number: int
    step: int
    times: int
    length: int
    target: int
    means: int
    """0 if there is no room for today's paces."""
    time: int


_NARROW: Final = Columns(number=3, step=5, times=24, length=39, target=42, means=0, time=77)
_BROAD: Final = Columns(number=5, step=7, times=31, length=47, target=51, means=91, time=101)
_LISTED: Final = 106
"""The column of the examples."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of the parts on a page of some size."""

    is_wide: bool
    columns: Columns
    profile: int
    """Rows of the profile."""
    head: int
    """The row of the heads of the columns."""
    top: int
    """The first row of the list."""
    room: int
    """Rows of the list."""
    ask: int
    """The row of the label, with the field behind it."""

    @classmethod
    def of(cls, width: int, height: int) -> "Layout":
        """Lay a page out."""
        is_wide = width >= _WIDE and height >= _HIGH
        if is_wide:
            return cls(is_wide, _BROAD, 6, 9, 11, max(1, height - 22), height - 11)
        profile = 3 if height >= 20 else 1
        top = profile + 5
        ask = max(top + 1, height - 5)
        return cls(is_wide, _NARROW, profile, top - 1, top, ask - top, ask)


@dataclass(frozen=True, slots=True)
class EditorView:
    """The state of the page."""

    rows: tuple[StepRow, ...]
    at: int
    """The row with the cursor."""
    cell: Cell | None
    """The cell with the cursor; None in a row without any."""
    timeline: Timeline
    """The workout compiled for the runner."""
    line: str
    """The workout in one line."""
    message: str = ""
    """An error, a question or a result; may hold any characters."""
    is_fault: bool = False
    """True if the message is about an error in the cell."""
    before: str = ""
    """The original workout and the difference from it."""
    asks: str = ""
    """The label before the field if it is not laid over a cell."""
    unit: str = "km"
    """Unit of the totals: `km` or `mile`."""


def first_shown(at: int, count: int, room: int) -> int:
    """The first row of a list that is shown; the cursor is in the middle if not all rows fit."""
    return max(0, min(at - room // 2, count - room))


def field_place(page: EditorView, width: int, height: int) -> tuple[int, int, int]:
    """Column, row and width of the cell with the cursor, for the field that is laid over it."""
    layout = Layout.of(width, height)
    columns = layout.columns
    if page.asks:
        begin = MARGIN + cell_len(page.asks)
        return begin, layout.ask, max(1, min(100, width - begin - MARGIN))
    row = layout.top + page.at - first_shown(page.at, len(page.rows), layout.room)
    if page.cell is Cell.TIMES:
        return columns.times - 7, row, 8
    if page.cell is Cell.LENGTH:
        return columns.times + 2, row, columns.target - columns.times - 4
    return columns.target, row, 26 if not layout.is_wide else 38


class EditorPage(StripWidget[EditorView]):
    """The page under the title."""

    def paint(self, value: EditorView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint profile, totals, list and messages."""
        layout, size = Layout.of(width, height), estimate(value.timeline)
        inner = max(1, width - 2 * MARGIN)
        top = [blank(inner, colours.plain), *_profile(value, size, inner, layout, colours)]
        if layout.is_wide:
            top += [blank(inner, colours.plain), _rule(inner, colours)]
        side = [blank(MARGIN, colours.plain)] * len(top)
        rows = beside([side, top, side])
        rows += [blank(width, colours.plain)] * (layout.head - len(rows))
        rows.append(_heads(layout.columns, width, colours))
        rows += [blank(width, colours.plain)] * (layout.top - len(rows))
        rows += _list_rows(value, width, layout, colours)
        rows += [blank(width, colours.plain)] * (layout.ask - len(rows))
        rows.append(
            pieces_row([(" " * MARGIN, colours.plain), (value.asks, colours.stale)], width, colours.plain)
        )
        foot = _foot(value, size, inner, colours) if layout.is_wide else _narrow_foot(value, inner, colours)
        foot_at = height - len(foot)
        rows += [blank(width, colours.plain)] * (foot_at - len(rows))
        side = [blank(MARGIN, colours.plain)] * len(foot)
        rows[foot_at:] = beside([side, foot, side])
        return stack(rows, width, height, colours.plain, top=0)


# --- page: profile and totals


def _totals(size: Estimate, unit: str = "km") -> tuple[tuple[str, str], ...]:
    """Time, distance and hard part with their units."""
    minutes = round(size.seconds / 60)
    figures = [(f"{minutes // 60}:{minutes % 60:02d}", "h"), long_distance(size.metres, unit)]
    if size.hard_metres >= 1:
        figure, word = long_distance(size.hard_metres, unit)
        figures.append((figure, f"{word} hard"))
    else:
        figures.append((f"{size.hard_seconds / 60:.0f}", "min hard"))
    if size.open_steps:
        figures.append((f"{size.open_steps}", "open"))
    return tuple(figures)


def _profile(value: EditorView, size: Estimate, width: int, layout: Layout, colours: Palette) -> list[Strip]:
    """The profile, with the totals beside it or below it."""
    figures = _totals(size, value.unit)
    if not layout.is_wide:
        pieces: list[tuple[str, Pair]] = []
        for figure, unit in figures:
            pieces += [(figure, colours.plain), (f" {unit}    ", colours.stale)]
        bars = profile_rows(ProfilePlan(value.timeline), width, layout.profile, colours)
        return [*bars, blank(width, colours.plain), pieces_row(pieces, width, colours.plain)]
    side = 28
    rows = [
        pieces_row([(f"{figure:>12} ", colours.plain), (unit, colours.stale)], side, colours.plain)
        for figure, unit in figures
    ]
    spaced = [row for figure in rows for row in (figure, blank(side, colours.plain))][: layout.profile]
    spaced = spaced if len(rows) <= 3 else rows
    bars = profile_rows(ProfilePlan(value.timeline), width - side, layout.profile, colours)
    return beside([bars, stack(spaced, side, layout.profile, colours.plain, top=0)])


def _rule(width: int, colours: Palette) -> Strip:
    return text_row("─" * width, width, colours.stale, bold=False)


# --- page: the list of the steps


def _heads(columns: Columns, width: int, colours: Palette) -> Strip:
    """The heads of the columns."""
    texts = [("#", columns.number, True), ("step", columns.step, False), ("times", columns.times, True)]
    texts += [("length", columns.length, True), ("target or rest", columns.target, False)]
    texts += [("means", columns.means, True)] if columns.means else []
    return placed_row(
        [(*text, colours.stale) for text in [*texts, ("time", columns.time, True)]], width, colours.plain
    )


def _row_numbers(rows: tuple[StepRow, ...]) -> list[str]:
    """The number of every row; sections have none."""
    numbers, count = [], 0
    for row in rows:
        count += row.form is not Form.SECTION
        numbers.append("" if row.form is Form.SECTION else f"{count}")
    return numbers


def _list_rows(value: EditorView, width: int, layout: Layout, colours: Palette) -> list[Strip]:
    """The rows of the list that fit, the one with the cursor highlighted."""
    first = first_shown(value.at, len(value.rows), layout.room)
    steps: dict[str, Step] = {}
    for step in value.timeline.steps:
        steps.setdefault(step.step_id, step)
    numbers = _row_numbers(value.rows)
    rows = []
    for place in range(first, min(len(value.rows), first + layout.room)):
        row = value.rows[place]
        rows.append(
            _row(value, place, (numbers[place], steps.get(row.step_id)), (width, layout.columns), colours)
        )
    rows += [blank(width, colours.plain)] * (layout.room - len(rows))
    if layout.is_wide and value.cell is not None and width >= _LISTED + 12:
        examples = [(value.cell.value, colours.plain), *((text, colours.stale) for text in _HELP[value.cell])]
        for place, (text, pair) in enumerate(examples[: layout.room]):
            strip = text_row(text, width - _LISTED, pair, bold=pair is colours.plain)
            rows[place] = Strip.join([rows[place].crop(0, _LISTED), strip])
    return rows


def _row(
    value: EditorView,
    place: int,
    about: tuple[str, Step | None],
    sizes: tuple[int, Columns],
    colours: Palette,
) -> Strip:
    """One row of the list."""
    (number, step), (width, columns), row = about, sizes, value.rows[place]
    is_here = place == value.at
    ground = colours.track if is_here else colours.plain
    quiet = ground if is_here else colours.stale
    is_invalid = is_here and value.is_fault

    def pair(cell: Cell) -> Pair:
        return colours.choice if is_here and cell is value.cell else ground

    cells = row.cells
    indent = 0 if row.form is Form.SECTION else 2 * row.depth
    name = sanitise(row.name, 60)
    step_room = columns.times - columns.step - 7 - indent
    texts = [(number, columns.number, True, quiet)]
    ink = quiet if row.form is Form.SECTION else ground
    texts.append((fit(name, max(1, step_room)), columns.step + indent, False, ink))
    if Cell.TIMES in cells:
        texts.append((f"{cells[Cell.TIMES]} ×", columns.times, True, pair(Cell.TIMES)))
    if Cell.LENGTH in cells:
        length = _length(row, step)
        room = columns.length - columns.times - 2
        texts.append((fit(length, room), columns.length, True, pair(Cell.LENGTH)))
    aim_room = (columns.means - 16 if columns.means else columns.time - 7) - columns.target
    means = step_means(step) if step is not None and columns.means else ""
    if row.form in {Form.PROMPT, Form.CHECKLIST, Form.USE} or not means:
        aim_room = columns.time - 8 - columns.target
    if Cell.TARGET in cells:
        is_chosen = is_here and value.cell is Cell.TARGET
        aim = sanitise(cells[Cell.TARGET], _MOST) or ("   " if is_chosen else "")
        texts.append((fit(aim, aim_room), columns.target, False, pair(Cell.TARGET)))
    elif Cell.REST in cells:
        rest = cells[Cell.REST]
        rest = rest if rest.startswith("on ") else f"/ {rest}"
        texts.append((fit(rest, aim_room), columns.target, False, pair(Cell.REST)))
    if means and columns.means:
        texts.append((means, columns.means, True, quiet))
    if row.form is Form.STEP:
        time = "--" if step is None or is_invalid else step_time(step)
        texts.append((time, columns.time, True, ground))
    edge = min(width, columns.time + 2)
    strip = placed_row(texts, edge, ground)
    if is_here:  # the margin before the numbers stays paper
        strip = Strip.join([blank(MARGIN - 1, colours.plain), strip.crop(MARGIN - 1, edge)])
    return Strip.join([strip, blank(width - edge, colours.plain)])


def _length(row: StepRow, step: Step | None) -> str:
    """The length of a step, in few characters: `800 m`, `2:00`, `mark max 4:00`; a rest without its way of moving."""
    if step is not None and (step.until.distance() or step.until.time()):
        return until_text(step.until)
    text = row.cells[Cell.LENGTH].removeprefix("until ")
    for move in MOVE_WORDS.values():
        text = text.removesuffix(f" {move}")
    return text


# --- page: the foot


def _foot(value: EditorView, size: Estimate, width: int, colours: Palette) -> list[Strip]:
    """The workout in a line and in words, the message, and the original, on two rows each."""
    message = _message(value) or "nothing wrong"
    message_rows = (
        ("in one line", sanitise(value.line, _MOST), False),
        ("says", sanitise(sentence(value.timeline, size, value.unit), _MOST), False),
        ("check", message, True),
        ("before", sanitise(value.before, _MOST), False),
    )
    rows = [_rule(width, colours), blank(width, colours.plain)]
    for label, text, is_loud in message_rows:
        ink = colours.plain if is_loud or label != "before" else colours.stale
        first, *more = wrap(text, width - 14) or [""]
        for head, words in ((label, first), ("", " ".join(more))):
            pieces = [(f"{head:<14}", colours.stale), (fit(words, width - 14), ink)]
            rows.append(pieces_row(pieces, width, colours.plain))
    return rows


def _narrow_foot(value: EditorView, width: int, colours: Palette) -> list[Strip]:
    """The message on two rows, and the workout in a line."""
    first, *more = wrap(_message(value), width) or [""]
    line = text_row(sanitise(value.line, _MOST), width, colours.stale, bold=False)
    message = [text_row(text, width, colours.plain) for text in (first, " ".join(more))]
    return [*message, line, blank(width, colours.plain)]


def _message(value: EditorView) -> str:
    """The message on the cursor's row; an error with its arrow."""
    return f"{'▲ ' if value.is_fault else ''}{sanitise(value.message, _MOST)}"


# --- the screen


class Typing(Enum):
    """The kind of text being typed."""

    NOTHING = ""
    CELL = "cell"
    ADDITION = "add"
    """Steps to be added, as in a line."""
    NAME = "save as"
    """The name to save the workout under."""


class EditorScreen(Screen[str]):
    """Edits one workout; dismissed with the name it was saved under, empty if it was not saved."""

    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-8)", show=False),
        Binding("pagedown", "move(8)", show=False),
        Binding("left", "side(-1)", show=False),
        Binding("right", "side(1)", show=False),
        Binding("tab", "take_next", show=False),
        Binding("space", "change", show=False),
        Binding("enter", "run", show=False),
        Binding("a", "add", show=False),
        Binding("r", "edit('wrapped')", show=False),
        Binding("d", "edit('doubled')", show=False),
        Binding("x,delete", "edit('removed')", show=False),
        Binding("J,shift+down", "shift(1)", show=False),
        Binding("K,shift+up", "shift(-1)", show=False),
        Binding("u", "undo", show=False),
        Binding("s", "save", show=False),
        Binding("question_mark", "keys", show=False),
        Binding("escape", "back", show=False),
        Binding("f2", "app.switch_theme", show=False),
    ]

    AUTO_FOCUS = ""

    class RunRequested(Message):
        """Posted to run the shown workout."""

        def __init__(self, document: WorkoutDocument, say: Callable[[str], None]) -> None:
            super().__init__()
            self.document = document
            """As shown."""
            self.say = say
            """Called with the reason if it cannot be started."""

    def __init__(self, actions: EditActions, document: WorkoutDocument, *, is_own: bool = False) -> None:
        """Edit a document; one that is not the runner's own is copied first."""
        super().__init__()
        self._actions = actions
        self._athlete: Athlete | None = actions.athlete
        self._unit = "km" if actions.athlete is None else actions.athlete.units
        self._draft = Draft(document if is_own else editing.own_copy(document))
        self._first = self._draft.document
        self._saved = self._draft.document.source
        """The document as it was opened, or saved last."""
        self._saved_as = ""
        self._at = 0
        self._side = 0
        """The cell in its row, from the left."""
        self._typing = Typing.NOTHING
        self._origin: StepRow | None = None
        """The row being edited, as it was before."""
        self._candidate: Edited | None = None
        """The workout with the typed text applied."""
        self._problem: WorkoutProblem | None = None
        """The fault in the typed text."""
        self._message = ""
        self._is_fault = False
        self._pending = ""
        """The action that is carried out when it is requested again."""
        self._document = self._draft.document
        """The document on the page: the candidate if there is one."""
        self._rows = editing.rows(self._document)
        self._timeline = outline(self._document, self._athlete)
        self._line, _ = notation.write(self._document)
        self._first_totals = _totals(estimate(self._timeline), self._unit)

    def compose(self) -> ComposeResult:
        """Lay out title, page, field and keys."""
        yield Static(id="title")
        yield EditorPage(id="page")
        yield Input(id="field", select_on_focus=False)
        yield Static(id="hints")

    def on_mount(self) -> None:
        """Begin at the first cell."""
        self._field.cursor_blink = False
        self._at = self._row_to_stop_at(0, 1)
        self._show()

    def on_resize(self) -> None:
        """Lay the field over its cell again."""
        self.call_after_refresh(self._show)

    def on_key(self, event: events.Key) -> None:
        """Start typing with a digit."""
        if self._typing is Typing.NOTHING and event.character is not None and event.character.isdigit():
            event.stop()
            self._open_cell(event.character)

    def say(self, problem: str) -> None:
        """Show why the workout could not be started."""
        self._tell(" ".join(problem.split()))

    # --- moving

    def action_move(self, by: int) -> None:
        """Move the cursor, accepting the typed text."""
        if self._accept():
            self._go(self._at + by)

    def action_side(self, by: int) -> None:
        """Go to the next cell of the row."""
        self._side = min(max(0, self._side_now() + by), max(0, len(self._cells()) - 1))
        self._tell("")

    def action_take_next(self) -> None:
        """Accept the suggestion for the field; without one accept the field, and go to the next cell."""
        corrected = getattr(self._problem, "corrected", "")
        if corrected:
            self._field.value = corrected
            self._field.cursor_position = len(corrected)
        elif self._accept():
            if self._side_now() + 1 < len(self._cells()):
                self.action_side(1)
            else:
                self._side = 0
                self._go(self._at + 1)

    # --- typing

    def action_change(self) -> None:
        """Type into the cell with the cursor."""
        self._open_cell(None)

    def action_add(self) -> None:
        """Type steps to be added behind the cursor."""
        self._open(Typing.ADDITION, "")

    def action_save(self) -> None:
        """Type the name to save under."""
        self._open(Typing.NAME, sanitise(self._draft.document.name, LONGEST_NAME))
        self._field.select_all()

    @on(Input.Changed)
    def show_typed(self) -> None:
        """Show the workout with the typed text, or the fault in it."""
        self._pending = ""
        if self._typing in {Typing.CELL, Typing.ADDITION}:
            self._try()

    @on(Input.Submitted)
    def accept_typed(self) -> None:
        """Accept the typed text."""
        if self._typing is Typing.NAME:
            self._save(self._field.value.strip())
        else:
            self._accept()

    # --- changing

    def action_edit(self, name: str) -> None:
        """Remove the row, double it, or make a set of it."""
        change = {"removed": editing.remove, "doubled": editing.double, "wrapped": editing.wrap}[name]
        self._edit(lambda row: change(self._draft.document, row))

    def action_shift(self, by: int) -> None:
        """Move the row up or down."""
        self._edit(lambda row: editing.move(self._draft.document, row, by))

    def action_undo(self) -> None:
        """Undo the last change."""
        before = self._draft.undo()
        if before is None:
            self._tell("Nothing to undo.")
            return
        name = self._draft.document.name
        self._draft, path = before
        if self._draft.document.name != name:  # it was saved under a name in between, which stays
            self._draft = Draft(editing.rename(self._draft.document, name), self._draft.earlier)
        self._show_document(self._draft.document, path)
        left = len(self._draft.earlier)
        self._tell(f"Undone; {left} more." if left else "Undone; as it was opened.")

    # --- leaving

    def action_run(self) -> None:
        """Run the workout as shown."""
        if self._typing is Typing.NOTHING:
            self.post_message(self.RunRequested(self._draft.document, self.say))

    def action_keys(self) -> None:
        """Show the keys."""
        self.app.push_screen(PageHelp(EDITOR))

    def action_back(self) -> None:
        """Close the field unchanged; without one leave the editor, asking first if something is not saved."""
        if self._typing is not Typing.NOTHING:
            self._close()
            self._show_document(self._draft.document)
            self._tell("")
            return
        is_changed = self._draft.document.source != self._saved and bool(self._draft.earlier)
        if is_changed and self._pending != "leave":
            self._tell("Not saved. s saves; Escape again leaves it.")
            self._pending = "leave"
            return
        self.dismiss(self._saved_as)

    # --- the cursor, the field and the document

    @property
    def _field(self) -> Input:
        return self.query_one("#field", Input)

    def _row(self) -> StepRow:
        return self._rows[self._at]

    def _cells(self) -> list[Cell]:
        return list(self._row().cells)

    def _side_now(self) -> int:
        return min(self._side, max(0, len(self._cells()) - 1))

    def _cell(self) -> Cell | None:
        cells = self._cells()
        return cells[self._side_now()] if cells else None

    def _go(self, at: int) -> None:
        """Put the cursor on a row."""
        self._at = self._row_to_stop_at(at, 1 if at >= self._at else -1)
        self._tell("")

    def _row_to_stop_at(self, at: int, by: int) -> int:
        """The row that the cursor stops at on its way from another: headings of sections are passed over."""
        steps = [place for place, row in enumerate(self._rows) if row.form is not Form.SECTION]
        beyond = [place for place in steps if (place >= at if by > 0 else place <= at)]
        return (beyond or steps)[0 if bool(beyond) == (by > 0) else -1]

    def _open_cell(self, text: str | None) -> None:
        """Open the field over the cell, with its text or with a typed character."""
        cell = self._cell()
        if cell is None:
            self._tell(f"{sanitise(self._row().name, 40)} has nothing to type here.")
            return
        self._open(Typing.CELL, self._row().cells[cell] if text is None else text)
        if text is None:
            self._field.select_all()

    def _open(self, typing: Typing, text: str) -> None:
        """Open the field."""
        self._typing, self._candidate, self._problem, self._origin = typing, None, None, self._row()
        field = self._field
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        field.display = True
        field.focus()
        self._tell("")
        if text and typing is Typing.CELL:
            self._try()

    def _close(self) -> None:
        """Close the field."""
        self._typing, self._candidate, self._problem, self._origin = Typing.NOTHING, None, None, None
        self._field.display = False
        self.set_focus(None)

    def _try(self) -> None:
        """Read the typed text; the page shows the workout with it once it is valid."""
        text, row, cell = self._field.value, self._origin, self._cell()
        assert row is not None
        try:
            if self._typing is Typing.ADDITION or cell is None:
                candidate = editing.add(self._draft.document, row, text, self._athlete)
            else:
                candidate = editing.write_cell(self._draft.document, row, cell, text, self._athlete)
            timeline = outline(candidate.document, self._athlete)
        except WorkoutProblem as problem:
            self._candidate, self._problem = None, problem
            self._message, self._is_fault = self._fault(problem), True
        else:
            guessed = "; ".join(f"guessed: {guess}" for guess in candidate.guesses)
            self._candidate, self._problem, self._message, self._is_fault = candidate, None, guessed, False
            self._store(candidate.document, timeline, None)
        self._show()

    def _fault(self, problem: WorkoutProblem) -> str:
        """Write a fault with its step and its cell."""
        row = self._row()
        place = self._at
        if not isinstance(problem, CellProblem):
            near = editing.row_at(self._rows, problem.where)
            place = self._at if near is None else near
            row = self._rows[place]
        number = _row_numbers(self._rows)[place]
        cell = self._cell() if self._typing is Typing.CELL and row is self._row() else None
        where = f"step {number}" if number else sanitise(row.name, 30)
        where = f"{where}, {cell.value}" if cell is not None else where
        if self._typing is Typing.ADDITION:
            where = "to add"
        reason = problem.message.removeprefix(f"{problem.where}: ").removesuffix(f" (in {editing.WHAT})")
        fix = problem.hint.partition("\n")[0]
        return f"{where}: {reason.rstrip('.')}. {fix}".rstrip()

    def _accept(self) -> bool:
        """Apply the typed text to the workout; False if it is invalid."""
        if self._typing is Typing.NOTHING:
            return True
        if self._typing is Typing.NAME:
            return False
        if not self._field.value.strip() and self._typing is Typing.ADDITION:
            self._close()
            self._show_document(self._draft.document)
            self._tell("")
            return True
        if self._candidate is None:
            self._try()
        if self._candidate is None:
            return False
        edited = self._candidate
        self._draft = self._draft.with_change(edited.document, self._row().path)
        self._close()
        self._show_document(self._draft.document, edited.path)
        self._tell("")
        return True

    def _edit(self, change: Callable[[StepRow], Edited]) -> None:
        """Change the list of steps, or show why it cannot be changed."""
        row = self._row()
        try:
            edited = change(row)
            timeline = outline(edited.document, self._athlete)
        except WorkoutProblem as problem:
            self._tell(self._fault(problem), is_fault=True)
            return
        self._draft = self._draft.with_change(edited.document, row.path)
        self._store(edited.document, timeline, edited.path)
        self._tell("")

    def _show_document(self, document: WorkoutDocument, path: Path | None = None) -> None:
        """Show a valid document, with the cursor at a place of it."""
        self._store(document, outline(document, self._athlete), path)

    def _store(self, document: WorkoutDocument, timeline: Timeline, path: Path | None) -> None:
        """Store the document and its compiled form."""
        self._document, self._timeline = document, timeline
        self._line, _ = notation.write(document)
        self._rows = editing.rows(document)
        if path is not None:
            near = editing.row_at(self._rows, path_of(path))
            here = next((place for place, row in enumerate(self._rows) if row.path == path), near)
            self._at = self._at if here is None else here
        self._at = self._row_to_stop_at(self._at, 1)

    def _save(self, name: str) -> None:
        """Save under a name, never over the library's, and over one of the runner's own only after a second request."""
        use = self._actions.name_use(name)
        if use is NameUse.LIBRARY:
            other = f"{name[: LONGEST_NAME - len(editing.OWN)]}{editing.OWN}"
            self._field.value = other
            self._field.cursor_position = len(other)
            self._tell(f"That is the library's. Save as “{other}”? Enter does.")
            return
        if use is NameUse.OWN and self._pending != name:
            self._tell("You have a workout of that name. Enter again replaces it.")
            self._pending = name
            return
        try:
            document = editing.rename(self._draft.document, name)
            slug = self._actions.save(document)
        except CoachProblem as problem:
            self._tell(self._fault(problem) if isinstance(problem, WorkoutProblem) else str(problem))
            return
        self._draft = Draft(document, self._draft.earlier)
        self._saved, self._saved_as = document.source, slug
        self._close()
        self._show_document(document)
        self._tell(f"Saved. coach run {slug} runs it.")

    def _tell(self, message: str, *, is_fault: bool = False) -> None:
        """Show a message in its row."""
        self._message, self._is_fault, self._pending = message, is_fault, ""
        self._show()

    def _show(self) -> None:
        """Paint title, page and keys, and lay out the field."""
        name = sanitise(self._document.name, 60)
        is_saved = self._draft.document.source == self._saved and bool(self._saved_as)
        is_changed = self._draft.document.source != self._saved
        state = "saved" if is_saved else "not saved" if is_changed else "not changed"
        width = max(1, self.size.width)
        left, right = f" Editor   {name}", f"{state} "
        title = f"{fit(left, width - len(right)):<{width - len(right)}}{right}"
        self.query_one("#title", Static).update(Content(title))
        page = self.query_one(EditorPage)
        value = self._page()
        page.put(value)
        self.query_one("#hints", Static).update(Content(self._hints(width)))
        self._place(value, page.size.width, page.size.height)

    def _page(self) -> EditorView:
        """The state of the page."""
        message = self._message
        if not message and self._typing is Typing.NOTHING:
            message = self._remark()
        has_label = self._typing in {Typing.ADDITION, Typing.NAME}
        return EditorView(
            rows=self._rows,
            at=self._at,
            cell=self._cell(),
            timeline=self._timeline,
            line=self._line,
            message=message,
            is_fault=self._is_fault,
            before=self._before(),
            asks=f"{self._typing.value}  " if has_label else "",
            unit=self._unit,
        )

    def _remark(self) -> str:
        """A remark on the row with the cursor: a hidden part of it, or a probable mistake."""
        for remark in self._document.remarks:
            place = editing.row_at(self._rows, remark.where)
            if place is not None and place == self._at:
                return f"step {_row_numbers(self._rows)[place]}: {remark.text}"
        keeps = self._row().keeps
        return f"keeps: {', '.join(keeps)}" if keeps else ""

    def _before(self) -> str:
        """The totals of the workout as it was opened."""
        was = ", ".join(f"{figure} {unit}" for figure, unit in self._first_totals)
        now = ", ".join(f"{figure} {unit}" for figure, unit in _totals(estimate(self._timeline), self._unit))
        return f"{self._first.name.removesuffix(editing.OWN)}: {was}" + ("" if was == now else f"; now {now}")

    def _hints(self, width: int) -> str:
        """The keys that do something now; the way out is never cut."""
        if self._typing is Typing.NOTHING:
            keys = ["Enter: run", "space: change", "a: add", "x: remove", "u: undo", "s: save"]
            keys += ["d: double", "r: repeat", "J K: move"]
            last = ["?: keys", "Esc: back"]
        else:
            fix = getattr(self._problem, "corrected", "")
            keys = [f"Tab: {sanitise(fix, 30)}"] if fix else []
            if self._problem is None:
                keys = ["Enter: accept", *(["Tab: next cell"] if self._typing is Typing.CELL else [])]
            last = ["Esc: as it was"]
        while len("  ".join([*keys, *last])) > width - 2:
            keys.pop()
        return f" {'  '.join([*keys, *last])}"

    def _place(self, value: EditorView, width: int, height: int) -> None:
        """Lay the field over its cell, or behind its label in the row of messages."""
        field = self._field
        if self._typing is not Typing.NOTHING:
            column, row, wide = field_place(value, width, height)
            field.styles.offset = (column, row + 1)
            field.styles.width = wide
