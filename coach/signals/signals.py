"""The readings of one run, as the session and the cues may ask for them."""

from collections.abc import Sequence
from math import inf
from typing import Final

from coach.gatt import battery, heart_rate, running_speed_cadence
from coach.gatt.battery import BatteryLevel
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.malformed import Malformed
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import Seconds
from coach.signals.artefacts import HeartWatch
from coach.signals.defaults import SignalSettings
from coach.signals.distance import Odometer
from coach.signals.foot import Foot
from coach.signals.freshness import is_stale
from coach.signals.numbers import numbers_of
from coach.signals.readings import (
    CADENCE_COUNT,
    PODS,
    Characteristic,
    Learnt,
    LinkChanged,
    Notified,
    Reading,
    Rejected,
    Reported,
    SensorChanged,
    SensorRow,
    Source,
)
from coach.signals.rejections import Rejections
from coach.signals.sensors import Sensor, fall_silent
from coach.signals.two_pods import PodPair
from coach.signals.values import Values

Told = SensorChanged | Learnt | Rejected

_EACH_SECOND: Final = Seconds(1.0)
_NEVER: Final = Seconds(inf)
_BEATS: Final = int(Characteristic.HEART_RATE_MEASUREMENT)
_RUNNING: Final = int(Characteristic.RSC_MEASUREMENT)
_BATTERY: Final = int(Characteristic.BATTERY_LEVEL)


