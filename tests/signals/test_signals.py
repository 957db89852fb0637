"""Which values of the sensors are believed."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from math import inf, isfinite, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import (
    Characteristic,
    Freshness,
    LinkChanged,
    LinkState,
    Notified,
    Reading,
    Rejected,
    Reported,
    SensorChanged,
    SensorState,
    Source,
    freshness,
)
from coach.signals.signals import Signals

HEART_RATE = Characteristic.HEART_RATE_MEASUREMENT
RUNNING = Characteristic.RSC_MEASUREMENT
BATTERY = Characteristic.BATTERY_LEVEL


def beats(at, bpm, source=Source.STRAP):
    """A strap's notification."""
    return Notified(at, source, HEART_RATE, bytes(HeartRateMeasurement(float(bpm))))


def strides(at, speed, cadence, distance=None, source=Source.POD):
    """A pod's notification."""
    return Notified(
        at, source, RUNNING, bytes(RunningSpeedCadenceMeasurement(speed, cadence, None, distance))
    )


def fed(*events, **changes):
    """Signals that took some events."""
    signals = Signals(SignalSettings(**changes))
    for event in events:
        signals.on_event(event)
    return signals


def test_knows_nothing_at_first():
    """Before the first input there is no reading and no deadline."""
    signals = fed()
    assert signals.heart_rate() is None
    assert signals.speed() is None
    assert signals.cadence() is None
    assert signals.power() is None
    assert signals.display_value(None, 0.0) is None
    assert signals.sensors(0.0) == ()
    assert signals.wake_at() is None
    assert signals.fire(1000.0) == []


def test_a_strap_and_a_pod_are_read():
    """One packet of each gives heart rate, speed, cadence of both feet and a distance."""
    signals = fed(strides(1.0, 4.0, 88, 1000.0), beats(1.4, 151), strides(2.0, 4.0, 88, 1004.0))
    assert signals.heart_rate() == Reading(1.4, 151.0, Source.STRAP, 1.0)
    assert signals.speed() == Reading(2.0, 4.0, Source.POD, 1.0)
    assert signals.cadence() == Reading(2.0, 176.0, Source.POD, 1.0)
    assert signals.distance.latest() == (2.0, pytest.approx(4.0))


def test_a_heart_rate_of_0_was_a_live_strap_without_a_value():
    """In runs recorded before gaps were forgiven HR 0 kept the sensor alive; it never replaced the value before."""
    signals = fed(beats(0.0, 150), forgives_gaps=False)
    for second in range(1, 6):
        assert signals.on_event(beats(float(second), 0)) == []
        assert signals.fire(float(second)) == []
    assert signals.heart_rate() == Reading(0.0, 150.0, Source.STRAP, 1.0)
    assert signals.display_value(signals.heart_rate(), 5.0).freshness is Freshness.STALE
    assert signals.sensors(5.0)[0].state is SensorState.LIVE
    assert signals.heart_rate_clean_since() is None
    report = Reported(6.0, Source.STRAP, heart_rate=0.0)
    assert signals.on_event(report) == []
    assert signals.sensors(6.0)[0].state is SensorState.LIVE


def test_the_strap_is_believed_before_the_wrist_until_it_is_stale():
    """A wrist's heart rate counts only once the strap's has been silent for three seconds, and not after."""
    signals = fed(beats(0.0, 150), beats(0.5, 120, Source.WATCH), beats(2.9, 121, Source.WATCH))
    assert signals.heart_rate().value == 150
    signals.on_event(beats(3.9, 122, Source.WATCH))
    assert signals.heart_rate() == Reading(3.9, 122.0, Source.WATCH, 1.0)
    signals.on_event(beats(5.0, 152))
    assert signals.heart_rate().value == 152


def test_the_newest_of_all_is_kept_when_every_source_is_stale():
    """After a long silence the last value is still there with its time; its use is asked elsewhere."""
    signals = fed(beats(0.0, 150), beats(20.0, 130, Source.WATCH))
    signals.fire(100.0)
    assert signals.heart_rate() == Reading(20.0, 130.0, Source.WATCH, 1.0)


