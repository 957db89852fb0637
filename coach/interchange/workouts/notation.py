"""The canonical line of a workout: `2km easy + 6x800 @ 5k / 400 jog + 1km easy`. Paces keep their names there."""

from coach.interchange.workouts.converting import ExportRequest
from coach.interchange.workouts.plan import Losses
from coach.problems import WorkoutProblem
from coach.workout import notation


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write the line.

    Raises:
        WorkoutProblem: no step of the workout is run.
    """
    line, left_out = notation.write(request.document)
    if not line:
        raise WorkoutProblem("it has no step that a line could say", "Nothing in it is run.")
    losses.reporter.understood("", line)
    for what in left_out:
        losses.reporter.dropped("", what)
    return f"{line}\n".encode()
