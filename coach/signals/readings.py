"""The inputs and readings of sensors, and how old a value may be.

Sensors send bytes, or numbers where a file holds only numbers. The limits of freshness are those of the table in
`docs/reference/events.md`. Each is the larger of some seconds and some periods of the source, so that a file with
a value every five seconds is as fresh as a radio with one every second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from coach.gatt import heart_rate, running_speed_cadence, services
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts


class Source(StrEnum):
    """Where a number comes from; the value is the `sensor` of the events."""

    POD = "pod"
    POD_2 = "pod_2"
    STRAP = "strap"
    TREADMILL = "treadmill"
    CORE = "core"
    MUSCLE = "muscle"
    WATCH = "watch"
    POSITIONS = "positions"
    MARKS = "marks"
    CLOCK = "clock"
    SIM = "sim"
    RELAY = "relay"
    """What a phone or gateway forwards without saying which sensor it comes from."""


PODS: Final = (Source.POD, Source.POD_2)
"""The footpods, the first one first."""
CALIBRATED: Final = frozenset({*PODS, Source.SIM})
"""The sources whose distance follows from steps, so that a learnt factor corrects it."""
DISTANCE_PRIORITY = (
    Source.POD,
    Source.POD_2,
    Source.SIM,
    Source.TREADMILL,
    Source.WATCH,
    Source.RELAY,
    Source.POSITIONS,
)
"""The sources that measure distance, the best first; marks and the clock come after them."""


class Characteristic(IntEnum):
    """The GATT characteristics a run subscribes to: 16 bits assigned by the Bluetooth SIG, or a maker's own 128."""

    HEART_RATE_MEASUREMENT = heart_rate.UUID
    RSC_MEASUREMENT = running_speed_cadence.UUID
    BATTERY_LEVEL = services.BATTERY_UUID
    RUNNING_POWER = running_speed_cadence.POWER_UUID
    """Cycling Power Measurement, which footpods use for a runner's power."""
    TREADMILL_DATA = running_speed_cadence.TREADMILL_UUID
    CORE_BODY_TEMPERATURE = services.CORE_UUID
    MUSCLE_OXYGEN = services.MUSCLE_UUID


SMO2: Final = "smo2_percent"
CORE_TEMPERATURE: Final = "core_temperature_c"
SKIN_TEMPERATURE: Final = "skin_temperature_c"
INCLINE: Final = "incline_percent"
CADENCE_COUNT: Final = "cadence_count"
"""What is learnt of a footpod: whether it counts both feet (1) or one (2)."""

SPEED_RATIO: Final = "speed_ratio"
"""What is learnt of a source for this run: what its speed is multiplied by to agree with its own distance."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """How an input came that a phone or a gateway forwarded."""

    by: str
    """The phone or the gateway."""
    sensor: str = ""
    """The sensor as the sender calls it; empty for the paired one of its source, which a radio may hear as well."""
    heard_at: Seconds | None = None
    """When it arrived, in seconds since the run's first input."""
    sent_s: float | None = None
    """The sender's own time of the value in seconds, from any zero; None if it gave none."""
    age_s: Seconds | None = None
    """How old the value was when it was sent, where the sender says so and has no time of its own."""
    rssi_dbm: int | None = None
    """How strongly the gateway heard the sensor, in dBm; None if it is not known."""
    device: int | None = None
    """Which of several sensors it is that may be behind the source, by its number in the header of the journal."""


@dataclass(frozen=True, slots=True)
class Notified:
    """Bytes that a sensor sent, not decoded."""

    at: Seconds
    """When the run received the bytes, in seconds since its first input."""
    source: Source
    """The sensor that sent them."""
    characteristic: Characteristic
    """The characteristic they came from."""
    payload: bytes
    """The bytes as they came."""
    period_s: Seconds = Seconds(1.0)
    """The nominal time between such bytes."""
    heard_at: Seconds | None = None
    """When the radio received them, on the same clock; never used for order."""
    relayed: Relayed | None = None
    """How they came, where it was not by the own radio."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Numbers of one source at one moment, from a file or stream; what it did not give is None."""

    at: Seconds
    """When the run received them, in seconds since its first input."""
    source: Source
    """The source of the numbers."""
    period_s: Seconds = Seconds(1.0)
    """The nominal time between reports of this source."""
    speed: MetresPerSecond | None = None
    """Speed over the ground in m/s."""
    distance: Metres | None = None
    """Distance since the source's own zero in metres; only differences are used."""
    cadence: StepsPerMinute | None = None
    """Steps per minute, both feet."""
    heart_rate: BeatsPerMinute | None = None
    """Beats per minute; 0 means that the sensor had none."""
    rr_s: tuple[Seconds, ...] = ()
    """Intervals between beats in seconds, oldest first."""
    power: Watts | None = None
    """Running power in watts."""
    metrics: tuple[tuple[str, float], ...] = ()
    """External metrics by name, in the unit the name ends with: `("core_temperature_c", 38.1)`."""
    place: tuple[float, float] | None = None
    """Metres east and north of the source's own first position."""
    relayed: Relayed | None = None
    """How they came, where a phone or gateway forwarded them."""

    @property
    def has_motion(self) -> bool:
        """Whether it holds anything besides a heart rate."""
        others = (self.speed, self.distance, self.cadence, self.power, self.place)
        return bool(self.metrics) or any(value is not None for value in others)