def test_the_speed_is_of_the_best_source():
    """A pod's speed comes before a watch's; without the pod the watch's is taken."""
    signals = fed(strides(0.0, 4.0, 88), Reported(0.2, Source.WATCH, speed=4.4))
    assert signals.speed().source is Source.POD
    signals.on_event(Reported(4.2, Source.WATCH, speed=4.3))
    assert signals.speed() == Reading(4.2, 4.3, Source.WATCH, 1.0)


def test_the_speed_is_by_the_pods_factor():
    """A pod known to read long 2 % shows the true speed."""
    signals = fed(strides(0.0, 4.0, 88), learnt=(LearntFactor(Source.POD, 0.98, 0.004),))
    assert signals.speed().value == pytest.approx(3.92)


def test_a_value_is_shown_with_its_age_and_not_beyond_eight_seconds():
    """Live, held, stale with the age it has at that time, then no value at all."""
    signals = fed(beats(10.0, 150))
    reading = signals.heart_rate()
    assert [signals.display_value(reading, at).freshness for at in (10.0, 12.0, 12.5, 13.5)] == [
        Freshness.LIVE,
        Freshness.LIVE,
        Freshness.HELD,
        Freshness.STALE,
    ]
    assert signals.display_value(reading, 13.5).age_s == pytest.approx(3.5)
    assert signals.display_value(reading, 18.1) is None


@pytest.mark.parametrize(
    "event",
    [
        beats(1.0, 20),
        beats(1.0, 251),
        strides(1.0, 12.5, 90),
        Reported(1.0, Source.STRAP, heart_rate=nan),
        Reported(1.0, Source.STRAP, heart_rate=-70.0),
        Reported(1.0, Source.WATCH, speed=inf),
        Reported(1.0, Source.WATCH, speed=-1.0),
        Reported(1.0, Source.WATCH, distance=nan),
        Reported(1.0, Source.WATCH, distance=inf),
        Reported(1.0, Source.WATCH, cadence=301.0),
        Reported(1.0, Source.WATCH, cadence=nan),
        Reported(1.0, Source.POD, power=5000.0),
    ],
)
def test_what_no_runner_can_be_is_told_and_not_used(event):
    """An implausible value is one `Rejected` with its reason and no reading."""
    signals = Signals(SignalSettings())
    told = [each for each in signals.on_event(event) if isinstance(each, Rejected)]
    assert len(told) == 1
    assert told[0].at == 1.0
    assert told[0].what
    assert told[0].reason
    found = (
        signals.heart_rate(),
        signals.speed(),
        signals.cadence(),
        signals.power(),
        signals.distance.latest(),
    )
    assert found == (None,) * 5


def test_a_cadence_doubled_beyond_reason_is_told():
    """Once a sensor is known to count one foot, 160 of it are no cadence."""
    signals = fed(*(strides(float(second), 3.5, 86) for second in range(25)))
    told = signals.on_event(strides(25.0, 3.5, 160))
    assert [each.reason for each in told] == ["a cadence of 320 per minute"]
    assert signals.cadence().value == 172


def _unassigned(number):
    """A characteristic that has no decoder yet: the compiled core takes no plain int for one."""
    characteristic = int.__new__(Characteristic, number)
    characteristic._name_, characteristic._value_ = "UNASSIGNED", number
    return characteristic


@pytest.mark.parametrize(
    ("characteristic", "payload", "what"),
    [
        (HEART_RATE, "16", "heart_rate_measurement"),
        (RUNNING, "03ff", "rsc_measurement"),
        (BATTERY, "ff", "battery_level"),
        (_unassigned(0x2A00), "4142", "notification"),
    ],
)
def test_bytes_that_are_no_measurement_are_told(characteristic, payload, what):
    """Damaged bytes are a `Rejected`, do not make a sensor live, and leave the value before alone."""
    signals = fed(beats(0.0, 150))
    told = signals.on_event(Notified(1.0, Source.POD, characteristic, bytes.fromhex(payload)))
    assert [(type(each), each.what) for each in told] == [(Rejected, what)]
    assert [row.source for row in signals.sensors(1.0)] == [Source.STRAP]
    assert signals.heart_rate().value == 150


