"""Today's session: what the plan, the morning, the runs so far and the weather make of it, and what is kept of it.

Shared by `coach plan today`, `coach run` and the Calendar. What is suggested is beside the plan until it is taken; what
a runner decides otherwise is kept as their choice, without a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from coach.app.plan import PlanDesk
from coach.plan.edit import EditedPlan, link_run, replace_session
from coach.plan.ladder import RUNG_WORDS, DayFacts, DayWeather, DoneRun, Rung, is_quality
from coach.plan.missed import Mend, link_done, mend_missed
from coach.plan.model import Family, PlannedSession
from coach.plan.today import DayLimits, Suggestion, today
from coach.problems import CoachProblem, PlanProblem

if TYPE_CHECKING:
    from coach.athlete import Athlete
    from coach.edge.history import History, IndexedRun
    from coach.plan.readiness import ReadinessAnswer
    from coach.review.journaled import JournaledRep
    from coach.workout.model import WorkoutDocument

DAYS_OF_RUNS: Final = 28
"""How far back runs are looked at for a day: further than any rule of the ladder asks."""
WHO: Final = "coach plan today"
"""Who changed the plan, in its journal."""


@dataclass(frozen=True, slots=True)
class TakenSession:
    """A session of today as it is run: what is run, and what is said before it starts."""

    suggestion: Suggestion
    session: PlannedSession
    """What is run: what was suggested, or what was planned."""
    is_as_planned: bool
    """Whether the runner overrode the suggestion."""


class TodayDesk:
    """Today's session of one athlete."""

    def __init__(self, desk: PlanDesk, morning: "ReadinessAnswer | None" = None) -> None:
        """Stand beside the desk of a plan; without an answer of the morning the one that is kept is looked up."""
        self.desk = desk
        self.day = desk.today
        self._morning = morning

    @cached_property
    def readiness(self) -> "ReadinessAnswer | None":
        """This morning's answer; None where nothing of mornings can be read."""
        if self._morning is not None:
            return self._morning
        from coach.app.readiness import answer_for

        try:
            return answer_for(self.day, self.desk.athlete, self.desk.store)
        except CoachProblem:
            return None  # coach readiness says what is wrong with it

    @cached_property
    def runs(self) -> tuple[DoneRun, ...]:
        """The runs of the last weeks, the newest first; none of a simulated runner or of others."""
        from coach.edge.history import RunFilter

        which = RunFilter(since=self.day - timedelta(days=DAYS_OF_RUNS), until=self.day, is_simulated=False)
        with self.desk.store.history() as history:
            found = history.runs(which, with_results=True)
        mine = [run for run in found if run.athlete in {"", self.desk.slug} and run.day and run.time_s]
        return tuple(_done(run) for run in mine)

    @cached_property
    def athlete(self) -> "Athlete | None":
        """Whose paces lengths are estimated with."""
        from coach.app.athletes import find_athlete

        return find_athlete(self.desk.athlete, self.desk.store)

    def facts(self) -> DayFacts:
        """What is known of the runner today."""
        from coach.workout.suitability import easy_cap

        fade: dict[Family, float] = {}
        left_out: dict[Family, int] = {}
        session = self._hard_today()
        if session is not None:
            with self.desk.store.history() as history:
                reps = _reps_of_last(self.desk, history, session.family, self.day)
            if reps is not None:
                fade |= _fade(session.family, reps[1])
                left_out |= _left_out(session.family, *reps)
        athlete = self.athlete
        cap = None if athlete is None else easy_cap(athlete.now)
        return DayFacts(self.runs, fade, left_out, cap, athlete)

    def _hard_today(self) -> PlannedSession | None:
        return next((each for each in self.desk.plan.day(self.day).sessions if each.is_hard), None)

    def suggestion(self, limits: DayLimits | None = None, weather: DayWeather | None = None) -> Suggestion:
        """What to run today.

        Raises:
            CoachProblem: the plan, the athlete or a workout cannot be read, or what is asked for does not fit.
        """
        return today(
            self.desk.plan,
            self.day,
            readiness=self.readiness,
            facts=self.facts(),
            weather=weather or self.weather(),
            limits=limits,
            workouts=self.document,
        )

    def weather(self) -> DayWeather:
        """The weather of the settings; what is not there is not known."""
        import os

        from coach.edge.settings import load_settings

        session = load_settings(self.desk.store.paths.settings, os.environ).session
        return DayWeather(session.temperature_c, session.dew_point_c)

    def document(self, session: PlannedSession) -> "WorkoutDocument | None":
        """The workout of a session; None for one that nobody wrote down.

        Raises:
            WorkoutProblem: it cannot be found or read.
        """
        if session.document is not None:
            from coach.workout.document import document_from

            return document_from(dict(session.document), name=session.title)
        if not session.workout:
            return None
        from coach.app.terminal import SILENT
        from coach.app.workouts import read_workout

        return read_workout(session.workout, SILENT, self.athlete)

    # --- kept

    def notice(self) -> EditedPlan | None:
        """Link runs that were done to their sessions, and keep that; None where there is nothing new.

        Raises:
            CoachProblem: the plan cannot be read or written.
        """
        edited = link_done(self.desk.plan, self.runs)
        return None if edited is None else self.desk.apply(edited, "coach plan")

    def mend(self) -> Mend | None:
        """The smallest change after sessions were missed; None where none was.

        Raises:
            PlanProblem: there is no plan, or it is wrong.
        """
        return mend_missed(self.desk.plan, self.day, DayFacts(runs=self.runs))

    def take(self, suggestion: Suggestion, *, as_planned: bool = False, who: str = WHO) -> TakenSession:
        """Keep what is run today: the suggestion, or the plan against it.

        Raises:
            PlanProblem: nothing is planned today, or rest is all that is left of it.
            CoachProblem: the plan cannot be written.
        """
        session = suggestion.planned if as_planned else suggestion.proposed
        if suggestion.planned is None:
            raise PlanProblem(
                f"Nothing is planned for {self.day:%a} {self.day}.",
                "coach run free runs without a plan; coach plan show --week shows the week.",
            )
        if as_planned and suggestion.is_changed and not suggestion.planned.choice:
            chosen = replace(suggestion.planned, choice=Rung.AS_PLANNED.value)
            self.desk.apply(replace_session(self.desk.plan, chosen), who)
            session = chosen
        elif suggestion.edited is not None and not as_planned:
            self.desk.apply(suggestion.edited, who)
        if session is None or (suggestion.rung is Rung.REST and not as_planned):
            raise PlanProblem(
                "Today is for rest, and that is kept in the plan.",
                "coach run today --as-planned runs what was planned; coach plan undo takes it back.",
            )
        return TakenSession(suggestion, session, as_planned)

    def link(self, session: PlannedSession, run: str) -> None:
        """Keep that a session was run, by the id of its run.

        Raises:
            CoachProblem: the plan cannot be read or written.
        """
        plan = self.desk.plan
        if plan.find(session.id) is not None:
            self.desk.apply(link_run(plan, session.id, run), "coach run today")


