"""What the tests of exports are made from: small documents, an athlete, and the way there and back."""

import json
from typing import Any

from coach.athlete import Athlete, athlete_from
from coach.interchange.workouts import ExportFormat
from coach.interchange.workouts.converting import (
    COLUMNS,
    Exported,
    ExportRequest,
    Imported,
    export_workout,
    import_workout,
)
from coach.workout.document import document_from

NOON = 1_750_000_000.0
"""A moment of Unix time at which the files of the tests are made."""

RUNNER: Athlete = athlete_from(
    {
        "format": "coach-athlete/1",
        "slug": "me",
        "name": "Me",
        "history": [
            {
                "from": "2026-01-01",
                "races": [{"date": "2026-01-01", "distance": "5 km", "time": "22:30"}],
                "heart_rate": {
                    "max": {"bpm": 188, "source": "measured"},
                    "rest": {"bpm": 50, "source": "measured"},
                    "threshold": {"bpm": 170, "source": "measured"},
                },
                "goal": {"pace": "4:40/km"},
                "top_speed_mps": 7.5,
            }
        ],
    },
    name="the runner",
)
"""Somebody who runs 5 km in 22:30 and has every number a library workout asks for."""

ALL = list(COLUMNS)
"""The formats that other programs read."""


def step(kind: str = "work", **more: Any) -> dict[str, Any]:
    """A step of three minutes, or whatever it is given."""
    return {"kind": kind, "until": {"time": "3:00"}, **more}


def workout(*steps: dict[str, Any], **about: Any) -> dict[str, Any]:
    """A document of one section."""
    sections = [{"name": "Main", "steps": list(steps or [step()])}]
    return {"format": "coach-workout/1", "name": "Tuesday", "sections": sections, **about}


def exported(tree: dict[str, Any], to: ExportFormat, athlete: Athlete | None = RUNNER) -> Exported:
    """A document exported for the runner, or for nobody."""
    return export_workout(ExportRequest(document_from(tree, name="it"), athlete, NOON), to)


def there_and_back(tree: dict[str, Any], to: ExportFormat, athlete: Athlete | None = RUNNER) -> Imported:
    """A document exported and imported again."""
    return import_workout(exported(tree, to, athlete).data, name="it")


def steps_of(imported: Imported) -> list[dict[str, Any]]:
    """The entries of all sections of what was imported."""
    (tree,) = imported.documents
    return [node for section in tree["sections"] for node in section["steps"]]


def text_of(imported: Imported) -> str:
    """Everything an imported document says, as one text."""
    return json.dumps(imported.documents, ensure_ascii=False)
