"""Keeps the laptop awake during a run.

On Linux and macOS a child process holds the request for as long as it lives; on Windows a call sets it. The child
runs `cat` on a pipe from this program: when this program ends, in whatever way, the pipe closes, `cat` ends and the
machine may sleep again. The child's first line confirms the request, because the holders start their command only
once it is granted.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

HOLD_S: Final = 3.0
"""Timeout for a holder to confirm the request; systemd-inhibit takes some 20 ms."""
RELEASE_S: Final = 1.0
"""Timeout for a holder to end by itself before it is killed."""

_HOLDERS: Final = {
    "linux": (
        "systemd-inhibit",
        "--what=idle:sleep",  # closing the lid is deliberate and stays allowed
        "--who=Trackside Coach",
        "--why=a run is live",
        "--mode=block",
    ),
    "darwin": ("caffeinate", "-d", "-i", "-s"),
}
"""By platform, the program that keeps the machine and its screen awake while its command runs."""
_HELD: Final = b"held\n"
_COMMAND: Final = ("sh", "-c", "echo held; exec cat")
# winbase.h: ES_CONTINUOUS | ES_SYSTEM_REQUIRED | ES_DISPLAY_REQUIRED, and ES_CONTINUOUS alone to let go
_WINDOWS_HOLD: Final = 0x80000003
_WINDOWS_RELEASE: Final = 0x80000000


class SleepInhibitor:
    """While entered, the machine neither sleeps nor blanks its screen; if that fails, `trouble` says why.

    Entering never raises. Enter and leave on the same thread (Windows ties the request to it).
    """

    def __init__(self, platform: str = sys.platform) -> None:
        """Request nothing yet; `platform` is named as in `sys.platform`."""
        self._platform = platform
        self._holder: subprocess.Popen[bytes] | None = None
        self.trouble = ""
        """Why the machine may fall asleep, as the end of a sentence; empty while it is kept awake."""

    def __enter__(self) -> Self:
        """Make the request, and wait until it is granted or refused."""
        if self._platform == "win32":
            self.trouble = _set_windows_state(_WINDOWS_HOLD)
        elif self._platform in _HOLDERS:
            self._start_holder(_HOLDERS[self._platform])
        else:
            self.trouble = f"nothing is known that keeps {self._platform} awake"
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let the machine sleep again."""
        if self._platform == "win32" and not self.trouble:
            _set_windows_state(_WINDOWS_RELEASE)
        if self._holder is not None:
            _release(self._holder)
            self._holder = None

    def _start_holder(self, command: tuple[str, ...]) -> None:
        program = shutil.which(command[0])
        if program is None:
            self.trouble = f"{command[0]} is not installed"
            return
        try:
            # A session of its own, because Ctrl-C is meant for the run alone.
            holder = subprocess.Popen(  # noqa: S603 - a system program, with fixed arguments
                [program, *command[1:], *_COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            self.trouble = f"{command[0]} cannot be started: {error.strerror}"
            return
        if _is_granted(holder):
            self._holder = holder
            return
        self.trouble = f"{command[0]} {_release(holder) or 'did not answer'}"


def _is_granted(holder: subprocess.Popen[bytes]) -> bool:
    """Wait for the line that confirms the request; returns False if it does not come."""
    assert holder.stdout is not None
    ready, _, _ = select.select([holder.stdout], [], [], HOLD_S)
    return bool(ready) and os.read(holder.stdout.fileno(), len(_HELD)) == _HELD


def _release(holder: subprocess.Popen[bytes]) -> str:
    """End a holder by closing its pipe, or kill its process group after a timeout; returns its error message."""
    try:
        _, complaint = holder.communicate(timeout=RELEASE_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(holder.pid, signal.SIGKILL)
        _, complaint = holder.communicate()
    lines = complaint.decode(errors="replace").strip().splitlines()
    return f"says: {lines[-1]}" if lines else ""


def _set_windows_state(state: int) -> str:
    """Set the thread's execution state (`SetThreadExecutionState`); returns an error message or ""."""
    dll: Any = getattr(ctypes, "windll", None)
    if dll is None or not dll.kernel32.SetThreadExecutionState(state):
        return "Windows refused SetThreadExecutionState"
    return ""
