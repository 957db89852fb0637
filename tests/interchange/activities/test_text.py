"""A run as TCX, as a CSV stream and as JSON."""

import json
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from coach.cues.cue import Cue
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.interchange.recordings.activity import Activity, ActivityFormat, write_activity
from coach.interchange.recordings.common import read_recording
from coach.live.contract import Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.config import StartPolicy
from coach.session.phases import Button, Pressed
from coach.signals.readings import Characteristic, Notified, Reported, Source
from coach.workout.timeline import DelayStart
from tests.interchange.activities.scripted import activity, paused_run, press, second

SPACES = {
    "t": "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2",
    "x": "http://www.garmin.com/xmlschemas/ActivityExtension/v2",
}


def tcx(run: Activity) -> Element:
    """The run as an element tree."""
    return fromstring(write_activity(run, ActivityFormat.TCX))


def texts(root: Element, path: str) -> list[str]:
    """The texts of every element at a path."""
    return [each.text or "" for each in root.iterfind(path, SPACES)]


def test_tcx_has_laps_and_points() -> None:
    """Laps with their running time, points with everything TCX has a word for."""
    root = tcx(activity(paused_run()))
    laps = root.findall(".//t:Lap", SPACES)
    assert [each.get("StartTime") for each in laps] == [
        "2026-05-28T20:26:40Z",
        "2026-05-28T20:27:30Z",
        "2026-05-28T20:28:20Z",
    ]
    assert [float(text) for text in texts(root, ".//t:TotalTimeSeconds")] == pytest.approx(
        [50, 30, 50], abs=0.01
    )
    assert [float(text) for text in texts(root, ".//t:Lap/t:DistanceMeters")] == pytest.approx(
        [200, 120, 200]
    )
    assert texts(root, ".//t:Intensity") == ["Active", "Resting", "Active"]
    assert texts(root, ".//t:Notes") == ["2 x 200 m & <a rest>"]
    points = root.findall(".//t:Trackpoint", SPACES)
    assert len(points) == 61 + 71
    last = points[-1]
    assert texts(last, "t:Time") == ["2026-05-28T20:29:10Z"]
    assert texts(last, "t:DistanceMeters") == ["520.00"]
    assert texts(last, ".//t:HeartRateBpm/t:Value") == ["150"]
    assert texts(last, ".//x:Speed") == ["4.000"]
    assert texts(last, ".//x:RunCadence") == ["86"]
    assert texts(last, ".//x:Watts") == ["430"]


def test_a_pause_parts_two_tracks() -> None:
    """The lap with the pause in it has two tracks, the others one."""
    laps = tcx(activity(paused_run())).findall(".//t:Lap", SPACES)
    assert [len(each.findall("t:Track", SPACES)) for each in laps] == [1, 2, 1]


def test_elements_stand_in_the_order_of_the_schema() -> None:
    """Strict readers refuse another order."""
    lap = tcx(activity(paused_run())).find(".//t:Lap", SPACES)
    assert lap is not None
    names = [each.tag.partition("}")[2] for each in lap]
    assert names == [
        "TotalTimeSeconds", "DistanceMeters", "MaximumSpeed", "Calories", "AverageHeartRateBpm",
        "MaximumHeartRateBpm", "Intensity", "TriggerMethod", "Track", "Extensions",
    ]  # fmt: skip


# --- CSV


def again(run: Activity) -> tuple[list[Cue], list[Cue]]:
    """The cues of a run, and those of its CSV stream coached with the same workout and settings."""
    data = write_activity(run, ActivityFormat.CSV)
    recording = read_recording(data, name="x.csv")
    start = recording.first_timer_start_s
    starts = StartPolicy(first=DelayStart(start)) if start > 0 else StartPolicy()
    setup = RunSetup("file", run.setup.timeline, starts=starts, ends_after_s=Seconds(0.0))
    folded = refold(LiveRun(setup), recording.inputs)
    return list(run.trace.cues), [each for each in folded.outputs if isinstance(each, Cue)]


def test_a_csv_stream_says_the_same() -> None:
    """Pause, gap and all: the cues of the stream are those of the run."""
    said, said_again = again(activity(paused_run()))
    assert len(said) > 5
    assert said == said_again


