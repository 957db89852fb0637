"""The page about the notation is true: each line in its table is read as it says."""

import re

import pytest

from coach.workout import notation
from tests.docs.test_docs import ROOT
from tests.workout.notation.documents import ATHLETE
from tests.workout.notation.test_table import ROWS

PAGE = (ROOT / "docs/reference/notation.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Read like this")[2].partition("## Said as guessed")[0]
LINES = dict(re.findall(r"^\| `(.+)` \| `(.+)` \|$", TABLE, re.MULTILINE))


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_page_is_read_as_it_says(line):
    """The right column is the canonical form of the left, and reads as itself."""
    assert notation.read(line, ATHLETE).text == LINES[line]
    assert notation.read(LINES[line], ATHLETE).text == LINES[line]


def test_the_page_has_every_row():
    """No row of the tested table is missing on the page; those of several rows are told in words."""
    assert {line for line in ROWS if "\n" not in line} <= LINES.keys()
