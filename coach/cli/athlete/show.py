"""`coach athlete show`: what is known of an athlete."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("athlete", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the whole document.")
def command(athlete: str | None, as_json: bool) -> None:
    """Show what is known of an athlete.

    ATHLETE is a file or the slug of one who was saved; the only one there is need not be named.
    """
    import json

    from coach.athlete import dump_athlete
    from coach.cli.people import find_athlete, lines_about
    from coach.cli.text import out, out_document
    from coach.problems import AthleteProblem

    found = find_athlete(athlete)
    if found is None:
        raise AthleteProblem(
            "no athlete is saved yet", "Save one: coach athlete set --threshold-pace 4:10/km"
        )
    if as_json:
        out_document(json.loads(dump_athlete(found)))
        return
    for line in lines_about(found):
        out(line)
