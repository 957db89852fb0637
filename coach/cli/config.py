"""`coach config`: the settings in force, how one is changed, and where they are kept."""

import json
import os
from typing import Final

import click

from coach.cli.group import CoachGroup
from coach.cli.text import narrate, out, out_document, out_json, plain


@click.group(cls=CoachGroup)
def command() -> None:
    """The settings: show and change them, and where they are kept."""


@command.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def path(as_json: bool) -> None:
    """Print where settings, athletes and runs are kept.

    None of these places need exist; COACH_HOME names one folder for all of them.
    """
    from coach.edge.files import library_path, runner_paths

    where = runner_paths()
    locations = {
        "settings": where.settings,
        "athletes": where.athletes,
        "workouts": where.workouts,
        "library": library_path(),
        "runs": where.runs,
        "mornings": where.mornings,
        "log": where.log,
    }
    if as_json:
        out_json({name: str(location) for name, location in locations.items()})
        return
    for name, location in locations.items():
        out(f"{name:10}{location}")


@command.command("show")
@click.option("--all", "is_whole", is_flag=True, help="Show every setting, also those at their default.")
@click.option("--json", "as_json", is_flag=True, help="Print all of them as one JSON object.")
def show(is_whole: bool, as_json: bool) -> None:
    """Show the settings in force.

    Without --all those that are used most, and those that differ from the default. They come from COACH_...
    variables, then the settings file, then the defaults, and are printed the way the settings file writes them.
    """
    from coach.app.toml import as_tree, differences, leaves, toml_lines
    from coach.edge.files import runner_paths
    from coach.edge.settings import FORMAT, VERSION, Settings, load_settings

    tree, usual = as_tree(load_settings(runner_paths().settings, os.environ)), as_tree(Settings())
    head = {"format": f"{FORMAT}/{VERSION}"}
    if as_json:
        out_document(head | tree)
        return
    changed = differences(tree, usual)
    shown = tree if is_whole else {key: tree[key] for key in _USED_MOST} | changed
    defaults = dict(leaves(usual))
    comments = {key: _origin(key, defaults.get(key)) for key, _ in leaves(changed)}
    for line in toml_lines(head | shown, comments=comments):
        out(line)
    if not is_whole:
        narrate("")
        narrate("Everything else is at its default: coach config show --all")
        narrate("Change one: coach config set KEY VALUE")


@command.command("set", context_settings={"ignore_unknown_options": True})  # -5 is a value
@click.argument("key")
@click.argument("value", required=False)
@click.option(
    "--default", "is_default", is_flag=True, help="Take KEY out of the file: its default counts again."
)
def set_(key: str, value: str | None, is_default: bool) -> None:
    """Change a setting in the settings file.

    All else in the file stays as it is, comments too. KEY is the name that coach config show --all prints, with its
    table in front: theme, units, cues.hold_s, keymap.space. VALUE has the setting's own unit, or names another:
    10, 90s, 1:30, 400m, 4:10/km, 3%; several values have commas between.
    """
    from coach.edge.files import runner_paths
    from coach.edge.settings import set_in_file
    from coach.edge.store import Store

    if value is not None and value.startswith("--"):
        raise click.NoSuchOption(value, ctx=click.get_current_context())
    if (value is None) is not is_default:
        raise click.UsageError("Give a VALUE, or --default to take the setting out of the file.")
    path = runner_paths().settings
    understood = set_in_file(path, key, value)
    set_to = f"Set {key} = {json.dumps(understood, default=str, ensure_ascii=False)} in {path}"
    narrate(f"{key} is at its default again." if value is None else set_to)
    if key == "athlete" and value and value not in Store().athletes():
        narrate(f"Note: no athlete is saved as {plain(value)} yet.")
    variable = variable_of(key)
    if variable in os.environ:
        narrate(f"Note: {variable} is set, and is stronger than the file.")


_USED_MOST: Final = ("units", "theme", "mute", "athlete")
"""What is shown in any case."""


def variable_of(key: str) -> str:
    """The environment variable that sets a setting too."""
    return f"COACH_{key.replace('.', '_').upper()}"


def _origin(key: str, default: object) -> str:
    """Where a value comes from that is not the default, and what the default is."""
    parts = [f"default {json.dumps(default)}"] if default is not None else []
    return ", ".join([*parts, *([f"from {variable_of(key)}"] if variable_of(key) in os.environ else [])])
