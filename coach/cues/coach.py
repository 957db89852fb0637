"""The coach: hears what the session and the signals say, and lets its rules answer. A router, nothing else.

Opinions live in the rules, words in `phrases`, restraint in `manners`. A rule is asked only when something
happened: a fact, a new sample it listens for, or its own deadline. So nothing depends on how often the run is
woken, and a run in which nothing happens costs next to nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from coach.cues.announcements import Announcements
from coach.cues.countdown import BeltAhead, Countdown, LastMetres, LightCalls
from coach.cues.cue import Cue
from coach.cues.defaults import CueSettings
from coach.cues.manners import Manners
from coach.cues.rule import NEVER, Channel, Heard, Rule
from coach.cues.scene import Scene
from coach.cues.view import SessionView, SignalsView
from coach.quantities import Seconds
from coach.session.facts import PhaseChanged, StepStarted, Undone, Waiting, WorkoutChanged
from coach.session.phases import Phase
from coach.signals.freshness import freshness
from coach.signals.readings import Freshness, Reading

_RULES: Final = (Countdown, Announcements, BeltAhead, LastMetres, LightCalls)
"""The rules in the order they answer to one fact."""
_DRIFT_S: Final = 0.02
"""A plan further off than this from what the session says now is made anew."""


@dataclass(slots=True)
class _Line:
    """One channel with the rules that listen to it now."""

    newest: Callable[[], Reading | None]
    is_speed: bool = False
    rules: tuple[Rule, ...] = ()
    heard_at: float = -inf


class Coach:
    """Decides what the runner should hear, and when."""

    def __init__(
        self,
        settings: CueSettings,
        session: SessionView,
        signals: SignalsView,
        *,
        ceiling_bpm: float | None = None,
    ) -> None:
        """Watch a session and its signals; `ceiling_bpm` is the athlete's own heart-rate ceiling."""
        self._session = session
        self._signals = signals
        self._manners = Manners(settings, session)
        self._scene = Scene(settings, session, signals)
        self._rules: tuple[Rule, ...] = tuple(rule(self._scene, self._manners) for rule in _RULES)
        self._lines = {
            Channel.SPEED: _Line(signals.speed, is_speed=True),
            Channel.HEART_RATE: _Line(signals.heart_rate),
            Channel.CADENCE: _Line(signals.cadence),
            Channel.POWER: _Line(signals.power),
        }
        self._open: tuple[_Line, ...] = ()
        self._travellers: tuple[Rule, ...] = ()
        self._metres_at = -inf
        self._end: float | None = None
        self._due = NEVER
        self._seed(Seconds(0.0))
        self._tune()

    def hear(self, events: Sequence[Heard], now: Seconds, *, quiet: bool = False) -> list[Cue]:
        """Answer what the session and the signals just said, and what they newly measured.

        With `quiet`, what is heard is the past, replayed by an undo: it is taken in, and nothing is said.
        """
        self._manners.quiet = quiet
        for event in events:
            self._take(event, now)
        if events:
            self._tune()
        if self._open:
            self._judge(now)
        if self._travellers:
            self._travel(now)
        if events or self._drifted(now):
            self._plan(now)
        self._manners.quiet = False
        return self._said()

    def settle(self, now: Seconds) -> list[Cue]:
        """Say what is due at exactly `now`."""
        if self._due <= now:
            for rule in self._rules:
                if rule.due <= now:
                    rule.settle(now)
            self._plan(now)
        return self._said()

    def wake_at(self) -> Seconds | None:
        """When the next thing is due to be said; None when nothing is."""
        return None if self._due == NEVER else Seconds(self._due)

    def last_verdict(self) -> Cue | None:
        """Give the last cue that judged the runner."""
        return self._manners.last_verdict

    def showing(self, now: Seconds) -> Cue | None:
        """Give the cue to show at `now`; None when none is worth it any more."""
        return self._manners.showing(now)

    def _take(self, event: Heard, now: Seconds) -> None:
        match event:
            case StepStarted() | Undone() | Waiting():
                for rule in self._rules:
                    rule.hear(event, now)
                self._seed(now)
                return
            case WorkoutChanged():
                self._scene.refresh()
                self._scene.unsettle(now, self._scene.settings.settle_change_s)
            case PhaseChanged() if self._session.step is not self._scene.step:
                self._seed(now)
        for rule in self._rules:
            rule.hear(event, now)

    def _seed(self, now: Seconds) -> None:
        scene = self._scene
        scene.begin()
        self._manners.begin(scene.length_m, scene.expected_s)
        for rule in self._rules:
            rule.begin(now)

    def _tune(self) -> None:
        """Listen to no more channels than the rules want in this step and phase."""
        wanted: dict[Channel, list[Rule]] = {}
        for rule in self._rules:
            for channel in rule.listens():
                wanted.setdefault(channel, []).append(rule)
        for channel, line in self._lines.items():
            line.rules = tuple(wanted.get(channel, ()))
        self._open = tuple(line for line in self._lines.values() if line.rules)
        self._travellers = tuple(wanted.get(Channel.DISTANCE, ()))

    def _judge(self, now: Seconds) -> None:
        for line in self._open:
            reading = line.newest()
            if reading is None or reading.at <= line.heard_at:
                continue
            line.heard_at = reading.at
            if freshness(now - reading.at, reading.period_s) is not Freshness.LIVE:
                continue
            if line.is_speed:
                self._scene.take_speed(reading, now)
            for rule in line.rules:
                rule.judge(reading, now)

    def _travel(self, now: Seconds) -> None:
        newest = self._signals.distance.latest()
        if newest is None or newest[0] <= self._metres_at:
            return
        self._metres_at = newest[0]
        metres = self._session.step_metres(now)
        if metres is not None:
            for rule in self._travellers:
                rule.travel(metres, now)

    def _drifted(self, now: Seconds) -> bool:
        """Does the step end at another time than was planned for (a press moved it without a fact)?"""
        left = self._session.left_s(now)
        if left is None or self._end is None:
            return left is not self._end
        return abs(now + left - self._end) > _DRIFT_S and self._session.phase is not Phase.PAUSED

    def _plan(self, now: Seconds) -> None:
        left = self._session.left_s(now)
        self._end = None if left is None else now + left
        due = NEVER
        for rule in self._rules:
            rule.plan(now)
            due = min(due, rule.due)
        self._due = due

    def _said(self) -> list[Cue]:
        out = self._manners.out
        if out:
            self._manners.out = []
            return out
        return []
