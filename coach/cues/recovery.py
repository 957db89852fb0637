"""A jog that has turned into standing: said once a set, for legs that stand stiffen and clear less.

Never of a walk or a stand, which the workout asked for, nor of the rest of a send-off, which is waited for at the
line. Source: none of the trials speaks of single workouts; that jogging clears lactate faster than standing is old
and undisputed, and a workout whose recovery is a jog was meant so.
"""

from typing import Final

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.signals.readings import Reading
from coach.workout.timeline import DistanceEnd, Kind, Move, TimeEnd

_WITH_AN_END: Final = (TimeEnd, DistanceEnd)
"""A rest that ends when somebody presses is spent as they like."""


class StandingRest(Rule):
    """Watches the feet in a jogged recovery."""

    __slots__ = ("_said", "_watch")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Begin with a runner who jogs."""
        super().__init__(context, arbiter)
        self._watch = BandMonitor()
        self._said = arbiter.record("standing_rest")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin with a runner who jogs."""
        self._watch.reset()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Listen to the feet in a recovery that is to be jogged, unless its set has heard of it."""
        step = self.context.step
        if step is None or step.kind is not Kind.RECOVERY or step.move is not Move.JOG:
            return ()
        if self.context.session.phase is not Phase.RECOVERY or self._said.was_said_of(step.set_id):
            return ()
        return (
            (Subscription.CADENCE,) if any(isinstance(end, _WITH_AN_END) for end in step.until.ends) else ()
        )

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Say it when the feet have stood for long enough, with enough of the recovery left."""
        settings, session, step = self.context.settings, self.context.session, self.context.step
        if reading.value >= settings.standing_spm:
            self._watch.interrupt()
            return
        time, speed = session.step_time(now), self.context.signals.speed()
        if time is None or step is None or time < settings.standing_from_s:
            return
        if speed is not None and self.context.is_live(speed, now) and speed.value > settings.standing_mps:
            self._watch.interrupt()  # no standing runner moves: it is the sensor that counts no steps
            return
        side = self._watch.update(now, reading.value, settings.standing_spm, None, 0.0)
        held = self._watch.held_s(now)
        if side is not Side.LOW or held < settings.standing_hold_s or self._said.was_said_of(step.set_id):
            return
        end = session.expected_end(now)
        if end is not None and end - now < settings.standing_left_s:
            return
        age = Seconds(now - reading.at)
        why = Why(
            "standing_rest", reading.value, "cadence_spm", settings.standing_spm, None, Seconds(held), age
        )
        if self.arbiter.advise(now, CueKind.ADVICE, phrases.KEEP_JOGGING, why, gross=True):
            self._said.note(now, step.set_id)