class Signals(Values):
    """Takes what the sensors send and answers what is believed; never raises for what the world sent."""

    distance: Odometer
    """The distance run."""

    def __init__(self, settings: SignalSettings) -> None:
        """Start with no reading at all."""
        super().__init__()
        self.distance = Odometer(settings)
        self._settings = settings
        self._sensors: dict[Source, Sensor] = {}
        self._feet: dict[Source, Foot] = {}
        self._pair: PodPair | None = None
        self._belts: dict[Source, float] = {}  # when a sensor last told a belt's metres
        self._rejections = Rejections(settings.rejections_apart_s)

    def take(self, event: Notified | Reported | LinkChanged) -> list[Told]:
        """Believe or doubt what came.

        What was not believed is told as `Rejected`, a sensor that became live as `SensorChanged`. An event
        whose time lies before what was taken already counts as of now.
        """
        told: list[Told] = []
        if self._now < event.at < inf:
            self._now = event.at
        if isinstance(event, Notified):
            self._take_bytes(event, told)
        elif isinstance(event, Reported):
            self._take_numbers(event, told)
        else:
            changed = self._sensor(event.source).learn(event, self._now)
            if changed is not None:
                told.append(changed)
        return told

    def settle(self, now: Seconds) -> list[SensorChanged]:
        """Say which sensors went stale or gone up to `now`, each at its due time, in the order of these."""
        told = fall_silent(self._sensors.values(), now)
        if self._now < now < inf:
            self._now = now
        return told

    def wake_at(self) -> Seconds | None:
        """When the next sensor would go stale or gone."""
        due = _NEVER
        for sensor in self._sensors.values():
            if sensor.due_at < due:  # noqa: PLR1730 - min() costs three times as much, at every input
                due = sensor.due_at
        return None if due == inf else due

    def sensors(self, now: Seconds) -> tuple[SensorRow, ...]:
        """Every sensor heard of, in the order they appeared, for the sensor row."""
        hearts = self._hearts
        return tuple(
            sensor.row(now, hearts[source].doubt if source in hearts else "")
            for source, sensor in self._sensors.items()
        )

    def _sensor(self, source: Source) -> Sensor:
        sensor = self._sensors.get(source)
        if sensor is None:
            sensor = self._sensors[source] = Sensor(source)
            if self._pair is None and all(pod in self._sensors for pod in PODS):
                there = PODS[source is PODS[0]]
                self._pair = PodPair(self._settings, self.distance.is_calibrated, there, self._now)
                self._follow(there)
        return sensor

    def _follow(self, pod: Source) -> None:
        """Let another of two pods drive the pace."""
        self.distance.prefer(pod)
        for channel in (self._speed, self._cadence, self._power):
            channel.prefer(pod)

    def _heard(self, source: Source, period_s: Seconds, told: list[Told]) -> None:
        """The sensor sent something well formed, whatever it said: it is alive."""
        changed = self._sensor(source).hear(self._now, period_s)
        if changed is not None:
            told.append(changed)

    def _reject(self, what: str, reason: str, told: list[Told]) -> None:
        rejected = self._rejections.tell(self._now, what, reason)
        if rejected is not None:
            told.append(rejected)

    def _take_bytes(self, event: Notified, told: list[Told]) -> None:
        period_s = _period(event.period_s)
        characteristic = event.characteristic
        if characteristic == _RUNNING:
            running = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
            if isinstance(running, Malformed):
                self._reject(running.what, running.text, told)
            else:
                self._heard(event.source, period_s, told)
                self._take_running(event.source, period_s, running, told)
        elif characteristic == _BEATS:
            beats = HeartRateMeasurement.from_bytes(event.payload)
            if isinstance(beats, Malformed):
                self._reject(beats.what, beats.text, told)
            else:
                self._heard(event.source, period_s, told)
                trouble = self._take_heart_rate(event.source, period_s, beats.heart_rate, beats.rr_s)
                if trouble:
                    self._reject(heart_rate.NAME, trouble, told)
        elif characteristic == _BATTERY:
            self._take_battery(event, told)
        else:
            numbers = numbers_of(event)
            if isinstance(numbers, Reported):
                if numbers.distance is not None:
                    self._belts[event.source] = self._now
                self._take_numbers(numbers, told)
            elif numbers is None:
                self._reject("notification", f"unknown characteristic {characteristic!r}", told)
            else:
                self._reject(numbers.what, numbers.text, told)

    def _take_battery(self, event: Notified, told: list[Told]) -> None:
        """A battery level is news of the sensor, but says nothing of its being fresh."""
        level = BatteryLevel.from_bytes(event.payload)
        if isinstance(level, Malformed):
            self._reject(battery.NAME, level.text, told)
            return
        sensor = self._sensor(event.source)
        if sensor.charge(level.percent):
            told.append(sensor.tell(self._now))

    def _take_running(
        self, source: Source, period_s: Seconds, running: RunningSpeedCadenceMeasurement, told: list[Told]
    ) -> None:
        """Count the steps, and believe speed and distance unless the speed cannot be one."""
        speed, name = running.speed, running_speed_cadence.NAME
        foot = self._feet.get(source) or self._new_foot(source)
        now = self._now
        at = Seconds(foot.measured_at(now, period_s, running.distance, speed))
        if at < now and not self.distance.goes_on(source, at):
            at = now
        if speed > self._settings.highest_speed:
            self._reject(name, f"a speed of {speed:.1f} m/s", told)
            self._take_metres(
                source, period_s, name, told, at=at, distance=running.distance, speed=None, wraps=True
            )
            return
        steps = foot.count.steps(running.cadence, speed, running.stride, period_s)
        if self._belts and self._is_belt(source):
            pass  # its own metres come as a treadmill's; the two counters must not be mixed
        elif speed > 0.0 or foot.stands(now, steps):
            self._take_metres(
                source, period_s, name, told, at=at, distance=running.distance, speed=speed, wraps=True
            )
        else:
            self._reject(name, f"a speed of 0 at {steps:g} steps per minute", told)
        self._take_cadence(Reading(at, steps, source, period_s), name, told)
        if foot.count.found is not None:
            self._learn_count(source, foot, told)

    def _is_belt(self, source: Source) -> bool:
        """Does the sensor speak as a treadmill too, and lately?"""
        return source in self._belts and not is_stale(self._now - self._belts[source], _EACH_SECOND)

    def _new_foot(self, source: Source) -> Foot:
        foot = self._feet[source] = Foot(self._settings, source)
        self._sensor(source).cadence_count = foot.count.factor
        return foot

    def _learn_count(self, source: Source, foot: Foot, told: list[Told]) -> None:
        """Tell what was found out about the sensor's cadence, for the runs to come."""
        count = foot.count.factor
        assert count is not None
        foot.count.told()
        self._sensor(source).cadence_count = count
        told.append(Learnt(self._now, source, CADENCE_COUNT, float(count)))

    def _take_numbers(self, event: Reported, told: list[Told]) -> None:
        source, period_s = event.source, _period(event.period_s)
        settings = self._settings
        self._heard(source, period_s, told)
        speed = self._within("speed", event.speed, settings.highest_speed, told)
        distance = self._within("distance", event.distance, inf, told)
        if speed is not None or distance is not None:
            self._take_metres(
                source, period_s, "distance", told, at=self._now, distance=distance, speed=speed, wraps=False
            )
        if event.heart_rate is not None:
            trouble = self._take_heart_rate(source, period_s, event.heart_rate, event.rr_s)
            if trouble:
                self._reject("heart_rate", trouble, told)
        if event.cadence is not None:
            self._take_cadence(Reading(self._now, event.cadence, source, period_s), "cadence", told)
        power = self._within("power", event.power, settings.highest_power, told)
        if power is not None:
            self._power.put(Reading(self._now, power, source, period_s))
        for name, value in event.metrics:
            if not self._put_metric(name, Reading(self._now, value, source, period_s)):
                self._reject(name, f"a value of {value:g}", told)

    def _within(self, what: str, value: float | None, highest: float, told: list[Told]) -> float | None:
        """The value if it is a number from 0 to `highest`; anything else is told and becomes None."""
        if value is None or (0.0 <= value <= highest and value != inf):
            return value
        self._reject(what, f"a {what} of {value}", told)
        return None

    def _take_heart_rate(
        self, source: Source, period_s: Seconds, value: float, rr_s: Sequence[Seconds]
    ) -> str:
        """Believe a heart rate, or give the reason; 0 means that the sensor had none, which is no fault."""
        now = self._now
        watch = self._hearts.get(source)
        if watch is None:
            watch = self._hearts[source] = HeartWatch(self._settings.doubts)
        if not self._settings.lowest_heart_rate <= value <= self._settings.highest_heart_rate:
            watch.lose()
            return f"a heart rate of {value:g} bpm" if value != 0 else ""
        spike = watch.take(now, value, period_s, self._cadence_now(), rr_s)
        if not spike:
            self._heart_rate.put(Reading(now, float(value), source, period_s))
        return spike

    def _take_cadence(self, reading: Reading, what: str, told: list[Told]) -> None:
        if 0.0 <= reading.value <= self._settings.highest_cadence:
            self._cadence.put(reading)
        else:
            self._reject(what, f"a cadence of {reading.value:g} per minute", told)

    def _take_metres(
        self,
        source: Source,
        period_s: Seconds,
        what: str,
        told: list[Told],
        *,
        at: Seconds,
        distance: float | None,
        speed: float | None,
        wraps: bool,
    ) -> None:
        """Hand distance and speed, measured `at`, to the odometer; keep the speed by the factor in force."""
        if self._pair is not None and self._pair.take(source, self._now, period_s, speed):
            self._follow(self._pair.lead)
        trouble = self.distance.take(source, at, period_s, distance, speed, wraps=wraps)
        if trouble:
            self._reject(what, trouble, told)
        if speed is not None:
            corrected = speed * self.distance.factor_of(source)
            self._speed.put(Reading(at, corrected, source, period_s))


def _period(period_s: Seconds) -> Seconds:
    """A period one can reckon with: a source that names none speaks once a second."""
    return period_s if 0 < period_s < inf else _EACH_SECOND
