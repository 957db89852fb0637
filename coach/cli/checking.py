"""Every check of `coach doctor` in its order, each printed as soon as it is made."""

import os
import shutil
import sys
from collections.abc import Iterator

import click

from coach.cli.errors import FAILURE
from coach.cli.text import out, out_json
from coach.edge.awake import Awake
from coach.edge.checkup import Finding, Verdict
from coach.edge.checkup.keeping import athletes, settings
from coach.edge.checkup.machine import disk, keep_awake, python, sound
from coach.edge.checkup.terminal import Terminal, terminal
from coach.edge.shelf import Shelf


def check_up(*, as_json: bool) -> None:
    """Make and print every check.

    Raises:
        click.exceptions.Exit: with 1, if one failed.
    """
    has_failed = False
    for finding in _findings():
        _print(finding, as_json=as_json)
        has_failed = has_failed or finding.verdict is Verdict.FAIL
    if has_failed:
        raise click.exceptions.Exit(FAILURE)


def _findings() -> Iterator[Finding]:
    shelf = Shelf()
    yield python()
    yield from terminal(_terminal_here())
    yield settings(shelf)
    yield from athletes(shelf)
    yield disk(shelf.places.runs)
    yield sound()
    yield keep_awake(Awake())


def _terminal_here() -> Terminal:
    size = shutil.get_terminal_size()
    return Terminal(sys.stdout.isatty(), size.columns, size.lines, sys.stdout.encoding or "", os.environ)


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        told = {
            "v": 1,
            "check": finding.check,
            "verdict": finding.verdict.value,
            "said": finding.said,
            "fix": finding.fix or None,
            "battery_percent": finding.battery_percent,
            "rssi_dbm": finding.rssi_dbm,
        }
        out_json({key: value for key, value in told.items() if value is not None})
        return
    out(f"{finding.verdict.value:<4}  {finding.check:<11}  {finding.said}")
    if finding.fix:
        out(f"{'':<19}{finding.fix}")
