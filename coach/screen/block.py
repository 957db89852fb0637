"""Letters that can be read from three metres: a 5x7 face painted in whole and half cells.

A cell is about twice as high as wide, so half a cell is a square dot. At scale `(x, y)` a dot is `x` cells wide and
`y` half cells high. Full cells are painted as spaces with a background, since the glyph of a full block shows
hairlines in many fonts; only where a dot ends inside a row is a half block used. At even scales corners and
diagonals are smoothed (the EPX rule), so large figures do not look like stairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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
    dots = _dots(text)
    if scale.x % 2 == 0 and scale.y % 2 == 0:
        dots, scale = _smooth(dots), Scale(scale.x // 2, scale.y // 2)
    width = len(dots[0]) * scale.x
    high = len(dots) * scale.y
    rows = []
    for top in range(0, high, 2):
        upper = dots[top // scale.y]
        lower = dots[(top + 1) // scale.y] if top + 1 < high else " " * len(upper)
        cells = [_cell(above, below) for above, below in zip(upper, lower, strict=True)]
        rows.append(_runs(cells, scale.x))
    return Block(width, tuple(rows))


def width_of(text: str) -> int:
    """Tell how many dots wide a text is."""
    return max(1, sum(len(glyph[0]) + 1 for glyph in _glyphs(text)) - 1)


def largest(text: str, width: int, height: int, *, limit: int = LARGEST) -> Scale | None:
    """Find the largest scale at which `text` fits `width` x `height` cells, or None if none does.

    Dots are square; where the room is wider than high they are stretched by up to a half.
    """
    dots = width_of(text)
    for y in range(limit, 0, -1):
        if (HEIGHT * y + 1) // 2 > height or dots * y > width:
            continue
        stretched = min(width // dots, y + y // 2)
        return Scale(stretched - stretched % 2 if y % 2 == 0 and stretched > y else stretched, y)
    return None


@lru_cache(maxsize=512)
def first_that_fits(texts: Sequence[str], width: int, height: int, *, limit: int = LARGEST) -> Block | None:
    """Paint the first of some texts that fits at all, as large as it fits; None if none does."""
    for text in texts:
        scale = largest(text, width, height, limit=limit)
        if scale is not None:
            return block(text, scale)
    return None


def has_picture(text: str) -> bool:
    """Tell whether every character of a text has a picture in the face."""
    return all(character == " " or character in _PICTURES for character in _folded(text))


def _folded(text: str) -> str:
    return text.translate(_ALIKE).upper()


def _glyphs(text: str) -> list[tuple[str, ...]]:
    return [_PICTURES[character] for character in _folded(text) if character in _PICTURES]


def _dots(text: str) -> list[str]:
    glyphs = _glyphs(text) or [_PICTURES[" "]]
    return [".".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]


def _smooth(dots: list[str]) -> list[str]:
    """Double the dots both ways; a corner takes its neighbours' colour where both agree (EPX)."""
    high, wide = len(dots), len(dots[0])

    def dot(row: int, column: int) -> str:
        return dots[row][column] if 0 <= row < high and 0 <= column < wide else "."

    doubled: list[str] = []
    for row in range(high):
        upper, lower = [], []
        for column in range(wide):
            here, up, down = dots[row][column], dot(row - 1, column), dot(row + 1, column)
            left, right = dot(row, column - 1), dot(row, column + 1)
            flat = up == down or left == right
            upper += [here if flat or up != left else up, here if flat or up != right else up]
            lower += [here if flat or down != left else down, here if flat or down != right else down]
        doubled += ["".join(upper), "".join(lower)]
    return doubled


def _cell(above: str, below: str) -> Kind:
    if above == "#":
        return "#" if below == "#" else "^"
    return "v" if below == "#" else " "


def _runs(cells: list[Kind], times: int) -> tuple[tuple[Kind, int], ...]:
    runs: list[tuple[Kind, int]] = []
    for cell in cells:
        if runs and runs[-1][0] == cell:
            runs[-1] = (cell, runs[-1][1] + times)
        else:
            runs.append((cell, times))
    return tuple(runs)


def _read(face: str) -> dict[str, tuple[str, ...]]:
    pictures = {" ": ("...",) * HEIGHT}
    for line in face.strip().splitlines():
        character, *rows = line.split(" ")
        pictures[character] = tuple(rows)
    return pictures


_PICTURES: Final = _read(_FACE)
