"""The page about the command line is what the commands themselves say."""

from pathlib import Path

from coach.cli.reference import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def test_the_reference_page_is_current():
    """`docs/reference/cli.md` is the page the commands would write now; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == page()
