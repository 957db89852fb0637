"""`coach workout list`: what can be run by name."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(words: tuple[str, ...], as_json: bool) -> None:
    """List the workouts that can be run by name.

    With WORDS, only those that have every one of them in their name, title, purpose or tags.
    """
    from coach.cli.errors import narrate, tell
    from coach.cli.outlines import outlines
    from coach.cli.text import out, out_json, table
    from coach.problems import CoachProblem

    found = []
    for each in outlines():
        if isinstance(each, CoachProblem):
            tell(each)
        elif all(each.says(word) for word in words):
            found.append(each)
    if as_json:
        for each in found:
            out_json(each.as_json())
    elif found:
        rows = [(each.name, each.minutes, each.distance, each.document.name) for each in found]
        for line in table(("name", "time", "distance", "what it is"), rows):
            out(line)
        narrate("coach workout show NAME shows its steps, coach run NAME runs it.")
    else:
        narrate("No workout has these words." if words else "There are no workouts.")
