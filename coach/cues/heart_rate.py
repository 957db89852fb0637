"""Heart rate: a ceiling at once, a cap with patience, and a recovery that was not one."""

from math import inf

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Heard, Rule, because
from coach.cues.scene import Scene
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.session.facts import EndReason, StepEnded
from coach.signals.freshness import freshness
from coach.signals.readings import Freshness, Reading
from coach.workout.timeline import HeartRateEnd, Kind, Quantity


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
    """Caps and heart-rate targets: over by 2 for 30 s, repeated ever more rarely, the third time with a walk."""

    __slots__ = ("_said", "_said_at", "_stride_ended_at", "_taken_at", "_watch")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin inside the band."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._said = 0
        self._said_at = -inf
        self._taken_at = -inf
        self._stride_ended_at = -inf

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin inside the band."""
        self._watch.forget()
        self._said = 0
        self._said_at = -inf

    def hear(self, event: Heard, now: Seconds) -> None:
        """Remember the end of a stride; say at the cap that a recovery was none."""
        if not isinstance(event, StepEnded):
            return
        if event.step.kind is Kind.STRIDE:
            self._stride_ended_at = now
        wanted = any(isinstance(end, HeartRateEnd) and end.below for end in event.step.until.ends)
        reading = self.scene.signals.heart_rate()
        if event.reason is EndReason.CAP and wanted and reading is not None and self.scene.live(reading, now):
            why = because("recovery_cap")
            self.manners.say(now, CueKind.ADVICE, CueClass.INFO, phrases.NOT_RECOVERED, why)

    def listens(self) -> tuple[Channel, ...]:
        """Listen where a limit of this step is about heart rate and the heart can follow."""
        step = self.scene.step
        if (
            step is None
            or not self.scene.running()
            or step.kind in {Kind.STRIDE, Kind.CHECKLIST, Kind.PROMPT}
        ):
            return ()
        expected = self.scene.expected_s
        short = expected is not None and expected < self.scene.settings.heart_rate_work_s
        if step.kind in {Kind.WORK, Kind.HILL, Kind.FARTLEK} and short:
            return ()
        return (Channel.HEART_RATE,) if self._limits(Seconds(0.0), at_start=True) else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Judge a fresh value once its time has come."""
        if freshness(now - self._taken_at, reading.period_s) is not Freshness.LIVE:
            self._watch.interrupt()  # 30 s without a hole are wanted
        self._taken_at = now
        limits = self._limits(now)
        if limits is None:
            return
        over = self.scene.settings.heart_rate_over
        low = None if limits[0] is None else limits[0] - over
        high = None if limits[1] is None else limits[1] + over
        inside = (low is None or reading.value >= low) and (high is None or reading.value <= high)
        if (inside and self._watch.told is None) or not self._time_has_come(now):
            self._watch.interrupt()
            return
        inner = over + self.scene.settings.heart_rate_clear
        side = self._watch.take(now, reading.value, low, high, inner)
        if side is Side.BACK and self._watch.held_s(now) >= self.scene.settings.heart_rate_clear_s:
            self._watch.told = None
        elif side is not None and side is not Side.BACK:
            self._speak(side, reading, limits, now)

    def _time_has_come(self, now: Seconds) -> bool:
        settings, session = self.scene.settings, self.scene.session
        run, step = session.run_time(now), session.step_time(now)
        if (
            run is None
            or step is None
            or run < settings.heart_rate_from_s
            or step < settings.heart_rate_step_s
        ):
            return False
        return now - self._stride_ended_at >= settings.heart_rate_stride_s

    def _speak(
        self, side: Side, reading: Reading, limits: tuple[float | None, float | None], now: Seconds
    ) -> None:
        settings, repeats = self.scene.settings, self.scene.settings.heart_rate_repeat_s
        held = self._watch.held_s(now)
        silence = repeats[min(self._said, len(repeats)) - 1] if self._said else 0.0
        if held < settings.heart_rate_hold_s or now - self._said_at < silence:
            return
        if side is Side.LOW and not self.scene.pushes():
            return
        age = Seconds(now - reading.at)
        rule = "heart_rate_band" if limits[0] is not None else "heart_rate_cap"
        why = Why(rule, reading.value, "heart_rate_bpm", limits[0], limits[1], Seconds(held), age)
        kind, words = CueKind.HEART_RATE_LOW, phrases.HEART_RATE_LOW
        if side is Side.HIGH:
            walk = self._said + 1 >= settings.heart_rate_walk_from
            kind = CueKind.HEART_RATE_HIGH
            words = phrases.HEART_RATE_WALK if walk else phrases.HEART_RATE_HIGH
        if self._may_say(kind, words, why, now):
            self._watch.told = side
            self._said += 1
            self._said_at = now

    def _may_say(self, kind: CueKind, words: str, why: Why, now: Seconds) -> bool:
        """Count it in a rep; a long easy step has the rhythm of the repeats instead."""
        step, expected = self.scene.step, self.scene.expected_s
        long = expected is None or expected > self.scene.settings.heart_rate_long_s
        if step is not None and step.kind in {Kind.WORK, Kind.FLOAT, Kind.HILL} and not long:
            return self.manners.advise(now, kind, words, why)
        return self.manners.remark(now, kind, CueClass.COACH, words, why)

    def _limits(self, now: Seconds, *, at_start: bool = False) -> tuple[float | None, float | None] | None:
        """Give the lowest cap and the target's own band; None without any that may cue."""
        step = self.scene.step
        if step is None:
            return None
        target = step.target if at_start else self.scene.session.target_now(now)
        low = high = None
        if target is not None and target.quantity is Quantity.HEART_RATE and not target.estimated:
            low, high = target.band.low, target.band.high
        for cap in step.caps:
            if cap.quantity is Quantity.HEART_RATE and not cap.estimated and cap.band.high is not None:
                high = cap.band.high if high is None else min(high, cap.band.high)
        return None if low is None and high is None else (low, high)
