"""intervals.icu in all its forms: reads pages of workouts and the JSON of its servers, reads and writes its texts.

`intervals_text` reads the text. In written text `m` is minutes, so metres are `mtr`. Repeats do not nest: outer ones
are written out. A name stands before the length of its step, unless a piece of it would be read as a length or a
target; then it goes into the description.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from coach.interchange.workouts import ExportFormat, Reporter
from coach.interchange.workouts.builder import (
    OPEN_SIDES,
    Durations,
    Json,
    Sport,
    StepBuilder,
    WorkoutBuilder,
    WorkoutFile,
    items,
    key_of,
    number,
    one_line,
    part,
    plain_number,
    read_sport,
    whole,
)
from coach.interchange.workouts.converting import (
    ExportRequest,
    Losses,
    PlanNode,
    PlanStep,
    PlanTarget,
    Support,
    WorkoutPart,
    WorkoutPlan,
    exact,
    unroll,
)
from coach.interchange.workouts.intervals_step import (
    KINDS,
    IntervalsRepeat,
    IntervalsStep,
    IntervalsTarget,
    Items,
    flat,
    nodes_of,
    settle_kinds,
    words_kind,
)
from coach.interchange.workouts.intervals_text import (
    header_of,
    is_intervals_text,
    is_step_without_dash,
    read_intervals_text,
    read_line,
)
from coach.interchange.workouts.planner import plan_of
from coach.problems import WorkoutProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, pace_s_per_km
from coach.workout.describe import MOVE_WORDS, step_label
from coach.workout.kinds import EASY, RESTS
from coach.workout.timeline import DistanceEnd, Move, Quantity, TimeEnd

_TARGETS: Final = ("pace", "hr", "power", "cadence")
"""The first of these that a step has is its target, the others are limits."""
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
"""The beginnings of categories of calendar events that are not workouts."""


def is_event(tree: Json) -> bool:
    """Return whether an object is an event of the calendar: it has a `workout_doc`, or a category and a text."""
    if "workout_doc" in tree:
        return True
    return isinstance(tree.get("category"), str) and ("description" in tree or "start_date_local" in tree)


def is_doc(tree: Json) -> bool:
    """Return whether an object is a `workout_doc`: it or its steps have keys of intervals.icu."""
    steps = tree.get("steps")
    if not isinstance(steps, list) or not all(isinstance(each, dict) for each in steps):
        return False
    if any(key in tree for key in ("pace_units", "threshold_pace", "zoneTimes", "lthr")):
        return True
    if not steps:
        return set(tree) <= {"steps", "name", "type", "description", "duration", "distance", "target"}
    has_step_keys = all(key in _STEP_KEYS or key.startswith("_") for each in steps for key in each)
    return has_step_keys and any(key in each for each in steps for key in _LENGTHS)


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
        raise WorkoutProblem(f"its category is {category}, which is not a workout", where=where)
    sport = read_sport(sport_name, f"{base}type", Reporter("") if where else report)
    if where and sport is not Sport.RUN:
        raise WorkoutProblem(f'it is for another sport ("{sport_name}")', where=where)
    if where:
        read_sport(sport_name, f"{base}type", report)
    about = doc.get("description") or tree.get("description")
    entries = items(doc.get("steps"))
    name = str(tree.get("name") or doc.get("name") or "")
    if not entries and isinstance(about, str) and is_intervals_text(about):
        return read_intervals_text(about, report, within=f"{base}description", name=name, sport=sport)
    read_items = _items(entries, path, report)
    settle_kinds([("", read_items)])
    workout_builder = WorkoutBuilder(
        name=name,
        where=where,
        named_at=f"{base}name",
        description=about if doc.get("description") else None,
        source="intervals.icu",
    )
    workout_builder.sections.append(("", nodes_of(read_items, StepBuilder(report, sport))))
    return workout_builder.document(report)


def _items(entries: list[object], path: str, report: Reporter) -> Items:
    """The steps of a list; a text without a length is a note of the next step, or of the last one."""
    result: Items = []
    notes: list[tuple[str, str]] = []
    for place, each in enumerate(entries):
        where = f"{path}[{place}]"
        if not isinstance(each, dict):
            raise WorkoutProblem("this step is not an object", where=where)
        for key in each:
            if (
                key not in _STEP_KEYS
                and not key.startswith("_")
                and each[key] not in (None, False, "", [], {})
            ):
                report.dropped(
                    where, f'the key "{one_line(key, 40)}", which is unknown in a step of intervals.icu'
                )
        inner = items(each.get("steps"))
        if inner or each.get("reps") is not None:
            item: IntervalsStep | IntervalsRepeat = IntervalsRepeat(
                where, whole(each.get("reps")), _items(inner, f"{where}.steps", report)
            )
        elif set(each) <= {"text", "text_locale"}:
            if isinstance(each.get("text"), str) and each["text"].strip():
                notes.append((where, each["text"].strip()))
            continue
        else:
            item = _step(each, where)
        notes = _attach_notes(notes, [item], report)
        result.append(item)
    for where, text in _attach_notes(notes, result[::-1], report):
        report.dropped(where, f'"{text[:60]}", because there is no step for it')
    return result


def _attach_notes(notes: list[tuple[str, str]], items: Items, report: Reporter) -> list[tuple[str, str]]:
    """Attach notes to the first of the given steps; returns those without a step."""
    step = next(flat(items), None)
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
    intensity, words = key_of(each.get("intensity")), words_kind(step.name)
    target_ease = next((target.is_easy for target in step.targets if target.is_easy is not None), None)
    if each.get("warmup") is True:
        step.kind = "warm_up"
    elif each.get("cooldown") is True:
        step.kind = "cool_down"
    elif intensity in KINDS:
        step.kind = KINDS[intensity]
    elif not step.kind and words in EASY:
        step.kind = words
    elif not step.kind and each.get("freeride") is True:
        step.kind = "open"
    elif not step.kind:
        step.is_easy = target_ease if target_ease is not None else words == "easy"
    if intensity and intensity not in KINDS:
        step.lose(f"intensity {one_line(intensity, 30)}, which names no kind of step")


def _read_target(each: Json, name: str, step: IntervalsStep) -> None:
    stated = part(each, name)
    if not stated:
        if each.get(name) not in (None, {}, ""):
            step.lose(f"the target: {name}, which is not an object", f"{step.where}.{name}")
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
    """The line number of its text."""
    text: str
    heading: str
    words: str


def workouts_of(text: str) -> list[Fenced]:
    """The fenced blocks of a page that are workouts."""
    return [block for block in _fenced_blocks(text) if is_intervals_text(block.text)]


def read_markdown(text: str, report: Reporter, durations: Durations | None = None) -> list[Json]:
    """Make a document of each workout on a page.

    Raises:
        WorkoutProblem: there is none, or a block cannot be a workout.
    """
    workouts = workouts_of(text)
    if len(workouts) > MOST_WORKOUTS:
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
        for block in workouts
    ]


def _fenced_blocks(text: str) -> Iterator[Fenced]:
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
        elif (match := _HEADING.match(line)) is not None:
            heading, words = match[1], []
        else:
            words.append(line)


def looks_like(file: WorkoutFile) -> bool:
    """Return whether it is a calendar's event, a `workout_doc`, or a text with a line that is a step."""
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


