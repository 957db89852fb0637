"""What the live screen costs in a real terminal: its CPU, memory and first paint, a key, and the end of a run."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

import pyte

from tests.benchmarks.library import BARE
from tests.benchmarks.table import drawn

COACH = str(Path(sys.executable).with_name("coach"))
MEASURED_S = 20.0
WARM_UP_S = 3.0
BY_HAND = ("2x200 @ 5k / 0:20", "--sensors", "none", "--marks", "--race", "5k=22:30")
RUNS, KEYS, PAIRS = 3, 10, 11
REST_S = 0.8
LONGEST_S = 60.0


def table(unit: float) -> str:
    """The demo at three sizes, 1 Hz data and a 4 Hz clock."""
    del unit
    rows = [_measured(columns, lines) for columns, lines in ((80, 24), (120, 40), (200, 60))]
    head = ["live screen", "first full paint", "CPU of one core", "memory", "output", "budget"]
    return f"{drawn('Screen', head, rows)}\n\n{_first_pictures()}\n\n{_answers()}"


def _first_pictures() -> str:
    """Processor time until the first whole picture, in pairs of the demo and an app that shows a word."""
    bare, demo = [], []
    with tempfile.TemporaryDirectory() as home:
        for number in range(PAIRS + 1):
            pair = (
                _until_picture(sys.executable, ["-c", BARE], home),
                _until_picture(COACH, ["demo"], home),
            )
            if number:  # the first pair fills the caches of the disk
                bare.append(pair[0])
                demo.append(pair[1])
    ratios = sorted(ours / theirs for ours, theirs in zip(demo, bare, strict=True))
    rows = [
        ["a bare Textual app", f"{min(bare):.3f} s", f"{median(bare):.3f} s", ""],
        ["coach demo", f"{min(demo):.3f} s", f"{median(demo):.3f} s", ""],
        ["the one to the other", f"{ratios[0]:.2f}", f"{median(ratios):.2f}", "2.0, aim 1.5"],
    ]
    return drawn("First picture, 120x40", ["processor time", "least", "median", "budget"], rows)


def _until_picture(program: str, words: list[str], home: str) -> float:
    """Seconds of a processor, of all threads, until the last row of the picture is read."""
    child, terminal = _begin(words, 120, 40, home, program=program)
    drawn_bytes = b""
    try:
        while b"leave" not in drawn_bytes:
            drawn_bytes += os.read(terminal, 65536)
        os.kill(child, signal.SIGSTOP)
        spent = 0
        for thread in Path(f"/proc/{child}/task").iterdir():
            with suppress(FileNotFoundError):
                spent += int((thread / "schedstat").read_text().split()[0])
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    return spent / 1e9


def _answers() -> str:
    """How soon keys are answered in a run by hand, and how soon its last press brings the summary."""
    keys, summaries = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            child, terminal = _begin(["run", *BY_HAND], 120, 40, home)
            seen = _Seen(120, 40)
            try:
                _until(terminal, seen, "TO START")
                time.sleep(WARM_UP_S)
                _press(terminal, seen, b" ", "REP TIME")
                for _ in range(KEYS):
                    keys += [
                        _press(terminal, seen, b"a", "a rep more"),
                        _press(terminal, seen, b"d", "a rep less"),
                    ]
                _press(terminal, seen, b"n", "JOG")
                _press(terminal, seen, b"n", "finish")
                summaries.append(_press(terminal, seen, b"n", "how hard"))
            finally:
                os.kill(child, 9)
                os.waitpid(child, 0)
                os.close(terminal)
    rows = [
        ["a key until its answer is read", f"{min(keys):.1f} ms", f"{median(keys):.1f} ms", "30 ms"],
        [
            "the last press until the summary is read",
            f"{min(summaries):.0f} ms",
            f"{median(summaries):.0f} ms",
            "200 ms",
        ],
    ]
    return drawn("Screen of a run, 120x40", ["in a terminal", "least", "median", "budget"], rows)


class _Seen:
    """What stands on the terminal: the program sends only what differs, so words come in pieces."""

    def __init__(self, columns: int, lines: int) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, read: bytes) -> None:
        """Draw what was read."""
        self._stream.feed(read)

    def shows(self, words: str) -> bool:
        """Tell whether a line has these words."""
        return any(words in line for line in self._screen.display)


def _press(terminal: int, seen: _Seen, key: bytes, answer: str) -> float:
    """Milliseconds from a key to its answer, after a rest in which the same key is no bounce and the clock ticks."""
    _drain(terminal, REST_S, 0.0, seen)
    start = time.perf_counter()
    os.write(terminal, key)
    _until(terminal, seen, answer)
    return (time.perf_counter() - start) * 1e3


def _until(terminal: int, seen: _Seen, words: str) -> None:
    until = time.perf_counter() + LONGEST_S
    while not seen.shows(words):
        if not select.select([terminal], [], [], max(0.0, until - time.perf_counter()))[0]:
            raise TimeoutError(f"{words!r} did not come within {LONGEST_S:.0f} s")
        seen.feed(os.read(terminal, 65536))


def _begin(words: list[str], columns: int, lines: int, home: str, *, program: str = COACH) -> tuple[int, int]:
    """Start the program in a terminal of its own, or another one."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COACH_HOME=home)
        os.execv(program, [program, *words])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    return child, terminal


def _measured(columns: int, lines: int) -> list[str]:
    start = time.perf_counter()
    child, terminal = _begin(["demo"], columns, lines, "/nonexistent")
    try:
        first, _ = _drain(terminal, WARM_UP_S, start)
        before = _cpu_s(child)
        _, size = _drain(terminal, MEASURED_S, start)
        cpu = (_cpu_s(child) - before) / MEASURED_S * 100
        memory = _memory_mb(child)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    budget = "0.7 s, 2.5 %, 80 MB" if columns == 120 else ""
    return [
        f"{columns}x{lines}",
        f"{first:.2f} s",
        f"{cpu:.1f} %",
        f"{memory:.0f} MB",
        f"{size / MEASURED_S / 1000:.1f} kB/s",
        budget,
    ]


def _drain(terminal: int, for_s: float, start: float, seen: _Seen | None = None) -> tuple[float, int]:
    until, size, first = time.perf_counter() + for_s, 0, 0.0
    while (left := until - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            chunk = os.read(terminal, 65536)
            size += len(chunk)
            if seen is not None:
                seen.feed(chunk)
            if not first and size > 4000:
                first = time.perf_counter() - start
    return first, size


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(process: int) -> float:
    line = next(
        one for one in Path(f"/proc/{process}/status").read_text().splitlines() if one.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024
