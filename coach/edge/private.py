"""How is something of the runner's written so that only the runner can read it, and never half?"""

import os
from pathlib import Path

from coach.problems import CoachProblem


def make_private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can enter, and such folders above it where they are missing.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` in place of what `path` held: after a crash the old is there or the new, never a part.

    Raises:
        OSError: it cannot be written; what was there is unchanged.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with memoryview(data) as rest:
                written = 0
                while written < len(data):
                    written += os.write(handle, rest[written:])
            os.fsync(handle)
        finally:
            os.close(handle)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; where a system cannot, they last when it pleases."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def write_document(path: Path, data: bytes) -> None:
    """Write a document of the runner's, with its folder.

    Raises:
        CoachProblem: it cannot be written, with the reason.
    """
    try:
        make_private_folder(path.parent)
        write_atomically(path, data)
    except OSError as wrong:
        raise CoachProblem(
            f"{path} cannot be written: {wrong.strerror}",
            "Free some space, or set COACH_HOME to a folder you may write in.",
        ) from None
