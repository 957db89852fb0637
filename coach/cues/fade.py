"""Fading within a rep: its second half against its own first half. One word a set, for who can still mend it.

The first part of the rep is what the runner can do today, so it is the measure; on target there is no fade, whatever
the first part was. Who was asked to ease off did as told: what was run before does not count.
"""

from math import sqrt

from coach.cues import phrases
from coach.cues.cue import CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Heard, Rule
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.session.facts import PhaseChanged
from coach.session.phases import Phase
from coach.signals.readings import Freshness, Reading, Source, freshness
from coach.workout.kinds import PACED_REPS
from coach.workout.timeline import Target

_EASED = frozenset(
    {CueKind.TOO_FAST, CueKind.START_TOO_FAST, CueKind.AHEAD_OF_LIGHT, CueKind.HEART_RATE_HIGH}
)
"""After these a slower runner is an obedient one."""


class FadeInRep(Rule):
    """Holds the smoothed speed of a rep's second half against the mean of its first."""

    __slots__ = ("_first_s", "_first_sum", "_over", "_said_of", "_since", "_source", "_taken_at", "_target")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with nothing known of any rep."""
        super().__init__(scene, manners)
        self._said_of: str | None = None
        self._over = False
        self._source: Source | None = None
        self._target: Target | None = None
        self._taken_at = 0.0
        self._first_s = self._first_sum = 0.0
        self._since: float | None = None

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin a rep with nothing known of its speed; the word for another set may be said again."""
        step = self.scene.step
        self._over = step is not None and step.set_id == self._said_of
        self._target = None
        self._restart()

    def hear(self, event: Heard, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Let go of a rep broken by a pause: rested legs say nothing of tired ones."""
        if isinstance(event, PhaseChanged) and event.phase is Phase.PAUSED:
            self._over = True

    def listens(self) -> tuple[Channel, ...]:
        """Listen to work long enough to fade in, at one pace that was measured and asks for something."""
        scene, step = self.scene, self.scene.step
        if step is None or step.target is None or step.kind not in PACED_REPS or not scene.paced():
            return ()
        if step.target.estimated or step.target.ramp is not None or step.target.band.low is None:
            return ()
        if not scene.running() or not scene.pushes() or scene.session.clock_mode:
            return ()
        settings, metres, seconds = scene.settings, scene.length_m, scene.expected_s
        by_distance = metres is not None and metres >= settings.fade_in_from_m
        by_time = seconds is not None and seconds >= settings.fade_in_from_s
        return (Channel.SPEED,) if by_distance or by_time else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Take in the first half; in the second, hold the smoothed speed against it."""
        scene, smooth, target = self.scene, self.scene.smooth.value, self.scene.session.target_now(now)
        if self._over or smooth is None or target is None or not scene.settled(now):
            return
        if target is not self._target or reading.source is not self._source or self._was_eased():
            self._target, self._source = target, reading.source
            self._restart()
        gap_s, self._taken_at = now - self._taken_at, now
        share, low = self._share_done(now), target.band.low
        if share is not None and share < scene.settings.fade_in_after:
            self._first_sum += reading.value * reading.period_s
            self._first_s += reading.period_s
            return
        if share is None or low is None or smooth >= low or self._first_s < scene.settings.fade_in_first_s:
            self._since = None
            return
        if scene.walking(now) or scene.session.estimated(now):
            self._since = None
            return
        if freshness(gap_s, reading.period_s) is not Freshness.LIVE:
            self._since = None  # a hold across a gap would count what nobody saw
        self._hold(smooth, low, reading, now)

    def _hold(self, smooth: float, low: float, reading: Reading, now: Seconds) -> None:
        """Speak once it has lasted: under the first half by more than chance, and under the band."""
        scene, settings, quick = self.scene, self.scene.settings, self.scene.quick.value
        first = self._first_sum / self._first_s
        limit = first * (1.0 - self._threshold())
        edge = low * (1.0 - settings.unproven_band * scene.unproven())
        if quick is None or smooth >= min(limit, edge) or quick < first * settings.line_eased_share:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        held = now - self._since
        least_s = settings.fade_in_hold_s * (settings.unproven_factor if scene.unproven() else 1.0)
        is_mending = quick > smooth + first * max(settings.mending, scene.noise.level)
        if held < least_s or is_mending:
            return
        window, age = Seconds(scene.smooth.window_s), Seconds(now - reading.at)
        why = Why("fade_in_rep", smooth, "speed_mps", min(limit, edge), None, window, age, scene.noise.level)
        if self.manners.advise(now, CueKind.FADE, phrases.FADE, why):
            self._over = True
            self._said_of = None if scene.step is None else scene.step.set_id

    def _threshold(self) -> float:
        """The least loss that is no chance, as a share of the first half: both means have their noise."""
        scene, settings = self.scene, self.scene.settings
        weight, window = scene.smooth.weight, scene.smooth.window_s
        filling = (2.0 - weight) / weight
        by_chance = scene.noise.level * scene.spread * sqrt(filling + window / self._first_s)
        return max(settings.fade_in_share, settings.alarm_times * by_chance)

    def _was_eased(self) -> bool:
        """Was the runner asked to ease off since this rep was last taken in?"""
        last = self.manners.last_verdict
        return last is not None and last.kind in _EASED and last.at >= self._taken_at

    def _share_done(self, now: Seconds) -> float | None:
        """How much of the rep is run, 0 to 1, by its metres or else its time; None where nothing says."""
        session, step = self.scene.session, self.scene.step
        length = None if step is None else step.until.distance()
        if length is not None:
            metres = session.step_metres(now)
            return None if metres is None else metres / length
        lasting, time = None if step is None else step.until.time(), session.step_time(now)
        return None if not lasting or time is None else time / lasting

    def _restart(self) -> None:
        self._first_s = self._first_sum = 0.0
        self._since = None
