"""`coach runs resume`: go on where a run was cut off."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("run", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def command(run: str | None, as_json: bool) -> None:
    """Go on with a run that was cut off.

    Without RUN, with the newest that was. The workout, the athlete and the settings are those it began with;
    what lies between counts as a gap. A damaged end of the recording is set aside first, and nothing is lost.
    """
    from coach.cli.resuming import resume_run

    resume_run(run, as_json=as_json)
