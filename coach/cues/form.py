"""Cues about form when the cadence drops in the last third of a rep, for runners who switched them on.

The runner's own cadence at a speed must be known from at least three runs (`coach.learnt`), because a drop that the
speed explains is no loss of form.
"""

from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueKind, Why
from coach.cues.rule import Rule, Subscription
from coach.quantities import Seconds
from coach.signals.readings import Reading, is_stale
from coach.signals.smoothing import Ema
from coach.workout.kinds import PACED_REPS

_SMOOTH_S = 5.0
"""Time constant of the judged cadence, which smooths single odd strides."""


class FormRule(Rule):
    """Compares the cadence of the last third of a rep with that of the first two."""

    __slots__ = ("_baseline", "_count", "_record", "_sample_at", "_since", "_smooth", "_turn")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with the first of the phrases."""
        super().__init__(context, arbiter)
        self._turn = 0
        self._smooth = Ema(_SMOOTH_S)
        self._baseline = 0.0
        self._count = 0
        self._since: float | None = None
        self._sample_at = 0.0
        self._record = arbiter.record("cadence_drop")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start a rep with no baseline."""
        self._baseline = 0.0
        self._count = 0
        self._since = None
        self._record.reset()
        self._smooth.reseed()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe in paced work if the runner wants it and their cadence is known."""
        step, context = self.context.step, self.context
        if not context.settings.form_cues or context.athlete.cadence_line is None or not context.is_running():
            return ()
        is_wanted = (
            step is not None and step.kind in PACED_REPS and context.is_paced() and not context.is_treadmill
        )
        return (Subscription.CADENCE, Subscription.SPEED) if is_wanted else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Add to the baseline; in the last third, compare the cadence with it and with the runner's usual cadence."""
        context = self.context
        newest, speed = context.signals.cadence(), context.smooth.value
        if (
            self._record.was_said()
            or speed is None
            or newest is None
            or newest != reading
            or not context.is_settled(now)
        ):
            return
        if is_stale(now - self._sample_at, reading.period_s) or context.is_walking(now):
            self._since = None  # a hold must have no gap
        self._sample_at = now
        self._smooth.add(reading.at, reading.value, reading.period_s)
        share, line = self._share_done(now), context.athlete.cadence_line
        usual = None if line is None else line.at(speed)
        if share is None or usual is None or self._smooth.value is None:
            return
        if share < context.settings.form_from_share:
            self._count += 1
            self._baseline += (self._smooth.value - usual - self._baseline) / self._count
        elif self._count:
            self._hold(usual, now, reading)

    def _hold(self, usual: float, now: Seconds, reading: Reading) -> None:
        """Call the drop once it has lasted: below the rep's baseline and below the usual cadence."""
        settings, value = self.context.settings, self._smooth.value
        assert value is not None
        least = min(usual, usual + self._baseline) - settings.form_drop_spm
        if value > least:
            self._since = None
            return
        since = self._since = now if self._since is None else self._since
        held_s = Seconds(now - since)
        if held_s < settings.form_hold_s:
            return
        why = Why("cadence_drop", value, "cadence_spm", least, None, held_s, Seconds(now - reading.at))
        form = self.phrases.language.form
        words = form[self._turn % len(form)]
        if self.arbiter.advise(now, CueKind.FORM, words, why):
            self._record.note(now)
            self._turn += 1

    def _share_done(self, now: Seconds) -> float | None:
        """Return how much of the rep is run, 0 to 1; None if its metres are bridged over a gap."""
        step = self.context.step
        is_by_distance = step is not None and step.until.distance() is not None
        if is_by_distance and self.context.session.is_estimated(now):
            return None
        return self.context.share_done(now)
