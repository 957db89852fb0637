"""An open question, as large as the stage: its answers with their keys, and the last rep beside them."""

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.geometry import Size
from textual.strip import Strip

from coach.screen import words
from coach.screen.paint import (
    Block,
    Scale,
    beside,
    blank,
    block,
    block_rows,
    has_picture,
    largest,
    lettered,
    stack,
    text_row,
    width_of,
)
from coach.screen.palette import Palette
from coach.screen.sanitise import sanitise
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.phases import Phase
from coach.workout.kinds import HARD, KINDS

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

ASKED_S: Final = 30.0
"""How long a question that holds no clock takes the stage; after that it has a line. Judged, not measured."""


def takes_the_stage(snapshot: "Snapshot") -> bool:
    """Whether the question stands in place of the run: where nothing hard is under way, and not for long."""
    question, step = snapshot.question, snapshot.step
    if question is None or snapshot.phase is Phase.PAUSED:
        return False
    if snapshot.phase in {Phase.PROMPT, Phase.FINISHED}:
        return True
    is_calm = snapshot.phase in words.RESTING | {Phase.READY} or (
        step is not None and KINDS[step.kind].is_easy
    )
    return is_calm and (snapshot.question_age_s or 0.0) <= ASKED_S


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """The question, its answers with their keys, and the rep it may be about."""

    question: str
    answers: tuple[str, ...]
    rep: str
    rep_said: str


class Question(StripWidget[ShownQuestion | None]):
    """The open question."""

    def look(self, snapshot: "Snapshot") -> ShownQuestion | None:
        """Take the question that is open."""
        question = snapshot.question
        if question is None:
            return None
        named = tuple(
            f"{number} {sanitise(word, 24)}" for number, word in enumerate(question.answers[:10], 1)
        )
        last = next((result for result in reversed(snapshot.results) if result.step.kind in HARD), None)
        rep = "" if last is None else words.stopped(last.time_s)
        plan = (
            "" if last is None or last.light_s is None else f"   {words.seconds_off(last.light_s)} s to plan"
        )
        said = "" if last is None else f"{words.where(last.step)}{plan}"
        return ShownQuestion(sanitise(question.question, 200), named or ("1 - 10", "0 is ten"), rep, said)

    def paint(self, value: ShownQuestion | None, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the question over its answers."""
        plain = colours.plain
        if value is None:
            return stack([], width, height, plain)
        asked = _question(value, width, height, colours)
        room = Size(width - 2, height - len(asked) - 2)
        painted = _column(value.answers, Size(room.width, room.height))
        if painted is None:
            rows = [text_row(f"  {answer}", width, plain) for answer in value.answers]
            return stack(
                [blank(width, plain), *asked, blank(width, plain), *rows], width, height, plain, top=0
            )
        wide = max(row.width for row in painted) + 2
        left: list[Strip] = []
        for row in painted:
            left += [*block_rows(row, wide, plain, align="left"), blank(wide, plain)]
        left = stack(left, wide, room.height, plain, top=0)
        aside = stack(_rep(value, room.width - wide, colours), room.width - wide, room.height, plain, top=0)
        margin = [blank(2, plain)] * room.height
        body = beside([margin, left, aside])
        return stack([blank(width, plain), *asked, blank(width, plain), *body], width, height, plain, top=0)


def _question(value: ShownQuestion, width: int, height: int, colours: Palette) -> list[Strip]:
    """The question in letters where they leave room for the answers, else in text."""
    letters = None
    if has_picture(value.question):
        most = height - 2 - 5 * len(value.answers)
        scale = largest(value.question, width - 4, most, limit=2)
        letters = None if scale is None else block(value.question, scale)
    if letters is not None:
        margin = [blank(2, colours.plain)] * letters.height
        return beside([margin, block_rows(letters, width - 2, colours.plain, align="left")])
    return [
        text_row(f"  {line}", width, colours.plain) for line in wrap(value.question, max(8, width - 4))[:3]
    ]


def _column(answers: tuple[str, ...], room: Size) -> list[Block] | None:
    """The answers in letters of one size, the largest at which all of them fit; None if none is."""
    if not all(has_picture(answer) for answer in answers):
        return None
    each = (room.height + 1) // len(answers) - 1
    widest = max(answers, key=width_of)
    scale: Scale | None = largest(widest, room.width - 2, each)
    return None if scale is None else [block(answer, scale) for answer in answers]


def _rep(value: ShownQuestion, width: int, colours: Palette) -> list[Strip]:
    """The last rep at the right, where there is room for it."""
    if not value.rep or width < width_of(value.rep) + 4:
        return []
    letters = lettered((value.rep,), Size(width - 4, 4), colours.plain)
    margin = [blank(2, colours.plain)] * len(letters)
    return [
        *beside([margin, letters, margin]),
        text_row(f"{value.rep_said}  ", width, colours.plain, align="right"),
    ]
