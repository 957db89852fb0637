"""The workout text of intervals.icu: sections, `Main 6x`, and step lines that begin with a dash.

`m` is minutes there, so metres are `mtr`. Repeats do not nest: outer ones are written out. A name stands before the
length of its step, unless a piece of it would be read as a length or a target; then it is in the description.
"""

import re
from math import ceil, floor
from typing import Final

from coach.interchange.exports.exporting import ExportRequest
from coach.interchange.exports.formats import ExportFormat
from coach.interchange.exports.parts import Fate, Part
from coach.interchange.exports.plan import (
    Losses,
    Plan,
    PlanNode,
    PlanStep,
    PlanTarget,
    exact,
    unrolled,
)
from coach.interchange.exports.planner import plan_of
from coach.interchange.imports.intervals_line import is_step_without_dash, read_line
from coach.interchange.imports.intervals_step import IntervalsStep
from coach.interchange.imports.intervals_text import header_of
from coach.interchange.imports.writing import OPEN_SIDES, plain_number
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, pace_s_per_km
from coach.workout.describe import MOVE_WORDS, step_label
from coach.workout.kinds import RESTS
from coach.workout.timeline import DistanceEnd, Move, Quantity, TimeEnd

_TIMES: Final = re.compile(r"\d\s*(?:[x×]|times)|[x×]\s*\d", re.IGNORECASE)
_OTHER_FILES: Final = ("<", "{", "[")
"""How XML and JSON begin, as no text of this kind may."""
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
        losses.tell_as(Fate.NEAR, Part.LENGTH, "name", text)
    head = [title, *about]
    return "\n\n".join(["\n".join(head), *blocks, ""]).rstrip("\n").encode("utf-8", "replace") + b"\n"


def _blocks(plan: Plan, name: str, nodes: list[PlanNode], losses: Losses) -> list[str]:
    """The blocks of a section: steps that follow each other, and each repeat."""
    blocks: list[str] = []
    name = name.strip(" :#*_()-") or "Workout"
    lines: list[str] = []
    for node in unrolled(exact(nodes), keeps_inner=True):
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
    """The name of a section as a header: a number of times in it would be taken for a repeat."""
    return _TIMES.sub(
        lambda found: found[0].replace("x", "by").replace("×", "by").replace("times", "turns"), name
    )


def _line(plan: Plan, step: PlanStep, losses: Losses) -> str:
    """A step line."""
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
        losses.tell_as(Fate.WORDS, Part.NAME, step.where, what)
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
    """Is a line with this cue read as the line without it?"""
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
                losses.tell_as(Fate.NEAR, Part.LENGTH, f"{step.where}.until", text)
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


def _prompts(plan: Plan, step: PlanStep, losses: Losses) -> str:
    """The texts at their seconds, closed by the mark that ends them."""
    said: list[str] = []
    length = step.end.seconds if isinstance(step.end, TimeEnd) else None
    for text in step.says:
        is_late = length is not None and text.at_s is not None and text.at_s >= length
        if text.at_s is None or is_late or "^" in text.text or "<!>" in text.text:
            what = f'the text "{text.text}", which has its point in metres, or not before the end,'
            losses.tell_as(Fate.WORDS, Part.SAYS, f"{step.where}.says", what)
            plan.description.append(f"Step {step_label(step.step)}: {text.at_m or text.at_s:g}: {text.text}")
        else:
            said.append(f"{round(text.at_s)}^ {text.text}")
    return f"{' '.join(said)} <!>" if said else ""


def _prose(line: str) -> str:
    """A line of the description that cannot be taken for a step."""
    line = line.strip().lstrip("-–•*").strip()
    line = _header(line) if header_of(line)[1] is not None else line
    return f"Note: {line}" if is_step_without_dash(line) else line
