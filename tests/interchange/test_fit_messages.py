"""Records that are read by a plan say what fitdecode's own reading of them says."""

import random
from pathlib import Path
from struct import pack

import pytest
from fitdecode.reader import FitReader

from coach.interchange import fit_file
from coach.interchange.fit_file import messages

NAMES = sorted(
    path.name for path in (Path(__file__).parents[3] / "shared/data/recordings").glob("*.fit")
) or ["none"]


def both(data: bytes, monkeypatch) -> tuple[list[str], list[str], list[str], list[str]]:
    """The messages and the faults, as they are read here and as fitdecode reads them."""
    ours: list[str] = []
    theirs: list[str] = []
    read = [repr(message) for message in messages(data, ours)]
    with monkeypatch.context() as patch:
        patch.setattr(fit_file, "_Reader", FitReader)
        expected = [repr(message) for message in messages(data, theirs)]
    return read, expected, ours, theirs


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_read_as_fitdecode_reads_it(recordings, name, monkeypatch):
    """Every message of every recording is the same, name by name and value by value."""
    read, expected, ours, theirs = both((recordings / name).read_bytes(), monkeypatch)

    assert read == expected
    assert ours == theirs


@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_are_read_as_fitdecode_reads_them(recordings, seed, monkeypatch):
    """Definitions of any size and type, cut messages and wild times: the same messages, and the same fault."""
    chance = random.Random(seed)
    data = bytearray((recordings / NAMES[seed % len(NAMES)]).read_bytes()[: chance.randrange(200, 6000)])
    for _ in range(chance.randrange(1, 12)):
        data[chance.randrange(len(data))] = chance.choice([0, 255, 0x40, 0x60, 0x80, chance.randrange(256)])
    read, expected, ours, theirs = both(bytes(data), monkeypatch)

    assert read == expected
    assert ours == theirs


def activity(fields: list[tuple[int, int, int]], *rows: bytes, is_big: bool = False) -> bytes:
    """A file of records alone: their fields by number, size and base type, then the bytes of each."""
    body = bytes([0x40, 0, is_big]) + pack(">H" if is_big else "<H", 20)
    body += bytes([len(fields), *(part for field in fields for part in field)])
    body += b"".join(b"\0" + row for row in rows)
    return pack("<BBHI4s", 12, 16, 100, len(body), b".FIT") + body + b"\0\0"


TIME, PULSE, SPEED, FINE = (253, 4, 0x86), (3, 1, 0x02), (6, 2, 0x84), (73, 4, 0x86)


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (activity([TIME, PULSE], pack("<IB", 9, 150)), {"timestamp": 9, "heart_rate": 150}),
        (activity([TIME, PULSE], pack("<IB", 9, 255)), {"timestamp": 9}),
        (activity([TIME, PULSE], pack(">IB", 9, 150), is_big=True), {"timestamp": 9, "heart_rate": 150}),
        (
            activity([TIME, SPEED], pack("<IH", 9, 3512)),
            {"timestamp": 9, "enhanced_speed": 3.512, "speed": 3.512},
        ),
        (
            activity([TIME, SPEED, FINE], pack("<IHI", 9, 3512, 3999)),
            {"timestamp": 9, "enhanced_speed": 3.512, "speed": 3.512},
        ),
        (activity([TIME], pack("<I", 0x10000000)), {"timestamp": 0x10000000}),
        (
            activity([TIME, (3, 2, 0x02)], pack("<IBB", 9, 150, 151)),
            {"timestamp": 9, "heart_rate": (150, 151)},
        ),
        (activity([TIME, (3, 3, 0x07)], pack("<I3s", 9, b"ab\0")), {"timestamp": 9, "heart_rate": "ab"}),
    ],
)
def test_a_record_is_read_by_its_definition(data, values, monkeypatch):
    """Values that mean nothing are absent, whole numbers are scaled, a speed is the finer one too, rows stay rows."""
    (message,) = messages(data, [])
    read, expected, _, _ = both(data, monkeypatch)

    assert message.values == values
    assert read == expected


def test_ordinary_records_have_a_plan(monkeypatch):
    """Records of single numbers are read by a plan; only an unusual one is read by fitdecode."""
    asked: list[int] = []

    def read(_reader: FitReader, _chunk: bytes, _header: object) -> None:
        asked.append(1)
        raise ValueError

    monkeypatch.setattr(FitReader, "_read_data_message", read)

    assert len(list(messages(activity([TIME, PULSE], pack("<IB", 9, 150)), []))) == 1
    assert asked == []
    assert list(messages(activity([TIME, (3, 2, 0x02)], pack("<IBB", 9, 150, 151)), [])) == []
    assert asked == [1]
