"""Findings over more than a week: the lessons of a race, a comparison of years, and the causes of a plateau.

For each symptom the runner's own history is checked for evidence first; missing data is reported and is never fine.
Then the fix is given with its rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import fmean
from typing import Final

from coach.plan.debrief import (
    DECOUPLED,
    EASY_RPE,
    FADED,
    GREY_SHARE,
    SLEEP_H,
    DoneSession,
    grey_share,
    is_on,
    title_of,
)
from coach.plan.facts import PlanFacts, distance_words, percent, runs_words, signed_percent, total
from coach.plan.model import Plan, monday_of
from coach.plan.mornings import CheckIn, DebriefAnswer, LegFeel, LifeStress, RaceLook, RedFlag
from coach.quantities import format_clock
from coach.review.measures import BESTS
from coach.review.season import SeasonRun, SeasonWeek, season

BASE_WEEK_M: Final = 10 * 1609.344
"""Ten miles a week are too few for a base (001)."""
UP_WEEKS: Final = 4
"""Weeks without a lighter one."""
LIGHTER: Final = 0.85
"""A week of at most this share of the mean of the four before is a lighter one. Judged."""
SAME_MOST: Final = 4
"""One workout used more often brings no new stimulus (science 1.8, monotony detector); the linter's number."""
ONE_KIND: Final = 0.8
"""Share of the hard sessions of a season of one kind that makes one stimulus. Judged."""
FEWEST_HARD: Final = 6
"""With fewer hard sessions their kinds are not compared. Judged."""
FLAT: Final = 0.05
EASY_WANTED: Final = 0.80
LONG_S: Final = 75 * 60.0
"""From this duration on carbohydrate during a run helps."""
HISTORY_WEEKS: Final = 12
RECENT_DAYS: Final = 28


class Symptom(StrEnum):
    """A complaint, as runners say it."""

    HEAVY_LEGS = "heavy-legs"
    CANNOT_HOLD_PACE = "cannot-hold-pace"
    DYING_HALFWAY = "dying-halfway"
    NO_PROGRESS = "no-progress"
    EVERYTHING_HARD = "everything-hard"


SYMPTOM_WORDS: Final[Mapping[Symptom, str]] = {
    Symptom.HEAVY_LEGS: "heavy, slow legs",
    Symptom.CANNOT_HOLD_PACE: "the pace cannot be held",
    Symptom.DYING_HALFWAY: "dying halfway",
    Symptom.NO_PROGRESS: "no progress for months",
    Symptom.EVERYTHING_HARD: "everything is hard",
}


@dataclass(frozen=True)
class PlateauFacts:
    """The facts of a runner's last months."""

    today: date
    plan: Plan | None = None
    plan_facts: PlanFacts = field(default_factory=PlanFacts)
    """The runs of a year, fitness, and the facts of the plan's workouts."""
    sessions: tuple[DoneSession, ...] = ()
    """Those of the last four weeks that were reviewed, oldest first."""
    check_ins: Mapping[date, CheckIn] = field(default_factory=dict)
    answers: tuple[DebriefAnswer, ...] = ()
    """Among them the switches of rules."""

    @property
    def recent(self) -> tuple[SeasonRun, ...]:
        """The runs of four weeks."""
        return self.within(RECENT_DAYS)

    def within(self, days: int) -> tuple[SeasonRun, ...]:
        """The runs of the last `days` days."""
        first = self.today - timedelta(days=days)
        runs = self.plan_facts.runs
        return tuple(run for run in runs if first < run.day <= self.today and not run.is_cross)

    def mornings(self) -> tuple[CheckIn, ...]:
        """The check-ins of four weeks, by date."""
        first = self.today - timedelta(days=RECENT_DAYS)
        days = sorted(day for day in self.check_ins if first < day <= self.today)
        return tuple(self.check_ins[day] for day in days)

    def weeks(self, number: int = HISTORY_WEEKS) -> tuple[SeasonWeek, ...]:
        """The last whole weeks, oldest first, from the first that has a run."""
        since = monday_of(self.today) - timedelta(weeks=number)
        runs = self.plan_facts.runs
        first = runs[0].day if runs else self.today
        whole = (week for week in season(runs, today=self.today, since=since).weeks if not week.is_now)
        return tuple(week for week in whole if week.monday + timedelta(days=6) >= first)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of a rule in the history."""

    value: str
    is_cause: bool
    """True if it supports this cause; False if it was checked and contradicts it."""


_Result = Evidence | str
"""The evidence, or the reason why it is unknown."""


@dataclass(frozen=True, slots=True)
class PlateauRule:
    """One possible cause of a symptom, its evidence and its fix."""

    id: str
    symptoms: frozenset[Symptom]
    needs: str
    condition: str
    limit: str
    fix: str
    source: str
    judge: Callable[[PlateauFacts], _Result]
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause that was checked."""

    rule: str
    condition: str
    value: str
    limit: str
    fix: str
    source: str


