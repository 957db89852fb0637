"""The top of the command line: help without loading, problems as words, exit codes."""

import errno
import io
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from coach.cli.group import CoachCommand, CoachGroup, root
from coach.cli.shared import EXIT_CODES, answered_for
from coach.problems import CoachProblem, RecordingProblem, SettingsProblem, UsageProblem, WorkoutProblem
from tests.pty.terminal import COACH, PATIENCE_S


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
    """`coach` alone prints three commands to copy, and which one to try."""
    shown = CliRunner().invoke(root, [])

    assert shown.exit_code == 0
    assert sum(line.startswith("  coach ") for line in shown.stdout.splitlines()) == 3
    assert "Try next: coach demo" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) < 80
    assert all(
        line.split("  ")[1].startswith("coach ") for line in shown.stdout.splitlines() if line[:3] == "  c"
    )


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
    for name in ["export", "redact"]:
        assert CliRunner().invoke(root, [name]).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [["no-such"], ["demo", "--no-such"], ["workout", "no-such"], ["replay"]]
)
def test_a_wrong_command_line_is_a_usage_error(arguments):
    """A name or option that does not exist exits with 2, and says so on stderr only."""
    shown = CliRunner().invoke(root, arguments)

    assert shown.exit_code == 2
    assert shown.stdout == ""
    assert "Error" in shown.stderr


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["demoo"], "'coach demo'"),
        (["workout", "shw"], "'coach workout show'"),
        (["DEMO"], "'coach demo'"),
        (["zones"], "'coach athlete zones'"),
        (["import"], "'coach workout import'"),
        (
            ["show"],
            " or ".join(
                f"'coach {group} show'" for group in ("workout", "athlete", "runs", "plan", "config")
            ),
        ),
        (["6x800-5k"], "'coach run 6x800-5k'"),
        (["3x400", "@", "5k"], "'coach run 3x400 @ 5k'"),
        (["help"], "'coach --help'"),
        (["help", "run"], "'coach run --help'"),
    ],
)
def test_a_command_that_was_probably_meant_is_named(words, meant):
    """A misspelt command, one of another group, a workout alone and help are answered with what to type."""
    shown = CliRunner().invoke(root, words)

    assert shown.exit_code == 2
    assert f"Did you mean {meant}" in shown.stderr


def test_a_command_that_is_like_none_is_refused_plainly():
    """Nothing is suggested if no command is similar."""
    shown = CliRunner().invoke(root, ["qqqq"])

    assert (shown.exit_code, "Did you mean" in shown.stderr) == (2, False)


@pytest.mark.parametrize(
    ("environment", "is_terminal", "has_colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
    ],
)
def test_colour_is_for_terminals(monkeypatch, environment, is_terminal, has_colour):
    """Help, tables and errors are coloured on a terminal alone; NO_COLOR and a dumb terminal have none."""
    monkeypatch.setattr("click._compat.isatty", lambda _: is_terminal)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for words in (["run", "-h"], ["workout", "list", "800"], ["demoo"], ["replay", "nowhere.fit"]):
        ran = in_terminal(words)
        assert ("\x1b[" in ran) is has_colour, words


def in_terminal(words):
    """Run a command with the streams of a terminal, and return its output."""
    written = io.StringIO()
    with redirect_stdout(written), redirect_stderr(written), pytest.raises(SystemExit):
        root.main(words, prog_name="coach")
    return written.getvalue()


@pytest.mark.parametrize(
    "words", [["--help"], ["workout", "list"], ["run", "-h"], ["config", "show", "--json"]]
)
def test_a_full_output_is_no_mistake(words):
    """If stdout is full, help and lists end with 1 and a sentence that does not blame the program."""
    with Path("/dev/full").open("w") as full:
        ran = program(*words, stdout=full)

    assert ran.returncode == 1
    assert ran.stderr.startswith("The output cannot be written: No space left on device.")
    assert "mistake" not in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", ["config show", "demo --speed 1000", "runs list"])
