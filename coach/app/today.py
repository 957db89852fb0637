"""Today's session: the suggestion by plan, morning, runs and weather, the runner's choice, and the run of it.

Shared by `coach plan today`, `coach run` and the Calendar. A suggestion changes the plan only when it is taken; another
decision of the runner is saved as their choice, without a comment.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.plan import PlanService
from coach.app.terminal import SILENT
from coach.app.workouts import compile_for, compile_text, read_workout, with_reminder
from coach.edge.history import RunFilter
from coach.edge.run_folder import RunNote, append_note, read_note
from coach.plan.config import PlanSettings
from coach.plan.edit import EditedPlan, MissedChange, change_for_missed, link_done, link_run, replace_session
from coach.plan.ladder import RUNG_WORDS, DayFacts, DayWeather, DoneRun, Rung, is_quality
from coach.plan.model import Family, PlannedSession, SessionKind
from coach.plan.mornings import CADENCE_GOAL
from coach.plan.readiness import ReadinessFacts, Verdict, readiness
from coach.plan.sessions import runnable
from coach.plan.today import DayLimits, Suggestion, is_sized_by_nobody, meals, today
from coach.problems import CoachProblem, PlanProblem, UsageProblem
from coach.session.phases import Button, Origin
from coach.workout.describe import calm_moment, estimate
from coach.workout.edits import easy_cap, effort_day
from coach.workout.kinds import CROSS, HARD
from coach.workout.timeline import JUST_TIME, StepGate

if TYPE_CHECKING:
    from collections.abc import Callable

    from coach.app.live_run import RunRequest
    from coach.app.readiness import ReadinessService
    from coach.app.sensors import RunSources
    from coach.app.terminal import Console
    from coach.app.workouts import CompiledWorkout
    from coach.athlete import Athlete
    from coach.edge.history import History, IndexedRun
    from coach.edge.settings import Settings
    from coach.edge.sources import Inbox
    from coach.plan.readiness import ReadinessAnswer
    from coach.review.journaled import JournaledRep
    from coach.workout.model import WorkoutDocument

DAYS_OF_RUNS: Final = 120
"""Days of runs that are read for a day: as many as the rules of the morning need for days off."""
LEAST_S: Final = 300.0
"""A shorter run was a false start and is no session. Judged."""
WHO: Final = "coach plan today"
"""The author of changes of the plan in its journal."""


@dataclass(frozen=True, slots=True)
class SessionChoice:
    """The choice of today's session."""

    suggestion: Suggestion
    session: PlannedSession
    """The session that is run: the suggested or the planned one."""
    is_as_planned: bool
    """True if the runner overrode the suggestion."""


