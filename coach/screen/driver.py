"""The terminal driver: it never waits for the terminal, and sends only the cells that differ.

Textual puts each frame into a short queue from the event loop. A terminal that does not read (scroll lock, a frozen
connection, a stopped tmux client) fills the queue, which blocks the loop and the run. This driver opens the terminal
a second time, non-blocking, and writes from the loop. While the terminal is behind, whole frames are dropped; once it
has read the rest of the current frame, everything is painted again. If the terminal is gone, the app ends with
`Leaving.GONE`.

Textual repaints the whole row of a widget for one changed digit, and gives every piece its full style. On the live
screen nine bytes of ten repeated what the terminal had (measured). So `Frames` keeps the cells that the terminal
shows, reads a frame as cells, and sends only those that differ, with the difference in style. The tests compare the
result in a terminal emulator.

Text that another program writes on the terminal is unknown here. So every frame also sends one row in full, each row
in turn, and a message of the system disappears after some frames.
"""

import asyncio
import logging
import os
import re
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Final, NamedTuple

from rich.cells import cell_len
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from coach.screen.app import Leaving

_MOVES: Final = re.compile(r"\x1b\[(\d+);(\d+)H")
_TOKENS: Final = re.compile(
    r"\x1b\[(?P<style>[\d;]*)m"
    r"|(?P<neutral>\x1b\[\?2026[hl]|\x1b\]22;[^\x07\x1b]*(?:\x07|\x1b\\))"
    r"|(?P<newline>\r?\n)"
    r"|(?P<other>\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x20-\x2f]*[\x30-\x7e])"
    r"|[\x00-\x1f\x7f-\x9f])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
"""A style, a sequence that changes no cell (a held frame, the shape of the pointer), anything else, and text."""
_SEEN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "53"})
"""Attributes that show where nothing is written: underlined, reversed, struck through, overlined."""
_NEAR: Final = 4
"""Up to this many cells between two that differ are sent again: a move is as long."""


class _Style(NamedTuple):
    """The parameters of a style: attributes, colour and background; empty for those of the terminal."""

    attributes: tuple[str, ...] = ()
    colour: str = ""
    background: str = ""


_OWN: Final = _Style()
_Cell = tuple[str, _Style]
"""A letter and its visible style; the right half of a wide letter is empty."""


