"""Checks a plan against its rules: each is a row with its limit, its source and a switch, and a function.

A rule looks at the days from today on; past days cannot be fixed, and only serve as context. A rule that needs unknown
facts finds nothing. No rule is enforced: the runner has the last word, and a rule they broke knowingly twice asks once
whether to switch it off.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from coach.plan.checked import CheckedWeek, CheckView, Finding, PlanRule, Severity, easy_share, total
from coach.plan.day_rules import DAY_RULES
from coach.plan.facts import PlanFacts
from coach.plan.model import Plan, RuleChoice
from coach.plan.season_rules import SEASON_RULES
from coach.plan.week_rules import WEEK_RULES

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
    broken: dict[str, Finding] = {}
    for finding in after:
        is_new = (finding.rule, finding.days) not in earlier and are[finding.rule] > were[finding.rule]
        if is_new:
            broken.setdefault(finding.rule, finding)
    return tuple(broken.values())


def overridden(plan: Plan, broken: Sequence[str]) -> tuple[Plan, tuple[str, ...]]:
    """Note that rules were broken knowingly; returns the plan, and the rules to ask about now, each only once."""
    choices = {choice.rule: choice for choice in plan.rules}
    questions = []
    for name in broken:
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
