"""`coach plan`: the season, its weeks and its days: made, shown, edited and undone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand, CommandEntry, LazyGroup
from coach.cli.shared import (
    CONSOLE,
    OptionalValue,
    athlete_option,
    exit_with_run,
    narrate,
    out,
    out_document,
    out_json,
    out_table,
)
from coach.problems import PlanProblem, suggestion
from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    format_clock,
    format_hours,
    long_distance,
    parse_clock,
    read_duration,
    unit_word,
)
from coach.spelling import FASTEST_MPS, SLOWEST_MPS, Misspelt, read_distance, read_race

if TYPE_CHECKING:
    from coach.app.plan import PlanService
    from coach.app.today import TodayService
    from coach.plan.edit import EditedPlan, MissedChange
    from coach.plan.model import Appointment, DaysOff, Plan, PlannedRace, PlanWeek, WeeklyVolume
    from coach.plan.planner import SeasonRequest

_HERE: Final = "coach.cli.plan"
TABLE: Final = {
    "new": CommandEntry(_HERE, "Plan a season backwards from a race, and show it.", "new"),
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
    "templates": CommandEntry(_HERE, "List the templates of weeks and seasons.", "templates"),
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
    from coach.app.live_run import RunRequest

    request = RunRequest(None, None, requires_sensor=False, marks=False, record=None, is_recorded=True)
    exit_with_run(pick_and_run(request, CONSOLE, opens_season=True))


athlete_of_plan = athlete_option("The athlete of the plan (default: the chosen or only one).")
"""The option `--athlete` of the commands about a plan."""


def _service(athlete: str | None) -> "PlanService":
    from coach.app.plan import PlanService

    return PlanService(athlete=athlete)


# --- days, races and sizes as they are typed

_LONG_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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


_RACE: Final = re.compile(
    r"(?P<distance>[^:=]+)(?:=(?P<goal>\d+(?::\d\d)*(?:\.\d)?))?(?::(?P<priority>[ABCabc]))?(?::(?P<name>.+))?"
)


class RaceType(click.ParamType["PlannedRace"]):
    """A race to come: `2027-05-16:10k:A`, with a goal `2027-05-16:10k=42:00:A`, with a name behind it `:City run`."""

    name = "race"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "PlannedRace":
        """Read the value."""
        from coach.plan.model import PlannedRace, RacePriority

        if isinstance(value, PlannedRace):
            return value
        day_text, _, rest = str(value).partition(":")
        try:
            day = read_plan_day(day_text)
        except ValueError as wrong:
            self.fail(f"{wrong} A race is written as 2027-05-16:10k:A.", param, ctx)
        match = _RACE.fullmatch(rest.strip())
        if match is None:
            self.fail(
                f"{value!r} is not a race: write it as 2027-05-16:10k:A or 2027-05-16:10k=42:00:A.",
                param,
                ctx,
            )
        goal = match["goal"]
        if match["priority"] is None and len((match["name"] or "").strip()) == 1:
            self.fail(f"{match['name']!r} is none of A, B, C: what the race is in the season.", param, ctx)
        try:
            # A distance is read with a time beside it; without a goal any time will do.
            race = read_race(f"{match['distance']}={goal}" if goal else f"{match['distance']}=1:00:00")
        except Misspelt as wrong:
            reason = wrong.reason if goal else f"{match['distance']!r} is not a distance"
            self.fail(f"{reason}. Write it as 2027-05-16:10k:A, 2027-05-16:half=1:35:00:A.", param, ctx)
        priority = RacePriority((match["priority"] or "A").upper())
        goal_s = float(parse_clock(race.time)) if goal else None
        if goal_s is not None and not SLOWEST_MPS <= read_distance(race.distance) / goal_s <= FASTEST_MPS:
            self.fail(f"{race.distance} in {race.time} is impossible; check the goal.", param, ctx)
        return PlannedRace(day, race.distance, priority, goal_s, (match["name"] or "").strip()[:120])


class FixedType(click.ParamType["Appointment"]):
    """An appointment of every week: `tue="Club track":hard`, `sat=parkrun:hard:5k`, `sun="Long with Eva":long:16km`."""

    name = "appointment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Appointment":
        """Read the value."""
        from coach.plan.model import Appointment, Family

        if isinstance(value, Appointment):
            return value
        day, equals, rest = str(value).partition("=")
        weekdays = _weekdays_of(day)
        if not equals or len(weekdays) != 1 or not rest.strip():
            self.fail(f'{value!r} is not a fixed session: write it as tue="Club track":hard.', param, ctx)
        title, *words = (part.strip() for part in rest.split(":"))
        title = title.strip("\"'")[:120] or "Appointment"
        is_hard, family, is_unknown = True, Family.OPEN, True
        minutes: float | None = None
        metres: float | None = None
        for word in words:
            lower = word.casefold()
            size = _size(lower)
            if lower == "hard":
                is_hard = True
            elif lower in {"easy", "long"}:
                is_hard, is_unknown = False, False
                family = Family.EASY if lower == "easy" else Family.LONG
            elif size is not None:
                minutes, metres = size
            else:
                self.fail(f"{word!r} is none of hard, easy, long, 60min, 5k.", param, ctx)
        if "parkrun" in title.casefold() and metres is None and minutes is None:
            metres = 5_000.0
            family, is_unknown = (Family.TUNE_UP, False) if is_hard else (family, is_unknown)
        return Appointment(weekdays[0], title, family, is_hard, is_unknown, minutes, metres)


class RunningDaysType(click.ParamType["RunningDays"]):
    """Running days of a week: how many, `5`, or which, `tue,wed,thu,sat,sun`."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "RunningDays":
        """Read the value."""
        if isinstance(value, RunningDays):
            return value
        text = str(value).strip()
        if re.fullmatch(r"-?\d{1,3}", text):
            count = int(text)
            if not 1 <= count <= 7:
                reason = (
                    "nothing can be planned without a day to run on" if count == 0 else "a week has 1 to 7"
                )
                self.fail(f"{count} running days: {reason}.", param, ctx)
            return RunningDays(count, ())
        days = _weekdays_of(text)
        if not days:
            self.fail(f"{text!r} is neither a number nor weekdays such as tue,thu,sat,sun.", param, ctx)
        return RunningDays(len(days), days)


