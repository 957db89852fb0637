"""Reads and writes the bytes of FIT files, after the FIT protocol: the messages of runs and workouts, and their fields.

No bytes make reading raise: a fault is reported in a sentence, and if the decoder fails on damaged bytes, reading ends
there. No other module uses fitdecode.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from struct import Struct, pack
from sys import byteorder
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import fitdecode
from fitdecode import records
from fitdecode.reader import FitReader
from fitdecode.types import BASE_TYPE_BYTE, FieldData
from fitdecode.utils import compute_crc

# --- the protocol: headers, base types, checksums

MAGIC: Final = b".FIT"
"""Bytes 8 to 11 of every FIT header (FIT protocol, file header)."""
EPOCH_S: Final = 631_065_600
"""FIT counts seconds from 1989-12-31 00:00 UTC; this is that moment in Unix time."""
_TIME: Final = 253
"""The field `timestamp`, the same in every message."""
_DEVELOPER_BIT: Final = 0x20
"""Bit 5 of the header of a definition: developer fields follow the others."""


class BaseType(Enum):
    """The encoding of a value: its number in the protocol, its `struct` code and its range."""

    ENUM = (0x00, "B", 0, 0xFE)
    SINT8 = (0x01, "b", -0x7F, 0x7E)
    UINT8 = (0x02, "B", 0, 0xFE)
    TEXT = (0x07, "", 0, 0)
    UINT32Z = (0x8C, "I", 1, 0xFFFF_FFFF)
    SINT16 = (0x83, "h", -0x7FFF, 0x7FFE)
    UINT16 = (0x84, "H", 0, 0xFFFE)
    SINT32 = (0x85, "i", -0x7FFF_FFFF, 0x7FFF_FFFE)
    UINT32 = (0x86, "I", 0, 0xFFFF_FFFE)
    FLOAT32 = (0x88, "f", -3.4e38, 3.4e38)
    BYTE = (0x0D, "B", 0, 0xFF)

    @property
    def number(self) -> int:
        """Its number in a definition."""
        return int(self.value[0])


def is_fit(data: bytes) -> bool:
    """Return whether the bytes begin like a FIT file."""
    return _is_header(data, 0)


def _is_header(data: bytes, at: int) -> bool:
    return data[at + 8 : at + 12] == MAGIC


def checksum(data: bytes) -> int:
    """The CRC of FIT (CRC-16/ARC), computed two bytes at a time."""
    table = _checksums()
    words = array("H", data[: len(data) & ~1])
    if byteorder == "big":
        words.byteswap()
    checksum = 0
    for word in words:
        checksum = table[checksum ^ word]
    return checksum if len(data) % 2 == 0 else int(compute_crc(data[-1:], crc=checksum))


@cache
def _checksums() -> list[int]:
    """The checksum of every two bytes."""
    single = [compute_crc(bytes([byte])) for byte in range(256)]
    return [
        single[(single[low] ^ high) & 255] ^ single[low] >> 8 for high in range(256) for low in range(256)
    ]


# --- messages

RECORD: Final = 20
"""The global message number of a record."""
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


def number(value: object) -> float | None:
    """A value as a number, or None: damaged definitions turn fields into text or lists."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A value as a whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# --- the messages that are needed, and limits

