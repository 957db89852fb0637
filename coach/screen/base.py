"""What all screens share: the key map, widgets and pages, the profile of a workout, and screens that redraw.

The key map is one table for the bindings, the help overlay and the key bar; `keymap` in the settings refers to its
names. A widget is repainted only when its value has changed.
"""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final, Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.keys import format_key
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from coach.screen.paint import Canvas, Pair, Palette, blank, fit, palette
from coach.session.phases import Button
from coach.themes import SCREEN_THEMES
from coach.workout.kinds import EASY, HARD, KINDS, RESTS, RUN, Kind
from coach.workout.timeline import Band, Quantity, Step, Timeline

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot


# --- the key map


class Key(NamedTuple):
    """One line of the key map."""

    name: str
    """Its name in the settings' `keymap`."""
    keys: str
    """Textual's names of the keys, separated by commas."""
    label: str
    """The keys as printed on a keyboard."""
    says: str
    """Its effect, in a word or two."""
    button: Button | None = None
    """The button it presses; None if it concerns only the screen."""
    answer: int | None = None
    """The number of the answer it gives."""
    does: str = ""
    """The action of the app, if its name differs from the key's."""

    def printed(self, keymap: Mapping[str, str]) -> str:
        """Its keys as printed on a keyboard, with the settings' `keymap` applied."""
        names = keymap.get(self.name)
        return self.label if names is None else " ".join(_printed(name) for name in names.split(","))

    def binding(self, *, priority: bool = False) -> Binding:
        """Return the Textual binding of the line; all actions are the app's."""
        if self.answer is not None:
            action = f"app.answer({self.answer})"
        elif self.button is not None:
            action = f"app.press('{self.button.value}')"
        else:
            action = f"app.{self.does or self.name}"
        return Binding(self.keys, action, self.says, id=self.name, show=False, priority=priority)


MARK: Final = Key("mark", "space,pagedown", "space PgDn", "mark: at the line", Button.MARK)
UNDO: Final = Key("undo", "u,pageup", "u PgUp", "undo", Button.UNDO)
ACCEPT: Final = Key("accept", "c", "c", "accept the offer", Button.ACCEPT)

BUTTONS: Final = (
    MARK,
    Key("next", "n", "n", "next step", Button.NEXT),
    UNDO,
    Key("back", "b", "b", "back a step", Button.BACK),
    Key("restart", "r", "r", "restart / false start", Button.RESTART),
    Key("abandon", "x", "x", "abandon rep", Button.ABANDON),
    Key("extend", "e", "e", "longer: +100 m, +30 s", Button.EXTEND),
    Key("add_rep", "a", "a", "add a rep", Button.ADD_REP),
    Key("drop_rep", "d", "d", "drop a rep", Button.DROP_REP),
    Key("enough", "o", "o", "enough: end the range", Button.ENOUGH),
    Key("shorten", "l", "l", "shorten reps left", Button.SHORTEN),
    Key("cool_down", "f", "f", "cool-down now", Button.COOL_DOWN),
    Key("faster", "plus", "+", "target faster", Button.FASTER),
    Key("slower", "minus", "-", "target slower", Button.SLOWER),
    ACCEPT,
    Key("line_earlier", "left_square_bracket", "[", "line 5 m earlier", Button.LINE_EARLIER),
    Key("line_later", "right_square_bracket", "]", "line 5 m later", Button.LINE_LATER),
    Key("effort_day", "h", "h", "effort day", Button.EFFORT_DAY),
    Key("by_effort", "H", "h w", "wind, hills: by effort", Button.BY_EFFORT),
)
"""The keys that press one button each, in every phase of the run."""

