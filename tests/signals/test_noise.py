"""The noise of a speed, measured live."""
# mypy: disable-error-code="arg-type"

from itertools import cycle
from math import sin

import pytest

from coach.signals.config import NoiseSettings
from coach.signals.smoothing import Noise

PRIOR = NoiseSettings().prior


def fed(noise, seconds, speed=4.0, *, waver=0.0, start=0.0):
    """Run on at a speed that wavers by so much every 10 s; the time it is then."""
    sides = cycle([1.0 + waver] * 10 + [1.0 - waver] * 10)
    for second in range(1, seconds + 1):
        noise.add(start + second, speed * next(sides))
    return start + seconds


def test_a_source_nothing_is_known_of_is_a_noisy_one():
    """The prior, until 25 s of running say otherwise."""
    noise = Noise(NoiseSettings())
    fed(noise, 24)
    assert noise.level == PRIOR


@pytest.mark.parametrize(
    ("waver", "least", "most"), [(0.0, 0.0, 0.012), (0.03, 0.02, 0.035), (0.06, 0.04, 0.065)]
)
def test_the_level_becomes_what_is_measured(waver, least, most):
    """After three minutes it is the deviation of means of 10 s, little of the prior is left."""
    noise = Noise(NoiseSettings())
    fed(noise, 180, waver=waver)
    assert least <= noise.level <= most


def test_what_just_began_is_not_learnt():
    """An error of 15 s is not noise yet."""
    noise = Noise(NoiseSettings())
    at = fed(noise, 120)
    before = noise.level
    fed(noise, 15, 4.4, start=at)
    assert noise.level <= before


def test_a_wrong_pace_is_not_noise():
    """Who holds 10 % too much for three minutes has a quiet sensor still."""
    noise = Noise(NoiseSettings())
    fed(noise, 180, 4.4)
    assert noise.level < 0.015


def test_a_warm_up_at_another_speed_does_not_widen_a_rep():
    """Noise of a jog is forgotten at 5 m/s; that of an earlier rep counts."""
    noise = Noise(NoiseSettings())
    at = fed(noise, 200, 2.7, waver=0.06)
    noise.begin(5.0)
    assert noise.level == PRIOR
    at = fed(noise, 100, 5.0, start=at)
    noise.begin(None)
    at = fed(noise, 60, 2.7, waver=0.06, start=at)
    noise.begin(5.0)
    assert noise.level < 0.03


def test_calm_is_believed_more_slowly_than_noise():
    """A minute and a half half as loud as the reps before counts less than one twice as loud."""

    def level_after(size, **weight):
        noise = Noise(NoiseSettings(**weight))
        for second in range(330):
            if second == 240:
                noise.begin(4.0)
            share = (0.02 if second < 240 else size) * (sin(second / 7.0) + sin(second / 4.3))
            noise.add(float(second), 4.0 * (1.0 + share))
        return noise.level

    slow, usual, quick = (
        level_after(0.005, calm_weight=1.0),
        level_after(0.005),
        level_after(0.005, calm_weight=8.0),
    )
    assert slow > usual > quick
    assert level_after(0.08) > 1.8 * level_after(0.02)


def test_a_stop_is_no_noise_of_an_earlier_stretch():
    """Ten seconds at half the speed, twice in three minutes, leave the memory of a quiet source."""
    noise = Noise(NoiseSettings())
    at = 0.0
    for _ in range(2):
        at = fed(noise, 80, start=at)
        at = fed(noise, 10, 2.0, start=at)
    fed(noise, 60, start=at)
    noise.begin(4.0)
    assert noise.level < 0.025


def test_a_gap_is_left_out_and_a_long_silence_forgets():
    """After 10 s without data it goes on; after more than 15 it knows nothing but the prior."""
    noise = Noise(NoiseSettings())
    at = fed(noise, 120)
    known = noise.level
    at = fed(noise, 20, start=at + 10.0)
    assert noise.level == known
    fed(noise, 1, start=at + 20.0)
    assert noise.level == PRIOR
    assert noise.mean is None


def test_standing_teaches_nothing():
    """A speed of nothing is no steady running, whoever feeds it."""
    noise = Noise(NoiseSettings())
    fed(noise, 120, 0.0)
    assert noise.level == PRIOR


def test_a_quiet_jog_speaks_for_a_start_at_another_speed_and_a_wild_one_does_not_speak_against_it():
    """What may be presumed is one and a half times the quietest stretch so far, and never more than the prior."""
    noise = Noise(NoiseSettings())
    assert noise.presumed == PRIOR
    at = fed(noise, 120, 2.7, waver=0.01)
    noise.begin(5.0)
    assert noise.presumed < 0.03
    assert noise.level == PRIOR
    wild = Noise(NoiseSettings())
    for second, share in zip(range(240), cycle([1.1] * 14 + [0.9] * 14), strict=False):
        wild.add(at + second, 2.7 * share)
    wild.begin(5.0)
    assert wild.presumed == PRIOR