Fields = Mapping[int, frozenset[int]]
_FIELD_DESCRIPTION: Final = 206
WORKOUT_FIELDS: Final[Fields] = {
    0: frozenset({0, 1}),  # file_id: type, manufacturer
    12: frozenset({0, 1}),  # sport: sport, sub_sport
    18: frozenset({_TIME, 2, 5, 6, 7}),  # session: start_time, sport, sub_sport, total_elapsed_time
    26: frozenset({4, 6, 8, 11, 17}),  # workout: sport, num_valid_steps, name, sub_sport, description
    27: frozenset({*range(9), 10, *range(19, 23), 254}),  # workout_step: every field of a step
}
"""The messages a workout needs, by `mesg_num` of the FIT profile, and the numbers of their fields."""
RUN_FIELDS: Final[Fields] = {
    **WORKOUT_FIELDS,
    # lap: start_time, elapsed, timer, distance, trigger, wkt_step_index
    19: frozenset({_TIME, 2, 7, 8, 9, 24, 71}),
    # record: position, heart rate, cadence, distance, speed, power, and their finer kinds
    RECORD: frozenset({_TIME, 0, 1, *range(3, 9), 53, 73}),
    21: frozenset({_TIME, 0, 1}),  # event: event, event_type
    23: frozenset({1, 2, 4, 25, 27}),  # device_info: type, manufacturer, product, source, product_name
    78: frozenset({0}),  # hrv: time
    _FIELD_DESCRIPTION: frozenset({0, 1, 2, 3, 8}),  # field_description: indices, base type, name, units
    207: frozenset({3}),  # developer_data_id: developer_data_index
}
"""The messages a run needs."""
MOST_FILES: Final = 1000
"""Most files in a row; a chain of a year's runs is refused later by its samples."""
MOST_MESSAGES: Final = 2_000_000
"""24 hours with ten messages a second are 864,000."""
MOST_OF_A_KIND: Final[Mapping[int, int]] = {RECORD: 180_000, 78: 180_000}
"""Fifty hours with a record a second."""
MOST_OF_OTHER_KINDS: Final = 10_001
MOST_OF_A_FIELD: Final = 32
"""Most bytes of a field that is not a text: five beats have ten."""
MOST_DEVELOPER_FIELDS: Final = 32
"""Most developer fields of a record; two applications of a watch may add 16 each."""


# --- sifting: headers are repaired, and what is not needed is skipped without decoding
#
# The size of every message stands in a definition before it (FIT protocol, record header and definition message). The
# sizes in a header are checked against the bytes; each fault costs only the bytes it hides.

_CUT: Final = "The file is cut short; everything before the cut was read."
_DAMAGED: Final = "The file is damaged; everything before the damage was read."


def sift(data: bytes, fields: Fields, problems: list[str]) -> Iterator[bytes]:
    """Each FIT file in the bytes, with a correct header and only these fields; faults are added to `problems`."""
    sieve = _Sieve(data, fields, problems)
    at = 0
    for _ in range(MOST_FILES):
        if not _is_header(data, at):
            break
        content, following = sieve.file(at)
        yield pack("<BB2xI4s2x", 14, data[at + 1], len(content), MAGIC) + content + b"\0\0"
        at = following
    if at < len(data):
        problems.append(f"{len(data) - at:,} bytes behind the end of the FIT file were left out.")
    sieve.close()


class _MessageLayout(NamedTuple):
    """The layout of the data messages that a definition message announces."""

    number: int
    """The global message number."""
    size: int
    """Bytes of a data message, including its header."""
    flag: int
    """Bit 5 of the record header: developer fields are kept."""
    definition: bytes
    """The definition without its record header, reduced to the kept fields."""
    stretches: tuple[tuple[int, int], ...]
    """The ranges of the kept bytes in a data message; empty if the message is not needed."""


