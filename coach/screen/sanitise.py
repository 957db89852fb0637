"""Words from files and sensors, made harmless before they reach a terminal.

A sensor may call itself anything, a workout too: escape sequences, line breaks, marks that turn the writing round,
characters of no width. What is left is one line of printable characters; widgets show it as plain text, never as
markup.
"""

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc"})
"""Control, format (bidi overrides, zero width), surrogate, private, unassigned, separators, combining marks."""


@lru_cache(maxsize=512)
def sanitise(text: str, limit: int = 200) -> str:
    """Give `text` as one line of at most `limit` printable characters, every run of white space one space.

    Composed letters stay as they are (normal form C comes first); a combining mark left over is dropped, because
    terminals do not agree about its width.
    """
    composed = unicodedata.normalize("NFC", text[: 4 * limit])
    kept = "".join(" " if character.isspace() else character for character in composed if _fits(character))
    return " ".join(kept.split())[:limit]


def fit(text: str, width: int) -> str:
    """Cut `text` to `width` cells, the last one an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    return set_cell_size(text, width - 1).rstrip() + "…"


def _fits(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _UNFIT
