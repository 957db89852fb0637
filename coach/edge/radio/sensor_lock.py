"""Locks sensors between instances of the program on one machine, which would break each other's links.

Each sensor in use has a small locked file in the data folder, with the process and the run in it. The lock ends with
the process, so a crashed one holds nothing.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coach.edge.files import make_private_folder, plain
from coach.problems import SensorProblem, SensorTrouble

if sys.platform != "win32":
    import fcntl


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The instance of the program that holds a sensor."""

    process: int
    """Its process id; 0 if it could not be read."""
    run: str = ""
    """What it is doing: the id of its run, or a command such as `sensors pair`."""

    def problem(self, name: str) -> SensorProblem:
        """The problem of using the sensor called `name` while it is held."""
        who = "this coach" if self.process == os.getpid() else f"another coach, process {self.process}"
        purpose = f" ({plain(self.run)})" if self.run else ""
        return SensorProblem(
            f"{plain(name)} is held by {who}{purpose}",
            "Leave that one first; a run takes the sensor by itself as soon as it is free.",
            reason=SensorTrouble.HELD,
        )


class SensorLocks:
    """The locks of all sensors on this machine."""

    def __init__(self, folder: Path, run: str = "") -> None:
        """Use the lock files in `folder`; `run` tells other instances what this one is doing."""
        self._folder = folder
        self._purpose = run

    @contextmanager
    def lock(self, id_: str) -> Iterator[LockHolder | None]:
        """Lock a sensor for the length of the block; yields None, or the holder if another instance has it.

        If files cannot be locked or written, the sensor counts as free: the run is more important.
        """
        descriptor = self._open(id_)
        if descriptor is None:
            yield None
            return
        try:
            if not _try_lock(descriptor):
                yield _read_holder(descriptor)
                return
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, json.dumps({"process": os.getpid(), "run": self._purpose}).encode(), 0)
            yield None
        finally:
            os.close(descriptor)

    def holder(self, id_: str) -> LockHolder | None:
        """The other instance that holds a sensor now; None if there is none."""
        if not self._file(id_).exists():
            return None
        with self.lock(id_) as holder:
            return holder if holder is not None and holder.process != os.getpid() else None

    def _file(self, id_: str) -> Path:
        return self._folder / f"{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:16]}.json"

    def _open(self, id_: str) -> int | None:
        if sys.platform == "win32":
            return None
        try:
            make_private_folder(self._folder)
            return os.open(self._file(id_), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _read_holder(descriptor: int) -> LockHolder:
    try:
        document = json.loads(os.pread(descriptor, 4096, 0))
        return LockHolder(int(document["process"]), str(document["run"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return LockHolder(0)
