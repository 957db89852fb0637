"""Workout files that were once read wrongly give what their writers meant, and every loss is reported."""

from typing import Any

import pytest

from coach.interchange.workouts import LossProblem, ReportKind
from coach.interchange.workouts.converting import import_workout
from tests.interchange.workouts.reading import lost, places

Json = dict[str, Any]


def _speed(low: float, high: float | None = None) -> Json:
    if high is None:
        return {"speed": f"{low:g} %threshold"}
    return {"speed": {"min": f"{low:g} %threshold", "max": f"{high:g} %threshold"}}


def _bounds(key: str, low: str, high: str) -> Json:
    return {key: {"min": low, "max": high}}


def _timed(kind: str, time: str, **more: Any) -> Json:
    return {"kind": kind, "until": {"time": time}} | more


def _metres(kind: str, metres: int, **more: Any) -> Json:
    return {"kind": kind, "until": {"distance": f"{metres} m"}} | more


WILD: dict[str, tuple[list[tuple[str, list[Json]]], list[str], list[str]]] = {
    "icu_calendar_with_race_and_gym.json": (
        [("Workout", [_timed("open", "10:00", target=_speed(75))])],
        [],
        ["[1]", "[2]", "[3]"],
    ),
    "icu_custom_zones.txt": (
        [
            (
                "Workout",
                [
                    _timed("work", "10:00", target={"effort": "custom zone 1"}),
                    _timed("work", "20:00", target={"effort": "custom zone 2-3"}),
                    _timed("work", "5:00", target={"effort": "60 % of mean maximal power over 5m"}),
                ],
            )
        ],
        ["line 1", "line 2", "line 3"],
        [],
    ),
    "icu_doc_text_only_steps.json": (
        [
            ("Warm-up", [_timed("warm_up", "10:00", target=_speed(75))]),
            (
                "Main",
                [
                    {
                        "repeat": 3,
                        "steps": [
                            _timed("work", "1:00", target=_speed(105, 110), notes="Stay relaxed"),
                            _timed("recovery", "1:00", move="stand"),
                        ],
                    }
                ],
            ),
            ("Cool-down", [_timed("cool_down", "10:00", target=_speed(77.5, 87.7))]),
        ],
        ["workout_doc.steps[5].pace"],
        [],
    ),
    "icu_pace_without_unit.txt": (
        [
            ("Warmup", [_timed("warm_up", "10:00", target={"pace": "6:00/km"})]),
            (
                "Workout",
                [
                    {
                        "repeat": 4,
                        "steps": [
                            _metres("work", 1000, target={"pace": "4:00/km"}),
                            _timed("recovery", "2:00", target={"pace": "6:30/km"}),
                        ],
                    }
                ],
            ),
            ("Cooldown", [_timed("cool_down", "5:00", target={"pace": "6:00-6:30/km"})]),
        ],
        ["line 2", "line 5", "line 6", "line 9"],
        [],
    ),
    "icu_ramp_down.txt": (
        [
            ("Warmup", [_timed("warm_up", "10:00", target=_speed(50), ramp=_speed(75))]),
            ("Cooldown", [_timed("cool_down", "10:00", target=_speed(75), ramp=_speed(50))]),
        ],
        [],
        [],
    ),
    "icu_rest_behind_step_lap_press.txt": (
        [
            (
                "Workout",
                [
                    {"kind": "open", "until": {"mark": True}, "target": _speed(77.5, 87.7)},
                    _timed("open", "20:00"),
                    _metres("work", 200, target=_speed(95)),
                    _timed("recovery", "0:30", move="walk"),
                    _metres(
                        "open",
                        5000,
                        target={"heart_rate": "zone 2"},
                        caps=[_bounds("cadence", "170 spm", "170 spm")],
                    ),
                    _metres("warm_up", 400),
                    _timed("recovery", "0:20"),
                    _metres("work", 100, target={"effort": "power zone 4"}),
                    _timed("recovery", "0:20", move="walk"),
                ],
            )
        ],
        ["line 1", "line 4", "line 7"],
        [],
    ),
    "icu_timed_prompts.txt": (
        [
            (
                "Warmup",
                [
                    _timed(
                        "warm_up",
                        "10:00",
                        name="First prompt",
                        target=_speed(60),
                        says=[
                            {"text": "Start easy", "at": "0:01"},
                            {"text": "Relax your shoulders", "at": "1:00"},
                        ],
                    )
                ],
            ),
            (
                "Main Set",
                [
                    {
                        "repeat": 3,
                        "steps": [
                            _timed(
                                "work",
                                "1:00",
                                name="Hard!",
                                target=_speed(110),
                                says=[{"text": "half way there", "at": "0:33"}],
                            ),
                            _timed("recovery", "1:00", target=_speed(60)),
                        ],
                    }
                ],
            ),
        ],
        [],
        [],
    ),
    "icu_unit_on_both_sides.txt": (
        [
            (
                "Workout",
                [
                    _timed("work", "10:00", target=_bounds("power", "70 W", "80 W")),
                    _timed("work", "10:00", target=_bounds("heart_rate", "140 bpm", "150 bpm")),
                    _timed("work", "10:00", target=_bounds("cadence", "170 spm", "176 spm")),
                    _timed("work", "10:00", target=_bounds("heart_rate", "85 %lthr", "95 %lthr")),
                    _timed("recovery", "10:00", target=_speed(60, 70)),
                    _timed("work", "10:00", target={"pace": "4:50-5:00/km"}),
                    _timed("recovery", "10:00", target=_speed(70), ramp=_speed(60)),
                    _timed("work", "10:00", target={"pace": "5:30/km"}, ramp={"pace": "5:00/km"}),
                    _timed(
                        "work", "10:00", target={"heart_rate": "85 %lthr"}, ramp={"heart_rate": "92.5 %lthr"}
                    ),
                    _timed("cool_down", "10:00", target=_bounds("heart_rate", "75 %lthr", "85 %lthr")),
                ],
            )
        ],
        ["line 4", "line 9"],
        [],
    ),
    "zwo_pace_in_seconds.zwo": (
        [
            (
                "Workout",
                [
                    _metres("work", 5000),
                    _metres(
                        "work", 400, target={"pace": {"ref": "5k"}}, says=[{"text": "half", "at": "200 m"}]
                    ),
                ],
            )
        ],
        [],
        ["/workout_file/workout/SteadyState[1] (line 1)"],
    ),
}
"""The sections of each file, and the places where something is approximated and where it is dropped."""


