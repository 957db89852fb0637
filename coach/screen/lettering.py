"""Words set in block letters as large as a field allows: on several rows, with an arrow beside or above them."""

from textwrap import wrap

from textual.geometry import Size
from textual.strip import Strip

from coach.screen.block import (
    HEIGHT,
    LARGEST,
    Block,
    Scale,
    block,
    first_that_fits,
    has_picture,
    largest,
    width_of,
)
from coach.screen.paint import beside, blank, block_rows, stack, text_row
from coach.screen.palette import Pair


def lettered(wordings: tuple[str, ...], room: Size, pair: Pair, *, arrow: str = "") -> list[Strip]:
    """Set the first wording that fits in letters, as large as it goes; if none does, the first in ordinary text."""
    for wording in wordings:
        found = _largest_layout(wording, arrow, room, pair) if has_picture(wording) else None
        if found is not None:
            return found
    plain = " ".join([arrow, *wordings[:1]]).strip()
    lines = [row for line in plain.splitlines() for row in wrap(line, max(1, room.width))]
    return [text_row(row, room.width, pair, align="middle") for row in lines]


def _largest_layout(wording: str, arrow: str, room: Size, pair: Pair) -> list[Strip] | None:
    for y in range(LARGEST, 0, -1):
        rows = [_at_scale(row, room.width, y) for row in _wrapped(wording, room.width, y)]
        painted = [row for row in rows if row is not None]
        if len(painted) < len(rows) or sum(row.height for row in painted) > room.height:
            continue
        found = _with_arrow(painted, arrow, y, room, pair)
        if found is not None:
            return found
    return None


def _with_arrow(rows: list[Block], arrow: str, y: int, room: Size, pair: Pair) -> list[Strip] | None:
    """Set the arrow beside the words, up to twice their size, else above them; None if it fits neither way."""
    if not arrow:
        return _column(rows, room.width, pair)
    high, wide = sum(row.height for row in rows), max(row.width for row in rows)
    aside = _arrow(arrow, room.width - wide - 2, room.height, y)
    if aside is not None:
        left, both = aside.width + 2, max(aside.height, high)
        arrow_part = stack(block_rows(aside, left, pair, align="left"), left, both, pair)
        word_part = stack(_column(rows, wide, pair), wide, both, pair)
        before, after = (room.width - left - wide) // 2, (room.width - left - wide + 1) // 2
        margins = [blank(before, pair)] * both, [blank(after, pair)] * both
        return beside([margins[0], arrow_part, word_part, margins[1]])
    above = _arrow(arrow, room.width, room.height - high, y)
    if above is None:
        return None
    gap = [blank(room.width, pair)] * min(1, room.height - high - above.height)
    return [*block_rows(above, room.width, pair), *gap, *_column(rows, room.width, pair)]


def _arrow(arrow: str, width: int, height: int, y: int) -> Block | None:
    """Paint an arrow no smaller than letters of scale `y` and at most twice as large."""
    most = min(LARGEST, 2 * y)
    painted = first_that_fits((arrow,), width, min(height, (HEIGHT * most + 1) // 2))
    return painted if painted is not None and painted.height >= (HEIGHT * y + 1) // 2 else None


def _column(rows: list[Block], width: int, pair: Pair) -> list[Strip]:
    return [strip for row in rows for strip in block_rows(row, width, pair)]


def _at_scale(text: str, width: int, y: int) -> Block | None:
    scale: Scale | None = largest(text, width, (HEIGHT * y + 1) // 2)
    return block(text, scale) if scale is not None and scale.y == y else None


def _wrapped(text: str, width: int, y: int) -> list[str]:
    """Break a text into rows that fit at a scale, word by word; lines of its own stay apart."""
    rows: list[str] = []
    for line in text.splitlines():
        row = ""
        for word in line.split(" "):
            longer = f"{row} {word}" if row else word
            if row and width_of(longer) * y > width:
                rows.append(row)
                row = word
            else:
                row = longer
        rows.append(row)
    return rows
