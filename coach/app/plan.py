"""What the command line and the Calendar share of a plan: whose it is, how it is read, edited, kept and taken back.

The day is that of the machine's clock where it stands, unless it is given; a plan knows no other time.
"""

import json
import os
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from coach.edge.clock import local_day as today
from coach.edge.files import plain
from coach.edge.plan_files import PlanChange, PlanFiles
from coach.edge.store import FIRST_SLUG, Store
from coach.plan.edit import EditedPlan
from coach.plan.model import plan_of_tree, write_plan
from coach.problems import AthleteProblem, PlanProblem

if TYPE_CHECKING:
    from coach.app.plan_facts import CheckedPlan
    from coach.plan.facts import PlanFacts
    from coach.plan.hard_sessions import Speeds
    from coach.plan.model import Plan, PlannedRace

UNDO: Final = "coach plan undo"


class PlanService:
    """The plan of one athlete: read, edited, kept and taken back."""

    def __init__(
        self, store: Store | None = None, athlete: str | None = None, today_is: date | None = None
    ) -> None:
        """Open the plan of an athlete: a slug or a file; without one the chosen athlete, else the only one.

        Raises:
            AthleteProblem: there is no such athlete, or there are several and none was named.
        """
        self.store = store or Store()
        self.athlete = athlete
        self.slug, self.unit = _who(self.store, athlete)
        self.files = PlanFiles(self.store.paths.plans / self.slug)
        self.today = today_is or date.fromisoformat(today())
        self._data: bytes | None = None
        self._plan: Plan | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a plan, readable or not."""
        return self.files.exists

    @property
    def plan(self) -> "Plan":
        """The plan as its file has it now; what a hand changed is noted as one change.

        Raises:
            PlanProblem: there is none, or it is wrong: with the place, the reason and the fix.
        """
        data = self.files.read()
        if self._plan is None or data != self._data:
            names = {workout.name for workout in self.store.workouts()}
            self._plan = self._own(data, names) or self._checked(data, names)
            self._data = data
            if self.files.current() is None:
                self.files.note_hand_edit()
        return self._plan

    def _own(self, data: bytes, names: Collection[str]) -> "Plan | None":
        """A plan that a command wrote: it was checked then, and what checks it takes longer to load than to read it.

        None where a hand wrote it, or where something of it is not there any more: then it is to be checked.
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

    def _checked(self, data: bytes, names: Collection[str]) -> "Plan":
        from coach.plan.document import read_plan

        try:
            return read_plan(data, name=str(self.files.path), workouts=names, today=self.today)
        except PlanProblem as problem:
            undo = f"Or put the version before back: {UNDO}"
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
        from coach.app.plan_facts import facts_for

        return facts_for(self.plan, self.today, store=self.store, athlete=self.athlete, unit=self.unit)

    def checked(self) -> "CheckedPlan":
        """The plan against its rules.

        Raises:
            CoachProblem: as of `plan` and `facts`.
        """
        from coach.app.plan_facts import checked

        return checked(self.plan, self.facts, self.today)

    def eased(self) -> EditedPlan | None:
        """What a fall in the simple tests would ease in the plan there is; None where nothing is to ease.

        Raises:
            CoachProblem: as of `plan` and `facts`.
        """
        from coach.plan.check import eased
        from coach.plan.checked import CheckView

        return eased(CheckView(self.plan, self.facts, self.today))

    def choose(self, edited: EditedPlan, who: str) -> EditedPlan:
        """Keep an edit that the runner asked for, and count the rules it breaks knowingly; problems as of `apply`.

        A rule that was broken so twice is asked about once: whether to switch it off.
        """
        from coach.app.plan_facts import kept_against

        plan, broken, asked = kept_against(self.plan, edited.plan, self.facts, self.today)
        says = [f"{finding.sentence} That is kept as your choice ({finding.rule})." for finding in broken]
        says += [
            f"You broke {name} twice now. Switch it off? coach plan rules --off {name}" for name in asked
        ]
        return self.apply(replace(edited, plan=plan, says=(*edited.says, *says)), who)

    def apply(self, edited: EditedPlan, who: str) -> EditedPlan:
        """Keep an edit of the plan that was read last; `who` is the command, such as `coach plan move`.

        Raises:
            PlanProblem: the file was changed since it was read.
            CoachProblem: it cannot be written; then the plan is as it was.
        """
        self._save(edited.plan, who, " ".join(edited.says), self._data)
        return edited

    def begin(self, plan: "Plan", who: str, what: str) -> None:
        """Keep a new plan in place of the one there is, if there is one.

        Raises:
            CoachProblem: it cannot be written; then the plan is as it was.
        """
        self._save(plan, who, what, None)

    def undo(self, who: str = UNDO) -> tuple[PlanChange, PlanChange]:
        """Put the version before back, byte for byte; returns what was undone and what holds now.

        Raises:
            PlanProblem: there is no version before.
        """
        self._plan = None
        return self.files.undo(who)

    def changes(self) -> list[PlanChange]:
        """The journal: every state the plan was in, the oldest first."""
        return self.files.changes()

    def _save(self, plan: "Plan", who: str, what: str, base: bytes | None) -> None:
        data = write_plan(plan)
        self.files.save(data, who=who, what=what, base=base)
        self._data, self._plan = data, plan


