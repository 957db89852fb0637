"""Lanes and marks of a track."""

import pytest

from coach.physiology import surroundings

LAPS = [400.001, 407.038, 414.704, 422.369, 430.035, 437.700, 445.366, 453.031, 460.697]


@pytest.mark.parametrize(("lane", "metres"), enumerate(LAPS, start=1))
def test_lanes_of_a_standard_track(lane, metres):
    """Every lane of a track is as long as the marking rules make it, from the length of lane 1."""
    assert surroundings.lap_in_lane(LAPS[0], lane) == pytest.approx(metres, abs=1e-3)


def test_a_lane_is_longer_by_its_stagger():
    """Lane 4 of a 400 m track is 22.368 m longer than lane 1, and so it is on any other lap."""
    assert surroundings.lap_in_lane(400, 4) == pytest.approx(422.368, abs=1e-3)
    assert surroundings.lap_in_lane(200, 4) == pytest.approx(222.368, abs=1e-3)
    assert surroundings.lap_in_lane(402.336, 1) == 402.336
    assert surroundings.stagger(1) == 0.0


@pytest.mark.parametrize(
    ("metres", "mark"),
    [
        (0, "A"),
        (100, "100"),
        (200, "B"),
        (300, "300"),
        (400, "A"),
        (1000, "B"),
        (150, ""),
        (399.5, "A"),
        (398.5, ""),
    ],
)
def test_marks_of_a_400_m_lap(metres, mark):
    """Every hundred metres there is a mark, and none between."""
    assert surroundings.mark_at(metres, 400) == mark


def test_marks_of_an_indoor_lap():
    """On 200 m the quarters are called by their own metres."""
    assert [surroundings.mark_at(metres, 200) for metres in (0, 50, 100, 150)] == ["A", "50", "B", "150"]


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: surroundings.lap_in_lane(400, 0), "no lane 0"),
        (lambda: surroundings.stagger(10), "no lane 10"),
        (lambda: surroundings.lap_in_lane(50, 1), "50 m is not between"),
    ],
)
def test_tracks_that_do_not_exist_are_refused(ask, reason):
    """No such lane or lap is refused with the reason."""
    with pytest.raises(ValueError, match=reason):
        ask()
