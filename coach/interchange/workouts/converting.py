"""From the bytes of any workout file to documents of ours, and back, with a report of what was lost on the way."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol, cast

from coach.athlete import Athlete
from coach.interchange.workouts.formats import EXPORT_FORMATS, FORMATS, KNOWN, ExportFormat, Format
from coach.interchange.workouts.plan import Losses, WorkoutPart
from coach.interchange.workouts.report import EXPORTED, LossReport, Reporter
from coach.interchange.workouts.workout_file import (
    OURS,
    Durations,
    Json,
    WorkoutFile,
    check_size,
    is_ours,
    number,
)
from coach.problems import WorkoutProblem
from coach.workout.document import document_from, load_document
from coach.workout.model import WorkoutDocument

# --- Files that are no workouts and are often taken for one: other tools' JSON and XML, refused by name.

_XML: Final = {
    "gpx": "a GPX track, which is a recording: `coach replay` reads it",
    "kml": "a KML map",
    "HealthData": "an export of Apple Health",
    "opml": "an outline (OPML)",
    "rss": "a news feed",
    "svg": "a picture (SVG)",
    "html": "a web page",
}
"""Outermost elements."""
_JSON: Final = (
    ("a Garmin activity", ("activityId", "summaryDTO")),
    ("a Garmin activity", ("activityId", "activityName")),
    ("a Garmin activity", ("activityId", "activityType")),
    ("a Garmin activity", ("activityDetailMetrics",)),
    ("a Garmin activity", ("metricDescriptors",)),
    ("an export of Garmin activities", ("summarizedActivitiesExport",)),
    ("a day of a Garmin watch", ("totalSteps",)),
    ("a day of a Garmin watch", ("dailyStepGoal",)),
    ("a day of a Garmin watch", ("startGMT", "steps")),
    ("a Strava activity", ("moving_time", "elapsed_time")),
    ("Strava streams", ("series_type", "data")),
    ("an activity of intervals.icu", ("icu_recording_time",)),
    ("an export of a Polar watch", ("exportVersion",)),
    ("an export of a Polar watch", ("exercises", "startTime")),
    ("an export of Suunto", ("DeviceLog",)),
    ("an export of Fitbit", ("activities-steps",)),
    ("an export of Fitbit", ("dateTime", "value")),
    ("an export of Google Fit", ("bucket",)),
    ("an export of Google Fit", ("Data Points",)),
    ("an export of Apple Health", ("workoutActivityType",)),
    ("an export of Apple Health", ("sourceName", "startDate")),
    ("a map (GeoJSON)", ("features",)),
    ("a route of a map", ("routes",)),
    ("a workout of a Zwift Hub", ("ftp", "intervals")),
)
"""Keys that stand together in an object of some other tool."""


def stranger(file: WorkoutFile) -> str:
    """What a file that no reader takes is, in words; empty if nobody knows."""
    if file.is_xml:
        return _XML.get(file.root, "")
    if OURS.search(file.data) is not None:
        return "a list of workouts of ours, and each belongs in a file of its own"
    return next((words for each in file.objects if (words := _named(each))), "")


def _named(tree: Json) -> str:
    for words, keys in _JSON:
        if all(key in tree for key in keys):
            return words
    if any(key.startswith(("HKQuantityType", "HKWorkout", "HKCategoryType")) for key in tree):
        return "an export of Apple Health"
    inner = tree.get("data")
    if isinstance(inner, dict) and ("metrics" in inner or "workouts" in inner):
        return "an export of Apple Health"
    streams = [value for value in tree.values() if isinstance(value, dict) and "data" in value]
    if streams and all("series_type" in value or "original_size" in value for value in streams):
        return "Strava streams"
    steps = tree.get("steps")
    counts = [each for each in steps if isinstance(each, dict)] if isinstance(steps, list) else []
    if number(steps) is not None or any({"value", "count"} & each.keys() for each in counts):
        return "an export of a step counter"
    if isinstance(steps, list) and all(isinstance(each, int | float) for each in steps):
        return "an export of a step counter"
    return ""


class WorkoutReader(Protocol):
    """What the module of a format offers."""

    def looks_like(self, file: WorkoutFile) -> bool:
        """Tell whether the file is certainly of this format."""
        ...

    def read(self, file: WorkoutFile, report: Reporter) -> list[dict[str, Any]]:
        """Make a `coach-workout/1` document of each workout in the file.

        Raises:
            WorkoutProblem: there is none in it, or no step of one can be run.
        """
        ...


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of a file."""

    documents: tuple[Json, ...]
    """One `coach-workout/1` document for each workout in it, in order; every one of them loads."""
    report: LossReport


