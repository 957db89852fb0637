"""The timer's events in any order, with some missing: what the device counted is run, the rest is reported."""

from typing import Any

import pytest

from coach.interchange.recordings.common import read_recording
from coach.session.phases import Pressed
from tests.interchange.fit_writer import fit

START, STOP, STOP_ALL, STOP_DISABLE_ALL = 0, 1, 4, 9

Told = tuple[str, dict[str, Any]]


def _timer(at: int, how: int) -> Told:
    return "event", {"at": at, "event": 0, "how": how}


def _run(*spans: tuple[int, int], stands: tuple[int, int] = (0, 0), metres: float = 3.0) -> list[Told]:
    """Samples a second apart, 3 m further each except where the runner stands."""
    way, told = 0.0, []
    for first, end in spans:
        for second in range(first, end):
            way += 0.0 if stands[0] <= second < stands[1] else metres
            told.append(("record", {"at": second, "speed": 3.0, "distance": way, "heart_rate": 150}))
    return told


def _pulse(*spans: tuple[int, int]) -> list[Told]:
    """Heart rates alone."""
    return [
        ("record", {"at": second, "heart_rate": 150}) for first, end in spans for second in range(first, end)
    ]


def _presses(*told: Told) -> tuple[list[tuple[str, float]], float, float, tuple[str, ...]]:
    """The presses, the start and end of the run, and the report."""
    read = read_recording(fit(*told), name="x.fit")
    presses = [(each.button.value, float(each.at)) for each in read.inputs if isinstance(each, Pressed)]
    return presses, read.first_timer_start_s, read.inputs[-1].at, read.problems


EVENTS = [_timer(0, START), _timer(100, STOP_ALL), _timer(200, START), _timer(300, STOP), _timer(330, START)]
EVENTS.append(_timer(399, STOP_DISABLE_ALL))
SAMPLES = _run((0, 101), (200, 301), (330, 400))


@pytest.mark.parametrize(
    "told",
    [
        [*EVENTS, *SAMPLES],
        [*SAMPLES, *EVENTS],
        [*reversed(EVENTS), *SAMPLES],
        [*EVENTS[3:], *SAMPLES, *EVENTS[:3]],
        [*EVENTS, *EVENTS, *SAMPLES],
    ],
)
def test_events_count_in_the_order_of_time(told):
    """Wherever the events stand in the file, stops and starts are pause and resume, and the last stop is the end."""
    assert _presses(*told) == (
        [("pause", 100.0), ("resume", 200.0), ("pause", 300.0), ("resume", 330.0)],
        0.0,
        399.0,
        (),
    )


def test_a_file_without_events_has_no_pause():
    """A recording whose timer is not in the file runs from its first sample to its last."""
    assert _presses(*SAMPLES) == ([], 0.0, 399.0, ())


@pytest.mark.parametrize(
    ("missing", "sentences"),
    [
        (0, ()),
        (1, ("A stop of the timer is missing at 1:40; the samples show it.",)),
        (2, ("A start of the timer is missing at 3:20; the samples show it.",)),
        (3, ("A stop of the timer is missing at 5:00; the samples show it.",)),
        (4, ("A start of the timer is missing at 5:30; the samples show it.",)),
        (5, ()),
    ],
)
@pytest.mark.parametrize("samples", [SAMPLES, _pulse((0, 101), (200, 301), (330, 400))])
def test_one_missing_event_changes_nothing(missing, sentences, samples):
    """The samples show the missing event, with and without a distance, and it is reported."""
    told = [each for number, each in enumerate(EVENTS) if number != missing]

    assert _presses(*samples, *told) == (
        [("pause", 100.0), ("resume", 200.0), ("pause", 300.0), ("resume", 330.0)],
        0.0,
        399.0,
        sentences,
    )


def test_samples_within_a_pause_are_no_start():
    """A device that writes without counting is paused until its timer starts."""
    samples = _run((0, 400), stands=(100, 200))

    assert _presses(*samples, _timer(0, START), _timer(100, STOP), _timer(200, START), _timer(399, STOP))[
        0
    ] == [
        ("pause", 100.0),
        ("resume", 200.0),
    ]


