"""Sound as samples: the tones of the cues, the mixer of speech and metronome, and the devices that play them.

The mixer counts samples and knows no clock. Two threads use it: one puts in utterances, and the thread of the device
reads, block by block. While nothing is spoken it gives an inaudible noise, which keeps Bluetooth earphones awake. The
first utterance after the device was opened waits behind 400 ms of that noise, because earphones swallow about the first
300 ms after silence.

A player requests samples and plays them: the real one by miniaudio, which is loaded when a device is opened, and one
that writes a file or nothing. Opening, playing and closing a device may block or fail, so none of it is called on the
loop.
"""

import ctypes
import ctypes.util
import os
import re
import shutil
import subprocess
import sys
import threading
import wave
from array import array
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from math import log10, pi, sin, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    Samples: TypeAlias = array[int]
else:
    Samples = array  # it takes a parameter from Python 3.12 on
"""16-bit samples of one channel."""

# --- samples

RATE: Final = 24_000
"""Samples a second of every sound: that of the recorded voice."""
FULL: Final = 32_767
"""The largest value of a sample."""
SILENCE_DB: Final = -120.0
"""The level of samples below one step."""


def gain(decibels: float) -> float:
    """Return the factor of a level in decibels."""
    return float(10 ** (decibels / 20))


def rms_db(samples: Sequence[int]) -> float:
    """Return the mean level of samples in decibels below full scale."""
    if not samples:
        return SILENCE_DB
    mean = sqrt(sum(value * value for value in samples) / len(samples))
    return SILENCE_DB if mean < 1e-3 else 20 * log10(mean / FULL)


def frames(seconds: float) -> int:
    """Return the number of samples of a time."""
    return round(seconds * RATE)


def silence(count: int) -> Samples:
    """Return so many samples of silence."""
    return array("h", bytes(2 * max(0, count)))


def scaled(samples: Sequence[int], factor: float) -> Samples:
    """Return samples made louder or quieter, limited to the range of a sample."""
    return array("h", [max(-FULL, min(FULL, round(value * factor))) for value in samples])


# --- tones
#
# Tones are sums of sines: two that rise mean faster, two that fall mean ease, one means on. They lie between 440 and
# 990 Hz, which the speaker of a laptop still carries outdoors. Judged.

_HIGH, _MIDDLE, _LOW, _GO = 880.0, 660.0, 440.0, 990.0
_LEVEL_DB: Final = -9.0
"""Level of a tone's peak. A tone is longer than a syllable, and as loud as the voice at this peak. Judged."""
_RAMP_S: Final = 0.008
"""Duration of the soft ends of a tone; without them it clicks."""
NOISE_DB: Final = -66.0
"""Level of the noise that wakes earphones: about 16 steps of a sample, inaudible outdoors. Judged."""
TICK_DB: Final = -14.0
DUCK_DB: Final = -12.0
"""How much quieter the metronome is during speech."""


def tone(frequency: float, seconds: float, level_db: float = _LEVEL_DB) -> Samples:
    """Return a tone with a second harmonic, which small speakers need, and soft ends."""
    count, ramp, peak = frames(seconds), frames(_RAMP_S), FULL * gain(level_db) / 1.25
    step = 2 * pi * frequency / RATE
    samples = array("h")
    for index in range(count):
        edge = min(1.0, index / ramp, (count - 1 - index) / ramp)
        samples.append(round(peak * edge * (sin(step * index) + 0.25 * sin(2 * step * index))))
    return samples


@cache
def tones(name: str) -> Samples:
    """Return the samples of a sound by its name in lower case; empty for `none` and for unknown names.

    Names: `faster`, `ease`, `on`, `go`, `beep`, `low`.
    """
    gap = silence(frames(0.03))
    sounds = {
        "faster": (tone(_MIDDLE, 0.12), gap, tone(_HIGH, 0.15)),
        "ease": (tone(_HIGH, 0.12), gap, tone(_MIDDLE, 0.15)),
        "on": (tone(_MIDDLE, 0.15),),
        "go": (tone(_GO, 0.45),),
        "beep": (tone(_HIGH, 0.12),),
        "low": (tone(_LOW, 0.3), gap, tone(_LOW, 0.3)),
    }.get(name, ())
    samples = array("h")
    for part in sounds:
        samples.extend(part)
    return samples