class LinkState(StrEnum):
    """The state of the link to a sensor, as far as a run needs it."""

    SEARCHING = "searching"
    CONNECTED = "connected"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link to a sensor, or what the radio knows of it, has changed."""

    at: Seconds
    """When the run received it."""
    source: Source
    """The sensor."""
    state: LinkState
    """The new state of the link."""
    name: str = ""
    """The sensor's own name, which is not to be trusted: it may hold any characters."""
    battery_percent: int | None = None
    """Charge in per cent, where known."""
    rssi_dbm: int | None = None
    """Signal strength in dBm, where known."""
    device: int | None = None
    """Which of several sensors it is that may be behind the source, by its number in the header of the journal."""


class Reading(NamedTuple):
    """One believed value with its age and origin."""

    at: Seconds
    """When it was measured."""
    value: float
    """The value in the SI (or bpm, spm, W) unit of its kind."""
    source: Source
    """Its source."""
    period_s: Seconds
    """The nominal time between such values of the source."""


class Freshness(StrEnum):
    """What a value of some age may be used for (table in `docs/reference/events.md`)."""

    LIVE = "live"
    """It is shown and judged."""
    HELD = "held"
    """It is shown, but not judged anew."""
    STALE = "stale"
    """It is shown grey with its age, and not judged."""
    GONE = "gone"
    """It is not shown."""


class SensorState(StrEnum):
    """The state of a sensor on the screen and in the events."""

    SEARCHING = "searching"
    LIVE = "live"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class DisplayValue:
    """A value for the screen with its age; its freshness is never `gone`."""

    value: float
    age_s: Seconds
    freshness: Freshness
    source: Source


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """The state of one sensor, for the sensor row."""

    source: Source
    name: str
    """The sensor's own name, which is not to be trusted."""
    state: SensorState
    age_s: Seconds | None
    battery_percent: int | None
    rssi_dbm: int | None
    cadence_count: int | None = None
    """1 if its cadence counts both feet, 2 if it counts one and is doubled; None if that is not known."""
    doubt: str = ""
    """Why its heart rate is doubted, such as `follows the cadence`; empty if it is not."""
    speed_ratio: float = 1.0
    """What its speed is multiplied by to agree with its own distance; 1 where they agree."""
    by: str = ""
    """The phone or gateway that its newest value came by; empty for the own radio."""
    delay_s: Seconds | None = None
    """How far behind the quickest of them its values come that way; None until it is learnt."""
    beside: tuple[Metres, Metres] | None = None
    """What it measured of the last lap, and what the source that is used did, where they differ by over 2 %."""


@dataclass(frozen=True, slots=True)
class SensorChanged:
    """A sensor became live, stale or gone."""

    at: Seconds
    """The arrival of its bytes, or the due time of its silence."""
    sensor: Source
    """The sensor."""
    state: SensorState
    """Its new state."""
    age_s: Seconds | None = None
    """Age of its last value, where there was one."""
    battery_percent: int | None = None
    """Charge in per cent, where known."""
    by: str = ""
    """The phone or gateway that its values come by; empty for the own radio."""
    delay_s: Seconds | None = None
    """How far behind the quickest of them its values come that way; None until it is learnt."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The factor of a pod, or of positions on a track, was learnt."""

    at: Seconds
    """When it was learnt."""
    factor: float
    """True metres per metre of the sensor."""
    sd: float
    """Standard deviation of the factor."""
    origin: str
    """What it was learnt from: `mark`, `stretch`, `line`, or `lap` for positions."""
    sensor: Source
    """The pod, or the positions."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The run has learnt something about a sensor: a cadence count for the runs to come, a ratio for itself."""

    at: Seconds
    """When it was learnt."""
    sensor: Source
    """The sensor."""
    what: str
    """What was learnt: `cadence_count`, whose value is 1 if both feet are counted and 2 if one is; `speed_ratio`."""
    value: float
    """Its value."""
    sd: float | None = None
    """Its standard deviation, if it has one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be used; this is an output, never an exception."""

    at: Seconds
    """When it was received."""
    what: str
    """What was sent, such as `heart_rate_measurement` or `go`."""
    reason: str
    """Why it was not used."""


