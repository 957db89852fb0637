"""Battery Level: one byte, 0 to 100."""

from hypothesis import given
from hypothesis import strategies as st

from coach.gatt import Malformed, PayloadFault
from coach.gatt.services import BatteryLevel


def test_reads_a_level():
    """The captured byte 0x33 is 51 % (bluetooth-gatt-parser)."""
    assert BatteryLevel.from_bytes(b"\x33") == BatteryLevel(51)


def test_more_than_full_is_refused():
    """A charge of 101 % is a named rejection, and so is no byte at all."""
    too_much = BatteryLevel.from_bytes(b"\x65")
    nothing = BatteryLevel.from_bytes(b"")
    assert isinstance(too_much, Malformed)
    assert isinstance(nothing, Malformed)
    assert (too_much.fault, nothing.fault) == (PayloadFault.OUT_OF_RANGE, PayloadFault.EMPTY)


def test_a_byte_too_many_is_no_level():
    """Which of two bytes is the level is not known, so there is none: above all no 100 %."""
    for payload in (b"\x64\x00", b"\x00\x64", b"\x64\x64\x64"):
        read = BatteryLevel.from_bytes(payload)
        assert isinstance(read, Malformed)
        assert read.fault is PayloadFault.TOO_LONG


@given(st.binary(max_size=4))
def test_any_bytes_give_an_answer(payload):
    """Any bytes are a level that is written back as it was, or a named rejection."""
    read = BatteryLevel.from_bytes(payload)
    if isinstance(read, BatteryLevel):
        assert 0 <= read.percent <= 100
        assert bytes(read) == payload
    else:
        assert len(payload) != 1 or payload[0] > 100
