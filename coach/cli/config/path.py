"""`coach config path`: where everything is kept."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Print where settings, athletes and runs are kept.

    None of these places need exist; COACH_HOME names one folder for all of them.
    """
    from coach.cli.text import out, out_json
    from coach.edge.paths import library_path, runner_paths

    where = runner_paths()
    kept = {
        "settings": where.settings,
        "athletes": where.athletes,
        "workouts": where.workouts,
        "library": library_path(),
        "runs": where.runs,
        "log": where.log,
    }
    if as_json:
        out_json({name: str(path) for name, path in kept.items()})
        return
    for name, path in kept.items():
        out(f"{name:10}{path}")
