"""Curves and bars as SVG: scaled to what matters, and a gap stays a gap."""

import re

import pytest

from coach.quantities import speed_from_pace
from coach.review import html_page as html
from coach.workout.timeline import Band


def band(fast, slow):
    """A target between two paces, given in seconds a kilometre."""
    return Band(low=speed_from_pace(slow), high=speed_from_pace(fast))


def test_a_pace_axis_shows_the_target_and_two_bands_beyond():
    """A band of 10 s at 4:00 is a fifth of the height, and faster is higher."""
    axis = html.pace_axis([], [band(235, 245)])
    assert axis.y(235) < axis.y(245)
    assert (round(axis.top), round(axis.bottom)) == (213, 267)
    assert [words for _, words in axis.ticks] == ["3:45", "4:00", "4:15"]


def test_a_single_pace_has_a_narrow_band():
    """A target without a margin is a narrow band."""
    fast, slow = html.pace_edges(Band(aim=speed_from_pace(240)))
    assert fast == pytest.approx(237, abs=0.1)
    assert slow == pytest.approx(243, abs=0.1)


def test_reps_far_from_their_target_are_on_the_axis():
    """A run at 6:00 instead of 4:00 is on the axis."""
    axis = html.pace_axis([], [band(235, 245)], [360.0])
    assert axis.bottom > 360


def test_without_targets_the_axis_is_around_what_was_run():
    """A stop and a sprint do not squeeze the rest."""
    axis = html.pace_axis([300.0 + place % 20 for place in range(200)] + [150.0, 1100.0, None], [])
    assert axis.top == pytest.approx(300, abs=2)
    assert axis.bottom == pytest.approx(319, abs=2)


def test_nothing_measured_still_has_an_axis():
    """A plot without values is empty."""
    assert html.pace_axis([None], []).ticks
    assert html.value_axis([None], [], least=40.0).top == 40.0


def test_an_axis_of_values_holds_the_targets_too():
    """A heart rate capped at 150 shows the cap even when it never came near; standing still says nothing."""
    axis = html.value_axis([110.0, 112.0, 0.0], [Band(high=150.0)], least=40.0, low=60.0)
    assert axis.bottom > 100
    assert axis.top > 150
    assert [words for _, words in axis.ticks] == ["110", "120", "130", "140", "150"]


def test_a_gap_of_the_data_is_a_gap_of_the_line():
    """A value alone between two gaps is a dot."""
    axis = html.Axis(0.0, 100.0, ())
    assert html.path_of([50.0, 60.0, None, 40.0, None], axis) == "M0.5 100h0l1 -20M3.5 120h0"


def test_a_line_far_outside_runs_along():
    """A stop far outside the plot keeps the numbers of its line short."""
    assert html.path_of([-1e9], html.Axis(0.0, 100.0, ())) == "M0.5 400h0"


@pytest.mark.parametrize(
    ("speed", "pace"), [(None, None), (4.0, 250.0), (0.0, html.SLOWEST_S), (0.2, html.SLOWEST_S)]
)
def test_standing_still_is_a_pace_that_is_drawn(speed, pace):
    """An unknown speed is an unknown pace, and a stop the slowest pace."""
    assert html.pace_of(speed) == pace


def test_a_plot_says_what_it_is_and_carries_its_cues():
    """An image with words for screen readers, a cursor, its target, and each cue."""
    axis = html.pace_axis([240.0] * 4, [band(235, 245)])
    drawn = html.plot_html(
        "pace",
        "speed_mps",
        axis,
        [html.Curve([240.0, None, 238.0, 240.0])],
        stretches=[
            html.ChartStretch(0, 2, "work"),
            html.ChartStretch(2, 4, "rest"),
            html.ChartStretch(3, 4, "work"),
        ],
        pauses=[2.0],
        targets=[html.TargetArea(0, 2, Band(low=245.0, high=235.0), Band(low=245.0, high=None))],
        flags=[html.Flag(1, "down")],
        description="pace over the run",
    )
    assert 'role="img" aria-label="pace over the run"' in drawn
    assert '<use href="#down" x="25.00%"/>' in drawn
    assert '<path class="pause" d="M2.0 0V200"/>' in drawn
    assert drawn.count('class="work behind"') == 1
    assert len(re.findall("M0.0 [0-9]+L2.0", drawn)) == 2, (
        "the filled band and its one side that has both ends"
    )
    assert 'class="cursor"' in drawn


def test_a_plot_without_a_scrubber_has_no_cursor():
    """A plot without a key has no cursor."""
    drawn = html.plot_html("load", "", html.Axis(0.0, 10.0, ()), [html.Curve([None])])
    assert "cursor" not in drawn
    assert 'class="curve"' not in drawn


def test_a_profile_has_the_numbers_of_its_reps_where_there_is_room():
    """A rep narrower than a fortieth of the width has no number."""
    steps = [
        html.ChartStretch(0, 10, "work", 1.0, "1"),
        html.ChartStretch(10, 11, "work", 0.5, "2"),
    ]
    drawn = html.profile_html(steps, 100)
    assert ">1</text>" in drawn
    assert ">2</text>" not in drawn
    assert 'd="M0.0 200h10.0v-200h-10.0zM10.0 200h1.0v-100h-1.0z"' in drawn


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (240, ["0:00", "1:00", "2:00", "3:00", "4:00"]),
        (3600, ["0:00", "10:00"]),
        (30000, ["0:00", "2:00:00"]),
    ],
)
def test_times_have_room_on_a_phone(seconds, words):
    """There are at most seven times below a plot."""
    shown = re.findall(">([0-9:]+)</text>", html.times_html(seconds))
    assert shown[: len(words)] == words
    assert len(shown) <= 7


@pytest.mark.parametrize(
    ("off", "drawn"),
    [
        (None, ""),
        (0.4, ""),
        (2.5, 'class="slow" x="41.0" y="2" width="20.0"'),
        (-9.0, 'class="fast" x="0.0"'),
    ],
)
def test_a_deviation_has_its_side_and_its_length(off, drawn):
    """Fast is left of the line, slow right of it, and 5 s are the whole of a side."""
    bar = html.deviation_html(off)
    assert drawn in bar
    assert ("rect" in bar) == bool(drawn)


def test_columns_begin_at_zero_and_leave_out_the_unknown():
    """A week of which nothing is known has no column, and none of no height either."""
    columns = [
        html.ChartColumn(100.0, hard=0.25, title="week 1"),
        html.ChartColumn(None),
        html.ChartColumn(50.0),
    ]
    drawn = html.columns_html("load", columns, ["Jan", "", "now"])
    heights = [
        float(each)
        for each in re.findall('class="bar" x="[0-9.]+" y="[0-9.]+" width=".8" height="([0-9.]+)"', drawn)
    ]
    assert heights == [pytest.approx(2 * heights[1], abs=0.2), heights[1]]
    assert drawn.count('class="bar hard"') == 1
    assert ">Jan</text>" in drawn


def test_nothing_known_makes_an_empty_chart():
    """A bar chart without values is empty."""
    assert 'class="bar' not in html.columns_html("load", [html.ChartColumn(None)], [""])


def test_shares_lie_side_by_side():
    """Each share begins where the one before it ends."""
    drawn = html.share_html([("bar", 0.8), ("bar hard", 0.2)])
    assert 'class="bar hard" x="80.0%" y="0" width="20.0%"' in drawn
