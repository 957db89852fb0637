"""Changes a workout document step by step, as its editor does: a document in, a document out.

An edit changes the document as it is written, so everything the editor does not show (limits, gates, reminders, notes)
stays in place. Each edit returns a document that was checked like any other, or raises a `WorkoutProblem` with its
place. The values of cells are pieces of a line, and only `coach.workout.notation` reads and writes them.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from coach.athlete import Athlete
from coach.documents import path_of
from coach.problems import WorkoutProblem
from coach.quantities import format_clock
from coach.spelling import LONGEST_NAME, read_distance, read_time
from coach.workout import notation
from coach.workout.describe import MOVE_WORDS
from coach.workout.document import document_from
from coach.workout.kinds import FLOATS, KINDS, MAX_STEPS, RESTS, Kind
from coach.workout.model import Node, PromptStep, Repeat, RunStep, Use, WorkoutDocument
from coach.workout.notation import lexer
from coach.workout.timeline import Move

Tree = dict[str, Any]
Path = tuple[str | int, ...]
"""The keys and places that lead to a part of a document."""
Guesses = tuple[str, ...]
"""How the open points of a text were read, a phrase each."""

WHAT: Final = "the workout"
"""The name of an edited document in messages."""
OWN: Final = ", my own"
"""The addition to the name of a copied library workout."""
_PAUSES: Final = RESTS | FLOATS
_MOVE_WORDS: Final = frozenset(lexer.MOVES)
_REPS: Final = ("2x400", "2x700")
"""Two reps with which a rest is parsed: one that differs between them depends on its rep."""
_REST: Final = re.compile(r"(?:^|\s)(?:/|on\b)(?=\s)")
"""The signs that begin the rest of a line, which a target does not include."""
_QUOTED: Final = re.compile(r'"[^"]*"')
_UNSEEN: Final = {
    "caps": "limits",
    "gates": "gates",
    "reminders": "reminders",
    "says": "words on the way",
    "start": "how it starts",
    "steer": "how it is coached",
    "calibrate": "a calibration",
    "purpose": "a purpose",
    "notes": "notes",
    "change": "a change from rep to rep",
    "items": "exercises",
    "answers": "answers",
}
"""Parts of a step that the editor does not show, in words."""


class Cell(StrEnum):
    """A value of a row that can be changed."""

    TIMES = "times"
    LENGTH = "length"
    TARGET = "target"
    REST = "rest"


class Form(StrEnum):
    """The type of a row."""

    SECTION = "section"
    REPEAT = "repeat"
    STEP = "step"
    CHECKLIST = "checklist"
    PROMPT = "prompt"
    USE = "use"


@dataclass(frozen=True, slots=True)
class StepRow:
    """A line of the list: a section, a set, a step."""

    path: Path
    form: Form
    depth: int
    """The number of sets around it."""
    name: str
    """Its name: `warm-up`, `rep`, `jog`, or the name its author gave it; it may hold any characters."""
    cells: Mapping[Cell, str]
    """The values that can be changed, as written in a line."""
    step_id: str
    """The id of its first turn in a compiled workout."""
    is_hard: bool = False
    keeps: tuple[str, ...] = ()
    """Further parts of the step: limits, gates, reminders."""

    @property
    def where(self) -> str:
        """Its place in messages, such as `sections[1].steps[0]`."""
        return path_of(self.path)


@dataclass(frozen=True, slots=True)
class Draft:
    """A workout being edited, with all its earlier documents."""

    document: WorkoutDocument
    earlier: tuple[tuple[WorkoutDocument, Path], ...] = ()
    """The earlier documents, each with the place of the change."""

    def with_change(self, document: WorkoutDocument, path: Path) -> "Draft":
        """Return the draft with a changed document; an equal document is no change."""
        if document.source == self.document.source:
            return self
        return Draft(document, (*self.earlier, (self.document, path)))

    def undo(self) -> tuple["Draft", Path] | None:
        """Undo the last change; returns its place too, None if there was none."""
        if not self.earlier:
            return None
        *rest, (document, path) = self.earlier
        return Draft(document, tuple(rest)), path


@dataclass(frozen=True, slots=True)
class Edited:
    """A changed document."""

    document: WorkoutDocument
    path: Path
    """The place of the changed row in the new document."""
    guesses: Guesses = ()


class CellProblem(WorkoutProblem):
    """Raised for the text of a cell that cannot be read; `start` is the position of the fault, from 0."""

    def __init__(self, reason: str, fix: str = "", *, start: int = 0, corrected: str = "") -> None:
        """Keep the position in the cell, and the text that was probably meant."""
        super().__init__(reason, fix)
        self.start = start
        self.corrected = corrected


# --- rows


def rows(document: WorkoutDocument) -> tuple[StepRow, ...]:
    """List the sections of a document with their sets and steps, then its blocks."""
    workout = document.workout
    result: list[StepRow] = []
    for place, section in enumerate(workout.sections):
        path: Path = ("sections", place)
        result.append(StepRow(path, Form.SECTION, 0, section.name, {}, "", keeps=_keeps(section)))
        result += _rows(document, section.steps, (*path, "steps"), 0, f"{place}")
    for name, nodes in workout.blocks.items():
        use = next((row for row in result if row.form is Form.USE and row.name == name), None)
        step_id = f"{use.step_id}/0" if use is not None else ""
        result.append(StepRow(("blocks", name), Form.SECTION, 0, f"block {name}", {}, ""))
        result += _rows(document, nodes, ("blocks", name), 0, step_id)
    return tuple(result)


def row_at(step_rows: Sequence[StepRow], where: str) -> int | None:
    """The row for a place in a document, such as `sections[1].steps[0].until`; None if there is none."""
    around = [
        place
        for place, row in enumerate(step_rows)
        if where == row.where or where.startswith((f"{row.where}.", f"{row.where}["))
    ]
    return max(around, key=lambda place: len(step_rows[place].where), default=None)


def _rows(
    document: WorkoutDocument, nodes: Sequence[Node], path: Path, depth: int, inside: str
) -> Iterator[StepRow]:
    for place, node in enumerate(nodes):
        here, step_id = (*path, place), f"{inside}.{place}"
        yield _row(document, node, here, depth, step_id)
        if isinstance(node, Repeat):
            yield from _rows(document, node.steps, (*here, "steps"), depth + 1, f"{step_id}/0")
            if node.between is not None:
                between = _row(document, node.between, (*here, "between"), depth + 1, f"{step_id}/0.between")
                yield replace(between, name=f"{between.name} between")


def _row(document: WorkoutDocument, node: Node, path: Path, depth: int, step_id: str) -> StepRow:
    cells: dict[Cell, str] = {}
    is_hard = False
    match node:
        case RunStep():
            form, name = Form.STEP, _step_word(node)
            cells[Cell.LENGTH] = notation.write_until(document, node)
            cells[Cell.TARGET] = notation.write_aim(document, node)
            is_hard = KINDS[Kind(node.kind)].is_hard
        case Repeat():
            form, name = Form.REPEAT, "repeat"
            count = node.repeat
            cells[Cell.TIMES] = f"{count}" if isinstance(count, int) else f"{count.min}-{count.max}"
            cells[Cell.REST] = _rest_text(document, node)
        case PromptStep():
            form, name = Form.PROMPT, "question"
            cells[Cell.TARGET] = node.question
        case Use():
            return StepRow(path, Form.USE, depth, node.use, {}, step_id)
        case _:
            form, name = Form.CHECKLIST, "exercises"
    return StepRow(path, form, depth, node.name or name, cells, step_id, is_hard, _keeps(node))


def _step_word(step: RunStep) -> str:
    """The name of a step without a name of its own."""
    if step.kind in RESTS:
        return MOVE_WORDS[Move(step.move or "jog")]
    return "rep" if step.kind == "work" else KINDS[Kind(step.kind)].name


def _rest_text(document: WorkoutDocument, node: Repeat) -> str:
    """The rest of a set: its send-off, the step between, or the last of its steps; `none` without one."""
    if node.send_off is not None:
        return f"on {node.send_off}"
    rest = node.between or node.steps[-1]
    if isinstance(rest, RunStep) and rest.kind in _PAUSES:
        return notation.write_until(document, rest)
    return "none"


def _keeps(node: object) -> tuple[str, ...]:
    """The parts of a step that its row does not show."""
    return tuple(words for key, words in _UNSEEN.items() if getattr(node, key, None))


# --- cells


def write_cell(
    document: WorkoutDocument, row: StepRow, cell: Cell, text: str, athlete: Athlete | None = None
) -> Edited:
    """Write a text into a cell, read as in a line, for an athlete.

    Raises:
        CellProblem: the text cannot be read; with the character.
        WorkoutProblem: it cannot stand there; with the place in the document.
    """
    if text.strip() == row.cells[cell].strip():
        return Edited(document, row.path)
    change = {
        Cell.TIMES: _put_times,
        Cell.LENGTH: _put_length,
        Cell.TARGET: _put_target,
        Cell.REST: _put_rest,
    }[cell]
    guesses: list[str] = []
    edited = _edit(document, lambda tree: guesses.extend(change(_at(tree, row.path), text, athlete)))
    return Edited(edited, row.path, tuple(guesses))


def _put_times(node: Tree, text: str, athlete: Athlete | None) -> Guesses:
    """Write the number of turns of a set."""
    sign = "" if text.rstrip().lower().endswith(("x", "×")) else "x"
    read, _ = _read(text, athlete, back=f"{sign}1:00 / none")
    node["repeat"] = read.get("repeat", 1)
    return ()


def _put_length(node: Tree, text: str, athlete: Athlete | None) -> Guesses:
    """Write the length of a step, and how the runner moves in a rest."""
    if node["kind"] in _PAUSES:
        return _rest_as(node, text, athlete)
    read, guesses = _read(text, athlete)
    if "until" not in read or "target" in read or "caps" in read:
        raise CellProblem("Type one length only", "For example: 800, 2:00 or until <120bpm.")
    if read["kind"] in _PAUSES:
        raise CellProblem("That is a rest", "Press a to add one after this step.")
    _end_as(node, read["until"])
    return guesses


def _put_target(node: Tree, text: str, athlete: Athlete | None) -> Guesses:
    """Write the target of a step, or the words of a question."""
    if node["kind"] == Kind.PROMPT:
        node["question"] = text.strip()
        return ()
    read: Tree = {}
    guesses: Guesses = ()
    if text.strip():
        if _REST.search(_QUOTED.sub("", text)):
            raise CellProblem("That is a rest", "It is typed into the row of the rest, or of the set.")
        sign = "" if text.lstrip().startswith("@") else "@ "
        metres = node.get("until", {}).get("distance")
        length = "10:00" if metres is None else metres.replace(" ", "")
        read, guesses = _read(text, athlete, front=f"{length} {sign}")
    for key in ("target", "ramp"):
        node.pop(key, None)
    node |= {key: read[key] for key in ("target", "ramp", "caps") if key in read}
    if not {"pace", "speed"} & node.get("target", {}).keys():
        node.pop("steer", None)
    return guesses


def _put_rest(node: Tree, text: str, athlete: Athlete | None) -> Guesses:
    """Write the rest after each turn of a set."""
    plain = text.strip().removeprefix("/").strip().lower()
    ends_in_rest = node["steps"][-1].get("kind") in _PAUSES and len(node["steps"]) > 1
    if plain in {"", "none", "no rest"} or plain.startswith("on "):
        read, guesses = _read(text, athlete, front="2x400 ") if plain.startswith("on ") else ({}, ())
        if read and "send_off" not in read:
            raise CellProblem("That is not a send-off", "For example: on 1:45.")
        for key in ("between", "send_off"):
            node.pop(key, None)
        if ends_in_rest:
            node["steps"].pop()
        node |= {key: read[key] for key in ("send_off",) if key in read}
        return guesses
    if "between" in node:
        guesses = _rest_as(node["between"], text, athlete)
    elif ends_in_rest:
        guesses = _rest_as(node["steps"][-1], text, athlete)
    else:
        rest, guesses = _read_rest(text, athlete)
        if rest["kind"] in FLOATS:
            node["steps"].append(rest)
            node["skip_last_recovery"] = True
        else:
            node["between"] = rest
    node.pop("send_off", None)
    return guesses


def _rest_as(node: Tree, text: str, athlete: Athlete | None) -> Guesses:
    """Change a rest: its length, and how the runner moves in it if the text says so."""
    rest, guesses = _read_rest(text, athlete)
    if any(letters in _MOVE_WORDS for letters in re.findall(r"[^\W\d]+", text.lower())):
        node["kind"] = rest["kind"]
        node.pop("move", None)
        if "move" in rest:
            node["move"] = rest["move"]
    if "target" in rest:
        node["target"] = rest["target"]
    _end_as(node, rest["until"])
    return guesses


def _read_rest(text: str, athlete: Athlete | None) -> tuple[Tree, Guesses]:
    """Read a rest that does not depend on its rep; a cell cannot express one that does."""
    sign = "" if text.lstrip().startswith("/") else "/ "
    rests = []
    for rep in _REPS:
        read, guesses = _read(text, athlete, front=f"{rep} {sign}")
        steps = read.get("steps", [])
        rest: Tree | None = read.get("between") or (steps[-1] if len(steps) == 2 else None)
        if rest is None or steps[0].keys() != {"kind", "until"}:
            raise CellProblem("That is not a rest", "For example: 400 jog, 2:00 walk or 90s stand.")
        rests.append(rest)
    first, second = rests
    is_relative = first["until"] == {"mark": True} and re.search(r"\d", text) is not None
    if is_relative or first != second:
        raise CellProblem(
            "A rest as long as its rep needs a number here", "For example: 400 jog or 2:00 walk."
        )
    return first, guesses


def _read(text: str, athlete: Athlete | None, *, front: str = "", back: str = "") -> tuple[Tree, Guesses]:
    """Read a text as the piece of a line between two others; returns the only node, and the guesses.

    Raises:
        CellProblem: it cannot be read, or says more than one node.
    """
    nodes, guesses = _read_nodes(text, athlete, front=front, back=back)
    if len(nodes) != 1:
        raise CellProblem("That is more than one step", "Press a to add a step after this one.")
    return nodes[0], guesses


def _read_nodes(
    text: str, athlete: Athlete | None, *, front: str = "", back: str = ""
) -> tuple[list[Tree], Guesses]:
    """As `_read`, all nodes of the line."""
    try:
        reading = notation.read(f"{front}{text}{back}", athlete)
    except notation.NotationProblem as problem:
        start = min(max(0, problem.start - len(front)), max(0, len(text) - 1))
        end = min(max(start, problem.end - len(front)), len(text))
        corrected = f"{text[:start]}{problem.replacement}{text[end:]}" if problem.replacement else ""
        raise CellProblem(problem.reason, problem.fix, start=start, corrected=corrected) from None
    sections: Any = reading.document.source["sections"]
    return [node for section in sections for node in section["steps"]], reading.guesses


def _end_as(node: Tree, until: Tree) -> None:
    """Give a step another end; an estimated time goes with its distance."""
    before = node.get("until", {}).get("distance")
    node["until"] = until
    after = until.get("distance")
    if after is None:
        node.pop("calibrate", None)
    if "else_time" in node:
        if before is not None and after is not None:
            share = read_distance(after) / read_distance(before)
            node["else_time"] = format_clock(max(1.0, round(read_time(node["else_time"]) * share)))
        else:
            del node["else_time"]


# --- steps and sets


def add(document: WorkoutDocument, row: StepRow, text: str, athlete: Athlete | None = None) -> Edited:
    """Insert the steps of a line behind a row; the place is that of the first new step.

    Raises:
        CellProblem: the line cannot be read.
        WorkoutProblem: it cannot stand there.
    """
    nodes, guesses = _read_nodes(text, athlete)
    home, place = _behind(row)

    def change(tree: Tree) -> None:
        _at(tree, home)[place:place] = nodes

    return Edited(_edit(document, change), (*home, place), guesses)


def remove(document: WorkoutDocument, row: StepRow) -> Edited:
    """Remove a row with everything in it, and then a set or section that is empty.

    Raises:
        WorkoutProblem: nothing would be left, or it is used elsewhere.
    """

    def change(tree: Tree) -> None:
        del _at(tree, row.path[:-1])[row.path[-1]]

    return Edited(_edit(document, change), row.path)


def double(document: WorkoutDocument, row: StepRow) -> Edited:
    """Insert a copy of a row behind it.

    Raises:
        WorkoutProblem: it cannot stand twice.
    """
    home, place = _home(row)

    def change(tree: Tree) -> None:
        nodes = _at(tree, home)
        nodes.insert(place, copy.deepcopy(nodes[place]))

    return Edited(_edit(document, change), (*home, place + 1))


def wrap(document: WorkoutDocument, row: StepRow) -> Edited:
    """Make a set of a row: two turns, with the rest that follows it inside.

    Raises:
        WorkoutProblem: it cannot be repeated.
    """
    home, place = _home(row)

    def change(tree: Tree) -> None:
        nodes = _at(tree, home)
        follows = nodes[place + 1 : place + 2]
        is_pair = (
            bool(follows) and follows[0].get("kind") in _PAUSES and nodes[place].get("kind") not in _PAUSES
        )
        size = 2 if is_pair else 1
        nodes[place : place + size] = [{"repeat": 2, "steps": nodes[place : place + size]}]

    return Edited(_edit(document, change), (*home, place))


def move(document: WorkoutDocument, row: StepRow, by: int) -> Edited:
    """Move a row one place down (1) or up (-1): past its neighbour, or at the end out of its set or section.

    Raises:
        WorkoutProblem: there is no place further on, or it cannot stand there.
    """
    home, place = _home(row)
    goal: list[Path] = []

    def change(tree: Tree) -> None:
        target = _beyond(tree, home, place, by)
        nodes = _at(tree, home)
        node = nodes.pop(place)
        _at(tree, target[:-1]).insert(target[-1], node)
        is_emptied = not nodes and len(home) == 3 and target[1] > home[1]  # type: ignore[operator]
        goal.append(("sections", home[1], *target[2:]) if is_emptied else target)

    document = _edit(document, change)
    return Edited(document, goal[0])


def _beyond(tree: Tree, home: Path, place: int, by: int) -> Path:
    """The target of a moved node, with places counted after it is taken out.

    Raises:
        WorkoutProblem: there is no further.
    """
    nodes = _at(tree, home)
    if 0 <= place + by < len(nodes):
        return (*home, place + by)
    if home[-1] == "steps" and home[:-2] and isinstance(home[-2], int) and home[:-2] != ("sections",):
        *around, outer = home[:-1]  # a set, which is removed if it is empty now
        return (*around, int(outer) + (by > 0 and len(nodes) > 1))
    if home[0] == "sections" and len(home) == 3:
        section = int(home[1]) + by
        if 0 <= section < len(tree["sections"]):
            return ("sections", section, "steps", 0 if by > 0 else len(tree["sections"][section]["steps"]))
    raise WorkoutProblem("There is no place further on.")


def rename(document: WorkoutDocument, name: str) -> WorkoutDocument:
    """Rename the workout.

    Raises:
        WorkoutProblem: that is no name.
    """
    return _edit(document, lambda tree: tree.update({"name": name.strip()}))


def own_copy(document: WorkoutDocument) -> WorkoutDocument:
    """Copy a library workout as the runner's own."""
    return rename(document, f"{document.name[: LONGEST_NAME - len(OWN)]}{OWN}")


