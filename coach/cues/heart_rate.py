"""Heart rate: the ceiling, caps and targets, and recoveries that end with too high a rate.

A cap is called after a hold, or ahead of time if the forecast is certain enough:

- There is no forecast before the heart has followed the step for a dead time and most of a time constant.
- A forecast reaches a minute ahead at most, and never beyond the end of the step. It must be sure (five in six) for
  some seconds in a row. Close under the cap, with the heart rate rising, a likely crossing is enough.
- The figure that is said is on the low side of the forecast; once over the cap it is the cap.
- docs/decisions/0012-the-heart-rate-ahead.md has the figures and how they were found.
"""

from collections import deque
from math import hypot, inf
from typing import Final, NamedTuple

from coach.cues.arbiter import BandMonitor, CueArbiter, Rule, RuleEvent, Side, Subscription
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Settling, Why
from coach.cues.language import Words
from coach.physiology.heart_rate import EACH_S, Heading
from coach.quantities import Seconds
from coach.session.events import EndReason, PhaseChanged, StepEnded, WorkoutChanged
from coach.signals.readings import Reading, is_stale
from coach.workout.kinds import BRIEF, COUNTED, EASY, HARD, RESTS
from coach.workout.timeline import Band, HeartRateEnd, Limits, Quantity, Step

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


class _RepsOver:
    """Counts the reps of a set that were told that they cross their cap early."""

    __slots__ = ("_set_id", "_step_ids", "is_advised")

    def __init__(self) -> None:
        """Start with no set."""
        self._set_id = ""
        self._step_ids: list[str] = []
        self.is_advised = False
        """True if the set has had its advice."""

    def begin(self, step: Step) -> None:
        """Start a rep; one of another set starts the count again."""
        if step.set_id != self._set_id:
            self._set_id, self._step_ids, self.is_advised = step.set_id, [], False

    def add(self, step: Step) -> None:
        """Count a rep."""
        if step.step_id not in self._step_ids:
            self._step_ids.append(step.step_id)

    def count_before(self, step: Step) -> int:
        """Return how many other reps of the set were counted."""
        return sum([step_id != step.step_id for step_id in self._step_ids])


def _rule_of(limits: Limits) -> str:
    """Return the name of the rule: a cap's, or a target's with a low side."""
    return "heart_rate_cap" if limits.band.low is None else "heart_rate_band"


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
        words = self.phrases.language.ceiling
        if self.arbiter.emit(now, CueKind.HEART_RATE_CEILING, CueClass.SAFETY, words, why):
            self._record.note(now)


