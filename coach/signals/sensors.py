"""The sensors of a run: whether each is live, which of its forwarded values count, and which heart rates are doubted.

All of it is decided inside the fold, so that a replay decides alike.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf
from statistics import median
from typing import Final, NamedTuple

from coach.gatt import Malformed
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import Metres, Seconds
from coach.signals.config import DoubtSettings
from coach.signals.readings import (
    NEVER_STALE_S,
    Characteristic,
    Freshness,
    LinkChanged,
    Notified,
    Relayed,
    Reported,
    SensorChanged,
    SensorState,
    SensorStatus,
    Source,
    freshness,
    gone_after,
    stale_after,
)

# --- when a sensor is live, stale or gone
#
# Each change of a state is emitted once, at its due time. A radio names no period, so the spacing of a sender's
# values is learnt.

_AFTER_LIMIT_S: Final = 1e-6
"""A silence is emitted just beyond its limit: a value that comes exactly at the limit is in time."""
_LIVE: Final = SensorState.LIVE  # an enum's member costs a tenth of a microsecond to look up
_NEVER: Final = Seconds(inf)
_STATES: Final = {
    Freshness.LIVE: SensorState.LIVE,
    Freshness.HELD: SensorState.LIVE,
    Freshness.STALE: SensorState.STALE,
    Freshness.GONE: SensorState.GONE,
}
"""The state of a sensor by the age of its newest value."""

_QUICK_S: Final = 1.5
"""Values so far apart or less come each second; a sender of these is never learnt from. Judged."""
_LONGEST_S: Final = 10.0
"""The longest period that is learnt (docs/reference/events.md)."""
_SILENCE_S: Final = 15.0
"""Values further apart are not spaced by the sender: something was lost between them."""
_SPACINGS: Final = 9
"""Spacings that are kept; three long ones of nine count, so that two gaps in a row teach nothing. Judged."""
_SETTLED: Final = 4
"""Spacings that settle a period: those between five values."""


class SenderPeriod:
    """Learns how far apart the values of one sender are, from one second up to ten."""

    __slots__ = ("_began_at", "_last_at", "_slow_for", "_spacings", "period_s")

    def __init__(self) -> None:
        """Presume a value each second."""
        self._began_at: float | None = None
        self._last_at = inf
        self._slow_for = 0
        self._spacings: deque[float] = deque(maxlen=_SPACINGS)
        self.period_s = 1.0

    def add(self, at: float) -> float:
        """Note that a value came, and return the period."""
        spacing_s, self._last_at = at - self._last_at, at
        if spacing_s > _QUICK_S or self._slow_for:
            self._learn(at, spacing_s)
        elif self._began_at is None:
            self._began_at = at
        return self.period_s

    def on_lost(self) -> None:
        """Note that the link was lost: the time until the next value is not the sender's spacing."""
        self._last_at = inf

    def _learn(self, at: float, spacing_s: float) -> None:
        if not 0.0 <= spacing_s <= _SILENCE_S:
            return
        spacings = self._spacings
        if not self._slow_for:
            began_at = at if self._began_at is None else self._began_at
            spacings.clear()
            spacings.extend([1.0] * min(_SPACINGS, round(at - spacing_s - began_at)))
        spacings.append(spacing_s)
        self._slow_for = _SPACINGS if spacing_s > _QUICK_S else self._slow_for - 1
        if len(spacings) >= _SETTLED:
            self.period_s = min(max(1.0, sorted(spacings)[len(spacings) * 2 // 3]), _LONGEST_S)


class Sensor:
    """One sensor: its name, when it last sent anything, and when its silence is next due."""

    __slots__ = (
        "battery_percent",
        "by",
        "cadence_count",
        "delay_s",
        "due_at",
        "last_at",
        "name",
        "period_s",
        "rssi_dbm",
        "source",
        "state",
    )

    def __init__(self, source: Source) -> None:
        """Start with a sensor that has sent nothing."""
        self.source = source
        self.name = ""
        self.state: SensorState | None = None
        """None until it is emitted for the first time."""
        self.last_at: float | None = None
        self.period_s = 1.0
        self.due_at: Seconds = _NEVER
        self.battery_percent: int | None = None
        self.rssi_dbm: int | None = None
        self.cadence_count: int | None = None
        self.by = ""
        """The phone or gateway that its newest value came by."""
        self.delay_s: float | None = None
        """The delay last emitted for that path."""

    def on_data(self, at: float, period_s: float, now: float) -> SensorChanged | None:
        """Note that it sent something well formed, measured at `at`, and return the change if that makes it live.

        What comes so late that it is stale, or out of order, changes nothing.
        """
        if at < now and (
            at + stale_after(period_s) <= now or (self.last_at is not None and at < self.last_at)
        ):
            return None
        self.last_at = at
        self.period_s = period_s
        self.due_at = Seconds(at + stale_after(period_s) + _AFTER_LIMIT_S)
        if self.state is _LIVE:
            return None
        self.state = SensorState.LIVE
        return self.change(now, now - at)

    def fire(self) -> SensorChanged:
        """Turn it stale, then gone, when its silence is due. Only for a sensor that has sent something."""
        assert self.last_at is not None
        due_at = self.due_at
        if self.state is SensorState.LIVE:
            self.state = SensorState.STALE
            self.due_at = Seconds(self.last_at + gone_after(self.period_s) + _AFTER_LIMIT_S)
        else:
            self.state = SensorState.GONE
            self.due_at = _NEVER
        return self.change(due_at, due_at - self.last_at)

    def on_link_changed(self, event: LinkChanged, at: float) -> SensorChanged | None:
        """Note a change of the link, and return a change of the sensor if it or its charge is new."""
        self.name = event.name or self.name
        self.rssi_dbm = self.rssi_dbm if event.rssi_dbm is None else event.rssi_dbm
        percent = event.battery_percent
        if percent is not None and not 0 <= percent <= 100:
            percent = None
        has_changed = self.update_battery(percent)
        if self.state is None:
            self.state = SensorState.SEARCHING
            has_changed = True
        return self.change(at) if has_changed else None

    def update_battery(self, percent: int | None) -> bool:
        """Note its charge where known, and return whether it has changed."""
        if percent is None or percent == self.battery_percent:
            return False
        self.battery_percent = percent
        return True

    def change(self, at: float, age_s: float | None = None) -> SensorChanged:
        """Its present state as an event."""
        if age_s is None and self.last_at is not None:
            age_s = at - self.last_at
        return SensorChanged(
            Seconds(at),
            self.source,
            self.state or SensorState.SEARCHING,
            None if age_s is None else Seconds(age_s),
            self.battery_percent,
            self.by,
            None if self.delay_s is None else Seconds(self.delay_s),
        )

    def status(
        self,
        now: float,
        doubt: str = "",
        speed_ratio: float = 1.0,
        beside: tuple[Metres, Metres] | None = None,
    ) -> SensorStatus:
        """Its state at `now` for the sensor row, with why its heart rate is doubted and what corrects its speed.

        `beside` is what it and the source that is used measured of the last lap, where they differ.
        """
        age_s = None if self.last_at is None else max(0.0, now - self.last_at)
        state = SensorState.SEARCHING if age_s is None else _STATES[freshness(age_s, self.period_s)]
        return SensorStatus(
            self.source,
            self.name,
            state,
            None if age_s is None else Seconds(age_s),
            self.battery_percent,
            self.rssi_dbm,
            self.cadence_count,
            doubt,
            speed_ratio,
            self.by,
            None if self.delay_s is None else Seconds(self.delay_s),
            beside,
        )


def fire_silences(sensors: Iterable[Sensor], now: Seconds) -> list[SensorChanged]:
    """Return the sensors that went stale or gone up to `now`, each at its due time, in the order of these."""
    changes: list[SensorChanged] = []
    while True:
        next_sensor = None
        due_at = now
        for sensor in sensors:
            if sensor.due_at <= due_at and (next_sensor is None or sensor.due_at < due_at):
                next_sensor, due_at = sensor, sensor.due_at
        if next_sensor is None:
            return changes
        changes.append(next_sensor.fire())


# --- what relays forward
#
# Phones and gateways forward what the own radio may hear too. A forwarded value comes late, by a different time each.
# The sender's own clock tells by how much later than the quickest of its values: the least difference between arrival
# and sending is taken for the shift of the two clocks. The value then counts at its own time. The travel time of the
# quickest one is unknown, and is missing from the delay.
#
# One sensor may be heard by several ways, by two gateways or by a gateway and the radio. Of these the freshest value
# wins. One that is hardly newer than the newest by another way is the same measurement again, and is dropped. Between
# two sensors that claim the same place, the one that was first keeps it until it falls silent.

_WINDOW_S: Final = 300.0
"""The time over which the least difference of two clocks is taken; judged: a phone drifts 30 ms in it at most."""
_BACK_S: Final = 2.0
"""A time this much before the newest is out of order, or the sender's clock was set back. Judged."""
_BACKWARD: Final = 3
"""Messages in a row that are out of order, after which the clock was set back: what is sent again is fewer. Judged."""
_DELAYS: Final = 15
"""Delays whose median is emitted: those of the last quarter of a minute."""
_LEAST_DELAYS: Final = 5
"""The fewest delays of which a median is emitted."""
_DELAY_STEP_S: Final = 0.5
"""The least change of a delay that is emitted anew. Judged."""
OLDEST_S: Final = 30.0
"""The oldest value that is taken: as long as a radio holds packets back (`SignalSettings.most_held_s`)."""
_NEWER: Final = 0.5
"""How many periods a value must be newer than one that came another way: less is the same measurement. Judged."""
_NEWER_UNTIMED: Final = 1.5
"""The same for a value without a time of its own, whose delay is not known. Judged."""
_SAME_S: Final = 1.0
"""How long the same bytes are the same packet, where they hold a heart rate alone. Judged."""
_SAME_BEATS_S: Final = 2.0
"""The same with intervals between beats, which may be the same again three beats later. Judged."""
_REMEMBERED: Final = 8
"""Packets of a sensor that are remembered: two seconds of the quickest gateway."""

_BEATS: Final = int(Characteristic.HEART_RATE_MEASUREMENT)
_RUNNING: Final = int(Characteristic.RSC_MEASUREMENT)
_BATTERY: Final = int(Characteristic.BATTERY_LEVEL)
_MOTION: Final = "motion"
_HEART: Final = "heart"
_CHARGE: Final = "charge"
_RADIO: Final = ("", "")


class SenderClock:
    """Learns how late each value of one sender is, by the sender's own times."""

    __slots__ = ("_backward", "_delays", "_least", "_newest_s")

    def __init__(self) -> None:
        """Start without a value; the first counts as not late at all."""
        self._least: deque[tuple[float, float]] = deque()
        """Arrival and difference of the clocks: each the least of all that came since the one before it."""
        self._newest_s = -inf
        self._backward = 0
        self._delays: deque[float] = deque(maxlen=_DELAYS)

    def delay(self, heard_at: float, sent_s: float) -> float:
        """Return how many seconds later than the quickest a value came that was sent at `sent_s`."""
        if sent_s < self._newest_s - _BACK_S:
            self._backward += 1
            if self._backward >= _BACKWARD:
                self._least.clear()
                self._newest_s = sent_s
                self._backward = 0
        else:
            self._newest_s = max(self._newest_s, sent_s)
            self._backward = 0
        difference, least = heard_at - sent_s, self._least
        while least and least[-1][1] >= difference:
            least.pop()
        least.append((heard_at, difference))
        while heard_at - least[0][0] > _WINDOW_S:
            least.popleft()
        delay_s = difference - least[0][1]
        self._delays.append(delay_s)
        return delay_s

    def usual_delay(self) -> float | None:
        """Return the median of the last delays; None before there are a few."""
        return median(self._delays) if len(self._delays) >= _LEAST_DELAYS else None


class _Heard(NamedTuple):
    """A packet that was heard."""

    at: float
    way: tuple[str, str]
    payload: bytes


class _Counts:
    """Joins the counts of metres of one sensor by several ways, each of which counts from its own zero."""

    __slots__ = ("_at", "_metres", "_offsets", "_own")

    def __init__(self) -> None:
        """Start before the first count."""
        self._at = -inf
        self._metres = 0.0
        self._offsets: dict[tuple[str, str], float] = {}
        """What is added to the count of a way, so that it goes on where the one in use is."""
        self._own: dict[tuple[str, str], tuple[float, float]] = {}
        """The newest time and count of each way, as it came."""

    def joined(
        self, way: tuple[str, str], at: float, distance: Metres, speed: float | None, *, is_in_use: bool
    ) -> Metres:
        """Return the count of one way, continued from that of the way in use; its own while it is that way."""
        before = self._own.get(way)
        self._own[way] = at, distance
        if speed is None and before is not None and before[0] < at:
            speed = max(0.0, (distance - before[1]) / (at - before[0]))
        offset, apart_s = self._offsets.get(way), at - self._at
        if self._at == -inf:
            offset = 0.0
        elif offset is None or not (is_in_use or abs(apart_s) > NEVER_STALE_S):
            ran_m = (speed or 0.0) * apart_s if abs(apart_s) <= NEVER_STALE_S else 0.0
            offset = self._metres + ran_m - distance
        self._offsets[way] = offset
        return Metres(distance + offset)

    def take(self, at: float, metres: Metres) -> None:
        """Note a count that is used."""
        self._at, self._metres = at, metres


class _Stream:
    """One quantity of one source, by whichever way it comes."""

    __slots__ = ("counts", "has_bytes", "heard", "newest_at", "period", "way")

    def __init__(self) -> None:
        """Start with nothing."""
        self.newest_at = -inf
        """When the newest value that was taken was measured."""
        self.way: tuple[str, str] = _RADIO
        """Sensor and sender of that value; both empty for the own radio."""
        self.period = SenderPeriod()
        self.heard: deque[_Heard] = deque(maxlen=_REMEMBERED)
        self.counts = _Counts()
        self.has_bytes = False
        """Whether the sensor's own packets have come; their count of metres is no other's."""

    def take(self, at: float, way: tuple[str, str]) -> None:
        """Note that a value was taken."""
        self.newest_at = at
        self.way = way
        self.period.add(at)

    def is_news(self, way: tuple[str, str], at: float, *, is_timed: bool) -> bool:
        """Return True if a value that was measured at `at` is newer than all that came by any way."""
        newer_s, period_s = at - self.newest_at, self.period.period_s
        if way == self.way:
            return newer_s > 0.0
        if way[0] != self.way[0]:
            return newer_s > stale_after(period_s)
        return newer_s >= (_NEWER if is_timed else _NEWER_UNTIMED) * period_s


class Merged(NamedTuple):
    """A forwarded input that counts, and when."""

    event: Notified | Reported
    at: Seconds
    """When it was measured, as well as that is known; never after its arrival."""
    period_s: float
    """How far apart such values are."""


class RelayMerger:
    """Decides of each forwarded input when it was measured, and whether it is news."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._clocks: dict[str, SenderClock] = {}
        self._streams: dict[tuple[Source, str], _Stream] = {}

    def note_radio(self, event: Notified | Reported, now: float) -> None:
        """Note what the own radio heard; that counts in any case."""
        for kind in _kinds(event):
            stream = self._stream(event.source, kind)
            stream.take(now, _RADIO)
            if isinstance(event, Notified):
                stream.has_bytes = True
                stream.heard.append(_Heard(now, _RADIO, event.payload))

    def merge(self, event: Notified | Reported, relayed: Relayed, now: float) -> Merged | None:
        """Return what of a forwarded input is news, and when it was measured; None for nothing."""
        at = self._measured_at(relayed, now)
        if now - at > OLDEST_S:
            return None
        way = relayed.sensor, relayed.by
        if isinstance(event, Reported):
            return self._numbers(event, way, at, is_timed=is_timed(relayed))
        kind = _kinds(event)[0]
        if kind is _CHARGE:
            return Merged(event, Seconds(at), 1.0)
        stream = self._stream(event.source, kind)
        is_again = _is_again(stream, event, way, now)
        stream.heard.append(_Heard(now, way, event.payload))
        if is_again or not stream.is_news(way, at, is_timed=is_timed(relayed)):
            return None
        stream.take(at, way)
        stream.has_bytes = True
        return Merged(event, Seconds(at), stream.period.period_s)

    def adopt(self, source: Source, by: str) -> None:
        """Take the sensor that has just been heard for the one that is behind the source."""
        for (each, _), stream in self._streams.items():
            if each is source and stream.way[1] == by:
                stream.way = "", by

    def usual_delay(self, by: str) -> float | None:
        """Return the usual delay of a sender; None until it is learnt, or if the sender has no clock."""
        clock = self._clocks.get(by)
        return None if clock is None else clock.usual_delay()

    def _measured_at(self, relayed: Relayed, now: float) -> float:
        heard_at = now if relayed.heard_at is None else min(now, relayed.heard_at)
        delay_s = 0.0
        if relayed.sent_s is not None:
            clock = self._clocks.get(relayed.by)
            if clock is None:
                clock = self._clocks[relayed.by] = SenderClock()
            delay_s = clock.delay(heard_at, relayed.sent_s)
        return max(0.0, heard_at - delay_s - (relayed.age_s or 0.0))

    def _numbers(self, event: Reported, way: tuple[str, str], at: float, *, is_timed: bool) -> Merged | None:
        """Return what of decoded values is news; of a message with heart rate and pace one may be old."""
        period_s, news = 1.0, []
        for kind in _kinds(event):
            stream = self._stream(event.source, kind)
            distance = event.distance if kind is _MOTION and not stream.has_bytes else None
            if distance is not None:
                is_in_use = way == stream.way and stream.newest_at > -inf
                distance = stream.counts.joined(way, at, distance, event.speed, is_in_use=is_in_use)
            if not stream.is_news(way, at, is_timed=is_timed):
                continue
            news.append(kind)
            stream.take(at, way)
            period_s = max(period_s, stream.period.period_s)
            if distance is not None:
                stream.counts.take(at, distance)
            if kind is _MOTION:
                event = replace(event, distance=distance)
        if not news:
            return None
        if _HEART not in news:
            event = replace(event, heart_rate=None, rr_s=())
        if _MOTION not in news:
            event = replace(
                event, speed=None, distance=None, cadence=None, power=None, place=None, metrics=()
            )
        return Merged(event, Seconds(at), period_s)

    def _stream(self, source: Source, kind: str) -> _Stream:
        stream = self._streams.get((source, kind))
        if stream is None:
            stream = self._streams[source, kind] = _Stream()
        return stream


def has_moved(emitted_s: float | None, delay_s: float | None) -> bool:
    """Return True if a delay must be emitted: the first one, or one that has changed."""
    return delay_s is not None and (emitted_s is None or abs(delay_s - emitted_s) >= _DELAY_STEP_S)


def is_timed(relayed: Relayed) -> bool:
    """Return True if a value came with a time of its own, by which it is known how late it is."""
    return relayed.sent_s is not None or relayed.age_s is not None


def _kinds(event: Notified | Reported) -> tuple[str, ...]:
    """Return the kinds of values in an input; each kind may arrive by another path."""
    if isinstance(event, Reported):
        has_heart = event.heart_rate is not None
        return (_HEART,) * has_heart + (_MOTION,) * event.has_motion
    if event.characteristic == _BEATS:
        return (_HEART,)
    if event.characteristic == _BATTERY:
        return (_CHARGE,)
    return (_MOTION,) if event.characteristic == _RUNNING else (event.characteristic.name,)


def _is_again(stream: _Stream, event: Notified, way: tuple[str, str], now: float) -> bool:
    """Return True if the same packet came another way."""
    same = [heard.at for heard in stream.heard if heard.payload == event.payload and heard.way != way]
    return bool(same) and now - max(same) <= _same_for_s(event)


def _same_for_s(event: Notified) -> float:
    """Return how long no other packet of the sensor has these bytes; a running count is unlike all others."""
    if event.characteristic == _RUNNING:
        running = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
        if isinstance(running, Malformed) or running.distance is None or running.speed <= 0.0:
            return _SAME_S
        return OLDEST_S
    beats = HeartRateMeasurement.from_bytes(event.payload)
    return _SAME_BEATS_S if isinstance(beats, HeartRateMeasurement) and beats.rr_s else _SAME_S


# --- which heart rates are doubted
#
# Spikes, values that stand still, and those of optical sensors that count steps instead of beats. A doubted value
# is still shown; a rule that judges by heart rate asks since when it has been clean. A heart rate near the cadence is
# no sign by itself: real hearts stay within 3 bpm of it for up to 91 s in public recordings. There are three signs
# that a heart rate follows the cadence (`cadence lock`): it came near faster than a heart can, it came near while the
# cadence was steady, or it repeats the ups and downs of the cadence. `docs/explanation/doubts.md` has the
# measurements behind each number.

FOLLOWS_CADENCE: Final = "follows the cadence"
STANDS_STILL: Final = "stands still"
NO_CONTACT: Final = "no contact"
NO_BEATS: Final = "sends no heart rate"
_DETECTED: Final = Contact.DETECTED
_NOT_DETECTED: Final = Contact.NOT_DETECTED


class HeartRateValidator:
    """Validates the heart rate of one sensor."""

    __slots__ = (
        "_at",
        "_bpm",
        "_effort",
        "_had_contact",
        "_intervals",
        "_leap_to",
        "_lock",
        "_loose_bpm",
        "_loose_since",
        "_odd_beats_s",
        "_same_since",
        "_settings",
        "clean_since",
        "contact",
        "doubt",
        "missing",
        "period",
    )

    def __init__(self, settings: DoubtSettings) -> None:
        """Start without a heart rate."""
        self._settings = settings
        self._lock = CadenceLockDetector(settings)
        self._at: float | None = None
        self._bpm = 0.0
        self._leap_to: float | None = None
        self._same_since = 0.0
        self._effort: tuple[float, float] | None = None
        self._intervals: deque[float] = deque(maxlen=settings.beats)
        self._odd_beats_s = 0.0
        self.clean_since: float = inf
        """Since when every value has been the heart's; infinite while the newest is doubted."""
        self.doubt = ""
        """Why the newest value is doubted; empty if it is not."""
        self.missing = ""
        """Why the packets that arrive hold no heart rate; empty while they hold one."""
        self.period = SenderPeriod()
        """How far apart the values are."""
        self.contact = Contact.UNKNOWN
        """The contact with the skin that was last asked about."""
        self._had_contact = False
        self._loose_since: float | None = None
        self._loose_bpm = 0.0

    def is_worn(self, at: float, bpm: float, contact: Contact, rr_s: Sequence[float]) -> bool:
        """Return True if a strap's value is that of a heart, by its contact with the skin.

        Good values come without contact too. So one counts for as long as something else shows a heart: its
        changes, and from a strap that did report contact in this run changes beside intervals between beats.
        """
        self.contact = contact
        if contact is not _NOT_DETECTED:
            self._loose_since = None
            if contact is _DETECTED:
                self._had_contact = True
            return True
        shows_heart = bpm != self._loose_bpm and (bool(rr_s) or not self._had_contact)
        self._loose_bpm = bpm
        if self._loose_since is None or shows_heart:
            self._loose_since = at
        settings = self._settings
        limit_s = settings.loose_s if self._had_contact else settings.never_worn_s
        return at - self._loose_since < limit_s

    def on_sample(
        self, at: float, bpm: float, period_s: float, cadence: float | None, rr_s: Sequence[float] = ()
    ) -> str:
        """Validate one more value and return the reason if it is a spike, which is not believed at all.

        `at` never falls. `cadence` is that of both feet, None when it is not known now.
        """
        previous_at = self._at
        elapsed_s = 0.0 if previous_at is None else at - previous_at
        if previous_at is None or (elapsed_s > NEVER_STALE_S and elapsed_s > stale_after(period_s)):
            self._restart(at, bpm)
            self._lock.restart(at, bpm, cadence)
            return ""
        leap = abs(bpm - self._bpm)
        if leap > self._settings.leap_bpm + self._settings.leap_bpm_per_s * elapsed_s and not self._confirms(
            bpm
        ):
            self._leap_to = bpm
            self._break_clean_spell(at)
            return f"a leap from {self._bpm:g} to {bpm:g} bpm"
        if self._leap_to is not None:
            self._leap_to = None
            self._break_clean_spell(at)
        doubt = FOLLOWS_CADENCE if self._lock.on_sample(at, bpm, elapsed_s, cadence) else ""
        if leap:
            self._bpm = bpm
            self._same_since = at
            if self._effort is not None or self._intervals:
                self._effort = None
                self._odd_beats_s = 0.0
                self._intervals.clear()
        elif at - self._same_since >= self._settings.same_s and self._stands_still(
            at, elapsed_s, cadence, rr_s
        ):
            doubt = STANDS_STILL
        self._at = at
        if doubt is not self.doubt:
            self.clean_since = inf if doubt else at
            self.doubt = doubt
        return ""

    def on_dropout(self) -> None:
        """Compare the next value with no earlier one, as before gaps were forgiven."""
        self._at = None
        self.clean_since = inf

    def _restart(self, at: float, bpm: float) -> None:
        self._at = self.clean_since = self._same_since = at
        self._bpm = bpm
        self._leap_to = None
        self._effort = None
        self.doubt = ""

    def _break_clean_spell(self, at: float) -> None:
        """Count the heart rate as clean only from this leap on, unless it is doubted anyway."""
        if not self.doubt:
            self.clean_since = at

    def _confirms(self, bpm: float) -> bool:
        """Return True if the value is where the last leap went: two in a row are a new level, not a spike."""
        return self._leap_to is not None and abs(bpm - self._leap_to) <= self._settings.leap_bpm

    def _stands_still(self, at: float, elapsed: float, cadence: float | None, rr_s: Sequence[float]) -> bool:
        """Return True if a value that has not changed for a while stays although the legs or the beats have moved."""
        settings = self._settings
        if cadence is not None:
            low, high = self._effort or (cadence, cadence)
            self._effort = low, high = min(low, cadence), max(high, cadence)
            if high - low >= settings.effort_spm and at - self._same_since >= settings.same_effort_s:
                return True
        if not rr_s:
            return False
        self._intervals.extend(rr_s)
        intervals = sorted(self._intervals)
        middle_s = intervals[len(intervals) // 2]
        off_s = abs(60.0 - self._bpm * middle_s)
        is_odd = len(intervals) == settings.beats and off_s > settings.beats_bpm * middle_s
        self._odd_beats_s = self._odd_beats_s + elapsed if is_odd else 0.0
        return self._odd_beats_s >= settings.odd_beats_s


class CadenceLockDetector:
    """Detects a heart rate that follows the cadence of the legs."""

    __slots__ = (
        "_anchor",
        "_cadence",
        "_cadence_mean",
        "_cadence_spread",
        "_gap_mean",
        "_gap_spread",
        "_is_suspect",
        "_near_at",
        "_near_since",
        "_past",
        "_settings",
        "_steady_since",
        "_weight",
    )

    def __init__(self, settings: DoubtSettings) -> None:
        """Start without a heart rate."""
        self._settings = settings
        self._past: deque[tuple[float, float]] = deque()
        self.restart(0.0, 0.0, None)

    def restart(self, at: float, bpm: float, cadence: float | None) -> None:
        """Reset to a first heart rate, after a gap."""
        self._past.clear()
        self._past.append((at, bpm))
        self._cadence = cadence or 0.0
        self._anchor = self._cadence
        self._steady_since = at
        self._near_since: float | None = None
        self._near_at = at
        self._is_suspect = False
        self._weight = 0.0
        self._cadence_mean = self._cadence_spread = 0.0
        self._gap_mean = self._gap_spread = 0.0

    def on_sample(self, at: float, bpm: float, elapsed: float, cadence: float | None) -> bool:
        """Add a heart rate, `elapsed` seconds after the one before, and return whether it follows the cadence."""
        settings = self._settings
        past = self._past
        past.append((at, bpm))
        while at - past[1][0] >= settings.slow_entry_s:
            past.popleft()
        if cadence is None or cadence < settings.running_cadence:
            self._cadence = 0.0
            self._near_since = None
            return False
        if self._cadence:
            self._cadence += (cadence - self._cadence) * elapsed / (elapsed + settings.cadence_tau_s)
        else:
            self._cadence = cadence
            self._steady_since = at
            self._anchor = cadence
        smooth = self._cadence
        if abs(smooth - self._anchor) > settings.steady_spm:
            self._anchor = smooth
            self._steady_since = at
        gap = bpm - smooth
        if -settings.near_bpm <= gap <= settings.near_bpm:
            if self._near_since is None:
                self._come_near(at, bpm)
            self._near_at = at
        elif self._near_since is not None and at - self._near_at > settings.leave_s:
            self._near_since = None
        if self._near_since is None:
            return False
        near_s = at - self._near_since
        if self._is_suspect and near_s >= settings.stay_s:
            return True
        return self._repeats(elapsed, smooth, gap) and near_s >= settings.repeat_s

    def _come_near(self, at: float, bpm: float) -> None:
        """Note whether the heart rate came near the cadence faster than a heart can, or while nothing changed."""
        settings = self._settings
        self._near_since = at
        self._weight = 0.0
        recent_bpm = next(
            (
                past_bpm
                for past_at, past_bpm in reversed(self._past)
                if past_at <= at - settings.quick_entry_s
            ),
            bpm,
        )
        oldest_at, oldest_bpm = self._past[0]
        is_steady = at - self._steady_since >= settings.steady_s and at - oldest_at >= settings.slow_entry_s
        self._is_suspect = abs(bpm - recent_bpm) >= settings.quick_entry_bpm or (
            is_steady and abs(bpm - oldest_bpm) >= settings.slow_entry_bpm
        )

    def _repeats(self, elapsed: float, cadence: float, gap: float) -> bool:
        """Return True if the cadence varies and the distance from it hardly does, by two weighted variances."""
        settings = self._settings
        if not self._weight:
            self._weight = elapsed
            self._cadence_mean, self._gap_mean = cadence, gap
            self._cadence_spread = self._gap_spread = 0.0
            return False
        kept_s = self._weight * settings.repeat_tau_s / (settings.repeat_tau_s + elapsed)
        self._weight = kept_s + elapsed
        share = elapsed / self._weight
        off = cadence - self._cadence_mean
        self._cadence_mean += share * off
        self._cadence_spread = (1.0 - share) * (self._cadence_spread + share * off * off)
        off = gap - self._gap_mean
        self._gap_mean += share * off
        self._gap_spread = (1.0 - share) * (self._gap_spread + share * off * off)
        least = settings.repeat_spm * settings.repeat_spm
        return (
            self._cadence_spread >= least and self._gap_spread <= settings.repeat_share * self._cadence_spread
        )
