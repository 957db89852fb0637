"""A run as FIT, value by value, as two readers that share no code read it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import fitdecode
import pytest
from fit_tool.definition_message import DefinitionMessage
from fit_tool.fit_file import FitFile

from coach.interchange.recordings.activity import ActivityFormat, LapTrigger, write_activity
from coach.interchange.recordings.common import read_recording
from coach.review.trace import WallStart
from coach.session.phases import Button
from coach.signals.readings import Source
from tests.interchange.activities.scripted import BEGAN, activity, paused_run, press, second

START = 1_780_000_000
"""The second of Unix time in which the run began."""
PRESSED = [{"kind": "work", "until": {"time": "0:30"}, "start": "press"}]
WAITING = {
    "format": "coach-workout/1",
    "name": "a minute, and a rep that is waited for",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "1:00"}}, *PRESSED]}],
}
"""A rep that starts itself, and one that only a press starts."""
Messages = Mapping[str, list[dict[str, Any]]]


def by_fitdecode(data: bytes) -> Messages:
    """Every message by its name, with the units of the profile; checksums are enforced."""
    messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with fitdecode.FitReader(
        data, check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                values = {item.name: item.raw_value for item in frame.fields if item.value is not None}
                values |= {item.name: item.value for item in frame.fields if isinstance(item.value, float)}
                for name in ("timestamp", "start_time", "time_created"):
                    if name in values:
                        values[name] = int(values[name]) + 631_065_600
                if frame.name == "hrv":
                    beats = frame.get_value("time")
                    values["time"] = beats if isinstance(beats, tuple) else (beats,)
                messages[frame.name].append(values)
    return messages


def by_fit_tool(data: bytes) -> Messages:
    """The same by fit-tool."""
    messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in FitFile.from_bytes(data, check_crc=True).records:
        message = record.message
        if isinstance(message, DefinitionMessage):
            continue
        values: dict[str, Any] = {}
        for field in [*message.fields, *message.developer_fields]:
            if field.is_valid():
                got = [field.get_value(place) for place in range(len(field.encoded_values))]
                values[field.name] = got[0] if len(got) == 1 else tuple(got)
        for name in ("timestamp", "start_time", "time_created"):
            if name in values:
                values[name] = round(values[name] / 1000)
        if message.name == "hrv" and not isinstance(values["time"], tuple):
            values["time"] = (values["time"],)
        messages[message.name].append(values)
    return messages


@pytest.fixture(params=[by_fitdecode, by_fit_tool], ids=lambda each: each.__name__)
def decoded(request: pytest.FixtureRequest) -> Messages:
    """The scripted run, written and read."""
    read: Callable[[bytes], Messages] = request.param
    return read(write_activity(activity(paused_run()), ActivityFormat.FIT))


def test_the_file_says_what_it_is_first(decoded: Messages) -> None:
    """An activity of no known maker; when it was made is when it began."""
    (head,) = decoded["file_id"]
    assert next(iter(decoded)) == "file_id"
    assert (head["type"], head["manufacturer"], head["time_created"]) == (4, 255, START)


def test_every_second_is_a_record(decoded: Messages) -> None:
    """Each value of the run under its own second; none within the pause, and nothing where the pod was lost."""
    run = activity(paused_run())
    records = {each["timestamp"] - START: each for each in decoded["record"]}
    assert sorted(records) == [*range(61), *range(80, 151)]
    for at, each in records.items():
        metres = None if 20 <= at < 30 else 4.0 * min(at, 60) + 4.0 * max(0, at - 80)
        lost = 21 < at < 30
        assert each["heart_rate"] == 150
        assert each.get("distance") == (None if metres is None else pytest.approx(metres))
        if not lost:
            then = min(at, 19) if at < 30 else at
            assert each["speed"] == pytest.approx(4.0)
            assert each["power"] == 280 + then
            assert each["cadence"] == 85 + then % 2
            assert each["fractional_cadence"] == pytest.approx(0.5 * (1 - then % 2))
        else:
            assert not {"speed", "power", "cadence"} & each.keys()
    assert run.trace.distance == pytest.approx(520.0)


def test_the_timer_stops_in_pauses(decoded: Messages) -> None:
    """Start, stop, start, stop, each at its second."""
    events = [(each["timestamp"] - START, each["event"], each["event_type"]) for each in decoded["event"]]
    assert events == [(0, 0, 0), (60, 0, 4), (80, 0, 0), (150, 0, 4)]


def test_laps_name_their_step(decoded: Messages) -> None:
    """Three laps: what they came to, why they ended, and which step of the workout they are."""
    laps = decoded["lap"]
    assert [each["wkt_step_index"] for each in laps] == [0, 1, 2]
    assert [each["intensity"] for each in laps] == [5, 4, 5]
    assert [each["lap_trigger"] for each in laps] == [2, 1, 2]
    assert [each["total_timer_time"] for each in laps] == pytest.approx([50.0, 30.0, 50.0], abs=0.01)
    assert [each["total_elapsed_time"] for each in laps] == pytest.approx([50.0, 50.0, 50.0], abs=0.01)
    assert [each["total_distance"] for each in laps] == pytest.approx([200.0, 120.0, 200.0], abs=0.02)
    assert [each["start_time"] - START for each in laps] == [0, 50, 100]
    assert [each["avg_heart_rate"] for each in laps] == [150, 150, 150]
    assert laps[0]["avg_speed"] == pytest.approx(4.0, abs=0.001)
    assert [each.get("line_distance") for each in laps] == [200.0, None, 200.0]


def test_the_workout_is_in_it(decoded: Messages) -> None:
    """Its steps as a watch knows them, with the pace of the first as its two sides."""
    (workout,), steps = decoded["workout"], decoded["workout_step"]
    assert workout["num_valid_steps"] == 3
    assert workout["wkt_name"] == "2 x 200 m & <a rest>"
    assert [each["message_index"] for each in steps] == [0, 1, 2]
    assert [each["duration_type"] for each in steps] == [1, 0, 1]
    sides = [steps[0].get(f"custom_target_speed_{side}") for side in ("low", "high")]
    if None in sides:  # one of the readers gives the number as it stands
        sides = [steps[0][f"custom_target_value_{side}"] / 1000 for side in ("low", "high")]
    assert sides == pytest.approx([1000 / 265, 1000 / 235], abs=0.001)


def test_the_beats_are_in_it(decoded: Messages) -> None:
    """Every interval in order, to the millisecond, at most five in a message."""
    groups = [each["time"] for each in decoded["hrv"]]
    assert max(map(len, groups)) == 5
    sent = [beat for at in range(151) for beat in (0.4, 0.4 + at / 1000)]
    assert [beat for group in groups for beat in group] == pytest.approx(sent, abs=0.0006)


def test_session_and_activity_sum_it_up(decoded: Messages) -> None:
    """A run on a track, and when it was by the clock on the wall."""
    (session,), (whole,) = decoded["session"], decoded["activity"]
    assert (session["sport"], session["sub_sport"]) == (1, 4)
    assert session["total_timer_time"] == pytest.approx(130.0, abs=0.01)
    assert session["total_elapsed_time"] == pytest.approx(150.0, abs=0.01)
    assert session["total_distance"] == pytest.approx(520.0, abs=0.02)
    assert (session["num_laps"], session["start_time"] - START) == (3, 0)
    assert (session["avg_heart_rate"], session["max_power"]) == (150, 430)
    assert whole["num_sessions"] == 1
    assert whole["total_timer_time"] == pytest.approx(130.0, abs=0.01)


def test_the_local_time_stands_beside_it() -> None:
    """The activity says what the clock on the wall said; without a zone it does not."""
    began = by_fitdecode(write_activity(activity(paused_run()), ActivityFormat.FIT))
    assert began["activity"][0]["local_timestamp"] + 631_065_600 == START + 150 + (BEGAN.utc_offset_s or 0)
    undated = by_fitdecode(write_activity(activity(paused_run(), began=None), ActivityFormat.FIT))
    assert "local_timestamp" not in undated["activity"][0]
    assert undated["file_id"][0]["time_created"] == 946_684_800


def test_messages_come_in_order_of_time() -> None:
    """Platforms want timestamps that do not fall; session and activity come last."""
    data = write_activity(activity(paused_run()), ActivityFormat.FIT)
    names: list[str] = []
    times: list[int] = []
    with fitdecode.FitReader(data) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                names.append(frame.name)
                if frame.name in {"record", "event", "lap"}:
                    times.append(frame.get_raw_value("timestamp"))
    assert times == sorted(times)
    assert names[-2:] == ["session", "activity"]


def test_what_measured_is_known_again() -> None:
    """A run by a footpod is read again as one by a footpod."""
    again = read_recording(write_activity(activity(paused_run()), ActivityFormat.FIT), name="x.fit")
    assert set(again.periods) == {Source.POD, Source.STRAP}


def test_laps_of_a_free_run_are_its_presses() -> None:
    """Two presses, three laps; those that were pressed say so, and there is no workout."""
    inputs = [
        *(each for at in range(91) for each in second(at)),
        press(30.0, Button.MARK),
        press(50.0, Button.MARK),
    ]
    run = activity(inputs, None)
    assert [lap.trigger for lap in run.laps] == [LapTrigger.MANUAL, LapTrigger.MANUAL, LapTrigger.END]
    messages = by_fitdecode(write_activity(run, ActivityFormat.FIT))
    assert [each["total_distance"] for each in messages["lap"]] == pytest.approx(
        [120.0, 80.0, 160.0], abs=0.05
    )
    assert [each["lap_trigger"] for each in messages["lap"]] == [0, 0, 7]
    assert "workout" not in messages


def test_a_run_by_hand_has_the_metres_of_its_lines() -> None:
    """Nothing measured it: no record has a distance, the laps have that of the line they ended at."""
    inputs = [
        press(0.0, Button.GO),
        press(50.0, Button.MARK),
        press(80.0, Button.GO),
        press(132.0, Button.MARK),
    ]
    messages = by_fitdecode(write_activity(activity(inputs, by_hand=True), ActivityFormat.FIT))
    assert all("distance" not in each for each in messages["record"])
    assert messages["lap"][0]["total_distance"] == pytest.approx(200.0)


def test_no_metre_is_lost_at_the_edges_of_a_pause() -> None:
    """A clock that stops between two seconds stops at its metres in both rows beside the pause."""
    inputs = [each for at in range(152) for each in second(at)]
    run = activity([*inputs, press(60.25, Button.PAUSE), press(80.75, Button.RESUME)])
    messages = by_fitdecode(write_activity(run, ActivityFormat.FIT))
    metres = {each["timestamp"] - START: each["distance"] for each in messages["record"]}
    assert [metres.get(at) for at in (59, 61, 80)] == [pytest.approx(236.0), None, None]
    assert [metres[at] for at in (60, 81, 82)] == pytest.approx([241.0, 241.0, 246.0])
    assert [each["timestamp"] - START for each in messages["event"]][1:3] == [60, 81]


def test_laps_are_the_whole_run() -> None:
    """What is run behind the last step is a lap of its own: the laps come to the session, as platforms want it."""
    ending = activity([each for at in range(181) for each in second(at)], WAITING)
    messages = by_fitdecode(write_activity(ending, ActivityFormat.FIT))
    (session,), laps = messages["session"], messages["lap"]
    assert session["total_timer_time"] == pytest.approx(180.0)
    for name in ("total_timer_time", "total_elapsed_time", "total_distance"):
        assert sum(each[name] for each in laps) == pytest.approx(session[name], abs=0.02), name
    assert [each.get("wkt_step_index") for each in laps] == [0, None]
    assert laps[-1]["timestamp"] == session["timestamp"]


def test_a_run_that_never_started_has_a_lap() -> None:
    """Every activity needs one; nothing was run in it, whatever the sensors sent."""
    values = [each for at in range(31) for each in second(at)]
    run = activity(values, {**WAITING, "sections": [{"name": "Main", "steps": PRESSED}]})
    assert run.trace.started_at is None
    messages = by_fitdecode(write_activity(run, ActivityFormat.FIT))
    assert [each["total_timer_time"] for each in messages["lap"]] == [0.0]
    assert [each["total_elapsed_time"] for each in messages["session"]] == [0.0]
    assert write_activity(run, ActivityFormat.TCX).count(b"<Lap ") == 1


def test_the_last_record_has_the_metres_of_the_session() -> None:
    """A pod that is lost in the last second costs no metre where a platform counts by the records."""
    run = activity([each for at in range(151) for each in second(at)[at == 150 :]], None)
    messages = by_fitdecode(write_activity(run, ActivityFormat.FIT))
    assert messages["record"][-1]["distance"] == messages["session"][0]["total_distance"]


@pytest.mark.parametrize("epoch_s", [300.0, 631_065_000.0, 899_000_000.0, 1e10])
def test_a_clock_that_was_not_set_is_no_date(epoch_s: float) -> None:
    """A computer without a battery begins at 1970; FIT has no such day, and takes one before 1998 for another thing."""
    run = activity(paused_run(), began=WallStart(epoch_s, 0))
    assert not run.has_date
    messages = by_fitdecode(write_activity(run, ActivityFormat.FIT))
    assert messages["file_id"][0]["time_created"] == 946_684_800
    assert len({each["timestamp"] for each in messages["record"]}) == len(messages["record"])
    assert b"<Id>2000-01-01T00:00:00Z" in write_activity(run, ActivityFormat.TCX)
