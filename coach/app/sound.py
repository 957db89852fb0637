"""The sound of a run: its voice, the prepared words, the rendering of a recording, and the hearing test."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Announcer
from coach.edge.audio import (
    RATE,
    DeviceError,
    DevicePlayer,
    FilePlayer,
    Player,
    PlayingUtterance,
    Samples,
    frames,
    rms_db,
    silence,
    tones,
)
from coach.edge.files import runner_paths
from coach.edge.settings import Settings, SoundSettings, VoiceMode
from coach.edge.speech import Speaker, SpeechJob, SpeechSink
from coach.edge.voices import (
    ClipBank,
    ClipVoice,
    NeuralSynthesiser,
    SynthesisedVoice,
    SystemSynthesiser,
    Voice,
    VoiceUnavailableError,
)
from coach.live.contract import Output
from coach.quantities import Seconds
from coach.workout.timeline import Timeline

if TYPE_CHECKING:
    from coach.live.contract import RunSetup

_BLOCK: Final = RATE // 50
"""Samples that are rendered at a time: 20 ms, as a device requests them."""
_END_S: Final = 12.0
"""Seconds that a rendering continues after the last output, for cues still in the queue."""


def make_voice(
    mode: VoiceMode, report: Callable[[str], None], cache: Path | None, language: str = "en"
) -> Voice | None:
    """Create a voice, or the next best with a note of what is missing; None if only tones are left."""
    synthesised: SynthesisedVoice | None = None
    if mode is VoiceMode.SYSTEM:
        try:
            return SynthesisedVoice(SystemSynthesiser(language), cache)
        except VoiceUnavailableError as error:
            report(f"Using the recorded voice: {error}.")
    elif NeuralSynthesiser.is_installed():
        synthesised = SynthesisedVoice(NeuralSynthesiser(), cache)
        if mode is VoiceMode.NEURAL and language == "en":
            return synthesised
    elif mode is VoiceMode.NEURAL:
        report('Using the recorded voice; for the neural one pip install "trackside-coach[voice]".')
    try:
        bank = ClipBank.load()
    except ValueError as error:
        report(f"Using tones instead of words: {error}.")
        return None
    if bank.language != language:
        report(f"Using tones instead of words: the recorded voice does not speak {language!r}.")
        return None
    if bank.damaged:
        report(f"Using tones instead of some words: {bank.damaged} of the recorded words are damaged.")
    return ClipVoice(bank, synthesised)


def speech_sink(
    mode: VoiceMode, settings: Settings, setup: "RunSetup", now: Callable[[], Seconds], announcer: Announcer
) -> SpeechSink:
    """Create the sink that speaks a run; it prepares the free texts of the workout in the background."""
    language, cache = setup.cues.language.value, runner_paths().voice_cache
    sink = SpeechSink(
        lambda: make_voice(mode, sink.tell, cache, language),
        DevicePlayer(),
        settings.sound,
        now,
        tell=announcer,
        bell=announcer.ring,
        prepared=tuple(free_texts(setup.timeline)),
    )
    if settings.mute:
        sink.mute(is_muted=True)
    return sink


def free_texts(timeline: Timeline) -> Iterator[str]:
    """Yield a workout's own words: names, targets, exercises, questions, reminders, gates."""
    for step in timeline.steps:
        yield step.name
        if step.target is not None:
            yield step.target.label
        yield from (item.do for item in step.items)
        yield step.question
        yield from step.answers
        yield from (reminder.text for reminder in step.reminders)
        yield from (gate.text for gate in step.gates)


# --- the voice of a recording as a file


@dataclass(frozen=True, slots=True)
class HeardCue:
    """One sound in a run."""

    at: Seconds
    """Its start, in seconds of the run."""
    due: Seconds
    """The time of its cue."""
    seconds: float
    """Its duration in seconds."""
    cue_class: str
    words: str
    """The tone in brackets, and the words."""
    level_db: float
    """Its mean level in decibels below full scale."""
    is_cut: bool
    """True if a sound of a higher class cut it off."""


