"""The figures: every one has a column of its own that never moves, and all are of one size."""

import random
from dataclasses import replace

import pytest

from coach.live.snapshot import SplitRow
from coach.quantities import Metres, Seconds
from coach.screen.figures import GRIDS, Figures, figures, grid_for
from coach.screen.paint import SUN
from coach.session.events import Light
from coach.session.phases import Phase, SplitRole
from coach.signals.readings import Freshness, Source
from tests.screen.builders import ended, rep_four, session_8x400, shown, step

SIZES = [(60, 5), (72, 5), (80, 5), (100, 5), (120, 5), (160, 5), (200, 8), (240, 8)]
INK = SUN.plain.ink


def painted(snapshot, width, height):
    """Paint the figures of a snapshot."""
    part = Figures()
    return part.paint(part.look(snapshot), width, height, SUN)


def pairs(row):
    """Give labels and fullest texts."""
    return [(figure.labels[0], figure.texts[0]) for figure in row]


def test_a_rep_shows_left_heart_rate_cadence_the_light_and_its_clock():
    """80 columns have three figures, 120 all five, and 200 four in large letters."""
    row = figures(rep_four())
    assert pairs(row.many) == [
        ("LEFT m  NEEDS 3:58", "215"),
        ("HR bpm", "171"),
        ("CADENCE spm", "182"),
        ("LIGHT s  7 m AHEAD", "-1.7"),
        ("STEP TIME", "0:41"),
    ]
    assert [label for label, _ in pairs(row.few)] == ["LEFT m  NEEDS 3:58", "HR bpm", "LIGHT s  7 m AHEAD"]
    assert [label for label, _ in pairs(row.four)][-1] == "STEP TIME"


def test_a_light_that_was_set_back_says_so():
    """The figure is against the new light, and its label names it."""
    light = Light(Seconds(1.7), Metres(7.3), None, None, set_back_s=Seconds(5.0))
    assert figures(rep_four(light=light)).few[2].labels[0] == "NEW LIGHT s  7 m BEHIND"
    level = Light(Seconds(0.0), Metres(0.0), None, None, set_back_s=Seconds(5.0))
    assert figures(rep_four(light=level)).few[2].labels == ("NEW LIGHT s",)


def test_unknown_figures_are_two_dashes():
    """Without a strap, a pod or a light a figure is `--`, never 0."""
    bare = rep_four(heart_rate=None, cadence=None, light=None, left_m=None, step_time_s=None)
    assert {figure.texts[0] for figure in figures(bare).many} == {"--"}


def test_a_stale_figure_has_its_age_in_its_label():
    """An old heart rate is grey and dated; two seconds without a beat do not grey it."""
    pulse = figures(rep_four(heart_rate=shown(168, age=6.2, state=Freshness.STALE))).few[1]
    assert (pulse.labels[0], pulse.is_stale) == ("HR bpm 6 s old", True)
    figure = figures(rep_four(heart_rate=shown(168, age=2.5, state=Freshness.HELD))).few[1]
    assert (figure.labels[0], figure.is_stale) == ("HR bpm", False)


def test_a_rest_shows_the_last_rep_the_heart_rate_and_the_plan():
    """A rest shows how the rep was, and whether the heart rate has come down."""
    row = figures(rep_four(phase=Phase.RECOVERY))
    assert pairs(row.few) == [("LAST REP", "1:31.4"), ("HR bpm", "171"), ("TO PLAN s", "-0.6")]
    assert figures(rep_four(phase=Phase.RECOVERY, results=())).few[0].texts == ("--",)


def test_by_hand_the_figures_are_splits_and_the_next_go():
    """A quantity without a source gives its place to splits, in tenths; a doubtful press takes none."""
    row = figures(rep_four(coach_mode=True, go_in_s=Seconds(88.2)))
    assert pairs(row.four) == [
        ("LAST SPLIT s", "44.2"),
        ("TO PLAN s", "-1.8"),
        ("GO IN", "1:29"),
        ("LAST REP", "1:31.4"),
    ]
    doubtful = SplitRow(4, None, Seconds(60), Seconds(15.8), None, SplitRole.DOUBTFUL)
    again = figures(rep_four(coach_mode=True, splits=(*rep_four().splits, doubtful)))
    assert again.few[0].texts[0] == "44.2"
    assert pairs(figures(rep_four(coach_mode=True, splits=())).few)[:2] == [
        ("LAST SPLIT s", "--"),
        ("TO PLAN s", "--"),
    ]


@pytest.mark.parametrize(
    ("go_in", "texts"),
    [(-0.5, ("0:00", "0")), (-7.0, ("+0:07", "+0")), (-70.2, ("+1:10", "+1")), (61.0, ("1:01", "2"))],
)
def test_a_go_that_is_over_counts_on_in_minutes_as_well(go_in, texts):
    """A column too narrow for the clock has whole minutes with the same sign."""
    assert figures(rep_four(coach_mode=True, go_in_s=Seconds(go_in))).few[2].texts == texts


