"""A recording, played: on the screen, or as lines at any speed."""

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Final

import click

from coach.cli.errors import INTERRUPTED, narrate
from coach.cli.feeds import PlaybackKeys, PlayedFeed, WatchedRun
from coach.cli.header import plan_of, settings_of, setup_from
from coach.cli.live import keep_log_off_the_terminal, keymap_of, stage_here
from coach.cli.people import runner_on
from coach.cli.plan import plan_embedded, plan_named
from coach.cli.setup import foreign_setup
from coach.cli.stage import Stage
from coach.edge.clock import MachineClock, WallTime, local_iso
from coach.edge.paths import runner_paths
from coach.edge.playback import Playback, replay_max
from coach.edge.recorder import last_known_at
from coach.edge.settings import Settings, load_settings, settings_over
from coach.edge.shutdown import ShutdownSignals as Signals
from coach.edge.sinks import json_lines, plain_lines
from coach.edge.store import Store, StoredFile
from coach.edge.text_output import TextFormatter
from coach.interchange.columns import KEYS, ColumnMap
from coach.interchange.recordings import read_recording
from coach.live.encoding import encode_event, encode_line
from coach.live.inputs import Closed, Input, RunSetup
from coach.live.run import LiveRun
from coach.problems import RecordingProblem, WorkoutProblem
from coach.recording.codec import is_journal, read_journal
from coach.recording.records import Header, Journal
from coach.recording.replay import TimedOutput

_AT_ONCE: Final = 256
"""So many lines are written at once."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording, ready to be played."""

    setup: RunSetup
    inputs: Sequence[Input]
    day: str = ""
    """The day it was run, `2026-05-31`; empty where the recording does not say."""
    changed: RunSetup | None = None
    """The same run by other settings, where some were named."""
    said: Sequence[Mapping[str, Any]] = ()
    """What was said when it was run, as events, where that was recorded."""


def play(
    recording: str,
    *,
    workout: str | None = None,
    athlete: str | None = None,
    speed: float | None = None,
    columns: Iterable[str] = (),
    as_json: bool = False,
) -> None:
    """Play a recording; what is damaged in it is told on stderr.

    Raises:
        CoachProblem: nothing in it can be played, or what is to be coached cannot be found.
    """
    keep_log_off_the_terminal()
    settings = load_settings(runner_paths().settings, os.environ)
    tape = load_tape(recording, settings, workout=workout, athlete=athlete, columns=columns)
    stage = stage_here(as_json=as_json)
    if speed is None:
        speed = 1.0 if stage is Stage.SCREEN else inf
    run = WatchedRun(LiveRun(tape.setup))
    if speed == inf:
        _print_all(replay_max(run, tape.inputs), tape.setup.unit, as_json=as_json)
    elif stage is Stage.SCREEN:
        asyncio.run(_on_screen(run, tape, settings, speed))
    else:
        asyncio.run(_as_lines(run, tape, speed, as_json=as_json))


def load_tape(
    recording: str,
    settings: Settings,
    *,
    workout: str | None = None,
    athlete: str | None = None,
    columns: Iterable[str] = (),
    over: Path | None = None,
) -> Tape:
    """Find and read a recording of any kind, and set its run up; a second time with the settings of `over`, if named.

    Raises:
        CoachProblem: nothing in it can be played, or what is to be coached cannot be found.
    """
    found = Store().recording(recording)
    words = tuple(columns)
    if is_journal(found.data):
        if words:
            raise click.UsageError("--map is for CSV files; this is a recording of ours.")
        return _journal_tape(found, workout, athlete, over)
    mapping = ColumnMap.parse(_key_first(word) for word in words) if words else None
    read = read_recording(found.data, name=found.name, mapping=mapping)
    for problem in read.problems:
        narrate(f"Note: {problem}")
    runner = runner_on(athlete or settings.athlete, read.day)
    if workout is not None:
        plan = plan_named(workout, None, runner=runner)
    else:
        try:
            plan = plan_embedded(read.workout, runner, name=f"the workout in {found.name}")
        except WorkoutProblem as problem:
            narrate(f"Note: the workout in it is left out: {problem.message}")
            plan = plan_embedded(None, runner, name=found.name)
    changed = None if over is None else foreign_setup(plan, settings_over(settings, over), read)
    return Tape(foreign_setup(plan, settings, read), read.inputs, read.day, changed)


