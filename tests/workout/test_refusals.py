"""Everything a workout document is refused for, with its place and the words a coach reads."""

import json

import pytest

from coach.athlete import PACE_NAMES
from coach.problems import WorkoutProblem
from coach.workout.document import document_from, load_document
from coach.workout.targets import pace_by_name
from tests.workout.building import EASY, jog, load, tree, work

RUNS = "sections[0].steps[0]"


def refused(plain):
    """The problem a document is refused with."""
    with pytest.raises(WorkoutProblem) as caught:
        load(plain)
    return caught.value


def nested(depth):
    """Repeats in repeats."""
    inner = work()
    for _ in range(depth):
        inner = {"repeat": 1, "steps": [inner]}
    return inner


STEPS = [
    (work(target={"power": "2500 W"}), f"{RUNS}.target.power", "is not a running power", "under 2000 W"),
    (work(target={"pace": {"fastest": None}}), f"{RUNS}.target.pace", "the bounds are empty", '"fastest"'),
    (work(target={"pace": {}}), f"{RUNS}.target.pace", '"ref" is missing', ""),
    (
        work(target={"speed": {"min": "15 km/h", "max": "4 m/s"}}),
        f"{RUNS}.target.speed",
        '"min" is above',
        "Swap",
    ),
    (
        work(target={"cadence": {"min": "180 spm", "max": "170 spm"}}),
        f"{RUNS}.target.cadence",
        "is above",
        "Swap",
    ),
    (work(target={"power": {"min": "300 W", "max": "250 W"}}), f"{RUNS}.target.power", "is above", "Swap"),
    (work(target={"metric": {"name": "x", "min": 2, "max": 1}}), f"{RUNS}.target.metric", "is above", "Swap"),
    (
        work(target={"effort": "a"}, ramp={"effort": "b"}),
        f"{RUNS}.ramp",
        "a ramp needs numbers, not words",
        "Use pace",
    ),
    (
        work(reminders=[{"text": "x", "at": "1:00", "after": "2:00"}]),
        f"{RUNS}.reminders[0]",
        "without",
        '"at"',
    ),
    (work(reminders=[{"text": "x", "at": "1:00", "unit": "g"}]), f"{RUNS}.reminders[0]", "without an", "Add"),
    (
        work(gates=[{"rule": "r", "when": "during", "text": "t", "power": {"above": "9 W"}, "per": "1 km"}]),
        f"{RUNS}.gates[0]",
        '"per" needs "for"',
        '"for": "3:00"',
    ),
    (
        {"repeat": 2, "send_off": "9:00", "steps": [{"repeat": 2, "steps": [work()]}]},
        f"{RUNS}.steps[0]",
        "a send-off holds plain steps only",
        "on this repeat",
    ),
    # one step, the place of the fault, what is said, the fix
    (work({"time": "90 s"}), f"{RUNS}.until.time", '"90 s" is not a time', 'Write it as "1:30".'),
    (work({"time": "5 min"}), f"{RUNS}.until.time", '"5 min" is not a time', 'Write it as "5:00".'),
    (
        work({"time": "1:75"}),
        f"{RUNS}.until.time",
        '"1:75" is not a time',
        'Write it as "1:30" or "1:02:03".',
    ),
    (work({"time": "0:00"}), f"{RUNS}.until.time", "a time of zero", "or leave it out"),
    (work({"time": "99:00:00"}), f"{RUNS}.until.time", "longer than a day", "minutes:seconds"),
    (work({"time": 90}), f"{RUNS}.until.time", "90 is not a text in quotation marks", ""),
    (work({"distance": "400"}), f"{RUNS}.until.distance", '"400" is not a distance', '"400 m"'),
    (work({"distance": "0 m"}), f"{RUNS}.until.distance", '"0 m" is a distance of zero', "how far"),
    (work({"distance": "600 km"}), f"{RUNS}.until.distance", "longer than 500 km", "unit"),
    (work({"mark": False}), f"{RUNS}.until.mark", "false is not true", ""),
    (work({}), f"{RUNS}.until", "it does not say when the step ends", "Write one of time, distance"),
    (
        work({"time": "1:00", "distance": "400 m"}),
        f"{RUNS}.until",
        "time and distance cannot be given together",
        '{"any": [{...}, {...}]}',
    ),
    (work({"any": [{"time": "1:00"}]}), f"{RUNS}.until.any", "the list has too few entries: 2 at least", ""),
    (
        work({"time": "1:00", "not_before": "2:00"}),
        f"{RUNS}.until",
        '"not_before" is not earlier than the time it ends at',
        "Leave one of them out.",
    ),
    (
        work({"mark": True, "not_before": "2:00", "cap": "1:00"}),
        f"{RUNS}.until",
        '"not_before" is not earlier than "cap"',
        "Swap them",
    ),
    (work({"time": "1:00", "cap": "1:00"}), f"{RUNS}.until", '"cap" is not later', "Leave one"),
    (
        work({"heart_rate_below": "110-120 bpm"}),
        f"{RUNS}.until.heart_rate_below",
        "is not a single heart rate",
        "120 bpm",
    ),
    ({"kind": "work"}, RUNS, "the work step does not say when it ends", "until"),
    ({"until": {"time": "1:00"}}, RUNS, '"kind" is missing', 'Add "kind" here.'),
    ({"kind": "wrok", "until": {"time": "1:00"}}, f"{RUNS}.kind", '"wrok" is not one of "warm_up"', ""),
    (
        work(untill={"time": "1:00"}),
        f"{RUNS}.untill",
        'the key "untill" is not known here',
        'Did you mean "until"?',
    ),
    (
        work(colour="red"),
        f"{RUNS}.colour",
        'the key "colour" is not known here',
        "Known here: calibrate, caps",
    ),
    ("run", RUNS, '"run" is not an object in { }', ""),
    (
        work(target={"pace": "4:00"}),
        f"{RUNS}.target.pace",
        '"4:00" is not a pace',
        '"4:00/km" or "6:30/mile"',
    ),
    (
        work(target={"pace": "1:10/km"}),
        f"{RUNS}.target.pace",
        "no runner is so fast",
        "between 1:20/km and 60:00/km",
    ),
    (work(target={"pace": "61:00/km"}), f"{RUNS}.target.pace", "slower than a stroll", "between"),
    (work(target={"pace": 4}), f"{RUNS}.target.pace", "4 is not a text", ""),
    (
        work(target={"pace": {"ref": "11k"}}),
        f"{RUNS}.target.pace.ref",
        '"11k" is not one of "easy", "marathon", "half", "threshold", "10k", "5k", "3k", "mile" or "goal"',
        "",
    ),
    (
        work(target={"pace": {"ref": "5k", "offset": "20 s"}}),
        f"{RUNS}.target.pace.offset",
        '"20 s" is not an offset',
        '"+20 s/km", "-10 s/mile" or "+3 %"',
    ),
    (
        work(target={"pace": {"fastest": "5:00/km", "slowest": "4:00/km"}}),
        f"{RUNS}.target.pace",
        '"fastest" is slower than "slowest"',
        "Swap them.",
    ),
    (work(target={}), f"{RUNS}.target", "the target is empty", "Write one of pace, speed"),
    (
        work(target={"pace": "4:00/km", "effort": "hard"}),
        f"{RUNS}.target",
        "the target has pace and effort: one is primary",
        'Put the others under "caps".',
    ),
    (work(target={"speed": "50 km/h"}), f"{RUNS}.target.speed", "no runner is so fast", ""),
    (work(target={"speed": "14 kmh"}), f"{RUNS}.target.speed", '"14 kmh" cannot be read', '"14.5 km/h"'),
    (work(target={"speed": "140 %top"}), f"{RUNS}.target.speed", "is over 130 %", "own number"),
    (work(target={"heart_rate": "300 bpm"}), f"{RUNS}.target.heart_rate", "not a heart rate", "30 and 240"),
    (
        work(target={"heart_rate": "zone 7"}),
        f"{RUNS}.target.heart_rate",
        'there is no "zone 7"',
        "1, 2, 3, 4, 5a",
    ),
    (
        work(target={"heart_rate": "160-150 bpm"}),
        f"{RUNS}.target.heart_rate",
        "from high to low",
        "smaller number",
    ),
    (
        work(target={"heart_rate": {}}),
        f"{RUNS}.target.heart_rate",
        "the bounds are empty",
        '"min", "max" or both',
    ),
    (
        work(target={"heart_rate": {"min": "160 bpm", "max": "150 bpm"}}),
        f"{RUNS}.target.heart_rate",
        '"min" is above "max"',
        "Swap them.",
    ),
    (work(target={"cadence": "88 rpm"}), f"{RUNS}.target.cadence", '"88 rpm" cannot be read', '"176 spm"'),
    (work(target={"cadence": "40 spm"}), f"{RUNS}.target.cadence", "not a cadence", "Count both feet"),
    (work(target={"power": "0 W"}), f"{RUNS}.target.power", "is zero", ""),
    (work(target={"metric": {"name": "core"}}), f"{RUNS}.target.metric", "the bounds are empty", ""),
    (work(caps=[{"effort": "easy"}]), f"{RUNS}.caps[0]", "words cannot be a cap", '"target"'),
    (work(caps=[{"heart_rate": "fast"}]), f"{RUNS}.caps[0].heart_rate", '"fast" cannot be read', ""),
    (work(ramp={"pace": "4:00/km"}), f"{RUNS}.ramp", "a ramp needs a target of the same quantity", ""),
    (work(move="walk"), f"{RUNS}.move", '"move" belongs to a recovery', "Take it out here."),
    (work(steer="time"), f"{RUNS}.steer", '"steer" needs a target of pace or speed', ""),
    (
        work({"time": "1:00"}, else_time="1:00"),
        f"{RUNS}.else_time",
        "belongs to a step that ends by distance",
        "",
    ),
    (
        work({"time": "1:00"}, calibrate=True),
        f"{RUNS}.calibrate",
        "only a step with a distance can calibrate",
        "",
    ),
    (work(calibrate="yes"), f"{RUNS}.calibrate", '"yes" is not true or false', ""),
    (work(start="gun"), f"{RUNS}.start", '"gun" is not one of "auto", "press" or "movement"', ""),
    (work(start={"delay": "60"}), f"{RUNS}.start.delay", '"60" is not a time', '"1:00"'),
    (
        work(says=[{"text": "Go", "at": "10"}]),
        f"{RUNS}.says[0].at",
        '"10" is not a time or distance',
        '"0:30" or "100 m"',
    ),
    (work(reminders=[{"text": "Gel"}]), f"{RUNS}.reminders[0]", 'a reminder needs "at", or "every"', ""),
    (
        work(gates=[{"rule": "r", "when": "during", "text": "t"}]),
        f"{RUNS}.gates[0]",
        "a gate during the run watches one thing",
        "Write one of pace",
    ),
    (
        work(gates=[{"rule": "r", "when": "before", "text": "t", "for": "1:00"}]),
        f"{RUNS}.gates[0]",
        "a gate before the start can only be a question",
        "during",
    ),
    (
        work(gates=[{"rule": "r", "when": "during", "text": "t", "heart_rate": {}}]),
        f"{RUNS}.gates[0].heart_rate",
        "a gate takes one limit",
        "above and below",
    ),
    ({"kind": "checklist", "items": []}, f"{RUNS}.items", "the list has too few entries: 1 at least", ""),
    (
        {"kind": "checklist", "items": [{"do": "x", "sets": 0}]},
        f"{RUNS}.items[0].sets",
        "0 must be at least 1",
        "",
    ),
    ({"kind": "checklist", "items": [{"do": ""}]}, f"{RUNS}.items[0].do", "the text is empty", ""),
    ({"kind": "prompt"}, RUNS, '"question" is missing', ""),
    (
        {"kind": "prompt", "question": "?", "answers": ["a"] * 11},
        f"{RUNS}.answers",
        "more than 10 entries",
        "",
    ),
    ({"repeat": 0, "steps": [work()]}, f"{RUNS}.repeat", "0 must be at least 1", ""),
    ({"repeat": 2.5, "steps": [work()]}, f"{RUNS}.repeat", "2.5 is not a whole number", ""),
    ({"repeat": "2", "steps": [work()]}, f"{RUNS}.repeat", '"2" is not a whole number', ""),
    ({"repeat": 2, "steps": []}, f"{RUNS}.steps", "the list has too few entries: 1 at least", ""),
    ({"repeat": {"min": 5, "max": 5}, "steps": [work()]}, f"{RUNS}.repeat", '"min" is not below "max"', ""),
    (
        {"repeat": 2, "steps": [work()], "between": EASY},
        f"{RUNS}.between.kind",
        '"between" is a recovery',
        "",
    ),
    (
        {"repeat": 2, "steps": [work()], "skip_last_recovery": True},
        f"{RUNS}.skip_last_recovery",
        "do not end with",
        "",
    ),
    ({"repeat": 2, "steps": [work()], "change": {}}, f"{RUNS}.change", "the change changes nothing", ""),
    (
        {"repeat": 2, "steps": [work()], "change": {"time": "0:10"}},
        f"{RUNS}.change.time",
        "is not a change",
        "its sign",
    ),
    (
        {"repeat": 2, "steps": [work(), jog()], "send_off": "2:00"},
        f"{RUNS}.steps[1]",
        "makes its own rest",
        "Take this",
    ),
    (
        {"repeat": 2, "steps": [work()], "between": jog(), "send_off": "2:00"},
        f"{RUNS}.between",
        "its own rest",
        "",
    ),
    (
        {"repeat": 2, "steps": [work({"time": "2:00"})], "send_off": "2:00"},
        f"{RUNS}.send_off",
        "the repeat takes 2:00, the send-off is 2:00: no rest is left",
        "longer",
    ),
    ({"use": "x"}, f"{RUNS}.use", 'there is no block "x"', 'Add it under "blocks".'),
    (
        {"repeat": 9999, "steps": [work(), jog()]},
        "sections",
        "the workout has 19998 steps",
        "counts too large",
    ),
    (nested(9), "sections[0].steps", "nested more than 8 deep", "Write the inner ones out."),
    (
        {"repeat": 5, "steps": [work({"time": "1:00"})], "change": {"time": "-0:20"}},
        f"{RUNS}.steps[0].until",
        "the changes of the repeats make its time",
        "Change less",
    ),
    (
        {"repeat": 5, "steps": [work()], "change": {"distance": "-100 m"}},
        f"{RUNS}.steps[0].until",
        "make its distance 0 m",
        "Change less",
    ),
    (
        {"repeat": 9, "steps": [work(target={"pace": "3:00/km"})], "change": {"pace": "-20 s/km"}},
        f"{RUNS}.steps[0].target",
        "the pace after -20 s/km (6 times) is not possible: no runner is so fast",
        "",
    ),
]


