"""A race on paper: splits, heat, hills, fuel, what else may happen, and the workout it becomes."""
# mypy: disable-error-code="comparison-overlap"
# Bare numbers read better here than quantities with their names.

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.physiology.surroundings import Course
from coach.plan.pacing import (
    Fuel,
    Phrase,
    RaceProblem,
    check_length,
    distance_name,
    places,
    read_drink,
    read_fuel,
    read_goal,
    read_length,
    read_phrases,
    read_split,
)
from coach.plan.race import (
    CAUTION,
    MADE_BY,
    RaceDocument,
    RaceRequest,
    Weather,
    plan_race,
    race_workout,
)
from coach.plan.race_words import (
    RaceFacts,
    band_rows,
    checklist,
    plan_lines,
    plan_tree,
    routine_lines,
)
from coach.quantities import METRES_PER_MILE, Metres, MetresPerSecond, Seconds, format_clock
from coach.workout.document import compile_workout, document_from

TEN_KM = Metres(10_000.0)
MARATHON = Metres(42_195.0)


def ten(split="negative:1.5%", goal_s=3000.0, **more):
    """Plan 10 km in 50 minutes."""
    return plan_race(RaceRequest(TEN_KM, Seconds(goal_s), split, **more))


def marathon(**more):
    """Plan a marathon in 3:30:00."""
    return plan_race(RaceRequest(MARATHON, Seconds(12_600.0), **more))


# --- splits


@pytest.mark.parametrize(
    ("metres", "name"),
    [(10 * METRES_PER_MILE, "10 miles"), (50 * METRES_PER_MILE, "50 miles"), (METRES_PER_MILE, "mile"),
     (21_097.5, "half"), (12_300.0, "12.3 km"), (16_000.0, "16 km"), (3000.0, "3 km")],
)  # fmt: skip
def test_distances_have_the_names_of_runners(metres, name):
    """Whole miles are told as such."""
    assert distance_name(metres) == name


def test_a_negative_split_ramps_evenly():
    """10 km in 50:00 with -1.5 %: 25:11.3 and 24:48.7, from 304.5 to 295.5 s/km, first km 304.1, tenth 295.9."""
    plan = ten()
    assert [format_clock(half, tenths=True) for half in plan.halves] == ["25:11.3", "24:48.7"]
    (stretch,) = plan.pacing.stretches
    assert 1000 * stretch.start_pace == pytest.approx(304.5, abs=0.05)
    assert 1000 * stretch.end_pace == pytest.approx(295.5, abs=0.05)
    paces = [split.pace for split in plan.splits()]
    assert (paces[0], paces[9]) == (pytest.approx(304.1, abs=0.05), pytest.approx(295.9, abs=0.05))
    assert plan.splits()[-1].passed_s == pytest.approx(3000.0)


def test_a_positive_split_is_its_mirror():
    """The second half takes 2 % more."""
    first, second = ten("positive:2%").halves
    assert second / first == pytest.approx(1.02)


@pytest.mark.parametrize(
    ("text", "fifth_s"),
    [
        ("own:5:05-4:55", 1512.5),
        ("own:5:05,5:00x8,4:55", 1505.0),
        ("own:5:05,8x5:00,4:55", 1505.0),
        ("own:5km=25:20,10km=50:00", 1520.0),
        ("own:5km=25:20", 1520.0),
        ("own:half of it", None),
        ("own:5:00", 1500.0),
    ],
)
def test_own_splits(text, fifth_s):
    """A pace that changes evenly, one for each kilometre, or times at places; the goal ends the last."""
    if fifth_s is None:
        with pytest.raises(RaceProblem):
            read_split(text, TEN_KM, 3000.0)
        return
    pacing = read_split(text, TEN_KM, 3000.0)
    assert pacing.total_s == pytest.approx(3000.0)
    assert pacing.time_at(5000.0) == pytest.approx(fifth_s)