class _Sieve:
    """Goes from message to message and keeps the needed ones."""

    def __init__(self, data: bytes, fields: Fields, problems: list[str]) -> None:
        self._data = data
        self._fields = fields
        self._problems = problems
        self._counts: Counter[int] = Counter()
        self._messages = 0

    def file(self, start: int) -> tuple[bytes, int]:
        """The needed messages of the file that begins here, and where the next file may begin."""
        data = self._data
        size = _header_size(data, start)
        if size != data[start]:
            self._problems.append(f"The file's header gives its own size as {data[start]}; it is {size}.")
        first = start + size
        declared = int.from_bytes(data[start + 4 : start + 8], "little")
        end = first + declared
        if not _ends_at(data, start, end):
            return self._open_file(first, declared)
        content, _, fault = self._walk(first, end)
        if not fault and not _is_sound(data, start, end):
            fault = "The file's checksum is wrong; it was read nevertheless."
        if fault:
            self._problems.append(fault)
        return content, end + 2

    def _open_file(self, first: int, declared: int) -> tuple[bytes, int]:
        """A file that does not end where its header says: it is read up to the next one, or to the last byte."""
        limit = _next_header(self._data, first)
        content, at, fault = self._walk(first, limit)
        there = at - first
        if limit - at == 2 or (at == limit and declared < there):
            fault = f"The file's header says {declared:,} bytes follow it, and there are {there:,}; all were read."
        elif declared == there:
            fault = "The file's checksum is missing; it was read nevertheless."
        self._problems.append(fault or _CUT)
        return content, limit

    def _walk(self, first: int, end: int, *, keeps_times: bool = False) -> tuple[bytes, int, str]:
        """The needed messages between two places, where reading ended, and the reason if it ended too early.

        Args:
            first: where the messages begin.
            end: where they end.
            keeps_times: keep the times of messages that are not wanted. Messages whose header holds five bits of
                a time count from the last whole one.
        """
        data, layout_of = self._data, _layout_maker(self._fields, keeps_times=keeps_times)
        layouts: dict[int, _MessageLayout] = {}
        defined: dict[int, _MessageLayout] = {}
        """The layouts whose definitions are in the content."""
        content = bytearray()
        at = first
        while at < end:
            header = data[at]
            self._messages += 1
            if self._messages > MOST_MESSAGES:
                return (
                    bytes(content),
                    at,
                    f"The file has more than {MOST_MESSAGES:,} messages; the rest was left out.",
                )
            if header & 0xC0 == 0x40:
                length = _definition_length(data, at)
                if at + length > end:
                    return bytes(content), at, _CUT
                layouts[header & 15] = layout_of(data[at : at + length])
                at += length
                continue
            if header & 0x80 and not keeps_times:
                return self._walk(first, end, keeps_times=True)
            local = header >> 5 & 3 if header & 0x80 else header & 15
            layout = layouts.get(local)
            if layout is None:
                return bytes(content), at, _DAMAGED
            if at + layout.size > end:
                return bytes(content), at, _CUT
            if layout.stretches and self._may_keep(layout.number):
                if layout.number == _FIELD_DESCRIPTION:
                    defined.clear()  # definitions behind it may mean the same fields
                if defined.get(local) is not layout:
                    defined[local] = layout
                    content.append(0x40 | layout.flag | local)
                    content += layout.definition
                for start, stop in layout.stretches:
                    content += data[at + start : at + stop]
            at += layout.size
        return bytes(content), at, ""

    def _may_keep(self, number: int) -> bool:
        self._counts[number] += 1
        return self._counts[number] <= MOST_OF_A_KIND.get(number, MOST_OF_OTHER_KINDS)

    def close(self) -> None:
        """Report limits that were exceeded."""
        for kind, count in self._counts.items():
            most = MOST_OF_A_KIND.get(kind, MOST_OF_OTHER_KINDS)
            if count > most:
                self._problems.append(
                    f"The file has {count:,} messages of one kind ({kind}); the first {most:,} were read."
                )


def _layout_maker(fields: Fields, *, keeps_times: bool) -> Callable[[bytes], _MessageLayout]:
    """A function that makes the layout of a definition; most definitions of a file occur many times."""

    @lru_cache(maxsize=256)
    def layout_of(definition: bytes) -> _MessageLayout:
        is_big = definition[2] != 0
        number = int.from_bytes(definition[3:5], "big" if is_big else "little")
        numbers = fields.get(number, frozenset({_TIME}) if keeps_times else frozenset())
        count = definition[5]
        triples = [definition[at : at + 3] for at in range(6, 6 + 3 * count, 3)]
        developer = [definition[at : at + 3] for at in range(7 + 3 * count, len(definition), 3)]
        own: list[bytes] = []
        developer_fields: list[bytes] = []
        stretches = [(0, 1)]
        at = 1
        for index, triple in enumerate([*triples, *developer]):
            end = at + triple[1]
            if (
                index < count
                and triple[0] in numbers
                and (triple[1] <= MOST_OF_A_FIELD or triple[2] == BaseType.TEXT.number)
            ):
                own.append(triple)
            elif index >= count and number == RECORD and len(developer_fields) < MOST_DEVELOPER_FIELDS:
                developer_fields.append(triple)
            else:
                at = end
                continue
            if stretches[-1][1] == at:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((at, end))
            at = end
        shortened = definition[1:5] + bytes([len(own)]) + b"".join(own)
        if developer_fields:
            shortened += bytes([len(developer_fields)]) + b"".join(developer_fields)
        is_wanted = bool(own or developer_fields)
        return _MessageLayout(
            number,
            at,
            _DEVELOPER_BIT if developer_fields else 0,
            shortened,
            tuple(stretches) if is_wanted else (),
        )

    return layout_of


