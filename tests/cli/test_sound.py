"""The sound on the command line: who speaks, what is refused, what is rendered, and the hearing test."""

import json
import wave
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coach.app import sound
from coach.app.feeds import ConductedFeed, PlayedFeed
from coach.app.live_run import RunContext, assemble, heard_settings, voice_for
from coach.app.sensors import RunSources
from coach.app.setup import demonstration_setup
from coach.app.simulation import demonstration
from coach.app.sound import answer_settings, hearing_samples, play_through
from coach.app.terminal import SILENT, RunMode
from coach.cli import machine
from coach.edge import audio
from coach.edge.audio import RATE, DeviceError
from coach.edge.clock import MachineClock
from coach.edge.settings import Settings, SoundSettings, VoiceMode, load_settings
from coach.edge.voices import ClipBank
from coach.live.run import LiveRun
from tests.edge.sound.doubles import Headset

JOURNAL = Path(__file__).parent.parent / "golden" / "journals" / "strap-and-pod"


def test_who_speaks():
    """On the live screen the setting speaks, elsewhere nobody, unless the command line says who."""
    quiet = Settings(sound=SoundSettings(voice=VoiceMode.OFF))

    assert voice_for(Settings(), None, RunMode.SCREEN) is VoiceMode.CLIPS
    assert voice_for(Settings(), None, RunMode.UNATTENDED) is None
    assert voice_for(Settings(), "system", RunMode.UNATTENDED) is VoiceMode.SYSTEM
    assert voice_for(Settings(), "off", RunMode.SCREEN) is None
    assert voice_for(quiet, None, RunMode.SCREEN) is None
    assert voice_for(quiet, "clips", RunMode.SCREEN) is VoiceMode.CLIPS


def test_the_countdown_is_led_only_where_it_is_heard():
    """The delay of the device moves the countdown of a run with sound, and of no other."""
    late = Settings(sound=SoundSettings(latency_ms=250.0))

    assert heard_settings(late, VoiceMode.CLIPS).cues.countdown_lead_s == 0.25
    assert heard_settings(late, None) == late


def test_a_recording_is_rendered_and_listed(coach, tmp_path):
    """Everything that is heard stands in the file and in the list, also of a run older than the voice."""
    file = tmp_path / "run.wav"
    plain = coach("replay", JOURNAL, "--sound-file", file)
    rows = [
        json.loads(line)
        for line in coach("replay", JOURNAL, "--sound-file", file, "--json").stdout.splitlines()
    ]

    assert plain.exit_code == 0
    assert len(plain.stdout.splitlines()) == len(rows) > 8
    assert {"at_s", "cue_at_s", "duration_s", "class", "words", "level_db", "is_cut"} <= rows[0].keys()
    assert "(go)" in [row["words"] for row in rows]
    with wave.open(str(file), "rb") as written:
        assert written.getnframes() / written.getframerate() > rows[-1]["at_s"]


def test_tones_alone_can_be_rendered(coach, tmp_path):
    """With `--voice off` beeps stand for the words."""
    listed = coach("replay", JOURNAL, "--sound-file", tmp_path / "run.wav", "--voice", "off")

    assert listed.exit_code == 0
    assert "(beep)" in listed.stdout


def test_a_file_that_cannot_be_written_is_told(coach, tmp_path):
    """A folder that is not there ends with 1, and says what to do."""
    ended = coach("replay", JOURNAL, "--sound-file", tmp_path / "none" / "run.wav")

    assert ended.exit_code == 1
    assert "cannot be written" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("demo", "--speed", "5", "--voice", "clips"),
        ("replay", JOURNAL, "--speed", "max", "--voice", "clips"),
        ("replay", JOURNAL, "--speed", "2", "--sound-file", "x.wav"),
        ("replay", JOURNAL, "--compare", "recorded", "--sound-file", "x.wav"),
        ("run", "free", "--voice", "loud"),
    ],
)
def test_what_cannot_be_spoken_is_refused(coach, words):
    """A voice speaks at real speed, a list is no playback, and there are four voices."""
    assert coach(*words).exit_code == 2


# --- by ear


