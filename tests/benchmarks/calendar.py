"""What the Calendar costs in a real terminal: its first paint, and a session moved."""

import os
import tempfile
from datetime import date, timedelta

from coach.app.athletes import today
from coach.app.plan import PlanService
from coach.plan.model import Plan, PlannedRace, RacePriority, RunnerLevel, WeeklyVolume
from coach.plan.planner import SeasonRequest, make_plan
from tests.benchmarks.library import COACH, Terminal, figures
from tests.benchmarks.table import drawn, machine_unit

WEEKS = 52
STEPS = 20
_DOWN, _UP = b"\x1b[B", b"\x1b[A"


def table(unit: float) -> str:
    """A year with two peaks, for a runner who is not saved, in a terminal of 120 x 40."""
    del unit
    plan = _year()
    with tempfile.TemporaryDirectory() as home:
        os.environ["COACH_HOME"] = home
        try:
            PlanService().begin(plan, "bench", "A year.")
        finally:
            del os.environ["COACH_HOME"]
        rows = _screen(home)
    return drawn("Calendar", ["what", "least", "median", "budget"], rows)


def _year() -> Plan:
    day = date.fromisoformat(today())
    races = tuple(
        PlannedRace(day + timedelta(weeks=weeks), "10 km", RacePriority.A)
        for weeks in (WEEKS // 2, WEEKS - 1)
    )
    volume = WeeklyVolume("m", 40_000.0, 65_000.0)
    return make_plan(SeasonRequest("me", races, volume, RunnerLevel.INTERMEDIATE, days=5), day).plan


def _screen(home: str) -> list[list[str]]:
    """First paint from the start of the process, then a session that is carried down and up again."""
    terminal = Terminal([COACH, "plan"], home)
    try:
        painted = terminal.until(b"check")
        terminal.drain(1.0)
        terminal.answer(b"\x1b[C")  # next week: every day of it takes a session
        terminal.answer(_DOWN)
        terminal.answer(b"m")
        moves = [terminal.answer(key) for _ in range(STEPS // 2) for key in (_DOWN, _UP)]
    finally:
        terminal.close()
    return [
        figures("the calendar painted, with its rules and today", [painted], ""),
        figures("a moved session repainted", moves, "30 ms"),
    ]


if __name__ == "__main__":
    print(table(machine_unit()))
