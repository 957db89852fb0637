"""`coach plan check`, `ease` and `rules`: what in a plan breaks which rule, what eases it, and the rules' switches."""

from typing import TYPE_CHECKING, Any

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import athlete_option
from coach.cli.text import narrate, out, out_json, out_table
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from datetime import date

    from coach.app.plan_facts import CheckedPlan
    from coach.plan.check import WeekChange
    from coach.plan.checked import Finding, PlanRule
    from coach.plan.model import Plan

_whose = athlete_option("Whose plan it is (default: the chosen athlete, or the only one).")


@click.command("check", cls=CoachCommand)
@click.option(
    "--all", "shows_all", is_flag=True, help="Show every finding, and every week against the one before."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding, all of them.")
@_whose
def check(shows_all: bool, as_json: bool, athlete: str | None) -> None:
    """Check the plan against its rules.

    Shown are the three worst findings from today on, each with what would mend it. No rule stops anybody, and
    each has a switch (coach plan rules). What nobody knows is not judged: without a recorded run nothing is
    said that needs one.
    """
    from coach.app.plan import PlanDesk

    desk = PlanDesk(athlete=athlete)
    plan, found = desk.plan, desk.checked()
    if as_json:
        for finding in found.findings:
            out_json(finding_tree(finding))
        return
    shown_lines(found, shows_all=shows_all)
    _say_figures(plan, found, desk.this_monday, desk.unit)
    if shows_all:
        out("")
        rows = [_week_row(week, desk.unit) for week in found.weeks if week.monday >= desk.this_monday]
        out_table(
            [("miles" if desk.unit == "mile" else "km") if name == "distance" else name for name in _HEAD],
            rows,
        )


def finding_tree(finding: "Finding") -> dict[str, Any]:
    """A finding for programs."""
    tree = {
        "v": 1,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "days": [day.isoformat() for day in finding.days],
        "sentence": finding.sentence,
        "fix": finding.fix,
        "source": finding.source,
    }
    if finding.you:
        tree["you"] = finding.you
    return tree | ({"limit": finding.limit} if finding.limit else {})


def shown_lines(found: "CheckedPlan", *, shows_all: bool) -> None:
    """Print findings, the worst first: three, or all."""
    from coach.plan.check import shown

    if not found.findings:
        out("Nothing breaks a rule.")
        return
    short = shown(found.findings)
    findings = found.findings if shows_all else short.findings
    more = [0] * len(findings) if shows_all else list(short.more)
    for finding, count in zip(findings, more, strict=True):
        behind = f" (and {count} more like it)" if count else ""
        out(f"{_MARKS[finding.severity.value]} {finding.sentence}{behind}")
        out(f"  {finding.fix}")
        out(f"  {finding.rule}: {finding.you or 'so'}, limit {finding.limit}; {finding.source}")
    if short.hidden and not shows_all:
        narrate(f"{_count(short.hidden, 'more finding')}: coach plan check --all")


_MARKS = {"high": "!!", "medium": "!", "low": "-"}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


_HEAD = ("week of", "distance", "hours", "change", "easy by time", "by distance", "by sessions")


def _say_figures(plan: "Plan", found: "CheckedPlan", monday: "date", unit: str) -> None:
    """Say the coming weeks against the ones before them, and how regular the last twelve were."""
    out("")
    for week in [week for week in found.weeks if week.monday >= monday][:2]:
        row = dict(zip(_HEAD, _week_row(week, unit), strict=True))
        amount = (
            f"{row['distance']} {'miles' if unit == 'mile' else 'km'}" if row["distance"] else row["hours"]
        )
        change = f", {row['change']} on the week before" if row["change"] else ""
        easy = f"; {row['easy by time']} easy by time" if row["easy by time"] else ""
        out(f"Week of {row['week of']}: {amount}{change}{easy}.")
    if found.regular_weeks is not None:
        out(f"{found.regular_weeks} of the last 12 weeks had {found.regular_runs} runs or more.")
    off = [choice.rule for choice in plan.rules if choice.is_on is False]
    if off:
        narrate(f"Switched off: {', '.join(off)}. coach plan rules --on RULE brings one back.")


def _week_row(week: "WeekChange", unit: str) -> tuple[str, ...]:
    from coach.quantities import format_hours, long_distance

    shares = (week.easy_by_time, week.easy_by_distance, week.easy_by_sessions)
    return (
        week.monday.isoformat(),
        "" if week.metres is None else long_distance(week.metres, unit)[0],
        "" if week.minutes is None else format_hours(week.minutes * 60),
        "" if week.change is None else f"{100 * week.change:+.0f} %",
        *("" if share is None else f"{100 * share:.0f} %" for share in shares),
    )


@click.command("ease", cls=CoachCommand)
@click.option("--take", is_flag=True, help="Make the change; coach plan undo takes it back.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; nothing to ease: an empty one.")
@_whose
def ease(take: bool, as_json: bool, athlete: str | None) -> None:
    """Propose an easier plan after a fall in the simple tests.

    A test that is a fifth or more lower than last time (coach athlete tests) leaves jumps once a week and no flat
    sprints for four weeks. A new plan is made so; of the plan that is there this is a proposal, day by day. Nothing
    is changed before you take it.
    """
    from coach.app.plan import UNDO, PlanDesk

    desk = PlanDesk(athlete=athlete)
    edited = desk.eased()
    if edited is None:
        if as_json:
            out_json({"v": 1})
        else:
            out(
                "Nothing is to be eased: no simple test fell by a fifth, or nothing that it speaks against is planned."
            )
        return
    if take:
        desk.apply(edited, "coach plan ease --take")
    if as_json:
        touched = [each.isoformat() for each in edited.touched]
        out_json(
            {"v": 1, "says": list(edited.says), "reason": edited.reason, "touched": touched, "undo": UNDO}
        )
        return
    for sentence in edited.says:
        out(f"  {sentence}")
    out(f"{edited.reason} Days touched: {len(edited.touched)}.")
    narrate(f"Take it back: {UNDO}" if take else "Do it: coach plan ease --take")


@click.command("rules", cls=CoachCommand)
@click.option("--off", "off", metavar="RULE", multiple=True, help="Switch a rule off; may be repeated.")
@click.option("--on", "on", metavar="RULE", multiple=True, help="Switch a rule on; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rule.")
@_whose
def rules(off: tuple[str, ...], on: tuple[str, ...], as_json: bool, athlete: str | None) -> None:
    """List the rules of plans, and switch them.

    Each has its limit, and says whether it is on; docs/reference/plan-rules.md has their sources. A switch is
    kept in the plan. Two rules have none: a workout must be there to be run, and the recovery after an A race
    is not up for choice.
    """
    from coach.app.plan import PlanDesk
    from coach.plan.check import RULES, is_on

    desk = PlanDesk(athlete=athlete)
    if off or on:
        _switch(off, on, desk)
        return
    plan = desk.plan if desk.exists else None
    if as_json:
        for rule in RULES.values():
            out_json(_rule_tree(rule, is_on=rule.is_on if plan is None else is_on(rule, plan)))
        return
    rows = [
        (
            "" if plan is None or is_on(rule, plan) else "off",
            rule.id,
            rule.what,
            rule.limit_words,
            rule.severity.value,
        )
        for rule in RULES.values()
    ]
    out_table(("", "rule", "what", "limit", "matters"), rows)


def _rule_tree(rule: "PlanRule", *, is_on: bool) -> dict[str, Any]:
    return {
        "v": 1,
        "rule": rule.id,
        "what": rule.what,
        "limit": rule.limit,
        "unit": rule.unit,
        "severity": rule.severity.value,
        "source": rule.source,
        "on": is_on,
        "has_switch": rule.has_switch,
    }


def _switch(off: tuple[str, ...], on: tuple[str, ...], desk: Any) -> None:
    """Switch rules in the plan, and say so."""
    from coach.documents.reading import did_you_mean
    from coach.plan.check import RULES, switched
    from coach.plan.edit import EditedPlan

    plan, says = desk.plan, []
    for names, is_on in ((off, False), (on, True)):
        for name in names:
            if name not in RULES:
                raise UsageProblem(f"there is no rule {name!r}", did_you_mean(name, RULES))
            try:
                plan = switched(plan, name, on=is_on)
            except ValueError as reason:
                raise UsageProblem(f"the rule {name} has no switch", str(reason)) from None
            says.append(f"The rule {name} is {'on' if is_on else 'off'}.")
    desk.apply(EditedPlan(plan, (), tuple(says)), "coach plan rules")
    for sentence in says:
        out(sentence)
