"""FIT workouts: every end, target and repeat of the profile, and files that lie about themselves."""

from itertools import permutations

import pytest

from coach.interchange.fit_file import WORKOUT_FIELDS, sift
from coach.interchange.recordings.common import read_recording
from coach.interchange.workouts import ReportKind
from coach.interchange.workouts.converting import import_workout
from coach.interchange.workouts.fit import in_words
from coach.problems import WorkoutProblem
from tests.interchange.workouts.fit_workouts import (
    CYCLING,
    STEP,
    TRAINING,
    fit_file,
    workout,
)
from tests.interchange.workouts.reading import imported, lost, places


@pytest.mark.parametrize(
    ("step", "until"),
    [
        ({"duration": 0, "duration_value": 90_500}, {"time": "1:30.5"}),
        ({"duration": 31, "duration_value": 90_000}, {"time": "1:30"}),
        ({"duration": 1, "duration_value": 40_000}, {"distance": "400 m"}),
        ({"duration": 2, "duration_value": 225}, {"heart_rate_below": "125 bpm"}),
        ({"duration": 2, "duration_value": 70}, {"heart_rate_below": "70 %max"}),
        ({"duration": 3, "duration_value": 260}, {"heart_rate_above": "160 bpm"}),
        ({"duration": 5}, {"mark": True}),
    ],
)
def test_durations_are_ends(step, until):
    """Each duration our documents know means the same there."""
    steps, report = imported(workout(step))

    assert steps[0]["until"] == until
    assert lost(report) == []


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"duration": 4, "duration_value": 50}, "calories 50"),
        ({"duration": 15, "duration_value": 1300}, "power greater than"),
        ({"duration": 29, "duration_value": 12}, "reps"),
        ({"duration": 0, "duration_value": 0xFFFFFFFF}, "no usable time"),
    ],
)
def test_durations_we_cannot_count_are_marks(step, words):
    """A duration of a kind we lack, or without a value, becomes a mark; the report says what it was."""
    steps, report = imported(workout(step))

    assert steps[0]["until"] == {"mark": True}
    assert places(report) == ["workout_step[0]"]
    assert words in lost(report)[0]


@pytest.mark.parametrize(
    ("intensity", "made"),
    [
        (0, {"kind": "work"}),
        (1, {"kind": "recovery", "move": "walk"}),
        (2, {"kind": "warm_up"}),
        (3, {"kind": "cool_down"}),
        (4, {"kind": "recovery"}),
        (5, {"kind": "work"}),
        (6, {"kind": "work"}),
    ],
)
def test_intensities_are_kinds(intensity, made):
    """Each intensity of FIT is a kind of ours."""
    steps, report = imported(workout({"intensity": intensity}))

    assert steps[0] == made | {"until": {"time": "1:00"}}
    assert lost(report) == []


def test_an_unknown_intensity_is_work():
    """An intensity of a later year is taken for work, and reported."""
    steps, report = imported(workout({"intensity": 99}))

    assert steps[0]["kind"] == "work"
    assert places(report, ReportKind.APPROXIMATED) == ["workout_step[0]"]