def test_own_splits_say_the_time_where_nobody_else_does():
    """Without a goal they are the goal."""
    assert ten("own:5:00x10", goal_s=None).cool.total_s == pytest.approx(3000.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sideways", "is not a valid split"),
        ("negative", "is not a valid split"),
        ("negative:20%", "20 % is too large"),
        ("own:5:10x10", "add up to 51:40"),
        ("own:5:00x9", "do not cover 10 km"),
        ("own:5km=25:00,4km=26:00", "comes before"),
        ("own:12km=60:00", "behind the finish"),
        ("own:0:50x10", "not possible"),
        ("own:abc", "is not a split"),
        ("even:3", "is not a valid split"),
    ],
)
def test_a_split_that_cannot_be_meant_says_why(text, words):
    """The sentence names what is wrong."""
    with pytest.raises(RaceProblem, match=words):
        read_split(text, TEN_KM, 3000.0)


def test_splits_are_told_by_kilometre_mile_and_lap():
    """The finish is the last of each; a half has a broken kilometre at its end."""
    assert len(ten().splits(METRES_PER_MILE)) == 7
    assert len(ten().splits(400.0)) == 25
    assert places(21_097.5, 1000.0)[-2:] == [21_000.0, 21_097.5]
    assert places(5000.0, 1000.0) == [0, 1000, 2000, 3000, 4000, 5000]
    for every in (1000.0, METRES_PER_MILE, 400.0):
        assert ten().splits(every)[-1].passed_s == pytest.approx(3000.0)


def test_a_place_is_found_by_its_time():
    """`place_at` is the inverse of `time_at`, over stretches of different pace."""
    pacing = read_split("own:5:05,5:00x8,4:55", TEN_KM, 3000.0)
    for metres in (0.0, 400.0, 1000.0, 5500.0, 9999.0):
        assert pacing.place_at(pacing.time_at(metres)) == pytest.approx(metres, abs=0.01)


def test_the_start_is_governed():
    """Neither 400 m nor the first kilometre is planned faster than the plan by more than 2 %."""
    plan = ten("even")
    assert plan.governor == (pytest.approx(0.98 * 120.0), pytest.approx(0.98 * 300.0))


# --- goals


@pytest.mark.parametrize(
    ("distance", "goal", "metres", "seconds"),
    [
        ("10k", "50:00", 10_000, 3000),
        ("half", "1:40", 21_097.5, 6000),
        ("marathon", "3:30:00", 42_195, 12_600),
        ("10k", "5:00/km", 10_000, 3000),
        ("mile", "7:00/mile", METRES_PER_MILE, 420),
        ("3000m", "11:30", 3000, 690),
    ],
)
def test_goals_as_runners_tell_them(distance, goal, metres, seconds):
    """A time or a pace; a half in 1:40 is hours and minutes."""
    assert read_goal(distance, goal) == (pytest.approx(metres), pytest.approx(seconds))


@pytest.mark.parametrize(
    ("distance", "goal"),
    [
        ("10k", "5:00"),
        ("10k", "soon"),
        ("far", "50:00"),
        ("400m", "1:10"),
        ("600 km", "20:00:00"),
        ("10k", "x/km"),
    ],
)
def test_goals_that_cannot_be_meant(distance, goal):
    """A goal that is too fast, too short, too long or no time is refused."""
    with pytest.raises(RaceProblem):
        read_goal(distance, goal)


def test_a_length_alone():
    """A distance is read as in the document of a race."""
    assert read_length("half") == pytest.approx(21_097.5)
    with pytest.raises(RaceProblem, match="not a race distance"):
        read_length("far")


# --- heat


def test_heat_slows_by_the_table():
    """74 and 71 °F are 145: 3 to 4.5 %, and 7:00 a mile becomes 7:12.6 to 7:18.9."""
    weather = Weather((74 - 32) / 1.8, (71 - 32) / 1.8)
    request = RaceRequest(Metres(METRES_PER_MILE), Seconds(420.0), unit="mile", weather=weather)
    plan = plan_race(request)
    assert plan.heat_sum_f == pytest.approx(145.0)
    assert plan.heat is not None
    assert (plan.heat.least, plan.heat.most) == (3.0, 4.5)
    times = [
        format_clock(plan.cool.slow_by(each).total_s, tenths=True)
        for each in (plan.heat.least, plan.heat.most)
    ]
    assert times == ["7:12.6", "7:18.9"]
    assert plan.pacing.total_s == pytest.approx(432.6)
    assert plan.alternatives[0].finish_s == pytest.approx(438.9)


