"""Tables of measurements, and the unit that makes two machines comparable."""

import compileall
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median

import coach


def machine_unit() -> float:
    """Seconds this machine takes for a fixed loop of plain Python: the least of five."""

    def loop() -> int:
        total = 0
        for number in range(1_000_000):
            total += number & 7
        return total

    return min(seconds(loop) for _ in range(5))


def compile_bytecode() -> None:
    """Write the bytecode of the package, as an installation does.

    Where the environment forbids Python to write it, every process would compile the source anew: the library of 1,000
    workouts takes 0.38 s of a processor to its first picture with it, and 0.54 s without.
    """
    compileall.compile_dir(Path(coach.__file__).parent, quiet=1)


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu_seconds(work: Callable[[], object]) -> float:
    """Seconds of a processor that one call takes, here and in what it waits for: the same on a busy machine."""

    def spent() -> float:
        return sum(sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))

    start = spent()
    work()
    return spent() - start


def spread(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Least and median seconds of some calls."""
    took = [seconds(work) for _ in range(times)]
    return min(took), median(took)


def drawn(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown under its title."""
    lines = [f"## {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
