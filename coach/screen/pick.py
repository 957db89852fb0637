"""The library screen: find a workout, look at it, start it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from coach.problems import CoachProblem
from coach.screen import base
from coach.screen.app import CoachApp, Leaving, Overlay, PageHelp
from coach.screen.base import Keys
from coach.screen.library_page import (
    FILTER_KEYS,
    Description,
    Filters,
    KeyLine,
    LibraryDetail,
    LibraryTable,
    Listing,
    Order,
    OwnPage,
    OwnView,
    SortColumn,
    TitleRow,
    TitleTexts,
    clock_words,
    matching,
)
from coach.screen.paint import fit, sanitise
from coach.screen.protocols import Library, LibraryEntry, TypedWorkout, WorkoutDetail
from coach.workout.timeline import WITHOUT_PLAN

_NEAR: Final = 0.45
"""Titles at least this similar to the typed text are suggested (`difflib`); other words are seldom so. Judged."""

_PLACEHOLDER: Final = "search, or write a workout: 6x800 @ 5k / 400 jog"
_PALETTE: Final = 20
"""Most workouts that the palette offers."""
_TODAY: Final = "today   "
_SORTS: Final = {
    SortColumn.LAST: "the last run",
    SortColumn.TIME: "time",
    SortColumn.DISTANCE: "distance",
    SortColumn.HARD: "the hard part",
    SortColumn.NAME: "name",
}
"""The names of the columns in the palette."""
_CLOCK_S: Final = 10.0
"""Time between two updates of the clock, which shows minutes."""


class LibraryCommands(Provider):
    """The command palette of the library: its keys by their words, and every workout."""

    async def discover(self) -> Hits:
        """Offer the commands before anything is typed."""
        for words, command in self._pick.commands():
            yield DiscoveryHit(words, command)

    async def search(self, query: str) -> Hits:
        """Offer the commands and the workouts that match."""
        matcher = self.matcher(query)
        for words, command in self._pick.commands():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, words, command)
        hits = matching(self._pick.entries, query)[:_PALETTE]
        for place, entry in enumerate(hits):
            title = sanitise(entry.title, 120)
            run = Content(f"Run {title}")
            yield Hit(1 - (place + 1) / (len(hits) + 2), run, partial(self._pick.start_entry, entry), title)

    @property
    def _pick(self) -> "PickScreen":
        assert isinstance(self.screen, PickScreen)
        return self.screen


class AboutOverlay(Overlay):
    """The full description of a workout."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    footing = "Arrows scroll, Escape closes"

    def __init__(self, entry: LibraryEntry, detail: WorkoutDetail) -> None:
        super().__init__()
        self.heading = sanitise(entry.title, 120)
        self._text = about(entry, detail)

    def text(self) -> str:
        """Return the description in paragraphs."""
        return self._text


def about(entry: LibraryEntry, detail: WorkoutDetail) -> str:
    """Describe a workout: problems, its sentence, purpose and description, requirements, tags."""
    workout = entry.workout
    parts = [sanitise(text, 2000) for text in (detail.problem, workout.sentence, workout.purpose)]
    parts += [sanitise(paragraph, 2000) for paragraph in workout.description.split("\n\n")]
    parts.append("\n".join(sanitise(text, 400) for text in detail.particulars))
    tags = (workout.level, workout.system, *workout.phases, *workout.focus)
    parts.append(", ".join(sanitise(tag, 40) for tag in tags if tag))
    return "\n\n".join(part for part in parts if part)


