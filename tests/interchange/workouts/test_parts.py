"""Each part of a workout is exported as the table says: kept, or reported, and never lost silently."""

from itertools import product
from typing import Any

import pytest

from coach.athlete import Athlete
from coach.interchange.workouts import ExportFormat, ReportKind
from coach.interchange.workouts.converting import COLUMNS, SUPPORT, Support, WorkoutPart
from tests.cases import case
from tests.interchange.workouts.exporting import RUNNER, exported, step, workout

PACE = {"pace": "4:00/km"}
WORDS = {"target": {"effort": "hard"}}
REST = {"kind": "recovery", "until": {"time": "1:00"}}
GATE = {"rule": "knee", "when": "before", "text": "Does the knee hurt?"}

SMALL: dict[WorkoutPart, dict[str, Any]] = {
    WorkoutPart.TEXTS: workout(
        purpose="One", description="Two", caution="Three", notes="Four", source="Five"
    ),
    WorkoutPart.TAGS: workout(tags={"level": "beginner"}),
    WorkoutPart.SURFACE: workout(context={"surface": "grass"}),
    WorkoutPart.SECTION_NAME: workout() | {"sections": [{"name": "Set of Ingrid", "steps": [step()]}]},
    WorkoutPart.RUN_REMINDER: workout(reminders=[{"text": "Drink", "every": "20:00"}]),
    WorkoutPart.FREE_WARM_UP: workout(step("warm_up"), step(target=PACE)),
    WorkoutPart.RECOVERY: workout(step(target=PACE), REST, step(target=PACE)),
    WorkoutPart.FLOAT: workout(step("float", target=PACE)),
    WorkoutPart.STRIDE: workout(step("stride")),
    WorkoutPart.HILL: workout(step("hill")),
    WorkoutPart.OPEN: workout(step("open")),
    WorkoutPart.FARTLEK: workout(step("fartlek")),
    WorkoutPart.WALK: workout(step(), REST | {"move": "walk"}, step()),
    WorkoutPart.STAND: workout(step(), REST | {"move": "stand"}, step()),
    WorkoutPart.NAME: workout(step(name="Into the wind")),
    WorkoutPart.NOTES: workout(step(purpose="To learn it", notes="Arms low")),
    WorkoutPart.TIME: workout(),
    WorkoutPart.DISTANCE: workout(step(until={"distance": "1000 m"})),
    WorkoutPart.OTHER_UNIT: workout(step(until={"distance": "1000 m"}), step("cool_down", target=PACE)),
    WorkoutPart.LAP_KEY: workout(step(until={"mark": True})),
    WorkoutPart.HEART_END: workout(step(until={"heart_rate_above": "150 bpm"})),
    WorkoutPart.FIRST_OF: workout(step(until={"any": [{"time": "3:00"}, {"distance": "1 km"}]})),
    WorkoutPart.FLOOR: workout(step(until={"distance": "1 km", "not_before": "2:00"})),
    WorkoutPart.LATEST: workout(step(until={"distance": "1 km", "cap": "9:00"})),
    WorkoutPart.PACE: workout(step(target=PACE)),
    WorkoutPart.PACE_RANGE: workout(step(target={"pace": "3:55-4:05/km"})),
    WorkoutPart.ONE_SIDED: workout(step(target={"pace": {"fastest": "4:00/km"}})),
    WorkoutPart.NAMED_PACE: workout(step(target={"pace": {"ref": "5k"}})),
    WorkoutPart.UNKNOWN_PACE: workout(step(target={"pace": {"ref": "3k"}})),
    WorkoutPart.HEART_RATE: workout(step(target={"heart_rate": "140-150 bpm"})),
    WorkoutPart.HEART_SHARE: workout(step(target={"heart_rate": "70-75 %max"})),
    WorkoutPart.UNKNOWN_HEART: workout(step(target={"heart_rate": "70-75 %reserve"})),
    WorkoutPart.CADENCE: workout(step(target={"cadence": "170-180 spm"})),
    WorkoutPart.POWER: workout(step(target={"power": "250-270 W"})),
    WorkoutPart.METRIC: workout(step(target={"metric": {"name": "core", "max": 38.5}})),
    WorkoutPart.EFFORT: workout(step(target={"effort": "as it comes"})),
    WorkoutPart.RAMP: workout(step(target={"pace": "5:00/km"}, ramp=PACE)),
    WorkoutPart.LIMIT: workout(step(target=PACE, caps=[{"heart_rate": "170 bpm"}])),
    WorkoutPart.LONE_LIMIT: workout(step(caps=[{"heart_rate": "170 bpm"}])),
    WorkoutPart.MORE_LIMITS: workout(step(target=PACE, caps=[{"metric": {"name": "core", "max": 38.5}}])),
    WorkoutPart.START: workout(step(start="movement")),
    WorkoutPart.STEER: workout(step(target=PACE, steer="rate")),
    WorkoutPart.ELSE_TIME: workout(step(until={"distance": "1 km"}, else_time="4:00")),
    WorkoutPart.CALIBRATE: workout(step(until={"distance": "1 km"}, calibrate=True)),
    WorkoutPart.SAYS: workout(step(says=[{"text": "Half way", "at": "1:30"}])),
    WorkoutPart.REMINDER: workout(
        step(reminders=[{"text": "Drink", "every": "1:00", "amount": 150, "unit": "ml"}])
    ),
    WorkoutPart.GATE: workout(step(gates=[GATE])),
    WorkoutPart.CHECKLIST: workout(
        {"kind": "checklist", "items": [{"do": "A-skips", "sets": 3, "metres": 20}]}, step()
    ),
    WorkoutPart.PROMPT: workout(step(), {"kind": "prompt", "question": "How was it?"}),
    WorkoutPart.REPEAT: workout(
        {"repeat": 4, "steps": [step(target=PACE), step(target={"pace": "5:00/km"})]}
    ),
    WorkoutPart.NESTED: workout(
        {"repeat": 2, "steps": [{"repeat": 3, "steps": [step(target=PACE)]}, step(target=PACE)]}
    ),
    WorkoutPart.CHANGE: workout({"repeat": 3, "change": {"time": "+0:30"}, "steps": [step(target=PACE)]}),
    WorkoutPart.RANGE: workout({"repeat": {"min": 3, "max": 5}, "steps": [step(target=PACE)]}),
    WorkoutPart.SEND_OFF: workout({"repeat": 3, "send_off": "4:00", "steps": [step(target=PACE)]}),
    WorkoutPart.REPEAT_NAME: workout({"repeat": 3, "name": "lap", "steps": [step(target=PACE)]}),
    WorkoutPart.LENGTH: workout(
        step(until={"time": "0:30.4"}, notes="x" * 3000), name="A name of more than fifteen letters"
    ),
}
"""For each part, a workout that has it and little else."""
BESIDE: dict[WorkoutPart, set[WorkoutPart]] = {
    WorkoutPart.LENGTH: {WorkoutPart.NOTES},
    WorkoutPart.SEND_OFF: {WorkoutPart.RECOVERY, WorkoutPart.WALK, WorkoutPart.STAND},
    WorkoutPart.HEART_END: {WorkoutPart.LAP_KEY},
    WorkoutPart.WALK: {WorkoutPart.RECOVERY},
    WorkoutPart.STAND: {WorkoutPart.RECOVERY},
}
"""Other parts that a workout of the table cannot do without."""
NOBODY = {WorkoutPart.UNKNOWN_PACE, WorkoutPart.UNKNOWN_HEART}
"""Parts that are tried without an athlete."""
FOUND = {
    Support.NEAR: ReportKind.APPROXIMATED,
    Support.WORDS: ReportKind.APPROXIMATED,
    Support.NONE: ReportKind.DROPPED,
}
DYNAMIC = {
    (WorkoutPart.LENGTH, ExportFormat.ZWO),
    (WorkoutPart.WALK, ExportFormat.ZWO),
    (WorkoutPart.STAND, ExportFormat.ZWO),
}
"""Zwift has no limits of length, and of a recovery it only has the word."""

