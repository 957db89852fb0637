"""Device Information Service 1.1, 0x180A: who made the sensor, as texts that can be read.

The texts are UTF-8 without an end, yet sensors pad them with zero bytes or send another encoding; they may
hold any characters, so the code that shows them makes them safe.
"""

from typing import Final

MANUFACTURER: Final = 0x2A29
MODEL: Final = 0x2A24
SERIAL: Final = 0x2A25
FIRMWARE: Final = 0x2A26

LONGEST: Final = 512
"""Bytes an attribute can hold (Core Specification, Vol 3 Part F, clause 3.2.9)."""


def text_of(payload: bytes) -> str:
    """Read any bytes of one of these characteristics: its text, empty where there is none. Never raises."""
    return payload[:LONGEST].partition(b"\0")[0].decode("utf-8", "replace").strip()
