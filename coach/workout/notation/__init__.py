"""A workout in one line: read as coaches write it, and printed in one canonical form.

`read` makes a document of a line for an athlete, `write` a line of a document. The grammar and its table are in
`docs/reference/notation.md`.
"""

from dataclasses import dataclass, replace
from typing import Any

from coach.athlete import Athlete
from coach.problems import WorkoutProblem
from coach.workout.document import WorkoutDocument, document_from
from coach.workout.notation.building import Builder, OpenTime
from coach.workout.notation.lexer import NotationFault
from coach.workout.notation.parser import parse
from coach.workout.notation.writing import name_of, say, write, write_aim, write_until
from coach.workout.resolve import Numbers

WHAT = "the line"
"""The name of a document from a line in messages."""


class NotationProblem(WorkoutProblem):
    """Raised for a line that cannot be read; `start` and `end` delimit the characters at fault."""

    def __init__(
        self,
        line: str,
        fault: NotationFault,
        *,
        so_far: WorkoutDocument | None = None,
        question: OpenTime | None = None,
    ) -> None:
        """Keep the line and the fault, the document of the rest, and the question that would settle it."""
        excerpt, at = _window(line, fault.start)
        hint = f"{excerpt}\n  {' ' * at}^"
        if fault.fix:
            hint += f"\n  {fault.fix}"
        super().__init__(fault.reason, hint)
        self.line = line
        self.reason = fault.reason
        self.fix = fault.fix
        self.start = fault.start
        self.end = fault.end
        self.replacement = fault.replacement
        self.so_far = so_far
        self.question = question

    @property
    def corrected(self) -> str:
        """The line with the fix in place; empty if the fix is not a text."""
        if not self.replacement:
            return ""
        return f"{self.line[: self.start]}{self.replacement}{self.line[self.end :]}"


@dataclass(frozen=True, slots=True)
class Notation:
    """A line that was read."""

    line: str
    document: WorkoutDocument
    text: str
    """Its canonical form."""
    sentence: str
    guesses: tuple[str, ...]
    """How the open points of the line were read, a phrase each."""


def read(line: str, athlete: Athlete | None = None, *, takes_times: bool = False) -> Notation:
    """Read a line for an athlete, whose paces decide whether a time is that of the rep.

    Args:
        line: what was typed.
        athlete: the athlete of the workout; None without one.
        takes_times: true if the runner has confirmed that a bare time is the rep's.

    Raises:
        NotationProblem: it cannot be read; with the place and the fix.
    """
    parsed = parse(line)
    builder = Builder(Numbers.of(athlete), takes_times, list(parsed.guesses), list(parsed.faults))
    tree = builder.document(parsed.parts) if parsed.parts else None
    faults = sorted(builder.faults, key=lambda fault: fault.start)
    if faults:
        raise NotationProblem(
            line, faults[0], so_far=_so_far(tree), question=builder.question if len(faults) == 1 else None
        )
    assert tree is not None
    document = _document(line, tree)
    text, _ = write(document)
    return Notation(line, document, text, say(document.workout), tuple(dict.fromkeys(builder.guesses)))


def _document(line: str, tree: dict[str, Any]) -> WorkoutDocument:
    """Check a document made from a line, and name it.

    Raises:
        NotationProblem: the parts fit together to something impossible.
    """
    try:
        document = document_from(tree, name=WHAT)
    except WorkoutProblem as problem:
        reason = problem.message.removeprefix(f"{problem.where}: ").removesuffix(f" (in {WHAT})")
        fault = NotationFault(reason, 0, len(line), problem.hint.partition("\n")[0])
        raise NotationProblem(line, fault) from None
    name = name_of(document.workout)
    workout = document.workout.model_copy(update={"name": name})
    return replace(document, workout=workout, source=document.source | {"name": name})


def _so_far(tree: dict[str, Any] | None) -> WorkoutDocument | None:
    """The document of the readable parts of a faulty line; None if there are none."""
    if tree is None or not tree["sections"]:
        return None
    try:
        return _document("", tree)
    except WorkoutProblem:
        return None


def _window(line: str, place: int, width: int = 90) -> tuple[str, int]:
    """The part of the line around a place that fits one row, and the position of the place in it."""
    row_start = line.rfind("\n", 0, place) + 1
    row_end = line.find("\n", place)
    row = line[row_start : row_end if row_end >= 0 else len(line)]
    at = place - row_start
    cut = max(0, at - width + 20)
    excerpt = "".join(letter if letter.isprintable() else " " for letter in row[cut : cut + width])
    return ("…" + excerpt[1:] if cut else excerpt), at - cut


__all__ = ["Notation", "NotationProblem", "read", "write", "write_aim", "write_until"]
