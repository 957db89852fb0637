"""Tests of the mixer: the order, times and levels of sounds, to the sample."""

import random
from array import array
from itertools import pairwise

import pytest

from coach.edge.audio import (
    DUCK_DB,
    FULL,
    NOISE_DB,
    RATE,
    TICK_DB,
    Mixer,
    Samples,
    Utterance,
    frames,
    noise,
    rms_db,
    tick,
    tones,
)
from tests.edge.sound.doubles import WORD, Headset, peak_db

BLOCK = RATE // 50
QUIET = 100
"""Louder than the noise, quieter than anything that is to be heard."""


def read(mixer: Mixer, seconds: float, block: int = BLOCK) -> Samples:
    """Read for a time."""
    heard = array("h")
    while len(heard) < frames(seconds):
        heard.extend(mixer.read(min(block, frames(seconds) - len(heard))))
    return heard


def first_loud(samples: Samples) -> int:
    """The first sample that is heard."""
    return next(place for place, value in enumerate(samples) if abs(value) > QUIET)


@pytest.mark.parametrize("block", [1, 7, BLOCK, 1000])
def test_what_is_said_comes_whole_whatever_the_blocks(block):
    """Every sample of a word is played once and in its order, behind the noise that wakes earphones."""
    mixer = Mixer(wake_s=0.01)
    word = array("h", range(1000, 1500))
    mixer.put(Utterance(word, 0))

    heard = read(mixer, 0.05, block)

    assert heard[frames(0.01) : frames(0.01) + len(word)] == word
    assert peak_db(heard[: frames(0.01)]) < -50


def test_earphones_are_woken_before_the_first_word_and_not_again():
    """The first word waits 400 ms behind a noise; the next, while the device is open, waits for nothing."""
    mixer = Mixer()
    mixer.put(Utterance(WORD, 0))
    first = first_loud(read(mixer, 2.0))
    mixer.put(Utterance(WORD, 0))
    second = first_loud(read(mixer, 1.0))

    assert first == frames(0.4)
    assert second == 0


def test_the_noise_is_there_and_nobody_hears_it():
    """It is no digital silence, and lies more than 40 dB below a word."""
    assert NOISE_DB - 1 < rms_db(noise()) < NOISE_DB + 1
    assert min(noise()) < 0 < max(noise())
    assert rms_db(noise()) < -60


def test_a_higher_class_cuts_in_without_a_click():
    """What is said is cut off at once and fades over 10 ms; the new words follow."""
    mixer = Mixer(wake_s=0.0)
    low = mixer.put(Utterance(array("h", [8000] * RATE), 3))
    read(mixer, 0.1)
    mixer.put(Utterance(array("h", [-5000] * BLOCK), 0))

    heard = read(mixer, 0.05)

    assert low.frames == frames(0.1)
    fade = list(heard[: frames(0.01)])
    assert fade == sorted(fade, reverse=True)
    assert fade[0] == 8000
    assert heard[frames(0.01)] == -5000


def test_nothing_is_heard_while_it_is_muted():
    """What is put in while muted is gone through without a sound."""
    mixer = Mixer(wake_s=0.0)
    mixer.is_muted = True
    mixer.put(Utterance(WORD, 0))

    assert max(map(abs, read(mixer, 0.5))) < QUIET


def test_a_thousand_cues_through_a_headset_lose_no_word():
    """Earphones that sleep after 5 s and swallow 300 ms get every word whole, whatever the pauses."""
    lost, headset = _words_lost(wake_s=0.4)

    assert lost == 0
    assert headset.eaten > 100 * frames(0.3)


def test_without_the_noise_words_are_lost():
    """The same headset without the wake-up swallows the beginnings of words: the test above can fail."""
    lost, _ = _words_lost(wake_s=0.0, cues=50)

    assert lost > 10


