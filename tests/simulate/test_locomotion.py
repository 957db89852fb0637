"""Speed, metres and cadence of the virtual runner."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import pytest

from coach.simulate import Locomotion, Rng, RunnerProfile, natural_cadence

STEP = 0.25


def test_a_standing_start_settles_within_seconds():
    """He reaches 95 % of his goal in 5 to 12 s, the time real reps take, and stands again when told to."""
    locomotion = Locomotion(RunnerProfile(wobble=0.0), Rng(1), STEP)
    quarters = 0
    while locomotion.speed < 0.95 * 4.5:
        locomotion.move(4.5)
        quarters += 1
    assert 5.0 <= quarters * STEP <= 12.0
    for _ in range(100):
        locomotion.move(0.0)
    assert locomotion.speed == 0.0


def test_the_metres_are_those_of_the_speed():
    """A minute at an even speed is sixty times that speed."""
    locomotion = Locomotion(RunnerProfile(wobble=0.0), Rng(1), STEP)
    for _ in range(400):
        locomotion.move(4.0)
    before = locomotion.metres
    for _ in range(240):
        locomotion.move(4.0)
    assert locomotion.metres - before == pytest.approx(240.0, abs=0.01)


def test_he_wobbles_as_much_as_asked():
    """Within a long even effort his speed scatters by about its relative sd, and keeps its mean."""
    locomotion = Locomotion(RunnerProfile(wobble=0.02, wobble_s=10.0, pick_up_s=0.0), Rng(5), STEP)
    speeds = []
    for _ in range(40_000):
        locomotion.move(4.0)
        speeds.append(locomotion.speed)
    mean = sum(speeds) / len(speeds)
    sd = (sum((speed - mean) ** 2 for speed in speeds) / len(speeds)) ** 0.5
    assert mean == pytest.approx(4.0, rel=0.005)
    assert sd / mean == pytest.approx(0.02, rel=0.25)


@pytest.mark.parametrize(
    ("speed", "steps"), [(0.0, 0.0), (2.4, 154.6), (3.0, 161.6), (4.0, 173.2), (5.0, 184.7)]
)
def test_cadence_follows_speed(speed, steps):
    """The line through measured self-selected cadences; standing has none."""
    assert natural_cadence(speed) == pytest.approx(steps, abs=0.1)


def test_walkers_take_100_to_120():
    """From a stroll to a brisk walk the cadence is a walker's."""
    assert all(100 <= natural_cadence(tenth / 10) <= 120 for tenth in range(5, 20))
