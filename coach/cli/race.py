"""`coach plan race` and `coach gear`: one race from the goal to the start, and the shoes of an athlete."""

import re
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand, CoachGroup
from coach.cli.plan import PlanDayType
from coach.cli.shared import (
    athlete_option,
    narrate,
    out,
    out_json,
    out_table,
    print_problem,
    progress_bar,
    write_exported,
    write_page,
)
from coach.interchange.workouts import EXPORT_FORMATS, ExportFormat
from coach.problems import WorkoutProblem
from coach.quantities import format_clock, long_distance, signed, unit_word

if TYPE_CHECKING:
    from coach.app.race import PlannedRun, Rehearsal
    from coach.plan.race import Gear, ShoeWear, Weather


_DEGREES: Final = re.compile(r"(-?\d{1,3}(?:[.,]\d)?)\s*(?:°\s*)?(c|f|celsius|fahrenheit)?", re.IGNORECASE)


class DegreesType(click.ParamType[float]):
    """A temperature: `23C`, `74F`, or bare Celsius; read as Celsius."""

    name = "temperature"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a temperature."""
        if isinstance(value, float):
            return value
        match = _DEGREES.fullmatch(str(value).strip())
        if match is None:
            self.fail(f"{value!r} is not a temperature: write it as 23C or 74F.", param, ctx)
        degrees = float(match[1].replace(",", "."))
        celsius = (degrees - 32) / 1.8 if (match[2] or "c").lower().startswith("f") else degrees
        if not -40 <= celsius <= 55:
            self.fail(f"{value!r} is out of range: from -40 to 55 Celsius.", param, ctx)
        return celsius


class StartType(click.ParamType[int]):
    """A time of day, `9:30`; read as minutes after midnight."""

    name = "time of day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a time of day."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,2})[:.h](\d{2})", str(value).strip())
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            self.fail(f"{value!r} is not a time of day: write it as 9:30.", param, ctx)
        return int(match[1]) * 60 + int(match[2])


@click.command("race", cls=CoachCommand)
@click.option("--distance", metavar="LENGTH", help="How far: 5k, 10k, half, marathon, 3000m, ...")
@click.option("--name", metavar="NAME", help="Its name, or the name of a race of your season.")
@click.option("--date", "day", metavar="DAY", type=PlanDayType(), help="The day of a race of your season.")
@click.option("--goal", metavar="TIME|PACE", help="The time, 50:00, or the pace, 5:00/km.")
@click.option(
    "--split",
    default="even",
    show_default=True,
    metavar="HOW",
    help="even, negative:1.5%, or your own: own:5:05-4:55, own:5:05,5:00x8,4:55, own:5km=25:20.",
)
@click.option("--temp", "temperature", metavar="DEGREES", type=DegreesType(), help="Air: 23C or 74F.")
@click.option(
    "--dew", "dew_point", metavar="DEGREES", type=DegreesType(), help="Dew point, from the forecast."
)
@click.option("--course", metavar="FILE", help="The course as GPX, with heights.")
@click.option("--even-effort", is_flag=True, help="Adjust the splits for the hills of the course.")
@click.option("--fuel", metavar="WHAT", help='What you eat: "29g 180mg every 25min from 10km", 60g/h, none.')
@click.option("--drink", metavar="WHAT", help='What you drink: "150ml every 5km", none.')
@click.option(
    "--phrase",
    "phrases",
    metavar="[PLACE=]TEXT",
    multiple=True,
    help="A cue phrase of your own, spoken at a place: 8km=Light feet. Up to three.",
)
@click.option(
    "--start", "start_minute", metavar="TIME", type=StartType(), help="The time of the start: 9:30."
)
@click.option("--shoe", metavar="SLUG", help="The pair you race in (default: the one whose purpose is race).")
@click.option("--by", type=click.Choice(["km", "mile", "lap"]), help="The unit of splits and paces.")
@click.option(
    "--on",
    "surface",
    type=click.Choice(["track", "road", "treadmill"]),
    help="The surface of coach run race.",
)
@click.option(
    "--lane", type=click.IntRange(1, 9), default=1, help="The lane of a track; laps are measured in it."
)
@athlete_option("The athlete; needed only if there are several and none is chosen.")
@click.option("--html", "wrist", metavar="FILE", help="Write the wristband to FILE, as a page to print.")
@click.option(
    "--page", "phone", metavar="FILE", help="Write a page for a phone to FILE; it counts and speaks."
)
@click.option(
    "--to",
    type=click.Choice([each.value for each in ExportFormat]),
    help="Write it for another program, to the FILE of --out.",
)
@click.option("--out", "target", metavar="FILE", help="The file of --to; it has a step for each kilometre.")
@click.option("--wristband", is_flag=True, help="Print the wristband alone.")
@click.option(
    "--rehearse", is_flag=True, help="Let a simulated runner run it, over the course if there is one."
)
@click.option("--seed", type=int, default=0, help="The same seed gives the same rehearsal.")
@click.option(
    "--keep/--no-keep", default=True, help="Save it as the workouts race and race-practice (default)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def race(
    *,
    temperature: float | None,
    dew_point: float | None,
    even_effort: bool,
    wrist: str | None,
    phone: str | None,
    to: str | None,
    target: str | None,
    wristband: bool,
    rehearse: bool,
    seed: int,
    keep: bool,
    as_json: bool,
    by: str | None,
    **options: Any,
) -> None:
    """Plan a race: splits, heat, fuel, checklist, wristband.

    Distance and goal are by default those of the next race of your season, or of your goal. The plan is saved as the
    workout race: coach run race coaches it on a track or treadmill and speaks only the words of the plan (your phrases,
    fuel, the start); coach run race-practice is the same with all cues.

    A race with a name, or with a day in your season, is saved beside the others as race-NAME or race-DAY; race is the
    one planned last.

    In a road race the laptop stays at home: --to fit writes a workout for a watch, --html a wristband to print, and
    --page one file for a phone that needs no network. Give your own fuel and phrases; the defaults are an example.
    """
    if (to is None) != (target is None):
        raise click.UsageError("--to and --out go together: --to fit --out race.fit.")
    from coach.app.race import RaceOptions, plan_for
    from coach.app.race import rehearse as rehearsed

    weather = _weather(temperature, dew_point)
    unit = None if by == "lap" else by
    planned = plan_for(RaceOptions(weather=weather, spreads_effort=even_effort, unit=unit, **options))
    if planned.guess:
        narrate(planned.guess)
    _write(planned, wrist, phone, to, target)
    rehearsal = rehearsed(planned, seed) if rehearse else None
    # It is saved before it is printed, so that coach plan race | head saves it too.
    is_kept = keep and _keep(planned)
    if as_json:
        from coach.plan.race_words import plan_tree

        tree = {"v": 1} | plan_tree(planned.plan, planned.facts)
        out_json(tree | ({} if rehearsal is None else {"rehearsal": _rehearsal_tree(rehearsal)}))
    elif rehearsal is not None:
        _print_rehearsal(planned, rehearsal)
    else:
        _print_plan(planned, by, wristband=wristband)
    if is_kept:
        from coach.app.race import workout_names

        name, practice = workout_names(planned.key) or ("race", "race-practice")
        narrate(f"Saved. On the day: coach run {name}. Before it: coach run {practice}.")


def _weather(temperature: float | None, dew_point: float | None) -> "Weather | None":
    if (temperature is None) is not (dew_point is None):
        raise click.UsageError("--temp and --dew are needed together.")
    if temperature is None or dew_point is None:
        return None
    if dew_point > temperature:
        raise click.UsageError("The dew point cannot be above the temperature.")
    from coach.plan.race import Weather

    return Weather(temperature, dew_point)


def _write(
    planned: "PlannedRun", wrist: str | None, phone: str | None, to: str | None, target: str | None
) -> None:
    """Write the requested files."""
    if wrist is not None or phone is not None:
        from coach.plan.race_words import phone_html, wristband_html

        if wrist is not None:
            write_page(wrist, wristband_html(planned.plan, planned.facts))
        if phone is not None:
            write_page(phone, phone_html(planned.plan))
    if to is not None and target is not None:
        from coach.app.race import export_race

        result = export_race(planned, ExportFormat(to))
        where = write_exported(result.data, target, "race", EXPORT_FORMATS[ExportFormat(to)].suffix)
        from coach.plan.race import UNITS

        unit = planned.plan.request.unit
        each = f"a {unit}" if planned.plan.step_m == UNITS[unit] else f"each five {unit_word(unit)}"
        narrate(f"Wrote {where}, a step {each}.")


def _print_plan(planned: "PlannedRun", by: str | None, *, wristband: bool) -> None:
    from coach.plan.race_words import plan_lines, wristband_lines

    lines = (
        wristband_lines(planned.plan)
        if wristband
        else plan_lines(planned.plan, planned.facts, by or planned.plan.request.unit)
    )
    for line in lines:
        out(line)


def _keep(planned: "PlannedRun") -> bool:
    """Save it as workouts; return False if one could not be saved."""
    from coach.app.race import keep

    try:
        keep(planned)
    except WorkoutProblem as problem:  # the plan itself is printed all the same
        print_problem(problem)
        return False
    return True


def _print_rehearsal(planned: "PlannedRun", rehearsal: "Rehearsal") -> None:
    rows = [
        (
            split.name,
            format_clock(split.planned_s, tenths=True),
            format_clock(split.time_s, tenths=True),
            signed(split.off_s, 1),
            "-" if split.heart_rate_bpm is None else f"{split.heart_rate_bpm:.0f}",
            "-" if split.climb_m is None else f"{split.climb_m:.0f}",
        )
        for split in rehearsal.splits
    ]
    out(f"{planned.plan.title}, rehearsed in {format_clock(rehearsal.time_s, tenths=True)}")
    out_table(("split", "plan", "run", "behind", "bpm", "up"), rows)
    for cue in rehearsal.cues:
        if cue.is_own:
            out(f"{format_clock(cue.at_s):>8}  {cue.text}")
    others = sum(not cue.is_own for cue in rehearsal.cues)
    narrate(f"A simulated runner; {others} other cues were emitted.")


def _rehearsal_tree(rehearsal: "Rehearsal") -> dict[str, Any]:
    return {
        "time_s": round(rehearsal.time_s, 1),
        "completed": rehearsal.completed,
        "splits": [
            {
                name: value
                for name, value in (
                    ("name", split.name),
                    ("planned_s", round(split.planned_s, 1)),
                    ("time_s", round(split.time_s, 1)),
                    ("behind_s", round(split.off_s, 1)),
                    (
                        "mean_heart_rate_bpm",
                        None if split.heart_rate_bpm is None else round(split.heart_rate_bpm),
                    ),
                    ("climb_m", None if split.climb_m is None else round(split.climb_m, 1)),
                )
                if value is not None
            }
            for split in rehearsal.splits
        ],
        "heard": [
            {"at_s": round(cue.at_s, 1), "kind": cue.kind, "text": cue.text, "own": cue.is_own}
            for cue in rehearsal.cues
        ],
    }


# --- shoes: their kilometres, and which of them are ready to race ----------------------------------------------------

_WHOSE = "The athlete; needed only if there are several and none is chosen."


@click.group(cls=CoachGroup, invoke_without_command=True, no_args_is_help=False)
@athlete_option(_WHOSE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_context
def command(context: click.Context, *, athlete: str | None, as_json: bool) -> None:
    """Your shoes: kilometres, purpose, and whether they are ready to race.

    Without a command they are listed. A run gets its shoe by the pod (coach sensors pair --shoe), by the key h on the
    page after a run, or by coach gear wear.
    """
    if context.invoked_subcommand is None:
        _list(athlete, as_json=as_json)


@command.command("list")
@athlete_option(_WHOSE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(*, athlete: str | None, as_json: bool) -> None:
    """List the shoes with their kilometres."""
    _list(athlete, as_json=as_json)


@command.command("set")
@click.argument("slug", metavar="SLUG")
@click.option("--name", metavar="TEXT", help="The name of the pair.")
@click.option(
    "--surface",
    type=click.Choice(["road", "track", "trail", "treadmill"]),
    help="The surface the pair is for.",
)
@click.option("--purpose", metavar="WORD", help="easy, race, ...; the pair for races is race.")
@click.option("--limit-km", type=click.FloatRange(1, 10_000), help="Most kilometres the pair should run.")
@click.option(
    "--already-km", type=click.FloatRange(0, 10_000), help="Kilometres of the pair before the recorded runs."
)
@click.option(
    "--race-ready/--by-runs",
    default=None,
    help="Mark the pair as ready to race (default: decided by your runs).",
)
@click.option("--retire/--unretire", default=None, help="Retire the pair, or use it again.")
@athlete_option(_WHOSE)
def set_(*, slug: str, athlete: str | None, retire: bool | None, **options: Any) -> None:
    """Add a pair of shoes, or change one.

    SLUG is a short name of lower-case letters and digits, such as racer. The factors of its pods stay with a pair;
    coach sensors pair POD --shoe SLUG puts a pod on it.
    """
    from coach.app.athletes import today
    from coach.app.race import change_shoe

    changes = {name: value for name, value in options.items() if value is not None}
    if retire is not None:
        changes["retired"] = today() if retire else None
    newer = change_shoe(_slug(athlete), slug.strip().casefold(), changes)
    shoe = next(each for each in newer.shoes if each.slug == slug.strip().casefold())
    narrate(f"Saved: {shoe.name} ({shoe.slug}).")


@command.command("wear")
@click.argument("run", metavar="RUN")
@click.argument("slug", metavar="SLUG")
@athlete_option(_WHOSE)
def wear(run: str, slug: str, *, athlete: str | None) -> None:
    """Set the shoes of a run.

    RUN is an ID, its first letters, last, or a number of coach runs list; with --athlete, last is that athlete's newest
    run. It takes precedence over the pod.
    """
    from coach.app.athletes import saved_athlete
    from coach.app.race import note_shoe, shoe_of
    from coach.review.journaled import header_of_line, is_simulated

    runner = saved_athlete(athlete)
    shoe = shoe_of(runner, slug)
    stored = note_shoe(run, shoe, runner.slug if athlete else "")
    narrate(f"Saved: run {stored.path.name} in {shoe}.")
    if is_simulated(header_of_line(stored.manifest.header)):
        narrate("It is a simulated run, which adds no kilometres to a pair.")


@command.command("remove")
@click.argument("slug", metavar="SLUG")
@athlete_option(_WHOSE)
def remove(slug: str, *, athlete: str | None) -> None:
    """Remove a pair, and the factors of its pods.

    Its runs keep its name. Retire a pair that is worn out: coach gear set SLUG --retire.
    """
    from coach.app.athletes import stored_athlete
    from coach.app.race import remove_shoe, shoe_of

    runner = stored_athlete(athlete)
    shoe = shoe_of(runner, slug)
    remove_shoe(runner, shoe)
    narrate(f"Removed: {shoe}.")


def _slug(athlete: str | None) -> str | None:
    """Return the slug of the given athlete; None for the chosen, the only or the first one."""
    if athlete is None:
        return None
    from coach.app.athletes import stored_athlete

    return stored_athlete(athlete).slug


def _list(athlete: str | None, *, as_json: bool) -> None:
    from coach.app.athletes import saved_athlete
    from coach.app.race import gear_here

    runner = saved_athlete(athlete, hint="coach gear set racer --name Streak adds a pair.")
    with progress_bar("Reading the runs") as progress:
        gear = gear_here(runner, progress=progress)
    if as_json:
        for shoe in gear.shoes:
            out_json({"v": 1} | shoe.as_json())
        return
    if gear.shoes:
        _print_shoes(gear, runner.units)
    else:
        narrate("There are no shoes yet: coach gear set racer --name Streak --purpose race")
    _print_rest(gear, runner.units)


def _print_shoes(gear: "Gear", unit: str) -> None:
    rows = [
        (
            shoe.slug,
            shoe.name,
            "-" if shoe.known_metres is None else long_distance(shoe.known_metres, unit)[0],
            str(shoe.runs),
            shoe.surface or "-",
            shoe.purpose or "-",
            "-" if shoe.last_day is None else shoe.last_day.isoformat(),
            _state(shoe),
        )
        for shoe in gear.shoes
    ]
    head = (
        "shoe",
        "name",
        unit_word(unit),
        "runs",
        "surface",
        "purpose",
        "last",
        "state",
    )
    out_table(head, rows)


def _state(shoe: "ShoeWear") -> str:
    words = [shoe.ready_words]
    if shoe.is_worn_out and not shoe.is_retired:
        words.append("limit reached")
    if shoe.unmeasured:
        words.append(f"{shoe.unmeasured} without a distance")
    return ", ".join(words)


def _print_rest(gear: "Gear", unit: str) -> None:
    far = " ".join(long_distance(gear.metres_without, unit))
    for slug in gear.unknown:
        narrate(f"Runs have the unknown shoe {slug}: coach gear set {slug} adds it.")
    if gear.runs_without and gear.shoes:
        many = f"{gear.runs_without} runs" if gear.runs_without > 1 else "1 run"
        narrate(f"{many} without a shoe ({far}): coach gear wear last SLUG")
    if not gear.shoes and gear.runs_without:
        out(f"{gear.runs_without} runs without a shoe, {far}")
