"""Block letters: they keep their shape at every scale and never leave their field."""

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.screen.paint import (
    HEIGHT,
    LARGEST,
    Scale,
    block,
    first_that_fits,
    has_picture,
    largest,
    width_of,
)

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:./+-%~↑↓→?!' "


def drawn(text, scale):
    """Write a block as text, one line a row."""
    return ["".join(kind * length for kind, length in row) for row in block(text, scale).rows]


def test_a_digit_at_scale_one_is_five_cells_wide_and_half_cells_high():
    """At scale 1 a dot is a cell wide and half a cell high, so seven dots take four rows."""
    assert drawn("1", Scale(1, 1)) == [" v#  ", "  #  ", "  #  ", " ^^^ "]


def test_a_dash_lies_in_the_middle():
    """The dash is the fourth of seven dots: the lower half of the second row."""
    assert drawn("-", Scale(1, 1)) == ["    ", "vvvv", "    ", "    "]


def test_every_character_the_screen_needs_has_a_picture():
    """Digits, letters, arrows and the signs of clocks and paces can all be painted."""
    assert all(has_picture(character) for character in ALPHABET)


def test_letters_all_differ():
    """No two characters share a picture, so an S is not a 5 and an O is not a 0 in width or shape."""
    pictures = {
        character: tuple(drawn(character, Scale(1, 1))) for character in ALPHABET if character not in "O0"
    }
    assert len(set(pictures.values())) == len(pictures)


def test_small_letters_are_painted_as_capitals():
    """The face has one case; what is given in small letters reads the same."""
    assert drawn("ease", Scale(1, 1)) == drawn("EASE", Scale(1, 1))


def test_a_character_without_a_picture_is_left_out():
    """A text in another script paints what it can and never fails."""
    assert drawn("4日0", Scale(1, 1)) == drawn("40", Scale(1, 1))
    assert not has_picture("日")


def test_an_empty_text_is_an_empty_block():
    """Nothing to paint gives a block without a single dot."""
    assert set("".join(drawn("", Scale(2, 2)))) == {" "}


def test_the_end_of_a_stroke_stays_square():
    """Bevels round the corners of turns, never the end of a stroke: a 1 keeps its full foot at scale 4."""
    assert drawn("1", Scale(4, 4))[-1].strip() == "#" * 12


def test_the_corner_of_a_turn_is_bevelled():
    """From scale 2 on the outer corner of a 0 is taken off and the step inside it is filled."""
    assert drawn("E", Scale(2, 2))[0].startswith("v#")


@given(st.text(ALPHABET, max_size=12), st.integers(1, 200), st.integers(1, 40))
@settings(max_examples=200)
def test_the_largest_scale_fits_and_the_next_does_not(text, width, height):
    """The chosen scale fits the field; one step more would not, or is past the limit."""
    scale = largest(text, width, height)
    if scale is None:
        assert width_of(text) > width or height < (HEIGHT + 1) // 2
        return
    letters = block(text, scale)
    assert letters.width <= width
    assert letters.height <= height
    assert all(sum(length for _, length in row) == letters.width for row in letters.rows)
    taller = scale.y + 1
    too_high = (HEIGHT * taller + 1) // 2 > height
    too_wide = 4 * (width // width_of(text)) < 3 * taller
    assert scale.y == LARGEST or too_high or too_wide


def test_the_fullest_wording_that_fits_is_chosen():
    """Of several wordings the first that fits is painted, however small the ones after it are."""
    texts = ("400M AT 3:50", "400 3:50", "3:50")
    assert first_that_fits(texts, 200, 4) == block("400M AT 3:50", largest("400M AT 3:50", 200, 4))
    assert first_that_fits(texts, 20, 4) == block("3:50", Scale(1, 1))
    assert first_that_fits(texts, 10, 4) is None


def test_a_shorter_wording_is_preferred_where_letters_should_be_large():
    """With a least scale the first wording that reaches it wins over a longer one that is small."""
    letters = first_that_fits(("REP 4/8   400M AT 3:50", "4/8"), 120, 7, least=2)
    assert letters is not None
    assert letters.height == 7
