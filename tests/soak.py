"""A long run in a terminal, sixty times as fast: nothing that it holds may grow.

The real conductor, the real recorder and the real screen run two hours of a simulated runner in two minutes. What the
process holds is looked at every ten minutes of the run: descriptors, threads, memory, and what it took of a processor.

    python -m tests.soak                  two hours
    python -m tests.soak MINUTES [SPEED]  another length, at another speed
"""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.table import drawn
from tests.pty.terminal import Terminal

MINUTES: Final = 120.0
SPEED: Final = 60.0
LOOKS: Final = 12
WORKOUT: Final = "10min easy + 11x8min @ threshold / 2min jog + 30min easy"
"""Two hours and a half of steps by time, so that a run of two hours ends in none of them."""
SETTLED: Final = 2
"""The look from which on everything is loaded: the letters of a pace are painted and kept as they come."""
MOST_MB_AN_HOUR: Final = 2.0
"""Twice the contract: an allocator may hold on to some of what was let go (0.8 MB an hour is measured)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a process holds at a moment of its run."""

    minute: float
    descriptors: int
    threads: int
    memory_mb: float
    cpu_s: float
    """Since the start of the process."""
    output_kb: float
    """Since the look before."""


def soaked(home: Path, minutes: float = MINUTES, speed: float = SPEED, looks: int = LOOKS) -> list[Look]:
    """Run so many minutes in a terminal, and look at the process so many times."""
    child = (sys.executable, "-m", "tests.soak", "child", str(speed))
    terminal = Terminal(["run", WORKOUT, "--sensors", "sim", "--race", "5k=22:30"], home, program=child)
    try:
        terminal.until(lambda: b"PACE" in terminal.output and terminal.said("phase"), "the run is painted")
        seen = []
        for number in range(1, looks + 1):
            terminal.output = b""
            terminal.watch(minutes * 60.0 / speed / looks)
            seen.append(_look(terminal, minutes * number / looks))
        assert terminal.said("step_started"), "the run has not begun"
        return seen
    finally:
        terminal.close()


def _look(terminal: Terminal, minute: float) -> Look:
    process = Path(f"/proc/{terminal.process}")
    fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    return Look(
        minute,
        len(list((process / "fd").iterdir())),
        terminal.threads(),
        int(status["VmRSS"].split()[0]) / 1024,
        (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        len(terminal.output) / 1000,
    )


def growth(seen: list[Look]) -> list[str]:
    """What has grown from the time on when everything was loaded; empty if nothing has."""
    first, last = seen[min(SETTLED, len(seen) - 1)], seen[-1]
    grown = []
    if last.descriptors > first.descriptors:
        grown.append(f"descriptors: {first.descriptors} to {last.descriptors}")
    if last.threads > first.threads:
        grown.append(f"threads: {first.threads} to {last.threads}")
    hours = (last.minute - first.minute) / 60.0
    if last.memory_mb - first.memory_mb > MOST_MB_AN_HOUR * max(hours, 0.5):
        grown.append(f"memory: {first.memory_mb:.1f} MB to {last.memory_mb:.1f} MB")
    return grown


def table(seen: list[Look]) -> str:
    """A row a look."""
    rows, before = [], 0.0
    for look in seen:
        rows.append(
            [
                f"{look.minute:.0f} min",
                str(look.descriptors),
                str(look.threads),
                f"{look.memory_mb:.1f} MB",
                f"{look.cpu_s - before:.2f} s",
                f"{look.output_kb:.0f} kB",
            ]
        )
        before = look.cpu_s
    return drawn(
        "Soak", ["of the run", "descriptors", "threads", "memory", "CPU since", "output since"], rows
    )


def _child(speed: float, words: list[str]) -> None:
    """Be the program, with a clock that runs faster."""
    from coach import cli
    from coach.app import live_run
    from coach.app.simulation import FastClock
    from coach.edge.clock import MachineClock

    setattr(live_run, "MachineClock", lambda: FastClock(MachineClock(), speed))  # noqa: B010 - it is a class to mypy
    sys.argv = ["coach", *words]
    cli.main()


def main(words: list[str]) -> None:
    """Soak and print, and exit with 1 if anything has grown; or be the program itself."""
    if words[:1] == ["child"]:
        _child(float(words[1]), words[2:])
        return
    minutes = float(words[0]) if words else MINUTES
    speed = float(words[1]) if len(words) > 1 else SPEED
    with tempfile.TemporaryDirectory() as home:
        seen = soaked(Path(home), minutes, speed)
    print(table(seen))
    if grown := growth(seen):
        sys.exit("\n".join(["", "It grows.", *grown]))
    print("\nNothing grows.")


if __name__ == "__main__":
    main(sys.argv[1:])
