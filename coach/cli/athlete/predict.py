"""`coach athlete predict`: race times by two formulas."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("athlete", required=False)
@click.option(
    "--race", metavar='"DISTANCE=TIME"', help='As if this had been raced today, such as "5 km=20:15".'
)
@click.option("--distance", metavar="DISTANCE", multiple=True, help='Predict only this, such as "15 km".')
@click.option("--on", "day", metavar="DATE", help="As known on that day, such as 2026-05-31.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    athlete: str | None, race: str | None, distance: tuple[str, ...], day: str | None, as_json: bool
) -> None:
    """Predict race times: VDOT and Riegel side by side, with their spread.

    ATHLETE is a file or the slug of one who was saved; the only one there is need not be named. A race speaks
    for distances up to four times as long or as short; farther is refused.
    """
    from coach.cli.athlete.asked import predictions_for
    from coach.cli.athlete.sheets import prediction_lines, prediction_tree
    from coach.cli.text import out, out_json

    known, found = predictions_for(athlete, day, race=race, distances=distance)
    if as_json:
        out_json({"v": 1, "athlete": known, "predictions": [prediction_tree(one) for one in found]})
        return
    for line in prediction_lines(found):
        out(line)
