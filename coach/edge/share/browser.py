"""The board: a browser of this laptop, full screen, that shows the run, and is ended with the program.

Chromium and its kin take a window without bars and a profile of its own, which is thrown away. Where none is found the
page is opened in the browser the system names, which cannot be ended from here.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Final

_LOG = logging.getLogger(__name__)
_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "brave-browser",
    "microsoft-edge",
)
"""What Chromium and its kin are called, in the order they are looked for."""
_MAC: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
)
_OPTIONS: Final = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-session-crashed-bubble",
    "--noerrdialogs",
    "--autoplay-policy=no-user-gesture-required",
)
"""A window without bars, questions, or calls to anybody else; sounds need no tap, as nobody taps a board."""
_END_S: Final = 3.0
"""How long a browser may take to end before it is killed."""


class BoardBrowser:
    """One browser that shows one page."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._lock = threading.Lock()  # it is opened on a thread, and may be closed meanwhile
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process that was started; None for none, or for the browser the system names."""
        return None if self._process is None else self._process.pid

    def open(self, url: str) -> str:
        """Open a page full screen; returns why it is not full screen, empty if it is."""
        with self._lock:
            return "" if self._is_closed else self._open(url)

    def _open(self, url: str) -> str:
        self._folder = Path(tempfile.mkdtemp(prefix="coach-board-"))
        page, command = self._leading_to(url), find_chromium()
        if command is None:
            with suppress(webbrowser.Error):
                if webbrowser.open(page):
                    return (
                        "No Chromium was found: the board is in your usual browser, F11 makes it full screen."
                    )
            return "No browser was found for the board."
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a browser that was found by its name
                [command, *_OPTIONS, f"--user-data-dir={self._folder / 'profile'}", page],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for the run, which then ends the browser
            )
        except OSError as error:
            _LOG.warning("the board's browser did not start: %s", error)
            return f"The board's browser did not start: {error.strerror or error}."
        return ""

    def close(self) -> None:
        """End the browser that was started, by its process id, and throw its profile away."""
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _leading_to(self, url: str) -> str:
        """Write a page that leads to the board: what is on a command line, every user of the laptop can read."""
        assert self._folder is not None  # the caller has made it
        page = self._folder / "board.html"
        page.touch(mode=0o600)
        page.write_text(f'<!doctype html><meta http-equiv="refresh" content="0;url={url}">\n', "utf-8")
        return page.as_uri()


def find_chromium() -> str | None:
    """Find Chromium or its kin; None where there is none."""
    if sys.platform == "darwin":
        return next((path for path in _MAC if os.access(path, os.X_OK)), None)
    return next((path for name in _NAMES if (path := shutil.which(name))), None)
