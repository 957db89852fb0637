"""The files of a squad's sessions: a folder of runs with a manifest and a journal of keys, or one file timed by hand.

Each run is an ordinary one, in the folder of the session, and replays alone. The manifest names the runners and the
folders of their runs; the journal of keys holds presses at the line for several runners at once. A session timed by
hand is a line for every press, assignment, swap and heat in order.

A line is written before its effect is shown, with one `write`, so that a killed program loses nothing that was seen; it
is synced within a second. Damage costs only the line, or the run, that it touches.
"""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import isnan
from pathlib import Path
from typing import Any, Final

from coach.edge.files import (
    RECORDING_LIMIT,
    SMALL_LIMIT,
    ends_torn,
    lock_file,
    make_private_folder,
    plain,
    read_file,
    sync_folder,
    write_atomically,
)
from coach.edge.run_folder import RunState, is_held, is_ulid, read_manifest, sessions_in
from coach.edge.store import Store
from coach.problems import CoachProblem, RecordingProblem
from coach.quantities import Metres, Seconds
from coach.recording.lines import encode_record, read_records
from coach.squad.by_hand import (
    SEASON_DAYS,
    ClockStarted,
    HandInput,
    HandSetup,
    HandTiming,
    HandUndone,
    LinePressed,
    OrderLeft,
    PastSplit,
    PastSplits,
    PressesSwapped,
    PressesTakenBack,
    PressGiven,
    PressSource,
    RunnerNamed,
    TimingEnded,
    past_splits_of,
    splits_of_reps,
)
from coach.squad.roster import Roster, roster_from, roster_of_names, roster_tree
from coach.squad.run import GivenBy, SquadInput, squad_input_of, squad_record

FORMAT: Final = "coach-squad-session/1"
MANIFEST: Final = "squad.json"
KEYS: Final = "keys.jsonl"
_HINT: Final = "coach squad list shows the sessions that are kept."


@dataclass(frozen=True, slots=True)
class SquadManifest:
    """The description of a session of a squad."""

    session: str
    """Its ULID, which is the name of its folder."""
    started: str
    """Local time of its start: `2026-11-21T18:04:05+01:00`."""
    roster: Roster
    runs: Mapping[str, str]
    """The folders of the runs, by the slug of their runner."""
    workout: str = ""
    """The name of the workout."""
    sensors: str = ""
    """The sensors, in the words of `--sensors`."""
    state: RunState = RunState.RECORDING

    def tree(self) -> dict[str, object]:
        """As written to the file."""
        return {
            "format": FORMAT,
            "session": self.session,
            "state": self.state.value,
            "started": self.started,
            "workout": self.workout,
            "sensors": self.sensors,
            "runs": dict(self.runs),
            "roster": roster_tree(self.roster),
        }


class _LineFile:
    """A file to which lines are appended, each with one `write`, and synced at most once a second."""

    trouble = ""
    """Why a line could not be written; empty if all were."""
    _descriptor: int
    _is_syncing = False
    _is_behind = False

    def _open(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)

    def _end_torn_line(self) -> None:
        if ends_torn(self._descriptor):
            os.write(self._descriptor, b"\n")

    def _append(self, record: Mapping[str, Any]) -> None:
        """Write a record; a refusal by the disk counts as trouble and does not stop the session."""
        line = encode_record(record)
        try:
            if os.write(self._descriptor, line) < len(line):
                self.trouble = "the disk is full"
                return
        except OSError as error:
            self.trouble = error.strerror or str(error)
            return
        self._is_behind = True
        if not self._is_syncing:
            with suppress(RuntimeError):  # no loop: the end of the session syncs it
                task = asyncio.get_running_loop().create_task(self._sync())
                self._is_syncing = True
                task.add_done_callback(lambda _: None)

    async def _sync(self) -> None:
        while self._is_behind:
            self._is_behind = False
            with suppress(OSError):
                await asyncio.to_thread(os.fdatasync, self._descriptor)
            await asyncio.sleep(1.0)
        self._is_syncing = False


