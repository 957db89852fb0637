"""FIT messages as plain mappings: the one place that knows how fitdecode decodes.

Any bytes are survived: what the decoder makes of damaged bytes ends the reading with a statement, never
with an exception of its own.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import fitdecode
from fitdecode.reader import FitReader

from coach.interchange.fit_bytes import RUN_FIELDS, Fields, sifted

_NONE: Final[Mapping[int, Any]] = MappingProxyType({})


class Message(NamedTuple):
    """One data message: its name and its known values, the developers' fields apart."""

    name: str
    values: dict[str, Any]
    """Values that are not invalid, by profile name, scaled to SI; times are whole seconds since 1989-12-31
    UTC."""
    developer: dict[str, tuple[Any, str]]
    """Values and units of developer fields, by their own lower-case names."""
    raw: Mapping[int, Any] = _NONE
    """Of a workout step, the values as they stand in the file, by the number of their field. The profile has words
    for a few of the numbers, such as `bpm_offset` for 100 % of the maximum heart rate."""

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


def messages(data: bytes, problems: list[str], fields: Fields = RUN_FIELDS) -> Iterator[Message]:
    """Every wanted message of each file, up to its end or its first damage; faults are told in `problems`."""
    for file in sifted(data, fields, problems):
        # Times stay whole seconds without a processor: quicker, and no date is too wild to be made.
        with FitReader(
            file,
            processor=None,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        ) as reader:
            frames = iter(reader)
            while True:
                try:
                    frame = next(frames, None)
                except Exception:  # noqa: BLE001 - damaged bytes make the decoder fail in many ways, all mean the same
                    problems.append("The file is damaged; everything before the damage was read.")
                    break
                if frame is None:
                    break
                if isinstance(frame, fitdecode.FitDataMessage):
                    yield _message(frame)


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
    name = str(frame.name)
    if name != "workout_step":
        return Message(name, values, developer)
    raw = {item.def_num: item.raw_value for item in frame.fields if item.raw_value is not None}
    return Message(name, values, developer, raw)


def number(value: object) -> float | None:
    """A value as a number, or None: damaged definitions turn fields into text or rows."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A value as a whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
