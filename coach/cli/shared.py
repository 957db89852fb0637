"""What commands share: printing, questions, exit codes, parameters, completion by a shell, and writing of new files.

The module loads for every help page, so anything that only a value or a file needs is imported in the function that
reads or writes it.
"""

import errno
import os
import select
import shutil
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import lru_cache, wraps
from io import StringIO
from math import inf, isfinite
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import click

from coach.problems import FAILURE, INTERRUPTED, CoachProblem, TerminalProblem, UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem  # loads only when a shell asks

    from coach.plan.today import DayLimits

# --- printing: data on stdout, narration on stderr
#
# Names in files and from sensors come from strangers: a control character in one could move the cursor, rename the
# window or hide the text after it. All text is printed through `safe_line`; JSON is safe because it is in ASCII.

_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are never printed: control and format characters (such as direction changes), surrogates,
private-use and unassigned characters, line and paragraph separators.
"""
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_NARROWEST: Final = 20
"""Columns below which the last column of a table is not wrapped."""


def safe_line(text: str) -> str:
    """Return the text as one harmless line.

    Tabs and line breaks become blanks and unsafe characters a replacement character; the rest stays, so that the output
    can be searched.
    """
    return text if text.isascii() and text.isprintable() else _safe_letters(text)


@lru_cache(maxsize=1024)  # a few workout names are repeated in thousands of rows
def _safe_letters(text: str) -> str:
    return "".join(_safe_letter(character) for character in text)


def _safe_letter(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return _REPLACEMENT if unicodedata.category(character) in _UNSAFE else character


def out(text: str) -> None:
    """Print one line of data on stdout."""
    click.echo(safe_line(text))


def emphasized(text: str) -> str:
    """Highlight the text on a terminal; click removes the colour elsewhere."""
    return click.style(text, fg="red", bold=True)


def out_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a heading on stdout; on a terminal the heading is bold and the last column is wrapped to fit."""
    lines = table(head, rows, width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
    for place, line in enumerate(lines):
        click.echo(click.style(line, bold=True) if place == 0 else line)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, width: int | None = None) -> list[str]:
    """Lay rows out under a heading, in columns as wide as their text; the last column is not padded.

    With a `width` the last column is wrapped to fit it, unless less than `_NARROWEST` columns are left.
    """
    cells = [[safe_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    room = 0 if width is None else width - sum(widths[:-1]) - 2 * (len(head) - 1)
    if room >= _NARROWEST:
        cells = [line for row in cells for line in _wrapped(row, room)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _wrapped(row: Sequence[str], room: int) -> Iterator[list[str]]:
    """Split a row into lines: the first has every column, the others the rest of the last column."""
    first, *rest = wrap(row[-1], room) or [""]
    yield [*row[:-1], first]
    yield from ([*[""] * (len(row) - 1), line] for line in rest)


def out_lines(lines: Iterable[str]) -> None:
    """Print many lines of data on stdout at once; they must be safe already, as those of `table` are."""
    click.echo("".join(f"{line}\n" for line in lines), nl=False)


def out_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON value as one line on stdout, in ASCII."""
    import json

    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False))


def out_document(value: Mapping[str, Any]) -> None:
    """Print one JSON document on stdout, indented."""
    import json

    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2))


def send_to_clipboard(text: str) -> bool:
    """Send a text to the clipboard of the terminal (OSC 52), which may not allow it; False without a terminal."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    import base64

    sys.stdout.write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")
    sys.stdout.flush()
    return True


def narrate(text: str) -> None:
    """Print one line of narration on stderr."""
    click.echo(safe_line(text), err=True)


def print_problem(problem: CoachProblem) -> None:
    """Print a problem on stderr: its message, highlighted on a terminal, and its hint below."""
    click.echo(emphasized(safe_line(problem.message)), err=True)
    for line in problem.hint.splitlines():
        narrate(f"  {line.removeprefix('  ').rstrip()}")


@contextmanager
def progress_bar(label: str, *, least: int = 20) -> Iterator[Callable[[int, int], None]]:
    """Show progress as a bar on stderr if it is a terminal; otherwise show nothing.

    The context value is called with (done, count). Fewer than `least` are not worth a bar; a new count starts a new
    bar.
    """
    bar: Any = None

    def show(done: int, count: int) -> None:
        nonlocal bar
        if count < least or not sys.stderr.isatty():
            return
        if bar is not None and (bar.length != count or done < bar.pos):
            bar.render_finish()
            bar = None
        if bar is None:
            bar = click.progressbar(length=count, label=label, file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    try:
        yield show
    finally:
        if bar is not None:
            bar.render_finish()


# --- questions, and lines in the middle of a run


def can_ask() -> bool:
    """Return True if a question on stderr can be seen and answered by a person."""
    return sys.stdin.isatty() and sys.stderr.isatty()


_PATIENCE_S: Final = 0.2
"""How long a line of a live run waits for a blocked stderr, in seconds. Judged: longer than a busy reader pauses."""
_PIPE_BYTES: Final = getattr(select, "PIPE_BUF", 512)
"""Bytes that a ready stream takes without blocking."""


class TerminalConsole:
    """The console of a command (`coach.app.terminal.Console`): stderr and stdin.

    Lines may be printed in the middle of a run, so a stderr that is not read must not block it: one line waits for it,
    and until it is read again further lines are dropped.
    """

    def __init__(self) -> None:
        self._is_stuck = False

    def say(self, text: str) -> None:
        """Print one line on stderr."""
        try:
            descriptor = sys.stderr.fileno()
        except (OSError, ValueError):  # a stand-in without a descriptor, which cannot block
            narrate(text)
            return
        data = f"{safe_line(text)}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace")
        while data and self._is_ready(descriptor):
            try:
                data = data[os.write(descriptor, data[:_PIPE_BYTES]) :]
            except OSError:  # closed, or full for good
                return

    def _is_ready(self, descriptor: int) -> bool:
        """Return True if stderr takes another piece now."""
        _, ready, _ = select.select([], [descriptor], [], 0.0 if self._is_stuck else _PATIENCE_S)
        self._is_stuck = not ready
        return bool(ready)

    def can_ask(self) -> bool:
        """Return True if a question can be seen and answered by a person."""
        return can_ask()

    def ask(self, question: str) -> str:
        """Ask for a line; empty for Enter alone."""
        with _left_by_hangup():
            return str(click.prompt(_in_lines(question), default="", show_default=False, err=True)).strip()

    def confirm(self, question: str) -> bool:
        """Ask for yes or no; Enter alone is yes."""
        with _left_by_hangup():
            return click.confirm(_in_lines(question, " [Y/n]: "), default=True, err=True)


@contextmanager
def _left_by_hangup() -> Iterator[None]:
    """While a question waits, exit with code 5 when the terminal or the machine goes away, as during a run.

    A thread waits for the signals, because a signal just before the read of the keyboard would be handled only with the
    next key. Nothing is open while a question waits, so the process exits at once and restores the terminal.
    """
    numbers = {signal.SIGHUP, signal.SIGTERM} if hasattr(signal, "sigwait") else set()
    numbers = {number for number in numbers if signal.getsignal(number) is signal.SIG_DFL}
    if not numbers or threading.current_thread() is not threading.main_thread():
        yield
        return
    before, modes = signal.pthread_sigmask(signal.SIG_BLOCK, numbers), _terminal_modes()
    is_answered = threading.Event()

    def wait() -> None:
        signal.sigwait(numbers)
        if not is_answered.is_set():
            _set_terminal_modes(modes)
            os._exit(TerminalProblem.exit_code)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        is_answered.set()
        signal.pthread_kill(waiting.ident or 0, next(iter(numbers)))
        waiting.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _terminal_modes() -> list[Any] | None:
    """Return the modes of stdin's terminal; None without a terminal."""
    import termios  # exists wherever `sigwait` does

    try:
        return termios.tcgetattr(sys.stdin)
    except (termios.error, OSError, ValueError):
        return None


def _set_terminal_modes(modes: list[Any] | None) -> None:
    import termios

    with suppress(termios.error, OSError, ValueError):
        if modes is not None:
            termios.tcsetattr(sys.stdin, termios.TCSANOW, modes)


def _in_lines(question: str, behind: str = ": ") -> str:
    """Break a question between words if it and the text behind it are wider than the terminal."""
    columns = shutil.get_terminal_size().columns
    if len(question) + len(behind) <= columns:
        return question
    return "\n".join(wrap(question, max(_NARROWEST, columns - len(behind))))


CONSOLE: Final = TerminalConsole()


# --- exit codes
#
# A command that fails prints one line for what is wrong, one for what to do next, and exits with a code of
# `EXIT_CODES`; a traceback is printed only with `--debug`.

EXIT_CODES: Final = (
    (0, "done"),
    (FAILURE, "failure"),
    (2, "usage: a command, option or setting that does not fit"),
    (3, "a bad workout, athlete, plan or recording file"),
    (4, "no sensor found"),
    (5, "the terminal or the machine went away; the run is kept and can be resumed"),
    (INTERRUPTED, "interrupted (Ctrl-C); the run is kept"),
)
"""Every exit code of `coach` with its meaning; 2 to 5 come from the problems themselves."""
_DEBUG: Final = "coach.debug"
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""Errors of a stdout that takes no more: a full disk or /dev/full, a quota, a closed descriptor."""


def want_debug(context: click.Context) -> None:
    """Print a traceback if the command of this context fails."""
    context.meta[_DEBUG] = True


def exit_with(code: int) -> None:
    """End the command with an exit code.

    Raises:
        click.exceptions.Exit: with any code but 0.
    """
    if code:
        raise click.exceptions.Exit(code)


def exit_with_run(code: int) -> None:
    """End the command with the exit code of a live run; code 5 is explained on stderr.

    Raises:
        click.exceptions.Exit: with any code but 0.
    """
    if code == TerminalProblem.exit_code:
        CONSOLE.say("The terminal or the machine went away.")
    exit_with(code)


@contextmanager
def answered_for(context: click.Context) -> Iterator[None]:
    """Report any error of the block on stderr and turn it into an exit code.

    Raises:
        click.exceptions.Exit: with the code, after a problem, an interruption or a mistake in the program.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        _leave_stdout()
        raise click.exceptions.Exit(0) from None
    except CoachProblem as problem:
        _show_traceback(context)
        print_problem(problem)
        raise click.exceptions.Exit(problem.exit_code) from None
    except (KeyboardInterrupt, click.Abort, EOFError):
        _show_traceback(context)
        narrate("Interrupted.")
        raise click.exceptions.Exit(INTERRUPTED) from None
    except OSError as error:
        if not _is_unwritable(error):
            _tell_mistake(context, error)
            raise click.exceptions.Exit(FAILURE) from None
        _show_traceback(context)
        _tell_unwritable(error)
        raise click.exceptions.Exit(FAILURE) from None
    except Exception as mistake:  # noqa: BLE001 - the last wall: a runner never sees a traceback unasked
        if _hides_interruption(mistake):
            narrate("Interrupted.")
            raise click.exceptions.Exit(INTERRUPTED) from None
        _tell_mistake(context, mistake)
        raise click.exceptions.Exit(FAILURE) from None


def exit_code_of(run: Callable[[], object]) -> int:
    """Run the command line and return its exit code; errors outside a command are reported too."""
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort, EOFError):
        narrate("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        _leave_stdout()
        return 0
    except OSError as error:
        if not _is_unwritable(error):
            raise
        _tell_unwritable(error)
        return FAILURE


def _show(error: click.ClickException) -> None:
    """Print a usage error as click does, with the word Error highlighted on a terminal."""
    page = StringIO()
    error.show(page)
    head, word, rest = page.getvalue().rstrip().rpartition("Error:")
    click.echo(f"{head}{emphasized(word)}{rest}", err=True, color=error.show_color)


def _is_unwritable(error: OSError) -> bool:
    """Return True if stdout refused the output; errors about files carry a file name."""
    return error.filename is None and error.errno in _UNWRITABLE


def _tell_unwritable(error: OSError) -> None:
    narrate(f"The output cannot be written: {error.strerror}.")
    narrate("  Free some space, or choose another destination, and run the same command again.")
    _leave_stdout()


def _hides_interruption(mistake: BaseException | None) -> bool:
    """Return True if a Ctrl-C caused the error: pydantic mentions it only in the text while it builds validators."""
    while mistake is not None:
        if isinstance(mistake, KeyboardInterrupt) or KeyboardInterrupt.__name__ in str(mistake):
            return True
        mistake = mistake.__cause__ or mistake.__context__
    return False


def _tell_mistake(context: click.Context, mistake: Exception) -> None:
    _show_traceback(context)
    narrate(f"This is a mistake in the program, not yours: {type(mistake).__name__}: {mistake}")
    narrate("  Run the same command with --debug and report what it prints.")


def _show_traceback(context: click.Context) -> None:
    if context.meta.get(_DEBUG):
        import traceback

        traceback.print_exc(file=sys.stderr)


def _leave_stdout() -> None:
    """Discard further output to stdout, including Python's last flush."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:  # stdout is no real file: nothing is flushed into it
        return


# --- parameters of several commands

Decorator = Callable[[Callable[..., None]], Callable[..., None]]
"""Adds a parameter to the function of a command."""


def _with_options(command: Callable[..., None], options: Sequence[Decorator]) -> Callable[..., None]:
    """Give a command these options; its help lists them in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def workout_argument(metavar: str = "WORKOUT", *, required: bool = True) -> Decorator:
    """The workout argument: a file, a name, or a line whose words need no quotes."""

    def joined(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> str | None:
        return " ".join(value) or None

    return click.argument("workout", nargs=-1, required=required, metavar=metavar, callback=joined)


def athlete_option(about: str) -> Decorator:
    """The `--athlete` option; `about` is its help."""
    return click.option("--athlete", metavar="FILE|SLUG", help=about)


def adapter_option() -> Decorator:
    """The `--adapter` option: a Bluetooth adapter."""
    about = "The Bluetooth adapter, by name or address (default: the setting adapter, else all that are on)."
    return click.option("--adapter", metavar="NAME", help=about)


class SensorModes(click.Choice[str]):
    """One mode of `--sensors`, or `relay` together with `ble` or `sim`, separated by a comma."""

    def __init__(self) -> None:
        super().__init__(["ble", "sim", "none", "relay"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the modes and return them in one fixed spelling."""
        from coach.edge.paired_sensors import sensor_modes

        try:
            return ",".join(sensor_modes(str(value)))
        except UsageProblem as problem:
            self.fail(f"{problem.message}. {problem.hint}", param, ctx)


def sensors_option() -> Decorator:
    """The `--sensors` option."""
    about = (
        "The sensors (default: ble if any is paired, else none); relay uses values that phones and gateways "
        "forward, alone or together with another: ble,relay."
    )
    return click.option("--sensors", type=SensorModes(), help=about)


def race_option() -> Decorator:
    """The `--race` option: a race whose paces replace the athlete's."""
    about = "Use the paces of this race, such as 5k=22:30 or half=1:35, instead of the athlete's."
    return click.option("--race", metavar="DISTANCE=TIME", help=about)


def voice_option(about: str) -> Decorator:
    """The `--voice` option; `about` names the default in its help."""
    modes = click.Choice(["clips", "neural", "system", "off"])
    return click.option("--voice", type=modes, help=f"The voice of the cues ({about}).")


def mqtt_options(command: Callable[..., None]) -> Callable[..., None]:
    """The `--mqtt...` options, packed into one argument `mqtt`: a `MqttRequest`, or None without any of them."""
    names = ("mqtt", "mqtt_insecure", "mqtt_control", "mqtt_ca", "mqtt_cert", "mqtt_key")

    @wraps(command)
    def packed(*args: Any, **values: Any) -> None:
        options_given = [values.pop(name) for name in names]
        request = None
        if any(options_given):
            from coach.edge.mqtt_address import MqttRequest

            request = MqttRequest(*options_given)
        command(*args, mqtt=request, **values)

    about = "Publish the run on this MQTT broker, such as mqtt://127.0.0.1 (default: the setting mqtt.url)."
    options = (
        click.option("--mqtt", metavar="URL", help=about),
        click.option(
            "--mqtt-insecure",
            is_flag=True,
            help="Allow a broker on another machine without TLS or credentials.",
        ),
        click.option("--mqtt-control", is_flag=True, help="Accept buttons from the broker."),
        click.option("--mqtt-ca", metavar="FILE", help="The CA certificate to trust."),
        click.option("--mqtt-cert", metavar="FILE", help="The client certificate."),
        click.option("--mqtt-key", metavar="FILE", help="The key of the client certificate."),
    )
    return _with_options(packed, options)


class OptionalValue(click.Option):
    """An option with an optional value after an equals sign: `--share`, `--share=192.168.1.5`.

    Click itself would take the next argument, the workout, as the value; so `with_empty_values` gives a bare option an
    empty value before click reads it.
    """

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Show the optional value in the help as it is typed: `--share[=ADDR]`."""
        record = super().get_help_record(ctx)
        metavar = self.make_metavar(ctx)
        return None if record is None else (record[0].replace(f" {metavar}", f"[={metavar}]"), record[1])


def with_empty_values(args: Sequence[str], parameters: Sequence[click.Parameter]) -> list[str]:
    """Append an empty value to every bare option whose value is optional."""
    bare = {name for each in parameters if isinstance(each, OptionalValue) for name in each.opts}
    end = list(args).index("--") if "--" in args else len(args)
    return [f"{each}=" if each in bare and place < end else each for place, each in enumerate(args)]


def share_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options for other viewers of a run, packed into one argument `sharing`: a `ShareRequest` or None."""
    options = (
        click.option(
            "--share",
            metavar="ADDR",
            cls=OptionalValue,
            help="Show the run in phones' browsers; asks for the address of this laptop if none is given.",
        ),
        click.option(
            "--share-control", is_flag=True, help="Let a phone press buttons too, with a separate link."
        ),
        click.option("--board", is_flag=True, help="Show the run full screen in this laptop's browser."),
        click.option(
            "--relay", is_flag=True, help="Let phones forward sensor values, to a separate address."
        ),
        click.option("--webhook", metavar="URL", help="Post each cue to URL as JSON."),
        click.option(
            "--webhook-with",
            type=click.Choice(["names", "heart-rate"]),
            multiple=True,
            help="Include names, or the heart rate, in what is posted.",
        ),
        click.option(
            "--wled",
            metavar="IP",
            multiple=True,
            help="Show the state on this WLED lamp; IP=lap or IP=0-100 runs the pace lights on a strip.",
        ),
    )

    @wraps(command)
    def packed(
        *args: Any,
        share: str | None,
        share_control: bool,
        board: bool,
        relay: bool,
        webhook: str | None,
        webhook_with: tuple[str, ...],
        wled: tuple[str, ...],
        **kwargs: Any,
    ) -> None:
        if webhook_with and webhook is None:
            raise click.UsageError("--webhook-with needs --webhook.")
        sharing = None
        if share is not None or share_control or board or relay or webhook is not None or wled:
            from coach.app.live_run import ShareRequest

            tells = frozenset(webhook_with)
            sharing = ShareRequest(share, share_control, board, relay, webhook, tells, wled)
        command(*args, sharing=sharing, **kwargs)

    return _with_options(packed, options)


def weather_options(command: Callable[..., None]) -> Callable[..., None]:
    """The `--temperature` and `--dew-point` options, packed into one argument `weather`: degrees Celsius, or None."""

    @wraps(command)
    def packed(*args: Any, temperature: float | None, dew_point: float | None, **values: Any) -> None:
        command(*args, weather=_weather(temperature, dew_point), **values)

    degrees = click.FloatRange(-40, 55)
    options = (
        click.option("--temperature", metavar="CELSIUS", type=degrees, help="Air temperature."),
        click.option("--dew-point", metavar="CELSIUS", type=degrees, help="Dew point, from the forecast."),
    )
    return _with_options(packed, options)


def _weather(temperature: float | None, dew_point: float | None) -> tuple[float, float] | None:
    """Return the air temperature and the dew point in Celsius; None without them."""
    if (temperature is None) is not (dew_point is None):
        raise click.UsageError("--temperature and --dew-point are needed together.")
    if temperature is None or dew_point is None:
        return None
    if dew_point > temperature:
        raise click.UsageError("The dew point cannot be above the temperature.")
    return temperature, dew_point


_DAY_OPTIONS: Final = (
    click.option(
        "--minutes",
        metavar="N",
        type=click.IntRange(5, 600),
        help="Fit today's session into N minutes.",
    ),
    click.option(
        "--no-track", is_flag=True, help="Convert today's session to times, for a run without a track."
    ),
    click.option("--treadmill", is_flag=True, help="Convert today's session for a treadmill."),
    click.option(
        "--instead",
        type=click.Choice(["swim", "bike", "walk"]),
        help="Replace an easy run by a swim, a ride or a walk.",
    ),
    click.option(
        "--wind", metavar="M/S", type=click.IntRange(0, 60), help="Today's wind in metres per second."
    ),
    click.option("--hills", is_flag=True, help="Today's route is hilly."),
)


def day_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options for a day's limits, packed into one argument `limits` or None, and `--wind` and `--hills`."""

    @wraps(command)
    def packed(
        *args: Any, minutes: float | None, no_track: bool, treadmill: bool, instead: str | None, **values: Any
    ) -> None:
        limits = None
        if minutes is not None or no_track or treadmill or instead:
            from coach.plan.today import DayLimits

            limits = DayLimits(minutes, no_track, treadmill, instead or "")
        command(*args, limits=limits, **values)

    return _with_options(packed, _DAY_OPTIONS)


def today_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options for today's session, packed into one argument `day`."""

    @day_options
    @click.option(
        "--as-planned", is_flag=True, help="Run today's session as planned, without the suggested change."
    )
    @wraps(command)
    def packed(
        *args: Any,
        as_planned: bool,
        limits: "DayLimits | None",
        wind: float | None,
        hills: bool,
        **values: Any,
    ) -> None:
        from coach.app.live_run import DayRequest

        command(*args, day=DayRequest(as_planned, limits, wind, hills), **values)

    return packed


# --- types of values

FASTEST: Final = 1000.0
"""The fastest playback; faster looks the same as `max`."""


class ClockType(click.ParamType[float]):
    """A time from 0 s on: `12:34`, `1:02:03`, `90s`, `12min`, or bare seconds such as `754.2`."""

    name = "time"

    def __init__(self, least: float = 0.0, most: float = inf) -> None:
        """Accept times from `least` to `most` seconds."""
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the time in seconds."""
        from coach.quantities import read_duration

        try:
            seconds: float = read_duration(str(value))
        except ValueError:
            seconds = -1.0
        if not isfinite(seconds) or seconds < 0:
            self.fail(f"{value!r} is not a time: write it as 12:34, 1:02:03, 90s or in seconds.", param, ctx)
        if not self._least <= seconds <= self._most:
            self.fail(
                f"{value!r} is out of range: from {self._least:g} to {self._most:g} seconds.", param, ctx
            )
        return seconds


class SpeedType(click.ParamType[float]):
    """A speed as a multiple of real time, above 0, or `max`, which is returned as infinity."""

    name = "x"

    def __init__(self, *, has_max: bool) -> None:
        """Accept `max` if `has_max`."""
        self._has_max = has_max

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `2`, `0.5`, `60x` or `max`."""
        text = str(value).strip().lower()
        if text == "max" and self._has_max:
            return inf
        try:
            speed = float(text.removesuffix("x"))
        except ValueError:
            speed = 0.0
        if not 0.01 <= speed <= FASTEST:
            also = ', or "max"' if self._has_max else ""
            self.fail(
                f"{value!r} is not a speed: give a number from 0.01 to {FASTEST:.0f}{also}.", param, ctx
            )
        return speed


_DAYS_PER_UNIT: Final = {"d": 1, "w": 7}
"""Days per unit of a number of days or weeks ago."""


class DayType(click.ParamType[date]):
    """A day: `2026-09-01`, `today`, or a number of days or weeks ago: `10d`, `4w`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; days ago are counted from today in the local zone."""
        text = str(value).strip().casefold()
        try:
            if not text.endswith(tuple(_DAYS_PER_UNIT)) and text != "today":
                return date.fromisoformat(text)
            from coach.edge.clock import MachineClock, local_iso

            today = date.fromisoformat(local_iso(MachineClock().wall())[:10])
            return today if text == "today" else today - timedelta(int(text[:-1]) * _DAYS_PER_UNIT[text[-1]])
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a day: write it as 2026-09-01, today, 10d or 4w.", param, ctx)


# --- completion: a text is completed by the name of its parameter, which is the same in every command

Names = Iterable[tuple[str, str]]
"""Names, each with a few words of help that some shells show."""


class CompletedText(click.types.StringParamType):
    """A text that a shell completes: by names, or by files if no name fits."""

    def __init__(self, names: Callable[[click.Context], Names] | None, *, has_files: bool = False) -> None:
        """Offer these names, and files if `has_files`."""
        self._names = names
        self._has_files = has_files

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        """Offer the names with this beginning; nothing if the home cannot be read."""
        from click.shell_completion import CompletionItem

        is_first = param.nargs != -1 or not ctx.params.get(param.name or "")
        fitting: list[CompletionItem] = []
        if self._names is not None and is_first:
            with suppress(CoachProblem, OSError):
                names = [(name, words) for name, words in self._names(ctx) if name.startswith(incomplete)]
                fitting = [CompletionItem(name, help=words or None) for name, words in names]
        if fitting or not self._has_files:
            return fitting
        return [CompletionItem(incomplete, type="file")]


def complete_by_name(parameters: Sequence[click.Parameter]) -> None:
    """Enable completion for the text parameters of a command."""
    for parameter in parameters:
        if not isinstance(parameter.type, click.types.StringParamType):
            continue
        if parameter.name in _COMPLETED:
            parameter.type = _COMPLETED[parameter.name]
        elif parameter.metavar in _FILES:
            parameter.type = _FILE


def _workouts(context: click.Context) -> Names:
    from coach.edge.store import Store

    unplanned = [("free", "without a plan"), ("time", "a stopwatch")] if context.info_name == "run" else []
    return [*unplanned, *((workout.name, "") for workout in Store().workouts())]


def _athletes(_context: click.Context) -> Names:
    from coach.edge.store import Store

    return [(slug, "") for slug in Store().athletes()]


def _runs(_context: click.Context) -> Names:
    from coach.edge.store import Store

    runs = [run.manifest for run in Store().runs()]
    return [(run.run, f"{run.started[:16].replace('T', ' ')} {run.workout}") for run in runs]


def _sensors(_context: click.Context) -> Names:
    from coach.edge.files import runner_paths
    from coach.edge.paired_sensors import load_sensors

    sensors = load_sensors(runner_paths().sensors).all()
    names = [(sensor.label or sensor.name, sensor.kind.value) for sensor in sensors]
    return [(name, kind) for name, kind in names if name and not any(map(str.isspace, name))]


def _setting_keys(_context: click.Context) -> Names:
    from coach.edge.settings import setting_keys

    return [(key, "") for key in setting_keys()]


def _setting_values(context: click.Context) -> Names:
    from coach.edge.settings import choices_of

    key = str(context.params.get("key") or "")
    return _athletes(context) if key == "athlete" else [(choice, "") for choice in choices_of(key)]


_FILE: Final = CompletedText(None, has_files=True)
_COMPLETED: Final = {
    "file": _FILE,
    "workout": CompletedText(_workouts, has_files=True),
    "athlete": CompletedText(_athletes, has_files=True),
    "slug": CompletedText(_athletes),
    "recording": CompletedText(_runs, has_files=True),
    "run": CompletedText(_runs),
    "sensor": CompletedText(_sensors),
    "key": CompletedText(_setting_keys),
    "value": CompletedText(_setting_values),
}
"""The completion of a text parameter, by its name."""
_FILES: Final = frozenset({"FILE", "DIR", "SETTINGS"})
"""Metavars of text parameters that name a file."""


# --- files that are named on the command line

STDOUT: Final = "-"
"""The file name that means standard output."""


def write_new_file(path: "Path", data: bytes, *, what: str) -> None:
    """Write a new file; `what` names it in messages. The path `-` is standard output.

    Raises:
        CoachProblem: the file exists already or cannot be written; nothing was changed.
    """
    from coach.edge.files import plain

    name = plain(path)
    if name == STDOUT:
        sys.stdout.buffer.write(data)
        return
    try:
        with path.open("xb") as file:  # exclusive: neither opens an existing file nor follows a link
            try:
                file.write(data)
                file.flush()
            except BaseException:  # Ctrl-C too leaves no half-written file
                path.unlink()
                raise
    except FileExistsError:
        raise CoachProblem(
            f"{name} is there already", "Nothing was overwritten; name another file."
        ) from None
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        message = f"{name}: the {what} cannot be written: {reason}"
        raise CoachProblem(message, "Name a file in an existing folder that you can write to.") from None


def write_page(out: str, page: str) -> None:
    """Write an HTML page to a new file, and print how to open it.

    Raises:
        CoachProblem: the file exists already or cannot be written; nothing was changed.
    """
    from pathlib import Path

    from coach.edge.files import plain

    data = page.encode()
    write_new_file(Path(out).expanduser(), data, what="page")
    if out == STDOUT:
        return
    narrate(
        f"Wrote {plain(out)}, {max(1, round(len(data) / 1000))} kB. Open it in any browser; it needs no network."
    )


def write_exported(data: bytes, out: str, workout: str, suffix: str) -> str:
    """Write an exported workout to a new file, or into a folder under its name; return the path, safe to print.

    Raises:
        CoachProblem: the file exists already or cannot be written; nothing was overwritten.
    """
    from pathlib import Path

    from coach.edge.files import plain

    path = Path(out).expanduser()
    if path.is_dir():
        path /= f"{file_stem(Path(workout).stem)}{suffix}"
    write_new_file(path, data, what="workout")
    return plain(path)


def file_stem(name: str, *, most: int = 120) -> str:
    """The stem of a file named after a workout: lower-case letters of any script and digits, joined by hyphens."""
    from coach.spelling import file_name

    return file_name(name, most) or "workout"