class HeartRateBand(Rule):
    """Calls a heart rate 2 bpm beyond a cap or target for 30 s; repeats grow rarer, and the third asks for a walk.

    - A crossing is called ahead of time if the forecast is sure, and after 20 s if it comes early in the step.
    - A heart rate that comes back by itself is not called.
    - In a set whose reps all cross the cap early, two reps are told, the next brings advice, and then it is silent.
    - While the heart rate is over its cap the runner is not asked for more speed.
    """

    __slots__ = (
        "_crossed_at",
        "_forecast",
        "_forecast_due",
        "_has_given_reason",
        "_heading",
        "_is_near",
        "_limits",
        "_margins",
        "_monitor",
        "_recent",
        "_record",
        "_reps_over",
        "_sample_at",
        "_stride_ended_at",
        "_sure_since",
        "_was_under",
    )

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start inside the band."""
        super().__init__(context, arbiter)
        self._heading = Heading(context.athlete.kinetics)
        self._forecast: tuple[float, float, float] | None = None
        self._forecast_due = -inf
        self._sure_since: float | None = None
        self._is_near = False
        """True if the crossing that is likely is so only because the heart rate is close under its cap."""
        self._monitor = BandMonitor(arbiter.record("heart_rate_band"))
        self._record = arbiter.record("heart_rate")
        self._reps_over = _RepsOver()
        self._recent: deque[tuple[float, float]] = deque()
        """The heart rates of the last seconds, with their times."""
        self._limits: Limits | None = None
        self._margins = Band()
        """The band of `_limits`, wider by the beats that do not count."""
        self._has_given_reason = False
        """True if the runner heard in this step that the heart rate goes before the pace."""
        self._was_under = False
        """True if the heart rate was at or under its cap in this step; in work it counts as such from the start."""
        self._crossed_at: float | None = None
        """When the heart rate rose over its cap in this step; None while it is not over it."""
        self._sample_at = -inf
        self._stride_ended_at = -inf

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start inside the band, with no forecast."""
        step = self.context.step
        self._restart_forecast()
        self._monitor.reset()
        self._record.reset()
        self._was_under = step is not None and step.kind in HARD
        self._crossed_at = None
        self._has_given_reason = False
        if step is not None and step.kind in COUNTED:
            self._reps_over.begin(step)

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Note the end of a stride, restart the forecast after a change, call a recovery that ran into its cap."""
        if isinstance(event, WorkoutChanged | PhaseChanged):
            self._restart_forecast()
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
            self.arbiter.emit(now, CueKind.ADVICE, CueClass.INFO, self.phrases.language.not_recovered, why)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the heart rate if the step limits it and is long enough for the heart to follow."""
        context = self.context
        if not context.is_running() or not context.is_limited(Quantity.HEART_RATE):
            return ()
        return () if self._is_work(context.settings.heart_rate_work_s) else (Subscription.HEART_RATE,)

    def evidence(self, now: Seconds) -> Why | None:
        """Return the present heart rate with the band it is compared with."""
        reading = self.context.signals.heart_rate()
        limits = self.context.limits(Quantity.HEART_RATE, now) if self.subscriptions() else None
        if limits is None or reading is None:
            return None
        return self._why(_rule_of(limits), reading, limits.band, self._monitor.held_s(now), now)

    def settling(self, now: Seconds) -> Settling | None:
        """Return the wait until run and step are old enough, and 90 s have passed since the last stride."""
        settings, session = self.context.settings, self.context.session
        waits = (
            (settings.heart_rate_from_s, session.run_time(now)),
            (settings.heart_rate_step_s, session.step_time(now)),
            (settings.heart_rate_stride_s, now - self._stride_ended_at),
        )
        left_s, of_s = max((of_s - (0.0 if time_s is None else time_s), of_s) for of_s, time_s in waits)
        return Settling(Seconds(left_s), Seconds(of_s)) if left_s > 0.0 else None

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge a heart rate once the run and the step are old enough."""
        if is_stale(now - self._sample_at, reading.period_s):
            self._monitor.interrupt()  # a hold must have no gap
            self._crossed_at = None
            self._recent.clear()
        self._sample_at = now
        limits = self.context.limits(Quantity.HEART_RATE, now)
        if limits is None:
            return
        band, rate = limits.band, reading.value
        self._remember(reading)
        self._watch_crossing(rate, band.high, now)
        self._update_forecast(reading, band.high, now)
        if not self._is_run_old_enough(now):
            self._monitor.interrupt()
            self._crossed_at = None
            return
        if band.high is not None and (rate > band.high or self._monitor.record.was_said_of(Side.HIGH)):
            self.arbiter.suppress_push_until(Seconds(now + self.context.settings.heart_rate_eases_s))
        if limits is not self._limits:
            self._limits, self._margins = limits, self._margins_of(band)
        margins = self._margins
        is_said = self._monitor.record.was_said()
        is_first_crossing = self._crossed_early(now) and not self._record.was_said()
        if not is_said and (margins.contains(rate) or is_first_crossing):
            self._warn(reading, band, now)
        if is_first_crossing and self._call_early(reading, limits, now):
            return
        if (margins.contains(rate) and not is_said) or not self._is_step_old_enough(now):
            self._monitor.interrupt()
        else:
            self._hold(reading, margins, limits, now)

    def _margins_of(self, band: Band) -> Band:
        """Return the band beyond which a hold begins."""
        over_bpm = self.context.settings.heart_rate_over
        low = None if band.low is None else band.low - over_bpm
        return Band(low, None, None if band.high is None else band.high + over_bpm)

    def _remember(self, reading: Reading) -> None:
        """Keep the heart rates of the last seconds."""
        self._recent.append((reading.at, reading.value))
        while self._recent[0][0] < reading.at - self.context.settings.heart_rate_falls_s:
            self._recent.popleft()

    def _watch_crossing(self, rate: float, high: float | None, now: Seconds) -> None:
        """Note when the heart rate rises over its cap, and when it is back."""
        if high is None or rate <= high:
            self._was_under, self._crossed_at = True, None
        elif self._was_under and self._crossed_at is None:
            self._crossed_at = now

    def _crossed_early(self, now: Seconds) -> bool:
        """Return True if the heart rate is over its cap since the first part of the step."""
        step_s = self.context.session.step_time(now)
        if self._crossed_at is None or step_s is None:
            return False
        return step_s - (now - self._crossed_at) < self.context.settings.heart_rate_step_s

    def _call_early(self, reading: Reading, limits: Limits, now: Seconds) -> bool:
        """Call a cap that is crossed early and stays so for 20 s; return True if it was called."""
        settings, high = self.context.settings, limits.band.high
        held_s = now - (now if self._crossed_at is None else self._crossed_at)
        if (
            high is None
            or held_s < settings.heart_rate_early_s
            or reading.value < high + settings.heart_rate_over
        ):
            return False
        if self._record.was_said() or not self.context.is_heart_rate_clean(now):
            return False
        if self._is_falling(reading.value) or self._is_coming_down(high, now):
            return False
        return self._call_high(reading, limits, held_s, now)

    def _is_falling(self, rate: float, by_bpm: float | None = None) -> bool:
        """Return True if the heart rate has come down from its highest of the last seconds."""
        most = max((recent for _, recent in self._recent), default=rate)
        return most - rate >= (self.context.settings.heart_rate_falls_bpm if by_bpm is None else by_bpm)

    def _is_rising(self, rate: float) -> bool:
        """Return True if the heart rate has come up from its lowest of the last seconds."""
        least = min((recent for _, recent in self._recent), default=rate)
        return rate - least >= self.context.settings.heart_rate_swing

    def _hold(self, reading: Reading, margins: Band, limits: Limits, now: Seconds) -> None:
        settings = self.context.settings
        inner_bpm = settings.heart_rate_over + settings.heart_rate_clear
        side = self._monitor.update(now, reading.value, margins.low, margins.high, inner_bpm)
        if side is Side.BACK and self._monitor.held_s(now) >= settings.heart_rate_clear_s:
            self._monitor.record.reset()
            self.arbiter.open_verdict = None
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

    def _warn(self, reading: Reading, band: Band, now: Seconds) -> None:
        """Call a forecast crossing, unless this cap was called lately."""
        step, settings, high = self.context.step, self.context.settings, band.high
        forecast = self._warning(now)
        if forecast is None or high is None or step is None or step.kind in RESTS:
            return
        is_falling = self._is_falling(reading.value, settings.heart_rate_swing)
        if now - self._record.at < self._repeat_after_s() or is_falling:
            return
        noise, window_s = forecast.sd / forecast.bpm, Seconds(forecast.held_s)
        bpm, words = reading.value, self.phrases.heart_rate_rising(high)
        if reading.value <= high:
            said_bpm = forecast.bpm - settings.heart_rate_said_sd * forecast.sd
            bpm = max(said_bpm, high + settings.heart_rate_over)
            words = self.phrases.heading_for(bpm)
        why = Why(
            *("heart_rate_heading", bpm, "heart_rate_bpm", band.low, high, window_s),
            sample_age_s=Seconds(now - reading.at),
            noise=noise,
        )
        if self._say_high(words, why, now):
            self._record.note(now)

    def _call(self, side: Side, reading: Reading, limits: Limits, now: Seconds) -> None:
        held_s, high = self._monitor.held_s(now), limits.band.high
        if held_s < self.context.settings.heart_rate_hold_s or now - self._record.at < self._repeat_after_s():
            return
        if not self.context.is_heart_rate_clean(now):
            return
        if side is Side.HIGH:
            if (
                high is not None
                and not self._is_falling(reading.value)
                and not self._is_coming_down(high, now)
            ):
                self._call_high(reading, limits, held_s, now)
        elif self._may_push() and not self._is_rising(reading.value):
            self._call_low(reading, limits, held_s, now)

    def _call_high(self, reading: Reading, limits: Limits, held_s: float, now: Seconds) -> bool:
        times, edge = self._record.times, limits.band.high or 0.0
        words = self.phrases.heart_rate_high(times, edge, self.context.settings.heart_rate_walk_from)
        rule = _rule_of(limits)
        is_effort_first = self._is_on_pace(now)
        if is_effort_first:
            rule = "effort_first"
            words = words if self._has_given_reason else self.phrases.language.effort_first
        if not self._say_high(words, self._why(rule, reading, limits.band, held_s, now), now):
            return False
        self._monitor.record.note(now, Side.HIGH)
        self._record.note(now)
        if is_effort_first and self.context.step is not None:
            self._has_given_reason = True
            self.arbiter.suppress_push_until(now, self.context.step.step_id)
        return True

    def _call_low(self, reading: Reading, limits: Limits, held_s: float, now: Seconds) -> None:
        record = self._monitor.record
        times = record.times if record.was_said_of(Side.LOW) else 0
        words = self.phrases.heart_rate_low(times, limits.band.low or 0.0)
        why = self._why(_rule_of(limits), reading, limits.band, held_s, now)
        if self._say(CueKind.HEART_RATE_LOW, words, why, now):
            record.note(now, Side.LOW)
            self._record.note(now)

    def _may_push(self) -> bool:
        """Return True if more may be asked for: in work, off a belt, and twice at most without an answer."""
        record = self._monitor.record
        times = record.times if record.was_said_of(Side.LOW) else 0
        return self.context.may_push() and times < self.context.settings.push_most

    def _why(self, rule: str, reading: Reading, band: Band, held_s: float, now: Seconds) -> Why:
        window_s, age_s = Seconds(held_s), Seconds(now - reading.at)
        return Why(rule, reading.value, "heart_rate_bpm", band.low, band.high, window_s, age_s, self._noise())

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
        return target.band.contains(speed)

    def _is_work(self, shorter_than_s: float) -> bool:
        """Return True in work that takes less than this many seconds."""
        step, expected_s = self.context.step, self.context.expected_s
        if step is None or step.kind not in _HARD:
            return False
        return expected_s is not None and expected_s < shorter_than_s

    def _say_high(self, words: Words, why: Why, now: Seconds) -> bool:
        """Say that the heart rate is over its cap: in two reps of a set as a cue, once as advice, and no more."""
        step = self.context.step
        if step is None or self._is_long() or step.rep is None or not self._is_early(now):
            return self._say(CueKind.HEART_RATE_HIGH, words, why, now)
        reps, settings = self._reps_over, self.context.settings
        if reps.count_before(step) < settings.heart_rate_early_reps:
            if not self._say(CueKind.HEART_RATE_HIGH, words, why, now):
                return False
        elif not reps.is_advised:
            advice = self.phrases.heart_rate_over(why.high or 0.0, reps.count_before(step) + 1)
            if not self.arbiter.remark(now, CueKind.ADVICE, CueClass.INFO, advice, why):
                return False
            reps.is_advised = True
        reps.add(step)
        return True

    def _is_early(self, now: Seconds) -> bool:
        """Return True in the first part of the step, or if the heart rate is over its cap since then."""
        step_s = self.context.session.step_time(now)
        is_begun = step_s is not None and step_s < self.context.settings.heart_rate_step_s
        return is_begun or self._crossed_early(now)

    def _say(self, kind: CueKind, words: Words, why: Why, now: Seconds) -> bool:
        """Show it in short work; say it within the budget of a rep, or in a long step by its own repeats."""
        step = self.context.step
        if self._is_work(self.context.settings.heart_rate_steers_s):
            return self.arbiter.emit(now, kind, CueClass.INFO, words, why, spoken=False)
        if step is not None and step.kind in _COUNTED and not self._is_long():
            return self.arbiter.advise(now, kind, words, why)
        return self.arbiter.remark(now, kind, CueClass.COACH, words, why)

    def _is_long(self) -> bool:
        """Return True in a step so long that the heart rate has repeats of its own."""
        expected_s = self.context.expected_s
        return expected_s is None or expected_s > self.context.settings.heart_rate_long_s

    def _restart_forecast(self) -> None:
        """Restart the forecast, because another effort begins."""
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
            held_s < (0.0 if self._is_near else settings.heart_rate_sure_s)
            or self._heading.seen_s < settings.heart_rate_seen * kinetics.tau_up_s
        ):
            return None
        return HeartRateForecast(*self._forecast, held_s)

    def _is_coming_down(self, high: float, now: Seconds) -> bool:
        """Return True if the heart rate will fall under a cap in bpm by itself."""
        forecast = self._forecast_at_end(high, now)
        return forecast is not None and forecast[0] <= high

    def _noise(self) -> float | None:
        """Return the relative uncertainty of the present heart rate; None without a forecast."""
        forecast = self._heading.ahead(0.0)
        return None if forecast is None else forecast[1] / forecast[0]

    def _will_cross(self, rate: float, high: float | None, now: Seconds) -> bool:
        """Return True if a heart rate under the cap, or just over it, surely leads beyond it."""
        settings = self.context.settings
        if high is None or self._heading.most() <= high:
            return False
        if rate > high and not self._crossed_early(now):
            return False
        self._forecast = self._forecast_at_end(rate, now)
        if self._forecast is None:
            return False
        bpm, sd, _ = self._forecast
        self._is_near = False
        if bpm > high + settings.heart_rate_over and bpm - settings.heart_rate_sure_sd * sd > high:
            return True
        step = self.context.step
        is_hard = step is not None and step.kind in HARD
        self._is_near = is_hard and rate >= high - settings.heart_rate_near and self._is_rising(rate)
        return (
            self._is_near
            and bpm >= high + settings.heart_rate_near_over
            and bpm - settings.heart_rate_near_sd * sd > high
        )

    def _forecast_at_end(self, rate: float, now: Seconds) -> tuple[float, float, float] | None:
        """Return the forecast for the end of the step, at most a minute ahead; None near the end.

        How far the rest of a rise goes is doubted: the first beats of an effort rise faster than the curve, the last
        ones slower.
        """
        settings = self.context.settings
        end = self.context.session.expected_end(now)
        in_s = settings.heart_rate_ahead_s if end is None else min(settings.heart_rate_ahead_s, end - now)
        if in_s < settings.heart_rate_ahead_least_s:
            return None
        forecast = self._heading.ahead(in_s)
        if forecast is None:
            return None
        doubt_bpm = settings.heart_rate_rise_doubt * (forecast[0] - rate)
        return forecast[0], hypot(forecast[1], doubt_bpm), in_s
