"""Form: the feet slow down before the legs do. One cue a rep in its last third, for who wants it.

It is said only to a runner whose own cadence at speed is known from at least three runs (`coach.learnt`): a drop that
the speed explains is no loss of form, and nobody is held against somebody else's cadence.
"""

from coach.cues import phrases
from coach.cues.cue import CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.signals.readings import Freshness, Reading, freshness
from coach.signals.smoothing import Ema
from coach.workout.kinds import PACED_REPS

_SMOOTH_S = 5.0
"""Time constant of the judged cadence: one odd stride among a dozen is nothing."""


class FormRule(Rule):
    """Holds the cadence of the last third of a rep against that of its first two."""

    __slots__ = ("_baseline", "_count", "_said", "_since", "_smooth", "_taken_at", "_turn")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with the first of the words."""
        super().__init__(scene, manners)
        self._turn = 0
        self._smooth = Ema(_SMOOTH_S)
        self._baseline = 0.0
        self._count = 0
        self._since: float | None = None
        self._taken_at = 0.0
        self._said = False

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin a rep with nothing known of its cadence."""
        self._baseline = 0.0
        self._count = 0
        self._since = None
        self._said = False
        self._smooth.reseed()

    def listens(self) -> tuple[Channel, ...]:
        """Listen in paced work of a runner who wants it and whose habit is known."""
        step, scene = self.scene.step, self.scene
        if not scene.settings.form_cues or scene.cadence_line is None or not scene.running():
            return ()
        wanted = step is not None and step.kind in PACED_REPS and scene.paced() and not scene.treadmill
        return (Channel.CADENCE, Channel.SPEED) if wanted else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Take in a cadence; in the last third, hold it against what the first two and the habit say."""
        scene = self.scene
        newest, speed = scene.signals.cadence(), scene.smooth.value
        if self._said or speed is None or newest is None or newest != reading or not scene.settled(now):
            return
        if freshness(now - self._taken_at, reading.period_s) is not Freshness.LIVE or scene.walking(now):
            self._since = None  # a hold across a gap would count what nobody saw
        self._taken_at = now
        self._smooth.add(reading.at, reading.value, reading.period_s)
        share, line = self._share_done(now), scene.cadence_line
        usual = None if line is None else line.at(speed)
        if share is None or usual is None or self._smooth.value is None:
            return
        if share < scene.settings.form_from_share:
            self._count += 1
            self._baseline += (self._smooth.value - usual - self._baseline) / self._count
        elif self._count:
            self._hold(usual, now, reading)

    def _hold(self, usual: float, now: Seconds, reading: Reading) -> None:
        """Speak once it has been under for long enough: under its own rep, and under the habit."""
        settings, value = self.scene.settings, self._smooth.value
        assert value is not None
        least = min(usual, usual + self._baseline) - settings.form_drop_spm
        if value > least:
            self._since = None
            return
        since = self._since = now if self._since is None else self._since
        held = Seconds(now - since)
        if held < settings.form_hold_s:
            return
        why = Why("cadence_drop", value, "cadence_spm", least, None, held, Seconds(now - reading.at))
        words = phrases.FORM[self._turn % len(phrases.FORM)]
        if self.manners.advise(now, CueKind.FORM, words, why):
            self._said = True
            self._turn += 1

    def _share_done(self, now: Seconds) -> float | None:
        """How much of the rep is run, 0 to 1, by its metres or else its time."""
        session, step = self.scene.session, self.scene.step
        length = None if step is None else step.until.distance()
        metres = session.step_metres(now)
        if length is not None:
            return None if metres is None or session.estimated(now) else metres / length
        lasting = None if step is None else step.until.time()
        time = session.step_time(now)
        return None if not lasting or time is None else time / lasting
