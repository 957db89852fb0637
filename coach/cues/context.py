"""Has the runner settled after a start? The clock says the least and the most, the signal what lies between.

Standing starts, belts and lagging watches all look the same from here: the speed is still on its way. It has
settled once two means of 5 s in a row agree and there is not much of the way to go; after a bound it is judged
as it is.

The step under way as the rules see it: how long, from what start, how settled, how fast on average.
"""

from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from coach.cues.config import CueSettings
from coach.physiology.cadence import CadenceLine
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.session.session import Session
from coach.signals.freshness import freshness
from coach.signals.noise import Noise
from coach.signals.readings import Freshness, Reading, Source
from coach.signals.signals import Signals
from coach.signals.smoothing import SpeedFilter
from coach.workout.timeline import Band, Kind, Move, Quantity, Steer, Step


class SettlingDetector:
    """Watches the speed from the beginning of a paced step."""

    __slots__ = ("_at", "_before", "_count", "_ends", "_from_above", "_settings", "_sum", "is_steady")

    def __init__(self, settings: CueSettings) -> None:
        """Begin with nothing to wait for."""
        self._settings = settings
        self.is_steady = True
        """Has the speed settled, or is there none to wait for?"""
        self._ends: float | None = None
        self._before: float | None = None
        self._from_above = False
        self._sum = 0.0
        self._count = 0
        self._at = 0.0

    def begin(self, *, paced: bool, from_above: bool) -> None:
        """Begin with a step: is there a speed to wait for, and does the runner come down to it?"""
        self.is_steady = not paced
        self._from_above = from_above
        self._ends = self._before = None

    def take(self, at: float, speed: float, aim: float, noise: float) -> bool:
        """Add a speed (m/s) at the time `at`; was it still changing, so that no mean should remember it?

        `aim` is the target in m/s, `noise` the relative noise of the source.
        """
        settings = self._settings
        if self._ends is None or at - self._at > 2.0 * settings.settle_block_s:
            self._ends, self._sum, self._count, self._before = at + settings.settle_block_s, 0.0, 0, None
        self._at = at
        self._sum += speed
        self._count += 1
        if at < self._ends:
            return False
        mean, before = self._sum / self._count, self._before
        self._ends, self._sum, self._count, self._before = at + settings.settle_block_s, 0.0, 0, mean
        if before is None or abs(mean - before) > aim * max(settings.settle_change, noise):
            return True
        to_go = mean - aim if self._from_above else aim - mean
        self.is_steady = to_go <= aim * settings.settle_near
        return False


UNJUDGED: Final = frozenset({Kind.STRIDE, Kind.HILL, Kind.CHECKLIST, Kind.PROMPT})
"""Steps in which nobody's pace, cadence or power is judged."""
_RUNNING: Final = frozenset(
    {Phase.WORK, Phase.FLOAT, Phase.RECOVERY, Phase.SEND_OFF_REP, Phase.SEND_OFF_REST}
)
_WORK: Final = frozenset({Kind.WORK, Kind.FLOAT, Kind.FARTLEK, Kind.HILL})
_EASIER: Final = frozenset({Kind.FLOAT, Kind.RECOVERY, Kind.COOL_DOWN})
"""Steps a runner comes down to, out of work."""
_PODS: Final = frozenset({Source.POD, Source.POD_2, Source.SIM})
_QUICK_S: Final = 4.0
"""Time constant of the quick filter: a verdict must still be true of the last few seconds."""


@dataclass(frozen=True, slots=True)
class AthleteContext:
    """What is known of the athlete and the day for the whole run."""

    ceiling_bpm: float | None = None
    """The athlete's own heart-rate ceiling; None without one."""
    unit: str = "km"
    """The unit that paces are said per: `km` or `mile`."""
    kinetics: HeartRateKinetics = field(default_factory=HeartRateKinetics)
    """How fast the athlete's heart rate follows the effort."""
    cadence_line: CadenceLine | None = None
    """The athlete's own cadence at a speed; None until enough runs have taught it."""
    heat_sum_f: float | None = None
    """Temperature and dew point added up in Fahrenheit; None without a weather."""


