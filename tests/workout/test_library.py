"""The workouts that come with the program: each compiles to its literal size, and together they use everything."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from coach.workout.describe import sentence
from coach.workout.document import load_document
from coach.workout.model import Workout
from tests.cases import case
from tests.workout.building import athlete, compile_workout, edits, estimate, outline
from tests.workout.library_sizes import NEEDS_NOBODY, SIZES

LIBRARY = Path(__file__).parents[2] / "workouts"

RUNNER = athlete(
    threshold_pace="4:10/km",
    top_speed_mps=8.0,
    goal={"distance": "10 km", "time": "41:00"},
    heart_rate={
        "max": {"bpm": 190, "source": "measured"},
        "rest": {"bpm": 50, "source": "measured"},
        "threshold": {"bpm": 172, "source": "measured"},
    },
)


def read(name):
    """A workout of the library."""
    return load_document((LIBRARY / f"{name}.json").read_bytes(), name=name)


def main_part(name):
    """The steps of the main section."""
    return [step for step in compile_workout(read(name), RUNNER).steps if step.section == "Main"]


def test_the_table_names_the_whole_library():
    """Every file in the library has its size written here, and there are at least sixteen."""
    assert {path.stem for path in LIBRARY.glob("*.json")} == SIZES.keys()
    assert len(SIZES) >= 16


def test_a_workout_compiles_to_its_size():
    """Steps, hard metres, open steps and, where they do not depend on the runner, seconds are as written here."""
    for name in SIZES:
        with case(name):
            steps, hard, seconds, unknown = SIZES[name]
            timeline = compile_workout(read(name), RUNNER)
            size = estimate(timeline)
            assert len(timeline.steps) == steps
            assert round(size.hard_metres) == hard
            assert size.open_steps == unknown
            if seconds:
                assert round(size.seconds) == pytest.approx(seconds, abs=1)


def test_a_workout_says_what_it_is():
    """Every workout has a purpose, a description and tags, and reads as one sentence without an athlete."""
    for name in SIZES:
        with case(name):
            document = read(name)
            assert document.workout.purpose
            assert document.workout.description
            assert document.workout.tags.level
            assert document.workout.tags.focus
            said = sentence(outline(document), estimate(outline(document)))
            assert said.startswith(f"{document.name}: ")
            assert said.endswith(".")
            assert len(said) < 200


def test_workouts_in_absolute_paces_need_no_athlete():
    """These run for anyone at once."""
    for name in sorted(NEEDS_NOBODY):
        with case(name):
            assert compile_workout(read(name), None).steps


def test_the_others_ask_for_a_number():
    """Every workout outside that list needs a number of the athlete."""
    needy = {name for name in SIZES if _needs_somebody(name)}
    assert needy == SIZES.keys() - NEEDS_NOBODY


def _needs_somebody(name):
    from coach.workout.resolve import MissingNumber

    try:
        compile_workout(read(name), None)
    except MissingNumber:
        return True
    return False


def test_the_literal_totals_of_the_classics():
    """Mona is 20:00, alternations 4,800 m, the ladder 4,000 m, threshold and float 12,000 m in the main part."""
    assert sum(step.until.time() for step in main_part("mona-fartlek")) == 1200
    assert sum(step.until.distance() for step in main_part("alternations")) == 4800
    assert sum(step.until.distance() for step in main_part("ladder") if step.kind == "work") == 4000
    threshold = [step for step in main_part("2x5x1000-threshold-float") if step.kind != "recovery"]
    assert sum(step.until.distance() for step in threshold) == 12_000


def test_a_progression_ends_at_threshold():
    """Nine times ten seconds a mile from threshold plus ninety is threshold."""
    last = compile_workout(read("progression"), RUNNER).steps[-1]
    assert 1000 / last.target.band.aim == pytest.approx(250)


def test_the_second_half_of_the_sandwich_is_the_first_reversed():
    """A block used in reverse gives its entries last first; a repeat inside keeps its own order."""
    lengths = [round(step.until.distance()) for step in main_part("tempo-sandwich") if step.kind == "work"]
    assert lengths == [3219, 400, 400, 400, 400, 3219]


def test_the_demo_takes_two_minutes_at_any_moment():
    """The demo is over in about two minutes and has warm-up, reps, a float and a cool-down."""
    timeline = compile_workout(read("demo"), None)
    assert [step.kind for step in timeline.steps] == ["warm_up", "work", "float", "work", "cool_down"]
    assert estimate(timeline).seconds == pytest.approx(125)
    assert edits.cool_down_index(timeline, 0) == 4


def test_together_they_use_every_key_of_the_format():
    """No key of the format is without an example.

    But bounds of pace, whose numbers would be the same for everybody, the older name of a tag, that only its own
    words are spoken, which is for races: those are planned and not kept in a library; and a start after the partner,
    who is of a squad.
    """
    used: set[tuple[str, str]] = set()
    for name in SIZES:
        _collect(read(name).workout, used)
    every = {(model.__name__, key) for model in _models_of(Workout) for key in model.model_fields}
    without = {_plain(one) for one in every} - {_plain(one) for one in used}
    assert without == {
        ("PaceBounds", "a side"),
        ("Tags", "fresh_legs"),
        ("Workout", "spoken"),
        ("AfterPartner", "after"),
    }


SIDES = {"above", "below", "min", "max", "faster", "slower", "fastest", "slowest"}


def _plain(used):
    """One side of a pair stands for both, and an end among several for the same end alone."""
    model, key = used
    bounds = model.endswith(("Bounds", "Gate", "Metric")) and key in SIDES
    return ("Until" if model == "SingleEnd" else model, "a side" if bounds else key)


def _collect(node, used):
    """Gather every (model, key) that was written."""
    if isinstance(node, BaseModel):
        for key in node.model_fields_set:
            used.add((type(node).__name__, key))
            _collect(getattr(node, key), used)
    elif isinstance(node, tuple | list):
        for entry in node:
            _collect(entry, used)
    elif isinstance(node, dict):
        for entry in node.values():
            _collect(entry, used)


def _models_of(model, seen=None):
    """Every model that can stand in a workout."""
    from typing import get_args

    seen = set() if seen is None else seen
    if model in seen:
        return seen
    seen.add(model)
    pending = [field.annotation for field in model.model_fields.values()]
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            _models_of(kind, seen)
        pending += [arg for arg in get_args(kind) if not isinstance(arg, str)]
    return seen


def test_every_kind_of_step_has_an_example():
    """Each kind, each way of moving and each start stands in some workout."""
    text = " ".join((LIBRARY / f"{name}.json").read_text() for name in SIZES)
    for word in ("warm_up", "work", "float", "recovery", "stride", "hill", "cool_down", "open", "fartlek"):
        assert f'"kind": "{word}"' in text
    for word in ("checklist", "prompt", "walk", "jog", "stand", "press", "movement", "delay"):
        assert f'"{word}"' in text
    for ref in ("easy", "marathon", "half", "threshold", "10k", "5k", "3k", "mile", "goal"):
        assert f'"ref": "{ref}"' in text
    assert json.loads((LIBRARY / "demo.json").read_text())["format"] == "coach-workout/1"
