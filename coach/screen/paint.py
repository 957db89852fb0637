"""Painting of the screens: the colours of the themes, strips of cells, block letters, and sanitised text.

The themes of `coach.themes` are pairs of ink and paper here, and Textual's own themes. A strip is a row of cells and is
always exactly as wide as asked.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from sys import intern
from textwrap import wrap
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.theme import Theme

from coach.themes import SCREEN_THEMES, ScreenTheme


class Pair(NamedTuple):
    """Ink on paper, both as `#rrggbb`."""

    ink: str
    paper: str

    def style(self, *, bold: bool = True) -> Style:
        """Return the Rich style of the pair; ordinary text is bold, because thin strokes fade in the sun."""
        return _style(self.ink, self.paper, bold)

    def block(self) -> Style:
        """Return the style of a full cell: a space on the ink's colour, because glyph blocks show hairlines."""
        return _style(self.paper, self.ink, False)


class Palette(NamedTuple):
    """The pairs of one theme."""

    plain: Pair
    """Everything without another meaning."""
    stale: Pair
    """A value whose age is shown beside it."""
    bar: Pair
    """The title and key bars."""
    offer: Pair
    """A line that asks for something: an offer, a warning."""
    slow: Pair
    """Too slow, too low: dark."""
    fast: Pair
    """Too fast, too high: bright."""
    work: Pair
    """The hard parts of the workout's profile."""
    easy: Pair
    """The running easy parts of the profile: warm-up, floats, cool-down."""
    rest: Pair
    """The rests of the profile."""
    choice: Pair
    """The row or the cell with the cursor."""
    track: Pair
    """The row that is edited or has the cursor, and the empty part of a bar."""
    zebra: Pair
    """A band behind a plot; text on it is plain."""
    key: Pair
    """A key in the key line."""
    line: Pair
    """Rules and zero lines; never text."""


def _palette(theme: ScreenTheme) -> Palette:
    return Palette(**{name: Pair(*colours) for name, colours in theme.colours.items()})


PALETTES: Final = {name: _palette(theme) for name, theme in SCREEN_THEMES.items()}
SUN: Final = PALETTES["sun"]
NIGHT: Final = PALETTES["night"]


def palette(theme: str) -> Palette:
    """Return the palette of a theme; for an unknown theme, `sun`."""
    return PALETTES.get(theme, SUN)


@cache
def _style(ink: str, paper: str, bold: bool) -> Style:
    return Style(color=ink, bgcolor=paper, bold=bold)


def _theme(name: str, of: Palette, *, dark: bool) -> Theme:
    """Make a Textual theme from a palette, for Textual's own widgets."""
    plain, bar = of.plain, of.bar
    return Theme(
        name=name,
        primary=plain.ink,
        secondary=plain.ink,
        warning=plain.ink,
        error=plain.ink,
        success=plain.ink,
        accent=plain.ink,
        foreground=plain.ink,
        background=plain.paper,
        surface=plain.paper,
        panel=plain.paper,
        dark=dark,
        text_alpha=1.0,
        variables={
            "bar": bar.paper,
            "bar-ink": bar.ink,
            "text-muted": of.stale.ink,
            "text-disabled": of.stale.ink,
            "input-cursor-background": plain.ink,
            "input-cursor-foreground": plain.paper,
        },
    )


THEMES: Final = tuple(
    _theme(name, PALETTES[name], dark=theme.is_dark) for name, theme in SCREEN_THEMES.items()
)
"""The Textual themes."""

# --- block letters
#
# A 5x7 face, painted in whole and half cells, that can be read from three metres.
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
"""Legs of the triangle at a turned corner, in dots: enough that diagonals touch along a line, not at a point."""

_ALIKE: Final = str.maketrans({"–": "-", "—": "-", "−": "-", "’": "'", "_": "-"})


class Scale(NamedTuple):
    """The size of one dot: `x` cells wide, `y` half cells high."""

    x: int
    y: int


SMALLEST: Final = Scale(1, 1)


Kind = str
"""Content of a cell: ` ` nothing, `#` all, `^` its upper half, `v` its lower half."""


class Block(NamedTuple):
    """A painted text: for every row its runs of equal cells, `(kind, length)`, from the left."""

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
    dots = _scale_dots(_dots(text), scale)
    if len(dots) % 2:
        dots.append("." * len(dots[0]))
    pairs = zip(dots[::2], dots[1::2], strict=True)
    shared: dict[tuple[tuple[Kind, int], ...], tuple[tuple[Kind, int], ...]] = {}
    rows = [_runs(_cell(above, below) for above, below in zip(*pair, strict=True)) for pair in pairs]
    return Block(len(dots[0]), tuple(shared.setdefault(row, row) for row in rows))


