"""The words of a workout's author: reminders, gates, questions, checklists."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import CueKind
from coach.session.phases import Button
from coach.workout.kinds import Kind
from coach.workout.timeline import ChecklistItem, OpenEnd, Quantity, StepGate, StepReminder
from tests.cues.bench import Bench, kinds, step, texts

FUEL, FORM, GATE = CueKind.FUEL, CueKind.FORM, CueKind.GATE


def easy(seconds=7200, **more):
    """A long easy step."""
    return step(Kind.OPEN, seconds=seconds, **more)


def test_a_reminder_comes_at_its_time_again_and_again_and_adds_up():
    """After 30 min, then every 20 min: thirty grams, sixty in all."""
    gel = StepReminder("gel", at_s=1800, every_s=1200, amount=30, unit="grams")
    bench = Bench(easy(reminders=(gel,)))
    bench.start()
    said = [cue for cue in bench.run(4300) if cue.kind is FUEL]
    assert [cue.at for cue in said] == [1800, 3000, 4200]
    assert texts(said) == [
        "Gel. Thirty grams.",
        "Gel. Thirty grams, sixty in all.",
        "Gel. Thirty grams, ninety in all.",
    ]


def test_a_text_at_an_offset_is_said_once_between_inputs_too():
    """At 10.5 s, exactly."""
    bench = Bench(easy(reminders=(StepReminder("tall", at_s=10.5),)))
    bench.start()
    said = [cue for cue in bench.run(600) if cue.kind is FORM]
    assert [(cue.at, cue.text) for cue in said] == [(10.5, "Tall.")]


def test_reminders_by_distance_count_metres():
    """Every 400 m of the step."""
    bench = Bench(step(metres=2000, reminders=(StepReminder("relax", every_m=400),)))
    bench.start()
    assert [cue.at for cue in bench.run(490, 4.0) if cue.kind is FORM] == [100, 200, 300, 400]


def test_the_second_of_two_questions_is_put_again_when_it_can_be_answered():
    """Both are put in a row; after the first answer the second is asked once more, after the second nothing."""
    ask = [step(Kind.PROMPT, ends=[OpenEnd()], question=words) for words in ("How hard?", "Legs?")]
    bench = Bench(*ask, easy())
    bench.start(2)
    asked = [cue for cue in bench.cues if cue.kind is CueKind.PROMPT]
    assert texts(asked) == ["How hard?", "Legs?"]
    bench.now = 3.0
    assert bench.coach.cue_to_show(bench.now).text == "How hard?"
    assert texts(bench.press(Button.ANSWER, 7)) == ["Legs?"]
    assert bench.coach.cue_to_show(bench.now).text == "Legs?"
    assert texts(bench.press(Button.ANSWER, 2)) == []


def test_after_a_distance_a_reminder_comes_every_so_much_time():
    """After 400 m, then every 100 s from there."""
    bench = Bench(step(metres=9000, reminders=(StepReminder("gel", at_m=400, every_s=100, amount=30),)))
    bench.start()
    said = [cue for cue in bench.run(330, 4.0) if cue.kind is FUEL]
    assert [cue.at for cue in said] == [100, 200, 300]
    assert texts(said)[-1] == "Gel. Thirty, ninety in all."


def test_the_time_goes_on_without_a_distance():
    """Once the distance was reached, the pod is not needed."""
    bench = Bench(step(metres=9000, reminders=(StepReminder("gel", at_m=400, every_s=100),)))
    bench.start()
    bench.run(150, 4.0)
    assert [cue.at for cue in bench.run(130) if cue.kind is FORM] == [200]


@pytest.mark.parametrize("of_run", [False, True])
def test_after_a_time_a_reminder_comes_every_so_many_metres(of_run):
    """After 50 s, then every 400 m from the newest sample there; undo repeats none of them."""
    bench = Bench(step(metres=9000, reminders=(StepReminder("relax", at_s=50, every_m=400, of_run=of_run),)))
    bench.start()
    assert [cue.at for cue in bench.run(160, 4.0) if cue.kind is FORM] == [50, 149]
    bench.press(Button.MARK)
    bench.press(Button.UNDO)
    assert [cue.at for cue in bench.run(100, 4.0) if cue.kind is FORM] == [249]


def test_metres_not_measured_when_it_is_said_count_from_the_first_that_are():
    """After 50 s without a pod, every 400 m counts from where it appears."""
    bench = Bench(step(seconds=900, reminders=(StepReminder("relax", at_s=50, every_m=400),)), pod=False)
    bench.start()
    assert [cue.at for cue in bench.run(60) if cue.kind is FORM] == [50]
    said = [cue.at for cue in bench.run(120, 4.0) if cue.kind is FORM]
    assert said == [160]


def test_reminders_of_the_run_go_on_through_its_steps():
    """Every 10 min of the run, though the steps are shorter."""
    sip = StepReminder("drink", every_s=600, of_run=True)
    bench = Bench(easy(500, reminders=(sip,)), easy(500, reminders=(sip,)), easy(500, reminders=(sip,)))
    said = []
    for place in range(3):
        bench.start(place)
        said += bench.run(500)
        bench.end()
    assert [cue.at for cue in said if cue.kind is FORM] == [600, 1200]


def test_after_an_undo_what_lies_behind_is_not_said_again():
    """Only what is still to come."""
    bench = Bench(easy(reminders=(StepReminder("early", at_s=10), StepReminder("late", at_s=100))), easy())
    bench.start()
    bench.run(50)
    bench.press(Button.NEXT)
    bench.press(Button.UNDO)
    assert texts(bench.run(100), FORM) == ["Late."]


def test_a_gate_before_a_step_is_asked_at_its_start():
    """The name of the gate is in its `why`."""
    bench = Bench(easy(gates=(StepGate("soreness", "before", "any pain today?"),)))
    said = [cue for cue in bench.start() if cue.kind is GATE]
    assert [(cue.text, cue.why.rule) for cue in said] == [("Any pain today?", "gate: soreness")]


def test_a_gate_during_a_step_fires_after_its_time_in_a_row():
    """Over 160 for 60 s in a row, once until it is right again."""
    gate = StepGate("red", "during", "too hot", Quantity.HEART_RATE, above=160, for_s=60)
    bench = Bench(easy(gates=(gate,)))
    bench.start()
    bench.run(50, heart=170)
    assert GATE not in kinds(bench.run(60, heart=150))
    said = [cue for cue in bench.run(200, heart=170) if cue.kind is GATE]
    assert [cue.at for cue in said] == [170]
    assert (said[0].why.value, said[0].why.high, said[0].why.window_s) == (170, 160, 60)


def test_a_budget_per_kilometre_counts_the_seconds_of_its_stretch():
    """20 s per 400 m in all, not in a row; each stretch has its own."""
    gate = StepGate("red minutes", "during", "enough", Quantity.HEART_RATE, above=160, for_s=20, per_m=400)
    bench = Bench(easy(gates=(gate,)))
    bench.start()
    said = []
    for _ in range(9):
        said += bench.run(15, 4.0, heart=170) + bench.run(10, 4.0, heart=150)
    assert [cue.at for cue in said if cue.kind is GATE] == [31, 130]


@pytest.mark.parametrize(
    ("quantity", "given"),
    [(Quantity.SPEED, {"speed": 2.0}), (Quantity.CADENCE, {"feet": 150}), (Quantity.POWER, {"power": 100})],
)
def test_gates_may_be_about_any_measured_quantity(quantity, given):
    """Speed, cadence, power."""
    limit = {Quantity.SPEED: 3.0, Quantity.CADENCE: 160, Quantity.POWER: 150}[quantity]
    bench = Bench(easy(gates=(StepGate("low", "during", "", quantity, below=limit, for_s=10),)))
    bench.start()
    assert texts(bench.run(30, **given), GATE) == ["Low."]


def test_a_checklist_names_its_items_as_they_come():
    """The first with the name of the list, the next when it is turned to, a set only once."""
    items = (
        ChecklistItem("A-skips", sets=3, metres=20),
        ChecklistItem("leg swings", reps=20, each_side=True),
        ChecklistItem("plank", seconds=30),
    )
    bench = Bench(step(Kind.CHECKLIST, name="Drills", items=items))
    said = bench.start()
    for _ in range(6):
        said += bench.press(Button.MARK) + bench.run(1)
    assert texts(said, CueKind.PROMPT) == [
        "Drills. A-skips, three times twenty metres.",
        "Leg swings, twenty, each side.",
        "Plank, thirty seconds.",
    ]


def test_a_budget_goes_on_over_the_reps_of_its_set():
    """Twenty red seconds in 400 m are found though each rep has only twelve; in another set they start anew."""
    gate = StepGate("red minutes", "during", "enough", Quantity.HEART_RATE, above=160, for_s=20, per_m=400)
    reps = [
        step(metres=100, gates=(gate,), set_id=name, step_id=f"{name}{at}")
        for name in "ab"
        for at in range(2)
    ]
    bench = Bench(*reps)
    said = []
    for place in range(4):
        bench.start(place, came_from=Kind.WORK)
        said.append(texts(bench.run(12, 4.0, heart=170) + bench.run(13, 4.0, heart=150), GATE))
    assert said == [[], ["Enough."], [], ["Enough."]]


def test_the_metres_of_a_set_add_up_to_its_stretches():
    """A new stretch begins in the middle of a rep, 400 m from the start of the set."""
    gate = StepGate("red minutes", "during", "enough", Quantity.HEART_RATE, above=160, for_s=20, per_m=400)
    bench = Bench(*(step(metres=300, gates=(gate,), set_id="a", step_id=str(place)) for place in range(2)))
    bench.start()
    bench.run(60, 4.0, heart=150)
    first = bench.run(15, 4.0, heart=170)
    bench.start(1, came_from=Kind.WORK)
    rest = bench.run(25, 4.0, heart=170) + bench.run(25, 4.0, heart=170)
    assert texts(first, GATE) == []
    assert [cue.at - 75 for cue in rest if cue.kind is GATE] == [6, 45]
