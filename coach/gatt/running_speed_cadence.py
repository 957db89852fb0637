"""Measurements of footpods and treadmills: speed, cadence and distance, and from some footpods running power.

RSC Measurement, 0x2A53 (Running Speed and Cadence Service 1.0, clause 3.1), is little endian: flags u8, speed u16 in
1/256 m/s, cadence u8 per minute, [stride u16 in cm], [distance u32 in 1/10 m]. Makers disagree on whether the cadence
counts one foot or both; `coach.signals.footpod` finds out. Bytes beyond the last field are kept in `trailing` and
written back.
"""

from dataclasses import dataclass
from enum import IntFlag
from struct import Struct
from typing import Final, NamedTuple

from coach.gatt import Malformed, too_short
from coach.quantities import Metres, MetresPerSecond, Watts

NAME: Final = "rsc_measurement"
UUID: Final = 0x2A53
DISTANCE_WRAPS_AT: Final = Metres(2**32 / 10)
"""Where the cumulative distance starts again at 0: u32 decimetres."""

_STRIDE: Final = 0x01
_DISTANCE: Final = 0x02
_RUNNING: Final = 0x04

_HEAD: Final = Struct("<BHB")
_U16: Final = Struct("<H")
_U32: Final = Struct("<I")
_TICKS_PER_MPS: Final = 256.0
_CM_PER_M: Final = 100.0
_DM_PER_M: Final = 10.0


