"""`coach explain` names every reason why nothing is said about pace."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"

import pytest

from coach.cues.cue import Suppression, SuppressionReason
from coach.review.trace import held_back
from coach.workout.kinds import Kind
from tests.cues.bench import Bench, rep, rest, step


def why(bench):
    """The reasons for silence now."""
    return [one.reason for one in bench.coach.suppressions(bench.now)]


def running(seconds, speed=4.0, *, plan=None, came_from=Kind.RECOVERY, **known):
    """A rep of 1600 m at 4 m/s, run for so long."""
    bench = Bench(plan or rep(1600), rep(1600))
    bench.start(came_from=came_from)
    bench.run(seconds, speed, **known)
    return bench


def test_a_settled_runner_on_target_is_listened_to():
    """For a settled runner on target there is no reason for silence."""
    assert why(running(60)) == []


def test_before_a_step_there_is_nothing_to_judge():
    """No step is under way."""
    assert why(Bench(rep(1600))) == [SuppressionReason.NOT_RUNNING]


def test_the_first_seconds_are_for_settling():
    """Five seconds into a rep the speed is on its way."""
    assert SuppressionReason.SETTLING in why(running(5))


def test_a_stride_and_a_step_without_a_pace_have_no_verdicts():
    """One for its kind, the other for want of a target."""
    assert why(running(30, plan=step(Kind.STRIDE, seconds=60))) == [SuppressionReason.UNJUDGED]
    assert why(running(30, plan=step(seconds=600))) == [SuppressionReason.NO_TARGET]


def test_an_old_speed_and_a_walk_are_named():
    """Five seconds without a sample; a cadence under 130."""
    bench = running(60)
    bench.run(5)
    assert SuppressionReason.NOT_FRESH in why(bench)
    assert SuppressionReason.WALKING in why(running(60, feet=110))


def test_a_short_rep_hears_only_a_gross_start():
    """A rep of 300 m is too short for a verdict."""
    assert SuppressionReason.SHORT in why(running(30, plan=rep(300)))


def test_nobody_is_hurried_in_a_rest():
    """A paced jog that is too slow is left alone."""
    assert SuppressionReason.UNHURRIED in why(running(40, plan=rest(90, target=rep().target)))


def test_after_a_word_there_is_silence_and_how_long():
    """Just after a verdict: the rest of twenty seconds; after the last of the budget, no more."""
    bench = running(60, 3.5)
    said = [cue for cue in bench.cues if cue.kind.value == "too_slow"]
    assert said
    bench = Bench(rep(1600), rep(1600))
    bench.start(came_from=Kind.RECOVERY)
    while not any(cue.kind.value == "too_slow" for cue in bench.cues):
        bench.run(1, 3.5)
    (quiet,) = [one for one in bench.coach.suppressions(bench.now) if one.reason is SuppressionReason.QUIET]
    assert quiet.for_s == pytest.approx(20.0, abs=1.0)


def test_the_last_seconds_belong_to_the_countdown():
    """Two seconds before the line."""
    assert SuppressionReason.BOUNDARY in why(running(398, 4.0))


def test_pace_is_held_against_something_all_the_time():
    """The evidence is there without a cue: value, both sides, noise and age."""
    judged = running(60).coach.evidence(60.0)
    assert judged is not None
    assert judged.value == pytest.approx(4.0)
    assert judged.low < 4.0 < judged.high
    assert judged.noise is not None
    assert running(30, plan=step(seconds=600)).coach.evidence(30.0) is None


def test_every_reason_has_words():
    """`coach explain` can name each of them."""
    assert all(held_back(Suppression(reason)) for reason in SuppressionReason)


def test_who_was_asked_twice_is_let_be():
    """Ten per cent slow for two minutes: said twice, and the screen and `explain` know."""
    bench = running(120, 3.6)
    assert SuppressionReason.SAID_TWICE in why(bench)
    assert bench.live.snapshot().is_let_be
    bench.run(60, 4.0)
    assert SuppressionReason.SAID_TWICE not in why(bench)
    assert not bench.live.snapshot().is_let_be


def test_wind_is_a_reason():
    """The back straight of the second lap, as slow as that of the first."""
    bench = Bench(rep(3000, rep=2, of=3))
    bench.start()
    while bench.metres < 590.0:
        is_windy = 100.0 <= bench.metres % 400.0 < 200.0
        bench.run(1, 3.72 if is_windy else 4.1)
    assert SuppressionReason.WIND in why(bench)
