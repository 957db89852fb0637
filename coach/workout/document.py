"""Workout documents: read from bytes to a checked model with every fault named, written, and put into words."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from coach.documents.reading import Faulty, check_format, check_tree, faults_of, read_tree
from coach.quantities import format_clock, format_metres, format_pace
from coach.workout.compile import make_gate, make_reminder, outline
from coach.workout.describe import step_label
from coach.workout.model import (
    FORMAT,
    Needs,
    Often,
    Parts,
    Remark,
    Tags,
    Workout,
    WorkoutDocument,
    check,
    remarks,
)
from coach.workout.resolve import NOBODY, Numbers, workout_problem
from coach.workout.timeline import Quantity, Step, StepGate, StepReminder, Timeline, alternating_sets

__all__ = ["FORMAT", "Workout", "WorkoutDocument", "document_from", "load_document", "workout_schema"]


def load_document(data: bytes, *, name: str) -> WorkoutDocument:
    """Read a workout document from the bytes of a file called `name`.

    Raises:
        WorkoutProblem: with the JSON path, the reason and the fix; further faults stand in its hint.
    """
    try:
        document = _document(read_tree(data, what="workout"))
    except Faulty as faulty:
        raise workout_problem(faulty, name) from None
    return replace(document, remarks=(*document.remarks, *_track_remarks(document)))


def document_from(tree: dict[str, object], *, name: str) -> WorkoutDocument:
    """As `load_document`, from an object already read: a recording's header, or a converted foreign workout.

    Raises:
        WorkoutProblem: as `load_document`.
    """
    return load_document(json.dumps(tree).encode(), name=name)


def workout_schema() -> dict[str, object]:
    """The JSON Schema of workout documents, for editors with completion and checks."""
    schema = Workout.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT} | {
        key: value for key, value in schema.items() if key != "title"
    }


def _document(tree: dict[str, object]) -> WorkoutDocument:
    """Check a tree and build its document."""
    check_format(tree, family="coach-workout", version=1, what="workout")
    check_tree(tree)
    try:
        workout = Workout.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise Faulty(faults_of(error, tree)) from None
    parts: Parts = [(["sections", place, "steps"], part.steps) for place, part in enumerate(workout.sections)]
    check(workout.blocks, parts)
    return WorkoutDocument(workout, tree, tuple(remarks(workout.blocks, parts)))


def _track_remarks(document: WorkoutDocument) -> list[Remark]:
    """Remark which reps start at different ends of the track, which only the whole workout shows."""
    text = "the reps start at different ends of the track"
    return [Remark(path, text) for path in alternating_sets(outline(document).steps)]


_WIDTH: Final = 110


def written(tree: dict[str, Any]) -> bytes:
    """Write a document as readable UTF-8 JSON with a final newline."""
    return (_text(tree, 0, 0) + "\n").encode("utf-8", "replace")


def _text(node: Any, depth: int, column: int) -> str:
    """Write one value; its first line begins at a column."""
    flat = json.dumps(node, ensure_ascii=False)
    short = len(flat) + column + depth <= _WIDTH
    if not isinstance(node, dict | list) or not node or (short and depth and not _is_tall(node)):
        return flat
    pad = " " * (depth + 1)
    if isinstance(node, dict):
        parts = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: {_text(value, depth + 1, len(key) + 4)}"
            for key, value in node.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
    return "[\n" + ",\n".join(pad + _text(value, depth + 1, 0) for value in node) + "\n" + " " * depth + "]"


def _is_tall(node: Any) -> bool:
    """Return whether it holds steps or sections, which are written on lines of their own however short they are."""
    return isinstance(node, dict) and ("steps" in node or "sections" in node)


# --- What a workout asks for besides its steps, in words: limits, rules, reminders, cautions
#
# First come the tags, for a runner who chooses a workout.


def advice(tags: Tags) -> tuple[str, ...]:
    """The demands of a workout on the runner and on the week around it, a sentence each; empty if there are none."""
    sentences = []
    if tags.opt_in:
        sentences.append("Opt-in: the rule in it rests on a claim, not on evidence. Read the caution.")
    if tags.first is not None:
        sentences.append(f"First: {'; '.join(_needs(tags.first))}.")
    if (limit := tags.often) is not None:
        sentences.append(f"At most {often(limit)}.")
    if tags.is_fresh:
        sentences.append("Only with fresh legs, not the day after a hard one.")
    if tags.not_with:
        sentences.append(f"Not with a history of {' or '.join(tags.not_with)} trouble.")
    if tags.weekly_share_percent:
        share = f"{tags.weekly_share_percent:g} %"
        sentences.append(f"Its hard part should be no more than {share} of the week's running.")
    return tuple(sentences)


def _needs(needs: Needs) -> Iterator[str]:
    """The requirements of a workout, in parts of a sentence."""
    if needs.words:
        yield needs.words
    if needs.level:
        yield f"{needs.level} level"
    if needs.seasons:
        yield f"{needs.seasons} season{'s' if needs.seasons > 1 else ''} of running"
    if needs.base_weeks:
        yield f"{needs.base_weeks} week{'s' if needs.base_weeks > 1 else ''} of regular running"
    if needs.warm_up:
        yield f"{needs.warm_up:g} minutes of warm-up"


def often(limit: Often) -> str:
    """A limit of frequency in words: `once in 7 days`, `3 times in 14 days`, `once a day`."""
    if limit.times == limit.days:
        return "once a day"
    times = {1: "once", 2: "twice"}.get(limit.times, f"{limit.times} times")
    return f"{times} in {limit.days} days"


_UNITS: Final = {Quantity.HEART_RATE: "bpm", Quantity.CADENCE: "spm", Quantity.POWER: "W"}
_NAMES: Final = {
    Quantity.SPEED: "pace",
    Quantity.HEART_RATE: "heart rate",
    Quantity.CADENCE: "cadence",
    Quantity.POWER: "power",
}


def of_workout(workout: Workout) -> tuple[str, ...]:
    """The rules of the whole run, a sentence each; empty if there are none."""
    nobody = Numbers(NOBODY)
    sentences = [f"Caution: {workout.caution}"] if workout.caution else []
    sentences += advice(workout.tags)
    sentences += [_sentence(_reminder(make_reminder(each, of_run=True))) for each in workout.reminders]
    return (*sentences, *(_sentence(_gate(make_gate(each, nobody, lenient=True))) for each in workout.gates))


def of_step(step: Step, workout: Workout) -> tuple[str, ...]:
    """The rules of a step that are not of the whole run: `limit: under 150 bpm`, `reminder: drink every 20:00`."""
    of_run = {gate.rule for gate in workout.gates}
    return (
        *(f"limit: {cap.label}" for cap in step.caps),
        *(_reminder(each) for each in step.reminders if not each.of_run or not _is_of(workout, each)),
        *(_gate(gate) for gate in step.gates if gate.rule not in of_run),
    )


def of_steps(timeline: Timeline, workout: Workout) -> Iterator[tuple[Step, tuple[str, ...]]]:
    """Every step with its rules, where they first apply: the second of eight reps adds nothing."""
    keys: set[tuple[str, str, tuple[str, ...]]] = set()
    for step in timeline.steps:
        rules = of_step(step, workout)
        key = (step.section, step_label(step), rules)
        yield step, () if key in keys else rules
        keys.add(key)


def in_short(timeline: Timeline, workout: Workout) -> tuple[str, ...]:
    """All that a workout requires besides its steps, a line each."""
    steps = (
        f"{step_label(step)}: {'; '.join(rules)}." for step, rules in of_steps(timeline, workout) if rules
    )
    return (*of_workout(workout), *steps)


def _is_of(workout: Workout, reminder: StepReminder) -> bool:
    return any(make_reminder(each, of_run=True) == reminder for each in workout.reminders)


def _reminder(reminder: StepReminder) -> str:
    amount = "" if reminder.amount is None else f" ({reminder.amount:g} {reminder.unit}".rstrip() + ")"
    at, every = _point(reminder.at_s, reminder.at_m), _point(reminder.every_s, reminder.every_m)
    when = f"every {every}" if every else f"at {at}"
    when += f" from {at}" if every and at != every else ""
    return f"reminder: {reminder.text}{amount}, {when}{' of the run' if reminder.of_run else ''}"


def _gate(gate: StepGate) -> str:
    if gate.when == "before":
        return f"asked before the start: {gate.text} ({gate.rule})"
    watched = f" ({_watched(gate)})" if gate.quantity is not None else ""
    return f"rule {gate.rule}{watched}: {gate.text}"


def _watched(gate: StepGate) -> str:
    """The watched limit of a rule: `heart rate over 165 bpm for 3:00 in 1 km`."""
    assert gate.quantity is not None
    limit = gate.above if gate.above is not None else gate.below
    assert limit is not None
    if gate.quantity is Quantity.SPEED:
        amount = f"{'faster' if gate.above is not None else 'slower'} than {format_pace(limit)}"
    else:
        side = "over" if gate.above is not None else "under"
        amount = f"{side} {limit:g} {_UNITS.get(gate.quantity, '')}".strip()
    words = f"{_NAMES.get(gate.quantity, gate.metric)} {amount}"
    words += f" for {format_clock(gate.for_s)}" if gate.for_s is not None else ""
    return words + (f" in {format_metres(gate.per_m)}" if gate.per_m is not None else "")


def _point(seconds: float | None, metres: float | None) -> str:
    """A time or a distance; empty for neither."""
    if seconds is not None:
        return format_clock(seconds)
    return "" if metres is None else format_metres(metres)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")
