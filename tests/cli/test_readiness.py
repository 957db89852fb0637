"""`coach readiness` as it is typed: answers as lines, tables from elsewhere, and what is kept of them."""

import gzip
import json
from datetime import date, timedelta
from math import exp

import pytest

from coach.app.plan import PlanService
from coach.app.today import TodayService
from coach.plan.readiness import RULES, Verdict

TODAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """It is 30 November 2026, whatever the machine says: no row of a table is of a day to come."""
    monkeypatch.setattr("coach.app.readiness.today", TODAY.isoformat)
    monkeypatch.setattr("coach.app.morning.today", TODAY.isoformat)


@pytest.fixture
def table(tmp_path):
    """Writes a table of mornings and gives its path."""

    def written(text, name="hrv.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def years(days, low=0):
    """A table of so many mornings up to 30 November 2026, the last ones low."""
    rows = ["date,lnrmssd,resting_hr"]
    for at in range(days):
        day = TODAY - timedelta(days=days - 1 - at)
        value = 3.7 if at >= days - low else 4.0 + (0.05 if at % 2 else -0.05)
        rows.append(f"{day},{value},50")
    return "\n".join(rows) + "\n"


def answer(coach, stdin="", *words):
    """The answer of that day as JSON."""
    typed = coach("readiness", "--day", TODAY, "--json", *words, stdin=stdin)
    assert typed.exit_code == 0, typed.stderr
    return json.loads(typed.stdout)


def test_lines_that_are_piped_in_are_the_answers(coach):
    """Named or in order, an empty line leaves one out; what is no answer is said with its line."""
    typed = coach(
        "readiness",
        "--day",
        TODAY,
        stdin="none\n\nnone\nsharp\nstress high\nsleep 6\nwhatever\nniggle knee 2\n",
    )

    assert typed.exit_code == 0
    assert typed.stdout.splitlines()[0] == "Mon 30 Nov 2026: AS PLANNED"
    assert "Stress is stress" in typed.stdout
    assert "Keep your level" in typed.stdout
    assert "limit  7 h  ->  as planned" in typed.stdout
    assert "line 7, 'whatever': answer yes or no" in typed.stderr
    assert "not answered: flags" in typed.stdout


def test_what_is_acute_is_rest_with_a_doctor_for_the_heart(coach):
    """Said plainly, whatever else is known; --json has it in keys of its own."""
    tree = answer(coach, "acute chest pain, fever\nlegs sharp\n")

    assert tree["verdict"] == "rest"
    assert tree["acute"] == ["fever", "chest-pain"]
    assert tree["see_a_doctor"] is True
    shown = coach("readiness", "--day", TODAY)
    assert shown.stdout.splitlines()[:2] == [
        "Mon 30 Nov 2026: REST",
        "See a doctor today. Do not run before.",
    ]


def test_a_morning_of_which_nothing_is_known_says_so(coach):
    """As planned is not the same as fine."""
    shown = coach("readiness", "--day", TODAY)
    assert "Nothing is known of this morning, so nothing speaks against the plan." in shown.stdout
    assert answer(coach)["nothing_known"] is True


def test_a_week_of_low_mornings_is_easy_only_and_alone_with_good_legs_at_most_easier(coach, table):
    """From the table to the verdict: value, limit and source; the band in the tree."""
    assert coach("readiness", "import", table(years(80, low=3)), "--posture", "lying").exit_code == 0
    tree = answer(coach)

    assert tree["verdict"] == "easy only"
    assert tree["measured"][0]["resting_bpm"] == 50.0
    assert (
        "Measured: RMSSD 40 ms, resting heart rate 50 (csv:hrv)." in coach("readiness", "--day", TODAY).stderr
    )
    assert tree["hrv"]["mornings"] == 7
    assert tree["hrv"]["mean_rmssd_ms"] == pytest.approx(exp(tree["hrv"]["mean_ln_rmssd"]), abs=0.1)
    assert answer(coach, "legs sharp\nacute none\n")["verdict"] in {"easier", "as planned"}


def test_a_table_is_imported_once_and_what_was_guessed_is_said(coach, table):
    """Decimal commas, a byte order mark, semicolons: said on stderr; the second time nothing is new."""
    path = table("\ufeffDatum;rMSSD;Puls\n28.11.2026;45,2;49\n29.11.2026;47,9;48\n")
    first = coach("readiness", "import", path)
    second = coach("readiness", "import", path, "--json")

    assert first.stdout == "2 mornings from 2026-11-28 to 2026-11-29, 2 of them new. Source: csv:hrv.\n"
    assert (
        "Read as: date (day-month-year) = Datum, RMSSD in ms = rMSSD, resting heart rate = Puls."
        in first.stderr
    )
    assert json.loads(second.stdout)["new"] == 0
    changed = coach("readiness", "import", table("date;rmssd\n2026-11-28;50,0\n2026-11-29;47,9\n"), "--json")
    assert json.loads(changed.stdout)["new"] >= 1
    assert "50 ms" in coach("readiness", "history").stdout


def test_intervals_of_a_table_become_a_morning_and_wrong_ones_never_count(coach, table):
    """R-R in a cell: RMSSD of the corrected beats; a morning that is all artefact is kept as not usable."""
    good = " ".join(str(800 + 13 * at % 37) for at in range(300))
    bad = " ".join(str(300 if at % 2 else 1200) for at in range(300))
    typed = coach("readiness", "import", table(f"date,rr\n2026-11-28,{good}\n2026-11-29,{bad}\n"))
    rows = [json.loads(line) for line in coach("readiness", "history", "--json").stdout.splitlines()]

    assert "1 morning has more than 5 % of wrong beats" in typed.stderr
    assert rows[0]["measured"][0]["unit"] == "rr"
    assert rows[0]["measured"][0]["rmssd_ms"] > 5
    assert rows[1]["measured"][0]["usable"] is False
    assert "rmssd_ms" not in rows[1]["measured"][0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing.csv", None, "cannot be read: No such file"),
        ("empty.csv", "", "is empty"),
        ("other.csv", "date,sdnn\n2026-11-01,80\n", "has neither RMSSD nor resting"),
    ],
)
def test_a_table_that_is_none_exits_with_3(coach, tmp_path, name, content, words):
    """Place and fix are named."""
    if content is not None:
        (tmp_path / name).write_text(content)
    typed = coach("readiness", "import", tmp_path / name)
    assert typed.exit_code == 3
    assert words in typed.stderr
    assert coach("readiness", "import", tmp_path).exit_code == 3


