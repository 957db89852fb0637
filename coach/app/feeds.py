"""Where a run goes: the feeds that screens read, live or played back, and the sinks that receive its outputs.

A screen is no sink: it is notified of every input, also of one without output, and reads snapshots.
"""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Final, Protocol

from coach.app.terminal import RunMode
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin

if TYPE_CHECKING:
    from coach.edge.conductor import Conductor
    from coach.edge.playback import Playback
    from coach.edge.settings import Settings
    from coach.edge.sinks import Sink
    from coach.edge.sound.sink import SpeechSink
    from coach.edge.sources.simulated import SimulatedRunner
    from coach.live.inputs import Input
    from coach.live.outputs import Output
    from coach.live.run import LiveRun
    from coach.live.snapshot import Snapshot
    from coach.review.summary import RunCurves, Summary


_CHOSEN: Final = frozenset({Button.FINISH, Button.DISCARD})
"""The buttons that come from the dialogue which leaves a run, never from a key of their own."""

SPEEDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, inf)
"""The speeds a playback can be switched between by key."""


class WatchedRun:
    """A run that calls `changed` after every input and records whether it has ended."""

    def __init__(self, run: "LiveRun", outputs: "Iterable[Output]" = ()) -> None:
        """Watch a run from its beginning, or after the outputs it has given so far."""
        from coach.review.summary import SummaryBuilder

        self._run = run
        self.setup = run.setup
        """What it depends on besides its inputs."""
        self._built = SummaryBuilder()
        for output in outputs:
            self._built.add(output)
        self.setup = run.setup
        self.unit = run.setup.unit
        """What its paces are per."""
        self.changed: Callable[[], None] = lambda: None
        """Called after every input and deadline."""
        self.has_ended = False
        """True once it has emitted `run_ended`."""
        self.unused_s = Seconds(0.0)
        """Seconds of the recording after the end of the run."""

    def receive(self, event: "Input") -> "Sequence[Output]":
        """Hand an input on."""
        return self._watch(self._run.receive(event))

    def fire(self, at: Seconds) -> "Sequence[Output]":
        """Fire the deadlines of the run."""
        return self._watch(self._run.fire(at))

    def wake_at(self) -> Seconds | None:
        """When the next deadline is due."""
        return self._run.wake_at()

    def snapshot(self, at: Seconds | None = None) -> "Snapshot":
        """The run as a screen needs it."""
        return self._run.snapshot(at)

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running time at a moment already reached, pauses excluded; None before the start."""
        return self._run.run_s(at)

    def summary(self) -> "Summary":
        """What the run came to so far, its totals too while it has not been closed."""
        from coach.session.phases import Phase

        session = self._run.session
        summary = self._built.summary(session.timeline)
        if self.has_ended:
            return summary
        snapshot = self._run.snapshot()
        is_completed = snapshot.phase is Phase.FINISHED and not session.was_cut_short
        return replace(summary, completed=is_completed, time_s=snapshot.run_s, distance=summary.metres)

    def curves(self) -> "RunCurves":
        """Speed and heart rate over the whole run."""
        from coach.review.trace import trace_of

        return trace_of(self._run, self.summary()).curves

    def _watch(self, outputs: "Sequence[Output]") -> "Sequence[Output]":
        from coach.live.outputs import RunEnded

        for output in outputs:
            self._built.add(output)
            if isinstance(output, RunEnded):
                self.unused_s = output.unused_s
        self.has_ended = self._run.has_ended
        self.changed()
        return outputs


class ConductedFeed:
    """A live run, as far as it may be shown; its buttons go to the conductor, which stamps them."""

    def __init__(self, run: WatchedRun, conductor: "Conductor", speech: "SpeechSink | None" = None) -> None:
        """Show the run that this conductor feeds, and `speech` speaks."""
        self._run = run
        self._conductor = conductor
        self._speech = speech
        self._shown = run.snapshot()
        self._changed: Callable[[], None] | None = None

    @property
    def run(self) -> str:
        """The id of the run."""
        return self._run.setup.run

    def now(self) -> Seconds:
        """The time on the run's own clock."""
        return self._conductor.now()

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Give the run with its clocks as of `at`; as it was shown last while a change of it is being written."""
        if not self._conductor.is_holding:
            self._shown = self._run.snapshot(at)
        return self._shown

    def press(self, button: Button, answer: int | None = None) -> None:
        """Put a button into the run."""
        origin = Origin.DIALOGUE if button in _CHOSEN else Origin.KEY
        self._conductor.press(button, answer, origin)

    def summary(self) -> "Summary":
        """What the run came to so far."""
        return self._run.summary()

    def curves(self) -> "RunCurves":
        """Speed and heart rate over the whole run."""
        return self._run.curves()

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever there may be something new to show, in place of the one before."""
        if self._changed is None:
            self._conductor.subscribe(self._tell)
        self._changed = changed

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed()

    def has_ended(self) -> bool:
        """Tell whether `run_ended` was shown."""
        return self._run.has_ended and not self._conductor.is_holding

    def was_discarded(self) -> bool:
        """Tell whether the runner has thrown the run away."""
        return self._conductor.was_discarded

    def mute(self, muted: bool) -> None:
        """Silence the voice, or let it speak again."""
        if self._speech is not None:
            self._speech.mute(is_muted=muted)


class Position(Protocol):
    """Where a playback has come to."""

    def now(self) -> Seconds:
        """Tell the position in the log."""
        ...