# --- trees


def _edit(document: WorkoutDocument, change: Callable[[Tree], None]) -> WorkoutDocument:
    """Change a copy of the tree of a document, and check it like any document.

    Raises:
        WorkoutProblem: it is wrong now.
    """
    tree = copy.deepcopy(dict(document.source))
    change(tree)
    _tidy(tree)
    return document_from(tree, name=WHAT)


def _at(tree: Any, path: Path) -> Any:
    """The part of a tree at a place."""
    for key in path:
        tree = tree[key]
    return tree


def _home(row: StepRow) -> tuple[Path, int]:
    """The list that holds a row, and its index there.

    Raises:
        WorkoutProblem: it stands in none.
    """
    *home, place = row.path
    if row.form is Form.SECTION or not isinstance(place, int):
        what = "a section" if row.form is Form.SECTION else "the rest between sets"
        raise WorkoutProblem(f"That cannot be done to {what}.", "Choose a step or a set.", where=row.where)
    return tuple(home), place


def _behind(row: StepRow) -> tuple[Path, int]:
    """The list and the index behind a row; the rest between sets is followed by the end of the set.

    Raises:
        WorkoutProblem: it stands in none.
    """
    if row.form is Form.STEP and row.path[-1] == "between":
        return (*row.path[:-1], "steps"), MAX_STEPS
    home, place = _home(row)
    return home, place + 1


def _tidy(tree: Tree) -> None:
    """Remove empty sets and sections, and keys that no longer apply to a set.

    Raises:
        WorkoutProblem: nothing is left.
    """
    for section in tree["sections"]:
        section["steps"] = _full(section["steps"])
    tree["sections"] = [section for section in tree["sections"] if section["steps"]]
    if not tree["sections"]:
        raise WorkoutProblem("That is the last step: a workout has at least one.", "Add another first.")
    blocks = tree.get("blocks", {})
    for name, nodes in blocks.items():
        blocks[name] = _full(nodes)


def _full(nodes: list[Tree]) -> list[Tree]:
    """The steps of a list without empty sets."""
    result = []
    for node in nodes:
        if "repeat" in node:
            node["steps"] = _full(node["steps"])
            if not node["steps"]:
                continue
            if node.get("skip_last_recovery") and node["steps"][-1].get("kind") not in _PAUSES:
                del node["skip_last_recovery"]
        result.append(node)
    return result
