"""A disk that fails when a test says so, and what a power cut leaves of it.

The model is the page cache of a system: a write goes to the cache, a sync takes it to the medium. A sync that fails
drops what it should have taken, and says so once: the next sync of the same file succeeds.
"""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from coach.edge.recorder import JournalFile


class Fault(StrEnum):
    """What a call does in place of what was asked."""

    NO_ROOM = "no room"
    """A write that is refused; a sync that finds no room drops what it had, as any that fails."""
    BROKEN = "broken"
    """An I/O error."""
    SHORT = "short"
    """A write that takes three bytes; a sync is as ever."""
    NO_SYNC = "no sync"
    """A file system without sync; a write is as ever."""


_ERRNO = {Fault.NO_ROOM: errno.ENOSPC, Fault.BROKEN: errno.EIO, Fault.NO_SYNC: errno.EINVAL}


@dataclass
class CachedFile:
    """What of a file is on the medium."""

    durable: int = 0
    """Bytes up to here were synced, save for what was dropped."""
    dropped: list[tuple[int, int]] = field(default_factory=list)
    """What a failed sync dropped."""


class FaultyDisk:
    """Counts the writes and syncs of all files; the calls named in `faults` fail."""

    def __init__(self, faults: dict[int, Fault], every_sync: Fault | None = None) -> None:
        self._faults = faults
        self.every_sync = every_sync
        """What is wrong with every sync."""
        self.calls = 0
        self.files: dict[int, CachedFile] = {}

    def file(self, descriptor: int) -> "FaultyFile":
        """Make the journal file of a descriptor."""
        return FaultyFile(descriptor, self)

    def next_fault(self) -> Fault | None:
        """Count a call; returns what is wrong with it."""
        self.calls += 1
        return self._faults.get(self.calls - 1)


class FaultyFile(JournalFile):
    """A real file on a disk that may fail."""

    def __init__(self, descriptor: int, disk: FaultyDisk) -> None:
        super().__init__(descriptor)
        self._disk = disk
        self._status = os.fstat(descriptor)
        disk.files.setdefault(self._status.st_ino, CachedFile())

    def write(self, data: bytes) -> int:
        """Write to the cache."""
        fault = self._disk.next_fault()
        if fault in {Fault.NO_ROOM, Fault.BROKEN}:
            raise OSError(_ERRNO[fault], os.strerror(_ERRNO[fault]))
        return super().write(data[:3] if fault is Fault.SHORT else data)

    def sync(self) -> None:
        """Take the cache to the medium."""
        fault = self._disk.every_sync or self._disk.next_fault()
        cached = self._disk.files[self._status.st_ino]
        size = os.fstat(self._descriptor).st_size
        if fault is Fault.NO_SYNC:
            raise OSError(_ERRNO[fault], os.strerror(_ERRNO[fault]))
        if fault in {Fault.NO_ROOM, Fault.BROKEN}:
            cached.dropped.append((cached.durable, size))
            cached.durable = size
            raise OSError(_ERRNO[fault], os.strerror(_ERRNO[fault]))
        cached.durable = size


Cut = Callable[[bytearray, int, Random], None]


def _cut_off(content: bytearray, durable: int, luck: Random) -> None:
    del content[luck.randint(durable, len(content)) :]


def _drop(content: bytearray, durable: int, _: Random) -> None:
    del content[durable:]


def _zero(content: bytearray, durable: int, _: Random) -> None:
    content[durable:] = bytes(len(content) - durable)


def _garble(content: bytearray, durable: int, luck: Random) -> None:
    content[durable:] = luck.randbytes(len(content) - durable)


def _reorder(content: bytearray, durable: int, luck: Random) -> None:
    """Some pages are written and some before them are not."""
    for start in range(durable, len(content), 64):
        if luck.random() < 0.5:
            end = min(len(content), start + 64)
            content[start:end] = bytes(end - start)


CUTS: dict[str, Cut] = {
    "cut off": _cut_off,
    "dropped": _drop,
    "zeroed": _zero,
    "garbled": _garble,
    "reordered": _reorder,
}
"""What a power cut does to what was not synced."""


def after_power_cut(run: Path, disk: FaultyDisk, cut: Cut, luck: Random, to: Path) -> Path:
    """Copy a run as a power cut leaves it."""
    shutil.copytree(run, to)
    for path in sorted(run.glob("*.jsonl")):
        cached = disk.files.get(path.stat().st_ino)
        if cached is None:
            continue
        content = bytearray(path.read_bytes())
        for start, end in cached.dropped:
            content[start:end] = bytes(end - start)
        cut(content, cached.durable, luck)
        (to / path.name).write_bytes(content)
    return to
