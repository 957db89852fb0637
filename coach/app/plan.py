"""Reads, edits, checks, saves and undoes the plan of an athlete, and writes it for other programs.

The command line and the Calendar share it. The day is that of the machine's clock, unless it is given. What only some
commands need is imported in the functions that need it, because `coach plan today` reads no documents.
"""

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coach import __version__
from coach.app.terminal import SILENT
from coach.app.workouts import catalogue_entries, outline_document, read_workout
from coach.edge.clock import MachineClock
from coach.edge.clock import local_day as today
from coach.edge.files import plain, read_file, write_document
from coach.edge.store import FIRST_SLUG, Store
from coach.edge.training_files import PlanChange, PlanFiles
from coach.physiology.performance import fitness, threshold_speed
from coach.plan.edit import EditedPlan
from coach.plan.ladder import is_quality
from coach.plan.model import (
    WEEKDAYS,
    Plan,
    PlannedRace,
    PlannedSession,
    SessionKind,
    monday_of,
    plan_of_tree,
    write_plan,
)
from coach.problems import AthleteProblem, CoachProblem, PlanProblem, UsageProblem
from coach.quantities import format_hours, long_distance
from coach.spelling import file_name, read_pace
from coach.workout.describe import CatalogueEntry

if TYPE_CHECKING:
    from icalendar import Event

    from coach.athlete import Athlete
    from coach.edge.history import IndexedRun
    from coach.plan.facts import (
        DoneSheet,
        Finding,
        FitnessFacts,
        PlanFacts,
        ShoeUse,
        SidesResult,
        WeekChange,
        WorkoutFacts,
    )
    from coach.plan.sessions import Speeds
    from coach.plan.strength import SimpleTestRow
    from coach.review.season import SeasonRun
    from coach.workout.model import WorkoutDocument


UNDO: Final = "coach plan undo"
"""The command that restores the previous version."""
_SLUG: Final = r"[a-z0-9][a-z0-9_-]{0,31}"
"""As in an athlete's document: it names a folder here."""


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """The result of checking a plan."""

    findings: "tuple[Finding, ...]"
    weeks: "tuple[WeekChange, ...]"
    regular_weeks: int | None
    """The number of the last twelve weeks with `regular_runs` runs or more; None if no run is recorded."""
    regular_runs: int


