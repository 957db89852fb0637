"""A plan is written as a calendar for other programs, as workouts for a watch, and as a table without formulas."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import fitdecode
import pytest
from ical.calendar_stream import IcsCalendarStream

from coach.app.plan import (
    StartTimes,
    calendar_of,
    export_plan,
    read_start_times,
    sessions_between,
    table_of,
    watch_files,
)
from coach.interchange.text import csv_table
from coach.plan.document import read_plan
from coach.plan.edit import move
from coach.plan.ladder import is_quality
from coach.plan.model import Dose, Plan, PlanDay, PlannedSession, SessionKind
from coach.problems import PlanProblem, UsageProblem
from tests.screen.seasons import MONDAY, TODAY, a_season

NOW_S = 1_780_000_000.0
WHOLE_DAYS = StartTimes()


def ics(plan: Plan, *, now_s: float = NOW_S, starts: StartTimes = WHOLE_DAYS, unit: str = "km") -> bytes:
    """Write a whole season."""
    return calendar_of(plan, sessions_between(plan, plan.first, plan.last), now_s, starts=starts, unit=unit)


def read_back(data: bytes) -> Any:
    """Read a calendar with a library that shares no code with the one that wrote it."""
    return IcsCalendarStream.calendar_from_ics(data.decode())


def entries(data: bytes) -> dict[str, Any]:
    """The entries of a calendar by their identifiers."""
    events = read_back(data).events
    assert len({event.uid for event in events}) == len(events)
    return {event.uid: event for event in events}


def with_today(**changes: Any) -> Plan:
    """The season with another session today."""
    plan = a_season()
    day = plan.day(TODAY)
    return plan.with_days([replace(day, sessions=(replace(day.sessions[0], **changes),))])


def test_every_session_is_an_entry_of_a_whole_local_day():
    """Titles, reasons and sizes are there; the day stays free and has no alarm."""
    found = entries(ics(a_season()))

    assert len(found) == sum(1 for _ in a_season().sessions())
    today = found["t3.2026-06-28-10-km.ida@trackside-coach"]
    assert (today.summary, today.dtstart, today.dtend) == (
        "20 min at threshold",
        TODAY,
        TODAY + timedelta(days=1),
    )
    assert today.description == (
        "Raises the pace you can hold for an hour.\n0:53 h, 9.4 km\nWorkout: 6x800-5k"
    )
    assert today.categories == ["Training", "hard"]
    assert today.transparency == "TRANSPARENT"
    assert not any(event.alarm for event in found.values())


def test_the_hour_before_stands_in_the_text_of_hard_and_long_days():
    """It is in the runner's words, on no easy day, and can be switched off."""
    plan = a_season()
    span = (plan.first, plan.last)
    hard = {day for day, each in plan.sessions() if is_quality(each)}
    told = {
        event.dtstart
        for event in entries(export_plan(plan, "ics", span, before="Toast, an hour before.")).values()
        if (event.description or "").endswith("Toast, an hour before.")
    }
    assert told == hard
    assert not any(
        "Toast" in (event.description or "") for event in entries(export_plan(plan, "ics", span)).values()
    )


def test_what_was_taken_out_is_cancelled_in_the_next_file(tmp_path: Path):
    """Its identifier has a later revision until its day is over; planned entries stay."""
    plan, sent = a_season(), tmp_path / "plans" / "calendar.json"
    span = (plan.first, plan.last)
    first = entries(export_plan(plan, "ics", span, sent=sent))
    assert all(event.status.value == "CONFIRMED" for event in first.values())
    gone = plan.with_days([replace(plan.day(TODAY), sessions=())])
    second = entries(export_plan(gone, "ics", span, sent=sent))
    uid = "t3.2026-06-28-10-km.ida@trackside-coach"
    assert second.keys() == first.keys()
    assert [each for each in second if second[each].status.value == "CANCELLED"] == [uid]
    assert (second[uid].summary, second[uid].dtstart) == ("20 min at threshold", TODAY)
    assert second[uid].sequence >= first[uid].sequence
    assert entries(export_plan(gone, "ics", span, sent=sent))[uid].status.value == "CANCELLED"
    assert uid not in entries(export_plan(gone, "ics", (TODAY + timedelta(days=1), plan.last), sent=sent))
    back = entries(export_plan(plan, "ics", span, sent=sent))
    assert back[uid].status.value == "CONFIRMED"


