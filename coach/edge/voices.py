"""The voices: recorded clips, a neural voice, the system's own voice, or none.

A voice turns words into samples and may take its time; it is called on the thread of the sound, never on the loop.
Sentences that it cannot speak are returned, so that a tone can replace them.
"""

import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, Self

from coach.edge.audio import FULL, RATE, Samples, frames, gain, rms_db, scaled, silence

_LOG = logging.getLogger(__name__)


# --- sentences

_SENTENCE: Final = re.compile(r"[^.?!:;]+")
_STOP: Final = RATE * 260 // 1000
"""Samples between two sentences: 260 ms. Judged by ear."""


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, without their ends."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def _spoken(text: str, speak: Callable[[str], Samples | None]) -> tuple[Samples, list[str]]:
    """The samples of the sentences that `speak` can speak, with a pause between them, and the other sentences."""
    samples: Samples = array("h")
    rest: list[str] = []
    for sentence in sentences(text):
        speech = speak(sentence)
        if speech is None:
            rest.append(sentence)
            continue
        if samples:
            samples.extend(silence(_STOP))
        samples.extend(speech)
    return samples, rest


def decode(data: bytes) -> Samples:
    """Decode a sound file of any kind that miniaudio reads, to the rate of the player.

    Raises:
        ValueError: it is none, or miniaudio is not installed.
    """
    try:
        import miniaudio  # loaded when something is spoken
    except (ImportError, OSError) as error:  # an OSError if a part of the system is missing
        raise ValueError(f"miniaudio cannot be loaded: {error}") from None
    try:
        sound = miniaudio.decode(data, nchannels=1, sample_rate=RATE)
    except miniaudio.MiniaudioError as error:
        raise ValueError(f"this is not a sound file: {error}") from None
    samples: Samples = sound.samples
    return samples


# --- the recorded clips
#
# The bank is one file of consecutive MP3 clips, with a manifest of their texts and positions. A text is spoken sentence
# by sentence with the longest matching clips: a whole phrase if one was recorded, else word by word. A word that ends a
# sentence has a clip of its own with falling intonation. A sentence with a word that is in no clip is left out as a
# whole: half a sentence may mean the opposite.

FORMAT: Final = "coach-clips/1"
FOLDER: Final = Path(__file__).parent / "clips"
BANK: Final = FOLDER / "clips.mp3"
MANIFEST: Final = FOLDER / "manifest.json"
_JOINT: Final = RATE * 25 // 1000
"""Samples between two clips of a sentence: 25 ms. Judged by ear."""
_COMMA: Final = RATE * 140 // 1000
"""Samples after a comma: 140 ms. Judged by ear."""
_LONGEST: Final = 8
"""Words of the longest clip."""
_MOST_DECODED: Final = 128
"""Decoded clips that are cached: about 4 MB, and more than a run uses."""
_DIGITS: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recorded text."""

    text: str
    """The text in small letters; with a full stop it ends a sentence."""
    at: int
    """The position of its bytes in the bank."""
    size: int
    skip: int
    """Samples that the encoder put before it."""
    frames: int
    """Its length in samples."""
    level_db: float
    """Its mean level."""

    def row(self) -> list[str | int | float]:
        """Return its row in the manifest."""
        return [self.text, self.at, self.size, self.skip, self.frames, self.level_db]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Read its row in the manifest."""
        text, at, size, skip, count, level_db = row
        return cls(str(text), int(at), int(size), int(skip), int(count), float(level_db))


def key_of(text: str) -> str:
    """The key of a text in the bank: small letters, single blanks, no commas."""
    return " ".join(text.replace(",", " ").lower().split())


def _is_whole(data: bytes, clip: Clip) -> bool:
    """Return whether the bytes of a clip exist and begin like a frame of MP3."""
    return len(data) == clip.size and data[:1] == b"\xff" and data[1:2] >= b"\xe0"


