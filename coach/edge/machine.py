"""What a run needs of the machine: signals that end it, a watchdog, wakefulness, a debug log, the height of a row."""

import asyncio
import logging
import os
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from coach.edge.clock import Clock, loop_s
from coach.edge.files import make_private_folder

# --- signals, and a reader of stdout that goes away
#
# After a signal the run is left interrupted and can be resumed. The journal is not closed: the caller restores the
# terminal, the recorder syncs, and `coach runs resume` continues at the same rep.

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class ShutdownSignals:
    """While entered, the signals that end a program call a function instead; needs a running event loop.

    One that is entered inside another replaces it until it is left again: a screen outlives the run it shows.
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
        """Install the handlers of the signals."""
        assert self._loop is not None  # it was entered
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is None:
                continue  # Windows has no SIGHUP
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
    """While entered, call `on_gone` once the reader of a pipe has gone.

    Nothing is watched if the descriptor is not a pipe, or the system cannot report it (Windows).
    """
    loop = asyncio.get_running_loop()

    def tell() -> None:
        loop.remove_reader(descriptor)  # the end of a pipe is reported repeatedly
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


# --- the watchdog: the machine slept, the program was stopped, or its event loop was blocked
#
# The first caller after a halt learns of it, before any later input gets a time; a beat of the loop checks if nobody
# calls. A thread logs what the loop is doing while it is blocked.

BEAT_S: Final = 0.25
"""Seconds between two beats of the loop: the longest delay before a halt is noticed."""
ASLEEP_S: Final = 1.0
"""The shortest sleep of the machine that counts; its two clocks differ by microseconds."""
BLOCKED_S: Final = 2.0
"""How long the loop must stand still to count as blocked; on a busy machine it waits for some tenths. Judged."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Halt:
    """A period in which the program did not run, by `Clock.monotonic`."""

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
        """Watch during the block; `on_halt` is called on the loop while a halt has not been taken."""
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
            beat_s = self._seen_awake_s
            if beat_s != logged and self._awake_s() - beat_s >= BLOCKED_S:
                logged = beat_s
                frame = sys._current_frames().get(watched)  # noqa: SLF001 - the only way to see another thread
                stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
                _LOG.warning(
                    "the event loop has been blocked for %.1f s:\n%s", self._awake_s() - beat_s, stack
                )


# --- the panel: how high a row of the terminal is
#
# The terminal reports the pixels of a cell: by the window size of its line (`TIOCGWINSZ`), or by its answer to `CSI 16
# t` or `CSI 14 t`. The EDID of the panel has its millimetres and pixels; Linux keeps it under `/sys/class/drm`. A
# scaled display has more millimetres per pixel than this computes.

_DRM: Final = Path("/sys/class/drm")
_HEADER: Final = bytes([0, 255, 255, 255, 255, 255, 255, 0])
_BUILT_IN: Final = ("eDP", "LVDS", "DSI")
"""The connectors of a laptop's own panel."""
_PLAUSIBLE_MM: Final = (50.0, 1500.0)
"""Heights of panels from a telephone to a wall; an EDID may hold anything."""
ASSUMED_MM: Final = 188.0
"""Height of a 14-inch 16:10 panel, if nothing is known."""
USED: Final = 0.93
"""Share of the height that the rows of a full-screen terminal take. Measured on one desktop (reference, UX)."""
_LONGEST: Final = 1024
"""Most bytes of an answer."""
_ANSWER_S: Final = 0.5
"""How long a terminal may take to answer; one on this machine takes a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A screen of this machine, in its preferred mode."""

    height_px: int
    height_mm: float
    is_built_in: bool


@dataclass(frozen=True, slots=True)
class RowHeight:
    """The height of a row, and how it is known."""

    mm: float
    how: str
    """How it is known, in words."""
    full_mm: float
    """Height of all rows of a terminal that fills the screen."""


def row_height(lines: int, *, cell_px: float | None = None, panel: Panel | None = None) -> RowHeight:
    """The height of a row on a terminal of so many lines, from the known cells and panel."""
    full_mm = USED * (ASSUMED_MM if panel is None else panel.height_mm)
    if panel is not None and cell_px and cell_px * lines <= panel.height_px * 1.02:
        return RowHeight(cell_px * panel.height_mm / panel.height_px, "measured on this panel", full_mm)
    filled = "a 14-inch laptop" if panel is None else "this panel"
    return RowHeight(full_mm / max(1, lines), f"where the window fills {filled}", full_mm)


