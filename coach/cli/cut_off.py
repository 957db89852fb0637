"""Offers a run that was cut off a short while ago before a command does what it is for, and closes older ones after."""

from typing import TYPE_CHECKING

import click

from coach.cli.errors import exit_with_run
from coach.cli.text import CONSOLE

if TYPE_CHECKING:
    from pathlib import Path  # help knows no file

    from coach.app.new_run import ShareRequest
    from coach.edge.telemetry.address import MqttRequest


def offer_interrupted_run(
    runs: "Path",
    *,
    as_json: bool = False,
    sharing: "ShareRequest | None" = None,
    mqtt: "MqttRequest | None" = None,
) -> None:
    """Offer the run that was cut off in a folder of runs, or where else one may have been; it is shared as asked for.

    Where it goes on, that is all the command does.

    Raises:
        click.exceptions.Exit: with the exit code of that run.
    """
    for folder in _folders(runs):
        from coach.app.interrupted import ask_here
        from coach.edge.clock import MachineClock

        code = ask_here(folder, MachineClock(), CONSOLE, as_json=as_json, sharing=sharing, mqtt=mqtt)
        if code is not None:
            exit_with_run(code)
            raise click.exceptions.Exit(0)


def close_old_runs(runs: "Path") -> None:
    """Close the runs in a folder of runs, and where else there may be one, that are offered no longer."""
    for folder in _folders(runs):
        from coach.app.interrupted import close_old_runs as close
        from coach.edge.clock import MachineClock

        close(folder, MachineClock())


def _folders(runs: "Path") -> "list[Path]":
    """Where a run was cut off, told at little cost: hardly ever is there any."""
    from coach.edge.files import runner_paths

    paths = runner_paths()
    if not runs.is_dir() and not paths.recorded_into.exists():
        return []
    from coach.edge.store import folders_of_runs, has_interrupted_run

    return [
        folder for folder in dict.fromkeys([runs, *folders_of_runs(paths)]) if has_interrupted_run(folder)
    ]
