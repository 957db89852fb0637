"""Several sports in one FIT file: only what was done on foot is a run, the rest is named."""

from typing import Any

import pytest

from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.session.phases import Pressed
from coach.signals.readings import Reported, Source
from tests.interchange.fit_writer import fit

RUNNING, CYCLING, TRANSITION, SWIMMING, WALKING, MULTISPORT = 1, 2, 3, 5, 11, 18
START, STOP = 0, 4

Told = tuple[str, dict[str, Any]]


def _samples(first: int, end: int, speed: float, begins: float = 0.0) -> list[Told]:
    """Samples a second apart, from a distance on."""
    return [
        (
            "record",
            {"at": second, "speed": speed, "distance": begins + speed * (second - first), "cadence": 85},
        )
        for second in range(first, end)
    ]


def _session(first: int, end: int, sport: int) -> Told:
    return "session", {"at": end - 1, "start": first, "elapsed": float(end - first), "sport": sport}


def _read(*told: Told) -> ForeignRecording:
    return read_recording(fit(*told), name="x.fit")


def _way(read: ForeignRecording) -> list[tuple[float, float]]:
    """Time and distance of the first and the last sample."""
    reports = [each for each in read.inputs if isinstance(each, Reported) and each.distance is not None]
    return [(each.at, round(each.distance or 0.0, 2)) for each in (reports[0], reports[-1])]


def _presses(read: ForeignRecording) -> list[tuple[str, float]]:
    return [(each.button.value, each.at) for each in read.inputs if isinstance(each, Pressed)]


@pytest.mark.parametrize("begins", [0.0, 2400.0])
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
@pytest.mark.parametrize("elapsed", [True, False])
def test_of_a_ride_and_a_run_only_the_run_is_read(begins, order, elapsed):
    """The run begins at its own zero, whether the device counts on or anew, and wherever the sessions stand."""
    sessions = [_session(0, 300, CYCLING), _session(300, 600, RUNNING)]
    if not elapsed:
        sessions = [(name, {key: each[key] for key in ("start", "sport")}) for name, each in sessions]
    read = _read(*_samples(0, 300, 8.0), *_samples(300, 600, 3.0, begins), *sessions[order])

    assert _way(read) == [(0.0, 0.0), (299.0, 897.0)]
    assert read.problems == ("Only the run in the file was read; left out: cycling (4:59).",)
    assert {each.cadence for each in read.inputs if isinstance(each, Reported)} == {170.0}
    assert (read.first_timer_start_s, _presses(read)) == (0.0, [])


@pytest.mark.parametrize("counts_on", [True, False])
def test_what_lies_between_two_runs_is_a_pause(counts_on):
    """A run, a change, a ride, a change and a run are one run with a pause, and its way is that on foot."""
    legs = [(0, 100, 3.0, RUNNING), (100, 110, 1.0, TRANSITION), (110, 410, 8.0, CYCLING)]
    legs += [(410, 420, 1.0, TRANSITION), (420, 520, 3.0, RUNNING)]
    told, way = [], 0.0
    for first, end, speed, sport in legs:
        told += _samples(first, end, speed, way if counts_on else 0.0)
        told.append(_session(first, end, sport))
        way += speed * (end - first)
    timer = [
        ("event", {"at": at, "event": 0, "how": how}) for at, how in ((0, START), (200, STOP), (250, START))
    ]
    read = _read(*told, *timer, ("event", {"at": 519, "event": 0, "how": STOP}))

    assert _way(read) == [(0.0, 0.0), (519.0, 594.0)]
    assert _presses(read) == [("pause", 100.0), ("resume", 420.0)]
    assert read.problems == (
        "Only the run in the file was read; left out: transition (0:09), cycling (4:59), transition (0:09).",
    )


@pytest.mark.parametrize(("finished", "stops"), [(100, 100.0), (60, 99.0)])
def test_a_change_that_is_in_no_session_is_no_running(finished, stops):
    """The time from the end of a run to the start of a ride is a pause; a session ends with its samples or later."""
    sessions = _session(0, finished, RUNNING), _session(160, 400, CYCLING), _session(430, 520, RUNNING)
    told = *_samples(0, 100, 3.0), *_samples(160, 400, 8.0), *_samples(430, 520, 3.0)
    read = _read(*told, *sessions)

    assert _way(read) == [(0.0, 0.0), (519.0, 564.0)]
    assert _presses(read) == [("pause", stops), ("resume", 430.0)]


