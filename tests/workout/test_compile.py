"""From documents to timelines: order, names, numbers."""

import pytest

from coach.problems import AthleteProblem
from coach.workout.kinds import Kind
from coach.workout.resolve import MissingNumber, Number
from coach.workout.timeline import CoachBy, MarkEnd, Move, MovementStart, OpenEnd, PressStart, Quantity
from tests.workout.building import (
    EASY,
    Band,
    Context,
    DelayStart,
    DistanceEnd,
    HeartRateEnd,
    Reminder,
    SlotEnd,
    TimeEnd,
    Until,
    athlete,
    compile_workout,
    document,
    jog,
    outline,
    steps_of,
    work,
)

FAST = athlete(
    threshold_pace="4:10/km",
    top_speed_mps=8.0,
    goal={"distance": "10 km", "time": "40:00"},
    heart_rate={
        "max": {"bpm": 190, "source": "measured"},
        "rest": {"bpm": 50, "source": "measured"},
        "threshold": {"bpm": 170, "source": "measured"},
    },
)


def target(step_target, kind="work", **more):
    """The compiled target of one step."""
    (step,) = steps_of({"kind": kind, "until": {"time": "5:00"}, "target": step_target, **more}, athlete=FAST)
    return step.target


def pace_of(speed):
    """Seconds per km to a tenth."""
    return round(1000 / speed, 1)


# --- order and names -----------------------------------------------------------------------------------------


def test_repeats_are_written_out_in_running_order():
    """A nested repeat with a recovery between comes out in order, each step with its place as a coach says it."""
    inner = {"repeat": 2, "steps": [work(), {"kind": "float", "until": {"distance": "200 m"}}]}
    steps = steps_of(EASY, {"repeat": 2, "between": jog({"time": "3:00"}), "steps": [inner]})
    assert [step.path for step in steps] == [
        "Main / warm-up",
        "Main / set 1 of 2 / rep 1 of 2 / work",
        "Main / set 1 of 2 / rep 1 of 2 / float",
        "Main / set 1 of 2 / rep 2 of 2 / work",
        "Main / set 1 of 2 / rep 2 of 2 / float",
        "Main / set 1 of 2 / recovery",
        "Main / set 2 of 2 / rep 1 of 2 / work",
        "Main / set 2 of 2 / rep 1 of 2 / float",
        "Main / set 2 of 2 / rep 2 of 2 / work",
        "Main / set 2 of 2 / rep 2 of 2 / float",
    ]
    assert [(step.rep, step.of) for step in steps[1:6]] == [(1, 2), (1, 2), (2, 2), (2, 2), (None, None)]
    assert len({step.step_id for step in steps}) == len(steps)
    assert [step.step_id for step in steps[:3]] == ["0.0", "0.1/0.0/0.0", "0.1/0.0/0.1"]
    assert steps[1].set_id == steps[4].set_id != steps[6].set_id
    assert [step.first_of_set for step in steps[1:6]] == [True, False, False, False, True]
    assert [step.last_of_set for step in steps[1:6]] == [False, False, False, True, True]


def test_step_ids_do_not_depend_on_the_athlete():
    """The same document gives the same step ids for any athlete."""
    plan = document(work(target={"pace": {"ref": "5k"}}), jog())
    other = athlete(threshold_pace="5:00/km")
    first, second = (compile_workout(plan, who) for who in (FAST, other))
    assert [step.step_id for step in first.steps] == [step.step_id for step in second.steps]


def test_the_last_recovery_can_be_left_out():
    """With skip_last_recovery the set ends with its work."""
    steps = steps_of({"repeat": 3, "skip_last_recovery": True, "steps": [work(), jog()]})
    assert [step.kind for step in steps] == [Kind.WORK, Kind.RECOVERY, Kind.WORK, Kind.RECOVERY, Kind.WORK]


def test_reps_beyond_the_minimum_are_optional():
    """Of 2 to 4 reps the third and fourth are optional, and all count to four."""
    steps = steps_of({"repeat": {"min": 2, "max": 4}, "steps": [work()]})
    assert [step.optional for step in steps] == [False, False, True, True]
    assert {step.of for step in steps} == {4}


