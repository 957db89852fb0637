"""Fixtures of the application's tests: a function that types commands, and a console that keeps its lines."""

import pytest

from coach.app.terminal import SilentConsole
from coach.edge.recorder import Recorder
from tests.cli.conftest import coach
from tests.edge.doubles import PacedClock

__all__ = ["coach"]


class QuietConsole(SilentConsole):
    """A console that keeps what is printed."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)


@pytest.fixture
def console() -> QuietConsole:
    """A console that keeps what is printed."""
    return QuietConsole()


@pytest.fixture
def recorders_keep_up(monkeypatch):
    """Let a paced clock wait for its recorders: a run passes in no time, the thread that writes it does not."""
    begin = Recorder.__init__

    def watched(recorder, file, clock, **more):
        begin(recorder, file, clock, **more)
        if isinstance(clock, PacedClock):
            clock.recorders.append(recorder)

    monkeypatch.setattr(Recorder, "__init__", watched)