@pytest.mark.parametrize(
    ("step", "made"),
    [
        ({"target": 0, "target_value": 0, "low": 3500, "high": 4000}, {"pace": "4:10-4:46/km"}),
        ({"target": 12, "target_value": 0, "low": 4000, "high": 4000}, {"pace": "4:10/km"}),
        ({"target": 13, "target_value": 0, "low": 240, "high": 240}, {"heart_rate": "140 bpm"}),
        (
            {"target": 1, "target_value": 0, "low": 240, "high": 250},
            {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}},
        ),
        (
            {"target": 1, "target_value": 0, "low": 70, "high": 80},
            {"heart_rate": {"min": "70 %max", "max": "80 %max"}},
        ),
        (
            {"target": 3, "target_value": 0, "low": 85, "high": 90},
            {"cadence": {"min": "170 spm", "max": "180 spm"}},
        ),
        (
            {"target": 4, "target_value": 0, "low": 1250, "high": 1270},
            {"power": {"min": "250 W", "max": "270 W"}},
        ),
    ],
)
def test_targets_with_numbers_mean_the_same(step, made):
    """Custom ranges of speed, heart rate, cadence and power are read in their FIT encodings."""
    steps, report = imported(workout(step))

    assert steps[0]["target"] == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ({"target": 1, "target_value": 2}, ReportKind.APPROXIMATED),
        ({"target": 0, "target_value": 4}, ReportKind.APPROXIMATED),
        ({"target": 4, "target_value": 5}, ReportKind.APPROXIMATED),
        ({"target": 4, "target_value": 0, "low": 80, "high": 90}, ReportKind.APPROXIMATED),
        ({"target": 4, "target_value": 0, "low": 90, "high": 1250}, ReportKind.DROPPED),
        ({"target": 1, "target_value": 0, "low": 90, "high": 250}, ReportKind.DROPPED),
        ({"target": 1, "target_value": 0}, ReportKind.DROPPED),
        ({"target": 5, "target_value": 0, "low": 2, "high": 3}, ReportKind.DROPPED),
        ({"target": 6, "target_value": 3}, ReportKind.DROPPED),
        ({"target": 3, "target_value": 0, "low": 170, "high": 180}, ReportKind.APPROXIMATED),
    ],
)
def test_other_targets_are_told(step, found):
    """Zones of the watch are approximated, what has no numbers or no place in a document is dropped."""
    _, report = imported(workout(step))

    (entry,) = report.losses
    assert (entry.kind, entry.where) == (found, "workout_step[0]")


def test_the_second_target_is_a_limit():
    """A secondary heart rate beside a speed is a limit."""
    steps, report = imported(
        workout(
            {
                "target": 0,
                "target_value": 0,
                "low": 4000,
                "high": 4000,
                "second": 1,
                "second_value": 0,
                "second_low": 240,
                "second_high": 250,
            }
        )
    )

    assert steps[0]["target"] == {"pace": "4:10/km"}
    assert steps[0]["caps"] == [{"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}]
    assert lost(report) == []


def test_names_and_notes_are_kept():
    """The author's texts are in the document."""
    steps, _ = imported(workout({"name": "Fast", "notes": "Tall"}))

    assert (steps[0]["name"], steps[0]["notes"]) == ("Fast", "Tall")


def test_repeats_nest():
    """A repeat jumps back over another repeat and takes it in."""
    again = {"duration": 6, "duration_value": 1, "target_value": 4}
    steps, report = imported(
        workout({"intensity": 2}, {}, again, again | {"target_value": 3}, {"intensity": 3})
    )

    assert steps[1]["repeat"] == 3
    assert steps[1]["steps"][0]["repeat"] == 4
    assert lost(report) == []


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        ({"duration": 6, "duration_value": 7, "target_value": 4}, "points at no step"),
        ({"duration": 6, "duration_value": 0, "target_value": 0}, "a repeat count"),
        ({"duration": 7, "duration_value": 0, "target_value": 600_000}, "a repeat until time (600 s)"),
        ({"duration": 8, "duration_value": 0, "target_value": 500_000}, "a repeat until distance (5000 m)"),
        ({"duration": 11, "duration_value": 0, "target_value": 80}, "80 % of the maximum"),
        ({"duration": 10, "duration_value": 0, "target_value": 225}, "125 bpm"),
        ({"duration": 9, "duration_value": 0, "target_value": 10}, "a repeat until calories (10)"),
    ],
)
def test_repeats_nobody_can_run_are_told(repeat, words):
    """A repeat that points nowhere, has no count, or ends by what we cannot watch is run once and reported."""
    steps, report = imported(workout({}, repeat))

    assert steps == [{"kind": "work", "until": {"time": "1:00"}}]
    assert places(report) == ["workout_step[1]"]
    assert words in lost(report)[0]


def test_a_repeat_at_the_start_is_left_out():
    """A repeat before any step repeats nothing."""
    steps, report = imported(workout({"duration": 6, "duration_value": 0, "target_value": 4}, {}))

    assert len(steps) == 1
    assert places(report) == ["workout_step[0]"]


