"""Handles Ctrl-C, SIGTERM and SIGHUP, and a reader of stdout that goes away.

After a signal the run is left interrupted and can be resumed.

The journal is not closed: the caller restores the terminal, the recorder syncs, and `coach runs resume` continues
at the same rep.
"""

import asyncio
import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import ClassVar, Final, Self

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class ShutdownSignals:
    """While entered, the signals that end a program call a function instead; needs a running event loop.

    One that is entered inside another takes its place until it is left again: a screen outlives the run it shows.
    """

    _entered: ClassVar[list["ShutdownSignals"]] = []

    def __init__(self, on_shutdown: Callable[[], None]) -> None:
        """Call `on_shutdown` (such as `Conductor.leave`) on the loop at each signal."""
        self._on_shutdown = on_shutdown
        self.signal: signal.Signals | None = None
        """The first signal received."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handled: list[signal.Signals] = []

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._entered.append(self)
        self._handle()
        return self

    def _handle(self) -> None:
        """Let the signals call this one."""
        assert self._loop is not None  # it was entered
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is None:
                continue  # there is no SIGHUP on Windows
            try:
                self._loop.add_signal_handler(number, self._on_signal, number)
            except (NotImplementedError, RuntimeError, ValueError):
                continue  # on Windows, or off the main thread: there Ctrl-C raises
            self._handled.append(number)

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number in self._handled:
            if self._loop is not None:
                self._loop.remove_signal_handler(number)
        self._handled.clear()
        self._entered.remove(self)
        for outer in self._entered[-1:]:
            outer._handle()  # noqa: SLF001 - one of its own kind

    @property
    def exit_code(self) -> int | None:
        """130 after Ctrl-C, 5 after SIGTERM or SIGHUP; None if there was no signal."""
        if self.signal is None:
            return None
        return 130 if self.signal is signal.SIGINT else 5

    def _on_signal(self, number: signal.Signals) -> None:
        self.signal = self.signal or number
        self._on_shutdown()


@contextmanager
def without_reader(descriptor: int, on_gone: Callable[[], None]) -> Iterator[None]:
    """While entered, call `on_gone` once the reader of a pipe that is written to has gone.

    Nothing is watched where the descriptor is no pipe, or the system does not tell (Windows).
    """
    loop = asyncio.get_running_loop()

    def tell() -> None:
        loop.remove_reader(descriptor)  # the end of a pipe is reported again and again
        on_gone()

    try:
        is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        is_pipe = False
    try:
        if is_pipe:
            loop.add_reader(descriptor, tell)
    except (NotImplementedError, OSError):
        is_pipe = False
    try:
        yield
    finally:
        if is_pipe:
            loop.remove_reader(descriptor)