def test_by_the_clock_dead_figures_give_way():
    """Without any sensor there are the step's time, the last split and what comes next."""
    bare = rep_four(is_by_clock=True, speed=None, heart_rate=None, cadence=None, light=None, left_m=None)
    assert pairs(figures(bare).few) == [("STEP TIME", "0:41"), ("LAST SPLIT s", "44.2"), ("NEXT JOG", "1:00")]
    with_strap = figures(replace(bare, heart_rate=shown(171, Source.STRAP)))
    assert with_strap.few[1].labels == ("HR bpm",)


def test_a_lost_pace_brings_the_step_time():
    """Without a pace the step time replaces the remainder, and the last split the light."""
    snapshot = rep_four(speed=None, cadence=None, light=None, left_m=None)
    assert [label for label, _ in pairs(figures(snapshot).few)] == ["STEP TIME", "LAST SPLIT s", "TO PLAN s"]


def test_a_kilometre_and_more_is_left_in_km_and_ten_minutes_in_minutes():
    """The widest texts of a column are known."""
    assert figures(rep_four(left_m=Metres(1650))).few[0].texts[0] == "1.6"
    long = painted(rep_four(left_m=None, left_s=Seconds(684), light=None), 80, 5)
    assert "LEFT min" in long[0].text


def a_snapshot(dice):
    """Make up a snapshot: any phase, any value known or not."""

    def some(value, chance=0.75):
        return value if dice.random() < chance else None

    phases = [Phase.WORK, Phase.WORK, Phase.RECOVERY, Phase.READY, Phase.PAUSED, Phase.OVERTIME]
    behind = dice.uniform(-30, 30)
    steps = session_8x400().steps
    index = dice.randrange(len(steps) - 1)
    results = (ended(step(), dice.uniform(20, 1200)),)
    return rep_four(
        phase=dice.choice(phases),
        index=index,
        step=steps[index],
        next_step=steps[index + 1],
        left_m=some(Metres(dice.uniform(0, 12000))),
        left_s=some(Seconds(dice.uniform(-90, 5000))),
        step_time_s=some(Seconds(dice.uniform(0, 9000))),
        estimated=dice.random() < 0.3,
        speed=some(shown(dice.uniform(0.5, 8))),
        heart_rate=some(shown(dice.uniform(40, 230))),
        cadence=some(shown(dice.uniform(40, 230))),
        light=some(Light(Seconds(behind), Metres(4 * behind), some(Seconds(88.0)), some(4.2))),
        splits=(
            SplitRow(
                4, Metres(200), Seconds(99), Seconds(dice.uniform(20, 400)), some(behind), SplitRole.SPLIT
            ),
        ),
        results=some(results) or (),
        coach_mode=dice.random() < 0.2,
        go_in_s=some(Seconds(dice.uniform(0, 2000))),
        is_by_clock=dice.random() < 0.2,
        d_prime_left=some(dice.random(), 0.2),
    )


def filled_columns(rows):
    """Give the columns that hold a painted cell under the labels."""
    columns = set()
    for row in rows[1:]:
        at = 0
        for segment in row:
            is_block = (
                segment.style and segment.style.bgcolor and segment.style.bgcolor.name != SUN.plain.paper
            )
            for place, letter in enumerate(segment.text):
                if is_block or not letter.isspace():
                    columns.add(at + place)
            at += segment.cell_length
    return columns


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_figure_moves_or_touches_its_neighbour(width, height):
    """Of random moments every figure ends at the right edge of its column and keeps five blanks before it."""
    dice = random.Random(7)
    grid = grid_for(width, height)
    for _ in range(250):
        snapshot = a_snapshot(dice)
        row = figures(snapshot)
        edges = grid.edges(width, is_rest=row.is_rest)
        columns = filled_columns(painted(snapshot, width, height))
        begin = 0
        for place, edge in enumerate(edges):
            own = {column for column in columns if begin <= column < edge}
            if own:
                assert edge - 3 * grid.scale <= max(own) + 1 <= edge
                assert place == 0 or min(own) >= begin + 5 - grid.scale
            begin = edge
        assert not {column for column in columns if column >= begin}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_all_figures_are_of_one_size(width, height):
    """No figure is in smaller letters than its neighbours, whatever its value."""
    dice = random.Random(11)
    for _ in range(150):
        rows = painted(a_snapshot(dice), width, height)
        below = rows[1].text + rows[2].text
        assert not any(letter.isdigit() for letter in below)


def test_the_columns_are_those_of_the_specification():
    """At 80 and 120 columns their right edges are fixed."""
    assert [(grid.width, grid.work) for grid in GRIDS[1:3]] == [
        (80, (20, 48, 78)),
        (120, (18, 41, 64, 88, 118)),
    ]
