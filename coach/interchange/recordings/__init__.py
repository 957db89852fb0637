"""Recordings of other programs, read to be replayed, and runs written for them: one file a format, and one registry.

A new format is a row of `RECORDING_FORMATS` and the module the row names, which offers `looks_like` and `read`. The
suffixes in hints, helps and the reference page follow from the rows.
"""

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from coach.interchange.recordings.common import Findings, RecordingFile


class RecordingReader(Protocol):
    """The functions that the module of a format offers."""

    def looks_like(self, file: "RecordingFile") -> bool:
        """Return whether the file is of this format."""
        ...

    def read(self, file: "RecordingFile") -> "Findings":
        """Read the contents of the file.

        Raises:
            RecordingProblem: nothing in it can be replayed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFormat:
    """The facts about a format."""

    kind: str
    """The name of the format in a recording that was read."""
    suffix: str
    """The usual ending of its files' names; the format is detected by the contents all the same."""
    mark: str
    """How its files are recognised, for the reference page."""
    clock_from: date | None = None
    """The day from which its clock counts; None if the clock has no date."""
    is_xml: bool = False
    """True if it is XML."""
    module: str
    """The module that reads it, loaded when it is needed: help and runs do without."""
    reader: str = ""
    """The class in the module that reads it; empty if the functions of the module do."""


RECORDING_FORMATS: Final = (
    RecordingFormat(
        kind="fit",
        suffix=".fit",
        mark="`.FIT` in the header",
        clock_from=date(1989, 12, 31),
        module="coach.interchange.recordings.fit",
    ),
    RecordingFormat(
        kind="tcx",
        suffix=".tcx",
        mark="the element `<TrainingCenterDatabase>`",
        clock_from=date(1970, 1, 1),
        is_xml=True,
        module="coach.interchange.recordings.track",
        reader="Tcx",
    ),
    RecordingFormat(
        kind="gpx",
        suffix=".gpx",
        mark="the element `<gpx>`",
        clock_from=date(1970, 1, 1),
        is_xml=True,
        module="coach.interchange.recordings.track",
        reader="Gpx",
    ),
    RecordingFormat(
        kind="rundouble",
        suffix=".csv",
        mark="the header `Time,Stage,HeartRate,Pace,Distance`, unless columns are named",
        module="coach.interchange.recordings.csv",
        reader="RunDouble",
    ),
    RecordingFormat(
        kind="csv",
        suffix=".csv",
        mark="a header of two columns or more, or columns that are named",
        module="coach.interchange.recordings.csv",
    ),
)
"""The rows, in the order in which a file is checked."""

OURS: Final = ".jsonl"
"""The suffix of journals."""
FOREIGN_SUFFIXES: Final = tuple(dict.fromkeys(each.suffix for each in RECORDING_FORMATS))
"""The suffixes of the other formats, each once."""
SUFFIXES_LISTED: Final = f"{', '.join((OURS, *FOREIGN_SUFFIXES[:-1]))} or {FOREIGN_SUFFIXES[-1]}"
"""Every suffix, as a sentence lists them."""


def reader_of(row: RecordingFormat) -> RecordingReader:
    """Load the module that reads a format."""
    module = import_module(row.module)
    return cast("RecordingReader", getattr(module, row.reader)() if row.reader else module)
