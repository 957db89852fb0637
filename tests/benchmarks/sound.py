"""Measures the sound: from a cue to its first sample, what an open device costs, and the size of the recorded voice."""

import asyncio
import subprocess
import sys
import time
from statistics import median

from coach.cues.cue import Cue, CueClass, CueKind, Sound, Why
from coach.edge.audio import RATE, DevicePlayer, Mixer, Samples
from coach.edge.settings import SoundSettings
from coach.edge.speech import SpeechSink
from coach.edge.voices import BANK, MANIFEST, ClipBank, ClipVoice
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from tests.benchmarks.table import drawn, seconds, spread

BUDGET_S = 0.040
"""From a cue to its first sample, with an open device."""
WORDS = "Rep four of eight. Four hundred metres in one thirty-six."


def table(unit: float) -> str:
    """The measurements beside their budgets."""
    first = asyncio.run(_to_first_sample())
    bank, size = ClipBank.load(), BANK.stat().st_size + MANIFEST.stat().st_size
    cold, _ = spread(lambda: ClipBank.load().say(WORDS))
    warm, _ = spread(lambda: bank.say(WORDS))
    rows = [
        ("cue to first sample, open null device, median of 40", f"{median(first) * 1e3:.1f} ms", "<= 40 ms"),
        ("the slowest of them", f"{max(first) * 1e3:.1f} ms", ""),
        (
            "open null device, nothing said",
            f"{_open_device() * 100:.2f} % of a core",
            "only while something is heard",
        ),
        ("mixing a second of silence in blocks of 20 ms", f"{_mixing() * 1e3:.2f} ms", ""),
        ("bank loaded and a sentence of ten clips said", f"{cold * 1e3:.1f} ms", ""),
        ("the same again", f"{warm * 1e3:.2f} ms", ""),
        (
            "import of miniaudio, by the first cue",
            f"{_import('miniaudio') * 1e3:.0f} ms",
            "0 without a voice",
        ),
        ("import of the sound, beside a run", f"{_import('coach.app.sound') * 1e3:.0f} ms", ""),
        ("clips and manifest", f"{size / 1e6:.2f} MB", "<= 1.5 MB"),
        ("clips", f"{len(bank)}, {sum(clip.frames for clip in bank) / RATE:.0f} s", ""),
    ]
    del unit
    return drawn("Sound", ("what", "measured", "budget"), rows)


async def _to_first_sample(times: int = 40) -> list[float]:
    """Seconds from offering a cue to the moment the device takes its first sample."""
    sink = SpeechSink(
        lambda: ClipVoice(ClipBank.load()),
        DevicePlayer(null=True),
        SoundSettings(wake_ms=0.0),
        lambda: Seconds(0.0),
        level=lambda: None,
    )
    mixer, taken = sink._speaker.mixer, [0.0]
    read = mixer.read

    def timed(count: int) -> Samples:
        was_waiting = mixer._current is not None and not mixer._place
        block = read(count)
        if was_waiting:
            taken[0] = time.perf_counter()
        return block

    mixer.read = timed  # type: ignore[method-assign]
    found = []
    for number in range(times + 1):
        cue = Cue(
            *(Seconds(0.0), CueKind.STEP, CueClass.STEP, "Ten.", Why("bench"), Seconds(8.0)),
            speech="Ten.",
            sound=Sound.BEEP,
        )
        start = time.perf_counter()
        sink.offer(TimedOutput(cue, None))
        while taken[0] < start:  # noqa: ASYNC110 - an event would be set by a thread, and wake later
            await asyncio.sleep(0.001)
        if number:  # the first opens the device
            found.append(taken[0] - start)
        await asyncio.sleep(0.9)
    await sink.close()
    return found


def _open_device(lasts_s: float = 3.0) -> float:
    """Share of a core that an open device costs while nothing is said."""
    player = DevicePlayer(null=True)
    player.open(Mixer().read)
    start = time.process_time()
    time.sleep(lasts_s)
    used = time.process_time() - start
    player.close()
    return used / lasts_s


def _mixing() -> float:
    mixer = Mixer()

    def second() -> None:
        for _ in range(50):
            mixer.read(RATE // 50)

    return spread(second)[0]


def _import(module: str) -> float:
    """Seconds an import takes after what a run imports anyway, in a Python of its own; the least of three."""
    beside = "import coach.app.live_run, coach.edge.conductor, coach.live.run, coach.app.feeds, time"
    code = f"{beside}; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    return min(float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(3))


if __name__ == "__main__":
    print(table(seconds(lambda: None)))
