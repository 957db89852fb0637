"""The command `coach`, the classes of every command and group below it, and the examples on their help pages.

Each command knows `-h` and `--debug`. `coach --help` lists from a literal table, so that no command (and nothing a
command imports) has to load: a command loads when it is named. Every help page ends with its examples.
`coach` alone and `coach run` offer to resume a run that was cut off.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from coach import __version__, core_build
from coach.cli.shared import (
    CONSOLE,
    answered_for,
    complete_by_name,
    exit_code_of,
    exit_with_run,
    out,
    want_debug,
    with_empty_values,
)
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path  # help needs no file

    from click.shell_completion import CompletionItem  # loads only when a shell asks

    from coach.app.live_run import ShareRequest
    from coach.edge.mqtt_address import MqttRequest

_WIDEST: Final = 100
"""Most columns of a help page. Judged: longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """The place of a command in the tree, and its line in the list of commands."""

    module: str
    """The module that defines the command."""
    help: str
    """One line for the list of commands; a test compares it with the command's own help."""
    name: str = "command"
    """The command's name in its module."""


class HelpPage(click.HelpFormatter):
    """Formats a help page with highlighted headings and names; click removes the colours where there is no terminal."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, click.style("Usage:", bold=True) + " " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{click.style(f'{heading}:', bold=True)}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and their explanations in two columns."""
        named_rows = [(click.style(name, fg="cyan"), meaning) for name, meaning in rows]
        super().write_dl(named_rows, col_max, col_spacing)


class HelpContext(click.Context):
    """The context of every command: the formatter and the width of its help page."""

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
        """Read the arguments; an option with an optional value never takes the next argument."""
        return super().parse_args(ctx, with_empty_values(args, self.params))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; options that contradict each other are a usage error of this command."""
        try:
            return super().invoke(ctx)
        except UsageProblem as problem:
            raise click.UsageError(". ".join(filter(None, (problem.message, problem.hint))), ctx) from None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End the help page with the examples."""
        _write_examples(ctx, formatter)


class CoachGroup(click.Group):
    """A group that lists its commands in the order of definition, each with the first line of its help."""

    command_class = CoachCommand
    context_class = HelpContext

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", True)
        super().__init__(*args, **kwargs)
        self.params.append(_debug())

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands in the order of definition."""
        return list(self.commands)

    def lines(self) -> list[tuple[str, str]]:
        """Return each command's name with its line of help."""
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
        """Find the command by name; the error for an unknown name suggests similar commands."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            suggestions = self.meant_by(ctx, args)
            if not suggestions:
                raise
            raise click.UsageError(f"{error.message} Did you mean {' or '.join(suggestions)}?", ctx) from None

    def meant_by(self, ctx: click.Context, words: list[str]) -> list[str]:
        """Return the likely commands for an unknown name, quoted and as typed; the likeliest first."""
        from difflib import get_close_matches

        names = get_close_matches(words[0].casefold(), self.list_commands(ctx), n=2)
        return [f"'{ctx.command_path} {name}'" for name in names]


class LazyGroup(CoachGroup):
    """A group that imports a command when it is named, and lists all of them without importing any."""

    def __init__(self, *args: Any, table: Mapping[str, CommandEntry], **kwargs: Any) -> None:
        """Keep the table: the command names in the order of the list."""
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command of this name; None if it is unknown."""
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
        """Return each command's name with its line of the table."""
        return [(name, entry.help) for name, entry in self.table.items()]


def _debug() -> click.Option:
    def switch_on(context: click.Context, _option: click.Parameter, value: bool) -> None:
        if value:
            want_debug(context)

    help_text = "Show a traceback if this fails."
    return click.Option(["--debug"], is_flag=True, expose_value=False, callback=switch_on, help=help_text)


