"""A dbus-daemon of our own: what bleak takes for the system bus, private to one test process.

It keeps the system bus's limit of 256 connections a user, so a radio that leaks one connection a link loss is
found out here as it would be at the track.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

VARIABLE: Final = "DBUS_SYSTEM_BUS_ADDRESS"
"""Where dbus-fast, and so bleak, looks for the system bus."""

_CONFIG: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_connections_per_user">256</limit>
</busconfig>
"""


def why_not() -> str | None:
    """What stops us from having a bus of our own on this machine; None if nothing does."""
    if sys.platform != "linux":
        return "BlueZ is the Bluetooth of Linux; here the radio is another one"
    if shutil.which("dbus-daemon") is None:
        return "dbus-daemon is not installed: make system-deps"
    return None


class PrivateBus:
    """A running dbus-daemon; it listens at the same address again after `restart`."""

    def __init__(self) -> None:
        """Start it and wait until it listens."""
        self._folder = Path(tempfile.mkdtemp(prefix="coach-bus-"))  # a socket's path has to be short
        self._socket = self._folder / "bus"
        self.address = f"unix:path={self._socket}"
        (self._folder / "bus.conf").write_text(_CONFIG.format(socket=self._socket))
        self._daemon = self._started()

    def kill(self) -> None:
        """End it without a word, as a crash does: every connection is cut."""
        self._daemon.kill()
        self._daemon.communicate()

    def pause(self) -> None:
        """Stop reading and writing, as on a machine that is too busy, until `go_on`."""
        self._daemon.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Work again."""
        self._daemon.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Listen again where it listened before it was killed."""
        with suppress(FileNotFoundError):
            self._socket.unlink()
        self._daemon = self._started()

    def close(self) -> None:
        """End it and leave nothing behind."""
        self.kill()
        shutil.rmtree(self._folder)

    def _started(self) -> "subprocess.Popen[str]":
        config = f"--config-file={self._folder / 'bus.conf'}"
        command = ["dbus-daemon", config, "--nofork", "--nopidfile", "--print-address=1"]
        daemon = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert daemon.stdout is not None
        assert daemon.stdout.readline(), "dbus-daemon did not start"
        return daemon
