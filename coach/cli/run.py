"""The commands that coach a run: `run` and `demo` live, `simulate` made up, `replay` and `explain` recorded.

A comparison, a list of sounds and the explanation of a moment are printed as lines or as JSON.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from coach.cli.group import CoachCommand, close_old_runs, offer_interrupted_run
from coach.cli.shared import (
    CONSOLE,
    ClockType,
    SpeedType,
    adapter_option,
    athlete_option,
    exit_with,
    exit_with_run,
    mqtt_options,
    narrate,
    out,
    out_json,
    race_option,
    sensors_option,
    share_options,
    today_options,
    voice_option,
    weather_options,
    workout_argument,
    write_new_file,
)
from coach.edge.files import plain, runner_paths
from coach.interchange.recordings import SUFFIXES_LISTED
from coach.problems import RecordingProblem, SettingsProblem
from coach.quantities import Seconds, format_clock, format_metres, format_pace

if TYPE_CHECKING:  # they load when a run is played, so that help and completion are quick
    from coach.app.live_run import RunRequest
    from coach.app.playback import PlayableRecording, RecordingRequest
    from coach.app.sound import HeardCue
    from coach.cues.cue import Suppression
    from coach.edge.sinks import TextFormatter
    from coach.live.contract import Event, RunSetup
    from coach.live.run import TimedOutput
    from coach.live.snapshot import Snapshot
    from coach.review.comparison import CueDifference, LoggedCue
    from coach.review.trace import Moment
    from coach.signals.readings import DisplayValue


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

    On a terminal the live screen opens, and the first step starts after one minute, so that you can walk to the line
    (with --marks at the first press). Without a terminal, or with --json, lines are printed, the first step starts at
    once, and button names are read as lines from a piped stdin: mark, next, pause, "answer 2", ...

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
    from coach.app.live_run import RunRequest

    request = RunRequest(
        sensors=sensors,
        requires_sensor=require_sensor,
        record=record,
        is_recorded=not no_record,
        **request_options,  # each option is named as the field of the request
    )
    exit_with_run(_run_or_pick(workout, request, _folder_of_runs(record), as_json=as_json))


def _run_or_pick(workout: str | None, request: "RunRequest", runs: Path, *, as_json: bool) -> int:
    """Resume an interrupted run, or run the workout that is named or picked; then close runs too old to offer."""
    from coach.app.live_run import run_workout

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
    """Watch a simulated run; no hardware needed.

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


# --- coach replay --compare: two folds of one recording, and the cues that differ ------------------------------------

RECORDED: Final = "recorded"
"""The value of `--compare` that compares this version with the cues in the recording."""


def compare_cues(request: "RecordingRequest", other: str, *, as_json: bool) -> None:
    """Print how a settings file changes the cues of a recording, or how they differ from the recorded ones.

    Raises:
        CoachProblem: the recording cannot be played, the settings cannot be read, or it has no recorded cues.
    """
    from coach.app.playback import load_recording
    from coach.edge.settings import load_settings
    from coach.review.comparison import compare_cues, event_of_difference

    settings_file = None if other == RECORDED else Path(other)
    if settings_file is not None and not settings_file.is_file():
        raise SettingsProblem(
            f"{other}: no such settings file",
            f'Name a TOML file, or "{RECORDED}" for the recorded cues.',
        )
    settings = load_settings(runner_paths().settings, os.environ)
    recording = load_recording(replace(request, settings_file=settings_file), settings, CONSOLE)
    differences = compare_cues(*_two_logs(recording, request.recording))
    if as_json:
        for difference in differences:
            out_json(event_of_difference(difference))
        return
    for line in lines_of_comparison(differences):
        out(line)