def test_a_cool_day_changes_nothing():
    """No pace is made faster or slower, and the plan says so."""
    plan = ten(weather=Weather(10.0, 3.0))
    assert plan.pacing == plan.cool
    assert "nothing to add" in " ".join(plan_lines(plan, RaceFacts(), "km"))


def test_over_180_nothing_is_faster():
    """A caution stands on the plan, its pace is even, and no kilometre is faster than another."""
    plan = ten(weather=Weather(38.0, 30.0))
    assert plan.heat is not None
    assert plan.heat.caution
    assert {round(split.pace, 6) for split in plan.splits()} == {330.0}
    assert CAUTION in " ".join(plan_lines(plan, RaceFacts(), "km"))
    assert race_workout(plan, RaceDocument.RACE)["caution"] == CAUTION


def test_over_180_no_descent_is_faster_and_plan_b_is_slower_still():
    """Effort that is spread over hills would run the descents faster; what is slowest by the table is run anyway."""
    plan = ten(weather=Weather(38.0, 30.0), course=HILL, spreads_effort=True)
    assert {round(split.pace, 6) for split in plan.splits()} == {330.0}
    assert plan.alternatives[0].finish_s == pytest.approx(3300 * 1.03)
    assert "table says at its worst" not in plan.alternatives[0].when


# --- hills

HILL = Course.of([(0.0, 100.0), (2000.0, 100.0), (4000.0, 160.0), (6000.0, 100.0), (10_000.0, 100.0)])
"""Flat, two kilometres up at 3 %, two down, flat."""


def test_hills_stand_beside_the_splits_and_are_no_targets():
    """Climb and descent of each kilometre, and the same time spread by what its slope costs, labelled."""
    plan = ten("even", course=HILL)
    rows = plan.splits()
    assert [split.pace for split in rows] == [pytest.approx(300.0)] * 10
    assert [split.climb_m for split in rows[2:4]] == [pytest.approx(30.0, abs=2.0)] * 2
    assert [split.descent_m for split in rows[4:6]] == [pytest.approx(30.0, abs=2.0)] * 2
    costs = [split.metabolic_s or 0.0 for split in rows]
    assert sum(costs) == pytest.approx(3000.0)
    assert costs[2] > costs[0] > costs[4]
    assert costs[2] / costs[0] == pytest.approx(1.17, abs=0.02)
    assert "not a target" in "\n".join(plan_lines(plan, RaceFacts(), "km"))


def test_effort_is_spread_where_it_is_asked_for():
    """Splits spread over the hills still add up to the goal."""
    level, hilly = ten("even", course=HILL), ten("even", course=HILL, spreads_effort=True)
    assert hilly.pacing.total_s == pytest.approx(3000.0)
    for split, other in zip(hilly.splits(), level.splits(), strict=True):
        assert split.time_s == pytest.approx(other.metabolic_s)
        assert split.metabolic_s == pytest.approx(split.time_s)


def test_a_course_of_another_length_is_another_course():
    """5 % are what positions are off at most; there is nothing to spread without one."""
    with pytest.raises(RaceProblem, match=r"8\.00 km long"):
        ten(course=Course.of([(0.0, 0.0), (8000.0, 0.0)]))
    assert ten(course=Course.of([(0.0, 0.0), (10_200.0, 0.0)])).request.course.length == TEN_KM
    with pytest.raises(RaceProblem, match="there is none"):
        ten(spreads_effort=True)


# --- fuel


