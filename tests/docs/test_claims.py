"""Every number of the articles that the product grew from stands on the page of claims or that of refusals."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

TABLE = Path(__file__).parent / "seed_numbers.txt"
PAGES = ("claims.md", "refusals.md")
WORDS = (
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
)  # fmt: skip
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAMES = re.compile(r"(?<![\w.])(?:3|5|10)K\b|VO2|https?://\S+")
"""Names of races and of a quantity, and addresses: their digits are no numbers of a claim."""


@pytest.fixture(scope="module")
def seeds() -> dict[str, str]:
    """The articles by the first letters of their names, without names that have digits."""
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.exists():
        pytest.skip("the articles are not there: put the folder `shared` beside the repository")
    return {
        path.name[:3]: NAMES.sub(lambda name: "#" * len(name[0]), path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.txt"))
    }


@cache
def rows() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """The table: article, pattern, words of a row or heading; `-` for what is no claim."""
    lines = [
        line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    table = []
    for line in lines:
        left, _, place = line.rpartition(" => ")
        pattern = NAMES.sub(lambda name: "#" * len(name[0]), left[4:])
        table.append((left[:3], re.compile(pattern), place))
    return tuple(table)


@cache
def pieces() -> tuple[str, ...]:
    """The rows of tables, and the text below each heading that has none, of both pages."""
    found: list[str] = []
    for name in PAGES:
        page = (ROOT / "docs" / "explanation" / name).read_text(encoding="utf-8")
        for section in re.split(r"(?m)^(?=#{2,3} )", page):
            found += re.findall(r"(?m)^\|.*\|$", section)
            found.append(section)
    return tuple(found)


def piece_of(words: str) -> str:
    """The row whose first cell begins with these words, else the section whose heading has them."""
    row = next((piece for piece in pieces() if piece.startswith(f"| {words}")), None)
    return row or next(
        (piece for piece in pieces() if piece.startswith("#") and words in piece.splitlines()[0]), ""
    )


def numbers(text: str) -> set[str]:
    """The numbers in a text, those in words too, written in one way."""
    plain = text.casefold()
    spelt = {str(place) for place, word in enumerate(WORDS) if re.search(rf"\b{word}\b", plain)}
    spelt |= {"4", "5"} if "four fifths" in plain else set()
    return {number.replace(",", "") for number in NUMBER.findall(plain)} | spelt


def test_every_number_of_the_articles_has_its_row(seeds):
    """No digit of an article lies outside of what the table covers."""
    for name, text in seeds.items():
        covered = [False] * len(text)
        for article, pattern, _ in rows():
            for match in pattern.finditer(text) if article == name else ():
                covered[match.start() : match.end()] = [True] * (match.end() - match.start())
        left = [
            text[max(0, match.start() - 30) : match.end() + 30].replace("\n", " ")
            for match in NUMBER.finditer(text)
            if not all(covered[match.start() : match.end()])
        ]
        assert left == []


def test_every_row_is_of_an_article(seeds):
    """A pattern that finds nothing covers nothing."""
    assert [pattern.pattern for article, pattern, _ in rows() if not pattern.search(seeds[article])] == []


def test_every_number_stands_on_a_page(seeds):
    """In the row or below the heading that the table names."""
    missing = []
    for article, pattern, words in rows():
        if words == "-":
            continue
        piece = piece_of(words)
        said = {number for match in pattern.finditer(seeds[article]) for number in in_digits(match[0])}
        if not piece or said - numbers(piece):
            missing.append((words, pattern.pattern, sorted(said - numbers(piece))))
    assert missing == []


def in_digits(text: str) -> set[str]:
    """The numbers of a text that are written in digits."""
    return {number.replace(",", "") for number in NUMBER.findall(text)}


def test_every_claim_has_three_cells():
    """As it is told, as it was found, and what is here."""
    page = (ROOT / "docs" / "explanation" / "claims.md").read_text(encoding="utf-8")
    for title, cells in (("They hold", 3), ("They are told", 3), ("Numbers that are", 2)):
        section = next(part for part in page.split("\n## ") if part.startswith(title))
        table = [line for line in section.splitlines() if line.startswith("|")]
        assert len(table) > 10
        assert {len(line.strip("|").split("|")) for line in table} == {cells}


def test_every_workout_that_is_named_is_in_the_library():
    """A page that sends somebody to a workout sends them to one."""
    names = {path.stem for path in (ROOT / "workouts").glob("*.json")}
    page = (ROOT / "docs" / "explanation" / "claims.md").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"`([a-z0-9-]+)`", page) if not name.startswith("--")}
    assert named - names == {"system"}
