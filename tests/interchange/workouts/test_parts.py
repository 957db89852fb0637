"""What becomes of each part of a workout is what the table says: it is kept, or told, and never only gone."""

from typing import Any

import pytest

from coach.athlete import Athlete
from coach.interchange.workouts.formats import ExportFormat
from coach.interchange.workouts.plan import COLUMNS, FATES, Fate, Part
from coach.interchange.workouts.report import Found
from tests.interchange.workouts.exporting import RUNNER, exported, step, workout

PACE = {"pace": "4:00/km"}
WORDS = {"target": {"effort": "hard"}}
REST = {"kind": "recovery", "until": {"time": "1:00"}}
GATE = {"rule": "knee", "when": "before", "text": "Does the knee hurt?"}

SMALL: dict[Part, dict[str, Any]] = {
    Part.TEXTS: workout(purpose="One", description="Two", caution="Three", notes="Four", source="Five"),
    Part.TAGS: workout(tags={"level": "beginner"}),
    Part.SURFACE: workout(context={"surface": "grass"}),
    Part.SECTION_NAME: workout() | {"sections": [{"name": "Set of Ingrid", "steps": [step()]}]},
    Part.RUN_REMINDER: workout(reminders=[{"text": "Drink", "every": "20:00"}]),
    Part.FREE_WARM_UP: workout(step("warm_up"), step(target=PACE)),
    Part.RECOVERY: workout(step(target=PACE), REST, step(target=PACE)),
    Part.FLOAT: workout(step("float", target=PACE)),
    Part.STRIDE: workout(step("stride")),
    Part.HILL: workout(step("hill")),
    Part.OPEN: workout(step("open")),
    Part.FARTLEK: workout(step("fartlek")),
    Part.WALK: workout(step(), REST | {"move": "walk"}, step()),
    Part.STAND: workout(step(), REST | {"move": "stand"}, step()),
    Part.NAME: workout(step(name="Into the wind")),
    Part.NOTES: workout(step(purpose="To learn it", notes="Arms low")),
    Part.TIME: workout(),
    Part.DISTANCE: workout(step(until={"distance": "1000 m"})),
    Part.OTHER_UNIT: workout(step(until={"distance": "1000 m"}), step("cool_down", target=PACE)),
    Part.LAP_KEY: workout(step(until={"mark": True})),
    Part.HEART_END: workout(step(until={"heart_rate_above": "150 bpm"})),
    Part.FIRST_OF: workout(step(until={"any": [{"time": "3:00"}, {"distance": "1 km"}]})),
    Part.FLOOR: workout(step(until={"distance": "1 km", "not_before": "2:00"})),
    Part.LATEST: workout(step(until={"distance": "1 km", "cap": "9:00"})),
    Part.PACE: workout(step(target=PACE)),
    Part.PACE_RANGE: workout(step(target={"pace": "3:55-4:05/km"})),
    Part.ONE_SIDED: workout(step(target={"pace": {"fastest": "4:00/km"}})),
    Part.NAMED_PACE: workout(step(target={"pace": {"ref": "5k"}})),
    Part.UNKNOWN_PACE: workout(step(target={"pace": {"ref": "3k"}})),
    Part.HEART_RATE: workout(step(target={"heart_rate": "140-150 bpm"})),
    Part.HEART_SHARE: workout(step(target={"heart_rate": "70-75 %max"})),
    Part.UNKNOWN_HEART: workout(step(target={"heart_rate": "70-75 %reserve"})),
    Part.CADENCE: workout(step(target={"cadence": "170-180 spm"})),
    Part.POWER: workout(step(target={"power": "250-270 W"})),
    Part.METRIC: workout(step(target={"metric": {"name": "core", "max": 38.5}})),
    Part.EFFORT: workout(step(target={"effort": "as it comes"})),
    Part.RAMP: workout(step(target={"pace": "5:00/km"}, ramp=PACE)),
    Part.LIMIT: workout(step(target=PACE, caps=[{"heart_rate": "170 bpm"}])),
    Part.LONE_LIMIT: workout(step(caps=[{"heart_rate": "170 bpm"}])),
    Part.MORE_LIMITS: workout(step(target=PACE, caps=[{"metric": {"name": "core", "max": 38.5}}])),
    Part.START: workout(step(start="movement")),
    Part.STEER: workout(step(target=PACE, steer="rate")),
    Part.ELSE_TIME: workout(step(until={"distance": "1 km"}, else_time="4:00")),
    Part.CALIBRATE: workout(step(until={"distance": "1 km"}, calibrate=True)),
    Part.SAYS: workout(step(says=[{"text": "Half way", "at": "1:30"}])),
    Part.REMINDER: workout(step(reminders=[{"text": "Drink", "every": "1:00", "amount": 150, "unit": "ml"}])),
    Part.GATE: workout(step(gates=[GATE])),
    Part.CHECKLIST: workout(
        {"kind": "checklist", "items": [{"do": "A-skips", "sets": 3, "metres": 20}]}, step()
    ),
    Part.PROMPT: workout(step(), {"kind": "prompt", "question": "How was it?"}),
    Part.REPEAT: workout({"repeat": 4, "steps": [step(target=PACE), step(target={"pace": "5:00/km"})]}),
    Part.NESTED: workout(
        {"repeat": 2, "steps": [{"repeat": 3, "steps": [step(target=PACE)]}, step(target=PACE)]}
    ),
    Part.CHANGE: workout({"repeat": 3, "change": {"time": "+0:30"}, "steps": [step(target=PACE)]}),
    Part.RANGE: workout({"repeat": {"min": 3, "max": 5}, "steps": [step(target=PACE)]}),
    Part.SEND_OFF: workout({"repeat": 3, "send_off": "4:00", "steps": [step(target=PACE)]}),
    Part.REPEAT_NAME: workout({"repeat": 3, "name": "lap", "steps": [step(target=PACE)]}),
    Part.LENGTH: workout(
        step(until={"time": "0:30.4"}, notes="x" * 3000), name="A name of more than fifteen letters"
    ),
}
"""For each part, a workout that says it and next to nothing else."""
BESIDE: dict[Part, set[Part]] = {
    Part.LENGTH: {Part.NOTES},
    Part.SEND_OFF: {Part.RECOVERY, Part.WALK, Part.STAND},
    Part.HEART_END: {Part.LAP_KEY},
    Part.WALK: {Part.RECOVERY},
    Part.STAND: {Part.RECOVERY},
}
"""What a workout of the table says besides and cannot do without."""
NOBODY = {Part.UNKNOWN_PACE, Part.UNKNOWN_HEART}
"""Parts that are tried without an athlete."""
FOUND = {Fate.NEAR: Found.APPROXIMATED, Fate.WORDS: Found.APPROXIMATED, Fate.LOST: Found.DROPPED}
DYNAMIC = {
    (Part.LENGTH, ExportFormat.ZWO),
    (Part.WALK, ExportFormat.ZWO),
    (Part.STAND, ExportFormat.ZWO),
}
"""Zwift has no limits of length, and of a recovery it only has the word."""