def test_a_count_that_lies_is_no_loss():
    """A file that says four steps and holds two is read whole, and the report says so."""
    steps, report = imported(workout({}, {}, steps=4))

    assert len(steps) == 2
    assert next(entry.where for entry in report.of(ReportKind.UNDERSTOOD)) == "workout.num_valid_steps"
    assert lost(report) == []


def test_zero_seconds_are_left_out():
    """A step of no length is reported and left out."""
    steps, report = imported(workout({"duration_value": 0}, {}))

    assert len(steps) == 1
    assert places(report) == ["workout_step[0]"]


def test_another_sport():
    """Of cycling the times stay; without a sport it is taken for running; swimming is refused."""
    _, bike = imported(workout({}, sport=CYCLING))
    _, none = imported(workout({}, sport=None, name="It"))

    assert places(bike) == places(none, ReportKind.APPROXIMATED) == ["workout.sport"]
    with pytest.raises(WorkoutProblem, match="another sport"):
        imported(workout({}, sport=5))


def test_strength_is_checklists():
    """Exercises keep repetitions or seconds; warm-up and rests keep their times."""
    steps, report = imported(
        workout(
            {"intensity": 2},
            {"duration": 29, "duration_value": 12, "name": "squat"},
            {"name": "plank"},
            {"duration": 5},
            {"intensity": 1},
            sport=TRAINING,
            sub_sport=20,
        )
    )

    assert steps[0]["kind"] == "warm_up"
    assert [step["items"] for step in steps[1:4]] == [
        [{"do": "Squat", "reps": 12}],
        [{"do": "Plank", "seconds": 60.0}],
        [{"do": "Exercise"}],
    ]
    assert steps[4]["kind"] == "recovery"
    assert places(report) == ["workout_step[3]"]


def test_a_recording_without_a_workout_is_refused():
    """A free run has no workout in it, and the way to see it is named."""
    with pytest.raises(WorkoutProblem, match="free run") as caught:
        imported(fit_file(kind=4))
    assert "coach replay" in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "words"), [(5, "a workout without a step"), (2, "settings data, and no workout")]
)
def test_a_file_of_another_type_is_no_free_run(kind, words):
    """A workout without steps and the settings of a watch are called what they are."""
    with pytest.raises(WorkoutProblem, match=words):
        imported(fit_file((26, {"sport": 1}), kind=kind))


def test_more_steps_than_any_workout_are_refused():
    """Ten thousand steps are the most."""
    with pytest.raises(WorkoutProblem, match="10001 steps"):
        imported(fit_file((26, {"sport": 1}), *([(27, STEP)] * 10_001)))


def test_a_cut_file_is_read_up_to_the_cut():
    """The part before the cut is imported, and the report says that it is cut."""
    steps, report = imported(workout({}, {})[:-20])

    assert steps
    assert places(report) == [""]


_SESSION = [
    {"index": 0, "intensity": 2, "duration_value": 600_000},
    {"index": 1, "duration_value": 60_000},
    {"index": 2, "intensity": 4, "duration_value": 30_000},
    {"index": 3, "duration": 6, "duration_value": 1, "target_value": 5},
    {"index": 4, "intensity": 3, "duration_value": 300_000},
]
_SESSION_READ = [
    {"kind": "warm_up", "until": {"time": "10:00"}},
    {
        "repeat": 5,
        "steps": [
            {"kind": "work", "until": {"time": "1:00"}},
            {"kind": "recovery", "until": {"time": "0:30"}},
        ],
    },
    {"kind": "cool_down", "until": {"time": "5:00"}},
]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
def test_the_order_is_that_of_the_numbers(order):
    """Steps in any order of the file are run in the order of their numbers, and repeats point at numbers."""
    steps, report = imported(workout(*(_SESSION[place] for place in order)))

    assert steps == _SESSION_READ
    assert lost(report) == []


