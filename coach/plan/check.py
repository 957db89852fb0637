"""Checks a plan against its rules: each is a row with its limit, its source and a switch, and a function.

The rules of weeks and those on past runs stand here, those of days, races and strength work beside their subjects.

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

from coach.plan.day_rules import DAY_RULES, RACE_RULES
from coach.plan.facts import (
    COACHING,
    CheckedWeek,
    CheckView,
    Finding,
    PlanFacts,
    PlanRule,
    Severity,
    critical_speed_of,
    day_words,
    easy_share,
    total,
)
from coach.plan.model import (
    Dose,
    Family,
    Plan,
    PlannedSession,
    RuleChoice,
    SessionKind,
    TrainingPhase,
    monday_of,
)
from coach.plan.strength import STRENGTH_RULES
from coach.plan.templates import NO_LONG_DAYS
from coach.quantities import format_hours, format_pace

_DAY: Final = timedelta(days=1)

# --- progression


def _doses(view: CheckView) -> Iterator[list[tuple[date, PlannedSession, Dose]]]:
    """The uses of each workout family by date: hard running whose reps have one length."""
    uses: dict[tuple[Family, float | None, float | None], list[tuple[date, PlannedSession, Dose]]] = {}
    for day, session in view.plan.sessions():
        dose = view.dose(session)
        if dose is None or not session.is_run or not view.is_hard(session) or session.family in _NO_FAMILY:
            continue
        length = (session.family, dose.rep_m and round(dose.rep_m), dose.rep_s and round(dose.rep_s))
        uses.setdefault(length, []).append((day, session, dose))
    yield from uses.values()


_NO_FAMILY: Final = frozenset({Family.LONG, Family.RACE, Family.TUNE_UP, Family.OPEN})
"""Sessions that are not built up by reps, pace and rest."""
_NEW_BLOCK: Final = timedelta(weeks=8)
"""After this time a workout starts again, without comparison. Judged: a block is four to eight weeks."""
_REST_SHARE: Final = 0.1
"""A rest that differs by less counts as the same: rests are estimates if they are jogged. Judged."""


def _one_change(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for uses in _doses(view):
        for (earlier, _, before), (day, session, dose) in pairwise(uses):
            changes = [] if day - earlier > _NEW_BLOCK else list(_harder(before, dose))
            if len(changes) > rule.limit and day >= view.today:
                yield rule.at(
                    (earlier, day),
                    f"{session.title} on {day_words(day)} changes {' and '.join(changes)} at once since "
                    f"{day_words(earlier)}.",
                    f"Change one of them now, and the other next time: coach plan show --week={day}",
                    " and ".join(changes),
                )


def _harder(before: Dose, now: Dose) -> Iterator[str]:
    """The harder variables of reps, pace and rest; fewer reps and longer rests only make it easier."""
    if now.reps > before.reps:
        yield "reps"
    if now.pace != before.pace:
        yield "pace"
    if now.rest_s < before.rest_s * (1 - _REST_SHARE) and now.reps > 1 and before.reps > 1:
        yield "rest"


def _same_dose(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for uses in _doses(view):
        alike = 1
        for (earlier, _, before), (day, session, dose) in pairwise(uses):
            alike = alike + 1 if dose == before and day - earlier <= _NEW_BLOCK else 1
            if alike == rule.limit + 1 and day >= view.today:
                yield rule.at(
                    (day,),
                    f"{session.title} on {day_words(day)} is the same for the {_ordinal(alike)} time.",
                    "Change one thing: a rep more, a shorter rest, or a little faster.",
                    f"{alike} times",
                )


def _ordinal(number: int) -> str:
    return f"{number}th"


# --- how many days, how much


def _days_jump(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    before = [(days, True) for days in _past_run_days(view)]
    for week in view.weeks:
        usual = _usual_days(before[-_USUAL_WEEKS:])
        jump = week.run_days - usual
        if usual and jump >= rule.limit and week.run_days > _FEW_DAYS and week.week.sunday >= view.today:
            yield rule.at(
                week.dates,
                f"{week.words} has {week.run_days} running days after {usual} in the weeks before.",
                "Add one day at a time, and stay with it for a few weeks.",
                f"{jump} days more",
            )
        if not week.is_quiet and week.monday >= view.plan.created:
            before.append((week.run_days, not week.days_off))


def _usual_days(before: Sequence[tuple[int, bool]]) -> int:
    """The most running days of the weeks before; one with days off counts only where four in a row had some.

    0 where they say nothing.
    """
    whole = [days for days, is_whole in before if is_whole]
    if whole or len(before) < _USUAL_WEEKS:
        return max(whole, default=0)
    return max(days for days, _ in before)


_USUAL_WEEKS: Final = 4
_FEW_DAYS: Final = 4
"""Up to this number of running days a week, more days are no finding. Judged."""


def _past_run_days(view: CheckView) -> list[int]:
    """Running days of the four weeks before the plan; empty if runs were not recorded for all of them."""
    since, first = view.known_since(), view.plan.first
    if since is None or since > first - timedelta(weeks=4):
        return []
    return [
        sum(view.day(first - timedelta(weeks=back) + number * _DAY).has_run for number in range(7))
        for back in (4, 3, 2, 1)
    ]


def _seven_days(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    if view.plan.template.startswith("7") or len(view.plan.availability.weekdays) > rule.limit:
        return
    for week in view.coming_weeks:
        if week.run_days > rule.limit:
            yield rule.at(
                week.dates,
                f"{week.words} has a run on all seven days.",
                "Leave one day without running, or plan by a template of seven days.",
                f"{week.run_days} days",
            )


def _down_week(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    up: list[CheckedWeek] = []
    before: CheckedWeek | None = None
    for week in view.weeks:
        up = [] if _is_down(week, before) else [*up, week]
        if len(up) == rule.limit and week.week.sunday >= view.today:
            yield rule.at(
                week.dates,
                f"The {len(up)} weeks up to {day_words(week.week.sunday)} have no easier one among them.",
                "Take a fifth to a third off one of them; strides and one short quality session stay.",
                f"{len(up)} weeks",
            )
        before = week


_DOWN: Final = 0.85
"""A week of less than this share of the one before is a down week, whatever its name; planned are 70 to 80 %."""


def _is_down(week: CheckedWeek, before: CheckedWeek | None) -> bool:
    if week.week.is_down or week.is_quiet:
        return True
    now, then = (week.metres, before.metres) if before is not None else (None, None)
    return now is not None and then is not None and now < _DOWN * then


def _best_week(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    is_metres = view.plan.volume.unit == "m"
    amounts = [amount for amount in _past_amounts(view, is_metres=is_metres) if amount]
    start = view.plan.volume.start
    recent = [*amounts, start if is_metres else start / 60][-8:]

    def words(amount: float) -> str:
        return view.distance(amount) if is_metres else f"{format_hours(60 * amount)} hours"

    for week in view.weeks:
        amount = week.metres if is_metres else week.minutes
        best = max(recent[-8:], default=0.0)
        if (
            amount is not None
            and best
            and not week.is_quiet
            and amount > rule.limit * best * _ROUNDED
            and week.week.sunday >= view.today
        ):
            yield rule.at(
                week.dates,
                f"{week.words} has {words(amount)}, {100 * (amount / best - 1):.0f} % more than the most of "
                f"the eight weeks before ({words(best)}).",
                f"Keep it under {words(rule.limit * best)}.",
                f"{100 * amount / best:.0f} %",
            )
        if amount is not None:
            recent.append(amount)


_ROUNDED: Final = 1.005
"""Runs are planned in round numbers."""


def _past_amounts(view: CheckView, *, is_metres: bool) -> Iterator[float]:
    """The metres, or minutes, of the eight weeks before the plan that were recorded whole."""
    since = view.known_since()
    for back in range(8, 0, -1):
        monday = view.plan.first - timedelta(weeks=back)
        days = [view.day(monday + number * _DAY) for number in range(7)]
        amount = total(day.metres if is_metres else day.minutes for day in days)
        if since is not None and since <= monday and amount is not None:
            yield amount


# --- the parts of a week


def _is_partial(view: CheckView, week: CheckedWeek) -> bool:
    """Return whether a week began before today, or before the plan was made: part of it is not planned."""
    return week.monday < max(view.today, view.plan.created)


def _one_quality(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for week in view.coming_weeks:
        if week.is_quiet or _is_partial(view, week) or not week.run_days:
            continue
        if sum(bool(day.hard) or day.is_fast for day in week.days) < rule.limit:
            yield rule.at(
                week.dates,
                f"{week.words} has no quality session, and nothing fast.",
                "Add one: in base strides or short hills, later intervals or threshold.",
                "none",
            )


def _one_long(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for week in view.coming_weeks:
        if week.is_quiet or _is_partial(view, week) or not week.run_days:
            continue
        if _is_near_race(view, week):
            continue
        if sum(bool(day.long) for day in week.days) < rule.limit:
            yield rule.at(
                week.dates,
                f"{week.words} has no long run.",
                "Make one run of it longer than the others.",
                "none",
            )


def _is_near_race(view: CheckView, week: CheckedWeek) -> bool:
    """Return whether a week has a race, or ends in the days before one on which the long run does not lie."""
    return any(
        week.monday <= race.date and (race.date - week.week.sunday).days <= NO_LONG_DAYS[race.priority]
        for race in view.plan.races
    )


_NO_RUNNING: Final = frozenset({SessionKind.STRENGTH, SessionKind.MOBILITY, SessionKind.CROSS})


def _one_other(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for week in view.coming_weeks:
        if week.is_quiet or _is_partial(view, week) or not week.run_days:
            continue
        others = sum(session.kind in _NO_RUNNING for day in week.days for session in day.sessions)
        if others < rule.limit:
            yield rule.at(
                week.dates,
                f"{week.words} has nothing but running.",
                "Add one session that is none: strength, mobility, a swim or a ride.",
                "none",
            )


def _easy_share(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for week in view.coming_weeks:
        if week.is_quiet or _is_partial(view, week):
            continue
        share = easy_share(week.minutes, total(day.hard_minutes for day in week.days))
        if (
            share is not None
            and share < rule.limit - _A_HALF_PERCENT
            and not _is_by_race(view, week, rule.limit)
        ):
            yield rule.at(
                week.dates,
                f"{week.words} is {100 * share:.0f} % easy by time{_other_shares(week)}.",
                "Make a hard session shorter, or an easy run longer.",
                f"{100 * share:.0f} %",
            )


def _is_by_race(view: CheckView, week: CheckedWeek, limit: float) -> bool:
    """Return whether only a race leaves a week less easy: it was entered, and the other sessions are easy."""
    races = [each for day in week.days for each in day.sessions if each.kind is SessionKind.RACE]
    race_minutes, hard = (
        total(view.minutes(each) for each in races),
        total(day.hard_minutes for day in week.days),
    )
    if not races or race_minutes is None or hard is None or week.minutes is None:
        return False
    rest = easy_share(week.minutes - race_minutes, hard - race_minutes)
    return rest is None or rest >= limit - _A_HALF_PERCENT


_A_HALF_PERCENT: Final = 0.005


def _other_shares(week: CheckedWeek) -> str:
    """The share by distance and by sessions, as far as known."""
    by_distance = easy_share(week.metres, total(day.hard_metres for day in week.days))
    by_sessions = easy_share(week.run_days, sum(bool(day.hard) for day in week.days))
    parts = [
        f"{100 * share:.0f} % by {word}"
        for share, word in ((by_distance, "distance"), (by_sessions, "sessions"))
        if share is not None
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _no_fast(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    slow: list[date] = []
    for day in view.days:
        week = view.plan.week_of(day.date)
        if day.date < view.plan.first or week is None:
            continue
        if week.phase in {TrainingPhase.RECOVERY, TrainingPhase.FREE} or day.is_off or day.is_fast:
            slow = []
            continue
        slow.append(day.date)
        if len(slow) == rule.limit and day.date >= view.today:
            yield rule.at(
                slow,
                f"Nothing fast is run from {day_words(slow[0])} to {day_words(slow[-1])}.",
                "Strides after an easy run keep the legs quick (coach run strides).",
                f"{len(slow)} days",
            )


# --- shares of a week


def _threshold_share(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for week in view.coming_weeks:
        metres = week.metres
        threshold = sum(_threshold_m(view, session) for day in week.days for session in day.sessions)
        if week.is_quiet or not metres or not threshold:
            continue
        if threshold > rule.limit * metres * _ROUNDED:
            yield rule.at(
                week.dates,
                f"{week.words} has {view.distance(threshold)} at threshold, {100 * threshold / metres:.0f} % of its "
                f"{view.distance(metres)}.",
                f"So much threshold needs a week of {view.distance(threshold / rule.limit)}; take fewer reps.",
                f"{100 * threshold / metres:.0f} %",
            )


def _threshold_m(view: CheckView, session: PlannedSession) -> float:
    """Metres of a session at threshold."""
    facts = view.of(session)
    if session.dose is not None and session.dose.pace == "threshold" and session.hard_m is not None:
        return session.hard_m
    if facts is not None:
        return facts.threshold_m
    return (session.hard_m or 0.0) if session.family is Family.THRESHOLD else 0.0


def _weekly_share(view: CheckView, rule: PlanRule) -> Iterator[Finding]:
    for week in view.coming_weeks:
        for day in week.days:
            for session in day.sessions:
                facts = view.of(session)
                if facts is None or facts.weekly_share is None or not week.metres or week.is_quiet:
                    continue
                if facts.hard_m > facts.weekly_share * week.metres * (1 + rule.limit):
                    yield rule.at(
                        (day.date,),
                        f"The hard part of {session.title} on {day_words(day.date)} is "
                        f"{100 * facts.hard_m / week.metres:.0f} % of the week.",
                        f"It needs a week of {view.distance(facts.hard_m / facts.weekly_share)}, "
                        f"not {view.distance(week.metres)}.",
                        f"{100 * facts.hard_m / week.metres:.0f} %",
                        limit=f"{100 * facts.weekly_share:.0f} %",
                    )


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


WEEK_RULES: Final = (
    PlanRule(
        "one-change",
        "Between two uses of a workout one thing gets harder: reps, pace or rest.",
        1,
        "change",
        Severity.MEDIUM,
        f"{COACHING} (science W25)",
        _one_change,
    ),
    PlanRule(
        "same-again",
        "The same workout is not done more than four times unchanged.",
        4,
        "times",
        Severity.LOW,
        f"{COACHING} (science 1.8)",
        _same_dose,
    ),
    PlanRule(
        "running-days",
        "A week has at most one running day more than the four before it.",
        2,
        "days more is too many",
        Severity.MEDIUM,
        f"{COACHING} (science K10)",
        _days_jump,
    ),
    PlanRule(
        "seven-days",
        "Seven running days a week are for plans made so.",
        6,
        "days",
        Severity.MEDIUM,
        f"{COACHING} (science K10)",
        _seven_days,
    ),
    PlanRule(
        "down-week",
        "Of four weeks in a row one is easier.",
        4,
        "weeks",
        Severity.MEDIUM,
        f"{COACHING} (science P7)",
        _down_week,
    ),
    PlanRule(
        "best-week",
        "A week has no more than 110 % of the most of the eight weeks before it.",
        1.1,
        "%",
        Severity.MEDIUM,
        f"{COACHING} (science P16)",
        _best_week,
    ),
    PlanRule(
        "quality-session",
        "A week of training has one quality session, in base strides or hills.",
        1,
        "session",
        Severity.LOW,
        f"{COACHING} (science K13)",
        _one_quality,
    ),
    PlanRule(
        "long-run",
        "A week of training has one long run, unless a race is in it or just after it.",
        1,
        "run",
        Severity.LOW,
        f"{COACHING} (science K13)",
        _one_long,
    ),
    PlanRule(
        "not-only-running",
        "A week of training has one session that is not running.",
        1,
        "session",
        Severity.LOW,
        f"{COACHING} (science K13)",
        _one_other,
    ),
    PlanRule(
        "easy-share",
        "80 % of a week's time are easy.",
        0.8,
        "%",
        Severity.MEDIUM,
        "80/20: Stoggl and Sperlich 2014 (science Z8)",
        _easy_share,
    ),
    PlanRule(
        "something-fast",
        "No three weeks go by without anything fast, strides included.",
        21,
        "days",
        Severity.LOW,
        f"{COACHING} (science P1, P15)",
        _no_fast,
    ),
    PlanRule(
        "threshold-share",
        "Threshold work is 10 % of a week's distance at most.",
        0.1,
        "%",
        Severity.MEDIUM,
        f"{COACHING} after J. Daniels",
        _threshold_share,
    ),
    PlanRule(
        "share-of-week",
        "The hard part of a long session is no more of its week than its tags say.",
        0,
        "% over",
        Severity.MEDIUM,
        f"{COACHING} (science W14, W27)",
        _weekly_share,
    ),
)

EVIDENCE_RULES: Final = (
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
        f"{COACHING} (science K13, N8)",
        _one_surface,
    ),
)


# --- the table of rules, and a plan against it

SHOWN: Final = 3
"""Lines that are shown unless all are requested. Judged."""
ASKED_AFTER: Final = 2
"""Times a rule is broken knowingly before the runner is asked whether to switch it off."""
RULES: Final[Mapping[str, PlanRule]] = {
    rule.id: rule for rule in (*DAY_RULES, *WEEK_RULES, *RACE_RULES, *STRENGTH_RULES, *EVIDENCE_RULES)
}
"""Every rule by its id: those of days, of weeks, of races, of strength work, of past runs."""
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


def findings_to_show(findings: Sequence[Finding]) -> ShownFindings:
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


def note_overrides(plan: Plan, names: Sequence[str]) -> tuple[Plan, tuple[str, ...]]:
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


def switch_rule(plan: Plan, name: str, *, on: bool) -> Plan:
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
