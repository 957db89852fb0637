"""The journal of a session timed by hand: one file, a line for every press, assignment, swap and heat in order.

A line is written before its effect is shown, with one `write`, so that a killed program loses nothing that was seen; it
is synced within a second. A damaged line costs only itself.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from pathlib import Path
from typing import Any, Final

from coach.edge.files import RECORDING_LIMIT, make_private_folder, plain, read_file, sync_folder
from coach.edge.run_folder import is_ulid
from coach.edge.store import Store
from coach.problems import CoachProblem, RecordingProblem
from coach.quantities import Metres, Seconds
from coach.recording.lines import encode_record, read_records
from coach.squad.by_hand import (
    ClockStarted,
    HandInput,
    HandSetup,
    HandTiming,
    HandUndone,
    LinePressed,
    OrderLeft,
    PressesSwapped,
    PressesTakenBack,
    PressGiven,
    PressSource,
    RunnerNamed,
    TimingEnded,
)
from coach.squad.crossing import GivenBy
from coach.squad.roster import roster_tree
from coach.squad.sheet import SEASON_DAYS, PastSplit, PastSplits, past_splits_of, splits_of_reps

if sys.platform != "win32":
    import fcntl

SUFFIX: Final = ".hand.jsonl"
FORMAT: Final = "coach-by-hand/1"
"""The format of a kept session."""
_HINT: Final = "coach squad sheet --list shows the sessions that are kept."


# --- Records

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


# --- The file


class HandJournal:
    """Writes the inputs of a session timed by hand."""

    def __init__(self, path: Path, setup: HandSetup | None = None) -> None:
        """Append to the existing lines; a new file begins with what is timed.

        Raises:
            RecordingProblem: it cannot be written, or another program writes it.
        """
        self.path = path
        self.trouble = ""
        """Why something could not be written; empty if everything was."""
        self._is_syncing = False
        self._is_behind = False
        try:
            if setup is not None:
                make_private_folder(path.parent)
            self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            self._lock()
            size = os.fstat(self._descriptor).st_size
            if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
                os.write(self._descriptor, b"\n")
            if setup is not None:
                os.write(self._descriptor, encode_record(setup_record(setup)))
                sync_folder(path.parent)
        except OSError as error:
            raise RecordingProblem(
                f"{plain(path.parent)} cannot be recorded into: {error.strerror}",
                "Name another folder with --record DIR, or time with --no-record.",
            ) from None

    def _lock(self) -> None:
        if sys.platform == "win32":
            return
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise RecordingProblem(
                f"{self.path.name} is being timed by another coach", "Leave that one first, then try again."
            ) from None

    def append(self, event: HandInput) -> None:
        """Write an input; a refusal by the disk counts as trouble and does not stop the timing."""
        line = encode_record(hand_record(event))
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):
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

    def close(self) -> None:
        """Sync everything and close the file."""
        with suppress(OSError):
            os.fsync(self._descriptor)
        os.close(self._descriptor)


def setup_record(setup: HandSetup) -> dict[str, Any]:
    """What is timed, as the first line of a journal."""
    record: dict[str, Any] = {
        "hand": "session",
        "format": FORMAT,
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
        return self.path.name.removesuffix(SUFFIX)

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
        path, limit=RECORDING_LIMIT, what="session by hand", problem=RecordingProblem, hint=_HINT
    )
    records = list(read_records(data))
    if not records or records[0].get("hand") != "session":
        raise RecordingProblem(f"{plain(path)} is no session by hand, or its first line is damaged", _HINT)
    setup = _setup_of(records[0], path)
    inputs = [event for record in records[1:] if (event := hand_input_of(record)) is not None]
    lost = data.count(b"\n") + (not data.endswith(b"\n")) - 1 - len(inputs) - data.count(b"\n\n")
    problem = (
        f"{lost} of the lines of {plain(path.name)} cannot be read; all others count." if lost > 0 else ""
    )
    return HandSession(path, setup, inputs, (problem,) if problem else ())


def _setup_of(record: Mapping[str, Any], path: Path) -> HandSetup:
    """Read what was timed.

    Raises:
        RecordingProblem: the record is damaged, or a newer program wrote it.
    """
    from coach.squad.document import roster_from

    if record.get("format") != FORMAT:
        format_ = str(record.get("format"))[:40]
        raise RecordingProblem(
            f"{plain(path)} is {format_!r}; this program knows {FORMAT}",
            "Upgrade Trackside Coach; the session was left as it is.",
        )
    try:
        roster = roster_from(record["roster"], name=plain(path))
        known = {one.slug for one in roster.runners}
        heats = tuple(tuple(str(slug) for slug in heat) for heat in record["heats"])
        if not heats or not known.issuperset(slug for heat in heats for slug in heat):
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
        raise RecordingProblem(f"{plain(path)}: its first line is damaged", _HINT) from None


def hand_sessions(folder: Path) -> list[Path]:
    """The sessions in a folder, the newest first."""
    try:
        paths = [path for path in folder.iterdir() if path.name.endswith(SUFFIX)]
    except OSError:
        return []
    return sorted((path for path in paths if is_ulid(path.name.removesuffix(SUFFIX))), reverse=True)


def find_hand_session(name: str, folder: Path) -> Path:
    """The file of a session: a path, `last`, a number (1 is the newest), or the first letters of its id.

    Raises:
        RecordingProblem: there is none, or several begin so.
    """
    path = Path(name).expanduser()
    if path.is_file():
        return path
    sessions = hand_sessions(folder)
    if name == "last" and sessions:
        return sessions[0]
    if name.isascii() and name.isdigit() and len(name) < 6 and 0 < int(name) <= len(sessions):
        return sessions[int(name) - 1]
    matching = [each for each in sessions if name and each.name.startswith(name.upper())]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise RecordingProblem(f"{len(matching)} sessions begin with {plain(name)}", "Write more of its id.")
    raise RecordingProblem(f"there is no session by hand {plain(name)}", _HINT)


def is_being_timed(path: Path) -> bool:
    """Whether a program is writing this session now."""
    if sys.platform == "win32":
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


# --- the sheet of a session, beside the splits before it

_LOOKED_AT: Final = 60
"""Earlier sessions whose splits are compared: a season of two a week. Judged."""


def kept_hand_sessions(folder: Path) -> list[HandSession]:
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
    for path in reversed(earlier[:_LOOKED_AT]):
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
