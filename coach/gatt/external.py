"""External metrics, each by its maker's own service: core temperature (CORE) and muscle oxygen (Moxy)."""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Final

from coach.gatt import Malformed, too_short

# --- Core Body Temperature, 00002101-5B1E-4347-B07C-97B514DAE121 (CORE's specification 2.2)
#
# Little endian: flags u8, core temperature s16 in 0.01 degrees, [skin s16], [reserved s16], [quality and state
# u8], [heart rate u8], [heat-strain index u8 in tenths]. The degrees are Fahrenheit where the flags say so.

CORE_NAME: Final = "core_body_temperature"
CORE_UUID: Final = 0x00002101_5B1E_4347_B07C_97B514DAE121

_SKIN: Final = 0x01
_RESERVED: Final = 0x02
_QUALITY: Final = 0x04
_FAHRENHEIT: Final = 0x08
_HEART_RATE: Final = 0x10
_STRAIN: Final = 0x20

_S16: Final = Struct("<h")
_NONE: Final = 0x7FFF
"""The code for a temperature that the sensor does not know yet."""
_PER_DEGREE: Final = 100.0
_PER_STRAIN: Final = 10.0
_QUALITY_BITS: Final = 0x07


class Quality(IntEnum):
    """How well the sensor measures."""

    INVALID = 0
    POOR = 1
    FAIR = 2
    GOOD = 3
    EXCELLENT = 4


