"""The sound device behind one interface: the real one by miniaudio, and one that writes a file or nothing.

A player requests samples and plays them. Opening, playing and closing a device may block or fail, so nothing here is
called on the loop. miniaudio is loaded when a device is opened.
"""

import ctypes
import ctypes.util
import os
import re
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from coach.edge.sound.mixer import RATE, Samples

Read = Callable[[int], Samples]
"""Returns the given number of samples."""

PERIOD_MS: Final = 20
"""Length of a block that the device requests: half of the 40 ms that a cue may take to its first sample."""
CARDS: Final = Path("/proc/asound/cards")
_SERVERS: Final = ("pulse/native", "pipewire-0")
"""Sockets of the sound servers, in the folder `XDG_RUNTIME_DIR` names."""
_ASK_S: Final = 2.0
"""Timeout for a program of the system that reads the volume."""


class DeviceError(Exception):
    """Raised when there is no sound device, or it does not work; the message says why, as the end of a sentence."""


class Player(Protocol):
    """A device that plays samples."""

    @property
    def is_open(self) -> bool:
        """Return whether it plays, as far as the device reports."""
        ...

    def open(self, read: Read) -> None:
        """Start to play what `read` returns, on a thread of the device; may block.

        Raises:
            DeviceError: there is no device, or it cannot be used.
        """
        ...

    def close(self) -> None:
        """Stop playing; may block."""
        ...


class DevicePlayer:
    """The sound device of this machine, by miniaudio."""

    def __init__(self, *, null: bool = False) -> None:
        """Open nothing yet; `null` plays silently in real time, for machines without a card."""
        self._null = null
        self._device: Any = None
        self._has_stopped = False

    @property
    def is_open(self) -> bool:
        """Return whether it plays, as far as the device reports."""
        return self._device is not None and not self._has_stopped

    def open(self, read: Read) -> None:
        """Open the device and begin to play.

        Raises:
            DeviceError: there is no device, or it cannot be used.
        """
        if not self._null and has_output() is False:
            raise DeviceError("there is no sound device")
        try:
            import miniaudio
        except (ImportError, OSError) as error:
            raise DeviceError(f"miniaudio cannot be loaded ({error})") from None
        _silence_alsa()
        backends = [miniaudio.Backend.NULL] if self._null else _backends(miniaudio)
        try:
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=PERIOD_MS,
                backends=backends,
                app_name="Trackside Coach",
            )
            if device.backend == "Null" and not self._null:  # miniaudio's last resort, which is silent
                device.close()
                raise DeviceError("there is no sound device")
            feed = _feed(read)
            next(feed)
            self._has_stopped = False
            device.stop_callback = self._on_stop
            device.start(feed)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"the sound device cannot be opened ({error.args[0]})") from None
        self._device = device

    def close(self) -> None:
        """Close the device."""
        device, self._device = self._device, None
        if device is not None:
            device.stop_callback = None
            device.close()

    def _on_stop(self) -> None:
        self._has_stopped = True


class FilePlayer:
    """Plays on request, into a WAV file or nowhere: for tests, and to keep the sound of a run."""

    def __init__(self, path: Path | None = None) -> None:
        """Write to `path`, or nowhere."""
        self._path = path
        self._file: wave.Wave_write | None = None
        self._raw: BinaryIO | None = None
        self._read: Read | None = None
        self.frames = 0
        """Number of samples written so far, including closed times."""

    @property
    def is_open(self) -> bool:
        """Return whether it plays."""
        return self._read is not None

    def open(self, read: Read) -> None:
        """Take samples from `read` from now on.

        Raises:
            OSError: the file cannot be written.
        """
        if self._path is not None and self._file is None:
            raw = self._path.open("wb")
            self._file = wave.open(raw, "wb")  # noqa: SIM115 - it is open as long as the device
            self._raw = raw
            self._file.setnchannels(1)
            self._file.setsampwidth(2)
            self._file.setframerate(RATE)
        self._read = read

    def close(self) -> None:
        """Play silence from now on."""
        self._read = None

    def advance(self, count: int) -> Samples:
        """Play so many samples, and return them."""
        block = Samples("h", bytes(2 * count)) if self._read is None else self._read(count)
        self.frames += count
        if self._file is not None:
            frames = Samples("h", block)
            if sys.byteorder == "big":
                frames.byteswap()
            self._file.writeframesraw(frames.tobytes())
        return block

    def finish(self) -> None:
        """Close the file."""
        self.close()
        if self._file is not None and self._raw is not None:
            self._file.close()
            self._raw.close()
            self._file = self._raw = None


