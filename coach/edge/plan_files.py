"""Keeps the plan of an athlete: the file, the versions before it, and a journal of who changed what.

    plans/anna/plan.json            the plan; may be edited by hand
    plans/anna/versions/000007.json every state it was in, as it was, byte for byte
    plans/anna/journal.jsonl        a line with its CRC for each change: which version, after which, by whom, what

A change is kept in this order: its version, its line in the journal, the file. The file is replaced in one step, so
a kill at any moment leaves it as it was before or as it is after. Which line of the journal holds is decided by the
file: a line whose version never became the file is passed over, and a file that is no version was edited by hand,
which becomes one line the next time it is looked at.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coach.edge.clock import MachineClock, local_iso
from coach.edge.files import (
    append_lines,
    lock_file,
    make_private_folder,
    plain,
    read_file,
    sync_folder,
    write_atomically,
)
from coach.problems import CoachProblem, PlanProblem
from coach.recording.lines import read_lines, record_of, sign

FORMAT: Final = "coach-plan-journal/1"
KEPT: Final = 60
"""Number of versions that are kept: 15 MB at most. Judged: a season of weekly changes has fewer."""
LIMIT: Final = 1_000_000
"""Bytes of a plan; a year takes about 200 kB."""
HAND: Final = "by hand"
"""The author of a file that no command wrote."""
_PLAN, _JOURNAL, _VERSIONS, _LOCK = "plan.json", "journal.jsonl", "versions", "lock"
_JOURNAL_LIMIT: Final = 16 << 20
_HINT: Final = "Make one: coach plan new --race 2027-05-16:10k:A"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One line of the journal: a state of the plan."""

    version: int
    parent: int
    """The previous version; 0 for the first."""
    sha256: str
    who: str
    """The command, or `by hand`."""
    what: str
    """The change, in a sentence or more."""
    at: str
    """The time by the clock of the machine, `2026-11-21T18:04:05+01:00`."""
    undid: int = 0
    """The version that this line undid, by restoring `version`; 0 if it is no undo."""


