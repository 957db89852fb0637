"""Names from files and sensors are made harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from coach.screen.paint import fit, sanitise


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Polar H10 1A2B", "Polar H10 1A2B"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b2Jgone", "2Jgone"),
        ("two\nlines\ttabbed", "two lines tabbed"),
        ("\u202eright to left\u202c", "right to left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("  much    space ", "much space"),
        ("Zürich", "Zürich"),
        ("Zu\u0308rich", "Zürich"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
        ("\ud800lone", "lone"),
    ],
)
def test_what_a_terminal_could_take_for_an_order_is_taken_out(name, shown):
    """Escapes, line breaks, bidi marks and zero widths go; words, brackets and composed letters stay."""
    assert sanitise(name) == shown


@given(st.text(), st.integers(1, 60))
def test_any_text_becomes_one_printable_line(text, limit):
    """Whatever comes in, what goes out has no control or format character and keeps its limit."""
    shown = sanitise(text, limit)
    assert len(shown) <= limit
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in shown)


@given(st.text(), st.integers(0, 40))
def test_a_fitted_text_is_never_wider_than_its_field(text, width):
    """Cells are counted, not characters: wide letters do not push a row over its edge."""
    assert cell_len(fit(sanitise(text), width)) <= width


def test_a_cut_text_says_that_it_was_cut():
    """An ellipsis stands where something is missing, and only there."""
    assert fit("footpod", 7) == "footpod"
    assert fit("footpods", 7) == "footpo…"
    assert fit("footpod", 0) == ""
