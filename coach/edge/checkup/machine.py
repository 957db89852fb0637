"""Is the machine itself fit for a run? Python, disk, sound, and whether it can be kept awake."""

import ctypes
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import coach
from coach.edge.checkup import CheckResult, fail, ok, warn
from coach.edge.files import plain
from coach.edge.sleep_inhibitor import SleepInhibitor

OLDEST_PYTHON: Final = (3, 11)
"""As in `requires-python` of the package."""
SCARCE_MB: Final = 200
"""Below this disk space a season of runs (3 MB an hour each) begins to be in doubt."""
FULL_MB: Final = 20
"""Below this not even one long run can be promised."""
_CARDS: Final = Path("/proc/asound/cards")
_SERVERS: Final = ("pulse/native", "pipewire-0")
"""Sockets of the sound servers, in the folder `XDG_RUNTIME_DIR` names."""


def check_python() -> CheckResult:
    """Tell which Python runs which version of the program."""
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return fail("python", version, "Install Python 3.11 or newer.")
    return ok("python", f"{version} on {platform.system()}, coach {coach.__version__}")


def check_disk(runs: Path) -> CheckResult:
    """Can runs be recorded in this folder, which need not exist yet?"""
    there = next((folder for folder in (runs, *runs.parents) if folder.exists()), Path("/"))
    name = plain(runs)
    if not os.access(there, os.W_OK | os.X_OK):
        return fail("disk", f"{name} may not be written", "Set COACH_HOME to a folder you may write in.")
    free_mb = shutil.disk_usage(there).free >> 20
    said = f"{_format_size(free_mb)} free for recordings in {name}"
    if free_mb < FULL_MB:
        return fail("disk", said, "Free some space: a run takes 3 MB an hour.")
    if free_mb < SCARCE_MB:
        return warn("disk", said, "Free some space soon: a run takes 3 MB an hour.")
    return ok("disk", said)


def check_sleep_inhibitor(awake: SleepInhibitor) -> CheckResult:
    """Can the machine be held awake? Asks for it and lets go again."""
    with awake:
        if awake.trouble:
            return warn(
                "keep awake",
                f"the laptop may sleep during a run: {awake.trouble}",
                "Switch off sleep and screen blanking in the system's power settings before a run.",
            )
        return ok("keep awake", "the laptop stays awake while a run is live")


def check_sound(
    system: str = sys.platform, environment: Mapping[str, str] = os.environ, cards: Path = _CARDS
) -> CheckResult:
    """Is there anything to play sound on?"""
    is_there = _has_sound(system, environment, cards)
    if is_there is None:
        return warn("audio", f"nothing is known of sound on {system}", "Try it: play any sound.")
    if is_there:
        return ok("audio", "there is a sound device")
    return warn(
        "audio", "no sound device", "Cues are on the screen all the same; plug in a speaker for sound."
    )


def _has_sound(system: str, environment: Mapping[str, str], cards: Path) -> bool | None:
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
    return bool(folder) and any((Path(folder) / name).exists() for name in _SERVERS)


def _has_card(cards: Path) -> bool:
    """Does the kernel list a sound card (lines that begin with its number)?"""
    try:
        listed = cards.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(line.split()[:1] and line.split()[0].isdigit() for line in listed.splitlines())


def _format_size(megabytes: int) -> str:
    return f"{megabytes / 1024:,.0f} GB" if megabytes >= 10 * 1024 else f"{megabytes:,} MB"
