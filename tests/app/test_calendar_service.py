"""The season behind the Calendar: read, answered for today, edited and run; a race can be typed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coach.app.calendar import (
    SeasonService,
    answer_of,
    band_of,
    done_words,
    measured_lines,
    not_known_words,
    read_race_line,
    reason_line,
    today_words,
)
from coach.app.plan import PlanService
from coach.app.readiness import ReadinessService, open_service
from coach.edge.run_folder import RunNote, append_note
from coach.edge.store import Store
from coach.plan.config import Posture
from coach.plan.edit import link_run, move
from coach.plan.ladder import Reason, Rung
from coach.plan.mornings import CheckIn, Morning, RedFlag
from coach.plan.today import today
from coach.problems import PlanProblem
from tests.app.test_library import ran
from tests.screen.seasons import TODAY, a_season


class Library:
    """A library whose athlete is about to run on a day in May."""

    who, unit = "ida", "km"

    def __init__(self) -> None:
        self.begun: list[dict[str, bool]] = []

    def now(self) -> datetime:
        """Return a time early on a Thursday."""
        return datetime(2026, 5, 28, 6, 40, tzinfo=UTC)

    def start_today(self, **way: bool) -> str:
        """Keep the choice."""
        self.begun.append(way)
        return "a feed"


def season(library: Any = None) -> SeasonService:
    """The season of this home."""
    made: Any = library or Library()
    return SeasonService(made)


def planned() -> PlanService:
    """Save a season of eighteen weeks in this home."""
    service = PlanService(today_is=TODAY)
    service.begin(a_season(), "coach plan new", "A season.")
    return service


def test_without_a_plan_there_is_nothing(home):
    """There is no answer and no row in the library."""
    service = season()
    assert service.read() is None
    assert (service.answer(), dict(service.done()), list(service.why())) == (None, {}, [])
    assert today_words(None, TODAY) == ""


def test_the_plan_is_read_and_answered(home):
    """Without a measurement the session is as planned, with what is not known, also in the library's row."""
    planned()
    service = season()
    assert service.read() == a_season()
    answer = service.answer()
    assert answer is not None
    assert (answer.word, answer.session, answer.is_as_planned, answer.can_run) == (
        "PLANNED",
        "20 min at threshold",
        True,
        True,
    )
    assert "this morning" in answer.not_known
    assert today_words(None, TODAY) == f"20 min at threshold, {answer.time}"
    assert today_words(None, TODAY + timedelta(days=900)) in {"", "Nothing is planned today."}


def test_a_morning_makes_it_easier(home):
    """Two red flags are enough: the rule is first, with its value and limit and the session it replaces."""
    planned()
    mornings = open_service(None, Store())
    mornings.keep([CheckIn(TODAY, flags=frozenset({RedFlag.SLEEPLESS, RedFlag.DEAD_LEGS}))])
    service = season()
    service.read()
    answer = service.answer()
    assert answer is not None
    assert answer.word in {"EASIER", "EASY"}
    assert answer.reasons[0].has_fired
    assert answer.reasons[0].label.endswith("dead legs, sleepless")
    assert answer.reasons[0].you == "2"
    assert answer.in_short == ("red flags: dead legs, sleepless", "2, limit 2")
    assert not answer.is_as_planned
    said = dict(service.why())
    assert any("You: 2 of 8" in words and "From: " in words for words in said.values())


def test_what_to_eat_stands_below_the_answer(home, monkeypatch):
    """On a hard day it is in the free row of notes and in the reasons; a switch removes it."""
    planned()
    service = season()
    service.read()
    answer = service.answer()
    assert answer is not None
    assert answer.choice == "Eat something light and drink a glass an hour before."
    assert ("eat and drink", answer.choice) in service.why()
    monkeypatch.setenv("COACH_PLAN_MEALS", "false")
    service = season()
    service.read()
    quiet = service.answer()
    assert quiet is not None
    assert quiet.choice == ""


def test_an_edit_is_kept_with_its_rules(home):
    """The file has the edit, the journal names its author, and undo restores the bytes before it."""
    kept = planned()
    before = kept.files.path.read_bytes()
    service = season()
    plan = service.read()
    assert plan is not None
    service.answer()
    moved = service.keep(move(plan, "t3", date(2026, 5, 29)), "Calendar")
    assert [each.id for each in moved.day(date(2026, 5, 29)).sessions] == ["t3"]
    assert PlanService(today_is=TODAY).plan == moved
    assert kept.changes()[-1].who == "Calendar"
    assert service.undo().startswith("20 min at threshold moved")
    assert kept.files.path.read_bytes() == before
    assert service.read() == plan