@pytest.mark.parametrize("name", WILD)
def test_a_wild_file_comes_out_right(shared_data, name):
    """Every step, end, target and text is that of the file; each approximation or loss has its place."""
    sections, approximated, dropped = WILD[name]
    found = import_workout((shared_data / "wild" / "files" / name).read_bytes(), name=name)
    (document,) = found.documents

    assert [(each["name"], each["steps"]) for each in document["sections"]] == sections
    assert places(found.report, ReportKind.APPROXIMATED) == approximated
    assert places(found.report) == dropped


@pytest.mark.parametrize("name", WILD)
def test_a_wild_file_with_a_loss_is_refused_if_strict(shared_data, name):
    """`--strict` takes the two texts that say all themselves, and exits with 1 for every other."""
    _, approximated, dropped = WILD[name]
    data = (shared_data / "wild" / "files" / name).read_bytes()

    if not approximated and not dropped:
        assert import_workout(data, name=name, strict=True).report.losses == ()
        return
    with pytest.raises(LossProblem) as caught:
        import_workout(data, name=name, strict=True)
    assert caught.value.exit_code == 1


def test_what_a_calendar_leaves_out_is_named(shared_data):
    """The race, the gym day and the swim are named, each with its reason."""
    data = (shared_data / "wild" / "files" / "icu_calendar_with_race_and_gym.json").read_bytes()

    assert lost(import_workout(data, name="it").report) == [
        'dropped: [1]: "Race" was left out: its category is RACE_A, which is not a workout',
        'dropped: [2]: "Gym" was left out: it is for another sport ("weighttraining")',
        (
            'dropped: [3]: "S" was left out: this workout is for another sport ("swim"), '
            "and a runner can use nothing of it"
        ),
    ]


def test_no_wild_workout_is_forgotten(shared_data):
    """Every workout text and document among the wild files is tested here."""
    there = {path.name for path in (shared_data / "wild" / "files").iterdir()}

    assert set(WILD) == {name for name in there if name.startswith(("icu_", "zwo_"))}
