"""Finds and reads a recording, sets its run up, and plays it on the screen or as lines at any speed."""

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coach.app.athletes import runner_for, saved_athlete, today, with_race_alone
from coach.app.feeds import ObservableRun, PlaybackKeys, PlayedFeed, SinkRequest, keymap_of, sinks_for
from coach.app.live_run import say_unwritten
from coach.app.setup import (
    compile_recorded,
    foreign_setup,
    recorded_day,
    recorded_settings,
    recorded_setup,
    recorded_workout,
)
from coach.app.terminal import (
    Announcer,
    Console,
    RunMode,
    collect_as_usual,
    drop_gone_terminal,
    keep_log_off_the_terminal,
    run_mode_here,
)
from coach.app.workouts import CompiledWorkout, compile_embedded, compile_text
from coach.cues.config import Listening
from coach.cues.cue import Cue
from coach.edge.clock import MachineClock
from coach.edge.conductor import Playback, replay_max
from coach.edge.files import plain, runner_paths
from coach.edge.machine import ShutdownSignals as Signals
from coach.edge.recorder import last_known_at
from coach.edge.run_folder import JOURNAL
from coach.edge.settings import Settings, VoiceMode, load_settings, settings_over
from coach.edge.sinks import Fanout, Sink, TextFormatter
from coach.edge.store import LAST, Store, StoredFile
from coach.interchange.recordings.common import KEYS, ColumnMap, ForeignRecording, read_recording
from coach.interchange.workouts.fit import in_words
from coach.live.contract import Closed, Input, RunSetup, encode_event, encode_line
from coach.live.run import LiveRun, TimedOutput
from coach.problems import (
    INTERRUPTED,
    CoachProblem,
    RecordingProblem,
    TerminalProblem,
    UsageProblem,
    WorkoutProblem,
)
from coach.quantities import format_clock
from coach.recording.codec import Journal, read_journal
from coach.recording.lines import is_journal
from coach.workout.resolve import MissingNumber

if TYPE_CHECKING:  # sound loads for a voice only
    from coach.app.sound import HeardCue
    from coach.edge.speech import SpeechSink

_BATCH: Final = 256
"""Lines that are written at once."""


@dataclass(frozen=True, slots=True)
class PlayableRecording:
    """A recording, ready to be played."""

    setup: RunSetup
    inputs: Sequence[Input]
    day: str = ""
    """The local day of the run, `2026-05-31`; empty if the recording has none."""
    changed: RunSetup | None = None
    """The setup with the other settings, if some were given."""
    events: Sequence[Mapping[str, Any]] = ()
    """The outputs of the live run as events, if they were recorded."""
    folder: Path | None = None
    """The folder of the run, if it is a recorded one."""
    workout: CompiledWorkout | None = None
    """The workout that is coached, compiled for its athlete."""
    journal: Journal | None = None
    """The journal it was read from, if it is one."""
    foreign: ForeignRecording | None = None
    """The contents of another program's file, if it is one."""


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """A recording to play, as requested on the command line."""

    recording: str
    workout: str | None = None
    """The workout to coach instead of the recording's own."""
    athlete: str | None = None
    """The athlete to coach instead of the recording's own, whose newest run `last` is."""
    race: str | None = None
    """A race whose paces replace the athlete's."""
    columns: Sequence[str] = ()
    """Names for the columns of a CSV file, as in `--map`."""
    settings_file: Path | None = None
    """Settings for a second setup, to compare with."""


def play(
    request: RecordingRequest,
    console: Console,
    *,
    speed: float | None,
    as_json: bool,
    voice: str | None = None,
) -> int:
    """Play a recording and return the exit code; damage in it is reported on the console.

    A `voice` other than `off` speaks it at real speed.

    Raises:
        CoachProblem: it cannot be replayed, or the workout or athlete cannot be found.
    """
    keep_log_off_the_terminal()
    settings = load_settings(runner_paths().settings, os.environ)
    recording = load_recording(request, settings, console)
    run_mode = run_mode_here(as_json=as_json)
    if speed is None:
        is_heard = voice is not None and voice != "off"
        speed = 1.0 if run_mode is RunMode.SCREEN or is_heard else inf
    if voice is not None and voice != "off":
        recording = _audible(recording)
    run = ObservableRun(LiveRun(recording.setup))
    spoken = _PlaybackVoice(settings, voice, console)
    code = 0
    if speed == inf:
        _print_all(replay_max(run, recording.inputs), recording.setup.unit, as_json=as_json)
    elif run_mode is RunMode.SCREEN:
        code = asyncio.run(_on_screen(run, recording, speed, spoken))
    else:
        code = asyncio.run(_as_lines(run, recording, speed, spoken, as_json=as_json))
    if run.unused_s > 0:
        whole = format_clock(recording.inputs[-1].at)
        console.say(
            f"Note: the last {format_clock(run.unused_s)} of the {whole} recorded were not used: "
            "the workout ended before the recording."
        )
    return code


