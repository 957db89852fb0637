"""How long until something is there: help, the first lines of a replay."""

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.table import drawn, spread

COACH = str(Path(sys.executable).with_name("coach"))


def table(unit: float) -> str:
    """Fresh processes, from start to end."""
    rows = [
        _row("python -c pass", [sys.executable, "-c", "pass"], unit, ""),
        _row("coach --help", [COACH, "--help"], unit, "0.15 s"),
        _row("coach workout list", [COACH, "workout", "list"], unit, ""),
        _row("import the screen", [sys.executable, "-c", "import coach.screen.app"], unit, ""),
    ]
    return drawn("Start", ["a fresh process", "least", "median", "budget"], rows)


def _row(name: str, command: list[str], unit: float, budget: str) -> list[str]:
    def run() -> None:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    run()
    least, middle = spread(run)
    return [name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", budget]
