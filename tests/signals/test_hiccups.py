"""Heart rates with gaps: values that are missing now and then, that come seldom, or that come from no heart."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from itertools import cycle

import pytest

from coach.cues.cue import CueKind
from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement, TreadmillData
from coach.signals.config import SignalSettings
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Reported,
    SensorChanged,
    SensorState,
    Source,
)
from coach.signals.sensors import NO_BEATS, NO_CONTACT
from coach.signals.signals import Signals
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.cues.bench import Bench, step

BEATS = Characteristic.HEART_RATE_MEASUREMENT
LIVE, STALE, GONE = SensorState.LIVE, SensorState.STALE, SensorState.GONE
MINUTES_S = 15 * 60.0


def beat(at, bpm, contact=Contact.UNKNOWN, rr_s=()):
    """A strap's packet."""
    return Notified(at, Source.STRAP, BEATS, bytes(HeartRateMeasurement(float(bpm), contact, rr_s=rr_s)))


def heard(events, until=0.0):
    """Let signals hear events, each silence at its time; the signals, and the changes of the sensor."""
    signals, changes = Signals(SignalSettings()), []
    for event in events:
        changes += signals.fire(event.at) + signals.on_event(event)
    changes += signals.fire(until)
    return signals, [each for each in changes if isinstance(each, SensorChanged)]


def spaced(*spacings, until=MINUTES_S, bpm=160):
    """Packets of a strap with these spacings, over and over."""
    at, spacing = 1.0, cycle(spacings)
    while at < until:
        yield beat(at, bpm)
        at = round(at + next(spacing), 3)


def zeros(every, width, until=MINUTES_S):
    """A strap that sends each second, `width` times 0 in each `every` seconds."""
    return [beat(float(at), 0 if at % every < width else 160) for at in range(1, int(until))]


def coached(events):
    """Let a run at 140 to 150 bpm hear them; its cues of heart rate, and how often the strap changed its state."""
    target = StepTarget(Quantity.HEART_RATE, Band(140.0, 145.0, 150.0), "140 to 150")
    bench = Bench(step(Kind.WORK, seconds=3600, target=target), surface="road", pod=False)
    bench.start()
    for event in events:
        bench.receive(event)
    high = [cue for cue in bench.cues if cue.kind is CueKind.HEART_RATE_HIGH]
    return high, sum(isinstance(output, SensorChanged) for output in bench.outputs)


HICCUPS = {
    "one 0 in 30 s": zeros(30, 1),
    "two 0 in 20 s": zeros(20, 2),
    "a value every 4 s": list(spaced(4.0)),
    "a value every 4 to 5 s": list(spaced(4.0, 5.0, 4.4, 4.8)),
    "a value every 9 s": list(spaced(9.0, 8.5, 9.5)),
    "pairs of values 5 s apart": list(spaced(1.0, 5.0)),
    "zeros between values 5 s apart": zeros(5, 4),
    "one packet in six lost": list(spaced(1.0, 1.0, 1.0, 1.0, 2.0)),
}


@pytest.mark.parametrize("events", HICCUPS.values(), ids=HICCUPS)
def test_a_strap_that_hiccups_coaches_like_one_that_does_not(events):
    """15 min at 160 against 140 to 150: as many cues as with a value each second, or one fewer."""
    steady, _ = coached(spaced(1.0))
    cues, changes = coached(events)
    assert len(steady) >= 3
    assert len(cues) >= len(steady) - 1
    assert changes < 20


def test_the_period_is_settled_by_five_values_and_is_not_over_10_s():
    """Values every 5 s are stale in between until there were five of them; one of 12 s counts as 10."""
    signals, changes = heard(spaced(5.0, until=60.0))
    assert [each.at for each in changes if each.state is STALE] == [
        pytest.approx(each) for each in (4, 9, 14, 19)
    ]
    assert signals.heart_rate().period_s == 5.0
    signals, _ = heard(spaced(12.0, until=120.0))
    assert signals.heart_rate().period_s == 10.0


def test_a_period_is_forgotten_when_the_values_come_each_second_again():
    """A strap that was slow for a minute is stale after 3 s again soon after."""
    slow = list(spaced(5.0, until=60.0))
    quick = [beat(60.0 + n, 160) for n in range(20)]
    signals, _ = heard(slow + quick)
    assert signals.heart_rate().period_s == 1.0
    assert signals.wake_at() == pytest.approx(82.0, abs=1e-3)


