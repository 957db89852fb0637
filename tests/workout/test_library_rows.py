"""The workouts the library was asked for, each with the numbers its row of the science report gives."""

import json
from collections import Counter
from typing import Any

import pytest

from coach.workout.describe import until_text
from tests.cases import case
from tests.workout.building import Until, compile_workout
from tests.workout.library_sizes import SIZES
from tests.workout.test_library import LIBRARY, RUNNER, read

ROWS = [
    # row, workout, what its hard part counts: kind and length (and pace by name), how many
    ("W1", "strides", {"stride 0:20": 8, "walk 1:30": 8}),
    ("W2", "strides-8x20s-grass", {"stride 0:20": 8, "walk 1:00": 8}),
    ("W3", "hill-sprints", {"hill 0:10": 8, "walk until the mark, at least 2:00, at most 4:00": 8}),
    ("W4", "hill-blasts-weekly", {"hill 0:10": 6, "walk until the mark, at least 2:00, at most 4:00": 6}),
    ("W4", "gentle-sprints-10s", {"stride 0:10": 4, "walk 2:00": 4}),
    ("W5", "fartlek-1-2", {"work 1:00": 8, "jog 2:00": 8}),
    ("W6", "free-fartlek", {"fartlek 30:00": 1}),
    ("W7", "200s-full-recovery", {"work 200 m mile": 6}),
    ("W8", "fast-finish", {"work 10:00 easy": 1}),
    ("W8", "progression-30min", {"work 10:00 easy": 2}),
    ("W9", "5x1000-5k", {"work 1 km 5k": 5, "jog 400 m": 4}),
    ("W9", "10x200-mile", {"work 200 m mile": 10, "jog 200 m": 9}),
    ("W9", "cruise-intervals-4x5min", {"work 5:00 threshold": 4, "jog 1:00": 3}),
    ("W10", "8-12x400-5k", {"work 400 m 5k": 12, "jog 200 m": 12}),
    ("W11", "tempo-then-800s", {"work 15:00 threshold": 1, "jog 3:00": 1, "work 800 m 5k": 2, "jog 2:00": 1}),
    ("W11", "800s-then-tempo", {"work 15:00 threshold": 1, "jog 3:00": 1, "work 800 m 5k": 2, "jog 2:00": 1}),
    ("W12", "float-200s", {"work 200 m mile": 10, "float 200 m marathon": 10}),
    ("W12", "float-200s-first", {"work 200 m 3k": 6, "float 200 m marathon": 6}),
    ("W13", "hills-6x1min", {"hill 1:00": 6, "hill 0:15": 3}),
    ("W13", "hills-90s-and-15s", {"hill 1:30": 3, "hill 0:15": 4}),
    ("W14", "long-12-miles-hmp-finish", {"open 9 miles easy": 1, "work 3 miles half": 1}),
    ("W15", "progression", {"work 1 mile threshold": 10}),
    ("W16", "8x400-then-4x100", {"work 400 m 5k": 8, "jog 200 m": 8, "stride 100 m": 4}),
    ("W17", "3x1-mile-then-4x200", {"work 1 mile threshold": 3, "jog 1:00": 3, "work 200 m 5k": 4}),
    ("W18", "alternations", {"work 400 m 5k": 8, "float 200 m marathon": 8}),
    (
        "W19",
        "mona-fartlek",
        {"work 1:30": 2, "work 1:00": 4, "work 0:30": 4, "work 0:15": 4, "float 0:15": 4},
    ),
    ("W20", "8x150-all-out", {"work 150 m": 8, "walk 3:00": 7}),
    ("W20", "4x200-fast", {"work 200 m mile": 4, "walk until the mark, at least 5:00, at most 8:00": 3}),
    ("W21", "ladder", {"work 1600 m 10k": 1, "work 1200 m 5k": 1, "work 800 m 3k": 1, "work 400 m mile": 1}),
    ("W22", "tempo-sandwich", {"work 2 miles threshold": 2, "work 400 m 3k": 4}),
    (
        "W23",
        "michigan",
        {"work 1600 m 10k": 1, "work 1 mile threshold": 3, "work 1200 m 10k": 1, "work 400 m": 1},
    ),
    (
        "W24",
        "5x300-full-recovery",
        {"work 300 m mile": 5, "walk until the mark, at least 5:00, at most 8:00": 4},
    ),
    ("W26", "broken-tempo", {"work 8:00 threshold": 3, "jog 1:30": 3}),
    ("W27", "5x800-5k", {"work 800 m 5k": 5}),
    ("W27", "10x400-5k", {"work 400 m 5k": 10}),
    ("W27", "6x800-5k", {"work 800 m 5k": 6}),
    ("W27", "5x3min-hard", {"work 3:00": 5}),
    ("W27", "tempo-3-miles", {"work 3 miles threshold": 1}),
    ("W28", "4x400-race-pace", {"work 400 m goal": 4}),
    ("W28", "miler-200-300", {"work 200 m mile": 3, "work 300 m mile": 3}),
    ("W29", "marathon-10-12-mp", {"work 1 mile marathon": 12}),
    ("W29", "tempo-4-6-miles-hmp", {"work 1 mile half": 6}),
    ("W30", "3x5k-mp-1x5k-hmp", {"work 5 km marathon": 3, "work 5 km half": 1, "jog 5:00": 3}),
    ("W31", "canova-miles", {"work 1 mile marathon": 11, "float 1 mile marathon": 11}),
    ("W32", "8x100-strides", {"stride 100 m": 8}),
    ("W32", "8x400-5k", {"work 400 m 5k": 8}),
    ("W32", "8x200-mile", {"work 200 m mile": 8}),
    (
        "W33",
        "sprint-float-60",
        {"work until the mark, at most 0:15": 10, "float until the mark, at most 0:25": 10},
    ),
    ("W34", "lydiard-50-50", {"fartlek until the mark or 12:00": 1}),
    ("W35", "sprints-50m", {"work 50 m": 6, "walk 2:30": 6}),
    ("W35", "standing-starts-30m", {"work until the mark, at most 0:15": 6}),
    (
        "W37",
        "2x5x1000-threshold-float",
        {"work 1 km threshold": 10, "float 200 m marathon": 10, "jog 3:00": 1},
    ),
    ("W38", "taste-test", {"work 12:00 goal": 1}),
    ("W39", "long-run-quick-last-mile", {"work 1 mile easy": 1}),
    ("W40", "blocks-3min-race-pace", {"work 3:00 10k": 6, "jog 3:00": 5}),
    ("W41", "short-aerobic-6x2min", {"work 2:00": 6}),
    ("W41", "pickups-6x1min", {"work 1:00": 6}),
    ("W41", "final-fast-repeats", {"work 300 m 5k": 6}),
    ("W41", "simulated-mile-repeats", {"work 1 mile goal": 3}),
    ("W41", "race-rehearsal", {"work 1 km goal": 1, "work 2 km goal": 1}),
    ("W41", "warm-up-extended", {"work 1:00": 1}),
    ("W43", "hill-fartlek", {"fartlek 30:00": 1}),
    ("W44", "ladder-up", {"work 400 m 3k": 1, "work 800 m 5k": 1, "work 1200 m 5k": 1, "work 1600 m 10k": 1}),
    ("W44", "pyramid", {"work 200 m 3k": 2, "work 400 m 3k": 2, "work 600 m 3k": 2, "work 800 m 3k": 1}),
    ("W45", "medium-long-goal-pace", {"work 8 miles goal": 1}),
    ("Z16", "test-ramp", {"work 1:00": 25}),
    ("Z20", "not-ready-130", {"open 35:00": 1}),
]
"""W25, W36, W42 and W46 are rules and claims: they stand in the documentation."""

