"""What the terminal shows, and the least that turns it into the next frame.

Textual paints the whole of a widget's row for one digit that changed, gives every piece its whole style, and takes it
back behind the piece. On the live screen nine bytes of ten repeated what the terminal had. So the cells that the
terminal shows are kept here, a frame is read as cells, and only those that differ are sent, each time with what
differs in style. What is seen is the same: a terminal emulator compares it in the tests.

What somebody else writes on the terminal is not known here, so every frame sends one row more, one after the other: a
message of the system is gone as soon as it was while whole rows were sent.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

_MOVES: Final = re.compile(r"\x1b\[(\d+);(\d+)H")
_TOKENS: Final = re.compile(
    r"\x1b\[(?P<style>[\d;]*)m"
    r"|(?P<quiet>\x1b\[\?2026[hl]|\x1b\]22;[^\x07\x1b]*(?:\x07|\x1b\\))"
    r"|(?P<newline>\r?\n)"
    r"|(?P<other>\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x20-\x2f]*[\x30-\x7e])"
    r"|[\x00-\x1f\x7f-\x9f])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
"""A style, what changes no cell (frames held back, the pointer's shape), anything else, and text."""
_SEEN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})
"""Attributes that show where nothing is written: underlined, reversed, struck through, overlined."""
_NEAR: Final = 4
"""So many cells between two that differ are sent again: a move is as long."""


class _Style(NamedTuple):
    """The parameters of a style: of its attributes, its colour and its ground; empty where it is the terminal's own."""

    attributes: tuple[str, ...] = ()
    colour: str = ""
    ground: str = ""


_OWN: Final = _Style()
_Cell = tuple[str, _Style]
"""Its letter, and the style so far as it is seen; the right half of a wide letter has no letter."""


class Frames:
    """The cells of one terminal, as they are once everything that was sent has been read."""

    def __init__(self) -> None:
        """Know nothing of the terminal."""
        self._rows: dict[int, dict[int, _Cell]] = {}
        self._pieces: dict[int, dict[int, str]] = {}
        """What was painted last from a place on, and is still seen there: the same again changes nothing."""
        self._texts: dict[int, dict[int, tuple[str, _Style]]] = {}
        """Texts of one style that were read from a place on, while each of their cells is as it was."""
        self._cursor: tuple[int, int] | None = None
        self._size = (0, 0)
        self._is_astray = False
        self._mended = -1
        """The row that was last sent although it had not changed."""

    def forget(self) -> None:
        """Know nothing any more: the terminal was cleared or is of another size."""
        self._rows.clear()
        self._pieces.clear()
        self._texts.clear()
        self._cursor = None

    def sent(self, frame: str, size: tuple[int, int]) -> str:
        """Give what is to be sent for a frame, and take it for shown; empty where it changes nothing.

        `size` is that of the terminal now, in columns and rows. A frame may still be of the size before.
        """
        if size != self._size:
            self.forget()
            self._size = size
        writer, cursor = _FrameWriter(), None
        first, *rest = _MOVES.split(frame)
        self._put(writer, 0, 0, first)
        for row, column, piece in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            x, y = int(column) - 1, int(row) - 1
            pieces = self._pieces.setdefault(y, {})
            if pieces.get(x) == piece:
                cursor = None
                continue
            count = writer.count
            is_plain = self._put(writer, x, y, piece)
            if writer.count != count:
                pieces.clear()  # any of them may lie under it
            if is_plain:
                pieces[x] = piece
            cursor = None if is_plain else (x, y)
        if self._is_astray:  # the terminal has put it anywhere
            self._is_astray = False
            self.forget()
        elif writer.is_needed:
            self._mend(writer)
        return self._ended(writer, cursor)

    def _put(self, writer: "_FrameWriter", x: int, y: int, piece: str) -> bool:
        """Put what stands behind a move; tells whether it was text on its row, and nothing else."""
        style, row, is_text = _OWN, y, False
        for token in _TOKENS.finditer(piece):
            kind, text = token.lastgroup, token[0]
            if kind == "text":
                x, is_text = self._write(writer, x, y, text, style), True
            elif kind == "style":
                style = _style(style, token["style"])
            elif kind == "newline":
                x, y = 0, y + 1
            else:
                row = -1
                if kind == "quiet":
                    writer.beside(text)
                else:
                    self.forget()  # what it does to the cells is not known here
                    writer.apart(text)
        return is_text and row in {y, y - piece.endswith("\n")}

    def _mend(self, writer: "_FrameWriter") -> None:
        """Send the next row whole."""
        following = [y for y in self._rows if y > self._mended]
        self._mended = min(following or self._rows, default=-1)
        row = self._rows.get(self._mended, {})
        begin, end, text, style = 0, -1, "", _OWN
        for x in sorted(row):
            letter, own = row[x]
            if not letter:
                continue
            if x != end or not _is_like(row[x], style):
                if text:
                    writer.cell(begin, self._mended, (text, style), row, end - begin)
                begin, text, style = x, "", own
            text += letter
            end = x + cell_len(letter)
        if text:
            writer.cell(begin, self._mended, (text, style), row, end - begin)

    def _write(self, writer: "_FrameWriter", x: int, y: int, text: str, style: _Style) -> int:
        """Put a piece of text on a row; gives the column behind it."""
        texts = self._texts.setdefault(y, {})
        if texts.get(x) == (text, style):
            return x + len(text)
        self._is_astray = self._is_astray or y >= self._size[1] or x + len(text) > self._size[0]
        row = self._rows.setdefault(y, {})
        if text.isascii() or all(cell_len(letter) == 1 for letter in set(text)):
            before = texts.get(x)
            if before is None or len(before[0]) != len(text):
                _drop(texts, x, x + len(text))
            texts[x] = (text, style)
            return _write_even(writer, x, y, text, style, row)
        end = _write_uneven(writer, x, y, text, style, row)
        _drop(texts, x - 1, end + 1)  # a letter of no width joins the one before
        return end

    def _ended(self, writer: "_FrameWriter", cursor: tuple[int, int] | None) -> str:
        """End the frame where Textual leaves the cursor, which is not seen but where letters are composed."""
        if cursor is not None and (writer.is_needed or cursor != self._cursor):
            writer.leave(*cursor)
            self._cursor = cursor
        return writer.ended()


