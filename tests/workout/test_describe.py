"""Sentences and sums about workouts."""

from typing import Any

import pytest

from coach.workout.describe import (
    calm_moment,
    distance_text,
    sentence,
    step_label,
    step_metres,
    step_seconds,
    target_text,
    until_text,
)
from coach.workout.document import workout_schema
from coach.workout.kinds import Kind
from coach.workout.timeline import OpenEnd, Timeline, free_run
from tests.workout.building import (
    EASY,
    SlotEnd,
    Until,
    athlete,
    compile_workout,
    document,
    estimate,
    jog,
    outline,
    steps_of,
    work,
)

FAST = athlete(threshold_pace="4:10/km")


def label(step):
    """The label of one step."""
    return step_label(steps_of(step, athlete=FAST)[0])


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (work({"distance": "1000 m"}, target={"pace": "4:10/km"}), "1 km at 4:10/km"),
        (work({"distance": "400 m"}), "400 m"),
        (work({"distance": "1 mile"}, target={"pace": {"ref": "threshold"}}), "1 mile at 4:10/km"),
        (work({"time": "3:00"}, target={"effort": "hard"}), "3:00, hard"),
        (work({"mark": True}, target={"pace": "4:00/km"}), "work until the mark at 4:00/km"),
        (jog(), "1:00 jog"),
        (jog({"distance": "200 m"}, move="walk"), "200 m walk"),
        (jog({"heart_rate_below": "120 bpm", "cap": "3:00"}), "jog until under 120 bpm, at most 3:00"),
        (
            {"kind": "float", "until": {"distance": "200 m"}, "target": {"pace": "5:00/km"}},
            "200 m float at 5:00/km",
        ),
        (
            {"kind": "stride", "until": {"time": "0:20"}, "target": {"effort": "smooth"}},
            "0:20 stride, smooth",
        ),
        (EASY, "10:00 warm-up"),
        ({"kind": "cool_down"}, "cool-down until you say so"),
        ({"kind": "checklist", "name": "Drills", "items": [{"do": "x"}]}, "Drills"),
        ({"kind": "prompt", "question": "How hard?"}, "How hard?"),
    ],
)
def test_a_step_is_named_in_few_words(step, words):
    """The label says how long, what, and at what."""
    assert label(step) == words


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ({"time": "12:00"}, "12:00"),
        ({"any": [{"mark": True}, {"time": "15:00"}]}, "until the mark or 15:00"),
        ({"mark": True, "not_before": "1:30", "cap": "4:00"}, "until the mark, at least 1:30, at most 4:00"),
        ({"heart_rate_above": "150 bpm"}, "until over 150 bpm"),
    ],
)
def test_an_end_is_said(until, words):
    """Ends are described with floor and cap."""
    assert until_text(steps_of(jog(until))[0].until) == words


def test_a_slot_is_said():
    """The rest of a send-off lasts to the next slot."""
    assert until_text(Until((SlotEnd(186),))) == "to the next 3:06"


@pytest.mark.parametrize(
    ("metres", "words"),
    [(804.672, "0.5 mile"), (1609.344, "1 mile"), (4828.032, "3 miles"), (1600, "1600 m"), (5000, "5 km")],
)
def test_miles_are_said_as_miles(metres, words):
    """Whole and half miles keep their name."""
    assert distance_text(metres) == words


def test_a_reference_is_said_with_its_pace():
    """A pace by name is described with its numbers; without an athlete by its name alone."""
    plan = document(work(target={"pace": {"ref": "threshold"}}))
    assert target_text(compile_workout(plan, FAST).steps[0].target) == "threshold pace (4:10/km)"
    assert target_text(outline(plan).steps[0].target) == "threshold pace"
    assert target_text(None) == ""


def said(*steps, **more):
    """The sentence of a workout."""
    plan = compile_workout(document(*steps, **more), FAST)
    return sentence(plan, estimate(plan))


def test_a_workout_is_said_in_one_sentence():
    """What, how long, how far, how hard."""
    rep = {
        "repeat": 5,
        "skip_last_recovery": True,
        "steps": [work({"distance": "1 km"}, target={"pace": "4:00/km"}), jog()],
    }
    warm = {"kind": "warm_up", "until": {"time": "10:00"}, "target": {"pace": "5:33/km"}}
    assert said(warm, rep) == "Test: about 34 min, 7.3 km; 5 x 1 km at 4:00/km (5 km of it hard)."
    paced = work({"distance": "1 km"}, target={"pace": "4:00/km"})
    assert said(paced) == "Test: 4 min, 1 km; 1 km at 4:00/km (1 km of it hard)."


