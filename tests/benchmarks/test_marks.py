"""The short form of the benchmark of marks: 2 % is named at the first line, and an even runner is told nothing."""

import pytest

from tests.benchmarks.marks import EVEN_S, Rep, Share, false_when_even, right_at_the_first_line

FOUR_A_KM = Rep(96.0)
WITH_A_POD = Rep(96.0, has_pod=True, in_coach_mode=False)


def test_two_per_cent_is_named_at_the_first_line() -> None:
    """At 4:00/km at least 95 % of laps 2 % off are named with their side, also with a pod that is 3 % wrong."""
    assert right_at_the_first_line(FOUR_A_KM, 200).hits >= 190
    assert right_at_the_first_line(WITH_A_POD, 24).hits >= 22


@pytest.mark.parametrize("lap_s", [72.0, 96.0])
def test_an_even_runner_is_told_nothing(lap_s: float) -> None:
    """In ten hours of even laps no error is named."""
    named, laps = false_when_even(Rep(lap_s), EVEN_S)

    assert named == 0
    assert laps >= EVEN_S / lap_s - 10


def test_an_even_runner_with_a_pod_is_told_nothing() -> None:
    """Nor in an hour with a pod that is wrong: the press is what counts."""
    assert false_when_even(WITH_A_POD, EVEN_S / 10)[0] == 0


def test_the_interval_of_a_share() -> None:
    """Wilson's interval of 95 of 100."""
    assert Share(95, 100).interval() == pytest.approx((0.888, 0.978), abs=1e-3)
    assert str(Share(95, 100)) == "95.0 % (88.8 to 97.8)"
