"""The warning of dangerous heat, and the words of an effort day."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import CueClass, CueKind, Phrases
from coach.session.events import WorkoutChanged
from coach.session.phases import Button
from coach.workout.edits import EffortDay
from coach.workout.kinds import Kind
from tests.cues.bench import Bench, kinds, rep, step, texts

phrases = Phrases()


def starts(heat):
    """What is said at the starts of a warm-up, a stride, a rep and another, at such a temperature and dew point."""
    bench = Bench(step(Kind.WARM_UP, seconds=60), step(Kind.STRIDE, seconds=20), rep(), rep(), heat=heat)
    said = []
    for place in range(4):
        said.append([cue for cue in bench.start(place) if cue.kind is CueKind.HEAT])
        bench.run(15, speed=3.0)
    return said


def test_dangerous_heat_is_safety_at_the_start_and_before_the_first_hard_step():
    """At a sum of 184.6 degrees it is said twice, with the sum and its limit; after that the runner knows."""
    said = starts((35.0, 32.0))
    assert [len(one) for one in said] == [1, 1, 0, 0]
    assert said[0][0].cue_class is CueClass.SAFETY
    assert said[0][0].why.rule == "heat"
    assert (said[0][0].why.value, said[0][0].why.high, said[0][0].why.quantity) == (
        pytest.approx(184.6),
        180.0,
        "heat_sum_f",
    )


@pytest.mark.parametrize("heat", [None, (25.0, 22.0), (34.4, 30.0)])
def test_ordinary_heat_and_no_weather_are_no_caution(heat):
    """Up to 180 the table has an answer; without a weather nothing is known."""
    assert starts(heat) == [[], [], [], []]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (EffortDay(3.0, 3.0), "Effort day. Paces three per cent slower."),
        (
            EffortDay(3.75, 1.875),
            "Effort day. Paces three point eight per cent slower, short reps one point nine.",
        ),
        (EffortDay(0.0, 0.0), "Effort day off. Paces as written."),
    ],
)
def test_an_effort_day_says_by_how_much(day, words):
    """Of everything, and of short reps where theirs is another."""
    bench = Bench(rep())
    bench.start()
    said = bench.hear(WorkoutChanged(bench.now, Button.EFFORT_DAY, 1, 1, day))
    assert texts(said) == [words]
    assert kinds(said) == [CueKind.STEP]


def test_every_word_of_it_can_be_said():
    """No digits are spoken."""
    spoken = [
        phrases.language.too_hot.speech,
        phrases.language.effort_day_off,
        phrases.language.effort_first.speech,
        phrases.effort_day(9.0, 4.5),
    ]
    assert not any(letter.isdigit() for words in spoken for letter in words)
