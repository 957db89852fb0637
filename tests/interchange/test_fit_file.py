"""Headers that lie, wrong checksums, cuts and chains: all that is there is read, and the fault is reported."""

from contextlib import suppress
from struct import pack
from time import process_time

import pytest
from fitdecode.utils import compute_crc

from coach.interchange import fit_file
from coach.interchange.fit_file import RUN_FIELDS, sift
from coach.interchange.recordings.common import read_recording
from coach.problems import RecordingProblem
from coach.signals.readings import Reported, Source
from tests.interchange.fit_writer import START, body_of, fit, framed

CUT = "The file is cut short; everything before the cut was read."
DAMAGED = "The file is damaged; everything before the damage was read."
WRONG = "The file's checksum is wrong; it was read nevertheless."
MISSING = "The file's checksum is missing; it was read nevertheless."


def _samples(*seconds: int) -> bytes:
    """A file of samples at these seconds."""
    return fit(*(("record", {"at": second, "speed": 3.0, "distance": 3.0 * second}) for second in seconds))


WHOLE = _samples(*range(60))
BODY = body_of(WHOLE)
MESSAGE = len(BODY) // 60
"""Bytes of one sample, its definition included."""


def _read(data: bytes) -> tuple[list[float], tuple[str, ...]]:
    """When there are samples, and what is reported."""
    read = read_recording(data, name="x.fit")
    return [each.at for each in read.inputs if isinstance(each, Reported)], read.problems


def _header_tells(told: int, there: int) -> str:
    return f"The file's header says {told:,} bytes follow it, and there are {there:,}; all were read."


@pytest.mark.parametrize("size", [0, 1, MESSAGE, MESSAGE + 3, len(BODY) - 1, len(BODY) + 1, 2**32 - 1])
@pytest.mark.parametrize("header", [12, 14])
def test_a_header_that_lies_about_the_size_is_not_believed(size, header):
    """A file whose header tells of none, fewer or more bytes than there are is read to its end."""
    seconds, problems = _read(framed(BODY, header=header, size=size))

    assert seconds == list(range(60))
    assert problems == (_header_tells(size, len(BODY)),)


def test_a_header_that_counts_the_checksum_is_mended():
    """A size that counts the two bytes of the checksum as well costs nothing."""
    assert _read(framed(BODY, size=len(BODY) + 2)) == (
        list(range(60)),
        (_header_tells(len(BODY) + 2, len(BODY)),),
    )


def test_a_recording_that_was_never_closed_is_read():
    """A header of 0 bytes and no checksum, as a watch leaves them that dies: whole samples are read."""
    data = framed(BODY, size=0)[:-2]
    cut = _read(data[:-5])

    assert _read(data) == (list(range(60)), (_header_tells(0, len(BODY)),))
    assert cut == (list(range(59)), (CUT,))


@pytest.mark.parametrize(("header", "says"), [(14, 12), (12, 14), (14, 0), (12, 0), (14, 13), (12, 255)])
def test_a_header_that_lies_about_itself_is_measured(header, says):
    """The messages behind a header tell how long it is."""
    seconds, problems = _read(framed(BODY, header=header, says=says))

    assert seconds == list(range(60))
    assert f"The file's header gives its own size as {says}; it is {header}." in problems


def test_a_longer_header_is_believed():
    """A header of a later protocol, longer than today's, is stepped over."""
    assert _read(framed(BODY, header=16)) == (list(range(60)), ())


@pytest.mark.parametrize("ending", [b"\0\0", b"\xff\xff"])
def test_a_wrong_checksum_is_told(ending):
    """The bytes are all there and only their sum is wrong: everything is read, and it is reported."""
    assert _read(WHOLE[:-2] + ending) == (list(range(60)), (WRONG,))


def test_a_missing_checksum_is_told():
    """A file that ends with its last message is read whole."""
    assert _read(WHOLE[:-2]) == (list(range(60)), (MISSING,))


