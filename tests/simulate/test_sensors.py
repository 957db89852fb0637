"""The bytes that the virtual strap and pod send."""
# mypy: disable-error-code="arg-type,union-attr"
# plain numbers stand for quantities here

from itertools import pairwise

import pytest

from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.simulate import Footpod, Rng, RunnerProfile, Strap

STEP = 0.25


def sent(profile, seconds, speed, seed=1):
    """A pod's packets at an even speed, decoded, one a second."""
    pod = Footpod(profile, Rng(seed), STEP)
    packets = []
    for quarter in range(4 * seconds):
        pod.advance(speed, speed * STEP)
        if quarter % 4 == 3:
            packets.append(RunningSpeedCadenceMeasurement.from_bytes(pod.send(speed)))
    return packets


def test_the_intervals_add_up_to_the_time():
    """At 150 bpm the strap says 150 give or take one, and its intervals fill the minute."""
    strap = Strap(Rng(1))
    rates, intervals = [], list[float]()
    for quarter in range(240):
        strap.advance(150.0, STEP)
        if quarter % 4 == 3:
            read = HeartRateMeasurement.from_bytes(strap.send(150.0))
            assert isinstance(read, HeartRateMeasurement)
            assert read.contact is Contact.DETECTED
            rates.append(read.heart_rate)
            intervals += read.rr_s
    assert set(rates) <= {149, 150, 151}
    assert len(intervals) == pytest.approx(150, abs=1)
    assert sum(intervals) == pytest.approx(60.0, abs=1.0)
    assert 0.003 < max(abs(interval - 0.4) for interval in intervals) < 0.03


def test_a_rate_that_fits_no_byte_is_cut_to_one():
    """Whatever the profile, the packet stays a packet."""
    assert HeartRateMeasurement.from_bytes(Strap(Rng(1)).send(400.0)).heart_rate == 255
    assert HeartRateMeasurement.from_bytes(Strap(Rng(1)).send(-5.0)).heart_rate == 0


def test_the_pod_says_its_factor_more_than_the_truth():
    """A pod that reads long 2 % counts 2 % more metres and shows 2 % more speed."""
    packets = sent(RunnerProfile(pod_factor=1.02, pod_noise=0.0), 100, 4.0)
    assert packets[-1].distance - packets[0].distance == pytest.approx(99 * 4.08, abs=0.2)
    assert packets[-1].speed == pytest.approx(4.08, abs=0.005)


def test_the_pods_noise_is_slow_and_of_its_size():
    """Over a long even run the speed scatters by about the sd asked for, and neighbours are alike."""
    speeds = [packet.speed for packet in sent(RunnerProfile(pod_noise=0.02), 4000, 4.0)][30:]
    mean = sum(speeds) / len(speeds)
    errors = [speed / mean - 1.0 for speed in speeds]
    variance = sum(error**2 for error in errors) / len(errors)
    neighbours = sum(a * b for a, b in pairwise(errors)) / len(errors)
    assert variance**0.5 == pytest.approx(0.02, rel=0.15)
    assert neighbours / variance == pytest.approx(0.80, abs=0.06)


@pytest.mark.parametrize(("one_foot", "per_minute"), [(True, 86.6), (False, 173.2)])
def test_cadence_is_of_one_foot_or_both(one_foot, per_minute):
    """At 4 m/s a runner takes 173 steps a minute; a pod of one foot says half."""
    packets = sent(RunnerProfile(counts_one_foot=one_foot), 60, 4.0)
    assert sum(packet.cadence for packet in packets) / 60 == pytest.approx(per_minute, rel=0.01)
    assert packets[-1].is_running


def test_a_standing_pod_says_nothing_moves():
    """Standing is speed 0, cadence 0 and no new metres, whatever the noise."""
    packets = sent(RunnerProfile(), 20, 0.0)
    assert {(packet.speed, packet.cadence, packet.distance) for packet in packets} == {(0.0, 0, 0.0)}


def test_the_pods_count_lags_its_speed_does_not_lead():
    """After a start the shown speed comes by its lag, the metres at once."""
    pod = Footpod(RunnerProfile(pod_noise=0.0, pod_lag_s=2.0), Rng(1), STEP)
    for _ in range(4):
        pod.advance(4.0, 1.0)
    read = RunningSpeedCadenceMeasurement.from_bytes(pod.send(4.0))
    assert read.distance == 4.0
    assert read.speed == pytest.approx(4.0 * (1 - 2.718281828**-0.5), abs=0.01)