@dataclass(frozen=True, slots=True)
class RunningDays:
    """The number of running days a week, and which they are, if given."""

    count: int
    weekdays: tuple[int, ...]


class MinutesType(click.ParamType[tuple[int, float]]):
    """Most minutes of a weekday: `tue=60`."""

    name = "minutes"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, float]:
        """Read the value."""
        if isinstance(value, tuple):
            return value
        day, _, text = str(value).partition("=")
        weekdays = _weekdays_of(day)
        size = _size(text.strip() if not text.strip().isdecimal() else f"{text.strip()}min")
        if len(weekdays) != 1 or size is None or size[0] is None or not 10 <= size[0] <= 600:
            self.fail(
                f"{value!r} is not the minutes of a day: write it as tue=60, from 10 to 600.", param, ctx
            )
        return weekdays[0], size[0]


class TaperType(click.ParamType[tuple[str, float | None]]):
    """How much less is run before a race: `standard`, `light`, `frequency`, or the per cent itself."""

    name = "taper"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float | None]:
        """Read the value."""
        if isinstance(value, tuple):
            return value
        text = str(value).strip().casefold().rstrip("%")
        if text in {"standard", "light", "frequency"}:
            return text, None
        try:
            percent = abs(float(text))
        except ValueError:
            self.fail(f"{value!r} is none of standard, light, frequency, or per cent such as 45.", param, ctx)
        if not 10 <= percent <= 70:
            self.fail(
                f"a taper of -{percent:g} % is out of range; studies found -41 to -60 % best.", param, ctx
            )
        return "standard", percent


_HOURS: Final = re.compile(r"(\d{1,2}(?:[.,]\d+)?|\d{1,2}:\d\d)")