class ClipBank:
    """The recorded clips of one language."""

    def __init__(self, clips: Mapping[str, Clip], data: bytes, language: str = "en", voice: str = "") -> None:
        """Take clips by their texts, and the bytes that contain them."""
        self._clips = clips
        self._data = data
        self.language = language
        self.voice = voice
        self.damaged = 0
        """Clips in the manifest without their bytes."""
        self._samples = lru_cache(maxsize=_MOST_DECODED)(self._decoded)

    @classmethod
    def load(cls, manifest: Path = MANIFEST, bank: Path = BANK) -> Self:
        """Load the bank that comes with the program.

        Raises:
            ValueError: it is missing or damaged.
        """
        try:
            document = json.loads(manifest.read_bytes())
            if document["format"] != FORMAT:
                raise ValueError(f"the clips are {document['format']}, and this program knows {FORMAT}")
            clips = [Clip.from_row(row) for row in document["clips"]]
            data = bank.read_bytes()
        except OSError as error:
            raise ValueError(f"the recorded voice is missing: {error.strerror}") from None
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"the recorded voice is damaged: {error}") from None
        whole = {clip.text: clip for clip in clips if _is_whole(data[clip.at : clip.at + clip.size], clip)}
        if not whole:
            raise ValueError("the recorded voice is damaged: it holds no word")
        result = cls(whole, data, str(document.get("language", "en")), str(document.get("voice", "")))
        result.damaged = len(clips) - len(whole)
        return result

    def __len__(self) -> int:
        return len(self._clips)

    def __iter__(self) -> Iterator[Clip]:
        return iter(self._clips.values())

    def sequence(self, sentence: str) -> list[str] | None:
        """The texts of the clips for a sentence, with "," for a pause; None if a word is missing."""
        if _DIGITS.search(sentence):
            return None
        parts: list[str] = []
        clauses = [key_of(clause).split() for clause in sentence.split(",")]
        clauses = [clause for clause in clauses if clause]
        whole = f"{key_of(sentence)}."
        if whole in self._clips:
            return [whole]
        for place, words in enumerate(clauses):
            clips = self._clause(words, is_last=place == len(clauses) - 1)
            if clips is None:
                return None
            parts += [",", *clips] if parts else clips
        return parts

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Return the samples of the sentences that can be spoken, and the other sentences."""
        return _spoken(text, self._sentence)

    def clip(self, text: str) -> Samples | None:
        """Return the samples of one clip; None if it is missing or damaged."""
        return self._samples(text)

    def _sentence(self, sentence: str) -> Samples | None:
        clips = self.sequence(sentence)
        return None if clips is None else self._joined(clips)

    def _clause(self, words: Sequence[str], *, is_last: bool) -> list[str] | None:
        """Cover words with the longest clips."""
        parts: list[str] = []
        place = 0
        while place < len(words):
            for end in range(min(len(words), place + _LONGEST), place, -1):
                text = " ".join(words[place:end])
                ends = is_last and end == len(words)
                longest = next(
                    (
                        key
                        for key in ((f"{text}.", text) if ends else (text, f"{text}."))
                        if key in self._clips
                    ),
                    "",
                )
                if longest:
                    parts.append(longest)
                    place = end
                    break
            else:
                return None
        return parts

    def _joined(self, clips: Sequence[str]) -> Samples | None:
        samples: Samples = array("h")
        for text in clips:
            if text == ",":
                samples.extend(silence(_COMMA))
                continue
            speech = self._samples(text)
            if speech is None:
                return None
            if samples:
                samples.extend(silence(_JOINT))
            samples.extend(speech)
        return samples

    def _decoded(self, text: str) -> Samples | None:
        clip = self._clips.get(text)
        if clip is None:
            return None
        try:
            samples = decode(self._data[clip.at : clip.at + clip.size])
        except ValueError:
            return None
        return samples[clip.skip : clip.skip + clip.frames]


# --- voices
#
# Synthesised words are kept in the cache folder: the names and labels of a workout are synthesised while it loads, and
# its second run synthesises nothing.

_LONGEST_LETTERS: Final = 300
"""A longer text is cut: it is too long to listen to, and may come from a stranger's file."""
_FAILURES: Final = 2
"""After this many failures in a row a program is not used any more: one sentence may be too long for it. Judged."""


