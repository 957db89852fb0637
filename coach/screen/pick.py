"""The library: find a workout, see what it is, start it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from coach.screen.ports import Leaving, LibraryEntry, TypedWorkout
from coach.screen.safe import safe
from coach.screen.widgets.own_workout import OwnPage, OwnWorkout
from coach.screen.widgets.profile import Profile
from coach.workout.card import Wanted
from coach.workout.timeline import Timeline

# --- The filters of the library: race, level, phase and time, each turned through its choices by a key.

KEYS: Final = {"race": "f3", "level": "f4", "phase": "f5", "time": "f6"}
"""Which key turns which filter."""
_USUAL: Final = {
    "race": ("mile", "3k", "5k", "10k", "half", "marathon"),
    "level": ("beginner", "intermediate", "advanced"),
    "phase": ("base", "build", "peak", "taper", "recovery"),
}
"""The usual tags in the order a runner thinks of them; others follow by name."""
_MINUTES: Final = (30, 45, 60, 90)


class Filters:
    """What is wanted of a workout; each filter begins with "any"."""

    def __init__(self, entries: Sequence[LibraryEntry]) -> None:
        """Offer what the tags of these entries hold."""
        cards = [entry.card for entry in entries if entry.card is not None]
        self._choices = {
            "race": _ordered("race", (race for card in cards for race in card.focus)),
            "level": _ordered("level", (card.level for card in cards)),
            "phase": _ordered("phase", (phase for card in cards for phase in card.phases)),
            "time": ("", *(f"{minutes} min" for minutes in _MINUTES)),
        }
        self._at = dict.fromkeys(self._choices, 0)
        self.can_filter = bool(cards)
        """Is there anything to filter by?"""

    def turn(self, name: str) -> None:
        """Take the next choice of a filter; after the last comes "any"."""
        self._at[name] = (self._at[name] + 1) % len(self._choices[name])

    def clear(self) -> bool:
        """Set every filter to "any"; tells whether one was set."""
        was_set = any(self._at.values())
        self._at = dict.fromkeys(self._choices, 0)
        return was_set

    def fits(self, entry: LibraryEntry) -> bool:
        """Is the entry what is wanted?"""
        wanted = self._wanted()
        return wanted == Wanted() or (entry.card is not None and wanted.fits(entry.card))

    def line(self) -> str:
        """Show the filters with their keys in one line."""
        shown = (f"{KEYS[name].upper()} {name}: {self._chosen(name) or 'any'}" for name in self._choices)
        return " " + "   ".join(shown)

    def _chosen(self, name: str) -> str:
        return safe(self._choices[name][self._at[name]], 20)

    def _wanted(self) -> Wanted:
        level, time = self._choices["level"][self._at["level"]], self._at["time"]
        return Wanted(
            focus=self._choices["race"][self._at["race"]],
            levels=(level,) if level else (),
            phase=self._choices["phase"][self._at["phase"]],
            under_s=60.0 * _MINUTES[time - 1] if time else None,
        )


def _ordered(name: str, tags: Iterable[str]) -> tuple[str, ...]:
    """Any, the usual tags that occur, and what else occurs."""
    found = set(tags) - {""}
    usual = [tag for tag in _USUAL[name] if tag in found]
    return ("", *usual, *sorted(found.difference(usual)))


class Line(Input):
    """The line that searches and writes; while the arrows choose, a letter of a command is none of the line's."""

    is_choosing = False
    """Were the arrows used since something was typed?"""
    COMMANDS: Final = frozenset({"e"})
    """Letters that are commands then."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the commands to the screen."""
        return not (self.is_choosing and key in self.COMMANDS) and super().check_consume_key(key, character)


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
        Binding("tab", "take", show=False, priority=True),
        Binding("e,ctrl+e", "edit", show=False, priority=True),
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

    class Written(Message):
        """A workout was written, and is to be run as it is shown."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line
            """As typed."""

    class ToEdit(Message):
        """A workout is to be edited: an entry, or without one the line."""

        def __init__(self, entry: LibraryEntry | None, line: str = "") -> None:
            super().__init__()
            self.entry = entry
            """The workout that was chosen."""
            self.line = line
            """The workout as typed."""

    def __init__(
        self,
        entries: Sequence[LibraryEntry],
        understand: Callable[[str], TypedWorkout] | None = None,
    ) -> None:
        """Offer workouts, and to read one that is written in a line."""
        super().__init__()
        self._entries = tuple(entries)
        self._understand = understand
        self._typed: TypedWorkout | None = None
        """The workout that is shown instead of the list; None while the list is."""
        self._is_own = False
        """Is the line read as a workout although the search finds some?"""
        self._found = self._entries
        self._filters = Filters(self._entries)

    def compose(self) -> ComposeResult:
        """Set out search, list and description."""
        yield Static(id="title")
        yield Line(placeholder="type to search, or write a workout: 6x800 @ 5k / 400 jog", id="search")
        if self._filters.can_filter:
            yield Static(id="filters")
        with Horizontal(id="library"):
            yield OptionList(id="list", markup=False)
            with Vertical(id="about"):
                yield Static(id="name")
                yield Profile(id="profile")
                with VerticalScroll(can_focus=False):
                    yield Static(id="words")
        yield OwnWorkout(id="own")
        yield Static(id="hints")

    def on_mount(self) -> None:
        """Show everything there is."""
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).cursor_blink = False
        self._list()

    @on(Input.Changed)
    def search(self) -> None:
        """Keep the workouts that hold every word; where none does, read the line as a workout."""
        self.query_one(Line).is_choosing = False
        self._is_own = self._is_own and bool(self.query_one(Input).value.strip())
        self._list()

    @on(Input.Submitted)
    def start(self) -> None:
        """Start the workout that is shown, or say why it cannot be started."""
        if self._typed is not None:
            if not self._typed.problem:
                self.post_message(self.Written(self._typed.line))
            return
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
        if self._typed is not None:
            reason, _, fix = problem.partition("\n")
            self._show(replace(self._typed, problem=reason, fix=fix.strip()))
            return
        self.query_one("#words", Static).update(Content(problem))

    def action_move(self, by: int) -> None:
        """Move the cursor while the search keeps the focus."""
        shown = self.query_one(OptionList)
        if self._found and self._typed is None:
            self.query_one(Line).is_choosing = True
            self._hint()
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

    def action_take(self) -> None:
        """Take what is suggested for the line, or read a line as a workout that the search also knows."""
        line = self.query_one(Input)
        if self._typed is not None and self._typed.corrected:
            line.value = self._typed.corrected
            line.cursor_position = len(line.value)
        elif self._typed is None and self._may_be_own():
            self._is_own = True
            self._list()

    def action_edit(self) -> None:
        """Open the editor on the chosen workout, or on the one that is written."""
        if self._typed is not None:
            if not self._typed.problem:
                self.post_message(self.ToEdit(None, self._typed.line))
            return
        entry = self._chosen()
        if entry is not None:
            self.post_message(self.ToEdit(entry))

    def offer(self, entries: Sequence[LibraryEntry], slug: str) -> None:
        """Offer other entries than before, and choose one of them."""
        self._entries = tuple(entries)
        self._filters = Filters(self._entries)
        self._is_own = False
        with self.prevent(Input.Changed):
            self.query_one(Input).value = ""
        self._list()
        place = next((place for place, entry in enumerate(self._found) if entry.slug == slug), None)
        if place is not None:
            self.query_one(OptionList).highlighted = place
        self.query_one(Line).is_choosing = True
        self._hint()

    def action_turn(self, name: str) -> None:
        """Take the next choice of a filter."""
        self._filters.turn(name)
        self._list()

    def _chosen(self) -> LibraryEntry | None:
        at = self.query_one(OptionList).highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def _list(self) -> None:
        line = self.query_one(Input).value
        words = [] if self._is_own else found(self._entries, line)
        self._found = tuple(entry for entry in words if self._filters.fits(entry))
        is_own = bool(line.strip()) and not words and self._understand is not None
        if self._filters.can_filter:
            self.query_one("#filters", Static).update(Content(self._filters.line()))
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options(Option(Content(safe(entry.title, 80))) for entry in self._found)
        shown.highlighted = 0 if self._found else None
        if not self._found:
            self.describe()
        self._show(self._read(line) if is_own else None)

    def _may_be_own(self) -> bool:
        """May the line be a workout, although the search finds some?"""
        line = self.query_one(Input).value
        is_line = self._understand is not None and any(letter.isdigit() for letter in line)
        return is_line and not self._read(line).problem

    def _read(self, line: str) -> TypedWorkout:
        """Read the line; words without a number are the name of a workout that there is not."""
        assert self._understand is not None
        if any(letter.isdigit() for letter in line):
            return self._understand(line)
        titles = {entry.title.casefold(): entry.title for entry in self._entries}
        near = get_close_matches(line.casefold(), titles, n=3, cutoff=_NEAR)
        fix = f"Near it: {',  '.join(titles[title] for title in near)}." if near else ""
        fix = fix or "A line that begins with a number is a workout of your own."
        return TypedWorkout(line, problem=f"No workout is called “{line.strip()}”", fix=fix)

    def _show(self, typed: TypedWorkout | None) -> None:
        """Show a workout that is being written, or the list."""
        self._typed = typed
        self.set_class(typed is not None, "-own")
        title = "a workout of your own" if typed is not None else "pick a workout"
        self.query_one("#title", Static).update(Content(f" Trackside Coach   {title}"))
        self._hint()
        if typed is not None:
            line = self.query_one(Input)
            self.query_one(OwnWorkout).put(
                OwnPage(typed, line.content_region.x - round(line.scroll_offset.x))
            )

    def _hint(self) -> None:
        """Say the keys that do something now."""
        words = _hints(self._typed, may_be_own=self._may_be_own, is_choosing=self.query_one(Line).is_choosing)
        self.query_one("#hints", Static).update(Content(words))


_NEAR: Final = 0.45
"""Titles so like what was typed are named (`difflib`); words of one's own are seldom like any. Judged."""


def _hints(typed: TypedWorkout | None, *, may_be_own: Callable[[], bool], is_choosing: bool) -> str:
    """The keys that do something now."""
    if typed is None:
        if is_choosing:
            return " Enter: start  e: edit  type: search  Esc: clear  F2 theme  F8 sensors  F9 athlete"
        if may_be_own():
            return " Enter: start  Tab: your own, as written  arrows: choose  Esc: clear  F2 theme"
        return " type: search  arrows: choose  Enter: start  ^e edit  F2 theme  F8 sensors  F9 athlete"
    if not typed.problem:
        return " Enter: run  ^e edit  Esc: clear  F2 theme"
    return f" {'Tab: take it  ' if typed.corrected else ''}Esc: clear  F2 theme"


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