def test_what_was_moved_out_of_the_written_days_is_moved(tmp_path: Path):
    """A second file of a week moves the session that went to the next week."""
    plan, sent = a_season(), tmp_path / "calendar.json"
    week = (plan.first, plan.first + timedelta(days=6))
    day, session = next((at, each) for at, each in plan.sessions() if each.kind is SessionKind.RUN)
    first = entries(export_plan(plan, "ics", week, sent=sent))
    uid = next(each for each in first if each.startswith(f"{session.id}."))
    later = week[1] + timedelta(days=3)
    moved = plan.with_days(
        [replace(plan.day(day), sessions=()), replace(plan.day(later), sessions=(session,))]
    )
    assert entries(export_plan(moved, "ics", week, sent=sent))[uid].dtstart == later
    assert all(each.dtstart <= week[1] for name, each in first.items() if name != uid)


def test_a_new_season_cancels_what_is_left_of_the_old_one(tmp_path: Path):
    """Entries of an earlier plan are cancelled; a part of a season cancels nothing of the rest."""
    plan, sent = a_season(), tmp_path / "calendar.json"
    span = (plan.first, plan.last)
    old = entries(export_plan(plan, "ics", span, sent=sent))
    part = entries(export_plan(plan, "ics", (plan.first, plan.first + timedelta(days=6)), sent=sent))
    assert not any(event.status.value == "CANCELLED" for event in part.values())
    new = entries(export_plan(replace(plan, id="another"), "ics", span, sent=sent))
    assert {uid for uid, event in new.items() if event.status.value == "CANCELLED"} == set(old)
    sent.write_text("{ no list")
    assert len(entries(export_plan(plan, "ics", span, sent=sent))) == len(old)


def test_lines_are_as_the_standard_has_them():
    """Each line ends with CR LF and has 75 bytes at most, whatever letters a title has."""
    title = "Läufe, größer; als\\ 75 Zeichen\nBEGIN:VALARM " + "ß" * 60
    data = ics(with_today(title=title, why="=cmd|' /C calc'!A0\r\nX-EVIL:1 \x1b[31m"))

    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\x1b" not in data
    assert b"\r\nBEGIN:VALARM" not in data
    assert b"\r\nX-EVIL" not in data
    (today,) = [event for event in read_back(data).events if event.uid.startswith("t3.")]
    assert today.summary == " ".join(title.split())


def test_a_second_import_moves_what_was_moved():
    """The identifier stays, the day and the revision are new, and nothing is doubled."""
    first, moved = a_season(), move(a_season(), "t3", date(2026, 5, 29)).plan
    before, after = entries(ics(first)), entries(ics(moved, now_s=NOW_S + 3600))

    assert before.keys() == after.keys()
    (name,) = [name for name in before if name.startswith("t3.")]
    assert (before[name].dtstart, after[name].dtstart) == (TODAY, date(2026, 5, 29))
    assert after[name].sequence == before[name].sequence + 60
    assert after[name].description.splitlines()[-2] == "Moved from Thu 28 May."


def test_a_plan_made_anew_counts_before_the_old_one():
    """A new plan continues the revisions."""
    anew = replace(a_season(), created=date(2026, 6, 1))

    old, new = (
        next(iter(entries(ics(plan, now_s=at)).values()))
        for plan, at in ((a_season(), NOW_S), (anew, NOW_S + 60))
    )
    assert new.sequence == old.sequence + 1


