"""A runner's mornings: the journal, the import of tables, and the answer for a day; for commands, screen and plan."""

import os
import sys
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import log
from operator import attrgetter
from pathlib import Path
from typing import Final

from coach.app.athletes import find_athlete, today
from coach.edge.checkins import MorningFact, MorningJournal, StoredMornings
from coach.edge.clock import MachineClock, local_iso
from coach.edge.files import plain
from coach.edge.run_folder import RunNote, append_note
from coach.edge.settings import load_settings
from coach.edge.store import STANDARD_INPUT, Store
from coach.physiology.hrv import at_rest
from coach.plan.config import Posture, ReadinessSettings
from coach.plan.mornings import SIMULATED, CheckIn, Morning, RecoveryLine, merged
from coach.plan.readiness import LOOK_BACK_DAYS, ReadinessAnswer, ReadinessFacts, readiness
from coach.problems import CoachProblem, RecordingProblem

_PIECE: Final = 1 << 20
_REPORT_EVERY: Final = 100
"""Pieces of 1 MB of a table between two reports of progress: half a minute at 3 MB/s (measured)."""
_GZIP: Final = b"\x1f\x8b"
_MONTHS_OF_RUNS: Final = 120
"""Days of runs that are searched for days off."""


@dataclass(frozen=True, slots=True)
class ImportedMornings:
    """The result of importing a table."""

    read: int
    """Mornings that were read."""
    new: int
    """Those that were not saved yet, or with another value."""
    first: date
    last: date
    source: str
    unit: str
    notes: tuple[str, ...] = ()
    """Guesses, and lines left out, in sentences."""