@cache
def tick(*, is_ducked: bool = False) -> Samples:
    """Return a tick of the metronome: 18 ms, like a wood block."""
    count, peak = frames(0.018), FULL * gain(TICK_DB + (DUCK_DB if is_ducked else 0.0))
    return array(
        "h",
        [
            round(peak * sin(2 * pi * 1_500.0 * index / RATE) * (1 - index / count) ** 3)
            for index in range(count)
        ],
    )


@cache
def noise() -> Samples:
    """Return one second of very quiet noise, always the same (the generator of Numerical Recipes)."""
    peak, state = FULL * gain(NOISE_DB) * sqrt(3.0), 1
    samples = array("h")
    for _ in range(RATE):
        state = (1_664_525 * state + 1_013_904_223) & 0xFFFF_FFFF
        samples.append(round(peak * (state / 0x8000_0000 - 1.0)))
    return samples


# --- the mixer

_FADE: Final = RATE // 100
"""Samples over which an interrupted sound fades: 10 ms, so that it does not click."""
_GAP: Final = RATE * 12 // 100
"""Samples of silence between two utterances: 120 ms. Judged."""
_PHRASE_BEATS: Final = 16
"""Beats from one phrase to the next. Judged: about six seconds, a breath or two."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sound, played without a break."""

    samples: Samples
    rank: int
    """Its place among the classes of cues, 0 for the one that pre-empts all others."""
    words: str = ""
    """Its words, for logs."""


@dataclass(slots=True)
class PlayingUtterance:
    """The start of an utterance, in samples since the mixer was made."""

    at: int
    utterance: Utterance
    frames: int = 0
    """Number of its samples that were played."""


@dataclass(slots=True)
class _Beat:
    """The metronome: beat `k` lies at sample `round(k * 60 * rate / spm)` after its first, so nothing adds up."""

    steps_per_minute: float
    start: int
    phrase: Sequence[Samples] = ()
    """The words of a phrase to speak along, one a beat."""
    number: int = 0
    """The next beat."""
    pending: list[tuple[int, Samples]] = field(default_factory=list)
    """The part of a tick or a word that reaches into later blocks, and its position."""

    def at(self, number: int) -> int:
        """Return the sample of a beat."""
        return self.start + round(number * 60 * RATE / self.steps_per_minute)

    def word(self, number: int) -> Samples | None:
        """Return the word of a beat."""
        place = number % _PHRASE_BEATS
        return self.phrase[place] if place < len(self.phrase) else None


