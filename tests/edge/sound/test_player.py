"""Tests of the players: the real library on a silent device, files, and the volume of the system."""

import subprocess
import sys
import threading
import wave
from array import array
from types import SimpleNamespace

import pytest

from coach.edge import audio
from coach.edge.audio import (
    RATE,
    DeviceError,
    DevicePlayer,
    FilePlayer,
    Mixer,
    OutputLevel,
    Samples,
    Utterance,
    frames,
    output_level,
    read_level,
)
from tests.edge.sound.doubles import WORD, peak_db


def test_the_null_device_asks_for_samples_and_plays_them():
    """The device for nobody of miniaudio reads a word to its last sample, and can be opened again."""
    player, mixer, is_said = DevicePlayer(null=True), Mixer(wake_s=0.0), threading.Event()
    mixer._on_idle = is_said.set
    for _ in range(2):
        mixer.put(Utterance(WORD, 0))
        player.open(mixer.read)
        is_open = [player.is_open]
        assert is_said.wait(10.0)
        player.close()
        is_open.append(player.is_open)
        is_said.clear()
        assert is_open == [True, False]

    assert mixer.position >= 2 * len(WORD)


def test_no_device_is_one_error(monkeypatch):
    """Where the machine has no sound device nothing is loaded or tried."""
    monkeypatch.setattr(audio, "has_output", lambda: False)

    with pytest.raises(DeviceError, match="there is no sound device"):
        DevicePlayer().open(Mixer().read)


def test_a_library_that_cannot_be_loaded_is_one_error(monkeypatch):
    """A broken miniaudio is as good as none."""
    monkeypatch.setattr(audio, "has_output", lambda: True)
    monkeypatch.setitem(sys.modules, "miniaudio", None)

    with pytest.raises(DeviceError, match="miniaudio cannot be loaded"):
        DevicePlayer().open(Mixer().read)


@pytest.mark.parametrize("fault", ["init", "null"])
def test_a_device_that_cannot_be_opened_is_one_error(monkeypatch, fault):
    """Neither a refusal nor the device for nobody, to which miniaudio turns last, counts as sound."""

    class MiniaudioError(Exception):
        pass

    class Device:
        backend = "Null"

        def __init__(self, **_):
            if fault == "init":
                raise MiniaudioError("failed to init device", -401)

        def close(self):
            pass

    fake = SimpleNamespace(
        MiniaudioError=MiniaudioError,
        PlaybackDevice=Device,
        SampleFormat=SimpleNamespace(SIGNED16=1),
        Backend=SimpleNamespace(PULSEAUDIO=1, ALSA=2),
    )
    monkeypatch.setattr(audio, "has_output", lambda: True)
    monkeypatch.setitem(sys.modules, "miniaudio", fake)

    with pytest.raises(DeviceError, match="sound device"):
        DevicePlayer().open(Mixer().read)


def test_a_file_holds_what_was_played(tmp_path):
    """A WAV file of one channel, 24,000 samples a second, and silence while nothing was open."""
    mixer = Mixer(wake_s=0.0)
    player = FilePlayer(tmp_path / "said.wav")
    player.open(mixer.read)
    mixer.put(Utterance(WORD, 0))
    player.advance(frames(0.5))
    player.close()
    player.advance(frames(0.5))
    player.finish()

    with wave.open(str(tmp_path / "said.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = array("h", file.readframes(file.getnframes()))
    assert len(samples) == RATE
    assert samples[: len(WORD)] == WORD
    assert not any(samples[frames(0.5) :])


def test_the_library_is_not_loaded_by_a_run_that_nobody_hears():
    """`coach run` without a voice, and with one that has said nothing yet, imports neither miniaudio nor a voice."""
    code = (
        "import sys, coach.app.live_run, coach.app.live_run, coach.app.simulation, coach.app.playback\n"
        "assert 'coach.edge.speech' not in sys.modules\n"
        "import coach.app.sound\n"
        "print(sorted({'miniaudio', 'hibari', 'numpy', 'cffi'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert printed.stdout == "[]\n"


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        ("Volume: 0.40\n", OutputLevel(40)),
        ("Volume: 0.40 [MUTED]\n", OutputLevel(40, True)),
        ("Volume: 0.00\n", OutputLevel(0)),
        ("Mute: no\nVolume: front-left: 26214 /  40% / -23.88 dB\n", OutputLevel(40)),
        ("Mute: yes\nVolume: front-left: 26214 /  40% / -23.88 dB\n", OutputLevel(40, True)),
        ("  Mono: Playback 31 [70%] [-10.00dB] [off]\n", OutputLevel(70, True)),
        ("output volume:44, input volume:75, alert volume:100, output muted:false\n", OutputLevel(44)),
        ("output volume:0, input volume:75, alert volume:100, output muted:true\n", OutputLevel(0, True)),
        ("output volume:missing value, output muted:missing value\n", None),
        ("Connection refused", None),
    ],
)
def test_the_answers_of_the_systems_are_read(answer, level):
    """What `wpctl`, `pactl`, `amixer` and AppleScript print of the volume is understood."""
    assert read_level(answer) == level


def test_the_first_program_that_answers_is_believed():
    """Programs that are not there are passed over; on Windows nobody is asked."""
    asked = []

    def ask(command) -> str:
        asked.append(command[0])
        return {"pactl": "Mute: yes\n"}.get(command[0], "")

    assert output_level("linux", ask) == OutputLevel(None, True)
    assert asked == ["wpctl", "pactl", "pactl"]
    assert output_level("win32", ask) is None
    assert OutputLevel(None, True).is_silent
    assert OutputLevel(0).is_silent
    assert not OutputLevel(5).is_silent


def test_a_read_of_nothing_is_silence():
    """Before anything is said a device gets the quiet noise, far below a word."""
    block: Samples = Mixer().read(RATE)

    assert peak_db(block) < -55