def _write_examples(context: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the examples of the context's command, as they are typed."""
    examples = EXAMPLES.get(context.command_path, ())
    if not examples:
        return
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


# --- examples --------------------------------------------------------------------------------------------------------

EXAMPLES: Final[Mapping[str, Sequence[str]]] = {
    "coach": ("coach demo", "coach run 6x800 @ 5k / 400 jog"),
    "coach demo": ("coach demo --speed 5",),
    "coach run": (
        "coach run 2km easy + 6x800 @ 5k / 400 jog + 1km easy",
        "coach run 5x1000-5k --sensors none --marks",
        "coach run 6x800-5k --mqtt mqtt://127.0.0.1",
    ),
    "coach replay": ("coach replay my-run.fit --speed max",),
    "coach review": (
        "coach review",
        "coach review my-run.fit --html report.html",
        "coach review --season --since 12w",
        "coach review my-run.fit --explain decoupling",
    ),
    "coach explain": ("coach explain my-run.fit --at 0:45",),
    "coach simulate": ("coach simulate 6x800-5k --out made-up.jsonl",),
    "coach plan check": ("coach plan check --all",),
    "coach plan rules": ("coach plan rules", "coach plan rules --off same-again"),
    "coach debrief": ("coach debrief", "coach debrief --plateau heavy-legs"),
    "coach squad": ("coach squad demo",),
    "coach squad run": (
        "coach squad run names.txt 6x800 @ 5k / 400 jog",
        "coach squad run squad.json --group fast=6x800 --group new=4x800",
    ),
    "coach squad time": (
        "coach squad time names.txt --distance 5000",
        "coach squad time --lap 200",
    ),
    "coach squad sheet": ("coach squad sheet last --csv splits.csv",),
    "coach squad check": ("coach squad check squad.json 6x800",),
    "coach squad pair": ("coach squad pair squad.json",),
    "coach squad list": ("coach squad list",),
    "coach squad replay": ("coach squad replay last --speed max --json",),
    "coach squad resume": ("coach squad resume",),
    "coach squad schema": ("coach squad schema > coach-squad.schema.json",),
    "coach squad demo": ("coach squad demo --runners 8 --speed 5",),
    "coach workout": ("coach workout list 800",),
    "coach workout list": ("coach workout list --for 10k --under 1h",),
    "coach workout show": ("coach workout show 6x800-5k",),
    "coach workout check": ("coach workout check my-workout.json",),
    "coach workout import": ("coach workout import intervals.zwo --out intervals.json",),
    "coach workout export": ("coach workout export 6x800-5k --to garmin-json --out 6x800.json",),
    "coach workout schema": ("coach workout schema > coach-workout.schema.json",),
    "coach workout new": ('coach workout new "2km easy + 6x800 @ 5k / 400 jog" --out tuesday.json',),
    "coach workout generate": ("coach workout generate cruise 4 5:00",),
    "coach workout generate line": ("coach workout generate line 6x800 @ 5k / 400 jog",),
    "coach workout generate ladder": (
        "coach workout generate ladder 400m 800m 1200m --shape pyramid --rest 90s",
    ),
    "coach workout generate blocks": ("coach workout generate blocks 6 3:00",),
    "coach workout generate progression": ("coach workout generate progression 30:00 --to threshold",),
    "coach workout generate alternation": ("coach workout generate alternation 8 400m 200m",),
    "coach workout generate cruise": ("coach workout generate cruise 3 1mile --rest 60s",),
    "coach workout generate reverse": ("coach workout generate reverse 6x800-5k",),
    "coach athlete": ("coach athlete set --race 5k=22:30",),
    "coach athlete list": ("coach athlete list",),
    "coach athlete show": ("coach athlete show",),
    "coach athlete set": ("coach athlete set --race 5k=22:30 --max-heart-rate 188",),
    "coach athlete history": ("coach athlete history",),
    "coach athlete remove": ("coach athlete remove --entry 1",),
    "coach athlete learnt": ("coach athlete learnt",),
    "coach athlete zones": ("coach athlete zones",),
    "coach athlete tests": ("coach athlete tests",),
    "coach athlete predict": ("coach athlete predict --distance 10k",),
    "coach plan race": (
        "coach plan race --distance 10k --goal 50:00 --split negative:1.5% --temp 23C --dew 21C",
        "coach plan race --distance marathon --goal 3:30:00 --html wrist.html --page race.html",
    ),
    "coach gear": ("coach gear set racer --name Streak --purpose race",),
    "coach gear list": ("coach gear list",),
    "coach gear set": ("coach gear set racer --name Streak --surface road --limit-km 500",),
    "coach gear wear": ("coach gear wear last racer",),
    "coach gear remove": ("coach gear remove racer",),
    "coach runs": ("coach runs", "coach runs list"),
    "coach runs list": ("coach runs list", "coach runs list --since 4w --kind threshold"),
    "coach runs index": ("coach runs index --rebuild",),
    "coach runs show": ("coach runs show last", "coach runs show my-run.fit --sheet"),
    "coach runs note": ('coach runs note last --rpe 7 "Wind on the back straight."',),
    "coach runs compare": (
        "coach runs compare last my-run.fit",
        "coach runs compare last my-run.fit --html two-evenings.html",
    ),
    "coach runs resume": ("coach runs resume",),
    "coach runs repair": ("coach runs repair last",),
    "coach runs delete": ("coach runs delete last --yes",),
    "coach plan": ("coach plan new --race 24w:10k:A --days 5 --from-km 40 --to-km 65",),
    "coach plan new": (
        "coach plan new --race 24w:10k:A --days 5 --from-km 40 --to-km 65 --level intermediate",
        'coach plan new --race 24w:half=1:45:00 --from-mi 25 --to-mi 40 --fixed tue="Club track":hard',
        "coach plan new --template two-peaks --hours 4..6:30 --dry-run",
    ),
    "coach plan show": ("coach plan show", "coach plan show --week"),
    "coach plan today": ("coach plan today --minutes 35",),
    "coach plan missed": ("coach plan missed",),
    "coach plan ease": ("coach plan ease",),
    "coach plan move": ("coach plan move tue wed",),
    "coach plan swap": ("coach plan swap tue thu",),
    "coach plan off": ("coach plan off 10d..13d:travel",),
    "coach plan undo": ("coach plan undo",),
    "coach plan export": (
        "coach plan export --to ics --out season.ics",
        "coach plan export --to fit --weeks 2 --out watch",
    ),
    "coach plan templates": ("coach plan templates",),
    "coach plan log": ("coach plan log",),
    "coach plan schema": ("coach plan schema > coach-plan.schema.json",),
    "coach readiness": ("coach readiness",),
    "coach readiness import": ("coach readiness import hrv.csv --posture lying",),
    "coach readiness history": ("coach readiness history --since 4w",),
    "coach readiness rules": ("coach readiness rules",),
    "coach export": ("coach export last --to fit --out run.fit",),
    "coach redact": ("coach redact last --out run.jsonl",),
    "coach sensors": ("coach sensors scan",),
    "coach sensors scan": ("coach sensors scan --seconds 3s",),
    "coach sensors pair": ('coach sensors pair "Polar H10 A1B2C3D4" --label "my strap"',),
    "coach sensors list": ("coach sensors list",),
    "coach sensors forget": ('coach sensors forget "my strap"',),
    "coach sensors log": ('coach sensors log "my strap" --seconds 3s',),
    "coach doctor": ("coach doctor",),
    "coach broker": ("coach broker --port 1884",),
    "coach config": ("coach config set theme sun",),
    "coach config path": ("coach config path",),
    "coach config show": ("coach config show --all",),
    "coach config set": ("coach config set theme sun", "coach config set cues.hold_s 10s"),
    "coach completion": ("coach completion bash >> ~/.bashrc",),
}
"""Command lines by the command they are examples of. A test runs each of them."""

# --- coach itself: the list of commands, and three examples for whoever types nothing else ---------------------------

TABLE = {
    "demo": CommandEntry("coach.cli.run", "Watch a simulated run; no hardware needed.", "demo"),
    "run": CommandEntry("coach.cli.run", "Run a workout, coached live."),
    "replay": CommandEntry("coach.cli.run", "Replay a recorded run and coach it again.", "replay"),
    "review": CommandEntry("coach.cli.runs", "Review a run: reps, pace, heart rate, load.", "review"),
    "explain": CommandEntry("coach.cli.run", "Explain one moment of a recording.", "explain"),
    "simulate": CommandEntry(
        "coach.cli.run", "Simulate a run of a workout: to a file, or over the air.", "simulate"
    ),
    "squad": CommandEntry(
        "coach.cli.squad", "Coach several runners at once: a board, one voice, splits by hand."
    ),
    "workout": CommandEntry("coach.cli.workout", "The workout library: list, show, check, write your own."),
    "athlete": CommandEntry("coach.cli.athlete", "Athletes: heart rates, paces and results."),
    "gear": CommandEntry(
        "coach.cli.race", "Your shoes: kilometres, purpose, and whether they are ready to race."
    ),
    "runs": CommandEntry(
        "coach.cli.runs", "The recorded runs: find, show, compare, note, resume, repair, delete."
    ),
    "plan": CommandEntry("coach.cli.plan", "The season: plan it, show it, move sessions, take days off."),
    "readiness": CommandEntry(
        "coach.cli.readiness", "Measure the morning, answer ten questions, get advice for today."
    ),
    "debrief": CommandEntry(
        "coach.cli.readiness", "Look back on last week, and propose changes of this one.", "debrief"
    ),
    "export": CommandEntry(
        "coach.cli.runs", "Write a run for another program: fit, tcx, csv, json.", "export"
    ),
    "redact": CommandEntry("coach.cli.runs", "Write a run without name, date and place.", "redact"),
    "sensors": CommandEntry("coach.cli.sensors", "Your straps and pods: scan, pair, list, forget, log."),
    "doctor": CommandEntry(
        "coach.cli.machine", "Check this machine: terminal, Bluetooth, sensors, disk.", "doctor"
    ),
    "broker": CommandEntry("coach.cli.machine", "Start an MQTT broker on this machine, for tests.", "broker"),
    "config": CommandEntry(
        "coach.cli.machine", "Show and change settings, and print where they are kept.", "config"
    ),
    "completion": CommandEntry(
        "coach.cli.machine", "Print the script that lets your shell complete what you type.", "completion"
    ),
}

WELCOME = """\
Trackside Coach: a live workout pacing coach for runners.

  coach demo                       watch a simulated runner, no hardware needed
  coach run 6x800 @ 5k / 400 jog   run a workout as you write it on a board
  coach workout list               see the workouts that come with it

Try next: coach demo
All commands: coach --help"""


class Root(LazyGroup):
    """The top group: turns whatever ends a command into words on stderr and an exit code."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command line and exit; errors before a command has begun are reported like those of a command."""
        extra.setdefault("color", _wants_colour())
        run: Callable[..., Any] = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        sys.exit(exit_code_of(lambda: run(*args, standalone_mode=False, **extra)))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the named command; a problem is reported on stderr and sets the exit code."""
        with answered_for(ctx):
            return super().invoke(ctx)

    def meant_by(self, ctx: click.Context, words: list[str]) -> list[str]:
        """Suggest commands of that name in other groups, else similar names, else a run of that workout."""
        if words[0].casefold() == "help":
            return [f"'{' '.join(['coach', *words[1:], '--help'])}'"]
        return _commands_called(ctx, words[0]) or super().meant_by(ctx, words) or _run_of(words)


def _commands_called(context: click.Context, name: str) -> list[str]:
    """Return the commands of this name in all groups, such as `coach athlete zones` for `zones`."""
    groups = {word: root.get_command(context, word) for word in TABLE}
    return [
        f"'coach {word} {name}'"
        for word, group in groups.items()
        if isinstance(group, CoachGroup) and name in group.list_commands(context)
    ]


def _run_of(words: list[str]) -> list[str]:
    """Return the run of a workout that was named without its command: `coach 6x800-5k`."""
    from coach.edge.store import Store

    is_name = words[0] in {workout.name for workout in Store().workouts()}
    return [f"'coach run {' '.join(words)}'"] if is_name or words[0][:1].isdigit() else []


def _wants_colour() -> bool | None:
    """Return True or False if the environment asks for or refuses colour; None for colour on terminals only."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def _show_version(context: click.Context) -> None:
    out(f"coach, version {__version__} ({core_build()} core)")
    context.exit()


@click.group("coach", cls=Root, table=TABLE, invoke_without_command=True, no_args_is_help=False)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda context, _, is_asked: _show_version(context) if is_asked else None,
    help="Show the version and exit.",
)
@click.pass_context
def root(context: click.Context) -> None:
    """Coach a workout live: from sensors, by hand, from a recording or with a simulated runner.

    Results go to stdout, messages to stderr. Type `coach` alone for three examples.
    """
    if context.invoked_subcommand is None:
        from coach.edge.files import runner_paths

        runs = runner_paths().runs
        offer_interrupted_run(runs)
        for line in WELCOME.splitlines():
            out(line)
        close_old_runs(runs)


