"""What a footpod sends: speed, cadence and distance (RSC Measurement), and with some the running power.

RSC Measurement, 0x2A53 (Running Speed and Cadence Service 1.0, clause 3.1), is little endian: flags u8, speed u16 in
1/256 m/s, cadence u8 per minute, [stride u16 in cm], [distance u32 in 1/10 m]. Makers disagree on whether the cadence
counts one foot or both; `coach.signals.footpod` finds out. Bytes beyond the last field are kept in `trailing` and
written back.
"""

from dataclasses import dataclass
from enum import IntFlag
from struct import Struct
from typing import Final, NamedTuple

from coach.gatt.malformed import Malformed, too_short
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
    """Cumulative, in decimetres exactly; differences are used, because it may be a lifetime's."""
    is_running: bool = False
    """Running rather than walking, as the sensor sees it."""
    trailing: bytes = b""
    """What stood behind the last field and is no field itself."""

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


# --- RSC Feature, 0x2A54 (clause 3.2): what a footpod can do, as bits

FEATURE_NAME: Final = "rsc_feature"
FEATURE_UUID: Final = 0x2A54

_BITS: Final = Struct("<H")


class RunningFeatures(IntFlag):
    """What a footpod can do; bits the clause leaves for later are kept."""

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


# --- Cycling Power Measurement, 0x2A63 (Cycling Power Service 1.1, clause 3.2), read as running power
#
# Little endian: flags u16, power s16 in watts, then whatever the flags announce of pedals, wheel and crank. A
# runner has none of these: only the power is read. Footpods send it beside the running service, so a sensor is
# never taken for a bike because of it. Everything behind the power is kept in `rest` and written back.

POWER_NAME: Final = "cycling_power_measurement"
POWER_UUID: Final = 0x2A63

_POWER_HEAD: Final = Struct("<Hh")


@dataclass(frozen=True, slots=True)
class RunningPowerMeasurement:
    """One notification of a footpod that measures power."""

    power: Watts
    """Whole watts, -32768 to 32767; a runner's are not below 0."""
    flags: int = 0
    """What the sensor announces in `rest`, as it came."""
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
