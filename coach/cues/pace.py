"""Pace in steps judged in rate: an alarm for clear errors and a drift for small ones that add up.

- The alarm goes off when the smoothed speed is further from the aim than the noise of its source explains, and the
  last seconds show at least half of that error. The noise is measured live.
- It never goes off inside the band. Around a single value the error counts from the aim, so the larger of band and
  noise decides. For a range, a bound and a cap the error counts from the edge.
- Only speeds are judged: a target in another quantity has rules of its own, and a cap of pace beside it is judged here.
- The drift is called once a segment, in whole seconds: errors of 2 to 5 % that no alarm can call.
- An error that goes on is called in other words and after a longer silence. "On pace" is said once.
"""

from dataclasses import replace
from math import sqrt
from typing import NamedTuple

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import Limits, StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, RuleEvent, Side, Subscription
from coach.quantities import Seconds
from coach.session.events import Stopped
from coach.signals.readings import Reading
from coach.workout.kinds import FLOATS, PACED_REPS
from coach.workout.timeline import Quantity


class DriftAccumulator:
    """Adds up the errors of one segment of a step, as a CUSUM.

    A cue says `behind_s`, the plain sum of seconds since the segment began. It is due when the errors beyond a dead
    band, summed and never below zero, exceed a limit: in that sum noise cancels out and an error stays.
    """

    __slots__ = ("_fast", "_slow", "behind_s", "seconds")

    def __init__(self) -> None:
        """Start a segment."""
        self.reset()

    def reset(self) -> None:
        """Start a segment with nothing added up."""
        self.seconds = 0.0
        """Seconds of running added up."""
        self.behind_s = 0.0
        """Seconds behind the target; minus is ahead."""
        self.clear()

    def clear(self) -> None:
        """Clear the sums beyond the dead band, because the error was called."""
        self._fast = 0.0
        self._slow = 0.0

    def add(self, error: float, seconds: float, dead: tuple[float, float]) -> None:
        """Add `seconds` run at `error` (share of the target, plus is fast).

        `dead` is how much of it does not count, slow and fast.
        """
        slow_dead, fast_dead = dead
        self.seconds += seconds
        self.behind_s -= error * seconds
        self._fast = max(0.0, self._fast + (error - fast_dead) * seconds)
        self._slow = max(0.0, self._slow - (error + slow_dead) * seconds)

    def side_over(self, due_s: float) -> Side | None:
        """Return the side on which more than `due_s` have added up; HIGH is too fast."""
        if self._fast >= due_s and self.behind_s < 0.0:
            return Side.HIGH
        if self._slow >= due_s and self.behind_s > 0.0:
            return Side.LOW
        return None


class _RelativeBand(NamedTuple):
    """What is asked of the speed, with its sides as shares of its aim; an open side is None."""

    aim: float
    low: float | None
    high: float | None
    limits: Limits


