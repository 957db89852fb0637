"""What a run came to is what its outputs say, after every correction."""

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.live.outputs import RunEnded, RunStarted
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.review.summary import summarize
from coach.session.events import BoundaryMoved, EndReason, MovedBy, StepEnded
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd, EndConditions, Step

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
    """A skipped step, a false start or a step begun anew counts for nothing."""
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
    """When the runner had not got there yet, the row says how far it really was."""
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