LETTERS = {Support.FULL: "y", Support.NEAR: "n", Support.WORDS: "w", Support.NONE: "-"}
PRINTED: dict[WorkoutPart, str] = {
    WorkoutPart.TEXTS: "yyyyy",
    WorkoutPart.TAGS: "-----",
    WorkoutPart.SURFACE: "wwwww",
    WorkoutPart.SECTION_NAME: "----y",
    WorkoutPart.RUN_REMINDER: "wwwww",
    WorkoutPart.FREE_WARM_UP: "yynyy",
    WorkoutPart.RECOVERY: "yynyy",
    WorkoutPart.FLOAT: "nnnnn",
    WorkoutPart.STRIDE: "nnnnn",
    WorkoutPart.HILL: "nnnnn",
    WorkoutPart.OPEN: "nnnnn",
    WorkoutPart.FARTLEK: "nnnnn",
    WorkoutPart.WALK: "yywwy",
    WorkoutPart.STAND: "wwwwy",
    WorkoutPart.NAME: "ywwyy",
    WorkoutPart.NOTES: "yywww",
    WorkoutPart.TIME: "yyyyy",
    WorkoutPart.DISTANCE: "yyyyy",
    WorkoutPart.OTHER_UNIT: "yynyy",
    WorkoutPart.LAP_KEY: "yynyy",
    WorkoutPart.HEART_END: "yynyn",
    WorkoutPart.FIRST_OF: "nnnnn",
    WorkoutPart.FLOOR: "wwwww",
    WorkoutPart.LATEST: "wwwww",
    WorkoutPart.PACE: "yyyyy",
    WorkoutPart.PACE_RANGE: "yynyy",
    WorkoutPart.ONE_SIDED: "yynyn",
    WorkoutPart.NAMED_PACE: "yyyyy",
    WorkoutPart.UNKNOWN_PACE: "wwwww",
    WorkoutPart.HEART_RATE: "yywyw",
    WorkoutPart.HEART_SHARE: "yywyy",
    WorkoutPart.UNKNOWN_HEART: "wwwww",
    WorkoutPart.CADENCE: "yyyyw",
    WorkoutPart.POWER: "yywwy",
    WorkoutPart.METRIC: "wwwww",
    WorkoutPart.EFFORT: "wwwww",
    WorkoutPart.RAMP: "nnyny",
    WorkoutPart.LIMIT: "yywww",
    WorkoutPart.LONE_LIMIT: "nnwww",
    WorkoutPart.MORE_LIMITS: "wwwww",
    WorkoutPart.START: "wwwww",
    WorkoutPart.STEER: "-----",
    WorkoutPart.ELSE_TIME: "-----",
    WorkoutPart.CALIBRATE: "-----",
    WorkoutPart.SAYS: "wwywy",
    WorkoutPart.REMINDER: "wwwww",
    WorkoutPart.GATE: "wwwww",
    WorkoutPart.CHECKLIST: "nnwnn",
    WorkoutPart.PROMPT: "wwwww",
    WorkoutPart.REPEAT: "yyyyy",
    WorkoutPart.NESTED: "yyyyy",
    WorkoutPart.CHANGE: "yyyyy",
    WorkoutPart.RANGE: "nnnnn",
    WorkoutPart.SEND_OFF: "nnnnn",
    WorkoutPart.REPEAT_NAME: "-----",
    WorkoutPart.LENGTH: "nnnnn",
}
"""The table as the reference page prints it, a letter for each of FIT, Garmin JSON, ZWO, TCX and intervals.icu."""


