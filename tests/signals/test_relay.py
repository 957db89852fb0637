"""Forwarded values: how late they are, which way is the freshest, and that a change of ways moves nothing."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from itertools import pairwise
from random import Random

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.signals.config import PooledSensor, SignalSettings
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Rejected,
    Relayed,
    Reported,
    SensorChanged,
    SensorState,
    Source,
)
from coach.signals.sensors import SenderClock
from coach.signals.signals import Signals


def heart(bpm, at, *, by="", sent_s=None, rr=False):
    """A packet of the strap, by the radio or forwarded."""
    payload = bytes([0x10, bpm, 0x90, 0x01]) if rr else bytes([0, bpm])
    relayed = Relayed(by, "", at, sent_s) if by else None
    return Notified(at, Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, payload, relayed=relayed)


def foot(metres, at, *, by="", sent_s=None, speed=4.0):
    """A packet of the pod."""
    payload = bytes(RunningSpeedCadenceMeasurement(speed, 88, None, metres, True, b""))
    relayed = Relayed(by, "", at, sent_s) if by else None
    return Notified(at, Source.POD, Characteristic.RSC_MEASUREMENT, payload, relayed=relayed)


def values(at, *, by="phone", sent_s=None, source=Source.RELAY, sensor="", **numbers):
    """Decoded values."""
    return Reported(at, source, relayed=Relayed(by, sensor, at, sent_s), **numbers)


def signals_that_wait():
    """Signals of a run in which something will be forwarded."""
    signals = Signals(SignalSettings())
    signals.on_event(LinkChanged(0.0, Source.RELAY, LinkState.SEARCHING))
    return signals


def test_the_quickest_message_tells_how_late_the_others_are():
    """With a clock a year off, each delay is known to a hair once a quick message came."""
    clock, luck = SenderClock(), Random(4)
    true = [(0.05 if second == 3 else luck.uniform(0.05, 0.35), second) for second in range(60)]
    told = [clock.delay(second + delay, second + 3e7) for delay, second in true]
    assert told[4:] == pytest.approx([delay - 0.05 for delay, _ in true[4:]], abs=1e-6)
    assert clock.usual_delay() == pytest.approx(0.15, abs=0.1)


def test_a_clock_that_drifts_is_followed():
    """A phone that gains 50 ppm is off by 0.36 s after two hours, and its delays by 15 ms at most."""
    clock = SenderClock()
    told = [clock.delay(second + 0.1, second * (1 - 50e-6)) for second in range(7200)]
    assert max(told) <= 0.0151


def test_a_clock_that_is_set_back_starts_anew():
    """Two messages are taken for late; with the third the clock was set."""
    clock = SenderClock()
    for second in range(30):
        clock.delay(second + 0.1, 1000.0 + second)
    told = [clock.delay(second + 0.1, 940.0 + second) for second in range(30, 40)]
    assert told[:2] == pytest.approx([60.0, 60.0])
    assert told[2:] == pytest.approx([0.0] * 8)


def test_a_clock_that_is_set_forward_is_followed_at_once():
    """Nothing arrives before it was sent."""
    clock = SenderClock()
    clock.delay(0.1, 1000.0)
    assert clock.delay(1.1, 1061.0) == 0.0


def test_a_value_counts_at_its_own_time():
    """A heart rate that was held up for 1.5 s is 1.5 s old when it comes, and ages from there."""
    signals = signals_that_wait()
    signals.on_event(heart(150, 10.0, by="phone", sent_s=500.0))
    signals.on_event(heart(151, 12.5, by="phone", sent_s=501.0))
    reading = signals.heart_rate()
    assert reading is not None
    assert (reading.at, reading.value) == (11.0, 151.0)


def test_the_same_packet_by_two_ways_counts_once():
    """The radio's packet and its copy by a gateway are one beat count, whichever comes first."""
    for first, second in (("", "gw1"), ("gw1", ""), ("gw1", "gw2")):
        signals = signals_that_wait()
        seen = []
        for at in range(10, 20):
            for by, lag in ((first, 0.0), (second, 0.3)):
                signals.on_event(
                    heart(150 + at % 3, at + lag, by=by, sent_s=float(at) if by else None, rr=True)
                )
                reading = signals.heart_rate()
                assert reading is not None
                seen.append(reading.at)
        if second:  # the radio's own packet counts in any case
            assert seen == [float(at) for at in range(10, 20) for _ in range(2)]