class SquadJournal(_LineFile):
    """Writes the keys of a session; each press is in the journal of its run too."""

    def __init__(self, folder: Path, manifest: SquadManifest) -> None:
        """Append to the journal in the folder of a session.

        Raises:
            RecordingProblem: it cannot be written.
        """
        self.folder = folder
        self.manifest = manifest
        try:
            self._open(folder / KEYS)
            self._end_torn_line()
        except OSError as error:
            raise _not_recorded(folder, error) from None

    def append(self, event: SquadInput) -> None:
        """Write an input of the squad."""
        self._append(squad_record(event))

    async def close(self) -> None:
        """Sync everything, and store how the session ended."""
        with suppress(OSError):
            await asyncio.to_thread(os.fsync, self._descriptor)
        states = [read_manifest(self.folder / run).state for run in self.manifest.runs.values()]
        is_over = all(state is RunState.FINISHED for state in states)
        state = RunState.FINISHED if is_over else RunState.INTERRUPTED
        with suppress(OSError):
            write_squad_manifest(self.folder, replace(self.manifest, state=state))


def _not_recorded(folder: Path, error: OSError, verb: str = "run") -> RecordingProblem:
    return RecordingProblem(
        f"{plain(folder)} cannot be recorded into: {error.strerror}",
        f"Name another folder with --record DIR, or {verb} with --no-record.",
    )


def write_squad_manifest(folder: Path, manifest: SquadManifest) -> None:
    """Write the manifest of a session atomically.

    Raises:
        OSError: it cannot be written.
    """
    text = json.dumps(manifest.tree(), ensure_ascii=False, indent=1)
    write_atomically(folder / MANIFEST, text.encode("utf-8", "backslashreplace") + b"\n")


def create_squad_folder(squads: Path, manifest: SquadManifest) -> SquadJournal:
    """Create the folder of a new session.

    Raises:
        RecordingProblem: it cannot be made or written.
    """
    folder = squads / manifest.session
    try:
        make_private_folder(folder)
        write_squad_manifest(folder, manifest)
        sync_folder(squads)
    except OSError as error:
        raise _not_recorded(folder, error) from None
    return SquadJournal(folder, manifest)


@dataclass(frozen=True, slots=True)
class SquadSession:
    """A recorded session."""

    folder: Path
    manifest: SquadManifest
    keys: tuple[SquadInput, ...] = ()
    problems: tuple[str, ...] = field(default=())
    """The parts that cannot be read, a sentence each."""

    def run_folder(self, runner: str) -> Path:
        """The folder of a runner's run."""
        return self.folder / self.manifest.runs[runner]

    @property
    def state(self) -> RunState:
        """`finished` if every run of it was ended; a run that is being recorded counts for the session."""
        states = {read_manifest(self.run_folder(slug)).state for slug in self.manifest.runs}
        if states <= {RunState.FINISHED}:
            return RunState.FINISHED
        is_on = any(is_held(self.run_folder(slug)) for slug in self.manifest.runs)
        return RunState.RECORDING if is_on else RunState.INTERRUPTED

    def unfinished(self) -> tuple[str, ...]:
        """The runners whose runs can go on: cut off or left, and not being recorded now."""
        return tuple(
            slug
            for slug in self.manifest.runs
            if read_manifest(path := self.run_folder(slug)).state is not RunState.FINISHED
            and path.is_dir()
            and not is_held(path)
        )


def read_squad(folder: Path) -> SquadSession:
    """Read the folder of a session.

    A lost manifest is made again from the runs in the folder.

    Raises:
        RecordingProblem: it is no folder of a session, or a newer program wrote it.
    """
    if not folder.is_dir():
        raise RecordingProblem(f"{plain(folder)} is not a session folder", _HINT)
    manifest, problem = _manifest(folder)
    keys: tuple[SquadInput, ...] = ()
    problems = [problem] if problem else []
    try:
        data = read_file(
            folder / KEYS, limit=RECORDING_LIMIT, what="journal", problem=RecordingProblem, hint=""
        )
        keys = tuple(event for record in read_records(data) if (event := squad_input_of(record)) is not None)
        unreadable = data.count(b"\n") - len(keys)
        if unreadable:
            problems.append(
                f"{unreadable} of the keys of the session cannot be read; the runs hold every press."
            )
    except RecordingProblem:
        pass  # nobody pressed a key for several
    return SquadSession(folder, manifest, keys, tuple(problems))