def _read_hours(text: str) -> float:
    """Read the hours of a week, `4`, `4.5` or `4:30`; return seconds.

    Raises:
        click.UsageError: it is no number of hours.
    """
    if _HOURS.fullmatch(text.strip()) is None:
        raise click.UsageError(f"--hours: {text!r} is not hours a week such as 4:30; write it as 4..6:30.")
    if ":" in text:
        hours, minutes = text.strip().split(":")
        return int(hours) * 3600.0 + int(minutes) * 60.0
    return float(text.replace(",", ".")) * 3600.0


def _size(word: str) -> tuple[float | None, float | None] | None:
    """Read minutes or metres: `60min`, `1h30`, `5k`, `16km`, `10mi`; None if it is neither."""
    distance = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(k|km|mi|miles?|m)", word)
    if distance is not None:
        unit = {"k": "km", "mi": "mile", "miles": "mile"}.get(distance[2], distance[2])
        try:
            return None, float(read_distance(f"{distance[1]} {unit}"))
        except Misspelt:
            return None
    try:
        return read_duration(word) / 60, None
    except ValueError:
        return None


def _weekdays_of(text: str) -> tuple[int, ...]:
    """Read weekdays with commas between them; empty if a word is no weekday."""
    from coach.plan.model import WEEKDAYS

    words = [word.strip().casefold() for word in text.split(",") if word.strip()]
    days = [WEEKDAYS.index(word[:3]) for word in words if len(word) >= 3 and word[:3] in WEEKDAYS]
    return tuple(sorted(set(days))) if len(days) == len(words) else ()


# --- coach plan new

_PEAK_SHARE: Final = 1.4
"""The peak as a multiple of the start if only that is given. Judged: five weeks up by 8 %."""
_MOST_BROKEN: Final = 3
"""Broken rules that are printed with a new plan."""
_MOST_RACES: Final = 3
"""Races of the last year whose looks back are printed."""


@click.command("new", cls=CoachCommand)
@click.option(
    "--race",
    "races",
    type=RaceType(),
    multiple=True,
    metavar="DAY:DISTANCE[=GOAL][:A|B|C][:NAME]",
    help="A coming race; may be repeated (default priority: A).",
)
@click.option(
    "--days",
    type=RunningDaysType(),
    metavar="N|DAYS",
    help="Running days a week: how many, or which, such as tue,thu,sat,sun.",
)
@click.option(
    "--from-km", type=float, metavar="KM", help="Kilometres of the first week (default: what you ran lately)."
)
@click.option("--to-km", type=float, metavar="KM", help="Kilometres of the biggest week.")
@click.option("--from-mi", type=float, metavar="MILES", help="Miles of the first week.")
@click.option("--to-mi", type=float, metavar="MILES", help="Miles of the biggest week.")
@click.option(
    "--hours",
    metavar="FROM..TO",
    help="Hours of the first and of the biggest week, in place of a distance: 4..6:30.",
)
@click.option(
    "--level",
    type=click.Choice(["beginner", "intermediate", "advanced"]),
    default="intermediate",
    show_default=True,
    help="How much hard running you are used to.",
)
@click.option(
    "--off",
    "off",
    type=DaysOffType(),
    multiple=True,
    metavar="FROM..TO[:WHY]",
    help="Days off, such as 2027-02-10..2027-02-17:travel.",
)
@click.option(
    "--fixed",
    type=FixedType(),
    multiple=True,
    metavar="DAY=TITLE[:hard|easy|long][:SIZE]",
    help='A fixed session each week: tue="Club track":hard.',
)
@click.option(
    "--minutes",
    type=MinutesType(),
    multiple=True,
    metavar="DAY=MINUTES",
    help="Most minutes of a weekday: tue=60.",
)
@click.option(
    "--template", metavar="NAME", help="The template of the week or the season: coach plan templates."
)
@click.option(
    "--taper",
    type=TaperType(),
    metavar="STYLE|PERCENT",
    help="The reduction before an A race: standard (-50 %), light or frequency (-25 %), or per cent.",
)
@click.option(
    "--down",
    "down_every",
    type=click.IntRange(3, 4),
    default=4,
    show_default=True,
    help="Every Nth week is a down week.",
)
@click.option(
    "--with",
    "opt_ins",
    multiple=True,
    metavar="OPT-IN",
    help="Add an opt-in: back-to-back, core-daily, keep-strength, barefoot, ride-the-wave.",
)
@click.option(
    "--history", "histories", multiple=True, metavar="PART", help="An old injury: hamstring, Achilles, foot."
)
@click.option("--dry-run", is_flag=True, help="Print the season and save nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a week.")
@athlete_of_plan
def new(**options: Any) -> None:
    """Plan a season backwards from a race, and show it.

    An existing plan is kept as the previous version: coach plan undo restores it. Sessions for which there is no room
    are named, with the reason.
    """
    from coach.app.plan import broken_rules
    from coach.plan.planner import make_plan

    service = _service(options["athlete"])
    request = _request(service, options)
    season = make_plan(request, service.today)
    as_json, is_dry = options["as_json"], options["dry_run"]
    if not is_dry:
        replaced = service.exists
        races = ", ".join(f"{race.label} on {race.date}" for race in season.plan.races)
        service.begin(season.plan, "coach plan new", f"Planned for {races}.")
    show_season(
        season.plan, service.today, service.unit if not options["from_mi"] else "mile", as_json=as_json
    )
    for sentence in [*season.cut, *_template_notes(season.plan)]:
        narrate(sentence)
    _say_races(service)
    broken = broken_rules(service, season.plan)
    for sentence in broken[:_MOST_BROKEN]:
        narrate(f"Not avoided, because your request leaves nothing better: {sentence}")
    if len(broken) > _MOST_BROKEN:
        narrate(f"And {len(broken) - _MOST_BROKEN} more rules: coach plan check --all")
    if is_dry:
        narrate("Nothing was saved: --dry-run.")
        return
    narrate(
        "The previous plan is kept: coach plan undo restores it."
        if replaced
        else "Day by day: coach plan show --week"
    )


