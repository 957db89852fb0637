"""Heat in which nobody should run hard: said at the start of the run, and again before the first hard step."""

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Heard, Rule
from coach.cues.scene import Scene
from coach.physiology.heat import CAUTION_SUM_F
from coach.quantities import Seconds
from coach.session.facts import StepStarted
from coach.workout.effort_day import is_too_hot
from coach.workout.kinds import HARD


class HeatCaution(Rule):
    """Cautions by the weather the run was told; a target cannot be raised then (`coach.session.edits`)."""

    __slots__ = ("_said", "_said_of_work")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with nothing said."""
        super().__init__(scene, manners)
        self._said = False
        self._said_of_work = False

    def hear(self, event: Heard, now: Seconds) -> None:
        """Speak at the first step, and at the first hard one."""
        if not isinstance(event, StepStarted) or not is_too_hot(self.scene.heat_sum_f):
            return
        hard = event.step.kind in HARD
        if self._said and (self._said_of_work or not hard):
            return
        why = Why("heat", self.scene.heat_sum_f, "heat_sum_f", None, CAUTION_SUM_F)
        self.manners.say(now, CueKind.HEAT, CueClass.SAFETY, phrases.TOO_HOT, why)
        self._said = True
        self._said_of_work = self._said_of_work or hard
