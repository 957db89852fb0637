"""FIT workouts: every end, target and repeat of the profile, and files that lie about themselves."""

from struct import pack

import pytest
from fitdecode.utils import compute_crc

from coach.interchange.imports.fit_skim import skimmed
from coach.interchange.imports.report import Found
from coach.problems import WorkoutProblem
from tests.interchange.imports.fit_workouts import (
    CYCLING,
    STEP,
    TRAINING,
    developer_message,
    fit_file,
    workout,
)
from tests.interchange.imports.reading import imported, lost, places


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
    """An intensity of a later year is taken for work, and told."""
    steps, report = imported(workout({"intensity": 99}))

    assert steps[0]["kind"] == "work"
    assert places(report, Found.APPROXIMATED) == ["workout_step[0]"]


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
        ({"target": 1, "target_value": 2}, Found.APPROXIMATED),
        ({"target": 0, "target_value": 4}, Found.APPROXIMATED),
        ({"target": 4, "target_value": 5}, Found.APPROXIMATED),
        ({"target": 4, "target_value": 0, "low": 80, "high": 90}, Found.APPROXIMATED),
        ({"target": 4, "target_value": 0, "low": 90, "high": 1250}, Found.DROPPED),
        ({"target": 1, "target_value": 0, "low": 90, "high": 250}, Found.DROPPED),
        ({"target": 1, "target_value": 0}, Found.DROPPED),
        ({"target": 5, "target_value": 0, "low": 2, "high": 3}, Found.DROPPED),
        ({"target": 6, "target_value": 3}, Found.DROPPED),
        ({"target": 3, "target_value": 0, "low": 170, "high": 180}, Found.APPROXIMATED),
    ],
)
def test_other_targets_are_told(step, found):
    """Zones of the watch are approximated, what has no numbers or no place in a document is dropped."""
    _, report = imported(workout(step))

    (entry,) = report.losses
    assert (entry.found, entry.where) == (found, "workout_step[0]")


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
    """What the author wrote is in the document."""
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
        ({"duration": 9, "duration_value": 0, "target_value": 10}, "a repeat until calories;"),
    ],
)
def test_repeats_nobody_can_run_are_told(repeat, words):
    """A repeat that points nowhere, has no count, or ends by what we cannot watch is run once and told."""
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
    assert next(entry.where for entry in report.of(Found.UNDERSTOOD)) == "workout.num_valid_steps"
    assert lost(report) == []


def test_zero_seconds_are_left_out():
    """A step of no length is told and left out."""
    steps, report = imported(workout({"duration_value": 0}, {}))

    assert len(steps) == 1
    assert places(report) == ["workout_step[0]"]


def test_another_sport():
    """Of cycling the times stay; without a sport it is taken for running; swimming is refused."""
    _, bike = imported(workout({}, sport=CYCLING))
    _, none = imported(workout({}, sport=None, name="It"))

    assert places(bike) == places(none, Found.APPROXIMATED) == ["workout.sport"]
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


def test_more_steps_than_any_workout_are_refused():
    """Ten thousand steps are the most."""
    with pytest.raises(WorkoutProblem, match="10001 steps"):
        imported(fit_file((26, {"sport": 1}), *([(27, STEP)] * 10_001)))


def test_a_cut_file_is_read_up_to_the_cut():
    """What stands before the cut is imported, and the report says that it is cut."""
    steps, report = imported(workout({}, {})[:-20])

    assert steps
    assert places(report) == [""]


def test_skimming_leaves_samples_out():
    """The workout of a recording is found without its samples, and means the same."""
    record = (20, {"timestamp": 1_000_000_000, "heart_rate": 140})
    data = fit_file((18, {"sport": 1}), record, (26, {"name": "It"}), (27, STEP), *([record] * 50), kind=4)

    assert len(skimmed(data)) < len(data) / 3
    assert imported(data)[0] == [{"kind": "work", "until": {"time": "1:00"}}]


def _with(body: bytes) -> bytes:
    """A workout file with more bytes in its body."""
    whole = workout({})
    inner = whole[14:-2] + body
    head = pack("<BBHI4sH", 14, 0x20, 2132, len(inner), b".FIT", 0)
    return head + inner + pack("<H", compute_crc(head + inner))


def test_developer_fields_are_stepped_over():
    """A message with developer fields is skipped, and so is one with a compressed time."""
    data = _with(developer_message() + b"\xa0" + b"\0abc")

    assert skimmed(data) == skimmed(_with(b""))


@pytest.mark.parametrize(
    "body",
    [
        b"\x0f\x00",
        b"\x40\x00\x00",
        b"\x41\0\0\x1b\0\xff\0\0",
        b"\x41\0\0\x1b\0\x01\0\xff\0\x01",
        b"\x61\0\0\x1b\0\x00",
    ],
)
def test_what_cannot_be_followed_is_left_to_the_decoder(body):
    """A message without a definition, or longer than the file, leaves the file as it is."""
    data = _with(body)

    assert skimmed(data) == data


@pytest.mark.parametrize("data", [b"\x0d" + bytes(40), b"\x0e" + bytes(3) + b"\xff\xff\xff\x00" + bytes(30)])
def test_a_header_that_lies_is_left_to_the_decoder(data):
    """A header of a strange size, or with a length beyond the file, is not skimmed."""
    assert skimmed(data) == data
