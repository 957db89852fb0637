"""Heart rate: the ceiling, caps and targets, and recoveries that end with too high a rate.

A cap is called after a hold, or ahead of time if the forecast is certain enough:

- There is no forecast before the heart has followed the step for a dead time and most of a time constant.
- A forecast reaches a minute ahead at most, and never beyond the end of the step. It must be sure (nine in ten) for
  some seconds in a row.
- docs/decisions/0012-the-heart-rate-ahead.md has the figures and how they were found.
"""

from math import inf
from typing import Final, NamedTuple

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, RuleEvent, Side, Subscription
from coach.physiology.heading import EACH_S, Heading
from coach.quantities import Seconds
from coach.session.events import EndReason, PhaseChanged, StepEnded, WorkoutChanged
from coach.signals.readings import Freshness, Reading, freshness
from coach.workout.kinds import BRIEF, COUNTED, EASY, HARD, LIMITED, RESTS
from coach.workout.timeline import HeartRateEnd, Quantity, StepTarget

_Limits = tuple[float | None, float | None]
"""The lowest and the highest heart rate in bpm; None for an open side."""
_HARD: Final = HARD - BRIEF
"""Kinds in which the heart rate lags behind, where they are short."""
_COUNTED: Final = COUNTED - BRIEF
"""Kinds in which words about the heart rate count against the budget, where they are not long."""
_BY_EFFORT: Final = frozenset({"easy", "threshold"})
"""Reference paces of an effort; if pace and heart rate disagree there, the heart rate counts."""


class HeartRateForecast(NamedTuple):
    """A forecast heart rate."""

    bpm: float
    sd: float
    """Standard deviation in bpm."""
    in_s: float
    """How far ahead it is forecast."""
    held_s: float
    """How long the forecast has been this sure."""


