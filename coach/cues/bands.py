"""Targets in rate: pace, float pace, cadence, power. Out of the band for a while is said; back in, once."""

from abc import abstractmethod
from typing import Final, NamedTuple

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene, pace_of
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.signals.readings import Reading, Source
from coach.signals.smoothing import Ema
from coach.workout.timeline import Band, Kind, Quantity, Target

_UNJUDGED: Final = frozenset({Kind.STRIDE, Kind.HILL, Kind.CHECKLIST, Kind.PROMPT})
_POD: Final = 0.03
"""The floor of a source the table does not name: that of a pod."""


class Words(NamedTuple):
    """What a band says on each side."""

    high: tuple[CueKind, str]
    low: tuple[CueKind, str]


class Limits(NamedTuple):
    """The band as it is judged now: the runner's band, widened by what the source cannot tell."""

    low: float | None
    aim: float
    high: float | None


_PACE: Final = Words((CueKind.TOO_FAST, phrases.TOO_FAST), (CueKind.TOO_SLOW, phrases.TOO_SLOW))
_FLOAT: Final = Words(
    (CueKind.FLOAT_TOO_FAST, phrases.FLOAT_TOO_FAST), (CueKind.FLOAT_TOO_SLOW, phrases.FLOAT_TOO_SLOW)
)
_CADENCE: Final = Words(
    (CueKind.CADENCE_HIGH, phrases.CADENCE_HIGH), (CueKind.CADENCE_LOW, phrases.CADENCE_LOW)
)
_POWER: Final = Words((CueKind.POWER_HIGH, phrases.POWER_HIGH), (CueKind.POWER_LOW, phrases.POWER_LOW))