class PlanService:
    """The plan of one athlete: read, edited, saved and undone."""

    def __init__(
        self, store: Store | None = None, athlete: str | None = None, today_is: date | None = None
    ) -> None:
        """Open the plan of an athlete, a slug or a file; by default of the chosen athlete, else of the only one.

        Raises:
            AthleteProblem: there is no such athlete, or there are several and none was named.
        """
        self.store = store or Store()
        self.athlete = athlete
        self.slug, self.unit = _slug_and_unit(self.store, athlete)
        self.files = PlanFiles(self.store.paths.plans / self.slug)
        self.today = today_is or date.fromisoformat(today())
        self._data: bytes | None = None
        self._plan: Plan | None = None

    @property
    def exists(self) -> bool:
        """True if there is a plan, readable or not."""
        return self.files.exists

    @property
    def plan(self) -> Plan:
        """The plan as its file is now; changes by hand are recorded as one change.

        Raises:
            PlanProblem: there is none, or it is wrong; the message has place, reason and fix.
        """
        data = self.files.read()
        if self._plan is None or data != self._data:
            names = {workout.name for workout in self.store.workouts()}
            self._plan = self._own(data, names) or self._checked(data, names)
            self._data = data
            if self.files.current() is None:
                self.files.note_hand_edit()
        return self._plan

    def _own(self, data: bytes, names: Collection[str]) -> Plan | None:
        """Return a plan that a command wrote, unchecked: checking takes longer to load than the plan to read.

        None if it was changed by hand, or a workout of it does not exist any more; then it is checked.
        """
        if not self.files.is_own(data):
            return None
        try:
            plan = plan_of_tree(json.loads(data))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # of another version
            return None
        coming = (session.workout for day, session in plan.sessions() if day >= self.today)
        fixed = (each.workout for each in plan.availability.fixed)
        return plan if {*coming, *fixed} - {""} <= set(names) else None

    def _checked(self, data: bytes, names: Collection[str]) -> Plan:
        from coach.plan.document import read_plan

        try:
            return read_plan(data, name=str(self.files.path), workouts=names, today=self.today)
        except PlanProblem as problem:
            undo = f"Or restore the previous version: {UNDO}"
            raise PlanProblem(problem.message, "\n  ".join(filter(None, (problem.hint, undo)))) from None

    @property
    def this_monday(self) -> date:
        """The first day of this week."""
        return self.today - timedelta(days=self.today.weekday())

    @cached_property
    def facts(self) -> "PlanFacts":
        """What is known beside the plan, read once.

        Raises:
            CoachProblem: the athlete's document is wrong, or the history cannot be read.
        """
        return facts_for(self.plan, self.today, store=self.store, athlete=self.athlete, unit=self.unit)

    def check(self) -> CheckedPlan:
        """Check the plan against its rules.

        Raises:
            CoachProblem: as `plan` and `facts`.
        """
        return check_plan(self.plan, self.facts, self.today)

    def ease_after_tests(self) -> EditedPlan | None:
        """Return the edit that eases the plan after a fall in the simple tests; None if there is nothing to ease.

        Raises:
            CoachProblem: as `plan` and `facts`.
        """
        from coach.plan.facts import CheckView
        from coach.plan.strength import ease_after_tests

        return ease_after_tests(CheckView(self.plan, self.facts, self.today))

    def choose(self, edited: EditedPlan, who: str) -> EditedPlan:
        """Keep an edit that the runner asked for, and count the rules it breaks knowingly; problems as of `apply`.

        A rule that was broken so twice is asked about once: whether to switch it off.
        """
        from coach.plan.check import check, new_findings, note_overrides

        before, after = (check(plan, self.facts, self.today) for plan in (self.plan, edited.plan))
        broken = new_findings(before, after)
        plan, to_ask = note_overrides(edited.plan, [finding.rule for finding in broken])
        says = [f"{finding.sentence} It is saved as your choice ({finding.rule})." for finding in broken]
        says += [
            f"You broke {name} twice. To switch it off: coach plan rules --off {name}" for name in to_ask
        ]
        return self.apply(replace(edited, plan=plan, says=(*edited.says, *says)), who)

    def apply(self, edited: EditedPlan, who: str) -> EditedPlan:
        """Save an edit of the plan that was read last; `who` is the command, such as `coach plan move`.

        Raises:
            PlanProblem: the file was changed since it was read.
            CoachProblem: it cannot be written; the plan is unchanged.
        """
        self._save(edited.plan, who, " ".join(edited.says), self._data)
        return edited

    def begin(self, plan: Plan, who: str, what: str) -> None:
        """Save a new plan in place of an existing one.

        Raises:
            CoachProblem: it cannot be written; the plan is unchanged.
        """
        self._save(plan, who, what, None)

    def undo(self, who: str = UNDO) -> tuple[PlanChange, PlanChange]:
        """Restore the previous version, byte for byte; return the undone change and the restored one.

        Raises:
            PlanProblem: there is no previous version.
        """
        self._plan = None
        return self.files.undo(who)

    def changes(self) -> list[PlanChange]:
        """Return the journal of the plan: all its versions, the oldest first."""
        return self.files.changes()

    def _save(self, plan: Plan, who: str, what: str, base: bytes | None) -> None:
        data = write_plan(plan)
        self.files.save(data, who=who, what=what, base=base)
        self._data, self._plan = data, plan


def _slug_and_unit(store: Store, athlete: str | None) -> tuple[str, str]:
    """Return the slug of the plan's athlete and their unit, `km` or `mile`; `me` if no athlete is saved yet."""
    document = store.athlete(athlete)
    tree = {} if document is None else document.tree()
    usual = FIRST_SLUG if document is None else document.path.stem
    slug, unit = str(tree.get("slug", usual)), str(tree.get("units", "km"))
    if re.fullmatch(_SLUG, slug) is None:
        raise AthleteProblem(f"{plain(slug)!r} is not a valid slug", "See coach athlete list.")
    if unit == "km" and (store.paths.settings.exists() or "COACH_UNITS" in os.environ):
        from coach.edge.settings import load_settings  # they load every room that has settings

        unit = load_settings(store.paths.settings, os.environ).units
    return slug, unit


