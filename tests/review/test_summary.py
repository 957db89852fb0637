"""The summary of a run equals its outputs, after every correction."""

from dataclasses import replace
from typing import Any

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.live.contract import RunEnded, RunStarted
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.review.summary import RepTable, summarize
from coach.session.events import (
    Answered,
    BoundaryMoved,
    EndReason,
    MovedBy,
    Split,
    StepEnded,
    StepStarted,
    Undone,
)
from coach.session.phases import Button, SplitRole
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    EndConditions,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    Timeline,
)

STARTED = RunStarted(Seconds(0), "01RUN", "2 x 400 m", "ada")


def a_step(name: str) -> Step:
    """A step of 400 m."""
    return Step(
        step_id=name,
        path=f"Main / {name}",
        section="Main",
        kind=Kind.WORK,
        name=name,
        until=EndConditions((DistanceEnd(Metres(400)),)),
    )


def an_end(name: str, time_s: float = 100, reason: EndReason = EndReason.DONE, **known: object) -> StepEnded:
    """The end of that step."""
    return StepEnded(
        at=Seconds(time_s),
        index=0,
        step=a_step(name),
        reason=reason,
        ended_at=Seconds(time_s),
        time_s=Seconds(time_s),
        **known,  # type: ignore[arg-type]
    )


def names(*outputs: object) -> list[str]:
    """The steps that have a row."""
    return [row.step.step_id for row in summarize(outputs).rows]  # type: ignore[arg-type]


def test_totals_are_those_the_run_ended_with():
    """Time, distance and completion come from the run's own last line."""
    summary = summarize([STARTED, an_end("a"), RunEnded(Seconds(200), True, 1, Seconds(100), Metres(400))])

    assert (summary.run, summary.workout, summary.athlete) == ("01RUN", "2 x 400 m", "ada")
    assert (summary.completed, summary.steps_done) == (True, 1)
    assert (summary.time_s, summary.distance) == (Seconds(100), Metres(400))


def test_a_run_cut_off_has_no_totals():
    """Without a last line nothing is made up: no time, no distance, not completed, but the rows there are."""
    summary = summarize([STARTED, an_end("a")])

    assert (summary.completed, summary.time_s, summary.distance, summary.steps_done) == (False, None, None, 1)


def test_a_second_end_of_a_step_replaces_the_first():
    """A step that was un-ended and ended again has one row, in its later place, with the later time."""
    summary = summarize([an_end("a", 90), an_end("b"), an_end("a", 110)])

    assert [(row.step.step_id, row.time_s) for row in summary.rows] == [
        ("b", Seconds(100)),
        ("a", Seconds(110)),
    ]


@pytest.mark.parametrize(
    "reason", [EndReason.SKIPPED, EndReason.FALSE_START, EndReason.RESTARTED, EndReason.BACK]
)
def test_a_step_that_was_not_run_has_no_row(reason):
    """A skipped step, a false start or a restarted step does not count."""
    assert names(an_end("a"), an_end("b", reason=reason)) == ["a"]
    assert names(an_end("a"), an_end("a", reason=reason)) == []


def test_a_moved_boundary_corrects_time_speed_and_light():
    """A mark that re-times an end changes the step's time, its mean speed and its place against the light."""
    ended = an_end(
        "a", 100, distance=Metres(400), mean_speed=MetresPerSecond(4), light_s=Seconds(2), estimated=True
    )
    (row,) = summarize(
        [ended, BoundaryMoved(Seconds(101), "a", Seconds(100), Seconds(98), MovedBy.MARK)]
    ).rows

    assert (row.time_s, row.ended_at) == (Seconds(98), Seconds(98))
    assert row.mean_speed == pytest.approx(400 / 98)
    assert row.light_s == Seconds(0)
    assert not row.estimated


def test_a_moved_boundary_with_a_true_distance_corrects_it():
    """If the runner had not reached the line yet, the row has the true distance."""
    ended = an_end("a", 100, distance=Metres(400), mean_speed=MetresPerSecond(4))
    moved = BoundaryMoved(Seconds(120), "a", Seconds(100), Seconds(100), MovedBy.SOURCE, Metres(380))
    (row,) = summarize([ended, moved]).rows

    assert (row.distance, row.mean_speed) == (Metres(380), MetresPerSecond(3.8))


def test_what_was_not_measured_stays_unknown():
    """A re-timed step without distance gets no speed and no light out of nowhere."""
    moved = BoundaryMoved(Seconds(101), "a", Seconds(100), Seconds(98), MovedBy.MARK)
    (row,) = summarize([an_end("a", 100), moved]).rows

    assert (row.distance, row.mean_speed, row.light_s, row.mean_heart_rate) == (None, None, None, None)


def test_a_moved_boundary_of_an_unknown_step_is_left_alone():
    """A correction of a step that has no row makes none."""
    assert names(BoundaryMoved(Seconds(1), "x", Seconds(1), Seconds(2), MovedBy.UNDO)) == []


