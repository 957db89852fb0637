"""Muscle oxygen, 6404D804-4CB9-11E8-B566-0800200C9A66 (Moxy).

The maker publishes no layout; this is the one read off captured frames (dvmarinoff/Auuki). Little endian:
counter u16, SmO2 u16 in 0.1 %, the SmO2 before it u16, total haemoglobin u16 in 0.01 g/dL, [a byte of flags].
"""

from dataclasses import dataclass
from struct import Struct
from typing import Final

from coach.gatt.malformed import Malformed, too_short

NAME: Final = "muscle_oxygen"
UUID: Final = 0x6404D804_4CB9_11E8_B566_0800200C9A66

_FIELDS: Final = Struct("<HHHH")
_PER_PERCENT: Final = 10.0
_PER_G_DL: Final = 100.0


@dataclass(frozen=True, slots=True)
class MuscleOxygen:
    """One notification of a muscle oxygen sensor."""

    counter: int
    """Counts measurements, u16."""
    smo2_percent: float
    """Muscle oxygen saturation in steps of 0.1 %; over 100 where there is none."""
    previous_smo2_percent: float
    """The one before."""
    haemoglobin_g_dl: float
    """Total haemoglobin in g/dL, in steps of 0.01; only its changes mean something."""
    rest: bytes = b""
    """What stands behind: a byte of flags, or nothing."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "MuscleOxygen | Malformed":
        """Read any bytes: a saturation, or what is wrong with them. Never raises."""
        if len(payload) < _FIELDS.size:
            return too_short(NAME, payload, _FIELDS.size)
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