# --- checks


def check_plan(plan: Plan, facts: "PlanFacts", today: date) -> CheckedPlan:
    """Check a plan with the facts beside it."""
    from coach.plan.check import check
    from coach.plan.facts import CheckView, week_changes
    from coach.review.season import REGULAR_RUNS, consistency

    runs = min(REGULAR_RUNS, len(plan.availability.weekdays) or REGULAR_RUNS)
    regular = consistency(facts.runs, today, runs)
    return CheckedPlan(
        check(plan, facts, today), tuple(week_changes(CheckView(plan, facts, today))), regular, runs
    )


def broken_rules(service: PlanService, plan: Plan) -> tuple[str, ...]:
    """Return the rules that a new plan breaks, the worst first, because the request leaves nothing better."""
    from coach.plan.check import check

    facts = facts_for(plan, service.today, store=service.store, athlete=service.athlete, unit=service.unit)
    by_rule = {finding.rule: finding for finding in reversed(check(plan, facts, service.today))}
    return tuple(finding.sentence for finding in reversed(by_rule.values()))


# --- the facts beside a plan
#
# Facts about workouts come from the list of workouts, so that a plan is checked without reading a document. Only lines
# and documents within the plan are compiled.

_SEASON_DAYS: Final = 182.6
"""Days of a season: half a year of regular running."""
_HISTORY_DAYS: Final = 400
"""Days of runs that are read: a year of races, and the weeks before it."""


def facts_for(
    plan: Plan, today: date, *, store: Store | None = None, athlete: str | None = None, unit: str = ""
) -> "PlanFacts":
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
    from coach.plan.facts import FitnessFacts, PlanFacts

    store = store or Store()
    who = _athlete_of_plan(store, athlete or plan.athlete)
    slug = plan.athlete if who is None else who.slug
    runs, sheets, shoes = _recorded(store, slug, who, today)
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
) -> "PlanFacts":
    """Collect the facts about a runner without a plan: the runs of a year, and their fitness.

    Raises:
        CoachProblem: the athlete's document is wrong, or the history cannot be read.
    """
    from coach.app.athletes import find_athlete
    from coach.plan.facts import FitnessFacts, PlanFacts

    who = find_athlete(athlete, store)
    runs, sheets, shoes = _recorded(store, slug, who, today)
    fit = FitnessFacts() if who is None else fitness_facts(who)
    return PlanFacts(runs=runs, sheets=sheets, fitness=fit, shoes=shoes, unit=unit)


def _athlete_of_plan(store: Store, name: str) -> "Athlete | None":
    """Find the athlete of a plan; None if they are not saved, as a plan may exist before."""
    from coach.app.athletes import find_athlete

    try:
        return find_athlete(name, store)
    except AthleteProblem:
        if name in store.athletes():
            raise
        return None


def _seasons(athlete: "Athlete | None", today: date) -> int | None:
    """Return the half-years since an athlete began to run; None if that is unknown."""
    if athlete is None or athlete.running_since is None:
        return None
    return max(0, int((today - date.fromisoformat(athlete.running_since)).days / _SEASON_DAYS))


def fitness_facts(athlete: "Athlete") -> "FitnessFacts":
    """Return the fitness of an athlete by their results."""
    from coach.plan.facts import FitnessFacts

    result, now = fitness(athlete.now), athlete.now
    threshold = read_pace(now.threshold_pace) if now.threshold_pace is not None else None
    if result is None:
        return FitnessFacts(threshold_mps=threshold)
    return FitnessFacts(result.vdot, result.words, threshold or threshold_speed(result.vdot))


