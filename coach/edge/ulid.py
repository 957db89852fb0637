"""How is a run named? By a ULID: it sorts by the time it was made, and no two laptops make the same one."""

import re
import secrets
from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: no I, L, O, U
_SHAPE: Final = re.compile(f"[0-7][{_LETTERS}]{{25}}")


def new_ulid(epoch_s: float) -> str:
    """Make a name of 26 letters: 48 bits of milliseconds since 1970, then 80 bits of chance."""
    number = (int(epoch_s * 1000) & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Is this a whole ULID, in capitals?"""
    return _SHAPE.fullmatch(text) is not None
