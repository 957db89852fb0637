"""Heart rate: a ceiling at once, a cap with patience or ahead of time, and a recovery that was not one."""

from math import inf
from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.heart_ahead import HeartAhead
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Heard, Rule, because
from coach.cues.scene import Scene
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.session.facts import EndReason, PhaseChanged, StepEnded, WorkoutChanged
from coach.signals.readings import Freshness, Reading, freshness
from coach.workout.kinds import BRIEF, COUNTED, EASY, HARD, LIMITED, RESTS
from coach.workout.timeline import HeartRateEnd, Quantity, Target

_Band = tuple[float | None, float | None]
"""The lowest and the highest heart rate in bpm; None where a side is open."""
_HARD: Final = HARD - BRIEF
"""Kinds in which the heart rate lags behind, where they are short."""
_COUNTED: Final = COUNTED - BRIEF
"""Kinds in which words about the heart rate count against the budget, where they are not long."""
_BY_EFFORT: Final = frozenset({"easy", "threshold"})
"""Reference paces that stand for an effort: where heart and pace differ, the heart is right."""


class Ceiling(Rule):
    """The athlete's own ceiling: safety, in every phase, as soon as a second reading confirms the first."""

    __slots__ = ("_readings", "_said_at")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin below it."""
        super().__init__(scene, manners)
        self._readings = 0
        self._said_at = -inf

    def listens(self) -> tuple[Channel, ...]:
        """Listen always, if there is a ceiling."""
        return () if self.scene.ceiling_bpm is None else (Channel.HEART_RATE,)

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Speak at the second reading at or over it, then once a minute."""
        settings, ceiling = self.scene.settings, self.scene.ceiling_bpm
        if ceiling is None or reading.value < ceiling:
            self._readings = 0
            return
        self._readings += 1
        if self._readings < settings.ceiling_readings or now - self._said_at < settings.ceiling_repeat_s:
            return
        age, window = Seconds(now - reading.at), Seconds(self._readings * reading.period_s)
        why = Why("heart_rate_ceiling", reading.value, "heart_rate_bpm", None, ceiling, window, age)
        words = phrases.HEART_RATE_CEILING
        if self.manners.say(now, CueKind.HEART_RATE_CEILING, CueClass.SAFETY, words, why):
            self._said_at = now