def _recorded(
    store: Store, slug: str, athlete: "Athlete | None", today: date
) -> "tuple[tuple[SeasonRun, ...], tuple[DoneSheet, ...], tuple[ShoeUse, ...]]":
    """Return the recorded runs of a year, sheets and shoes, the oldest first, without simulated runs."""
    from coach.app.library import season_run
    from coach.edge.history import IndexFigures, RunFilter
    from coach.plan.facts import DoneSheet

    with store.history() as history:
        indexed = history.runs(RunFilter(until=today, is_simulated=False), with_results=True)
        own = [run for run in indexed if run.day and run.athlete in {"", slug}]
        figures = history.figures() if own else {}
    since = (today - timedelta(days=_HISTORY_DAYS)).isoformat()
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


def _shoes(runs: "Sequence[IndexedRun]", athlete: "Athlete | None") -> "Iterator[ShoeUse]":
    """Yield the use of each pair of shoes over all runs."""
    from coach.plan.facts import ShoeUse

    names = {} if athlete is None else {shoe.slug: shoe.name for shoe in athlete.shoes}
    by_shoe: dict[str, list[IndexedRun]] = {}
    for run in runs:
        if run.shoe and not run.is_sheet:
            by_shoe.setdefault(run.shoe, []).append(run)
    for slug, runs_in_shoe in by_shoe.items():
        metres = sum(run.distance_m or 0.0 for run in runs_in_shoe)
        last = max(date.fromisoformat(run.day) for run in runs_in_shoe)
        yield ShoeUse(slug, names.get(slug, slug), len(runs_in_shoe), metres, last)


def workouts_of(
    plan: Plan, store: Store, athlete: "Athlete | None"
) -> "tuple[dict[str, WorkoutFacts], frozenset[str]]":
    """Return the facts about the workouts of a plan, and the keys of those that cannot be read."""
    from coach.plan.facts import workout_key

    sessions = {workout_key(session): session for _, session in plan.sessions() if workout_key(session)}
    slug = athlete.slug if athlete is not None and athlete.slug in store.athletes() else None
    library = library_facts(store, slug)
    workouts = {key: library[key] for key in sessions if key in library}
    missing = set()
    for key, session in sessions.items():
        if key in workouts:
            continue
        try:
            workouts[key] = replace(_facts_of_session(key, session, athlete), name=key)
        except CoachProblem:
            missing.add(key)
    return workouts, frozenset(missing)


def library_facts(store: Store, athlete: str | None = None) -> "dict[str, WorkoutFacts]":
    """Return the facts about every workout that can be run by name, for an athlete's paces."""
    from coach.plan.facts import WorkoutFacts

    facts = {}
    for entry in catalogue_entries(store, athlete):
        if isinstance(entry, CatalogueEntry):
            with suppress(TypeError, ValueError):
                facts[entry.name] = WorkoutFacts.from_json(entry.plan)
    return facts


def _facts_of_session(key: str, session: PlannedSession, athlete: "Athlete | None") -> "WorkoutFacts":
    """Return the facts about a line, or about a document within the plan.

    Raises:
        CoachProblem: it cannot be read.
    """
    from coach.workout import notation
    from coach.workout.document import document_from

    if session.document is not None:
        document = document_from(dict(session.document), name=session.title)
    else:
        document = notation.read(session.workout, athlete).document
    return outline_document(key, document, athlete).plan_facts


# --- what a new plan starts from

_RECENT_DAYS: Final = 28
_LEAST_RUNS: Final = 6
"""Fewest runs in four weeks that make a usual week. Judged."""


def recent_week_m(service: PlanService) -> float | None:
    """Return the metres of a usual week lately; None if too little was recorded."""
    from coach.edge.history import RunFilter

    since = service.today - timedelta(days=_RECENT_DAYS)
    which = RunFilter(since=since, until=service.today, athlete=service.slug, is_simulated=False)
    with service.store.history() as history:
        metres = [run.distance_m for run in history.runs(which) if run.distance_m]
    return round(sum(metres) / (_RECENT_DAYS / 7), -3) if len(metres) >= _LEAST_RUNS else None


def speeds_of(service: PlanService) -> "Speeds":
    """Return the speeds of an athlete's paces; usual speeds if they are unknown."""
    from coach.app.athletes import find_athlete
    from coach.plan.sessions import Speeds
    from coach.workout.resolve import profile_of

    athlete = find_athlete(service.athlete, service.store)
    if athlete is None:
        return Speeds()
    speeds = {line.name: float((line.slow + line.fast) / 2) for line in profile_of(athlete).paces}
    return Speeds(speeds["easy"], speeds) if "easy" in speeds else Speeds(by_pace=speeds)