def test_a_marathon_has_a_gel_at_ten_kilometres_and_every_25_minutes():
    """3:30:00 even: km 10 at 49:46, seven gels, 203 g, 58 g an hour."""
    plan = marathon()
    assert format_clock(plan.splits()[9].passed_s) == "49:46"
    assert [format_clock(stop.at_s) for stop in plan.fuel_stops][:2] == ["49:46", "1:14:46"]
    assert len(plan.fuel_stops) == 7
    assert plan.fuel_stops[-1].grams == pytest.approx(203.0)
    assert plan.grams_an_hour == pytest.approx(58.0, abs=0.05)
    assert plan.fuel_stops[-1].sodium_mg == 1260.0
    text = "\n".join(plan_lines(plan, RaceFacts(), "km"))
    assert "203 g, 58 g/h" in text
    assert "An example" in text


def test_an_hour_needs_no_fuel_unless_it_is_asked_for():
    """The example is for longer races; what the runner says holds for any."""
    assert ten().fuel_stops == ()
    own = Fuel(20.0, 0.0, 900.0, 3000.0, is_example=False)
    assert [round(stop.at_m) for stop in ten(fuel=own).fuel_stops] == [3000, 5995]
    assert ten(fuel=None).fuel_stops == ()


def test_own_fuel_that_never_comes_is_said_to_be_that():
    """Fuel and drink that come too late are reported; "none needed" is only for a runner who gave none."""
    plan = ten(fuel=read_fuel("20g from 9km"), drink=read_drink("100ml every 20km"))
    text = "\n".join(plan_lines(plan, RaceFacts(), "km"))
    assert "Fuel: nothing falls before the last five minutes" in text
    assert "Drink: nothing falls before the finish." in text
    assert "none needed" in "\n".join(plan_lines(ten(), RaceFacts(), "km"))


def test_nothing_is_eaten_in_the_last_five_minutes():
    """A half in 1:40 by the example: at 47:24 and 72:24, and not at 97:24."""
    plan = plan_race(RaceRequest(Metres(21_097.5), Seconds(6000.0)))
    assert [format_clock(stop.at_s) for stop in plan.fuel_stops] == ["47:24", "1:12:24"]


@pytest.mark.parametrize(
    ("text", "grams", "sodium", "minutes", "km"),
    [
        ("29g+180mg/25min from 10km", 29, 180, 25, 10),
        ("28-30g", 29, 0, 25, 10),
        ("45 g every 30 min after km 8", 45, 0, 30, 8),
        ("60g/h", 25, 0, 25, 0),
        ("60g/h after 10km", 25, 0, 25, 10),
        ("28 to 30 g + 180 mg each 25 to 30 min after km 10", 29, 180, 27.5, 10),
        ("29g from 5 miles", 29, 0, 25, 5 * METRES_PER_MILE / 1000),
        ("29g after mile 5", 29, 0, 25, 5 * METRES_PER_MILE / 1000),
        ("90g/h 500mg sodium every 20min from 5km", 30, 500, 20, 5),
    ],
)
def test_fuel_as_it_is_told(text, grams, sodium, minutes, km):
    """By gel or by hour, with what stands beside it."""
    fuel = read_fuel(text)
    assert fuel is not None
    assert (fuel.grams, fuel.sodium_mg, fuel.every_s / 60, fuel.from_m / 1000) == (grams, sodium, minutes, km)
    assert not fuel.is_example


@pytest.mark.parametrize("text", ["gel", "", "29g bananas", "0g", "29g every 1min", "5000g"])
def test_fuel_that_is_none(text):
    """Unreadable food is refused with examples."""
    with pytest.raises(RaceProblem):
        read_fuel(text)


def test_grams_an_hour_are_so_much_an_hour():
    """Grams by the hour begin one interval after the start, not at 10 km."""
    plan = plan_race(RaceRequest(Metres(21_097.5), Seconds(7200.0), fuel=read_fuel("90g/h")))
    assert [round(stop.at_s / 60) for stop in plan.fuel_stops] == [25, 50, 75, 100]
    assert plan.grams_an_hour == pytest.approx(75.0)
    text = "\n".join(plan_lines(plan, RaceFacts(), "km"))
    assert "glucose and fructose" in text
    assert "gel (37.5 g)" in text


