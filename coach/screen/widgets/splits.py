"""The splits of a rep timed by hand: metres, time, lap, seconds off the target, in tenths."""

from dataclasses import dataclass

from textual.strip import Strip

from coach.live.snapshot import Snapshot, SplitRow
from coach.screen import words
from coach.screen.block import first_that_fits
from coach.screen.paint import block_rows, stack, text_row
from coach.screen.palette import Palette
from coach.screen.widgets.painted import Painted
from coach.session.events import SplitRole


@dataclass(frozen=True, slots=True)
class SplitText:
    """One line of the table, in words."""

    at: str
    time: str
    lap: str
    off: str
    is_doubtful: bool

    def large(self) -> str:
        """The line as block letters: where and how long the lap took."""
        return f"{self.at} {self.lap}"

    def small(self) -> str:
        """The line as ordinary text."""
        doubt = " ?" if self.is_doubtful else ""
        return f"{self.at:>6} {self.time:>9} {self.lap:>8} {self.off:>7}{doubt}"


class SplitTable(Painted[tuple[SplitText, ...]]):
    """The newest splits in letters, all of them in a table below, newest first."""

    def look(self, snapshot: Snapshot) -> tuple[SplitText, ...]:
        """Take the splits, newest first."""
        return tuple(_text(row) for row in reversed(snapshot.splits))

    def paint(self, value: tuple[SplitText, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the last laps large, as many as leave room for the whole table."""
        head = text_row(f"{'m':>6} {'time':>9} {'lap':>8} {'+/-':>7}", width, colours.bar)
        rows: list[Strip] = []
        for split in value[: max(0, height - 1 - len(value)) // 4]:
            letters = first_that_fits((split.large(), split.lap), width - 2, 4)
            rows += [] if letters is None else block_rows(letters, width, colours.plain)
        rows.append(head)
        rows += [text_row(split.small(), width, colours.plain) for split in value]
        if not value:
            rows.append(text_row("  no mark yet", width, colours.plain))
        return stack(rows, width, height, colours.plain, top=0)


def _text(row: SplitRow) -> SplitText:
    return SplitText(
        at=words.UNKNOWN if row.metres is None else str(round(row.metres)),
        time=words.stopped(row.time_s),
        lap=words.stopped(row.lap_s),
        off="" if row.light_s is None else words.seconds_off(row.light_s),
        is_doubtful=row.role is SplitRole.DOUBTFUL,
    )
