"""What to do now, in letters: `REP 4/8  400M AT 3:50`; for a question, how to answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.strip import Strip

from coach.quantities import format_clock
from coach.screen import words
from coach.screen.paint import block_rows, first_that_fits, stack, text_row
from coach.screen.palette import Palette
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.phases import Phase
from coach.workout.kinds import Kind
from coach.workout.timeline import Step

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class StepText:
    """The line, from the fullest wording to the shortest."""

    texts: tuple[str, ...]


class StepLine(StripWidget[StepText]):
    """One line of block letters: the first wording that fits."""

    def look(self, snapshot: "Snapshot") -> StepText:
        """Word the step, or the answers of its question."""
        step = snapshot.step
        if snapshot.phase is Phase.FINISHED or step is None:
            return StepText(("WORKOUT DONE", "DONE"))
        if snapshot.phase is Phase.PROMPT:
            count = min(10, len(step.answers)) or 10
            return StepText((f"ANSWER 1-{count}", f"1-{count}"))
        if snapshot.is_easy_stretch is not None:
            stretch = "EASY" if snapshot.is_easy_stretch else "HARD"
            return StepText((f"{words.kind_word(step)}   {stretch}", stretch))
        return StepText(wordings(step, snapshot.unit, by_hand=snapshot.coach_mode))

    def paint(self, value: StepText, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the line, ordinary text if nothing else fits."""
        letters = first_that_fits(value.texts, width - 2, height, least=max(1, height // 4))
        if letters is None:
            return stack([text_row(" " + value.texts[0], width, colours.plain)], width, height, colours.plain)
        return stack(block_rows(letters, width, colours.plain), width, height, colours.plain)


def wordings(step: Step, unit: str = "km", *, by_hand: bool = False) -> tuple[str, ...]:
    """Word a step for the block line, the fullest first: place, length and aim, a pace per `unit`.

    For who times by hand the aim is a time: `400M IN 1:36`.
    """
    place, length = words.where(step), words.until(step).replace(" ", "").upper()
    planned_s = words.planned_s(step) if by_hand else None
    at, aimed = ("AT", words.aim(step.target, unit)) if planned_s is None else ("IN", format_clock(planned_s))
    # Of a rep its number says enough, of anything else its word.
    short = place.rpartition(" ")[2] if step.kind is Kind.WORK else words.kind_word(step)
    texts = (
        f"{place}   {length} {at} {aimed}" if length and aimed else f"{place}   {length}{aimed}",
        f"{place}  {length} {aimed}",
        f"{short} {length} {aimed}",
        f"{place} {length}",
        f"{place} {aimed}",
        place,
    )
    return tuple(dict.fromkeys(text.rstrip() for text in texts))