def health_of(service: PlanService) -> tuple[tuple[str, ...], date | None]:
    """Return the old injuries of an athlete, and the last day on which jumps are reduced because a simple test fell."""
    from coach.app.athletes import find_athlete
    from coach.plan.strength import easier_until

    athlete = find_athlete(service.athlete, service.store)
    return ((), None) if athlete is None else (athlete.injuries, easier_until(simple_tests(athlete)))


def races_of_template(template: str, day: date) -> tuple[PlannedRace, ...]:
    """Return the races of a template: a 10 k in May and a half in November of the next year with room for both."""
    from coach.plan.templates import FULL_WEEKS, TWO_PEAKS

    if template != TWO_PEAKS:
        return ()
    year = day.year
    while (_third_sunday(year, 5) - day).days < 7 * FULL_WEEKS:
        year += 1
    return (PlannedRace(_third_sunday(year, 5), "10 km"), PlannedRace(_third_sunday(year, 11), "21.0975 km"))


def _third_sunday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 14)


# --- simple tests

SIMPLE_TEST_HEAD: Final = ("test", "left", "right", "behind", "last time", "left", "right", "change")
"""The headings of the columns of `simple_test_row`."""


def simple_tests(athlete: "Athlete") -> "tuple[SidesResult, ...]":
    """Return the simple tests of an athlete, the oldest first."""
    from coach.plan.facts import SidesResult

    return tuple(
        SidesResult(test, date.fromisoformat(entry.from_day), sides.left, sides.right)
        for entry in athlete.history
        for test, sides in entry.tests.items()
    )


def simple_test_row(row: "SimpleTestRow") -> tuple[str, ...]:
    """Return a simple test as a row: both sides now, the difference, both sides last time, and the changes."""
    from coach.plan.strength import APART, SIMPLE_TESTS

    name, unit = SIMPLE_TESTS[row.test]
    behind = f"{row.lower_side} {100 * row.apart:.0f} %" if row.apart and row.apart >= APART else ""
    now = (f"{row.now.left:g} {unit}", f"{row.now.right:g} {unit}", behind)
    if row.before is None:
        return (name, *now, "", "", "", "")
    then = (row.before.day.isoformat(), f"{row.before.left:g}", f"{row.before.right:g}")
    changes = "" if row.changes is None else " / ".join(f"{100 * change:+.0f} %" for change in row.changes)
    return (name, *now, *then, changes)


def simple_test_tree(row: "SimpleTestRow") -> dict[str, Any]:
    """Return a simple test for `--json`; unknown values are absent."""
    from coach.plan.strength import SIMPLE_TESTS

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


# --- export: a plan for other programs


class PlanFormat(StrEnum):
    """The formats of a plan, by the values of `--to`."""

    ICS = "ics"
    FIT = "fit"
    """Workouts for a watch, a file each: `watch_files`."""
    JSON = "json"
    CSV = "csv"


def export_plan(
    plan: Plan,
    to: str,
    span: tuple[date, date],
    *,
    starts: Sequence[str] = (),
    unit: str = "km",
    sent: Path | None = None,
    before: str = "",
) -> bytes:
    """Write the days of a span as a calendar, as JSON or as a table; JSON is always the whole plan.

    Args:
        plan: the plan.
        to: a `PlanFormat` other than FIT.
        span: the first and the last day.
        starts: when sessions begin.
        unit: `km` or `mile`.
        sent: the file that lists the entries a calendar was given; None to keep no list.
        before: what is done an hour before a hard or a long session, in the runner's words; empty for nothing.

    Raises:
        UsageProblem: a start is no time of day.
        PlanProblem: nothing is planned for a calendar; programs refuse one without an entry.
        CoachProblem: the list of entries cannot be written.
    """
    sessions = tuple(sessions_between(plan, *span))
    match PlanFormat(to):
        case PlanFormat.ICS:
            times = read_start_times(starts)
            former = {} if sent is None else _read_sent(sent)
            uids = {_uid(plan, each) for _, each in plan.sessions() if each.kind is not SessionKind.REST}
            coming = {uid: entry for uid, entry in former.items() if entry.day >= span[0]}
            cancelled = {uid: entry for uid, entry in coming.items() if uid not in uids}
            sessions = tuple(_with_moved(plan, span, sessions, coming))
            if not sessions and not cancelled:
                raise PlanProblem("nothing is planned in these days", "See coach plan show --week.")
            now_s = MachineClock().wall().epoch_s
            data = calendar_of(
                plan, sessions, now_s, starts=times, unit=unit, cancelled=cancelled, before=before
            )
            if sent is not None:
                now = {_uid(plan, each): CalendarEntry(day, each.title) for day, each in sessions}
                write_document(sent, _encode_sent(coming | now))
            return data
        case PlanFormat.CSV:
            return table_of(plan, sessions)
        case _:
            return write_plan(plan)