# --- the recording


def load_recording(request: RecordingRequest, settings: Settings, console: Console) -> PlayableRecording:
    """Find and read a recording of any kind, and set its run up.

    Raises:
        CoachProblem: it cannot be replayed, or the workout or athlete cannot be found.
    """
    file = Store().recording(request.recording, _athlete_of_last(request))
    if file.note:
        console.say(f"Note: {file.note}")
    if is_journal(file.data):
        if request.columns:
            raise UsageProblem("--map is for CSV files; this is a journal.")
        return _journal(file, request, console)
    return _foreign(file, request, settings, console)


def _athlete_of_last(request: RecordingRequest) -> str:
    """Return the slug of the athlete whose newest run is requested; empty for any run."""
    if request.athlete is None or request.recording.casefold() != LAST:
        return ""
    return saved_athlete(request.athlete).slug


def _journal(file: StoredFile, request: RecordingRequest, console: Console) -> PlayableRecording:
    """Read a journal; the command line's workout and athlete replace those of the header."""
    journal = read_journal(file.data, name=file.name)
    if journal.problem:
        console.say(f"Note: {journal.problem}")
    if not journal.inputs:
        raise RecordingProblem(f"{file.name}: nothing was recorded", "Name another recording.")
    header, workout, day = journal.header, None, recorded_day(journal.header)
    is_for_another = request.athlete or (request.workout and header.athlete is None)
    runner = runner_for(request.athlete, day=day) if is_for_another else None
    if request.workout is not None or request.race is not None:
        runner = runner or recorded_workout(header, console).athlete
    if request.race is not None:
        runner = with_race_alone(runner, request.race, day or today())
    if request.workout is not None:
        workout = compile_text(request.workout, runner, console, keeps=False, day=day)
    elif request.athlete is not None or request.race is not None:
        workout = compile_recorded(header, runner, console, name=file.name)
    is_as_run, workout = workout is None, workout or recorded_workout(header, console)
    changed = None
    if request.settings_file is not None:
        settings = settings_over(recorded_settings(header, console), request.settings_file)
        changed = recorded_setup(header, console, workout, settings, is_as_run=is_as_run)
    setup = recorded_setup(header, console, workout, is_as_run=is_as_run)
    if request.workout is not None:
        setup = replace(setup, recorded_until=journal.inputs[-1].at)
    folder = file.path.parent if file.path.name == JOURNAL else None
    return PlayableRecording(
        setup, _close_inputs(journal), day, changed, journal.outputs, folder, workout, journal
    )


def _foreign(
    file: StoredFile, request: RecordingRequest, settings: Settings, console: Console
) -> PlayableRecording:
    """Read a recording of another program, for the athlete as of its day."""
    words = request.columns
    mapping = ColumnMap.parse(_key_first(word) for word in words) if words else None
    recording = read_recording(file.data, name=file.name, mapping=mapping)
    for problem in recording.problems:
        console.say(f"Note: {problem}")
    runner = runner_for(request.athlete, request.race, day=recording.day, console=console)
    if request.workout is not None:
        workout = compile_text(request.workout, runner, console, keeps=False, day=recording.day)
    else:
        try:
            workout = compile_embedded(recording.workout, runner, console, name=f"the workout in {file.name}")
        except MissingNumber as missing:
            console.say(
                f"Note: {missing.message} Until then its heart rates are shown as text. {missing.hint}"
            )
            document = in_words(recording.workout)
            workout = compile_embedded(document, runner, console, name=f"the workout in {file.name}")
        except WorkoutProblem as problem:
            console.say(f"Note: its workout is ignored: {problem.message}")
            workout = compile_embedded(None, runner, console, name=file.name)
    changed = None
    if request.settings_file is not None:
        changed = foreign_setup(workout, settings_over(settings, request.settings_file), recording)
    setup = foreign_setup(workout, settings, recording)
    return PlayableRecording(
        setup, recording.inputs, recording.day, changed, workout=workout, foreign=recording
    )


def _close_inputs(journal: Journal) -> Sequence[Input]:
    """Close a recording that was cut off, at its last input or output, whichever is later."""
    if journal.is_closed:
        return journal.inputs
    return (*journal.inputs, Closed(last_known_at(journal)))


def _key_first(word: str) -> str:
    """Read COLUMN=KEY as KEY=COLUMN, if only that makes sense."""
    before, sign, right = word.partition("=")
    return f"{right}={before}" if sign and before not in KEYS and right in KEYS else word


# --- the playback


def _print_all(outputs: Iterable[TimedOutput], unit: str, *, as_json: bool) -> None:
    """Print all outputs at once; every line is written, however slow the reader."""
    formatter = TextFormatter(unit=unit)
    stdout = sys.stdout.buffer
    lines: list[str] = []
    for timed_output in outputs:
        if as_json:
            lines.append(encode_line(encode_event(timed_output.output, timed_output.run_s)))
        else:
            lines += formatter.lines(timed_output.output)
        if len(lines) >= _BATCH:
            stdout.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            lines.clear()
    stdout.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    stdout.flush()


