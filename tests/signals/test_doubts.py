"""Pods that lose their speed, rejections that are not repeated, and the cadence count that is learnt."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import (
    RunningPowerMeasurement,
    RunningSpeedCadenceMeasurement,
    TreadmillData,
)
from coach.gatt.services import CoreBodyTemperature, MuscleOxygen
from coach.signals.config import SignalSettings
from coach.signals.readings import (
    Characteristic,
    Learnt,
    Notified,
    Rejected,
    RejectionThrottle,
    Reported,
    Source,
)
from coach.signals.signals import Signals

RUNNING = Characteristic.RSC_MEASUREMENT
HEART_RATE = Characteristic.HEART_RATE_MEASUREMENT


def notified(at, what, value, source=Source.POD):
    """A value as its sensor sends it."""
    return Notified(at, source, what, bytes(value))


def taken(*events, settings=None):
    """Signals that took these events, and what they told."""
    signals = Signals(settings or SignalSettings())
    told = [each for event in events for each in signals.on_event(event)]
    return signals, told


def foot(at, speed, cadence, distance=None):
    """A packet of a footpod that counts both feet."""
    return notified(at, RUNNING, RunningSpeedCadenceMeasurement(speed, cadence, distance=distance))


def on_belt(at, data):
    """A packet of a treadmill."""
    return notified(at, Characteristic.TREADMILL_DATA, data, Source.TREADMILL)


BOTH = SignalSettings(cadence_counts={Source.POD: 1})


def test_a_speed_of_0_beside_running_legs_is_no_speed():
    """After 5 s of 0 m/s beside a cadence that lives, the speed is not taken any more, and that is told once."""
    lost = [foot(10.0 + n, 0.0, 178 + n % 3) for n in range(12)]
    signals, told = taken(*(foot(n, 4.0, 180) for n in range(10)), *lost, settings=BOTH)
    speed, cadence = signals.speed(), signals.cadence()
    assert speed is not None
    assert cadence is not None
    assert (speed.at, cadence.at) == (14.0, 21.0)
    assert [each.reason for each in told if isinstance(each, Rejected)] == [
        "a speed of 0 at 180 steps per minute"
    ]


def test_a_slow_cadence_beside_a_speed_of_0_is_a_stop():
    """Legs that come to rest are no doubt, and the next time they go on without a speed is a new one."""
    lost = [foot(10.0 + n, 0.0, 178 + n % 3) for n in range(3)]
    rest = [foot(13.0 + n, 0.0, 0) for n in range(5)]
    again = [foot(18.0 + n, 0.0, 178 + n % 3) for n in range(4)]
    signals, told = taken(foot(9.0, 4.0, 180), *lost, *rest, *again, settings=BOTH)
    speed = signals.speed()
    assert speed is not None
    assert speed.at == 21.0
    assert not any(isinstance(each, Rejected) for each in told)


def test_a_pod_without_a_counter_is_never_late():
    """Without metres nothing tells whether a packet after a stall was held back: it is of now."""
    signals, _ = taken(foot(0.0, 4.0, 180), foot(1.0, 4.0, 180), foot(9.0, 4.0, 180), settings=BOTH)
    speed = signals.speed()
    assert speed is not None
    assert speed.at == 9.0


def test_a_stop_is_a_stop_though_the_pod_holds_its_cadence():
    """Pods repeat the cadence they had when the runner stops: 0 m/s is then believed as long as it lasts."""
    signals, told = taken(
        *(foot(n, 4.0, 180) for n in range(10)), *(foot(10.0 + n, 0.0, 164) for n in range(12))
    )
    speed = signals.speed()
    assert speed is not None
    assert (speed.at, speed.value) == (21.0, 0.0)
    assert not any(isinstance(each, Rejected) for each in told)


def test_nonsense_is_told_once_and_then_counted():
    """A strap that speaks nonsense every second for two minutes is told every 30 s, with the count of the rest."""
    _, told = taken(*(Notified(float(n), Source.STRAP, HEART_RATE, b"\x16") for n in range(121)))
    assert [(each.at, each.reason.partition(", after")[2]) for each in told] == [
        (0.0, ""),
        (30.0, " 29 more that were rejected"),
        (60.0, " 29 more that were rejected"),
        (90.0, " 29 more that were rejected"),
        (120.0, " 29 more that were rejected"),
    ]


def test_kinds_of_nonsense_do_not_hide_one_another():
    """Something else that goes wrong in the same second is told at once."""
    rejections = RejectionThrottle(30.0)
    assert rejections.emit(0.0, "heart_rate", "one") is not None
    assert rejections.emit(0.5, "heart_rate", "two") is None
    assert rejections.emit(0.5, "power", "three") is not None


def test_what_was_found_out_about_a_pod_is_told_once_and_shown():
    """After 20 s of running the run has learnt that the pod counts one foot, for the next run to know."""
    signals, told = taken(*(foot(n, 3.5, 86) for n in range(60)))
    assert [each for each in told if isinstance(each, Learnt)] == [
        Learnt(19.0, Source.POD, "cadence_count", 2.0)
    ]
    assert signals.sensors(60.0)[0].cadence_count == 2


def test_what_is_known_of_a_pod_is_shown_and_not_told():
    """A count that was set, or found before, is on the sensor's row from the first packet."""
    signals, told = taken(
        *(foot(n, 3.5, 86) for n in range(60)), settings=SignalSettings(learnt_cadence_counts={Source.POD: 2})
    )
    assert not any(isinstance(each, Learnt) for each in told)
    assert signals.sensors(60.0)[0].cadence_count == 2


