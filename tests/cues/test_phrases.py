"""The words of cues in English."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.cues.cue import Phrases
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, MarkEnd, Quantity, StepReminder, StepTarget
from tests.cues.bench import pace, step

phrases = Phrases()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"),
        (7, "seven"),
        (13, "thirteen"),
        (21, "twenty-one"),
        (40, "forty"),
        (100, "one hundred"),
        (350, "three hundred fifty"),
        (1000, "one thousand"),
        (1609, "one thousand six hundred nine"),
    ],
)
def test_numbers_are_words(value, words):
    """Numbers are written out."""
    assert phrases.number(value) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (48, "forty-eight"),
        (60, "one flat"),
        (90, "one thirty"),
        (240, "four flat"),
        (245, "four oh five"),
        (255, "four fifteen"),
        (3723, "one oh two oh three"),
        (244.6, "four oh five"),
        (59.6, "one flat"),
    ],
)
def test_times_are_said_as_runners_say_them(seconds, words):
    """245 s are "four oh five"."""
    assert phrases.clock(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "one second"),
        (45, "forty-five seconds"),
        (60, "one minute"),
        (90, "one thirty"),
        (720, "twelve minutes"),
        (3600, "one hour"),
        (5400, "one hour thirty"),
        (9000, "two hours thirty"),
    ],
)
def test_durations_have_units_where_they_need_them(seconds, words):
    """120 s are "two minutes", 90 s "one thirty"."""
    assert phrases.duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (98, "ninety-eight"),
        (100, "one hundred"),
        (105, "one oh five"),
        (150, "one fifty"),
        (178, "one seventy-eight"),
    ],
)
def test_beats_are_said_in_two_parts(value, words):
    """150 bpm are "one fifty"."""
    assert phrases.beats(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (400, "four hundred metres"),
        (1000, "one thousand metres"),
        (1500, "one thousand five hundred metres"),
        (1609.344, "one mile"),
        (1609, "one mile"),
        (804.672, "half a mile"),
        (2414.016, "one and a half miles"),
        (3218.688, "two miles"),
        (2000, "two k"),
        (5000, "five k"),
        (12_500, "twelve point five k"),
    ],
)
def test_distances_are_metres_on_the_track_and_k_beyond(value, words):
    """5000 m are "five k"."""
    assert phrases.metres(value) == words


def test_belts_speak_kilometres_an_hour():
    """14.1 km/h are "fourteen one", 12 are "twelve"."""
    assert phrases.belt(14.1 / 3.6) == "fourteen one"
    assert phrases.belt(12 / 3.6) == "twelve"


def test_the_words_of_the_design_are_said_as_written():
    """Two fast. Relax. New light. Hold four fifteen. In ten: fourteen one."""
    assert phrases.too_fast_by(2.2).text == "Two fast. Relax."
    assert phrases.too_fast_by(0.4).text == "Too fast. Relax."
    assert phrases.new_light(1000 / 255).text == "New light. Hold four fifteen."
    assert phrases.belt_ahead(10, 14.1 / 3.6) == "In ten: fourteen one."


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (pace(1000 / 250), "at four ten"),
        (
            StepTarget(Quantity.SPEED, Band(1000 / 245, None, 1000 / 235), ""),
            "at three fifty-five to four oh five",
        ),
        (StepTarget(Quantity.SPEED, Band(None, None, 3.0), ""), "no faster than five thirty-three"),
        (StepTarget(Quantity.SPEED, Band(4.0, None, None), ""), "at four ten or faster"),
        (StepTarget(Quantity.HEART_RATE, Band(140, None, 150), ""), "heart rate one forty to one fifty"),
        (StepTarget(Quantity.CADENCE, Band(175, None, None), ""), "cadence over one seventy-five"),
        (StepTarget(Quantity.POWER, Band(None, 250, None), ""), "power two fifty"),
        (StepTarget(Quantity.METRIC, Band(), "lactate 4"), "lactate 4"),
    ],
)
def test_targets_are_said_by_their_quantity(target, words):
    """Pace, heart rate, cadence, power, or their own label."""
    assert phrases.target_words(target, step()) == words


def test_a_reminder_without_an_amount_is_just_said():
    """A reminder without an amount is its text alone."""
    assert phrases.reminder(StepReminder("relax your shoulders"), None) == "Relax your shoulders."


@given(st.floats(0, 359_999))
def test_no_time_has_digits(seconds):
    """What is spoken has no digits, whatever the time."""
    for words in (phrases.clock(seconds), phrases.clock_tenths(seconds), phrases.duration(seconds)):
        assert not any(character.isdigit() for character in words)


def test_a_mile_runner_hears_paces_per_mile():
    """Four minutes a kilometre are six twenty-six a mile."""
    assert phrases.pace(1000 / 240) == "four flat"
    assert phrases.pace(1000 / 240, "mile") == "six twenty-six"


def test_a_step_that_nothing_else_is_known_of_is_announced_by_its_name():
    """A rep until a mark, neither numbered nor paced, with a digit in its name."""
    bare = replace(step(Kind.WORK), name="m1", path="Main / m1", until=EndConditions((MarkEnd(),)))
    assert Phrases().upcoming(bare, None, "") == "Next: m1"