ROUTINES: dict[str, tuple[str, dict[str, Any]]] = {
    # row: workout and exercises as (sets, reps, seconds, metres, each side) that the row gives numbers for
    "F5": (
        "drills",
        dict.fromkeys(
            ("A-skips", "B-skips", "High knees", "Butt kicks", "Bounding"), (3, None, None, 30, False)
        ),
    ),
    "F6": ("plyometrics", {"Squat jumps": (2, 10, None, None, False)}),
    "F7": (
        "activation-10min",
        {
            "Leg swings forward and back": (1, 20, None, None, True),
            "Leg swings side to side": (1, 20, None, None, True),
            "Hip circles": (1, 10, None, None, True),
            "Glute bridges": (1, 15, None, None, False),
            "Clamshells or band walks, 10 to 15": (1, 15, None, None, True),
            "Pogo hops on the ankles": (1, 20, None, None, False),
        },
    ),
    "F9": ("cool-down-stretches", {"Couch stretch": (1, None, 45, None, True)}),
    "F10": ("mobility-10min", {"World's greatest stretch": (1, 5, None, None, True)}),
    "F11": ("prehab-15min", {"Swiss-ball roll-outs, heels on the ball": (2, 10, None, None, False)}),
    "F12": ("strength-heavy", {"Squats, 4 to 6": (3, 6, None, None, False)}),
    "F13": (
        "strength-gym",
        {
            "Squats": (3, 6, None, None, False),
            "Romanian deadlifts or deadlifts": (3, 6, None, None, False),
            "Dumbbell step-ups": (3, 8, None, None, True),
            "Walking lunges": (2, 10, None, None, True),
            "Calf raises, slow": (3, 10, None, None, False),
        },
    ),
    "F14": (
        "strength-home",
        {
            "Split squats or single-leg squats": (2, 10, None, None, True),
            "Glute bridges": (2, 15, None, None, False),
            "Calf raises on a step": (2, 12, None, None, True),
            "Squat jumps": (2, 10, None, None, False),
            "Bounding or skips": (1, None, None, 30, False),
        },
    ),
    "F15": ("strength-maintain", {"Calf raises": (2, 10, None, None, False)}),
    "F16": ("core-5min", {"Lateral leg raises": (1, 12, None, None, True)}),
}