def test_a_leap_of_the_distance_is_told():
    """A counter that leaps is one `Rejected`, and the speed beside it is still believed."""
    signals = fed(strides(0.0, 4.0, 88, 100.0), strides(1.0, 4.0, 88, 104.0))
    told = signals.on_event(strides(2.0, 4.0, 88, 90_000.0))
    assert [(each.what, each.reason) for each in told] == [("rsc_measurement", "the distance jumped")]
    assert signals.speed().at == 2.0


def test_a_file_says_only_what_it_knows():
    """A reported value is taken as it is: cadence is of both feet already, power is kept, None is nothing."""
    event = Reported(
        5.0, Source.WATCH, 5.0, speed=3.0, distance=50.0, cadence=90.0, heart_rate=140, power=250.0
    )
    signals = fed(event)
    assert signals.speed() == Reading(5.0, 3.0, Source.WATCH, 5.0)
    assert signals.cadence() == Reading(5.0, 90.0, Source.WATCH, 5.0)
    assert signals.heart_rate() == Reading(5.0, 140.0, Source.WATCH, 5.0)
    assert signals.power() == Reading(5.0, 250.0, Source.WATCH, 5.0)
    signals.on_event(Reported(10.0, Source.WATCH, 5.0))
    assert signals.speed().at == 5.0
    assert signals.sensors(10.0)[0].age_s == 0.0


@pytest.mark.parametrize("period_s", [0.0, -1.0, nan, inf])
def test_a_period_that_is_none_counts_as_a_second(period_s):
    """A source that names no usable period is taken to speak once a second."""
    signals = fed(Reported(1.0, Source.WATCH, period_s, speed=3.0))
    assert signals.speed().period_s == 1.0


def test_a_step_back_in_time_counts_as_now():
    """An event dated before the last one is believed, at the time of the last."""
    signals = fed(beats(10.0, 150), beats(4.0, 151), beats(nan, 152))
    assert signals.heart_rate() == Reading(10.0, 152.0, Source.STRAP, 1.0)


def states(told):
    """Times and states of what was told of sensors."""
    return [(round(each.at, 3), each.sensor, each.state) for each in told if isinstance(each, SensorChanged)]


def test_a_sensor_goes_stale_and_gone_at_its_due_times():
    """Three seconds after the last packet it is stale, after eight gone, however late somebody wakes."""
    signals = Signals(SignalSettings())
    assert states(signals.on_event(beats(10.0, 150))) == [(10.0, Source.STRAP, SensorState.LIVE)]
    assert signals.on_event(beats(11.0, 150)) == []
    assert signals.wake_at() == pytest.approx(14.0, abs=1e-3)
    assert signals.fire(13.9) == []
    told = signals.fire(60.0)
    assert states(told) == [(14.0, Source.STRAP, SensorState.STALE), (19.0, Source.STRAP, SensorState.GONE)]
    assert [round(each.age_s, 3) for each in told] == [3.0, 8.0]
    assert signals.wake_at() is None
    assert states(signals.on_event(beats(70.0, 150))) == [(70.0, Source.STRAP, SensorState.LIVE)]


def test_waking_in_between_changes_nothing():
    """Settling at every due time tells the same as settling once at the end."""
    events = [beats(0.0, 150), strides(0.5, 4.0, 88), Reported(1.0, Source.WATCH, 5.0, speed=4.0)]
    once, often = fed(*events), fed(*events)
    told = []
    while (due := often.wake_at()) is not None:
        told += often.fire(due)
    assert told == once.fire(1000.0)
    assert [each.sensor for each in told] == [
        Source.STRAP,
        Source.POD,
        Source.STRAP,
        Source.POD,
        Source.WATCH,
        Source.WATCH,
    ]


def test_a_packet_at_the_very_limit_is_in_time():
    """Packets every three seconds never make a sensor stale."""
    signals = Signals(SignalSettings())
    for packet in range(200):
        at = 0.1 + 3.0 * packet
        assert signals.fire(at) == []
        signals.on_event(beats(at, 150))