def _words_lost(wake_s: float, cues: int = 1000) -> tuple[int, Headset]:
    """Play cues with pauses between them, the device being closed after 5 s; count words that miss a sample."""
    mixer, headset, pauses, lost = Mixer(wake_s=wake_s), Headset(), random.Random(16), 0
    word = array("h", [9000] * (RATE // 20))
    for _ in range(cues):
        mixer.put(Utterance(word, 0))
        heard = array("h")
        for _ in range(30):
            heard.extend(headset.hear(mixer.read(BLOCK)))
        lost += heard.count(9000) < len(word)
        pause = pauses.choice((0.0, 1.0, 4.0, 6.0, 20.0))
        headset.hear(mixer.read(frames(min(pause, 5.0))))
        if pause > 5.0:
            mixer.sleep()
            headset.off(pause - 5.0 + 0.01 + 5.0)
    return lost, headset


# --- the metronome


def test_the_metronome_does_not_drift_in_an_hour():
    """Each of 10,860 beats of an hour begins at the sample `round(k * 60 * rate / spm)`, in blocks of any length."""
    mixer = Mixer(wake_s=0.0)
    mixer.set_beat(181.0)
    expected = [round(beat * 60 * RATE / 181.0) for beat in range(181 * 60)]
    beat, at = 0, 0
    while beat < len(expected):
        block = mixer.read(4801)
        while beat < len(expected) and expected[beat] + 20 <= at + len(block):
            place = expected[beat] - at
            if place >= 0:
                assert _rises(block, place), beat
            beat += 1
        at += len(block)

    assert beat == 10_860
    assert at >= 3599 * RATE


def _rises(block: Samples, place: int) -> bool:
    """Whether a tick begins at a place, on top of the noise."""
    pairs = zip(block[place + 1 : place + 20], tick()[1:20], strict=True)
    return all(abs(value - wanted) < QUIET for value, wanted in pairs)


def test_the_metronome_is_quieter_while_something_is_said():
    """A tick under words is 12 dB below one that stands alone."""
    assert peak_db(tick()) == pytest.approx(TICK_DB, abs=1.5)
    assert peak_db(tick(is_ducked=True)) - peak_db(tick()) == pytest.approx(DUCK_DB, abs=0.1)

    mixer = Mixer(wake_s=0.0)
    mixer.set_beat(180.0)
    read(mixer, 60 / 180 * 3 - 0.02)
    mixer.put(Utterance(array("h", bytes(2 * RATE)), 3))  # a second of silence that is said
    heard = read(mixer, 0.3)

    assert peak_db(heard) == pytest.approx(TICK_DB + DUCK_DB, abs=1.5)


def test_loud_words_and_a_tick_stay_within_a_sample():
    """The sum of both is held at full scale, and wraps round nowhere."""
    mixer = Mixer(wake_s=0.0)
    mixer.set_beat(180.0)
    mixer.put(Utterance(array("h", [FULL] * RATE), 0))

    assert min(read(mixer, 0.9)) >= FULL - 12_000


def test_a_phrase_to_speak_along_has_a_word_on_each_of_four_beats():
    """Every sixteen beats four words are heard, each on its beat and no longer than it."""
    mixer = Mixer(wake_s=0.0)
    mixer.set_beat(170.0, [array("h", [7000] * RATE)] * 4)

    heard = read(mixer, 60 / 170 * 20)
    beat_s = 60 / 170
    loud = [heard[frames(beat_s * (place + 0.5))] > 6000 for place in range(20)]

    assert loud == [True] * 4 + [False] * 12 + [True] * 4


def test_tones_rise_fall_and_are_loud_enough():
    """Every tone of the cues has samples, none is clipped, and they can be told apart."""
    names = ("faster", "ease", "on", "go", "beep", "low")
    samples = {name: tones(name) for name in names}

    assert all(-16 < peak_db(sound) < -6 for sound in samples.values())
    assert len({bytes(sound) for sound in samples.values()}) == len(names)
    assert _crossings(samples["faster"][:2000]) < _crossings(samples["faster"][-2000:])
    assert _crossings(samples["ease"][:2000]) > _crossings(samples["ease"][-2000:])
    assert not tones("none")


def _crossings(samples: Samples) -> int:
    return sum(first < 0 <= second for first, second in pairwise(samples))
