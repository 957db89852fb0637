"""Helpers of the tests of importers: import from text, and look at the result."""

import json
from typing import Any

from coach.interchange.workouts import LossReport, ReportKind
from coach.interchange.workouts.converting import import_workout

Json = dict[str, Any]


def imported(data: object, **how: Any) -> tuple[list[Json], LossReport]:
    """The steps of the only document, all sections joined, and the report; `data` may be text, bytes or a tree."""
    if isinstance(data, str):
        data = data.encode()
    elif not isinstance(data, bytes):
        data = json.dumps(data).encode()
    found = import_workout(data, name="it", **how)
    (document,) = found.documents
    return [step for section in document["sections"] for step in section["steps"]], found.report


def lost(report: LossReport) -> list[str]:
    """Every loss in one line."""
    return [str(entry) for entry in report.losses]


def places(report: LossReport, found: ReportKind = ReportKind.DROPPED) -> list[str]:
    """Where something was dropped, or what else is asked for."""
    return [entry.where for entry in report.of(found)]
