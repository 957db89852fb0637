"""Checks a plan against its rules: each is a row with its limit, its source and a switch, and a function.

A rule looks at the days from today on; past days cannot be fixed, and only serve as context. A rule that needs unknown
facts finds nothing. No rule is enforced: the runner has the last word, and a rule they broke knowingly twice asks once
whether to switch it off.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from coach.plan.checked import (
    HALF_A_WEEK,
    CheckedWeek,
    CheckView,
    Finding,
    PlanRule,
    Severity,
    day_words,
    easy_share,
    total,
)
from coach.plan.day_rules import DAY_RULES
from coach.plan.edit import EditedPlan, drop_session, easier, replace_session
from coach.plan.facts import PlanFacts, critical_speed_of
from coach.plan.model import (
    Family,
    Plan,
    PlannedRace,
    PlannedSession,
    PlanOptIn,
    RacePriority,
    RuleChoice,
    TrainingPhase,
    monday_of,
)
from coach.plan.strength import FALL, LAST_DAYS, eased_until, falls
from coach.plan.week_rules import WEEK_RULES
from coach.quantities import format_pace

# --- Rules of seasons: days around a race, strength beside the running, the evidence of past runs --------------------

_COACHING: Final = "coaching practice"
_DAY: Final = timedelta(days=1)


def _week(week: CheckedWeek) -> str:
    return f"The week of {day_words(week.monday)}"


# --- races


_SHORT_M: Final = 10_000.0
_YEAR: Final = timedelta(days=365)


def _many_races(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    races = [race for race in view.plan.races if race.priority is RacePriority.A]
    for place, race in enumerate(races):
        year = [each for each in races[: place + 1] if race.date - each.date < _YEAR]
        most = rule.limit + 1 if all(each.distance_m <= _SHORT_M for each in year) else rule.limit
        if len(year) > most:
            yield rule.at(
                tuple(each.date for each in year),
                f"{race.label} on {day_words(race.date)} is the {_count_words(len(year))} A race within a year.",
                "Two peaks a year, three if all are 10 km or shorter: make one of them B.",
                f"{len(year)} races",
                limit=f"{most:g} races",
            )


def _count_words(number: int) -> str:
    return {3: "third", 4: "fourth", 5: "fifth"}.get(number, f"{number}th")


_APART_DAYS: Final = ((10_000.0, 7), (21_200.0, 14), (float("inf"), 28))
"""Days from a race to the next, by its length: one to four weeks of recovery (science P6)."""


def _days_after(race: PlannedRace) -> int:
    return next(days for metres, days in _APART_DAYS if race.distance_m <= metres + 1)


def _close_races(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    races = [race for race in view.plan.races if race.priority is not RacePriority.C]
    for before, race in pairwise(races):
        apart, least = (race.date - before.date).days, _days_after(before)
        if apart < least:
            yield rule.at(
                (before.date, race.date),
                f"{race.label} on {day_words(race.date)} comes {apart} days after {before.label}.",
                f"Leave {least} days between them, or run one as training (C).",
                f"{apart} days",
                limit=f"{least} days",
            )


def _recovery_block(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for race in view.plan.races:
        after = [race.date + number * _DAY for number in range(1, int(rule.limit) + 1)]
        if race.priority is not RacePriority.A or after[0] > view.plan.last:
            continue
        hard = [day for day in after if view.day(day).hard and day >= view.today]
        if hard:
            yield rule.at(
                (race.date, *hard),
                f"{view.day(hard[0]).hard[0]} on {day_words(hard[0])} lies in the recovery from {race.label}.",
                "Only easy running of 20 to 30 minutes for a week at least; longer after longer races.",
                f"{(hard[0] - race.date).days} days",
            )


def _peak_held(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    weeks = 0
    for week in view.weeks:
        weeks = weeks + 1 if week.week.phase is TrainingPhase.PEAK else 0
        if weeks == rule.limit + 1 and week.week.sunday >= view.today:
            yield rule.at(
                week.dates,
                f"{_week(week)} is the {weeks}th of one peak.",
                "A peak is held for three weeks at most: end it with a race, or build again.",
                f"{weeks} weeks",
            )


# --- strength


_LIFTED: Final = frozenset({Family.STRENGTH, Family.PLYOMETRICS})


def _strength_late(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    is_kept = PlanOptIn.KEEP_STRENGTH in view.plan.opt_ins
    for race in view.plan.races:
        if race.priority is not RacePriority.A:
            continue
        for day, session in view.coming:
            before = (race.date - day).days
            is_short = session.family is Family.STRENGTH and not view.is_heavy(session)
            if 0 < before <= rule.limit and session.family in _LIFTED and not (is_kept and is_short):
                yield rule.at(
                    (day,),
                    f"{session.title} on {day_words(day)} is {before} days before {race.label}.",
                    f'Leave it out; "{PlanOptIn.KEEP_STRENGTH}" keeps one short session.',
                    f"{before} days",
                )


def _plyometric_weeks(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    weeks = 0
    rest = 0
    for week in view.weeks:
        jumps = [
            day.date for day in week.days for session in day.sessions if session.family is Family.PLYOMETRICS
        ]
        weeks, rest = (
            (weeks + 1, 0) if jumps else ((0, rest + 1) if rest + 1 >= HALF_A_WEEK else (weeks, rest + 1))
        )
        if jumps and weeks == rule.limit + 1 and week.week.sunday >= view.today:
            yield rule.at(
                jumps,
                f"{_week(week)} is the {weeks}th with plyometrics.",
                "Six weeks of them are a block; leave four weeks before the next.",
                f"{weeks} weeks",
            )


def _test_falls(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    until = eased_until(view.facts.tests, rule.limit)
    if until is None:
        return
    words = _fall_words(view, rule.limit)
    for day, session in _to_ease(view, until):
        yield rule.at(
            (day,),
            f"{session.title} on {day_words(day)} comes after a fall in the simple tests: {words}.",
            "Halve the jumps and leave sprints out until the tests are back: coach plan ease",
            words,
        )


def _fall_words(view: CheckView, limit: float) -> str:
    return ", ".join(each.words for each in falls(view.facts.tests, limit))


def _to_ease(view: CheckView, until: date) -> Iterator[tuple[date, PlannedSession]]:
    """The sessions that weaker legs on one side leave out: the second plyometrics of a week, and flat sprints."""
    jumped: set[date] = set()
    for day, session in view.coming:
        if day > until or session.is_done:
            continue
        is_jumping = session.family is Family.PLYOMETRICS
        if view.is_flat_sprint(session) or (is_jumping and monday_of(day) in jumped):
            yield day, session
        elif is_jumping:
            jumped.add(monday_of(day))


def eased(view: CheckView) -> EditedPlan | None:
    """The plan with less jumping and no sprints after a fall in the simple tests; None where nothing is to ease.

    It is a proposal: nothing is eased by itself.
    """
    until = eased_until(view.facts.tests)
    sessions = [] if until is None else list(_to_ease(view, until))
    plan, says = view.plan, list[str]()
    for _, session in sessions:
        if session.family is Family.PLYOMETRICS:
            edited = drop_session(plan, session.id)
        else:
            edited = replace_session(plan, easier(session, _EASED_WHY, view.minutes(session) or 30.0))
        plan = edited.plan
        says += edited.says
    if not sessions:
        return None
    reason = f"A simple test fell by a fifth or more: {_fall_words(view, FALL)}. It is eased up to {until}."
    return EditedPlan(plan, tuple(dict.fromkeys(day for day, _ in sessions)), tuple(says), reason)


_EASED_WHY: Final = "Easy in place of sprints, until the simple tests are back to what they were."


# --- evidence of past runs


def _critical_speed(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    threshold = view.facts.fitness.threshold_mps
    critical = critical_speed_of(view.facts.runs, view.today)
    if threshold is None or critical is None or critical.speed <= threshold * (1 + rule.limit):
        return
    unit = view.facts.unit
    new, old = format_pace(critical.speed, unit=unit), format_pace(threshold, unit=unit)
    yield rule.at(
        (view.today,),
        f"Your hard runs of six weeks show a critical speed of {new} (typical error 0.14 m/s); "
        f"the threshold pace on record is {old}. Nothing was changed.",
        f"Test it (coach run test-threshold-30min), or set it: coach athlete set --threshold-pace {new}",
        f"{100 * (critical.speed / threshold - 1):.0f} % faster",
    )


_SURFACE_RUNS: Final = 6


def _one_surface(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    first = view.today - timedelta(days=rule.limit)
    runs = [run for run in view.facts.runs if first < run.day <= view.today]
    if len(runs) < _SURFACE_RUNS or monday_of(runs[0].day) > monday_of(first) + timedelta(weeks=1):
        return
    for word, places in (("surface", [run.surface for run in runs]), ("route", [run.route for run in runs])):
        if places[0] and set(places) == {places[0]}:
            yield rule.at(
                (view.today,),
                f"All {len(runs)} runs of the last four weeks were on one {word}: {places[0]}.",
                "Run one a week somewhere else: grass, trail, road or track load the legs differently.",
                places[0],
            )


SEASON_RULES: Final = (
    PlanRule(
        "peaks-a-year",
        "Two A races a year, three if all are 10 km or shorter.",
        2,
        "races",
        Severity.MEDIUM,
        f"{_COACHING} (science P8)",
        _many_races,
    ),
    PlanRule(
        "races-apart",
        "Races lie 7 days apart, 14 after a half marathon, 28 after a marathon.",
        7,
        "days",
        Severity.MEDIUM,
        f"{_COACHING} (science P6)",
        _close_races,
    ),
    PlanRule(
        "recovery-after-a-race",
        "After an A race nothing is hard for a week at least.",
        7,
        "days",
        Severity.HIGH,
        f"{_COACHING} (science P6)",
        _recovery_block,
        has_switch=False,
    ),
    PlanRule(
        "peak-held",
        "A peak is held for three weeks at most.",
        3,
        "weeks",
        Severity.MEDIUM,
        f"{_COACHING} (science P5)",
        _peak_held,
    ),
    PlanRule(
        "strength-before-a-race",
        "No strength work in the ten days before an A race; one short session is an opt-in.",
        LAST_DAYS,
        "days",
        Severity.MEDIUM,
        f"{_COACHING} (science F15)",
        _strength_late,
    ),
    PlanRule(
        "plyometric-weeks",
        "Plyometrics last six weeks, then pause for four.",
        6,
        "weeks",
        Severity.LOW,
        "studies of six weeks, Spurrs 2003 among them (science F6)",
        _plyometric_weeks,
    ),
    PlanRule(
        "tests-fell",
        "A fall of 20 % in a simple test eases plyometrics and sprints for four weeks.",
        0.2,
        "%",
        Severity.MEDIUM,
        f"{_COACHING} (science N13)",
        _test_falls,
    ),
    PlanRule(
        "threshold-moved",
        "Hard runs whose critical speed beats the threshold pace on record by 2 % are reported; nothing is changed.",
        0.02,
        "%",
        Severity.LOW,
        "Galbraith 2011, 2014 (science 2.3)",
        _critical_speed,
    ),
    PlanRule(
        "surfaces",
        "Four weeks are not run on one surface or route alone.",
        28,
        "days",
        Severity.LOW,
        f"{_COACHING} (science K13, N8)",
        _one_surface,
    ),
)
"""`coach.plan.check` runs each of them."""


# --- All rules, and a plan against them ------------------------------------------------------------------------------


SHOWN: Final = 3
"""Lines that are shown unless all are requested. Judged."""
ASKED_AFTER: Final = 2
"""Times a rule is broken knowingly before the runner is asked whether to switch it off."""
RULES: Final[Mapping[str, PlanRule]] = {rule.id: rule for rule in (*DAY_RULES, *WEEK_RULES, *SEASON_RULES)}
"""Every rule by its id: those of days, of weeks, of seasons."""
_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


def is_on(rule: PlanRule, plan: Plan) -> bool:
    """Return whether a rule is on: as the runner switched it, else by its own default."""
    choice = plan.rule(rule.id).is_on
    return rule.is_on if choice is None or not rule.has_switch else choice


def check(plan: Plan, facts: PlanFacts, today: date) -> tuple[Finding, ...]:
    """Find everything in a plan that breaks a rule that is on, from today on, the worst first.

    Args:
        plan: the plan.
        facts: further facts; rules that need unknown ones find nothing.
        today: the local day.
    """
    view = CheckView(plan, facts, today)
    findings = [
        finding
        for rule in RULES.values()
        if is_on(rule, plan)
        for finding in rule.find(view, rule)
        if not finding.days or finding.days[-1] >= today
    ]
    return tuple(sorted(findings, key=lambda each: (_RANKS[each.severity], each.days[:1], each.rule)))


@dataclass(frozen=True, slots=True)
class ShownFindings:
    """The findings that are shown."""

    findings: tuple[Finding, ...]
    """At most three, the worst first, of each rule the first."""
    more: tuple[int, ...]
    """Number of further findings of its rule, for each of them."""
    hidden: int
    """Findings of rules that are not shown."""


def shown(findings: Sequence[Finding]) -> ShownFindings:
    """Choose the findings to show: of each rule the first, and of those the three worst."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    first = list(by_rule.values())
    return ShownFindings(
        tuple(each[0] for each in first[:SHOWN]),
        tuple(len(each) - 1 for each in first[:SHOWN]),
        sum(len(each) for each in first[SHOWN:]),
    )