def sessions_between(plan: Plan, first: date, last: date) -> Iterator[tuple[date, PlannedSession]]:
    """Yield the sessions of these days, without rest."""
    for day, session in plan.sessions():
        if first <= day <= last and session.kind is not SessionKind.REST:
            yield day, session


# --- export: a calendar
#
# A session keeps its identifier when it is moved, so a calendar that reads a second file moves its entry instead of
# adding one. An entry that is not planned any more is cancelled in the next file.

UID_DOMAIN: Final = "trackside-coach"
"""The part of an identifier behind the `@`: the program's name, not a host."""
_SEQUENCE_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The revision of an entry is the minutes since then: a later file counts before an earlier one, also of a new plan."""
_UNKNOWN_LENGTH: Final = timedelta(hours=1)
"""The time kept free in a calendar for a session of unknown length; its entry says so. Judged."""
_SENT_FORMAT: Final = "coach-calendar/1"
_SENT_LIMIT: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class StartTimes:
    """When sessions begin, in local time; a weekday without a time has entries of a whole day."""

    by_weekday: Mapping[int, time] = field(default_factory=dict)

    def of(self, day: date) -> time | None:
        """Return the start of a day's session; None for a whole day."""
        return self.by_weekday.get(day.weekday())


class CalendarEntry(NamedTuple):
    """An entry that a calendar was given."""

    day: date
    title: str


def read_start_times(texts: Sequence[str]) -> StartTimes:
    """Read when sessions begin: `18:00` for every day, `sat=8:30` for one.

    Raises:
        UsageProblem: one is neither.
    """
    times: dict[int, time] = {}
    for text in sorted(texts, key=lambda text: "=" in text):  # a day takes precedence over all days
        day, _, clock = text.rpartition("=")
        match = re.fullmatch(r"(\d{1,2}):(\d{2})", clock.strip())
        weekday = day.strip().casefold()[:3]
        if match is None or (day and weekday not in WEEKDAYS) or int(match[1]) > 23 or int(match[2]) > 59:
            raise UsageProblem(
                f"--at {text}: that is not a time of day", "Write --at 18:00, or --at sat=8:30."
            )
        days = [WEEKDAYS.index(weekday)] if day else range(7)
        times |= dict.fromkeys(days, time(int(match[1]), int(match[2])))
    return StartTimes(times)


def _uid(plan: Plan, session: PlannedSession) -> str:
    return f"{session.id}.{plan.id}.{plan.athlete or 'me'}@{UID_DOMAIN}"


def _with_moved(
    plan: Plan,
    span: tuple[date, date],
    sessions: Sequence[tuple[date, PlannedSession]],
    sent: Mapping[str, CalendarEntry],
) -> Iterator[tuple[date, PlannedSession]]:
    """Yield the sessions of a span and those moved out of it, which a calendar would keep on their old day."""
    yield from sessions
    for day, session in sessions_between(plan, plan.first, plan.last):
        entry = sent.get(_uid(plan, session))
        is_inside = span[0] <= day <= span[1]
        if entry is not None and not is_inside and entry.day != day and entry.day <= span[1]:
            yield day, session


