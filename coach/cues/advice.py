"""Reps that get slower: advise rest once, and stop asking for more for the rest of the set.

- Two slow reps in a row are a reason to rest longer or to stop.
- One rep under the band and clearly slower than the first two good ones of its set is told in the rest, once.
Whoever hears either (the run, live) lets the session offer what can be done about it.
"""

from statistics import fmean
from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Heard, Rule
from coach.cues.scene import Scene, pace_of
from coach.quantities import Seconds
from coach.session.facts import EndReason, StepEnded, StepStarted, Undone
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import Quantity, Step

ASKS_FOR_RELIEF: Final = frozenset({"slow_reps", "fade_of_reps"})
"""Rules of cues after which the runner should be offered a longer rest or slower paces."""
_WHOLE: Final = frozenset({EndReason.DONE, EndReason.MARK})
_FIRST: Final = 2
"""Reps that are the measure of those after them: one alone may have been a good day's luck."""


class Fading(Rule):
    """Counts slow reps of one set by what was measured of them."""

    __slots__ = ("_advised", "_compared", "_first", "_set", "_slow")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin fresh."""
        super().__init__(scene, manners)
        self._set = ""
        self._slow: list[str] = []
        self._first: list[StepEnded] = []
        self._advised = False
        self._compared = False

    def hear(self, event: Heard, now: Seconds) -> None:
        """Count a rep that ended; start again with a new set; take back what an undo takes back."""
        match event:
            case StepEnded(step=step) if step.kind in PACED_REPS:
                self._count(event, now)
            case StepStarted(step=step) if step.kind in PACED_REPS and step.set_id != self._set:
                self._new_set(step)
            case Undone(step_id=step_id):
                self._slow = [one for one in self._slow if one != step_id]
                self._first = [one for one in self._first if one.step.step_id != step_id]

    def _count(self, ended: StepEnded, now: Seconds) -> None:
        if ended.step.set_id != self._set:
            self._new_set(ended.step)
        slow_under = _slow_under(ended.step, self.scene.settings.fade_share)
        if slow_under is None or ended.mean_speed is None or not _counts(ended):
            return
        if ended.time_s < self.scene.settings.fade_from_s:
            return
        if ended.mean_speed >= slow_under:
            self._slow.clear()
        elif ended.step.step_id not in self._slow:
            self._slow.append(ended.step.step_id)
        if len(self._slow) >= self.scene.settings.fade_reps and not self._advised:
            self._advise(ended, slow_under, now)
        elif not self._advised and not self._compared:
            self._compare(ended, ended.mean_speed, now)

    def _advise(self, ended: StepEnded, slow_under: float, now: Seconds) -> None:
        why = Why("slow_reps", ended.mean_speed, "speed_mps", slow_under, None, ended.time_s)
        self._advised = True
        self.manners.spare(self._set)
        self.manners.say(now, CueKind.ADVICE, CueClass.COACH, phrases.FADING, why)

    def _compare(self, ended: StepEnded, mean: float, now: Seconds) -> None:
        """Hold a rep against the first two good ones, or take it for one of them."""
        step, first = ended.step, self._first
        if step.target is None or step.target.estimated or not all(_are_alike(one, ended) for one in first):
            return
        low, high = step.target.band.low, step.target.band.high
        if low is None or len(first) < _FIRST:
            if low is not None and low <= mean and (high is None or mean <= high):
                self._first = [*(one for one in first if one.step.step_id != step.step_id), ended]
            return
        usual = fmean(one.mean_speed or 0.0 for one in first)
        limit = usual * (1.0 - self.scene.settings.fade_reps_share)
        if mean < min(limit, low) and self._goes_on(ended) and not self._eased_before_the_line(mean):
            self._tell(ended, mean, usual, now)

    def _eased_before_the_line(self, mean: float) -> bool:
        """Was the rep over for its runner before it was for us? Then its mean has some of the rest in it."""
        quick = self.scene.quick.value
        return quick is None or quick < mean * self.scene.settings.line_eased_share

    def _goes_on(self, ended: StepEnded) -> bool:
        """Is there another rep in the set, for which something can still be done?"""
        later = self.scene.session.timeline.steps[ended.index + 1 :]
        return any(one.kind in PACED_REPS and one.set_id == self._set for one in later)

    def _tell(self, ended: StepEnded, mean: float, usual: float, now: Seconds) -> None:
        scene, newest, step = self.scene, self.scene.signals.speed(), self.scene.session.step
        if newest is None or not scene.live(newest, now):
            return
        limit = usual * (1.0 - scene.settings.fade_reps_share)
        age, noise = Seconds(now - newest.at), scene.noise.level
        why = Why("fade_of_reps", mean, "speed_mps", limit, None, ended.time_s, age, noise)
        may_rest = step is not None and step.kind in RESTS and step.until.time() is not None
        words = phrases.slower_than_first(100.0 * (1.0 - mean / usual), may_rest=may_rest)
        self._compared = self.manners.say(now, CueKind.FADE, CueClass.COACH, words, why)

    def _new_set(self, step: Step) -> None:
        self._set = step.set_id
        self._slow.clear()
        self._first.clear()
        self._advised = self._compared = False
        self.manners.spare(None)


def _counts(ended: StepEnded) -> bool:
    """Was it run whole, and measured?"""
    return ended.reason in _WHOLE and not (ended.cut or ended.estimated or ended.broken)


def _are_alike(one: StepEnded, other: StepEnded) -> bool:
    """Had both the same target, and were both measured by the same source?"""
    first, second = one.step.target, other.step.target
    same = first is not None and second is not None and first.band == second.band
    return same and one.distance_source is other.distance_source


def _slow_under(step: Step, share: float) -> float | None:
    """The speed under which a rep was slow: some per cent under its aim, and outside its range."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    aim, low = pace_of(target.band), target.band.low
    if aim is None or low is None:
        return None
    return min(low, aim * (1.0 - share))
