"""`coach runs list`: what has been run so far."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(as_json: bool) -> None:
    """List the recorded runs, newest first.

    A run that is `interrupted` was cut off or left, and can be resumed.
    """
    from coach.cli.errors import narrate
    from coach.cli.text import out, out_json, table
    from coach.edge.store import Store

    found = [run.manifest for run in Store().runs()]
    if as_json:
        for each in found:
            told = {
                "v": 1,
                "run": each.run,
                "state": each.state.value,
                "workout": each.workout,
                "athlete": each.athlete,
                "started": each.started,
                "steps_done": each.steps_done,
                "steps": each.steps,
            }
            out_json({key: value for key, value in told.items() if value != ""})
    elif found:
        rows = [
            (
                each.run,
                each.started[:16].replace("T", " "),
                each.state.value,
                f"{each.steps_done}/{each.steps}",
                each.workout,
            )
            for each in found
        ]
        for line in table(("run", "started", "state", "steps", "workout"), rows):
            out(line)
    else:
        narrate("No runs yet. Record one: coach run WORKOUT")
