"""The wording of the values of a run on the screen."""

from dataclasses import replace

import pytest

from coach.quantities import Metres, Seconds
from coach.screen import words
from coach.signals.readings import Freshness
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, HeartRateEnd, Move, Quantity, SlotEnd, StepTarget
from tests.screen.builders import PACE_350, rep_four, shown, step


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (60.0, "1:00"),
        (59.2, "1:00"),
        (0.2, "0:01"),
        (0.0, "0:00"),
        (-0.4, "0:00"),
        (-7.6, "+0:07"),
        (3.0, "0:03"),
    ],
)
def test_a_countdown_shows_a_second_until_it_is_over(left, text):
    """A remaining time is rounded up, so that 0:00 is zero; overtime counts up with a plus."""
    assert words.countdown(left) == text


def test_a_running_clock_shows_seconds_that_are_over():
    """59.9 s is 0:59; a clock that does not run is unknown."""
    assert words.running_clock(59.9) == "0:59"
    assert words.running_clock(60.0) == "1:00"
    assert words.running_clock(None) == "--"


@pytest.mark.parametrize(("seconds", "text"), [(44.24, "44.2"), (59.96, "1:00.0"), (91.3, "1:31.3")])
def test_a_time_that_was_taken_has_tenths(seconds, text):
    """Under a minute only seconds and tenths; 59.96 s rounds into the minute."""
    assert words.stopwatch_time(seconds) == text


def test_metres_left_are_rounded_up_to_five_and_marked_when_bridged():
    """Single metres are not shown; a bridged distance has its tilde; no distance is no text."""
    assert words.metres_left(rep_four(left_m=Metres(213.2))) == "215"
    assert words.metres_left(rep_four(left_m=Metres(213.2), estimated=True)) == "~215"
    assert words.metres_left(rep_four(left_m=Metres(-3))) == "0"
    assert words.metres_left(rep_four(left_m=None)) is None


def test_what_is_left_is_metres_or_a_clock_or_unknown():
    """Distance comes first, then time; neither is `--`, never 0."""
    assert words.remainder(rep_four()) == ("215", "m")
    assert words.remainder(rep_four(left_m=None, left_s=Seconds(12.4))) == ("0:13", "")
    assert words.remainder(rep_four(left_m=None)) == ("--", "")


@pytest.mark.parametrize(("seconds", "text"), [(1.24, "+1.2"), (-1.7, "-1.7"), (0.04, "0.0"), (-0.04, "0.0")])
def test_seconds_against_the_light_carry_their_sign(seconds, text):
    """Behind is plus, ahead is minus, and level is zero."""
    assert words.seconds_off(seconds) == text


def test_only_a_value_that_is_not_live_says_its_age():
    """Live and held values have no age on the screen, stale ones do."""
    assert words.age(shown(170, age=1.4)) == ""
    assert words.age(shown(170, age=2.4, state=Freshness.HELD)) == ""
    assert words.age(shown(170, age=6.7, state=Freshness.STALE)) == "6 s old"
    assert words.age(None) == ""


@pytest.mark.parametrize(
    ("band", "quantity", "text"),
    [
        (PACE_350.band, Quantity.SPEED, "3:45-3:55"),
        (Band(high=1000 / 300), Quantity.SPEED, "slower than 5:00"),
        (Band(low=1000 / 300), Quantity.SPEED, "faster than 5:00"),
        (Band(low=140, high=150), Quantity.HEART_RATE, "140-150"),
        (Band(high=150), Quantity.HEART_RATE, "under 150"),
        (Band(low=170), Quantity.CADENCE, "over 170"),
        (Band(), Quantity.POWER, ""),
        (None, Quantity.SPEED, ""),
    ],
)
def test_a_band_is_written_as_it_is_said(band, quantity, text):
    """Paces with the fast side first, open sides in words."""
    assert words.band_text(band, quantity) == text


def test_paces_follow_the_runners_unit():
    """3:50 per km is 6:10 per mile; what is no pace is the same in either."""
    assert words.pace(1000 / 230, "mile") == "6:10"
    assert words.pace(None, "mile") == "--"
    assert words.band_text(PACE_350.band, Quantity.SPEED, "mile") == "6:02-6:18"
    assert words.band_text(Band(low=140, high=150), Quantity.HEART_RATE, "mile") == "140-150"
    assert words.aim(PACE_350, "mile") == "6:10"
    assert words.what(step(rep=5, of=8), "mile") == "REP 5/8  400 m at 6:10"


@pytest.mark.parametrize(
    ("label", "unit", "text"),
    [
        ("no faster than 5:00/km", "mile", "no faster than 8:03/mile"),
        ("no faster than 8:03/mile", "km", "no faster than 5:00/km"),
        ("no faster than 5:00/km", "km", "no faster than 5:00/km"),
        ("easy", "mile", "easy"),
    ],
)
def test_bounds_in_another_unit_are_worded_anew(label, unit, text):
    """A one-sided target keeps its words unless they hold a pace per the other unit."""
    assert words.aim(StepTarget(Quantity.SPEED, Band(high=1000 / 300), label), unit) == text


def test_a_pace_without_numbers_keeps_its_words():
    """Without a band there is nothing to compute, whatever the unit."""
    assert words.aim(StepTarget(Quantity.SPEED, Band(), "6:00/km with luck"), "mile") == "6:00/km with luck"


def test_a_step_is_named_by_its_place():
    """Reps and floats have numbers, a rest is named by how it is spent."""
    assert words.where(step(rep=4, of=8)) == "REP 4/8"
    assert words.where(step(Kind.FLOAT, rep=2, of=8)) == "FLOAT 2/8"
    assert words.where(step(Kind.RECOVERY, rep=2, of=8, move=Move.WALK)) == "WALK"
    assert words.where(step()) == "REP"


def test_a_step_is_worded_in_one_line():
    """Place, length and aim; what a step lacks is left out."""
    assert words.what(step(rep=5, of=8)) == "REP 5/8  400 m at 3:50"
    slot = step(target=None, until=EndConditions((SlotEnd(Seconds(120)),)))
    assert words.what(slot) == "REP  go every 2:00"
    assert words.what(step(Kind.RECOVERY, until=EndConditions((HeartRateEnd(120, below=True),)))) == "JOG"


def test_an_effort_is_worded_by_its_author_made_safe():
    """A target without numbers keeps its own words, without what could order the terminal about."""
    effort = StepTarget(Quantity.EFFORT, Band(), "fast,\x1b[5m smooth")
    assert words.aim(effort) == "fast,[5m smooth"
    assert words.aim(None) == ""


def test_the_judged_value_is_the_one_of_its_quantity():
    """The needle shows what the step is judged by, and nothing for words."""
    run = rep_four(power=shown(290))
    values = {
        quantity: words.judged_value(replace(run, judged_quantity=quantity))
        for quantity in (Quantity.SPEED, Quantity.HEART_RATE, Quantity.CADENCE, Quantity.POWER)
    }
    assert values == {
        Quantity.SPEED: run.speed,
        Quantity.HEART_RATE: run.heart_rate,
        Quantity.CADENCE: run.cadence,
        Quantity.POWER: run.power,
    }
    assert words.judged_value(replace(run, judged_quantity=Quantity.EFFORT)) is None