def _write_even(  # noqa: PLR0917 - a place, what stands there, and where it goes
    writer: "_FrameWriter", x: int, y: int, text: str, style: _Style, row: dict[int, _Cell]
) -> int:
    """Put a text on a row of which each letter is one cell; gives the column behind it."""
    blank, places = _on_blanks(style), range(x, x + len(text))
    cells = [(letter, blank if letter == " " else style) for letter in text]
    if row.keys().isdisjoint(places):
        row.update(zip(places, cells, strict=True))
        writer.cell(x, y, _joined(text, style, blank), row, len(text))
        return places.stop
    changed = ""
    for place, cell in zip(places, cells, strict=True):
        if row.get(place) != cell:
            _part(row, place, 1)
            row[place] = cell
            changed += cell[0]
        elif changed:
            writer.cell(place - len(changed), y, _joined(changed, style, blank), row, len(changed))
            changed = ""
    if changed:
        writer.cell(places.stop - len(changed), y, _joined(changed, style, blank), row, len(changed))
    return places.stop


def _joined(text: str, style: _Style, blank: _Style) -> _Cell:
    """Some cells of one style, to be sent at once."""
    return text, style if text.strip(" ") else blank


def _write_uneven(  # noqa: PLR0917 - as above
    writer: "_FrameWriter", x: int, y: int, text: str, style: _Style, row: dict[int, _Cell]
) -> int:
    """Put a text on a row with letters of no width or of two; gives the column behind it."""
    blank = _on_blanks(style)
    for letter in text:
        width = cell_len(letter)
        cell = (letter, blank if letter == " " else style)
        if not width:
            row.pop(x - 1, None)  # it joins the letter before it, and is sent with it
            writer.joined(x, y, letter)
        elif row.get(x) != cell:
            _part(row, x, width)
            row[x] = cell
            if width == 2:
                row[x + 1] = ("", style)
            writer.cell(x, y, cell, row, width)
        x += width
    return x


def _drop(texts: dict[int, tuple[str, _Style]], begin: int, end: int) -> None:
    """Drop the texts that have a cell from `begin` up to `end`."""
    for start, (text, _) in list(texts.items()):
        if start < end and begin < start + len(text):
            del texts[start]


def _part(row: dict[int, _Cell], x: int, width: int) -> None:
    """Forget the other half of a wide letter whose one half is written over."""
    if (before := row.get(x)) is not None and not before[0]:
        row.pop(x - 1, None)
    if (behind := row.get(x + width)) is not None and not behind[0]:
        row.pop(x + width, None)


