"""Texts, times and XML of foreign files, and tables for spreadsheets.

All texts are converted to UTF-8, whatever encoding their program used or declared.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple
from xml.parsers import expat

from coach.interchange.workouts import Reporter
from coach.problems import CoachProblem, RecordingProblem, WorkoutProblem

CHUNK: Final = 1 << 20
"""Bytes that are examined at a time."""

MOST_LETTERS: Final = 1_000_000
"""A file that is not UTF-8 and has more letters beyond ASCII is neither a recording nor a workout."""

_HIGH: Final = bytes(range(128, 256))
_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf)+")
"""The byte order mark of UTF-8, also one that was read as three letters and written again."""
_DECLARED: Final = re.compile(rb"[^<]{0,400}<\?xml\b[^>]{0,400}?\bencoding\s*=\s*[\"']?\s*([\w.:-]{1,40})")
_USABLE: Final = re.compile(r"iso8859|cp\d|koi8|gb|big5|shift_jis|euc|mac|hz")
"""The declared encodings that are used; others are UTF-8, or no encodings of files."""
_FALLBACK: Final = "windows-1252 where not utf-8"


class ForeignText(NamedTuple):
    """The text of a file."""

    utf8: bytes
    """The file itself if it is UTF-8, without its byte order mark; a copy otherwise."""
    line: int = 0
    """The first line that needed a guess; 0 if none did."""
    note: str = ""
    """The guess, as the end of a sentence."""


def text_of(data: bytes) -> ForeignText | None:
    """Find the text of a file; None if it holds many bytes that text never holds, or too many letters to guess.

    UTF-16 and UTF-32 are known by their mark, UTF-16 also by its zeros. Valid UTF-8 is read as such, whatever it
    declares. In other files the declaration counts; without one, bytes that are not UTF-8 are read as Windows-1252.
    """
    wide = _wide(data)
    if wide is not None:
        return ForeignText(wide.removeprefix("\ufeff").encode("utf-8", "replace"))
    mark = _BEFORE.match(data)
    data = data[mark.end() :] if mark else data
    head = data[:4096].rstrip(b"\x00")
    if sum(byte < 32 and byte not in b"\t\r\n\f" for byte in head) * 20 > len(head):
        return None
    wrong = _first_not_utf8(data)
    if wrong is None:
        return ForeignText(data)
    if len(data) - len(data.translate(None, _HIGH)) > MOST_LETTERS:
        return None
    encoding = _declared_encoding(data)
    if encoding is not None:
        return ForeignText(data.decode(encoding, "replace").encode())
    line = data.count(b"\n", 0, wrong) + 1
    text = data.decode("utf-8", _FALLBACK)
    return ForeignText(text.encode(), line, "the text is not UTF-8 and was read as Windows-1252")


def _wide(data: bytes) -> str | None:
    """The text of UTF-16 or UTF-32; None if it is neither."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    evens, odds = data[:64:2], data[1:64:2]
    if 2 * evens.count(0) >= len(evens) > 0 == odds.count(0):
        return data.decode("utf-16-be", "replace")
    if 2 * odds.count(0) >= len(odds) > 0 == evens.count(0):
        return data.decode("utf-16-le", "replace")
    return None


def _first_not_utf8(data: bytes) -> int | None:
    """The position of the first byte that is not UTF-8, to a few bytes; None if all are."""
    if data.isascii():
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), CHUNK):
        try:
            decoder.decode(
                data[start : start + CHUNK]
            )  # a letter cut off by the end of the file is not an error
        except UnicodeDecodeError as error:
            return start + error.start
    return None


def _declared_encoding(data: bytes) -> str | None:
    """The encoding an XML declaration names; None without one, or with an implausible one."""
    declaration = _DECLARED.match(data)
    if declaration is None:
        return None
    try:
        name = codecs.lookup(declaration[1].decode()).name
    except LookupError:
        return None
    if name == "iso8859-1":
        return "cp1252"  # a superset, which most writers mean by it
    return name if _USABLE.match(name) else None


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _windows_1252)

# --- times

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def seconds_of(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 time, such as `2024-09-06T09:23:42.000Z`; UTC if it has no zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH).total_seconds()
    except (ValueError, OverflowError):
        return None


# --- tables for spreadsheets

