"""On a treadmill: footpod and belt disagree. Which of them is right nobody can tell but the runner: one question."""

from coach.cues import notices
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene, pace_of
from coach.quantities import Seconds
from coach.signals.readings import PODS, Reading, Source
from coach.workout.timeline import Quantity


class BeltQuestion(Rule):
    """Asks once a run, after the two have been apart for long enough."""

    __slots__ = ("_asked", "_since")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin unasked."""
        super().__init__(scene, manners)
        self._asked = False
        self._since: float | None = None

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin anew: another step has another belt speed."""
        self._since = None

    def listens(self) -> tuple[Channel, ...]:
        """Listen on a treadmill, until it was asked."""
        wanted = self.scene.treadmill and not self._asked and self.scene.running()
        return (Channel.SPEED,) if wanted else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Compare the pod's smoothed speed with the belt's own, else with the speed the belt was to be set to."""
        settings, value = self.scene.settings, self.scene.smooth.value
        belt = self._belt(value, now)
        if self._asked:
            return
        if reading.source not in PODS or value is None or belt is None or not self.scene.settled(now):
            self._since = None
            return
        if abs(value / belt - 1.0) <= settings.belt_share:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        held = Seconds(now - self._since)
        if held < settings.belt_hold_s:
            return
        low, high = belt * (1.0 - settings.belt_share), belt * (1.0 + settings.belt_share)
        why = Why("pod_against_belt", value, "speed_mps", low, high, held, Seconds(now - reading.at))
        words = notices.pod_against_belt(value, belt)
        if self.manners.say(now, CueKind.PROMPT, CueClass.INFO, words, why):
            self._asked = True

    def _belt(self, pod: float | None, now: Seconds) -> float | None:
        """The belt's speed in m/s: as it says itself, else as it was to be set; None where neither is known.

        A belt that may be set to anything of a range, and a pod that says a speed of it, do not disagree.
        """
        told = self.scene.signals.speed_of(Source.TREADMILL)
        if told is not None and self.scene.live(told, now):
            return told.value or None
        target = self.scene.session.target_now(now)
        if target is None or target.quantity is not Quantity.SPEED or target.estimated:
            return None
        low, high = target.band.low, target.band.high
        if low is not None and high is not None and pod is not None and low <= pod <= high:
            return None
        return pace_of(target.band) or None
