"""The index of the runs: a SQLite file beside them that lists, filters and adds up thousands of runs at once.

The journals are authoritative; the index can be deleted at any time and is rebuilt from them. It is updated before
every query: a run whose files changed since (size or time of the manifest, the journal or the notes) is read again, a
deleted one is left out. No fault of the file is a reason to fail: one that is damaged, of an older version or another
program's is rebuilt; one that is locked, of a newer version or on a read-only disk is copied into memory, as far as it
can be read, and left as it is. So a bad index costs time, and never gives a wrong list.

There are three depths. The manifest and the notes are read at once; the results of a run are read from the outputs in
its journal, some milliseconds a run (`results`); figures of its readings (loads, zones, best efforts) need a fold and
are stored by the caller that folds (`keep_figures`).
"""

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeVar

from coach.edge.files import make_private_folder
from coach.edge.run_folder import (
    JOURNAL,
    MANIFEST,
    NOTES,
    Manifest,
    RunNote,
    RunState,
    is_held,
    is_ulid,
    read_manifest,
    read_note,
    read_run,
    sessions_in,
)
from coach.problems import CoachProblem

if TYPE_CHECKING:
    from coach.review.journaled import JournaledRep, JournaledRun

# --- the tables, and what is read from them

APPLICATION: Final = 0x54534348
"""The application id in SQLite's header: `TSCH`."""
SCHEMA: Final = 5
"""The version of the tables and of the values in them. An index of a lower one is rebuilt: raise it with each change of
a table, or of how a value is made.
"""
TABLES: Final[Mapping[str, str]] = {
    "runs": """
        run TEXT PRIMARY KEY, session TEXT NOT NULL,
        manifest_stamp TEXT NOT NULL, notes_stamp TEXT NOT NULL, journal_stamp TEXT NOT NULL,
        results_of TEXT, figures_of TEXT,
        state TEXT NOT NULL, workout TEXT NOT NULL, athlete TEXT NOT NULL, started TEXT NOT NULL, day TEXT NOT NULL,
        steps_done INTEGER NOT NULL, steps INTEGER NOT NULL,
        is_simulated INTEGER NOT NULL, zone TEXT, kind TEXT, completed INTEGER, time_s REAL, distance_m REAL,
        hard_s REAL, hard_m REAL, light_s REAL, effort INTEGER, pod_shoe TEXT, has_fuel INTEGER,
        surface TEXT, is_sheet INTEGER""",
    "notes": """
        run TEXT PRIMARY KEY, rpe INTEGER, text TEXT, shoe TEXT, answered_at TEXT, surface TEXT, route TEXT""",
    "reps": """
        run TEXT, number INTEGER, step_id TEXT, path TEXT, kind TEXT, time_s REAL, reason TEXT, length_m REAL,
        distance_m REAL, mean_speed_mps REAL, light_s REAL, mean_heart_rate_bpm REAL, max_heart_rate_bpm REAL,
        is_cut INTEGER, PRIMARY KEY (run, number)""",
    "splits": """
        run TEXT, rep INTEGER, number INTEGER, time_s REAL, role TEXT, metres REAL, pressed INTEGER,
        PRIMARY KEY (run, rep, number)""",
    "loads": "run TEXT, kind TEXT, load REAL, PRIMARY KEY (run, kind)",
    "zones": "run TEXT, zone TEXT, seconds REAL, metres REAL, PRIMARY KEY (run, zone)",
    "best_efforts": "run TEXT, distance TEXT, time_s REAL, PRIMARY KEY (run, distance)",
    "heart_rates": """
        run TEXT, pace_s_per_km INTEGER, heart_rate_bpm REAL, seconds REAL, PRIMARY KEY (run, pace_s_per_km)""",
}
"""The columns of each table."""
ZONES: Final = ("easy", "steady", "hard")
"""Below, between and above the two thresholds of the athlete of that day."""
Progress = Callable[[int, int], None]
"""Called with the number of runs read and of all."""