_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is run by a spreadsheet as a formula (OWASP, CSV injection)."""


def csv_table(rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """Write a table as CSV for a spreadsheet: UTF-8, the heads in the first row, None as an empty cell.

    A text that looks like a formula gets an apostrophe before it; numbers stay numbers, also below 0.
    """
    lines = _Lines()
    csv.writer(lines, lineterminator="\n").writerows([_csv_cell(value) for value in row] for row in rows)
    return "".join(lines).encode()


class _Lines(list[str]):
    """Collects what is written, in place of a file."""

    def write(self, text: str) -> None:
        """Keep it."""
        self.append(text)


def _csv_cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    text = " ".join(value.split())
    return f"'{text}" if text.startswith(_FORMULA) else text


# --- XML as a stream of elements: no tree, no entities, no network
#
# Files of recordings and workouts are written by many programs, and few of them are well formed. The reader tolerates
# white space and marks before the declaration, any encoding, a bare `&` or `<`, control characters, comments and
# instructions anywhere, and undeclared prefixes. A truncated or damaged file is read up to the damage.

Opened = Callable[[str, dict[str, str]], None]
Ended = Callable[[str, str], None]

MOST_ELEMENTS: Final = 2_000_000
"""Most elements of a recording besides its points."""
ELEMENTS_A_POINT: Final = 60
"""Most elements of a point; the longest known ones have some twenty."""

MOST_POINTS: Final = 1_000_000
"""Twice as many as a run has, because half of them may lack a time."""
MOST_NAMES: Final = 10_000
"""Most names of elements and attributes, each of which the parser keeps."""
MOST_REPAIRS: Final = 300_000
"""Most faults that are repaired; at the next one reading ends."""

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
"""Faults begin at one of these; finding them is so fast that a file without any loses no time."""
_PARTS: Final = re.compile(
    rb"(?P<kept><!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:amp|lt|gt|quot|apos);)"
    rb"|(?P<left_out><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))"
    rb"|&\#(?:(?P<number>\d{1,7})|[xX](?P<hex>[0-9a-fA-F]{1,6}));"
    rb"|(?P<bare>&|<(?![A-Za-z/_:!?\x80-\xff]))"
    rb"|\xef\xbf[\xbe\xbf]",
    re.DOTALL,
)
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_QUOTED: Final = {**_ESCAPED, **str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})}
"""The characters that XML escapes. `xml.sax.saxutils` has them too, but loads the readers of web pages and of mail."""
_SPACED: Final = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))
_SPACE_NOTE: Final = "a character that XML forbids was read as a space"


def root_of(head: str) -> str:
    """The name of the outermost element, without its prefix; empty if the text does not begin like XML."""
    root = _ROOT.match(head)
    return root[1] if root else ""


class PlainNames(dict[str, str]):
    """The name of each element and attribute without its prefix."""

    def __missing__(self, name: str) -> str:
        """Remove the prefix, once."""
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
        self.repairs: dict[str, int] = {}
        """The repairs, as the end of a sentence, with the line of the first one."""
        self._problem, self._what = problem, what
        self._parser = expat.ParserCreate("utf-8")  # overrides the declaration; prefixes are plain letters
        if text.note:
            self.repairs[text.note] = text.line
        start = _START.match(text.utf8)
        self._start = start.end() if start else 0
        self._lines = text.utf8.count(b"\n", 0, self._start)
        self._data = text.utf8
        if any(suspect.search(text.utf8, self._start) for suspect in _SUSPECTS):
            self._data = text.utf8[: self._start] + _PARTS.sub(
                self._repair, text.utf8[self._start :], MOST_REPAIRS
            )

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self._lines + self._parser.CurrentLineNumber

    def count(self, letters: bytes) -> int:
        """Number of times these letters occur in the document."""
        return self._data.count(letters)

    def has_long_element(self) -> bool:
        """Whether an element or a text is longer than `CHUNK`, which the parser would hold in memory."""
        places = range(self._start, len(self._data) - CHUNK // 2, CHUNK // 2)
        return any(self._data.find(b"<", place, place + CHUNK // 2) < 0 for place in places)

    def read(self, start: Opened, data: Callable[[str], object], end: Callable[[str], None]) -> str:
        """Pass on every element and text in order; returns the damage that ended reading, empty if there was none.

        Raises:
            CoachProblem: the file declares a document type, which only entity bombs need.
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
                if spaced != piece and _SPACE_NOTE not in self.repairs:
                    at = next(
                        n for n, (one, other) in enumerate(zip(piece, spaced, strict=True)) if one != other
                    )
                    self._report(_SPACE_NOTE, self._data, place + at)
                parser.Parse(spaced)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            line = self._lines + error.lineno
            if not self._is_whole_before(self._start + parser.ErrorByteIndex):
                return f"at line {line}: {expat.ErrorString(error.code)}"
            self.repairs["what follows the end of the document was left out"] = line
        return ""

    def _is_whole_before(self, place: int) -> bool:
        """Whether a whole document ends before a fault."""
        whole = self._data[self._start : self._data.rfind(b">", 0, place) + 1].translate(_SPACED)
        try:
            expat.ParserCreate("utf-8").Parse(whole, True)
        except expat.ExpatError:
            return False
        return True

    def _repair(self, part: re.Match[bytes]) -> bytes:
        """The replacement of a part of the document at which expat would or might fail."""
        if part["kept"]:
            return part[0]
        if part["left_out"]:
            return b"\n" * part[0].count(b"\n")
        if part["bare"]:
            letter = part[0].decode()
            self._report(
                f"a bare {letter} was read as the character {letter}", part.string, part.start(), self._lines
            )
            return b"&amp;" if letter == "&" else b"&lt;"
        code = int(part["number"] or b"0") or int(part["hex"] or b"0", 16)
        if _is_allowed(code):
            return b"&#%d;" % code
        self._report(_SPACE_NOTE, part.string, part.start(), self._lines)
        return b" "

    def _report(self, note: str, data: bytes, place: int, lines: int = 0) -> None:
        if note not in self.repairs:  # counting lines takes time
            self.repairs[note] = lines + data.count(b"\n", 0, place) + 1

    def _refuse(self, *_: object) -> None:
        raise self._problem(
            f"the file declares a document type (<!DOCTYPE ...>), which no {self._what} needs; it was not read",
            f"Delete that line, or export the {self._what} again.",
        )


