"""The season behind the Calendar screen: read, answered for today, edited and run; a race can be entered too.

The screen calls everything that reads a file on a thread. The rules for a session that is being moved use what was read
before.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from coach.app.plan import PlanService, recent_week_m, speeds_of
from coach.app.today import TodayService
from coach.plan.edit import EditedPlan
from coach.plan.ladder import Rung
from coach.plan.model import Plan, PlannedRace, PlannedSession, WeeklyVolume
from coach.plan.mornings import (
    FEWEST_IN_WEEK,
    FEWEST_RESTING,
    RESTING_DAYS,
    WEEK_DAYS,
    Mornings,
    UsualRange,
    mean_of,
    up_to,
    usual_range,
)
from coach.problems import CoachProblem, PlanProblem
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    format_hours,
    format_pace,
    long_distance,
    signed,
    unit_word,
)
from coach.screen.calendar_page import NONE, Answer, BrokenRule, ReasonLine, TypedRace, UsualBand
from coach.spelling import Misspelt, read_coming_race

if TYPE_CHECKING:
    from coach.app.library import RunLibrary
    from coach.app.readiness import ReadinessService
    from coach.edge.history import IndexedRun
    from coach.plan.ladder import Reason
    from coach.plan.planner import PlannedSeason
    from coach.plan.sessions import Speeds
    from coach.plan.today import Suggestion
    from coach.screen.protocols import LiveFeed

WHO: Final = "Calendar"
"""The author of changes of the plan in its journal."""
_DAYS_SHOWN: Final = 28
"""Days of the plot of mornings."""
_WIDEST: Final = 8
"""Most letters of a value beside a rule; a longer one is shortened to its number."""


class SeasonService:
    """The season of the athlete who is about to run."""

    def __init__(self, library: "RunLibrary", athlete: str | None = None) -> None:
        """Show the season of an athlete; the library starts the runs."""
        self._library = library
        self._athlete = athlete
        self._service: PlanService | None = None
        self._today: TodayService | None = None
        self._mornings: ReadinessService | None = None

    @property
    def who(self) -> str:
        """The slug of the athlete who is about to run."""
        return self._library.who

    @property
    def unit(self) -> str:
        """The unit of this athlete's runs."""
        return self._library.unit

    def now(self) -> datetime:
        """Return the local time."""
        return self._library.now()

    # --- the season

    def read(self) -> Plan | None:
        """Read the plan, and link new runs to their sessions; None without a plan."""
        day = self.now().date()
        if self._service is None or self._service.today != day:
            self._service = PlanService(athlete=self._athlete, today_is=day)
        service, self._today = self._service, None
        if not service.exists:
            return None
        self._today = TodayService(service)
        self._today.notice()
        return service.plan

    def done(self) -> Mapping[str, str]:
        """Return the results of the plan's runs in words, by their IDs."""
        service = self._service
        if service is None or not service.exists:
            return {}
        ids = {run for _, session in service.plan.sessions() for run in session.runs}
        if not ids:
            return {}
        with service.store.history() as history:
            return {
                run.run: done_words(run, self.unit)
                for run in history.runs(with_results=True)
                if run.run in ids
            }

    def answer(self) -> Answer | None:
        """Return today's suggestion with its reasons; it also reads the facts that the rules of the plan need."""
        if self._today is None:
            return None
        service = self._today.plans
        _ = service.facts  # read here, on a thread, and not when the first session is moved
        with suppress(CoachProblem):  # `coach readiness` reports the problem
            from coach.app.readiness import open_service

            self._mornings = open_service(self._athlete, service.store)
            self._mornings.load()
        suggestion = self._today.suggestion()
        meals = self._today.meals(suggestion)
        if self._mornings is None:
            return answer_of(suggestion, meals=meals)
        morning, day = self._mornings, suggestion.day
        return answer_of(
            suggestion,
            tuple(measured_lines(morning, day)),
            band_of(morning, day),
            _measured(morning, day),
            meals,
        )

    def why(self) -> Sequence[tuple[str, str]]:
        """Return each rule of today with its value, its limit and its source."""
        if self._today is None:
            return ()
        suggestion = self._today.suggestion()
        rows = [
            (
                _rule_words(reason.rule),
                ". ".join(
                    [
                        f"{reason.says[:1].upper()}{reason.says[1:].rstrip('.')}",
                        f"You: {reason.you}",
                        f"Limit: {reason.limit}",
                        f"From: {reason.source}.",
                    ]
                ),
            )
            for reason in suggestion.reasons
        ]
        rows += [("eat and drink", words) for words in self._today.meals(suggestion)]
        if suggestion.not_known:
            rows.append(("not known", f"{'; '.join(suggestion.not_known)}."))
        return rows

    def broken(self, plan: Plan) -> Sequence[BrokenRule]:
        """Return the rules that a season breaks, the worst first."""
        from coach.plan.check import check
        from coach.plan.facts import Severity

        service = self._service
        if service is None:
            return ()
        return [
            BrokenRule(
                finding.days,
                finding.sentence,
                finding.fix,
                is_mild=finding.severity is Severity.LOW,
            )
            for finding in check(plan, service.facts, service.today)
        ]

    # --- changes

    def keep(self, edited: EditedPlan, who: str) -> Plan:
        """Save a change; a rule that it breaks is recorded as broken knowingly."""
        service = self._opened
        service.choose(edited, who)
        return service.plan

    def undo(self) -> str:
        """Undo the last change; return its description."""
        change, _ = self._opened.undo(WHO)
        return change.what

    @property
    def _opened(self) -> PlanService:
        assert self._service is not None, "the screen reads before it changes"
        return self._service

    # --- runs

    def start(self, *, as_planned: bool, by_effort: bool = False) -> "LiveFeed":
        """Start today's session; the choice is saved in the plan."""
        return self._library.start_today(as_planned=as_planned, by_effort=by_effort)

    # --- a race that is entered

    def understand(self, line: str) -> TypedRace:
        """Read a race, and describe the season for it."""
        try:
            return TypedRace(season_words(self._planned(line), self.unit))
        except CoachProblem as problem:
            reason = problem.message[:1].upper() + problem.message[1:]
            return TypedRace("", " ".join(f"{reason.rstrip('.')}. {problem.hint}".split()))

    def enter(self, line: str) -> Plan:
        """Plan the season of a race and save it."""
        service, season = self._opened, self._planned(line)
        service.begin(season.plan, WHO, f"A season for {line.strip()[:60]}.")
        self._service = None  # the facts beside a plan are those of its workouts
        return season.plan

    @cached_property
    def _lately(self) -> "tuple[float | None, Speeds]":
        """Metres of a usual week and speeds, read once, because a line is planned after every key."""
        return recent_week_m(self._opened), speeds_of(self._opened)

    def _planned(self, line: str) -> "PlannedSeason":
        """Plan for the race of a line.

        Raises:
            CoachProblem: it is no coming race, or no season can be planned for it.
        """
        from coach.plan.planner import SeasonRequest, make_plan

        service = self._opened
        race_line = read_race_line(line, service.today, service.unit)
        lately, speeds = self._lately
        start = race_line.start_m or lately
        if start is None:
            raise PlanProblem(
                "your weekly distance is not known yet",
                f"Add it: {line.strip()[:40]}, 30 to 45 {unit_word(service.unit)}.",
            )
        request = SeasonRequest(
            service.slug,
            (race_line.race,),
            WeeklyVolume("m", start, race_line.peak_m or _PEAK_SHARE * start),
            days=race_line.days,
            speeds=speeds,
            grain_m=0.1 * METRES_PER_MILE if service.unit == "mile" else 100.0,
            unit=service.unit,
        )
        return make_plan(request, service.today)


