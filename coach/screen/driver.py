"""Draws on a terminal without ever waiting for it: Textual's driver, with a writer of its own.

Textual puts each frame into a short queue from the event loop. A terminal that does not read (scroll lock, a frozen
connection, a stopped tmux client) fills the queue, and then the loop stands still, and the run with it. This driver
opens the terminal a second time, non-blocking, and writes from the loop. While the terminal is behind, whole frames
are dropped; once it has read the frame that was begun, everything is painted anew. A terminal that has gone ends the
app with `Leaving.GONE`.
"""

import asyncio
import logging
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from coach.screen.app import Leaving
from coach.screen.frames import Frames

LEAVE_S: Final = 0.4
"""How long the end of the screen waits for a terminal that is behind before it discards what was not read."""
WRITTEN_S: Final = 0.5
"""How long work that comes after a picture waits for a terminal to take it."""
_TRIES: Final = 8
"""Into how many parts that time is cut: a terminal that reads slowly makes room bit by bit."""
_CANCEL: Final = b"\x18"
"""CAN: ends a control sequence of which the terminal has read a part."""
_AFTER_A_SHELL: Final = b"\x1b[?25l\x1b[?2004h"
"""Sets again what a shell changes while it has the terminal: the cursor, and how text is pasted."""

_LOG = logging.getLogger(__name__)


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, with an output that never blocks the loop.

    Where the terminal has no name (a container without /dev/pts) Textual's own writer is used, and the log says so.
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
        self._file = sys.__stdout__  # Textual's own would draw into the log of `2> log`
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
        # Textual's own handlers act in the middle of whatever runs, and take every SIGCONT for the end of a
        # suspension, which starts its threads a second time.
        self._owner_loop.add_signal_handler(signal.SIGTSTP, self._on_stop)
        self._owner_loop.add_signal_handler(signal.SIGCONT, self._on_continue)

    # --- frames

    def write(self, data: str) -> None:
        """Add to the frame that `flush` sends; what another thread writes is no frame and is sent at once."""
        if self._is_stock:
            super().write(data)
        elif threading.get_ident() == self._owner_thread:
            self._frame.append(data)
        else:
            with suppress(RuntimeError):  # the loop has closed
                self._owner_loop.call_soon_threadsafe(self._send, data.encode())

    def flush(self) -> None:
        """Send the frame; it is dropped while the terminal is behind, unless it switches a mode."""
        frame = "".join(self._frame)
        self._frame.clear()
        if self._is_switching:
            data = frame.encode("utf-8", "replace")
            self._frames.forget()
            self._modes += data
            self._send(data)
        elif self._unwritten:
            self._has_dropped = True
            # In 40 of 60 tries Linux had moved 4 kB on to the side that reads, and had not said that there is room.
            self._on_writable()
        elif self._output is not None:
            self._send(self._frames.sent(frame, self._cells()).encode("utf-8", "replace"))

    def call_when_written(self, call: Callable[[], object]) -> None:
        """Call something once the terminal has taken all that was sent, or after `WRITTEN_S`."""
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
        """Columns and rows of the terminal now, of which the app may not know yet."""
        try:
            return os.get_terminal_size(self._output or 0)
        except OSError:
            return (0, 0)

    def _send(self, data: bytes) -> None:
        """Write as much as the terminal takes, and the rest when it reads again."""
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
        """Write on; paint everything anew, after the frame in hand, if one was dropped meanwhile."""
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

    # --- the terminal, taken over and given back

    def start_application_mode(self) -> None:
        """Open the terminal and take it over; a second call changes nothing."""
        if self._is_started:
            return
        self._is_started = True
        self._open()
        with self._switching():
            super().start_application_mode()  # type: ignore[no-untyped-call]
        self._raw_attributes = self._attributes()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was; one that does not read delays this by `LEAVE_S` at most."""
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
        """Leave the mouse to the terminal from here on, which marks and copies text with it."""
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
        """Read keys until the screen ends, or the terminal has gone."""
        try:
            super().run_input_thread()
        except OSError:
            with suppress(RuntimeError):  # the loop has closed
                self._owner_loop.call_soon_threadsafe(self._on_gone)

    @contextmanager
    def _switching(self) -> Iterator[None]:
        """Send all that is written as modes of the terminal, which are never dropped."""
        self._modes.clear()
        self._is_switching = True
        try:
            yield
            self.flush()
        finally:
            self._is_switching = False

    def _open(self) -> None:
        """Open the terminal a second time: a flag of this opening does not touch the one other programs share."""
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
            # It reports nothing but the end of the terminal, at once, also while nothing is drawn.
            self._hangup = select.epoll()
            self._hangup.register(self._output, 0)
            self._owner_loop.add_reader(self._hangup.fileno(), self._on_gone)

    def _discard(self) -> None:
        """Discard what the terminal has not read, so that there is room to give it back as it was."""
        self._unwritten[:] = _CANCEL + self._modes
        with suppress(termios.error):
            termios.tcflush(self.fileno, termios.TCOFLUSH)
        self._write_unwritten()
        self._unwritten.clear()

    def _on_gone(self) -> None:
        """Leave the app, once."""
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
        """Give the terminal back, and stop as the signal asks."""
        if self._is_started:
            self._is_suspended = True
            self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _on_continue(self) -> None:
        """Take the terminal again, or set again what others changed in it; in the background, stop again."""
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
            return True  # the terminal has gone: there is nobody to stop for
