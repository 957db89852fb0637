"""A workout file for its readers: bytes, text, JSON or XML, each parsed on first use."""

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from math import isfinite
from typing import Any, Final, Literal

from coach.interchange.text import Element, ForeignText, read_tree, root_of, text_of
from coach.interchange.workouts import KNOWN, Reporter
from coach.problems import WorkoutProblem

Json = dict[str, Any]

MAX_DEPTH: Final = 100
"""Deepest nesting of brackets: eight nested repeats of Garmin's form need about 30."""
MAX_VALUES: Final = 400_000
"""Most commas in a file: ten thousand steps of Garmin's form have about 350,000."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def read_json(text: str, report: Reporter | None = None) -> object:
    """Read JSON; of a repeated key the last value counts, which is reported.

    Raises:
        WorkoutProblem: it is not JSON, or nested or large beyond any workout.
    """
    _check_shape(text)
    twice: list[str] = []

    def gather(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) < len(pairs) and not twice:
            counts = Counter(key for key, _ in pairs)
            twice.append(counts.most_common(1)[0][0])
        return result

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
    """A list as it is, a single object as a list of one, anything else as an empty list."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) and value else []


def number(value: object) -> float | None:
    """A finite number, also from a text; None for anything else."""
    if isinstance(value, str):
        try:
            value = None if "_" in value else float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if isfinite(result) else None


def whole(value: object) -> int | None:
    """A whole number, also from `4.0` or a text; None for anything else."""
    result = number(value)
    return int(result) if result is not None and result == int(result) else None


def key_of(value: object) -> str:
    """A word of a format in lower case; empty if it is not a text."""
    return value.strip().lower()[:60] if isinstance(value, str) else ""


# --- The text of a file, and its limits

MAX_BYTES: Final = 1 << 20
"""1 MB: ten thousand steps written out."""


OURS: Final = re.compile(rb'"format"\s*:\s*"coach-')


def decoded(text: ForeignText | None) -> str | None:
    """Return the text of a file with plain line ends; None if it is not text."""
    return None if text is None else _plain(text.utf8.decode("utf-8", "replace"))


