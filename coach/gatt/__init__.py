"""Bytes of Bluetooth characteristics to measurements and back, one file a service.

No decoder raises: for bytes that are not what they claim to be it returns `Malformed`.
"""

from dataclasses import dataclass
from enum import StrEnum


class PayloadFault(StrEnum):
    """What is wrong with the bytes."""

    EMPTY = "empty"
    """There are no bytes."""
    TOO_SHORT = "too_short"
    """The flags announce more fields than there are bytes."""
    TOO_LONG = "too_long"
    """There are more bytes than the one field has, so it is unknown which of them it is."""
    OUT_OF_RANGE = "out_of_range"
    """A field holds a number its clause forbids."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that cannot be read as the characteristic they came from."""

    what: str
    """Which characteristic, such as `heart_rate_measurement`."""
    fault: PayloadFault
    """What is wrong."""
    text: str
    """The fault in a sentence, with the figures."""


def too_short(what: str, payload: bytes, needed: int) -> Malformed:
    """The rejection of a `payload` that is empty or ends before the `needed` bytes its flags announce."""
    if not payload:
        return Malformed(what, PayloadFault.EMPTY, "no bytes at all")
    return Malformed(what, PayloadFault.TOO_SHORT, f"{len(payload)} bytes where the flags announce {needed}")