def panel_here(folder: Path = _DRM) -> Panel | None:
    """Find the panel that probably shows the terminal: the laptop's own, or the only one; None if unknown."""
    panels = []
    for connector in sorted(folder.glob("card*-*")):
        try:
            if (connector / "status").read_text(encoding="ascii").strip() != "connected":
                continue
            data = (connector / "edid").read_bytes()
        except (OSError, ValueError):
            continue
        panel = panel_of(data, is_built_in=any(kind in connector.name for kind in _BUILT_IN))
        if panel is not None:
            panels.append(panel)
    built_in = [panel for panel in panels if panel.is_built_in]
    candidates = built_in or panels
    return candidates[0] if len(candidates) == 1 or built_in else None


def panel_of(edid: bytes, *, is_built_in: bool = False) -> Panel | None:
    """Read the first detailed timing of an EDID (VESA E-EDID 3.10.2); None if it is not plausible."""
    if len(edid) < 128 or edid[:8] != _HEADER or sum(edid[:128]) % 256:
        return None
    timing = edid[54:72]
    if not (timing[0] or timing[1]):  # a descriptor of another kind
        return None
    height_px = timing[5] | (timing[7] >> 4) << 8
    height_mm = float(timing[13] | (timing[14] & 0x0F) << 8) or 10.0 * edid[22]
    low, high = _PLAUSIBLE_MM
    return Panel(height_px, height_mm, is_built_in) if height_px and low <= height_mm <= high else None


def cell_height_px(lines: int, *, may_ask: bool = True) -> float | None:
    """The pixels of a row of the terminal on stdout; None if unknown.

    The terminal itself is asked only if `may_ask` is true and stdin is a terminal as well, which gets the answer.
    """
    pixels = _window_pixels(lines)
    if pixels is not None:
        return pixels
    if not (may_ask and sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    try:
        return pixels_in(_answer(), lines)
    except (ImportError, OSError, ValueError):
        return None


def _window_pixels(lines: int) -> float | None:
    try:
        import fcntl  # not on Windows
        import struct
        import termios

        size = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, b"\0" * 8)  # type: ignore[union-attr]
        rows, _, _, height_px = struct.unpack("HHHH", size)
    except (ImportError, OSError, ValueError, AttributeError):
        return None
    return height_px / (rows or lines) if height_px else None


def pixels_in(answer: str, lines: int) -> float | None:
    """Read the height of a cell in the answers to `CSI 16 t` and `CSI 14 t`."""
    cell = re.search(r"\x1b\[6;(\d+);\d+t", answer)
    if cell and int(cell[1]):
        return float(cell[1])
    window = re.search(r"\x1b\[4;(\d+);\d+t", answer)
    return int(window[1]) / lines if window and int(window[1]) and lines else None


def _answer() -> str:
    """Ask for cell and window, and last for the attributes, which every terminal answers and which ends the wait."""
    import termios
    import tty

    line = sys.stdin.fileno()
    before = termios.tcgetattr(line)
    try:
        tty.setcbreak(line)
        os.write(sys.stdout.fileno(), b"\x1b[16t\x1b[14t\x1b[c")
        return read_until(lambda: os.read(line, 1024), lambda left_s: _can_read(line, left_s))
    finally:
        termios.tcsetattr(line, termios.TCSAFLUSH, before)


def _can_read(line: int, left_s: float) -> bool:
    return bool(select.select([line], [], [], max(0.0, left_s))[0])


def read_until(read: Callable[[], bytes], can_read: Callable[[float], bool]) -> str:
    """Read what a terminal answers, up to its attributes (`CSI ? ... c`) or until nothing comes for a while."""
    answer = b""
    while not re.search(rb"\x1b\[\?[\d;]*c", answer) and len(answer) < _LONGEST and can_read(_ANSWER_S):
        answer += read()
    return answer.decode("ascii", "replace")


# --- keeping the laptop awake during a run
#
# On Linux and macOS a child process holds the request for as long as it lives; on Windows a call sets it. The child
# runs `cat` on a pipe from this program: when this program ends, in whatever way, the pipe closes, `cat` ends and the
# machine may sleep again. The child's first line confirms the request, because the holders start their command only
# once it is granted.

HOLD_S: Final = 3.0
"""Timeout for a holder to confirm the request; systemd-inhibit takes some 20 ms."""
RELEASE_S: Final = 1.0
"""Timeout for a holder to end by itself before it is killed."""