PAUSE: Final = Key("pause", "p", "p", "pause / resume")
ANSWERS: Final = tuple(
    Key(f"answer_{number}", str(number % 10), str(number % 10), f"answer {number}", answer=number)
    for number in range(1, 11)
)
MUTE: Final = Key("mute", "m", "m", "mute the voice")
THEME: Final = Key("theme", "t", "t", " / ".join(SCREEN_THEMES), does="switch_theme")
SHARE: Final = Key("share", "s", "s", "link for a phone")
WHY: Final = Key("why", "w", "w", "why: step and cue")
HELP: Final = Key("help", "question_mark", "?", "keys", does="keys")
QUIT: Final = Key("leave", "q", "q", "quit")

LIVE: Final = (*BUTTONS, PAUSE, *ANSWERS, SHARE, MUTE, THEME, WHY, HELP, QUIT)
"""The keys of a live run."""

PLAYBACK: Final = (
    Key("playback_pause", "space", "space", "pause / go on"),
    Key("playback_faster", "plus", "+", "faster, up to max"),
    Key("playback_slower", "minus", "-", "slower, to 0.5x"),
    MUTE,
    THEME,
    WHY,
    HELP,
    QUIT,
)
"""The keys while a recording plays: the run's buttons come from the recording."""

EDITOR: Final = (
    Key("editor_run", "enter", "enter", "run what is shown"),
    Key("editor_change", "space", "space 0-9", "type into the cell"),
    Key("editor_next", "tab", "tab", "accept, next cell"),
    Key("editor_add", "a", "a", "add, as in a line"),
    Key("editor_remove", "x", "x", "remove"),
    Key("editor_double", "d", "d", "double"),
    Key("editor_repeat", "r", "r", "make a set"),
    Key("editor_move", "J,K", "J K", "move down, up"),
    Key("editor_undo", "u", "u", "undo, repeatedly"),
    Key("editor_save", "s", "s", "save as"),
    Key("editor_theme", "f2", "F2", " / ".join(SCREEN_THEMES)),
    Key("editor_back", "escape", "Esc", "back"),
)
"""The keys of the editor, which are not changed by the settings."""

LIBRARY: Final = (
    Key("library_run", "enter", "enter", "run what is chosen"),
    Key("library_search", "slash", "/ 0-9", "search, or write a workout"),
    Key("library_edit", "e", "e ^e", "edit a copy"),
    Key("library_save", "ctrl+s", "^s", "save what is written"),
    Key("library_take", "tab", "tab", "take it, read as written"),
    Key("library_sort", "s", "s", "next column to sort by"),
    Key("library_turn", "S", "S", "reverse the order"),
    Key("library_filter", "f", "f F3-F6", "filters"),
    Key("library_about", "w", "w", "full description"),
    Key("library_athlete", "a", "a F9", "athlete"),
    Key("library_sensors", "b", "b F8", "sensors"),
    Key("library_history", "h", "h F7", "past runs"),
    Key("library_plan", "p", "p F10", "plan: the season, today"),
    Key("library_commands", "ctrl+p", "^p", "every command by name"),
    Key("library_theme", "f2", "F2", " / ".join(SCREEN_THEMES)),
    Key("library_back", "escape", "esc q", "back, leave"),
)
"""The keys of the library, which are not changed by the settings."""

HISTORY: Final = (
    Key("history_review", "enter", "enter", "how it went"),
    Key("history_search", "slash", "/", "search"),
    Key("history_sort", "s", "s", "next column to sort by"),
    Key("history_turn", "S", "S", "reverse the order"),
    Key("history_season", "y", "y", "the season"),
    Key("history_note", "e", "e", "write a note"),
    Key("history_pick", "space", "space", "pick, to compare two"),
    Key("history_compare", "c", "c", "against the picked, or last time"),
    Key("history_export", "x", "x", "write it as FIT"),
    Key("history_delete", "d", "d", "delete, after a question"),
    Key("history_undo", "u", "u", "have it back"),
    Key("history_theme", "f2", "F2", " / ".join(SCREEN_THEMES)),
    Key("history_back", "escape", "esc q", "back, leave"),
)
"""The keys of the history, which are not changed by the settings."""

