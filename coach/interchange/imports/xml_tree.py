"""XML of workouts as a small tree with line numbers: no document type, no entities, no network.

Two faults of real files are mended, and told: bytes that are not UTF-8 (`decoding`), and bare ampersands.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from coach.interchange.imports.report import Reporter
from coach.problems import WorkoutProblem

MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 60_000
"""Ten thousand steps of TCX have six elements each."""

_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE: Final = "}"


@dataclass(slots=True)
class Element:
    """An element, its name and attribute names without namespaces."""

    name: str
    where: str
    """Its path from the root and its line: `/workout_file/workout/SteadyState[2] (line 9)`."""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, *names: str) -> list["Element"]:
        """The children of these names, in order."""
        return [child for child in self.children if child.name in names]

    def first(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def says(self, name: str) -> str:
        """The text of the first child of that name; empty if there is none."""
        child = self.first(name)
        return child.text.strip() if child else ""

    def get(self, *names: str) -> str | None:
        """The first of these attributes that is there, whatever its case."""
        lower = {key.lower(): value for key, value in self.attributes.items()}
        return next((lower[name.lower()] for name in names if name.lower() in lower), None)


def read_tree(text: str, report: Reporter) -> Element:
    """Read XML.

    Raises:
        WorkoutProblem: it is not well formed, declares a document type, or is beyond any workout.
    """
    text = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    text = _FORBIDDEN.sub(" ", text)
    bare = _BARE.search(text)
    if bare is not None:
        line = text.count("\n", 0, bare.start()) + 1
        report.understood(f"line {line}", "a bare & was read as the character &")
        text = _BARE.sub("&amp;", text)
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise WorkoutProblem(
            f"this XML is damaged at line {error.lineno}: {expat.ErrorString(error.code)}",
            "Is the file complete? Export it again.",
        ) from None
    assert builder.root is not None  # expat knows no document without an element
    return builder.root


class _Builder:
    """What expat talks to."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._counts: list[dict[str, int]] = [{}]
        self._texts: list[list[str]] = []
        self._elements = 0
        self.parser = expat.ParserCreate(namespace_separator=_SPACE)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise WorkoutProblem("the file holds more than any workout, or is nested deeper")
        name = tag.rpartition(_SPACE)[2]
        count = self._counts[-1][name] = self._counts[-1].get(name, 0) + 1
        above = self._open[-1].where.rpartition(" (")[0] if self._open else ""
        number = f"[{count}]" if self._open and len(self._open) > 1 else ""
        where = f"{above}/{name}{number} (line {self.parser.CurrentLineNumber})"
        plain = {key.rpartition(_SPACE)[2]: value for key, value in attributes.items()}
        element = Element(name, where, plain)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._counts.append({})
        self._texts.append([])

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        self._counts.pop()
        element.text = "".join(self._texts.pop())

    def _data(self, text: str) -> None:
        self._texts[-1].append(text)

    def _doctype(self, *_: object) -> None:
        raise WorkoutProblem(
            "the file declares a document type (<!DOCTYPE ...>), which no workout needs; it was not read",
            "Delete that line, or export the workout again.",
        )
