"""Screen, share of time on target and cues use the same band."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import VERDICTS
from coach.session.events import StepEnded
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget
from tests.cues.bench import Bench, pace, rep, rest

EDGE = 0.001
"""How far inside or outside the edge of a band it is run, as a share of the speed."""


def run(speed, band, *, steer=CoachBy.RATE, factor_sd=0.01, is_range=False, leave=0.0):
    """What is judged in a rep of 2 km run at one speed, what the box would say, and the share of time on target."""
    low, high = band
    target = StepTarget(Quantity.SPEED, Band(low, 4.0, high), "pace", is_range=is_range)
    bench = Bench(rep(2000, rep=2, of=3, steer=steer, target=target), rest(), factor_sd=factor_sd)
    bench.start()
    cues = bench.run(300, speed)
    snapshot = bench.live.snapshot()
    assert snapshot.leave == leave
    assert snapshot.band_in_force is not None
    is_on = snapshot.band_in_force.contains(speed)
    bench.finish(speed)
    ended = next(output for output in bench.outputs if isinstance(output, StepEnded))
    return [cue for cue in cues if cue.kind in VERDICTS], is_on, ended.in_band_fraction


@pytest.mark.parametrize("steer", CoachBy)
@pytest.mark.parametrize("is_range", [False, True])
@pytest.mark.parametrize(
    ("slow", "fast"), [(0.02, 0.02), (0.03, 0.02), (0.025, 0.025), (0.08, 0.08), (0.05, 0.01)]
)
def test_inside_the_band_box_results_and_silence_agree(steer, is_range, slow, fast):
    """Just inside either edge, in rate and by the light, whatever the band: ON, all the time, and nothing said."""
    band = (4.0 * (1 - slow), 4.0 * (1 + fast))
    for speed in (band[0] * (1 + EDGE), band[1] * (1 - EDGE)):
        assert run(speed, band, steer=steer, is_range=is_range) == ([], True, 1.0)


@pytest.mark.parametrize("steer", CoachBy)
@pytest.mark.parametrize(("slow", "fast"), [(0.02, 0.02), (0.03, 0.02), (0.025, 0.025)])
def test_clearly_outside_the_band_they_agree_too(steer, slow, fast):
    """1 % beyond either edge: no ON, no time on target, and it is said."""
    band = (4.0 * (1 - slow), 4.0 * (1 + fast))
    for speed in (band[0] * 0.99, band[1] * 1.01):
        cues, is_on, share = run(speed, band, steer=steer)
        assert (bool(cues), is_on, share) == (True, False, 0.0)


@pytest.mark.parametrize("steer", CoachBy)
def test_an_uncalibrated_pod_widens_all_three(steer):
    """3.9 % fast in a band of 2 % with a new pod on a track: ON, on target, silent; 5 % fast is none of these."""
    band = (4.0 * 0.98, 4.0 * 1.02)
    assert run(4.0 * 1.039, band, steer=steer, factor_sd=0.03, leave=0.02) == ([], True, 1.0)
    cues, is_on, share = run(4.0 * 1.055, band, steer=steer, factor_sd=0.03, leave=0.02)
    assert (bool(cues), is_on, share) == (True, False, 0.0)


def test_an_open_side_is_never_called_by_the_light():
    """A rep that may be as slow as it likes is not behind."""
    target = StepTarget(Quantity.SPEED, Band(None, 4.0, 4.1), "easy")
    bench = Bench(rep(1600, rep=2, of=3, steer=CoachBy.TIME, target=target))
    bench.start()
    assert [cue for cue in bench.run(300, 3.2) if cue.kind in VERDICTS] == []


def test_a_start_within_a_wide_range_is_not_too_fast():
    """A first rep in a range of 12 % either way, run 10 % over its middle from the first step on."""
    wide = pace(low=0.12, high=0.12, is_range=True)
    for steer in CoachBy:
        bench = Bench(rep(1600, rep=1, of=3, steer=steer, target=wide))
        bench.start()
        assert [cue for cue in bench.run(200, 4.4) if cue.kind in VERDICTS] == []


def test_a_band_contains_its_edges_and_narrows_to_the_stricter_side():
    """Edges are inside; a cap that contradicts the low side opens it; an aim beyond a cap is the cap."""
    band = Band(3.0, 4.0, 5.0)
    assert band.contains(3.0)
    assert band.contains(5.0)
    assert not band.contains(5.001)
    assert band.narrowed(Band(high=4.5)) == Band(3.0, 4.0, 4.5)
    assert band.narrowed(Band(high=3.5)) == Band(3.0, 3.5, 3.5)
    assert band.narrowed(Band(low=4.5)) == Band(4.5, 4.5, 5.0)
    assert band.narrowed(Band(high=2.0)) == Band(None, 2.0, 2.0)
    assert Band().narrowed(Band(high=2.0)) == Band(None, None, 2.0)
    assert Band(None, 4.0, 5.0).widened(0.02) == Band(None, 4.0, 5.1)