CALENDAR: Final = (
    Key("calendar_enter", "enter", "enter", "run it, let go, keep"),
    Key("calendar_planned", "p", "p", "run it as planned"),
    Key("calendar_step", "up,down", "↑ ↓", "a day back, on"),
    Key("calendar_week", "left,right", "← →", "a week back, on"),
    Key("calendar_today", "home", "Home", "to today"),
    Key("calendar_month", "tab", "tab", "month or week"),
    Key("calendar_move", "m", "m m", "move it, the other one"),
    Key("calendar_off", "o", "o", "days off: t, i, enter"),
    Key("calendar_why", "w", "w", "why today is so"),
    Key("calendar_undo", "u", "u", "undo, repeatedly"),
    Key("calendar_theme", "f2", "F2 t", " / ".join(SCREEN_THEMES)),
    Key("calendar_back", "escape", "esc q", "put back, leave"),
)
"""The keys of the calendar, which are not changed by the settings."""


def _printed(name: str) -> str:
    """One key of the settings as printed: Textual's names of signs are signs, `enter` stays a word."""
    return "enter" if name == "enter" else format_key(name)


_KEYMAP: Final[ContextVar[Mapping[str, str]]] = ContextVar("keymap", default=MappingProxyType({}))
"""The settings' `keymap` of the app whose tasks write a sentence."""


def use_keymap(keymap: Mapping[str, str]) -> None:
    """Use these keys in the sentences of this app, and of every task it starts from here on."""
    _KEYMAP.set(keymap)


def key_word(key: Key) -> str:
    """The word for a key in a sentence: `space`, `c`, or the key that the settings use instead."""
    return key.printed(_KEYMAP.get()).split()[0]


def printed_label(label: str, keymap: Mapping[str, str], table: Sequence[Key]) -> str:
    """The label of one key or two (`space`, `+ -`), with the keys that the settings' `keymap` gives instead."""
    if not keymap:
        return label
    by_label = {key.label.split()[0]: key for key in table}
    matches = [by_label.get(part) for part in label.split()]
    if not any(key is not None and key.name in keymap for key in matches):
        return label
    return " ".join(
        part if key is None else key.printed(keymap).split()[0]
        for part, key in zip(label.split(), matches, strict=True)
    )


# --- widgets

View = TypeVar("View")
"""The state of a widget as a comparable value, rounded to what can be seen."""


