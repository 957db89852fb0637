"""What the live screen costs in a real terminal: `coach demo` in a pty, its CPU, memory and first paint."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path

from tests.benchmarks.table import drawn

COACH = str(Path(sys.executable).with_name("coach"))
MEASURED_S = 20.0
WARM_UP_S = 3.0


def table(unit: float) -> str:
    """The demo at three sizes, 1 Hz data and a 4 Hz clock."""
    del unit
    rows = [_measured(columns, lines) for columns, lines in ((80, 24), (120, 40), (200, 60))]
    head = ["live screen", "first full paint", "CPU of one core", "memory", "output", "budget"]
    return drawn("Screen", head, rows)


def _measured(columns: int, lines: int) -> list[str]:
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COACH_HOME="/nonexistent")
        os.execv(COACH, [COACH, "demo"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
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
    budget = "0.7 s, 3 %, 80 MB" if columns == 120 else ""
    return [
        f"{columns}x{lines}",
        f"{first:.2f} s",
        f"{cpu:.1f} %",
        f"{memory:.0f} MB",
        f"{size / MEASURED_S / 1000:.1f} kB/s",
        budget,
    ]


def _drain(terminal: int, for_s: float, start: float) -> tuple[float, int]:
    until, size, first = time.perf_counter() + for_s, 0, 0.0
    while (left := until - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            chunk = os.read(terminal, 65536)
            size += len(chunk)
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
