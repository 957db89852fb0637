"""Heart-rate variability, artefacts and DFA against computed vectors and real recordings."""

import inspect
import lzma
import re
import struct
from dataclasses import is_dataclass
from itertools import accumulate
from math import pi, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.physiology import heart_rate
from coach.plan import config, mornings, readiness

EIGHT = (800, 810, 790, 805, 795, 820, 780, 800)
CLEAN = [float(round(600 + 10 * sin(2 * pi * k / 15))) for k in range(60)]
SPOILT = [*CLEAN[:20], 1200.0, *CLEAN[21:40], 300.0, 300.0, *CLEAN[41:]]
LOGS = (4.10, 4.05, 4.20, 4.15, 3.98, 4.12, 4.08)


def noise(count):
    """Numbers between -0.5 and 0.5 that every language makes alike."""
    state, made = 1, []
    for _ in range(count):
        state = (1103515245 * state + 12345) % 2**31
        made.append(state / 2**31 - 0.5)
    return made


@pytest.fixture
def running(shared_data):
    """Real intervals of a run with a chest strap: the one vector of doubles in an R data file."""
    data = lzma.decompress((shared_data / "recordings" / "rr_run_polar_h10.RData").read_bytes())
    name = b"EG_181218"
    begin = data.index(name) + len(name)
    kind, count = struct.unpack_from(">ii", data, begin)
    assert kind == 14  # a vector of doubles, in R's own numbering
    return list(struct.unpack_from(f">{count}d", data, begin + 8))


def test_variability_matches_its_vector():
    """RMSSD to a millionth, with its logarithm, SDNN, heart rate and pNN50."""
    found = heart_rate.variability(EIGHT)
    assert found.rmssd_ms == pytest.approx(22.200386, abs=1e-6)
    assert found.ln_rmssd == pytest.approx(3.100110, abs=1e-6)
    assert found.sdnn_ms == pytest.approx(12.247449, abs=1e-6)
    assert (found.mean_heart_rate, found.pnn50, found.beats) == (75.0, 0.0, 8)


def test_a_jump_of_over_50_ms_is_counted():
    """One of two differences over 50 ms is a pNN50 of a half."""
    assert heart_rate.variability((800, 870, 860)).pnn50 == 0.5


def test_malik_drops_the_spoilt_beats():
    """The 20 % rule finds the missed beat and both halves of the extra one, and no other."""
    bad = heart_rate.malik(SPOILT)
    assert bad == (20, 40, 41)
    assert heart_rate.rmssd(CLEAN) == pytest.approx(2.9915, abs=1e-4)
    assert heart_rate.rmssd(SPOILT) == pytest.approx(120.553, abs=1e-3)
    assert heart_rate.rmssd(heart_rate.without(SPOILT, bad)) == pytest.approx(3.0779, abs=1e-4)


def test_malik_does_not_trust_a_wrong_first_beat():
    """A first interval far from the others is itself the wrong one."""
    assert heart_rate.malik([1600.0, *CLEAN]) == (0,)
    assert heart_rate.malik([]) == ()


def test_lipponen_and_tarvainen_mend_the_spoilt_beats():
    """One beat was missed, one was told as two: corrected, RMSSD is what an independent program makes of it."""
    mended = heart_rate.correct_beats(SPOILT)
    assert mended.artefacts.missed == (20,)
    assert mended.artefacts.extra == (40,)
    assert heart_rate.rmssd(mended.intervals_ms) == pytest.approx(3.3417, abs=1e-3)
    assert heart_rate.rmssd(mended.intervals_ms) < 4
    assert mended.share == pytest.approx(3 / 61)


def test_an_early_beat_is_put_back_into_its_place():
    """A beat 150 ms early makes a short and a long interval; it is ectopic, and moved midway."""
    early = [*CLEAN[:30], CLEAN[30] - 150, CLEAN[31] + 150, *CLEAN[32:]]
    mended = heart_rate.correct_beats(early)
    assert mended.artefacts.ectopic
    assert not mended.artefacts.missed
    assert heart_rate.rmssd(mended.intervals_ms) < 4
    assert sum(mended.intervals_ms) == pytest.approx(sum(early))


def test_clean_beats_are_left_alone():
    """Where nothing is wrong nothing is corrected."""
    mended = heart_rate.correct_beats(CLEAN)
    assert (mended.intervals_ms, len(mended.artefacts), mended.share) == (tuple(CLEAN), 0, 0.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(200, 3000), min_size=12, max_size=150))
def test_correction_never_breaks_down(intervals):
    """Whatever a strap says, correction ends, keeps the time that passed and makes no negative interval."""
    mended = heart_rate.correct_beats(intervals)
    assert sum(mended.intervals_ms) == pytest.approx(sum(intervals), rel=0.02, abs=3000)
    assert min(mended.intervals_ms) >= 0
    assert 0 <= mended.share <= 1


def test_real_beats_at_rest(at_rest):
    """Of 910 beats at rest about one in a hundred is corrected, and RMSSD falls from 55.1 to 53.0 ms."""
    mended = heart_rate.correct_beats(at_rest)
    assert len(at_rest) == 910
    assert mended.share < 0.02 < heart_rate.USABLE_SHARE
    assert heart_rate.rmssd(at_rest) == pytest.approx(55.137, abs=1e-3)
    assert heart_rate.rmssd(mended.intervals_ms) == pytest.approx(53.008, abs=0.01)
    assert sum(mended.intervals_ms) == pytest.approx(sum(at_rest))
    assert 0.5 < heart_rate.alpha_1(mended.intervals_ms) < 1.5


