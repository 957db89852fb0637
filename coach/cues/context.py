"""What the rules share of the step under way: its length, its start, and the settled, smoothed speed with its noise."""

from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.cue import Phrases, Settling
from coach.cues.language import LANGUAGES
from coach.physiology.heart_rate import HeartRateKinetics
from coach.physiology.performance import CadenceLine
from coach.quantities import Seconds
from coach.session.phases import Phase
from coach.session.session import Session
from coach.signals.readings import Reading, Source, is_live
from coach.signals.signals import Signals
from coach.signals.smoothing import Ema, Noise, RecentMean, SpeedFilter
from coach.workout.kinds import (
    BRIEF,
    EASING_OFF,
    JUDGED,
    LIMITED,
    ON_LANE,
    PACED_REPS,
    QUICK,
    RESTS,
    RUN,
)
from coach.workout.timeline import Band, CoachBy, Limits, Move, Quantity, Step, limits_of

_OFF_TRACK: Final = frozenset({"road", "grass", "trail"})
"""Surfaces with hills; one that is not given may be a track."""
_RUNNING: Final = frozenset(
    {Phase.WORK, Phase.FLOAT, Phase.RECOVERY, Phase.SEND_OFF_REP, Phase.SEND_OFF_REST}
)
_WORK: Final = QUICK - BRIEF
"""Kinds of step in which a runner may be asked for more speed."""


class SettlingDetector:
    """Decides when the speed has settled after the start of a paced step.

    Standing starts, belts and lagging watches look the same: the speed is still changing. It has settled once two
    successive means of 5 s agree and are close to the target.
    """

    __slots__ = (
        "_at",
        "_block_ends_at",
        "_count",
        "_is_from_above",
        "_previous_mean",
        "_settings",
        "_sum",
        "is_steady",
    )

    def __init__(self, settings: CueSettings) -> None:
        """Start with nothing to wait for."""
        self._settings = settings
        self.is_steady = True
        """True once the speed has settled, or if the step has no pace."""
        self._block_ends_at: float | None = None
        self._previous_mean: float | None = None
        self._is_from_above = False
        self._sum = 0.0
        self._count = 0
        self._at = 0.0

    def begin(self, *, is_paced: bool, is_from_above: bool) -> None:
        """Start a step; `is_from_above` means that the runner slows down to its pace."""
        self.is_steady = not is_paced
        self._is_from_above = is_from_above
        self._block_ends_at = self._previous_mean = None

    def update(self, at: float, speed: float, aim: float, noise: float) -> bool:
        """Add a speed (m/s) at the time `at`; return True if it is still changing, so that no mean should include it.

        `aim` is the target in m/s, `noise` the relative noise of the source.
        """
        settings = self._settings
        if self._block_ends_at is None or at - self._at > 2.0 * settings.settle_block_s:
            self._block_ends_at, self._sum, self._count, self._previous_mean = (
                at + settings.settle_block_s,
                0.0,
                0,
                None,
            )
        self._at = at
        self._sum += speed
        self._count += 1
        if at < self._block_ends_at:
            return False
        mean, previous_mean = self._sum / self._count, self._previous_mean
        self._block_ends_at, self._sum, self._count, self._previous_mean = (
            at + settings.settle_block_s,
            0.0,
            0,
            mean,
        )
        if previous_mean is None or abs(mean - previous_mean) > aim * max(settings.settle_change, noise):
            return True
        change_left = mean - aim if self._is_from_above else aim - mean
        self.is_steady = change_left <= aim * settings.settle_near
        return False


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


_IN_ALL_RUNNING: Final = frozenset({Quantity.HEART_RATE, Quantity.METRIC})
"""Quantities whose targets are judged uphill too, where pace, power and cadence are what the slope makes of them."""


