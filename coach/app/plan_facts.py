"""The facts beside a plan, for checking it and deciding a day: from history, athlete, notes and library.

Facts about workouts come from the entries of the catalogue, so that a plan is checked without reading a document. Only
lines and documents within the plan are compiled.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from coach.app.athletes import find_athlete
from coach.app.catalogue import catalogue_entries
from coach.app.history import season_run
from coach.athlete import Athlete
from coach.documents.spelling import read_pace
from coach.edge.history import IndexFigures, RunFilter
from coach.edge.store import Store
from coach.physiology import performance
from coach.physiology.predictions import fitness
from coach.plan.check import check, new_findings, overridden
from coach.plan.check_view import CheckView, Finding, WeekChange, week_changes
from coach.plan.facts import (
    DoneSheet,
    FitnessFacts,
    PlanFacts,
    ShoeUse,
    SidesResult,
    WorkoutFacts,
    workout_key,
)
from coach.plan.strength import APART, SIMPLE_TESTS, SimpleTestRow
from coach.problems import AthleteProblem, CoachProblem
from coach.workout.catalogue_entry import CatalogueEntry

if TYPE_CHECKING:
    from coach.edge.history import IndexedRun
    from coach.plan.model import Plan, PlannedSession
    from coach.review.season import SeasonRun

_SEASON_DAYS: Final = 182.6
"""Days of a season: half a year of regular running."""
_BEFORE_DAYS: Final = 400
"""Days of runs that are read: a year of races, and the weeks before it."""


def facts_for(
    plan: "Plan", today: date, *, store: Store | None = None, athlete: str | None = None, unit: str = ""
) -> PlanFacts:
    """Collect everything that is known beside a plan.

    Args:
        plan: the plan; its sessions name the workouts.
        today: the local day.
        store: of runs, athletes and workouts; None for the usual folders.
        athlete: the one whose history and fitness count; None for the athlete of the plan.
        unit: `km` or `mile`; empty for the athlete's.

    Raises:
        CoachProblem: the athlete's document is wrong, or the history cannot be read.
    """
    store = store or Store()
    who = _athlete(store, athlete or plan.athlete)
    slug = plan.athlete if who is None else who.slug
    runs, sheets, shoes = _history(store, slug, who, today)
    workouts, missing = workouts_of(plan, store, who)
    return PlanFacts(
        runs=runs,
        sheets=sheets,
        workouts=workouts,
        missing=missing,
        seasons=_seasons(who, today),
        histories=() if who is None else who.injuries,
        fitness=FitnessFacts() if who is None else fitness_facts(who),
        shoes=shoes,
        tests=() if who is None else simple_tests(who),
        unit=unit or ("km" if who is None else who.units),
    )


def history_facts(
    store: Store, athlete: str | None, slug: str, today: date, *, unit: str = "km"
) -> PlanFacts:
    """Collect the facts about a runner without a plan: the runs of a year, and their fitness.

    Raises:
        CoachProblem: the athlete's document is wrong, or the history cannot be read.
    """
    who = find_athlete(athlete, store)
    runs, sheets, shoes = _history(store, slug, who, today)
    fit = FitnessFacts() if who is None else fitness_facts(who)
    return PlanFacts(runs=runs, sheets=sheets, fitness=fit, shoes=shoes, unit=unit)


def _athlete(store: Store, name: str) -> Athlete | None:
    """Find the athlete of a plan; None if they are not saved, as a plan may exist before."""
    try:
        return find_athlete(name, store)
    except AthleteProblem:
        if name in store.athletes():
            raise
        return None


# --- the runner


def fitness_facts(athlete: Athlete) -> FitnessFacts:
    """Return the fitness of an athlete by their results."""
    result, now = fitness(athlete.now), athlete.now
    threshold = read_pace(now.threshold_pace) if now.threshold_pace is not None else None
    if result is None:
        return FitnessFacts(threshold_mps=threshold)
    return FitnessFacts(result.vdot, result.words, threshold or performance.threshold_speed(result.vdot))


def simple_tests(athlete: Athlete) -> tuple[SidesResult, ...]:
    """Return the simple tests of an athlete, the oldest first."""
    return tuple(
        SidesResult(test, date.fromisoformat(entry.from_day), sides.left, sides.right)
        for entry in athlete.history
        for test, sides in entry.tests.items()
    )


SIMPLE_TEST_HEAD: Final = ("test", "left", "right", "behind", "last time", "left", "right", "change")
"""The headings of the columns of `simple_test_row`."""


def simple_test_row(row: SimpleTestRow) -> tuple[str, ...]:
    """Return a simple test as a row: both sides now, the difference, both sides last time, and the changes."""
    name, unit = SIMPLE_TESTS[row.test]
    behind = f"{row.lower_side} {100 * row.apart:.0f} %" if row.apart and row.apart >= APART else ""
    now = (f"{row.now.left:g} {unit}", f"{row.now.right:g} {unit}", behind)
    if row.before is None:
        return (name, *now, "", "", "", "")
    then = (row.before.day.isoformat(), f"{row.before.left:g}", f"{row.before.right:g}")
    changes = "" if row.changes is None else " / ".join(f"{100 * change:+.0f} %" for change in row.changes)
    return (name, *now, *then, changes)


def simple_test_tree(row: SimpleTestRow) -> dict[str, Any]:
    """Return a simple test for `--json`; unknown values are absent."""
    tree: dict[str, Any] = {
        "v": 1,
        "test": row.test.value,
        "unit": SIMPLE_TESTS[row.test].unit,
        "date": row.now.day.isoformat(),
        "left": row.now.left,
        "right": row.now.right,
    }
    if row.apart is not None:
        tree["apart_fraction"] = round(row.apart, 3)
    if row.before is not None:
        before = {"date": row.before.day.isoformat(), "left": row.before.left, "right": row.before.right}
        tree["before"] = before
    if row.changes is not None:
        tree["change_fraction"] = [round(change, 3) for change in row.changes]
    return tree


def _seasons(athlete: Athlete | None, today: date) -> int | None:
    """Return the half-years since an athlete began to run; None if that is unknown."""
    if athlete is None or athlete.running_since is None:
        return None
    return max(0, int((today - date.fromisoformat(athlete.running_since)).days / _SEASON_DAYS))


# --- the runs


def _history(
    store: Store, slug: str, athlete: Athlete | None, today: date
) -> "tuple[tuple[SeasonRun, ...], tuple[DoneSheet, ...], tuple[ShoeUse, ...]]":
    """Return the recorded runs of a year, sheets and shoes, the oldest first, without simulated runs."""
    with store.history() as history:
        indexed = history.runs(RunFilter(until=today, is_simulated=False), with_results=True)
        own = [run for run in indexed if run.day and run.athlete in {"", slug}]
        figures = history.figures() if own else {}
    since = (today - timedelta(days=_BEFORE_DAYS)).isoformat()
    recent = sorted((run for run in own if run.day >= since), key=lambda run: (run.day, run.run))
    season_runs = (
        season_run(run, figures.get(run.run, IndexFigures()))
        for run in recent
        if run.time_s and not run.is_sheet
    )
    runs = tuple(run for run in season_runs if not run.is_cross)
    sheets = tuple(
        DoneSheet(run.run, date.fromisoformat(run.day), run.workout, run.kind or "")
        for run in recent
        if run.is_sheet
    )
    return runs, sheets, tuple(_shoes(own, athlete))


def _shoes(runs: "Sequence[IndexedRun]", athlete: Athlete | None) -> Iterator[ShoeUse]:
    """Yield the use of each pair of shoes over all runs."""
    names = {} if athlete is None else {shoe.slug: shoe.name for shoe in athlete.shoes}
    by_shoe: dict[str, list[IndexedRun]] = {}
    for run in runs:
        if run.shoe and not run.is_sheet:
            by_shoe.setdefault(run.shoe, []).append(run)
    for slug, runs_in_shoe in by_shoe.items():
        metres = sum(run.distance_m or 0.0 for run in runs_in_shoe)
        last = max(date.fromisoformat(run.day) for run in runs_in_shoe)
        yield ShoeUse(slug, names.get(slug, slug), len(runs_in_shoe), metres, last)


# --- the workouts


def workouts_of(
    plan: "Plan", store: Store, athlete: Athlete | None
) -> tuple[dict[str, WorkoutFacts], frozenset[str]]:
    """Return the facts about the workouts of a plan, and the keys of those that cannot be read."""
    sessions = {workout_key(session): session for _, session in plan.sessions() if workout_key(session)}
    slug = athlete.slug if athlete is not None and athlete.slug in store.athletes() else None
    library = library_facts(store, slug)
    workouts = {key: library[key] for key in sessions if key in library}
    missing = set()
    for key, session in sessions.items():
        if key in workouts:
            continue
        try:
            workouts[key] = replace(_compiled(key, session, athlete), name=key)
        except CoachProblem:
            missing.add(key)
    return workouts, frozenset(missing)


def library_facts(store: Store, athlete: str | None = None) -> dict[str, WorkoutFacts]:
    """Return the facts about every workout that can be run by name, for an athlete's paces."""
    facts = {}
    for entry in catalogue_entries(store, athlete):
        if isinstance(entry, CatalogueEntry):
            with suppress(TypeError, ValueError):
                facts[entry.name] = WorkoutFacts.from_kept(entry.plan)
    return facts


