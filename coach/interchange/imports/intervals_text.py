"""intervals.icu's workout text: sections, `Main set 6x`, and step lines that begin with a dash.

The text has no kinds of steps: warm-up and cool-down are told by their section's name, a recovery inside a
repeat by how much easier it is than the hardest step there. Repeats do not nest, save for `4x` on a step line.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from coach.interchange.imports.draft import Draft, document, repeated, step
from coach.interchange.imports.intervals_line import LONGEST_LINE, Line, has_length, read_line
from coach.interchange.imports.intervals_targets import read_targets
from coach.interchange.imports.maker import MARK, NO_LENGTH, Maker
from coach.interchange.imports.report import Reporter
from coach.interchange.imports.trees import Json
from coach.interchange.imports.workout_file import Durations
from coach.problems import WorkoutProblem

_STEP = re.compile(r"^\s*[-–•*]\s*(?=\S)")
_TIMES = re.compile(r"(?:^|\s)(\d{1,5})\s*[x×]\s*$", re.IGNORECASE)
_WARM_UP = re.compile(r"\bwarm[\s-]*up\b", re.IGNORECASE)
_COOL_DOWN = re.compile(r"\b(?:cool|warm)[\s-]*down\b", re.IGNORECASE)
_EASY = re.compile(r"\b(?:rest|recover\w*|easy|jog|walk|float|off)\b", re.IGNORECASE)
_REST = re.compile(r"\b(?:rest|stand)\b", re.IGNORECASE)
_WALK = re.compile(r"\bwalk\w*\b", re.IGNORECASE)

EASIER: Final = 10.0
"""Per cent points of threshold below the hardest step of a repeat that make a recovery."""
_ZONE_SHARE: Final = {"1": 70.0, "2": 83.0, "3": 91.0, "4": 97.0, "5a": 102.0, "5b": 107.0, "5c": 115.0}
"""About how hard a heart-rate zone is, per cent of threshold speed: only to tell steps of one repeat apart."""
_KINDS: Final = {
    "warmup": "warm_up",
    "cooldown": "cool_down",
    "rest": "recovery",
    "recovery": "recovery",
    "active": "work",
    "interval": "work",
}


@dataclass(slots=True)
class _Block:
    """A section of the text."""

    name: str
    where: str
    times: int | None = None
    lines: list[tuple[int, str]] = field(default_factory=list)


def is_intervals_text(text: str) -> bool:
    """Is there at least one line that is a step?"""
    return any(_is_step(line) for line in text.split("\n", 20_000)[:20_000])


def read_intervals_text(
    text: str,
    report: Reporter,
    durations: Durations | None = None,
    *,
    first_line: int = 1,
    name: str = "",
    description: str = "",
) -> Json:
    """Make a document of one workout.

    Args:
        text: the workout, nothing else.
        report: what is told.
        durations: what an unclear `m` means; None lets it be decided.
        first_line: the number of its first line in the file.
        name: what it is called if it does not say so itself.
        description: what is said about it around the text.

    Raises:
        WorkoutProblem: no line of it is a step.
    """
    title, about, blocks = _blocks(text, first_line)
    maker = Maker(report)
    draft = Draft(
        name=title or name,
        where=f"line {first_line}",
        description=description or about,
        source="intervals.icu",
    )
    for block in blocks:
        draft.sections.append((block.name, _block(block, maker, durations)))
    if not blocks:
        raise WorkoutProblem("no line of it is a step such as `- 10m 80% Pace`", where=f"line {first_line}")
    if len(draft.sections) == 1 and draft.sections[0][0] in {"", title}:
        draft.sections = [("Workout", draft.sections[0][1])]
    return document(draft, report)


def _is_step(line: str) -> bool:
    dash = _STEP.match(line)
    return dash is not None and has_length(line[dash.end() :])


def _blocks(text: str, first_line: int) -> tuple[str, str, list[_Block]]:
    """The title, the words that belong to no step, and the sections of a text."""
    title = ""
    words: list[str] = []
    blocks: list[_Block] = []
    waiting: tuple[int, str] | None = None
    for number, raw in enumerate(text.split("\n"), first_line):
        line = raw.strip()
        dash = _STEP.match(raw)
        if not line:
            if blocks and blocks[-1].lines and blocks[-1].times is not None and waiting is None:
                blocks.append(_Block("", f"line {number}"))
        elif dash is not None:
            if waiting is not None or not blocks:
                blocks.append(_header(*(waiting or (number, ""))))
                waiting = None
            blocks[-1].lines.append((number, raw[dash.end() :].strip()))
        else:
            if waiting is not None:
                title, words = (title, [*words, waiting[1]]) if title else (waiting[1], words)
            waiting = (number, line)
    if waiting is not None:
        words.append(waiting[1])
    blocks = [block for block in blocks if block.lines]
    if not title and blocks and blocks[0].name and blocks[0].times is None and len(blocks) == 1:
        title = blocks[0].name
    return title, "\n".join(words), blocks


def _header(number: int, line: str) -> _Block:
    """A section from its header line."""
    line = " ".join(line[:LONGEST_LINE].split())
    times = _TIMES.search(line)
    name = line[: times.start()] if times else line
    return _Block(name.strip(" :#-"), f"line {number}", int(times[1]) if times else None)


def _block(block: _Block, maker: Maker, durations: Durations | None) -> list[Json]:
    in_repeat = block.times is not None
    nodes: list[Json] = []
    for number, text in block.lines:
        nodes += _line(text, f"line {number}", block, maker, durations)
    if in_repeat and len(nodes) > 1:
        _tell_recoveries(nodes)
    if block.times is None:
        return nodes
    return repeated(maker.report, block.where, block.times, nodes)


def _line(text: str, where: str, block: _Block, maker: Maker, durations: Durations | None) -> list[Json]:
    line = read_line(text, where, maker.report, in_repeat=block.times is not None, wish=durations)
    if line.seconds is None and line.metres is None and not line.by_lap:
        maker.report.dropped(where, f'"{text[:60]}" says no length and was left out')
        return []
    until = _until(line, maker)
    if until is NO_LENGTH:
        return []
    targets, words, rest = read_targets(line.after, where, maker)
    more, target = _extras(words, targets, where, maker)
    intensity = next((_KINDS[word] for word in sorted(words) if word in _KINDS), "")
    told = f"{line.before} {rest}".strip()
    kind = intensity or _kind(block.name, told, "freeride" in words, block.times is not None)
    if kind == "recovery" and "walk" in told.lower():
        more["move"] = "walk"
    elif kind == "recovery" and _REST.search(told):
        more["move"] = "stand" if "stand" in told.lower() else "walk"
    node = step(
        maker.report, where, kind, until, target=target, caps=targets, name=line.before, notes=rest, **more
    )
    return repeated(maker.report, where, line.times, [node]) if line.times != 1 else [node]


def _extras(
    words: set[str], targets: list[Json], where: str, maker: Maker
) -> tuple[dict[str, Any], Json | None]:
    """What single words add to a step; takes its target off the list."""
    if "ramp" in words and targets:
        first = targets.pop(0)
        ((key, value),) = first.items()
        if isinstance(value, dict) and {"min", "max"} <= value.keys():
            return {"ramp": {key: value["max"]}}, {key: value["min"]}
        maker.report.approximated(where, "a ramp between these targets became a range")
        return {}, first
    if "maxeffort" in words and not targets:
        return {}, {"effort": "as hard as you can"}
    return {}, targets.pop(0) if targets else None


def _until(line: Line, maker: Maker) -> Json:
    if line.by_lap:
        if line.seconds or line.metres:
            planned = f"{line.seconds:g} s" if line.seconds else f"{line.metres:g} m"
            maker.report.dropped(
                line.where, f"the step ends when you press lap; its planned {planned} are not kept"
            )
        return dict(MARK)
    if line.metres is not None:
        return maker.after_metres(line.where, line.metres)
    return maker.after_seconds(line.where, line.seconds)


def _kind(section: str, told: str, is_free: bool, in_repeat: bool) -> str:
    for words in (told, section):
        if _WARM_UP.search(words):
            return "warm_up"
        if _COOL_DOWN.search(words):
            return "cool_down"
    if in_repeat and _EASY.search(told):
        return "recovery"
    return "open" if is_free else "work"


def _tell_recoveries(nodes: list[Json]) -> None:
    """Make recoveries of the steps of a repeat that are clearly easier than its hardest one."""
    plain = [node for node in nodes if "repeat" not in node]
    hard = [share for node in plain if (share := _hardness(node)) is not None]
    for node in plain:
        share = _hardness(node)
        if node["kind"] == "work" and share is not None and share <= max(hard) - EASIER:
            node["kind"] = "recovery"


def _hardness(node: Json) -> float | None:
    """About how hard a step is, per cent of threshold speed; None if its target does not say."""
    ((key, value),) = (node.get("target") or {"": None}).items()
    if isinstance(value, dict):
        value = value.get("max") or value.get("min")
    if not isinstance(value, str):
        return None
    if value.startswith("zone "):
        return _ZONE_SHARE[value[5:]]
    number, _, unit = value.partition(" ")
    return float(number) if key in {"speed", "heart_rate"} and unit in {"%threshold", "%lthr"} else None