class IndexedRun(NamedTuple):
    """One run in a list; an unknown value is None, or an empty text."""

    number: int
    """Its place in the list of all runs, 1 for the newest: commands find it by this number."""
    run: str
    state: RunState
    """As on disk, except that a run that no program is writing is `interrupted` instead of `recording`."""
    workout: str
    athlete: str
    started: str
    """Local time of its start: `2026-11-21T18:04:05+01:00`; empty if the manifest lacks it."""
    day: str
    """The local day of its start: `2026-11-21`."""
    steps_done: int
    steps: int
    is_simulated: bool
    """Whether the runner was simulated: such a run is listed, and counts in no total."""
    kind: str | None
    """The training of its workout, `free` without a plan; None until its journal is read."""
    completed: bool | None
    time_s: float | None
    distance_m: float | None
    hard_s: float | None
    hard_m: float | None
    light_s: float | None
    """Seconds a rep against the plan; + is slow."""
    effort: int | None
    """Its effort, 1 to 10: from the note, else from the answer in the run."""
    note: str | None
    shoe: str | None
    """From the note, else that of the pod that was used."""
    has_fuel: bool | None = None
    """Whether a reminder to eat or drink was spoken in it."""
    surface: str | None = None
    """Its surface: from the note, else from its workout."""
    route: str | None = None
    """The route in the runner's words."""
    is_sheet: bool = False
    """Whether nothing in it was run: strength, mobility, drills."""


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """Figures of the readings of a run; unknown ones are left out."""

    loads: Mapping[str, float] = field(default_factory=dict)
    """By kind: `trimp`, `edwards`."""
    zone_s: tuple[float, float, float] | None = None
    """Seconds in each of `ZONES`."""
    zone_m: tuple[float, float, float] | None = None
    bests: Mapping[str, float] = field(default_factory=dict)
    """Seconds of the fastest stretch of each distance: `400`, `mile`, `5k`."""
    heart_rates: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    """Mean heart rate and its seconds by pace in s/km."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """The filters of a query."""

    since: date | None = None
    until: date | None = None
    """The last day, included."""
    workout: str = ""
    """Words of its name, in any order."""
    athlete: str = ""
    kind: str = ""
    text: str = ""
    """Words of its workout, athlete, kind or note, in any order."""
    state: RunState | None = None
    is_simulated: bool | None = None
    """True for simulated runners, False for real ones, None for both."""
    limit: int | None = None

    @property
    def needs_results(self) -> bool:
        """Whether the answer needs the journals."""
        return bool(self.kind or self.text)

    def fits(self, run: IndexedRun) -> bool:
        """Return whether a run matches."""
        if self.since is not None and run.day < self.since.isoformat():
            return False
        if self.until is not None and run.day > self.until.isoformat():
            return False
        if self.athlete and run.athlete != self.athlete:
            return False
        if self.kind and (run.kind or "").casefold() != self.kind.casefold():
            return False
        if self.is_simulated is not None and run.is_simulated is not self.is_simulated:
            return False
        if self.state is not None and run.state is not self.state:
            return False
        return _has_words(run.workout, self.workout) and _has_words(
            " ".join((run.workout, run.athlete, run.kind or "", run.note or "", run.day)), self.text
        )


def _has_words(text: str, words: str) -> bool:
    """Return whether a text has every word; `x` matches the sign of multiplication."""
    if not words:
        return True
    folded = text.casefold().replace("×", "x")
    return all(word in folded for word in words.casefold().replace("×", "x").split())


# --- the file

BUSY_S: Final = 0.5
"""How long another program may hold the file before it is left alone. Judged: a list that waits longer seems stuck."""
_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_MISMATCH")
"""The errors of a file that is damaged or another program's; a missing table is a SQLITE_ERROR."""
_Result = TypeVar("_Result")


