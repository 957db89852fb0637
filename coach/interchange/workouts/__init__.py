"""Workouts of other programs: one file a format, read into workout documents and written from them, with a report.

A new format is a member of `Format`, a row of `FORMATS` and the module the row names, which offers `looks_like` and
`read`; to be written, a member of `ExportFormat`, a row of `EXPORT_FORMATS`, a column of `converting.SUPPORT`, and
`write` in its module. The choices and the help of `coach workout import` and `coach workout export`, the hints and
the reference pages follow from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final

from coach.problems import FAILURE, WorkoutProblem

# --- formats that can be imported


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
    """The facts about a format."""

    title: str
    """Its name in a report."""
    files: str
    """The name of its files in a list of all formats."""
    help: str
    """The same in the help of the command."""
    mark: str
    """How its files are recognised, for the reference page."""
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
"""The rows, in the order in which a file is checked."""


def listed(words: Sequence[str], joint: str) -> str:
    """Join words as in a sentence."""
    return f"{', '.join(words[:-1])}{joint}{words[-1]}"


KNOWN: Final = f"Workouts are imported from {listed([FORMATS[each].files for each in Format], ' and ')}."

# --- formats that can be exported


class ExportFormat(StrEnum):
    """The formats, by the names `--to` takes and in the order they are listed."""

    FIT = "fit"
    GARMIN_JSON = "garmin-json"
    ZWO = "zwo"
    TCX = "tcx"
    INTERVALS = "intervals"
    NOTATION = "notation"


class WordsPlace(Enum):
    """Where the runner reads the parts that a format cannot express."""

    NOTES = "the notes of the step"
    AT_START = "a text at the start of the step"
    DESCRIPTION = "the description of the workout"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """The facts about a format."""

    title: str
    """Its name in a report."""
    suffix: str
    """The suffix of its files."""
    help: str
    """Its description in the help of the command."""
    use: str
    """The use of the file, for the reference page."""
    words: WordsPlace | None
    """Where the runner reads what it cannot express; None for nowhere."""
    module: str
    """The module that writes it, loaded when it is needed: help and other commands do without."""
    shares: frozenset[str] = frozenset()
    """The bases of percentages there: `max` and `lthr` heart rate, and paces that every runner there has set."""
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
        use="Use it in place of a WORKOUT, or send it to another runner",
        words=None,
        module="coach.interchange.workouts.converting",
    ),
}
"""The rows."""

MOST_REPORTED: Final = 400
"""Losses that are listed one by one; further ones are counted."""


# --- the report: how each part of a workout was converted between a document and another program's file


class LossProblem(WorkoutProblem):
    """A loss or change that `--strict` does not accept: the file itself is in order."""

    exit_code = FAILURE


class ReportKind(StrEnum):
    """How a part of a workout was converted."""

    UNDERSTOOD = "understood"
    """It means the same in the other format."""
    APPROXIMATED = "approximated"
    """The other format has something similar, or a choice had to be made."""
    DROPPED = "dropped"
    """The other format cannot express it."""


@dataclass(frozen=True, slots=True)
class ReportWords:
    """The words of a report for one direction."""

    part: str
    """The words for a part that means the same."""
    verb: str
    """The verb for the file."""


IMPORTED: Final = ReportWords("understood", "imported")
EXPORTED: Final = ReportWords("kept", "exported")


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """The conversion of one part of a file."""

    kind: ReportKind
    where: str
    """Its place: a JSON or XML path, a line, or a FIT message such as `workout_step[3]`."""
    text: str
    """One plain sentence without a full stop."""

    def __str__(self) -> str:
        """The entry in one line."""
        place = f"{self.where}: " if self.where else ""
        return f"{self.kind.value}: {place}{self.text}"


@dataclass(frozen=True, slots=True)
class LossReport:
    """The whole report about one file, in the order of the file."""

    format: str
    """In words: `Garmin Connect JSON`, `FIT`, `Zwift ZWO`, ..."""
    entries: tuple[ReportEntry, ...] = ()
    uncounted: int = 0
    """Number of losses beyond `MOST_REPORTED`, which have no entry."""
    words: ReportWords = IMPORTED

    def of(self, kind: ReportKind) -> tuple[ReportEntry, ...]:
        """The entries of one kind."""
        return tuple(entry for entry in self.entries if entry.kind is kind)

    @property
    def losses(self) -> tuple[ReportEntry, ...]:
        """Everything approximated or dropped, in the order of the file."""
        return tuple(entry for entry in self.entries if entry.kind is not ReportKind.UNDERSTOOD)

    def as_json(self) -> dict[str, Any]:
        """The report for other programs: a list of `{"where", "text"}` for each kind."""
        tree: dict[str, Any] = {"format": self.format}
        for kind in ReportKind:
            tree[kind.value] = [{"where": entry.where, "text": entry.text} for entry in self.of(kind)]
        if self.uncounted:
            tree["more_losses"] = self.uncounted
        return tree

    def loss_lines(self) -> list[str]:
        """The losses for people, a line each, alike ones joined."""
        return _join(self.losses)

    def lines(self, most: int = 20) -> list[str]:
        """The report for people: a summary, then the losses, alike ones joined, `most` of them at most."""
        understood, losses = len(self.of(ReportKind.UNDERSTOOD)), self.losses
        total = len(losses) + self.uncounted
        lines = [
            f"{self.format}: {_parts(understood)} {self.words.part}, {total or 'nothing'} {_lost(total)}."
        ]
        texts = _join(losses)
        lines += [f"  {text}" for text in texts[:most]]
        if len(texts) > most or self.uncounted:
            lines.append(f"  ... and {len(texts) - most + self.uncounted} more; --json lists all of them.")
        return lines

    def refuse_losses(self, name: str) -> None:
        """Raise `LossProblem` with the first losses if there is any."""
        losses = _join(self.losses)
        if losses:
            also = f"Also {'; '.join(losses[1:6])}. " if losses[1:] else ""
            more = f"And {len(losses) - 6} more. " if len(losses) > 6 else ""
            hint = f"{also}{more}Without --strict it is {self.words.verb} with these losses."
            raise LossProblem(f"{name} cannot be {self.words.verb} without loss: {losses[0]}", hint)


@dataclass(slots=True)
class Reporter:
    """Collects the report while a file is read or written."""

    format: str
    words: ReportWords = IMPORTED
    _entries: list[ReportEntry] = field(default_factory=list)
    _seen: set[ReportEntry] = field(default_factory=set)
    _lost: int = 0
    _uncounted: int = 0
    _fresh: list[str] = field(default_factory=list)
    """Places of losses since the last settled step."""

    def settled(self, where: str, text: str) -> None:
        """Report a finished step: it is understood if nothing in it was lost."""
        place = where.partition(" (line")[0]
        if not any(path == where or path.startswith((f"{place}/", f"{place}.")) for path in self._fresh):
            self.understood(where, text)
        self._fresh.clear()

    def understood(self, where: str, text: str) -> None:
        """Report a part that means the same in the other format."""
        self._add(ReportEntry(ReportKind.UNDERSTOOD, where, text))

    def approximated(self, where: str, text: str) -> None:
        """Report a part that was approximated, or for which a choice was made."""
        self._add(ReportEntry(ReportKind.APPROXIMATED, where, text))

    def dropped(self, where: str, text: str) -> None:
        """Report a part that the other format lacks."""
        self._add(ReportEntry(ReportKind.DROPPED, where, text))

    def report(self) -> LossReport:
        """The report so far."""
        return LossReport(self.format, tuple(self._entries), self._uncounted, self.words)

    def _add(self, entry: ReportEntry) -> None:
        if entry.kind is not ReportKind.UNDERSTOOD:
            self._fresh.append(entry.where)
        if entry in self._seen:
            return
        if entry.kind is not ReportKind.UNDERSTOOD:
            if self._lost >= MOST_REPORTED:
                self._uncounted += 1
                return
            self._lost += 1
        self._seen.add(entry)
        self._entries.append(entry)


def _parts(number: int) -> str:
    return "1 part" if number == 1 else f"{number} parts"


def _lost(total: int) -> str:
    return "lost or changed" if total != 1 else "is lost or changed"


def _join(losses: Sequence[ReportEntry]) -> list[str]:
    """Losses as lines; the same sentence at several places stands once, with the first place and a count."""
    places: dict[tuple[ReportKind, str], list[str]] = {}
    for entry in losses:
        places.setdefault((entry.kind, entry.text), []).append(entry.where)
    return [
        str(ReportEntry(kind, where[0], text))
        + (f" (and {len(where) - 1} more like it)" if where[1:] else "")
        for (kind, text), where in places.items()
    ]