@dataclass(frozen=True, slots=True)
class PlateauAnswer:
    """The causes of a symptom in the history."""

    symptom: Symptom
    causes: tuple[Cause, ...]
    """The causes with evidence, each with its fix."""
    against: tuple[Cause, ...]
    """The causes with evidence against them."""
    not_known: tuple[tuple[str, str], ...]
    """Causes without data, with the reason; they are not ruled out."""
    gates: Mapping[str, int]
    """The count of cues by each of the runner's own rules in four weeks."""
    words: tuple[str, ...] = ()
    """Causes that no history shows."""


# --- the rules


def _no_lighter_week(facts: PlateauFacts) -> _Result:
    weeks = facts.weeks(2 * UP_WEEKS)
    metres = [week.distance_m for week in weeks if week.has_whole_distance]
    if len(weeks) <= UP_WEEKS or len(metres) < len(weeks):
        return f"fewer than {UP_WEEKS + 1} whole weeks are measured"
    for back, metre in enumerate(reversed(metres)):
        before = metres[max(0, len(metres) - back - 1 - UP_WEEKS) : len(metres) - back - 1]
        if before and (metre or 0.0) <= LIGHTER * fmean(each or 0.0 for each in before):
            return Evidence(f"the last lighter week was {back + 1} weeks ago", back >= UP_WEEKS)
    return Evidence(f"no lighter week in {len(metres)}", is_cause=True)


def _hard_after_hard(facts: PlateauFacts) -> _Result:
    runs = facts.recent
    if not runs:
        return "no run of four weeks is recorded"
    judged = [run for run in runs if run.is_hard is not None]
    if not judged:
        return "no run tells whether it was hard"
    heavy = {run.day for run in judged if run.is_hard}
    for monday in {monday_of(run.day) for run in runs}:
        week = [run for run in runs if monday_of(run.day) == monday and run.distance_m]
        if len(week) > 1:
            heavy.add(max(week, key=lambda run: run.distance_m or 0.0).day)
    hard = {run.day for run in judged if run.is_hard}
    close = sum(day - timedelta(days=1) in heavy for day in hard)
    return Evidence(f"{close} of {len(hard)} hard days lay behind a hard or long one", close > 0)


def _sleep(facts: PlateauFacts) -> _Result:
    hours = [each.sleep_h for each in facts.mornings() if each.sleep_h is not None]
    if not hours:
        return "no night of four weeks is known"
    mean = fmean(hours)
    return Evidence(f"{mean:.1f} h in the mean of {len(hours)} nights", mean < SLEEP_H)


def _eaten(facts: PlateauFacts) -> _Result:
    answers = [each.has_eaten for each in facts.mornings() if each.has_eaten is not None]
    if not answers:
        return "nobody said whether they ate enough"
    short = sum(not each for each in answers)
    return Evidence(f"not enough on {short} of {len(answers)} days", 3 * short >= len(answers) and short > 0)


