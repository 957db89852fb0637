"""The calendar shows a season, moves its sessions with the rules in sight, and answers what to run today."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from coach.plan.model import (
    OffReason,
    Plan,
    PlanDay,
    PlannedRace,
    RacePriority,
    SessionKind,
    WeeklyVolume,
)
from coach.problems import PlanProblem
from coach.screen import base
from coach.screen.app import CoachApp
from coach.screen.calendar import CalendarScreen, WhyToday
from coach.screen.calendar_page import (
    CalendarPage,
    CalendarView,
    DayTone,
    coming_words,
    day_line,
    month_weeks,
    race_words,
    session_line,
    strip_of,
    week_head,
    week_summary,
)
from coach.screen.paint import SUN
from coach.screen.pick import PickScreen
from coach.screen.run import RunScreen
from tests.screen.builders import FakeLibrary
from tests.screen.render import text_of
from tests.screen.seasons import MONDAY, PLANNED, TODAY, FakeSeasons, a_season, calendar, crowded

LARGE = (120, 40)


async def settled(pilot: Pilot[Any], *pressed: str) -> None:
    """Press keys, and wait for what they began."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.press(*pressed)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def page(pilot: Pilot[Any]) -> CalendarView:
    """The state of the page."""
    view = pilot.app.screen.query_one(CalendarPage)._value
    assert view is not None
    return view


# --- a season in words


def test_a_week_is_told_by_what_is_in_it():
    """The summary of a week has its distance, hard days and easy share; a lighter week says of how many."""
    plan = a_season()
    assert week_head(plan, TODAY) == "week 13 of 18, build"
    assert week_summary(plan, TODAY, "km") == "50 km, 2 hard days, 86 % easy"
    assert week_summary(plan, TODAY, "mile") == "31 miles, 2 hard days, 86 % easy"
    assert coming_words(plan, TODAY, "km") == "Next week: 35 km, the lighter of four."
    assert coming_words(plan, TODAY + timedelta(days=7), "km") == "Next week: 40 km, peak begins."
    assert coming_words(plan, plan.last, "km") == ""
    assert week_head(plan, plan.last + timedelta(days=1)) == "after the season"
    assert week_summary(plan, plan.first - timedelta(days=1), "km") == ""


def test_an_unknown_share_is_left_out():
    """If the length of a run is unknown, no share of easy running is given."""
    plan = a_season()
    day = plan.day(TODAY)
    unknown = plan.with_days([replace(day, sessions=(replace(day.sessions[0], minutes=None),))])
    assert week_summary(unknown, TODAY, "km") == "50 km, 2 hard days"


def test_a_season_by_time_is_told_in_hours():
    """The weeks, the strip and the next week are in hours if the plan counts time."""
    plan = replace(a_season(), volume=WeeklyVolume("s", 3 * 3600.0, 5 * 3600.0))
    assert week_summary(plan, TODAY, "km").startswith("4:53 h, 2 hard days")
    assert strip_of(plan)[12].share == 1.0


def test_the_race_of_the_title_is_the_next_that_counts():
    """An A race comes before a nearer small one; a far one has its year; after the last there is none."""
    plan = a_season()
    assert race_words(plan, TODAY) == "10 km on 28 June, A race"
    small = PlannedRace(date(2026, 6, 7), "5 km", RacePriority.C, name="Park \x1b[31m run")
    both = replace(plan, races=(small, *plan.races))
    assert race_words(both, TODAY) == "10 km on 28 June, A race"
    assert race_words(replace(plan, races=(small,)), TODAY) == "Park [31m run on 7 June, C race"
    assert race_words(plan, date(2025, 6, 1)) == "10 km on 28 June 2026, A race"
    assert race_words(plan, plan.last + timedelta(days=9)) == "no race to come"


def test_a_strip_has_a_column_a_week():
    """A column is as high as its share of the largest week; weeks of races are no training."""
    weeks = strip_of(a_season())
    assert len(weeks) == 18
    assert max(week.share or 0 for week in weeks) == 1.0
    assert [week.is_race for week in weeks] == [False] * 17 + [True]
    empty = replace(
        a_season(), days=(), weeks=tuple(replace(week, target_m=None) for week in a_season().weeks)
    )
    assert {week.share for week in strip_of(empty)} == {None}


