"""Heart Rate Measurement: bytes seen on the air or in other tests, and every other byte there is."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from struct import error as struct_error

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt import Malformed, PayloadFault
from coach.gatt.heart_rate import Contact, HeartRateMeasurement

# payload, bpm, contact, intervals in milliseconds (rounded), where it was found
CAPTURED = [
    ("0454", 84, Contact.NOT_DETECTED, [], "TrackMyIndoorWorkout heart_rate_monitor_sensor_test"),
    ("1659a202", 89, Contact.DETECTED, [658], "TrackMyIndoorWorkout"),
    ("165a9a02", 90, Contact.DETECTED, [650], "TrackMyIndoorWorkout"),
    ("165c8c02", 92, Contact.DETECTED, [637], "TrackMyIndoorWorkout"),
    ("165d8502", 93, Contact.DETECTED, [630], "TrackMyIndoorWorkout"),
    ("167310020d02", 115, Contact.DETECTED, [516, 513], "Polar H7, TrackMyIndoorWorkout"),
    ("16730f021102", 115, Contact.DETECTED, [515, 517], "Polar H7, TrackMyIndoorWorkout"),
    ("167414021602", 116, Contact.DETECTED, [520, 521], "Polar H7, TrackMyIndoorWorkout"),
    ("16742902", 116, Contact.DETECTED, [540], "Polar H7, TrackMyIndoorWorkout"),
    ("164d1603", 77, Contact.DETECTED, [771], "Polar H7, e-learn.cn 2064110"),
    ("1634e404", 52, Contact.DETECTED, [1223], "strap, Stack Overflow 60599696"),
    ("1634a504", 52, Contact.DETECTED, [1161], "strap, Stack Overflow 60599696"),
    ("1633ea04", 51, Contact.DETECTED, [1229], "strap, Stack Overflow 60599696"),
    ("1633de04", 51, Contact.DETECTED, [1217], "strap, Stack Overflow 60599696"),
    ("044a", 74, Contact.NOT_DETECTED, [], "Wahoo, bluetooth-gatt-parser"),
    ("144a0d03", 74, Contact.NOT_DETECTED, [763], "Wahoo, bluetooth-gatt-parser"),
]
# made up by other projects for their own tests
SYNTHETIC = [
    ("023c", 60, Contact.UNKNOWN_BUT_SET, [], "OpenTracks"),
    ("010101", 257, Contact.UNKNOWN, [], "OpenTracks"),
    ("10437203", 67, Contact.UNKNOWN, [861], "Auuki"),
    ("104472038a03", 68, Contact.UNKNOWN, [861, 885], "Auuki"),
    ("106772038a039504", 103, Contact.UNKNOWN, [861, 885, 1146], "Auuki"),
]
# the reporter lost the last byte: WebBluetoothCG/web-bluetooth #493
# the last interval is 975 ticks, which is 952 ms
ODD = [("103eb103de", 62, 923), ("1039230435", 57, 1034), ("103dcf03ef", 61, 952)]


@pytest.mark.parametrize(("payload", "bpm", "contact", "rr_ms", "found"), CAPTURED + SYNTHETIC)
def test_reads_what_straps_sent(payload, bpm, contact, rr_ms, found):
    """Each payload seen in the wild reads as its finder published, and is written back as it was."""
    raw = bytes.fromhex(payload)
    read = HeartRateMeasurement.from_bytes(raw)
    assert isinstance(read, HeartRateMeasurement), found
    assert (read.heart_rate, read.contact, read.trailing) == (bpm, contact, b"")
    assert [round(interval * 1000) for interval in read.rr_s] == rr_ms
    assert bytes(read) == raw


@pytest.mark.parametrize(("payload", "bpm", "rr_ms"), ODD)
def test_an_odd_byte_at_the_end_is_noted_and_costs_nothing(payload, bpm, rr_ms):
    """A packet that lost its last byte still gives the heart rate and the whole intervals."""
    raw = bytes.fromhex(payload)
    read = HeartRateMeasurement.from_bytes(raw)
    assert isinstance(read, HeartRateMeasurement)
    assert read.heart_rate == bpm
    assert [round(interval * 1000) for interval in read.rr_s] == [rr_ms]
    assert read.trailing == raw[-1:]
    assert bytes(read) == raw


def test_energy_stands_between_rate_and_intervals():
    """Flags 0x19 (synthetic): a wide heart rate, then energy, then intervals."""
    read = HeartRateMeasurement.from_bytes(bytes.fromhex("19 2c01 ffff 0004 0008"))
    assert read == HeartRateMeasurement(300.0, energy_kj=0xFFFF, rr_s=(1.0, 2.0))


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        ("", PayloadFault.EMPTY),
        ("16", PayloadFault.TOO_SHORT),
        ("0150", PayloadFault.TOO_SHORT),
        ("085001", PayloadFault.TOO_SHORT),
        ("09500101", PayloadFault.TOO_SHORT),
    ],
)
def test_names_what_is_wrong(payload, fault):
    """Bytes too few for their flags are a named rejection that says how many there were."""
    read = HeartRateMeasurement.from_bytes(bytes.fromhex(payload))
    assert isinstance(read, Malformed)
    assert (read.what, read.fault) == ("heart_rate_measurement", fault)
    assert read.text


def test_a_rate_that_does_not_fit_is_our_own_mistake():
    """Writing a heart rate beyond u16 raises instead of wrapping round."""
    with pytest.raises(struct_error):
        bytes(HeartRateMeasurement(70000.0))


@st.composite
def measurements(draw):
    """Any measurement a strap could send."""
    rr = tuple(ticks / 1024 for ticks in draw(st.lists(st.integers(0, 0xFFFF), max_size=14)))
    return HeartRateMeasurement(
        heart_rate=float(draw(st.integers(0, 0xFFFF))),
        contact=draw(st.sampled_from(Contact)),
        energy_kj=draw(st.none() | st.integers(0, 0xFFFF)),
        rr_s=rr,
        trailing=draw(st.binary(max_size=1 if rr else 5)),
    )


@given(measurements())
def test_what_is_written_reads_the_same(measurement):
    """Writing and reading any measurement gives it back, to the last field."""
    assert HeartRateMeasurement.from_bytes(bytes(measurement)) == measurement


@given(st.binary(max_size=40))
def test_any_bytes_give_an_answer(payload):
    """Any bytes are a measurement, which reads the same when written again, or a named rejection."""
    read = HeartRateMeasurement.from_bytes(payload)
    if isinstance(read, Malformed):
        assert read.fault in PayloadFault
    else:
        assert HeartRateMeasurement.from_bytes(bytes(read)) == read
        assert len(bytes(read)) <= len(payload)
