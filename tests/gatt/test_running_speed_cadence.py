"""RSC Measurement: bytes of treadmills and tests found in public, and every other byte there is."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from struct import error as struct_error

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt import Malformed, PayloadFault
from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT, RunningSpeedCadenceMeasurement

# payload, speed, (cadence, stride, distance), where it was found; the last one is synthetic
FOUND = [
    ("035c03a18200f6090000", 3.359, (161, 1.30, 255.0), "Technogym Run, technogym_run_rsc_test.dart"),
    ("03b901855e000d0c0000", 1.723, (133, 0.94, 308.5), "Technogym Run, technogym_run_rsc_test.dart"),
    ("02b900338a020000", 0.723, (51, None, 65.0), "Technogym MyRun, technogym_myrun_rsc_test.dart"),
    ("009101bb", 1.566, (187, None, None), "NPE Runn, runn_rsc_test.dart"),
    ("02000550ffff0001", 5.0, (80, None, 1_684_275.1), "OpenTracks, synthetic: the order of a u32"),
]


@pytest.mark.parametrize(("payload", "speed", "said", "found"), FOUND)
def test_reads_what_sensors_sent(payload, speed, said, found):
    """Each payload found reads as its finder published, and is written back as it was."""
    raw = bytes.fromhex(payload)
    read = RunningSpeedCadenceMeasurement.from_bytes(raw)
    assert isinstance(read, RunningSpeedCadenceMeasurement), found
    assert read.speed == pytest.approx(speed, abs=0.0005)
    assert (read.cadence, read.stride, read.distance) == said
    assert not read.is_running
    assert bytes(read) == raw


def test_the_running_bit_is_the_third():
    """Flag 0x04, and no other, says running (synthetic)."""
    running = RunningSpeedCadenceMeasurement.from_bytes(bytes.fromhex("04000350"))
    walking = RunningSpeedCadenceMeasurement.from_bytes(bytes.fromhex("f8000350"))
    assert isinstance(running, RunningSpeedCadenceMeasurement)
    assert isinstance(walking, RunningSpeedCadenceMeasurement)
    assert running.is_running
    assert not walking.is_running


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        ("", PayloadFault.EMPTY),
        ("000000", PayloadFault.TOO_SHORT),
        ("0100000050", PayloadFault.TOO_SHORT),
        ("0200000050000000", PayloadFault.TOO_SHORT),
        ("03000350820000000000"[:-2], PayloadFault.TOO_SHORT),
    ],
)
def test_names_what_is_wrong(payload, fault):
    """Bytes too few for their flags are a named rejection."""
    read = RunningSpeedCadenceMeasurement.from_bytes(bytes.fromhex(payload).removesuffix(b"\x00"))
    assert isinstance(read, Malformed)
    assert (read.what, read.fault) == ("rsc_measurement", fault)


def test_a_speed_that_does_not_fit_is_our_own_mistake():
    """Writing a speed beyond u16 raises instead of wrapping round."""
    with pytest.raises(struct_error):
        bytes(RunningSpeedCadenceMeasurement(256.0, 90))


def test_the_distance_wraps_where_a_u32_of_decimetres_does():
    """The largest distance a pod can say is one decimetre below the wrap."""
    last = RunningSpeedCadenceMeasurement.from_bytes(bytes.fromhex("02000350ffffffff"))
    assert isinstance(last, RunningSpeedCadenceMeasurement)
    assert last.distance == pytest.approx(DISTANCE_WRAPS_AT - 0.1, abs=1e-6)


@st.composite
def measurements(draw):
    """Any measurement a pod could send."""
    stride = draw(st.none() | st.integers(0, 0xFFFF))
    distance = draw(st.none() | st.integers(0, 0xFFFFFFFF))
    return RunningSpeedCadenceMeasurement(
        speed=draw(st.integers(0, 0xFFFF)) / 256,
        cadence=draw(st.integers(0, 255)),
        stride=None if stride is None else stride / 100,
        distance=None if distance is None else distance / 10,
        is_running=draw(st.booleans()),
        trailing=draw(st.binary(max_size=5)),
    )


@given(measurements())
def test_what_is_written_reads_the_same(measurement):
    """Writing and reading any measurement gives it back, to the last field."""
    assert RunningSpeedCadenceMeasurement.from_bytes(bytes(measurement)) == measurement


@given(st.binary(max_size=24))
def test_any_bytes_give_an_answer(payload):
    """Any bytes are a measurement, which reads the same when written again, or a named rejection."""
    read = RunningSpeedCadenceMeasurement.from_bytes(payload)
    if isinstance(read, Malformed):
        assert read.fault in PayloadFault
    else:
        assert RunningSpeedCadenceMeasurement.from_bytes(bytes(read)) == read
        assert len(bytes(read)) == len(payload)
