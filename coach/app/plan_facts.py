"""What is known beside a plan when it is checked or a day is decided: read from history, athlete, notes and library.

Workouts come from the cards of the catalogue, so that a plan is checked without reading a document; only lines and
documents that stand in the plan itself are compiled.
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
"""A season is a half-year of regular running."""
_BEFORE_DAYS: Final = 400
"""Runs of so many days are looked at: a year of races, and the weeks before it."""


def facts_for(
    plan: "Plan", today: date, *, store: Store | None = None, athlete: str | None = None, unit: str = ""
) -> PlanFacts:
    """Everything that is known beside a plan.

    Args:
        plan: the plan; its sessions say which workouts matter.
        today: the local day.
        store: where runs, athletes and workouts are; None for the usual folders.
        athlete: whose history and fitness; None for the athlete of the plan.
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
    """What is known of a runner who has no plan: the runs of a year, and their fitness.

    Raises:
        CoachProblem: the athlete's document is wrong, or the history cannot be read.
    """
    who = find_athlete(athlete, store)
    runs, sheets, shoes = _history(store, slug, who, today)
    fit = FitnessFacts() if who is None else fitness_facts(who)
    return PlanFacts(runs=runs, sheets=sheets, fitness=fit, shoes=shoes, unit=unit)


def _athlete(store: Store, name: str) -> Athlete | None:
    """Whose plan it is; None where nobody of that name is saved: a plan may be made before."""
    try:
        return find_athlete(name, store)
    except AthleteProblem:
        if name in store.athletes():
            raise
        return None


# --- the runner


def fitness_facts(athlete: Athlete) -> FitnessFacts:
    """What the results of an athlete say of their fitness."""
    result, now = fitness(athlete.now), athlete.now
    threshold = read_pace(now.threshold_pace) if now.threshold_pace is not None else None
    if result is None:
        return FitnessFacts(threshold_mps=threshold)
    return FitnessFacts(result.vdot, result.words, threshold or performance.threshold_speed(result.vdot))


def simple_tests(athlete: Athlete) -> tuple[SidesResult, ...]:
    """The simple tests an athlete told, the oldest first."""
    return tuple(
        SidesResult(test, date.fromisoformat(entry.from_day), sides.left, sides.right)
        for entry in athlete.history
        for test, sides in entry.tests.items()
    )


SIMPLE_TEST_HEAD: Final = ("test", "left", "right", "behind", "last time", "left", "right", "change")
"""The heads of the columns of `simple_test_row`."""


def simple_test_row(row: SimpleTestRow) -> tuple[str, ...]:
    """A simple test as a row: both sides now, how far one is behind, both sides last time, and how they changed."""
    name, unit = SIMPLE_TESTS[row.test]
    behind = f"{row.lower_side} {100 * row.apart:.0f} %" if row.apart and row.apart >= APART else ""
    now = (f"{row.now.left:g} {unit}", f"{row.now.right:g} {unit}", behind)
    if row.before is None:
        return (name, *now, "", "", "", "")
    then = (row.before.day.isoformat(), f"{row.before.left:g}", f"{row.before.right:g}")
    changes = "" if row.changes is None else " / ".join(f"{100 * change:+.0f} %" for change in row.changes)
    return (name, *now, *then, changes)


def simple_test_tree(row: SimpleTestRow) -> dict[str, Any]:
    """A simple test for programs; what is not known is absent."""
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
    """Half-years of running since the day an athlete told; None where they told none."""
    if athlete is None or athlete.running_since is None:
        return None
    return max(0, int((today - date.fromisoformat(athlete.running_since)).days / _SEASON_DAYS))


# --- the runs


