"""The recorded voice: its size, its level, and that it can say what the coach says."""

import json
import re
from array import array
from pathlib import Path

import pytest

from coach.cues.cue import Phrases
from coach.edge.audio import RATE, rms_db
from coach.edge.voices import BANK, MANIFEST, ClipBank, decode, sentences
from coach.workout.timeline import StepReminder
from tests.edge.sound.doubles import peak_db
from tools.clips import texts

VOICE = ClipBank.load()
phrases = Phrases()
OWN_WORDS: set[str] = set()
"""What is spoken in golden runs from the workouts' own words, and is not recorded."""
GOLDEN = Path(__file__).parents[2] / "golden"


def test_the_bank_is_small():
    """Clips and manifest together stay under 1.5 MB."""
    assert BANK.stat().st_size + MANIFEST.stat().st_size <= 1_500_000


def test_the_manifest_says_what_was_recorded_and_with_what():
    """Texts, voice, licence, encoder and rate stand in it."""
    head = json.loads(MANIFEST.read_text(encoding="utf-8"))

    assert head["format"] == "coach-clips/1"
    assert head["voice"].startswith("hibari-tts ")
    assert head["licence"] == "Apache-2.0"
    assert head["encoder"].startswith("lameenc ")
    assert head["rate"] == RATE


def test_the_bank_holds_what_the_phrases_need():
    """Every word and phrase of today's phrases is recorded; if not: `make clips`."""
    assert sorted(clip.text for clip in VOICE) == texts()


def test_every_clip_is_as_loud_as_the_others_and_begins_at_once():
    """Each is within 2 dB of -20.5 dB, none is clipped, and its voice is there within 90 ms."""
    faults = []
    for clip in VOICE:
        samples = VOICE.clip(clip.text)
        assert samples is not None
        level, peak = rms_db(samples[::4]), peak_db(samples)
        opening = next((place for place, value in enumerate(samples) if abs(value) > 300), len(samples))
        if not (
            -22.5 < level < -18.5 and peak < -0.5 and opening < 0.09 * RATE and len(samples) == clip.frames
        ):
            faults.append((clip.text, round(level, 1), round(peak, 1), opening))

    assert faults == []


@pytest.mark.parametrize(
    "text",
    [
        "Rep four of eight. Four hundred metres in one thirty-six.",
        "Three fifty-two. Two slow.",
        "Two hundred, forty-eight point two.",
        "Hold four fifteen.",
        "In ten: fourteen one.",
        "Start one hundred metres before the line.",
        phrases.split(800.0, 196.0, tenths=False, about=True),
        phrases.heart_rate_over(170, 3).speech,
        phrases.fartlek(360, 490),
        *(f"{phrases.clock(seconds).capitalize()}." for seconds in range(40, 700, 13)),
    ],
)
def test_what_the_coach_says_can_be_said(text):
    """Steps, splits, lights, belts and every pace and time are put together from clips."""
    samples, left = VOICE.say(text)

    assert left == []
    assert samples


@pytest.mark.parametrize(
    "text",
    ["Gel and sodium", "Sodium", "Salt", "Eat", "Carbs", "Two gels", "Bottle", "Sip water", "Caffeine", "Cup", "Chew",
     "Half a banana"],
)  # fmt: skip
def test_food_and_drink_on_the_way_can_be_said(text):
    """A reminder of a race, with its amount and its total: "Sodium. One hundred and eighty milligrams, ..."."""
    said = phrases.reminder(StepReminder(text, amount=180.0, unit="mg"), 360.0)

    assert VOICE.say(said)[1] == []
    assert VOICE.say("Gel. Twenty grams, one hundred and eighty milligrams of sodium in all.")[1] == []


def test_everything_that_was_ever_said_in_a_golden_run_can_be_said():
    """No cue of the evenings, scenarios and journals is spoken by a tone, but for the words of the workouts."""
    texts = {
        text
        for file in GOLDEN.rglob("*.jsonl")
        for text in re.findall(r'"speech":"([^"]+)"', file.read_text(encoding="utf-8"))
    }
    left = {sentence for text in texts for sentence in VOICE.say(text)[1]}

    assert len(texts) > 20
    assert left <= OWN_WORDS


