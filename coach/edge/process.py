"""What happens to the process: it is told to end, its reader goes away, or it did not run for a while."""

import asyncio
import logging
import os
import signal
import stat
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Final, Self

from coach.edge.clock import Clock, loop_s

# --- Ctrl-C, SIGTERM and SIGHUP, and a reader of stdout that goes away
#
# After a signal the run is left interrupted and can be resumed.
#
# The journal is not closed: the caller restores the terminal, the recorder syncs, and `coach runs resume` continues
# at the same rep.

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


# --- The watchdog: the machine slept, the program was stopped, or its event loop was blocked
#
# Who asks first after such a halt learns of it, before anything gets a time behind it; a beat of the loop asks if
# nobody does. A thread writes into the log what the loop was doing while it is blocked.

BEAT_S: Final = 0.25
"""Seconds between two beats of the loop: how late a halt is noticed when nothing else happens."""
ASLEEP_S: Final = 1.0
"""The shortest sleep of the machine that counts; the clocks it is read from differ by microseconds."""
BLOCKED_S: Final = 2.0
"""How long the loop must stand still to count as blocked; a busy machine lets it wait for some tenths. Judged."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Halt:
    """A stretch in which the program did not run, by `Clock.monotonic`."""

    since: float
    until: float
    is_asleep: bool
    """Whether the machine slept; else the program was stopped or its loop blocked."""


class Watchdog:
    """Watches the event loop of a live run."""

    def __init__(self, clock: Clock, *, awake_s: Callable[[], float] = loop_s) -> None:
        """Watch by the clock of the run; `awake_s` is the time of the event loop."""
        self._clock = clock
        self._awake_s = awake_s
        self._seen_at = clock.monotonic()
        self._seen_awake_s = awake_s()
        self._seen_asleep_s = clock.asleep_s()
        self._beat: asyncio.TimerHandle | None = None

    def halt(self) -> Halt | None:
        """The halt since the loop last ran, if there was one."""
        is_asleep = self._clock.asleep_s() - self._seen_asleep_s >= ASLEEP_S
        if not is_asleep and self._awake_s() - self._seen_awake_s < BLOCKED_S:
            return None
        return Halt(self._seen_at, self._clock.monotonic(), is_asleep)

    def take_halt(self) -> Halt | None:
        """Return the halt, if there was one, and count the loop as running again."""
        halt = self.halt()
        self._seen_at = self._clock.monotonic() if halt is None else halt.until
        self._seen_awake_s = self._awake_s()
        self._seen_asleep_s = self._clock.asleep_s()
        return halt

    @contextmanager
    def watching(self, on_halt: Callable[[], None]) -> Iterator[None]:
        """Watch during the block; `on_halt` is called on the loop while there is a halt that nobody has taken."""
        loop = asyncio.get_running_loop()

        def beat() -> None:
            if self.halt() is None:
                self.take_halt()
            else:
                on_halt()
            self._beat = loop.call_later(BEAT_S, beat)

        has_ended = threading.Event()
        watcher = threading.Thread(
            target=self._watch, args=(has_ended, threading.get_ident()), name="watchdog", daemon=True
        )
        self.take_halt()
        beat()
        watcher.start()
        try:
            yield
        finally:
            has_ended.set()
            if self._beat is not None:
                self._beat.cancel()

    def _watch(self, has_ended: threading.Event, watched: int) -> None:
        """Run the watchdog's thread: log once for each block where the loop stands."""
        logged = 0.0
        while not has_ended.wait(BLOCKED_S / 2):
            seen = self._seen_awake_s
            if seen != logged and self._awake_s() - seen >= BLOCKED_S:
                logged = seen
                frame = sys._current_frames().get(watched)  # noqa: SLF001 - the only way to see another thread
                stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
                _LOG.warning("the event loop has been blocked for %.1f s:\n%s", self._awake_s() - seen, stack)