class VoiceUnavailableError(Exception):
    """Raised when a voice cannot be used; the message says why, and what to do."""


class Voice(Protocol):
    """Turns words into samples."""

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Return the samples of a text as far as it can be spoken, and the other sentences."""
        ...

    def prepare(self, texts: Iterable[str]) -> None:
        """Synthesise texts ahead of time, if the voice needs that."""
        ...


class Synthesiser(Protocol):
    """Synthesises one sentence."""

    @property
    def name(self) -> str:
        """The voice and its version, under which its sounds are cached."""
        ...

    def make(self, sentence: str) -> Samples:
        """Synthesise a sentence.

        Raises:
            VoiceUnavailableError: the program failed.
        """
        ...


class ClipVoice:
    """Speaks the texts of the clip bank, and others by another voice if there is one."""

    def __init__(self, bank: ClipBank, others: "SynthesisedVoice | None" = None) -> None:
        """Use this bank; `others` speaks sentences that are not in it."""
        self._bank = bank
        self._others = others

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Put a text together from clips."""
        samples: Samples = array("h")
        rest: list[str] = []
        for sentence in sentences(text):
            speech, missing = self._bank.say(sentence)
            if missing and self._others is not None:
                speech, missing = self._others.say(sentence)
            rest += missing
            if samples and speech:
                samples.extend(silence(_STOP))
            samples.extend(speech)
        return samples, rest

    def prepare(self, texts: Iterable[str]) -> None:
        """Synthesise texts that are not in the bank."""
        if self._others is None:
            return
        parts = dict.fromkeys(sentence for text in texts for sentence in sentences(text))
        self._others.prepare(sentence for sentence in parts if self._bank.sequence(sentence) is None)


class SynthesisedVoice:
    """Speaks everything by a synthesiser, and caches the results."""

    def __init__(self, synthesiser: Synthesiser, cache: Path | None = None) -> None:
        """Use this synthesiser; results are cached in the folder `cache`."""
        self._synthesiser = synthesiser
        self._cache = cache
        self._failures = 0
        self._making = threading.Lock()  # words are prepared on one thread, and spoken on another

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Synthesise the sentences of a text, or take them from the cache."""
        return _spoken(text[:_LONGEST_LETTERS], self._sentence)

    def prepare(self, texts: Iterable[str]) -> None:
        """Synthesise every sentence that is not in the cache yet."""
        for text in texts:
            self.say(text)

    def _sentence(self, sentence: str) -> Samples | None:
        file = (
            None
            if self._cache is None
            else self._cache / f"{_cache_key(self._synthesiser.name, sentence)}.s16"
        )
        if file is not None and (cached := _read_cached(file)) is not None:
            return cached
        with self._making:
            if self._failures >= _FAILURES:
                return None
            try:
                samples = levelled(self._synthesiser.make(sentence))
            except VoiceUnavailableError as error:
                self._failures += 1
                _LOG.warning("%r could not be spoken: %s", sentence, error)
                return None
            self._failures = 0
            if file is not None and samples:
                _write_cached(file, samples)
            return samples or None


_LEVEL_DB: Final = -20.0
"""Mean level of speech: that of the recorded clips."""
_QUIET: Final = 0.02
"""Share of the peak below which the ends of synthesised speech are cut off, as in the clips."""
_TAIL_S: Final = 0.03


def levelled(samples: Samples) -> Samples:
    """Return samples without the silence at their ends, at the level of the recorded clips."""
    quiet = _QUIET * max(map(abs, samples), default=0)
    first = next((index for index, value in enumerate(samples) if abs(value) > quiet), None)
    if first is None:
        return array("h")
    last = next(index for index in range(len(samples) - 1, -1, -1) if abs(samples[index]) > quiet)
    part = samples[max(0, first - frames(0.01)) : last + frames(_TAIL_S)]
    return scaled(part, gain(_LEVEL_DB - rms_db(part)))


_CACHE_FILES: Final = 400
"""Files kept in the cache: some 20 MB of a second or two each."""


def _cache_key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read_cached(file: Path) -> Samples | None:
    """Read a cached sound; None if there is none, or only a part."""
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


def _write_cached(file: Path, samples: Samples) -> None:
    """Cache a sound, and delete the oldest; a cache that cannot be written is not used."""
    little = array("h", samples)
    if sys.byteorder == "big":
        little.byteswap()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = file.with_suffix(f".{os.getpid()}")
        half.write_bytes(little.tobytes())
        half.replace(file)
        files = sorted(file.parent.glob("*.s16"), key=lambda path: path.stat().st_mtime)
        for old in files[:-_CACHE_FILES]:
            old.unlink()


# --- synthesisers


class NeuralSynthesiser:
    """Synthesises speech with hibari-tts, which the extra `voice` installs; it takes 190 MB of memory while loaded."""

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
        """Return whether it is installed, without loading it."""
        from importlib.util import find_spec

        return find_spec("hibari") is not None

    def make(self, sentence: str) -> Samples:
        """Synthesise a sentence: some 15 ms, and 400 ms for the first.

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


