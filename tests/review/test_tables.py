"""A run in words and lines: every split, plain words, nothing praised and nothing made up."""

from dataclasses import replace

import pytest

from coach.quantities import Metres, Seconds, format_metres
from coach.review.summary import summarize
from coach.review.tables import against_plan, profile_lines, rep_lines, sentences, summary_lines, totals_text
from coach.session.events import Answered, EndReason, ResumeChoice, RunResumed, StepEnded
from coach.signals.readings import Source
from coach.workout.edits import by_effort
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy
from coach.workout.timeline import free_run as run_without_a_plan
from tests.screen.reviews import LAPS, free_run, reps_of_800


def a_summary(made=None, *more):
    """Add up a run of six reps, and what is said behind it."""
    timeline, outputs = reps_of_800() if made is None else made
    return summarize([*outputs[:-1], *more, outputs[-1]], timeline)


def changed(place, **changes):
    """Make the run with one of its outputs changed: the step that ended at that place."""
    timeline, outputs = reps_of_800()
    ends = [at for at, output in enumerate(outputs) if isinstance(output, StepEnded)]
    outputs[ends[place]] = replace(outputs[ends[place]], **changes)
    return summarize(outputs, timeline)


def test_a_run_without_a_plan_is_neither_completed_nor_cut_short():
    """It ends when it ends; a workout that was left is said to be."""
    free = StepEnded(
        Seconds(9.0), 0, run_without_a_plan().steps[0], EndReason.FINISHED, Seconds(9.0), Seconds(9.0), None
    )
    summary = replace(summarize([]), rows=(free,), time_s=Seconds(9.0))
    assert totals_text(summary) == "0:09, no cues on pace or heart rate"
    assert not summary.has_plan
    planned = replace(summary, rows=(replace(free, step=replace(free.step, kind=Kind.WORK)),))
    assert totals_text(planned).startswith("ended early, ")
    assert totals_text(replace(summary, completed=True)).startswith("completed, ")


def test_the_table_has_every_split_the_mean_and_a_legend():
    """The reps as a person reads them."""
    assert list(rep_lines(a_summary().reps)) == [
        "",
        " rep   200   400   600   800    time  pace  +/- s   HR  drop",
        "   1  50.6  53.9  54.7  53.2  3:32.4  4:26   -3.6  168    41",
        "   2  53.4  54.1  54.6  53.6  3:35.7  4:30   -0.3  170    40",
        "   3  53.8  54.2  54.3  53.9  3:36.2  4:30   +0.2  172    39",
        "   4  54.0  54.3  54.6  53.6  3:36.5  4:31   +0.5  174    38",
        "   5  54.2  54.9  55.1  54.2  3:38.4  4:33   +2.4  176    37",
        "   6  54.0  55.0  55.4  53.4  3:37.8  4:32   +1.8  178     –",
        "mean  53.3  54.4  54.8  53.6  3:36.2  4:30   +0.2  173    39",
        "best -3.6   worst +2.4   4 of 6 within 2 s of the plan   evenness 1.0 %   highest HR 178",
        "(+/- s: against the plan, + is slow; drop: how far the heart rate fell in the first 60 s of rest)",
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_table_is_as_wide_as_the_terminal(width):
    """Twelve splits a rep are added up until they fit; the last one stays."""
    made = reps_of_800([[50.0] * 12] * 2)
    rows = list(rep_lines(a_summary(made).reps, width=width))[1:5]
    assert all(len(row) <= width for row in rows)
    assert "2400" in rows[0]


def test_three_sentences_of_facts():
    """The sentences name the number of reps, the furthest off, and the one that began too fast."""
    assert sentences(a_summary()) == [
        "All six reps were run whole, on average 0.2 s slower than the plan.",
        "Rep 1 was 3.6 s fast, rep 5 was 2.4 s slow.",
        "Rep 1 began 3.4 s fast: 200 m in 50.6.",
    ]


def test_reps_run_by_effort_are_marked():
    """In wind and on hills no pace counts: it is said, and no rep is early or late."""
    timeline, outputs = reps_of_800()
    paceless = by_effort(timeline, 0, None)
    assert paceless is not None
    steps = {step.step_id: step for step in paceless.steps}
    marked = [
        replace(each, step=steps[each.step.step_id], light_s=None) if isinstance(each, StepEnded) else each
        for each in outputs
    ]
    said = sentences(summarize(marked, paceless))
    assert said[:2] == ["All six reps were run whole.", "Every rep was run by effort: no pace counted."]


def test_a_run_that_was_cut_says_what_is_missing():
    """Reps not run and steps left out are counted, in one sentence however many there are."""
    timeline, outputs = reps_of_800()
    steps = timeline.steps
    ended = [output for output in outputs if isinstance(output, StepEnded)]
    skipped = [replace(ended[0], step=step, reason=EndReason.SKIPPED) for step in steps[3:]]
    said = sentences(summarize([*outputs[:1], *ended[:3], *skipped], timeline))
    assert said[:2] == [
        "Two of six reps were run whole, on average 2.0 s faster than the plan.",
        "8 steps left out, four of them reps.",
    ]


@pytest.mark.parametrize(
    ("reps", "said"), [(1, "The rep was not run whole"), (6, "None of six reps was run whole")]
)
def test_a_run_without_a_whole_rep_says_so(reps, said):
    """A run that was cut off in its first rep says that none was run whole."""
    timeline, outputs = reps_of_800([[50.0] * 4] * reps)
    first = next(output for output in outputs if isinstance(output, StepEnded))
    cut = replace(first, cut=True)
    assert sentences(summarize([*outputs[:1], cut], timeline))[0].startswith(said)


def test_without_a_plan_the_times_are_told():
    """No pace is held against anything; times from presses say so."""
    made = reps_of_800(target=None, source=Source.MARKS)
    said = sentences(a_summary(made))
    assert said == [
        "All six reps were run whole.",
        "Times are from your presses.",
        "Fastest 3:32.4 (rep 1), slowest 3:38.4 (rep 5).",
    ]
    head = next(line for line in summary_lines(a_summary(made)) if "800" in line and "rep" in line.split())
    assert head.split() == ["rep", "200", "400", "600", "800", "time", "pace"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"broken": True}, "with a pause"),
        ({"cut": True}, "cut short"),
        ({"reason": EndReason.ABANDONED}, "given up"),
        ({"distance_source": Source.CLOCK}, "by the clock"),
        ({"stopped_s": Seconds(20), "stopped_m": Metres(2)}, "moving 3:1"),
    ],
)
def test_what_was_out_of_the_ordinary_is_said_in_plain_words(changes, words):
    """No line says broken, cut or corrections."""
    lines = list(summary_lines(changed(0, **changes)))
    assert sum(words in line for line in lines) == 1
    assert not any(word in line for line in lines for word in ("broken", "corrections", "on target"))