def test_a_send_off_makes_the_rest_to_the_next_slot():
    """Every rep carries its slot, a rest to the next slot follows each but the last."""
    steps = steps_of({"repeat": 3, "send_off": "2:00", "steps": [work()]})
    assert [step.send_off_s for step in steps] == [120, None, 120, None, 120]
    assert [step.until.ends for step in steps[1::2]] == [(SlotEnd(120),)] * 2
    assert steps[1].path == "Main / rep 1 of 3 / rest"
    assert steps[1].rep == 1


def test_blocks_are_used_forwards_and_backwards():
    """A block may be used twice, the second time with its steps last first."""
    block = [work({"distance": "800 m"}), jog(), work({"distance": "200 m"})]
    steps = steps_of({"use": "b"}, {"use": "b", "reverse": True}, blocks={"b": block})
    assert [step.until.distance() for step in steps] == [800, None, 200, 200, None, 800]
    assert len({step.step_id for step in steps}) == 6


def test_changes_add_up_from_repeat_to_repeat():
    """Pace, distance, time and recovery change a little more with each repeat, the float does not."""
    steps = steps_of(
        {
            "repeat": 3,
            "change": {"pace": "-5 s/km", "distance": "+200 m", "recovery": "-0:15"},
            "steps": [
                work({"distance": "200 m"}, target={"pace": "4:00/km"}),
                {"kind": "float", "until": {"distance": "100 m"}, "target": {"pace": "5:00/km"}},
                jog({"time": "1:30"}),
            ],
        }
    )
    works, floats, rests = steps[::3], steps[1::3], steps[2::3]
    assert [step.until.distance() for step in works] == [200, 400, 600]
    assert [pace_of(step.target.band.aim) for step in works] == [240, 235, 230]
    assert [step.target.label for step in works] == ["4:00/km", "3:55/km", "3:50/km"]
    assert [pace_of(step.target.band.aim) for step in floats] == [300, 300, 300]
    assert [step.until.time() for step in rests] == [90, 75, 60]


def test_names_follow_the_author_or_the_step():
    """A written name is kept, in the path too; else the step is called by what it is."""
    steps = steps_of(
        work(name="Tempo mile"), work(), jog(move="walk"), {"kind": "float", "until": {"time": "0:30"}}
    )
    assert [step.name for step in steps] == ["Tempo mile", "400 m", "Walk 1:00", "Float 0:30"]
    assert steps[0].path == "Main / Tempo mile"


# --- ends, starts, the rest of a step --------------------------------------------------------------------------


def test_every_end_is_understood():
    """Each way a step can end comes out as such, with floor and cap beside it."""
    mark = {"mark": True, "not_before": "0:45", "cap": "3:00"}
    ends = [
        {"time": "1:02:03"},
        {"distance": "1 mile"},
        mark,
        {"open": True},
        {"heart_rate_below": "120 bpm"},
        {"heart_rate_above": "80 %max"},
        {"any": [{"mark": True}, {"time": "15:00"}]},
    ]
    steps = steps_of(*(jog(end) for end in ends), athlete=FAST)
    assert [step.until for step in steps] == [
        Until((TimeEnd(3723),)),
        Until((DistanceEnd(1609.344),)),
        Until((MarkEnd(),), 45, 180),
        Until((OpenEnd(),)),
        Until((HeartRateEnd(120, below=True),)),
        Until((HeartRateEnd(152, below=False),)),
        Until((MarkEnd(), TimeEnd(900))),
    ]


def test_every_start_is_understood():
    """Starts are kept as written, and none stays none."""
    steps = steps_of(work(), *(work(start=s) for s in ("press", "movement", {"delay": "0:30"})))
    assert [step.start for step in steps] == [None, PressStart(), MovementStart(), DelayStart(30)]


def test_the_small_things_of_a_step_arrive():
    """Move, else_time, calibrate, purpose, texts and reminders come out as written."""
    step, rest = steps_of(
        work(
            {"distance": "800 m"},
            else_time="3:12",
            calibrate=True,
            purpose="Even",
            says=[{"text": "Relax", "at": "600 m"}],
            reminders=[{"text": "Gel", "after": "10:00", "every": "5:00", "amount": 20, "unit": "g"}],
        ),
        jog(move="stand"),
    )
    assert (step.else_time_s, step.calibrate, step.purpose) == (192, True, "Even")
    assert step.reminders == (
        Reminder("Relax", at_m=600),
        Reminder("Gel", at_s=600, every_s=300, amount=20, unit="g"),
    )
    assert (step.else_time_s, rest.else_time_s) == (192, None)
    assert rest.move is Move.STAND