class TodayService:
    """Today's session of one athlete."""

    def __init__(self, plans: PlanService, morning: "ReadinessAnswer | None" = None) -> None:
        """Answer for a plan; without an answer of the morning the saved one is read."""
        self.plans = plans
        self.day = plans.today
        self._morning = morning

    @cached_property
    def readiness(self) -> "ReadinessAnswer | None":
        """This morning's answer; None if no mornings can be read."""
        if self._morning is not None:
            return self._morning
        if not self.has_mornings:
            return self._without_mornings()
        mornings = self.mornings
        if mornings is None:
            return None
        mornings.run_days = tuple(sorted({run.day for run in self.runs}))
        answer = mornings.answer(self.day)
        has_entry = self.day in mornings.entries.by_day or any(
            each.day == self.day for each in mornings.entries.mornings
        )
        return answer if has_entry or answer.fired else None

    @cached_property
    def mornings(self) -> "ReadinessService | None":
        """The saved mornings; None if there are none, or they cannot be read, which coach readiness reports."""
        if not self.has_mornings:
            return None
        from coach.app.readiness import open_service

        with suppress(CoachProblem):
            mornings = open_service(self.plans.athlete, self.plans.store)
            mornings.load()
            return mornings
        return None

    @property
    def has_mornings(self) -> bool:
        """True if any morning is saved."""
        return (self.plans.store.paths.data / "mornings").is_dir()

    def _without_mornings(self) -> "ReadinessAnswer | None":
        """Return the answer by the runs alone: the way back after days off."""
        run_days = tuple(sorted({run.day for run in self.runs}))
        answer = readiness(ReadinessFacts(run_days=run_days), self.day)
        return answer if answer.fired else None

    @cached_property
    def runs(self) -> tuple[DoneRun, ...]:
        """The runs of the last weeks, the newest first, without simulated ones and those of others."""
        which = RunFilter(since=self.day - timedelta(days=DAYS_OF_RUNS), until=self.day, is_simulated=False)
        with self.plans.store.history() as history:
            indexed = history.runs(which, with_results=True)
        runs = [
            run
            for run in indexed
            if run.athlete in {"", self.plans.slug} and run.day and (run.time_s or 0.0) >= LEAST_S
        ]
        return tuple(_done(run) for run in runs)

    @cached_property
    def athlete(self) -> "Athlete | None":
        """The athlete whose paces give the estimated lengths."""
        if self.plans.store.athlete(self.plans.athlete) is None:
            return None  # what reads athletes takes long to load
        from coach.app.athletes import find_athlete

        return find_athlete(self.plans.athlete, self.plans.store)

    @cached_property
    def _known(self) -> DayFacts:
        """The facts for the rules of the ladder, without the athlete."""
        fade: dict[Family, float] = {}
        left_out: dict[Family, int] = {}
        session = self._hard_today()
        if session is not None:
            with self.plans.store.history() as history:
                reps = _reps_of_last(self.plans, history, session.family, self.day)
            if reps is not None:
                fade |= _fade(session.family, reps[1])
                left_out |= _left_out(session.family, *reps)
        return DayFacts(self.runs, fade, left_out)

    def facts(self) -> DayFacts:
        """Return the facts about the runner today, with their paces and their easy cap."""
        athlete = self.athlete
        if athlete is None:
            return self._known

        return replace(self._known, easy_cap_bpm=easy_cap(athlete.now), athlete=athlete)

    def _hard_today(self) -> PlannedSession | None:
        return next((each for each in self.plans.plan.day(self.day).sessions if each.is_hard), None)

    def suggestion(self, limits: DayLimits | None = None, weather: DayWeather | None = None) -> Suggestion:
        """Return the suggestion for today.

        Raises:
            CoachProblem: the plan, the athlete or a workout cannot be read, or a limit does not fit.
        """
        weather = weather or self.weather()
        plan, readiness = self.plans.plan, self.readiness
        is_as_it_is = limits is None and is_sized_by_nobody(
            plan, self.day, readiness=readiness, facts=self._known, weather=weather
        )
        # if no length changes, no pace is needed, and no athlete is read
        facts = self._known if is_as_it_is else self.facts()
        return today(
            plan,
            self.day,
            readiness=readiness,
            facts=facts,
            weather=weather,
            limits=limits,
            workouts=self.document,
        )

    def weather(self) -> DayWeather:
        """Return the weather of the settings; missing values are unknown."""
        if not self._has_settings:
            return DayWeather()
        session = self.settings.session
        return DayWeather(session.temperature_c, session.dew_point_c)

    @property
    def hour_before(self) -> str:
        """The meal an hour before a hard or a long session, in the runner's words; empty if it is off."""
        words = self.settings.plan if self._has_settings else PlanSettings()
        return words.hour_before if words.meals else ""

    def meals(self, suggestion: Suggestion) -> tuple[str, ...]:
        """Return what to eat an hour before today's session and tonight, in the runner's words; empty if off."""
        words = self.settings.plan if self._has_settings else PlanSettings()
        plan = self.plans.plan if suggestion.edited is None else suggestion.edited.plan
        here, after = meals(plan, self.day)
        if not words.meals:
            return ()
        return tuple(
            text
            for session, text in ((here, words.hour_before), (after, words.evening_before))
            if session is not None and text
        )

    @cached_property
    def settings(self) -> "Settings":
        """The settings in force.

        Raises:
            SettingsProblem: they cannot be read.
        """
        from coach.edge.settings import load_settings

        return load_settings(self.plans.store.paths.settings, os.environ)

    @property
    def _has_settings(self) -> bool:
        """True if a setting was changed; reading settings loads every room that has some."""
        return self.plans.store.paths.settings.exists() or any(
            name.startswith(("COACH_PLAN_", "COACH_SESSION_")) for name in os.environ
        )

    def document(self, session: PlannedSession) -> "WorkoutDocument | None":
        """Return the workout of a session; None for one without a document, a line or a name.

        Raises:
            WorkoutProblem: it cannot be found or read.
        """
        if session.document is not None:
            from coach.workout.document import document_from

            return document_from(dict(session.document), name=session.title)
        workout = runnable(session)
        return read_workout(workout, SILENT, self.athlete) if workout else None

    # --- what is saved

    def notice(self) -> EditedPlan | None:
        """Link new runs to their sessions, and save that; None if there are none.

        Raises:
            CoachProblem: the plan cannot be read or written.
        """
        edited = link_done(self.plans.plan, self.runs)
        return None if edited is None else self.plans.apply(edited, "coach plan")

    def change_for_missed(self) -> MissedChange | None:
        """Return the smallest change after sessions were missed; None if none was.

        Raises:
            PlanProblem: there is no plan, or it is wrong.
        """
        return change_for_missed(self.plans.plan, self.day, DayFacts(runs=self.runs))

    def last_week(self, report: "Callable[[str], None] | None" = None) -> str:
        """Return the sentence of a Monday about what last week changes in this one; empty on other days, or if unknown.

        The rules of the look back load much, so they run only if something is known about that week.

        Args:
            report: gets the problems of the journal of mornings, whose damage is then set aside.
        """
        first = self.day - timedelta(days=7)
        if self.day.weekday() != 0 or not (self.has_mornings or any(run.day >= first for run in self.runs)):
            return ""
        from coach.app.readiness import DebriefService

        with suppress(CoachProblem):  # coach debrief reports the problem
            return DebriefService(self.plans, report).debrief(is_quick=True).sentence
        return ""

    def form_words(self, say: "Callable[[str], None]") -> str:
        """Return the form cue of today's runs, in the language of cues; empty without a cadence goal.

        The look back loads much, so it is used only if a goal was ever switched on. `say` prints the cue.
        """
        answers = () if self.mornings is None else self.mornings.entries.answers
        if all(each.rule != CADENCE_GOAL for each in answers):
            return ""
        from coach.app.readiness import DebriefService
        from coach.cues.language import LANGUAGES

        with suppress(CoachProblem):  # coach debrief reports the problem
            return DebriefService(self.plans).form_words(LANGUAGES[self.settings.cues.language].form, say)
        return ""

    def choose(self, suggestion: Suggestion, *, as_planned: bool = False) -> SessionChoice:
        """Choose the session that is run today, suggested or planned; nothing is saved yet.

        Raises:
            PlanProblem: nothing is planned today, or only rest is left of it.
        """
        if suggestion.planned is None:
            raise PlanProblem(
                f"Nothing is planned for {self.day:%a} {self.day}.",
                "coach run free runs without a plan; coach plan show --week shows the week.",
            )
        session = suggestion.planned if as_planned else suggestion.proposed
        if session is None or (suggestion.rung is Rung.REST and not as_planned):
            raise PlanProblem(
                reason_words(suggestion),
                "coach run today --as-planned runs the planned session; coach plan today --take saves the rest day.",
            )
        return SessionChoice(suggestion, session, as_planned)

    def keep_choice(self, choice: SessionChoice, who: str = WHO) -> None:
        """Save the choice: the suggestion in place of the session, or that it is run as planned.

        Raises:
            CoachProblem: the plan cannot be written.
        """
        suggestion = choice.suggestion
        if not suggestion.is_changed or suggestion.edited is None:
            return
        edited = suggestion.edited
        if choice.is_as_planned:
            edited = replace_session(self.plans.plan, replace(choice.session, choice=Rung.AS_PLANNED.value))
        self.plans.apply(edited, who)

    def take(self, suggestion: Suggestion, *, as_planned: bool = False, who: str = WHO) -> SessionChoice:
        """Choose the session that is run today, and save it.

        Raises:
            PlanProblem: as `choose`.
            CoachProblem: the plan cannot be written.
        """
        choice = self.choose(suggestion, as_planned=as_planned)
        self.keep_choice(choice, who)
        return choice

    def link(self, session: PlannedSession, run: str) -> None:
        """Save that a session was run, with the ID of its run; a false start does not count.

        Raises:
            CoachProblem: the plan cannot be read or written.
        """
        with self.plans.store.history() as history:
            runs = history.runs(RunFilter(since=self.day - timedelta(days=1)), with_results=True)
        if any(each.run == run and (each.time_s or 0.0) < LEAST_S for each in runs):
            return
        plan = self.plans.plan
        if plan.find(session.id) is not None:
            self.plans.apply(link_run(plan, session.id, run), "coach run today")