def test_a_time_is_local_wherever_the_runner_is():
    """It has no zone, also on the night the clocks change; a day may have its own time."""
    monday = date(2026, 3, 23)
    sunday = PlannedSession(
        "a1", SessionKind.RUN, a_season().day(TODAY).sessions[0].family, "Dawn run", "Early.", minutes=65
    )
    plan = replace(
        a_season(),
        weeks=(replace(a_season().weeks[0], monday=monday),),
        days=tuple(PlanDay(monday + timedelta(days=n), (sunday,) if n == 6 else ()) for n in range(7)),
    )
    (event,) = entries(ics(plan, starts=read_start_times(["sun=1:30", "18:00"]))).values()

    assert [event.dtstart.isoformat(), event.dtend.isoformat()] == [
        "2026-03-29T01:30:00",
        "2026-03-29T02:35:00",
    ]
    assert event.transparency == "OPAQUE"
    assert b"TZID" not in ics(plan, starts=read_start_times(["18:00"]))


def test_an_unknown_length_is_said():
    """An hour is kept free, and the entry says that the length is not known."""
    data = ics(with_today(minutes=None, distance_m=None), starts=read_start_times(["7:00"]))
    (today,) = [event for event in read_back(data).events if event.uid.startswith("t3.")]

    assert today.dtend - today.dtstart == timedelta(hours=1)
    assert "Its length is not known; an hour is kept free." in today.description


def test_distances_are_told_in_miles_where_the_runner_does():
    """The text of an entry has miles."""
    (today,) = [
        event for event in read_back(ics(a_season(), unit="mile")).events if event.uid.startswith("t3.")
    ]
    assert "0:53 h, 5.8 miles" in today.description


def test_times_are_read_for_all_days_and_for_one():
    """The time of one day takes precedence over that of all, in any order."""
    assert read_start_times(["sat=8:30", "18:00"]).by_weekday == {
        **dict.fromkeys(range(7), time(18)),
        5: time(8, 30),
    }
    assert read_start_times(["Sunday=9:00"]).of(date(2026, 5, 31)) == time(9)
    assert read_start_times(["Sunday=9:00"]).of(TODAY) is None


@pytest.mark.parametrize("text", ["24:00", "18", "7:60", "noon", "xyz=8:00", "sat=", "-1:00", ""])
def test_what_is_no_time_is_refused(text):
    """The message has an example."""
    with pytest.raises(UsageProblem, match="not a time of day") as refused:
        read_start_times([text])
    assert "--at 18:00" in refused.value.hint


def test_workouts_are_written_for_a_watch():
    """Each is named by its day and read by fitdecode; others are counted or named."""
    plan = a_season()
    week = [*sessions_between(plan, MONDAY, MONDAY + timedelta(days=6))]
    gone = (TODAY, replace(plan.day(TODAY).sessions[0], id="x", workout="no-such-workout"))
    made = watch_files([*week, gone], None, NOW_S)

    assert [*made.files] == ["2026-05-26-6-800-m-at-5k-pace.fit", "2026-05-28-20-min-at-threshold.fit"]
    assert made.without == 3
    assert len(made.faults) == 1
    assert made.faults[0].startswith("Thu 28 May, 20 min at threshold: there is no workout")
    for data in made.files.values():
        frames = [
            frame
            for frame in fitdecode.FitReader(io.BytesIO(data))
            if frame.frame_type == fitdecode.FIT_FRAME_DATA
        ]
        assert {"file_id", "workout", "workout_step"} <= {frame.name for frame in frames}
    archive = zipfile.ZipFile(io.BytesIO(made.zipped()))
    assert {name: archive.read(name) for name in archive.namelist()} == made.files
    assert made.zipped() == watch_files(week, None, NOW_S).zipped()


