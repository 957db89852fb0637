"""The top of the command line: help without loading, problems as words, exit codes."""

import errno

import click
import pytest
from click.testing import CliRunner

from coach.cli.errors import EXIT_CODES, answered_for
from coach.cli.group import CoachCommand, CoachGroup
from coach.cli.root import root
from coach.problems import CoachProblem, RecordingProblem, SettingsProblem, UsageProblem, WorkoutProblem


def every_command(group: CoachGroup = root, path: tuple[str, ...] = ()):
    """Each command and group below `coach`, with the words that name it and its line in the list."""
    context = click.Context(group)
    for name, line in group.lines():
        command = group.get_command(context, name)
        yield (*path, name), command, line
        if isinstance(command, CoachGroup):
            yield from every_command(command, (*path, name))


COMMANDS = list(every_command())
NAMES = [" ".join(path) for path, _, _ in COMMANDS]


def test_coach_alone_shows_three_examples_and_the_next_step():
    """Whoever types `coach` and nothing else sees three commands to copy, and which one to try."""
    shown = CliRunner().invoke(root, [])

    assert shown.exit_code == 0
    assert sum(line.startswith("  coach ") for line in shown.stdout.splitlines()) == 3
    assert "Try next: coach demo" in shown.stdout


@pytest.mark.parametrize(("path", "command", "line"), COMMANDS, ids=NAMES)
def test_every_command_has_help_and_debug(path, command, line):
    """Each command explains itself, can show a traceback, and is listed with the words of its own help."""
    shown = CliRunner().invoke(root, [*path, "--help"])

    assert shown.exit_code == 0
    assert "--debug" in shown.stdout
    assert command.get_short_help_str(limit=200) == line
    assert len(line) < 70


def test_no_command_is_offered_that_does_not_exist():
    """Reports and the like are for later versions: their commands are usage errors, not stubs."""
    for name in ["review", "export", "redact"]:
        assert CliRunner().invoke(root, [name]).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [["no-such"], ["demo", "--no-such"], ["workout", "no-such"], ["replay"]]
)
def test_a_wrong_command_line_is_a_usage_error(arguments):
    """A name or option that does not exist leaves with 2, and says so on stderr only."""
    shown = CliRunner().invoke(root, arguments)

    assert shown.exit_code == 2
    assert shown.stdout == ""
    assert "Error" in shown.stderr


def ending(error: BaseException, *arguments: str):
    """What a command that ends with this error leaves behind."""

    @click.command(cls=CoachCommand)
    @click.pass_context
    def broken(context: click.Context) -> None:
        with answered_for(context):
            raise error

    return CliRunner().invoke(broken, arguments)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            WorkoutProblem("too steep", "Flatten it.", where="steps[0]"),
            3,
            ["steps[0]: too steep", "  Flatten it."],
        ),
        (RecordingProblem("is noise"), 3, ["is noise"]),
        (SettingsProblem("no such colour", "Try sun."), 2, ["no such colour", "  Try sun."]),
        (CoachProblem("escapes \x1b[2J"), 1, ["escapes \N{REPLACEMENT CHARACTER}[2J"]),
        (KeyboardInterrupt(), 130, ["Interrupted."]),
        (click.Abort(), 130, ["Interrupted."]),
        (BrokenPipeError(errno.EPIPE, "gone"), 0, []),
    ],
)
def test_a_problem_is_words_and_a_code(error, code, said):
    """Problems, Ctrl-C and a reader that went away end a command without a traceback."""
    left = ending(error)

    assert left.exit_code == code
    assert left.stdout == ""
    assert left.stderr.splitlines() == said
    assert code in dict(EXIT_CODES)


def test_a_mistake_of_ours_is_one_sentence():
    """An error nobody foresaw leaves with 1, names itself, and says how to see more."""
    left = ending(ZeroDivisionError("by zero"))

    assert left.exit_code == 1
    assert "ZeroDivisionError: by zero" in left.stderr
    assert "--debug" in left.stderr
    assert "Traceback" not in left.stderr


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), WorkoutProblem("too steep")])
def test_debug_shows_the_traceback(error):
    """With --debug the traceback stands before the words, for problems and mistakes alike."""
    left = ending(error, "--debug")

    assert left.stderr.startswith("Traceback")
    assert type(error).__name__ in left.stderr


def test_debug_is_asked_for_per_run():
    """Nothing is remembered from one command line to the next."""
    assert "Traceback" in ending(ZeroDivisionError(), "--debug").stderr
    assert "Traceback" not in ending(ZeroDivisionError()).stderr


def test_usage_errors_pass_through():
    """Click's own usage errors keep their words and their code."""
    with pytest.raises(click.UsageError), answered_for(click.Context(click.Command("one"))):
        raise click.UsageError("no")


def test_what_does_not_go_together_is_a_usage_error_of_its_command():
    """A usage problem from the application leaves with 2, below the usage of the command it came from."""

    @click.command(cls=CoachCommand)
    def broken() -> None:
        raise UsageProblem("these two exclude each other")

    left = CliRunner().invoke(broken)

    assert left.exit_code == 2
    assert left.stderr.startswith("Usage: broken")
    assert "Error: these two exclude each other" in left.stderr
