"""Workouts made from a few numbers have these numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.spelling import Misspelt
from coach.workout.variants import alternation, blocks, cruise, ladder, progression, reverse
from tests.workout.building import compile_workout, document, jog, load, work
from tests.workout.test_library import RUNNER, read

LENGTHS = st.sampled_from(["200m", "400m", "600m", "1km", "1200m", "1mile", "2miles"])


def main_steps(tree):
    """The compiled steps of the main part of what was made."""
    made = load(tree)
    assert made.warnings == () or all("ends of the track" in one for one in made.warnings)
    return [step for step in compile_workout(made, RUNNER).steps if step.section == "Main"]


def hard(tree):
    """Length of every work step, metres or seconds."""
    return [step.until.distance() or step.until.time() for step in main_steps(tree) if step.kind == "work"]


def test_a_ladder_is_its_rungs_with_half_of_each_jogged():
    """1600, 1200, 800 and 400 m are 4,000 m in their gears, with 800, 600 and 400 m of jogging."""
    steps = main_steps(ladder(["1600m", "1200m", "800m", "400m"]))
    assert [step.until.distance() for step in steps] == [1600, 800, 1200, 600, 800, 400, 400]
    assert [step.target.ref for step in steps if step.kind == "work"] == ["10k", "5k", "3k", "mile"]
    assert sum(step.until.distance() for step in steps if step.kind == "work") == 4000


@pytest.mark.parametrize(
    ("shape", "rungs"),
    [
        ("given", [400, 200, 600]),
        ("up", [200, 400, 600]),
        ("down", [600, 400, 200]),
        ("pyramid", [200, 400, 600, 400, 200]),
    ],
)
def test_a_ladder_has_a_shape(shape, rungs):
    """Rungs stay as given, go up, go down, or up and down again with one top."""
    assert hard(ladder(["400m", "200m", "600m"], shape=shape)) == rungs


def test_a_ladder_by_time_is_run_by_feel_or_at_a_pace():
    """Times have no gear of their own: words, or the pace that is asked for."""
    steps = main_steps(ladder(["1:00", "2:00"], rest="0:45"))
    assert [step.until.time() for step in steps] == [60, 45, 120]
    assert steps[0].target.label == "quick, even"
    assert main_steps(ladder(["1:00", "2:00"], pace="3:40/km"))[0].target.band.aim == pytest.approx(
        1000 / 220
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(LENGTHS, min_size=2, max_size=12), st.sampled_from(["up", "down", "given"]))
def test_any_ladder_has_every_rung(rungs, shape):
    """With any rungs in any order each is run once, and no rest follows the last."""
    steps = main_steps(ladder(rungs, shape=shape))
    assert len(steps) == 2 * len(rungs) - 1
    assert steps[-1].kind == "work"
    lengths = [step.until.distance() for step in steps if step.kind == "work"]
    assert sorted(lengths) == sorted(
        compile_workout(document(*(work({"distance": one}) for one in rungs)), None).steps[n].until.distance()
        for n in range(len(rungs))
    )


def test_blocks_have_as_much_easy_running_as_asked():
    """Six blocks of three minutes at ratio 1.5 have five jogs of 4:30."""
    steps = main_steps(blocks(6, "3:00", ratio=1.5))
    assert [step.until.time() for step in steps] == [180, 270] * 5 + [180]
    assert {step.target.ref for step in steps if step.kind == "work"} == {"10k"}


def test_a_progression_slides_over_its_last_part():
    """Thirty minutes stay easy for twenty and slide to threshold over ten; the last part may be given."""
    steady, slide = main_steps(progression("30:00"))
    assert (steady.until.time(), slide.until.time()) == (1200, 600)
    assert slide.target.ramp.aim == pytest.approx(4.0)
    steady, slide = main_steps(progression("10km", start="marathon", last="1 km"))
    assert (steady.until.distance(), slide.until.distance()) == (9000, 1000)


def test_an_alternation_never_stops():
    """Eight times 400 and 200 m are 4,800 m without a rest."""
    steps = main_steps(alternation(8, "400m", "200m"))
    assert sum(step.until.distance() for step in steps) == 4800
    assert {step.kind for step in steps} == {"work", "float"}


@pytest.mark.parametrize(
    ("length", "rest"), [("5:00", 60), ("10:00", 120), ("3:00", 60), ("1mile", 70), ("2 miles", 145)]
)
def test_cruise_intervals_rest_a_fifth_of_the_work(length, rest):
    """The jog is a fifth of the work, a minute at least; a mile counts as six minutes."""
    steps = main_steps(cruise(3, length))
    assert [step.until.time() for step in steps if step.kind == "recovery"] == [rest, rest]
    assert {step.target.ref for step in steps if step.kind == "work"} == {"threshold"}


def test_the_reverse_of_tempo_and_800s_is_800s_and_tempo():
    """The library's pair is each other's reverse, step by step."""
    turned = main_steps(reverse(read("tempo-then-800s").source))
    other = [
        step for step in compile_workout(read("800s-then-tempo"), RUNNER).steps if step.section == "Main"
    ]
    assert [(step.kind, step.until, step.target) for step in turned] == [
        (step.kind, step.until, step.target) for step in other
    ]


def test_a_reverse_begins_with_running_and_turns_blocks_round():
    """A rest or question at the end stays at the end; a used block is used backwards; twice reversed is as before."""
    block = [work({"distance": "600 m"}), jog(), work({"distance": "200 m"})]
    ask = {"kind": "prompt", "question": "Well?"}
    tree = document(work(), jog(), {"use": "b"}, ask, blocks={"b": block}).source
    turned = reverse(tree)
    nodes = turned["sections"][0]["steps"]
    assert nodes == [{"use": "b", "reverse": True}, jog(), work(), ask]
    assert reverse(turned)["sections"] == tree["sections"]
    assert tree["name"] == "Test"
    assert turned["name"] == "Test, reversed"


def test_a_reverse_takes_hard_sections_last_first():
    """Warm-up and cool-down stay where they are, the sections between them change places."""
    warm = {"name": "W", "steps": [{"kind": "warm_up", "until": {"time": "5:00"}}]}
    down = {"name": "C", "steps": [{"kind": "cool_down"}]}
    parts = [{"name": name, "steps": [work()]} for name in ("A", "B")]
    tree = {"format": "coach-workout/1", "name": "x" * 120, "sections": [warm, *parts, down]}
    turned = reverse(tree)
    assert [part["name"] for part in turned["sections"]] == ["W", "B", "A", "C"]
    assert len(turned["name"]) == 120


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ladder(["400m"]), "two rungs"),
        (lambda: ladder(["400m", "2:00"]), "times and distances"),
        (lambda: ladder(["400m", "far"]), "not a length"),
        (lambda: ladder(["400m", "800m"], pace="brisk"), "not a pace"),
        (lambda: ladder(["400m", "800m"], pace="1:00/km"), "no runner is so fast"),
        (lambda: blocks(5, "1:30"), "2:00 to 5:00"),
        (lambda: blocks(5, "6:00"), "2:00 to 5:00"),
        (lambda: blocks(5, "3:00", ratio=0.5), "as long as the block"),
        (lambda: blocks(1, "3:00"), "1 is not a possible"),
        (lambda: cruise(101, "3:00"), "101 is not a possible"),
        (lambda: progression("30:00", last="30:00"), "must be shorter than the run"),
        (lambda: progression("30:00", last="1km"), "mix times and distances"),
        (lambda: reverse(document(work()).source), "nothing to reverse"),
        (
            lambda: reverse(document({"kind": "warm_up", "until": {"time": "5:00"}}).source),
            "nothing to reverse",
        ),
    ],
)
def test_what_makes_no_workout_is_refused(make, words):
    """Impossible numbers are refused with the reason and a way out."""
    with pytest.raises(Misspelt) as caught:
        make()
    assert words in caught.value.reason
    assert caught.value.fix


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("90s", {"time": "1:30"}),
        ("1:30", {"time": "1:30"}),
        ("2min", {"time": "2:00"}),
        ("1h 5min", {"time": "1:05:00"}),
        ("400", {"distance": "400 m"}),
        ("5m", {"distance": "5 m"}),
        ("1 mile", {"distance": "1 mile"}),
        ("1KM", {"distance": "1000 m"}),
    ],
)
def test_a_length_is_read_as_it_is_typed(typed, until):
    """Seconds, minutes and hours have units beside clocks, and a bare number of some size is metres."""
    assert alternation(2, typed, "200m")["sections"][1]["steps"][0]["steps"][0]["until"] == until


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("90s rest", {"move": "jog", "until": {"time": "1:30"}}),
        ("rest 90s", {"move": "jog", "until": {"time": "1:30"}}),
        ("200m jog", {"move": "jog", "until": {"distance": "200 m"}}),
        ("walk 2min", {"move": "walk", "until": {"time": "2:00"}}),
        ("1:00 standing", {"move": "stand", "until": {"time": "1:00"}}),
    ],
)
def test_a_rest_may_say_how_it_is_taken(typed, rest):
    """A rest is a length, with or without the word for it; it is jogged unless it says otherwise."""
    steps = ladder(["400m", "800m"], rest=typed)["sections"][1]["steps"]
    assert steps[1] == {"kind": "recovery"} | rest


@pytest.mark.parametrize(
    ("typed", "said"),
    [("rest", "is not a length"), ("90", "without a unit"), ("soon", "is not a length"), ("0s", "zero")],
)
def test_a_rest_that_is_no_length_is_refused(typed, said):
    """A word alone is no length, and a small bare number does not say of what."""
    with pytest.raises(Misspelt, match=said):
        ladder(["400m", "800m"], rest=typed)


def test_blocks_are_times():
    """A distance is no block, and the answer says how a time is written."""
    with pytest.raises(Misspelt, match="is not a time"):
        blocks(6, "1000m")