def test_more_than_sixty_grams_an_hour_has_its_note():
    """Glucose and fructose above 60; above 90 nobody says; under 30 is little; and never practised."""

    def words(an_hour):
        plan = marathon(fuel=read_fuel(f"{an_hour}g/h from 1km"))
        return "\n".join(plan_lines(plan, RaceFacts(has_runs=True), "km"))

    assert "glucose and fructose" in words(80)
    assert "glucose and fructose" not in words(50)
    assert "more than the review" in words(120)
    assert "Under the 30 to 60 g" in words(20)
    assert "Never practised in a long run" in words(50)


def test_drinks_stand_beside_it():
    """Amounts at places, none at the finish; their total is given."""
    plan = marathon(drink=read_drink("150ml every 5km"))
    assert plan.drinks == [5000.0 * each for each in range(1, 9)]
    assert "8 x 150 ml, 1200 ml" in "\n".join(plan_lines(plan, RaceFacts(), "km"))
    assert read_drink("none") is None
    for wrong in ("water", "150ml", "150ml every 100m", "1ml every 5km"):
        with pytest.raises(RaceProblem):
            read_drink(wrong)


# --- other plans, and what is known of long races


def test_plans_b_and_c():
    """B is slower from the start; C begins at a bad first third, from what was run until there."""
    b, c = ten("even").alternatives
    assert (b.finish_s, b.pace_s) == (pytest.approx(3090.0), pytest.approx(309.0))
    assert "3.3 km" in c.when
    assert "20 s or more" in c.when
    assert c.finish_s == pytest.approx(1000 * 1.02 + 2000 * 1.03)
    b, c = ten("even", unit="mile").alternatives
    assert "Run every mile 3.0 % slower" in b.do
    assert "At 2.1 miles you are" in c.when


def test_beyond_ninety_minutes_the_loss_of_threshold_stands_beside_the_splits():
    """-3.6 % after 90 and -7.1 % after 120 minutes, with the share of the runner's own threshold where it is known."""
    assert ten().durability == []
    plan = plan_race(RaceRequest(MARATHON, Seconds(12_600.0)), MetresPerSecond(3.8))
    assert [(line.after_s, line.loss) for line in plan.durability] == [(5400.0, 3.6), (7200.0, 7.1)]
    assert plan.durability[1].share == pytest.approx(42_195 / 12_600 / (3.8 * 0.929))
    rows = [line for line in plan_lines(plan, RaceFacts(), "km") if "threshold -" in line]
    assert [row.split()[0] for row in rows] == ["19", "25", "After", "After"]
    assert marathon().durability[0].share is None


# --- phrases and checklist


def test_phrases_have_their_places_or_get_them():
    """Three at most, each where the runner or the plan puts it; they come back in order."""
    assert read_phrases(["Relax", "Shoulders", "Go now"], TEN_KM) == (
        Phrase("Relax", 1000.0),
        Phrase("Shoulders", 5000.0),
        Phrase("Go now", 8000.0),
    )
    assert read_phrases(["9km=Arms", "halfway=Breathe"], TEN_KM) == (
        Phrase("Breathe", 5000.0),
        Phrase("Arms", 9000.0),
    )


@pytest.mark.parametrize(
    "texts",
    [
        ["a", "b", "c", "d"],
        ["11km=late"],
        ["=x", "5km="],
        ["x" * 61],
        ["somewhere=x"],
        ["a\x1bb"],
        ["\u202eb"],
    ],
)
def test_phrases_that_do_not_fit(texts):
    """Too many, too long, empty, or behind the finish."""
    with pytest.raises(RaceProblem):
        read_phrases(texts, TEN_KM)


def test_the_checklist_has_ten_quiet_minutes_and_the_last_hour_goes_by_the_clock():
    """Shoes, kit, carbohydrates, warm-up, batteries, strap, pod, sleep; and the hour before 9:30."""
    text = " ".join(line.text for line in checklist(ten(), RaceFacts()))
    for word in ("3 slow days, 2 at race pace", "Kit", "30 to 60 minutes", "Warm-up", "Batteries", "strap", "Pod",
                 "Sleep", "Ten quiet minutes"):  # fmt: skip
        assert word in text
    lines = routine_lines(ten(), RaceFacts(start_minute=9 * 60 + 30))
    assert [line.split()[0] for line in (lines[0], lines[1], lines[-1])] == ["08:30", "08:40", "09:30"]
    assert routine_lines(ten(), RaceFacts(start_minute=10))[0].split()[0] == "23:10"
    assert routine_lines(ten(), RaceFacts())[0].split()[:2] == ["-60", "min"]


