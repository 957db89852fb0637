"""FIT files are written after the protocol, and two readers of others agree on their contents."""

from struct import unpack
from typing import Any

import fitdecode
import pytest
from fit_tool.fit_file import FitFile
from fit_tool.profile.messages.record_message import RecordMessage
from hypothesis import given
from hypothesis import strategies as st

from coach.interchange.fit_file import (
    LONGEST_TEXT,
    BaseType,
    FitEncoder,
    FitField,
    MessageType,
    checksum,
    cut_text,
)

FILE_ID = MessageType(
    0,
    {
        "type": FitField(0, BaseType.ENUM),
        "manufacturer": FitField(1, BaseType.UINT16),
        "serial": FitField(3, BaseType.UINT32Z),
    },
)
RECORD = MessageType(
    20,
    {
        "at": FitField(253, BaseType.UINT32),
        "latitude": FitField(0, BaseType.SINT32),
        "altitude_m": FitField(2, BaseType.UINT16, 5, 500),
        "heart_rate": FitField(3, BaseType.UINT8),
        "cadence": FitField(4, BaseType.UINT8),
        "distance_m": FitField(5, BaseType.UINT32, 100),
        "speed_mps": FitField(6, BaseType.UINT16, 1000),
        "power": FitField(7, BaseType.UINT16),
        "temperature": FitField(13, BaseType.SINT8),
    },
)
HRV = MessageType(78, {"time": FitField(0, BaseType.UINT16, 1000)})
WORKOUT = MessageType(26, {"name": FitField(8, BaseType.TEXT), "steps": FitField(6, BaseType.UINT16)})


def decoded(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Every data message as fitdecode reads it, checksums enforced."""
    with fitdecode.FitReader(
        data, processor=None, check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        return [
            (frame.name, {item.name: item.value for item in frame.fields if item.value is not None})
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage)
        ]


def file_of(*messages: tuple[MessageType, dict[str, Any]]) -> bytes:
    """A file with a head and these messages."""
    encoder = FitEncoder()
    encoder.add(FILE_ID, {"type": 4, "manufacturer": 255, "serial": 1})
    for kind, values in messages:
        encoder.add(kind, values)
    return encoder.file()


def test_header_and_checksums_are_those_of_the_protocol():
    """The header tells its own size, that of the data and `.FIT`; both checksums are right."""
    data = file_of((RECORD, {"at": 1, "heart_rate": 150}))

    size, protocol, _, length, magic, header_crc = unpack("<BBHI4sH", data[:14])
    assert (size, protocol, magic) == (14, 0x10, b".FIT")
    assert length == len(data) - 14 - 2
    assert header_crc == checksum(data[:12])
    assert int.from_bytes(data[-2:], "little") == checksum(data[:-2])


def test_values_are_scaled_offset_and_rounded_and_unknown_ones_are_absent():
    """A record is read back in its units; None is left out, and a negative and an offset value are right."""
    record = {
        "at": 1_000_000_000,
        "latitude": -5,
        "altitude_m": 12.0,
        "heart_rate": None,
        "distance_m": 12.344,
        "speed_mps": 4.1234,
        "temperature": -3,
    }
    _, (name, values) = decoded(file_of((RECORD, record)))

    assert name == "record"
    assert values["timestamp"] == 1_000_000_000
    assert values["position_lat"] == -5
    assert values["altitude"] == pytest.approx(12.0)
    assert values["distance"] == pytest.approx(12.34)
    assert values["speed"] == pytest.approx(4.123)
    assert values["temperature"] == -3
    assert "heart_rate" not in values


def test_a_second_reader_agrees():
    """fit-tool, which shares no code with fitdecode, reads the same record."""
    record = {"at": 1_000_000_000, "heart_rate": 150, "distance_m": 12.34, "speed_mps": 4.123}
    messages = [each.message for each in FitFile.from_bytes(file_of((RECORD, record))).records]

    (read,) = [each for each in messages if isinstance(each, RecordMessage)]
    assert read.heart_rate == 150
    assert read.distance == pytest.approx(12.34)
    assert read.speed == pytest.approx(4.123)


def test_messages_of_one_make_share_a_definition():
    """A hundred records, some without a heart rate, are defined twice and not a hundred times."""
    records = [{"at": n, "heart_rate": None if n % 7 == 0 else 150, "speed_mps": 4.0} for n in range(100)]
    data = file_of(*((RECORD, each) for each in records))

    with fitdecode.FitReader(data) as reader:
        frames = list(reader)
    assert sum(isinstance(each, fitdecode.FitDefinitionMessage) for each in frames) == 1 + 2
    assert [values.get("heart_rate") for name, values in decoded(data) if name == "record"] == [
        each["heart_rate"] for each in records
    ]


def test_more_makes_than_local_types_are_defined_again():
    """Forty texts of different lengths need more definitions than are known at a time, and all come back."""
    names = ["x" * length for length in [*range(1, 41), 1, 40]]
    data = file_of(*((WORKOUT, {"name": name, "steps": 3}) for name in names))

    assert [values["wkt_name"] for name, values in decoded(data) if name == "workout"] == names


def test_rows_of_values_are_one_field():
    """Several beats stand in one message."""
    _, (_, values) = decoded(file_of((HRV, {"time": (0.8, 0.812)})))

    assert values["time"] == pytest.approx((0.8, 0.812))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (RECORD, {"heart_rate": 255}),
        (RECORD, {"heart_rate": -1}),
        (RECORD, {"heart_rate": "fast"}),
        (WORKOUT, {"name": 3}),
        (WORKOUT, {"name": "x" * (LONGEST_TEXT + 1)}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: MessageType, values: dict[str, Any]):
    """A value that would be read as unknown, or not at all, is a mistake of the caller."""
    with pytest.raises(ValueError, match=r"heart_rate|name"):
        file_of((kind, values))


@given(st.text(max_size=400))
def test_a_cut_text_fits_and_cuts_no_letter(text: str):
    """`cut_text` gives a beginning of the text that fits a field."""
    text = text.encode("utf-8", "replace").decode()
    cut = cut_text(text)

    assert len(cut.encode()) <= LONGEST_TEXT
    assert cut == text or text.startswith(cut.removesuffix("…").rstrip())


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["at", "heart_rate", "power", "cadence"]), st.integers(0, 250), min_size=1
        ),
        max_size=60,
    )
)
def test_any_messages_come_back(messages: list[dict[str, int]]):
    """A reader finds the fields of any message in any order."""
    data = file_of(*((RECORD, each) for each in messages))

    names = {"at": "timestamp"}
    read = [values for name, values in decoded(data) if name == "record"]
    assert read == [{names.get(key, key): value for key, value in each.items()} for each in messages]