class Frames:
    """The cells of one terminal, as they are once it has read everything that was sent."""

    def __init__(self) -> None:
        """Start with an unknown terminal."""
        self._rows: dict[int, dict[int, _Cell]] = {}
        self._pieces: dict[int, dict[int, str]] = {}
        """The text that was painted last at each column, while it is visible; the same text changes nothing."""
        self._texts: dict[int, dict[int, tuple[str, _Style]]] = {}
        """The text of one style at each column, while none of its cells has changed."""
        self._cursor: tuple[int, int] | None = None
        self._size = (0, 0)
        self._is_position_unknown = False
        self._resent = -1
        """The row that was last sent in full."""

    def forget(self) -> None:
        """Forget all cells, because the terminal was cleared or has another size."""
        self._rows.clear()
        self._pieces.clear()
        self._texts.clear()
        self._cursor = None

    def update(self, frame: str, size: tuple[int, int]) -> str:
        """Return the text to send for a frame, and store the frame as shown; empty if nothing changes.

        `size` is the current size of the terminal, in columns and rows; a frame may still have the previous one.
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
                pieces.clear()  # it may cover any of them
            if is_plain:
                pieces[x] = piece
            cursor = None if is_plain else (x, y)
        if self._is_position_unknown:  # its place on the terminal is unknown
            self._is_position_unknown = False
            self.forget()
        elif writer.is_needed:
            self._resend(writer)
        return self._finish(writer, cursor)

    def _put(self, writer: "_FrameWriter", x: int, y: int, piece: str) -> bool:
        """Write the text after a move; returns whether it was text on one row and nothing else."""
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
                if kind == "neutral":
                    writer.neutral(text)
                else:
                    self.forget()  # its effect on the cells is unknown
                    writer.unknown(text)
        return is_text and row in {y, y - piece.endswith("\n")}

    def _resend(self, writer: "_FrameWriter") -> None:
        """Send the next row in full."""
        following = [y for y in self._rows if y > self._resent]
        self._resent = min(following or self._rows, default=-1)
        row = self._rows.get(self._resent, {})
        begin, end, text, style = 0, -1, "", _OWN
        for x in sorted(row):
            letter, own = row[x]
            if not letter:
                continue
            if x != end or not _is_like(row[x], style):
                if text:
                    writer.cell(begin, self._resent, (text, style), row, end - begin)
                begin, text, style = x, "", own
            text += letter
            end = x + cell_len(letter)
        if text:
            writer.cell(begin, self._resent, (text, style), row, end - begin)

    def _write(self, writer: "_FrameWriter", x: int, y: int, text: str, style: _Style) -> int:
        """Write a text on a row; returns the column after it."""
        texts = self._texts.setdefault(y, {})
        if texts.get(x) == (text, style):
            return x + len(text)
        self._is_position_unknown = (
            self._is_position_unknown or y >= self._size[1] or x + len(text) > self._size[0]
        )
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

    def _finish(self, writer: "_FrameWriter", cursor: tuple[int, int] | None) -> str:
        """End the frame with the cursor where Textual leaves it: it is visible while letters are composed."""
        if cursor is not None and (writer.is_needed or cursor != self._cursor):
            writer.leave(*cursor)
            self._cursor = cursor
        return writer.finish()


def _write_even(  # noqa: PLR0917 - the place, the text, and its destination
    writer: "_FrameWriter", x: int, y: int, text: str, style: _Style, row: dict[int, _Cell]
) -> int:
    """Write a text whose letters are one cell each; returns the column after it."""
    blank, places = _on_blanks(style), range(x, x + len(text))
    cells = [(letter, blank if letter == " " else style) for letter in text]
    if row.keys().isdisjoint(places):
        row.update(zip(places, cells, strict=True))
        writer.cell(x, y, _join(text, style, blank), row, len(text))
        return places.stop
    changed = ""
    for place, cell in zip(places, cells, strict=True):
        if row.get(place) != cell:
            _forget_other_half(row, place, 1)
            row[place] = cell
            changed += cell[0]
        elif changed:
            writer.cell(place - len(changed), y, _join(changed, style, blank), row, len(changed))
            changed = ""
    if changed:
        writer.cell(places.stop - len(changed), y, _join(changed, style, blank), row, len(changed))
    return places.stop


def _join(text: str, style: _Style, blank: _Style) -> _Cell:
    """Return cells of one style as one text."""
    return text, style if text.strip(" ") else blank


def _write_uneven(  # noqa: PLR0917 - as above
    writer: "_FrameWriter", x: int, y: int, text: str, style: _Style, row: dict[int, _Cell]
) -> int:
    """Write a text that has letters of no width or of two cells; returns the column after it."""
    blank = _on_blanks(style)
    for letter in text:
        width = cell_len(letter)
        cell = (letter, blank if letter == " " else style)
        if not width:
            row.pop(x - 1, None)  # it joins the previous letter, and is sent with it
            writer.join(x, y, letter)
        elif row.get(x) != cell:
            _forget_other_half(row, x, width)
            row[x] = cell
            if width == 2:
                row[x + 1] = ("", style)
            writer.cell(x, y, cell, row, width)
        x += width
    return x


def _drop(texts: dict[int, tuple[str, _Style]], begin: int, end: int) -> None:
    """Drop the texts with a cell from `begin` up to `end`."""
    for start, (text, _) in list(texts.items()):
        if start < end and begin < start + len(text):
            del texts[start]


def _forget_other_half(row: dict[int, _Cell], x: int, width: int) -> None:
    """Forget the other half of a wide letter if one half is overwritten."""
    if (before := row.get(x)) is not None and not before[0]:
        row.pop(x - 1, None)
    if (behind := row.get(x + width)) is not None and not behind[0]:
        row.pop(x + width, None)


class _FrameWriter:
    """Collects the text to send for one frame; it begins and ends in the terminal's own style."""

    def __init__(self) -> None:
        self.is_needed = False
        """True once anything changes; an empty frame is not sent."""
        self.count = 0
        """Number of cells sent."""
        self._parts: list[str] = []
        self._style = _OWN
        self._at: tuple[int, int] | None = None

    def neutral(self, text: str) -> None:
        """Send a sequence that neither writes nor moves."""
        self.is_needed = self.is_needed or text.startswith("\x1b]")
        self._parts.append(text)

    def unknown(self, text: str) -> None:
        """Send a sequence of unknown effect, in the terminal's own style."""
        self._restyle(_OWN)
        self._parts.append(text)
        self.is_needed, self._at = True, None

    def cell(self, x: int, y: int, cell: _Cell, row: dict[int, _Cell], width: int = 1) -> None:
        """Send a cell or a text, with a move before it unless the cursor is there or a few known cells before it."""
        self.is_needed = True
        self.count += 1
        if self._at != (x, y):
            self._go(x, y, row)
        self._write(cell)
        self._at = (x + width, y)

    def join(self, x: int, y: int, letter: str) -> None:
        """Send a letter without a width, if the letter it joins was sent."""
        if self._at == (x, y):
            self._parts.append(letter)

    def leave(self, x: int, y: int) -> None:
        """Leave the cursor at a place."""
        self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        self.is_needed = True

    def finish(self) -> str:
        """Return the text to send; may be empty."""
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
        self._restyle(self._style._replace(background=style.background) if is_blank else style)
        self._parts.append(letter)

    def _restyle(self, style: _Style) -> None:
        if style != self._style:
            self._parts.append(_change(self._style, style))
            self._style = style


