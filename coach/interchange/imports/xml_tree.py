"""XML of workouts as a small tree with line numbers."""

from dataclasses import dataclass, field
from typing import Final

from coach.interchange.encodings import ForeignText
from coach.interchange.report import Reporter
from coach.interchange.xml_stream import PlainNames, XmlReader
from coach.problems import WorkoutProblem

MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 60_000
"""Ten thousand steps of TCX have six elements each."""


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


def read_tree(text: ForeignText, report: Reporter) -> Element:
    """Read XML; what had to be mended is told in the report.

    Raises:
        WorkoutProblem: it is damaged, declares a document type, or is beyond any workout.
    """
    reader = XmlReader(text, WorkoutProblem, "workout")
    builder = _Builder(reader)
    damage = reader.read(builder.start, builder.add_text, builder.end)
    for note, line in reader.mended.items():
        report.understood(f"line {line}", note)
    if damage or builder.root is None:
        raise WorkoutProblem(f"this XML is damaged {damage}", "Is the file complete? Export it again.")
    return builder.root


class _Builder:
    """Puts elements into each other."""

    def __init__(self, reader: XmlReader) -> None:
        self.root: Element | None = None
        self._reader = reader
        self._names = PlainNames()
        self._open: list[Element] = []
        self._counts: list[dict[str, int]] = [{}]
        self._texts: list[list[str]] = []
        self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise WorkoutProblem("the file holds more than any workout, or is nested deeper")
        name = self._names[tag]
        count = self._counts[-1][name] = self._counts[-1].get(name, 0) + 1
        above = self._open[-1].where.rpartition(" (")[0] if self._open else ""
        number = f"[{count}]" if self._open and len(self._open) > 1 else ""
        where = f"{above}/{name}{number} (line {self._reader.line})"
        element = Element(name, where, {self._names[key]: value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._counts.append({})
        self._texts.append([])

    def add_text(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, _tag: str) -> None:
        element = self._open.pop()
        self._counts.pop()
        element.text = "".join(self._texts.pop())