@pytest.mark.parametrize(("step", "where", "reason", "fix"), STEPS)
def test_a_step_is_refused_with_place_reason_and_fix(step, where, reason, fix):
    """Each fault of a step is refused at its own JSON path, in a coach's words, with the fix beside it."""
    problem = refused(tree(step))
    assert problem.where == where
    assert reason in problem.message
    assert problem.message.startswith(f"{where}: ")
    assert fix in problem.hint


WHOLES = [
    (
        tree(work()) | {"format": "coach-workout/2"},
        "format",
        "is newer than this program",
        "Update Trackside Coach",
    ),
    (tree(work()) | {"format": "coach-athlete/1"}, "format", "another kind of document, not a workout", ""),
    (tree(work()) | {"format": "workout"}, "format", "is not a workout format", '"coach-workout/1"'),
    (tree(work()) | {"format": 1}, "format", "the format is not a text", "coach-workout/1"),
    ({"name": "x"}, "format", '"format" is missing', 'Begin the file with "format": "coach-workout/1".'),
    ({"formt": "x"}, "format", '"format" is missing', 'not "formt"'),
    (tree(work()) | {"sections": []}, "sections", "the list has too few entries: 1 at least", ""),
    (tree(work()) | {"sections": {}}, "sections", "an object is not a list in [ ]", ""),
    (tree(work()) | {"name": "x" * 200}, "name", "the text is longer than 120 characters", ""),
    (tree(work()) | {"name": None}, "name", "null is not a text", ""),
    (tree(work()) | {"sectoins": []}, "sectoins", "is not known here", 'Did you mean "sections"?'),
    (tree(work(), context={"lap_m": 5}), "context.lap_m", "5 must be at least 100", ""),
    (tree(work(), context={"lane": 12}), "context.lane", "12 must be at most 9", ""),
    (tree(work(), tags={"level": "pro"}), "tags.level", '"pro" is not one of "beginner"', ""),
    (tree(work(), blocks={"a": []}), "blocks.a", "the list has too few entries: 1 at least", ""),
    (tree({"use": "upp"}, blocks={"up": [work()]}), f"{RUNS}.use", 'no block "upp"', 'Did you mean "up"?'),
    (
        tree(work(), blocks={"a": [{"use": "b"}], "b": [{"use": "a"}]}),
        "blocks.a",
        'the block "a" uses itself',
        "circle",
    ),
    (
        tree(work(), blocks={"a": [{"repeat": 9999, "steps": [work(), jog()]}]}),
        "blocks.a",
        "the block has more than 10000 steps",
        "",
    ),
    (
        tree(work(), reminders=[{"text": "x", "every": "5:00", "of": "step"}]),
        "reminders[0].of",
        'outside a step, "of" must be "run"',
        "move it to a step",
    ),
]


