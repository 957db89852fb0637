"""`coach runs delete`: a run that nobody needs."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("run")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(run: str, yes: bool) -> None:
    """Delete a recorded run.

    For good: it asks first on a terminal, and wants --yes elsewhere.
    """
    import sys

    from coach.cli.errors import narrate
    from coach.edge.store import Store

    shelf = Store()
    found = shelf.run(run).manifest
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Nobody can be asked here: say --yes to delete the run for good.")
        narrate(f"{found.run}, {found.started[:16].replace('T', ' ')}, {found.workout}")
        click.confirm("Delete it for good?", abort=True, err=True)
    shelf.delete_run(found.run)
    narrate(f"Deleted {found.run}.")
