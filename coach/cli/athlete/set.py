"""`coach athlete set`: save what is known of an athlete."""

from typing import Any, Final

import click

from coach.cli.group import CoachCommand

_RATES: Final = ("max", "rest", "threshold")


@click.command(cls=CoachCommand)
@click.argument("slug", required=False)
@click.option("--name", metavar="TEXT", help="The athlete's name.")
@click.option(
    "--threshold-pace", metavar="PACE", help="Pace for an hour's race, such as 4:10/km or 6:42/mile."
)
@click.option("--max-heart-rate", "max", type=float, metavar="BPM", help="Highest heart rate.")
@click.option(
    "--threshold-heart-rate", "threshold", type=float, metavar="BPM", help="Mean of a 30-minute effort."
)
@click.option("--rest-heart-rate", "rest", type=float, metavar="BPM", help="Heart rate at rest.")
@click.option("--estimated", is_flag=True, help="These heart rates are estimates; no cue is made from them.")
@click.option("--ceiling", type=float, metavar="BPM", help="A heart rate never to exceed; always watched.")
@click.option(
    "--race", metavar='"DISTANCE=TIME"', multiple=True, help='A result of today, such as "5 km=20:15".'
)
@click.option("--goal-pace", metavar="PACE", help="The pace trained for, such as 3:55/km.")
@click.option(
    "--top-speed", type=float, metavar="MPS", help="Best speed over 60 to 100 m, metres per second."
)
@click.option("--pace", metavar="NAME=PACE", multiple=True, help="A pace by hand, such as easy=5:30-6:00/km.")
@click.option("--units", type=click.Choice(["km", "mile"]), help="Say paces per kilometre or per mile.")
@click.option(
    "--from", "day", metavar="DATE", help="Since when this is true, such as 2026-05-31 (default: today)."
)
def command(
    slug: str | None,
    name: str | None,
    units: str | None,
    ceiling: float | None,
    day: str | None,
    **given: Any,
) -> None:
    """Save an athlete's heart rates and paces.

    What is given is added to what was known before, with its date; nothing is forgotten. SLUG is the short
    name the athlete is called by; the only athlete there is needs none, and a first one is called "me".
    """
    entry = _entry(**given)
    if not entry and name is None and units is None and ceiling is None:
        raise click.UsageError("Nothing to save: give at least one option, such as --threshold-pace 4:10/km.")

    from coach.cli.errors import narrate
    from coach.cli.people import save_changes

    about = {"name": name, "units": units, "ceiling_bpm": ceiling}
    path = save_changes(slug, {key: value for key, value in about.items() if value is not None}, entry, day)
    narrate(f"Saved in {path}")


def _entry(
    *,
    threshold_pace: str | None,
    estimated: bool,
    race: tuple[str, ...],
    goal_pace: str | None,
    top_speed: float | None,
    pace: tuple[str, ...],
    **rates: float | None,
) -> dict[str, Any]:
    """What an entry of the history says, as a document writes it; empty if nothing."""
    source = "estimated" if estimated else "measured"
    known = {name: {"bpm": bpm, "source": source} for name in _RATES if (bpm := rates[name]) is not None}
    entry: dict[str, Any] = {}
    if known:
        entry["heart_rate"] = known
    if threshold_pace is not None:
        entry["threshold_pace"] = threshold_pace
    if race:
        entry["races"] = [
            dict(zip(("distance", "time"), _pair(text, "--race"), strict=True)) for text in race
        ]
    if goal_pace is not None:
        entry["goal"] = {"pace": goal_pace}
    if top_speed is not None:
        entry["top_speed_mps"] = top_speed
    if pace:
        entry["paces"] = dict(_pair(text, "--pace") for text in pace)
    return entry


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise click.UsageError(f"{option} takes two values with = between, not {text!r}.")
    return name.strip(), value.strip()