class Ceiling(Rule):
    """Calls the athlete's own ceiling, in every phase, once a second reading confirms it."""

    __slots__ = ("_readings", "_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start below the ceiling."""
        super().__init__(context, arbiter)
        self._readings = 0
        self._record = arbiter.record("heart_rate_ceiling")

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the heart rate if there is a ceiling."""
        return () if self.context.athlete.ceiling_bpm is None else (Subscription.HEART_RATE,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Call the second reading at or over the ceiling, then repeat once a minute."""
        settings, ceiling = self.context.settings, self.context.athlete.ceiling_bpm
        if ceiling is None or reading.value < ceiling:
            self._readings = 0
            return
        self._readings += 1
        if self._readings < settings.ceiling_readings or now - self._record.at < settings.ceiling_repeat_s:
            return
        age_s, window_s = Seconds(now - reading.at), Seconds(self._readings * reading.period_s)
        why = Why("heart_rate_ceiling", reading.value, "heart_rate_bpm", None, ceiling, window_s, age_s)
        words = phrases.HEART_RATE_CEILING
        if self.arbiter.emit(now, CueKind.HEART_RATE_CEILING, CueClass.SAFETY, words, why):
            self._record.note(now)


class HeartRateBand(Rule):
    """Calls a heart rate 2 bpm beyond a cap or target for 30 s; repeats grow rarer, and the third asks for a walk.

    A crossing is called ahead of time if the forecast is sure. A heart rate that comes down by itself is not called.
    While it is over its cap the runner is not asked for more speed.
    """

    __slots__ = (
        "_forecast",
        "_forecast_due",
        "_has_heart_rate_target",
        "_heading",
        "_limits",
        "_monitor",
        "_record",
        "_sample_at",
        "_stride_ended_at",
        "_sure_since",
    )

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start inside the band."""
        super().__init__(context, arbiter)
        self._heading = Heading(context.athlete.kinetics)
        self._forecast: tuple[float, float, float] | None = None
        self._forecast_due = -inf
        self._sure_since: float | None = None
        self._limits: _Limits | None = None
        self._has_heart_rate_target = False
        """True if the target is a heart rate, whose band may change during the step."""
        self._monitor = BandMonitor(arbiter.record("heart_rate_band"))
        self._record = arbiter.record("heart_rate")
        self._sample_at = -inf
        self._stride_ended_at = -inf

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start inside the band, with no forecast."""
        self._restart_forecast()
        self._read_limits()
        self._monitor.reset()
        self._record.reset()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Note the end of a stride, start the forecast anew after a change, call a recovery that ran into its cap."""
        if isinstance(event, WorkoutChanged | PhaseChanged):
            self._restart_forecast()
            self._read_limits()
        if not isinstance(event, StepEnded):
            return
        if event.step.kind in BRIEF:
            self._stride_ended_at = now
        is_by_heart_rate = any(isinstance(end, HeartRateEnd) and end.below for end in event.step.until.ends)
        reading = self.context.signals.heart_rate()
        if (
            event.reason is EndReason.CAP
            and is_by_heart_rate
            and reading is not None
            and self.context.is_live(reading, now)
        ):
            why = Why("recovery_cap")
            self.arbiter.emit(now, CueKind.ADVICE, CueClass.INFO, phrases.NOT_RECOVERED, why)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the heart rate if the step limits it and is long enough for the heart to follow."""
        step = self.context.step
        if step is None or not self.context.is_running() or step.kind not in LIMITED:
            return ()
        if self._is_work(self.context.settings.heart_rate_work_s):
            return ()
        return (Subscription.HEART_RATE,) if self._limits is not None else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge a heart rate once the run and the step are old enough."""
        if freshness(now - self._sample_at, reading.period_s) is not Freshness.LIVE:
            self._monitor.interrupt()  # a hold must have no gap
        self._sample_at = now
        if self._has_heart_rate_target:
            self._limits = self._limits_of(self.context.session.target_now(now))
        limits = self._limits or (None, None)
        self._update_forecast(reading, limits[1], now)
        over_bpm = self.context.settings.heart_rate_over
        low = None if limits[0] is None else limits[0] - over_bpm
        high = None if limits[1] is None else limits[1] + over_bpm
        is_inside = (low is None or reading.value >= low) and (high is None or reading.value <= high)
        if not self._is_run_old_enough(now):
            self._monitor.interrupt()
            return
        if limits[1] is not None and (
            reading.value > limits[1] or self._monitor.record.was_said_of(Side.HIGH)
        ):
            self.arbiter.suppress_push_until(Seconds(now + self.context.settings.heart_rate_eases_s))
        if is_inside and not self._monitor.record.was_said():
            self._monitor.interrupt()
            self._warn(reading, limits, now)
        elif not self._is_step_old_enough(now):
            self._monitor.interrupt()
        else:
            self._hold(reading, (low, high), limits, now)

    def _hold(self, reading: Reading, margins: _Limits, limits: _Limits, now: Seconds) -> None:
        settings = self.context.settings
        inner_bpm = settings.heart_rate_over + settings.heart_rate_clear
        side = self._monitor.update(now, reading.value, *margins, inner_bpm)
        if side is Side.BACK and self._monitor.held_s(now) >= settings.heart_rate_clear_s:
            self._monitor.record.reset()
        elif side is not None and side is not Side.BACK:
            self._call(side, reading, limits, now)

    def _is_run_old_enough(self, now: Seconds) -> bool:
        """Return True if enough time has passed since the run began and since the last stride."""
        settings, run_s = self.context.settings, self.context.session.run_time(now)
        if run_s is None or run_s < settings.heart_rate_from_s:
            return False
        return now - self._stride_ended_at >= settings.heart_rate_stride_s

    def _is_step_old_enough(self, now: Seconds) -> bool:
        """Return True if the heart rate has had time to follow the step and is not doubted."""
        step_s = self.context.session.step_time(now)
        if step_s is None or step_s < self.context.settings.heart_rate_step_s:
            return False
        return self.context.signals.heart_rate_clean_since() is not None

    def _warn(self, reading: Reading, limits: _Limits, now: Seconds) -> None:
        """Call a forecast crossing, unless this cap was called lately."""
        step, settings, high = self.context.step, self.context.settings, limits[1]
        forecast = self._warning(now)
        if forecast is None or high is None or step is None or step.kind in RESTS:
            return
        if now - self._record.at < self._repeat_after_s():
            return
        noise, window_s = forecast.sd / forecast.bpm, Seconds(forecast.held_s)
        why = Why(
            *("heart_rate_heading", forecast.bpm, "heart_rate_bpm", limits[0], high, window_s),
            sample_age_s=Seconds(now - reading.at),
            noise=noise,
        )
        most_bpm = high + settings.heart_rate_over
        words = phrases.heading_for(max(forecast.bpm, most_bpm))
        if self._say(CueKind.HEART_RATE_HIGH, words, why, now):
            self._record.note(now)

    def _call(self, side: Side, reading: Reading, limits: _Limits, now: Seconds) -> None:
        held_s = self._monitor.held_s(now)
        if held_s < self.context.settings.heart_rate_hold_s or now - self._record.at < self._repeat_after_s():
            return
        if not self.context.is_heart_rate_clean(now):
            return
        if side is Side.HIGH and limits[1] is not None and self._is_coming_down(limits[1], now):
            return
        if side is Side.LOW and not self.context.may_push():
            return
        age_s = Seconds(now - reading.at)
        rule = "heart_rate_band" if limits[0] is not None else "heart_rate_cap"
        kind, words = CueKind.HEART_RATE_LOW, phrases.HEART_RATE_LOW
        is_effort_first = side is Side.HIGH and self._is_on_pace(now)
        if side is Side.HIGH:
            kind, words = CueKind.HEART_RATE_HIGH, phrases.HEART_RATE_HIGH
            if is_effort_first:
                rule, words = "effort_first", phrases.EFFORT_FIRST
            if self._record.times + 1 >= self.context.settings.heart_rate_walk_from:
                words = phrases.HEART_RATE_WALK
        why = Why(rule, reading.value, "heart_rate_bpm", *limits, Seconds(held_s), age_s, self._noise())
        if self._say(kind, words, why, now):
            self._monitor.record.note(now, side)
            self._record.note(now)
            if is_effort_first and self.context.step is not None:
                self.arbiter.suppress_push_until(now, self.context.step.step_id)

    def _repeat_after_s(self) -> float:
        repeats = self.context.settings.heart_rate_repeat_s
        times = self._record.times
        return repeats[min(times, len(repeats)) - 1] if times else 0.0

    def _is_on_pace(self, now: Seconds) -> bool:
        """Return True in an easy or threshold step that is run on pace."""
        step, speed = self.context.step, self.context.smooth.value
        target = None if step is None else self.context.session.target_now(now)
        if step is None or target is None or target.quantity is not Quantity.SPEED or speed is None:
            return False
        if target.ref not in _BY_EFFORT and step.kind not in EASY:
            return False
        low, high = target.band.low, target.band.high
        return (low is None or speed >= low) and (high is None or speed <= high)

    def _is_work(self, shorter_than_s: float) -> bool:
        """Return True in work that takes less than this many seconds."""
        step, expected_s = self.context.step, self.context.expected_s
        if step is None or step.kind not in _HARD:
            return False
        return expected_s is not None and expected_s < shorter_than_s

    def _say(self, kind: CueKind, words: str, why: Why, now: Seconds) -> bool:
        """Show it in short work; say it within the budget of a rep, or in a long step by its own repeats."""
        step, expected_s = self.context.step, self.context.expected_s
        if self._is_work(self.context.settings.heart_rate_steers_s):
            return self.arbiter.emit(now, kind, CueClass.INFO, words, why, spoken=False)
        is_long = expected_s is None or expected_s > self.context.settings.heart_rate_long_s
        if step is not None and step.kind in _COUNTED and not is_long:
            return self.arbiter.advise(now, kind, words, why)
        return self.arbiter.remark(now, kind, CueClass.COACH, words, why)

    def _read_limits(self) -> None:
        """Read the limits of the step."""
        target = None if self.context.step is None else self.context.step.target
        self._limits = self._limits_of(target)
        self._has_heart_rate_target = target is not None and target.quantity is Quantity.HEART_RATE

    def _limits_of(self, target: StepTarget | None) -> _Limits | None:
        """Return the lowest cap and the target's own band; None without limits that may cue."""
        low = high = None
        if target is not None and target.quantity is Quantity.HEART_RATE and not target.estimated:
            low, high = target.band.low, target.band.high
        for cap in () if self.context.step is None else self.context.step.caps:
            if cap.quantity is Quantity.HEART_RATE and not cap.estimated and cap.band.high is not None:
                high = cap.band.high if high is None else min(high, cap.band.high)
        return None if low is None and high is None else (low, high)

    def _restart_forecast(self) -> None:
        """Start the forecast anew, because another effort begins."""
        self._heading.reset()
        self._forecast = None
        self._forecast_due = -inf
        self._sure_since = None

    def _update_forecast(self, reading: Reading, high: float | None, now: Seconds) -> None:
        """Add a heart rate to the forecast and compare it with a cap in bpm, at most once every `EACH_S`."""
        if now < self._forecast_due:
            return
        self._forecast_due = now + EACH_S
        context = self.context
        step_s = context.session.step_time(now)
        if (
            step_s is None
            or step_s < context.athlete.kinetics.delay_up_s
            or not context.is_heart_rate_clean(now)
        ):
            self._restart_forecast()
            return
        self._heading.add(reading.at, reading.value)
        self._forecast = None
        if not self._will_cross(reading.value, high, now):
            self._sure_since = None
        elif self._sure_since is None:
            self._sure_since = now

    def _warning(self, now: Seconds) -> HeartRateForecast | None:
        """Return the forecast if it is surely over the cap, else None."""
        if self._sure_since is None or self._forecast is None:
            return None
        held_s = now - self._sure_since
        settings, kinetics = self.context.settings, self.context.athlete.kinetics
        if (
            held_s < settings.heart_rate_sure_s
            or self._heading.seen_s < settings.heart_rate_seen * kinetics.tau_up_s
        ):
            return None
        return HeartRateForecast(*self._forecast, held_s)

    def _is_coming_down(self, high: float, now: Seconds) -> bool:
        """Return True if the heart rate will fall under a cap in bpm by itself."""
        forecast = self._forecast_at_end(now)
        return forecast is not None and forecast[0] <= high

    def _noise(self) -> float | None:
        """Return the relative uncertainty of the present heart rate; None without a forecast."""
        forecast = self._heading.ahead(0.0)
        return None if forecast is None else forecast[1] / forecast[0]

    def _will_cross(self, rate: float, high: float | None, now: Seconds) -> bool:
        """Return True if a heart rate under the cap surely leads over it."""
        settings = self.context.settings
        if high is None or rate > high or self._heading.most() <= high + settings.heart_rate_over:
            return False
        self._forecast = self._forecast_at_end(now)
        if self._forecast is None:
            return False
        bpm, sd, _ = self._forecast
        return bpm > high + settings.heart_rate_over and bpm - settings.heart_rate_sure_sd * sd > high

    def _forecast_at_end(self, now: Seconds) -> tuple[float, float, float] | None:
        """Return the forecast for the end of the step, at most a minute ahead; None near the end."""
        settings = self.context.settings
        end = self.context.session.expected_end(now)
        in_s = settings.heart_rate_ahead_s if end is None else min(settings.heart_rate_ahead_s, end - now)
        if in_s < settings.heart_rate_ahead_least_s:
            return None
        forecast = self._heading.ahead(in_s)
        return None if forecast is None else (*forecast, in_s)
