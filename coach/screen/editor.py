"""The editor screen: the steps of a workout in a list, whose cells are typed as in a line, with profile and totals."""

from collections.abc import Callable
from enum import Enum
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from coach.athlete import Athlete
from coach.documents.reading import path_of
from coach.problems import CoachProblem, WorkoutProblem
from coach.screen.keys import EDITOR
from coach.screen.overlays import PageHelp
from coach.screen.paint import fit, sanitise
from coach.screen.protocols import EditActions, NameUse
from coach.screen.widgets.editor_page import EditorPage, EditorView, field_place, numbered, totals
from coach.workout import editing, notation
from coach.workout.compile import outline
from coach.workout.describe import estimate
from coach.workout.editing import Cell, CellProblem, Draft, Edited, Form, Path, StepRow
from coach.workout.model import WorkoutDocument
from coach.workout.timeline import Timeline

_LABELS: Final = {Cell.TIMES: "times", Cell.LENGTH: "length", Cell.TARGET: "target", Cell.REST: "rest"}


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

    class Finished(Message):
        """The shown workout is to be run."""

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
        self._first_totals = totals(estimate(self._timeline), self._unit)

    def compose(self) -> ComposeResult:
        """Lay out title, page, field and keys."""
        yield Static(id="title")
        yield EditorPage(id="page")
        yield Input(id="field", select_on_focus=False)
        yield Static(id="hints")

    def on_mount(self) -> None:
        """Begin at the first cell."""
        self._field.cursor_blink = False
        self._at = self._stop(0, 1)
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
        self._open(Typing.NAME, sanitise(self._draft.document.name, editing.LONGEST_NAME))
        self._field.select_all()

    @on(Input.Changed)
    def typed(self) -> None:
        """Show the workout with the typed text, or the fault in it."""
        self._pending = ""
        if self._typing in {Typing.CELL, Typing.ADDITION}:
            self._try()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Accept the typed text."""
        if self._typing is Typing.NAME:
            self._save(self._field.value.strip())
        else:
            self._accept()

    # --- changing

    def action_edit(self, name: str) -> None:
        """Remove the row, double it, or make a set of it."""
        change = {"removed": editing.removed, "doubled": editing.doubled, "wrapped": editing.wrapped}[name]
        self._edit(lambda row: change(self._draft.document, row))

    def action_shift(self, by: int) -> None:
        """Move the row up or down."""
        self._edit(lambda row: editing.moved(self._draft.document, row, by))

    def action_undo(self) -> None:
        """Undo the last change."""
        before = self._draft.undone()
        if before is None:
            self._tell("Nothing to undo.")
            return
        name = self._draft.document.name
        self._draft, path = before
        if self._draft.document.name != name:  # it was saved under a name in between, which stays
            self._draft = Draft(editing.renamed(self._draft.document, name), self._draft.earlier)
        self._put(self._draft.document, path)
        left = len(self._draft.earlier)
        self._tell(f"Undone; {left} more." if left else "Undone; as it was opened.")

    # --- leaving

    def action_run(self) -> None:
        """Run the workout as shown."""
        if self._typing is Typing.NOTHING:
            self.post_message(self.Finished(self._draft.document, self.say))

    def action_keys(self) -> None:
        """Show the keys."""
        self.app.push_screen(PageHelp(EDITOR))

    def action_back(self) -> None:
        """Close the field unchanged; without one leave the editor, asking first if something is not saved."""
        if self._typing is not Typing.NOTHING:
            self._close()
            self._put(self._draft.document)
            self._tell("")
            return
        is_changed = self._draft.document.source != self._saved and bool(self._draft.earlier)
        if is_changed and self._pending != "leave":
            self._tell("Not saved. s saves; Escape again leaves it.")
            self._pending = "leave"
            return
        self.dismiss(self._saved_as)

    # --- within

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
        self._at = self._stop(at, 1 if at >= self._at else -1)
        self._tell("")

    def _stop(self, at: int, by: int) -> int:
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
                candidate = editing.added(self._draft.document, row, text, self._athlete)
            else:
                candidate = editing.write_cell(self._draft.document, row, cell, text, self._athlete)
            timeline = outline(candidate.document, self._athlete)
        except WorkoutProblem as problem:
            self._candidate, self._problem = None, problem
            self._message, self._is_fault = self._fault(problem), True
        else:
            guessed = "; ".join(f"guessed: {guess}" for guess in candidate.guesses)
            self._candidate, self._problem, self._message, self._is_fault = candidate, None, guessed, False
            self._take(candidate.document, timeline, None)
        self._show()

    def _fault(self, problem: WorkoutProblem) -> str:
        """Write a fault with its step and its cell."""
        row = self._row()
        place = self._at
        if not isinstance(problem, CellProblem):
            near = editing.row_at(self._rows, problem.where)
            place = self._at if near is None else near
            row = self._rows[place]
        number = numbered(self._rows)[place]
        cell = self._cell() if self._typing is Typing.CELL and row is self._row() else None
        where = f"step {number}" if number else sanitise(row.name, 30)
        where = f"{where}, {_LABELS[cell]}" if cell is not None else where
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
            self._put(self._draft.document)
            self._tell("")
            return True
        if self._candidate is None:
            self._try()
        if self._candidate is None:
            return False
        edited = self._candidate
        self._draft = self._draft.changed(edited.document, self._row().path)
        self._close()
        self._put(self._draft.document, edited.path)
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
        self._draft = self._draft.changed(edited.document, row.path)
        self._take(edited.document, timeline, edited.path)
        self._tell("")

    def _put(self, document: WorkoutDocument, path: Path | None = None) -> None:
        """Show a valid document, with the cursor at a place of it."""
        self._take(document, outline(document, self._athlete), path)

    def _take(self, document: WorkoutDocument, timeline: Timeline, path: Path | None) -> None:
        """Store the document and its compiled form."""
        self._document, self._timeline = document, timeline
        self._line, _ = notation.write(document)
        self._rows = editing.rows(document)
        if path is not None:
            near = editing.row_at(self._rows, path_of(path))
            here = next((place for place, row in enumerate(self._rows) if row.path == path), near)
            self._at = self._at if here is None else here
        self._at = self._stop(self._at, 1)

    def _save(self, name: str) -> None:
        """Save under a name, never over the library's, and over one of the runner's own only after a second request."""
        use = self._actions.name_use(name)
        if use is NameUse.LIBRARY:
            other = f"{name[: editing.LONGEST_NAME - len(editing.OWN)]}{editing.OWN}"
            self._field.value = other
            self._field.cursor_position = len(other)
            self._tell(f"That is the library's. Save as “{other}”? Enter does.")
            return
        if use is NameUse.OWN and self._pending != name:
            self._tell("You have a workout of that name. Enter again replaces it.")
            self._pending = name
            return
        try:
            document = editing.renamed(self._draft.document, name)
            slug = self._actions.save(document)
        except CoachProblem as problem:
            self._tell(self._fault(problem) if isinstance(problem, WorkoutProblem) else str(problem))
            return
        self._draft = Draft(document, self._draft.earlier)
        self._saved, self._saved_as = document.source, slug
        self._close()
        self._put(document)
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
        return EditorView(
            self._rows,
            self._at,
            self._cell(),
            self._timeline,
            self._line,
            message,
            self._is_fault,
            self._before(),
            f"{self._typing.value}  " if self._typing in {Typing.ADDITION, Typing.NAME} else "",
            self._unit,
        )

    def _remark(self) -> str:
        """A remark on the row with the cursor: a hidden part of it, or a probable mistake."""
        for remark in self._document.remarks:
            place = editing.row_at(self._rows, remark.where)
            if place is not None and place == self._at:
                return f"step {numbered(self._rows)[place]}: {remark.text}"
        keeps = self._row().keeps
        return f"keeps: {', '.join(keeps)}" if keeps else ""

    def _before(self) -> str:
        """The totals of the workout as it was opened."""
        was = ", ".join(f"{figure} {unit}" for figure, unit in self._first_totals)
        now = ", ".join(f"{figure} {unit}" for figure, unit in totals(estimate(self._timeline), self._unit))
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
