"""Strips: rows of cells made of text and of block letters, always exactly as wide as asked; and those letters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from sys import intern
from textwrap import wrap
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from coach.screen.palette import Pair
from coach.screen.sanitise import fit

# --- Letters that can be read from three metres: a 5x7 face painted in whole and half cells
#
# A cell is about twice as high as wide, so half a cell is a square dot. At scale `(x, y)` a dot is `x` cells wide and
# `y` half cells high. Full cells are painted as spaces with a background, since the glyph of a full block shows
# hairlines in many fonts; only where a dot ends inside a row is a half block used. From scale 2 on corners and
# diagonals are bevelled, so large figures do not look like stairs.

HEIGHT: Final = 7
"""Dots from the top of a letter to its foot."""
LARGEST: Final = 8
"""The largest scale; at 8 a digit is 40 columns wide."""

_FACE: Final = """
0 .###. #...# #...# #...# #...# #...# .###.
1 ..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.
2 .###. #...# ....# ...#. ..#.. .#... #####
3 .###. #...# ....# ..##. ....# #...# .###.
4 ...#. ..##. .#.#. #..#. ##### ...#. ...#.
5 ##### #.... ####. ....# ....# #...# .###.
6 .###. #.... #.... ####. #...# #...# .###.
7 ##### ....# ....# ...#. ..#.. ..#.. ..#..
8 .###. #...# #...# .###. #...# #...# .###.
9 .###. #...# #...# .#### ....# ....# .###.
A .###. #...# #...# ##### #...# #...# #...#
B ####. #...# #...# ####. #...# #...# ####.
C .###. #...# #.... #.... #.... #...# .###.
D ####. #...# #...# #...# #...# #...# ####.
E ##### #.... #.... ####. #.... #.... #####
F ##### #.... #.... ####. #.... #.... #....
G .###. #...# #.... #.### #...# #...# .###.
H #...# #...# #...# ##### #...# #...# #...#
I ### .#. .#. .#. .#. .#. ###
J ...## ....# ....# ....# ....# #...# .###.
K #...# #..#. #.#.. ##... #.#.. #..#. #...#
L #.... #.... #.... #.... #.... #.... #####
M #...# ##.## #.#.# #.#.# #...# #...# #...#
N #...# ##..# ##..# #.#.# #..## #..## #...#
O .###. #...# #...# #...# #...# #...# .###.
P ####. #...# #...# ####. #.... #.... #....
Q .###. #...# #...# #...# #.#.# #..#. .##.#
R ####. #...# #...# ####. #.#.. #..#. #...#
S .#### #.... #.... .###. ....# ....# ####.
T ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
U #...# #...# #...# #...# #...# #...# .###.
V #...# #...# #...# #...# .#.#. .#.#. ..#..
W #...# #...# #...# #.#.# #.#.# ##.## #...#
X #...# #...# .#.#. ..#.. .#.#. #...# #...#
Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
Z ##### ....# ...#. ..#.. .#... #.... #####
: . # # . # # .
. . . . . . . #
, .. .. .. .. .. .# #.
' # # . . . . .
/ ....# ....# ...#. ..#.. .#... #.... #....
+ ..... ..#.. ..#.. ##### ..#.. ..#.. .....
- .... .... .... #### .... .... ....
% ##..# ##..# ...#. ..#.. .#... #..## #..##
~ ..... ..... .#..# #.##. ..... ..... .....
? .###. #...# ....# ...#. ..#.. ..... ..#..
! # # # # # . #
( .# #. #. #. #. #. .#
) #. .# .# .# .# .# #.
× ..... #...# .#.#. ..#.. .#.#. #...# .....
↑ ..#.. .###. ##### ..#.. ..#.. ..#.. ..#..
↓ ..#.. ..#.. ..#.. ..#.. ##### .###. ..#..
→ ..... ..#.. ..##. ##### ..##. ..#.. .....
"""

_BEVEL: Final = 0.7
"""Legs of the triangle at a turned corner, in dots: enough that diagonals touch with a stroke, not with a point."""

_ALIKE: Final = str.maketrans({"–": "-", "—": "-", "−": "-", "’": "'", "_": "-"})


class Scale(NamedTuple):
    """The size of one dot: `x` cells wide, `y` half cells high."""

    x: int
    y: int


Kind = str
"""What a cell holds: ` ` nothing, `#` all, `^` its upper half, `v` its lower half."""


@dataclass(frozen=True, slots=True)
class Block:
    """A painted text: for every row its runs of like cells, `(kind, length)`, from the left."""

    width: int
    rows: tuple[tuple[tuple[Kind, int], ...], ...]

    @property
    def height(self) -> int:
        """Rows it takes."""
        return len(self.rows)


_KEPT: Final = 48
"""Letters that are kept, those of a screen and of its last minute: one more is painted in 0.2 ms (measured)."""


@lru_cache(maxsize=_KEPT)
def block(text: str, scale: Scale) -> Block:
    """Paint `text` at a scale; characters without a picture are left out."""
    dots = _scaled(_dots(text), scale)
    if len(dots) % 2:
        dots.append("." * len(dots[0]))
    pairs = zip(dots[::2], dots[1::2], strict=True)
    shared: dict[tuple[tuple[Kind, int], ...], tuple[tuple[Kind, int], ...]] = {}
    rows = [_runs(_cell(above, below) for above, below in zip(*pair, strict=True)) for pair in pairs]
    return Block(len(dots[0]), tuple(shared.setdefault(row, row) for row in rows))


def width_of(text: str) -> int:
    """Tell how many dots wide a text is."""
    return max(1, sum(len(glyph[0]) + 1 for glyph in _glyphs(text)) - 1)


def largest(text: str, width: int, height: int, *, limit: int = LARGEST) -> Scale | None:
    """Find the largest scale at which `text` fits `width` x `height` cells, or None if none does.

    Dots are square or nearly so: a quarter narrower at most, a half wider.
    """
    dots = width_of(text)
    for y in range(limit, 0, -1):
        x = min(width // dots, y + y // 2)
        if (HEIGHT * y + 1) // 2 <= height and 4 * x >= 3 * y:
            return Scale(x, y)
    return None


@lru_cache(maxsize=_KEPT)
def first_that_fits(texts: tuple[str, ...], width: int, height: int, *, least: int = 1) -> Block | None:
    """Paint the first of some texts that fits at scale `least` or more, as large as it fits.

    If none does the scale comes down, step by step; None if none fits even at 1.
    """
    for floor in range(least, 0, -1):
        for text in texts:
            scale = largest(text, width, height)
            if scale is not None and scale.y >= floor:
                return block(text, scale)
    return None


def has_picture(text: str) -> bool:
    """Tell whether every character of a text has a picture in the face."""
    return all(character in " \n" or character in _PICTURES for character in _folded(text))


def _folded(text: str) -> str:
    return text.translate(_ALIKE).upper()


def _glyphs(text: str) -> list[tuple[str, ...]]:
    return [_PICTURES[character] for character in _folded(text) if character in _PICTURES]


def _dots(text: str) -> list[str]:
    glyphs = _glyphs(text) or [(".",) * HEIGHT]
    return [".".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]


def _scaled(dots: list[str], scale: Scale) -> list[str]:
    """Enlarge the dots; from scale 2 on the corners of strokes are bevelled and the steps of diagonals filled."""
    if scale.x < 2 or scale.y < 2:
        return ["".join(dot * scale.x for dot in row) for row in dots for _ in range(scale.y)]
    framed = ["." * (len(dots[0]) + 2), *(f".{row}." for row in dots), "." * (len(dots[0]) + 2)]
    large: list[str] = []
    for row in range(1, len(dots) + 1):
        tiles = [_tile(_around(framed, row, column), scale) for column in range(1, len(dots[0]) + 1)]
        large += ["".join(parts) for parts in zip(*tiles, strict=True)]
    return large


def _around(dots: list[str], row: int, column: int) -> str:
    """Give a dot and its eight neighbours, row by row; the dot itself is the fifth."""
    return "".join(dots[near][column - 1 : column + 2] for near in (row - 1, row, row + 1))


@lru_cache(maxsize=512)
def _tile(around: str, scale: Scale) -> tuple[str, ...]:
    """Paint one dot at a scale, a triangle off (or on) at each corner that its neighbours round off."""
    here, other = around[4], "." if around[4] == "#" else "#"
    corners = [_turns(around, corner) for corner in ((1, 3, 0), (1, 5, 2), (7, 3, 6), (7, 5, 8))]
    rows = []
    for y in range(scale.y):
        down = (y + 0.5) / scale.y
        row = ""
        for x in range(scale.x):
            right = (x + 0.5) / scale.x
            depths = (right + down, 1 - right + down, right + 1 - down, 2 - right - down)
            turned = any(turns and depth <= _BEVEL for turns, depth in zip(corners, depths, strict=True))
            row += other if turned else here
        rows.append(intern(row))
    return tuple(rows)


def _turns(around: str, corner: tuple[int, int, int]) -> bool:
    """Tell whether a corner of a dot takes the colour of the two neighbours that meet there.

    They must agree with each other and not with their opposites (so the end of a stroke stays square), and the
    dot across the corner must be off: a solid joint stays a joint.
    """
    above, beside, across = (around[place] for place in corner)
    opposite, facing = around[8 - corner[0]], around[8 - corner[1]]
    differs = above == beside != around[4]
    return differs and opposite != above and facing != beside and across == "."


def _cell(above: str, below: str) -> Kind:
    if above == "#":
        return "#" if below == "#" else "^"
    return "v" if below == "#" else " "


def _runs(cells: Iterable[Kind]) -> tuple[tuple[Kind, int], ...]:
    return tuple(_run(kind, len(list(run))) for kind, run in groupby(cells))


@lru_cache(maxsize=1024)
def _run(kind: Kind, length: int) -> tuple[Kind, int]:
    """Give the one pair of all that are equal."""
    return kind, length


def _read(face: str) -> dict[str, tuple[str, ...]]:
    pictures: dict[str, tuple[str, ...]] = {" ": ("..",) * HEIGHT}
    for line in face.strip().splitlines():
        character, *rows = line.split(" ")
        pictures[character] = tuple(rows)
    return pictures


_PICTURES: Final = _read(_FACE)

# --- Strips

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


# --- Words set in block letters as large as a field allows: on several rows, with an arrow beside or above them


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


# --- cells written anywhere


class Canvas:
    """Cells that are written anywhere and given out as strips."""

    def __init__(self, width: int, height: int, plain: Pair) -> None:
        """Start with blanks."""
        self.width, self.height = width, height
        self._blank = (" ", plain.style())
        self._rows = [[self._blank] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, pair: Pair, *, bold: bool = False) -> int:
        """Write a text, cut at the right edge; gives the column after it."""
        return self.put_style(x, y, text, pair.style(bold=bold))

    def put_right(self, x: int, y: int, text: str, pair: Pair, *, bold: bool = False) -> None:
        """Write a text that ends before column `x`."""
        self.put(x - cell_len(text), y, text, pair, bold=bold)

    def put_style(self, x: int, y: int, text: str, style: Style) -> int:
        """Write a text in a style of its own."""
        for character in text:
            wide = cell_len(character)
            if 0 <= y < self.height and x >= 0 and x + wide <= self.width:
                self._rows[y][x] = (character, style)
                for beside in range(1, wide):
                    self._rows[y][x + beside] = ("", style)
            x += wide
        return x

    def put_block(self, x: int, y: int, text: str, pair: Pair) -> None:
        """Write block letters of the smallest size."""
        glyphs = {"#": (" ", pair.block()), "^": ("▀", pair.style()), "v": ("▄", pair.style())}
        for down, row in enumerate(block(text, Scale(1, 1)).rows):
            column = x
            for kind, length in row:
                if kind in glyphs:
                    glyph, style = glyphs[kind]
                    self.put_style(column, y + down, glyph * length, style)
                column += length

    def strips(self) -> list[Strip]:
        """Give the rows."""
        return [Strip(_cell_runs(row), self.width) for row in self._rows]


def _cell_runs(cells: Sequence[tuple[str, Style]]) -> Iterator[Segment]:
    text, style = "", cells[0][1] if cells else Style.null()
    for character, own in cells:
        if own is not style and own != style:
            yield Segment(text, style)
            text, style = "", own
        text += character
    yield Segment(text, style)
