"""From a workout document to the bytes of another program's file, with a report of what was lost on the way."""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from coach.athlete import Athlete
from coach.interchange.exports.formats import EXPORT_FORMATS, ExportFormat
from coach.interchange.exports.parts import Part
from coach.interchange.exports.plan import Losses
from coach.interchange.report import EXPORTED, LossReport, Reporter
from coach.workout.model import WorkoutDocument


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is exported, for whom and when."""

    document: WorkoutDocument
    athlete: Athlete | None = None
    """Whose numbers the names of paces and the shares of heart rates become."""
    unix_s: float = 0.0
    """When: a FIT file says when it was made, in seconds of Unix time."""


class WorkoutWriter(Protocol):
    """What the module of a format offers."""

    def write(self, request: ExportRequest, losses: Losses) -> bytes:
        """Write the file; what it cannot say is told.

        Raises:
            WorkoutProblem: the workout comes to an impossible pace, time or distance, or nothing of it can be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """What came out."""

    data: bytes
    report: LossReport
    lost: frozenset[Part]
    """The parts of a workout of which something was lost or changed."""


def export_workout(request: ExportRequest, to: ExportFormat) -> Exported:
    """Export a workout.

    Raises:
        WorkoutProblem: as the writers.
    """
    row = EXPORT_FORMATS[to]
    losses = Losses(to, Reporter(row.title, EXPORTED))
    writer = cast("WorkoutWriter", import_module(row.module))
    data = writer.write(request, losses)
    return Exported(data, losses.reporter.report(), frozenset(losses.told))