def test_of_one_sensor_the_freshest_way_wins():
    """The gateway fills the radio's silence within a second, and the radio its silence."""
    signals = signals_that_wait()
    ages = []
    for at in range(10, 60):
        if not 20 <= at < 30 and not 40 <= at < 45:
            signals.on_event(foot(4.0 * at, at + 0.0))
        if not 32 <= at < 50:
            signals.on_event(foot(4.0 * at, at + 0.2, by="gw1", sent_s=at + 777.0))
        reading = signals.speed()
        assert reading is not None
        ages.append(at + 0.2 - reading.at)
    assert max(ages[:30]) == pytest.approx(0.2)
    assert signals.distance.latest() == (59.0, pytest.approx(4.0 * 49))
    assert not signals.distance.gaps(10.0, 40.0)
    assert signals.distance.gaps(40.0, 60.0) == ()


def test_counts_of_two_phones_are_joined():
    """Each phone counts from its own zero; the metres go on, and its count fills the hole."""
    signals = signals_that_wait()
    rejected = []
    for at in range(10, 80):
        if at < 40:
            rejected += signals.on_event(
                values(
                    at + 0.1,
                    by="one",
                    sensor="pod",
                    source=Source.POD,
                    sent_s=at + 5.0,
                    speed=4.0,
                    distance=4.0 * at,
                )
            )
        if not 35 <= at < 50:
            rejected += signals.on_event(
                values(
                    at + 0.2,
                    by="two",
                    sensor="pod",
                    source=Source.POD,
                    sent_s=at + 9.0,
                    speed=4.0,
                    distance=9000.0 + 4.0 * at,
                )
            )
    latest = signals.distance.latest()
    assert latest is not None
    assert latest[1] == pytest.approx(4.0 * 69, abs=0.5)
    assert [event for event in rejected if isinstance(event, Rejected)] == []


def test_a_second_sensor_waits_until_the_first_is_silent():
    """Two watches that both claim to be the relay do not take turns."""
    signals = signals_that_wait()
    for at in range(10, 30):
        if at < 20:
            signals.on_event(values(at + 0.0, by="one", sensor="a", heart_rate=140.0))
        signals.on_event(values(at + 0.5, by="two", sensor="b", heart_rate=170.0))
        reading = signals.heart_rate()
        assert reading is not None
        assert reading.value == (140.0 if at < 22 else 170.0)


def test_what_is_too_old_is_no_news():
    """A message that was on its way for 31 s changes nothing."""
    signals = signals_that_wait()
    signals.on_event(values(10.0, sent_s=10.0, heart_rate=140.0))
    signals.on_event(values(60.0, sent_s=28.9, heart_rate=170.0))
    reading = signals.heart_rate()
    assert reading is not None
    assert reading.value == 140.0


def test_a_stated_age_counts():
    """A sender without a clock may say how old a value is."""
    signals = signals_that_wait()
    signals.on_event(
        Reported(20.0, Source.RELAY, heart_rate=140.0, relayed=Relayed("phone", "", 20.0, None, 1.25))
    )
    reading = signals.heart_rate()
    assert reading is not None
    assert reading.at == 18.75