def test_a_day_says_why_nothing_is_run():
    """A day off has its reason and note, a day of rest the reason of its session."""
    session = a_season().day(TODAY).sessions[0]
    rest = replace(session, kind=SessionKind.REST, why="Day between two hard ones.")
    travel = PlanDay(TODAY, off=OffReason.TRAVEL, note="Why it was rest.")
    assert day_line(travel, "km", {}, off_note="Rome").note == "travel: Rome"
    assert day_line(replace(travel, off=OffReason.OFF), "km", {}).note == "day off"
    line = day_line(PlanDay(TODAY, (rest,)), "km", {})
    assert (line.sessions, line.note) == ((), "Day between two hard ones.")


def test_a_session_shows_what_is_known_of_it():
    """A session without a run has no distance, an unknown time is empty, and a run has its result."""
    session = replace(a_season().day(TODAY).sessions[0], runs=("R9",), minutes=None)
    assert session_line(session, "km", {}).done == "done"
    assert session_line(session, "km", {"R9": "mean 4:10"}).done == "mean 4:10"
    assert session_line(session, "km", {}).time == ""
    sheet = replace(session, kind=SessionKind.STRENGTH, is_hard=False)
    assert (session_line(sheet, "km", {}).tone, session_line(sheet, "km", {}).distance) == (DayTone.OTHER, "")


# --- looked at


