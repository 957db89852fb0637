"""CSV as other tools write it: lines above the header, other delimiters, decimal commas, names with units."""

from pathlib import Path

import pytest

from coach.interchange.recordings.common import ColumnMap, ForeignRecording, read_recording
from coach.problems import RecordingProblem
from coach.signals.readings import Reported
from tests.cases import case

Values = list[tuple[float, float | None, float | None]]
"""Time, speed and heart rate."""
RUN: Values = [(0.0, 3.1, 140.0), (1.0, 3.2, 141.0), (2.0, 3.15, 142.0), (3.0, 3.2, 143.0)]


def read(text: str | bytes, *words: str) -> ForeignRecording:
    """The contents of a file."""
    data = text.encode() if isinstance(text, str) else text
    return read_recording(data, name="run.csv", mapping=ColumnMap.parse(words) if words else None)


def values(recording: ForeignRecording) -> Values:
    """Speed and heart rate by time."""
    rows: dict[float, dict[str, float]] = {}
    for each in recording.inputs:
        if isinstance(each, Reported):
            row = rows.setdefault(each.at, {})
            row |= {
                key: float(value)
                for key, value in (("speed", each.speed), ("heart rate", each.heart_rate))
                if value is not None
            }
    return [(at, row.get("speed"), row.get("heart rate")) for at, row in rows.items()]


def test_decimal_commas(shared_data: Path) -> None:
    """Semicolons part the columns and commas the decimals, as spreadsheets of half of Europe write them."""
    recording = read((shared_data / "wild" / "files" / "csv_decimal_comma.csv").read_bytes())
    assert values(recording) == RUN
    assert recording.problems == ()


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_every_way_to_write_one_table(delimiter: str) -> None:
    """With any separators and any lines above the header the run is the same."""
    for encoding in ["utf-8", "utf-8-sig", "utf-16"]:
        for line_end in ["\n", "\r\n", "\r"]:
            for above in ["", "sep=;\n", "My run, 3,5 km\n\nAthlete;X\nNotes|none\tat all\n"]:
                for comma in [True, False]:
                    with case(encoding, line_end, above, comma):
                        lines: list[tuple[str, ...]] = [("source", "heart_rate_bpm", "time_s", "speed_mps")]
                        for at, speed, heart_rate in RUN:
                            cells = [f"{heart_rate}", f"{at}", f"{speed}"]
                            if comma:
                                cells = [
                                    f'"{cell.replace(".", ",")}"'
                                    if delimiter == ","
                                    else cell.replace(".", ",")
                                    for cell in cells
                                ]
                            lines.append(("watch", *cells))
                        text = (above + "\n".join(map(delimiter.join, lines)) + "\n").replace("\n", line_end)

                        recording = read(text.encode(encoding))

                        assert values(recording) == RUN
                        assert recording.problems == ()


@pytest.mark.parametrize(
    ("header", "row", "speed"),
    [
        ("Time,Speed (km/h)", "00:00:{:02},10.8", 3.0),
        ("Elapsed Time;Pace [min/km]", "0:{:02};5:33,33", 1000 / 333.33),
        ("timestamp,speed_kmh", "2026-01-01T10:00:{:02}Z,10.8", 3.0),
        ("Time (s)\tSpeed (m/s)\tPace (min/km)", "{}\t3.0\t9:99", 3.0),
        ("Pace (min/km)\tSpeed (m/s)\tTime (s)", "9:99\t3.0\t{}", 3.0),
        ("seconds|velocity mph", "{}|6.7108", 3.0),
        ("TIME,HEART RATE,SPEED (MPH)", "{},140,6.7108", 3.0),
        ("Zeit;Herzfrequenz;Geschwindigkeit (km/h)", "00:00:{:02};140;10,8", 3.0),
        ("Temps;FC (bpm);Vitesse (km/h)", "00:00:{:02};140;10,8", 3.0),
        ("Temps;Allure (min/km)", "00:00:{:02};05:33", 1000 / 333),
        ("Time;Speed (km/h)", "01.02.2024 10:00:{:02};10,8", 3.0),
    ],
)
def test_names_of_other_tools(header: str, row: str, speed: float) -> None:
    """A column is known by its name where the unit is beside it; times are seconds, clocks or ISO times."""
    rows = values(read("\n".join((header, *(row.format(second) for second in range(5))))))

    assert [at for at, _, _ in rows] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert [value for _, value, _ in rows] == pytest.approx([speed] * 5, rel=1e-4)


