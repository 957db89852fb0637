"""Suggests the name that was probably meant."""

import difflib
from collections.abc import Iterable


def suggestion(wanted: str, known: Iterable[str]) -> str:
    """The end of a sentence about a name that does not exist: the likeliest one meant."""
    near = difflib.get_close_matches(wanted, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
