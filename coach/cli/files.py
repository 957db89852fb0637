"""Files that a command writes where it is told to."""

from pathlib import Path

from coach.edge.files import plain
from coach.problems import CoachProblem


def write_new_file(path: Path, data: bytes, *, what: str) -> None:
    """Write a file that is not there yet; `what` names it in a sentence.

    Raises:
        CoachProblem: something is there already, or it cannot be written; nothing was changed.
    """
    name = plain(path)
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
            f"{name} is there already", "Nothing was overwritten; name another file."
        ) from None
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        message = f"{name}: the {what} cannot be written: {reason}"
        raise CoachProblem(message, "Name a file in a folder that is there and may be written.") from None