def lines_of_comparison(differences: "Sequence[CueDifference]") -> Iterator[str]:
    """List the cues that differ, under their steps, and count all of them."""
    from coach.review.comparison import CueChange, count_changes

    path = None
    for difference in differences:
        if difference.change is CueChange.SAME:
            continue
        cue = difference.after or difference.before
        if cue is not None and cue.path != path:
            path = cue.path
            yield path or "Before the first step"
        yield _difference_line(difference)
    if path is not None:
        yield ""
    changes = ", ".join(f"{count} {change}" for change, count in count_changes(differences).items())
    yield f"{len(differences)} cues: {changes}" if changes else "No cues in either."


def _two_logs(recording: "PlayableRecording", name: str) -> "tuple[Iterable[Event], Iterable[Event]]":
    if recording.changed is not None:
        return _events(recording, recording.setup), _events(recording, recording.changed)
    if not recording.events:
        raise RecordingProblem(f"{name}: it has no recorded cues", "Compare with a settings file instead.")
    return [dict(event) for event in recording.events], _events(recording, recording.setup)


def _events(recording: "PlayableRecording", setup: "RunSetup") -> "list[Event]":
    from coach.edge.conductor import close_inputs
    from coach.live.contract import encode_event
    from coach.live.run import LiveRun, refold

    refolded = refold(LiveRun(setup), close_inputs(recording.inputs))
    return [encode_event(timed.output, timed.run_s) for timed in refolded.timed_outputs]


def _difference_line(difference: "CueDifference") -> str:
    from coach.review.comparison import CueChange, LoggedCue

    match difference.before, difference.after:
        case LoggedCue() as before, None:
            return f"{_cue_clock(before)}  gone      {_cue_words(before)}"
        case None, LoggedCue() as after:
            return f"{_cue_clock(after)}  new       {_cue_words(after)}"
        case LoggedCue() as before, LoggedCue() as after if difference.change is CueChange.REWORDED:
            return f"{_cue_clock(after)}  reworded  {_cue_words(before)} -> {_cue_words(after)}"
        case LoggedCue() as before, LoggedCue() as after:
            by = f"{abs(after.at - before.at):.1f} s {difference.change}"
            return f"{_cue_clock(after)}  {by:<8}  {_cue_words(after)}"
        case _:
            raise AssertionError(difference)


def _cue_clock(cue: "LoggedCue") -> str:
    return f"{format_clock(cue.at):>8}"


def _cue_words(cue: "LoggedCue") -> str:
    return f"{cue.text} ({cue.kind}{'' if cue.is_spoken else ', shown'})"


# --- coach replay --sound-file: the sounds of a recording, in a file and as a list -----------------------------------


def list_heard(request: "RecordingRequest", sound_file: str, voice: str, *, as_json: bool) -> None:
    """Render the sound of a recording into a WAV file, and print a line for each cue.

    Raises:
        CoachProblem: the recording cannot be played, or the file cannot be written.
    """
    from coach.app.playback import heard_of

    for cue in heard_of(request, Path(sound_file), voice, CONSOLE):
        if as_json:
            tree = {
                "v": 1,
                "at_s": round(cue.at, 2),
                "cue_at_s": round(cue.due, 3),
                "duration_s": round(cue.seconds, 2),
                "class": cue.cue_class,
                "words": cue.words,
                "level_db": round(cue.level_db, 1),
                "is_cut": cue.is_cut,
            }
            out_json(tree)
        else:
            cut = "  cut off" if cue.is_cut else ""
            out(heard_line(cue) + cut)


def heard_line(cue: "HeardCue") -> str:
    """Format one sound: its time, duration, level, class and words."""
    clock = format_clock(cue.at, tenths=True)
    return f"{clock:>9}  {cue.seconds:4.1f} s  {cue.level_db:5.1f} dB  {cue.cue_class:<9}  {cue.words}"


# --- coach replay ----------------------------------------------------------------------------------------------------

