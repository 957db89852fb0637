"""Tests of `coach plan check` and `coach plan rules`: findings as they are printed, the switches, the one question."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from coach.edge.store import Store
from coach.plan.check import RULES
from coach.plan.document import read_plan
from coach.plan.model import Family, Plan, write_plan
from tests.cli.conftest import Typed
from tests.plan.checking import MONDAY, TODAY, day, easy, plan_of, put, reps


@pytest.fixture(autouse=True)
def _a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Saturday before the plan begins."""
    for module in ("coach.app.athletes", "coach.app.plan"):
        monkeypatch.setattr(f"{module}.today", TODAY.isoformat)


def keep(plan: Plan) -> None:
    """Write a plan as a hand would."""
    folder = Store().paths.plans / "me"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_bytes(write_plan(plan))


def kept() -> Plan:
    """The plan as its file has it."""
    return read_plan((Store().paths.plans / "me" / "plan.json").read_bytes(), name="plan")


def broken() -> Plan:
    """The sound plan with two hard days in a row, a week without a long run and one of running alone."""
    plan = put(plan_of(), day(1, 2), reps(7, metres=400))
    plan = put(plan, day(2, 6), easy(16))
    plan = put(plan, day(3, 0))
    return put(put(plan, day(4, 0)), day(5, 1), easy())


def test_a_sound_plan_says_so(coach: Typed) -> None:
    """Nothing breaks a rule; the coming weeks stand beside each other, without a verdict."""
    keep(plan_of())
    result = coach("plan", "check")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "No rule is broken.",
        "",
        "Week of 2027-01-04: 49.0 km; 95 % easy by time.",
        "Week of 2027-01-11: 49.0 km, +0 % on the week before; 94 % easy by time.",
    ]


def test_the_worst_three_are_shown_and_all_on_request(coach: Typed) -> None:
    """Each with what would mend it, its rule and its source; of one rule the first, and how many more there are."""
    keep(broken())
    result = coach("plan", "check")
    assert result.stdout.splitlines()[:3] == [
        "!! 7 x 400 m on Wed 13 Jan comes the day after 5 x 800 m.",
        "  Put an easy day between them: coach plan move 2027-01-13 2027-01-14",
        "  hard-days-apart: none, limit 1 day between; coaching practice (science K7)",
    ]
    assert "(and 1 more like it)" in result.stdout
    assert len([line for line in result.stdout.splitlines() if line[:1] in {"!", "-"}]) == 3
    whole = coach("plan", "check", "--all").stdout
    assert len([line for line in whole.splitlines() if line[:2] in {"!!", "! ", "- "}]) > 3
    assert "week of" in whole
    assert "2027-02-22" in whole


def test_findings_for_programs(coach: Typed) -> None:
    """One object a finding, with days as dates."""
    keep(broken())
    rows = [json.loads(line) for line in coach("plan", "check", "--json").stdout.splitlines()]
    assert rows[0] == {
        "v": 1,
        "rule": "hard-days-apart",
        "severity": "high",
        "days": ["2027-01-12", "2027-01-13"],
        "sentence": "7 x 400 m on Wed 13 Jan comes the day after 5 x 800 m.",
        "fix": "Put an easy day between them: coach plan move 2027-01-13 2027-01-14",
        "source": "coaching practice (science K7)",
        "you": "none",
        "limit": "1 day between",
    }
    assert {row["rule"] for row in rows} >= {"long-run", "not-only-running"}


def test_every_rule_is_listed_with_its_number(coach: Typed) -> None:
    """Without a plan too; in JSON with its source and its switch."""
    rows = [json.loads(line) for line in coach("plan", "rules", "--json").stdout.splitlines()]
    assert [row["rule"] for row in rows] == list(RULES)
    assert {row["on"] for row in rows} == {True}
    assert [row["rule"] for row in rows if not row["has_switch"]] == [
        "workout-exists",
        "recovery-after-a-race",
    ]
    text = coach("plan", "rules").stdout
    assert "heavy-legs" in text
    assert "48 hours" in text


