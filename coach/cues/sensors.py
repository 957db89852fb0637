"""Sensors lost and found: on the screen at once, spoken only when it matters and stays."""

from typing import Final

from coach.cues import notices, phrases
from coach.cues.cue import CueClass, CueKind
from coach.cues.manners import Manners
from coach.cues.rule import NEVER, Heard, Rule, because
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.session.facts import Asked
from coach.signals.readings import DISTANCE_PRIORITY, Calibrated, SensorChanged, SensorState, Source
from coach.workout.timeline import Quantity

_DISTANCE: Final = frozenset(DISTANCE_PRIORITY)


class Sensors(Rule):
    """Knows which sensors are lost since when, and speaks of those that steer the step."""

    __slots__ = ("_lost_at", "_low", "_spoken", "_times")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with nothing lost."""
        super().__init__(scene, manners)
        self._lost_at: dict[Source, float] = {}
        self._spoken: set[Source] = set()
        self._low: set[Source] = set()
        self._times = 0

    def hear(self, event: Heard, now: Seconds) -> None:
        """Follow the sensors; show what was learnt about a pod and what is on offer."""
        match event:
            case SensorChanged(sensor=sensor, state=SensorState.LIVE):
                self._found(sensor, now)
                self._battery(sensor, event.battery_percent, now)
            case SensorChanged(sensor=sensor, state=SensorState.STALE | SensorState.GONE, age_s=age):
                self._lost(sensor, now, age or 0.0)
                if event.state is SensorState.GONE:
                    self._info(
                        now, CueKind.SENSOR_GONE, notices.sensor_gone(sensor), "sensor_gone", spoken=False
                    )
            case Calibrated():
                words = notices.pod_reads(event.factor)
                self._info(now, CueKind.CALIBRATION, words, "calibration", spoken=False)
            case Asked(offer=offer):
                self._info(now, CueKind.ADVICE, phrases.offer(offer), "offer", spoken=False)

    def plan(self, now: Seconds) -> None:
        """Plan to speak of the loss that has to be spoken of first."""
        self.due = min((self._due_of(source) for source in self._lost_at), default=NEVER)
        if self.due <= now:
            self.due = NEVER if self._times >= self.scene.settings.losses_spoken else round(now + 1e-6, 6)

    def settle(self, now: Seconds) -> None:
        """Speak of the losses that are due, if they still matter."""
        for source in [one for one in self._lost_at if self._due_of(one) <= now]:
            words = notices.sensor_gone(source)
            if self._info(now, CueKind.SENSOR_GONE, words, "sensor_gone_long", spoken=True):
                self._times += 1
            self._spoken.add(source)

    def _due_of(self, source: Source) -> float:
        """When a loss is to be spoken of in this step; never if nothing hangs on it or everybody knows."""
        if source in self._spoken or self._times >= self.scene.settings.losses_spoken:
            return NEVER
        patience = self._patience(source)
        started = self.scene.session.step_started_at
        if patience is None or started is None or not self.scene.running():
            return NEVER
        return round(max(self._lost_at[source] + patience, started + self.scene.settings.loss_words_s), 6)

    def _patience(self, source: Source) -> float | None:
        """How long a loss is borne in silence; None when this step does not hang on the source."""
        scene = self.scene
        if source in _DISTANCE and source is scene.signals.distance.last_source():
            return scene.settings.loss_distance_s if scene.paced() else None
        reading = scene.signals.heart_rate()
        if reading is None or reading.source is not source or scene.step is None:
            return None
        steering = [scene.step.target, *scene.step.caps]
        by_heart = any(
            one is not None and one.quantity is Quantity.HEART_RATE and not one.estimated for one in steering
        )
        return scene.settings.loss_heart_rate_s if by_heart else None

    def _lost(self, sensor: Source, now: Seconds, age: float) -> None:
        self._lost_at.setdefault(sensor, now - age)

    def _found(self, sensor: Source, now: Seconds) -> None:
        self._lost_at.pop(sensor, None)
        if sensor in self._spoken:
            self._spoken.discard(sensor)
            self._info(now, CueKind.SENSOR_BACK, notices.sensor_back(sensor), "sensor_back", spoken=True)

    def _battery(self, sensor: Source, percent: int | None, now: Seconds) -> None:
        if percent is None or percent > self.scene.settings.low_battery_percent or sensor in self._low:
            return
        self._low.add(sensor)
        words = notices.low_battery(sensor, percent)
        self._info(now, CueKind.SENSOR_LOW_BATTERY, words, "low_battery", spoken=False)

    def _info(self, now: Seconds, kind: CueKind, words: str, rule: str, *, spoken: bool) -> bool:
        return self.manners.say(now, kind, CueClass.INFO, words, because(rule), spoken=spoken)