def test_the_hearing_test_says_three_words_half_a_second_apart():
    """The first begins at the first sample: earphones that sleep swallow it."""
    samples = hearing_samples(ClipBank.load())
    heard = Headset().hear(samples)

    assert len(samples) == round(1.5 * RATE)
    assert all(
        any(abs(value) > 1000 for value in samples[start : start + RATE // 2])
        for start in (0, RATE // 2, RATE)
    )
    assert not any(heard[: round(0.3 * RATE)])


@pytest.mark.parametrize(("answer", "wake", "latency"), [("1", 400, 0), (" 2 ", 700, 200), ("3", 1200, 200)])
def test_the_answer_sets_what_earphones_need(answer, wake, latency):
    """The later the first word, the longer the wake-up."""
    assert answer_settings(answer) == {"sound.wake_ms": wake, "sound.latency_ms": latency}


@pytest.mark.parametrize("answer", ["0", "", "none", "7"])
def test_hearing_nothing_sets_nothing(answer):
    """An answer that is no word changes no setting."""
    assert answer_settings(answer) is None


class Asked:
    """A console with somebody who answers."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.said: list[str] = []

    def say(self, text: str) -> None:
        """Keep what was said."""
        self.said.append(text)

    def can_ask(self) -> bool:
        """There is somebody."""
        return True

    def ask(self, question: str) -> str:
        """Answer the question, or press Enter."""
        return self.answer if question == sound.QUESTION else ""


@pytest.mark.parametrize(("answer", "wake_ms"), [("2", 700.0), ("0", 400.0)])
def test_doctor_plays_asks_and_sets(coach, monkeypatch, home, answer, wake_ms):
    """`coach doctor --sound` plays three words, asks which was heard first, and keeps what follows."""
    played = []
    monkeypatch.setattr(machine, "CONSOLE", Asked(answer))
    monkeypatch.setattr(audio, "has_output", lambda *_: True)
    monkeypatch.setattr(sound, "play_through", lambda _, samples: played.append(samples))
    ended = coach("doctor", "--sound")

    assert ended.exit_code == 0
    assert len(played) == 1
    assert load_settings(home / "config" / "settings.toml", {}).sound.wake_ms == wake_ms


def test_doctor_fails_where_nothing_can_be_heard(coach, monkeypatch):
    """Without a device the check ends with 1 and asks nothing."""
    monkeypatch.setattr(audio, "has_output", lambda *_: False)
    ended = coach("doctor", "--sound", "--json")

    assert ended.exit_code == 1
    assert [json.loads(line)["check"] for line in ended.stdout.splitlines()] == [
        "audio",
        "volume",
        "voice",
        "heard",
    ]


def test_a_device_that_takes_nothing_is_told(monkeypatch):
    """A player that never asks for a sample ends the test with an error, not with a wait for ever."""

    class Stuck:
        is_open = True

        def open(self, read) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr(sound, "_TAKES_S", 0.05)

    with pytest.raises(DeviceError, match="accepts no sound"):
        play_through(Stuck(), hearing_samples(ClipBank.load())[:100])


def test_muting_on_the_screen_reaches_the_voice():
    """The feeds of a live run and of a playback hand `m` on to what speaks, and do nothing where nobody does."""
    muted: list[bool] = []
    speech: Any = SimpleNamespace(mute=lambda *, is_muted: muted.append(is_muted))
    run: Any = SimpleNamespace(snapshot=lambda *_: None)
    nobody: Any = None

    for feed in (ConductedFeed(run, nobody, speech), PlayedFeed(run, nobody, speech)):
        feed.mute(True)
        feed.mute(False)
    ConductedFeed(run, nobody).mute(True)

    assert muted == [True, False, True, False]


def test_a_run_that_is_heard_has_the_voice_among_its_sinks(monkeypatch):
    """The assembly of a run creates the voice from its context, and mutes it if the settings do."""
    made = []

    class Sink:
        def __init__(self, *_, **keywords) -> None:
            made.append(keywords)

        def mute(self, *, is_muted: bool) -> None:
            made.append({"muted": is_muted})

    monkeypatch.setattr(sound, "SpeechSink", Sink)
    setup = demonstration_setup(demonstration(), Settings(), "run", RunMode.SCREEN)
    sources = RunSources([])
    console = SILENT
    silent = assemble(
        LiveRun(setup), sources, RunContext(Settings(), MachineClock(), RunMode.SCREEN, console)
    )
    context = RunContext(Settings(mute=True), MachineClock(), RunMode.SCREEN, console, voice=VoiceMode.CLIPS)
    heard = assemble(LiveRun(setup), sources, context)

    assert silent.speech is None
    assert type(heard.speech).__name__ == "Sink"
    assert "Warm-up 0:10" in made[0]["prepared"]
    assert made[1] == {"muted": True}
