"""The folder of one run on disk: its name, its journal, its manifest and its lock.

A run is named by a ULID, which sorts by time and is unique across machines. The journal (`recording.jsonl`) holds the
whole run; the manifest is a short description beside it, for lists. A journal that is being written is locked, so a
second program neither resumes nor deletes it. The lock ends with the process, so a manifest with `recording` and
without a lock belongs to a run that was cut off.

After a disk has failed the journal continues in another segment, `recording.2.jsonl`. The manifest also has the header
of the journal, in case its first line is damaged.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from coach.edge.files import (
    RECORDING_LIMIT,
    SMALL_LIMIT,
    append_lines,
    is_locked,
    lock_file,
    make_private_folder,
    plain,
    read_file,
    sync_folder,
    write_atomically,
)
from coach.problems import RecordingProblem
from coach.recording.lines import (
    encode_record,
    join_segments,
    read_lines,
    read_records,
    split_torn,
    with_header,
)

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: no I, L, O, U
_WORDS: Final = ("text", "shoe", "worked", "failed", "surface", "route")
"""The parts of a note that are words."""
_ULID: Final = re.compile(f"[0-7][{_LETTERS}]{{25}}")


def new_ulid(epoch_s: float) -> str:
    """Make a ULID of 26 letters: 48 bits of milliseconds since 1970, then 80 random bits."""
    number = (int(epoch_s * 1000) & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Return whether a text is a whole ULID, in capitals."""
    return _ULID.fullmatch(text) is not None


def sessions_in(squads: Path) -> list[Path]:
    """The folders of sessions of squads in a folder, the newest first; each holds the runs of its runners."""
    try:
        return sorted(
            (path for path in squads.iterdir() if is_ulid(path.name) and path.is_dir()), reverse=True
        )
    except OSError:
        return []


JOURNAL: Final = "recording.jsonl"
MANIFEST: Final = "manifest.json"
NOTES: Final = "notes.jsonl"
NOTES_FORMAT: Final = "coach-notes/1"
EFFORTS: Final = range(1, 11)
"""The effort of a run, 1 to 10 (rate of perceived exertion)."""
FORMAT: Final = "coach-run/1"
_SEGMENT: Final = re.compile(r"recording\.([0-9]+)\.jsonl")
_ROOM: Final = 20 << 20
"""Free bytes that a new run should find: six hours of the largest journal. Judged."""


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
    header: str = ""
    """The first line of the journal, with its checksum; empty in manifests of 0.1.0."""


@dataclass(frozen=True, slots=True)
class RunNote:
    """The runner's note on a run."""

    rpe: int | None = None
    """The effort, 1 to 10; None if not given."""
    text: str | None = None
    """A remark; None if not given, empty if deleted."""
    shoe: str | None = None
    answered_at: str = ""
    """Local time: `2026-11-21T18:04:05+01:00`."""
    worked: str | None = None
    """What worked; None if not given, empty if deleted."""
    failed: str | None = None
    """What did not work."""
    rpe_at: str = ""
    """Local time of the effort; it is not written, but read from its line."""
    surface: str | None = None
    """The surface; None if not given, empty if deleted."""
    route: str | None = None
    """The route in the runner's words."""


