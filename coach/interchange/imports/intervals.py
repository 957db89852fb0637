"""intervals.icu in all its forms: the text of a workout, a page of several, and the JSON of its servers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coach.interchange.imports.decoding import one_line
from coach.interchange.imports.intervals_line import words_kind
from coach.interchange.imports.intervals_step import (
    KINDS,
    IntervalsRepeat,
    IntervalsStep,
    IntervalsTarget,
    Items,
    flat,
    nodes_of,
    settle_kinds,
)
from coach.interchange.imports.intervals_text import is_intervals_text, read_intervals_text
from coach.interchange.imports.json_access import Json, items, key_of, number, part, whole
from coach.interchange.imports.sport import Sport, read_sport
from coach.interchange.imports.step_builder import StepBuilder
from coach.interchange.imports.workout_builder import WorkoutBuilder, document
from coach.interchange.imports.workout_file import Durations, WorkoutFile
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem
from coach.workout.kinds import EASY

_TARGETS: Final = ("pace", "hr", "power", "cadence")
"""The first of these a step has is its target, the others are limits."""
_LENGTHS: Final = ("duration", "distance", "until_lap_press", "reps", "steps")
_STEP_KEYS: Final = frozenset(
    [
        *_TARGETS,
        *_LENGTHS,
        "text",
        "text_locale",
        "warmup",
        "cooldown",
        "intensity",
        "ramp",
        "freeride",
        "maxeffort",
        "hidepower",
    ]
)
_NO_WORKOUTS: Final = (
    "RACE",
    "NOTE",
    "HOLIDAY",
    "SICK",
    "INJURED",
    "TARGET",
    "SEASON",
    "PLAN",
    "SET_",
    "FITNESS",
)
"""How the categories of a calendar's events begin that are no workouts."""


def is_event(tree: Json) -> bool:
    """Tell whether an object is an event of the calendar: it has a `workout_doc`, or a category and a text."""
    if "workout_doc" in tree:
        return True
    return isinstance(tree.get("category"), str) and ("description" in tree or "start_date_local" in tree)


def is_doc(tree: Json) -> bool:
    """Tell whether an object is a `workout_doc`: it or its steps have keys of intervals.icu."""
    steps = tree.get("steps")
    if not isinstance(steps, list) or not all(isinstance(each, dict) for each in steps):
        return False
    if any(key in tree for key in ("pace_units", "threshold_pace", "zoneTimes", "lthr")):
        return True
    if not steps:
        return set(tree) <= {"steps", "name", "type", "description", "duration", "distance", "target"}
    known = all(key in _STEP_KEYS or key.startswith("_") for each in steps for key in each)
    return known and any(key in each for each in steps for key in _LENGTHS)


def read_event(tree: Json, report: Reporter, where: str = "") -> Json:
    """Make a document of one workout: an event with a `workout_doc` or a text, or the `workout_doc` itself.

    Raises:
        WorkoutProblem: no step of it can be run; or it stands in a list and is a race, a note or for another sport.
    """
    base = f"{where}." if where else ""
    inner = tree.get("workout_doc")
    doc = inner if isinstance(inner, dict) else tree
    path = f"{base}workout_doc.steps" if doc is inner else f"{base}steps"
    sport_name = key_of(tree.get("type") or tree.get("sport"))
    if not sport_name and ("pace_units" in doc or key_of(doc.get("target")) == "pace"):
        sport_name = "run"
    category = one_line(tree.get("category"), 20).upper()
    if where and category.startswith(_NO_WORKOUTS):
        raise WorkoutProblem(f"its category is {category}, which is no workout", where=where)
    sport = read_sport(sport_name, f"{base}type", Reporter("") if where else report)
    if where and sport is not Sport.RUN:
        raise WorkoutProblem(f'it is for another sport ("{sport_name}")', where=where)
    if where:
        read_sport(sport_name, f"{base}type", report)
    about = doc.get("description") or tree.get("description")
    listed = items(doc.get("steps"))
    name = str(tree.get("name") or doc.get("name") or "")
    if not listed and isinstance(about, str) and is_intervals_text(about):
        return read_intervals_text(about, report, within=f"{base}description", name=name, sport=sport)
    found = _items(listed, path, report)
    settle_kinds([("", found)])
    draft = WorkoutBuilder(
        name=name,
        where=where,
        named_at=f"{base}name",
        description=about if doc.get("description") else None,
        source="intervals.icu",
    )
    draft.sections.append(("", nodes_of(found, StepBuilder(report, sport))))
    return document(draft, report)


def _items(listed: list[object], path: str, report: Reporter) -> Items:
    """The steps of a list; a text without a length is a note of the step behind it, or of the last one."""
    found: Items = []
    notes: list[tuple[str, str]] = []
    for place, each in enumerate(listed):
        where = f"{path}[{place}]"
        if not isinstance(each, dict):
            raise WorkoutProblem("this step is no object", where=where)
        for key in each:
            if (
                key not in _STEP_KEYS
                and not key.startswith("_")
                and each[key] not in (None, False, "", [], {})
            ):
                report.dropped(
                    where, f'the key "{one_line(key, 40)}", which no step of intervals.icu is known to have'
                )
        inner = items(each.get("steps"))
        if inner or each.get("reps") is not None:
            made: IntervalsStep | IntervalsRepeat = IntervalsRepeat(
                where, whole(each.get("reps")), _items(inner, f"{where}.steps", report)
            )
        elif set(each) <= {"text", "text_locale"}:
            if isinstance(each.get("text"), str) and each["text"].strip():
                notes.append((where, each["text"].strip()))
            continue
        else:
            made = _step(each, where)
        notes = _noted(notes, [made], report)
        found.append(made)
    for where, text in _noted(notes, found[::-1], report):
        report.dropped(where, f'"{text[:60]}", for there is no step it belongs to')
    return found


