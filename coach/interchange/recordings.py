"""Recordings of other tools: told apart by what they hold, never by their names."""

import hashlib

from coach.interchange.assemble import assembled
from coach.interchange.columns import ColumnMap
from coach.interchange.common import LARGEST_BYTES, Findings, ForeignRecording, RecordingFile, printable
from coach.interchange.formats import (
    FOREIGN_SUFFIXES,
    OURS,
    RECORDING_FORMATS,
    RecordingFormat,
    reader_of,
)
from coach.problems import RecordingProblem

_HINT = f"A recording is {OURS} (ours), {', '.join(FOREIGN_SUFFIXES[:-1])} or {FOREIGN_SUFFIXES[-1]}."


def run_id(data: bytes) -> str:
    """The id of a foreign file as a run: `file-` and the first 16 hex digits of its SHA-256."""
    return f"file-{hashlib.sha256(data).hexdigest()[:16]}"


def read_recording(data: bytes, *, name: str, mapping: ColumnMap | None = None) -> ForeignRecording:
    """Read any recording we know.

    Args:
        data: the whole file.
        name: what to call it in a problem.
        mapping: names and units of columns, for CSV only.

    Raises:
        RecordingProblem: nothing in it can be replayed; the message says why, the hint what to do.
    """
    try:
        known, found = _read(data, mapping)
        return assembled(found, known=known, run=run_id(data))
    except RecordingProblem as problem:
        raise RecordingProblem(f"{name}: {problem.message}", problem.hint) from None


def _read(data: bytes, mapping: ColumnMap | None) -> tuple[RecordingFormat, Findings]:
    if not data:
        raise RecordingProblem("The file is empty.", _HINT)
    if len(data) > LARGEST_BYTES:
        raise RecordingProblem(
            f"The file has {len(data) / 1e6:.0f} MB; a recording of a run has {LARGEST_BYTES / 1e6:.0f} at most.",
            "Cut it to one run.",
        )
    file = RecordingFile(data, mapping)
    for known in RECORDING_FORMATS:
        reader = reader_of(known)
        if reader.looks_like(file):
            return known, reader.read(file)
    if file.foreign_text is None:
        raise RecordingProblem("This is no recording we know: it is neither FIT nor text.", _HINT)
    if file.is_xml:
        raise _other_xml(file.root)
    if file.is_journal:
        raise RecordingProblem(
            "This is a journal of ours, not a recording of another tool.", "Replay it as it is."
        )
    if file.is_json:
        raise RecordingProblem("This is JSON, which is no recording we know.", _HINT)
    raise RecordingProblem("This is no recording we know.", _HINT)


def _other_xml(root: str) -> RecordingProblem:
    """XML that is no recording, by its outermost element."""
    if root.lower() == "html":
        return RecordingProblem(
            "This is a web page, not a recording.", "Log in where the recording is, and export it again."
        )
    if root == "workout_file":
        return RecordingProblem(
            "This is a Zwift workout, not a recording of a run.", "Look at it with: coach workout check FILE"
        )
    names = sorted(each.kind.upper() for each in RECORDING_FORMATS if each.is_xml)
    element = f" but <{printable(root)}>" if root else ""
    return RecordingProblem(f"This XML file is neither {' nor '.join(names)}{element}.", _HINT)