def _dead_legs(facts: PlateauFacts) -> _Result:
    answered = [each for each in facts.mornings() if each.flags is not None or each.legs is not None]
    if not answered:
        return "no morning says how the legs are"
    bad = sum(each.legs is LegFeel.STALE or RedFlag.DEAD_LEGS in (each.flags or ()) for each in answered)
    return Evidence(f"stale or dead on {bad} of {len(answered)} mornings", 0 < len(answered) <= 3 * bad)


def _too_fast(facts: PlateauFacts) -> _Result:
    fitness = facts.plan_facts.fitness
    if fitness.vdot is None:
        return "no race or test result is known: coach athlete set --race 5k=22:30"
    if facts.plan is None:
        return "there is no plan"
    sessions = [each for day, each in facts.plan.sessions() if abs((day - facts.today).days) <= RECENT_DAYS]
    workouts = [
        workout for each in sessions if each.is_hard and (workout := facts.plan_facts.of(each)) is not None
    ]
    if not workouts:
        return "no hard session of the plan has a target"
    beyond = [each for each in workouts if each.too_fast]
    if beyond:
        return Evidence(beyond[0].too_fast, is_cause=True)
    return Evidence(f"all {len(workouts)} hard sessions fit {fitness.vdot_words}", is_cause=False)


def _in_band(facts: PlateauFacts) -> _Result:
    shares = [each.in_band for each in facts.sessions if each.in_band is not None and each.run.is_hard]
    if not shares:
        return "no hard session with a target was reviewed in four weeks"
    mean = fmean(shares)
    sessions = runs_words(len(shares), "session")
    return Evidence(f"{percent(mean)} of the time in the band, {sessions}", mean < 0.5)


def _starts_fast(facts: PlateauFacts) -> _Result:
    reviewed = [each for each in facts.sessions if each.negative_split is not None and not each.run.is_cross]
    reviewed = [each for each in reviewed if not each.is_planned_easy]
    if not reviewed:
        return "no run of four weeks has both of its halves"
    slower = [each for each in reviewed if (each.negative_split or 0.0) >= FADED]
    return Evidence(f"{len(slower)} of {len(reviewed)} had a second half 3 % slower or more", bool(slower))


def _fades(facts: PlateauFacts) -> _Result:
    reviewed = [each for each in facts.sessions if each.fade is not None]
    if not reviewed:
        return "no session with reps was reviewed in four weeks"
    worst = max(reviewed, key=lambda each: each.fade or 0.0)
    return Evidence(f"{signed_percent(worst.fade)} in {title_of(worst)}", (worst.fade or 0.0) >= FADED)


def _weak_base(facts: PlateauFacts) -> _Result:
    weeks = facts.weeks(UP_WEEKS)
    metres = [week.distance_m for week in weeks if week.runs and week.has_whole_distance]
    if len(weeks) < UP_WEEKS or len(metres) < sum(week.runs > 0 for week in weeks):
        return f"fewer than {UP_WEEKS} whole weeks are measured"
    mean = sum(each or 0.0 for each in metres) / UP_WEEKS
    return Evidence(f"{distance_words(mean, facts.plan_facts.unit)} a week", mean <= BASE_WEEK_M)


def _decoupling(facts: PlateauFacts) -> _Result:
    reviewed = [each for each in facts.sessions if each.decoupling is not None]
    if not reviewed:
        return "no run of four weeks is long enough, with heart rate"
    worst = max(reviewed, key=lambda each: each.decoupling or 0.0)
    drop = worst.decoupling or 0.0
    return Evidence(f"{signed_percent(drop)} in {title_of(worst)}", drop > DECOUPLED)


def _no_fuel(facts: PlateauFacts) -> _Result:
    long = [each for each in facts.sessions if (each.run.time_s or 0.0) >= LONG_S]
    answered = [each for each in long if each.has_fuel is not None]
    if not answered:
        return "no run over 75 min of four weeks says what was eaten"
    without = sum(not each.has_fuel for each in answered)
    return Evidence(f"{without} of {len(answered)} runs over 75 min had no word of fuel", without > 0)


