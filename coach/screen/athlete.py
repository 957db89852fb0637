"""The athlete screen: paces, zones and races on one page, edited in place; and the question for a first race.

A typed value shows its effect before it is stored, and one key undoes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input, Static

from coach.problems import CoachProblem
from coach.quantities import format_pace
from coach.screen.paint import Pair, Palette, blank, fit, pieces_row, sanitise, stack
from coach.screen.protocols import AthleteEdit, People
from coach.screen.widgets.athlete_page import (
    AthletePage,
    AthleteView,
    Stop,
    day_words,
    field_place,
    stops_of,
    zone_tables,
)
from coach.screen.widgets.base import MARGIN, Keys, StripWidget
from coach.screen.widgets.library import KeyLine
from coach.workout.athlete_profile import AthleteProfile, pace_words

_MOST: Final = 60
"""Characters that can be typed."""
_LABELS: Final = {"race": "+ a race", "pace": "pace by hand", "heart": "heart", "name": "name"}
_WHEN: Final = "when?"


class AthleteScreen(Screen[bool | None]):
    """One athlete at a time, with a cursor on its editable values; or the question for a race before a run.

    Dismissed with None; as a question with True once a race is kept, with False to run by effort.
    """

    BINDINGS = [
        Binding("escape", "back", show=False, priority=True),
        Binding("q,f9", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
        Binding("enter", "change", show=False),
        Binding("r", "add_race", show=False),
        Binding("x,delete", "remove", show=False),
        Binding("z", "zones", show=False),
        Binding("m", "miles", show=False),
        Binding("u", "undo", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(
        self, people: People | None, profiles: Sequence[AthleteProfile], *, asks_race: bool = False
    ) -> None:
        super().__init__()
        self._people = people
        self._asks_race = asks_race
        self._profiles = list(profiles)
        self._index = 0
        self._at = 0
        self._table = 0
        self._item = ""
        """The item being typed, as `People` names it; empty while nothing is typed."""
        self._race: str | None = None
        """The typed race, while its day is being typed."""
        self._edit: AthleteEdit | None = None
        """The change that the field makes when it is accepted."""
        self._removal: AthleteEdit | None = None
        """The change that a second press of the remove key makes."""
        self._message = ""

    def compose(self) -> ComposeResult:
        """Set out title, page, field and keys."""
        yield Static(id="title")
        yield AthletePage(id="page")
        yield FirstRacePage(id="first-race")
        yield Input(id="field", select_on_focus=False, max_length=_MOST)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show the first athlete; without one ask for a race at once."""
        self._field.cursor_blink = False
        if self._is_question and self._people is not None:
            self._open("race", "")
        self._show()

    def on_resize(self) -> None:
        """Lay out the field for the new size."""
        self.call_after_refresh(self._show)

    # --- looking

    def action_turn(self, by: int) -> None:
        """Show the next athlete, or the one before."""
        if self._profiles and not self._item:
            self._index = (self._index + by) % len(self._profiles)
            self._at = self._table = 0
            self._tell("")

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self._profiles and not self._item:
            self._at = min(max(0, self._at + by), len(self._stops) - 1)
            self._tell("")

    def action_zones(self) -> None:
        """Show the next table of zones."""
        if self._profiles:
            self._table = (self._table + 1) % zone_tables(self._profile)
            self._tell("")

    def action_back(self) -> None:
        """Close the field unchanged; without one leave the page."""
        if self._race is not None and self._is_question:
            text, self._race = self._race, None
            self._field.value = text
            self._field.cursor_position = len(text)
        elif self._item and not self._is_question:
            self._close("")
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    # --- changing

    def action_change(self) -> None:
        """Type at the place with the cursor."""
        if self._profiles:
            stop = self._stops[self._at]
            self._open(stop.what, stop.text)

    def action_add_race(self) -> None:
        """Type a race."""
        self._open("race", "")

    def action_remove(self) -> None:
        """Remove the value under the cursor; the first press shows the effect."""
        if not self._profiles or self._people is None:
            return
        if self._removal is not None:
            self._keep(self._removal)
            return
        try:
            self._removal = self._people.without(self._profile.athlete.slug, self._stops[self._at].what)
        except CoachProblem as problem:
            self._tell(problem.message)
            return
        self._message = f"x again removes it: {self._removal.effect}"
        self._show()

    def action_miles(self) -> None:
        """Show miles, or kilometres again."""
        if self._profiles and self._people is not None:
            units = "km" if self._profile.athlete.units == "mile" else "mile"
            self._try(lambda people: people.understand(self._profile.athlete.slug, "units", units))

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._people is None:
            return
        try:
            slug = self._people.undo()
            self._reload(slug)
        except CoachProblem as problem:
            self._tell(str(problem))
            return
        self._tell(f"Undone: {slug} is as before." if slug else "Nothing to undo.")

    @on(Input.Changed)
    def typed(self) -> None:
        """Show the effect of the typed text, or its error."""
        self._edit = None
        if not self._item or self._people is None:
            return
        text = self._field.value
        if not text.strip() and self._race is None:
            self._message = ""
        else:
            try:
                self._edit = self._understand(self._people)
                self._message = self._edit.effect
            except CoachProblem as problem:
                self._message = " ".join(str(problem).split())
        self._show()

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Store the typed value; for a race without a day, ask for the day first."""
        if self._item and not self._field.value.strip() and self._race is None:
            if self._asks_race:
                self.dismiss(False)
            else:
                self.action_back()
        elif self._edit is not None and self._edit.lacks_day and self._race is None:
            self._race = self._field.value
            self._field.value = ""
            self._message = "For example: 10 May or 3 weeks ago; Enter for these days."
            self._show()
        elif self._edit is not None:
            self._keep(self._edit)
        elif self._race is not None and self._people is not None:
            self._try(self._understand)

    def _understand(self, people: People) -> AthleteEdit:
        """Read the text of the field."""
        slug = self._profile.athlete.slug if self._profiles else ""
        if self._race is not None:
            return people.understand(slug, self._item, self._race, self._field.value or people.today())
        return people.understand(slug, self._item, self._field.value)

    def _try(self, edit: Callable[[People], AthleteEdit]) -> None:
        """Make a change and store it, or show the error."""
        assert self._people is not None
        try:
            self._keep(edit(self._people))
        except CoachProblem as problem:
            self._tell(" ".join(str(problem).split()))

    def _keep(self, edit: AthleteEdit) -> None:
        assert self._people is not None
        try:
            self._people.keep(edit)
            self._reload(edit.profile.athlete.slug)
        except CoachProblem as problem:
            self._tell(str(problem))
            return
        if self._asks_race:
            self.dismiss(True)
        else:
            self._close("Saved. u undoes it.")

    def _reload(self, slug: str) -> None:
        """Read all athletes again, and stay with one of them."""
        assert self._people is not None
        self._profiles = list(self._people.profiles())
        slugs = [profile.athlete.slug for profile in self._profiles]
        self._index = slugs.index(slug) if slug in slugs else min(self._index, max(0, len(slugs) - 1))
        if self._profiles:
            self._at = min(self._at, len(self._stops) - 1)
            self._table = min(self._table, zone_tables(self._profile) - 1)

    # --- showing

    @property
    def _is_question(self) -> bool:
        """True while a race is asked for, and nothing else is shown."""
        return self._asks_race or not self._profiles

    @property
    def _profile(self) -> AthleteProfile:
        return self._profiles[self._index]

    @property
    def _stops(self) -> tuple[Stop, ...]:
        return stops_of(self._profile)

    @property
    def _field(self) -> Input:
        return self.query_one("#field", Input)

    def _open(self, what: str, text: str) -> None:
        """Begin to type."""
        if self._people is None or self._item:
            return
        self._item, self._race, self._edit, self._removal, self._message = what, None, None, None, ""
        with self.prevent(Input.Changed):
            self._field.value = text
        self._field.cursor_position = len(text)
        self._field.focus()
        self._show()

    def _close(self, message: str) -> None:
        """Type nothing any more."""
        self._item, self._race, self._edit = "", None, None
        self.set_focus(None)
        self._tell(message)

    def _tell(self, message: str) -> None:
        self._message, self._removal = message, None
        self._show()

    def _show(self) -> None:
        """Show the current state."""
        if not self.is_mounted:
            return
        width, height = self.size.width, self.size.height - 2
        has_sheet = not self._is_question
        self.query_one("#page").display = has_sheet
        self.query_one("#first-race").display = not has_sheet
        self.query_one("#title", Static).update(Content(self.title_line(width)))
        field = self._field
        field.display = bool(self._item)
        if has_sheet:
            page = self._page()
            self.query_one(AthletePage).put(page)
            column, row, wide = field_place(page, width, height)
        else:
            profile = None if self._edit is None else self._edit.profile
            message = self._message if profile is None else ""
            self.query_one(FirstRacePage).put(
                FirstRaceView(profile, message, self._race or "", self._asks_race)
            )
            column, row, wide = (
                MARGIN + _FIRST_RACE_LABEL,
                _FIRST_RACE_FIELD,
                width - 2 * MARGIN - _FIRST_RACE_LABEL,
            )
        field.styles.offset = (column, row + 1)
        field.styles.width = wide
        self.query_one(KeyLine).put(self._keys())

    def _page(self) -> AthleteView:
        kind, _, name = self._item.partition(" ")
        asks = _LABELS.get(kind, "") if kind != "pace" else f"{name} by hand"
        asks = "race" if kind == "race" and name else asks
        return AthleteView(
            profile=self._profile,
            stops=self._stops,
            at=self._at,
            table=self._table,
            asks=_WHEN if self._race is not None else asks,
            message=self._message,
            today="" if self._people is None else self._people.today(),
        )

    def title_line(self, width: int) -> str:
        """The athlete of the page, and at the right the source of the paces."""
        if self._is_question:
            return " Before the start   a race" if self._asks_race else " Athlete   none yet"
        profile = self._profile
        left = f" Athlete   {sanitise(profile.athlete.name, 40)}"
        fitness, today = profile.fitness, "" if self._people is None else self._people.today()
        right = ""
        if fitness is not None:
            words, _, day = fitness.words.rpartition(" on ")
            source = f"{words} on {day_words(day, today)}" if fitness.is_race else fitness.words
            right = f"paces from {source}   VDOT {fitness.vdot:.1f} "
        if cell_len(left) + cell_len(right) + 2 > width:
            right = right.removeprefix("paces ").partition("   VDOT")[0] + " " if right else ""
        left = fit(left, max(1, width - cell_len(right) - 2))
        return left + " " * max(0, width - cell_len(left) - cell_len(right)) + right

    def _keys(self) -> Keys:
        """The keys that do something now."""
        if self._item:
            enter = "go on" if self._edit is not None and self._edit.lacks_day else "keep it"
            out = (
                "esc",
                "back" if self._race is not None else "not now" if self._is_question else "as it was",
            )
            if self._edit is not None or self._race is not None:
                return (("enter", enter), out)
            return (("enter", "run by effort"), out) if self._asks_race and not self._message else (out,)
        many = (("tab", "next athlete"),) if len(self._profiles) > 1 else ()
        miles = "kilometres" if self._profiles and self._profile.athlete.units == "mile" else "miles"
        keys: Keys = (("enter", "change"), ("r", "add a race"), ("x", "remove"), ("z", "zones"), ("m", miles))
        return (*keys, *many, ("u", "undo"), ("esc", "back"))


# --- the first question


_FIRST_RACE_FIELD: Final = 5
"""The row of the field on the page without an athlete."""
_FIRST_RACE_LABEL: Final = 16
"""Columns before it."""
_RACES: Final = "10k 47:30   half 1:46   mile 6:40   4:46/km (threshold)"
_BEFORE_RUN: Final = "No race yet? Enter goes on without paces: reps are timed, not judged."
_WITHOUT: Final = "Without a race, workouts are run by effort: reps are timed, not judged."
_DAYS: Final = "10 May   3 weeks ago   last month"


@dataclass(frozen=True, slots=True)
class FirstRaceView:
    """The state of the page that asks for a race."""

    profile: AthleteProfile | None
    """The typed race as a profile."""
    message: str
    """The error in the typed race."""
    race: str
    """The typed race, while its day is being typed; else empty."""
    is_before_run: bool
    """True if a run waits for the answer."""


class FirstRacePage(StripWidget[FirstRaceView]):
    """The page for a first race: the typed race, and the paces it gives."""

    def paint(self, value: FirstRaceView, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the question, the paces of the typed race, and examples of races."""
        profile, message, race = value.profile, value.message, value.race
        plain, stale = colours.plain, colours.stale
        label = _WHEN if race else "a recent race"
        rows: list[list[tuple[str, Pair]]] = [[] for _ in range(13)]
        rows[3] = [
            (f"{sanitise(race, _MOST)}: when was it?" if race else "One race gives all your paces.", plain)
        ]
        rows[_FIRST_RACE_FIELD] = [(label, stale)]
        rows[7] = _pace_pieces(profile, colours) if profile is not None else [(sanitise(message, 200), plain)]
        rows[10] = [("also possible  ", stale), (_DAYS if race else _RACES, plain)]
        rows[12] = [(_BEFORE_RUN if value.is_before_run else _WITHOUT, plain)]
        side = (" " * MARGIN, plain)
        strips = [
            pieces_row([side, *pieces], width, plain) if pieces else blank(width, plain) for pieces in rows
        ]
        return stack(strips, width, height, plain, top=0)


def _pace_pieces(profile: AthleteProfile, colours: Palette) -> list[tuple[str, Pair]]:
    """The paces that were given: 5k, threshold, easy."""
    unit, lines = profile.athlete.units, {line.name: line for line in profile.paces}
    pieces: list[tuple[str, Pair]] = []
    for name, label in (("5k", "5k pace"), ("threshold", "threshold"), ("easy", "easy")):
        if name not in lines:
            continue
        line = lines[name]
        is_one = line.slow == line.fast
        words = format_pace(line.slow, unit=unit) if is_one else pace_words(line, unit).replace("-", " to ")
        pieces += [(f"{label}   ", colours.stale), (f"{words}      ", colours.plain)]
    return pieces
