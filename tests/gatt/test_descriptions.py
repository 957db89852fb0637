"""What a sensor says of itself: its features, its place on the body, its maker."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt import Malformed, PayloadFault
from coach.gatt.running_speed_cadence import RunningFeatures
from coach.gatt.services import (
    LONGEST_TEXT,
    BodyLocation,
    SensorLocation,
    body_location,
    location_words,
    sensor_location,
    text_of,
)


def test_reads_what_a_footpod_can_do():
    """Stride, distance and walking or running (synthetic); bits of later versions are kept."""
    read = RunningFeatures.from_payload(b"\x07\x80")
    assert isinstance(read, RunningFeatures)
    assert RunningFeatures.STRIDE_LENGTH | RunningFeatures.TOTAL_DISTANCE in read
    assert RunningFeatures.CALIBRATION not in read
    assert read.payload() == b"\x07\x80"


@pytest.mark.parametrize(("payload", "fault"), [(b"", PayloadFault.EMPTY), (b"\x07", PayloadFault.TOO_SHORT)])
def test_features_need_two_bytes(payload, fault):
    """Fewer bytes are a named rejection."""
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
    assert len(text_of(b"x" * 10_000)) == LONGEST_TEXT


@given(st.binary())
def test_any_bytes_are_a_text(payload):
    """Any bytes are a text, and the text of a text is itself."""
    assert text_of(text_of(payload).encode())[:100] == text_of(payload)[:100]