def _same_workout(facts: PlateauFacts) -> _Result:
    runs = [run for run in facts.within(7 * HISTORY_WEEKS) if run.is_hard and run.workout]
    if not runs:
        return "no hard session of twelve weeks is recorded by name"
    name, times = Counter(run.workout for run in runs).most_common(1)[0]
    return Evidence(f"{name}: {times} times in {HISTORY_WEEKS} weeks", times > SAME_MOST)


def _no_fast(facts: PlateauFacts) -> _Result:
    runs = facts.recent
    if not runs or facts.plan_facts.runs[0].day > facts.today - timedelta(days=RECENT_DAYS - 7):
        return "fewer than four weeks are recorded"
    unknown = sum(run.is_hard is None and run.hard_s is None for run in runs)
    fast = sum(bool(run.is_hard or run.hard_s) for run in runs)
    if not fast and unknown:
        return f"of {runs_words(unknown)} nothing tells whether anything in it was fast"
    return Evidence(f"{runs_words(fast, 'fast session')} in four weeks", fast == 0)


def _one_stimulus(facts: PlateauFacts) -> _Result:
    kinds = [run.kind for run in facts.within(7 * HISTORY_WEEKS) if run.is_hard and run.kind]
    if len(kinds) < FEWEST_HARD:
        return f"{len(kinds)} of {FEWEST_HARD} hard sessions of twelve weeks have a kind"
    kind, times = Counter(kinds).most_common(1)[0]
    return Evidence(f"{kind}: {times} of {len(kinds)} hard sessions", times >= ONE_KIND * len(kinds))


def _bests(facts: PlateauFacts) -> _Result:
    """Check whether the best efforts of twelve weeks are no better than those of the twelve before."""
    now, before = facts.within(7 * HISTORY_WEEKS), facts.within(14 * HISTORY_WEEKS)
    before = before[: len(before) - len(now)]
    for name in sorted(BESTS, key=lambda each: -BESTS[each]):
        mine = [run.bests[name] for run in now if name in run.bests]
        then = [run.bests[name] for run in before if name in run.bests]
        if mine and then:
            change = min(mine) / min(then) - 1
            words = f"{name}: {format_clock(min(mine))}, {format_clock(min(then))} in the twelve weeks before"
            return Evidence(words, change >= 0)
    return "no distance has a best effort in both of the last two times twelve weeks"


def _flat_load(facts: PlateauFacts) -> _Result:
    weeks = facts.weeks(2 * UP_WEEKS)
    metres = [week.distance_m for week in weeks]
    if len(weeks) < 2 * UP_WEEKS or None in metres or not all(week.has_whole_distance for week in weeks):
        return "fewer than eight whole weeks are measured"
    then, now = (fmean(each or 0.0 for each in part) for part in (metres[:UP_WEEKS], metres[UP_WEEKS:]))
    if not then:
        return "nothing was run in the first of them"
    return Evidence(f"{signed_percent(now / then - 1)} over eight weeks", abs(now / then - 1) < FLAT)


def _stress(facts: PlateauFacts) -> _Result:
    answers = [each.stress for each in facts.mornings() if each.stress is not None]
    if not answers:
        return "no morning says how much life asks"
    high = sum(each is LifeStress.HIGH for each in answers)
    return Evidence(f"high on {high} of {len(answers)} mornings", 3 * high >= len(answers) and high > 0)


def _easy_share(facts: PlateauFacts) -> _Result:
    thirds = [run.zone_s for run in facts.recent if run.zone_s is not None]
    seconds = sum(sum(each) for each in thirds)
    if not seconds:
        return "no run of four weeks has heart rates and thresholds"
    easy = sum(each[0] for each in thirds) / seconds
    return Evidence(f"{percent(easy)} of the time easy, {runs_words(len(thirds))}", easy < EASY_WANTED)


def _grey(facts: PlateauFacts) -> _Result:
    grey = grey_share(facts.sessions)
    if grey is None:
        return "no run planned easy has heart rates and thresholds"
    return Evidence(f"{percent(grey)} between the thresholds on easy days", grey > GREY_SHARE)