def test_closed_streams_are_no_mistake(closed, words):
    """A standard stream that is closed counts as one that leads nowhere."""
    ran = subprocess.run(
        ["bash", "-c", f"{COACH} {words} {closed}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert ran.returncode == 0, ran.stderr
    assert "mistake" not in ran.stderr
    assert "Traceback" not in ran.stderr


THRESHOLDS = """
import gc, sys
import coach.cli.group
from coach.app.terminal import collect_as_usual
from coach.cli import main

def command(prog_name):
    print(gc.get_threshold()[0], gc.get_freeze_count())
    collect_as_usual()
    print(gc.get_threshold()[0], gc.get_freeze_count())

coach.cli.group.root = command
main()
"""


def test_garbage_is_hardly_collected_before_something_is_shown():
    """While it loads, nearly all of what is made is kept; then that is never looked at again, the rest as usual."""
    ran = subprocess.run(
        [sys.executable, "-c", THRESHOLDS], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    (loading, before), (shown, after) = (map(int, line.split()) for line in ran.stdout.splitlines())
    assert shown <= 5_000
    assert loading >= 100_000
    assert before == 0
    assert after > 10_000


WENT_AWAY = """
import atexit, os, signal, sys
import coach.cli.group
from coach.cli import main

atexit.register(os.kill, os.getpid(), signal.{name})
coach.cli.group.root = lambda prog_name: sys.exit(5)
main()
"""


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_program_whose_terminal_went_away_is_told_twice_and_leaves_with_5(name):
    """A window that closes sends several signals; one behind the last word does not take the exit code."""
    ran = subprocess.run([sys.executable, "-c", WENT_AWAY.format(name=name)], check=False, timeout=PATIENCE_S)
    assert ran.returncode == 5


INTERRUPTED_WHILE = """
import os, signal, sys
from importlib.abc import MetaPathFinder

class Interrupts(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
sys.argv = ["coach", *{words!r}]
from coach.cli import main
main()
"""


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("click", ["--help"]),
        ("coach.cli.group", ["--help"]),
        ("coach.cli.shared", ["workout", "list"]),
        ("coach.cli.workout", ["workout", "list"]),
        ("coach.app.workouts", ["workout", "list"]),
        ("pydantic", ["workout", "check", "6x800-5k"]),
        ("coach.live.run", ["demo"]),
        ("asyncio", ["demo"]),
    ],
)
def test_a_ctrl_c_while_the_program_loads_is_quiet(module, words):
    """During any import, the program ends as interrupted: by the signal or with 130, without a traceback."""
    code = INTERRUPTED_WHILE.format(module=module, words=words)
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )

    assert ran.returncode in {130, -signal.SIGINT}, ran.stderr
    assert ran.stderr.strip() in {"", "Interrupted."}


def test_an_ignored_ctrl_c_stays_ignored():
    """Under nohup, or behind an & in a script, the signal means nothing to the program either."""
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)" + INTERRUPTED_WHILE.format(
        module="coach.cli.group", words=["--version"]
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )

    assert ran.returncode == 0, ran.stderr


def program(*words, stdout):
    """Run the real program."""
    return subprocess.run(
        [COACH, *words], stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=PATIENCE_S
    )


def ending(error: BaseException, *arguments: str):
    """Run a command that ends with this error; return its exit code and output."""

    @click.command(cls=CoachCommand)
    @click.pass_context
    def broken(context: click.Context) -> None:
        with answered_for(context):
            raise error

    return CliRunner().invoke(broken, arguments)


def interrupted(error: Exception) -> Exception:
    """An error that was raised while a Ctrl-C was handled."""
    error.__context__ = KeyboardInterrupt()
    return error


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
        (ValueError('Error building "model" validator: KeyboardInterrupt: '), 130, ["Interrupted."]),
        (interrupted(ImportError("half a module")), 130, ["Interrupted."]),
        (BrokenPipeError(errno.EPIPE, "gone"), 0, []),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            [
                "The output cannot be written: No space left on device.",
                "  Free some space, or choose another destination, and run the same command again.",
            ],
        ),
    ],
)
def test_a_problem_is_words_and_a_code(error, code, said):
    """Problems, Ctrl-C and a reader that went away end a command without a traceback."""
    left = ending(error)

    assert left.exit_code == code
    assert left.stdout == ""
    assert left.stderr.splitlines() == said
    assert code in dict(EXIT_CODES)


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), FileNotFoundError(2, "by zero", "a file")])
def test_a_mistake_of_ours_is_one_sentence(error):
    """An error nobody foresaw exits with 1, names itself, and says how to see more."""
    left = ending(error)

    assert left.exit_code == 1
    assert f"{type(error).__name__}: " in left.stderr
    assert "by zero" in left.stderr
    assert "--debug" in left.stderr
    assert "Traceback" not in left.stderr


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), WorkoutProblem("too steep")])
def test_debug_shows_the_traceback(error):
    """With --debug the traceback stands before the words, for problems and mistakes alike."""
    left = ending(error, "--debug")

    assert left.stderr.startswith("Traceback")
    assert type(error).__name__ in left.stderr


def test_debug_is_asked_for_per_run():
    """`--debug` applies to one command line only."""
    assert "Traceback" in ending(ZeroDivisionError(), "--debug").stderr
    assert "Traceback" not in ending(ZeroDivisionError()).stderr


def test_usage_errors_pass_through():
    """Click's own usage errors keep their words and their code."""
    with pytest.raises(click.UsageError), answered_for(click.Context(click.Command("one"))):
        raise click.UsageError("no")


def test_what_does_not_go_together_is_a_usage_error_of_its_command():
    """A usage problem from the application exits with 2, below the usage of the command it came from."""

    @click.command(cls=CoachCommand)
    def broken() -> None:
        raise UsageProblem("these two exclude each other")

    left = CliRunner().invoke(broken)

    assert left.exit_code == 2
    assert left.stderr.startswith("Usage: broken")
    assert "Error: these two exclude each other" in left.stderr
