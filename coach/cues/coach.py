"""Which samples are listened to, and by whom: what no rule wants in this step and phase is not looked at.

The coach: hears what the session and the signals say, and lets its rules answer. A router, nothing else.

Opinions live in the rules, words in `phrases`, restraint in `manners`. A rule is asked only when something
happened: a fact, a new sample it listens for, or its own deadline. So nothing depends on how often the run is
woken, and a run in which nothing happens costs next to nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Final

from coach.cues import phrases
from coach.cues.announcements import Announcements, HeatCaution, Pauses, Prompts
from coach.cues.arbiter import Manners, silences
from coach.cues.bands import CadenceBand, MetricBand, PowerBand
from coach.cues.config import CueSettings
from coach.cues.context import Scene
from coach.cues.countdown import Countdown, LastMetres, LightCalls
from coach.cues.cue import Cue, CueClass, CueKind, Silence, Why
from coach.cues.fade import FadeInRep, Fading
from coach.cues.form import FormRule
from coach.cues.gates import Gates
from coach.cues.heart_rate import Ceiling, HeartRateBand
from coach.cues.pace import PaceBand
from coach.cues.pacing_light import LightRule
from coach.cues.recovery import StandingRest
from coach.cues.reminders import Reminders
from coach.cues.rule import NEVER, Channel, Heard, Rule
from coach.cues.sensors import LineHint, Sensors
from coach.cues.splits import Splits
from coach.cues.start import FastStart
from coach.cues.treadmill import BeltAhead, BeltQuestion
from coach.cues.view import SessionView, SignalsView
from coach.physiology.cadence import CadenceLine
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import Seconds
from coach.session.facts import PhaseChanged, StepStarted, Undone, Waiting, WorkoutChanged
from coach.session.phases import Phase
from coach.signals.freshness import freshness
from coach.signals.readings import Freshness, Reading


@dataclass(slots=True)
class _Line:
    """One channel with the rules that listen to it now."""

    newest: Callable[[], Reading | None]
    is_speed: bool = False
    rules: tuple[Rule, ...] = ()
    heard_at: float = -inf


class Ears:
    """Hands each new sample, once and only while it is fresh, to the rules that want it."""

    __slots__ = ("_lines", "_lookers", "_metres_at", "_metrics", "_open", "_rules", "_scene", "_travellers")

    def __init__(self, scene: Scene, rules: Sequence[Rule]) -> None:
        """Begin deaf; `tune` opens the channels."""
        signals = scene.signals
        self._scene = scene
        self._rules = rules
        self._lines = {
            Channel.SPEED: _Line(signals.speed, is_speed=True),
            Channel.HEART_RATE: _Line(signals.heart_rate),
            Channel.CADENCE: _Line(signals.cadence),
            Channel.POWER: _Line(signals.power),
        }
        self._metrics: dict[str, _Line] = {}
        self._open: tuple[_Line, ...] = ()
        self._travellers: tuple[Rule, ...] = ()
        self._lookers: tuple[Rule, ...] = ()
        self._metres_at = -inf

    def tune(self) -> None:
        """Listen to no more channels than the rules want in this step and phase."""
        wanted: dict[Channel, list[Rule]] = {}
        for rule in self._rules:
            for channel in rule.listens():
                wanted.setdefault(channel, []).append(rule)
        for channel, line in self._lines.items():
            line.rules = tuple(wanted.get(channel, ()))
        self._open = tuple(line for line in self._lines.values() if line.rules)
        if Channel.METRIC in wanted:
            self._open += self._tuned(wanted[Channel.METRIC])
        self._travellers = tuple(wanted.get(Channel.DISTANCE, ()))
        self._lookers = tuple(wanted.get(Channel.STATE, ()))

    def _tuned(self, rules: Sequence[Rule]) -> tuple[_Line, ...]:
        """The lines of the external metrics that are wanted, one for each name."""
        names = sorted({name for rule in rules for name in rule.metrics()})
        for name in names:
            line = self._metrics.setdefault(name, _Line(partial(self._scene.signals.metric, name)))
            line.rules = tuple(rule for rule in rules if name in rule.metrics())
        return tuple(self._metrics[name] for name in names)

    def listen(self, now: Seconds) -> None:
        """Take what came since the last time."""
        for line in self._open:
            reading = line.newest()
            if reading is not None and reading.at > line.heard_at:
                line.heard_at = reading.at
                if freshness(now - reading.at, reading.period_s) is Freshness.LIVE:
                    self._judge(line, reading, now)
        if self._travellers:
            self._travel(now)
        for rule in self._lookers:
            rule.look(now)

    def _judge(self, line: _Line, reading: Reading, now: Seconds) -> None:
        if line.is_speed:
            self._scene.take_speed(reading, now)
        for rule in line.rules:
            rule.judge(reading, now)

    def _travel(self, now: Seconds) -> None:
        newest = self._scene.signals.distance.latest()
        if newest is None or newest[0] <= self._metres_at:
            return
        self._metres_at = newest[0]
        metres = self._scene.session.step_metres(now)
        if metres is not None:
            for rule in self._travellers:
                rule.travel(metres, now)


_RULES: Final = (
    Ceiling,
    HeatCaution,
    Pauses,
    Splits,
    Fading,
    Countdown,
    Gates,
    Announcements,
    Prompts,
    BeltAhead,
    LastMetres,
    LightCalls,
    FastStart,
    FadeInRep,
    PaceBand,
    LightRule,
    HeartRateBand,
    CadenceBand,
    PowerBand,
    FormRule,
    BeltQuestion,
    LineHint,
    MetricBand,
    StandingRest,
    Reminders,
    Sensors,
)
"""The rules in the order they answer to one fact."""
_DRIFT_S: Final = 0.02
"""A plan further off than this from what the session says now is made anew."""


class Coach:
    """Decides what the runner should hear, and when."""

    def __init__(
        self,
        settings: CueSettings,
        session: SessionView,
        signals: SignalsView,
        *,
        ceiling_bpm: float | None = None,
        unit: str = "km",
        kinetics: HeartRateKinetics | None = None,
        cadence_line: CadenceLine | None = None,
        heat_sum_f: float | None = None,
    ) -> None:
        """Watch a session and its signals.

        `ceiling_bpm` is the athlete's own heart-rate ceiling, `unit` (`km` or `mile`) what paces are said per,
        `kinetics` how fast the athlete's heart follows, `cadence_line` the athlete's own cadence at speed, once
        enough runs have taught it, `heat_sum_f` temperature and dew point added up in Fahrenheit.
        """
        self._session = session
        self._signals = signals
        self._manners = Manners(settings, session, signals)
        self._scene = Scene(
            settings,
            session,
            signals,
            ceiling_bpm=ceiling_bpm,
            unit=unit,
            kinetics=kinetics,
            cadence_line=cadence_line,
            heat_sum_f=heat_sum_f,
        )
        self._rules: tuple[Rule, ...] = tuple(rule(self._scene, self._manners) for rule in _RULES)
        self._ears = Ears(self._scene, self._rules)
        self._end: float | None = None
        self._by_clock = False
        self._due = NEVER
        self._recorder_said_at = -inf
        self._budget_of = ""
        self._seed(Seconds(0.0), started=True)
        self._ears.tune()

    def hear(self, events: Sequence[Heard], now: Seconds, *, quiet: bool = False) -> list[Cue]:
        """Answer what the session and the signals just said, and what they newly measured.

        With `quiet`, what is heard is the past, replayed by an undo: it is taken in, and nothing is said.
        """
        self._manners.quiet = quiet
        for event in events:
            self._take(event, now)
        if events:
            self._ears.tune()
        self._ears.listen(now)
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

    def recorder_failing(self, message: str, now: Seconds) -> list[Cue]:
        """Say that the recorder cannot write (`message` says why): safety, at most once a minute."""
        if now - self._recorder_said_at >= self._scene.settings.recorder_repeat_s:
            self._recorder_said_at = now
            why, words = Why(f"recorder: {message}"), phrases.RECORDING_FAILING
            self._manners.say(now, CueKind.RECORDING_FAILING, CueClass.SAFETY, words, why)
        return self._said()

    def wake_at(self) -> Seconds | None:
        """When the next thing is due to be said; None when nothing is."""
        return None if self._due == NEVER else Seconds(self._due)

    def is_unproven(self) -> bool:
        """Does distance come from a pod on a track whose factor is not known yet? Then bands are judged wider."""
        return self._scene.unproven()

    def last_verdict(self) -> Cue | None:
        """Give the last cue that judged the runner."""
        return self._manners.last_verdict

    def silences(self, now: Seconds) -> tuple[Silence, ...]:
        """Everything that keeps a word about pace unsaid at `now`; empty while nothing does."""
        return tuple(silences(self._scene, self._manners, now))

    def evidence(self, now: Seconds) -> Why | None:
        """What pace is held against at `now`, spoken or not; None where it is not judged in rate."""
        found = (rule.evidence(now) for rule in self._rules)
        return next((one for one in found if one is not None), None)

    def showing(self, now: Seconds) -> Cue | None:
        """Give the cue to show at `now`; None when none is worth it any more."""
        return self._manners.showing(now)

    def _take(self, event: Heard, now: Seconds) -> None:
        match event:
            case StepStarted() | Undone() | Waiting():
                for rule in self._rules:
                    rule.hear(event, now)
                self._seed(now, started=isinstance(event, StepStarted))
                return
            case WorkoutChanged():
                self._scene.refresh()
                self._scene.unsettle(now, self._scene.settings.settle_change_s)
            case PhaseChanged() if self._session.step is not self._scene.step:
                self._seed(now, started=False)
        for rule in self._rules:
            rule.hear(event, now)

    def _seed(self, now: Seconds, *, started: bool) -> None:
        """Look at the step anew; what was said of one that an undo merely goes on with is not forgotten."""
        scene = self._scene
        scene.begin()
        kind = None if scene.step is None else scene.step.kind
        place = "" if scene.step is None else scene.step.step_id
        if started or place != self._budget_of:
            self._budget_of = place
            self._manners.begin(scene.length_m, scene.expected_s, kind)
        for rule in self._rules:
            rule.begin(now)

    def _drifted(self, now: Seconds) -> bool:
        """Does the step end at another time than was planned for (a press moved it without a fact)?"""
        session = self._session
        if self._end is None and session.clock_mode is self._by_clock and session.phase is not Phase.READY:
            return False
        left = session.left_s(now)
        if left is None or self._end is None:
            return left is not self._end or session.clock_mode is not self._by_clock
        return abs(now + left - self._end) > _DRIFT_S and session.phase is not Phase.PAUSED

    def _plan(self, now: Seconds) -> None:
        left = self._session.left_s(now)
        self._end = None if left is None else now + left
        self._by_clock = self._session.clock_mode
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
