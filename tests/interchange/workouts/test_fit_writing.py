"""FIT workout files: what a watch finds in them, read by two readers that are not ours."""

from typing import Any

import fitdecode
import pytest
from fit_tool.fit_file import FitFile
from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage

from coach.interchange.workouts import ExportFormat
from coach.problems import WorkoutProblem
from tests.interchange.workouts.exporting import (
    NOON,
    exported,
    step,
    steps_of,
    text_of,
    there_and_back,
    workout,
)

TO = ExportFormat.FIT
REST = {"kind": "recovery", "until": {"distance": "400 m"}}


def raw(tree: dict[str, Any]) -> list[tuple[str, dict[int, Any]]]:
    """Every message as fitdecode reads it, checksums enforced, by the numbers of the fields."""
    with fitdecode.FitReader(
        exported(tree, TO).data, processor=None, check_crc=fitdecode.CrcCheck.RAISE
    ) as reader:
        return [
            (
                frame.name,
                {item.def_num: item.raw_value for item in frame.fields if item.raw_value is not None},
            )
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage)
        ]


def second(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps as fit-tool reads them."""
    messages = [record.message for record in FitFile.from_bytes(exported(tree, TO).data).records]
    return [
        {item.name: item.get_value() for item in each.fields if item.is_valid()}
        for each in messages
        if isinstance(each, WorkoutStepMessage)
    ]


def test_the_file_says_what_it_is_and_when_it_was_made():
    """It is a running workout of so many steps, made at the moment that was given."""
    (head, about), (name, told), *steps = raw(workout(step(), step()))

    assert (head, about[0], about[1]) == ("file_id", 5, 255)
    assert about[4] == NOON - 631_065_600
    assert about[3] != 0
    assert (name, told[4], told[6], told[8]) == ("workout", 1, 2, "Tuesday")
    assert [fields[254] for _, fields in steps] == [0, 1]


def test_repeats_jump_back_and_the_last_rest_is_left_out():
    """Six 800s with five jogs are five pairs that jump back to their first step, and one 800 more."""
    tree = workout(
        {"repeat": 6, "skip_last_recovery": True, "steps": [step(until={"distance": "800 m"}), REST]}
    )
    steps = second(tree)

    assert [each["duration_type"] for each in steps] == [1, 1, 6, 1]
    assert (steps[2]["duration_value"], steps[2]["target_value"]) == (0, 5)
    assert steps[0]["duration_value"] == 80_000


def test_the_importer_makes_six_of_them_again():
    """Read back they are one repeat of six without the last rest."""
    tree = workout(
        {"repeat": 6, "skip_last_recovery": True, "steps": [step(until={"distance": "800 m"}), REST]}
    )

    (node,) = steps_of(there_and_back(tree, TO))
    assert (node["repeat"], node["skip_last_recovery"]) == (6, True)
    assert [each["until"] for each in node["steps"]] == [{"distance": "800 m"}, {"distance": "400 m"}]


def test_sets_within_sets_are_numbered_through():
    """An inner repeat jumps to its own first step, the outer one to the very first."""
    inner = {"repeat": 4, "steps": [step(), step("recovery")]}
    steps = second(workout(step("warm_up"), {"repeat": 3, "steps": [inner, step("recovery")]}))

    assert [
        (each["duration_value"], each["target_value"]) for each in steps if each["duration_type"] == 6
    ] == [
        (1, 4),
        (1, 3),
    ]


def test_targets_are_in_the_units_of_the_profile():
    """Speeds in mm/s, beats 100 up, shares of the maximum as they are, watts 1000 up, one foot of a cadence."""
    (speed, beats, share, watts, feet) = second(
        workout(
            step(target={"pace": "4:00-5:00/km"}),
            step(target={"heart_rate": "140-150 bpm"}),
            step(target={"heart_rate": "70-75 %max"}),
            step(target={"power": "250-270 W"}),
            step(target={"cadence": "170-180 spm"}),
        )
    )
    sides = ("custom_target_value_low", "custom_target_value_high")

    assert [speed[side] for side in sides] == [3333, 4167]
    assert [beats[side] for side in sides] == [240, 250]
    assert [share[side] for side in sides] == [70, 75]
    assert [watts[side] for side in sides] == [1250, 1270]
    assert [feet[side] for side in sides] == [85, 90]
    assert [each["target_type"] for each in (speed, beats, share, watts, feet)] == [0, 1, 1, 4, 3]


def test_a_limit_is_the_second_target_and_comes_back_as_a_limit():
    """A heart rate not to exceed stands beside the pace, open to below."""
    tree = workout(step(target={"pace": "4:00-5:00/km"}, caps=[{"heart_rate": "170 bpm"}]))
    (node,) = steps_of(there_and_back(tree, TO))

    assert node["caps"] == [{"heart_rate": {"max": "170 bpm"}}]


def test_ends_by_heart_rate_keep_their_side():
    """Under 120 bpm is 220 with the one word, over 75 % of the maximum is 75 with the other."""
    tree = workout(
        step("recovery", until={"heart_rate_below": "120 bpm"}),
        step(until={"heart_rate_above": "75 %max"}),
    )

    assert [(each["duration_type"], each["duration_value"]) for each in second(tree)] == [(2, 220), (3, 75)]
    assert [node["until"] for node in steps_of(there_and_back(tree, TO))] == [
        {"heart_rate_below": "120 bpm"},
        {"heart_rate_above": "75 %max"},
    ]


def test_a_pace_without_an_open_side_has_the_band_of_the_coach():
    """A watch never gets a range of no width: one pace has the band around it that the coach allows."""
    (only,) = second(workout(step(target={"pace": "4:00/km"})))

    assert only["custom_target_value_low"] == pytest.approx(4167 / 1.025, abs=2)
    assert only["custom_target_value_high"] == pytest.approx(4167 / 0.975, abs=2)


def test_names_of_any_letters_and_lengths_come_back():
    """Emoji and other scripts are kept; what is beyond 254 bytes is cut between two letters and reported."""
    tree = workout(step(name="💨 Vollgas — 走れ"), name="🏃" * 100)
    back = there_and_back(tree, TO)

    assert "💨 Vollgas — 走れ" in text_of(back)
    assert back.documents[0]["name"] == "🏃" * 62 + "…"
    assert "cut off" in str(exported(tree, TO).report.losses)


def test_a_day_long_step_and_two_hundred_steps():
    """Long steps and many are kept to the millisecond and to the last."""
    tree = workout(
        step(until={"time": "23:59:59.5"}), *[step(until={"distance": f"{n + 1} m"}) for n in range(199)]
    )
    nodes = steps_of(there_and_back(tree, TO))

    assert nodes[0]["until"] == {"time": "23:59:59.5"}
    assert [node["until"]["distance"] for node in nodes[1:]] == [f"{n + 1} m" for n in range(199)]


def test_more_steps_than_fit_can_number_are_refused():
    """What no watch could number is refused, and says how many there are."""
    climb = {"repeat": 2000, "change": {"distance": "+1 m"}, "steps": [step(until={"distance": "100 m"})] * 3}

    with pytest.raises(WorkoutProblem, match="6000 steps"):
        exported(workout(climb), TO)


def test_what_is_to_be_done_is_not_what_is_cut_off():
    """Caution, reminders and rules of the run stand before the long texts, of which FIT cuts the end off."""
    tree = workout(
        description="x" * 400,
        caution="Not tired.",
        reminders=[{"text": "Drink", "every": "20:00"}],
        source="y" * 50,
    )
    out = exported(tree, TO)

    assert b"Not tired." in out.data
    assert b"Drink, every 20:00" in out.data
    assert "cut off" in str(out.report.losses)
