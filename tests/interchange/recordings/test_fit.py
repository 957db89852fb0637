"""FIT files written by hand: whose the numbers are, and what presses, laps and odd contents become."""

from typing import Any

import pytest

from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.problems import RecordingProblem
from coach.session.phases import Pressed
from coach.signals.readings import Reported, Source
from tests.interchange.fit_writer import fit

MANUAL, DISTANCE = 0, 2
START, STOP_ALL = 0, 4
CYCLING, TREADMILL = 2, 1
FITNESS_EQUIPMENT, FOOT_POD, ANTPLUS = 17, 124, 1
STRYD = 95


def _read(*told: tuple[str, dict[str, Any]], developer: tuple[str, str] | None = None) -> ForeignRecording:
    return read_recording(fit(*told, developer=developer), name="x.fit")


def _records(count: int = 3, **values: Any) -> list[tuple[str, dict[str, Any]]]:
    """Samples a second apart."""
    return [
        ("record", {"at": second, "speed": 3.0, "distance": 3.0 * second} | values) for second in range(count)
    ]


def _reports(read: ForeignRecording) -> list[Reported]:
    return [one for one in read.inputs if isinstance(one, Reported)]


def _presses(read: ForeignRecording) -> list[tuple[str, float]]:
    return [(one.button.value, one.at) for one in read.inputs if isinstance(one, Pressed)]


def _timer(at: int, how: int) -> tuple[str, dict[str, Any]]:
    return "event", {"at": at, "event": 0, "how": how}


def test_a_watch_alone_is_the_watch():
    """Without a pod, speed, distance, cadence and power are the watch's."""
    read = _read(*_records(cadence=85, power=250))

    assert {one.source for one in _reports(read)} == {Source.WATCH}
    assert (_reports(read)[0].cadence, _reports(read)[0].power) == (170.0, 250.0)


def test_a_belt_that_speaks_is_the_treadmill():
    """A treadmill run with fitness equipment among the devices has its speed from the belt."""
    belt = ("device_info", {"source_type": ANTPLUS, "device_type": FITNESS_EQUIPMENT})
    read = _read(belt, ("session", {"sport": 1, "sub_sport": TREADMILL}), *_records())

    assert {one.source for one in _reports(read)} == {Source.TREADMILL}


def test_a_foot_pod_without_positions_is_the_pod():
    """Nothing but the pod can have measured a run without positions; its power is its own."""
    pod = ("device_info", {"source_type": ANTPLUS, "device_type": FOOT_POD})

    assert {one.source for one in _reports(_read(pod, *_records(power=200)))} == {Source.POD}


@pytest.mark.parametrize(("speed", "source"), [(3.0, Source.POD), (2.0, Source.WATCH)])
def test_with_positions_the_sum_of_the_speeds_decides(speed, source):
    """With a pod paired and positions there, the pod is the source only if the distance sums the speed."""
    pod = ("device_info", {"source_type": ANTPLUS, "device_type": FOOT_POD})
    read = _read(pod, *_records(60, speed=speed, latitude=1.0, longitude=1.0))

    assert {one.source for one in _reports(read)} == {source}


def test_samples_without_speed_do_not_decide():
    """Samples that lack speed or distance, or lie further apart, say nothing about who measured."""
    pod = ("device_info", {"source_type": ANTPLUS, "device_type": FOOT_POD})
    place = {"latitude": 1.0, "longitude": 1.0}
    told = [("record", {"at": second, "distance": 3.0 * second} | place) for second in range(60)]
    told += [
        ("record", {"at": 60 + 2 * second, "speed": 3.0, "distance": 180 + 6.0 * second} | place)
        for second in range(60)
    ]

    assert {one.source for one in _reports(_read(pod, *told))} == {Source.WATCH}


def test_a_developers_cadence_counts_as_its_values_say():
    """A pod's cadence in rpm or spm is of one foot or both as its values are; an unknown unit is nothing we know."""
    for unit, value, cadence in (("rpm", 88, 176.0), ("SPM", 176, 176.0), ("hops", 88, None)):
        read = _read(*_records(developer=value), developer=("Cadence", unit))
        assert {one.cadence for one in _reports(read)} == {cadence}


def test_another_sport_keeps_its_cadence():
    """A ride's cadence is left unchanged, which is reported."""
    read = _read(("session", {"sport": CYCLING}), *_records(cadence=85))

    assert {one.cadence for one in _reports(read)} == {85.0}
    assert read.problems == ("The file calls itself cycling, not running; its cadence is left as it is.",)


def test_positions_count_where_nothing_else_tells():
    """Without speed and distance, positions give both; a sample without a place still has its cadence."""
    place = {"longitude": 5.0, "cadence": 80}
    read = _read(
        ("record", {"at": 0, "latitude": 0.0} | place),
        ("record", {"at": 1, "latitude": 3 / 111195.08} | place),
        ("record", {"at": 2, "cadence": 81, "heart_rate": 120}),
    )
    positions = [one for one in _reports(read) if one.source is Source.POSITIONS]

    assert positions[1].speed == pytest.approx(3.0, rel=0.01)
    assert positions[1].distance == pytest.approx(3.0, rel=0.01)
    assert [(one.source, one.cadence) for one in _reports(read) if one.at == 2.0] == [
        (Source.WATCH, 162.0),
        (Source.STRAP, None),
    ]


