"""The texts of foreign files: bytes to UTF-8, whatever their author's tool wrote and declared, times, and tables."""

import codecs
import csv
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

CHUNK: Final = 1 << 20
"""Bytes that are looked at in one go."""

MOST_LETTERS: Final = 1_000_000
"""A file that is not UTF-8 and has more letters beyond ASCII is no recording and no workout."""

_HIGH: Final = bytes(range(128, 256))
_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf)+")
"""The mark of UTF-8, also one that was taken for three letters and written anew."""
_DECLARED: Final = re.compile(rb"[^<]{0,400}<\?xml\b[^>]{0,400}?\bencoding\s*=\s*[\"']?\s*([\w.:-]{1,40})")
_USABLE: Final = re.compile(r"iso8859|cp\d|koi8|gb|big5|shift_jis|euc|mac|hz")
"""The encodings that are believed where a file declares them; others are UTF-8, or no encodings of files."""
_FALLBACK: Final = "windows-1252 where not utf-8"


class ForeignText(NamedTuple):
    """The text of a file."""

    utf8: bytes
    """The file itself where it is UTF-8, without its byte order mark; a copy otherwise."""
    line: int = 0
    """The first line that needed a guess; 0 if none did."""
    note: str = ""
    """What was guessed, as the end of a sentence."""


def text_of(data: bytes) -> ForeignText | None:
    """Find the text of a file; None if it holds many bytes that text never holds, or too many letters to guess.

    UTF-16 and UTF-32 are known by their mark, UTF-16 also by its zeros. What is UTF-8 is read as that, whatever it
    declares. In other files the declaration counts, and without one Windows-1252 for each byte that is not UTF-8.
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
    encoding = _declared(data)
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
    """Where the first byte stands that is not UTF-8, to a few bytes; None if all are."""
    if data.isascii():
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), CHUNK):
        try:
            decoder.decode(
                data[start : start + CHUNK]
            )  # a letter cut off by the end of the file is no wrong one
        except UnicodeDecodeError as error:
            return start + error.start
    return None


def _declared(data: bytes) -> str | None:
    """The encoding an XML declaration names; None without one, or with one that cannot be meant."""
    declaration = _DECLARED.match(data)
    if declaration is None:
        return None
    try:
        name = codecs.lookup(declaration[1].decode()).name
    except LookupError:
        return None
    if name == "iso8859-1":
        return "cp1252"  # a superset, which is what most writers mean by it
    return name if _USABLE.match(name) else None


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _windows_1252)

# --- Times

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


# --- Tables for spreadsheets

_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula, and runs it (OWASP, CSV injection)."""


def csv_table(rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """Write a table as CSV that a spreadsheet opens: UTF-8, the first row its heads; what is None is an empty cell.

    A text that would be taken for a formula has an apostrophe before it; numbers are numbers, also below 0.
    """
    lines = _Lines()
    csv.writer(lines, lineterminator="\n").writerows([_csv_cell(value) for value in row] for row in rows)
    return "".join(lines).encode()


class _Lines(list[str]):
    """Takes what is written, in place of a file."""

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
