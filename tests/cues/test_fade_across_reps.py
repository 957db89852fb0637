"""Two slow reps in a row."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import CueKind
from coach.session.phases import Button
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts

ADVICE = CueKind.ADVICE


def session_of(*means, sets="aaaaaaaa", metres=1000, spoilt=None):
    """Reps at 4 m/s of the sets named, run at these means; after which of them rest was advised."""
    steps = [rep(metres, set_id=sets[place], rep=place + 1, of=9) for place in range(len(means) + 1)]
    bench = Bench(*steps)
    advised = []
    for place, mean in enumerate(means):
        bench.start(place, came_from=Kind.RECOVERY)
        if spoilt is not None:
            bench.run(240, mean)
            spoilt(bench)
        cues = bench.finish(None if spoilt is lose_pod else mean)
        advised.append(any(cue.why.rule == "slow_reps" for cue in cues))
    return bench, advised


def lose_pod(bench):
    """Lose the pod for the last metres of a rep, so that its end is bridged."""
    bench.run(1)


def pause(bench):
    """Pause in the middle of a rep."""
    bench.press(Button.PAUSE)
    bench.run(5, 0.0)
    bench.press(Button.RESUME)


def test_two_slow_reps_in_a_row_are_a_reason_to_rest_once():
    """After the second, and not again after the third."""
    bench, said = session_of(3.8, 3.8, 3.8)
    assert said == [False, True, False]
    cue = next(cue for cue in bench.cues if cue.kind is ADVICE)
    assert cue.text == "Two slow reps. Rest longer, or call it a day."
    assert (cue.why.value, cue.why.quantity) == (pytest.approx(3.8), "speed_mps")


def test_a_good_rep_between_them_forgives():
    """A good rep between two slow ones ends the row."""
    assert session_of(3.8, 4.0, 3.8)[1] == [False, False, False]


def test_four_per_cent_is_not_over_four_per_cent():
    """3.85 of 4 is 3.75 % slow."""
    assert session_of(3.85, 3.85, 3.85)[1] == [False] * 3


def test_they_must_be_of_one_set():
    """The last of one set and the first of the next are two sets."""
    assert session_of(3.8, 3.8, sets="abbbb")[1] == [False, False]


def test_what_was_estimated_or_broken_counts_for_nothing():
    """Estimated and broken reps lead to no advice."""
    assert session_of(3.7, 3.7, spoilt=lose_pod)[1] == [False, False]
    assert session_of(3.7, 3.7, spoilt=pause)[1] == [False, False]


def test_within_a_range_nobody_is_slow():
    """The slow edge of a range is what counts, however far from its middle."""
    target = StepTarget(Quantity.SPEED, Band(3.6, 4.0, 4.4), "range")
    bench = Bench(*[rep(1000, set_id="a", target=target) for _ in range(3)])
    for place in range(2):
        bench.start(place, came_from=Kind.RECOVERY)
        assert ADVICE not in kinds(bench.finish(3.6))


def test_afterwards_nobody_is_hurried_for_the_rest_of_the_set():
    """No too_slow in this set; the next set begins afresh."""
    bench, _ = session_of(3.8, 3.8, sets="aaa")
    bench.start(2, came_from=Kind.RECOVERY)
    assert CueKind.TOO_SLOW not in kinds(bench.run(120, 3.5))
    other, _ = session_of(3.8, 3.8, sets="aab")
    other.start(2, came_from=Kind.RECOVERY)
    assert CueKind.TOO_SLOW in kinds(other.run(120, 3.5))


def test_too_fast_is_still_said():
    """Only cues that ask for more speed are suppressed."""
    bench, _ = session_of(3.8, 3.8)
    bench.start(2, came_from=Kind.RECOVERY)
    assert CueKind.TOO_FAST in kinds(bench.run(120, 4.5))


def test_steps_without_pace_are_never_slow():
    """A step without a target pace is never slow."""
    bench = Bench(
        rep(1000, target=StepTarget(Quantity.EFFORT, Band(), "hard"), set_id="a"), rep(target=pace())
    )
    bench.start()
    assert texts(bench.finish(1.0), ADVICE) == []


def test_short_reps_say_nothing_of_fading():
    """Getting up to speed takes several per cent of a stride; nobody is sent home for it."""
    assert session_of(3.8, 3.8, 3.8, metres=80)[1] == [False] * 3


def reps_of(*means, sets="aaaaaaaa", between=None, last=True, target=None, whole=True):
    """Reps at 4 m/s, 2 % to either side, run at these means, each with a rest by time; the fades that were told."""
    steps = []
    for place in range(len(means) + (1 if last else 0)):
        steps += [rep(1000, set_id=sets[place], target=target or pace()), between or rest(90)]
    bench = Bench(*steps)
    for place, mean in enumerate(means):
        bench.start(2 * place, came_from=Kind.RECOVERY)
        bench.run(200, mean)
        if whole:
            bench.finish(mean)
        else:
            bench.press(Button.NEXT)
        bench.press(Button.NEXT)
    return [cue for cue in bench.cues if cue.kind is CueKind.FADE]


def test_a_rep_slower_than_the_first_good_ones_is_told_in_the_rest():
    """With a question where the rest can be made longer, and the evidence."""
    (cue,) = reps_of(4.04, 4.02, 3.87)
    assert cue.text == "Last one was four per cent off your first. Longer rest?"
    why = cue.why
    assert (why.rule, why.quantity, why.high) == ("fade_of_reps", "speed_mps", None)
    assert why.value == pytest.approx(3.87)
    assert why.low == pytest.approx(4.03 * 0.97)
    assert (why.window_s, why.sample_age_s) == (pytest.approx(1000 / 3.87), 0)
    assert 0.0 < why.noise < 0.1


def test_where_the_rest_is_by_distance_no_longer_one_is_asked_for():
    """A jog of 200 m cannot be made longer by time."""
    (cue,) = reps_of(4.0, 4.0, 3.85, between=step(Kind.RECOVERY, metres=200))
    assert cue.text == "Last one was four per cent off your first."


def test_it_is_told_once_a_set():
    """A third slow rep among good ones is no news; another set has its own first reps."""
    assert len(reps_of(4.0, 4.0, 3.86, 4.0, 3.86)) == 1
    assert len(reps_of(4.0, 4.0, 3.86, 4.0, 4.0, 4.0, 3.86, sets="aaaabbbb")) == 2


def test_the_first_good_reps_are_the_measure():
    """One outside its band is none of them, nor is one that was not run whole."""
    assert reps_of(4.2, 4.0, 3.87) == []
    assert reps_of(4.2, 4.0, 4.0, 3.87) != []
    assert reps_of(4.0, 4.0, 3.87, whole=False) == []


def test_two_per_cent_is_no_fade_and_in_the_band_nobody_fades():
    """Three per cent under the first ones, and under the band."""
    assert reps_of(4.0, 4.0, 3.9) == []
    assert reps_of(4.08, 4.08, 3.93) == []


def test_who_eased_before_our_line_did_not_fade():
    """A pod that reads short ends the rep in the jog after it."""
    bench = Bench(*[rep(1000, set_id="a") for _ in range(4)])
    for place, speed in enumerate((4.0, 4.0, 2.5)):
        bench.start(place, came_from=Kind.RECOVERY)
        bench.run(220, 4.0)
        bench.finish(speed)
    assert CueKind.FADE not in kinds(bench.cues)


def test_after_the_last_rep_nothing_can_be_done():
    """After the last rep of a set no fade is called."""
    assert reps_of(4.0, 4.0, 3.86, last=False) == []


def test_a_guessed_pace_is_no_measure():
    """An estimated pace makes no rep slow, nor does an absent one."""
    assert reps_of(4.0, 4.0, 3.86, target=pace(estimated=True)) == []


def test_a_rep_run_again_is_compared_again():
    """A rep that an undo takes back is not one of the first ones."""
    bench = Bench(*[rep(1000, set_id="a", step_id=f"rep {place}") for place in range(4)])
    for place in range(2):
        bench.start(place, came_from=Kind.RECOVERY)
        bench.finish(4.0)
    bench.press(Button.UNDO)
    assert bench.session.step.step_id == "rep 1"
    bench.start(2)
    assert CueKind.FADE not in kinds(bench.finish(3.87))


def test_two_slow_reps_are_one_word():
    """Where a rest is advised, no fade is called as well."""
    bench, said = session_of(4.0, 4.0, 3.8, 3.8)
    assert said == [False, False, False, True]
    assert kinds(bench.cues).count(CueKind.FADE) == 1
