"""The real program in a real pseudo-terminal, with somebody at the keys."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte

from coach.recording.codec import Journal, read_journal

COACH = str(Path(sys.executable).with_name("coach"))
PATIENCE_S = 60.0
"""Nothing here takes long; a machine under load may."""


class Terminal:
    """One program in a terminal of its own; `close` ends what still runs."""

    def __init__(
        self,
        arguments: list[str],
        home: Path,
        *,
        columns: int = 120,
        lines: int = 40,
        program: tuple[str, ...] = (COACH,),
        log: Path | None = None,
        is_silent: bool = True,
    ) -> None:
        """Start `coach` with these arguments, or another `program` that takes them.

        With `log` its stderr goes there, as by `2> log`. A setting makes it silent unless `is_silent` says no.
        """
        self.output = b""
        self.is_read = True
        """Whether what is drawn is read; a terminal that is not read fills up."""
        self.home = home
        self._size = (columns, lines)
        self._is_open = True
        self._exit: int | None = None
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where the tests were begun by nohup
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COACH_HOME=str(home))
            if is_silent:  # what sound says is no part of these screens
                os.environ.setdefault("COACH_SOUND_VOICE", "off")
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            if log is not None:
                os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
            os.execv(program[0], [*program, *arguments])

    def type(self, keys: str) -> None:
        """Press keys, as fast as a held key repeats or faster."""
        os.write(self._terminal, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal another size."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def send(self, signal_number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.process, signal_number)

    def until(self, is_so: Callable[[], object], what: str) -> None:
        """Read what the program draws until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, f"never: {what}\n{self.output[-3000:]!r}"
            self._read(0.05)

    def shows(self, words: str) -> bool:
        """Whether a line of the terminal has these words; what is sent are the cells that differ, not words."""
        screen = pyte.Screen(*self._size)
        pyte.ByteStream(screen).feed(self.output)
        return any(words in line for line in screen.display)

    def watch(self, for_s: float) -> None:
        """Read what the program draws for some seconds of its own real time."""
        deadline = time.monotonic() + for_s
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def exit_code(self) -> int:
        """Wait for the program to end, and give its exit code."""

        def has_ended() -> bool:
            if self._exit is None:
                process, status = os.waitpid(self.process, os.WNOHANG)
                self._exit = os.waitstatus_to_exitcode(status) if process else None
            return self._exit is not None

        self.until(has_ended, "the program ends")
        assert self._exit is not None
        return self._exit

    def close_window(self) -> None:
        """Close the terminal under the program."""
        os.close(self._terminal)
        self._is_open = False

    def is_full(self) -> bool:
        """Whether the terminal takes nothing more, because nobody reads it."""
        with Path(f"/proc/{self.process}/fd/1").open("wb", buffering=0) as terminal:
            return not select.select([], [terminal], [], 0)[1]

    def fill(self) -> None:
        """Leave the terminal unread until it is full; each change of theme paints the whole screen."""
        self.is_read = False
        deadline = time.monotonic() + PATIENCE_S
        while not self.is_full():
            assert time.monotonic() < deadline, "never: the terminal is full"
            self.type("t")
            self.watch(0.5)

    @contextmanager
    def stopped_output(self) -> Iterator[None]:
        """Stop the output of the terminal during the block, as scroll lock does."""
        with Path(f"/proc/{self.process}/fd/1").open("rb", buffering=0) as terminal:
            termios.tcflow(terminal, termios.TCOOFF)
            try:
                yield
            finally:
                termios.tcflow(terminal, termios.TCOON)

    def is_stopped(self) -> bool:
        """Whether the program stands still by a signal."""
        return Path(f"/proc/{self.process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"

    def threads(self) -> int:
        """How many threads the program has."""
        return len(list(Path(f"/proc/{self.process}/task").iterdir()))

    def close(self) -> None:
        """End the program if it still runs."""
        if self._exit is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        if self._is_open:
            self.close_window()

    def folder(self) -> Path | None:
        """The folder of the run, once there is one."""
        return next((file.parent for file in self.home.rglob("recording.jsonl")), None)

    def events(self) -> list[dict[str, Any]]:
        """What the run has said so far, as its journal holds it."""
        folder = self.folder()
        data = b"" if folder is None else (folder / "recording.jsonl").read_bytes()
        return [dict(event) for event in read_journal(data).outputs] if b"\n" in data else []

    def said(self, event: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        return [one for one in self.events() if one["event"] == event]

    def manifest(self) -> dict[str, Any]:
        """The manifest of the run."""
        folder = self.folder()
        assert folder is not None
        return dict(json.loads((folder / "manifest.json").read_text()))

    def journal(self) -> Journal:
        """The journal of the run as far as it is written."""
        folder = self.folder()
        assert folder is not None
        return read_journal((folder / "recording.jsonl").read_bytes())

    def _read(self, for_s: float) -> None:
        if not (self.is_read and self._is_open):
            time.sleep(for_s)
        elif select.select([self._terminal], [], [], for_s)[0]:
            try:
                self.output += os.read(self._terminal, 65536)
            except OSError:  # the program has gone and taken its end of the terminal along
                return