class PickScreen(Screen[None]):
    """A list with a field above it that searches or writes a workout, and the description of the chosen one."""

    BINDINGS = [
        Binding("escape", "back", show=False, priority=True),
        Binding("q", "back", show=False),
        Binding("enter", "start", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("home", "move(-100000)", show=False),
        Binding("end", "move(100000)", show=False),
        Binding("tab", "take", show=False, priority=True),
        Binding("ctrl+e", "edit", show=False, priority=True),
        Binding("e", "edit", show=False),
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("s", "sort", show=False),
        Binding("S", "turn_order", show=False),
        Binding("f", "filter", show=False),
        Binding("w", "about", show=False),
        Binding("a", "athlete", show=False),
        Binding("b", "sensors", show=False),
        Binding("f8", "sensors", show=False, priority=True),
        Binding("h", "history", show=False),
        Binding("f7", "history", show=False, priority=True),
        Binding("f9", "athlete", show=False, priority=True),
        Binding("f10", "season", show=False, priority=True),
        Binding("ctrl+p", "commands", show=False, priority=True),
        Binding("question_mark", "keys", show=False),
        Binding("f1", "keys", show=False, priority=True),
        Binding("f2", "app.switch_theme", show=False, priority=True),
        *(Binding(letter, f"turn_chosen('{name}')", show=False) for name, (letter, _) in FILTER_KEYS.items()),
        *(
            Binding(key, f"turn('{name}')", show=False, priority=True)
            for name, (_, key) in FILTER_KEYS.items()
        ),
    ]
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-w0"), (60, "-w60"), (116, "-w116"), (160, "-w160")]

    class Prepared(Message):
        """All modules are loaded that read a workout and run it."""

    class Picked(Message):
        """A workout was chosen."""

        def __init__(self, entry: LibraryEntry) -> None:
            super().__init__()
            self.entry = entry
            """The workout."""

    class Written(Message):
        """A workout was written, and is to be run as shown."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line
            """As typed."""

    class ToEdit(Message):
        """A workout is to be edited: an entry, or without one the typed line."""

        def __init__(self, entry: LibraryEntry | None, line: str = "") -> None:
            super().__init__()
            self.entry = entry
            """The workout that was chosen."""
            self.line = line
            """The workout as typed."""

    def __init__(self, library: Library, *, is_ticking: bool = True) -> None:
        """Show the workouts of a library, with a field to search them or to write one."""
        super().__init__()
        self._library = library
        self._is_ticking = is_ticking
        self.entries = tuple(library.entries())
        """All entries that can be run."""
        self._order = Order()
        self._sorted: tuple[LibraryEntry, ...] = ()
        """The entries in the chosen order."""
        self._matches: tuple[LibraryEntry, ...] = ()
        self._at = 0
        """The chosen row, from 0."""
        self._details: dict[str, WorkoutDetail] = {}
        self._is_prepared = False
        """True once all modules are loaded that read a workout."""
        self._typed: TypedWorkout | None = None
        """The workout that is shown in place of the list; None while the list is shown."""
        self._is_own = False
        """True if the line is read as a workout although the search has matches."""
        self._filters = Filters(self.entries)
        self._is_filtering = False
        """True while letters change the filters."""
        self._is_away = False
        """True if a screen was opened that may change the list."""
        self._hint = library.hint
        self._today = ""
        """Today's session in one row; empty until it is read, and without a plan."""
        self._message = ""
        self._trouble = ""
        """The reason why the chosen workout could not be started."""

    def compose(self) -> ComposeResult:
        """Lay out the field, the list and the description."""
        yield TitleRow(id="title")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with Horizontal(id="line"):
                    yield Static("/ ", id="prompt", markup=False)
                    yield Input(placeholder=_PLACEHOLDER, id="search", select_on_focus=False)
                    yield Static(id="count", markup=False)
                yield LibraryTable(id="list")
            yield LibraryDetail(id="about")
        yield OwnPage(id="own")
        yield Static(id="message", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show all entries; once they are painted load the modules that read a workout."""
        self._field.cursor_blink = False
        self._field.can_focus = True
        self._sort()
        self._list()
        self.call_after_refresh(self._prepare)
        if self._is_ticking:
            self.set_interval(_CLOCK_S, self._head)

    def on_screen_resume(self) -> None:
        """Show changes made on the screen that was just left."""
        if self._is_away:
            self._is_away = False
            chosen = self._chosen()
            self._reload(None if chosen is None else chosen.slug)
            self._read_today()

    def on_key(self, event: events.Key) -> None:
        """Start a line with a slash or a digit, together with keys typed so quickly after it that they arrived here.

        A binding would begin the line only after the keys behind its own, which do other things in the list.
        """
        if not event.is_printable or event.character is None:
            return
        is_begun, is_slash = self.focused is self._field, event.key == "slash"
        if is_begun or (self.focused is None and (is_slash or event.character.isdecimal())):
            event.stop()
            self.action_write()
            if is_begun or not is_slash:
                self._field.insert_text_at_cursor(event.character)

    @on(Input.Changed)
    def search(self) -> None:
        """Show the workouts that have every word; if none has, read the line as a workout."""
        if self not in self.app.screen_stack:  # Enter came with the last letters, and a run has begun
            return
        self._is_own = self._is_own and bool(self._field.value.strip())
        self._at = 0
        self._list()

    @on(Input.Submitted)
    def submit(self) -> None:
        """Start the shown workout."""
        self.action_start()

    @on(LibraryTable.Clicked)
    def choose_clicked(self, event: LibraryTable.Clicked) -> None:
        """Choose the row; a second click starts it, a single click never does."""
        self._at = event.row
        self._show()
        if event.is_double:
            self.action_start()

    @on(LibraryTable.Scrolled)
    def scroll(self, event: LibraryTable.Scrolled) -> None:
        """Move the cursor with the wheel."""
        self.action_move(event.by)

    def action_start(self) -> None:
        """Start the shown workout, or show why it cannot be started."""
        if self._typed is not None:
            if not self._typed.problem:
                self.post_message(self.Written(self._typed.line))
            return
        entry = self._chosen()
        if entry is not None:
            self.start_entry(entry)

    def start_entry(self, entry: LibraryEntry) -> None:
        """Start a workout of the list."""
        detail = self._details.get(entry.slug)
        if detail is None or not detail.problem:
            self.post_message(self.Picked(entry))

    def say(self, problem: str) -> None:
        """Show why a workout could not be started."""
        if self._typed is not None:
            reason, _, fix = problem.partition("\n")
            self._show_own(replace(self._typed, problem=reason, fix=fix.strip()))
            return
        self._trouble = problem
        self._show(is_same=True)

    def action_move(self, by: int) -> None:
        """Move the cursor; the field keeps the focus if it has it."""
        if self._matches and self._typed is None:
            self._at = min(len(self._matches) - 1, max(0, self._at + by))
            self._show()

    def action_page(self, by: int) -> None:
        """Move the cursor by the number of rows shown."""
        self.action_move(by * self.query_one(LibraryTable).page())

    def action_write(self) -> None:
        """Focus the field."""
        self._is_filtering = False
        self.set_focus(self._field)  # at once: a key may be waiting behind this one
        self._show()

    def action_back(self) -> None:
        """Go back: from the filters, then from the field, then from a search or filter, then out."""
        if self._is_filtering:
            self._is_filtering = False
        elif self._field.value:
            self._is_own = False
            self._field.value = ""
            self.set_focus(None)
        elif self._field.has_focus:
            self.set_focus(None)
        elif not self._filters.clear():
            self.app.exit(Leaving.NOTHING)
            return
        self._list()

    def action_take(self) -> None:
        """Accept the suggestion for the line, or read a line as a workout although the search has matches."""
        if self._typed is not None and self._typed.corrected:
            self._field.value = self._typed.corrected
            self._field.cursor_position = len(self._field.value)
        elif self._typed is None and self._may_be_own():
            self._is_own = True
            self._list()

    def action_edit(self) -> None:
        """Open the editor on the chosen workout, or on the written one."""
        if self._typed is not None:
            if not self._typed.problem:
                self.post_message(self.ToEdit(None, self._typed.line))
            return
        entry = self._chosen()
        if entry is not None and entry.slug not in WITHOUT_PLAN:
            self.post_message(self.ToEdit(entry))

    def action_save(self) -> None:
        """Save the written workout among the runner's own."""
        if self._typed is None or self._typed.problem:
            return
        try:
            slug = self._library.save(self._library.open_line(self._typed.line))
        except CoachProblem as problem:
            self.say(str(problem))
            return
        self.offer(slug)
        self._message = f"Saved. Run it by name: coach run {slug}"
        self._show(is_same=True)

    def offer(self, slug: str) -> None:
        """Show the list again, and choose a workout in it that was just saved."""
        self._is_own = False
        with self.prevent(Input.Changed):
            self._field.value = ""
        self.set_focus(None)
        self._reload(slug)

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._sort_by(self._order.next())

    def action_turn_order(self) -> None:
        """Reverse the order."""
        self._sort_by(self._order.reverse())

    def action_filter(self) -> None:
        """Start or stop letting letters change the filters."""
        self._is_filtering = not self._is_filtering and self._filters.can_filter
        self._show()

    def action_turn_chosen(self, name: str) -> None:
        """Take the next choice of a filter while filters are chosen; else `p` shows the season."""
        if self._is_filtering:
            self.action_turn(name)
        elif name == "phase":
            self.action_season()

    def action_turn(self, name: str) -> None:
        """Take the next choice of a filter."""
        if self._filters.can_filter:
            self._filters.turn(name)
            self._at = 0
            self._list()

    def action_athlete(self) -> None:
        """Show the athletes."""
        self._is_away = True
        self._coach.action_athlete()

    def action_sensors(self) -> None:
        """Show the sensors."""
        self._is_away = True
        self._coach.action_sensors()

    def action_history(self) -> None:
        """Show the history."""
        self._is_away = True
        self._coach.action_history()

    def action_season(self) -> None:
        """Show the season and today's session."""
        self._is_away = True
        self._coach.action_season()

    def action_about(self) -> None:
        """Show the full description of the chosen workout."""
        entry = self._chosen()
        detail = None if entry is None else self._details.get(entry.slug)
        if entry is not None and detail is not None and self._typed is None:
            self.app.push_screen(AboutOverlay(entry, detail))

    def action_keys(self) -> None:
        """Show the keys."""
        self.app.push_screen(PageHelp(base.LIBRARY))

    def action_commands(self) -> None:
        """Open the command palette."""
        self.app.push_screen(
            CommandPalette(providers=[LibraryCommands], placeholder="run, sort, filter, ...")
        )

    def commands(self) -> Sequence[tuple[str, Callable[[], None]]]:
        """The actions of this screen, in words."""
        rows: list[tuple[str, Callable[[], None]]] = [
            (entry.title, partial(self.start_entry, entry))
            for entry in self.entries
            if entry.slug in WITHOUT_PLAN
        ]
        rows += [("Edit a copy", self.action_edit), ("Write a workout", self.action_write)]
        rows += [("Full description", self.action_about)]
        rows += [
            (f"Sort by {word}", partial(self._sort_by, Order(column, is_falling=column is SortColumn.LAST)))
            for column, word in _SORTS.items()
        ]
        rows += [(f"Filter: next {name}", partial(self.action_turn, name)) for name in FILTER_KEYS]
        rows += [
            ("Athlete: paces and zones", self.action_athlete),
            ("Sensors: pair, label, forget", self.action_sensors),
            ("History: past runs", self.action_history),
            ("Plan: the season, and what to run today", self.action_season),
            ("Theme: sun or night", self._coach.action_switch_theme),
            ("Keys", self.action_keys),
            ("Leave", partial(self.app.exit, Leaving.NOTHING)),
        ]
        return rows

    @property
    def _field(self) -> Input:
        return self.query_one("#search", Input)

    @property
    def _coach(self) -> CoachApp:
        assert isinstance(self.app, CoachApp)
        return self.app

    def _chosen(self) -> LibraryEntry | None:
        return self._matches[self._at] if self._at < len(self._matches) else None

    def _reload(self, slug: str | None) -> None:
        """Read the list again, and keep the cursor on a workout."""
        chosen, self._details = self._order, {}
        self.entries = tuple(self._library.entries())
        self._hint = self._library.hint
        self._filters = Filters(self.entries) if not self._filters.is_set else self._filters
        self._sort_by(chosen, slug)

    def _sort_by(self, order: Order, slug: str | None = None) -> None:
        """Sort the list; the cursor stays with a named workout, or goes to the first one."""
        self._order = order
        self._sort()
        self._at = 0
        self._list()
        place = next((place for place, entry in enumerate(self._matches) if entry.slug == slug), None)
        if place is not None:
            self._at = place
            self._show()

    def _sort(self) -> None:
        first = [entry for entry in self.entries if entry.slug in WITHOUT_PLAN]
        rest = [entry for entry in self.entries if entry.slug not in WITHOUT_PLAN]
        self._sorted = (*first, *self._order.sort(rest))

    def _list(self) -> None:
        """Apply the search and the filters, and show the result."""
        line = self._field.value
        hits = [] if self._is_own else matching(self._sorted, line)
        self._matches = tuple(entry for entry in hits if self._filters.fits(entry))
        self._at = min(self._at, max(0, len(self._matches) - 1))
        is_own = bool(line.strip()) and not hits
        self._show_own(self._read(line) if is_own else None)

    def _may_be_own(self) -> bool:
        """Return whether the line may be a workout, although the search has matches."""
        line = self._field.value
        return any(letter.isdigit() for letter in line) and not self._read(line).problem

    def _read(self, line: str) -> TypedWorkout:
        """Read the line; words without a number are taken for the name of a missing workout."""
        if any(letter.isdigit() for letter in line):
            return self._library.understand(line)
        titles = {entry.title.casefold(): entry.title for entry in self.entries}
        near = get_close_matches(line.casefold(), titles, n=3, cutoff=_NEAR)
        fix = f"Near it: {', '.join(titles[title] for title in near)}." if near else ""
        return TypedWorkout(line, problem=f"No workout is called “{line.strip()}”", fix=fix, is_name=True)

    def _show_own(self, typed: TypedWorkout | None) -> None:
        """Show the workout being written, or the list."""
        self._typed = typed
        self.set_class(typed is not None, "-own")
        self._show()
        if typed is not None:
            field = self._field
            column = field.content_region.x - round(field.scroll_offset.x)
            self.query_one(OwnPage).put(OwnView(typed, column))

    def _show(self, *, is_same: bool = False) -> None:
        """Paint the chosen workout; its message stays while the choice is the same."""
        if not is_same:
            self._trouble = self._message = ""
        today, unit = self._library.now().date(), self._library.unit
        order = None if self._field.value.strip() else self._order
        entry = self._chosen()
        detail = None if entry is None else self._details.get(entry.slug)
        foot, filters = self._foot()
        listing = Listing(self._matches, self._at, order, today, unit, foot, filters)
        self.query_one(LibraryTable).put(listing)
        self.query_one(LibraryDetail).put(Description(entry, detail, today, unit, self._trouble))
        self.query_one("#count", Static).update(self._count())
        self.query_one("#message", Static).update(self._message_line())
        self.query_one(KeyLine).put(self._keys())
        self._head()
        if entry is not None and detail is None and self._is_prepared:
            self.call_after_refresh(self._describe, entry)

    def _message_line(self) -> Content:
        """The last message, or today's session and a hint."""
        if self._message or not self._today:
            return Content(f"  {self._message or self._hint}")
        room = self.size.width - len(_TODAY) - 4
        today = fit(sanitise(self._today, 120), room)
        hint = f"   {self._hint}" if len(today) + len(self._hint) + 3 <= room else ""
        return Content.assemble(f"  {_TODAY}", Content.styled(today, "bold $foreground"), hint)

    def _read_today(self) -> None:
        """Read today's session on a thread."""

        def read() -> None:
            today = self._library.today()
            self.app.call_from_thread(self._tell_today, today)

        self.run_worker(read, thread=True, exit_on_error=False, group="today", exclusive=True)

    def _tell_today(self, today: str) -> None:
        self._today = today
        if self in self.app.screen_stack:
            self._show(is_same=True)

    def _describe(self, entry: LibraryEntry) -> None:
        """Read the chosen workout once the move to it is painted, unless another was chosen meanwhile."""
        if entry is self._chosen() and entry.slug not in self._details and self in self.app.screen_stack:
            self._details[entry.slug] = self._library.detail(entry.slug)
            self._show(is_same=True)

    def _prepare(self) -> None:
        """Load the modules that read a workout on a thread; the list is shown, and works, before that."""
        prepare = self._library.prepare()
        if prepare is None:
            self._be_ready()
        else:
            self.run_worker(partial(self._load, prepare), thread=True, exit_on_error=False)

    def _load(self, prepare: Callable[[], None]) -> None:
        """Load the modules, on a thread."""
        prepare()
        self.app.call_from_thread(self._be_ready)

    def _be_ready(self) -> None:
        self._is_prepared = True
        if self in self.app.screen_stack:
            self.post_message(self.Prepared())
            self._show(is_same=True)
            self._read_today()

    def _head(self) -> None:
        """The title row, with the time of day."""
        count = sum(entry.slug not in WITHOUT_PLAN for entry in self.entries)
        is_own = self._typed is not None and not self._typed.is_name
        what = "a workout of your own" if is_own else f"{count} workouts"
        heading = TitleTexts(f"Library   {what}", clock_words(self._library.who, self._library.now()))
        self.query_one(TitleRow).put(heading)

    def _count(self) -> str:
        """The number of workouts that the search matches."""
        if not self._field.value.strip() or self._is_own or (self._typed and not self._typed.problem):
            return ""
        most = sum(entry.slug not in WITHOUT_PLAN for entry in self.entries)
        best = ", best match first" if len(self._matches) > 1 else ""
        is_faulty = self._typed is not None and self._typed.place is not None
        return "" if is_faulty else f"{len(self._matches)} of {most}{best}"

    def _foot(self) -> tuple[str, str]:
        """The number of the chosen row, and the filters in force."""
        rows = [place for place, entry in enumerate(self._matches) if entry.slug not in WITHOUT_PLAN]
        entry = self._chosen()
        if entry is None:
            row = "no workout fits these filters"
        elif entry.slug in WITHOUT_PLAN:
            row = "without a plan"
        else:
            row = f"row {rows.index(self._at) + 1} of {len(rows)}"
        return row, self._filters.line() if self._filters.is_set and not self._is_filtering else ""

    def _keys(self) -> Keys:
        """The keys that do something now, the way out last."""
        if self._typed is not None:
            return self._own_keys(self._typed)
        if self._is_filtering:
            turns = [
                (letter, f"{name} {self._filters.chosen(name)}") for name, (letter, _) in FILTER_KEYS.items()
            ]
            return (*turns, ("esc", "done"))
        entry = self._chosen()
        run = [("enter", "run")] if entry is not None else []
        has_plan = entry is not None and entry.slug not in WITHOUT_PLAN
        if self._field.has_focus:
            own = [("tab", "your own, as written")] if self._field.value and self._may_be_own() else []
            edit = [("ctrl+e", "edit a copy")] if has_plan else []
            return (*run, ("↑ ↓", "choose"), *own, *edit, ("esc", "back to the list"))
        edit = [("e", "edit a copy")] if has_plan else []
        filters = [("f", "filter")] if self._filters.can_filter else []
        out = "clear filters" if self._filters.is_set else "leave"
        plan = [("p", "plan")] if self._coach.has_season else []
        return (
            *run,
            ("/", "search"),
            *plan,
            *edit,
            ("s", "sort"),
            *filters,
            ("w", "about"),
            ("a", "athlete"),
            ("b", "sensors"),
            ("h", "history"),
            ("?", "keys"),
            ("esc", out),
        )

    @staticmethod
    def _own_keys(typed: TypedWorkout) -> Keys:
        """The keys while a workout is written."""
        if not typed.problem:
            written = (("enter", "run"), ("ctrl+s", "save"), ("ctrl+e", "edit"))
            return (*written, ("F1", "keys"), ("esc", "clear"))
        take = [("tab", "take it")] if typed.corrected else []
        return (*take, ("F1", "keys"), ("esc", "clear" if typed.timeline else "back to the list"))
