"""The rules of pace: against the pacing light, at the start, and by the speed itself.

Only speeds are judged: a target in another quantity has rules of its own (`coach.cues.bands`, `coach.cues.heart_rate`),
and a cap of pace beside it is judged here.
"""

from collections import Counter
from dataclasses import replace
from math import hypot, sqrt
from typing import Final, NamedTuple

from coach.cues.arbiter import BandMonitor, CueArbiter, Rule, RuleEvent, Side, Subscription
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Settling, Why
from coach.cues.language import Words
from coach.quantities import METRES_PER_KM, Seconds
from coach.session.events import PhaseChanged, Stopped
from coach.session.phases import Phase
from coach.signals.readings import Reading, Source
from coach.workout.kinds import FLOATS, PACED_REPS
from coach.workout.timeline import Limits, Quantity, StepTarget

# --- against the pacing light
#
# It tells the seconds ahead or behind in steps with a target time, and gives a new light to a runner far behind.
#
# - The band is that of the target: a runner whose mean speed since the start lies inside it is not called, and an
#   open side is never called.
# - Nothing is said before 150 m and 30 s. A standing start is forgiven.
# - In long reps on a track whole laps are compared, at the line. Elsewhere the error must hold for a while.
# - "Behind" is said to a runner who is slow in the last seconds too, "ahead" to one who is fast.
# - After `new_light` the run sets the session's light back to the runner: nobody is asked to close more than 5 s per
#   km.


