"""The formats of workouts that can be imported: one row each.

A new format is a member of `Format`, a row of `FORMATS` and the module the row names, which offers `looks_like`
and `read`. The choices and the help of `coach workout import`, the hints and the reference page follow from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Format(StrEnum):
    """The formats, by the names `--from` takes and in the order they are listed."""

    GARMIN = "garmin"
    FIT = "fit"
    ZWO = "zwo"
    TCX = "tcx"
    INTERVALS = "intervals"
    TRAININGPEAKS = "trainingpeaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkoutFormat:
    """What is known of a format."""

    title: str
    """What a report calls it."""
    files: str
    """What its files are called where all formats are listed."""
    help: str
    """The same in the help of the command."""
    mark: str
    """What its files are told by, for the reference page."""
    module: str
    """The module that reads it, loaded when it is needed: help and other commands do without."""


FORMATS: Final = {
    Format.FIT: WorkoutFormat(
        title="FIT",
        files="FIT",
        help="a FIT workout or activity",
        mark="`.FIT` in the header",
        module="coach.interchange.imports.fit",
    ),
    Format.ZWO: WorkoutFormat(
        title="Zwift ZWO",
        files="Zwift ZWO",
        help="Zwift ZWO",
        mark="the element `<workout_file>`",
        module="coach.interchange.imports.zwo",
    ),
    Format.TCX: WorkoutFormat(
        title="TCX",
        files="TCX",
        help="TCX",
        mark="the element `<TrainingCenterDatabase>`",
        module="coach.interchange.imports.tcx",
    ),
    Format.GARMIN: WorkoutFormat(
        title="Garmin Connect JSON",
        files="Garmin Connect JSON",
        help="Garmin Connect JSON",
        mark="the key `workoutSegments`, `workoutSteps` or `com.garmin.connect.workout.json.UserWorkoutJson`",
        module="coach.interchange.imports.garmin",
    ),
    Format.TRAININGPEAKS: WorkoutFormat(
        title="TrainingPeaks",
        files="TrainingPeaks JSON",
        help="TrainingPeaks JSON",
        mark="the key `structure` with steps in it, or a day of its calendar",
        module="coach.interchange.imports.trainingpeaks",
    ),
    Format.INTERVALS: WorkoutFormat(
        title="intervals.icu",
        files="intervals.icu text or JSON",
        help="intervals.icu text or JSON",
        mark="an event with a `workout_doc` or a text, `steps` with its keys, or a text with a line that is a step",
        module="coach.interchange.imports.intervals",
    ),
}
"""The rows, in the order in which a file is held against them."""


def listed(words: Sequence[str], joint: str) -> str:
    """Join words as a sentence lists them."""
    return f"{', '.join(words[:-1])}{joint}{words[-1]}"


KNOWN: Final = f"Workouts are imported from {listed([FORMATS[each].files for each in Format], ' and ')}."