def test_the_rules_are_those_of_the_linter(home):
    """A mild finding marks no day; each finding has its fix."""
    planned()
    service = season()
    plan = service.read()
    assert plan is not None
    service.answer()
    saturday = date(2026, 5, 30)
    broken = service.broken(move(plan, "t3", saturday).plan)
    often = next(rule for rule in broken if saturday in rule.days and "every 7 days" in rule.words)
    (same,) = [rule for rule in broken if saturday in rule.days and "the same for the 5th time" in rule.words]
    assert (often.is_mild, same.is_mild) == (False, True)
    assert "coach plan move" in often.fix


def test_runs_say_what_they_came_to(home):
    """Only runs of the plan have results; a run without a measurement has none."""
    kept = planned()
    folder = ran(
        "20 min at threshold", "2026-05-26", ("work", {"time_s": 216.0, "distance_m": 800.0, "light_s": 0.2})
    )
    other = ran("Free run", "2026-05-27", ("work", {"time_s": 300.0, "distance_m": 1000.0}))
    append_note(folder, RunNote(rpe=8, answered_at="2026-05-26T20:00:00+00:00"))
    kept.apply(link_run(kept.plan, "t1", folder.name), "test")
    service = season()
    service.read()
    assert service.done()[folder.name].endswith("RPE 8")
    assert other.name not in service.done()


def test_a_run_in_a_few_words():
    """A run with reps has its seconds a rep, another its pace; unknown values are left out."""
    run = _Run(light_s=0.24, effort=8, time_s=3000.0, distance_m=9000.0)
    assert done_words(run, "km") == "+0.2 s a rep, RPE 8"  # type: ignore[arg-type]
    assert done_words(_Run(time_s=2784.0, distance_m=8000.0), "km") == "mean 5:48"  # type: ignore[arg-type]
    assert done_words(_Run(time_s=2784.0, distance_m=8000.0), "mile") == "mean 9:20"  # type: ignore[arg-type]
    assert done_words(_Run(time_s=2784.0), "km") == ""  # type: ignore[arg-type]


class _Run:
    """A run as the index has it."""

    def __init__(self, **known: float) -> None:
        self.light_s = known.get("light_s")
        self.effort = known.get("effort")
        self.time_s = known.get("time_s")
        self.distance_m = known.get("distance_m")


@pytest.mark.parametrize(
    ("you", "limit", "shown"),
    [
        ("2 of 8: dead legs, sleepless", "2 of 8", ("red flags: dead legs, sleepless", "2", "2")),
        ("51 (mean of 5 in 7 days)", "10 % over 48", ("red flags", "51", "10 %")),
        ("rest", "", ("red flags", "rest", "–")),
        ("not enough", "an easy day between", ("red flags", "not eno…", "an easy…")),
        ("at 6:40", "over 150 F, temperature and dew point", ("red flags", "at 6:40", "150")),
    ],
)
def test_a_reason_fits_its_row(you, limit, shown):
    """The value has a few letters; its detail stands beside the name."""
    line = reason_line(Reason("red_flags_2", "says", you, limit, "001", Rung.EASY, has_decided=True))
    assert (line.label, line.you, line.limit) == shown
    assert line.has_fired


def test_questions_that_were_not_answered_are_counted():
    """Two unanswered questions are named, more are counted; other unknown facts follow."""
    asked = tuple(f"{name}: not answered" for name in ("acute", "niggle", "legs"))
    assert not_known_words((*asked, "the weather")) == "3 of this morning's questions; the weather"
    assert not_known_words(asked[:2]) == "acute, niggle"
    assert not_known_words(()) == ""


def test_a_day_of_rest_offers_no_run():
    """The reason of the rest takes the place of the replaced session."""
    plan = a_season()
    answer = answer_of(today(plan, date(2026, 5, 25)))
    assert (answer.word, answer.can_run, answer.is_as_planned) == ("REST", False, True)


def test_what_was_run_is_not_begun_again():
    """A session that was run says so and cannot be started."""
    plan = link_run(a_season(), "t3", "R3").plan
    answer = answer_of(today(plan, TODAY))
    assert (answer.can_run, answer.choice) == (False, "It is run already.")


def test_the_plot_has_four_weeks_of_means_on_the_usual_range():
    """A mean needs enough mornings; without a usual range there is no plot."""
    mornings = tuple(
        Morning(TODAY - timedelta(days=back), 390, 4.1 + 0.01 * (back % 3), 50.0, Posture.LYING)
        for back in range(60)
        if back not in range(20, 30)
    )
    band = band_of(_mornings(mornings), TODAY)
    assert band is not None
    assert len(band.values) == 28
    assert band.values[-1] == pytest.approx(4.11, abs=0.01)
    assert band.values[3] is None
    assert band.low < 4.11 < band.high
    assert band_of(_mornings(()), TODAY - timedelta(days=300)) is None