def test_without_phrases_the_checklist_asks_for_them():
    """It is flagged until there are some."""
    assert [line for line in checklist(ten(), RaceFacts()) if line.is_flagged]
    phrases = read_phrases(["Relax"], TEN_KM)
    assert not [line for line in checklist(ten(phrases=phrases), RaceFacts()) if line.is_flagged]


def test_fuel_that_was_never_practised_is_flagged():
    """The checklist flags missing practice only if there are runs to judge by."""
    phrases = read_phrases(["Relax"], MARATHON)
    plan = marathon(phrases=phrases)
    assert [line.text for line in checklist(plan, RaceFacts(has_runs=True)) if line.is_flagged] == [
        "Fuel packed: 7 x 29 g + 180 mg sodium; never practised in a long run."
    ]
    assert not [line for line in checklist(plan, RaceFacts()) if line.is_flagged]


# --- the workout


@pytest.mark.parametrize("kind", RaceDocument)
@pytest.mark.parametrize("split", ["even", "negative:1.5%"])
def test_it_is_an_ordinary_workout_with_a_step_a_kilometre(kind, split):
    """It compiles for nobody; its paces are the plan's."""
    plan = ten(split, phrases=read_phrases(["Relax"], TEN_KM))
    timeline = compile_workout(document_from(race_workout(plan, kind, ["Eat"]), name="race"), None)
    steps = [step for step in timeline.steps if step.until.distance()]
    assert [step.until.distance() for step in steps] == [1000.0] * 10
    for step, row in zip(steps, plan.splits(), strict=True):
        assert step.target is not None
        low, high = step.target.band.low, step.target.band.high
        assert low is not None
        assert high is not None
        assert low < 1000 / row.pace < high
    assert timeline.is_own_words is (kind is RaceDocument.RACE)
    assert (len(timeline.steps) == 11) is (kind is not RaceDocument.WATCH)
    assert race_workout(plan, kind)["source"].startswith(MADE_BY)


def test_its_words_stand_where_the_plan_has_them():
    """Fuel by its time with an amount that adds up, a phrase, the governor of the first kilometre."""
    plan = marathon(phrases=read_phrases(["30km=Light feet"], MARATHON), drink=read_drink("150ml every 5km"))
    timeline = compile_workout(document_from(race_workout(plan, RaceDocument.RACE), name="race"), None)
    assert [gate.rule for gate in timeline.steps[0].gates] == ["start governor"]
    assert timeline.steps[0].gates[0].above == pytest.approx(42_195 / 12_600 / 0.98, rel=1e-3)
    gels = [each for step in timeline.steps for each in step.reminders if each.text.startswith("Gel")]
    assert [gel.amount for gel in gels] == [29.0] * 7
    notes = [step["notes"] for step in race_workout(plan, RaceDocument.WATCH)["sections"][0]["steps"]]
    assert notes[10] == "54:45 at its end. Gel: 180 mg sodium, 180 mg in all."
    assert sum("sodium" in note for note in notes) == 7
    (index,) = [
        place
        for place, step in enumerate(timeline.steps)
        for each in step.reminders
        if each.text == "Light feet"
    ]
    assert index == 30
    assert timeline.steps[-1].until.distance() == pytest.approx(195.0)


def test_miles_have_a_step_a_mile():
    """A plan in miles has a step a mile."""
    plan = plan_race(RaceRequest(Metres(2 * METRES_PER_MILE), Seconds(840.0), unit="mile"))
    timeline = compile_workout(document_from(race_workout(plan, RaceDocument.WATCH), name="race"), None)
    assert [step.until.distance() for step in timeline.steps] == [pytest.approx(METRES_PER_MILE)] * 2