_PEAK_SHARE: Final = 1.4
"""The largest week as a multiple of the first if only that is given, as in `coach plan new`."""


@dataclass(frozen=True, slots=True)
class RaceLine:
    """A race as it was typed, with the volume of the weeks before it."""

    race: PlannedRace
    days: int = 0
    """Running days a week; 0 if not given."""
    start_m: float | None = None
    """Metres of a week now."""
    peak_m: float | None = None
    """Metres of the largest week."""


_FIGURE, _UNIT, _A_WEEK = r"(\d{1,3}(?:\.\d)?)", r"(km|miles?|mi)\b", r"(?: (?:a|per) week)?"
_DAYS: Final = re.compile(rf"\b([1-7]) days?\b{_A_WEEK}")
_WEEKS: Final = (
    re.compile(rf"\b(?:from )?{_FIGURE} ?(?:km|miles?|mi)? to {_FIGURE}(?: ?{_UNIT})?{_A_WEEK}"),
    re.compile(rf"\b{_FIGURE} ?[-–] ?{_FIGURE} ?{_UNIT}{_A_WEEK}"),
    re.compile(rf"\bfrom {_FIGURE}()(?: ?{_UNIT})?{_A_WEEK}"),
)
"""How far a week is run: from and to, with a dash only where a unit follows, as days have dashes too; or from alone."""