def _easy_rpe(facts: PlateauFacts) -> _Result:
    rated = [each.run.rpe for each in facts.sessions if each.is_planned_easy and each.run.rpe is not None]
    if not rated:
        return "no easy run has its effort: coach runs note RUN --rpe 4"
    mean = fmean(rated)
    return Evidence(f"{mean:.1f} of 10 on {runs_words(len(rated), 'easy run')}", mean >= EASY_RPE)


def _flags(facts: PlateauFacts) -> _Result:
    answers = [each.flags for each in facts.mornings() if each.flags is not None]
    if not answers:
        return "no morning says anything of red flags"
    days = sum(len(each) > 1 for each in answers)
    return Evidence(f"two red flags or more on {days} of {len(answers)} mornings", days > 1)


_H, _P, _D, _N, _E = Symptom
RULES: Final[Sequence[PlateauRule]] = (
    PlateauRule(
        "no-lighter-week",
        frozenset({_H, _P, _N, _E}),
        "whole weeks that were measured",
        "weeks since a lighter one",
        f"over {UP_WEEKS}",
        "Take a cutback week now: four fifths of each run, coach debrief proposes it; then every fourth week.",
        "science 1.8 (heavy legs -> cutback week)",
        _no_lighter_week,
    ),
    PlateauRule(
        "hard-behind-hard",
        frozenset({_H, _P}),
        "recorded runs",
        "hard days right behind a hard or long day",
        "none",
        "Put an easy day or two between: coach plan check names the days.",
        "science 1.8 (too tired: long run the day before)",
        _hard_after_hard,
    ),
    PlateauRule(
        "sleep",
        frozenset({_H, _E}),
        "hours slept, of the check-ins",
        "mean of four weeks",
        f"under {SLEEP_H:g} h",
        "Sleep first: 7 to 9 hours, before any other change.",
        "science 1.8 (all hard -> sleep), H10",
        _sleep,
    ),
    PlateauRule(
        "eaten",
        frozenset({_H, _D, _E}),
        "check-ins",
        "days on which not enough was eaten",
        "a third",
        "Eat enough around the hard days. If that is hard, talk to a doctor or a dietitian.",
        "science 1.8 (underfuelling), H14; the number is ours",
        _eaten,
    ),
    PlateauRule(
        "legs",
        frozenset({_H}),
        "check-ins",
        "mornings with stale or dead legs",
        "a third",
        "It is recovery that is missing: the cutback week, and easy days that are easy.",
        "science H6, H8; the number is ours",
        _dead_legs,
    ),
    PlateauRule(
        "too-fast",
        frozenset({_P}),
        "a result, and a plan with targets",
        "targets beyond the fitness",
        "3 % over the VDOT of the last result",
        "Run at your current level: paces from your last race, not from the goal.",
        "science 1.8 (fantasy paces)",
        _too_fast,
    ),
    PlateauRule(
        "band",
        frozenset({_P}),
        "reviewed hard sessions",
        "time in the band",
        "under 50 %",
        "Run the next one by effort, then set the pace from what it was: coach run today.",
        "science 1.8 (train where you are); the number is ours",
        _in_band,
    ),
    PlateauRule(
        "starts-fast",
        frozenset({_D}),
        "reviewed runs with two halves",
        "second half slower than the first",
        f"{100 * FADED:.0f} %",
        "Even pace: let the light lead the first third, coach run --light plan.",
        "science 1.8 (tying up -> even pace)",
        _starts_fast,
    ),
    PlateauRule(
        "fades",
        frozenset({_D, _P}),
        "reviewed reps",
        "last rep over first rep",
        f"+{100 * FADED:.0f} %",
        "Rest longer between the reps: coach debrief proposes half a minute.",
        "science 1.8 (fade on rep 4 -> longer rest)",
        _fades,
    ),
    PlateauRule(
        "base",
        frozenset({_D, _N}),
        "four whole weeks that were measured",
        "distance a week",
        "10 miles, 16.1 km",
        "More easy kilometres, a little each week: 10 miles a week is not a base.",
        "science 1.8 (missing mileage: 10 -> 25 miles a week)",
        _weak_base,
    ),
    PlateauRule(
        "decoupled",
        frozenset({_D}),
        "heart rate and speed of long runs",
        "decoupling",
        f"over {100 * DECOUPLED:.0f} %",
        "The base is what carries the second half: easy kilometres, not faster ones.",
        "science 1.8 (weak base), Friel",
        _decoupling,
    ),
    PlateauRule(
        "no-fuel",
        frozenset({_D}),
        "runs over 75 min",
        "runs without a word of fuel",
        "none",
        "Carbohydrate on the way in runs over 75 min, from the first half hour on.",
        "science 1.8 (tying up -> mid-run carbs)",
        _no_fuel,
    ),
    PlateauRule(
        "best-efforts",
        frozenset({_N}),
        "best efforts of 24 weeks",
        "best of twelve weeks against the twelve before",
        "no faster",
        "It is a plateau: one of the causes above or below, not trying harder.",
        'science 1.8 (not "trying harder")',
        _bests,
    ),
    PlateauRule(
        "same-workout",
        frozenset({_N}),
        "hard sessions by name",
        "one workout in twelve weeks",
        f"over {SAME_MOST} times",
        "Repeat it less often: change one thing of it, or take another.",
        "science 1.8 (same workout)",
        _same_workout,
    ),
    PlateauRule(
        "no-fast-session",
        frozenset({_N}),
        "four recorded weeks",
        "fast sessions in four weeks",
        "none",
        "One fast session a week, short at first: strides, then reps.",
        "science 1.8, 1.3; where there was none, one",
        _no_fast,
    ),
    PlateauRule(
        "one-stimulus",
        frozenset({_N}),
        "the kinds of hard sessions",
        "share of one kind in twelve weeks",
        f"{100 * ONE_KIND:.0f} %",
        "Another stimulus for a season: hills or speed instead of threshold, or the other way.",
        "science 1.8 (stale routine); the number is ours",
        _one_stimulus,
    ),
    PlateauRule(
        "flat-load",
        frozenset({_N}),
        "eight whole weeks that were measured",
        "change over eight weeks",
        f"under {100 * FLAT:.0f} %",
        "Nothing grew: a little more easy running each week, three weeks up and one down.",
        "science 1.8 (load trend); the number is ours",
        _flat_load,
    ),
    PlateauRule(
        "stress",
        frozenset({_N, _H, _E}),
        "check-ins",
        "mornings with high stress",
        "a third",
        "Stress is stress: hold what you have, and build when life asks less.",
        "science H15; the number is ours",
        _stress,
    ),
    PlateauRule(
        "easy-share",
        frozenset({_E, _N}),
        "zones of runs",
        "easy share of the time",
        f"under {100 * EASY_WANTED:.0f} %",
        "Slow the easy days down until four fifths of the time are easy.",
        "science 1.1 (80/20)",
        _easy_share,
    ),
    PlateauRule(
        "grey-zone",
        frozenset({_E}),
        "zones of runs planned easy",
        "time between the thresholds",
        f"over {100 * GREY_SHARE:.0f} %",
        "Your easy days were not easy: stay under the easy cap, walk if it takes that.",
        "science 1.1; the number is ours",
        _grey,
    ),
    PlateauRule(
        "easy-effort",
        frozenset({_E}),
        "effort of easy runs",
        "mean effort",
        f"{EASY_RPE} of 10",
        "An easy run is 2 to 4 of 10: shorter and slower until it is.",
        "science 1.8 (all hard); the number is ours",
        _easy_rpe,
    ),
    PlateauRule(
        "red-flags",
        frozenset({_E, _H}),
        "check-ins",
        "mornings with two red flags or more",
        "2 mornings",
        "Rest first, then the cutback week; if it stays, see a doctor.",
        "science H6; the number is ours",
        _flags,
    ),
)
"""Every cause that is checked, the one with the simplest fix first."""
WORDS: Final[Mapping[Symptom, tuple[str, ...]]] = {
    _H: (
        "Low iron, illness and too little food feel like this too. No figure here shows them: ask a doctor.",
    ),
    _P: ("Heat, wind and hills slow anybody down: coach plan today --weather takes them into account.",),
    _D: (),
    _N: (),
    _E: ("If it does not get better in two easy weeks, see a doctor.",),
}