def test_as_data_nothing_unknown_is_there():
    """Literals of the plan with their units in the keys; no key without a value."""
    tree = plan_tree(ten(), RaceFacts())
    assert tree["halves_s"] == [1511.3, 1488.7]
    assert (tree["pace_from_s_per_km"], tree["pace_to_s_per_km"]) == (304.5, 295.5)
    assert [tree["splits"]["km"][place]["pace_s_per_km"] for place in (0, 9)] == [304.1, 295.9]
    assert "heat" not in tree
    assert None not in tree.values()


def test_a_last_step_or_two_is_no_split():
    """Half a metre behind the 83rd kilometre belongs to it; 46 m behind the 8th are the rest of five miles."""
    assert len(places(83_000.5, 1000.0)) == 84
    assert places(8046.72, 1000.0)[-2:] == [8000.0, 8046.72]


def test_a_hundred_miles_have_a_split_each_five():
    """Splits, fuel and wristband of a race over 100 km, its night and its slower second half; in kilometres too."""
    metres, seconds = read_goal("100 miles", "26:00:00")
    request = RaceRequest(metres, seconds, unit="mile", fuel=read_fuel("60g/h 300mg every 30min"))
    plan = plan_race(request)
    assert [row.end_m for row in plan.splits(plan.step_m)] == [
        pytest.approx(each * 5 * METRES_PER_MILE) for each in range(1, 21)
    ]
    assert len(plan.fuel_stops) == 51
    assert plan.grams_an_hour == pytest.approx(58.8, abs=0.1)
    text = list(plan_lines(plan, RaceFacts(), "mile"))
    assert any(line.split()[:3] == ["50", "15:36.0", "13:00:00"] for line in text)
    assert any(line.split()[0] == "100" and "26:00:00" in line for line in text if line.strip())
    assert any("--split positive:8%" in line for line in text)
    assert any("Lamp" in line for line in text)
    assert len(band_rows(plan)) == 20
    timeline = compile_workout(document_from(race_workout(plan, RaceDocument.WATCH), name="race"), None)
    assert [step.name for step in timeline.steps[:2]] == ["Mile 5", "Mile 10"]
    in_km = plan_race(RaceRequest(metres, seconds))
    assert [row.end_m for row in in_km.splits(in_km.step_m)][-2:] == [160_000.0, pytest.approx(metres)]


def test_a_race_by_time_says_what_to_name():
    """A race by time, or of more than 500 km, is refused with the possible distances."""
    with pytest.raises(RaceProblem, match="not a race distance"):
        read_length("24h")
    with pytest.raises(RaceProblem) as caught:
        check_length(600_000.0)
    assert "name the distance you expect" in caught.value.hint


@settings(max_examples=25, deadline=None)
@given(
    far=st.tuples(st.floats(800, 300_000), st.floats(140, 1100)),
    split=st.sampled_from(["even", "negative:1.5%", "negative:10%", "positive:3%"]),
    weather=st.sampled_from([None, Weather(10, 5), Weather(30, 25), Weather(40, 35)]),
    unit=st.sampled_from(["km", "mile"]),
    has_drink=st.booleans(),
)
def test_any_race_is_a_workout_of_its_length(far, split, weather, unit, has_drink):
    """Every plan can be told, and each of its documents compiles to steps that together are the race."""
    metres, pace = far
    request = RaceRequest(
        Metres(metres),
        Seconds(metres * pace / 1000),
        split,
        unit=unit,
        weather=weather,
        drink=read_drink("150ml every 5km") if has_drink else None,
        phrases=read_phrases(["Relax", "halfway=Arms", "Go"], metres),
    )
    plan, facts = plan_race(request), RaceFacts(has_runs=True)
    assert list(plan_lines(plan, facts, "lap"))
    assert None not in plan_tree(plan, facts).values()
    for kind in RaceDocument:
        document = race_workout(plan, kind, [line.text for line in checklist(plan, facts)])
        timeline = compile_workout(document_from(document, name="race"), None)
        assert sum(step.until.distance() or 0.0 for step in timeline.steps) == pytest.approx(metres, abs=0.01)