def athlete_for(part: WorkoutPart) -> Athlete | None:
    """The athlete that a part is tried with."""
    return None if part in NOBODY else RUNNER


def test_the_table_has_a_row_for_every_part_and_a_column_for_every_format():
    """Every part of a workout has a row, and a small workout that tries it."""
    assert set(SUPPORT) == set(WorkoutPart) == set(SMALL)
    assert all(set(row) == set(COLUMNS) for row in SUPPORT.values())


def test_the_table_promises_what_is_printed():
    """Each answer is one that a person has written here: the tests below read the table that they check."""
    assert {part: "".join(LETTERS[row[to]] for to in COLUMNS) for part, row in SUPPORT.items()} == PRINTED


def test_a_part_is_reported_as_the_table_says():
    """A kept part is not among the losses; any other is, with the weight of the table."""
    for part, to in product(set(WorkoutPart) - {WorkoutPart.LENGTH}, COLUMNS):
        if (part, to) in DYNAMIC:
            continue
        with case(part, to):
            out = exported(SMALL[part], to, athlete_for(part))
            support = SUPPORT[part][to]

            assert (part in out.lost) == (support is not Support.FULL)
            others = out.lost - {part} - BESIDE.get(part, set())
            assert not others, "the small workout says something else as well"
            if support is not Support.FULL and not BESIDE.get(part):
                assert {entry.kind for entry in out.report.losses} == {FOUND[support]}
                assert all(entry.where for entry in out.report.losses)


