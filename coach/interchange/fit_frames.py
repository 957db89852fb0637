"""FIT frames as plain mappings: the one place that knows fitdecode.

Any bytes are survived: what the decoder makes of damaged bytes ends the reading with a statement, never
with an exception of its own.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import fitdecode
from fitdecode.reader import FitReader

MAGIC: Final = b".FIT"
"""Bytes 8 to 11 of every FIT header (FIT protocol, file header)."""


class Message(NamedTuple):
    """One data message: its name and its known values, the developers' fields apart."""

    name: str
    values: dict[str, Any]
    """Values that are not invalid, by profile name, scaled to SI; times are whole seconds since 1989-12-31
    UTC."""
    developer: dict[str, tuple[Any, str]]
    """Values and units of developer fields, by their own lower-case names."""

    def number(self, name: str) -> float | None:
        """A value that is a number, or None."""
        return number(self.values.get(name))

    def speed(self) -> float | None:
        """The message's own speed in m/s, from the finer field where both are there."""
        fine = self.number("enhanced_speed")
        return self.number("speed") if fine is None else fine

    def developers(self, name: str, units: set[str]) -> float | None:
        """A developer's number of that name, if it is in one of these units."""
        value, unit = self.developer.get(name, (None, ""))
        return number(value) if unit in units else None


def is_fit(data: bytes) -> bool:
    """Do the bytes begin as a FIT file does?"""
    return data[8:12] == MAGIC


def messages(data: bytes, problems: list[str]) -> Iterator[Message]:
    """Every data message up to the end or the first damage, which is told in `problems`."""
    # Times stay whole seconds without a processor: quicker, and no date is too wild to be made.
    reader = FitReader(
        data,
        processor=None,
        check_crc=fitdecode.CrcCheck.READONLY,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    with reader:
        frames = iter(reader)
        while True:
            try:
                frame = next(frames, None)
            except fitdecode.FitEOFError:
                problems.append("The file is cut short; everything before the cut was read.")
                return
            except Exception:  # noqa: BLE001 - damaged bytes make the decoder fail in many ways, all mean the same
                problems.append("The file is damaged; everything before the damage was read.")
                return
            if frame is None:
                return
            if isinstance(frame, fitdecode.FitDataMessage):
                yield _message(frame)
            elif isinstance(frame, fitdecode.FitCRC) and not frame.matched:
                problems.append("The file's checksum is wrong; it was read nevertheless.")


def _message(frame: Any) -> Message:
    values: dict[str, Any] = {}
    developer: dict[str, tuple[Any, str]] = {}
    for item in frame.fields:
        if item.value is None:
            continue
        if item.field_type == "devfield":
            developer[str(item.name).strip().lower()] = (item.value, str(item.units or "").strip().lower())
        else:
            values.setdefault(item.name, item.value)
    return Message(str(frame.name), values, developer)


def number(value: object) -> float | None:
    """A value as a number, or None: damaged definitions turn fields into text or rows."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A value as a whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
