"""The workout inside a FIT file: what our documents can say is said, what they cannot is told and never guessed."""

from typing import Any

import pytest

from coach.interchange.fit_frames import messages
from coach.interchange.fit_workout import workout_from


def _steps(*steps: dict[str, Any], name: str = "") -> tuple[list[Any], list[str]]:
    """The steps of the document made, and what was said."""
    problems: list[str] = []
    document = workout_from(steps, {"wkt_name": name} if name else {}, problems)
    return (document["sections"][0]["steps"] if document else []), problems


def _step(**values: Any) -> dict[str, Any]:
    return {
        "duration_type": "time",
        "duration_time": 60.0,
        "target_type": "open",
        "intensity": "active",
    } | values


@pytest.mark.parametrize(
    ("intensity", "kind"),
    [
        ("warmup", "warm_up"),
        ("cooldown", "cool_down"),
        ("rest", "recovery"),
        ("recovery", "recovery"),
        ("active", "work"),
        ("interval", "work"),
        ("other", "work"),
        (9, "work"),
    ],
)
def test_intensities_are_kinds(intensity, kind):
    """Each intensity of FIT is a kind of ours."""
    steps, problems = _steps(_step(intensity=intensity))

    assert steps[0]["kind"] == kind
    assert problems == []


@pytest.mark.parametrize(
    ("values", "until"),
    [
        ({"duration_time": 90.0}, {"time": "1:30"}),
        ({"duration_time": 10.5}, {"time": "0:10.5"}),
        ({"duration_type": "distance", "duration_distance": 400.0}, {"distance": "400 m"}),
        ({"duration_type": "open"}, {"mark": True}),
        ({"duration_type": "hr_less_than", "duration_hr": 225}, {"heart_rate_below": "125 bpm"}),
        ({"duration_type": "hr_less_than", "duration_hr": 70}, {"heart_rate_below": "70 %max"}),
        ({"duration_type": "hr_greater_than", "duration_hr": 260}, {"heart_rate_above": "160 bpm"}),
    ],
)
def test_durations_are_ends(values, until):
    """Times, distances, open ends and heart rates are ends of ours; above 100 a heart rate has 100 added."""
    steps, problems = _steps(_step(**values))

    assert steps[0]["until"] == until
    assert problems == []


@pytest.mark.parametrize(
    ("values", "target"),
    [
        (
            {"target_type": "speed", "custom_target_speed_low": 3.666, "custom_target_speed_high": 4.138},
            {"pace": "4:01-4:33/km"},
        ),
        (
            {"target_type": "speed", "custom_target_speed_low": 4.0, "custom_target_speed_high": 4.0},
            {"pace": "4:10/km"},
        ),
        (
            {"target_type": "speed", "custom_target_speed_low": 4.0, "custom_target_speed_high": 3.125},
            {"pace": "4:10-5:20/km"},
        ),
        (
            {
                "target_type": "heart_rate",
                "custom_target_heart_rate_low": 240,
                "custom_target_heart_rate_high": 250,
            },
            {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}},
        ),
        (
            {
                "target_type": "heart_rate",
                "custom_target_heart_rate_low": 70,
                "custom_target_heart_rate_high": 80,
            },
            {"heart_rate": {"min": "70 %max", "max": "80 %max"}},
        ),
        (
            {"target_type": "power", "custom_target_power_low": 1250, "custom_target_power_high": 1270},
            {"power": {"min": "250 W", "max": "270 W"}},
        ),
        (
            {"target_type": "cadence", "custom_target_cadence_low": 88, "custom_target_cadence_high": 92},
            {"cadence": {"min": "176 spm", "max": "184 spm"}},
        ),
    ],
)
def test_custom_ranges_are_targets(values, target):
    """Ranges the file gives itself are targets: paces opened outward to whole seconds, sides in either order."""
    steps, problems = _steps(_step(**values))

    assert steps[0]["target"] == target
    assert problems == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"target_type": "heart_rate", "target_hr_zone": 2}, "heart rate zone 2"),
        ({"target_type": "power", "target_power_zone": 5}, "power zone 5"),
        ({"target_type": "grade", "target_value": 4}, "grade zone 4"),
        ({"target_type": "swim_stroke"}, "swim stroke"),
        ({"target_type": "cadence", "custom_target_cadence_low": 88}, "cadence"),
        ({"target_type": "power", "custom_target_power_low": 80, "custom_target_power_high": 90}, "power"),
        ({"target_type": "speed", "custom_target_speed_low": 0.1, "custom_target_speed_high": 4.0}, "speed"),
        (
            {
                "target_type": "heart_rate",
                "custom_target_heart_rate_low": 90,
                "custom_target_heart_rate_high": 240,
            },
            "heart rate",
        ),
    ],
)
def test_zones_and_the_unsupported_are_told(values, words):
    """A target that rests on the watch's own zones, or on nothing we know, is left out and said."""
    steps, problems = _steps(_step(**values))

    assert "target" not in steps[0]
    assert len(problems) == 1
    assert f"The target of step 1 of the embedded workout ({words})" in problems[0]


