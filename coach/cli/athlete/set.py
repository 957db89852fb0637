"""`coach athlete set`: save what is known of an athlete."""

from typing import Any

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("slug", required=False)
@click.option("--name", metavar="TEXT", help="The athlete's name.")
@click.option(
    "--race",
    metavar='"DISTANCE=TIME"',
    multiple=True,
    help='A result, such as "5 km=20:15" (add @2026-05-31).',
)
@click.option(
    "--threshold-pace", metavar="PACE", help="Pace for an hour's race, such as 4:10/km or 6:42/mile."
)
@click.option("--max-heart-rate", "max", type=float, metavar="BPM", help="Highest heart rate.")
@click.option(
    "--threshold-heart-rate", "threshold", type=float, metavar="BPM", help="Mean of a 30-minute effort."
)
@click.option("--rest-heart-rate", "rest", type=float, metavar="BPM", help="Heart rate at rest.")
@click.option("--estimated", is_flag=True, help="These heart rates are estimates; no cue is made from them.")
@click.option("--age", type=float, metavar="YEARS", help="Estimate the highest heart rate: 208 - 0.7 a year.")
@click.option("--ceiling", type=float, metavar="BPM", help="A heart rate never to exceed; always watched.")
@click.option("--goal", metavar='"DISTANCE=TIME"', help='What is trained for, such as "10 km=42:00".')
@click.option("--goal-pace", metavar="PACE", help="The pace trained for, such as 3:55/km.")
@click.option(
    "--top-speed", type=float, metavar="MPS", help="Best speed over 60 to 100 m, metres per second."
)
@click.option(
    "--trial",
    metavar='"DISTANCE=TIME"',
    multiple=True,
    help='A run of a critical-speed test, such as "1200 m=4:10".',
)
@click.option("--weight", type=float, metavar="KG", help="Body weight; nothing needs it.")
@click.option("--cadence", metavar="HOW=SPM", multiple=True, help="Your own cadence: easy=168 or fast=184.")
@click.option("--pace", metavar="NAME=PACE", multiple=True, help="A pace by hand, such as easy=5:30-6:00/km.")
@click.option(
    "--gear-border", type=float, metavar="PERCENT", help="Where gear 3 ends, 72 to 88 % of the maximum."
)
@click.option("--shoe", metavar="SLUG=NAME", multiple=True, help="A pair of shoes, such as racer=Streak.")
@click.option(
    "--pod-factor",
    metavar="SHOE/POD=FACTOR",
    multiple=True,
    help="True metres per metre a pod says, such as racer/Stryd=0.98.",
)
@click.option("--units", type=click.Choice(["km", "mile"]), help="Say paces per kilometre or per mile.")
@click.option(
    "--from", "day", metavar="DATE", help="Since when this is true, such as 2026-05-31 (default: today)."
)
def command(slug: str | None, day: str | None, **given: Any) -> None:
    """Save an athlete's heart rates, paces and results.

    What is given is added to what was known before, with its date; nothing is forgotten. SLUG is the short
    name the athlete is called by; the only athlete there is needs none, and a first one is called "me".
    """
    from coach.cli.athlete.given import about_of, entry_of

    about, entry = about_of(given), entry_of(given)
    if not entry and not about:
        raise click.UsageError("Nothing to save: give at least one option, such as --threshold-pace 4:10/km.")

    from coach.cli.errors import narrate
    from coach.cli.people import save_changes

    path = save_changes(slug, about, entry, day)
    narrate(f"Saved in {path}")
