"""The difference of two pods, and its error."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from dataclasses import replace
from math import sin, sqrt

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.review.lessons import compare_pods
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import Characteristic, Notified, Relayed, Reported, Source


def packet(at, source, speed, cadence=88):
    """One packet of a pod that counts one foot."""
    return Notified(
        at, source, Characteristic.RSC_MEASUREMENT, bytes(RunningSpeedCadenceMeasurement(speed, cadence))
    )


def a_run(seconds, ratio, *, wave=0.0):
    """Two pods at 4 m/s, the second saying `ratio` as much, with a slow wave of its own."""
    for second in range(seconds):
        yield packet(float(second), Source.POD, 4.0)
        yield packet(second + 0.4, Source.POD_2, 4.0 * ratio * (1 + wave * sin(second / 50)))


def two_pods(events, **known):
    """The comparison of a run that has one."""
    pods = compare_pods(events, SignalSettings(**known))
    assert pods is not None
    return pods


def test_the_second_pod_is_held_against_the_first():
    """2 % more speed at the same cadence is 2 % more step length, each with its standard deviation."""
    pods = two_pods(a_run(900, 1.02, wave=0.01))
    assert pods.speed.share == pytest.approx(0.02, abs=0.003)
    assert 0.0005 < pods.speed.sd < 0.004
    assert pods.step_length is not None
    assert pods.step_length.share == pytest.approx(pods.speed.share, abs=0.001)
    assert float(pods.seconds) == 900.0


def test_what_calibration_leaves_open_is_said():
    """Two pods nobody calibrated are each right within 3 %; calibrated ones within their own sd."""
    assert two_pods(a_run(300, 1.0)).calibration_sd == pytest.approx(0.03 * sqrt(2))
    learnt = (LearntFactor(Source.POD, 1.0, 0.004), LearntFactor(Source.POD_2, 0.98, 0.003))
    known = two_pods(a_run(300, 1.02), learnt=learnt)
    assert known.calibration_sd == pytest.approx(0.005)
    assert known.speed.share == pytest.approx(0.0, abs=0.001)


def test_one_pod_is_not_compared():
    """Nor two that never ran together, nor two minutes less a block."""
    alone = [packet(float(second), Source.POD, 4.0) for second in range(900)]
    apart = alone + [packet(1000.0 + second, Source.POD_2, 4.0) for second in range(900)]
    assert compare_pods(alone, SignalSettings()) is None
    assert compare_pods(apart, SignalSettings()) is None
    assert compare_pods(a_run(80, 1.0), SignalSettings()) is None


def test_standing_and_walking_are_left_out():
    """Below running speed pods differ for reasons of their own."""
    slow = [packet(event.at, event.source, 1.4) for event in a_run(900, 1.0)]
    assert compare_pods(slow, SignalSettings()) is None


def test_pods_of_a_file_are_compared_as_those_of_the_radio():
    """Numbers instead of bytes say the same; nonsense among them is passed over."""
    events = []
    for second in range(300):
        events += [
            Reported(float(second), Source.POD, speed=4.0, cadence=176),
            Reported(second + 0.1, Source.POD_2, speed=4.2),
        ]
        events.append(Notified(second + 0.2, Source.POD, Characteristic.RSC_MEASUREMENT, b"\x03"))
        events.append(Notified(second + 0.2, Source.POD, Characteristic.BATTERY_LEVEL, b"\x50"))
    pods = two_pods(events)
    assert pods.speed.share == pytest.approx(0.2 / 4.1, abs=1e-6)
    assert pods.step_length is None


def test_a_watch_is_held_against_the_pod():
    """A relayed watch that says 4 % more stands beside the pod; packets that came by two ways count once."""
    events = []
    for second in range(300):
        events += [packet(float(second), Source.POD, 4.0)]
        twice = replace(
            packet(second + 0.2, Source.POD, 9.0), relayed=Relayed("gw", "", second + 0.2, float(second))
        )
        events += [twice] if second else []
        watch = Relayed("wrist", "watch", second + 0.4, second + 9.0)
        events += [Reported(second + 0.4, Source.WATCH, speed=4.16, relayed=watch)]
    pods = two_pods(events)
    assert pods.second is Source.WATCH
    assert pods.speed.share == pytest.approx(0.04, abs=0.002)
