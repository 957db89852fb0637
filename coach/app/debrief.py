"""The look back on a week of one athlete: the facts about it, the answers given, and what is saved of them.

Shared by `coach debrief`, `coach plan today` on a Monday and `coach plan new`. Reviews are made from the recordings of
the week; the sentence of a Monday uses the index only, because it must not take a second.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from coach.app.plan import PlanService
from coach.edge.run_folder import read_note
from coach.physiology.performance import GAIN_WEEKS
from coach.plan.debrief import (
    Debrief,
    DebriefFacts,
    DoneSession,
    PaceCadence,
    Proposal,
    cadence_goal_week,
    cadence_since,
    debrief,
    form_words,
    is_recovering,
)
from coach.plan.facts import PlanFacts
from coach.plan.model import PlannedSession, SessionKind, monday_of
from coach.plan.mornings import DROPPED, DebriefAnswer, RaceLook, RecoveryLine
from coach.problems import CoachProblem, UsageProblem
from coach.review.measures import is_hard_session

if TYPE_CHECKING:
    from coach.app.readiness import ReadinessService
    from coach.athlete import Athlete
    from coach.edge.checkins import MorningFact
    from coach.edge.history import IndexedRun
    from coach.plan.model import Plan
    from coach.plan.plateau import PlateauAnswer, Symptom
    from coach.review.review import Review
    from coach.review.season import SeasonRun

WHO: Final = "coach debrief"
"""The author of changes of the plan in its journal."""
_RACE_DAYS: Final = 14
"""Days after a race whose mornings and runs show the recovery from it."""
_MONTH_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class AnsweredProposal:
    """A proposal with its answer."""

    proposal: Proposal
    answer: str
    says: tuple[str, ...] = ()


class DebriefService:
    """The look back of one athlete."""

    def __init__(self, plans: PlanService, report: "Say | None" = None) -> None:
        """Look back on a plan, which need not exist; `report` gets the problems of the journal."""
        self.plans = plans
        self.today = plans.today
        self._report = report

    @cached_property
    def plan(self) -> "Plan | None":
        """The plan; None if there is none."""
        return self.plans.plan if self.plans.exists else None

    @cached_property
    def mornings(self) -> "ReadinessService":
        """The journal of mornings, read; answers and remarks are saved in it."""
        from coach.app.readiness import open_service

        service = open_service(self.plans.athlete, self.plans.store)
        service.load(self._report)
        return service

    @cached_property
    def known(self) -> PlanFacts:
        """The runs of a year and the facts about the workouts of the plan."""
        if self.plan is not None:
            return self.plans.facts
        from coach.app.plan_facts import history_facts

        return history_facts(
            self.plans.store, self.plans.athlete, self.plans.slug, self.today, unit=self.plans.unit
        )

    def last_week(self) -> date:
        """Return the Monday of the last week that is over."""
        return self.plans.this_monday - timedelta(days=7)

    @property
    def is_recovering(self) -> bool:
        """True if today is in the recovery after a race."""
        return self.plan is not None and is_recovering(self.plan, self.today)

    # --- a week

    def link(self) -> None:
        """Link new runs to their sessions, and save that; problems as in `facts`."""
        if self.plan is not None:
            from coach.app.today import TodayService

            if TodayService(self.plans).notice() is not None:
                self._forget()

    def _forget(self) -> None:
        """Read the plan again after a change."""
        for name in ("plan", "known"):
            self.__dict__.pop(name, None)

    def facts(self, monday: date, *, is_quick: bool = False) -> DebriefFacts:
        """Collect the facts about a week.

        Args:
            monday: its first day.
            is_quick: leave out what only a fold of the recordings shows.

        Raises:
            CoachProblem: the plan, the athlete or the history cannot be read.
        """
        runs = [run for run in self.known.runs if monday_of(run.day) == monday]
        entries = self.mornings.entries
        answers = self._answers(monday)
        return DebriefFacts(
            plan=self.plan,
            plan_facts=self.known,
            sessions=tuple(self._done(run, is_quick=is_quick) for run in runs),
            check_ins=entries.by_day,
            answers=answers,
            lines=entries.lines,
            cadence=self._cadences(cadence_since(answers)),
        )

    def debrief(self, monday: date | None = None, *, is_quick: bool = False) -> Debrief:
        """Look back on a week, by default the last that is over; problems as in `facts`."""
        week = monday_of(monday or self.last_week())
        result = debrief(self.facts(week, is_quick=is_quick), week, self.today)
        self._keep_dropped(result)
        return result

    def form_words(self, form: Sequence[str], say: "Say") -> str:
        """Return the form cue of this week's runs; empty without a cadence goal, or if last week ended it.

        Args:
            form: the form cues of the runner's language.
            say: prints the week of the goal, or that it is dropped.

        Raises:
            CoachProblem: as in `facts`.
        """
        week, last = cadence_goal_week(self.mornings.entries.answers, self.today), self.last_week()
        if week is None:
            return ""
        answers = self._answers(last)
        facts = DebriefFacts(answers=answers, cadence=self._cadences(cadence_since(answers)))
        result = debrief(facts, last, self.today)
        self._keep_dropped(result)
        if dropped := [each.says for each in result.notes if each.is_dropped]:
            say(dropped[0])
            return ""
        words = form_words(form, week)
        say(f"Cadence goal, week {week} of {GAIN_WEEKS}. The form cue of this run: {words}")
        return words

    def _keep_dropped(self, result: Debrief) -> None:
        """Save that a goal is dropped with a week, once: no later run has its cue."""
        for each in result.notes:
            fact = DebriefAnswer(result.week, each.rule, DROPPED)
            if each.is_dropped and fact not in self.mornings.entries.answers:
                self.keep(fact)

    def year(self, monday: date) -> str:
        """Compare the four weeks up to a week with those of a year ago; empty if they are unknown."""
        from coach.plan.plateau import against_last_year

        return against_last_year(self.known.runs, monday + timedelta(days=7), self.plans.unit)

    def answer(self, monday: date, accepted: Sequence[int], refused: Sequence[int]) -> list[AnsweredProposal]:
        """Accept and refuse proposals of a week by their numbers, and save the answers.

        Raises:
            UsageProblem: a number is no open proposal, or is both accepted and refused.
            CoachProblem: the plan or the journal cannot be written.
        """
        if both := set(accepted) & set(refused):
            raise UsageProblem(f"{min(both)} cannot be both accepted and refused", "Choose one.")
        answers = []
        for number, verb in (
            *((each, "accepted") for each in dict.fromkeys(accepted)),
            *((each, "refused") for each in dict.fromkeys(refused)),
        ):
            proposal = self._open(monday, number)
            edited, version = proposal.edited, 0
            if verb == "accepted" and edited is not None:
                self.plans.apply(edited, WHO)
                version = self.plans.changes()[-1].version
                self._forget()
            days = edited.touched if verb == "accepted" and edited is not None else ()
            self.keep(DebriefAnswer(monday, proposal.fired.rule, verb, number, days, version))
            answers.append(AnsweredProposal(proposal, verb, () if edited is None else edited.says))
        return answers

    def _open(self, monday: date, number: int) -> Proposal:
        result = self.debrief(monday)
        by_number = {each.number: each for each in result.proposals}
        proposal = by_number.get(number)
        if proposal is None:
            names = (
                ", ".join(str(each.number) for each in result.proposals if not each.answer) or "none is open"
            )
            raise UsageProblem(
                f"there is no proposal {number} for the week of {monday}: {names}", "See coach debrief."
            )
        if proposal.answer:
            raise UsageProblem(
                f"proposal {number} was {proposal.answer} already", "Undo a change: coach plan undo"
            )
        return proposal

    def switch(self, rule: str, *, on: bool) -> None:
        """Switch a rule on or off; a cadence goal begins with the week in which it is switched on.

        Raises:
            UsageProblem: there is no such rule.
        """
        from coach.plan.debrief import RULES
        from coach.plan.plateau import RULES as CAUSES
        from coach.problems import suggestion

        names = list(dict.fromkeys([*(each.id for each in RULES), *(each.id for each in CAUSES)]))
        if rule not in names:
            raise UsageProblem(
                f"there is no rule {rule[:40]!r}", suggestion(rule, names) or "See coach debrief --rules."
            )
        self.keep(DebriefAnswer(self.plans.this_monday, rule, "on" if on else "off"))

    def keep(self, *facts: "MorningFact") -> None:
        """Save facts in the journal of mornings.

        Raises:
            CoachProblem: it cannot be written.
        """
        self.mornings.keep(facts)

    def write_line(self, answers: Sequence[str], day: date | None = None) -> RecoveryLine | None:
        """Save a line of the recovery phase, up to three answers in order; None if all are empty."""
        texts = [each.strip()[:500] for each in answers][:3]
        line = RecoveryLine(day or self.today, *texts)
        if line.is_empty:
            return None
        self.keep(line)
        return line

    def _answers(self, monday: date) -> tuple[DebriefAnswer, ...]:
        """Return the valid answers from before a week's look back, so that it finds again what it drops."""
        return tuple(
            each
            for each in self._valid_answers(self.mornings.entries.answers)
            if each.answer != DROPPED or each.week < monday
        )

    def _valid_answers(self, answers: Sequence[DebriefAnswer]) -> Iterator[DebriefAnswer]:
        """Yield the valid answers: one whose change of the plan was undone is open again."""
        versions = {each.version for each in answers if each.version}
        undone = {each.undid for each in self.plans.changes()} if versions and self.plans.exists else set()
        for each in answers:
            if each.version not in undone or not each.version:
                yield each

    # --- runs

    def _planned(self, run: "SeasonRun") -> PlannedSession | None:
        """Return the planned session of a run: the one it is linked to, else the only run of its day."""
        if self.plan is None:
            return None
        linked = next((each for _, each in self.plan.sessions() if run.run in each.runs), None)
        if linked is not None:
            return linked
        runs = [each for each in self.plan.day(run.day).sessions if each.is_run and not each.is_done]
        alone = [each for each in self.known.runs_by_day.get(run.day, ()) if not each.is_cross]
        return runs[0] if len(runs) == len(alone) == 1 else None

    def _done(self, run: "SeasonRun", *, is_quick: bool = False) -> DoneSession:
        planned = self._planned(run)
        review = None if is_quick else self._review(run.run)
        note = read_note(self.plans.store.run_path(run.run))  # it exists even if a recording cannot be folded
        if review is None:
            return DoneSession(run, planned, worked=note.worked or "", failed=note.failed or "")
        if (
            run.zone_s is None and review.thirds is not None
        ):  # the index adds readings up when a season is asked for
            seconds = review.thirds.seconds
            run = replace(run, zone_s=seconds, is_hard=is_hard_session(run.hard_s, seconds))
        even = review.values.get("even_400s")
        even_400s = None if even is None or even.value is None else int(even.value)
        in_band = [
            step.result.in_band_fraction
            for step in review.steps
            if step.rep is not None and step.result.in_band_fraction is not None
        ]
        return DoneSession(
            run,
            planned,
            sum(in_band) / len(in_band) if in_band else None,
            review.value("fade_across"),
            review.value("decoupling"),
            review.value("negative_split"),
            even_400s,
            review.gates,
            self._fuel.get(run.run),
            note.worked or "",
            note.failed or "",
        )

    def _review(self, run: str) -> "Review | None":
        """Review a run; None if its recording cannot be read."""
        from coach.app.playback import RecordingRequest
        from coach.app.reviews import load_review
        from coach.app.terminal import SILENT

        try:
            return load_review(RecordingRequest(str(self.plans.store.run_path(run))), SILENT)
        except CoachProblem:
            return None

    @cached_property
    def _fuel(self) -> Mapping[str, bool]:
        """True or False by run: a cue about food or drink was emitted."""
        from coach.edge.history import RunFilter

        since = self.today - timedelta(days=2 * _MONTH_DAYS)
        with self.plans.store.history() as history:
            runs: list[IndexedRun] = history.runs(
                RunFilter(since=since, is_simulated=False), with_results=True
            )
        return {run.run: run.has_fuel for run in runs if run.has_fuel is not None}

    @cached_property
    def _athlete(self) -> "Athlete | None":
        from coach.app.athletes import find_athlete

        return find_athlete(self.plans.athlete, self.plans.store)

    def _cadences(self, since: date | None) -> dict[date, PaceCadence]:
        """Return cadence and heart rate at one pace by week, from the week before a goal on; the pace of its first run.

        Cadence at the reference pace is read off the least-squares line of each run.
        """
        if since is None:
            return {}
        athlete = self._athlete
        lessons = [each for each in (() if athlete is None else athlete.learnt) if each.cadence is not None]
        first = since - timedelta(days=7)
        own = [each.cadence for each in lessons if each.day >= first.isoformat() and each.cadence is not None]
        if not own:
            return {}
        pace_mps = own[0].speed_mps
        weeks: dict[date, list[float]] = {}
        for each in lessons:
            cadence = each.cadence
            monday = monday_of(date.fromisoformat(each.day))
            if cadence is not None and monday >= first:
                slope = (
                    cadence.covariance / cadence.speed_variance
                    if cadence.speed_variance > _LEAST_SPREAD
                    else 0.0
                )
                weeks.setdefault(monday, []).append(
                    cadence.cadence_spm + slope * (pace_mps - cadence.speed_mps)
                )
        means = {monday: sum(values) / len(values) for monday, values in weeks.items()}
        pace_s = round(1000 / pace_mps)
        self._add_up(first)
        return {monday: PaceCadence(spm, self._heart_at(monday, pace_s)) for monday, spm in means.items()}

    def _add_up(self, since: date) -> None:
        """Compute the figures of the runs since a day: the index has heart rates at a pace only then."""
        from coach.app.history import add_figures

        runs = [run.run for run in self.known.runs if run.day >= since and not run.heart_at_pace]
        if runs:
            with self.plans.store.history() as history:
                add_figures(history, runs, self.plans.store)
            self.plans.__dict__.pop("facts", None)
            self.__dict__.pop("known", None)

    def _heart_at(self, monday: date, pace_s_per_km: int) -> float | None:
        """Return the mean heart rate of a week near a pace, weighted by time; None if nothing was run at it."""
        near = [
            value
            for run in self.known.runs
            if monday_of(run.day) == monday
            for pace, value in run.heart_at_pace.items()
            if abs(pace - pace_s_per_km) <= _NEAR_S
        ]
        seconds = sum(each[1] for each in near)
        return sum(bpm * weight for bpm, weight in near) / seconds if seconds else None

    # --- races and months

    def keep_races(self, monday: date) -> tuple[RaceLook, ...]:
        """Look back on the races of a week and the two before it, and save what is new about them.

        Raises:
            CoachProblem: the journal cannot be written.
        """
        if self.plan is None:
            return ()
        from coach.plan.plateau import race_look

        looks = []
        saved = {(each.day, each.race): each for each in self.mornings.entries.races}
        for race in self.plan.races:
            if (
                not monday - timedelta(days=_RACE_DAYS)
                <= race.date
                < min(monday + timedelta(days=7), self.today)
            ):
                continue
            runs = self.known.runs_by_day.get(race.date, ())
            sessions = [self._done(run) for run in runs]
            linked = [
                each
                for each in sessions
                if each.planned is not None and each.planned.kind is SessionKind.RACE
            ]
            if not (linked or sessions):
                continue
            days = (race.date + timedelta(days=each + 1) for each in range(_RACE_DAYS))
            mornings = [
                self.mornings.entries.by_day[day] for day in days if day in self.mornings.entries.by_day
            ]
            look = race_look((linked or sessions)[-1], mornings, race.label, self.known.runs)
            looks.append(look)
            if saved.get((look.day, look.race)) != look:
                self.keep(look)
        return tuple(looks)

    def plateau(self, symptom: "Symptom") -> "PlateauAnswer":
        """Look for the causes of a symptom in the last months; problems as in `facts`."""
        from coach.plan.plateau import PlateauFacts, plateau

        since = self.today - timedelta(days=_MONTH_DAYS)
        recent = [run for run in self.known.runs if since < run.day <= self.today]
        entries = self.mornings.entries
        return plateau(
            symptom,
            PlateauFacts(
                self.today,
                self.plan,
                self.known,
                tuple(self._done(run) for run in recent),
                entries.by_day,
                tuple(self._valid_answers(entries.answers)),
            ),
        )


_LEAST_SPREAD: Final = 0.01
"""Variance of speed, (m/s) squared, below which a run has one pace and its line no slope. Judged."""
_NEAR_S: Final = 10
"""Seconds a kilometre from the reference pace that still count as it. Judged."""


def carried_races(service: PlanService) -> tuple[RaceLook, ...]:
    """Return the looks back on the races of the last year, the oldest first."""
    year = service.today - timedelta(days=365)
    with suppress(CoachProblem):
        return tuple(each for each in DebriefService(service).mornings.entries.races if each.day >= year)
    return ()


Ask = Callable[[str], str]
"""Ask a question and returns the answer."""
Say = Callable[[str], None]
"""Prints a sentence."""


def ask_line(ask: Ask) -> list[str]:
    """Ask the three questions of a day of recovery."""
    from coach.plan.mornings import LINE_QUESTIONS

    return [ask(question) for question in LINE_QUESTIONS.values()]