@pytest.mark.parametrize("gone", [1, 3, MESSAGE, MESSAGE + 4, 10 * MESSAGE + 2])
def test_a_cut_file_is_read_up_to_the_cut(gone):
    """Every whole sample before a cut is read."""
    seconds, problems = _read(WHOLE[:-gone])

    assert seconds == list(range(60 - -(-(gone - 2) // MESSAGE) if gone > 2 else 60))
    assert len(problems) == 1


def test_damage_ends_a_file_and_not_the_next():
    """Bytes that are no message end the reading of one file of a chain; the next is read."""
    damaged = framed(BODY[: 30 * MESSAGE] + b"\x05" + BODY[30 * MESSAGE :])
    seconds, problems = _read(damaged + _samples(100, 101))

    assert seconds == [*range(30), 100, 101]
    assert problems == (DAMAGED,)


def test_a_chain_with_a_lying_header_is_read_whole():
    """Where a file of a chain ends is seen by the header of the next, if its own tells nothing."""
    chain = framed(BODY, size=0) + _samples(70) + _samples(80)

    assert _read(chain) == ([*range(60), 70, 80], (_header_tells(0, len(BODY)),))
    assert _read(_samples(0) + WHOLE[:-40] + _samples(90))[0] == [*range(60 - -(-38 // MESSAGE)), 90]


def test_bytes_behind_the_end_are_told():
    """What stands behind a sound file is no part of it."""
    assert _read(WHOLE + bytes(1234)) == (
        list(range(60)),
        ("1,234 bytes behind the end of the FIT file were left out.",),
    )


def test_the_header_of_0_bytes_of_a_stranger(shared_data):
    """A real file whose header tells of 0 bytes is read to its end, 6:39, and it is reported."""
    seconds, problems = _read((shared_data / "wild" / "files" / "fit_header_says_0_bytes.fit").read_bytes())

    assert sorted(set(seconds)) == list(range(400))
    assert problems == (_header_tells(0, 6233),)


def _definition(number: int, *fields: tuple[int, int, int], local: int = 0, big: bool = False) -> bytes:
    head = pack(">BBBHB" if big else "<BBBHB", 0x40 | local, 0, big, number, len(fields))
    return head + b"".join(pack("BBB", *field) for field in fields)


def test_messages_are_kept_field_by_field():
    """Fields nobody needs are left out, in either order of bytes, and what is left means the same."""
    body = _definition(20, (5, 4, 0x86), (2, 2, 0x84), (253, 4, 0x86), (9, 1, 1), (3, 1, 2), big=True)
    body += pack(">BIHIbB", 0, 1000, 2500, START, -3, 150)
    (kept,) = sift(framed(body), RUN_FIELDS, [])
    read = read_recording(framed(body), name="x.fit")

    assert kept[14:-2] == _definition(20, (5, 4, 0x86), (253, 4, 0x86), (3, 1, 2), big=True) + pack(
        ">BIIB", 0, 1000, START, 150
    )
    assert [(each.distance, each.heart_rate) for each in read.inputs if isinstance(each, Reported)] == [
        (10.0, None),
        (None, 150.0),
    ]


def test_short_times_count_from_the_last_whole_one():
    """Five bits of a time in a header go on from the last whole time, whatever message had it."""
    body = _definition(20, (6, 2, 0x84), local=1) + _definition(255, (253, 4, 0x86), (1, 1, 2), local=2)
    base = START - START % 32
    body += pack("<BIB", 2, base + 30, 9)
    body += b"".join(pack("<BH", 0x80 | 1 << 5 | (30 + step) % 32, 3000) for step in range(6))

    assert _read(framed(body))[0] == [0, 1, 2, 3, 4, 5]


def test_a_description_behind_a_definition_still_names_the_field():
    """A developer field that is described after its first use is known from then on."""
    index = _definition(207, (3, 1, 2)) + b"\0\0"
    record = b"\x61" + _definition(20, (253, 4, 0x86))[1:] + bytes([1, 0, 4, 0])
    name = b"Speed\0"
    described = _definition(206, (0, 1, 2), (1, 1, 2), (2, 1, 2), (3, len(name), 7), (8, 4, 7))
    described += pack("<BBBB", 0, 0, 0, 0x88) + name + b"m/s\0"
    samples = [pack("<BIf", 1, START + second, 3.5) for second in range(3)]
    body = index + record + samples[0] + described + record + samples[1] + samples[2]
    read = read_recording(framed(body), name="x.fit")

    assert [(each.at, each.source, each.speed) for each in read.inputs if isinstance(each, Reported)] == [
        (0.0, Source.POD, 3.5),
        (1.0, Source.POD, 3.5),
    ]


def test_the_checksum_is_that_of_the_protocol():
    """Two bytes at a step give what one at a step gives, for even and odd lengths."""
    for length in (1, 2, 3, 254, 1001):
        data = bytes(number * 7 % 256 for number in range(length))
        assert fit_file.checksum(data) == compute_crc(data)


BOMBS = {
    "messages without a byte": _definition(20) + bytes(600_000),
    "messages nobody knows": _definition(0xFF00, (1, 1, 2)) + bytes(1_000_000),
    "definitions": b"".join(_definition(20, (5, 1, 2), (number % 250, 1, 2)) for number in range(60_000)),
    "definitions of 255 fields": _definition(20, *((number, 255, 2) for number in range(255))) * 600,
    "wide samples": _definition(20, (253, 4, 0x86), *((99, 255, 13) for _ in range(200)))
    + b"".join(pack("<BI51000x", 0, START + second) for second in range(40)),
    "developer fields": _definition(20, (253, 4, 0x86)).replace(b"\x40", b"\x60", 1)
    + bytes([255, *(byte for number in range(255) for byte in (number, 1, number))])
    + b"".join(pack("<BI255x", 0, START + second) for second in range(1000)),
    "events": _definition(21, (253, 4, 0x86), (0, 1, 0), (1, 1, 0))
    + b"".join(pack("<BIBB", 0, START + second, 0, second % 2 * 4) for second in range(40_000)),
    "workouts": (_definition(26, (4, 1, 0)) + b"\0\1") * 20_000,
    "beats": _definition(78, (0, 32, 0x84)) + (b"\0" + bytes(32)) * 5000,
    "short times": _definition(20, (3, 1, 2)) + b"\x80\x50\x81\x51" * 5_000,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("size", [None, 0])
def test_no_file_takes_long(name, size):
    """Files made to take long are refused or read within four seconds of processor time."""
    data = framed(BODY + BOMBS[name], size=size)
    began = process_time()
    with suppress(RecordingProblem):
        read_recording(data, name="x.fit")
    assert process_time() - began < 4.0


def test_a_chain_of_empty_files_ends():
    """A hundred thousand files without a message are more than are looked at."""
    began = process_time()
    with pytest.raises(RecordingProblem, match="holds no sample"):
        read_recording(framed(b"") * 20_000, name="x.fit")
    assert process_time() - began < 4.0


def test_more_of_a_kind_than_any_run_has_is_told(monkeypatch):
    """Beyond the most samples of a run nothing is read, and how many there were is reported."""
    monkeypatch.setattr(fit_file, "MOST_OF_A_KIND", {20: 50})

    assert _read(WHOLE) == (
        list(range(50)),
        ("The file has 60 messages of one kind (20); the first 50 were read.",),
    )


def test_more_messages_than_any_run_has_are_told(monkeypatch):
    """Beyond the most messages of a run the file is not followed, and it is reported."""
    monkeypatch.setattr(fit_file, "MOST_MESSAGES", 100)

    assert _read(WHOLE) == (list(range(50)), ("The file has more than 100 messages; the rest was left out.",))
