"""The folder of one run on disk: its name, its journal, its manifest and its lock.

A run is named by a ULID, which sorts by time and is unique across machines. The journal (`recording.jsonl`) is the
run; the manifest is a short description beside it, for lists. A journal that is being written is locked, so a
second program neither resumes nor deletes it. The lock ends with the process, so a manifest that says `recording`
without a lock belongs to a run that was cut off.
"""

import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from coach.edge.files import (
    RECORDING_LIMIT,
    SMALL_LIMIT,
    make_private_folder,
    read_file,
    sync_folder,
    write_atomically,
)
from coach.problems import RecordingProblem

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: no I, L, O, U
_ULID: Final = re.compile(f"[0-7][{_LETTERS}]{{25}}")


def new_ulid(epoch_s: float) -> str:
    """Make a ULID of 26 letters: 48 bits of milliseconds since 1970, then 80 random bits."""
    number = (int(epoch_s * 1000) & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Tell whether a text is a whole ULID, in capitals."""
    return _ULID.fullmatch(text) is not None


if sys.platform != "win32":  # on Windows an open file cannot be deleted anyway
    import fcntl

JOURNAL: Final = "recording.jsonl"
MANIFEST: Final = "manifest.json"
NOTES: Final = "notes.jsonl"
NOTES_FORMAT: Final = "coach-notes/1"
EFFORTS: Final = range(1, 11)
"""How hard a run was, 1 to 10 (rate of perceived exertion)."""
FORMAT: Final = "coach-run/1"


class RunState(StrEnum):
    """The state of a run."""

    RECORDING = "recording"
    """It is being recorded."""
    FINISHED = "finished"
    """It was ended."""
    INTERRUPTED = "interrupted"
    """It was cut off or left; it can be resumed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a list of runs shows about one run."""

    run: str
    """Its ULID."""
    state: RunState
    workout: str
    """The name of the workout."""
    athlete: str
    """The athlete's slug; empty if none was given."""
    started: str
    """Local time of its start: `2026-11-21T18:04:05+01:00`."""
    steps_done: int = 0
    steps: int = 0
    """Number of steps in the workout."""


@dataclass(frozen=True, slots=True)
class RunNote:
    """What the runner said of a run afterwards."""

    rpe: int | None = None
    """How hard it was, 1 to 10; None where it was not said."""
    text: str | None = None
    """A remark; None where none was made, empty where it was taken back."""
    shoe: str | None = None
    answered_at: str = ""
    """Local time: `2026-11-21T18:04:05+01:00`."""


@dataclass(slots=True)
class RunFolder:
    """The folder of one run, its journal open for appending and locked by this process."""

    path: Path
    manifest: Manifest
    descriptor: int
    """The file descriptor of the journal, opened for appending."""
    torn_bytes: int = 0
    """Bytes cut from a damaged tail when the journal was reopened."""
    content: bytes = field(default=b"", repr=False)
    """What the journal held when it was reopened; empty for a new one."""

    @property
    def journal(self) -> Path:
        """The journal file."""
        return self.path / JOURNAL

    def update_manifest(self, **changes: object) -> None:
        """Change the manifest on disk.

        Raises:
            OSError: it cannot be written; the journal does not depend on it.
        """
        self.manifest = replace(self.manifest, **changes)  # type: ignore[arg-type]
        write_manifest(self.path, self.manifest)


def create_run_folder(runs: Path, manifest: Manifest) -> RunFolder:
    """Make the folder of a new run under `runs`.

    Raises:
        RecordingProblem: it cannot be made or written.
    """
    path = runs / manifest.run
    try:
        make_private_folder(path)
        with _open_locked(path, _APPEND | os.O_CREAT | os.O_EXCL) as descriptor:
            write_manifest(path, manifest)
            sync_folder(runs)
    except OSError as error:
        raise RecordingProblem(
            f"{path} cannot be recorded into: {error.strerror}",
            "Name another folder with --record DIR, or run with --no-record.",
        ) from None
    return RunFolder(path, manifest, descriptor)


def reopen_run_folder(path: Path, split_torn: Callable[[bytes], tuple[bytes, bytes]]) -> RunFolder:
    """Reopen the journal of an interrupted run; a damaged tail is moved to `recording.jsonl.torn`.

    `split_torn` splits a journal's bytes into the good ones and the damaged rest (`coach.recording.repair`).

    Raises:
        RecordingProblem: another program has it, or it cannot be opened or read.
    """
    journal = path / JOURNAL
    try:
        with _open_locked(path, _APPEND) as descriptor:
            good, torn = split_torn(_read_whole(journal))
            if torn:
                _set_aside(journal, torn)
                os.ftruncate(descriptor, len(good))
                os.fsync(descriptor)
            folder = RunFolder(path, read_manifest(path), descriptor, torn_bytes=len(torn), content=good)
            folder.update_manifest(state=RunState.RECORDING)
    except OSError as error:
        raise RecordingProblem(
            f"{path} cannot be resumed: {error.strerror}",
            "Try coach runs list, or replay it with coach replay.",
        ) from None
    return folder


def is_held(path: Path) -> bool:
    """Tell whether a program is recording this run now."""
    if sys.platform == "win32":
        return False
    try:
        descriptor = os.open(path / JOURNAL, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of a run folder; a missing or damaged one gives an interrupted run without details."""
    unknown = Manifest(path.name, RunState.INTERRUPTED, "", "", "")
    try:
        document = json.loads(_read_small(path / MANIFEST))
    except (RecordingProblem, ValueError, RecursionError):
        return unknown
    if not isinstance(document, dict):
        return unknown
    state = RunState.INTERRUPTED
    with suppress(ValueError):
        state = RunState(str(document.get("state")))
    return Manifest(
        path.name,
        state,
        str(document.get("workout", "")),
        str(document.get("athlete", "")),
        str(document.get("started", "")),
        _count(document.get("steps_done")),
        _count(document.get("steps")),
    )


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of a run folder atomically.

    Raises:
        OSError: it cannot be written.
    """
    document = {
        "format": FORMAT,
        "run": manifest.run,
        "state": manifest.state,
        "workout": manifest.workout,
        "athlete": manifest.athlete,
        "started": manifest.started,
        "steps_done": manifest.steps_done,
        "steps": manifest.steps,
    }
    write_atomically(path / MANIFEST, json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def append_note(path: Path, note: RunNote) -> None:
    """Keep what the runner says of a run beside its journal, which is not touched; it is on disk on return.

    Raises:
        RecordingProblem: it cannot be written.
    """
    from coach.recording.codec import encode_record  # a list of runs does without

    said = {
        name: value
        for name in ("rpe", "text", "shoe", "answered_at")
        if (value := getattr(note, name)) is not None
    }
    line = encode_record({"format": NOTES_FORMAT, **said})
    try:
        descriptor = os.open(path / NOTES, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, b"\n" + line if is_torn else line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise RecordingProblem(
            f"the note cannot be kept: {path / NOTES}: {error.strerror}", "Mend that, then say it again."
        ) from None


def read_note(path: Path) -> RunNote:
    """What the runner has said of a run: of each part the last; a damaged line is passed over.

    Raises:
        RecordingProblem: it cannot be read, or a newer program wrote it.
    """
    if not (path / NOTES).exists():
        return RunNote()
    from coach.recording.codec import read_records

    data = read_file(path / NOTES, limit=SMALL_LIMIT, what="note", problem=RecordingProblem, hint="")
    note = RunNote()
    for said in read_records(data):
        if said.get("format") != NOTES_FORMAT:
            raise RecordingProblem(
                f"{path / NOTES}: a newer program wrote it; this one reads {NOTES_FORMAT}",
                "Upgrade Trackside Coach; the file was left as it is.",
            )
        rpe, text, shoe, at = (said.get(name) for name in ("rpe", "text", "shoe", "answered_at"))
        note = RunNote(
            rpe if type(rpe) is int and rpe in EFFORTS else note.rpe,
            text if isinstance(text, str) else note.text,
            shoe if isinstance(shoe, str) else note.shoe,
            at if isinstance(at, str) else note.answered_at,
        )
    return note


_APPEND: Final = os.O_RDWR | os.O_APPEND


def _read_small(path: Path) -> bytes:
    return read_file(path, limit=SMALL_LIMIT, what="manifest", problem=RecordingProblem, hint="")


def _read_whole(journal: Path) -> bytes:
    hint = "Try coach runs list, or replay it with coach replay."
    return read_file(journal, limit=RECORDING_LIMIT, what="recording", problem=RecordingProblem, hint=hint)


@contextmanager
def _open_locked(path: Path, flags: int) -> Iterator[int]:
    """Open and lock the journal of a folder; it is closed again only if the block raises."""
    descriptor = os.open(path / JOURNAL, flags, 0o600)
    try:
        _lock(descriptor, path)
        yield descriptor
    except BaseException:
        os.close(descriptor)
        raise


def _lock(descriptor: int, path: Path) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise RecordingProblem(
            f"{path.name} is being recorded by another coach", "Leave that one first, then try again."
        ) from None


def _set_aside(journal: Path, torn: bytes) -> None:
    """Save the bytes of a damaged tail; they are on disk before the journal is truncated."""
    descriptor = os.open(
        journal.with_name(journal.name + ".torn"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
    )
    try:
        os.write(descriptor, torn)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
