"""Writes a rotating log into the state folder, for bug reports; nothing goes to the terminal."""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from coach.edge.files import make_private_folder

_SIZE: Final = 1 << 20
_BACKUPS: Final = 3
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _PrivateFile(RotatingFileHandler):
    """A rotating log that only its owner can read and that reports nothing on stderr."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class names it so
        """Drop the line: an error report would be printed over the live screen."""


def start_log(path: Path | None) -> bool:
    """Send every log line but debug ones to `path`; returns False if the file cannot be written.

    Log lines of libraries (asyncio, Textual) go there too. Without a path, log lines are dropped.
    """
    handler = _handler(path)
    handler.setFormatter(logging.Formatter(_FORMAT))
    stop_log()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    logging.captureWarnings(True)
    return not isinstance(handler, logging.NullHandler)


def stop_log() -> None:
    """Close the log, if one was started."""
    root = logging.getLogger()
    for handler in [
        handler for handler in root.handlers if isinstance(handler, _PrivateFile | logging.NullHandler)
    ]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


def _handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.NullHandler()
    try:
        make_private_folder(path.parent)
        return _PrivateFile(
            path, maxBytes=_SIZE, backupCount=_BACKUPS, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return logging.NullHandler()
