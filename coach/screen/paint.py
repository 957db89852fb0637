"""Strips: rows of cells made of text and of block letters, always exactly as wide as asked."""

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from coach.screen.block import Block
from coach.screen.palette import Pair
from coach.screen.safe import fit

Align = Literal["left", "middle", "right"]


def text_row(text: str, width: int, pair: Pair, *, align: Align = "left", bold: bool = True) -> Strip:
    """Give one row of plain text, cut with an ellipsis where it is too long."""
    shown = fit(text, width)
    before, after = _room(width - cell_len(shown), align)
    return Strip([Segment(" " * before + shown + " " * after, pair.style(bold=bold))], width)


def pieces_row(pieces: Iterable[tuple[str, Pair]], width: int, pair: Pair) -> Strip:
    """Give one row of pieces, each in its own pair, filled up in `pair`; what does not fit is cut."""
    segments, left = [], width
    for text, own in pieces:
        shown = fit(text, left)
        segments.append(Segment(shown, own.style()))
        left -= cell_len(shown)
    segments.append(Segment(" " * left, pair.style()))
    return Strip(segments, width)


def ends_row(left: str, right: str, width: int, pair: Pair) -> Strip:
    """Give one row with a text at each end; the left one gives way, down to nothing."""
    right = fit(right, width)
    room = max(0, width - cell_len(right) - 2)
    shown = fit(left, room)
    gap = width - cell_len(shown) - cell_len(right)
    return Strip([Segment(shown + " " * gap + right, pair.style())], width)


def block_rows(letters: Block, width: int, pair: Pair, *, align: Align = "middle") -> list[Strip]:
    """Give the rows of block letters, set in a field `width` wide."""
    before, after = _room(width - letters.width, align)
    return [Strip(_segments(row, before, after, pair), width) for row in letters.rows]


def placed_row(texts: list[tuple[str, int, bool, Pair]], width: int, ground: Pair) -> Strip:
    """Give one row of texts at their columns, those that are right-aligned ending there: text, column, is it, pair."""
    segments: list[Segment] = []
    used = 0
    for text, column, is_right, pair in texts:
        begin = max(used, column - cell_len(text) if is_right else column)
        shown = fit(text, max(0, width - begin))
        segments.append(Segment(" " * (begin - used), ground.style(bold=False)))
        segments.append(Segment(shown, pair.style()))
        used = begin + cell_len(shown)
    segments.append(Segment(" " * max(0, width - used), ground.style(bold=False)))
    return Strip(segments).crop(0, width)


def blank(width: int, pair: Pair) -> Strip:
    """Give an empty row."""
    return Strip([Segment(" " * width, pair.style())], width)


def stack(
    rows: Sequence[Strip], width: int, height: int, pair: Pair, *, top: int | None = None
) -> list[Strip]:
    """Set rows in a field of `height` rows, in its middle or `top` rows down; what is over is cut."""
    above = max(0, (height - len(rows)) // 2) if top is None else top
    empty = blank(width, pair)
    field = [empty] * above + list(rows[: max(0, height - above)])
    return field + [empty] * (height - len(field))


def beside(parts: Sequence[Sequence[Strip]]) -> list[Strip]:
    """Set fields of the same height beside each other."""
    return [Strip.join(row) for row in zip(*parts, strict=True)]


def cells(runs: Iterable[tuple[str, Style]]) -> Strip:
    """Give a row of runs, each with a style of its own."""
    return Strip(Segment(text, style) for text, style in runs)


def _room(left: int, align: Align) -> tuple[int, int]:
    if align == "left":
        return 0, left
    if align == "right":
        return left, 0
    return left - left // 2, left // 2  # an odd cell goes before: letters keep off the left edge


def _segments(row: tuple[tuple[str, int], ...], before: int, after: int, pair: Pair) -> list[Segment]:
    plain, full = pair.style(), pair.block()
    segments = [Segment(" " * before, plain)]
    for kind, length in row:
        if kind == "#":
            segments.append(Segment(" " * length, full))
        else:
            glyph = {" ": " ", "^": "▀", "v": "▄"}[kind]
            segments.append(Segment(glyph * length, plain))
    segments.append(Segment(" " * after, plain))
    return segments
