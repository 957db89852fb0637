"""A season planned and held against its rules, and an edit of it."""

from datetime import date, timedelta

from coach.app.plan import library_facts
from coach.edge.store import Store
from coach.plan.check import check
from coach.plan.document import read_plan
from coach.plan.edit import move
from coach.plan.facts import PlanFacts
from coach.plan.model import PlannedRace, WeeklyVolume, write_plan
from coach.plan.planner import SeasonRequest, make_plan
from tests.benchmarks.table import drawn, spread

TODAY = date(2026, 11, 30)


def table(unit: float) -> str:
    """52 weeks with two races: the budget is for planning and checking together."""
    races = (PlannedRace(date(2027, 5, 16), "10 km"), PlannedRace(date(2027, 11, 14), "21.0975 km"))
    request = SeasonRequest("me", races, WeeklyVolume("m", 40_000, 65_000), days=5)
    facts = PlanFacts(workouts=library_facts(Store()))
    plan = make_plan(request, TODAY).plan
    data = write_plan(plan)
    tuesday = date(2027, 3, 23)

    def planned_and_checked() -> None:
        check(make_plan(request, TODAY).plan, facts, TODAY)

    works = (
        (f"{len(plan.weeks)} weeks planned and checked", planned_and_checked, "100 ms"),
        ("planned", lambda: make_plan(request, TODAY), ""),
        ("checked", lambda: check(plan, facts, TODAY), ""),
        (
            "a session moved, and checked",
            lambda: check(move(plan, tuesday, tuesday + timedelta(1)).plan, facts, TODAY),
            "",
        ),
        ("its document read", lambda: read_plan(data, name="plan"), ""),
        ("its document written", lambda: write_plan(plan), ""),
    )
    rows = []
    for name, work, budget in works:
        least, middle = spread(work)
        rows.append(
            [name, f"{1000 * least:.1f} ms", f"{1000 * middle:.1f} ms ({middle / unit:.2f} units)", budget]
        )
    return drawn(f"A season ({len(data) / 1000:.0f} kB)", ["work", "least", "median", "budget"], rows)


if __name__ == "__main__":
    from tests.benchmarks.table import machine_unit

    print(table(machine_unit()))
