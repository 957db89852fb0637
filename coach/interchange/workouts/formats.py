"""The formats of workouts: one row each for those that can be imported, and for those that can be exported.

A new format is a member of `Format`, a row of `FORMATS` and the module the row names, which offers `looks_like`
and `read`; to be written, a member of `ExportFormat`, a row of `EXPORT_FORMATS`, a column of `plan.FATES`, and
`write` in its module. The choices and the help of `coach workout import` and `coach workout export`, the hints and
the reference pages follow from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
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
        module="coach.interchange.workouts.fit",
    ),
    Format.ZWO: WorkoutFormat(
        title="Zwift ZWO",
        files="Zwift ZWO",
        help="Zwift ZWO",
        mark="the element `<workout_file>`",
        module="coach.interchange.workouts.zwo",
    ),
    Format.TCX: WorkoutFormat(
        title="TCX",
        files="TCX",
        help="TCX",
        mark="the element `<TrainingCenterDatabase>`",
        module="coach.interchange.workouts.tcx",
    ),
    Format.GARMIN: WorkoutFormat(
        title="Garmin Connect JSON",
        files="Garmin Connect JSON",
        help="Garmin Connect JSON",
        mark="the key `workoutSegments`, `workoutSteps` or `com.garmin.connect.workout.json.UserWorkoutJson`",
        module="coach.interchange.workouts.garmin",
    ),
    Format.TRAININGPEAKS: WorkoutFormat(
        title="TrainingPeaks",
        files="TrainingPeaks JSON",
        help="TrainingPeaks JSON",
        mark="the key `structure` with steps in it, or a day of its calendar",
        module="coach.interchange.workouts.trainingpeaks",
    ),
    Format.INTERVALS: WorkoutFormat(
        title="intervals.icu",
        files="intervals.icu text or JSON",
        help="intervals.icu text or JSON",
        mark="an event with a `workout_doc` or a text, `steps` with its keys, or a text with a line that is a step",
        module="coach.interchange.workouts.intervals",
    ),
}
"""The rows, in the order in which a file is held against them."""


def listed(words: Sequence[str], joint: str) -> str:
    """Join words as a sentence lists them."""
    return f"{', '.join(words[:-1])}{joint}{words[-1]}"


KNOWN: Final = f"Workouts are imported from {listed([FORMATS[each].files for each in Format], ' and ')}."

# --- Formats that can be exported


class ExportFormat(StrEnum):
    """The formats, by the names `--to` takes and in the order they are listed."""

    FIT = "fit"
    GARMIN_JSON = "garmin-json"
    ZWO = "zwo"
    TCX = "tcx"
    INTERVALS = "intervals"
    NOTATION = "notation"


class WordsPlace(Enum):
    """Where the runner reads what a format cannot say."""

    NOTES = "the notes of the step"
    AT_START = "a text at the start of the step"
    DESCRIPTION = "the description of the workout"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """What is known of a format."""

    title: str
    """What a report calls it."""
    suffix: str
    """How its files end."""
    help: str
    """What it is, in the help of the command."""
    use: str
    """What is done with the file, for the reference page."""
    words: WordsPlace | None
    """Where the runner reads what it cannot say; None if that is nowhere."""
    module: str
    """The module that writes it, loaded when it is needed: help and other commands do without."""
    shares: frozenset[str] = frozenset()
    """What a share may be of there: `max` and `lthr` heart rate, and paces that every runner there has set."""
    is_text: bool = True
    """True if it may be printed."""


EXPORT_FORMATS: Final = {
    ExportFormat.FIT: ExportRow(
        title="FIT",
        suffix=".fit",
        help="FIT, for a watch",
        use="Copy it into `GARMIN/NewFiles` of a watch, or into another program that reads FIT workouts",
        words=WordsPlace.NOTES,
        module="coach.interchange.workouts.fit",
        shares=frozenset({"max"}),
        is_text=False,
    ),
    ExportFormat.GARMIN_JSON: ExportRow(
        title="Garmin Connect JSON",
        suffix=".json",
        help="Garmin Connect JSON",
        use="For the programs that send workouts to Garmin Connect",
        words=WordsPlace.NOTES,
        module="coach.interchange.workouts.garmin",
    ),
    ExportFormat.ZWO: ExportRow(
        title="Zwift ZWO",
        suffix=".zwo",
        help="Zwift ZWO",
        use="Put it into `Documents/Zwift/Workouts/` and your number",
        words=WordsPlace.AT_START,
        module="coach.interchange.workouts.zwo",
        shares=frozenset({"mile", "5k", "10k", "half", "marathon"}),
    ),
    ExportFormat.TCX: ExportRow(
        title="TCX",
        suffix=".tcx",
        help="TCX, for Garmin Training Center",
        use="Import it into Training Center, or another program that reads its workouts",
        words=WordsPlace.DESCRIPTION,
        module="coach.interchange.workouts.tcx",
        shares=frozenset({"max"}),
    ),
    ExportFormat.INTERVALS: ExportRow(
        title="intervals.icu text",
        suffix=".txt",
        help="the text of intervals.icu",
        use="Paste it into the description of a planned run",
        words=WordsPlace.DESCRIPTION,
        module="coach.interchange.workouts.intervals",
        shares=frozenset({"max", "lthr", "threshold"}),
    ),
    ExportFormat.NOTATION: ExportRow(
        title="One line",
        suffix=".txt",
        help="one line of the notation",
        use="Take it wherever a WORKOUT is wanted, or send it to somebody",
        words=None,
        module="coach.interchange.workouts.notation",
    ),
}
"""The rows."""
