"""Calls a rep or run that starts too fast: early, once, and also in a short rep."""

from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.workout.kinds import PACED_REPS


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
        aim = None if target is None else pace_of(target.band)
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