def test_a_missing_start_is_where_the_distance_grows_again():
    """Where the device wrote through the pause, the distance shows when it ended."""
    samples = _run((0, 400), stands=(101, 200))

    assert _presses(*samples, _timer(0, START), _timer(100, STOP), _timer(399, STOP))[0] == [
        ("pause", 100.0),
        ("resume", 199.0),
    ]


def test_what_follows_the_last_stop_is_run_if_it_is_counted():
    """Samples behind the last stop are run where the distance grows, and paused where it stands."""
    events = [_timer(0, START), _timer(100, STOP)]

    assert _presses(*_run((0, 400)), *events)[0] == [("pause", 100.0), ("resume", 101.0)]
    assert _presses(*_run((0, 400), stands=(100, 400)), *events)[0] == [("pause", 100.0)]
    assert _presses(*_run((0, 105)), *events)[0] == [("pause", 100.0)]


def test_a_first_start_in_the_middle_is_not_the_first_if_the_device_counted():
    """Where the distance grows from the first sample on, the run begins there, whatever start is written later."""
    presses, start, end, problems = _presses(*_run((0, 600)), _timer(400, START), _timer(599, STOP_ALL))

    assert (presses, start, end) == ([], 0.0, 599.0)
    (sentence,) = problems
    assert sentence.startswith("The timer's first start is written 6:40 after the first sample")


@pytest.mark.parametrize("samples", [_run((0, 600), stands=(0, 400)), _pulse((0, 600))])
def test_what_lies_before_the_first_start_is_told(samples):
    """If nothing was counted before the first start, the run begins there, and the left-out time is reported."""
    session = [("session", {"start": 400, "elapsed": 199.0, "sport": 1})]
    presses, start, end, problems = _presses(*samples, _timer(400, START), _timer(599, STOP_ALL), *session)

    assert (presses, start, end) == ([], 400.0, 599.0)
    assert problems == ("What was recorded before the timer's first start, 6:40, was left out.",)


@pytest.mark.parametrize(("session_start", "run_start"), [(0, 0.0), (397, 400.0), (400, 400.0)])
def test_a_session_tells_when_the_run_began(session_start, run_start):
    """Without a distance, the session's own start tells whether a start is missing."""
    session = ("session", {"start": session_start, "elapsed": 599.0, "sport": 1})
    assert _presses(*_pulse((0, 600)), _timer(400, START), _timer(599, STOP), session)[1] == run_start


def test_a_few_samples_before_the_start_are_no_matter():
    """Up to five seconds before the first start are not worth a word."""
    assert _presses(*_run((0, 100)), _timer(5, START), _timer(99, STOP)) == ([], 5.0, 99.0, ())


def test_a_stop_before_the_first_sample_stops_nothing():
    """A stop older than every sample ended another run."""
    assert _presses(_timer(-50, STOP), _timer(0, START), *_run((0, 100))) == ([], 0.0, 99.0, ())
    assert _presses(_timer(-50, STOP), *_run((0, 100))) == ([], 0.0, 99.0, ())


@pytest.mark.parametrize(
    ("name", "presses", "end", "told"),
    [
        ("fit_first_timer_event_is_a_stop.fit", [("pause", 100.0), ("resume", 200.0)], 399.0, 0),
        ("fit_timer_starts_in_the_middle.fit", [], 599.0, 1),
        ("fit_free_run_with_lap_presses.fit", [("mark", 100.0), ("mark", 200.0)], 399.0, 0),
        ("fit_distance_begins_after_11s.fit", [], 299.0, 0),
        ("fit_cadence_of_both_feet.fit", [], 119.0, None),
    ],
)
def test_recordings_of_strangers(shared_data, name, presses, end, told):
    """The FIT recordings that went wrong have their presses, their length and no start to wait for."""
    read = read_recording((shared_data / "wild" / "files" / name).read_bytes(), name=name)

    assert [(each.button.value, each.at) for each in read.inputs if isinstance(each, Pressed)] == presses
    assert (read.first_timer_start_s, read.inputs[-1].at) == (0.0, end)
    assert told is None or len(read.problems) == told