@dataclass(slots=True)
class ReadinessService:
    """The mornings of one athlete: saved, added to, and assessed for a day."""

    athlete: str = ""
    """The slug; empty for nobody in particular."""
    max_bpm: float | None = None
    store: Store = field(default_factory=Store)
    settings: ReadinessSettings = field(default_factory=ReadinessSettings)
    entries: StoredMornings = field(default_factory=StoredMornings)
    run_days: tuple[date, ...] = ()
    unrated: str = ""
    """Yesterday's run if its effort is unknown; else empty."""

    @property
    def folder(self) -> Path:
        """The folder of mornings."""
        return self.store.paths.mornings

    @property
    def recordings(self) -> Path:
        """The folder of recorded measurements, each a run like any other."""
        return self.folder / "recordings"

    @property
    def journal(self) -> MorningJournal:
        """The journal of this athlete."""
        return MorningJournal(self.folder / f"{self.athlete or NOBODY}.jsonl")

    def load(self, report: Callable[[str], None] | None = None) -> None:
        """Read the journals again, with the one of nobody.

        Args:
            report: gets the problems of a journal. Damage is set aside only then; without it that is left to a reader
                that reports it.

        Raises:
            RecordingProblem: a journal cannot be read, or a newer program wrote it.
        """
        names = [NOBODY, self.athlete] if self.athlete else [NOBODY]
        parts = []
        for name in names:
            part = MorningJournal(self.folder / f"{name}.jsonl").read(sets_aside=report is not None)
            if report is not None:
                for trouble in part.trouble:
                    report(trouble)
            parts.append(part)
        self.entries = StoredMornings(
            tuple(morning for part in parts for morning in part.mornings),
            merged(check_in for part in parts for check_in in part.by_day.values()),
            tuple(answer for part in parts for answer in part.answers),
            tuple(race for part in parts for race in part.races),
            tuple(line for part in parts for line in part.lines),
        )

    def load_runs(self, day: date) -> None:
        """Read the days before a day on which this athlete ran, and whether yesterday's effort is missing."""
        from coach.edge.history import RunFilter

        which = RunFilter(since=day - timedelta(days=_MONTHS_OF_RUNS), until=day)
        with self.store.history() as history:
            runs = [
                run
                for run in history.runs(which, with_results=True)
                if (not self.athlete or run.athlete in {"", self.athlete})
                and not run.is_simulated
                and run.day
                and run.time_s
            ]
        days = sorted({date.fromisoformat(run.day) for run in runs})
        self.run_days = tuple(days)
        yesterday = (day - timedelta(days=1)).isoformat()
        self.unrated = next((run.run for run in runs if run.day == yesterday and run.effort is None), "")

    @property
    def facts(self) -> ReadinessFacts:
        """The facts for the rules."""
        return ReadinessFacts(self.entries.mornings, self.entries.by_day, self.run_days, self.max_bpm)

    def answer(self, day: date) -> ReadinessAnswer:
        """Return the answer of the rules for a day."""
        return readiness(self.facts, day, self.settings)

    def answers(self, days: Sequence[date]) -> dict[date, ReadinessAnswer]:
        """Return the answers for many days; each is computed from the mornings near it, not from all."""
        mornings = sorted(self.entries.mornings, key=attrgetter("day"))
        by_day: dict[date, ReadinessAnswer] = {}
        for day in days:
            first = bisect_left(mornings, day - timedelta(days=LOOK_BACK_DAYS), key=attrgetter("day"))
            last = bisect_right(mornings, day, key=attrgetter("day"))
            facts = replace(self.facts, mornings=tuple(mornings[first:last]))
            by_day[day] = readiness(facts, day, self.settings)
        return by_day

    def keep(self, facts: Sequence[MorningFact]) -> None:
        """Save facts, with the time at which they were entered; yesterday's effort is saved with its run too.

        Empty facts, and measurements of a simulated runner, are not saved.

        Raises:
            CoachProblem: they cannot be written.
        """
        facts = [fact for fact in facts if not _is_nothing(fact)]
        if not facts:
            return
        said_at = local_iso(MachineClock().wall())
        self.journal.append(facts, said_at)
        for fact in facts:
            if isinstance(fact, CheckIn) and fact.yesterday_rpe is not None and self.unrated:
                with suppress(CoachProblem):  # it is saved with the morning anyway
                    note = RunNote(fact.yesterday_rpe, answered_at=said_at)
                    append_note(self.store.run(self.unrated).path, note)
        self.load()

    def import_table(
        self,
        name: str,
        *,
        posture: Posture | None = None,
        source: str | None = None,
        day: date | None = None,
        say: Callable[[str], None] = lambda _text: None,
    ) -> ImportedMornings:
        """Read a table of another program's mornings and save those that are new; `day` is for intervals alone.

        A table of hundreds of megabytes takes minutes; `say` prints the progress.

        Raises:
            RecordingProblem: it cannot be read, or is no such table.
            CoachProblem: the mornings cannot be written.
        """
        from coach.interchange.mornings import read_mornings, text_lines

        path = Path(name).expanduser()
        lines = text_lines(_with_progress(_pieces(path), say), name=plain(name))
        table = read_mornings(lines, name=plain(name), today=date.fromisoformat(today()), day=day)
        own = f"csv:{source or _source_of(path)}"
        mornings: list[Morning] = []
        unusable = 0
        for row in table.mornings:
            logarithm, resting, share, unit, is_usable = (
                row.ln_rmssd,
                row.resting_bpm,
                None,
                table.unit or "ms",
                True,
            )
            if len(row.intervals_ms) and logarithm is None:
                beats = at_rest(_first_minutes(row.intervals_ms))
                share, is_usable, unit = beats.corrected_share, beats.is_usable, "rr"
                unusable += not is_usable
                if beats.variability is not None:
                    logarithm = log(beats.variability.rmssd_ms)
                    resting = resting or float(beats.variability.mean_heart_rate)
            where = posture or (Posture(row.posture) if row.posture else None)
            mornings.append(
                Morning(row.day, row.minute, logarithm, resting, where, own, unit, share, is_usable)
            )
        saved = {_rounded(morning) for morning in self.entries.mornings}
        new = [morning for morning in mornings if _rounded(morning) not in saved]
        self.keep(new)
        notes = [*table.guesses, *(f"Left out: {each}." for each in table.left_out)]
        if unusable:
            who = "1 morning has" if unusable == 1 else f"{unusable} mornings have"
            notes.append(f"{who} more than 5 % of wrong beats, or too few: saved, but never counted.")
        return ImportedMornings(
            len(mornings), len(new), mornings[0].day, mornings[-1].day, own, table.unit, tuple(notes)
        )


