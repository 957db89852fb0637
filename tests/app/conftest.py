"""Fixtures of the application's tests: a function that types commands, and a console that keeps its lines."""

import pytest

from coach.app.terminal import SilentConsole
from tests.cli.conftest import coach

__all__ = ["coach"]


class QuietConsole(SilentConsole):
    """A console that keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)


@pytest.fixture
def console() -> QuietConsole:
    """A console that keeps what is said."""
    return QuietConsole()