def _is_like(cell: _Cell, style: _Style) -> bool:
    """Return whether a cell looks the same in another style."""
    return cell[1] == (_on_blanks(style) if cell[0] == " " else style)


@lru_cache(maxsize=512)
def _on_blanks(style: _Style) -> _Style:
    """Return the visible part of a style on a blank: its background, or all of it if an attribute shows on blanks."""
    return style if not _SEEN_ON_BLANKS.isdisjoint(style.attributes) else _Style(background=style.background)


@lru_cache(maxsize=512)
def _style(before: _Style, parameters: str) -> _Style:
    """Return the style after a sequence of parameters."""
    attributes, colour, background = before
    codes = parameters.split(";")
    while codes:
        code = codes.pop(0) or "0"
        if code == "0":
            attributes, colour, background = _OWN
        elif code in {"38", "48"}:
            count = 2 if codes[:1] == ["5"] else 4
            whole, codes = ";".join([code, *codes[:count]]), codes[count:]
            colour, background = (whole, background) if code == "38" else (colour, whole)
        elif code in {"39", "49"}:
            colour, background = ("", background) if code == "39" else (colour, "")
        elif len(code) == 2 and code[0] in "39":
            colour = code
        elif (code[0] == "4" and len(code) == 2) or len(code) == 3:
            background = code
        elif code not in attributes:
            attributes = tuple(sorted((*attributes, code)))
    return _Style(attributes, colour, background)


@lru_cache(maxsize=2048)
def _change(before: _Style, after: _Style) -> str:
    """Return the shortest sequence that changes a style into another."""
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
    if after.background != before.background:
        codes.append(after.background or "49")
    return f"\x1b[{';'.join(codes)}m"


# --- the driver


LEAVE_S: Final = 0.4
"""Time that the end of the screen waits for a terminal that is behind, before unread text is discarded. Judged."""
WRITTEN_S: Final = 0.5
"""Time that work after a frame waits for the terminal to take the frame. Judged."""
_TRIES: Final = 8
"""Number of attempts in `LEAVE_S`: a slow terminal makes room bit by bit."""
_CANCEL: Final = b"\x18"
"""CAN: ends a control sequence that the terminal has read in part."""
_AFTER_A_SHELL: Final = b"\x1b[?25l\x1b[?2004h"
"""Restores what a shell changes while it has the terminal: the cursor, and the mode of pasting."""