def test_cues_are_counted_and_verdicts_among_them():
    """Each kind of cue is counted; verdicts are those that judged the runner."""

    def a_cue(kind: CueKind) -> Cue:
        return Cue(Seconds(1), kind, CueClass.COACH, "", Why("test"), Seconds(5))

    summary = summarize([a_cue(CueKind.STEP), a_cue(CueKind.TOO_FAST), a_cue(CueKind.TOO_FAST)])

    assert summary.cues == {CueKind.STEP: 1, CueKind.TOO_FAST: 2}
    assert summary.verdicts == 2


def begun(name: str, at: float = 0) -> StepStarted:
    """The start of that step."""
    return StepStarted(Seconds(at), 0, a_step(name))


def a_split(
    time_s: float, metres: float | None = 200, role: SplitRole = SplitRole.SPLIT, **known: object
) -> Split:
    """A split of the step under way."""
    at = None if metres is None else Metres(metres)
    return Split(Seconds(time_s), role, at, Seconds(time_s), **known)  # type: ignore[arg-type]


def table(*outputs: Any) -> RepTable:
    """The reps of a run."""
    return summarize(outputs).reps


WHOLE: dict[str, Any] = {"distance": Metres(400), "mean_speed": MetresPerSecond(4)}


def test_a_rep_has_its_splits_and_its_end():
    """Each column is a mark; the last stretch runs to the end of the rep, however that was re-timed."""
    outputs: list[Any] = [begun("a"), a_split(49), an_end("a", 100, **WHOLE)]
    outputs.append(BoundaryMoved(Seconds(101), "a", Seconds(100), Seconds(98), MovedBy.MARK))
    reps = table(*outputs)

    assert list(reps.columns) == [200, 400]
    assert reps.rows[0].laps(reps.columns) == [Seconds(49), Seconds(49)]


def test_a_pod_that_read_long_has_its_splits_moved_with_the_line():
    """Of 404 m measured for 400 the split at 200 lies a hundredth later; a press stands as pressed."""
    for pressed, lap in ((False, 50.5), (True, 50.0)):
        reps = table(
            begun("a"), a_split(50, pressed=pressed), an_end("a", 102, measured=Metres(404), **WHOLE)
        )
        assert reps.rows[0].laps(reps.columns) == [pytest.approx(lap), pytest.approx(102 - lap)]


def test_a_start_that_was_re_timed_moves_the_splits_behind_it():
    """A rep whose line was found 2 s later has splits 2 s shorter; as they were said is kept."""
    outputs: list[Any] = [begun("a"), an_end("a"), begun("b", 100), a_split(52)]
    outputs += [
        BoundaryMoved(Seconds(153), "a", Seconds(100), Seconds(102), MovedBy.LINE),
        an_end("b", 98, **WHOLE),
    ]
    (split,) = summarize(outputs).splits["b"]

    assert (split.time_s, split.told_s) == (Seconds(50), Seconds(52))


def test_a_press_taken_back_is_no_split():
    """Undo takes back the newest press, and a split passed by distance stays."""
    outputs: list[Any] = [begun("a"), a_split(24, 100, pressed=False), a_split(49), a_split(51, 300)]
    outputs += [Undone(Seconds(60), Button.MARK, "a"), Undone(Seconds(61), Button.MARK, "a")]
    summary = summarize([*outputs, an_end("a", 100, **WHOLE)])

    assert [split.metres for split in summary.splits["a"]] == [Metres(100)]


def test_an_end_taken_back_counts_once_it_comes_again():
    """A rep whose end was undone is not a result until it ends again."""
    outputs: list[Any] = [begun("a"), an_end("a", 90), Undone(Seconds(95), Button.NEXT, "a")]
    assert names(*outputs) == []
    assert names(*outputs, an_end("a", 110)) == ["a"]


@pytest.mark.parametrize("role", [SplitRole.START, SplitRole.IGNORED, SplitRole.CONFIRM, SplitRole.END])
def test_presses_that_are_no_split_make_no_column(role: SplitRole) -> None:
    """A start, a confirmed boundary and an ignored press are kept with their role, and part nothing."""
    summary = summarize([begun("a"), a_split(49, None, role=role), an_end("a", **WHOLE)])
    assert [split.role for split in summary.splits["a"]] == [role]
    assert summary.laps_of(summary.rows[0]) == [None]
    assert summary.reps.columns == ()


def test_a_doubtful_press_is_kept_and_makes_no_lap():
    """A stray press is in the splits with its role, and the stretch around it stays whole."""
    summary = summarize(
        [begun("a"), a_split(20, None, SplitRole.DOUBTFUL), a_split(49), an_end("a", **WHOLE)]
    )

    assert [split.role for split in summary.splits["a"]] == [SplitRole.DOUBTFUL, SplitRole.SPLIT]
    assert summary.laps_of(summary.rows[0]) == [None, Seconds(49)]
    assert summary.reps.rows[0].laps(summary.reps.columns) == [Seconds(49), Seconds(51)]


