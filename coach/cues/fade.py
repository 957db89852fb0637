"""Fading within a rep and from rep to rep.

Within a rep the second half is compared with the first half, and a fade is called once a set. The first half shows
what the runner can do today. A runner on target does not fade. After an "ease off" cue the baseline starts anew.

From rep to rep:

- After two slow reps in a row a longer rest, or the end of the session, is advised once; more speed is not asked for
  in the rest of the set.
- A rep under the band and clearly slower than the first two good ones of its set is called once, in the rest.

After each of them the session offers a longer rest or slower paces.
"""

from math import sqrt
from statistics import fmean
from typing import Final

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import Rule, RuleEvent, Subscription
from coach.quantities import Seconds
from coach.session.events import EndReason, PhaseChanged, StepEnded, StepStarted, Undone
from coach.session.phases import Phase
from coach.signals.readings import Freshness, Reading, Source, freshness
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import Quantity, Step, StepTarget

_EASED = frozenset(
    {CueKind.TOO_FAST, CueKind.START_TOO_FAST, CueKind.AHEAD_OF_LIGHT, CueKind.HEART_RATE_HIGH}
)
"""Cues that ask the runner to slow down."""


ASKS_FOR_RELIEF: Final = frozenset({"slow_reps", "fade_of_reps"})
"""Rules after whose cues the session offers a longer rest or slower paces."""
_WHOLE: Final = frozenset({EndReason.DONE, EndReason.MARK})
_FIRST_REPS: Final = 2
"""How many reps of a set later ones are compared with; a single one may be chance."""


class FadeInRep(Rule):
    """Compares the smoothed speed of a rep's second half with the mean of its first half."""

    __slots__ = (
        "_first_s",
        "_first_sum",
        "_is_broken",
        "_record",
        "_sample_at",
        "_slow_since",
        "_source",
        "_target",
    )

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with no rep."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("fade_in_rep")
        self._is_broken = False
        self._source: Source | None = None
        self._target: StepTarget | None = None
        self._sample_at = 0.0
        self._first_s = self._first_sum = 0.0
        self._slow_since: float | None = None

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start a rep with no baseline."""
        self._is_broken = False
        self._target = None
        self._restart()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Give up a rep that a pause broke, because the runner has rested."""
        if isinstance(event, PhaseChanged) and event.phase is Phase.PAUSED:
            self._is_broken = True

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed in measured work that is long enough and has a slow side at one pace."""
        context, step = self.context, self.context.step
        if step is None or step.target is None or step.kind not in PACED_REPS or not context.is_paced():
            return ()
        if step.target.estimated or step.target.ramp is not None or step.target.band.low is None:
            return ()
        if not context.is_running() or not context.may_push() or context.session.is_clock_mode:
            return ()
        settings, metres, seconds = context.settings, context.length_m, context.expected_s
        is_long = metres is not None and metres >= settings.fade_in_from_m
        is_lasting = seconds is not None and seconds >= settings.fade_in_from_s
        return (Subscription.SPEED,) if is_long or is_lasting else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Add to the baseline in the first half; in the second, compare the smoothed speed with it."""
        context, smooth, target = (
            self.context,
            self.context.smooth.value,
            self.context.session.target_now(now),
        )
        if self._is_over() or smooth is None or target is None or not context.is_settled(now):
            return
        if target is not self._target or reading.source is not self._source or self._was_eased():
            self._target, self._source = target, reading.source
            self._restart()
        gap_s, self._sample_at = now - self._sample_at, now
        share, low = context.share_done(now), target.band.low
        if share is not None and share < context.settings.fade_in_after:
            self._first_sum += reading.value * reading.period_s
            self._first_s += reading.period_s
            return
        if share is None or low is None or smooth >= low or self._first_s < context.settings.fade_in_first_s:
            self._slow_since = None
            return
        if context.is_walking(now) or context.session.is_estimated(now):
            self._slow_since = None
            return
        if freshness(gap_s, reading.period_s) is not Freshness.LIVE:
            self._slow_since = None  # a hold must have no gap
        self._hold(smooth, low, reading, now)

    def _hold(self, smooth: float, low: float, reading: Reading, now: Seconds) -> None:
        """Call the fade once it has lasted: slower than the first half by more than noise, and under the band."""
        context, settings, quick = self.context, self.context.settings, self.context.quick.value
        first_mean = self._first_sum / self._first_s
        limit = first_mean * (1.0 - self._threshold())
        edge = low * (1.0 - settings.unproven_band * context.is_unproven())
        if quick is None or smooth >= min(limit, edge) or quick < first_mean * settings.line_eased_share:
            self._slow_since = None
            return
        self._slow_since = now if self._slow_since is None else self._slow_since
        held_s = now - self._slow_since
        least_s = settings.fade_in_hold_s * (settings.unproven_factor if context.is_unproven() else 1.0)
        is_mending = quick > smooth + first_mean * max(settings.mending, context.noise.level)
        if held_s < least_s or is_mending:
            return
        window_s, age_s = Seconds(context.smooth.window_s), Seconds(now - reading.at)
        why = Why(
            "fade_in_rep", smooth, "speed_mps", min(limit, edge), None, window_s, age_s, context.noise.level
        )
        if self.arbiter.advise(now, CueKind.FADE, phrases.FADE, why) and context.step is not None:
            self._record.note(now, context.step.set_id)

    def _threshold(self) -> float:
        """Return the least loss that noise does not explain, as a share of the first half."""
        context, settings = self.context, self.context.settings
        weight, window_s = context.smooth.weight, context.smooth.window_s
        filling_noise = (2.0 - weight) / weight
        noise = context.noise.level * context.spread * sqrt(filling_noise + window_s / self._first_s)
        return max(settings.fade_in_share, settings.alarm_times * noise)

    def _is_over(self) -> bool:
        """Return True if no fade of this rep is called: a pause broke it, or one was called in its set."""
        step = self.context.step
        return step is None or self._is_broken or self._record.was_said_of(step.set_id)

    def _was_eased(self) -> bool:
        """Return True if the runner was asked to ease off since the last sample."""
        last = self.arbiter.last_verdict
        return last is not None and last.kind in _EASED and last.at >= self._sample_at

    def _restart(self) -> None:
        self._first_s = self._first_sum = 0.0
        self._slow_since = None


