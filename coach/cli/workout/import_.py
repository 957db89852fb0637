"""`coach workout import`: a workout of ours from a file of another tool."""

from typing import Any

import click

from coach.cli.group import CoachCommand
from coach.interchange.imports.formats import FORMATS, Format, listed

_FILES = listed([FORMATS[each].help for each in Format], ", or ")
_HELP = f"""Make a workout of ours from a file of another tool.

FILE is {_FILES}; which of them is told by what it holds. The document goes to stdout, or to --out, which
never overwrites. What was understood, approximated and dropped is told on stderr, each with its place.
"""


@click.command(cls=CoachCommand, help=_HELP)
@click.argument("file")
@click.option(
    "--from",
    "source",
    type=click.Choice(["auto", *(each.value for each in Format)]),
    default="auto",
    show_default=True,
    help="Its format.",
)
@click.option("--out", metavar="FILE", help="Write it there; several workouts go into a folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: documents and report.")
@click.option(
    "--durations",
    type=click.Choice(["seconds", "metres"]),
    help="What lengths are that the file leaves open (ZWO, 800m of intervals.icu).",
)
@click.option("--strict", is_flag=True, help="Refuse the file if anything of it is lost or changed.")
def command(  # noqa: PLR0917  (click passes them by name)
    file: str, source: str, out: str | None, as_json: bool, durations: Any, strict: bool
) -> None:
    """Make a workout of ours from a file of another tool."""
    from coach.cli.errors import narrate
    from coach.cli.imported import print_documents, write_documents
    from coach.cli.text import out_json
    from coach.edge.store import Store
    from coach.interchange.imports.importing import import_workout

    found = Store().workout(file)
    wanted = None if source == "auto" else Format(source)
    imported = import_workout(found.data, name=found.name, source=wanted, durations=durations, strict=strict)
    for line in imported.report.lines():
        narrate(line)
    for written in write_documents(imported.documents, out) if out else ():
        narrate(f"Wrote {written}")
    if as_json:
        told = {"v": 1, "documents": list(imported.documents), "report": imported.report.as_json()}
        out_json(told)
    elif not out:
        print_documents(imported.documents)
