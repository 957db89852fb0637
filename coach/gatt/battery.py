"""Battery Level, 0x2A19 (Battery Service 1.0, clause 3.1): one byte, 0 to 100 per cent."""

from dataclasses import dataclass
from typing import Final

from coach.gatt.malformed import Malformed, PayloadFault, too_short

NAME: Final = "battery_level"
UUID: Final = 0x2A19


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """How much charge a sensor has left."""

    percent: int
    """0 to 100."""
    trailing: bytes = b""
    """What stood behind the level and is no field itself."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "BatteryLevel | Malformed":
        """Read any bytes: a level, or what is wrong with them. Never raises."""
        if not payload:
            return too_short(NAME, payload, 1)
        if payload[0] > 100:
            return Malformed(NAME, PayloadFault.OUT_OF_RANGE, f"a charge of {payload[0]} %")
        return cls(payload[0], bytes(payload[1:]))

    def __bytes__(self) -> bytes:
        """Write the level as one byte.

        Raises:
            ValueError: the level does not fit a byte.
        """
        return bytes((self.percent,)) + self.trailing