def test_an_end_we_cannot_say_becomes_a_mark():
    """A step that ends by calories ends by a mark, and it is said."""
    steps, problems = _steps(_step(duration_type="calories", duration_calories=100))

    assert steps[0]["until"] == {"mark": True}
    assert "not supported (calories)" in problems[0]


def test_repeats_nest():
    """A repeat within a repeat is folded back into both."""
    steps, problems = _steps(
        _step(intensity="warmup"),
        _step(duration_time=10.0),
        _step(intensity="rest"),
        {"duration_type": "repeat_until_steps_cmplt", "duration_step": 1, "repeat_steps": 5},
        _step(duration_time=300.0),
        {"duration_type": "repeat_until_steps_cmplt", "duration_step": 1, "repeat_steps": 2},
        _step(intensity="cooldown"),
    )

    assert [step.get("repeat", step.get("kind")) for step in steps] == ["warm_up", 2, "cool_down"]
    assert [step.get("repeat", step.get("kind")) for step in steps[1]["steps"]] == [5, "work"]
    assert [step["kind"] for step in steps[1]["steps"][0]["steps"]] == ["work", "recovery"]
    assert problems == []


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        ({"duration_type": "repeat_until_time", "duration_step": 0, "repeat_time": 600.0}, "not supported"),
        (
            {"duration_type": "repeat_until_hr_greater_than", "duration_step": 0, "repeat_hr": 80},
            "not supported",
        ),
        (
            {"duration_type": "repeat_until_steps_cmplt", "duration_step": 0, "repeat_steps": 60000},
            "not supported",
        ),
        (
            {"duration_type": "repeat_until_steps_cmplt", "duration_step": 9, "repeat_steps": 3},
            "points nowhere",
        ),
        ({"duration_type": "repeat_until_steps_cmplt", "repeat_steps": 3}, "points nowhere"),
    ],
)
def test_repeats_we_cannot_run_are_told(repeat, words):
    """A repeat until a time or a heart rate, or one that points nowhere, leaves its steps to be run once."""
    steps, problems = _steps(_step(), repeat)

    assert [step["kind"] for step in steps] == ["work"]
    assert words in problems[0]


def test_names_come_along_and_are_harmless():
    """Names of workout and step are kept without what steers a terminal."""
    problems: list[str] = []
    document = workout_from([_step(wkt_step_name="Hill\x1b[2J\n 1")], {"wkt_name": "Tuesday"}, problems)

    assert document is not None
    assert document["name"] == "Tuesday"
    assert document["sections"][0]["steps"][0]["name"] == "Hill[2J 1"


def test_a_workout_our_documents_refuse_is_told():
    """A pace nobody runs, as damage can make it, costs the workout and not the recording."""
    steps, problems = _steps(_step(duration_type="distance", duration_distance=9e5))

    assert steps == []
    assert problems[0].startswith("The embedded workout cannot be used: ")


def test_nothing_but_repeats_is_no_workout():
    """Repeats of nothing leave no workout."""
    assert (
        _steps({"duration_type": "repeat_until_steps_cmplt", "duration_step": 0, "repeat_steps": 2})[0] == []
    )


@pytest.mark.parametrize(
    ("name", "kinds", "said"),
    [
        ("workout_individual_steps.fit", ["warm_up", "work", "work", "cool_down"], 4),
        ("workout_custom_targets.fit", ["warm_up", "work", "work", "cool_down"], 0),
        ("workout_repeat_steps.fit", ["warm_up", 3, "cool_down"], 4),
        ("workout_repeat_until_hr.fit", ["warm_up", "work", "work", "cool_down"], 5),
    ],
)
def test_the_workout_files_of_the_public_set_are_understood(recordings, name, kinds, said):
    """The steps of the four FIT workouts make documents; every zone target and odd repeat is told."""
    file = list(messages((recordings / name).read_bytes(), []))
    steps, problems = _steps(*(one.values for one in file if one.name == "workout_step"))

    assert [step.get("repeat", step.get("kind")) for step in steps] == kinds
    assert len(problems) == said
    assert steps[-1]["until"] == {"heart_rate_below": "125 bpm"}