def _is_allowed(code: int) -> bool:
    """Whether XML allows the character of that number (XML 1.0, production 2)."""
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def read_xml(text: ForeignText, opened: Opened, ended: Ended, problems: list[str]) -> bool:
    """Call `opened(name, attributes)` and `ended(name, text)` for every element of a recording, without prefixes.

    Repairs, and damage that ends reading, are added to `problems`. Returns whether the file is complete.

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
    problems.extend(f"Line {line}: {note}." for note, line in reader.repairs.items())
    if damage:
        problems.append(f"The file is cut short or damaged {damage}; everything before was read.")
    return not damage


def _beyond(what: str) -> RecordingProblem:
    return RecordingProblem(f"The file holds {what} than any recording.", "Is it the right file?")


def number(text: str) -> float | None:
    """A decimal number, or None; `1_000` is not a number in a file.

    Some programs write a decimal comma for the point; none separates thousands in XML.
    """
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return float(text.replace(",", ".")) if _DECIMAL_COMMA.fullmatch(text.strip()) else None


_DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]{1,12},[0-9]{1,20}")

# --- a small tree with line numbers, for workouts

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
    """Read XML; repairs are added to the report.

    Raises:
        WorkoutProblem: it is damaged, declares a document type, or is beyond any workout.
    """
    reader = XmlReader(text, WorkoutProblem, "workout")
    builder = _Builder(reader)
    damage = reader.read(builder.start, builder.add_text, builder.end)
    for note, line in reader.repairs.items():
        report.understood(f"line {line}", note)
    if damage or builder.root is None:
        raise WorkoutProblem(f"this XML is damaged {damage}", "Is the file complete? Export it again.")
    return builder.root


class _Builder:
    """Nests elements."""

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


# --- writing elements, one a line and indented

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
        attributes = "".join(
            f' {key}="{_allowed_letters(value).translate(_QUOTED)}"' for key, value in self.attributes.items()
        )
        if self.children:
            yield f"{pad}<{self.name}{attributes}>"
            for child in self.children:
                yield from child.lines(depth + 1)
            yield f"{pad}</{self.name}>"
        elif self.text:
            yield f"{pad}<{self.name}{attributes}>{_allowed_letters(self.text).translate(_ESCAPED)}</{self.name}>"
        else:
            yield f"{pad}<{self.name}{attributes}/>"


def _allowed_letters(text: str) -> str:
    """The text with blanks in place of letters that XML does not allow."""
    return _REFUSED.sub(" ", text)
