"""The app of a run, the base of all our Textual apps, and the dialogues and overlays of the screens.

The app of a run opens screens and passes presses on. A mark goes through every overlay to the run and answers nothing:
no overlay has a button that a space could press, choices are made with Enter or their letter.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.color import Color
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.driver import Driver
from textual.events import Key as KeyPress
from textual.filter import ANSIToTruecolor, DimFilter
from textual.screen import ModalScreen
from textual.style import Style as TextualStyle
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.problems import CoachProblem
from coach.screen import base
from coach.screen.base import MARK, Key, key_word
from coach.screen.paint import THEMES, sanitise
from coach.session.phases import Button, Phase
from coach.themes import SCREEN_THEMES

if TYPE_CHECKING:
    from coach.cues.cue import Cue, Suppression
    from coach.live.snapshot import Snapshot
    from coach.screen.calendar import CalendarScreen
    from coach.screen.calendar_page import SeasonActions
    from coach.screen.editor import EditorScreen
    from coach.screen.pick import PickScreen
    from coach.screen.protocols import (
        CutOffRun,
        Interrupted,
        Library,
        LiveFeed,
        PastRuns,
        People,
        PlaybackControls,
        RunNotes,
        SensorActions,
        ShareActions,
        ShownLink,
    )
    from coach.screen.review import SummaryScreen
    from coach.screen.run import RunScreen


class Leaving(StrEnum):
    """The way in which a screen was left; `CoachApp.run` returns it."""

    FINISHED = "finished"
    """The run is over and its summary was seen."""
    LEFT = "left"
    """The run stays open and can be resumed."""
    DISCARDED = "discarded"
    """The run was thrown away; `discard` was pressed twice."""
    GO_ON = "go_on"
    """The run had ended and its review was seen; the end was a slip, and the run goes on."""
    INTERRUPTED = "interrupted"
    """Ctrl-C: the run stays open, and the exit code is that of an interrupt."""
    GONE = "gone"
    """The terminal went away: the run stays open, and the exit code reports it."""
    NOTHING = "nothing"
    """No run had begun (or only a recording was watched)."""


Result = TypeVar("Result")


class ThemedApp(App[Result], Generic[Result]):
    """An app in one of the themes, drawn by a driver that never waits for the terminal."""

    TITLE = "Trackside Coach"
    CSS_PATH = "coach.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, theme: str) -> None:
        """Start in a theme of `coach.themes`."""
        super().__init__()
        # Textual looks for dim letters and ANSI colours in every row that is painted; nothing here is either.
        self._filters = [each for each in self._filters if not isinstance(each, ANSIToTruecolor | DimFilter)]
        for ours in THEMES:
            self.register_theme(ours)
        self.theme = theme
        self.stylesheet.set_variables(self.get_css_variables())
        self._theme_in_css = theme

    def get_driver_class(self) -> type[Driver]:
        """Use a driver of our own in place of Textual's for Linux and macOS."""
        stock = super().get_driver_class()
        if stock.__name__ != "LinuxDriver":
            return stock  # Windows, or one that the environment names
        from coach.screen.driver import TerminalDriver  # it needs termios, which Windows has not

        return TerminalDriver

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheets again if the theme has changed; Textual requests it at the start too."""
        if self.theme != self._theme_in_css:
            self._theme_in_css = self.theme
            super().refresh_css(animate)

    def action_switch_theme(self) -> None:
        """Change to the next theme."""
        first, *others = SCREEN_THEMES
        self.theme = dict(zip(SCREEN_THEMES, [*others, first], strict=True)).get(self.theme, first)

    def call_when_seen(self, call: Callable[[], None]) -> None:
        """Call a function once the last frame is on the terminal, which takes a frame in several parts."""
        call_when_written = getattr(self._driver, "call_when_written", None)  # our own driver has it
        if call_when_written is None:
            call()
        else:
            call_when_written(partial(self.call_later, call))


# --- dialogues

Choice = TypeVar("Choice")


class ChoiceDialog(ModalScreen[Choice]):
    """A question with choices, which are made with Enter or by a letter."""

    def __init__(self, heading: str, choices: Iterable[tuple[str, str]], hint: str = "") -> None:
        """Ask a question; each choice has an id and a text."""
        super().__init__()
        self._heading = heading
        self._choices = tuple(choices)
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Lay out the question, the choices and the hint."""
        with Vertical(classes="box"):
            yield Static(Content(self._heading), classes="heading")
            yield OptionList(*(Option(text, id=choice) for choice, text in self._choices), markup=False)
            if self._hint:
                yield Static(Content(self._hint), classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice under the cursor."""
        self.action_choose(event.option_id or "")

    @abstractmethod
    def action_choose(self, choice: str) -> None:
        """Take a choice by its id."""


class WayOut(StrEnum):
    """The choices when the screen of a run is left."""

    GO_ON = "go_on"
    FINISH = "finish"
    LEAVE = "leave"
    DISCARD = "discard"


class QuitDialog(ChoiceDialog[WayOut]):
    """Asks how to leave; going on is the default, discarding is asked twice."""

    BINDINGS = [
        MARK.binding(priority=True),
        Binding("escape", "choose('go_on')", show=False),
        Binding("g", "choose('go_on')", show=False),
        Binding("f", "choose('finish')", show=False),
        Binding("l", "choose('leave')", show=False),
        Binding("d", "choose('discard')", show=False),
    ]

    def __init__(self) -> None:
        choices = (
            (WayOut.GO_ON, "g  Go on"),
            (WayOut.FINISH, "f  Finish: end the run here and see how it went"),
            (WayOut.LEAVE, "l  Leave: keep the run, to be resumed later"),
            (WayOut.DISCARD, "d  Discard: delete the run"),
        )
        hint = f"the clock is running; {key_word(MARK)} still marks the line"
        super().__init__("Leave the run?", choices, hint)
        self._is_discard_asked = False

    def action_choose(self, choice: str) -> None:
        """Take a choice; the first `discard` only asks again."""
        way = WayOut(choice)
        if way is WayOut.DISCARD and not self._is_discard_asked:
            self._is_discard_asked = True
            self.query_one(".heading", Static).update(Content("Delete it for good? d again, Escape goes on"))
            return
        self.dismiss(way)


class Effort(StrEnum):
    """The choices if a pace or a heart rate is missing."""

    RUN = "run"
    ATHLETE = "athlete"
    BACK = "back"


class EffortDialog(ChoiceDialog[Effort]):
    """Asks whether to run by effort if a pace or a heart rate of the workout is unknown."""

    BINDINGS = [
        Binding("escape", "choose('back')", show=False),
        Binding("a", "choose('athlete')", show=False),
    ]

    def __init__(self, missing: str) -> None:
        """Ask about a missing number, in words."""
        choices = (
            (Effort.RUN, "enter  Run by effort: reps are timed, not judged"),
            (Effort.ATHLETE, "a      The athlete first: a race gives all paces"),
            (Effort.BACK, "esc    Back"),
        )
        super().__init__(sanitise(missing, 200), choices)

    def action_choose(self, choice: str) -> None:
        """Take a choice."""
        self.dismiss(Effort(choice))


_LATER: Final = "later"


class ResumeDialog(ChoiceDialog[str]):
    """Asks how a run that was cut off goes on."""

    BINDINGS = [Binding("escape,n", "choose('')", show=False)]

    def __init__(self, run: "CutOffRun") -> None:
        from coach.review.journaled import KEYS_ON  # it loads the fold, which no other overlay needs

        choices: list[tuple[str, str]] = [
            (way, f"{KEYS_ON[way]}  {sanitise(words, 60).capitalize()}") for way, words in run.ways
        ]
        choices.append((_LATER, "n  Not now: it stays as it is"))
        super().__init__(sanitise(run.title, 60), choices, sanitise(run.since, 60))
        self._run = run
        self._keys = KEYS_ON

    def on_key(self, event: KeyPress) -> None:
        """Take the choice of a letter."""
        for way, key in self._keys.items():
            if key == event.key:
                event.stop()
                self.action_choose(way)

    def action_choose(self, choice: str) -> None:
        """Take a choice that is still offered; an empty one changes nothing."""
        offered, options = {way for way, _ in self._run.ways}, self.query_one(OptionList)
        if choice in {"", _LATER}:
            self.dismiss(None)
        elif choice in offered:
            self.dismiss(choice)
        elif any(option.id == choice for option in options.options):  # offered before, now it is too late
            options.remove_option(choice)
            self.query_one(".hint", Static).update(Content(sanitise(self._run.since, 60)))
            self.notify("It was cut off too long ago to continue.", markup=False)


# --- overlays


class Overlay(ModalScreen[None]):
    """A page over the live screen, closed by Escape, Enter or the key that opened it."""

    BINDINGS = [
        MARK.binding(priority=True),
        Binding("escape,enter,q", "dismiss", show=False),
    ]
    heading = ""
    """Its first line."""
    footing = "Escape closes; {mark} still marks the line"
    """Its last line; `{mark}` is the key of a mark."""

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return the rows of the page: a term and its explanation."""
        return ()

    def text(self) -> str:
        """Set the rows as one text."""
        rows = self.lines()
        wide = max((len(term) for term, _ in rows), default=0)
        return "\n".join(f"{term:<{wide}}   {says}" for term, says in rows)

    def compose(self) -> ComposeResult:
        """Lay out heading and rows."""
        with VerticalScroll(classes="box"):
            yield Static(Content(self.heading), classes="heading")
            yield Static(Content(self.text()))
            yield Static(Content(self.footing.format(mark=key_word(MARK))), classes="hint")


class HelpOverlay(Overlay):
    """The key map."""

    BINDINGS = [Binding("question_mark", "dismiss", show=False)]
    heading = "Keys"

    def __init__(self, keys: Sequence[Key], keymap: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._keys = keys
        self._keymap = keymap or {}

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return every key with its effect; the answers as one row."""
        rows = [(key.printed(self._keymap), key.says) for key in self._keys if key.answer is None]
        if any(key.answer is not None for key in self._keys):
            rows.insert(-5, ("1-9 0", "answer (0 is ten)"))
        return rows

    def text(self) -> str:
        """Set the rows in two columns, so that they fit 24 rows."""
        rows = self.lines()
        half = (len(rows) + 1) // 2
        pairs = zip_longest(rows[:half], rows[half:], fillvalue=("", ""))
        return "\n".join(
            f"{left:<10}  {says:<21}   {right:<6}  {more}" for (left, says), (right, more) in pairs
        )


class PageHelp(HelpOverlay):
    """The key map of a page, while no run is shown."""

    footing = "Escape closes"


class PlaybackHelpOverlay(HelpOverlay):
    """The key map while a recording plays."""

    heading = "Keys of a playback"
    footing = "The run's own buttons come from the recording.\nEscape closes; space still pauses and goes on"


_CODE: Final = TextualStyle(
    foreground=Color.parse("#ffffff"), background=Color.parse("#000000")
)  # the same in every theme, because a phone reads a code by its contrast
_REREAD_S: Final = 1.0
"""Time between two looks at whether a link was used."""
_SAYS_WIDTH: Final = 32
"""Columns of a link's description beside its code, so that the box fits 80."""


class LinkOverlay(Overlay):
    """The links for phones, one at a time, each with its code; a used link is replaced while it is shown."""

    BINDINGS = [
        Binding("s", "dismiss", show=False),
        Binding("n", "renew", show=False),
        Binding("tab", "following", show=False),
    ]

    def __init__(self, actions: "ShareActions") -> None:
        super().__init__()
        self._actions = actions
        self._place = 0

    def compose(self) -> ComposeResult:
        """Lay out the code, beside it the purpose of the link, below it the link on a line of its own."""
        with Vertical(classes="box"):
            with Horizontal():
                yield Static(id="code")
                yield Static(id="says")
            yield Static(id="link")

    def on_mount(self) -> None:
        """Show the first link, and watch for its use."""
        self._show()
        self.set_interval(_REREAD_S, self._show)

    def action_renew(self) -> None:
        """Replace the link that is shown by a new one."""
        self._actions.renew(self._link().kind)
        self._show()

    def action_following(self) -> None:
        """Show the next kind of link."""
        self._place += 1
        self._show()

    def _link(self) -> "ShownLink":
        links = self._actions.links()
        return links[self._place % len(links)]

    def _show(self) -> None:
        link, count = self._link(), len(self._actions.links())
        keys = ["n       a new link", *(["tab     the next link"] if count > 1 else []), "Escape  closes"]
        self.query_one("#code", Static).update(Content.styled("\n".join(link.rows), _CODE))
        lines = (f"For the {link.kind}.", "", *wrap(link.says, _SAYS_WIDTH), "", *keys)
        self.query_one("#says", Static).update(Content("\n".join(lines)))
        self.query_one("#link", Static).update(Content(link.url))


_MOST_SILENCES: Final = 2
"""Reasons of a silence that are shown; `coach explain` shows all."""
_WIDEST_WORDS: Final = 46
"""Columns of a purpose, so that the box fits 80 with the names before it."""


class WhyOverlay(Overlay):
    """The purpose of the step, and the evidence behind the last cue that judged the runner."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "Why"

    def __init__(
        self,
        cue: "Cue | None",
        now: float,
        unit: str = "km",
        purpose: tuple[str, str] = ("", ""),
        *,
        state: str = "",
        silences: "Sequence[Suppression]" = (),
    ) -> None:
        """Show a cue as seen at `now`; paces are per `unit`, `km` or `mile`; a purpose has its name before it.

        `state` is the text of the box, `silences` are the reasons why no other cue is given.
        """
        super().__init__()
        self._state = state
        self._silences = tuple(silences)
        self._cue = cue
        self._purpose = purpose
        self._now = now
        self._unit = unit

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return the purpose, words, rule, value, band, window, age and noise; rows that do not apply are left out."""
        from coach.review.trace import evidence, held_back  # it loads the fold

        cue = self._cue
        name, words = self._purpose
        purpose = [*_label_rows(name, sanitise(words)), *_label_rows("now", self._state)]
        for silence in self._silences[:_MOST_SILENCES]:
            purpose += _label_rows("quiet", held_back(silence))
        if cue is None:
            return [*purpose, ("", "Nothing has been judged yet.")]
        return [
            *purpose,
            ("said", sanitise(cue.text)),
            ("kind", cue.kind.value.replace("_", " ")),
            ("ago", f"{max(0.0, self._now - cue.at):.0f} s"),
            *((name, sanitise(words)) for name, words in evidence(cue.why, self._unit)),
        ]


def _label_rows(name: str, words: str) -> list[tuple[str, str]]:
    """Set words in rows, the first with their name; none for no words."""
    lines = wrap(words, _WIDEST_WORDS)
    return list(zip_longest((name,), lines, fillvalue="")) if lines else []


# --- the app of a run

_LONGEST_MESSAGE: Final = 240
"""Most characters of a message over the screen."""
_MESSAGE_S: Final = 8.0
"""Time for which a message is shown: enough to read two lines. Judged."""
_WIND_S: Final = 5.0
"""Time after `h` in which `w` means wind rather than why. Judged."""


class CoachApp(ThemedApp[Leaving]):
    """The app of a run, from the library to the summary; `run` returns the way in which it was left.

    Args:
        feed: The run to show; None to pick one from `library` first.
        library: The workouts to pick from.
        playback: The pace of a playback; with it keys drive the playback and press no button of the run.
        theme: One of `coach.themes`.
        keymap: Key names by the names of `coach.screen.base`, from the settings.
        notes: Stores effort and note of the run; None if nothing is recorded.
        people: The athletes, for the athlete screen.
        sensors: The sensors, for the sensors screen.
        interrupted: The runs that were cut off, one of which is offered over the library.
        season: Returns the season, for the calendar screen.
        opens_season: True to open the calendar first, over the library.
        past: Returns the past runs, for the history screen; without a library that is the first screen.
        warning: A word or two for the title bar of a run.
        is_ticking: False in tests that move the clock themselves.
        sizing: Called when a run opens that waits for its start; returns a function that gives the texts about the
            reading distance for columns and lines, or None if they were shown before.
        links: The links that let phones see the run; None if it is not shared.
        is_muted: True to mute the voice from the start.
        on_loaded: Called once a screen is painted and everything else that it needs is loaded.
    """

    BINDINGS = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
    ]

    def __init__(
        self,
        feed: "LiveFeed | None" = None,
        library: "Library | None" = None,
        playback: "PlaybackControls | None" = None,
        *,
        theme: str = "sun",
        keymap: Mapping[str, str] | None = None,
        notes: "RunNotes | None" = None,
        people: "People | None" = None,
        sensors: "SensorActions | None" = None,
        interrupted: "Interrupted | None" = None,
        past: "Callable[[], PastRuns] | None" = None,
        season: "Callable[[], SeasonActions] | None" = None,
        opens_season: bool = False,
        warning: str | Callable[[], str] = "",
        is_ticking: bool = True,
        sizing: Callable[[], Callable[[int, int], tuple[str, str]] | None] = lambda: None,
        links: "ShareActions | None" = None,
        is_muted: bool = False,
        on_loaded: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(theme)
        self._keys = dict(keymap or {})
        self.set_keymap(self._keys)
        self._feed = feed
        self._effort_day_at: float | None = None
        self._library = library
        self._playback = playback
        self.notes = notes
        self._people = people
        self._sensors = sensors
        self._interrupted = interrupted
        self._past = past
        self._season = season
        self._opens_season = opens_season
        self._warning = warning
        self._is_ticking = is_ticking
        self._sizing = sizing
        self._links = links
        self._is_muted = is_muted
        self._on_loaded = on_loaded

    @property
    def has_season(self) -> bool:
        """True if there is a season to show."""
        return self._season is not None

    @property
    def is_run(self) -> bool:
        """True if the app opens with a run; nothing on it can be clicked, so the terminal keeps the mouse."""
        return self._feed is not None

    def on_mount(self) -> None:
        """Open the first screen: the run, else the library, else the history."""
        base.use_keymap(self._keys)
        if self._feed is not None:
            self._open_run(self._feed)
        elif self._library is not None:
            from coach.screen.pick import PickScreen  # a single run needs no library

            self.push_screen(PickScreen(self._library, is_ticking=self._is_ticking))
            if self._opens_season:
                self.action_season()
            self.call_after_refresh(self._offer_interrupted)
        else:
            self.action_history()

    @property
    def _pick(self) -> "PickScreen | None":
        """The library screen if it is the current screen."""
        if self._library is None:
            return None
        from coach.screen.pick import PickScreen

        return self.screen if isinstance(self.screen, PickScreen) else None

    def on_pick_screen_prepared(self) -> None:
        """Report that everything is loaded."""
        self._on_loaded()

    def on_pick_screen_picked(self, event: "PickScreen.Picked") -> None:
        """Start a run of the picked workout."""
        if self._library is not None:
            self._start(partial(self._library.start, event.entry.slug))

    def on_pick_screen_written(self, event: "PickScreen.Written") -> None:
        """Start a run of the written workout."""
        if self._library is not None:
            self._start(partial(self._library.start_line, event.line))

    def on_pick_screen_to_edit(self, event: "PickScreen.ToEdit") -> None:
        """Edit the chosen or the written workout; afterwards the library shows the saved one."""
        library, pick = self._library, self._pick
        if library is None or pick is None:
            return
        try:
            if event.entry is None:
                document, is_own = library.open_line(event.line), True
            else:
                document, is_own = library.open(event.entry.slug)
        except CoachProblem as problem:
            pick.say(str(problem))
            return
        from coach.screen.editor import EditorScreen  # it reads documents, which no run needs

        def back(slug: str | None) -> None:
            if slug:
                pick.offer(slug)

        self.push_screen(EditorScreen(library, document, is_own=is_own), back)

    def on_editor_screen_run_requested(self, event: "EditorScreen.RunRequested") -> None:
        """Start a run of the edited workout."""
        if self._library is not None:
            self._start(partial(self._library.start_document, event.document), event.say)

    def on_calendar_screen_run_requested(self, event: "CalendarScreen.RunRequested") -> None:
        """Start today's run."""
        self._start(event.start, event.say)

    def _offer_interrupted(self) -> None:
        """Offer to resume a run that was cut off recently."""
        interrupted = self._interrupted
        run = None if interrupted is None else interrupted.offered()
        if interrupted is None or run is None:
            return

        def go_on(way: str | None) -> None:
            if way is None:
                return
            from coach.review.journaled import WayOn

            try:
                feed = interrupted.go_on(WayOn(way))
            except CoachProblem as problem:
                self.tell(str(problem))
                return
            if feed is None:
                self.tell("It is ended where it was cut off, and kept.")
            else:
                self._start(lambda: feed)

        self.push_screen(ResumeDialog(run), go_on)

    def _start(self, start: "Callable[..., LiveFeed]", say: Callable[[str], None] | None = None) -> None:
        """Start a run in place of the current screens, or show why it cannot be started.

        If the workout needs an unknown number, ask for it, or whether to run by effort. The reason of a failure is
        passed to `say`, or shown on the library.
        """
        try:
            feed = start()
        except CoachProblem as problem:
            from coach.workout.resolve import MissingNumber, Number  # the code that raises it has loaded it

            if isinstance(problem, MissingNumber):
                if problem.number is Number.THRESHOLD_PACE and self._people is not None:
                    self._ask_race(self._people, start, say)
                else:
                    self.push_screen(
                        EffortDialog(problem.message), partial(self._start_by_effort, start, say)
                    )
            elif say is not None:
                say(str(problem))
            elif self._pick is not None:
                self._pick.say(str(problem))
            return
        self._feed = feed
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._open_run(feed)

    def _ask_race(
        self, people: "People", start: "Callable[..., LiveFeed]", say: Callable[[str], None] | None
    ) -> None:
        """Ask for the race that a workout needs for its paces, then start its run."""
        from coach.screen.athlete import AthleteScreen

        def act_on(is_kept: bool | None) -> None:
            if is_kept is not None:
                self._start(start if is_kept else partial(start, by_effort=True), say)

        self.push_screen(AthleteScreen(people, people.profiles(), asks_race=True), act_on)

    def _start_by_effort(
        self, start: "Callable[..., LiveFeed]", say: Callable[[str], None] | None, way: Effort | None
    ) -> None:
        """Apply the answer to the question about a missing number."""
        if way is Effort.RUN:
            self._start(partial(start, by_effort=True), say)
        elif way is Effort.ATHLETE and self._pick is not None:
            self._pick.action_athlete()

    def on_run_screen_ended(self) -> None:
        """Show the summary in place of the run and its overlays."""
        from coach.screen.review import SummaryScreen  # a run in progress does not need it

        while isinstance(self.screen, QuitDialog | HelpOverlay | LinkOverlay | WhyOverlay):
            self.pop_screen()
        if self._feed is not None and self._shown_run is not None:
            is_live = self._playback is None
            self.switch_screen(SummaryScreen(self._feed, self.notes if is_live else None, is_live=is_live))

    def on_summary_screen_went_on(self, event: "SummaryScreen.WentOn") -> None:
        """Show the run again, because it goes on."""
        if self._feed is not None and self.screen is event.screen:
            self.switch_screen(self._run_screen(self._feed))

    def on_summary_screen_left(self, event: "SummaryScreen.Left") -> None:
        """Leave as decided on the summary; that of a past run goes back to the list."""
        if self._feed is None:
            self.pop_screen()
            return
        self.exit(event.leaving if self._playback is None else Leaving.NOTHING)

    def tell(self, text: str) -> None:
        """Show a message over the current screen for some seconds."""
        self.notify(sanitise(text, _LONGEST_MESSAGE), timeout=_MESSAGE_S, markup=False)

    def action_press(self, button: str) -> None:
        """Press a button of the run; in a playback the key of a mark over a page pauses, the others do nothing."""
        if self._playback is not None:
            if button == Button.MARK:
                self.action_playback_pause()
        elif self._feed is not None:
            self._feed.press(Button(button))
            snapshot = self._snapshot()
            is_effort_day = button == Button.EFFORT_DAY
            self._effort_day_at = snapshot.at if is_effort_day and snapshot is not None else None

    def action_answer(self, number: int) -> None:
        """Answer the open question."""
        if self._feed is not None and self._playback is None:
            self._feed.press(Button.ANSWER, number)

    def action_pause(self) -> None:
        """Pause the run, or resume it if it is paused."""
        snapshot = self._snapshot()
        is_paused = snapshot is not None and snapshot.phase is Phase.PAUSED
        self.action_press(Button.RESUME if is_paused else Button.PAUSE)

    def action_mute(self) -> None:
        """Mute or unmute the voice."""
        if self._feed is None:
            return
        self._is_muted = not self._is_muted
        self._feed.mute(self._is_muted)
        if (run := self._shown_run) is not None:
            run.is_muted = self._is_muted
            run.look()

    def action_share(self) -> None:
        """Show the links that let phones see the run."""
        if self._links is None:
            self.tell("Nobody else sees this run. coach run --share shows it on a phone.")
        else:
            self.push_screen(LinkOverlay(self._links))

    def action_athlete(self) -> None:
        """Show the athletes with their paces and zones."""
        try:
            profiles = self._people.profiles() if self._people is not None else ()
        except CoachProblem as problem:
            if self._pick is not None:
                self._pick.say(str(problem))
            return
        from coach.screen.athlete import AthleteScreen  # a run in progress does not need it

        self.push_screen(AthleteScreen(self._people, profiles))

    def action_sensors(self) -> None:
        """Show the sensors nearby and the paired ones."""
        if self._sensors is not None:
            from coach.screen.sensors import SensorsScreen  # as above

            self.push_screen(SensorsScreen(self._sensors, is_ticking=self._is_ticking))

    def action_history(self) -> None:
        """Show the past runs."""
        if self._past is not None:
            from coach.screen.history import HistoryScreen  # as above

            self.push_screen(HistoryScreen(self._past(), is_only=self._library is None))

    def action_season(self) -> None:
        """Show the season."""
        if self._season is not None:
            from coach.screen.calendar import CalendarScreen  # as above

            self.push_screen(CalendarScreen(self._season(), is_ticking=self._is_ticking))

    def action_why(self) -> None:
        """Show the purpose of the step, in a rest that of the next one, and the evidence behind the last verdict."""
        from coach.screen.words import state_line

        snapshot = self._snapshot()
        pressed_at, self._effort_day_at = self._effort_day_at, None
        if snapshot is not None and pressed_at is not None and snapshot.at - pressed_at <= _WIND_S:
            self.action_press(Button.BY_EFFORT)  # an effort day because of wind or hills
        elif snapshot is not None:
            coming = (("this is for", snapshot.step), ("next is for", snapshot.next_step))
            purpose = next(((name, step.purpose) for name, step in coming if step and step.purpose), ("", ""))
            overlay = WhyOverlay(
                snapshot.last_verdict,
                snapshot.at,
                snapshot.unit,
                purpose,
                state=state_line(snapshot),
                silences=snapshot.opinion.suppressions,
            )
            if self._playback is not None:
                overlay.footing = PlaybackHelpOverlay.footing
            self.push_screen(overlay)

    def action_keys(self) -> None:
        """Show the key map."""
        is_live = self._playback is None
        overlay = HelpOverlay if is_live else PlaybackHelpOverlay
        self.push_screen(overlay(base.LIVE if is_live else base.PLAYBACK, self._keys))

    def action_leave(self) -> None:
        """Leave; a live run asks first."""
        if self._playback is not None or self._shown_run is None:
            if not isinstance(self.screen, QuitDialog):
                self.exit(Leaving.NOTHING)
            return
        self.push_screen(QuitDialog(), self._leave_by)

    def action_interrupt(self) -> None:
        """Leave at once, as by Ctrl-C; a run stays open."""
        self.exit(Leaving.INTERRUPTED)

    def action_playback_pause(self) -> None:
        """Pause or resume the playback."""
        if self._playback is not None:
            self._playback.toggle_pause()
            self._look()

    def action_playback_faster(self) -> None:
        """Increase the speed of the playback."""
        if self._playback is not None:
            self._playback.faster()
            self._look()

    def action_playback_slower(self) -> None:
        """Decrease the speed of the playback."""
        if self._playback is not None:
            self._playback.slower()
            self._look()

    def _open_run(self, feed: "LiveFeed") -> None:
        give_mouse_back = getattr(self._driver, "give_mouse_back", None)
        if give_mouse_back is not None:  # only our own driver has it; the library used the mouse
            give_mouse_back()
        self.push_screen(self._run_screen(feed))
        self.call_after_refresh(self.call_when_seen, self._on_loaded)
        if self._links is not None:
            self.call_after_refresh(self.tell, self._links.where())

    def _run_screen(self, feed: "LiveFeed") -> "RunScreen":
        from coach.screen.run import PlaybackScreen, RunScreen

        kind = RunScreen if self._playback is None else PlaybackScreen
        waits = self._playback is None and feed.snapshot(feed.now()).phase is Phase.READY
        sizing = self._sizing() if waits else None
        screen = kind(
            feed,
            self._playback,
            keymap=self._keys,
            warning=self._warning,
            is_ticking=self._is_ticking,
            sizing=sizing,
        )
        screen.is_muted = self._is_muted
        screen.fit(self.size)
        return screen

    def _snapshot(self) -> "Snapshot | None":
        return None if self._feed is None else self._feed.snapshot(self._feed.now())

    @property
    def _shown_run(self) -> "RunScreen | None":
        """The screen of the run if it is the current screen."""
        if self._feed is None:
            return None
        from coach.screen.run import RunScreen

        return self.screen if isinstance(self.screen, RunScreen) else None

    def _look(self) -> None:
        if (run := self._shown_run) is not None:
            run.look()

    def _leave_by(self, way: WayOut | None) -> None:
        if way is WayOut.FINISH:
            self.action_press(Button.FINISH)
        elif way is WayOut.LEAVE:
            self.exit(Leaving.LEFT)
        elif way is WayOut.DISCARD:
            # The run expects `discard` twice within 5 s; the dialogue has asked twice already.
            self.action_press(Button.DISCARD)
            self.action_press(Button.DISCARD)
            self.exit(Leaving.DISCARDED)
