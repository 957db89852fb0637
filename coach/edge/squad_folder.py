"""The folder of one session of a squad: its manifest, the journal of its keys, and a folder for each runner's run.

Each run is an ordinary one, in the folder of the session, and replays alone. The manifest names the runners and the
folders of their runs; the journal of keys holds presses at the line for several runners at once. Damage in one of them
costs only that one.
"""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from coach.edge.files import (
    RECORDING_LIMIT,
    SMALL_LIMIT,
    make_private_folder,
    plain,
    read_file,
    sync_folder,
    write_atomically,
)
from coach.edge.run_folder import RunState, is_held, is_ulid, read_manifest, sessions_in
from coach.problems import CoachProblem, RecordingProblem
from coach.recording.lines import encode_record, read_records
from coach.squad.roster import Roster, roster_tree
from coach.squad.run import SquadInput, squad_input_of, squad_record

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


class SquadJournal:
    """Writes the keys of a session, each with one `write`, and syncs at most once a second."""

    def __init__(self, folder: Path, manifest: SquadManifest) -> None:
        """Append to the journal in the folder of a session.

        Raises:
            RecordingProblem: it cannot be written.
        """
        self.folder = folder
        self.manifest = manifest
        self._is_syncing = False
        self._is_behind = False
        self.trouble = ""
        """Why a key could not be written; empty if all were. Each press is in the journal of its run too."""
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
            self._descriptor = os.open(folder / KEYS, flags, 0o600)
            size = os.fstat(self._descriptor).st_size
            if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
                os.write(self._descriptor, b"\n")
        except OSError as error:
            raise RecordingProblem(
                f"{plain(folder)} cannot be recorded into: {error.strerror}",
                "Name another folder with --record DIR, or run with --no-record.",
            ) from None

    def append(self, event: SquadInput) -> None:
        """Write an input of the squad; a refusal by the disk counts as trouble and does not stop the session."""
        try:
            os.write(self._descriptor, encode_record(squad_record(event)))
        except OSError as error:
            self.trouble = error.strerror or str(error)
            return
        self._is_behind = True
        if not self._is_syncing:
            with suppress(RuntimeError):  # no loop: the end of the session syncs it
                asyncio.get_running_loop().create_task(self._sync())

    async def _sync(self) -> None:
        self._is_syncing = True
        while self._is_behind:
            self._is_behind = False
            with suppress(OSError):
                await asyncio.to_thread(os.fdatasync, self._descriptor)
            await asyncio.sleep(1.0)
        self._is_syncing = False

    async def close(self) -> None:
        """Sync everything, and store how the session ended."""
        with suppress(OSError):
            await asyncio.to_thread(os.fsync, self._descriptor)
        states = [read_manifest(self.folder / run).state for run in self.manifest.runs.values()]
        is_over = all(state is RunState.FINISHED for state in states)
        state = RunState.FINISHED if is_over else RunState.INTERRUPTED
        with suppress(OSError):
            write_squad_manifest(self.folder, replace(self.manifest, state=state))


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
        raise RecordingProblem(
            f"{plain(folder)} cannot be recorded into: {error.strerror}",
            "Name another folder with --record DIR, or run with --no-record.",
        ) from None
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
        raise RecordingProblem(f"{plain(folder)} is no folder of a session", _HINT)
    manifest, problem = _manifest(folder)
    keys: tuple[SquadInput, ...] = ()
    problems = [problem] if problem else []
    try:
        data = read_file(
            folder / KEYS, limit=RECORDING_LIMIT, what="journal", problem=RecordingProblem, hint=""
        )
        keys = tuple(event for record in read_records(data) if (event := squad_input_of(record)) is not None)
        lost = data.count(b"\n") - len(keys)
        if lost:
            problems.append(f"{lost} of the keys of the session cannot be read; the runs hold every press.")
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
        from coach.squad.document import roster_from

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
    from coach.squad.document import roster_of_names

    runs = {path.name: read_manifest(path) for path in sorted(folder.iterdir()) if is_ulid(path.name)}
    if not runs:
        raise RecordingProblem(f"{plain(folder)} holds no session of a squad: {reason}", _HINT)
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
    if path.is_dir():
        return path
    sessions = sessions_in(squads)
    if name == "last" and sessions:
        return sessions[0]
    if name.isdigit() and 0 < int(name) <= len(sessions):
        return sessions[int(name) - 1]
    matching = [each for each in sessions if name and each.name.startswith(name.upper())]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise RecordingProblem(f"{len(matching)} sessions begin with {plain(name)}", "Write more of its id.")
    raise RecordingProblem(f"there is no session {plain(name)}", _HINT)


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