def _read_sent(path: Path) -> dict[str, CalendarEntry]:
    """Read the entries that a calendar was given, by their identifiers; empty if the file is gone or damaged."""
    try:
        tree = json.loads(read_file(path, limit=_SENT_LIMIT, what="list", problem=CoachProblem, hint=""))
        entries = tree["entries"] if tree["format"] == _SENT_FORMAT else {}
        return {
            str(uid): CalendarEntry(date.fromisoformat(day), str(title))
            for uid, (day, title) in entries.items()
        }
    except (AttributeError, CoachProblem, LookupError, TypeError, ValueError):
        return {}


def _encode_sent(entries: Mapping[str, CalendarEntry]) -> bytes:
    rows = {uid: [entry.day.isoformat(), entry.title] for uid, entry in sorted(entries.items())}
    return json.dumps({"format": _SENT_FORMAT, "entries": rows}, indent=1, ensure_ascii=False).encode()


def calendar_of(
    plan: Plan,
    sessions: Iterable[tuple[date, PlannedSession]],
    now_s: float,
    *,
    starts: StartTimes,
    unit: str = "km",
    cancelled: Mapping[str, CalendarEntry] | None = None,
    before: str = "",
) -> bytes:
    """Write sessions as an iCalendar file (RFC 5545).

    An entry is a local day, or a local time without a zone: at 18:00 it is 18:00 wherever the runner is, on both sides
    of a change of the clocks. An entry of a whole day is marked as free time. There is no alarm.

    Args:
        plan: the plan of the sessions.
        sessions: the sessions with their days.
        now_s: seconds of Unix time; a later file counts before an earlier one.
        starts: when they begin.
        unit: `km` or `mile`.
        cancelled: entries that a calendar was given and that are not planned any more, by their identifiers.
        before: as in `export_plan`.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//Trackside Coach//coach {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _one_line(f"Training, {plan.athlete}" if plan.athlete else "Training"))
    stamp = datetime.fromtimestamp(round(now_s), UTC)
    sequence = max(0, int((stamp - _SEQUENCE_FROM).total_seconds() // 60))
    events = [
        (_uid(plan, session), _event(session, day, starts.of(day), unit, before)) for day, session in sessions
    ]
    events += [(uid, _cancelled(entry)) for uid, entry in (cancelled or {}).items()]
    for uid, event in events:
        event.add("uid", uid)
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", sequence)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(session: PlannedSession, day: date, start: time | None, unit: str, before: str) -> "Event":
    """Return a session as an entry of a calendar."""
    from icalendar import Event

    event = Event()
    event.add("summary", _one_line(session.title))
    event.add("description", "\n".join(_about(session, unit, before, is_timed=start is not None)))
    event.add("categories", ["Training", "hard" if session.is_hard else session.kind.value])
    event.add("status", "CONFIRMED")
    if start is None:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        begin = datetime.combine(day, start)
        length = _UNKNOWN_LENGTH if session.minutes is None else timedelta(minutes=round(session.minutes))
        event.add("dtstart", begin)
        event.add("dtend", begin + max(length, timedelta(minutes=1)))
        event.add("transp", "OPAQUE")
    return event


def _cancelled(entry: CalendarEntry) -> "Event":
    """Return an entry that cancels one: programs strike it through or remove it."""
    from icalendar import Event

    event = Event()
    event.add("summary", _one_line(entry.title))
    event.add("status", "CANCELLED")
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _about(session: PlannedSession, unit: str, before: str, *, is_timed: bool) -> Iterator[str]:
    """Yield the lines below the title of an entry."""
    yield _one_line(session.why)
    sizes = [] if session.minutes is None else [f"{format_hours(60 * session.minutes)} h"]
    sizes += [" ".join(long_distance(session.distance_m, unit))] if session.distance_m else []
    if sizes:
        yield ", ".join(sizes)
    if is_timed and session.minutes is None:
        yield "Its length is not known; an hour is kept free."
    if session.moved_from is not None:
        yield f"Moved from {session.moved_from:%a} {session.moved_from.day} {session.moved_from:%b}."
    if session.workout:
        yield f"Workout: {_one_line(session.workout)}"
    if before and is_quality(session):
        yield _one_line(before)


def _one_line(text: str) -> str:
    """Return a text as one line without control characters, which calendars refuse."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


