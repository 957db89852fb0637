"""`coach athlete`: athletes, their heart rates, paces and results, and the lessons of their runs."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachGroup
from coach.cli.shared import (
    can_ask,
    narrate,
    out,
    out_document,
    out_json,
    out_lines,
    out_table,
    print_problem,
    race_option,
    table,
)
from coach.problems import AthleteProblem
from coach.spelling import Misspelt, race_name, read_dated_race

if TYPE_CHECKING:
    from coach.athlete import Athlete, Now, Shoe
    from coach.physiology.performance import Prediction
    from coach.workout.resolve import AthleteProfile, ProfileSection, ZoneTable

# --- an athlete as lines and as JSON; unknown values are absent


def athlete_lines(athlete: "Athlete") -> Iterator[str]:
    """Describe what is known of an athlete, a line each."""
    now, rates = athlete.now, athlete.now.heart_rate
    yield athlete.name if athlete.name == athlete.slug else f"{athlete.name} ({athlete.slug})"
    for name, rate in (("maximum", rates.max), ("threshold", rates.threshold), ("at rest", rates.rest)):
        if rate is not None:
            yield f"  heart rate {name:10}{rate.bpm:.0f} bpm, {rate.source}"
    if athlete.ceiling_bpm is not None:
        yield f"  never above {athlete.ceiling_bpm:.0f} bpm"
    for words, value in (
        ("threshold pace       {}", now.threshold_pace),
        ("top speed            {:.1f} m/s", now.top_speed_mps),
        ("weighs {:g} kg", now.weight_kg),
        ("cadence easy         {:.0f} steps a minute", now.cadence.easy),
        ("cadence fast         {:.0f} steps a minute", now.cadence.fast),
        ("has run since        {}", athlete.running_since),
    ):
        if value is not None:
            yield f"  {words.format(value)}"
    if athlete.injuries:
        yield f"  old injuries         {', '.join(athlete.injuries)}"
    yield from _pace_lines(now)
    for shoe in athlete.shoes:
        yield from _shoe_lines(shoe)


def profile_lines(profile: "AthleteProfile") -> Iterator[str]:
    """Format paces, zones, critical speed, notes, and the values that are missing."""
    from coach.workout.resolve import profile_blocks

    yield profile.athlete.name
    for block in profile_blocks(profile):
        yield ""
        yield block.heading
        yield from _body(block)


def prediction_lines(races: "Sequence[Prediction]", unit: str = "km") -> Iterator[str]:
    """Format predicted race times, with paces per `unit`, and the races that cannot be predicted."""
    from coach.workout.resolve import prediction_block

    yield from _body(prediction_block(races, unit))


def profile_tree(profile: "AthleteProfile") -> dict[str, Any]:
    """Return the profile as JSON values, with units in the keys."""
    tree: dict[str, Any] = {"v": 1, "athlete": profile.athlete.slug}
    if profile.fitness is not None:
        tree |= {"vdot": round(profile.fitness.vdot, 2), "vdot_from": profile.fitness.words}
    tree["paces"] = [
        {
            "name": line.name,
            "slowest_mps": round(line.slow, 4),
            "fastest_mps": round(line.fast, 4),
            "source": line.source,
            "derived": line.derived,
        }
        | (
            {}
            if line.between is None
            else {
                "may_be_slowest_mps": round(line.between[0], 4),
                "may_be_fastest_mps": round(line.between[1], 4),
            }
        )
        for line in profile.paces
    ]
    tree["heart_rate_zones"] = [_table_tree(each) for each in profile.tables]
    tree["pace_zones"] = [
        _present({"zone": zone.name, "slowest_mps": zone.slow, "fastest_mps": zone.fast}, 4)
        for zone in profile.pace_zones
    ]
    if profile.critical_speed is not None:
        fit = profile.critical_speed
        tree["critical_speed"] = {
            "critical_speed_mps": round(fit.speed, 4),
            "d_prime_m": round(fit.reserve, 1),
            "trials": fit.trials,
            "worst_s": round(fit.worst_s, 1),
        }
    tree["predictions"] = [prediction_tree(race) for race in profile.predictions]
    tree["missing"] = [
        {"what": gap.what, "gives": gap.gives, "command": gap.command} for gap in profile.missing
    ]
    tree["notes"] = list(profile.remarks)
    return tree


def prediction_tree(race: "Prediction") -> dict[str, Any]:
    """Return a prediction as JSON values, with units in the keys."""
    tree: dict[str, Any] = {"race": race.name, "distance_m": round(race.metres, 1)}
    times = {
        "vdot_s": race.vdot_s,
        "riegel_s": race.riegel_s,
        "critical_speed_s": race.critical_speed_s,
        "quickest_s": race.quickest_s,
        "slowest_s": race.slowest_s,
    }
    tree |= _present(times, 1)
    if race.by is not None:
        tree |= {"from": race.by.words, "from_race": race.by.is_race}
    if race.nearest is not None and race.nearest != race.by:
        tree["riegel_from"] = race.nearest.words
    if race.is_far:
        tree["times_off"] = round(race.times_off, 1)
    return tree | ({"refused": race.refused} if race.refused else {})


def _body(block: "ProfileSection") -> Iterator[str]:
    """Return the lines of a section's table and of its text, with a blank line between."""
    if block.head:
        yield from table(block.head, block.rows)
    if block.head and block.lines:
        yield ""
    yield from block.lines


