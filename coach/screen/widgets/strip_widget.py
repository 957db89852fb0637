"""The base of every widget of the screens: it is repainted only when its value has changed."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from coach.screen.paint import Palette, blank, palette

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

View = TypeVar("View")
"""The state of a widget as a comparable value, rounded to what can be seen."""


class StripWidget(Widget, Generic[View]):
    """A widget that paints strips of its own from a comparable value.

    `look` makes the value from a snapshot, `paint` the strips from the value; both are pure. A value equal to the
    one shown costs a comparison and nothing else.
    """

    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self._value: View | None = None
        self._strips: list[Strip] = []
        self._painted_for: tuple[Size, str] | None = None

    @abstractmethod
    def look(self, snapshot: "Snapshot") -> View:
        """Read the widget's value from a snapshot, rounded to what can be seen."""

    @abstractmethod
    def paint(self, value: View, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint a value: `height` strips, each `width` cells wide."""

    def show(self, snapshot: "Snapshot") -> bool:
        """Show a snapshot; returns whether anything had to be repainted."""
        return self.put(self.look(snapshot))

    def put(self, value: View) -> bool:
        """Show a value; returns whether anything had to be repainted."""
        if value == self._value:
            return False
        self._value = value
        size, theme = self.size, self.app.theme
        if self._painted_for != (size, theme):
            self._painted_for = None
            self.refresh()
            return True
        before, self._strips = self._strips, self.paint(value, size.width, size.height, palette(theme))
        changed = [y for y, (old, new) in enumerate(zip_longest(before, self._strips)) if old != new]
        # Only the rows from the first to the last that differ are sent: of the box often its foot alone.
        if changed:
            self.refresh(Region(0, changed[0], size.width, changed[-1] - changed[0] + 1))
        return True

    def render_line(self, y: int) -> Strip:
        """Return one row of the widget."""
        return self._rows(range(y, y + 1))[0]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give rows of the widget as they are; Textual's way past border, links and filters costs as much again."""
        if self.styles.gutter or self.get_line_filters():  # a filter: the terminal shall have no colours
            return super().render_lines(crop)
        rows = self._rows(crop.line_range)
        left, right = crop.column_span
        return rows if (left, right) == (0, self.size.width) else [row.crop(left, right) for row in rows]

    def _rows(self, places: Iterable[int]) -> list[Strip]:
        """Give some rows, blank ones where there is nothing."""
        size, theme = self.size, self.app.theme
        if self._value is not None and self._painted_for != (size, theme):
            self._strips = self.paint(self._value, size.width, size.height, palette(theme))
            self._painted_for = (size, theme)
        strips = [] if self._value is None else self._strips
        empty = blank(size.width, palette(theme).plain)
        return [strips[y] if y < len(strips) else empty for y in places]


# --- How often a screen looks: the first change is drawn at once, those within the rest that follows are drawn together


class Throttle:
    """Limits the redraws of one screen to one in `rest_s` seconds."""

    def __init__(self, screen: Screen[None], rest_s: float, look: Callable[[], None]) -> None:
        """Redraw by `look`, called by the timers of `screen`, at least `rest_s` seconds apart."""
        self._screen = screen
        self._rest_s = rest_s
        self._look = look
        self._is_resting = False
        self._is_behind = False

    def look_soon(self) -> None:
        """Redraw now, or as soon as `rest_s` has passed."""
        if self._is_resting:
            self._is_behind = True
            return
        self._is_resting = True
        self._screen.set_timer(self._rest_s, self._rested)
        self._look()

    def tick(self) -> None:
        """Redraw for the clock, unless there was a redraw just before."""
        if not self._is_resting:
            self._look()

    def _rested(self) -> None:
        self._is_resting = False
        if self._is_behind:
            self._is_behind = False
            self.look_soon()


class WatchingScreen(Screen[None]):
    """A screen of one page, redrawn by the clock and whenever its data has changed."""

    AUTO_FOCUS = ""
    TICK_S: ClassVar = 0.25
    """Time between redraws for the clock, in seconds."""
    REST_S: ClassVar = 0.1
    """Least time between two redraws, in seconds."""

    def __init__(self, subscribe: Callable[[Callable[[], None]], None]) -> None:
        """Give `subscribe` the function to call when the data has changed."""
        super().__init__()
        self._subscribe = subscribe
        self._pacing = Throttle(self, self.REST_S, self.look)

    def on_mount(self) -> None:
        """Start redrawing."""
        self._subscribe(self._changed)
        self.set_interval(self.TICK_S, self._pacing.tick)
        self.look()

    def _changed(self) -> None:
        self.call_later(self._pacing.look_soon)

    @abstractmethod
    def look(self) -> None:
        """Show the current data."""