def test_two_sessions_of_a_day_are_two_files():
    """They may have the same title."""
    session = a_season().day(TODAY).sessions[0]
    made = watch_files([(TODAY, session), (TODAY, replace(session, id="t9"))], None, NOW_S)
    assert [*made.files] == ["2026-05-28-20-min-at-threshold.fit", "2026-05-28-20-min-at-threshold-t9.fit"]


def test_a_session_has_its_own_size_on_the_watch():
    """It has the size and the title of the session, and not those of its workout."""
    session = replace(
        a_season().day(TODAY).sessions[0],
        title="5 × 800 m at 5k pace",
        dose=Dose(5, "5k", rep_m=800.0, rest_s=120.0),
        distance_m=9000.0,
        hard_m=4000.0,
    )
    (data,) = watch_files([(TODAY, session)], None, NOW_S).files.values()
    frames = [
        each for each in fitdecode.FitReader(io.BytesIO(data)) if isinstance(each, fitdecode.FitDataMessage)
    ]
    (head,) = [each for each in frames if each.name == "workout"]
    steps = [each for each in frames if each.name == "workout_step"]
    assert head.get_value("wkt_name") == "5 × 800 m at 5k pace"
    lengths = [each.get_value("duration_distance", fallback=None) for each in steps]
    assert lengths.count(800.0) == 2  # four with a rest behind them, and the last one
    assert 4 in [each.get_value("repeat_steps", fallback=None) for each in steps]


def test_a_document_of_its_own_is_written_too():
    """A session may contain its whole workout."""
    document = {
        "format": "coach-workout/1",
        "name": "Three fast",
        "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"distance": "400 m"}}]}],
    }
    session = replace(a_season().day(TODAY).sessions[0], workout="", document=document)
    made = watch_files([(TODAY, session)], None, NOW_S)
    assert made.faults == ()
    assert b"Three fast" in next(iter(made.files.values()))


def test_a_title_is_never_run_as_a_formula():
    """A text that begins like a formula has an apostrophe before it."""
    plan = with_today(title='=HYPERLINK("http://x")', why=" \t@SUM(A1)", workout="+1")
    rows = [*csv.DictReader(io.StringIO(table_of(plan, plan.sessions()).decode()))]
    (today,) = [row for row in rows if row["date"] == TODAY.isoformat()]

    assert today["session"] == '\'=HYPERLINK("http://x")'
    assert today["why"] == "'@SUM(A1)"
    assert today["workout"] == "'+1"
    assert (today["week"], today["phase"], today["minutes"], today["hard"]) == ("13", "build", "53", "1")
    assert not any(cell[:1] in {"=", "+", "-", "@"} for row in rows for cell in row.values())


def test_numbers_of_a_table_stay_numbers():
    """Negative ones too; an unknown value is an empty cell, and a text of two lines is one."""
    assert (
        csv_table([("a", None), (-1.5, 0.0), ("\uff0d1", "x\n=1")]).decode() == "a,\n-1.5,0\n'\uff0d1,x =1\n"
    )


def test_json_is_the_plan_itself():
    """It is read again without a difference."""
    plan = a_season()
    data = export_plan(plan, "json", (MONDAY, MONDAY))
    assert json.loads(data)["format"] == "coach-plan/1"
    assert read_plan(data, name="season.json") == plan


def test_a_calendar_without_an_entry_is_none():
    """Programs refuse a calendar without an entry; a table has at least its heads."""
    day = date(2026, 5, 25)
    with pytest.raises(PlanProblem, match="nothing is planned"):
        export_plan(a_season(), "ics", (day, day))
    assert export_plan(a_season(), "csv", (day, day)).decode().count("\n") == 1


def test_a_calendar_is_stamped_with_the_clock():
    """The time is UTC, as the standard demands."""
    stamped = read_back(export_plan(a_season(), "ics", (TODAY, TODAY))).events
    assert len(stamped) == 1
    assert abs((datetime.now(UTC) - stamped[0].dtstamp).total_seconds()) < 120
