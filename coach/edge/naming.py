"""What did somebody mean by this name? A path, something on the shelf, or something spelt almost like it."""

import difflib
from collections.abc import Iterable
from pathlib import Path


def likely(wanted: str, known: Iterable[str]) -> str:
    """The end of a sentence about a name that does not exist: the likeliest one meant."""
    near = difflib.get_close_matches(wanted, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def looks_like_path(text: str) -> bool:
    """Does it have a separator or a suffix, as no name on the shelf has?"""
    return any(letter in text for letter in "/\\.~\0")


def path_of(text: str) -> Path:
    """The path a text names, `~` for the home of somebody who exists."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # nobody is called so
        return Path(text)


def exists(path: Path) -> bool:
    """Is anything there? A name that is too long, or holds a NUL, names nothing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Is there a folder?"""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
