"""Coalesces redraws: the first change is drawn at once, those within the rest that follows are drawn together."""

from collections.abc import Callable

from textual.screen import Screen


class Pacing:
    """Looks of one screen, no two of them closer than a rest."""

    def __init__(self, screen: Screen[None], rest_s: float, look: Callable[[], None]) -> None:
        """Let `look` be called by the timers of `screen`, `rest_s` seconds apart at the least."""
        self._screen = screen
        self._rest_s = rest_s
        self._look = look
        self._is_resting = False
        self._is_behind = False

    def look_soon(self) -> None:
        """Look now, or as soon as the screen has rested."""
        if self._is_resting:
            self._is_behind = True
            return
        self._is_resting = True
        self._screen.set_timer(self._rest_s, self._rested)
        self._look()

    def _rested(self) -> None:
        self._is_resting = False
        if self._is_behind:
            self._is_behind = False
            self.look_soon()
