"""`coach replay`: a recorded run, coached again. `coach explain`: one moment of a recording."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import ClockType, SpeedType, athlete_option, race_option, voice_option
from coach.cli.text import CONSOLE, exit_with, out, out_json
from coach.interchange.recordings import SUFFIXES_LISTED
from coach.problems import RecordingProblem
from coach.quantities import Seconds, format_clock, format_metres, format_pace

if TYPE_CHECKING:  # they load when a recording is played, so that help and completion are quick
    from coach.app.playback import PlayableRecording, RecordingRequest
    from coach.app.sound import HeardCue
    from coach.cues.cue import Suppression
    from coach.edge.sinks import TextFormatter
    from coach.live.inputs import RunSetup
    from coach.live.outputs import Event
    from coach.live.run import TimedOutput
    from coach.live.snapshot import Snapshot
    from coach.review.comparison import CueDifference, LoggedCue
    from coach.review.trace import Moment
    from coach.signals.readings import DisplayValue

# --- `coach replay --compare`: two folds of one recording, and the cues that differ as a list.

RECORDED: Final = "recorded"
"""The value of `--compare` that compares this version with the cues in the recording."""


def compare_cues(request: "RecordingRequest", other: str, *, as_json: bool) -> None:
    """Print how a settings file changes the cues of a recording, or how they differ from the recorded ones.

    Raises:
        CoachProblem: the recording cannot be played, the settings cannot be read, or it has no recorded cues.
    """
    from dataclasses import replace
    from pathlib import Path

    from coach.app.playback import load_recording
    from coach.edge.files import runner_paths
    from coach.edge.settings import load_settings
    from coach.problems import SettingsProblem
    from coach.review.comparison import compare, event_of_difference

    settings_file = None if other == RECORDED else Path(other)
    if settings_file is not None and not settings_file.is_file():
        raise SettingsProblem(
            f"{other}: no such settings file",
            f'Name a TOML file, or "{RECORDED}" for the recorded cues.',
        )
    settings = load_settings(runner_paths().settings, os.environ)
    recording = load_recording(replace(request, settings_file=settings_file), settings, CONSOLE)
    differences = compare(*_two_logs(recording, request.recording))
    if as_json:
        for difference in differences:
            out_json(event_of_difference(difference))
        return
    for line in lines_of_comparison(differences):
        out(line)


def lines_of_comparison(differences: "Sequence[CueDifference]") -> Iterator[str]:
    """List the cues that differ, under their steps, and count all of them."""
    from coach.review.comparison import CueChange, counts

    path = None
    for difference in differences:
        if difference.change is CueChange.SAME:
            continue
        cue = difference.after or difference.before
        if cue is not None and cue.path != path:
            path = cue.path
            yield path or "Before the first step"
        yield _line(difference)
    if path is not None:
        yield ""
    changes = ", ".join(f"{count} {change}" for change, count in counts(differences).items())
    yield f"{len(differences)} cues: {changes}" if changes else "No cues in either."


def _two_logs(recording: "PlayableRecording", name: str) -> "tuple[Iterable[Event], Iterable[Event]]":
    if recording.changed is not None:
        return _events(recording, recording.setup), _events(recording, recording.changed)
    if not recording.events:
        raise RecordingProblem(f"{name}: it has no recorded cues", "Compare with a settings file instead.")
    return [dict(event) for event in recording.events], _events(recording, recording.setup)


def _events(recording: "PlayableRecording", setup: "RunSetup") -> "list[Event]":
    from coach.edge.conductor import close_inputs
    from coach.live.outputs import encode_event
    from coach.live.run import LiveRun, refold

    refolded = refold(LiveRun(setup), close_inputs(recording.inputs))
    return [encode_event(timed.output, timed.run_s) for timed in refolded.timed_outputs]


def _line(difference: "CueDifference") -> str:
    from coach.review.comparison import CueChange, LoggedCue

    match difference.before, difference.after:
        case LoggedCue() as before, None:
            return f"{_clock(before)}  gone      {_words(before)}"
        case None, LoggedCue() as after:
            return f"{_clock(after)}  new       {_words(after)}"
        case LoggedCue() as before, LoggedCue() as after if difference.change is CueChange.REWORDED:
            return f"{_clock(after)}  reworded  {_words(before)} -> {_words(after)}"
        case LoggedCue() as before, LoggedCue() as after:
            by = f"{abs(after.at - before.at):.1f} s {difference.change}"
            return f"{_clock(after)}  {by:<8}  {_words(after)}"
        case _:
            raise AssertionError(difference)


def _clock(cue: "LoggedCue") -> str:
    return f"{format_clock(cue.at):>8}"


def _words(cue: "LoggedCue") -> str:
    return f"{cue.text} ({cue.kind}{'' if cue.spoken else ', shown'})"


# --- `coach replay --sound-file`: what is heard of a recording, in a file and as a list.


def list_heard(request: "RecordingRequest", sound_file: str, voice: str, *, as_json: bool) -> None:
    """Render the sound of a recording into a WAV file, and print a line for each cue.

    Raises:
        CoachProblem: the recording cannot be played, or the file cannot be written.
    """
    from pathlib import Path

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


_HELP = f"""Replay a recorded run and coach it again.

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