def test_checklists_and_prompts_are_steps():
    """A checklist keeps its items and a prompt its question; both end by a press and not by time."""
    steps = steps_of(
        {"kind": "checklist", "name": "Drills", "items": [{"do": "Skips", "sets": 3, "metres": 20}]},
        {"kind": "prompt", "question": "How hard?", "answers": ["easy", "hard"]},
    )
    assert steps[0].items[0].metres == 20
    assert steps[0].items[0].sets == 3
    assert (steps[1].question, steps[1].answers) == ("How hard?", ("easy", "hard"))
    assert [step.until for step in steps] == [Until((OpenEnd(),))] * 2


def test_rules_of_the_run_stand_where_they_are_needed():
    """Questions are on the first step; watched limits and reminders of the run are on every step of running."""
    steps = steps_of(
        {"kind": "checklist", "items": [{"do": "x"}]},
        work(),
        jog(),
        reminders=[{"text": "Drink", "every": "5 km"}],
        gates=[
            {"rule": "slept", "when": "before", "text": "Slept?"},
            {
                "rule": "red",
                "when": "during",
                "text": "Ease",
                "heart_rate": {"above": "90 %max"},
                "for": "3:00",
                "per": "1 km",
            },
        ],
        athlete=FAST,
    )
    assert [[gate.rule for gate in step.gates] for step in steps] == [["slept"], ["red"], ["red"]]
    assert steps[1].gates[0].above == 171
    assert (steps[1].gates[0].for_s, steps[1].gates[0].per_m) == (180, 1000)
    assert [len(step.reminders) for step in steps] == [0, 1, 1]
    assert steps[1].reminders[0].of_run


@pytest.mark.parametrize(
    ("watch", "quantity", "above", "below"),
    [
        ({"pace": {"faster": "4:00/km"}}, Quantity.SPEED, 1000 / 240, None),
        ({"pace": {"slower": "5:00/km"}}, Quantity.SPEED, None, 1000 / 300),
        ({"speed": {"above": "18 km/h"}}, Quantity.SPEED, 5.0, None),
        ({"speed": {"below": "50 %top"}}, Quantity.SPEED, None, 4.0),
        ({"cadence": {"below": "160 spm"}}, Quantity.CADENCE, None, 160),
        ({"power": {"above": "300 W"}}, Quantity.POWER, 300, None),
        ({"heart_rate": {"below": "zone 2"}}, Quantity.HEART_RATE, None, 144.5),
        ({"metric": {"name": "core", "above": 39}}, Quantity.METRIC, 39, None),
    ],
)
def test_a_gate_watches_what_it_says(watch, quantity, above, below):
    """Each quantity of a gate comes out with its limit on the right side."""
    (step,) = steps_of(work(gates=[{"rule": "r", "when": "during", "text": "t", **watch}]), athlete=FAST)
    gate = step.gates[0]
    assert gate.quantity is quantity
    assert gate.above == (None if above is None else pytest.approx(above))
    assert gate.below == (None if below is None else pytest.approx(below))


# --- targets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kind", "faster", "slower"),
    [
        ({"pace": {"ref": "threshold"}}, "work", 2, 3),
        ({"pace": {"ref": "5k"}}, "work", 2, 2),
        ({"pace": {"ref": "mile"}}, "work", 2, 2),
        ({"pace": {"ref": "10k"}}, "work", 2.5, 2.5),
        ({"pace": "4:00/km"}, "work", 2.5, 2.5),
        ({"pace": {"ref": "threshold"}}, "float", 8, 8),
        ({"speed": "15 km/h"}, "work", 2.5, 2.5),
    ],
)
def test_a_single_value_gets_the_band_of_its_kind(written, kind, faster, slower):
    """The band around a single pace is so many per cent of pace faster and slower."""
    band = target(written, kind).band
    pace = 1000 / band.aim
    assert 1000 / band.high == pytest.approx(pace * (1 - faster / 100))
    assert 1000 / band.low == pytest.approx(pace * (1 + slower / 100))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"pace": {"ref": "easy"}}, "work"),
        ({"pace": "5:30/km"}, "warm_up"),
        ({"pace": "6:00/km"}, "recovery"),
    ],
)
def test_easy_running_has_no_slow_side(written, kind):
    """Easy running, warming up and recovering have no slow side, so no cue asks for more speed."""
    band = target(written, kind).band
    assert band.low is None
    assert band.high is not None