NOBODY: Final = "_everyone"
"""The name of the journal of runners without a saved athlete; an athlete who is saved later has it too."""
_BEATS_S: Final = 300.0


def open_service(athlete: str | None = None, store: Store | None = None) -> ReadinessService:
    """Open the service of an athlete, by default the usual one, without reading its journals.

    Raises:
        AthleteProblem: there is no such athlete, or there are several and none was named.
        SettingsProblem: the settings cannot be read.
    """
    store = store or Store()
    runner = find_athlete(athlete, store)
    settings = load_settings(store.paths.settings, os.environ).readiness
    if runner is None:
        return ReadinessService(store=store, settings=settings)
    top = runner.now.heart_rate.max
    max_bpm = top.bpm if top is not None and top.source == "measured" else None
    return ReadinessService(runner.slug, max_bpm, store, settings)


def _is_nothing(fact: MorningFact) -> bool:
    if isinstance(fact, Morning):
        return fact.source == SIMULATED
    return isinstance(fact, CheckIn | RecoveryLine) and fact.is_empty


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces, because a table may be larger than the memory.

    Raises:
        RecordingProblem: it cannot be read, or is empty.
    """
    hint = "Name a table of mornings: coach readiness import hrv.csv"
    try:
        if str(path) == STANDARD_INPUT:
            yield from iter(lambda: sys.stdin.buffer.read(_PIECE), b"")
            return
        if path.is_dir():
            raise RecordingProblem(f"{plain(path)} is a folder, not a table", hint)
        with path.open("rb") as file:
            if file.peek(2)[:2] == _GZIP:
                import gzip

                unpacked = gzip.GzipFile(fileobj=file)
                yield from iter(lambda: unpacked.read(_PIECE), b"")
                return
            piece = file.read(_PIECE)
            if not piece:
                raise RecordingProblem(f"{plain(path)} is empty", hint)
            while piece:
                yield piece
                piece = file.read(_PIECE)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or plain(str(error))
        raise RecordingProblem(f"{plain(path)} cannot be read: {reason}", hint) from None


def _with_progress(pieces: Iterable[bytes], say: Callable[[str], None]) -> Iterator[bytes]:
    """Pass pieces on, and report the progress after every so many."""
    for number, piece in enumerate(pieces):
        if number and number % _REPORT_EVERY == 0:
            say(f"{number} MB read.")
        yield piece


def _source_of(path: Path) -> str:
    """Return the source of a table: its file name without dates and numbers, the same for the next export."""
    stem = Path(path.stem).stem if path.suffix.casefold() == ".gz" else path.stem
    letters = "".join(letter if letter.isalpha() else " " for letter in stem.casefold())
    return "-".join(letters.split())[:40] or "table"


def _first_minutes(intervals_ms: Iterable[float]) -> list[float]:
    """Return the first five minutes of beats; later ones may be in another state."""
    beats: list[float] = []
    total = 0.0
    for each in intervals_ms:
        if total >= _BEATS_S * 1000:
            break
        beats.append(each)
        total += each
    return beats


def _rounded(morning: Morning) -> tuple[object, ...]:
    """Return the key by which two mornings are the same, with the precision of the journal."""
    return (
        morning.day,
        morning.stream,
        None if morning.ln_rmssd is None else round(morning.ln_rmssd, 6),
        None if morning.resting_bpm is None else round(morning.resting_bpm, 2),
    )