def test_the_power_of_a_footpod_is_running_power():
    """What a pod sends on the cycling service is a runner's power, whatever else is in the packet."""
    signals, told = taken(
        notified(1.0, Characteristic.RUNNING_POWER, RunningPowerMeasurement(287, 0x2C, b"\0" * 6))
    )
    power = signals.power()
    assert power is not None
    assert (power.value, power.source) == (287, Source.POD)
    assert [type(each).__name__ for each in told] == ["SensorChanged"]


def test_a_power_below_zero_is_told_and_not_used():
    """The field is signed, but no runner's power is."""
    signals, told = taken(notified(1.0, Characteristic.RUNNING_POWER, RunningPowerMeasurement(-3)))
    assert signals.power() is None
    assert [each.what for each in told if isinstance(each, Rejected)] == ["power"]


def test_a_treadmill_drives_the_distance_by_differences():
    """A belt whose counter stands at a lifetime's metres adds what it ran, and its incline is a metric."""
    belt = [TreadmillData(14.4, distance_m=812_000 + 4.0 * n, incline_percent=1.0) for n in range(11)]
    signals, told = taken(*(on_belt(float(n), data) for n, data in enumerate(belt)))
    latest, incline = signals.distance.latest(), signals.metric("incline_percent")
    assert latest is not None
    assert latest[1] == pytest.approx(40.0)
    assert signals.distance.last_source() is Source.TREADMILL
    assert incline is not None
    assert incline.value == 1.0
    assert not any(isinstance(each, Rejected) for each in told)


def test_a_treadmill_that_leaves_its_speed_out_is_counted_by_its_distance():
    """With bit 0 set there is no speed: none is made up, the metres count all the same."""
    signals, _ = taken(*(on_belt(float(n), TreadmillData(distance_m=40.0 + 3 * n)) for n in range(6)))
    latest = signals.distance.latest()
    assert latest is not None
    assert latest[1] == pytest.approx(15.0)
    assert signals.speed() is None


def test_a_treadmill_that_speaks_as_a_footpod_too_is_counted_once():
    """The belt's metres count, the footpod's cadence is taken, and neither counter is doubted for the other."""
    events: list[Notified] = []
    for n in range(11):
        events.append(on_belt(float(n), TreadmillData(14.4, distance_m=812_000 + 4.0 * n)))
        steps = RunningSpeedCadenceMeasurement(4.1, 172, distance=5000.0 + round(4.1 * n, 1))
        events.append(notified(n + 0.4, RUNNING, steps, Source.TREADMILL))
    signals, told = taken(*events)
    latest, cadence = signals.distance.latest(), signals.cadence()
    assert latest is not None
    assert latest[1] == pytest.approx(40.0)
    assert cadence is not None
    assert cadence.value == 172
    assert not any(isinstance(each, Rejected) for each in told)