def test_a_written_range_is_the_band():
    """A range is taken as it stands, whichever end comes first."""
    for text in ("3:55-4:05/km", "4:05/km-3:55/km", "4:05–3:55/km"):
        made = target({"pace": text})
        assert (pace_of(made.band.high), pace_of(made.band.low)) == (235, 245)
        assert made.label == "3:55-4:05/km"


def test_bounds_may_be_open():
    """A fastest pace without a slowest leaves the slow side open."""
    made = target({"pace": {"fastest": "4:30/km"}})
    assert (made.band.low, made.band.aim) == (None, None)
    assert made.band.high == pytest.approx(1000 / 270)
    assert made.label == "no faster than 4:30/km"
    assert target({"pace": {"slowest": "6:00/km"}}).label == "no slower than 6:00/km"


@pytest.mark.parametrize(
    ("offset", "pace"), [("+20 s/km", 270.0), ("-10 s/mile", 243.8), ("+3 %", 257.5), ("-4 %", 240.0)]
)
def test_offsets_are_of_pace_and_plus_is_slower(offset, pace):
    """From 4:10/km each offset gives the pace that a coach would compute."""
    assert pace_of(target({"pace": {"ref": "threshold", "offset": offset}}).band.aim) == pace


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ({"heart_rate": "140-150 bpm"}, 140, 150),
        ({"heart_rate": "150 bpm"}, 145, 155),
        ({"heart_rate": "70-80 %max"}, 133, 152),
        ({"heart_rate": "50-60 %reserve"}, 120, 134),
        ({"heart_rate": "88-92 %LTHR"}, 149.6, 156.4),
        ({"heart_rate": "zone 2"}, 144.5, 153),
        ({"heart_rate": "Z1"}, None, 144.5),
        ({"heart_rate": {"max": "75 %max"}}, None, 142.5),
        ({"heart_rate": {"min": "120 bpm", "max": "75 %max"}}, 120, 142.5),
        ({"cadence": "170-180 spm"}, 170, 180),
        ({"cadence": "176 spm"}, 172, 180),
        ({"cadence": {"min": "165 spm"}}, 165, None),
        ({"power": "250 W"}, 240, 260),
        ({"power": {"max": "290 W"}}, None, 290),
        ({"speed": "90-95 %top"}, 7.2, 7.6),
        ({"speed": "95-100 %threshold"}, 3.8, 4.0),
        ({"speed": {"max": "18 km/h"}}, None, 5.0),
        ({"metric": {"name": "core", "max": 38.5}}, None, 38.5),
    ],
)
def test_other_quantities_come_to_numbers(written, low, high):
    """Every other target has its numbers, and an open side stays open."""
    band = target(written).band
    assert band.low == (None if low is None else pytest.approx(low))
    assert band.high == (None if high is None else pytest.approx(high))


def test_words_have_no_numbers():
    """An effort is its words."""
    made = target({"effort": "fast, smooth"})
    assert (made.quantity, made.band, made.label) == (Quantity.EFFORT, Band(), "fast, smooth")


def test_a_ramp_runs_from_target_to_ramp():
    """The target stands at the start of the step, the ramp at its end."""
    made = target({"pace": "5:00/km"}, ramp={"pace": "4:00/km"})
    assert (pace_of(made.band.aim), pace_of(made.ramp.aim)) == (300, 240)
    assert made.label == "5:00/km to 4:00/km"


def test_a_cap_written_as_one_value_is_a_maximum():
    """Caps have no lower side unless one is written."""
    (step,) = steps_of(
        work(caps=[{"heart_rate": "150 bpm"}, {"pace": "4:00/km"}, {"heart_rate": "zone 2"}]), athlete=FAST
    )
    assert [(cap.band.low, cap.band.aim) for cap in step.caps] == [(None, None)] * 3
    assert [cap.band.high for cap in step.caps] == pytest.approx([150, 1000 / 240, 153])
    assert [cap.label for cap in step.caps] == ["under 150 bpm", "no faster than 4:00/km", "under 153 bpm"]


def test_what_rests_on_an_estimate_says_so():
    """A target of an estimated maximum is marked, one in beats is not."""
    guess = athlete(
        heart_rate={"max": {"bpm": 180, "source": "estimated"}, "rest": {"bpm": 50, "source": "measured"}}
    )
    steps = steps_of(
        work(target={"heart_rate": "80 %max"}),
        work(target={"heart_rate": "80 %reserve"}),
        work(target={"heart_rate": "150 bpm"}, caps=[{"heart_rate": {"max": "90 %max"}}]),
        athlete=guess,
    )
    assert [step.target.estimated for step in steps] == [True, True, False]
    assert steps[2].caps[0].estimated