# --- export: workouts for a watch

_LONGEST_WORKOUT_NAME: Final = 120
"""Letters of a workout's name at most, as its document has it."""
_LONGEST_FILE_TITLE: Final = 60
"""Letters of a title in the name of a file."""


@dataclass(frozen=True, slots=True)
class WatchFiles:
    """Workouts for a watch."""

    files: Mapping[str, bytes]
    """By the names they are to have, in the order of their days."""
    without: int
    """The number of sessions of these days without a workout: rest, a sheet, an appointment."""
    faults: tuple[str, ...]
    """Sessions that could not be written, each with its day and the reason."""
    changed: int
    """Files in which something of the workout is lost or changed."""

    def zipped(self) -> bytes:
        """Return all of them as one ZIP file, the same bytes for the same workouts."""
        import zipfile

        into = BytesIO()
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files.items():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
        return into.getvalue()


def watch_files(
    sessions: Iterable[tuple[date, PlannedSession]], athlete: "Athlete | None", now_s: float
) -> WatchFiles:
    """Write the workouts of sessions as FIT, each under its day and its title; the others are counted.

    Args:
        sessions: the sessions with their days.
        athlete: the athlete whose paces they get.
        now_s: when the files are made, in seconds of Unix time.
    """
    from coach.interchange.workouts import ExportFormat
    from coach.interchange.workouts.converting import Exported, ExportRequest, export_workout
    from coach.plan.sessions import runnable
    from coach.workout.document import document_from

    files: dict[str, bytes] = {}
    faults: list[str] = []
    exports: dict[tuple[str, str], Exported] = {}
    without = changed = 0
    for day, session in sessions:
        text = runnable(session) if session.is_run else ""
        if not text and not (session.is_run and session.document):
            without += 1
            continue
        key = (text or session.id, session.title)
        try:
            if key not in exports:
                document = (
                    document_from(dict(session.document), name=session.title)
                    if session.document is not None
                    else _titled(read_workout(text, SILENT, athlete), session.title)
                )
                exports[key] = export_workout(ExportRequest(document, athlete, now_s), ExportFormat.FIT)
        except CoachProblem as problem:
            reason = " ".join(str(problem).split())
            faults.append(f"{day:%a} {day.day} {day:%b}, {_one_line(session.title)}: {reason}")
            continue
        exported = exports[key]
        changed += bool(exported.lost)
        stem = f"{day.isoformat()}-{file_name(session.title, _LONGEST_FILE_TITLE) or 'run'}"
        name = stem if f"{stem}.fit" not in files else f"{stem}-{session.id}"
        files[f"{name}.fit"] = exported.data
    return WatchFiles(files, without, tuple(faults), changed)


def _titled(document: "WorkoutDocument", title: str) -> "WorkoutDocument":
    """Return a workout under the title of its session, which the watch lists."""
    name = _one_line(title)[:_LONGEST_WORKOUT_NAME] or document.name
    return replace(document, workout=document.workout.model_copy(update={"name": name}))


# --- export: a table

_COLUMNS: Final = (
    "date", "weekday", "week", "phase", "kind", "session", "hard", "minutes", "distance_m", "why", "workout",
    "moved_from", "runs",
)  # fmt: skip


def table_of(plan: Plan, sessions: Iterable[tuple[date, PlannedSession]]) -> bytes:
    """Write sessions as a table, one row each; an unknown value is an empty cell."""
    from coach.interchange.text import csv_table

    numbers = {week.monday: number for number, week in enumerate(plan.weeks, 1)}
    phases = {week.monday: week.phase.value for week in plan.weeks}
    rows = [
        (
            day.isoformat(),
            WEEKDAYS[day.weekday()],
            numbers.get(monday_of(day)),
            phases.get(monday_of(day)),
            session.kind.value,
            session.title,
            int(session.is_hard),
            session.minutes,
            session.distance_m,
            session.why,
            session.workout,
            None if session.moved_from is None else session.moved_from.isoformat(),
            " ".join(session.runs),
        )
        for day, session in sessions
    ]
    return csv_table([_COLUMNS, *rows])