def read_race_line(line: str, today: date, unit: str = "km") -> RaceLine:
    """Read a coming race: `10k 16 May 2027, 5 days, 40 to 55 km`; a week without a unit is in the runner's.

    Raises:
        PlanProblem: it names no distance or no coming day.
    """
    text = " ".join(line.casefold().replace(",", " ").replace(";", " ").split())
    days = _DAYS.search(text)
    text = text.replace(days[0], " ") if days else text
    weeks = next((match for each in _WEEKS if (match := each.search(text))), None)
    text = text.replace(weeks[0], " ") if weeks else text
    try:
        distance, day = read_coming_race(text, today.isoformat())
    except Misspelt as wrong:
        raise PlanProblem(wrong.reason, wrong.fix) from None
    race = PlannedRace(date.fromisoformat(day), distance)
    count = int(days[1]) if days else 0
    if weeks is None:
        return RaceLine(race, count)
    each = METRES_PER_MILE if (weeks[3] or unit).startswith("mi") else METRES_PER_KM
    return RaceLine(race, count, float(weeks[1]) * each, float(weeks[2]) * each if weeks[2] else None)


def season_words(season: "PlannedSeason", unit: str) -> str:
    """Describe a season in a sentence or two: weeks by phase, weekly volume, and the first thing left out."""
    plan = season.plan
    phases = Counter(week.phase.value for week in plan.weeks)
    blocks = ", ".join(f"{name} {count}" for name, count in phases.items())
    most_m = max((week.target_m or 0.0 for week in plan.weeks), default=0.0)
    words = f"{len(plan.weeks)} weeks: {blocks}"
    if most_m:
        first, most = (long_distance(size, unit) for size in (plan.volume.start, most_m))
        words += f"; {float(first[0]):.0f} to {float(most[0]):.0f} {most[1]} a week"
    runs = len(plan.availability.weekdays)
    return " ".join([f"{words}, {runs} days.", *season.cut[:1]])


# --- today in short


def answer_of(
    suggestion: "Suggestion",
    lines: Sequence[ReasonLine] = (),
    band: UsualBand | None = None,
    measured: str = "",
    meals: Sequence[str] = (),
) -> Answer:
    """Return today's suggestion as the page shows it.

    Args:
        suggestion: what to run today.
        lines: measured values, below the rules that fired.
        band: the usual range of mornings.
        measured: the time of the measurement, in words.
        meals: what to eat before it and tonight; shown in the row of notes if that is free.
    """
    planned, proposed = suggestion.planned, suggestion.proposed
    not_known = not_known_words(suggestion.not_known)
    if planned is None:
        others = ", ".join(each.title for each in suggestion.others)
        return Answer(
            "REST",
            others or "Nothing is planned today.",
            instead=suggestion.others[0].why if suggestion.others else "",
            measured=measured,
            in_short=("No run is planned.", ""),
            not_known=not_known,
            band=band,
            is_as_planned=True,
            can_run=False,
            choice=" ".join(meals),
        )
    rows = [reason_line(reason) for reason in suggestion.reasons]
    rules = {_rule_words(reason.rule) for reason in suggestion.reasons}
    rows += [line for line in lines if not any(rule.startswith(line.label[:3]) for rule in rules)]
    decided = next((each for each in suggestion.reasons if each.has_decided), None)
    is_done = planned.is_done
    meals_words = "" if suggestion.is_changed else " ".join(meals)
    return Answer(
        suggestion.answer,
        "Rest" if proposed is None else proposed.title,
        "" if proposed is None or proposed.minutes is None else format_hours(60 * proposed.minutes),
        _instead(suggestion, planned) if suggestion.is_changed else "",
        measured,
        tuple(rows),
        ("No rule asks for less.", "") if decided is None else _two_rows(reason_line(decided)),
        not_known,
        band,
        "It is run already." if is_done else _choice_words(planned) or meals_words,
        is_as_planned=not suggestion.is_changed,
        can_run=not is_done and proposed is not None and suggestion.rung is not Rung.REST,
    )


def not_known_words(reasons: Sequence[str]) -> str:
    """Describe the facts that no rule has; unanswered questions of the morning are counted if there are many."""
    questions = [each.removesuffix(_NOT_ANSWERED) for each in reasons if each.endswith(_NOT_ANSWERED)]
    others = [each for each in reasons if not each.endswith(_NOT_ANSWERED)]
    words = (
        f"{len(questions)} of this morning's questions" if len(questions) > _NAMED else ", ".join(questions)
    )
    return "; ".join(each for each in (words, *others) if each)


_NOT_ANSWERED: Final = ": not answered"
_NAMED: Final = 2
"""Questions that are named; more are counted."""


def _instead(suggestion: "Suggestion", planned: PlannedSession) -> str:
    """Say which session an easier one replaces, or what changes in the same one."""
    proposed = suggestion.proposed
    if suggestion.moved_to is not None or (proposed is not None and proposed.title == planned.title):
        return suggestion.what
    return f"instead of {planned.instead_of or planned.title}"


def _choice_words(planned: PlannedSession) -> str:
    if planned.choice == Rung.AS_PLANNED.value:
        return "You run it as planned: that is kept as your choice."
    return f"Taken instead of {planned.instead_of}." if planned.choice and planned.instead_of else ""