def test_the_zero_is_the_first_start_of_the_timer():
    """A timer that started before the first sample moves the zero; a later start is reported."""
    early, late = _read(_timer(-4, START), *_records()), _read(_timer(1, START), *_records())

    assert (early.first_timer_start_s, _reports(early)[0].at) == (0.0, 4.0)
    assert (late.first_timer_start_s, _reports(late)[0].at) == (1.0, 0.0)


def test_a_start_days_away_is_not_believed():
    """A first start two days before the first sample says nothing about the run."""
    assert _read(_timer(-2 * 86400, START), *_records()).first_timer_start_s == 0.0


def test_the_last_stop_is_the_end():
    """A stop after the last sample is no pause; the recording ends with it."""
    read = _read(_timer(0, START), *_records(), _timer(7, STOP_ALL))

    assert _presses(read) == []
    assert read.inputs[-1].at == 7.0


def test_a_stop_before_the_last_sample_is_a_pause():
    """A stop that is followed by samples pauses the run once, even if it is repeated."""
    read = _read(_timer(0, START), _timer(1, STOP_ALL), _timer(1, STOP_ALL), *_records(5), _timer(3, START))

    assert _presses(read) == [("pause", 1.0), ("resume", 3.0)]


def test_other_events_are_no_timer():
    """Only the timer's events start and stop."""
    assert _presses(_read(*_records(), ("event", {"at": 1, "event": 9, "how": 4}))) == []


def test_a_mark_lies_at_the_sum_of_the_laps():
    """Manual laps are marks at the exact sum of their lengths, unless that and the stamp disagree."""
    read = _read(
        *_records(10),
        ("lap", {"at": 3, "start": 0, "elapsed": 2.6, "metres": 8, "trigger": MANUAL}),
        ("lap", {"at": 5, "start": 3, "elapsed": 2.7, "trigger": MANUAL}),
        ("lap", {"at": 9, "start": 5, "elapsed": 99.0, "trigger": MANUAL}),
        ("lap", {"start": 9, "elapsed": 1.0, "trigger": MANUAL}),
        ("lap", {"at": 9, "trigger": DISTANCE}),
    )

    assert _presses(read) == [("mark", 2.6), ("mark", 5.3), ("mark", 9.0)]
    assert [lap.trigger for lap in read.laps] == ["manual", "manual", "manual", "distance"]
    assert read.laps[0].distance == 8.0


def test_too_many_beats_are_no_heart():
    """More beats between two samples than any heart has are cut off; a sample without a heart rate has beats too."""
    read = _read(*[("hrv", {"time": 0.4})] * 40, *_records(1))
    straps = [one for one in _reports(read) if one.source is Source.STRAP]

    assert [len(one.rr_s) for one in straps] == [32]


def test_messages_without_a_time_are_passed_over():
    """A sample, a lap or an event without a time stamp is no moment of a run."""
    read = _read(("record", {"speed": 9.0}), *_records(2), ("event", {"event": 0, "how": STOP_ALL}))

    assert [one.speed for one in _reports(read)] == [3.0, 3.0]
    assert _presses(read) == []


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([("file_id", {"type": 5})], "is a workout"),
        ([("file_id", {"type": 6})], "holds course data"),
        ([("file_id", {"type": 4})], "holds no sample"),
        ([], "holds no sample"),
        ([("record", {"at": 0, "heart_rate": 0})], "no sample of speed"),
    ],
)
def test_files_without_samples_are_refused(told, reason):
    """A workout, a course, an activity without samples and an empty file each say what they are."""
    with pytest.raises(RecordingProblem, match=reason):
        _read(*told)


def test_two_files_in_one_are_both_read():
    """FIT files may be chained; the samples of both are read."""
    second = fit(*[("record", {"at": 10 + second, "speed": 4.0}) for second in range(3)])
    read = read_recording(fit(*_records()) + second, name="x.fit")

    assert [one.at for one in _reports(read)] == [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]


def test_a_wrong_checksum_is_said_and_read():
    """A file with a wrong checksum is read whole, which is reported."""
    data = fit(*_records())
    read = read_recording(data[:-1] + bytes([data[-1] ^ 1]), name="x.fit")

    assert len(_reports(read)) == 3
    assert read.problems == ("The file's checksum is wrong; it was read nevertheless.",)


def test_devices_are_named():
    """Makers and products are named once each, as far as the file has words for them."""
    read = _read(
        ("file_id", {"type": 4, "manufacturer": 1}), ("device_info", {"manufacturer": STRYD}), *_records()
    )

    assert read.devices == ("garmin", "stryd")
