"""The lines of a journal as bytes: their checksums, which of them are undamaged, and the segments of a journal.

A line is a payload (JSON in ASCII, so without a tab), a tab, the CRC-32 of the payload as eight lower-case hex digits,
and a line feed. Each line has its own checksum, so damage costs only the lines it touches. Appending after a torn tail
would join two records to one bad line, so a run is resumed after the last undamaged line.

A disk that fails to sync may have lost everything since the last sync, and reports it only once. The recorder then
begins another segment: a file that repeats the header, names the number of bytes after which it continues, and repeats
from there.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

TAIL: Final = 10
"""Bytes after the payload of a line: tab, eight hex digits, line feed."""
SEGMENT: Final = "segment"
"""The key of the second line of a segment; its value is the number of bytes of the journal before the segment."""

OUT: Final = b'{"out":'
"""The first characters of an output's payload."""
_BEGIN: Final = re.compile(rb'\{"')
_SUM: Final = re.compile(rb"\t([0-9a-f]{8})")


@dataclass(slots=True)
class JournalLines:
    """The lines of a journal, undamaged ones apart from damaged ones."""

    payloads: list[bytes] = field(default_factory=list)
    """The payload of every undamaged line, in order."""
    damaged: list[tuple[int, bytes]] = field(default_factory=list)
    """The bytes of damaged lines, and the number of undamaged lines before them."""
    torn_bytes: int = 0
    """The number of bytes after the last undamaged line."""

    def whole(self) -> bytes:
        """The journal without its damage."""
        return b"".join(map(sign, self.payloads))


def record_of(payload: bytes) -> dict[str, Any]:
    """The object of a payload; empty if it is not one."""
    try:
        record = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def sign(payload: bytes) -> bytes:
    """Return the line of a payload."""
    return b"%b\t%08x\n" % (payload, crc32(payload))


def read_lines(data: bytes) -> JournalLines:
    """Separate the undamaged lines of a journal from the damaged bytes, each line by its own checksum."""
    lines = JournalLines()
    payloads, position, good_end = lines.payloads, 0, 0
    *complete, tail = data.split(b"\n")
    for line in complete:
        text = line[: 1 - TAIL]
        position += len(line) + 1
        if line[1 - TAIL :] == b"\t%08x" % crc32(text):
            payloads.append(text)
            good_end = position
            continue
        records, rest = _salvage(line)
        lines.damaged.append((len(payloads), rest + b"\n"))
        if records:
            payloads += records
            good_end = position
    if tail:
        lines.damaged.append((len(payloads), tail))
    lines.torn_bytes = len(data) - good_end
    return lines


def _salvage(line: bytes) -> tuple[list[bytes], bytes]:
    """Find undamaged records in a damaged line, such as two whose line feed was lost; returns them and the rest."""
    records: list[bytes] = []
    rest, start = b"", 0
    for match in _SUM.finditer(line):
        for begin in (each.start() for each in _BEGIN.finditer(line, start, match.start())):
            payload = line[begin : match.start()]
            if match[1] == b"%08x" % crc32(payload):
                records.append(payload)
                rest += line[start:begin]
                start = match.end()
                break
    return records, rest + line[start:]


def split_torn(data: bytes) -> tuple[bytes, bytes]:
    """Split a journal after its last undamaged line; the caller keeps the rest beside it (`*.torn`)."""
    good = len(data) - read_lines(data).torn_bytes
    return data[:good], data[good:]


def with_header(journal: bytes, spare: Sequence[bytes]) -> bytes:
    """Return a journal with an undamaged first line: its own, or the first undamaged one of the spares."""
    for header in (journal.partition(b"\n")[0], *(line.removesuffix(b"\n") for line in spare)):
        if header and header + b"\n" == sign(header[: 1 - TAIL]):
            return journal if journal.startswith(header) else header + b"\n" + journal
    return journal