_REPLAY_HELP = f"""Replay a recorded run and coach it again.

RECORDING is the ID of a run, its folder, a {SUFFIXES_LISTED} file, or - for standard input; a .gz, and a
.zip with one activity, are opened. The workout in the recording is coached, without one a free run. Cues are the
same as in a live run, at any speed; no file is written.

On a terminal it plays on the live screen in real time, with keys for the playback. Without a terminal, and with
--json or --speed max, lines are printed, as fast as possible unless --speed is given. Damage in a file is reported
on stderr, and the rest is replayed.

With --voice the cues are spoken while the recording plays at real speed. With --sound-file nothing is played: all
sounds are written to a WAV file, and listed with time, class and level.

With --compare nothing is played: the cues that a settings file (a few lines are enough) would change are listed,
or with "recorded" the cues that differ from those of the live run.

Columns of a CSV file are time_s, speed_mps, distance_m, cadence_spm, heart_rate_bpm, rr_ms, power_w, mark
and source; --map speed_mps=Pace:min/mile reads the speed from the column "Pace".
"""


@click.command("replay", cls=CoachCommand, help=_REPLAY_HELP)
@click.argument("recording")
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@athlete_option("Coach this athlete; `last` is their newest run.")
@race_option()
@click.option("--speed", type=SpeedType(has_max=True), metavar="X|max", help="Play X times as fast.")
@click.option(
    "--compare",
    metavar="SETTINGS",
    help='List the cues that this settings file, or with "recorded" this version, would change.',
)
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="KEY=COLUMN[:UNIT]",
    help="Read KEY from this column of a CSV file.",
)
@voice_option("default: off")
@click.option("--sound-file", metavar="FILE", help="Write the sound to this WAV file, and list it.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def replay(
    recording: str,
    *,
    workout: str | None,
    athlete: str | None,
    race: str | None,
    speed: float | None,
    compare: str | None,
    columns: tuple[str, ...],
    voice: str | None,
    sound_file: str | None,
    as_json: bool,
) -> None:
    """Replay a recorded run and coach it again."""
    if compare is not None and speed is not None:
        raise click.UsageError("--compare prints a list; --speed does not apply.")
    if sound_file is not None and (compare is not None or speed is not None):
        raise click.UsageError("--sound-file prints a list; --speed and --compare do not apply.")
    if sound_file is None and voice not in {None, "off"} and speed not in {None, 1.0}:
        raise click.UsageError("--voice speaks at real speed; leave --speed out.")

    from coach.app.playback import RecordingRequest, play

    request = RecordingRequest(recording, workout, athlete, race, columns)
    if sound_file is not None:
        list_heard(request, sound_file, voice or "clips", as_json=as_json)
        return
    if compare is None:
        exit_with(play(request, CONSOLE, speed=speed, as_json=as_json, voice=voice))
        return

    compare_cues(request, compare, as_json=as_json)


# --- coach explain: one moment of a recording, as lines or as one JSON object ---------------------------------------


def print_moment(request: "RecordingRequest", at: Seconds, *, as_json: bool) -> None:
    """Print the explanation of a moment.

    Raises:
        CoachProblem: the recording cannot be played, or ends before that moment.
    """
    from coach.app.playback import load_recording
    from coach.edge.conductor import close_inputs
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun
    from coach.review.trace import moment_of

    settings = load_settings(runner_paths().settings, os.environ)
    playable = load_recording(request, settings, CONSOLE)
    inputs = close_inputs(playable.inputs)
    end = inputs[-1].at
    if at > end:
        raise RecordingProblem(
            f"the recording ends at {format_clock(end)}, before {format_clock(at)}",
            "Name a moment within it; coach replay RECORDING --speed max prints the time before each line.",
        )
    moment = moment_of(LiveRun(playable.setup), inputs, at)
    if as_json:
        out_json(tree_of_moment(moment))
        return
    for line in lines_of_moment(moment, playable.setup.unit):
        out(line)