def _compiled(key: str, session: "PlannedSession", athlete: Athlete | None) -> WorkoutFacts:
    """Return the facts about a line, or about a document within the plan.

    Raises:
        CoachProblem: it cannot be read.
    """
    from coach.app.workouts import outline_document
    from coach.workout import notation
    from coach.workout.document import document_from

    if session.document is not None:
        document = document_from(dict(session.document), name=session.title)
    else:
        document = notation.read(session.workout, athlete).document
    return outline_document(key, document, athlete).plan_facts


# --- checked, for commands and screens


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """The result of checking a plan."""

    findings: tuple[Finding, ...]
    weeks: tuple[WeekChange, ...]
    regular_weeks: int | None
    """The number of the last twelve weeks with `regular_runs` runs or more; None if no run is recorded."""
    regular_runs: int


def check_plan(plan: "Plan", facts: PlanFacts, today: date) -> CheckedPlan:
    """Check a plan with the facts beside it."""
    from coach.review.season import REGULAR_RUNS, consistency

    runs = min(REGULAR_RUNS, len(plan.availability.weekdays) or REGULAR_RUNS)
    regular = consistency(facts.runs, today, runs)
    return CheckedPlan(
        check(plan, facts, today), tuple(week_changes(CheckView(plan, facts, today))), regular, runs
    )


def with_overrides(
    before: "Plan", after: "Plan", facts: PlanFacts, today: date
) -> "tuple[Plan, tuple[Finding, ...], tuple[str, ...]]":
    """Find the rules an edit breaks: the plan with them noted, a finding a rule, and the rules to ask about once.

    Args:
        before: the plan before the edit.
        after: the plan after it.
        facts: the facts beside it.
        today: the local day.
    """
    broken = new_findings(check(before, facts, today), check(after, facts, today))
    plan, to_ask = overridden(after, [finding.rule for finding in broken])
    return plan, broken, to_ask