_HOLDERS: Final = {
    "linux": (
        "systemd-inhibit",
        "--what=idle:sleep",  # closing the lid is deliberate and stays allowed
        "--who=Trackside Coach",
        "--why=a run is live",
        "--mode=block",
    ),
    "darwin": ("caffeinate", "-d", "-i", "-s"),
}
"""By platform, the program that keeps the machine and its screen awake while its command runs."""
_HELD: Final = b"held\n"
_COMMAND: Final = ("sh", "-c", "echo held; exec cat")
# winbase.h: ES_CONTINUOUS | ES_SYSTEM_REQUIRED | ES_DISPLAY_REQUIRED, and ES_CONTINUOUS alone to release
_WINDOWS_HOLD: Final = 0x80000003
_WINDOWS_RELEASE: Final = 0x80000000


class SleepInhibitor:
    """While entered, the machine neither sleeps nor blanks its screen; if that fails, `trouble` says why.

    Entering never raises. Enter and leave on the same thread (Windows ties the request to it).
    """

    def __init__(self, platform: str = sys.platform) -> None:
        """Request nothing yet; `platform` is named as in `sys.platform`."""
        self._platform = platform
        self._holder: subprocess.Popen[bytes] | None = None
        self.trouble = ""
        """Why the machine may fall asleep, as the end of a sentence; empty while it is kept awake."""

    def __enter__(self) -> Self:
        """Make the request, and wait until it is granted or refused."""
        if self._platform == "win32":
            self.trouble = _set_windows_state(_WINDOWS_HOLD)
        elif self._platform in _HOLDERS:
            self._start_holder(_HOLDERS[self._platform])
        else:
            self.trouble = f"nothing is known that keeps {self._platform} awake"
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let the machine sleep again."""
        if self._platform == "win32" and not self.trouble:
            _set_windows_state(_WINDOWS_RELEASE)
        if self._holder is not None:
            _release(self._holder)
            self._holder = None

    def _start_holder(self, command: tuple[str, ...]) -> None:
        program = shutil.which(command[0])
        if program is None:
            self.trouble = f"{command[0]} is not installed"
            return
        try:
            # A session of its own, because Ctrl-C is meant for the run alone.
            holder = subprocess.Popen(  # noqa: S603 - a system program, with fixed arguments
                [program, *command[1:], *_COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            self.trouble = f"{command[0]} cannot be started: {error.strerror}"
            return
        if _is_granted(holder):
            self._holder = holder
            return
        self.trouble = f"{command[0]} {_release(holder) or 'did not answer'}"


def _is_granted(holder: subprocess.Popen[bytes]) -> bool:
    """Wait for the line that confirms the request; returns False if it does not come."""
    assert holder.stdout is not None
    ready, _, _ = select.select([holder.stdout], [], [], HOLD_S)
    return bool(ready) and os.read(holder.stdout.fileno(), len(_HELD)) == _HELD


def _release(holder: subprocess.Popen[bytes]) -> str:
    """End a holder by closing its pipe, or kill its process group after a timeout; returns its error message."""
    try:
        _, complaint = holder.communicate(timeout=RELEASE_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(holder.pid, signal.SIGKILL)
        _, complaint = holder.communicate()
    lines = complaint.decode(errors="replace").strip().splitlines()
    return f"says: {lines[-1]}" if lines else ""


def _set_windows_state(state: int) -> str:
    """Set the thread's execution state (`SetThreadExecutionState`); returns an error message or ""."""
    import ctypes

    dll: Any = getattr(ctypes, "windll", None)
    if dll is None or not dll.kernel32.SetThreadExecutionState(state):
        return "Windows refused SetThreadExecutionState"
    return ""


# --- the debug log: a rotating file, for bug reports

_SIZE: Final = 1 << 20
_BACKUPS: Final = 3
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _PrivateFile(RotatingFileHandler):
    """A rotating log that only its owner can read and that reports nothing on stderr."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class names it so
        """Drop the line: an error report would be printed over the live screen."""


def start_log(path: Path | None) -> bool:
    """Send every log line but debug ones to `path`; returns False if the file cannot be written.

    Log lines of libraries (asyncio, Textual) go there too. Without a path, log lines are dropped.
    """
    handler = _handler(path)
    handler.setFormatter(logging.Formatter(_FORMAT))
    stop_log()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    logging.captureWarnings(True)
    return not isinstance(handler, logging.NullHandler)


def stop_log() -> None:
    """Close the log, if one was started."""
    root = logging.getLogger()
    for handler in [
        handler for handler in root.handlers if isinstance(handler, _PrivateFile | logging.NullHandler)
    ]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


def _handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.NullHandler()
    try:
        make_private_folder(path.parent)
        return _PrivateFile(
            path, maxBytes=_SIZE, backupCount=_BACKUPS, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return logging.NullHandler()
