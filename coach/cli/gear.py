"""`coach gear`: the shoes, how far they have gone, and which of them can be raced in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from coach.cli.group import CoachGroup
from coach.cli.parameters import athlete_option
from coach.cli.text import narrate, out, out_json, out_table, progress_bar

if TYPE_CHECKING:
    from coach.plan.gear import Gear, ShoeWear

_WHOSE = "Whose shoes; needed only if there are several athletes and none is chosen."
_Command = Callable[..., None]


@click.group(cls=CoachGroup, invoke_without_command=True, no_args_is_help=False)
@athlete_option(_WHOSE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_context
def command(context: click.Context, *, athlete: str | None, as_json: bool) -> None:
    """Your shoes: kilometres, what they are for, ready to race.

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
@click.option("--name", metavar="TEXT", help="What they are called.")
@click.option(
    "--surface", type=click.Choice(["road", "track", "trail", "treadmill"]), help="What they are for."
)
@click.option("--purpose", metavar="WORD", help="easy, race, ...; the pair for races is race.")
@click.option("--limit-km", type=click.FloatRange(1, 10_000), help="How far they are to go at most.")
@click.option("--already-km", type=click.FloatRange(0, 10_000), help="How far they had gone before.")
@click.option(
    "--race-ready/--by-runs", default=None, help="They are broken in; or let the runs tell (the default)."
)
@click.option("--retire/--unretire", default=None, help="Put them away, or take them back.")
@athlete_option(_WHOSE)
def set_(*, slug: str, athlete: str | None, retire: bool | None, **told: Any) -> None:
    """Add a pair, or change what is known of one.

    SLUG is a short name of small letters and digits, such as racer. The factors of pods that sat on a pair stay with
    it; coach sensors pair POD --shoe SLUG says which pod is on it.
    """
    from coach.app.athletes import today
    from coach.app.gear import change_shoe

    changes = {name: value for name, value in told.items() if value is not None}
    if retire is not None:
        changes["retired"] = today() if retire else None
    newer = change_shoe(_slug(athlete), slug.strip().casefold(), changes)
    shoe = next(each for each in newer.shoes if each.slug == slug.strip().casefold())
    narrate(f"Kept: {shoe.name} ({shoe.slug}).")


@command.command("wear")
@click.argument("run", metavar="RUN")
@click.argument("slug", metavar="SLUG")
@athlete_option(_WHOSE)
def wear(run: str, slug: str, *, athlete: str | None) -> None:
    """Say in which shoes a run was run.

    RUN is an id, its first letters, last, or a number of coach runs list. What is said wins over the pod.
    """
    from coach.app.athletes import saved_athlete
    from coach.app.gear import note_shoe, shoe_of
    from coach.review.journaled import header_of_line, is_simulated

    shoe = shoe_of(saved_athlete(athlete), slug)
    stored = note_shoe(run, shoe)
    narrate(f"Kept: run {stored.path.name} in {shoe}.")
    if is_simulated(header_of_line(stored.manifest.header)):
        narrate("A simulated runner ran it: it adds nothing to a pair.")


@command.command("remove")
@click.argument("slug", metavar="SLUG")
@athlete_option(_WHOSE)
def remove(slug: str, *, athlete: str | None) -> None:
    """Forget a pair, and the factors of pods on it.

    Its runs keep its name; coach gear set SLUG --retire keeps a pair that is worn out.
    """
    from coach.app.athletes import saved_athlete
    from coach.app.gear import remove_shoe, shoe_of

    runner = saved_athlete(athlete)
    shoe = shoe_of(runner, slug)
    remove_shoe(runner, shoe)
    narrate(f"Forgotten: {shoe}.")


def _slug(athlete: str | None) -> str | None:
    """The slug of who is named; None for the chosen or only one, or the first."""
    if athlete is None:
        return None
    from coach.app.athletes import saved_athlete

    return saved_athlete(athlete).slug


def _list(athlete: str | None, *, as_json: bool) -> None:
    from coach.app.athletes import saved_athlete
    from coach.app.gear import gear_here

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
    from coach.quantities import long_distance

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
        "miles" if unit == "mile" else "km",
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
        words.append("as far as you wanted")
    if shoe.unmeasured:
        words.append(f"{shoe.unmeasured} without a distance")
    return ", ".join(words)


def _print_rest(gear: "Gear", unit: str) -> None:
    from coach.quantities import long_distance

    far = " ".join(long_distance(gear.metres_without, unit))
    for slug in gear.unknown:
        narrate(f"Runs name {slug}, which is no pair: coach gear set {slug} adds it.")
    if gear.runs_without and gear.shoes:
        many = f"{gear.runs_without} runs" if gear.runs_without > 1 else "1 run"
        narrate(f"{many} without a shoe ({far}): coach gear wear last SLUG")
    if not gear.shoes and gear.runs_without:
        out(f"{gear.runs_without} runs without a shoe, {far}")