class RejectionThrottle:
    """Emits the first rejection of a kind at once, and later ones now and then with their number.

    A sensor that sends nonsense does so every second for an hour. Every byte of it is in the journal.
    """

    __slots__ = ("_emitted_at", "_interval_s", "_skipped")

    def __init__(self, interval_s: float) -> None:
        """Emit a rejection of one kind at most every `interval_s` seconds."""
        self._interval_s = interval_s
        self._emitted_at: dict[str, float] = {}
        self._skipped: dict[str, int] = {}

    def emit(self, at: Seconds, what: str, reason: str) -> Rejected | None:
        """Return the rejection, with how many were skipped before it; None if it is skipped too."""
        emitted_at = self._emitted_at.get(what)
        if emitted_at is not None and at - emitted_at < self._interval_s:
            self._skipped[what] = self._skipped.get(what, 0) + 1
            return None
        self._emitted_at[what] = at
        skipped = self._skipped.pop(what, 0)
        return Rejected(at, what, f"{reason}, after {skipped} more that were rejected" if skipped else reason)


NEVER_STALE_S: Final = 3.0
"""The age up to which no value is stale, whatever its period; comparing with it first saves time at most samples."""
_ROUNDING_S: Final = 1e-6
"""Sums of decimal seconds are off by less than this, so that a value of exactly 3 s is not over 3 s."""


def freshness(age_s: float, period_s: float) -> Freshness:
    """Return the freshness of a value `age_s` old from a source that sends one every `period_s`."""
    if is_live(age_s, period_s):
        return Freshness.LIVE
    age_s -= _ROUNDING_S
    if age_s <= 3.0 or age_s <= 3.0 * period_s:
        return Freshness.HELD
    if age_s <= 8.0 or age_s <= 4.0 * period_s:
        return Freshness.STALE
    return Freshness.GONE


def is_live(age_s: float, period_s: float) -> bool:
    """Return True if a value is live, so that it may be judged."""
    age_s -= _ROUNDING_S
    return age_s <= 2.0 or age_s <= 2.0 * period_s


def is_stale(age_s: float, period_s: float) -> bool:
    """Return True if a value is stale or gone, so that it must not be used."""
    return age_s > stale_after(period_s)


def stale_after(period_s: float) -> float:
    """Return the age in seconds beyond which a value is stale."""
    return (3.0 if period_s <= 1.0 else 3.0 * period_s) + _ROUNDING_S  # max() costs more, at every input


def gone_after(period_s: float) -> float:
    """Return the age in seconds beyond which a value is gone."""
    return max(8.0, 4.0 * period_s) + _ROUNDING_S


def must_reset(age_s: float, period_s: float) -> bool:
    """Return True if filters and noise start anew after a silence of `age_s`."""
    return age_s > 15.0 and age_s > max(15.0, 5.0 * period_s) + _ROUNDING_S


class ReadingStore:
    """Readings of one quantity by source priority: first the sources given, then others as they appear."""

    __slots__ = ("_first", "_priority", "_readings")

    def __init__(self, priority: Sequence[Source]) -> None:
        """Start without a reading."""
        self._priority = list(priority)
        self._readings: dict[Source, Reading] = {}
        self._first: Reading | None = None
        """The reading of the first source by priority, which is asked for far more often than it changes."""

    def put(self, reading: Reading) -> None:
        """Keep the newest reading of its source."""
        source = reading.source
        if source not in self._readings:
            if source not in self._priority:
                self._priority.append(source)
            self._readings[source] = reading
            self._sort()
        else:
            self._readings[source] = reading
            if self._first is not None and source is self._first.source:
                self._first = reading

    def of(self, source: Source) -> Reading | None:
        """Return the newest reading of one source, however old; None if it never sent one."""
        return self._readings.get(source)

    def prefer(self, source: Source) -> None:
        """Put this source first from now on."""
        if source in self._priority:
            self._priority.remove(source)
        self._priority.insert(0, source)
        self._sort()

    def best(self, now: float) -> Reading | None:
        """Return the reading of the first source that is not stale at `now`; else the newest of all."""
        first = self._first
        if first is None or now - first.at <= NEVER_STALE_S:
            return first
        newest: Reading | None = None
        for reading in self._readings.values():
            if not is_stale(now - reading.at, reading.period_s):
                return reading
            if newest is None or reading.at > newest.at:
                newest = reading
        return newest

    def _sort(self) -> None:
        sources = sorted(self._readings, key=self._priority.index)
        self._readings = {source: self._readings[source] for source in sources}
        self._first = next(iter(self._readings.values()), None)