def _feed(read: Read) -> Generator[Samples, int, None]:
    """Give a device the samples it requests."""
    count = yield Samples("h")
    while True:
        count = yield read(count)


def _backends(miniaudio: Any) -> list[Any]:
    """The backends of miniaudio; JACK is left out on Linux, because its library writes over the screen."""
    if sys.platform != "linux":
        return []
    return [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA]


_HANDLERS: Final[list[Any]] = []
"""Objects handed to libraries in C, which must live as long as the program."""


def _silence_alsa() -> None:
    """Keep ALSA's library from writing to the terminal, where it would break the screen."""
    if sys.platform != "linux" or _HANDLERS:
        return
    name = ctypes.util.find_library("asound")
    if name is None:
        return
    kind = ctypes.CFUNCTYPE(
        None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
    )
    handler = kind(lambda *_: None)
    with suppress(OSError, AttributeError):
        ctypes.cdll.LoadLibrary(name).snd_lib_error_set_handler(handler)
        _HANDLERS.append(handler)


# --- Queries of the system


def has_output(
    system: str = sys.platform, environment: Mapping[str, str] = os.environ, cards: Path = CARDS
) -> bool | None:
    """Return whether the machine has a sound device; None if unknown."""
    if system == "linux":
        return _has_server(environment) or _has_card(cards)
    if system == "darwin":
        return shutil.which("afplay") is not None
    if system == "win32":
        dll: Any = getattr(ctypes, "windll", None)
        return dll is not None and dll.winmm.waveOutGetNumDevs() > 0
    return None


def _has_server(environment: Mapping[str, str]) -> bool:
    folder = environment.get("XDG_RUNTIME_DIR", "")
    has_socket = bool(folder) and any((Path(folder) / name).exists() for name in _SERVERS)
    return has_socket or bool(environment.get("PULSE_SERVER"))


def _has_card(cards: Path) -> bool:
    """Return whether the kernel lists a sound card, in a line that begins with its number."""
    try:
        card_list = cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(line.split()[:1] and line.split()[0].isdigit() for line in card_list.splitlines())


@dataclass(frozen=True, slots=True)
class OutputLevel:
    """The volume of the machine's output."""

    percent: int | None = None
    """The volume in per cent; None if unknown."""
    is_muted: bool = False

    @property
    def is_silent(self) -> bool:
        """True if the output is inaudible."""
        return self.is_muted or self.percent == 0


_QUESTIONS: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "linux": (
        ("wpctl", "get-volume", "@DEFAULT_AUDIO_SINK@"),
        ("pactl", "get-sink-mute", "@DEFAULT_SINK@"),
        ("amixer", "get", "Master"),
    ),
    "darwin": (("osascript", "-e", "get volume settings"),),
}
"""The commands that report the volume, by platform; the first that answers counts. Windows has none."""


def _ask(command: Sequence[str]) -> str:
    """Run a program of the system and return its output; empty if it is missing or fails."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        answer = subprocess.run(  # noqa: S603 - a system program, with fixed arguments
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASK_S,
            check=True,
            env={**os.environ, "LC_ALL": "C"},  # its output is parsed in English
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return answer.stdout


def output_level(
    platform: str = sys.platform, ask: Callable[[Sequence[str]], str] = _ask
) -> OutputLevel | None:
    """Ask the system for the volume of its output; None if it does not answer."""
    for command in _QUESTIONS.get(platform, ()):
        answer = ask(command)
        if not answer:
            continue
        if command[0] == "pactl":
            answer += ask(("pactl", "get-sink-volume", "@DEFAULT_SINK@"))
        level = read_level(answer)
        if level is not None:
            return level
    return None


def read_level(answer: str) -> OutputLevel | None:
    """Read the volume in the output of `wpctl`, `pactl`, `amixer` or AppleScript; None if there is none."""
    text = answer.lower()
    is_muted = any(word in text for word in ("[muted]", "mute: yes", "[off]", "output muted:true"))
    match = re.search(r"(\d+)%", text) or re.search(r"output volume:(\d+)", text)
    if match is not None:
        return OutputLevel(int(match[1]), is_muted)
    share = re.search(r"volume: (\d+\.\d+)", text)
    if share is not None:
        return OutputLevel(round(float(share[1]) * 100), is_muted)
    return OutputLevel(None, is_muted) if is_muted else None