def new_findings(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[Finding, ...]:
    """The effects of an edit: of each rule that has more findings than before, the first that is new."""
    earlier = {(finding.rule, finding.days) for finding in before}
    were, are = (Counter(finding.rule for finding in findings) for findings in (before, after))
    firsts: dict[str, Finding] = {}
    for finding in after:
        is_new = (finding.rule, finding.days) not in earlier and are[finding.rule] > were[finding.rule]
        if is_new:
            firsts.setdefault(finding.rule, finding)
    return tuple(firsts.values())


def overridden(plan: Plan, names: Sequence[str]) -> tuple[Plan, tuple[str, ...]]:
    """Note that rules were broken knowingly; returns the plan, and the rules to ask about now, each only once."""
    choices = {choice.rule: choice for choice in plan.rules}
    questions = []
    for name in names:
        if name not in RULES or not RULES[name].has_switch:
            continue
        choice = choices.get(name, RuleChoice(name))
        choice = replace(choice, overridden=choice.overridden + 1)
        if choice.overridden >= ASKED_AFTER and not choice.is_asked:
            choice = replace(choice, is_asked=True)
            questions.append(name)
        choices[name] = choice
    return replace(plan, rules=tuple(choices.values())), tuple(questions)


def switched(plan: Plan, name: str, *, on: bool) -> Plan:
    """Switch a rule on or off in a plan.

    Raises:
        KeyError: there is no such rule.
        ValueError: it has no switch.
    """
    rule = RULES[name]
    if not rule.has_switch:
        raise ValueError(rule.what)
    choices = {choice.rule: choice for choice in plan.rules}
    choices[name] = replace(choices.get(name, RuleChoice(name)), is_on=on)
    return replace(plan, rules=tuple(choices.values()))


@dataclass(frozen=True, slots=True)
class WeekChange:
    """A week compared with the one before, without a verdict."""

    monday: date
    metres: float | None
    minutes: float | None
    change: float | None
    """0.10 is a tenth more; None where one of the two is not known or nothing was run."""
    easy_by_time: float | None
    """Shares that are easy; None where not known."""
    easy_by_distance: float | None
    easy_by_sessions: float | None


def week_changes(view: CheckView) -> Iterator[WeekChange]:
    """Each week of the plan compared with the one before it, by metres, else by minutes."""
    before: CheckedWeek | None = None
    for week in view.weeks:
        change = None
        for now, then in ((week.metres, before and before.metres), (week.minutes, before and before.minutes)):
            if change is None and now and then:
                change = now / then - 1
        yield WeekChange(
            week.monday,
            week.metres,
            week.minutes,
            change,
            easy_share(week.minutes, total(day.hard_minutes for day in week.days)),
            easy_share(week.metres, total(day.hard_metres for day in week.days)),
            easy_share(week.run_days, sum(bool(day.hard) for day in week.days)),
        )
        before = week