class HeartRateBand(Rule):
    """Caps and heart-rate targets: over by 2 for 30 s, repeated ever more rarely, the third time with a walk.

    A cap that is going to be crossed is said before, once it is sure; one the heart rate is coming down from by itself
    is not said at all. While the heart is over its cap nobody is asked for more speed.
    """

    __slots__ = (
        "_ahead",
        "_by_target",
        "_limits",
        "_said",
        "_said_at",
        "_stride_ended_at",
        "_taken_at",
        "_watch",
    )

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin inside the band."""
        super().__init__(scene, manners)
        self._ahead = HeartAhead(scene)
        self._limits: _Band | None = None
        self._by_target = False
        """Is the target a heart rate, whose band may move on the way?"""
        self._watch = Watch()
        self._said = 0
        self._said_at = -inf
        self._taken_at = -inf
        self._stride_ended_at = -inf

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin inside the band, with nothing foretold."""
        self._ahead.begin()
        self._read()
        self._watch.forget()
        self._said = 0
        self._said_at = -inf

    def hear(self, event: Heard, now: Seconds) -> None:
        """Remember the end of a stride, foretell anew after a change; say at the cap that a recovery was none."""
        if isinstance(event, WorkoutChanged | PhaseChanged):
            self._ahead.begin()
            self._read()
        if not isinstance(event, StepEnded):
            return
        if event.step.kind in BRIEF:
            self._stride_ended_at = now
        wanted = any(isinstance(end, HeartRateEnd) and end.below for end in event.step.until.ends)
        reading = self.scene.signals.heart_rate()
        if event.reason is EndReason.CAP and wanted and reading is not None and self.scene.live(reading, now):
            why = because("recovery_cap")
            self.manners.say(now, CueKind.ADVICE, CueClass.INFO, phrases.NOT_RECOVERED, why)

    def listens(self) -> tuple[Channel, ...]:
        """Listen where a limit of this step is about heart rate and the heart can follow."""
        step = self.scene.step
        if step is None or not self.scene.running() or step.kind not in LIMITED:
            return ()
        if self._is_work(self.scene.settings.heart_rate_work_s):
            return ()
        return (Channel.HEART_RATE,) if self._limits is not None else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Judge a fresh value once its time has come."""
        if freshness(now - self._taken_at, reading.period_s) is not Freshness.LIVE:
            self._watch.interrupt()  # 30 s without a hole are wanted
        self._taken_at = now
        if self._by_target:
            self._limits = self._limits_of(self.scene.session.target_now(now))
        limits = self._limits or (None, None)
        self._ahead.take(reading, limits[1], now)
        over = self.scene.settings.heart_rate_over
        low = None if limits[0] is None else limits[0] - over
        high = None if limits[1] is None else limits[1] + over
        inside = (low is None or reading.value >= low) and (high is None or reading.value <= high)
        if not self._run_has_warmed_up(now):
            self._watch.interrupt()
            return
        if limits[1] is not None and (reading.value > limits[1] or self._watch.told is Side.HIGH):
            self.manners.ease(Seconds(now + self.scene.settings.heart_rate_eases_s))
        if inside and self._watch.told is None:
            self._watch.interrupt()
            self._warn(reading, limits, now)
        elif not self._step_is_known(now):
            self._watch.interrupt()
        else:
            self._hold(reading, (low, high), limits, now)

    def _hold(self, reading: Reading, judged: _Band, limits: _Band, now: Seconds) -> None:
        settings = self.scene.settings
        inner = settings.heart_rate_over + settings.heart_rate_clear
        side = self._watch.take(now, reading.value, *judged, inner)
        if side is Side.BACK and self._watch.held_s(now) >= settings.heart_rate_clear_s:
            self._watch.told = None
        elif side is not None and side is not Side.BACK:
            self._speak(side, reading, limits, now)

    def _run_has_warmed_up(self, now: Seconds) -> bool:
        """Is the run old enough, and the last stride far enough away?"""
        settings, run = self.scene.settings, self.scene.session.run_time(now)
        if run is None or run < settings.heart_rate_from_s:
            return False
        return now - self._stride_ended_at >= settings.heart_rate_stride_s

    def _step_is_known(self, now: Seconds) -> bool:
        """Has the heart had its time since the step began, and is it believed at all?"""
        step = self.scene.session.step_time(now)
        if step is None or step < self.scene.settings.heart_rate_step_s:
            return False
        return self.scene.signals.heart_rate_clean_since() is not None

    def _warn(self, reading: Reading, limits: _Band, now: Seconds) -> None:
        """Say what is coming, as long as the runner has not been told of this cap lately."""
        step, settings, high = self.scene.step, self.scene.settings, limits[1]
        coming = self._ahead.warning(now)
        if coming is None or high is None or step is None or step.kind in RESTS:
            return
        if now - self._said_at < self._silence_s():
            return
        noise, window = coming.sd / coming.bpm, Seconds(coming.held_s)
        why = Why(
            *("heart_rate_heading", coming.bpm, "heart_rate_bpm", limits[0], high, window),
            sample_age_s=Seconds(now - reading.at),
            noise=noise,
        )
        most = high + settings.heart_rate_over
        words = phrases.heading_for(max(coming.bpm, most))
        if self._may_say(CueKind.HEART_RATE_HIGH, words, why, now):
            self._said += 1
            self._said_at = now

    def _speak(self, side: Side, reading: Reading, limits: _Band, now: Seconds) -> None:
        held = self._watch.held_s(now)
        if held < self.scene.settings.heart_rate_hold_s or now - self._said_at < self._silence_s():
            return
        if not self.scene.heart_is_clean(now):
            return
        if side is Side.HIGH and limits[1] is not None and self._ahead.comes_down(limits[1], now):
            return
        if side is Side.LOW and not self.scene.pushes():
            return
        age = Seconds(now - reading.at)
        rule = "heart_rate_band" if limits[0] is not None else "heart_rate_cap"
        kind, words = CueKind.HEART_RATE_LOW, phrases.HEART_RATE_LOW
        effort_first = side is Side.HIGH and self._is_on_pace(now)
        if side is Side.HIGH:
            kind, words = CueKind.HEART_RATE_HIGH, phrases.HEART_RATE_HIGH
            if effort_first:
                rule, words = "effort_first", phrases.EFFORT_FIRST
            if self._said + 1 >= self.scene.settings.heart_rate_walk_from:
                words = phrases.HEART_RATE_WALK
        why = Why(rule, reading.value, "heart_rate_bpm", *limits, Seconds(held), age, self._ahead.noise())
        if self._may_say(kind, words, why, now):
            self._watch.told = side
            self._said += 1
            self._said_at = now
            if effort_first and self.scene.step is not None:
                self.manners.ease(now, self.scene.step.step_id)

    def _silence_s(self) -> float:
        repeats = self.scene.settings.heart_rate_repeat_s
        return repeats[min(self._said, len(repeats)) - 1] if self._said else 0.0

    def _is_on_pace(self, now: Seconds) -> bool:
        """Is this an easy or threshold step whose pace is right, so that it is the pace that is wrong today?"""
        step, speed = self.scene.step, self.scene.smooth.value
        target = None if step is None else self.scene.session.target_now(now)
        if step is None or target is None or target.quantity is not Quantity.SPEED or speed is None:
            return False
        if target.ref not in _BY_EFFORT and step.kind not in EASY:
            return False
        low, high = target.band.low, target.band.high
        return (low is None or speed >= low) and (high is None or speed <= high)

    def _is_work(self, shorter_than_s: float) -> bool:
        """Is this work of less than so many seconds?"""
        step, expected = self.scene.step, self.scene.expected_s
        if step is None or step.kind not in _HARD:
            return False
        return expected is not None and expected < shorter_than_s

    def _may_say(self, kind: CueKind, words: str, why: Why, now: Seconds) -> bool:
        """Only show it in short work; count it in a rep; a long easy step has the rhythm of the repeats instead."""
        step, expected = self.scene.step, self.scene.expected_s
        if self._is_work(self.scene.settings.heart_rate_steers_s):
            return self.manners.say(now, kind, CueClass.INFO, words, why, spoken=False)
        long = expected is None or expected > self.scene.settings.heart_rate_long_s
        if step is not None and step.kind in _COUNTED and not long:
            return self.manners.advise(now, kind, words, why)
        return self.manners.remark(now, kind, CueClass.COACH, words, why)

    def _read(self) -> None:
        """Take the limits of the step as it is now."""
        target = None if self.scene.step is None else self.scene.step.target
        self._limits = self._limits_of(target)
        self._by_target = target is not None and target.quantity is Quantity.HEART_RATE

    def _limits_of(self, target: Target | None) -> _Band | None:
        """Give the lowest cap and the target's own band; None without any that may cue."""
        low = high = None
        if target is not None and target.quantity is Quantity.HEART_RATE and not target.estimated:
            low, high = target.band.low, target.band.high
        for cap in () if self.scene.step is None else self.scene.step.caps:
            if cap.quantity is Quantity.HEART_RATE and not cap.estimated and cap.band.high is not None:
                high = cap.band.high if high is None else min(high, cap.band.high)
        return None if low is None and high is None else (low, high)
