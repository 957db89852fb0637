"""Writes FIT files: definitions, data messages, header and checksums, after the FIT protocol.

What a message is made of is a table, `MessageType`; what is written are values by name in the units of runners. A field
that is not given is not in the message: unknown is never 0. Messages of one make share a definition, of which sixteen
are known at a time, so a record without a heart rate now and then costs one definition more in the whole file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from struct import pack
from typing import Final

from coach.interchange.fit_file import MAGIC, checksum

LONGEST_TEXT: Final = 254
"""Bytes of UTF-8 in a text: the size of a field is one byte, and a zero ends the text."""
EPOCH_S: Final = 631_065_600
"""FIT counts seconds from 1989-12-31 00:00 UTC; this is that moment in Unix time."""

_PROTOCOL: Final = 0x10
"""Protocol 1.0, which every reader takes."""
_PROTOCOL_OF_DEVELOPERS: Final = 0x20
"""Protocol 2.0, of a file with developer fields."""
_PROFILE: Final = 2194
"""Release 21.94 of the profile, whose fields are used."""
_HEADER_BYTES: Final = 14
_LOCAL_TYPES: Final = 16
_DEVELOPER: Final = 0x20
"""Bit 5 of the header of a definition: fields that the profile does not have stand behind the others."""


class BaseType(Enum):
    """How a value stands in a file: its number in the protocol, its `struct` code and its range."""

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


@dataclass(frozen=True, slots=True)
class FitField:
    """A field of a message in the profile."""

    number: int
    base: BaseType
    scale: float = 1.0
    """What is written is (value + offset) x scale, to the nearest whole number unless it is a FLOAT32."""
    offset: float = 0.0
    is_developer: bool = False
    """Is it no field of the profile, but one that the file describes itself, under `number`?"""


@dataclass(frozen=True, slots=True)
class MessageType:
    """A message of the profile: its global number, and the fields we write by the names we give them."""

    number: int
    fields: Mapping[str, FitField]


Value = float | str | tuple[float, ...]


@dataclass(slots=True)
class FitEncoder:
    """Puts messages behind each other; `file` gives them as a whole file."""

    _body: bytearray = field(default_factory=bytearray)
    _local_types: dict[bytes, int] = field(default_factory=dict)
    """The definitions that are known, the one not used for longest first."""
    _has_developer_fields: bool = False

    def add(self, kind: MessageType, values: Mapping[str, Value | None]) -> None:
        """Write a message; what is None is not known and is left out.

        Raises:
            ValueError: a value does not fit its field, or a text is longer than `LONGEST_TEXT`.
            KeyError: the message has no such field.
        """
        definition, data, developers, own = bytearray(), bytearray(), bytearray(), bytearray()
        for name, value in values.items():
            if value is None:
                continue
            item = kind.fields[name]
            encoded = _encoded(name, item, value)
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
        self._body.append(self._local_type(layout, _DEVELOPER if developers else 0))
        self._body += data + own

    def file(self) -> bytes:
        """The whole file: header, messages, checksum."""
        protocol = _PROTOCOL_OF_DEVELOPERS if self._has_developer_fields else _PROTOCOL
        start = pack("<BBHI4s", _HEADER_BYTES, protocol, _PROFILE, len(self._body), MAGIC)
        whole = start + checksum(start).to_bytes(2, "little") + bytes(self._body)
        return whole + checksum(whole).to_bytes(2, "little")

    def _local_type(self, layout: bytes, flag: int) -> int:
        """The local type of a layout; a new one is defined, in the place of the one longest unused."""
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
    """A text as far as its bytes of UTF-8 fit, no letter cut in two; a cut one ends with an ellipsis."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore").rstrip() + "…"


def _encoded(name: str, item: FitField, value: Value) -> bytes:
    if isinstance(value, str):
        data = value.replace("\0", " ").encode()
        if item.base is not BaseType.TEXT or len(data) > LONGEST_TEXT:
            raise ValueError(f"{name} is no text, or is longer than {LONGEST_TEXT} bytes")
        return data + b"\0"
    _, code, least, most = item.base.value
    numbers = value if isinstance(value, tuple) else (value,)
    raw = [(number + item.offset) * item.scale for number in numbers]
    if item.base is not BaseType.FLOAT32:
        raw = [round(number) for number in raw]
    if not code or any(not least <= number <= most for number in raw):
        raise ValueError(f"{name} of {value} does not fit a field of {item.base.name}")
    return pack(f"<{len(raw)}{code}", *raw)