@pytest.mark.asyncio
async def test_the_page_is_as_it_was_drawn():
    """The page shows the answer in block letters with its reasons, the week, and the check."""
    app = calendar()("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        text = text_of(app)

    assert " 10 km on 28 June, A race" in text
    assert "week 13 of 18, build" in text
    assert "▶ red flags: sleep, legs  2       2" in text
    assert "not known: yesterday's effort" in text
    assert "No rule is broken this week." in text
    assert "6 × 800 m at 5k pace             1:05    10.6   +0.2 s a rep, RPE 8" in text


@pytest.mark.asyncio
async def test_weeks_are_walked_and_the_month_is_seen():
    """Left and right go a week, the cursor stays in the season, tab turns to the month, home goes to today."""
    app = calendar()("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "right")
        assert page(pilot).at == TODAY + timedelta(days=7)
        assert page(pilot).head == "week 14 of 18, build"
        await settled(pilot, *["right"] * 40)
        assert page(pilot).at == a_season().last
        await settled(pilot, *["left"] * 80)
        assert page(pilot).at == a_season().first
        await settled(pilot, "home", "tab")
        assert page(pilot).at == TODAY
        assert page(pilot).is_month
        assert len(page(pilot).days) == 7 * len(month_weeks(TODAY))
        await settled(pilot, "tab")
        assert not page(pilot).is_month


@pytest.mark.asyncio
async def test_why_says_the_rules_of_today_and_of_the_day():
    """Each rule has its source; a broken rule is listed with its day."""
    app = calendar(FakeSeasons(plan=hard_on_friday()))("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "down", "w")
        screen = app.screen
        assert isinstance(screen, WhyToday)
        text = screen.text()
    assert "Plews 2013" in text
    assert "Fri 29 May" in text
    assert "Hard on Thu and on Fri" in " ".join(text.split())


def hard_on_friday() -> Plan:
    """A season with two hard days side by side."""
    plan = a_season()
    tuesday = plan.day(MONDAY + timedelta(days=1)).sessions[0]
    friday = replace(tuesday, id="t9", runs=())
    return plan.with_days([PlanDay(TODAY + timedelta(days=1), (friday,))])


# --- moved


@pytest.mark.asyncio
async def test_a_moved_session_names_the_rule_before_it_is_let_go():
    """Both days have the mark and the rule is named; Enter stores the move, and the journal has it once."""
    actions = FakeSeasons(plan=crowded())
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m", "down")
        view = page(pilot)
        assert [day.day.day for day in view.days if day.is_broken] == [29, 30]
        assert view.check == ("Hard on Fri and on Sat: a day of rest or easy running belongs between.",)
        assert "▲ Fri 29" in text_of(app)
        assert actions.kept == []
        await settled(pilot, "up")
        assert page(pilot).check == ()
        await settled(pilot, "down", "enter")
        assert len(actions.kept) == 1
        assert page(pilot).message == "Moved to Fri 29 May. u takes it back."
    assert actions.plan is not None
    assert actions.plan.day(date(2026, 5, 29)).sessions[0].id == "t3"


@pytest.mark.asyncio
async def test_keys_that_come_at_once_are_taken_in_order():
    """`m` and an arrow in one read pick the session up, then carry it."""
    actions = FakeSeasons()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        for key, character in (("m", "m"), ("down", None), ("enter", "\r")):
            app.post_message(Key(key, character))
        await settled(pilot)
    assert [
        each.id for edited, _ in actions.kept for each in edited.plan.day(date(2026, 5, 29)).sessions
    ] == ["t3"]


@pytest.mark.asyncio
@pytest.mark.parametrize("pressed", [("m", "down", "down"), ("m", "right"), ("m",), ("o", "down")])
async def test_escape_puts_everything_back(pressed):
    """Escape restores the plan and the cursor, and stays on the screen."""
    actions = FakeSeasons()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        before = page(pilot)
        await settled(pilot, *pressed, "escape")
        after = page(pilot)
        assert isinstance(app.screen, CalendarScreen)
    assert replace(after, message="") == before
    assert actions.kept == []


@pytest.mark.asyncio
async def test_days_that_are_over_take_nothing():
    """A session goes to today at the earliest; one that was missed can be brought forward."""
    actions = FakeSeasons()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m", "up", "up", "left")
        assert page(pilot).at == TODAY
        await settled(pilot, "escape", "up", "up", "m", "down")
        assert "has already been run" in page(pilot).message
        assert page(pilot).at == TODAY - timedelta(days=2)


@pytest.mark.asyncio
async def test_the_other_session_of_a_day_is_picked_up_by_a_second_press():
    """A run and a sheet on one day are moved one by one."""
    actions = FakeSeasons()
    assert actions.plan is not None
    day = actions.plan.day(TODAY)
    sheet = replace(day.sessions[0], id="x1", kind=SessionKind.MOBILITY, title="Mobility", is_hard=False)
    actions.plan = actions.plan.with_days([replace(day, sessions=(*day.sessions, sheet))])
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m")
        assert page(pilot).moving == "20 min at threshold: where to?"
        await settled(pilot, "m")
        assert page(pilot).moving == "Mobility: where to?"
        await settled(pilot, "down", "enter")
    assert [each.id for each in actions.plan.day(TODAY).sessions] == ["t3"]
    assert [each.id for each in actions.plan.day(TODAY + timedelta(days=1)).sessions] == ["x1"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("key", "reason"), [("t", OffReason.TRAVEL), ("i", OffReason.ILLNESS), ("enter", OffReason.OFF)]
)
async def test_days_are_taken_off_for_a_reason(key, reason):
    """Arrows extend the days off from the cursor; one key gives the reason and stores them."""
    actions = FakeSeasons()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "o", "down", "down")
        assert page(pilot).moving.startswith("3 days off, to Sat 30 May")
        await settled(pilot, key)
        assert page(pilot).message == "Off until Sat 30 May. u takes it back."
    assert actions.plan is not None
    assert [actions.plan.day(TODAY + timedelta(days=n)).off for n in range(4)] == [reason] * 3 + [None]


@pytest.mark.asyncio
async def test_undo_takes_the_last_change_back():
    """`u` undoes the last change, and says when there is none."""
    actions = FakeSeasons()
    first = actions.plan
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m", "down", "enter", "u")
        assert actions.plan == first
        assert page(pilot).message.startswith("Taken back:")
        await settled(pilot, "u")
        assert page(pilot).message == "There is nothing to take back."


@pytest.mark.asyncio
async def test_what_cannot_be_kept_is_told():
    """After a failed write the screen shows the plan of the file again."""
    actions = FakeSeasons(problem=PlanProblem("the plan was changed elsewhere meanwhile", "Do it again."))
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m", "down", "enter")
        assert "changed elsewhere" in page(pilot).message
        assert page(pilot).day(TODAY).sessions[0].title == "20 min at threshold"


# --- run


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "begun"), [("enter", "as answered"), ("p", "as planned")])
async def test_today_is_run_as_answered_or_as_planned(key, begun):
    """The run opens in place of the screens before it."""
    actions = FakeSeasons()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, key)
        assert isinstance(app.screen, RunScreen)
    assert actions.begun == [begun]


