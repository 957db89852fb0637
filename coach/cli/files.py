"""Files that are named on the command line: whatever they turn out to be, one line says what is wrong.

Nothing here ever waits: a named pipe is refused instead of read, and a file that is far too large for what
it should be is not read at all.
"""

import stat
from pathlib import Path
from typing import Final

from coach.problems import AthleteProblem, CoachProblem, RecordingProblem, WorkoutProblem

WORKOUT_BYTES: Final = 1_000_000
"""The most a workout (or athlete) document may hold; the largest in the library is under 5 kB."""
RECORDING_BYTES: Final = 64_000_000
"""The most a recording may hold: twenty hours of our journal, five of the most wordy TCX."""


def read_workout_file(path: Path) -> bytes:
    """Read a workout document.

    Raises:
        WorkoutProblem: missing, empty, too large, unreadable, or no regular file.
    """
    return _read(path, WorkoutProblem, "workout", WORKOUT_BYTES)


def read_athlete_file(path: Path) -> bytes:
    """Read an athlete document.

    Raises:
        AthleteProblem: missing, empty, too large, unreadable, or no regular file.
    """
    return _read(path, AthleteProblem, "athlete", WORKOUT_BYTES)


def read_recording_file(path: Path) -> bytes:
    """Read a recording of any kind.

    Raises:
        RecordingProblem: missing, empty, too large, unreadable, or no regular file.
    """
    return _read(path, RecordingProblem, "recording", RECORDING_BYTES)


def write_new_file(path: Path, data: bytes, *, what: str) -> None:
    """Write a file that is not there yet.

    Raises:
        CoachProblem: something is there already, or it cannot be written; nothing was changed.
    """
    try:
        with path.open("xb") as file:  # exclusive: never opens what is there, nor follows a link
            try:
                file.write(data)
                file.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        raise CoachProblem(
            f"{path} is there already.", "Nothing was overwritten; name another file."
        ) from None
    except (OSError, ValueError) as trouble:
        message = f"{path}: the {what} cannot be written: {_reason(trouble)}."
        raise CoachProblem(message, "Name a file in a folder that is there and may be written.") from None


def _read(path: Path, problem: type[CoachProblem], what: str, most: int) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise problem(f"{path} is a folder, not a {what} file.", "Name the file inside it.")
        if not stat.S_ISREG(found.st_mode):
            raise problem(
                f"{path} is a pipe or device, not a {what} file.", "Save it to a file, and name that."
            )
        if found.st_size == 0:
            raise problem(f"{path} is empty.", f"Name a {what} file with something in it.")
        if found.st_size > most:
            size = f"{found.st_size / 1e6:.1f} MB, and a {what} file has at most {most / 1e6:.0f} MB"
            raise problem(f"{path} holds {size}.", f"This is no {what} file; name another.")
        with path.open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as trouble:
        hint = f"Name a {what} file that is there and may be read."
        raise problem(f"{path}: {_reason(trouble)}.", hint) from None


def _reason(trouble: OSError | ValueError) -> str:
    match trouble:
        case FileNotFoundError():
            return "there is no such file or folder"
        case PermissionError():
            return "this user may not"
        case NotADirectoryError():
            return "a part of its path is no folder"
        case OSError(strerror=str() as words):
            return words.lower()
        case _:
            return "no file can have that name"
