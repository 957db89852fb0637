"""Bytes of a foreign workout file to text, whatever encoding their author's tool used."""

import re
from typing import Final

from coach.interchange.imports.report import Reporter
from coach.problems import WorkoutProblem

MAX_BYTES: Final = 1 << 20
"""1 MB: ten thousand steps written out. No workout is larger."""

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

OURS: Final = re.compile(rb'"format"\s*:\s*"coach-')


def decoded(data: bytes, report: Reporter | None = None) -> str | None:
    """Give the text of a file without its byte order mark and with plain line ends; None if it is no text.

    Bytes that are not UTF-8 are read as Windows-1252, which is told in the report.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _plain(data[len(mark) :].decode(encoding, "replace"))
    for encoding in ("utf-16-le", "utf-16-be"):
        if data[:64].count(0) >= len(data[:64]) // 3 > 0 and data[encoding == "utf-16-le"] == 0:
            return _plain(data.decode(encoding, "replace"))
    head = data[:4096]
    if sum(byte < 32 and byte not in b"\t\r\n\f" for byte in head) * 20 > len(head):
        return None
    try:
        return _plain(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if report is not None:
            line = data[: error.start].count(b"\n") + 1
            report.understood(f"line {line}", "the text is not UTF-8 and was read as Windows-1252")
        return _plain(data.decode("cp1252", "replace"))


def is_ours(data: bytes) -> bool:
    """Do the bytes look like a document of ours, whole or damaged?"""
    return OURS.search(data) is not None and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def check_size(data: bytes, name: str) -> None:
    """Refuse what is empty or larger than any workout.

    Raises:
        WorkoutProblem: it is.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise WorkoutProblem(f"{name} is empty", "Export the workout again.")
    if len(data) > MAX_BYTES:
        raise WorkoutProblem(f"{name} is larger than 1 MB, which no workout is", "Is it the right file?")


def one_line(value: object, longest: int = 120) -> str:
    """A text from a file as one harmless line, cut to a length; empty if it is no text."""
    if not isinstance(value, str):
        return ""
    words = "".join(letter if letter.isprintable() else " " for letter in value[:20_000])
    text = " ".join(words.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def prose(value: object) -> str:
    """A longer text from a file, its lines kept, cut to what a document takes; empty if it is no text."""
    if not isinstance(value, str):
        return ""
    letters = (letter if letter.isprintable() or letter == "\n" else " " for letter in value[:20_000])
    text = "".join(letters).strip()
    return text if len(text) <= 4000 else text[:3999].rstrip() + "…"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