def render(
    outputs: Iterable[Output], voice: Voice | None, settings: SoundSettings, file: Path | None = None
) -> Iterator[HeardCue]:
    """Play the outputs of a run as fast as possible, optionally into a WAV file, and yield each sound.

    The file starts with the run: the sound at 10 s is at 10 s of the file.
    """
    player, speaker = FilePlayer(file), Speaker(voice, settings)
    player.open(speaker.mixer.read)
    playing: list[tuple[SpeechJob, PlayingUtterance]] = []

    def advance(until: int) -> Iterator[HeardCue]:
        while player.frames < until:
            now = Seconds(player.frames / RATE)
            speaker.apply_beat()
            job = speaker.queue.take(now, speaker.mixer.rank)
            if job is not None:
                playing.append((job, speaker.say(job, speaker.samples(job))))
            if speaker.is_done:
                speaker.mixer.sleep()
            is_busy = speaker.mixer.rank is not None or len(speaker.queue) > 0
            player.advance(min(_BLOCK if is_busy else 50 * _BLOCK, until - player.frames))
            while playing and not speaker.mixer.is_saying(playing[0][1]):
                yield _heard(*playing.pop(0))

    at = 0.0
    for output in outputs:
        at = max(at, float(output.at))
        yield from advance(frames(at))
        speaker.add(output, Seconds(at))
    yield from advance(frames(at + _END_S))
    player.finish()
    yield from (_heard(*entry) for entry in playing)


def _heard(job: SpeechJob, sound: PlayingUtterance) -> HeardCue:
    samples = sound.utterance.samples[: sound.frames]
    return HeardCue(
        Seconds(sound.at / RATE),
        job.at,
        sound.frames / RATE,
        job.cue_class.value,
        sound.utterance.words,
        rms_db(samples),
        sound.frames < len(sound.utterance.samples),
    )


# --- the hearing test

_TAKES_S: Final = 5.0
"""Extra seconds a device may take to play its samples. Judged."""
_APART_S: Final = 0.5
"""Seconds between the starts of the three words: longer than each of them."""
_ANSWERS: Final = {"1": (400.0, 0.0), "2": (700.0, 200.0), "3": (1200.0, 200.0)}
"""By the first word that was heard: milliseconds to wake earphones, and milliseconds they play late.

A device that swallows a word is Bluetooth, which plays 150 to 300 ms late. Judged, not measured here.
"""
QUESTION: Final = "Which word did you hear first? 1, 2 or 3, or 0 for none of them"


def hearing_samples(bank: ClipBank) -> Samples:
    """Return "one two three" with the words half a second apart, and nothing before it."""
    samples = silence(frames(3 * _APART_S))
    for place, word in enumerate(("one", "two", "three")):
        start = place * frames(_APART_S)
        clip = bank.clip(word) or tones("beep")
        clip = clip[: frames(_APART_S)]
        samples[start : start + len(clip)] = clip
    return samples


def play_through(player: Player, samples: Samples) -> None:
    """Open a closed device, play all samples, and close it again.

    Raises:
        DeviceError: there is no device, or it takes no samples.
    """
    position, is_done = 0, threading.Event()

    def read(count: int) -> Samples:
        nonlocal position
        block = samples[position : position + count]
        position += count
        if position > len(samples) + RATE // 2:  # the buffer of the device is played too
            is_done.set()
        block.extend(silence(count - len(block)))
        return block

    player.open(read)
    is_whole = is_done.wait(len(samples) / RATE + _TAKES_S)
    player.close()
    if not is_whole:
        raise DeviceError("the sound device accepts no sound")


def answer_settings(answer: str) -> dict[str, float] | None:
    """Return the settings that follow from the first word that was heard; None if no word was."""
    values = _ANSWERS.get(answer.strip())
    return None if values is None else {"sound.wake_ms": values[0], "sound.latency_ms": values[1]}