def _who(store: Store, athlete: str | None) -> tuple[str, str]:
    """The slug of whose plan it is, and whether they say `km` or `mile`; `me` where nobody is saved yet."""
    document = store.athlete(athlete)
    tree: object = {}
    if document is not None:
        try:
            tree = json.loads(document.data)
        except (ValueError, RecursionError):
            tree = {}
    if not isinstance(tree, dict):
        tree = {}
    usual = FIRST_SLUG if document is None else document.path.stem
    slug, unit = str(tree.get("slug", usual)), str(tree.get("units", "km"))
    if re.fullmatch(_SLUG, slug) is None:
        raise AthleteProblem(f"{plain(slug)!r} is no athlete's slug", "See coach athlete list.")
    if unit == "km" and (store.paths.settings.exists() or "COACH_UNITS" in os.environ):
        from coach.edge.settings import load_settings  # they load every room that has settings

        unit = load_settings(store.paths.settings, os.environ).units
    return slug, unit


_SLUG: Final = r"[a-z0-9][a-z0-9_-]{0,31}"
"""As in an athlete's document: it names a folder here."""


# --- what a new plan can know by itself


def left_broken(service: PlanService, plan: "Plan") -> tuple[str, ...]:
    """What rules a new plan breaks all the same, the worst first: what was asked for leaves nothing better."""
    from coach.app.plan_facts import facts_for
    from coach.plan.check import check

    facts = facts_for(plan, service.today, store=service.store, athlete=service.athlete, unit=service.unit)
    by_rule = {finding.rule: finding for finding in reversed(check(plan, facts, service.today))}
    return tuple(finding.sentence for finding in reversed(by_rule.values()))


_RECENT_DAYS: Final = 28
_LEAST_RUNS: Final = 6
"""Fewer runs of four weeks say nothing of a usual week. Judged."""


def recent_week_m(service: PlanService) -> float | None:
    """How much was run in a week lately, in metres; None where too little was recorded."""
    from coach.edge.history import RunFilter

    since = service.today - timedelta(days=_RECENT_DAYS)
    wanted = RunFilter(since=since, until=service.today, athlete=service.slug, is_simulated=False)
    with service.store.history() as history:
        metres = [run.distance_m for run in history.runs(wanted) if run.distance_m]
    return round(sum(metres) / (_RECENT_DAYS / 7), -3) if len(metres) >= _LEAST_RUNS else None


def speeds_of(service: PlanService) -> "Speeds":
    """How fast the athlete runs each pace; usual speeds where nothing tells."""
    from coach.app.athletes import find_athlete
    from coach.plan.hard_sessions import Speeds
    from coach.workout.athlete_profile import profile_of

    athlete = find_athlete(service.athlete, service.store)
    if athlete is None:
        return Speeds()
    known = {line.name: float((line.slow + line.fast) / 2) for line in profile_of(athlete).paces}
    return Speeds(known["easy"], known) if "easy" in known else Speeds(known=known)


def health_of(service: PlanService) -> tuple[tuple[str, ...], date | None]:
    """The old injuries an athlete told, and until when jumps are eased, as a simple test fell."""
    from coach.app.athletes import find_athlete
    from coach.app.plan_facts import simple_tests
    from coach.plan.strength import eased_until

    athlete = find_athlete(service.athlete, service.store)
    return ((), None) if athlete is None else (athlete.injuries, eased_until(simple_tests(athlete)))


def races_of_template(template: str, day: date) -> "tuple[PlannedRace, ...]":
    """The races a template brings along: a 10 k in May and a half in November of the next year with room for both."""
    from coach.plan.model import PlannedRace
    from coach.plan.templates import TWO_PEAKS
    from coach.plan.volume import FULL_WEEKS

    if template != TWO_PEAKS:
        return ()
    year = day.year
    while (_third_sunday(year, 5) - day).days < 7 * FULL_WEEKS:
        year += 1
    return (PlannedRace(_third_sunday(year, 5), "10 km"), PlannedRace(_third_sunday(year, 11), "21.0975 km"))


def _third_sunday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 14)
