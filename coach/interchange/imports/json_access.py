"""Reads JSON of other tools: more lenient than our own documents, with the same bounds."""

import json
import re
from collections import Counter
from math import isfinite
from typing import Any, Final

from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem

Json = dict[str, Any]

MAX_DEPTH: Final = 100
"""Brackets within brackets: eight nested repeats of Garmin's form need about 30."""
MAX_VALUES: Final = 400_000
"""Commas in a file: ten thousand steps of Garmin's form have about 350,000."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def read_json(text: str, report: Reporter | None = None) -> object:
    """Read JSON; a key written twice counts as written last, and the report says so.

    Raises:
        WorkoutProblem: it is no JSON, or nested or large beyond any workout.
    """
    _check_shape(text)
    twice: list[str] = []

    def gather(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs) and not twice:
            counts = Counter(key for key, _ in pairs)
            twice.append(counts.most_common(1)[0][0])
        return made

    try:
        tree: object = json.loads(text, object_pairs_hook=gather, strict=False)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        hint = "Is the file complete? Export it again."
        raise WorkoutProblem(f"this is not JSON: {error.msg.removesuffix(' at')} at {place}", hint) from None
    except (ValueError, RecursionError):  # a number of more than 4300 digits
        raise WorkoutProblem("this JSON cannot be read: a number in it is far too long") from None
    if twice and report is not None:
        report.dropped("", f'the key "{twice[0][:40]}" is written twice in one object; the last counts')
    return tree


def _check_shape(text: str) -> None:
    depth = commas = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case ",":
                commas += 1
        if depth > MAX_DEPTH:
            raise WorkoutProblem(f"brackets are nested more than {MAX_DEPTH} deep; no workout is like that")
        if commas > MAX_VALUES:
            raise WorkoutProblem("the file holds more values than any workout")


def part(tree: object, key: str) -> Json:
    """The object under a key; an empty one if there is none."""
    value = tree.get(key) if isinstance(tree, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list as it is, a single object as a list of one, anything else as none."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) and value else []


def number(value: object) -> float | None:
    """A finite number, also one written as a text; None for anything else."""
    if isinstance(value, str):
        try:
            value = None if "_" in value else float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        made = float(value)
    except OverflowError:
        return None
    return made if isfinite(made) else None


def whole(value: object) -> int | None:
    """A whole number, also one written `4.0` or as a text; None for anything else."""
    made = number(value)
    return int(made) if made is not None and made == int(made) else None


def key_of(value: object) -> str:
    """A word of a format, lower case; empty if it is no text."""
    return value.strip().lower()[:60] if isinstance(value, str) else ""
