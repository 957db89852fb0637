"""Two slow reps in a row: advise rest once, and stop asking for more for the rest of the set."""

from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Heard, Rule
from coach.cues.scene import Scene, pace_of
from coach.quantities import Seconds
from coach.session.facts import EndReason, StepEnded, StepStarted, Undone
from coach.workout.timeline import Kind, Quantity, Step

_WHOLE: Final = frozenset({EndReason.DONE, EndReason.MARK})


class Fading(Rule):
    """Counts slow reps of one set by what was measured of them."""

    __slots__ = ("_advised", "_set", "_slow")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin fresh."""
        super().__init__(scene, manners)
        self._set = ""
        self._slow: list[str] = []
        self._advised = False

    def hear(self, event: Heard, now: Seconds) -> None:
        """Count a rep that ended; start again with a new set; take back what an undo takes back."""
        match event:
            case StepEnded(step=step) if step.kind is Kind.WORK:
                self._count(event, now)
            case StepStarted(step=step) if step.kind is Kind.WORK and step.set_id != self._set:
                self._new_set(step)
            case Undone(step_id=step_id) if step_id in self._slow:
                self._slow.remove(step_id)

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
            return
        if ended.step.step_id not in self._slow:
            self._slow.append(ended.step.step_id)
        if len(self._slow) >= self.scene.settings.fade_reps and not self._advised:
            self._advise(ended, slow_under, now)

    def _advise(self, ended: StepEnded, slow_under: float, now: Seconds) -> None:
        why = Why("slow_reps", ended.mean_speed, "speed_mps", slow_under, None, ended.time_s)
        self._advised = True
        self.manners.spare(self._set)
        self.manners.say(now, CueKind.ADVICE, CueClass.COACH, phrases.FADING, why)

    def _new_set(self, step: Step) -> None:
        self._set = step.set_id
        self._slow.clear()
        self._advised = False
        self.manners.spare(None)


def _counts(ended: StepEnded) -> bool:
    """Was it run whole, and measured?"""
    return ended.reason in _WHOLE and not (ended.cut or ended.estimated or ended.broken)


def _slow_under(step: Step, share: float) -> float | None:
    """The speed under which a rep was slow: some per cent under its aim, and outside its range."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    aim, low = pace_of(target.band), target.band.low
    if aim is None or low is None:
        return None
    return min(low, aim * (1.0 - share))