def test_a_pace_is_read_as_runners_say_it():
    """3:50 is two clips, "three" and "fifty", the last of which ends the sentence."""
    assert VOICE.sequence(phrases.clock(230)) == ["three", "fifty."]
    assert VOICE.sequence("Ease off") == ["ease off."]
    assert VOICE.sequence("rep four of eight") == ["rep", "four", "of", "eight."]


def test_a_comma_and_a_full_stop_are_heard_as_pauses():
    """Sentences lie further apart than clauses, and those than words."""
    words = len(VOICE.say("two hundred")[0])
    clause = len(VOICE.say("two hundred, two")[0])
    both = len(VOICE.say("two hundred. two")[0])

    assert words < clause < both


def test_text_without_a_clip_is_left_out_by_sentence():
    """A sentence with a name in it is not said by halves, and what stands around it is."""
    samples, left = VOICE.say("Too fast. Zebedee is ahead. Ease off.")
    whole, _ = VOICE.say("Too fast. Ease off.")

    assert left == ["Zebedee is ahead"]
    assert samples == whole


@pytest.mark.parametrize("text", ["400 m", "4:05", "", "...", "\x1b[31m", "é", "👟"])
def test_nothing_that_is_written_breaks_it(text):
    """Digits, signs and strange letters are not said, and raise nothing."""
    samples, _ = VOICE.say(text)

    assert len(samples) == 0


def test_a_missing_clip_leaves_its_sentence_out(tmp_path):
    """A bank that was cut short says what is whole in it."""
    bank = tmp_path / "clips"
    bank.write_bytes(BANK.read_bytes()[:200_000])
    short = ClipBank.load(MANIFEST, bank)

    assert len(short) < len(VOICE)
    assert short.say("Zero.")[1] == ["Zero"]
    assert short.say("About.")[1] == []


@pytest.mark.parametrize(
    "text", ["", "{}", '{"format": "coach-clips/9", "clips": []}', '{"format": "coach-clips/1"}', "[]"]
)
def test_a_damaged_manifest_is_told(tmp_path, text):
    """It raises one error with its reason, whatever is in it."""
    manifest = tmp_path / "manifest.json"
    manifest.write_text(text)

    with pytest.raises(ValueError, match=r"clips|voice|Expecting"):
        ClipBank.load(manifest, BANK)


def test_a_clip_that_is_no_sound_is_missing(tmp_path):
    """Bytes that were overwritten are no clip; the bank counts them, and a bank without a word is none."""
    bank = tmp_path / "clips"
    data = bytearray(BANK.read_bytes())
    data[:1000] = bytes(1000)
    bank.write_bytes(data)
    hurt = ClipBank.load(MANIFEST, bank)
    bank.write_bytes(bytes(len(data)))

    assert (VOICE.damaged, hurt.damaged) == (0, len(VOICE) - len(hurt))
    assert 0 < hurt.damaged < 4
    with pytest.raises(ValueError, match="damaged"):
        ClipBank.load(MANIFEST, bank)


def test_a_row_that_is_no_clip_is_told(tmp_path):
    """The error names the voice, not a number of values."""
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"format": "coach-clips/1", "clips": [[1, 2]]}')

    with pytest.raises(ValueError, match="recorded voice is damaged"):
        ClipBank.load(manifest, BANK)


def test_bytes_that_are_no_sound_are_told():
    """What cannot be decoded raises one error."""
    with pytest.raises(ValueError, match="not a sound file"):
        decode(b"no sound at all")


def test_sentences_keep_their_words():
    """A text is split where it ends, asks or pauses with a colon."""
    assert sentences("In ten: fourteen one. Ready?") == ["In ten", "fourteen one", "Ready"]
    assert array("h") == VOICE.say("")[0]