def reason_words(suggestion: Suggestion) -> str:
    """Say a suggestion and the rule that decided it, in one sentence: before a start, and beside a gate."""
    decided = next((each for each in suggestion.reasons if each.has_decided), None)
    what = suggestion.what or RUNG_WORDS[suggestion.rung]
    if decided is None:
        return f"Today: {what}."
    return f"Today: {what}. {decided.says[:1].upper()}{decided.says[1:].rstrip('.')} ({decided.you})."


def gate_words(suggestion: Suggestion) -> str:
    """Return the rule that decided as the line before a run starts: `Effort day today: in wind ...: 10 m/s.`."""
    decided = next(each for each in suggestion.reasons if each.has_decided)
    rung = RUNG_WORDS[suggestion.rung]
    says = f"{decided.says[:1].lower()}{decided.says[1:].rstrip('.')}"
    return f"{rung[:1].upper()}{rung[1:]} today: {says}: {decided.you}."


def _done(run: "IndexedRun") -> DoneRun:
    from coach.review.measures import is_hard_session

    return DoneRun(
        run.run,
        date.fromisoformat(run.day),
        is_hard_session(run.hard_s, None),
        run.workout,
        None if run.time_s is None else run.time_s / 60,
        is_cross=run.kind == CROSS,
    )


