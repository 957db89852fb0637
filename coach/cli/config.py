"""`coach config`: the settings in force, and where they are kept."""

import os

import click

from coach.cli.group import CoachGroup
from coach.cli.text import out, out_document, out_json


@click.group(cls=CoachGroup)
def command() -> None:
    """The settings in force, and where they are kept."""


@command.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def path(as_json: bool) -> None:
    """Print where settings, athletes and runs are kept.

    None of these places need exist; COACH_HOME names one folder for all of them.
    """
    from coach.edge.paths import library_path, runner_paths

    where = runner_paths()
    locations = {
        "settings": where.settings,
        "athletes": where.athletes,
        "workouts": where.workouts,
        "library": library_path(),
        "runs": where.runs,
        "log": where.log,
    }
    if as_json:
        out_json({name: str(location) for name, location in locations.items()})
        return
    for name, location in locations.items():
        out(f"{name:10}{location}")


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(as_json: bool) -> None:
    """Show the settings in force.

    They come from COACH_... variables, then the settings file, then the defaults, and are printed the way the
    settings file writes them.
    """
    from coach.app.toml import as_tree, toml_lines
    from coach.edge.paths import runner_paths
    from coach.edge.settings import FORMAT, VERSION, load_settings

    settings = load_settings(runner_paths().settings, os.environ)
    tree = {"format": f"{FORMAT}/{VERSION}"} | as_tree(settings)
    if as_json:
        out_document(tree)
        return
    for line in toml_lines(tree):
        out(line)
