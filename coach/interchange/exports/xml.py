"""Elements of XML with a line and an indent each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_REFUSED: Final = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class XmlNode:
    """An element with attributes, and either a text or other elements in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["XmlNode"] = field(default_factory=list)

    def add(self, name: str, text: str = "", **attributes: str) -> "XmlNode":
        """Add an element at the end, and return it."""
        child = XmlNode(name, attributes, text)
        self.children.append(child)
        return child

    def document(self) -> bytes:
        """The whole document."""
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', *self.lines(0), ""]
        return "\n".join(lines).encode("utf-8", "replace")

    def lines(self, depth: int) -> Iterator[str]:
        """Its lines, so many levels deep."""
        pad = "  " * depth
        said = "".join(f" {key}={quoteattr(_allowed(value))}" for key, value in self.attributes.items())
        if self.children:
            yield f"{pad}<{self.name}{said}>"
            for child in self.children:
                yield from child.lines(depth + 1)
            yield f"{pad}</{self.name}>"
        elif self.text:
            yield f"{pad}<{self.name}{said}>{escape(_allowed(self.text))}</{self.name}>"
        else:
            yield f"{pad}<{self.name}{said}/>"


def _allowed(text: str) -> str:
    """The text without the letters that XML does not take, blanks in their place."""
    return _REFUSED.sub(" ", text)
