"""Writes a screen as text: its lines as they are shown, then the runs of style they are painted in.

Line N of the text is line N of the screen, so `5:40-78` under it is line 5, columns 40 to 78. Runs that are the same
on lines that follow each other are one: `5-12:40-78`. The ink of a blank is not seen, so it belongs to its neighbours.
A blank painted in the ink of what is around it, as in the big figures, is written as what it looks like: `█`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple, cast

from rich.cells import cell_len
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.strip import Strip

_LETTERING: Final = ("bold", "dim", "italic")
"""The visible look of a letter."""
_LINES: Final = ("underline", "strike", "overline", "reverse", "blink")
"""The visible look of a blank."""


class _Cell(NamedTuple):
    """A cell of the screen as it is seen."""

    text: str
    ink: str
    """The colour of the letter and its weight."""
    paper: str
    """The colour behind it and the lines through it."""
    is_blank: bool
    """True if its ink is invisible."""


@cache
def _cell(text: str, ink: str, paper: str) -> _Cell:
    """Return the one cell of this look; a screen has thousands of few looks."""
    return _Cell(text, ink, paper, text.isspace())


_INK, _PAPER = attrgetter("ink"), attrgetter("paper")


class _Run(NamedTuple):
    """Cells of one line that look alike, columns counted from 1."""

    first: int
    last: int
    style: str


def text_of(app: App[Any]) -> str:
    """Write the screen of a running app as text."""
    cells = [list(_cells(line)) for line in _lines(app)]
    ink, paper = plain = _default(cell for line in cells for cell in line)
    lines = [_filled(line, plain) for line in cells]
    runs = [list(_runs(line, ink, paper)) for line in lines]
    texts = ["".join(cell.text for cell in line).rstrip() for line in lines]
    return "\n".join([*texts, "", f"the rest  {_style(ink, paper)}", *_table(runs), ""])


def _lines(app: App[Any]) -> list[list[Strip]]:
    """The strips of each line, found as `App.export_screenshot` finds them."""
    update = app.screen._compositor.render_update(
        full=True, screen_stack=app._background_screens, simplify=True
    )
    return [list(line) for line in cast("LayoutUpdate", update).strips]


def _cells(line: Iterable[Strip]) -> Iterator[_Cell]:
    for segment in (segment for strip in line for segment in strip):
        ink, paper = _seen(segment.style or Style.null())
        for letter in segment.text:
            yield _cell(letter, ink, paper)
            if not letter.isascii():
                yield from [_cell("", ink, paper)] * (cell_len(letter) - 1)


@cache
def _seen(style: Style) -> tuple[str, str]:
    """Return the visible look of a letter, and that of a blank."""
    ink, paper = (
        "default" if colour is None else colour.triplet.hex if colour.triplet else colour.name
        for colour in (style.color, style.bgcolor)
    )
    lettering = [name for name in _LETTERING if getattr(style, name)]
    lines = [name for name in _LINES if getattr(style, name)]
    return " ".join([ink, *lettering]), " ".join([paper, *lines])


def _default(cells: Iterable[_Cell]) -> tuple[str, str]:
    """The paper most of the screen has, and the ink most letters on it have."""
    looks = Counter(cells)
    papers, inks = Counter[str](), Counter[str]()
    for cell, count in looks.items():
        papers[cell.paper] += count
    paper = _most_common(papers)
    for cell, count in looks.items():
        if cell.paper == paper and not cell.is_blank:
            inks[cell.ink] += count
    return _most_common(inks), paper


def _most_common(counts: Counter[str]) -> str:
    return max(sorted(counts), key=counts.__getitem__, default="default")


def _runs(line: Sequence[_Cell], ink: str, paper: str) -> Iterator[_Run]:
    """The runs of a line that are not of the default ink and paper."""
    column = 1
    for on, stretch in groupby(_inked(line), key=_PAPER):
        for by, cells in groupby(stretch, key=_INK):
            letters = "".join(cell.text or "-" for cell in cells)
            first, last = column, column + len(letters) - 1
            column = last + 1
            if on == paper and by in {ink, ""}:
                continue
            if on == paper:
                first += len(letters) - len(letters.lstrip())
                last -= len(letters) - len(letters.rstrip())
            yield _Run(first, last, _style(by, on))


def _inked(line: Sequence[_Cell]) -> list[_Cell]:
    """Give each blank the ink of the letter before it on the same paper, or else of the one after it."""
    inked: list[_Cell] = []
    for paper, stretch in groupby(line, key=_PAPER):
        cells = list(stretch)
        ink = next((cell.ink for cell in cells if not cell.is_blank), "")
        for cell in cells:
            if not cell.is_blank:
                ink = cell.ink
            inked.append(cell if cell.ink == ink else _cell(cell.text, ink, paper))
    return inked


def _filled(line: Iterable[_Cell], plain: tuple[str, str]) -> list[_Cell]:
    """Write blanks painted in the ink of the paper on both sides of them as full blocks on that paper."""
    stretches = [list(cells) for _, cells in groupby(line, key=_PAPER)]
    filled: list[_Cell] = []
    for place, cells in enumerate(stretches):
        before, after = filled[-1:], stretches[place + 1][:1] if place + 1 < len(stretches) else []
        if before and after and before[0].paper == after[0].paper and _is_figure(cells, before[0], plain):
            filled += [_cell("█", before[0].ink, before[0].paper)] * len(cells)
        else:
            filled += cells
    return filled


def _is_figure(cells: Sequence[_Cell], beside: _Cell, plain: tuple[str, str]) -> bool:
    """Tell whether blanks are painted in the ink beside them, and are no gap between two cells of a frame."""
    ink, paper = (colour.split()[0] for colour in plain)
    is_gap = cells[0].paper == paper and beside.paper == ink
    is_inked = cells[0].paper == beside.ink.split()[0]
    return is_inked and not is_gap and all(cell.is_blank for cell in cells)


def _table(lines: Sequence[Sequence[_Run]]) -> Iterator[str]:
    """One row for each run, or for runs that are the same on lines that follow each other."""
    rows: list[tuple[int, int, _Run]] = []
    open_rows: dict[_Run, int] = {}
    for number, runs in enumerate(lines, start=1):
        still_open: dict[_Run, int] = {}
        for run in runs:
            place = open_rows.get(run)
            if place is None:
                place = len(rows)
                rows.append((number, number, run))
            rows[place] = (rows[place][0], number, run)
            still_open[run] = place
        open_rows = still_open
    for first, last, run in rows:
        where = f"{_span(first, last)}:{_span(run.first, run.last)}"
        yield f"{where:<13} {run.style}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _style(ink: str, paper: str) -> str:
    return f"{ink} on {paper}" if ink else f"on {paper}"
