"""The commands that start a run now: `run`, `demo` and `simulate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.group import CoachCommand, close_old_runs, offer_interrupted_run
from coach.cli.parameters import (
    SpeedType,
    adapter_option,
    athlete_option,
    mqtt_options,
    race_option,
    sensors_option,
    share_options,
    today_options,
    voice_option,
    weather_options,
    workout_argument,
)
from coach.cli.text import CONSOLE, exit_with_run, narrate

if TYPE_CHECKING:
    from coach.app.new_run import RunRequest


@click.command(cls=CoachCommand)
@workout_argument(required=False)
@athlete_option("The athlete; needed only if there are several and none is chosen.")
@race_option()
@sensors_option()
@click.option("--require-sensor", is_flag=True, help="Do not start without one of your sensors.")
@adapter_option()
@click.option("--marks", is_flag=True, help="Mark lines by hand: a stopwatch that knows the workout.")
@weather_options
@click.option("--ears", "listening", flag_value="ears", help="The runner wears earphones (the default).")
@click.option(
    "--speaker",
    "listening",
    flag_value="speaker",
    help="The cues come from a loudspeaker at the finish line.",
)
@click.option(
    "--light",
    type=click.Choice(["plan", "last", "best"]),
    default="plan",
    help="Pace the reps as planned, or as in your last or best run of this workout.",
)
@click.option("--halfway", is_flag=True, help="Call the turning point of an easy run.")
@click.option("--record", metavar="DIR", help="Record into this folder of runs.")
@click.option("--no-record", is_flag=True, help="Record nothing.")
@today_options
@share_options
@voice_option("default: the setting sound.voice on the live screen, else off")
@mqtt_options
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def command(
    workout: str | None,
    *,
    sensors: str | None,
    require_sensor: bool,
    record: str | None,
    no_record: bool,
    as_json: bool,
    **request_options: Any,
) -> None:
    """Run a workout, coached live.

    WORKOUT is a file, the name of a library workout, or a workout in one line, such as 2km easy + 6x800 @ 5k / 400 jog
    + 1km easy; the reading of a line is printed. Without WORKOUT, a terminal shows the library. The word free starts a
    run without a plan at once; time is a stopwatch in which every press is a lap; today is today's session of your
    plan, as coach plan today suggests it (with --as-planned as planned).

    On a terminal the live screen opens, and the first step starts after a minute to walk to the line (with --marks at
    the first press). Without a terminal, or with --json, lines are printed, the first step starts at once, and button
    names are read as lines from a piped stdin: mark, next, pause, "answer 2", ...

    The run starts with those of your paired sensors (coach sensors pair) that are found, and searches for the others;
    --require-sensor exits with code 4 if none is found. relay uses values that a phone or gateway forwards. Without
    sensors, steps by distance are timed at their target pace, or end at your marks. A run that was cut off can be
    resumed for 30 minutes.

    With --light last or best the pacing light repeats your last or your fastest run of this workout. With --temperature
    and --dew-point an effort day (key h) slows your paces for the heat, and you are warned of great heat. With
    --speaker a pace cue waits until the runner is near the laptop.
    """
    _refuse_contradictions(record=record, no_record=no_record, sensors=sensors, require_sensor=require_sensor)
    _refuse_library(workout, as_json=as_json)
    from coach.app.new_run import RunRequest

    request = RunRequest(
        sensors=sensors,
        requires_sensor=require_sensor,
        record=record,
        is_recorded=not no_record,
        **request_options,  # each option is named as the field of the request
    )
    exit_with_run(_run(workout, request, _folder_of_runs(record), as_json=as_json))


def _run(workout: str | None, request: "RunRequest", runs: Path, *, as_json: bool) -> int:
    """Resume an interrupted run, or run the workout that is named or picked; then close runs too old to offer."""
    from coach.app.new_run import run_workout

    if workout is None:
        from coach.app.library import pick_and_run

        code = pick_and_run(request, CONSOLE)
    else:
        # without a workout the library screen makes the offer
        offer_interrupted_run(runs, as_json=as_json, sharing=request.sharing, mqtt=request.mqtt)
        code = run_workout(workout, request, CONSOLE, as_json=as_json)
    close_old_runs(runs)
    return code


def _folder_of_runs(record: str | None) -> Path:
    """Return the folder that runs are recorded into."""
    from coach.edge.files import runner_paths

    return runner_paths().runs if record is None else Path(record).expanduser()


def _refuse_contradictions(
    *, record: str | None, no_record: bool, sensors: str | None, require_sensor: bool
) -> None:
    """Refuse options that contradict each other."""
    if record is not None and no_record:
        raise click.UsageError("--record and --no-record exclude each other.")
    if require_sensor and sensors in {"none", "relay"}:
        raise click.UsageError(f"--require-sensor and --sensors {sensors} exclude each other.")


def _refuse_library(workout: str | None, *, as_json: bool) -> None:
    """Raise a usage error if no workout is named and there is no terminal to show the library on."""
    from coach.app.terminal import RunMode, run_mode_here

    if workout is None and run_mode_here(as_json=as_json) is not RunMode.SCREEN:
        raise click.UsageError(
            "Missing argument 'WORKOUT': without a terminal there is no library to pick from."
        )


# --- coach demo ------------------------------------------------------------------------------------------------------


@click.command("demo", cls=CoachCommand)
@click.option("--speed", type=SpeedType(has_max=False), default=1.0, metavar="X", help="Run X times as fast.")
@voice_option("default: the setting sound.voice on the live screen, else off")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def demo(speed: float, voice: str | None, as_json: bool) -> None:
    """See it work: a simulated runner, no hardware needed.

    A two-minute workout on the live screen, with all its keys; nothing is recorded. Without a terminal, lines are
    printed, and button names are read from a piped stdin.
    """
    if voice not in {None, "off"} and speed != 1.0:
        raise click.UsageError("--voice speaks at real speed; leave --speed out.")
    from coach.app.simulation import run_demo

    exit_with_run(run_demo(speed, CONSOLE, as_json=as_json, voice=voice))


# --- coach simulate --------------------------------------------------------------------------------------------------

_MOST_CONTROLLERS = 2


@click.command("simulate", cls=CoachCommand)
@workout_argument()
@click.option("--out", metavar="FILE", help="Write to FILE: .jsonl is a journal, .csv a CSV stream.")
@click.option(
    "--radio",
    metavar="CONTROLLER",
    multiple=True,
    help="Send over this Bluetooth controller instead, in real time; give two for strap and footpod.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same run.")
@athlete_option("The athlete whose paces are run.")
@race_option()
@click.option("--profile", metavar="FILE", help="The runner's habits: coach-runner/1, JSON.")
def simulate(
    workout: str,
    *,
    out: str | None,
    radio: tuple[str, ...],
    seed: int,
    athlete: str | None,
    race: str | None,
    profile: str | None,
) -> None:
    """Simulate a run of a workout: to a file, or over the air.

    A simulated runner runs WORKOUT and reacts to the cues with a delay; their footpod and strap are noisy and lose the
    connection once a lap. WORKOUT is a file, the name of a library workout, or a workout in one line, such as 6x800 @
    5k / 400 jog. An existing FILE is never overwritten. Replay it with coach replay FILE.

    With --radio the program acts as a Bluetooth sensor for heart rate, running and battery instead, in real time from
    the first connection on. CONTROLLER is a name of bumble: usb:0, serial:/dev/ttyACM0,1000000, hci-socket:0, or vhci
    for a virtual controller of this computer (Linux). It needs the extra trackside-coach[radio].
    """
    if (out is None) != bool(radio):
        raise click.UsageError("Give --out FILE or --radio CONTROLLER.")
    if len(radio) > _MOST_CONTROLLERS:
        raise click.UsageError("--radio is given once, or twice for a strap and a footpod.")
    from coach.app.simulation import FORMATS, SimulationRequest, broadcast, simulated_file
    from coach.cli.parameters import write_new_file
    from coach.edge.files import plain

    request = SimulationRequest(workout, seed, athlete, profile, race)
    if out is None:
        exit_with_run(broadcast(request, radio, CONSOLE))
        return
    path = Path(out).expanduser()
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise click.UsageError(f"--out takes a name that ends in {' or '.join(FORMATS)}, not {plain(out)!r}.")
    write_new_file(path, simulated_file(request, suffix, CONSOLE), what="simulated run")
    narrate(f"Wrote {plain(out)}. Next: coach replay {plain(out)}")
