"""Reads files with a size limit, and writes private files atomically.

A path from a command line may be missing, empty, a folder, a pipe, a device, far too large, or unreadable. Only
regular files are opened, and never more than the limit is read. What is written can be read by its owner alone.
"""

import os
import stat
import sys
from pathlib import Path
from typing import Final

from coach.problems import CoachProblem

RECORDING_LIMIT: Final = 64 << 20
"""64 MB: twenty hours of journal, or any activity file."""
WORKOUT_LIMIT: Final = 1 << 20
"""1 MB: ten thousand steps written out."""
SMALL_LIMIT: Final = 1 << 20
"""1 MB for athletes and settings."""

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_file(path: Path, *, limit: int, what: str, problem: type[CoachProblem], hint: str) -> bytes:
    """Read a regular file of 1 to `limit` bytes; in messages the file is called a `what`.

    Raises:
        CoachProblem: as `problem`, with a sentence that names the path and the reason, and with `hint`.
    """
    name = plain(path)
    try:
        _refuse(path.stat(), name, limit=limit, what=what, problem=problem, hint=hint)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise problem(f"{name} does not exist", hint) from None
    except NotADirectoryError:
        raise problem(f"{name} does not exist: part of its path is a file", hint) from None
    except PermissionError:
        raise problem(f"{name} may not be read", "Give yourself the right to read it: chmod u+r") from None
    except (OSError, ValueError) as error:  # names that are too long or hold a NUL, and circular links
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise problem(f"{name} cannot be opened: {reason}", hint) from None
    try:
        status = os.fstat(descriptor)
        _refuse(status, name, limit=limit, what=what, problem=problem, hint=hint)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(status.st_size)  # room for the limit costs more than the reading
    except OSError as error:
        raise problem(f"{name} cannot be read: {error.strerror}", hint) from None
    finally:
        os.close(descriptor)


def read_standard_input(*, limit: int, what: str, problem: type[CoachProblem]) -> bytes:
    """Read what is piped in, 1 to `limit` bytes; in messages it is called a `what`.

    Raises:
        CoachProblem: as `problem`, if nothing is piped in, or too much.
    """
    hint = f"Pipe the {what} in, such as: < FILE"
    if sys.stdin is None or sys.stdin.isatty():
        raise problem("nothing is piped into standard input", hint)
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise problem(f"standard input cannot be read: {error.strerror}", hint) from None
    if not data:
        raise problem("standard input is empty", hint)
    if len(data) > limit:
        raise problem(f"standard input is too large for a {what}: the limit is {limit >> 20} MB", hint)
    return data


def plain(path: Path | str) -> str:
    """Make a text safe to print: no line breaks, no control characters, at most 161 characters."""
    text = str(path)
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return text if len(text) <= 200 else f"{text[:80]}…{text[-80:]}"


def _refuse(
    status: os.stat_result, name: str, *, limit: int, what: str, problem: type[CoachProblem], hint: str
) -> None:
    """Raise `problem` unless this is a regular file of 1 to `limit` bytes."""
    kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), None)
    if kind is not None:
        raise problem(f"{name} is {kind}, not a {what}", hint)
    if status.st_size == 0:
        raise problem(f"{name} is empty", hint)
    if status.st_size > limit:
        size = f"{status.st_size / (1 << 20):,.0f} MB"
        raise problem(f"{name} is too large for a {what}: {size}, the limit is {limit >> 20} MB", hint)


def make_private_folder(folder: Path) -> Path:
    """Make a folder and its missing parents, each accessible to its owner only.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file at `path` with `data`; after a crash it holds the old content or the new, never a part.

    Raises:
        OSError: it cannot be written; what was there is unchanged.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with memoryview(data) as view:
                written = 0
                while written < len(data):
                    written += os.write(descriptor, view[written:])
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder to disk, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def write_document(path: Path, data: bytes) -> None:
    """Write one of the runner's documents, and its folder if it is missing.

    Raises:
        CoachProblem: it cannot be written, with the reason.
    """
    try:
        make_private_folder(path.parent)
        write_atomically(path, data)
    except OSError as error:
        raise CoachProblem(
            f"{path} cannot be written: {error.strerror}",
            "Free some space, or set COACH_HOME to a folder you may write in.",
        ) from None