@pytest.mark.parametrize(
    ("step", "steer"),
    [
        (work(target={"pace": {"ref": "5k"}}), CoachBy.TIME),
        (work({"distance": "3 km"}, target={"pace": {"ref": "5k"}}), CoachBy.TIME),
        (work(target={"pace": {"ref": "threshold"}}), CoachBy.RATE),
        (work({"distance": "1600 m"}, target={"pace": "4:00/km"}), CoachBy.TIME),
        (work({"distance": "2 km"}, target={"pace": "4:00/km"}), CoachBy.RATE),
        (work({"time": "3:00"}, target={"pace": "4:00/km"}), CoachBy.RATE),
        (work(target={"pace": "4:00/km"}, steer="rate"), CoachBy.RATE),
        (
            {"kind": "float", "until": {"distance": "200 m"}, "target": {"pace": {"ref": "mile"}}},
            CoachBy.RATE,
        ),
        (work(target={"heart_rate": "150 bpm"}), None),
        (work(), None),
    ],
)
def test_steer_follows_the_rule(step, steer):
    """Race paces and short reps are coached by time, others by rate; `steer` in the document wins."""
    assert steps_of(step, athlete=FAST)[0].steer is steer


# --- the athlete ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "number", "option"),
    [
        (work(target={"pace": {"ref": "5k"}}), Number.THRESHOLD_PACE, "--threshold-pace 4:10/km"),
        (work(target={"pace": {"ref": "goal"}}), Number.GOAL_PACE, "--goal-pace"),
        (work(target={"speed": "90 %top"}), Number.TOP_SPEED, "--top-speed"),
        (work(target={"speed": "90 %threshold"}), Number.THRESHOLD_PACE, "--threshold-pace"),
        (work(target={"heart_rate": "80 %max"}), Number.MAX_HEART_RATE, "--max-heart-rate"),
        (work(target={"heart_rate": "zone 2"}), Number.THRESHOLD_HEART_RATE, "--threshold-heart-rate"),
        (jog({"heart_rate_below": "70 %max"}), Number.MAX_HEART_RATE, "--max-heart-rate"),
        (work(caps=[{"heart_rate": "85 %LTHR"}]), Number.THRESHOLD_HEART_RATE, "--threshold-heart-rate"),
        (
            work(gates=[{"rule": "r", "when": "during", "text": "t", "heart_rate": {"above": "90 %max"}}]),
            Number.MAX_HEART_RATE,
            "--max-heart-rate",
        ),
    ],
)
def test_the_one_number_that_is_missing_is_named(step, number, option):
    """Without the number a workout needs, it is named with the command that sets it; an outline does without."""
    plan = document(step)
    with pytest.raises(MissingNumber) as caught:
        compile_workout(plan, None)
    assert caught.value.number is number
    assert option in caught.value.hint
    assert caught.value.hint.startswith("Set it with: coach athlete set --")
    assert len(outline(plan).steps) == 1


def test_resting_heart_rate_is_asked_for_after_the_maximum():
    """Of two missing numbers one is asked for at a time."""
    plan = document(work(target={"heart_rate": "70 %reserve"}))
    known = athlete(heart_rate={"max": {"bpm": 190, "source": "measured"}})
    with pytest.raises(MissingNumber, match="resting heart rate"):
        compile_workout(plan, known)


def test_an_outline_keeps_the_words():
    """Where the athlete does not say, an outline keeps the name of the pace."""
    (step,) = outline(document(work(target={"pace": {"ref": "5k", "offset": "+5 s/km"}}))).steps
    assert step.target.label == "5k +5 s/km"
    assert step.target.band == Band()
    assert step.target.ref == "5k"


