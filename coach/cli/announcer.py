"""Where things are said while a run goes on: stderr, or the screen that covers it."""

from collections.abc import Callable

from coach.cli.errors import narrate


class Announcer:
    """Says things on stderr, until a screen covers it and says them instead."""

    def __init__(self) -> None:
        """Speak on stderr."""
        self._say: Callable[[str], None] = narrate

    def __call__(self, text: str) -> None:
        """Say something."""
        self._say(text)

    def speak_through(self, say: Callable[[str], None]) -> None:
        """Say everything from now on by `say`."""
        self._say = say
