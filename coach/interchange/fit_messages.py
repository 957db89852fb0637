"""The messages of FIT bytes as names and values. No other module uses fitdecode's decoder.

Of the messages of a run 98 in 100 are records, and fitdecode spends half its time on examining each of their fields
anew. So records are read by a plan that is made once for each definition: one unpacking, then for each field its name,
its invalid value, scale and offset, all as fitdecode has resolved them. A definition with anything unusual has no plan,
and fitdecode reads its messages.
"""

from collections.abc import Iterator, Mapping
from struct import Struct
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import fitdecode
from fitdecode import profile, records
from fitdecode.reader import FitReader
from fitdecode.types import BASE_TYPE_BYTE, FieldData

RECORD: Final = 20
"""The global message number of a record."""
_TEXT: Final = "s"
"""The `struct` code of a text."""

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
    """The values of a workout step as in the file, by the number of their field. The profile replaces a few numbers by
    words, such as `bpm_offset` for 100 % of the maximum heart rate.
    """

    def number(self, name: str) -> float | None:
        """A value that is a number, or None."""
        return number(self.values.get(name))

    def speed(self) -> float | None:
        """The message's own speed in m/s, from the finer field if both are there."""
        fine = self.number("enhanced_speed")
        return self.number("speed") if fine is None else fine

    def developers(self, name: str, units: set[str]) -> float | None:
        """A developer's number of that name, if it is in one of these units."""
        value, unit = self.developer.get(name, (None, ""))
        return number(value) if unit in units else None


def decoded(file: bytes) -> Iterator[Message]:
    """Every data message of one FIT file.

    Raises:
        Exception: the bytes are damaged. They make fitdecode fail in many ways, and all mean the same.
    """
    # Times stay whole seconds without a processor: that is faster, and no date is out of range.
    with _Reader(
        file,
        processor=None,
        check_crc=fitdecode.CrcCheck.DISABLED,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    ) as reader:
        for frame in reader:
            if isinstance(frame, _PlannedRecord):
                yield frame.message
            elif isinstance(frame, fitdecode.FitDataMessage):
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
    """A value as a number, or None: damaged definitions turn fields into text or lists."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A value as a whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# --- Records, by a plan


class _Part(NamedTuple):
    """How one field of a record is read."""

    place: int
    """The index of its unpacked value."""
    parse: Any
    """Parses the value; returns None for the invalid value."""
    name: str
    scale: float | None
    offset: float | None
    unit: str | None
    """The unit of a developer field; None for one of the profile."""
    mask: int | None
    """The bits of a field that belong to a finer one, such as of a speed to `enhanced_speed`; None for whole fields."""
    is_time: bool


class _Plan(NamedTuple):
    """How the records of one definition are read."""

    unpacker: Struct
    parts: tuple[_Part, ...]


class _PlannedRecord(records.FitDataMessage):  # type: ignore[misc]
    """A record that was read by a plan."""

    mesg_type = None  # fitdecode reads it when it looks for field descriptions

    def __init__(self, message: Message) -> None:
        self.message = message


class _Reader(FitReader):  # type: ignore[misc]
    """Reads records by plans, and leaves the other messages to fitdecode."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._plans: dict[int, tuple[Any, _Plan | None]] = {}
        super().__init__(*arguments, **options)

    def _read_data_message(self, header_chunk: bytes, record_header: Any) -> Any:
        number = record_header.local_mesg_num
        definition = self._local_mesg_defs.get(number)
        if (
            definition is None
            or definition.global_mesg_num != RECORD
            or record_header.time_offset is not None
        ):
            return super()._read_data_message(header_chunk, record_header)
        planned_for, plan = self._plans.get(number, (None, None))
        if planned_for is not definition:
            plan = _plan(definition)
            self._plans[number] = (definition, plan)
        if plan is None:
            return super()._read_data_message(header_chunk, record_header)
        return _PlannedRecord(self._record(plan))

    def _record(self, plan: _Plan) -> Message:
        raw = plan.unpacker.unpack(self._read_bytes(plan.unpacker.size))
        values: dict[str, Any] = {}
        developer: dict[str, tuple[Any, str]] = {}
        for place, parse, name, scale, offset, unit, mask, is_time in plan.parts:
            value = parse(raw[place])
            if value is None:
                continue
            if mask is not None:
                value &= mask
            if scale:
                value = float(value) / scale
            if offset:
                value -= offset
            if is_time:
                self._last_timestamp = value
                self._compressed_ts_accumulator = raw[place]
            if unit is None:
                values.setdefault(name, value)
            else:
                developer[name] = (value, unit)
        return Message("record", values, developer)


def _plan(definition: Any) -> _Plan | None:
    """The plan of a definition of records; None if it contains anything unusual."""
    parts: list[_Part] = []
    unpacked = definition.endian
    for place, defined in enumerate(definition.all_field_defs):
        field, base = defined.field, defined.base_type
        is_single = defined.size == base.size and base.fmt != _TEXT and base is not BASE_TYPE_BYTE
        if field is None or not is_single or _is_unusual(field):
            return None
        unpacked += base.fmt
        for component in field.components or ():
            finer = definition.mesg_type.fields[component.def_num]
            if component.accumulate or component.bit_offset or base.fmt in "fd" or _is_unusual(finer):
                return None
            mask = (1 << component.bits) - 1
            scaled = (component.scale, component.offset)
            parts.append(_Part(place, base.parse, finer.name, *scaled, None, mask, is_time=False))
        item = FieldData(defined, field, None, None, None)
        is_own = item.field_type != "devfield"
        name = item.name if is_own else str(item.name).strip().lower()
        unit = None if is_own else str(item.units or "").strip().lower()
        is_time = defined.def_num == profile.FIELD_NUM_TIMESTAMP
        parts.append(_Part(place, base.parse, name, field.scale, field.offset, unit, None, is_time))
    return _Plan(Struct(unpacked), tuple(parts)) if parts else None


def _is_unusual(field: Any) -> bool:
    """Return whether the meaning of a field depends on another, or its numbers have words."""
    return bool(field.subfields or field.type.enum)
