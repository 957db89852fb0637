"""Treadmill Data, 0x2ACD (Fitness Machine Service 1.0, clause 4.9).

Little endian: flags u16, then the fields they announce in one fixed order. Bit 0 is the odd one: *clear* means
that the speed is there, set means that more data of the same moment follow in another packet. There is no
cadence. The distance counts since the belt started, or since the machine was built: differences are used.
"""

from dataclasses import dataclass
from typing import Final

from coach.gatt.malformed import Malformed, too_short

NAME: Final = "treadmill_data"
UUID: Final = 0x2ACD
DISTANCE_WRAPS_AT: Final = 2**24
"""Metres at which the distance, a u24, starts again at 0."""

_NO_SPEED: Final = 0x0001
_UNKNOWN_ANGLE: Final = 0x7FFF
_FIELDS: Final = (
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
    """One notification of a treadmill, in the units of the service; what it did not send is None."""

    speed_kmh: float | None = None
    """Of the belt, in steps of 0.01 km/h."""
    average_speed_kmh: float | None = None
    distance_m: float | None = None
    """Whole metres, up to 16,777,215."""
    incline_percent: float | None = None
    """In steps of 0.1 %; None also where the machine says that it does not know."""
    ramp_deg: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    pace_km_per_min: float | None = None
    average_pace_km_per_min: float | None = None
    energy_kcal: float | None = None
    energy_kcal_per_hour: float | None = None
    energy_kcal_per_min: float | None = None
    heart_rate_bpm: float | None = None
    """By the grips or a strap of the machine's; 0 without one."""
    metabolic_equivalent: float | None = None
    elapsed_s: float | None = None
    remaining_s: float | None = None
    belt_force_n: float | None = None
    power_w: float | None = None
    announced: int = 0
    """Bits 1 to 12 of the flags, which say what was announced even where it was not known."""
    trailing: bytes = b""
    """What stood behind the last field and is no field itself."""
    cut_at: int = 0
    """Where the last whole field of a cut packet ends, as at the 20 bytes of a small MTU; 0: it was not cut."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "TreadmillData | Malformed":
        """Read any bytes: a treadmill's data, or what is wrong with them. Never raises."""
        size = len(payload)
        if size < 2:
            return too_short(NAME, payload, 2)
        flags = int.from_bytes(payload[:2], "little") ^ _NO_SPEED
        values: dict[str, float] = {}
        rest, cut_at = 2, 0
        for bit, name, wide, per_unit, signed in _FIELDS:
            if flags >> bit & 1:
                if rest + wide > size:
                    if not values:
                        return too_short(NAME, payload, rest + wide)
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
        for bit, name, *_ in _FIELDS:
            if getattr(self, name) is not None:
                flags |= 1 << bit
        written = (flags ^ _NO_SPEED).to_bytes(2, "little")
        for bit, name, wide, per_unit, signed in _FIELDS:
            if flags >> bit & 1:
                value = getattr(self, name)
                unknown = _UNKNOWN_ANGLE if name in _ANGLES else 0
                ticks = unknown if value is None else round(value * per_unit)
                written += ticks.to_bytes(wide, "little", signed=signed)
        return (written[: self.cut_at] if self.cut_at else written) + self.trailing


_LATER_BITS: Final = 0x1FFE
