"""`coach completion`: the script by which a shell completes commands, options, workouts, athletes and runs.

The shell asks the program itself, by click's own protocol; what completes an argument is in `coach.cli.parameters`.
"""

import sys
from typing import Final

import click

from coach.cli.group import CoachCommand
from coach.cli.text import narrate

_INSTALL: Final = {
    "bash": "coach completion bash >> ~/.bashrc",
    "zsh": "coach completion zsh >> ~/.zshrc",
    "fish": "coach completion fish > ~/.config/fish/completions/coach.fish",
}
"""What keeps the script for every new terminal, by shell."""


@click.command(cls=CoachCommand)
@click.argument("shell", type=click.Choice(list(_INSTALL)))
def command(shell: str) -> None:
    """Print the script that lets your shell complete what you type.

    TAB then completes commands and options, and the names of workouts, athletes, runs, sensors and settings. Keep the
    script where your shell reads it, and open a new terminal: bash from 4.4 on in ~/.bashrc, zsh in ~/.zshrc behind
    compinit, fish in ~/.config/fish/completions/coach.fish.
    """
    from click.shell_completion import get_completion_class

    from coach.cli.root import root

    kind = get_completion_class(shell)
    assert kind is not None  # click knows the three
    complete = kind(root, {}, "coach", "_COACH_COMPLETE")
    # Not `source()`, which starts bash only to ask for its version.
    click.echo(complete.source_template % complete.source_vars())
    if sys.stdout.isatty():
        narrate(f"Keep it: {_INSTALL[shell]}")