def test_numbers_may_have_gaps_and_flags():
    """Numbers need not follow each other, and their upper bits are flags."""
    numbers = {0: 0x8000, 1: 10, 2: 20, 3: 30, 4: 4095}
    given = [{**each, "index": numbers[each["index"]]} for each in reversed(_SESSION)]
    given[1]["duration_value"] = 10
    steps, report = imported(workout(*given))

    assert steps == _SESSION_READ
    assert lost(report) == []


def test_a_repeat_from_within_a_repeat_is_told():
    """A repeat that jumps into another one begins behind it, and the report says so."""
    again = {"duration": 6, "duration_value": 0, "target_value": 2}
    steps, report = imported(workout({}, {}, again, {}, again | {"duration_value": 1, "target_value": 3}))

    assert [each["repeat"] for each in steps] == [2, 3]
    assert places(report, ReportKind.APPROXIMATED) == ["workout_step[4]"]


def test_equal_numbers_leave_the_order_of_the_file():
    """Steps with one number twice stay as they stand, and it is reported."""
    steps, report = imported(
        workout({"index": 1, "intensity": 2}, {"index": 1}, {"index": 0, "intensity": 3})
    )

    assert [each["kind"] for each in steps] == ["warm_up", "work", "cool_down"]
    assert places(report, ReportKind.APPROXIMATED) == ["workout_step"]


def test_each_workout_of_a_file_is_a_document():
    """Two workouts in one file are two documents, one written twice is one."""
    data = fit_file((26, {"name": "A"}), (27, STEP), (26, {"name": "B"}), (27, STEP), (27, STEP))
    documents = import_workout(data, name="x.fit").documents

    assert [(each["name"], len(each["sections"][0]["steps"])) for each in documents] == [("A", 1), ("B", 2)]
    assert len(import_workout(fit_file(*[(26, {"name": "A"}), (27, STEP)] * 3), name="x.fit").documents) == 1


def test_more_workouts_than_a_file_may_have_are_refused():
    """Two hundred workouts in a file are the most."""
    with pytest.raises(WorkoutProblem, match="201 workouts"):
        imported(fit_file(*[(26, {"name": "A"}), (27, STEP)] * 201))


@pytest.mark.parametrize(
    ("ranges", "targets"),
    [
        ([(229, 243), (330, 365)], [("229 W", "243 W"), ("330 W", "365 W")]),
        ([(180, 190)], [("180 W", "190 W")]),
        ([(110, 130), (201, 210)], [("110 W", "130 W"), ("201 W", "210 W")]),
        ([(1229, 1243), (1330, 1365)], [("229 W", "243 W"), ("330 W", "365 W")]),
        ([(80, 90), (95, 105)], ["80-90 % of threshold power", "95-105 % of threshold power"]),
        ([(60, 75), (150, 180)], ["60-75 % of threshold power", "150-180 % of threshold power"]),
        ([(650, 750), (950, 1000)], ["65-75 % of threshold power", "95-100 % of threshold power"]),
        ([(0, 100)], ["100 % of threshold power"]),
    ],
)
@pytest.mark.parametrize("target", [4, 7, 10])
def test_powers_are_watts_or_shares(ranges, targets, target):
    """Powers are read as all of them together are written: watts with or without 1000, per cent or tenths of it."""
    steps, _ = imported(
        workout(*({"target": target, "target_value": 0, "low": low, "high": high} for low, high in ranges))
    )

    assert [each["target"] for each in steps] == [
        {"effort": target}
        if isinstance(target, str)
        else {"power": dict(zip(("min", "max"), target, strict=True))}
        for target in targets
    ]