def test_an_outline_keeps_the_words_of_bounds_and_ramps():
    """Bounds and ramps are worded as they were written."""
    steps = outline(
        document(
            work(target={"heart_rate": {"min": "60 %max", "max": "70 %max"}}),
            work(target={"heart_rate": {"max": "70 %max"}}),
            work(target={"heart_rate": {"min": "60 %max"}}, caps=[{"heart_rate": "90 %max"}]),
            work(target={"pace": {"fastest": "4:00/km", "slowest": "5:00/km"}}, ramp={"pace": {"ref": "5k"}}),
            work(target={"pace": {"slowest": "5:00/km"}}, ramp={"pace": {"ref": "5k"}}),
        )
    ).steps
    assert [step.target.label for step in steps] == [
        "60 %max to 70 %max",
        "under 70 %max",
        "over 60 %max",
        "no faster than 4:00/km, no slower than 5:00/km to 5k pace",
        "no slower than 5:00/km to 5k pace",
    ]
    (cap,) = steps[2].caps
    assert (cap.label, cap.band) == ("at most 90 %max", Band())


def aim(ref, **entry):
    """The pace of a reference for an athlete."""
    (step,) = steps_of(work(target={"pace": {"ref": ref}}), athlete=athlete(**entry))
    return pace_of(step.target.band.aim)


def test_paces_come_from_the_best_word_on_them():
    """By hand wins, then the athlete's own threshold or goal, then races, then what the threshold implies."""
    race = {"date": "2026-01-01", "distance": "5 km", "time": "20:00"}
    assert aim("5k", paces={"5k": "3:50/km"}, races=[race]) == 230
    assert aim("threshold", threshold_pace="4:10/km", races=[race]) == 250
    assert aim("threshold", races=[race]) == pytest.approx(256, abs=1)
    assert aim("5k", races=[race], threshold_pace="5:00/km") == pytest.approx(240, abs=0.2)
    assert aim("5k", threshold_pace="4:10/km") == pytest.approx(234.3, abs=1)
    assert aim("goal", goal={"distance": "10 km", "time": "40:00"}) == 240
    assert aim("goal", goal={"pace": "3:50/km"}) == 230
    assert aim("goal", goal={"pace": "3:50/km"}, paces={"goal": "3:45/km"}) == 225


def test_a_race_the_formula_cannot_read_is_passed_over():
    """A 400 m race says nothing about endurance; the threshold pace is used instead."""
    sprint = {"date": "2026-01-01", "distance": "400 m", "time": "1:00"}
    both = aim("10k", races=[sprint], threshold_pace="4:10/km")
    assert both == aim("10k", threshold_pace="4:10/km")


def test_a_threshold_nobody_can_derive_from_is_the_athletes_problem():
    """A walker's threshold gives no race pace, and the way round it is named."""
    with pytest.raises(AthleteProblem, match="No 5k pace can be derived") as caught:
        aim("5k", threshold_pace="20:00/km")
    assert "coach athlete set --pace 5k=" in caught.value.hint


def test_labels_speak_the_athletes_unit():
    """Paces are per mile for a runner who reads miles; without an athlete they keep the author's unit."""
    (step,) = steps_of(work(target={"pace": "6:26/mile"}))
    assert step.target.label == "6:26/mile"
    (step,) = steps_of(work(target={"pace": "6:26/mile"}), athlete=FAST)
    assert step.target.label == "4:00/km"


# --- the track -----------------------------------------------------------------------------------------------


def marks(*steps, **context):
    """Start and finish marks of each step on a track."""
    return [
        (step.start_mark, step.finish_mark)
        for step in steps_of(*steps, context={"surface": "track", **context})
    ]


def test_marks_follow_the_metres():
    """Reps of 400 with a jog of 200 start at the two ends of the track in turn."""
    rep = {"repeat": 2, "steps": [work(), jog({"distance": "200 m"})]}
    assert marks(EASY, rep) == [("", ""), ("A", "A"), ("A", "B"), ("B", "B"), ("B", "A")]


def test_a_rest_by_time_stays_at_the_mark():
    """After a kilometre and two minutes of rest the next one starts where the first ended."""
    rep = {"repeat": 2, "steps": [work({"distance": "1 km"}), jog()]}
    assert marks(rep) == [("A", "B"), ("", ""), ("B", "A"), ("", "")]


def test_where_the_metres_are_unknown_there_is_no_mark():
    """The place where a rep by time ends is unknown; the runner walks back to the line after a step off the lane."""
    assert marks(work({"time": "2:00"}), work(), EASY, work()) == [("A", ""), ("", ""), ("", ""), ("A", "A")]


def test_marks_need_a_track_whose_laps_fit():
    """In lane 4 a kilometre ends at no mark, and on the road there are none."""
    assert marks(work({"distance": "1 km"}), lane=4) == [("A", "")]
    assert [step.start_mark for step in steps_of(work(), context={"surface": "road"})] == [""]
    assert marks(work({"distance": "300 m"}), lap_m=200) == [("A", "B")]


