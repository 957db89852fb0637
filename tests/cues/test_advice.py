"""Two slow reps in a row."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from coach.cues.cue import CueKind
from coach.signals.readings import Source
from coach.workout.timeline import Band, Kind, Quantity, Target
from tests.cues.fakes import Bench, kinds, pace, rep, texts

ADVICE = CueKind.ADVICE


def session_of(*means, sets="aaaaaaaa", seconds=70, **known):
    """Reps at 4 m/s of the sets named, run at these means; what was advised after each."""
    steps = [rep(1000, set_id=sets[place], rep=place + 1, of=9) for place in range(len(means) + 1)]
    bench = Bench(*steps)
    said = []
    for place, mean in enumerate(means):
        bench.start(place, came_from=Kind.RECOVERY)
        bench.run(seconds, mean)
        said.append(ADVICE in kinds(bench.end(mean_speed=mean, distance_source=Source.POD, **known)))
    return bench, said


def test_two_slow_reps_in_a_row_are_a_reason_to_rest_once():
    """After the second, and not again after the third."""
    bench, said = session_of(3.8, 3.8, 3.8)
    assert said == [False, True, False]
    cue = next(cue for cue in bench.cues if cue.kind is ADVICE)
    assert cue.text == "Two slow reps. Rest longer, or call it a day."
    assert (cue.why.value, cue.why.quantity) == (3.8, "speed_mps")


def test_a_good_rep_between_them_forgives():
    """In a row means in a row."""
    assert session_of(3.8, 4.0, 3.8)[1] == [False, False, False]


def test_four_per_cent_is_not_over_four_per_cent():
    """3.85 of 4 is 3.75 % slow."""
    assert session_of(3.85, 3.85, 3.85)[1] == [False] * 3


def test_they_must_be_of_one_set():
    """The last of one set and the first of the next are two sets."""
    assert session_of(3.8, 3.8, sets="abbbb")[1] == [False, False]


def test_what_was_estimated_or_broken_counts_for_nothing():
    """No advice from a guess."""
    assert session_of(3.7, 3.7, estimated=True)[1] == [False, False]
    assert session_of(3.7, 3.7, broken=True)[1] == [False, False]


def test_within_a_range_nobody_is_slow():
    """The slow edge of a range is what counts, however far from its middle."""
    target = Target(Quantity.SPEED, Band(3.6, 4.0, 4.4), "range")
    bench = Bench(*[rep(1000, set_id="a", target=target) for _ in range(3)])
    for place in range(2):
        bench.start(place, came_from=Kind.RECOVERY)
        assert ADVICE not in kinds(bench.end(mean_speed=3.6))


def test_afterwards_nobody_is_hurried_for_the_rest_of_the_set():
    """No too_slow in this set; the next set begins afresh."""
    bench, _ = session_of(3.8, 3.8, sets="aaa")
    bench.start(2, came_from=Kind.RECOVERY)
    assert CueKind.TOO_SLOW not in kinds(bench.run(120, 3.5))
    other, _ = session_of(3.8, 3.8, sets="aab")
    other.start(2, came_from=Kind.RECOVERY)
    assert CueKind.TOO_SLOW in kinds(other.run(120, 3.5))


def test_too_fast_is_still_said():
    """Only the pushing stops."""
    bench, _ = session_of(3.8, 3.8)
    bench.start(2, came_from=Kind.RECOVERY)
    assert CueKind.TOO_FAST in kinds(bench.run(120, 4.5))


def test_steps_without_pace_are_never_slow():
    """Nothing was asked."""
    bench = Bench(rep(1000, target=Target(Quantity.EFFORT, Band(), "hard"), set_id="a"), rep(target=pace()))
    bench.start()
    assert texts(bench.end(mean_speed=1.0), ADVICE) == []


def test_short_reps_say_nothing_of_fading():
    """Getting up to speed takes several per cent of a stride; nobody is sent home for it."""
    assert session_of(3.8, 3.8, 3.8, seconds=20)[1] == [False] * 3