def _table_tree(each: "ZoneTable") -> dict[str, Any]:
    rows = [
        _present({"zone": zone.name, "low_bpm": zone.low, "high_bpm": zone.high}, 1) for zone in each.zones
    ]
    return {"model": each.model, "source": each.source, "estimated": each.estimated, "zones": rows}


def _present(values: dict[str, Any], digits: int) -> dict[str, Any]:
    return {
        key: round(value, digits) if isinstance(value, float) else value
        for key, value in values.items()
        if value is not None
    }


def _pace_lines(now: "Now") -> Iterator[str]:
    from coach.physiology.performance import words_of

    for pace_name, pace in now.paces.items():
        yield f"  {pace_name} pace by hand: {pace}"
    for race in now.races:
        yield f"  raced {words_of(race)}"
    for trial in now.trials:
        yield f"  critical-speed trial {words_of(trial)}"
    if now.goal is not None:
        yield f"  trains for {now.goal.pace or f'{now.goal.distance} in {now.goal.time}'}"


def _shoe_lines(shoe: "Shoe") -> Iterator[str]:
    yield f"  shoes {shoe.name} ({shoe.slug})"
    for factor in shoe.factors:
        how = "long" if factor.factor < 1 else "short"
        off = abs(1 / factor.factor - 1)
        yield f"    {factor.pod} reads {how} {off:.1%}, factor {factor.factor:.3f} ± {factor.sd:.3f}"


_SAVE_FIRST: Final = "Save one: coach athlete set --race 5k=22:30 (or --threshold-pace 4:10/km)"
_RATES: Final = ("max", "rest", "threshold")
_TYPED_SD: Final = 0.01
"""Standard deviation of a typed pod factor: it comes from a measured stretch, good to about 1 %. Judged."""


def _athlete_parameters(command_: Callable[..., None]) -> Callable[..., None]:
    """Take an athlete as an argument or, as in other commands, by --athlete."""

    @wraps(command_)
    def merged(*, athlete: str | None, named: str | None, **options: Any) -> None:
        if athlete and named and athlete != named:
            raise click.UsageError(f"Two athletes are given: {athlete} and {named}.")
        command_(athlete=athlete or named, **options)

    by_option = click.option("--athlete", "named", metavar="FILE|SLUG", help="The same as ATHLETE.")
    return click.argument("athlete", required=False)(by_option(merged))


