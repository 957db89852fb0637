"""Which cues would have been others? Two folds of one recording, as a list of what differs."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from coach.cli.playing import Tape, load_tape
from coach.cli.text import out, out_json
from coach.edge.paths import runner_paths
from coach.edge.playback import close_inputs
from coach.edge.settings import load_settings
from coach.live.encoding import Event, encode_event
from coach.live.inputs import RunSetup
from coach.live.run import LiveRun
from coach.problems import RecordingProblem, SettingsProblem
from coach.quantities import format_clock
from coach.recording.replay import refold
from coach.review.compare import Change, Difference, ToldCue, compare, counts, event_of_difference

RECORDED: Final = "recorded"
"""What `--compare` is given to hold this version against what was said when the run was recorded."""


def compare_cues(
    recording: str,
    other: str,
    *,
    workout: str | None,
    athlete: str | None,
    columns: Sequence[str],
    as_json: bool,
) -> None:
    """Print how the cues of a recording change by a settings file, or have changed since it was recorded.

    Raises:
        CoachProblem: the recording cannot be played, the settings cannot be read, or nothing said was recorded.
    """
    over = None if other == RECORDED else Path(other)
    if over is not None and not over.is_file():
        raise SettingsProblem(
            f"{other}: there is no such settings file",
            f'Name a TOML file, or "{RECORDED}" for what was said then.',
        )
    settings = load_settings(runner_paths().settings, os.environ)
    tape = load_tape(recording, settings, workout=workout, athlete=athlete, columns=columns, over=over)
    differences = compare(*_two_logs(tape, recording))
    if as_json:
        for one in differences:
            out_json(event_of_difference(one))
        return
    for line in lines_of(differences):
        out(line)


def lines_of(differences: Sequence[Difference]) -> Iterator[str]:
    """The cues that differ, under the step they belong to, and a count of everything."""
    path = None
    for one in differences:
        if one.change is Change.SAME:
            continue
        cue = one.after or one.before
        if cue is not None and cue.path != path:
            path = cue.path
            yield path or "Before the first step"
        yield _line(one)
    if path is not None:
        yield ""
    told = ", ".join(f"{count} {change}" for change, count in counts(differences).items())
    yield f"{len(differences)} cues: {told}" if told else "No cue on either side."


def _two_logs(tape: Tape, recording: str) -> tuple[Iterable[Event], Iterable[Event]]:
    if tape.changed is not None:
        return _events(tape, tape.setup), _events(tape, tape.changed)
    if not tape.said:
        raise RecordingProblem(
            f"{recording}: what was said then is not recorded", "Compare with a settings file instead."
        )
    return [dict(event) for event in tape.said], _events(tape, tape.setup)


def _events(tape: Tape, setup: RunSetup) -> list[Event]:
    folded = refold(LiveRun(setup), close_inputs(tape.inputs))
    return [encode_event(one.output, one.run_s) for one in folded.timed_outputs]


def _line(one: Difference) -> str:
    match one.before, one.after:
        case ToldCue() as before, None:
            return f"{_clock(before)}  gone      {_words(before)}"
        case None, ToldCue() as after:
            return f"{_clock(after)}  new       {_words(after)}"
        case ToldCue() as before, ToldCue() as after if one.change is Change.REWORDED:
            return f"{_clock(after)}  reworded  {_words(before)} -> {_words(after)}"
        case ToldCue() as before, ToldCue() as after:
            by = f"{abs(after.at - before.at):.1f} s {one.change}"
            return f"{_clock(after)}  {by:<8}  {_words(after)}"
        case _:
            raise AssertionError(one)


def _clock(cue: ToldCue) -> str:
    return f"{format_clock(cue.at):>8}"


def _words(cue: ToldCue) -> str:
    return f"{cue.text} ({cue.kind}{'' if cue.spoken else ', shown'})"