def test_a_lost_link_teaches_no_period():
    """A strap that is lost once a lap, each time for 12 s, sends each second still."""
    events, at = [], 0.0
    for _ in range(9):
        events += [beat(at, 150), beat(at + 1, 150), LinkChanged(at + 2, Source.STRAP, LinkState.LOST)]
        at += 13.0
    signals, _ = heard(events)
    assert signals.heart_rate().period_s == 1.0


def test_every_sender_teaches_its_own_period():
    """A pod, a belt and its heart rate each every 4 s: none is stale in between, and a gap of 20 s teaches nothing."""
    belt = bytes(TreadmillData(speed_kmh=12.0, distance_m=100.0))
    run = bytes(RunningSpeedCadenceMeasurement(3.0, 90, None, None))
    events = []
    for n in range(20):
        at = 4.0 * n + (20.0 if n > 10 else 0.0)
        events += [
            Notified(at, Source.TREADMILL, Characteristic.TREADMILL_DATA, belt),
            Notified(at, Source.POD, Characteristic.RSC_MEASUREMENT, run),
        ]
    events.insert(30, LinkChanged(events[29].at, Source.POD, LinkState.LOST))
    events.insert(30, LinkChanged(events[29].at, Source.TREADMILL, LinkState.LOST))
    signals, changes = heard(events)
    assert signals.speed().period_s == 4.0
    assert signals.speed_of(Source.TREADMILL).period_s == 4.0
    late = [each for each in changes if each.at > 20 and not 40 <= each.at <= 70]
    assert late == []


@pytest.mark.parametrize("bpm", [0, 255], ids=["0 bpm", "255 bpm"])
def test_no_heart_rate_for_good_is_a_lost_strap(bpm):
    """Packets without a heart rate are told like silence: stale after 3 s, gone after 8, and the row says why."""
    events = [*(beat(float(n), 150) for n in range(10)), *(beat(float(n), bpm) for n in range(10, 40))]
    signals, changes = heard(events, until=40.0)
    assert [(each.state, round(each.at)) for each in changes] == [(LIVE, 0), (STALE, 12), (GONE, 17)]
    assert signals.sensors(40.0)[0].doubt == NO_BEATS
    assert signals.on_event(beat(41.0, 150))[0].state is LIVE
    assert signals.sensors(41.0)[0].doubt == ""


def test_a_report_without_a_heart_rate_is_no_sign_of_life():
    """A stream that tells 0 bpm and nothing else is lost too; one that tells a speed beside it is not."""
    _, changes = heard(
        [Reported(float(n), Source.STRAP, heart_rate=150.0 if n < 9 else 0.0) for n in range(30)]
    )
    assert [each.state for each in changes] == [LIVE, STALE, GONE]
    _, changes = heard([Reported(float(n), Source.WATCH, heart_rate=0.0, speed=3.0) for n in range(30)])
    assert [each.state for each in changes] == [LIVE]


def test_no_contact_for_good_is_a_lost_strap():
    """A strap that had contact and sends its last value without it is gone within 20 s, moving values or not."""
    worn = [beat(float(n), 150, Contact.DETECTED) for n in range(10)]
    for bpm in (lambda _: 150, lambda n: 150 + n % 3):
        loose = [beat(float(n), bpm(n), Contact.NOT_DETECTED) for n in range(10, 60)]
        signals, changes = heard(worn + loose, until=60.0)
        assert [each.state for each in changes] == [LIVE, STALE, GONE]
        assert changes[-1].at < 30.0
        assert signals.sensors(60.0)[0].doubt == NO_CONTACT


def test_no_contact_is_a_hint_as_long_as_a_heart_is_seen():
    """Beats between which values change are a heart's, and a strap that never reports contact is believed."""
    worn = [beat(float(n), 150, Contact.DETECTED) for n in range(10)]
    beating = [beat(float(n), 150 + n % 3, Contact.NOT_DETECTED, (0.4,)) for n in range(10, 120)]
    never = [beat(float(n), 84 + n // 50, Contact.NOT_DETECTED) for n in range(120)]
    for events in (worn + beating, never):
        assert [each.state for each in heard(events)[1]] == [LIVE]


def test_a_strap_on_a_table_is_lost():
    """One value for minutes, never with contact: no heart."""
    _, changes = heard([beat(float(n), 84, Contact.NOT_DETECTED) for n in range(120)])
    assert [each.state for each in changes] == [LIVE, STALE, GONE]