@click.group(cls=CoachGroup)
def command() -> None:
    """Athletes: heart rates, paces and results."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(as_json: bool) -> None:
    """List the saved athletes, each with the paces they run by.

    A * marks the default athlete of all commands; coach config set athlete SLUG chooses another.
    """
    from coach.app.athletes import find_athlete
    from coach.edge.store import Store
    from coach.workout.resolve import profile_of

    store = Store()
    slugs = store.athletes()
    default = store.athlete_of_settings() or (slugs[0] if len(slugs) == 1 else "")
    rows = []
    for slug in slugs:
        try:
            athlete = find_athlete(slug, store)
        except AthleteProblem as problem:
            print_problem(problem)
            continue
        assert athlete is not None
        profile = profile_of(athlete)
        if as_json:
            out_json(_listed_tree(profile, is_chosen=slug == default))
        rows.append(_listed(profile, is_chosen=slug == default))
    if not as_json and rows:
        for line in table((" ", "athlete", "name", "5k pace", "easy", "paces from"), rows):
            out(line)
    if not slugs:
        narrate(f"No athlete is saved yet. {_SAVE_FIRST}")
    elif default and default not in slugs and not Path(default).exists():
        narrate(
            f"The settings choose {default}, who is not saved. Choose one: coach config set athlete {slugs[0]}"
        )
    elif not default and not as_json:
        narrate(f"Set the default: coach config set athlete {slugs[0]}; for once: --athlete {slugs[0]}")


def _listed(profile: "AthleteProfile", *, is_chosen: bool) -> tuple[str, ...]:
    """Return an athlete as a row of the list."""
    from coach.workout.resolve import pace_words

    athlete = profile.athlete
    paces = {line.name: pace_words(line, athlete.units) for line in profile.paces}
    five, easy = (f"{paces[name]}/{athlete.units}" if name in paces else "" for name in ("5k", "easy"))
    source = "" if profile.fitness is None else profile.fitness.words
    return ("*" if is_chosen else "", athlete.slug, athlete.name, five, easy, source)


def _listed_tree(profile: "AthleteProfile", *, is_chosen: bool) -> dict[str, Any]:
    """Return an athlete of the list as JSON values."""
    athlete = profile.athlete
    tree: dict[str, Any] = {"v": 1, "athlete": athlete.slug, "name": athlete.name, "units": athlete.units}
    tree["chosen"] = is_chosen
    paces = {line.name: line for line in profile.paces}
    if "5k" in paces:
        tree["five_k_mps"] = round(paces["5k"].slow, 4)
    if profile.fitness is not None:
        tree |= {"vdot": round(profile.fitness.vdot, 2), "vdot_from": profile.fitness.words}
    return tree


@command.command("show")
@_athlete_parameters
@click.option("--json", "as_json", is_flag=True, help="Print the whole document.")
def show(athlete: str | None, as_json: bool) -> None:
    """Show what is known of an athlete.

    ATHLETE is a file or the slug of one who was saved; needed only if there are several and none is chosen.
    """
    from coach.app.athletes import saved_athlete
    from coach.athlete import dump_athlete

    saved = saved_athlete(athlete, hint=_SAVE_FIRST)
    if as_json:
        out_document(json.loads(dump_athlete(saved)))
        return
    for line in athlete_lines(saved):
        out(line)


@command.command("set")
@click.argument("slug", required=False)
@click.option("--name", metavar="TEXT", help="The athlete's name.")
@click.option(
    "--race",
    metavar='"DISTANCE=TIME"',
    multiple=True,
    help="A result, such as 5k=22:30 or half=1:35; @2026-05-31 behind it is its day.",
)
@click.option(
    "--threshold-pace", metavar="PACE", help="Pace for an hour's race, such as 4:10/km or 6:42/mile."
)
@click.option("--max-heart-rate", "max", type=float, metavar="BPM", help="Highest heart rate.")
@click.option(
    "--threshold-heart-rate", "threshold", type=float, metavar="BPM", help="Mean of 20 min in a 30-min trial."
)
@click.option("--rest-heart-rate", "rest", type=float, metavar="BPM", help="Resting heart rate.")
@click.option("--estimated", is_flag=True, help="Mark these heart rates as estimates; they trigger no cues.")
@click.option("--age", type=float, metavar="YEARS", help="Estimate the highest heart rate: 208 - 0.7 x age.")
@click.option("--ceiling", type=float, metavar="BPM", help="A heart rate never to exceed; always watched.")
@click.option("--goal", metavar='"DISTANCE=TIME"', help='Your goal, such as "10 km=42:00".')
@click.option("--goal-pace", metavar="PACE", help="Your goal as a pace, such as 3:55/km.")
@click.option("--top-speed", type=float, metavar="MPS", help="Best speed over 60 to 100 m, in m/s.")
@click.option(
    "--trial",
    metavar='"DISTANCE=TIME"',
    multiple=True,
    help='A run of a critical-speed test, such as "1200 m=4:10".',
)
@click.option("--weight", type=float, metavar="KG", help="Body weight; optional.")
@click.option("--cadence", metavar="HOW=SPM", multiple=True, help="Your own cadence: easy=168 or fast=184.")
@click.option("--pace", metavar="NAME=PACE", multiple=True, help="A pace by hand, such as easy=5:30-6:00/km.")
@click.option(
    "--gear-border",
    type=float,
    metavar="PERCENT",
    help="Upper end of gear 3 of six, 72 to 88 % of the maximum.",
)
@click.option("--shoe", metavar="SLUG=NAME", multiple=True, help="A pair of shoes, such as racer=Streak.")
@click.option(
    "--pod-factor",
    metavar="SHOE/POD=FACTOR",
    multiple=True,
    help="True metres per metre of a pod, such as racer/Stryd=0.98.",
)
@click.option("--test", metavar="NAME=L/R", multiple=True, help="A simple test, such as hop=150/140 (cm).")
@click.option("--injury", metavar="NAME", multiple=True, help="An old injury: hamstring, Achilles, foot.")
@click.option("--running-since", metavar="DATE", help="The day since when you have run regularly.")
@click.option("--units", type=click.Choice(["km", "mile"]), help="Show paces per kilometre or per mile.")
@click.option(
    "--from",
    "day",
    metavar="DATE",
    help="The day the values are valid from, such as 2026-05-31 or 10 May (default: today).",
)
def set_(slug: str | None, day: str | None, **options: Any) -> None:
    """Save an athlete's heart rates, paces and results.

    The values are added to the athlete's history, with their date; earlier ones are kept. SLUG is the athlete's short
    name; the chosen or only athlete is the default, and a first one is called "me".
    """
    about, entry = _about(options), _entry(options)
    if not entry and not about:
        raise click.UsageError("Nothing to save: give at least one option, such as --threshold-pace 4:10/km.")

    from coach.app.athletes import paces_in_short, read_past_day, save_changes

    path, athlete = save_changes(slug, about, entry, None if day is None else read_past_day(day))
    paces = paces_in_short(athlete) if {"races", "threshold_pace", "paces"} & entry.keys() else ""
    narrate(
        f"Saved in {path}{f': {paces}' if paces else ''}{_from_elsewhere(athlete, entry) if paces else ''}"
    )


def _from_elsewhere(athlete: "Athlete", entry: Mapping[str, Any]) -> str:
    """Say what the paces come from, if results were entered and the paces come from none of them."""
    from coach.physiology.performance import best_race

    best = best_race(athlete.now)
    results = [f"{race_name(race['distance'])} in {race['time']} " for race in entry.get("races", ())]
    if best is None or not results or any(best.words.startswith(words) for words in results):
        return ""
    return f" (still from {best.words})"


@command.command("history")
@_athlete_parameters
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an entry.")
def history(athlete: str | None, as_json: bool) -> None:
    """List an athlete's values with numbers, the newest first.

    To correct a value, set it again for its day: coach athlete set --race "5k=22:08@2026-05-10". To remove one: coach
    athlete remove --entry NUMBER.
    """
    from coach.app.athletes import history_values, saved_athlete

    values = history_values(saved_athlete(athlete, hint=_SAVE_FIRST))
    if as_json:
        for number, value in enumerate(values, 1):
            tree = {"v": 1, "entry": number, "what": value.what, "value": value.value}
            out_json(tree | ({"from": value.day} if value.day else {}))
        return
    rows = [(str(number), value.day, value.what, value.value) for number, value in enumerate(values, 1)]
    for line in table(("", "from", "what", "value"), rows) if rows else ():
        out(line)
    if not rows:
        narrate("Nothing is known yet. coach athlete set --race 5k=22:30 gives all paces.")


@command.command("remove")
@_athlete_parameters
@click.option(
    "--entry",
    "entries",
    type=int,
    multiple=True,
    metavar="NUMBER",
    help="Remove only this entry of coach athlete history; may be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(athlete: str | None, entries: tuple[int, ...], yes: bool) -> None:
    """Delete an athlete, or entries of their history.

    Deleting an athlete cannot be undone: on a terminal you are asked first, without one --yes is needed. Their runs
    stay. An entry is removed at once, and the command that restores it is printed.
    """
    from coach.app.athletes import remove_values, saved_athlete
    from coach.edge.store import Store

    if entries:
        changed, removed = remove_values(athlete, entries)
        for value in removed:
            narrate(
                f"Removed from {changed.slug}: {value.what} {value.value}{f', {value.day}' if value.day else ''}"
            )
            narrate(f"  to restore it: {value.command(changed.slug)}")
        return
    store = Store()
    if not athlete:
        raise click.UsageError("Name the athlete to delete, or an entry: --entry NUMBER.")
    if athlete in store.athletes() and not yes:
        if not can_ask():
            raise click.UsageError("Not interactive: add --yes to delete the athlete for good.")
        try:
            for line in athlete_lines(saved_athlete(athlete, store=store)):
                narrate(line)
        except AthleteProblem as problem:  # a damaged document can be deleted too
            print_problem(problem)
        click.confirm("Delete this athlete for good?", abort=True, err=True)
    store.remove_athlete(athlete)
    narrate(f"Deleted {athlete}. Their runs are kept.")


@command.command("learnt")
@_athlete_parameters
@click.option(
    "--forget", metavar="RUN", help="Remove the lesson of this run; the first letters of its ID are enough."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a run.")
def learnt(athlete: str | None, forget: str | None, as_json: bool) -> None:
    """Show the lessons learnt from runs, or remove one.

    They are pod factors, whether a sensor counts both feet or one, cadence at speed, and the delay of the heart rate,
    the oldest first. Each recorded run of a saved athlete with paired sensors may add one, which applies from the
    next run on; --forget removes it again. Recordings are not changed.
    """
    from coach.app.athletes import saved_athlete, stored_athlete
    from coach.app.reviews import forget_lesson, habit_words, lesson_words
    from coach.athlete import dump_athlete
    from coach.edge.store import Store

    store = Store()
    find = saved_athlete if forget is None else stored_athlete
    saved = find(athlete, hint=_SAVE_FIRST, store=store)
    if forget is not None:
        runs = [lesson.run for lesson in saved.learnt if lesson.run.startswith(forget)]
        if len(runs) != 1:
            several = f"lessons of several runs begin with {forget!r}"
            raise AthleteProblem(
                several if len(runs) > 1 else f"no lesson was learnt from run {forget!r}",
                "coach athlete learnt lists them.",
            )
        store.save_athlete(saved.slug, dump_athlete(forget_lesson(saved, runs[0])))
        narrate(f"Removed the lessons of run {runs[0]}.")
        return
    for lesson in saved.learnt:
        if as_json:
            out_json(lesson.model_dump(mode="json", exclude_defaults=True))
            continue
        out(f"{lesson.day}  run {lesson.run}")
        for words in lesson_words(lesson):
            out(f"  {words}")
    if not saved.learnt:
        try:
            stored_athlete(athlete, store=store)
            narrate("No lessons yet.")
        except AthleteProblem as problem:  # no run adds lessons to a file
            print_problem(problem)
    elif not as_json:
        out(habit_words(saved.learnt))


@command.command("zones")
@_athlete_parameters
@click.option("--on", "day", metavar="DATE", help="Use the values of that day, such as 2026-05-31.")
@race_option()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def zones(athlete: str | None, day: str | None, race: str | None, as_json: bool) -> None:
    """Show an athlete's paces and zones, each with its source.

    ATHLETE is a file or the slug of one who was saved; needed only if there are several and none is chosen. The paces
    are those that workouts refer to. Missing values are listed with the commands that set them.
    """
    from coach.app.athletes import profile_for

    profile = profile_for(athlete, day, race)
    if as_json:
        out_json(profile_tree(profile))
        return
    for line in profile_lines(profile):
        out(line)


@command.command("tests")
@_athlete_parameters
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a test.")
def tests(athlete: str | None, as_json: bool) -> None:
    """Show the simple tests: left, right, and the change since last time.

    Do coach run simple-tests once a month, and save the results: coach athlete set --test side-plank=60/55. After a
    drop of 20 % the plan has easier plyometrics and sprints for four weeks.
    """
    from coach.app.athletes import saved_athlete
    from coach.app.plan import SIMPLE_TEST_HEAD, simple_test_row, simple_test_tree, simple_tests
    from coach.plan.strength import falls, simple_test_rows

    tests_by_day = simple_tests(saved_athlete(athlete, hint=_SAVE_FIRST))
    rows = simple_test_rows(tests_by_day)
    for row in rows if as_json else ():
        out_json(simple_test_tree(row))
    if rows and not as_json:
        out_table(SIMPLE_TEST_HEAD, [simple_test_row(row) for row in rows])
        out_lines(
            f"{row.words}: jumps and sprints are eased until it is back." for row in falls(tests_by_day)
        )
    if not rows:
        narrate("No simple test yet: coach run simple-tests, then set --test hop=150/140")


@command.command("predict")
@_athlete_parameters
@race_option()
@click.option("--distance", metavar="DISTANCE", multiple=True, help='Predict only this, such as "15 km".')
@click.option("--on", "day", metavar="DATE", help="Use the values of that day, such as 2026-05-31.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def predict(
    athlete: str | None, race: str | None, distance: tuple[str, ...], day: str | None, as_json: bool
) -> None:
    """Predict race times: VDOT and Riegel side by side, with their spread.

    ATHLETE is a file or the slug of one who was saved; needed only if there are several and none is chosen. The times
    fit the paces of coach athlete zones. A distance more than four times as long or as short as every race has a wide
    spread, which is marked.
    """
    from coach.app.athletes import predictions_for

    runner, races = predictions_for(athlete, day, race=race, distances=distance)
    if as_json:
        slug = "" if race is not None else runner.slug
        out_json({"v": 1, "athlete": slug, "predictions": [prediction_tree(each) for each in races]})
        return
    for line in prediction_lines(races, runner.units):
        out(line)


# --- the options of `coach athlete set` as an athlete document writes them


def _about(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are not dated; options that were not given are absent."""
    from coach.app.athletes import read_past_day

    about = {
        "name": options["name"],
        "units": options["units"],
        "ceiling_bpm": options["ceiling"],
        "gear_border_percent": options["gear_border"],
        "running_since": options["running_since"] and read_past_day(options["running_since"]),
        "injuries": options["injury"] or None,
    }
    shoes = _shoes(options["shoe"], options["pod_factor"])
    return {key: value for key, value in about.items() if value is not None} | (
        {"shoes": shoes} if shoes else {}
    )