class Mixer:
    """Mixes the samples of everything that is played."""

    def __init__(self, *, wake_s: float = 0.4, on_idle: Callable[[], None] = lambda: None) -> None:
        """Start silent. `on_idle` is called on the device's thread when an utterance has ended."""
        self._lock = threading.Lock()
        self._wake = frames(wake_s)
        self._on_idle = on_idle
        self._current: PlayingUtterance | None = None
        self._place = 0
        self._quiet = 0
        """Samples of silence before anything else."""
        self._fading: Samples = Samples("h")
        """The end of an interrupted sound."""
        self._is_asleep = True
        self._beat: _Beat | None = None
        self.is_muted = False
        """While true, everything is accepted and nothing is audible."""
        self.position = 0
        """Samples returned so far."""
        self.silent = 0
        """Samples returned since anything was to be played."""

    @property
    def rank(self) -> int | None:
        """The rank of the current utterance; None without one."""
        current = self._current
        return None if current is None else current.utterance.rank

    @property
    def has_beat(self) -> bool:
        """True while the metronome is on."""
        return self._beat is not None

    @property
    def steps_per_minute(self) -> float | None:
        """The beat of the metronome; None while it is off."""
        beat = self._beat
        return None if beat is None else beat.steps_per_minute

    def is_saying(self, utterance: PlayingUtterance) -> bool:
        """Return whether this is the current utterance, or waits behind the silence before it."""
        return self._current is utterance

    def put(self, utterance: Utterance) -> PlayingUtterance:
        """Play an utterance now; the current one is interrupted."""
        with self._lock:
            if self._current is not None:
                self._cut()
            if self._is_asleep:
                self._quiet = max(self._quiet, self._wake)
                self._is_asleep = False
            self._current = PlayingUtterance(self.position + self._quiet, utterance)
            self._place = 0
            self.silent = 0
            return self._current

    def stop(self) -> None:
        """Interrupt the current utterance."""
        with self._lock:
            if self._current is not None:
                self._cut()
                self._current = None

    def sleep(self) -> None:
        """Assume that the earphones are asleep, as after closing the device; the current utterance is dropped."""
        with self._lock:
            self._is_asleep, self._current = True, None
            self._quiet = 0
            self._fading = Samples("h")
            if self._beat is not None:  # its beats continue with the device
                self._beat.pending.clear()

    def set_beat(self, steps_per_minute: float | None, phrase: Sequence[Samples] = ()) -> None:
        """Start the metronome, or change or stop it. Words of `phrase` are cut to the length of a beat."""
        with self._lock:
            if steps_per_minute is None:
                self._beat = None
                return
            length = int(60 * RATE / steps_per_minute) - _FADE
            words = [_faded(word[:length]) for word in phrase]
            lead = self._wake if self._is_asleep else 0
            self._beat = _Beat(steps_per_minute, self.position + lead, words)
            self._is_asleep = False
            self._quiet = max(self._quiet, lead)

    def read(self, count: int) -> Samples:
        """Return the next samples; called by the device."""
        with self._lock:
            block, ranges = self._voice(count)
            if self._beat is not None:
                self._add_beat(self._beat, block, ranges)
                self.silent = 0
            was_said = self._current is None and bool(ranges)
            self.position += count
            if self.is_muted:
                block = _noise(self.position, count)
        if was_said:
            self._on_idle()
        return block

    def _voice(self, count: int) -> tuple[Samples, list[tuple[int, int]]]:
        """Return a block without the metronome, and its spans with speech."""
        block = Samples("h")
        spans: list[tuple[int, int]] = []
        if self._fading:
            block.extend(self._fading[:count])
            self._fading = self._fading[count:]
        while len(block) < count:
            room = count - len(block)
            if self._quiet:
                length = min(room, self._quiet)
                block.extend(_noise(self.position + len(block), length))
                self._quiet -= length
            elif self._current is not None:
                spans.append((len(block), len(block) + self._speak(self._current, block, room)))
            else:
                block.extend(_noise(self.position + len(block), room))
                self.silent += room
        return block, spans

    def _speak(self, current: PlayingUtterance, block: Samples, room: int) -> int:
        """Append the next samples of the current utterance; returns how many."""
        samples = current.utterance.samples
        if not self._place:
            current.at = self.position + len(block)
        part = samples[self._place : self._place + room]
        block.extend(part)
        self._place += len(part)
        current.frames = self._place
        if self._place >= len(samples):
            self._current = None
            self._quiet = _GAP
        return len(part)

    def _cut(self) -> None:
        """Keep its next 10 ms, fading."""
        if self._current is not None and self._place:
            rest = self._current.utterance.samples[self._place : self._place + _FADE]
            count = max(1, len(rest))
            self._fading = Samples(
                "h", [value * (count - index) // count for index, value in enumerate(rest)]
            )

    def _add_beat(self, beat: _Beat, block: Samples, ranges: Sequence[tuple[int, int]]) -> None:
        """Add the ticks and words of a block, quieter during speech."""
        start, end = self.position, self.position + len(block)
        sounds, beat.pending = beat.pending, []
        while (at := beat.at(beat.number)) < end:
            is_ducked = any(first <= at - start < last for first, last in ranges) or self._current is not None
            sounds.append((at, tick(is_ducked=is_ducked)))
            word = beat.word(beat.number)
            if word is not None and not is_ducked:
                sounds.append((at, word))
            beat.number += 1
        for at, samples in sounds:
            first = max(at, start)
            part = samples[first - at : end - at]
            _add(block, first - start, part)
            if at + len(samples) > end:
                beat.pending.append((at, samples))


def _noise(at: int, count: int) -> Samples:
    """Return a piece of the quiet noise."""
    second = noise()
    first = at % RATE
    piece = second[first : first + count]
    while len(piece) < count:
        piece.extend(second[: count - len(piece)])
    return piece


def _faded(samples: Samples) -> Samples:
    """Return samples whose last 10 ms fade."""
    count = min(_FADE, len(samples))
    body = samples[: len(samples) - count]
    body.extend(
        value * (count - index) // count for index, value in enumerate(samples[len(samples) - count :])
    )
    return body


def _add(block: Samples, at: int, samples: Samples) -> None:
    """Add samples into a block, held within what a sample can be."""
    for index, value in enumerate(samples, at):
        block[index] = max(-FULL, min(FULL, block[index] + value))


# --- players

Read = Callable[[int], Samples]
"""Returns the given number of samples."""
PERIOD_MS: Final = 20
"""Length of a block that the device requests: half of the 40 ms that a cue may take to its first sample."""


class DeviceError(Exception):
    """Raised when there is no sound device, or it does not work; the message says why, as the end of a sentence."""


class Player(Protocol):
    """A device that plays samples."""

    @property
    def is_open(self) -> bool:
        """Return whether it plays, as far as the device reports."""
        ...

    def open(self, read: Read) -> None:
        """Start to play what `read` returns, on a thread of the device; may block.

        Raises:
            DeviceError: there is no device, or it cannot be used.
        """
        ...

    def close(self) -> None:
        """Stop playing; may block."""
        ...


class DevicePlayer:
    """The sound device of this machine, by miniaudio."""

    def __init__(self, *, null: bool = False) -> None:
        """Open nothing yet; `null` plays silently in real time, for machines without a card."""
        self._null = null
        self._device: Any = None
        self._has_stopped = False

    @property
    def is_open(self) -> bool:
        """Return whether it plays, as far as the device reports."""
        return self._device is not None and not self._has_stopped

    def open(self, read: Read) -> None:
        """Open the device and begin to play.

        Raises:
            DeviceError: there is no device, or it cannot be used.
        """
        if not self._null and has_output() is False:
            raise DeviceError("there is no sound device")
        try:
            import miniaudio
        except (ImportError, OSError) as error:
            raise DeviceError(f"miniaudio cannot be loaded ({error})") from None
        _silence_alsa()
        backends = [miniaudio.Backend.NULL] if self._null else _backends(miniaudio)
        try:
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=PERIOD_MS,
                backends=backends,
                app_name="Trackside Coach",
            )
            if device.backend == "Null" and not self._null:  # miniaudio's last resort, which is silent
                device.close()
                raise DeviceError("there is no sound device")
            feed = _feed(read)
            next(feed)
            self._has_stopped = False
            device.stop_callback = self._on_stop
            device.start(feed)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"the sound device cannot be opened ({error.args[0]})") from None
        self._device = device

    def close(self) -> None:
        """Close the device."""
        device, self._device = self._device, None
        if device is not None:
            device.stop_callback = None
            device.close()

    def _on_stop(self) -> None:
        self._has_stopped = True