class PlayedFeed:
    """A recorded run; its buttons come from the recording."""

    def __init__(self, run: WatchedRun, playback: "Position", speech: "SpeechSink | None" = None) -> None:
        """Show the run that this playback feeds, and `speech` speaks."""
        self._run = run
        self._playback = playback
        self._speech = speech

    def now(self) -> Seconds:
        """The position in the log."""
        return self._playback.now()

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Give the run as it stands, its clocks as of `at`."""
        return self._run.snapshot(at)

    def press(self, button: Button, answer: int | None = None) -> None:
        """Do nothing: the presses are in the recording."""

    def summary(self) -> "Summary":
        """What the run came to so far."""
        return self._run.summary()

    def curves(self) -> "RunCurves":
        """Speed and heart rate over the whole run."""
        return self._run.curves()

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called after every input the run has taken."""
        self._run.changed = changed

    def has_ended(self) -> bool:
        """Tell whether the run has said `run_ended`."""
        return self._run.has_ended

    def mute(self, muted: bool) -> None:
        """Silence the voice, or let it speak again."""
        if self._speech is not None:
            self._speech.mute(is_muted=muted)


class PlaybackKeys:
    """The pace of a playback, as the screen's keys change it."""

    def __init__(self, playback: "Playback") -> None:
        """CoachBy this playback."""
        self._playback = playback

    def is_paused(self) -> bool:
        """Tell whether the playback is paused."""
        return self._playback.is_paused

    def speed(self) -> float:
        """How many times faster than real time it plays; infinite for `max`."""
        return inf if self._playback.speed is None else self._playback.speed

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._playback.is_paused:
            self._playback.resume()
        else:
            self._playback.pause()

    def faster(self) -> None:
        """Take the next higher speed, up to the highest there is."""
        self._set(SPEEDS[min(bisect_right(SPEEDS, self.speed()), len(SPEEDS) - 1)])

    def slower(self) -> None:
        """Take the next lower speed, down to the lowest there is."""
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
"""The screen's names of keys that people call, or write, otherwise."""


def _key_name(key: str) -> str:
    """A key by the screen's name: `F2` is `f2` and `PgUp` is `pageup`; a letter keeps its case."""
    name = key.strip().lower() if len(key) > 1 else key
    return _KEY_NAMES.get(name, name)


def keymap_of(settings: "Settings") -> dict[str, str]:
    """Turn the settings' keys into the names the screen knows: action to its keys, separated by commas."""
    keys: dict[str, list[str]] = {}
    for key, action in settings.keymap.items():
        keys.setdefault("leave" if action == "quit" else action, []).append(_key_name(key))
    return {action: ",".join(names) for action, names in keys.items()}


# --- the sinks of a run: a new one is one more row of the table ------------------------------------------------------

_LINE_LIMIT: Final = 4096
"""Lines that may wait for a slow reader: an hour of events."""


@dataclass(frozen=True, slots=True)
class SinkRequest:
    """What decides which sinks a run has, and what they need."""

    run_mode: RunMode
    unit: str = "km"
    """What paces are written per: `km` or `mile`."""
    as_json: bool = False
    """True for lines as JSON."""
    runner: "SimulatedRunner | None" = None
    """The simulated runner of the run, who reacts to the cues."""
    now: Callable[[], Seconds] | None = None
    """The time of a live run, by which cues that come late are left out; None in a playback, which says all."""
    speech: "Sink | None" = None
    """What speaks the cues; None for a run that nobody hears."""
    telemetry: "Sink | None" = None
    """What publishes the run on a broker; None for none."""
    share: "Sink | None" = None
    """What shows the run to phones; None for nothing."""
    webhook: "Sink | None" = None
    """What posts the cues; None for nothing."""
    lamp: "Sink | None" = None
    """What shows the state on lamps and the pace lights on strips; None for nothing."""
    lines: "Sink | None" = None
    """What prints the outputs of one of several runs; None for a run that has lines of its own."""
    line_limit: int = _LINE_LIMIT
    """Lines that may wait; the oldest are dropped beyond."""


@dataclass(frozen=True, slots=True)
class SinkRow:
    """One kind of sink."""

    name: str
    is_wanted: Callable[[SinkRequest], bool]
    make: "Callable[[SinkRequest], Sink]"


def _prints(request: SinkRequest) -> bool:
    """Whether a run has lines of its own: nobody looks at a screen, and nothing else prints them."""
    return request.run_mode is RunMode.UNATTENDED and request.lines is None


def _json_lines(request: SinkRequest) -> "Sink":
    from coach.edge.sinks import json_lines

    return json_lines(sys.stdout.buffer, room=request.line_limit)


def _plain_lines(request: SinkRequest) -> "Sink":
    from coach.edge.sinks import plain_lines

    return plain_lines(sys.stdout.buffer, unit=request.unit, room=request.line_limit, now=request.now)


def _given(name: str, sink_of: "Callable[[SinkRequest], Sink | None]") -> SinkRow:
    """The row of a sink that was made already: it is wanted where there is one."""

    def make(request: SinkRequest) -> "Sink":
        sink = sink_of(request)
        assert sink is not None  # it is wanted only where there is one
        return sink

    return SinkRow(name, lambda request: sink_of(request) is not None, make)


SINKS: Final = (
    _given("simulated runner", lambda request: request.runner),
    _given("voice", lambda request: request.speech),
    _given("mqtt", lambda request: request.telemetry),
    _given("share", lambda request: request.share),
    _given("webhook", lambda request: request.webhook),
    _given("lamp", lambda request: request.lamp),
    _given("lines of several", lambda request: request.lines),
    SinkRow("json lines", lambda request: _prints(request) and request.as_json, _json_lines),
    SinkRow("plain lines", lambda request: _prints(request) and not request.as_json, _plain_lines),
)
"""Every sink there is: its name, when it is wanted, and how it is made. Outputs are offered in this order."""


def sinks_for(request: SinkRequest) -> "list[Sink]":
    """Make the sinks a run is to have."""
    return [row.make(request) for row in SINKS if row.is_wanted(request)]