def test_every_button_is_in_the_stream() -> None:
    """A rep that was left by a key, a question answered: they stand under `event`, marks under `mark`."""
    inputs = [
        *(each for at in range(60) for each in second(at)),
        press(20.0, Button.NEXT),
        press(30.5, Button.MARK),
    ]
    run = activity([*inputs, Pressed(Seconds(40.0), Button.ANSWER, answer=7)])
    recording = read_recording(write_activity(run, ActivityFormat.CSV), name="x.csv")
    presses = [each for each in recording.inputs if isinstance(each, Pressed)]
    assert [(each.at, each.button, each.answer) for each in presses] == [
        (20.0, Button.NEXT, None),
        (30.5, Button.MARK, None),
        (40.0, Button.ANSWER, 7),
    ]


def test_the_first_input_stays_the_zero() -> None:
    """A pod that wakes 5 s into the run does not move the run."""
    run = activity([each for at in range(5, 60) for each in second(at)])
    recording = read_recording(write_activity(run, ActivityFormat.CSV), name="x.csv")
    assert recording.inputs[0] == Opened(Seconds(0.0))
    assert recording.inputs[1].at == 5.0


def test_a_run_by_hand_is_a_stream_too() -> None:
    """Presses alone can be read again."""
    run = activity([press(50.0, Button.MARK), press(132.0, Button.MARK)], by_hand=True)
    recording = read_recording(write_activity(run, ActivityFormat.CSV), name="x.csv")
    assert recording.has_marks
    assert [each.at for each in recording.inputs if isinstance(each, Pressed)] == [50.0, 132.0]


def test_bytes_become_numbers_by_the_known_factor() -> None:
    """What a pod sent is written as the run believed it: metres times factor, both feet, no turn of the counter."""
    payloads = [
        bytes(
            RunningSpeedCadenceMeasurement(
                MetresPerSecond(4.0), 86, distance=Metres((429_496_729.0 + 4 * at) % 429_496_729.6)
            )
        )
        for at in range(5)
    ]
    inputs: list[Input] = [
        Notified(Seconds(at), Source.POD, Characteristic.RSC_MEASUREMENT, payload)
        for at, payload in enumerate(payloads)
    ]
    data = write_activity(activity(inputs, None, factor=1.02), ActivityFormat.CSV)
    reports = [each for each in read_recording(data, name="x.csv").inputs if isinstance(each, Reported)]
    steps = [later.distance - first.distance for first, later in pairwise(reports)]  # type: ignore[operator]
    assert steps == pytest.approx([4.08] * 4, abs=0.11)
    assert {round(each.speed or 0.0, 2) for each in reports} == {4.08}
    assert {each.cadence for each in reports} == {172.0}


def test_a_word_that_is_no_event_is_said() -> None:
    """A cell of `event` that is not a button counts as empty, and is reported."""
    data = b"time_s,heart_rate_bpm,event\n0,120,start\n1,121,jump\n2,122,answer 44\n3,123,stop\n"
    recording = read_recording(data, name="x.csv")
    assert any("2 cells were no value" in problem for problem in recording.problems)


# --- JSON


def test_json_has_events_and_trace() -> None:
    """One object: the events as `replay --json` prints them, and columns of one length."""
    run = activity(paused_run())
    tree: dict[str, Any] = json.loads(write_activity(run, ActivityFormat.JSON))
    assert (tree["format"], tree["run"], tree["utc_offset_s"]) == ("coach-activity/1", "01TESTRUN", 7200)
    assert tree["events"][0]["event"] == "run_started"
    assert tree["events"][-1]["event"] == "run_ended"
    trace = tree["trace"]
    assert {len(column) for column in trace.values()} == {151}
    assert trace["distance_m"][25] is None
    assert trace["has_gap"][25]
    assert trace["distance_m"][150] == 520.0
    assert (trace["speed_mps"][150], trace["heart_rate_bpm"][150]) == (4.0, 150)
    assert [lap["time_s"] for lap in tree["laps"]] == pytest.approx([50, 30, 50], abs=0.01)
    assert tree["workout"]["name"] == "2 x 200 m & <a rest>"
    assert len(tree["rr"]) == 304
    assert tree["pauses"] == [{"from_s": 60.0, "to_s": 80.0}]


def test_json_says_nothing_it_does_not_know() -> None:
    """A simulated run has no date, a free run no workout."""
    run = activity([each for at in range(20) for each in second(at)], None, began=None)
    tree = json.loads(write_activity(run, ActivityFormat.JSON))
    assert not {"began_epoch_s", "utc_offset_s", "workout"} & tree.keys()