def _manifest(folder: Path) -> tuple[SquadManifest, str]:
    """The manifest of a session, and its problems."""
    try:
        data = read_file(
            folder / MANIFEST, limit=8 * SMALL_LIMIT, what="manifest", problem=RecordingProblem, hint=_HINT
        )
        tree: Any = json.loads(data)
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            format_ = tree.get("format") if isinstance(tree, dict) else None
            raise RecordingProblem(
                f"{plain(folder)}: its manifest is {str(format_)[:40]!r}; this program knows {FORMAT}",
                "Upgrade Trackside Coach; the session was left as it is.",
            )
        roster = roster_from(tree["roster"], name=f"{plain(folder / MANIFEST)}, roster")
        runs = {str(slug): str(run) for slug, run in tree["runs"].items() if is_ulid(str(run))}
        return SquadManifest(
            str(tree.get("session", folder.name)),
            str(tree.get("started", "")),
            roster,
            {one.slug: runs[one.slug] for one in roster.runners if one.slug in runs},
            str(tree.get("workout", "")),
            str(tree.get("sensors", "")),
            RunState(str(tree.get("state"))),
        ), ""
    except RecordingProblem as problem:
        if (folder / MANIFEST).exists() and "Upgrade" in problem.hint:
            raise
        reason = problem.message
    except (CoachProblem, ValueError, KeyError, AttributeError, RecursionError, TypeError):
        reason = f"{plain(folder / MANIFEST)} is damaged"
    return _from_runs(folder, reason)


def _from_runs(folder: Path, reason: str) -> tuple[SquadManifest, str]:
    """Make a manifest from the runs in a folder.

    Raises:
        RecordingProblem: there is none.
    """
    runs = {path.name: read_manifest(path) for path in sorted(folder.iterdir()) if is_ulid(path.name)}
    if not runs:
        raise RecordingProblem(f"{plain(folder)} contains no squad session: {reason}", _HINT)
    names = [manifest.athlete or f"runner {place}" for place, manifest in enumerate(runs.values(), 1)]
    roster = roster_of_names(names)
    by_slug = {one.slug: run for one, run in zip(roster.runners, runs, strict=True)}
    started = min(manifest.started for manifest in runs.values())
    return SquadManifest(
        folder.name, started, roster, by_slug
    ), f"{reason}; the runs are named by their athletes."


def find_session(name: str, squads: Path) -> Path:
    """The folder of a session: a path, `last`, a number (1 is the newest), or the first letters of its id.

    Raises:
        RecordingProblem: there is none, or several begin so.
    """
    path = Path(name).expanduser()
    return path if path.is_dir() else _named(name, sessions_in(squads), "session", _HINT)


def _named(name: str, sessions: Sequence[Path], what: str, hint: str) -> Path:
    """Return the session with a name, a number or the first letters of an id.

    Raises:
        RecordingProblem: there is none, or several begin so.
    """
    if name == "last" and sessions:
        return sessions[0]
    if name.isascii() and name.isdigit() and len(name) < 6 and 0 < int(name) <= len(sessions):
        return sessions[int(name) - 1]
    matching = [each for each in sessions if name and each.name.startswith(name.upper())]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise RecordingProblem(f"{len(matching)} sessions begin with {plain(name)}", "Write more of its id.")
    raise RecordingProblem(f"there is no {what} {plain(name)}", hint)


def is_squad_folder(path: Path) -> bool:
    """Whether a path is the folder of a session."""
    return (path / MANIFEST).is_file()


def interrupted_session(squads: Sequence[Path]) -> SquadSession | None:
    """The newest session in some folders with runs that can go on; None if there is none."""
    for folder in squads:
        for path in sessions_in(folder)[:_LOOKED_AT]:
            with suppress(CoachProblem):
                session = read_squad(path)
                if session.unfinished():
                    return session
    return None


_LOOKED_AT: Final = 5
"""Number of sessions that are checked for one that was cut off: older ones ended long ago. Judged."""

# --- sessions timed by hand: one file each

HAND_SUFFIX: Final = ".hand.jsonl"
HAND_FORMAT: Final = "coach-by-hand/1"
"""The format of a kept session."""
_HAND_HINT: Final = "coach squad sheet --list shows the sessions that are kept."


# --- the records of such a session

