"""Garmin Connect JSON, as it is meant and as it is found: ids and keys that disagree, wrong units, missing numbers."""

from typing import Any

import pytest

from coach.interchange.workouts import ReportKind
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places


def _step(kind: str = "interval", end: str = "time", value: Any = 60, **more: Any) -> dict[str, Any]:
    condition = {"conditionTypeKey": end}
    return {"stepType": {"stepTypeKey": kind}, "endCondition": condition, "endConditionValue": value} | more


def _target(key: str, one: Any = None, two: Any = None, **more: Any) -> dict[str, Any]:
    return {"targetType": {"workoutTargetTypeKey": key}, "targetValueOne": one, "targetValueTwo": two} | more


def _workout(*steps: Any, **more: Any) -> dict[str, Any]:
    sport = {"sportTypeId": 1, "sportTypeKey": "running"}
    segments = [{"segmentOrder": 1, "sportType": sport, "workoutSteps": list(steps)}]
    return {"workoutName": "It", "sportType": sport, "workoutSegments": segments} | more


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("warmup", "warm_up"),
        ("cooldown", "cool_down"),
        ("interval", "work"),
        ("main", "work"),
        ("recovery", "recovery"),
        ("rest", "recovery"),
    ],
)
def test_step_types_are_kinds(key, kind):
    """Each step type of Garmin is a kind of ours, and nothing is lost."""
    steps, report = imported(_workout(_step(key), _step()))

    assert steps[0]["kind"] == kind
    assert lost(report) == []


@pytest.mark.parametrize(
    ("step", "until"),
    [
        (_step(end="time", value=90.5), {"time": "1:30.5"}),
        (_step(end="fixed.rest", value=45), {"time": "0:45"}),
        (_step(end="distance", value=1609.344), {"distance": "1609.344 m"}),
        (_step(end="distance", value="400"), {"distance": "400 m"}),
        (_step(end="lap.button", value=1000), {"mark": True}),
        (_step(end="heart.rate", value=120, endConditionCompare="lt"), {"heart_rate_below": "120 bpm"}),
        (_step(end="heart.rate", value=150, endConditionCompare="gt"), {"heart_rate_above": "150 bpm"}),
    ],
)
def test_end_conditions_are_ends(step, until):
    """Each end condition that our documents know means the same there."""
    steps, report = imported(_workout(step))

    assert steps[0]["until"] == until
    assert lost(report) == []


@pytest.mark.parametrize(
    ("kind", "key"), [("recovery", "heart_rate_below"), ("interval", "heart_rate_above")]
)
def test_a_heart_rate_end_without_its_side_is_decided_and_told(kind, key):
    """A heart-rate end that does not say from which side comes from above in a recovery, else from below."""
    steps, report = imported(_workout(_step(kind, "heart.rate", 130)))

    assert steps[0]["until"] == {key: "130 bpm"}
    assert len(places(report, ReportKind.APPROXIMATED)) == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (_step(end="calories", value=50), "50 calories"),
        (_step(end="power", value=300), "300 power"),
        (_step(end="", value=None), "not said"),
        (_step(end="time", value=None), "no usable time"),
        (_step(end="time", value=1e9), "no usable time"),
        (_step(end="distance", value=0.3), "no usable distance"),
        (_step(end="heart.rate", value=1, endConditionCompare="lt"), "no usable heart rate"),
    ],
)
def test_an_end_we_cannot_count_is_a_mark_and_told(step, words):
    """An end that no document knows, or that is no number, becomes a mark, and the report says so."""
    steps, report = imported(_workout(step))

    assert steps[0]["until"] == {"mark": True}
    assert places(report) == ["workoutSegments[0].workoutSteps[0]"]
    assert words in lost(report)[0]


@pytest.mark.parametrize("end", ["time", "distance"])
def test_a_step_of_no_length_is_left_out(end):
    """A step of zero seconds or metres is not run, and the report says so."""
    steps, report = imported(_workout(_step(end=end, value=0), _step(value=30)))

    assert [step["until"] for step in steps] == [{"time": "0:30"}]
    assert places(report) == ["workoutSegments[0].workoutSteps[0]"]