# --- writing

_TIMES: Final = re.compile(r"\d\s*(?:[x×]|times)|[x×]\s*\d", re.IGNORECASE)
_OTHER_FILES: Final = ("<", "{", "[")
"""The beginnings of XML and JSON, which no text of this kind may have."""
_SHARES: Final = {"max": "HR", "lthr": "LTHR", "threshold": "Pace"}


def write(request: ExportRequest, losses: Losses) -> bytes:
    """Write the text of a workout."""
    plan = plan_of(request.document, request.athlete, ExportFormat.INTERVALS, losses)
    blocks = [block for name, nodes in plan.sections for block in _blocks(plan, name, nodes, losses)]
    about = [_prose(line) for text in plan.description for line in text.splitlines() if line.strip()]
    name = " ".join(plan.name.split())
    title = _prose(f"Workout {name}" if name.startswith(_OTHER_FILES) else name)
    if title != name:
        text = f'the name is written as "{title}": as it is, it would be read as something else'
        losses.report_as(Support.NEAR, WorkoutPart.LENGTH, "name", text)
    head = [title, *about]
    return "\n\n".join(["\n".join(head), *blocks, ""]).rstrip("\n").encode("utf-8", "replace") + b"\n"


def _blocks(plan: WorkoutPlan, name: str, nodes: list[PlanNode], losses: Losses) -> list[str]:
    """The blocks of a section: consecutive steps, and each repeat."""
    blocks: list[str] = []
    name = name.strip(" :#*_()-") or "Workout"
    lines: list[str] = []
    for node in unroll(exact(nodes), keeps_inner=True):
        if isinstance(node, PlanStep):
            lines.append(_line(plan, node, losses))
            continue
        if lines:
            blocks.append("\n".join([_header(name), *lines]))
            lines = []
        inner = [_line(plan, each, losses) for each in node.nodes if isinstance(each, PlanStep)]
        blocks.append("\n".join([f"{_header(name)} {node.count}x", *inner]))
    return [*blocks, "\n".join([_header(name), *lines])] if lines else blocks


def _header(name: str) -> str:
    """The name of a section as a header: a count in it would be read as a repeat."""
    return _TIMES.sub(
        lambda match: match[0].replace("x", "by").replace("×", "by").replace("times", "turns"), name
    )


