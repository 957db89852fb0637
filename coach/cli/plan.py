"""`coach plan`: the season, its weeks and its days: shown, edited and undone."""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand, CommandEntry, LazyGroup
from coach.cli.parameters import OptionalValue, athlete_option
from coach.cli.text import narrate, out, out_document, out_json, out_table
from coach.quantities import format_clock, format_hours, long_distance, unit_word

if TYPE_CHECKING:
    from coach.app.plan import PlanService
    from coach.app.today import TodayService
    from coach.plan.edit import EditedPlan, Mend
    from coach.plan.model import DaysOff, Plan, PlanWeek

_HERE: Final = "coach.cli.plan"

TABLE: Final = {
    "new": CommandEntry("coach.cli.plan_new", "Plan a season backwards from a race, and show it.", "new"),
    "show": CommandEntry(_HERE, "Show the season, or a week day by day.", "show"),
    "check": CommandEntry("coach.cli.season", "Check the plan against its rules.", "check"),
    "ease": CommandEntry(
        "coach.cli.season", "Propose an easier plan after a fall in the simple tests.", "ease"
    ),
    "rules": CommandEntry("coach.cli.season", "List the rules of plans, and switch them.", "rules"),
    "today": CommandEntry("coach.cli.season", "Say what to run today, and why.", "today"),
    "missed": CommandEntry(
        "coach.cli.season", "Propose the smallest change after sessions were missed.", "missed"
    ),
    "move": CommandEntry(_HERE, "Move a session to another day.", "move"),
    "swap": CommandEntry(_HERE, "Exchange two days, with everything that is planned on them.", "swap"),
    "off": CommandEntry(_HERE, "Take days off: travel, illness.", "off"),
    "race": CommandEntry("coach.cli.race", "Plan a race: splits, heat, fuel, checklist, wristband.", "race"),
    "undo": CommandEntry(_HERE, "Undo the last change of the plan.", "undo"),
    "export": CommandEntry(
        "coach.cli.season", "Write the season for other programs: ics, fit, json, csv.", "export"
    ),
    "templates": CommandEntry("coach.cli.plan_new", "List the templates of weeks and seasons.", "templates"),
    "log": CommandEntry(_HERE, "List the changes of the plan, the newest first.", "log"),
    "schema": CommandEntry(_HERE, "Print the JSON Schema of plans.", "schema"),
}
"""The commands of a plan with their modules; help and listing load none of them."""


@click.group(cls=LazyGroup, table=TABLE, invoke_without_command=True, no_args_is_help=False)
@click.pass_context
def command(context: click.Context) -> None:
    """The season: plan it, show it, move sessions, take days off.

    It is planned backwards from a race, week by week, with a reason for each session. The plan is a file that you can
    edit by hand; every version is kept, and coach plan undo restores the previous one. Without a command the calendar
    opens; without a terminal this week is printed.
    """
    if context.invoked_subcommand is not None:
        return
    from coach.app.terminal import RunMode, run_mode_here

    if run_mode_here(as_json=False) is not RunMode.SCREEN:
        context.invoke(show, week="", as_json=False, athlete=None)
        return
    from coach.app.library import pick_and_run
    from coach.app.new_run import RunRequest
    from coach.cli.text import CONSOLE, exit_with_run

    request = RunRequest(None, None, requires_sensor=False, marks=False, record=None, is_recorded=True)
    exit_with_run(pick_and_run(request, CONSOLE, opens_season=True))


# --- days as they are typed