def test_a_lost_split_leaves_its_stretches_unknown():
    """Without the mark at 200 neither the stretch to it nor the one behind it is made up."""
    reps = table(begun("a"), a_split(49), an_end("a", **WHOLE), begun("b"), an_end("b", **WHOLE))

    assert reps.rows[1].laps(reps.columns) == [None, None]


def test_bare_splits_are_columns_by_number():
    """Splits of a rep by time have no metres; they are counted."""
    reps = table(begun("a"), a_split(30, None), a_split(62, None), an_end("a", 90))

    assert (reps.columns, reps.is_by_metres) == ((1, 2, 3), False)
    assert reps.rows[0].laps(reps.columns) == [Seconds(30), Seconds(32), Seconds(28)]


def test_the_reps_together():
    """Mean, best and worst, how many were near the plan, evenness: of what was measured, and None without it."""
    ends = [
        an_end(name, time, light_s=Seconds(off), **WHOLE)
        for name, time, off in (("a", 98, -2), ("b", 102, 2.04), ("c", 103, 3))
    ]
    reps = table(*ends)

    assert reps.mean_time_s == Seconds(101)
    assert reps.mean_off_s == pytest.approx(3.04 / 3)
    assert reps.near == 2
    assert reps.evenness == pytest.approx(0.026196, abs=1e-6)
    assert (reps.peak, reps.mean_heart_rate, reps.mean_drop) == (None, None, None)
    alone = table(an_end("a"))
    assert (alone.mean_speed, alone.mean_off_s, alone.evenness, alone.columns) == (None, None, None, ())


def test_a_rep_of_no_time_has_no_place_against_the_plan():
    """A recording that ends as a rep begins has run nothing of it."""
    reps = table(
        an_end("a", 0, light_s=Seconds(0), distance=Metres(0)), an_end("b", 98, light_s=Seconds(-2), **WHOLE)
    )
    assert [off for _, off in reps.offs] == [Seconds(-2)]
    assert reps.near == 1


def test_a_rest_gives_the_fall_of_the_heart_rate_to_the_rep_before_it():
    """A rest below a minute has none; a question between rep and rest parts nothing."""
    rest = replace(an_end("r", 90, heart_rate_drop=30), step=replace(a_step("r"), kind=Kind.RECOVERY))
    asked = replace(an_end("q", 0), step=replace(a_step("q"), kind=Kind.PROMPT))
    (row,) = table(an_end("a"), asked, rest).rows
    assert (row.has_drop, row.drop) == (True, BeatsPerMinute(30))
    (row,) = table(an_end("a"), replace(rest, time_s=Seconds(59), heart_rate_drop=None)).rows
    assert (row.has_drop, row.drop) == (False, None)


def test_laps_of_a_free_run():
    """Each lap has its time, and its metres where both ends are known."""
    run = replace(a_step("f"), kind=Kind.OPEN, until=EndConditions((OpenEnd(),)))
    outputs: list[Any] = [StepStarted(Seconds(0), 0, run), a_split(95, 400), a_split(200, None)]
    summary = summarize([*outputs, replace(an_end("f", 300, distance=Metres(1200)), step=run)])

    laps: list[Any] = [(lap.time_s, lap.total_s, lap.metres) for lap in summary.laps]
    assert laps == [
        (95, 95, 400),
        (105, 200, None),
        (100, 300, None),
    ]


def test_what_was_left_out_answered_and_planned():
    """Skipped steps are kept apart from those that were run; answers and the reps of the workout are known."""
    outputs: list[Any] = [
        an_end("a"),
        an_end("b", 0, reason=EndReason.SKIPPED),
        an_end("c", 0, reason=EndReason.SKIPPED),
    ]
    outputs += [
        StepStarted(Seconds(9), 1, a_step("c")),
        Answered(Seconds(99), "q", "How hard was that, 1 to 10?", 8),
    ]
    summary = summarize(outputs, Timeline("w", (a_step("a"), a_step("b"), a_step("c"))))

    assert [step.step_id for step in summary.skipped] == ["b"]
    assert (summary.effort, summary.planned_reps) == (8, 3)


@pytest.mark.parametrize(
    ("most", "kept"), [(0, ()), (1, (800,)), (2, (400, 800)), (3, (400, 800)), (4, (200, 400, 600, 800))]
)
def test_fewer_columns_keep_the_last(most, kept):
    """Without room every second or third column goes, never the last."""
    reps = replace(table(an_end("a")), columns=(200, 400, 600, 800))
    assert reps.thinned(most) == kept


def test_the_plan_of_a_stretch_is_the_light():
    """At 4:10/km 200 m are 50 s; without a pace there is no plan."""
    target = StepTarget(Quantity.SPEED, Band(aim=4.0), "4:10/km")
    paced = replace(a_step("a"), target=target)
    ended = replace(an_end("a", 98, **WHOLE), step=paced)
    reps = table(StepStarted(Seconds(0), 0, paced), a_split(49), ended)
    assert reps.rows[0].plan_laps(reps.columns) == [Seconds(50), Seconds(50)]
    assert reps.plan_speed == MetresPerSecond(4)
    assert table(an_end("a", **WHOLE)).rows[0].plan_laps((400,)) == [None]