def _line(plan: WorkoutPlan, step: PlanStep, losses: Losses) -> str:
    length, target = _length(step, losses), _target(step.target)
    plain = " ".join(part for part in (length, target, f"intensity={step.role}") if part)
    cue = step.name
    if (
        step.kind in RESTS
        and step.step.move is not Move.JOG
        and MOVE_WORDS[step.step.move] not in cue.lower()
    ):
        cue = f"{cue} {MOVE_WORDS[step.step.move]}".strip().capitalize()
    if cue and not _is_harmless(cue, plain):
        what = f'the name "{cue}", which would be read as a length or a target,'
        losses.report_as(Support.WORDS, WorkoutPart.NAME, step.where, what)
        line = f"Step {step_label(step.step)}: {cue}."
        if line not in plan.description:
            plan.description.append(line)
        cue = (
            MOVE_WORDS[step.step.move].capitalize()
            if step.kind in RESTS and step.step.move is not Move.JOG
            else ""
        )
    prompts = _prompts(plan, step, losses)
    return f"- {' '.join(part for part in (cue, prompts, plain) if part)}"


def _is_harmless(cue: str, plain: str) -> bool:
    """Return whether a line with this cue is read like the line without it."""
    with_cue = read_line(f"{cue} {plain}", "", "", in_repeat=False, wish="metres")
    without = read_line(plain, "", "", in_repeat=False, wish="metres")
    if not isinstance(with_cue, IntervalsStep) or not isinstance(without, IntervalsStep):
        return False
    return _core(with_cue) == _core(without) and with_cue.name == cue and not with_cue.losses


def _core(step: IntervalsStep) -> tuple[object, ...]:
    return (step.seconds, step.metres, step.by_lap, step.targets, step.is_ramp, step.is_max, step.kind)


def _length(step: PlanStep, losses: Losses) -> str:
    match step.end:
        case TimeEnd(seconds):
            whole = max(1, round(seconds))
            if abs(whole - seconds) > 1e-6:
                text = f"{seconds:g} s is written as {whole} s: times are whole there"
                losses.report_as(Support.NEAR, WorkoutPart.LENGTH, f"{step.where}.until", text)
            hours, rest = divmod(whole, 3600)
            minutes, rest = divmod(rest, 60)
            parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
            return "".join(f"{number}{unit}" for number, unit in parts if number)
        case DistanceEnd(metres):
            miles = metres / METRES_PER_MILE
            if abs(miles * 4 - round(miles * 4)) < 1e-6:
                return f"{plain_number(miles, 2)}mi"
            if metres >= METRES_PER_KM and abs(metres - round(metres)) < 1e-6:
                return f"{plain_number(metres / METRES_PER_KM, 3)}km"
            return f"{plain_number(metres, 3)}mtr"
    return "Press lap"


def _target(target: PlanTarget | None) -> str:
    if target is None:
        return ""
    if target.quantity is Quantity.SPEED and not target.share_of:
        if target.ramp is not None:
            return f"ramp {_pace(target)}-{_pace(target.ramp)}/km Pace"
        if target.aim is not None:
            return f"{_pace(target)}/km Pace"
        least, most = OPEN_SIDES["speed"]
        low, high = target.low or least, target.high or most
        slow, fast = ceil(pace_s_per_km(low) - 1e-6), floor(pace_s_per_km(high) + 1e-6)
        return f"{format_clock(slow)}-{format_clock(fast)}/km Pace"
    unit = f"% {_SHARES[target.share_of]}" if target.share_of else "w"
    if target.ramp is not None:
        return f"ramp {_number(_middle(target))}-{_number(_middle(target.ramp))}{unit}"
    if target.aim is not None:
        return f"{_number(target.aim)}{unit}"
    least, most = OPEN_SIDES.get(target.share_of, OPEN_SIDES["power"])
    low, high = least if target.low is None else target.low, most if target.high is None else target.high
    return f"{_number(low)}-{_number(high)}{unit}"


def _pace(target: PlanTarget) -> str:
    return format_clock(pace_s_per_km(target.aim if target.aim is not None else _middle(target)))


def _middle(target: PlanTarget) -> float:
    sides = [side for side in (target.low, target.high) if side is not None]
    return sum(sides) / len(sides)


def _number(value: float) -> str:
    return plain_number(value, 1)


def _prompts(plan: WorkoutPlan, step: PlanStep, losses: Losses) -> str:
    """The texts at their seconds, closed by the mark that ends them."""
    texts: list[str] = []
    length = step.end.seconds if isinstance(step.end, TimeEnd) else None
    for text in step.says:
        is_late = length is not None and text.at_s is not None and text.at_s >= length
        if text.at_s is None or is_late or "^" in text.text or "<!>" in text.text:
            what = f'the text "{text.text}", which has its point in metres, or not before the end,'
            losses.report_as(Support.WORDS, WorkoutPart.SAYS, f"{step.where}.says", what)
            plan.description.append(f"Step {step_label(step.step)}: {text.at_m or text.at_s:g}: {text.text}")
        else:
            texts.append(f"{round(text.at_s)}^ {text.text}")
    return f"{' '.join(texts)} <!>" if texts else ""


def _prose(line: str) -> str:
    """A line of the description that cannot be read as a step."""
    line = line.strip().lstrip("-–•*").strip()
    line = _header(line) if header_of(line)[1] is not None else line
    return f"Note: {line}" if is_step_without_dash(line) else line
