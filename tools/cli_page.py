"""The page `docs/reference/cli.md`, written from the commands themselves."""

from collections.abc import Iterator
from typing import Final

import click

from coach.cli.group import CoachGroup, HelpContext, root
from coach.cli.text import EXIT_CODES
from coach.interchange.recordings import FOREIGN_SUFFIXES, OURS

_WIDTH: Final = 100
_SUFFIXES: Final = ", ".join((f"`{OURS}` (ours)", *(f"`{each}`" for each in FOREIGN_SUFFIXES[:-1])))
_LAST: Final = f"or `{FOREIGN_SUFFIXES[-1]}`"
_HEAD: Final = f"""\
# Command line

<!-- Written by `make docs` from the commands themselves. -->

Results go to stdout, everything said about them to stderr; with `--json`, stdout holds JSON and nothing else.
Every command knows `-h` or `--help`, and `--debug`: without `--debug` nobody ever sees a traceback. A time
may be typed as `1:30`, `90s`, `12min` or bare seconds.

## Names

RECORDING is the id of a run, a folder that holds one, or a file: {_SUFFIXES}
{_LAST}. What a file is, is decided by what it holds, not by its name. WORKOUT is a file or the name of a
library workout, such as `5x1000-5k`. An athlete is a file or the slug of one who was saved with
`coach athlete set`.

## Exit codes

| code | meaning |
|---|---|
"""


def page() -> str:
    """Write the page: names, exit codes, then each command as its own `--help` shows it."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES)
    return _HEAD + codes + "".join(_sections(root, None, "coach"))


def _sections(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    context = HelpContext(command, parent, name, terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield f"\n## {context.command_path}\n\n```text\n{click.unstyle(command.get_help(context))}\n```\n"
    if isinstance(command, CoachGroup):
        for below in command.list_commands(context):
            child = command.get_command(context, below)
            assert child is not None  # it is in the table
            yield from _sections(child, context, below)
