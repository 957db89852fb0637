"""Says a workout in one sentence, as a coach repeats it back: what was understood, part by part."""

from collections.abc import Sequence
from typing import Final

from coach.documents.spelling import read_distance
from coach.quantities import METRES_PER_MILE, format_metres
from coach.workout.ends import One, Until
from coach.workout.kinds import EASY, KINDS, PAUSES, PLAIN, RESTS, Kind
from coach.workout.model import Workout
from coach.workout.steps import Node, Repeat, RunStep, Use
from coach.workout.targets import PaceRef, Target

LONGEST_NAME: Final = 120
"""Characters of a name in a document."""


def say(workout: Workout) -> str:
    """Say every part of a workout: `2 km easy, 6 x 800 m at 5k pace with 400 m jog between, 1 km easy`."""
    parts = [
        _part(node, workout) for section in workout.sections for node in _written_out(section.steps, workout)
    ]
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}."


def name_of(workout: Workout) -> str:
    """Name a workout by its hard part: `6 x 800 m at 5k pace`."""
    nodes = [node for section in workout.sections for node in _written_out(section.steps, workout)]
    main = [node for node in nodes if first_kind(node) not in EASY | RESTS] or nodes
    texts = [_part(node, workout, with_rest=False) for node in main]
    name = ", ".join(dict.fromkeys(text for text in texts if text))
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 2].rsplit(',', 1)[0]} …"[:LONGEST_NAME]
    return f"{name[:1].upper()}{name[1:]}" or "Workout"


def _written_out(nodes: Sequence[Node], workout: Workout) -> list[Node]:
    """Steps with the blocks written out."""
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Use):
            block = workout.blocks[node.use]
            out += _written_out(block[::-1] if node.reverse else block, workout)
        else:
            out.append(node)
    return out


def _part(node: Node, workout: Workout, *, with_rest: bool = True) -> str:
    """Say one part."""
    if isinstance(node, RunStep):
        return _step(node)
    if not isinstance(node, Repeat):
        return ""
    count = f"{node.repeat}" if isinstance(node.repeat, int) else f"{node.repeat.min} to {node.repeat.max}"
    nodes = _written_out(node.steps, workout)
    rest = nodes[-1] if isinstance(nodes[-1], RunStep) and nodes[-1].kind in PAUSES else None
    is_plain = len(nodes) - (rest is not None) == 1 and isinstance(nodes[0], RunStep)
    behind = []
    if is_plain and isinstance(nodes[0], RunStep):
        text = f"{count} x {_step(nodes[0])}"
        if rest is not None:
            behind.append(f"{_step(rest)} {'between' if node.skip_last_recovery else 'after each'}")
    elif len(nodes) == 1:
        text = f"{count} sets of {_part(nodes[0], workout, with_rest=with_rest)}"
    else:
        text = f"{count} x ({', '.join(_part(each, workout) for each in nodes if _part(each, workout))})"
    if node.between is not None:
        behind.append(f"{_step(node.between)} between {'sets' if not is_plain else 'them'}")
    if node.send_off is not None:
        behind.append(f"one every {node.send_off}")
    if node.change is not None and node.change.pace:
        behind.append(f"{node.change.pace} from each to the next")
    if not with_rest:
        return text
    if is_plain and rest is None and node.between is None and node.send_off is None and node.repeat != 1:
        behind.append("no rest between")
    return ", ".join([text, *behind])


def _step(step: RunStep) -> str:
    """Say one step."""
    kind = Kind(step.kind)
    length = _until(step.until)
    word = ""
    if kind in RESTS:
        word = step.move or "jog"
    elif kind not in PLAIN:
        word = KINDS[kind].name
    text = f"{length} {word}".strip()
    if step.until is not None and step.until.mark and step.until.any is None:
        text = f"{word} {length}".strip() if step.move else f"rest {length}"
    if kind in EASY:
        text = f"{word} {length}"
    aim = _aim(step.target) if step.target is not None else ""
    if step.ramp is not None:
        aim += f" to {_aim(step.ramp).removeprefix('at ')}"
    joint = "" if not aim else f" {aim}"
    caps = "".join(f", {_cap(cap)}" for cap in step.caps)
    return f"{text}{joint}{caps}"


def _until(until: Until | None) -> str:
    """Say a length, or another end."""
    if until is None:
        return "as long as you like"
    text = " or ".join(_end(one) for one in until.ones())
    if until.not_before:
        text += f" ({until.not_before} at least)"
    return text + (f" ({until.cap} at most)" if until.cap else "")


def _end(one: One) -> str:
    """Say one end."""
    if one.time:
        return (
            f"{int(one.time.split(':')[1])} s"
            if one.time.startswith("0:") and one.time.count(":") == 1
            else one.time
        )
    if one.distance:
        metres = read_distance(one.distance)
        halves = round(metres / METRES_PER_MILE * 4) / 4
        if halves and abs(halves * METRES_PER_MILE - metres) < 0.5:
            return f"{halves:g} mile" + ("s" if halves > 1 else "")
        whole = round(metres)
        return (
            f"{whole} m"
            if abs(metres - whole) < 0.05 and whole < 3000 and whole % 1000
            else format_metres(metres)
        )
    if one.heart_rate_below or one.heart_rate_above:
        return f"until {'under' if one.heart_rate_below else 'over'} {one.heart_rate_below or one.heart_rate_above}"
    return "until you press" if one.mark else "as long as you like"


def _aim(target: Target) -> str:
    """Say a target."""
    pace = target.pace
    if isinstance(pace, PaceRef):
        if pace.ref == "easy" and not pace.offset:
            return "easy"
        return f"at {pace.ref} pace{f' {pace.offset}' if pace.offset else ''}"
    value = pace or target.speed or target.heart_rate or target.cadence or target.power
    if isinstance(value, str):
        return f"in {value}" if value.startswith("zone") else f"at {value}"
    if target.effort is not None:
        return target.effort if len(target.effort.split()) == 1 else f"“{target.effort}”"
    low = getattr(value, "min", None) or getattr(value, "slowest", None)
    high = getattr(value, "max", None) or getattr(value, "fastest", None)
    if low and high:
        return f"between {low} and {high}"
    return f"over {low}" if low else f"under {high}" if high else ""


def _cap(cap: Target) -> str:
    """Say a limit."""
    said = _aim(cap).removeprefix("at ").removeprefix("in ")
    return said if said.startswith(("under", "over", "between")) else f"under {said}"


def first_kind(node: Node) -> str:
    """The kind of the first step in a part."""
    while isinstance(node, Repeat):
        node = node.steps[0]
    return node.kind if isinstance(node, RunStep) else ""
