"""Tests of the voices: clips, synthesised words with their cache, and the programs of a system."""

import subprocess
import sys
import wave
from array import array
from pathlib import Path

import pytest

from coach.app.sound import free_texts, make_voice
from coach.edge.audio import RATE, Samples, rms_db
from coach.edge.settings import VoiceMode
from coach.edge.voices import (
    SYSTEM_PROGRAMS,
    ClipBank,
    ClipVoice,
    NeuralSynthesiser,
    SynthesisedVoice,
    SystemSynthesiser,
    VoiceUnavailableError,
)
from coach.workout.document import compile_workout, load_document

BANK = ClipBank.load()


class Synthesiser:
    """Makes every sentence as half a second of the same level, and counts."""

    name = "made 1"

    def __init__(self, problem: str = "") -> None:
        self.made: list[str] = []
        self.problem = problem

    def make(self, sentence: str) -> Samples:
        """Make it, or fail."""
        self.made.append(sentence)
        if self.problem:
            raise VoiceUnavailableError(self.problem)
        return array("h", [0] * 4000 + [500, -500] * 6000 + [0] * 4000)


def test_clips_come_first_and_the_rest_is_made():
    """A name in a cue is made; what stands beside it is recorded."""
    maker = Synthesiser()
    samples, left = ClipVoice(BANK, SynthesisedVoice(maker)).say("Too fast. Zebedee leads.")

    assert maker.made == ["Zebedee leads"]
    assert left == []
    assert len(samples) > len(BANK.say("Too fast.")[0]) + 12_000


def test_text_without_clip_and_no_extra_is_left_to_a_tone():
    """Without the extra a sentence with a name is returned, for a tone to stand for it."""
    assert ClipVoice(BANK).say("Zebedee leads.")[1] == ["Zebedee leads"]


def test_what_was_made_is_kept(tmp_path):
    """The second run of a workout makes nothing, and what is made sounds as loud as the clips."""
    first, second = Synthesiser(), Synthesiser()
    made, _ = SynthesisedVoice(first, tmp_path / "voice").say("Zebedee leads.")
    kept, _ = SynthesisedVoice(second, tmp_path / "voice").say("Zebedee leads.")

    assert (first.made, second.made) == (["Zebedee leads"], [])
    assert kept == made
    assert rms_db(made) == pytest.approx(-20.0, abs=1.0)
    assert len(made) < 14_000  # without the silence at its ends


def test_a_cache_that_cannot_be_used_is_none(tmp_path):
    """A file where the folder should be, or a damaged entry, costs time and nothing else."""
    (tmp_path / "voice").write_text("in the way")
    voice = SynthesisedVoice(Synthesiser(), tmp_path / "voice")

    assert voice.say("Zebedee.")[1] == []
    assert SynthesisedVoice(Synthesiser(), tmp_path / "other").say("Zebedee.")[1] == []
    (entry,) = (tmp_path / "other").glob("*.s16")
    entry.write_bytes(b"odd")
    again = Synthesiser()
    assert SynthesisedVoice(again, tmp_path / "other").say("Zebedee.")[1] == []
    assert again.made == ["Zebedee"]


def test_a_voice_that_fails_twice_in_a_row_is_asked_no_more():
    """One sentence may be too long for it; the second failure is the end of it."""
    maker = Synthesiser("no such voice")
    voice = SynthesisedVoice(maker)

    assert voice.say("One. Two.")[1] == ["One", "Two"]
    assert voice.say("Three.")[1] == ["Three"]
    assert maker.made == ["One", "Two"]


def test_one_sentence_that_fails_silences_nothing_else():
    """What comes after it is made, and the count begins anew."""

    class Fussy(Synthesiser):
        def make(self, sentence):
            if sentence in {"Two", "Four", "Six"}:
                raise VoiceUnavailableError("too long")
            return super().make(sentence)

    assert SynthesisedVoice(Fussy()).say("One. Two. Three. Four. Five. Six. Seven.")[1] == [
        "Two",
        "Four",
        "Six",
    ]


def test_only_what_is_not_recorded_is_prepared():
    """The texts of a workout that clips can say are not made."""
    maker = Synthesiser()
    ClipVoice(BANK, SynthesisedVoice(maker)).prepare(
        ["Float", "1000 m", "Lactate flush", "Lactate flush", ""]
    )

    assert maker.made == ["1000 m", "Lactate flush"]


def test_a_workout_gives_its_own_words():
    """Names, exercises, questions, answers and reminders of a workout are what is prepared."""
    document = b"""{"format": "coach-workout/1", "name": "Own", "sections": [{"name": "Main", "steps": [
        {"kind": "checklist", "name": "Monday moves", "items": [{"do": "A-skips"}]},
        {"kind": "prompt", "question": "Legs good?", "answers": ["so so"]},
        {"kind": "open", "until": {"time": "10:00"}, "target": {"effort": "like a cat"},
         "reminders": [{"at": "5:00", "text": "Drink up"}]}]}]}"""
    words = set(free_texts(compile_workout(load_document(document, name="own"), None)))

    assert {"Monday moves", "A-skips", "Legs good?", "so so", "like a cat", "Drink up"} <= words


