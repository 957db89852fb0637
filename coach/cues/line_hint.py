"""The runner eases where their own line is. Three times in a row some way off ours, and the line is in question.

Distance drifts by a few metres a lap, and a runner who knows the track runs to the painted line, not to the pod's.
Where speed falls after a rep tells where that line was; it is told in the rest, shown and not spoken, with the key.
"""

from collections import deque
from typing import Final

from coach.cues import notices
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Heard, Rule, deadline
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.session.facts import EndReason, StepEnded, StepStarted, Undone
from coach.signals.readings import PODS, Reading
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import Move, Step

_KEPT: Final = 60
"""Speeds kept: half a minute at twice a second, a minute at once."""


class LineHint(Rule):
    """Remembers where the speed fell after each rep of a set."""

    __slots__ = ("_ended", "_offsets", "_said", "_set", "_speeds")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with no rep run."""
        super().__init__(scene, manners)
        self._speeds: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        self._offsets: list[float] = []
        self._ended: StepEnded | None = None
        self._set = ""
        self._said = False

    def hear(self, event: Heard, now: Seconds) -> None:
        """Note a rep that ended by distance; look some seconds later where the speed fell."""
        match event:
            case StepEnded(step=step) if step.kind in PACED_REPS:
                self._begin_set(step)
                self._ended = event if self._counts(event) else None
                self.due = deadline(now, self.scene.settings.line_look_s) if self._ended else self.due
            case StepStarted(step=step) if self._ended is not None and not _slows(step):
                self._ended = None
            case Undone():
                self._ended = None

    def listens(self) -> tuple[Channel, ...]:
        """Listen to the speed on a track, in reps by distance and the rests after them."""
        on_track = self.scene.session.timeline.context.surface == "track"
        return (Channel.SPEED,) if on_track and self.scene.running() and not self._said else ()

    def judge(self, reading: Reading, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Keep the speed."""
        self._speeds.append((reading.at, reading.value))

    def settle(self, now: Seconds) -> None:
        """Find where the speed fell; after three alike, say so."""
        self.due = float("inf")
        ended, self._ended = self._ended, None
        if ended is None or ended.mean_speed is None:
            return
        settings = self.scene.settings
        fell = self._fell_at(ended.mean_speed * settings.line_eased_share, ended.ended_at)
        if fell is None:
            self._offsets.clear()
            return
        self._offsets.append((fell - settings.line_lag_s - ended.ended_at) * ended.mean_speed)
        last = self._offsets[-settings.line_reps :]
        mean = sum(last) / len(last)
        alike = max(last) - min(last) <= settings.line_alike_m
        if len(last) < settings.line_reps or not alike or abs(mean) < settings.line_least_m:
            return
        window = Seconds(settings.line_look_s)
        why = Why("line_of_the_runner", mean, "metres_m", None, None, window)
        if self.manners.say(
            now, CueKind.CALIBRATION, CueClass.INFO, notices.line_hint(mean), why, spoken=False
        ):
            self._said = True

    def _fell_at(self, under: float, ended_at: float) -> float | None:
        """When the speed fell under a bound for good, around the end of a rep; None where it did not, or began so."""
        look = self.scene.settings.line_look_s
        near = [(at, speed) for at, speed in self._speeds if abs(at - ended_at) <= look]
        if not near or near[-1][1] > under or near[0][1] <= under:
            return None
        above = next(place for place in range(len(near) - 1, -1, -1) if near[place][1] > under)
        (before, high), (after, low) = near[above], near[above + 1]
        return before + (after - before) * (high - under) / (high - low)

    def _counts(self, ended: StepEnded) -> bool:
        """Did a pod end it by its distance, with nothing estimated and nothing moved?"""
        whole = ended.reason is EndReason.DONE and not (ended.estimated or ended.broken or ended.cut)
        return whole and ended.step.until.distance() is not None and ended.distance_source in PODS

    def _begin_set(self, step: Step) -> None:
        if step.set_id != self._set:
            self._set = step.set_id
            self._offsets.clear()
            self._said = False


def _slows(step: Step) -> bool:
    """Does one slow down for this step: a rest, jogged or walked?"""
    return step.kind in RESTS and step.move in {Move.JOG, Move.WALK, Move.STAND}
