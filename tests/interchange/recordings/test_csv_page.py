"""The reference page of the CSV stream is true."""

import re
from pathlib import Path

from coach.interchange.recordings.common import KEYS, UNITS, read_recording
from coach.signals.readings import Reported

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "csv.md").read_text(encoding="utf-8")


def _tables() -> list[list[list[str]]]:
    """Every table of the page, row by row, cell by cell, headings left out."""
    found = re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
    return [[line.strip("|").split("|") for line in table.splitlines()[2:]] for table in found]


def test_the_page_has_every_column():
    """The first table names each column of the stream."""
    assert {row[0].strip(" `") for row in _tables()[0]} == set(KEYS)


def test_the_page_has_every_unit():
    """The second table names each unit of --map, its own first."""
    page = {
        row[0].strip(" `"): re.findall(r"`([\w/]+)`", re.sub(r"\(.*?\)", "", row[1])) for row in _tables()[1]
    }

    assert page == {key: list(units) for key, units in UNITS.items() if "" not in units}


def test_the_stream_on_the_page_is_read():
    """The example reads as it stands: three moments of movement, two heart rates, one mark."""
    example = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None

    read = read_recording(example[1].encode(), name="example")

    assert sum(isinstance(one, Reported) and one.speed is not None for one in read.inputs) == 3
    assert sum(isinstance(one, Reported) and one.heart_rate is not None for one in read.inputs) == 2
    assert read.has_marks
    assert read.problems == ()
