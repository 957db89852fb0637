"""XML as a stream of elements: no tree, no entities, no network; a cut file is read up to the cut."""

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import ParseError, XMLParser

from coach.problems import RecordingProblem

CHUNK: Final = 1 << 16

Opened = Callable[[str, dict[str, str]], None]
Ended = Callable[[str, str], None]


def read_xml(data: bytes, opened: Opened, ended: Ended, problems: list[str]) -> None:
    """Call `opened(name, attributes)` and `ended(name, text)` for every element, without namespaces.

    Damage ends the reading with a statement in `problems`.

    Raises:
        RecordingProblem: the file declares a document type, which no recording needs and entity bombs do.
    """
    parser = XMLParser(target=_Target(opened, ended))  # noqa: S314 - a document type, thus every entity, is refused
    try:
        for start in range(0, len(data), CHUNK):
            parser.feed(data[start : start + CHUNK])
        parser.close()
    except (ParseError, ValueError, LookupError) as damage:
        line = getattr(damage, "position", (0, 0))[0]
        where = f" at line {line}" if line else ""
        problems.append(f"The file is cut short or damaged{where}; everything before was read.")


class _Target:
    """What the parser talks to."""

    def __init__(self, opened: Opened, ended: Ended) -> None:
        self._opened = opened
        self._ended = ended
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        self._opened(tag.rpartition("}")[2], attributes)

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        self._ended(tag.rpartition("}")[2], "".join(self._text).strip())
        self._text.clear()

    def doctype(self, *_: str | None) -> None:
        raise RecordingProblem(
            "The file declares a document type (<!DOCTYPE ...>), which no recording needs; it was not read.",
            "Export the recording again, or delete that line.",
        )

    def close(self) -> None:
        """The end of the document: nothing is kept."""


def number(text: str) -> float | None:
    """A decimal number, or None; `1_000` is no number of a file."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