def test_a_ride_behind_a_run_is_left_out():
    """A run that a ride follows ends where the ride begins; presses of the ride are none of it."""
    laps = [("lap", {"at": at, "start": at - 50, "elapsed": 50.0, "trigger": 0}) for at in range(50, 401, 50)]
    sessions = _session(0, 100, RUNNING), _session(100, 400, CYCLING)
    read = _read(*_samples(0, 100, 3.0), *_samples(100, 400, 8.0, 300.0), *laps, *sessions)

    assert _way(read) == [(0.0, 0.0), (99.0, 297.0)]
    assert _presses(read) == [("mark", 50.0), ("mark", 100.0)]
    assert (read.inputs[-1].at, len(read.laps)) == (100.0, 2)


def test_walks_and_runs_are_both_on_foot():
    """A run and a walk are read as one, and the distance goes on where the walk counts anew."""
    sessions = _session(0, 100, RUNNING), _session(100, 200, WALKING)
    read = _read(*_samples(0, 100, 3.0), *_samples(100, 200, 2.0), *sessions)

    assert _way(read) == [(0.0, 0.0), (199.0, 495.0)]
    assert read.problems == ()


def test_a_session_over_all_legs_is_none_of_them():
    """The session of a whole triathlon does not make its legs runs."""
    sessions = _session(0, 600, MULTISPORT), _session(0, 300, SWIMMING), _session(300, 600, RUNNING)
    read = _read(*_samples(0, 300, 1.0), *_samples(300, 600, 3.0), *sessions)

    assert _way(read) == [(0.0, 0.0), (299.0, 897.0)]
    assert read.problems == ("Only the run in the file was read; left out: swimming (4:59).",)


def test_a_file_cut_before_its_sessions_goes_by_the_sports_it_names():
    """Messages that name a sport part a file that has no session, and what follows its last session."""
    bike, run = ("sport", {"sport": CYCLING}), ("sport", {"sport": RUNNING})
    told = [bike, *_samples(0, 300, 8.0), run, *_samples(300, 600, 3.0, 2400.0)]

    assert _way(_read(*told)) == [(0.0, 0.0), (299.0, 897.0)]
    assert _way(_read(*told, _session(0, 300, CYCLING))) == [(0.0, 0.0), (299.0, 897.0)]


@pytest.mark.parametrize(
    "told",
    [
        [("sport", {"sport": CYCLING}), *_samples(0, 60, 8.0)],
        [*_samples(0, 60, 8.0), ("sport", {"sport": CYCLING})],
        [*_samples(0, 60, 8.0), ("session", {"sport": CYCLING})],
        [*_samples(0, 60, 8.0), ("session", {"at": 59, "elapsed": 20.0, "sport": CYCLING})],
    ],
)
def test_a_file_of_another_sport_alone_is_read_and_told(told):
    """A ride alone is replayed unchanged, without doubling its cadence, and reported."""
    read = _read(*told)

    assert _way(read) == [(0.0, 0.0), (59.0, 472.0)]
    assert {each.cadence for each in read.inputs if isinstance(each, Reported)} == {85.0}
    assert read.problems == ("The file calls itself cycling, not running; its cadence is left as it is.",)


def test_a_speed_of_a_pod_alone_is_enough():
    """A file whose only speed is a developer's has that speed, not one from positions."""
    read = read_recording(
        fit(
            *(
                ("record", {"at": second, "latitude": 1.0, "longitude": 1.0, "developer": 3})
                for second in range(9)
            ),
            developer=("Speed", "m/s"),
        ),
        name="x.fit",
    )

    assert {(each.source, each.speed) for each in read.inputs if isinstance(each, Reported)} == {
        (Source.POD, 3.0)
    }


def test_the_ride_and_run_of_a_stranger(shared_data):
    """A real order of messages: a ride of 5 min and a run of 4:59 and 897 m."""
    read = read_recording((shared_data / "wild" / "files" / "fit_bike_then_run.fit").read_bytes(), name="x")

    assert _way(read) == [(0.0, 0.0), (299.0, 897.0)]
    assert (read.inputs[-1].at, read.first_timer_start_s) == (299.0, 0.0)
    assert read.problems == ("Only the run in the file was read; left out: cycling (4:59).",)
