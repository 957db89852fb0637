"""The table of services: whole UUIDs as platforms write them, and what they measure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt.services import OURS, SERVICES, SOUGHT, measures_of, uuid_number, uuid_text
from coach.signals.readings import Characteristic


def test_a_short_number_stands_on_the_base():
    """0x180D in full is the text platforms report."""
    assert uuid_text(0x180D) == "0000180d-0000-1000-8000-00805f9b34fb"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("180d", 0x180D),
        ("0000180D", 0x180D),
        ("0000180D-0000-1000-8000-00805F9B34FB", 0x180D),
        ("6404d801-4cb9-11e8-b566-0800200c9a66", 0x6404D801_4CB9_11E8_B566_0800200C9A66),
        ("", None),
        ("180", None),
        ("heart", None),
        ("zzzz", None),
    ],
)
def test_reads_every_way_of_writing_a_uuid(text, number):
    """4, 8 or 32 digits in any case, and nothing else."""
    assert uuid_number(text) == number


@given(st.sampled_from([service.number for service in SERVICES]) | st.integers(0, 2**128 - 1))
def test_a_uuid_comes_back_as_it_was(number):
    """Writing and reading any number gives it back."""
    assert uuid_number(uuid_text(number)) == number


@given(st.text())
def test_any_text_gives_an_answer(text):
    """Any text is a number or none."""
    assert uuid_number(text) is None or isinstance(uuid_number(text), int)


def test_whatever_is_subscribed_to_a_run_can_take():
    """Every characteristic the table subscribes to is one a run knows, and the other way round."""
    subscribed = {one for service in SERVICES for one in service.notifies}
    assert subscribed == {one.value for one in Characteristic}


def test_a_battery_alone_is_not_sought():
    """A scan looks for what measures; battery and maker are asked of a sensor found."""
    assert set(OURS) - set(SOUGHT) == {uuid_text(0x180F), uuid_text(0x180A)}


def test_says_what_a_sensor_measures_in_the_order_of_the_table():
    """A footpod that sends power measures running first; strangers' services say nothing."""
    assert measures_of(["1818", "1814", "fff0", uuid_text(0x180F), "nonsense"]) == (
        "running",
        "power",
        "battery",
    )
