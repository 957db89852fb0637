"""Letters that can be read from three metres: a 5x7 face painted in whole and half cells.

A cell is about twice as high as wide, so half a cell is a square dot. At scale `(x, y)` a dot is `x` cells wide and
`y` half cells high. Full cells are painted as spaces with a background, since the glyph of a full block shows
hairlines in many fonts; only where a dot ends inside a row is a half block used. From scale 2 on corners and
diagonals are bevelled, so large figures do not look like stairs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

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


@lru_cache(maxsize=256)
def block(text: str, scale: Scale) -> Block:
    """Paint `text` at a scale; characters without a picture are left out."""
    dots = _scaled(_dots(text), scale)
    if len(dots) % 2:
        dots.append("." * len(dots[0]))
    pairs = zip(dots[::2], dots[1::2], strict=True)
    rows = tuple(_runs(_cell(above, below) for above, below in zip(*pair, strict=True)) for pair in pairs)
    return Block(len(dots[0]), rows)


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


@lru_cache(maxsize=512)
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


@lru_cache(maxsize=2048)
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
        rows.append(row)
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
    return tuple((kind, len(list(run))) for kind, run in groupby(cells))


def _read(face: str) -> dict[str, tuple[str, ...]]:
    pictures: dict[str, tuple[str, ...]] = {" ": ("..",) * HEIGHT}
    for line in face.strip().splitlines():
        character, *rows = line.split(" ")
        pictures[character] = tuple(rows)
    return pictures


_PICTURES: Final = _read(_FACE)