def reader_of(known: Format) -> WorkoutReader:
    """Load the module that reads a format."""
    return cast("WorkoutReader", import_module(FORMATS[known].module))


def format_of(data: bytes) -> Format | None:
    """The foreign format the bytes are certainly in; None for our own documents and for what nobody knows."""
    if is_ours(data):
        return None
    file = WorkoutFile(data)
    return next((each for each in FORMATS if reader_of(each).looks_like(file)), None)


def import_workout(
    data: bytes,
    *,
    name: str,
    source: Format | None = None,
    durations: Durations | None = None,
    strict: bool = False,
) -> Imported:
    """Import the workouts in a file.

    Args:
        data: the whole file.
        name: what to call it in a problem.
        source: the format; None tells it by what the file holds.
        durations: what lengths are that the file leaves open (ZWO without `durationType`, `800m` of
            intervals.icu); None decides, and tells.
        strict: refuse a file of which anything is lost.

    Raises:
        WorkoutProblem: it is no workout we know, nothing in it can be run, or (strict) something is lost.
    """
    check_size(data, name)
    found = source or format_of(data)
    if found is None:
        return _own(data, name)
    report = Reporter(FORMATS[found].title)
    try:
        documents = tuple(reader_of(found).read(WorkoutFile(data, durations), report))
    except WorkoutProblem as problem:
        raise WorkoutProblem(f"{name}: {problem.message}", problem.hint, where="") from None
    for document in documents:
        _check(document, name)
    imported = Imported(documents, report.report())
    if strict:
        imported.report.refuse_losses(name)
    return imported


def read_workout(data: bytes, *, name: str) -> tuple[WorkoutDocument, LossReport | None]:
    """Read a document of ours or, on the fly, the one workout of a foreign file, with its report.

    Raises:
        WorkoutProblem: as `load_document` and `import_workout`; or the file holds several workouts.
    """
    if format_of(data) is None:
        file = WorkoutFile(data)
        if not is_ours(data) and (file.is_xml or stranger(file)):
            raise _unknown(file, name)
        return load_document(data, name=name), None
    imported = import_workout(data, name=name)
    if len(imported.documents) > 1:
        raise WorkoutProblem(
            f"{name} holds {len(imported.documents)} workouts, and only one can be run",
            "coach workout import FILE --out FOLDER writes each into a file of its own.",
        )
    return document_from(imported.documents[0], name=name), imported.report


def _check(document: Json, name: str) -> None:
    """Load a document, as whoever gets it will.

    Raises:
        WorkoutProblem: it is larger than a document may be.
    """
    try:
        document_from(document, name=name)
    except WorkoutProblem as problem:
        raise WorkoutProblem(
            f"{name}: what it comes to is no workout of ours: {problem.message}", problem.hint
        ) from None


def _unknown(file: WorkoutFile, name: str) -> WorkoutProblem:
    """The problem of a file that no reader takes; it says what the file is, or where it is damaged, if it can."""
    try:
        file.check_json()
    except WorkoutProblem as problem:
        return WorkoutProblem(f"{name}: {problem.message}", problem.hint)
    words = stranger(file)
    return WorkoutProblem(f"{name} is no workout file we know{f': it is {words}' if words else ''}", KNOWN)


def _own(data: bytes, name: str) -> Imported:
    """A document of ours as it is; anything else is refused."""
    if not is_ours(data):
        raise _unknown(WorkoutFile(data), name)
    report = Reporter("coach-workout/1")
    document = load_document(data, name=name)
    report.understood("", "it is a workout of Trackside Coach already")
    return Imported((document.source,), report.report())


# --- Writing


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
    lost: frozenset[WorkoutPart]
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