@pytest.mark.parametrize(("plain", "where", "reason", "fix"), WHOLES)
def test_a_document_is_refused_with_place_reason_and_fix(plain, where, reason, fix):
    """Each fault of the document around the steps is refused at its own JSON path."""
    problem = refused(plain)
    assert problem.where == where
    assert reason in problem.message
    assert fix in problem.hint


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02\x03", "this is not JSON"),
        (b"\x89PNG\r\n", "byte 0 is not UTF-8 text"),
        (b"[" * 10_000, "nested more than 64 deep"),
        (b"[]", "this is a list, not a workout in { }"),
        (b'{"format": "coach-workout/1", "format": "coach-workout/1"}', 'the key "format" is written twice'),
        (b" " * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_document_is_refused(data, reason):
    """A file that is not a JSON object is refused in one sentence that names it."""
    with pytest.raises(WorkoutProblem) as caught:
        load_document(data, name="test.json")
    assert reason in caught.value.message
    assert "(in test.json)" in caught.value.message


def test_all_faults_are_told_at_once():
    """The first fault is the message and the others stand below it, so that one look mends them all."""
    problem = refused(tree(work({"time": "90 s"}), work(target={"pace": "4:00"}), work(colour="red")))
    assert problem.where == "sections[0].steps[0].until.time"
    assert 'Also sections[0].steps[1].target.pace: "4:00" is not a pace' in problem.hint
    assert 'Also sections[0].steps[2].colour: the key "colour" is not known here' in problem.hint


def test_a_problem_reads_like_a_sentence():
    """A refusal gives the place, the reason, the file, and the fix on the next line."""
    problem = refused(tree(work({"time": "90 s"})))
    assert str(problem) == (
        'sections[0].steps[0].until.time: "90 s" is not a time (in test.json)\n  Write it as "1:30".'
    )


def test_blocks_that_multiply_are_counted_without_being_written_out():
    """Eight blocks that use each other a thousand times are refused at once, not unrolled."""
    blocks = {f"b{n}": [{"use": f"b{n + 1}"}] * 50 for n in range(7)} | {"b7": [work()]}
    problem = refused(json.dumps(tree({"use": "b0"}, blocks=blocks)))
    assert "blocks.b0" in str(problem)
    assert "steps" in problem.message


def test_a_tree_and_its_bytes_are_read_alike():
    """A document handed over as an object is checked as strictly as a file."""
    with pytest.raises(WorkoutProblem, match="not a usable number"):
        document_from(tree(work(), context={"lap_m": float("nan")}), name="x")


BY_NAME = [
    ("5k", {"ref": "5k"}),
    ("threshold", {"ref": "threshold"}),
    ("Easy", {"ref": "easy"}),
    ("5 km pace", {"ref": "5k"}),
    ("HM", {"ref": "half"}),
    ("half-marathon", {"ref": "half"}),
    ("MP", {"ref": "marathon"}),
    ("tempo", {"ref": "threshold"}),
    ("goal pace", {"ref": "goal"}),
    ("10k-5s", {"ref": "10k", "offset": "-5 s/km"}),
    ("10k − 5 s/mile", {"ref": "10k", "offset": "-5 s/mile"}),
    ("mp + 10", {"ref": "marathon", "offset": "+10 s/km"}),
    ("5k +3%", {"ref": "5k", "offset": "+3 %"}),
]


@pytest.mark.parametrize(("text", "written"), BY_NAME)
@pytest.mark.parametrize("key", ["target", "ramp", "caps"])
def test_a_pace_by_name_as_a_text_is_answered_with_what_to_write(text, written, key):
    """The fix is the JSON of that very pace, and a document with it is taken."""
    target = {"pace": text}
    more = {"target": {"pace": "5:00/km"}} if key == "ramp" else {}
    problem = refused(tree(work(**more, **{key: [target] if key == "caps" else target})))

    assert problem.where == f"{RUNS}.{key}{'[0]' if key == 'caps' else ''}.pace"
    assert problem.message.endswith(f'"{text}" is a pace by name (in test.json)')
    assert problem.hint == f"Write {json.dumps(written)}."
    load(tree(work(target={"pace": written})))


@pytest.mark.parametrize(
    ("target", "place", "fix"),
    [
        (
            {"pace": {"fastest": "5k"}},
            ".pace.fastest",
            'Write a number, or {"ref": "5k"} in place of the bounds.',
        ),
        ({"pace": {"ref": "5 km"}}, ".pace.ref", 'Write "5k".'),
        ({"pace": {"ref": "HMP"}}, ".pace.ref", 'Write "half".'),
        ({"pace": {"ref": "5k", "offset": "-5"}}, ".pace.offset", 'Write it as "-5 s/km" or "-5 s/mile".'),
        ({"speed": "threshold"}, ".speed", 'Write "pace": {"ref": "threshold"} in place of "speed".'),
        ({"pace": "95 %threshold"}, ".pace", 'Write "speed": "95 %threshold" in place of "pace".'),
        (
            {"pace": "95 %faster"},
            ".pace",
            f'Write it as "4:00/km" or "6:30/mile", or by name as {{"ref": "5k"}}: {", ".join(PACE_NAMES)}.',
        ),
        ("5k", "", 'Write {"pace": {"ref": "5k"}}.'),
        ("4:00/km", "", 'Write {"pace": "4:00/km"}.'),
        ("hard", "", 'Write {"effort": "hard"}.'),
        ({"ref": "5k"}, ".ref", 'Write {"pace": {"ref": "5k"}}.'),
        (
            {"pace": "17k"},
            ".pace",
            f'Write it as "4:00/km" or "6:30/mile", or by name as {{"ref": "5k"}}: {", ".join(PACE_NAMES)}.',
        ),
    ],
)
def test_what_is_near_a_pace_by_name_is_answered_with_the_fix(target, place, fix):
    """A pace name in the wrong place or form, or a pace under the wrong key, is refused with its right spelling."""
    problem = refused(tree(work(target=target)))

    assert problem.where == f"{RUNS}.target{place}"
    assert problem.hint == fix


@pytest.mark.parametrize("pace", ["4:00/km", "3:55-4:05/km", "6:30/mile"])
def test_a_pace_in_numbers_is_none_by_name(pace):
    """A pace is kept as written."""
    assert pace_by_name(pace) is None
    assert load(tree(work(target={"pace": pace})))
