"""The keys most used, for whoever stands at the desk."""

from typing import Final

from textual.strip import Strip

from coach.live.snapshot import Snapshot
from coach.screen.paint import pieces_row
from coach.screen.palette import Palette
from coach.screen.widgets.painted import Painted
from coach.themes import THEME_KEY_LABEL

LIVE_HINTS: Final = (
    ("space", "mark"),
    ("n", "next"),
    ("u", "undo"),
    ("p", "pause"),
    ("+ -", "target"),
    ("e", "longer"),
    ("m", "mute"),
    ("t", THEME_KEY_LABEL),
    ("w", "why"),
    ("?", "all keys"),
    ("q", "quit"),
)
PLAYBACK_HINTS: Final = (
    ("space", "pause"),
    ("+ -", "speed"),
    ("w", "why"),
    ("t", THEME_KEY_LABEL),
    ("?", "all keys"),
    ("q", "quit"),
)


ENOUGH_HINT: Final = ("o", "enough")


def _may_end_sooner(snapshot: Snapshot) -> bool:
    """Whether the step is in a range of reps that holds more turns than the runner must run."""
    turn = None if snapshot.step is None else snapshot.step.range_turn
    if turn is None:
        return False
    last = max(turn.turn, turn.least)
    ahead = (step.range_turn for step in snapshot.timeline.steps[snapshot.index + 1 :])
    return any(other is not None and other.range_id == turn.range_id and other.turn > last for other in ahead)


class KeyBar(Painted[tuple[tuple[str, str], ...]]):
    """One row of keys and words; what does not fit is left out whole."""

    hints: tuple[tuple[str, str], ...] = LIVE_HINTS
    """The keys and their words."""

    def look(self, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
        """Take the hints; in a range of reps that may end sooner, with its key."""
        if self.hints is not LIVE_HINTS or not _may_end_sooner(snapshot):
            return self.hints
        return (*self.hints[:2], ENOUGH_HINT, *self.hints[2:])

    def paint(
        self, value: tuple[tuple[str, str], ...], width: int, height: int, colours: Palette
    ) -> list[Strip]:
        """Paint as many hints as fit."""
        del height
        pieces, left = [], width
        for key, says in value:
            needed = len(key) + len(says) + 4
            if needed > left:
                break
            pieces += [(f" {key} ", colours.bar), (f" {says} ", colours.plain)]
            left -= needed
        return [pieces_row(pieces, width, colours.plain)]
