"""Tests of the blocks of a season: lengths, what is cut, and how many peaks a year has room for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.plan.model import PlannedRace, RacePriority, TrainingPhase, monday_of
from coach.plan.templates import (
    BASE_WEEKS,
    BUILD_WEEKS,
    FULL_WEEKS,
    PEAK_WEEKS,
    SPEED_WEEKS,
    cycle,
    recovery_weeks,
    season_blocks,
    with_priorities,
)

MONDAY = date(2026, 11, 30)


def race(
    weeks: int, distance: str = "10 km", priority: RacePriority = RacePriority.A, day: int = 6
) -> PlannedRace:
    """A race on a day of the week that is the so-many-th from the first."""
    return PlannedRace(MONDAY + timedelta(weeks=weeks - 1, days=day), distance, priority)


def test_the_shortest_full_cycle_is_sixteen_weeks():
    """8 of base, 6 of build, of which the last 4 are speed, and 2 of peak."""
    blocks = cycle(16)

    assert (blocks.base, blocks.build + blocks.speed, blocks.peak) == (8, 6, 2)
    assert blocks.speed == 4
    assert FULL_WEEKS == 16


@pytest.mark.parametrize("weeks", range(16, 26))
@pytest.mark.parametrize("is_long", [False, True])
def test_every_block_of_a_full_cycle_is_within_its_range(weeks: int, is_long: bool):
    """Base 8 to 12, build 6 to 10, its speed part 4 to 8, peak 2 to 3, from 16 to 25 weeks."""
    blocks = cycle(weeks, is_long=is_long)

    assert blocks.weeks == weeks
    assert BASE_WEEKS[0] <= blocks.base <= BASE_WEEKS[1]
    assert BUILD_WEEKS[0] <= blocks.build + blocks.speed <= BUILD_WEEKS[1]
    assert SPEED_WEEKS[0] <= blocks.speed <= SPEED_WEEKS[1]
    assert PEAK_WEEKS[0] <= blocks.peak <= PEAK_WEEKS[1]
    assert blocks.free == blocks.sharpen == 0


@given(st.integers(1, 150), st.booleans(), st.booleans())
def test_every_week_has_a_block_and_the_last_is_the_race(weeks: int, is_long: bool, is_even: bool):
    """However many weeks there are, they are divided without a rest, and the peak is never over three weeks."""
    blocks = cycle(weeks, is_long=is_long, is_even=is_even)
    phases = list(blocks.phases())

    assert len(phases) == weeks
    assert phases[-1] is TrainingPhase.RACE
    assert blocks.peak <= 3
    order = ["free", "base", "build", "speed", "sharpen", "peak", "race"]
    assert [phase.value for phase in phases] == sorted((phase.value for phase in phases), key=order.index)


def test_under_four_weeks_it_only_sharpens_and_tapers():
    """Three weeks have no base and no build, and that is said."""
    season = season_blocks(MONDAY, [race(3)])

    assert {week.phase for week in season.weeks[:3]} == {TrainingPhase.SHARPEN, TrainingPhase.RACE}
    assert "only sharpening and the taper" in season.cut[0]


def test_with_less_time_it_says_what_it_cut():
    """Ten weeks have less of base and of build, and both are named."""
    season = season_blocks(MONDAY, [race(10)])

    assert season.cut == (
        "10 weeks with that of 10 km: a full cycle takes 16. Base has 4 instead of 8, build 4 instead of 6.",
    )


def test_more_weeks_than_a_cycle_takes_are_run_without_a_plan():
    """30 weeks begin with five of easy running."""
    season = season_blocks(MONDAY, [race(30)])

    assert [week.phase for week in season.weeks].count(TrainingPhase.FREE) == 5
    assert "the first 5 are easy running without a plan" in season.cut[0]


def test_a_recovery_block_follows_every_a_race():
    """After each A race there is at least a week of recovery, four after a marathon."""
    for distance, weeks in (("1 mile", 1), ("10 km", 1), ("21.0975 km", 2), ("42.195 km", 4)):
        season = season_blocks(MONDAY, [race(16, distance)])
        assert [week.phase for week in season.weeks[16:]] == [TrainingPhase.RECOVERY] * weeks


def test_three_peaks_of_a_10k_take_51_weeks():
    """3 x (16 + 1) = 51: the three fit a year, each a full cycle."""
    races = [race(16), race(33), race(50)]
    season = season_blocks(MONDAY, races)

    assert len(season.weeks) == 51 == 3 * 17
    assert season.cut == ()
    assert with_priorities(races)[1] == ()


def test_three_peaks_are_for_short_races_alone():
    """With a half among them the third becomes a B race, and it is said which and why."""
    races, says = with_priorities([race(16), race(33, "21.0975 km"), race(50)])

    assert [each.priority for each in races].count(RacePriority.A) == 2
    assert "three only if every race is 10 k or shorter" in says[0]


def test_a_fourth_peak_has_no_room():
    """Four A races within a year are one too many, however short."""
    races, says = with_priorities([race(12, "5 km"), race(24, "5 km"), race(36, "5 km"), race(50, "5 km")])

    assert [each.priority for each in races].count(RacePriority.A) == 3
    assert "3 x 17 weeks = 51" in says[0]


def test_a_race_in_the_recovery_of_another_is_run_for_the_day():
    """A week after an A race nothing is built for: that race becomes a C race."""
    races, says = with_priorities([race(16), race(17)])

    assert races[1].priority is RacePriority.C
    assert "not negotiable" in says[0]


def test_two_close_races_share_what_there_is():
    """Five weeks after a half there is a week of recovery, and the rest leads to the next race."""
    season = season_blocks(MONDAY, [race(16, "21.0975 km"), race(21)])
    after = [week.phase for week in season.weeks[16:21]]

    assert after[0] is TrainingPhase.RECOVERY
    assert after[-1] is TrainingPhase.RACE


def test_weeks_are_counted_to_the_race():
    """The week of the race is 0; recovery counts to none."""
    season = season_blocks(MONDAY, [race(16)])

    assert [week.to_race for week in season.weeks] == [*range(15, -1, -1), None]


@given(
    st.lists(
        st.tuples(st.integers(1, 100), st.sampled_from(["5 km", "10 km", "21.0975 km", "42.195 km"])),
        min_size=1,
        max_size=6,
    )
)
def test_any_races_make_weeks_in_a_row_and_each_a_race_has_its_own(found: list[tuple[int, str]]):
    """The weeks follow each other, every A race that is left lies in a week of its own, and recovery follows it."""
    weeks = dict(found)
    races, _ = with_priorities([race(week, distance) for week, distance in weeks.items()])
    season = season_blocks(MONDAY, races)
    mondays = [week.monday for week in season.weeks]
    phases = {week.monday: week.phase for week in season.weeks}

    assert mondays == [MONDAY + timedelta(weeks=place) for place in range(len(mondays))]
    for each in races:
        if each.priority is RacePriority.A:
            monday = monday_of(each.date)
            assert phases[monday] is TrainingPhase.RACE
            assert phases[monday + timedelta(weeks=1)] is TrainingPhase.RECOVERY


def test_recovery_is_one_to_four_weeks():
    """Whatever the distance."""
    for metres in (800.0, 5_000.0, 10_000.0, 21_097.5, 42_195.0, 100_000.0):
        usual, least = recovery_weeks(metres)
        assert 1 <= least <= usual <= 4


def test_a_year_of_two_peaks_has_even_blocks():
    """19 weeks to the 10 k in May: base through February, build through April, and two weeks of peak."""
    blocks = cycle(19, is_even=True)

    assert (blocks.base, blocks.build + blocks.speed, blocks.peak) == (8, 9, 2)
