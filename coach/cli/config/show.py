"""`coach config show`: the settings in force."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Show the settings in force.

    They come from COACH_... variables, then the settings file, then the defaults, and are printed the way the
    settings file writes them.
    """
    import os

    from coach.cli.text import out, out_document
    from coach.cli.toml import as_tree, toml_lines
    from coach.edge.paths import runner_paths
    from coach.edge.settings import FORMAT, VERSION, load_settings

    settings = load_settings(runner_paths().settings, os.environ)
    tree = {"format": f"{FORMAT}/{VERSION}"} | as_tree(settings)
    if as_json:
        out_document(tree)
        return
    for line in toml_lines(tree):
        out(line)