def _entry(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as an entry of the history, empty without any; the document checks the values.

    Raises:
        AthleteProblem: the age is impossible.
        click.UsageError: an option that needs two values has one, or two options contradict each other.
    """
    entry: dict[str, Any] = {}
    rates = _rates(options)
    if rates:
        entry["heart_rate"] = rates
    for option, key in (
        ("threshold_pace", "threshold_pace"),
        ("top_speed", "top_speed_mps"),
        ("weight", "weight_kg"),
    ):
        if options[option] is not None:
            entry[key] = options[option]
    for option, key in (("race", "races"), ("trial", "trials")):
        if options[option]:
            entry[key] = [_result(text, f"--{option}") for text in options[option]]
    if options["goal"] is not None and options["goal_pace"] is not None:
        raise click.UsageError("Give --goal or --goal-pace, not both.")
    if options["goal_pace"] is not None:
        entry["goal"] = {"pace": options["goal_pace"]}
    elif options["goal"] is not None:
        entry["goal"] = _result(options["goal"], "--goal")
    if options["cadence"]:
        pairs = (_pair(text, "--cadence") for text in options["cadence"])
        entry["cadence"] = {how: _number(value, "--cadence") for how, value in pairs}
    if options["pace"]:
        entry["paces"] = dict(_pair(text, "--pace") for text in options["pace"])
    if options["test"]:
        entry["tests"] = dict(_sides(text) for text in options["test"])
    return entry


def _result(text: str, option: str) -> dict[str, str]:
    """Read a distance with its time and, after @, its day: `5 km=20:15@2026-05-31`; an ambiguous time is explained.

    Raises:
        click.UsageError: it is no result.
    """
    from coach.app.athletes import today

    try:
        race, day = read_dated_race(text, today())
    except Misspelt as wrong:
        raise click.UsageError(f"{option}: {wrong.reason}. {wrong.fix}") from None
    if race.guess:
        narrate(f"Note: {race.guess}")
    result = {"distance": race.distance, "time": race.time}
    return result | {"date": day} if day else result


def _rates(options: Mapping[str, Any]) -> dict[str, Any]:
    source = "estimated" if options["estimated"] else "measured"
    rates = {name: {"bpm": options[name], "source": source} for name in _RATES if options[name] is not None}
    if options["age"] is not None:
        if "max" in rates:
            raise click.UsageError(
                "--age estimates the highest heart rate: leave --max-heart-rate or --age out."
            )
        from coach.physiology.zones import estimated_maximum

        try:
            bpm = round(estimated_maximum(options["age"]))
        except ValueError as reason:
            raise AthleteProblem(str(reason), "Give the age in years, such as --age 42.") from None
        rates["max"] = {"bpm": bpm, "source": "estimated"}
    return rates


def _sides(text: str) -> tuple[str, dict[str, float]]:
    """Read a simple test: `side-plank=60/55`."""
    name, value = _pair(text, "--test")
    left, sign, right = value.partition("/")
    if not sign:
        raise click.UsageError(f"--test takes left and right separated by /, not {value!r}.")
    return name, {"left": _number(left, "--test"), "right": _number(right, "--test")}


def _shoes(shoes: tuple[str, ...], factors: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the pairs of shoes from both options; a pair named only by a factor has no name."""
    by_slug: dict[str, dict[str, Any]] = {}
    for text in shoes:
        slug, name = _pair(text, "--shoe")
        by_slug[slug] = {"slug": slug, "name": name}
    for text in factors:
        where, value = _pair(text, "--pod-factor")
        slug, sign, pod = where.partition("/")
        if not sign or not slug.strip() or not pod.strip():
            raise click.UsageError(
                f"--pod-factor names a shoe and a pod, as in racer/Stryd=0.98, not {text!r}."
            )
        factor = {"pod": pod.strip(), "factor": _number(value, "--pod-factor"), "sd": _TYPED_SD}
        by_slug.setdefault(slug.strip(), {"slug": slug.strip()}).setdefault("factors", []).append(factor)
    return list(by_slug.values())


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise click.UsageError(f"{option} takes two values separated by =, not {text!r}.")
    return name.strip(), value.strip()


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"{option} takes a number after the =, not {text!r}.") from None