@pytest.mark.parametrize(
    ("target", "made"),
    [
        (_target("no.target"), None),
        (_target("pace.zone", 3.5, 4.0), {"pace": "4:10-4:46/km"}),
        (_target("pace.zone", 4.0, 3.5), {"pace": "4:10-4:46/km"}),
        (_target("speed.zone", 4.0, 4.0), {"pace": "4:10/km"}),
        (_target("pace.zone", 3.6, None), {"pace": "4:37.8/km"}),
        (_target("heart.rate.zone", 140, 150), {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
        (_target("heart.rate.zone", 150, 140), {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
        (_target("heart.rate.zone", 150, 150), {"heart_rate": "150 bpm"}),
        (_target("power.zone", 250, 270), {"power": {"min": "250 W", "max": "270 W"}}),
        (_target("cadence", 170, 180), {"cadence": {"min": "170 spm", "max": "180 spm"}}),
        (_target("cadence.zone", 176, 176), {"cadence": "176 spm"}),
    ],
)
def test_targets_mean_the_same(target, made):
    """A target with numbers, in either order and of any width, is understood."""
    steps, report = imported(_workout(_step() | target))

    assert steps[0].get("target") == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("target", "made"),
    [
        (_target("heart.rate.zone", zoneNumber=4), {"heart_rate": {"min": "80 %max", "max": "90 %max"}}),
        (_target("pace.zone", zoneNumber=3), {"effort": "pace zone 3"}),
        (_target("power.zone", zoneNumber=2), {"effort": "power zone 2"}),
        (_target("cadence", 85, 90), {"cadence": {"min": "170 spm", "max": "180 spm"}}),
        (_target("pace.zone", 0.25, 0.2), {"pace": "3:20-4:10/km"}),
        (
            _target("heart.rate.zone", 140, 150, zoneNumber=3),
            {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}},
        ),
    ],
)
def test_targets_that_rest_on_more_than_the_file_are_approximated(target, made):
    """A zone of the watch, a cadence of one foot, a pace upside down: something near it, and a sentence about it."""
    steps, report = imported(_workout(_step() | target))

    assert steps[0]["target"] == made
    assert places(report, ReportKind.APPROXIMATED) == ["workoutSegments[0].workoutSteps[0]"]
    assert places(report) == []


@pytest.mark.parametrize(
    "target",
    [
        _target("pace.zone"),
        _target("pace.zone", 900, 901),
        _target("heart.rate.zone"),
        _target("heart.rate.zone", 12, 14),
        _target("heart.rate.zone", zoneNumber=9),
        _target("power.zone"),
        _target("power.zone", 9000, 9001),
        _target("cadence", 400, 500),
        _target("cadence"),
        _target("grade", 2, 3),
        _target("swim.stroke"),
    ],
)
def test_targets_nobody_can_hold_are_dropped_and_told(target):
    """A target without a number, out of reach, or of a kind we lack leaves a step without one, and is reported."""
    steps, report = imported(_workout(_step() | target))

    assert "target" not in steps[0]
    assert "the target: " in lost(report)[-1]


def test_a_second_target_takes_the_place_of_a_first_that_is_none():
    """A step whose only target is the secondary one has that as its target."""
    second = {"secondaryTargetType": {"workoutTargetTypeKey": "cadence"}, "secondaryTargetValueOne": 172}
    steps, _ = imported(_workout(_step() | second))

    assert steps[0]["target"] == {"cadence": "172 spm"}
    assert "caps" not in steps[0]


def test_a_second_pace_is_a_limit_on_both_sides():
    """A secondary pace beside a heart rate keeps both of its sides."""
    second = {
        "secondaryTargetType": {"workoutTargetTypeKey": "pace.zone"},
        "secondaryTargetValueOne": 3.5,
        "secondaryTargetValueTwo": 4.0,
    }
    steps, report = imported(_workout(_step() | _target("heart.rate.zone", 140, 150) | second))

    assert steps[0]["caps"] == [{"pace": {"fastest": "4:10/km", "slowest": "4:46/km"}}]
    assert lost(report) == []


def test_a_second_target_in_words_is_dropped():
    """Words cannot be a limit: a secondary power zone is named and left out."""
    second = {"secondaryTargetType": {"workoutTargetTypeKey": "power.zone"}, "secondaryZoneNumber": 3}
    steps, report = imported(_workout(_step() | _target("pace.zone", 4, 4) | second))

    assert "caps" not in steps[0]
    assert "a second target in words: power zone 3" in lost(report)[-1]


def test_the_key_rules_over_the_id():
    """An id that means something else than its key is reported, and the key counts."""
    step = _step() | {"endCondition": {"conditionTypeId": 3, "conditionTypeKey": "time"}}
    steps, report = imported(_workout(step))

    assert steps[0]["until"] == {"time": "1:00"}
    assert places(report, ReportKind.APPROXIMATED) == ["workoutSegments[0].workoutSteps[0].endCondition"]


def test_an_id_helps_where_there_is_no_key():
    """Ids alone are understood as Garmin lists them."""
    step = {
        "stepType": {"stepTypeId": 4},
        "endCondition": {"conditionTypeId": 3},
        "endConditionValue": 400,
        "targetType": {"workoutTargetTypeId": 6},
        "targetValueOne": 4,
        "targetValueTwo": 4,
    }
    steps, report = imported(_workout(step))

    assert steps == [{"kind": "recovery", "until": {"distance": "400 m"}, "target": {"pace": "4:10/km"}}]
    assert lost(report) == []


def test_segments_may_be_an_object():
    """`workoutSegments` as one object in place of a list is read all the same."""
    tree = _workout(_step())
    tree["workoutSegments"] = tree["workoutSegments"][0]
    steps, report = imported(tree)

    assert steps == [{"kind": "work", "until": {"time": "1:00"}}]
    assert lost(report) == []


def _repeat(*steps: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "RepeatGroupDTO",
        "stepType": {"stepTypeKey": "repeat"},
        "numberOfIterations": 3,
        "workoutSteps": list(steps),
    } | more


def test_the_last_rest_can_be_skipped():
    """`skipLastRestStep` is our own `skip_last_recovery`."""
    steps, report = imported(_workout(_repeat(_step(), _step("rest"), skipLastRestStep=True)))

    assert steps[0]["skip_last_recovery"] is True
    assert lost(report) == []


def test_a_last_rest_that_is_none_cannot_be_skipped():
    """`skipLastRestStep` on a group that ends with work is reported and dropped."""
    steps, report = imported(_workout(_repeat(_step(), skipLastRestStep=True)))

    assert "skip_last_recovery" not in steps[0]
    assert places(report) == ["workoutSegments[0].workoutSteps[0]"]


@pytest.mark.parametrize(
    ("count", "repeats"),
    [
        ({"numberOfIterations": None, "endConditionValue": 4.0}, 4),
        ({"numberOfIterations": 5, "endConditionValue": 5}, 5),
    ],
)
def test_a_count_may_stand_in_either_place(count, repeats):
    """The number of repeats is read from the group or from its end condition."""
    steps, report = imported(_workout(_repeat(_step(), **count)))

    assert steps[0]["repeat"] == repeats
    assert lost(report) == []


@pytest.mark.parametrize(
    ("key", "words"),
    [("time", "time (600 s)"), ("distance", "distance (600 m)"), ("lap.button", "lap button")],
)
def test_a_repeat_until_something_else_is_run_once(key, words):
    """Ten minutes of repeats are not 600 of them."""
    value = None if key == "lap.button" else 600
    end = {"numberOfIterations": None, "endCondition": {"conditionTypeKey": key}, "endConditionValue": value}
    steps, report = imported(_workout(_repeat(_step(), **end)))

    assert steps == [{"kind": "work", "until": {"time": "1:00"}}]
    assert [entry.text for entry in report.losses] == [f"a repeat until {words}; its steps are run once"]


def test_a_repeat_counted_by_its_end_condition():
    """The end condition of a group may be its count, named as such."""
    end = {
        "numberOfIterations": None,
        "endCondition": {"conditionTypeKey": "iterations"},
        "endConditionValue": 4.0,
    }
    steps, report = imported(_workout(_repeat(_step(), **end)))

    assert steps[0]["repeat"] == 4
    assert lost(report) == []


def test_counts_that_disagree_are_told():
    """Where two counts disagree, `numberOfIterations` counts and the report says so."""
    steps, report = imported(_workout(_repeat(_step(), endConditionValue=7)))

    assert steps[0]["repeat"] == 3
    assert len(places(report, ReportKind.APPROXIMATED)) == 1


@pytest.mark.parametrize("count", [0, -2, 10**9, "many", 2.5, 10**400])
def test_a_count_nobody_can_run_is_run_once(count):
    """An impossible count leaves the steps of the group once, and is reported."""
    steps, report = imported(_workout(_repeat(_step(), numberOfIterations=count)))

    assert steps == [{"kind": "work", "until": {"time": "1:00"}}]
    assert places(report) == ["workoutSegments[0].workoutSteps[0]"]


def test_an_empty_group_is_left_out():
    """A group without steps is reported and left out."""
    steps, report = imported(_workout(_repeat(), _step()))

    assert len(steps) == 1
    assert places(report) == ["workoutSegments[0].workoutSteps[0]"]


def test_an_unknown_step_type_is_work():
    """A step type of a later year is taken for work, and the report says so."""
    steps, report = imported(_workout(_step("moonwalk")))

    assert steps[0]["kind"] == "work"
    assert len(places(report, ReportKind.APPROXIMATED)) == 1


def test_notes_and_description_are_kept():
    """The author's texts about the workout and about a step are in the document."""
    steps, _ = imported(_workout(_step(description="Tall\nand \x07easy"), description="Why"))

    assert steps[0]["notes"] == "Tall\nand  easy"


@pytest.mark.parametrize("sport", ["cycling", "rowing"])
def test_times_and_heart_rates_of_another_sport_are_kept(sport):
    """Of a cycling workout times and heart rates stay, powers and paces go, and the report says so."""
    tree = _workout(
        _step() | _target("heart.rate.zone", 140, 150),
        _step() | _target("power.zone", 250, 270),
        _step() | _target("cadence", 80, 90),
        _step() | _target("pace.zone", 8, 9),
    )
    tree["workoutSegments"][0]["sportType"] = {"sportTypeKey": sport}
    steps, report = imported(tree)

    assert [step.get("target") for step in steps] == [
        {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}},
        None,
        None,
        None,
    ]
    assert len(places(report)) == 4


def test_distances_of_another_sport_are_refused():
    """A distance of a cycling workout is refused, with the step."""
    tree = _workout(_step(end="distance", value=20_000))
    tree["workoutSegments"][0]["sportType"] = {"sportTypeKey": "cycling"}

    with pytest.raises(WorkoutProblem, match=r"workoutSteps\[0\]: a distance of another sport"):
        imported(tree)


def test_swimming_is_refused():
    """A swimming workout holds nothing for a runner."""
    tree = _workout(_step())
    tree["workoutSegments"][0]["sportType"] = {"sportTypeKey": "swimming"}

    with pytest.raises(WorkoutProblem, match="another sport"):
        imported(tree)


def test_the_running_parts_of_a_multisport_workout_are_kept():
    """Of swim, bike, run the swim is dropped, and the others become sections."""
    tree = _workout(_step(), sportType={"sportTypeKey": "multi_sport"})
    (run,) = tree["workoutSegments"]
    swim = run | {"sportType": {"sportTypeKey": "swimming"}}
    tree["workoutSegments"] = [
        swim,
        run | {"sportType": {"sportTypeKey": "cycling"}},
        run | {"sportType": {}},
    ]
    steps, report = imported(tree)

    assert len(steps) == 2
    assert places(report) == ["workoutSegments[0]", "workoutSegments[1].sportType"]


@pytest.mark.parametrize(("sport", "kind"), [("hiking", "work"), ("", "work")])
def test_sports_on_foot_and_none_are_running_and_told(sport, kind):
    """A hike, or a workout without a sport, is taken for running, and the report says so."""
    tree = _workout(_step(), sportType={})
    tree["workoutSegments"][0]["sportType"] = {"sportTypeKey": sport}
    steps, report = imported(tree)

    assert steps[0]["kind"] == kind
    assert len(places(report, ReportKind.APPROXIMATED)) == 1


def test_exercises_of_a_strength_workout():
    """Names, weights, repetitions and seconds of exercises are kept; what is counted otherwise is reported."""
    tree = _workout(
        _step("interval", "reps", 12, exerciseName="BARBELL_SQUAT", weightValue=40.0),
        _step("interval", "time", 45, category="PLANK"),
        _step("interval", "lap.button", None),
        _step("interval", "calories", 10),
        _step("rest", "lap.button"),
    )
    tree["workoutSegments"][0]["sportType"] = {"sportTypeKey": "strength_training"}
    steps, report = imported(tree)

    assert [step["items"][0] for step in steps[:4]] == [
        {"do": "Barbell squat with 40 kg", "reps": 12},
        {"do": "Plank", "seconds": 45.0},
        {"do": "Exercise"},
        {"do": "Exercise"},
    ]
    assert steps[4] == {"kind": "recovery", "until": {"mark": True}, "move": "stand"}
    assert places(report) == ["workoutSegments[0].workoutSteps[3]"]


@pytest.mark.parametrize("segments", [None, [], "x", [3], [{"workoutSteps": "x"}]])
def test_a_workout_without_steps_is_refused(segments):
    """A file in which nothing can be run is a problem, not an empty workout."""
    with pytest.raises(WorkoutProblem, match="no step that can be run"):
        imported(_workout(workoutSegments=segments))


def test_a_step_that_is_no_object_is_refused():
    """A step that is a number is named with its place."""
    with pytest.raises(WorkoutProblem, match=r"workoutSegments\[0\]\.workoutSteps\[0\]"):
        imported(_workout(7))


def test_several_workouts_in_one_list():
    """Of a list, a workout of which nothing can be run is left out and reported; a list of such alone is refused."""
    _, report = imported([_workout(_step()), _workout()])
    assert any("was left out: no step that can be run" in text for text in lost(report))

    with pytest.raises(WorkoutProblem, match=r'\[0\] "It": no step'):
        imported([_workout(), _workout()])
