"""What a library of a thousand workouts costs: listed, painted in a real terminal, and at every key."""

import fcntl
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from functools import partial
from pathlib import Path

from coach.edge.run_folder import Manifest, RunState, new_ulid, write_manifest
from tests.benchmarks.table import drawn, seconds, spread

COACH = str(Path(sys.executable).with_name("coach"))
LIBRARY = Path(__file__).parents[2] / "workouts"
COUNT = 1000
RUNS = 300
KEYS = 40
_DOWN = b"\x1b[B"
BARE = (
    "from textual.app import App; from textual.widgets import Static\n"
    "class Bare(App):\n"
    "    def compose(self): yield Static('leave')\n"
    "Bare().run()"
)
"""A Textual app that shows a word."""


def table(unit: float) -> str:
    """A thousand workouts of every kind in a runner's own folder, and three hundred runs of them."""
    with tempfile.TemporaryDirectory() as home:
        _fill(Path(home))
        everything = [COACH, "workout", "list"]
        filters = ["--for", "10k", "--level", "intermediate", "--phase", "build", "--under", "60min"]
        first = seconds(partial(_run, everything, home))
        rows = [
            ["the first list", f"{first:.3f} s", f"{first:.3f} s ({first / unit:.1f} units)", ""],
            _row("listed again", everything, home, unit),
            _row("listed and filtered", [*everything, *filters], home, unit),
            _row("listed by words", [*everything, "6", "x", "800"], home, unit),
        ]
        listed = drawn(f"Library of {COUNT}", ["a fresh process", "least", "median", "budget"], rows)
        painted = drawn(
            f"Library screen of {COUNT}, 120x40",
            ["in a terminal", "least", "median", "budget"],
            _screen(home),
        )
    return f"{listed}\n{painted}"


def _fill(home: Path) -> None:
    folder = home / "data" / "workouts"
    folder.mkdir(parents=True)
    shipped = sorted(LIBRARY.glob("*.json"))
    titles = []
    for number in range(COUNT - len(shipped)):
        document = json.loads(shipped[number % len(shipped)].read_bytes())
        document["name"] = f"{document['name'][:100]}, {number}"
        titles.append(document["name"])
        (folder / f"own-{number:04}.json").write_text(json.dumps(document))
    for number in range(RUNS):
        run = new_ulid(1.7e9 + number * 86400)
        path = home / "data" / "runs" / run
        path.mkdir(parents=True)
        (path / "recording.jsonl").touch()
        started = f"2026-{1 + number % 12:02}-{1 + number % 28:02}T18:00:00+00:00"
        write_manifest(path, Manifest(run, RunState.FINISHED, titles[number], "", started, 9, 9))


def _row(name: str, command: list[str], home: str, unit: float) -> list[str]:
    least, middle = spread(partial(_run, command, home))
    return [name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", "0.5 s"]


def _run(command: list[str], home: str) -> None:
    environment = os.environ | {"COACH_HOME": home}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment)


def _screen(home: str) -> list[list[str]]:
    """First paint from the start of the process, and the first bytes after a key."""
    bare = [_first_paint([sys.executable, "-c", BARE], home) for _ in range(5)]
    paints = [_first_paint([COACH, "run", "--no-record"], home) for _ in range(5)]
    terminal = Terminal([COACH, "run", "--no-record"], home)
    try:
        terminal.until(b"leave")
        terminal.drain(2.0)
        moves = [terminal.answer(_DOWN) for _ in range(KEYS)]
        terminal.drain(0.3)
        first = terminal.answer(b"/")
        typed = [first, *(terminal.answer(bytes([letter])) for letter in b"6 x 800 m at 5k" for _ in (0,))]
    finally:
        terminal.close()
    return [
        figures("a bare Textual app", bare, ""),
        figures("first painted", paints, "0.5 s"),
        figures("a key down", moves, "30 ms"),
        figures("a letter of a search", typed, "30 ms"),
    ]


def figures(name: str, values: list[float], budget: str) -> list[str]:
    """A row: the least, the median and the most of some values, beside their budget."""
    return [
        name,
        f"{min(values):.3f} s",
        f"{statistics.median(values):.3f} s (most {max(values):.3f})",
        budget,
    ]


def _first_paint(command: list[str], home: str) -> float:
    terminal = Terminal(command, home)
    try:
        return terminal.until(b"leave")
    finally:
        terminal.close()


class Terminal:
    """A program in a terminal, and what it draws."""

    def __init__(self, command: list[str], home: str) -> None:
        self._start = time.perf_counter()
        self._child, self._file = pty.fork()
        if self._child == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COACH_HOME=home)
            os.execv(command[0], command)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def until(self, text: bytes) -> float:
        """Read until a text is drawn; gives the seconds since the start."""
        drawn_bytes = b""
        while text not in drawn_bytes:
            drawn_bytes += os.read(self._file, 65536)
        return time.perf_counter() - self._start

    def drain(self, for_s: float) -> None:
        """Read what is drawn until nothing was for so long."""
        while select.select([self._file], [], [], for_s)[0]:
            os.read(self._file, 65536)

    def answer(self, key: bytes) -> float:
        """Press a key; gives the seconds until something is drawn."""
        begun = time.perf_counter()
        os.write(self._file, key)
        os.read(self._file, 65536)
        taken = time.perf_counter() - begun
        self.drain(0.1)
        return taken

    def close(self) -> None:
        """End the program."""
        os.kill(self._child, 9)
        os.waitpid(self._child, 0)
        os.close(self._file)
