"""RSC Feature, 0x2A54 (Running Speed and Cadence Service 1.0, clause 3.2): what a footpod can do, as bits."""

from enum import IntFlag
from struct import Struct
from typing import Final

from coach.gatt.malformed import Malformed, too_short

NAME: Final = "rsc_feature"
UUID: Final = 0x2A54

_U16: Final = Struct("<H")


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
        if len(payload) < _U16.size:
            return too_short(NAME, payload, _U16.size)
        return cls(_U16.unpack_from(payload)[0])

    def payload(self) -> bytes:
        """Write the features as a footpod would; at most 16 bits."""
        return _U16.pack(self)
