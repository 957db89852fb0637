"""New files that a command writes; nothing is overwritten."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coach.cli.text import narrate
from coach.documents.reading import MAX_BYTES
from coach.edge.files import plain
from coach.problems import CoachProblem

STDOUT: Final = "-"
"""What stands for standard output where a file may stand."""
_NO_NAME: Final = re.compile(r"[^a-z0-9]+")


def write_new_file(path: Path, data: bytes, *, what: str) -> None:
    """Write a file that is not there yet; `what` names it in a sentence. `-` is standard output.

    Raises:
        CoachProblem: something is there already, or it cannot be written; nothing was changed.
    """
    name = plain(path)
    if name == STDOUT:
        sys.stdout.buffer.write(data)
        return
    try:
        with path.open("xb") as file:  # exclusive: never opens what is there, nor follows a link
            try:
                file.write(data)
                file.flush()
            except BaseException:  # Ctrl-C too leaves no half of a file
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


def write_page(out: str, page: str) -> None:
    """Write an HTML page to a new file, and say what to do with it.

    Raises:
        CoachProblem: something is there already, or it cannot be written; nothing was changed.
    """
    data = page.encode()
    write_new_file(Path(out).expanduser(), data, what="page")
    if out == STDOUT:
        return
    narrate(
        f"Wrote {plain(out)}, {max(1, round(len(data) / 1000))} kB. Open it in any browser; it needs no network."
    )


def write_documents(documents: Sequence[Mapping[str, Any]], out: str) -> list[str]:
    """Write one document to a new file, several into a folder under their names; returns where, to be shown.

    Raises:
        CoachProblem: something is there already, or it cannot be written; nothing was overwritten.
    """
    path = Path(out).expanduser()
    if len(documents) == 1 and not path.is_dir():
        write_new_file(path, _written(documents[0]), what="workout")
        return [plain(out)]
    files = _files(documents, path)
    there = next((file for file in files if file.exists()), None)
    if there is not None:
        raise CoachProblem(f"{plain(there)} is there already", "Nothing was written; name another folder.")
    try:
        path.mkdir(exist_ok=True)
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        hint = "Name a folder that is there, or can be made, for several workouts."
        raise CoachProblem(f"{plain(out)} is no folder and cannot be made: {reason}", hint) from None
    for file, document in zip(files, documents, strict=True):
        write_new_file(file, _written(document), what="workout")
    return [plain(file) for file in files]


def write_exported(data: bytes, out: str, workout: str, suffix: str) -> str:
    """Write an exported workout to a new file, or into a folder under its name; returns where, to be shown.

    Raises:
        CoachProblem: something is there already, or it cannot be written; nothing was overwritten.
    """
    path = Path(out).expanduser()
    if path.is_dir():
        path /= f"{_NO_NAME.sub('-', Path(workout).stem.lower()).strip('-') or 'workout'}{suffix}"
    write_new_file(path, data, what="workout")
    return plain(path)


def _files(documents: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """A file for each document, called after it; a number where two have one name."""
    used: set[str] = set()
    files: list[Path] = []
    for document in documents:
        stem = _NO_NAME.sub("-", str(document["name"]).lower())[:60].strip("-") or "workout"
        name = next(
            name
            for n in range(1, len(documents) + 2)
            if (name := f"{stem}-{n}" if n > 1 else stem) not in used
        )
        used.add(name)
        files.append(folder / f"{name}.json")
    return files


def _written(document: Mapping[str, Any]) -> bytes:
    """A document as a file, indented unless that would make it too large to be read again."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    data = text.encode()
    return data if len(data) <= MAX_BYTES else json.dumps(document, separators=(",", ":")).encode()
