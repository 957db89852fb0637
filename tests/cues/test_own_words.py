"""A workout of which only its own words are spoken: reminders, gates, questions, and what is for safety."""
# mypy: disable-error-code="arg-type"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import CueKind
from coach.edge.voices import ClipBank, sentences
from coach.problems import WorkoutProblem
from coach.session.phases import Button
from coach.workout.document import document_from, outline
from coach.workout.kinds import Kind
from coach.workout.timeline import OpenEnd, Quantity, StepGate, StepReminder
from tests.cues.bench import Bench, rep, step

GATE = StepGate("start governor", "during", "hold back", Quantity.SPEED, above=3.4, for_s=5.0)


def heard_of(**more):
    """Run two kilometres far too fast; what has words or a tone, by its kind."""
    reps = [
        rep(1000, reminders=(StepReminder("light feet", at_s=60.0),), gates=(GATE,)),
        rep(1000, reminders=(StepReminder("gel", at_s=30.0, amount=29.0, unit="g"),)),
    ]
    bench = Bench(*reps, **more)
    bench.start()
    bench.run(500, 4.2, heart=150)
    return [cue for cue in bench.cues if cue.is_heard], bench.cues


def test_only_its_own_words_are_spoken():
    """The phrase, the gel, the gate; verdicts, splits and step names are shown and not heard."""
    heard, cues = heard_of(own_words=True)
    assert [(cue.kind, cue.text) for cue in heard] == [
        (CueKind.GATE, "Hold back."),
        (CueKind.FORM, "Light feet."),
        (CueKind.FUEL, "Gel. Twenty-nine grams."),
    ]
    assert {CueKind.STEP, CueKind.START_TOO_FAST} <= {cue.kind for cue in cues}


def test_otherwise_all_is_spoken():
    """The same run of the same steps."""
    heard, _ = heard_of()
    assert {CueKind.STEP, CueKind.START_TOO_FAST, CueKind.GATE, CueKind.FORM, CueKind.FUEL} <= {
        cue.kind for cue in heard
    }


def test_what_is_for_safety_is_spoken_all_the_same():
    """The warning of dangerous heat is spoken."""
    heard, _ = heard_of(own_words=True, heat=(40.0, 32.0))
    assert CueKind.HEAT in {cue.kind for cue in heard}


def test_questions_are_its_own_words():
    """Questions are spoken, the next one after the answer."""
    ask = [step(Kind.PROMPT, ends=[OpenEnd()], question=words) for words in ("How hard?", "Legs?")]
    bench = Bench(*ask, own_words=True)
    bench.start()
    bench.press(Button.ANSWER, 7)
    assert {cue.text for cue in bench.cues if cue.is_heard} == {"How hard?", "Legs?"}


@pytest.mark.parametrize(("spoken", "is_own"), [("own", True), ("all", False), (None, False)])
def test_the_document_says_it(spoken, is_own):
    """All is spoken where it says nothing."""
    tree = {
        "format": "coach-workout/1",
        "name": "x",
        "sections": [{"name": "a", "steps": [{"kind": "open"}]}],
    }
    tree |= {} if spoken is None else {"spoken": spoken}
    assert outline(document_from(tree, name="x")).is_own_words is is_own
    with pytest.raises(WorkoutProblem):
        document_from(tree | {"spoken": "some"}, name="x")


def test_what_a_race_says_of_itself_is_recorded():
    """Gels, drinks and the held-back start need no made voice: every sentence is covered by recorded words."""
    bank = ClipBank.load()
    texts = [
        "Too fast for the first kilometre. Hold back.",
        "Gel. Twenty-nine grams, fifty-eight in all.",
        "Drink. One hundred fifty millilitres, three hundred in all.",
    ]
    assert [
        sentence for text in texts for sentence in sentences(text) if bank.sequence(sentence) is None
    ] == []
