"""Runs of one workout, rep by rep: paired by step, and nothing compared that is not alike."""

from dataclasses import replace

import pytest

from coach.problems import UsageProblem
from coach.review.comparison import (
    LEGEND,
    ComparedRun,
    compare_runs,
    comparison_lines,
    comparison_sentences,
    comparison_tree,
)
from coach.review.summary import summarize
from coach.session.events import StepEnded
from coach.signals.readings import Source
from tests.screen.reviews import LAPS, free_run, reps_of_800

FASTER = tuple(tuple(lap - 0.5 for lap in laps) for laps in LAPS)
"""The same reps, each split half a second faster."""


def a_run(laps=LAPS, day="2026-05-26", **how) -> ComparedRun:
    """Make a run of reps of 800 m."""
    timeline, outputs = reps_of_800(laps, **how)
    return ComparedRun(summarize(outputs, timeline), day)


def changed(run: ComparedRun, number: int, **changes) -> ComparedRun:
    """Make the run with the result of one rep changed."""
    rows = [
        replace(row, **changes) if row is run.reps[number - 1].result else row for row in run.summary.rows
    ]
    return ComparedRun(summarize(rows), run.day)


def renamed(run: ComparedRun, names: dict[str, str], **step) -> ComparedRun:
    """Make the run with other ids for some of its steps, as another edition of the workout has them."""
    rows: list[StepEnded] = []
    for row in run.summary.rows:
        name = names.get(row.step.step_id)
        rows.append(row if name is None else replace(row, step=replace(row.step, step_id=name, **step)))
    return ComparedRun(summarize(rows), run.day)


def test_two_runs_are_read_rep_by_rep():
    """The changes are those of the figures beside them, and a mean closes the table."""
    lines = list(comparison_lines(compare_runs([a_run(LAPS[:2], "2026-05-12"), a_run(FASTER[:2])])))
    assert lines == [
        "1  2026-05-12  6 × 800 m at 5k pace",
        "2  2026-05-26  6 × 800 m at 5k pace",
        "",
        "The second run's reps were faster: 4:25/km after 4:28/km.",
        "Their mean heart rate was the same: 169.",
        "",
        "          run    time  change  pace  change  +/- s   HR  change  drop",
        "1, 800 m    1  3:32.4          4:26           -3.6  168            41",
        "            2  3:30.4    -2.0  4:23      -3   -5.6  168       0    41",
        "2, 800 m    1  3:35.7          4:30           -0.3  170             –",
        "            2  3:33.7    -2.0  4:27      -3   -2.3  170       0     –",
        "mean        1  3:34.0          4:28           -2.0  169            41",
        "            2  3:32.0    -2.0  4:25      -3   -4.0  169       0    41",
        LEGEND,
    ]


def test_a_rep_more_stands_alone():
    """Six reps against four: the two that one run does not have are shown without a change."""
    compared = compare_runs([a_run(LAPS[:4]), a_run()])
    assert [[rep is not None for rep in row.reps] for row in compared.reps[3:]] == [
        [True] * 2,
        *[[False, True]] * 2,
    ]
    assert comparison_sentences(compared)[0] == "They have 4 and 6 reps."
    assert compared.reps[5].time_change(1) is compared.reps[5].pace_change(1) is None
    assert compare_runs([a_run(), a_run(LAPS[:4])]).reps[5].reps[1] is None


def test_reps_of_another_edition_are_paired_by_place_and_length():
    """The ids differ, as after a rep was added by hand; reps are paired by their lengths."""
    other = renamed(a_run(FASTER), {"m3": "added-1", "m5": "added-2"})
    compared = compare_runs([a_run(), other])
    assert [row.reps[1].number for row in compared.reps if row.reps[1]] == [1, 2, 3, 4, 5, 6]
    assert len(compared.reps) == 6


def test_other_lengths_are_compared_by_pace_alone():
    """A rep of 400 m under the id of one of 800 m: its time says nothing about the other's."""
    short = a_run(tuple(laps[:2] for laps in LAPS))
    row = compare_runs([a_run(), short]).reps[0]
    assert row.time_change(1) is None
    assert row.pace_change(1) == pytest.approx((50.6 + 53.9) / 0.4 - 212.4 / 0.8)
    assert not row.is_same_length(1)


