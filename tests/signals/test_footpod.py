"""Which of two pods leads, and that the pace does not flip between feet."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from itertools import pairwise
from math import sin

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import Characteristic, Notified, Source
from coach.signals.signals import Signals

BOTH = {Source.POD: 1, Source.POD_2: 1}
LEFT, RIGHT = Source.POD, Source.POD_2


def packet(at, source, speed, metres):
    """One packet of a pod that counts both feet."""
    payload = bytes(RunningSpeedCadenceMeasurement(speed, 176, distance=round(metres, 1)))
    return Notified(at, source, Characteristic.RSC_MEASUREMENT, payload)


def runs(signals, seconds, *, left=4.0, right=4.1, start=0, silent=()):
    """Run with two pods at fixed or given speeds; who leads after each second. `silent` names (pod, from, to)."""
    leads = []
    for second in range(start, start + seconds):
        for source, speed, late in ((LEFT, left, 0.0), (RIGHT, right, 0.4)):
            if any(one is source and begins <= second < ends for one, begins, ends in silent):
                continue
            now = speed(second) if callable(speed) else speed
            mean = 4.0 if source is LEFT else 4.1
            signals.take(packet(second + late, source, now, mean * second))
        leads.append(signals.speed().source)
    return leads


def signals_of(**known):
    """Signals of a run where both counts are known, and what else is."""
    return Signals(SignalSettings(cadence_counts=BOTH, **known))


def test_the_first_pod_leads_when_both_are_as_good():
    """Two pods nobody calibrated, equally quiet: the first drives the pace for as long as it speaks."""
    assert set(runs(signals_of(), 600)) == {LEFT}


def test_a_lost_pod_hands_over_once_and_does_not_take_back():
    """Silent for 10 s it loses the lead; that it comes back changes no pace."""
    leads = runs(signals_of(), 120, silent=[(LEFT, 40, 50)])
    assert leads == [LEFT] * 42 + [RIGHT] * 78


def test_a_blink_hands_nothing_over():
    """Two lost packets are no loss."""
    assert set(runs(signals_of(), 120, silent=[(LEFT, 40, 42)])) == {LEFT}


def test_every_change_of_foot_keeps_the_metres():
    """Both lose their link in turn: the total never jumps, and ends within the two pods' own totals."""
    signals = signals_of()
    runs(signals, 300, silent=[(LEFT, 40, 60), (RIGHT, 100, 120), (LEFT, 200, 220)])
    metres = [signals.distance.metres_at(float(second)) for second in range(299)]
    steps = [after - before for before, after in pairwise(metres)]
    assert max(steps) < 4.6
    assert min(steps) > 3.5
    assert 4.0 * 299 <= signals.distance.latest()[1] <= 4.1 * 299


def test_a_calibrated_pod_leads():
    """Where only the second's factor is known it leads from ten seconds on, and by its factor."""
    signals = signals_of(learnt=(LearntFactor(RIGHT, 0.98, 0.004),))
    assert runs(signals, 60)[12:] == [RIGHT] * 48
    assert signals.speed().value == pytest.approx(4.1 * 0.98, abs=0.005)


def test_a_calibrated_pod_takes_back_the_lead_when_its_link_has_held():
    """It is better than the other, so it leads again, but not at its first packet."""
    signals = signals_of(learnt=(LearntFactor(LEFT, 0.98, 0.004),))
    leads = runs(signals, 120, silent=[(LEFT, 40, 50)])
    assert leads[50:59] == [RIGHT] * 9
    assert leads[62:] == [LEFT] * 58


def test_a_much_noisier_pod_loses_the_lead_and_keeps_losing_it():
    """One that scatters by 5 % from second to second hands over after a minute, for good."""
    leads = runs(
        signals_of(),
        900,
        left=lambda second: 4.0 + 0.2 * sin(2.4 * second),
        right=lambda second: 4.1 + 0.02 * sin(second),
    )
    assert leads[:55] == [LEFT] * 55
    changes = sum(before is not after for before, after in pairwise(leads))
    assert (changes, leads[-1]) == (1, RIGHT)


def test_two_pods_as_noisy_as_each_other_never_change():
    """Noise that differs by a fifth is chance."""
    leads = runs(
        signals_of(),
        900,
        left=lambda second: 4.0 + 0.12 * sin(2.4 * second),
        right=lambda second: 4.1 + 0.1 * sin(2.4 * second + 1),
    )
    assert set(leads) == {LEFT}
