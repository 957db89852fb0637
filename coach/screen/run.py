"""The live screen: it passes snapshots to its widgets.

It is redrawn after an input of the run, at most ten times a second; a timer at 4 Hz moves clocks and needle in between.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from coach.screen import keys
from coach.screen.widgets.base import LiveWidget, Profile, Throttle
from coach.screen.widgets.figures import Figures, SplitTable
from coach.screen.widgets.lines import (
    KeyBar,
    NextLine,
    Question,
    SensorRow,
    StepLine,
    TitleBar,
    question_replaces_run,
)
from coach.screen.widgets.main_display import CueBox, HeroBox, Sizing, Tape
from coach.session.phases import Phase

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot
    from coach.screen.protocols import LiveFeed, PlaybackControls

TICK_S: Final = 0.25
"""Time between redraws for the clock."""
REST_S: Final = 0.1
"""Least time between two redraws, also for faster data, such as a playback at 60x."""


class RunScreen(Screen[None]):
    """A run in progress."""

    BINDINGS = [key.binding() for key in keys.LIVE]
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-w0"), (60, "-w60"), (100, "-w100"), (160, "-w160")]
    VERTICAL_BREAKPOINTS = [(0, "-h0"), (18, "-h18"), (24, "-h24"), (30, "-h30"), (50, "-h50")]

    class Changed(Message):
        """The run received an input."""

        def can_replace(self, message: Message) -> bool:
            """One redraw is enough for all waiting changes."""
            return isinstance(message, RunScreen.Changed)

    class Ended(Message):
        """The last step is over, or the run was ended."""

    def __init__(
        self,
        feed: "LiveFeed",
        playback: "PlaybackControls | None" = None,
        *,
        keymap: Mapping[str, str] | None = None,
        warning: "str | Callable[[], str]" = "",
        is_ticking: bool = True,
        sizing: Callable[[int, int], tuple[str, str]] | None = None,
    ) -> None:
        super().__init__()
        self._sizing = sizing
        self._feed = feed
        self._playback = playback
        self._keymap = dict(keymap or {})
        self._warning = warning
        self._is_ticking = is_ticking
        self._pacing = Throttle(self, REST_S, self.look)
        self._has_ended = False
        self._parts: list[LiveWidget[Any]] = []
        self.is_muted = False
        """True if the voice is silenced, as the title bar shows."""
        self.snapshot = feed.snapshot(feed.now())
        """The snapshot that is shown."""

    def fit(self, size: Size) -> None:
        """Set the classes of a size before the screen is mounted, because Textual first lays it out without them."""
        for cells, limits in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(max(limit for limit in limits if limit[0] <= cells)[1])

    def compose(self) -> ComposeResult:
        """Lay out the widgets from top to foot."""
        yield TitleBar(id="title")
        yield Question(id="question")
        yield StepLine(id="step")
        with Horizontal(id="main"):
            yield HeroBox(id="hero")
            yield CueBox(id="cue")
            yield SplitTable(id="splits")
        yield Sizing(id="sizing")
        yield Tape(id="tape")
        yield Figures(id="figures")
        yield Profile(id="profile")
        yield NextLine(id="next")
        yield SensorRow(id="sensors")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Subscribe to the run, and start the timer."""
        self._parts = [part for part in self.query(Widget) if isinstance(part, LiveWidget)]
        self.query_one(KeyBar).keymap = self._keymap
        if self._playback is not None:
            self.query_one(KeyBar).is_playback = True
        self.query_one(Sizing).texts = self._sizing
        self._feed.subscribe(self._changed)
        if self._is_ticking:
            self.set_interval(TICK_S, self._pacing.tick)
        self.look()

    def on_resize(self) -> None:
        """Redraw, because a wider profile has more columns."""
        self.look()

    @on(Changed)
    def look_soon(self) -> None:
        """Redraw now, or as soon as `REST_S` has passed."""
        self._pacing.look_soon()

    def look(self) -> None:
        """Pass a new snapshot to the widgets; each repaints only if its value has changed."""
        self.snapshot = snapshot = self._feed.snapshot(self._feed.now())
        self.query_one(TitleBar).states = self._states()
        self.set_class(is_stopwatch(snapshot), "-by-hand")
        self.set_class(question_replaces_run(snapshot), "-asked")
        self.set_class(self._sizing is not None and snapshot.phase is Phase.READY, "-sizing")
        for part in self._parts:
            if part.display:
                part.show(snapshot)
        # A recording may go on after its last step.
        is_over = self._feed.has_ended() or (snapshot.phase is Phase.FINISHED and self._playback is None)
        if is_over and not self._has_ended:
            self._has_ended = True
            self.post_message(self.Ended())

    def _changed(self) -> None:
        self.post_message(self.Changed())

    def _states(self) -> str:
        warning = self._warning if isinstance(self._warning, str) else self._warning()
        states = [warning] if warning else []
        if self.snapshot is not None and self.snapshot.recording_trouble:
            states = [f"NOT RECORDING: {self.snapshot.recording_trouble}"]
        states.extend(["muted"] if self.is_muted else [])
        if self._playback is not None:
            speed = self._playback.speed()
            states.append("max" if speed == float("inf") else f"{speed:g}x")
            states.extend(["playback paused"] if self._playback.is_paused() else [])
        return "   ".join(states)


def is_stopwatch(snapshot: "Snapshot") -> bool:
    """Return whether the splits replace box and tape: during a run timed by hand, while something is timed."""
    return snapshot.coach_mode and snapshot.phase not in {Phase.READY, Phase.PAUSED, Phase.FINISHED}


class PlaybackScreen(RunScreen, inherit_bindings=False):
    """A recording as it plays: keys control the playback, the buttons come from the recording."""

    BINDINGS = [key.binding() for key in keys.PLAYBACK]
