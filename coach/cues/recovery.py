"""Asks a runner who stands in a jogged recovery to jog, once a set: jogging clears lactate faster than standing.

It is not asked where the workout has a walk or a stand, nor in the rest of a send-off, which is spent at the line. No
trial of single workouts is known.
"""

from typing import Final

from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.signals.readings import Reading
from coach.workout.kinds import RESTS
from coach.workout.timeline import DistanceEnd, Move, TimeEnd

_WITH_AN_END: Final = (TimeEnd, DistanceEnd)
"""Ends of a recovery with a known length. In a recovery that a press ends the runner may stand."""


class StandingRest(Rule):
    """Watches the cadence in a jogged recovery."""

    __slots__ = ("_monitor", "_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with a runner who jogs."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor()
        self._record = arbiter.record("standing_rest")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start with a runner who jogs."""
        self._monitor.reset()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the cadence in a recovery that is to be jogged, unless it was called in this set."""
        step = self.context.step
        if step is None or step.kind not in RESTS or step.move is not Move.JOG:
            return ()
        if self.context.session.phase is not Phase.RECOVERY or self._record.was_said_of(step.set_id):
            return ()
        return (
            (Subscription.CADENCE,) if any(isinstance(end, _WITH_AN_END) for end in step.until.ends) else ()
        )

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Ask for a jog if the runner has stood for long enough and enough of the recovery is left."""
        settings, session, step = self.context.settings, self.context.session, self.context.step
        if reading.value >= settings.standing_spm:
            self._monitor.interrupt()
            return
        time_s, speed = session.step_time(now), self.context.signals.speed()
        if time_s is None or step is None or time_s < settings.standing_from_s:
            return
        if speed is not None and self.context.is_live(speed, now) and speed.value > settings.standing_mps:
            self._monitor.interrupt()  # the runner moves, so the sensor counts no steps
            return
        side = self._monitor.update(now, reading.value, settings.standing_spm, None, 0.0)
        held_s = self._monitor.held_s(now)
        if side is not Side.LOW or held_s < settings.standing_hold_s or self._record.was_said_of(step.set_id):
            return
        end = session.expected_end(now)
        if end is not None and end - now < settings.standing_left_s:
            return
        age_s = Seconds(now - reading.at)
        why = Why(
            "standing_rest", reading.value, "cadence_spm", settings.standing_spm, None, Seconds(held_s), age_s
        )
        if self.arbiter.advise(now, CueKind.ADVICE, self.phrases.language.keep_jogging, why, is_gross=True):
            self._record.note(now, step.set_id)
