"""What is text in a foreign workout file, and how much of it is taken."""

import re
from typing import Final

from coach.interchange.text import ForeignText
from coach.problems import WorkoutProblem

MAX_BYTES: Final = 1 << 20
"""1 MB: ten thousand steps written out. No workout is larger."""


OURS: Final = re.compile(rb'"format"\s*:\s*"coach-')


def decoded(text: ForeignText | None) -> str | None:
    """Give the text of a file with plain line ends; None if it is none."""
    return None if text is None else _plain(text.utf8.decode("utf-8", "replace"))


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
    return text.replace("\r\n", "\n").replace("\r", "\n")