class StepContext:
    """What is known of the step; it is read once at its start and shared by all rules."""

    __slots__ = (
        "_aim",
        "_caps",
        "_conditions_due",
        "_cost",
        "_follows_light",
        "_is_track",
        "_limits",
        "_noise_by_source",
        "_settle_from_s",
        "_settling",
        "_source",
        "_swing",
        "athlete",
        "expected_s",
        "is_standing_start",
        "is_treadmill",
        "length_m",
        "noise",
        "phrases",
        "recent",
        "session",
        "settings",
        "settle_s",
        "signals",
        "smooth",
        "speed_factor",
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
        self.phrases = Phrases(LANGUAGES[settings.language])
        self.session = session
        self.signals = signals
        self.step: Step | None = None
        self.length_m: float | None = None
        self.expected_s: float | None = None
        self.settle_s: float = settings.settle_standing_s
        self.is_standing_start = True
        self.is_treadmill = session.timeline.context.surface == "treadmill"
        self._is_track = session.timeline.context.surface == "track"
        self._settle_from_s = 0.0
        self._follows_light = False
        self._settling = SettlingDetector(settings)
        self._aim: float | None = None
        self._caps: dict[Quantity, Band] = {}
        self._limits: dict[Quantity, tuple[bool, Limits | None]] = {}
        """The limits of each quantity that was asked for; True before those of a ramp, which move."""
        self._source: Source | None = None
        self.speed_factor = 1.0
        """By which the speeds of the source are corrected; what was added up by another is void."""
        self._noise_by_source: dict[Source, Noise] = {}
        self.noise = Noise(settings.noise)
        """The noise of the source of the newest speed."""
        self.smooth = SpeedFilter(settings.smooth_most_s)
        self.recent = RecentMean(settings.true_s)
        """The speed of the last seconds, which a verdict must still be true of."""
        self._swing = LapSwing(session.timeline.context.lap_m)
        self._cost = HeartRateCost()
        self._conditions_due = 0.0
        self.spread = 1.0
        """How much wider the smoothed speed scatters because a short rep leaves less time to smooth it."""

    def begin_step(self) -> None:
        """Read the step under way and start the filters anew."""
        self.refresh()
        self.is_standing_start = self._starts_from_standing()
        self.settle_s = self._settle_time_s()
        self._settle_from_s = 0.0
        is_slowing_down = self.step is not None and self.step.kind in EASING_OFF
        self._settling.begin(is_paced=self._aim is not None, is_from_above=is_slowing_down)
        self._reseed()
        self._swing.begin_step()
        self._conditions_due = 0.0
        self.noise.begin(self._aim)
        self._adapt()

    def refresh(self) -> None:
        """Read a step that was edited while under way; the filters go on."""
        self.step = self.session.step
        self.length_m, self.expected_s = extent_of(self.step, self.settings.rep_open_s)
        target = None if self.step is None else self.step.target
        is_paced = target is not None and target.quantity is Quantity.SPEED
        self._aim = target.band.nominal if target is not None and is_paced else None
        is_by_time = self.step is not None and self.step.steer is CoachBy.TIME
        self._follows_light = is_paced and is_by_time and not self.is_treadmill
        self._limits.clear()
        self._caps.clear()
        if self.step is None or self.step.kind not in LIMITED:
            return
        for cap in self.step.caps:
            if not cap.estimated and cap.quantity is not Quantity.METRIC:
                self._caps[cap.quantity] = self._caps.get(cap.quantity, Band()).narrowed(cap.band)

    def is_limited(self, quantity: Quantity) -> bool:
        """Return True if the step is judged in a quantity: by its target, or by a cap."""
        return quantity in self._caps or self._is_judged_in(quantity)

    def limits(self, quantity: Quantity, now: Seconds) -> Limits | None:
        """Return what the step asks of a quantity at this moment, ramps resolved; None if it asks nothing.

        A target is judged in its own quantity and in no other. External metrics, of which there may be several, are
        not asked for here.
        """
        entry = self._limits.get(quantity)
        if entry is not None and not entry[0]:
            return entry[1]
        target = self.session.target_now(now) if self._is_judged_in(quantity) else None
        is_moving = target is not None and self.step is not None and target is not self.step.target
        limits = limits_of(target, self._caps.get(quantity))
        self._limits[quantity] = (is_moving, limits)
        return limits

    def _is_judged_in(self, quantity: Quantity) -> bool:
        """Return True if the target of the step may be called, in this quantity."""
        step = self.step
        if step is None or step.target is None or step.target.quantity is not quantity:
            return False
        if step.target.estimated:
            return False
        return step.kind in (LIMITED if quantity in _IN_ALL_RUNNING else JUDGED)

    def restart_settling(self, now: Seconds, settle_s: float) -> None:
        """Wait for the settle time once more: the runner resumes, or the target changed."""
        self._settle_from_s = self.session.step_time(now) or 0.0
        self.settle_s = settle_s

    def on_walk(self, now: Seconds) -> None:
        """Restart the settle time for a runner who walks; walking before the speed has settled changes nothing."""
        if not self._settle_from_s and not self.is_settled(now):
            return
        self.restart_settling(now, self.settings.settle_from_jog_s)
        self._reseed()
        self._settling.begin(is_paced=self._aim is not None, is_from_above=False)

    def on_stop_over(self, now: Seconds) -> None:
        """Wait for a runner who stood to settle as after a standing start; nothing of the stop is averaged."""
        self.restart_settling(now, self.settings.settle_standing_s)
        self.noise.interrupt()
        self._reseed()
        self._settling.begin(is_paced=self._aim is not None, is_from_above=False)

    def on_speed(self, reading: Reading, now: Seconds) -> None:
        """Average a settled speed and learn its noise."""
        at, speed = reading.at, reading.value
        factor = self.signals.distance.speed_factor_of(reading.source)
        if reading.source is not self._source or factor != self.speed_factor:
            self.speed_factor = factor
            self._change_source(reading.source)
        aim, settling = self._aim, self._settling
        if not settling.is_steady and aim is not None:
            if self.has_run_for(now, self.settings.settle_most_s):
                settling.is_steady = True
            elif settling.update(at, speed, aim, self.noise.level):
                self._reseed()
        self.smooth.add(at, speed, reading.period_s)
        self.recent.add(at, speed, reading.period_s)
        if not settling.is_steady:
            return
        is_settled = self.is_settled(now)
        if is_settled and now >= self._conditions_due:
            self._learn_conditions(now)
        noise = self.noise
        expected = aim or noise.mean or 0.0
        recent = self.recent.value or 0.0
        if not is_settled or recent < self.settings.standing_share * expected:
            noise.interrupt()
        elif noise.add(at, speed, reading.period_s):
            self._adapt()

    def _learn_conditions(self, now: Seconds) -> None:
        """Learn where the wind is on a track, and off it what the target costs the heart; now and then is enough."""
        aim, smooth = self._aim, self.smooth.value
        if aim is None or smooth is None:
            return
        self._conditions_due = now + _EACH_S
        error, least = smooth / aim - 1.0, self.settings.true_share
        if self.is_track():
            metres, recent = self.session.step_metres(now), self.recent_error(aim)
            if metres is not None and recent is not None:
                self._swing.add(now, metres, (recent, error), least, self.smooth.tau_s)
        elif self._is_off_track():
            self._learn_cost(aim, now, is_on_target=abs(error) <= least)

    def _learn_cost(self, aim: float, now: Seconds, *, is_on_target: bool) -> None:
        heart_rate = self.signals.heart_rate()
        if heart_rate is None or not self.is_live(heart_rate, now):
            return
        self._cost.add(heart_rate)
        has_followed = (self.session.step_time(now) or 0.0) >= self.settings.heart_rate_step_s
        if is_on_target and has_followed and self.is_heart_rate_clean(now):
            self._cost.learn(aim)

    def is_slow(self) -> bool:
        """Return True if the smoothed speed is under the target."""
        return self._aim is not None and self.smooth.value is not None and self.smooth.value < self._aim

    def is_wind(self, now: Seconds, limit: float = 0.0) -> bool:
        """Return True if the smoothed error is the wind's: but for less than `limit`, it was here one lap before."""
        aim, smooth = self._aim, self.smooth.value
        metres = self.session.step_metres(now) if self.is_track() else None
        if metres is None or aim is None or smooth is None:
            return False
        return self._swing.is_wind(metres, smooth / aim - 1.0, limit)

    def counted_error(self, aim: float) -> float | None:
        """Return how much the metres of the last seconds differ from an aim, as a share; None if they tell nothing."""
        source = self._source
        if source is None:
            return None
        speed = self.signals.distance.counted_speed(source, self.settings.counted_s, self.noise.level)
        return None if speed is None else speed / aim - 1.0

    @property
    def source(self) -> Source | None:
        """The source of the newest speed; None before the first."""
        return self._source

    def is_wind_unknown(self, now: Seconds) -> bool:
        """Return True if a slow runner may be in a wind: on a track, in a first lap, for less than half of it."""
        aim, smooth = self._aim, self.smooth.value
        metres = self.session.step_metres(now) if self.is_track() else None
        if metres is None or aim is None or smooth is None:
            return False
        error = smooth / aim - 1.0
        return error <= -self.settings.true_share and self._swing.is_unknown(metres, error)

    def is_lap_slow(self) -> bool:
        """Return True unless the last lap of a track, whose wind cancels out, was on the target or is not known."""
        if not self.is_track():
            return True
        least = max(self.settings.true_share, 1.85 * self.noise.level * 0.32)
        return self._swing.is_lap_known() and self._swing.mean() <= -least

    def is_effort_enough(self, now: Seconds) -> bool:
        """Return True if, off the track, the heart works as hard as the target usually costs."""
        heart_rate = self.signals.heart_rate()
        if self._aim is None or not self._is_off_track() or heart_rate is None:
            return False
        is_known = self.is_live(heart_rate, now) and self.is_heart_rate_clean(now)
        return is_known and self._cost.is_reached(self._aim)

    def is_settled(self, now: Seconds, times: float = 1.0) -> bool:
        """Return True if the settle time (times a factor, without pauses) is over and the speed is steady."""
        time_s = self.session.step_time(now)
        if time_s is None or time_s - self._settle_from_s < self.settle_s * times:
            return False
        return self._settling.is_steady or time_s - self._settle_from_s >= self.settings.settle_most_s

    def settling(self, now: Seconds) -> Settling | None:
        """Return how much of the settle time is left; None if the speed has settled or no step is under way."""
        if self.session.step_time(now) is None or self.is_settled(now):
            return None
        return self.settling_for(now, self.settle_s) or Settling(Seconds(0.0), Seconds(self.settle_s))

    def settling_for(self, now: Seconds, seconds: float) -> Settling | None:
        """Return what is left of a settle time of so many seconds; None if it is over or no step is under way."""
        time_s = self.session.step_time(now)
        left_s = 0.0 if time_s is None else seconds - (time_s - self._settle_from_s)
        return Settling(Seconds(left_s), Seconds(seconds)) if left_s > 0.0 else None

    def has_run_for(self, now: Seconds, seconds: float) -> bool:
        """Return True if so many seconds of the step have passed since it began, resumed or changed its target."""
        time_s = self.session.step_time(now)
        return time_s is not None and time_s - self._settle_from_s >= seconds

    def is_running(self) -> bool:
        """Return True if a step is under way and the clock runs."""
        return self.session.phase in _RUNNING

    def is_walking(self, now: Seconds) -> bool:
        """Return True if a fresh cadence says that the runner walks or stands."""
        cadence = self.signals.cadence()
        return (
            cadence is not None and self.is_live(cadence, now) and cadence.value < self.settings.walking_spm
        )

    def is_track(self) -> bool:
        """Return True if the workout is run on a track."""
        return self._is_track

    def _is_off_track(self) -> bool:
        return self.session.timeline.context.surface in _OFF_TRACK

    def is_unproven(self) -> bool:
        """Return True if distance comes from a pod on a track that is not calibrated yet."""
        return self._is_track and self.session.is_pod_unproven()

    def is_live(self, reading: Reading, now: Seconds) -> bool:
        """Return True if a reading is fresh enough to judge."""
        return is_live(now - reading.at, reading.period_s)

    def recent_error(self, aim: float) -> float | None:
        """Return how much the last seconds were faster (plus) or slower than an aim, as a share of it."""
        recent = self.recent.value
        return None if recent is None else recent / aim - 1.0

    def is_heart_rate_clean(self, now: Seconds) -> bool:
        """Return True if the heart rate has been free of artefacts and cadence lock for long enough to judge it."""
        since = self.signals.heart_rate_clean_since()
        return since is not None and now - since >= self.settings.heart_rate_clean_s

    def newest(self, quantity: Quantity) -> Reading | None:
        """Return the newest reading of a quantity, however old; None if it was never measured or has many names."""
        match quantity:
            case Quantity.SPEED:
                return self.signals.speed()
            case Quantity.HEART_RATE:
                return self.signals.heart_rate()
            case Quantity.CADENCE:
                return self.signals.cadence()
            case Quantity.POWER:
                return self.signals.power()
            case Quantity.METRIC | Quantity.EFFORT:
                return None

    def may_push(self) -> bool:
        """Return True if the step may ask for more speed: it is work and not on a belt."""
        return self.step is not None and self.step.kind in _WORK and not self.is_treadmill

    def is_paced(self) -> bool:
        """Return True if the step has a speed target."""
        return self.step is not None and self.step.has_speed_target

    def has_pace_ahead(self) -> bool:
        """Return True if a step with a target or cap of speed is still to come."""
        steps_ahead = self.session.timeline.steps[self.session.index + 1 :]
        return any(
            step.has_speed_target or any(cap.quantity is Quantity.SPEED for cap in step.caps)
            for step in steps_ahead
        )

    def share_done(self, now: Seconds) -> float | None:
        """Return how much of the step is run, 0 to 1, by its metres or else its time; None if neither is known."""
        session, step = self.session, self.step
        length = None if step is None else step.until.distance()
        if length is not None:
            metres = session.step_metres(now)
            return None if metres is None else metres / length
        length_s, time_s = None if step is None else step.until.time(), session.step_time(now)
        return None if not length_s or time_s is None else time_s / length_s

    def follows_light(self) -> bool:
        """Return True if the step is judged in seconds against the pacing light."""
        return self._follows_light

    def _reseed(self) -> None:
        self.smooth.reseed()
        self.recent.reseed()
        self._swing.reseed()

    def _change_source(self, source: Source) -> None:
        """Start the filters anew, so that speeds of two sources, or corrected in two ways, are not mixed."""
        settings, self._source = self.settings, source
        self.recent.window_s = settings.true_positions_s if source is Source.POSITIONS else settings.true_s
        self.noise.interrupt()
        noise = self._noise_by_source.get(source)
        if noise is None:
            noise = self._noise_by_source[source] = Noise(self.settings.noise)
        self.noise = noise
        noise.begin(self._aim)
        self._reseed()
        self._swing.reset()
        self._adapt()

    def _adapt(self) -> None:
        """Set the time constant: as long as the noise asks for, but no longer than the rep allows."""
        settings = self.settings
        wanted_s = settings.smooth_base_s + settings.smooth_per_noise_s * self.noise.level
        wanted_s = min(max(wanted_s, settings.smooth_least_s), settings.smooth_most_s)
        tau_s = wanted_s
        if self.expected_s is not None:
            tau_s = min(wanted_s, max(settings.smooth_rep_s, settings.smooth_rep_share * self.expected_s))
        self.spread = sqrt((wanted_s + settings.smooth_rep_s) / (tau_s + settings.smooth_rep_s))
        self.smooth.adapt(tau_s)

    def _starts_from_standing(self) -> bool:
        came_from = self.session.came_from()
        if came_from is None or came_from not in RUN:
            return True
        if came_from not in RESTS:
            return False
        steps, index = self.session.timeline.steps, self.session.index
        return 0 < index <= len(steps) and steps[index - 1].move is not Move.JOG

    def _settle_time_s(self) -> float:
        settings = self.settings
        if self.is_treadmill:
            return settings.settle_treadmill_s
        if self.is_standing_start:
            return settings.settle_standing_s
        if self.session.came_from() in ON_LANE:
            return settings.settle_from_float_s
        return settings.settle_from_jog_s


def extent_of(step: Step | None, rep_s: float) -> tuple[float | None, float | None]:
    """Return the length of a step in metres and in seconds; a work rep that only a mark ends takes at most `rep_s`."""
    if step is None:
        return None, None
    metres: float | None = step.until.distance()
    seconds: float | None = step.until.time()
    target = step.target
    speed = target.band.nominal if target is not None and target.quantity is Quantity.SPEED else None
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


# --- wind, hills and tired legs: a speed off the target that is no error, or for which nobody is pushed

_PLACE_M: Final = 25.0
"""Length of a place on the track; judged: a smoothed speed changes little over it."""
_LEAST_LAP: Final = 0.75
"""The share of a lap that must be known before an error counts as wind; judged: three of its four parts."""
_MOST_WIND: Final = 0.1
"""Largest error that wind alone explains, as a share of the speed; judged: 6 m/s against the runner cost 8 to 9 %."""
_EACH_S: Final = 3.0
"""Seconds between two samples that are learned from; judged: a place is run through in five seconds and more."""
_LEAST_READINGS: Final = 10
"""Fewest heart rates on a target that show what it costs; judged: half a minute."""
_MOST_READINGS: Final = 20
"""Most heart rates of the cost: the last minute on a target; judged: the heart rate drifts up over a run, and a fade
shows soon."""
_MARGIN_BPM: Final = 1.0
"""A heart rate this little under the cost counts as the same effort; judged: a mean of six seconds varies as much."""
_RECENT_S: Final = 6.0
"""Length of the mean of the heart rate that is compared; judged: two breaths, over which a heart rate swings."""


class LapSwing:
    """Compares the runner with themselves at the same places one lap before.

    The error expected from the lap before is smoothed like the speed, so that both contain as much of the straight and
    the bend before. A place is counted from the start of the step. A rep is assumed to start where the last one did; if
    it does not, its first lap differs from all others, and every error counts.
    """

    __slots__ = ("_before", "_error", "_expected", "_lap_m", "_latest", "_place", "_since_m")

    def __init__(self, lap_m: float) -> None:
        """Start with no lap run; `lap_m` is the length of a lap in metres."""
        self._lap_m = lap_m
        self._latest: dict[int, float] = {}
        """The latest error at each place."""
        self._before: dict[int, float] = {}
        """The error at each place the lap before that."""
        self._expected = Ema(1.0)
        self._place: int | None = None
        self._since_m: float | None = None
        self._error = 0.0

    def begin_step(self) -> None:
        """Start a step; the laps of the one before are kept."""
        self._place = self._since_m = None
        self._error = 0.0
        self._expected.reseed()

    def reseed(self) -> None:
        """Forget the expected error, because the smoothing of the speed restarts."""
        self._expected.reseed()

    def reset(self) -> None:
        """Start with no lap run, because another source begins."""
        self._latest.clear()
        self._before.clear()
        self.begin_step()

    def add(self, at: float, metres: float, errors: tuple[float, float], least: float, tau_s: float) -> None:
        """Add the errors at a place, in metres into the step: of the last seconds, and smoothed over `tau_s`.

        A smoothed error under `least` counts as zero.
        """
        recent, smooth = errors
        place = self._place_at(metres)
        if place != self._place and place in self._latest:
            self._before[place] = self._latest[place]
        self._place = place
        self._latest[place] = recent
        before = self._before.get(place)
        if before is not None:
            self._expected.adapt(tau_s)
            self._expected.add(at, before - self.mean(), _EACH_S)
        previous, self._error = self._error, smooth
        if abs(smooth) < least or smooth * previous < 0.0:
            self._since_m = None
        elif self._since_m is None:
            self._since_m = metres

    def mean(self) -> float:
        """Return the mean error of the last lap."""
        return sum(self._latest.values()) / len(self._latest) if self._latest else 0.0

    def is_lap_known(self) -> bool:
        """Return True if most of a lap was run."""
        return len(self._latest) * _PLACE_M >= _LEAST_LAP * self._lap_m

    def is_wind(self, metres: float, error: float, limit: float = 0.0) -> bool:
        """Return True if a smoothed error is the wind's, not the runner's.

        It is the wind if it is shorter than half a lap, and less than half of it, or less than `limit`, is not expected
        from the lap before.
        """
        expected = self._expected.value
        if expected is None or self._place_at(metres) not in self._before or not self.is_lap_known():
            return False
        if self._is_long(metres):
            return False
        unexplained = expected - error if error < 0.0 else error - expected
        return unexplained <= max(0.5 * abs(error), limit)

    def is_unknown(self, metres: float, error: float) -> bool:
        """Return True if an error may be the wind's: the place was not run before, and half a lap is not over."""
        if abs(error) > _MOST_WIND or self._is_long(metres):
            return False
        return not self.is_lap_known() or self._place_at(metres) not in self._before

    def _is_long(self, metres: float) -> bool:
        return self._since_m is not None and metres - self._since_m >= self._lap_m / 2.0

    def _place_at(self, metres: float) -> int:
        return int(metres % self._lap_m / _PLACE_M)


class HeartRateCost:
    """The usual heart rate of each target of a run: that of the last minute in which the runner was on it."""

    __slots__ = ("_costs", "_recent")

    def __init__(self) -> None:
        """Start with no target run."""
        self._costs: dict[float, tuple[float, int]] = {}
        self._recent = RecentMean(_RECENT_S)

    def add(self, reading: Reading) -> None:
        """Add a heart rate in bpm."""
        self._recent.add(reading.at, reading.value, reading.period_s)

    def learn(self, aim: float) -> None:
        """Learn the cost of a target (m/s) while the runner is on it and their heart rate has settled."""
        bpm = self._recent.value
        if bpm is not None:
            mean, count = self._costs.get(aim, (0.0, 0))
            count = min(count + 1, _MOST_READINGS)
            self._costs[aim] = (mean + (bpm - mean) / count, count)

    def is_reached(self, aim: float) -> bool:
        """Return True if the heart rate is what a target usually costs; False while that is not known."""
        mean, count = self._costs.get(aim, (0.0, 0))
        bpm = self._recent.value
        return bpm is not None and count >= _LEAST_READINGS and bpm >= mean - _MARGIN_BPM