class StripWidget(Widget, Generic[View]):
    """A widget that paints strips of its own from a comparable value, by the pure function `paint`.

    A value equal to the one shown costs a comparison and nothing else.
    """

    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 Textual's name
        super().__init__(id=id, classes=classes)
        self._value: View | None = None
        self._strips: list[Strip] = []
        self._painted_for: tuple[Size, str] | None = None

    @abstractmethod
    def paint(self, value: View, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint a value: `height` strips, each `width` cells wide."""

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
        # Only the rows from the first to the last that differ are sent; of the box often only the foot.
        if changed:
            self.refresh(Region(0, changed[0], size.width, changed[-1] - changed[0] + 1))
        return True

    def render_line(self, y: int) -> Strip:
        """Return one row of the widget."""
        return self._rows(range(y, y + 1))[0]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows of the widget directly; Textual's way past border, links and filters doubles the time."""
        if self.styles.gutter or self.get_line_filters():  # a filter removes the colours of the terminal
            return super().render_lines(crop)
        rows = self._rows(crop.line_range)
        left, right = crop.column_span
        return rows if (left, right) == (0, self.size.width) else [row.crop(left, right) for row in rows]

    def _rows(self, places: Iterable[int]) -> list[Strip]:
        """Return some rows; those without content are blank."""
        size, theme = self.size, self.app.theme
        if self._value is not None and self._painted_for != (size, theme):
            self._strips = self.paint(self._value, size.width, size.height, palette(theme))
            self._painted_for = (size, theme)
        strips = [] if self._value is None else self._strips
        empty = blank(size.width, palette(theme).plain)
        return [strips[y] if y < len(strips) else empty for y in places]


class LiveWidget(StripWidget[View]):
    """A widget of the live screen, whose value is made from a snapshot by the pure function `look`."""

    @abstractmethod
    def look(self, snapshot: "Snapshot") -> View:
        """Read the widget's value from a snapshot, rounded to what can be seen."""

    def show(self, snapshot: "Snapshot") -> bool:
        """Show a snapshot; returns whether anything had to be repainted."""
        return self.put(self.look(snapshot))


# --- pages

MARGIN: Final = 2
"""Columns left free at both sides of a page."""
_FULL_BAR_S: Final = 5.0
"""Seconds against the plan that fill a deviation bar."""
_LEAST_BAR_S: Final = 0.5
"""Seconds against the plan below which a deviation bar is empty."""
Keys = tuple[tuple[str, str], ...]
"""Keys and their words, the way out last."""


class PageWidget(StripWidget[View]):
    """A page that is painted whole on a canvas."""

    @abstractmethod
    def draw(self, canvas: Canvas, view: View, colours: Palette) -> None:
        """Paint a value on an empty canvas."""

    def paint(self, value: View, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint a value."""
        canvas = Canvas(width, height, colours.plain)
        self.draw(canvas, value, colours)
        return canvas.strips()


def day_text(day: date) -> str:
    """`Tue 26 May`."""
    return f"{day:%a} {day.day} {day:%b}"


def paint_title(
    canvas: Canvas, name: str, words: str, right: str, colours: Palette, *, edge: int = 1, gap: int = 2
) -> None:
    """Paint the title row: the name of the page in bold and its words; at the right a text that is never cut.

    That text ends `edge` columns before the end of the row, and `gap` columns at least are before it.
    """
    canvas.put(0, 0, " " * canvas.width, colours.bar)
    canvas.put_right(canvas.width - edge, 0, right, colours.bar)
    x = canvas.put(1, 0, f"{name}   ", colours.bar, bold=True)
    canvas.put(x, 0, fit(words, max(0, canvas.width - x - cell_len(right) - edge - gap)), colours.bar)


def keys_that_fit(keys: Keys, width: int, *, gap: int = 2, last: int = 1) -> Keys:
    """Drop keys from the right until the others fit, never one of the `last` keys, which lead out."""
    chosen = list(keys)
    while len(chosen) > last and sum(cell_len(key + says) + 3 + gap for key, says in chosen) - gap > width:
        del chosen[-1 - last]
    return tuple(chosen)


def paint_keys(
    canvas: Canvas, keys: Keys, colours: Palette, *, gap: int = 2, last: int = 1, spare: int = MARGIN
) -> None:
    """Paint the keys that fit on the last row, with `spare` columns free after them."""
    x = 0
    for key, says in keys_that_fit(keys, canvas.width - spare, gap=gap, last=last):
        x = canvas.put(x, canvas.height - 1, f" {key} ", colours.key, bold=True)
        x = canvas.put(x, canvas.height - 1, f" {says}", colours.plain) + gap


def paint_deviation(
    canvas: Canvas, place: tuple[int, int], half: int, off_s: float | None, colours: Palette
) -> None:
    """Paint a bar left of a zero line for fast, right of it for slow; each side has `half` columns."""
    x, y = place
    canvas.put(x + half, y, "│", colours.line)
    if off_s is None or abs(round(off_s, 1)) < _LEAST_BAR_S:
        return
    cells = max(1, min(half, round(half * abs(off_s) / _FULL_BAR_S)))
    start = x + half - cells if off_s < 0 else x + half + 1
    canvas.put(start, y, " " * cells, colours.fast if off_s < 0 else colours.slow)


def paint_bar(
    canvas: Canvas, foot: tuple[int, int], size: tuple[int, int], pair: Pair, colours: Palette
) -> None:
    """Paint a bar upwards from a cell: `size` is its width in cells and its height in half rows."""
    (x, bottom), (wide, dots) = foot, size
    full = Pair(pair.paper, pair.paper)
    for row in range(dots // 2):
        canvas.put(x, bottom - row, " " * wide, full)
    if dots % 2:
        canvas.put(x, bottom - dots // 2, "▄" * wide, colours.plain._replace(ink=pair.paper))


# --- the profile of a workout
#
# A step is a block, as wide as its time and as high as its effort.

_EASY_RUN: Final = RUN - RESTS - HARD
"""Kinds that are run, but not hard."""
_USUAL_SPEED: Final = 3.5
"""Metres per second assumed for a distance without a pace: 4:46 per km; only the width of a block depends on it."""
_OPEN_S: Final = 180.0
"""The width of a step of unknown length, in seconds."""


class ProfilePlan:
    """A workout as lengths of time, computed once; equal only to itself, which is cheap to compare."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        """The workout."""
        self._lengths = [seconds_of(step) for step in timeline.steps]
        self._ends = list(accumulate(self._lengths))
        self._edges: dict[int, list[int] | None] = {}

    def place(self, snapshot: "Snapshot", width: int) -> int:
        """Return the column of the run: the steps done and the share of the current one."""
        if not self._ends:
            return 0
        if snapshot.step is None or snapshot.index >= len(self._ends):
            return width - 1
        own = self._lengths[snapshot.index]
        metres = snapshot.step.until.distance()
        share = 0.0
        if metres is not None and snapshot.step_m is not None:
            share = min(1.0, max(0.0, snapshot.step_m) / metres)
        elif snapshot.step_time_s is not None:
            share = min(own, snapshot.step_time_s) / own
        edges = self._columns_up_to(width)
        if edges is None:
            begin = self._ends[snapshot.index] - own + own * share
            return min(width - 1, int(width * begin / self._ends[-1]))
        begin = edges[snapshot.index - 1] if snapshot.index else 0
        return min(width - 1, begin + int(share * (edges[snapshot.index] - begin)))

    def columns(self, width: int) -> list[tuple[float, str]]:
        """Return every column's height (0 to 1) and part (`work`, `easy`, `rest`).

        Steps that are as long have as many columns; columns left over go to warm-up and cool-down. Where there are too
        many steps for that, a column shows the step at its middle, and where it holds three steps or more the highest,
        so that short strides do not vanish.
        """
        steps, ends = self.timeline.steps, self._ends
        if not ends:
            return []
        edges = self._columns_up_to(width)
        if edges is not None:
            begins = [0, *edges]
            return [
                _profile_column(step)
                for place, step in enumerate(steps)
                for _ in range(edges[place] - begins[place])
            ]
        unit, last = ends[-1] / width, len(steps) - 1
        columns = []
        for column in range(width):
            first, middle, final = (
                min(last, bisect_right(ends, unit * (column + part))) for part in (0, 0.5, 0.999)
            )
            inside = range(first, final + 1)
            chosen = max(inside, key=lambda at: KINDS[steps[at].kind].height) if len(inside) > 2 else middle
            columns.append(_profile_column(steps[chosen]))
        return columns

    def _columns_up_to(self, width: int) -> list[int] | None:
        """The number of columns up to the end of each step; None if equal lengths cannot have equal columns."""
        if width not in self._edges:
            self._edges[width] = self._round_columns(width)
        return self._edges[width]

    def _round_columns(self, width: int) -> list[int] | None:
        unit = width / self._ends[-1]
        columns = [max(1, round(length * unit)) for length in self._lengths]
        # Columns left over by rounding go to the warm-up and the cool-down.
        easy = [place for place, step in enumerate(self.timeline.steps) if step.kind in EASY]
        over = width - sum(columns)
        for turn in range(abs(over)):
            free = [place for place in easy if over > 0 or columns[place] > 1]
            if not free:
                return None
            columns[free[turn % len(free)]] += 1 if over > 0 else -1
        return list(accumulate(columns))


@dataclass(frozen=True, slots=True)
class ProfileCourse:
    """A workout and the column of the run."""

    plan: ProfilePlan
    at: int


class Profile(LiveWidget[ProfileCourse]):
    """The profile of a workout with a cursor."""

    _plan: ProfilePlan | None = None

    def look(self, snapshot: "Snapshot") -> ProfileCourse:
        """Read the workout and the run's place in it."""
        if self._plan is None or self._plan.timeline is not snapshot.timeline:
            self._plan = ProfilePlan(snapshot.timeline)
        return ProfileCourse(self._plan, self._plan.place(snapshot, max(1, self.size.width)))

    def paint(self, value: ProfileCourse, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the columns in half rows, and the cursor over them."""
        return profile_rows(value.plan, width, height, colours, at=value.at)


def profile_rows(
    plan: ProfilePlan, width: int, height: int, colours: Palette, *, at: int | None = None
) -> list[Strip]:
    """Paint a workout as a row of blocks, with a cursor in a column or without one."""
    columns = plan.columns(width)
    if not columns:
        return [blank(width, colours.plain)] * height
    return [_profile_row(columns, row, height, at, colours) for row in range(height)]


def seconds_of(step: Step) -> float:
    """Estimate the seconds of a step, for the width of its block."""
    seconds = step.until.time()
    if seconds is not None:
        return max(1.0, seconds)
    metres = step.until.distance()
    if metres is not None:
        target = step.target
        band = target.band if target is not None and target.quantity is Quantity.SPEED else Band()
        return max(1.0, metres / (band.aim or band.low or band.high or _USUAL_SPEED))
    return step.until.cap_s or step.until.not_before_s or (10.0 if step.kind is Kind.PROMPT else _OPEN_S)


def _profile_column(step: Step) -> tuple[float, str]:
    part = "work" if step.kind in HARD else "easy" if step.kind in _EASY_RUN else "rest"
    return KINDS[step.kind].height, part


def _profile_row(
    columns: list[tuple[float, str]], row: int, height: int, at: int | None, colours: Palette
) -> Strip:
    inks = {"work": colours.work.paper, "easy": colours.easy.paper, "rest": colours.rest.paper}
    whole = {part: Segment(" ", Pair(ink, ink).style(bold=False)) for part, ink in inks.items()}
    half = {
        part: Segment("▄", Pair(ink, colours.plain.paper).style(bold=False)) for part, ink in inks.items()
    }
    none = Segment(" ", colours.plain.style())
    segments: list[Segment] = []
    from_foot = 2 * (height - row - 1)
    for column, (high, part) in enumerate(columns):
        if column == at:
            segments.append(Segment(" ", colours.plain.block()))
            continue
        dots = max(1, round(high * 2 * height)) - from_foot
        segments.append(whole[part] if dots >= 2 else half[part] if dots == 1 else none)
    return Strip(segments, len(columns)).simplify()


# --- screens that redraw, and screens with a wheel


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
        self._screen.set_timer(self._rest_s, self._end_rest)
        self._look()

    def tick(self) -> None:
        """Redraw for the clock, unless there was a redraw just before."""
        if not self._is_resting:
            self._look()

    def _end_rest(self) -> None:
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
        self._throttle = Throttle(self, self.REST_S, self.look)

    def on_mount(self) -> None:
        """Start redrawing."""
        self._subscribe(self._request_look)
        self.set_interval(self.TICK_S, self._throttle.tick)
        self.look()

    def _request_look(self) -> None:
        self.call_later(self._throttle.look_soon)

    @abstractmethod
    def look(self) -> None:
        """Show the current data."""


class WheelScreen(Screen[None]):
    """A screen whose rows are moved by the mouse wheel."""

    @abstractmethod
    def turn_wheel(self, by: int) -> None:
        """Move the rows by a notch of the wheel: 1 is down, -1 up."""

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move the rows down."""
        event.stop()
        self.turn_wheel(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move the rows up."""
        event.stop()
        self.turn_wheel(-1)
