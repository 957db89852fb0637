"""The open question: its answers as large as they fit, and how long it stands in place of the run."""

import pytest

from coach.quantities import Seconds
from coach.screen.lines import ASKED_S, Question, question_replaces_run
from coach.screen.paint import NIGHT, SUN
from coach.session.phases import Phase
from coach.workout.kinds import Kind
from tests.screen.builders import ended, rep_four, session_8x400, step

THREE = step(Kind.PROMPT, question="Could you have done one more?", answers=("yes", "unsure", "no"))
EFFORT = step(Kind.PROMPT, question="How hard was it?")


def painted(question, width, height, colours=SUN, **changes):
    """Paint a question."""
    part = Question()
    return part.paint(part.look(rep_four(question=question, **changes)), width, height, colours)


@pytest.mark.parametrize("question", [THREE, EFFORT, None], ids=["three", "effort", "none"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (12, 4), (40, 12), (80, 20), (120, 33), (200, 50)])
def test_it_always_fills_its_field(question, width, height):
    """At every size the question is exactly as large as its field."""
    for colours in (SUN, NIGHT):
        rows = painted(question, width, height, colours)
        assert [row.cell_length for row in rows] == [width] * height


def test_on_the_smallest_screen_the_three_answers_are_in_letters():
    """The answers are one below the other, each four rows high, with the last rep beside them."""
    rows = [row.text for row in painted(THREE, 80, 20)]
    assert "Could you have done one more?" in rows[1]
    assert "REP 3/8   -0.6 s to plan" in "".join(rows)
    assert not any("unsure" in row for row in rows)


def test_a_question_that_fits_is_in_letters_too():
    """On 120 columns a short one is not left in ordinary text."""
    short = step(Kind.PROMPT, question="Could you talk?", answers=("yes", "no"))
    assert not any("Could you talk?" in row.text for row in painted(short, 120, 33))


def test_many_answers_are_listed_as_text():
    """A text without room in letters can still be read, sanitised."""
    words = tuple(f"an\x07swer {number}" for number in range(9))
    rows = "\n".join(row.text for row in painted(step(Kind.PROMPT, question="Which?", answers=words), 80, 20))
    assert "9 answer 8" in rows


def test_without_named_answers_the_keys_are_named():
    """An effort is 1 to 10, and 0 is ten."""
    question = Question().look(rep_four(question=EFFORT))
    assert question is not None
    assert question.answers == ("1 - 10", "0 is ten")


JOG = session_8x400().steps[8]


@pytest.mark.parametrize(
    ("changes", "replaces"),
    [
        ({"phase": Phase.PROMPT, "step": THREE}, True),
        ({"phase": Phase.FINISHED, "step": None}, True),
        ({"phase": Phase.RECOVERY, "step": JOG, "question_age_s": Seconds(3)}, True),
        ({"phase": Phase.RECOVERY, "step": JOG, "question_age_s": Seconds(ASKED_S + 1)}, False),
        ({"phase": Phase.WORK, "question_age_s": Seconds(3)}, False),
        ({"phase": Phase.WORK, "step": step(Kind.COOL_DOWN), "question_age_s": Seconds(3)}, True),
        ({"phase": Phase.PAUSED, "question_age_s": Seconds(3)}, False),
        ({"phase": Phase.PROMPT, "question": None}, False),
    ],
)
def test_it_replaces_the_run_where_nothing_hard_is_run_and_not_for_long(changes, replaces):
    """In a rep the question has a line; in a rest and in easy running it replaces the run for half a minute."""
    assert question_replaces_run(rep_four(**{"question": THREE, **changes})) is replaces


def test_without_a_rep_nothing_stands_beside_it():
    """Before the first rep there is no time to show."""
    question = Question().look(rep_four(question=THREE, results=()))
    assert question is not None
    assert (question.rep, question.rep_said) == ("", "")
    no_light = Question().look(
        rep_four(question=THREE, results=(ended(step(rep=1, of=3), 90.0, light_s=None),))
    )
    assert no_light is not None
    assert no_light.rep_said == "REP 1/3"
