"""The splits of a rep timed by hand: the last valid one in letters, a field for what is doubted or asked, a table."""

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.strip import Strip

from coach.screen import words
from coach.screen.keys import ACCEPT, key_word
from coach.screen.paint import beside, blank, block_rows, first_that_fits, stack, text_row
from coach.screen.palette import Palette
from coach.screen.widgets.figures import last_valid
from coach.screen.widgets.lines import asked, offer_text, reply
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.buttons import Button
from coach.session.events import SplitRole

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot, SplitRow

_FIELD_ROWS: Final = 4
"""Rows of the field for what is doubted, answered or asked; they are kept free when it is empty."""


@dataclass(frozen=True, slots=True)
class SplitText:
    """One line of the table, in words."""

    at: str
    time: str
    lap: str
    off: str
    is_doubtful: bool

    def small(self) -> str:
        """The line as ordinary text."""
        doubt = " ?" if self.is_doubtful else ""
        return f"{self.at:>6} {self.time:>9} {self.lap:>8} {self.off:>7}{doubt}"


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """The last valid split, what the field says, and all splits, newest first."""

    last: SplitText | None
    field: tuple[str, ...]
    splits: tuple[SplitText, ...]


class SplitTable(StripWidget[Stopwatch]):
    """The newest valid split in letters, the field below it, then the table where there is room."""

    def look(self, snapshot: "Snapshot") -> Stopwatch:
        """Take the splits, newest first."""
        last = last_valid(snapshot.splits)
        rows = tuple(split_text(row) for row in reversed(snapshot.splits))
        return Stopwatch(None if last is None else split_text(last), field(snapshot), rows)

    def paint(self, value: Stopwatch, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the split at the top, the field always at the same place, the table in what is left."""
        if width < 16:
            return stack([], width, height, colours.plain)
        is_tall = height >= 12
        rows = [_heads(width, colours)] if is_tall else []
        rows += _large(value.last, width, colours)
        rows += [blank(width, colours.plain)] if is_tall else []
        rows += _field(value.field, width, colours)
        left = height - len(rows)
        if left >= 3 and value.splits:
            rows += [
                blank(width, colours.plain),
                text_row(f"{'m':>6} {'time':>9} {'split':>8} {'+/-':>7}", width, colours.bar),
            ]
            rows += [text_row(split.small(), width, colours.plain) for split in value.splits[: left - 2]]
        return stack(rows, width, height, colours.plain, top=0)


def field(snapshot: "Snapshot") -> tuple[str, ...]:
    """Say what is doubted, what the last key did, or what is asked; nothing most of the time."""
    said, mark = reply(snapshot), snapshot.doubtful
    if said and snapshot.reply is not None and snapshot.reply.button is not Button.MARK:
        return (said,)  # a key that came after the press in doubt is answered too
    if mark is not None:
        last = last_valid(snapshot.splits)
        since = (
            "" if last is None else f"{words.stopped(mark.time_s - last.time_s)} after {words.at_line(last)}"
        )
        accept = key_word(ACCEPT)
        again = (
            f"Press again to count it, or {accept}."
            if words.may_press_again(snapshot)
            else f"{accept} counts it."
        )
        return (f"?  {words.stopped(mark.time_s)}  {since}".rstrip(), "Too soon: left out for now.", again)
    newest = snapshot.splits[-1] if snapshot.splits else None
    if snapshot.lines_asked and newest is not None:
        split = f"?  {words.stopped(newest.time_s)}   split of {words.stopped(newest.lap_s)}"
        return (split, words.WHICH_LINE, words.lines_of(snapshot))
    said = said or asked(snapshot)
    if said:
        return (said,)
    if snapshot.offer:
        return (offer_text(snapshot.offer),)
    if newest is None or newest.role is not SplitRole.DOUBTFUL:
        return ()
    if newest.metres is not None:
        kept = f"Late for {round(newest.metres)} m, kept as that."
        return (f"?  {words.stopped(newest.time_s)}   split of {words.stopped(newest.lap_s)}", kept)
    valid = last_valid(snapshot.splits)
    begin = "the start" if valid is None else words.at_line(valid)
    return (f"?  {words.stopped(newest.time_s)}   left out", f"The next split counts from {begin}.")


def _columns(width: int) -> tuple[int, int]:
    """Give the widths of the line's name with the split, and of the seconds off; 0 where there is no room for those."""
    return (width - 24, 23) if width >= 53 else (width - 1, 0)


def _heads(width: int, colours: Palette) -> Strip:
    first, second = _columns(width)
    head = f" line{'split s':>{first - 5}}" + ("to plan s".rjust(second) if second else "")
    return text_row(head, width, colours.stale, bold=False)


def _large(last: SplitText | None, width: int, colours: Palette) -> list[Strip]:
    """The last valid split: its line at the left, time and seconds off in letters."""
    plain = colours.plain
    if last is None:
        return stack([text_row(" no split yet", width, plain)], width, 4, plain)
    first, second = _columns(width)
    label = [f" {last.at} m" if last.at != words.UNKNOWN else " split", "" if second else f" {last.off}"]
    parts = [stack([text_row(text, 9, plain) for text in label], 9, 4, plain)]
    for room, texts in (
        (first - 9, (last.lap, last.lap.partition(".")[0])),
        (second, (last.off or words.UNKNOWN,)),
    ):
        letters = first_that_fits(texts, room, 4) if room > 0 else None
        if letters is not None:
            parts.append(block_rows(letters, room, plain, align="right"))
        elif room > 0:
            parts.append(stack([text_row(texts[0], room, plain, align="right")], room, 4, plain))
    return beside([*parts, [blank(1, plain)] * 4])


def _field(lines: tuple[str, ...], width: int, colours: Palette) -> list[Strip]:
    if not lines:
        return [blank(width, colours.plain)] * _FIELD_ROWS
    shown = [row for line in lines for row in wrap(line, max(8, width - 2))][:_FIELD_ROWS]
    return stack(
        [text_row(f" {row}", width, colours.offer) for row in shown], width, _FIELD_ROWS, colours.offer
    )


def split_text(row: "SplitRow") -> SplitText:
    """Write a split as a line of the table."""
    return SplitText(
        at=words.UNKNOWN if row.metres is None else str(round(row.metres)),
        time=words.stopped(row.time_s),
        lap=words.stopped(row.lap_s),
        off="" if row.light_s is None else words.seconds_off(row.light_s),
        is_doubtful=row.role is SplitRole.DOUBTFUL,
    )