_LOG = logging.getLogger(__name__)


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, with an output that never blocks the loop.

    If the terminal has no name (a container without /dev/pts), Textual's own writer is used and a warning is logged.
    """

    def __init__(
        self,
        app: App[Leaving],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = sys.__stdout__  # Textual's own writer would draw into the log of `2> log`
        self._leaver = app
        self._owner_loop = asyncio.get_running_loop()
        self._owner_thread = threading.get_ident()
        self._output: int | None = None
        self._hangup: select.epoll | None = None
        self._is_stock = False
        self._is_started = False
        self._is_suspended = False
        self._is_switching = False
        self._is_waiting = False
        self._has_dropped = False
        self._has_gone = False
        self._frame: list[str] = []
        self._frames = Frames()
        self._unwritten = bytearray()
        self._modes = bytearray()
        self._raw_attributes: list[Any] | None = None
        self._on_written: Callable[[], object] | None = None
        # Textual's own handlers interrupt running code, and take every SIGCONT for the end of a suspension, which
        # starts its threads a second time.
        self._owner_loop.add_signal_handler(signal.SIGTSTP, self._on_stop)
        self._owner_loop.add_signal_handler(signal.SIGCONT, self._on_continue)

    # --- frames

    def write(self, data: str) -> None:
        """Add to the frame that `flush` sends; text from another thread is no frame and is sent at once."""
        if self._is_stock:
            super().write(data)
        elif threading.get_ident() == self._owner_thread:
            self._frame.append(data)
        else:
            with suppress(RuntimeError):  # the loop has closed
                self._owner_loop.call_soon_threadsafe(self._send, data.encode())

    def flush(self) -> None:
        """Send the frame; while the terminal is behind it is dropped, unless it switches a mode."""
        frame = "".join(self._frame)
        self._frame.clear()
        if self._is_switching:
            data = frame.encode("utf-8", "replace")
            self._frames.forget()
            self._modes += data
            self._send(data)
        elif self._unwritten:
            self._has_dropped = True
            # In 40 of 60 tries Linux had moved 4 kB on to the reading side without reporting room (measured).
            self._on_writable()
        elif self._output is not None:
            self._send(self._frames.update(frame, self._cells()).encode("utf-8", "replace"))

    def call_when_written(self, call: Callable[[], object]) -> None:
        """Call a function once the terminal has taken everything that was sent, or after `WRITTEN_S`."""
        self._on_written = call
        if self._unwritten:
            self._owner_loop.call_later(WRITTEN_S, self._written)
        else:
            self._written()

    def _written(self) -> None:
        call, self._on_written = self._on_written, None
        if call is not None:
            call()

    def _cells(self) -> tuple[int, int]:
        """Return the current columns and rows of the terminal; the app may not know them yet."""
        try:
            return os.get_terminal_size(self._output or 0)
        except OSError:
            return (0, 0)

    def _send(self, data: bytes) -> None:
        """Write as much as the terminal takes now, and the rest when it reads again."""
        self._unwritten += data
        self._write_unwritten()
        if self._unwritten and self._output is not None and not self._is_waiting:
            self._owner_loop.add_writer(self._output, self._on_writable)
            self._is_waiting = True

    def _write_unwritten(self) -> None:
        try:
            while self._unwritten and self._output is not None:
                del self._unwritten[: os.write(self._output, self._unwritten)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._on_gone()
        self._unwritten.clear()

    def _on_writable(self) -> None:
        """Write the rest; if a frame was dropped meanwhile, paint everything again."""
        self._write_unwritten()
        if self._unwritten:
            return
        self._stop_waiting()
        self._written()
        if self._has_dropped:
            self._has_dropped = False
            self._owner_loop.call_soon(self._leaver.refresh)

    def _stop_waiting(self) -> None:
        if self._is_waiting and self._output is not None:
            self._owner_loop.remove_writer(self._output)
        self._is_waiting = False

    # --- taking and restoring the terminal

    def start_application_mode(self) -> None:
        """Open the terminal and take it; a second call does nothing."""
        if self._is_started:
            return
        self._is_started = True
        self._open()
        with self._switching():
            super().start_application_mode()  # type: ignore[no-untyped-call]
        self._raw_attributes = self._attributes()

    def stop_application_mode(self) -> None:
        """Restore the terminal; one that does not read delays this by `LEAVE_S` at most."""
        if not self._is_started:
            return
        self._is_started = False
        with self._switching():
            super().stop_application_mode()
        for _ in range(_TRIES):
            if not self._unwritten or self._output is None:
                return
            select.select([], [self._output], [], LEAVE_S / _TRIES)
            self._write_unwritten()
        self._discard()

    def give_mouse_back(self) -> None:
        """Leave the mouse to the terminal from now on, so that it can select and copy text."""
        with self._switching():
            self._disable_mouse_support()
        self._mouse = False

    def close(self) -> None:
        """Close the terminal."""
        self._stop_waiting()
        if self._hangup is not None:
            self._owner_loop.remove_reader(self._hangup.fileno())
            self._hangup.close()
            self._hangup = None
        if self._output is not None:
            os.close(self._output)
            self._output = None
        super().close()

    def run_input_thread(self) -> None:
        """Read keys until the screen ends or the terminal is gone."""
        try:
            super().run_input_thread()
        except OSError:
            with suppress(RuntimeError):  # the loop has closed
                self._owner_loop.call_soon_threadsafe(self._on_gone)

    @contextmanager
    def _switching(self) -> Iterator[None]:
        """Send everything written here as modes of the terminal, which are never dropped."""
        self._modes.clear()
        self._is_switching = True
        try:
            yield
            self.flush()
        finally:
            self._is_switching = False

    def _open(self) -> None:
        """Open the terminal a second time, so that its flags do not affect other programs."""
        streams = (sys.__stdout__, sys.__stderr__, sys.__stdin__)
        terminal = next(
            (stream.fileno() for stream in streams if stream is not None and stream.isatty()), None
        )
        if terminal is None:
            self._on_gone()
            return
        try:
            self._output = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            self._is_stock = True
            _LOG.warning("a terminal that does not read will stop the run: it has no name here (%s)", error)
            return
        if hasattr(select, "epoll"):
            # It reports only the end of the terminal, at once, even while nothing is drawn.
            self._hangup = select.epoll()
            self._hangup.register(self._output, 0)
            self._owner_loop.add_reader(self._hangup.fileno(), self._on_gone)

    def _discard(self) -> None:
        """Discard text that the terminal has not read, so that there is room to restore it."""
        self._unwritten[:] = _CANCEL + self._modes
        with suppress(termios.error):
            termios.tcflush(self.fileno, termios.TCOFLUSH)
        self._write_unwritten()
        self._unwritten.clear()

    def _on_gone(self) -> None:
        """Leave the app, only once."""
        if self._hangup is not None:
            self._owner_loop.remove_reader(self._hangup.fileno())
        if not self._has_gone:
            self._has_gone = True
            self._leaver.exit(Leaving.GONE)

    def _attributes(self) -> list[Any] | None:
        try:
            return termios.tcgetattr(self.fileno)
        except termios.error:
            return None

    # --- stopped and continued

    def _on_stop(self) -> None:
        """Restore the terminal, and stop the process."""
        if self._is_started:
            self._is_suspended = True
            self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _on_continue(self) -> None:
        """Take the terminal again, or restore its modes; in the background, stop again."""
        if not (self._is_started or self._is_suspended):
            return
        if not self._is_in_foreground():
            os.kill(os.getpid(), signal.SIGSTOP)
        elif self._is_suspended:
            self._is_suspended = False
            self.resume_application_mode()
        else:
            with suppress(termios.error):
                if self._raw_attributes is not None:
                    termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw_attributes)
            self._send(_AFTER_A_SHELL)
        self._frames.forget()
        self._leaver.refresh()

    def _is_in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return True  # the terminal is gone