@dataclass(slots=True)
class RunFolder:
    """The folder of one run, its journal open for appending and locked by this process."""

    path: Path
    manifest: Manifest
    descriptor: int
    """The file descriptor of the journal's first file, which holds the lock."""
    torn_bytes: int = 0
    """Bytes cut from a damaged tail when the journal was reopened."""
    content: bytes = field(default=b"", repr=False)
    """The contents of the journal when it was reopened; empty for a new one."""
    size: int = 0
    """Number of bytes of it that are in its files; the header may be from the manifest."""
    is_segmented: bool = False
    """True if it must continue in another segment."""

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

    def open_journal(self) -> int:
        """Return another descriptor of the journal's first file, which the caller closes."""
        return os.dup(self.descriptor)

    def add_segment(self) -> int:
        """Create the next segment of the journal; returns its descriptor, opened for appending.

        Raises:
            OSError: it cannot be made.
        """
        number = max((number for number, _ in _segments(self.path)), default=1) + 1
        descriptor = os.open(self.path / f"recording.{number}.jsonl", _APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        sync_folder(self.path)
        return descriptor

    def restore(self) -> int:
        """Create the folder of a run again that was removed during the run; returns as `open_journal`.

        Raises:
            OSError: it cannot be made, or what was written cannot be read back.
        """
        content = os.pread(self.descriptor, os.fstat(self.descriptor).st_size, 0)
        make_private_folder(self.path)
        with _open_locked(self.path, _APPEND | os.O_CREAT | os.O_EXCL) as descriptor:
            while content:
                content = content[os.write(descriptor, content) :]
            os.fsync(descriptor)
            write_manifest(self.path, self.manifest)
            sync_folder(self.path.parent)
        self.release()
        self.descriptor = descriptor
        return self.open_journal()

    def release(self) -> None:
        """Close the journal, and with it the lock."""
        os.close(self.descriptor)


def room_warning(runs: Path) -> str:
    """A warning if there is little room for a recording under `runs`; empty if there is enough, or it is unknown."""
    place = next((each for each in (runs, *runs.parents) if each.exists()), runs)
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return ""
    if free >= _ROOM:
        return ""
    return f"Only {free / (1 << 20):.1f} MB are free where runs are recorded; an hour takes up to 3 MB."


def create_run_folder(runs: Path, manifest: Manifest) -> RunFolder:
    """Create the folder of a new run under `runs`.

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


def reopen_run_folder(path: Path) -> RunFolder:
    """Reopen the journal of an interrupted run; a torn tail is moved to `recording.jsonl.torn`.

    Raises:
        RecordingProblem: another program has it, a newer one wrote it, or it cannot be opened or read.
    """
    journal = path / JOURNAL
    try:
        with _open_locked(path, _APPEND) as descriptor:
            manifest, raw = _read_to_change(path)
            segments = _segments(path)
            good, torn = split_torn(raw)
            content = with_header(good, _spare_headers(path, manifest))
            if not manifest.header:
                manifest = replace(manifest, header=content.partition(b"\n")[0].decode("ascii", "replace"))
            if torn and not segments:
                _set_aside(journal, torn)
                os.ftruncate(descriptor, len(good))
                os.fsync(descriptor)
            folder = RunFolder(
                path,
                manifest,
                descriptor,
                torn_bytes=len(torn),
                content=content,
                size=len(good),
                is_segmented=bool(segments),
            )
            folder.update_manifest(state=RunState.RECORDING)
    except OSError as error:
        raise RecordingProblem(
            f"{path} cannot be resumed: {error.strerror}",
            "Try coach runs list, or replay it with coach replay.",
        ) from None
    return folder


def read_run(path: Path) -> bytes:
    """Read the journal of a run folder, from all its segments and with its proper header.

    Raises:
        RecordingProblem: it is not there or cannot be read.
    """
    return with_header(_read_joined(path), _spare_headers(path, read_manifest(path)))


@dataclass(frozen=True, slots=True)
class RepairResult:
    """The result of repairing a journal."""

    records: int
    """Undamaged records, the header included."""
    damaged_bytes: int
    """Bytes outside of all records, which were set aside; 0 if the journal was intact."""
    damaged_places: int


def repair_run_folder(path: Path) -> RepairResult:
    """Write the journal of a run again from its undamaged records; the damage goes to `recording.jsonl.torn`.

    An undamaged line that this version cannot read is kept as it is.

    Raises:
        RecordingProblem: another program has it, a newer one wrote it, or it cannot be read or written.
    """
    journal = path / JOURNAL
    try:
        with _open_locked(path, _APPEND) as descriptor:
            manifest, raw = _read_to_change(path)
            lines = read_lines(with_header(raw, _spare_headers(path, manifest)))
            damaged = b"".join(rest for _, rest in lines.damaged)
            if damaged:
                _set_aside(journal, damaged)
            if lines.whole() != raw or _segments(path):
                write_atomically(journal, lines.whole())
                for _, segment in _segments(path):
                    segment.unlink()
            if manifest.state is RunState.RECORDING:
                write_manifest(path, replace(manifest, state=RunState.INTERRUPTED))
            os.close(descriptor)
    except OSError as error:
        raise RecordingProblem(
            f"{path} cannot be repaired: {error.strerror}", "Free some space, and try again."
        ) from None
    return RepairResult(len(lines.payloads), len(damaged), len(lines.damaged))


def _segments(path: Path) -> list[tuple[int, Path]]:
    """The further segments of a journal, in order."""
    matches = [(_SEGMENT.fullmatch(each.name), each) for each in path.iterdir()]
    return sorted((int(match[1]), each) for match, each in matches if match is not None)


def _read_joined(path: Path) -> bytes:
    """Read the files of a journal as one; an unreadable file of several costs only itself."""
    segments = [each for _, each in _segments(path)]
    if not segments:
        return _read_whole(path / JOURNAL)
    contents: list[bytes] = []
    for file in (path / JOURNAL, *segments):
        try:
            contents.append(_read_whole(file))
        except RecordingProblem:
            contents.append(b"")
    return join_segments(contents[0], contents[1:])


def _spare_headers(path: Path, manifest: Manifest) -> list[bytes]:
    """The copies of a journal's first line, in the manifest and in each segment."""
    copies = [manifest.header.encode() + b"\n"]
    for _, segment in _segments(path):
        with segment.open("rb") as file:
            copies.append(file.readline(RECORDING_LIMIT))
    return copies


def _read_to_change(path: Path) -> tuple[Manifest, bytes]:
    """Read the manifest of a run and the bytes of its journal, before either is changed.

    Raises:
        RecordingProblem: a newer program wrote one of them, or there is no journal of this program.
    """
    from coach.recording.codec import read_journal

    document = _manifest_document(path)
    version = str(document.get("format", FORMAT)).rpartition("/")[2]
    if version.isdigit() and int(version) > int(FORMAT.rpartition("/")[2]):
        raise RecordingProblem(
            f"A newer program wrote run {path.name} (coach-run/{version}); this one knows {FORMAT}.",
            "Upgrade Trackside Coach; the run was left as it is.",
        )
    manifest, raw = read_manifest(path), _read_joined(path)
    read_journal(with_header(raw, _spare_headers(path, manifest)), name=f"run {path.name}")
    return manifest, raw


def is_held(path: Path) -> bool:
    """Return whether a program is recording this run now."""
    return is_locked(path / JOURNAL)


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of a run folder; a missing or damaged one gives an interrupted run without details."""
    document = _manifest_document(path)
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
        str(document.get("header", "")),
    )


_FINISHED: Final = re.compile(rb'\{\s*"format": "[^"]*",\s*"run": "[^"]*",\s*"state": "finished"')
_HEAD: Final = 200
"""Bytes of a manifest that contain the state of a run, as `write_manifest` writes it."""


def is_surely_finished(path: str) -> bool:
    """Return quickly whether a manifest says that its run was ended; False if it must be read whole."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return _FINISHED.match(os.read(descriptor, _HEAD)) is not None
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _manifest_document(path: Path) -> Mapping[str, object]:
    """The manifest as it is in its file; empty if it is missing or damaged."""
    try:
        document = json.loads(_read_small(path / MANIFEST))
    except (RecordingProblem, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


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
        "header": manifest.header,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    write_atomically(path / MANIFEST, text.encode("utf-8", "backslashreplace") + b"\n")


def append_note(path: Path, note: RunNote) -> None:
    """Append the runner's note to the file beside the journal, which is unchanged; it is on disk on return.

    Raises:
        RecordingProblem: it cannot be written.
    """
    record = {
        name: value for name in ("rpe", *_WORDS, "answered_at") if (value := getattr(note, name)) is not None
    }
    line = encode_record({"format": NOTES_FORMAT, **record})
    try:
        append_lines(path / NOTES, line)
    except OSError as error:
        raise RecordingProblem(
            f"the note cannot be saved: {path / NOTES}: {error.strerror}",
            "Fix that, then write the note again.",
        ) from None


def read_note(path: Path) -> RunNote:
    """The runner's note on a run: the last of each part; damaged lines are skipped.

    Raises:
        RecordingProblem: it cannot be read, or a newer program wrote it.
    """
    if not (path / NOTES).exists():
        return RunNote()

    data = read_file(path / NOTES, limit=SMALL_LIMIT, what="note", problem=RecordingProblem, hint="")
    note = RunNote()
    for record in read_records(data):
        if record.get("format") != NOTES_FORMAT:
            raise RecordingProblem(
                f"{path / NOTES}: a newer program wrote it; this one reads {NOTES_FORMAT}",
                "Upgrade Trackside Coach; the file was left as it is.",
            )
        rpe, at = record.get("rpe"), record.get("answered_at")
        has_rpe, answered_at = type(rpe) is int and rpe in EFFORTS, at if isinstance(at, str) else ""
        words = {name: record[name] for name in _WORDS if isinstance(record.get(name), str)}
        note = replace(
            note,
            **words,
            rpe=rpe if has_rpe else note.rpe,
            answered_at=answered_at or note.answered_at,
            rpe_at=answered_at if has_rpe else note.rpe_at,
        )
    return note


_APPEND: Final = os.O_RDWR | os.O_APPEND


def _read_small(path: Path) -> bytes:
    limit = 8 * SMALL_LIMIT  # the header in it holds a workout and an athlete
    return read_file(path, limit=limit, what="manifest", problem=RecordingProblem, hint="")


def _read_whole(journal: Path) -> bytes:
    hint = f"Put a copy of it back, or take the run away: coach runs delete {plain(journal.parent.name)}"
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
    try:
        lock_file(descriptor)
    except OSError:
        raise RecordingProblem(
            f"{path.name} is in use by another coach program", "Close that program first, then try again."
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


_MOST_STEPS: Final = 1_000_000
"""A higher number of steps is damage: no workout that compiles has so many."""


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= _MOST_STEPS else 0