def begin_segment(header: bytes, after_bytes: int) -> bytes:
    """Return the first lines of a segment that continues a journal after so many bytes."""
    return header + sign(json.dumps({SEGMENT: after_bytes}, separators=(",", ":")).encode())


def join_segments(first: bytes, segments: Sequence[bytes]) -> bytes:
    """Return the bytes of a journal from its first file and its segments, in order.

    Where a segment repeats lines, its own copy counts as far as it is undamaged. A segment that does not name its
    position is placed by the first of its lines that the journal has.
    """
    journal = first
    for segment in filter(None, segments):
        journal = _joined(journal, segment)
    return journal


def _joined(journal: bytes, segment: bytes) -> bytes:
    _header, _, behind = segment.partition(b"\n")
    marker, _, content = behind.partition(b"\n")
    after = _after_bytes(marker)
    if after is None or (0 < after <= len(journal) and journal[after - 1 : after] != b"\n"):
        return _interleaved(journal, behind.split(b"\n")[:-1])
    gap = after - len(journal)
    if gap > 0:  # the synced part is missing: read what is there
        journal += b"\0" * (gap - 1) + b"\n"
    whole = content[: content.rfind(b"\n") + 1]
    return journal[:after] + whole + (journal[after + len(whole) :] or content[len(whole) :])


def _interleaved(journal: bytes, repeated: Sequence[bytes]) -> bytes:
    """Insert the lines of a segment at the first of them that the journal has; at the end if it has none."""
    lines = journal.removesuffix(b"\n").split(b"\n")
    place = next((lines.index(line) for line in repeated if line in lines), len(lines))
    rest = [line for line in lines[place:] if line not in repeated]
    return b"\n".join([*lines[:place], *repeated, *rest, b""])


def _after_bytes(line: bytes) -> int | None:
    """Read the second line of a segment; None if it is damaged."""
    payload = line[: 1 - TAIL]
    if line != sign(payload)[:-1]:
        return None
    after = record_of(payload).get(SEGMENT)
    return after if isinstance(after, int) and after >= 0 else None


# --- the objects of the lines

_BATCH: Final = 256
"""Lines loaded together: enough to be fast, few enough to be freed before the garbage collector runs."""

MARK: Final = b'{"format":"coach-journal/'
"""The beginning of a header."""
_encode = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


class CorruptRecord(ValueError):
    """Raised for a line of a journal that no version of the program writes; the text is the reason."""


def encode_record(record: Mapping[str, Any]) -> bytes:
    """Return an object as a line, as in the files beside a journal."""
    return sign(_encode(record).encode("ascii"))


def read_records(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield every object of such a file; damaged lines are skipped."""
    for payload in read_lines(data).payloads:
        with suppress(CorruptRecord):
            yield load_record(payload)


def is_journal(data: bytes) -> bool:
    """Return whether the bytes are a journal: the first line is a header, or only that line is damaged."""
    if data.startswith(MARK):
        return True
    second = data[data.find(b"\n") + 1 :].partition(b"\n")[0]
    return bool(second) and sign(second[: 1 - TAIL])[:-1] == second


def load_record(text: bytes) -> dict[str, Any]:
    """Return the object of a payload.

    Raises:
        CorruptRecord: it is not a JSON object.
    """
    try:
        record = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise CorruptRecord("it is not JSON") from None
    if not isinstance(record, dict):
        raise CorruptRecord("it is not an object")
    return record


def load_records(payloads: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    """Yield every object, loaded in batches, which is far faster than one by one.

    For a line that is not an object, yield one with the reason under an empty key.
    """
    for start in range(0, len(payloads), _BATCH):
        batch = payloads[start : start + _BATCH]
        try:
            records = json.loads(b"[%b]" % b",".join(batch), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            records = []
        if len(records) == len(batch) and all(type(record) is dict for record in records):
            yield from records
        else:
            yield from map(_load_or_reason, batch)


def _load_or_reason(text: bytes) -> dict[str, Any]:
    try:
        return load_record(text)
    except CorruptRecord as problem:
        return {"": str(problem)}


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number")