# --- the last session of a family


def _reps_of_last(
    service: PlanService, history: "History", family: Family, day: date
) -> "tuple[PlannedSession, Sequence[JournaledRep]] | None":
    """Return the hard steps of the last session of a family that was run; None if there was none, or it is unknown."""
    for at, session in reversed(tuple(service.plan.sessions())):
        if at < day and session.family is family and is_quality(session) and session.is_done:
            for run in session.runs:
                reps = history.reps(run)
                if reps:
                    return session, reps
            return None
    return None


def _alike(reps: "Sequence[JournaledRep]") -> "Iterator[JournaledRep]":
    """Return the timed reps of the most frequent length."""
    timed = [rep for rep in reps if rep.is_timed]
    lengths = [rep.length_m for rep in timed]
    usual = max(lengths, key=lengths.count, default=None)
    return (rep for rep in timed if rep.length_m == usual)


def _fade(family: Family, reps: "Sequence[JournaledRep]") -> dict[Family, float]:
    """Return by how much the last rep was slower than the first; empty with fewer than three reps."""
    speeds = [rep.mean_speed_mps for rep in _alike(reps) if rep.is_whole and rep.mean_speed_mps]
    return {family: speeds[0] / speeds[-1] - 1.0} if len(speeds) >= _FEWEST_REPS else {}


_FEWEST_REPS: Final = 3
"""Judged: two reps are no trend."""


def _left_out(family: Family, session: PlannedSession, reps: "Sequence[JournaledRep]") -> dict[Family, int]:
    """Return the number of planned reps that were not run to their end; empty if the plan does not say."""
    if session.dose is None:
        return {}
    return {family: max(0, session.dose.reps - sum(rep.is_whole for rep in _alike(reps)))}


# --- a run of today's session, and any run on such a day

TODAY: Final = "today"
"""The argument of `coach run` for today's session."""


def day_of(workout: str, request: "RunRequest", console: "Console") -> "RunDay":
    """Prepare the day of a run: today's session if requested, and what is printed before it starts.

    Raises:
        UsageProblem: an option for today's session is given with another workout.
        CoachProblem: today's session is requested, and there is none, or it cannot be read.
    """
    if workout.casefold() != TODAY:
        if request.day.is_asked:
            raise UsageProblem(
                "--as-planned, --minutes, --no-track, --treadmill, --instead, --wind, --hills change today's session",
                f"For example: coach run {TODAY} --minutes 35.",
            )
        return RunDay(workout, _service_for(request))
    service = TodayService(PlanService(athlete=request.athlete))
    service.notice()
    day = request.day
    weather = service.weather()
    if request.weather is not None:
        weather = replace(weather, temperature_c=request.weather[0], dew_point_c=request.weather[1])
    weather = replace(weather, wind_mps=day.wind_mps, is_hilly=day.is_hilly or None)
    suggestion = service.suggestion(day.limits, weather)
    race = _race_of(suggestion.planned, service, console)
    choice = service.choose(suggestion, as_planned=day.is_as_planned)
    console.say(_run_words(choice))
    return RunDay("free", service, choice, weather, race)


