"""Imported workouts on stdout, or as files that were not there before."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coach.cli.files import write_new_file
from coach.cli.text import out_document, out_json
from coach.documents.tree import MAX_BYTES
from coach.edge.files import plain
from coach.problems import CoachProblem

_NO_NAME: Final = re.compile(r"[^a-z0-9]+")


def print_documents(documents: Sequence[Mapping[str, Any]]) -> None:
    """Print one document, indented for people; several as one a line."""
    if len(documents) == 1:
        out_document(documents[0])
        return
    for document in documents:
        out_json(document)


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