def test_ladders_open_and_easy_workouts_are_said_too():
    """Many lengths are described by the first and last; open steps are counted; an easy run is called easy."""
    ladder = [
        work({"distance": f"{metres} m"}, target={"effort": "hard"}) for metres in (1600, 1200, 800, 400)
    ]
    assert "4 reps of 1600 m to 400 m, hard (4 km of it hard)" in said(*ladder)
    assert (
        said({"kind": "hill", "until": {"mark": True}})
        == "Test: 1 open step, as long as you like; 1 hill until the mark."
    )
    assert said({"kind": "open", "until": {"time": "40:00"}, "target": {"effort": "easy"}}) == (
        "Test: about 40 min, 6.7 km, easy; nothing hard."
    )
    assert said({"kind": "stride", "until": {"time": "0:20"}}).endswith("1 stride of 0:20 (20 s of it hard).")
    assert sentence(Timeline("None", ()), estimate(Timeline("None", ()))) == "None: nothing to do."


def rep(length, pace, times=1):
    """A repeat of one kind of rep with a jog behind each."""
    until = {"time": length} if ":" in length else {"distance": length}
    return {"repeat": times, "steps": [work(until, target={"pace": pace}), jog()]}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (
            [rep("15:00", "4:30/km"), rep("800 m", "4:00/km", 2)],
            "15:00 at 4:30/km, then 2 x 800 m at 4:00/km (15 min and 1600 m of it hard)",
        ),
        (
            [rep("1 km", "4:00/km", 2), rep("1 km", "3:50/km", 3)],
            "2 x 1 km at 4:00/km, then 3 x 1 km at 3:50/km (5 km of it hard)",
        ),
        (
            [
                {
                    "repeat": 3,
                    "steps": [work({"distance": "200 m"}), jog(), work({"distance": "300 m"}), jog()],
                }
            ],
            "3 x 200 m and 3 x 300 m (1500 m of it hard)",
        ),
        (
            [work({"time": "1:00"}, target={"pace": f"4:{n}0/km"}) for n in (3, 2, 1)],
            "3 x 1:00 at 4:30/km to 4:10/km (3 min of it hard)",
        ),
        (
            [work({"distance": f"{metres} m"}) for metres in (200, 400, 600, 800, 600, 400, 200)],
            "7 reps of 200 m to 800 m and back (3.2 km of it hard)",
        ),
        (
            [work({"distance": f"{n} km"}, target={"pace": f"4:{n}0/km"}) for n in (4, 3, 2, 1)],
            "4 reps, 4 km at 4:40/km to 1 km at 4:10/km (10 km of it hard)",
        ),
        (
            [work({"time": "6:00"}, target={"pace": "5:00/km"}, ramp={"pace": "4:30/km"})],
            "6:00 from 5:00/km to 4:30/km (6 min of it hard)",
        ),
        (
            [
                {
                    "repeat": {"min": 4, "max": 6},
                    "steps": [work({"distance": "400 m"}, target={"pace": "4:00/km"})],
                }
            ],
            "4 to 6 x 400 m at 4:00/km (2.4 km of it hard)",
        ),
        (
            [{"kind": "stride", "until": {"time": "0:20"}}, work({"distance": "1 km"})],
            "1 km (1 km of it hard)",
        ),
    ],
)
def test_hard_parts_are_said_as_on_a_coachs_board(steps, words):
    """Sets are described in their order; timed parts are added up beside those by distance, strides only if alone."""
    assert said(*steps).partition("; ")[2] == f"{words}."


def test_a_free_run_is_one_open_step():
    """Without a plan there is one open step, which no mark ends, and nothing to add up."""
    plan = free_run()
    assert [(step.kind, step.until.ends) for step in plan.steps] == [
        (Kind.OPEN, (OpenEnd(ends_at_mark=False),))
    ]
    assert estimate(plan).open_steps == 1
    assert estimate(plan).seconds == 0


