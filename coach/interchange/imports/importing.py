"""From the bytes of any workout file to documents of ours, with a report of what was lost on the way."""

from dataclasses import dataclass
from typing import Final

from coach.interchange.imports.decoding import check_size, decoded, is_ours
from coach.interchange.imports.detect import NAMES, Format, format_of
from coach.interchange.imports.fit import read_fit
from coach.interchange.imports.garmin import read_garmin
from coach.interchange.imports.garmin_legacy import ROOT, read_legacy
from coach.interchange.imports.intervals_doc import read_workout_doc
from coach.interchange.imports.intervals_line import Durations
from coach.interchange.imports.intervals_text import read_intervals_text
from coach.interchange.imports.markdown import read_markdown, workouts_of
from coach.interchange.imports.report import LossReport, Reporter
from coach.interchange.imports.tcx import read_tcx
from coach.interchange.imports.trainingpeaks import read_trainingpeaks
from coach.interchange.imports.trees import Json, read_json
from coach.interchange.imports.xml_tree import read_tree
from coach.interchange.imports.zwo import read_zwo
from coach.problems import WorkoutProblem
from coach.workout.document import WorkoutDocument, document_from, load_document

KNOWN: Final = (
    "Workouts are imported from Garmin Connect JSON, FIT, Zwift ZWO, TCX, intervals.icu text or JSON and "
    "TrainingPeaks JSON."
)
MOST_WORKOUTS: Final = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of a file."""

    documents: tuple[Json, ...]
    """One `coach-workout/1` document for each workout in it, in order; every one of them loads."""
    report: LossReport


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
    report = Reporter(NAMES[found])
    try:
        documents = tuple(_read(data, found, report, durations))
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
        if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise WorkoutProblem(f"{name} is no workout file we know", KNOWN)
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


def _own(data: bytes, name: str) -> Imported:
    """A document of ours as it is; anything else is refused."""
    if not is_ours(data):
        raise WorkoutProblem(f"{name} is no workout file we know", KNOWN)
    report = Reporter("coach-workout/1")
    document = load_document(data, name=name)
    report.understood("", "it is a workout of ours already")
    return Imported((document.source,), report.report())


def _read(data: bytes, found: Format, report: Reporter, durations: Durations | None) -> list[Json]:
    if found is Format.FIT:
        return [read_fit(data, report)]
    text = decoded(data, report)
    if text is None:
        raise WorkoutProblem("this is no text file", KNOWN)
    if found is Format.INTERVALS and not text.lstrip().startswith(("{", "[")):
        return _read_text(text, report, durations)
    if found in {Format.ZWO, Format.TCX}:
        root = read_tree(text, report)
        wanted = "workout_file" if found is Format.ZWO else "TrainingCenterDatabase"
        if root.name != wanted:
            raise WorkoutProblem(f"this XML is no {NAMES[found]} file: it has no <{wanted}>", KNOWN)
        return [read_zwo(root, report, durations)] if found is Format.ZWO else read_tcx(root, report)
    return _read_json(read_json(text, report), found, report)


def _read_text(text: str, report: Reporter, durations: Durations | None) -> list[Json]:
    if workouts_of(text):
        return read_markdown(text, report, durations)
    return [read_intervals_text(text, report, durations)]


def _read_json(tree: object, found: Format, report: Reporter) -> list[Json]:
    trees = tree if isinstance(tree, list) else [tree]
    if not trees or len(trees) > MOST_WORKOUTS or not all(isinstance(one, dict) for one in trees):
        raise WorkoutProblem(
            f"this is no {NAMES[found]} workout, nor a list of at most {MOST_WORKOUTS}", KNOWN
        )
    several = len(trees) > 1
    return [_read_one(one, f"[{n}]" if several else "", found, report) for n, one in enumerate(trees)]


def _read_one(tree: Json, where: str, found: Format, report: Reporter) -> Json:
    if found is Format.TRAININGPEAKS:
        return read_trainingpeaks(tree, report, where)
    if found is Format.INTERVALS:
        return read_workout_doc(tree, report, where)
    inner = tree.get(ROOT)
    if isinstance(inner, dict) or "workoutSegments" not in tree:
        return read_legacy(inner if isinstance(inner, dict) else tree, report)
    return read_garmin(tree, report, where)