def lines_of_moment(moment: "Moment", unit: str) -> Iterator[str]:
    """Format a moment as lines: the step, the values, the outputs around it, and the evidence."""
    from coach.edge.sinks import TextFormatter
    from coach.review.trace import evidence, held_back

    yield from _moment_head(moment)
    if moment.gap is not None:
        since, until = moment.gap
        yield f"The run was cut off from {format_clock(since)} to {format_clock(until)}: this is the state before."
    yield ""
    yield "Values"
    rows = list(_value_lines(moment.snapshot, unit))
    yield from (f"  {name:<12}{words}" for name, words in rows or [("", "none: no sensor had sent a value")])
    if moment.judged is not None:
        reasons = ", ".join(f"{name} {words}" for name, words in evidence(moment.judged, unit))
        yield f"  {'judged':<12}{reasons}"
    yield from (f"  {'silent':<12}{held_back(silence)}" for silence in moment.silences)
    yield ""
    yield "Outputs"
    narrator = TextFormatter(unit=unit)
    yield from _output_block(moment.before, narrator, unit) or ["          nothing in the minute before"]
    yield f"{format_clock(moment.snapshot.at):>8}  ---- this moment ----"
    yield from _output_block(moment.after, narrator, unit) or ["          nothing in the next 15 seconds"]


def tree_of_moment(moment: "Moment") -> "Event":
    """Return a moment with the keys of the events; unknown values are absent."""
    from coach.live.contract import encode_event, encode_why, put_band, put_measure

    snapshot = moment.snapshot
    tree: Event = {"v": 1}
    put_measure(tree, "at_s", snapshot.at)
    put_measure(tree, "run_s", moment.run_s)
    if moment.gap is not None:
        put_measure(tree, "from_s", moment.gap[0])
        put_measure(tree, "to_s", moment.gap[1])
    tree["phase"] = snapshot.phase.value
    if snapshot.step is not None:
        tree |= {"step_id": snapshot.step.step_id, "path": snapshot.step.path}
        put_measure(tree, "time_s", snapshot.step_time_s)
        put_measure(tree, "distance_m", snapshot.step_m)
        tree["estimated"] = snapshot.estimated
    for name, value in _current_values(snapshot):
        tree[name] = _value_tree(value)
    if snapshot.judged_quantity is not None and snapshot.band_in_force is not None:
        tree["band"] = put_band({"quantity": snapshot.judged_quantity.value}, snapshot.band_in_force, "")
    if snapshot.light is not None:
        put_measure(tree, "light_s", snapshot.light.behind_s)
        if snapshot.light.set_back_s:
            tree["light_set_back_s"] = round(snapshot.light.set_back_s, 2)
    tree["silences"] = [_silence_tree(silence) for silence in moment.silences]
    if moment.judged is not None:
        tree["judged"] = encode_why(moment.judged)
    tree["before"] = [encode_event(timed.output, timed.run_s) for timed in moment.before]
    tree["after"] = [encode_event(timed.output, timed.run_s) for timed in moment.after]
    return tree


def _moment_head(moment: "Moment") -> Iterator[str]:
    from coach.workout.describe import step_label

    snapshot, step = moment.snapshot, moment.snapshot.step
    clock = "before the start" if moment.run_s is None else f"running time {format_clock(moment.run_s)}"
    yield f"{format_clock(snapshot.at)}, {clock}, {snapshot.phase.value.replace('_', ' ')}"
    if step is None:
        return
    parts = [f"{step.path}: {step_label(step)}"]
    if snapshot.step_time_s is not None:
        parts.append(f"{format_clock(snapshot.step_time_s, tenths=True)} into it")
    if snapshot.step_m is not None:
        parts.append(
            ("about " if snapshot.estimated else "") + f"{format_metres(snapshot.step_m, snapshot.unit)} done"
        )
    yield ", ".join(parts)


