"""Cycling Power Measurement, 0x2A63 (Cycling Power Service 1.1, clause 3.2), read as running power.

Little endian: flags u16, power s16 in watts, then whatever the flags announce of pedals, wheel and crank. A
runner has none of these: only the power is read. Footpods send it beside the running service, so a sensor is
never taken for a bike because of it. Everything behind the power is kept in `rest` and written back.
"""

from dataclasses import dataclass
from struct import Struct
from typing import Final

from coach.gatt.malformed import Malformed, too_short
from coach.quantities import Watts

NAME: Final = "cycling_power_measurement"
UUID: Final = 0x2A63

_HEAD: Final = Struct("<Hh")


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
        if len(payload) < _HEAD.size:
            return too_short(NAME, payload, _HEAD.size)
        flags, power = _HEAD.unpack_from(payload)
        return cls(power, flags, payload[_HEAD.size :])

    def __bytes__(self) -> bytes:
        """Write the measurement as a footpod would.

        Raises:
            struct.error: a field does not fit its clause.
        """
        return _HEAD.pack(self.flags, round(self.power)) + self.rest