def is_ours(data: bytes) -> bool:
    """Return whether the bytes look like one of our documents, intact or damaged."""
    return OURS.search(data) is not None and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def check_size(data: bytes, name: str) -> None:
    """Refuse an empty file, or one larger than any workout.

    Raises:
        WorkoutProblem: it is.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise WorkoutProblem(f"{name} is empty", "Export the workout again.")
    if len(data) > MAX_BYTES:
        raise WorkoutProblem(f"{name} is larger than 1 MB, which no workout is", "Is it the right file?")


def one_line(value: object, longest: int = 120) -> str:
    """A text from a file as one harmless line, cut to a length; empty if it is not a text."""
    if not isinstance(value, str):
        return ""
    words = "".join(letter if letter.isprintable() else " " for letter in value[:20_000])
    text = " ".join(words.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def prose(value: object) -> str:
    """A longer text from a file, its lines kept, cut to the length of a document; empty if it is not a text."""
    if not isinstance(value, str):
        return ""
    letters = (letter if letter.isprintable() or letter == "\n" else " " for letter in value[:20_000])
    text = "".join(letters).strip()
    return text if len(text) <= 4000 else text[:3999].rstrip() + "…"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- The file

MOST_WORKOUTS: Final = 200
_SHOWN: Final = 3
"""Number of entries of a list that a problem names."""
_NEAR: Final = 4096
_NAMES: Final = ("name", "title", "workoutName")

Durations = Literal["seconds", "metres"]


class WorkoutFile:
    """The bytes of a file, and their contents.

    Args:
        data: the whole file.
        durations: the unit of lengths that the file leaves open (ZWO without `durationType`, `800m` of
            intervals.icu); None decides, and reports it.
    """

    def __init__(self, data: bytes, durations: Durations | None = None) -> None:
        self.data = data
        self.durations = durations

    @cached_property
    def root(self) -> str:
        """The name of the outermost element of XML; empty if it is not XML."""
        return root_of((self._text or "")[: 16 * _NEAR])

    @cached_property
    def is_xml(self) -> bool:
        """True if the text begins like XML."""
        return self._begins("<") or bool(self.root)

    @cached_property
    def is_json(self) -> bool:
        """True if the text begins like an object or a list."""
        return self._begins("{", "[")

    @cached_property
    def plain(self) -> str:
        """The text of a file that is neither XML nor JSON; empty for those and for no text."""
        return "" if self.is_xml or self.is_json else self._text or ""

    @cached_property
    def objects(self) -> tuple[Json, ...]:
        """The outermost object, or those of a list; none for a document that names its own format."""
        try:
            tree = read_json(self._text or "") if self.is_json else None
        except WorkoutProblem:
            return ()
        trees = tree if isinstance(tree, list) else [tree]
        return tuple(each for each in trees if isinstance(each, dict) and "format" not in each)

    def check_json(self) -> None:
        """Refuse a file that begins like JSON and is not, with the place of the fault.

        Raises:
            WorkoutProblem: it is.
        """
        if self.is_json:
            read_json(self._text or "")

    def has_key(self, *keys: str) -> bool:
        """Return whether one of the objects has one of these keys."""
        return any(key in each for each in self.objects for key in keys)

    def text(self, report: Reporter) -> str:
        """Return the whole text; the report names the places that were not UTF-8.

        Raises:
            WorkoutProblem: it is no text.
        """
        text = self._foreign_text()
        if text.note:
            report.understood(f"line {text.line}", text.note)
        return self._text or ""

    def xml(self, root: str, report: Reporter) -> Element:
        """Return the outermost element, which must have this name.

        Raises:
            WorkoutProblem: it is no XML, or another element.
        """
        element = read_tree(self._foreign_text(), report)
        if element.name != root:
            raise WorkoutProblem(f"this XML is not a {report.format} file: it has no <{root}>", KNOWN)
        return element

    def each_json(self, read: Callable[[Json, Reporter, str], Json], report: Reporter) -> list[Json]:
        """Read the outermost object, or each of a list, with the given reader, which also gets the place in the list.

        Entries of a list that cannot be run are left out and reported by name: a calendar has races and days off.

        Raises:
            WorkoutProblem: it is not JSON, neither an object nor a list of them, a list too long, or none can be run.
        """
        tree = read_json(self.text(report), report)
        trees: list[Any] = tree if isinstance(tree, list) else [tree]
        if not trees or len(trees) > MOST_WORKOUTS or not all(isinstance(each, dict) for each in trees):
            raise WorkoutProblem(
                f"this is not a {report.format} workout, or a list of at most {MOST_WORKOUTS}", KNOWN
            )
        if len(trees) == 1:
            return [read(trees[0], report, "")]
        documents: list[Json] = []
        left_out: list[str] = []
        for n, each in enumerate(trees):
            try:
                documents.append(read(each, report, f"[{n}]"))
            except WorkoutProblem as problem:
                called = next((one_line(each[key], 60) for key in _NAMES if one_line(each.get(key))), "")
                label = f'"{called}"' if called else "an entry"
                why = re.sub(r"^\[\d+\][^: ]*: ", "", problem.message)
                left_out.append(f"[{n}] {label}: {why}")
                report.dropped(f"[{n}]", f"{label} was left out: {why}")
        if not documents:
            more = f"; and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
            raise WorkoutProblem(
                f"none of its {len(left_out)} entries is a workout that can be run: "
                f"{'; '.join(left_out[:_SHOWN])}{more}",
                "Export the planned workouts themselves.",
            )
        return documents

    def _foreign_text(self) -> ForeignText:
        if self._utf8 is None:
            raise WorkoutProblem("this is not a text file", KNOWN)
        return self._utf8

    @cached_property
    def _utf8(self) -> ForeignText | None:
        return text_of(self.data)

    @cached_property
    def _text(self) -> str | None:
        return decoded(self._utf8)

    def _begins(self, *marks: str) -> bool:
        return (self._text or "")[:_NEAR].lstrip().startswith(marks)
