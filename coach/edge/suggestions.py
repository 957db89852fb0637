"""Suggests the name that was probably meant."""

import difflib
from collections.abc import Iterable


def suggestion(wanted: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: `; did you mean NAME?`, or nothing if no name is similar."""
    near = difflib.get_close_matches(wanted, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
