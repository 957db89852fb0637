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
        share = _slow_share(ended)
        if share is None or ended.estimated or ended.broken:
            return
        if share <= self.scene.settings.fade_share:
            self._slow.clear()
            return
        if ended.step.step_id not in self._slow:
            self._slow.append(ended.step.step_id)
        if len(self._slow) >= self.scene.settings.fade_reps and not self._advised:
            self._advise(ended, now)

    def _advise(self, ended: StepEnded, now: Seconds) -> None:
        aim = _expected(ended.step)
        assert aim is not None
        low = aim * (1.0 - self.scene.settings.fade_share)
        why = Why("slow_reps", ended.mean_speed, "speed_mps", low, None, ended.time_s)
        self._advised = True
        self.manners.spare(self._set)
        self.manners.say(now, CueKind.ADVICE, CueClass.COACH, phrases.FADING, why)

    def _new_set(self, step: Step) -> None:
        self._set = step.set_id
        self._slow.clear()
        self._advised = False
        self.manners.spare(None)


def _slow_share(ended: StepEnded) -> float | None:
    """How much slower than asked a whole, measured rep was; None where that cannot be said."""
    aim = _expected(ended.step)
    if aim is None or ended.mean_speed is None or ended.reason not in _WHOLE or ended.cut:
        return None
    return 1.0 - ended.mean_speed / aim


def _expected(step: Step) -> float | None:
    """The aim, or the slow edge of a range: whoever stays inside a range is not slow."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    band = target.band
    return band.aim if band.aim is not None else band.low if band.low is not None else pace_of(band)