def test_a_rule_is_switched_in_the_plan(coach: Typed) -> None:
    """Off, it finds nothing and the check says so; the file keeps it, and undo takes it back."""
    keep(broken())
    assert coach("plan", "rules", "--off", "hard-days-apart").stdout == "The rule hard-days-apart is off.\n"
    assert kept().rule("hard-days-apart").is_on is False
    result = coach("plan", "check")
    assert "hard-days-apart" not in result.stdout
    assert "Switched off: hard-days-apart" in result.stderr
    assert "off  hard-days-apart" in coach("plan", "rules").stdout
    assert coach("plan", "undo").exit_code == 0
    assert kept().rule("hard-days-apart").is_on is None
    assert coach("plan", "rules", "--on", "hard-days-apart").exit_code == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("hard-days", "apart"), ("no-such-rule", "there is no rule"), ("workout-exists", "has no switch")],
)
def test_what_cannot_be_switched_is_a_usage_error(coach: Typed, name: str, words: str) -> None:
    """A rule that does not exist or has no switch; one that exists is switched."""
    keep(plan_of())
    result = coach("plan", "rules", "--off", name)
    if name == "hard-days":
        assert result.exit_code == 0
        return
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_rule_broken_by_an_edit_is_kept_and_asked_about_once(coach: Typed) -> None:
    """The first time it is said, the second time it is asked, and then never again."""
    keep(plan_of())
    said = []
    for number in (1, 2, 4):
        result = coach("plan", "move", day(number, 1), day(number, 0))
        assert result.exit_code == 0
        said.append(result.stdout)
    assert all("after-the-long-run" in text and "saved as your choice" in text for text in said)
    assert ["To switch it off:" in text for text in said] == [False, True, False]
    assert kept().rule("after-the-long-run").overridden == 3
    assert kept().rule("after-the-long-run").is_asked


def test_an_edit_that_breaks_nothing_says_nothing_of_rules(coach: Typed) -> None:
    """Only what was done."""
    keep(plan_of())
    result = coach("plan", "swap", day(1, 2), day(1, 5))
    assert result.exit_code == 0
    assert "choice" not in result.stdout


def test_no_plan_is_a_problem_with_its_command(coach: Typed) -> None:
    """Exit code 3."""
    result = coach("plan", "check")
    assert result.exit_code == 3
    assert "coach plan new" in result.stderr


def test_a_check_of_a_year_reads_no_clock(coach: Typed) -> None:
    """What is over is not found: from the last week on there is nothing to mend."""
    plan = broken()
    keep(replace(plan, created=date(2026, 1, 1)))
    assert coach("plan", "check", "--json").stdout
    assert MONDAY + timedelta(weeks=8) > plan.last


def test_a_new_plan_knows_what_an_athlete_told(coach: Typed) -> None:
    """Old injuries are in it beside those that are typed, and a test that fell eases the jumps."""
    told = ("--injury", "left foot", "--test", "hop=150/150", "--from", "2026-11-28")
    assert coach("athlete", "set", *told).exit_code == 0
    season = (
        "plan",
        "new",
        "--race",
        "2027-06-20:10k:A",
        "--days",
        "5",
        "--from-km",
        "40",
        "--level",
        "advanced",
    )

    def jumps() -> int:
        assert coach(*season, "--history", "hamstring").exit_code == 0
        days = [each for each, session in kept().sessions() if session.family is Family.PLYOMETRICS]
        return sum(each <= TODAY + timedelta(days=40) for each in days)

    before = jumps()
    assert kept().histories == ("hamstring", "left foot")
    assert coach("athlete", "set", "--test", "hop=150/110", "--from", "2027-01-01").exit_code == 0
    assert 0 < jumps() < before


def test_a_fall_is_a_proposal_for_the_plan_there_is(coach: Typed) -> None:
    """Nothing changes before it is taken; then the jumps are halved, and undo has them back byte for byte."""
    path = Store().paths.plans / "me" / "plan.json"
    assert coach("athlete", "set", "--test", "hop=150/150", "--from", "2026-11-28").exit_code == 0
    season = ("--race", "2027-06-20:10k:A", "--days", "5", "--from-km", "40", "--level", "advanced")
    assert coach("plan", "new", *season).exit_code == 0
    assert "no simple test fell" in coach("plan", "ease").stdout
    assert coach("athlete", "set", "--test", "hop=150/110", "--from", "2027-01-08").exit_code == 0
    before = path.read_bytes()

    asked = coach("plan", "ease")
    assert "Plyometrics left out." in asked.stdout
    assert "hop on one leg, right 150 to 110 cm" in asked.stdout
    assert "coach plan ease --take" in asked.stderr
    assert path.read_bytes() == before
    tree = json.loads(coach("plan", "ease", "--json").stdout)
    assert tree["touched"] == sorted(set(tree["touched"]))
    assert coach("plan", "ease", "--take").exit_code == 0
    jumps = [each for each, session in kept().sessions() if session.family is Family.PLYOMETRICS]
    eased = [each for each in jumps if each <= date(2027, 2, 5)]
    assert len(eased) == len({each.isocalendar()[:2] for each in eased})
    assert json.loads(coach("plan", "ease", "--json").stdout) == {"v": 1}
    assert "a simple test fell by a fifth, but no second day of jumps" in coach("plan", "ease").stdout
    assert coach("plan", "undo").exit_code == 0
    assert path.read_bytes() == before