def plateau(symptom: Symptom, facts: PlateauFacts) -> PlateauAnswer:
    """Check the causes of a symptom in a runner's own history, and name the fix of each that has evidence."""
    causes: list[Cause] = []
    against: list[Cause] = []
    unknown: list[tuple[str, str]] = []
    for rule in RULES:
        if symptom not in rule.symptoms or not is_on(rule.id, facts.answers, default=rule.is_on):
            continue
        evidence = rule.judge(facts)
        if isinstance(evidence, str):
            unknown.append((rule.id, evidence))
            continue
        cause = Cause(rule.id, rule.condition, evidence.value, rule.limit, rule.fix, rule.source)
        (causes if evidence.is_cause else against).append(cause)
    gates: Counter[str] = Counter()
    for each in facts.sessions:
        gates.update(each.gates)
    return PlateauAnswer(symptom, tuple(causes), tuple(against), tuple(unknown), dict(gates), WORDS[symptom])


# --- races and years


def against_last_year(runs: Sequence[SeasonRun], until: date, unit: str = "km") -> str:
    """The last four weeks before a Monday beside those of a year ago; empty if one of them has no run."""
    weeks = []
    for back in (0, 52):
        last = until - timedelta(weeks=back)
        own = [run for run in runs if last - timedelta(weeks=4) <= run.day < last and not run.is_cross]
        metres = total(run.distance_m for run in own)
        if not own or metres is None:
            return ""
        weeks.append((metres / 4, len(own)))
    words = [f"{distance_words(metres, unit)} a week in {runs_words(count)}" for metres, count in weeks]
    return f"{words[0]}, {words[1]} then"


