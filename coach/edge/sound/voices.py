"""The voices: recorded clips, words made by a neural voice, words made by the system's own voice, or none.

A voice turns words into samples and may take its time; it is called on the thread of the sound, never on the loop.
What cannot be said is returned, so that a tone can stand for it.

Whatever is made by a program is kept in the cache folder: the names and labels of a workout are made while it loads,
and the second run of it makes nothing.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from coach.edge.sound.clips import ClipBank, decode, sentences
from coach.edge.sound.tones import FULL, RATE, Samples, frames, gain, rms_db, scaled, silence

_LEVEL_DB: Final = -20.0
"""Mean level of what is said: that of the recorded clips."""
_QUIET: Final = 0.02
"""Share of the peak below which the ends of what was made are cut off, as in the clips."""
_TAIL_S: Final = 0.03
_STOP_S: Final = 0.26
_LONGEST_LETTERS: Final = 300
"""A longer text is cut: nobody listens to more, and it may come from a stranger's file."""
_CACHE_FILES: Final = 400
"""Files kept in the cache: some 20 MB of a second or two each."""
_SYSTEM_S: Final = 10.0
"""How long a system's voice may take. PowerShell needs a second to start."""


class VoiceUnavailableError(Exception):
    """A voice cannot be used; the message says why, and what to do."""


class Voice(Protocol):
    """Turns words into samples."""

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Return the samples of what can be said of a text, and the sentences that cannot be said."""
        ...

    def prepare(self, texts: Iterable[str]) -> None:
        """Make texts ahead of time, as far as that helps."""
        ...


class Maker(Protocol):
    """Makes the sound of one sentence."""

    @property
    def name(self) -> str:
        """The voice and its version, by which its sounds are kept."""
        ...

    def make(self, sentence: str) -> Samples:
        """Make it.

        Raises:
            VoiceUnavailableError: it cannot.
        """
        ...


class ClipVoice:
    """Says what the clip bank holds, and the rest by another voice where there is one."""

    def __init__(self, bank: ClipBank, others: "MadeVoice | None" = None) -> None:
        """Speak by this bank; `others` says sentences that are not in it."""
        self._bank = bank
        self._others = others

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Put a text together from clips."""
        samples: Samples = array("h")
        left: list[str] = []
        for sentence in sentences(text):
            spoken, missing = self._bank.say(sentence)
            if missing and self._others is not None:
                spoken, missing = self._others.say(sentence)
            left += missing
            if samples and spoken:
                samples.extend(silence(frames(_STOP_S)))
            samples.extend(spoken)
        return samples, left

    def prepare(self, texts: Iterable[str]) -> None:
        """Make what is not in the bank."""
        if self._others is None:
            return
        parts = dict.fromkeys(sentence for text in texts for sentence in sentences(text))
        self._others.prepare(sentence for sentence in parts if self._bank.sequence(sentence) is None)


_LOG = logging.getLogger(__name__)
_FAILURES: Final = 2
"""A program that fails so often in a row is asked no more: one sentence may be too long for it. Judged."""


