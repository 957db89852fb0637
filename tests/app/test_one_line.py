"""A line that is being typed, as the screen gets it."""

from coach.app.workouts import read_typed
from tests.workout.notation.documents import ATHLETE


def test_an_understood_line_has_its_timeline():
    """The name, the steps for the runner, and what was guessed."""
    typed = read_typed("6x800 @ 5k", ATHLETE)
    assert (typed.title, typed.problem, typed.place) == ("6 x 800 m at 5k pace", "", None)
    assert typed.guesses == ("no rest is given: it lasts until you press",)
    assert typed.timeline is not None
    assert typed.timeline.steps[0].target is not None


def test_a_faulty_line_has_its_place_and_what_is_right():
    """The character, the fix, the line as it was probably meant, and the steps without the fault."""
    typed = read_typed("6x800 @ 5 / 400", ATHLETE)
    assert (typed.place, typed.corrected) == (8, "6x800 @ 5k / 400")
    assert typed.timeline is not None
    assert len(typed.timeline.steps) == 11


def test_a_pace_out_of_reach_is_a_problem_of_the_line():
    """A well-formed line with an impossible pace is reported, and cannot be started."""
    typed = read_typed("6x800 @ 5k-200s/km", ATHLETE)
    assert "not possible" in typed.problem
    assert typed.timeline is None


def test_of_nothing_nothing_is_understood():
    """An empty line has a problem and no steps."""
    typed = read_typed("", None)
    assert typed.problem
    assert typed.timeline is None