def test_real_beats_of_a_run(running):
    """Of 6,857 beats of a run the gap of 3.2 s is found, and the share stays under what DFA allows."""
    mended = heart_rate.correct_beats(running)
    assert len(running) == 6857
    gap = running.index(max(running))
    found = mended.artefacts
    assert gap in (*found.ectopic, *found.missed, *found.uneven)
    assert 0.005 < mended.share < heart_rate.USABLE_SHARE
    assert max(mended.intervals_ms) < max(running)


def test_dfa_matches_its_vectors():
    """Noise, a walk and a slow sine give the exponents two other programs give."""
    white = [500 + 20 * each for each in noise(240)]
    walk = [500 + each for each in accumulate(4 * each for each in noise(240))]
    assert white[:3] == pytest.approx([500.277402, 493.514826, 496.173030], abs=1e-6)
    assert heart_rate.alpha_1(white) == pytest.approx(0.6451, abs=1e-3)
    assert heart_rate.alpha_1(walk) == pytest.approx(1.4896, abs=1e-3)
    assert heart_rate.alpha_1([500 + 20 * sin(2 * pi * k / 50) for k in range(300)]) == pytest.approx(
        2.0615, abs=1e-3
    )


def test_the_band_matches_its_vector():
    """Half a standard deviation either side of the mean: 4.0617 to 4.1326."""
    assert heart_rate.usual_band(LOGS) == pytest.approx((4.061703, 4.132582), abs=1e-6)


def test_real_minutes_at_rest_are_usable(at_rest):
    """Five minutes at rest: RMSSD of the corrected beats, with the share that was corrected."""
    said = heart_rate.at_rest(at_rest[:300])
    assert said.variability is not None
    assert said.is_usable
    assert said.beats == 300
    assert said.corrected_share < 0.03
    assert said.variability.rmssd_ms == heart_rate.rmssd(heart_rate.correct_beats(at_rest[:300]).intervals_ms)


@pytest.mark.parametrize(
    ("intervals", "seconds", "why"),
    [
        ([], 180.0, "0 beats, 40 are needed"),
        ([800.0] * 200, 160.0, "metronome"),
        ([300.0, 1200.0] * 100, 150.0, "had to be corrected"),
        ([50.0] * 200, 180.0, "0 beats"),
        ([*([800.0, 820.0] * 80), *([9000.0] * 20)], None, "had to be corrected"),
        ([800 + 40 * each for each in noise(100)], 180.0, "beats for 44% of the time only: contact was lost"),
    ],
)
def test_minutes_that_say_nothing_say_why(intervals, seconds, why):
    """All beats artefact, a metronome, or half of them missing: no value, and the reason in words."""
    said = heart_rate.at_rest(intervals, seconds)
    assert not said.is_usable
    assert said.variability is None
    assert why in said.why_not


def test_more_than_5_per_cent_corrected_is_not_usable(at_rest):
    """Up to 5 % of spoilt beats count, more do not."""
    spoilt = list(at_rest[:300])
    for place in range(10, 290, 25):
        spoilt[place] *= 2
    assert not heart_rate.at_rest(spoilt).is_usable
    spoilt = list(at_rest[:300])
    for place in range(10, 290, 60):
        spoilt[place] *= 2
    assert heart_rate.at_rest(spoilt).is_usable


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: heart_rate.variability((800, 810)), "at least three"),
        (lambda: heart_rate.variability((800, 800, 800)), "metronome"),
        (lambda: heart_rate.rmssd((800, 810, 3220)), "an interval between beats of 3220 ms"),
        (lambda: heart_rate.usual_band((4.0, 4.0)), "at least three mornings"),
        (lambda: heart_rate.usual_band((4.0, 4.0, 50.0)), "ln RMSSD of 50"),
        (lambda: heart_rate.correct_beats(EIGHT), "at least 12"),
        (lambda: heart_rate.correct_beats([0.0] * 20), "above 0"),
        (lambda: heart_rate.alpha_1(EIGHT), "at least 100"),
        (lambda: heart_rate.alpha_1([600.0] * 200), "metronome"),
    ],
)
def test_what_says_nothing_is_refused(ask, reason):
    """Too few beats, or beats no heart makes, are refused with the reason."""
    with pytest.raises(ValueError, match=reason):
        ask()


def test_an_independent_program_agrees(at_rest):
    """What NeuroKit2 makes of the same beats, asked once: with all it needs it takes 504 MB.

    Its correction moves beats to whole samples, so it agrees nearly.
    """
    ours = heart_rate.variability(at_rest)
    assert ours.rmssd_ms == pytest.approx(55.13744203126742, rel=1e-9)
    assert heart_rate.rmssd(heart_rate.correct_beats(at_rest).intervals_ms) == pytest.approx(52.73, rel=0.02)


def test_nothing_takes_a_gate_in_hertz():
    """No function of beats or mornings has a frequency among its parameters, and no rule names LF or HF."""
    modules = (heart_rate, mornings, readiness, config)
    names = {
        parameter
        for module in modules
        for thing in vars(module).values()
        if inspect.isfunction(thing) or (inspect.isclass(thing) and is_dataclass(thing))
        for parameter in inspect.signature(thing).parameters
    }
    assert {"intervals_ms", "day"} <= names
    assert not [name for name in names if re.search(r"hz|freq|_lf|_hf", name)]
    said = " ".join(f"{rule.condition} {rule.limit} {rule.needs}" for rule in readiness.RULES)
    assert not re.search(r"\bHz\b|\bLF\b|\bHF\b", said)