# --- a run that was cut off ------------------------------------------------------------------------------------------


def offer_interrupted_run(
    runs: "Path",
    *,
    as_json: bool = False,
    sharing: "ShareRequest | None" = None,
    mqtt: "MqttRequest | None" = None,
) -> None:
    """Offer to resume a run that was cut off in this folder, or in the usual ones, with the sharing that was requested.

    If it is resumed, the command ends with that run.

    Raises:
        click.exceptions.Exit: with the exit code of that run.
    """
    for folder in _folders(runs):
        from coach.app.resume import ask_here
        from coach.edge.clock import MachineClock

        code = ask_here(folder, MachineClock(), CONSOLE, as_json=as_json, sharing=sharing, mqtt=mqtt)
        if code is not None:
            exit_with_run(code)
            raise click.exceptions.Exit(0)


def close_old_runs(runs: "Path") -> None:
    """Close the runs of this folder, and of the usual ones, that are too old to be offered."""
    for folder in _folders(runs):
        from coach.app.resume import close_old_runs as close
        from coach.edge.clock import MachineClock

        close(folder, MachineClock())


def _folders(runs: "Path") -> "list[Path]":
    """Return the folders with an interrupted run; cheap, because there is hardly ever one."""
    from coach.edge.files import runner_paths

    paths = runner_paths()
    if not runs.is_dir() and not paths.recorded_into.exists():
        return []
    from coach.edge.store import folders_of_runs, has_interrupted_run

    return [
        folder for folder in dict.fromkeys([runs, *folders_of_runs(paths)]) if has_interrupted_run(folder)
    ]
