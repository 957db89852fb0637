"""XML as a stream of elements: no tree, no entities, no network.

Files of recordings and workouts are written by many hands, and few of them are well formed. What can be understood
is read: white space and marks before the declaration, any encoding, a bare `&` or `<`, control characters,
comments and instructions anywhere, prefixes that nobody declared. A cut or damaged file is read up to the damage.
"""

import re
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from coach.interchange.encodings import CHUNK, ForeignText
from coach.problems import CoachProblem, RecordingProblem

Opened = Callable[[str, dict[str, str]], None]
Ended = Callable[[str, str], None]

MOST_ELEMENTS: Final = 2_000_000
"""No recording has more beside its points."""
ELEMENTS_A_POINT: Final = 60
"""No point has more; the longest known ones have some twenty."""

MOST_POINTS: Final = 1_000_000
"""Twice as many as a run has: half of them may be without a time."""
MOST_NAMES: Final = 10_000
"""No recording has more names of elements and attributes; the parser keeps each."""
MOST_MENDED: Final = 300_000
"""So many faults are mended; at the next one the reading ends."""

_START: Final = re.compile(rb"(?:[\s\x00]|\xef\xbb\xbf|\xe2\x80\x8b|\xc2\xa0)*+(?:<\?xml\b[^<>]{0,400}>?)?")
"""What may stand before the first element: white space, other invisible letters, and the declaration."""
_ROOT: Final = re.compile(
    r"(?:[\s\x00\ufeff\u200b]|<\?xml\b[^<>]*+>|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*+"
    r"<(?:[^\s<>/:]++:)?([^\s<>/:!?]++)",
    re.IGNORECASE,
)
_SUSPECTS: Final = (
    re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)"),
    re.compile(rb"<(?![A-Za-z/_:\x80-\xff])"),
    re.compile(rb"\xef\xbf[\xbe\xbf]"),
)
"""What is mended stands at one of these; they are so fast to find that a file without any loses no time."""
_PARTS: Final = re.compile(
    rb"(?P<kept><!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:amp|lt|gt|quot|apos);)"
    rb"|(?P<left_out><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))"
    rb"|&\#(?:(?P<number>\d{1,7})|[xX](?P<hex>[0-9a-fA-F]{1,6}));"
    rb"|(?P<bare>&|<(?![A-Za-z/_:!?\x80-\xff]))"
    rb"|\xef\xbf[\xbe\xbf]",
    re.DOTALL,
)
_SPACED: Final = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))
_SPACE_NOTE: Final = "a character that XML forbids was read as a space"


def root_of(head: str) -> str:
    """The name of the outermost element, without its prefix; empty if the text does not begin as XML does."""
    root = _ROOT.match(head)
    return root[1] if root else ""


class PlainNames(dict[str, str]):
    """The name of each element and attribute without its prefix."""

    def __missing__(self, name: str) -> str:
        """Cut the prefix off, once."""
        plain = self[name] = name.rpartition(":")[2]
        return plain