def _noted(notes: list[tuple[str, str]], found: Items, report: Reporter) -> list[tuple[str, str]]:
    """Put notes to the first step of those given; give back what found none."""
    step = next(flat(found), None)
    if step is None:
        return notes
    for where, text in notes:
        report.understood(where, f"a note: {text[:60]}")
    step.notes = "\n".join([*(text for _, text in notes), *([step.notes] if step.notes else [])])
    return []


def _step(each: Json, where: str) -> IntervalsStep:
    text = each.get("text")
    step = IntervalsStep(
        where=where,
        seconds=number(each.get("duration")),
        metres=number(each.get("distance")) or None,
        by_lap=each.get("until_lap_press") is True,
        is_ramp=each.get("ramp") is True,
        is_max=each.get("maxeffort") is True,
        name=text if isinstance(text, str) else "",
    )
    if each.get("hidepower") is True:
        step.lose("hidepower: how a watch shows the target")
    for name in _TARGETS:
        _read_target(each, name, step)
    _read_kind(each, step)
    return step


def _read_kind(each: Json, step: IntervalsStep) -> None:
    said, words = key_of(each.get("intensity")), words_kind(step.name)
    judged = next((target.is_easy for target in step.targets if target.is_easy is not None), None)
    if each.get("warmup") is True:
        step.kind = "warm_up"
    elif each.get("cooldown") is True:
        step.kind = "cool_down"
    elif said in KINDS:
        step.kind = KINDS[said]
    elif not step.kind and words in EASY:
        step.kind = words
    elif not step.kind and each.get("freeride") is True:
        step.kind = "open"
    elif not step.kind:
        step.is_easy = judged if judged is not None else words == "easy"
    if said and said not in KINDS:
        step.lose(f"intensity {one_line(said, 30)}, which names no kind of step")


def _read_target(each: Json, name: str, step: IntervalsStep) -> None:
    stated = part(each, name)
    if not stated:
        if each.get(name) not in (None, {}, ""):
            step.lose(f"the target: {name}, which is no object", f"{step.where}.{name}")
        return
    here, unit = f"{step.where}.{name}", key_of(stated.get("units"))
    value = _value(stated.get("value"))
    low = _value(stated.get("start")) if value is None else value
    high = _value(stated.get("end")) if value is None else value
    low, high = low if low is not None else high, high if high is not None else low
    if low == high == 0 and name in {"pace", "power"}:
        step.kind, step.move = "recovery", "stand"
    elif low is None or high is None or low <= 0 or high <= 0:
        step.lose(f"the target: {name} without usable numbers", here)
    else:
        step.targets.append(IntervalsTarget(here, unit, low, high))


def _value(value: object) -> float | None:
    """A number, also one of a zone written `Z2`."""
    if isinstance(value, str) and (zone := re.fullmatch(r"\s*[zZ](\d{1,2})\s*", value)):
        return float(zone[1])
    return number(value)


MOST_WORKOUTS: Final = 200

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A fenced block, with the heading and the words above it."""

    line: int
    """The number of its first line of text."""
    text: str
    heading: str
    words: str


def workouts_of(text: str) -> list[Fenced]:
    """The fenced blocks of a page that are workouts."""
    return [block for block in _fenced(text) if is_intervals_text(block.text)]


def read_markdown(text: str, report: Reporter, durations: Durations | None = None) -> list[Json]:
    """Make a document of each workout on a page.

    Raises:
        WorkoutProblem: there is none, or a block cannot be a workout.
    """
    found = workouts_of(text)
    if len(found) > MOST_WORKOUTS:
        raise WorkoutProblem(f"the page holds more than {MOST_WORKOUTS} workouts", "Split it.")
    return [
        read_intervals_text(
            block.text,
            report,
            durations,
            first_line=block.line,
            name=block.heading,
            description=block.words,
        )
        for block in found
    ]


def _fenced(text: str) -> Iterator[Fenced]:
    heading, words = "", list[str]()
    fence, start, inside = "", 0, list[str]()
    for line_number, line in enumerate(text.split("\n"), 1):
        mark = _FENCE.match(line)
        if fence:
            if mark is not None and mark[1].startswith(fence):
                yield Fenced(start, "\n".join(inside), heading, "\n".join(words).strip())
                fence, words = "", []
            else:
                inside.append(line)
        elif mark is not None:
            fence, start, inside = mark[1], line_number + 1, []
        elif (found := _HEADING.match(line)) is not None:
            heading, words = found[1], []
        else:
            words.append(line)


def looks_like(file: WorkoutFile) -> bool:
    """Is it a calendar's event, a `workout_doc`, or a text with a line that is a step?"""
    if any(is_event(each) or is_doc(each) for each in file.objects):
        return True
    return is_intervals_text(file.plain)


def read(file: WorkoutFile, report: Reporter) -> list[Json]:
    """Make a document of each workout.

    Raises:
        WorkoutProblem: no step of one can be run.
    """
    text = file.text(report)
    if text.lstrip().startswith(("{", "[")):
        return file.each_json(read_event, report)
    if workouts_of(text):
        return read_markdown(text, report, file.durations)
    return [read_intervals_text(text, report, file.durations)]
