"""Who is let in: links that are good for one phone, the cookies they are exchanged for, and the picture of a link."""

import secrets
from collections import deque
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

_MOST_COOKIES: Final = 64
"""Phones that are remembered; of more the first is let out."""
_QUIET_MODULES: Final = 2
"""The white edge of a code, in modules: four by the norm, two are read by phones from a screen. Judged."""


class Role(StrEnum):
    """What a link is good for."""

    VIEW = "view"
    """The phone's page: to look."""
    BOARD = "board"
    """The page of the laptop's own browser: to look."""
    CONTROL = "control"
    """The page with the buttons; it may look too."""


class Doors:
    """The links that are open, one of each role, and the cookies that links were exchanged for."""

    def __init__(self) -> None:
        """Begin with no link and nobody let in."""
        self._links: dict[Role, str] = {}
        self._used: deque[str] = deque(maxlen=_MOST_COOKIES)
        self._cookies: dict[str, Role] = {}

    def mint(self, role: Role) -> str:
        """Make a token of 128 bits that lets one phone in; the one before, if nobody used it, lets in no more."""
        self._links[role] = secrets.token_urlsafe(16)
        return self._links[role]

    def open_link(self, role: Role) -> str | None:
        """Give the token that is open for a role; None if it was used."""
        return self._links.get(role)

    def is_open(self, token: str) -> bool:
        """Tell whether a token lets a phone in."""
        return _find(token, self._links.values()) is not None

    def was_used(self, token: str) -> bool:
        """Tell whether a token let a phone in."""
        return _find(token, self._used) is not None

    def enter(self, token: str) -> tuple[str, Role] | None:
        """Exchange a token for a cookie, and tell what that is good for; None for one that is used or unknown."""
        opened = _find(token, self._links.values())
        if opened is None:
            return None
        role = next(role for role, each in self._links.items() if each == opened)
        del self._links[role]
        self._used.append(opened)
        while len(self._cookies) >= _MOST_COOKIES:
            del self._cookies[next(iter(self._cookies))]
        cookie = secrets.token_urlsafe(16)
        self._cookies[cookie] = role
        return cookie, role

    def role_of(self, cookie: str) -> Role | None:
        """Tell what a cookie is good for; None for a stranger's."""
        known = _find(cookie, self._cookies)
        return None if known is None else self._cookies[known]


def is_same(secret: str, other: str) -> bool:
    """Compare secrets without telling by the time it takes how much is right."""
    return secrets.compare_digest(secret.encode("utf-8", "replace"), other.encode())


def _find(secret: str, among: Iterable[str]) -> str | None:
    """Find a secret among others, looking at all of them."""
    matches = [each for each in among if is_same(secret, each)]
    return matches[0] if matches else None


def qr_rows(text: str) -> list[str]:
    """Draw a text as a QR code in half blocks, two rows of modules a line; a full block is a white module.

    So it stands on a dark terminal as it is; with black letters on white it has to be turned round.
    """
    import segno

    matrix = [list(row) for row in segno.make(text, error="m", boost_error=False, micro=False).matrix]
    wide = len(matrix) + 2 * _QUIET_MODULES
    edge, side = [[0] * wide] * _QUIET_MODULES, [0] * _QUIET_MODULES
    rows = [*edge, *([*side, *row, *side] for row in matrix), *edge]
    if len(rows) % 2:
        rows.append([0] * wide)
    return [
        "".join(
            _HALVES[bool(upper), bool(lower)] for upper, lower in zip(rows[top], rows[top + 1], strict=True)
        )
        for top in range(0, len(rows), 2)
    ]


_HALVES: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""The character for an upper and a lower module, dark or not."""
