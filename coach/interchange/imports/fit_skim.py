"""The workout messages of a FIT file without its samples, so that an hour of records costs nothing.

A FIT file tells the size of every message in a definition before it (FIT protocol, record header and
definition message); what is not wanted is stepped over. What cannot be followed is left to the decoder whole.
"""

from struct import pack
from typing import Final

from fitdecode.utils import compute_crc

_WANTED: Final = frozenset({0, 12, 18, 26, 27})
"""file_id, sport, session, workout, workout_step (FIT profile, `mesg_num`)."""


def skimmed(data: bytes) -> bytes:
    """A FIT file of the same protocol that holds only what a workout needs; the file itself if it is damaged."""
    head = data[0]
    size = int.from_bytes(data[4:8], "little")
    end = head + size
    if head not in {12, 14} or end > len(data):
        return data
    kept = _kept(data, head, end)
    if kept is None:
        return data
    header = pack("<BB", 14, data[1]) + data[2:4] + pack("<I", len(kept)) + b".FIT\0\0"
    return header + kept + pack("<H", compute_crc(header + kept))


def _kept(data: bytes, at: int, end: int) -> bytes | None:
    """The definitions and messages that are wanted; None if the file cannot be followed."""
    sizes: dict[int, tuple[int, bool]] = {}
    kept = bytearray()
    while at < end:
        header = data[at]
        if header & 0x80:  # compressed timestamp
            local = header >> 5 & 3
        elif header & 0x40:
            length, size, wanted = _definition(data, at)
            if at + length > end:
                return None
            sizes[header & 15] = (size, wanted)
            if wanted:
                kept += data[at : at + length]
            at += length
            continue
        else:
            local = header & 15
        size, wanted = sizes.get(local, (0, False))
        if local not in sizes or at + 1 + size > end:
            return None
        if wanted:
            kept += data[at : at + 1 + size]
        at += 1 + size
    return bytes(kept)


def _definition(data: bytes, at: int) -> tuple[int, int, bool]:
    """Length of a definition message, size of the data messages it defines, and whether they are wanted.

    A message with developer fields is not wanted: their own definitions are skipped.
    """
    head = data[at : at + 6]
    if len(head) < 6:
        return len(data), 0, False
    message = int.from_bytes(head[3:5], "big" if head[2] else "little")
    fields = head[5]
    length = 6 + 3 * fields
    size = sum(data[at + 7 : at + length : 3])
    has_developer = bool(head[0] & 0x20)
    if has_developer and at + length < len(data):
        more = data[at + length]
        start = at + length + 1
        size += sum(data[start + 1 : start + 3 * more : 3])
        length += 1 + 3 * more
    return length, size, message in _WANTED and not has_developer