class PlanDayType(click.ParamType["date"]):
    """A day of a plan: `2027-02-16`, `today`, `tomorrow`, the next `tue`, or in so many days or weeks: `10d`, `24w`."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "date":
        """Read a day; a word counts from today by this machine's clock."""
        if isinstance(value, date):
            return value
        try:
            return read_plan_day(str(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


def read_plan_day(text: str) -> date:
    """Read a day as it is typed.

    Raises:
        ValueError: it is no day; the message has the reason and the fix.
    """
    from coach.app.athletes import today
    from coach.plan.model import WEEKDAYS

    word = text.strip().casefold()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            raise ValueError(f"{text!r} is not a day of the calendar.") from None
    now = date.fromisoformat(today())
    if word in {"today", "tomorrow"}:
        return now + timedelta(days=word == "tomorrow")
    if len(word) >= 3 and word[:3] in WEEKDAYS and _LONG_WEEKDAYS[WEEKDAYS.index(word[:3])].startswith(word):
        return now + timedelta(days=(WEEKDAYS.index(word[:3]) - now.weekday()) % 7)
    if re.fullmatch(r"\d{1,4}[dw]", word):
        return now + timedelta(days=int(word[:-1]) * (7 if word[-1] == "w" else 1))
    raise ValueError(f"{text!r} is not a day: write it as 2027-02-16, today, tomorrow, tue, 10d or 24w.")


_LONG_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DaysOffType(click.ParamType["DaysOff"]):
    """Days off: `2027-02-10..2027-02-17`, one day, and why behind a colon: `..:travel`, `..:illness`."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "DaysOff":
        """Read days off."""
        from coach.plan.model import DaysOff, OffReason

        if isinstance(value, DaysOff):
            return value
        span, _, rest = str(value).partition(":")
        word, _, note = rest.partition(":")
        first_text, dots, last_text = span.partition("..")
        try:
            first = read_plan_day(first_text)
            last = read_plan_day(last_text) if dots else first
        except ValueError as wrong:
            self.fail(f"{wrong} Days off are written as 2027-02-10..2027-02-17.", param, ctx)
        if last < first:
            self.fail(f"{span} ends before it begins.", param, ctx)
        reasons = {reason.value: reason for reason in OffReason}
        why = reasons.get(word.strip().casefold() or "off")
        if why is None:
            self.fail(f"{word!r} is not one of {', '.join(reasons)}.", param, ctx)
        return DaysOff(first, last, why, note.strip()[:120])


def _service(athlete: str | None) -> "PlanService":
    from coach.app.plan import PlanService

    return PlanService(athlete=athlete)


athlete_of_plan = athlete_option("The athlete of the plan (default: the chosen or only one).")


# --- show


@click.command("show", cls=CoachCommand)
@click.option(
    "--week",
    metavar="DAY",
    cls=OptionalValue,
    help="Show the week of a day, day by day (default: this week).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a week, or a day with --week.")
@athlete_of_plan
def show(week: str | None, as_json: bool, athlete: str | None) -> None:
    """Show the season, or a week day by day.

    The season: weeks to the race, phase, distance, hard sessions, long run. A day: its session, how long, and why.
    """
    service = _service(athlete)
    plan = service.plan
    say_clock(plan, service.today)
    if not as_json:
        from coach.app.today import TodayService

        say_missed(TodayService(service))
        plan = service.plan  # new runs are linked now
    if week is None:
        show_season(plan, service.today, service.unit, as_json=as_json)
        return
    try:
        day = read_plan_day(week) if week else service.today
    except ValueError as wrong:
        raise click.UsageError(f"--week: {wrong}") from None
    show_week(plan, day, service.unit, as_json=as_json)


def say_clock(plan: "Plan", today: date) -> None:
    """Warn that the clock may be wrong if it is before the day the plan was made on."""
    if today < plan.created:
        narrate(f"This computer's date is {today}, but the plan was made on {plan.created}: check its clock.")


def say_missed(service: "TodayService") -> None:
    """Say on stderr that a session was missed, and name the command that shows the smallest change."""
    service.notice()
    mend = service.mend()
    if mend is not None and (mend.edited is not None or has_fresh(mend, service.day)):
        names = ", ".join(f"{each.session.title} ({each.day:%a} {each.day})" for each in mend.missed)
        narrate(f"Missed: {names}. See the change: coach plan missed")


def has_fresh(mend: "Mend", day: date) -> bool:
    """Return True if a session was missed yesterday; one without a change is reported on that day only."""
    return any((day - each.day).days == 1 for each in mend.missed)


def show_season(plan: "Plan", today: date, unit: str, *, as_json: bool) -> None:
    """Print the weeks of a plan; those that are over only in JSON."""
    if as_json:
        for week in plan.weeks:
            out_json(week_tree(plan, week))
        return
    for race in plan.races:
        to_go = (race.date - today).days
        when = _to_go(to_go)
        goal = f", goal {format_clock(race.goal_s)}" if race.goal_s else ""
        out(f"{race.priority} {race.label} on {race.date:%a} {race.date}{goal}: {when}")
    rows = [_season_row(plan, week, unit) for week in plan.weeks if week.sunday >= today]
    if not rows:
        narrate(f"The plan ended on {plan.last}. Make the next one: coach plan new")
        return
    out("")
    head = (
        "week of",
        "to go",
        "phase",
        "hours" if plan.volume.unit == "s" else unit_word(unit),
        "hard",
        "long",
        "notes",
    )
    out_table(head, rows)


def _to_go(days: int) -> str:
    """Return the time to a race in words."""
    if days < 0:
        return "over"
    if days < 2:
        return ("today", "tomorrow")[days]
    return f"{days} days to go" if days < 14 else f"{days // 7} weeks to go"


def _season_row(plan: "Plan", week: "PlanWeek", unit: str) -> tuple[str, ...]:
    tree = week_tree(plan, week)
    weeks_left = tree.get("weeks_to_race")
    special = [race.label for race in plan.races if week.monday <= race.date <= week.sunday]
    special += [week.note.rstrip(".")] if week.note else ["down week"] if week.is_down else []
    off = [day for day in plan.days_of(week) if day.off is not None]
    special += [f"{len(off)} day{'s' if len(off) > 1 else ''} off ({off[0].off})"] if off else []
    hours = format_hours(week.target_s) if week.target_s else ""
    volume = hours if plan.volume.unit == "s" else _distance(week.target_m, unit)
    return (
        str(week.monday),
        "" if weeks_left is None else str(weeks_left),
        f"{week.phase}{' (down)' if week.is_down else ''}",
        volume,
        str(tree["hard_sessions"]),
        _distance(tree.get("long_m"), unit),
        "; ".join(special),
    )


def week_tree(plan: "Plan", week: "PlanWeek") -> dict[str, Any]:
    """Return a week of the season for `--json`; unknown values are absent."""
    from coach.plan.model import Family, RacePriority, plan_tree

    days = plan.days_of(week)
    race = plan.next_race(week.monday, RacePriority.A)
    long = [each for day in days for each in day.sessions if each.family is Family.LONG]
    metres = sum(day.distance_m for day in days)
    tree: dict[str, Any] = {
        "v": 1,
        "monday": week.monday.isoformat(),
        "phase": week.phase.value,
        "down": week.is_down,
    }
    if race is not None:
        tree["weeks_to_race"] = (race.date - week.monday).days // 7
    for key, value in (("target_m", week.target_m), ("target_s", week.target_s)):
        if value is not None:
            tree[key] = round(value)
    tree |= {
        "planned_m": round(metres),
        "hard_sessions": sum(each.is_hard for day in days for each in day.sessions),
    }
    if long and long[0].distance_m is not None:
        tree["long_m"] = round(long[0].distance_m)
    if week.note:
        tree["note"] = week.note
    tree_of_week = plan_tree(plan)["weeks"][plan.weeks.index(week)]
    return tree | {"days": tree_of_week["days"]}


def show_week(plan: "Plan", day: date, unit: str, *, as_json: bool) -> None:
    """Print a week day by day, each session with its reason."""
    from coach.plan.edit import say_day
    from coach.plan.model import session_tree
    from coach.problems import PlanProblem

    week = plan.week_of(day)
    if week is None:
        raise PlanProblem(f"{day} is outside the plan, {plan.first} to {plan.last}", "See coach plan show.")
    days = plan.days_of(week)
    if as_json:
        for each in days:
            about = {"off": each.off.value} if each.off else {}
            note = {"note": each.note} if each.note else {}
            out_json(
                {
                    "v": 1,
                    "date": each.date.isoformat(),
                    **about,
                    **note,
                    "sessions": [session_tree(s) for s in each.sessions],
                }
            )
        return
    number = plan.weeks.index(week) + 1
    target = (
        format_hours(week.target_s) + " h"
        if week.target_s
        else _distance(week.target_m, unit) + f" {unit_word(unit)}"
    )
    out(
        f"Week {number} of {len(plan.weeks)}, {week.phase}{', a down week' if week.is_down else ''}: {target}"
    )
    if week.note:
        out(week.note)
    out("")
    rows: list[tuple[str, ...]] = []
    for each in days:
        label = say_day(each.date)
        if each.off is not None or not each.sessions:
            rows.append((label, f"off ({each.off})" if each.off else "--", "", "", "", each.note))
            label = ""
        for session in each.sessions:
            title = f"{session.title}{' *' if session.is_hard else ''}"
            minutes = "" if session.minutes is None else f"{session.minutes:.0f} min"
            done = "done" if session.is_done else ""
            rows.append((label, title, minutes, _distance(session.distance_m, unit), done, session.why))
            label = ""
    out_table(("day", "session", "time", unit_word(unit), "", "why"), rows)
    if any(each.is_hard for each in days):
        narrate("* hard")


def _distance(metres: float | None, unit: str) -> str:
    return "" if not metres else long_distance(metres, unit)[0]


# --- edits


def _json_option(command: Any) -> Any:
    return click.option("--json", "as_json", is_flag=True, help="Print the changes as one JSON object.")(
        command
    )


@click.command("move", cls=CoachCommand)
@click.argument("what", metavar="DAY|SESSION")
@click.argument("to", metavar="DAY", type=PlanDayType())
@_json_option
@athlete_of_plan
def move(what: str, to: date, as_json: bool, athlete: str | None) -> None:
    """Move a session to another day.

    Name it by its day or its ID. A run on the other day takes its place. Write a day as 2027-02-16, today, tomorrow
    or tue. IDs are in coach plan show --week --json.
    """
    from coach.plan.edit import move as moved

    service = _service(athlete)
    plan = service.plan
    session = what if plan.find(what) is not None else None
    try:
        edited = moved(plan, session or read_plan_day(what), to)
    except ValueError as wrong:
        raise click.UsageError(f"{wrong} A session's id is in coach plan show --week --json.") from None
    _keep(service, edited, "coach plan move", as_json=as_json)


@click.command("swap", cls=CoachCommand)
@click.argument("first", metavar="DAY", type=PlanDayType())
@click.argument("second", metavar="DAY", type=PlanDayType())
@_json_option
@athlete_of_plan
def swap(first: date, second: date, as_json: bool, athlete: str | None) -> None:
    """Exchange two days, with everything that is planned on them."""
    from coach.plan.edit import swap as swapped

    service = _service(athlete)
    _keep(service, swapped(service.plan, first, second), "coach plan swap", as_json=as_json)


@click.command("off", cls=CoachCommand)
@click.argument("days", metavar="FROM..TO[:WHY]", type=DaysOffType())
@click.option("--why", type=click.Choice(["travel", "illness", "off"]), help="The reason (default: off).")
@_json_option
@athlete_of_plan
def off(days: "DaysOff", why: str | None, as_json: bool, athlete: str | None) -> None:
    """Take days off: travel, illness.

    Write them as 2027-02-10..2027-02-17. Their sessions are dropped; of each week, at most the most important one moves
    to another day. After an illness no session is made up for, and the first days back are easy.
    """
    from dataclasses import replace

    from coach.plan.edit import take_off
    from coach.plan.model import OffReason

    service = _service(athlete)
    days_off = days if why is None else replace(days, why=OffReason(why))
    _keep(service, take_off(service.plan, days_off), "coach plan off", as_json=as_json)


def _keep(service: "PlanService", edited: "EditedPlan", who: str, *, as_json: bool) -> None:
    """Save an edit that the runner requested, and print its changes and the rules it breaks."""
    edited = service.choose(edited, who)
    if as_json:
        touched = [day.isoformat() for day in edited.touched]
        out_json({"v": 1, "touched": touched, "says": list(edited.says)})
        return
    for sentence in edited.says:
        out(sentence)
    days = len(edited.touched)
    narrate(f"{days} {'day' if days == 1 else 'days'} changed. Undo it: coach plan undo")


@click.command("undo", cls=CoachCommand)
@_json_option
@athlete_of_plan
def undo(as_json: bool, athlete: str | None) -> None:
    """Undo the last change of the plan.

    The previous version of the file is restored, byte for byte. Repeat it to undo earlier changes. Changes by hand
    count as one. It also works if the plan cannot be read any more.
    """
    change, now = _service(athlete).undo()
    if as_json:
        out_json({"v": 1, "undone": {"who": change.who, "what": change.what}, "version": now.version})
        return
    out(f"Undone: {change.what} ({change.who})")


@click.command("log", cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a change.")
@athlete_of_plan
def log(as_json: bool, athlete: str | None) -> None:
    """List the changes of the plan, the newest first."""
    changes = _service(athlete).changes()[::-1]
    if as_json:
        for change in changes:
            about = {"version": change.version, "at": change.at, "who": change.who, "what": change.what}
            out_json({"v": 1, **about})
        return
    if not changes:
        narrate("There is no plan yet. Make one: coach plan new --race 2027-05-16:10k:A")
        return
    rows = [(change.at[:16].replace("T", " "), change.who, change.what) for change in changes]
    out_table(("when", "who", "what"), rows)


@click.command("schema", cls=CoachCommand)
def schema() -> None:
    """Print the JSON Schema of plans.

    Editors use it to complete and check what you type.
    """
    from coach.plan.document import plan_schema

    out_document(plan_schema())