_KINDS: Final[dict[str, type[Any]]] = {
    "clock": ClockStarted,
    "press": LinePressed,
    "give": PressGiven,
    "swap": PressesSwapped,
    "take_back": PressesTakenBack,
    "out": OrderLeft,
    "name": RunnerNamed,
    "undo": HandUndone,
    "end": TimingEnded,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_READ: Final[dict[str, Any]] = {
    "at": lambda value: Seconds(_number(value)),
    "moment": lambda value: Seconds(_number(value)),
    "heat": int,
    "press": int,
    "other": int,
    "is_early": bool,
    "is_anew": bool,
    "is_held_key": bool,
    "runner": str,
    "name": str,
    "place": str,
    "source": PressSource,
    "by": lambda value: None if value is None else GivenBy(value),
    "presses": lambda value: tuple(int(each) for each in value),
}


def _number(value: object) -> float:
    number = float(value)  # type: ignore[arg-type]
    if isnan(number) or abs(number) > 1e9:
        raise ValueError(value)
    return number


def hand_record(event: HandInput) -> dict[str, Any]:
    """An input as a JSON object."""
    fields = {name: getattr(event, name) for name in event.__slots__}
    return {"hand": _NAMES[type(event)]} | {key: value for key, value in fields.items() if value is not None}


def hand_input_of(record: Mapping[str, Any]) -> HandInput | None:
    """The input of a record; None for one that is unknown to this program or damaged."""
    kind = _KINDS.get(str(record.get("hand")))
    if kind is None:
        return None
    try:
        values = {name: _READ[name](record[name]) for name in kind.__dataclass_fields__ if name in record}
        result: HandInput = kind(**values)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return result


# --- the file of such a session


class HandJournal(_LineFile):
    """Writes the inputs of a session timed by hand."""

    def __init__(self, path: Path, setup: HandSetup | None = None) -> None:
        """Append to the existing lines; a new file begins with what is timed.

        Raises:
            RecordingProblem: it cannot be written, or another program writes it.
        """
        self.path = path
        try:
            if setup is not None:
                make_private_folder(path.parent)
            self._open(path)
            self._lock()
            self._end_torn_line()
            if setup is not None:
                os.write(self._descriptor, encode_record(setup_record(setup)))
                sync_folder(path.parent)
        except OSError as error:
            raise _not_recorded(path.parent, error, "time") from None

    def _lock(self) -> None:
        try:
            lock_file(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise RecordingProblem(
                f"{self.path.name} is in use by another coach program",
                "Close that program first, then try again.",
            ) from None

    def append(self, event: HandInput) -> None:
        """Write an input."""
        self._append(hand_record(event))

    def close(self) -> None:
        """Sync everything and close the file."""
        with suppress(OSError):
            os.fsync(self._descriptor)
        os.close(self._descriptor)


def setup_record(setup: HandSetup) -> dict[str, Any]:
    """What is timed, as the first line of a journal."""
    record: dict[str, Any] = {
        "hand": "session",
        "format": HAND_FORMAT,
        "started": setup.started,
        "started_s": setup.started_s,
    }
    record |= {"lap_m": setup.lap_m, "heats": [list(heat) for heat in setup.heats]}
    record |= {"is_numbered": setup.is_numbered, "roster": roster_tree(setup.roster)}
    return record if setup.distance_m is None else record | {"distance_m": setup.distance_m}


@dataclass(frozen=True, slots=True)
class HandSession:
    """A kept session timed by hand."""

    path: Path
    setup: HandSetup
    inputs: Sequence[HandInput]
    problems: tuple[str, ...] = ()
    """The parts that cannot be read, a sentence each."""

    @property
    def name(self) -> str:
        """Its ULID."""
        return self.path.name.removesuffix(HAND_SUFFIX)

    @property
    def is_finished(self) -> bool:
        """Whether the timing was ended."""
        return any(isinstance(event, TimingEnded) for event in self.inputs)

    @property
    def until(self) -> Seconds:
        """The time of the last input."""
        return max((event.at for event in self.inputs), default=Seconds(0.0))

    def timing(self) -> HandTiming:
        """The session after its inputs."""
        timing = HandTiming(self.setup)
        for event in self.inputs:
            timing.receive(event)
        return timing


def read_hand_session(path: Path) -> HandSession:
    """Read a session by hand.

    Raises:
        RecordingProblem: it is none, its first line is damaged, or a newer program wrote it.
    """
    data = read_file(
        path, limit=RECORDING_LIMIT, what="session by hand", problem=RecordingProblem, hint=_HAND_HINT
    )
    records = list(read_records(data))
    if not records or records[0].get("hand") != "session":
        raise RecordingProblem(
            f"{plain(path)} is not a hand-timed session, or its first line is damaged", _HAND_HINT
        )
    setup = _setup_of(records[0], path)
    inputs = [event for record in records[1:] if (event := hand_input_of(record)) is not None]
    unreadable = data.count(b"\n") + (not data.endswith(b"\n")) - 1 - len(inputs) - data.count(b"\n\n")
    problem = (
        f"{unreadable} of the lines of {plain(path.name)} cannot be read; all others count."
        if unreadable > 0
        else ""
    )
    return HandSession(path, setup, inputs, (problem,) if problem else ())


def _setup_of(record: Mapping[str, Any], path: Path) -> HandSetup:
    """Read what was timed.

    Raises:
        RecordingProblem: the record is damaged, or a newer program wrote it.
    """
    if record.get("format") != HAND_FORMAT:
        format_ = str(record.get("format"))[:40]
        raise RecordingProblem(
            f"{plain(path)} is {format_!r}; this program knows {HAND_FORMAT}",
            "Upgrade Trackside Coach; the session was left as it is.",
        )
    try:
        roster = roster_from(record["roster"], name=plain(path))
        slugs = {one.slug for one in roster.runners}
        heats = tuple(tuple(str(slug) for slug in heat) for heat in record["heats"])
        if not heats or not slugs.issuperset(slug for heat in heats for slug in heat):
            raise ValueError(heats)
        distance, lap = record.get("distance_m"), float(record["lap_m"])
        return HandSetup(
            roster,
            Metres(lap),
            None if distance is None else Metres(float(distance)),
            heats,
            bool(record["is_numbered"]),
            str(record["started"]),
            float(record["started_s"]),
        )
    except (CoachProblem, KeyError, TypeError, ValueError):
        raise RecordingProblem(f"{plain(path)}: its first line is damaged", _HAND_HINT) from None


def hand_sessions(folder: Path) -> list[Path]:
    """The sessions in a folder, the newest first."""
    try:
        paths = [path for path in folder.iterdir() if path.name.endswith(HAND_SUFFIX)]
    except OSError:
        return []
    return sorted((path for path in paths if is_ulid(path.name.removesuffix(HAND_SUFFIX))), reverse=True)


def find_hand_session(name: str, folder: Path) -> Path:
    """The file of a session: a path, `last`, a number (1 is the newest), or the first letters of its id.

    Raises:
        RecordingProblem: there is none, or several begin so.
    """
    path = Path(name).expanduser()
    return path if path.is_file() else _named(name, hand_sessions(folder), "session by hand", _HAND_HINT)


# --- the sheet of a session by hand, beside the splits before it

_COMPARED: Final = 60
"""Earlier sessions whose splits are compared: a season of two a week. Judged."""


def read_hand_sessions(folder: Path) -> list[HandSession]:
    """Read the sessions of a folder, the newest first; one that cannot be read is left out."""
    sessions: list[HandSession] = []
    for path in hand_sessions(folder):
        with suppress(CoachProblem):
            sessions.append(read_hand_session(path))
    return sessions


def load_sheet(name: str, folder: Path) -> tuple[HandTiming, PastSplits, HandSession]:
    """Read a session, and the splits that its own are compared with.

    Raises:
        RecordingProblem: there is none, or it cannot be read.
    """
    session = read_hand_session(find_hand_session(name, folder))
    return session.timing(), earlier_splits(folder, session.path.name, session.setup), session


def earlier_splits(folder: Path, name: str, setup: HandSetup) -> PastSplits:
    """Return the splits before a session by runner, the oldest first; a session that cannot be read is left out."""
    past: dict[str, list[PastSplit]] = {}
    earlier = [path for path in hand_sessions(folder) if path.name < name]
    for path in reversed(earlier[:_COMPARED]):
        with suppress(CoachProblem):
            session = read_hand_session(path)
            if not session.setup.is_numbered:
                for slug, splits in past_splits_of(session.timing()).items():
                    past.setdefault(slug, []).extend(splits)
    for slug, splits in recorded_splits(setup).items():
        past[slug] = sorted((*past.get(slug, ()), *splits), key=lambda split: split.day)
    return {slug: splits for slug, splits in past.items() if splits}


def recorded_splits(setup: HandSetup) -> dict[str, list[PastSplit]]:
    """Return the splits in the indexed runs of a season, by those runners who are saved athletes."""
    store = Store()
    saved = [] if setup.is_numbered else store.athletes()
    slugs = {runner.slug: runner.athlete or runner.slug for runner in setup.roster.runners}
    athletes = {slug: athlete for slug, athlete in slugs.items() if athlete in saved}
    if not athletes:
        return {}
    try:
        since = date.fromisoformat(setup.started[:10]) - timedelta(SEASON_DAYS)
    except ValueError:
        return {}
    with store.history() as history:
        reps = {slug: history.recorded_reps(athlete, since) for slug, athlete in athletes.items()}
    return {slug: splits_of_reps(own, setup.lap_m) for slug, own in reps.items()}