def _definition_length(data: bytes, at: int) -> int:
    """The length of a definition message as far as the bytes go; one more than there are if it is truncated."""
    if at + 6 > len(data):
        return len(data) - at + 1
    length = 6 + 3 * data[at + 5]
    if data[at] & _DEVELOPER_BIT:
        length += 1 + (3 * data[at + length] if at + length < len(data) else 0)
    return length


def _header_size(data: bytes, start: int) -> int:
    """The size of a file's header: a definition follows it, which shows whether the header's own value is right."""
    declared = data[start]
    for size in (declared, 14, 12):
        if size >= 12 and start + size < len(data) and data[start + size] & 0xD0 == 0x40:
            return size
    return declared if declared in {12, 14} else 14


def _ends_at(data: bytes, start: int, end: int) -> bool:
    """Return whether the file that starts here ends there, with the two bytes of its checksum."""
    following = end + 2
    if following > len(data):
        return False
    return following == len(data) or _is_header(data, following) or _is_sound(data, start, end)


def _next_header(data: bytes, at: int) -> int:
    """Where the next file begins; the end of the bytes if none does."""
    place = data.find(MAGIC, at + 8)
    while place >= 0 and data[place - 8] not in {12, 14}:
        place = data.find(MAGIC, place + 1)
    return place - 8 if place >= 0 else len(data)


def _is_sound(data: bytes, start: int, end: int) -> bool:
    """Return whether the checksum after these bytes matches."""
    return checksum(data[start:end]) == int.from_bytes(data[end : end + 2], "little")


# --- decoding
#
# Of the messages of a run 98 in 100 are records, and fitdecode spends half its time on examining each of their fields
# anew. So records are read by a plan that is made once for each definition: one unpacking, then for each field its
# name, its invalid value, scale and offset, all as fitdecode has resolved them. A definition with anything unusual
# has no plan, and fitdecode reads its messages.

_TEXT_TYPE: Final = "s"
"""The `struct` code of a text."""


def decode(file: bytes) -> Iterator[Message]:
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
        is_single = defined.size == base.size and base.fmt != _TEXT_TYPE and base is not BASE_TYPE_BYTE
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
        is_time = defined.def_num == _TIME
        parts.append(_Part(place, base.parse, name, field.scale, field.offset, unit, None, is_time))
    return _Plan(Struct(unpacked), tuple(parts)) if parts else None


def _is_unusual(field: Any) -> bool:
    """Return whether the meaning of a field depends on another, or its numbers have words."""
    return bool(field.subfields or field.type.enum)


# --- the messages of a run or a workout, gathered


def messages(data: bytes, problems: list[str], fields: Fields = RUN_FIELDS) -> Iterator[Message]:
    """Every needed message of each file, up to its end or its first damage; faults are added to `problems`."""
    for file in sift(data, fields, problems):
        decoded_messages = decode(file)
        while True:
            try:
                message = next(decoded_messages, None)
            except Exception:  # noqa: BLE001 - damaged bytes make the decoder fail in many ways, all mean the same
                problems.append(_DAMAGED)
                break
            if message is None:
                break
            yield message


MOST_BEATS: Final = 32
"""Most beats between two records of a second or a few."""