@dataclass(frozen=True, slots=True)
class CoreBodyTemperature:
    """One notification of a CORE sensor."""

    core: float | None
    """Core temperature, in degrees of `is_fahrenheit`; None when it is not known."""
    skin: float | None = None
    """Skin temperature in the same degrees; None when it is not known."""
    is_fahrenheit: bool = False
    reserved: int | None = None
    """A field the maker reserves."""
    quality_and_state: int | None = None
    """As sent: three bits of quality, two (at bit 4) of the heart rate's state."""
    heart_rate: int | None = None
    """The heart rate it received from a strap, in beats per minute; not its own measurement."""
    heat_strain: float | None = None
    """Heat-strain index, 0 to 25.4 in tenths."""
    has_skin: bool = False
    """Whether the packet has a field for the skin, even one without a value."""
    trailing: bytes = b""
    """Bytes behind the last field."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "CoreBodyTemperature | Malformed":
        """Read any bytes: temperatures, or what is wrong with them. Never raises."""
        size = len(payload)
        if size < 3:
            return too_short(CORE_NAME, payload, 3)
        flags = payload[0]
        at = {bit: 0 for bit, _ in _OPTIONAL}
        rest = 3
        for bit, wide in _OPTIONAL:
            if flags & bit:
                at[bit] = rest
                rest += wide
        if size < rest:
            return too_short(CORE_NAME, payload, rest)

        def byte(bit: int) -> int | None:
            return payload[at[bit]] if at[bit] else None

        strain = byte(_STRAIN)
        return cls(
            core=_degrees(payload, 1),
            skin=_degrees(payload, at[_SKIN]) if at[_SKIN] else None,
            is_fahrenheit=flags & _FAHRENHEIT != 0,
            reserved=_S16.unpack_from(payload, at[_RESERVED])[0] if at[_RESERVED] else None,
            quality_and_state=byte(_QUALITY),
            heart_rate=byte(_HEART_RATE),
            heat_strain=None if strain is None else strain / _PER_STRAIN,
            has_skin=at[_SKIN] != 0,
            trailing=payload[rest:],
        )

    def __bytes__(self) -> bytes:
        """Write the temperatures as a CORE would.

        Raises:
            struct.error, ValueError: a field does not fit its clause.
        """
        has_skin = self.has_skin or self.skin is not None
        flags = (
            (_SKIN if has_skin else 0)
            | (_RESERVED if self.reserved is not None else 0)
            | (_QUALITY if self.quality_and_state is not None else 0)
            | (_FAHRENHEIT if self.is_fahrenheit else 0)
            | (_HEART_RATE if self.heart_rate is not None else 0)
            | (_STRAIN if self.heat_strain is not None else 0)
        )
        strain = None if self.heat_strain is None else round(self.heat_strain * _PER_STRAIN)
        return (
            bytes((flags,))
            + _ticks(self.core)
            + (_ticks(self.skin) if has_skin else b"")
            + (b"" if self.reserved is None else _S16.pack(self.reserved))
            + bytes(byte for byte in (self.quality_and_state, self.heart_rate, strain) if byte is not None)
            + self.trailing
        )

    @property
    def quality(self) -> Quality | None:
        """The quality of its measurement; None if it sends none."""
        if self.quality_and_state is None:
            return None
        code = self.quality_and_state & _QUALITY_BITS
        return Quality(code) if code <= Quality.EXCELLENT else None

    @property
    def core_c(self) -> float | None:
        """Core temperature in degrees Celsius."""
        return self._celsius(self.core)

    @property
    def skin_c(self) -> float | None:
        """Skin temperature in degrees Celsius."""
        return self._celsius(self.skin)

    def _celsius(self, degrees: float | None) -> float | None:
        if degrees is None or not self.is_fahrenheit:
            return degrees
        return (degrees - 32.0) / 1.8


_OPTIONAL: Final = ((_SKIN, 2), (_RESERVED, 2), (_QUALITY, 1), (_HEART_RATE, 1), (_STRAIN, 1))
"""The optional fields in the order in which they stand, with their bytes."""


def _degrees(payload: bytes, at: int) -> float | None:
    (ticks,) = _S16.unpack_from(payload, at)
    return None if ticks == _NONE else ticks / _PER_DEGREE


def _ticks(degrees: float | None) -> bytes:
    return _S16.pack(_NONE if degrees is None else round(degrees * _PER_DEGREE))


# --- Muscle oxygen, 6404D804-4CB9-11E8-B566-0800200C9A66 (Moxy)
#
# The maker publishes no layout; this one was read off captured frames (dvmarinoff/Auuki). Little endian: counter u16,
# SmO2 u16 in 0.1 %, the previous SmO2 u16, total haemoglobin u16 in 0.01 g/dL, [a byte of flags].

MUSCLE_NAME: Final = "muscle_oxygen"
MUSCLE_UUID: Final = 0x6404D804_4CB9_11E8_B566_0800200C9A66

_FIELDS: Final = Struct("<HHHH")
_PER_PERCENT: Final = 10.0
_PER_G_DL: Final = 100.0


@dataclass(frozen=True, slots=True)
class MuscleOxygen:
    """One notification of a muscle oxygen sensor."""

    counter: int
    """Number of measurements so far, u16."""
    smo2_percent: float
    """Muscle oxygen saturation in steps of 0.1 %; over 100 where there is none."""
    previous_smo2_percent: float
    """The value before it, in the same unit."""
    haemoglobin_g_dl: float
    """Total haemoglobin in g/dL, in steps of 0.01; only its changes mean something."""
    rest: bytes = b""
    """Bytes behind the haemoglobin: a byte of flags, or nothing."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "MuscleOxygen | Malformed":
        """Read any bytes: a saturation, or what is wrong with them. Never raises."""
        if len(payload) < _FIELDS.size:
            return too_short(MUSCLE_NAME, payload, _FIELDS.size)
        counter, now, before, haemoglobin = _FIELDS.unpack_from(payload)
        return cls(
            counter,
            now / _PER_PERCENT,
            before / _PER_PERCENT,
            haemoglobin / _PER_G_DL,
            payload[_FIELDS.size :],
        )

    def __bytes__(self) -> bytes:
        """Write the saturation as the sensor would.

        Raises:
            struct.error: a field does not fit its place.
        """
        head = _FIELDS.pack(
            self.counter,
            round(self.smo2_percent * _PER_PERCENT),
            round(self.previous_smo2_percent * _PER_PERCENT),
            round(self.haemoglobin_g_dl * _PER_G_DL),
        )
        return head + self.rest
