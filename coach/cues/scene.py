"""The step under way as the rules see it: how long, from what start, how settled, how fast on average."""

from math import sqrt
from typing import Final

from coach.cues.defaults import CueSettings
from coach.cues.settling import Settling
from coach.cues.view import SessionView, SignalsView
from coach.physiology.cadence import CadenceLine
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.signals.noise import Noise
from coach.signals.readings import CALIBRATED, Freshness, Reading, Source, freshness
from coach.signals.smoothing import SpeedFilter
from coach.workout.kinds import BRIEF, EASING_OFF, ON_LANE, PACED_REPS, QUICK, RESTS, RUN
from coach.workout.timeline import Band, Move, Quantity, Steer, Step

_RUNNING: Final = frozenset(
    {Phase.WORK, Phase.FLOAT, Phase.RECOVERY, Phase.SEND_OFF_REP, Phase.SEND_OFF_REST}
)
_WORK: Final = QUICK - BRIEF
"""Kinds in which a runner may be asked for more."""
_QUICK_S: Final = 4.0
"""Time constant of the quick filter: a verdict must still be true of the last few seconds."""


class Scene:
    """What is known of the step, worked out once at its start; the rules share it."""

    __slots__ = (
        "_aim",
        "_noises",
        "_settle_from_s",
        "_settling",
        "_source",
        "cadence_line",
        "ceiling_bpm",
        "expected_s",
        "heat_sum_f",
        "kinetics",
        "length_m",
        "noise",
        "quick",
        "session",
        "settings",
        "settle_s",
        "signals",
        "smooth",
        "spread",
        "standing",
        "step",
        "treadmill",
        "unit",
    )

    def __init__(
        self,
        settings: CueSettings,
        session: SessionView,
        signals: SignalsView,
        *,
        ceiling_bpm: float | None = None,
        unit: str = "km",
        kinetics: HeartRateKinetics | None = None,
        cadence_line: CadenceLine | None = None,
        heat_sum_f: float | None = None,
    ) -> None:
        """Begin before the first step; `unit` is what paces are said per, `kinetics` how the heart follows.

        `heat_sum_f` is temperature and dew point added up in Fahrenheit; None where the weather was not told.
        """
        self.unit = unit
        self.kinetics = kinetics or HeartRateKinetics()
        self.ceiling_bpm = ceiling_bpm
        self.cadence_line = cadence_line
        self.heat_sum_f = heat_sum_f
        self.settings = settings
        self.session = session
        self.signals = signals
        self.step: Step | None = None
        self.length_m: float | None = None
        self.expected_s: float | None = None
        self.settle_s: float = settings.settle_standing_s
        self.standing = True
        self.treadmill = session.timeline.context.surface == "treadmill"
        self._settle_from_s = 0.0
        self._settling = Settling(settings)
        self._aim: float | None = None
        self._source: Source | None = None
        self._noises: dict[Source, Noise] = {}
        self.noise = Noise(settings.noise)
        """Of the source heard last."""
        self.smooth = SpeedFilter(settings.smooth_most_s)
        self.quick = SpeedFilter(_QUICK_S)
        self.spread = 1.0
        """How much wider the smoothed speed scatters because a short rep leaves no time to smooth it more."""

    def begin(self) -> None:
        """Take in the step the session is at, from its beginning: filters start anew."""
        self.refresh()
        self.standing = self._starts_standing()
        self.settle_s = self._settle()
        self._settle_from_s = 0.0
        slower = self.step is not None and self.step.kind in EASING_OFF
        self._settling.begin(paced=self._aim is not None, from_above=slower)
        self._reseed()
        self.noise.begin(self._aim)
        self._adapt()

    def refresh(self) -> None:
        """Take in a step that was edited on the way; nothing that was learnt of it is lost."""
        self.step = self.session.step
        self.length_m, self.expected_s = _extent(self.step, self.settings.rep_open_s)
        target = None if self.step is None else self.step.target
        paced = target is not None and target.quantity is Quantity.SPEED
        self._aim = pace_of(target.band) if target is not None and paced else None

    def unsettle(self, now: Seconds, settle_s: float) -> None:
        """Wait once more before the next verdict: the runner resumes, or the target moved."""
        self._settle_from_s = self.session.step_time(now) or 0.0
        self.settle_s = settle_s

    def walked(self, now: Seconds) -> None:
        """Wait for a runner who fell into a walk to run again, and remember nothing of it; a start is no walk."""
        if not self._settle_from_s and not self.settled(now):
            return
        self.unsettle(now, self.settings.settle_from_jog_s)
        self._reseed()
        self._settling.begin(paced=self._aim is not None, from_above=False)

    def take_speed(self, reading: Reading, now: Seconds) -> None:
        """Average a speed from where it has settled, and learn its noise from there."""
        at, speed = reading.at, reading.value
        if reading.source is not self._source:
            self._change_source(reading.source)
        aim, settling = self._aim, self._settling
        if not settling.is_steady and aim is not None:
            if (self.session.step_time(now) or 0.0) >= self.settings.settle_most_s:
                settling.is_steady = True
            elif settling.take(at, speed, aim, self.noise.level):
                self._reseed()
        self.smooth.add(at, speed, reading.period_s)
        quick = self.quick.add(at, speed, reading.period_s)
        if not settling.is_steady:
            return
        noise = self.noise
        expected = aim or noise.mean or 0.0
        if quick < self.settings.standing_share * expected or not self.settled(now):
            noise.interrupt()
        elif noise.add(at, speed, reading.period_s):
            self._adapt()

    def settled(self, now: Seconds, times: float = 1.0) -> bool:
        """Is the settle time (times a factor) over, pauses excluded, and the speed itself steady?"""
        time = self.session.step_time(now)
        if time is None or time - self._settle_from_s < self.settle_s * times:
            return False
        return self._settling.is_steady or time >= self.settings.settle_most_s

    def running(self) -> bool:
        """Is a step under way that the clock runs for?"""
        return self.session.phase in _RUNNING

    def walking(self, now: Seconds) -> bool:
        """Is the runner walking or standing, by a cadence fresh enough to say so?"""
        cadence = self.signals.cadence()
        return cadence is not None and self.live(cadence, now) and cadence.value < self.settings.walking_spm

    def unproven(self) -> bool:
        """Does distance come from a pod on a track whose factor is not known yet?"""
        if self.session.timeline.context.surface != "track":
            return False
        if self.signals.distance.last_source() not in CALIBRATED:
            return False
        return self.signals.distance.factor()[1] > self.settings.proven_sd

    def live(self, reading: Reading, now: Seconds) -> bool:
        """Is a reading fresh enough to judge by?"""
        return freshness(now - reading.at, reading.period_s) is Freshness.LIVE

    def heart_is_clean(self, now: Seconds) -> bool:
        """Has the heart rate been free of artefacts and of the cadence for long enough to judge by it?"""
        since = self.signals.heart_rate_clean_since()
        return since is not None and now - since >= self.settings.heart_rate_clean_s

    def pushes(self) -> bool:
        """May this step ask anyone for more: is it work, and not on a belt?"""
        return self.step is not None and self.step.kind in _WORK and not self.treadmill

    def paced(self) -> bool:
        """Does the step have a speed target?"""
        step = self.step
        return step is not None and step.target is not None and step.target.quantity is Quantity.SPEED

    def will_be_paced(self) -> bool:
        """Is a step with a speed target still to come?"""
        later = self.session.timeline.steps[self.session.index + 1 :]
        return any(step.target is not None and step.target.quantity is Quantity.SPEED for step in later)

    def by_light(self) -> bool:
        """Is the step coached in seconds against the light?"""
        return self.paced() and self.step is not None and self.step.steer is Steer.TIME and not self.treadmill

    def _reseed(self) -> None:
        self.smooth.reseed()
        self.quick.reseed()

    def _change_source(self, source: Source) -> None:
        """Go on with another source: its speeds are not mixed with those of the one before."""
        self._source = source
        self.noise.interrupt()
        noise = self._noises.get(source)
        if noise is None:
            noise = self._noises[source] = Noise(self.settings.noise)
        self.noise = noise
        noise.begin(self._aim)
        self._reseed()
        self._adapt()

    def _adapt(self) -> None:
        """Smooth for as long as the noise asks, and for no longer than the rep allows."""
        settings = self.settings
        wanted = settings.smooth_base_s + settings.smooth_per_noise_s * self.noise.level
        wanted = min(max(wanted, settings.smooth_least_s), settings.smooth_most_s)
        tau = wanted
        if self.expected_s is not None:
            tau = min(wanted, max(settings.smooth_rep_s, settings.smooth_rep_share * self.expected_s))
        self.spread = sqrt((wanted + settings.smooth_rep_s) / (tau + settings.smooth_rep_s))
        self.smooth.adapt(tau)

    def _starts_standing(self) -> bool:
        came_from = self.session.came_from()
        if came_from is None or came_from not in RUN:
            return True
        if came_from not in RESTS:
            return False
        steps, index = self.session.timeline.steps, self.session.index
        return 0 < index <= len(steps) and steps[index - 1].move is not Move.JOG

    def _settle(self) -> float:
        settings = self.settings
        if self.treadmill:
            return settings.settle_treadmill_s
        if self.standing:
            return settings.settle_standing_s
        if self.session.came_from() in ON_LANE:
            return settings.settle_from_float_s
        return settings.settle_from_jog_s


def pace_of(band: Band) -> float | None:
    """Give the one number of a band: its aim, else its middle, else its only side."""
    if band.aim is not None:
        return band.aim
    if band.low is not None and band.high is not None:
        return (band.low + band.high) / 2.0
    return band.low if band.low is not None else band.high


def _extent(step: Step | None, rep_s: float) -> tuple[float | None, float | None]:
    """Tell the length of a step in metres and in seconds; a work rep that only a mark ends takes at most `rep_s`."""
    if step is None:
        return None, None
    metres: float | None = step.until.distance()
    seconds: float | None = step.until.time()
    target = step.target
    speed = pace_of(target.band) if target is not None and target.quantity is Quantity.SPEED else None
    if speed:
        if metres is None and seconds is not None:
            metres = seconds * speed
        elif seconds is None and metres is not None:
            seconds = metres / speed
    if seconds is None:
        seconds = step.else_time_s
    if seconds is None and step.rep is not None and step.kind in PACED_REPS:
        seconds = min(rep_s, step.until.cap_s or rep_s)
    return metres, seconds