def _say_races(service: "PlanService") -> None:
    """Print the lessons of the races of the last year."""
    from coach.app.readiness import carried_races

    races = carried_races(service)
    if not races:
        return
    from coach.plan.plateau import race_lines

    narrate("From your last races, for this block (coach debrief --races):")
    for look in races[-_MOST_RACES:]:
        for line in race_lines(look):
            narrate(line)


def _template_notes(plan: "Plan") -> list[str]:
    from coach.plan.templates import TEMPLATES

    template = TEMPLATES.get(plan.template)
    return [template.note] if template is not None and template.note else []


def _request(service: "PlanService", options: dict[str, Any]) -> "SeasonRequest":
    """Return the request by the options.

    Raises:
        click.UsageError: options contradict each other, or one is missing.
    """
    from coach.app.plan import health_of, races_of_template, speeds_of
    from coach.plan.model import Availability, RunnerLevel, TaperStyle
    from coach.plan.planner import SeasonRequest

    days: RunningDays = options["days"] or RunningDays(0, ())
    races: Sequence[PlannedRace] = options["races"] or races_of_template(
        options["template"] or "", service.today
    )
    if not races:
        raise click.UsageError("Name the race it is for: --race 2027-05-16:10k:A")
    style, percent = options["taper"] or (None, None)
    off: tuple[DaysOff, ...] = options["off"]
    is_miles = options["from_mi"] is not None or (service.unit == "mile" and options["from_km"] is None)
    availability = Availability(
        days.weekdays,
        dict(options["minutes"]),
        tuple(sorted(off, key=lambda each: each.first)),
        options["fixed"],
    )
    weekdays = [each.weekday for each in options["fixed"]]
    if len(set(weekdays)) < len(weekdays):
        raise click.UsageError("--fixed: a weekday has one fixed session; name the other day.")
    injuries, easier_until = health_of(service)
    histories = tuple(word.strip()[:60] for word in options["histories"] if word.strip())
    return SeasonRequest(
        service.slug,
        tuple(races),
        _volume(service, options),
        RunnerLevel(options["level"]),
        days.weekdays,
        0 if days.weekdays else days.count,
        availability,
        options["template"] or "",
        None if style is None else TaperStyle(style),
        percent,
        _opt_ins(options["opt_ins"]),
        tuple(dict.fromkeys((*histories, *injuries))),
        easier_until,
        speeds_of(service),
        options["down_every"],
        grain_m=METRES_PER_MILE / 10 if is_miles else 100.0,
        unit="mile" if is_miles else "km",
    )


