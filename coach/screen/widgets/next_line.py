"""One line of ordinary text: what is asked or was answered, else what comes next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.strip import Strip

from coach.screen import words
from coach.screen.keys import ACCEPT, MARK, key_word
from coach.screen.paint import ends_row
from coach.screen.palette import Palette
from coach.screen.sanitise import sanitise
from coach.screen.widgets.question import takes_the_stage
from coach.screen.widgets.strip_widget import StripWidget

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

_SENSOR_ROW: Final = 100
"""Columns from which the sensors have a row of their own."""
_OFFERS: Final = {
    "clock_mode": "run this step by the clock",
    "calibration": "correct the footpod by the stretch just run",
    "longer_rest": "a longer rest",
    "slower_target": "a slower target",
}
"""What accepting an offer does."""


_REPLY_S: Final = 5.0
"""How long the answer to a button stands: time to look back at the screen."""


@dataclass(frozen=True, slots=True)
class Next:
    """The text at the left, those at the right from the fullest, and whether something is asked or answered."""

    left: str
    rights: tuple[str, ...] = ()
    is_offer: bool = False
    trouble: str = ""
    """What is wrong with a sensor; it stands at the right where there is no row of sensors."""


class NextLine(StripWidget[Next]):
    """What the last button did, an open question or an offer, in their own colours; else the next step."""

    def look(self, snapshot: "Snapshot") -> Next:
        """Take what is asked or answered, else the next step."""
        trouble = words.trouble(snapshot)
        said = reply(snapshot) or ("" if takes_the_stage(snapshot) else asked(snapshot))
        if not said and snapshot.offer:
            said = offer_text(snapshot.offer)
        if said and not snapshot.coach_mode:  # by hand they have a field of their own
            return Next(f" {said}", is_offer=True, trouble=trouble)
        if snapshot.next_step is None:
            return Next(" NEXT  finish" if snapshot.step is not None else "", trouble=trouble)
        steps = snapshot.timeline.steps
        after = steps[snapshot.index + 2] if snapshot.index + 2 < len(steps) else None
        then = "" if after is None else f"then {words.what(after, snapshot.unit)}"
        to_go = f"{len(steps) - snapshot.index - 1} to go "
        rights = (f"{then}   {to_go}", f"then {words.where(after)} " if after else to_go, to_go)
        return Next(f" NEXT  {words.what(snapshot.next_step, snapshot.unit)}", rights, trouble=trouble)

    def paint(self, value: Next, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the line; the fullest right end that leaves the left one whole."""
        del height
        pair = colours.offer if value.is_offer else colours.plain
        rights = value.rights
        if value.trouble and width < _SENSOR_ROW:
            rights = (f"{value.trouble} ",)
        right = next((text for text in rights if len(value.left) + len(text) + 2 <= width), "")
        if not right and not value.is_offer and rights:
            right = rights[-1]
        return [ends_row(value.left, right, width, pair)]


def reply(snapshot: "Snapshot") -> str:
    """What the last button did, for some seconds."""
    answer = snapshot.reply
    if answer is None or snapshot.at - answer.at > _REPLY_S:
        return ""
    return words.replied(answer, snapshot)


def asked(snapshot: "Snapshot") -> str:
    """The open question with its answers: `Could you talk?   1 yes   2 unsure   3 no`; else the line of a press."""
    question = snapshot.question
    if question is None:
        return f"{words.WHICH_LINE}   {words.lines_of(snapshot)}" if snapshot.lines_asked else ""
    answers = "   ".join(
        f"{number} {sanitise(word, 20)}" for number, word in enumerate(question.answers[:10], 1)
    )
    return f"{sanitise(question.question, 60)}   {answers or '1 to 10 (0 is ten)'}"


def offer_text(offer: str) -> str:
    """Word an offer; one without a wording of its own is named as it is."""
    if offer == "press_at_line":
        return f"no distance: press {key_word(MARK)} at the line"
    return f"{key_word(ACCEPT)} accept: {_OFFERS.get(offer) or sanitise(offer.replace('_', ' '), 60)}"