def width_of(text: str) -> int:
    """Return the width of a text in dots."""
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
    """Return whether every character of a text has a picture in the face."""
    return all(character in " \n" or character in _PICTURES for character in _fold(text))


def _fold(text: str) -> str:
    return text.translate(_ALIKE).upper()


def _glyphs(text: str) -> list[tuple[str, ...]]:
    return [_PICTURES[character] for character in _fold(text) if character in _PICTURES]


def _dots(text: str) -> list[str]:
    glyphs = _glyphs(text) or [(".",) * HEIGHT]
    return [".".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]


def _scale_dots(dots: list[str], scale: Scale) -> list[str]:
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
    """Return a dot and its eight neighbours, row by row; the dot itself is the fifth."""
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
    """Return whether a corner of a dot takes the colour of the two neighbours that meet there.

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
    """Return a pair from a cache, so that equal ones are one object."""
    return kind, length


def _read(face: str) -> dict[str, tuple[str, ...]]:
    pictures: dict[str, tuple[str, ...]] = {" ": ("..",) * HEIGHT}
    for line in face.strip().splitlines():
        character, *rows = line.split(" ")
        pictures[character] = tuple(rows)
    return pictures


_PICTURES: Final = _read(_FACE)

# --- strips

Align = Literal["left", "middle", "right"]


def text_row(text: str, width: int, pair: Pair, *, align: Align = "left", bold: bool = True) -> Strip:
    """Return one row of plain text, cut with an ellipsis if it is too long."""
    cut = fit(text, width)
    before, after = _room(width - cell_len(cut), align)
    return Strip([Segment(" " * before + cut + " " * after, pair.style(bold=bold))], width)


def pieces_row(pieces: Iterable[tuple[str, Pair]], width: int, pair: Pair) -> Strip:
    """Return one row of pieces, each in its own pair, filled up in `pair`; excess is cut."""
    segments, left = [], width
    for text, own in pieces:
        cut = fit(text, left)
        segments.append(Segment(cut, own.style()))
        left -= cell_len(cut)
    segments.append(Segment(" " * left, pair.style()))
    return Strip(segments, width)


def ends_row(left: str, right: str, width: int, pair: Pair) -> Strip:
    """Return one row with a text at each end; the left one is cut first, down to nothing."""
    right = fit(right, width)
    room = max(0, width - cell_len(right) - 2)
    cut = fit(left, room)
    gap = width - cell_len(cut) - cell_len(right)
    return Strip([Segment(cut + " " * gap + right, pair.style())], width)


def block_rows(letters: Block, width: int, pair: Pair, *, align: Align = "middle") -> list[Strip]:
    """Return the rows of block letters, set in a field `width` wide."""
    before, after = _room(width - letters.width, align)
    return [Strip(_segments(row, before, after, pair), width) for row in letters.rows]


def placed_row(texts: list[tuple[str, int, bool, Pair]], width: int, ground: Pair) -> Strip:
    """Return one row of texts, each as text, column, whether it is right-aligned (and ends there), and pair."""
    segments: list[Segment] = []
    used = 0
    for text, column, is_right, pair in texts:
        begin = max(used, column - cell_len(text) if is_right else column)
        cut = fit(text, max(0, width - begin))
        segments.append(Segment(" " * (begin - used), ground.style(bold=False)))
        segments.append(Segment(cut, pair.style()))
        used = begin + cell_len(cut)
    segments.append(Segment(" " * max(0, width - used), ground.style(bold=False)))
    return Strip(segments).crop(0, width)


def blank(width: int, pair: Pair) -> Strip:
    """Return an empty row."""
    return Strip([Segment(" " * width, pair.style())], width)


def stack(
    rows: Sequence[Strip], width: int, height: int, pair: Pair, *, top: int | None = None
) -> list[Strip]:
    """Set rows in a field of `height` rows, in its middle or `top` rows down; excess rows are cut."""
    above = max(0, (height - len(rows)) // 2) if top is None else top
    empty = blank(width, pair)
    field = [empty] * above + list(rows[: max(0, height - above)])
    return field + [empty] * (height - len(field))


def beside(parts: Sequence[Sequence[Strip]]) -> list[Strip]:
    """Set fields of the same height beside each other."""
    return [Strip.join(row) for row in zip(*parts, strict=True)]


def cells(runs: Iterable[tuple[str, Style]]) -> Strip:
    """Return a row of runs, each with a style of its own."""
    return Strip(Segment(text, style) for text, style in runs)


def _room(left: int, align: Align) -> tuple[int, int]:
    if align == "left":
        return 0, left
    if align == "right":
        return left, 0
    # An odd cell goes before, because letters should not touch the left edge.
    return left - left // 2, left // 2


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


# --- words in block letters
#
# They are as large as a field allows, on several rows, with an arrow beside or above them.


def lettered(wordings: tuple[str, ...], room: Size, pair: Pair, *, arrow: str = "") -> list[Strip]:
    """Set the first wording that fits in letters, as large as it goes; if none does, the first in ordinary text."""
    for wording in wordings:
        layout = _largest_layout(wording, arrow, room, pair) if has_picture(wording) else None
        if layout is not None:
            return layout
    plain = " ".join([arrow, *wordings[:1]]).strip()
    lines = [row for line in plain.splitlines() for row in wrap(line, max(1, room.width))]
    return [text_row(row, room.width, pair, align="middle") for row in lines]


def _largest_layout(wording: str, arrow: str, room: Size, pair: Pair) -> list[Strip] | None:
    for y in range(LARGEST, 0, -1):
        texts = _in_rows(wording, room.width, y)
        if len(texts) * ((HEIGHT * y + 1) // 2) > room.height:
            continue
        rows = [row for row in (_at_scale(text, room.width, y) for text in texts) if row is not None]
        if len(rows) < len(texts):
            continue
        layout = _with_arrow(rows, arrow, y, room, pair)
        if layout is not None:
            return layout
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
    letters = first_that_fits((arrow,), width, min(height, (HEIGHT * most + 1) // 2))
    return letters if letters is not None and letters.height >= (HEIGHT * y + 1) // 2 else None


def _column(rows: list[Block], width: int, pair: Pair) -> list[Strip]:
    return [strip for row in rows for strip in block_rows(row, width, pair)]


def _at_scale(text: str, width: int, y: int) -> Block | None:
    scale: Scale | None = largest(text, width, (HEIGHT * y + 1) // 2)
    return block(text, scale) if scale is not None and scale.y == y else None


def _in_rows(text: str, width: int, y: int) -> list[str]:
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


# --- safe text
#
# The names of sensors and workouts may contain anything: escape sequences, line breaks, marks that change the direction
# of writing, characters of no width. The result is one line of printable characters; widgets show it as plain text,
# never as markup.

_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc"})
"""Control, format (bidi overrides, zero width), surrogate, private, unassigned, separators, combining marks."""


@lru_cache(maxsize=512)
def sanitise(text: str, limit: int = 200) -> str:
    """Return `text` as one line of at most `limit` printable characters, every run of white space one space.

    Composed letters stay as they are (normal form C comes first); a combining mark left over is dropped, because
    terminals do not agree about its width.
    """
    composed = unicodedata.normalize("NFC", text[: 4 * limit])
    printable = "".join(
        " " if character.isspace() else character for character in composed if _fits(character)
    )
    return " ".join(printable.split())[:limit]


def fit(text: str, width: int) -> str:
    """Cut `text` to `width` cells, the last one an ellipsis if something is missing."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    return set_cell_size(text, width - 1).rstrip() + "…"