def test_a_rep_that_was_cut_has_no_time_to_compare():
    """Its pace still has."""
    row = compare_runs([a_run(), changed(a_run(FASTER), 1, cut=True)]).reps[0]
    assert row.time_change(1) is None
    assert row.pace_change(1) is not None


def test_what_is_not_known_stays_unknown():
    """By hand there is no heart rate, and one unknown value makes its change unknown, not 0."""
    by_hand = compare_runs([a_run(), a_run(source=Source.MARKS)])
    assert by_hand.reps[0].heart_rate_change(1) is None
    assert not any("heart rate was" in line for line in comparison_sentences(by_hand))
    row = compare_runs([a_run(), changed(a_run(), 1, mean_speed=None)]).reps[0]
    assert row.pace_change(1) is None
    line = list(comparison_lines(compare_runs([a_run(), changed(a_run(), 1, mean_speed=None)])))[9]
    assert line.split()[:4] == ["2", "3:32.4", "0.0", "--"]


def test_three_runs_are_each_held_against_the_first():
    """The middle one is no measure."""
    compared = compare_runs([a_run(), a_run(FASTER), a_run()])
    assert [compared.reps[0].time_change(place) for place in (1, 2)] == [pytest.approx(-2.0), 0.0]


def test_runs_without_reps_are_compared_by_their_steps():
    """A long run has no reps, and its steps are what there is."""
    timeline, outputs = free_run()
    run = ComparedRun(summarize(outputs, timeline))
    compared = compare_runs([run, run])
    assert not compared.has_reps
    assert len(compared.reps) == 1
    assert not any(line.startswith("mean") for line in comparison_lines(compared))


def test_other_workouts_are_named():
    """A comparison of two workouts says that they differ."""
    other = a_run()
    other = ComparedRun(replace(other.summary, workout="5 x 1000 m"), "")
    compared = compare_runs([a_run(), other])
    assert comparison_sentences(compared)[0].startswith("The runs are of different workouts")
    assert list(comparison_lines(compared))[1] == "2  01JRUN  5 x 1000 m"


def test_reps_of_other_lengths_have_no_common_mean():
    """Reps of 100 m and of 400 m are not compared with each other."""
    compared = compare_runs([a_run(), a_run(tuple(laps[:2] for laps in LAPS))])
    assert not compared.is_alike(1)
    assert comparison_sentences(compared) == []
    assert list(comparison_lines(compared))[-2].split() == ["2", "1:47.7", "4:29", "-0.3", "173", "39"]


def test_miles_are_miles():
    """A change of pace is per mile where paces are."""
    compared = compare_runs([a_run(), a_run(FASTER)])
    before, after = list(comparison_lines(compared, "mile"))[7:9]
    assert before.split()[4:6] == ["3:32.4", "7:07"]
    assert after.split()[1:5] == ["3:30.4", "-2.0", "7:03", "-4"]


@pytest.mark.parametrize("runs", [[], [a_run()], [a_run(), ComparedRun(summarize([]))]])
def test_nothing_to_compare_is_said(runs):
    """One run alone, or one in which nothing was run."""
    with pytest.raises(UsageProblem):
        compare_runs(runs)


def test_the_comparison_as_one_object():
    """Keys as in the events; what is not known, and the changes of the first run, are absent."""
    tree = comparison_tree(compare_runs([a_run(LAPS[:2], ""), a_run(FASTER[:1])]))
    assert tree["runs"] == [
        {"run": "01JRUN", "workout": "6 × 800 m at 5k pace"},
        {"run": "01JRUN", "workout": "6 × 800 m at 5k pace", "day": "2026-05-26"},
    ]
    first, second = tree["reps"][0]["runs"]
    assert "time_change_s" not in first
    assert (second["time_change_s"], second["pace_change_s_per_km"], second["heart_rate_change_bpm"]) == (
        -2.0,
        -2.5,
        0.0,
    )
    assert len(tree["reps"][1]["runs"]) == 1
