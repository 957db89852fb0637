"""The library: find a workout, see what it is, start it."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from coach.screen.filters import KEYS, Filters
from coach.screen.ports import Leaving, LibraryEntry
from coach.screen.safe import safe
from coach.screen.widgets.profile import Profile
from coach.workout.timeline import Timeline


class PickScreen(Screen[None]):
    """A list with a search above it, and what the chosen workout is beside it."""

    BINDINGS = [
        Binding("escape", "clear_or_leave", "Leave", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("shift+down", "scroll_words(3)", show=False, priority=True),
        Binding("shift+up", "scroll_words(-3)", show=False, priority=True),
        Binding("f2", "app.switch_theme", show=False),
        Binding("f8", "app.sensors", show=False, priority=True),
        Binding("f9", "app.athlete", show=False, priority=True),
        *(Binding(key, f"turn('{name}')", show=False, priority=True) for name, key in KEYS.items()),
    ]
    AUTO_FOCUS = "Input"
    HORIZONTAL_BREAKPOINTS = [(0, "-w0"), (60, "-w60"), (100, "-w100")]

    class Picked(Message):
        """A workout was chosen."""

        def __init__(self, entry: LibraryEntry) -> None:
            super().__init__()
            self.entry = entry
            """The workout."""

    def __init__(self, entries: Sequence[LibraryEntry]) -> None:
        super().__init__()
        self._entries = tuple(entries)
        self._found = self._entries
        self._filters = Filters(self._entries)

    def compose(self) -> ComposeResult:
        """Set out search, list and description."""
        yield Static(Content(" Trackside Coach   pick a workout"), id="title")
        yield Input(placeholder="search: name, focus, level", id="search")
        if self._filters.can_filter:
            yield Static(id="filters")
        with Horizontal(id="library"):
            yield OptionList(id="list", markup=False)
            with Vertical(id="about"):
                yield Static(id="name")
                yield Profile(id="profile")
                with VerticalScroll(can_focus=False):
                    yield Static(id="words")
        yield Static(
            Content(" type: search  arrows: choose  Enter: start  F2 theme  F8 sensors  F9 athlete"),
            id="hints",
        )

    def on_mount(self) -> None:
        """Show everything there is."""
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).cursor_blink = False
        self._list()

    @on(Input.Changed)
    def search(self) -> None:
        """Keep the workouts that hold every word."""
        self._list()

    @on(Input.Submitted)
    def start(self) -> None:
        """Start the workout under the cursor, or say why it cannot be started."""
        entry = self._chosen()
        if entry is not None and not entry.problem:
            self.post_message(self.Picked(entry))

    @on(OptionList.OptionHighlighted)
    def describe(self) -> None:
        """Describe the workout under the cursor."""
        entry = self._chosen()
        heading = "" if entry is None else safe(entry.title, 120)
        self.query_one("#name", Static).update(Content(heading))
        self.query_one("#words", Static).update(Content("" if entry is None else about(entry)))
        self.query_one(Profile).show_plan(entry.timeline if entry and entry.timeline else Timeline("", ()))

    @on(OptionList.OptionSelected)
    def start_clicked(self) -> None:
        """Start a workout that was clicked."""
        self.start()

    def say(self, problem: str) -> None:
        """Say why a workout could not be started."""
        self.query_one("#words", Static).update(Content(problem))

    def action_move(self, by: int) -> None:
        """Move the cursor while the search keeps the focus."""
        shown = self.query_one(OptionList)
        if self._found:
            shown.highlighted = min(len(self._found) - 1, max(0, (shown.highlighted or 0) + by))

    def action_scroll_words(self, by: int) -> None:
        """Scroll what is said of the workout, by so many lines."""
        self.query_one("#about VerticalScroll").scroll_relative(y=by, animate=False)

    def action_clear_or_leave(self) -> None:
        """Empty the search and the filters; if they are empty, leave."""
        search = self.query_one(Input)
        was_filtered = self._filters.clear()
        if search.value:
            search.value = ""
        elif not was_filtered:
            self.app.exit(Leaving.NOTHING)
            return
        self._list()

    def action_turn(self, name: str) -> None:
        """Take the next choice of a filter."""
        self._filters.turn(name)
        self._list()

    def _chosen(self) -> LibraryEntry | None:
        at = self.query_one(OptionList).highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def _list(self) -> None:
        words = found(self._entries, self.query_one(Input).value)
        self._found = tuple(entry for entry in words if self._filters.fits(entry))
        if self._filters.can_filter:
            self.query_one("#filters", Static).update(Content(self._filters.line()))
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options(Option(Content(safe(entry.title, 80))) for entry in self._found)
        shown.highlighted = 0 if self._found else None
        if not self._found:
            self.describe()


def found(entries: Sequence[LibraryEntry], query: str) -> list[LibraryEntry]:
    """Find the workouts that hold every word of a query in name, sentence, purpose or tags."""
    wanted = query.casefold().split()
    return [entry for entry in entries if all(word in _text(entry) for word in wanted)]


def about(entry: LibraryEntry) -> str:
    """Describe a workout: what stands in its way, its sentence, its purpose, what it asks for, its tags."""
    parts = [safe(entry.problem, 400), safe(entry.sentence, 400)]
    parts += [safe(paragraph, 1000) for paragraph in entry.description.split("\n\n")]
    parts.append("\n".join(safe(text, 400) for text in entry.particulars))
    tags = ", ".join(safe(tag, 40) for tag in entry.tags)
    return "\n\n".join(part for part in [*parts, tags] if part)


def _text(entry: LibraryEntry) -> str:
    return " ".join([entry.slug, entry.title, entry.sentence, entry.description, *entry.tags]).casefold()
