"""Tests of choosing the nearest of several sensors."""

from hypothesis import given
from hypothesis import strategies as st

from coach.edge.paired_sensors import MARGIN_DB, Ambiguous, DiscoveredSensor, nearest


def heard(id_: str, *signals: int | None) -> list[DiscoveredSensor]:
    """Advertisements of one sensor with these signals."""
    return [DiscoveredSensor(id_, "Strap", id_, ("heart_rate",), signal) for signal in signals]


def test_one_stray_advertisement_makes_nobody_the_nearest():
    """The median counts, so that one strong advertisement of the far strap changes nothing."""
    near, far = heard("A", -60, -61, -60, -90), heard("B", -80, -79, -45, -80)

    assert nearest([far, near]) == near[-1]


def test_a_sensor_without_a_signal_leaves_the_choice_to_the_runner():
    """A sensor that the system holds may be anywhere, so no other one is the nearest."""
    answer = nearest([heard("A", -50), heard("B", None)])

    assert isinstance(answer, Ambiguous)
    assert [one.id for one in answer.candidates] == ["A", "B"]


def test_the_only_one_is_the_nearest_even_without_a_signal():
    """A single sensor is taken; without any the answer is None."""
    assert nearest([heard("A", None)]) == heard("A", None)[0]
    assert nearest([]) is None


@given(st.lists(st.integers(-120, 0), min_size=2, max_size=6))
def test_a_sensor_is_named_only_with_the_margin_to_every_other(signals):
    """A sensor that is returned is stronger than each other by the margin; otherwise all are returned."""
    answer = nearest([heard(str(number), signal) for number, signal in enumerate(signals)])

    strongest, second = sorted(signals, reverse=True)[:2]
    if strongest - second >= MARGIN_DB:
        assert isinstance(answer, DiscoveredSensor)
        assert answer.rssi_dbm == strongest
    else:
        assert isinstance(answer, Ambiguous)
        assert [one.rssi_dbm for one in answer.candidates] == sorted(signals, reverse=True)
