"""`coach athlete zones`: paces and zones, each with its source."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("athlete", required=False)
@click.option("--on", "day", metavar="DATE", help="As known on that day, such as 2026-05-31.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(athlete: str | None, day: str | None, as_json: bool) -> None:
    """Show an athlete's paces and zones, each with its source.

    ATHLETE is a file or the slug of one who was saved; the only one there is need not be named. The paces are
    those that workouts name. What is missing is listed with the command that sets it.
    """
    from coach.cli.athlete.asked import sheet_for
    from coach.cli.athlete.sheets import sheet_lines, sheet_tree
    from coach.cli.text import out, out_json

    sheet = sheet_for(athlete, day)
    if as_json:
        out_json(sheet_tree(sheet))
        return
    for line in sheet_lines(sheet):
        out(line)
