"""Shoes: what runs add to them, and when a pair can be raced in."""

from datetime import date, timedelta

import pytest

from coach.athlete import Shoe
from coach.plan.race import Gear, ShoeRun, gear_of

DAY = date(2026, 11, 1)


def run(shoe, days, metres=10_000.0, hard_m=0.0, name="r"):
    """A run some days after the first."""
    return ShoeRun(f"{name}{days}", DAY + timedelta(days), shoe, metres, hard_m)


def worn(*runs, **about) -> Gear:
    """The gear of one pair with these runs."""
    return gear_of([Shoe(slug="racer", name="Streak", **about)], runs)


def test_kilometres_and_first_use_are_those_of_its_runs():
    """The distance before counts, a run in another pair does not; a run without a distance adds none."""
    gear = worn(
        run("racer", 3, 8000.0), run("racer", 0), run("other", 1), run("racer", 5, None), already_km=40.0
    )
    (shoe,) = gear.shoes
    assert (shoe.metres, shoe.runs, shoe.unmeasured) == (58_000.0, 3, 1)
    assert (shoe.first_day, shoe.last_day) == (DAY, DAY + timedelta(5))
    assert gear.unknown == ("other",)


def test_runs_of_no_shoe_are_counted_apart():
    """Runs without a pair are counted, so that the runner can add it."""
    gear = worn(run("", 0), run("", 1, None))
    assert (gear.runs_without, gear.metres_without, gear.shoes[0].runs) == (2, 10_000.0, 0)


@pytest.mark.parametrize(
    ("runs", "is_ready", "words"),
    [
        ([], False, "3 slow days and 2 days at race pace"),
        ([(0, 0), (1, 0), (2, 0)], False, "2 days at race pace"),
        ([(0, 0), (1, 0), (2, 0), (3, 2000), (4, 1000)], True, "race-ready"),
        ([(0, 0), (0, 0), (0, 0), (3, 2000), (4, 1000)], False, "2 slow days"),
        ([(0, 0), (1, 0), (2, 0), (3, 2000), (4, 900)], False, "1 day at race pace"),
        ([(0, None), (1, None), (2, None), (3, 2000), (4, 2000)], False, "3 slow days"),
    ],
)
def test_three_slow_days_and_two_at_race_pace_break_a_pair_in(runs, is_ready, words):
    """Days count, not runs; a kilometre of hard steps makes one at race pace, and unknown makes none."""
    gear = worn(*(run("racer", day, hard_m=hard, name=f"r{place}") for place, (day, hard) in enumerate(runs)))
    assert gear.shoes[0].is_race_ready is is_ready
    assert words in gear.shoes[0].ready_words


def test_its_runner_may_say_that_it_is_broken_in_and_put_it_away():
    """A retired pair is not race-ready, is listed last, and is not offered for a race."""
    assert worn(race_ready=True).shoes[0].is_race_ready
    retired = worn(race_ready=True, retired="2026-11-05", purpose="race")
    assert not retired.shoes[0].is_race_ready
    assert retired.race_shoe() is None
    two = gear_of([Shoe(slug="old", name="Old", retired="2026-01-01"), Shoe(slug="new", name="New")], [])
    assert [shoe.slug for shoe in two.shoes] == ["new", "old"]


def test_the_pair_for_a_race_is_the_one_whose_purpose_it_is():
    """Of several race shoes one that is broken in is offered."""
    pairs = [
        Shoe(slug="a", name="A", purpose="race"),
        Shoe(slug="b", name="B", purpose="race", race_ready=True),
    ]
    shoe = gear_of(pairs, [run("a", 3)]).race_shoe()
    assert shoe is not None
    assert shoe.slug == "b"
    assert worn().race_shoe() is None


def test_a_limit_is_the_runners_own():
    """A pair has no limit unless its runner sets one."""
    assert not worn(run("racer", 0, 5_000_000.0)).shoes[0].is_worn_out
    assert worn(run("racer", 0, 501_000.0), limit_km=500).shoes[0].is_worn_out


def test_as_data_nothing_unknown_is_there():
    """Unknown values of a pair that was never worn are absent."""
    tree = worn().shoes[0].as_json()
    assert tree == {"slug": "racer", "name": "Streak", "km": 0.0, "runs": 0, "slow_days": 0, "race_pace_days": 0,
                    "race_ready": False, "retired": False}  # fmt: skip
