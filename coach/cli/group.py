"""Commands and groups that all know `-h` and `--debug`, and the one group that loads a command only when it is named.

`coach --help` lists from a literal table, so that no command (and nothing a command imports) has to load. Every help
page ends with its examples (`coach.cli.examples`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.errors import want_debug
from coach.cli.examples import EXAMPLES
from coach.cli.parameters import complete_by_name, with_empty_values
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem  # loads where a shell asks

_WIDEST: Final = 100
"""Cells of a help page at most: longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """Where a command is, and what it does in a few words."""

    module: str
    """The module that holds it."""
    help: str
    """One line for the list of commands; a test holds it against the command's own."""
    name: str = "command"
    """What it is called in its module."""


class HelpPage(click.HelpFormatter):
    """Formats a help page with headings and names that stand out on a terminal; the colours are taken out elsewhere."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, click.style("Usage:", bold=True) + " " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{click.style(f'{heading}:', bold=True)}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of names and what they mean."""
        named_rows = [(click.style(name, fg="cyan"), meaning) for name, meaning in rows]
        super().write_dl(named_rows, col_max, col_spacing)


class HelpContext(click.Context):
    """The context of every command: how its help page is formatted, and how wide it may be."""

    formatter_class = HelpPage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("help_option_names", ["-h", "--help"])
        kwargs.setdefault("max_content_width", _WIDEST)
        super().__init__(*args, **kwargs)


class CoachCommand(click.Command):
    """A command with `-h`, `--debug`, examples, and arguments that a shell can complete."""

    context_class = HelpContext

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_debug())
        complete_by_name(self.params)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; an option whose value may be left out takes none from the next argument."""
        return super().parse_args(ctx, with_empty_values(args, self.params))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what does not go together is a usage error of this command."""
        try:
            return super().invoke(ctx)
        except UsageProblem as problem:
            raise click.UsageError(". ".join(filter(None, (problem.message, problem.hint))), ctx) from None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End the help page with the examples."""
        _write_examples(ctx, formatter)


class CoachGroup(click.Group):
    """A group that lists its commands in the order they are written, each with the first line of its help."""

    command_class = CoachCommand
    context_class = HelpContext

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

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End the help page with the examples."""
        _write_examples(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named; for a name that is none, say which was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            meant = self.meant_by(ctx, args)
            if not meant:
                raise
            raise click.UsageError(f"{error.message} Did you mean {' or '.join(meant)}?", ctx) from None

    def meant_by(self, ctx: click.Context, words: list[str]) -> list[str]:
        """The commands that were probably meant, each in quotes and as it is typed; the likeliest first."""
        from difflib import get_close_matches

        names = get_close_matches(words[0].casefold(), self.list_commands(ctx), n=2)
        return [f"'{ctx.command_path} {name}'" for name in names]


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
        command: click.Command = getattr(import_module(entry.module), entry.name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete the name of a command from the table, or an option."""
        from click.shell_completion import CompletionItem

        names = [(name, words) for name, words in self.lines() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name, help=words) for name, words in names] + options

    def lines(self) -> list[tuple[str, str]]:
        """Each command with the line of the table."""
        return [(name, entry.help) for name, entry in self.table.items()]


def _debug() -> click.Option:
    def switch_on(context: click.Context, _option: click.Parameter, value: bool) -> None:
        if value:
            want_debug(context)

    help_text = "Show a traceback if this fails."
    return click.Option(["--debug"], is_flag=True, expose_value=False, callback=switch_on, help=help_text)


def _write_examples(context: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the examples of the command of a context, as they are typed."""
    examples = EXAMPLES.get(context.command_path, ())
    if not examples:
        return
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
