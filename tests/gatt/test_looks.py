"""What a sensor says of itself when it is looked at: features, place on the body, maker, and its control point."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from struct import error as struct_error

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt.device_information import LONGEST, text_of
from coach.gatt.locations import BodyLocation, SensorLocation, body_location, location_words, sensor_location
from coach.gatt.malformed import Malformed, PayloadFault
from coach.gatt.running_features import RunningFeatures
from coach.gatt.sc_control_point import ControlRequest, ControlResponse, ControlResult, Operation


def test_reads_what_a_footpod_can_do():
    """Stride, distance and walking or running (synthetic); bits of later versions are kept."""
    read = RunningFeatures.from_payload(b"\x07\x80")
    assert isinstance(read, RunningFeatures)
    assert RunningFeatures.STRIDE_LENGTH | RunningFeatures.TOTAL_DISTANCE in read
    assert RunningFeatures.CALIBRATION not in read
    assert read.payload() == b"\x07\x80"


@pytest.mark.parametrize(("payload", "fault"), [(b"", PayloadFault.EMPTY), (b"\x07", PayloadFault.TOO_SHORT)])
def test_features_need_two_bytes(payload, fault):
    """Fewer are a named rejection."""
    read = RunningFeatures.from_payload(payload)
    assert isinstance(read, Malformed)
    assert read.fault is fault


def test_the_two_lists_of_places_differ():
    """2 is the wrist of a heart-rate sensor and the inside of a footpod's shoe (synthetic)."""
    assert body_location(b"\x02") is BodyLocation.WRIST
    assert sensor_location(b"\x02") is SensorLocation.IN_SHOE
    assert location_words(SensorLocation.TOP_OF_SHOE) == "top of shoe"


@pytest.mark.parametrize("read", [body_location, sensor_location])
def test_a_place_on_no_list_is_named(read):
    """A byte beyond the list, or none at all, is a rejection and not a place."""
    assert read(b"\xff").fault is PayloadFault.OUT_OF_RANGE
    assert read(b"").fault is PayloadFault.EMPTY


@pytest.mark.parametrize("location", [*BodyLocation, *SensorLocation])
def test_a_place_comes_back_as_it_was(location):
    """Every place of both lists is written and read again."""
    read = body_location if isinstance(location, BodyLocation) else sensor_location
    assert read(bytes((location,))) is location


def test_setting_the_counter_is_five_bytes():
    """`01 00000000` sets it to 0, and `10 01 01` is the answer (as found to work on a virtual pod)."""
    ask = ControlRequest(Operation.SET_CUMULATIVE_VALUE, distance=0.0)
    assert bytes(ask).hex() == "0100000000"
    assert ControlResponse.from_bytes(bytes.fromhex("100101")) == ControlResponse(1, ControlResult.SUCCESS)


@pytest.mark.parametrize(
    "ask",
    [
        ControlRequest(Operation.SET_CUMULATIVE_VALUE, distance=1234.5),
        ControlRequest(Operation.START_CALIBRATION),
        ControlRequest(Operation.UPDATE_LOCATION, location=SensorLocation.TOP_OF_SHOE),
        ControlRequest(Operation.LIST_LOCATIONS),
    ],
)
def test_a_request_comes_back_as_it_was(ask):
    """Every request is read by a pod as it was written."""
    assert ControlRequest.from_bytes(bytes(ask)) == ask


def test_an_answer_comes_back_as_it_was():
    """An answer with the places a pod can sit at is written and read again."""
    answer = ControlResponse(Operation.LIST_LOCATIONS, ControlResult.SUCCESS, b"\x01\x02\x03")
    assert bytes(answer).hex() == "100401010203"
    assert ControlResponse.from_bytes(bytes(answer)) == answer


@pytest.mark.parametrize("payload", ["", "05", "0100", "03", "03ff"])
def test_a_request_that_is_none_is_named(payload):
    """An unknown opcode, an operand cut off or on no list."""
    assert isinstance(ControlRequest.from_bytes(bytes.fromhex(payload)), Malformed)


@pytest.mark.parametrize("payload", ["", "1001", "110101", "100105"])
def test_an_answer_that_is_none_is_named(payload):
    """Too short, another opcode, or a result on no list."""
    assert isinstance(ControlResponse.from_bytes(bytes.fromhex(payload)), Malformed)


def test_a_counter_that_does_not_fit_is_our_own_mistake():
    """Writing a distance beyond u32 raises instead of wrapping round."""
    with pytest.raises(struct_error):
        bytes(ControlRequest(Operation.SET_CUMULATIVE_VALUE, distance=2.0**32))


@given(st.binary(max_size=12))
def test_any_bytes_of_the_control_point_give_an_answer(payload):
    """Any bytes are a request or an answer that reads the same when written again, or a named rejection."""
    for codec in (ControlRequest, ControlResponse):
        read = codec.from_bytes(payload)
        assert isinstance(read, Malformed) or codec.from_bytes(bytes(read)) == read


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"Polar Electro Oy", "Polar Electro Oy"),
        (b"H10\0\0\0\0", "H10"),
        (b"  A1B2 \n", "A1B2"),
        (b"\xff\xfeab", "��ab"),
        (b"", ""),
    ],
)
def test_reads_the_texts_of_a_maker(payload, text):
    """Padding is dropped, and what is no UTF-8 is shown as such (synthetic)."""
    assert text_of(payload) == text


def test_a_maker_cannot_flood_us():
    """Of a text of 10 kB what an attribute can hold is read."""
    assert len(text_of(b"x" * 10_000)) == LONGEST


@given(st.binary())
def test_any_bytes_are_a_text(payload):
    """Any bytes are a text, and the text of a text is itself."""
    assert text_of(text_of(payload).encode())[:100] == text_of(payload)[:100]
