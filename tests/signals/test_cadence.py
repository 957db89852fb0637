"""One foot or both."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import pytest

from coach.signals.cadence import CadenceCount
from coach.signals.config import SignalSettings
from coach.signals.readings import Source


def counted(values, *, speed, stride=None):
    """Feed raw values, one a second; the steps each was taken for, and what was found out."""
    count = CadenceCount(SignalSettings())
    return [count.steps(raw, speed, stride, 1.0) for raw in values], count.factor


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
    """However long somebody walks, the count stays open."""
    assert counted([110] * 100, speed=1.5)[1] is None


def test_between_the_limits_it_looks_again():
    """A median of 120 fits neither; the next 20 s may tell."""
    steps, factor = counted([120] * 20 + [160] * 20, speed=2.5)
    assert steps[0] == 120
    assert factor == 1


def test_what_the_runner_says_is_never_questioned():
    """A count that was set holds, whatever the cadence and the stride beside it say."""
    count = CadenceCount(SignalSettings(cadence_counts={Source.POD: 1}), Source.POD)
    assert [count.steps(86, 3.5, 1.2, 1.0) for _ in range(60)] == [86] * 60
    assert count.found is None


def test_what_earlier_runs_found_holds_from_the_first_value():
    """A walk of 100 per minute is doubled at once where the sensor is known to count one foot, and nothing is found."""
    count = CadenceCount(SignalSettings(learnt_cadence_counts={Source.POD: 2}), Source.POD)
    assert count.steps(100, 1.5, None, 1.0) == 200
    assert [count.steps(86, 3.5, None, 1.0) for _ in range(30)][-1] == 172
    assert count.found is None


def test_what_earlier_runs_found_is_given_up_after_a_minute_of_the_opposite():
    """One window of dropped steps is no proof; three in a row are, and what was found is to be told."""
    count = CadenceCount(SignalSettings(learnt_cadence_counts={Source.POD: 1}), Source.POD)
    taken = [count.steps(86, 3.5, None, 1.0) for _ in range(60)]
    assert taken[:59] == [86] * 59
    assert (taken[59], count.found) == (172, 2)
    count.told()
    assert count.steps(86, 3.5, None, 1.0) == 172
    assert count.found is None


def test_another_sensor_is_another_count():
    """What is known of the pod says nothing of the treadmill."""
    settings = SignalSettings(cadence_counts={Source.POD: 1})
    assert CadenceCount(settings, Source.TREADMILL).factor is None


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
