"""How long until something is there: help, the first lines of a replay."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from coach.app.terminal import SILENT
from coach.edge.clock import MachineClock
from tests.app.test_resume import REPS, interrupt
from tests.benchmarks.table import drawn, spread
from tests.pty.terminal import Terminal

COACH = str(Path(sys.executable).with_name("coach"))


def table(unit: float) -> str:
    """Fresh processes, from start to end."""
    rows = [
        _row("python -c pass", [sys.executable, "-c", "pass"], unit, ""),
        _row("coach --help", [COACH, "--help"], unit, "0.15 s"),
        _row("coach workout list", [COACH, "workout", "list"], unit, ""),
        *_offer_rows(unit),
        _row("import the screen", [sys.executable, "-c", "import coach.screen.app"], unit, ""),
    ]
    return drawn("Start", ["a fresh process", "least", "median", "budget"], rows)


def _offer_rows(unit: float) -> list[list[str]]:
    """From the start of the program to the question how a run goes on that was cut off after an hour."""
    rows = []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        runs, workout = home / "data" / "runs", home / "reps.json"
        runs.mkdir(parents=True)
        hour = json.loads(json.dumps(REPS).replace('"repeat": 10', '"repeat": 60'))
        workout.write_text(json.dumps(hour))
        interrupt(runs, workout, SILENT, at=3600.0, gap_s=60.0, now=MachineClock().wall().epoch_s)
        for words in ([], ["run", str(workout), "--sensors", "none"]):

            def until_asked(words: list[str] = words) -> None:
                terminal = Terminal(words, home)
                try:
                    terminal.until(lambda: b"r, d, f, n" in terminal.output, "the question")
                finally:
                    terminal.close()

            until_asked()
            least, middle = spread(until_asked)
            name = f"{' '.join(['coach', *words[:1]])}: a run cut off is offered"
            rows.append([name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", "0.5 s"])
    return rows


def _row(name: str, command: list[str], unit: float, budget: str) -> list[str]:
    def run() -> None:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    run()
    least, middle = spread(run)
    return [name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", budget]
