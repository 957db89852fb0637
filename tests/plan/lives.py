"""Simulated runners: seasons of all kinds, sessions that are missed, and one who lives a whole year by a plan."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from math import cos, pi
from pathlib import Path
from random import Random

from coach.edge.files import library_path
from coach.plan.config import Posture
from coach.plan.document import read_plan
from coach.plan.edit import MissedChange, change_for_missed, link_run, replace_session, take_off
from coach.plan.ladder import RUNG_WORDS, TODAY_RULES, DayFacts, DayWeather, DoneRun, Rung, is_quality
from coach.plan.model import (
    DaysOff,
    Family,
    OffReason,
    Plan,
    PlannedRace,
    PlannedSession,
    RacePriority,
    RunnerLevel,
    SessionKind,
    WeeklyVolume,
)
from coach.plan.mornings import AcuteSign, CheckIn, LegFeel, Morning, RedFlag
from coach.plan.planner import SeasonRequest, make_plan
from coach.plan.readiness import ReadinessFacts, readiness
from coach.plan.sessions import runnable
from coach.plan.today import Suggestion, today
from coach.problems import PlanProblem
from coach.workout.document import document_from, load_document
from coach.workout.model import WorkoutDocument
from coach.workout.notation import read

FIRST = date(2026, 11, 30)
DISTANCES = ("5 km", "10 km", "21.1 km", "42.195 km")


def pick(random: Random, among: "tuple[object, ...] | list[object]") -> object:
    """One of several, by a number that is the same in every version of Python."""
    return among[int(random.random() * len(among))]


def season(random: Random) -> Plan | None:
    """A season as somebody might want it; None where the planner says that it cannot be."""
    weeks = 6 + int(random.random() * 30)
    start = 15_000.0 + 45_000.0 * random.random()
    request = SeasonRequest(
        athlete="me",
        races=(
            PlannedRace(
                FIRST + timedelta(days=7 * weeks + int(7 * random.random())),
                str(pick(random, DISTANCES)),
                RacePriority.A,
            ),
        ),
        volume=WeeklyVolume("m", start, start * (1.0 + 0.6 * random.random())),
        level=list(RunnerLevel)[int(3 * random.random())],
        days=3 + int(5 * random.random()),
    )
    try:
        return make_plan(request, FIRST).plan
    except PlanProblem:
        return None


def season_of_races(random: Random) -> Plan:
    """A season to an A race, with up to two B and two C races on any days of the way."""
    weeks = 6 + int(random.random() * 30)
    start = 15_000 + 45_000 * random.random()
    great = FIRST + timedelta(days=7 * weeks + int(7 * random.random()))
    races = {great: PlannedRace(great, str(pick(random, DISTANCES)), RacePriority.A)}
    for priority in (RacePriority.B, RacePriority.C):
        for _ in range(int(3 * random.random())):
            day = FIRST + timedelta(days=int(random.random() * 7 * weeks))
            if day not in races:
                races[day] = PlannedRace(day, str(pick(random, DISTANCES[:3])), priority)
    request = SeasonRequest(
        "me",
        tuple(races[day] for day in sorted(races)),
        WeeklyVolume("m", start, start * (1 + 0.6 * random.random())),
        level=list(RunnerLevel)[int(3 * random.random())],
        days=3 + int(5 * random.random()),
    )
    return make_plan(request, FIRST).plan


def runs_before(plan: Plan, day: date, missed: PlannedSession | None = None) -> tuple[DoneRun, ...]:
    """The runs of a runner who did everything but one session, as the index of runs knows them."""
    return tuple(
        DoneRun(f"run-{session.id}", at, session.is_hard, session.title, session.minutes)
        for at, session in plan.sessions()
        if at < day and session.is_run and (missed is None or session.id != missed.id)
    )


def linked(plan: Plan, runs: tuple[DoneRun, ...]) -> Plan:
    """The plan with those runs linked."""
    ids = {run.id.removeprefix("run-"): run.id for run in runs}
    days = [
        replace(
            day,
            sessions=tuple(
                replace(each, runs=(ids[each.id],)) if each.id in ids else each for each in day.sessions
            ),
        )
        for day in plan.days
    ]
    return plan.with_days(days)


@dataclass(slots=True)
class Touched:
    """The number of days that one missed session changed, over many seasons."""

    of_every: list[int] = field(default_factory=list)
    """Of every missed session."""
    of_quality: list[int] = field(default_factory=list)
    """Of those a week is built around."""
    changes: list[tuple[Plan, Plan, MissedChange]] = field(default_factory=list)
    """Some of those that changed something: before, after, and how."""

    @property
    def median(self) -> float:
        """The median over every missed session."""
        return float(sorted(self.of_every)[len(self.of_every) // 2])


def one_missed(seasons: int, seed: int = 22) -> Touched:
    """Miss one session in each of so many seasons, and count the days that change."""
    random, found = Random(seed), Touched()
    while len(found.of_every) < seasons:
        plan = season(random)
        if plan is None:
            continue
        sessions = [(at, each) for at, each in plan.sessions() if each.kind is SessionKind.RUN]
        at, missed = sessions[int(random.random() * len(sessions))]
        now = at + timedelta(days=1)
        runs = runs_before(plan, now, missed)
        plan = linked(plan, runs)
        change = change_for_missed(plan, now, DayFacts(runs=runs))
        count = 0 if change is None else len(change.touched)
        found.of_every.append(count)
        if is_quality(missed):
            found.of_quality.append(count)
        if change is not None and change.edited is not None:
            found.changes.append((plan, change.edited.plan, change))
    return found


def weather_of(random: Random, day: date) -> DayWeather:
    """A day of a temperate year: 2 degrees in January, 24 in July, some wind."""
    warmth = -cos(2 * pi * (day.timetuple().tm_yday - 15) / 365)
    temperature = 13.0 + 11.0 * warmth + 8.0 * (random.random() - 0.5)
    dew = temperature - 3.0 - 7.0 * random.random()
    return DayWeather(round(temperature, 1), round(dew, 1), round(9.5 * random.random() ** 2, 1), None)


def days(first: date, count: int) -> Iterator[date]:
    """Days in a row."""
    return (first + timedelta(days=place) for place in range(count))


# --- a year


TRAVEL = (70, 77)
"""Days of the year, from the first: a journey that is known ten days before."""
ILL = (122, 127)
"""Fever on the first of them."""
BAD = (196, 226)
"""A month in which nothing goes well: low mornings, dead legs, short nights."""
MISSED = 0.07
"""The share of days on which something goes wrong and nothing is run."""
OWN_WAY = 0.2
"""The share of days on which the runner follows the plan, whatever is suggested."""


YEAR_PLAN = Path(__file__).parents[1] / "golden" / "seasons" / "a-year.plan.json.gz"
"""The plan of the year as the planner made it once; `python -m tests.golden a-year-plan` makes it anew."""


def plan_of_a_year() -> Plan:
    """A 10 km in spring and a half marathon in autumn, five days a week."""
    races = (
        PlannedRace(FIRST + timedelta(days=7 * 24 - 1), "10 km", RacePriority.A, name="spring 10 km"),
        PlannedRace(FIRST + timedelta(days=7 * 50 - 1), "21.1 km", RacePriority.A, name="autumn half"),
    )
    volume = WeeklyVolume("m", 40_000.0, 60_000.0)
    return make_plan(SeasonRequest("me", races, volume, days=5), FIRST).plan


class Year:
    """One runner and 52 weeks: each morning they ask, most days they do what is suggested, and the plan goes on."""

    def __init__(self, seed: int = 2026) -> None:
        """Begin with the plan that is kept, so that the log tells of mornings and not of the planner."""
        self.random = Random(seed)
        self.plan = read_plan(gzip.decompress(YEAR_PLAN.read_bytes()), name=YEAR_PLAN.name)
        self.runs: list[DoneRun] = []
        self.mornings: list[Morning] = []
        self.check_ins: dict[date, CheckIn] = {}
        self.lines: list[str] = []
        self.touched: list[int] = []
        self._this_week: list[str] = []
        self._drift = 0.0

    def live(self) -> "Year":
        """Live every day of it."""
        for place, day in enumerate(days(FIRST, 52 * 7)):
            if day.weekday() == 0:
                self._note_week(day)
            if place == TRAVEL[0] - 10:
                self._take_off(day, TRAVEL, OffReason.TRAVEL)
            self._wake(day, place)
            if place == ILL[0]:
                self._take_off(day, ILL, OffReason.ILLNESS)
            self._mend(day)
            self._run(day, place)
        self._note_week(FIRST + timedelta(weeks=52))
        return self

    def _note_week(self, monday: date) -> None:
        """Write how the week before went, above what was said in it."""
        before = monday - timedelta(days=7)
        week = self.plan.week_of(before)
        if week is None or before < FIRST:
            return
        planned = [each for day in self.plan.days_of(week) for each in day.sessions if each.is_run]
        done = [each for each in planned if each.is_done]
        km = sum(each.distance_m or 0.0 for each in done) / 1000
        down = ", down" if week.is_down else ""
        self.lines.append(
            f"week of {before}  {week.phase}{down}: {len(done)} of {len(planned)} runs, {km:.0f} km"
        )
        self.lines += self._this_week
        self._this_week = []

    def _say(self, day: date, text: str) -> None:
        self._this_week.append(f"  {day:%a %d %b}  {text}")

    def _take_off(self, day: date, span: tuple[int, int], why: OffReason) -> None:
        first, last = (FIRST + timedelta(days=place) for place in span)
        edited = take_off(self.plan, DaysOff(first, last, why))
        self.plan = edited.plan
        for sentence in edited.says:
            self._say(day, sentence)

    def _wake(self, day: date, place: int) -> None:
        """Measure, and answer some of the questions."""
        is_bad, is_ill = BAD[0] <= place < BAD[1], ILL[0] <= place <= ILL[1]
        noise = sum(self.random.random() for _ in range(4)) - 2.0
        self._drift = 0.4 * self._drift + 0.14 * noise
        low = 0.22 if is_bad else 0.35 if is_ill else 0.0
        resting = 48.0 + 3.0 * (self.random.random() - 0.5) + (4.0 if is_bad else 8.0 if is_ill else 0.0)
        if self.random.random() < 0.8:
            value = round(4.0 + self._drift - low, 3)
            self.mornings.append(Morning(day, 400, value, round(resting, 1), Posture.LYING))
        chance = self.random.random()
        legs = LegFeel.STALE if chance < (0.5 if is_bad else 0.04) else LegFeel.SHARP
        flags = frozenset({RedFlag.DEAD_LEGS, RedFlag.SLEEPLESS} if is_bad and chance < 0.25 else ())
        acute = frozenset({AcuteSign.FEVER} if is_ill and place < ILL[0] + 3 else ())
        self.check_ins[day] = CheckIn(day, acute=acute, flags=flags, legs=legs, gut=frozenset())

    def _mend(self, day: date) -> None:
        change = change_for_missed(self.plan, day, DayFacts(runs=tuple(self.runs)))
        if change is None or not any((day - each.day).days == 1 for each in change.missed):
            return
        self.touched.append(len(change.touched))
        if change.edited is None:
            self._say(day, f"missed: {change.says[-1]}")
        else:
            self.plan = change.edited.plan
            self._say(day, f"missed: {' '.join(change.edited.says)} ({len(change.touched)} days touched)")

    def _run(self, day: date, place: int) -> None:
        random = self.random
        is_missed, own_way = random.random() < MISSED, random.random() < OWN_WAY
        weather, fades = weather_of(random, day), random.random()
        if not any(each.kind in RUNNING for each in self.plan.day(day).sessions):
            return
        if is_missed:
            self._say(day, "nothing was run")
            return
        first = FIRST - timedelta(days=1)
        run_days = tuple(sorted({run.day for run in self.runs} | {first}))
        known = ReadinessFacts(tuple(self.mornings), self.check_ins, run_days, 190.0)
        facts = DayFacts(
            tuple(self.runs[-40:]),
            fade={Family.VO2MAX: round(0.06 * fades - 0.01, 3)},
            easy_cap_bpm=142.0,
        )
        suggestion = today(
            self.plan,
            day,
            readiness=readiness(known, day),
            facts=facts,
            weather=weather,
            workouts=document_of,
        )
        self._take(day, suggestion, own_way=own_way)

    def _take(self, day: date, suggestion: Suggestion, *, own_way: bool) -> None:
        session = suggestion.proposed
        if suggestion.is_changed and suggestion.edited is not None:
            decided = next((each for each in suggestion.reasons if each.has_decided), None)
            why = "" if decided is None else f" [{decided.rule}]"
            if decided is not None and decided.rule in {rule.id for rule in TODAY_RULES}:
                why = f" [{decided.rule}: {decided.you}]"
            title = suggestion.planned.title if suggestion.planned is not None else ""
            if own_way and suggestion.planned is not None and suggestion.rung is not Rung.REST:
                session = suggestion.planned
                chosen = replace(session, choice=Rung.AS_PLANNED.value)
                self.plan = replace_session(self.plan, chosen).plan
                self._say(day, f"{title}: as planned, not {suggestion.what}{why}")
            else:
                self.plan = suggestion.edited.plan
                self._say(day, f"{title}: {RUNG_WORDS[suggestion.rung]}: {suggestion.what}{why}")
        if session is None or suggestion.rung is Rung.REST or session.kind not in RUNNING:
            return
        run = DoneRun(f"{day:%Y%m%d}", day, session.is_hard, session.title, session.minutes)
        self.runs.append(run)
        self.plan = link_run(self.plan, session.id, run.id).plan


RUNNING = frozenset({SessionKind.RUN, SessionKind.RACE, SessionKind.CROSS})


@cache
def named(name: str) -> WorkoutDocument:
    """A workout of the library, or one in a line."""
    path = library_path() / f"{name}.json"
    return load_document(path.read_bytes(), name=name) if path.exists() else read(name).document


def document_of(session: PlannedSession) -> WorkoutDocument | None:
    """The document of a planned session."""
    if session.document is not None:
        return document_from(dict(session.document), name=session.title)
    workout = runnable(session)
    return named(workout) if workout else None