class _FrameWriter:
    """What is sent of one frame; it begins and ends in the terminal's own style."""

    def __init__(self) -> None:
        self.is_needed = False
        """True once anything changes: a frame that only begins and ends is not sent."""
        self.count = 0
        """The cells that were sent."""
        self._parts: list[str] = []
        self._style = _OWN
        self._at: tuple[int, int] | None = None

    def beside(self, text: str) -> None:
        """Send a sequence that neither writes nor moves."""
        self.is_needed = self.is_needed or text.startswith("\x1b]")
        self._parts.append(text)

    def apart(self, text: str) -> None:
        """Send a sequence that may do anything, in the terminal's own style."""
        self._restyle(_OWN)
        self._parts.append(text)
        self.is_needed, self._at = True, None

    def cell(self, x: int, y: int, cell: _Cell, row: dict[int, _Cell], width: int = 1) -> None:
        """Send a cell, with a move before it unless the cursor is there or a few known cells before.

        A text stands for as many cells of a row as it has letters, if nothing is known of any of them.
        """
        self.is_needed = True
        self.count += 1
        if self._at != (x, y):
            self._go(x, y, row)
        self._write(cell)
        self._at = (x + width, y)

    def joined(self, x: int, y: int, letter: str) -> None:
        """Send a letter without a width behind the one it joins, if that was sent."""
        if self._at == (x, y):
            self._parts.append(letter)

    def leave(self, x: int, y: int) -> None:
        """Leave the cursor at a place."""
        self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        self.is_needed = True

    def ended(self) -> str:
        """Give what is sent; empty if nothing is."""
        self._restyle(_OWN)
        return "".join(self._parts) if self.is_needed else ""

    def _go(self, x: int, y: int, row: dict[int, _Cell]) -> None:
        if self._at is not None and self._at[1] == y and 0 < x - self._at[0] <= _NEAR:
            between = [row.get(place) for place in range(self._at[0], x)]
            if all(
                cell is not None and len(cell[0]) == 1 and _is_like(cell, self._style) for cell in between
            ):
                self._parts.extend(cell[0] for cell in between if cell is not None)
                return
        if self._at is not None and self._at[1] == y and x > self._at[0]:
            self._parts.append(f"\x1b[{x - self._at[0]}C")
        else:
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")

    def _write(self, cell: _Cell) -> None:
        letter, style = cell
        is_blank = not letter.strip(" ") and not style.attributes and _on_blanks(self._style).attributes == ()
        self._restyle(self._style._replace(ground=style.ground) if is_blank else style)
        self._parts.append(letter)

    def _restyle(self, style: _Style) -> None:
        if style != self._style:
            self._parts.append(_change(self._style, style))
            self._style = style


def _is_like(cell: _Cell, style: _Style) -> bool:
    """Tell whether a cell looks the same in another style."""
    return cell[1] == (_on_blanks(style) if cell[0] == " " else style)


@lru_cache(maxsize=512)
def _on_blanks(style: _Style) -> _Style:
    """A style as it is seen where nothing is written: its ground, unless an attribute is seen there too."""
    return style if not _SEEN_ON_BLANKS.isdisjoint(style.attributes) else _Style(ground=style.ground)


@lru_cache(maxsize=512)
def _style(before: _Style, parameters: str) -> _Style:
    """The style after a sequence of parameters."""
    attributes, colour, ground = before
    codes = parameters.split(";")
    while codes:
        code = codes.pop(0) or "0"
        if code == "0":
            attributes, colour, ground = _OWN
        elif code in {"38", "48"}:
            count = 2 if codes[:1] == ["5"] else 4
            whole, codes = ";".join([code, *codes[:count]]), codes[count:]
            colour, ground = (whole, ground) if code == "38" else (colour, whole)
        elif code in {"39", "49"}:
            colour, ground = ("", ground) if code == "39" else (colour, "")
        elif len(code) == 2 and code[0] in "39":
            colour = code
        elif (code[0] == "4" and len(code) == 2) or len(code) == 3:
            ground = code
        elif code not in attributes:
            attributes = tuple(sorted((*attributes, code)))
    return _Style(attributes, colour, ground)


@lru_cache(maxsize=2048)
def _change(before: _Style, after: _Style) -> str:
    """The shortest sequence that turns a style into another."""
    if after == _OWN:
        return "\x1b[0m"
    codes = []
    if set(before.attributes) <= set(after.attributes):
        codes += [code for code in after.attributes if code not in before.attributes]
    else:
        codes += ["0", *after.attributes]
        before = _Style(after.attributes)
    if after.colour != before.colour:
        codes.append(after.colour or "39")
    if after.ground != before.ground:
        codes.append(after.ground or "49")
    return f"\x1b[{';'.join(codes)}m"
