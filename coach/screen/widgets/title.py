"""The title bar: workout, what the run is in, and the clock of the run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.strip import Strip

from coach.screen import words
from coach.screen.paint import ends_row
from coach.screen.palette import Palette
from coach.screen.sanitise import sanitise
from coach.screen.widgets.strip_widget import StripWidget

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Title:
    """The texts at both ends."""

    left: str
    right: str


class TitleBar(StripWidget[Title]):
    """One row: the workout's name and the place in it, then states worth knowing and the run's clock."""

    states: str = ""
    """What the screen itself adds: muted, the speed of a playback."""

    def look(self, snapshot: "Snapshot") -> Title:
        """Take name, place and clock."""
        name = sanitise(snapshot.timeline.name, 80) or "Free run"
        place = words.what(snapshot.step, snapshot.unit) if snapshot.step is not None else "finished"
        states = [
            self.states,
            words.effort_day(snapshot.slower_percent, is_by_effort=snapshot.is_by_effort)
            if snapshot.is_effort_day or snapshot.is_by_effort
            else "",
            sanitise(snapshot.athlete, 24),
            words.running(snapshot.run_s),
        ]
        return Title(f" {name}   {place}", "   ".join(state for state in states if state) + " ")

    def paint(self, value: Title, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the bar."""
        del height
        return [ends_row(value.left, value.right, width, colours.bar)]