def wrapped(text: str, width: int, most: int, *, limit: int = 400) -> list[str]:
    """Wrap a text to at most `most` lines; the last one has an ellipsis if something is missing."""
    lines = wrap(sanitise(text, limit), max(1, width))
    return lines if len(lines) <= most else [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width)]


def _fits(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _UNFIT


# --- a canvas of cells


class Canvas:
    """Cells that can be written in any order and are returned as strips."""

    def __init__(self, width: int, height: int, plain: Pair) -> None:
        """Start with blanks."""
        self.width, self.height = width, height
        self._blank = (" ", plain.style())
        self._rows = [[self._blank] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, pair: Pair, *, bold: bool = False) -> int:
        """Write a text, cut at the right edge; returns the column after it."""
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

    def put_block(self, x: int, y: int, text: str, pair: Pair, scale: Scale = SMALLEST) -> None:
        """Write block letters, by default of the smallest size."""
        glyphs = {"#": (" ", pair.block()), "^": ("▀", pair.style()), "v": ("▄", pair.style())}
        for down, row in enumerate(block(text, scale).rows):
            column = x
            for kind, length in row:
                if kind in glyphs:
                    glyph, style = glyphs[kind]
                    self.put_style(column, y + down, glyph * length, style)
                column += length

    def strips(self) -> list[Strip]:
        """Return the rows."""
        return [Strip(_cell_runs(row), self.width) for row in self._rows]


def _cell_runs(cells: Sequence[tuple[str, Style]]) -> Iterator[Segment]:
    text, style = "", cells[0][1] if cells else Style.null()
    for character, own in cells:
        if own is not style and own != style:
            yield Segment(text, style)
            text, style = "", own
        text += character
    yield Segment(text, style)