def heard_of(request: RecordingRequest, file: Path, voice: str, console: Console) -> "Iterator[HeardCue]":
    """Render the sound of a recording into a WAV file, and yield each cue.

    Raises:
        CoachProblem: it cannot be replayed, or the file cannot be written.
    """
    from coach.app.sound import make_voice, render

    settings = load_settings(runner_paths().settings, os.environ)
    recording = _audible(load_recording(request, settings, console))
    mode = VoiceMode(voice)
    language = recording.setup.cues.language.value
    speaks = None
    if mode is not VoiceMode.OFF:
        speaks = make_voice(mode, console.say, runner_paths().voice_cache, language)
    outputs = replay_max(ObservableRun(LiveRun(recording.setup)), recording.inputs)
    try:
        yield from render((timed.output for timed in outputs), speaks, settings.sound, file)
    except OSError as error:
        raise CoachProblem(
            f"{plain(file)} cannot be written: {error.strerror}", "Name another file."
        ) from None


def _audible(recording: PlayableRecording) -> PlayableRecording:
    """Return a recording older than the voice with sound: its cues were only shown on the screen."""
    setup = recording.setup
    if setup.cues.listening is not Listening.NOWHERE:
        return recording
    return replace(recording, setup=replace(setup, cues=replace(setup.cues, listening=Listening.EARS)))


@dataclass(frozen=True, slots=True)
class _PlaybackVoice:
    """The voice of a playback, and the settings it is shown with."""

    settings: Settings
    voice: str | None
    console: Console

    def sink(
        self, recording: PlayableRecording, playback: Playback, announcer: Announcer
    ) -> "SpeechSink | None":
        """Create the sink that speaks a playback; None without a voice."""
        if self.voice is None or self.voice == "off":
            return None
        from coach.app.sound import speech_sink

        return speech_sink(VoiceMode(self.voice), self.settings, recording.setup, playback.now, announcer)


class _RealSpeedSink:
    """A sink that passes outputs on only at real speed; at higher speeds words would cut each other off."""

    def __init__(self, sink: Sink, playback: Playback) -> None:
        self._sink = sink
        self._playback = playback

    def offer(self, output: TimedOutput) -> None:
        """Pass an output on if the playback runs at real speed."""
        if self._playback.speed == 1.0 or not isinstance(output.output, Cue):
            self._sink.offer(output)

    async def close(self) -> None:
        """Close the sink."""
        await self._sink.close()


async def _as_lines(
    run: ObservableRun, recording: PlayableRecording, speed: float, spoken: _PlaybackVoice, *, as_json: bool
) -> int:
    """Print each output at its time."""
    # Unlimited room: the same lines at any speed, however slow the reader.
    request = SinkRequest(RunMode.UNATTENDED, recording.setup.unit, as_json=as_json, line_limit=sys.maxsize)
    playback = Playback(run, recording.inputs, MachineClock(), speed=speed)
    speech = spoken.sink(recording, playback, Announcer(spoken.console))
    playback.fanout = Fanout(sinks_for(replace(request, speech=speech)))
    with Signals(playback.leave) as signals:
        await playback.play()
        await playback.fanout.close()
    return signals.exit_code or say_unwritten(playback.fanout, spoken.console)


async def _on_screen(
    run: ObservableRun, recording: PlayableRecording, speed: float, spoken: _PlaybackVoice
) -> int:
    """Play under the live screen."""
    from coach.screen.app import CoachApp, Leaving

    playback = Playback(run, recording.inputs, MachineClock(), speed=speed)
    announcer = Announcer(spoken.console)
    speech = spoken.sink(recording, playback, announcer)
    if speech is not None:
        playback.fanout = Fanout([_RealSpeedSink(speech, playback)])
    app = CoachApp(
        PlayedFeed(run, playback, speech),
        playback=PlaybackKeys(playback),
        theme=spoken.settings.theme,
        keymap=keymap_of(spoken.settings),
        is_muted=spoken.settings.mute,
        on_loaded=collect_as_usual,
    )
    announcer.use_screen(app.tell, app.bell)
    with Signals(lambda: app.exit(Leaving.INTERRUPTED)) as signals:
        playing = asyncio.ensure_future(playback.play())
        leaving = await app.run_async(mouse=False)
        playback.leave()
        await playing
        await playback.fanout.close()
    announcer.use_console()
    if drop_gone_terminal() or leaving is Leaving.GONE:
        return TerminalProblem.exit_code
    is_interrupted = leaving is Leaving.INTERRUPTED
    return signals.exit_code or app.return_code or (INTERRUPTED if is_interrupted else 0)
