"""Files of other tools that are no workouts are refused, by name where it is known, and never misread."""

import json
from typing import Any

import pytest

from coach.interchange.workouts.converting import format_of, import_workout, read_workout
from coach.problems import WorkoutProblem

OURS = {
    "format": "coach-workout/1",
    "name": "Ours",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "1:00"}}]}],
}
STREAM = {"type": "time", "data": [0, 1], "series_type": "distance", "original_size": 2}


def _bytes(data: Any) -> bytes:
    return data.encode() if isinstance(data, str) else json.dumps(data).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"steps": 8000}, "a step counter"),
        ([{"date": "2026-11-01", "steps": 8000}], "a step counter"),
        ({"steps": [{"date": "2026-11-01", "value": 8000}]}, "a step counter"),
        ({"steps": [{"count": 80, "start_time": "x"}]}, "a step counter"),
        ({"steps": [8000, 9000]}, "a step counter"),
        (
            {"activityId": 1, "activityName": "Run", "summaryDTO": {"steps": 8000}, "steps": 8000},
            "a Garmin activity",
        ),
        ({"activityId": 1, "metricDescriptors": [], "activityDetailMetrics": []}, "a Garmin activity"),
        ([{"summarizedActivitiesExport": []}], "an export of Garmin activities"),
        ([{"startGMT": "x", "endGMT": "y", "steps": 12}], "a day of a Garmin watch"),
        ({"totalSteps": 8000, "steps": []}, "a day of a Garmin watch"),
        ([STREAM], "Strava streams"),
        ({"time": STREAM, "distance": STREAM}, "Strava streams"),
        ({"id": 1, "moving_time": 60, "elapsed_time": 61, "laps": []}, "a Strava activity"),
        ({"data": {"metrics": [{"name": "step_count", "data": []}]}}, "Apple Health"),
        ({"data": {"workouts": []}}, "Apple Health"),
        ({"HKQuantityTypeIdentifierStepCount": [], "steps": 8000}, "Apple Health"),
        ([{"workoutActivityType": "HKWorkoutActivityTypeRunning", "steps": 1}], "Apple Health"),
        ('<?xml version="1.0"?>\n<HealthData locale="en"><Record/></HealthData>', "Apple Health"),
        ("<gpx/>", "a GPX track"),
        ({"exportVersion": "1.6", "exercises": []}, "a Polar watch"),
        ([{"dateTime": "x", "value": "3"}], "Fitbit"),
        ({"type": "FeatureCollection", "features": []}, "GeoJSON"),
        ([OURS, OURS], "a list of our workouts"),
    ],
)
def test_a_file_of_another_tool_is_refused_by_name(data, words):
    """A file that is no workout is named by its kind, alone or in a list, on import and on a run."""
    assert format_of(_bytes(data)) is None
    for read in (import_workout, read_workout):
        with pytest.raises(
            WorkoutProblem, match="it is not a workout file in a known format: it is "
        ) as caught:
            read(_bytes(data), name="it")
        assert words in caught.value.message
        assert caught.value.hint.startswith("Workouts are imported from Garmin Connect JSON, FIT")


@pytest.mark.parametrize(
    "data",
    [
        {"steps": [{"text": "Mix the flour"}, {"text": "Bake"}]},
        {"steps": [{"distance": 12, "duration": 3, "maneuver": {}}]},
        {"name": "CI", "steps": [{"name": "Lint", "run": "make"}]},
        {"steps": {"total": 3}},
        {"steps": "many"},
        {"steps": None},
        {"structure": "A-B-A"},
        {"structure": {"type": "object"}},
        {"structure": [1, 2]},
        {"structure": None, "title": "A song"},
        {"category": "fruit"},
        {"nothing": 1},
        [1, 2],
        [],
    ],
)
def test_a_file_nobody_knows_is_refused_with_what_is_read(data):
    """A key that a workout has too makes no workout; the hint lists what is read."""
    assert format_of(_bytes(data)) is None
    with pytest.raises(WorkoutProblem) as caught:
        import_workout(_bytes(data), name="it")
    assert caught.value.message == "it is not a workout file in a known format"
    assert "intervals.icu text or JSON and TrainingPeaks JSON" in caught.value.hint


def test_an_entry_of_trainingpeaks_without_a_structure():
    """A day off is refused as such; in a list it is left out and named, wherever it stands."""
    rest = {"workoutId": 1, "workoutTypeValueId": 7, "title": "Day off", "structure": None}
    step = {
        "type": "step",
        "length": {"value": 1, "unit": "repetition"},
        "steps": [{"length": {"value": 600, "unit": "second"}, "intensityClass": "active", "targets": []}],
    }
    run = {"workoutTypeValueId": 3, "title": "Run", "structure": {"structure": [step]}}
    with pytest.raises(WorkoutProblem, match="this entry of TrainingPeaks has no structure"):
        import_workout(_bytes(rest), name="it")
    for entries in ([rest, run], [run, rest]):
        found = import_workout(_bytes(entries), name="it")
        assert [each["name"] for each in found.documents] == ["Run"]
        assert [entry.where for entry in found.report.losses] == [f"[{entries.index(rest)}]"]
        assert found.report.losses[0].text.startswith('"Day off" was left out: this entry of TrainingPeaks')


@pytest.mark.parametrize("key", ["steps", "structure", "workout_doc", "workoutSegments", "activityId"])
@pytest.mark.parametrize("value", [8000, None, [], {}])
def test_a_document_of_ours_with_a_foreign_key_is_refused_at_that_key(key, value):
    """A key of another tool makes no other format of a document of ours: it is named as unknown."""
    for data in (_bytes({key: value, **OURS}), _bytes({**OURS, key: value})):
        assert format_of(data) is None
        for read in (import_workout, read_workout):
            with pytest.raises(WorkoutProblem, match=f'the key "{key}" is not known here'):
                read(data, name="it")


def test_a_document_of_ours_is_known_by_its_format_wherever_that_stands():
    """A long description before the format does not hide it; the word in another tool's file is not a format."""
    late = {"description": "word " * 780, "purpose": "word " * 200, **OURS}
    assert import_workout(_bytes(late), name="it").documents[0]["name"] == "Ours"

    event = {"type": "Run", "name": "coach-led run", "workout_doc": {"steps": [{"duration": 60}]}}
    assert import_workout(_bytes(event), name="it").documents[0]["name"] == "coach-led run"


@pytest.mark.parametrize("key", ["description", "start_date_local"])
def test_a_day_of_a_calendar_without_steps_is_known(key):
    """An event with a category and a text or a day is intervals.icu's, and is refused for want of steps."""
    with pytest.raises(WorkoutProblem, match="no step that can be run"):
        import_workout(_bytes({"category": "WORKOUT", "type": "Run", key: "x"}), name="it")


def test_a_workout_doc_alone_is_known_by_its_keys():
    """A `workout_doc` without its event is read by the keys of its steps or its own; an unknown one is reported."""
    found = import_workout(
        _bytes({"pace_units": "MINS_KM", "steps": [{"duration": 60, "new": 1}]}), name="it"
    )

    assert found.documents[0]["sections"][0]["steps"] == [{"kind": "work", "until": {"time": "1:00"}}]
    assert [entry.where for entry in found.report.losses] == ["steps[0]"]
    assert format_of(_bytes({"steps": [{"duration": 60, "new": 1}]})) is None