@pytest.mark.parametrize("to", [to for to in COLUMNS if to is not ExportFormat.ZWO])
def test_what_is_too_long_is_cut_or_rounded_and_told(to: ExportFormat):
    """A name, a text or a number beyond the limits of the format is reported as near."""
    assert WorkoutPart.LENGTH in exported(SMALL[WorkoutPart.LENGTH], to).lost


SAID = {
    WorkoutPart.TEXTS: "Three",
    WorkoutPart.SURFACE: "grass",
    WorkoutPart.RUN_REMINDER: "Drink",
    WorkoutPart.NAME: "Into the wind",
    WorkoutPart.NOTES: "Arms low",
    WorkoutPart.FLOOR: "2:00",
    WorkoutPart.LATEST: "9:00",
    WorkoutPart.UNKNOWN_PACE: "3k pace",
    WorkoutPart.HEART_RATE: "140-150 bpm",
    WorkoutPart.UNKNOWN_HEART: "70-75 %reserve",
    WorkoutPart.CADENCE: "170-180 spm",
    WorkoutPart.POWER: "250-270 W",
    WorkoutPart.METRIC: "ore under 38.5",
    WorkoutPart.EFFORT: "As it comes",
    WorkoutPart.LIMIT: "170 bpm",
    WorkoutPart.LONE_LIMIT: "170 bpm",
    WorkoutPart.MORE_LIMITS: "core under 38.5",
    WorkoutPart.START: "when you run",
    WorkoutPart.SAYS: "Half way",
    WorkoutPart.REMINDER: "Drink (150 ml), every 1:00",
    WorkoutPart.GATE: "Does the knee hurt?",
    WorkoutPart.CHECKLIST: "A-skips, 3 x 20 m",
    WorkoutPart.PROMPT: "How was it?",
    WorkoutPart.RANGE: "from 3 on you may stop",
    WorkoutPart.SEND_OFF: "Go every 4:00",
}
"""The text in the file where a part is written in words, beside something near it, or as a text."""


def test_words_are_in_the_file():
    """A part that the table keeps in words can be read in the file."""
    for part, to in product(SAID, COLUMNS):
        support = SUPPORT[part][to]
        is_in_words = support is not Support.FULL or part is WorkoutPart.TEXTS
        if not is_in_words or (part, support) == (WorkoutPart.LONE_LIMIT, Support.NEAR):
            continue
        with case(part, to):
            assert SAID[part] in exported(SMALL[part], to, athlete_for(part)).data.decode("utf-8", "replace")