def race_look(
    race: DoneSession, after: Sequence[CheckIn] = (), name: str = "", runs: Sequence[SeasonRun] = ()
) -> RaceLook:
    """The lessons of a race for the next block; unknown ones stay empty."""
    pacing = endurance = recovery = ""
    if race.negative_split is not None:
        half = "faster" if race.negative_split < 0 else "slower"
        pacing = f"the second half {100 * abs(race.negative_split):.1f} % {half} than the first"
    if race.decoupling is not None:
        endurance = (
            f"speed against heart rate {signed_percent(race.decoupling)} from the first half to the second"
        )
    legs = [each for each in after if each.legs is not None]
    sharp = next((each for each in legs if each.legs == "sharp"), None)
    back = next((run for run in sorted(runs, key=lambda each: each.day) if run.day > race.run.day), None)
    if sharp is not None:
        recovery = f"legs sharp again after {runs_words((sharp.day - race.run.day).days, 'day')}"
    elif legs:
        recovery = f"legs not sharp yet after {runs_words((legs[-1].day - race.run.day).days, 'day')}"
    if back is not None:
        run = f"first run after {runs_words((back.day - race.run.day).days, 'day')}"
        recovery = f"{recovery}, {run}" if recovery else run
    title = name or title_of(race)
    return RaceLook(race.run.day, title, race.worked, race.failed, pacing, endurance, recovery)


def race_lines(look: RaceLook) -> Iterator[str]:
    """The lessons of a race, in sentences; unknown ones are named."""
    yield f"{look.race}, {look.day}:"
    names = ("worked", "failed", "pacing", "endurance", "recovery")
    heads = ("what worked", "what did not", "pacing", "endurance", "recovery")
    missing = []
    for name, head in zip(names, heads, strict=True):
        value = getattr(look, name)
        if value:
            yield f"  {head}: {value}"
        else:
            missing.append(head)
    if missing:
        yield f"  not known: {', '.join(missing)}"
