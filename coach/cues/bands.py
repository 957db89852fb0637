"""Targets of cadence and power. Out of the band for a while is said; back in, once. Pace: `coach.cues.pace`."""

from typing import Final, NamedTuple

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene, pace_of
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.signals.smoothing import Scatter
from coach.workout.kinds import JUDGED
from coach.workout.timeline import Quantity, Target


class Words(NamedTuple):
    """What a band says on each side."""

    high: tuple[CueKind, str]
    low: tuple[CueKind, str]


class Limits(NamedTuple):
    """The band as it is judged: as written, for cadence is the quietest channel there is."""

    low: float | None
    aim: float
    high: float | None


_CADENCE: Final = Words(
    (CueKind.CADENCE_HIGH, phrases.CADENCE_HIGH), (CueKind.CADENCE_LOW, phrases.CADENCE_LOW)
)
_POWER: Final = Words((CueKind.POWER_HIGH, phrases.POWER_HIGH), (CueKind.POWER_LOW, phrases.POWER_LOW))


class CadenceBand(Rule):
    """Cadence targets: settle, hold, hysteresis, and silence as soon as it is right."""

    __slots__ = ("_limits", "_mean", "_target", "_watch")

    quantity = Quantity.CADENCE
    channel = Channel.CADENCE
    unit = "cadence_spm"
    rule = "cadence_band"
    words = _CADENCE

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin inside the band, with no mean."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._mean = Scatter(scene.settings.smooth_s)
        self._target: Target | None = None
        self._limits: Limits | None = None

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin inside the band, with no mean."""
        self._watch.forget()
        self._mean.reseed()
        self._target = None

    def listens(self) -> tuple[Channel, ...]:
        """Listen where the step's target is of this quantity and the clock runs."""
        step = self.scene.step
        if step is None or step.target is None or step.target.quantity is not self.quantity:
            return ()
        if step.kind not in JUDGED or step.target.estimated or not self.scene.running():
            return ()
        return (self.channel,)

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Judge the mean; on target, with nothing told, that is all there is to do."""
        value = self._mean.add(reading.at, reading.value)
        limits = self._limits_now(now)
        if limits is None:
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

    def _limits_now(self, now: Seconds) -> Limits | None:
        """Work the limits out once for a target."""
        target = self.scene.session.target_now(now)
        if target is not self._target:
            self._target = target
            aim = None if target is None else pace_of(target.band)
            self._limits = None
            if target is not None and aim is not None:
                self._limits = Limits(target.band.low, aim, target.band.high)
        return self._limits

    def _speak(self, side: Side, value: float, limits: Limits, reading: Reading, now: Seconds) -> None:
        held = self._watch.held_s(now)
        window, age, noise = Seconds(held), Seconds(now - reading.at), self._mean.relative()
        why = Why(self.rule, value, self.unit, limits.low, limits.high, window, age, noise)
        if side is Side.BACK:
            if held >= self.scene.settings.hold_back_s and self.manners.remark(
                now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why
            ):
                self._watch.told = None
            return
        if held < self.scene.settings.hold_steps_s or not (side is Side.HIGH or self.scene.pushes()):
            return
        kind, text = self.words.high if side is Side.HIGH else self.words.low
        if self.manners.advise(now, kind, text, why):
            self._watch.told = side


class PowerBand(CadenceBand):
    """Power targets, as cadence."""

    __slots__ = ()

    quantity = Quantity.POWER
    channel = Channel.POWER
    unit = "power_w"
    rule = "power_band"
    words = _POWER
