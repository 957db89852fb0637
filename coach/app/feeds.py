"""The feeds of a run for screens, live or replayed, its effort and remark, and its sinks.

A screen is no sink: it is notified of every input, also of one without output, and reads snapshots.
"""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from coach.app.terminal import RunMode
from coach.edge.clock import MachineClock, local_iso
from coach.problems import CoachProblem
from coach.quantities import Seconds
from coach.session.phases import Button, Origin, Phase

if TYPE_CHECKING:
    from coach.app.reviews import RecordedReview
    from coach.edge.conductor import Conductor, Playback, SimulatedRunner
    from coach.edge.run_folder import Manifest
    from coach.edge.settings import Settings
    from coach.edge.sinks import Sink
    from coach.edge.speech import SpeechSink
    from coach.live.contract import Input, Output
    from coach.live.run import LiveRun
    from coach.live.snapshot import Snapshot
    from coach.review.lessons import PaceOffer
    from coach.review.summary import RunCurves, Summary


_CHOSEN: Final = frozenset({Button.FINISH, Button.DISCARD})
"""Buttons that come from the dialogue for leaving a run, never from a key of their own."""

SPEEDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, inf)
"""The speeds that the playback keys step through."""


class ObservableRun:
    """A run that calls `changed` after every input and records whether it has ended."""

    def __init__(self, run: "LiveRun", outputs: "Iterable[Output]" = ()) -> None:
        """Observe a run from its beginning, or after the outputs it has emitted so far."""
        from coach.review.summary import SummaryBuilder

        self._run = run
        self.setup = run.setup
        """The setup of the run."""
        self._built = SummaryBuilder()
        for output in outputs:
            self._built.add(output)
        self.setup = run.setup
        self.unit = run.setup.unit
        """The unit of its paces, `km` or `mile`."""
        self.changed: Callable[[], None] = lambda: None
        """Called after every input and deadline."""
        self.has_ended = False
        """True once it has emitted `run_ended`."""
        self.unused_s = Seconds(0.0)
        """Seconds of the recording after the end of the run."""

    def receive(self, event: "Input") -> "Sequence[Output]":
        """Pass an input to the run and return its outputs."""
        return self._watch(self._run.receive(event))

    def fire(self, at: Seconds) -> "Sequence[Output]":
        """Fire the deadlines of the run that are due."""
        return self._watch(self._run.fire(at))

    def wake_at(self) -> Seconds | None:
        """Return the time of the next deadline."""
        return self._run.wake_at()

    def snapshot(self, at: Seconds | None = None) -> "Snapshot":
        """Return the snapshot for a screen."""
        return self._run.snapshot(at)

    def run_s(self, at: Seconds) -> Seconds | None:
        """Return the running time at a moment already reached, without pauses; None before the start."""
        return self._run.run_s(at)

    def summary(self) -> "Summary":
        """Return the summary so far, with totals even before the run is closed."""
        session = self._run.session
        summary = self._built.summary(session.timeline)
        if self.has_ended:
            return summary
        snapshot = self._run.snapshot()
        is_completed = snapshot.phase is Phase.FINISHED and not session.was_cut_short
        return replace(summary, completed=is_completed, time_s=snapshot.run_s, distance=summary.metres)

    def curves(self) -> "RunCurves":
        """Return speed and heart rate over the whole run."""
        from coach.review.trace import trace_of

        return trace_of(self._run, self.summary()).curves

    def _watch(self, outputs: "Sequence[Output]") -> "Sequence[Output]":
        from coach.live.contract import RunEnded

        for output in outputs:
            self._built.add(output)
            if isinstance(output, RunEnded):
                self.unused_s = output.unused_s
        self.has_ended = self._run.has_ended
        self.changed()
        return outputs


