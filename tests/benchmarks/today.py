"""How long `coach plan today` takes from its start, and how many days one missed session touches."""

import os
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from coach.edge.files import Paths
from coach.edge.training_files import PlanFiles
from coach.plan.model import monday_of, write_plan
from tests.benchmarks.startup import COACH
from tests.benchmarks.table import drawn, spread
from tests.plan.lives import Year, one_missed
from tests.plan.weeks import FIVE_DAYS, beginning_on, plan_of

SEASONS = 1000


def table(unit: float) -> str:
    """From start to end of a fresh process, a year of mornings, and a thousand seasons."""
    rows = [*_command_rows(unit), _year_row(unit)]
    touched = one_missed(SEASONS)
    return "\n\n".join(
        [
            drawn("Today", ["what", "least", "median", "budget"], rows),
            drawn(
                f"Days touched by one missed session, {SEASONS} seasons",
                ["of", "median", "most", "budget", "how often"],
                [
                    _touched_row("every run", touched.of_every, "median <= 1, never over 3"),
                    _touched_row("hard and long ones", touched.of_quality, ""),
                ],
            ),
        ]
    )


def _command_rows(unit: float) -> list[list[str]]:
    """As planned, and in a form that fits into 35 minutes."""
    rows = []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        _begin_plan(home)
        for words, budget in (([], "0.3 s"), (["--minutes", "35"], "")):
            command = [COACH, "plan", "today", *words]

            def run(command: list[str] = command) -> None:
                environment = os.environ | {"COACH_HOME": str(home)}
                subprocess.run(
                    command, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment
                )

            run()
            least, middle = spread(run)
            took = f"{middle:.3f} s ({middle / unit:.1f} units)"
            rows.append([" ".join(["coach plan today", *words]), f"{least:.3f} s", took, budget])
    return rows


def _begin_plan(home: Path) -> None:
    """Keep a plan of a year whose every day is a running day."""
    pattern = {weekday: FIVE_DAYS.get(weekday, FIVE_DAYS[4]) for weekday in range(7)}
    today = date.today()  # noqa: DTZ011 - the day of this machine, as the command has it
    plan = beginning_on(replace(plan_of(pattern, 52), athlete="me"), monday_of(today))
    paths = Paths(home / "config", home / "data", home / "state", home / "cache")
    PlanFiles(paths.plans / "me").save(write_plan(plan), who="bench", what="A plan.", base=None)


def _year_row(unit: float) -> list[str]:
    least, middle = spread(lambda: Year().live())
    return [
        "52 weeks of mornings, each with its answer and its suggestion",
        f"{least:.3f} s",
        f"{middle:.3f} s ({middle / unit:.1f} units)",
        "",
    ]


def _touched_row(name: str, counts: list[int], budget: str) -> list[str]:
    how_often = ", ".join(f"{count}: {number}" for count, number in sorted(Counter(counts).items()))
    middle = sorted(counts)[len(counts) // 2]
    return [f"{name} ({len(counts)})", str(middle), str(max(counts)), budget, how_often]
