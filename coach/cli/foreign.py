"""Workouts in other people's formats, read on the fly wherever a workout may be named."""

from coach.cli.errors import narrate
from coach.edge.store import StoredFile
from coach.workout.document import WorkoutDocument, load_document


def loaded(found: StoredFile) -> WorkoutDocument:
    """Read a workout that was found; a foreign one is imported, its loss report told on stderr.

    Raises:
        WorkoutProblem: it is wrong, no workout we know, or several in one file.
    """
    from coach.interchange.imports.decoding import is_ours

    if is_ours(found.data):
        return load_document(found.data, name=found.name)
    from coach.interchange.imports.importing import read_workout

    document, report = read_workout(found.data, name=found.name)
    for line in report.lines() if report else ():
        narrate(line)
    return document
