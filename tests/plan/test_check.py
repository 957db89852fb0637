"""Rules of a plan as a whole: the table, the switches, what is shown, what was broken knowingly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from coach.plan.check import (
    RULES,
    check,
    findings_to_show,
    is_on,
    new_findings,
    note_overrides,
    switch_rule,
)
from coach.plan.facts import CheckView, Finding, PlanFacts, Severity, week_changes
from coach.plan.model import Family, RuleChoice
from tests.plan.checking import (
    MONDAY,
    TODAY,
    day,
    easy,
    found,
    knowing,
    only,
    plan_of,
    put,
    ran,
    ran_weeks,
    reps,
    session,
)


def test_a_sound_plan_breaks_no_rule():
    """The plan that every other test breaks in one place is without a fault, known history or not."""
    plan = plan_of(12)
    assert check(plan, knowing(plan), TODAY) == ()
    assert check(plan, knowing(plan, PlanFacts(runs=ran_weeks(8, (1, 2, 4, 5, 6)))), TODAY) == ()


def test_every_rule_is_a_row_with_its_number_and_source():
    """Ids are unique words with hyphens; sentences end with a full stop."""
    assert len(RULES) == len({rule.find for rule in RULES.values()}) == 40
    for name, rule in RULES.items():
        assert name == rule.id
        assert rule.what.endswith(".")
        assert rule.source
        assert rule.limit_words


def test_what_is_over_is_not_found():
    """A rule reports days from today on; earlier days are only context."""
    plan = put(plan_of(), day(1, 2), reps(7, metres=400))
    assert len(found(plan, "hard-days-apart")) == 1
    assert found(plan, "hard-days-apart", today=day(1, 3)) == ()


def test_a_rule_that_is_switched_off_finds_nothing():
    """The switch is in the plan; what has no switch cannot be switched."""
    plan = put(plan_of(), day(1, 2), reps(7, metres=400))
    off = switch_rule(plan, "hard-days-apart", on=False)
    assert found(off, "hard-days-apart") == ()
    assert found(switch_rule(off, "hard-days-apart", on=True), "hard-days-apart") != ()
    assert is_on(RULES["hard-days-apart"], plan)
    with pytest.raises(ValueError, match="library"):
        switch_rule(plan, "workout-exists", on=False)
    with pytest.raises(KeyError):
        switch_rule(plan, "no-such-rule", on=False)
    by_hand = replace(plan, rules=(RuleChoice("recovery-after-a-race", is_on=False),))
    assert is_on(RULES["recovery-after-a-race"], by_hand)


def findings(*counts: tuple[str, Severity, int]) -> Iterator[Finding]:
    """A number of findings of each rule."""
    for rule, severity, number in counts:
        for place in range(number):
            yield Finding(
                rule, severity, "a source", (MONDAY + timedelta(days=place),), "It is so.", "Mend it."
            )


def test_three_lines_are_shown_of_three_rules():
    """The first finding of each rule is shown with the number of further ones; other rules are counted."""
    high, low = Severity.HIGH, Severity.LOW
    short = findings_to_show(list(findings(("a", high, 2), ("b", high, 1), ("c", low, 4), ("d", low, 3))))
    assert [each.rule for each in short.findings] == ["a", "b", "c"]
    assert (short.more, short.hidden) == ((1, 0, 3), 3)
    assert findings_to_show(()).findings == ()


def test_the_worst_stand_first():
    """High before medium before low, then by date."""
    plan = put(plan_of(), day(1, 2), reps(7, metres=400))
    plan = put(plan, day(0, 1), easy())
    plan = put(plan, day(0, 4), easy())
    severities = [each.severity for each in check(plan, knowing(plan), TODAY)]
    assert severities == [Severity.HIGH, Severity.LOW]


def test_what_an_edit_broke_is_what_is_new():
    """A finding that moved with its session is not new; a further one of the same rule is."""
    before = plan_of()
    after = put(before, day(1, 2), reps(7, metres=400))
    old, new = (check(plan, knowing(plan), TODAY) for plan in (before, after))
    assert [each.rule for each in new_findings(old, new)] == ["hard-days-apart"]
    assert new_findings(new, new) == ()
    assert new_findings(new, old) == ()
    moved = put(before, day(2, 2), reps(7, metres=400))
    assert new_findings(new, check(moved, knowing(moved), TODAY)) == ()


def test_a_rule_broken_twice_asks_once():
    """The runner is asked about a rule when it is broken knowingly for the second time, and never again."""
    plan = plan_of()
    plan, asked = note_overrides(plan, ["long-run"])
    assert asked == ()
    plan, asked = note_overrides(plan, ["long-run", "workout-exists", "no-such-rule"])
    assert asked == ("long-run",)
    plan, asked = note_overrides(plan, ["long-run"])
    assert asked == ()
    assert plan.rules == (RuleChoice("long-run", None, 3, is_asked=True),)


def test_a_week_against_the_one_before_has_no_verdict():
    """The change of the distance, and shares that are easy by time, distance and sessions."""
    plan = put(plan_of(2), day(1, 6), easy(26))
    first, second = week_changes(CheckView(plan, PlanFacts(), TODAY))
    assert first.change is None
    assert second.change == pytest.approx(59 / 49 - 1)
    assert first.easy_by_time == pytest.approx(1 - (12.8 + 2) / 290)
    assert first.easy_by_sessions == pytest.approx(0.8)
    assert first.easy_by_distance == pytest.approx(1 - 3200 / 49_000)


def test_nothing_is_said_of_what_nobody_knows():
    """A plan of hard sessions without a length, a pace or a history breaks no rule that needs them."""
    plan = plan_of(4)
    for number in range(4):
        plan = put(plan, day(number, 1), session(Family.OPEN, "Club", is_hard=True, is_unknown=True))
    rules = {each.rule for each in check(plan, PlanFacts(), TODAY)}
    assert rules == set()


def test_days_that_are_over_are_seen_as_they_were_run():
    """A hard run of yesterday makes today's intervals follow a hard day, though the plan had an easy one."""
    plan = plan_of()
    today = day(1, 1)
    facts = PlanFacts(runs=(*ran_weeks(2), ran(day(1, 0), is_hard=True)))
    finding = only(found(plan, "hard-days-apart", facts, today))
    assert finding.days == (day(1, 0), day(1, 1))


def test_a_clock_that_is_wrong_by_decades_costs_nothing():
    """In 1970 the whole plan is checked; in 2100 nothing of it is, and there are no findings."""
    plan = put(plan_of(), day(1, 2), reps(7, metres=400))
    early = CheckView(plan, PlanFacts(), date(1970, 1, 1))
    assert len(early.days) == 63 + 7 * 8
    assert len(found(plan, "hard-days-apart", today=date(1970, 1, 1))) == 1
    assert check(plan, knowing(plan), date(2100, 1, 1)) == ()