class MadeVoice:
    """Says everything by a program that makes it, and keeps what was made."""

    def __init__(self, maker: Maker, cache: Path | None = None) -> None:
        """Speak by this program; what it made is kept in the folder `cache`."""
        self._maker = maker
        self._cache = cache
        self._failures = 0
        self._making = threading.Lock()  # words are made ahead on one thread, and said on another

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Make the sentences of a text, or take them from the cache."""
        samples: Samples = array("h")
        left: list[str] = []
        for sentence in sentences(text[:_LONGEST_LETTERS]):
            spoken = self._sentence(sentence)
            if spoken is None:
                left.append(sentence)
                continue
            if samples:
                samples.extend(silence(frames(_STOP_S)))
            samples.extend(spoken)
        return samples, left

    def prepare(self, texts: Iterable[str]) -> None:
        """Make every sentence that is not in the cache yet."""
        for text in texts:
            self.say(text)

    def _sentence(self, sentence: str) -> Samples | None:
        file = None if self._cache is None else self._cache / f"{_hash(self._maker.name, sentence)}.s16"
        if file is not None and (kept := _read(file)) is not None:
            return kept
        with self._making:
            if self._failures >= _FAILURES:
                return None
            try:
                samples = levelled(self._maker.make(sentence))
            except VoiceUnavailableError as error:
                self._failures += 1
                _LOG.warning("%r could not be spoken: %s", sentence, error)
                return None
            self._failures = 0
            if file is not None and samples:
                _write(file, samples)
            return samples or None


class NeuralMaker:
    """Makes words with hibari-tts, which the extra `voice` installs; it takes 190 MB of memory while it is loaded."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._voice: Any = None

    @property
    def name(self) -> str:
        """The voice and its version."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return f"hibari-tts {version('hibari-tts')}"
        except PackageNotFoundError:
            return "hibari-tts"

    @staticmethod
    def is_installed() -> bool:
        """Tell whether it is there, without loading it."""
        from importlib.util import find_spec

        return find_spec("hibari") is not None

    def make(self, sentence: str) -> Samples:
        """Make a sentence: some 15 ms, and 400 ms for the first.

        Raises:
            VoiceUnavailableError: it is not installed, or cannot say it.
        """
        try:
            if self._voice is None:
                import hibari

                self._voice = hibari.Hibari()
            audio = self._voice(f"{sentence}.", seed=0)
        except ImportError:
            raise VoiceUnavailableError(
                'the neural voice is not installed: pip install "trackside-coach[voice]"'
            ) from None
        except Exception as error:
            raise VoiceUnavailableError(f"the neural voice failed: {error}") from error
        return array("h", [max(-FULL, min(FULL, round(float(value) * FULL))) for value in audio])


@dataclass(frozen=True, slots=True)
class SystemProgram:
    """A program of the system that speaks into a file or to its standard output."""

    program: str
    arguments: Callable[[str, str], Sequence[str]]
    """Its arguments for a language and a file to write; the sentence never becomes part of its line."""
    writes_file: bool = True
    stdin: bool = False
    """Whether it reads the sentence from its standard input."""


_SAPI: Final = (
    "Add-Type -AssemblyName System.Speech; $s = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "$s.SetOutputToWaveFile($env:COACH_SPEECH_FILE); $s.Speak($env:COACH_SPEECH_TEXT); $s.Dispose()"
)


def _espeak(language: str, file: str) -> Sequence[str]:
    return ("--stdin", "-v", language, "-s", "165", "-w", file)


# A sentence may come from a stranger's workout: behind `--`, on standard input or in the environment it is no option.
SYSTEM_PROGRAMS: Final[Mapping[str, Sequence[SystemProgram]]] = {
    "darwin": (
        SystemProgram(
            "say",
            lambda _language, file: (
                "-o",
                file,
                f"--data-format=LEI16@{RATE}",
                "--file-format=WAVE",
                "-f",
                "-",
            ),
            stdin=True,
        ),
    ),
    "win32": (
        SystemProgram(
            "powershell",
            lambda _language, _file: (
                *("-NoProfile", "-NonInteractive", "-Command"),
                _SAPI,
            ),
        ),
    ),
    "linux": (
        SystemProgram("espeak-ng", _espeak, stdin=True),
        SystemProgram("espeak", _espeak, stdin=True),
    ),
}
"""By platform, what can speak, the first that is there wins. `say` and SAPI are untried: docs/tested_sound.md."""


class SystemMaker:
    """Makes words with the system's own voice: `say`, SAPI or espeak-ng, where one is installed."""

    def __init__(
        self,
        language: str = "en",
        platform: str = sys.platform,
        find: Callable[[str], str | None] = shutil.which,
        run: Callable[..., Any] = subprocess.run,
    ) -> None:
        """Look for a program. `say` and SAPI speak the system's language, whatever `language` it is.

        Raises:
            VoiceUnavailableError: this system has none.
        """
        programs = SYSTEM_PROGRAMS.get(platform, SYSTEM_PROGRAMS["linux"])
        there = ((program, find(program.program)) for program in programs)
        found = next(((program, path) for program, path in there if path), None)
        if found is None:
            names = " or ".join(program.program for program in programs)
            raise VoiceUnavailableError(f"this system has no voice: {names} is not installed")
        self._program, self._path = found
        self._language = language
        self._run = run

    @property
    def name(self) -> str:
        """The program and its language."""
        return f"{self._program.program} {self._language}"

    def make(self, sentence: str) -> Samples:
        """Let the program speak a sentence into a file, and read it.

        Raises:
            VoiceUnavailableError: it failed, or took too long.
        """
        with tempfile.TemporaryDirectory(prefix="coach-voice-") as folder:
            file = Path(folder) / "said.wav"
            environment = {**os.environ, "COACH_SPEECH_FILE": str(file), "COACH_SPEECH_TEXT": sentence}
            try:
                self._run(
                    [self._path, *self._program.arguments(self._language, str(file))],
                    input=sentence.encode() if self._program.stdin else b"",
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=_SYSTEM_S,
                    check=True,
                    env=environment,
                )
                return decode(file.read_bytes())
            except (OSError, subprocess.SubprocessError, ValueError) as error:
                raise VoiceUnavailableError(f"{self._program.program} failed: {error}") from error


def levelled(samples: Samples) -> Samples:
    """Return samples without the quiet at their ends, at the level of the recorded clips."""
    quiet = _QUIET * max(map(abs, samples), default=0)
    first = next((index for index, value in enumerate(samples) if abs(value) > quiet), None)
    if first is None:
        return array("h")
    last = next(index for index in range(len(samples) - 1, -1, -1) if abs(samples[index]) > quiet)
    part = samples[max(0, first - frames(0.01)) : last + frames(_TAIL_S)]
    return scaled(part, gain(_LEVEL_DB - rms_db(part)))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read(file: Path) -> Samples | None:
    """Read what was kept; None if there is nothing, or half of it."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    if not data or len(data) % 2:
        return None
    samples = array("h", data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _write(file: Path, samples: Samples) -> None:
    """Keep what was made, and let the oldest go; a cache that cannot be written is none."""
    little = array("h", samples)
    if sys.byteorder == "big":
        little.byteswap()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = file.with_suffix(f".{os.getpid()}")
        half.write_bytes(little.tobytes())
        half.replace(file)
        kept = sorted(file.parent.glob("*.s16"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-_CACHE_FILES]:
            old.unlink()