class _IndexFile:
    """The database of the index, on disk if possible, used by one thread."""

    def __init__(self, path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
        """Open the file, or create it.

        Args:
            path: the file, in a folder that is made.
            fill: fills an empty or older database with the contents of the previous one.
        """
        self.path = path
        self.trouble = ""
        """Why it is not kept on disk this time; empty if it is."""
        self._fill = fill
        self._connection = self._open()

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def do(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do something with the database; if it is faulty, rebuild or leave it, and do it again."""
        for recover in (self._recover, self._begin_in_memory):
            try:
                return work(self._connection)
            except sqlite3.Error as error:
                recover(error)
        return work(self._connection)

    def replace(self) -> None:
        """Begin an empty database in place of the existing one."""
        self.close()
        try:
            _remove(self.path)
        except OSError as error:
            self._connection = _in_memory()
            self.trouble = f"it cannot be replaced: {error.strerror}"
        else:
            self._connection = self._open()

    def _recover(self, error: sqlite3.Error) -> None:
        """Rebuild a damaged file; copy one that cannot be written."""
        try:
            if _is_damage(error):
                self.replace()
            else:
                self.close()
                self.trouble = str(error)
                self._connection = self._copied()
            self._fill(self._connection)
        except sqlite3.Error as again:
            self._begin_in_memory(again)

    def _begin_in_memory(self, error: sqlite3.Error) -> None:
        self.close()
        self.trouble = self.trouble or str(error)
        self._connection = _in_memory()
        self._fill(self._connection)

    def _open(self) -> sqlite3.Connection:
        """Open the file, or create it; in memory if that fails."""
        try:
            make_private_folder(self.path.parent)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            return self._opened()
        except OSError as error:
            self.trouble = error.strerror or str(error)
        except sqlite3.Error as error:
            if _is_damage(error):
                with suppress(OSError, sqlite3.Error):
                    _remove(self.path)
                    os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
                    return self._opened()
            self.trouble = str(error)
        return self._copied()

    def _opened(self) -> sqlite3.Connection:
        """Open the file and check that it is of this version.

        Raises:
            sqlite3.Error: it is none, it is damaged, of another version, or locked.
        """
        index = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        try:
            version = _version_of(index)
            if version is None:
                index.execute("PRAGMA journal_mode = WAL")
                _make_tables(index)
            elif version > SCHEMA:
                raise _NewerIndex("a newer program made it")
            elif version < SCHEMA:
                raise _OlderIndex("an older program made it")
            index.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            index.close()
            raise
        return index

    def _copied(self) -> sqlite3.Connection:
        """A copy of the file in memory, as far as it can be read; else an empty database."""
        memory = _in_memory()
        has_unwritten = _size(self.path.with_name(f"{self.path.name}-wal")) > 0
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        for way in (uri,) if has_unwritten else (uri, f"{uri}&immutable=1"):
            with suppress(sqlite3.Error), closing(sqlite3.connect(way, uri=True, timeout=BUSY_S)) as index:
                if _version_of(index) == SCHEMA:
                    index.backup(memory)
                    return memory
        return memory


def _in_memory() -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    _make_tables(memory)
    return memory


def _version_of(index: sqlite3.Connection) -> int | None:
    """The version of a file; None for an empty one, 0 for another program's.

    Raises:
        sqlite3.Error: it is no database.
    """
    (application,) = index.execute("PRAGMA application_id").fetchone()
    (version,) = index.execute("PRAGMA user_version").fetchone()
    (tables,) = index.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        return None
    return int(version) if application == APPLICATION else 0


def _make_tables(index: sqlite3.Connection) -> None:
    with _writing(index):
        if index.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            return  # another program was quicker
        for name, columns in TABLES.items():
            index.execute(f"CREATE TABLE {name} ({columns}) WITHOUT ROWID")
        index.execute(f"PRAGMA application_id = {APPLICATION}")
        index.execute(f"PRAGMA user_version = {SCHEMA}")


@contextmanager
def _writing(index: sqlite3.Connection) -> Iterator[None]:
    """A transaction that locks the file for writing at its start, so that no other one can make it fail half-way."""
    index.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if index.in_transaction:
            with suppress(sqlite3.Error):
                index.execute("ROLLBACK")
        raise
    index.execute("COMMIT")


class _NewerIndex(sqlite3.OperationalError):
    """A newer program made the index, which is left as it is."""


class _OlderIndex(sqlite3.DatabaseError):
    """An older or another program made the index, which is rebuilt."""


def _is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file is no index of this version, so that it is rebuilt.

    SQLite names no error for a text that is not UTF-8, nor for a value of the wrong type.
    """
    if isinstance(error, _NewerIndex):
        return False
    name = getattr(error, "sqlite_errorname", None)
    return name is None or any(name.startswith(each) for each in _DAMAGED)


def _remove(path: Path) -> None:
    """Delete an index and what SQLite keeps beside it.

    Raises:
        OSError: it cannot be deleted.
    """
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


# --- the index

_RESULTS: Final = ("reps", "splits")
_FIGURES: Final = ("loads", "zones", "best_efforts", "heart_rates")
_BATCH: Final = 200
"""Runs that are written together: a second writer waits for one batch, not for all."""


class History:
    """The runs of a folder of runs, by its index. It is used in a `with` block, by one thread."""

    def __init__(
        self, runs: Path, index: Path, squads: Path | None = None, athletes: Collection[str] = ()
    ) -> None:
        """Open the index of the runs in a folder, or create it.

        Args:
            runs: the folder of the runs; it may not exist yet.
            index: the file of the index, in a folder that is made.
            squads: the folder of sessions of squads, whose runs stay there; None for none.
            athletes: the athletes whose runs of a squad are listed.
        """
        self._runs = runs
        self._squads = squads
        self._athletes = frozenset(athletes)
        self._is_updated = self._has_results = False
        self._file = _IndexFile(index, self._take_in_again)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._file.close()

    @property
    def path(self) -> Path:
        """The file of the index."""
        return self._file.path

    @property
    def trouble(self) -> str:
        """Why the index is not kept on disk this time; empty if it is."""
        return self._file.trouble

    # --- queries

    def runs(
        self,
        which: RunFilter = RunFilter(),
        *,
        with_results: bool = False,
        progress: Progress | None = None,
    ) -> list[IndexedRun]:
        """The matching runs, the newest first.

        Args:
            which: the filters.
            with_results: whether results are needed, which reads the journals of new runs.
            progress: called as the journals are read.
        """
        self.update(with_results=with_results or which.needs_results, progress=progress)
        return self.known_runs(which)

    def known_runs(self, which: RunFilter = RunFilter()) -> list[IndexedRun]:
        """The matching runs as of the last `update` or `read`, the newest first."""
        fitting = [run for run in self._file.do(self._query) if which.fits(run)]
        return fitting if which.limit is None else fitting[: which.limit]

    def count(self) -> int:
        """The number of runs as of the last `update`."""
        return len(self._file.do(self._query))

    def recorded_reps(self, athlete: str, since: date) -> "list[tuple[str, JournaledRep]]":
        """The known hard steps of a real athlete since a day, each with its day, the oldest first.

        The index is not updated for it: a run is added when it ends.
        """
        rows = self._file.do(
            lambda index: index.execute(
                "SELECT run, day FROM runs WHERE athlete = ? AND day >= ? AND is_simulated = 0 ORDER BY day, run",
                (_text(athlete), since.isoformat()),
            ).fetchall()
        )
        return [(day, rep) for run, day in rows for rep in self.reps(run)]

    def reps(self, run: str) -> "tuple[JournaledRep, ...]":
        """The hard steps of a run with their splits; none if its journal has none or was not read."""
        from coach.review.journaled import JournaledRep, JournaledSplit

        def read(index: sqlite3.Connection) -> "tuple[JournaledRep, ...]":
            splits: dict[int, list[JournaledSplit]] = {}
            for rep, time_s, role, metres, pressed in index.execute(
                "SELECT rep, time_s, role, metres, pressed FROM splits WHERE run = ? ORDER BY rep, number",
                (run,),
            ):
                splits.setdefault(rep, []).append(JournaledSplit(time_s, role, metres, bool(pressed)))
            rows: Iterable[tuple[Any, ...]] = index.execute(
                "SELECT number, step_id, path, kind, time_s, reason, length_m, distance_m, mean_speed_mps, light_s,"
                " mean_heart_rate_bpm, max_heart_rate_bpm, is_cut FROM reps WHERE run = ? ORDER BY number",
                (run,),
            )
            return tuple(
                replace(JournaledRep(*row), is_cut=bool(row[-1]), splits=tuple(splits.get(row[0], ())))
                for row in rows
            )

        return self._file.do(read)

    def figures(self) -> dict[str, IndexFigures]:
        """The stored figures of each of these runs."""
        return self._file.do(_all_figures)

    def without_figures(self) -> list[str]:
        """The runs without figures since their journal changed, the newest first; none under way."""
        return self._file.do(
            lambda index: [
                run
                for run, session, athlete in index.execute(
                    "SELECT run, session, athlete FROM runs"
                    " WHERE figures_of IS NOT journal_stamp AND state <> ? ORDER BY run DESC",
                    (RunState.RECORDING.value,),
                )
                if not session or athlete in self._athletes
            ]
        )

    # --- updates

    def update(self, *, with_results: bool = False, progress: Progress | None = None) -> None:
        """Update the index from the folder of runs."""
        self._file.do(self._take_in)
        self._is_updated = True
        if with_results:
            self._file.do(lambda index: self._read_results(index, progress))
            self._has_results = True

    def read(self, runs: Collection[str]) -> None:
        """Read the results of these runs where they are unknown; a run that is not in the index is ignored."""
        self._file.do(lambda index: self._read_results(index, None, frozenset(runs)))

    def take_run(self, path: Path) -> None:
        """Add one run that has ended, with its results; other changes are left for the next update."""
        stamps = _stamps_of(path.parent, path.name)
        if stamps is None:
            return
        session = "" if path.parent == self._runs else path.parent.name

        def take(index: sqlite3.Connection) -> None:
            with _writing(index):
                _write_run(index, path, session, stamps)
                _write_results(index, path.name, stamps[1], _journaled_run(path))

        self._file.do(take)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Rebuild the index from the journals; returns the number of runs in it."""
        self._file.replace()
        self.update(with_results=True, progress=progress)
        return self.count()

    def keep_figures(self, run: str, figures: IndexFigures | None) -> None:
        """Store the figures of a run; None if they cannot be computed, which is not tried again."""

        def keep(index: sqlite3.Connection) -> None:
            with _writing(index):
                _forget(index, (run,), _FIGURES)
                index.execute("UPDATE runs SET figures_of = journal_stamp WHERE run = ?", (run,))
                _write_figures(index, run, figures or IndexFigures())

        self._file.do(keep)

    def _query(self, index: sqlite3.Connection) -> list[IndexedRun]:
        cursor = index.execute(
            "SELECT runs.run, state, workout, athlete, started, day, steps_done, steps, is_simulated, kind,"
            " completed, time_s, distance_m, hard_s, hard_m, light_s, coalesce(notes.rpe, effort), notes.text,"
            " coalesce(nullif(notes.shoe, ''), nullif(pod_shoe, '')), has_fuel,"
            " coalesce(notes.surface, runs.surface), notes.route, coalesce(is_sheet, 0), session"
            " FROM runs LEFT JOIN notes USING (run) ORDER BY runs.run DESC"
        )
        states = {state.value: state for state in RunState}
        records = cursor.fetchall()
        sessions = {row[0]: row[-1] for row in records}
        rows = [row[:-1] for row in records if not row[-1] or row[3] in self._athletes]
        if any(row[1] not in states for row in rows):
            raise sqlite3.DatabaseError("a run in it is in no state")
        return [
            IndexedRun._make(
                (
                    *(number, row[0], self._state(self._path(row[0], sessions[row[0]]), states[row[1]])),
                    *(*row[2:8], bool(row[8]), row[9]),
                    *(None if row[10] is None else bool(row[10]), *row[11:-4]),
                    *(None if row[-4] is None else bool(row[-4]), *row[-3:-1], bool(row[-1])),
                )
            )
            for number, row in enumerate(rows, 1)
        ]

    def _path(self, run: str, session: str) -> Path:
        """The folder of a run: one of the runs, or in the session of a squad."""
        return self._runs / run if not session or self._squads is None else self._squads / session / run

    def _state(self, path: Path, state: RunState) -> RunState:
        if state is RunState.RECORDING and not is_held(path):
            return RunState.INTERRUPTED
        return state

    def _take_in(self, index: sqlite3.Connection) -> None:
        """Read the manifests and notes of the runs whose files changed, and drop the deleted runs."""
        stored = {
            run: (manifest, journal, notes)
            for run, manifest, journal, notes in index.execute(
                "SELECT run, manifest_stamp, journal_stamp, notes_stamp FROM runs"
            )
        }
        changed: list[tuple[str, str, tuple[str, str, str]]] = []
        present = set()
        for run, session, stamps in self._all_stamps():
            present.add(run)
            if stored.get(run) != stamps:
                changed.append((run, session, stamps))
        deleted = stored.keys() - present
        if deleted:
            with _writing(index):
                _forget(index, deleted, TABLES)
        for start in range(0, len(changed), _BATCH):
            with _writing(index):
                for run, session, stamps in changed[start : start + _BATCH]:
                    _write_run(index, self._path(run, session), session, stamps)

    def _read_results(
        self, index: sqlite3.Connection, progress: Progress | None, only: Collection[str] | None = None
    ) -> None:
        """Read the journals of the runs that changed since they were read; a run under way is left for its end."""
        waiting = index.execute(
            "SELECT run, journal_stamp, state, session FROM runs"
            " WHERE results_of IS NOT journal_stamp ORDER BY run DESC"
        ).fetchall()
        places = [(run, stamp, state, self._path(run, session)) for run, stamp, state, session in waiting]
        waiting = [
            (run, stamp, path)
            for run, stamp, state, path in places
            if (only is None or run in only) and not (state == RunState.RECORDING and is_held(path))
        ]
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            results = []
            for place, (run, stamp, path) in enumerate(batch, start + 1):
                results.append((run, stamp, _journaled_run(path)))
                if progress is not None:
                    progress(place, len(waiting))
            with _writing(index):
                for run, stamp, past in results:
                    _write_results(index, run, stamp, past)

    def _all_stamps(self) -> Iterator[tuple[str, str, tuple[str, str, str]]]:
        """Every run with the session of a squad it was in, empty for one alone, and its stamps."""
        for run, stamps in _stamps(self._runs):
            yield run, "", stamps
        for session in () if self._squads is None else sessions_in(self._squads):
            for run, stamps in _stamps(session):
                yield run, session.name, stamps

    def _take_in_again(self, index: sqlite3.Connection) -> None:
        """Fill another database with the contents of the previous one."""
        if self._is_updated:
            self._take_in(index)
        if self._has_results:
            self._read_results(index, None)


# --- the contents of a run


def _stamps(runs: Path) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Every run in a folder, with the stamps of its manifest, its journal and its notes."""
    try:
        with os.scandir(runs) as entries:
            names = [entry.name for entry in entries if is_ulid(entry.name)]
    except OSError:
        return
    for run in names:
        stamps = _stamps_of(runs, run)
        if stamps is not None:
            yield run, stamps


def _stamps_of(runs: Path, run: str) -> tuple[str, str, str] | None:
    """The stamps of manifest, journal and notes of a run; None without a journal."""
    folder = f"{runs}/{run}/"
    journal = _stamp(folder + JOURNAL)
    return (_stamp(folder + MANIFEST), journal, _stamp(folder + NOTES)) if journal else None


def _stamp(path: str) -> str:
    """Size and time of a file; empty without one."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thirty thousand of them in a list of ten thousand runs
    except OSError:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}"


def _write_run(index: sqlite3.Connection, path: Path, session: str, stamps: tuple[str, str, str]) -> None:
    """Write a run from its manifest and notes; the results of its journal stay while that is unchanged."""
    manifest, note = read_manifest(path), _note(path)
    day = _day(manifest.started) or _day_of_id(path.name)
    index.execute(
        "INSERT INTO runs (run, session, manifest_stamp, journal_stamp, notes_stamp, state, workout, athlete, started,"
        " day, steps_done, steps, is_simulated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (run) DO UPDATE SET"
        " manifest_stamp = excluded.manifest_stamp, journal_stamp = excluded.journal_stamp,"
        " notes_stamp = excluded.notes_stamp, state = excluded.state, workout = excluded.workout,"
        " athlete = excluded.athlete, started = excluded.started, day = excluded.day,"
        " steps_done = excluded.steps_done, steps = excluded.steps,"
        " is_simulated = max(is_simulated, excluded.is_simulated),"
        # A day that came from the journal, because the manifest lacked it, comes from there again.
        " results_of = CASE excluded.started WHEN '' THEN NULL ELSE results_of END",
        (
            *(path.name, session, *stamps),
            *(
                manifest.state.value,
                _text(manifest.workout),
                _text(manifest.athlete),
                _text(manifest.started),
                day,
            ),
            *(manifest.steps_done, manifest.steps, _is_simulated(manifest)),
        ),
    )
    index.execute("DELETE FROM notes WHERE run = ?", (path.name,))
    if note != RunNote():
        columns = (note.text, note.shoe, note.answered_at, note.surface or None, note.route or None)
        texts = (None if text is None else _text(text) for text in columns)
        index.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)", (path.name, note.rpe, *texts))


def _write_results(index: sqlite3.Connection, run: str, stamp: str, past: "JournaledRun") -> None:
    """Write the results of a run, as read from its journal when it had this stamp."""
    _forget(index, (run,), _RESULTS)
    index.execute(
        "UPDATE runs SET results_of = ?, zone = ?, kind = ?, completed = ?, time_s = ?, distance_m = ?, hard_s = ?,"
        " hard_m = ?, light_s = ?, effort = ?, pod_shoe = ?, has_fuel = ?, surface = ?, is_sheet = ?,"
        " is_simulated = max(is_simulated, ?), day = CASE started WHEN '' THEN ? ELSE day END WHERE run = ?",
        (
            *(stamp, _text(past.zone), _text(past.kind), past.completed, past.time_s, past.distance_m),
            *(past.hard_s, past.hard_m, past.light_s, past.effort, _text(past.shoe), past.has_fuel),
            *(_text(past.surface) or None, past.is_sheet, past.is_simulated),
            *(_day(past.started) or _day_of_id(run), run),
        ),
    )
    for rep in past.reps:
        index.execute(
            "INSERT INTO reps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(run, rep.number, rep.step_id, _text(rep.path), rep.kind, rep.time_s, rep.reason),
                *(rep.length_m, rep.distance_m, rep.mean_speed_mps, rep.light_s),
                *(rep.mean_heart_rate_bpm, rep.max_heart_rate_bpm, rep.is_cut),
            ),
        )
        index.executemany(
            "INSERT INTO splits VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (run, rep.number, number, split.time_s, split.role, split.metres, split.pressed)
                for number, split in enumerate(rep.splits, 1)
            ],
        )


def _write_figures(index: sqlite3.Connection, run: str, figures: IndexFigures) -> None:
    index.executemany(
        "INSERT INTO loads VALUES (?, ?, ?)", [(run, kind, load) for kind, load in figures.loads.items()]
    )
    if figures.zone_s is not None:
        metres = figures.zone_m or (None, None, None)
        rows = zip(ZONES, figures.zone_s, metres, strict=True)
        index.executemany("INSERT INTO zones VALUES (?, ?, ?, ?)", [(run, *row) for row in rows])
    index.executemany(
        "INSERT INTO best_efforts VALUES (?, ?, ?)",
        [(run, distance, time_s) for distance, time_s in figures.bests.items()],
    )
    index.executemany(
        "INSERT INTO heart_rates VALUES (?, ?, ?, ?)",
        [(run, pace, *mean) for pace, mean in figures.heart_rates.items()],
    )


def _all_figures(index: sqlite3.Connection) -> dict[str, IndexFigures]:
    loads: dict[str, dict[str, float]] = {}
    bests: dict[str, dict[str, float]] = {}
    rates: dict[str, dict[int, tuple[float, float]]] = {}
    zones: dict[str, dict[str, tuple[float, float | None]]] = {}
    for run, kind, load in index.execute("SELECT run, kind, load FROM loads"):
        loads.setdefault(run, {})[kind] = load
    for run, distance, time_s in index.execute("SELECT run, distance, time_s FROM best_efforts"):
        bests.setdefault(run, {})[distance] = time_s
    for run, pace, bpm, seconds in index.execute(
        "SELECT run, pace_s_per_km, heart_rate_bpm, seconds FROM heart_rates"
    ):
        rates.setdefault(run, {})[pace] = (bpm, seconds)
    for run, zone, seconds, metres in index.execute("SELECT run, zone, seconds, metres FROM zones"):
        zones.setdefault(run, {})[zone] = (seconds, metres)
    return {
        run: IndexFigures(
            loads.get(run, {}),
            _thirds(zones.get(run), 0),
            _thirds(zones.get(run), 1),
            bests.get(run, {}),
            rates.get(run, {}),
        )
        for (run,) in index.execute("SELECT run FROM runs WHERE figures_of = journal_stamp")
    }


def _thirds(
    zones: Mapping[str, tuple[float, float | None]] | None, place: int
) -> tuple[float, float, float] | None:
    values = [] if zones is None else [zones[zone][place] for zone in ZONES if zone in zones]
    numbers = [value for value in values if value is not None]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == len(ZONES) else None


def _forget(index: sqlite3.Connection, runs: Collection[str], tables: Collection[str]) -> None:
    for table in tables:
        index.executemany(f"DELETE FROM {table} WHERE run = ?", [(run,) for run in runs])  # noqa: S608 - our names


def _journaled_run(path: Path) -> "JournaledRun":
    """The results of a run; none if its journal cannot be read."""
    from coach.review.journaled import JournaledRun, read_journaled_run

    try:
        return read_journaled_run(read_run(path))
    except (CoachProblem, OSError):
        return JournaledRun()


_MAY_BE_SIMULATED: Final = re.compile(r'"sensors":"[^"]*\bsim\b')


def _is_simulated(manifest: Manifest) -> bool:
    """Whether a simulated runner measured a run, by the manifest, which has it from the header of the journal.

    Most are decided by the text alone: reading ten thousand headers takes a second.
    """
    if not _MAY_BE_SIMULATED.search(manifest.header):
        return False
    from coach.review.journaled import header_of_line, is_simulated

    return is_simulated(header_of_line(manifest.header))


def _note(path: Path) -> RunNote:
    """The runner's note of a run; an empty one if it cannot be read."""
    try:
        return read_note(path)
    except CoachProblem:
        return RunNote()


def _day(started: str) -> str:
    """The local day of a local time; empty if it is not one."""
    try:
        return date.fromisoformat(started[:10]).isoformat()
    except ValueError:
        return ""


_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _day_of_id(run: str) -> str:
    """The day in UTC of the id of a run, if no file has its zone."""
    milliseconds = 0
    for letter in run[:10]:
        milliseconds = milliseconds * 32 + _LETTERS.index(letter)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _text(text: str) -> str:
    """A text that SQLite accepts: half of a surrogate pair, which a name from a file may hold, has no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
