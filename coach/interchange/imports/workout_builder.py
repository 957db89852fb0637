"""Builds a whole document from the steps that were read, within the bounds every document has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from coach.interchange.imports.decoding import one_line, prose
from coach.interchange.imports.writing import Json, as_cap, words
from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem
from coach.workout.defaults import MAX_NESTING, MAX_STEPS
from coach.workout.kinds import FLOATS, RESTS

LONGEST_LIST: Final = 1000
"""Entries in one list of steps."""
MOST_SECTIONS: Final = 100
MOST_REPEATS: Final = 10_000
LONGEST_NAME: Final = 120
_BETWEEN: Final = RESTS | FLOATS
"""Kinds that a repeat may leave out of its last turn."""


@dataclass(slots=True)
class WorkoutBuilder:
    """A workout on its way from a foreign file into a document."""

    name: str = ""
    where: str = ""
    """The place of the workout in the file."""
    named_at: str = ""
    """The place of its name, if it has one of its own."""
    description: object = None
    source: str = ""
    sections: list[tuple[str, list[Json]]] = field(default_factory=list)
    """Names and steps; one section without a name is parted into warm-up, main and cool-down."""
    surface: str = ""
    tags: Json = field(default_factory=dict)


def step(
    report: Reporter,
    where: str,
    kind: str,
    until: Json,
    *,
    target: Json | None = None,
    caps: Sequence[Json | None] = (),
    name: object = "",
    notes: object = "",
    **more: Any,
) -> Json:
    """A step of a document; its first limit is the target if it has no other. Told in the report."""
    limits = [cap for cap in caps if cap is not None]
    if target is None and limits:
        target = limits.pop(0)
    worded = [cap for cap in limits if "effort" in cap]
    if worded:
        report.dropped(where, f"a second target in words: {worded[0]['effort']}")
    node: Json = {"kind": kind, "name": short_name(report, where, name), "until": until, "target": target}
    node |= {"caps": [as_cap(cap) for cap in limits if "effort" not in cap], "notes": prose(notes)} | more
    node = {key: value for key, value in node.items() if value or key == "until"}
    report.settled(where, words(node))
    return node


def short_name(report: Reporter, where: str, text: object) -> str:
    """A name cut to what a document takes; cutting is told."""
    name = one_line(text, LONGEST_NAME)
    if name and isinstance(text, str) and len(" ".join(text.split())) > LONGEST_NAME:
        report.approximated(where, f"a name or text is longer than {LONGEST_NAME} characters and was cut")
    return name


def repeated(report: Reporter, where: str, count: int | None, nodes: list[Json], **more: Any) -> list[Json]:
    """Steps repeated; nothing for an empty repeat, once for a count nobody can run."""
    if not nodes:
        report.dropped(where, "a repeat with nothing in it was left out")
        return []
    if count is None or not 1 <= count <= MOST_REPEATS:
        shown = "no number" if count is None else f"{count}"
        report.dropped(where, f"a repeat count of {shown}; its steps are run once")
        return nodes
    report.understood(where, f"repeated {count} times")
    return [{"repeat": count, "steps": nodes} | more]


def document(draft: WorkoutBuilder, report: Reporter) -> Json:
    """Make the document.

    Raises:
        WorkoutProblem: nothing in it can be run, or it is larger than any workout.
    """
    sections = _joined([(name, steps) for name, steps in draft.sections if steps])
    if not sections:
        raise WorkoutProblem("no step that can be run was found in it", where=draft.where)
    if len(sections) == 1 and not sections[0][0]:
        sections = _parted(sections[0][1])
    sections = [piece for name, steps in sections for piece in _chunks(name or "Workout", steps)]
    if len(sections) > MOST_SECTIONS:
        report.approximated(draft.where, f"more than {MOST_SECTIONS} parts were joined into one")
        sections = _chunks("Workout", [node for _, steps in sections for node in steps])
    total = sum(_size(steps, 0, draft.where) for _, steps in sections)
    if total > MAX_STEPS:
        raise WorkoutProblem(
            f"it has {total} steps when repeats are counted; {MAX_STEPS} is the most", where=draft.where
        )
    sections = [(name, with_last_turns(steps)) for name, steps in sections]
    made: Json = {
        "format": "coach-workout/1",
        "name": short_name(report, draft.named_at or draft.where, draft.name) or "Imported workout",
        "description": prose(draft.description),
        "source": one_line(draft.source, 400),
        "tags": draft.tags,
        "context": {"surface": draft.surface} if draft.surface else None,
    }
    if isinstance(draft.description, str) and len(draft.description.strip()) > 4000:
        report.approximated(draft.where, "the description is longer than 4000 characters and was cut")
    named = [{"name": short_name(report, draft.where, name), "steps": steps} for name, steps in sections]
    return {key: value for key, value in made.items() if value} | {"sections": named}


def _joined(sections: list[tuple[str, list[Json]]]) -> list[tuple[str, list[Json]]]:
    """Sections of one name that follow each other as one: some formats begin anew after each repeat."""
    made: list[tuple[str, list[Json]]] = []
    for name, steps in sections:
        if made and name and made[-1][0] == name:
            made[-1] = (name, [*made[-1][1], *steps])
        else:
            made.append((name, steps))
    return made


def with_last_turns(steps: list[Json]) -> list[Json]:
    """Repeats with the turn behind them that lacks only the rest: 5 x (800, jog) and 800 are 6 x 800 with 5 jogs.

    It is the same run, and a runner hears "six of six". Formats without a word for it are written that way.
    """
    made: list[Json] = []
    steps = [node | {"steps": with_last_turns(node["steps"])} if "repeat" in node else node for node in steps]
    place = 0
    while place < len(steps):
        node = steps[place]
        place += 1
        inner = node.get("steps", [])
        turn = inner[:-1]
        may_join = node.keys() == {"repeat", "steps"} and inner[-1].get("kind") in _BETWEEN
        if turn and may_join and node["repeat"] < MOST_REPEATS and steps[place : place + len(turn)] == turn:
            node = node | {"repeat": node["repeat"] + 1, "skip_last_recovery": True}
            place += len(turn)
        made.append(node)
    return made


def _parted(steps: list[Json]) -> list[tuple[str, list[Json]]]:
    """Part steps into what comes before the main part, the main part, and what comes after it."""
    first, last = 0, len(steps)
    while first < last and steps[first].get("kind") == "warm_up":
        first += 1
    while last > first and steps[last - 1].get("kind") == "cool_down":
        last -= 1
    main = steps[first:last]
    if not main or (first == 0 and last == len(steps)):
        return [("Workout", steps)]
    parts = [("Warm-up", steps[:first]), ("Main", main), ("Cool-down", steps[last:])]
    return [(name, part) for name, part in parts if part]


def _chunks(name: str, steps: list[Json]) -> list[tuple[str, list[Json]]]:
    """Cut a part into lists that a document takes."""
    starts = range(0, len(steps), LONGEST_LIST)
    return [
        (name if start == 0 else f"{name} ({start // LONGEST_LIST + 1})", steps[start : start + LONGEST_LIST])
        for start in starts
    ]


def _size(steps: list[Json], depth: int, where: str) -> int:
    """How many steps come out, counted without making them; refuses what is nested too deep or too long."""
    if depth > MAX_NESTING:
        raise WorkoutProblem(f"its repeats are nested more than {MAX_NESTING} deep", where=where)
    if depth and len(steps) > LONGEST_LIST:
        raise WorkoutProblem(f"a repeat in it holds more than {LONGEST_LIST} steps", where=where)
    return sum(
        node["repeat"] * _size(node["steps"], depth + 1, where) if "repeat" in node else 1 for node in steps
    )