def test_every_silence_has_one_telling_and_the_value_agrees():
    """When a sensor is told stale or gone, its value is just that by the freshness table."""
    signals = fed(beats(0.1, 150))
    for expected in (Freshness.STALE, Freshness.GONE):
        due = signals.wake_at()
        (told,) = signals.fire(due)
        assert told.state.value == expected.value
        assert freshness(due - 0.1, 1.0) is expected
        assert signals.sensors(due)[0].state is told.state


def test_the_radio_brings_name_battery_and_strength():
    """A sensor searched for has a row before it has a value; a battery is told once per level."""
    signals = Signals(SignalSettings())
    told = signals.on_event(LinkChanged(1.0, Source.STRAP, LinkState.SEARCHING))
    assert told == [SensorChanged(1.0, Source.STRAP, SensorState.SEARCHING)]
    assert signals.sensors(2.0)[0].age_s is None
    found = LinkChanged(2.0, Source.STRAP, LinkState.CONNECTED, "H10 \x1b[31m", 80, -70)
    assert signals.on_event(found) == [SensorChanged(2.0, Source.STRAP, SensorState.SEARCHING, None, 80)]
    assert signals.on_event(found) == []
    signals.on_event(beats(3.0, 150))
    assert signals.on_event(LinkChanged(4.0, Source.STRAP, LinkState.LOST)) == []
    row = signals.sensors(5.0)[0]
    assert (row.name, row.state, row.age_s, row.battery_percent, row.rssi_dbm) == (
        "H10 \x1b[31m",
        SensorState.LIVE,
        2.0,
        80,
        -70,
    )
    assert signals.on_event(LinkChanged(5.0, Source.STRAP, LinkState.CONNECTED, battery_percent=300)) == []


def test_a_battery_level_is_news_but_no_sign_of_life():
    """A battery notification tells the charge and leaves the sensor as stale as it was."""
    signals = fed(beats(0.0, 150))
    signals.fire(5.0)
    told = signals.on_event(Notified(6.0, Source.STRAP, BATTERY, b"\x0f"))
    assert told == [SensorChanged(6.0, Source.STRAP, SensorState.STALE, 6.0, 15)]
    assert signals.on_event(Notified(7.0, Source.STRAP, BATTERY, b"\x0f")) == []


any_float = st.floats(allow_nan=True, allow_infinity=True)
maybe = st.none() | any_float | st.floats(0, 300)
times = st.floats(0, 1e5) | any_float
events = st.one_of(
    st.builds(
        Notified,
        at=times,
        source=st.sampled_from(Source),
        characteristic=st.sampled_from(Characteristic),
        payload=st.binary(max_size=20),
        period_s=any_float,
    ),
    st.builds(
        Reported,
        at=times,
        source=st.sampled_from(Source),
        period_s=any_float,
        speed=maybe,
        distance=maybe,
        cadence=maybe,
        heart_rate=maybe,
        power=maybe,
    ),
    st.builds(
        LinkChanged,
        at=times,
        source=st.sampled_from(Source),
        state=st.sampled_from(LinkState),
        battery_percent=st.none() | st.integers(),
    ),
)


@settings(max_examples=200)
@given(st.lists(events, max_size=25))
def test_nothing_the_world_sends_raises(what_comes):
    """Any events give believable readings, a distance that never falls, and tellings in order of time."""
    signals = Signals(SignalSettings())
    now, run = 0.0, 0.0
    for event in what_comes:
        told = [*signals.fire(event.at)] if isfinite(event.at) else []
        told += signals.on_event(event)
        for each in told:
            assert each.at >= now
            now = each.at
        latest = signals.distance.latest()
        if latest is not None:
            assert run <= latest[1] < inf
            run = latest[1]
        beat, speed, cadence = signals.heart_rate(), signals.speed(), signals.cadence()
        assert beat is None or 25 <= beat.value <= 250
        assert speed is None or 0 <= speed.value <= 12
        assert cadence is None or 0 <= cadence.value <= 300
        for reading in filter(None, (beat, speed, cadence)):
            assert 0 <= reading.at < inf
            assert 0 < reading.period_s < inf
