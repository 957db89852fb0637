"""Floats and recoveries: a float keeps its pace, a jog is jogged, and a walk as planned is not called."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.config import CueSettings
from coach.cues.cue import VERDICTS, CueKind
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy, Move, SlotEnd
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts

KEEP = "Keep jogging."


def after_rep(*rests):
    """Rests after a rep, the first of them begun."""
    bench = Bench(rep(400), *rests)
    bench.start()
    bench.run(100, speed=4.0, feet=180)
    bench.start(1, came_from=Kind.WORK)
    return bench


def test_a_jog_that_became_standing_is_told_once():
    """After 15 s of grace and 12 s of standing: "Keep jogging.", with the cadence behind it."""
    bench = after_rep(rest(120))
    said = bench.run(118, speed=0.0, feet=0)
    assert [cue.at - 100 for cue in said if cue.text == KEEP] == [27]
    why = next(cue for cue in said if cue.text == KEEP).why
    assert (why.rule, why.quantity, why.value, why.low) == ("standing_rest", "cadence_spm", 0, 60)
    assert (why.window_s, why.sample_age_s) == (12, 0)


@pytest.mark.parametrize(
    "change", [{"move": Move.WALK}, {"move": Move.STAND}, {"ends": (SlotEnd(180),), "seconds": None}]
)
def test_a_walk_a_stand_and_a_send_off_are_left_alone(change):
    """Who was asked to walk or to wait at the line does right to stand."""
    bench = after_rep(rest(**{"seconds": 120, **change}))
    assert KEEP not in texts(bench.run(118, speed=0.0, feet=0))


@pytest.mark.parametrize(("feet", "speed"), [(100, 1.3), (160, 2.5), (0, 2.5)])
def test_who_moves_hears_nothing(feet, speed):
    """Walking is no standing, and neither is a sensor that counts no steps of a runner who moves."""
    assert KEEP not in texts(after_rep(rest(120)).run(118, speed=speed, feet=feet))


def test_the_end_of_a_rest_is_spent_at_the_line():
    """Standing in its last seconds is getting ready."""
    bench = after_rep(rest(60))
    bench.run(38, speed=2.5, feet=160)
    assert KEEP not in texts(bench.run(20, speed=0.0, feet=0))


def test_it_is_said_once_a_set():
    """Whoever goes on standing in the next rest of the set has heard it; another set is another chance."""
    bench = after_rep(rest(90, set_id="1"), rest(90, set_id="1"), rest(90, set_id="2"))
    told = []
    for place in (1, 2, 3):
        bench.start(place, came_from=Kind.WORK)
        told.append(texts(bench.run(88, speed=0.0, feet=0)).count(KEEP))
    assert told == [1, 0, 1]


@pytest.mark.parametrize(
    ("speed", "kind"), [(2.9, CueKind.FLOAT_TOO_SLOW), (3.9, CueKind.FLOAT_TOO_FAST), (3.4, None)]
)
def test_a_float_of_200_m_is_coached_once(speed, kind):
    """Too slow or too hard is said once, short as it is; a float at its pace hears nothing."""
    floating = step(Kind.FLOAT, metres=200, target=pace(3.4, 0.08, 0.08), steer=CoachBy.RATE)
    bench = after_rep(floating)
    found = [one for one in kinds(bench.run(200 / speed - 4, speed=speed, feet=170)) if one in VERDICTS]
    assert found == ([] if kind is None else [kind])


def test_who_walks_a_float_hears_no_pace():
    """Under 130 steps a minute somebody walks: no pace is judged."""
    floating = step(Kind.FLOAT, metres=200, target=pace(3.4, 0.08, 0.08), steer=CoachBy.RATE)
    found = kinds(after_rep(floating).run(60, speed=1.5, feet=110))
    assert not VERDICTS & set(found)


@pytest.mark.parametrize("kind", [Kind.STRIDE, Kind.WORK])
def test_strides_and_sprints_get_no_verdict(kind):
    """A stride of 20 s and a sprint of 80 m are nobody's business, however fast they are."""
    sprint = step(kind, metres=80, target=pace(6.0), steer=CoachBy.RATE, rep=1)
    bench = Bench(step(Kind.WARM_UP, seconds=600), sprint)
    bench.start()
    bench.run(600, speed=3.0, feet=160, heart=150)
    bench.start(1, came_from=Kind.WARM_UP)
    for speed in (4.5, 8.0):
        assert not VERDICTS & set(kinds(bench.run(8, speed=speed, feet=220, heart=190, power=900)))


def test_without_a_budget_it_is_not_said():
    """Whoever wants no coach cue in rests hears none, this one neither."""
    bench = Bench(rest(120), settings=CueSettings(budget_rest=0))
    bench.start(came_from=Kind.WORK)
    assert KEEP not in texts(bench.run(118, speed=0.0, feet=0))