def _opt_ins(words: Sequence[str]) -> tuple[Any, ...]:
    from coach.plan.model import PlanOptIn

    by_name = {each.value: each for each in PlanOptIn}
    for word in words:
        if word not in by_name:
            hint = suggestion(word, by_name)
            raise click.UsageError(f"--with: {word!r} is none of {', '.join(by_name)}{hint}.")
    return tuple(by_name[word] for word in dict.fromkeys(words))


def _volume(service: "PlanService", options: dict[str, Any]) -> "WeeklyVolume":
    """Return the weekly volume in the unit of the options.

    Raises:
        click.UsageError: two units are given, or none and the last weeks are unknown.
    """
    from coach.app.plan import recent_week_m
    from coach.plan.model import WeeklyVolume

    km, miles = (options["from_km"], options["to_km"]), (options["from_mi"], options["to_mi"])
    hours = options["hours"]
    units_given = [
        any(value is not None for value in km),
        any(value is not None for value in miles),
        hours is not None,
    ]
    if sum(units_given) > 1:
        raise click.UsageError(
            "Give the weekly distance or time in one unit: --from-km and --to-km, --from-mi and --to-mi, or --hours."
        )
    if hours is not None:
        first, dots, last = hours.partition("..")
        start = _read_hours(first)
        return WeeklyVolume("s", start, _read_hours(last) if dots else start * _PEAK_SHARE)
    unit_m = METRES_PER_MILE if units_given[1] else METRES_PER_KM
    start_units, peak_units = miles if units_given[1] else km
    if start_units is None:
        recent = recent_week_m(service)
        if recent is None:
            raise click.UsageError("Give your current weekly distance: --from-km 30 --to-km 45")
        narrate(
            f"The first week is what you ran lately: {recent / unit_m:.0f} {'miles' if units_given[1] else 'km'}."
        )
        start_units = recent / unit_m
    if peak_units is None:
        peak_units = start_units * _PEAK_SHARE
    for value in (start_units, peak_units):
        if not 0 < value < 10_000:
            raise click.UsageError(f"{value:g} is not a weekly distance.")
    return WeeklyVolume("m", round(start_units * unit_m, 1), round(peak_units * unit_m, 1))


# --- coach plan templates


@click.command("templates", cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a template.")
def templates(as_json: bool) -> None:
    """List the templates of weeks and seasons.

    The notes of the opt-ins are in --json, and are printed with a plan that uses them.
    """
    from coach.plan.model import WEEKDAYS
    from coach.plan.templates import TEMPLATES

    if as_json:
        for each in TEMPLATES.values():
            roles = dict(zip(WEEKDAYS, (role.value for role in each.roles), strict=True))
            about = {"name": each.name, "title": each.title, "source": each.source, "days": roles}
            out_json(
                {"v": 1, **about, "opt_in": each.is_opt_in, **({"note": each.note} if each.note else {})}
            )
        return
    rows = [
        (each.name, str(len(each.weekdays)), f"{each.title}{' (opt-in)' if each.is_opt_in else ''}")
        for each in TEMPLATES.values()
    ]
    out_table(("template", "days", "what it is"), rows)
    narrate("The notes of the opt-ins: coach plan templates --json")


# --- coach plan show


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
    change = service.change_for_missed()
    if change is not None and (change.edited is not None or has_fresh(change, service.day)):
        names = ", ".join(f"{each.session.title} ({each.day:%a} {each.day})" for each in change.missed)
        narrate(f"Missed: {names}. See the change: coach plan missed")


def has_fresh(change: "MissedChange", day: date) -> bool:
    """Return True if a session was missed yesterday; one without a change is reported on that day only."""
    return any((day - each.day).days == 1 for each in change.missed)


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


# --- edits, undo and the log


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


# --- coach plan schema


@click.command("schema", cls=CoachCommand)
def schema() -> None:
    """Print the JSON Schema of plans.

    Editors use it to complete and check what you type.
    """
    from coach.plan.document import plan_schema

    out_document(plan_schema())
