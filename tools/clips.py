"""Records the clip bank anew: `make clips`. Every word and phrase of the English cues is spoken once and stored.

The voice is that of hibari-tts (Apache-2.0), which needs nothing from outside its wheel. The words are those of
`coach.cues.language.ENGLISH`, so that whatever is put together from them can be said word by word; a phrase that never
changes is spoken as a whole, which sounds better. A number, and a word that often comes last, has two clips: one that
goes on, and one that ends a sentence.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from importlib.metadata import version
from typing import Any, Final

from coach.cues.cue import Phrases
from coach.cues.language import ENGLISH, Words
from coach.edge.audio import RATE, rms_db
from coach.edge.voices import BANK, FORMAT, MANIFEST, Clip, decode, key_of, sentences
from coach.workout.kinds import KINDS

BIT_RATE: Final = 24
"""Kilobits a second: the bank stays under its 1.5 MB with room for more phrases. Not compared by ear."""
LEVEL_DB: Final = -20.0
"""Loudness of the voiced part of a clip, dB below full scale; with peaks held below `PEAK_DB`."""
PEAK_DB: Final = -1.5
QUIET: Final = 0.02
"""Share of a clip's peak below which its ends are trimmed."""
LEAD, TAIL = RATE // 100, RATE * 3 // 100
"""Samples kept before and after the audible part: 10 and 30 ms."""
LONGEST_WHOLE: Final = 7
"""Most words of a phrase that is spoken as a whole; longer ones are composed of sentences."""
EXTRA: Final = (
    *(
        "oh",
        "hundred",
        "thousand",
        "test",
        "voice",
        "sound",
        "rep",
        "stride",
        "strides",
        "hill",
        "hills",
        "drills",
    ),
    *("km", "kilometre", "kilometres", "metre", "medium", "steady", "threshold", "tempo", "fast", "smooth"),
    *("relaxed", "strong", "gel", "drink", "water", "lean", "halfway", "turn", "around", "quick feet"),
    *(
        "leg",
        "skips",
        "swings",
        "swing",
        "knees",
        "knee",
        "calf",
        "stretch",
        "squats",
        "squat",
        "yes",
        "step",
    ),
    *("plank", "raises", "unsure", "deadlifts", "circles", "glute", "bridges", "lunges", "lunge", "bounding"),
    *(
        "could",
        "band",
        "hip",
        "with",
        "ankle",
        "ankles",
        "heavy",
        "ups",
        "wall",
        "clamshells",
        "walks",
        "ball",
    ),
    *("jumps", "single", "bird", "dogs", "out", "even", "fuel", "without", "lateral", "brisk", "into", "b"),
    *(
        "morning's",
        "walking",
        "against",
        "eccentric",
        "foam",
        "front",
        "time",
        "butt",
        "kicks",
        "hops",
        "runner's",
    ),
    *(
        "couch",
        "twists",
        "twist",
        "how",
        "toe",
        "scrunches",
        "thrusts",
        "romanian",
        "light",
        "did",
        "medicine",
    ),
    *("throws", "whole", "sentences", "sentence", "sore", "downward", "dog", "own", "then", "legs", "ready"),
    *("loosen", "spring", "wake", "wind", "gentle", "deep", "speak", "end", "do", "only", "warm"),
    *("sodium", "salt", "carbs", "gels", "caffeine", "bottle", "cup", "sip", "eat", "chew", "banana"),
)
"""Words that workouts often use in names, questions and reminders, beside those of the phrases."""
LAST: Final = (
    *(
        "metres",
        "k",
        "mile",
        "miles",
        "half",
        "mile and a half",
        "seconds",
        "minutes",
        "minute",
        "hour",
        "hours",
    ),
    *(
        "flat",
        "hundred",
        "thousand",
        "steps",
        "watts",
        "fast",
        "slow",
        "behind",
        "ahead",
        "line",
        "jog",
        "easy",
    ),
    *("hard", "go", "rest", "walk", "stand", "lost", "back", "high", "low", "sodium"),
)
"""Words beside the numbers that often end a sentence and have a clip for that."""
WHOLE: Final = ("One. Two. Three.", "Quick feet, light feet.", "One two three four.")
PLACE: Final = re.compile(r"{[^}]*}")
"""The place of a number in a text."""
UNSAID: Final = re.compile(r"[^a-z '.,:?!-]")