def test_an_estimated_rep_has_its_tilde_and_its_legend():
    """The sign is explained where it stands."""
    lines = list(summary_lines(changed(0, estimated=True)))
    assert sum("~" in line for line in lines) == 3
    assert lines[-1] == "(~: estimated, where the signal was lost)"


def test_a_rep_coached_in_time_is_against_its_seconds_and_another_in_its_band():
    """Within 2 s is never 40 % on target: a step has one measure."""
    _, outputs = reps_of_800()
    rep = replace(next(output for output in outputs if isinstance(output, StepEnded)), in_band_fraction=0.4)
    assert against_plan(rep) == "-3.6 s"
    assert against_plan(replace(rep, step=replace(rep.step, steer=CoachBy.RATE))) == "40 % in band"
    assert against_plan(replace(rep, light_s=None)) == ""


def test_an_answer_stands_beside_its_question():
    """The number that was given, with its word."""
    _, outputs = reps_of_800()
    ended = next(output for output in outputs if isinstance(output, StepEnded))
    question = replace(
        ended.step, step_id="q", path="Main / Question", kind=Kind.PROMPT, answers=("yes", "no")
    )
    more = (replace(ended, step=question, time_s=Seconds(0)), Answered(Seconds(1), "q", "Could you talk?", 2))
    assert any(line.endswith("Could you talk? 2, no") for line in summary_lines(a_summary(None, *more)))


def test_the_sheet_has_reps_down_and_splits_across():
    """Cells are parted by tabs; what is not known is empty."""
    lines = list(profile_lines(a_summary()))
    assert lines[0] == "rep\tlength\t200\t400\t600\t800\ttime\t+/- s\tHR\tdrop"
    assert lines[1] == "1\t800 m\t50.6\t53.9\t54.7\t53.2\t3:32.4\t-3.6\t168\t41"
    assert lines[-1].endswith("\t178\t")
    assert len(lines) == 1 + len(LAPS)
    by_hand = list(profile_lines(a_summary(reps_of_800(target=None, source=Source.MARKS))))
    assert by_hand[1] == "1\t800 m\t50.6\t53.9\t54.7\t53.2\t3:32.4\t\t\t"


def test_the_sheet_of_a_free_run_has_its_laps():
    """Laps down, with their metres."""
    assert list(profile_lines(a_summary(free_run()))) == [
        "lap\ttime\ttotal\tmetres",
        "1\t1:38.4\t1:38.4\t400",
        "2\t1:36.7\t3:15.1\t400",
        "3\t1:40.9\t4:56.0\t400",
        "4\t14.0\t5:10.0\t50",
    ]


@pytest.mark.parametrize(
    ("metres", "unit", "text"),
    [(10_600, "km", "10.6 km"), (10_600, "mile", "6.6 miles"), (400, "mile", "400 m"), (400, "km", "400 m")],
)
def test_miles_are_miles(metres, unit, text):
    """The length of a run is in miles for a runner with miles; reps of the track stay metres."""
    assert format_metres(metres, unit) == text


def test_a_runner_with_miles_reads_paces_per_mile():
    """Head, rows and mean have them."""
    lines = list(rep_lines(a_summary().reps, "mile"))
    assert "pace /mile" in lines[1]
    assert "7:07" in lines[2]


def test_a_gap_is_told():
    """That the program was cut off, when, for how long and how the run went on, is a sentence of its own."""
    gap = RunResumed(Seconds(447.0), Seconds(320.0), ResumeChoice.RESTART, "0.0/3.0")
    back = replace(gap, choice=ResumeChoice.TAKE_BACK)
    assert "At 5:20 the run was cut off for 2:07, then begun again." in sentences(
        replace(a_summary(), gaps=(gap,))
    )
    assert "The run was cut off 2 times." in [
        words.replace("two", "2") for words in sentences(replace(a_summary(), gaps=(gap, gap, back)))
    ]
    assert sentences(replace(a_summary(), gaps=(back,))) == sentences(a_summary())
