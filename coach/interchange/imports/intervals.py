"""intervals.icu in all its forms: the text of a workout, a page of several, and the JSON of its servers."""

from coach.interchange.imports.intervals_doc import is_doc, is_event, read_event
from coach.interchange.imports.intervals_text import is_intervals_text, read_intervals_text
from coach.interchange.imports.markdown import read_markdown, workouts_of
from coach.interchange.imports.trees import Json
from coach.interchange.imports.workout_file import WorkoutFile
from coach.interchange.report import Reporter


def looks_like(file: WorkoutFile) -> bool:
    """Is it a calendar's event, a `workout_doc`, or a text with a line that is a step?"""
    if any(is_event(each) or is_doc(each) for each in file.objects):
        return True
    return is_intervals_text(file.plain)


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout.

    Raises:
        WorkoutProblem: no step of one can be run.
    """
    text = file.text(report)
    if text.lstrip().startswith(("{", "[")):
        return file.each_json(read_event, report)
    if workouts_of(text):
        return read_markdown(text, report, file.durations)
    return [read_intervals_text(text, report, file.durations)]