NAMED = (
    "hip thrusts",
    "heavy carries",
    "medicine-ball throws",
    "jump rope",
    "monster walks",
    "pigeon",
    "figure-4",
    "toe scrunches",
    "swiss-ball roll-outs",
    "hip-flexor self-test",
    "nordic curls",
    "eccentric calf drops",
    "fire hydrants",
    "russian twists",
    "pallof press",
    "single-leg balance",
    "cat-cow",
    "open-book",
    "knee to wall",
    "carioca",
    "toy soldiers",
    "bird-dogs",
    "rows or pull-ups",
)
"""Workouts that the articles name, beside the rows."""


def counted(name):
    """How often each kind of step of a workout comes, written `kind length pace`."""
    found: Counter[str] = Counter()
    for step in compile_workout(read(name), RUNNER).steps:
        kind = step.move if step.kind == "recovery" else step.kind
        ref = step.target.ref if step.target is not None else ""
        length = until_text(Until(step.until.ends, step.until.not_before_s, step.until.cap_s))
        found[f"{kind} {length} {ref}".strip()] += 1
    return found


def test_a_workout_has_the_numbers_of_its_row():
    """The hard part has as many steps of each length and pace as the row gives."""
    for row, name, counts in ROWS:
        with case(row, name, counts):
            found = counted(name)
            assert {key: found[key] for key in counts} == counts, row


@pytest.mark.parametrize("row", ROUTINES)
def test_a_routine_has_the_sets_and_reps_of_its_row(row):
    """Sets, repetitions, seconds and metres are those the row gives."""
    name, exercises = ROUTINES[row]
    items = {one.do: one for step in compile_workout(read(name), None).steps for one in step.items}
    for do, amounts in exercises.items():
        one = items[do]
        assert (one.sets, one.reps, one.seconds, one.metres, one.each_side) == amounts, do


def test_an_exercise_that_is_named_somewhere_is_in_some_checklist():
    """Each exercise of the articles can be found in the library."""
    for words in NAMED:
        with case(words):
            texts = [(LIBRARY / f"{name}.json").read_text().casefold() for name in SIZES]
            assert any(words in text for text in texts)


def test_the_canova_alternation_is_18_to_22_miles():
    """Nine to eleven times two miles, the second of each twenty seconds a mile slower."""
    steps = [step for step in compile_workout(read("canova-miles"), RUNNER).steps if step.section == "Main"]
    miles = [
        sum(step.until.distance() for step in part) / 1609.344
        for part in ([s for s in steps if not s.optional], steps)
    ]
    assert miles == pytest.approx([18, 22])
    fast, slow = steps[0].target.band.aim, steps[1].target.band.aim
    assert 1609.344 / slow - 1609.344 / fast == pytest.approx(20)


def test_what_rests_on_a_claim_says_so():
    """Opt-in workouts have a caution and a source, gates of theirs included; no other has such a gate."""
    for name in SIZES:
        with case(name):
            document = json.loads((LIBRARY / f"{name}.json").read_text())
            if document["tags"].get("opt_in"):
                assert len(document["caution"]) > 80
                assert document["source"]
            else:
                assert "red minutes" not in json.dumps(document)
                assert "HRV" not in json.dumps(document.get("gates", []))


def test_the_opt_in_rules_are_all_there():
    """Each of them is a workout of its own, which a runner gets only on request."""
    opt_in = {name for name in SIZES if read(name).workout.tags.opt_in}
    assert opt_in == {
        "barefoot-strides",
        "block-day-12min",
        "hrv-ratio-gate",
        "not-ready-130",
        "talk-test-170",
        "taste-test",
        "three-red-minutes",
        "walk-under-52",
    }


def test_hard_workouts_say_how_often():
    """Every fast or hard workout but a demonstration has a limit of frequency, or no fixed place."""
    for name in SIZES:
        with case(name):
            tags = read(name).workout.tags
            if tags.system in {"speed", "test"} and name != "demo":
                assert tags.often is not None
            if tags.not_with:
                assert tags.is_fresh


def test_the_red_minutes_are_counted_over_each_kilometre():
    """The rule fires under its own name after 180 s over threshold heart rate in one kilometre."""
    steps = compile_workout(read("three-red-minutes"), RUNNER).steps
    gates = [gate for step in steps for gate in step.gates]
    assert len(gates) == 4
    gate = gates[0]
    assert (gate.rule, gate.when, gate.above, gate.for_s, gate.per_m) == (
        "red minutes",
        "during",
        172,
        180,
        1000,
    )


def test_the_readiness_rules_are_asked_before_the_first_step():
    """HRV within 3 per cent is a question before the start; nothing of it is watched on the way."""
    first, *rest = compile_workout(read("not-ready-130"), None).steps
    assert [gate.rule for gate in first.gates] == ["HRV within 3 %"]
    assert not any(step.gates for step in rest)
    assert (rest[0].target.band.low, rest[0].target.band.high) == (125, 135)
