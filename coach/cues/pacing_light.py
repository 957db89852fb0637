"""The pacing light: seconds ahead or behind in steps with a target time, and a new light for a runner far behind.

- The band is that of the target: a runner whose mean speed since the start lies inside it is not called, and an open
  side is never called.
- Nothing is said before 150 m and 30 s. A standing start is forgiven.
- In long reps on a track whole laps are compared, at the line. Elsewhere the error must hold for a while.
- "Behind" is said to a runner who is slow in the last seconds too, "ahead" to one who is fast.
- After `new_light` the run sets the session's light back to the runner: nobody is asked to close more than 5 s per km.
- A start that is much too fast is called early and once, also in a short rep: by its speed, or the light at 200 m.
"""

from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext
from coach.cues.cue import CueKind, Why
from coach.cues.language import Words
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import METRES_PER_KM, Seconds
from coach.signals.readings import Reading
from coach.workout.kinds import PACED_REPS
from coach.workout.timeline import StepTarget


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
        if metres is None or not is_light_judged(self.context, time_s, metres, now):
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
        kind, words = behind_cue(behind_s, metres, aim, context, self.arbiter)
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


def is_light_judged(context: StepContext, time_s: float, metres: float, now: Seconds) -> bool:
    """Return True if the light may be judged: the rep is old enough, settled and measured, and is run."""
    session, settings = context.session, context.settings
    if time_s < settings.light_from_s or metres < settings.light_from_m or not context.is_settled(now):
        return False
    return not session.is_estimated(now) and not context.is_walking(now)


def behind_cue(
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


# --- the start -------------------------------------------------------------------------------------------------------


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