class RunningSpeedCadenceMeasurement(NamedTuple):
    """One notification of a footpod or a treadmill's running service; a tuple, as one is read each second."""

    speed: MetresPerSecond
    """In steps of 1/256 m/s, 0 to 255.99."""
    cadence: int
    """Per minute as sent, 0 to 255: of one foot or of both."""
    stride: Metres | None = None
    """Length of a step or of a stride (two steps), in centimetres exactly."""
    distance: Metres | None = None
    """Cumulative, in decimetres exactly; only differences are used, because it may count the sensor's lifetime."""
    is_running: bool = False
    """Whether the sensor classifies the movement as running rather than walking."""
    trailing: bytes = b""
    """Bytes behind the last field."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "RunningSpeedCadenceMeasurement | Malformed":
        """Read any bytes: a measurement, or what is wrong with them. Never raises."""
        size = len(payload)
        if size < 4:
            return too_short(NAME, payload, 4)
        flags, speed, cadence = _HEAD.unpack_from(payload)
        rest = 4 + (2 if flags & _STRIDE else 0) + (4 if flags & _DISTANCE else 0)
        if size < rest:
            return too_short(NAME, payload, rest)
        stride = distance = None
        if flags & _STRIDE:
            stride = _U16.unpack_from(payload, 4)[0] / _CM_PER_M
        if flags & _DISTANCE:
            distance = _U32.unpack_from(payload, rest - 4)[0] / _DM_PER_M
        return cls(
            speed / _TICKS_PER_MPS,
            cadence,
            stride,
            distance,
            flags & _RUNNING != 0,
            payload[rest:] if rest < size else b"",
        )

    def __bytes__(self) -> bytes:
        """Write the measurement as a footpod would.

        Raises:
            struct.error: a field does not fit its clause.
        """
        flags = (
            (_STRIDE if self.stride is not None else 0)
            | (_DISTANCE if self.distance is not None else 0)
            | (_RUNNING if self.is_running else 0)
        )
        head = _HEAD.pack(flags, round(self.speed * _TICKS_PER_MPS), self.cadence)
        stride = b"" if self.stride is None else _U16.pack(round(self.stride * _CM_PER_M))
        distance = b"" if self.distance is None else _U32.pack(round(self.distance * _DM_PER_M))
        return head + stride + distance + self.trailing


# --- the abilities of a footpod: RSC Feature, 0x2A54 (clause 3.2)

FEATURE_NAME: Final = "rsc_feature"
FEATURE_UUID: Final = 0x2A54

_BITS: Final = Struct("<H")


class RunningFeatures(IntFlag):
    """The abilities of a footpod; bits that the clause reserves are kept."""

    STRIDE_LENGTH = 0x01
    TOTAL_DISTANCE = 0x02
    WALKING_OR_RUNNING = 0x04
    CALIBRATION = 0x08
    MULTIPLE_LOCATIONS = 0x10

    @classmethod
    def from_payload(cls, payload: bytes) -> "RunningFeatures | Malformed":
        """Read any bytes: features, or what is wrong with them. Never raises."""
        if len(payload) < _BITS.size:
            return too_short(FEATURE_NAME, payload, _BITS.size)
        return cls(_BITS.unpack_from(payload)[0])

    def payload(self) -> bytes:
        """Write the features as a footpod would; at most 16 bits."""
        return _BITS.pack(self)


# --- running power: Cycling Power Measurement, 0x2A63 (Cycling Power Service 1.1, clause 3.2)
#
# Little endian: flags u16, power s16 in watts, then the fields that the flags announce for pedals, wheel and crank. A
# runner has none of these, so only the power is read. Footpods send it beside the running service, so it does not make
# a sensor a bike's. Everything behind the power is kept in `rest` and written back.

POWER_NAME: Final = "cycling_power_measurement"
POWER_UUID: Final = 0x2A63

_POWER_HEAD: Final = Struct("<Hh")


@dataclass(frozen=True, slots=True)
class RunningPowerMeasurement:
    """One notification of a footpod that measures power."""

    power: Watts
    """Whole watts, -32768 to 32767; a runner's are never below 0."""
    flags: int = 0
    """The flags that announce the fields in `rest`, as received."""
    rest: bytes = b""
    """Everything behind the power, unread."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "RunningPowerMeasurement | Malformed":
        """Read any bytes: a power, or what is wrong with them. Never raises."""
        if len(payload) < _POWER_HEAD.size:
            return too_short(POWER_NAME, payload, _POWER_HEAD.size)
        flags, power = _POWER_HEAD.unpack_from(payload)
        return cls(power, flags, payload[_POWER_HEAD.size :])

    def __bytes__(self) -> bytes:
        """Write the measurement as a footpod would.

        Raises:
            struct.error: a field does not fit its clause.
        """
        return _POWER_HEAD.pack(self.flags, round(self.power)) + self.rest


# --- treadmills: Treadmill Data, 0x2ACD (Fitness Machine Service 1.0, clause 4.9)
#
# Little endian: flags u16, then the fields they announce in one fixed order. Bit 0 is inverted: *clear* means that the
# speed is there, set means that more data of the same moment follow in another packet. There is no cadence. The
# distance counts since the belt started, or since the machine was built, so only differences are used.

TREADMILL_NAME: Final = "treadmill_data"
TREADMILL_UUID: Final = 0x2ACD

_NO_SPEED: Final = 0x0001
_UNKNOWN_ANGLE: Final = 0x7FFF
_TREADMILL_FIELDS: Final = (
    # bit, name, bytes, steps per unit, signed
    (0, "speed_kmh", 2, 100.0, False),
    (1, "average_speed_kmh", 2, 100.0, False),
    (2, "distance_m", 3, 1.0, False),
    (3, "incline_percent", 2, 10.0, True),
    (3, "ramp_deg", 2, 10.0, True),
    (4, "ascent_m", 2, 10.0, False),
    (4, "descent_m", 2, 10.0, False),
    (5, "pace_km_per_min", 1, 10.0, False),
    (6, "average_pace_km_per_min", 1, 10.0, False),
    (7, "energy_kcal", 2, 1.0, False),
    (7, "energy_kcal_per_hour", 2, 1.0, False),
    (7, "energy_kcal_per_min", 1, 1.0, False),
    (8, "heart_rate_bpm", 1, 1.0, False),
    (9, "metabolic_equivalent", 1, 10.0, False),
    (10, "elapsed_s", 2, 1.0, False),
    (11, "remaining_s", 2, 1.0, False),
    (12, "belt_force_n", 2, 1.0, True),
    (12, "power_w", 2, 1.0, True),
)
"""Clause 4.9.1, in the order in which the fields stand."""
_ANGLES: Final = frozenset({"incline_percent", "ramp_deg"})


@dataclass(frozen=True, slots=True)
class TreadmillData:
    """One notification of a treadmill, in the units of the service; a field that was not sent is None."""

    speed_kmh: float | None = None
    """Speed of the belt, in steps of 0.01 km/h."""
    average_speed_kmh: float | None = None
    distance_m: float | None = None
    """Whole metres, up to 16,777,215."""
    incline_percent: float | None = None
    """In steps of 0.1 %; None also where the machine reports it as unknown."""
    ramp_deg: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    pace_km_per_min: float | None = None
    average_pace_km_per_min: float | None = None
    energy_kcal: float | None = None
    energy_kcal_per_hour: float | None = None
    energy_kcal_per_min: float | None = None
    heart_rate_bpm: float | None = None
    """From the machine's grips or strap; 0 without one."""
    metabolic_equivalent: float | None = None
    elapsed_s: float | None = None
    remaining_s: float | None = None
    belt_force_n: float | None = None
    power_w: float | None = None
    announced: int = 0
    """Bits 1 to 12 of the flags: the fields that were announced, including those without a value."""
    trailing: bytes = b""
    """Bytes behind the last field."""
    cut_at: int = 0
    """Where the last whole field of a truncated packet ends, as at the 20 bytes of a small MTU; 0 if it is complete."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "TreadmillData | Malformed":
        """Read any bytes: a treadmill's data, or what is wrong with them. Never raises."""
        size = len(payload)
        if size < 2:
            return too_short(TREADMILL_NAME, payload, 2)
        flags = int.from_bytes(payload[:2], "little") ^ _NO_SPEED
        values: dict[str, float] = {}
        rest, cut_at = 2, 0
        for bit, name, wide, per_unit, signed in _TREADMILL_FIELDS:
            if flags >> bit & 1:
                if rest + wide > size:
                    if not values:
                        return too_short(TREADMILL_NAME, payload, rest + wide)
                    cut_at = rest
                    break
                ticks = int.from_bytes(payload[rest : rest + wide], "little", signed=signed)
                rest += wide
                if ticks != _UNKNOWN_ANGLE or name not in _ANGLES:
                    values[name] = ticks / per_unit
        return cls(**values, announced=flags & _LATER_BITS, trailing=payload[rest:], cut_at=cut_at)

    def __bytes__(self) -> bytes:
        """Write the data as a treadmill would; a field of an announced group that is not known is written as 0.

        Raises:
            OverflowError: a field does not fit its clause.
        """
        flags = self.announced
        for bit, name, *_ in _TREADMILL_FIELDS:
            if getattr(self, name) is not None:
                flags |= 1 << bit
        result = (flags ^ _NO_SPEED).to_bytes(2, "little")
        for bit, name, wide, per_unit, signed in _TREADMILL_FIELDS:
            if flags >> bit & 1:
                value = getattr(self, name)
                unknown = _UNKNOWN_ANGLE if name in _ANGLES else 0
                ticks = unknown if value is None else round(value * per_unit)
                result += ticks.to_bytes(wide, "little", signed=signed)
        return (result[: self.cut_at] if self.cut_at else result) + self.trailing


_LATER_BITS: Final = 0x1FFE