class XmlReader:
    """An XML document.

    Args:
        text: the text of the file.
        problem: what is raised if it must not be read.
        what: what the file is called in it, `recording` or `workout`.
    """

    def __init__(self, text: ForeignText, problem: type[CoachProblem], what: str) -> None:
        self.mended: dict[str, int] = {}
        """What was mended, as the end of a sentence, and the line where it was first."""
        self._problem, self._what = problem, what
        self._parser = expat.ParserCreate(
            "utf-8"
        )  # which overrules the declaration; prefixes are plain letters
        if text.note:
            self.mended[text.note] = text.line
        start = _START.match(text.utf8)
        self._start = start.end() if start else 0
        self._lines = text.utf8.count(b"\n", 0, self._start)
        self._data = text.utf8
        if any(suspect.search(text.utf8, self._start) for suspect in _SUSPECTS):
            self._data = text.utf8[: self._start] + _PARTS.sub(
                self._mend, text.utf8[self._start :], MOST_MENDED
            )

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self._lines + self._parser.CurrentLineNumber

    def count(self, letters: bytes) -> int:
        """How often these letters stand in the document."""
        return self._data.count(letters)

    def has_long_element(self) -> bool:
        """Whether an element or a text is longer than `CHUNK`; the parser would hold it, and all its attributes."""
        places = range(self._start, len(self._data) - CHUNK // 2, CHUNK // 2)
        return any(self._data.find(b"<", place, place + CHUNK // 2) < 0 for place in places)

    def read(self, start: Opened, data: Callable[[str], object], end: Callable[[str], None]) -> str:
        """Hand over every element and text as it stands; returns what damage ended the reading, empty if none did.

        Raises:
            CoachProblem: the file declares a document type, which entity bombs need and nobody else.
        """
        parser = self._parser
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.CharacterDataHandler = data
        parser.EndElementHandler = end
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            for place in range(self._start, len(self._data), CHUNK):
                piece = self._data[place : place + CHUNK]
                spaced = piece.translate(_SPACED)
                if spaced != piece and _SPACE_NOTE not in self.mended:
                    at = next(
                        n for n, (one, other) in enumerate(zip(piece, spaced, strict=True)) if one != other
                    )
                    self._tell(_SPACE_NOTE, self._data, place + at)
                parser.Parse(spaced)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            line = self._lines + error.lineno
            if not self._is_whole_before(self._start + parser.ErrorByteIndex):
                return f"at line {line}: {expat.ErrorString(error.code)}"
            self.mended["what follows the end of the document was left out"] = line
        return ""

    def _is_whole_before(self, place: int) -> bool:
        """Whether a whole document ends before a fault."""
        whole = self._data[self._start : self._data.rfind(b">", 0, place) + 1].translate(_SPACED)
        try:
            expat.ParserCreate("utf-8").Parse(whole, True)
        except expat.ExpatError:
            return False
        return True

    def _mend(self, part: re.Match[bytes]) -> bytes:
        """What is read in place of a part of the document that expat would stumble over, or might."""
        if part["kept"]:
            return part[0]
        if part["left_out"]:
            return b"\n" * part[0].count(b"\n")
        if part["bare"]:
            letter = part[0].decode()
            self._tell(
                f"a bare {letter} was read as the character {letter}", part.string, part.start(), self._lines
            )
            return b"&amp;" if letter == "&" else b"&lt;"
        code = int(part["number"] or b"0") or int(part["hex"] or b"0", 16)
        if _is_allowed(code):
            return b"&#%d;" % code
        self._tell(_SPACE_NOTE, part.string, part.start(), self._lines)
        return b" "

    def _tell(self, note: str, data: bytes, place: int, lines: int = 0) -> None:
        if note not in self.mended:  # counting lines takes time
            self.mended[note] = lines + data.count(b"\n", 0, place) + 1

    def _refuse(self, *_: object) -> None:
        raise self._problem(
            f"the file declares a document type (<!DOCTYPE ...>), which no {self._what} needs; it was not read",
            f"Delete that line, or export the {self._what} again.",
        )


def _is_allowed(code: int) -> bool:
    """Whether XML knows a character of that number (XML 1.0, production 2)."""
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def read_xml(text: ForeignText, opened: Opened, ended: Ended, problems: list[str]) -> bool:
    """Call `opened(name, attributes)` and `ended(name, text)` for every element of a recording, without prefixes.

    What was mended, and damage that ends the reading, are stated in `problems`. Returns whether the file is whole.

    Raises:
        RecordingProblem: the file declares a document type, or holds more elements than any recording.
    """
    reader = XmlReader(text, RecordingProblem, "recording")
    points = reader.count(b"<trkpt") + reader.count(b":trkpt") + reader.count(b"Trackpoint>") // 2
    if points > MOST_POINTS or reader.count(b"<") > MOST_ELEMENTS + 2 * ELEMENTS_A_POINT * points:
        raise _beyond("more elements")
    if reader.has_long_element():
        raise _beyond("a longer element")
    names = PlainNames()
    words: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        words.clear()
        if attributes:
            attributes = {names[key]: value for key, value in attributes.items()}
        opened(names[tag], attributes)
        if len(names) > MOST_NAMES:
            raise _beyond("more names")

    def end(tag: str) -> None:
        ended(names[tag], "".join(words).strip())
        words.clear()

    damage = reader.read(start, words.append, end)
    problems.extend(f"Line {line}: {note}." for note, line in reader.mended.items())
    if damage:
        problems.append(f"The file is cut short or damaged {damage}; everything before was read.")
    return not damage


def _beyond(what: str) -> RecordingProblem:
    return RecordingProblem(f"The file holds {what} than any recording.", "Is it the right file?")


def number(text: str) -> float | None:
    """A decimal number, or None; `1_000` is no number of a file.

    Programs that write in the language of their user put a comma for the point; none parts thousands in XML.
    """
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return float(text.replace(",", ".")) if _DECIMAL_COMMA.fullmatch(text.strip()) else None


_DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]{1,12},[0-9]{1,20}")