def test_rules_are_listed_with_limit_source_and_state(coach, table):
    """Every rule of the table; an opt-in one shows what share of the own days it would have passed."""
    coach("readiness", "import", table(years(60)))
    shown = coach("readiness", "rules").stdout
    listed = [json.loads(line) for line in coach("readiness", "rules", "--json").stdout.splitlines()]

    assert [each["rule"] for each in listed] == [rule.id for rule in RULES]
    assert "hrv_within (off, opt-in) -> easy only" in shown
    assert "of your 46 mornings" in shown
    assert "fever, or ill below the neck" in shown
    within = next(each for each in listed if each["rule"] == "hrv_within")
    assert (within["on"], within["own_mornings"]) == (False, 46)


@pytest.mark.parametrize(
    ("setting", "value", "limits"),
    [
        ("resting_percent", "12.5", ("28-day mean + 10 %", "28-day mean + 12.5 %")),
        ("within_percent", "4", ("3 % either way", "4 % either way")),
        ("fallback_bpm", "124", ("130 bpm", "124 bpm")),
        ("walk_percent", "60", ("52 % of the maximum", "60 % of the maximum")),
        ("ratio_by_days", "3", ("5 days by 1: over 1.2, under 0", "5 days by 3: over 1.2, under 0")),
    ],
)
def test_a_limit_that_is_the_runners_own_is_listed_as_they_set_it(coach, setting, value, limits):
    """The table is what decides: it shows no number of ours where theirs counts."""

    def listed():
        return [json.loads(row)["limit"] for row in coach("readiness", "rules", "--json").stdout.splitlines()]

    assert limits[0] in listed()
    assert coach("config", "set", f"readiness.{setting}", value).exit_code == 0
    assert limits[1] in listed()
    assert limits[0] not in listed()
    assert f"limit {limits[1]};" in coach("readiness", "rules").stdout


