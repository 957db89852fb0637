"""External metrics - muscle oxygen, core temperature - against targets and caps of the workout or the runner.

The thresholds are always somebody's own: none is built in, and none is advised (docs/explanation/refusals.md).
"""

from dataclasses import dataclass, field

from coach.cues import phrases
from coach.cues.cue import CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.signals.smoothing import Scatter
from coach.workout.kinds import LIMITED
from coach.workout.timeline import Quantity, Target


@dataclass(slots=True)
class _Watched:
    """One limit on a metric, and since when it is broken."""

    target: Target
    scatter: Scatter
    watch: Watch = field(default_factory=Watch)
    at: float | None = None


class MetricBand(Rule):
    """Says that a metric is over or under a limit, once until it is back inside."""

    __slots__ = ("_watched",)

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with no limit."""
        super().__init__(scene, manners)
        self._watched: list[_Watched] = []

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Take the limits of the step; what was told of one that holds on is not told again."""
        step, before = self.scene.step, {one.target: one for one in self._watched}
        limits = () if step is None or step.kind not in LIMITED else (step.target, *step.caps)
        about = [one for one in limits if one is not None and one.quantity is Quantity.METRIC]
        tau_s = self.scene.settings.metric_hold_s
        self._watched = [before.get(target) or _Watched(target, Scatter(tau_s)) for target in about]

    def listens(self) -> tuple[Channel, ...]:
        """Listen where the step has such a limit and its clock runs."""
        return (Channel.METRIC,) if self._watched and self.scene.running() else ()

    def metrics(self) -> tuple[str, ...]:
        """Name what the limits are about."""
        return tuple(sorted({one.target.metric for one in self._watched}))

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Hold a value against each limit on its metric."""
        for one in self._watched:
            if self.scene.signals.metric(one.target.metric) == reading:
                self._judge(one, reading, now)

    def _judge(self, one: _Watched, reading: Reading, now: Seconds) -> None:
        settings, band = self.scene.settings, one.target.band
        if one.at is not None and now - one.at > max(3.0, 3.0 * reading.period_s):
            one.watch.interrupt()  # a hold without a hole is wanted
        one.at = now
        one.scatter.add(reading.at, reading.value, reading.period_s)
        side = one.watch.take(now, reading.value, band.low, band.high, 0.0)
        held = one.watch.held_s(now)
        if side is Side.BACK:
            if held >= settings.metric_hold_s:
                one.watch.told = None
            return
        if side is None or side is one.watch.told or held < settings.metric_hold_s:
            return
        kind = CueKind.METRIC_HIGH if side is Side.HIGH else CueKind.METRIC_LOW
        name = one.target.metric
        window, age = Seconds(held), Seconds(now - reading.at)
        noise = one.scatter.relative()
        why = Why("metric_band", reading.value, name, band.low, band.high, window, age, noise)
        words = phrases.metric(name, high=side is Side.HIGH)
        if self.manners.advise(now, kind, words, why):
            one.watch.told = side