_SYSTEM_S: Final = 10.0
"""Timeout of a system's voice. PowerShell needs a second to start."""


@dataclass(frozen=True, slots=True)
class SystemProgram:
    """A program of the system that speaks into a file."""

    program: str
    arguments: Callable[[str, str], Sequence[str]]
    """Its arguments for a language and a file to write; the sentence is never part of its command line."""
    stdin: bool = False
    """Whether it reads the sentence from its standard input."""


_SAPI: Final = (
    "Add-Type -AssemblyName System.Speech; $s = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "$s.SetOutputToWaveFile($env:COACH_SPEECH_FILE); $s.Speak($env:COACH_SPEECH_TEXT); $s.Dispose()"
)


def _espeak(language: str, file: str) -> Sequence[str]:
    return ("--stdin", "-v", language, "-s", "165", "-w", file)


# A sentence may come from a stranger's workout: behind `--`, on standard input or in the environment it cannot be an
# option.
SYSTEM_PROGRAMS: Final[Mapping[str, Sequence[SystemProgram]]] = {
    "darwin": (
        SystemProgram(
            "say",
            lambda _language, file: (
                *("-o", file, f"--data-format=LEI16@{RATE}", "--file-format=WAVE"),
                *("-f", "-"),
            ),
            stdin=True,
        ),
    ),
    "win32": (
        SystemProgram(
            "powershell",
            lambda _language, _file: ("-NoProfile", "-NonInteractive", "-Command", _SAPI),
        ),
    ),
    "linux": (
        SystemProgram("espeak-ng", _espeak, stdin=True),
        SystemProgram("espeak", _espeak, stdin=True),
    ),
}
"""The programs that can speak, by platform; the first that exists is used. `say` and SAPI are untried:
docs/tested_sound.md.
"""


class SystemSynthesiser:
    """Synthesises speech with the system's own voice: `say`, SAPI or espeak-ng."""

    def __init__(
        self,
        language: str = "en",
        platform: str = sys.platform,
        find: Callable[[str], str | None] = shutil.which,
        run: Callable[..., Any] = subprocess.run,
    ) -> None:
        """Find a program. `say` and SAPI speak the system's language, whatever `language` is.

        Raises:
            VoiceUnavailableError: this system has none.
        """
        programs = SYSTEM_PROGRAMS.get(platform, SYSTEM_PROGRAMS["linux"])
        candidates = ((program, find(program.program)) for program in programs)
        program_path = next(((program, path) for program, path in candidates if path), None)
        if program_path is None:
            names = " or ".join(program.program for program in programs)
            raise VoiceUnavailableError(f"this system has no voice: {names} is not installed")
        self._program, self._path = program_path
        self._language = language
        self._run = run

    @property
    def name(self) -> str:
        """The program and its language."""
        return f"{self._program.program} {self._language}"

    def make(self, sentence: str) -> Samples:
        """Have the program speak a sentence into a file, and read it.

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