def _race_of(
    session: PlannedSession | None, service: TodayService, console: "Console"
) -> "WorkoutDocument | None":
    """Return the plan of a race, with its weather; None for other sessions, and, with a message, without a plan."""
    if session is None or session.kind is not SessionKind.RACE:
        return None
    from coach.app.race import saved_race

    names = [each.name for each in service.plans.plan.races if each.date == service.day]
    race = saved_race(session.distance_m, service.day, next(iter(names), ""))
    if race is None:
        console.say("There is no plan for this race: coach plan race makes one.")
    return race


def _service_for(request: "RunRequest") -> TodayService | None:
    """Return the plan and the mornings behind any run; None if there are neither."""
    with suppress(CoachProblem):
        service = TodayService(PlanService(athlete=request.athlete))
        if service.plans.exists or service.has_mornings:
            return service
    return None


def _run_words(choice: SessionChoice) -> str:
    """Name the session that is run today, with the reason if it is a suggestion."""
    if choice.is_as_planned or not choice.suggestion.is_changed:
        return f"Today: {choice.session.title}."
    return f"{reason_words(choice.suggestion)} You run {choice.session.title}."


@dataclass(slots=True)
class RunDay:
    """The day of a run: its session, the rule before it, and what is saved after it."""

    workout: str
    """By name, path or line; `free` for a session without a document."""
    service: TodayService | None = None
    """None without a plan."""
    choice: SessionChoice | None = None
    """Today's session, if the run is that."""
    weather: DayWeather = field(default_factory=DayWeather)
    race: "WorkoutDocument | None" = None
    """The plan of today's race, if the run is that and has one."""

    def compiled(self, runner: "Athlete | None", console: "Console", *, by_hand: bool) -> "CompiledWorkout":
        """Compile the workout, with the rule of the day as a gate before its first step.

        Raises:
            CoachProblem: as `coach.app.workouts.compile_for`.
        """
        document = None
        if self.choice is not None and self.service is not None:
            document = self.service.document(self.choice.session) or self.race
        if document is None:
            compiled = compile_text(self.workout, runner, console, by_hand=by_hand)
        else:
            compiled = compile_for(document, runner, console, by_hand=by_hand)
        rule = self._rule(compiled)
        if rule is not None:
            if self.choice is None:
                console.say(f"Note: {rule[1]}")
            compiled = with_gate(compiled, *rule)
        if self.service is None or self._has_no_stride or compiled.timeline.is_own_words:
            return compiled
        text = self.service.form_words(console.say)
        return with_reminder(compiled, text, _form_at_s(compiled)) if text else compiled

    @property
    def _has_no_stride(self) -> bool:
        """True if there is no form cue: in a race, and if another runner is timed."""
        is_race = self.choice is not None and self.choice.session.kind is SessionKind.RACE
        return is_race or self.workout.casefold() in {_RACE, JUST_TIME}

    def _rule(self, compiled: "CompiledWorkout") -> tuple[str, str] | None:
        """Return the rule of today and its words; None if no rule fired, or the runner decided against it."""
        if self.choice is not None:
            if self.choice.is_as_planned:
                return None
            return _rule_of(self.choice.suggestion)
        if self.service is None or not _is_hard(compiled):
            return None
        with suppress(CoachProblem):
            # The run is not the planned one: the rule of the morning applies even if the plan's own session may stay.
            if self.service.plans.exists and (rule := _rule_of(self.service.suggestion())) is not None:
                return rule
            return _rule_of_morning(self.service.readiness)
        return None

    def begin(self) -> None:
        """Save the choice as the run begins.

        Raises:
            CoachProblem: the plan cannot be written.
        """
        if self.service is not None and self.choice is not None:
            self.service.keep_choice(self.choice, f"coach run {TODAY}")

    def under(self, settings: "Settings") -> "Settings":
        """Return the settings of an effort day: the weather, and the addition for tired legs."""
        if self.choice is None or self.choice.is_as_planned or not self.choice.suggestion.slower_percent:
            return settings
        heat = self.weather.heat_sum_f
        tired = self.choice.suggestion.slower_percent - effort_day(0.0, heat).percent
        session = replace(
            settings.session,
            temperature_c=self.weather.temperature_c,
            dew_point_c=self.weather.dew_point_c,
            tired_percent=max(0.0, tired) if heat is not None else 0.0,
        )
        return replace(settings, session=session)

    def with_presses(self, sources: "RunSources") -> "RunSources":
        """Return the sources of the run, with the button that an effort day presses as it begins."""
        if self.choice is None or self.choice.is_as_planned:
            return sources
        suggestion = self.choice.suggestion
        button = None
        if suggestion.is_by_effort:
            button = Button.BY_EFFORT
        elif suggestion.rung is Rung.EFFORT_DAY:
            button = Button.EFFORT_DAY
        if button is None:
            return sources
        return replace(sources, sources=[FirstPress(button), *sources.sources])

    def keep(self, run: str, runs: Path | None, console: "Console") -> None:
        """Link the run to today's session, with a remark about the morning if the runner overrode a warning."""
        if self.choice is None or self.service is None or runs is None or not (runs / run).is_dir():
            return
        try:
            self.service.link(self.choice.session, run)
            if self.choice.is_as_planned:
                _keep_acute(runs / run, self.service.readiness)
        except CoachProblem as problem:
            console.say(f"The run could not be linked to the plan: {problem}")