def spoken_texts(value: object) -> Iterator[str]:
    """Yield every text of a table of words that may be spoken; of two forms the spoken one."""
    if isinstance(value, Words):
        yield value.speech
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from spoken_texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from spoken_texts(item)


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of texts, without the places of numbers."""
    bare = (PLACE.sub(" ", text) for text in texts)
    return {word.lower() for text in bare for word in re.findall(r"[A-Za-z][A-Za-z'-]+|\b[ak]\b", text)}


def whole_phrases(texts: Iterable[str]) -> set[str]:
    """Return the sentences of texts that are always the same."""
    whole = {
        f"{key_of(sentence)}."
        for text in texts
        for sentence in sentences(text)
        if " " in key_of(sentence) and not UNSAID.search(sentence.lower())
    }
    return {text for text in whole if len(text.split()) <= LONGEST_WHOLE}


def texts() -> list[str]:
    """Return every text of the bank; a text with a full stop ends a sentence."""
    table = [text for field in fields(ENGLISH) for text in spoken_texts(getattr(ENGLISH, field.name))]
    say = Phrases(ENGLISH)
    numbers = {say.number(value) for value in range(100)} | {
        f"oh {say.number(value)}" for value in range(1, 10)
    }
    samples = [say.clock(240), say.clock_tenths(48.2), say.decimal(3.8), say.beats(100), say.beats(105)]
    samples += [say.duration(value) for value in (1, 45, 60, 90, 120, 3600, 7200)]
    samples += [say.metres(value) for value in (400, 805, 1609, 2414, 3218, 5200)]
    samples += [say.number(1400), say.belt(3.92), *say.seconds_left(30), say.fartlek(60, 90)]
    kinds = {
        text for traits in KINDS.values() for text in (traits.rep_word, traits.name, traits.noun) if text
    }
    words = words_of([*table, *samples]) | numbers | set(EXTRA) | {key_of(text) for text in kinds}
    words = {word for word in words if not UNSAID.search(word)}
    wholes = whole_phrases((*table, *WHOLE))
    return sorted(words | {f"{word}." for word in (*numbers, *LAST)} | wholes)


class Recorder:
    """Speaks texts and encodes them as clips."""

    def __init__(self) -> None:
        """Load the voice and the encoder, which only this tool needs."""
        import hibari  # noqa: PLC0415 - they are installed for this program alone
        import lameenc  # noqa: PLC0415 - as above
        import numpy as np  # noqa: PLC0415 - as above

        self._voice = hibari.Hibari()
        self._lame = lameenc
        self._numpy = np

    def clip(self, text: str, at: int) -> tuple[Clip, bytes]:
        """Speak a text and encode it; `at` is the offset of its bytes in the bank."""
        np = self._numpy
        spoken = text if text.endswith(".") else f"{text},"
        samples = self._trimmed(self._voice(spoken[0].upper() + spoken[1:], seed=0))
        coded = self._coded(samples)
        decoded = np.asarray(decode(coded), dtype=float)
        size = 1 << (len(decoded) + len(samples)).bit_length()
        match = np.fft.irfft(np.fft.rfft(decoded, size) * np.conj(np.fft.rfft(samples, size)), size)
        skip = int(match[: RATE // 4].argmax())
        level = rms_db(decode(coded)[skip : skip + len(samples)])
        return Clip(text, at, len(coded), skip, len(samples), round(level, 1)), coded

    def _trimmed(self, audio: Any) -> Any:
        """Trim the silence at both ends, set the level of the rest and fade its ends."""
        np = self._numpy
        is_heard = np.flatnonzero(np.abs(audio) > QUIET * np.abs(audio).max())
        audio = audio[max(0, is_heard[0] - LEAD) : is_heard[-1] + TAIL].astype(float)
        voiced = audio[np.abs(audio) > 0.1 * np.abs(audio).max()]
        gain = 10 ** (LEVEL_DB / 20) / np.sqrt((audio**2).mean()) if len(voiced) else 1.0
        peak = 10 ** (PEAK_DB / 20)
        audio = peak * np.tanh(audio * gain / peak)  # a peak is rounded, not cut
        fade = np.linspace(0.0, 1.0, LEAD)
        audio[:LEAD] *= fade
        audio[-LEAD:] *= fade[::-1]
        return (audio * 32767).astype("<i2")

    def _coded(self, samples: Any) -> bytes:
        encoder = self._lame.Encoder()
        encoder.set_bit_rate(BIT_RATE)
        encoder.set_in_sample_rate(RATE)
        encoder.set_channels(1)
        encoder.set_quality(2)
        encoder.silence()
        return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


def main() -> None:
    """Record every text, and write the bank and its manifest."""
    recorder, rows, bank = Recorder(), [], bytearray()
    for text in texts():
        clip, coded = recorder.clip(text, len(bank))
        rows.append(clip)
        bank += coded
    head = {
        "format": FORMAT,
        "language": "en",
        "voice": f"hibari-tts {version('hibari-tts')}, heart",
        "licence": "Apache-2.0",
        "encoder": f"lameenc {version('lameenc')}, {BIT_RATE} kbit/s",
        "rate": RATE,
    }
    BANK.write_bytes(bank)
    lines = [json.dumps(row.row()) for row in rows]
    text = json.dumps(head)[:-1] + ', "clips": [\n' + ",\n".join(lines) + "\n]}\n"
    MANIFEST.write_text(text, encoding="utf-8")
    seconds = sum(row.frames for row in rows) / RATE
    print(f"{len(rows)} clips, {seconds:.0f} s, {(len(bank) + len(text)) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
