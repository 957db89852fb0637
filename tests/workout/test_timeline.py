"""A timeline is written as JSON and read back the same; other JSON is refused."""

import json

import pytest

from coach.app.terminal import SILENT
from coach.app.workouts import compile_text
from coach.quantities import Metres
from coach.workout.edits import rest_of, switch_to
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    DistanceEnd,
    EndConditions,
    PressStart,
    Step,
    Timeline,
    timeline_from,
    timeline_tree,
)

LINES = ("10min + 6x800 / 400 jog", "2x(4x200 / 200 float) / 3:00", "3x(400 + 200) / 90s stand")


@pytest.mark.parametrize("line", LINES)
def test_a_workout_is_read_back(line):
    """Through JSON, every step of it."""
    timeline = compile_text(line, None, SILENT, keeps=False).timeline
    assert timeline_from(json.loads(json.dumps(timeline_tree(timeline)))) == timeline


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"name": 5, "steps": []},
        {"name": "w", "steps": 5},
        {"name": None, "steps": []},
        {"name": "w", "steps": None},
        {"name": "w", "steps": [], "revision": "1"},
        {"name": "w", "steps": [], "is_own_words": 1},
        {"name": "w", "steps": [], "revision": True},
        {"name": "w", "steps": [], "context": {"lap_m": "400"}},
        {"name": "w", "steps": [], "context": {"lap_m": float("inf")}},
        {"name": "w", "steps": [{"step_id": "0"}]},
        {
            "name": "w",
            "steps": [
                {
                    "step_id": "0", "path": "", "section": "", "kind": "work", "name": "",
                    "until": {"ends": [{"is": "NoEnd"}]},
                }
            ],
        },
        {
            "name": "w",
            "steps": [
                {"step_id": "0", "path": "", "section": "", "kind": "fly", "name": "", "until": {"ends": []}}
            ],
        },
    ],
)  # fmt: skip
def test_what_is_no_timeline_is_refused(tree):
    """Every fault of a timeline in JSON."""
    with pytest.raises((ValueError, TypeError, KeyError)):
        timeline_from(tree)


def test_what_follows_in_another_workout():
    """From a rep on; its first step waits, its ids are its own, and nothing is left behind the last rep."""
    until = EndConditions((DistanceEnd(Metres(200.0)),))
    kinds = (Kind.WORK, Kind.RECOVERY, Kind.WORK, Kind.RECOVERY)
    steps = tuple(Step(f"0.{place}", "", "Main", kind, "", until) for place, kind in enumerate(kinds))
    other = Timeline("other", steps)
    rest = rest_of(other, 1)
    assert rest is not None
    assert [step.step_id for step in rest.steps] == [step.step_id for step in steps[2:]]
    assert rest_of(other, 2) is None
    whole = switch_to(other, 1, rest)
    assert whole.revision == 1
    assert [step.step_id for step in whole.steps[:1]] == ["0.0"]
    assert whole.steps[1].step_id == f"switch 1: {rest.steps[0].step_id}"
    assert whole.steps[1].start == PressStart()