@pytest.mark.parametrize(
    ("ranges", "targets"),
    [
        ([(90, 100)], [("90 %max", "100 %max")]),
        ([(100, 100)], ["100 %max"]),
        ([(240, 250)], [("140 bpm", "150 bpm")]),
        ([(195, 201)], [("95 bpm", "101 bpm")]),
        ([(140, 150), (180, 200)], [("140 bpm", "150 bpm"), ("180 bpm", "200 bpm")]),
        ([(95, 120), (60, 70)], [("95 bpm", "120 bpm"), ("60 %max", "70 %max")]),
    ],
)
def test_heart_rates_are_beats_or_shares(ranges, targets):
    """Heart rates are % of the maximum up to 100, then beats with 100 added, unless none would pass 100 bpm."""
    steps, _ = imported(
        workout(*({"target": 1, "target_value": 0, "low": low, "high": high} for low, high in ranges))
    )

    assert [each["target"] for each in steps] == [
        {"heart_rate": target if isinstance(target, str) else dict(zip(("min", "max"), target, strict=True))}
        for target in targets
    ]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"duration": 15, "duration_value": 1000}, "power greater than 1000 % of threshold power"),
        ({"duration": 15, "duration_value": 1300}, "power greater than 300 W"),
        ({"duration": 12, "duration_value": 0, "target_value": 1250}, "(250 W)"),
        ({"duration": 12, "duration_value": 0, "target_value": 1000}, "(1000 % of threshold power)"),
        ({"duration": 11, "duration_value": 0, "target_value": 100}, "(100 % of the maximum)"),
    ],
)
def test_numbers_the_profile_has_words_for_are_numbers(step, words):
    """100 and 1000 are numbers wherever a step has them; the profile calls them offsets."""
    _, report = imported(workout({}, step))

    assert words in lost(report)[0]


def test_a_step_until_100_percent_ends_there():
    """An end at 100 % of the maximum is one."""
    steps, report = imported(workout({"duration": 3, "duration_value": 100}))

    assert steps[0]["until"] == {"heart_rate_above": "100 %max"}
    assert lost(report) == []


def _work(time: str, target: dict[str, object]) -> dict[str, object]:
    return {"kind": "work", "until": {"time": time}, "target": target}


@pytest.mark.parametrize(
    ("name", "steps", "losses"),
    [
        (
            "fit_workout_hr_90_to_100_percent.fit",
            [
                {
                    "kind": "work",
                    "until": {"time": "10:00"},
                    "target": {"heart_rate": {"min": "90 %max", "max": "100 %max"}},
                },
                {
                    "kind": "work",
                    "until": {"time": "10:00"},
                    "target": {"effort": "95-100 % of threshold power"},
                },
            ],
            2,
        ),
        (
            "fit_power_targets_in_plain_watts.fit",
            [
                {
                    "kind": "work",
                    "until": {"time": "2:00"},
                    "target": {"power": {"min": "229 W", "max": "243 W"}},
                },
                {
                    "kind": "work",
                    "until": {"time": "2:00"},
                    "target": {"power": {"min": "330 W", "max": "365 W"}},
                },
            ],
            1,
        ),
        (
            "fit_hr_zone_target_in_activity.fit",
            [
                {
                    "kind": "work",
                    "until": {"time": "2:00"},
                    "target": {"heart_rate": {"min": "80 %max", "max": "90 %max"}},
                },
                {
                    "kind": "work",
                    "until": {"time": "2:00"},
                    "target": {"heart_rate": {"min": "60 %max", "max": "70 %max"}},
                },
            ],
            2,
        ),
        (
            "fit_workout_steps_out_of_order.fit",
            [
                {"kind": "warm_up", "until": {"time": "10:00"}},
                {
                    "repeat": 5,
                    "steps": [
                        {"kind": "work", "until": {"time": "1:00"}},
                        {"kind": "recovery", "until": {"time": "0:30"}, "move": "walk"},
                    ],
                },
                {"kind": "cool_down", "until": {"time": "5:00"}},
            ],
            0,
        ),
    ],
)
def test_workouts_of_strangers_are_right(shared_data, name, steps, losses):
    """The FIT workouts that went wrong are read to the last number."""
    read, report = imported((shared_data / "wild" / "files" / name).read_bytes())

    assert read == steps
    assert len(lost(report)) == losses