@pytest.mark.asyncio
async def test_enter_on_another_day_goes_to_today():
    """Enter on another day starts nothing; it moves the cursor to today."""
    actions = FakeSeasons()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "down", "p", "enter")
        assert page(pilot).at == TODAY
    assert actions.begun == []


@pytest.mark.asyncio
async def test_what_stands_in_the_way_of_a_run_is_told():
    """The page stays and shows why the run cannot be started."""
    actions = FakeSeasons(problem=PlanProblem("Today is for rest", "coach plan undo takes it back."))
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "enter")
        assert isinstance(app.screen, CalendarScreen)
        assert "Today is for rest" in page(pilot).message


@pytest.mark.asyncio
async def test_a_day_as_planned_offers_one_key():
    """Nothing easier is offered, and a day without a session offers nothing."""
    for answer, expected in ((PLANNED, [("enter", "run it")]), (None, [])):
        app = calendar(FakeSeasons(given=answer))("sun")
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            assert [key for key in page(pilot).keys if key[0] in {"enter", "p"}] == expected


# --- without a season


@pytest.mark.asyncio
async def test_a_race_is_entered_where_there_is_no_season():
    """The page says how; the plan for the typed race is shown while it is typed, and Enter makes the season."""
    actions = FakeSeasons(None, None)
    app = calendar(actions)("sun")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "No race in sight. coach plan new, or enter a race here." in text_of(app)
        await settled(pilot, *"10k")
        assert "no race with a day yet" in text_of(app)
        await settled(pilot, "enter")
        assert actions.plan is None
        await settled(pilot, "space", *"28", "space", *"June")
        assert "18 weeks: base 8" in text_of(app)
        await settled(pilot, "enter")
        assert page(pilot).head == "week 13 of 18, build"
        assert not app.screen.query_one(Input).has_focus
        await settled(pilot, "escape")
        assert isinstance(app.screen, PickScreen)


@pytest.mark.asyncio
async def test_a_plan_that_cannot_be_read_is_told():
    """The reason is shown, and nothing of the plan."""

    class Broken(FakeSeasons):
        def read(self) -> Plan | None:
            """Find a fault."""
            raise PlanProblem("plan.json, weeks[2].monday: is no Monday", "Write 2026-05-25.")

    actions = Broken()
    app = calendar(actions)("sun")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, "down", "m", "o", "w", "enter", "p", "tab")
        assert "is no Monday" in text_of(app)
        assert page(pilot).keys == (("u", "undo"), ("esc", "back"))
        await settled(pilot, "escape")
        assert isinstance(app.screen, PickScreen)