class ConductedFeed:
    """A live run for the screen; buttons go to the conductor, which stamps them."""

    def __init__(
        self, run: ObservableRun, conductor: "Conductor", speech: "SpeechSink | None" = None
    ) -> None:
        """Show the run that this conductor feeds and `speech` speaks."""
        self._run = run
        self._conductor = conductor
        self._speech = speech
        self._latest = run.snapshot()
        self._changed: Callable[[], None] | None = None

    @property
    def run(self) -> str:
        """The ID of the run."""
        return self._run.setup.run

    def now(self) -> Seconds:
        """Return the time on the run's own clock."""
        return self._conductor.now()

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Return the snapshot as of `at`; the one shown before while outputs are being written."""
        if not self._conductor.is_holding:
            self._latest = self._run.snapshot(at)
        return self._latest

    def press(self, button: Button, answer: int | None = None) -> None:
        """Press a button."""
        origin = Origin.DIALOGUE if button in _CHOSEN else Origin.KEY
        self._conductor.press(button, answer, origin)

    def summary(self) -> "Summary":
        """Return the summary so far."""
        return self._run.summary()

    def curves(self) -> "RunCurves":
        """Return speed and heart rate over the whole run."""
        return self._run.curves()

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there may be something new to show; it replaces the one before."""
        if self._changed is None:
            self._conductor.subscribe(self._notify)
        self._changed = changed

    def _notify(self) -> None:
        if self._changed is not None:
            self._changed()

    def has_ended(self) -> bool:
        """Return True once `run_ended` was shown."""
        return self._run.has_ended and not self._conductor.is_holding

    def was_discarded(self) -> bool:
        """Return True if the runner discarded the run."""
        return self._conductor.was_discarded

    def mute(self, muted: bool) -> None:
        """Mute or unmute the voice."""
        if self._speech is not None:
            self._speech.mute(is_muted=muted)


class OpeningFeed:
    """A run that is not loaded yet: it shows the opening, and keeps presses until the run is loaded."""

    def __init__(self, opening: "Snapshot") -> None:
        """Show this snapshot until `open` sets the run."""
        self._opening = opening
        self._feed: ConductedFeed | None = None
        self._changed: Callable[[], None] | None = None
        self._pressed: list[tuple[Button, int | None]] = []
        self._is_muted: bool | None = None

    def open(self, feed: ConductedFeed) -> None:
        """Show the run from here on, and pass it the kept presses."""
        self._feed = feed
        if self._is_muted is not None:
            feed.mute(self._is_muted)
        for button, answer in self._pressed:
            feed.press(button, answer)
        if self._changed is not None:
            feed.subscribe(self._changed)
            self._changed()

    def now(self) -> Seconds:
        """Return the time on the run's own clock, which starts when it is loaded."""
        return self._opening.at if self._feed is None else self._feed.now()

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Return the snapshot as of `at`."""
        return self._opening if self._feed is None else self._feed.snapshot(at)

    def press(self, button: Button, answer: int | None = None) -> None:
        """Press a button, or keep the press until the run is loaded."""
        if self._feed is None:
            self._pressed.append((button, answer))
        else:
            self._feed.press(button, answer)

    def summary(self) -> "Summary":
        """Return the summary so far; the run must be loaded."""
        return self._loaded.summary()

    def curves(self) -> "RunCurves":
        """Return speed and heart rate over the whole run, which must be loaded."""
        return self._loaded.curves()

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there may be something new to show."""
        self._changed = changed
        if self._feed is not None:
            self._feed.subscribe(changed)

    def has_ended(self) -> bool:
        """Return True once `run_ended` was shown."""
        return self._feed is not None and self._feed.has_ended()

    def mute(self, muted: bool) -> None:
        """Mute or unmute the voice."""
        if self._feed is None:
            self._is_muted = muted
        else:
            self._feed.mute(muted)

    @property
    def _loaded(self) -> ConductedFeed:
        """Return the loaded run.

        Raises:
            RuntimeError: it is not loaded yet.
        """
        if self._feed is None:
            raise RuntimeError("the run is not loaded yet")
        return self._feed


