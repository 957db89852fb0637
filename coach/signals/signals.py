"""The readings of one run: checks what the sensors send, and keeps the believed values for the session and the cues."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf, isfinite
from sys import float_info
from typing import Final

from coach.gatt import Malformed, running_speed_cadence, services
from coach.gatt import heart_rate as heart_rate_measurement
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import (
    RunningPowerMeasurement,
    RunningSpeedCadenceMeasurement,
    TreadmillData,
)
from coach.gatt.services import BatteryLevel, CoreBodyTemperature, MuscleOxygen, Quality
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.signals.config import METRIC_LIMITS, SignalSettings
from coach.signals.footpod import FootpodDecoder, PodPair, PodPool
from coach.signals.odometer import Odometer, TrackLaps
from coach.signals.readings import (
    CADENCE_COUNT,
    CORE_TEMPERATURE,
    DISTANCE_PRIORITY,
    INCLINE,
    NEVER_STALE_S,
    PODS,
    SKIN_TEMPERATURE,
    SMO2,
    SPEED_RATIO,
    Calibrated,
    Characteristic,
    DisplayValue,
    Freshness,
    Learnt,
    LinkChanged,
    LinkState,
    Notified,
    Reading,
    ReadingStore,
    Rejected,
    RejectionThrottle,
    Relayed,
    Reported,
    SensorChanged,
    SensorStatus,
    Source,
    freshness,
    is_stale,
)
from coach.signals.sensors import (
    NO_BEATS,
    NO_CONTACT,
    HeartRateValidator,
    RelayMerger,
    SenderPeriod,
    Sensor,
    fire_silences,
    has_moved,
    is_timed,
)

# --- bytes into numbers

_KMH_PER_MPS: Final = 3.6


def decode(event: Notified) -> Reported | Malformed | None:
    """Decode the bytes of a power meter, a treadmill or an external metric; None if they are none of these."""
    decoder = _DECODERS.get(event.characteristic)
    return None if decoder is None else decoder(event)


def _power(event: Notified) -> Reported | Malformed:
    measurement = RunningPowerMeasurement.from_bytes(event.payload)
    if isinstance(measurement, Malformed):
        return measurement
    return Reported(event.at, event.source, event.period_s, power=measurement.power)


def _treadmill(event: Notified) -> Reported | Malformed:
    """Decode speed, distance and incline of a belt; its counter may be a lifetime's, and a heart rate of 0 is none."""
    data = TreadmillData.from_bytes(event.payload)
    if isinstance(data, Malformed):
        return data
    return Reported(
        event.at,
        event.source,
        event.period_s,
        speed=None if data.speed_kmh is None else MetresPerSecond(data.speed_kmh / _KMH_PER_MPS),
        distance=None if data.distance_m is None else Metres(data.distance_m),
        heart_rate=None if data.heart_rate_bpm is None else BeatsPerMinute(data.heart_rate_bpm),
        metrics=_present((INCLINE, data.incline_percent)),
    )


def _core(event: Notified) -> Reported | Malformed:
    """Decode temperatures; a core temperature of invalid or poor quality is left out."""
    data = CoreBodyTemperature.from_bytes(event.payload)
    if isinstance(data, Malformed):
        return data
    core_c = None if data.quality in {Quality.INVALID, Quality.POOR} else data.core_c
    return Reported(
        event.at,
        event.source,
        event.period_s,
        metrics=_present((CORE_TEMPERATURE, core_c), (SKIN_TEMPERATURE, data.skin_c)),
    )


def _muscle(event: Notified) -> Reported | Malformed:
    data = MuscleOxygen.from_bytes(event.payload)
    if isinstance(data, Malformed):
        return data
    return Reported(event.at, event.source, event.period_s, metrics=((SMO2, data.smo2_percent),))


_DECODERS: Final[dict[Characteristic, Callable[[Notified], Reported | Malformed]]] = {
    Characteristic.RUNNING_POWER: _power,
    Characteristic.TREADMILL_DATA: _treadmill,
    Characteristic.CORE_BODY_TEMPERATURE: _core,
    Characteristic.MUSCLE_OXYGEN: _muscle,
}