@pytest.mark.asyncio
async def test_undo_mends_a_plan_that_cannot_be_read():
    """If the file was broken by hand, `u` restores the state before."""

    class Edited(FakeSeasons):
        def read(self) -> Plan | None:
            """Find a fault until it was taken back."""
            if not self.begun:
                raise PlanProblem("plan.json: line 3 is not JSON", "Put the version before back.")
            return self.plan

        def undo(self) -> str:
            """Take the edit back."""
            self.begun.append("undo")
            return "The file was edited by hand."

    app = calendar(Edited())("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "u")
        assert page(pilot).head == "week 13 of 18, build"
        assert page(pilot).message == "Taken back: The file was edited by hand."


@pytest.mark.asyncio
async def test_a_season_that_is_over_says_how_the_next_one_is_made():
    """After the last week the cursor is on today, and the next season is explained."""
    plan = a_season()
    past = replace(
        plan,
        weeks=tuple(replace(week, monday=week.monday - timedelta(weeks=30)) for week in plan.weeks),
        days=tuple(replace(day, date=day.date - timedelta(weeks=30)) for day in plan.days),
    )
    app = calendar(FakeSeasons(past, None))("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m")
        assert page(pilot).head == "after the season"
        assert page(pilot).moving == "The season is over. coach plan new makes the next one."
        await settled(pilot, "left")
        assert page(pilot).at == TODAY - timedelta(days=7)


@pytest.mark.asyncio
async def test_at_midnight_the_season_is_read_again():
    """When the day changes, a session that is being moved stays in hand."""

    class Late(FakeSeasons):
        reads = 0
        day = 28

        def now(self) -> datetime:
            """Thursday, then Friday."""
            return datetime(2026, 5, self.day, 23, 59, tzinfo=UTC)

        def read(self) -> Plan | None:
            """Count."""
            self.reads += 1
            return self.plan

    actions = Late()
    app = calendar(actions)("sun")
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "m")
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        actions.day = 29
        screen._tick()
        await settled(pilot)
        assert actions.reads == 1
        await settled(pilot, "escape")
        screen._tick()
        await settled(pilot)
        assert actions.reads == 2
        assert page(pilot).today == date(2026, 5, 29)


# --- from the library


@pytest.mark.asyncio
async def test_the_library_says_what_to_run_today_and_opens_the_season():
    """A row says the answer; p opens the season, and while filters are chosen it turns the phase as before."""
    actions = FakeSeasons()
    library = FakeLibrary([], answer="2 × 8 min at threshold, instead of 20 min at threshold")
    app = CoachApp(library=library, season=lambda: actions, is_ticking=False)
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        assert "  today   2 × 8 min at threshold, instead of 20 min at threshold" in text_of(app)
        assert ("p", "plan") in app.screen._keys()  # type: ignore[attr-defined]
        await settled(pilot, "p")
        assert isinstance(app.screen, CalendarScreen)
        library.answer = "20 min at threshold"
        await settled(pilot, "escape")
        assert "  today   20 min at threshold" in text_of(app)


@pytest.mark.asyncio
async def test_a_library_without_a_plan_is_as_it_was():
    """Without a plan the library has no row and no key for it."""
    app = CoachApp(library=FakeLibrary([]), is_ticking=False)
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot, "p")
        assert isinstance(app.screen, PickScreen)
        assert "today" not in text_of(app)


# --- at every size


@pytest.mark.parametrize(
    "size", [(30, 6), (60, 18), (80, 24), (100, 30), (116, 36), (120, 40), (200, 60), (300, 90)]
)
@pytest.mark.parametrize("is_month", [False, True])
def test_no_size_breaks_the_page(size, is_month):
    """Each row is as wide as asked, also while something is moved and a year of weeks is planned."""
    plan = a_season()
    weeks = tuple(replace(strip_of(plan)[0], monday=MONDAY + timedelta(days=7 * n)) for n in range(-30, 60))
    view = CalendarView(
        title="10 km " * 20,
        who="ida",
        today=TODAY,
        unit="km",
        weeks=weeks,
        head="week 31 of 90, base",
        summary="50 km, 2 hard days, 86 % easy",
        days=tuple(day_line(plan.day(TODAY + timedelta(days=n)), "km", {}) for n in range(-40, 40)),
        at=TODAY,
        check=("A rule is broken. " * 12,) * 3,
        coming="",
        moving="moving " * 30,
        keys=(("enter", "run"), ("esc", "back")),
        answer=replace(PLANNED, session="x" * 200),
        is_month=is_month,
        message="",
    )
    rows = CalendarPage().paint(view, size[0], size[1], SUN)
    assert len(rows) == size[1]
    assert {row.cell_length for row in rows} == {size[0]}


def test_the_keys_in_the_help_are_bound():
    """Every key that the help names does something."""
    bound = {key for binding in CalendarScreen.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    assert {key for line in base.CALENDAR for key in line.keys.split(",")} <= bound
