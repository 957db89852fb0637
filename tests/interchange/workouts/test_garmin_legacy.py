"""Garmin's JSON of 2013: a flat list nested by group numbers, in centimetres, milliseconds and speeds times ten."""

from typing import Any

import pytest

from coach.interchange.workouts import ReportKind
from coach.interchange.workouts.garmin import ROOT
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places


def _step(order: float, kind: Any = "interval", **more: Any) -> dict[str, Any]:
    return {
        "stepOrder": order,
        "stepTypeKey": kind,
        "endConditionTypeKey": "distance",
        "endConditionValue": 100_000,
        "endConditionUnitKey": "centimeter",
        "targetTypeKey": "no.target",
    } | more


def _repeat(order: float, group: int, count: Any = 3, **more: Any) -> dict[str, Any]:
    return {
        "stepOrder": order,
        "stepTypeKey": "repeat",
        "groupId": group,
        "endConditionTypeKey": "iterations",
        "endConditionValue": count,
    } | more


def _workout(*steps: Any) -> dict[str, Any]:
    return {ROOT: {"workoutName": "Old", "sportTypeKey": "running", "workoutSteps": list(steps)}}


def test_units_of_the_old_form():
    """Centimetres, milliseconds and centimetres per millisecond come out as metres, minutes and paces."""
    pace: dict[str, Any] = {"targetTypeKey": "pace.zone", "targetValueOne": 0.4, "targetValueTwo": 0.4}
    time: dict[str, Any] = {
        "endConditionTypeKey": "time",
        "endConditionValue": "90000",
        "endConditionUnitKey": "ms",
    }
    steps, report = imported(_workout(_step(1, **pace), _step(2, "recovery", **time)))

    assert steps == [
        {"kind": "work", "until": {"distance": "1000 m"}, "target": {"pace": "4:10/km"}},
        {"kind": "recovery", "until": {"time": "1:30"}},
    ]
    assert lost(report) == []


def test_other_units_are_read_as_they_are_named():
    """A distance in kilometres and a speed in km/h are converted; heart rates have no unit to convert."""
    step = _step(1, endConditionValue=2, endConditionUnitKey="kilometer")
    fast = {"targetTypeKey": "speed.zone", "targetValueOne": 14.4, "targetValueUnitKey": "kph"}
    beats: dict[str, Any] = {"targetTypeKey": "heart.rate.zone", "targetValueOne": 140, "targetValueTwo": 150}
    steps, _ = imported(_workout(step | fast, _step(2, **beats)))

    assert steps[0]["until"] == {"distance": "2000 m"}
    assert steps[0]["target"] == {"pace": "4:10/km"}
    assert steps[1]["target"] == {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}


def test_groups_nest():
    """Children name the group of their repeat; the order is that of `stepOrder`, not of the list."""
    steps, report = imported(
        _workout(
            _step(4, "recovery", parentGroupId=2),
            _repeat(2, 1, 2),
            _repeat(2.5, 2, 4, parentGroupId=1),
            _step(3, parentGroupId=2),
            _step(1, "warmup", groupId=0, parentGroupId=0),
            _step(9, "cooldown", parentGroupId=None, stepOrder=None),
        )
    )

    warm_up, sets, cool_down = steps
    assert warm_up["kind"] == "warm_up"
    assert (sets["repeat"], sets["steps"][0]["repeat"]) == (2, 4)
    assert [step["kind"] for step in sets["steps"][0]["steps"]] == ["work", "recovery"]
    assert cool_down["kind"] == "cool_down"
    assert lost(report) == []


def test_intensity_stands_in_for_a_missing_step_type():
    """A step without a type has the kind of its intensity."""
    steps, _ = imported(
        _workout(_step(1, "", intensityTypeKey="active"), _step(2, "", intensityTypeKey="warmup"))
    )

    assert [step["kind"] for step in steps] == ["work", "warm_up"]


def test_a_child_without_its_group_stands_by_itself():
    """A parent that is not there is reported, and the step is run where it stands."""
    steps, report = imported(_workout(_step(1, parentGroupId=5)))

    assert len(steps) == 1
    assert places(report, ReportKind.APPROXIMATED) == ["workoutSteps[0]"]


def test_groups_that_go_in_a_circle_end():
    """Repeats that hold each other are left out and reported; one that names itself as its parent is not."""
    steps, report = imported(
        _workout(
            _repeat(1, 1, parentGroupId=2),
            _repeat(2, 2, parentGroupId=1),
            _repeat(3, 3, parentGroupId=3),
            _step(4, parentGroupId=3),
        )
    )

    assert steps == [{"repeat": 3, "steps": [{"kind": "work", "until": {"distance": "1000 m"}}]}]
    assert places(report) == ["workoutSteps[0]", "workoutSteps[1]"]


def test_a_repeat_without_a_group_is_empty():
    """A repeat whose group is 0 is empty: its children cannot be told from the rest."""
    steps, report = imported(_workout(_repeat(1, 0), _step(2, parentGroupId=0)))

    assert len(steps) == 1
    assert places(report) == ["workoutSteps[0]"]


def test_the_outermost_key_may_be_missing():
    """The same list without the outermost key is read all the same."""
    steps, _ = imported(_workout(_step(1))[ROOT])

    assert len(steps) == 1


def test_a_step_that_is_no_object_is_refused():
    """A step that is a text is named with its place."""
    with pytest.raises(WorkoutProblem, match=r"workoutSteps\[1\]"):
        imported(_workout(_step(1), "x"))


def test_an_end_without_a_value_is_told():
    """A distance without a number becomes a mark."""
    steps, report = imported(_workout(_step(1, endConditionValue=None)))

    assert steps[0]["until"] == {"mark": True}
    assert places(report) == ["workoutSteps[0]"]


def test_four_sets_of_the_old_form():
    """Four groups one after the other, each repeated four times: 4 x 2 x (90 + 60 + 30 + 15) s."""
    steps: list[Any] = [_step(1, "warmup", endConditionTypeKey="lap.button", endConditionValue=None)]
    for group, seconds in enumerate((90, 60, 30, 15), 1):
        time: dict[str, Any] = {"endConditionTypeKey": "time", "endConditionValue": seconds * 1000.0}
        time |= {"endConditionUnitKey": "ms", "groupId": group, "parentGroupId": group}
        place = group * 3
        steps += [_repeat(place, group, 4.0), _step(place + 1, **time), _step(place + 2, "rest", **time)]
    made, report = imported(_workout(*steps))

    assert [step.get("repeat") for step in made] == [None, 4, 4, 4, 4]
    assert [step["steps"][0]["until"]["time"] for step in made[1:]] == ["1:30", "1:00", "0:30", "0:15"]
    assert lost(report) == []
