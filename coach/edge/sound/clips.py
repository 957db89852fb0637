"""The clip bank: recorded words and phrases, and how a text is put together from them.

The bank is one file of MP3 clips behind one another, and a manifest says which text stands where. A text is said
sentence by sentence by the longest clips there are: a whole phrase where one was recorded, else word by word. A word
that ends a sentence has a clip of its own, whose voice falls.

A sentence with a word that is in no clip cannot be said from the bank, and is left out as a whole: half a sentence may
mean the opposite.
"""

import json
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from coach.edge.sound.tones import RATE, Samples, rms_db, silence

__all__ = ["Clip", "ClipBank", "decode", "key_of", "rms_db", "sentences"]

FORMAT: Final = "coach-clips/1"
FOLDER: Final = Path(__file__).parent / "bank"
BANK: Final = FOLDER / "clips.mp3"
MANIFEST: Final = FOLDER / "manifest.json"
_JOINT: Final = RATE * 25 // 1000
"""Samples between two clips of a sentence: 25 ms. Judged by ear."""
_COMMA: Final = RATE * 140 // 1000
_STOP: Final = RATE * 260 // 1000
"""Samples after a comma and between two sentences. Judged by ear."""
_LONGEST: Final = 8
"""Words of the longest clip."""
_KEPT: Final = 128
"""Decoded clips that are kept: about 4 MB, and more than a run uses."""
_SENTENCE: Final = re.compile(r"[^.?!:;]+")
_DIGITS: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recorded text."""

    text: str
    """The text in small letters; with a full stop it ends a sentence."""
    at: int
    """Where its bytes begin in the bank."""
    size: int
    skip: int
    """Samples that the encoder put before it."""
    frames: int
    """Its length in samples."""
    level_db: float
    """Its mean level."""

    def row(self) -> list[str | int | float]:
        """Give its row in the manifest."""
        return [self.text, self.at, self.size, self.skip, self.frames, self.level_db]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Read its row in the manifest."""
        text, at, size, skip, count, level_db = row
        return cls(str(text), int(at), int(size), int(skip), int(count), float(level_db))


def decode(data: bytes) -> Samples:
    """Decode a sound file of any kind that miniaudio reads, to the rate of this room.

    Raises:
        ValueError: it is none, or miniaudio is not installed.
    """
    try:
        import miniaudio  # loaded where something is said
    except (ImportError, OSError) as error:  # an OSError where a part of the system is missing
        raise ValueError(f"miniaudio cannot be loaded: {error}") from None
    try:
        sound = miniaudio.decode(data, nchannels=1, sample_rate=RATE)
    except miniaudio.MiniaudioError as error:
        raise ValueError(f"this is no sound: {error}") from None
    samples: Samples = sound.samples
    return samples


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, without their ends."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def key_of(text: str) -> str:
    """Return a text as the bank calls it: small letters, single blanks, no commas."""
    return " ".join(text.replace(",", " ").lower().split())


def _is_whole(data: bytes, clip: Clip) -> bool:
    """Tell whether the bytes of a clip are there and begin as a frame of MP3 does."""
    return len(data) == clip.size and data[:1] == b"\xff" and data[1:2] >= b"\xe0"


class ClipBank:
    """The recorded clips of one language."""

    def __init__(self, clips: Mapping[str, Clip], data: bytes, language: str = "en", voice: str = "") -> None:
        """Take clips by their texts, and the bytes they stand in."""
        self._clips = clips
        self._data = data
        self.language = language
        self.voice = voice
        self.damaged = 0
        """Clips that are named and are not there."""
        self._samples = lru_cache(maxsize=_KEPT)(self._decoded)

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
        named = {clip.text: clip for clip in clips if _is_whole(data[clip.at : clip.at + clip.size], clip)}
        if not named:
            raise ValueError("the recorded voice is damaged: it holds no word")
        made = cls(named, data, str(document.get("language", "en")), str(document.get("voice", "")))
        made.damaged = len(clips) - len(named)
        return made

    def __len__(self) -> int:
        return len(self._clips)

    def __iter__(self) -> Iterator[Clip]:
        return iter(self._clips.values())

    def sequence(self, sentence: str) -> list[str] | None:
        """Return the texts of the clips that say a sentence, with "," for a pause; None if it cannot be said."""
        if _DIGITS.search(sentence):
            return None
        parts: list[str] = []
        clauses = [key_of(clause).split() for clause in sentence.split(",")]
        clauses = [clause for clause in clauses if clause]
        whole = f"{key_of(sentence)}."
        if whole in self._clips:
            return [whole]
        for place, words in enumerate(clauses):
            found = self._clause(words, is_last=place == len(clauses) - 1)
            if found is None:
                return None
            parts += [",", *found] if parts else found
        return parts

    def say(self, text: str) -> tuple[Samples, list[str]]:
        """Return the samples of the sentences that can be said, and the sentences that cannot."""
        samples: Samples = array("h")
        left: list[str] = []
        for sentence in sentences(text):
            clips = self.sequence(sentence)
            spoken = None if clips is None else self._joined(clips)
            if spoken is None:
                left.append(sentence)
                continue
            if samples:
                samples.extend(silence(_STOP))
            samples.extend(spoken)
        return samples, left

    def clip(self, text: str) -> Samples | None:
        """Return the samples of one clip; None if it is missing or damaged."""
        return self._samples(text)

    def _clause(self, words: Sequence[str], *, is_last: bool) -> list[str] | None:
        """Cover words by the longest clips."""
        parts: list[str] = []
        place = 0
        while place < len(words):
            for end in range(min(len(words), place + _LONGEST), place, -1):
                text = " ".join(words[place:end])
                ends = is_last and end == len(words)
                named = next(
                    (
                        key
                        for key in ((f"{text}.", text) if ends else (text, f"{text}."))
                        if key in self._clips
                    ),
                    "",
                )
                if named:
                    parts.append(named)
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
            spoken = self._samples(text)
            if spoken is None:
                return None
            if samples:
                samples.extend(silence(_JOINT))
            samples.extend(spoken)
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