class PlanFiles:
    """The plan of one athlete on disk."""

    def __init__(self, folder: Path) -> None:
        """Use this folder, which need not exist."""
        self.folder = folder
        self.path = folder / _PLAN
        self._versions = folder / _VERSIONS

    @property
    def exists(self) -> bool:
        """Whether there is a plan, even an unreadable one."""
        return self.path.exists()

    def read(self) -> bytes:
        """The bytes of the plan.

        Raises:
            PlanProblem: there is none, or it cannot be read.
        """
        if not self.exists:
            raise PlanProblem("there is no plan yet", _HINT)
        return read_file(self.path, limit=LIMIT, what="plan", problem=PlanProblem, hint=_HINT)

    def changes(self) -> list[PlanChange]:
        """The states of the plan, the oldest first; a line whose version never became the file is left out."""
        lines = self._lines()
        if not lines:
            return []
        present = self.current()
        before = [each.undid or each.parent for each in lines[1:]]
        return [
            line
            for line, base in zip(lines, [*before, None], strict=True)
            if base == line.version or line == present
        ]

    def current(self) -> PlanChange | None:
        """The line of the file's state; None if it was edited by hand since, or there is no plan."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        return _last_of(self._lines(), _sum(data))

    def is_own(self, data: bytes) -> bool:
        """Whether a command wrote the bytes of the file each time; a file edited by hand may hold anything."""
        sha256 = _sum(data)
        writers = {line.who for line in self._lines() if line.sha256 == sha256}
        return bool(writers) and HAND not in writers

    def note_hand_edit(self) -> PlanChange | None:
        """Store the file as a version if it is not one yet; returns its line, and None if it was not edited."""
        with self._held():
            return self._note_hand_edit()

    def save(self, data: bytes, *, who: str, what: str, base: bytes | None) -> PlanChange:
        """Make `data` the plan, and keep the previous state.

        Args:
            data: the new document.
            who: the command that did it.
            what: the change in words.
            base: the bytes the change was made from; None if there was no plan, or if it is replaced whole.

        Raises:
            PlanProblem: the file was changed since `base` was read.
            CoachProblem: nothing can be written; then the plan is as it was.
        """
        with self._held():
            if base is not None and self.read() != base:
                raise PlanProblem(
                    "the plan was changed elsewhere meanwhile", "Do it again: the file was read again."
                )
            self._note_hand_edit()
            parent = self.current()
            return self._become(data, parent=parent.version if parent else 0, who=who, what=what)

    def undo(self, who: str) -> tuple[PlanChange, PlanChange]:
        """Restore the previous version, byte for byte; returns what was undone and the new state.

        Raises:
            PlanProblem: there is no version before it.
            CoachProblem: nothing can be written; then the plan is as it was.
        """
        with self._held():
            self._note_hand_edit()
            lines = self._lines()
            present = self.current()
            if present is None and not lines:
                raise PlanProblem("there is no plan, and nothing to undo", _HINT)
            if present is None:  # the file was deleted, or is empty: restore its last state
                before: PlanChange | None = lines[-1]
                undone = PlanChange(
                    0, lines[-1].version, "", HAND, "The file was deleted or emptied.", _now()
                )
            else:
                undone = _first_of(lines, present.version)
                before = _first_of(lines, undone.parent) if undone.parent else None
            if before is None or not self._version_path(before.version).exists():
                raise PlanProblem(
                    "there is nothing to undo: this is the first version that is kept", "See coach plan log."
                )
            data = self._version_path(before.version).read_bytes()
            if _sum(data) != before.sha256:
                raise PlanProblem(
                    f"version {before.version} is damaged, and was not put back",
                    f"It is {plain(self._version_path(before.version))}.",
                )
            what = f"Undone: {undone.what}"
            line = PlanChange(
                before.version,
                before.parent,
                before.sha256,
                who,
                what,
                _now(),
                undone.version or before.version,
            )
            self._write(data, line)
            return undone, before

    # --- Internals

    def _note_hand_edit(self) -> PlanChange | None:
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        lines = self._lines()
        if not data or _last_of(lines, _sum(data)) is not None:
            return None
        # The last line may never have become the file; the edited file was the one before.
        whole = [each for each in lines if self._version_path(each.version).exists()]
        parent = whole[-1].version if whole else 0
        return self._become(data, parent=parent, who=HAND, what="The file was edited by hand.")

    def _become(self, data: bytes, *, parent: int, who: str, what: str) -> PlanChange:
        version = max((each.version for each in self._lines()), default=0) + 1
        line = PlanChange(version, parent, _sum(data), who, what, _now())
        self._write(data, line, is_new=True)
        self._forget_oldest(version)
        return line

    def _write(self, data: bytes, line: PlanChange, *, is_new: bool = False) -> None:
        """Write version, line and file, in this order."""
        try:
            make_private_folder(self._versions)
            if is_new:
                write_atomically(self._version_path(line.version), data)
            self._append(line)
            write_atomically(self.path, data)
        except OSError as error:
            raise CoachProblem(
                f"the plan cannot be written: {plain(self.folder)}: {error.strerror}",
                "Free some space, or set COACH_HOME to a folder you may write in.",
            ) from None

    def _append(self, line: PlanChange) -> None:
        payload = json.dumps(_line_tree(line), ensure_ascii=True).encode()
        append_lines(self.folder / _JOURNAL, sign(payload))
        sync_folder(self.folder)

    def _lines(self) -> list[PlanChange]:
        """The lines of the journal; damaged ones are skipped."""
        journal = self.folder / _JOURNAL
        try:
            with journal.open("rb") as file:
                data = file.read(_JOURNAL_LIMIT)
        except OSError:
            return []
        records = (record_of(payload) for payload in read_lines(data).payloads)
        return [line for record in records if (line := _line(record)) is not None]

    def _version_path(self, version: int) -> Path:
        return self._versions / f"{version:06d}.json"

    def _forget_oldest(self, version: int) -> None:
        for path in sorted(self._versions.glob("[0-9]*.json"))[:-KEPT]:
            if path != self._version_path(version):
                path.unlink(missing_ok=True)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Allow one program at a time to change the plan; without file locks every program may."""
        try:
            make_private_folder(self.folder)
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            yield
            return
        try:
            with suppress(OSError):
                lock_file(descriptor, waits=True)
            yield
        finally:
            os.close(descriptor)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _now() -> str:
    return local_iso(MachineClock().wall())


def _last_of(lines: list[PlanChange], sha256: str) -> PlanChange | None:
    """The line of a state; of several with the same bytes the last."""
    return next((each for each in reversed(lines) if each.sha256 == sha256), None)


def _first_of(lines: list[PlanChange], version: int) -> PlanChange:
    """The line that made a version; lines of an undo name it again.

    Raises:
        PlanProblem: the journal does not know it any more.
    """
    line = next((each for each in lines if each.version == version and not each.undid), None)
    if line is None:
        raise PlanProblem(
            "there is nothing to undo: the journal of the plan is damaged", "See coach plan log."
        )
    return line


def _line_tree(line: PlanChange) -> dict[str, Any]:
    tree = {
        "format": FORMAT,
        "version": line.version,
        "parent": line.parent,
        "sha256": line.sha256,
        "who": line.who,
        "what": line.what,
        "at": line.at,
    }
    return tree | ({"undid": line.undid} if line.undid else {})


def _line(record: dict[str, Any]) -> PlanChange | None:
    """A line of the journal; None if it is not a valid one."""
    version, parent = record.get("version"), record.get("parent")
    if record.get("format") != FORMAT or type(version) is not int or type(parent) is not int:
        return None
    undid = record.get("undid")
    sha256, who, what, at = (str(record.get(key, "")) for key in ("sha256", "who", "what", "at"))
    return PlanChange(version, parent, sha256, who, what, at, undid if type(undid) is int else 0)
