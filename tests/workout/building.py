"""Short ways to write documents in tests."""

import json
from typing import Any

from coach.athlete import athlete_from
from coach.workout import describe as estimating
from coach.workout import document as compiling
from coach.workout import edits as editing
from coach.workout import timeline
from coach.workout.document import document_from, load_document

# Tests write bare numbers for seconds and metres, and know which targets are there: the types would only be in
# the way, so everything a test builds or asks goes through these names.
compile_workout: Any = compiling.compile_workout
outline: Any = compiling.outline
edits: Any = editing
estimate: Any = estimating.estimate
Band: Any = timeline.Band
Context: Any = timeline.Context
DelayStart: Any = timeline.DelayStart
DistanceEnd: Any = timeline.DistanceEnd
HeartRateEnd: Any = timeline.HeartRateEnd
Reminder: Any = timeline.StepReminder
SlotEnd: Any = timeline.SlotEnd
TimeEnd: Any = timeline.TimeEnd
Until: Any = timeline.EndConditions

EASY = {"kind": "warm_up", "until": {"time": "10:00"}}


def work(until=None, **more):
    """A work step, 400 m unless said otherwise."""
    return {"kind": "work", "until": {"distance": "400 m"} if until is None else until, **more}


def jog(until=None, **more):
    """A recovery, one minute unless said otherwise."""
    return {"kind": "recovery", "until": {"time": "1:00"} if until is None else until, **more}


def tree(*steps, **more):
    """A workout of one section called Main."""
    plan = {"format": "coach-workout/1", "name": "Test", "sections": [{"name": "Main", "steps": list(steps)}]}
    return plan | more


def document(*steps, **more):
    """The document of such a workout."""
    return document_from(tree(*steps, **more), name="test.json")


def load(plain):
    """The document of a tree, or of text, as a file would give it."""
    data = plain.encode() if isinstance(plain, str) else json.dumps(plain).encode()
    return load_document(data, name="test.json")


def steps_of(*steps, athlete=None, **more):
    """The compiled steps of such a workout."""
    return compile_workout(document(*steps, **more), athlete).steps


def athlete(**entry):
    """An athlete with one history entry."""
    history = [{"from": "2026-01-01", **entry}]
    return athlete_from(
        {"format": "coach-athlete/1", "slug": "a", "name": "A", "history": history}, name="a.json"
    )