# --- the system's own voice


@pytest.mark.parametrize(
    ("platform", "program"), [("darwin", "say"), ("win32", "powershell"), ("linux", "espeak-ng")]
)
def test_each_system_speaks_by_its_own_program(platform, program):
    """`say`, SAPI or espeak-ng is run without a shell, and the words are no part of its command line."""
    calls = []

    def run(command, **keywords):
        calls.append((command, keywords))
        file = keywords["env"]["COACH_SPEECH_FILE"]
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(22_050)
            sound.writeframes(array("h", [6000, -6000] * 11_025).tobytes())

    maker = SystemSynthesiser(platform=platform, find=lambda name: f"bin/{name}", run=run)
    samples = maker.make("--help; $(rm x)")

    ((command, keywords),) = calls
    assert command[0] == f"bin/{program}"
    assert not any("rm x" in part for part in command)
    assert (
        keywords["input"] == b"--help; $(rm x)" or keywords["env"]["COACH_SPEECH_TEXT"] == "--help; $(rm x)"
    )
    assert "shell" not in keywords
    assert len(samples) == pytest.approx(RATE, abs=100)  # 22,050 a second become 24,000


def test_a_system_without_a_voice_says_so():
    """No program, no voice: one error that names what is missing."""
    with pytest.raises(VoiceUnavailableError, match="espeak-ng or espeak is not installed"):
        SystemSynthesiser(platform="linux", find=lambda _: None)


@pytest.mark.parametrize(
    "error", [OSError("gone"), subprocess.TimeoutExpired("say", 10), subprocess.CalledProcessError(1, "say")]
)
def test_a_system_voice_that_fails_is_told(error):
    """However its program fails, it is one error."""

    def run(*_, **__):
        raise error

    with pytest.raises(VoiceUnavailableError, match="say failed"):
        SystemSynthesiser(platform="darwin", find=lambda name: name, run=run).make("Go.")


def test_no_program_is_run_by_a_shell():
    """Every system has a program, and each is named bare."""
    assert set(SYSTEM_PROGRAMS) == {"darwin", "win32", "linux"}
    assert all(
        program.program.isidentifier() or "-" in program.program
        for row in SYSTEM_PROGRAMS.values()
        for program in row
    )


# --- which voice


def test_without_the_extra_the_recorded_voice_speaks_and_it_is_told(monkeypatch):
    """`--voice neural` without hibari-tts falls back to the clips, with one sentence that says how to get it."""
    monkeypatch.setattr(NeuralSynthesiser, "is_installed", staticmethod(lambda: False))
    said: list[str] = []

    voice = make_voice(VoiceMode.NEURAL, said.append, None)

    assert isinstance(voice, ClipVoice)
    assert len(said) == 1
    assert "trackside-coach[voice]" in said[0]


def test_without_a_system_voice_the_recorded_one_speaks(monkeypatch):
    """`--voice system` on a machine without one is told, and falls back."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "platform", "linux")
    said: list[str] = []

    assert isinstance(make_voice(VoiceMode.SYSTEM, said.append, None), ClipVoice)
    assert len(said) == 1


def test_a_language_without_a_phrase_has_tones():
    """The recorded voice speaks English; in another language tones stand for the words, and that is told once."""
    said: list[str] = []

    assert make_voice(VoiceMode.CLIPS, said.append, None, language="de") is None
    assert said == ["Using tones instead of words: the recorded voice does not speak 'de'."]


def test_a_damaged_bank_has_tones(monkeypatch):
    """A program whose recorded voice is gone beeps, and says why."""
    monkeypatch.setattr(ClipBank, "load", classmethod(_gone))
    said: list[str] = []

    assert make_voice(VoiceMode.CLIPS, said.append, None) is None
    assert said == ["Using tones instead of words: gone."]


def test_a_bank_with_damaged_clips_is_told(monkeypatch):
    """What is whole is said, and one sentence tells that tones stand for the rest."""
    bank = ClipBank.load()
    bank.damaged = 3
    monkeypatch.setattr(ClipBank, "load", classmethod(lambda _cls: bank))
    said: list[str] = []

    assert isinstance(make_voice(VoiceMode.CLIPS, said.append, None), ClipVoice)
    assert said == ["Using tones instead of some words: 3 of the recorded words are damaged."]


def _gone(_cls, *_: Path) -> ClipBank:
    raise ValueError("gone")


def test_espeak_speaks_the_language_of_the_cues():
    """German words are made by the German voice, and kept apart from the English ones."""
    lines = []

    def run(command, **_) -> None:
        lines.append(command)
        raise OSError

    german = SystemSynthesiser("de", platform="linux", find=lambda name: name, run=run)
    with pytest.raises(VoiceUnavailableError):
        german.make("Langsamer")

    assert lines[0][lines[0].index("-v") + 1] == "de"
    assert german.name != SystemSynthesiser(platform="linux", find=lambda name: name).name
