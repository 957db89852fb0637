"""The formats a workout can be exported to: one row each.

A new format is a member of `ExportFormat`, a row of `EXPORT_FORMATS`, a column of `parts.FATES`, and the module the
row names, which offers `write`. The choices and the help of `coach workout export` and the reference page follow
from the rows.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final


class ExportFormat(StrEnum):
    """The formats, by the names `--to` takes and in the order they are listed."""

    FIT = "fit"
    GARMIN_JSON = "garmin-json"
    ZWO = "zwo"
    TCX = "tcx"
    INTERVALS = "intervals"
    NOTATION = "notation"


class Words(Enum):
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
    words: Words | None
    """Where the runner reads what it cannot say; None if that is nowhere."""
    module: str
    """The module that writes it, loaded when it is needed: help and other commands do without."""
    shares: frozenset[str] = frozenset()
    """What a share may be of there: `max` and `lthr` heart rate, and paces that every runner there has set."""
    is_text: bool = True
    """May it be printed?"""


EXPORT_FORMATS: Final = {
    ExportFormat.FIT: ExportRow(
        title="FIT",
        suffix=".fit",
        help="FIT, for a watch",
        use="Copy it into `GARMIN/NewFiles` of a watch, or into another program that reads FIT workouts",
        words=Words.NOTES,
        module="coach.interchange.exports.fit",
        shares=frozenset({"max"}),
        is_text=False,
    ),
    ExportFormat.GARMIN_JSON: ExportRow(
        title="Garmin Connect JSON",
        suffix=".json",
        help="Garmin Connect JSON",
        use="For the programs that send workouts to Garmin Connect",
        words=Words.NOTES,
        module="coach.interchange.exports.garmin",
    ),
    ExportFormat.ZWO: ExportRow(
        title="Zwift ZWO",
        suffix=".zwo",
        help="Zwift ZWO",
        use="Put it into `Documents/Zwift/Workouts/` and your number",
        words=Words.AT_START,
        module="coach.interchange.exports.zwo",
        shares=frozenset({"mile", "5k", "10k", "half", "marathon"}),
    ),
    ExportFormat.TCX: ExportRow(
        title="TCX",
        suffix=".tcx",
        help="TCX, for Garmin Training Center",
        use="Import it into Training Center, or another program that reads its workouts",
        words=Words.DESCRIPTION,
        module="coach.interchange.exports.tcx",
        shares=frozenset({"max"}),
    ),
    ExportFormat.INTERVALS: ExportRow(
        title="intervals.icu text",
        suffix=".txt",
        help="the text of intervals.icu",
        use="Paste it into the description of a planned run",
        words=Words.DESCRIPTION,
        module="coach.interchange.exports.intervals",
        shares=frozenset({"max", "lthr", "threshold"}),
    ),
    ExportFormat.NOTATION: ExportRow(
        title="One line",
        suffix=".txt",
        help="one line of the notation",
        use="Take it wherever a WORKOUT is wanted, or send it to somebody",
        words=None,
        module="coach.interchange.exports.notation",
    ),
}
"""The rows."""
