"""Heart Rate Measurement, 0x2A37 (Heart Rate Service 1.0, clause 3.1).

Little endian: flags u8, heart rate u8 or u16, [energy u16 in kJ], [intervals u16 in 1/1024 s, oldest first]. Some
straps leave a byte over at the end of a packet, or send intervals their flags do not announce: those bytes are kept in
`trailing` and written back, so nothing that was sent is lost.
"""

from enum import IntEnum
from struct import Struct
from typing import Final, NamedTuple

from coach.gatt import Malformed, too_short
from coach.quantities import BeatsPerMinute, Seconds

NAME: Final = "heart_rate_measurement"
UUID: Final = 0x2A37

_WIDE: Final = 0x01
_CONTACT_SHIFT: Final = 1
_ENERGY: Final = 0x08
_INTERVALS: Final = 0x10

_U8: Final = Struct("<B")
_U16: Final = Struct("<H")
_SOME_U16: Final = tuple(Struct(f"<{count}H") for count in range(12))
"""A packet of the usual 23-byte MTU holds at most nine intervals; longer ones are read all the same."""
_TICKS_PER_SECOND: Final = 1024.0


class Contact(IntEnum):
    """Contact of the strap with the skin: a hint only, because good values come with `NOT_DETECTED` too."""

    UNKNOWN = 0
    """Not supported, by the flags."""
    UNKNOWN_BUT_SET = 1
    """Not supported, yet the contact bit is set; seen on real straps."""
    NOT_DETECTED = 2
    DETECTED = 3


_CONTACTS: Final = tuple(Contact)


class HeartRateMeasurement(NamedTuple):
    """One notification of a heart-rate strap; a tuple, as one is read each second."""

    heart_rate: BeatsPerMinute
    """Whole beats per minute, 0 to 65535; 0 means that the strap detects no beat."""
    contact: Contact = Contact.UNKNOWN
    """A hint on the strap's contact with the skin, never a filter."""
    energy_kj: int | None = None
    """Energy since the last reset in kJ; it stays at 65535 once that is reached."""
    rr_s: tuple[Seconds, ...] = ()
    """Intervals between beats in seconds, in steps of 1/1024, oldest first."""
    trailing: bytes = b""
    """Bytes behind the last field."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "HeartRateMeasurement | Malformed":
        """Read any bytes: a measurement, or what is wrong with them. Never raises."""
        size = len(payload)
        if size < 2:
            return too_short(NAME, payload, 2)
        flags = payload[0]
        needed = 2 + (flags & _WIDE) + (2 if flags & _ENERGY else 0)
        if size < needed:
            return too_short(NAME, payload, needed)
        (value,) = _U16.unpack_from(payload, 1) if flags & _WIDE else _U8.unpack_from(payload, 1)
        energy: int | None = _U16.unpack_from(payload, needed - 2)[0] if flags & _ENERGY else None
        rr: tuple[Seconds, ...] = ()
        rest = needed
        if flags & _INTERVALS:
            count = (size - needed) // 2
            rr = tuple([ticks / _TICKS_PER_SECOND for ticks in _u16s(count).unpack_from(payload, needed)])
            rest += 2 * count
        contact = _CONTACTS[flags >> _CONTACT_SHIFT & 3]
        return cls(value, contact, energy, rr, payload[rest:] if rest < size else b"")

    def __bytes__(self) -> bytes:
        """Write the measurement as a strap would, the heart rate in one byte where it fits.

        Raises:
            struct.error: a field does not fit its clause.
        """
        value = round(self.heart_rate)
        flags = (
            (_WIDE if value > 0xFF else 0)
            | self.contact << _CONTACT_SHIFT
            | (_ENERGY if self.energy_kj is not None else 0)
            | (_INTERVALS if self.rr_s else 0)
        )
        energy = b"" if self.energy_kj is None else _U16.pack(self.energy_kj)
        ticks = [round(interval * _TICKS_PER_SECOND) for interval in self.rr_s]
        head = bytes((flags,)) + (_U16.pack(value) if flags & _WIDE else bytes((value,)))
        return head + energy + _u16s(len(ticks)).pack(*ticks) + self.trailing


def _u16s(count: int) -> Struct:
    """A row of `count` little-endian u16."""
    return _SOME_U16[count] if count < len(_SOME_U16) else Struct(f"<{count}H")