def _value_lines(snapshot: "Snapshot", unit: str) -> Iterator[tuple[str, str]]:
    from coach.signals.readings import SensorState
    from coach.workout.describe import target_text

    for name, value in _current_values(snapshot):
        yield _value_name(name), f"{_amount(name, value.value, unit)} from the {value.source}, {_age(value)}"
    if snapshot.step is not None and snapshot.step.target is not None:
        yield "target", target_text(snapshot.step.target)
    if snapshot.light is not None:
        behind, set_back_s = snapshot.light.behind_s, snapshot.light.set_back_s
        side = "behind" if behind > 0 else "ahead"
        text = f"{abs(behind):.1f} s, {format_metres(abs(snapshot.light.behind_m), unit)} {side}"
        if set_back_s:
            text += f", a new light, {set_back_s:.1f} s after that of the plan"
        yield "light", text
    if snapshot.distance_source is not None:
        yield "distance", f"from the {snapshot.distance_source}"
    for row in snapshot.sensors:
        if row.state is not SensorState.LIVE:
            silent = "" if row.age_s is None else f", silent for {row.age_s:.0f} s"
            yield row.source.value, f"{row.state}{silent}"


def _output_block(outputs: "Sequence[TimedOutput]", narrator: "TextFormatter", unit: str) -> list[str]:
    return [
        *(line for output in outputs for line in _output_lines(output, narrator, unit)),
        *narrator.flush(),
    ]


def _output_lines(timed: "TimedOutput", narrator: "TextFormatter", unit: str) -> Sequence[str]:
    """Return the lines of one output, and below a cue that judges or advises its evidence."""
    from coach.cues.cue import Cue
    from coach.review.trace import evidence

    lines = narrator.lines(timed.output)
    cue = timed.output
    if not lines or not isinstance(cue, Cue):
        return lines
    reasons = evidence(cue.why, unit)
    lines = [*lines[:-1], lines[-1] + ("" if cue.spoken else " (shown, not spoken)")]
    if len(reasons) > 1:
        lines.append(
            f"            {cue.kind.value}: " + ", ".join(f"{name} {words}" for name, words in reasons)
        )
    return lines


def _current_values(snapshot: "Snapshot") -> "list[tuple[str, DisplayValue]]":
    """Return the known values by their keys in events."""
    by_key = {
        "speed_mps": snapshot.speed,
        "heart_rate_bpm": snapshot.heart_rate,
        "cadence_spm": snapshot.cadence,
        "power_w": snapshot.power,
    }
    return [(name, value) for name, value in by_key.items() if value is not None]


def _value_name(key: str) -> str:
    return key.rpartition("_")[0].replace("_", " ")


def _amount(key: str, value: float, unit: str) -> str:
    return format_pace(value, unit=unit) if key == "speed_mps" else f"{value:.0f} {key.rpartition('_')[2]}"


def _age(value: "DisplayValue") -> str:
    from coach.signals.readings import Freshness

    old = f"{value.age_s:.1f} s old"
    return old if value.freshness in {Freshness.LIVE, Freshness.HELD} else f"{old}, greyed"


def _silence_tree(silence: "Suppression") -> "Event":
    tree: Event = {"reason": silence.reason.value}
    if silence.for_s is not None:
        tree["for_s"] = round(silence.for_s, 1)
    return tree


def _value_tree(value: "DisplayValue") -> "Event":
    from coach.live.contract import put_measure

    tree: Event = {}
    put_measure(tree, "value", value.value)
    put_measure(tree, "age_s", value.age_s)
    return tree | {"freshness": value.freshness.value, "sensor": value.source.value}


@click.command("explain", cls=CoachCommand)
@click.argument("recording")
@click.option(
    "--at", type=ClockType(), required=True, metavar="TIME", help="The moment, such as 12:34 or 754.2."
)
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@athlete_option("Coach this athlete; `last` is their newest run.")
@race_option()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(
    recording: str, *, at: Seconds, workout: str | None, athlete: str | None, race: str | None, as_json: bool
) -> None:
    """Explain one moment of a recording.

    TIME is the time before each line of `coach replay`, and `at_s` in its --json. The output has the step, the values
    at that moment with their age, the cues of the minute before and just after, and the evidence for each cue: the
    value, its target band, the time it was averaged over, the age of the newest sample, the noise of the sensor, and
    the rule.
    """
    from coach.app.playback import RecordingRequest

    print_moment(RecordingRequest(recording, workout, athlete, race), at, as_json=as_json)