class PaceBand(Rule):
    """Judges the pace of steps in rate, including floats."""

    __slots__ = (
        "_at",
        "_band",
        "_dead",
        "_drift",
        "_drift_record",
        "_monitor",
        "_record",
        "_segment_ends",
        "_speed_factor",
        "_start_record",
    )

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start on target."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("pace_band")
        """Its scope is the side that was called."""
        self._start_record = arbiter.record(CueKind.START_TOO_FAST)
        self._drift_record = arbiter.record("pace_ledger")
        self._monitor = BandMonitor(self._record)
        self._drift = DriftAccumulator()
        self._band: _RelativeBand | None = None
        self._dead = (0.0, 0.0)
        self._segment_ends = 0.0
        self._at: float | None = None
        self._speed_factor = context.speed_factor

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start on target, with no drift."""
        self._monitor.reset()
        self._band = None
        self._at = None
        self._segment_ends = self.context.settings.ledger_segment_s
        self._drift.reset()
        self._drift_record.reset()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Forget what easing into a stop, and getting going after it, has added up."""
        if isinstance(event, Stopped):
            self._drift.reset()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed of a step that limits it, unless the pacing light judges it or nothing measures it.

        Also subscribe before such a step: the speed on the way there tells the noise of the source.
        """
        context = self.context
        if not context.is_running():
            return ()
        if context.is_limited(Quantity.SPEED):
            return () if context.session.is_clock_mode else (Subscription.SPEED,)
        return (Subscription.SPEED,) if not context.is_paced() and context.has_pace_ahead() else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge the smoothed speed; on target it only adds to the drift."""
        context, limits = self.context, self.context.limits(Quantity.SPEED, now)
        if limits is None or self._band is None or limits is not self._band.limits:
            self._read_limits(limits)
        band, smooth = self._band, context.smooth.value
        if context.is_walking(now):
            context.on_walk(now)
        if band is None or smooth is None or not context.is_settled(now):
            self._monitor.interrupt()
            self._at = None
            return
        if self._start_record.times and not self._record.times:
            self._record.note(now, Side.HIGH)  # the same error, called sooner
        self._add_to_drift(reading, band.aim, now)
        error = smooth / band.aim - 1.0
        if not self._record.times and abs(error) < context.settings.alarm_least:
            self._monitor.interrupt()
            self._call_drift(reading, now)
            return
        self._alarm(error, reading, now)

    def evidence(self, now: Seconds) -> Why | None:
        """Return the smoothed speed with the limits of the alarm."""
        band, reading = self._band, self.context.signals.speed()
        if band is None or reading is None or self.context.smooth.value is None or not self.subscriptions():
            return None
        least = self._threshold()
        low, high = self._edges(band, least)
        return self._why("pace_band", reading, now, None if low is None else -low, high)

    def _read_limits(self, limits: Limits | None) -> None:
        """Read what is asked of the speed: the sides as shares of the aim, and the dead bands of the drift."""
        self._band = None
        aim = None if limits is None else pace_of(limits.band)
        if limits is None or not aim:
            return
        low, high = limits.band.low, limits.band.high
        below, above = None if low is None else 1.0 - low / aim, None if high is None else high / aim - 1.0
        self._band = _RelativeBand(aim, below, above, limits)
        dead = self.context.settings.ledger_dead
        self._dead = (max(dead, below or 0.0), max(dead, above or 0.0))

    def _is_meant(self, side: float, *, is_capped: bool) -> bool:
        """Return True if a side of the band is a limit as written and not a margin around the aim."""
        is_range = self._band is not None and self._band.limits.is_range
        return is_range or is_capped or side > self.context.settings.alarm_narrow

    def _alarm(self, error: float, reading: Reading, now: Seconds) -> None:
        context, monitor, band = self.context, self._monitor, self._band
        assert band is not None
        least = self._threshold()
        low, high = self._edges(band, least)
        below = None if low is None else -low
        inner = max(context.settings.hysteresis, least * context.settings.alarm_still)
        side = monitor.update(now, error, below, high, inner)
        if side is None:
            self._call_drift(reading, now)
            return
        limit = (high if side is Side.HIGH else low) or 0.0
        if side is Side.BACK:
            if monitor.held_s(now) >= context.settings.hold_back_s:
                self._say_on_pace(reading, now, below, high)
        elif self._may_call(side, now) and self._is_still_wrong(side, limit):
            self._call(side, self._why("pace_band", reading, now, below, high), now)

    def _threshold(self) -> float:
        """Return the least error that noise does not explain, as a share of the aim."""
        context, settings = self.context, self.context.settings
        weight = context.smooth.weight
        # the noise of the filter while it fills, over that of a full one
        filling_noise = sqrt((2.0 - weight) / weight) * context.spread
        most = settings.alarm_most * min(filling_noise, settings.alarm_early)
        return min(
            max(settings.alarm_times * context.noise.level * filling_noise, settings.alarm_least), most
        )

    def _edges(self, band: _RelativeBand, least: float) -> tuple[float | None, float | None]:
        """Return the errors from which the alarm goes off, slow and fast, as shares of the aim."""
        low = self._limit(band.low, least, is_capped=band.limits.is_low_capped)
        return low, self._limit(band.high, least, is_capped=band.limits.is_high_capped)

    def _limit(self, side: float | None, least: float, *, is_capped: bool) -> float | None:
        if side is None:
            return None
        settings = self.context.settings
        extra = settings.unproven_band if self.context.is_unproven() else 0.0
        if self._is_meant(side, is_capped=is_capped):
            return max(least, side + least * settings.alarm_still) + extra
        return max(least, side * settings.alarm_margin) + extra

    def _is_still_wrong(self, side: Side, limit: float) -> bool:
        """Return True if the last few seconds show half of the error too and the runner is not correcting it."""
        context, settings, band = self.context, self.context.settings, self._band
        quick, smooth = context.quick.value, context.smooth.value
        if quick is None or smooth is None or band is None:
            return False
        correction = band.aim * max(settings.mending, context.noise.level)
        if side is Side.HIGH:
            return quick > band.aim * (1.0 + limit * settings.alarm_still) and quick > smooth - correction
        return quick < band.aim * (1.0 - limit * settings.alarm_still) and quick < smooth + correction

    def _may_call(self, side: Side, now: Seconds) -> bool:
        """Return True if the side may be called: nobody is asked for more speed outside work or on a belt.

        An uncalibrated pod needs a hold and twice the settle time.
        """
        if side is Side.HIGH:
            return True
        context, settings = self.context, self.context.settings
        if not context.is_unproven():
            return context.may_push()
        has_held = self._monitor.held_s(now) >= settings.hold_s
        return context.may_push() and has_held and context.is_settled(now, settings.unproven_factor)

    def _call(self, side: Side, why: Why, now: Seconds) -> None:
        """Call the error, the second and third time in a row in other words."""
        repeats = self._record.times if self._record.was_said_of(side) else 0
        if self._band is not None and side is Side.HIGH and self._band.limits.is_high_capped:
            why = replace(why, rule="pace_cap")
        if self.arbiter.advise(now, self._kind(side), self._words(side, repeats), why):
            self._record.note(now, side)
            self._drift.clear()

    def _say_on_pace(self, reading: Reading, now: Seconds, low: float | None, high: float | None) -> None:
        self.arbiter.reset_back_off()
        why = self._why("pace_band", reading, now, low, high)
        if self.arbiter.remark(now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why):
            self._record.reset()
            self._start_record.reset()

    def _add_to_drift(self, reading: Reading, aim: float, now: Seconds) -> None:
        """Add a sample to the drift; start a new segment when one is over."""
        last_at, self._at = self._at, reading.at
        if self.context.speed_factor != self._speed_factor:  # the speeds so far were too slow, or too fast
            self._speed_factor = self.context.speed_factor
            self._drift.reset()
        time_s = self.context.session.step_time(now)
        if time_s is not None and time_s >= self._segment_ends:
            self._segment_ends += self.context.settings.ledger_segment_s
            self._drift.reset()
            self._drift_record.reset()
        if last_at is not None:
            seconds = min(reading.at - last_at, 2.0 * reading.period_s)
            extra = self.context.settings.unproven_band if self.context.is_unproven() else 0.0
            slow_dead, fast_dead = self._dead
            self._drift.add(reading.value / aim - 1.0, seconds, (slow_dead + extra, fast_dead + extra))

    def _call_drift(self, reading: Reading, now: Seconds) -> None:
        """Call the drift once a segment, if no alarm did."""
        settings, drift = self.context.settings, self._drift
        if self._record.times or self._drift_record.times:
            return
        noise = self.context.noise.level
        side = drift.side_over(
            max(settings.ledger_least_s, settings.ledger_sure_s * noise * noise / min(self._dead))
        )
        if side is None or abs(drift.behind_s) < settings.ledger_least_s:
            return
        if not self._may_call_drift(side, now):
            return
        behind_s = drift.behind_s
        age_s = Seconds(now - reading.at)
        least, window_s = settings.ledger_least_s, Seconds(drift.seconds)
        why = Why("pace_ledger", behind_s, "light_s", -least, least, window_s, age_s, noise)
        words = phrases.behind_target(behind_s) if side is Side.LOW else phrases.ahead_of_target(-behind_s)
        if self.arbiter.advise(now, self._kind(side), words, why):
            self._drift_record.note(now)
            drift.clear()

    def _may_call_drift(self, side: Side, now: Seconds) -> bool:
        step, band = self.context.step, self._band
        if step is None or step.kind not in PACED_REPS or self.context.is_walking(now):
            return False
        if band is None or not band.limits.has_target:
            return False
        is_open_side = (band.high if side is Side.HIGH else band.low) is None
        is_unproven = side is Side.LOW and self.context.is_unproven()
        return not is_open_side and not is_unproven and (side is Side.HIGH or self.context.may_push())

    def _kind(self, side: Side) -> CueKind:
        step = self.context.step
        if step is not None and step.kind in FLOATS:
            return CueKind.FLOAT_TOO_FAST if side is Side.HIGH else CueKind.FLOAT_TOO_SLOW
        return CueKind.TOO_FAST if side is Side.HIGH else CueKind.TOO_SLOW

    def _words(self, side: Side, repeats: int) -> str:
        step, band = self.context.step, self._band
        if step is not None and step.kind in FLOATS:
            return phrases.FLOAT_TOO_FAST if side is Side.HIGH else phrases.FLOAT_TOO_SLOW
        aim = None if band is None else band.aim
        return (
            phrases.too_fast(repeats, aim, self.context.athlete.unit)
            if side is Side.HIGH
            else phrases.too_slow(repeats, aim, self.context.athlete.unit)
        )

    def _why(self, rule: str, reading: Reading, now: Seconds, low: float | None, high: float | None) -> Why:
        """Return the evidence, with the limits in m/s."""
        context, band = self.context, self._band
        aim = 0.0 if band is None else band.aim
        slow, fast = None if low is None else aim * (1.0 + low), None if high is None else aim * (1.0 + high)
        window_s, age_s = Seconds(context.smooth.window_s), Seconds(now - reading.at)
        return Why(rule, context.smooth.value, "speed_mps", slow, fast, window_s, age_s, context.noise.level)