@dataclass(frozen=True, slots=True)
class FirstPress:
    """A source that presses one button as the run begins, so that a replay has it too."""

    button: Button

    async def listen(self, inbox: "Inbox") -> None:
        """Press the button."""
        inbox.press(self.button, origin=Origin.DIALOGUE)


def _rule_of(suggestion: Suggestion) -> tuple[str, str] | None:
    decided = [each.rule for each in suggestion.reasons if each.has_decided]
    return (decided[0], gate_words(suggestion)) if decided and suggestion.is_changed else None


def _rule_of_morning(readiness: "ReadinessAnswer | None") -> tuple[str, str] | None:
    """Return the rule of the morning that asks for less, if there is no plan to say how."""
    fired = () if readiness is None else readiness.fired
    decided = next((each for each in fired if each.verdict is not Verdict.AS_PLANNED), None)
    if decided is None:
        return None
    verdict, says = decided.verdict.value, decided.says.rstrip(".")
    return (
        decided.rule,
        f"{verdict[:1].upper()}{verdict[1:]} today: {says[:1].lower()}{says[1:]}: {decided.value}.",
    )


def _is_hard(compiled: "CompiledWorkout") -> bool:
    return any(step.kind in HARD for step in compiled.timeline.steps)


def _form_at_s(compiled: "CompiledWorkout") -> float:
    """Return the time of the form cue: the middle of a short run, and a calm moment."""
    size = estimate(compiled.timeline)
    at_s = _AT_S if size.open_steps else min(_AT_S, size.seconds / 2)
    return float(round(calm_moment(compiled.timeline, at_s)))


def with_gate(compiled: "CompiledWorkout", rule: str, text: str) -> "CompiledWorkout":
    """Return a workout with a rule before its first step; its document has it, so that a replay has it too."""
    if compiled.document is None or not compiled.timeline.steps:
        return compiled
    text = text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 3]}..."
    gates = [{"rule": rule, "when": "before", "text": text}, *compiled.document.get("gates", ())]
    first, *others = compiled.timeline.steps
    gated = replace(first, gates=(StepGate(rule, "before", text), *first.gates))
    timeline = replace(compiled.timeline, steps=(gated, *others))
    return replace(compiled, document=dict(compiled.document) | {"gates": gates}, timeline=timeline)


_LONGEST_TEXT: Final = 120
"""Most letters of a gate's text, as in documents."""
_RACE: Final = "race"
"""The name of the workout of a race plan."""
_AT_S: Final = 600.0
"""Time of a form cue: after the stiff first minutes, but no later than the middle of the run. Judged."""


def _keep_acute(path: Path, readiness: "ReadinessAnswer | None") -> None:
    """Add the signs of the morning to the remark of a run that was done as planned all the same."""
    if readiness is None or not readiness.acute:
        return
    signs = f"Run as planned. This morning: {', '.join(readiness.acute)}."
    remark = read_note(path).text
    append_note(path, RunNote(text=f"{remark} {signs}" if remark else signs))