class FilePlayer:
    """Plays on request, into a WAV file or nowhere: for tests, and to keep the sound of a run."""

    def __init__(self, path: Path | None = None) -> None:
        """Write to `path`, or nowhere."""
        self._path = path
        self._file: wave.Wave_write | None = None
        self._raw: BinaryIO | None = None
        self._read: Read | None = None
        self.frames = 0
        """Number of samples written so far, including closed times."""

    @property
    def is_open(self) -> bool:
        """Return whether it plays."""
        return self._read is not None

    def open(self, read: Read) -> None:
        """Take samples from `read` from now on.

        Raises:
            OSError: the file cannot be written.
        """
        if self._path is not None and self._file is None:
            raw = self._path.open("wb")
            self._file = wave.open(raw, "wb")  # noqa: SIM115 - it is open as long as the device
            self._raw = raw
            self._file.setnchannels(1)
            self._file.setsampwidth(2)
            self._file.setframerate(RATE)
        self._read = read

    def close(self) -> None:
        """Play silence from now on."""
        self._read = None

    def advance(self, count: int) -> Samples:
        """Play so many samples, and return them."""
        block = Samples("h", bytes(2 * count)) if self._read is None else self._read(count)
        self.frames += count
        if self._file is not None:
            frames = Samples("h", block)
            if sys.byteorder == "big":
                frames.byteswap()
            self._file.writeframesraw(frames.tobytes())
        return block

    def finish(self) -> None:
        """Close the file."""
        self.close()
        if self._file is not None and self._raw is not None:
            self._file.close()
            self._raw.close()
            self._file = self._raw = None


def _feed(read: Read) -> Generator[Samples, int, None]:
    """Give a device the samples it requests."""
    count = yield Samples("h")
    while True:
        count = yield read(count)


def _backends(miniaudio: Any) -> list[Any]:
    """The backends of miniaudio; JACK is left out on Linux, because its library writes over the screen."""
    if sys.platform != "linux":
        return []
    return [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA]