def test_rules_are_switched_by_settings(coach):
    """`readiness.off` and `readiness.on` take ids; one that is none, or acute, is refused with the reason."""
    assert coach("config", "set", "readiness.off", "stale_legs,gut_check").exit_code == 0
    assert answer(coach, "legs stale\n")["verdict"] == "as planned"
    assert "stale_legs (off)" in coach("readiness", "rules").stdout
    refused = coach("config", "set", "readiness.off", "acute")
    assert refused.exit_code == 2
    assert "acute cannot be switched off" in refused.stderr
    assert coach("config", "set", "readiness.on", "hrv_wihtin").exit_code == 2


def test_history_lists_days_with_what_was_said(coach):
    """A day a row; without any, what to type."""
    empty = coach("readiness", "history")
    assert (empty.stdout, empty.exit_code) == ("", 0)
    assert "Start: coach readiness" in empty.stderr
    answer(coach, "legs stale\nmood 3\n")
    assert "2026-11-30" in coach("readiness", "history").stdout
    assert "legs stale, mood 3" in coach("readiness", "history").stdout
    assert coach("readiness", "history", "--since", "2026-12-01").stdout == ""


def test_a_damaged_journal_is_said_and_the_rest_counts(coach, home):
    """The next command keeps what is whole, sets the bytes aside and says so."""
    answer(coach, "legs stale\n")
    answer(coach, "mood 3\n")
    journal = home / "data" / "mornings" / "_everyone.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    seen = TodayService(PlanService(today_is=TODAY)).readiness  # told to nobody, so left as it is
    assert seen is not None
    assert seen.verdict is Verdict.EASIER
    coach("plan", "today")
    assert not journal.with_name("_everyone.jsonl.torn").exists()
    typed = coach("readiness", "--day", TODAY, "--json")

    assert json.loads(typed.stdout)["verdict"] == "easier"
    assert "was damaged behind line 1." in typed.stderr
    assert journal.with_name("_everyone.jsonl.torn").exists()


def test_mornings_before_the_first_athlete_count_for_them(coach):
    """Who saves themselves later keeps what they said before."""
    answer(coach, "legs stale\n")
    assert coach("athlete", "set", "--race", "5k=22:30").exit_code == 0
    assert answer(coach, "mood 3\n")["verdict"] == "easier"


def test_history_calls_no_morning_as_planned_of_which_nothing_can_be_judged(coach, table):
    """The first mornings have no baseline: their verdict is not known, and not a good one."""
    path = table("date,rmssd\n2026-11-29,45\n")
    assert coach("readiness", "import", path).exit_code == 0
    coach("readiness", "--day", TODAY, stdin="legs sharp\n")

    rows = coach("readiness", "history").stdout.splitlines()
    assert (rows[1].endswith("not known"), rows[2].endswith("as planned")) == (True, True)
    told = [json.loads(line) for line in coach("readiness", "history", "--json").stdout.splitlines()]
    assert [row["nothing_known"] for row in told] == [True, False]


def test_a_packed_table_is_of_the_same_source(coach, table):
    """The same mornings come once, whether the table is packed or not."""
    path = table("date,rmssd\n2026-11-29,45\n")
    packed = path.with_name("hrv.csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert coach("readiness", "import", path).exit_code == 0
    assert "0 of them new. Source: csv:hrv." in coach("readiness", "import", packed).stdout


def test_a_large_table_says_how_far_it_is(coach, table, monkeypatch):
    """Megabyte by megabyte: nobody looks at a still terminal for minutes."""
    monkeypatch.setattr("coach.app.readiness._REPORT_EVERY", 2)
    path = table("date,rmssd,note\n" + f"2026-11-01,45,{'a' * 90}\n" * 40_000)
    result = coach("readiness", "import", path)
    assert result.exit_code == 0
    assert result.stderr.startswith("2 MB read.\n4 MB read.\nRead as: ")
    assert "39999 rows of a date that was there already" in result.stderr
