"""Several pods, any of which may be worn: what is known of each counts once it is used, and for it alone."""

from dataclasses import replace

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.config import LearntFactor, PooledSensor, SignalSettings
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from coach.signals.signals import Signals

LIKELIEST, WORN, THIRD = 1, 2, 3
SETTINGS = SignalSettings(
    learnt=(LearntFactor(Source.POD, 0.96, 0.004),),
    learnt_cadence_counts={Source.POD: 1},
    learnt_of_pool=(
        PooledSensor(LIKELIEST, 0.96, 0.004, learnt_count=1),
        PooledSensor(WORN, 1.05, 0.004, stated_count=2),
    ),
)


def used(number: int, at: float = 0.0, state: LinkState = LinkState.SEARCHING) -> LinkChanged:
    """The pod with this number is behind the source."""
    return LinkChanged(Seconds(at), Source.POD, state, "Pod", device=number)


def packet(at: float, metres: float, cadence: int = 88) -> Notified:
    """A second of a pod at 4 m/s."""
    payload = bytes(
        RunningSpeedCadenceMeasurement(MetresPerSecond(4.0), cadence, None, Metres(metres), is_running=True)
    )
    return Notified(Seconds(at), Source.POD, Characteristic.RSC_MEASUREMENT, payload)


def run(signals: Signals, start: int, metres: float, seconds: int = 60) -> float:
    """Run on a pod whose counter stands at so many metres; the metres of the total."""
    for second in range(seconds):
        signals.on_event(packet(start + second, metres + 4.0 * second))
    latest = signals.distance.latest()
    assert latest is not None
    return latest[1]


def cadence(signals: Signals) -> float:
    """The newest cadence, both feet."""
    reading = signals.cadence()
    assert reading is not None
    return reading.value


def test_the_pod_that_is_worn_is_corrected_by_its_own_factor_and_count():
    """Not by that of the likeliest, which lies at home."""
    signals = Signals(SETTINGS)
    signals.on_event(used(LIKELIEST))
    signals.on_event(used(WORN, 0.5))
    assert run(signals, 1, 10_000.0) == pytest.approx(59 * 4.0 * 1.05, abs=0.5)
    assert cadence(signals) == 176.0


def test_a_pod_of_which_nothing_is_known_begins_with_nothing():
    """Factor 1 with the doubt of any new pod, and no count of anybody else's."""
    signals = Signals(SETTINGS)
    signals.on_event(used(THIRD))
    assert run(signals, 1, 0.0) == pytest.approx(59 * 4.0, abs=0.5)
    assert signals.distance.factor() == (1.0, SETTINGS.prior_factor_sd)
    assert not signals.distance.is_calibrated(Source.POD)
    assert cadence(signals) == 176.0  # 88 at a run is one foot


def test_the_count_of_one_pod_says_nothing_of_another():
    """Another pod takes over with a counter some metres on: the total does not jump by their difference."""
    signals = Signals(SETTINGS)
    signals.on_event(used(LIKELIEST))
    before = run(signals, 1, 500.0)
    signals.on_event(used(WORN, 90.0, LinkState.CONNECTED))
    after = run(signals, 91, 900.0, seconds=1)
    assert after == pytest.approx(before, abs=1.0)
    assert run(signals, 92, 904.0) == pytest.approx(before + 60 * 4.0 * 1.05, abs=4.5)


def test_a_pod_that_comes_back_is_known_as_it_was():
    """What this run learnt of it is kept."""
    signals = Signals(SETTINGS)
    signals.on_event(used(WORN))
    run(signals, 1, 0.0)
    signals.on_event(used(LIKELIEST, 70.0))
    run(signals, 71, 0.0)
    assert signals.distance.factor()[0] == 0.96
    signals.on_event(used(LIKELIEST, 131.5, LinkState.CONNECTED))
    assert signals.distance.factor()[0] == 0.96
    signals.on_event(used(WORN, 140.0))
    run(signals, 141, 0.0)
    assert signals.distance.factor()[0] == 1.05


def test_the_other_foot_may_change_its_pod_without_a_word():
    """The pod that leads goes on; the total is its own."""
    signals = Signals(SETTINGS)
    signals.on_event(used(LIKELIEST))
    for second in range(60):
        signals.on_event(packet(1.0 + second, 4.0 * second))
        signals.on_event(replace(packet(1.5 + second, 4.0 * second), source=Source.POD_2))
        if second == 30:
            signals.on_event(replace(used(WORN, 31.6), source=Source.POD_2))
    latest = signals.distance.latest()
    assert latest is not None
    assert latest[1] == pytest.approx(59 * 4.0 * 0.96, abs=0.5)


def test_a_charge_is_that_of_the_sensor_that_is_used():
    """The strap that takes over has not told its own yet."""
    signals = Signals(SignalSettings())
    signals.on_event(LinkChanged(Seconds(0.0), Source.STRAP, LinkState.CONNECTED, "A", 80, device=1))
    signals.on_event(LinkChanged(Seconds(40.0), Source.STRAP, LinkState.CONNECTED, "B", None, device=2))
    (strap,) = signals.sensors(Seconds(40.0))
    assert (strap.name, strap.battery_percent) == ("B", None)
