"""`coach workout list`: what can be run by name."""

from typing import TYPE_CHECKING

import click

from coach.cli.group import CoachCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.workout.card import Card, Wanted


@click.command(cls=CoachCommand)
@click.argument("words", nargs=-1)
@click.option("--for", "focus", metavar="RACE", help="Good for this race: 5k, 10k, half, marathon, ...")
@click.option(
    "--level",
    "levels",
    multiple=True,
    metavar="LEVEL",
    help="beginner, intermediate or advanced; may be repeated.",
)
@click.option("--phase", metavar="PHASE", help="Where in a season: base, build, peak, taper, recovery.")
@click.option(
    "--system", metavar="SYSTEM", help="What it trains: easy, threshold, vo2max, speed, strength, ..."
)
@click.option("--under", metavar="TIME", help="Takes no longer: 60min, 1h30, 1:30:00.")
@click.option("--search", metavar="TEXT", default="", help="Says every one of these words, as WORDS do.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(
    *,
    words: tuple[str, ...],
    focus: str | None,
    levels: tuple[str, ...],
    phase: str | None,
    system: str | None,
    under: str | None,
    search: str,
    as_json: bool,
) -> None:
    """List the workouts that can be run by name.

    With WORDS, only those that have every one of them in their name, title, purpose, description or tags. With
    options, only those that fit all of them; a workout without a phase fits every phase.
    """
    from coach.cli.catalogue import cards
    from coach.cli.errors import narrate, tell
    from coach.cli.text import out, out_json, table
    from coach.workout.card import Card, Wanted, race_named

    wanted = Wanted(
        words=(*words, *search.split()),
        focus=race_named(focus or ""),
        levels=tuple(level.casefold() for level in levels),
        phase=(phase or "").casefold(),
        system=(system or "").casefold(),
        under_s=_limit(under),
    )
    everything: list[Card] = []
    for each in cards():
        if isinstance(each, Card):
            everything.append(each)
        else:
            tell(each)
    _check(wanted, everything)
    found = [card for card in everything if wanted.fits(card)]
    if as_json:
        for card in found:
            out_json(card.as_json())
    elif found:
        for line in table(("name", "time", "distance", "level", "what it is"), map(_row, found)):
            out(line)
        narrate("coach workout show NAME shows its steps, coach run NAME runs it.")
        if any(card.opt_in for card in found):
            narrate("Opt-in: rests on a claim, not on evidence; coach workout show NAME says which.")
    else:
        narrate("No workout is like that." if everything else "There are no workouts.")


def _row(card: "Card") -> tuple[str, ...]:
    title = f"{card.title} (opt-in)" if card.opt_in else card.title
    return (card.name, card.minutes, card.distance, card.level, title)


def _limit(under: str | None) -> float | None:
    from coach.workout.card import read_limit

    try:
        return None if under is None else read_limit(under)
    except ValueError as wrong:
        raise click.BadParameter(f"{wrong}; write 60min, 1h30 or 1:30:00", param_hint="--under") from None


def _check(wanted: "Wanted", everything: "Sequence[Card]") -> None:
    """Refuse a tag that no workout has: it is misspelt, and an empty list would not say so."""
    known = {
        "--for": {race for card in everything for race in card.focus},
        "--level": {card.level for card in everything},
        "--phase": {phase for card in everything for phase in card.phases},
        "--system": {card.system for card in everything},
    }
    asked = [("--for", wanted.focus), ("--phase", wanted.phase), ("--system", wanted.system)]
    asked += [("--level", level) for level in wanted.levels]
    for option, tag in asked:
        if tag and tag not in known[option]:
            names = ", ".join(sorted(known[option] - {""}))
            raise click.BadParameter(f"no workout is tagged {tag!r}; there are {names}", param_hint=option)