@dataclass(frozen=True, slots=True)
class RecordedNotes:
    """The runner's notes on a run, in a file beside its journal."""

    path: Path
    started: str
    """Local time of its start, ISO 8601."""
    athlete: str = ""
    """The slug of the athlete; empty without one."""
    is_simulated: bool = False
    """True for a simulated run."""

    @classmethod
    def of(cls, path: Path, manifest: "Manifest") -> "RecordedNotes":
        """Return the notes of the run in a folder with this manifest."""
        from coach.review.journaled import header_of_line, is_simulated  # needed once a run is over

        return cls(path, manifest.started, manifest.athlete, is_simulated(header_of_line(manifest.header)))

    def actions(self) -> "RecordedReview":
        """Return the run for the Review screen."""
        from coach.app.reviews import RecordedReview

        return RecordedReview(self.path)

    def when(self) -> str:
        """Return the local start time: `Tue 26 May   18:36`; empty if unknown."""
        try:
            started = datetime.fromisoformat(self.started)
        except ValueError:
            return ""
        return f"{started:%a} {started.day} {started:%b   %H:%M}"

    def effort_and_note(self) -> tuple[int | None, str]:
        """Return effort and remark; nothing if the file cannot be read."""
        from coach.edge.run_folder import read_note  # only for a recorded run

        try:
            note = read_note(self.path)
        except CoachProblem:
            return None, ""
        return note.rpe, note.text or ""

    def keep(self, effort: int | None = None, text: str | None = None) -> None:
        """Save the effort or the remark, with the time of the answer."""
        from coach.edge.run_folder import RunNote, append_note

        append_note(self.path, RunNote(effort, text, answered_at=local_iso(MachineClock().wall())))

    def shoes(self) -> Sequence[tuple[str, str]]:
        """Return the runner's shoes in use, as slug and name; empty if the athlete cannot be read."""
        from coach.app.athletes import find_athlete

        try:
            athlete = find_athlete(self.athlete) if self.athlete else None
        except CoachProblem:
            return ()
        shoes = () if athlete is None else athlete.shoes
        return tuple((shoe.slug, shoe.name) for shoe in shoes if shoe.retired is None)

    def worn(self) -> str:
        """Return the slug of the shoes: the ones in the note, else those of the pod."""
        from coach.edge.run_folder import read_note, read_run
        from coach.review.journaled import read_journaled_run

        try:
            return read_note(self.path).shoe or read_journaled_run(read_run(self.path)).shoe
        except (CoachProblem, OSError):  # the folder may have gone
            return ""

    def keep_shoe(self, slug: str) -> None:
        """Save the shoes that were worn."""
        from coach.edge.run_folder import RunNote, append_note

        append_note(self.path, RunNote(shoe=slug, answered_at=local_iso(MachineClock().wall())))

    def keep_pace(self, offer: "PaceOffer") -> None:
        """Save a pace that was run by effort with the athlete."""
        from coach.app.reviews import keep_pace

        keep_pace(self.athlete, offer)


class Position(Protocol):
    """The position of a playback in the log."""

    def now(self) -> Seconds:
        """Return the position in seconds."""
        ...


class PlayedFeed:
    """A recorded run for the screen; its buttons come from the recording."""

    def __init__(self, run: ObservableRun, playback: Position, speech: "SpeechSink | None" = None) -> None:
        """Show the run that this playback feeds and `speech` speaks."""
        self._run = run
        self._playback = playback
        self._speech = speech

    def now(self) -> Seconds:
        """Return the position in the log."""
        return self._playback.now()

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Return the snapshot as of `at`."""
        return self._run.snapshot(at)

    def press(self, button: Button, answer: int | None = None) -> None:
        """Ignore the button: presses come from the recording."""

    def summary(self) -> "Summary":
        """Return the summary so far."""
        return self._run.summary()

    def curves(self) -> "RunCurves":
        """Return speed and heart rate over the whole run."""
        return self._run.curves()

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` after every input of the run."""
        self._run.changed = changed

    def has_ended(self) -> bool:
        """Return True once the run has emitted `run_ended`."""
        return self._run.has_ended

    def mute(self, muted: bool) -> None:
        """Mute or unmute the voice."""
        if self._speech is not None:
            self._speech.mute(is_muted=muted)


class PlaybackKeys:
    """The keys of the screen that control a playback."""

    def __init__(self, playback: "Playback") -> None:
        """Control this playback."""
        self._playback = playback

    def is_paused(self) -> bool:
        """Return True while the playback is paused."""
        return self._playback.is_paused

    def speed(self) -> float:
        """Return the speed as a multiple of real time; infinite for `max`."""
        return inf if self._playback.speed is None else self._playback.speed

    def toggle_pause(self) -> None:
        """Pause or resume."""
        if self._playback.is_paused:
            self._playback.resume()
        else:
            self._playback.pause()

    def faster(self) -> None:
        """Set the next higher speed of `SPEEDS`."""
        self._set(SPEEDS[min(bisect_right(SPEEDS, self.speed()), len(SPEEDS) - 1)])

    def slower(self) -> None:
        """Set the next lower speed of `SPEEDS`."""
        self._set(SPEEDS[max(bisect_left(SPEEDS, self.speed()) - 1, 0)])

    def _set(self, speed: float) -> None:
        self._playback.set_speed(None if speed == inf else speed)


_KEY_NAMES: Final = {
    ",": "comma",
    " ": "space",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "esc": "escape",
    "return": "enter",
    "del": "delete",
}
"""Textual's names of keys, by other spellings of them."""


