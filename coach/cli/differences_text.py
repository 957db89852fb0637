"""`coach replay --compare`: two folds of one recording, and the cues that differ as a list."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from coach.app.playback import PlayableRecording, RecordingRequest, load_recording
from coach.cli.text import CONSOLE, out, out_json
from coach.edge.paths import runner_paths
from coach.edge.playback import close_inputs
from coach.edge.settings import load_settings
from coach.live.encoding import Event, encode_event
from coach.live.inputs import RunSetup
from coach.live.run import LiveRun
from coach.problems import RecordingProblem, SettingsProblem
from coach.quantities import format_clock
from coach.recording.replay import refold
from coach.review.compare import CueChange, CueDifference, ToldCue, compare, counts, event_of_difference

RECORDED: Final = "recorded"
"""What `--compare` is given to hold this version against what was said when the run was recorded."""


def compare_cues(request: RecordingRequest, other: str, *, as_json: bool) -> None:
    """Print how the cues of a recording change by a settings file, or have changed since it was recorded.

    Raises:
        CoachProblem: the recording cannot be played, the settings cannot be read, or nothing said was recorded.
    """
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


def lines_of(differences: Sequence[CueDifference]) -> Iterator[str]:
    """The cues that differ, under the step they belong to, and a count of everything."""
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


def _two_logs(recording: PlayableRecording, name: str) -> tuple[Iterable[Event], Iterable[Event]]:
    if recording.changed is not None:
        return _events(recording, recording.setup), _events(recording, recording.changed)
    if not recording.events:
        raise RecordingProblem(
            f"{name}: what was said then is not recorded", "Compare with a settings file instead."
        )
    return [dict(event) for event in recording.events], _events(recording, recording.setup)


def _events(recording: PlayableRecording, setup: RunSetup) -> list[Event]:
    folded = refold(LiveRun(setup), close_inputs(recording.inputs))
    return [encode_event(said.output, said.run_s) for said in folded.timed_outputs]


def _line(difference: CueDifference) -> str:
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


def _clock(cue: ToldCue) -> str:
    return f"{format_clock(cue.at):>8}"


def _words(cue: ToldCue) -> str:
    return f"{cue.text} ({cue.kind}{'' if cue.spoken else ', shown'})"
