"""What happened inside? A rotating log in the state folder, for bug reports; never a line on the terminal."""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from coach.edge.files import make_private_folder

_SIZE: Final = 1 << 20
_KEPT: Final = 3
_SHAPE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _PrivateFile(RotatingFileHandler):
    """A rotating log only its owner can read, and that never complains on stderr."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class names it so
        """Lose the line: a full disk must not paint over the live screen."""


def start_log(path: Path | None, *, debug: bool = False) -> bool:
    """Send every log line of the program to `path`, debug lines if asked; False when it cannot be written.

    Whatever else logs (asyncio, Textual) goes there too, and nothing to the terminal; without a path, nowhere.
    """
    handler = _handler(path)
    handler.setFormatter(logging.Formatter(_SHAPE))
    stop_log()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("coach").setLevel(logging.DEBUG if debug else logging.INFO)
    logging.captureWarnings(True)
    return not isinstance(handler, logging.NullHandler)


def stop_log() -> None:
    """Close the log, if one was started."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _PrivateFile | logging.NullHandler)]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


def _handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.NullHandler()
    try:
        make_private_folder(path.parent)
        return _PrivateFile(
            path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return logging.NullHandler()
