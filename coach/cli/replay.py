"""`coach replay`: a recorded run, coached again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from coach.cli.errors import exit_with
from coach.cli.group import CoachCommand
from coach.cli.parameters import SpeedType, athlete_option, race_option, voice_option
from coach.cli.text import CONSOLE, out, out_json
from coach.interchange.recordings import SUFFIXES_LISTED

if TYPE_CHECKING:  # they load where a recording is played, so that help and completion are quick
    from coach.app.playback import PlayableRecording, RecordingRequest
    from coach.app.sound import HeardCue
    from coach.live.inputs import RunSetup
    from coach.live.outputs import Event
    from coach.review.compare import CueDifference, ToldCue

# --- `coach replay --compare`: two folds of one recording, and the cues that differ as a list.

RECORDED: Final = "recorded"
"""What `--compare` is given to hold this version against what was said when the run was recorded."""


def compare_cues(request: "RecordingRequest", other: str, *, as_json: bool) -> None:
    """Print how the cues of a recording change by a settings file, or have changed since it was recorded.

    Raises:
        CoachProblem: the recording cannot be played, the settings cannot be read, or nothing said was recorded.
    """
    import os
    from dataclasses import replace
    from pathlib import Path

    from coach.app.playback import load_recording
    from coach.edge.files import runner_paths
    from coach.edge.settings import load_settings
    from coach.problems import SettingsProblem
    from coach.review.compare import compare, event_of_difference

    settings_file = None if other == RECORDED else Path(other)
    if settings_file is not None and not settings_file.is_file():
        raise SettingsProblem(
            f"{other}: there is no such settings file",
            f'Name a TOML file, or "{RECORDED}" for what was said then.',
        )
    settings = load_settings(runner_paths().settings, os.environ)
    recording = load_recording(replace(request, settings_file=settings_file), settings, CONSOLE)
    differences = compare(*_two_logs(recording, request.recording))
    if as_json:
        for difference in differences:
            out_json(event_of_difference(difference))
        return
    for line in lines_of(differences):
        out(line)


def lines_of(differences: "Sequence[CueDifference]") -> Iterator[str]:
    """The cues that differ, under the step they belong to, and a count of everything."""
    from coach.review.compare import CueChange, counts

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
    yield f"{len(differences)} cues: {changes}" if changes else "No cue on either side."


def _two_logs(recording: "PlayableRecording", name: str) -> "tuple[Iterable[Event], Iterable[Event]]":
    from coach.problems import RecordingProblem

    if recording.changed is not None:
        return _events(recording, recording.setup), _events(recording, recording.changed)
    if not recording.events:
        raise RecordingProblem(
            f"{name}: what was said then is not recorded", "Compare with a settings file instead."
        )
    return [dict(event) for event in recording.events], _events(recording, recording.setup)


def _events(recording: "PlayableRecording", setup: "RunSetup") -> "list[Event]":
    from coach.edge.playback import close_inputs
    from coach.live.outputs import encode_event
    from coach.live.run import LiveRun, refold

    folded = refold(LiveRun(setup), close_inputs(recording.inputs))
    return [encode_event(said.output, said.run_s) for said in folded.timed_outputs]


def _line(difference: "CueDifference") -> str:
    from coach.review.compare import CueChange, ToldCue

    match difference.before, difference.after:
        case ToldCue() as before, None:
            return f"{_clock(before)}  gone      {_words(before)}"
        case None, ToldCue() as after:
            return f"{_clock(after)}  new       {_words(after)}"
        case ToldCue() as before, ToldCue() as after if difference.change is CueChange.REWORDED:
            return f"{_clock(after)}  reworded  {_words(before)} -> {_words(after)}"
        case ToldCue() as before, ToldCue() as after:
            by = f"{abs(after.at - before.at):.1f} s {difference.change}"
            return f"{_clock(after)}  {by:<8}  {_words(after)}"
        case _:
            raise AssertionError(difference)


def _clock(cue: "ToldCue") -> str:
    from coach.quantities import format_clock

    return f"{format_clock(cue.at):>8}"


def _words(cue: "ToldCue") -> str:
    return f"{cue.text} ({cue.kind}{'' if cue.spoken else ', shown'})"


# --- `coach replay --sound-file`: what is heard of a recording, in a file and as a list.


def list_heard(request: "RecordingRequest", sound_file: str, voice: str, *, as_json: bool) -> None:
    """Render what is heard of a recording into a WAV file, and print a line for each cue.

    Raises:
        CoachProblem: the recording cannot be played, or the file cannot be written.
    """
    from pathlib import Path

    from coach.app.playback import heard_of

    for heard in heard_of(request, Path(sound_file), voice, CONSOLE):
        if as_json:
            tree = {
                "v": 1,
                "at_s": round(heard.at, 2),
                "cue_at_s": round(heard.due, 3),
                "duration_s": round(heard.seconds, 2),
                "class": heard.cue_class,
                "words": heard.words,
                "level_db": round(heard.level_db, 1),
                "is_cut": heard.is_cut,
            }
            out_json(tree)
        else:
            cut = "  cut off" if heard.is_cut else ""
            out(heard_line(heard) + cut)


def heard_line(heard: "HeardCue") -> str:
    """One line of what is heard: its time, how long, its class and level, and the words."""
    from coach.quantities import format_clock

    clock = format_clock(heard.at, tenths=True)
    return (
        f"{clock:>9}  {heard.seconds:4.1f} s  {heard.level_db:5.1f} dB  {heard.cue_class:<9}  {heard.words}"
    )


_HELP = f"""Coach a recorded run again.

RECORDING is the id of a run, its folder, a {SUFFIXES_LISTED} file, or - for standard input. A .gz
is opened, and a .zip with one activity in it. Its own workout is coached if it holds one, else a free run.
The same code coaches as in a live run, and says the same at any speed; nothing is written anywhere.

On a terminal it plays on the live screen in real time, where keys drive the playback. Everywhere else, and
with --json or --speed max, lines are printed, as fast as possible unless --speed says otherwise. What is
damaged in a file is told on stderr, and the rest is replayed.

With --voice a recording is spoken while it plays at real speed. With --sound-file nothing is played: everything
that is heard is rendered into a WAV file, and listed with its time, class and level.

With --compare nothing is played: the cues are listed that a settings file (a few lines of it do) would change,
or that this version says otherwise than was said when the run was recorded.

Columns of a CSV file are time_s, speed_mps, distance_m, cadence_spm, heart_rate_bpm, rr_ms, power_w, mark
and source; --map speed_mps=Pace:min/mile says that the speed stands in the column "Pace".
"""


@click.command(cls=CoachCommand, help=_HELP)
@click.argument("recording")
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@athlete_option("Coach this athlete.")
@race_option()
@click.option("--speed", type=SpeedType(has_max=True), metavar="X|max", help="Play so many times faster.")
@click.option(
    "--compare",
    metavar="SETTINGS",
    help='Show which cues would differ by this settings file, or, with "recorded", from those said then.',
)
@click.option(
    "--map", "columns", multiple=True, metavar="KEY=COLUMN[:UNIT]", help="Name a column of a CSV file."
)
@voice_option("default: off")
@click.option("--sound-file", metavar="FILE", help="Render what is heard into this WAV file, and list it.")
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
    """Coach a recorded run again."""
    if compare is not None and speed is not None:
        raise click.UsageError("--compare prints a list; --speed has no meaning with it.")
    if sound_file is not None and (compare is not None or speed is not None):
        raise click.UsageError("--sound-file prints a list; --speed and --compare have no meaning with it.")
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
