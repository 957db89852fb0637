"""Suggests the name that was probably meant."""

import difflib
from collections.abc import Iterable


def suggestion(name: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: `; did you mean NAME?`, or nothing if no name is similar."""
    matches = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {matches[0]}?" if matches else ""
