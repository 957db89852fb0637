"""Fading from rep to rep; `PaceBand` calls a fade within a rep.

- After two slow reps in a row a longer rest, or the end of the session, is advised once; more speed is not asked for
  in the rest of the set.
- A rep under the band and clearly slower than the first two good ones of its set is called once, in the rest.

After each of them the session offers a longer rest or slower paces.
"""

from statistics import fmean
from typing import Final

from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import Rule, RuleEvent
from coach.quantities import Seconds
from coach.session.events import EndReason, StepEnded, StepStarted, Undone
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import Quantity, Step

ASKS_FOR_RELIEF: Final = frozenset({"slow_reps", "fade_of_reps"})
"""Rules after whose cues the session offers a longer rest or slower paces."""
_WHOLE: Final = frozenset({EndReason.DONE, EndReason.MARK, EndReason.LINE})
_FIRST_REPS: Final = 2
"""How many reps of a set later ones are compared with; a single one may be chance."""


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
        self.arbiter.emit(now, CueKind.ADVICE, CueClass.COACH, self.phrases.language.rest_longer, why)

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
        recent = self.context.recent.value
        return recent is None or recent < mean * self.context.settings.line_eased_share

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
        words = self.phrases.slower_than_first(100.0 * (1.0 - mean / usual_mean), may_rest=may_rest)
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