def test_what_was_measured_stands_below_the_rules():
    """Each value has its limit, unless a rule about it fired."""
    mornings = tuple(
        Morning(TODAY - timedelta(days=back), 390, 4.1 + 0.01 * (back % 3), 50.0, Posture.LYING)
        for back in range(60)
    )
    lines = [*measured_lines(_mornings(mornings), TODAY)]
    assert [(line.label, line.limit) for line in lines] == [
        ("HRV, 7-day mean", "4.11"),
        ("resting heart rate", "55"),
    ]
    assert [line.you for line in lines] == ["4.11", "50"]
    assert answer_of(today(a_season(), TODAY), lines).reasons == tuple(lines)
    assert [*measured_lines(_mornings(()), TODAY - timedelta(days=300))] == []


def _mornings(mornings: tuple[Morning, ...]) -> ReadinessService:
    service = open_service(None, Store())
    service.keep(mornings)
    return service


@pytest.mark.parametrize(
    ("line", "unit", "read"),
    [
        ("10k 16 May 2027", "km", ("10 km", "2027-05-16", 0, None, None)),
        ("half 3 Oct, 4 days", "km", ("21.0975 km", "2026-10-03", 4, None, None)),
        ("5k on 12 June, 30 to 50 km", "km", ("5 km", "2026-06-12", 0, 30000.0, 50000.0)),
        (
            "10k 2026-10-03, 5 days a week, 40-55 km a week",
            "km",
            ("10 km", "2026-10-03", 5, 40000.0, 55000.0),
        ),
        ("mile 12 Sep from 20", "mile", ("1 mile", "2026-09-12", 0, 20 * 1609.344, None)),
        ("mile 12 Sep, from 20 km", "mile", ("1 mile", "2026-09-12", 0, 20000.0, None)),
        ("10k 3 Oct 20 to 30", "mile", ("10 km", "2026-10-03", 0, 20 * 1609.344, 30 * 1609.344)),
    ],
)
def test_a_race_is_typed_with_what_goes_before_it(line, unit, read):
    """Days and kilometres may be in any order and without a unit; a calendar day is no span."""
    typed = read_race_line(line, TODAY, unit)
    assert (typed.race.distance, typed.race.date.isoformat(), typed.days, typed.start_m, typed.peak_m) == read


@pytest.mark.parametrize("line", ["10k", "16 May", "tempo", "10k 1 May 2020", "", "5 days", "40 to 50 km"])
def test_what_is_no_race_is_refused(line):
    """The message names what is missing."""
    with pytest.raises(PlanProblem):
        read_race_line(line, TODAY)


def test_a_season_is_made_from_a_line(home):
    """The line shows the season while it is typed, Enter saves it, and undo removes it."""
    service = season()
    assert service.read() is None
    typed = service.understand("10k 16 May 2027, 4 days, 30 to 45 km")
    assert typed.problem == ""
    assert typed.effect.startswith("52 weeks: ")
    assert "30 to 45 km a week, 4 days" in typed.effect
    plan = service.enter("10k 16 May 2027, 4 days, 30 to 45 km")
    assert service.read() == plan
    assert [race.date for race in plan.races] == [date(2027, 5, 16)]
    assert PlanService(today_is=TODAY).changes()[-1].who == "Calendar"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("10k", "has no day yet"),
        ("10k 16 May 2027", "Your weekly distance is not known yet"),
        ("10k 16 May 2027, 300 to 400 km", "more than anybody trains"),
        ("10k 16 May 2027, 50 to 30 km", "below the start"),
        ("10k 16 May 2090, 30 to 40 km", "years away"),
        ("10k 27 May 2026, 30 to 40 km", "is over"),
    ],
)
def test_what_cannot_be_planned_says_why(home, line, problem):
    """The row below the field has the reason and the fix; nothing is saved."""
    service = season()
    service.read()
    typed = service.understand(line)
    assert problem in typed.problem
    assert typed.effect == ""
    assert not PlanService(today_is=TODAY).exists


def test_a_run_begins_as_it_was_chosen(home):
    """The library starts it, because it has the sensors and the screen."""
    library = Library()
    service = season(library)
    assert service.start(as_planned=True) == "a feed"  # type: ignore[comparison-overlap]
    assert library.begun == [{"as_planned": True, "by_effort": False}]
