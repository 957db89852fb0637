"""Shared by several commands: parameters, types of values, completion by a shell, and writing of new files.

The module loads for every help page, so anything that only a value or a file needs is imported in the function that
reads or writes it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.text import narrate
from coach.problems import CoachProblem

if TYPE_CHECKING:  # help needs no file, date or plan
    from datetime import date
    from pathlib import Path

    from click.shell_completion import CompletionItem  # loads only when a shell asks

    from coach.plan.today import DayLimits

FASTEST: Final = 1000.0
"""The fastest playback; faster looks the same as `max`."""


def workout_argument(
    metavar: str = "WORKOUT", *, required: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The workout argument: a file, a name, or a line whose words need no quotes."""

    def joined(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> str | None:
        return " ".join(value) or None

    return click.argument("workout", nargs=-1, required=required, metavar=metavar, callback=joined)


def athlete_option(about: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The `--athlete` option; `about` is its help."""
    return click.option("--athlete", metavar="FILE|SLUG", help=about)


def adapter_option() -> Callable[[Callable[..., None]], Callable[..., None]]:
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
        from coach.problems import UsageProblem

        try:
            return ",".join(sensor_modes(str(value)))
        except UsageProblem as problem:
            self.fail(f"{problem.message}. {problem.hint}", param, ctx)


def sensors_option() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The `--sensors` option."""
    about = (
        "The sensors (default: ble if any is paired, else none); relay uses values that phones and gateways "
        "forward, alone or together with another: ble,relay."
    )
    return click.option("--sensors", type=SensorModes(), help=about)


def race_option() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The `--race` option: a race whose paces replace the athlete's."""
    about = "Use the paces of this race, such as 5k=22:30 or half=1:35, instead of the athlete's."
    return click.option("--race", metavar="DISTANCE=TIME", help=about)


def voice_option(about: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
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
            from coach.edge.telemetry.address import MqttRequest

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
    decorated: Callable[..., None] = packed
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


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
            from coach.app.new_run import ShareRequest

            tells = frozenset(webhook_with)
            sharing = ShareRequest(share, share_control, board, relay, webhook, tells, wled)
        command(*args, sharing=sharing, **kwargs)

    decorated: Callable[..., None] = packed
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def weather_options(command: Callable[..., None]) -> Callable[..., None]:
    """The `--temperature` and `--dew-point` options, packed into one argument `weather`: degrees Celsius, or None."""

    @wraps(command)
    def packed(*args: Any, temperature: float | None, dew_point: float | None, **values: Any) -> None:
        command(*args, weather=_weather(temperature, dew_point), **values)

    degrees = click.FloatRange(-40, 55)
    warm = click.option("--temperature", metavar="CELSIUS", type=degrees, help="Air temperature.")
    humid = click.option("--dew-point", metavar="CELSIUS", type=degrees, help="Dew point, from the forecast.")
    return warm(humid(packed))


def _weather(temperature: float | None, dew_point: float | None) -> tuple[float, float] | None:
    """Return the air temperature and the dew point in Celsius; None without them."""
    if (temperature is None) is not (dew_point is None):
        raise click.UsageError("--temperature and --dew-point are needed together.")
    if temperature is None or dew_point is None:
        return None
    if dew_point > temperature:
        raise click.UsageError("The dew point cannot be above the temperature.")
    return temperature, dew_point


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

    decorated: Callable[..., None] = packed
    for option in reversed(_DAY):
        decorated = option(decorated)
    return decorated


_DAY: Final = (
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
        from coach.app.new_run import DayRequest

        command(*args, day=DayRequest(as_planned, limits, wind, hills), **values)

    return packed


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


class DayType(click.ParamType["date"]):
    """A day: `2026-09-01`, `today`, or a number of days or weeks ago: `10d`, `4w`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "date":
        """Return the day; days ago are counted from today in the local zone."""
        from datetime import date, timedelta

        text = str(value).strip().casefold()
        try:
            if not text.endswith(tuple(_DAYS)) and text != "today":
                return date.fromisoformat(text)
            from coach.edge.clock import MachineClock, local_iso

            today = date.fromisoformat(local_iso(MachineClock().wall())[:10])
            return today if text == "today" else today - timedelta(int(text[:-1]) * _DAYS[text[-1]])
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a day: write it as 2026-09-01, today, 10d or 4w.", param, ctx)


_DAYS: Final = {"d": 1, "w": 7}
"""Days per unit of a number of days or weeks ago."""


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

# --- files and documents that are named on the command line ----------------------------------------------------------

STDOUT: Final = "-"
"""The file name that means standard output."""


def write_new_file(path: "Path", data: bytes, *, what: str) -> None:
    """Write a new file; `what` names it in messages. The path `-` is standard output.

    Raises:
        CoachProblem: the file exists already or cannot be written; nothing was changed.
    """
    import sys

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


def write_documents(documents: Sequence[Mapping[str, Any]], out: str) -> list[str]:
    """Write one document to a new file, or several into a folder; return the paths, safe to print.

    Raises:
        CoachProblem: a file exists already or cannot be written; nothing was overwritten.
    """
    from pathlib import Path

    from coach.edge.files import plain

    path = Path(out).expanduser()
    if len(documents) == 1 and not path.is_dir():
        write_new_file(path, _written(documents[0]), what="workout")
        return [plain(out)]
    files = _files(documents, path)
    there = next((file for file in files if file.exists()), None)
    if there is not None:
        raise CoachProblem(f"{plain(there)} is there already", "Nothing was written; name another folder.")
    try:
        path.mkdir(exist_ok=True)
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        hint = "Name a folder that exists, or can be created, for several workouts."
        raise CoachProblem(f"{plain(out)} is not a folder and cannot be created: {reason}", hint) from None
    for file, document in zip(files, documents, strict=True):
        write_new_file(file, _written(document), what="workout")
    return [plain(file) for file in files]


def write_exported(data: bytes, out: str, workout: str, suffix: str) -> str:
    """Write an exported workout to a new file, or into a folder under its name; return the path, safe to print.

    Raises:
        CoachProblem: the file exists already or cannot be written; nothing was overwritten.
    """
    from pathlib import Path

    from coach.edge.files import plain

    path = Path(out).expanduser()
    if path.is_dir():
        path /= f"{_file_stem(Path(workout).stem)}{suffix}"
    write_new_file(path, data, what="workout")
    return plain(path)


def _files(documents: Sequence[Mapping[str, Any]], folder: "Path") -> "list[Path]":
    """Return a file for each document, named after it, with a number if a name repeats."""
    used: set[str] = set()
    files: list[Path] = []
    for document in documents:
        stem = _file_stem(str(document["name"]), most=60)
        name = next(
            name
            for n in range(1, len(documents) + 2)
            if (name := f"{stem}-{n}" if n > 1 else stem) not in used
        )
        used.add(name)
        files.append(folder / f"{name}.json")
    return files


def _file_stem(name: str, *, most: int | None = None) -> str:
    """The stem of a file named after a workout: lower-case letters and digits, joined by hyphens."""
    import re

    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:most].strip("-") or "workout"


def _written(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON bytes, indented unless it would then be too large to be read again."""
    import json

    from coach.documents.reading import MAX_BYTES

    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    data = text.encode()
    return data if len(data) <= MAX_BYTES else json.dumps(document, separators=(",", ":")).encode()
