"""Doubles of the sound: devices that fail as they please, earphones that sleep, a voice of one word."""

import asyncio
import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import log10

from coach.cues.cue import Cue, CueClass, CueKind, Sound, Why
from coach.edge.audio import FULL, RATE, SILENCE_DB, DeviceError, Read, Samples
from coach.live.run import TimedOutput
from coach.quantities import Seconds

WORD = array("h", [9000] * (RATE // 5))
"""A word of 200 ms that is easy to find."""


def peak_db(samples: Sequence[int]) -> float:
    """Return the level of the loudest sample in decibels below full scale."""
    peak = max(map(abs, samples), default=0)
    return 20 * log10(peak / FULL) if peak else SILENCE_DB


def cue(
    at: float = 0.0,
    words: str = "go on",
    cue_class: CueClass = CueClass.COACH,
    sound: Sound = Sound.NONE,
    ttl_s: float = 6.0,
) -> Cue:
    """A cue that is heard."""
    kind = CueKind.COUNTDOWN if cue_class is CueClass.COUNTDOWN else CueKind.STEP
    return Cue(Seconds(at), kind, cue_class, words, Why("test"), Seconds(ttl_s), speech=words, sound=sound)


def timed(output) -> TimedOutput:
    """An output of a run that began with it."""
    return TimedOutput(output, None)


class OneWordVoice:
    """Says every word as the same word; texts with a digit cannot be said."""

    def __init__(self, word: Samples = WORD) -> None:
        self.word = word
        self.said: list[str] = []
        self.prepared: list[str] = []

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Say a text."""
        self.said.append(text)
        if any(letter.isdigit() for letter in text):
            return array("h"), [text]
        samples = array("h")
        for _ in text.split():
            samples.extend(self.word)
        return samples, []

    def prepare(self, texts: Iterable[str]) -> None:
        """Remember what was to be prepared."""
        self.prepared += texts


class SteppedPlayer:
    """A device that plays when it is told to; it can refuse, block or go away."""

    def __init__(self) -> None:
        self.read: Read | None = None
        self.opened = 0
        self.closed = 0
        self.refusal = ""
        self.blocks: threading.Event | None = None
        self.played: Samples = array("h")
        self.has_opened = threading.Event()

    @property
    def is_open(self) -> bool:
        """Tell whether it plays."""
        return self.read is not None

    def open(self, read: Read) -> None:
        """Open, refuse or block."""
        if self.blocks is not None:
            self.blocks.wait()
        if self.refusal:
            raise DeviceError(self.refusal)
        self.read = read
        self.opened += 1
        self.has_opened.set()

    def close(self) -> None:
        """Play no more."""
        self.read = None
        self.closed += 1

    def play(self, seconds: float) -> Samples:
        """Play for so long, in blocks of 20 ms."""
        heard = array("h")
        for _ in range(round(seconds * 50)):
            if self.read is not None:
                heard.extend(self.read(RATE // 50))
        self.played.extend(heard)
        return heard


@dataclass
class Headset:
    """Bluetooth earphones: after 5 s without a signal they sleep, and swallow the first 300 ms of the next one."""

    eats_s: float = 0.3
    sleeps_after_s: float = 5.0
    eaten: int = 0
    """Samples that were swallowed in all."""
    _silent_s: float = float("inf")
    _left: int = 0
    _was_on: bool = field(default=False)

    def off(self, seconds: float) -> None:
        """Get no signal for a time: the device is closed."""
        self._silent_s += seconds

    def hear(self, block: Samples) -> Samples:
        """Return what is heard of a block."""
        if not any(block[:: max(1, len(block) // 64)]):
            self._silent_s += len(block) / RATE
            return block
        if self._silent_s > self.sleeps_after_s:
            self._left = round(self.eats_s * RATE)
        self._silent_s = 0.0
        swallowed = min(self._left, len(block))
        self._left -= swallowed
        self.eaten += swallowed
        return array("h", bytes(2 * swallowed)) + block[swallowed:]


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something is so, on the loop; fail after some seconds."""
    for _ in range(round(seconds * 200)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to be")
