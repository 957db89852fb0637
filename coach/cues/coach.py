"""Routes events, new samples and deadlines to the rules and collects their cues.

A rule is called only for an event, a sample it subscribes to, or its own deadline. So the cues do not depend on how
often the run is woken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Final

from coach.cues.announcements import (
    Announcements,
    BeltAhead,
    BeltQuestion,
    FartlekTurns,
    Halfway,
    HeatCaution,
    PauseNotices,
    Prompts,
    Reminders,
)
from coach.cues.arbiter import NEVER, CueArbiter, Rule, RuleEvent, Speech, Subscription, suppressions
from coach.cues.bands import CadenceBand, FormRule, Gates, MetricBand, PowerBand, StandingRest
from coach.cues.config import CueSettings
from coach.cues.context import AthleteContext, StepContext, extent_of
from coach.cues.cue import Cue, Opinion, Suppression, Why
from coach.cues.heart_rate import Ceiling, HeartRateBand
from coach.cues.pace import FastStart, PaceBand, PacingLightRule
from coach.cues.sensors import LineHint, MissingSensors, RecordingAlarm, Sensors
from coach.cues.splits import Countdown, FadeAcrossReps, LastMetres, PacingLightCalls, Splits
from coach.quantities import Seconds
from coach.session.events import (
    PhaseChanged,
    RunResumed,
    StepEnded,
    StepStarted,
    Stopped,
    Undone,
    Waiting,
    WorkoutChanged,
)
from coach.session.phases import Phase
from coach.session.session import Session
from coach.signals.readings import Reading, is_live
from coach.signals.signals import Signals
from coach.workout.timeline import Quantity

_RULES: Final = (
    Ceiling,
    HeatCaution,
    PauseNotices,
    Splits,
    FadeAcrossReps,
    Countdown,
    Gates,
    Announcements,
    Prompts,
    FartlekTurns,
    BeltAhead,
    LastMetres,
    PacingLightCalls,
    FastStart,
    PaceBand,
    PacingLightRule,
    HeartRateBand,
    CadenceBand,
    PowerBand,
    FormRule,
    BeltQuestion,
    LineHint,
    MetricBand,
    StandingRest,
    Reminders,
    Halfway,
    Sensors,
    MissingSensors,
)
"""The rules in the order in which an event is dispatched to them."""
_JUDGES: Final[dict[Quantity, type[Rule]]] = {
    Quantity.SPEED: PaceBand,
    Quantity.HEART_RATE: HeartRateBand,
    Quantity.CADENCE: CadenceBand,
    Quantity.POWER: PowerBand,
}
"""The rule that judges a target, by the quantity of it."""
_MOVES: Final = frozenset({Phase.READY, Phase.CHECKLIST})
"""Phases in which a timer may begin without an event: a count-down, the next set of a list."""
_DRIFT_S: Final = 0.02
"""The deadlines are scheduled anew if the end of the step has moved by more than this; judged: nobody hears it."""


@dataclass(slots=True)
class _SampleFeed:
    """The newest sample of one subscription and the rules subscribed to it."""

    newest: Callable[[], Reading | None]
    is_speed: bool = False
    rules: tuple[Rule, ...] = ()
    dispatched_at: float = -inf


class SampleDispatcher:
    """Dispatches each new sample once, and only while it is fresh, to the rules subscribed to it."""

    __slots__ = (
        "_active_feeds",
        "_change_rules",
        "_context",
        "_distance_at",
        "_distance_rules",
        "_feeds",
        "_feeds_by_metric",
        "_rules",
    )

    def __init__(self, context: StepContext, rules: Sequence[Rule]) -> None:
        """Start with no subscriptions."""
        signals = context.signals
        self._context = context
        self._rules = rules
        self._feeds = {
            Subscription.SPEED: _SampleFeed(signals.speed, is_speed=True),
            Subscription.HEART_RATE: _SampleFeed(signals.heart_rate),
            Subscription.CADENCE: _SampleFeed(signals.cadence),
            Subscription.POWER: _SampleFeed(signals.power),
        }
        self._feeds_by_metric: dict[str, _SampleFeed] = {}
        self._active_feeds: tuple[_SampleFeed, ...] = ()
        self._distance_rules: tuple[Rule, ...] = ()
        self._change_rules: tuple[Rule, ...] = ()
        self._distance_at = -inf

    def resubscribe(self) -> None:
        """Collect what the rules subscribe to in this step and phase."""
        rules_by_subscription: dict[Subscription, list[Rule]] = {}
        for rule in self._rules:
            for subscription in rule.subscriptions():
                rules_by_subscription.setdefault(subscription, []).append(rule)
        for subscription, feed in self._feeds.items():
            feed.rules = tuple(rules_by_subscription.get(subscription, ()))
        self._active_feeds = tuple(feed for feed in self._feeds.values() if feed.rules)
        if Subscription.METRIC in rules_by_subscription:
            self._active_feeds += self._metric_feeds(rules_by_subscription[Subscription.METRIC])
        self._distance_rules = tuple(rules_by_subscription.get(Subscription.DISTANCE, ()))
        self._change_rules = tuple(rules_by_subscription.get(Subscription.STATE, ()))

    def _metric_feeds(self, rules: Sequence[Rule]) -> tuple[_SampleFeed, ...]:
        """Return the feeds of the external metrics, one for each name."""
        names = sorted({name for rule in rules for name in rule.metrics()})
        for name in names:
            feed = self._feeds_by_metric.setdefault(
                name, _SampleFeed(partial(self._context.signals.metric, name))
            )
            feed.rules = tuple(rule for rule in rules if name in rule.metrics())
        return tuple(self._feeds_by_metric[name] for name in names)

    def dispatch(self, now: Seconds) -> None:
        """Dispatch what is new since the last call."""
        for feed in self._active_feeds:
            reading = feed.newest()
            if reading is not None and reading.at > feed.dispatched_at:
                feed.dispatched_at = reading.at
                if is_live(now - reading.at, reading.period_s):
                    self._dispatch_sample(feed, reading, now)
        if self._distance_rules:
            self._dispatch_distance(now)
        for rule in self._change_rules:
            rule.on_change(now)

    def _dispatch_sample(self, feed: _SampleFeed, reading: Reading, now: Seconds) -> None:
        if feed.is_speed:
            if self._context.session.is_stopped(now):
                return  # no speed to judge, or to add up
            self._context.on_speed(reading, now)
        for rule in feed.rules:
            rule.on_sample(reading, now)

    def _dispatch_distance(self, now: Seconds) -> None:
        newest = self._context.signals.distance.latest()
        if newest is None or newest[0] <= self._distance_at:
            return
        self._distance_at = newest[0]
        metres = self._context.session.step_metres(now)
        if metres is not None:
            for rule in self._distance_rules:
                rule.on_distance(metres, now)


class Coach:
    """Decides what the runner hears, and when."""

    def __init__(
        self,
        settings: CueSettings,
        session: Session,
        signals: Signals,
        athlete: AthleteContext | None = None,
    ) -> None:
        """Start with the first step of a session; by default nothing is known of the athlete."""
        self._session = session
        self._signals = signals
        self._arbiter = CueArbiter(settings, session, signals)
        self._context = StepContext(settings, session, signals, athlete or AthleteContext())
        self._recording = RecordingAlarm(self._context, self._arbiter)
        rules = (rule(self._context, self._arbiter) for rule in _RULES)
        self._rules: tuple[Rule, ...] = (*rules, self._recording)
        self._judges = tuple(
            rule for rule in self._rules if isinstance(rule, PaceBand | HeartRateBand | CadenceBand)
        )
        self._samples = SampleDispatcher(self._context, self._rules)
        self._end: float | None = None
        self._is_clock_mode = False
        self._due = NEVER
        self._budget_step_id = ""
        self._begin_speech()
        self._begin_step(Seconds(0.0), started=True)
        self._samples.resubscribe()

    def on_events(self, events: Sequence[RuleEvent], now: Seconds, *, is_quiet: bool = False) -> list[Cue]:
        """Return the cues after events of the session and the signals and after new samples.

        With `is_quiet` the events are replayed by an undo, lie in a gap, or the run ends; nothing is said. Of a step
        that a gap cut off nothing is said either: nobody saw its end.
        """
        arbiter = self._arbiter
        if events:
            has_gap = any(isinstance(event, RunResumed) for event in events)
            for event in events:
                arbiter.is_quiet = is_quiet or (has_gap and isinstance(event, StepEnded))
                self._dispatch(event, now)
            self._samples.resubscribe()
        arbiter.is_quiet = is_quiet
        self._samples.dispatch(now)
        if events or arbiter.cues or self._is_schedule_stale(now):
            self._schedule(now)
        arbiter.is_quiet = False
        return self._drain_cues()

    def fire(self, now: Seconds, *, is_quiet: bool = False) -> list[Cue]:
        """Return the cues due at exactly `now`; with `is_quiet` it lies in a gap, and nothing is said."""
        if self._due <= now:
            self._arbiter.is_quiet = is_quiet
            for rule in self._rules:
                if rule.due <= now:
                    rule.fire(now)
            self._schedule(now)
            self._arbiter.is_quiet = False
        return self._drain_cues()

    def on_recorder_failing(self, message: str, now: Seconds, *, lasts: bool) -> list[Cue]:
        """Warn that the recorder cannot write, again each minute if it `lasts`; `message` says why."""
        self._recording.on_trouble(message, now, lasts=lasts)
        self._schedule(now)
        return self._drain_cues()

    def on_recorder_recovered(self, now: Seconds) -> list[Cue]:
        """Say that the recorder works again."""
        self._recording.on_recovered(now)
        self._schedule(now)
        return self._drain_cues()

    def recording_trouble(self) -> str:
        """Return why the recorder cannot write now; empty if it can."""
        return self._recording.trouble

    @property
    def speech(self) -> Speech:
        """What decides how a cue is heard."""
        return self._arbiter.speech

    def wake_at(self) -> Seconds | None:
        """Return when the next cue is due; None if none is."""
        return None if self._due == NEVER else Seconds(self._due)

    def take_new_light(self) -> bool:
        """Return True, once, if the pacing light is to be set back to the runner."""
        return self._arbiter.take_new_light()

    def is_let_be(self) -> bool:
        """Return True if more speed was asked for twice, and the runner has not answered since."""
        return self._arbiter.has_let_be() or self._arbiter.is_said_twice()

    def last_verdict(self) -> Cue | None:
        """Return the last cue that judged the runner."""
        return self._arbiter.last_verdict

    def suppressions(self, now: Seconds) -> tuple[Suppression, ...]:
        """Return the reasons why a cue about pace is suppressed at `now`."""
        return tuple(suppressions(self._context, self._arbiter, now))

    def opinion(self, now: Seconds, quantity: Quantity | None) -> Opinion:
        """Return what the coach thinks of a step whose target is in `quantity`, said or not."""
        judge = None if quantity is None else _JUDGES.get(quantity)
        rule = next((rule for rule in self._judges if type(rule) is judge), None)
        is_judging = rule is not None and bool(rule.subscriptions())
        is_pace = quantity is Quantity.SPEED
        return Opinion(
            is_judging,
            rule.settling(now) if rule is not None and is_judging else None,
            self._arbiter.open_verdict,
            self.suppressions(now)
            if is_pace
            else tuple(self._arbiter.suppressions(now))
            if is_judging
            else (),
        )

    def evidence(self, now: Seconds) -> Why | None:
        """Return the evidence about pace at `now`, said or not; None if pace is not judged in rate."""
        evidence = (rule.evidence(now) for rule in self._rules)
        return next((why for why in evidence if why is not None), None)

    def cue_to_show(self, now: Seconds) -> Cue | None:
        """Return the cue to show at `now`; None if there is none."""
        return self._arbiter.cue_to_show(now)

    def _dispatch(self, event: RuleEvent, now: Seconds) -> None:
        match event:
            case StepEnded():
                self._begin_speech(is_anew=True)
            case StepStarted():
                self._begin_speech()
        match event:
            case StepStarted() | Undone() | Waiting():
                for rule in self._rules:
                    rule.on_event(event, now)
                self._begin_step(now, started=isinstance(event, StepStarted))
                return
            case WorkoutChanged():
                self._context.refresh()
                self._context.restart_settling(now, self._context.settings.settle_change_s)
            case Stopped(to_s=to_s) if to_s is not None:
                self._context.on_stop_over(now)
            case RunResumed():
                self._context.on_stop_over(now)
            case PhaseChanged() if self._session.step is not self._context.step:
                self._begin_step(now, started=False)
        for rule in self._rules:
            rule.on_event(event, now)

    def _begin_speech(self, *, is_anew: bool = False) -> None:
        """Make room for the words of the step under way; what is said of a step that ends is heard in the next."""
        step = self._session.step
        _, expected_s = extent_of(step, self._context.settings.rep_open_s)
        if expected_s is None and step is not None:
            expected_s = step.until.cap_s
        self._arbiter.speech.begin_step("" if step is None else step.step_id, expected_s, is_anew=is_anew)

    def _begin_step(self, now: Seconds, *, started: bool) -> None:
        """Read the step anew; the budget of a step that an undo goes on with stays as it is."""
        context = self._context
        context.begin_step()
        kind = None if context.step is None else context.step.kind
        step_id = "" if context.step is None else context.step.step_id
        if started or step_id != self._budget_step_id:
            self._budget_step_id = step_id
            self._arbiter.begin_step(context.length_m, context.expected_s, kind)
        for rule in self._rules:
            rule.on_step(now)

    def _is_schedule_stale(self, now: Seconds) -> bool:
        """Return True if the end of the step has moved without an event since the deadlines were scheduled."""
        session = self._session
        if self._due <= now and session.phase is Phase.CHECKLIST:
            return False  # a timer turns to its next part, and its end is called first
        if self._end is None and session.is_clock_mode is self._is_clock_mode and session.phase not in _MOVES:
            return False
        left_s = session.left_s(now)
        if left_s is None or self._end is None:
            return left_s is not self._end or session.is_clock_mode is not self._is_clock_mode
        return abs(now + left_s - self._end) > _DRIFT_S and session.phase is not Phase.PAUSED

    def _schedule(self, now: Seconds) -> None:
        left_s = self._session.left_s(now)
        self._end = None if left_s is None else now + left_s
        self._is_clock_mode = self._session.is_clock_mode
        due = NEVER
        for rule in self._rules:
            rule.schedule(now)
            due = min(due, rule.due)
        self._due = due

    def _drain_cues(self) -> list[Cue]:
        cues = self._arbiter.cues
        if cues:
            self._arbiter.cues = []
            return cues
        return []
