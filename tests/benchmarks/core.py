"""What the compiled core saves: an hour folded on both cores in one run, with instructions counted.

Seconds swing with whatever else the machine does; instructions of one process do not.
`python -m tests.benchmarks.core keep` puts a row into the table of `docs/explanation/performance.md`, which has the
last five.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.table import drawn

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "explanation" / "performance.md"
KEPT: Final = 5
_ROUNDS: Final = 3
_SHORT, _LONG = 200, 1200
"""Inputs that are folded under a counter: the difference leaves out what starting and importing takes."""
_FOLD: Final = "import sys; from tests.benchmarks.core import fold_once; fold_once(int(sys.argv[1]))"


def table(unit: float) -> str:
    """Both cores, taking turns."""
    return drawn("Core", _HEAD, [_cells(name, *figures, unit) for name, figures in measured().items()])


_HEAD: Final = ["one hour folded", "least", "median", "each", "instructions an input", "budget"]


def _cells(name: str, times: list[float], instructions: float | None, unit: float) -> list[str]:
    least, middle = min(times), median(times)
    budget = "0.36 s, aim 0.18 s" if name == "pure" else "0.12 s, aim 0.06 s"
    each = f"{least / 7202 * 1e6:.1f} µs"
    counted = "no counter here" if instructions is None else f"{instructions / 1000:.1f} k"
    return [name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", each, counted, budget]


def measured() -> dict[str, tuple[list[float], float | None]]:
    """Seconds of some hours and instructions of an input, by core; the pure one alone where nothing can be compiled."""
    from tools.compiled import PURE, cores, why_not

    copies = cores() if why_not() is None else (ROOT,)
    names = {copy: "pure" if copy in {PURE, ROOT} else "compiled" for copy in copies}
    times: dict[str, list[float]] = {name: [] for name in names.values()}
    for _ in range(_ROUNDS):
        for copy in copies:
            times[names[copy]].append(float(_run([sys.executable, "-c", _FOLD, "0"], copy).stdout))
    return {name: (times[name], _instructions(copy)) for copy, name in names.items()}


def fold_once(count: int) -> None:
    """Fold the hour and print its seconds; or, under a counter, fold only its first inputs and print nothing."""
    from coach.live.contract import RunSetup
    from coach.live.run import LiveRun, refold
    from tests.benchmarks.fold import a_workout, an_hour
    from tests.benchmarks.table import seconds

    inputs, run = an_hour(), LiveRun(RunSetup("bench", a_workout()))
    if count:
        refold(run, inputs[:count])
    else:
        print(seconds(lambda: refold(run, inputs)))


def _instructions(copy: Path) -> float | None:
    counts = [_counted([sys.executable, "-c", _FOLD, str(count)], copy) for count in (_SHORT, _LONG)]
    if None in counts:
        return None
    return (float(counts[1] or 0) - float(counts[0] or 0)) / (_LONG - _SHORT)


def _counted(command: list[str], copy: Path) -> int | None:
    """Instructions of a command: by perf where the machine lets it count, else by callgrind."""
    if shutil.which("perf") is not None:
        ran = _run(["perf", "stat", "-x,", "-e", "instructions:u", *command], copy, may_fail=True)
        if (found := re.search(r"^(\d+),", ran.stderr, re.MULTILINE)) is not None:
            return int(found[1])
    if shutil.which("valgrind") is not None:
        with tempfile.TemporaryDirectory() as folder:
            out = f"--callgrind-out-file={folder}/out"
            ran = _run(["valgrind", "--tool=callgrind", out, *command], copy, may_fail=True)
        if (found := re.search(r"Collected : (\d+)", ran.stderr)) is not None:
            return int(found[1])
    return None


def _run(command: list[str], copy: Path, *, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(copy), str(ROOT)])
    fixed = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0"}
    return subprocess.run(command, check=not may_fail, cwd=copy, env=fixed, capture_output=True, text=True)


def keep(what: str) -> str:
    """Put what was measured now into the table of the page, on top, and drop the oldest rows."""
    from tests.benchmarks.table import machine_unit

    unit, figures = machine_unit(), measured()
    cells = [what]
    for name in ("pure", "compiled"):
        times, instructions = figures.get(name, ([], None))
        cells.append("--" if not times else f"{min(times):.3f} s ({min(times) / unit:.1f} units)")
        cells.append("--" if instructions is None else f"{instructions / 1000:.1f} k")
    row = "| " + " | ".join(cells) + " |"
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_row(page, row), encoding="utf-8")
    return row


def with_row(page: str, row: str) -> str:
    """The page with a row more below the ruler of its last table, and no more than five rows in it."""
    before, ruler, rows = page.rpartition("|---|---|---|---|---|\n")
    kept = [line for line in rows.splitlines() if line.startswith("|")]
    rest = rows.removeprefix("".join(f"{line}\n" for line in kept))
    return before + ruler + "".join(f"{line}\n" for line in [row, *kept][:KEPT]) + rest


if __name__ == "__main__":
    if sys.argv[1:2] == ["keep"]:
        print(keep(" ".join(sys.argv[2:]) or "now"))
    else:
        print(json.dumps(measured()))