def _journal_tape(
    found: StoredFile, workout: str | None, athlete: str | None, over: Path | None = None
) -> Tape:
    """Read a journal of ours; the command line's workout and athlete win over the header's."""
    journal = read_journal(found.data, name=found.name)
    if journal.problem:
        narrate(f"Note: {journal.problem}")
    if not journal.inputs:
        raise RecordingProblem(f"{found.name}: nothing was recorded", "Name another recording.")
    header, plan, day = journal.header, None, day_of(journal.header)
    runner = runner_on(athlete, day) if athlete or (workout and header.athlete is None) else None
    if workout is not None:
        plan = plan_named(workout, None, runner=runner or plan_of(header).athlete)
    elif athlete is not None:
        plan = plan_embedded(header.workout, runner, name=found.name)
    changed = None if over is None else setup_from(header, plan, settings_over(settings_of(header), over))
    return Tape(setup_from(header, plan), _closed(journal), day, changed, journal.outputs)


def day_of(header: Header) -> str:
    """The day a recorded run began on, where it was run; empty where the header tells no such moment."""
    try:
        return local_iso(WallTime(header.wall_epoch, header.zone, header.utc_offset_s))[:10]
    except (ValueError, OverflowError, OSError):
        return ""


def _closed(journal: Journal) -> Sequence[Input]:
    """Close a recording that was cut off at its last sign of life: without sensors, what was said is the later."""
    if journal.is_closed:
        return journal.inputs
    return (*journal.inputs, Closed(last_known_at(journal)))


def _key_first(word: str) -> str:
    """Take COLUMN=KEY for KEY=COLUMN, where it can mean nothing else."""
    left, sign, right = word.partition("=")
    return f"{right}={left}" if sign and left not in KEYS and right in KEYS else word


def _print_all(said: Iterable[TimedOutput], unit: str, *, as_json: bool) -> None:
    """Print everything at once; every line is written, however slow the reader."""
    narrator = TextFormatter(unit=unit)
    stdout = sys.stdout.buffer
    waiting: list[str] = []
    for one in said:
        waiting += (
            [encode_line(encode_event(one.output, one.run_s))] if as_json else narrator.lines(one.output)
        )
        if len(waiting) >= _AT_ONCE:
            stdout.write("".join(f"{line}\n" for line in waiting).encode("utf-8", "replace"))
            waiting.clear()
    stdout.write("".join(f"{line}\n" for line in waiting).encode("utf-8", "replace"))
    stdout.flush()


async def _as_lines(run: WatchedRun, tape: Tape, speed: float, *, as_json: bool) -> None:
    """Print what is said when it is said."""
    stdout = sys.stdout.buffer
    # Room for everything: the same lines at any speed, however slow the reader.
    sink = (
        json_lines(stdout, room=sys.maxsize)
        if as_json
        else plain_lines(stdout, unit=tape.setup.unit, room=sys.maxsize)
    )
    playback = Playback(run, tape.inputs, MachineClock(), sinks=[sink], speed=speed)
    with Signals(playback.leave) as signals:
        await playback.play()
        await playback.fanout.close()
    if signals.exit_code is not None:
        raise click.exceptions.Exit(signals.exit_code)


async def _on_screen(run: WatchedRun, tape: Tape, settings: Settings, speed: float) -> None:
    """Play under the live screen."""
    from coach.screen.app import CoachApp
    from coach.screen.ports import Leaving

    playback = Playback(run, tape.inputs, MachineClock(), speed=speed)
    app = CoachApp(
        PlayedFeed(run, playback),
        playback=PlaybackKeys(playback),
        theme=settings.theme,
        keymap=keymap_of(settings),
    )
    with Signals(lambda: app.exit(Leaving.INTERRUPTED)) as signals:
        playing = asyncio.ensure_future(playback.play())
        leaving = await app.run_async()
        playback.leave()
        await playing
    interrupted = leaving is Leaving.INTERRUPTED
    code = signals.exit_code or app.return_code or (INTERRUPTED if interrupted else 0)
    if code:
        raise click.exceptions.Exit(code)