@click.command(cls=CoachCommand, help=_HELP)
@click.argument("recording")
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@athlete_option("Coach this athlete.")
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
def command(
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
    from coach.edge.files import runner_paths
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

    yield from _where(moment)
    if moment.gap is not None:
        since, until = moment.gap
        yield f"The run was cut off from {format_clock(since)} to {format_clock(until)}: this is the state before."
    yield ""
    yield "Values"
    rows = list(_known_values(moment.snapshot, unit))
    yield from (f"  {name:<12}{words}" for name, words in rows or [("", "none: no sensor had sent a value")])
    if moment.judged is not None:
        reasons = ", ".join(f"{name} {words}" for name, words in evidence(moment.judged, unit))
        yield f"  {'judged':<12}{reasons}"
    yield from (f"  {'silent':<12}{held_back(silence)}" for silence in moment.silences)
    yield ""
    yield "Outputs"
    narrator = TextFormatter(unit=unit)
    yield from _around(moment.before, narrator, unit) or ["          nothing in the minute before"]
    yield f"{format_clock(moment.snapshot.at):>8}  ---- this moment ----"
    yield from _around(moment.after, narrator, unit) or ["          nothing in the next 15 seconds"]


def tree_of_moment(moment: "Moment") -> "Event":
    """Return a moment with the keys of the events; unknown values are absent."""
    from coach.live.outputs import encode_event, encode_why, put_band, put_measure

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
    for name, value in _values(snapshot):
        tree[name] = _value_tree(value)
    if snapshot.judged_quantity is not None and snapshot.band_in_force is not None:
        tree["band"] = put_band({"quantity": snapshot.judged_quantity.value}, snapshot.band_in_force, "")
    if snapshot.light is not None:
        put_measure(tree, "light_s", snapshot.light.behind_s)
        if snapshot.light.set_back_s:
            tree["light_set_back_s"] = round(snapshot.light.set_back_s, 2)
    tree["silences"] = [_silence(silence) for silence in moment.silences]
    if moment.judged is not None:
        tree["judged"] = encode_why(moment.judged)
    tree["before"] = [encode_event(timed.output, timed.run_s) for timed in moment.before]
    tree["after"] = [encode_event(timed.output, timed.run_s) for timed in moment.after]
    return tree


def _where(moment: "Moment") -> Iterator[str]:
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


def _known_values(snapshot: "Snapshot", unit: str) -> Iterator[tuple[str, str]]:
    from coach.signals.readings import SensorState
    from coach.workout.describe import target_text

    for name, value in _values(snapshot):
        yield _name(name), f"{_amount(name, value.value, unit)} from the {value.source}, {_age(value)}"
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


def _around(outputs: "Sequence[TimedOutput]", narrator: "TextFormatter", unit: str) -> list[str]:
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


def _values(snapshot: "Snapshot") -> "list[tuple[str, DisplayValue]]":
    """Return the known values by their keys in events."""
    by_key = {
        "speed_mps": snapshot.speed,
        "heart_rate_bpm": snapshot.heart_rate,
        "cadence_spm": snapshot.cadence,
        "power_w": snapshot.power,
    }
    return [(name, value) for name, value in by_key.items() if value is not None]


def _name(key: str) -> str:
    return key.rpartition("_")[0].replace("_", " ")


def _amount(key: str, value: float, unit: str) -> str:
    return format_pace(value, unit=unit) if key == "speed_mps" else f"{value:.0f} {key.rpartition('_')[2]}"


def _age(value: "DisplayValue") -> str:
    from coach.signals.readings import Freshness

    old = f"{value.age_s:.1f} s old"
    return old if value.freshness in {Freshness.LIVE, Freshness.HELD} else f"{old}, greyed"


def _silence(silence: "Suppression") -> "Event":
    tree: Event = {"reason": silence.reason.value}
    if silence.for_s is not None:
        tree["for_s"] = round(silence.for_s, 1)
    return tree


def _value_tree(value: "DisplayValue") -> "Event":
    from coach.live.outputs import put_measure

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
@athlete_option("Coach this athlete.")
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
