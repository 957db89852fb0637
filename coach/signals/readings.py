"""What the sensors of a run send, as it enters: bytes, or numbers where a file holds only numbers."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from coach.gatt import (
    battery,
    body_temperature,
    cycling_power,
    heart_rate,
    muscle_oxygen,
    running_speed_cadence,
    treadmill,
)
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts


class Source(StrEnum):
    """Where a number comes from; its value is the `sensor` of the events."""

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


PODS: Final = (Source.POD, Source.POD_2)
"""The footpods, the first one first."""
CALIBRATED: Final = frozenset({*PODS, Source.SIM})
"""The sources whose distance follows from steps, so that a learnt factor corrects it."""


DISTANCE_LADDER = (
    Source.POD,
    Source.POD_2,
    Source.SIM,
    Source.TREADMILL,
    Source.WATCH,
    Source.POSITIONS,
)
"""The measured rungs of the distance ladder, best first; below them are marks and the clock."""


class Characteristic(IntEnum):
    """The GATT characteristics a run listens to: 16 bits assigned by the Bluetooth SIG, or a maker's own 128."""

    HEART_RATE_MEASUREMENT = heart_rate.UUID
    RSC_MEASUREMENT = running_speed_cadence.UUID
    BATTERY_LEVEL = battery.UUID
    RUNNING_POWER = cycling_power.UUID
    """Cycling Power Measurement, which footpods use for a runner's power."""
    TREADMILL_DATA = treadmill.UUID
    CORE_BODY_TEMPERATURE = body_temperature.UUID
    MUSCLE_OXYGEN = muscle_oxygen.UUID


SMO2: Final = "smo2_percent"
CORE_TEMPERATURE: Final = "core_temperature_c"
SKIN_TEMPERATURE: Final = "skin_temperature_c"
INCLINE: Final = "incline_percent"
CADENCE_COUNT: Final = "cadence_count"
"""What is learnt of a footpod: does it count both feet (1) or one (2)?"""


@dataclass(frozen=True, slots=True)
class Notified:
    """Bytes a sensor sent, unopened."""

    at: Seconds
    """When the run took the bytes, seconds since its first input."""
    source: Source
    """Which sensor sent them."""
    characteristic: Characteristic
    """What the bytes are, if they are well formed."""
    payload: bytes
    """The bytes as they came."""
    period_s: Seconds = Seconds(1.0)
    """How far apart such bytes nominally come."""
    heard_at: Seconds | None = None
    """When the radio heard them, on the same clock; never used for order."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Numbers of one source at one moment, from a file or stream; what it did not say is None."""

    at: Seconds
    """When, seconds since the first input of the run."""
    source: Source
    """Which source said so."""
    period_s: Seconds = Seconds(1.0)
    """How far apart this source's reports nominally come."""
    speed: MetresPerSecond | None = None
    """Speed over ground in m/s."""
    distance: Metres | None = None
    """Distance since the source's own zero in metres; differences are used, never the value itself."""
    cadence: StepsPerMinute | None = None
    """Steps per minute, both feet."""
    heart_rate: BeatsPerMinute | None = None
    """Beats per minute; 0 means the sensor had none."""
    rr_s: tuple[Seconds, ...] = ()
    """Intervals between beats in seconds, oldest first."""
    power: Watts | None = None
    """Running power in watts."""
    metrics: tuple[tuple[str, float], ...] = ()
    """External metrics by name, in the unit the name ends with: `("core_temperature_c", 38.1)`."""


class LinkState(StrEnum):
    """What the radio knows of a sensor."""

    SEARCHING = "searching"
    CONNECTED = "connected"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The radio found, lost or learnt something about a sensor."""

    at: Seconds
    """When the run was told."""
    source: Source
    """Which sensor."""
    state: LinkState
    """What became of the link."""
    name: str = ""
    """The sensor's own name, not to be trusted: it may hold any characters."""
    battery_percent: int | None = None
    """Charge in per cent, where known."""
    rssi_dbm: int | None = None
    """Signal strength in dBm, where known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One believed value with its age and origin."""

    at: Seconds
    """When it was taken."""
    value: float
    """The value in the SI (or bpm, spm, W) unit of its kind."""
    source: Source
    """Which source it is from."""
    period_s: Seconds
    """The nominal period of that source for this value."""


class Freshness(StrEnum):
    """What may be done with a value of a certain age (table in `docs/reference/events.md`)."""

    LIVE = "live"
    """Shown and judged."""
    HELD = "held"
    """Shown, no new verdict."""
    STALE = "stale"
    """Shown grey with its age, no verdict."""
    GONE = "gone"
    """Not shown."""


class SensorState(StrEnum):
    """What the screen and the events say of a sensor."""

    SEARCHING = "searching"
    LIVE = "live"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value with its age; the freshness is never `gone` (then there is no value)."""

    value: float
    age_s: Seconds
    freshness: Freshness
    source: Source


@dataclass(frozen=True, slots=True)
class SensorRow:
    """One sensor of the sensor row."""

    source: Source
    name: str
    """As the sensor calls itself; not to be trusted."""
    state: SensorState
    age_s: Seconds | None
    battery_percent: int | None
    rssi_dbm: int | None
    cadence_count: int | None = None
    """1 where its cadence counts both feet, 2 where it counts one and is doubled; None where that is not known."""
    doubt: str = ""
    """Why its heart rate is doubted, such as `follows the cadence`; empty if it is not."""


@dataclass(frozen=True, slots=True)
class SensorChanged:
    """A sensor became live, stale or gone."""

    at: Seconds
    """When: the arrival of its bytes, or the due time of its silence."""
    sensor: Source
    """Which sensor."""
    state: SensorState
    """What it is now."""
    age_s: Seconds | None = None
    """Age of its last value, where there was one."""
    battery_percent: int | None = None
    """Charge in per cent, where known."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A pod's factor was learnt or offered."""

    at: Seconds
    """When."""
    factor: float
    """True metres per metre the pod says."""
    sd: float
    """Standard deviation of the factor."""
    origin: str
    """From what: `mark`, `stretch`, `line`."""
    sensor: Source
    """Which pod."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The run found out something about a sensor that the next run should know from the start."""

    at: Seconds
    """When."""
    sensor: Source
    """About which sensor."""
    what: str
    """What was found: `cadence_count` (its value is 1 where both feet are counted, 2 where one is)."""
    value: float
    """What it is."""
    sd: float | None = None
    """Standard deviation, of what has one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something the world sent could not be used; it is told, never raised."""

    at: Seconds
    """When it came."""
    what: str
    """What was sent, such as `heart_rate_measurement` or `go`."""
    reason: str
    """Why it was not used, one sentence."""
