"""The base of all our Textual apps, and the app of a run: it opens screens and passes presses on."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from textual.app import App
from textual.binding import Binding
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, DimFilter

from coach.problems import CoachProblem
from coach.screen import keys
from coach.screen.paint import THEMES, sanitise
from coach.session.buttons import Button
from coach.session.phases import Phase
from coach.themes import SCREEN_THEMES

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot
    from coach.screen.calendar import CalendarScreen
    from coach.screen.calendar_view import SeasonActions
    from coach.screen.editor import EditorScreen
    from coach.screen.overlays import Effort, WayOut
    from coach.screen.pick import PickScreen
    from coach.screen.protocols import (
        Interrupted,
        Library,
        LiveFeed,
        PastRuns,
        People,
        PlaybackControls,
        RunNotes,
        SensorActions,
        ShareActions,
    )
    from coach.screen.run import RunScreen
    from coach.screen.summary import SummaryScreen

_LONGEST_MESSAGE: Final = 240
"""Most characters of a message over the screen."""
_MESSAGE_S: Final = 8.0
"""Time for which a message is shown: enough to read two lines. Judged."""
_WIND_S: Final = 5.0
"""Time after `h` in which `w` means wind rather than why. Judged."""


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


class CoachApp(ThemedApp[Leaving]):
    """The app of a run, from the library to the summary; `run` returns the way in which it was left.

    Args:
        feed: The run to show; None to pick one from `library` first.
        library: The workouts to pick from.
        playback: The pace of a playback; with it keys drive the playback and press no button of the run.
        theme: One of `coach.themes`.
        keymap: Key names by the names of `coach.screen.keys`, from the settings.
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
        warning: "str | Callable[[], str]" = "",
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
        keys.use_keymap(self._keys)
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

    def on_editor_screen_finished(self, event: "EditorScreen.Finished") -> None:
        """Start a run of the edited workout."""
        if self._library is not None:
            self._start(partial(self._library.start_document, event.document), event.say)

    def on_calendar_screen_to_run(self, event: "CalendarScreen.ToRun") -> None:
        """Start today's run."""
        self._start(event.start, event.say)

    def _offer_interrupted(self) -> None:
        """Offer to resume a run that was cut off recently."""
        interrupted = self._interrupted
        run = None if interrupted is None else interrupted.offered()
        if interrupted is None or run is None:
            return

        from coach.screen.overlays import ResumeDialog

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
            from coach.workout.resolve import (
                MissingNumber,
                Number,
            )  # loaded already by the code that raises it

            if isinstance(problem, MissingNumber):
                if problem.number is Number.THRESHOLD_PACE and self._people is not None:
                    self._ask_race(self._people, start, say)
                else:
                    from coach.screen.overlays import EffortDialog

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

        def answered(is_kept: bool | None) -> None:
            if is_kept is not None:
                self._start(start if is_kept else partial(start, by_effort=True), say)

        self.push_screen(AthleteScreen(people, people.profiles(), asks_race=True), answered)

    def _start_by_effort(
        self, start: "Callable[..., LiveFeed]", say: Callable[[str], None] | None, way: "Effort | None"
    ) -> None:
        """Apply the answer to the question about a missing number."""
        from coach.screen.overlays import Effort

        if way is Effort.RUN:
            self._start(partial(start, by_effort=True), say)
        elif way is Effort.ATHLETE and self._pick is not None:
            self._pick.action_athlete()

    def on_run_screen_ended(self) -> None:
        """Show the summary in place of the run and its overlays."""
        from coach.screen.overlays import HelpOverlay, LinkOverlay, QuitDialog, WhyOverlay
        from coach.screen.run import RunScreen
        from coach.screen.summary import SummaryScreen  # a run in progress does not need it

        while isinstance(self.screen, QuitDialog | HelpOverlay | LinkOverlay | WhyOverlay):
            self.pop_screen()
        if self._feed is not None and isinstance(self.screen, RunScreen):
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
            is_effort_day = button == Button.EFFORT_DAY and snapshot is not None
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
        from coach.screen.run import RunScreen

        if self._feed is None:
            return
        self._is_muted = not self._is_muted
        self._feed.mute(self._is_muted)
        if isinstance(self.screen, RunScreen):
            self.screen.is_muted = self._is_muted
            self.screen.look()

    def action_share(self) -> None:
        """Show the links that let phones see the run."""
        if self._links is None:
            self.tell("Nobody else sees this run. coach run --share shows it on a phone.")
        else:
            from coach.screen.overlays import LinkOverlay  # not needed for the first frame

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
        from coach.screen.judgement import state_line
        from coach.screen.overlays import PlaybackHelpOverlay, WhyOverlay

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
        from coach.screen.overlays import HelpOverlay, PlaybackHelpOverlay

        is_live = self._playback is None
        overlay = HelpOverlay if is_live else PlaybackHelpOverlay
        self.push_screen(overlay(keys.LIVE if is_live else keys.PLAYBACK, self._keys))

    def action_leave(self) -> None:
        """Leave; a live run asks first."""
        from coach.screen.overlays import QuitDialog
        from coach.screen.run import RunScreen

        if self._playback is not None or not isinstance(self.screen, RunScreen):
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

    def _look(self) -> None:
        from coach.screen.run import RunScreen

        if isinstance(self.screen, RunScreen):
            self.screen.look()

    def _leave_by(self, way: "WayOut | None") -> None:
        from coach.screen.overlays import WayOut

        if way is WayOut.FINISH:
            self.action_press(Button.FINISH)
        elif way is WayOut.LEAVE:
            self.exit(Leaving.LEFT)
        elif way is WayOut.DISCARD:
            # The run expects `discard` twice within 5 s; the dialogue has asked twice already.
            self.action_press(Button.DISCARD)
            self.action_press(Button.DISCARD)
            self.exit(Leaving.DISCARDED)