_HANDLERS: Final[list[Any]] = []
"""Objects handed to libraries in C, which must live as long as the program."""


def _silence_alsa() -> None:
    """Keep ALSA's library from writing to the terminal, where it would break the screen."""
    if sys.platform != "linux" or _HANDLERS:
        return
    name = ctypes.util.find_library("asound")
    if name is None:
        return
    kind = ctypes.CFUNCTYPE(
        None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
    )
    handler = kind(lambda *_: None)
    with suppress(OSError, AttributeError):
        ctypes.cdll.LoadLibrary(name).snd_lib_error_set_handler(handler)
        _HANDLERS.append(handler)


# --- the output of this machine

CARDS: Final = Path("/proc/asound/cards")
_SERVERS: Final = ("pulse/native", "pipewire-0")
"""Sockets of the sound servers, in the folder `XDG_RUNTIME_DIR` names."""
_ASK_S: Final = 2.0
"""Timeout for a program of the system that reads the volume."""


def has_output(
    system: str = sys.platform, environment: Mapping[str, str] = os.environ, cards: Path = CARDS
) -> bool | None:
    """Return whether the machine has a sound device; None if unknown."""
    if system == "linux":
        return _has_server(environment) or _has_card(cards)
    if system == "darwin":
        return shutil.which("afplay") is not None
    if system == "win32":
        dll: Any = getattr(ctypes, "windll", None)
        return dll is not None and dll.winmm.waveOutGetNumDevs() > 0
    return None


def _has_server(environment: Mapping[str, str]) -> bool:
    folder = environment.get("XDG_RUNTIME_DIR", "")
    has_socket = bool(folder) and any((Path(folder) / name).exists() for name in _SERVERS)
    return has_socket or bool(environment.get("PULSE_SERVER"))


def _has_card(cards: Path) -> bool:
    """Return whether the kernel lists a sound card, in a line that begins with its number."""
    try:
        card_list = cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(line.split()[:1] and line.split()[0].isdigit() for line in card_list.splitlines())


@dataclass(frozen=True, slots=True)
class OutputLevel:
    """The volume of the machine's output."""

    percent: int | None = None
    """The volume in per cent; None if unknown."""
    is_muted: bool = False

    @property
    def is_silent(self) -> bool:
        """True if the output is inaudible."""
        return self.is_muted or self.percent == 0


_QUESTIONS: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "linux": (
        ("wpctl", "get-volume", "@DEFAULT_AUDIO_SINK@"),
        ("pactl", "get-sink-mute", "@DEFAULT_SINK@"),
        ("amixer", "get", "Master"),
    ),
    "darwin": (("osascript", "-e", "get volume settings"),),
}
"""The commands that report the volume, by platform; the first that answers counts. Windows has none."""


def _ask(command: Sequence[str]) -> str:
    """Run a program of the system and return its output; empty if it is missing or fails."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        answer = subprocess.run(  # noqa: S603 - a system program, with fixed arguments
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASK_S,
            check=True,
            env={**os.environ, "LC_ALL": "C"},  # its output is parsed in English
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return answer.stdout


def output_level(
    platform: str = sys.platform, ask: Callable[[Sequence[str]], str] = _ask
) -> OutputLevel | None:
    """Ask the system for the volume of its output; None if it does not answer."""
    for command in _QUESTIONS.get(platform, ()):
        answer = ask(command)
        if not answer:
            continue
        if command[0] == "pactl":
            answer += ask(("pactl", "get-sink-volume", "@DEFAULT_SINK@"))
        level = read_level(answer)
        if level is not None:
            return level
    return None


def read_level(answer: str) -> OutputLevel | None:
    """Read the volume in the output of `wpctl`, `pactl`, `amixer` or AppleScript; None if there is none."""
    text = answer.lower()
    is_muted = any(word in text for word in ("[muted]", "mute: yes", "[off]", "output muted:true"))
    match = re.search(r"(\d+)%", text) or re.search(r"output volume:(\d+)", text)
    if match is not None:
        return OutputLevel(int(match[1]), is_muted)
    share = re.search(r"volume: (\d+\.\d+)", text)
    if share is not None:
        return OutputLevel(round(float(share[1]) * 100), is_muted)
    return OutputLevel(None, is_muted) if is_muted else None
