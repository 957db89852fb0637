"""Each part of the session's state is written by one class, and the whole by the sequencer."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from typing import get_type_hints

import pytest

from coach.session.state import State
from tests.architecture.source import modules

OWNERS = {
    "WorkoutRevision": "Edits",
    "StepProgress": "StepSequencer",
    "PendingStart": "StepSequencer",
    "SendOffSlot": "StepSequencer",
    "StepMeasurement": "StepDistance",
    "HeartRateHold": "EndForecaster",
    "MovementOnset": "SensorMonitor",
    "StepMarks": "MarkHandler",
    "PassedMarks": "AutomaticSplits",
    "OpenOffer": "Offers",
    "PressMemory": "ButtonHandler",
    "JudgedLines": "OwnStops",
    "StepRecords": "StepResults",
}
"""The class that writes each part."""

PARTS = get_type_hints(State)
"""The parts of the state, by the name of their field."""

OWNER_OF = {field.name: OWNERS[part.__name__] for part in PARTS.values() for field in fields(part)}
"""The class that writes each field of a part."""


def written(node: ast.AST, owner: str = "") -> Iterator[tuple[str, str, int]]:
    """Every attribute below `node` that is assigned or deleted, with the class that does so and the line.

    Attributes of `self` are left out: no class of the room is a part.
    """
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.Attribute)
            and not isinstance(child.ctx, ast.Load)
            and not _is_self(child.value)
        ):
            yield child.attr, owner, child.lineno
        yield from written(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def writes() -> list[tuple[str, str, str]]:
    """Every attribute the room assigns, outside `state.py`: its name, the class that assigns it, the place."""
    return [
        (name, owner, f"{module.path}:{line}")
        for module in modules()
        if module.room == "session" and module.name != "coach.session.state"
        for name, owner, line in written(module.tree)
    ]


def test_every_part_has_an_owner():
    """The table of owners names exactly the parts of the state, and no two parts have a field of one name."""
    assert {part.__name__ for part in PARTS.values()} == set(OWNERS)
    assert len(OWNER_OF) == sum(len(fields(part)) for part in PARTS.values())


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.__name__)
def test_a_part_names_its_owner(part):
    """The docstring of a part names the class that writes it."""
    assert f"written by `{OWNERS[part.__name__]}`" in (part.__doc__ or "")


def test_a_part_is_written_by_its_owner_alone():
    """No class but its owner assigns a field of a part; a field that nobody assigns is set on reaching a step."""
    assigned = [(name, owner, place) for name, owner, place in writes() if name in OWNER_OF]

    assert [(name, place) for name, owner, place in assigned if owner != OWNER_OF[name]] == []
    assert set(OWNER_OF) - {name for name, _, _ in assigned} == {"index", "came_from", "earlier_marks"}


def test_the_whole_is_made_in_one_module():
    """No part of the state is exchanged for another outside `state.py`, and nobody exchanges another's state."""
    assert [place for name, _, place in writes() if name in {*PARTS, "state"}] == []