def _present(*values: tuple[str, float | None]) -> tuple[tuple[str, float], ...]:
    return tuple((name, value) for name, value in values if value is not None)


# --- the readings

_GREATEST: Final = float_info.max
_HEART_RATE_PRIORITY: Final = (Source.STRAP, Source.SIM, Source.RELAY, Source.WATCH)

SignalEvent = SensorChanged | Calibrated | Learnt | Rejected
"""What can follow from what a sensor sent."""

_EACH_SECOND: Final = Seconds(1.0)
_LAP: Final = Metres(400.0)
_NEVER: Final = Seconds(inf)
_BEATS: Final = int(Characteristic.HEART_RATE_MEASUREMENT)
_RUNNING: Final = int(Characteristic.RSC_MEASUREMENT)
_BATTERY: Final = int(Characteristic.BATTERY_LEVEL)
_NOT_DETECTED: Final = Contact.NOT_DETECTED


class Signals:
    """Handles what the sensors send and keeps what is believed; never raises for bad input."""

    distance: Odometer
    """The distance run."""

    def __init__(self, settings: SignalSettings) -> None:
        """Start with no reading at all."""
        self.distance = Odometer(settings)
        self._settings = settings
        self._lowest_bpm, self._highest_bpm = settings.lowest_heart_rate, settings.highest_heart_rate
        self._now = Seconds(0.0)
        self._events: list[SignalEvent] = []  # of the input under way
        self._heart_rate = ReadingStore(_HEART_RATE_PRIORITY)
        self._speed = ReadingStore(DISTANCE_PRIORITY)
        self._cadence = ReadingStore(DISTANCE_PRIORITY)
        self._power = ReadingStore(DISTANCE_PRIORITY)
        self._metrics: dict[str, ReadingStore] = {}
        self._sensors: dict[Source, Sensor] = {}
        self._validators: dict[Source, HeartRateValidator] = {}
        self._footpods: dict[Source, FootpodDecoder] = {}
        self._pool = PodPool(settings)
        self._pair: PodPair | None = None
        self._periods: dict[tuple[Source, Characteristic], SenderPeriod] = {}  # of senders of their own
        self._belt_seen_at: dict[Source, float] = {}  # when a sensor last sent the metres of a belt
        self._rejections = RejectionThrottle(settings.rejections_apart_s)
        self._relays: RelayMerger | None = None
        """What merges forwarded values; None in a run that has none."""
        self._followed: Source | None = None  # the source of the distance, in such a run
        self._lap_m: Metres | None = None
        self._laps: TrackLaps | None = None

    def expect_laps(self, lap_m: Metres) -> None:
        """Learn the factor of positions from closed laps of a track, `lap_m` long in the lane that is run in."""
        self._lap_m = lap_m if self._settings.learns_laps else None

    def on_event(self, event: Notified | Reported | LinkChanged) -> list[SignalEvent]:
        """Handle what a sensor sent or a change of its link, and return the events that follow from it.

        What is not believed comes back as `Rejected`, a sensor that becomes live as `SensorChanged`. An event
        whose time lies before that of an earlier one counts as of now.
        """
        events = self._events = []
        if self._now < event.at < inf:
            self._now = event.at
        if isinstance(event, Notified | Reported):
            if event.relayed is not None or self._relays is not None:
                self._on_relayed(event, event.relayed)
            elif isinstance(event, Notified):
                self._on_bytes(event, self._now)
            else:
                self._on_numbers(event, self._now)
        else:
            if event.source is Source.RELAY:
                self._await_relays()
            if event.state is LinkState.LOST:
                self._on_link_lost(event.source)
            if event.device is not None:
                self._on_device(event.source, event.device)
            change = self._sensor(event.source).on_link_changed(event, self._now)
            if change is not None:
                events.append(change)
        return events

    def _on_device(self, source: Source, number: int) -> None:
        """Go on with what is known of the sensor that is behind a source now, if it is another than before."""
        footpod = self._footpods.get(source)
        factor = next((each for each in self.distance.learnt() if each.source is source), None)
        sensor = self._pool.change(source, number, factor, footpod)
        if sensor is None:
            return
        self._sensor(source).battery_percent = None
        if source in PODS:
            self.distance.change_sensor(source, sensor.factor_as(source))
            if footpod is not None:
                self._new_footpod(source)

    def _on_link_lost(self, source: Source) -> None:
        """Learn no period from the silence that begins."""
        for sender in (self._footpods.get(source), self._validators.get(source)):
            if sender is not None:
                sender.period.on_lost()
        for (period_source, _), period in self._periods.items():
            if period_source is source:
                period.on_lost()

    def fire(self, now: Seconds) -> list[SensorChanged]:
        """Return the sensors that went stale or gone up to `now`, each at its due time, in the order of these."""
        changes = fire_silences(self._sensors.values(), now)
        if self._now < now < inf:
            self._now = now
        return changes

    def wake_at(self) -> Seconds | None:
        """Return when the next sensor goes stale or gone if it stays silent; None if none will."""
        due_at = _NEVER
        for sensor in self._sensors.values():
            if sensor.due_at < due_at:  # noqa: PLR1730 - min() costs three times as much, at every input
                due_at = sensor.due_at
        return None if due_at == inf else due_at

    def sensors(self, now: Seconds) -> tuple[SensorStatus, ...]:
        """Every sensor known so far, in the order they appeared, for the sensor row."""
        validators, agreement_of = self._validators, self.distance.agreement_of
        differing = self.distance.differing(self._lap_m or _LAP)
        return tuple(
            sensor.status(
                now,
                validators[source].missing or validators[source].doubt if source in validators else "",
                1.0 if (agreement := agreement_of(source)) is None else agreement.ratio,
                differing.get(source),
            )
            for source, sensor in self._sensors.items()
        )

    def is_unheard(self, source: Source) -> bool:
        """Return True if a sensor of the run has sent no value yet."""
        sensor = self._sensors.get(source)
        return sensor is not None and sensor.last_at is None

    def sends_without_value(self, source: Source) -> bool:
        """Return True if the packets that a strap sends hold no heart rate."""
        validator = self._validators.get(source)
        return validator is not None and bool(validator.missing)

    def heart_rate(self) -> Reading | None:
        """Return the newest believed heart rate, however old; ask `freshness` before using it.

        A strap is believed before a wrist, as long as it is not stale.
        """
        return self._heart_rate.best(self._now)

    def speed(self) -> Reading | None:
        """Return the newest speed of the first source by priority that is not stale, corrected by the pod's factor.

        When all are stale, it is the newest of all; ask `freshness` before using it.
        """
        return self._speed.best(self._now)

    def speed_of(self, source: Source) -> Reading | None:
        """Return the newest speed of one source, however old; None if it never sent one."""
        return self._speed.of(source)

    def cadence(self) -> Reading | None:
        """Return the newest cadence, both feet, of the first source that is not stale; else the newest of all."""
        return self._cadence.best(self._now)

    def power(self) -> Reading | None:
        """Return the newest running power, by the same priority as speed."""
        return self._power.best(self._now)

    def newest(self) -> tuple[Reading | None, Reading | None, Reading | None, Reading | None]:
        """Speed, cadence, heart rate and power, as `speed` and the others return them: all are asked for at once."""
        now = self._now
        return (
            self._speed.best(now),
            self._cadence.best(now),
            self._heart_rate.best(now),
            self._power.best(now),
        )

    def metric(self, name: str) -> Reading | None:
        """Return the newest value of an external metric, such as `smo2_percent`, in the unit its name ends with."""
        store = self._metrics.get(name)
        return None if store is None else store.best(self._now)

    def heart_rate_clean_since(self) -> Seconds | None:
        """Since when the heart rate has been free of spikes and gaps and has not followed the cadence.

        None without a heart rate, and while it is doubted.
        """
        reading = self._heart_rate.best(self._now)
        if reading is None:
            return None
        clean_since = self._validators[reading.source].clean_since
        return None if clean_since == inf else Seconds(clean_since)

    def display_value(self, reading: Reading | None, now: Seconds) -> DisplayValue | None:
        """Return the reading with its age at `now`; None when there is none or it is gone."""
        if reading is None:
            return None
        age_s = max(0.0, now - reading.at)
        freshness_now = freshness(age_s, reading.period_s)
        if freshness_now is Freshness.GONE:
            return None
        return DisplayValue(reading.value, Seconds(age_s), freshness_now, reading.source)

    def _sensor(self, source: Source) -> Sensor:
        sensor = self._sensors.get(source)
        if sensor is None:
            sensor = self._sensors[source] = Sensor(source)
            if self._pair is None and all(pod in self._sensors for pod in PODS):
                first = PODS[source is PODS[0]]
                self._pair = PodPair(self._settings, self.distance.is_calibrated, first, self._now)
                self._let_lead(first)
        return sensor

    def _let_lead(self, pod: Source) -> None:
        """Let one of two pods drive distance, speed, cadence and power from now on."""
        self.distance.prefer(pod)
        if self._relays is None:
            self._prefer(pod)

    def _prefer(self, source: Source) -> None:
        """Show speed, cadence and power of this source first."""
        for store in (self._speed, self._cadence, self._power):
            store.prefer(source)

    def _mark_alive(self, source: Source, period_s: Seconds, at: Seconds) -> None:
        """Note that the sensor sent something well formed, measured at `at`, whatever the value."""
        sensor = self._sensors.get(source) or self._sensor(source)
        change = sensor.on_data(at, period_s, self._now)
        if change is not None:
            self._events.append(change)

    def _reject(self, what: str, reason: str) -> None:
        rejection = self._rejections.emit(self._now, what, reason)
        if rejection is not None:
            self._events.append(rejection)

    def _await_relays(self) -> RelayMerger:
        """Merge forwarded values from now on, and change between sensors once in a step at most."""
        relays = self._relays
        if relays is None:
            relays = self._relays = RelayMerger()
            self.distance.hold_source()
        return relays

    def _on_relayed(self, event: Notified | Reported, relayed: Relayed | None) -> None:
        """Handle an input of a run in which some are forwarded: what is news counts when it was measured."""
        relays, by, delay_s = self._await_relays(), "", None
        at, learnt_s = self._now, 0.0
        if relayed is None:
            relays.note_radio(event, at)
        else:
            device = relayed.device
            if device is not None and self._pool.is_behind(event.source, device):
                relayed = replace(relayed, sensor="")
            merged = relays.merge(event, relayed, at)
            if merged is None:
                return
            event, at, learnt_s = merged
            if device is not None:
                self._on_device(event.source, device)
                relays.adopt(event.source, relayed.by)
            by, delay_s = relayed.by, relays.usual_delay(relayed.by)
            unheard = self._sensors.get(Source.RELAY)
            if event.source is not Source.RELAY and unheard is not None and unheard.last_at is None:
                del self._sensors[Source.RELAY]  # what is forwarded says which sensor it is
        sensor = self._sensor(event.source)
        sensor.by = by
        has_news = relayed is not None and has_moved(sensor.delay_s, delay_s)
        if has_news:
            sensor.delay_s = delay_s
        if isinstance(event, Notified):
            self._on_bytes(event, at)
        else:
            self._on_numbers(event, at, learnt_s)
        has_change = any(isinstance(change, SensorChanged) for change in self._events)
        if has_news and not has_change and sensor.last_at is not None:
            self._events.append(sensor.change(self._now))

    def _on_bytes(self, event: Notified, at: Seconds) -> None:
        period_s = _period(event.period_s)
        characteristic = event.characteristic
        if characteristic == _RUNNING:
            self._on_footpod(event, period_s, at)
        elif characteristic == _BEATS:
            beats = HeartRateMeasurement.from_bytes(event.payload)
            if isinstance(beats, Malformed):
                self._reject(beats.what, beats.text)
            else:
                self._on_beats(event.source, period_s, beats, at)
        elif characteristic == _BATTERY:
            self._on_battery(event)
        else:
            numbers = decode(event)
            if isinstance(numbers, Reported):
                if numbers.distance is not None:
                    self._belt_seen_at[event.source] = self._now
                sender = event.source, characteristic
                period = self._periods.get(sender)
                if period is None:
                    period = self._periods[sender] = SenderPeriod()
                self._on_numbers(numbers, at, period.add(at) if self._settings.forgives_gaps else 0.0)
            elif numbers is None:
                self._reject("notification", f"unknown characteristic {characteristic!r}")
            else:
                self._reject(numbers.what, numbers.text)

    def _on_footpod(self, event: Notified, period_s: Seconds, at: Seconds) -> None:
        """Handle the packet of a footpod."""
        running = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
        if isinstance(running, Malformed):
            self._reject(running.what, running.text)
            return
        footpod = self._footpods.get(event.source) or self._new_footpod(event.source)
        learnt_s = footpod.period.add(at)
        if learnt_s > period_s and self._settings.forgives_gaps:
            period_s = Seconds(learnt_s)
        self._mark_alive(event.source, period_s, at)
        if event.relayed is not None and is_timed(event.relayed):
            footpod.note_speed(running.speed)
        else:
            at = self._held_back(event.source, footpod, period_s, running)
        self._on_running(event.source, period_s, footpod, running, at)

    def _held_back(
        self,
        source: Source,
        footpod: FootpodDecoder,
        period_s: Seconds,
        running: RunningSpeedCadenceMeasurement,
    ) -> Seconds:
        """Return when a packet was measured that has no time of its own: a radio may have held it back."""
        at = Seconds(footpod.measurement_time(self._now, period_s, running.distance, running.speed))
        return at if at >= self._now or self.distance.can_continue(source, at) else self._now

    def _on_battery(self, event: Notified) -> None:
        """Note the charge of a sensor; its values do not become fresher by it."""
        level = BatteryLevel.from_bytes(event.payload)
        if isinstance(level, Malformed):
            self._reject(services.BATTERY_NAME, level.text)
            return
        sensor = self._sensor(event.source)
        if sensor.update_battery(level.percent):
            self._events.append(sensor.change(self._now))

    def _on_beats(self, source: Source, period_s: Seconds, beats: HeartRateMeasurement, at: Seconds) -> None:
        """Handle a strap's packet; one without a heart rate is none, so that a strap not worn is soon gone."""
        bpm, rr_s, forgives = beats.heart_rate, beats.rr_s, self._settings.forgives_gaps
        validator = self._validators.get(source) or self._new_validator(source)
        contact = beats.contact
        may_be_loose = (
            contact is _NOT_DETECTED or contact is not validator.contact
        )  # `is_worn` costs the most here
        if may_be_loose and forgives and not validator.is_worn(at, bpm, contact, rr_s):
            validator.missing = NO_CONTACT
        elif self._lowest_bpm <= bpm <= self._highest_bpm or self._is_heart_rate(
            heart_rate_measurement.NAME, bpm
        ):
            validator.missing = ""
            learnt_s = validator.period.add(at)
            if learnt_s > period_s and forgives:
                period_s = Seconds(learnt_s)
            self._mark_alive(source, period_s, at)
            self._on_heart_rate(
                heart_rate_measurement.NAME, validator, source, period_s, bpm, at=at, rr_s=rr_s
            )
        else:
            self._on_no_heart_rate(source, period_s, validator)

    def _on_no_heart_rate(self, source: Source, period_s: Seconds, validator: HeartRateValidator) -> None:
        """Note that a sensor sends, and has no heart rate; the silence of its values goes on."""
        if self._settings.forgives_gaps:
            validator.missing = NO_BEATS
        else:
            validator.on_dropout()
            self._mark_alive(source, period_s, self._now)

    def _new_validator(self, source: Source) -> HeartRateValidator:
        validator = self._validators[source] = HeartRateValidator(self._settings.doubts)
        return validator

    def _on_running(
        self,
        source: Source,
        period_s: Seconds,
        footpod: FootpodDecoder,
        running: RunningSpeedCadenceMeasurement,
        at: Seconds,
    ) -> None:
        """Handle the cadence of a footpod, and its speed and distance unless the speed is impossible."""
        speed, name = running.speed, running_speed_cadence.NAME
        if speed > self._settings.highest_speed:
            self._reject(name, f"a speed of {speed:.1f} m/s")
            self._on_metres(source, period_s, name, at=at, distance=running.distance, speed=None, wraps=True)
            return
        steps = footpod.cadence.steps_per_minute(running.cadence, speed, running.stride, period_s)
        if self._belt_seen_at and self._is_belt(source):
            pass  # its metres come as a treadmill's; the two counters must not be mixed
        elif not speed and source is Source.WATCH and self._speed.of(source) is None:
            pass  # a strap that counts steps alone measures no speed
        elif speed > 0.0 or footpod.may_be_standing(self._now, steps):
            self._on_metres(source, period_s, name, at=at, distance=running.distance, speed=speed, wraps=True)
        else:
            self._reject(name, f"a speed of 0 at {steps:g} steps per minute")
        self._on_cadence(Reading(at, steps, source, period_s), name)
        if footpod.cadence.has_news:
            self._learn_cadence_count(source, footpod)

    def _is_belt(self, source: Source) -> bool:
        """Return True if the sensor has lately sent the data of a treadmill too."""
        seen_at = self._belt_seen_at.get(source)
        return seen_at is not None and not is_stale(self._now - seen_at, _EACH_SECOND)

    def _new_footpod(self, source: Source) -> FootpodDecoder:
        footpod = self._footpods[source] = FootpodDecoder(
            self._settings, source, self._pool.sensor_of(source)
        )
        self._sensor(source).cadence_count = footpod.cadence.multiplier
        return footpod

    def _learn_cadence_count(self, source: Source, footpod: FootpodDecoder) -> None:
        """Emit how the sensor counts its cadence, for the runs to come."""
        count = footpod.cadence.drain_news()
        self._sensor(source).cadence_count = count
        self._events.append(Learnt(self._now, source, CADENCE_COUNT, float(count)))

    def _on_numbers(self, event: Reported, at: Seconds, learnt_s: float = 0.0) -> None:
        source, period_s = event.source, _period(event.period_s)
        if learnt_s > period_s:
            period_s = Seconds(learnt_s)
        settings = self._settings
        bpm = event.heart_rate
        if bpm is not None and not self._is_heart_rate("heart_rate", bpm):
            bpm = None
            validator = self._validators.get(source) or self._new_validator(source)
            if not settings.forgives_gaps or not event.has_motion:
                self._on_no_heart_rate(source, period_s, validator)
                if settings.forgives_gaps:
                    return
        self._mark_alive(source, period_s, at)
        speed = self._checked("speed", event.speed, settings.highest_speed)
        distance = self._checked("distance", event.distance, inf)
        if speed is not None or distance is not None:
            self._on_metres(source, period_s, "distance", at=at, distance=distance, speed=speed, wraps=False)
        if event.place is not None and distance is not None and source is Source.POSITIONS:
            self._on_place(event.place, distance)
        if bpm is not None:
            validator = self._validators.get(source) or self._new_validator(source)
            validator.missing = ""
            self._on_heart_rate("heart_rate", validator, source, period_s, bpm, at=at, rr_s=event.rr_s)
        if event.cadence is not None:
            self._on_cadence(Reading(at, event.cadence, source, period_s), "cadence")
        power = self._checked("power", event.power, settings.highest_power)
        if power is not None:
            self._power.put(Reading(at, power, source, period_s))
        for name, value in event.metrics:
            self._on_metric(name, Reading(at, value, source, period_s))

    def _on_place(self, place: tuple[float, float], distance: float) -> None:
        """Learn from a place on a track, `distance` metres into what the positions counted."""
        if self._lap_m is None or not all(map(isfinite, place)):
            return
        if self._laps is None:
            self._laps = TrackLaps(self._settings, self._lap_m)
            self.distance.await_lap()
        estimate = self._laps.add(self._now, place, distance)
        calibrated = None if estimate is None else self.distance.learn_lap(self._now, *estimate)
        if calibrated is not None:
            self._events.append(calibrated)

    def _checked(self, what: str, value: float | None, highest: float) -> float | None:
        """Return the value if it is a number from 0 to `highest`; anything else is rejected and becomes None."""
        if value is None or (0.0 <= value <= highest and value != inf):
            return value
        self._reject(what, f"a {what} of {value}")
        return None

    def _is_heart_rate(self, what: str, bpm: float) -> bool:
        """Return True if a heart rate is possible; 0 means that the sensor had none, which is no fault."""
        if self._settings.lowest_heart_rate <= bpm <= self._settings.highest_heart_rate:
            return True
        if bpm != 0:
            self._reject(what, f"a heart rate of {bpm:g} bpm")
        return False

    def _on_heart_rate(
        self,
        what: str,
        validator: HeartRateValidator,
        source: Source,
        period_s: Seconds,
        bpm: float,
        *,
        at: Seconds,
        rr_s: Sequence[Seconds],
    ) -> None:
        """Keep a possible heart rate unless it is a spike."""
        spike = validator.on_sample(at, bpm, period_s, self._cadence_now(), rr_s)
        if spike:
            self._reject(what, spike)
        else:
            self._heart_rate.put(Reading(at, float(bpm), source, period_s))

    def _on_cadence(self, reading: Reading, what: str) -> None:
        if 0.0 <= reading.value <= self._settings.highest_cadence:
            self._cadence.put(reading)
        else:
            self._reject(what, f"a cadence of {reading.value:g} per minute")

    def _on_metres(
        self,
        source: Source,
        period_s: Seconds,
        what: str,
        *,
        at: Seconds,
        distance: float | None,
        speed: float | None,
        wraps: bool,
    ) -> None:
        """Hand distance and speed, measured `at`, to the odometer; keep the speed times the factor in force."""
        if self._pair is not None and self._pair.on_sample(source, self._now, period_s, speed):
            self._let_lead(self._pair.lead)
        reason = self.distance.on_sample(source, at, period_s, distance, speed, wraps=wraps)
        if reason:
            self._reject(what, reason)
        driver = self.distance.last_source()
        if self._relays is not None and driver is not None and driver is not self._followed:
            self._followed = driver
            self._prefer(driver)
        if speed is not None:
            corrected = speed * self.distance.speed_factor_of(source)
            self._speed.put(Reading(at, corrected, source, period_s))
            agreement = self.distance.agreement_of(source)
            if agreement is not None and agreement.has_news:
                ratio, sd = agreement.drain_news()
                self._events.append(Learnt(self._now, source, SPEED_RATIO, ratio, sd))

    def _on_metric(self, name: str, reading: Reading) -> None:
        """Keep the newest value of an external metric if it is possible."""
        lowest, highest = METRIC_LIMITS.get(name, (-_GREATEST, _GREATEST))
        if not lowest <= reading.value <= highest:
            self._reject(name, f"a value of {reading.value:g}")
            return
        store = self._metrics.get(name)
        if store is None:
            store = self._metrics[name] = ReadingStore(())
        store.put(reading)

    def _cadence_now(self) -> float | None:
        """Steps per minute, unless they are stale."""
        steps = self._cadence.best(self._now)
        if steps is None:
            return None
        age_s = self._now - steps.at
        return steps.value if age_s <= NEVER_STALE_S or not is_stale(age_s, steps.period_s) else None


def _period(period_s: Seconds) -> Seconds:
    """Return the period of a source; one second if it names none that can be used."""
    return period_s if 0 < period_s < inf else _EACH_SECOND
