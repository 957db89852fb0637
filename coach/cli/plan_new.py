"""`coach plan new` and `coach plan templates`: the request for a season, read from the command line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.plan import DaysOffType, athlete_of_plan, read_plan_day, show_season
from coach.cli.text import narrate, out_json, out_table
from coach.quantities import METRES_PER_KM, METRES_PER_MILE

if TYPE_CHECKING:
    from coach.app.plan import PlanService
    from coach.plan.model import Appointment, DaysOff, Plan, PlannedRace, WeeklyVolume
    from coach.plan.planner import SeasonRequest

_PEAK_SHARE: Final = 1.4
"""The peak as a multiple of the start if only that is given. Judged: five weeks up by 8 %."""

_MOST_BROKEN: Final = 3
_MOST_RACES: Final = 3
"""Races of the last year whose looks back are printed."""


# --- types of options


class RaceType(click.ParamType["PlannedRace"]):
    """A race to come: `2027-05-16:10k:A`, with a goal `2027-05-16:10k=42:00:A`, with a name behind it `:City run`."""

    name = "race"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "PlannedRace":
        """Read the value."""
        from coach.documents.spelling import FASTEST_MPS, SLOWEST_MPS, Misspelt, read_distance, read_race
        from coach.plan.model import PlannedRace, RacePriority
        from coach.quantities import parse_clock

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


_RACE: Final = re.compile(
    r"(?P<distance>[^:=]+)(?:=(?P<goal>\d+(?::\d\d)*(?:\.\d)?))?(?::(?P<priority>[ABCabc]))?(?::(?P<name>.+))?"
)


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


def _size(word: str) -> tuple[float | None, float | None] | None:
    """Read minutes or metres: `60min`, `1h30`, `5k`, `16km`, `10mi`; None if it is neither."""
    from coach.documents.spelling import Misspelt, read_distance
    from coach.quantities import read_duration

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


# --- the command


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
    from coach.app.plan import PlanService, broken_rules
    from coach.plan.planner import make_plan

    service = PlanService(athlete=options["athlete"])
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
    from coach.app.debrief import carried_races

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
    injuries, eased_until = health_of(service)
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
        eased_until,
        speeds_of(service),
        options["down_every"],
        grain_m=METRES_PER_MILE / 10 if is_miles else 100.0,
        unit="mile" if is_miles else "km",
    )


def _opt_ins(words: Sequence[str]) -> tuple[Any, ...]:
    from coach.plan.model import PlanOptIn
    from coach.problems import suggestion

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


# --- templates


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