def _two_rows(line: ReasonLine) -> tuple[str, str]:
    """Return a rule in two rows, for a page without room for a table: `red flags: dead legs`, below it `2, limit 2`."""
    return line.label, line.you if line.limit == NONE else f"{line.you}, limit {line.limit}"


def reason_line(reason: "Reason") -> ReasonLine:
    """Return a rule as a row: its name with the detail of the value, and value and limit in short."""
    head, colon, detail = reason.you.partition(": ")
    name = _rule_words(reason.rule)
    return ReasonLine(
        f"{name}: {detail}" if colon and any(letter.isdigit() for letter in head) else name,
        _in_short(head),
        _in_short(reason.limit) or NONE,
        has_fired=reason.has_decided,
    )


def _in_short(text: str) -> str:
    """Return a value in a few letters: as it is, of `2 of 8` the first, else its first number."""
    counted = re.fullmatch(r"(\d+) of \d+", text)
    if counted is not None:
        return counted[1]
    if len(text) <= _WIDEST:
        return text
    number = re.search(r"[-+]?\d+(?:[.:]\d+)?(?: ?%)?", text)
    return number[0] if number else f"{text[: _WIDEST - 1].rstrip()}…"


def _rule_words(rule: str) -> str:
    words = rule.replace("_", " ").replace("-", " ").rstrip(" 0123456789")
    return words.replace("hrv", "HRV")


def measured_lines(service: "ReadinessService", day: date) -> Iterator[ReasonLine]:
    """Yield the latest measured values with their limits, so that the distance to the limit can be seen."""
    mornings = _mornings_of(service)
    usual = usual_range(mornings, day)
    if isinstance(usual, UsualRange):
        yield ReasonLine("HRV, 7-day mean", f"{usual.mean:.2f}", f"{usual.low:.2f}")
    values = mornings.of_resting(day)
    before = {on: value for on, value in values.items() if on < day}
    alike, _ = mornings.like(before, day, RESTING_DAYS + 1)
    if day in values and len(alike) >= FEWEST_RESTING:
        limit = mean_of(alike) * (1 + service.settings.resting_percent / 100)
        yield ReasonLine("resting heart rate", f"{values[day]:.0f}", f"{limit:.0f}")


def _mornings_of(service: "ReadinessService") -> "Mornings":
    by_day = service.entries.by_day
    cycle = {on: each.cycle_day for on, each in by_day.items() if each.cycle_day is not None}
    return Mornings(service.entries.mornings, cycle)


def band_of(service: "ReadinessService", day: date) -> UsualBand | None:
    """Return the seven-day means of the last four weeks beside the usual range; None without one."""
    mornings = _mornings_of(service)
    usual = usual_range(mornings, day)
    if not isinstance(usual, UsualRange):
        return None
    values = mornings.of_hrv(day)
    means: list[float | None] = []
    for back in range(_DAYS_SHOWN - 1, -1, -1):
        week = [value for _, value in up_to(values, day - timedelta(days=back), WEEK_DAYS)]
        means.append(mean_of(week) if len(week) >= FEWEST_IN_WEEK else None)
    return UsualBand("HRV, 7-day mean, 4 weeks", tuple(means), usual.low, usual.high)


def _measured(service: "ReadinessService", day: date) -> str:
    """Return time and duration of this morning's measurement: `6:40, measured 4 min`; empty if there is none."""
    mornings = [each for each in service.entries.mornings if each.day == day and each.is_usable]
    morning = next((each for each in mornings if each.minute is not None), None)
    if morning is None or morning.minute is None:
        return ""
    clock = f"{morning.minute // 60}:{morning.minute % 60:02d}, measured"
    if not morning.run:
        return clock
    return f"{clock} {(service.settings.settle_s + service.settings.measure_s) / 60:.0f} min"


def done_words(run: "IndexedRun", unit: str) -> str:
    """Return the result of a run: `+0.2 s a rep, RPE 8`, else its pace: `mean 5:48`."""
    parts = []
    if run.light_s is not None:
        parts.append(f"{signed(run.light_s, 1)} s a rep")
    elif run.distance_m and run.time_s:
        parts.append(f"mean {format_pace(run.distance_m / run.time_s, unit=unit, with_unit=False)}")
    if run.effort is not None:
        parts.append(f"RPE {run.effort}")
    return ", ".join(parts)


def today_words(athlete: str | None, day: date) -> str:
    """Return the suggestion for a day in one line; empty without a plan, or if it cannot be read."""
    with suppress(CoachProblem):
        service = PlanService(athlete=athlete, today_is=day)
        if service.exists:
            answer = answer_of(TodayService(service).suggestion())
            instead = "" if answer.is_as_planned else answer.instead
            return ", ".join(part for part in (answer.session, answer.time, instead) if part)
    return ""
