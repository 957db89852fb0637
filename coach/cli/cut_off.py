"""Offers a run that was cut off a short while ago before a command does what it is for, and closes older ones after."""

from typing import TYPE_CHECKING

import click

from coach.cli.errors import exit_with_run
from coach.cli.text import CONSOLE

if TYPE_CHECKING:
    from pathlib import Path  # help knows no file


def offer_interrupted_run(runs: "Path", *, as_json: bool = False) -> None:
    """Offer the run that was cut off in a folder of runs; where it goes on, that is all the command does.

    Raises:
        click.exceptions.Exit: with the exit code of that run.
    """
    if not _has_interrupted_run(runs):
        return
    from coach.app.interrupted import ask_here
    from coach.edge.clock import MachineClock

    code = ask_here(runs, MachineClock(), CONSOLE, as_json=as_json)
    if code is not None:
        exit_with_run(code)
        raise click.exceptions.Exit(0)


def close_old_runs(runs: "Path") -> None:
    """Close the runs in a folder of runs that are offered no longer."""
    if not _has_interrupted_run(runs):
        return
    from coach.app.interrupted import close_old_runs as close
    from coach.edge.clock import MachineClock

    close(runs, MachineClock())


def _has_interrupted_run(runs: "Path") -> bool:
    """Tell whether there is one, at little cost: hardly ever is there any."""
    if not runs.is_dir():
        return False
    from coach.edge.store import has_interrupted_run

    return has_interrupted_run(runs)
