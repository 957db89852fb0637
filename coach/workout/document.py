"""Reading workout documents: from bytes to a checked model, with every fault named."""

import json
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from coach.documents.reading import Faulty, check_format, check_tree, faults_of, read_tree
from coach.workout.compile import outline
from coach.workout.errors import workout_problem
from coach.workout.model import FORMAT, Parts, Remark, Workout, WorkoutDocument, check, remarks
from coach.workout.timeline import alternating_sets

__all__ = ["FORMAT", "Workout", "WorkoutDocument", "document_from", "load_document", "workout_schema"]


def load_document(data: bytes, *, name: str) -> WorkoutDocument:
    """Read a workout document from the bytes of a file called `name`.

    Raises:
        WorkoutProblem: with the JSON path, the reason and the fix; further faults stand in its hint.
    """
    try:
        document = _document(read_tree(data, what="workout"))
    except Faulty as faulty:
        raise workout_problem(faulty, name) from None
    return replace(document, remarks=(*document.remarks, *_track_remarks(document)))


def document_from(tree: dict[str, object], *, name: str) -> WorkoutDocument:
    """As `load_document`, from an object already read: a recording's header, or a converted foreign workout.

    Raises:
        WorkoutProblem: as `load_document`.
    """
    return load_document(json.dumps(tree).encode(), name=name)


def workout_schema() -> dict[str, object]:
    """The JSON Schema of workout documents, for editors that complete and check while one types."""
    schema = Workout.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT} | {
        key: value for key, value in schema.items() if key != "title"
    }


def _document(tree: dict[str, object]) -> WorkoutDocument:
    """Check a tree and make the document of it."""
    check_format(tree, family="coach-workout", version=1, what="workout")
    check_tree(tree)
    try:
        workout = Workout.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise Faulty(faults_of(error, tree)) from None
    parts: Parts = [(["sections", place, "steps"], part.steps) for place, part in enumerate(workout.sections)]
    check(workout.blocks, parts)
    return WorkoutDocument(workout, tree, tuple(remarks(workout.blocks, parts)))


def _track_remarks(document: WorkoutDocument) -> list[Remark]:
    """Say which reps start at different ends of the track, now that the whole workout is laid out."""
    text = "the reps start at different ends of the track"
    return [Remark(path, text) for path in alternating_sets(outline(document).steps)]


_WIDTH: Final = 110


def written(tree: dict[str, Any]) -> bytes:
    """Write a document as UTF-8 JSON that reads well in an editor, with a line end at its end."""
    return (_text(tree, 0, 0) + "\n").encode("utf-8", "replace")


def _text(node: Any, depth: int, used: int) -> str:
    """Write one value; `used` columns of its first line are taken."""
    flat = json.dumps(node, ensure_ascii=False)
    short = len(flat) + used + depth <= _WIDTH
    if not isinstance(node, dict | list) or not node or (short and depth and not _is_tall(node)):
        return flat
    pad = " " * (depth + 1)
    if isinstance(node, dict):
        parts = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: {_text(value, depth + 1, len(key) + 4)}"
            for key, value in node.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
    return "[\n" + ",\n".join(pad + _text(value, depth + 1, 0) for value in node) + "\n" + " " * depth + "]"


def _is_tall(node: Any) -> bool:
    """Tell whether it holds steps or sections, which get lines of their own however short they are."""
    return isinstance(node, dict) and ("steps" in node or "sections" in node)