def test_temperatures_and_muscle_oxygen_are_metrics():
    """CORE and Moxy are read by name, each from its own source; no other name is known."""
    core = notified(
        1.0,
        Characteristic.CORE_BODY_TEMPERATURE,
        CoreBodyTemperature(38.2, 34.1, quality_and_state=3),
        Source.CORE,
    )
    moxy = notified(2.0, Characteristic.MUSCLE_OXYGEN, MuscleOxygen(7, 61.5, 62.0, 12.1), Source.MUSCLE)
    signals, _ = taken(core, moxy)
    found = {
        name: signals.metric(name)
        for name in ("core_temperature_c", "skin_temperature_c", "smo2_percent", "lactate")
    }
    assert {name: reading and (reading.value, reading.source.value) for name, reading in found.items()} == {
        "core_temperature_c": (38.2, "core"),
        "skin_temperature_c": (34.1, "core"),
        "smo2_percent": (61.5, "muscle"),
        "lactate": None,
    }


def test_a_temperature_the_sensor_calls_poor_is_no_temperature():
    """While CORE settles its core temperature is not used; the skin's is measured all the same."""
    core = notified(
        1.0,
        Characteristic.CORE_BODY_TEMPERATURE,
        CoreBodyTemperature(36.0, 33.0, quality_and_state=1),
        Source.CORE,
    )
    signals, _ = taken(core)
    assert signals.metric("core_temperature_c") is None
    assert signals.metric("skin_temperature_c") is not None


def test_a_metric_that_cannot_be_is_told():
    """A saturation of 102 % is "no tissue", not a value; a metric of one's own may be any number."""
    signals, told = taken(
        notified(1.0, Characteristic.MUSCLE_OXYGEN, MuscleOxygen(7, 102.2, 62.0, 12.1), Source.MUSCLE),
        Reported(2.0, Source.WATCH, metrics=(("lactate_mmol", 3.4), ("core_temperature_c", float("nan")))),
    )
    assert signals.metric("smo2_percent") is None
    assert signals.metric("core_temperature_c") is None
    lactate = signals.metric("lactate_mmol")
    assert lactate is not None
    assert lactate.value == 3.4
    assert [each.what for each in told if isinstance(each, Rejected)] == [
        "smo2_percent",
        "core_temperature_c",
    ]


def test_the_heart_rate_says_since_when_it_is_clean():
    """None before the first value; from then on its time, and after a gap that of the first new one."""
    beats = [
        notified(float(n), HEART_RATE, HeartRateMeasurement(140.0), Source.STRAP) for n in (5, 6, 7, 20, 21)
    ]
    signals, _ = taken(*beats[:3])
    assert signals.heart_rate_clean_since() == 5.0
    for event in beats[3:]:
        signals.on_event(event)
    assert signals.heart_rate_clean_since() == 20.0
    assert taken()[0].heart_rate_clean_since() is None


def test_a_dropout_of_the_strap_is_no_value():
    """0 bpm on the wire is a dropout: never a value, never a fault, and a single one ends no clean stretch."""
    beats = [
        notified(float(n), HEART_RATE, HeartRateMeasurement(bpm), Source.STRAP)
        for n, bpm in ((1, 150.0), (2, 0.0))
    ]
    signals, told = taken(*beats)
    assert signals.heart_rate().at == 1.0
    assert signals.heart_rate_clean_since() == 1.0
    assert not any(isinstance(each, Rejected) for each in told)


def test_a_heart_rate_that_counts_steps_says_so_on_its_row():
    """The doubt is on the sensor's row, with the value still shown."""
    signals = Signals(BOTH)
    for n in range(120):
        signals.on_event(foot(n, 3.0, 172))
        signals.on_event(
            notified(n + 0.5, HEART_RATE, HeartRateMeasurement(140.0 if n < 80 else 172.0), Source.STRAP)
        )
    rows = {row.source: row for row in signals.sensors(120.0)}
    assert rows[Source.STRAP].doubt == "follows the cadence"
    assert signals.heart_rate_clean_since() is None
    beat = signals.heart_rate()
    assert beat is not None
    assert beat.value == 172.0


