"""Commands and groups that all know `--debug`, and the one group that loads a command only when it is named.

`coach --help` lists from a literal table, so that no command (and nothing a command imports) has to load.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from coach.cli.errors import want_debug
from coach.problems import UsageProblem


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """Where a command is, and what it does in a few words."""

    module: str
    """The module that holds it under the name `command`."""
    help: str
    """One line for the list of commands; a test holds it against the command's own."""


class CoachCommand(click.Command):
    """A command with `--debug`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_debug())

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what does not go together is a usage error of this command."""
        try:
            return super().invoke(ctx)
        except UsageProblem as problem:
            raise click.UsageError(problem.message, ctx) from None


class CoachGroup(click.Group):
    """A group that lists its commands in the order they are written, each with the first line of its help."""

    command_class = CoachCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", True)
        super().__init__(*args, **kwargs)
        self.params.append(_debug())

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order they are written."""
        return list(self.commands)

    def lines(self) -> list[tuple[str, str]]:
        """Each command with the line it is listed by."""
        return [(name, command.get_short_help_str(limit=200)) for name, command in self.commands.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(self.lines())


class LazyGroup(CoachGroup):
    """A group that imports a command when it is named, and lists them all without importing any."""

    def __init__(self, *args: Any, table: Mapping[str, CommandEntry], **kwargs: Any) -> None:
        """Keep the table: the command names in the order they are listed."""
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command of this name; None if there is none."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = import_module(entry.module).command
        return command

    def lines(self) -> list[tuple[str, str]]:
        """Each command with the line of the table."""
        return [(name, entry.help) for name, entry in self.table.items()]


def _debug() -> click.Option:
    def switch_on(context: click.Context, _option: click.Parameter, value: bool) -> None:
        if value:
            want_debug(context)

    help_text = "Show a traceback if this fails."
    return click.Option(["--debug"], is_flag=True, expose_value=False, callback=switch_on, help=help_text)