def test_sums_know_what_they_know():
    """Paced steps are known; unpaced ones are guessed and counted; open ones are only counted."""
    plan = compile_workout(
        document(
            work({"distance": "1 km"}, target={"pace": "4:00/km"}),
            jog({"distance": "200 m"}),
            jog({"heart_rate_below": "120 bpm", "cap": "1:00"}),
            {"kind": "cool_down"},
            {"kind": "checklist", "items": [{"do": "x"}]},
        ),
        None,
    )
    total = estimate(plan)
    assert total.seconds == pytest.approx(240 + 90 + 60)
    assert total.metres == pytest.approx(1000 + 200 + 60 * 200 / 90)
    assert (total.hard_seconds, total.hard_metres) == (pytest.approx(240), 1000)
    assert (total.guessed_steps, total.open_steps) == (2, 1)


def test_a_send_off_fills_its_slots():
    """Rep and rest together last one slot, whatever the rep takes."""
    plan = compile_workout(
        document({"repeat": 3, "send_off": "3:00", "steps": [work(target={"pace": "4:00/km"})]}), None
    )
    assert estimate(plan).seconds == pytest.approx(2 * 180 + 96)


@pytest.mark.parametrize(
    ("step", "seconds", "metres"),
    [
        (work({"time": "3:00"}, target={"pace": "5:00/km"}), 180, 600),
        (work({"time": "3:00"}), 180, None),
        (work(target={"pace": "4:00/km"}), 96, 400),
        (work(else_time="1:30"), 90, 400),
        (work(), None, 400),
        (work(target={"pace": "3:50-4:10/km"}), pytest.approx(95.8, abs=0.1), 400),
        (
            work({"distance": "1 km"}, target={"pace": "5:00/km"}, ramp={"pace": "4:00/km"}),
            pytest.approx(266.7, abs=0.1),
            1000,
        ),
        (work({"any": [{"distance": "1 km"}, {"time": "3:00"}]}, target={"pace": "5:00/km"}), 180, 600),
        (work({"any": [{"mark": True}, {"time": "3:00"}]}), 180, None),
        (work({"mark": True}), None, None),
    ],
)
def test_what_a_step_takes_by_its_plan(step, seconds, metres):
    """Seconds and metres are known from end and pace, or not at all."""
    (made,) = steps_of(step)
    assert step_seconds(made) == seconds
    assert step_metres(made) == (None if metres is None else pytest.approx(metres))


def warm(time):
    """A warm-up of so long."""
    return {"kind": "warm_up", "until": {"time": time}}


@pytest.mark.parametrize(
    ("steps", "wanted", "at"),
    [
        ([warm("10:00"), work({"time": "3:00"})], 600, 555),
        ([warm("8:30"), work({"time": "3:00"})], 600, 465),
        ([warm("10:30"), work({"time": "3:00"})], 600, 585),
        ([warm("12:00"), work({"time": "3:00"})], 600, 600),
        ([warm("12:00"), work({"time": "3:00"})], 5, 15),
        ([warm("4:00"), work({"time": "2:00"}), jog({"time": "8:00"})], 600, 600),
        ([warm("4:00"), work({"time": "4:00"}), jog({"time": "1:30"}), work({"time": "4:00"})], 600, 525),
        ([warm("4:00"), work({"time": "4:00"}), jog({"time": "1:30"}, move="stand")], 600, 195),
        ([warm("0:50"), work({"time": "9:30"}), {"kind": "cool_down", "until": {"time": "5:00"}}], 600, 635),
        ([work({"time": "20:00"})], 600, 600),
        ([{"kind": "warm_up", "until": {"mark": True}}, work({"time": "20:00"})], 600, 600),
        ([warm("5:00"), work({"mark": True}), jog({"time": "9:00"})], 600, 255),
    ],
)
def test_a_calm_moment_lies_in_an_easy_stretch(steps, wanted, at):
    """In no rep, in no pause on foot, and in no first or last words of a step."""
    assert calm_moment(outline(document(*steps)), wanted) == at


def test_the_schema_describes_the_format():
    """The JSON Schema forbids unknown keys and has every kind of entry."""
    schema: Any = workout_schema()
    assert schema["additionalProperties"] is False
    assert {"RunStep", "ChecklistStep", "PromptStep", "Repeat", "Use", "Until", "Gate"} <= schema[
        "$defs"
    ].keys()
    assert set(schema["required"]) == {"format", "name", "sections"}
    assert "for" in schema["$defs"]["Gate"]["properties"]
