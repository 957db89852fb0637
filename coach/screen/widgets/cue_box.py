"""The box beside the hero: what the coach thinks, drawn. Slow is dark, fast is bright, on target is an outline."""

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from coach.screen.paint import beside, blank, lettered, stack, text_row
from coach.screen.palette import Pair, Palette
from coach.screen.stance import PROGRESS_STEPS, Frame, Stance, Tone, stance
from coach.screen.widgets.strip_widget import StripWidget

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

_LEG: Final = 5
"""Cells of a corner's foot."""
_CHIP_ROWS: Final = 6
"""Rows that the chip of a verdict has at least: its word and a row of fill above and below."""


class CueBox(StripWidget[Stance]):
    """The box beside the hero."""

    def look(self, snapshot: "Snapshot") -> Stance:
        """Take what the coach thinks."""
        return stance(snapshot)

    def paint(self, value: Stance, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the box by its frame; one too small for a frame is its word alone."""
        if width < 4 or height < 3:
            return stack([], width, height, colours.plain)
        if value.frame is Frame.FILL:
            return _filled(value, width, height, _pair(value.tone, colours))
        inner = Size(width - 2, height - 2)
        rows = [*_said(value, inner, colours), *_bar(value, inner, colours)]
        room = Size(inner.width, inner.height - len(rows))
        inside = [*_word(value, room, colours), *rows]
        foot = next((text for text in value.foot if len(text) <= width - 4), "")
        frame = _outlined if value.frame is Frame.OUTLINE else _cornered
        return frame(inside, foot, width, colours.plain)


def _pair(tone: Tone, colours: Palette) -> Pair:
    return {Tone.SLOW: colours.slow, Tone.FAST: colours.fast}.get(tone, colours.plain)


def _filled(value: Stance, width: int, height: int, pair: Pair) -> list[Strip]:
    inner = Size(width - 2, height)
    said = wrap(value.says, max(1, inner.width))[:3] if inner.height > 4 else []
    foot = [text_row(line, inner.width, pair, align="middle") for line in said]
    room = Size(inner.width, max(1, inner.height - len(foot)))
    inside = stack(lettered(value.wordings, room, pair, arrow=value.arrow), *room, pair) + foot
    return _padded(inside, 1, pair)


def _said(value: Stance, inner: Size, colours: Palette) -> list[Strip]:
    """The words of the cue inside the frame."""
    lines = wrap(value.says, max(1, inner.width - 2))[:3] if inner.height > 4 else []
    return [text_row(line, inner.width, colours.plain, align="middle") for line in lines]


def _bar(value: Stance, inner: Size, colours: Palette) -> list[Strip]:
    """The bar of a wait, on its own row."""
    if value.progress is None or inner.height < 6 or inner.width < 12:
        return []
    wide = inner.width - 6
    done = wide * value.progress // PROGRESS_STEPS
    segments = [
        Segment(" " * 3, colours.plain.style()),
        Segment(" " * done, colours.plain.block()),
        Segment(" " * (wide - done), colours.track.style()),
        Segment(" " * 3, colours.plain.style()),
    ]
    return [Strip(segments, inner.width)]


def _word(value: Stance, room: Size, colours: Palette) -> list[Strip]:
    """The word in the middle of its room; what was not said but only is does not shout."""
    plain = colours.plain
    if value.frame is Frame.CHIP:
        return stack(_chip(value, room, colours), *room, plain)
    height = max(4, room.height * 2 // 3) if value.is_quiet else room.height
    side = 1 if value.frame is Frame.OUTLINE else 0
    letters = lettered(value.wordings, Size(room.width - 2 * side, min(room.height, height)), plain)
    return stack(_padded(letters, side, plain), *room, plain)


def _chip(value: Stance, room: Size, colours: Palette) -> list[Strip]:
    """The small filled chip of what was said."""
    pair = _pair(value.tone, colours)
    wide, rows = room.width - 2, min(room.height, max(_CHIP_ROWS, room.height // 2))
    if wide < 4:
        return []
    letters = lettered(value.wordings, Size(wide - 2, max(1, rows - 2)), pair, arrow=value.arrow)
    inside = stack(_padded(letters, 1, pair), wide, rows, pair)
    before, after = (room.width - wide) // 2, (room.width - wide + 1) // 2
    return _between(inside, before, after, colours.plain)


def _outlined(inside: list[Strip], foot: str, width: int, pair: Pair) -> list[Strip]:
    bar = [Strip([Segment(" ", pair.block())], 1)] * len(inside)
    top = text_row("▄" * width, width, pair, bold=False)
    return [top, *beside([bar, inside, bar]), _edge(foot, "▀" * width, width, pair)]


def _cornered(inside: list[Strip], foot: str, width: int, pair: Pair) -> list[Strip]:
    leg = min(_LEG, width // 3)
    gap = " " * (width - 2 * leg)
    top = text_row("▄" * leg + gap + "▄" * leg, width, pair, bold=False)
    ends = {0, len(inside) - 1} if len(inside) > 2 else set()
    sides = [
        Strip([Segment(" ", pair.block() if at in ends else pair.style())], 1) for at in range(len(inside))
    ]
    return [top, *beside([sides, inside, sides]), _edge(foot, "▀" * leg + gap + "▀" * leg, width, pair)]


def _edge(foot: str, line: str, width: int, pair: Pair) -> Strip:
    """The lower edge with the foot cut into it."""
    if not foot:
        return text_row(line, width, pair, bold=False)
    before = (width - len(foot) - 2) // 2
    after = width - before - len(foot) - 2
    pieces = [
        Segment(line[:before], pair.style(bold=False)),
        Segment(f" {foot} ", pair.style()),
        Segment(line[width - after :], pair.style(bold=False)),
    ]
    return Strip(pieces, width)


def _padded(rows: list[Strip], by: int, pair: Pair) -> list[Strip]:
    return _between(rows, by, by, pair) if by else rows


def _between(rows: list[Strip], before: int, after: int, pair: Pair) -> list[Strip]:
    left, right = [blank(before, pair)] * len(rows), [blank(after, pair)] * len(rows)
    return beside([left, rows, right])