@pytest.mark.parametrize(
    ("name", "kinds", "losses"),
    [
        ("workout_individual_steps.fit", ["warm_up", "work", "work", "cool_down"], 5),
        ("workout_custom_targets.fit", ["warm_up", "work", "work", "cool_down"], 1),
        ("workout_repeat_steps.fit", ["warm_up", 3, "cool_down"], 5),
        ("workout_repeat_until_hr.fit", ["warm_up", "work", "work", "cool_down"], 6),
    ],
)
def test_the_workout_files_of_the_public_set_are_understood(recordings, name, kinds, losses):
    """The steps of the four FIT workouts make documents; every zone target and odd repeat is reported."""
    steps, report = imported((recordings / name).read_bytes())

    assert [each.get("repeat", each.get("kind")) for each in steps] == kinds
    assert len(lost(report)) == losses
    assert steps[-1]["until"] == {"heart_rate_below": "125 bpm"}


def test_a_recordings_samples_cost_an_import_nothing():
    """Of a recording only what a workout needs is handed to the decoder."""
    record = (20, {"timestamp": 1_000_000_000, "heart_rate": 140})
    data = fit_file((18, {"sport": 1}), record, (26, {"name": "It"}), (27, STEP), *([record] * 50), kind=4)
    (sifted_file,) = sift(data, WORKOUT_FIELDS, [])

    assert len(sifted_file) < len(data) / 3
    assert imported(data)[0] == [{"kind": "work", "until": {"time": "1:00"}}]


@pytest.mark.parametrize(
    "name", ["fit_hr_zone_target_in_activity.fit", "fit_power_targets_in_plain_watts.fit"]
)
def test_replay_and_import_read_one_workout_alike(shared_data, name):
    """The workout in a recording is one document for both, and both tell the same losses."""
    data = (shared_data / "wild" / "files" / name).read_bytes()
    both, recording = import_workout(data, name=name), read_recording(data, name=name)

    assert recording.workout == both.documents[0]
    assert recording.problems == tuple(f"The embedded workout, {line}." for line in both.report.loss_lines())


def test_a_recording_with_a_workout_nobody_can_run_is_read():
    """A recording keeps its samples if its workout cannot be used; of several workouts the first is used."""
    record = (20, {"timestamp": 1_000_000_000, "heart_rate": 140})
    bad = read_recording(fit_file(record, (26, {"sport": 5}), (27, STEP), kind=4), name="x.fit")
    long = read_recording(fit_file(record, (26, {}), *[(27, STEP)] * 10_001, kind=4), name="x.fit")
    two = [(26, {"name": "A", "sport": 1}), (27, STEP), (26, {"name": "B", "sport": 1}), (27, STEP)]
    several = read_recording(fit_file(record, *two, kind=4), name="x.fit")

    assert (bad.workout, long.workout) == (None, None)
    assert bad.problems[0].startswith(
        "The embedded workout cannot be used: workout.sport: this workout is for another sport"
    )
    assert long.problems == ("The embedded workout cannot be used: it has 10001 steps; 10000 is the most",)
    assert several.workout is not None
    assert several.workout["name"] == "A"
    assert several.problems == ("The file holds 2 workouts; the first is used.",)


def test_shares_of_a_maximum_nobody_gave_are_words():
    """Without a maximum heart rate a workout's shares of it are words, ends by them marks, limits left out."""
    document = {
        "sections": [
            {
                "steps": [
                    {"until": {"heart_rate_below": "70 %max"}, "target": {"heart_rate": "80 %max"}},
                    {
                        "until": {"time": "1:00"},
                        "target": {"heart_rate": {"min": "80 %max", "max": "90 %max"}},
                        "caps": [{"heart_rate": {"max": "95 %max"}}, {"heart_rate": {"max": "180 bpm"}}],
                    },
                ]
            }
        ]
    }

    assert in_words(document)["sections"][0]["steps"] == [
        {"until": {"mark": True}, "target": {"effort": "heart rate 80 %max"}},
        {
            "until": {"time": "1:00"},
            "target": {"effort": "heart rate 80 %max to 90 %max"},
            "caps": [{"heart_rate": {"max": "180 bpm"}}],
        },
    ]