def reason_words(suggestion: Suggestion) -> str:
    """Say a suggestion and the rule that decided it, in one sentence: before a start, and beside a gate."""
    decided = next((each for each in suggestion.reasons if each.has_decided), None)
    what = suggestion.what or RUNG_WORDS[suggestion.rung]
    if decided is None:
        return f"Today: {what}."
    return f"Today: {what}. {decided.says[:1].upper()}{decided.says[1:].rstrip('.')} ({decided.you})."


def _done(run: "IndexedRun") -> DoneRun:
    from coach.review.measures import is_hard_session

    return DoneRun(
        run.run,
        date.fromisoformat(run.day),
        is_hard_session(run.hard_s, None),
        run.workout,
        None if run.time_s is None else run.time_s / 60,
        is_cross=run.kind == "cross",
    )


# --- how the last one went


def _reps_of_last(
    desk: PlanDesk, history: "History", family: Family, day: date
) -> "tuple[PlannedSession, Sequence[JournaledRep]] | None":
    """The hard steps of the last session of a family that was run; None where none was, or nothing is known of it."""
    for at, session in reversed(tuple(desk.plan.sessions())):
        if at < day and session.family is family and is_quality(session) and session.is_done:
            for run in session.runs:
                reps = history.reps(run)
                if reps:
                    return session, reps
            return None
    return None


def _alike(reps: "Sequence[JournaledRep]") -> "Iterator[JournaledRep]":
    """The timed reps that are as long as most of them are."""
    timed = [rep for rep in reps if rep.is_timed]
    lengths = [rep.length_m for rep in timed]
    usual = max(lengths, key=lengths.count, default=None)
    return (rep for rep in timed if rep.length_m == usual)


def _fade(family: Family, reps: "Sequence[JournaledRep]") -> dict[Family, float]:
    """By how much the last rep was slower than the first; nothing where fewer than three tell."""
    speeds = [rep.mean_speed_mps for rep in _alike(reps) if rep.is_whole and rep.mean_speed_mps]
    return {family: speeds[0] / speeds[-1] - 1.0} if len(speeds) >= _FEWEST_REPS else {}


_FEWEST_REPS: Final = 3
"""Two reps are no trend."""


def _left_out(family: Family, session: PlannedSession, reps: "Sequence[JournaledRep]") -> dict[Family, int]:
    """How many reps of those that were planned were not run to their end; nothing where the plan does not say."""
    if session.dose is None:
        return {}
    return {family: max(0, session.dose.reps - sum(rep.is_whole for rep in _alike(reps)))}