class StepContext:
    """What is known of the step, worked out once at its start; the rules share it."""

    __slots__ = (
        "_aim",
        "_noises",
        "_settle_from_s",
        "_settling",
        "_source",
        "athlete",
        "expected_s",
        "is_standing_start",
        "is_treadmill",
        "length_m",
        "noise",
        "quick",
        "session",
        "settings",
        "settle_s",
        "signals",
        "smooth",
        "spread",
        "step",
    )

    def __init__(
        self,
        settings: CueSettings,
        session: Session,
        signals: Signals,
        athlete: AthleteContext,
    ) -> None:
        """Start before the first step."""
        self.athlete = athlete
        self.settings = settings
        self.session = session
        self.signals = signals
        self.step: Step | None = None
        self.length_m: float | None = None
        self.expected_s: float | None = None
        self.settle_s: float = settings.settle_standing_s
        self.is_standing_start = True
        self.is_treadmill = session.timeline.context.surface == "treadmill"
        self._settle_from_s = 0.0
        self._settling = SettlingDetector(settings)
        self._aim: float | None = None
        self._source: Source | None = None
        self._noises: dict[Source, Noise] = {}
        self.noise = Noise(settings.noise)
        """Of the source heard last."""
        self.smooth = SpeedFilter(settings.smooth_most_s)
        self.quick = SpeedFilter(_QUICK_S)
        self.spread = 1.0
        """How much wider the smoothed speed scatters because a short rep leaves no time to smooth it more."""

    def begin_step(self) -> None:
        """Take in the step the session is at, from its beginning: filters start anew."""
        self.refresh()
        self.is_standing_start = self._starts_standing()
        self.settle_s = self._settle()
        self._settle_from_s = 0.0
        slower = self.step is not None and self.step.kind in _EASIER
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

    def restart_settling(self, now: Seconds, settle_s: float) -> None:
        """Wait once more before the next verdict: the runner resumes, or the target moved."""
        self._settle_from_s = self.session.step_time(now) or 0.0
        self.settle_s = settle_s

    def on_walk(self, now: Seconds) -> None:
        """Wait for a runner who fell into a walk to run again, and remember nothing of it; a start is no walk."""
        if not self._settle_from_s and not self.is_settled(now):
            return
        self.restart_settling(now, self.settings.settle_from_jog_s)
        self._reseed()
        self._settling.begin(paced=self._aim is not None, from_above=False)

    def on_speed(self, reading: Reading, now: Seconds) -> None:
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
        self.smooth.take(at, speed, reading.period_s)
        quick = self.quick.take(at, speed, reading.period_s)
        if not settling.is_steady:
            return
        noise = self.noise
        expected = aim or noise.mean or 0.0
        if quick < self.settings.standing_share * expected or not self.is_settled(now):
            noise.interrupt()
        elif noise.take(at, speed, reading.period_s):
            self._adapt()

    def is_settled(self, now: Seconds, times: float = 1.0) -> bool:
        """Is the settle time (times a factor) over, pauses excluded, and the speed itself steady?"""
        time = self.session.step_time(now)
        if time is None or time - self._settle_from_s < self.settle_s * times:
            return False
        return self._settling.is_steady or time >= self.settings.settle_most_s

    def is_running(self) -> bool:
        """Is a step under way that the clock runs for?"""
        return self.session.phase in _RUNNING

    def is_walking(self, now: Seconds) -> bool:
        """Is the runner walking or standing, by a cadence fresh enough to say so?"""
        cadence = self.signals.cadence()
        return (
            cadence is not None and self.is_live(cadence, now) and cadence.value < self.settings.walking_spm
        )

    def is_unproven(self) -> bool:
        """Does distance come from a pod on a track whose factor is not known yet?"""
        if self.session.timeline.context.surface != "track":
            return False
        if self.signals.distance.last_source() not in _PODS:
            return False
        return self.signals.distance.factor()[1] > self.settings.proven_sd

    def is_live(self, reading: Reading, now: Seconds) -> bool:
        """Is a reading fresh enough to judge by?"""
        return freshness(now - reading.at, reading.period_s) is Freshness.LIVE

    def is_heart_rate_clean(self, now: Seconds) -> bool:
        """Has the heart rate been free of artefacts and of the cadence for long enough to judge by it?"""
        since = self.signals.heart_rate_clean_since()
        return since is not None and now - since >= self.settings.heart_rate_clean_s

    def may_push(self) -> bool:
        """May this step ask anyone for more: is it work, and not on a belt?"""
        return self.step is not None and self.step.kind in _WORK and not self.is_treadmill

    def is_paced(self) -> bool:
        """Does the step have a speed target?"""
        return self.step is not None and has_speed_target(self.step)

    def has_pace_ahead(self) -> bool:
        """Is a step with a speed target still to come?"""
        later = self.session.timeline.steps[self.session.index + 1 :]
        return any(has_speed_target(step) for step in later)

    def follows_light(self) -> bool:
        """Is the step coached in seconds against the light?"""
        return (
            self.is_paced()
            and self.step is not None
            and self.step.steer is Steer.TIME
            and not self.is_treadmill
        )

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
        if came_from is None or came_from in {Kind.CHECKLIST, Kind.PROMPT}:
            return True
        if came_from is not Kind.RECOVERY:
            return False
        steps, index = self.session.timeline.steps, self.session.index
        return 0 < index <= len(steps) and steps[index - 1].move is not Move.JOG

    def _settle(self) -> float:
        settings = self.settings
        if self.is_treadmill:
            return settings.settle_treadmill_s
        if self.is_standing_start:
            return settings.settle_standing_s
        if self.session.came_from() in {Kind.FLOAT, Kind.WORK}:
            return settings.settle_from_float_s
        return settings.settle_from_jog_s


def has_speed_target(step: Step) -> bool:
    """Is the target of a step a speed?"""
    return step.target is not None and step.target.quantity is Quantity.SPEED


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
    if seconds is None and step.rep is not None and step.kind is Kind.WORK:
        seconds = min(rep_s, step.until.cap_s or rep_s)
    return metres, seconds