def _key_name(key: str) -> str:
    """Return Textual's name of a key: `F2` is `f2` and `PgUp` is `pageup`; a letter keeps its case."""
    name = key.strip().lower() if len(key) > 1 else key
    return _KEY_NAMES.get(name, name)


def keymap_of(settings: "Settings") -> dict[str, str]:
    """Return the keymap of the settings as Textual wants it: action to keys, separated by commas."""
    keys: dict[str, list[str]] = {}
    for key, action in settings.keymap.items():
        keys.setdefault("leave" if action == "quit" else action, []).append(_key_name(key))
    return {action: ",".join(names) for action, names in keys.items()}


# --- the sinks of a run: a new one is one more row of the table

_LINE_LIMIT: Final = 4096
"""Lines that may wait for a slow reader: about an hour of events."""


@dataclass(frozen=True, slots=True)
class SinkRequest:
    """The options that decide which sinks a run has, and what they need."""

    run_mode: RunMode
    unit: str = "km"
    """The unit of paces, `km` or `mile`."""
    as_json: bool = False
    """True for lines as JSON."""
    runner: "SimulatedRunner | None" = None
    """The simulated runner, who reacts to the cues."""
    now: Callable[[], Seconds] | None = None
    """The clock of a live run, used to drop late cues; None in a playback, which prints all."""
    speech: "Sink | None" = None
    """The voice; None for a silent run."""
    telemetry: "Sink | None" = None
    """The MQTT publisher, if any."""
    share: "Sink | None" = None
    """The page for phones, if any."""
    webhook: "Sink | None" = None
    """The poster of cues, if any."""
    lamp: "Sink | None" = None
    """The lamps and pacing strips, if any."""
    lines: "Sink | None" = None
    """The shared printer of several runs; None for a run that prints its own lines."""
    line_limit: int = _LINE_LIMIT
    """Lines that may wait; beyond it the oldest are dropped."""


@dataclass(frozen=True, slots=True)
class SinkRow:
    """One kind of sink."""

    name: str
    is_wanted: Callable[[SinkRequest], bool]
    make: "Callable[[SinkRequest], Sink]"


def _prints(request: SinkRequest) -> bool:
    """Return True if the run prints its own lines: there is no screen and no shared printer."""
    return request.run_mode is RunMode.UNATTENDED and request.lines is None


def _json_lines(request: SinkRequest) -> "Sink":
    from coach.edge.sinks import json_lines

    return json_lines(sys.stdout.buffer, room=request.line_limit)


def _plain_lines(request: SinkRequest) -> "Sink":
    from coach.edge.sinks import plain_lines

    return plain_lines(sys.stdout.buffer, unit=request.unit, room=request.line_limit, now=request.now)


def _existing(name: str, sink_of: "Callable[[SinkRequest], Sink | None]") -> SinkRow:
    """Return the row of a sink that was created before; it is wanted if it exists."""

    def make(request: SinkRequest) -> "Sink":
        sink = sink_of(request)
        assert sink is not None  # guaranteed by `is_wanted`
        return sink

    return SinkRow(name, lambda request: sink_of(request) is not None, make)


SINKS: Final = (
    _existing("simulated runner", lambda request: request.runner),
    _existing("voice", lambda request: request.speech),
    _existing("mqtt", lambda request: request.telemetry),
    _existing("share", lambda request: request.share),
    _existing("webhook", lambda request: request.webhook),
    _existing("lamp", lambda request: request.lamp),
    _existing("lines of several", lambda request: request.lines),
    SinkRow("json lines", lambda request: _prints(request) and request.as_json, _json_lines),
    SinkRow("plain lines", lambda request: _prints(request) and not request.as_json, _plain_lines),
)
"""Every sink: its name, its condition and its constructor. Outputs are offered in this order."""


def sinks_for(request: SinkRequest) -> "list[Sink]":
    """Return the sinks that a run should have."""
    return [row.make(request) for row in SINKS if row.is_wanted(request)]


class Look(NamedTuple):
    """The settings of the screen, with the same defaults."""

    theme: str = "night"
    keymap: Mapping[str, str] = MappingProxyType({})
    """Action to keys, as Textual wants it."""
    is_muted: bool = False

    @classmethod
    def of(cls, settings: "Settings") -> "Look":
        """Return the look of these settings."""
        return cls(settings.theme, keymap_of(settings), settings.mute)