def athlete_for(part: Part) -> Athlete | None:
    """Who a part is tried with."""
    return None if part in NOBODY else RUNNER


def test_the_table_has_a_row_for_every_part_and_a_column_for_every_format():
    """No part of a workout is without an answer, and each has a workout that is tried."""
    assert set(FATES) == set(Part) == set(SMALL)
    assert all(set(row) == set(COLUMNS) for row in FATES.values())


@pytest.mark.parametrize(
    ("part", "to"),
    [(part, to) for part in Part for to in COLUMNS if part is not Part.LENGTH and (part, to) not in DYNAMIC],
)
def test_a_part_is_reported_as_the_table_says(part: Part, to: ExportFormat):
    """A kept part is not among the losses; any other is, with the weight that the table gives it."""
    out = exported(SMALL[part], to, athlete_for(part))
    fate = FATES[part][to]

    assert (part in out.lost) == (fate is not Fate.KEPT)
    others = out.lost - {part} - BESIDE.get(part, set())
    assert not others, "the small workout says something else as well"
    if fate is not Fate.KEPT and not BESIDE.get(part):
        assert {entry.found for entry in out.report.losses} == {FOUND[fate]}
        assert all(entry.where for entry in out.report.losses)


@pytest.mark.parametrize("to", [to for to in COLUMNS if to is not ExportFormat.ZWO])
def test_what_is_too_long_is_cut_or_rounded_and_told(to: ExportFormat):
    """A name, a text or a number beyond what the format takes is told as near."""
    assert Part.LENGTH in exported(SMALL[Part.LENGTH], to).lost


SAID = {
    Part.TEXTS: "Three",
    Part.SURFACE: "grass",
    Part.RUN_REMINDER: "Drink",
    Part.NAME: "Into the wind",
    Part.NOTES: "Arms low",
    Part.FLOOR: "2:00",
    Part.LATEST: "9:00",
    Part.UNKNOWN_PACE: "3k pace",
    Part.HEART_RATE: "140-150 bpm",
    Part.UNKNOWN_HEART: "70-75 %reserve",
    Part.CADENCE: "170-180 spm",
    Part.POWER: "250-270 W",
    Part.METRIC: "ore under 38.5",
    Part.EFFORT: "As it comes",
    Part.LIMIT: "170 bpm",
    Part.LONE_LIMIT: "170 bpm",
    Part.MORE_LIMITS: "core under 38.5",
    Part.START: "when you run",
    Part.SAYS: "Half way",
    Part.REMINDER: "Drink (150 ml), every 1:00",
    Part.GATE: "Does the knee hurt?",
    Part.CHECKLIST: "A-skips, 3 x 20 m",
    Part.PROMPT: "How was it?",
    Part.RANGE: "from 3 on you may stop",
    Part.SEND_OFF: "Go every 4:00",
}
"""What is to be read in the file where a part is written in words, beside something near it, or as a text."""


@pytest.mark.parametrize(
    ("part", "to"),
    [
        (part, to)
        for part in SAID
        for to in COLUMNS
        if (FATES[part][to] is not Fate.KEPT or part is Part.TEXTS)
        and (part, FATES[part][to]) != (Part.LONE_LIMIT, Fate.NEAR)
    ],
)
def test_words_are_in_the_file(part: Part, to: ExportFormat):
    """What the table keeps in words is really there to be read, in the file itself."""
    assert SAID[part] in exported(SMALL[part], to, athlete_for(part)).data.decode("utf-8", "replace")
