"""The reserve above critical speed on the screen: a labelled estimate, in the column of the clock."""

from dataclasses import replace

import pytest

from coach.screen.figures import Figures
from coach.screen.paint import NIGHT, SUN
from coach.session.phases import Phase
from tests.screen.builders import rep_four

LABEL = "RESERVE est. %"


def rows_of(snapshot, width, height, colours=SUN):
    """Paint the figures of a snapshot."""
    part = Figures()
    return part.paint(part.look(snapshot), width, height, colours)


def labels(rows):
    """Give the row of the labels, its blanks made one."""
    return " ".join(rows[0].text.split())


def papers(rows):
    """Give the colours the rows are painted on."""
    return {segment.style.bgcolor.name for row in rows for segment in row if segment.style}


@pytest.mark.parametrize(("width", "height"), [(120, 5), (200, 8)])
@pytest.mark.parametrize("phase", [Phase.WORK, Phase.RECOVERY])
def test_it_stands_last_in_the_place_of_the_clock(width, height, phase):
    """On 120 and on 200 columns it takes the column of the step's clock, and no other figure moves."""
    without = rows_of(rep_four(phase=phase), width, height)
    rows = rows_of(rep_four(phase=phase, d_prime_left=0.62), width, height)
    assert labels(rows) == labels(without).replace("STEP TIME", LABEL)
    assert {row.cell_length for row in rows} == {width}


@pytest.mark.parametrize(("width", "height", "edge"), [(120, 5, 89), (200, 8, 136)])
def test_the_others_stay_as_they_are(width, height, edge):
    """Every cell before the last column is the same as without the estimate."""
    without = rows_of(rep_four(), width, height)
    rows = rows_of(rep_four(d_prime_left=0.15), width, height)
    assert [row.crop(0, edge) for row in rows] == [row.crop(0, edge) for row in without]


def test_where_there_are_three_figures_it_is_left_out():
    """On 80 columns and fewer the row is as it would be without the estimate, with a light and without."""
    for light in (rep_four().light, None):
        plain = rep_four(light=light)
        for width, height in ((80, 5), (60, 5), (40, 3)):
            assert rows_of(replace(plain, d_prime_left=0.5), width, height) == rows_of(plain, width, height)


@pytest.mark.parametrize("share", [1.0, 0.99, 0.07, 0.0])
def test_its_digits_do_not_move_the_row(share):
    """Its field is as wide for one digit as for three, so the labels stand still."""
    assert (
        rows_of(rep_four(d_prime_left=share), 120, 5)[0].text
        == rows_of(rep_four(d_prime_left=0.5), 120, 5)[0].text
    )


@pytest.mark.parametrize("colours", [SUN, NIGHT], ids=["sun", "night"])
@pytest.mark.parametrize(
    ("share", "fill"),
    [(1.0, None), (0.51, None), (0.5, "fast"), (0.2, "fast"), (0.19, "slow"), (0.0, "slow")],
)
def test_its_fill_tells_how_much_is_left(share, fill, colours):
    """The figure has no fill above a half, a bright one down to a fifth, and a dark one below."""
    fills = papers(rows_of(rep_four(d_prime_left=share), 120, 5, colours))
    expected = {colours.plain.paper, colours.plain.ink}
    filled = {"fast": colours.fast, "slow": colours.slow}
    for name, pair in filled.items():
        assert (pair.paper in fills) == (name == fill and pair.paper not in expected)


def test_unknown_is_not_shown():
    """Unknown leaves the figures as they are, and so does a run timed by hand."""
    assert rows_of(rep_four(d_prime_left=None), 200, 8) == rows_of(rep_four(), 200, 8)
    by_hand = rep_four(coach_mode=True)
    assert rows_of(replace(by_hand, d_prime_left=0.4), 200, 8) == rows_of(by_hand, 200, 8)
