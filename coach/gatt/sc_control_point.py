"""SC Control Point, 0x2A55 (Running Speed and Cadence Service 1.0, clause 3.4).

The one characteristic of a footpod that is written: an opcode and its operand, answered by an indication. The
indication must be switched on first (else the sensor refuses with ATT error 0x81), and a procedure must be
answered before the next begins (0x80).
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Final

from coach.gatt.locations import SensorLocation
from coach.gatt.malformed import Malformed, PayloadFault, too_short
from coach.quantities import Metres

NAME: Final = "sc_control_point"
UUID: Final = 0x2A55

_U32: Final = Struct("<I")
_DM_PER_M: Final = 10.0
_RESPONSE: Final = 0x10


class Operation(IntEnum):
    """What a footpod can be asked to do."""

    SET_CUMULATIVE_VALUE = 1
    START_CALIBRATION = 2
    UPDATE_LOCATION = 3
    LIST_LOCATIONS = 4


class ControlResult(IntEnum):
    """The result of an operation."""

    SUCCESS = 1
    NOT_SUPPORTED = 2
    INVALID_OPERAND = 3
    FAILED = 4


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """What is written to the control point."""

    operation: Operation
    distance: Metres | None = None
    """For `SET_CUMULATIVE_VALUE`: the new value of the counter, in steps of 0.1 m."""
    location: SensorLocation | None = None
    """For `UPDATE_LOCATION`."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "ControlRequest | Malformed":
        """Read any bytes, as a footpod made of software does. Never raises."""
        if not payload:
            return too_short(NAME, payload, 1)
        try:
            operation = Operation(payload[0])
        except ValueError:
            return Malformed(NAME, PayloadFault.OUT_OF_RANGE, f"opcode {payload[0]} is on no list")
        needed = 1 + _OPERAND_BYTES.get(operation, 0)
        if len(payload) < needed:
            return too_short(NAME, payload, needed)
        if operation is Operation.SET_CUMULATIVE_VALUE:
            return cls(operation, distance=Metres(_U32.unpack_from(payload, 1)[0] / _DM_PER_M))
        if operation is Operation.UPDATE_LOCATION:
            try:
                return cls(operation, location=SensorLocation(payload[1]))
            except ValueError:
                return Malformed(NAME, PayloadFault.OUT_OF_RANGE, f"location {payload[1]} is on no list")
        return cls(operation)

    def __bytes__(self) -> bytes:
        """Write the request as a collector does.

        Raises:
            struct.error: the distance does not fit a u32 of decimetres.
        """
        written = bytes((self.operation,))
        if self.distance is not None:
            written += _U32.pack(round(self.distance * _DM_PER_M))
        return written if self.location is None else written + bytes((self.location,))


_OPERAND_BYTES: Final = {Operation.SET_CUMULATIVE_VALUE: _U32.size, Operation.UPDATE_LOCATION: 1}


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """What the footpod indicates after an operation."""

    operation: int
    """The opcode it answers; a plain number, because it may be one we do not know."""
    result: ControlResult
    locations: bytes = b""
    """For `LIST_LOCATIONS`: a byte for each location it can have."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "ControlResponse | Malformed":
        """Read any bytes: an answer, or what is wrong with them. Never raises."""
        if len(payload) < 3:
            return too_short(NAME, payload, 3)
        if payload[0] != _RESPONSE:
            return Malformed(NAME, PayloadFault.OUT_OF_RANGE, f"opcode {payload[0]} is no answer")
        try:
            result = ControlResult(payload[2])
        except ValueError:
            return Malformed(NAME, PayloadFault.OUT_OF_RANGE, f"result {payload[2]} is on no list")
        return cls(payload[1], result, payload[3:])

    def __bytes__(self) -> bytes:
        """Write the answer as a footpod would."""
        return bytes((_RESPONSE, self.operation, self.result)) + self.locations