@dataclass(slots=True)
class FitWorkout:
    """A workout of a FIT file: its own message, and its steps in order of the file."""

    head: Mapping[str, Any] | None = None
    steps: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """The needed messages, in order of the file."""

    kind: str = ""
    builder: str = ""
    records: list[tuple[Message, tuple[float, ...]]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    timers: list[tuple[float, bool]] = field(default_factory=list)
    laps: list[Message] = field(default_factory=list)
    sessions: list[Message] = field(default_factory=list)
    sports: list[tuple[int, Message]] = field(default_factory=list)
    """The messages that name a sport, and the number of records before each."""
    workouts: list[FitWorkout] = field(default_factory=list)
    devices: list[Mapping[str, Any]] = field(default_factory=list)

    def has_pod(self) -> bool:
        """True if a foot pod is among the devices, or the pod's own application wrote the file."""
        return self.builder == "stryd" or any(
            device.get("antplus_device_type") == "stride_speed_distance"
            or device.get("ble_device_type") == "footpod"
            or device.get("manufacturer") == "stryd"
            for device in self.devices
        )


_STARTS: Final = frozenset({"start"})
_STOPS: Final = frozenset({"stop", "stop_all", "stop_disable", "stop_disable_all"})


def _take_file_id(file: File, message: Message) -> None:
    file.kind = file.kind or str(message.values.get("type", ""))
    file.builder = file.builder or str(message.values.get("manufacturer", ""))


def _take_record(file: File, message: Message) -> None:
    if message.number("timestamp") is not None:
        file.records.append((message, tuple(file.beats)))
        file.beats.clear()


def _take_hrv(file: File, message: Message) -> None:
    """Take beats, which are written before the record of their second."""
    beats = message.values.get("time")
    for beat in beats if isinstance(beats, tuple) else (beats,):
        value = number(beat)
        if value is not None and len(file.beats) < MOST_BEATS:
            file.beats.append(value)


def _take_event(file: File, message: Message) -> None:
    at = message.number("timestamp")
    if at is None or message.values.get("event") != "timer":
        return
    how = message.values.get("event_type")
    if how in _STARTS or how in _STOPS:
        file.timers.append((at, how in _STARTS))


def _take_sport(file: File, message: Message) -> None:
    file.sports.append((len(file.records), message))


def _take_session(file: File, message: Message) -> None:
    file.sessions.append(message)


def _take_lap(file: File, message: Message) -> None:
    file.laps.append(message)


def _take_step(file: File, message: Message) -> None:
    if not file.workouts:
        file.workouts.append(FitWorkout())
    file.workouts[-1].steps.append(message)


def _take_workout(file: File, message: Message) -> None:
    """Take a message of a workout. It comes before its steps; only the first one may come after them."""
    if not file.workouts or file.workouts[-1].head is not None:
        file.workouts.append(FitWorkout())
    file.workouts[-1].head = message.values


def _take_device(file: File, message: Message) -> None:
    if len(file.devices) < 1000:
        file.devices.append(message.values)


_TAKERS: Final = {
    "file_id": _take_file_id,
    "record": _take_record,
    "hrv": _take_hrv,
    "event": _take_event,
    "sport": _take_sport,
    "session": _take_session,
    "lap": _take_lap,
    "workout_step": _take_step,
    "workout": _take_workout,
    "device_info": _take_device,
}


def gather(data: bytes, problems: list[str], fields: Fields = RUN_FIELDS) -> File:
    """Read the needed messages; faults of the file are added to `problems`."""
    file = File()
    for message in messages(data, problems, fields):
        taker = _TAKERS.get(message.name)
        if taker is not None:
            taker(file, message)
    return file


# --- writing: definitions, data messages, header and checksums
#
# A message is described by a table, `MessageType`; its values have names and the units of runners. A field that
# is not given is not in the message: unknown is never 0. Messages of one layout share a definition, of which sixteen
# are known at a time, so an occasional record without a heart rate costs one more definition in the whole file.

LONGEST_TEXT: Final = 254
"""Bytes of UTF-8 in a text: the size of a field is one byte, and a zero ends the text."""
_PROTOCOL: Final = 0x10
"""Protocol 1.0, which every reader accepts."""
_PROTOCOL_OF_DEVELOPERS: Final = 0x20
"""Protocol 2.0, of a file with developer fields."""
_PROFILE: Final = 2194
"""Release 21.94 of the profile, whose fields are used."""
_HEADER_BYTES: Final = 14
_LOCAL_TYPES: Final = 16


@dataclass(frozen=True, slots=True)
class FitField:
    """A field of a message in the profile."""

    number: int
    base: BaseType
    scale: float = 1.0
    """The value is written as (value + offset) x scale, rounded to a whole number unless it is a FLOAT32."""
    offset: float = 0.0
    is_developer: bool = False
    """True for a field that the file describes itself, under `number`, and that the profile lacks."""


@dataclass(frozen=True, slots=True)
class MessageType:
    """A message of the profile: its global number, and the fields we write with our names."""

    number: int
    fields: Mapping[str, FitField]


Value = float | str | tuple[float, ...]


@dataclass(slots=True)
class FitEncoder:
    """Collects messages; `file` returns them as a whole file."""

    _body: bytearray = field(default_factory=bytearray)
    _local_types: dict[bytes, int] = field(default_factory=dict)
    """The known definitions, the one unused for longest first."""
    _has_developer_fields: bool = False

    def add(self, kind: MessageType, values: Mapping[str, Value | None]) -> None:
        """Add a message; None is unknown and is left out.

        Raises:
            ValueError: a value does not fit its field, or a text is longer than `LONGEST_TEXT`.
            KeyError: the message has no such field.
        """
        definition, data, developers, own = bytearray(), bytearray(), bytearray(), bytearray()
        for name, value in values.items():
            if value is None:
                continue
            item = kind.fields[name]
            encoded = _encode(name, item, value)
            if item.is_developer:
                developers += bytes((item.number, len(encoded), 0))
                own += encoded
            else:
                definition += bytes((item.number, len(encoded), item.base.number))
                data += encoded
        layout = pack("<BBHB", 0, 0, kind.number, len(definition) // 3) + bytes(definition)
        if developers:
            self._has_developer_fields = True
            layout += bytes((len(developers) // 3,)) + developers
        self._body.append(self._local_type(layout, _DEVELOPER_BIT if developers else 0))
        self._body += data + own

    def file(self) -> bytes:
        """The whole file: header, messages, checksum."""
        protocol = _PROTOCOL_OF_DEVELOPERS if self._has_developer_fields else _PROTOCOL
        start = pack("<BBHI4s", _HEADER_BYTES, protocol, _PROFILE, len(self._body), MAGIC)
        whole = start + checksum(start).to_bytes(2, "little") + bytes(self._body)
        return whole + checksum(whole).to_bytes(2, "little")

    def _local_type(self, layout: bytes, flag: int) -> int:
        """The local type of a layout; a new one replaces the definition unused for longest."""
        number = self._local_types.pop(layout, None)
        if number is None:
            number = len(self._local_types)
            if number == _LOCAL_TYPES:
                number = self._local_types.pop(next(iter(self._local_types)))
            self._body.append(0x40 | flag | number)
            self._body += layout
        self._local_types[layout] = number
        return number


def cut_text(text: str, most: int = LONGEST_TEXT) -> str:
    """A text shortened to its limit of UTF-8 bytes without splitting a letter; an ellipsis marks the cut."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore").rstrip() + "…"


def _encode(name: str, item: FitField, value: Value) -> bytes:
    if isinstance(value, str):
        data = value.replace("\0", " ").encode()
        if item.base is not BaseType.TEXT or len(data) > LONGEST_TEXT:
            raise ValueError(f"{name} is not text, or is longer than {LONGEST_TEXT} bytes")
        return data + b"\0"
    _, code, least, most = item.base.value
    numbers = value if isinstance(value, tuple) else (value,)
    raw = [(number + item.offset) * item.scale for number in numbers]
    if item.base is not BaseType.FLOAT32:
        raw = [round(number) for number in raw]
    if not code or any(not least <= number <= most for number in raw):
        raise ValueError(f"{name} of {value} does not fit a field of {item.base.name}")
    return pack(f"<{len(raw)}{code}", *raw)