def test_a_mile_starts_before_the_line_and_ends_at_it():
    """The remainder over whole quarters of a lap is run first, unless the runner enters the rep at speed."""
    mile = work({"distance": "1 mile"})
    track = {"surface": "track"}
    steps = steps_of({"repeat": 2, "steps": [mile, jog({"distance": "400 m"})]}, context=track)
    assert [(step.start_mark, round(step.line_m, 2), step.finish_mark) for step in steps] == [
        ("A", 9.34, "A"), ("A", 0.0, "A"), ("A", 9.34, "A"), ("A", 0.0, "A"),
    ]  # fmt: skip
    half, two, five = (
        steps_of(work({"distance": length}), context=track)[0]
        for length in ("0.5 mile", "2 miles", "5 miles")
    )
    assert [round(step.line_m, 1) for step in (half, two, five)] == [4.7, 18.7, 0.0]
    fast = steps_of(work(), mile, context=track)
    assert [(step.start_mark, step.line_m) for step in fast] == [("A", 0.0), ("A", 0.0)]
    assert [step.line_m for step in steps_of(mile, context={"surface": "road"})] == [0.0]


def test_the_context_is_kept_and_never_invented():
    """Surface, lap and lane arrive; without a context the surface is not known."""
    assert compile_workout(
        document(work(), context={"surface": "track", "lane": 3}), None
    ).context == Context("track", 400, 3)
    assert compile_workout(document(work()), None).context.surface == ""
    assert compile_workout(document(work(), context={}), None).context.surface == ""


# --- remarks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            [{"repeat": 2, "steps": [{"repeat": 3, "steps": [work()]}]}],
            "sections[0].steps[0]: the set has no recovery",
        ),
        (
            [{"repeat": 3, "steps": [work()]}, {"repeat": 2, "steps": [work()]}],
            "no recovery before the next one",
        ),
        ([{"repeat": 2, "steps": [{"use": "reps"}]}], "the set has no recovery before the next"),
        (
            [{"repeat": 2, "steps": [{"use": "reps", "reverse": True}]}],
            "the set has no recovery before the next",
        ),
        (
            [{"repeat": 2, "steps": [{"repeat": 2, "skip_last_recovery": True, "steps": [work(), jog()]}]}],
            "the set has no recovery before the next",
        ),
        ([{"repeat": 3, "send_off": "1:10", "steps": [work({"time": "0:55"})]}], "leaves only 0:15 of rest"),
        (
            [{"kind": "stride", "until": {"time": "0:20"}, "caps": [{"power": "400 W"}]}],
            "steps[0].caps: no cap is watched in a stride",
        ),
        (
            [{"kind": "work", "until": {"time": "1:30"}, "caps": [{"heart_rate": "170 bpm"}]}],
            "a cap of heart rate is watched from 2:00 on",
        ),
        (
            [{"kind": "work", "until": {"time": "0:25"}, "caps": [{"power": "400 W"}]}],
            "a cap of power is watched from 0:30 on",
        ),
    ],
)
def test_what_is_probably_not_meant_is_said(steps, said):
    """A set without a recovery before the next, a send-off without rest, and a cap that nothing watches."""
    blocks = {"reps": [{"repeat": 2, "steps": [work()]}, work()]}
    assert any(said in warning for warning in document(*steps, blocks=blocks).warnings)


def test_reps_that_alternate_ends_of_the_track_are_said():
    """The check says when reps start at different ends of the track."""
    plan = document(
        {"repeat": 2, "steps": [work(), jog({"distance": "200 m"})]}, context={"surface": "track"}
    )
    assert plan.warnings == ("Main / rep 1 of 2 / work: the reps start at different ends of the track",)


@pytest.mark.parametrize(
    "steps",
    [
        [{"repeat": 2, "between": jog(), "steps": [{"repeat": 3, "steps": [work()]}]}],
        [{"repeat": 2, "steps": [{"repeat": 3, "steps": [work(), jog()]}]}],
        [{"repeat": 2, "steps": [{"repeat": 3, "steps": [work()]}, jog()]}],
        [{"repeat": 8, "steps": [work(), work({"distance": "200 m"})]}],
    ],
)
def test_ordinary_sets_are_not_remarked_on(steps):
    """With a recovery, or as one unbroken alternation, there is nothing to say."""
    assert document(*steps).warnings == ()
