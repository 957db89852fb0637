"""One line of ordinary text: the offer that stands, else what comes next."""

from dataclasses import dataclass
from typing import Final

from textual.strip import Strip

from coach.live.snapshot import Snapshot
from coach.screen import words
from coach.screen.paint import ends_row
from coach.screen.palette import Palette
from coach.screen.safe import safe
from coach.screen.widgets.painted import Painted

_OFFERS: Final = {
    "press_at_line": "no distance: press space at the line",
    "clock_mode": "c accept: run this step by the clock",
    "calibration": "c accept: correct the footpod by the stretch just run",
    "longer_rest": "c accept: a longer rest",
    "slower_target": "c accept: a slower target",
}


@dataclass(frozen=True, slots=True)
class Next:
    """The text at the left, the one at the right, and whether an offer stands."""

    left: str
    right: str
    is_offer: bool = False


class NextLine(Painted[Next]):
    """The next step, or an offer in its own colours."""

    def look(self, snapshot: Snapshot) -> Next:
        """Take the offer, else the next step."""
        if snapshot.offer:
            return Next(f" {offer_text(snapshot.offer)}", "", is_offer=True)
        if snapshot.next_step is None:
            return Next(" NEXT  the end" if snapshot.step is not None else "", "")
        steps = snapshot.timeline.steps
        after = steps[snapshot.index + 2] if snapshot.index + 2 < len(steps) else None
        then = f"   then {words.what(after, snapshot.unit)}" if after is not None else ""
        left_over = len(steps) - snapshot.index - 1
        return Next(f" NEXT  {words.what(snapshot.next_step, snapshot.unit)}{then}", f"{left_over} to go ")

    def paint(self, value: Next, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the line."""
        del height
        return [ends_row(value.left, value.right, width, colours.offer if value.is_offer else colours.plain)]


def offer_text(offer: str) -> str:
    """Word an offer; one without a wording of its own is named as it is."""
    return _OFFERS.get(offer) or f"c accept: {safe(offer.replace('_', ' '), 60)}"