class PacingLightRule(Rule):
    """Judges steps by the pacing light; what is severe, and whether a cue was answered, `PaceBand` decides."""

    __slots__ = (
        "_ahead_record",
        "_fast",
        "_is_judged_by_lap",
        "_lap",
        "_monitor",
        "_record",
        "_slow",
        "_target",
    )

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start level with the light."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor()
        self._record = arbiter.record("pace")
        self._ahead_record = arbiter.record("ahead_of_light")
        self._lap = 0
        self._is_judged_by_lap = False
        self._target: StepTarget | None = None
        self._slow: float | None = None
        """How far from the aim of that target its slow side is, as a share; None where it is open."""
        self._fast: float | None = None

    def on_step(self, now: Seconds) -> None:
        """Start level with the light; laps that were run before an undo are not compared again."""
        self._monitor.reset()
        self._is_judged_by_lap = self._has_laps()
        self._lap = int((self.context.session.step_metres(now) or 0.0) // self._lap_m())

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed in measured steps judged by the light."""
        if (
            not self.context.follows_light()
            or not self.context.is_running()
            or self.context.session.is_clock_mode
        ):
            return ()
        return (Subscription.SPEED,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the runner with the light, at the end of a lap or when the error has held."""
        session, settings = self.context.session, self.context.settings
        time_s = session.step_time(now)
        if time_s is None or time_s < settings.light_from_s:
            return
        if self._is_judged_by_lap and not self._is_lap_over(now):
            return
        from_light_s = session.behind_light_s(now)
        if from_light_s is None:
            return
        target = session.target_now(now)
        aim = None if target is None else target.band.nominal
        if target is None or not aim or abs(from_light_s) < settings.light_least_s:
            self._monitor.interrupt()
            return
        behind_s, (low, high) = (
            self._without_standing_start(from_light_s),
            self._band_s(target, aim, time_s),
        )
        if (low is None or behind_s >= low) and (high is None or behind_s <= high):
            self._monitor.interrupt()
            return
        metres = session.step_metres(now)
        if metres is None or not _is_light_judged(self.context, time_s, metres, now):
            self._monitor.interrupt()
            return
        side = self._monitor.update(now, behind_s, low, high, 0.0)
        if side is None or not (self._is_judged_by_lap or self._monitor.held_s(now) >= settings.hold_s):
            return
        if self.arbiter.is_silent(now) and not (side is Side.HIGH and self.arbiter.is_said_twice()):
            return
        window_s, age_s = time_s, Seconds(now - reading.at)
        why = Why("light", behind_s, "light_s", low, high, window_s, age_s)
        recent_error = self.context.recent_error(aim) or 0.0
        if self.context.is_wind(now):
            return
        if side is Side.HIGH and recent_error <= -settings.true_share:
            self._call_behind(behind_s, metres, aim, why, now)
        elif side is Side.LOW and recent_error >= settings.true_share:
            self._call_ahead(-behind_s, why, now)

    def _call_behind(self, behind_s: float, metres: float, aim: float, why: Why, now: Seconds) -> None:
        context, settings = self.context, self.context.settings
        if context.is_unproven() and not context.is_settled(now, settings.unproven_factor):
            return
        if context.is_effort_enough(now) or context.is_wind_unknown(now):
            return
        if self.arbiter.is_said_twice():
            self.arbiter.let_be(now)
            return
        kind, words = _behind_cue(behind_s, metres, aim, context, self.arbiter)
        if self.arbiter.advise(now, kind, words, why):
            self._record.note(now, Side.LOW)

    def _call_ahead(self, ahead_s: float, why: Why, now: Seconds) -> None:
        if self.arbiter.was_light_set_back:
            return  # who catches up with the plan is not ahead
        words = self.phrases.ahead(ahead_s, self._ahead_record.times)
        if self.arbiter.advise(now, CueKind.AHEAD_OF_LIGHT, words, why):
            self._record.note(now, Side.HIGH)
            self._ahead_record.note(now)

    def _without_standing_start(self, behind_s: float) -> float:
        if not self.context.is_standing_start or self.arbiter.has_let_be() or behind_s <= 0.0:
            return behind_s
        return max(0.0, behind_s - self.context.settings.standing_start_s)

    def _band_s(self, target: StepTarget, aim: float, time_s: float) -> tuple[float | None, float | None]:
        """Return the sides of the band in seconds against the light after so much time; minus is ahead."""
        settings, leave = self.context.settings, self.context.session.leave(target)
        if target is not self._target:
            self._target = target
            self._slow, self._fast = (
                None if side is None else max(settings.light_share, abs(side / aim - 1.0))
                for side in (target.band.low, target.band.high)
            )
        slow, fast, least_s = self._slow, self._fast, settings.light_least_s
        return (
            None if fast is None else -max(least_s, (fast + leave) * time_s),
            None if slow is None else max(least_s, (slow + leave) * time_s),
        )

    def _has_laps(self) -> bool:
        length = self.context.length_m
        return (
            self.context.is_track()
            and length is not None
            and length >= self.context.settings.light_laps_from_m
        )

    def _is_lap_over(self, now: Seconds) -> bool:
        """Return True if a lap of a long rep has just ended; only then the light is compared in it."""
        metres = self.context.session.step_metres(now)
        if metres is None:
            return False
        lap = int(metres // self._lap_m())
        new_lap, self._lap = lap > self._lap, max(lap, self._lap)
        return new_lap

    def _lap_m(self) -> float:
        return self.context.session.timeline.context.lap_m


def _is_light_judged(context: StepContext, time_s: float, metres: float, now: Seconds) -> bool:
    """Return True if the light may be judged: the rep is old enough, settled and measured, and is run."""
    session, settings = context.session, context.settings
    if time_s < settings.light_from_s or metres < settings.light_from_m or not context.is_settled(now):
        return False
    return not session.is_estimated(now) and not context.is_walking(now)


def _behind_cue(
    behind_s: float, metres: float, aim: float, context: StepContext, arbiter: CueArbiter
) -> tuple[CueKind, Words]:
    """Return the cue for a runner so many seconds behind the light; a new light for one who stays far behind."""
    if arbiter.has_let_be():
        return CueKind.BEHIND_LIGHT, context.phrases.behind_again(behind_s)
    record = arbiter.record("pace")
    repeats = record.times if record.was_said_of(Side.LOW) else 0
    if repeats and behind_s / (metres / METRES_PER_KM) > context.settings.new_light_s_per_km:
        return CueKind.NEW_LIGHT, context.phrases.new_light(aim, context.athlete.unit)
    return CueKind.BEHIND_LIGHT, context.phrases.behind(behind_s, repeats)


# --- the start
#
# A start that is much too fast is called early and once, also in a short rep: by its speed, or the light at 200 m.


class FastStart(Rule):
    """Watches the first minute of a first rep, the first 400 m of a run, and the first half minute of any rep."""

    __slots__ = ("_is_past_mark", "_monitor", "_pace_record", "_record", "_turn")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with a rep to watch."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor()
        self._record = arbiter.record("fast_start")
        self._pace_record = arbiter.record("pace")
        self._is_past_mark = False
        self._turn = 0

    def on_step(self, now: Seconds) -> None:
        """Watch the rep from its beginning; a mark that lies behind does not count."""
        self._monitor.reset()
        mark = self.context.settings.start_fast_mark_m
        self._is_past_mark = (self.context.session.step_metres(now) or 0.0) >= mark

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed in paced, measured work."""
        step = self.context.step
        if step is None or step.kind not in PACED_REPS or self._record.was_said_of(step.step_id):
            return ()
        if not self.context.is_paced() or not self.context.is_running() or self.context.session.is_clock_mode:
            return ()
        return (Subscription.SPEED,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge the speed of the last seconds, and the light at the first 200 m."""
        session = self.context.session
        time_s = session.step_time(now)
        if time_s is None or not self._is_start(time_s, now) or self._pace_record.was_said_of(Side.HIGH):
            return
        target = session.target_now(now)
        aim = None if target is None else target.band.nominal
        if aim is None:
            return
        has_mark = self._is_first() and not self._is_past_mark
        is_below = not has_mark and (self.context.recent.value or 0.0) <= aim
        if is_below or self.context.is_walking(now) or session.is_estimated(now):
            self._monitor.interrupt()
            return
        mark_why = None if self._is_past_mark else self._ahead_at_mark(aim, reading, now)
        why = mark_why or self._too_fast(aim, time_s, reading, now)
        if why is not None:
            self._say(why, now)

    def _too_fast(self, aim: float, time: float, reading: Reading, now: Seconds) -> Why | None:
        settings, recent, smooth = self.context.settings, self.context.recent.value, self.context.smooth.value
        if recent is None or smooth is None or time < settings.start_fast_from_s:
            return None
        noise = min(self.context.noise.level, self.context.noise.presumed)
        is_early = time <= settings.start_fast_until_s and self._is_first()
        share = settings.start_fast_share if is_early else settings.start_fast_later
        high = aim * (1.0 + max(share, settings.start_fast_times * noise))
        if recent <= high:
            self._monitor.interrupt()
            return None  # nearly always so, and the edge of the band only lies further out
        high += aim * settings.unproven_band if self.context.is_unproven() else 0.0
        high = max(high, self._edge(now) or aim)
        is_lasting = smooth - aim >= settings.alarm_still * (high - aim)
        side = self._monitor.update(now, recent if is_lasting else aim, None, high, 0.0)
        held_s = self._monitor.held_s(now)
        if side is not Side.HIGH or held_s < settings.start_fast_hold_s:
            return None
        age_s = Seconds(now - reading.at)
        return Why("start_pace", recent, "speed_mps", None, high, Seconds(held_s), age_s, noise)

    def _is_first(self) -> bool:
        """Return True in a first rep or outside repeats."""
        return self.context.step is not None and self.context.step.rep in {None, 1}

    def _is_start(self, time: float, now: Seconds) -> bool:
        """Return True during the start: a minute of a first rep, half a minute of a later one, 400 m of a run."""
        settings = self.context.settings
        if not self._is_first():
            return time <= settings.start_fast_later_s
        if time <= settings.start_fast_until_s:
            return True
        session = self.context.session
        is_long = self.context.expected_s is None or self.context.expected_s > settings.renew_from_s
        metres = session.step_metres(now) if is_long else None
        if metres is None or metres > settings.start_fast_run_m:
            return False
        # a runner who is behind the light did not start too fast
        behind_s = session.behind_light_s(now)
        return behind_s is not None and behind_s < 0.0

    def _ahead_at_mark(self, aim: float, reading: Reading, now: Seconds) -> Why | None:
        settings, session = self.context.settings, self.context.session
        metres = session.step_metres(now) if self._is_first() else None
        if metres is None or metres < settings.start_fast_mark_m:
            return None
        self._is_past_mark = True
        behind_s, time_s = session.behind_light_s(now), session.step_time(now)
        if behind_s is None or time_s is None:
            return None
        up_s = max(settings.start_fast_up_s, time_s * ((self._edge(now) or aim) / aim - 1.0))
        if behind_s > -up_s:
            return None
        recent_error = self.context.recent_error(aim)
        if recent_error is None or recent_error < settings.true_share:
            return None
        return Why("too_fast_at_200", behind_s, "light_s", -up_s, None, time_s, Seconds(now - reading.at))

    def _edge(self, now: Seconds) -> float | None:
        """Return the fast edge of the band in m/s, inside which no start is too fast; None on an open side."""
        target = self.context.session.target_now(now)
        if target is None or target.band.high is None:
            return None
        return target.band.high * (1.0 + self.context.session.leave(target))

    def _say(self, why: Why, now: Seconds) -> None:
        step, behind_s = self.context.step, self.context.session.behind_light_s(now)
        if step is None or self._record.was_said_of(step.step_id):
            return
        words = self.phrases.too_fast_by(0.0 if behind_s is None else -behind_s, self._turn)
        if self.arbiter.advise(now, CueKind.START_TOO_FAST, words, why, is_gross=True):
            self._record.note(now, step.step_id)
            self._pace_record.note(now, Side.HIGH)
            self._turn += 1


# --- by the speed: an alarm for clear errors, a drift for small ones that add up, and "on pace"
#
# - The alarm goes off when the smoothed speed is further from the aim than the noise of its source explains, and the
#   last seconds show at least half of that error. The noise is measured live.
# - It never goes off inside the band. Around a single value the error counts from the aim, so the larger of band and
#   noise decides. For a range, a bound and a cap the error counts from the edge.
# - An error over 5.5 % is severe: it is called in steps judged by the pacing light as well, and when the words are
#   spent.
# - The drift is called once a segment, with the seconds of the light: errors of 2 to 5 % that no alarm can call.
# - An error that goes on is called in other words and after a longer silence. "On pace" is said once.
# - A runner who was asked for more speed twice is let be, and judged from the speed they hold.

_SPEED: Final = Quantity.SPEED  # an enum's member costs a tenth of a microsecond to look up
_NO_HALF_BEFORE: Final = 0.4
"""The share of a step's time before which nobody has run half of it; judged: 25 % too fast."""


class DriftAccumulator:
    """Adds up the errors of one segment of a step, as a CUSUM.

    It is due when the errors beyond a dead band, summed and never below zero, exceed a limit: in that sum noise
    cancels out and an error stays. What a cue says are the seconds of the pacing light.
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
    """What is asked of the speed, with its sides as shares of its aim; an open side is None.

    At an error less than `alarm_from`, as a share too, the alarm cannot go off; to ask this costs less than to ask it.
    """

    aim: float
    low: float | None
    high: float | None
    limits: Limits
    alarm_from: float


class PaceBand(Rule):
    """Judges the pace of paced steps, floats included; in steps judged by the pacing light only severe errors."""

    __slots__ = (
        "_ahead_record",
        "_at",
        "_band",
        "_dead",
        "_drift",
        "_drift_record",
        "_half_due",
        "_half_source",
        "_has_faded",
        "_is_on_due",
        "_let_be_at",
        "_monitor",
        "_on_since",
        "_record",
        "_right_since",
        "_segment_ends",
        "_speed_factor",
        "_turns",
    )

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start on target."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("pace")
        """Its scope is the side that was called, here, at the start or by the pacing light, and not answered yet."""
        self._ahead_record = arbiter.record("ahead_of_light")
        self._drift_record = arbiter.record("pace_ledger")
        self._monitor = BandMonitor(self._record)
        self._drift = DriftAccumulator()
        self._band: _RelativeBand | None = None
        self._dead = (0.0, 0.0)
        self._segment_ends = 0.0
        self._at: float | None = None
        self._on_since: float | None = None
        self._right_since: float | None = None
        """Since when the smoothed speed is on the target while "on pace" is due."""
        self._is_on_due = False
        """True from an answer on until it was acknowledged or the runner is off the target again."""
        self._let_be_at = 0.0
        """The error (share of the aim, never above 0) a runner was let be at; slower than that is a new error."""
        self._has_faded: bool | None = None
        """True if a runner who is slow now was not in the first half of the step; None in the first half."""
        self._half_source: Source | None = None
        self._half_due: float | None = None
        self._turns: Counter[CueKind] = Counter()
        """How many errors of each kind were called in the run, so that the next one begins with other words."""
        self._speed_factor = context.speed_factor

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start on target, with no drift."""
        self._monitor.reset()
        self._band = None
        self._at = None
        self._on_since = None
        self._is_on_due = False
        self._let_be_at = 0.0
        self._has_faded = self._half_due = None
        self._segment_ends = self.context.settings.ledger_segment_s
        self._drift.reset()
        self._drift_record.reset()

    def on_event(self, event: RuleEvent, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Call nothing a fade after a pause or a stop, because the runner has rested; a stop adds nothing up."""
        if isinstance(event, Stopped):
            self._drift.reset()
            self._has_faded = False
        elif isinstance(event, PhaseChanged) and event.phase is Phase.PAUSED:
            self._has_faded = False

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the speed of a step that limits it, unless nothing measures it.

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
        context, limits = self.context, self.context.limits(_SPEED, now)
        if limits is None or self._band is None or limits is not self._band.limits:
            self._read_limits(limits)
        band, smooth, follows_light = self._band, context.smooth.value, context.follows_light()
        if not follows_light and context.is_walking(now):
            context.on_walk(now)
        if band is None or smooth is None or not context.is_settled(now):
            self._monitor.interrupt()
            self._at = None
            return
        error = smooth / band.aim - 1.0
        if not follows_light:
            self._add_to_drift(reading, band.aim, now)
        if self._half_due is None or now >= self._half_due:
            self._look_at_half(reading, now)
        if abs(error) >= band.alarm_from:
            self._alarm(error, reading, now)
            return
        self._monitor.interrupt()
        self._watch_answer(error, now)
        if self._is_on_due:
            self._say_on_pace(reading, now)
        elif not follows_light:
            self._call_drift(reading, now)

    def evidence(self, now: Seconds) -> Why | None:
        """Return the smoothed speed with the limits of the alarm; None where the light judges and no cap does."""
        band, reading = self._band, self.context.signals.speed()
        if band is None or reading is None or self.context.smooth.value is None or not self.subscriptions():
            return None
        if self.context.follows_light() and not (band.limits.is_low_capped or band.limits.is_high_capped):
            return None
        return self._why("pace_band", reading, now)

    def settling(self, now: Seconds) -> Settling | None:
        """Return what is left of the settle time of the step."""
        return self.context.settling(now)

    def _read_limits(self, limits: Limits | None) -> None:
        """Read what is asked of the speed: the sides as shares of the aim, and the dead bands of the drift."""
        self._band = None
        aim = None if limits is None else limits.band.nominal
        if limits is None or not aim:
            return
        low, high = limits.band.low, limits.band.high
        below, above = None if low is None else 1.0 - low / aim, None if high is None else high / aim - 1.0
        settings, is_capped = self.context.settings, limits.is_low_capped or limits.is_high_capped
        is_by_light = self.context.follows_light() and not is_capped
        alarm_from = settings.fade_in_share if is_by_light else settings.alarm_least
        self._band = _RelativeBand(aim, below, above, limits, alarm_from)
        dead = settings.ledger_dead
        self._dead = (max(dead, below or 0.0), max(dead, above or 0.0))

    def _is_meant(self, side: float, *, is_capped: bool) -> bool:
        """Return True if a side of the band is a limit as written and not a margin around the aim."""
        is_range = self._band is not None and self._band.limits.is_range
        return is_range or is_capped or side > self.context.settings.alarm_narrow

    def _look_at_half(self, reading: Reading, now: Seconds) -> None:
        """Note in the middle of a long step whether its first half was on the target; slower than that is a fade."""
        context, settings = self.context, self.context.settings
        if self._has_faded is not None:
            self._has_faded = self._has_faded and reading.source is self._half_source
            return
        time_s = context.session.step_time(now)
        if time_s is None or not self._may_be_half(now):
            return
        share, band = context.share_done(now), self._band
        if share is None or share < settings.fade_in_after or band is None:
            return
        metres = context.session.step_metres(now)
        is_long = (context.length_m or 0.0) >= settings.fade_in_from_m
        is_lasting = (context.expected_s or 0.0) >= settings.fade_in_from_s
        self._has_faded, self._half_source = False, reading.source
        if metres is None or not (is_long or is_lasting) or self._has_ramp():
            return
        behind_s = time_s - metres / band.aim  # of the plan, not of a light that was set back
        self._has_faded = behind_s <= max(settings.standing_start_s, settings.light_share * time_s)

    def _may_be_half(self, now: Seconds) -> bool:
        """Return True if half of the step may be run by now; that costs less than to measure it."""
        if self._half_due is None:
            time_s, expected_s = self.context.session.step_time(now) or 0.0, self.context.expected_s
            self._half_due = now + max(0.0, _NO_HALF_BEFORE * (expected_s or 0.0) - time_s)
        return now >= self._half_due

    def _has_ramp(self) -> bool:
        step = self.context.step
        return step is not None and step.target is not None and step.target.ramp is not None

    def _alarm(self, error: float, reading: Reading, now: Seconds) -> None:
        """Call an error beyond the alarm, acknowledge an answer, or else look at the drift."""
        low, high = self._edges()
        side = self._monitor.update(now, error, low, high, 0.0)
        self._watch_answer(error, now)
        if side in {Side.HIGH, Side.LOW}:
            self._is_on_due = False
            limit = (high if side is Side.HIGH else low) or 0.0
            is_asked_twice = side is Side.LOW and self.arbiter.is_said_twice()
            if not is_asked_twice and self.arbiter.is_silent(now, is_severe=self._is_severe(error)):
                return
            if (
                self._may_call(side, error, abs(limit), reading, now)
                and self._is_true(side, abs(limit))
                and self._is_certain(side, error, abs(limit), now)
            ):
                self._call(side, error, reading, now)
        elif self._is_on_due:
            self._say_on_pace(reading, now)
        else:
            self._call_drift(reading, now)

    def _watch_answer(self, error: float, now: Seconds) -> None:
        """Note that a runner who was told of an error is on the target again, once that has lasted."""
        if not self._record.times or not self._is_on_target(error):
            self._on_since = None
            return
        self._on_since = now if self._on_since is None else self._on_since
        if now - self._on_since >= self.context.settings.hold_back_s:
            self._is_on_due = (
                self._record.at != self._drift_record.at
            )  # a drift is too small to be right again
            self._right_since = None
            self._record.reset()
            self.arbiter.reset_back_off()

    def _is_on_target(self, error: float, inside: float = 0.0) -> bool:
        """Return True if an error is within the target: 2 %, a narrower band, or the sides of one that is meant.

        Of those it must be so far `inside`, or half of the way.
        """
        band = self._band
        if band is None:
            return False
        low = self._leave(band.low, inside, is_capped=band.limits.is_low_capped)
        high = self._leave(band.high, inside, is_capped=band.limits.is_high_capped)
        return (low is None or error >= -low) and (high is None or error <= high)

    def _leave(self, side: float | None, inside: float, *, is_capped: bool) -> float | None:
        """Return how far from the aim a runner is on target on a side; None on an open one."""
        if side is None:
            return None
        if self._is_meant(side, is_capped=is_capped):
            return max(side - inside, 0.5 * side)
        return min(side, self.context.settings.true_share)

    def _threshold(self) -> float:
        """Return the least error that noise does not explain, as a share of the aim."""
        context, settings, filling_noise = self.context, self.context.settings, self._filling_noise()
        most = settings.alarm_most * min(filling_noise, settings.alarm_early)
        least = settings.alarm_times * context.noise.level * filling_noise
        if context.is_track() and context.source is Source.WATCH:
            least = hypot(least, settings.watch_on_track)
        return min(max(least, settings.alarm_least), most)

    def _filling_noise(self) -> float:
        """Return the noise of the smoothed speed over that of a filter which is full, and as long as it should be."""
        weight = self.context.smooth.weight
        return sqrt((2.0 - weight) / weight) * self.context.spread

    def _edges(self) -> tuple[float | None, float | None]:
        """Return the errors beyond which the alarm goes off: the slow one is below 0; None for an open side."""
        band, least = self._band, self._threshold()
        if band is None:
            return None, None
        low = self._limit(band.low, least, is_capped=band.limits.is_low_capped)
        return None if low is None else -low, self._limit(
            band.high, least, is_capped=band.limits.is_high_capped
        )

    def _limit(self, side: float | None, least: float, *, is_capped: bool) -> float | None:
        if side is None:
            return None
        settings = self.context.settings
        extra = settings.unproven_band if self.context.is_unproven() else 0.0
        if self._is_meant(side, is_capped=is_capped):
            return max(least, side + least * settings.alarm_still) + extra
        return max(least, side * settings.alarm_margin) + extra

    def _is_true(self, side: Side, limit: float) -> bool:
        """Return True if the last seconds show half of an error too, and are on its side of the target."""
        recent = None if self._band is None else self.context.recent_error(self._band.aim)
        if recent is None:
            return False
        return (recent if side is Side.HIGH else -recent) >= self._least_now(limit)

    def _least_now(self, limit: float) -> float:
        """Return how large an error must be in the last seconds: half of its limit, and so large that it is true."""
        settings = self.context.settings
        return max(min(settings.true_share, limit), limit * settings.alarm_still)

    def _is_certain(self, side: Side, error: float, limit: float, now: Seconds) -> bool:
        """Return True if an error is no passing noise.

        It is clear or lasts. One that was called already was not so by the speeds that are averaged now, and the last
        seconds show all of it: a runner who was told may be mending it. And the metres of the source show it too.
        """
        context, settings, band = self.context, self.context.settings, self._band
        if band is None or not self._is_clear(error, max(limit, band.alarm_from), now):
            return False
        if self._record.was_said_of(side):
            averaged_s = min(context.smooth.window_s, settings.severe_gap_s)
            recent = context.recent_error(band.aim) or 0.0
            if now - self._record.at < averaged_s or (recent if side is Side.HIGH else -recent) < limit:
                return False
        counted = context.counted_error(band.aim)
        return counted is None or (counted if side is Side.HIGH else -counted) >= self._least_now(limit)

    def _is_clear(self, error: float, limit: float, now: Seconds) -> bool:
        """Return True if an error or that of the last seconds is far over its limit, or it has been over it a while."""
        settings, band = self.context.settings, self._band
        recent = 0.0 if band is None else self.context.recent_error(band.aim) or 0.0
        if abs(recent) >= settings.alarm_clear_now * limit:
            return True
        clear = settings.alarm_clear
        hold_s = settings.alarm_hold_s * (clear - abs(error) / limit) / (clear - 1.0)
        return self._monitor.held_s(now) >= hold_s

    def _may_call(self, side: Side, error: float, limit: float, reading: Reading, now: Seconds) -> bool:
        """Return True if the side may be called: nobody is asked for more speed outside work or on a belt.

        An uncalibrated pod needs a hold and twice the settle time.
        """
        context, settings = self.context, self.context.settings
        is_capped = self._band is not None and side is Side.HIGH and self._band.limits.is_high_capped
        if context.follows_light() and not is_capped and not self._may_call_by_light(error, now):
            return False
        if context.is_wind(now, limit):
            return False
        if side is Side.HIGH:
            return True
        if not context.may_push() or context.is_effort_enough(now) or not self._is_worse(error):
            return False
        if context.is_wind_unknown(now) or self._is_easing_off(reading):
            return False
        has_held = self._monitor.held_s(now) >= settings.hold_s
        return not context.is_unproven() or (has_held and context.is_settled(now, settings.unproven_factor))

    def _is_easing_off(self, reading: Reading) -> bool:
        """Return True if the speed falls so much that the runner is at a line that we do not know of, or stops."""
        share, smooth, band = self.context.settings.line_eased_share, self.context.smooth.value, self._band
        if smooth is None or band is None:
            return False
        recent = self.context.recent.value or 0.0
        return reading.value < share * smooth or (bool(self._has_faded) and recent < share * band.aim)

    def _may_call_by_light(self, error: float, now: Seconds) -> bool:
        """Return True if an error counts in a step judged by the light: a severe one, or a fade that has held.

        The small errors are those of the light.
        """
        settings = self.context.settings
        has_held = self._monitor.held_s(now) >= settings.fade_in_hold_s
        is_fade = bool(self._has_faded) and error <= -settings.fade_in_share and has_held
        if not (self._is_severe(error) or is_fade):
            return False
        time_s, metres = self.context.session.step_time(now), self.context.session.step_metres(now)
        return (
            time_s is not None and metres is not None and _is_light_judged(self.context, time_s, metres, now)
        )

    def _is_worse(self, error: float) -> bool:
        """Return True unless the runner was let be, and is not slower since by an alarm's worth."""
        if not self.arbiter.has_let_be():
            self._let_be_at = 0.0
        elif not self._let_be_at:
            self._let_be_at = error  # the light was set back by `new_light`
        return not self._let_be_at or error <= self._let_be_at - self._threshold()

    def _call(self, side: Side, error: float, reading: Reading, now: Seconds) -> None:
        """Call the error, the second and third time in a row in other words; let a runner be who was asked twice."""
        if side is Side.LOW and self.arbiter.is_said_twice():
            self.arbiter.let_be(now)
            return
        kind, words = self._cue(side, now)
        why = self._why("pace_band", reading, now)
        if self._band is not None and side is Side.HIGH and self._band.limits.is_high_capped:
            why = replace(why, rule="pace_cap")
        if self.arbiter.advise(now, kind, words, why, is_severe=self._is_severe(error)):
            self._turns[kind] += 0 if self._record.was_said_of(side) else 1
            self._record.note(now, side)
            self._drift.clear()
            if kind is CueKind.AHEAD_OF_LIGHT:
                self._ahead_record.note(now)

    def _is_severe(self, error: float) -> bool:
        return abs(error) >= self.context.settings.severe_share

    def _say_on_pace(self, reading: Reading, now: Seconds) -> None:
        """Say that the pace is right again, if it is now and there is enough of the step left for it to matter."""
        settings, band, end = self.context.settings, self._band, self.context.session.expected_end(now)
        recent_error = None if band is None else self.context.recent_error(band.aim)
        is_sure = self._is_surely_on(now)
        if not is_sure or recent_error is None:
            return
        if not self._is_on_target(recent_error, inside=settings.true_share):
            return  # at the edge of a range a runner is as soon out of it again
        if end is not None and end - now < settings.true_end_s:
            return
        why = self._why("pace_band", reading, now)
        if self.arbiter.remark(
            now, CueKind.BACK_ON_TARGET, CueClass.INFO, self.phrases.language.on_pace, why
        ):
            self._is_on_due = False

    def _is_surely_on(self, now: Seconds) -> bool:
        """Return True if noise leaves no room for an error that "on pace" would deny, and the metres agree.

        With a loud source the runner must have been on the target for as long as speeds are averaged.
        """
        context, settings, band, smooth = self.context, self.context.settings, self._band, self.context.smooth
        error = None if band is None or smooth.value is None else smooth.value / band.aim - 1.0
        if error is None or band is None or not self._is_on_target(error):
            self._right_since = None
            return False
        self._right_since = now if self._right_since is None else self._right_since
        noise = min(context.noise.level, context.noise.presumed)  # a change of pace is no noise
        room = settings.on_pace_times * noise * self._filling_noise()
        if abs(error) + room > settings.on_pace_most and now - self._right_since < smooth.window_s:
            return False
        counted = context.counted_error(band.aim)
        return counted is None or self._is_on_target(counted)

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
        """Call the drift once a segment, if no alarm did, with the seconds of the light."""
        settings, drift = self.context.settings, self._drift
        if self._record.times or self._drift_record.times or self.context.follows_light():
            return
        noise = self.context.noise.level
        least_s = settings.ledger_least_s
        side = drift.side_over(max(least_s, settings.ledger_sure_s * noise * noise / min(self._dead)))
        if side is None or not self._may_call_drift(side, now):
            return
        ahead_s = -(self.context.session.behind_light_s(now) or 0.0)
        if (ahead_s if side is Side.HIGH else -ahead_s) < least_s:
            return
        age_s, window_s = Seconds(now - reading.at), Seconds(drift.seconds)
        why = Why("pace_ledger", -ahead_s, "light_s", -least_s, least_s, window_s, age_s, noise)
        words = (
            self.phrases.behind_target(-ahead_s)
            if side is Side.LOW
            else self.phrases.ahead_of_target(ahead_s)
        )
        kind = CueKind.TOO_SLOW if side is Side.LOW else CueKind.TOO_FAST
        if self.arbiter.advise(now, kind, words, why):
            self._drift_record.note(now)
            self._record.note(now, side)
            drift.clear()

    def _may_call_drift(self, side: Side, now: Seconds) -> bool:
        """Return True if a drift to a side is an error that is still being made."""
        step, band = self.context.step, self._band
        if step is None or step.kind not in PACED_REPS or self.context.is_walking(now):
            return False
        if band is None or not band.limits.has_target:
            return False
        share, counted = self.context.settings.true_share, self.context.counted_error(band.aim)
        if (band.high if side is Side.HIGH else band.low) is None or not self._is_true(side, share):
            return False
        if counted is not None and (counted if side is Side.HIGH else -counted) < share:
            return False
        if self.context.is_wind(now):
            return False
        if side is Side.HIGH:
            return True
        if not self.context.may_push() or not self.context.is_lap_slow():
            return False
        return not (self.context.is_unproven() or self.context.is_effort_enough(now))

    def _cue(self, side: Side, now: Seconds) -> tuple[CueKind, Words]:
        """Return the kind and the words of an error; where the light tells the seconds, they are said."""
        context, step, band = self.context, self.context.step, self._band
        aim, unit = 0.0 if band is None else band.aim, context.athlete.unit
        repeats = self._record.times if self._record.was_said_of(side) else 0
        is_float = step is not None and step.kind in FLOATS
        has_light = context.follows_light() and not self.arbiter.are_laps_pressed
        behind_s = (context.session.behind_light_s(now) or 0.0) if has_light else 0.0
        least_s = context.settings.light_least_s
        if side is Side.HIGH:
            if is_float:
                kind = CueKind.FLOAT_TOO_FAST
                return kind, self.phrases.float_too_fast(self._turns[kind] + repeats)
            if behind_s <= -least_s and not self.arbiter.was_light_set_back:
                return CueKind.AHEAD_OF_LIGHT, self.phrases.ahead(-behind_s, self._ahead_record.times)
            kind = CueKind.TOO_FAST
            return kind, self.phrases.too_fast(repeats, self._turns[kind], aim, unit)
        if is_float:
            kind = CueKind.FLOAT_TOO_SLOW
            return kind, self.phrases.float_too_slow(self._turns[kind] + repeats)
        if self._has_faded:
            kind = CueKind.FADE
            words = (
                self.phrases.too_slow(repeats, 0, aim, unit)
                if repeats
                else self.phrases.fade(self._turns[kind])
            )
            return kind, words
        metres = context.session.step_metres(now)
        if behind_s >= least_s and metres is not None:
            return _behind_cue(behind_s, metres, aim, context, self.arbiter)
        kind = CueKind.TOO_SLOW
        return kind, self.phrases.too_slow(repeats, self._turns[kind], aim, unit)

    def _why(self, rule: str, reading: Reading, now: Seconds) -> Why:
        """Return the evidence, with the limits in m/s."""
        context, band = self.context, self._band
        low, high = self._edges()
        aim = 0.0 if band is None else band.aim
        slow, fast = None if low is None else aim * (1.0 + low), None if high is None else aim * (1.0 + high)
        window_s, age_s = Seconds(context.smooth.window_s), Seconds(now - reading.at)
        return Why(rule, context.smooth.value, "speed_mps", slow, fast, window_s, age_s, context.noise.level)