@given(
    st.lists(
        st.tuples(st.sampled_from(Characteristic), st.sampled_from(Source), st.binary(max_size=24)),
        max_size=80,
    )
)
def test_a_sensor_that_speaks_nonsense_cannot_flood_a_run(spoken):
    """Whatever bytes come, once a second from any sensor, of one kind no two rejections are within 30 s."""
    _, told = taken(
        *(Notified(float(n), source, what, payload) for n, (what, source, payload) in enumerate(spoken))
    )
    last: dict[str, float] = {}
    for each in told:
        if isinstance(each, Rejected):
            assert each.at - last.get(each.what, -30.0) >= 30.0
            last[each.what] = each.at


def stalled(held, *, from_s=20, to_s=30):
    """A pod at 4 m/s for 60 s, one packet a second; those of a stall come at its end (`held`), or never."""
    for n in range(60):
        if not from_s <= n < to_s:
            yield foot(float(n), 4.0, 180, 4.0 * n)
        elif held and n == to_s - 1:
            for late in range(held):
                yield foot(to_s - 1 + 0.01 * late, 4.0, 180, 4.0 * (to_s - held + late))


def test_packets_held_back_are_put_where_they_were_measured():
    """After 10 s of silence ten packets come at once: the line at 100 m was crossed at 25 s, not at 29."""
    signals, told = taken(*stalled(10), settings=BOTH)
    assert signals.distance.time_at(100.0, 0.0) == pytest.approx(25.0, abs=0.2)
    assert signals.distance.latest() == (59.0, pytest.approx(236.0))
    assert not any(isinstance(each, Rejected) for each in told)


def test_a_burst_of_the_last_few_is_put_at_its_end():
    """A radio that kept only the last four of ten has them 4 to 1 s old; the gap before them is even."""
    signals, _ = taken(*stalled(4), settings=BOTH)
    for metres in (90.0, 100.0, 110.0):
        assert signals.distance.time_at(metres, 0.0) == pytest.approx(metres / 4.0, abs=0.3)


def test_a_speed_that_was_held_back_is_as_old_as_it_is():
    """The first packet of a burst is not taken for now: nothing is said because of it; the last one is."""
    signals = Signals(BOTH)
    ages = []
    for event in stalled(10):
        signals.on_event(event)
        reading = signals.speed()
        assert reading is not None
        if 29.0 <= event.at < 29.2:
            ages.append(event.at - reading.at)
    assert ages == pytest.approx(list(range(9, -1, -1)), abs=0.1)


def test_a_link_that_was_lost_brings_one_packet_and_it_is_of_now():
    """Without a burst the counter has gone on for all of the gap: the packet is of now, the gap is even."""
    signals, _ = taken(*stalled(0), settings=BOTH)
    assert signals.distance.time_at(100.0, 0.0) == pytest.approx(25.0, abs=0.1)


def test_after_a_long_silence_nothing_is_late():
    """A pod that slept through a rest of 40 s and wakes a metre further on speaks of now."""
    before = [foot(float(n), 4.0, 180, 4.0 * n) for n in range(20)]
    signals, _ = taken(*before, foot(60.0, 4.0, 180, 80.0), settings=BOTH)
    reading = signals.speed()
    assert reading is not None
    assert reading.at == 60.0


def test_a_runner_who_stood_while_the_link_was_lost_is_late_for_a_packet():
    """A counter that stood looks like one that is late; the very next packet is of now again."""
    before = [foot(float(n), 4.0, 180, 4.0 * n) for n in range(20)]
    after = [foot(40.0 + n, 4.0, 180, 4.0 * (25 + n)) for n in range(10)]
    signals, _ = taken(*before, *after, settings=BOTH)
    reading, latest = signals.speed(), signals.distance.latest()
    assert reading is not None
    assert latest is not None
    assert (reading.at, latest[0], latest[1]) == (49.0, 49.0, pytest.approx(136.0))