class FadeAcrossReps(Rule):
    """Compares the reps of a set with their target and with the first ones."""

    __slots__ = ("_advice_record", "_fade_record", "_first_reps", "_set", "_slow_reps")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with no set."""
        super().__init__(context, arbiter)
        self._set = ""
        self._slow_reps: list[str] = []
        self._first_reps: list[StepEnded] = []
        self._advice_record = arbiter.record("slow_reps")
        self._fade_record = arbiter.record("fade_of_reps")

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Count a rep that ended, start a new set, and take back what an undo takes back."""
        match event:
            case StepEnded(step=step) if step.kind in PACED_REPS:
                self._count(event, now)
            case StepStarted(step=step) if step.kind in PACED_REPS and step.set_id != self._set:
                self._new_set(step)
            case Undone(step_id=step_id):
                self._slow_reps = [slow_id for slow_id in self._slow_reps if slow_id != step_id]
                self._first_reps = [rep for rep in self._first_reps if rep.step.step_id != step_id]

    def _count(self, result: StepEnded, now: Seconds) -> None:
        if result.step.set_id != self._set:
            self._new_set(result.step)
        slow_under = _slow_under(result.step, self.context.settings.fade_share)
        if slow_under is None or result.moving_speed is None or not _is_whole(result):
            return
        if result.time_s < self.context.settings.fade_from_s or self.context.signals.distance.awaits_lap():
            return
        if result.moving_speed >= slow_under:
            self._slow_reps.clear()
        elif result.step.step_id not in self._slow_reps:
            self._slow_reps.append(result.step.step_id)
        if len(self._slow_reps) >= self.context.settings.fade_reps and not self._advice_record.was_said():
            self._advise(result, slow_under, now)
        elif not self._advice_record.was_said() and not self._fade_record.was_said():
            self._compare(result, result.moving_speed, now)

    def _advise(self, result: StepEnded, slow_under: float, now: Seconds) -> None:
        why = Why("slow_reps", result.moving_speed, "speed_mps", slow_under, None, result.time_s)
        self._advice_record.note(now)
        self.arbiter.suppress_push_in_set(self._set)
        self.arbiter.emit(now, CueKind.ADVICE, CueClass.COACH, phrases.FADING, why)

    def _compare(self, result: StepEnded, mean: float, now: Seconds) -> None:
        """Compare a rep with the first two good ones, or make it one of them."""
        step, first_reps = result.step, self._first_reps
        if (
            step.target is None
            or step.target.estimated
            or not all(_are_alike(rep, result) for rep in first_reps)
        ):
            return
        low, high = step.target.band.low, step.target.band.high
        if low is None or len(first_reps) < _FIRST_REPS:
            if low is not None and low <= mean and (high is None or mean <= high):
                self._first_reps = [*(rep for rep in first_reps if rep.step.step_id != step.step_id), result]
            return
        usual_mean = fmean(rep.moving_speed or 0.0 for rep in first_reps)
        limit = usual_mean * (1.0 - self.context.settings.fade_reps_share)
        if mean < min(limit, low) and self._has_rep_ahead(result) and not self._has_eased_early(mean):
            self._call_fade(result, mean, usual_mean, now)

    def _has_eased_early(self, mean: float) -> bool:
        """Return True if the runner stopped before the planned line, so that the mean includes some of the rest."""
        quick = self.context.quick.value
        return quick is None or quick < mean * self.context.settings.line_eased_share

    def _has_rep_ahead(self, result: StepEnded) -> bool:
        """Return True if another rep follows in the set."""
        steps_ahead = self.context.session.timeline.steps[result.index + 1 :]
        return any(step.kind in PACED_REPS and step.set_id == self._set for step in steps_ahead)

    def _call_fade(self, result: StepEnded, mean: float, usual_mean: float, now: Seconds) -> None:
        context, speed, step = self.context, self.context.signals.speed(), self.context.session.step
        if speed is None or not context.is_live(speed, now):
            return
        limit = usual_mean * (1.0 - context.settings.fade_reps_share)
        age_s, noise = Seconds(now - speed.at), context.noise.level
        why = Why("fade_of_reps", mean, "speed_mps", limit, None, result.time_s, age_s, noise)
        may_rest = step is not None and step.kind in RESTS and step.until.time() is not None
        words = phrases.slower_than_first(100.0 * (1.0 - mean / usual_mean), may_rest=may_rest)
        if self.arbiter.emit(now, CueKind.FADE, CueClass.COACH, words, why):
            self._fade_record.note(now)

    def _new_set(self, step: Step) -> None:
        self._set = step.set_id
        self._slow_reps.clear()
        self._first_reps.clear()
        self._advice_record.reset()
        self._fade_record.reset()
        self.arbiter.suppress_push_in_set(None)


def _is_whole(result: StepEnded) -> bool:
    """Return True if the rep was run whole and measured."""
    return result.reason in _WHOLE and not (result.cut or result.estimated or result.broken)


def _are_alike(rep: StepEnded, other: StepEnded) -> bool:
    """Return True if both reps had the same target and the same source."""
    target, other_target = rep.step.target, other.step.target
    has_same_target = target is not None and other_target is not None and target.band == other_target.band
    return has_same_target and rep.distance_source is other.distance_source


def _slow_under(step: Step, share: float) -> float | None:
    """Return the speed under which a rep is slow: below its range and some per cent below its aim."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    aim, low = pace_of(target.band), target.band.low
    if aim is None or low is None:
        return None
    return min(low, aim * (1.0 - share))