class BandRule(Rule):
    """The common part: settle, hold, hysteresis, and silence as soon as it is right."""

    __slots__ = ("_limits", "_source", "_target", "_watch")

    quantity: Quantity
    channel: Channel
    unit: str
    rule: str

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin inside the band."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._target: Target | None = None
        self._source: Source | None = None
        self._limits: Limits | None = None

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin inside the band."""
        self._watch.forget()
        self._target = None

    def listens(self) -> tuple[Channel, ...]:
        """Listen where the step's target is of this quantity and the clock runs."""
        step = self.scene.step
        if step is None or step.target is None or step.target.quantity is not self.quantity:
            return ()
        if step.kind in _UNJUDGED or step.target.estimated or not self.scene.running():
            return ()
        return (self.channel,)

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Judge the smoothed value; on target, with nothing told, that is all there is to do."""
        value = self.smoothed(reading)
        limits = self._limits_now(reading.source, now)
        if value is None or limits is None:
            return
        low, aim, high = limits
        inside = (low is None or value >= low) and (high is None or value <= high)
        if inside and self._watch.told is None:
            self._watch.interrupt()
            return
        if not self.scene.settled(now) or self.scene.walking(now):
            self._watch.interrupt()
            return
        side = self._watch.take(now, value, low, high, aim * self.scene.settings.hysteresis)
        if side is not None:
            self._speak(side, value, limits, reading, now)

    @abstractmethod
    def smoothed(self, reading: Reading) -> float | None:
        """Give the value to judge."""

    @abstractmethod
    def limits(self, target: Target, source: Source) -> Limits | None:
        """Give the band to judge by; None when nothing can be judged."""

    @abstractmethod
    def words(self) -> Words:
        """Give the kinds and words of both sides."""

    def hold_s(self, side: Side) -> float:  # noqa: ARG002  (as the base has it)
        """Give how long a value must be out on a side before it counts."""
        return self.scene.settings.hold_steps_s

    def still_wrong(self, side: Side, limits: Limits) -> bool:  # noqa: ARG002  (as the base has it)
        """Is it wrong this very moment too?"""
        return True

    def may(self, side: Side, now: Seconds) -> bool:  # noqa: ARG002  (as the base has it)
        """May a side be told at all?"""
        return side is Side.HIGH or self.scene.pushes()

    def _limits_now(self, source: Source, now: Seconds) -> Limits | None:
        """Work the limits out once for a target and source; a factor changes between steps only."""
        target = self.scene.session.target_now(now)
        if target is not self._target or source is not self._source:
            self._target, self._source = target, source
            self._limits = None if target is None else self.limits(target, source)
        return self._limits

    def _speak(self, side: Side, value: float, limits: Limits, reading: Reading, now: Seconds) -> None:
        held = self._watch.held_s(now)
        why = Why(
            self.rule, value, self.unit, limits.low, limits.high, Seconds(held), Seconds(now - reading.at)
        )
        if side is Side.BACK:
            if held >= self.scene.settings.hold_back_s and self.manners.remark(
                now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why
            ):
                self._watch.told = None
            return
        if held < self.hold_s(side) or not self.may(side, now) or not self.still_wrong(side, limits):
            return
        kind, text = self.words().high if side is Side.HIGH else self.words().low
        if self.manners.advise(now, kind, text, why):
            self._watch.told = side


class PaceBand(BandRule):
    """Pace of steps coached in rate, floats among them."""

    __slots__ = ()

    quantity = Quantity.SPEED
    channel = Channel.SPEED
    unit = "speed_mps"
    rule = "pace_band"

    def listens(self) -> tuple[Channel, ...]:
        """Listen unless the step is coached by the light, or nothing measures it."""
        if self.scene.by_light() or self.scene.session.clock_mode:
            return ()
        return super().listens()

    def smoothed(self, reading: Reading) -> float | None:  # noqa: ARG002  (as the base has it)
        """Give the scene's smoothed speed."""
        return self.scene.smooth.value

    def limits(self, target: Target, source: Source) -> Limits | None:
        """Widen the band to what the source can tell, and by 2 % more while a pod is unproven."""
        aim = pace_of(target.band)
        if aim is None:
            return None
        settings, band = self.scene.settings, target.band
        floor = aim * settings.floors.get(source, _POD)
        wider = aim * settings.unproven_band if self.scene.unproven() else 0.0
        low = None if band.low is None else min(band.low, aim - floor) - wider
        high = None if band.high is None else max(band.high, aim + floor) + wider
        return Limits(low, aim, high)

    def words(self) -> Words:
        """Say it kindly in a float."""
        step = self.scene.step
        return _FLOAT if step is not None and step.kind is Kind.FLOAT else _PACE

    def hold_s(self, side: Side) -> float:
        """Hold twice as long before anyone is told to hurry by an unproven pod."""
        settings = self.scene.settings
        doubtful = side is Side.LOW and self.scene.unproven()
        return settings.hold_s * (settings.unproven_factor if doubtful else 1.0)

    def still_wrong(self, side: Side, limits: Limits) -> bool:
        """Ask the last few seconds to be out of the band too, and no better: who is mending it needs no word."""
        quick, smooth = self.scene.quick.value, self.scene.smooth.value
        edge = limits.high if side is Side.HIGH else limits.low
        if quick is None or smooth is None or edge is None:
            return False
        better = limits.aim * self.scene.settings.mending
        if side is Side.HIGH:
            return quick > edge and quick > smooth - better
        return quick < edge and quick < smooth + better

    def may(self, side: Side, now: Seconds) -> bool:
        """Never hurry anyone outside work, on a belt, or by an unproven pod before twice the settle time."""
        if side is Side.HIGH:
            return True
        times = self.scene.settings.unproven_factor if self.scene.unproven() else 1.0
        return self.scene.pushes() and self.scene.settled(now, times)


class CadenceBand(BandRule):
    """Cadence targets, simple."""

    __slots__ = ("_ema",)

    quantity = Quantity.CADENCE
    channel = Channel.CADENCE
    unit = "cadence_spm"
    rule = "cadence_band"

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with no mean."""
        super().__init__(scene, manners)
        self._ema = Ema(scene.settings.smooth_s)

    def begin(self, now: Seconds) -> None:
        """Begin with no mean."""
        super().begin(now)
        self._ema.reseed()

    def smoothed(self, reading: Reading) -> float | None:
        """Average it as pace is averaged."""
        return self._ema.take(reading.at, reading.value)

    def limits(self, target: Target, source: Source) -> Limits | None:  # noqa: ARG002  (as the base has it)
        """Take the band as it is: cadence is the quietest channel there is."""
        return _as_written(target.band)

    def words(self) -> Words:
        """Speak of feet."""
        return _CADENCE


class PowerBand(CadenceBand):
    """Power targets, as cadence."""

    __slots__ = ()

    quantity = Quantity.POWER
    channel = Channel.POWER
    unit = "power_w"
    rule = "power_band"

    def words(self) -> Words:
        """Speak of power."""
        return _POWER


def _as_written(band: Band) -> Limits | None:
    aim = pace_of(band)
    return None if aim is None else Limits(band.low, aim, band.high)
