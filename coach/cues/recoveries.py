"""A jog that has turned into standing: said once a set, for legs that stand stiffen and clear less.

Never of a walk or a stand, which the workout asked for, nor of the rest of a send-off, which is waited for at the
line. Source: none of the trials speaks of single workouts; that jogging clears lactate faster than standing is old
and undisputed, and a workout whose recovery is a jog was meant so.
"""

from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.signals.readings import Reading
from coach.workout.kinds import RESTS
from coach.workout.timeline import DistanceEnd, Move, TimeEnd

_WITH_AN_END: Final = (TimeEnd, DistanceEnd)
"""A rest that ends when somebody presses is spent as they like."""


class StandingRest(Rule):
    """Watches the feet in a jogged recovery."""

    __slots__ = ("_said_of", "_watch")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with a runner who jogs."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._said_of: str | None = None

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin with a runner who jogs."""
        self._watch.forget()

    def listens(self) -> tuple[Channel, ...]:
        """Listen to the feet in a recovery that is to be jogged, unless its set has heard of it."""
        step = self.scene.step
        if step is None or step.kind not in RESTS or step.move is not Move.JOG:
            return ()
        if self.scene.session.phase is not Phase.RECOVERY or step.set_id == self._said_of:
            return ()
        return (Channel.CADENCE,) if any(isinstance(end, _WITH_AN_END) for end in step.until.ends) else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Say it when the feet have stood for long enough, with enough of the recovery left."""
        settings, session, step = self.scene.settings, self.scene.session, self.scene.step
        if reading.value >= settings.standing_spm:
            self._watch.interrupt()
            return
        time, speed = session.step_time(now), self.scene.signals.speed()
        if time is None or step is None or time < settings.standing_from_s:
            return
        if speed is not None and self.scene.live(speed, now) and speed.value > settings.standing_mps:
            self._watch.interrupt()  # no standing runner moves: it is the sensor that counts no steps
            return
        side = self._watch.take(now, reading.value, settings.standing_spm, None, 0.0)
        held = self._watch.held_s(now)
        if side is not Side.LOW or held < settings.standing_hold_s or step.set_id == self._said_of:
            return
        end = session.expected_end(now)
        if end is not None and end - now < settings.standing_left_s:
            return
        age = Seconds(now - reading.at)
        why = Why(
            "standing_rest", reading.value, "cadence_spm", settings.standing_spm, None, Seconds(held), age
        )
        if self.manners.advise(now, CueKind.ADVICE, phrases.KEEP_JOGGING, why, gross=True):
            self._said_of = step.set_id