def _history(
    store: Store, slug: str, athlete: Athlete | None, today: date
) -> "tuple[tuple[SeasonRun, ...], tuple[DoneSheet, ...], tuple[ShoeUse, ...]]":
    """The recorded runs of a year, sheets and shoes, the oldest first; those of a simulated runner are left out."""
    with store.history() as history:
        listed = history.runs(RunFilter(until=today, is_simulated=False), with_results=True)
        mine = [run for run in listed if run.day and run.athlete in {"", slug}]
        figures = history.figures() if mine else {}
    since = (today - timedelta(days=_BEFORE_DAYS)).isoformat()
    recent = sorted((run for run in mine if run.day >= since), key=lambda run: (run.day, run.run))
    known = (
        season_run(run, figures.get(run.run, IndexFigures()))
        for run in recent
        if run.time_s and not run.is_sheet
    )
    runs = tuple(run for run in known if not run.is_cross)
    sheets = tuple(
        DoneSheet(run.run, date.fromisoformat(run.day), run.workout, run.kind or "")
        for run in recent
        if run.is_sheet
    )
    return runs, sheets, tuple(_shoes(mine, athlete))


def _shoes(runs: "Sequence[IndexedRun]", athlete: Athlete | None) -> Iterator[ShoeUse]:
    """What each pair of shoes was worn for, ever."""
    names = {} if athlete is None else {shoe.slug: shoe.name for shoe in athlete.shoes}
    by_shoe: dict[str, list[IndexedRun]] = {}
    for run in runs:
        if run.shoe and not run.is_sheet:
            by_shoe.setdefault(run.shoe, []).append(run)
    for slug, worn in by_shoe.items():
        metres = sum(run.distance_m or 0.0 for run in worn)
        last = max(date.fromisoformat(run.day) for run in worn)
        yield ShoeUse(slug, names.get(slug, slug), len(worn), metres, last)


# --- the workouts


def workouts_of(
    plan: "Plan", store: Store, athlete: Athlete | None
) -> tuple[dict[str, WorkoutFacts], frozenset[str]]:
    """What a plan should know of its workouts, and those that cannot be read."""
    wanted = {workout_key(session): session for _, session in plan.sessions() if workout_key(session)}
    slug = athlete.slug if athlete is not None and athlete.slug in store.athletes() else None
    listed = library_facts(store, slug)
    found = {key: listed[key] for key in wanted if key in listed}
    missing = set()
    for key, session in wanted.items():
        if key in found:
            continue
        try:
            found[key] = replace(_compiled(key, session, athlete), name=key)
        except CoachProblem:
            missing.add(key)
    return found, frozenset(missing)


def library_facts(store: Store, athlete: str | None = None) -> dict[str, WorkoutFacts]:
    """What a plan should know of every workout that can be run by name, for an athlete's paces."""
    found = {}
    for card in catalogue_entries(store, athlete):
        if isinstance(card, CatalogueEntry):
            with suppress(TypeError, ValueError):
                found[card.name] = WorkoutFacts.from_kept(card.plan)
    return found


def _compiled(key: str, session: "PlannedSession", athlete: Athlete | None) -> WorkoutFacts:
    """What a plan should know of a line, or of a document that stands in it.

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
    """A plan that was checked, with all that is said of it."""

    findings: tuple[Finding, ...]
    weeks: tuple[WeekChange, ...]
    regular_weeks: int | None
    """Of the last twelve weeks those with as many runs as `regular_runs`; None where no run is recorded."""
    regular_runs: int


def checked(plan: "Plan", facts: PlanFacts, today: date) -> CheckedPlan:
    """Check a plan with what is known beside it."""
    from coach.review.season import REGULAR_RUNS, consistency

    runs = min(REGULAR_RUNS, len(plan.availability.weekdays) or REGULAR_RUNS)
    regular = consistency(facts.runs, today, runs)
    return CheckedPlan(
        check(plan, facts, today), tuple(week_changes(CheckView(plan, facts, today))), regular, runs
    )


def kept_against(
    before: "Plan", after: "Plan", facts: PlanFacts, today: date
) -> "tuple[Plan, tuple[Finding, ...], tuple[str, ...]]":
    """What an edit broke: the plan with it noted, a finding a rule, and the rules to ask about now, once for ever.

    Args:
        before: the plan before the edit.
        after: the plan after it.
        facts: what is known beside it.
        today: the local day.
    """
    broken = new_findings(check(before, facts, today), check(after, facts, today))
    plan, asked = overridden(after, [finding.rule for finding in broken])
    return plan, broken, asked
