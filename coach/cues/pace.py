"""Pace in rate: an alarm for errors that show, a ledger for errors that only add up. One setting for all sources.

- The alarm goes off when the smoothed speed is further from the aim than the noise of its source makes it by
  chance, and the last seconds still show at least half of that. What is noise is measured live.
- The band of a single value is its runner's margin: where the source is quiet enough, the alarm goes off inside
  it. A range as written is meant: the error counts from its edge.
- The ledger speaks once a segment, in whole seconds, of errors of 2 to 5 % no alarm can call.
- The same error again is said in other words and after a longer silence; "on pace" once.
"""

from math import sqrt
from typing import NamedTuple

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.ledger import Ledger
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene, pace_of
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.workout.kinds import FLOATS, JUDGED, PACED_REPS
from coach.workout.timeline import Target


class _Band(NamedTuple):
    """A target as shares of its aim: what is open is None."""

    aim: float
    low: float | None
    high: float | None
    is_range: bool


class PaceBand(Rule):
    """Pace of steps coached in rate, floats among them."""

    __slots__ = ("_at", "_band", "_dead", "_ledger", "_segment_ends", "_target", "_times", "_watch")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin on target."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._ledger = Ledger()
        self._target: Target | None = None
        self._band: _Band | None = None
        self._dead = 0.0
        self._segment_ends = 0.0
        self._at: float | None = None
        self._times = 0

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin on target, with nothing owed."""
        self._watch.forget()
        self._target = None
        self._times = 0
        self._at = None
        self._segment_ends = self.scene.settings.ledger_segment_s
        self._ledger.open()

    def listens(self) -> tuple[Channel, ...]:
        """Listen to a paced step, unless it is coached by the light or nothing measures it.

        Before one that is to come, listen too: what is run on the way there tells the noise of the source.
        """
        scene = self.scene
        step = scene.step
        if step is None or not scene.paced():
            return (Channel.SPEED,) if scene.running() and scene.will_be_paced() else ()
        if step.target is None or step.target.estimated:
            return ()
        if step.kind not in JUDGED or not scene.running() or scene.by_light() or scene.session.clock_mode:
            return ()
        return (Channel.SPEED,)

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Judge the smoothed speed; on target, with nothing told, it only goes into the ledger."""
        scene, target = self.scene, self.scene.session.target_now(now)
        if target is not self._target:
            self._take(target)
        band, smooth = self._band, scene.smooth.value
        if scene.walking(now):
            scene.walked(now)
        if band is None or smooth is None or not scene.settled(now):
            self._watch.interrupt()
            self._at = None
            return
        if self.manners.is_start_told and self._watch.told is None:
            self._watch.told, self._times = (
                Side.HIGH,
                1,
            )  # the start was called too fast: the same word, sooner
        self._enter(reading, band.aim, now)
        error = smooth / band.aim - 1.0
        if self._watch.told is None and abs(error) < scene.settings.alarm_least:
            self._watch.interrupt()
            self._settle_ledger(reading, now)
            return
        self._alarm(error, reading, now)

    def evidence(self, now: Seconds) -> Why | None:
        """The smoothed speed against what the alarm would go off at."""
        band, reading = self._band, self.scene.signals.speed()
        if band is None or reading is None or self.scene.smooth.value is None or not self.listens():
            return None
        least = self._threshold()
        low, high = self._limit(band.low, least), self._limit(band.high, least)
        return self._why("pace_band", reading, now, None if low is None else -low, high)

    def _take(self, target: Target | None) -> None:
        """Take in a target: its sides as shares of the aim, and what of an error is nobody's."""
        self._target, self._band = target, None
        aim = None if target is None else pace_of(target.band)
        if target is None or not aim:
            return
        low, high = target.band.low, target.band.high
        below, above = None if low is None else 1.0 - low / aim, None if high is None else high / aim - 1.0
        self._band = _Band(aim, below, above, target.is_range)
        sides = [side for side in (below, above) if side is not None and self._is_meant(side)]
        self._dead = max([self.scene.settings.ledger_dead, *sides])

    def _is_meant(self, side: float) -> bool:
        """Is a side of the band meant as it is, not just a margin?"""
        is_range = self._band is not None and self._band.is_range
        return is_range or side > self.scene.settings.alarm_narrow

    def _alarm(self, error: float, reading: Reading, now: Seconds) -> None:
        scene, watch, band = self.scene, self._watch, self._band
        assert band is not None
        least = self._threshold()
        low, high = self._limit(band.low, least), self._limit(band.high, least)
        below = None if low is None else -low
        inner = max(scene.settings.hysteresis, least * scene.settings.alarm_still)
        side = watch.take(now, error, below, high, inner)
        if side is None:
            self._settle_ledger(reading, now)
            return
        limit = (high if side is Side.HIGH else low) or 0.0
        if side is Side.BACK:
            if watch.held_s(now) >= scene.settings.hold_back_s:
                self._back(reading, now, below, high)
        elif self._may(side, now) and self._still_wrong(side, limit):
            self._say(side, self._why("pace_band", reading, now, below, high), now)

    def _threshold(self) -> float:
        """The least error that is no chance, as a share of the aim."""
        scene, settings = self.scene, self.scene.settings
        weight = scene.smooth.weight
        early = sqrt((2.0 - weight) / weight) * scene.spread  # the filter while it fills, against full
        most = settings.alarm_most * min(early, settings.alarm_early)
        return min(max(settings.alarm_times * scene.noise.level * early, settings.alarm_least), most)

    def _limit(self, side: float | None, least: float) -> float | None:
        if side is None:
            return None
        settings = self.scene.settings
        wider = settings.unproven_band if self.scene.unproven() else 0.0
        if self._is_meant(side):
            return max(least, side + least * settings.alarm_still) + wider
        return max(least, side * settings.alarm_margin) + wider

    def _still_wrong(self, side: Side, limit: float) -> bool:
        """Ask the last few seconds to show half of it too, and no better: who is mending it needs no word."""
        scene, settings, band = self.scene, self.scene.settings, self._band
        quick, smooth = scene.quick.value, scene.smooth.value
        if quick is None or smooth is None or band is None:
            return False
        better = band.aim * max(settings.mending, scene.noise.level)
        if side is Side.HIGH:
            return quick > band.aim * (1.0 + limit * settings.alarm_still) and quick > smooth - better
        return quick < band.aim * (1.0 - limit * settings.alarm_still) and quick < smooth + better

    def _may(self, side: Side, now: Seconds) -> bool:
        """Never hurry anyone outside work, on a belt, or by an unproven pod before twice the settle time."""
        if side is Side.HIGH:
            return True
        scene, settings = self.scene, self.scene.settings
        if not scene.unproven():
            return scene.pushes()
        held = self._watch.held_s(now) >= settings.hold_s
        return scene.pushes() and held and scene.settled(now, settings.unproven_factor)

    def _say(self, side: Side, why: Why, now: Seconds) -> None:
        """Say it; the second and third time in a row in other words."""
        again = self._times if self._watch.told is side else 0
        if self.manners.advise(now, self._kind(side), self._words(side, again), why):
            self._times = again + 1
            self._watch.told = side
            self._ledger.settle()

    def _back(self, reading: Reading, now: Seconds, low: float | None, high: float | None) -> None:
        self.manners.answered()
        why = self._why("pace_band", reading, now, low, high)
        if self.manners.remark(now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why):
            self._watch.told = None
            self.manners.is_start_told = False

    def _enter(self, reading: Reading, aim: float, now: Seconds) -> None:
        """Enter a sample into the ledger; a new segment begins with a new one."""
        last, self._at = self._at, reading.at
        time = self.scene.session.step_time(now)
        if time is not None and time >= self._segment_ends:
            self._segment_ends += self.scene.settings.ledger_segment_s
            self._ledger.open()
        if last is not None:
            seconds = min(reading.at - last, 2.0 * reading.period_s)
            self._ledger.add(reading.value / aim - 1.0, seconds, self._dead)

    def _settle_ledger(self, reading: Reading, now: Seconds) -> None:
        """Say what has added up, once a segment, where no alarm did."""
        settings, ledger = self.scene.settings, self._ledger
        if ledger.said or self._watch.told is not None:
            return
        noise = self.scene.noise.level
        side = ledger.owes(max(settings.ledger_least_s, settings.ledger_sure_s * noise * noise / self._dead))
        if side is None or abs(ledger.behind_s) < settings.ledger_least_s:
            return
        if not self._may_owe(side, now):
            return
        due = ledger.behind_s
        age = Seconds(now - reading.at)
        least, over = settings.ledger_least_s, Seconds(ledger.seconds)
        why = Why("pace_ledger", due, "light_s", -least, least, over, age, noise)
        words = phrases.behind_target(due) if side is Side.LOW else phrases.ahead_of_target(-due)
        if self.manners.advise(now, self._kind(side), words, why):
            ledger.said = True
            ledger.settle()

    def _may_owe(self, side: Side, now: Seconds) -> bool:
        step = self.scene.step
        if step is None or step.kind not in PACED_REPS or self.scene.walking(now):
            return False
        open_side = self._band is None or (self._band.high if side is Side.HIGH else self._band.low) is None
        unproven = side is Side.LOW and self.scene.unproven()
        return not open_side and not unproven and (side is Side.HIGH or self.scene.pushes())

    def _kind(self, side: Side) -> CueKind:
        step = self.scene.step
        if step is not None and step.kind in FLOATS:
            return CueKind.FLOAT_TOO_FAST if side is Side.HIGH else CueKind.FLOAT_TOO_SLOW
        return CueKind.TOO_FAST if side is Side.HIGH else CueKind.TOO_SLOW

    def _words(self, side: Side, again: int) -> str:
        step, band = self.scene.step, self._band
        if step is not None and step.kind in FLOATS:
            return phrases.FLOAT_TOO_FAST if side is Side.HIGH else phrases.FLOAT_TOO_SLOW
        aim = None if band is None else band.aim
        return (
            phrases.too_fast(again, aim, self.scene.unit)
            if side is Side.HIGH
            else phrases.too_slow(again, aim, self.scene.unit)
        )

    def _why(self, rule: str, reading: Reading, now: Seconds, low: float | None, high: float | None) -> Why:
        """The evidence, in m/s."""
        scene, band = self.scene, self._band
        aim = 0.0 if band is None else band.aim
        slow, fast = None if low is None else aim * (1.0 + low), None if high is None else aim * (1.0 + high)
        window, age = Seconds(scene.smooth.window_s), Seconds(now - reading.at)
        return Why(rule, scene.smooth.value, "speed_mps", slow, fast, window, age, scene.noise.level)
