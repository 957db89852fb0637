"""The runner eases at a line of their own, three times alike: the key that moves ours is shown.

So it is in a run whose boundaries do not follow the runner, as in journals of older versions.
"""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"

from coach.signals.readings import Source
from coach.workout.kinds import Kind
from tests.cues.bench import Bench, rep, rest, texts


def session(after_s, *, reps=3, surface="track", source=Source.POD, speed=5.0):
    """Reps of 400 m whose runner eases so many seconds after our boundary (a list: in each rep); what was shown."""
    late = [after_s] * reps if isinstance(after_s, int | float) else after_s
    steps = [one for place in range(len(late)) for one in (rep(400, set_id="a", rep=place + 1), rest(60))]
    bench = Bench(*steps, surface=surface, pod=source is Source.POD, stop_ends_rep=False)
    for place, seconds in enumerate(late):
        bench.start(2 * place, came_from=Kind.RECOVERY)
        bench.run(79 if seconds >= 0 else 80 + seconds, speed, source=source)
        bench.finish(speed if seconds >= 0 else 2.0, source=source)
        bench.run(max(0, seconds), speed, source=source)
        bench.finish(2.0, source=source)
    return texts([cue for cue in bench.cues if cue.why.rule == "line_of_the_runner"])


def test_three_alike_far_off_are_shown_with_the_key():
    """Eased 8 s after ours: 4 s are the pod's lag, the rest is some 20 m."""
    assert session(8) == ["You ease about 20 m after our line. Key ] moves it 5 m."]


def test_a_line_before_ours_has_the_other_key():
    """Eased 2 s before ours (5 m at a walk): with the pod's lag some 30 m."""
    assert session(-1) == ["You ease about 30 m before our line. Key [ moves it 5 m."]


def test_the_pods_own_lag_is_no_line():
    """Who eases at our line seems to do so some seconds later."""
    assert session(4) == []


def test_two_are_not_three():
    """Anybody runs through a line twice."""
    assert session(8, reps=2) == []


def test_reps_that_disagree_say_nothing():
    """Twenty metres, five and thirty are no line."""
    assert session([8, 5, 10]) == []


def test_it_is_shown_once_a_set():
    """Six alike are still one hint."""
    assert len(session(8, reps=6)) == 1


def test_only_a_pods_boundary_is_in_question():
    """A watch's positions have errors that no line explains, and grass has no line."""
    assert session(8, source=Source.WATCH) == []
    assert session(8, surface="grass") == []