def test_the_sensor_row_says_who_forwards_it_and_how_late():
    """The delay is told with the sensor, in an event once it is learnt, and in the row."""
    signals, luck = signals_that_wait(), Random(2)
    events = []
    for at in range(10, 40):
        delay_s = 0.0 if at == 10 else luck.uniform(0.8, 1.0)
        events += signals.on_event(heart(150, at + delay_s, by="phone", sent_s=at + 99.0))
    told = [event for event in events if isinstance(event, SensorChanged)]
    assert [(event.state, event.by) for event in told] == [(SensorState.LIVE, "phone")] * 2
    assert told[0].delay_s is None
    assert told[1].delay_s == pytest.approx(0.9, abs=0.1)
    (row,) = signals.sensors(40.0)
    assert (row.source, row.by) == (Source.STRAP, "phone")
    assert row.delay_s == pytest.approx(0.9, abs=0.1)


def test_a_relay_that_names_its_sensors_has_no_row_of_its_own():
    """The row that looked for anything is gone once the strap came by it, and stays where nothing is named."""
    signals = signals_that_wait()
    assert [row.source for row in signals.sensors(1.0)] == [Source.RELAY]
    signals.on_event(heart(150, 10.0, by="gw1", sent_s=1.0))
    assert [row.source for row in signals.sensors(10.0)] == [Source.STRAP]
    signals.on_event(values(11.0, heart_rate=120.0))
    assert [row.source for row in signals.sensors(11.0)] == [Source.STRAP, Source.RELAY]


def test_the_source_changes_once_in_a_step_at_most():
    """A forwarded pod that comes and goes hands over to the watch once; the next step begins with the pod again."""
    signals = signals_that_wait()
    used = []
    for at in range(10, 200):
        if at % 20 >= 10:
            signals.on_event(foot(4.0 * at, at + 0.1, by="gw1", sent_s=float(at)))
        signals.on_event(
            values(at + 0.4, by="wrist", sensor="watch", source=Source.WATCH, sent_s=float(at), speed=4.1)
        )
        if at == 100:
            signals.distance.apply()  # a step begins
        speed = signals.speed()
        assert speed is not None
        assert speed.source is signals.distance.last_source()
        used.append(speed.source)
    changes = [at for at, (one, two) in enumerate(pairwise(used), 11) if one is not two]
    in_first, in_second = ([at for at in changes if (at > 100) is late] for late in (False, True))
    assert len(in_first) == 1
    assert len(in_second) <= 2  # to the pod with the step, and from it
    assert used[-1] is Source.WATCH


def test_a_source_that_is_lost_for_good_is_replaced_although_one_was_changed():
    """With the pod gone and then the watch, the pod that is back measures after 8 s: nothing else does."""
    signals = signals_that_wait()
    for at in range(10, 80):
        if at < 20 or at >= 40:
            signals.on_event(foot(4.0 * at, at + 0.1, by="gw1", sent_s=float(at)))
        if at < 50:
            signals.on_event(
                values(at + 0.4, by="wrist", sensor="watch", source=Source.WATCH, sent_s=float(at), speed=4.1)
            )
        expected = Source.POD if at < 23 or at >= 58 else Source.WATCH
        if at not in {22, 23, 57, 58, 59}:
            assert signals.distance.last_source() is expected, at


def test_of_several_pods_the_one_that_is_forwarded_keeps_its_own_factor():
    """Of three pods that may be worn the factor is that of the one that comes, and follows a change of pod."""
    pool = (PooledSensor(1, 1.0, 0.01), PooledSensor(2, 0.95, 0.01))
    signals = Signals(SignalSettings(learnt_of_pool=pool))

    def metres(device, name, start):
        for at in range(start, start + 10):
            relayed = Relayed("phone", name, at + 0.1, float(at), device=device)
            signals.on_event(Reported(at + 0.1, Source.POD, speed=4.0, distance=4.0 * at, relayed=relayed))
        return signals.speed()

    first, second = metres(2, "two", 10), metres(1, "one", 30)
    assert first is not None
    assert second is not None
    assert (first.value, first.at) == (pytest.approx(3.8), 19.1)
    assert (second.value, second.at) == (pytest.approx(4.0), 39.1)
