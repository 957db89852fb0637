"""A first rep that starts too fast."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from coach.cues.cue import CueKind
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy
from tests.cues.bench import Bench, pace, rep, rest, texts

START = CueKind.START_TOO_FAST


JOG_S = 120


def warmed_up(step, **known):
    """A runner at the start of a step after two minutes of jogging by a quiet pod."""
    bench = Bench(rest(JOG_S), step, **known)
    bench.start()
    bench.run(JOG_S, 3.0)
    bench.end()
    bench.start(1, came_from=Kind.RECOVERY)
    return bench


def gone(speed, *, metres=400, number=1, seconds=60, steer=CoachBy.TIME):
    """When the start of a rep at 5 m/s was called after a jog, run at one speed."""
    bench = warmed_up(rep(metres, rep=number, of=4, steer=steer, target=pace(5.0)))
    return [cue for cue in bench.run(seconds, speed) if cue.kind is START]


def test_six_per_cent_for_eight_seconds_after_the_first_ten():
    """8 % too fast is called at 18 s, once, with its evidence."""
    found = gone(5.4)
    assert [cue.at for cue in found] == [JOG_S + 18]
    assert found[0].why.rule == "start_pace"
    assert found[0].text == "One fast. Relax."


def test_of_a_source_nothing_is_known_of_more_is_asked():
    """Without a step run before, 8 % may be a slow pod's noise; 12 % are too much for any."""
    for speed, called in ((5.4, []), (5.6, [18])):
        bench = Bench(rep(400, rep=1, of=4, steer=CoachBy.TIME, target=pace(5.0)))
        bench.start(came_from=Kind.RECOVERY)
        assert [cue.at for cue in bench.run(30, speed) if cue.kind is START] == called


def test_five_per_cent_is_no_gross_error():
    """5.9 % over the first 30 s is left to the light."""
    assert gone(5.2, seconds=39) == []


def test_two_seconds_up_at_two_hundred():
    """A start that is two up at 200 m is called there: three fast, relax."""
    bench = Bench(rep(400, rep=1, of=4, steer=CoachBy.TIME, target=pace(5.0)))
    bench.start(came_from=Kind.RECOVERY)
    said = bench.run(10, 6.0) + bench.run(30, 5.15)
    assert texts(said, START) == ["Three fast. Relax."]
    assert [cue.why.rule for cue in said if cue.kind is START] == ["too_fast_at_200"]


def test_who_is_not_fast_now_did_not_start_too_fast():
    """Two up at 200 m, but on pace by then, or slow: nothing."""
    for speed in (5.05, 4.85):
        bench = Bench(rep(400, rep=1, of=4, steer=CoachBy.TIME, target=pace(5.0)))
        bench.start(came_from=Kind.RECOVERY)
        said = bench.run(10, 6.2) + bench.run(35, speed)
        assert bench.session.light(bench.now).behind_s < -1.0
        assert texts(said, START) == []


def test_a_later_rep_is_called_only_for_much_more():
    """In the second rep of a set 8 % are the band's and the light's; 12 % are called at once."""
    assert gone(5.4, number=2, seconds=29) == []
    assert [cue.at for cue in gone(5.6, number=2, seconds=60)] == [JOG_S + 18]


def test_a_run_begun_far_too_fast_hears_of_it_within_twenty_seconds():
    """Off at 4.7 m/s into a run of an hour at 4 m/s: the alarm or the start, whichever is first, and only one."""
    bench = warmed_up(rep(15000, steer=CoachBy.RATE, target=pace(4.0)), surface="road")
    fast = [cue.at for cue in bench.run(30, 4.7) if cue.kind in {START, CueKind.TOO_FAST}]
    assert len(fast) == 1
    assert fast[0] <= JOG_S + 20


def test_after_400_m_of_a_run_it_is_no_start():
    """Speeding up at 440 m is left to the alarm."""
    bench = warmed_up(rep(15000, steer=CoachBy.RATE, target=pace(4.0)), surface="road")
    bench.run(110, 4.0)
    assert START not in [cue.kind for cue in bench.run(40, 4.7)]


def test_who_was_told_already_is_not_told_again_as_of_the_start():
    """The alarm was first: the start has nothing to add."""
    bench = Bench(rep(15000, steer=CoachBy.RATE, target=pace(4.0)), surface="road")
    bench.start(came_from=Kind.FLOAT)
    kinds = [cue.kind for cue in bench.run(90, 4.4)]
    assert CueKind.TOO_FAST in kinds
    assert START not in kinds


def test_short_reps_hear_of_a_gross_start():
    """Of 200 m this is the only coach cue."""
    assert len(gone(5.6, metres=200, seconds=34)) == 1


def test_a_start_in_rate_is_watched_too():
    """Threshold reps start too fast as well."""
    assert len(gone(5.4, metres=1000, steer=CoachBy.RATE)) == 1


def test_after_a_minute_it_is_no_start():
    """A runner who speeds up after the first minute is left to the alarm."""
    bench = Bench(rep(1000, rep=1, of=4, steer=CoachBy.TIME, target=pace(5.0)))
    bench.start(came_from=Kind.RECOVERY)
    bench.run(60, 5.0)
    assert START not in [cue.kind for cue in bench.run(60, 5.6)]
