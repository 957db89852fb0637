"""Recordings of other tools: told apart by what they hold, never by their names."""

import hashlib
from collections.abc import Callable
from typing import Final

from coach.interchange.assemble import assembled
from coach.interchange.columns import ColumnMap
from coach.interchange.common import LARGEST_BYTES, Findings, ForeignRecording
from coach.interchange.csv_stream import delimiter_of, read_csv
from coach.interchange.fit import read_fit
from coach.interchange.fit_frames import is_fit
from coach.interchange.gpx import read_gpx
from coach.interchange.rundouble import HEADER, read_rundouble
from coach.interchange.tcx import read_tcx
from coach.problems import RecordingProblem

FORMATS: Final = ".jsonl (ours), .fit, .tcx, .gpx or .csv"


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
        kind, found = _read(data, mapping)
        return assembled(found, kind=kind, run=run_id(data))
    except RecordingProblem as problem:
        raise RecordingProblem(f"{name}: {problem.message}", problem.hint) from None


def _read(data: bytes, mapping: ColumnMap | None) -> tuple[str, Findings]:
    if not data:
        raise RecordingProblem("The file is empty.", f"A recording is {FORMATS}.")
    if len(data) > LARGEST_BYTES:
        raise RecordingProblem(
            f"The file has {len(data) / 1e6:.0f} MB; a recording of a run has {LARGEST_BYTES / 1e6:.0f} at most.",
            "Cut it to one run.",
        )
    if is_fit(data):
        return "fit", read_fit(data)
    text = _text(data)
    if text is None:
        raise RecordingProblem(
            "This is no recording we know: it is neither FIT nor text.", f"A recording is {FORMATS}."
        )
    return _read_text(data, text, mapping)


def _read_text(data: bytes, text: str, mapping: ColumnMap | None) -> tuple[str, Findings]:
    start = text[:4096].lstrip()
    if start.startswith("<"):
        return _read_xml(data, text)
    if start.startswith('{"format":"coach-journal/'):
        raise RecordingProblem(
            "This is a journal of ours, not a recording of another tool.", "Replay it as it is."
        )
    header = tuple(cell.strip() for cell in start.partition("\n")[0].split(delimiter_of(start)))
    if mapping is None and header[: len(HEADER)] == HEADER:
        return "rundouble", read_rundouble(text.lstrip())
    if len(header) > 1 or mapping is not None:
        return "csv", read_csv(text.lstrip(), mapping or ColumnMap())
    raise RecordingProblem("This is no recording we know.", f"A recording is {FORMATS}.")


def _read_xml(data: bytes, text: str) -> tuple[str, Findings]:
    for mark, kind, read in _XML:
        if mark in text[:8192]:
            return kind, read(data)
    raise RecordingProblem("This XML file is neither GPX nor TCX.", f"A recording is {FORMATS}.")


_XML: Final[tuple[tuple[str, str, Callable[[bytes], Findings]], ...]] = (
    ("<TrainingCenterDatabase", "tcx", read_tcx),
    ("<gpx", "gpx", read_gpx),
)


def _text(data: bytes) -> str | None:
    """The bytes as text, byte order mark taken off; None if they are no text.

    UTF-16 is known by its mark. A file that is not quite UTF-8 (a name in another encoding) is still text,
    unless it holds many bytes text never holds.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    head = data[:4096]
    if sum(byte < 32 and byte not in b"\t\r\n\f" for byte in head) * 20 > len(head):
        return None
    return data.decode("utf-8-sig", "replace")
