"""Makes the tones of the cues, and mixes speech with the metronome, block by block as a device requests them.

The mixer counts samples and knows no clock. Two threads use it: one puts in utterances, and the thread of the device
reads. While nothing is spoken it gives an inaudible noise, which keeps Bluetooth earphones awake. The first utterance
after the device was opened waits behind 400 ms of that noise, because earphones swallow about the first 300 ms after
silence.

Tones are sums of sines: two that rise mean faster, two that fall mean ease, one means on. They lie between 440 and 990
Hz, which the speaker of a laptop still carries outdoors. Judged.
"""

import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log10, pi, sin, sqrt
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    Samples: TypeAlias = array[int]
else:
    Samples = array  # it takes a parameter from Python 3.12 on
"""16-bit samples of one channel."""

RATE: Final = 24_000
"""Samples a second of everything in this room: that of the recorded voice."""
FULL: Final = 32_767
SILENCE_DB: Final = -120.0
"""The level of samples below one step."""

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


_FADE: Final = RATE // 100
"""Samples over which an interrupted sound fades: 10 ms, so that it does not click."""
_GAP: Final = RATE * 12 // 100
"""Samples of silence between two utterances: 120 ms. Judged."""
_PHRASE_BEATS: Final = 16
"""Beats from one phrase to the next. Judged: about six seconds, a breath or two."""
_LIMIT: Final = 32_767


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
        block[index] = max(-_LIMIT, min(_LIMIT, block[index] + value))
