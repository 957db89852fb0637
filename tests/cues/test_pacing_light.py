"""The runner against the light."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import VERDICTS, CueClass, CueKind
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy
from tests.cues.bench import Bench, kinds, pace, rep, texts

BEHIND, AHEAD, NEW = CueKind.BEHIND_LIGHT, CueKind.AHEAD_OF_LIGHT, CueKind.NEW_LIGHT


def race(metres, speed, seconds=None, *, aim=5.0, came_from=Kind.FLOAT, surface="track", factor_sd=0.01):
    """A rep in time at an aim, run at one speed; a second one of its set, so that no start is judged."""
    bench = Bench(
        rep(metres, rep=2, of=4, steer=CoachBy.TIME, target=pace(aim)), surface=surface, factor_sd=factor_sd
    )
    bench.start(came_from=came_from)
    return [cue for cue in bench.run(seconds or metres / speed, speed) if cue.kind in VERDICTS | {NEW}]


def test_behind_the_light_is_said_in_seconds():
    """600 m at 4 % too slow: so many behind, with the light as evidence."""
    cue = race(600, 4.8)[0]
    assert cue.kind is BEHIND
    assert cue.text == "Two behind."
    assert (cue.cue_class, cue.why.rule, cue.why.quantity) == (CueClass.COACH, "light", "light_s")
    assert cue.why.value == pytest.approx(cue.at - cue.at * 4.8 / 5.0)
    assert cue.why.high is not None
    assert cue.why.window_s == cue.at
    assert cue.why.sample_age_s == 0


def test_ahead_of_the_light_is_said_too():
    """600 m at 4 % too fast."""
    assert [kinds(race(600, 5.2))[0]] == [AHEAD]


def test_with_the_light_there_is_silence():
    """Within 2 % nothing is said."""
    assert race(600, 4.95) == []
    assert race(600, 5.05) == []


def test_no_verdict_before_150_m_and_30_s():
    """Neither the first 30 s nor the first 150 m are judged."""
    assert all(cue.at >= 30 for cue in race(600, 4.0))
    slow = race(600, 2.6, 60)
    assert all(cue.at * 2.6 >= 150 for cue in slow)


def test_a_standing_start_is_forgiven():
    """Out of the blocks one and a half seconds do not count: 2.3 s behind at 60 s are 0.8."""
    assert race(600, 4.81, 60, came_from=Kind.FLOAT) != []
    assert race(600, 4.81, 60, came_from=None) == []


def test_long_reps_compare_whole_laps():
    """In 1200 m the light speaks at the lap, not between."""
    found = race(1200, 4.8, aim=5.0)
    assert all((cue.at * 4.8) % 400 < 5 for cue in found)
    assert found != []


def test_no_laps_are_compared_off_the_track():
    """On the road the error has to hold, that is all."""
    assert race(1200, 4.8, 70, surface="road") != []


def test_a_runner_who_catches_up_is_left_alone():
    """Behind but faster than the target: nothing to say."""
    bench = Bench(rep(600, rep=2, of=4, steer=CoachBy.TIME, target=pace(5.0)))
    bench.start(came_from=Kind.FLOAT)
    bench.run(20, 4.0)
    said = bench.run(70, 5.2)
    assert BEHIND not in kinds(said)


def test_far_behind_the_light_is_set_anew_once():
    """Behind, still over 5 s per km behind: new light, hold the target; behind that one too is said once."""
    found = race(2000, 4.5, aim=5.0)
    assert kinds(found) == [BEHIND, NEW, BEHIND]
    assert texts(found, NEW) == ["New light. Hold three twenty."]
    assert found[-1].text.endswith("behind again. Hold what you have.")


def test_an_unproven_pod_doubts_the_light():
    """2 % more are needed before anyone hears of it."""
    assert race(600, 4.85) != []
    assert race(600, 4.85, factor_sd=0.03) == []


def test_no_light_where_distance_is_bridged():
    """Bridged metres are not judged."""
    bench = Bench(rep(600, rep=2, of=4, steer=CoachBy.TIME, target=pace(5.0)))
    bench.start(came_from=Kind.FLOAT)
    cues = bench.run(33, 4.75) + bench.run(25, 4.6, source=Source.STRAP)  # a strap counts no metres
    assert bench.session.is_estimated(bench.now)
    assert bench.session.light(bench.now).behind_s > 1.2
    assert BEHIND not in kinds(cues)


def test_on_pace_is_said_once_to_who_runs_the_pace_again():
    """Ahead, told, and on the pace: said once, though the light is still behind; and not while giving it back."""
    for speed, answered in ((5.0, [CueKind.BACK_ON_TARGET]), (4.75, [])):
        bench = Bench(rep(1500, rep=2, of=4, steer=CoachBy.TIME, target=pace(5.0)), surface="road")
        bench.start(came_from=Kind.FLOAT)
        said = bench.run(45, 5.25) + bench.run(50, speed)
        assert kinds(cue for cue in said if cue.kind in VERDICTS) == [AHEAD, *answered]


def test_who_is_on_pace_is_not_told_again_that_they_are_ahead():
    """Four ahead and level with the pace: the light comes back by itself."""
    bench = Bench(rep(1500, rep=2, of=4, steer=CoachBy.TIME, target=pace(5.0)), surface="road")
    bench.start(came_from=Kind.FLOAT)
    assert AHEAD in kinds(bench.run(45, 5.4))
    said = bench.run(150, 5.05)
    assert bench.session.light(bench.now).behind_s < -3.0
    assert AHEAD not in kinds(said)