@pytest.mark.parametrize("header", ["Time,Speed", "Time,Distance", "Time,Pace (km)", "Speed (m/s),HR"])
def test_what_has_no_unit_or_no_time_is_not_guessed(header: str) -> None:
    """A speed or distance without a unit, or a table without a time, asks for --map."""
    with pytest.raises(RecordingProblem, match="no column") as problem:
        read(f"{header}\n0,3\n1,3\n")
    assert "--map" in problem.value.hint


def test_a_mapped_column_wins(shared_data: Path) -> None:
    """Columns that are named come first, also below other lines; the others are known by their names."""
    text = "Run of today\nClock;Speed (km/h);v;HR\n0;99;3,1;140\n1;99;3,2;141\n"
    assert values(read(text, "time_s=Clock", "speed_mps=v")) == RUN[:2]


def test_polar_flow(shared_data: Path) -> None:
    """The summary above the samples is passed over; cadence counts one foot there."""
    recording = read((shared_data / "wild" / "files" / "csv_polar_flow.csv").read_bytes())

    reports = [each for each in recording.inputs if isinstance(each, Reported)]
    assert [(at, rate) for at, _, rate in values(recording)] == [(0, 140), (1, 141), (2, 142), (3, 143)]
    speeds = [each.speed * 3.6 for each in reports if each.speed is not None]
    assert speeds == pytest.approx([11.0, 11.1, 11.1, 11.2])
    assert [each.distance for each in reports if each.distance is not None] == [0.0, 3.05, 6.1, 9.2]
    assert [each.cadence for each in reports if each.cadence is not None] == [160.0, 160.0, 162.0, 162.0]
    assert recording.problems == ()


@pytest.mark.parametrize("laps_first", [True, False])
def test_of_two_tables_the_longer_one_is_the_recording(*, laps_first: bool) -> None:
    """A table of laps above or below the samples is no part of them."""
    laps = "Lap,Time,Distance (km),HR (bpm)\n1,300,1.0,150\n2,600,2.0,151\n"
    samples = "time_s,speed_mps,heart_rate_bpm\n" + "".join(
        f"{at},{speed},{rate}\n" for at, speed, rate in RUN
    )
    recording = read(laps + "\n" + samples if laps_first else samples + "\n" + laps)

    assert values(recording) == RUN
    assert recording.problems == (() if laps_first else ("The file holds a second table; it was left out.",))


@pytest.mark.parametrize(
    ("cell", "metres"),
    [('"1,234"', 1234.0), ('"1,234.5"', 1234.5), ('"1234,5"', 1234.5), ('"1.234,5"', 1234.5)],
)
def test_commas_in_quotes(cell: str, metres: float) -> None:
    """Between commas a number in quotes groups its thousands if every such number could, else has a decimal comma."""
    recording = read(f"time_s,distance_m\n0,{cell}\n1,{cell}\n")
    assert {each.distance for each in recording.inputs if isinstance(each, Reported)} == {metres}


@pytest.mark.parametrize(
    ("name", "unit"),
    [("Speed", "km/h"), ("speed (knots)", "km/h"), ("Vitesse", "km/h"), ("Allure", "min/km")],
)
def test_a_column_whose_unit_is_not_known_is_told(name: str, unit: str) -> None:
    """A speed that is left out for its unit is not lost in silence, and the way to read it is named."""
    recording = read(f"time_s,{name},HR\n0,10.8,140\n1,10.8,141\n")

    assert values(recording) == [(0, None, 140), (1, None, 141)]
    (told,) = recording.problems
    assert told.endswith(f'--map "speed_mps={name}:{unit}".')
    assert values(read(f"time_s,{name},HR\n0,3,140\n", f"speed_mps={name}:m/s")) == [(0, 3, 140)]


def test_values_beyond_the_header_are_told() -> None:
    """A decimal comma that parts a value in two is no value of a column; a comma at the end of a row is nothing."""
    recording = read("time_s,speed_mps\n0,3,1\n1,3,2\n2,3,\n")

    (told,) = recording.problems
    assert told.startswith("2 rows were longer than the header")


def test_times_that_cannot_be_read_are_named() -> None:
    """A file with unreadable times is refused, with an example."""
    with pytest.raises(RecordingProblem, match='"today at 10" in the column "Time"') as problem:
        read("Time,HR\ntoday at 10,140\ntoday at 11,140\n")
    assert "--map time_s=COLUMN:UNIT" in problem.value.hint


@pytest.mark.parametrize("text", ['{"id": 1, "moving_time": 5}', '[\n {"id": 1, "distance": 5}]'])
def test_json_is_no_table(text: str) -> None:
    """Objects with commas between are not called a table without a time."""
    with pytest.raises(RecordingProblem, match="This is JSON, which is not a known recording format"):
        read(text)
