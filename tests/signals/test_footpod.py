"""A footpod: whether it counts one foot or both, which of two pods leads, and that the pace does not flip."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from itertools import pairwise
from math import sin

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.footpod import CadenceCount
from coach.signals.readings import Characteristic, Notified, Source
from coach.signals.signals import Signals


def counted(values, *, speed, stride=None):
    """Feed raw values, one a second; the steps each was taken for, and what was found out."""
    count = CadenceCount(SignalSettings())
    return [count.steps_per_minute(raw, speed, stride, 1.0) for raw in values], count.multiplier


@pytest.mark.parametrize(
    ("raw", "speed", "steps"), [(86, 3.5, 172), (172, 3.5, 172), (55, 1.4, 110), (0, 0.0, 0)]
)
def test_the_first_value_is_read_as_a_runner_would(raw, speed, steps):
    """86 at a run are 172 steps, 172 are 172, and 55 at a walk are 110 (science.md, acceptance test 6)."""
    assert counted([raw], speed=speed) == ([steps], None)


def test_twenty_seconds_of_running_settle_it():
    """After 20 s at running speed the median says how the sensor counts, for good."""
    per_foot = counted([86] * 19 + [20, 88, 150], speed=3.5)
    per_step = counted([172] * 20 + [60], speed=3.5)
    assert per_foot[1] == 2
    assert per_foot[0][-1] == 300
    assert per_step[1] == 1
    assert per_step[0][-1] == 60


def test_walking_settles_nothing():
    """Walking never decides the count."""
    assert counted([110] * 100, speed=1.5)[1] is None


def test_between_the_limits_it_looks_again():
    """A median of 120 fits neither; the next 20 s may tell."""
    steps, factor = counted([120] * 20 + [160] * 20, speed=2.5)
    assert steps[0] == 120
    assert factor == 1


def test_what_the_runner_says_is_never_questioned():
    """A count that was set holds, whatever the cadence and the stride beside it say."""
    count = CadenceCount(SignalSettings(cadence_counts={Source.POD: 1}), Source.POD)
    assert [count.steps_per_minute(86, 3.5, 1.2, 1.0) for _ in range(60)] == [86] * 60
    assert not count.has_news


def test_what_earlier_runs_found_holds_from_the_first_value():
    """A walk of 100 per minute is doubled at once where the sensor is known to count one foot, and nothing is found."""
    count = CadenceCount(SignalSettings(learnt_cadence_counts={Source.POD: 2}), Source.POD)
    assert count.steps_per_minute(100, 1.5, None, 1.0) == 200
    assert [count.steps_per_minute(86, 3.5, None, 1.0) for _ in range(30)][-1] == 172
    assert not count.has_news


def test_what_earlier_runs_found_is_given_up_after_a_minute_of_the_opposite():
    """One window of dropped steps is no proof; three in a row are, and what was found is to be told."""
    count = CadenceCount(SignalSettings(learnt_cadence_counts={Source.POD: 1}), Source.POD)
    taken = [count.steps_per_minute(86, 3.5, None, 1.0) for _ in range(60)]
    assert taken[:59] == [86] * 59
    assert (taken[59], count.has_news) == (172, True)
    assert count.drain_news() == 2
    assert count.steps_per_minute(86, 3.5, None, 1.0) == 172
    assert not count.has_news


def test_another_sensor_is_another_count():
    """What is known of the pod says nothing of the treadmill."""
    settings = SignalSettings(cadence_counts={Source.POD: 1})
    assert CadenceCount(settings, Source.TREADMILL).multiplier is None


def test_nobody_has_three_feet():
    """A count that is neither 1 nor 2 is refused where it is set."""
    with pytest.raises(ValueError, match="pod cannot count 3 feet"):
        SignalSettings(cadence_counts={Source.POD: 3})


def test_the_stride_tells_sooner():
    """Where speed is twice stride times cadence the cadence is of one foot; five seconds of it are enough."""
    assert counted([80] * 5, speed=3.2, stride=1.2)[1] == 2
    assert counted([160] * 5, speed=3.2, stride=2.4)[1] == 1
    assert counted([80] * 4, speed=3.2, stride=1.2)[1] is None


def test_a_stride_that_fits_both_readings_tells_nothing():
    """Technogym: 161 per minute of 1.30 m fit as steps, 80 of 2.4 m as strides; the median decides."""
    assert counted([161] * 19, speed=3.359, stride=1.30)[1] is None
    assert counted([161] * 20, speed=3.359, stride=1.30)[1] == 1
    assert counted([80] * 20, speed=3.2, stride=2.4)[1] == 2


def test_a_stride_field_gone_wrong_does_not_double_a_full_cadence():
    """170 per minute with half a stride are not 340 steps."""
    assert counted([170] * 20, speed=3.4, stride=0.6)[1] == 1


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
            signals.on_event(packet(second + late, source, now, mean * second))
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
    """Two lost packets do not change the pod that leads."""
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
