"""What the name of a sensor suggests, and what it never decides."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt.services import QUIRKS, SERVICES, quirks_of, usual_cadence_count

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "quirks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("Stryd", 2),
        ("STRYD 1A2B", 2),
        ("Polar RUN 0123", 2),
        ("Zwift RunPod", 2),
        ("TICKR X 3C4D", 1),
        ("TICKR 3C4D", None),
        ("Technogym Run", 1),
        ("Runn 0042", 1),
        ("Runner's pod", None),
        ("", None),
    ],
)
def test_a_name_suggests_how_cadence_is_counted(name, count):
    """Names in any case, as makers use them; a name nobody knows suggests nothing."""
    assert usual_cadence_count(name) == count


def test_no_service_of_ours_is_one_to_shun():
    """What breaks a sensor is never asked for."""
    assert {one for quirk in QUIRKS for one in quirk.shunned}.isdisjoint(one.number for one in SERVICES)


@given(st.text())
def test_any_name_gives_an_answer(name):
    """Whatever a stranger calls a sensor, there is an answer, and it is 1, 2 or none."""
    assert usual_cadence_count(name) in {1, 2, None}


def test_ten_kilobytes_of_a_name_are_read_as_far_as_a_name_goes():
    """A name longer than Bluetooth allows is not searched to its end."""
    assert quirks_of("x" * 10_000 + "stryd") == ()


def test_every_quirk_is_on_the_page():
    """The reference has a row for each, with its count, in the order of the table."""
    rows = re.findall(r"^\| `(.+?)` \| (both feet|one foot|) ?\|", PAGE, re.MULTILINE)
    words = {1: "both feet", 2: "one foot", None: ""}
    assert rows == [(quirk.name.replace("|", "\\|"), words[quirk.cadence_count]) for quirk in QUIRKS]


def test_every_quirk_says_where_it_was_seen():
    """Each row has a source, and at least one peculiarity."""
    for quirk in QUIRKS:
        assert quirk.seen
        assert quirk.cadence_count or quirk.advice
